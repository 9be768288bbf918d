// SPDX-License-Identifier: BSD-3-Clause
#include "refine/finer_sweep.h"
#include "refine/base_lines.h"
#include "tables/field.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A swept key and its values, each by a row that has it. */
struct other {
    const struct dp_key *key;
    int64_t count, room, last;
    int64_t *row;
};

struct others {
    const struct dp_sweep *sweep;
    int count;
    struct other other[DP_SWEEP_AXES];
};

static void put_quoted(const char *text, FILE *out)
{
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putc('\\', out);
        putc(*text, out);
    }
    putc('"', out);
}

/* A key's value as YAML. Paths are relative to the folder of the new file. */
static void put_value(const struct dp_sweep *sweep, const struct dp_key *key, const struct dp_run *run,
                      FILE *out)
{
    char text[2 * DP_TEXT];
    const bool path = strcmp(key->name, "file") == 0 || strcmp(key->name, "test_file") == 0 ||
                      strcmp(key->name, "path") == 0;
    dp_key_format(key, run, text, sizeof text);
    if (path && text[0]) {
        char *const found = dp_sweep_path(sweep, key->name, text);
        put_quoted(found ? found : text, out);
        free(found);
    } else if (key->type == DP_STRING && key->choices) {
        fprintf(out, "[%s]", text); // names
    } else if (key->type == DP_STRING) {
        put_quoted(text, out);
    } else {
        fputs(text, out);
    }
}

static bool is_swept(const struct dp_sweep *sweep, const struct dp_key *key)
{
    for (int a = 0; a < sweep->axis_count; a++)
        if (sweep->axes[a].key == key)
            return true;
    return false;
}

/* Writes the keys that are not swept and not at their defaults, one section per line. */
static void put_sections(const struct dp_sweep *sweep, FILE *out)
{
    const struct dp_run defaults = dp_run_defaults();
    const char *section = "";
    for (int k = 0; k < dp_key_count; k++) {
        const struct dp_key *const key = &dp_keys[k];
        char value[2 * DP_TEXT], usual[2 * DP_TEXT];
        dp_key_format(key, &sweep->base, value, sizeof value);
        dp_key_format(key, &defaults, usual, sizeof usual);
        if (is_swept(sweep, key) || strcmp(value, usual) == 0)
            continue;
        if (strcmp(section, key->section) != 0)
            fprintf(out, "%s%s: {", *section ? "}\n" : "", key->section);
        else
            fputs(", ", out);
        section = key->section;
        fprintf(out, "%s: ", key->name);
        put_value(sweep, key, &sweep->base, out);
    }
    if (*section)
        fputs("}\n", out);
}

static bool same_value(const struct dp_key *key, const struct dp_run *a, const struct dp_run *b)
{
    return dp_keys_agree(key, 1, key->section, a, b);
}

/* The index of the run's value among the known ones, or of a new one; -1 without memory. Runs follow the
 * order of the values, so the search begins after the last one. */
static int64_t place_of(const struct others *others, struct other *other, const struct dp_run *run,
                        int64_t row)
{
    struct dp_run known;
    for (int64_t i = 0; i < other->count; i++) {
        const int64_t place = (other->last + 1 + i) % other->count;
        dp_sweep_run(others->sweep, other->row[place], &known);
        if (same_value(other->key, &known, run))
            return other->last = place;
    }
    if (other->count == other->room) {
        const int64_t room = other->room ? 2 * other->room : 16;
        int64_t *const grown = realloc(other->row, (size_t)room * sizeof *grown);
        if (!grown)
            return -1;
        other->row = grown;
        other->room = room;
    }
    other->row[other->count] = row;
    return other->last = other->count++;
}

/* Gathers the values of all other axes; *combination[row] is the combination of a row, in the mixed base of
 * their counts. */
static enum dp_status gather(struct others *others, const struct dp_finer_sweep *finer, int64_t **places,
                             struct dp_error *error)
{
    const struct dp_sweep *const sweep = finer->sweep;
    others->sweep = sweep;
    for (int a = 0; a < sweep->axis_count; a++)
        if (sweep->axes[a].key != finer->x && sweep->axes[a].key != finer->y)
            others->other[others->count++].key = sweep->axes[a].key;
    *places = malloc(((size_t)sweep->runs * (size_t)others->count + 1) * sizeof **places);
    bool memory = *places != NULL;
    for (int64_t row = 0; row < sweep->runs && memory; row++) {
        struct dp_run run, before;
        dp_sweep_run(sweep, row, &run);
        for (int o = 0; o < others->count && memory; o++) {
            int64_t *const place = &(*places)[row * others->count + o];
            if (row > 0)
                dp_sweep_run(sweep, row - 1, &before);
            *place = row > 0 && same_value(others->other[o].key, &before, &run)
                         ? place[-others->count] // neighbours share most
                         : place_of(others, &others->other[o], &run, row);
            memory = *place >= 0;
        }
    }
    return memory ? DP_OK : dp_fail(error, DP_NO_MEMORY, "not enough memory for the axes of the sweep");
}

