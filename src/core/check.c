// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/batches.h"
#include "core/data/data.h"
#include "dewpoint/core/run.h"
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Which keys go together. Most rules have one of two forms and are rows of a table: some values of one key do
 * not read another key, or they require it. The other rules are functions below the tables. */

struct key {
    const char *name;
    size_t offset; // in struct dp_run
    enum { REAL, WHOLE, TEXT } type;
};
#define KEY(field)                                                                                           \
    {                                                                                                        \
#        field, offsetof(struct dp_run, field),                                                              \
            _Generic(((struct dp_run *)0)->field, double                                                     \
                     : REAL, int64_t                                                                         \
                     : WHOLE, default                                                                        \
                     : TEXT)                                                                                 \
    }

/* The keys whose value decides which other keys are read. POINTS stands for the value to which `points: auto`
 * resolves. */
enum owner { ACTIVATION, SCHEME, DRAW, TARGET, POINTS, BASIS, STREAMING, METHOD };
static const struct {
    struct key key;
    const char *const *names;
} owners[] = {
    [ACTIVATION] = {KEY(activation), dp_activation_names},
    [SCHEME] = {KEY(scheme), dp_scheme_names},
    [DRAW] = {KEY(draw), dp_draw_names},
    [TARGET] = {KEY(target), dp_target_names},
    [POINTS] = {KEY(points), dp_points_names},
    [BASIS] = {KEY(basis), dp_basis_names},
    [STREAMING] = {KEY(streaming), dp_streaming_names},
    [METHOD] = {KEY(method), dp_method_names},
};

#define IS(value) (1u << (value))
#define LISTS (IS(DP_TWO_POINTS) | IS(DP_FIVE_POINTS) | IS(DP_FILE))

static const char as_they_are[] = "it takes all samples as they are";
static const char own_parameters[] = "it takes the parameters as they are";

/* A key that only some values of its owner read. With another value it would be ignored, so it must be
 * unset. */
