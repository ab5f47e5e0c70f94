/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intervals from their parts. What is left out is 0, and shows in names. Seconds are DECIMAL(18,6), that is
 * microseconds.
 */
#include "function/datetime_kernel.h"

/* The call with all its arguments, the last of them a decimal when there are 4 or 7. */
static struct expr *complete(struct resolver *r, struct expr *call, uint32_t count, struct error *err) {
    if (call->child_count > count) {
        const char *expected = "[0";
        for (uint32_t i = 1; i <= count; i++) expected = arena_printf(r->arena, "%s, %u", expected, i);
        error_set(err, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "functionName",
                  arena_printf(r->arena, "`%s`", call->call.name), "expectedNum",
                  arena_printf(r->arena, "%s]", expected), "docroot", "https://spark.apache.org/docs/latest", NULL);
        error_add(err, "actualNum", "%u", call->child_count);
        error_at(err, call->origin);
        return NULL;
    }
    const struct type *seconds = type_decimal(r->arena, 18, 6);
    struct expr **arguments = ARENA_ARRAY(r->arena, struct expr *, count);
    bool has_seconds = count != 2;
    int64_t zero = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool last = has_seconds && i + 1 == count;
        arguments[i] = i < call->child_count ? call->children[i]
                       : last                ? expr_value(r->arena, seconds, &zero)
                                             : expr_int(r->arena, 0);
    }
    const char *name = count == 2   ? "interval_make_year_month"
                       : count == 4 ? "interval_make_day_time"
                                    : "interval_make_calendar";
    struct expr *result = resolve_named(r, name, arguments, count, call->origin, err);
    if (!result) return NULL;
    result->call.name = call->call.name;
    result->call.try_mode = call->call.try_mode;
    if (has_seconds) result->children[count - 1] = coerce_to(r, result->children[count - 1], seconds);
    for (uint32_t i = 0; i < count; i++) result->nullable |= result->children[i]->nullable;
    if (count == 7 && (!call->call.ansi || call->call.try_mode)) result->nullable = true;
    return result;
}
static struct expr *resolve_year_month(struct resolver *r, struct expr *call, struct error *err) {
    return complete(r, call, 2, err);
}
static struct expr *resolve_day_time(struct resolver *r, struct expr *call, struct error *err) {
    return complete(r, call, 4, err);
}
static struct expr *resolve_calendar(struct resolver *r, struct expr *call, struct error *err) {
    return complete(r, call, 7, err);
}

static bool overflow(struct error *err) {
    return error_set(err, "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", NULL);
}

static bool year_month_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    struct view years = vector_view(call->arena, &arguments[0], rows);
    struct view months = vector_view(call->arena, &arguments[1], rows);
    int32_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        int64_t total = VALUE(years, int32_t, row) * INT64_C(12) + VALUE(months, int32_t, row);
        to[row] = (int32_t)total;
        if (to[row] != total) return overflow(err);
    }
    return true;
}

static bool day_time_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    static const int64_t units[] = {MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE};
    struct view part[4];
    for (int i = 0; i < 4; i++) part[i] = vector_view(call->arena, &arguments[i], rows);
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        int128 total = VALUE(part[3], int64_t, row);
        for (int i = 0; i < 3; i++) total += (int128)VALUE(part[i], int32_t, row) * units[i];
        to[row] = (int64_t)total;
        if (to[row] != total) return overflow(err);
    }
    return true;
}

static bool calendar_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view part[7];
    for (int i = 0; i < 7; i++) part[i] = vector_view(call->arena, &arguments[i], rows);
    struct interval *to = out->data;
    bool tolerant = !call->expr->call.ansi || call->expr->call.try_mode;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        int64_t months = VALUE(part[0], int32_t, row) * INT64_C(12) + VALUE(part[1], int32_t, row);
        int64_t days = VALUE(part[2], int32_t, row) * INT64_C(7) + VALUE(part[3], int32_t, row);
        int128 micros = (int128)VALUE(part[6], int64_t, row) + VALUE(part[4], int32_t, row) * MICROS_PER_HOUR +
                        VALUE(part[5], int32_t, row) * MICROS_PER_MINUTE;
        to[row] = (struct interval){(int32_t)months, (int32_t)days, (int64_t)micros};
        bool narrow = to[row].months == months && to[row].days == days, wide = to[row].microseconds == micros;
        if (narrow && wide) continue;
        if (!tolerant)
            return error_set(err, "ARITHMETIC_OVERFLOW", "message", narrow ? "long overflow" : "integer overflow",
                             "alternative", "", "config", "\"spark.sql.ansi.enabled\"", NULL);
        vector_set_null(out, call->arena, row, rows);
    }
    return true;
}

const struct function interval_make_functions[] = {
    {"make_interval", FUNCTION_SCALAR, FUNCTION_STRICT, NULL, resolve_calendar, .group = "datetime_funcs",
     .usage = "make_interval([years[, months[, weeks[, days[, hours[, mins[, secs]]]]]]]) - The interval of its parts.",
     .example = "make_interval(100, 11, 1, 1, 12, 30, 01.001001) => 100 years 11 months 8 days 12 hours 30 minutes "
                "1.001001 seconds",
     .since = "3.0.0"},
    {"try_make_interval", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_TRY, NULL, resolve_calendar,
     .group = "datetime_funcs",
     .usage = "try_make_interval([years[, months[, weeks[, days[, hours[, mins[, secs]]]]]]]) - The same, or NULL.",
     .example = "try_make_interval(2147483647) => NULL", .since = "4.0.0"},
    {"make_dt_interval", FUNCTION_SCALAR, FUNCTION_STRICT, NULL, resolve_day_time, .group = "datetime_funcs",
     .usage = "make_dt_interval([days[, hours[, mins[, secs]]]]) - The day-time interval of its parts.",
     .example = "make_dt_interval(1, 12, 30, 01.001001) => 1 12:30:01.001001000", .since = "3.2.0"},
    {"make_ym_interval", FUNCTION_SCALAR, FUNCTION_STRICT, NULL, resolve_year_month, .group = "datetime_funcs",
     .usage = "make_ym_interval([years[, months]]) - The year-month interval of its parts.",
     .example = "make_ym_interval(1, 2) => 1-2", .since = "3.2.0"},
    {"interval_make_year_month", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL, "(INT, INT) YM_INTERVAL",
     .kernel = year_month_kernel},
    {"interval_make_day_time", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL,
     "(INT, INT, INT, LONG_SECONDS) DT_INTERVAL", .kernel = day_time_kernel},
    {"interval_make_calendar", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL,
     "(INT, INT, INT, INT, INT, INT, LONG_SECONDS) CALENDAR_INTERVAL", .kernel = calendar_kernel},
    {0},
};
