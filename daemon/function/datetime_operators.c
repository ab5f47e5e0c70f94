/* SPDX-License-Identifier: Apache-2.0 */
/*
 * + and - between dates, times, timestamps and intervals.
 *
 * datetime_operator() decides by the operands' types which function an operator stands for, in Spark's order; the
 * operators' own file asks it before its rules for numbers. What may be swapped in a sum is: interval + date is
 * date + interval.
 *
 *     date +- interval day           date_add(date, days)         date
 *     date +- day-time interval      timestamp + interval         timestamp
 *     date +- year-month, calendar   datetime_plus, _minus        date
 *     timestamp +- any interval      datetime_plus, _minus        the timestamp's type
 *     time +- day-time interval      datetime_plus, _minus        time
 *     date - date                    datetime_subtract_dates      interval day (by spark.sql.legacy.interval.enabled
 *                                                                 an interval by the calendar, as for timestamps)
 *     timestamp - timestamp          datetime_subtract            interval day to second
 *     time - time                    datetime_subtract_times      interval hour to second
 *     date +- number                 date_add, date_sub           date
 *     interval +- interval           interval_plus, _minus        the interval of both one's fields
 *     interval * / number            interval_multiply, _divide   (interval_arithmetic.c)
 */
#include "base/interval_text.h"
#include "base/vectorized.h"
#include "function/datetime.h"
#include "function/datetime_kernel.h"
#include "function/operator_compare.h"

static bool is_timestamp(const struct type *t) {
    return t->kind == TYPE_TIMESTAMP || t->kind == TYPE_TIMESTAMP_NTZ;
}
static bool is_interval(const struct type *t) {
    return type_is_ansi_interval(t) || t->kind == TYPE_CALENDAR_INTERVAL;
}
static bool is_day_interval(const struct type *t) {
    return t->kind == TYPE_DAY_TIME_INTERVAL && t->start == FIELD_DAY && t->end == FIELD_DAY;
}

/* The side of the operator that casts were put around. */
static const struct expr *as_written(const struct expr *call, const struct expr *side) {
    while (side != call->children[0] && side != call->children[1] && side->kind == EXPR_CAST) side = side->children[0];
    return side;
}

static struct expr *named(struct resolver *r, struct expr *call, const char *name, struct expr *left,
                          struct expr *right, struct error *err) {
    struct expr *arguments[] = {left, right};
    struct expr *result = resolve_named(r, name, arguments, 2, call->origin, err);
    if (!result || !call->call.try_mode) return result;
    for (uint32_t i = 0; i < result->child_count; i++)
        mark_cast(call, as_written(call, result->children[i]), result->children[i]);
    result->call.try_mode = true;
    result->nullable = true;
    result->pretty = call;
    return result;
}

/* A date and an interval of days come to a sum of days. */
static struct expr *add_day_interval(struct resolver *r, struct expr *call, struct expr *date, struct expr *interval,
                                     bool minus, struct error *err) {
    struct expr *days = resolve_named(r, "extractansiintervaldays", &interval, 1, call->origin, err);
    if (days && minus) days = resolve_named(r, "minus_sign", &days, 1, call->origin, err);
    return days ? named(r, call, "date_add", date, days, err) : NULL;
}

static struct expr *add_interval(struct resolver *r, struct expr *call, struct expr *point, struct expr *interval,
                                 bool minus, struct error *err) {
    const struct type *t = point->type, *by = interval->type;
    const char *name = minus ? "datetime_minus" : "datetime_plus";
    if (t->kind == TYPE_DATE && is_day_interval(by)) return add_day_interval(r, call, point, interval, minus, err);
    if (t->kind == TYPE_DATE && by->kind == TYPE_DAY_TIME_INTERVAL) point = coerce_to(r, point, TYPE_OF(TIMESTAMP));
    bool point_fits = type_is_datetime(t) || (t->kind == TYPE_TIME && by->kind == TYPE_DAY_TIME_INTERVAL);
    if (!point_fits && !type_is_string(t))
        return named(r, call, minus ? "timestamp_minus" : "timestamp_plus", point, interval, err);
    if (!type_is_string(t)) return named(r, call, name, point, interval, err);
    struct expr *sum = named(r, call, name, coerce_to(r, point, TYPE_OF(TIMESTAMP)), interval, err);
    struct expr *text = sum ? coerce_to(r, sum, t) : NULL;
    return text;
}

