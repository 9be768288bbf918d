// SPDX-License-Identifier: BSD-3-Clause
#include "store/format/columns.h"
#include <math.h>
#include <string.h>

static const char *const status_names[] = {"pending", "done", "diverged", "step_limit", "failed", NULL};

static const char *const prediction_names[] = {"none", "counted", "flat", "zero", NULL};

// A column that is in every store of its role, or only where a key has a value from least to most.
#define ALWAYS 0, INT64_MIN, INT64_MAX
#define IF(key, least, most) offsetof(struct dp_run, key), least, most
#define PLACE(field) DP_FROM_PLACE, offsetof(struct dp_row_place, field), ALWAYS
#define RECORD(field) DP_FROM_RECORD, offsetof(struct dp_record, field), ALWAYS
#define RECORD_IF(field, ...) DP_FROM_RECORD, offsetof(struct dp_record, field), IF(__VA_ARGS__)
#define CURVE(field) DP_ROLE_CURVE, DP_FROM_CURVE, offsetof(struct dp_curve_point, field), ALWAYS
#define CURVE_IF(field, ...)                                                                                 \
    DP_ROLE_CURVE, DP_FROM_CURVE, offsetof(struct dp_curve_point, field), IF(__VA_ARGS__)
#define NOTHING DP_FROM_NOTHING, 0, ALWAYS
#define RISK risk, DP_RISK_L1, DP_RISK_L2
#define ALIGNMENT alignment, 1, 1
#define SPECTRUM(i)                                                                                          \
    {                                                                                                        \
        "spectrum_" #i, F64, DP_ROLE_RESULT, RECORD_IF(spectrum[i - 1], spectrum, i, DP_SPECTRUM), "1",      \
            "singular value " #i " of the Jacobian", "at the end; of f on the training samples", NULL        \
    }
#define SPECTRUM_FIRST(i)                                                                                    \
    {                                                                                                        \
        "spectrum_first_" #i, F64, DP_ROLE_RESULT,                                                           \
            RECORD_IF(spectrum_first[i - 1], spectrum, i, DP_SPECTRUM), "1",                                 \
            "singular value " #i " of the Jacobian", "at the start; of f on the training samples", NULL      \
    }
#define SPECTRUM_CURVE(i)                                                                                    \
    {                                                                                                        \
        "curve_spectrum_" #i, F64, CURVE_IF(spectrum[i - 1], spectrum, i, DP_SPECTRUM), "1",                 \
            "singular value " #i " of the Jacobian", "along training", NULL                                  \
    }
#define UP_TO_8(row) row(1), row(2), row(3), row(4), row(5), row(6), row(7), row(8)
#define TEACHER target, DP_TEACHER, DP_TEACHER
#define I32 DP_COLUMN_I32
#define U32 DP_COLUMN_U32
#define I64 DP_COLUMN_I64
#define F64 DP_COLUMN_F64

/* THE table of columns, in the order of the file. The coordinates of other swept keys come after `seed`.
 * Numbers that fit have 32 bits, because R has no whole numbers of 64 bits. */
