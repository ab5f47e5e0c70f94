/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format_string (printf) and format_number: numbers and texts by patterns of Java's Formatter and DecimalFormat.
 *
 * Both write decimal digits that are rounded first. format_string takes a double's shortest digits and rounds them half
 * up, as Formatter does; format_number rounds half to even, and what it rounds of a double is the exact value.
 *
 * Formatter's conversions that are here: s S d x X o e E f g G c C b B n %. Values come as Spark keeps them, so that %s
 * of a date is its number of days; what a conversion does not take is refused in Java's words.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/number.h"
#include "column/variant.h"
#include "function/numeric_kernel.h"
#include "function/spark_hash.h"
#include "function/string_kernel.h"

/* 0.d1d2d3... * 10^point */
struct digits {
    int count, point;
    char digit[400]; /* a double has at most 309 before the point */
};

static void digits_of(double magnitude, struct digits *d) {
    d->count = d->point = 0;
    if (magnitude != 0) d->count = double_digits(magnitude, d->digit, &d->point);
    for (int i = 0; i < d->count; i++)
        if (d->digit[i] >= '0') d->digit[i] = (char)(d->digit[i] - '0');
}

/* Half up, to `places` behind the point. */
static void round_digits(struct digits *d, int places) {
    int keep = d->point + places;
    if (keep >= d->count) return;
    bool up = keep >= 0 && d->digit[keep] >= 5;
    d->count = keep < 0 ? 0 : keep;
    if (!up) return;
    int i = keep - 1;
    while (i >= 0 && d->digit[i] == 9) i--;
    if (i >= 0) {
        d->digit[i]++;
        d->count = i + 1;
    } else {
        d->digit[0] = 1;
        d->count = 1;
        d->point++;
    }
}

static char digit_at(const struct digits *d, int i) {
    return (char)('0' + (i >= 0 && i < d->count ? d->digit[i] : 0));
}

static void write_fixed(struct text *out, const struct digits *d, int places) {
    if (d->point <= 0) text_add_char(out, '0');
    for (int i = 0; i < d->point; i++) text_add_char(out, digit_at(d, i));
    if (places > 0) text_add_char(out, '.');
    for (int i = 0; i < places; i++) text_add_char(out, digit_at(d, d->point + i));
}

/* Copies a number's text with a comma after each `size` digits of its whole part. */
static void add_grouped(struct text *out, const char *text, size_t length, size_t size) {
    const char *point = memchr(text, '.', length);
    size_t whole = point ? (size_t)(point - text) : length;
    for (size_t i = 0; i < length; i++) {
        if (size && i && i < whole && (whole - i) % size == 0) text_add_char(out, ',');
        text_add_char(out, text[i]);
    }
}

/* ---- format_string ---- */

struct directive {
    bool left, plus, blank, zero, grouped, wrapped, alternative;
    int64_t index, width, precision; /* -1: none */
    char conversion;
    const char *begin, *end; /* in the format */
};

static int64_t read_count(const char **p, const char *end) {
    int64_t n = -1;
    for (; *p < end && **p >= '0' && **p <= '9'; (*p)++) {
        n = (n < 0 ? 0 : n) * 10 + (**p - '0');
        if (n > STRING_MAX) n = STRING_MAX;
    }
    return n;
}

static bool read_flag(struct directive *d, char c) {
    bool *flag = c == '-'   ? &d->left
                 : c == '+' ? &d->plus
                 : c == ' ' ? &d->blank
                 : c == '0' ? &d->zero
                 : c == ',' ? &d->grouped
                 : c == '(' ? &d->wrapped
                 : c == '#' ? &d->alternative
                            : NULL;
    if (flag) *flag = true;
    return flag;
}