static struct expr *both_intervals(struct resolver *r, struct expr *call, bool minus, struct error *err) {
    struct expr *left = call->children[0], *right = call->children[1];
    if (left->type->kind == TYPE_NULL) left = coerce_to(r, left, right->type);
    if (right->type->kind == TYPE_NULL) right = coerce_to(r, right, left->type);
    return named(r, call, minus ? "interval_minus" : "interval_plus", left, right, err);
}

static struct expr *plus(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *left = call->children[0], *right = call->children[1];
    const struct type *l = left->type, *t = right->type;
    if ((is_interval(l) && (l->kind == t->kind || t->kind == TYPE_NULL)) || (l->kind == TYPE_NULL && is_interval(t)))
        return both_intervals(r, call, false, err);
    if (t->kind == TYPE_YEAR_MONTH_INTERVAL) {
        if (type_is_datetime(l)) return add_interval(r, call, left, right, false, err);
        return is_interval(l) ? add_interval(r, call, right, left, false, err) : NULL;
    }
    if (l->kind == TYPE_YEAR_MONTH_INTERVAL && type_is_datetime(t))
        return add_interval(r, call, right, left, false, err);
    if (is_interval(t)) return add_interval(r, call, left, right, false, err);
    if (l->kind == TYPE_DAY_TIME_INTERVAL || l->kind == TYPE_CALENDAR_INTERVAL)
        return add_interval(r, call, right, left, false, err);
    if ((type_is_datetime(l) || l->kind == TYPE_TIME) && t->kind == TYPE_NULL)
        return add_interval(r, call, left, coerce_to(r, right, TYPE_OF(DAY_TIME_INTERVAL)), false, err);
    if ((type_is_datetime(t) || t->kind == TYPE_TIME) && l->kind == TYPE_NULL)
        return add_interval(r, call, right, coerce_to(r, left, TYPE_OF(DAY_TIME_INTERVAL)), false, err);
    /* A string beside a date is a date in ANSI mode and a double otherwise: both are refused as date_add's days. */
    if (l->kind == TYPE_DATE && type_is_string(t)) right = coerce_to(r, right, r->context->ansi ? l : TYPE_OF(DOUBLE));
    if (t->kind == TYPE_DATE && type_is_string(l) && !r->context->ansi) left = coerce_to(r, left, TYPE_OF(DOUBLE));
    if (t->kind == TYPE_DATE && type_is_string(l) && r->context->ansi) {
        left = coerce_to(r, left, t);
        return named(r, call, "date_add", left, right, err);
    }
    if (l->kind == TYPE_DATE) return named(r, call, "date_add", left, right, err);
    return t->kind == TYPE_DATE ? named(r, call, "date_add", right, left, err) : NULL;
}

/* The side of a difference that is no timestamp. */
static struct expr *no_timestamp(struct resolver *r, struct expr *call, struct error *err) {
    uint32_t i = is_timestamp(call->children[0]->type) ? 1 : 0;
    return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(i), "requiredType",
                            "\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\"", "inputSql",
                            quoted_expr(r->arena, call->children[i]), "inputType",
                            quoted_type(r->arena, call->children[i]->type), NULL);
}

/* What may stand beside a time in a difference. */
static bool becomes_time(const struct resolver *r, const struct type *t) {
    return t->kind == TYPE_TIME || t->kind == TYPE_NULL || (type_is_string(t) && r->context->ansi);
}

