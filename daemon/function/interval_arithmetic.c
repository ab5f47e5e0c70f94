/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arithmetic of intervals: sums, products and quotients by numbers, minus and abs.
 *
 * Year-month intervals are months, day-time intervals microseconds; both are exact, with rounding half away from zero
 * where a number is not whole. Calendar intervals multiply field by field as doubles, the fraction of days going over to
 * the microseconds, the fraction of months nowhere; their sums wrap around outside of ANSI mode.
 */
#include <math.h>

#include "base/number.h"
#include "function/datetime.h"
#include "function/datetime_kernel.h"

static bool interval_overflow(const char *suggestion, struct error *err) {
    if (suggestion)
        return error_set(err, "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION", "functionName", suggestion, NULL);
    return error_set(err, "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", NULL);
}

static bool calendar_overflow(const char *what, struct error *err) {
    return error_set(err, "ARITHMETIC_OVERFLOW", "message", what, "alternative", "", "config",
                     "\"spark.sql.ansi.enabled\"", NULL);
}

/* One row of a result that may fail: NULL in try mode. */
static bool settle(struct call *call, bool good, struct vector *out, uint32_t row, uint32_t rows, struct error *err) {
    if (good) return true;
    if (!call->expr->call.try_mode) return false;
    error_reset(err);
    vector_set_null(out, call->arena, row, rows);
    return true;
}

static bool add_calendar(bool exact, struct interval a, struct interval b, bool minus, struct interval *to,
                         struct error *err) {
    bool narrow, wide;
    if (minus) {
        narrow = __builtin_sub_overflow(a.months, b.months, &to->months);
        narrow |= __builtin_sub_overflow(a.days, b.days, &to->days);
        wide = __builtin_sub_overflow(a.microseconds, b.microseconds, &to->microseconds);
    } else {
        narrow = __builtin_add_overflow(a.months, b.months, &to->months);
        narrow |= __builtin_add_overflow(a.days, b.days, &to->days);
        wide = __builtin_add_overflow(a.microseconds, b.microseconds, &to->microseconds);
    }
    if (!exact || !(narrow || wide)) return true;
    return calendar_overflow(narrow ? "integer overflow" : "long overflow", err);
}

static bool add_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out, bool minus,
                     struct error *err) {
    struct view left = vector_view(call->arena, &arguments[0], rows);
    struct view right = vector_view(call->arena, &arguments[1], rows);
    enum type_kind kind = arguments[0].type->kind;
    bool exact = call->expr->call.ansi || call->expr->call.try_mode;
    const char *suggestion = minus ? "`try_subtract`" : "`try_add`";
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        bool good;
        if (kind == TYPE_CALENDAR_INTERVAL) {
            good = add_calendar(exact, VALUE(left, struct interval, row), VALUE(right, struct interval, row), minus,
                                &VECTOR_DATA(out, struct interval)[row], err);
        } else if (kind == TYPE_YEAR_MONTH_INTERVAL) {
            int64_t b = VALUE(right, int32_t, row), sum = VALUE(left, int32_t, row) + (minus ? -b : b);
            VECTOR_DATA(out, int32_t)[row] = (int32_t)sum;
            good = sum == (int32_t)sum || interval_overflow(suggestion, err);
        } else {
            int64_t a = VALUE(left, int64_t, row), b = VALUE(right, int64_t, row);
            int64_t *to = &VECTOR_DATA(out, int64_t)[row];
            good = !(minus ? __builtin_sub_overflow(a, b, to) : __builtin_add_overflow(a, b, to)) ||
                   interval_overflow(suggestion, err);
        }
        if (!settle(call, good, out, row, rows, err)) return false;
    }
    return true;
}
static bool interval_plus_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    return add_rows(call, arguments, rows, out, false, err);
}
static bool interval_minus_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                  struct error *err) {
    return add_rows(call, arguments, rows, out, true, err);
}

static struct expr *resolve_interval_sum(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *a = call->children[0]->type, *b = call->children[1]->type;
    if (a->kind == TYPE_CALENDAR_INTERVAL) {
        call->type = a;
        return call;
    }
    int start = a->start < b->start ? a->start : b->start, end = a->end > b->end ? a->end : b->end;
    call->type = type_interval(r->arena, a->kind, start, end);
    return call;
}

