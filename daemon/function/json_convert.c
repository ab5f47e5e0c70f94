/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON values as typed values, by the rules of Spark's JSON parser: a number is never made of a string nor a boolean
 * of a number; a string is made of anything, nested values as their JSON text. Scalars go through CAST one by one;
 * strings and integers, the usual ones, directly.
 */
#include <stdlib.h>
#include <string.h>

#include "base/timezone.h"
#include "column/cast.h"
#include "function/json_text.h"

struct conversion {
    struct arena *arena;
    const struct context *context;
    const struct json_options *o;
    struct error *err;
};

static bool append(const struct conversion *c, const struct json_value *v, struct builder *b);

static bool null_and_fail(struct builder *b) {
    builder_append_null(b);
    return false;
}

static bool append_cast(const struct conversion *c, struct string text, struct builder *b) {
    struct vector *in = vector_new(c->arena, TYPE_OF(STRING), 1), out;
    VECTOR_DATA(in, struct string)[0] = text;
    struct cast cast = {.from = TYPE_OF(STRING),
                        .to = b->vector.type,
                        .mode = CAST_TRY,
                        .zone = c->context->zone,
                        .zones = c->context->zones,
                        .now = c->context->now};
    struct error ignored = ERROR_INIT;
    bool good = vector_cast(c->arena, &cast, in, 1, &out, &ignored) && !vector_is_null(&out, 0);
    error_release(&ignored);
    if (!good) return null_and_fail(b);
    builder_append_row(b, &out, 0, true);
    return true;
}

static bool append_integer(const struct conversion *c, const struct json_value *v, struct builder *b) {
    if (v->kind != JSON_NUMBER || !v->is_integer) return null_and_fail(b);
    return append_cast(c, v->text, b);
}

static bool append_float(const struct conversion *c, const struct json_value *v, struct builder *b) {
    static const char *const words[][2] = {
        {"NaN", "NaN"},           {"+INF", "Infinity"},  {"INF", "Infinity"},       {"+Infinity", "Infinity"},
        {"Infinity", "Infinity"}, {"-INF", "-Infinity"}, {"-Infinity", "-Infinity"}};
    if (v->kind != JSON_NUMBER && v->kind != JSON_STRING) return null_and_fail(b);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (string_equal(v->text, string_of(words[i][0]))) return append_cast(c, string_of(words[i][1]), b);
    return v->kind == JSON_NUMBER ? append_cast(c, v->text, b) : null_and_fail(b);
}

static bool append_string(const struct conversion *c, const struct json_value *v, struct builder *b) {
    struct string s = v->text;
    if (v->kind != JSON_STRING && v->kind != JSON_NUMBER) {
        struct text out;
        text_init(&out, b->arena);
        json_write(&out, v);
        s = string_make(out.data, out.size);
    } else {
        s = string_copy(b->arena, s);
    }
    builder_append(b, &s);
    return true;
}

static bool append_datetime(const struct conversion *c, const struct json_value *v, struct builder *b) {
    enum type_kind kind = b->vector.type->kind;
    const struct pattern *pattern = kind == TYPE_DATE        ? c->o->date_pattern
                                    : kind == TYPE_TIMESTAMP ? c->o->timestamp_pattern
                                                             : c->o->timestamp_ntz_pattern;
    if (v->kind == JSON_NUMBER && v->is_integer && kind == TYPE_TIMESTAMP) {
        struct vector *in = vector_new(c->arena, TYPE_OF(STRING), 1), seconds;
        VECTOR_DATA(in, struct string)[0] = v->text;
        struct cast cast = {.from = TYPE_OF(STRING), .to = TYPE_OF(LONG), .mode = CAST_TRY};
        struct error ignored = ERROR_INIT;
        int64_t micros;
        bool good = vector_cast(c->arena, &cast, in, 1, &seconds, &ignored) && !vector_is_null(&seconds, 0) &&
                    !__builtin_mul_overflow(VECTOR_DATA(&seconds, int64_t)[0], 1000000, &micros);
        error_release(&ignored);
        if (!good) return null_and_fail(b);
        builder_append(b, &micros);
        return true;
    }
    if (v->kind != JSON_STRING) return null_and_fail(b);
    if (!pattern) return append_cast(c, v->text, b);
    struct pattern_parsed parsed;
    if (!pattern_parse(pattern, v->text.data, v->text.size, c->context->zones, &parsed, NULL)) return null_and_fail(b);
    if (kind == TYPE_DATE) {
        int32_t days = (int32_t)parsed.days;
        builder_append(b, &days);
        return true;
    }
    int64_t micros;
    if (kind == TYPE_TIMESTAMP_NTZ) parsed.has_zone = false;
    if (!pattern_to_instant(&parsed, kind == TYPE_TIMESTAMP ? c->context->zone : &timezone_utc, &micros))
        return null_and_fail(b);
    builder_append(b, &micros);
    return true;
}

