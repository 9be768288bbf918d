// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/text/text.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte says which columns are wanted. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct dp_choice choices[] = {
        {"", "", 0}, {"x1", "", 0}, {"", "\"y\", 2", 0}, {"a, b", "c", 0}};
    struct dp_table table;
    struct dp_error error = {0};
    if (size == 0)
        return 0;
    char *const text = malloc(size);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    const struct dp_choice *const choice = data[0] % 5 < 4 ? &choices[data[0] % 5] : NULL;
    if (dp_text_parse("fuzz", text, size - 1, choice, &table, &error) == DP_OK)
        dp_table_free(&table);
    else if (error.count != 1)
        abort();
    free(text);
    return 0;
}
