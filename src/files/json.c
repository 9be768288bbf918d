// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/json.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void begin(struct dp_json *json)
{
    if (json->follows)
        putc(',', json->out);
    json->follows = true;
}

void dp_json_open(struct dp_json *json, char bracket)
{
    begin(json);
    putc(bracket, json->out);
    json->follows = false;
}

void dp_json_close(struct dp_json *json, char bracket)
{
    putc(bracket, json->out);
    json->follows = true;
}

/* Bytes of the UTF-8 character that text begins with, 0 when it is none (RFC 3629). */
static int letter_bytes(const unsigned char *text)
{
    const int length = text[0] < 0x80 ? 1 : text[0] < 0xC2 ? 0 : text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : 4;
    if (text[0] > 0xF4)
        return 0;
    for (int i = 1; i < length; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    const bool overlong = (text[0] == 0xE0 && text[1] < 0xA0) || (text[0] == 0xF0 && text[1] < 0x90);
    const bool beyond = (text[0] == 0xED && text[1] >= 0xA0) || (text[0] == 0xF4 && text[1] >= 0x90);
    return overlong || beyond ? 0 : length;
}

static void put_text(FILE *out, const char *text, size_t size)
{
    const unsigned char *at = (const unsigned char *)text, *const end = at + size;
    putc('"', out);
    while (at < end) {
        const int length = letter_bytes(at);
        if (length == 0)
            fputs("\\ufffd", out);
        else if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if (*at == '\n')
            fputs("\\n", out);
        else if (*at < ' ' || *at == '<' || *at == 0x7F)
            fprintf(out, "\\u%04x", *at);
        else
            fwrite(at, 1, (size_t)length, out);
        at += length ? length : 1;
    }
    putc('"', out);
}

void dp_json_name(struct dp_json *json, const char *name)
{
    begin(json);
    put_text(json->out, name, strlen(name));
    putc(':', json->out);
    json->follows = false;
}

void dp_json_text(struct dp_json *json, const char *text)
{
    begin(json);
    if (text)
        put_text(json->out, text, strlen(text));
    else
        fputs("null", json->out);
}

void dp_json_truth(struct dp_json *json, bool truth)
{
    begin(json);
    fputs(truth ? "true" : "false", json->out);
}

void dp_json_whole(struct dp_json *json, int64_t number)
{
    begin(json);
    fprintf(json->out, "%lld", (long long)number);
}

void dp_json_number(struct dp_json *json, double number)
{
    char text[32] = "null";
    for (int digits = 15; digits <= 17 && isfinite(number); digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    begin(json);
    fputs(text, json->out);
}

void dp_json_rounded(struct dp_json *json, double number, int digits)
{
    begin(json);
    if (isfinite(number))
        fprintf(json->out, "%.*g", digits, number);
    else
        fputs("null", json->out);
}

void dp_json_member_text(struct dp_json *json, const char *name, const char *text)
{
    dp_json_name(json, name);
    dp_json_text(json, text);
}

void dp_json_member_lines(struct dp_json *json, const char *name, const char *lines)
{
    const size_t size = strlen(lines);
    dp_json_name(json, name);
    begin(json);
    put_text(json->out, lines, size > 0 && lines[size - 1] == '\n' ? size - 1 : size);
}

void dp_json_member_whole(struct dp_json *json, const char *name, int64_t number)
{
    dp_json_name(json, name);
    dp_json_whole(json, number);
}

void dp_json_member_number(struct dp_json *json, const char *name, double number)
{
    dp_json_name(json, name);
    dp_json_number(json, number);
}

void dp_json_member_truth(struct dp_json *json, const char *name, bool truth)
{
    dp_json_name(json, name);
    dp_json_truth(json, truth);
}
