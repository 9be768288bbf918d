// SPDX-License-Identifier: BSD-3-Clause
#define _XOPEN_SOURCE 700 // realpath
#include "dewpoint/files/output.h"
#include "dewpoint/files/path.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BASE_ROOM = 200 }; // bytes of a name that the temporary one repeats, so that it is never too long

static enum dp_status fail(const struct dp_output *output, const char *what, struct dp_error *error)
{
    return dp_fail(error, dp_path_status(errno), "%s: %s: %s", output->path, what, strerror(errno));
}

static void release(struct dp_output *output)
{
    free(output->temporary);
    free(output->target);
    *output = (struct dp_output){.path = output->path};
}

/* dir/table.csv becomes dir/.dewpoint.12.table.csv */
static bool name_temporary(struct dp_output *output)
{
    const char *base = dp_path_name(output->target);
    const size_t folder = (size_t)(base - output->target), size = folder + BASE_ROOM + 48;
    if (strlen(base) > BASE_ROOM)
        base += strlen(base) - BASE_ROOM;
    output->temporary = malloc(size);
    if (output->temporary)
        snprintf(output->temporary, size, "%.*s.dewpoint.%ld.%s", (int)folder, output->target, (long)getpid(),
                 base);
    return output->temporary;
}

static enum dp_status make_temporary(struct dp_output *output, const struct stat *old, struct dp_error *error)
{
    unlink(output->temporary); // of an earlier process of the same number
    const int file = open(output->temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (file < 0)
        return fail(output, "cannot write beside it", error);
    if (old)
        (void)fchmod(file, old->st_mode & 07777);
    close(file);
    return DP_OK;
}

enum dp_status dp_output_begin(const char *path, struct dp_output *output, struct dp_error *error)
{
    struct stat old;
    *output = (struct dp_output){.path = path};
    const bool there = stat(path, &old) == 0;
    if (there && !S_ISREG(old.st_mode)) {
        output->temporary = strdup(path);
        return output->temporary ? DP_OK : dp_fail(error, DP_NO_MEMORY, "%s: no memory for its name", path);
    }
    output->target = there ? realpath(path, NULL) : strdup(path);
    if (!output->target || !name_temporary(output)) {
        release(output);
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for its name", path);
    }
    const enum dp_status status = make_temporary(output, there ? &old : NULL, error);
    if (status != DP_OK)
        release(output);
    return status;
}

enum dp_status dp_output_open(const char *path, struct dp_output *output, struct dp_error *error)
{
    DP_TRY(dp_output_begin(path, output, error));
    output->file = fopen(output->temporary, "wb"); // binary: the writer says how lines end
    if (output->file)
        return DP_OK;
    return dp_output_end(output, fail(output, "cannot write", error), error);
}

/* Syncs the file before it is renamed: a power cut must not leave an empty file. */
static bool sync_file(const char *path)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool fine = fsync(file) == 0 || errno == EINVAL;
    const int code = errno;
    close(file);
    errno = code;
    return fine;
}

static bool close_file(struct dp_output *output)
{
    FILE *const file = output->file;
    output->file = NULL;
    if (!file)
        return true;
    const bool written = fflush(file) == 0 && !ferror(file);
    const int code = errno;
    const bool closed = fclose(file) == 0;
    if (!written)
        errno = code;
    return written && closed;
}

enum dp_status dp_output_end(struct dp_output *output, enum dp_status status, struct dp_error *error)
{
    if (!close_file(output) && status == DP_OK)
        status = fail(output, "cannot write", error);
    if (status == DP_OK && output->target && !sync_file(output->temporary))
        status = fail(output, "cannot write", error);
    if (status == DP_OK && output->target && rename(output->temporary, output->target) != 0)
        status = fail(output, "cannot put the new file in its place", error);
    if (status != DP_OK && output->target && output->temporary)
        unlink(output->temporary);
    release(output);
    return status;
}

enum dp_status dp_stdout_check(struct dp_error *error)
{
    const bool failed_now = fflush(stdout) != 0;
    if (!failed_now && !ferror(stdout))
        return DP_OK;
    return dp_fail(error, DP_IO, "cannot write to stdout: %s",
                   failed_now ? strerror(errno) : "not all that was printed arrived");
}
