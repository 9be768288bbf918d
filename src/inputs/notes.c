// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/notes.h"
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

static const double large_ratio = 100;   // of scales of inputs
static const double large_size = 30;     // root mean square of an input or an output
static const double least_spread = 3e-7; // of an input, over the square of its size

/* "2 inputs (x1, x2)", "1 output (column 3)" */
static void put_columns(FILE *out, const struct dp_table *table, const char *what, int64_t first,
                        int64_t count)
{
    char text[512];
    const struct dp_names names = {.count = count, .text = table->names.text + first};
    fprintf(out, ", %lld %s%s (%s%s)", (long long)count, what, count == 1 ? "" : "s",
            table->named      ? ""
            : table->numbered ? count == 1 ? "column " : "columns "
                              : "",
            dp_names_list(&names, text, sizeof text));
}

static bool is_constant(const double *values, int64_t count, int64_t stride, int64_t k)
{
    for (int64_t i = 1; i < count; i++)
        if (values[i * stride + k] != values[k])
            return false;
    return count > 1;
}

static void put_constants(FILE *out, const struct dp_table *table, const struct dp_samples *samples)
{
    const int64_t d = samples->inputs, o = samples->outputs;
    struct dp_names names = {0};
    char text[512];
    for (int64_t k = 0; k < d + o; k++) {
        const bool input = k < d;
        const char *const name = table->names.text[k];
        if (is_constant(input ? samples->x : samples->y, samples->count, input ? d : o, input ? k : k - d))
            dp_names_add(&names, name, strlen(name), NULL);
    }
    if (names.count)
        fprintf(out, "; constant: %s%s",
                !table->numbered   ? ""
                : names.count == 1 ? "column "
                                   : "columns ",
                dp_names_list(&names, text, sizeof text));
    dp_names_free(&names);
}

struct range {
    double low, high;
};

static struct range wider(struct range range, const double *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        range.low = fmin(range.low, values[i] + 0.0); // not -0
        range.high = fmax(range.high, values[i] + 0.0);
    }
    return range;
}

/* The range of all inputs and of all outputs, with test samples: what is not as it should be is seen at a
 * glance. */
static void put_ranges(FILE *out, const struct dp_samples *samples)
{
    const int64_t n = samples->count, d = samples->inputs, o = samples->outputs;
    struct range x = wider((struct range){INFINITY, -INFINITY}, samples->x, n * d),
                 y = wider((struct range){INFINITY, -INFINITY}, samples->y, n * o);
    if (samples->test) {
        x = wider(x, samples->test->x, samples->test->count * d);
        y = wider(y, samples->test->y, samples->test->count * o);
    }
    fprintf(out, "; %sinput%s from %.4g to %.4g, output%s from %.4g to %.4g", samples->test ? "in all, " : "",
            d == 1 ? "" : "s", x.low, x.high, o == 1 ? "" : "s", y.low, y.high);
}

static void put_data(FILE *out, const struct dp_run *run, const struct dp_table *table,
                     const struct dp_samples *samples)
{
    const long long tests = samples->test ? (long long)samples->test->count : 0;
    fprintf(out, "%s: %lld sample%s", run->file, (long long)samples->count, samples->count == 1 ? "" : "s");
    put_columns(out, table, "input", 0, samples->inputs);
    put_columns(out, table, "output", samples->inputs, samples->outputs);
    if (table->note && table->note[0])
        fprintf(out, "; %s", table->note);
    put_constants(out, table, samples);
    if (run->standardize)
        fprintf(out, "; inputs%s standardized", run->standardize_y ? " and outputs" : "");
    if (tests)
        fprintf(out, "; %lld %s %s", tests, run->test_file[0] ? "test samples from" : "more as test samples",
                run->test_file[0] ? run->test_file : "(test_share)");
    put_ranges(out, samples);
    fputc('\n', out);
}

void dp_note_data(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table,
                  const struct dp_samples *samples)
{
    char line[sizeof notes->last] = "";
    FILE *const out = fmemopen(line, sizeof line - 1, "w");
    if (!out)
        return;
    put_data(out, run, table, samples);
    fclose(out);
    const size_t length = strlen(line);
    if (length && line[length - 1] != '\n') // there was no room for its end
        line[length - 1] = '\n';
    if (strcmp(line, notes->last) == 0)
        return;
    strcpy(notes->last, line);
    fputs(line, notes->read);
}

void dp_note_start(struct dp_notes *notes, const char *name, const struct dp_start *start)
{
    const int64_t outputs = start->components - 1 - start->inputs;
    fprintf(notes->read, "%s: %lld neurons of %lld parameters", name, (long long)start->width,
            (long long)start->components);
    if (start->inputs)
        fprintf(notes->read, ", %lld input%s and %lld output%s", (long long)start->inputs,
                start->inputs == 1 ? "" : "s", (long long)outputs, outputs == 1 ? "" : "s");
    fputc('\n', notes->read);
}

/* Root mean square of column k of values [count][stride], less a mean. */
static double size_about(const double *values, int64_t count, int64_t stride, int64_t k, double mean)
{
    double squares = 0;
    for (int64_t i = 0; i < count; i++) {
        const double x = values[i * stride + k] - mean;
        squares += x * x / (double)count;
    }
    return sqrt(squares);
}