/* Behind a %; false: the format ends too early. */
static bool read_directive(struct directive *d, const char *begin, const char *end) {
    const char *p = begin + 1, *number = p;
    *d = (struct directive){.index = -1, .width = -1, .precision = -1, .begin = begin};
    int64_t index = read_count(&p, end);
    if (index >= 0 && p < end && *p == '$') {
        d->index = index;
        p++;
    } else {
        p = number;
    }
    while (p < end && read_flag(d, *p)) p++;
    d->width = read_count(&p, end);
    if (p < end && *p == '.') {
        p++;
        d->precision = read_count(&p, end);
    }
    if (p == end) return false;
    d->conversion = *p;
    d->end = p + 1;
    return true;
}

static const char *java_class(const struct type *t) {
    switch (t->kind) {
        case TYPE_BOOLEAN: return "java.lang.Boolean";
        case TYPE_BYTE: return "java.lang.Byte";
        case TYPE_SHORT: return "java.lang.Short";
        case TYPE_LONG:
        case TYPE_TIMESTAMP:
        case TYPE_TIMESTAMP_NTZ:
        case TYPE_DAY_TIME_INTERVAL:
        case TYPE_TIME: return "java.lang.Long";
        case TYPE_FLOAT: return "java.lang.Float";
        case TYPE_DOUBLE: return "java.lang.Double";
        case TYPE_DECIMAL: return "org.apache.spark.sql.types.Decimal";
        case TYPE_INT:
        case TYPE_DATE:
        case TYPE_YEAR_MONTH_INTERVAL: return "java.lang.Integer";
        default: return "org.apache.spark.unsafe.types.UTF8String";
    }
}

