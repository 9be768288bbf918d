// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/path.h"
#include "dewpoint/store/store.h"
#include "files/beside.h"
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_LEFTOVERS = 16, MOST_DESCRIPTORS = 1 << 16, MOST_LOOKS = 3000 };
enum { LARGE = 1 << 19 }; // blocks of 512 bytes

/* Whether name is a temporary file of the store named base. */
static bool is_leftover(const char *name, const char *base)
{
    const size_t length = strlen(base);
    const char *const number = name + length + sizeof ".tmp." - 1;
    return strncmp(name, base, length) == 0 && strncmp(name + length, ".tmp.", 5) == 0 && *number &&
           strspn(number, "0123456789") == strlen(number);
}

void dp_store_clean(const char *path)
{
    const char *const base = dp_path_name(path);
    struct dp_beside beside;
    dp_beside_begin(path, &beside);
    for (const char *name; (name = dp_beside_next(&beside));)
        if (is_leftover(name, base))
            unlink(beside.name);
    dp_beside_end(&beside);
}

/* A process of its own that keeps the files open until this one has closed them: its parent then is another
 * one, and soon after there is no such process any more. A little later mpirun, too, has put away its files,
 * for which the file system would have no time while it frees blocks. */
static void keep_open(const int *files, int count)
{
    const pid_t parent = getpid();
    if (fork() != 0)
        return; // without a child, the end of this process does the work
    const long most = sysconf(_SC_OPEN_MAX);
    const int last = most < 0 || most > MOST_DESCRIPTORS ? MOST_DESCRIPTORS : (int)most;
    setsid(); // neither the terminal nor the launcher waits for it
    for (int file = 0; file < last; file++) {
        bool kept = false;
        for (int i = 0; i < count; i++)
            kept = kept || files[i] == file;
        if (!kept)
            close(file);
    }
    for (int i = 0; i < MOST_LOOKS && (getppid() == parent || kill(parent, 0) == 0); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    nanosleep(&(struct timespec){.tv_sec = 2}, NULL);
    _exit(0);
}

/* Opens the file if it will take the file system long to free it; -1 if not. */
static int open_large(const char *name)
{
    struct stat facts;
    if (stat(name, &facts) != 0 || facts.st_blocks < LARGE)
        return -1;
    return open(name, O_RDONLY | O_CLOEXEC);
}

void dp_store_clean_behind(const char *path)
{
    const char *const base = dp_path_name(path);
    int files[MOST_LEFTOVERS], count = 0;
    struct dp_beside beside;
    dp_beside_begin(path, &beside);
    for (const char *name; (name = dp_beside_next(&beside));)
        if (is_leftover(name, base)) {
            const int file = count < MOST_LEFTOVERS ? open_large(beside.name) : -1;
            if (file >= 0)
                files[count++] = file;
            unlink(beside.name);
        }
    dp_beside_end(&beside);
    if (count > 0)
        keep_open(files, count);
}
