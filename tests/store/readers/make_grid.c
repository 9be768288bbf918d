// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/grid.h"
#include <math.h>
#include <stdio.h>

/* `make_grid FILE`: a grid with every kind of axis and variable, for readers that are not ours (read_grid.py
 * knows what must stand in it). */

enum { NW = 2, NY = 3, NX = 4 };

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    static const char *const activations[] = {"relu", "tanh", "x tanh", NULL};
    static const char *const regimes[] = {"no_slope", "linear", "critical", NULL};
    const double width[NW] = {1000, 1e10}, activation[NY] = {0, 2, 1}, gamma[NX] = {0.5, 1, 1.5, 2};
    double slope[NY * NX], error[NY * NX], regime[NY * NX], rd[NW * NY * NX], mean = 0.25;
    for (int k = 0; k < NY * NX; k++) {
        slope[k] = k == 5 ? (double)NAN : sqrt(k);
        error[k] = 0.01 * k;
        regime[k] = k == 5 ? (double)NAN : k % 3;
    }
    for (int k = 0; k < NW * NY * NX; k++)
        rd[k] = k ? 1e-300 * k : (double)NAN;
    const struct dp_grid_axis axes[] = {
        {"width", "1", "number of hidden neurons", NW, width, true, NULL},
        {"activation", "1", "activation function", NY, activation, false, activations},
        {"gamma", "1", "exponent of kappa", NX, gamma, false, NULL},
    };
    const struct dp_grid_variable variables[] = {
        {"S_w", "1", "slope", 2, {1, 2}, slope, false, NULL},
        {"S_w_errors", "1", "standard error of S_w", 2, {1, 2}, error, false, NULL},
        {"regime", "1", "regime", 2, {1, 2}, regime, true, regimes},
        {"time", "s", "time at each width", 3, {0, 1, 2}, rd, false, NULL},
        {"largest", "1", "widths squared", 1, {0}, (const double[]){1e6, 4e15}, true, NULL},
        {"distance", "1", "one number", 0, {0}, &mean, false, NULL},
    };
    const struct dp_grid_text texts[] = {{"title", "a grid \xce\xb3"}, {"empty", ""}, {"none", NULL}};
    struct dp_error fault = {0};
    const enum dp_status status =
        dp_grid_write(argv[1],
                      &(struct dp_grid){.axes = axes,
                                        .axis_count = sizeof axes / sizeof *axes,
                                        .variables = variables,
                                        .variable_count = sizeof variables / sizeof *variables,
                                        .texts = texts,
                                        .text_count = sizeof texts / sizeof *texts,
                                        .signal = "S_w"},
                      &fault);
    fputs(fault.text, stderr);
    return dp_exit_code(status);
}
