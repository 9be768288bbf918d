// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/status.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A sentence is one line whatever it quotes, and a quoted name cannot send commands to the terminal: control
 * characters, those of UTF-8's second page (C2 80 to C2 9F) included, become blanks. */
static void clear_controls(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c; c++) {
        if (*c < 0x20 || *c == 0x7f)
            *c = ' ';
        if (*c == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
            c[0] = c[1] = ' ';
    }
}

enum dp_status dp_fail(struct dp_error *error, enum dp_status status, const char *format, ...)
{
    if (!error)
        return status;
    if (error->count++ == 0)
        error->status = status;
    const size_t used = strlen(error->text);
    const size_t room = sizeof error->text - used;
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(error->text + used, room, format, arguments);
    va_end(arguments);
    clear_controls(error->text + used);
    if (length < 0 || (size_t)length + 2 > room)
        error->text[used] = '\0'; // half a sentence helps nobody: error->count tells that there were more
    else
        strcat(error->text, "\n");
    return status;
}

enum dp_status dp_path_status(int code)
{
    static const int faults_of_the_path[] = {ENOENT, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG};
    for (size_t i = 0; i < sizeof faults_of_the_path / sizeof *faults_of_the_path; i++)
        if (code == faults_of_the_path[i])
            return DP_BAD_INPUT;
    return DP_IO;
}

int dp_exit_code(enum dp_status status)
{
    switch (status) {
    case DP_OK:
        return DP_EXIT_OK;
    case DP_BAD_INPUT:
    case DP_MISMATCH:
    case DP_BUSY:
        return DP_EXIT_INPUT;
    case DP_INTERNAL:
        return DP_EXIT_INTERNAL;
    default:
        return DP_EXIT_SYSTEM;
    }
}