/* The field of a struct that a name stands for, or field_count. */
static uint32_t field_of(const struct type *t, struct string name) {
    uint32_t i = 0;
    while (i < t->field_count && !string_equal(string_of(t->fields[i].name), name)) i++;
    return i;
}

static bool append_struct(const struct conversion *c, const struct json_value *v, struct builder *b) {
    if (v->kind != JSON_OBJECT) return null_and_fail(b);
    const struct type *t = b->vector.type;
    const struct json_value **values = ARENA_ARRAY(c->arena, const struct json_value *, t->field_count);
    for (uint32_t i = 0; i < v->count; i++) {
        uint32_t f = field_of(t, v->names[i]);
        if (f < t->field_count) values[f] = &v->items[i];
    }
    bool good = true;
    for (uint32_t f = 0; f < t->field_count; f++) {
        if (!values[f] || (!good && !c->o->partial_results))
            builder_append_null(&b->children[f]);
        else
            good &= append(c, values[f], &b->children[f]);
    }
    builder_end_struct(b);
    return good;
}

static bool append_array(const struct conversion *c, const struct json_value *v, struct builder *b) {
    if (v->kind != JSON_ARRAY) return null_and_fail(b);
    bool good = true;
    for (uint32_t i = 0; i < v->count; i++) good &= append(c, &v->items[i], &b->children[0]);
    builder_end_list(b);
    return good;
}

static bool append_map(const struct conversion *c, const struct json_value *v, struct builder *b) {
    if (v->kind != JSON_OBJECT) return null_and_fail(b);
    bool good = true;
    for (uint32_t i = 0; i < v->count; i++) {
        struct string name = string_copy(b->arena, v->names[i]);
        builder_append(&b->children[0], &name);
        good &= append(c, &v->items[i], &b->children[1]);
    }
    builder_end_list(b);
    return good;
}

static bool append(const struct conversion *c, const struct json_value *v, struct builder *b) {
    const struct type *t = b->vector.type;
    if (v->kind == JSON_NULL) {
        builder_append_null(b);
        return true;
    }
    switch (t->kind) {
        case TYPE_NULL: builder_append_null(b); return true;
        case TYPE_BOOLEAN: {
            if (v->kind != JSON_TRUE && v->kind != JSON_FALSE) return null_and_fail(b);
            uint8_t value = v->kind == JSON_TRUE;
            builder_append(b, &value);
            return true;
        }
        case TYPE_BYTE:
        case TYPE_SHORT:
        case TYPE_INT:
        case TYPE_LONG: return append_integer(c, v, b);
        case TYPE_FLOAT:
        case TYPE_DOUBLE: return append_float(c, v, b);
        case TYPE_DECIMAL:
            return v->kind == JSON_NUMBER || v->kind == JSON_STRING ? append_cast(c, v->text, b) : null_and_fail(b);
        case TYPE_STRING:
        case TYPE_CHAR:
        case TYPE_VARCHAR: return append_string(c, v, b);
        case TYPE_DATE:
        case TYPE_TIMESTAMP:
        case TYPE_TIMESTAMP_NTZ: return append_datetime(c, v, b);
        case TYPE_TIME:
        case TYPE_YEAR_MONTH_INTERVAL:
        case TYPE_DAY_TIME_INTERVAL:
        case TYPE_CALENDAR_INTERVAL: return v->kind == JSON_STRING ? append_cast(c, v->text, b) : null_and_fail(b);
        case TYPE_STRUCT: return append_struct(c, v, b);
        case TYPE_ARRAY: return append_array(c, v, b);
        case TYPE_MAP: return append_map(c, v, b);
        default:
            error_set(c->err, "UNSUPPORTED_DATATYPE", "typeName",
                      arena_printf(c->arena, "\"%s\"", type_sql(c->arena, t)), NULL);
            return null_and_fail(b);
    }
}

