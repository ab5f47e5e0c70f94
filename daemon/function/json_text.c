/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parsing and writing JSON, as lenient as Jackson is with the options that Spark sets.
 */
#include "function/json_text.h"

#include <string.h>

#include "base/number.h"

struct json_parser {
    struct arena *arena;
    const struct json_options *o;
    const char *p, *end;
    int depth;
};

static void skip_some_blanks(struct json_parser *j) {
    for (;;) {
        while (j->p < j->end && (*j->p == ' ' || *j->p == '\t' || *j->p == '\n' || *j->p == '\r')) j->p++;
        if (!j->o->comments || j->end - j->p < 2 || j->p[0] != '/') return;
        const char *stop = NULL;
        if (j->p[1] == '/')
            stop = memchr(j->p, '\n', (size_t)(j->end - j->p));
        else if (j->p[1] == '*')
            stop = memmem(j->p + 2, (size_t)(j->end - j->p - 2), "*/", 2);
        else
            return;
        j->p = !stop ? j->end : j->p[1] == '*' ? stop + 2 : stop + 1;
    }
}

/* Most often there are none. */
static inline void skip_blanks(struct json_parser *j) {
    if (j->p == j->end || (unsigned char)*j->p <= ' ' || *j->p == '/') skip_some_blanks(j);
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_unicode(struct json_parser *j, uint32_t *unit) {
    *unit = 0;
    if (j->end - j->p < 4) return false;
    for (int i = 0; i < 4; i++) {
        int v = hex_value(*j->p++);
        if (v < 0) return false;
        *unit = *unit << 4 | (uint32_t)v;
    }
    return true;
}

/* Behind "\u". Half a pair alone is a question mark, as Java makes bytes of it. */
static bool read_unicode_escape(struct json_parser *j, struct text *out) {
    uint32_t unit, low;
    if (!read_unicode(j, &unit)) return false;
    bool high = unit >= 0xD800 && unit < 0xDC00;
    if (high && j->end - j->p >= 6 && j->p[0] == '\\' && j->p[1] == 'u') {
        const char *behind = j->p;
        j->p += 2;
        if (!read_unicode(j, &low)) return false;
        if (low >= 0xDC00 && low < 0xE000)
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        else
            j->p = behind;
    }
    text_add_code_point(out, unit >= 0xD800 && unit < 0xE000 ? '?' : unit);
    return true;
}

/* Behind a backslash. */
static bool read_escape(struct json_parser *j, struct text *out) {
    static const char plain[] = "\"\\/'", from[] = "bfnrt", to[] = "\b\f\n\r\t";
    if (j->p == j->end) return false;
    char c = *j->p++;
    const char *at = c ? strchr(from, c) : NULL;
    if (at) {
        text_add_char(out, to[at - from]);
    } else if (c == 'u') {
        return read_unicode_escape(j, out);
    } else if ((c && strchr(plain, c)) || j->o->any_escape) {
        text_add_char(out, c);
    } else {
        return false;
    }
    return true;
}

static bool read_string(struct json_parser *j, struct string *out) {
    char quote = *j->p++;
    const char *start = j->p;
    for (; j->p < j->end && *j->p != quote && *j->p != '\\'; j->p++)
        if ((unsigned char)*j->p < 0x20 && !j->o->control_characters) return false;
    if (j->p == j->end) return false;
    if (*j->p == quote) {
        *out = string_make(start, (size_t)(j->p++ - start));
        return true;
    }
    struct text text;
    text_init(&text, j->arena);
    text_add_bytes(&text, start, (size_t)(j->p - start));
    while (j->p < j->end && *j->p != quote) {
        if ((unsigned char)*j->p < 0x20 && !j->o->control_characters) return false;
        if (*j->p == '\\') {
            j->p++;
            if (!read_escape(j, &text)) return false;
        } else {
            text_add_char(&text, *j->p++);
        }
    }
    if (j->p == j->end) return false;
    j->p++;
    *out = string_make(text.data ? text.data : "", text.size);
    return true;
}

static bool is_quote(const struct json_parser *j, char c) {
    return c == '"' || (c == '\'' && j->o->single_quotes);
}

static bool word(struct json_parser *j, const char *text) {
    size_t size = strlen(text);
    if ((size_t)(j->end - j->p) < size || memcmp(j->p, text, size) != 0) return false;
    const char *after = j->p + size;
    if (after < j->end && ((*after | 32) >= 'a' && (*after | 32) <= 'z')) return false;
    j->p = after;
    return true;
}

static void digits(struct json_parser *j) {
    while (j->p < j->end && *j->p >= '0' && *j->p <= '9') j->p++;
}

static bool read_number(struct json_parser *j, struct json_value *v) {
    const char *start = j->p;
    v->kind = JSON_NUMBER;
    v->is_integer = true;
    if (*j->p == '-' || (*j->p == '+' && j->o->non_numeric)) j->p++;
    if (j->o->non_numeric && (word(j, "Infinity") || word(j, "NaN") || (j->p > start && word(j, "INF")))) {
        v->is_integer = false;
        v->text = string_make(start, (size_t)(j->p - start));
        return true;
    }
    const char *whole = j->p;
    digits(j);
    if (j->p == whole || *start == '+') return false;
    if (*whole == '0' && j->p - whole > 1 && !j->o->leading_zeros) return false;
    if (j->p < j->end && *j->p == '.') {
        const char *fraction = ++j->p;
        digits(j);
        if (j->p == fraction) return false;
        v->is_integer = false;
    }
    if (j->p < j->end && (*j->p | 32) == 'e') {
        j->p++;
        if (j->p < j->end && (*j->p == '+' || *j->p == '-')) j->p++;
        const char *exponent = j->p;
        digits(j);
        if (j->p == exponent) return false;
        v->is_integer = false;
    }
    v->text = string_make(start, (size_t)(j->p - start));
    return true;
}

static bool read_value(struct json_parser *j, struct json_value *v);

/* Of a name without quotes. */
static bool is_name_character(char c) {
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) || (c && strchr("$_@#*-+", c));
}

