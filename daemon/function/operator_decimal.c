/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decimals: the result type (decimal_result) nearly always has room for the exact sum or product, and then
 * neither rounding nor overflow can happen and a plain loop does it, in 64 bits where operands and result
 * have them. Where the type was cut to 38 digits, and for divisions, each row goes through base/decimal.h.
 */
#include "function/operator_decimal.h"

#include "base/decimal.h"

typedef bool operation(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out);

static bool is_small(const struct type *type) {
    return type->precision <= DECIMAL_MAX_INT64_PRECISION;
}

/* Values of an argument as 128 bits, one per row (or one for all). */
static struct numeric_operand widen(struct arena *arena, const struct vector *v, uint32_t rows) {
    struct numeric_operand operand = numeric_open(arena, v, rows);
    if (!is_small(v->type)) return operand;
    uint32_t count = operand.constant ? 1 : rows;
    const int64_t *small = operand.data;
    int128 *wide = arena_bytes_array(arena, count, sizeof *wide);
    for (uint32_t i = 0; i < count; i++) wide[i] = small[i];
    operand.data = wide;
    return operand;
}

NUMERIC_BINARY(add_wide, int128, int128, (z = x + y, false))
NUMERIC_BINARY(subtract_wide, int128, int128, (z = x - y, false))
NUMERIC_BINARY(multiply_wide, int128, int128, (z = x * y, false))
NUMERIC_BINARY(add_small, int64_t, int64_t, (z = x + y, false))
NUMERIC_BINARY(subtract_small, int64_t, int64_t, (z = x - y, false))
NUMERIC_BINARY(multiply_small, int64_t, int64_t, (z = x * y, false))
/* 64-bit factors, 128-bit product: most multiplications of money. */
NUMERIC_BINARY(multiply_widening, int64_t, int128, (z = (int128)x * y, false))

/* Whether all values have 32 bits: bit 31 and those above it are the same. */
VECTORIZED static bool are_narrow(const int64_t *values, uint32_t rows) {
    uint64_t beyond = 0;
    for (uint32_t i = 0; i < rows; i++) beyond |= ((uint64_t)values[i] + (UINT64_C(1) << 31)) >> 32;
    return !beyond;
}

/* Of such values, whose products have 64 bits; written in halves, as vectors have none of 128. */
VECTORIZED static void multiply_narrow(const int64_t *a, const int64_t *b, uint32_t rows, int64_t *halves) {
    for (size_t i = 0; i < rows; i++) {
        int64_t z = (int64_t)(int32_t)a[i] * (int32_t)b[i];
        halves[2 * i] = z;
        halves[2 * i + 1] = z < 0 ? -1 : 0;
    }
}

/* Into int128 *result. */
static bool multiply_money(struct numeric_operand left, struct numeric_operand right, uint32_t rows, void *result) {
    if (left.constant || right.constant || !are_narrow(left.data, rows) || !are_narrow(right.data, rows))
        return multiply_widening(left, right, rows, result);
    multiply_narrow(left.data, right.data, rows, result);
    return true;
}

/* The operand times 10^shift, which its result has room for. */
static struct numeric_operand scaled(struct arena *arena, struct numeric_operand operand, int shift, uint32_t rows,
                                     bool small) {
    if (shift == 0) return operand;
    uint32_t count = operand.constant ? 1 : rows;
    if (small) {
        int64_t *out = arena_bytes_array(arena, count, sizeof *out);
        uint64_t factor = (uint64_t)decimal_powers[shift];
        for (uint32_t i = 0; i < count; i++) out[i] = (int64_t)((uint64_t)((const int64_t *)operand.data)[i] * factor);
        operand.data = out;
    } else {
        int128 *out = arena_bytes_array(arena, count, sizeof *out);
        for (uint32_t i = 0; i < count; i++)
            out[i] = (int128)((uint128)((const int128 *)operand.data)[i] * decimal_powers[shift]);
        operand.data = out;
    }
    return operand;
}

