/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums and differences of dates and timestamps by functions: date_add, add_months, datediff, timestampadd ...
 * What + and - do is in datetime_operators.c.
 *
 * date_add wraps around at the ends of what a date holds, as in Spark; months are checked.
 */
#include "function/datetime_kernel.h"

#include <inttypes.h>
#include <strings.h>

static inline int64_t integral_at(const struct view *view, const struct type *type, uint32_t row) {
    switch (type->kind) {
        case TYPE_BYTE: return VALUE(*view, int8_t, row);
        case TYPE_SHORT: return VALUE(*view, int16_t, row);
        default: return VALUE(*view, int32_t, row);
    }
}

static bool add_days(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out, int sign) {
    struct view days = vector_view(call->arena, &arguments[0], rows);
    struct view count = vector_view(call->arena, &arguments[1], rows);
    int32_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        to[row] = (int32_t)(VALUE(days, int32_t, row) + sign * integral_at(&count, arguments[1].type, row));
    }
    return true;
}
static bool date_add_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    return add_days(call, arguments, rows, out, 1);
}
static bool date_sub_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    return add_days(call, arguments, rows, out, -1);
}

static bool date_diff_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    struct view end = vector_view(call->arena, &arguments[0], rows);
    struct view start = vector_view(call->arena, &arguments[1], rows);
    int32_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++)
        if (row_wanted(out, row)) to[row] = (int32_t)((int64_t)VALUE(end, int32_t, row) - VALUE(start, int32_t, row));
    return true;
}

static bool add_months_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    struct view days = vector_view(call->arena, &arguments[0], rows);
    struct view months = vector_view(call->arena, &arguments[1], rows);
    int32_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        int64_t result = days_add_months(VALUE(days, int32_t, row), VALUE(months, int32_t, row));
        to[row] = (int32_t)result;
        if (to[row] != result) return integer_overflow(call, err);
    }
    return true;
}

static bool months_between_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                  struct error *err) {
    struct view end = vector_view(call->arena, &arguments[0], rows);
    struct view start = vector_view(call->arena, &arguments[1], rows);
    struct view round_off = vector_view(call->arena, &arguments[2], rows);
    double *to = out->data;
    for (uint32_t row = 0; row < rows; row++)
        if (row_wanted(out, row) &&
            !months_between(call->context->zone, VALUE(end, int64_t, row), VALUE(start, int64_t, row),
                            VALUE(round_off, uint8_t, row), &to[row]))
            return long_overflow(err);
    return true;
}

static struct expr *resolve_months_between(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 3) return call;
    struct expr *arguments[] = {call->children[0], call->children[1], expr_bool(r->arena, true)};
    return resolve_named(r, "months_between", arguments, 3, call->origin, err);
}

/* What becomes a date: text and timestamps, but no time of day. */
static bool resolve_start(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *start = call->children[0];
    if (start->type->kind == TYPE_NULL)
        call->children[0] = expr_null(r->arena, TYPE_OF(DATE));
    else if (start->type->kind != TYPE_TIME)
        return resolve_argument(r, call, 0, "DATE", err);
    else
        resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                         "\"DATE\"", "inputSql", quoted_expr(r->arena, start), "inputType",
                         quoted_type(r->arena, start->type), NULL);
    return !error_is_set(err);
}

/* Without ANSI a constant that is no whole number is refused, though its cast might be one, or NULL. */
static bool check_constant_days(struct resolver *r, const struct expr *call, const struct expr *days,
                                struct error *err) {
    if (!days->foldable) return true;
    const struct vector *text = expr_fold(r->arena, r->context, days, err);
    struct expr *cast = resolve_cast(r, (struct expr *)days, TYPE_OF(INT), CAST_TRY, false, call->origin, err);
    const struct vector *number = text && cast ? expr_fold(r->arena, r->context, cast, err) : NULL;
    if (!number) return false;
    if (vector_is_null(text, 0) || !vector_is_null(number, 0)) return true;
    error_set(err, "SECOND_FUNCTION_ARGUMENT_NOT_INTEGER", "functionName", call->call.function->name, NULL);
    return error_at(err, call->origin);
}

