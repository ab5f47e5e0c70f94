/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to dates, timestamps, times and seconds: to_date, to_timestamp and their kin, unix_timestamp.
 *
 * Without a pattern they are casts, and the analyzer makes them so. With one, text is parsed by it; what is a date or
 * timestamp already is only converted. Text that does not fit is an error in ANSI mode and NULL otherwise.
 */
#include <stdio.h>

#include "function/datetime_pattern.h"

static const char default_time_pattern[] = "HH:mm:ss.SSSSSS";

/* The cast that a call without pattern is; try_ is outside ANSI mode. */
static struct expr *as_cast(struct resolver *r, struct expr *call, const struct type *to, struct error *err) {
    enum cast_mode mode = call->call.ansi && !call->call.try_mode ? CAST_ANSI : CAST_LEGACY;
    struct expr *cast = resolve_cast(r, call->children[0], to, mode, false, call->origin, err);
    if (cast) cast->pretty = call;
    return cast;
}

/* Only text has a pattern: what else is given with one does not care what it says, NULL included. */
static void ignore_pattern(struct resolver *r, struct expr *call) {
    if (call->child_count != 2 || type_is_string(call->children[0]->type)) return;
    call->pretty = expr_copy_node(r->arena, call);
    call->children[1] = expr_string(r->arena, "y", 1);
}

static struct expr *resolve_to(struct resolver *r, struct expr *call, const struct type *to, struct error *err) {
    if (call->child_count == 1) return as_cast(r, call, to, err);
    ignore_pattern(r, call);
    call->type = to;
    call->nullable |= !call->call.ansi || call->call.try_mode;
    return call;
}
static struct expr *resolve_to_date(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_to(r, call, TYPE_OF(DATE), err);
}
/* A number has no format; Spark accepts it, and then has no code for it. */
static bool refuse_number(const struct expr *call, struct error *err) {
    if (call->child_count == 1 || !type_is_numeric(call->children[0]->type)) return true;
    error_internal(err, "%s of a number with a format", call->call.name);
    return error_at(err, call->origin);
}

static struct expr *resolve_to_timestamp(struct resolver *r, struct expr *call, struct error *err) {
    if (!refuse_number(call, err)) return NULL;
    if (r->context->timestamp_ntz_default && type_is_numeric(call->children[0]->type)) {
        struct expr *null = expr_null(r->arena, TYPE_OF(TIMESTAMP_NTZ)); /* a number is no wall clock */
        null->pretty = call;
        return null;
    }
    return resolve_to(r, call, r->context->timestamp_ntz_default ? TYPE_OF(TIMESTAMP_NTZ) : TYPE_OF(TIMESTAMP), err);
}
static struct expr *resolve_to_timestamp_ltz(struct resolver *r, struct expr *call, struct error *err) {
    if (!refuse_number(call, err)) return NULL;
    return resolve_to(r, call, TYPE_OF(TIMESTAMP), err);
}
static struct expr *resolve_to_timestamp_ntz(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_to(r, call, TYPE_OF(TIMESTAMP_NTZ), err);
}

/* unix_timestamp() is that of now; the pattern has a default that shows in names. */
static struct expr *resolve_unix_timestamp(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 2) {
        call->nullable |= !call->call.ansi;
        return call;
    }
    struct expr *arguments[2];
    arguments[0] =
        call->child_count ? call->children[0] : resolve_named(r, "current_timestamp", NULL, 0, call->origin, err);
    arguments[1] = expr_string(r->arena, default_pattern, sizeof default_pattern - 1);
    return arguments[0] ? resolve_named(r, call->call.function->name, arguments, 2, call->origin, err) : NULL;
}

/* The row's text by its pattern: an instant, or a wall clock where that is asked for. */
static bool parse_text(struct call *call, const struct pattern *pattern, struct string text, bool wall_clock,
                       int64_t *micros, struct pattern_failure *failure) {
    struct pattern_parsed parsed;
    if (!pattern_parse(pattern, text.data, text.size, call->context->zones, &parsed, failure)) return false;
    bool fits = wall_clock ? micros_from_parts(parsed.days, parsed.nanos / 1000, micros)
                           : pattern_to_instant(&parsed, call->context->zone, micros);
    if (!fits && failure) snprintf(failure->message, sizeof failure->message, "long overflow");
    return fits;
}

/* Under timeParserPolicy EXCEPTION: what the parser of Spark 2 would have taken is told so. */
static bool legacy_would_parse(struct call *call, struct string format, struct string text, struct error *err) {
    const struct context *context = call->context;
    if (context->legacy_time_parser || context->corrected_time_parser) return false;
    struct error ignored = ERROR_INIT;
    int32_t year = date_from_days(days_from_micros(context->now)).year;
    const struct pattern *legacy =
        pattern_compile(call->arena, format.data, format.size, PATTERN_PARSE, year, &ignored);
    error_release(&ignored);
    struct pattern_parsed parsed;
    if (!legacy || !pattern_parse(legacy, text.data, text.size, context->zones, &parsed, NULL)) return false;
    error_set(err, "INCONSISTENT_BEHAVIOR_CROSS_VERSION.PARSE_DATETIME_BY_NEW_PARSER", "config",
              "\"spark.sql.legacy.timeParserPolicy\"", NULL);
    error_add(err, "datetime", "'%.*s'", (int)text.size, text.data);
    return true;
}

