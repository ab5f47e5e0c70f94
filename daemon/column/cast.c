/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the family for two types and running it; errors that families share. Constants are converted once.
 */
#include "column/cast.h"

#include "base/text.h"
#include "column/cast_int.h"
#include "column/value_text.h"

static const char ANSI_CONFIG[] = "\"spark.sql.ansi.enabled\"";

static const char *quoted_type(struct cast_job *job, const struct type *type) {
    return arena_printf(job->arena, "\"%s\"", type_sql(job->arena, type));
}

static const char *value_text_of(struct cast_job *job, uint32_t row) {
    struct text t;
    text_init(&t, job->arena);
    value_sql_add(&t, job->input, row, job->cast->zone);
    return text_finish(&t);
}

bool cast_refuse_input(struct cast_job *job, uint32_t row) {
    if (job->cast->mode != CAST_ANSI) return cast_set_null(job, row), true;
    const struct type *from = type_is_string(job->cast->from) ? TYPE_OF(STRING) : job->cast->from; /* no collation */
    error_set(job->err, "CAST_INVALID_INPUT", "expression", value_text_of(job, row), "sourceType",
              quoted_type(job, from), "targetType", quoted_type(job, job->cast->to), "ansiConfig", ANSI_CONFIG, NULL);
    enum type_kind to = job->cast->to->kind;
    if (type_is_datetime(job->cast->to) || to == TYPE_TIME)
        error_set_kind(job->err, ERROR_DATE_TIME);
    else if (to == TYPE_BOOLEAN)
        error_set_kind(job->err, ERROR_RUNTIME);
    return error_at(job->err, job->cast->origin);
}

bool cast_refuse_overflow_always(struct cast_job *job, uint32_t row) {
    if (job->cast->mode == CAST_TRY) return cast_set_null(job, row), true;
    return error_set(job->err, "CAST_OVERFLOW", "value", value_text_of(job, row), "sourceType",
                     quoted_type(job, job->cast->from), "targetType", quoted_type(job, job->cast->to), "ansiConfig",
                     ANSI_CONFIG, NULL);
}

bool cast_refuse_overflow(struct cast_job *job, uint32_t row) {
    if (job->cast->mode == CAST_ANSI) return cast_refuse_overflow_always(job, row);
    return cast_set_null(job, row), true;
}

bool cast_refuse_decimal(struct cast_job *job, uint32_t row, const char *text, size_t size) {
    if (job->cast->mode != CAST_ANSI) return cast_set_null(job, row), true;
    struct text plain;
    text_init(&plain, job->arena);
    decimal_plain_add(&plain, text, size);
    error_set(job->err, "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", "value", text_finish(&plain), NULL);
    error_add(job->err, "precision", "%d", job->cast->to->precision);
    error_add(job->err, "scale", "%d", job->cast->to->scale);
    error_add(job->err, "config", "%s", ANSI_CONFIG);
    return error_at(job->err, job->cast->origin);
}

bool cast_put_decimal(struct cast_job *job, uint32_t row, int128 value, int scale) {
    int128 result;
    if (decimal_rescale(value, scale, cast_decimal_form(job->out->type), ROUND_HALF_UP, &result)) {
        cast_decimal_put(job->out, row, result);
        return true;
    }
    char text[DECIMAL_TEXT];
    return cast_refuse_decimal(job, row, text, decimal_format(value, scale, text));
}

bool cast_to_text(struct cast_job *job) {
    struct value_text how = {.zone = job->cast->zone, .plain_decimals = job->cast->mode != CAST_LEGACY};
    vector_to_text(job->arena, job->input, job->rows, &how, true, job->out);
    return true;
}

/* Values stay what they are: string to binary and back, strings of another collation, what a UDT holds. */
static bool share_values(struct cast_job *job) {
    *job->out = *job->input;
    return true;
}

/* CHAR(n) is filled up with spaces, VARCHAR(n) is not; what is longer must be so by spaces alone. Where nothing may
 * fail (columns that are read) it stays as it is. */
