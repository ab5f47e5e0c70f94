/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between text and bytes: base64, character sets, to_binary, and whether bytes are UTF-8 at all.
 *
 * Base64 is read as Java's MIME decoder reads it: what is no symbol is passed over, but the last unit must be whole or
 * end in the padding that it needs. to_binary is stricter: it looks at the whole text first (base64_is_strict).
 */
#include <string.h>

#include <unicode/ucnv.h>

#include "base/base64.h"
#include "function/string_kernel.h"

/* ---- base64 ---- */

static int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

enum { BASE64_LINE = 57 }; /* bytes that make 76 characters */

/* Bytes of the text; in lines as mail has them, or not. */
static uint64_t encoded_size(uint32_t bytes, bool lines) {
    uint64_t breaks = lines && bytes ? (bytes - 1) / BASE64_LINE : 0;
    return base64_size(bytes) + 2 * breaks;
}

static struct string base64_encode(struct arena *arena, struct string s, bool lines) {
    size_t size = (size_t)encoded_size(s.size, lines), line = lines ? BASE64_LINE : s.size;
    char *out = arena_bytes(arena, size), *at = out;
    for (size_t i = 0; i < s.size; i += line) {
        if (i) {
            *at++ = '\r';
            *at++ = '\n';
        }
        at = base64_write(at, s.data + i, s.size - i < line ? s.size - i : line);
    }
    return string_make(out, size);
}

/* NULL: all went well; else Java's words for what is wrong. */
static const char *base64_decode(struct arena *arena, struct string s, struct string *result) {
    char *out = arena_bytes(arena, (size_t)s.size / 4 * 3 + 3), *at = out;
    uint32_t unit = 0, symbols = 0, i = 0;
    for (; i < s.size; i++) {
        int value = base64_value(s.data[i]);
        if (s.data[i] == '=') {
            bool second = symbols == 2 && (i + 1 == s.size || s.data[++i] != '=');
            if (second || symbols == 0) return "Input byte array has wrong 4-byte ending unit";
            i++;
            break;
        }
        if (value < 0) continue;
        unit = unit << 6 | (uint32_t)value;
        if (++symbols < 4) continue;
        *at++ = (char)(unit >> 16);
        *at++ = (char)(unit >> 8);
        *at++ = (char)unit;
        unit = symbols = 0;
    }
    if (symbols == 1) return "Last unit does not have enough valid bits";
    if (symbols == 2) *at++ = (char)(unit >> 4);
    if (symbols == 3) {
        *at++ = (char)(unit >> 10);
        *at++ = (char)(unit >> 2);
    }
    for (; i < s.size; i++) {
        if (base64_value(s.data[i]) < 0) continue;
        return arena_printf(arena, "Input byte array has incorrect ending byte at %u", i + 1);
    }
    *result = string_make(out, (size_t)(at - out));
    return NULL;
}

/* Symbols, blanks between them, and padding that fits: RFC 4648, where padding may be missing altogether. */
static bool base64_is_strict(struct string s) {
    uint64_t symbols = 0, padding = 0;
    for (uint32_t i = 0; i < s.size; i++) {
        if (s.data[i] == '=') {
            if (++padding > 2) return false;
        } else if (base64_value(s.data[i]) >= 0) {
            if (padding) return false;
            symbols++;
        } else if (!strchr(" \t\r\n\f\v", s.data[i]) || !s.data[i]) {
            return false;
        }
    }
    return padding ? (symbols + padding) % 4 == 0 : symbols % 4 != 1;
}

static bool base64_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    bool lines = context_flag(call->context, "spark.sql.chunkBase64String.enabled", true);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = string_at(&in, i);
        if (encoded_size(s.size, lines) > STRING_MAX) return string_too_large(call, encoded_size(s.size, lines), err);
        VECTOR_DATA(out, struct string)[i] = base64_encode(call->arena, s, lines);
    }
    return true;
}

static bool unbase64_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        const char *wrong = base64_decode(call->arena, string_at(&in, i), &VECTOR_DATA(out, struct string)[i]);
        if (wrong) return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "%s", wrong);
    }
    return true;
}

/* ---- character sets ---- */

/* One code point in, bytes out, or bytes in, one code point out: `unit` bytes at least. limit: the code points below it
 * can be written. */
struct charset {
    const char *name;
    uint32_t unit, limit;
    bool little, mark; /* the order of a unit's bytes; a mark of it may stand, or is written, in front */
};