static void put_axis(const struct others *others, const struct dp_key *key, const int64_t *rows,
                     int64_t count, FILE *out)
{
    fprintf(out, "%s: [", key->name);
    for (int64_t i = 0; i < count; i++) {
        struct dp_run run;
        dp_sweep_run(others->sweep, rows[i], &run);
        fputs(i ? ", " : "", out);
        put_value(others->sweep, key, &run, out);
    }
    putc(']', out);
}

/* Marks the combinations that any cell has; returns a row of each of them, in their order. */
static int64_t *combine(const struct others *others, const int64_t *places, int64_t product, int64_t *count)
{
    int64_t *const row = malloc((size_t)product * sizeof *row + 1);
    *count = 0;
    for (int64_t c = 0; row && c < product; c++)
        row[c] = -1;
    for (int64_t r = 0; row && r < others->sweep->runs; r++) {
        int64_t c = 0;
        for (int o = 0; o < others->count; o++)
            c = c * others->other[o].count + places[r * others->count + o];
        if (row[c] < 0)
            row[c] = r;
    }
    for (int64_t c = 0; row && c < product; c++)
        if (row[c] >= 0)
            row[(*count)++] = row[c];
    return row;
}

static void put_points(const struct dp_finer_sweep *finer, FILE *out)
{
    const struct dp_key *const keys[] = {finer->x, finer->y};
    fputs("zip:\n  - {", out);
    for (int k = 0; k < 2; k++) {
        fprintf(out, "%s%s: [", k ? ",\n     " : "", keys[k]->name);
        for (int64_t i = 0; i < finer->count; i++) {
            fputs(i == 0 ? "" : i % 16 == 0 ? ",\n      " : ", ", out);
            dp_field_put_number(k ? finer->points[i].y : finer->points[i].x, out);
        }
        putc(']', out);
    }
    fputs("}\n", out);
}

static enum dp_status put_others(const struct dp_finer_sweep *finer, const struct others *others,
                                 const int64_t *places, FILE *out, struct dp_error *error)
{
    enum { MOST_COMBINATIONS = 1 << 24 };
    int64_t product = 1, count;
    for (int o = 0; o < others->count && product <= MOST_COMBINATIONS; o++)
        product *= others->other[o].count;
    if (product > MOST_COMBINATIONS)
        return dp_fail(error, DP_BAD_INPUT, "the other axes of the sweep have more than %d combinations",
                       MOST_COMBINATIONS);
    int64_t *const rows = combine(others, places, product, &count);
    if (!rows)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for the axes of the sweep");
    if (count == product) {
        put_points(finer, out);
        fputs(others->count ? "axes:\n" : "", out);
        for (int o = 0; o < others->count; o++) {
            fputs("  ", out);
            put_axis(others, others->other[o].key, others->other[o].row, others->other[o].count, out);
            putc('\n', out);
        }
    } else { // not all combinations: one list of those that there are
        put_points(finer, out);
        for (int o = 0; o < others->count; o++) {
            fputs(o ? ",\n     " : "  - {", out);
            put_axis(others, others->other[o].key, rows, count, out);
        }
        fputs("}\n", out);
    }
    free(rows);
    return DP_OK;
}

static const char mark[] = "# Written by dewpoint refine.\n";

bool dp_finer_sweep_would_replace(const char *path)
{
    char start[sizeof mark] = "";
    struct stat facts;
    FILE *const file =
        stat(path, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size > 0 ? fopen(path, "r") : NULL;
    if (!file) // nothing is there, or a terminal or a pipe, which would be waited for
        return false;
    const bool ours = fgets(start, sizeof start, file) && strcmp(start, mark) == 0;
    fclose(file);
    return !ours;
}

enum dp_status dp_finer_sweep_write(const struct dp_finer_sweep *finer, FILE *out, struct dp_error *error)
{
    struct others *const others = calloc(1, sizeof *others);
    int64_t *places = NULL;
    if (!others)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for the axes of the sweep");
    enum dp_status status = gather(others, finer, &places, error);
    if (status == DP_OK) {
        fputs(mark, out);
        dp_base_lines_write(finer->x->name, finer->x_lines, finer->nx, out);
        dp_base_lines_write(finer->y->name, finer->y_lines, finer->ny, out);
        fputs("name: ", out);
        put_quoted(finer->sweep->name, out);
        putc('\n', out);
        put_sections(finer->sweep, out);
        status = put_others(finer, others, places, out, error);
    }
    const char *condition;
    for (int i = 0; status == DP_OK && (condition = dp_sweep_exclude(finer->sweep, i)); i++) {
        fputs(i ? "  - " : "exclude:\n  - ", out);
        put_quoted(condition, out);
        putc('\n', out);
    }
    for (int o = 0; o < others->count; o++)
        free(others->other[o].row);
    free(others);
    free(places);
    return status;
}
