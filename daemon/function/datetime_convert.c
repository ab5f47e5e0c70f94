/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers to dates and timestamps and back, and timestamps from one zone to another.
 */
#include <math.h>

#include "function/datetime_kernel.h"

static int64_t integer_at(const struct view *in, const struct type *type, uint32_t row) {
    switch (type->kind) {
        case TYPE_BYTE: return VALUE(*in, int8_t, row);
        case TYPE_SHORT: return VALUE(*in, int16_t, row);
        case TYPE_INT: return VALUE(*in, int32_t, row);
        default: return VALUE(*in, int64_t, row);
    }
}

/* A decimal of seconds must be whole microseconds. */
static bool decimal_micros(int128 unscaled, int scale, int64_t *micros, struct error *err) {
    for (; scale > 6; scale--) {
        if (unscaled % 10) return error_plain(err, ERROR_ARITHMETIC, "Rounding necessary");
        unscaled /= 10;
    }
    for (; scale < 6; scale++)
        if (__builtin_mul_overflow(unscaled, (int128)10, &unscaled))
            return error_plain(err, ERROR_ARITHMETIC, "Overflow");
    *micros = (int64_t)unscaled;
    return unscaled == *micros || error_plain(err, ERROR_ARITHMETIC, "Overflow");
}

/* Java's (long) of a double. */
static int64_t saturate64(double value) {
    return value >= 0x1p63 ? INT64_MAX : value < -0x1p63 ? INT64_MIN : (int64_t)value;
}

static bool timestamp_seconds_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                     struct vector *out, struct error *err) {
    struct view in = vector_view(call->arena, arguments, rows);
    const struct type *type = arguments->type;
    bool wide = type->kind == TYPE_DECIMAL && type_storage(type) == STORAGE_INT128;
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        if (type->kind == TYPE_DECIMAL) {
            int128 unscaled = wide ? VALUE(in, int128, row) : VALUE(in, int64_t, row);
            if (!decimal_micros(unscaled, type->scale, &to[row], err)) return false;
        } else if (type->kind == TYPE_FLOAT || type->kind == TYPE_DOUBLE) {
            double seconds = type->kind == TYPE_FLOAT ? (double)VALUE(in, float, row) : VALUE(in, double, row);
            if (isfinite(seconds))
                to[row] = saturate64(seconds * 1e6);
            else
                vector_set_null(out, call->arena, row, rows);
        } else if (__builtin_mul_overflow(integer_at(&in, type, row), MICROS_PER_SECOND, &to[row])) {
            return long_overflow(err);
        }
    }
    return true;
}
static struct expr *resolve_timestamp_seconds(struct resolver *r, struct expr *call, struct error *err) {
    enum type_kind kind = call->children[0]->type->kind;
    if (kind == TYPE_FLOAT || kind == TYPE_DOUBLE) call->nullable = true;
    return call;
}

static bool multiply_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          int64_t factor, struct error *err) {
    struct view in = vector_view(call->arena, arguments, rows);
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++)
        if (row_wanted(out, row) && __builtin_mul_overflow(integer_at(&in, arguments->type, row), factor, &to[row]))
            return long_overflow(err);
    return true;
}
static bool timestamp_millis_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                    struct vector *out, struct error *err) {
    return multiply_rows(call, arguments, rows, out, 1000, err);
}
static bool timestamp_micros_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                    struct vector *out, struct error *err) {
    return multiply_rows(call, arguments, rows, out, 1, err);
}

static bool divide_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        int64_t divisor) {
    struct view in = vector_view(call->arena, arguments, rows);
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++)
        if (row_wanted(out, row)) to[row] = floor_div(VALUE(in, int64_t, row), divisor);
    return true;
}
static bool unix_seconds_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                struct error *err) {
    return divide_rows(call, arguments, rows, out, MICROS_PER_SECOND);
}
static bool unix_millis_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                               struct error *err) {
    return divide_rows(call, arguments, rows, out, 1000);
}
static bool unix_micros_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                               struct error *err) {
    return divide_rows(call, arguments, rows, out, 1);
}

