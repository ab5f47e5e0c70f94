/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON values as typed values, by the rules of Spark's JSON parser: a number is never made of a string nor a boolean
 * of a number; a string is made of anything, nested values as their JSON text. Scalars go through CAST one by one;
 * strings and integers, the usual ones, directly.
 */
#include <string.h>

#include "base/number.h"
#include "base/timezone.h"
#include "column/cast.h"
#include "function/json_text.h"
#include "function/locale.h"
#include "function/variant_json.h"

struct conversion {
    struct arena *arena;
    const struct context *context;
    const struct json_options *o;
    const struct builder *top; /* whose fields may have defaults */
    struct error *err;
};

static enum json_outcome append(const struct conversion *c, const struct json_value *v, struct builder *b);

static enum json_outcome bad(struct builder *b) {
    builder_append_null(b);
    return JSON_BAD;
}

static enum json_outcome append_cast(const struct conversion *c, struct string text, struct builder *b) {
    struct vector *in = vector_new(c->arena, TYPE_OF(STRING), 1), out;
    VECTOR_DATA(in, struct string)[0] = text;
    struct cast cast = {.from = TYPE_OF(STRING),
                        .to = b->vector.type,
                        .mode = CAST_TRY,
                        .zone = c->o->zone,
                        .zones = c->context->zones,
                        .now = c->context->now};
    struct error ignored = ERROR_INIT;
    bool good = vector_cast(c->arena, &cast, in, 1, &out, &ignored) && !vector_is_null(&out, 0);
    error_release(&ignored);
    if (!good) return bad(b);
    builder_append_row(b, &out, 0, true);
    return JSON_GOOD;
}

/* A number's text as CAST reads it, without a vector about it; other types go the long way. */
static enum json_outcome append_number(const struct conversion *c, struct string text, struct builder *b) {
    static const int64_t largest[TYPE_KIND_COUNT] = {
        [TYPE_BYTE] = UINT8_MAX, [TYPE_SHORT] = INT16_MAX, [TYPE_INT] = INT32_MAX, [TYPE_LONG] = INT64_MAX};
    enum type_kind kind = b->vector.type->kind;
    int64_t whole = 0;
    double number = 0;
    if (kind == TYPE_DOUBLE ? !double_parse(text.data, text.size, &number)
                            : largest[kind] && !integer_parse(text.data, text.size, false, largest[kind], &whole))
        return bad(b);
    if (kind == TYPE_BYTE && whole < INT8_MIN) return bad(b); /* 128 to 255 wrap around, as Jackson reads them */
    if (kind == TYPE_DOUBLE)
        builder_append(b, &number);
    else if (largest[kind])
        builder_append(b, &whole); /* of which the narrower types are the lower bytes */
    else
        return append_cast(c, text, b);
    return JSON_GOOD;
}

static enum json_outcome append_boolean(const struct json_value *v, struct builder *b) {
    if (v->kind != JSON_TRUE && v->kind != JSON_FALSE) return bad(b);
    uint8_t value = v->kind == JSON_TRUE;
    builder_append(b, &value);
    return JSON_GOOD;
}

static enum json_outcome append_integer(const struct conversion *c, const struct json_value *v, struct builder *b) {
    if (v->kind != JSON_NUMBER || !v->is_integer) return bad(b);
    return append_number(c, v->text, b);
}

static enum json_outcome append_float(const struct conversion *c, const struct json_value *v, struct builder *b) {
    static const char *const words[][2] = {{"NaN", "NaN"},           {"+INF", "Infinity"},  {"+Infinity", "Infinity"},
                                           {"Infinity", "Infinity"}, {"-INF", "-Infinity"}, {"-Infinity", "-Infinity"}};
    if (v->kind != JSON_NUMBER && v->kind != JSON_STRING) return bad(b);
    bool digits = v->text.size && v->text.data[v->text.size - 1] <= '9';
    for (size_t i = 0; !digits && c->o->non_numeric && i < sizeof words / sizeof *words; i++)
        if (string_equal(v->text, string_of(words[i][0]))) return append_cast(c, string_of(words[i][1]), b);
    if (v->kind != JSON_NUMBER) return bad(b);
    /* A whole number is an integer first, which has no -0. */
    bool zero = v->is_integer && string_equal(v->text, string_of("-0"));
    return append_number(c, zero ? string_of("0") : v->text, b);
}

/* Strings may have digits in groups, and nothing else about them. */
static enum json_outcome append_decimal(const struct conversion *c, const struct json_value *v, struct builder *b) {
    if (v->kind != JSON_NUMBER && v->kind != JSON_STRING) return bad(b);
    for (uint32_t i = 0; i < v->text.size; i++)
        if ((unsigned char)v->text.data[i] <= ' ') return bad(b);
    return append_cast(c, v->kind == JSON_STRING ? locale_decimal(c->o->locale, c->arena, v->text) : v->text, b);
}

