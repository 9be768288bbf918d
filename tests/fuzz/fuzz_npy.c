// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/numpy/numpy.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct dp_choice choices[] = {{"", "", 0}, {"2, 1", "", 0}, {"", "3", 0}};
    struct dp_array array = {0};
    struct dp_table table;
    struct dp_error error = {0};
    enum dp_status status = dp_npy_parse("fuzz", "it", (const char *)data, size, &array, &error);
    if (status == DP_OK)
        status = dp_array_columns("fuzz", &array, &choices[size % 3], &table, &error);
    if (status == DP_OK)
        dp_table_free(&table);
    else if (error.count != 1)
        abort();
    free(array.values);
    return 0;
}