static bool parse_failed(struct call *call, struct string format, struct string text,
                         const struct pattern_failure *failure, struct error *err) {
    if (legacy_would_parse(call, format, text, err)) return false;
    bool date = call->expr->type->kind == TYPE_DATE;
    return error_set(err, "CANNOT_PARSE_TIMESTAMP", "message", failure->message, "func",
                     date ? "`try_to_date`" : "`try_to_timestamp`", NULL);
}

/* For wall clocks Spark does not ask whether the old parser knew the pattern. */
static bool pattern_invalid(struct string format, struct error *err) {
    error_reset(err);
    error_set(err, "INVALID_DATETIME_PATTERN.WITH_SUGGESTION", "docroot", "https://spark.apache.org/docs/latest", NULL);
    return error_add(err, "pattern", "'%.*s'", (int)format.size, format.data);
}

static void store(struct call *call, struct vector *out, uint32_t row, int64_t micros, struct timezone_cursor *cursor) {
    switch (out->type->kind) {
        case TYPE_DATE:
            VECTOR_DATA(out, int32_t)[row] = (int32_t)days_from_micros(timezone_cursor_local(cursor, micros));
            break;
        case TYPE_LONG: VECTOR_DATA(out, int64_t)[row] = micros / MICROS_PER_SECOND; break;
        default: VECTOR_DATA(out, int64_t)[row] = micros;
    }
}

/* A date or timestamp, converted; text is parsed. */
static bool parse_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view values = vector_view(call->arena, &arguments[0], rows);
    struct view patterns = vector_view(call->arena, &arguments[1], rows);
    enum type_kind from = arguments[0].type->kind;
    bool is_text = type_is_string(arguments[0].type), wall_clock = out->type->kind == TYPE_TIMESTAMP_NTZ;
    bool strict = call->expr->call.ansi && !call->expr->call.try_mode;
    struct pattern_memory local, *memory = pattern_memory_of(call, &local);
    struct timezone_cursor cursor;
    timezone_cursor_init(&cursor, call->context->zone);
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        int64_t micros = 0;
        bool good = true;
        if (is_text) {
            struct string text = VALUE(values, struct string, row), format = VALUE(patterns, struct string, row);
            const struct pattern *pattern = pattern_of(call, memory, format, PATTERN_PARSE, err);
            if (!pattern) return wall_clock ? pattern_invalid(format, err) : false;
            struct pattern_failure failure;
            good = parse_text(call, pattern, text, wall_clock, &micros, strict ? &failure : NULL);
            if (!good && strict) return parse_failed(call, format, text, &failure, err);
        } else if (from == TYPE_DATE) {
            good = timestamp_from_days(wall_clock ? &timezone_utc : call->context->zone, VALUE(values, int32_t, row),
                                       &micros);
            if (!good && strict) return long_overflow(err);
        } else {
            micros = VALUE(values, int64_t, row);
        }
        if (good)
            store(call, out, row, micros, &cursor);
        else
            vector_set_null(out, call->arena, row, rows);
    }
    return true;
}

static struct expr *resolve_to_time(struct resolver *r, struct expr *call, struct error *err) {
    call->nullable = true;
    return call;
}

/* try_to_time(x) shows the to_time that it tries. */
static struct expr *resolve_try_to_time(struct resolver *r, struct expr *call, struct error *err) {
    call->nullable = true;
    struct expr *inner = expr_copy_node(r->arena, call);
    inner->call.name = "to_time";
    struct expr *shown = expr_new(r->arena, EXPR_CALL, 1);
    shown->call.function = call->call.function;
    shown->call.name = "try_to_time";
    shown->children[0] = inner;
    shown->type = call->type;
    call->pretty = shown;
    return call;
}