static const struct reading {
    struct key key;
    enum {
        DEFAULT,
        ALWAYS
    } set;        // ALWAYS: the key has a value in every run, so only a sweep can tell who set it
    double unset; // the value that means unset, NAN or a number
    enum owner owner;
    unsigned readers;    // bits of the owner's values
    const char *because; // why the others do not read it; NULL: the sentence names the readers instead
} readings[] = {
    {KEY(multiplicity), DEFAULT, 0, ACTIVATION, IS(DP_TANH), NULL},

    {KEY(gamma), ALWAYS, NAN, SCHEME, IS(DP_SCHEME_PHASE), NULL},
    {KEY(gamma_prime), ALWAYS, NAN, SCHEME, IS(DP_SCHEME_PHASE), NULL},
    {KEY(t), DEFAULT, NAN, SCHEME, IS(DP_SCHEME_POWER), NULL},
    {KEY(alpha), DEFAULT, NAN, SCHEME, ~IS(DP_SCHEME_POWER), NULL},
    {KEY(beta1), DEFAULT, NAN, SCHEME, IS(DP_SCHEME_DIRECT), NULL},
    {KEY(beta1), DEFAULT, NAN, DRAW, ~IS(DP_DRAW_BALANCED), "it sets a = +-|w|"},
    {KEY(beta2), DEFAULT, NAN, SCHEME, IS(DP_SCHEME_PHASE) | IS(DP_SCHEME_DIRECT), NULL},
    {KEY(alpha_exponent), DEFAULT, NAN, SCHEME, IS(DP_SCHEME_PHASE) | IS(DP_SCHEME_DIRECT), NULL},
    {KEY(init_scale), DEFAULT, 1, SCHEME, ~IS(DP_SCHEME_FILE), own_parameters},
    {KEY(draw), DEFAULT, 0, SCHEME, ~IS(DP_SCHEME_FILE), own_parameters},
    {KEY(antisymmetric), DEFAULT, 0, SCHEME, ~IS(DP_SCHEME_FILE), own_parameters},
    {KEY(antisymmetric), DEFAULT, 0, DRAW, ~IS(DP_DRAW_DIAGONAL), NULL},
    {KEY(path), DEFAULT, 0, SCHEME, IS(DP_SCHEME_FILE), NULL},

    {KEY(file), DEFAULT, 0, TARGET, IS(DP_FILE), NULL},
    {KEY(x), DEFAULT, 0, TARGET, IS(DP_FILE), NULL},
    {KEY(y), DEFAULT, 0, TARGET, IS(DP_FILE), NULL},
    {KEY(samples_in), DEFAULT, 0, TARGET, IS(DP_FILE), NULL},
    {KEY(standardize), DEFAULT, 0, TARGET, IS(DP_FILE), NULL},
    {KEY(standardize_y), DEFAULT, 0, TARGET, IS(DP_FILE), NULL},
    {KEY(test_file), DEFAULT, 0, TARGET, IS(DP_FILE), NULL},
    {KEY(test_share), DEFAULT, 0, TARGET, IS(DP_FILE), NULL},
    {KEY(test_seed), DEFAULT, 0, TARGET, IS(DP_FILE), NULL},
    {KEY(formula), DEFAULT, 0, TARGET, IS(DP_FORMULA), NULL},
    {KEY(samples), DEFAULT, 0, TARGET, ~LISTS, as_they_are},
    {KEY(inputs), DEFAULT, 0, TARGET, ~LISTS, as_they_are},
    {KEY(outputs), DEFAULT, 0, TARGET, ~LISTS, as_they_are},
    {KEY(points), DEFAULT, 0, TARGET, ~LISTS, as_they_are},
    {KEY(low), DEFAULT, NAN, TARGET, ~LISTS, as_they_are},
    {KEY(low), DEFAULT, NAN, POINTS, ~(IS(DP_NORMAL) | IS(DP_DECORRELATED)), "they are standard normal"},
    {KEY(high), DEFAULT, NAN, TARGET, ~LISTS, as_they_are},
    {KEY(high), DEFAULT, NAN, POINTS, ~(IS(DP_NORMAL) | IS(DP_DECORRELATED)), "they are standard normal"},
    {KEY(input_ratio), DEFAULT, 1, POINTS, IS(DP_NORMAL) | IS(DP_DECORRELATED), NULL},
    {KEY(teacher_width), ALWAYS, NAN, TARGET, IS(DP_TEACHER), NULL},
    {KEY(mode_low), ALWAYS, NAN, TARGET, IS(DP_LINEAR_MODES), NULL},
    {KEY(mode_high), ALWAYS, NAN, TARGET, IS(DP_LINEAR_MODES), NULL},
    {KEY(streaming), DEFAULT, 0, TARGET, ~(LISTS | IS(DP_RANDOM)),
     "it has no function from which samples can be drawn"},
    {KEY(streaming), DEFAULT, 0, POINTS, IS(DP_UNIFORM) | IS(DP_NORMAL), NULL},
    {KEY(streaming), DEFAULT, 0, BASIS, IS(DP_BASIS_ORIGINAL), NULL},
    {KEY(streaming), DEFAULT, 0, METHOD, IS(DP_SGD) | IS(DP_ADAM), NULL},

    {KEY(batch), DEFAULT, 0, METHOD, IS(DP_SGD) | IS(DP_ADAM), NULL},
    {KEY(learning_rate), ALWAYS, NAN, METHOD, ~IS(DP_FLOW), NULL},
    {KEY(learning_rate_a), DEFAULT, NAN, METHOD, IS(DP_GD) | IS(DP_SGD) | IS(DP_ADAM), NULL},
    {KEY(momentum), DEFAULT, 0, METHOD, IS(DP_GD) | IS(DP_SGD), NULL},
    {KEY(nesterov), DEFAULT, 0, METHOD, IS(DP_GD) | IS(DP_SGD), NULL},
    {KEY(weight_decay), DEFAULT, 0, METHOD, IS(DP_GD) | IS(DP_SGD) | IS(DP_ADAM), NULL},
    {KEY(rate_decay), DEFAULT, 0, METHOD, IS(DP_GD) | IS(DP_SGD) | IS(DP_ADAM), NULL},
    {KEY(tolerance), ALWAYS, NAN, METHOD, IS(DP_FLOW), NULL},
    {KEY(adam_beta1), ALWAYS, NAN, METHOD, IS(DP_ADAM), NULL},
    {KEY(adam_beta2), ALWAYS, NAN, METHOD, IS(DP_ADAM), NULL},
    {KEY(adam_epsilon), ALWAYS, NAN, METHOD, IS(DP_ADAM), NULL},
};