/* NULL rows hold anything: let them not overflow in the loops below. */
static void clear_nulls(struct arena *arena, struct numeric_operand *operand, const struct vector *out, uint32_t rows,
                        size_t width) {
    if (!out->validity || operand->constant) return;
    char *copy = arena_copy(arena, operand->data, rows * width);
    for (uint32_t i = 0; i < rows; i++)
        if (!bit_get(out->validity, i)) memset(copy + i * width, 0, width);
    operand->data = copy;
}

/* Sums and products that fit by their type. False: not one of these. */
static bool plain(struct call *call, char symbol, const struct vector *arguments, uint32_t rows, struct vector *out) {
    const struct type *a = arguments[0].type, *b = arguments[1].type, *result = out->type;
    int scale = a->scale > b->scale ? a->scale : b->scale;
    bool multiply = symbol == '*', small = is_small(a) && is_small(b) && is_small(result);
    if (multiply ? result->scale != a->scale + b->scale || a->precision + b->precision > DECIMAL_DIGITS - 1
                 : result->scale != scale || result->precision >= DECIMAL_DIGITS)
        return false;
    bool widening = multiply && is_small(a) && is_small(b);
    bool narrow = small || widening;
    struct numeric_operand x =
        narrow ? numeric_open(call->arena, &arguments[0], rows) : widen(call->arena, &arguments[0], rows);
    struct numeric_operand y =
        narrow ? numeric_open(call->arena, &arguments[1], rows) : widen(call->arena, &arguments[1], rows);
    clear_nulls(call->arena, &x, out, rows, narrow ? sizeof(int64_t) : sizeof(int128));
    clear_nulls(call->arena, &y, out, rows, narrow ? sizeof(int64_t) : sizeof(int128));
    if (multiply) {
        numeric_binary *loop = small ? multiply_small : widening ? multiply_money : multiply_wide;
        return loop(x, y, rows, out->data);
    }
    x = scaled(call->arena, x, scale - a->scale, rows, small);
    y = scaled(call->arena, y, scale - b->scale, rows, small);
    if (small) return (symbol == '+' ? add_small : subtract_small)(x, y, rows, out->data);
    return (symbol == '+' ? add_wide : subtract_wide)(x, y, rows, out->data);
}

static operation *find_operation(char symbol) {
    switch (symbol) {
        case '+': return decimal_add;
        case '-': return decimal_subtract;
        case '*': return decimal_multiply;
        case '/': return decimal_divide;
        case 'd': return decimal_quotient;
        case 'p': return decimal_positive_remainder;
        default: return decimal_remainder;
    }
}

static bool put(struct vector *out, uint32_t row, int128 value) {
    if (out->type->kind == TYPE_LONG || is_small(out->type))
        VECTOR_DATA(out, int64_t)[row] = (int64_t)value;
    else
        VECTOR_DATA(out, int128)[row] = value;
    return true;
}

static bool refuse_overflow(const struct numeric_failure *f, char symbol, int128 a, int128 b, struct decimal_form form,
                            struct error *err) {
    const struct expr *e = f->call->expr;
    if (e->call.try_mode || !e->call.ansi) return numeric_set_null(f);
    char text[DECIMAL_EXACT_TEXT];
    size_t size = decimal_exact_format(symbol, a, f->arguments[0].type->scale, b, f->arguments[1].type->scale, text);
    error_set(err, "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", "value", arena_strndup(f->call->arena, text, size),
              NULL);
    error_add(err, "precision", "%d", form.precision);
    error_add(err, "scale", "%d", form.scale);
    error_add(err, "config", "%s", "\"spark.sql.ansi.enabled\"");
    return error_at(err, e->origin);
}

