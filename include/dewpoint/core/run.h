// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/activation.h"
#include "dewpoint/core/samples.h"
#include "dewpoint/core/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One run: the parameters that fix it, its record, and the function between the two.
 *
 * A run trains f(x) = (1/alpha) sum_k a_k sigma(w_k . x), x augmented by 1, from a random start whose scales
 * follow from (gamma, gamma_prime, width). Its record depends only on struct dp_run and the data: not on the
 * rank, other runs, the instruction set or the date. Everything here is pure: no files, no clock, no MPI. The
 * caller fills in wall_time and rank.
 *
 * The table of keys (keys.h) describes every field of struct dp_run to users. The table of columns (store)
 * describes every field of struct dp_record to readers of a store. */

enum { DP_SPECTRUM = 8 }; // largest number of recorded singular values
enum { DP_TEXT = 256 };   // longest text value with its closing zero

enum dp_scheme { DP_SCHEME_PHASE, DP_SCHEME_DIRECT, DP_SCHEME_POWER, DP_SCHEME_FILE };
enum dp_draw { DP_DRAW_NORMAL, DP_DRAW_BALANCED, DP_DRAW_SPHERE, DP_DRAW_DIAGONAL };
enum dp_target {
    DP_TWO_KINKS,
    DP_SINE_MIX,
    DP_TWO_POINTS,
    DP_THREE_POINTS,
    DP_FIVE_POINTS,
    DP_SINE_SUM,
    DP_LINEAR_MODES,
    DP_TEACHER,
    DP_RANDOM,
    DP_FILE,
    DP_FORMULA
};
enum dp_points { DP_POINTS_AUTO, DP_EQUISPACED, DP_UNIFORM, DP_NORMAL, DP_DECORRELATED };
enum dp_samples_in { DP_SAMPLES_AUTO, DP_SAMPLES_IN_ROWS, DP_SAMPLES_IN_COLUMNS };
enum dp_basis { DP_BASIS_ORIGINAL, DP_BASIS_SYNAPTIC };
enum dp_risk_loss { DP_RISK_NONE, DP_RISK_L1, DP_RISK_L2 };
enum dp_streaming { DP_ONE_SET, DP_FRESH_SETS, DP_GROWING_SETS };
enum dp_method_id { DP_GD, DP_SGD, DP_ADAM, DP_FLOW, DP_NORMALIZED_FLOW };
enum dp_reduction { DP_MEAN, DP_HALF_MEAN, DP_SUM, DP_HALF_SUM };
enum dp_precision { DP_FLOAT32, DP_FLOAT64, DP_PRECISION_AUTO };

/* The names of the values above, in their order, NULL-terminated. They are spelled nowhere else. */
extern const char *const dp_activation_names[];
extern const char *const dp_scheme_names[];
extern const char *const dp_draw_names[];
extern const char *const dp_target_names[];
extern const char *const dp_points_names[];
extern const char *const dp_samples_in_names[];
extern const char *const dp_basis_names[];
extern const char *const dp_streaming_names[];
extern const char *const dp_risk_names[];
extern const char *const dp_method_names[];
extern const char *const dp_reduction_names[];
extern const char *const dp_precision_names[];

/* Every parameter of a run. INT and CHOICE keys are int64_t, REAL keys double (NAN: not given), BOOL keys
 * int64_t 0 or 1, TEXT keys char[DP_TEXT] (empty: not given). */
