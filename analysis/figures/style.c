// SPDX-License-Identifier: BSD-3-Clause
#include "figures/style.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { LINE_LETTERS = 46 }; // that fit over a figure of one column

void dp_figure_quote(const char *text, FILE *out)
{
    putc('\'', out);
    for (; *text; text++) {
        if (*text == '\'')
            putc('\'', out);
        putc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
    putc('\'', out);
}

const struct dp_series_style *dp_series_style(int64_t i)
{
    static const struct dp_series_style styles[DP_SERIES_STYLES] = {
        {DP_BLUE, "1", 7},        {DP_VERMILLION, "(8,4)", 5},
        {DP_GREEN, "(2,3)", 9},   {DP_PURPLE, "(12,3,2,3)", 13},
        {DP_ORANGE, "(4,4)", 11}, {DP_SKY, "(12,6)", 6},
        {"#000000", "(2,6)", 4},  {"#8c8c8c", "(12,3,2,3,2,3)", 8}};
    return &styles[i % DP_SERIES_STYLES];
}

void dp_figure_frame(int border, FILE *out)
{
    // gnuplot's own format begins with a blank, which moves numbers off the centre of their tics
    fprintf(out, "set tics out nomirror scale 0.6\nset border %d lw 1\nset minussign\nset format '%%h'\n",
            border);
}

void dp_figure_tics(const char *axis, double low, double high, int n, FILE *out)
{
    static const double steps[] = {1, 2, 5, 10};
    const double wanted = (high - low) / n;
    if (!(wanted > 0) || isinf(wanted))
        return;
    const double decade = pow(10, floor(log10(wanted)));
    int i = 0;
    while (i < 3 && steps[i] * decade < wanted)
        i++;
    fprintf(out, "set %stics %.10g\n", axis, steps[i] * decade);
}

void dp_figure_log(const char *axis, double low, double high, FILE *out)
{
    enum { MOST_NUMBERS = 7 };
    const double decades = log10(high / low);
    const int step = decades > MOST_NUMBERS ? (int)ceil(decades / MOST_NUMBERS) : 1;
    const int first = step * (int)floor(log10(low) / step); // else gnuplot begins at the end of the axis
    // Between numbers that are several decades apart gnuplot puts its small tics into the uppermost decade.
    fprintf(out, "set logscale %s\nset format %s '10^{%%L}'\nset %stics 1e%d,1e%d\nset m%stics %s\n", axis,
            axis, axis, first, step, axis, step > 1 ? "1" : "default");
}

/* THE table of symbols; other keys are shown by their names. */
static const struct {
    const char *key, *label, *plain;
} symbols[] = {
    {"gamma", "{/:Italic γ}", "γ"},
    {"gamma_prime", "{/:Italic γ}′", "γ′"},
    {"width", "width {/:Italic m}", "m"},
    {"t", "{/:Italic t}", "t"},
    {"alpha", "{/:Italic α}", "α"},
    {"beta1", "{/:Italic β}_1", "β₁"},
    {"beta2", "{/:Italic β}_2", "β₂"},
    {"multiplicity", "multiplicity {/:Italic p}", "p"},
    {"samples", "samples {/:Italic n}", "n"},
    {"inputs", "inputs {/:Italic d}", "d"},
    {"learning_rate", "learning rate {/:Italic η}", "η"},
    {"learning_rate_a", "learning rate {/:Italic η_a}", "ηₐ"},
    {"loss", "training loss", "training loss"},
    {"loss_test", "test loss", "test loss"},
    {"rd", "RD", "RD"},
    {"rd_w", "RD_w", "RD of w"},
    {"rd_a", "RD_a", "RD of a"},
    {"alignment", "alignment {/:Italic C}", "C"},
    {"stage_alignment", "alignment {/:Italic C} after the stage", "C after the stage"},
    {"alignment_predicted", "predicted alignment {/:Italic C}", "predicted C"},
    {"stage_rd_w", "RD_w after the stage", "RD of w after the stage"},
    {"directions", "condensed directions", "directions"},
    {"lines", "condensed lines", "lines"},
};
enum { SYMBOLS = sizeof symbols / sizeof *symbols };

/* The place in the table, SYMBOLS if it is not there. */
static int find_symbol(const char *key)
{
    int i = 0;
    while (i < SYMBOLS && strcmp(key, symbols[i].key) != 0)
        i++;
    return i;
}

static const char *spell(const char *key, char *text, size_t size)
{
    snprintf(text, size, "%s", key);
    for (char *at = text; *at; at++)
        if (*at == '_')
            *at = ' ';
    return text;
}

const char *dp_symbol_label(const char *key, char *text, size_t size)
{
    const int i = find_symbol(key);
    if (i == SYMBOLS)
        return spell(key, text, size);
    snprintf(text, size, "%s", symbols[i].label);
    return text;
}

const char *dp_symbol_plain(const char *key, char *text, size_t size)
{
    const int i = find_symbol(key);
    if (i == SYMBOLS)
        return spell(key, text, size);
    snprintf(text, size, "%s", symbols[i].plain);
    return text;
}

const char *dp_symbol_equals(const char *key, char *text, size_t size)
{
    const int i = find_symbol(key);
    const bool letter = i < SYMBOLS && strstr(symbols[i].label, "Italic");
    dp_symbol_plain(key, text, size);
    if (letter)
        snprintf(text + strlen(text), size - strlen(text), " =");
    return text;
}

void dp_figure_label(const char *axis, const char *key, FILE *out)
{
    char text[128];
    const bool letter = !strncmp(key, "gamma", 5);
    fprintf(out, "set %slabel ", axis);
    dp_figure_quote(dp_symbol_label(key, text, sizeof text), out);
    fprintf(out, " enhanced%s\n", !letter ? "" : *axis == 'y' ? " rotate by 0" : " offset 0,0.4");
}

static bool begins_letter(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

/* Bytes of the next line: the whole text if it fits, else up to a good place to break, or to any blank. *cut:
 * there was none. */
static size_t line_length(const char *text, bool first, bool *cut)
{
    size_t at = 0, good = 0, any = 0, letters = 0;
    bool colon = false;
    for (; text[at]; at++) {
        if (begins_letter(text[at]) && letters++ == LINE_LETTERS)
            break;
        const bool blank = text[at + 1] == ' ';
        any = blank ? at + 1 : any;
        if (text[at] == ':' && blank && first && !colon) {
            good = at + 1; // the name stands alone rather than with half of what follows
            colon = true;
        } else if (text[at] == ',' && blank && !colon) {
            good = at + 1;
        }
    }
    good = good ? good : any;
    *cut = text[at] && !good;
    return !text[at] || !good ? at : good;
}

int dp_figure_lines(const char *text, FILE *out)
{
    int lines = 0;
    while (*text && lines < DP_TITLE_LINES) {
        char line[4 * LINE_LETTERS + 8];
        bool cut;
        const size_t length = line_length(text, lines == 0, &cut);
        const char *const colon = cut ? strstr(text + length, ": ") : NULL;
        snprintf(line, sizeof line, "%.*s%s", (int)length, text, cut ? "…" : "");
        fprintf(out, lines ? ".\"\\n\"." : "");
        dp_figure_quote(line, out);
        lines++;
        text = colon ? colon + 1 : text + length; // of a long name the rest is left out
        text += strspn(text, " ");
    }
    if (!lines)
        dp_figure_quote("", out);
    return lines;
}

void dp_figure_title(const char *text, double lift, FILE *out)
{
    fprintf(out, "set title ");
    const int lines = dp_figure_lines(text, out);
    fprintf(out, " noenhanced offset 0,%.2f\nset tmargin %.2f\n", lift - 0.4, 1 + 1.1 * lines + lift);
}
