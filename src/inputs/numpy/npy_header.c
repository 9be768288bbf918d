// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/numpy/npy_header.h"
#include <ctype.h>
#include <string.h>

enum { LONGEST = 4096 }; // bytes of a header of numbers; numpy pads to 64 or 128

/* The dictionary, zero-terminated, and where to tell of a mistake. */
struct parser {
    const char *path, *what, *at;
    struct dp_error *error;
};

static enum dp_status refuse(const struct parser *p, const char *why)
{
    return dp_fail(p->error, DP_BAD_INPUT, "%s: the NumPy header of %s %s", p->path, p->what, why);
}

static bool skip(struct parser *p, const char *word)
{
    p->at += strspn(p->at, " \n");
    if (strncmp(p->at, word, strlen(word)) != 0)
        return false;
    p->at += strlen(word);
    return true;
}

/* '<f8' and the like. */
static enum dp_status parse_type(struct parser *p, struct dp_npy_header *header)
{
    if (skip(p, "["))
        return refuse(p, "has named fields; save the numbers as a plain array");
    if (!skip(p, "'") || !p->at[0] || !p->at[1] || !strchr("<>|=", p->at[0]))
        return refuse(p, "has no type of numbers that is known here");
    header->order = p->at[0] == '>' ? '>' : '<';
    header->kind = p->at[1];
    p->at += 2;
    header->bytes = 0;
    for (; isdigit((unsigned char)*p->at) && header->bytes < 100; p->at++)
        header->bytes = 10 * header->bytes + (size_t)(*p->at - '0');
    if (header->kind == 'O')
        return refuse(p, "says that it holds Python objects; convert them with astype(float)");
    const size_t bytes = header->bytes;
    const bool whole = strchr("iu", header->kind) && (bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8);
    const bool real = header->kind == 'f' && (bytes == 2 || bytes == 4 || bytes == 8);
    if (!whole && !real && !(header->kind == 'b' && bytes == 1))
        return refuse(p, "has a type of elements that is not real or whole numbers of at most 8 bytes");
    return skip(p, "'") ? DP_OK : refuse(p, "has a type of elements that is not a plain number");
}

/* (), (n,), (n, d) */
static enum dp_status parse_shape(struct parser *p, struct dp_npy_header *header)
{
    if (!skip(p, "("))
        return refuse(p, "has no shape");
    header->rank = 0;
    header->size[0] = header->size[1] = 1;
    while (!skip(p, ")")) {
        uint64_t size = 0;
        p->at += strspn(p->at, " ");
        if (!isdigit((unsigned char)*p->at))
            return refuse(p, "has a shape that is not whole numbers");
        for (; isdigit((unsigned char)*p->at); p->at++) {
            if (size > UINT64_MAX / 10 - 1)
                return refuse(p, "has a shape beyond all memory");
            size = 10 * size + (uint64_t)(*p->at - '0');
        }
        if (header->rank == 2)
            return refuse(p, "has more than two dimensions; reshape it to (samples, columns)");
        header->size[header->rank++] = size;
        if (!skip(p, ",") && *p->at != ')')
            return refuse(p, "has a shape that is not whole numbers");
    }
    return header->rank ? DP_OK : refuse(p, "has no dimension: it is a single number");
}

static enum dp_status parse_fortran(struct parser *p, struct dp_npy_header *header)
{
    header->fortran = skip(p, "True");
    return header->fortran || skip(p, "False") ? DP_OK : refuse(p, "is damaged");
}

static enum dp_status parse_entries(struct parser *p, struct dp_npy_header *header)
{
    static const struct {
        const char *key;
        enum dp_status (*parse)(struct parser *, struct dp_npy_header *);
    } entries[] = {{"'descr':", parse_type}, {"'fortran_order':", parse_fortran}, {"'shape':", parse_shape}};
    unsigned seen = 0;
    if (!skip(p, "{"))
        return refuse(p, "is damaged");
    while (!skip(p, "}")) {
        unsigned entry = 0;
        while (entry < 3 && !skip(p, entries[entry].key))
            entry++;
        if (entry == 3 || seen & 1u << entry)
            return refuse(p, "is damaged");
        DP_TRY(entries[entry].parse(p, header));
        seen |= 1u << entry;
        skip(p, ",");
    }
    return seen == 7 ? DP_OK : refuse(p, "is damaged");
}

enum dp_status dp_npy_header_parse(const char *path, const char *what, const char *bytes, size_t size,
                                   struct dp_npy_header *header, struct dp_error *error)
{
    const unsigned char *const b = (const unsigned char *)bytes;
    char text[LONGEST + 1];
    struct parser parser = {path, what, text, error};
    *header = (struct dp_npy_header){0};
    if (size < 12 || memcmp(bytes, "\x93NUMPY", 6) != 0)
        return dp_fail(error, DP_BAD_INPUT,
                       "%s: %s is no NumPy array: it does not begin with NumPy's magic string", path, what);
    const bool wide = b[6] >= 2;
    const size_t start = wide ? 12 : 10;
    const size_t length =
        (size_t)b[8] | (size_t)b[9] << 8 | (wide ? (size_t)b[10] << 16 | (size_t)b[11] << 24 : 0);
    if (b[6] < 1 || b[6] > 3)
        return refuse(&parser, "is of a later version than 3");
    if (length > LONGEST)
        return refuse(&parser, "is too long for a plain array");
    if (length > size - start)
        return refuse(&parser, "is cut off");
    memcpy(text, bytes + start, length);
    text[length] = '\0';
    header->data = start + length;
    return parse_entries(&parser, header);
}