/* The number that an interval is multiplied with or divided by. */
struct factor {
    enum { WHOLE, DECIMAL, REAL } form;
    int128 unscaled; /* WHOLE, DECIMAL */
    int scale;
    double real;
};

static struct factor factor_at(const struct view *in, const struct type *type, uint32_t row) {
    switch (type->kind) {
        case TYPE_BYTE: return (struct factor){WHOLE, VALUE(*in, int8_t, row), 0, 0};
        case TYPE_SHORT: return (struct factor){WHOLE, VALUE(*in, int16_t, row), 0, 0};
        case TYPE_INT: return (struct factor){WHOLE, VALUE(*in, int32_t, row), 0, 0};
        case TYPE_LONG: return (struct factor){WHOLE, VALUE(*in, int64_t, row), 0, 0};
        case TYPE_DECIMAL:
            if (type_storage(type) == STORAGE_INT128)
                return (struct factor){DECIMAL, VALUE(*in, int128, row), type->scale, 0};
            return (struct factor){DECIMAL, VALUE(*in, int64_t, row), type->scale, 0};
        case TYPE_FLOAT: return (struct factor){REAL, 0, 0, (double)VALUE(*in, float, row)};
        default: return (struct factor){REAL, 0, 0, VALUE(*in, double, row)};
    }
}

/* a / b, half away from zero. */
static int128 divide_half_up(int128 a, int128 b) {
    int128 quotient = a / b, rest = a % b;
    uint128 twice = (uint128)(rest < 0 ? -rest : rest) * 2, divisor = (uint128)(b < 0 ? -b : b);
    if (twice >= divisor) quotient += (a < 0) == (b < 0) ? 1 : -1;
    return quotient;
}

static int128 power_of_ten(int n) {
    int128 power = 1;
    while (n-- > 0) power *= 10;
    return power;
}

static bool round_real(double value, bool months, int64_t *to, struct error *err) {
    if (!isfinite(value)) return error_plain(err, ERROR_ARITHMETIC, "input is infinite or NaN");
    double rounded = round(value), most = months ? 0x1p31 : 0x1p63;
    if (rounded < -most || rounded >= most) {
        char text[DOUBLE_TEXT];
        return error_plain(err, ERROR_ARITHMETIC,
                           "rounded value is out of range for input %.*s and rounding mode HALF_UP",
                           (int)double_format(value, text), text);
    }
    *to = (int64_t)rounded;
    return true;
}

/* How Spark says that a product or quotient is too large depends on the number it was made with. */
static bool narrow(int128 value, bool months, const char *overflow, int64_t *to, struct error *err) {
    *to = (int64_t)value;
    if (months ? value == (int32_t)value : value == *to) return true;
    return overflow ? error_plain(err, ERROR_ARITHMETIC, "%s", overflow) : interval_overflow("`try_divide`", err);
}

static bool multiply(int64_t value, struct factor f, bool months, int64_t *to, struct error *err) {
    if (f.form == REAL) return round_real((double)value * f.real, months, to, err);
    const char *overflow = f.form == DECIMAL ? "Overflow" : months ? "integer overflow" : "long overflow";
    int128 product;
    /* Digits beyond what a product of 128 bits can tell are dropped; the rest overflows in any case. */
    while (__builtin_mul_overflow(f.unscaled, (int128)value, &product)) {
        if (f.scale <= 18) return narrow((int128)1 << 100, months, overflow, to, err);
        f.unscaled /= 10;
        f.scale--;
    }
    return narrow(f.scale > 0 ? divide_half_up(product, power_of_ten(f.scale)) : product, months, overflow, to, err);
}

static bool divide(int64_t value, struct factor f, bool months, int64_t *to, struct error *err) {
    if (f.form == REAL ? f.real == 0 : f.unscaled == 0) return error_set(err, "INTERVAL_DIVIDED_BY_ZERO", NULL);
    if (f.form == REAL) return round_real((double)value / f.real, months, to, err);
    int128 numerator = value;
    for (; f.scale > 0; f.scale--) {
        if (__builtin_mul_overflow(numerator, (int128)10, &numerator)) {
            numerator = numerator < 0 ? -(((int128)1 << 126)) : (int128)1 << 126;
            break;
        }
    }
    return narrow(divide_half_up(numerator, f.unscaled), months, f.form == DECIMAL ? "Overflow" : NULL, to, err);
}