/* A key that a value of another key requires. */
static const struct need {
    enum owner owner;
    int64_t value;
    struct key key;
    double unset;
} needs[] = {
    {SCHEME, DP_SCHEME_POWER, KEY(t), NAN}, {SCHEME, DP_SCHEME_DIRECT, KEY(beta2), NAN},
    {SCHEME, DP_SCHEME_FILE, KEY(path), 0}, {TARGET, DP_FILE, KEY(file), 0},
    {TARGET, DP_FORMULA, KEY(formula), 0},  {STREAMING, DP_GROWING_SETS, KEY(batch), 0},
};

enum {
    READINGS = sizeof readings / sizeof *readings,
    NEEDS = sizeof needs / sizeof *needs,
    OWNERS = sizeof owners / sizeof *owners
};

/* One sentence, with the key that it is about and another that could be changed instead, or NULL. */
static enum dp_status refuse(struct dp_error *error, const char *key, const char *other, const char *format,
                             ...) __attribute__((format(printf, 4, 5)));

static enum dp_status refuse(struct dp_error *error, const char *key, const char *other, const char *format,
                             ...)
{
    char sentence[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (error) {
        snprintf(error->key, sizeof error->key, "%s", key);
        snprintf(error->other_key, sizeof error->other_key, "%s", other ? other : "");
    }
    return dp_fail(error, DP_BAD_INPUT, "%s", sentence);
}

static bool is_set(const struct dp_run *run, const struct key *key, double unset)
{
    const void *field = (const char *)run + key->offset;
    if (key->type == TEXT)
        return *(const char *)field != '\0';
    const double value = key->type == REAL ? *(const double *)field : (double)*(const int64_t *)field;
    return isnan(unset) ? !isnan(value) : value != unset;
}

static int64_t value_of(const struct dp_run *run, enum owner owner)
{
    if (owner == POINTS)
        return dp_data_points(run);
    return *(const int64_t *)((const char *)run + owners[owner].key.offset);
}

/* Lists the values of the owner that read the key: "gd, sgd and adam". */
static void list_readers(const struct reading *reading, char *text, size_t size)
{
    const char *const *names = owners[reading->owner].names;
    unsigned left = reading->readers;
    *text = '\0';
    for (int i = 0; names[i]; i++) {
        if (!(left & IS(i)))
            continue;
        left &= ~IS(i);
        bool last = true;
        for (int j = i + 1; names[j]; j++)
            last &= !(left & IS(j));
        const size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s", used == 0 ? "" : last ? " and " : ", ", names[i]);
    }
}

// Whether the key has a value that the run does not read.
static bool is_ignored(const struct dp_run *run, const struct reading *reading)
{
    return !(reading->readers & IS(value_of(run, reading->owner))) &&
           (reading->set == ALWAYS || is_set(run, &reading->key, reading->unset));
}

static enum dp_status refuse_reading(const struct dp_run *run, const struct reading *reading,
                                     struct dp_error *error)
{
    char readers[128];
    const char *owner = owners[reading->owner].key.name, *key = reading->key.name;
    const char *value = owners[reading->owner].names[value_of(run, reading->owner)];
    if (reading->because)
        return refuse(error, key, owner, "%s %s does not read %s: %s", owner, value, key, reading->because);
    list_readers(reading, readers, sizeof readers);
    const bool several = strstr(readers, " and ");
    const bool told = reading->owner == TARGET && !several; // what a key of the data most likely means
    return refuse(error, key, owner, "%s %s does not read %s; %s %s%s%s", owner, value, key, readers,
                  several ? "do" : "does", told ? ", so write target: " : "", told ? readers : "");
}

enum dp_status dp_run_reads(const struct dp_run *run, const char *key, struct dp_error *error)
{
    for (int i = 0; i < READINGS; i++)
        if (strcmp(readings[i].key.name, key) == 0 && is_ignored(run, &readings[i]))
            return error ? refuse_reading(run, &readings[i], error) : DP_BAD_INPUT;
    return DP_OK;
}

void dp_run_clear_unread(struct dp_run *run)
{
    int64_t values[OWNERS]; // as they were: clearing one key must not decide on the next
    for (int i = 0; i < OWNERS; i++)
        values[i] = value_of(run, (enum owner)i);
    for (int i = 0; i < READINGS; i++) {
        void *const field = (char *)run + readings[i].key.offset;
        if (readings[i].readers & IS(values[readings[i].owner]))
            continue;
        if (readings[i].key.type == TEXT)
            memset(field, 0, DP_TEXT);
        else if (readings[i].key.type == REAL)
            *(double *)field = NAN;
        else
            *(int64_t *)field = 0;
    }
}

static enum dp_status check_tables(const struct dp_run *run, struct dp_error *error)
{
    for (int i = 0; i < READINGS; i++)
        if (readings[i].set == DEFAULT && is_ignored(run, &readings[i]))
            return refuse_reading(run, &readings[i], error);
    for (int i = 0; i < NEEDS; i++) {
        const char *owner = owners[needs[i].owner].key.name, *key = needs[i].key.name;
        if (value_of(run, needs[i].owner) == needs[i].value && !is_set(run, &needs[i].key, needs[i].unset))
            return refuse(error, owner, key, "%s %s needs the key %s", owner,
                          owners[needs[i].owner].names[needs[i].value], key);
    }
    return DP_OK;
}

// kappa and kappa' fix two of the three scales.
static enum dp_status check_scales(const struct dp_run *run, struct dp_error *error)
{
    const bool alpha = !isnan(run->alpha), beta2 = !isnan(run->beta2), exponent = !isnan(run->alpha_exponent);
    if (run->scheme == DP_SCHEME_PHASE && alpha + beta2 + exponent > 1)
        return refuse(error, exponent ? "alpha_exponent" : "beta2", "alpha",
                      "scheme phase has one freedom left: give at most one of alpha, beta2 and "
                      "alpha_exponent");
    if (run->scheme == DP_SCHEME_DIRECT && alpha == exponent)
        return refuse(error, alpha ? "alpha_exponent" : "scheme", NULL,
                      "scheme direct needs one of alpha and alpha_exponent");
    if (run->scheme == DP_SCHEME_DIRECT && isnan(run->beta1) && run->draw != DP_DRAW_BALANCED)
        return refuse(error, "scheme", "beta2", "scheme direct needs the key beta1");
    return DP_OK;
}

static enum dp_status check_draw(const struct dp_run *run, struct dp_error *error)
{
    if (run->draw == DP_DRAW_BALANCED && run->scheme == DP_SCHEME_PHASE)
        return refuse(
            error, "draw", "scheme",
            "draw balanced sets a = +-|w|, so gamma_prime would have no effect: use scheme power or "
            "direct");
    if (run->draw == DP_DRAW_DIAGONAL && run->bias)
        return refuse(error, "draw", "bias", "draw diagonal needs bias false");
    if (run->antisymmetric && run->width % 2 != 0)
        return refuse(error, "width", "antisymmetric",
                      "antisymmetric pairs the neurons, so width must be even, not %lld",
                      (long long)run->width);
    return DP_OK;
}

// What the keys of a data file say together.
static enum dp_status check_file(const struct dp_run *run, struct dp_error *error)
{
    const char *const tests = run->test_file[0] ? "test_file" : run->test_share > 0 ? "test_share" : NULL;
    if (run->test_file[0] && run->test_share > 0)
        return refuse(error, "test_share", "test_file",
                      "test_file and test_share both give test samples; keep one of them");
    if (run->test_samples == 0 && tests)
        return refuse(error, tests, "test_samples", "test_samples 0 takes away the samples that %s gives",
                      tests);
    if (run->standardize_y && !run->standardize)
        return refuse(error, "standardize_y", "standardize", "standardize_y needs standardize true");
    return DP_OK;
}

static enum dp_status check_shape(const struct dp_run *run, struct dp_error *error)
{
    const struct dp_protocol *protocol = dp_target_protocol(run->target);
    const char *name = dp_target_names[run->target];
    if (protocol->one_input && run->inputs > 1)
        return refuse(error, "inputs", "target", "target %s has 1 input, not %lld", name,
                      (long long)run->inputs);
    if (!protocol->many_outputs && run->outputs > 1)
        return refuse(error, "outputs", "target", "target %s has 1 output, not %lld", name,
                      (long long)run->outputs);
    if (dp_data_points(run) == DP_EQUISPACED && dp_run_inputs(run, NULL) > 1)
        return refuse(error, "inputs", "points", "points equispaced needs 1 input, not %lld",
                      (long long)dp_run_inputs(run, NULL));
    if (run->target == DP_LINEAR_MODES && run->mode_low > run->mode_high)
        return refuse(error, "mode_low", "mode_high", "mode_low (%g) must not be above mode_high (%g)",
                      run->mode_low, run->mode_high);
    return DP_OK;
}

static enum dp_status check_points(const struct dp_run *run, struct dp_error *error)
{
    const int64_t n = dp_data_count(run, NULL), d = dp_run_inputs(run, NULL);
    const bool decorrelated = dp_data_points(run) == DP_DECORRELATED;
    const double low = dp_data_low(run), high = dp_data_high(run);
    if (low >= high)
        return refuse(error, isnan(run->low) ? "high" : "low", "high", "low (%g) must be below high (%g)",
                      low, high);
    if ((decorrelated || run->basis == DP_BASIS_SYNAPTIC) && n < d)
        return refuse(error, "samples", decorrelated ? "points" : "basis",
                      "%s needs at least as many samples (%lld) as inputs (%lld)",
                      decorrelated ? "points decorrelated" : "basis synaptic", (long long)n, (long long)d);
    return DP_OK;
}

static enum dp_status check_steps(const struct dp_run *run, struct dp_error *error)
{
    const bool normalized = run->method == DP_NORMALIZED_FLOW;
    if (run->max_epochs > 0 && !dp_batches_wanted(run))
        return refuse(error, "max_epochs", "batch",
                      "max_epochs counts passes of batch or streaming; without them a pass is a step: set "
                      "max_steps");
    if ((normalized || run->method == DP_FLOW) && run->precision == DP_FLOAT32)
        return refuse(error, "precision", "method", "method %s %s: set precision float64",
                      dp_method_names[run->method],
                      normalized ? "starts from gradients too small for float32"
                                 : "takes steps that the rounding of float32 would break up");
    if (normalized && run->learning_rate == 0)
        return refuse(error, "learning_rate", "method",
                      "method normalized_flow steps relative to each neuron, whatever the curvature: its "
                      "learning_rate must be a number, not auto");
    if (run->learning_rate == 0 && !isnan(run->learning_rate_a))
        return refuse(error, "learning_rate", "learning_rate_a",
                      "learning_rate auto is one rate for all parameters and does not go with "
                      "learning_rate_a");
    return DP_OK;
}

static enum dp_status check_updates(const struct dp_run *run, struct dp_error *error)
{
    if (run->nesterov && run->momentum == 0)
        return refuse(error, "nesterov", "momentum",
                      "nesterov is a form of momentum, which is 0: set momentum");
    if (run->weight_decay != 0 && run->learning_rate == 0)
        return refuse(error, "weight_decay", "learning_rate",
                      "learning_rate auto follows the curvature of the loss alone and does not go with "
                      "weight_decay");
    return DP_OK;
}

static enum dp_status check_curve(const struct dp_run *run, struct dp_error *error)
{
    if (run->curve_ratio != 0 && run->curve_ratio < 1.001)
        return refuse(error, "curve_ratio", NULL, "curve_ratio must be 0 (off) or at least 1.001, not %g",
                      run->curve_ratio);
    if (run->curve_counts && !run->directions)
        return refuse(error, "curve_counts", "directions", "curve_counts: true needs directions: true");
    if (run->curve_ratio == 0 && run->curve_every == 0 && run->trajectories[0] &&
        strcmp(run->trajectories, "none") != 0)
        return refuse(error, "trajectories", NULL,
                      "trajectories are kept at the points of the curve, so they need curve_ratio or "
                      "curve_every");
    return DP_OK;
}

static enum dp_status check_end(const struct dp_run *run, struct dp_error *error)
{
    if (run->stop_loss == 0 && run->stop_drop == 0 && isinf(run->stop_time) && isinf(run->stop_growth) &&
        run->max_steps >= 100000000 && run->max_epochs == 0 && run->max_evaluations == 0)
        return refuse(error, "max_steps", "stop_loss",
                      "nothing ends the run before its %lld steps: set stop_loss, stop_drop, stop_time, "
                      "stop_growth, max_epochs or max_evaluations, or max_steps below 100000000",
                      (long long)run->max_steps);
    return DP_OK;
}

enum dp_status dp_run_check(const struct dp_run *run, struct dp_error *error)
{
    const bool given = LISTS & IS(run->target);
    DP_TRY(check_tables(run, error));
    DP_TRY(check_scales(run, error));
    DP_TRY(check_draw(run, error));
    DP_TRY(check_file(run, error));
    if (!given) {
        DP_TRY(check_shape(run, error));
        DP_TRY(check_points(run, error));
    }
    DP_TRY(check_steps(run, error));
    DP_TRY(check_updates(run, error));
    DP_TRY(check_curve(run, error));
    return check_end(run, error);
}
