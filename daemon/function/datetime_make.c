/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates, times and timestamps from their parts. Parts out of range are an error in ANSI mode, NULL otherwise and for
 * the try_ forms; a second of 60 without a fraction is the next minute's first.
 */
#include <inttypes.h>
#include <stdio.h>

#include "function/datetime_kernel.h"

/* Java's message about the first part that is out of range, or NULL. */
static const char *check_date(char *buffer, size_t size, int32_t year, int32_t month, int32_t day) {
    static const char *const months[] = {"JANUARY", "FEBRUARY", "MARCH",     "APRIL",   "MAY",      "JUNE",
                                         "JULY",    "AUGUST",   "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"};
    if (year < -999999999 || year > 999999999)
        snprintf(buffer, size, "Invalid value for Year (valid values -999999999 - 999999999): %d", year);
    else if (month < 1 || month > 12)
        snprintf(buffer, size, "Invalid value for MonthOfYear (valid values 1 - 12): %d", month);
    else if (day < 1 || day > 31)
        snprintf(buffer, size, "Invalid value for DayOfMonth (valid values 1 - 28/31): %d", day);
    else if (day <= month_length(year, month))
        return NULL;
    else if (day == 29)
        snprintf(buffer, size, "Invalid date 'February 29' as '%d' is not a leap year", year);
    else
        snprintf(buffer, size, "Invalid date '%s %d'", months[month - 1], day);
    return buffer;
}

static const char *check_time(char *buffer, size_t size, int32_t hour, int32_t minute, int64_t second) {
    if (hour < 0 || hour > 23)
        snprintf(buffer, size, "Invalid value for HourOfDay (valid values 0 - 23): %d", hour);
    else if (minute < 0 || minute > 59)
        snprintf(buffer, size, "Invalid value for MinuteOfHour (valid values 0 - 59): %d", minute);
    else if (second < 0 || second > 59)
        snprintf(buffer, size, "Invalid value for SecondOfMinute (valid values 0 - 59): %" PRId64, second);
    else
        return NULL;
    return buffer;
}

static bool out_of_bounds(const char *message, struct error *err) {
    return error_set(err, "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION", "rangeMessage", message, "ansiConfig",
                     "\"spark.sql.ansi.enabled\"", NULL);
}

static bool tolerant(const struct call *call) {
    return !call->expr->call.ansi || call->expr->call.try_mode;
}

/* After a row's failure: the error, or NULL in its place. */
static bool settle(struct call *call, struct vector *out, uint32_t row, uint32_t rows, struct error *err) {
    if (!tolerant(call)) return false;
    error_reset(err);
    vector_set_null(out, call->arena, row, rows);
    return true;
}

static bool make_date_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    struct view part[3];
    for (int i = 0; i < 3; i++) part[i] = vector_view(call->arena, &arguments[i], rows);
    int32_t *to = out->data;
    char message[120];
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        int32_t year = VALUE(part[0], int32_t, row), month = VALUE(part[1], int32_t, row);
        int32_t day = VALUE(part[2], int32_t, row);
        const char *wrong = check_date(message, sizeof message, year, month, day);
        int64_t days = wrong ? 0 : days_from_fields(year, month, day);
        to[row] = (int32_t)days;
        bool good = wrong ? out_of_bounds(wrong, err) : to[row] == days || integer_overflow(call, err);
        if (!good && !settle(call, out, row, rows, err)) return false;
    }
    return true;
}

static struct expr *nullable_unless_ansi(struct resolver *r, struct expr *call, struct error *err) {
    if (!call->call.ansi || call->call.try_mode) call->nullable = true;
    return call;
}

/* seconds: in microseconds. */
static bool clock_micros(int32_t hour, int32_t minute, int64_t seconds, int64_t *micros, struct error *err) {
    char message[120];
    int64_t whole = seconds / MICROS_PER_SECOND, rest = seconds % MICROS_PER_SECOND;
    if (whole == 60 && rest) {
        error_set(err, "INVALID_FRACTION_OF_SECOND", NULL);
        char text[40];
        int size = snprintf(text, sizeof text, "%" PRId64 ".%06" PRId64, whole, rest);
        while (text[size - 1] == '0') size--;
        return error_add(err, "secAndMicros", "%.*s", size, text);
    }
    const char *wrong = check_time(message, sizeof message, hour, minute,
                                   whole == 60             ? 0
                                   : seconds < 0 && !whole ? -1
                                                           : whole);
    if (wrong) return out_of_bounds(wrong, err);
    *micros = hour * MICROS_PER_HOUR + minute * MICROS_PER_MINUTE + seconds;
    return true;
}

