// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "flow/flight.h"
#include "flow/sets.h"

/* Cases of the comparison, and how far from the reference a way ends. */

struct flow_case {
    enum dp_activation activation;
    enum dp_target target;
    const char *set; // of sets.h, with target file
    int64_t width;
    double gamma, gamma_prime, beta2, stop_loss;
};

/* Relu, tanh and x tanh x wide and narrow, and x^2 tanh x over gamma .5..3 and gamma_prime -1..1.5: every
 * `stride`-th value of gamma_prime. Without cells where most neurons of tanh end deep in saturation, and no
 * explicit method arrives. Then tanh and x tanh x on the stiff data of sets.h, for gamma_prime 0. Returns how
 * many there are, at most FLOW_CASES. */
enum { FLOW_CASES = 230 };
int flow_cases(struct flow_case *cases, int stride);

/* What the case is called: relu wide, relu narrow, tanh, ... */
const char *case_kind(const struct flow_case *c);

struct dp_run case_run(const struct flow_case *c);

/* The way that a case really goes. */
struct truth {
    struct system system;
    struct flight reference;
    double rd_w, rd_a;
};

/* Errors of another way, relative to the truth. */
struct errors {
    double rd;    // the larger of RD_w's and RD_a's, relative
    double curve; // largest |L(t) - true L(t)| on the way, relative to the first loss
    double angle; // degrees, mean over neurons' final (w, b) weighted by |a| |w|
};

/* What method flow made of it, and from where. */
struct ours {
    struct dp_record record;
    double *first, *last; // [width][rows]
    struct path path;
};

struct ours case_fly(const struct flow_case *c, double tolerance);
void ours_free(struct ours *ours);

/* From the start of our way, by CVODE: smooth activations by implicit formulas, relu by those of Adams.
 * tolerance: of relu; smooth ones go by 1e-4 of it. At 1e-4 RD is right to 1e-4 at worst, and within some
 * 1e-5 typically. */
struct truth case_truth(const struct flow_case *c, const struct ours *ours, double tolerance);
void truth_free(struct truth *truth);

struct errors case_errors(const struct truth *truth, const double *delta, const struct path *path);
struct errors ours_errors(const struct truth *truth, const struct ours *ours);