/* Days are INT, SHORT or BYTE, or text that is cast; other numbers are refused. */
static struct expr *resolve_date_add(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *days = call->children[1];
    if (days->type->kind == TYPE_NULL) days = expr_null(r->arena, days->type); /* a column too: NULL is its name */
    TRY_NULL(resolve_start(r, call, err));
    call->nullable = call->children[0]->nullable || days->nullable;
    bool text = type_is_string(days->type) && (r->context->ansi || days->foldable);
    if (text || days->type->kind == TYPE_NULL) {
        call->children[1] = coerce_to(r, days, TYPE_OF(INT));
        call->children[1]->origin = call->origin;
        if (call->call.ansi || !days->foldable) call->nullable |= call->children[1]->nullable;
        return call->call.ansi || check_constant_days(r, call, days, err) ? call : NULL;
    }
    if (days->type->kind == TYPE_INT || days->type->kind == TYPE_SHORT || days->type->kind == TYPE_BYTE) return call;
    return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(1), "requiredType",
                            "(\"INT\" or \"SMALLINT\" or \"TINYINT\")", "inputSql", quoted_expr(r->arena, days),
                            "inputType", quoted_type(r->arena, days->type), NULL);
}

/*
 * timestampadd(unit, count, timestamp): the unit is a word of the language that the parser passes as a string, so only
 * the constant's name can be wrong.
 */
static bool constant_unit(struct resolver *r, struct expr *call, const char *function, struct error *err) {
    struct string text;
    bool is_null;
    TRY(constant_string(r, call, 0, "unit", &text, &is_null, err));
    enum datetime_unit unit = arithmetic_unit(text);
    if (unit == UNIT_NONE) {
        error_set(err, "INVALID_PARAMETER_VALUE.DATETIME_UNIT", "functionName", function, "parameter", "`unit`", NULL);
        error_add(err, "invalidValue", "'%.*s'", (int)text.size, text.data);
        return error_at(err, call->origin);
    }
    enum datetime_unit *data = ARENA_NEW(r->arena, enum datetime_unit);
    *data = unit;
    call->call.data = data;
    call->nullable = call->children[1]->nullable || call->children[2]->nullable;
    return true;
}

static struct expr *resolve_timestamp_add(struct resolver *r, struct expr *call, struct error *err) {
    call->call.name = "timestampadd";
    TRY_NULL(resolve_argument_as(r, call, 1, 0, "LONG", err)); /* the unit is no argument */
    TRY_NULL(resolve_argument_as(r, call, 2, 1, "ANY_TIMESTAMP", err));
    TRY_NULL(constant_unit(r, call, "`TIMESTAMPADD`", err));
    call->type = call->children[2]->type;
    return call;
}
static struct expr *resolve_timestamp_diff(struct resolver *r, struct expr *call, struct error *err) {
    call->call.name = "timestampdiff";
    for (uint32_t i = 1; i < 3; i++) TRY_NULL(resolve_argument_as(r, call, i, i - 1, "TIMESTAMP", err));
    TRY_NULL(constant_unit(r, call, "`TIMESTAMPDIFF`", err));
    return call;
}

static bool add_overflow(struct call *call, struct string unit, int64_t count, int64_t micros, struct error *err) {
    char text[TIMESTAMP_TEXT + 1];
    const struct type *type = call->expr->children[2]->type;
    text[timestamp_format_zoned(zone_of(call, type), micros, text)] = 0;
    error_set(err, "DATETIME_OVERFLOW", NULL);
    return error_add(err, "operation", "add %" PRId64 "L %.*s to %s '%s'", count, (int)unit.size, unit.data,
                     type->kind == TYPE_TIMESTAMP ? "TIMESTAMP" : "TIMESTAMP_NTZ", text);
}

static bool timestamp_add_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    struct view count = vector_view(call->arena, &arguments[1], rows);
    struct view from = vector_view(call->arena, &arguments[2], rows);
    enum datetime_unit unit = *(const enum datetime_unit *)call->expr->call.data;
    const struct timezone *zone = zone_of(call, arguments[2].type);
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        int64_t n = VALUE(count, int64_t, row), micros = VALUE(from, int64_t, row);
        if (!timestamp_add_units(zone, unit, n, micros, &to[row]))
            return add_overflow(call, *VECTOR_DATA(&arguments[0], struct string), n, micros, err);
    }
    return true;
}

