/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of CSV fields as values. Spark's CSV parser is stricter than CAST in places (no blanks around integers, only
 * true and false) and laxer in others (Inf); what it would refuse is taken out first, what it reads in its own way is
 * written in CAST's, then the column is cast as a whole.
 */
#include <string.h>

#include "base/timezone.h"
#include "column/cast.h"
#include "function/csv_text.h"
#include "function/locale.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_integer(struct string s) {
    uint32_t i = s.size && (s.data[0] == '+' || s.data[0] == '-');
    if (i == s.size) return false;
    for (; i < s.size; i++)
        if (!is_digit(s.data[i])) return false;
    return true;
}

static bool equals_ignoring_case(struct string s, const char *word) {
    return s.size == strlen(word) && strncasecmp(s.data, word, s.size) == 0;
}

static bool has_blank(struct string s) {
    return s.size && (s.data[0] <= ' ' || s.data[s.size - 1] <= ' ');
}

/* Letters of Java's own words alone: "inf" is no number. */
static bool is_java_number(struct string s) {
    uint32_t sign = s.size && (s.data[0] == '-' || s.data[0] == '+');
    struct string word = string_make(s.data + sign, s.size - sign);
    if (!equals_ignoring_case(word, "inf") && !equals_ignoring_case(word, "infinity") &&
        !equals_ignoring_case(word, "nan"))
        return true;
    return string_equal(word, string_of("NaN")) || string_equal(word, string_of("Infinity"));
}

/* Does Spark's parser try this text for the type at all? May replace *s by how CAST writes it. */
static bool acceptable(struct arena *arena, const struct context *context, const struct csv_options *o,
                       const struct type *to, struct string *s) {
    switch (to->kind) {
        case TYPE_BYTE:
        case TYPE_SHORT:
        case TYPE_INT:
        case TYPE_LONG: return is_integer(*s);
        case TYPE_BOOLEAN: return equals_ignoring_case(*s, "true") || equals_ignoring_case(*s, "false");
        case TYPE_DECIMAL: *s = locale_decimal(o->locale, arena, *s); return !has_blank(*s);
        case TYPE_TIMESTAMP_NTZ: return !timestamp_text_has_zone(s->data, s->size, context->zones);
        case TYPE_FLOAT:
        case TYPE_DOUBLE:
            if (string_equal(*s, o->nan_value)) *s = string_of("NaN");
            if (string_equal(*s, o->positive_infinity)) *s = string_of("Infinity");
            if (string_equal(*s, o->negative_infinity)) *s = string_of("-Infinity");
            return is_java_number(*s);
        default: return true;
    }
}

static const struct pattern *pattern_for(const struct csv_options *o, const struct type *to) {
    return to->kind == TYPE_DATE            ? o->date_pattern
           : to->kind == TYPE_TIMESTAMP     ? o->timestamp_pattern
           : to->kind == TYPE_TIMESTAMP_NTZ ? o->timestamp_ntz_pattern
                                            : NULL;
}

static bool parse_one(const struct context *context, const struct csv_options *o, const struct pattern *pattern,
                      struct string s, enum type_kind kind, void *value) {
    struct pattern_parsed parsed;
    if (!pattern_parse(pattern, s.data, s.size, context->zones, &parsed, NULL)) return false;
    if (kind == TYPE_DATE) {
        *(int32_t *)value = (int32_t)parsed.days;
        return true;
    }
    const struct timezone *zone = kind == TYPE_TIMESTAMP ? o->zone : &timezone_utc;
    if (kind == TYPE_TIMESTAMP_NTZ) parsed.has_zone = false;
    return pattern_to_instant(&parsed, zone, value);
}

static void convert_by_pattern(struct arena *arena, const struct context *context, const struct csv_options *o,
                               const struct pattern *pattern, const struct vector *texts, uint32_t rows,
                               struct vector *out) {
    size_t size = storage_size(type_storage(out->type));
    for (uint32_t i = 0; i < rows; i++)
        if (vector_is_null(texts, i) || !parse_one(context, o, pattern, VECTOR_DATA(texts, struct string)[i],
                                                   out->type->kind, (char *)out->data + i * size))
            vector_set_null(out, arena, i, rows);
}

static bool holds(const struct type *t) {
    return (t->kind >= TYPE_BOOLEAN && t->kind <= TYPE_TIMESTAMP_NTZ) || type_is_ansi_interval(t) ||
           t->kind == TYPE_NULL || t->kind == TYPE_VARIANT || t->kind == TYPE_CALENDAR_INTERVAL;
}

