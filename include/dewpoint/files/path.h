// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* A path of a file is a folder, up to and including the last slash, and a name. */

/* The name, which is a part of the path itself: path up to it is the folder, or empty. */
const char *dp_path_name(const char *path);