static struct expr *minus(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *left = call->children[0], *right = call->children[1];
    const struct type *l = left->type, *t = right->type;
    if ((is_interval(l) && (l->kind == t->kind || t->kind == TYPE_NULL)) || (l->kind == TYPE_NULL && is_interval(t)))
        return both_intervals(r, call, true, err);
    if (t->kind == TYPE_YEAR_MONTH_INTERVAL)
        return type_is_datetime(l) ? add_interval(r, call, left, right, true, err) : NULL;
    if (is_interval(t)) return add_interval(r, call, left, right, true, err);
    if (l->kind == TYPE_TIME && becomes_time(r, t))
        return named(r, call, "datetime_subtract_times", left, coerce_to(r, right, l), err);
    if (t->kind == TYPE_TIME && becomes_time(r, l))
        return named(r, call, "datetime_subtract_times", coerce_to(r, left, t), right, err);
    bool legacy = context_flag(r->context, "spark.sql.legacy.interval.enabled", false);
    if (is_timestamp(l) || is_timestamp(t)) {
        bool other = is_timestamp(l) ? type_is_datetime(t) || type_is_string(t) || t->kind == TYPE_NULL
                                     : type_is_datetime(l) || type_is_string(l) || l->kind == TYPE_NULL;
        bool text = type_is_string(l) || type_is_string(t);
        if (!other || (text && !r->context->ansi)) return no_timestamp(r, call, err);
        return named(r, call, legacy ? "datetime_subtract_calendar" : "datetime_subtract", left, right, err);
    }
    bool string_to_date = type_is_string(t) && r->context->ansi;
    if (t->kind == TYPE_DATE || (l->kind == TYPE_DATE && (t->kind == TYPE_NULL || string_to_date)))
        return named(r, call, legacy ? "datetime_subtract_dates_calendar" : "datetime_subtract_dates", left, right,
                     err);
    if (l->kind == TYPE_DATE && type_is_string(t)) right = coerce_to(r, right, TYPE_OF(DOUBLE));
    return l->kind == TYPE_DATE ? named(r, call, "date_sub", left, right, err) : NULL;
}

static struct expr *times(struct resolver *r, struct expr *call, struct error *err) {
    /* Of two intervals, which is an error, the one of this order counts as the interval. */
    static const enum type_kind kinds[] = {TYPE_CALENDAR_INTERVAL, TYPE_YEAR_MONTH_INTERVAL, TYPE_DAY_TIME_INTERVAL};
    struct expr *left = call->children[0], *right = call->children[1];
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *name = i == 0 ? "multiply_interval" : "interval_multiply";
        if (left->type->kind == kinds[i]) return named(r, call, name, left, right, err);
        if (right->type->kind == kinds[i]) return named(r, call, name, right, left, err);
    }
    return NULL;
}

static struct expr *divided(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *left = call->children[0];
    if (!is_interval(left->type)) return NULL;
    bool calendar = left->type->kind == TYPE_CALENDAR_INTERVAL;
    return named(r, call, calendar ? "divide_interval" : "interval_divide", left, call->children[1], err);
}

struct expr *datetime_operator(struct resolver *r, struct expr *call, char op, struct error *err) {
    switch (op) {
        case '+': return plus(r, call, err);
        case '-': return minus(r, call, err);
        case '*': return times(r, call, err);
        case '/': return divided(r, call, err);
        default: return NULL;
    }
}

/* An interval of any kind at a row, negated for a difference. */
struct amount {
    int64_t months, days, micros;
};
static inline struct amount amount_at(const struct view *in, const struct type *type, uint32_t row, bool negate) {
    int64_t sign = negate ? -1 : 1;
    if (type->kind == TYPE_YEAR_MONTH_INTERVAL) return (struct amount){.months = sign * VALUE(*in, int32_t, row)};
    if (type->kind == TYPE_DAY_TIME_INTERVAL) {
        int64_t micros = VALUE(*in, int64_t, row), days = micros / MICROS_PER_DAY;
        return (struct amount){.days = sign * days, .micros = sign * (micros - days * MICROS_PER_DAY)};
    }
    struct interval interval = VALUE(*in, struct interval, row);
    int64_t micros = interval.microseconds;
    if (negate) micros = (int64_t) - (uint64_t)micros;
    return (struct amount){sign * interval.months, sign * interval.days, micros};
}