/* Integers as Spark keeps them, dates and times too. */
static bool integer_of(const struct vector *v, uint32_t row, int64_t *value) {
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

static bool double_of(const struct vector *v, uint32_t row, double *value) {
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
    } else if (integer_of(v, row, &integer)) {
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
            if (v->type->kind == TYPE_DECIMAL) return false;
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

/* The argument by the directive, not yet filled up. False: the conversion does not take its type. */
static bool convert(struct text *out, const struct directive *d, const struct vector *v, uint32_t row,
                    const struct timezone *zone) {
    char kind = (char)(d->conversion | 0x20);
    bool null = vector_is_null(v, row);
    int64_t integer;
    double number;
    uint32_t hash;
    if (kind == 'h' && !null) {
        if (!hash_of(v, row, &hash)) return false;
        text_printf(out, "%x", hash);
        return true;
    }
    if (kind == 'a' && !null && (v->type->kind == TYPE_DOUBLE || v->type->kind == TYPE_FLOAT)) {
        if (!double_of(v, row, &number)) return false;
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
    if (strchr("efg", kind)) return double_of(v, row, &number) && (add_double(out, d, number), true);
    if (!integer_of(v, row, &integer)) return false;
    if (kind != 'c') return add_integer(out, d, v->type, integer);
    text_add_code_point(out, (uint32_t)integer);
    return type_storage(v->type) != STORAGE_INT64;
}

static void add_filled(struct text *out, const struct directive *d, struct string s, bool null) {
    if (d->precision >= 0 && (null || strchr("sSbB", d->conversion))) s = string_slice(s, 0, d->precision);
    int64_t fill = d->width - (int64_t)utf8_count(s.data, s.size);
    for (int64_t k = 0; !d->left && k < fill; k++) text_add_char(out, ' ');
    size_t start = out->size;
    text_add_bytes(out, s.data, s.size);
    if (strchr("SXEGCBAH", d->conversion)) ascii_upper(out->data + start, s.size, out->data + start);
    for (int64_t k = 0; d->left && k < fill; k++) text_add_char(out, ' ');
}

/* The first of `refused` that the directive has; 0: none. */
static char refused_flag(const struct directive *d, const char *refused) {
    for (; *refused; refused++) {
        char f = *refused;
        bool has = (f == '#' && d->alternative) || (f == '+' && d->plus) || (f == ' ' && d->blank) ||
                   (f == '0' && d->zero) || (f == ',' && d->grouped) || (f == '(' && d->wrapped);
        if (has) return f;
    }
    return 0;
}

/* What Java's Formatter refuses before it looks at the argument. */
static bool check_directive(const struct directive *d, struct error *err) {
    static const char *const refused[128] = {
        ['b'] = "#+ 0,(", ['h'] = "#+ 0,(", ['s'] = "#+ 0,(", ['c'] = "#+ 0,(", ['d'] = "#",
        ['o'] = ",",      ['x'] = ",",      ['e'] = ",",      ['g'] = "#",      ['a'] = ",("};
    char kind = (char)(d->conversion | 0x20);
    bool fills = d->left || (d->zero && !strchr("bhsc", kind));
    if (fills && d->width < 0)
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "%.*s", (int)(d->end - d->begin), d->begin);
    const char *flags = refused[(unsigned char)kind];
    char flag = flags ? refused_flag(d, flags) : 0;
    if (d->precision >= 0 && strchr("dxoc", kind))
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "%lld", (long long)d->precision);
    if (flag) return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Conversion = %c, Flags = %c", kind, flag);
    return true;
}

/* %s of a string and %d of an integer, with nothing said beside: what formats are made of. False: it is not that. */
static bool add_plain(struct text *out, const struct directive *d, const struct vector *v, uint32_t row) {
    bool plain = !(d->left | d->plus | d->blank | d->zero | d->grouped | d->wrapped | d->alternative);
    if (!plain || d->width >= 0 || d->precision >= 0) return false;
    bool is_text = d->conversion == 's' && type_is_string(v->type);
    if (!is_text && !(d->conversion == 'd' && type_is_integral(v->type))) return false;
    if (vector_is_null(v, row)) return text_add(out, "null"), true;
    if (is_text) {
        struct string s = VECTOR_DATA(v, struct string)[vector_entry(v, row)];
        return text_add_bytes(out, s.data, s.size), true;
    }
    char digits[INTEGER_TEXT];
    return text_add_bytes(out, digits, int64_format(numeric_integer_at(v, row), digits)), true;
}

static bool add_directive(struct call *call, struct text *out, const struct directive *d,
                          const struct vector *arguments, uint32_t row, uint32_t *ordinary, struct error *err) {
    int size = (int)(d->end - d->begin);
    if (d->conversion == 'n') return text_add_char(out, '\n'), true;
    if (d->conversion == '%') return add_filled(out, d, string_make("%", 1), false), true;
    if (d->conversion != 's' && d->conversion != 'd' && !strchr("SxXoeEfgGcCbBaAhH", d->conversion)) {
        if (strchr("tT", d->conversion)) return error_unsupported(err, "the conversion %%%c", d->conversion);
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Conversion = '%c'", d->conversion);
    }
    TRY(check_directive(d, err));
    uint64_t which = d->index > 0 ? (uint64_t)d->index : ++*ordinary;
    if (which >= call->expr->child_count)
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Format specifier '%.*s'", size, d->begin);
    if (add_plain(out, d, &arguments[which], row)) return true;
    struct text value;
    text_init(&value, call->arena);
    if (d->width > STRING_MAX / 2) return string_too_large(call, (uint64_t)d->width, err);
    if (!convert(&value, d, &arguments[which], row, call->context->zone))
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "%c != %s", d->conversion, java_class(arguments[which].type));
    add_filled(out, d, string_make(value.data ? value.data : "", value.size), vector_is_null(&arguments[which], row));
    return true;
}

static bool format_row(struct call *call, struct string format, const struct vector *arguments, uint32_t row,
                       struct string *result, struct error *err) {
    struct text out;
    text_init(&out, call->arena);
    uint32_t ordinary = 0;
    for (const char *p = format.data, *end = format.data + format.size; p < end;) {
        const char *next = memchr(p, '%', (size_t)(end - p));
        text_add_bytes(&out, p, (size_t)((next ? next : end) - p));
        if (!next) break;
        struct directive d;
        if (!read_directive(&d, next, end)) return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Conversion = '%%'");
        TRY(add_directive(call, &out, &d, arguments, row, &ordinary, err));
        p = d.end;
    }
    *result = string_make(out.data ? out.data : "", out.size);
    return true;
}

