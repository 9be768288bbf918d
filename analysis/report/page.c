// SPDX-License-Identifier: BSD-3-Clause
#include "report/page.h"
#include "figures/style.h"
#include "reading/coordinates.h"
#include "report/web.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The document around the data. */

enum { PATH_ROOM = 4096, BLOCK = 1 << 16 };

/* Opens d3, whose location relative to this program is fixed by CMake, in the build tree and after
 * installation. */
static FILE *open_d3(char path[static PATH_ROOM])
{
    static const char place[] = "../share/dewpoint/d3.min.js";
    const ssize_t length = readlink("/proc/self/exe", path, PATH_ROOM - sizeof place);
    if (length <= 0)
        return NULL;
    path[length] = '\0';
    char *const slash = strrchr(path, '/');
    strcpy(slash ? slash + 1 : path, place);
    return fopen(path, "rb");
}

static enum dp_status copy_d3(FILE *out, struct dp_error *error)
{
    char path[PATH_ROOM] = "", block[BLOCK];
    FILE *const d3 = open_d3(path);
    if (!d3)
        return dp_fail(error, DP_IO,
                       "%s: %s; dewpoint was built without d3, which draws the page: install it (Debian: "
                       "node-d3), run cmake again with -DDEWPOINT_D3=FILE if it lies elsewhere, and build",
                       path, strerror(errno));
    for (size_t n; (n = fread(block, 1, sizeof block, d3)) > 0;)
        fwrite(block, 1, n, out);
    const bool failed = ferror(d3);
    fclose(d3);
    return failed ? dp_fail(error, DP_IO, "%s: cannot be read", path) : DP_OK;
}

static void put_html(const char *text, FILE *out)
{
    for (; *text; text++)
        if (*text == '<' || *text == '&')
            fputs(*text == '<' ? "&lt;" : "&amp;", out);
        else
            putc(*text, out);
}

enum dp_status dp_page_begin(struct dp_page *page, struct dp_error *error)
{
    FILE *const out = page->json.out;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
          out);
    put_html(page->sweep.name, out);
    fprintf(out, " (dewpoint)</title>\n<style>\n%s</style>\n</head>\n%s<script>\n", dp_web_style,
            dp_web_body);
    DP_TRY(copy_d3(out, error));
    fputs("</script>\n<script type=\"application/json\" id=\"data\">", out);
    return DP_OK;
}

enum dp_status dp_page_end(struct dp_page *page, struct dp_error *error)
{
    FILE *const out = page->json.out;
    fputs("</script>\n<script>\n\"use strict\";\n", out);
    for (int i = 0; dp_web_scripts[i]; i++)
        fputs(dp_web_scripts[i], out);
    fputs("</script>\n</body>\n</html>\n", out);
    return ferror(out) ? dp_fail(error, DP_IO, "cannot write the page: %s", strerror(errno)) : DP_OK;
}

const struct dp_distinct *dp_page_values(const struct dp_page *page, const char *coordinate)
{
    for (int s = 0; s < page->coordinates.settings; s++)
        if (!strcmp(page->coordinates.setting[s].name, coordinate))
            return &page->coordinates.setting[s].all;
    return NULL;
}

bool dp_page_is_axis(const struct dp_trouble_setting *coordinate)
{
    return coordinate->all.count > 1 && strcmp(coordinate->name, "seed") &&
           strcmp(coordinate->name, "data_seed");
}

void dp_page_coordinate(struct dp_page *page, const char *name, const struct dp_distinct *values)
{
    struct dp_json *const json = &page->json;
    char text[DP_TEXT];
    dp_json_member_text(json, "key", name);
    dp_json_member_text(json, "label", dp_symbol_plain(name, text, sizeof text));
    dp_json_member_truth(json, "named", dp_store_flag(page->store, name, 0));
    dp_json_name(json, "values");
    dp_json_open(json, '[');
    for (int64_t i = 0; i < values->count; i++)
        dp_json_number(json, values->value[i]);
    dp_json_close(json, ']');
    dp_json_name(json, "texts");
    dp_json_open(json, '[');
    for (int64_t i = 0; i < values->count; i++)
        dp_json_text(json, dp_coordinate_text(page->store, name, values->value[i], false, text, sizeof text));
    dp_json_close(json, ']');
}
