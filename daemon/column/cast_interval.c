/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Year-month and day-time intervals: among each other (cut to the last field), and to and from numbers, which
 * count units of the last field. What does not fit is an error in legacy mode too.
 */
#include "base/datetime.h"
#include "column/cast_int.h"

/* Months or microseconds of an interval's last field. */
static int64_t unit_of(const struct type *type) {
    static const int64_t micros[] = {MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND};
    if (type->kind == TYPE_YEAR_MONTH_INTERVAL) return type->end == FIELD_YEAR ? 12 : 1;
    return micros[type->end];
}

static int64_t interval_at(const struct vector *v, uint32_t entry) {
    return v->type->kind == TYPE_YEAR_MONTH_INTERVAL ? VECTOR_DATA(v, int32_t)[entry] : VECTOR_DATA(v, int64_t)[entry];
}

static bool interval_put(struct vector *v, uint32_t row, int128 value) {
    if (v->type->kind == TYPE_YEAR_MONTH_INTERVAL) {
        VECTOR_DATA(v, int32_t)[row] = (int32_t)value;
        return value == (int32_t)value;
    }
    VECTOR_DATA(v, int64_t)[row] = (int64_t)value;
    return value == (int64_t)value;
}

static bool interval_to_interval(struct cast_job *job) {
    const struct type *to = job->cast->to;
    bool exact = to->kind == TYPE_DAY_TIME_INTERVAL && to->end == FIELD_SECOND;
    int64_t unit = exact ? 1 : unit_of(to);
    CAST_EACH(job, row, entry) {
        int64_t value = interval_at(job->input, entry);
        interval_put(job->out, row, value - value % unit);
    }
    return true;
}

static bool put_integer(struct vector *v, uint32_t row, int64_t value) {
    switch (v->type->kind) {
        case TYPE_BYTE: VECTOR_DATA(v, int8_t)[row] = (int8_t)value; return value == (int8_t)value;
        case TYPE_SHORT: VECTOR_DATA(v, int16_t)[row] = (int16_t)value; return value == (int16_t)value;
        case TYPE_INT: VECTOR_DATA(v, int32_t)[row] = (int32_t)value; return value == (int32_t)value;
        default: VECTOR_DATA(v, int64_t)[row] = value; return true;
    }
}

static bool interval_to_integer(struct cast_job *job) {
    int64_t unit = unit_of(job->cast->from);
    CAST_EACH(job, row, entry)
    if (!put_integer(job->out, row, interval_at(job->input, entry) / unit)) TRY(cast_refuse_overflow_always(job, row));
    return true;
}

/* Seconds have six digits after the point; other units are whole. */
static bool interval_to_decimal(struct cast_job *job) {
    const struct type *from = job->cast->from;
    bool seconds = from->kind == TYPE_DAY_TIME_INTERVAL && from->end == FIELD_SECOND;
    int64_t unit = seconds ? 1 : unit_of(from);
    struct cast *strict = arena_copy(job->arena, job->cast, sizeof *strict);
    if (strict->mode == CAST_LEGACY) strict->mode = CAST_ANSI;
    job->cast = strict;
    CAST_EACH(job, row, entry)
    TRY(cast_put_decimal(job, row, interval_at(job->input, entry) / unit, seconds ? 6 : 0));
    return true;
}

static bool integer_to_interval(struct cast_job *job) {
    int64_t unit = unit_of(job->cast->to);
    CAST_EACH(job, row, entry)
    if (!interval_put(job->out, row, (int128)vector_integer(job->input, entry) * unit))
        TRY(cast_refuse_overflow_always(job, row));
    return true;
}

static bool decimal_to_interval(struct cast_job *job) {
    int64_t unit = unit_of(job->cast->to);
    int scale = job->input->type->scale;
    CAST_EACH(job, row, entry) {
        int128 value;
        bool good = decimal_multiply(cast_decimal_at(job->input, entry), scale, unit, 0,
                                     (struct decimal_form){DECIMAL_DIGITS, 0}, &value) &&
                    interval_put(job->out, row, value);
        if (!good) TRY(cast_refuse_overflow_always(job, row));
    }
    return true;
}

static bool is_ansi_interval(enum type_kind kind) {
    return kind == TYPE_YEAR_MONTH_INTERVAL || kind == TYPE_DAY_TIME_INTERVAL;
}

static bool is_integer(enum type_kind kind) {
    return kind >= TYPE_BYTE && kind <= TYPE_LONG;
}

cast_family *cast_find_interval(enum type_kind from, enum type_kind to) {
    if (is_ansi_interval(from) && from == to) return interval_to_interval;
    if (is_ansi_interval(from) && is_integer(to)) return interval_to_integer;
    if (is_ansi_interval(from) && to == TYPE_DECIMAL) return interval_to_decimal;
    if (is_ansi_interval(to) && is_integer(from)) return integer_to_interval;
    if (is_ansi_interval(to) && from == TYPE_DECIMAL) return decimal_to_interval;
    return NULL;
}