struct dp_run {
    // model
    int64_t activation;   // enum dp_activation
    int64_t width;        // m
    int64_t multiplicity; // p of x^(p-1) tanh x, with activation tanh; 0: the activation's own
    int64_t bias;         // the w have a bias
    // init
    int64_t scheme; // enum dp_scheme
    double gamma, gamma_prime;
    double t;                   // power: beta1 = beta2 = width^-t, alpha = 1
    double alpha, beta1, beta2; // direct: all given; phase: at most one of alpha, beta2, alpha_exponent
    double alpha_exponent;      // phase and direct: alpha = width^alpha_exponent
    double init_scale;          // beta1 and beta2 times this
    int64_t draw;               // enum dp_draw
    char path[DP_TEXT];         // file: where the parameters are
    int64_t antisymmetric;      // half the neurons are copies with a -> -a
    int64_t seed;
    // data
    int64_t target;              // enum dp_target
    char file[DP_TEXT];          // with target file, as are the next ones
    char x[DP_TEXT], y[DP_TEXT]; // names of the columns that are inputs and outputs; "": as the file tells
    int64_t samples_in;          // enum dp_samples_in
    int64_t standardize, standardize_y;
    char test_file[DP_TEXT];
    double test_share; // of the samples, for the test loss; 0: off
    int64_t test_seed;
    char formula[DP_TEXT];                          // dewpoint/sweep/formula.h
    int64_t samples, inputs, outputs, test_samples; // 0: the target's own number
    int64_t points;                                 // enum dp_points
    double low, high;                               // NAN: the target's own interval
    double noise; // standard deviation of the normal noise on the training labels
    int64_t data_seed;
    int64_t teacher_width;      // teacher: its neurons
    double mode_low, mode_high; // linear-modes: the weakest and the strongest
    double input_ratio;         // largest over smallest variance of normal inputs
    int64_t basis;              // enum dp_basis
    int64_t streaming;          // enum dp_streaming
    // train
    int64_t method;       // enum dp_method_id
    int64_t precision;    // enum dp_precision
    int64_t reduction;    // enum dp_reduction
    int64_t batch;        // samples a step; 0: all
    double learning_rate; // 0: auto, from the curvature at the start (core/train/methods/rate.h)
    double stop_loss, stop_time;
    double tolerance;       // of flow
    double stop_drop;       // end when the loss has dropped by this part of the first; 0: never
    double stop_growth;     // end when amplitudes have grown by this factor; INFINITY: never
    double learning_rate_a; // of the a; NAN: learning_rate
    double momentum;        // mu of gd and sgd
    int64_t nesterov;       // momentum is Nesterov's
    double weight_decay;    // g is the gradient of L + weight_decay / 2 |theta|^2
    double rate_decay;      // step t takes learning_rate / (1 + rate_decay t)
    double adam_beta1, adam_beta2, adam_epsilon;
    int64_t max_steps, max_epochs; // 0 epochs: no limit
    int64_t max_evaluations;       // 0: no limit
    // observe
    int64_t directions;   // they are counted and predicted
    double curve_ratio;   // ratio of the geometric steps at which curves are recorded; 0: off
    int64_t curve_every;  // distance of the evenly spaced steps at which curves are recorded; 0: off
    int64_t curve_counts; // directions are counted at every point of the curve
    int64_t sharpness;    // measured at the start and at the end
    int64_t spectrum;     // number of measured singular values of the Jacobian, up to DP_SPECTRUM
    int64_t risk;         // enum dp_risk_loss, on the test samples
    int64_t alignment;    // initial condensation is measured: core/observe/early.h
    double stage_share;   // its stage ends when the loss has dropped by this share; 0: never
    double resolution;    // degrees; for counting directions: dewpoint/core/directions.h
    double amplitude_cut, direction_share;
    int64_t prediction_starts; // of the search for predicted directions; 0: off
    // store
    char weights[DP_TEXT], trajectories[DP_TEXT]; // none, all or a condition: see dp_sweep_keeps
};

/* The scales of an initialisation, and the exponents to which they correspond at this width (gamma =
 * -log(beta1 beta2 / alpha) / log m, gamma_prime = -log(beta1 / beta2) / log m; NAN at width 1). */
struct dp_scales {
    double alpha, beta1, beta2;
    double gamma, gamma_prime;
};

enum dp_run_status { DP_PENDING = 0, DP_DONE = 1, DP_DIVERGED = 2, DP_STEP_LIMIT = 3, DP_RUN_FAILED = 4 };

/* Why a run ended. At a floor, flow has converged to a loss above stop_loss, and no further step would change
 * it. The floor is a result, and the run is done. The last three are the reasons of runs that failed. */