/* The least of 32 or 64 bits, which has no opposite. */
static bool has_opposite(const struct view *in, const struct type *type, uint32_t row) {
    if (type->kind == TYPE_YEAR_MONTH_INTERVAL) return VALUE(*in, int32_t, row) != INT32_MIN;
    return type->kind != TYPE_DAY_TIME_INTERVAL || VALUE(*in, int64_t, row) != INT64_MIN;
}

static bool add_to_date(struct call *call, int32_t days, struct amount by, int32_t *to, struct error *err) {
    if (by.micros && (call->expr->call.ansi || call->expr->call.try_mode))
        return error_set(err, "INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION", NULL);
    int64_t result = days_add_months(days, by.months) + by.days;
    if (by.micros) {
        const struct timezone *zone = call->context->zone;
        int64_t micros, local;
        if (!timestamp_from_days(zone, days, &micros) ||
            !timestamp_add(zone, micros, by.months, by.days, by.micros, &micros) ||
            !timezone_to_local(zone, micros, &local))
            return long_overflow(err);
        result = days_from_micros(local);
    }
    *to = (int32_t)result;
    return *to == result || integer_overflow(call, err);
}

static bool add_to_time(int64_t nanos, struct amount by, const struct type *interval, int64_t *to, struct error *err) {
    int128 micros = (int128)by.days * MICROS_PER_DAY + by.micros, sum = nanos + micros * 1000;
    *to = (int64_t)sum;
    if (sum >= 0 && sum < NANOS_PER_DAY) return true;
    char amount[DAY_TIME_TEXT], text[TIME_TEXT + 1];
    text[time_format(nanos, text)] = 0;
    size_t size = day_time_format((int64_t)micros, interval->end, interval->end, amount);
    error_set(err, "DATETIME_OVERFLOW", NULL);
    return error_add(err, "operation", "add %.*s to the time value TIME '%s'", (int)size, amount, text);
}

/* The same amount to all timestamps of a column. False: some sum does not fit. */
VECTORIZED static bool shift_all(const int64_t *from, uint32_t rows, int64_t by, int64_t *to) {
    int64_t bad = 0;
    for (uint32_t i = 0; i < rows; i++) {
        to[i] = (int64_t)((uint64_t)from[i] + (uint64_t)by);
        bad |= (from[i] ^ to[i]) & (by ^ to[i]);
    }
    return bad >= 0;
}

/* A constant amount without months is a number of microseconds where days have 24 hours. False: it has to be added row
 * by row, or fails somewhere. */
static bool add_constant(const struct vector *points, const struct vector *amounts, const struct timezone *zone,
                         uint32_t rows, bool negate, struct vector *out) {
    bool is_timestamp = points->type->kind == TYPE_TIMESTAMP || points->type->kind == TYPE_TIMESTAMP_NTZ;
    if (!is_timestamp || points->form != VECTOR_FLAT || amounts->form != VECTOR_CONSTANT || amounts->validity)
        return false;
    struct view one = {.data = amounts->data, .index = vector_zero_index};
    if (negate && !has_opposite(&one, amounts->type, 0)) return false;
    struct amount amount = amount_at(&one, amounts->type, 0, negate);
    int64_t by;
    if (amount.months || (amount.days && zone->count > 1) || !micros_from_parts(amount.days, amount.micros, &by))
        return false;
    return shift_all(points->data, rows, by, out->data);
}

