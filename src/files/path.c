// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/path.h"
#include <string.h>

const char *dp_path_name(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
