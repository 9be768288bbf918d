// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <string.h>

static double exponent_of(double value, double width)
{
    return -log(value) / log(width);
}

// Asked for alone, exponents are the same bits.
static void assert_exponents(const struct dp_run *run, const struct dp_scales *scales)
{
    double gamma, gamma_prime;
    dp_run_exponents(run, &gamma, &gamma_prime);
    assert_memory_equal(&gamma, &scales->gamma, sizeof gamma);
    assert_memory_equal(&gamma_prime, &scales->gamma_prime, sizeof gamma_prime);
}

// kappa = beta1 beta2 / alpha = m^-gamma and kappa' = beta1 / beta2 = m^-gamma_prime, whichever scale is
// fixed.
static void scales_give_back_their_exponents(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.width = 3000;
    run.gamma = 1.25;
    run.gamma_prime = -0.375;
    for (int third = 0; third < 4; third++) {
        run.alpha = third == 1 ? 7.0 : NAN;
        run.beta2 = third == 2 ? 1.0 : NAN;
        run.alpha_exponent = third == 3 ? 0.5 : NAN;
        assert_int_equal(dp_run_check(&run, NULL), DP_OK);
        const struct dp_scales s = dp_run_scales(&run);
        assert_near(exponent_of(s.beta1 * s.beta2 / s.alpha, 3000), 1.25, 1e-14);
        assert_near(exponent_of(s.beta1 / s.beta2, 3000), -0.375, 1e-14);
        assert_true(s.gamma == 1.25 && s.gamma_prime == -0.375);
        assert_exponents(&run, &s);
        assert_near(s.alpha,
                    third == 1   ? 7
                    : third == 3 ? sqrt(3000)
                    : third == 2 ? pow(3000, 1.625)
                                 : 1,
                    1e-11 * s.alpha);
    }
}

// Named initialisations of the published figure: Xavier and mean-field (1, 0), NTK (1/2, 0), LeCun (1/2,
// 1/2).
static void named_initialisations_have_their_place_in_the_plane(void **state)
{
    (void)state;
    const double m = 10000;
    static const struct {
        const char *name;
        double alpha, beta1, beta2, gamma, gamma_prime; // powers of m for the scales
    } known[] = {
        {"mean-field", 1, 0, 0, 1, 0},
        {"NTK", 0.5, 0, 0, 0.5, 0},
        {"LeCun", 0, -0.5, 0, 0.5, 0.5},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct dp_run run = dp_run_defaults();
        run.scheme = DP_SCHEME_DIRECT;
        run.width = (int64_t)m;
        run.alpha = pow(m, known[i].alpha);
        run.beta1 = pow(m, known[i].beta1);
        run.beta2 = pow(m, known[i].beta2);
        const struct dp_scales s = dp_run_scales(&run);
        assert_near(s.gamma, known[i].gamma, 1e-14);
        assert_near(s.gamma_prime, known[i].gamma_prime, 1e-14);
        assert_exponents(&run, &s);
    }
}

// The notebooks' t: std = m^-t in every layer is gamma = 2t, gamma_prime = 0.
static void the_notebooks_exponent_is_half_of_gamma(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.scheme = DP_SCHEME_POWER;
    run.t = 1;
    const struct dp_scales s = dp_run_scales(&run);
    assert_near(s.beta1, 1e-3, 1e-17);
    assert_near(s.beta2, 1e-3, 1e-17);
    assert_true(s.alpha == 1 && s.gamma == 2 && s.gamma_prime == 0);
    assert_exponents(&run, &s);
}

static void keys_that_do_not_fit_are_named(void **state)
{
    (void)state;
    static const struct {
        double t, alpha, beta1, beta2;
        int64_t scheme, antisymmetric, width, multiplicity, target, inputs;
        const char *says, *key, *other_key;
    } bad[] = {
        {NAN, 1, NAN, 1, DP_SCHEME_PHASE, 0, 10, 0, 0, 0, "at most one of alpha, beta2 and alpha_exponent",
         "beta2", "alpha"},
        {NAN, NAN, 1, NAN, DP_SCHEME_PHASE, 0, 10, 0, 0, 0, "does not read beta1", "beta1", "scheme"},
        {NAN, 1, NAN, 1, DP_SCHEME_DIRECT, 0, 10, 0, 0, 0, "needs the key beta1", "scheme", "beta2"},
        {NAN, NAN, NAN, NAN, DP_SCHEME_POWER, 0, 10, 0, 0, 0, "needs the key t", "scheme", "t"},
        {NAN, NAN, NAN, NAN, DP_SCHEME_PHASE, 1, 11, 0, 0, 0, "even, not 11", "width", "antisymmetric"},
        {NAN, NAN, NAN, NAN, DP_SCHEME_PHASE, 0, 10, 2, 0, 0,
         "activation relu does not read multiplicity; tanh does", "multiplicity", "activation"},
        {NAN, NAN, NAN, NAN, DP_SCHEME_PHASE, 0, 10, 0, DP_TWO_KINKS, 3, "has 1 input, not 3", "inputs",
         "target"},
        {NAN, NAN, NAN, NAN, DP_SCHEME_PHASE, 0, 10, 0, DP_FILE, 0, "needs the key file", "target", "file"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct dp_run run = dp_run_defaults();
        run.t = bad[i].t;
        run.alpha = bad[i].alpha;
        run.beta1 = bad[i].beta1;
        run.beta2 = bad[i].beta2;
        run.scheme = bad[i].scheme;
        run.antisymmetric = bad[i].antisymmetric;
        run.width = bad[i].width;
        run.multiplicity = bad[i].multiplicity;
        run.target = bad[i].target;
        run.inputs = bad[i].inputs;
        struct dp_error error = {0};
        assert_int_equal(dp_run_check(&run, &error), DP_BAD_INPUT);
        if (!strstr(error.text, bad[i].says))
            fail_msg("case %zu says: %s", i, error.text);
        assert_string_equal(error.key, bad[i].key);
        assert_string_equal(error.other_key, bad[i].other_key);
    }
}

// learning_rate always has a value, so a run with it is no mistake; but a flow does not read it.
static void a_run_tells_which_keys_it_reads(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    struct dp_error error = {0};
    assert_int_equal(run.method, DP_FLOW);
    assert_int_equal(dp_run_check(&run, NULL), DP_OK);
    assert_int_equal(dp_run_reads(&run, "learning_rate", &error), DP_BAD_INPUT);
    assert_string_equal(error.text,
                        "method flow does not read learning_rate; gd, sgd, adam and normalized_flow do\n");
    assert_string_equal(error.key, "learning_rate");
    assert_int_equal(dp_run_reads(&run, "tolerance", NULL), DP_OK);
    assert_int_equal(dp_run_reads(&run, "seed", NULL), DP_OK);
    run.method = DP_GD;
    assert_int_equal(dp_run_reads(&run, "learning_rate", NULL), DP_OK);
    assert_int_equal(dp_run_reads(&run, "tolerance", NULL), DP_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_give_back_their_exponents),
        cmocka_unit_test(named_initialisations_have_their_place_in_the_plane),
        cmocka_unit_test(the_notebooks_exponent_is_half_of_gamma),
        cmocka_unit_test(keys_that_do_not_fit_are_named),
        cmocka_unit_test(a_run_tells_which_keys_it_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
