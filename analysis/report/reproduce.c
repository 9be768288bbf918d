// SPDX-License-Identifier: BSD-3-Clause
#include "report/reproduce.h"
#include "reading/coordinates.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETTINGS_MOST = 64, SETTING_ROOM = 2 * DP_TEXT };

/* The settings of a command: the texts after --set. */
struct settings {
    char text[SETTINGS_MOST][SETTING_ROOM];
    const char *word[SETTINGS_MOST];
    int count;
};

static void add(struct settings *settings, const char *key, const char *value)
{
    if (settings->count == SETTINGS_MOST)
        return;
    snprintf(settings->text[settings->count], SETTING_ROOM, "%.60s=%.*s", key, DP_TEXT - 1, value);
    settings->word[settings->count] = settings->text[settings->count];
    settings->count++;
}

static bool is_chosen(const struct dp_plane *plane, const char *key, size_t length)
{
    bool chosen = (strlen(plane->x) == length && !strncmp(plane->x, key, length)) ||
                  (strlen(plane->y) == length && !strncmp(plane->y, key, length));
    for (int k = 0; k < plane->filter.terms; k++)
        chosen = chosen || (strlen(plane->filter.term[k].column) == length &&
                            !strncmp(plane->filter.term[k].column, key, length));
    return chosen;
}

/* Keeps the settings of the store's own command, except for the keys that are chosen. */
static void add_overrides(struct settings *settings, const struct dp_plane *plane, const char *overrides)
{
    while (*overrides) {
        const size_t line = strcspn(overrides, "\n"), key = strcspn(overrides, "=");
        if (!is_chosen(plane, overrides, key) && settings->count < SETTINGS_MOST) {
            snprintf(settings->text[settings->count], SETTING_ROOM, "%.*s", (int)line, overrides);
            settings->word[settings->count] = settings->text[settings->count];
            settings->count++;
        }
        overrides += line + (overrides[line] == '\n');
    }
}

static void add_coordinate(struct settings *settings, const struct dp_store *store, const char *key,
                           double value)
{
    char text[DP_TEXT];
    add(settings, key, dp_coordinate_text(store, key, value, true, text, sizeof text));
}

static bool gives_cell(const struct dp_page *page, const struct dp_plane *plane, const struct dp_cell *cell,
                       struct settings *settings)
{
    struct dp_sweep sweep = {0};
    settings->count = 0;
    add_overrides(settings, plane, page->sweep.overrides);
    for (int k = 0; k < plane->filter.terms; k++)
        add_coordinate(settings, page->store, plane->filter.term[k].column, plane->filter.term[k].value);
    add_coordinate(settings, page->store, plane->x, cell->x);
    add_coordinate(settings, page->store, plane->y, cell->y);
    const bool parsed = dp_sweep_parse("sweep", page->sweep.source, strlen(page->sweep.source),
                                       settings->word, settings->count, &sweep, NULL) == DP_OK;
    const bool same = parsed && sweep.runs == dp_tally_runs(&cell->total);
    dp_sweep_free(&sweep);
    return same;
}

bool dp_page_is_settable(const struct dp_page *page, const struct dp_plane *plane,
                         const struct dp_cells *cells)
{
    struct settings *const settings = malloc(sizeof *settings);
    const bool settable = settings && cells->count > 0 &&
                          gives_cell(page, plane, &cells->cell[0], settings) &&
                          gives_cell(page, plane, &cells->cell[cells->count - 1], settings);
    free(settings);
    return settable;
}
