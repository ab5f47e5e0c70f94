/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decimal arithmetic. Each operation first tries 128 bits, which is nearly always enough; when something
 * overflows, it is done again in 512 bits (base/wide.h), where nothing can: the largest intermediate, a
 * dividend of 38 digits scaled to 39 digits after the point over a divisor that has 38 there, has 115 digits
 * or 382 bits.
 */
#include "base/decimal.h"

#include "base/wide.h"

#define TEN19 UINT64_C(10000000000000000000)
#define SMALL(n) (uint128)(UINT64_C(1##n))
#define LARGE(n) ((uint128)UINT64_C(1##n) * TEN19)

const uint128 decimal_powers[DECIMAL_DIGITS + 1] = {1,
                                                    SMALL(0),
                                                    SMALL(00),
                                                    SMALL(000),
                                                    SMALL(0000),
                                                    SMALL(00000),
                                                    SMALL(000000),
                                                    SMALL(0000000),
                                                    SMALL(00000000),
                                                    SMALL(000000000),
                                                    SMALL(0000000000),
                                                    SMALL(00000000000),
                                                    SMALL(000000000000),
                                                    SMALL(0000000000000),
                                                    SMALL(00000000000000),
                                                    SMALL(000000000000000),
                                                    SMALL(0000000000000000),
                                                    SMALL(00000000000000000),
                                                    SMALL(000000000000000000),
                                                    TEN19,
                                                    LARGE(0),
                                                    LARGE(00),
                                                    LARGE(000),
                                                    LARGE(0000),
                                                    LARGE(00000),
                                                    LARGE(000000),
                                                    LARGE(0000000),
                                                    LARGE(00000000),
                                                    LARGE(000000000),
                                                    LARGE(0000000000),
                                                    LARGE(00000000000),
                                                    LARGE(000000000000),
                                                    LARGE(0000000000000),
                                                    LARGE(00000000000000),
                                                    LARGE(000000000000000),
                                                    LARGE(0000000000000000),
                                                    LARGE(00000000000000000),
                                                    LARGE(000000000000000000),
                                                    (uint128)TEN19 *TEN19};