bool json_append(struct arena *arena, const struct context *context, const struct json_options *o,
                 const struct json_value *value, struct builder *b, struct error *err) {
    struct conversion c = {.arena = arena, .context = context, .o = o, .err = err};
    return append(&c, value, b);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct field *)a)->name, ((const struct field *)b)->name);
}

static const struct type *infer_object(struct arena *arena, const struct context *context, const struct json_options *o,
                                       const struct json_value *v) {
    struct field *fields = ARENA_ARRAY(arena, struct field, v->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        const char *name = arena_strndup(arena, v->names[i].data, v->names[i].size);
        const struct type *t = json_infer(arena, context, o, &v->items[i]);
        uint32_t k = 0;
        while (k < count && strcmp(fields[k].name, name) != 0) k++;
        if (k == count)
            fields[count++] = (struct field){.name = name, .type = t, .nullable = true};
        else
            fields[k].type = json_merge_types(arena, fields[k].type, t);
    }
    if (count) qsort(fields, count, sizeof *fields, by_name);
    return type_struct(arena, fields, count);
}

static const struct type *infer_number(struct arena *arena, const struct json_options *o, const struct json_value *v) {
    if (o->primitives_as_string) return TYPE_OF(STRING);
    uint32_t count = v->text.size - (v->text.size && v->text.data[0] == '-');
    if (!v->is_integer) return TYPE_OF(DOUBLE);
    bool fits =
        count < 19 || (count == 19 && memcmp(v->text.data + (v->text.size - 19), "9223372036854775807", 19) <= 0);
    if (fits) return TYPE_OF(LONG);
    return count <= DECIMAL_MAX_PRECISION ? type_decimal(arena, (int)count, 0) : TYPE_OF(DOUBLE);
}

const struct type *json_infer(struct arena *arena, const struct context *context, const struct json_options *o,
                              const struct json_value *v) {
    switch (v->kind) {
        case JSON_NULL: return TYPE_OF(NULL);
        case JSON_FALSE:
        case JSON_TRUE: return o->primitives_as_string ? TYPE_OF(STRING) : TYPE_OF(BOOLEAN);
        case JSON_NUMBER: return infer_number(arena, o, v);
        case JSON_STRING:
            if (o->infer_timestamp) {
                struct builder b;
                struct error ignored = ERROR_INIT;
                const struct type *t = context->timestamp_ntz_default ? TYPE_OF(TIMESTAMP_NTZ) : TYPE_OF(TIMESTAMP);
                builder_init(&b, arena, t, 1);
                bool good = json_append(arena, context, o, v, &b, &ignored);
                error_release(&ignored);
                if (good) return t;
            }
            return TYPE_OF(STRING);
        case JSON_ARRAY: {
            const struct type *element = TYPE_OF(NULL);
            for (uint32_t i = 0; i < v->count; i++)
                element = json_merge_types(arena, element, json_infer(arena, context, o, &v->items[i]));
            return type_array(arena, element, true);
        }
        default: return infer_object(arena, context, o, v);
    }
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
    int digits_a = a->kind == TYPE_DECIMAL ? a->precision : 20, digits_b = b->kind == TYPE_DECIMAL ? b->precision : 20;
    return type_decimal(arena, digits_a > digits_b ? digits_a : digits_b, 0);
}

const struct type *json_final_type(struct arena *arena, const struct type *t) {
    if (t->kind == TYPE_NULL) return TYPE_OF(STRING);
    if (t->kind == TYPE_ARRAY) {
        const struct type *element = json_final_type(arena, t->element);
        return element ? type_array(arena, element, true) : NULL;
    }
    if (t->kind != TYPE_STRUCT) return t;
    struct field *fields = ARENA_ARRAY(arena, struct field, t->field_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->field_count; i++) {
        fields[count] = t->fields[i];
        fields[count].type = json_final_type(arena, t->fields[i].type);
        count += fields[count].type != NULL;
    }
    return count ? type_struct(arena, fields, count) : NULL;
}