static bool format_string_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    struct view format = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&format, i))
            vector_set_null(out, call->arena, i, rows);
        else
            TRY(format_row(call, string_at(&format, i), arguments, i, &VECTOR_DATA(out, struct string)[i], err));
    }
    return true;
}

/* Nested values come as their texts. */
static struct expr *format_string_resolve(struct resolver *r, struct expr *call, struct error *err) {
    uint32_t count = call->child_count;
    if (!count) return resolve_wrong_count(r, call->call.name, 1, UINT32_MAX, 0, call->origin, err), NULL;
    const struct expr *format = call->children[0];
    const struct type *to = coerce_implicit(r, format, "STRING");
    if (!to)
        return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                                "\"STRING\"", "inputSql", quoted_expr(r->arena, format), "inputType",
                                quoted_type(r->arena, format->type), NULL);
    call->children[0] = coerce_to(r, call->children[0], to);
    for (uint32_t i = 1; i < count; i++) {
        if (call->children[i]->type->kind == TYPE_CALENDAR_INTERVAL)
            call->children[i] = coerce_to(r, call->children[i], TYPE_OF(STRING));
    }
    format = call->children[0];
    if (format->kind == EXPR_LITERAL && !expr_is_null_literal(format)) {
        struct string s = VECTOR_DATA(format->literal, struct string)[0];
        if (string_find(s, string_of("%0$"), 0) >= 0) {
            error_set(err, "INVALID_PARAMETER_VALUE.ZERO_INDEX", "parameter", "`strfmt`", NULL);
            error_add(err, "functionName", "`%s`", call->call.name);
            error_at(err, call->origin);
            return NULL;
        }
    }
    call->type = TYPE_OF(STRING);
    call->nullable = call->children[0]->nullable;
    return call;
}

/* ---- format_number ---- */

enum { FRACTION_MAX = 340 }; /* DecimalFormat's own for doubles */

struct number_pattern {
    struct string prefix, suffix;
    int whole, least, most, group; /* digits: at least before the point, at least and at most behind it; per comma */
    int left, exponent; /* digits before those of `whole` that need not be; of the exponent, 0: there is none */
    bool percent;
};

static struct number_pattern read_pattern(struct string s) {
    struct number_pattern p = {0};
    if (!s.size) s = string_of("#,###,###,###,###,###,##0");
    uint32_t begin = 0, end;
    while (begin < s.size && !memchr("#0,.", s.data[begin], 4)) begin++;
    bool behind_point = false, grouped = false;
    for (end = begin; end < s.size && memchr("#0,.", s.data[end], 4); end++) {
        char c = s.data[end];
        if (c == '.') behind_point = true;
        if (c == ',') grouped = true, p.group = 0;
        if (c != '#' && c != '0') continue;
        if (behind_point)
            p.most++;
        else if (grouped)
            p.group++;
        if (c == '0') (*(behind_point ? &p.least : &p.whole))++;
        p.left += c == '#' && !behind_point;
    }
    /* #.## is 0.##, and .## is .0#: one digit there is at least. */
    if (behind_point && !p.whole && !p.least) {
        int *one = p.left ? &p.whole : &p.least;
        *one = p.left || p.most;
        p.left -= p.left > 0;
    }
    if (end + 1 < s.size && s.data[end] == 'E' && s.data[end + 1] == '0')
        for (end++; end < s.size && s.data[end] == '0'; end++) p.exponent++;
    p.prefix = string_make(s.data, begin);
    p.suffix = string_make(s.data + end, s.size - end);
    p.percent = memchr(p.suffix.data, '%', p.suffix.size) || memchr(p.prefix.data, '%', p.prefix.size);
    return p;
}