static bool fit_length(struct cast_job *job) {
    int32_t limit = job->cast->to->length;
    bool pad = job->cast->to->kind == TYPE_CHAR;
    const struct string *in = job->view.data;
    struct string *out = job->out->data;
    CAST_EACH(job, row, entry) {
        struct string s = in[entry];
        size_t length = utf8_count(s.data, s.size);
        out[row] = s;
        if (length > (size_t)limit) {
            if (job->cast->mode == CAST_LEGACY) continue;
            size_t keep = utf8_offset(s.data, s.size, (size_t)limit);
            for (size_t i = keep; i < s.size; i++)
                if (s.data[i] != ' ') {
                    error_set(job->err, "EXCEED_LIMIT_LENGTH", NULL);
                    error_add(job->err, "limit", "%d", limit);
                    return error_at(job->err, job->cast->origin);
                }
            out[row] = string_make(s.data, keep);
        } else if (pad && length < (size_t)limit) {
            size_t missing = (size_t)limit - length;
            char *padded = arena_bytes(job->arena, s.size + missing);
            memcpy(padded, s.data, s.size);
            memset(padded + s.size, ' ', missing);
            out[row] = string_make(padded, s.size + missing);
        }
    }
    return true;
}

/* Text first, then its length. */
static bool to_limited_text(struct cast_job *job) {
    struct vector text;
    struct cast_job first = *job, second = *job;
    first.out = &text;
    TRY(cast_to_text(&first));
    second.input = &text;
    second.view = vector_view(job->arena, &text, job->rows);
    return fit_length(&second);
}

static cast_family *find_family(const struct type *from, const struct type *to) {
    if (from->kind == TYPE_VARIANT || to->kind == TYPE_VARIANT) return cast_find_variant(from->kind, to->kind);
    bool limited = to->kind == TYPE_CHAR || to->kind == TYPE_VARCHAR;
    if (type_is_string(from) && limited) return fit_length;
    if (type_is_spatial(from)) return share_values;
    if ((type_is_string(from) || from->kind == TYPE_BINARY) && (type_is_string(to) || to->kind == TYPE_BINARY))
        return share_values;
    if (type_is_string(to)) return limited ? to_limited_text : cast_to_text;
    if (type_is_string(from)) return cast_find_parse(to->kind);
    if (type_is_nested(from) && from->kind == to->kind) return cast_nested;
    cast_family *family = cast_find_number(from->kind, to->kind);
    if (!family) family = cast_find_datetime(from->kind, to->kind);
    return family ? family : cast_find_interval(from->kind, to->kind);
}

/* NULL where the input is. */
static void take_nulls(struct cast_job *job) {
    if (!job->view.validity) return;
    if (!job->view.index) {
        job->out->validity = arena_copy(job->arena, job->view.validity, bitmap_words(job->rows) * sizeof(uint64_t));
        return;
    }
    for (uint32_t row = 0; row < job->rows; row++)
        if (view_is_null(&job->view, view_entry(&job->view, row))) cast_set_null(job, row);
}

static const struct type *without_udt(const struct type *type) {
    while (type->kind == TYPE_UDT) type = type->element;
    return type;
}

static bool run(struct cast_job *job) {
    const struct type *from = job->cast->from, *to = job->cast->to;
    cast_family *family = type_same(from, to, false) ? share_values : find_family(from, to);
    if (!family)
        return error_internal(job->err, "no cast from %s to %s", type_sql(job->arena, from), type_sql(job->arena, to));
    vector_init(job->out, job->arena, to, job->rows);
    job->view = vector_view(job->arena, job->input, job->rows);
    take_nulls(job);
    return family(job);
}

bool vector_cast(struct arena *arena, const struct cast *cast, const struct vector *in, uint32_t rows,
                 struct vector *out, struct error *err) {
    const struct type *result = cast->to;
    if (cast->from->kind == TYPE_NULL) return vector_init_null(out, arena, result), true;
    if (type_same(cast->from, result, false)) {
        *out = *in;
        out->type = result;
        return true;
    }
    struct cast plain = *cast;
    plain.from = without_udt(cast->from);
    plain.to = without_udt(result);
    struct vector input = *in;
    input.type = plain.from;
    bool constant = in->form == VECTOR_CONSTANT && rows > 0;
    struct cast_job job = {
        .arena = arena, .cast = &plain, .input = &input, .rows = constant ? 1 : rows, .out = out, .err = err};
    if (!run(&job)) return false;
    out->type = result;
    if (constant && out->form == VECTOR_FLAT) out->form = VECTOR_CONSTANT;
    return true;
}
