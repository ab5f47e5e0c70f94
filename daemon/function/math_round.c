/* SPDX-License-Identifier: Apache-2.0 */
/*
 * round, bround, ceil and floor.
 *
 * round and bround keep the type of their argument (decimals get the digits that they may need); the number
 * of digits is a constant. A double is rounded by its shortest decimal digits, as Spark does by way of
 * BigDecimal: 2.675 becomes 2.68 although the double lies below. ceil and floor give BIGINT or a decimal, and
 * with a number of digits a decimal.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "expr/evaluate.h"
#include "expr/resolve.h"
#include "function/numeric_kernel.h"

static int min_of(int a, int b) {
    return a < b ? a : b;
}
static int max_of(int a, int b) {
    return a > b ? a : b;
}

/* ---- typing ---- */

/* The type of a decimal rounded to `digits`: one more whole digit, and room for the zeros of negative ones.
 */
static const struct type *rounded_decimal(struct arena *arena, const struct type *t, int digits) {
    digits = max_of(digits, -DECIMAL_MAX_PRECISION);
    int whole = t->precision - t->scale + 1;
    if (digits < 0) return type_decimal(arena, min_of(max_of(whole, -digits + 1), DECIMAL_MAX_PRECISION), 0);
    int scale = min_of(t->scale, digits);
    return type_decimal(arena, min_of(whole + scale, DECIMAL_MAX_PRECISION), scale);
}

/* ceil and floor want a constant INT, and say so for anything else. */
static bool check_scale(struct resolver *r, struct expr *call, struct error *err) {
    const struct expr *e = call->children[1];
    if (e->foldable && e->type->kind == TYPE_INT) {
        const struct vector *value = expr_fold(r->arena, r->context, e, err);
        TRY(value);
        if (!vector_is_null(value, 0)) return true;
    }
    error_set(err, "NON_FOLDABLE_ARGUMENT", "funcName", arena_printf(r->arena, "`%s`", call->call.name), "paramName",
              "`scale`", "paramType", "\"INT\"", NULL);
    return error_at(err, call->origin);
}

/* The constant number of digits of a call; NULL digits make a NULL result. */
static bool find_digits(struct resolver *r, struct expr *call, int32_t *digits, struct error *err) {
    *digits = 0;
    if (call->child_count < 2) return true;
    const struct expr *e = call->children[1];
    if (!e->foldable) {
        resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", "`scale`", "inputType",
                         quoted_type(r->arena, e->type), "inputExpr", quoted_expr(r->arena, e), NULL);
        return false;
    }
    const struct vector *value = expr_fold(r->arena, r->context, e, err);
    TRY(value);
    if (!vector_is_null(value, 0)) *digits = *VECTOR_DATA(value, int32_t);
    return true;
}

static struct expr *resolve_round(struct resolver *r, struct expr *call, struct error *err) {
    int32_t digits;
    if (!find_digits(r, call, &digits, err)) return NULL;
    if (call->child_count == 1) {
        struct expr *arguments[] = {call->children[0], expr_int(r->arena, 0)};
        return resolve_named(r, call->call.name, arguments, 2, call->origin, err);
    }
    const struct type *t = call->children[0]->type;
    call->type = t->kind == TYPE_DECIMAL ? rounded_decimal(r->arena, t, digits) : t;
    call->nullable = true;
    return call;
}