static bool add_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out, bool negate,
                     struct error *err) {
    struct view points = vector_view(call->arena, &arguments[0], rows);
    struct view amounts = vector_view(call->arena, &arguments[1], rows);
    const struct type *type = arguments[0].type, *by = arguments[1].type;
    const struct timezone *zone = zone_of(call, type);
    if (add_constant(&arguments[0], &arguments[1], zone, rows, negate, out)) return true;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        struct amount amount = amount_at(&amounts, by, row, negate);
        bool good;
        if (negate && !has_opposite(&amounts, by, row)) {
            good = error_set(err, "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", NULL);
        } else if (type->kind == TYPE_DATE) {
            good = add_to_date(call, VALUE(points, int32_t, row), amount, &VECTOR_DATA(out, int32_t)[row], err);
        } else if (type->kind == TYPE_TIME) {
            good = add_to_time(VALUE(points, int64_t, row), amount, by, &VECTOR_DATA(out, int64_t)[row], err);
        } else {
            good = timestamp_add(zone, VALUE(points, int64_t, row), amount.months, amount.days, amount.micros,
                                 &VECTOR_DATA(out, int64_t)[row]) ||
                   long_overflow(err);
        }
        if (good) continue;
        if (!call->expr->call.try_mode) return false;
        error_reset(err);
        vector_set_null(out, call->arena, row, rows);
    }
    return true;
}
static bool plus_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    return add_rows(call, arguments, rows, out, false, err);
}
static bool minus_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    return add_rows(call, arguments, rows, out, true, err);
}

static struct expr *resolve_plus(struct resolver *r, struct expr *call, struct error *err) {
    call->type = call->children[0]->type;
    if (call->type->kind == TYPE_TIME) {
        call->nullable = true;
        if (call->children[1]->type->kind == TYPE_DAY_TIME_INTERVAL && call->children[1]->type->end == FIELD_SECOND)
            call->type = type_time(r->arena, TIME_DEFAULT_PRECISION);
    }
    return call;
}

static bool subtract_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view end = vector_view(call->arena, &arguments[0], rows);
    struct view start = vector_view(call->arena, &arguments[1], rows);
    const struct timezone *zone = zone_of(call, arguments[0].type);
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++)
        if (row_wanted(out, row) &&
            !timestamp_subtract(zone, VALUE(end, int64_t, row), VALUE(start, int64_t, row), &to[row]))
            NULL_OR_FAIL(call, out, row, rows, long_overflow(err));
    return true;
}

/* Instants, not wall clocks: hours that a zone skips or repeats are none. */
static bool calendar_subtract_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                     struct vector *out, struct error *err) {
    struct view end = vector_view(call->arena, &arguments[0], rows);
    struct view start = vector_view(call->arena, &arguments[1], rows);
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        int64_t micros;
        if (__builtin_sub_overflow(VALUE(end, int64_t, row), VALUE(start, int64_t, row), &micros))
            return long_overflow(err);
        VECTOR_DATA(out, struct interval)[row] = (struct interval){.microseconds = micros};
    }
    return true;
}

/* Whole months and the days that are left, both with the sign of the difference. */
static struct interval calendar_between(int32_t start, int32_t end) {
    struct date_fields a = date_from_days(start), b = date_from_days(end);
    int32_t months = (int32_t)((b.year - a.year) * 12 + b.month - a.month), days = b.day - a.day;
    if (months > 0 && days < 0) {
        months--;
        days = (int32_t)(end - days_add_months(start, months));
    } else if (months < 0 && days > 0) {
        months++;
        days -= month_length(b.year, b.month);
    }
    return (struct interval){.months = months, .days = days};
}

static bool calendar_subtract_dates_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                           struct vector *out, struct error *err) {
    struct view end = vector_view(call->arena, &arguments[0], rows);
    struct view start = vector_view(call->arena, &arguments[1], rows);
    for (uint32_t row = 0; row < rows; row++)
        if (row_wanted(out, row)) VECTOR_DATA(out, struct interval)
    [row] = calendar_between(VALUE(start, int32_t, row), VALUE(end, int32_t, row));
    return true;
}

