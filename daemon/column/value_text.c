/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fixed-width values have a longest text, so a column of them is written into one block of rows times that
 * length, without a check per value. Nested values are written one by one into a growing text, and the
 * strings are cut from it at the end, when it has stopped moving.
 */
#include "column/value_text.h"

#include <inttypes.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/number.h"
#include "base/timezone.h"
#include "column/variant.h"

#define AT(ctype) (VECTOR_DATA(v, ctype)[entry])

/* The longest text of a type that has one; 0 for the others. */
static size_t longest_text(const struct type *type) {
    switch (type->kind) {
        case TYPE_BOOLEAN: return 5;
        case TYPE_BYTE:
        case TYPE_SHORT:
        case TYPE_INT:
        case TYPE_LONG: return INTEGER_TEXT;
        case TYPE_FLOAT:
        case TYPE_DOUBLE: return DOUBLE_TEXT;
        case TYPE_DECIMAL: return DECIMAL_TEXT;
        case TYPE_DATE: return DATE_TEXT;
        case TYPE_TIME: return TIME_TEXT;
        case TYPE_TIMESTAMP:
        case TYPE_TIMESTAMP_NTZ: return TIMESTAMP_TEXT;
        case TYPE_CALENDAR_INTERVAL: return INTERVAL_TEXT;
        case TYPE_YEAR_MONTH_INTERVAL: return YEAR_MONTH_TEXT;
        case TYPE_DAY_TIME_INTERVAL: return DAY_TIME_TEXT;
        default: return 0;
    }
}

static int128 decimal_value(const struct vector *v, uint32_t entry) {
    return v->type->precision <= DECIMAL_MAX_INT64_PRECISION ? AT(int64_t) : AT(int128);
}

static size_t decimal_text_of(const struct vector *v, uint32_t entry, const struct value_text *how, char *out) {
    int128 value = decimal_value(v, entry);
    return how->pretty || how->plain_decimals ? decimal_format(value, v->type->scale, out)
                                              : decimal_format_scientific(value, v->type->scale, out);
}

static size_t bool_text(uint8_t value, char *out) {
    memcpy(out, value ? "true" : "false", 4 + !value);
    return 4 + !value;
}

/* One of the types that have a longest text. */
static size_t format_scalar(const struct vector *v, uint32_t entry, const struct value_text *how, char *out) {
    const struct type *type = v->type;
    switch (type->kind) {
        case TYPE_BOOLEAN: return bool_text(AT(uint8_t), out);
        case TYPE_BYTE: return int64_format(AT(int8_t), out);
        case TYPE_SHORT: return int64_format(AT(int16_t), out);
        case TYPE_INT: return int64_format(AT(int32_t), out);
        case TYPE_LONG: return int64_format(AT(int64_t), out);
        case TYPE_FLOAT: return float_format(AT(float), out);
        case TYPE_DOUBLE: return double_format(AT(double), out);
        case TYPE_DECIMAL: return decimal_text_of(v, entry, how, out);
        case TYPE_DATE: return date_format(AT(int32_t), out);
        case TYPE_TIME: return time_format(AT(int64_t), out);
        case TYPE_TIMESTAMP: return timestamp_format_zoned(how->zone ? how->zone : &timezone_utc, AT(int64_t), out);
        case TYPE_TIMESTAMP_NTZ: return timestamp_format(AT(int64_t), out);
        case TYPE_CALENDAR_INTERVAL: return interval_format(AT(struct interval), out);
        case TYPE_YEAR_MONTH_INTERVAL: return year_month_format(AT(int32_t), type->start, type->end, out);
        case TYPE_DAY_TIME_INTERVAL: return day_time_format(AT(int64_t), type->start, type->end, out);
        default: return 0;
    }
}

static void add_list(struct text *t, const struct vector *v, struct list_entry list, const struct value_text *how) {
    bool map = v->child_count == 2;
    text_add_char(t, map ? '{' : '[');
    for (uint32_t i = 0; i < list.length; i++) {
        if (i) text_add(t, ", ");
        value_text_add(t, &v->children[0], list.offset + i, how);
        if (!map) continue;
        text_add(t, " -> ");
        value_text_add(t, &v->children[1], list.offset + i, how);
    }
    text_add_char(t, map ? '}' : ']');
}

static void add_struct(struct text *t, const struct vector *v, uint32_t entry, const struct value_text *how) {
    text_add_char(t, '{');
    for (uint32_t i = 0; i < v->child_count; i++) {
        if (i) text_add(t, ", ");
        value_text_add(t, &v->children[i], entry, how);
    }
    text_add_char(t, '}');
}

static void add_variant(struct text *t, const struct vector *v, uint32_t entry, const struct value_text *how) {
    struct variant variant = variant_at(v, entry);
    variant_json_add(t, &variant, how->zone);
}

