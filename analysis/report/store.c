// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/store.h"
#include "dewpoint/files/path.h"
#include "report/page.h"
#include <string.h>

/* The origin of the store: THE table of what the page says about it. */

static const struct {
    const char *attribute, *label;
} facts[] = {
    {"created", "created"},
    {"program", "program"},
    {"build", "compiler and flags"},
    {"isa", "instruction set"},
    {"libraries", "libraries"},
    {"hosts", "hosts"},
    {"slurm", "SLURM"},
    {"sweep_digest", "digest of the sweep"},
    {"data_files", "data"},
    {"data_digest", "digest of the data"},
};

/* The lines of a text as an array. */
static void put_lines(struct dp_json *json, const char *text)
{
    dp_json_open(json, '[');
    while (*text) {
        char line[DP_TEXT];
        const size_t length = strcspn(text, "\n");
        snprintf(line, sizeof line, "%.*s", (int)length, text);
        dp_json_text(json, line);
        text += length + (text[length] == '\n');
    }
    dp_json_close(json, ']');
}

enum dp_status dp_page_store(struct dp_page *page, struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    (void)error;
    dp_json_member_text(json, "title", page->sweep.name);
    dp_json_member_text(json, "store", dp_path_name(page->path));
    dp_json_member_text(json, "yaml", page->sweep.source);
    dp_json_name(json, "overrides");
    put_lines(json, page->sweep.overrides);
    dp_json_name(json, "facts");
    dp_json_open(json, '[');
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        const char *const text = dp_store_text(page->store, facts[i].attribute);
        if (!text[0])
            continue;
        dp_json_open(json, '[');
        dp_json_text(json, facts[i].label);
        dp_json_text(json, text);
        dp_json_close(json, ']');
    }
    dp_json_close(json, ']');
    return DP_OK;
}
