// SPDX-License-Identifier: BSD-3-Clause
#include "hdf5/h5.h"
#include "store/format/contents.h"
#include "store/format/header.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

static void put_time(char *text, size_t size)
{
    const time_t now = time(NULL);
    struct tm utc;
    text[0] = '\0';
    if (gmtime_r(&now, &utc))
        strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* The absolute path of a folder, with a trailing slash; "" if it is not known. */
static void put_folder(const char *folder, char text[PATH_MAX])
{
    char here[PATH_MAX] = "";
    const bool absolute = folder[0] == '/';
    if (!absolute && !getcwd(here, sizeof here))
        here[0] = '\0';
    const int length = snprintf(text, PATH_MAX, "%s%s%s", here, absolute ? "" : "/", folder);
    if (length >= PATH_MAX || (!absolute && !here[0]))
        text[0] = '\0';
}

void dp_store_libraries(char *text, size_t size)
{
    unsigned major = 0, minor = 0, release = 0;
    char mpi[128];
    H5get_libversion(&major, &minor, &release);
    dp_mpi_library(mpi, sizeof mpi);
    snprintf(text, size, "HDF5 %u.%u.%u, %s, zlib %s", major, minor, release, mpi, zlibVersion());
}

/* The variables of the batch system, NAME=value, one per line. Job names may contain any bytes, but
 * attributes must be UTF-8. */
static void put_slurm(char *text, size_t size)
{
    static const char *const names[] = {
        "SLURM_JOB_ID", "SLURM_JOB_NAME",     "SLURM_NNODES",
        "SLURM_NTASKS", "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID",
    };
    text[0] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        const size_t used = strlen(text);
        if (value)
            snprintf(text + used, size - used, "%s%s=%s", used ? "\n" : "", names[i], value);
    }
    for (char *letter = text; *letter; letter++)
        if ((unsigned char)*letter >= 0x7f)
            *letter = '?';
}

enum dp_status dp_provenance_write(const char *path, int64_t file, const struct dp_sweep *sweep,
                                   const struct dp_provenance *provenance, struct dp_error *error)
{
    char created[32], libraries[256], slurm[1024], sweep_folder[PATH_MAX], command_folder[PATH_MAX];
    put_folder(sweep->folder, sweep_folder);
    put_folder(sweep->command_folder, command_folder);
    put_time(created, sizeof created);
    dp_store_libraries(libraries, sizeof libraries);
    put_slurm(slurm, sizeof slurm);
    char *description = dp_sweep_canonical_text(sweep);
    if (!description)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for the description of the sweep", path);
    const struct {
        const char *name, *text;
    } attributes[] = {
        {"Conventions", "CF-1.10"},
        {"title", sweep->name},
        {"sweep_yaml", sweep->source},
        {"sweep_overrides", sweep->overrides},
        {"sweep_digest", sweep->digest},
        {"sweep_description", description},
        {"sweep_part", sweep->part},
        {"data_digest", provenance->data},
        {"data_files", provenance->read},
        {"data_scaling", provenance->scaling},
        {"data_parts", provenance->parts},
        {"sources", provenance->sources},
        {"sweep_folder", sweep_folder},
        {"command_folder", command_folder},
        {"program", provenance->program},
        {"build", provenance->build},
        {"isa", provenance->isa},
        {"hosts", provenance->hosts},
        {"libraries", libraries},
        {"created", created},
        {"slurm", slurm},
    };
    bool fine = dp_h5_put_number(file, "store_format", DP_COLUMN_I32, DP_STORE_FORMAT);
    fine = fine && dp_h5_put_number(file, "results_version", DP_COLUMN_I32, DP_RESULTS_VERSION);
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0] && fine; i++)
        fine = dp_h5_put_text(file, attributes[i].name, attributes[i].text);
    fine = fine && dp_h5_put_number(file, "ranks", DP_COLUMN_I32, provenance->ranks);
    free(description);
    return fine ? DP_OK : dp_h5_fail(error, path, "write the attributes");
}

void dp_restart_line(const struct dp_provenance *provenance, char text[DP_RESTART_TEXT])
{
    char now[32];
    const char *job = getenv("SLURM_JOB_ID");
    put_time(now, sizeof now);
    memset(text, 0, DP_RESTART_TEXT);
    snprintf(text, DP_RESTART_TEXT, "%s ranks=%d job=%s program=%s hosts=%s", now, provenance->ranks,
             job ? job : "-", provenance->program ? provenance->program : "-",
             provenance->hosts ? provenance->hosts : "-");
    for (int i = 0; i < DP_RESTART_TEXT; i++)
        if ((unsigned char)text[i] >= 0x7f)
            text[i] = '?';
}
