/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What format_string's conversions make of values: s S d x X o e E f g G c C b B a A h H, as Java's Formatter does.
 *
 * A double's shortest digits are rounded half up. Values come as Spark keeps them, so that %s of a date is its number
 * of days.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/number.h"
#include "column/variant.h"
#include "function/decimal_digits.h"
#include "function/java_hash.h"
#include "function/spark_hash.h"
#include "function/string_format.h"
#include "function/string_kernel.h"

bool format_integer_of(const struct vector *v, uint32_t row, int64_t *value) {
    uint32_t entry = vector_entry(v, row);
    if (v->type->kind == TYPE_DECIMAL) return false;
    switch (type_storage(v->type)) {
        case STORAGE_INT8: *value = VECTOR_DATA(v, int8_t)[entry]; return true;
        case STORAGE_INT16: *value = VECTOR_DATA(v, int16_t)[entry]; return true;
        case STORAGE_INT32: *value = VECTOR_DATA(v, int32_t)[entry]; return true;
        case STORAGE_INT64: *value = VECTOR_DATA(v, int64_t)[entry]; return true;
        default: return false;
    }
}

bool format_double_of(const struct vector *v, uint32_t row, double *value) {
    uint32_t entry = vector_entry(v, row);
    if (v->type->kind != TYPE_DOUBLE && v->type->kind != TYPE_FLOAT) return false;
    *value = v->type->kind == TYPE_DOUBLE ? VECTOR_DATA(v, double)[entry] : (double)VECTOR_DATA(v, float)[entry];
    return true;
}

static void add_nested(struct text *out, const struct vector *v, uint32_t row, const struct timezone *zone);

/* What toString() gives: for a Java array its type and an address. */
static void add_value(struct text *out, const struct vector *v, uint32_t row, const struct timezone *zone) {
    uint32_t entry = vector_entry(v, row);
    char buffer[DECIMAL_EXACT_TEXT];
    int64_t integer;
    if (v->type->kind == TYPE_BINARY) {
        struct string s = VECTOR_DATA(v, struct string)[entry];
        text_printf(out, "[B@%x", (unsigned)(uintptr_t)s.data & 0x7FFFFFFF);
    } else if (type_storage(v->type) == STORAGE_STRING) {
        struct string s = VECTOR_DATA(v, struct string)[entry];
        text_add_bytes(out, s.data, s.size);
    } else if (v->type->kind == TYPE_BOOLEAN) {
        text_add(out, VECTOR_DATA(v, uint8_t)[entry] ? "true" : "false");
    } else if (v->type->kind == TYPE_DOUBLE) {
        text_add_bytes(out, buffer, double_format(VECTOR_DATA(v, double)[entry], buffer));
    } else if (v->type->kind == TYPE_FLOAT) {
        text_add_bytes(out, buffer, float_format(VECTOR_DATA(v, float)[entry], buffer));
    } else if (v->type->kind == TYPE_DECIMAL) {
        bool narrow = type_storage(v->type) == STORAGE_INT64;
        int128 value = narrow ? VECTOR_DATA(v, int64_t)[entry] : VECTOR_DATA(v, int128)[entry];
        text_add_bytes(out, buffer, decimal_format_scientific(value, v->type->scale, buffer));
    } else if (format_integer_of(v, row, &integer)) {
        text_printf(out, "%lld", (long long)integer);
    } else {
        add_nested(out, v, row, zone);
    }
}

static void add_or_null(struct text *out, const struct vector *v, uint32_t row, const struct timezone *zone) {
    if (vector_is_null(v, row))
        text_add(out, "null");
    else
        add_value(out, v, row, zone);
}

static void add_items(struct text *out, const struct vector *items, struct list_entry list,
                      const struct timezone *zone) {
    text_add_char(out, '[');
    for (uint32_t k = 0; k < list.length; k++) {
        if (k) text_add_char(out, ',');
        add_or_null(out, items, list.offset + k, zone);
    }
    text_add_char(out, ']');
}