static bool read_name(struct json_parser *j, struct string *name) {
    if (j->p == j->end) return false;
    if (is_quote(j, *j->p)) return read_string(j, name);
    if (!j->o->unquoted_names) return false;
    const char *start = j->p;
    while (j->p < j->end && is_name_character(*j->p)) j->p++;
    *name = string_make(start, (size_t)(j->p - start));
    return name->size > 0;
}

/* Behind [ or {. */
static bool read_items(struct json_parser *j, struct json_value *v, char close) {
    LIST(struct json_value) items = {0};
    LIST(struct string) names = {0};
    if (++j->depth > JSON_MAX_DEPTH) return false;
    skip_blanks(j);
    bool any = j->p < j->end && *j->p != close;
    while (any) {
        struct json_value item = {0};
        if (v->kind == JSON_OBJECT) {
            struct string name;
            skip_blanks(j);
            if (!read_name(j, &name)) return false;
            skip_blanks(j);
            if (j->p == j->end || *j->p++ != ':') return false;
            LIST_PUSH(j->arena, &names, name);
        }
        if (!read_value(j, &item)) return false;
        LIST_PUSH(j->arena, &items, item);
        skip_blanks(j);
        any = j->p < j->end && *j->p == ',';
        if (any) j->p++;
    }
    if (j->p == j->end || *j->p++ != close) return false;
    j->depth--;
    v->count = items.count;
    v->items = items.items;
    v->names = names.items;
    return true;
}

static bool read_value(struct json_parser *j, struct json_value *v) {
    *v = (struct json_value){0};
    skip_blanks(j);
    if (j->p == j->end) return false;
    char c = *j->p;
    if (c == '{' || c == '[') {
        const char *start = j->p++;
        v->kind = c == '{' ? JSON_OBJECT : JSON_ARRAY;
        bool good = read_items(j, v, c == '{' ? '}' : ']');
        v->text = string_make(start, (size_t)(j->p - start));
        return good;
    }
    if (is_quote(j, c)) {
        v->kind = JSON_STRING;
        return read_string(j, &v->text);
    }
    if (word(j, "null")) return true;
    v->kind = JSON_TRUE;
    if (word(j, "true")) return true;
    v->kind = JSON_FALSE;
    if (word(j, "false")) return true;
    return read_number(j, v);
}

bool json_parse(struct arena *arena, const struct json_options *o, const char **next, const char *end,
                struct json_value *value) {
    struct json_parser j = {.arena = arena, .o = o, .p = *next, .end = end};
    bool good = read_value(&j, value);
    /* A number ends where a blank is, not where its digits do. */
    bool ends = !good || value->kind != JSON_NUMBER || j.p == j.end || strchr(" \t\r\n", *j.p);
    *next = j.p;
    return good && ends;
}

bool json_at_end(const struct json_options *o, const char *next, const char *end) {
    struct json_parser j = {.o = o, .p = next, .end = end};
    skip_blanks(&j);
    return j.p == j.end;
}

