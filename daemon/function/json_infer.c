/* SPDX-License-Identifier: Apache-2.0 */
/* The types that JSON values suggest, and what several of them have in common. */
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "function/json_text.h"
#include "function/locale.h"

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct field *)a)->name, ((const struct field *)b)->name);
}

/* A name that is there twice is two fields. */
static const struct type *infer_object(struct arena *arena, const struct context *context, const struct json_options *o,
                                       const struct json_value *v, struct error *err) {
    struct field *fields = ARENA_ARRAY(arena, struct field, v->count);
    for (uint32_t i = 0; i < v->count; i++) {
        fields[i] = (struct field){.name = arena_strndup(arena, v->names[i].data, v->names[i].size), .nullable = true};
        fields[i].type = json_infer(arena, context, o, &v->items[i], err);
        TRY_NULL(fields[i].type);
    }
    if (v->count) qsort(fields, v->count, sizeof *fields, by_name);
    return type_struct(arena, fields, v->count);
}

/* Digits and scale as Java's BigDecimal counts them; DOUBLE where there are too many. */
static const struct type *infer_decimal(struct arena *arena, struct string s, struct error *err) {
    int precision = 0, scale = 0, exponent = 0;
    uint32_t i = s.size && s.data[0] == '-';
    bool point = false;
    for (; i < s.size && (s.data[i] | 32) != 'e'; i++) {
        if (s.data[i] == '.') {
            point = true;
            continue;
        }
        precision += precision > 0 || s.data[i] != '0';
        scale += point;
    }
    if (i < s.size) exponent = s.size - i > 7 ? 9999999 : atoi(arena_strndup(arena, s.data + i + 1, s.size - i - 1));
    if (!precision) precision = 1;
    scale -= exponent;
    int digits = precision > scale ? precision : scale;
    if (digits > DECIMAL_MAX_PRECISION) return TYPE_OF(DOUBLE);
    if (scale >= 0) return type_decimal(arena, digits, scale);
    error_set(err, "NEGATIVE_SCALE_DISALLOWED", "scale", arena_printf(arena, "%d", scale), "sqlConf",
              "\"spark.sql.legacy.allowNegativeScaleOfDecimal\"", NULL);
    return NULL;
}

static bool fits_long(struct string s) {
    int64_t value;
    return int64_parse(s.data, s.size, false, &value);
}

static const struct type *infer_number(struct arena *arena, const struct json_options *o, struct string text,
                                       bool is_integer, struct error *err) {
    bool word = text.size && (text.data[text.size - 1] > '9' || text.data[text.size - 1] < '.');
    if (is_integer && fits_long(text)) return TYPE_OF(LONG);
    return (is_integer || o->prefers_decimal) && !word ? infer_decimal(arena, text, err) : TYPE_OF(DOUBLE);
}

/* The decimal that a string is written as; NULL: none, or one that has more digits behind the point than in all. */
static const struct type *decimal_of_string(struct arena *arena, const struct json_options *o, struct string text) {
    struct string s = locale_decimal(o->locale, arena, text);
    int precision = 0, scale = 0;
    bool point = false, any = false;
    for (uint32_t i = s.size && (s.data[0] == '-' || s.data[0] == '+'); i < s.size; i++) {
        bool digit = s.data[i] >= '0' && s.data[i] <= '9';
        if (!digit && (s.data[i] != '.' || point)) return NULL;
        point |= !digit;
        any |= digit;
        precision += digit && (precision > 0 || s.data[i] != '0');
        scale += digit && point;
    }
    if (!precision) precision = 1;
    return any && precision <= DECIMAL_MAX_PRECISION && scale <= precision ? type_decimal(arena, precision, scale)
                                                                           : NULL;
}

static const struct type *infer_string(struct arena *arena, const struct context *context, const struct json_options *o,
                                       const struct json_value *v) {
    struct builder b;
    struct error ignored = ERROR_INIT;
    const struct type *t = context->timestamp_ntz_default ? TYPE_OF(TIMESTAMP_NTZ) : TYPE_OF(TIMESTAMP);
    const struct type *decimal = o->prefers_decimal ? decimal_of_string(arena, o, v->text) : NULL;
    if (decimal || !o->infer_timestamp) return decimal ? decimal : TYPE_OF(STRING);
    builder_init(&b, arena, t, 1);
    bool good = json_append(arena, context, o, v, &b, &ignored) == JSON_GOOD;
    error_release(&ignored);
    return good ? t : TYPE_OF(STRING);
}

