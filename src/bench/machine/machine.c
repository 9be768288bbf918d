// SPDX-License-Identifier: BSD-3-Clause
#include "bench/machine/machine.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The rest of the first line in a file that begins with key; false when there is none.
static bool read_line(const char *path, const char *key, char *text, int room)
{
    char line[512];
    bool found = false;
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    while (!found && fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0) {
            const char *value = line + strlen(key);
            value += strspn(value, " \t:");
            snprintf(text, (size_t)room, "%.*s", (int)strcspn(value, "\n"), value);
            found = true;
        }
    fclose(file);
    return found;
}

// "32K", "16M"
static int64_t bytes_of(const char *text)
{
    char *unit;
    const int64_t number = strtoll(text, &unit, 10);
    return *unit == 'M' ? number << 20 : *unit == 'K' ? number << 10 : number;
}

static void read_caches(int core, int64_t *cache)
{
    for (int index = 0; index < 8; index++) {
        char path[128], level[16], type[32], size[32];
        const char *form = "/sys/devices/system/cpu/cpu%d/cache/index%d/%s";
        snprintf(path, sizeof path, form, core, index, "level");
        if (!read_line(path, "", level, sizeof level))
            return;
        snprintf(path, sizeof path, form, core, index, "type");
        if (!read_line(path, "", type, sizeof type) || strcmp(type, "Instruction") == 0)
            continue;
        snprintf(path, sizeof path, form, core, index, "size");
        const int at = atoi(level) - 1;
        if (at >= 0 && at < DP_LEVELS && read_line(path, "", size, sizeof size))
            cache[at] = bytes_of(size);
    }
}

void dp_machine_read(int core, struct dp_machine *machine)
{
    *machine = (struct dp_machine){"unknown processor", core, {32 << 10, 1 << 20, 16 << 20}};
    read_line("/proc/cpuinfo", "model name", machine->processor, sizeof machine->processor);
    read_caches(core < 0 ? 0 : core, machine->cache);
}
