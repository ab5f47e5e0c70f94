/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers in other notations: bin, hex, unhex, conv.
 */
#include "expr/resolve.h"
#include "function/numeric_kernel.h"

#define KERNEL(NAME)                                                                                                   \
    static bool NAME(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,             \
                     struct error *err)

static const char upper_digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* Digits of an unsigned number that end at `end`; returns where they begin. */
static char *put_digits(uint64_t value, unsigned base, char *end) {
    do *--end = upper_digits[value % base];
    while (value /= base);
    return end;
}

static bool is_null(const struct vector *out, uint32_t row) {
    return out->validity && !bit_get(out->validity, row);
}

static struct string string_at(const struct vector *v, uint32_t row) {
    return VECTOR_DATA(v, struct string)[vector_entry(v, row)];
}

static void numbers(struct call *call, const struct vector *v, uint32_t rows, unsigned base, struct vector *out) {
    enum { LONGEST = 64 };
    char *room = arena_bytes_array(call->arena, rows, LONGEST);
    for (uint32_t i = 0; i < rows; i++, room += LONGEST) {
        char *end = room + LONGEST, *from = put_digits((uint64_t)numeric_integer_at(v, i), base, end);
        VECTOR_DATA(out, struct string)[i] = string_make(from, (size_t)(end - from));
    }
}

KERNEL(bin) {
    numbers(call, &arguments[0], rows, 2, out);
    return true;
}

KERNEL(hex) {
    if (arguments[0].type->kind == TYPE_LONG) {
        numbers(call, &arguments[0], rows, 16, out);
        return true;
    }
    for (uint32_t i = 0; i < rows; i++) {
        if (is_null(out, i)) continue;
        struct string s = string_at(&arguments[0], i);
        char *text = arena_bytes_array(call->arena, s.size ? s.size : 1, 2);
        for (uint32_t j = 0; j < s.size; j++) {
            text[2 * j] = upper_digits[(uint8_t)s.data[j] >> 4];
            text[2 * j + 1] = upper_digits[(uint8_t)s.data[j] & 15];
        }
        VECTOR_DATA(out, struct string)[i] = string_make(text, (size_t)s.size * 2);
    }
    return true;
}

/* A digit's value in base 36, or 255. */
static uint8_t digit_value(char c) {
    if (c >= '0' && c <= '9') return (uint8_t)(c - '0');
    c |= 32;
    return c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 10) : 255;
}

/* An odd number of digits has a first one that stands alone. */
static bool unhex_one(struct string s, char *out) {
    uint32_t at = 0;
    if (s.size % 2) {
        if (digit_value(s.data[at]) > 15) return false;
        *out++ = (char)digit_value(s.data[at++]);
    }
    for (; at < s.size; at += 2) {
        uint8_t high = digit_value(s.data[at]), low = digit_value(s.data[at + 1]);
        if (high > 15 || low > 15) return false;
        *out++ = (char)(high << 4 | low);
    }
    return true;
}

KERNEL(unhex) {
    for (uint32_t i = 0; i < rows; i++) {
        if (is_null(out, i)) continue;
        struct string s = string_at(&arguments[0], i);
        size_t size = (s.size + 1) / 2;
        char *bytes = arena_bytes(call->arena, size ? size : 1);
        if (unhex_one(s, bytes))
            VECTOR_DATA(out, struct string)[i] = string_make(bytes, size);
        else
            vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

/* ---- conv ---- */

enum { BASE_LEAST = 2, BASE_MOST = 36 };

/* The number that the leading digits of text are, as 64 bits; all ones and false when there are more. */
static bool read_number(const char *p, const char *end, unsigned base, uint64_t *value) {
    *value = 0;
    for (; p < end && digit_value(*p) < base; p++) {
        if (__builtin_mul_overflow(*value, base, value) || __builtin_add_overflow(*value, digit_value(*p), value)) {
            *value = UINT64_MAX;
            return false;
        }
    }
    return true;
}

/* A negative base to convert to means a signed result. False: the number has more than 64 bits. */
static bool convert(struct arena *arena, struct string s, unsigned from, int32_t to, struct string *out) {
    enum { LONGEST = 65 };
    bool negative = s.data[0] == '-', fits;
    uint64_t value;
    fits = read_number(s.data + negative, s.data + s.size, from, &value);
    if (negative && to > 0) value = (int64_t)value < 0 ? UINT64_MAX : 0 - value;
    if (to < 0 && (int64_t)value < 0) {
        value = 0 - value;
        negative = true;
    }
    char *room = arena_bytes(arena, LONGEST), *end = room + LONGEST;
    char *start = put_digits(value, (unsigned)(to < 0 ? -to : to), end);
    if (negative && to < 0) *--start = '-';
    *out = string_make(start, (size_t)(end - start));
    return fits;
}

KERNEL(conv) {
    for (uint32_t i = 0; i < rows; i++) {
        if (is_null(out, i)) continue;
        struct string s = string_at(&arguments[0], i);
        int64_t from = numeric_integer_at(&arguments[1], i), to = numeric_integer_at(&arguments[2], i);
        int64_t magnitude = to < 0 ? -to : to;
        while (s.size && *s.data == ' ') s = string_make(s.data + 1, s.size - 1);
        while (s.size && s.data[s.size - 1] == ' ') s = string_make(s.data, s.size - 1);
        bool legal =
            s.size && from >= BASE_LEAST && from <= BASE_MOST && magnitude >= BASE_LEAST && magnitude <= BASE_MOST;
        if (!legal) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        bool fits = convert(call->arena, s, (unsigned)from, (int32_t)to, &VECTOR_DATA(out, struct string)[i]);
        if (!fits && call->expr->call.ansi) return numeric_overflow(call, "Overflow in function conv()", NULL, err);
    }
    return true;
}

#define ROW(fname, sig, more, fn, doc, sample, version)                                                                \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | (more), .signature = sig, .kernel = fn,    \
        .group = "math_funcs", .usage = doc, .example = sample, .since = version                                       \
    }

const struct function math_text_functions[] = {
    ROW("bin", "(LONG) STRING", 0, bin, "bin(expr) - The number in binary.", "bin(13) => 1101", "1.5.0"),
    ROW("conv", "(STRING, INT, INT) STRING", FUNCTION_NULLABLE, conv,
        "conv(num, from_base, to_base) - A number, as text, in another base.", "conv('100', 2, 10) => 4", "1.5.0"),
    ROW("hex", "(LONG|BINARY|STRING) STRING", 0, hex, "hex(expr) - The number, or the bytes, in hexadecimal.",
        "hex(17) => 11", "1.5.0"),
    ROW("unhex", "(STRING) BINARY", FUNCTION_NULLABLE, unhex, "unhex(expr) - The bytes that a hexadecimal text is.",
        "decode(unhex('537061726B53514C'), 'UTF-8') => SparkSQL", "1.5.0"),
    {0},
};