static enum json_outcome append_string(const struct conversion *c, const struct json_value *v, struct builder *b) {
    struct string s = v->text;
    if (v->kind != JSON_STRING && !(c->o->exact_strings && s.size)) {
        struct text out;
        text_init(&out, b->arena);
        json_write(&out, v);
        s = string_make(out.data, out.size);
    } else {
        s = string_copy(b->arena, s);
    }
    builder_append(b, &s);
    return JSON_GOOD;
}

static int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Base64, padded, in groups of four. */
static enum json_outcome append_binary(const struct json_value *v, struct builder *b) {
    struct string s = v->text;
    if (v->kind != JSON_STRING || s.size % 4) return bad(b);
    char *out = arena_bytes(b->arena, s.size / 4 * 3 + 1);
    size_t size = 0;
    for (uint32_t i = 0; i < s.size; i += 4) {
        bool last = i + 4 == s.size;
        int pad = last && s.data[i + 3] == '=' ? 1 + (s.data[i + 2] == '=') : 0;
        int32_t bits = 0;
        for (int k = 0; k < 4; k++) {
            int digit = k >= 4 - pad ? 0 : base64_digit(s.data[i + (uint32_t)k]);
            if (digit < 0) return bad(b);
            bits = bits << 6 | digit;
        }
        for (int k = 0; k < 3 - pad; k++) out[size++] = (char)(bits >> (16 - 8 * k));
    }
    s = string_make(out, size);
    builder_append(b, &s);
    return JSON_GOOD;
}

static enum json_outcome append_variant(const struct conversion *c, const struct json_value *v, struct builder *b) {
    struct variant_writer w = {0};
    variant_writer_reset(&w, c->arena);
    if (!variant_write_json(&w, v)) return bad(b);
    struct string parts[2];
    variant_writer_finish(&w, &parts[0], &parts[1]);
    for (int i = 0; i < 2; i++) {
        parts[i] = string_copy(b->arena, parts[i]);
        builder_append(&b->children[i], &parts[i]);
    }
    builder_end_struct(b);
    return JSON_GOOD;
}

