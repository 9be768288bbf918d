// SPDX-License-Identifier: BSD-3-Clause
#include "farm/dispatch/assign.h"
#include "farm/dispatch/progress.h"
#include <math.h>
#include <stdio.h>

static const double first_news = 2, news_apart = 5; // s
static const double unheard = 30;                   // s; in training, a rank says something every 5 s

static struct dp_news_rank entry_of(const struct dp_assignments *a, int rank, struct dp_chunk chunk)
{
    struct dp_news_rank entry = {.rank = rank, .first = chunk.first, .count = chunk.count};
    snprintf(entry.host, sizeof entry.host, "%.63s",
             a->job->host_names + (size_t)rank * MPI_MAX_PROCESSOR_NAME);
    return entry;
}

static void gather(const struct dp_assignments *a, double now, struct dp_news *news)
{
    const struct dp_job *const job = a->job;
    const double elapsed = now - a->began, done = (double)dp_scheduler_rows_done(job->scheduler);
    const struct dp_in_training oldest = dp_assignments_oldest(a, now);
    bool known;
    double training = job->spent.training;
    *news = (struct dp_news){.seconds = elapsed,
                             .rate = (done - (double)job->rows_done) / elapsed,
                             .left = dp_progress_left(job, done > (double)job->rows_done, &oldest, &known),
                             .ranks = job->ranks};
    for (int i = 0; i < job->ranks; i++) {
        const struct dp_assigned_rank *const rank = &a->ranks[i];
        const struct dp_in_training *const at = &rank->training;
        const double silence = now - rank->heard;
        if (rank->left)
            continue;
        if (at->seconds > 0) {
            struct dp_news_rank run = entry_of(a, i, (struct dp_chunk){at->row, 1});
            run.seconds = at->seconds + silence;
            run.steps = at->steps;
            run.loss = at->loss;
            training += run.seconds;
            dp_news_list(news->longest, &news->longest_listed, &run);
        }
        if (i > 0 && silence > unheard) {
            struct dp_news_rank silent = entry_of(a, i, rank->chunk);
            silent.seconds = silence;
            news->silent_count++;
            dp_news_list(news->silent, &news->silent_listed, &silent);
        }
    }
    news->efficiency = fmin(1, training / (elapsed * job->ranks));
}

bool dp_assignments_news(struct dp_assignments *a, double now, struct dp_news *news)
{
    if (now < (a->told > 0 ? a->told + news_apart : a->began + first_news))
        return false;
    a->told = now;
    gather(a, now, news);
    return true;
}
