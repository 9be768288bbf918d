// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/numpy/numpy.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct dp_choice choices[] = {{"", "", 0}, {"x", "y, weights", 0}, {"weights", "x", 2}};
    zip_error_t reason;
    zip_error_init(&reason);
    zip_source_t *const source = zip_source_buffer_create(data, size, 0, &reason);
    zip_t *const archive = zip_open_from_source(source, ZIP_RDONLY, &reason);
    zip_error_fini(&reason);
    if (!archive) {
        zip_source_free(source);
        return 0;
    }
    const struct dp_array_source arrays = {"fuzz", archive, dp_npz_read};
    struct dp_table table;
    struct dp_error error = {0};
    if (dp_arrays_table(&arrays, &choices[size % 3], &table, &error) == DP_OK)
        dp_table_free(&table);
    else if (error.count != 1)
        abort();
    zip_discard(archive);
    return 0;
}