static bool whole_number(struct string text, int64_t max, int64_t *value) {
    for (uint32_t i = text.size && text.data[0] == '-'; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9') return false;
    return integer_parse(text.data, text.size, false, max, value);
}

static enum json_outcome append_seconds(const struct json_value *v, struct builder *b) {
    int64_t micros;
    if (!whole_number(v->text, INT64_MAX, &micros) || __builtin_mul_overflow(micros, 1000000, &micros)) return bad(b);
    builder_append(b, &micros);
    return JSON_GOOD;
}

/* As CAST reads it; a date may also be a number of days, as old versions of Spark wrote them. */
static enum json_outcome append_standard(const struct conversion *c, struct string text, struct builder *b) {
    int64_t number;
    if (b->vector.type->kind == TYPE_TIMESTAMP_NTZ && timestamp_text_has_zone(text.data, text.size, c->context->zones))
        return bad(b);
    bool days = b->vector.type->kind == TYPE_DATE && text.size != 4 && whole_number(text, INT32_MAX, &number);
    if (!days) return append_cast(c, text, b);
    int32_t value = (int32_t)number;
    builder_append(b, &value);
    return JSON_GOOD;
}

static enum json_outcome append_datetime(const struct conversion *c, const struct json_value *v, struct builder *b) {
    enum type_kind kind = b->vector.type->kind;
    const struct pattern *pattern = kind == TYPE_DATE        ? c->o->date_pattern
                                    : kind == TYPE_TIMESTAMP ? c->o->timestamp_pattern
                                                             : c->o->timestamp_ntz_pattern;
    if (v->kind == JSON_NUMBER && v->is_integer && kind == TYPE_TIMESTAMP) return append_seconds(v, b);
    if (v->kind != JSON_STRING) return bad(b);
    if (!pattern) return append_standard(c, v->text, b);
    struct pattern_parsed parsed;
    if (!pattern_parse(pattern, v->text.data, v->text.size, c->context->zones, &parsed, NULL)) return bad(b);
    if (kind == TYPE_DATE) {
        int32_t days = (int32_t)parsed.days;
        builder_append(b, &days);
        return JSON_GOOD;
    }
    int64_t micros;
    if (kind == TYPE_TIMESTAMP_NTZ) parsed.has_zone = false;
    if (!pattern_to_instant(&parsed, kind == TYPE_TIMESTAMP ? c->o->zone : &timezone_utc, &micros)) return bad(b);
    builder_append(b, &micros);
    return JSON_GOOD;
}

/* The field of a struct that a name stands for, or field_count. */
static uint32_t field_of(const struct type *t, struct string name) {
    uint32_t i = 0;
    while (i < t->field_count && (strncmp(t->fields[i].name, name.data, name.size) || t->fields[i].name[name.size]))
        i++;
    return i;
}

/* A field that does not fit is NULL; the others stay. */
static enum json_outcome append_struct(const struct conversion *c, const struct json_value *v, struct builder *b) {
    if (v->kind != JSON_OBJECT) return bad(b);
    const struct type *t = b->vector.type;
    const struct json_value **values = ARENA_ARRAY(c->arena, const struct json_value *, t->field_count);
    for (uint32_t i = 0; i < v->count; i++) {
        uint32_t f = field_of(t, v->names[i]);
        if (f < t->field_count) values[f] = &v->items[i];
    }
    enum json_outcome outcome = JSON_GOOD;
    const struct vector *const *defaults = b == c->top ? c->o->defaults : NULL;
    for (uint32_t f = 0; f < t->field_count; f++) {
        if (!values[f] && defaults && defaults[f])
            builder_append_row(&b->children[f], defaults[f], 0, false);
        else if (!values[f])
            builder_append_null(&b->children[f]);
        else if (append(c, values[f], &b->children[f]) != JSON_GOOD)
            outcome = JSON_PARTIAL;
    }
    builder_end_struct(b);
    return outcome;
}

static enum json_outcome unsupported(const struct conversion *c, struct builder *b) {
    error_set(c->err, "UNSUPPORTED_DATATYPE", "typeName",
              arena_printf(c->arena, "\"%s\"", type_sql(c->arena, b->vector.type)), NULL);
    error_set_kind(c->err, ERROR_UNSUPPORTED);
    return bad(b);
}

/* An element that does not fit at all spoils the list; a struct that fits in part does not. */
static enum json_outcome append_list(const struct conversion *c, const struct json_value *v, struct builder *b) {
    bool map = b->vector.type->kind == TYPE_MAP;
    enum json_outcome outcome = JSON_GOOD;
    if (v->kind != (map ? JSON_OBJECT : JSON_ARRAY)) return bad(b);
    if (map && !type_is_string(b->vector.type->key)) return unsupported(c, b);
    for (uint32_t i = 0; i < v->count && outcome != JSON_BAD; i++) {
        struct string name = map ? string_copy(b->arena, v->names[i]) : string_make("", 0);
        if (map) builder_append(&b->children[0], &name);
        enum json_outcome item = append(c, &v->items[i], &b->children[map]);
        if (item > outcome) outcome = item;
        if (item == JSON_PARTIAL && !c->o->partial_results) outcome = JSON_BAD;
    }
    if (outcome == JSON_BAD) {
        for (uint32_t i = 0; i < b->vector.child_count; i++) builder_shrink(&b->children[i], b->vector.child_rows);
        return bad(b);
    }
    builder_end_list(b);
    return outcome;
}

static enum json_outcome append(const struct conversion *c, const struct json_value *v, struct builder *b) {
    const struct type *t = b->vector.type;
    if (v->kind == JSON_NULL && t->kind != TYPE_VARIANT) {
        builder_append_null(b);
        return JSON_GOOD;
    }
    switch (t->kind) {
        case TYPE_NULL: builder_append_null(b); return JSON_GOOD;
        case TYPE_BOOLEAN: return append_boolean(v, b);
        case TYPE_BYTE:
        case TYPE_SHORT:
        case TYPE_INT:
        case TYPE_LONG: return append_integer(c, v, b);
        case TYPE_FLOAT:
        case TYPE_DOUBLE: return append_float(c, v, b);
        case TYPE_DECIMAL: return append_decimal(c, v, b);
        case TYPE_STRING:
        case TYPE_CHAR:
        case TYPE_VARCHAR: return append_string(c, v, b);
        case TYPE_BINARY: return append_binary(v, b);
        case TYPE_VARIANT: return append_variant(c, v, b);
        case TYPE_DATE:
        case TYPE_TIMESTAMP:
        case TYPE_TIMESTAMP_NTZ: return append_datetime(c, v, b);
        case TYPE_YEAR_MONTH_INTERVAL:
        case TYPE_DAY_TIME_INTERVAL:
        case TYPE_CALENDAR_INTERVAL: return v->kind == JSON_STRING ? append_cast(c, v->text, b) : bad(b);
        case TYPE_STRUCT: return append_struct(c, v, b);
        case TYPE_ARRAY:
        case TYPE_MAP: return append_list(c, v, b);
        default: return unsupported(c, b);
    }
}

const struct json_value *json_object_of(struct arena *arena, const char *name, const struct json_value *value) {
    struct json_value *object = ARENA_NEW(arena, struct json_value);
    struct string *names = ARENA_NEW(arena, struct string);
    *names = string_of(name);
    *object = (struct json_value){
        .kind = JSON_OBJECT, .count = 1, .names = names, .items = arena_copy(arena, value, sizeof *value)};
    return object;
}

enum json_outcome json_append(struct arena *arena, const struct context *context, const struct json_options *o,
                              const struct json_value *value, struct builder *b, struct error *err) {
    struct conversion c = {.arena = arena, .context = context, .o = o, .top = b, .err = err};
    return append(&c, value, b);
}
