// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/samples.h"

/* The formats of data files; dp_data_read (store.h) chooses by the ending of the name. */
enum dp_status dp_data_read_csv(const char *path, struct dp_samples *samples, struct dp_error *error);
enum dp_status dp_data_read_hdf5(const char *path, struct dp_samples *samples, struct dp_error *error);