/* As Spark's own classes print: [1,2], [1,x] for a struct, keys: [a], values: [1]. */
static void add_nested(struct text *out, const struct vector *v, uint32_t row, const struct timezone *zone) {
    uint32_t entry = vector_entry(v, row);
    if (v->type->kind == TYPE_VARIANT) {
        struct variant value = variant_at(v, entry);
        variant_json_add(out, &value, zone);
    } else if (v->type->kind == TYPE_STRUCT) {
        text_add_char(out, '[');
        for (uint32_t i = 0; i < v->child_count; i++) {
            if (i) text_add_char(out, ',');
            add_or_null(out, &v->children[i], entry, zone);
        }
        text_add_char(out, ']');
    } else if (v->type->kind == TYPE_ARRAY) {
        add_items(out, &v->children[0], VECTOR_DATA(v, struct list_entry)[entry], zone);
    } else if (v->type->kind == TYPE_MAP) {
        struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
        text_add(out, "keys: ");
        add_items(out, &v->children[0], list, zone);
        text_add(out, ", values: ");
        add_items(out, &v->children[1], list, zone);
    }
}

/* A number's sign and what fills it up. */
static void add_number(struct text *out, const struct directive *d, bool negative, const char *text, size_t size) {
    const char *front = negative ? (d->wrapped ? "(" : "-") : d->plus ? "+" : d->blank ? " " : "";
    const char *back = negative && d->wrapped ? ")" : "";
    struct text body;
    text_init(&body, out->arena);
    add_grouped(&body, text, size, d->grouped ? 3 : 0);
    text_add(out, front);
    for (int64_t n = (int64_t)(strlen(front) + body.size + strlen(back)); d->zero && n < d->width; n++)
        text_add_char(out, '0');
    text_add_bytes(out, body.data, body.size);
    text_add(out, back);
}

static void add_exponent(struct text *out, struct digits *d, int places) {
    int exponent = d->count ? d->point - 1 : 0;
    d->point = 1;
    round_digits(d, places);
    if (d->point == 2) {
        d->point = 1;
        exponent++;
    }
    if (!d->count) d->point = 0;
    text_add_char(out, digit_at(d, 0));
    if (places > 0) text_add_char(out, '.');
    for (int i = 1; i <= places; i++) text_add_char(out, digit_at(d, i));
    text_printf(out, "e%c%02d", exponent < 0 ? '-' : '+', exponent < 0 ? -exponent : exponent);
}

enum { PLACES_MAX = 1 << 20 };

static void add_double(struct text *out, const struct directive *d, double value) {
    struct text number;
    text_init(&number, out->arena);
    struct directive plain = *d;
    if (!isfinite(value)) {
        plain.zero = plain.grouped = false;
        if (isnan(value)) plain.plus = plain.blank = false;
        add_number(out, &plain, value < 0, isnan(value) ? "NaN" : "Infinity", isnan(value) ? 3 : 8);
        return;
    }
    int places = d->precision < 0 ? 6 : d->precision > PLACES_MAX ? PLACES_MAX : (int)d->precision;
    char kind = (char)(d->conversion | 0x20);
    struct digits digits;
    double magnitude = fabs(value);
    digits_of(magnitude, &digits);
    if (kind == 'g') {
        places = places ? places : 1;
        bool fixed = magnitude == 0 || (magnitude >= 1e-4 && magnitude < pow(10, places));
        kind = fixed ? 'f' : 'e';
        places = fixed ? places - (digits.count ? digits.point : 1) : places - 1;
    }
    if (kind == 'e') {
        add_exponent(&number, &digits, places);
    } else {
        round_digits(&digits, places);
        write_fixed(&number, &digits, places);
        if (d->alternative && places <= 0) text_add_char(&number, '.');
    }
    add_number(out, d, signbit(value), number.data, number.size);
}

static bool add_integer(struct text *out, const struct directive *d, const struct type *t, int64_t value) {
    char buffer[32];
    int size;
    if (d->conversion == 'd') {
        uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
        size = snprintf(buffer, sizeof buffer, "%llu", (unsigned long long)magnitude);
        add_number(out, d, value < 0, buffer, (size_t)size);
        return true;
    }
    uint64_t bits = (uint64_t)value;
    size_t width = storage_size(type_storage(t)) * 8;
    if (width < 64) bits &= (UINT64_C(1) << width) - 1;
    size = snprintf(buffer, sizeof buffer,
                    d->conversion == 'o' ? (d->alternative ? "0%llo" : "%llo") : (d->alternative ? "0x%llx" : "%llx"),
                    (unsigned long long)bits);
    add_number(out, d, false, buffer, (size_t)size);
    return true;
}