/* ceil and floor: of one argument BIGINT or a whole decimal; of two they round decimals. */
static struct expr *resolve_whole(struct resolver *r, struct expr *call, struct error *err) {
    bool digits_given = call->child_count == 2;
    if (digits_given && !check_scale(r, call, err)) return NULL;
    const char *words = digits_given ? "DECIMAL" : "DOUBLE|DECIMAL|LONG";
    const struct expr *argument = call->children[0];
    const struct type *to = coerce_implicit(r, argument, words);
    if (!to)
        return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                                digits_given ? "\"DECIMAL\"" : "(\"DOUBLE\" or \"DECIMAL\" or \"BIGINT\")", "inputSql",
                                quoted_expr(r->arena, argument), "inputType", quoted_type(r->arena, argument->type),
                                NULL);
    if (digits_given && type_is_numeric(argument->type)) to = decimal_for(r->arena, argument->type);
    call->children[0] = coerce_to(r, call->children[0], to);
    if (call->children[0] != argument) call->children[0]->origin = call->origin;
    int32_t digits;
    if (!find_digits(r, call, &digits, err)) return NULL;
    call->nullable = true;
    if (digits_given)
        call->type = rounded_decimal(r->arena, to, digits);
    else if (to->kind != TYPE_DECIMAL)
        call->type = TYPE_OF(LONG);
    else
        call->type = to->scale == 0 ? to : type_decimal(r->arena, min_of(to->precision - to->scale + 1, 38), 0);
    return call;
}

/* ---- kernels ---- */

/* Far fewer digits than any number has are as good as the least int, which cannot be negated. */
static int32_t digits_of(const struct call *call, const struct vector *arguments) {
    if (call->expr->child_count < 2) return 0;
    return max_of(VECTOR_DATA(&arguments[1], int32_t)[vector_entry(&arguments[1], 0)], -1000);
}

static int128 decimal_at(const struct vector *v, uint32_t row) {
    uint32_t entry = vector_entry(v, row);
    return v->type->precision <= DECIMAL_MAX_INT64_PRECISION ? VECTOR_DATA(v, int64_t)[entry]
                                                             : VECTOR_DATA(v, int128)[entry];
}

static bool refuse_decimal(const struct numeric_failure *f, int128 value, struct error *err) {
    const struct type *from = f->arguments[0].type, *to = f->out->type;
    int32_t digits = digits_of(f->call, f->arguments);
    if (!f->call->expr->call.ansi && digits >= 0) return numeric_set_null(f);
    struct arena *arena = f->call->arena;
    char original[DECIMAL_TEXT], rounded[DECIMAL_EXACT_TEXT];
    int128 unit = digits < 0 ? (int128)decimal_powers[min_of(-digits, 38)] : 1, whole = 0;
    decimal_rescale(value, from->scale - digits, (struct decimal_form){38, 0}, ROUND_HALF_UP, &whole);
    size_t original_size = decimal_format_scientific(whole, digits, original);
    size_t rounded_size = decimal_exact_format('*', whole, 0, unit, 0, rounded);
    error_set(err, "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", "roundedValue",
              arena_strndup(arena, rounded, rounded_size), "originalValue",
              arena_strndup(arena, original, original_size), NULL);
    error_add(err, "precision", "%d", to->precision);
    return error_add(err, "scale", "%d", to->scale);
}

/* Rounds to `digits`, which may be negative, and writes with the result's scale. */
static bool round_decimal(int128 value, int from_scale, int digits, struct decimal_form to, enum rounding rounding,
                          int128 *out) {
    if (digits >= to.scale && digits >= 0) return decimal_rescale(value, from_scale, to, rounding, out);
    /* value = v * 10^-s: to units of 10^-digits, and back */
    const struct decimal_form widest = {DECIMAL_DIGITS, 0};
    int128 units;
    if (!decimal_rescale(value, from_scale - digits, widest, rounding, &units)) return false;
    return decimal_rescale(units, digits, to, rounding, out);
}

/*
 * Dividing by the same number for all rows is multiplying by its reciprocal: with 2^shift < unit < 2^(shift + 1), the
 * factor 2^(64 + shift) / unit, rounded up, gives the exact quotient of all values below 2^63. No power of ten but 1 is
 * one of two.
 */
struct reciprocal {
    uint64_t unit, factor;
    int shift;
};

static struct reciprocal reciprocal_of(uint64_t unit) {
    int shift = 63 - __builtin_clzll(unit);
    uint128 factor = ((uint128)1 << (64 + shift)) / unit + 1;
    return (struct reciprocal){.unit = unit, .factor = (uint64_t)factor, .shift = shift};
}