static bool to_time_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    bool formatted = call->expr->child_count == 2;
    struct view texts = vector_view(call->arena, &arguments[0], rows);
    struct view patterns = formatted ? vector_view(call->arena, &arguments[1], rows) : texts;
    struct pattern_memory local, *memory = pattern_memory_of(call, &local);
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        struct string text = VALUE(texts, struct string, row), format = string_of(default_time_pattern);
        bool good;
        if (formatted) {
            format = VALUE(patterns, struct string, row);
            const struct pattern *pattern = pattern_of(call, memory, format, PATTERN_PARSE, err);
            if (!pattern && !call->expr->call.try_mode) return pattern_invalid(format, err);
            struct pattern_parsed parsed = {0};
            good = pattern && pattern_parse(pattern, text.data, text.size, call->context->zones, &parsed, NULL);
            error_reset(err); /* try_to_time() hides an invalid pattern too */
            to[row] = parsed.nanos / 1000 * 1000;
        } else {
            good = time_parse(text.data, text.size, &to[row]);
        }
        if (good) continue;
        if (!call->expr->call.try_mode) {
            error_set(err, "CANNOT_PARSE_TIME", NULL);
            error_add(err, "input", "'%.*s'", (int)text.size, text.data);
            return error_add(err, "format", "'%.*s'", (int)format.size, format.data);
        }
        vector_set_null(out, call->arena, row, rows);
    }
    return true;
}

#define MOMENT "STRING|DATE|TIMESTAMP|TIMESTAMP_NTZ"
#define PARSED(parsed_name, more_flags, signature, resolver, parsed_usage, parsed_example, parsed_since)               \
    {                                                                                                                  \
        parsed_name, FUNCTION_SCALAR, FUNCTION_STRICT | (more_flags), signature, resolver,                             \
            .prepare = pattern_prepare, .kernel = parse_kernel, .group = "datetime_funcs", .usage = parsed_usage,      \
            .example = parsed_example, .since = parsed_since                                                           \
    }

const struct function datetime_parse_functions[] = {
    PARSED("to_date", 0, "(" MOMENT " [, STRING]) ?", resolve_to_date,
           "to_date(text[, pattern]) - The date that the text says.", "to_date('2009-07-30 04:17:52') => 2009-07-30",
           "1.5.0"),
    PARSED("try_to_date", FUNCTION_TRY, "(" MOMENT " [, STRING]) ?", resolve_to_date,
           "try_to_date(text[, pattern]) - The date that the text says, or NULL.", "try_to_date('foo') => NULL",
           "4.0.0"),
    PARSED("to_timestamp", 0, "(" MOMENT "|NUMERIC [, STRING]) ?", resolve_to_timestamp,
           "to_timestamp(text[, pattern]) - The timestamp that the text says.",
           "to_timestamp('2016-12-31', 'yyyy-MM-dd') => 2016-12-31 00:00:00", "2.2.0"),
    PARSED("try_to_timestamp", FUNCTION_TRY, "(" MOMENT "|NUMERIC [, STRING]) ?", resolve_to_timestamp,
           "try_to_timestamp(text[, pattern]) - The timestamp that the text says, or NULL.",
           "try_to_timestamp('foo', 'yyyy-MM-dd') => NULL", "3.5.0"),
    PARSED("to_timestamp_ltz", 0, "(" MOMENT "|NUMERIC [, STRING]) ?", resolve_to_timestamp_ltz,
           "to_timestamp_ltz(text[, pattern]) - The instant that the text says.",
           "to_timestamp_ltz('2016-12-31', 'yyyy-MM-dd') => 2016-12-31 00:00:00", "3.4.0"),
    PARSED("to_timestamp_ntz", 0, "(" MOMENT " [, STRING]) ?", resolve_to_timestamp_ntz,
           "to_timestamp_ntz(text[, pattern]) - The wall clock time that the text says.",
           "to_timestamp_ntz('2016-12-31', 'yyyy-MM-dd') => 2016-12-31 00:00:00", "3.4.0"),
    PARSED("unix_timestamp", FUNCTION_EXACT, "([" MOMENT "] [, STRING]) LONG", resolve_unix_timestamp,
           "unix_timestamp([time[, pattern]]) - Seconds since the epoch.",
           "unix_timestamp('2016-04-08', 'yyyy-MM-dd') => 1460041200", "1.5.0"),
    PARSED("to_unix_timestamp", FUNCTION_EXACT, "(" MOMENT " [, STRING]) LONG", resolve_unix_timestamp,
           "to_unix_timestamp(time[, pattern]) - Seconds since the epoch.",
           "to_unix_timestamp('2016-04-08', 'yyyy-MM-dd') => 1460098800", "1.6.0"),
    {"to_time", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_NULLABLE | FUNCTION_EXACT, "(STRING [, STRING]) TIME",
     resolve_to_time, .prepare = pattern_prepare, .kernel = to_time_kernel, .group = "datetime_funcs",
     .usage = "to_time(text[, pattern]) - The time of day that the text says.",
     .example = "to_time('00:12:00') => 00:12:00", .since = "4.1.0"},
    {"try_to_time", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_NULLABLE | FUNCTION_EXACT | FUNCTION_TRY,
     "(STRING [, STRING]) TIME", resolve_try_to_time, .prepare = pattern_prepare, .kernel = to_time_kernel,
     .group = "datetime_funcs", .usage = "try_to_time(text[, pattern]) - The time of day that the text says, or NULL.",
     .example = "try_to_time('00:12:00') => 00:12:00", .since = "4.1.0"},
    {0},
};