/* Standard deviation, or root mean square, of input k; 0 for a constant one. */
static double scale_of(const struct dp_samples *samples, int64_t k, bool about_mean)
{
    const int64_t d = samples->inputs;
    double mean = 0;
    if (is_constant(samples->x, samples->count, d, k))
        return 0;
    for (int64_t i = 0; about_mean && i < samples->count; i++)
        mean += samples->x[i * d + k] / (double)samples->count;
    return size_about(samples->x, samples->count, d, k, mean);
}

static void note_inputs(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table,
                        const struct dp_samples *samples)
{
    for (int about_mean = 1; about_mean >= 0; about_mean--) {
        int64_t small = -1, large = -1;
        double low = INFINITY, high = 0;
        for (int64_t k = 0; k < samples->inputs; k++) {
            const double scale = scale_of(samples, k, about_mean);
            if (scale > 0 && scale < low) {
                low = scale;
                small = k;
            }
            if (scale > high) {
                high = scale;
                large = k;
            }
        }
        const bool off = high > large_size || high < 1 / large_size;
        if (small >= 0 && high / low <= large_ratio && !about_mean && off)
            fprintf(
                notes->warned,
                "%s: the input %s%s has a root mean square of %.2g, and training is slow on inputs that are "
                "far from 1; data: {standardize: true} gives each input mean 0 and variance 1\n",
                run->file, table->numbered ? "column " : "", table->names.text[large], high);
        if (small < 0 || high / low <= large_ratio)
            continue;
        fprintf(
            notes->warned,
            "%s: the scales of the inputs differ by a factor of %.2g, from %.2g of %s%s to %.2g of %s%s, "
            "which makes training slow; data: {standardize: true} gives each input mean 0 and variance 1\n",
            run->file, high / low, low, table->numbered ? "column " : "", table->names.text[small], high,
            table->numbered ? "column " : "", table->names.text[large]);
        return;
    }
}

/* Beside the bias, 1, an input that varies by s about a large mean M shows K with an eigenvalue (s / M^2)^2
 * of the largest. Floors are told apart from that down to 1e-13 (core/flow/relaxation/rest.h). */
static void note_far_inputs(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table,
                            const struct dp_samples *samples)
{
    for (int64_t k = 0; run->method == DP_FLOW && k < samples->inputs; k++) {
        const double spread = scale_of(samples, k, true), size = scale_of(samples, k, false);
        if (spread > 0 && spread < least_spread * size * size)
            fprintf(
                notes->warned,
                "%s: the input %s%s varies by only %.2g at %.6g from 0, which flow cannot see in double "
                "precision: losses and RD may be wrong; data: {standardize: true} gives each input mean 0 "
                "and variance 1\n",
                run->file, table->numbered ? "column " : "", table->names.text[k], spread, size);
    }
}

/* A stop_loss (0: none) is absolute, and a network starts from f near 0: both suit outputs of size one. */
static void note_outputs(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table,
                         const struct dp_samples *samples)
{
    for (int64_t c = 0; c < samples->outputs; c++) {
        const double size = size_about(samples->y, samples->count, samples->outputs, c, 0);
        if (size == 0 || (size < large_size && size > 1 / large_size))
            continue;
        fprintf(notes->warned,
                "%s: the output %s%s has a root mean square of %.2g, but %sS_w needs outputs of about 1; "
                "data: {standardize: true, standardize_y: true} gives them mean 0 and variance 1\n",
                run->file, table->numbered ? "column " : "", table->names.text[samples->inputs + c], size,
                run->stop_loss > 0 ? "stop_loss is absolute and " : "");
        return;
    }
}

/* Names that outputs often have: y[0], y-1, y (m) and the words of other programs. */
static bool seems_output(const char *name)
{
    static const char *const words[] = {"target", "targets", "label",    "labels",
                                        "output", "outputs", "response", "class"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(name, words[i]) == 0)
            return true;
    return tolower((unsigned char)name[0]) == 'y' && name[1] && !isalpha((unsigned char)name[1]) &&
           (unsigned char)name[1] < 0x80;
}

/* An input that was not asked for and has the name of an output. */
static void note_roles(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table)
{
    for (int64_t k = 0; k < table->inputs && table->named && !run->x[0] && !run->y[0]; k++)
        if (seems_output(table->names.text[k])) {
            fprintf(
                notes->warned,
                "%s: column %s is an input, because outputs are called y, y1, y_1 and so on, or stand last; "
                "data: {y: [...]} names the outputs\n",
                run->file, table->names.text[k]);
            return;
        }
}

void dp_note_scales(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table,
                    const struct dp_samples *samples)
{
    note_roles(notes, run, table);
    if (!run->standardize) {
        note_inputs(notes, run, table, samples);
        note_far_inputs(notes, run, table, samples);
    }
    if (!run->standardize_y)
        note_outputs(notes, run, table, samples);
}

/* A name as a field of CSV. */
static void put_field(FILE *out, const char *name)
{
    const bool quoted = strpbrk(name, ",\"\n");
    if (quoted)
        fputc('"', out);
    for (; *name; name++) {
        if (*name == '"')
            fputc('"', out);
        fputc(*name, out);
    }
    if (quoted)
        fputc('"', out);
}

void dp_note_scaling(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table,
                     const double *mean, const double *deviation)
{
    for (int64_t k = 0; k < table->inputs + (run->standardize_y ? table->outputs : 0); k++) {
        put_field(notes->scaling, run->file);
        fputc(',', notes->scaling);
        put_field(notes->scaling, table->names.text[k]);
        fprintf(notes->scaling, ",%lld,%.17g,%.17g\n", (long long)run->test_seed, mean[k], deviation[k]);
    }
}