static const struct charset charsets[] = {
    {"iso-8859-1", 1, 0x100, false, false}, {"us-ascii", 1, 0x80, false, false},
    {"utf-16", 2, 0x110000, false, true},   {"utf-16be", 2, 0x110000, false, false},
    {"utf-16le", 2, 0x110000, true, false}, {"utf-32", 4, 0x110000, false, false},
    {"utf-8", 0, 0x110000, false, false},
};

static const struct charset *find_charset(const struct call *call, struct string name, struct error *err) {
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++)
        if (ascii_equal_ignoring_case(name.data, name.size, charsets[i].name, strlen(charsets[i].name)))
            return &charsets[i];
    error_set(err, "INVALID_PARAMETER_VALUE.CHARSET", "parameter", "`charset`", "charsets",
              "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8", NULL);
    error_add(err, "functionName", "`%s`", call->expr->call.function->name);
    error_add(err, "charset", "%.*s", (int)name.size, name.data);
    return NULL;
}

static bool malformed(const struct call *call, struct string charset, struct error *err) {
    error_set(err, "MALFORMED_CHARACTER_CODING", NULL);
    error_add(err, "function", "`%s`", call->expr->call.function->name);
    return error_add(err, "charset", "%.*s", (int)charset.size, charset.data);
}

static void add_unit(struct text *out, const struct charset *c, uint32_t value) {
    for (uint32_t k = 0; k < c->unit; k++) text_add_char(out, (char)(value >> 8 * (c->little ? k : c->unit - 1 - k)));
}

/* replace: a ? stands for what the character set does not have. */
static bool encode_row(struct arena *arena, const struct charset *c, struct string s, bool replace,
                       struct string *result) {
    *result = s = string_make_valid(arena, s);
    if (!c->unit) return true;
    struct text out;
    text_init(&out, arena);
    if (c->mark && s.size) add_unit(&out, c, 0xFEFF);
    unsigned size;
    for (const char *p = s.data, *end = s.data + s.size; p < end; p += size) {
        uint32_t code = utf8_decode(p, end, &size);
        bool bad = code >= c->limit;
        if (bad && !replace) return false;
        if (bad) code = '?';
        if (c->unit == 2 && code >= 0x10000) {
            add_unit(&out, c, 0xD800 + ((code - 0x10000) >> 10));
            code = 0xDC00 + ((code - 0x10000) & 0x3FF);
        }
        add_unit(&out, c, code);
    }
    *result = string_make(out.data ? out.data : "", out.size);
    return true;
}

static uint32_t get_unit(const struct charset *c, const uint8_t *p, bool little) {
    uint32_t value = 0;
    for (uint32_t k = 0; k < c->unit; k++) value |= (uint32_t)p[k] << 8 * (little ? k : c->unit - 1 - k);
    return value;
}

/* replace: U+FFFD stands for what is no character. */
static bool decode_row(struct arena *arena, const struct charset *c, struct string s, bool replace,
                       struct string *result) {
    *result = replace ? string_make_valid(arena, s) : s;
    if (!c->unit) return replace || utf8_is_valid(s.data, s.size);
    struct text out;
    text_init(&out, arena);
    const uint8_t *p = (const uint8_t *)s.data, *end = p + s.size;
    bool little = c->little;
    if (c->unit > 1 && c->limit > 0x100 && s.size >= c->unit) {
        bool reversed = get_unit(c, p, !little) == 0xFEFF;
        if ((c->mark || c->unit == 4) && (reversed || get_unit(c, p, little) == 0xFEFF))
            p += c->unit, little ^= reversed;
    }
    if ((size_t)(end - p) % c->unit) return false;
    for (; p < end; p += c->unit) {
        uint32_t code = get_unit(c, p, little);
        if (c->unit == 2 && code >> 10 == 0x36) {
            if (end - p < 4) return false;
            uint32_t low = get_unit(c, p += 2, little);
            if (low >> 10 != 0x37) return false;
            code = 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF);
        }
        bool bad = code >= c->limit || code >> 11 == 0x1B;
        if (bad && !replace) return false;
        if (bad) code = 0xFFFD;
        text_add_code_point(&out, code);
    }
    *result = string_make(out.data ? out.data : "", out.size);
    return true;
}

/* spark.sql.legacy.javaCharsets: any character set, as ICU knows it. False: none of that name. */
static bool convert_by_icu(struct arena *arena, struct string name, struct string s, bool encodes,
                           struct string *result) {
    UErrorCode status = U_ZERO_ERROR;
    const char *charset = arena_strndup(arena, name.data, name.size);
    int32_t capacity = (int32_t)s.size * 4 + 16;
    char *out = arena_bytes(arena, (size_t)capacity);
    int32_t size = ucnv_convert(encodes ? charset : "UTF-8", encodes ? "UTF-8" : charset, out, capacity, s.data,
                                (int32_t)s.size, &status);
    if (U_FAILURE(status)) return false;
    *result = string_make(out, (size_t)size);
    return true;
}

