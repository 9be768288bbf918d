// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The common style of all figures: colours, line styles, the frame, symbols for keys, titles that fit.
 *
 * Figures are made for a column of a journal, 8.6 cm wide. Series differ in colour (Okabe and Ito's palette,
 * which readers with any colour vision can distinguish) and also in dashes and marks, so that they can be
 * distinguished in grey. */

#define DP_BLUE "#0072b2"
#define DP_SKY "#56b4e9"
#define DP_VERMILLION "#d55e00"
#define DP_ORANGE "#e69f00"
#define DP_GREEN "#009e73"
#define DP_PURPLE "#cc79a7"
#define DP_GREY "#999999"

struct dp_series_style {
    const char *colour, *dash; // as gnuplot's lc rgb and dt take them
    int point;                 // gnuplot's pt
};

enum { DP_SERIES_STYLES = 8 };

/* The style of series number i; they repeat after DP_SERIES_STYLES. */
const struct dp_series_style *dp_series_style(int64_t i);

/* Text in gnuplot's single quotes; control characters become blanks. */
void dp_figure_quote(const char *text, FILE *out);

/* Tics of an axis from low to high at a round distance, about n of them. */
void dp_figure_tics(const char *axis, double low, double high, int n, FILE *out);

/* Makes an axis that shows low to high, both positive, logarithmic, with numbers at powers of ten. */
void dp_figure_log(const char *axis, double low, double high, FILE *out);

/* Sets the tics, numbers and border (by gnuplot's number) of all figures. */
void dp_figure_frame(int border, FILE *out);

/* A key or column as the label of an axis, in gnuplot's enhanced text: its symbol, or its name with blanks
 * for underscores. Returns text. */
const char *dp_symbol_label(const char *key, char *text, size_t size);

/* A key in titles and legends, plain UTF-8: γ′, η, "data seed". Returns text. */
const char *dp_symbol_plain(const char *key, char *text, size_t size);

/* A key before its value in titles and legends: "γ′ =", "activation". Returns text. */
const char *dp_symbol_equals(const char *key, char *text, size_t size);

/* Sets the label of an axis ("x" or "y") to a key or column. */
void dp_figure_label(const char *axis, const char *key, FILE *out);

/* A text as an expression for gnuplot, on as many lines of a figure one column wide as it needs. It is broken
 * after colons, commas and blanks; a name longer than a line is cut. Returns the number of lines, at most
 * DP_TITLE_LINES. */
enum { DP_TITLE_LINES = 4 };
int dp_figure_lines(const char *text, FILE *out);

/* Sets the title of a plot, `lift` lines of text higher than usual, with a margin that holds it. */
void dp_figure_title(const char *text, double lift, FILE *out);