typedef bool scale_function(int64_t value, struct factor f, bool months, int64_t *to, struct error *err);

static bool scale_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                       scale_function *scale, struct error *err) {
    struct view values = vector_view(call->arena, &arguments[0], rows);
    struct view factors = vector_view(call->arena, &arguments[1], rows);
    bool months = arguments[0].type->kind == TYPE_YEAR_MONTH_INTERVAL;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        int64_t result = 0, value = months ? VALUE(values, int32_t, row) : VALUE(values, int64_t, row);
        bool good = scale(value, factor_at(&factors, arguments[1].type, row), months, &result, err);
        if (!good) error_at(err, call->expr->origin);
        if (months)
            VECTOR_DATA(out, int32_t)[row] = (int32_t)result;
        else
            VECTOR_DATA(out, int64_t)[row] = result;
        if (!settle(call, good, out, row, rows, err)) return false;
    }
    return true;
}
static bool interval_multiply_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                     struct vector *out, struct error *err) {
    return scale_rows(call, arguments, rows, out, multiply, err);
}
static bool interval_divide_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                   struct error *err) {
    return scale_rows(call, arguments, rows, out, divide, err);
}

/* Of all fields: products and quotients of INTERVAL YEAR may have months. */
static struct expr *resolve_scaled(struct resolver *r, struct expr *call, struct error *err) {
    call->type = call->children[0]->type->kind == TYPE_YEAR_MONTH_INTERVAL ? TYPE_OF(YEAR_MONTH_INTERVAL)
                                                                           : TYPE_OF(DAY_TIME_INTERVAL);
    return call;
}

/* Java's (int) and Math.round of a double. */
static int32_t saturate32(double value) {
    if (isnan(value)) return 0;
    return value >= INT32_MAX ? INT32_MAX : value <= INT32_MIN ? INT32_MIN : (int32_t)value;
}
static int64_t round_java(double value) {
    if (isnan(value)) return 0;
    value = floor(value + 0.5);
    return value >= 0x1p63 ? INT64_MAX : value < -0x1p63 ? INT64_MIN : (int64_t)value;
}

static bool calendar_from_doubles(double months, double days, double micros, bool exact, struct interval *to,
                                  struct error *err) {
    to->months = saturate32(months);
    to->days = saturate32(days);
    if (exact && (trunc(months) != to->months || trunc(days) != to->days) && !isnan(months) && !isnan(days))
        return calendar_overflow("integer overflow", err);
    to->microseconds = round_java(micros + (double)MICROS_PER_DAY * (days - to->days));
    return true;
}

static bool calendar_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          bool divides, struct error *err) {
    struct view values = vector_view(call->arena, &arguments[0], rows);
    struct view factors = vector_view(call->arena, &arguments[1], rows);
    bool exact = call->expr->call.ansi || call->expr->call.try_mode;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        struct interval value = VALUE(values, struct interval, row), *to = &VECTOR_DATA(out, struct interval)[row];
        double f = VALUE(factors, double, row);
        bool good;
        if (divides && f == 0) {
            if (!exact) {
                vector_set_null(out, call->arena, row, rows);
                continue;
            }
            error_set(err, "INTERVAL_DIVIDED_BY_ZERO", NULL);
            good = error_at(err, call->expr->origin);
        } else if (divides) {
            good =
                calendar_from_doubles(value.months / f, value.days / f, (double)value.microseconds / f, exact, to, err);
        } else {
            good =
                calendar_from_doubles(value.months * f, value.days * f, (double)value.microseconds * f, exact, to, err);
        }
        if (!settle(call, good, out, row, rows, err)) return false;
    }
    return true;
}
static bool multiply_calendar_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                     struct vector *out, struct error *err) {
    return calendar_rows(call, arguments, rows, out, false, err);
}
static bool divide_calendar_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                   struct error *err) {
    return calendar_rows(call, arguments, rows, out, true, err);
}

