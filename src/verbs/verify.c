// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/json.h"
#include "dewpoint/store/store.h"
#include "verbs/verbs.h"
#include <math.h>

int dp_verb_verify(const struct dp_arguments *a)
{
    struct dp_error error = {0};
    struct dp_store *store;
    int64_t wrong = 0, first_wrong = -1;
    enum dp_status status = dp_store_open(a->words[0], &store, &error);
    if (status != DP_OK)
        return dp_report(&error);
    status = dp_store_verify(store, &wrong, &first_wrong, &error);
    const enum dp_status closed = dp_store_close(store, &error);
    if (status != DP_OK || closed != DP_OK)
        return dp_report(&error);
    if (a->as_json) {
        struct dp_json json = {.out = stdout};
        dp_json_open(&json, '{');
        dp_json_member_text(&json, "store", a->words[0]);
        dp_json_member_whole(&json, "wrong", wrong);
        dp_json_member_number(&json, "first_wrong", first_wrong < 0 ? NAN : (double)first_wrong);
        dp_json_close(&json, '}');
        putchar('\n');
        return wrong ? 1 : 0;
    }
    if (wrong == 0) {
        printf("%s: every finished row agrees with its checksum\n", a->words[0]);
        return 0;
    }
    char text[DP_DAMAGE_TEXT];
    printf("%s: %s, first row %lld\n", a->words[0], dp_damage_text(wrong, text), (long long)first_wrong);
    return 1;
}
