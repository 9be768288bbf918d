// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/run.h"

const char *const dp_activation_names[] = {"relu",   "tanh",  "sigmoid", "softplus",
                                           "linear", "xtanh", "x2tanh",  0};
const char *const dp_scheme_names[] = {"phase", "direct", "power", 0};
const char *const dp_target_names[] = {"two-kinks", "sine-mix", "three-points", "sine-sum", "random",
                                       "file",      0};
const char *const dp_points_names[] = {"auto", "equispaced", "uniform", "normal", 0};
const char *const dp_method_names[] = {"gd", "adam", "flow", 0};
const char *const dp_precision_names[] = {"float32", "float64", 0};
const char *const dp_weights_names[] = {"none", "all", 0};