static struct expr *resolve_calendar(struct resolver *r, struct expr *call, struct error *err) {
    call->nullable = true;
    return call;
}

/* The smallest value has no opposite. */
static bool opposite_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          bool absolute, struct error *err) {
    struct view in = vector_view(call->arena, arguments, rows);
    bool months = arguments->type->kind == TYPE_YEAR_MONTH_INTERVAL;
    for (uint32_t row = 0; row < rows; row++) {
        if (!row_wanted(out, row)) continue;
        int64_t value = months ? VALUE(in, int32_t, row) : VALUE(in, int64_t, row);
        bool flip = !absolute || value < 0;
        if (flip && value == (months ? INT32_MIN : INT64_MIN))
            return absolute ? calendar_overflow(months ? "integer overflow" : "long overflow", err)
                            : interval_overflow(NULL, err);
        if (months)
            VECTOR_DATA(out, int32_t)[row] = (int32_t)(flip ? -value : value);
        else
            VECTOR_DATA(out, int64_t)[row] = flip ? -value : value;
    }
    return true;
}
static bool interval_abs_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                struct error *err) {
    return opposite_rows(call, arguments, rows, out, true, err);
}
static bool interval_negative_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                     struct vector *out, struct error *err) {
    if (arguments->type->kind != TYPE_CALENDAR_INTERVAL) return opposite_rows(call, arguments, rows, out, false, err);
    struct view in = vector_view(call->arena, arguments, rows);
    struct interval *to = out->data;
    for (uint32_t row = 0; row < rows; row++)
        if (row_wanted(out, row) && !add_calendar(call->expr->call.ansi, (struct interval){0, 0, 0},
                                                  VALUE(in, struct interval, row), true, &to[row], err))
            return false;
    return true;
}

static struct expr *unary(struct resolver *r, struct expr *call, const char *name, struct error *err) {
    const struct type *t = call->children[0]->type;
    if (!type_is_ansi_interval(t) && t->kind != TYPE_CALENDAR_INTERVAL) return NULL;
    return replace_call(r, call, name, call->children, 1, err);
}
struct expr *interval_negative(struct resolver *r, struct expr *call, struct error *err) {
    return unary(r, call, "interval_negative", err);
}
struct expr *interval_abs(struct resolver *r, struct expr *call, struct error *err) {
    return call->children[0]->type->kind == TYPE_CALENDAR_INTERVAL ? NULL : unary(r, call, "interval_abs", err);
}

#define OPERATOR(operator_name, signature, resolver, operator_kernel)                                                  \
    {                                                                                                                  \
        operator_name, FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL, signature, resolver,                      \
            .kernel = operator_kernel                                                                                  \
    }

const struct function interval_arithmetic_functions[] = {
    OPERATOR("interval_plus", "(INTERVAL|CALENDAR_INTERVAL, INTERVAL|CALENDAR_INTERVAL) ?", resolve_interval_sum,
             interval_plus_kernel),
    OPERATOR("interval_minus", "(INTERVAL|CALENDAR_INTERVAL, INTERVAL|CALENDAR_INTERVAL) ?", resolve_interval_sum,
             interval_minus_kernel),
    OPERATOR("interval_multiply", "(INTERVAL, NUMERIC) ?", resolve_scaled, interval_multiply_kernel),
    OPERATOR("interval_divide", "(INTERVAL, NUMERIC) ?", resolve_scaled, interval_divide_kernel),
    OPERATOR("multiply_interval", "(CALENDAR_INTERVAL, DOUBLE) CALENDAR_INTERVAL", resolve_calendar,
             multiply_calendar_kernel),
    OPERATOR("divide_interval", "(CALENDAR_INTERVAL, DOUBLE) CALENDAR_INTERVAL", resolve_calendar,
             divide_calendar_kernel),
    OPERATOR("interval_negative", "(INTERVAL|CALENDAR_INTERVAL) $1", NULL, interval_negative_kernel),
    OPERATOR("interval_abs", "(INTERVAL) $1", NULL, interval_abs_kernel),
    {0},
};