/* The number as plain text with at most `places` digits behind the point, half to even. */
static const char *plain_number(struct arena *arena, const struct vector *v, uint32_t row, int places, bool percent,
                                bool *negative) {
    int64_t integer;
    double number = 0;
    int128 value;
    char buffer[DECIMAL_TEXT];
    if (double_of(v, row, &number)) {
        *negative = signbit(number);
        number = fabs(number) * (percent ? 100 : 1);
        struct digits d;
        digits_of(number, &d);
        if (d.count - d.point > places) return arena_printf(arena, "%.*f", places, number);
        struct text text;
        text_init(&text, arena);
        write_fixed(&text, &d, d.count > d.point ? d.count - d.point : 0);
        return text_finish(&text);
    }
    int scale = 0;
    if (integer_of(v, row, &integer)) {
        value = integer;
    } else {
        uint32_t entry = vector_entry(v, row);
        scale = v->type->scale;
        value = type_storage(v->type) == STORAGE_INT64 ? VECTOR_DATA(v, int64_t)[entry] : VECTOR_DATA(v, int128)[entry];
    }
    *negative = value < 0;
    if (value < 0) value = -value;
    if (percent && scale >= 2)
        scale -= 2;
    else if (percent)
        value = (int128)((uint128)value * (scale ? 10 : 100)), scale = 0;
    if (scale > places &&
        decimal_rescale(value, scale, (struct decimal_form){DECIMAL_DIGITS, places}, ROUND_HALF_EVEN, &value))
        scale = places;
    return arena_strndup(arena, buffer, decimal_format(value, scale, buffer));
}

/* Digits of a number, 0.d1d2d3... times a power of ten, for patterns with an exponent. */
struct significant {
    char *digits;
    int count, point;
};

/* At most `most` of the digits of a plain number, half to even, without zeros at the ends. */
static struct significant significant_digits(struct arena *arena, const char *plain, int most) {
    size_t size = strlen(plain);
    struct significant s = {.digits = arena_bytes(arena, size + 1), .point = (int)strcspn(plain, ".")};
    bool begun = false;
    for (const char *c = plain; *c; c++) {
        if (*c == '.') continue;
        if (*c == '0' && !begun) {
            s.point--;
            continue;
        }
        begun = true;
        s.digits[s.count++] = *c;
    }
    if (s.count > most) {
        bool more = false;
        for (int i = most + 1; i < s.count; i++) more |= s.digits[i] != '0';
        bool odd = most && (s.digits[most - 1] - '0') % 2;
        bool up = s.digits[most] > '5' || (s.digits[most] == '5' && (more || odd));
        s.count = most;
        int i = most;
        while (up && i > 0 && s.digits[i - 1] == '9') i--;
        if (up && i > 0)
            s.digits[i - 1]++, s.count = i;
        else if (up)
            s.digits[0] = '1', s.count = 1, s.point++;
    }
    while (s.count && s.digits[s.count - 1] == '0') s.count--;
    if (!s.count) s.point = 0;
    return s;
}

/* 12.3E3: where the pattern leaves whole digits open the exponent is a multiple of their number. */
static void write_exponential(struct arena *arena, struct text *out, const struct number_pattern *p,
                              const char *plain) {
    int widest = p->left + p->whole, whole = p->whole;
    struct significant s = significant_digits(arena, plain, widest + p->most);
    int exponent = s.point;
    if (widest > 1 && widest > whole) {
        exponent = (exponent >= 1 ? exponent - 1 : exponent - widest) / widest * widest;
        whole = 1;
    } else {
        exponent -= whole;
    }
    int before = s.count ? s.point - exponent : whole, total = p->whole + p->least;
    if (!s.count) exponent = 0;
    if (total < before) total = before;
    if (total < s.count) total = s.count;
    for (int i = 0; i < total; i++) {
        if (i == before) text_add_char(out, '.');
        text_add_char(out, i < s.count ? s.digits[i] : '0');
    }
    text_printf(out, "E%s%0*d", exponent < 0 ? "-" : "", p->exponent, abs(exponent));
}