static bool is_plain(unsigned char c, enum json_escape escape) {
    unsigned char beyond = escape == JSON_ESCAPE_NON_ASCII ? 0x80 : escape == JSON_ESCAPE_PAIRS ? 0xF0 : 0;
    return c >= 0x20 && c != '"' && c != '\\' && (!beyond || c < beyond);
}

/* What is not plain at p; returns how many bytes that was. */
static unsigned write_escaped(struct text *out, const char *p, const char *end) {
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    unsigned char c = (unsigned char)*p;
    const char *at = c ? strchr(from, c) : NULL;
    unsigned size = 1;
    if (at) {
        text_add_char(out, '\\');
        text_add_char(out, to[at - from]);
        return 1;
    }
    uint32_t point = c < 0x80 ? c : utf8_decode(p, end, &size);
    if (point >= 0x10000)
        text_printf(out, "\\u%04X\\u%04X", 0xD7C0 + (point >> 10), 0xDC00 + (point & 0x3FF));
    else
        text_printf(out, "\\u%04X", point);
    return size;
}

/* How many bytes at the beginning of s are ASCII that no rule escapes, eight at a time; they are copied to `to`, which has
 * room for s. */
static uint32_t copy_plain(char *to, struct string s) {
    const uint64_t each = UINT64_C(0x0101010101010101), tops = each * 0x80;
    uint32_t i = 0;
    for (; i + 8 <= s.size; i += 8) {
        uint64_t eight;
        memcpy(&eight, s.data + i, sizeof eight);
        uint64_t quotes = eight ^ each * '"', slashes = eight ^ each * '\\';
        uint64_t control = eight - each * 0x20, quote = quotes - each, slash = slashes - each;
        if ((control | quote | slash | eight) & tops)
            break; /* with no top bit set, a borrow comes of such a byte alone */
        memcpy(to + i, &eight, sizeof eight);
    }
    for (; i < s.size && (unsigned char)s.data[i] < 0x80 && is_plain((unsigned char)s.data[i], JSON_ESCAPE_NON_ASCII);
         i++)
        to[i] = s.data[i];
    return i;
}

void json_write_string(struct text *out, struct string s, enum json_escape escape) {
    char *to = text_reserve(out, (size_t)s.size + 2);
    *to = '"';
    uint32_t plain_size = copy_plain(to + 1, s);
    out->size += 1 + plain_size;
    const char *p = s.data + plain_size, *end = s.data + s.size;
    while (p < end) {
        const char *plain = p;
        while (p < end && is_plain((unsigned char)*p, escape)) p++;
        text_add_bytes(out, plain, (size_t)(p - plain));
        if (p < end) p += write_escaped(out, p, end);
    }
    text_add_char(out, '"');
}

/* As Jackson writes a number that it has read: fractions as doubles, integers without zeros in front. */
static void write_number(struct text *out, const struct json_value *v) {
    const char *p = v->text.data, *end = p + v->text.size;
    char room[DOUBLE_TEXT];
    double number;
    if (!v->is_integer && double_parse(p, v->text.size, &number)) {
        size_t size = double_format(number, room);
        bool word = room[size - 1] == 'N' || room[size - 1] == 'y';
        if (word) text_add_char(out, '"');
        text_add_bytes(out, room, size);
        if (word) text_add_char(out, '"');
        return;
    }
    bool negative = p < end && *p == '-';
    p += negative;
    while (p + 1 < end && *p == '0') p++;
    if (negative && *p != '0') text_add_char(out, '-');
    text_add_bytes(out, p, (size_t)(end - p));
}

void json_write(struct text *out, const struct json_value *v) {
    static const char *const words[] = {"null", "false", "true"};
    switch (v->kind) {
        case JSON_NULL:
        case JSON_FALSE:
        case JSON_TRUE: text_add(out, words[v->kind]); return;
        case JSON_NUMBER: write_number(out, v); return;
        case JSON_STRING: json_write_string(out, v->text, JSON_ESCAPE_PAIRS); return;
        case JSON_ARRAY:
        case JSON_OBJECT:
            text_add_char(out, v->kind == JSON_ARRAY ? '[' : '{');
            for (uint32_t i = 0; i < v->count; i++) {
                if (i) text_add_char(out, ',');
                if (v->kind == JSON_OBJECT) {
                    json_write_string(out, v->names[i], JSON_ESCAPE_PAIRS);
                    text_add_char(out, ':');
                }
                json_write(out, &v->items[i]);
            }
            text_add_char(out, v->kind == JSON_ARRAY ? ']' : '}');
    }
}