/* %h: what hashCode() of Java's object is; a string's is Spark's. False: a type whose objects have no hash we know. */
static bool hash_of(const struct vector *v, uint32_t row, uint32_t *hash) {
    if (v->type->kind == TYPE_DECIMAL) {
        bool narrow = type_storage(v->type) == STORAGE_INT64;
        uint32_t entry = vector_entry(v, row);
        *hash = java_hash_of_decimal(narrow ? VECTOR_DATA(v, int64_t)[entry] : VECTOR_DATA(v, int128)[entry],
                                     v->type->scale);
        return true;
    }
    const void *value = (const char *)v->data + vector_entry(v, row) * storage_size(type_storage(v->type));
    uint64_t wide;
    switch (type_storage(v->type)) {
        case STORAGE_BOOL: *hash = *(const uint8_t *)value ? 1231 : 1237; return true;
        case STORAGE_INT8: *hash = (uint32_t) * (const int8_t *)value; return true;
        case STORAGE_INT16: *hash = (uint32_t) * (const int16_t *)value; return true;
        case STORAGE_INT32:
        case STORAGE_FLOAT: memcpy(hash, value, sizeof *hash); return true;
        case STORAGE_INT64:
        case STORAGE_DOUBLE:
            memcpy(&wide, value, sizeof wide);
            *hash = (uint32_t)(wide ^ wide >> 32);
            return true;
        case STORAGE_STRING: {
            const struct string *s = value;
            *hash = murmur3_bytes(s->data, s->size, 42);
            return type_is_string(v->type);
        }
        default: return false;
    }
}

/* %a: C's, but for the sign of the exponent and the .0 of a whole number. */
static void add_hexadecimal(struct text *out, const struct directive *d, double value) {
    if (isnan(value) || isinf(value)) {
        text_add(out, isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity");
        return;
    }
    char buffer[64];
    int precision = d->precision < 0 ? -1 : d->precision == 0 ? 1 : d->precision > 30 ? 30 : (int)d->precision;
    int size = precision < 0 ? snprintf(buffer, sizeof buffer, "%a", value)
                             : snprintf(buffer, sizeof buffer, "%.*a", precision, value);
    char *exponent = memchr(buffer, 'p', (size_t)size);
    text_add_bytes(out, buffer, (size_t)(exponent - buffer));
    if (!memchr(buffer, '.', (size_t)size)) text_add(out, ".0");
    text_add_char(out, 'p');
    text_add(out, exponent + 1 + (exponent[1] == '+'));
}

bool directive_convert(struct text *out, const struct directive *d, const struct vector *v, uint32_t row,
                       const struct timezone *zone) {
    char kind = (char)(d->conversion | 0x20);
    bool null = vector_is_null(v, row);
    int64_t integer;
    double number;
    uint32_t hash;
    if (d->dated && !null) {
        bool instant = type_storage(v->type) == STORAGE_INT64 && format_integer_of(v, row, &integer);
        if (instant) directive_add_date(out, d->conversion, integer, zone);
        return instant;
    }
    if (d->dated) return text_add(out, "null"), true;
    if (kind == 'h' && !null) {
        if (!hash_of(v, row, &hash)) return false;
        text_printf(out, "%x", hash);
        return true;
    }
    if (kind == 'a' && !null && (v->type->kind == TYPE_DOUBLE || v->type->kind == TYPE_FLOAT)) {
        if (!format_double_of(v, row, &number)) return false;
        add_hexadecimal(out, d, number);
        return true;
    }
    if (kind == 'b') {
        bool truth = !null && (v->type->kind != TYPE_BOOLEAN || VECTOR_DATA(v, uint8_t)[vector_entry(v, row)]);
        text_add(out, truth ? "true" : "false");
        return true;
    }
    if (null) return text_add(out, "null"), true;
    if (kind == 'a') return false;
    if (kind == 's') return add_value(out, v, row, zone), true;
    if (strchr("efg", kind)) return format_double_of(v, row, &number) && (add_double(out, d, number), true);
    if (!format_integer_of(v, row, &integer)) return false;
    if (kind != 'c') return add_integer(out, d, v->type, integer);
    text_add_code_point(out, (uint32_t)integer);
    return type_storage(v->type) != STORAGE_INT64;
}