static bool date_from_unix_date_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                       struct vector *out, struct error *err) {
    struct view in = vector_view(call->arena, arguments, rows);
    int32_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++)
        if (row_wanted(out, row)) to[row] = VALUE(in, int32_t, row);
    return true;
}

/* The wall clock that a zone shows at an instant, read as the instant at which another zone shows it. */
static bool move_zone(const struct timezone *from, const struct timezone *to, int64_t micros, int64_t *result) {
    int64_t local;
    return timezone_to_local(from, micros, &local) && timezone_to_instant(to, local, result);
}

/* A constant zone is looked at before any row is. */
static bool prepare_zone(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                         struct error *err) {
    const struct vector *zone = constants[1];
    if (!zone || vector_is_null(zone, 0)) return true;
    struct string id = VECTOR_DATA(zone, struct string)[vector_entry(zone, 0)];
    return timezone_get(call->context->zones, id.data, id.size, err) != NULL;
}

static bool utc_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                     bool from_utc, struct error *err) {
    struct view values = vector_view(call->arena, &arguments[0], rows);
    struct view zones = vector_view(call->arena, &arguments[1], rows);
    struct zone_memory memory = {0};
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        if (!zone_named(call, VALUE(zones, struct string, row), &memory, err)) return false;
        int64_t value = VALUE(values, int64_t, row);
        bool fits = from_utc ? move_zone(memory.zone, &timezone_utc, value, &to[row])
                             : move_zone(&timezone_utc, memory.zone, value, &to[row]);
        if (!fits) return long_overflow(err);
    }
    return true;
}
static bool from_utc_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    return utc_rows(call, arguments, rows, out, true, err);
}
static bool to_utc_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    return utc_rows(call, arguments, rows, out, false, err);
}

static bool convert_timezone_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                    struct vector *out, struct error *err) {
    struct view sources = vector_view(call->arena, &arguments[0], rows);
    struct view targets = vector_view(call->arena, &arguments[1], rows);
    struct view values = vector_view(call->arena, &arguments[2], rows);
    struct zone_memory source = {0}, target = {0};
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        if (!zone_named(call, VALUE(sources, struct string, row), &source, err) ||
            !zone_named(call, VALUE(targets, struct string, row), &target, err))
            return false;
        int64_t instant;
        if (!timezone_to_instant(source.zone, VALUE(values, int64_t, row), &instant) ||
            !timezone_to_local(target.zone, instant, &to[row]))
            return long_overflow(err);
    }
    return true;
}

static struct expr *resolve_convert_timezone(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count != 2)
        return resolve_named(r, "datetime_convert_timezone", call->children, call->child_count, call->origin, err);
    struct expr *arguments[] = {resolve_named(r, "current_timezone", NULL, 0, call->origin, err), call->children[0],
                                call->children[1]};
    return arguments[0] ? resolve_named(r, "datetime_convert_timezone", arguments, 3, call->origin, err) : NULL;
}
static struct expr *resolve_convert_named(struct resolver *r, struct expr *call, struct error *err) {
    call->call.name = "convert_timezone";
    return call;
}
static struct expr *check_convert_count(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 2 || call->child_count == 3) return resolve_convert_timezone(r, call, err);
    resolve_wrong_count(r, call->call.name, 2, 3, call->child_count, call->origin, err);
    return NULL;
}