enum dp_stop {
    DP_STOP_NONE, // it has not
    DP_STOP_LOSS,
    DP_STOP_TIME,
    DP_STOP_DROP,
    DP_STOP_GROWTH,
    DP_STOP_FLOOR,
    DP_STOP_STEPS,
    DP_STOP_EPOCHS,
    DP_STOP_EVALUATIONS,
    DP_STOP_DIVERGED,
    DP_STOP_MEMORY,
    DP_STOP_CRASH,
    DP_STOP_ERROR,
    DP_STOPS
};
extern const char *const dp_stop_names[]; // DP_STOPS of them, then NULL

/* Writes the numbers of runs by reason, such as "60 stop_loss, 38 floor"; "" without any. Returns text. */
const char *dp_stops_text(const int64_t stops[DP_STOPS], char *text, size_t size);

/* What the data of a run predict: nothing (no multiplicity, several outputs, streams), a number of
 * directions, a continuum of them, or nothing that grows at this order. */
enum dp_prediction { DP_PREDICTION_NONE, DP_PREDICTION_COUNTED, DP_PREDICTION_FLAT, DP_PREDICTION_ZERO };

/* The record of a run. */
struct dp_record {
    int64_t status; // enum dp_run_status
    int64_t stop;   // enum dp_stop
    int64_t steps;
    double flow_time;    // sum of the step sizes: gradient-flow time for gd and flow, NAN for adam
    int64_t evaluations; // passes over all neurons, for the gradient or its curvature
    int64_t jacobians;   // of flow's implicit steps, each a pass among these; not in stores
    int64_t bits;        // of the floating-point type, 32 or 64
    double flow_error;   // bound on the relative error of rd_w and rd_a by the steps of flow; NAN for others
    double loss_first, loss, loss_test;
    double risk;             // core/observe/risk.h, at the end; NAN unless asked for, as are the next ones
    double risk_least;       // smallest along the curve; NAN without a curve
    double risk_least_time;  // flow time there
    int64_t risk_least_step; // -1 without a curve
    double risk_least_predicted, risk_least_time_predicted; // core/prediction/linear_modes.h
    int64_t loss_rises;      // steps after which the loss was higher than before; -1 if not known
    double loss_rise;        // largest loss after such a step over the lowest before, less 1; NAN likewise
    double rate_first, rate; // learning rate of the first and the last step; NAN for flow
    double sharpness_first, sharpness; // core/observe/sharpness.h, start and end; NAN unless asked for
    double spectrum_first[DP_SPECTRUM], spectrum[DP_SPECTRUM]; // core/observe/spectrum.h, likewise
    double rd, rd_w, rd_a;     // |theta(end) - theta(0)| / |theta(0)| of all, of the w, of the a
    int64_t directions, lines; // counted (dewpoint/core/directions.h); -1 and NAN below without a prediction
    int64_t prediction;        // enum dp_prediction
    int64_t directions_predicted, lines_predicted;
    int64_t directions_matched, directions_missed, directions_extra;
    int64_t directions_faint, directions_merged, directions_lost;
    double angle_error;       // rad, the largest of the matched
    double prediction_unseen; // estimated chance that a further start would have found another line
    double prediction_pull;   // smallest pull of the predicted directions (core/prediction/extrema/pull.h)
    double direction_width;   // rad, the broadest of those counted; NAN without any
    double active_neurons;    // (sum A)^2 / sum A^2 of the amplitudes A = |a| |w|; NAN without amplitude
    double uncondensed;       // share of the amplitude that no direction holds; NAN without amplitude
    double alignment;         // core/observe/early.h, here and below; NAN unless asked for
    double directions_effective, lines_effective, directions_uniform, lines_uniform;
    double stage_end, stage_alignment, stage_gain, stage_rd_w, stage_active, stage_directions, stage_lines;
    double stage_end_predicted, alignment_predicted;    // core/prediction/initial_stage.h
    double gain_predicted, rd_w_predicted;              // here, too
    int64_t teacher_found, teacher_set, student_active; // core/observe/teacher.h; -1 without a teacher
    double teacher_share;
    double wall_time; // s; filled in by the caller
    int64_t rank;     // filled in by the caller
    int64_t source;   // 0: trained for its store; else where the row was copied from (store_reuse.h)
};