/* value / unit, rounded; a half and more in magnitude goes away from zero, or as the rounding says. */
static inline int64_t divide_rounded(int64_t value, const struct reciprocal *by, enum rounding rounding) {
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    uint64_t whole = (uint64_t)((uint128)magnitude * by->factor >> 64) >> by->shift;
    uint64_t rest = magnitude - whole * by->unit;
    bool away = rounding == ROUND_HALF_UP     ? 2 * rest >= by->unit
                : rounding == ROUND_HALF_EVEN ? 2 * rest + (whole & 1) > by->unit
                : rounding == ROUND_CEILING   ? rest && value > 0
                                              : rest && value < 0; /* FLOOR */
    whole += away;
    return (int64_t)(value < 0 ? 0 - whole : whole);
}

/* Where 64 bits hold both, and digits are dropped: nothing can fail. */
static void round_narrow(struct call *call, const struct vector *v, uint32_t rows, uint64_t unit,
                         enum rounding rounding, struct vector *out) {
    struct numeric_operand from = numeric_open(call->arena, v, rows);
    const struct reciprocal by = reciprocal_of(unit);
    const int64_t *values = from.data;
    int64_t *to = out->data;
    for (uint32_t row = 0; row < rows; row++) to[row] = divide_rounded(values[from.constant ? 0 : row], &by, rounding);
}

static bool round_decimals(struct call *call, const struct vector *arguments, uint32_t rows, enum rounding rounding,
                           struct vector *out, struct error *err) {
    const struct type *from = arguments[0].type;
    const struct decimal_form to = {out->type->precision, out->type->scale};
    int32_t digits = digits_of(call, arguments);
    if (to.precision <= DECIMAL_MAX_INT64_PRECISION && from->precision <= DECIMAL_MAX_INT64_PRECISION &&
        to.scale == digits && digits < from->scale) {
        round_narrow(call, arguments, rows, (uint64_t)decimal_powers[from->scale - digits], rounding, out);
        return true;
    }
    for (uint32_t row = 0; row < rows; row++) {
        if (out->validity && !bit_get(out->validity, row)) continue;
        int128 value = decimal_at(&arguments[0], row), result;
        if (!round_decimal(value, from->scale, digits, to, rounding, &result)) {
            TRY(refuse_decimal(&(struct numeric_failure){call, arguments, out, row, rows}, value, err));
        } else if (to.precision <= DECIMAL_MAX_INT64_PRECISION) {
            VECTOR_DATA(out, int64_t)[row] = (int64_t)result;
        } else {
            VECTOR_DATA(out, int128)[row] = result;
        }
    }
    return true;
}

/* What a rounded integer wraps to, and whether it did. */
static bool put_integer(struct vector *out, uint32_t row, int128 value) {
    switch (out->type->kind) {
        case TYPE_BYTE: return VECTOR_DATA(out, int8_t)[row] = (int8_t)value, value == (int8_t)value;
        case TYPE_SHORT: return VECTOR_DATA(out, int16_t)[row] = (int16_t)value, value == (int16_t)value;
        case TYPE_INT: return VECTOR_DATA(out, int32_t)[row] = (int32_t)value, value == (int32_t)value;
        default: return VECTOR_DATA(out, int64_t)[row] = (int64_t)value, value == (int64_t)value;
    }
}

static bool round_integers(struct call *call, const struct vector *arguments, uint32_t rows, enum rounding rounding,
                           struct vector *out, struct error *err) {
    int32_t digits = digits_of(call, arguments);
    if (digits >= 0) return *out = arguments[0], true;
    for (uint32_t row = 0; row < rows; row++) {
        if (out->validity && !bit_get(out->validity, row)) continue;
        int128 units = 0;
        if (digits > -DECIMAL_DIGITS)
            decimal_rescale(numeric_integer_at(&arguments[0], row), -digits, (struct decimal_form){38, 0}, rounding,
                            &units);
        bool good = put_integer(out, row, units ? units * (int128)decimal_powers[-digits] : 0);
        if (!good && call->expr->call.ansi) return numeric_overflow(call, "Overflow", NULL, err);
    }
    return true;
}