const struct function datetime_convert_functions[] = {
    {"timestamp_seconds", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_EXACT, "(NUMERIC) TIMESTAMP",
     resolve_timestamp_seconds, .kernel = timestamp_seconds_kernel, .group = "datetime_funcs",
     .usage = "timestamp_seconds(seconds) - The timestamp so many seconds after the epoch.",
     .example = "timestamp_seconds(1230219000.123) => 2008-12-25 07:30:00.123", .since = "3.1.0"},
    {"timestamp_millis", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_EXACT, "(INTEGRAL) TIMESTAMP",
     .kernel = timestamp_millis_kernel, .group = "datetime_funcs",
     .usage = "timestamp_millis(milliseconds) - The timestamp so many milliseconds after the epoch.",
     .example = "timestamp_millis(1230219000123) => 2008-12-25 07:30:00.123", .since = "3.1.0"},
    {"timestamp_micros", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_EXACT, "(INTEGRAL) TIMESTAMP",
     .kernel = timestamp_micros_kernel, .group = "datetime_funcs",
     .usage = "timestamp_micros(microseconds) - The timestamp so many microseconds after the epoch.",
     .example = "timestamp_micros(1230219000123123) => 2008-12-25 07:30:00.123123", .since = "3.1.0"},
    {"unix_seconds", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_EXACT, "(TIMESTAMP) LONG",
     .kernel = unix_seconds_kernel, .group = "datetime_funcs",
     .usage = "unix_seconds(timestamp) - Whole seconds since the epoch.",
     .example = "unix_seconds(TIMESTAMP('1970-01-01 00:00:01Z')) => 1", .since = "3.1.0"},
    {"unix_millis", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_EXACT, "(TIMESTAMP) LONG", .kernel = unix_millis_kernel,
     .group = "datetime_funcs", .usage = "unix_millis(timestamp) - Whole milliseconds since the epoch.",
     .example = "unix_millis(TIMESTAMP('1970-01-01 00:00:01Z')) => 1000", .since = "3.1.0"},
    {"unix_micros", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_EXACT, "(TIMESTAMP) LONG", .kernel = unix_micros_kernel,
     .group = "datetime_funcs", .usage = "unix_micros(timestamp) - Microseconds since the epoch.",
     .example = "unix_micros(TIMESTAMP('1970-01-01 00:00:01Z')) => 1000000", .since = "3.1.0"},
    {"date_from_unix_date", FUNCTION_SCALAR, FUNCTION_STRICT, "(INT) DATE", .kernel = date_from_unix_date_kernel,
     .group = "datetime_funcs", .usage = "date_from_unix_date(days) - The date so many days after 1970-01-01.",
     .example = "date_from_unix_date(1) => 1970-01-02", .since = "3.1.0"},
    {"from_utc_timestamp", FUNCTION_SCALAR, FUNCTION_STRICT, "(TIMESTAMP, STRING) TIMESTAMP", .prepare = prepare_zone,
     .kernel = from_utc_kernel, .group = "datetime_funcs",
     .usage = "from_utc_timestamp(timestamp, zone) - A time of UTC as the zone's clock shows it.",
     .example = "from_utc_timestamp('2016-08-31', 'Asia/Seoul') => 2016-08-31 09:00:00", .since = "1.5.0"},
    {"to_utc_timestamp", FUNCTION_SCALAR, FUNCTION_STRICT, "(TIMESTAMP, STRING) TIMESTAMP", .prepare = prepare_zone,
     .kernel = to_utc_kernel, .group = "datetime_funcs",
     .usage = "to_utc_timestamp(timestamp, zone) - A time of the zone's clock in UTC.",
     .example = "to_utc_timestamp('2016-08-31', 'Asia/Seoul') => 2016-08-30 15:00:00", .since = "1.5.0"},
    {"convert_timezone", FUNCTION_SCALAR, FUNCTION_STRICT, NULL, check_convert_count, .group = "datetime_funcs",
     .usage = "convert_timezone([source, ]target, timestamp_ntz) - A wall clock's time on the clock of another zone.",
     .example = "convert_timezone('Europe/Brussels', 'America/Los_Angeles', timestamp_ntz'2021-12-06 00:00:00') => "
                "2021-12-05 15:00:00",
     .since = "3.4.0"},
    {"datetime_convert_timezone", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL,
     "(STRING, STRING, TIMESTAMP_NTZ) TIMESTAMP_NTZ", resolve_convert_named, .kernel = convert_timezone_kernel},
    {0},
};