static void add_value(struct text *t, const struct vector *v, uint32_t entry, const struct value_text *how) {
    const struct type *type = v->type;
    size_t longest = longest_text(type);
    if (longest) {
        t->size += format_scalar(v, entry, how, text_reserve(t, longest));
        return;
    }
    while (type->kind == TYPE_UDT) type = type->element;
    if (type != v->type) {
        struct vector held = *v;
        held.type = type;
        add_value(t, &held, entry, how);
        return;
    }
    switch (type->kind) {
        case TYPE_STRING:
        case TYPE_CHAR:
        case TYPE_VARCHAR: text_add_bytes(t, AT(struct string).data, AT(struct string).size); return;
        case TYPE_BINARY:
        case TYPE_GEOMETRY:
        case TYPE_GEOGRAPHY:
            if (how->pretty)
                binary_text_add(t, AT(struct string), how->binary);
            else
                text_add_bytes(t, AT(struct string).data, AT(struct string).size);
            return;
        case TYPE_ARRAY:
        case TYPE_MAP: add_list(t, v, AT(struct list_entry), how); return;
        case TYPE_STRUCT: add_struct(t, v, entry, how); return;
        case TYPE_VARIANT: add_variant(t, v, entry, how); return;
        default: return;
    }
}

void value_text_add(struct text *t, const struct vector *v, uint32_t row, const struct value_text *how) {
    if (v->type->kind == TYPE_NULL || vector_is_null(v, row))
        text_add(t, how->pretty ? "NULL" : "null");
    else
        add_value(t, v, vector_entry(v, row), how);
}

/* ---- columns ---- */

static void scalars_to_text(struct arena *arena, const struct vector *v, struct view view, uint32_t rows,
                            size_t longest, const struct value_text *how, struct string *out) {
    char *room = arena_bytes_array(arena, rows, longest);
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = view_entry(&view, i);
        if (view_is_null(&view, entry)) continue;
        size_t size = format_scalar(v, entry, how, room);
        out[i] = string_make(room, size);
        room += size;
    }
}

static void values_to_text(struct arena *arena, const struct vector *v, struct view view, uint32_t rows,
                           const struct value_text *how, struct string *out) {
    size_t *ends = arena_bytes_array(arena, rows, sizeof *ends);
    struct text t;
    text_init(&t, arena);
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = view_entry(&view, i);
        if (!view_is_null(&view, entry)) add_value(&t, v, entry, how);
        ends[i] = t.size;
    }
    const char *text = text_finish(&t);
    for (uint32_t i = 0; i < rows; i++) {
        size_t start = i ? ends[i - 1] : 0;
        out[i] = string_make(text + start, ends[i] - start);
    }
}

void vector_to_text(struct arena *arena, const struct vector *v, uint32_t rows, const struct value_text *how,
                    bool keep_null, struct vector *out) {
    vector_init(out, arena, TYPE_OF(STRING), rows);
    struct view view = vector_view(arena, v, rows);
    struct string *strings = out->data;
    size_t longest = longest_text(v->type);
    if (longest)
        scalars_to_text(arena, v, view, rows, longest, how, strings);
    else if (type_is_string(v->type) || (v->type->kind == TYPE_BINARY && !how->pretty))
        for (uint32_t i = 0; i < rows; i++) strings[i] = VECTOR_DATA(v, struct string)[view_entry(&view, i)];
    else
        values_to_text(arena, v, view, rows, how, strings);
    if (!view.validity && v->type->kind != TYPE_NULL) return;
    const struct string null = string_of(how->pretty ? "NULL" : "null");
    for (uint32_t i = 0; i < rows; i++) {
        if (v->type->kind != TYPE_NULL && !view_is_null(&view, view_entry(&view, i))) continue;
        strings[i] = null;
        if (keep_null) vector_set_null(out, arena, i, rows);
    }
}

/* ---- messages ---- */

static void add_quoted(struct text *t, struct string s) {
    text_add_char(t, '\'');
    for (uint32_t i = 0; i < s.size; i++) {
        if (s.data[i] == '\'' || s.data[i] == '\\') text_add_char(t, '\\');
        text_add_char(t, s.data[i]);
    }
    text_add_char(t, '\'');
}

static const char *number_suffix(enum type_kind kind) {
    switch (kind) {
        case TYPE_BYTE: return "Y";
        case TYPE_SHORT: return "S";
        case TYPE_LONG: return "L";
        case TYPE_DECIMAL: return "BD";
        default: return "";
    }
}

void value_sql_add(struct text *t, const struct vector *v, uint32_t row, const struct timezone *zone) {
    struct value_text how = {.zone = zone, .plain_decimals = true};
    uint32_t entry = vector_entry(v, row);
    if (v->type->kind == TYPE_NULL || vector_is_null(v, row)) {
        text_add(t, "NULL");
        return;
    }
    static const char *const prefixes[TYPE_KIND_COUNT] = {[TYPE_DATE] = "DATE '",
                                                          [TYPE_TIME] = "TIME '",
                                                          [TYPE_TIMESTAMP] = "TIMESTAMP '",
                                                          [TYPE_TIMESTAMP_NTZ] = "TIMESTAMP_NTZ '"};
    const char *prefix = prefixes[v->type->kind];
    if (type_is_string(v->type)) {
        add_quoted(t, AT(struct string));
        return;
    }
    if (prefix) text_add(t, prefix);
    add_value(t, v, entry, &how);
    if (prefix) text_add_char(t, '\'');
    text_add(t, number_suffix(v->type->kind));
    if (v->type->kind == TYPE_DOUBLE && __builtin_isfinite(AT(double))) text_add_char(t, 'D');
}