struct timestamp_parts {
    struct view field[5], seconds;
    struct view zone;
    bool has_zone;
};

static bool make_one(struct call *call, const struct timestamp_parts *p, uint32_t row, const struct timezone *zone,
                     int64_t *to, struct error *err) {
    int32_t field[5];
    for (int i = 0; i < 5; i++) field[i] = VALUE(p->field[i], int32_t, row);
    char message[120];
    const char *wrong = check_date(message, sizeof message, field[0], field[1], field[2]);
    if (wrong) return out_of_bounds(wrong, err);
    int64_t days = days_from_fields(field[0], field[1], field[2]), of_day = 0;
    TRY(clock_micros(field[3], field[4], VALUE(p->seconds, int64_t, row), &of_day, err));
    int64_t seconds = days * 86400 + floor_div(of_day, MICROS_PER_SECOND);
    int64_t offset = (zone->count == 1 ? zone->ranges : timezone_range_local(zone, seconds))->offset;
    return micros_from_parts(days, of_day - offset * MICROS_PER_SECOND, to) || long_overflow(err);
}

/* (year, month, day, hour, minute, seconds as DECIMAL(16,6) [, zone]) */
static bool make_timestamp_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                  struct error *err) {
    struct timestamp_parts p = {.has_zone = call->expr->child_count == 7};
    for (int i = 0; i < 5; i++) p.field[i] = vector_view(call->arena, &arguments[i], rows);
    p.seconds = vector_view(call->arena, &arguments[5], rows);
    if (p.has_zone) p.zone = vector_view(call->arena, &arguments[6], rows);
    if (out->type->kind == TYPE_TIMESTAMP_NTZ) p.has_zone = false; /* a wall clock has none, given or not */
    struct zone_memory memory = {.zone = p.has_zone ? NULL : zone_of(call, out->type)};
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        if (p.has_zone && !zone_named(call, VALUE(p.zone, struct string, row), &memory, err)) return false;
        if (!make_one(call, &p, row, memory.zone, &to[row], err) && !settle(call, out, row, rows, err)) return false;
    }
    return true;
}

/* (date [, time [, zone]]) */
static bool combine_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    uint32_t count = call->expr->child_count;
    struct view dates = vector_view(call->arena, &arguments[0], rows), times = dates, zones = dates;
    if (count > 1) times = vector_view(call->arena, &arguments[1], rows);
    if (count > 2) zones = vector_view(call->arena, &arguments[2], rows);
    struct zone_memory memory = {.zone = count > 2 ? NULL : zone_of(call, out->type)};
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        if (count > 2 && !zone_named(call, VALUE(zones, struct string, row), &memory, err)) return false;
        int64_t days = VALUE(dates, int32_t, row), of_day = count > 1 ? VALUE(times, int64_t, row) / 1000 : 0;
        const struct timezone *zone = memory.zone;
        int64_t seconds = days * 86400 + of_day / MICROS_PER_SECOND;
        int64_t offset = (zone->count == 1 ? zone->ranges : timezone_range_local(zone, seconds))->offset;
        if (!micros_from_parts(days, of_day - offset * MICROS_PER_SECOND, &to[row])) return long_overflow(err);
    }
    return true;
}

static struct expr *combined(struct resolver *r, struct expr *call, const char *name, bool shows_itself,
                             struct error *err) {
    struct expr *result = resolve_named(r, name, call->children, call->child_count, call->origin, err);
    if (!result) return NULL;
    result->call.name = "make_timestamp";
    if (shows_itself) result->pretty = call;
    return result;
}

