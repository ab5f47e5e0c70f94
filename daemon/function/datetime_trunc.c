/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rounding down to a unit: trunc for dates, date_trunc for timestamps, time_trunc for times; and time_diff, which takes
 * the same units as the last. A unit that date_trunc and trunc do not know gives NULL.
 */
#include "base/vectorized.h"
#include "function/datetime_kernel.h"
#include "function/near_date.h"

/* How far dates lie behind the first of their unit. */
#define BACK_BY(expression)                                                                                            \
    for (uint32_t i = 0; i < rows; i++) {                                                                              \
        uint32_t near = near_from_days(from[i]);                                                                       \
        to[i] = from[i] - (int32_t)(expression);                                                                       \
    }                                                                                                                  \
    return true;

/* A whole column at once. False: row by row then. */
VECTORIZED static bool truncate_near(enum datetime_unit unit, const int32_t *restrict from, uint32_t rows,
                                     int32_t *restrict to) {
    if (!days_are_near(from, rows)) return false;
    switch (unit) {
        case UNIT_WEEK: BACK_BY(weekday_from_near(near))
        case UNIT_MONTH: BACK_BY(date_from_near(near).day - 1)
        case UNIT_YEAR: BACK_BY(day_of_year_from_near(near) - 1)
        default: return false;
    }
}

static bool trunc_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view days = vector_view(call->arena, &arguments[0], rows);
    struct view units = vector_view(call->arena, &arguments[1], rows);
    int32_t *to = out->data;
    enum datetime_unit unit = UNIT_NONE;
    bool known = arguments[1].form == VECTOR_CONSTANT; /* and not NULL, as the function is strict */
    if (known) unit = truncation_unit(*VECTOR_DATA(&arguments[1], struct string));
    if (known && !days.index && truncate_near(unit, days.data, rows, to)) return true;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        if (!known) unit = truncation_unit(VALUE(units, struct string, row));
        if (unit < UNIT_WEEK || unit == UNIT_NONE)
            vector_set_null(out, call->arena, row, rows);
        else
            to[row] = (int32_t)date_truncate(unit, VALUE(days, int32_t, row));
    }
    return true;
}

/* Timestamps so near that nothing here overflows. */
static bool all_moderate(const int64_t *values, uint32_t rows) {
    const uint64_t most = (uint64_t)1 << 62;
    uint64_t far = 0;
    for (uint32_t i = 0; i < rows; i++) far |= (uint64_t)values[i] + most > 2 * most;
    return !far;
}

#define TRUNCATE_ALL(LENGTH)                                                                                           \
    for (uint32_t i = 0; i < rows; i++) to[i] = from[i] - floor_mod(from[i] + offset, LENGTH)

/* Units up to the day, of a column, where the zone has one offset. False: row by row then. */
static bool truncate_all(const struct timezone *zone, enum datetime_unit unit, const struct vector *values,
                         uint32_t rows, int64_t *to) {
    const int64_t *from = values->data, offset = zone->ranges->offset * MICROS_PER_SECOND;
    if (values->form != VECTOR_FLAT || zone->count > 1 || !all_moderate(from, rows)) return false;
    switch (unit) {
        case UNIT_SECOND: TRUNCATE_ALL(MICROS_PER_SECOND); return true;
        case UNIT_MINUTE: TRUNCATE_ALL(MICROS_PER_MINUTE); return true;
        case UNIT_HOUR: TRUNCATE_ALL(MICROS_PER_HOUR); return true;
        case UNIT_DAY: TRUNCATE_ALL(MICROS_PER_DAY); return true;
        default: return false;
    }
}

static bool date_trunc_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    struct view units = vector_view(call->arena, &arguments[0], rows);
    struct view values = vector_view(call->arena, &arguments[1], rows);
    bool constant = arguments[0].form == VECTOR_CONSTANT;
    enum datetime_unit unit = UNIT_NONE;
    bool known = false;
    int64_t *to = out->data;
    if (constant && !arguments[0].validity && !out->validity) {
        unit = truncation_unit(*VECTOR_DATA(&arguments[0], struct string));
        if (truncate_all(call->context->zone, unit, &arguments[1], rows, to)) return true;
    }
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        if (!constant || !known) unit = truncation_unit(VALUE(units, struct string, row));
        known = true;
        if (unit == UNIT_NONE)
            vector_set_null(out, call->arena, row, rows);
        else if (!timestamp_truncate(call->context->zone, unit, VALUE(values, int64_t, row), &to[row]))
            return long_overflow(err);
    }
    return true;
}

