// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/keys.h"
#include "verbs/verbs.h"

int dp_verb_keys(const struct dp_arguments *a)
{
    (void)a;
    dp_keys_print(stdout);
    return 0;
}