const struct type *json_infer(struct arena *arena, const struct context *context, const struct json_options *o,
                              const struct json_value *v, struct error *err) {
    const struct type *element = TYPE_OF(NULL);
    switch (v->kind) {
        case JSON_NULL: return TYPE_OF(NULL);
        case JSON_FALSE:
        case JSON_TRUE: return o->primitives_as_string ? TYPE_OF(STRING) : TYPE_OF(BOOLEAN);
        case JSON_NUMBER:
            if (o->primitives_as_string) return TYPE_OF(STRING);
            return infer_number(arena, o, v->text, v->is_integer, err);
        case JSON_STRING: return infer_string(arena, context, o, v);
        case JSON_OBJECT: return infer_object(arena, context, o, v, err);
        case JSON_ARRAY: break;
    }
    for (uint32_t i = 0; i < v->count; i++) {
        const struct type *t = json_infer(arena, context, o, &v->items[i], err);
        TRY_NULL(t);
        element = json_merge_types(arena, element, t);
    }
    return type_array(arena, element, true);
}

static const struct type *merge_structs(struct arena *arena, const struct type *a, const struct type *b) {
    struct field *fields = ARENA_ARRAY(arena, struct field, a->field_count + b->field_count);
    uint32_t i = 0, k = 0, count = 0;
    while (i < a->field_count || k < b->field_count) {
        int order = i == a->field_count ? 1 : k == b->field_count ? -1 : strcmp(a->fields[i].name, b->fields[k].name);
        if (order == 0) {
            fields[count] = a->fields[i];
            fields[count++].type = json_merge_types(arena, a->fields[i++].type, b->fields[k++].type);
        } else {
            fields[count++] = order < 0 ? a->fields[i++] : b->fields[k++];
        }
    }
    return type_struct(arena, fields, count);
}

const struct type *json_merge_types(struct arena *arena, const struct type *a, const struct type *b) {
    if (a->kind == TYPE_NULL) return b;
    if (b->kind == TYPE_NULL || type_equal(a, b)) return a;
    if (a->kind == TYPE_STRUCT && b->kind == TYPE_STRUCT) return merge_structs(arena, a, b);
    if (a->kind == TYPE_ARRAY && b->kind == TYPE_ARRAY)
        return type_array(arena, json_merge_types(arena, a->element, b->element), true);
    if (!type_is_numeric(a) || !type_is_numeric(b)) return TYPE_OF(STRING);
    if (a->kind == TYPE_DOUBLE || b->kind == TYPE_DOUBLE) return TYPE_OF(DOUBLE);
    const struct type *whole = type_decimal(arena, 20, 0); /* a long */
    if (a->kind != TYPE_DECIMAL) a = whole;
    if (b->kind != TYPE_DECIMAL) b = whole;
    int scale = a->scale > b->scale ? a->scale : b->scale;
    int digits_a = a->precision - a->scale, digits_b = b->precision - b->scale;
    int digits = (digits_a > digits_b ? digits_a : digits_b) + scale;
    return digits > DECIMAL_MAX_PRECISION ? TYPE_OF(DOUBLE) : type_decimal(arena, digits, scale);
}

const struct type *json_final_type(struct arena *arena, const struct json_options *o, const struct type *t) {
    if (t->kind == TYPE_NULL) return o->drop_null_fields ? NULL : TYPE_OF(STRING);
    if (t->kind == TYPE_ARRAY) {
        const struct type *element = json_final_type(arena, o, t->element);
        return element ? type_array(arena, element, true) : NULL;
    }
    if (t->kind != TYPE_STRUCT) return t;
    struct field *fields = ARENA_ARRAY(arena, struct field, t->field_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->field_count; i++) {
        fields[count] = t->fields[i];
        fields[count].type = json_final_type(arena, o, t->fields[i].type);
        count += fields[count].type != NULL && *fields[count].name;
    }
    return count ? type_struct(arena, fields, count) : NULL;
}
