// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/news.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char file_ending[] = ".news", new_ending[] = ".news-new";

void dp_news_list(struct dp_news_rank list[DP_NEWS_RANKS], int *listed, const struct dp_news_rank *entry)
{
    int at = *listed < DP_NEWS_RANKS ? (*listed)++ : DP_NEWS_RANKS;
    for (; at > 0 && list[at - 1].seconds < entry->seconds; at--)
        if (at < DP_NEWS_RANKS)
            list[at] = list[at - 1];
    if (at < DP_NEWS_RANKS)
        list[at] = *entry;
}

/* To be freed; NULL without memory. */
static char *name_of(const char *store, const char *ending)
{
    const size_t size = strlen(store) + strlen(ending) + 1;
    char *const name = malloc(size);
    if (name)
        snprintf(name, size, "%s%s", store, ending);
    return name;
}

static void write_ranks(FILE *file, const char *what, const struct dp_news_rank *list, int count)
{
    for (int i = 0; i < count; i++)
        fprintf(file, "%s %d %s %.3f %lld %lld %.0f %.9g\n", what, list[i].rank, list[i].host,
                list[i].seconds, (long long)list[i].first, (long long)list[i].count, list[i].steps,
                list[i].loss);
}

void dp_news_write(const char *store, const struct dp_news *n)
{
    char *const name = name_of(store, file_ending), *const fresh = name_of(store, new_ending);
    FILE *const file = name && fresh ? fopen(fresh, "w") : NULL;
    if (file) {
        fprintf(file, "job %.3f %.9g %.9g %.6f %lld %lld\n", n->seconds, n->rate, n->left, n->efficiency,
                (long long)n->ranks, (long long)n->silent_count);
        write_ranks(file, "run", n->longest, n->longest_listed);
        write_ranks(file, "silent", n->silent, n->silent_listed);
        const bool whole = !ferror(file);
        if (fclose(file) != 0 || !whole || rename(fresh, name) != 0)
            unlink(fresh);
    }
    free(name);
    free(fresh);
}

static bool read_rank(const char *line, struct dp_news *n)
{
    char what[8];
    struct dp_news_rank rank;
    long long first, count;
    if (sscanf(line, "%7s %d %63s %lf %lld %lld %lf %lf", what, &rank.rank, rank.host, &rank.seconds, &first,
               &count, &rank.steps, &rank.loss) != 8)
        return false;
    rank.first = first;
    rank.count = count;
    if (strcmp(what, "run") == 0)
        dp_news_list(n->longest, &n->longest_listed, &rank);
    else
        dp_news_list(n->silent, &n->silent_listed, &rank);
    return true;
}

static bool read_all(FILE *file, struct dp_news *n)
{
    char line[512];
    long long ranks, silent;
    struct stat facts;
    struct timespec now;
    if (!fgets(line, sizeof line, file) || sscanf(line, "job %lf %lf %lf %lf %lld %lld", &n->seconds,
                                                  &n->rate, &n->left, &n->efficiency, &ranks, &silent) != 6)
        return false;
    n->ranks = ranks;
    n->silent_count = silent;
    while (fgets(line, sizeof line, file))
        if (!read_rank(line, n))
            return false;
    clock_gettime(CLOCK_REALTIME, &now);
    if (fstat(fileno(file), &facts) == 0)
        n->age = fmax(0, difftime(now.tv_sec, facts.st_mtim.tv_sec));
    return true;
}

bool dp_news_read(const char *store, struct dp_news *news)
{
    char *const name = name_of(store, file_ending);
    FILE *const file = name ? fopen(name, "r") : NULL;
    *news = (struct dp_news){0};
    const bool read = file && read_all(file, news);
    if (file)
        fclose(file);
    free(name);
    return read;
}

void dp_news_remove(const char *store)
{
    char *const name = name_of(store, file_ending), *const fresh = name_of(store, new_ending);
    if (name && fresh) {
        unlink(name);
        unlink(fresh);
    }
    free(name);
    free(fresh);
}
