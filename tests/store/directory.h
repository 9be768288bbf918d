// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A path in a new directory of its own, so that a test can tell what was left there. */
static char directory[64], path[128];

static int set_up(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/dewpoint-store-XXXXXX");
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof path, "%s/test.h5", directory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", directory);
    return system(command);
}

static bool left_nothing_behind(void)
{
    return rmdir(directory) == 0 && mkdir(directory, 0700) == 0;
}