bool csv_convert(struct arena *arena, const struct context *context, const struct csv_options *o, const struct type *to,
                 const struct vector *texts, uint32_t rows, struct vector *out, uint8_t *bad, struct error *err) {
    if (!holds(to))
        return error_set(err, "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", "columnType",
                         arena_printf(arena, "\"%s\"", type_sql(arena, to)), "format", "CSV", NULL);
    if (to->kind == TYPE_VARIANT) return csv_to_variants(arena, context, o, texts, rows, &(uint8_t){0}, out, err);
    if (to->kind == TYPE_STRING || to->kind == TYPE_BINARY) {
        *out = *texts;
        out->type = to;
        return true;
    }
    struct vector *clean = vector_new(arena, TYPE_OF(STRING), rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct string s = string_make("", 0);
        bool null = vector_is_null(texts, i);
        if (!null) s = VECTOR_DATA(texts, struct string)[vector_entry(texts, i)];
        if (null || !acceptable(arena, context, o, to, &s)) {
            vector_set_null(clean, arena, i, rows);
            bad[i] |= !null;
        }
        VECTOR_DATA(clean, struct string)[i] = s;
    }
    const struct pattern *pattern = pattern_for(o, to);
    if (pattern) {
        vector_init(out, arena, to, rows);
        convert_by_pattern(arena, context, o, pattern, clean, rows, out);
    } else {
        struct cast cast = {.from = TYPE_OF(STRING),
                            .to = to,
                            .mode = CAST_TRY,
                            .zone = o->zone,
                            .zones = context->zones,
                            .now = context->now};
        TRY(vector_cast(arena, &cast, clean, rows, out, err));
    }
    for (uint32_t i = 0; i < rows; i++) bad[i] |= vector_is_null(out, i) && !vector_is_null(clean, i);
    return true;
}

static bool parses(struct arena *scratch, const struct context *context, const struct csv_options *o,
                   const struct type *to, struct string text) {
    arena_reset(scratch);
    struct vector *in = vector_new(scratch, TYPE_OF(STRING), 1), out;
    uint8_t bad = 0;
    struct error ignored = ERROR_INIT;
    VECTOR_DATA(in, struct string)[0] = text;
    bool good = csv_convert(scratch, context, o, to, in, 1, &out, &bad, &ignored) && !bad && !vector_is_null(&out, 0);
    error_release(&ignored);
    return good;
}

/* 2020-01-31 and nothing else, unless there is a pattern. */
static bool is_date(struct arena *scratch, const struct context *context, const struct csv_options *o,
                    struct string s) {
    if (!o->prefer_date) return false;
    if (!o->date_pattern) {
        if (s.size != 10 || s.data[4] != '-' || s.data[7] != '-') return false;
        for (uint32_t i = 0; i < 10; i++)
            if (i != 4 && i != 7 && !is_digit(s.data[i])) return false;
    }
    return parses(scratch, context, o, TYPE_OF(DATE), s);
}

static const struct type *timestamp_type(const struct context *context) {
    return context->timestamp_ntz_default ? TYPE_OF(TIMESTAMP_NTZ) : TYPE_OF(TIMESTAMP);
}

/* The first type, from `from` on in Spark's order, that takes the text. */
static const struct type *infer_one(struct arena *arena, struct arena *scratch, const struct context *context,
                                    const struct csv_options *o, enum type_kind from, struct string s) {
    switch (from) {
        case TYPE_NULL:
        case TYPE_INT:
            if (parses(scratch, context, o, TYPE_OF(INT), s)) return TYPE_OF(INT);
            /* fall through */
        case TYPE_LONG:
            if (parses(scratch, context, o, TYPE_OF(LONG), s)) return TYPE_OF(LONG);
            /* fall through */
        case TYPE_DECIMAL: {
            struct string plain = o->locale ? locale_decimal(o->locale, scratch, s) : s;
            uint32_t digits = plain.size - (plain.size && (plain.data[0] == '-' || plain.data[0] == '+'));
            if (is_integer(plain) && digits <= DECIMAL_MAX_PRECISION) return type_decimal(arena, (int)digits, 0);
        }
            /* fall through */
        case TYPE_DOUBLE:
            if (parses(scratch, context, o, TYPE_OF(DOUBLE), s)) return TYPE_OF(DOUBLE);
            /* fall through */
        case TYPE_DATE:
            if (is_date(scratch, context, o, s)) return TYPE_OF(DATE);
            /* fall through */
        case TYPE_TIMESTAMP:
        case TYPE_TIMESTAMP_NTZ:
            if (parses(scratch, context, o, timestamp_type(context), s)) return timestamp_type(context);
            /* fall through */
        case TYPE_BOOLEAN:
            if (parses(scratch, context, o, TYPE_OF(BOOLEAN), s)) return TYPE_OF(BOOLEAN);
            /* fall through */
        default: return TYPE_OF(STRING);
    }
}

static const struct type *widen(struct arena *arena, const struct type *a, const struct type *b) {
    if (a->kind == TYPE_NULL || type_equal(a, b)) return b;
    bool numbers = type_is_numeric(a) && type_is_numeric(b);
    if (a->kind == TYPE_DECIMAL && b->kind == TYPE_DECIMAL) return a->precision > b->precision ? a : b;
    if (numbers && (a->kind == TYPE_DOUBLE || b->kind == TYPE_DOUBLE)) return TYPE_OF(DOUBLE);
    if (numbers && (a->kind == TYPE_DECIMAL || b->kind == TYPE_DECIMAL)) {
        int digits = a->kind == TYPE_DECIMAL ? a->precision : b->precision;
        return type_decimal(arena, digits > 20 ? digits : 20, 0);
    }
    if (numbers) return TYPE_OF(LONG);
    if (type_is_datetime(a) && type_is_datetime(b)) return a->kind == TYPE_DATE ? b : a;
    return TYPE_OF(STRING);
}

const struct type *csv_infer(struct arena *arena, struct arena *scratch, const struct context *context,
                             const struct csv_options *o, const struct type *so_far, const struct csv_field *field) {
    if (field->is_null || field->text.size == 0 || so_far->kind == TYPE_STRING) return so_far;
    return widen(arena, so_far, infer_one(arena, scratch, context, o, so_far->kind, field->text));
}