static const struct dp_column table[] = {
    // clang-format off
    // name             type  role                where it comes from    unit  meaning, and more of it               flags
    {"run",              I32, DP_ROLE_COORDINATE, PLACE(row),            "1", "row of the run in the sweep", NULL, NULL},
    {"gamma",            F64, DP_ROLE_COORDINATE, PLACE(gamma),          "1", "exponent gamma of the initial scale", "kappa = beta1 beta2 / alpha = width^-gamma", NULL},
    {"gamma_prime",      F64, DP_ROLE_COORDINATE, PLACE(gamma_prime),    "1", "exponent gamma' of the initial imbalance", "kappa' = beta1 / beta2 = width^-gamma_prime", NULL},
    {"width",            I32, DP_ROLE_COORDINATE, PLACE(width),          "1", "number of hidden neurons", NULL, NULL},
    {"multiplicity",     I32, DP_ROLE_COORDINATE, PLACE(multiplicity),   "1", "multiplicity of the activation at 0", "0: the activation is not smooth there", NULL},
    {"seed",             I64, DP_ROLE_COORDINATE, PLACE(seed),           "1", "seed of the initial parameters", NULL, NULL},
    {"status",           I32, DP_ROLE_STATUS,     RECORD(status),        "1", "how the run ended", "results of a pending row are not valid", status_names},
    {"stop_reason",      I32, DP_ROLE_RESULT,     RECORD(stop),          "1", "why the run ended", "a stop, a floor (flow converged above stop_loss), or a limit", dp_stop_names},
    {"steps",            I64, DP_ROLE_RESULT,     RECORD(steps),         "1", "training steps taken", NULL, NULL},
    {"evaluations",      I64, DP_ROLE_RESULT,     RECORD(evaluations),   "1", "passes over all neurons", "for the gradient or its curvature", NULL},
    {"bits",             I32, DP_ROLE_RESULT,     RECORD(bits),          "1", "bits of the floating-point type", "of the training", NULL},
    {"flow_error",       F64, DP_ROLE_RESULT,     RECORD(flow_error),    "1", "error of rd_w and rd_a by the steps of flow", "relative; a bound in 92 to 100 % of noisy runs", NULL},
    {"flow_time",        F64, DP_ROLE_RESULT,     RECORD(flow_time),     "1", "gradient-flow time at the end", "sum of the step sizes", NULL},
    {"loss_first",       F64, DP_ROLE_RESULT,     RECORD(loss_first),    "1", "training loss at the start", NULL, NULL},
    {"loss",             F64, DP_ROLE_RESULT,     RECORD(loss),          "1", "training loss at the end", NULL, NULL},
    {"loss_test",        F64, DP_ROLE_RESULT,     RECORD(loss_test),     "1", "test loss at the end", NULL, NULL},
    {"risk",             F64, DP_ROLE_RESULT,     RECORD_IF(risk, RISK),          "1", "risk at the end", "mean over the test samples of sum |f - y| or sum (f - y)^2 over the outputs", NULL},
    {"risk_least",       F64, DP_ROLE_RESULT,     RECORD_IF(risk_least, RISK),    "1", "smallest risk along the curve", NULL, NULL},
    {"risk_least_step",  I64, DP_ROLE_RESULT,     RECORD_IF(risk_least_step, RISK), "1", "step of the smallest risk", NULL, NULL},
    {"risk_least_time",  F64, DP_ROLE_RESULT,     RECORD_IF(risk_least_time, RISK), "1", "flow time of the smallest risk", NULL, NULL},
    {"risk_least_predicted", F64, DP_ROLE_RESULT, RECORD_IF(risk_least_predicted, RISK), "1", "smallest risk by the closed form", "of linear networks whose modes do not interact, on noisy labels", NULL},
    {"risk_least_time_predicted", F64, DP_ROLE_RESULT, RECORD_IF(risk_least_time_predicted, RISK), "1", "flow time of the predicted smallest risk", NULL, NULL},
    {"loss_rises",       I64, DP_ROLE_RESULT,     RECORD(loss_rises),    "1", "steps that raised the training loss", "by more than rounding; with minibatches: epochs, if stop_loss is set", NULL},
    {"loss_rise",        F64, DP_ROLE_RESULT,     RECORD(loss_rise),     "1", "largest rise of the training loss", "above the lowest before, relative to it, at the steps that loss_rises counts", NULL},
    {"rate_first",       F64, DP_ROLE_RESULT,     RECORD(rate_first),    "1", "learning rate of the first step", NULL, NULL},
    {"rate",             F64, DP_ROLE_RESULT,     RECORD(rate),          "1", "learning rate of the last step", NULL, NULL},
    {"sharpness_first",  F64, DP_ROLE_RESULT,     RECORD(sharpness_first), "1", "sharpness at the start", "largest eigenvalue of 2 c J J^T, J the Jacobian of f on the training samples and c sum e^2 the loss", NULL},
    {"sharpness",        F64, DP_ROLE_RESULT,     RECORD(sharpness),     "1", "sharpness at the end", NULL, NULL},
    UP_TO_8(SPECTRUM_FIRST), UP_TO_8(SPECTRUM),
    {"rd",               F64, DP_ROLE_RESULT,     RECORD(rd),            "1", "relative distance of all parameters", "from their start", NULL},
    {"rd_w",             F64, DP_ROLE_RESULT,     RECORD(rd_w),          "1", "relative distance of input weights", "and biases, from their start", NULL},
    {"rd_a",             F64, DP_ROLE_RESULT,     RECORD(rd_a),          "1", "relative distance of output weights", "from their start", NULL},
    {"active_neurons",   F64, DP_ROLE_RESULT,     RECORD(active_neurons), "1", "effective number of active neurons", "(sum A)^2 / sum A^2 of the amplitudes A = |a| |w| above amplitude_cut", NULL},
    {"directions",       I32, DP_ROLE_RESULT,     RECORD(directions),    "1", "number of condensed directions", NULL, NULL},
    {"lines",            I32, DP_ROLE_RESULT,     RECORD(lines),         "1", "number of condensed lines", "condensed directions, opposite ones counted once", NULL},
    {"uncondensed",      F64, DP_ROLE_RESULT,     RECORD(uncondensed),   "1", "share of the amplitude outside directions", "the amplitude that no counted direction holds", NULL},
    {"direction_width",  F64, DP_ROLE_RESULT,     RECORD(direction_width), "rad", "angular width of the broadest direction", "standard deviation of the angle within a condensed direction", NULL},
    {"prediction",       I32, DP_ROLE_RESULT,     RECORD(prediction),    "1", "what the data predict", "nothing, a number of directions, a continuum, or no growth at this order", prediction_names},
    {"directions_predicted", I32, DP_ROLE_RESULT, RECORD(directions_predicted), "1", "number of predicted directions", "growing extrema of mean y (w.x)^p over the data", NULL},
    {"lines_predicted",  I32, DP_ROLE_RESULT,     RECORD(lines_predicted), "1", "number of predicted lines", "predicted directions, opposite ones counted once", NULL},
    {"directions_matched", I32, DP_ROLE_RESULT,   RECORD(directions_matched), "1", "condensed directions that are predicted", "within the resolution", NULL},
    {"directions_missed", I32, DP_ROLE_RESULT,    RECORD(directions_missed), "1", "predicted directions that were missed", "no condensed direction matches them", NULL},
    {"directions_extra", I32, DP_ROLE_RESULT,     RECORD(directions_extra), "1", "condensed directions beyond the predicted", "no predicted direction matches them", NULL},
    {"directions_faint", I32, DP_ROLE_RESULT,     RECORD(directions_faint), "1", "missed directions that are faint", "too little of the amplitude starts in their basins", NULL},
    {"directions_merged", I32, DP_ROLE_RESULT,    RECORD(directions_merged), "1", "missed directions that merged", "they lie within the resolution of another predicted direction", NULL},
    {"directions_lost",  I32, DP_ROLE_RESULT,     RECORD(directions_lost), "1", "missed directions that are lost", "predicted directions that are neither faint nor merged", NULL},
    {"angle_error",      F64, DP_ROLE_RESULT,     RECORD(angle_error),   "rad", "largest angle to a predicted direction", "between a condensed direction and the predicted one that it matches", NULL},
    {"prediction_unseen", F64, DP_ROLE_RESULT,    RECORD(prediction_unseen), "1", "chance that a line was not found", "estimated chance that one more start of the search would find another line", NULL},
    {"prediction_pull",  F64, DP_ROLE_RESULT,     RECORD(prediction_pull), "1", "exponent of the slowest approach", "angles to a predicted direction fall as |w|^-pull", NULL},
    {"alignment",        F64, DP_ROLE_RESULT,     RECORD_IF(alignment, ALIGNMENT),     "1", "alignment of the w with the data", "C, C^2 = sum (w.z)^2 / sum |w|^2 for the unit vector z along mean y x", NULL},
    {"directions_effective", F64, DP_ROLE_RESULT, RECORD_IF(directions_effective, ALIGNMENT), "1", "effective number of directions", "1 / sum p_k p_l over pairs of neurons with a cosine above .95, p their shares of the amplitude", NULL},
    {"lines_effective",  F64, DP_ROLE_RESULT,     RECORD_IF(lines_effective, ALIGNMENT), "1", "effective number of lines", "as directions_effective, with the magnitude of the cosine", NULL},
    {"directions_uniform", F64, DP_ROLE_RESULT,   RECORD_IF(directions_uniform, ALIGNMENT), "1", "effective directions, neurons weighed alike", "as directions_effective, with equal shares", NULL},
    {"lines_uniform",    F64, DP_ROLE_RESULT,     RECORD_IF(lines_uniform, ALIGNMENT), "1", "effective lines, neurons weighed alike", "as lines_effective, with equal shares", NULL},
    {"stage_end",        F64, DP_ROLE_RESULT,     RECORD_IF(stage_end, ALIGNMENT),     "1", "flow time at the end of the initial stage", "where the loss has dropped by stage_share of its first value", NULL},
    {"stage_alignment",  F64, DP_ROLE_RESULT,     RECORD_IF(stage_alignment, ALIGNMENT), "1", "alignment at the end of the stage", NULL, NULL},
    {"stage_gain",       F64, DP_ROLE_RESULT,     RECORD_IF(stage_gain, ALIGNMENT),    "1", "growth of G by the end of the stage", "G / G(start) - 1, G = (D - 1) C^2 / (1 - C^2) of the alignment C, D the components of w; G(start) is about 1", NULL},
    {"stage_rd_w",       F64, DP_ROLE_RESULT,     RECORD_IF(stage_rd_w, ALIGNMENT),    "1", "rd_w at the end of the stage", NULL, NULL},
    {"stage_active",     F64, DP_ROLE_RESULT,     RECORD_IF(stage_active, ALIGNMENT),  "1", "active neurons at the end of the stage", "effective number, (sum A)^2 / sum A^2 of all amplitudes", NULL},
    {"stage_directions", F64, DP_ROLE_RESULT,     RECORD_IF(stage_directions, ALIGNMENT), "1", "effective directions at the end of the stage", NULL, NULL},
    {"stage_lines",      F64, DP_ROLE_RESULT,     RECORD_IF(stage_lines, ALIGNMENT),   "1", "effective lines at the end of the stage", NULL, NULL},
    {"stage_end_predicted", F64, DP_ROLE_RESULT,  RECORD_IF(stage_end_predicted, ALIGNMENT), "1", "stage_end by the closed form", "where the loss has dropped by the same share, for multiplicity 1 and f = 0 at the start", NULL},
    {"alignment_predicted", F64, DP_ROLE_RESULT,  RECORD_IF(alignment_predicted, ALIGNMENT), "1", "stage_alignment by the closed form", NULL, NULL},
    {"gain_predicted",   F64, DP_ROLE_RESULT,     RECORD_IF(gain_predicted, ALIGNMENT), "1", "stage_gain by the closed form", NULL, NULL},
    {"rd_w_predicted",   F64, DP_ROLE_RESULT,     RECORD_IF(rd_w_predicted, ALIGNMENT), "1", "stage_rd_w by the closed form", NULL, NULL},
    {"teacher_found",    I32, DP_ROLE_RESULT,     RECORD_IF(teacher_found, TEACHER), "1", "number of teacher neurons found", "students within the resolution carry at least half of their amplitude, sign included", NULL},
    {"teacher_set",      I32, DP_ROLE_RESULT,     RECORD_IF(teacher_set, TEACHER),   "1", "which teacher neurons were found", "bit r: the neuron of rank r by |a|; for teachers with up to 31 neurons", NULL},
    {"teacher_share",    F64, DP_ROLE_RESULT,     RECORD_IF(teacher_share, TEACHER), "1", "share of the teacher's amplitude found", NULL, NULL},
    {"student_active",   I32, DP_ROLE_RESULT,     RECORD_IF(student_active, TEACHER), "1", "number of active student neurons", "with at least .01 of the largest amplitude of the teacher", NULL},
    {"wall_time",        F64, DP_ROLE_NOTE,       RECORD(wall_time),     "s", "time that the run took", NULL, NULL},
    {"rank",             I32, DP_ROLE_NOTE,       RECORD(rank),          "1", "MPI rank that trained the run", NULL, NULL},
    {"source",           I32, DP_ROLE_NOTE,       RECORD(source),        "1", "where the row was copied from", "0: trained for this store; else a line of the attribute sources, counted from 1", NULL},
    {"checksum",         U32, DP_ROLE_CHECKSUM,   NOTHING,               "1", "CRC-32 of the row", "over coordinates, status, results, and where the run's weights lie", NULL},
    {"curve_step",       F64, CURVE(step),                               "1", "training step of a point of the curves", NULL, NULL},
    {"curve_flow_time",  F64, CURVE(flow_time),                          "1", "gradient-flow time along the curves", NULL, NULL},
    {"curve_loss",       F64, CURVE(loss),                               "1", "training loss along training", NULL, NULL},
    {"curve_loss_test",  F64, CURVE(loss_test),                          "1", "test loss along training", NULL, NULL},
    {"curve_risk",       F64, CURVE_IF(risk, RISK),                               "1", "risk along training", "of all outputs together", NULL},
    {"curve_risk_first", F64, CURVE_IF(risk_first, RISK),                         "1", "risk of the first output", "in the synaptic basis the strongest mode", NULL},
    {"curve_risk_last",  F64, CURVE_IF(risk_last, RISK),                          "1", "risk of the last output", "in the synaptic basis the weakest mode", NULL},
    {"curve_rd",         F64, CURVE(rd),                                 "1", "relative distance of all parameters", "from their start, along training", NULL},
    {"curve_rd_w",       F64, CURVE(rd_w),                               "1", "relative distance of input weights", "and biases, from their start, along training", NULL},
    {"curve_rd_a",       F64, CURVE(rd_a),                               "1", "relative distance of output weights", "from their start, along training", NULL},
    {"curve_growth",     F64, CURVE(growth),                             "1", "growth of the amplitude along training", "of sum |a| |w| since the start", NULL},
    {"curve_directions", F64, CURVE(directions),                         "1", "condensed directions along training", "if curve_counts is set", NULL},
    {"curve_lines",      F64, CURVE(lines),                              "1", "condensed lines along training", "condensed directions, opposite ones counted once", NULL},
    {"curve_active_neurons", F64, CURVE(active_neurons),                 "1", "active neurons along training", "effective number, (sum A)^2 / sum A^2 of all amplitudes", NULL},
    {"curve_alignment",  F64, CURVE_IF(alignment, ALIGNMENT),                          "1", "alignment with the data along training", NULL, NULL},
    {"curve_directions_effective", F64, CURVE_IF(directions_effective, ALIGNMENT),     "1", "effective directions along training", NULL, NULL},
    {"curve_lines_effective", F64, CURVE_IF(lines_effective, ALIGNMENT),               "1", "effective lines along training", NULL, NULL},
    {"curve_directions_uniform", F64, CURVE_IF(directions_uniform, ALIGNMENT),         "1", "effective directions, neurons alike", "along training", NULL},
    {"curve_lines_uniform", F64, CURVE_IF(lines_uniform, ALIGNMENT),                   "1", "effective lines, neurons alike", "along training", NULL},
    UP_TO_8(SPECTRUM_CURVE),
    {"curve_checksum",   U32, DP_ROLE_CURVE_CHECKSUM, NOTHING,            "1", "CRC-32 of the run's curves", "over run and the rows of the curves", NULL},
    {"weights_inputs",   I32, DP_ROLE_SHAPE,      PLACE(inputs),         "1", "number d of inputs", "components are w_1..w_d, bias, a_1..a_o", NULL},
    {"weights_outputs",  I32, DP_ROLE_SHAPE,      PLACE(outputs),        "1", "number o of outputs", "components are w_1..w_d, bias, a_1..a_o", NULL},
    {"weights_row_size", I64, DP_ROLE_WEIGHTS_INDEX, PLACE(neurons),     "1", "number of the run's neurons", "in weights_first and weights_last", NULL},
    {"weights_offset",   I64, DP_ROLE_WEIGHTS_INDEX, PLACE(neurons_before), "1", "index of the run's first neuron", "in weights_first and weights_last", NULL},
    {"weights_first",    F64, DP_ROLE_WEIGHTS,    NOTHING,               "1", "parameters of each neuron at the start", "w_1..w_d, bias, a_1..a_o", NULL},
    {"weights_last",     F64, DP_ROLE_WEIGHTS,    NOTHING,               "1", "parameters of each neuron at the end", "w_1..w_d, bias, a_1..a_o", NULL},
    {"along_row_size",   I64, DP_ROLE_ALONG_INDEX, PLACE(along),         "1", "number of the run's rows in weights_along", "points of its curve times neurons", NULL},
    {"along_offset",     I64, DP_ROLE_ALONG_INDEX, PLACE(along_before),  "1", "index of the run's first row in weights_along", NULL, NULL},
    {"weights_along",    F64, DP_ROLE_ALONG,      NOTHING,               "1", "parameters of each neuron along training", "at each point of the curve, point by point: w_1..w_d, bias, a_1..a_o", NULL},
    {"weights_checksum", U32, DP_ROLE_WEIGHTS_CHECKSUM, NOTHING,            "1", "CRC-32 of the run's weights", "over run and its rows of weights_first, weights_last and weights_along", NULL},
    // clang-format on
};