/* DAYOFYEAR may be added, but is no length; of the units it alone has nine letters. */
static bool no_length(struct error *err) {
    error_set(err, "INVALID_PARAMETER_VALUE.DATETIME_UNIT", "functionName", "`TIMESTAMPDIFF`", "parameter", "`unit`",
              "invalidValue", "'DAYOFYEAR'", NULL);
    return error_set_kind(err, ERROR_ILLEGAL_ARGUMENT);
}

static bool timestamp_diff_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                  struct error *err) {
    struct view start = vector_view(call->arena, &arguments[1], rows);
    struct view end = vector_view(call->arena, &arguments[2], rows);
    enum datetime_unit unit = *(const enum datetime_unit *)call->expr->call.data;
    bool is_length = VECTOR_DATA(&arguments[0], struct string)->size != strlen("DAYOFYEAR");
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        if (!is_length) return no_length(err);
        if (!timestamp_difference(call->context->zone, unit, VALUE(start, int64_t, row), VALUE(end, int64_t, row),
                                  &to[row]))
            return long_overflow(err);
    }
    return true;
}

/* dateadd(date, n) is date_add; dateadd(unit, n, timestamp) is timestampadd. The same for datediff. */
static struct expr *resolve_by_count(struct resolver *r, struct expr *call, const char *two, const char *three,
                                     struct error *err) {
    if (call->child_count == 2) {
        if (strcmp(two, "datetime_days_between") == 0) /* which errors do not name */
            for (uint32_t i = 0; i < 2; i++) TRY_NULL(resolve_argument(r, call, i, "DATE", err));
        struct expr *resolved = resolve_named(r, two, call->children, 2, call->origin, err);
        if (resolved && strcmp(two, "datetime_days_between") == 0) resolved->call.name = call->call.name;
        return resolved;
    }
    if (call->child_count == 3) return resolve_named(r, three, call->children, 3, call->origin, err);
    resolve_wrong_count(r, call->call.name, 2, 2, call->child_count, call->origin, err);
    return NULL;
}
static struct expr *resolve_dateadd(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_by_count(r, call, "date_add", "timestampadd", err);
}
static struct expr *resolve_datediff(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_by_count(r, call, "datetime_days_between", "timestampdiff", err);
}

/* The named weekday, of Monday = 0, or -1: the first two or three letters, or all. */
static int weekday_named(struct string text) {
    static const char *const names[] = {"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"};
    while (text.size && (unsigned char)*text.data <= ' ') text.data++, text.size--;
    while (text.size && (unsigned char)text.data[text.size - 1] <= ' ') text.size--;
    for (int i = 0; i < 7; i++)
        if ((text.size == 2 || text.size == 3 || text.size == strlen(names[i])) &&
            strncasecmp(text.data, names[i], text.size) == 0)
            return i;
    return -1;
}

static bool next_day_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view days = vector_view(call->arena, &arguments[0], rows);
    struct view names = vector_view(call->arena, &arguments[1], rows);
    int32_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        struct string name = VALUE(names, struct string, row);
        int weekday = weekday_named(name);
        if (weekday < 0 && call->expr->call.ansi) {
            error_set(err, "ILLEGAL_DAY_OF_WEEK", NULL);
            return error_add(err, "string", "%.*s", (int)name.size, name.data);
        }
        if (weekday < 0) {
            vector_set_null(out, call->arena, row, rows);
            continue;
        }
        int64_t day = VALUE(days, int32_t, row);
        to[row] = (int32_t)(day + 1 + (weekday - weekday_from_days(day + 1) + 7) % 7);
    }
    return true;
}

static bool last_day_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view days = vector_view(call->arena, arguments, rows);
    int32_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        struct date_fields date = date_from_days(VALUE(days, int32_t, row));
        to[row] = (int32_t)days_from_fields(date.year, date.month, month_length(date.year, date.month));
    }
    return true;
}

