/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings in quotes: what they stand for.
 *
 * '...' and "..." take escapes (\n, \u00e9, \101) and doubled quotes; r'...' takes neither; strings in a row are one.
 * In \% and \_ the backslash stays, as patterns of LIKE want it. With spark.sql.parser.escapedStringLiterals nothing
 * is an escape.
 */
#include <string.h>

#include "base/text.h"
#include "sql/parser.h"

bool is_string(const struct parser *p, uint32_t ahead) {
    enum token_kind kind = peek_at(p, ahead);
    return kind == T_STRING || (kind == T_DOUBLE_QUOTED && !p->quoted_names);
}

static int hex(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Some hexadecimal digits as a number, or -1. */
static int64_t hex_number(const char *s, const char *end, int digits) {
    int64_t value = 0;
    if (end - s < digits) return -1;
    for (int i = 0; i < digits; i++) {
        int digit = hex(s[i]);
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

static char *put_utf8(char *out, uint32_t c) {
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xC0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *out++ = (char)(0xE0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    } else {
        *out++ = (char)(0xF0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3F));
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    }
    return out;
}

/* \uXXXX or \UXXXXXXXX behind the backslash; two surrogates in a row are one character. Bytes read, 0: none. */
static int unicode_escape(const char *s, const char *end, char **out) {
    int digits = *s == 'u' ? 4 : *s == 'U' ? 8 : 0;
    int64_t c = digits ? hex_number(s + 1, end, digits) : -1;
    if (c < 0 || c > 0x10FFFF) return 0;
    int size = digits + 1;
    if (c >= 0xD800 && c <= 0xDBFF && s + size + 1 < end && s[size] == '\\' && s[size + 1] == 'u') {
        int64_t low = hex_number(s + size + 2, end, 4);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            size += 6;
        }
    }
    if (c >= 0xD800 && c <= 0xDFFF) c = '?'; /* as Java encodes half a pair */
    *out = put_utf8(*out, (uint32_t)c);
    return size;
}

/* The escape behind a backslash; returns how many bytes it has. */
static int unescape(const char *s, const char *end, char **out) {
    int size = unicode_escape(s, end, out);
    if (size) return size;
    if (end - s >= 3 && (s[0] == '0' || s[0] == '1') && s[1] >= '0' && s[1] <= '7' && s[2] >= '0' && s[2] <= '7') {
        *out = put_utf8(*out, (uint32_t)((s[0] - '0') << 6 | (s[1] - '0') << 3 | (s[2] - '0')));
        return 3;
    }
    static const char from[] = "0bnrtZ", to[] = "\0\b\n\r\t\x1A";
    const char *known = *s ? strchr(from, *s) : NULL;
    if (*s == '%' || *s == '_') *(*out)++ = '\\';
    *(*out)++ = known ? to[known - from] : *s;
    return 1;
}

const char *unquote_string(const struct parser *p, const struct token *token, size_t *size) {
    const char *s = p->text + token->start, *end = s + token->size - 1;
    bool raw = *s == 'r' || *s == 'R';
    char quote = s[raw];
    s += raw ? 2 : 1;
    char *text = arena_bytes(p->arena, token->size + 1), *out = text;
    while (s < end) {
        if (*s == '\\' && !raw && !p->plain_strings && s + 1 < end) {
            s++;
            s += unescape(s, end, &out);
            continue;
        }
        if (*s == quote && !raw) s++;
        if (*s == quote && !raw && p->joined_strings) {
            s++;
            continue;
        }
        *out++ = *s++;
    }
    *out = '\0';
    *size = (size_t)(out - text);
    return text;
}

static const char *parse_text(struct parser *p, size_t *size) {
    if (!is_string(p, 0)) {
        if (peek(p) == T_QUESTION || (peek(p) == T_COLON && is_identifier(p, 1)))
            error_unsupported(p->err, "a parameter marker in the place of a string");
        else
            parser_syntax_error(p);
        return NULL;
    }
    const char *text = unquote_string(p, parser_token(p, 0), size);
    next(p);
    if (!is_string(p, 0)) return text;
    struct text joined;
    text_init(&joined, p->arena);
    text_add_bytes(&joined, text, *size);
    for (; is_string(p, 0); next(p)) {
        text = unquote_string(p, parser_token(p, 0), size);
        text_add_bytes(&joined, text, *size);
    }
    *size = joined.size;
    return text_finish(&joined);
}

const char *parse_string(struct parser *p) {
    size_t size;
    return parse_text(p, &size);
}

struct u_expr *parse_string_literal(struct parser *p) {
    uint32_t from = p->at;
    size_t size;
    const char *text;
    TRY_NULL(text = parse_text(p, &size));
    return literal_string(p->arena, parser_origin(p, from), text, size);
}