_Static_assert(DP_SPECTRUM == 8, "rows for as many singular values as a record has");
enum { TABLE_ROWS = sizeof table / sizeof table[0] };
_Static_assert(TABLE_ROWS + DP_SWEEP_AXES <= DP_STORE_COLUMNS, "a layout has room for every column");

const struct dp_column *dp_column_row(int i)
{
    return i < TABLE_ROWS ? &table[i] : NULL;
}

const struct dp_column *dp_column_find(const char *name)
{
    for (int i = 0; i < TABLE_ROWS; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

const struct dp_checksum dp_checksums[DP_CHECKSUMS] = {
    {"checksum", 1U << DP_ROLE_COORDINATE | 1U << DP_ROLE_STATUS | 1U << DP_ROLE_RESULT | DP_ROLES_INDEX},
    {"curve_checksum", 1U << DP_ROLE_CURVE},
    {"weights_checksum", DP_ROLES_RAGGED},
};

int dp_column_dimensions(enum dp_column_role role, const char *names[static 2])
{
    const bool ragged = dp_role_in(role, DP_ROLES_RAGGED);
    names[0] = role == DP_ROLE_WEIGHTS ? "neuron" : role == DP_ROLE_ALONG ? "neuron_point" : "run";
    names[1] = ragged ? "component" : "point";
    return ragged || role == DP_ROLE_CURVE ? 2 : 1;
}

bool dp_column_has_fill(const struct dp_column *column)
{
    return column->role == DP_ROLE_RESULT || column->role == DP_ROLE_NOTE || column->role == DP_ROLE_CURVE ||
           dp_role_in(column->role, DP_ROLES_RAGGED);
}

void dp_column_put(const struct dp_column *column, const void *source, unsigned char *bytes)
{
    const char *from = (const char *)source + column->offset;
    if (column->type == DP_COLUMN_F64) {
        double value;
        memcpy(&value, from, sizeof value);
        dp_put_real(value, bytes);
    } else {
        int64_t value;
        memcpy(&value, from, sizeof value);
        dp_put_whole(column->type, value, bytes);
    }
}
