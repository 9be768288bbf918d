// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/document/document.h"
#include "sweep/keys/utf8.h"
#include <string.h>

enum { DEEPEST = 12, MOST_PAIRS = 200, MOST_COMPLAINTS = 8 };

static struct dp_place place_at(const struct dp_document *document, yaml_mark_t mark)
{
    if (document->one_place)
        return (struct dp_place){document->name, 0, 0};
    return (struct dp_place){document->name, mark.line + 1, mark.column + 1};
}

/* The reader gives no line for bytes that are not UTF-8, only the number of bytes before them. */
static struct dp_place place_of_byte(const struct dp_document *document, const char *text, size_t offset)
{
    yaml_mark_t mark = {0, 0, 0};
    for (size_t i = 0; i < offset; i++) {
        const unsigned char c = (unsigned char)text[i];
        mark.column += (c & 0xc0) != 0x80; // continuation bytes are no columns of their own
        if (c == '\n') {
            mark.line++;
            mark.column = 0;
        }
    }
    return place_at(document, mark);
}

/* Whether a line (from 0) is indented by a tab, the most common reason why a file is not YAML. */
static bool tab_indents(const char *text, size_t length, size_t line)
{
    size_t i = 0;
    for (; i < length && line > 0; i++)
        line -= text[i] == '\n';
    while (i < length && text[i] == ' ')
        i++;
    return i < length && text[i] == '\t';
}

/* The first byte that begins no character, at most `most`. */
static size_t find_foreign_byte(const char *text, size_t length, size_t most)
{
    size_t i = 0;
    for (size_t bytes; i < most && (bytes = dp_utf8_bytes(text + i, length - i)) > 0;)
        i += bytes;
    return i < most ? i : most;
}

/* A byte of another encoding, or a control character, for which the parser has words. */
static void complain_byte(struct dp_document *document, const yaml_parser_t *parser, const char *text,
                          size_t length)
{
    const size_t at = find_foreign_byte(text, length, parser->problem_offset);
    const struct dp_place place = place_of_byte(document, text, at);
    char count[48] = "";
    if (at < length && dp_utf8_bytes(text + at, length - at) > 0) {
        dp_complain(document->faults, place, "not a text in UTF-8: %s", parser->problem);
        return;
    }
    if (at == 0 && length > 4 && memcmp(text, "\x89HDF", 4) == 0) {
        dp_complain(document->faults, place, "an HDF5 file, such as a store, and not a sweep file");
        return;
    }
    if (document->one_place)
        snprintf(count, sizeof count, ", byte %zu of the value,", at + 1);
    dp_complain(document->faults, place,
                "not a text in UTF-8: 0x%02X%s is of another encoding, such as Latin-1; write it in UTF-8",
                at < length ? (unsigned)(unsigned char)text[at] : 0u, count);
}

/* The parser's own words, and the hint that most people need. */
static void complain_syntax(struct dp_document *document, const yaml_parser_t *parser, const char *text,
                            size_t length)
{
    const char *const problem = parser->problem ? parser->problem : "unknown problem";
    if (parser->error == YAML_READER_ERROR) {
        complain_byte(document, parser, text, length);
        return;
    }
    const yaml_mark_t mark = parser->problem_mark;
    const bool tab = tab_indents(text, length, mark.line);
    const char *const context = parser->context ? parser->context : "";
    dp_complain(document->faults, place_at(document, mark), "not valid YAML: %s%s%s%s", problem,
                *context ? " " : "", context,
                tab                                 ? " (a tab: YAML is indented with spaces)"
                : strstr(problem, "unexpected ':'") ? " (a blank must follow a colon)"
                                                    : "");
}

static const char *refused(const yaml_event_t *event, int documents, int depth)
{
    static const char anchors[] = "anchors and aliases (& and *) have no place in a sweep file";
    static const char tags[] =
        "tags (!) have no place in a sweep file; put a text that starts with ! in quotes";
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return anchors;
    case YAML_DOCUMENT_START_EVENT:
        return documents > 1 ? "a sweep file holds one document, and a second one begins here" : NULL;
    case YAML_SCALAR_EVENT:
        if (memchr(event->data.scalar.value, '\0', event->data.scalar.length))
            return "a text must not contain the character zero";
        return event->data.scalar.anchor ? anchors : event->data.scalar.tag ? tags : NULL;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor ? anchors
               : event->data.sequence_start.tag  ? tags
               : depth > DEEPEST                 ? "nested too deeply"
                                                 : NULL;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor ? anchors
               : event->data.mapping_start.tag  ? tags
               : depth > DEEPEST                ? "nested too deeply"
                                                : NULL;
    default:
        return NULL;
    }
}

/* A byte order mark tells the encoding of the text. That of UTF-8 is skipped, others are refused. A zero
 * among the first bytes is refused, too: it is half a character of UTF-16. */
static bool skip_mark(struct dp_document *document, const char **text, size_t *length)
{
    const struct dp_place start = place_at(document, (yaml_mark_t){0});
    const char *const bytes = *text;
    if (*length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        *text += 3;
        *length -= 3;
    } else if (*length >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0 ||
                                !bytes[0] || !bytes[1])) {
        dp_complain(document->faults, start, "a text in UTF-16; save it as UTF-8");
        return false;
    }
    return true;
}