static struct string write_number(struct arena *arena, const struct number_pattern *p, const struct vector *v,
                                  uint32_t row) {
    struct text out, body;
    text_init(&out, arena);
    text_init(&body, arena);
    double number;
    if (double_of(v, row, &number) && !isfinite(number))
        return string_of(isnan(number) ? "NaN" : number < 0 ? "-∞" : "∞");
    bool negative;
    const char *plain = plain_number(arena, v, row, p->exponent ? FRACTION_MAX : p->most, p->percent, &negative);
    if (p->exponent) {
        if (negative) text_add_char(&out, '-');
        text_add_bytes(&out, p->prefix.data, p->prefix.size);
        write_exponential(arena, &out, p, plain);
        text_add_bytes(&out, p->suffix.data, p->suffix.size);
        return string_make(out.data, out.size);
    }
    size_t whole = strcspn(plain, "."), part = strlen(plain + whole);
    const char *digits = plain;
    while (whole && *digits == '0') digits++, whole--;
    const char *fraction = digits + whole + (part > 0);
    part = part ? part - 1 : 0;
    while (part > (size_t)p->least && fraction[part - 1] == '0') part--;
    for (size_t k = whole; k < (size_t)p->whole; k++) text_add_char(&body, '0');
    text_add_bytes(&body, digits, whole);
    if (!body.size && !part && !p->least) text_add_char(&body, '0');
    if (negative) text_add_char(&out, '-');
    text_add_bytes(&out, p->prefix.data, p->prefix.size);
    add_grouped(&out, body.data ? body.data : "", body.size, (size_t)p->group);
    if (part || p->least) text_add_char(&out, '.');
    text_add_bytes(&out, fraction, part);
    for (size_t k = part; k < (size_t)p->least; k++) text_add_char(&out, '0');
    text_add_bytes(&out, p->suffix.data, p->suffix.size);
    return string_make(out.data, out.size);
}

static bool format_number_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    struct view by = vector_view(call->arena, &arguments[1], rows);
    bool places = arguments[1].type->kind == TYPE_INT;
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct number_pattern p = {.whole = 1, .group = 3};
        if (places) {
            int32_t n = int_at(&by, i);
            if (n < 0) {
                vector_set_null(out, call->arena, i, rows);
                continue;
            }
            p.least = p.most = n < FRACTION_MAX ? n : FRACTION_MAX;
        } else {
            p = read_pattern(string_at(&by, i));
        }
        VECTOR_DATA(out, struct string)[i] = write_number(call->arena, &p, &arguments[0], i);
    }
    return true;
}

const struct function string_format_functions[] = {
    {.name = "format_string",
     .class = FUNCTION_SCALAR,
     .kernel = format_string_kernel,
     .resolve = format_string_resolve,
     .group = "string_funcs",
     .usage = "format_string(strfmt, obj, ...) - The values put into a printf-style format.",
     .example = "format_string('%d %s', 100, 'owls') => 100 owls",
     .since = "1.5.0"},
    {.name = "printf",
     .class = FUNCTION_SCALAR,
     .kernel = format_string_kernel,
     .resolve = format_string_resolve,
     .group = "string_funcs",
     .usage = "printf(strfmt, obj, ...) - The values put into a printf-style format.",
     .example = "printf('%d %s', 100, 'owls') => 100 owls",
     .since = "1.5.0"},
    {.name = "format_number",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_NULLABLE | FUNCTION_EXACT,
     .signature = "(NUMERIC, INT|STRING) STRING",
     .kernel = format_number_kernel,
     .group = "string_funcs",
     .usage = "format_number(expr1, expr2) - A number with commas and so many decimal places, or by a pattern.",
     .example = "format_number(12332.123456, 4) => 12,332.1235",
     .since = "1.5.0"},
    {0},
};