/* A double by its decimal digits; `place`: how many of them stay. */
static double round_digits(double x, int32_t digits, enum rounding rounding) {
    if (x == 0) return x;
    char text[DOUBLE_DIGITS + 16];
    int exponent, count = double_digits(fabs(x), text, &exponent);
    int64_t place = (int64_t)exponent + digits;
    if (place >= count) return x;
    if (place < 0) return copysign(0, x);
    uint64_t kept = 0;
    for (int64_t i = 0; i < place; i++) kept = kept * 10 + (uint64_t)(text[i] - '0');
    bool half = text[place] == '5' && place + 1 == count;
    bool up = text[place] >= '5' && !(half && rounding == ROUND_HALF_EVEN && kept % 2 == 0);
    kept += up;
    if (digits >= 0 && digits <= 22 && kept <= UINT64_C(1) << 53) {
        double unit = 1;
        for (int32_t i = 0; i < digits; i++) unit *= 10;
        return copysign((double)kept / unit, x);
    }
    size_t size = uint64_format(kept, text);
    snprintf(text + size, sizeof text - size, "e%d", -digits);
    return copysign(strtod(text, NULL), x);
}

/* By the digits, for values for which round_near() cannot say. */
static double round_exactly(double x, int32_t digits, enum rounding rounding) {
    int64_t units; /* no half: both ways of rounding agree */
    double result = !isfinite(x)                      ? x
                    : double_units(x, digits, &units) ? (double)units / (double)decimal_powers[digits]
                                                      : round_digits(x, digits, rounding);
    return result == 0 ? 0 : result; /* BigDecimal knows no -0.0 */
}

/*
 * What double_units() does where the product is small enough that adding 2^52 rounds it to a whole number: for all rows
 * at once, with NaN where it is too large or too near to a half (or is NaN). Says whether any is.
 */
#define ROUND_NEAR(name, ctype)                                                                                        \
    VECTORIZED static bool name(struct numeric_operand operand, uint32_t rows, double unit, ctype *out) {              \
        const ctype *in = operand.data;                                                                                \
        GATHERED(ctype) unsure = 0;                                                                                    \
        for (uint32_t i = 0; i < rows; i++) {                                                                          \
            const double x = in[operand.constant ? 0 : i], scaled = fabs(x) * unit;                                    \
            const double whole = (scaled + 0x1p52) - 0x1p52, off = fabs(fabs(scaled - whole) - 0.5);                   \
            const bool sure = (scaled < 0x1p50) & (off > scaled * 0x1p-50);                                            \
            const double rounded = copysign(unit == 1 ? whole : whole / unit, x) + 0.0; /* no -0.0, as BigDecimal */   \
            out[i] = (ctype)(sure ? rounded : (double)NAN);                                                            \
            unsure |= sure ? 0 : 1;                                                                                    \
        }                                                                                                              \
        return unsure;                                                                                                 \
    }
ROUND_NEAR(round_near_doubles, double)
ROUND_NEAR(round_near_floats, float)

static bool round_floats(struct call *call, const struct vector *arguments, uint32_t rows, enum rounding rounding,
                         struct vector *out) {
    enum { NEAR_DIGITS = 12 }; /* as far as double_units() goes */
    int32_t digits = digits_of(call, arguments);
    bool wide = out->type->kind == TYPE_DOUBLE, near = digits >= 0 && digits <= NEAR_DIGITS;
    struct numeric_operand in = numeric_open(call->arena, &arguments[0], rows);
    double unit = near ? (double)decimal_powers[digits] : NAN;
    bool unsure = wide ? round_near_doubles(in, rows, unit, out->data) : round_near_floats(in, rows, unit, out->data);
    for (uint32_t row = 0; unsure && row < rows; row++) {
        if (out->validity && !bit_get(out->validity, row)) continue;
        uint32_t from = in.constant ? 0 : row;
        double *doubles = out->data;
        float *floats = out->data;
        if (wide && isnan(doubles[row]))
            doubles[row] = round_exactly(((const double *)in.data)[from], digits, rounding);
        else if (!wide && isnan(floats[row]))
            floats[row] = (float)round_exactly(((const float *)in.data)[from], digits, rounding);
    }
    return true;
}