static bool encode_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    bool encodes = call->expr->call.function->name[0] == 'e';
    bool replace = context_flag(call->context, "spark.sql.legacy.codingErrorAction", false);
    bool any = context_flag(call->context, "spark.sql.legacy.javaCharsets", false);
    struct view in = vector_view(call->arena, &arguments[0], rows), by = vector_view(call->arena, &arguments[1], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string *result = &VECTOR_DATA(out, struct string)[i];
        const struct charset *c = find_charset(call, string_at(&by, i), err);
        if (!c && any && convert_by_icu(call->arena, string_at(&by, i), string_at(&in, i), encodes, result)) {
            error_reset(err);
            continue;
        }
        if (!c) return false;
        bool good = encodes ? encode_row(call->arena, c, string_at(&in, i), replace, result)
                            : decode_row(call->arena, c, string_at(&in, i), replace, result);
        if (!good) return malformed(call, string_at(&by, i), err);
    }
    return true;
}

static struct expr *wrong_type(struct resolver *r, const struct expr *call, uint32_t which, const char *wanted,
                               struct error *err) {
    const struct expr *argument = call->children[which];
    return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(which), "requiredType",
                            wanted, "inputSql", quoted_expr(r->arena, argument), "inputType",
                            quoted_type(r->arena, argument->type), NULL);
}

/* decode(value, charset); more arguments are decode(expr, search, result, ... [, default]), a CASE that finds NULL. */
static struct expr *decode_resolve(struct resolver *r, struct expr *call, struct error *err) {
    uint32_t count = call->child_count;
    if (count < 2) return resolve_wrong_count(r, call->call.name, 2, 2, count, call->origin, err), NULL;
    if (count == 2) {
        static const char *const words[] = {"BINARY", "STRING"}, *const quoted[] = {"\"BINARY\"", "\"STRING\""};
        for (uint32_t i = 0; i < 2; i++) {
            const struct type *to = coerce_implicit(r, call->children[i], words[i]);
            if (!to) return wrong_type(r, call, i, quoted[i], err);
            call->children[i] = coerce_to(r, call->children[i], to);
        }
        call->type = TYPE_OF(STRING);
        call->nullable = true;
        return call;
    }
    struct expr **branches = arena_bytes_array(r->arena, count, sizeof *branches);
    uint32_t used = 0;
    for (uint32_t i = 1; i + 1 < count; i += 2) {
        branches[used] = resolve_binary(r, "<=>", call->children[0], call->children[i], err);
        if (!branches[used++]) return NULL;
        branches[used++] = call->children[i + 1];
    }
    /* The default that is left out is a string's NULL, with which the results must agree. */
    branches[used++] = count % 2 == 0 ? call->children[count - 1] : expr_null(r->arena, TYPE_OF(STRING));
    struct expr *made = resolve_named(r, "when", branches, used, call->origin, err);
    if (!made) return NULL;
    made = expr_copy_node(r->arena, made);
    made->pretty = call;
    return made;
}

/* ---- to_binary ---- */

enum binary_format { FORMAT_NONE, FORMAT_HEX, FORMAT_UTF8, FORMAT_BASE64 };

static enum binary_format find_format(struct string s) {
    static const struct {
        const char *name;
        enum binary_format format;
    } formats[] = {{"hex", FORMAT_HEX}, {"utf-8", FORMAT_UTF8}, {"utf8", FORMAT_UTF8}, {"base64", FORMAT_BASE64}};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (ascii_equal_ignoring_case(s.data, s.size, formats[i].name, strlen(formats[i].name)))
            return formats[i].format;
    return FORMAT_NONE;
}