/* The seconds become DECIMAL(16,6), whatever they were. */
static struct expr *from_parts(struct resolver *r, struct expr *call, const char *name, const struct type *type,
                               struct error *err) {
    for (uint32_t i = 0; i < call->child_count; i++) /* here, so that errors have the name that was written */
        TRY_NULL(resolve_argument(r, call, i, i < 5 ? "INT" : i == 5 ? "SECONDS" : "STRING", err));
    struct expr *result = resolve_named(r, name, call->children, call->child_count, call->origin, err);
    if (!result) return NULL;
    result->call.try_mode = call->call.try_mode;
    result->call.name = call->call.name;
    result->type = type;
    return nullable_unless_ansi(r, result, err);
}

static struct expr *resolve_parts(struct resolver *r, struct expr *call, struct error *err) {
    call->children[5] = coerce_to(r, call->children[5], type_decimal(r->arena, 16, 6));
    call->nullable = false;
    for (uint32_t i = 0; i < call->child_count; i++) call->nullable |= call->children[i]->nullable;
    return call;
}

static struct expr *count_error(struct resolver *r, struct expr *call, const char *expected, struct error *err) {
    error_set(err, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "functionName", arena_printf(r->arena, "`%s`", call->call.name),
              "expectedNum", expected, "docroot", "https://spark.apache.org/docs/latest", NULL);
    error_add(err, "actualNum", "%u", call->child_count);
    error_at(err, call->origin);
    return NULL;
}

static struct expr *resolve_make_timestamp(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *type = r->context->timestamp_ntz_default ? TYPE_OF(TIMESTAMP_NTZ) : TYPE_OF(TIMESTAMP);
    switch (call->child_count) {
        case 1:
        case 2:
        case 3: return combined(r, call, "datetime_combine", true, err);
        case 6:
        case 7: {
            struct expr *result = from_parts(r, call, "datetime_make_timestamp", type, err);
            if (result && call->call.try_mode && call->child_count == 7) { /* Spark shows it without the zone */
                result->pretty = expr_copy_node(r->arena, call);
                result->pretty->child_count = 6;
            }
            return result;
        }
        default: return count_error(r, call, "[1, 2, 3, 6, 7]", err);
    }
}

static struct expr *resolve_make_timestamp_ltz(struct resolver *r, struct expr *call, struct error *err) {
    switch (call->child_count) {
        case 2:
        case 3: return combined(r, call, "datetime_combine", false, err);
        case 6:
        case 7: return from_parts(r, call, "datetime_make_timestamp", TYPE_OF(TIMESTAMP), err);
        default: return count_error(r, call, "[2, 3, 6, 7]", err);
    }
}

static struct expr *resolve_make_timestamp_ntz(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 6) return from_parts(r, call, "datetime_make_timestamp", TYPE_OF(TIMESTAMP_NTZ), err);
    if (call->child_count != 2) return count_error(r, call, "[2, 6]", err);
    struct expr *result = resolve_named(r, "datetime_combine_ntz", call->children, 2, call->origin, err);
    if (!result) return NULL;
    result->nullable = true;
    result->call.name = "make_timestamp_ntz";
    if (!call->call.try_mode) return result;
    struct expr *shown = expr_new(r->arena, EXPR_CALL, 1);
    shown->call.function = call->call.function;
    shown->call.name = "try_make_timestamp_ntz";
    shown->children[0] = expr_copy_node(r->arena, result);
    shown->type = result->type;
    result->pretty = shown;
    return result;
}

static bool make_time_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    struct view hours = vector_view(call->arena, &arguments[0], rows);
    struct view minutes = vector_view(call->arena, &arguments[1], rows);
    struct view seconds = vector_view(call->arena, &arguments[2], rows);
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        int32_t hour = VALUE(hours, int32_t, row), minute = VALUE(minutes, int32_t, row);
        int64_t micros = VALUE(seconds, int64_t, row);
        char message[120];
        int64_t second = micros / MICROS_PER_SECOND;
        bool negative = micros < 0; /* looked at before the rest */
        const char *wrong = negative ? message : check_time(message, sizeof message, hour, minute, second);
        if (negative)
            snprintf(message, sizeof message, "Invalid value for SecondOfMinute (valid values 0 - 59): %" PRId64,
                     second);
        if (wrong)
            return error_set(err, "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", "rangeMessage", wrong, NULL);
        to[row] = (hour * MICROS_PER_HOUR + minute * MICROS_PER_MINUTE + micros) * 1000;
    }
    return true;
}
static struct expr *resolve_make_time(struct resolver *r, struct expr *call, struct error *err) {
    call->children[2] = coerce_to(r, call->children[2], type_decimal(r->arena, 16, 6));
    call->nullable = true;
    return call;
}