/* A constant that names no unit makes NULL of everything. */
static struct expr *null_without_unit(struct resolver *r, struct expr *call, uint32_t unit, enum datetime_unit least) {
    const struct expr *e = call->children[unit];
    if (e->kind != EXPR_LITERAL || !type_is_string(e->type) || expr_is_null_literal(e)) return call;
    enum datetime_unit found = truncation_unit(*VECTOR_DATA(e->literal, struct string));
    if (found != UNIT_NONE && found >= least) return call;
    struct expr *null = expr_null(r->arena, call->type);
    null->pretty = call;
    return null;
}
static struct expr *resolve_trunc(struct resolver *r, struct expr *call, struct error *err) {
    return null_without_unit(r, call, 1, UNIT_WEEK);
}
static struct expr *resolve_date_trunc(struct resolver *r, struct expr *call, struct error *err) {
    return null_without_unit(r, call, 0, UNIT_MICROSECOND);
}

/* Nanoseconds of a unit below a day, 0 for others. */
static int64_t time_unit(struct string text) {
    switch (truncation_unit(text)) {
        case UNIT_MICROSECOND: return 1000;
        case UNIT_MILLISECOND: return 1000000;
        case UNIT_SECOND: return 1000 * MICROS_PER_SECOND;
        case UNIT_MINUTE: return 1000 * MICROS_PER_MINUTE;
        case UNIT_HOUR: return 1000 * MICROS_PER_HOUR;
        default: return 0;
    }
}

static bool bad_time_unit(struct call *call, const char *name, struct string unit, struct error *err) {
    error_set(err, "INVALID_PARAMETER_VALUE.TIME_UNIT", "functionName", name, "parameter", "`unit`", NULL);
    return error_add(err, "invalidValue", "'%.*s'", (int)unit.size, unit.data);
}

static bool time_trunc_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    struct view units = vector_view(call->arena, &arguments[0], rows);
    struct view values = vector_view(call->arena, &arguments[1], rows);
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        struct string unit = VALUE(units, struct string, row);
        int64_t nanos = time_unit(unit), value = VALUE(values, int64_t, row);
        if (!nanos) return bad_time_unit(call, "`time_trunc`", unit, err);
        to[row] = value - value % nanos;
    }
    return true;
}

static bool time_diff_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    struct view units = vector_view(call->arena, &arguments[0], rows);
    struct view start = vector_view(call->arena, &arguments[1], rows);
    struct view end = vector_view(call->arena, &arguments[2], rows);
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        struct string unit = VALUE(units, struct string, row);
        int64_t nanos = time_unit(unit);
        if (!nanos) return bad_time_unit(call, "`time_diff`", unit, err);
        to[row] = (VALUE(end, int64_t, row) - VALUE(start, int64_t, row)) / nanos;
    }
    return true;
}

const struct function datetime_trunc_functions[] = {
    {"trunc", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_NULLABLE, "(DATE, STRING) DATE", resolve_trunc,
     .kernel = trunc_kernel, .group = "datetime_funcs",
     .usage = "trunc(date, unit) - The first day of the date's week, month, quarter or year.",
     .example = "trunc('2019-08-04', 'week') => 2019-07-29", .since = "1.5.0"},
    {"date_trunc", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_NULLABLE, "(STRING, TIMESTAMP) TIMESTAMP",
     resolve_date_trunc, .kernel = date_trunc_kernel, .group = "datetime_funcs",
     .usage = "date_trunc(unit, timestamp) - The start of the timestamp's unit, from MICROSECOND to YEAR.",
     .example = "date_trunc('HOUR', '2015-03-05T09:32:05.359') => 2015-03-05 09:00:00", .since = "2.3.0"},
    {"time_trunc", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_NULLABLE, "(STRING, TIME) $2",
     .kernel = time_trunc_kernel, .group = "datetime_funcs",
     .usage = "time_trunc(unit, time) - The start of the time's unit, from MICROSECOND to HOUR.",
     .example = "time_trunc('HOUR', TIME'09:32:05.359') => 09:00:00", .since = "4.1.0"},
    {"time_diff", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_NULLABLE, "(STRING, TIME, TIME) LONG",
     .kernel = time_diff_kernel, .group = "datetime_funcs",
     .usage = "time_diff(unit, start, end) - Whole units from start to end.",
     .example = "time_diff('HOUR', TIME'20:30:29', TIME'21:30:28') => 0", .since = "4.1.0"},
    {0},
};