/* div gives a BIGINT, but what it computes is a whole decimal. */
static struct decimal_form result_form(char symbol, const struct vector *arguments, const struct type *result) {
    if (symbol != 'd') return (struct decimal_form){result->precision, result->scale};
    int digits = arguments[0].type->precision - arguments[0].type->scale + arguments[1].type->scale;
    return (struct decimal_form){digits < 1 ? 1 : digits > DECIMAL_DIGITS ? DECIMAL_DIGITS : digits, 0};
}

/* Whether quotients are those of 64-bit numbers, the first times a power of ten that has 64 bits: then no result is too
 * large, and no remainder so near to a half that rounding at 39 digits first (decimal_divide) would show. */
static bool divides_narrowly(const struct type *a, const struct type *b, const struct type *result) {
    enum { MOST_SHIFT = 19, MOST_SCALE = 20 };
    int shift = result->scale - a->scale + b->scale;
    return is_small(a) && is_small(b) && shift >= 0 && shift <= MOST_SHIFT && a->precision + shift <= DECIMAL_DIGITS &&
           a->precision + shift <= result->precision && result->scale > 0 && result->scale <= MOST_SCALE;
}

static uint64_t magnitude_of(int64_t value) {
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static bool divide_narrowly(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            numeric_refuse *refuse_zero, struct error *err) {
    struct numeric_operand left = numeric_open(call->arena, &arguments[0], rows);
    struct numeric_operand right = numeric_open(call->arena, &arguments[1], rows);
    const int64_t *dividends = left.data, *divisors = right.data;
    uint64_t power = (uint64_t)decimal_powers[out->type->scale - arguments[0].type->scale + arguments[1].type->scale];
    for (uint32_t row = 0; row < rows; row++) {
        if (out->validity && !bit_get(out->validity, row)) continue;
        int64_t a = dividends[left.constant ? 0 : row], b = divisors[right.constant ? 0 : row];
        if (b == 0) {
            TRY(refuse_zero(&(struct numeric_failure){call, arguments, out, row, rows}, err));
            continue;
        }
        uint128 dividend = (uint128)magnitude_of(a) * power;
        uint64_t divisor = magnitude_of(b);
        uint128 quotient = dividend / divisor;
        uint64_t rest = (uint64_t)dividend - (uint64_t)quotient * divisor;
        quotient += rest >= divisor - rest;
        put(out, row, (int128)((a < 0) != (b < 0) ? 0 - quotient : quotient));
    }
    return true;
}

bool decimal_arithmetic(struct call *call, char symbol, const struct vector *arguments, uint32_t rows,
                        struct vector *out, numeric_refuse *refuse_zero, struct error *err) {
    if ((symbol == '+' || symbol == '-' || symbol == '*') && plain(call, symbol, arguments, rows, out)) return true;
    if (symbol == '/' && divides_narrowly(arguments[0].type, arguments[1].type, out->type))
        return divide_narrowly(call, arguments, rows, out, refuse_zero, err);
    operation *compute = find_operation(symbol);
    struct decimal_form form = result_form(symbol, arguments, out->type);
    int a_scale = arguments[0].type->scale, b_scale = arguments[1].type->scale;
    bool divides = symbol != '+' && symbol != '-' && symbol != '*';
    struct numeric_operand left = widen(call->arena, &arguments[0], rows);
    struct numeric_operand right = widen(call->arena, &arguments[1], rows);
    for (uint32_t row = 0; row < rows; row++) {
        if (out->validity && !bit_get(out->validity, row)) continue;
        int128 a = ((const int128 *)left.data)[left.constant ? 0 : row], result;
        int128 b = ((const int128 *)right.data)[right.constant ? 0 : row];
        struct numeric_failure failure = {call, arguments, out, row, rows};
        if (divides && b == 0)
            TRY(refuse_zero(&failure, err));
        else if (compute(a, a_scale, b, b_scale, form, &result))
            put(out, row, result);
        else
            TRY(refuse_overflow(&failure, symbol, a, b, form, err));
    }
    return true;
}
