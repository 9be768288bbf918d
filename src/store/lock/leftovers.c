// SPDX-License-Identifier: BSD-3-Clause
#include "store/lock/leftovers.h"
#include "dewpoint/files/path.h"
#include "files/beside.h"
#include "store/lock/holder.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether the process that made the open file is gone. A file that does not name its process is judged by its
 * age. */
static bool is_abandoned(int file, double now)
{
    struct stat facts;
    struct dp_holder holder;
    if (fstat(file, &facts) != 0)
        return false;
    const double silence = now - (double)facts.st_mtim.tv_sec;
    if (!dp_holder_read(file, &holder))
        return silence > DP_HOLDER_SILENCE;
    const enum dp_holder_state state = dp_holder_state(&holder, silence);
    return state == DP_HOLDER_GONE || state == DP_HOLDER_SILENT;
}

void dp_lock_remove_leftovers(const char *lock, double now)
{
    const char *const base = dp_path_name(lock);
    const size_t length = strlen(base);
    struct dp_beside beside;
    dp_beside_begin(lock, &beside);
    for (const char *name; (name = dp_beside_next(&beside));) {
        if (strncmp(name, base, length) != 0 || name[length] != '.')
            continue;
        const int file = open(beside.name, O_RDONLY | O_CLOEXEC);
        if (file >= 0 && is_abandoned(file, now))
            unlink(beside.name);
        if (file >= 0)
            close(file);
    }
    dp_beside_end(&beside);
}
