// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/keys/key_value.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Names in other programs, with their counterparts in dewpoint. Case, - and _ are ignored. */
static const struct {
    const char *name, *answer;
} foreign[] = {
    {"lr", "write learning_rate"},
    {"eta", "write learning_rate"},
    {"stepsize", "write learning_rate"},
    {"lrdecay", "write rate_decay"},
    {"scheduler", "rate_decay lowers the learning rate"},
    {"lrscheduler", "rate_decay lowers the learning rate"},
    {"optimizer", "write method"},
    {"optimiser", "write method"},
    {"solver", "write method"},
    {"algorithm", "write method"},
    {"epochs", "write max_epochs with batch or streaming, else max_steps"},
    {"nepochs", "write max_epochs with batch or streaming, else max_steps"},
    {"numepochs", "write max_epochs with batch or streaming, else max_steps"},
    {"steps", "write max_steps"},
    {"iterations", "write max_steps"},
    {"niter", "write max_steps"},
    {"maxiter", "write max_steps"},
    {"batchsize", "write batch"},
    {"minibatch", "write batch"},
    {"tol", "write stop_loss for the loss that ends a run, tolerance for the error of a step of flow"},
    {"betas", "write adam_beta1 and adam_beta2"},
    {"eps", "write adam_epsilon"},
    {"epsilon", "write adam_epsilon"},
    {"weightdecay", "write weight_decay"},
    {"l2", "write weight_decay"},
    {"regularization", "weight_decay is the only regularisation"},
    {"dropout", "weight_decay is the only regularisation"},
    {"loss", "the loss is the mean squared error; reduction sets its factor"},
    {"lossfunction", "the loss is the mean squared error; reduction sets its factor"},
    {"criterion", "the loss is the mean squared error; reduction sets its factor"},
    {"layers", "the network has one hidden layer; width is the number of its neurons"},
    {"nlayers", "the network has one hidden layer; width is the number of its neurons"},
    {"depth", "the network has one hidden layer; width is the number of its neurons"},
    {"hidden", "write width, the number of hidden neurons"},
    {"hiddensize", "write width, the number of hidden neurons"},
    {"hiddendim", "write width, the number of hidden neurons"},
    {"hiddenlayersizes", "write width, the number of hidden neurons"},
    {"nhidden", "write width, the number of hidden neurons"},
    {"neurons", "write width, the number of hidden neurons"},
    {"units", "write width, the number of hidden neurons"},
    {"m", "write width, the number of hidden neurons"},
    {"activationfunction", "write activation"},
    {"nonlinearity", "write activation"},
    {"usebias", "write bias"},
    {"initialization", "write scheme, with gamma and gamma_prime"},
    {"initializer", "write scheme, with gamma and gamma_prime"},
    {"std", "write scheme: direct, with alpha, beta1 and beta2"},
    {"sigma", "write scheme: direct, with alpha, beta1 and beta2"},
    {"kappa", "kappa is width^-gamma: write gamma"},
    {"gamma1", "write gamma"},
    {"gamma'", "write gamma_prime"},
    {"gamma2", "write gamma_prime"},
    {"randomseed", "write seed"},
    {"randomstate", "write seed"},
    {"seeds", "write seed under axes, such as seed: {repeat: 3}"},
    {"repeat", "write seed under axes, such as seed: {repeat: 3}"},
    {"dataset", "write target, or target: file and file"},
    {"datafile", "write file, with target: file"},
    {"function", "write target"},
    {"n", "write samples"},
    {"nsamples", "write samples"},
    {"npoints", "write samples"},
    {"ntrain", "write samples"},
    {"ntest", "write test_samples"},
    {"d", "write inputs"},
    {"dim", "write inputs"},
    {"inputdim", "write inputs"},
    {"inputsize", "write inputs"},
    {"infeatures", "write inputs"},
    {"outputdim", "write outputs"},
    {"outputsize", "write outputs"},
    {"outfeatures", "write outputs"},
    {"dtype", "write precision"},
    {"device", "runs are trained on the processor's cores"},
    {"gpu", "runs are trained on the processor's cores"},
    {"workers", "mpirun -n sets the number of ranks"},
    {"output", "--output names the store"},
    {"grid", "write axes"},
    {"sweep", "write axes"},
    {"parameters", "write axes"},
    {"filter", "write exclude, with the condition turned round"},
    {"include", "write exclude, with the condition turned round"},
    {"name", "it stands at the top of the sweep file"},
    {"exclude", "it stands at the top of the sweep file"},
};

static bool same_letters(const char *word, const char *name)
{
    for (; *word; word++) {
        if (*word == '_' || *word == '-')
            continue;
        if (tolower((unsigned char)*word) != *name)
            return false;
        name++;
    }
    return !*name;
}

const char *dp_colon_hint(const char *word, char text[DP_KEY_HINT])
{
    const int length = (int)strcspn(word, ":=");
    text[0] = '\0';
    if (length > 0 && length < 40 && word[length])
        snprintf(text, DP_KEY_HINT, "; write \"%.*s: %.40s\", with a blank after the colon", length, word,
                 word + length + 1);
    return text;
}

const char *dp_section_hint(const char *word, char text[DP_KEY_HINT])
{
    const char *const point = strrchr(word, '.');
    const struct dp_key *const key = point ? dp_key_find(point + 1) : NULL;
    text[0] = '\0';
    if (key)
        snprintf(text, DP_KEY_HINT, "; the key is %s, without its section", key->name);
    return text;
}

const char *dp_key_hint(const char *word, const char *near, char text[DP_KEY_HINT])
{
    if (strstr(word, "\xc2\xa0")) {
        snprintf(text, DP_KEY_HINT, "; it holds a no-break space, which YAML takes for a letter");
        return text;
    }
    if (dp_colon_hint(word, text)[0] || dp_section_hint(word, text)[0])
        return text;
    if (word[0] && word[strspn(word, "0123456789")] == '\0') { // {gamma: 0,5}
        snprintf(text, DP_KEY_HINT, "; a comma ends the value before it: one number is written 1.5 or 1500");
        return text;
    }
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (same_letters(word, foreign[i].name)) {
            snprintf(text, DP_KEY_HINT, "; %s", foreign[i].answer);
            return text;
        }
    if (!near)
        near = dp_key_nearest(word);
    if (near)
        snprintf(text, DP_KEY_HINT, "; did you mean %s?", near);
    return text;
}