int decimal_digit_count(int128 v) {
    uint128 magnitude = decimal_magnitude(v);
    int low = 1, high = DECIMAL_DIGITS + 1; /* 39 digits are possible in 128 bits */
    while (low < high) {
        int middle = (low + high) / 2;
        if (magnitude < decimal_powers[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static int128 with_sign(uint128 magnitude, bool negative) {
    return (int128)(negative ? 0 - magnitude : magnitude);
}

/* Whether |x| = quotient + remainder / divisor goes up by one. doubled: compares 2 * remainder with the
 * divisor. */
static bool rounds_up(enum rounding rounding, bool negative, bool odd, bool has_remainder, int doubled) {
    switch (rounding) {
        case ROUND_HALF_UP: return doubled >= 0;
        case ROUND_HALF_EVEN: return doubled > 0 || (doubled == 0 && odd);
        case ROUND_FLOOR: return negative && has_remainder;
        case ROUND_CEILING: return !negative && has_remainder;
        case ROUND_DOWN: return false;
    }
    return false;
}

/* A wide magnitude as a result: of the form's precision, with the sign. */
static bool narrow(const struct wide *w, bool negative, int precision, int128 *out) {
    uint128 magnitude;
    if (!wide_to_128(w, &magnitude) || magnitude >= decimal_powers[precision]) return false;
    *out = with_sign(magnitude, negative);
    return true;
}

/* w / 10^digits, rounded. */
static void drop_digits(struct wide *w, int digits, bool negative, enum rounding rounding) {
    struct wide divisor = wide_power_of_ten(digits), quotient, remainder;
    wide_divide(w, &divisor, &quotient, &remainder);
    struct wide twice = wide_sum(&remainder, &remainder);
    int doubled = wide_compare(&twice, &divisor);
    bool up = rounds_up(rounding, negative, quotient.limbs[0] & 1, !wide_is_zero(&remainder), doubled);
    *w = quotient;
    if (up) wide_increment(w);
}

static bool wide_rescale(struct wide *w, int from_scale, struct decimal_form to, bool negative, enum rounding rounding,
                         int128 *out) {
    if (from_scale > to.scale)
        drop_digits(w, from_scale - to.scale, negative, rounding);
    else
        *w = wide_scaled(w, to.scale - from_scale);
    return narrow(w, negative, to.precision, out);
}

/* |v| / unit, rounded. */
static uint128 divide_rounded(uint128 magnitude, uint128 unit, bool negative, enum rounding rounding) {
    uint128 quotient = magnitude / unit, remainder = magnitude - quotient * unit, rest = unit - remainder;
    int doubled = (remainder > rest) - (remainder < rest);
    return quotient + rounds_up(rounding, negative, quotient & 1, remainder != 0, doubled);
}

bool decimal_rescale(int128 v, int from_scale, struct decimal_form to, enum rounding rounding, int128 *out) {
    bool negative = v < 0;
    uint128 magnitude = decimal_magnitude(v);
    int shift = to.scale - from_scale;
    if (shift > 0) {
        if (magnitude == 0) return *out = 0, true;
        if (shift > DECIMAL_DIGITS || magnitude > decimal_powers[DECIMAL_DIGITS] / decimal_powers[shift]) return false;
        magnitude *= decimal_powers[shift];
    } else if (shift < -DECIMAL_DIGITS) {
        magnitude = rounds_up(rounding, negative, false, magnitude != 0, -1);
    } else if (shift < 0) {
        magnitude = divide_rounded(magnitude, decimal_powers[-shift], negative, rounding);
    }
    if (magnitude >= decimal_powers[to.precision]) return false;
    *out = with_sign(magnitude, negative);
    return true;
}

/* v * 10^shift when 128 bits hold it. */
static inline bool scale_up(int128 v, int shift, int128 *out) {
    return shift <= DECIMAL_DIGITS && !__builtin_mul_overflow(v, (int128)decimal_powers[shift], out);
}

/* a * 10^a_shift + b * 10^b_shift: its magnitude and sign. */
static struct wide add_magnitudes(int128 a, int a_shift, int128 b, int b_shift, bool *negative) {
    struct wide x = wide_of(decimal_magnitude(a)), y = wide_of(decimal_magnitude(b));
    x = wide_scaled(&x, a_shift);
    y = wide_scaled(&y, b_shift);
    *negative = a < 0;
    if ((a < 0) == (b < 0)) return wide_sum(&x, &y);
    bool swap = wide_compare(&x, &y) < 0;
    if (swap) *negative = b < 0;
    return swap ? wide_difference(&y, &x) : wide_difference(&x, &y);
}

static bool add_wide(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out) {
    int scale = a_scale > b_scale ? a_scale : b_scale;
    bool negative;
    struct wide sum = add_magnitudes(a, scale - a_scale, b, scale - b_scale, &negative);
    return wide_rescale(&sum, scale, result, negative, ROUND_HALF_UP, out);
}

bool decimal_add(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out) {
    int scale = a_scale > b_scale ? a_scale : b_scale;
    int128 x, y, sum;
    if (!scale_up(a, scale - a_scale, &x) || !scale_up(b, scale - b_scale, &y) || __builtin_add_overflow(x, y, &sum))
        return add_wide(a, a_scale, b, b_scale, result, out);
    if (scale == result.scale && decimal_fits(sum, result.precision)) return *out = sum, true;
    return decimal_rescale(sum, scale, result, ROUND_HALF_UP, out);
}

bool decimal_subtract(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out) {
    return decimal_add(a, a_scale, -b, b_scale, result, out);
}

/* Rounds a product to 39 digits, as Spark's context does before the scale is looked at; how many digits went.
 */
static int cut_product(struct wide *w, bool negative) {
    int dropped = wide_digit_count(w) - DECIMAL_CONTEXT_DIGITS;
    if (dropped <= 0) return 0;
    drop_digits(w, dropped, negative, ROUND_HALF_UP);
    return dropped;
}

bool decimal_multiply(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out) {
    int128 product;
    if (!__builtin_mul_overflow(a, b, &product))
        return decimal_rescale(product, a_scale + b_scale, result, ROUND_HALF_UP, out);
    bool negative = (a < 0) != (b < 0);
    struct wide w = wide_product(decimal_magnitude(a), decimal_magnitude(b));
    int scale = a_scale + b_scale - cut_product(&w, negative);
    return wide_rescale(&w, scale, result, negative, ROUND_HALF_UP, out);
}

/* The dividend and divisor as whole numbers: a * 10^(scale - a_scale + b_scale) over b, or over b * 10^n. */
static void align_division(int128 a, int a_scale, int128 b, int b_scale, int scale, struct wide *x, struct wide *y) {
    int shift = scale - a_scale + b_scale;
    *x = wide_of(decimal_magnitude(a));
    *y = wide_of(decimal_magnitude(b));
    if (shift >= 0)
        *x = wide_scaled(x, shift);
    else
        *y = wide_scaled(y, -shift);
}

static bool divide_wide(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out) {
    struct wide x, y, quotient, remainder;
    align_division(a, a_scale, b, b_scale, DECIMAL_CONTEXT_DIGITS, &x, &y);
    wide_divide(&x, &y, &quotient, &remainder);
    struct wide twice = wide_sum(&remainder, &remainder);
    if (wide_compare(&twice, &y) >= 0) wide_increment(&quotient);
    return wide_rescale(&quotient, DECIMAL_CONTEXT_DIGITS, result, (a < 0) != (b < 0), ROUND_HALF_UP, out);
}

/*
 * The same in 128 bits, at the result's scale at once. Rounding at 39 digits first and then at the scale goes
 * up when the remainder r of the divisor d is at least half of it, or short of that by at most 5 * 10^-40 of
 * the quotient: d - 2 r <= d / 10^(39 - scale).
 */
bool decimal_divide(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out) {
    if (b == 0) return false;
    int shift = result.scale - a_scale + b_scale;
    int128 x;
    if (shift < 0 || result.scale == 0 || !scale_up(a, shift, &x))
        return divide_wide(a, a_scale, b, b_scale, result, out);
    uint128 divisor = decimal_magnitude(b), dividend = decimal_magnitude(x);
    uint128 quotient = dividend / divisor, remainder = dividend - quotient * divisor, rest = divisor - remainder;
    uint128 unit =
        decimal_powers[DECIMAL_CONTEXT_DIGITS - result.scale]; /* mostly above the divisor, so that nothing is near */
    if (remainder >= rest || (divisor >= unit && rest - remainder <= divisor / unit)) quotient++;
    if (quotient >= decimal_powers[result.precision]) return false;
    *out = with_sign(quotient, (a < 0) != (b < 0));
    return true;
}

bool decimal_remainder(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out) {
    if (b == 0) return false;
    int scale = a_scale > b_scale ? a_scale : b_scale;
    int128 x, y;
    if (scale_up(a, scale - a_scale, &x) && scale_up(b, scale - b_scale, &y))
        return decimal_rescale(x % y, scale, result, ROUND_HALF_UP, out);
    struct wide dividend = wide_of(decimal_magnitude(a)), divisor = wide_of(decimal_magnitude(b));
    struct wide quotient, remainder;
    dividend = wide_scaled(&dividend, scale - a_scale);
    divisor = wide_scaled(&divisor, scale - b_scale);
    wide_divide(&dividend, &divisor, &quotient, &remainder);
    return wide_rescale(&remainder, scale, result, a < 0, ROUND_HALF_UP, out);
}

bool decimal_positive_remainder(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out) {
    int scale = a_scale > b_scale ? a_scale : b_scale;
    const struct decimal_form exact = {DECIMAL_DIGITS, scale};
    int128 rest;
    if (!decimal_remainder(a, a_scale, b, b_scale, exact, &rest)) return false;
    if (rest < 0 && b > 0) return decimal_add(rest, scale, b, b_scale, result, out);
    return decimal_rescale(rest, scale, result, ROUND_HALF_UP, out);
}

bool decimal_quotient(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out) {
    if (b == 0) return false;
    struct wide x, y, quotient, remainder;
    align_division(a, a_scale, b, b_scale, 0, &x, &y);
    wide_divide(&x, &y, &quotient, &remainder);
    return wide_rescale(&quotient, 0, result, (a < 0) != (b < 0), ROUND_HALF_UP, out);
}

int decimal_compare(int128 a, int a_scale, int128 b, int b_scale) {
    int128 x, y;
    int scale = a_scale > b_scale ? a_scale : b_scale;
    if (scale_up(a, scale - a_scale, &x) && scale_up(b, scale - b_scale, &y)) return (x > y) - (x < y);
    if ((a < 0) != (b < 0)) return a < 0 ? -1 : 1;
    struct wide p = wide_of(decimal_magnitude(a)), q = wide_of(decimal_magnitude(b));
    p = wide_scaled(&p, scale - a_scale);
    q = wide_scaled(&q, scale - b_scale);
    return a < 0 ? wide_compare(&q, &p) : wide_compare(&p, &q);
}

bool decimal_to_int64(int128 v, int scale, int64_t *out) {
    int128 whole = scale > 0 ? v / (int128)decimal_powers[scale] : v;
    *out = (int64_t)whole;
    return whole == (int128)*out;
}

size_t decimal_exact_format(char op, int128 a, int a_scale, int128 b, int b_scale, char *out) {
    struct wide w, x, y, remainder;
    int scale = a_scale > b_scale ? a_scale : b_scale;
    bool negative = (a < 0) != (b < 0);
    switch (op) {
        case '*':
            w = wide_product(decimal_magnitude(a), decimal_magnitude(b));
            scale = a_scale + b_scale - cut_product(&w, negative);
            break;
        case '/':
        case 'd':
            scale = op == '/' ? DECIMAL_CONTEXT_DIGITS : 0;
            align_division(a, a_scale, b, b_scale, scale, &x, &y);
            wide_divide(&x, &y, &w, &remainder);
            break;
        default:
            if (op == '-') b = -b;
            w = add_magnitudes(a, scale - a_scale, b, scale - b_scale, &negative);
    }
    return decimal_wide_format(&w, negative, scale, out);
}

size_t decimal_wide_format(const struct wide *w, bool negative, int scale, char *out) {
    char digits[WIDE_DIGITS], *p = out;
    int count = wide_digits(w, digits);
    if (negative) *p++ = '-';
    for (int i = count > scale ? 0 : count - scale - 1; i < count; i++) {
        *p++ = i < 0 ? '0' : digits[i];
        if (i == count - scale - 1 && scale > 0) *p++ = '.';
    }
    return (size_t)(p - out);
}