/* A wall clock on one side makes both wall clocks, else both are instants; text is an instant first. */
static struct expr *resolve_subtract(struct resolver *r, struct expr *call, struct error *err) {
    struct expr **sides = call->children;
    bool wall_clock = sides[0]->type->kind == TYPE_TIMESTAMP_NTZ || sides[1]->type->kind == TYPE_TIMESTAMP_NTZ;
    for (int i = 0; i < 2; i++)
        sides[i] = coerce_to(r, sides[i], wall_clock ? TYPE_OF(TIMESTAMP_NTZ) : TYPE_OF(TIMESTAMP));
    call->nullable = sides[0]->nullable || sides[1]->nullable;
    return call;
}

static bool subtract_dates_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                  struct error *err) {
    struct view end = vector_view(call->arena, &arguments[0], rows);
    struct view start = vector_view(call->arena, &arguments[1], rows);
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        int64_t days = (int64_t)VALUE(end, int32_t, row) - VALUE(start, int32_t, row);
        if (!micros_from_days(days, &to[row])) NULL_OR_FAIL(call, out, row, rows, long_overflow(err));
    }
    return true;
}
static struct expr *resolve_subtract_dates(struct resolver *r, struct expr *call, struct error *err) {
    call->type = type_interval(r->arena, TYPE_DAY_TIME_INTERVAL, FIELD_DAY, FIELD_DAY);
    return call;
}

static bool subtract_times_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                  struct error *err) {
    struct view end = vector_view(call->arena, &arguments[0], rows);
    struct view start = vector_view(call->arena, &arguments[1], rows);
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++)
        if (row_wanted(out, row)) to[row] = (VALUE(end, int64_t, row) - VALUE(start, int64_t, row)) / 1000;
    return true;
}
static struct expr *resolve_subtract_times(struct resolver *r, struct expr *call, struct error *err) {
    call->type = type_interval(r->arena, TYPE_DAY_TIME_INTERVAL, FIELD_HOUR, FIELD_SECOND);
    call->nullable = true;
    return call;
}

static bool interval_days_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    struct view in = vector_view(call->arena, arguments, rows);
    int32_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++)
        if (row_wanted(out, row)) to[row] = (int32_t)(VALUE(in, int64_t, row) / MICROS_PER_DAY);
    return true;
}

#define OPERATOR(operator_name, signature, resolver, operator_kernel)                                                  \
    {                                                                                                                  \
        operator_name, FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL, signature, resolver,                      \
            .kernel = operator_kernel                                                                                  \
    }

const struct function datetime_operators_functions[] = {
    OPERATOR("datetime_plus", "(ANY_TIMESTAMP|DATE|TIME, INTERVAL|CALENDAR_INTERVAL) ?", resolve_plus, plus_kernel),
    OPERATOR("datetime_minus", "(ANY_TIMESTAMP|DATE|TIME, INTERVAL|CALENDAR_INTERVAL) ?", resolve_plus, minus_kernel),
    OPERATOR("timestamp_plus", "(ANY_TIMESTAMP, INTERVAL|CALENDAR_INTERVAL) ?", resolve_plus, plus_kernel),
    OPERATOR("timestamp_minus", "(ANY_TIMESTAMP, INTERVAL|CALENDAR_INTERVAL) ?", resolve_plus, minus_kernel),
    OPERATOR("datetime_subtract", "(DATETIME|STRING|NULL, DATETIME|STRING|NULL) DT_INTERVAL", resolve_subtract,
             subtract_kernel),
    OPERATOR("datetime_subtract_dates", "(DATE, DATE) ?", resolve_subtract_dates, subtract_dates_kernel),
    OPERATOR("datetime_subtract_calendar", "(DATETIME|STRING|NULL, DATETIME|STRING|NULL) CALENDAR_INTERVAL",
             resolve_subtract, calendar_subtract_kernel),
    OPERATOR("datetime_subtract_dates_calendar", "(DATE, DATE) CALENDAR_INTERVAL", NULL,
             calendar_subtract_dates_kernel),
    OPERATOR("datetime_subtract_times", "(TIME, TIME) ?", resolve_subtract_times, subtract_times_kernel),
    OPERATOR("extractansiintervaldays", "(DT_INTERVAL) INT", NULL, interval_days_kernel),
    {0},
};