/* One kept point of a training curve. */
struct dp_curve_point {
    double step, flow_time, loss, loss_test, rd, rd_w, rd_a;
    double risk, risk_first, risk_last; // of all outputs, the first and the last; NAN unless asked for
    double growth;                      // of sum |a| |w| since the start
    double directions, lines;           // NAN unless counted along the curve
    double active_neurons;
    double alignment, directions_effective, lines_effective, directions_uniform, lines_uniform;
    double spectrum[DP_SPECTRUM];
};

/* Room for what a run may leave besides its record. The caller owns the arrays, and sets those that it does
 * not need to NULL. */
struct dp_trace {
    int64_t curve_capacity, curve_count;
    struct dp_curve_point *curve; // [curve_capacity]
    double *weights_first;        // [width][d + 1 + o]: w_1..w_d, bias, a_1..a_o of each neuron
    double *weights_last;         // [width][d + 1 + o]
    double *weights_along;        // [curve_capacity][width][d + 1 + o] at each point of the curve
};

/* Initial parameters from a file (scheme file): a row w_1..w_d, bias, a_1..a_o for each neuron. */
struct dp_start {
    int64_t width, components; // m, d + 1 + o
    int64_t inputs;            // d where the file tells it, else 0
    double *values;            // [width][components]
};

/* The multiplicity of the run's activation at 0: its own, or that of the key; 0 for relu, which is not smooth
 * at 0. */
int64_t dp_run_multiplicity(const struct dp_run *run);

/* Number of inputs d and of outputs o of a run. file, here and below: what the run takes from outside, that
 * is, the samples of run->file or the function of run->formula; else NULL. */
int64_t dp_run_inputs(const struct dp_run *run, const struct dp_samples *file);
int64_t dp_run_outputs(const struct dp_run *run, const struct dp_samples *file);

/* Alpha, beta1 and beta2 from the keys of the run's scheme. run must have passed dp_run_check. */
struct dp_scales dp_run_scales(const struct dp_run *run);

/* Fills only gamma and gamma_prime, for tables of all rows: no logarithms where the scheme was given them. */
void dp_run_exponents(const struct dp_run *run, double *gamma, double *gamma_prime);

/* Checks rules that involve several keys: the keys of a scheme belong together, antisymmetric needs an even
 * width, and so on. DP_BAD_INPUT with one sentence and the keys that it is about (error->key); the caller
 * knows their places. */
enum dp_status dp_run_check(const struct dp_run *run, struct dp_error *error);

/* Whether the run reads the value of the key with this name. DP_BAD_INPUT, with the reason as dp_run_check
 * gives it, when another key makes it ineffective, such as learning_rate with method flow. Unlike
 * dp_run_check, it also answers for keys that always have a value; only the caller knows whether the user
 * gave it. */
enum dp_status dp_run_reads(const struct dp_run *run, const char *key, struct dp_error *error);

/* Gives every key that the run does not read (dp_run_reads) a fixed value, so that runs that differ only in
 * such keys become equal. For comparisons; the run must not be trained afterwards. */
void dp_run_clear_unread(struct dp_run *run);

/* The version of the bits of results. It increases with every change of the program that changes a result of
 * any run. Records of one version are interchangeable; those of two versions are not. */
enum { DP_RESULTS_VERSION = 2 };

/* A flow_error above which a run hangs on details of its data. dp_unsure_text writes the sentence that tells
 * of so many of them, and returns text. */
#define DP_UNSURE 0.2
enum { DP_UNSURE_TEXT = 160 };
const char *dp_unsure_text(int64_t runs, char text[DP_UNSURE_TEXT]);

/* How many percent of all runs are done, rounded to a step of 1, .1, ...; less than 100 while one is left. */
double dp_percent_done(int64_t done, int64_t all, double step);

/* Whether a run would leave this same record under the stops and limits of `other`, which differs only in
 * these keys (max_steps, stop_loss, ...). A limit that was not reached does not matter, and neither does a
 * higher one. If the record cannot decide this, the answer is no. */
bool dp_run_ends_alike(const struct dp_run *run, const struct dp_record *record, const struct dp_run *other);

/* The number of steps after which a run is over whatever its loss, by max_steps and max_epochs, and by
 * max_evaluations if a step is one evaluation. */