/* Reads the text once as a stream of events, which costs no memory whatever the text says. */
static void check_events(struct dp_document *document, const char *text, size_t length)
{
    const int64_t enough = document->faults->count + MOST_COMPLAINTS;
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return; // out of memory: the second reading will say so
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    int depth = 0, documents = 0;
    for (bool end = false; !end;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            complain_syntax(document, &parser, text, length);
            break;
        }
        depth += event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_MAPPING_START_EVENT;
        depth -= event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
        documents += event.type == YAML_DOCUMENT_START_EVENT;
        const char *const reason = refused(&event, documents, depth);
        if (reason)
            dp_complain(document->faults, place_at(document, event.start_mark), "%s", reason);
        end = event.type == YAML_STREAM_END_EVENT || depth > DEEPEST || document->faults->count >= enough;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

enum dp_status dp_document_load(struct dp_document *document, const char *text, size_t length)
{
    const int64_t before = document->faults->count;
    if (!skip_mark(document, &text, &length))
        return DP_BAD_INPUT;
    check_events(document, text, length);
    if (document->faults->count > before)
        return DP_BAD_INPUT;
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return DP_NO_MEMORY;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    enum dp_status status = DP_OK;
    if (!yaml_parser_load(&parser, &document->tree)) {
        status = parser.error == YAML_MEMORY_ERROR ? DP_NO_MEMORY : DP_BAD_INPUT;
        if (status == DP_BAD_INPUT)
            complain_syntax(document, &parser, text, length);
    }
    yaml_parser_delete(&parser);
    return status;
}

yaml_node_t *dp_document_root(struct dp_document *document)
{
    return yaml_document_get_root_node(&document->tree);
}

yaml_node_t *dp_node(struct dp_document *document, int id)
{
    return yaml_document_get_node(&document->tree, id);
}

struct dp_place dp_node_place(const struct dp_document *document, const yaml_node_t *node)
{
    return place_at(document, node->start_mark);
}

const char *dp_node_text(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : "";
}

bool dp_node_is_null(const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return false;
    const char *const text = dp_node_text(node);
    return !*text || strcmp(text, "~") == 0 || strcmp(text, "null") == 0;
}

bool dp_node_is_value(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && !dp_node_is_null(node);
}

const char *dp_node_found(const yaml_node_t *node, char *text, size_t size)
{
    if (node->type == YAML_SEQUENCE_NODE)
        snprintf(text, size, "a list");
    else if (node->type == YAML_MAPPING_NODE)
        snprintf(text, size, "a mapping");
    else if (dp_node_is_null(node))
        snprintf(text, size, "nothing");
    else
        snprintf(text, size, "\"%.60s\"", dp_node_text(node));
    return text;
}

int dp_mapping_count(const yaml_node_t *node)
{
    if (node->type != YAML_MAPPING_NODE)
        return 0;
    return (int)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
}

yaml_node_t *dp_mapping_pair(struct dp_document *document, const yaml_node_t *node, int i,
                             yaml_node_t **value)
{
    const yaml_node_pair_t *const pair = node->data.mapping.pairs.start + i;
    *value = dp_node(document, pair->value);
    return dp_node(document, pair->key);
}

int64_t dp_list_count(const yaml_node_t *node)
{
    if (node->type != YAML_SEQUENCE_NODE)
        return 0;
    return node->data.sequence.items.top - node->data.sequence.items.start;
}

yaml_node_t *dp_list_item(struct dp_document *document, const yaml_node_t *node, int64_t i)
{
    return dp_node(document, node->data.sequence.items.start[i]);
}

/* YAML forbids a repeated key, but libyaml keeps both, so it is checked here. */
static void check_twice(struct dp_document *document, const yaml_node_t *node, int i)
{
    yaml_node_t *value;
    const yaml_node_t *const key = dp_mapping_pair(document, node, i, &value);
    for (int j = 0; j < i; j++) {
        const yaml_node_t *const earlier = dp_mapping_pair(document, node, j, &value);
        if (earlier->type == YAML_SCALAR_NODE && strcmp(dp_node_text(earlier), dp_node_text(key)) == 0) {
            dp_complain(document->faults, dp_node_place(document, key),
                        "%.60s stands twice; the first is on line %zu", dp_node_text(key),
                        earlier->start_mark.line + 1);
            return;
        }
    }
}

bool dp_check_mapping(struct dp_document *document, const yaml_node_t *node, const char *owner,
                      const char *what)
{
    char found[80];
    if (node->type != YAML_MAPPING_NODE) {
        dp_complain(document->faults, dp_node_place(document, node), "%s must be %s, not %s", owner, what,
                    dp_node_found(node, found, sizeof found));
        return false;
    }
    const int count = dp_mapping_count(node);
    if (count > MOST_PAIRS) {
        dp_complain(document->faults, dp_node_place(document, node),
                    "%s has %d entries; more than %d are none of ours", owner, count, MOST_PAIRS);
        return false;
    }
    for (int i = 0; i < count; i++) {
        yaml_node_t *value;
        const yaml_node_t *const key = dp_mapping_pair(document, node, i, &value);
        if (key->type != YAML_SCALAR_NODE) {
            dp_complain(document->faults, dp_node_place(document, key),
                        "in %s a name must stand before the colon, not %s", owner,
                        dp_node_found(key, found, sizeof found));
            return false;
        }
        check_twice(document, node, i);
    }
    return true;
}