/* The format's argument is constant: what it says is the node's data. NULL there: the result is NULL. */
static struct expr *binary_format_resolve(struct resolver *r, struct expr *call, struct error *err) {
    static const enum binary_format all[] = {FORMAT_NONE, FORMAT_HEX, FORMAT_UTF8, FORMAT_BASE64};
    call->nullable = true;
    call->call.data = (void *)&all[FORMAT_HEX];
    if (call->child_count == 1) return call;
    struct expr *format = call->children[1], *shown = expr_copy_node(r->arena, call);
    shown->call.name = "to_binary";
    if (!format->foldable)
        return resolve_mismatch(r, shown, err, "NON_FOLDABLE_INPUT", "inputName", "`fmt`", "inputType", "\"STRING\"",
                                "inputExpr", quoted_expr(r->arena, format), NULL);
    const struct type *text = coerce_implicit(r, format, "STRING");
    if (!text)
        return resolve_mismatch(r, shown, err, "INVALID_ARG_VALUE", "inputName", "fmt", "requireType",
                                "case-insensitive \"STRING\"", "validValues", "'hex', 'utf-8', 'utf8', or 'base64'",
                                "inputValue", expr_sql(r->arena, format), NULL);
    format = call->children[1] = coerce_to(r, format, text);
    const struct vector *value = expr_fold(r->arena, r->context, format, err);
    TRY_NULL(value);
    if (vector_is_null(value, 0)) return call;
    struct string s = VECTOR_DATA(value, struct string)[vector_entry(value, 0)];
    call->call.data = (void *)&all[find_format(s)];
    if (find_format(s) == FORMAT_BASE64 && !call->call.try_mode) call->nullable = call->children[0]->nullable;
    if (find_format(s) != FORMAT_NONE || call->call.try_mode) return call;
    return resolve_mismatch(r, shown, err, "INVALID_ARG_VALUE", "inputName", "fmt", "requireType",
                            "case-insensitive \"STRING\"", "validValues", "'hex', 'utf-8', 'utf8', or 'base64'",
                            "inputValue", arena_printf(r->arena, "'%.*s'", (int)s.size, s.data), NULL);
}

static struct expr *to_binary_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call = binary_format_resolve(r, call, err);
    TRY_NULL(call && resolve_argument(r, call, 0, "STRING", err));
    call->nullable |= call->children[0]->nullable;
    return call;
}

static int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* An odd first digit is a byte of its own. */
static bool hex_decode(struct arena *arena, struct string s, struct string *result) {
    char *out = arena_bytes(arena, (size_t)s.size / 2 + 1), *at = out;
    for (uint32_t i = 0, odd = s.size % 2; i < s.size; odd = 0) {
        int high = odd ? 0 : hex_digit(s.data[i++]), low = hex_digit(s.data[i++]);
        if (high < 0 || low < 0) return false;
        *at++ = (char)(high << 4 | low);
    }
    *result = string_make(out, (size_t)(at - out));
    return true;
}

static bool binary_row(struct arena *arena, enum binary_format format, struct string s, struct string *result) {
    if (format == FORMAT_HEX) return hex_decode(arena, s, result);
    if (format == FORMAT_BASE64) return base64_is_strict(s) && !base64_decode(arena, s, result);
    *result = s;
    return format == FORMAT_UTF8;
}

static bool to_binary_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    enum binary_format format = *(const enum binary_format *)call->expr->call.data;
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = string_at(&in, i);
        if (binary_row(call->arena, format, s, &VECTOR_DATA(out, struct string)[i])) continue;
        if (call->expr->call.try_mode) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        error_set(err, "CONVERSION_INVALID_INPUT", "fmt", format == FORMAT_HEX ? "'HEX'" : "'BASE64'", "targetType",
                  "\"BINARY\"", "suggestion", "`try_to_binary`", NULL);
        return error_add(err, "str", "'%.*s'", (int)s.size, s.data);
    }
    return true;
}

/* ---- is it UTF-8? ---- */

static bool is_valid_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = string_at(&in, i);
        VECTOR_DATA(out, uint8_t)[i] = utf8_is_valid(s.data, s.size);
    }
    return true;
}

/* Bytes at p that begin a sequence as far as it is well formed: one U+FFFD stands for them (Unicode's "maximal
 * subpart"). */
static unsigned subpart(const char *p, const char *end) {
    uint8_t first = (uint8_t)*p;
    unsigned length = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1;
    uint8_t low = first == 0xE0   ? 0xA0
                  : first == 0xF0 ? 0x90
                                  : 0x80,
            high = first == 0xED   ? 0x9F
                   : first == 0xF4 ? 0x8F
                                   : 0xBF;
    unsigned n = 1;
    for (; n < length && p + n < end && (uint8_t)p[n] >= low && (uint8_t)p[n] <= high; n++) low = 0x80, high = 0xBF;
    return n;
}

