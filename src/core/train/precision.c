// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/run.h"
#include <stddef.h>

/* precision: auto, by the run's keys alone: float32 where it certainly gives the same results to 1e-3, else
 * float64.
 *
 * A step of gd or sgd rounds every displacement by at most 2^-24 of it. (Start and displacement are kept
 * apart, so this is the only rounding that adds up.) Displacements are therefore wrong by at most steps x
 * 2^-24, which is 6e-4 after 10,000. Over 240 cells of the plane with relu, tanh, sigmoid and linear networks
 * the error was at most 3e-4, and training was 1.1 to 3 times as fast (tests/core/train/test_precision.c
 * covers the plane, too).
 *
 * All other runs use float64:
 *
 *   - flow: one step that is accepted or rejected differently changes rd of relu networks by up to 1e-2, and
 *     stiff runs, which need many stages, stop decreasing at losses of 1e-5;
 *   - adam divides by the size of the gradient, including its rounding: rd was wrong by up to 1e-1;
 *   - momentum and weight decay: steps add up the rounding of earlier steps, which has not been measured;
 *   - multiplicity: escapes of p >= 2 from a small start magnify relative errors by the inverse of the start
 *     to the power p - 1;
 *   - small losses: residuals are differences of numbers with rounding 6e-8 of y;
 *   - extreme scales: squares of displacements leave the range of float32. */
enum { MOST_STEPS = 10000 };
static const double LEAST_LOSS = 1e-8;
static const double LARGEST_SCALE = 1e5; // of beta1 and beta2
static const double LARGEST_ALPHA = 1e10;

static bool is_between(double value, double spread)
{
    return value >= 1 / spread && value <= spread; // and not NAN, where a file has the parameters
}

static bool suits_float32(const struct dp_run *run)
{
    const struct dp_scales scales = dp_run_scales(run);
    // how many steps an epoch on a file's samples takes is not known here
    const int64_t steps = run->target == DP_FILE ? run->max_steps : dp_run_most_steps(run, NULL);
    return (run->method == DP_GD || run->method == DP_SGD) && steps <= MOST_STEPS && run->momentum == 0 &&
           run->weight_decay == 0 && dp_run_multiplicity(run) <= 1 &&
           (run->stop_loss == 0 || run->stop_loss >= LEAST_LOSS) && is_between(scales.beta1, LARGEST_SCALE) &&
           is_between(scales.beta2, LARGEST_SCALE) && is_between(scales.alpha, LARGEST_ALPHA);
}

int64_t dp_run_bits(const struct dp_run *run)
{
    if (run->precision == DP_PRECISION_AUTO)
        return suits_float32(run) ? 32 : 64;
    return run->precision == DP_FLOAT32 ? 32 : 64;
}
