// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/keys.h"
#include "sweep/keys/key_value.h"
#include <float.h>
#include <math.h>
#include <string.h>

#define AT(field) offsetof(struct dp_run, field)
#define TWO_TO_53 0x1p53               // whole numbers are exact in a double up to here
#define BELOW_ONE 0x1.fffffffffffffp-1 // the largest double below 1

static const char *const automatic[] = {"auto", NULL};
static const char *const listed[] = {"list", NULL}; // a value may be a list of names

/* The rows of a section are together, in the order in which `dewpoint keys` shows them. */
const struct dp_key dp_keys[] = {
    // name, section, type, default, min, max, above_min, sweepable, unit, meaning, choices, offset
    {"activation", "model", DP_CHOICE, "relu", 0, 0, false, true, "1",
     "activation function sigma; xtanh is x tanh x, x2tanh is x^2 tanh x", dp_activation_names,
     AT(activation)},
    {"width", "model", DP_INT, "1000", 1, 1e9, false, true, "1", "number of hidden neurons, m", 0, AT(width)},
    {"multiplicity", "model", DP_INT, "0", 0, 8, false, true, "1",
     "p of the activation x^(p-1) tanh x, with activation tanh; 0: the activation's own", 0,
     AT(multiplicity)},
    {"bias", "model", DP_BOOL, "true", 0, 1, false, true, "1",
     "whether the neurons have a bias, w . x + b; without it biases stay 0", 0, AT(bias)},

    {"scheme", "init", DP_CHOICE, "phase", 0, 0, false, true, "1",
     "what fixes the initial scales: gamma and gamma_prime (phase), alpha, beta1 and beta2 (direct), t "
     "(power), or the weights themselves (file)",
     dp_scheme_names, AT(scheme)},
    {"gamma", "init", DP_REAL, "1", -8, 8, false, true, "1",
     "exponent of kappa = beta1 beta2 / alpha = width^-gamma, with scheme phase", 0, AT(gamma)},
    {"gamma_prime", "init", DP_REAL, "0", -8, 8, false, true, "1",
     "exponent of kappa' = beta1 / beta2 = width^-gamma_prime, with scheme phase", 0, AT(gamma_prime)},
    {"t", "init", DP_REAL, "", -8, 8, false, true, "1",
     "with scheme power: beta1 = beta2 = width^-t and alpha = 1", 0, AT(t)},
    {"alpha", "init", DP_REAL, "", 0, DBL_MAX, true, true, "1",
     "scale of the output, f = (1/alpha) sum a sigma(w x); unset, scheme phase takes 1", 0, AT(alpha)},
    {"beta1", "init", DP_REAL, "", 0, DBL_MAX, true, true, "1",
     "standard deviation of the initial output weights a, with scheme direct", 0, AT(beta1)},
    {"beta2", "init", DP_REAL, "", 0, DBL_MAX, true, true, "1",
     "standard deviation of the initial input weights w, with scheme direct; with phase it replaces alpha", 0,
     AT(beta2)},
    {"alpha_exponent", "init", DP_REAL, "", -16, 16, false, true, "1",
     "with scheme phase or direct: alpha = width^alpha_exponent", 0, AT(alpha_exponent)},
    {"init_scale", "init", DP_REAL, "1", 0, DBL_MAX, true, true, "1",
     "beta1 and beta2 are multiplied by this", 0, AT(init_scale)},
    {"draw", "init", DP_CHOICE, "normal", 0, 0, false, true, "1",
     "how parameters are drawn: normal; balanced, a = +-|w|; sphere, (w, b) uniform at radius beta2; "
     "diagonal, along the linear modes of the data",
     dp_draw_names, AT(draw)},
    {"path", "init", DP_STRING, "", 0, 0, false, true, "",
     "with scheme file: text, HDF5 or NumPy file of the initial parameters; each neuron is a row of w, bias "
     "and a; if width and inputs are not set, they are those of the file",
     0, AT(path)},
    {"antisymmetric", "init", DP_BOOL, "false", 0, 1, false, true, "1",
     "half the neurons are copies of the others with a -> -a, so that f starts at 0; needs an even width", 0,
     AT(antisymmetric)},
    {"seed", "init", DP_INT, "0", 0, TWO_TO_53, false, true, "1",
     "seed of the initial weights; the same seed gives the same normals in every run", 0, AT(seed)},

    {"target", "data", DP_CHOICE, "two-kinks", 0, 0, false, true, "1",
     "function to learn; formula: given by the key formula; file: samples from a file", dp_target_names,
     AT(target)},
    {"file", "data", DP_STRING, "", 0, 0, false, true, "",
     "with target file: file of samples, as text (.csv .tsv .txt .dat .data), HDF5 (.h5 .hdf5 .mat), netCDF "
     "(.nc) or NumPy (.npy .npz); a relative path starts at the folder of the sweep file",
     0, AT(file)},
    {"x", "data", DP_STRING, "", 0, 0, false, true, "",
     "names of the inputs among the columns, datasets or arrays of the file; unset: all columns that are not "
     "outputs, or x",
     listed, AT(x)},
    {"y", "data", DP_STRING, "", 0, 0, false, true, "",
     "names of the outputs; unset: the columns named y, y1, y_1 and so on, else the last column, or y",
     listed, AT(y)},
    {"samples_in", "data", DP_CHOICE, "auto", 0, 0, false, true, "1",
     "whether a row or a column of the arrays x and y is a sample; auto: decided by their shapes",
     dp_samples_in_names, AT(samples_in)},
    {"standardize", "data", DP_BOOL, "false", 0, 1, false, true, "1",
     "whether each input of the file is shifted and scaled to mean 0 and variance 1 over the training "
     "samples",
     0, AT(standardize)},
    {"standardize_y", "data", DP_BOOL, "false", 0, 1, false, true, "1",
     "whether each output of the file is standardized in the same way", 0, AT(standardize_y)},
    {"test_file", "data", DP_STRING, "", 0, 0, false, true, "",
     "second file, with the samples of the test loss; its columns have the names of the first file", 0,
     AT(test_file)},
    {"test_share", "data", DP_REAL, "0", 0, BELOW_ONE, false, true, "1",
     "share of the samples of the file that are drawn for the test loss instead of training; 0: off", 0,
     AT(test_share)},
    {"test_seed", "data", DP_INT, "0", 0, TWO_TO_53, false, true, "1", "seed of the draw by test_share", 0,
     AT(test_seed)},
    {"formula", "data", DP_STRING, "", 0, 0, false, true, "",
     "with target formula, y as a function of the inputs x1 to xd (x when there is one), such as sin(3*x1) + "
     "0.2*relu(x2 - 1/3); has + - * / ^, pi, abs, cos, exp, ln, log, max, min, relu, sin, sqrt and tanh",
     0, AT(formula)},
    {"samples", "data", DP_INT, "0", 0, 1e6, false, true, "1",
     "number of training samples, n; 0: the target's own number", 0, AT(samples)},
    {"inputs", "data", DP_INT, "0", 0, 1e5, false, true, "1",
     "number of inputs, d; 0: the target's own number", 0, AT(inputs)},
    {"outputs", "data", DP_INT, "0", 0, 1e4, false, true, "1",
     "number of outputs; 0: the target's own number", 0, AT(outputs)},
    {"points", "data", DP_CHOICE, "auto", 0, 0, false, true, "1",
     "how the sample points are placed; auto: as the target does", dp_points_names, AT(points)},
    {"low", "data", DP_REAL, "", -DBL_MAX, DBL_MAX, false, true, "1",
     "lower end of the interval of the points; unset: the target's own", 0, AT(low)},
    {"high", "data", DP_REAL, "", -DBL_MAX, DBL_MAX, false, true, "1",
     "upper end of the interval of the points; unset: the target's own", 0, AT(high)},
    {"noise", "data", DP_REAL, "0", 0, DBL_MAX, false, true, "1",
     "standard deviation of normal noise on the training labels, drawn by data_seed; test labels stay clean",
     0, AT(noise)},
    {"data_seed", "data", DP_INT, "0", 0, TWO_TO_53, false, true, "1",
     "seed of random points and random targets", 0, AT(data_seed)},
    {"teacher_width", "data", DP_INT, "4", 1, 1e6, false, true, "1",
     "with target teacher: number of neurons of the teacher, a random relu network", 0, AT(teacher_width)},
    {"mode_low", "data", DP_REAL, "0.01001", 0, DBL_MAX, true, true, "1",
     "weakest mode of target linear-modes, y_c = s_c x_c with s in a geometric sequence", 0, AT(mode_low)},
    {"mode_high", "data", DP_REAL, "1", 0, DBL_MAX, true, true, "1", "strongest mode of target linear-modes",
     0, AT(mode_high)},
    {"input_ratio", "data", DP_REAL, "1", 1, DBL_MAX, false, true, "1",
     "with normal points: variance of the first half of the inputs, divided by that of the second half", 0,
     AT(input_ratio)},
    {"basis", "data", DP_CHOICE, "original", 0, 0, false, true, "1",
     "basis of inputs and outputs: as they are, or the singular vectors of the best linear map (synaptic)",
     dp_basis_names, AT(basis)},
    {"streaming", "data", DP_CHOICE, "none", 0, 0, false, true, "1",
     "samples of each epoch: one set (none), n new ones (fresh), or n floor(log(10 + 10 epoch)) new ones "
     "(growing)",
     dp_streaming_names, AT(streaming)},
    {"test_samples", "data", DP_INT, "100", 0, 1e7, false, true, "1", "number of test samples; 0: off", 0,
     AT(test_samples)},

    {"method", "train", DP_CHOICE, "flow", 0, 0, false, true, "1",
     "gradient descent on all samples (gd) or on minibatches (sgd), Adam, gradient flow (flow), or flow with "
     "every neuron at unit relative speed (normalized_flow)",
     dp_method_names, AT(method)},
    {"precision", "train", DP_CHOICE, "float64", 0, 0, false, true, "1",
     "floating-point type of the training, float64 with flows; auto: float32 where results are certain to "
     "agree to .001 (gd and sgd, at most 10,000 steps, multiplicity below 2), else float64",
     dp_precision_names, AT(precision)},
    {"reduction", "train", DP_CHOICE, "mean", 0, 0, false, true, "1",
     "how the squared errors give the loss: their mean over samples and outputs (mean), half the mean over "
     "samples of their sum over outputs (half-mean), their sum, or half their sum (half-sum)",
     dp_reduction_names, AT(reduction)},
    {"batch", "train", DP_INT, "0", 0, 1e6, false, true, "1",
     "number of samples in a step of sgd and adam; 0: all", 0, AT(batch)},
    {"learning_rate", "train", DP_REAL, "0.01", 0, DBL_MAX, true, true, "1",
     "step size of gd, sgd and adam; with normalized_flow, relative to each neuron. auto: set by the "
     "curvature at the start, and lowered by gd and sgd as the curvature grows; stores show auto as 0",
     automatic, AT(learning_rate)},
    {"learning_rate_a", "train", DP_REAL, "", 0, DBL_MAX, true, true, "1",
     "step size of the output weights a; unset: learning_rate", 0, AT(learning_rate_a)},
    {"momentum", "train", DP_REAL, "0", 0, BELOW_ONE, false, true, "1",
     "mu of gd and sgd, as in PyTorch: v = mu v + gradient, and the step is learning_rate v", 0,
     AT(momentum)},
    {"nesterov", "train", DP_BOOL, "false", 0, 1, false, true, "1",
     "whether momentum is Nesterov's: the step is learning_rate (gradient + mu v)", 0, AT(nesterov)},
    {"weight_decay", "train", DP_REAL, "0", 0, DBL_MAX, false, true, "1",
     "with gd, sgd and adam: the parameters times this are added to the gradient, as in PyTorch's SGD and "
     "Adam",
     0, AT(weight_decay)},
    {"rate_decay", "train", DP_REAL, "0", 0, DBL_MAX, false, true, "1",
     "g of the schedule learning_rate / (1 + g t) at step t", 0, AT(rate_decay)},
    {"stop_loss", "train", DP_REAL, "0", 0, DBL_MAX, false, true, "1",
     "end a run at this training loss; 0: never", 0, AT(stop_loss)},
    {"stop_drop", "train", DP_REAL, "0", 0, BELOW_ONE, false, true, "1",
     "end a run when the loss has dropped by this fraction of its first value; 0: never", 0, AT(stop_drop)},
    {"stop_growth", "train", DP_REAL, ".inf", 1, INFINITY, true, true, "1",
     "end a run when sum |a| |w| has grown by this factor; with normalized_flow each neuron stops when "
     "its own amplitude has grown by this factor, and neurons that never do keep the run going: set "
     "stop_time, too; .inf: never",
     0, AT(stop_growth)},
    {"stop_time", "train", DP_REAL, ".inf", 0, INFINITY, true, true, "1",
     "end a run at this flow time, the sum of the step sizes; .inf: never", 0, AT(stop_time)},
    {"tolerance", "train", DP_REAL, "0.01", 0, 0.5, true, true, "1",
     "error allowed in a step of flow, relative to how far the parameters have moved. The error of RD is "
     "usually a tenth of the tolerance, and much larger where errors grow on the way, as on noisy data. "
     "The column flow_error bounds it; for that, a run of many steps is trained twice. A tolerance ten "
     "times smaller costs 1.5 times (smooth activations, relu on many samples) to 10 times the evaluations "
     "(relu on few samples)",
     0, AT(tolerance)},
    {"adam_beta1", "train", DP_REAL, "0.9", 0, BELOW_ONE, false, true, "1", "decay of Adam's mean gradient",
     0, AT(adam_beta1)},
    {"adam_beta2", "train", DP_REAL, "0.999", 0, BELOW_ONE, false, true, "1",
     "decay of Adam's mean squared gradient", 0, AT(adam_beta2)},
    {"adam_epsilon", "train", DP_REAL, "1e-8", 0, DBL_MAX, true, true, "1",
     "Adam's guard against division by zero", 0, AT(adam_epsilon)},
    {"max_steps", "train", DP_INT, "1000000", 0, 1e12, false, true, "1",
     "end a run after this many steps, with status step limit if another end was asked for; a step of flow "
     "is "
     "one of its integrator and takes one evaluation to hundreds",
     0, AT(max_steps)},
    {"max_epochs", "train", DP_INT, "0", 0, 1e9, false, true, "1",
     "end a run after this many epochs of minibatches or streaming; 0: no limit", 0, AT(max_epochs)},
    {"max_evaluations", "train", DP_INT, "0", 0, 1e12, false, true, "1",
     "end a run, as max_steps does, after this many passes over its neurons; bounds the cost of flow; 0: no "
     "limit",
     0, AT(max_evaluations)},

    {"curve_ratio", "observe", DP_REAL, "0", 0, DBL_MAX, false, false, "1",
     "record curves at steps that grow by this ratio, at least 1.001; 0: off", 0, AT(curve_ratio)},
    {"curve_every", "observe", DP_INT, "0", 0, 1e12, false, false, "1",
     "record curves at every multiple of this many steps; 0: off", 0, AT(curve_every)},
    {"directions", "observe", DP_BOOL, "true", 0, 1, false, false, "1",
     "whether the directions of the neurons are counted, and predicted from the data, at the end; counting "
     "takes most of the time of runs below a tenth of a millisecond",
     0, AT(directions)},
    {"curve_counts", "observe", DP_BOOL, "false", 0, 1, false, false, "1",
     "whether directions are counted at every point of the curves", 0, AT(curve_counts)},
    {"sharpness", "observe", DP_BOOL, "false", 0, 1, false, false, "1",
     "whether the largest eigenvalue of the neural tangent kernel is measured at the start and at the end", 0,
     AT(sharpness)},
    {"spectrum", "observe", DP_INT, "0", 0, DP_SPECTRUM, false, false, "1",
     "how many of the largest singular values of the Jacobian of f on the training samples are measured: "
     "roots of the eigenvalues of the neural tangent kernel, at the start, at the end and along the curves; "
     "0: off",
     0, AT(spectrum)},
    {"risk", "observe", DP_CHOICE, "none", 0, 0, false, false, "1",
     "whether the risk is measured: the mean over the test samples of the sum over outputs of |f - y| (L1) "
     "or (f - y)^2 (L2), at the end and along the curves",
     dp_risk_names, AT(risk)},
    {"alignment", "observe", DP_BOOL, "false", 0, 1, false, false, "1",
     "whether initial condensation is measured, at the end of the initial stage and of the run: the "
     "alignment "
     "of the w with the data (multiplicity 1, one output), and effective numbers of directions and lines",
     0, AT(alignment)},
    {"stage_share", "observe", DP_REAL, "0.1", 0, BELOW_ONE, false, false, "1",
     "with alignment: the initial stage ends when the loss has dropped by this share of its first value, "
     "and flow ends a step there; 0: the stage has no end",
     0, AT(stage_share)},
    {"resolution", "observe", DP_REAL, "10", 1, 90, false, false, "degree",
     "angle above which two directions count as two", 0, AT(resolution)},
    {"amplitude_cut", "observe", DP_REAL, "0", 0, BELOW_ONE, false, false, "1",
     "neurons with less than this fraction of the largest |a| |w| are ignored when directions are counted", 0,
     AT(amplitude_cut)},
    {"direction_share", "observe", DP_REAL, "0.03", 0.01, 1, false, false, "1",
     "share of the amplitude by which a direction must stand out to count", 0, AT(direction_share)},
    {"prediction_starts", "observe", DP_INT, "128", 0, 1e6, false, false, "1",
     "number of starts of the search for the directions that the data predict, when inputs and multiplicity "
     "are above 1; 0: no prediction",
     0, AT(prediction_starts)},

    {"weights", "store", DP_STRING, "none", 0, 0, false, false, "",
     "runs whose parameters are kept at the start and at the end: none, all, or a condition such as "
     "\"seed == 0 and width <= 1000\"",
     0, AT(weights)},
    {"trajectories", "store", DP_STRING, "none", 0, 0, false, false, "",
     "runs whose parameters are kept at every point of the curve: none, all, or a condition; needs "
     "curve_ratio or curve_every",
     0, AT(trajectories)},
};
const int dp_key_count = sizeof dp_keys / sizeof *dp_keys;
_Static_assert(sizeof dp_keys / sizeof *dp_keys <= DP_KEYS_MAX, "raise DP_KEYS_MAX");

const struct dp_key *dp_key_find(const char *name)
{
    for (int i = 0; i < dp_key_count; i++)
        if (strcmp(dp_keys[i].name, name) == 0)
            return &dp_keys[i];
    return NULL;
}

int dp_key_index(const struct dp_key *key)
{
    return (int)(key - dp_keys);
}

const char *dp_key_nearest(const char *word)
{
    const char *names[DP_KEYS_MAX];
    for (int i = 0; i < dp_key_count; i++)
        names[i] = dp_keys[i].name;
    return dp_nearest_name(word, names, dp_key_count);
}

struct dp_run dp_run_defaults(void)
{
    struct dp_run run;
    memset(&run, 0, sizeof run);
    for (int i = 0; i < dp_key_count; i++) {
        const struct dp_key *key = &dp_keys[i];
        if (key->fallback[0])
            dp_key_parse(key, key->fallback, "the default", &run, NULL);
        else if (key->type == DP_REAL)
            dp_key_put(key, &run, NAN);
    }
    return run;
}