struct string string_make_valid(struct arena *arena, struct string s) {
    if (utf8_is_valid(s.data, s.size)) return s;
    struct text out;
    text_init(&out, arena);
    for (const char *p = s.data, *end = s.data + s.size; p < end;) {
        unsigned n = subpart(p, end);
        if (utf8_is_valid(p, n))
            text_add_bytes(&out, p, n);
        else
            text_add(&out, "\xEF\xBF\xBD");
        p += n;
    }
    return string_make(out.data, out.size);
}

static bool make_valid_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++)
        if (row_is_wanted(out, i))
            VECTOR_DATA(out, struct string)[i] = string_make_valid(call->arena, string_at(&in, i));
    return true;
}

static bool validate_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view in = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = VECTOR_DATA(out, struct string)[i] = string_at(&in, i);
        if (utf8_is_valid(s.data, s.size)) continue;
        if (call->expr->call.try_mode) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        struct text shown;
        text_init(&shown, call->arena);
        for (uint32_t k = 0; k < s.size; k++) text_printf(&shown, "\\x%02X", (uint8_t)s.data[k]);
        return error_set(err, "INVALID_UTF8_STRING", "str", text_finish(&shown), NULL);
    }
    return true;
}

const struct function string_encode_functions[] = {
    STRING_FUNCTION("base64", "(BINARY) STRING", base64_kernel, .usage = "base64(bin) - The bytes in base 64.",
                    .example = "base64('roost') => cm9vc3Q=", .since = "1.5.0"),
    STRING_FUNCTION("unbase64", "(STRING) BINARY", unbase64_kernel,
                    .usage = "unbase64(str) - The bytes that the base 64 text stands for.",
                    .example = "decode(unbase64('cm9vc3Q='), 'utf-8') => roost", .since = "1.5.0"),
    {.name = "encode",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_NULLABLE,
     .signature = "(STRING, STRING) BINARY",
     .kernel = encode_kernel,
     .group = "string_funcs",
     .usage = "encode(str, charset) - The text's bytes in a character set.",
     .example = "hex(encode('é', 'iso-8859-1')) => E9",
     .since = "1.5.0"},
    STRING_FUNCTION("decode", NULL, encode_kernel, .resolve = decode_resolve,
                    .usage = "decode(bin, charset), decode(expr, search, result[, search, result]...[, default]) - The "
                             "text that bytes stand for; or the result beside the first search that equals expr.",
                    .example = "decode(2, 1, 'one', 2, 'two') => two", .since = "1.5.0"),
    STRING_FUNCTION("to_binary", "(ANY [, ANY]) BINARY", to_binary_kernel, .resolve = to_binary_resolve,
                    .usage = "to_binary(str[, fmt]) - The bytes that str writes in hex, utf-8 or base64.",
                    .example = "decode(to_binary('6F776C'), 'utf-8') => owl", .since = "3.3.0"),
    {.name = "try_to_binary",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_TRY,
     .signature = "(ANY [, ANY]) BINARY",
     .kernel = to_binary_kernel,
     .resolve = to_binary_resolve,
     .group = "string_funcs",
     .usage = "try_to_binary(str[, fmt]) - The bytes that str writes in hex, utf-8 or base64, NULL when it does not.",
     .example = "try_to_binary('x') => NULL",
     .since = "3.3.0"},
    {.name = "is_valid_utf8",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_NULLABLE,
     .signature = "(STRING) BOOLEAN",
     .kernel = is_valid_kernel,
     .group = "string_funcs",
     .usage = "is_valid_utf8(str) - Are the bytes UTF-8?",
     .example = "is_valid_utf8(x'80') => false",
     .since = "4.0.0"},
    {.name = "make_valid_utf8",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_NULLABLE,
     .signature = "(STRING) $1",
     .kernel = make_valid_kernel,
     .group = "string_funcs",
     .usage = "make_valid_utf8(str) - str with U+FFFD for what is not UTF-8.",
     .example = "make_valid_utf8('owl') => owl",
     .since = "4.0.0"},
    {.name = "validate_utf8",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_NULLABLE,
     .signature = "(STRING) $1",
     .kernel = validate_kernel,
     .group = "string_funcs",
     .usage = "validate_utf8(str) - str when it is UTF-8, an error else.",
     .example = "validate_utf8('owl') => owl",
     .since = "4.0.0"},
    {.name = "try_validate_utf8",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_NULLABLE | FUNCTION_TRY,
     .signature = "(STRING) $1",
     .kernel = validate_kernel,
     .group = "string_funcs",
     .usage = "try_validate_utf8(str) - str when it is UTF-8, NULL else.",
     .example = "try_validate_utf8(x'80') => NULL",
     .since = "4.0.0"},
    {0},
};