const struct function datetime_arithmetic_functions[] = {
    {"date_add", FUNCTION_SCALAR, FUNCTION_STRICT, "(ANY, ANY) DATE", resolve_date_add, .kernel = date_add_kernel,
     .group = "datetime_funcs", .usage = "date_add(date, days) - The date so many days later.",
     .example = "date_add('2016-07-30', 1) => 2016-07-31", .since = "1.5.0"},
    {"date_sub", FUNCTION_SCALAR, FUNCTION_STRICT, "(ANY, ANY) DATE", resolve_date_add, .kernel = date_sub_kernel,
     .group = "datetime_funcs", .usage = "date_sub(date, days) - The date so many days earlier.",
     .example = "date_sub('2016-07-30', 1) => 2016-07-29", .since = "1.5.0"},
    {"dateadd", FUNCTION_SCALAR, FUNCTION_STRICT, NULL, resolve_dateadd, .group = "datetime_funcs",
     .usage = "dateadd(date, days), dateadd(unit, count, timestamp) - The date or timestamp so much later.",
     .example = "dateadd('2016-07-30', 1) => 2016-07-31", .since = "3.4.0"},
    {"datediff", FUNCTION_SCALAR, FUNCTION_STRICT, NULL, resolve_datediff, .group = "datetime_funcs",
     .usage = "datediff(end, start), datediff(unit, start, end) - Days, or units, from start to end.",
     .example = "datediff('2009-07-31', '2009-07-30') => 1", .since = "1.5.0"},
    {"date_diff", FUNCTION_SCALAR, FUNCTION_STRICT, NULL, resolve_datediff, .group = "datetime_funcs",
     .usage = "date_diff(end, start), date_diff(unit, start, end) - Days, or units, from start to end.",
     .example = "date_diff('2009-07-31', '2009-07-30') => 1", .since = "3.4.0"},
    {"datetime_days_between", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL, "(DATE, DATE) INT",
     .kernel = date_diff_kernel},
    {"timestampadd", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL | FUNCTION_CLIENT, "(STRING, ANY, ANY) ?",
     resolve_timestamp_add, .kernel = timestamp_add_kernel, .group = "datetime_funcs",
     .usage = "timestampadd(unit, count, timestamp) - The timestamp so many units later.",
     .example = "timestampadd(HOUR, 1, TIMESTAMP'2024-01-01 00:00:00') => 2024-01-01 01:00:00", .since = "3.3.0"},
    {"timestampdiff", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL | FUNCTION_CLIENT, "(STRING, ANY, ANY) LONG",
     resolve_timestamp_diff, .kernel = timestamp_diff_kernel, .group = "datetime_funcs",
     .usage = "timestampdiff(unit, start, end) - Whole units from start to end.",
     .example = "timestampdiff(MONTH, DATE'2024-01-01', DATE'2024-03-01') => 2", .since = "3.3.0"},
    {"add_months", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE, INT) DATE", .kernel = add_months_kernel,
     .group = "datetime_funcs",
     .usage = "add_months(date, months) - The same day so many months later, or that month's last.",
     .example = "add_months('2016-08-31', 1) => 2016-09-30", .since = "1.5.0"},
    {"months_between", FUNCTION_SCALAR, FUNCTION_STRICT, "(TIMESTAMP, TIMESTAMP [, BOOLEAN]) DOUBLE",
     resolve_months_between, .kernel = months_between_kernel, .group = "datetime_funcs",
     .usage = "months_between(end, start[, roundOff]) - Months from start to end, a month's rest in 31sts.",
     .example = "months_between('1997-02-28 10:30:00', '1996-10-30') => 3.94959677", .since = "1.5.0"},
    {"next_day", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_NULLABLE, "(DATE, STRING) DATE", .kernel = next_day_kernel,
     .group = "datetime_funcs", .usage = "next_day(date, dayOfWeek) - The first such weekday after the date.",
     .example = "next_day('2015-01-14', 'TU') => 2015-01-20", .since = "1.5.0"},
    {"last_day", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE) DATE", .kernel = last_day_kernel, .group = "datetime_funcs",
     .usage = "last_day(date) - The last day of the date's month.", .example = "last_day('2009-01-12') => 2009-01-31",
     .since = "1.5.0"},
    {0},
};