#define PARTS_SIGNATURE "(INT, INT, INT, INT, INT, SECONDS [, STRING]) ?"

const struct function datetime_make_functions[] = {
    {"make_date", FUNCTION_SCALAR, FUNCTION_STRICT, "(INT, INT, INT) DATE", nullable_unless_ansi,
     .kernel = make_date_kernel, .group = "datetime_funcs",
     .usage = "make_date(year, month, day) - The date of its parts.", .example = "make_date(2013, 7, 15) => 2013-07-15",
     .since = "3.0.0"},
    {"make_time", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_NULLABLE, "(INT, INT, SECONDS) TIME", resolve_make_time,
     .kernel = make_time_kernel, .group = "datetime_funcs",
     .usage = "make_time(hour, minute, second) - The time of its parts.",
     .example = "make_time(6, 30, 45.887) => 06:30:45.887", .since = "4.1.0"},
    {"make_timestamp", FUNCTION_SCALAR, FUNCTION_STRICT, NULL, resolve_make_timestamp, .group = "datetime_funcs",
     .usage = "make_timestamp(year, month, day, hour, min, sec[, zone]), make_timestamp(date[, time[, zone]]) - The "
              "timestamp of its parts.",
     .example = "make_timestamp(2014, 12, 28, 6, 30, 45.887) => 2014-12-28 06:30:45.887", .since = "3.0.0"},
    {"try_make_timestamp", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_TRY, NULL, resolve_make_timestamp,
     .group = "datetime_funcs",
     .usage = "try_make_timestamp(year, month, day, hour, min, sec[, zone]) - The timestamp of its parts, or NULL.",
     .example = "try_make_timestamp(2024, 13, 22, 15, 30, 0) => NULL", .since = "4.0.0"},
    {"make_timestamp_ltz", FUNCTION_SCALAR, FUNCTION_STRICT, NULL, resolve_make_timestamp_ltz,
     .group = "datetime_funcs",
     .usage = "make_timestamp_ltz(year, month, day, hour, min, sec[, zone]) - The instant of its parts.",
     .example = "make_timestamp_ltz(2014, 12, 28, 6, 30, 45.887) => 2014-12-28 06:30:45.887", .since = "3.4.0"},
    {"try_make_timestamp_ltz", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_TRY, NULL, resolve_make_timestamp_ltz,
     .group = "datetime_funcs",
     .usage = "try_make_timestamp_ltz(year, month, day, hour, min, sec[, zone]) - The instant of its parts, or NULL.",
     .example = "try_make_timestamp_ltz(2024, 13, 22, 15, 30, 0) => NULL", .since = "4.0.0"},
    {"make_timestamp_ntz", FUNCTION_SCALAR, FUNCTION_STRICT, NULL, resolve_make_timestamp_ntz,
     .group = "datetime_funcs",
     .usage = "make_timestamp_ntz(year, month, day, hour, min, sec) - The wall clock time of its parts.",
     .example = "make_timestamp_ntz(2014, 12, 28, 6, 30, 45.887) => 2014-12-28 06:30:45.887", .since = "3.4.0"},
    {"try_make_timestamp_ntz", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_TRY, NULL, resolve_make_timestamp_ntz,
     .group = "datetime_funcs",
     .usage = "try_make_timestamp_ntz(year, month, day, hour, min, sec) - The wall clock time of its parts, or NULL.",
     .example = "try_make_timestamp_ntz(2024, 13, 22, 15, 30, 0) => NULL", .since = "4.0.0"},
    {"datetime_make_timestamp", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL, PARTS_SIGNATURE, resolve_parts,
     .kernel = make_timestamp_kernel},
    {"datetime_combine", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL | FUNCTION_EXACT,
     "(DATE [, TIME, STRING]) TIMESTAMP", .kernel = combine_kernel},
    {"datetime_combine_ntz", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL | FUNCTION_EXACT,
     "(DATE, TIME) TIMESTAMP_NTZ", .kernel = combine_kernel},
    {0},
};