static bool round_any(struct call *call, const struct vector *arguments, uint32_t rows, enum rounding rounding,
                      struct vector *out, struct error *err) {
    const struct type *type = arguments[0].type;
    if (type->kind == TYPE_DECIMAL) return round_decimals(call, arguments, rows, rounding, out, err);
    if (type_is_integral(type)) return round_integers(call, arguments, rows, rounding, out, err);
    return round_floats(call, arguments, rows, rounding, out);
}

static bool round_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    return round_any(call, arguments, rows, ROUND_HALF_UP, out, err);
}

static bool bround_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    return round_any(call, arguments, rows, ROUND_HALF_EVEN, out, err);
}

static int64_t saturate(double x) {
    if (isnan(x)) return 0;
    return x >= 0x1p63 ? INT64_MAX : x <= -0x1p63 ? INT64_MIN : (int64_t)x;
}

NUMERIC_UNARY(ceil_loop, double, int64_t, (z = saturate(ceil(x)), false))
NUMERIC_UNARY(floor_loop, double, int64_t, (z = saturate(floor(x)), false))

static bool whole(struct call *call, const struct vector *arguments, uint32_t rows, enum rounding rounding,
                  struct vector *out, struct error *err) {
    switch (arguments[0].type->kind) {
        case TYPE_DECIMAL: return round_decimals(call, arguments, rows, rounding, out, err);
        case TYPE_DOUBLE:
            return numeric_run_unary(call, arguments, rows, rounding == ROUND_CEILING ? ceil_loop : floor_loop, NULL,
                                     out, err);
        default: *out = arguments[0]; return true;
    }
}

static bool ceil_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    return whole(call, arguments, rows, ROUND_CEILING, out, err);
}

static bool floor_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    return whole(call, arguments, rows, ROUND_FLOOR, out, err);
}

#define ROUNDING(fname, sig, res, fn, doc, sample, version)                                                            \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | FUNCTION_NULLABLE, .signature = sig,       \
        .resolve = res, .kernel = fn, .group = "math_funcs", .usage = doc, .example = sample, .since = version         \
    }

const struct function math_round_functions[] = {
    ROUNDING("round", "(NUMERIC [, INT]) ?", resolve_round, round_kernel,
             "round(expr, d) - The number with d digits after the point; halves away from zero.", "round(2.5, 0) => 3",
             "1.5.0"),
    ROUNDING("bround", "(NUMERIC [, INT]) ?", resolve_round, bround_kernel,
             "bround(expr, d) - The number with d digits after the point; halves to the even digit.",
             "bround(2.5, 0) => 2", "2.0.0"),
    ROUNDING("ceil", "(ANY [, ANY]) ?", resolve_whole, ceil_kernel,
             "ceil(expr, d) - The smallest number with d digits after the point that is not below expr.",
             "ceil(-0.1) => 0", "3.3.0"),
    ROUNDING("ceiling", "(ANY [, ANY]) ?", resolve_whole, ceil_kernel,
             "ceiling(expr, d) - The smallest number with d digits after the point that is not below expr.",
             "ceiling(-0.1) => 0", "3.3.0"),
    ROUNDING("floor", "(ANY [, ANY]) ?", resolve_whole, floor_kernel,
             "floor(expr, d) - The largest number with d digits after the point that is not above expr.",
             "floor(-0.1) => -1", "3.3.0"),
    {0},
};
