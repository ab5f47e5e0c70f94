/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON to variants: integers in as few bytes as hold them, other numbers as decimals when they are written without an
 * exponent and fit, as doubles else. What follows the first value is not looked at, as Spark does not.
 */
#include "function/variant_json.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/number.h"
#include "function/json_text.h"

bool variant_text_decimal(struct arena *arena, struct string text, int128 *value, int *scale) {
    char *plain = arena_bytes(arena, text.size + 1);
    size_t size = 0, digits_end = 0;
    int fraction = 0, exponent = 0;
    bool point = false;
    for (uint32_t i = 0; i < text.size; i++)
        if (text.data[i] != ',') plain[size++] = text.data[i];
    for (; digits_end < size && (plain[digits_end] | 32) != 'e'; digits_end++) {
        fraction += point && isdigit((uint8_t)plain[digits_end]);
        point |= plain[digits_end] == '.';
    }
    plain[size] = '\0';
    if (digits_end < size) {
        if (size - digits_end > 6) return false;
        exponent = atoi(plain + digits_end + 1);
    }
    *scale = fraction - exponent < 0 ? 0 : fraction - exponent;
    if (!size || (unsigned char)plain[0] <= ' ' || *scale > DECIMAL_DIGITS) return false;
    struct decimal_form form = {.precision = DECIMAL_DIGITS, .scale = *scale};
    return decimal_parse(plain, size, form, value) == DECIMAL_GOOD;
}

/* Plain decimal notation of at most 38 digits. */
static bool read_decimal(struct string text, int128 *out, int *scale) {
    bool negative = text.size && text.data[0] == '-', fraction = false;
    uint128 value = 0;
    *scale = 0;
    for (uint32_t i = negative; i < text.size; i++) {
        char c = text.data[i];
        if (c == '.') {
            fraction = true;
            continue;
        }
        if (c < '0' || c > '9') return false;
        value = value * 10 + (unsigned)(c - '0');
        if (value >= decimal_powers[DECIMAL_MAX_PRECISION]) return false;
        *scale += fraction;
    }
    *out = negative ? -(int128)value : (int128)value;
    return *scale <= DECIMAL_MAX_PRECISION;
}

static bool write_number(struct variant_writer *w, const struct json_value *v) {
    int128 decimal;
    int scale;
    double number;
    bool exact = read_decimal(v->text, &decimal, &scale);
    if (exact && v->is_integer && decimal == (int64_t)decimal)
        variant_write_long(w, (int64_t)decimal);
    else if (exact)
        variant_write_decimal(w, decimal, scale);
    else if (double_parse(v->text.data, v->text.size, &number))
        variant_write_double(w, number);
    else
        return false;
    return true;
}

/* json_parse() has bounded the nesting. */
static bool write_value(struct variant_writer *w, const struct json_value *v) {
    struct variant_member *members;
    size_t start = variant_writer_at(w);
    switch (v->kind) {
        case JSON_NULL: variant_write_null(w); return true;
        case JSON_FALSE:
        case JSON_TRUE: variant_write_boolean(w, v->kind == JSON_TRUE); return true;
        case JSON_NUMBER: return write_number(w, v);
        case JSON_STRING: variant_write_bytes(w, VARIANT_STRING, v->text); return true;
        case JSON_ARRAY:
            members = ARENA_ARRAY(w->arena, struct variant_member, v->count);
            for (uint32_t i = 0; i < v->count; i++) {
                members[i].offset = variant_writer_at(w);
                TRY(write_value(w, &v->items[i]));
            }
            variant_end_array(w, start, members, v->count);
            return true;
        case JSON_OBJECT:
            members = ARENA_ARRAY(w->arena, struct variant_member, v->count);
            for (uint32_t i = 0; i < v->count; i++) {
                members[i] = variant_field_here(w, v->names[i]);
                TRY(write_value(w, &v->items[i]));
            }
            return variant_end_object(w, start, members, v->count);
    }
    return false;
}

bool variant_write_json(struct variant_writer *w, const struct json_value *value) {
    return write_value(w, value);
}

bool variant_parse_json(struct variant_writer *w, struct string text) {
    static const struct json_options strict;
    struct json_value value;
    const char *next = text.data;
    return json_parse(w->arena, &strict, &next, text.data + text.size, &value) && write_value(w, &value);
}
