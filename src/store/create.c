// SPDX-License-Identifier: BSD-3-Clause
#include "store/create.h"
#include "dewpoint/files/path.h"
#include "files/disk.h"
#include "hdf5/h5.h"
#include "store/format/contents.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The new file appears at its path in one step and complete: it is written under a temporary name, its blocks
 * are reserved, it is synced, and only then it gets its name. A kill leaves either the temporary file or a
 * complete store. */

static enum dp_status system_fail(struct dp_error *error, const char *path, const char *operation, int code)
{
    return dp_fail(error, DP_IO, "%s: cannot %s: %s", path, operation, strerror(code));
}

/* Other programs, and people, take a file for what its name says. */
enum dp_status dp_store_check_name(const char *path, struct dp_error *error)
{
    static const char *const others[] = {".csv", ".txt", ".json", ".yaml", ".yml",
                                         ".png", ".svg", ".pdf",  ".npy",  ".npz"};
    const char *const ending = strrchr(dp_path_name(path), '.');
    for (size_t i = 0; ending && i < sizeof others / sizeof *others; i++)
        if (strcasecmp(ending, others[i]) == 0)
            return dp_fail(error, DP_BAD_INPUT, "%s: a store is an HDF5 file; call it %.*s.h5", path,
                           (int)(ending - path), path);
    return DP_OK;
}

/* Makes place for the file under its temporary name, and sees whether the system lets us create it: HDF5
 * would not say why not. A file that an earlier process with the same PID left is unlinked, never truncated:
 * it may be another name of a finished store. */
static enum dp_status make_place(const char *path, const char *temporary, bool replace,
                                 struct dp_error *error)
{
    struct stat there;
    if (!replace)
        DP_TRY(dp_store_check_name(path, error));
    if (!replace && lstat(path, &there) == 0)
        return system_fail(error, path, "create the store", EEXIST);
    if (unlink(temporary) != 0 && errno != ENOENT)
        return system_fail(error, temporary, "remove the old file", errno);
    const int file = open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (file < 0)
        return system_fail(error, path, "create the store", errno);
    close(file);
    unlink(temporary);
    return DP_OK;
}

/* A full disk must be detected now, not after nine hours: HDF5 may have left holes, and some disks
 * compress. */
static enum dp_status reserve_and_sync(const char *path, const char *temporary, struct dp_error *error)
{
    const int file = open(temporary, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return system_fail(error, path, "open the new store", errno);
    struct stat facts;
    const char *operation = "inspect the new store";
    int code = fstat(file, &facts) == 0 ? 0 : errno;
    if (!code) {
        operation = "reserve the store's blocks";
        code = posix_fallocate(file, 0, facts.st_size);
        if (code == EOPNOTSUPP || code == EINVAL) // file systems that cannot; every block was written above
            code = 0;
    }
    if (!code) {
        operation = "sync the new store";
        code = dp_disk_sync(file, 0, (int64_t)facts.st_size) ? 0 : errno;
    }
    close(file);
    return code ? system_fail(error, path, operation, code) : DP_OK;
}

/* Makes the directory entry durable. Some file systems cannot sync a directory; the data are safe without
 * it. */
static void sync_directory(const char *path)
{
    const size_t length = (size_t)(dp_path_name(path) - path);
    char *directory = malloc(length + 2);
    if (!directory)
        return;
    memcpy(directory, path, length);
    strcpy(directory + length, ".");
    const int file = open(directory, O_RDONLY | O_CLOEXEC);
    free(directory);
    if (file < 0)
        return;
    (void)fsync(file);
    close(file);
}

/* rename() would silently replace a file that appeared at path in the meantime; link() does not. Without hard
 * links, an empty file of our own holds the place for the rename. */
static enum dp_status publish(const char *path, const char *temporary, struct dp_error *error)
{
    if (link(temporary, path) == 0) {
        unlink(temporary);
        sync_directory(path);
        return DP_OK;
    }
    if (errno == EEXIST)
        return system_fail(error, path, "create the store", EEXIST);
    const int place = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (place < 0)
        return system_fail(error, path, "create the store", errno);
    close(place);
    if (rename(temporary, path) != 0) {
        const int code = errno;
        unlink(path);
        return system_fail(error, path, "rename the new store", code);
    }
    sync_directory(path);
    return DP_OK;
}

/* Replaces the existing file and takes over its permissions. */
static enum dp_status take_place(const char *path, const char *temporary, struct dp_error *error)
{
    struct stat old;
    if (stat(path, &old) == 0)
        (void)chmod(temporary, old.st_mode & 07777);
    if (rename(temporary, path) != 0)
        return system_fail(error, path, "put the new store in the place of the old one", errno);
    sync_directory(path);
    return DP_OK;
}

/* INFINITY if the system does not tell. */
static double free_bytes(const char *path)
{
    struct statvfs facts;
    char *const folder = strdup(path);
    if (!folder)
        return INFINITY;
    folder[dp_path_name(path) - path] = '\0';
    const bool known = statvfs(*folder ? folder : ".", &facts) == 0 && facts.f_blocks > 0;
    free(folder);
    return known ? (double)facts.f_bavail * (double)facts.f_frsize : INFINITY;
}

enum dp_status dp_store_create(const char *path, const struct dp_sweep *sweep, const struct dp_samples *file,
                               const struct dp_provenance *provenance, struct dp_error *error)
{
    return dp_store_create_filled(path, sweep, file, provenance, &(struct dp_filling){0}, error);
}

enum dp_status dp_store_create_filled(const char *path, const struct dp_sweep *sweep,
                                      const struct dp_samples *file, const struct dp_provenance *provenance,
                                      const struct dp_filling *filling, struct dp_error *error)
{
    const size_t size = strlen(path) + 32;
    char *temporary = malloc(size);
    struct dp_layout *layout = malloc(sizeof *layout);
    enum dp_status status = DP_OK;
    if (!temporary || !layout)
        status = dp_fail(error, DP_NO_MEMORY, "%s: no memory to create the store", path);
    if (status == DP_OK)
        status = dp_layout_make(sweep, file, layout, error);
    if (status != DP_OK)
        goto done;
    snprintf(temporary, size, "%s.tmp.%ld", path, (long)getpid());
    status = make_place(path, temporary, filling->replace, error);
    if (status == DP_OK) {
        const struct dp_room room = {.store = path, .bytes = free_bytes(path)};
        status = dp_contents_write(temporary, &room, sweep, layout, provenance, error);
        if (status == DP_OK && filling->fill)
            status = filling->fill(filling->context, temporary, error);
        if (status == DP_OK)
            status = reserve_and_sync(path, temporary, error);
        if (status == DP_OK)
            status = filling->replace ? take_place(path, temporary, error) : publish(path, temporary, error);
        if (status != DP_OK)
            unlink(temporary);
    }
    dp_layout_free(layout);
done:
    free(layout);
    free(temporary);
    return status;
}
