// SPDX-License-Identifier: BSD-3-Clause
// cc train.c $(pkg-config --cflags --libs dewpoint): trains a run; with a store as argument, reads its first
// run, too.
#include <dewpoint/store/store.h>
#include <dewpoint/trained.h>
#include <stdio.h>

int main(int count, char **words)
{
    char message[1000];
    struct dp_trained *run =
        dp_train_row("{model: {width: 1000}, init: {gamma: 1.75}}", 0, message, sizeof message);
    if (!run)
        return fputs(message, stderr), 1;
    printf("rd_w %.17g\n", dp_trained_number(run, "rd_w"));
    dp_trained_free(run);
    struct dp_error error = {0};
    struct dp_store *store;
    double rd_w;
    if (count > 1 && dp_store_open(words[1], &store, &error) == DP_OK) {
        if (dp_store_read(store, "rd_w", 0, 1, &rd_w, &error) == DP_OK)
            printf("rd_w %.17g in %s\n", rd_w, words[1]);
        dp_store_close(store, &error);
    }
    return fputs(error.text, stderr), error.status != DP_OK;
}