int64_t dp_run_most_steps(const struct dp_run *run, const struct dp_samples *file);

/* Whether the run may end before it has taken all these steps, unless it diverges. */
bool dp_run_may_end_early(const struct dp_run *run);

/* The bits of the floating-point type in which the run is trained: 32 or 64, by its keys alone
 * (core/train/precision.c). */
int64_t dp_run_bits(const struct dp_run *run);

/* Whether a run keeps a curve. */
bool dp_run_keeps_curve(const struct dp_run *run);

/* The number of curve points that a run can leave: step 0, the steps of its curve, and the last; 0 without
 * curves. */
int64_t dp_run_curve_capacity(const struct dp_run *run);

/* The neurons of the teacher of a run with target teacher, f = (1/M) sum_j a_j relu(w_j . x), drawn by
 * data_seed: a_j normal, w_j with its bias uniform on the unit sphere. rows [teacher_width][d + 2]: w_1..w_d,
 * bias, a. */
void dp_run_teacher(const struct dp_run *run, double *rows);

/* Estimates for scheduling only: the run's evaluations, and its cost in multiply-adds if it takes so many. */
double dp_run_evaluations(const struct dp_run *run, const struct dp_samples *file);
double dp_run_cost(const struct dp_run *run, const struct dp_samples *file);

/* The least memory in bytes for training the run, without its curve and kept parameters; and what it takes
 * where flow needs implicit steps or repeats the run. */
double dp_run_memory(const struct dp_run *run, const struct dp_samples *file);
double dp_run_memory_at_most(const struct dp_run *run, const struct dp_samples *file);

/* A watch on runs in training. The core knows no clock, no signals and no files, so the caller's watch
 * decides when to save and when to stop. */
enum dp_wish { DP_GO_ON, DP_SAVE, DP_STOP_NOW };
struct dp_watch {
    void *context;
    int64_t apart; // number of steps between two questions
    /* Asked before a step, so it must be fast. work[index] is one of the runs in training; it has taken this
     * many steps, and the last of them found this loss. DP_SAVE saves the state of all runs in training, and
     * they continue. DP_STOP_NOW saves it and leaves them pending; their records tell their evaluations. */
    enum dp_wish (*look)(void *context, int64_t index, double steps, double loss);
    /* Takes the state of work[index], which is released afterwards. */
    void (*save)(void *context, int64_t index, const void *state, size_t size);
};

/* One run to train, and the place of its results; the caller owns everything. */
struct dp_work {
    const struct dp_run *run;
    const struct dp_samples *file; // the data of run->file, NULL for named targets
    const struct dp_start *start;  // scheme file: the parameters to start from, else NULL
    bool shares_data; // all data keys are those of the work before it (dp_keys_agree); false: not known
    struct dp_record *record; // filled in, but for wall_time and rank
    struct dp_trace *trace;   // may be NULL
    const void *state;        // state of the same run that a watch saved, to continue from; NULL: start anew
    size_t state_size;
};

/* Trains count runs. Neighbours of one shape may be trained side by side, which changes only their speed:
 * each record is the same as if the run were trained alone. isa: a name from dp_isa_names that caps the
 * instruction set, or NULL for the best of this processor. Returns DP_NO_MEMORY on failure; a diverged run is
 * DP_OK. */
enum dp_status dp_runs_execute(const struct dp_work *work, int64_t count, const char *isa,
                               struct dp_error *error);

/* The same under a watch. Runs that it stops are DP_OK, too, and their records have the status DP_PENDING.
 * DP_INTERNAL for a state of another run. */
enum dp_status dp_runs_execute_watched(const struct dp_work *work, int64_t count, const char *isa,
                                       const struct dp_watch *watch, struct dp_error *error);

/* The same for one run. */
enum dp_status dp_run_execute(const struct dp_run *run, const struct dp_samples *file, const char *isa,
                              struct dp_record *record, struct dp_trace *trace, struct dp_error *error);

/* The number of runs like this one that dp_runs_execute trains side by side in about the time of one: 16 for
 * small networks, else 1. */
int64_t dp_run_companions(const struct dp_run *run);
