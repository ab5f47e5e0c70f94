/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Floating point to decimal digits, as Java up to 18 does it.
 *
 * Integers below 2^63 are written as integers, less the digits beyond the precision. All else is Steele and
 * White's digit generation: with value = B / S and half the distance to the neighbours M / S, digits of B / S
 * are produced until what is left is within M of zero ("low") or of one more unit ("high"). Java's ways that
 * show in the results:
 *
 *   - in exponent form (below 10^-3, from 10^7) at least two digits are produced, even if one would do;
 *   - M is not widened upwards at a power of two, but narrowed on both sides;
 *   - the test for "high" is strict where B and 10 S fit 63 bits, and not strict where they do not.
 *
 * B, S and M are 32 or 64-bit where Java's are, else 128-bit where they fit, else numbers of 1280 bits: the
 * far ends of the range alone.
 */
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/number.h"

enum { LIMBS = 40, FRACTION_BITS = 52 };

/* A natural number, least limb first. */
struct big {
    uint32_t limbs[LIMBS];
    int count;
};

static void big_multiply(struct big *x, uint32_t factor) {
    uint64_t carry = 0;
    for (int i = 0; i < x->count; i++) {
        carry += (uint64_t)x->limbs[i] * factor;
        x->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry) x->limbs[x->count++] = (uint32_t)carry;
}

static void big_shift(struct big *x, int bits) {
    int whole = bits / 32, part = bits % 32;
    if (part) big_multiply(x, UINT32_C(1) << part);
    if (!whole || !x->count) return;
    memmove(x->limbs + whole, x->limbs, (size_t)x->count * sizeof x->limbs[0]);
    memset(x->limbs, 0, (size_t)whole * sizeof x->limbs[0]);
    x->count += whole;
}

/* value * 5^fives * 2^twos */
static struct big big_make(uint64_t value, int fives, int twos) {
    struct big x = {.limbs = {(uint32_t)value, (uint32_t)(value >> 32)}, .count = value >> 32 ? 2 : 1};
    for (; fives >= 13; fives -= 13) big_multiply(&x, UINT32_C(1220703125));
    for (; fives > 0; fives--) big_multiply(&x, 5);
    big_shift(&x, twos);
    return x;
}

static int big_compare(const struct big *x, const struct big *y) {
    int top = x->count > y->count ? x->count : y->count;
    for (int i = top - 1; i >= 0; i--) {
        uint32_t a = i < x->count ? x->limbs[i] : 0, b = i < y->count ? y->limbs[i] : 0;
        if (a != b) return a < b ? -1 : 1;
    }
    return 0;
}

static void big_subtract(struct big *x, const struct big *y) {
    int64_t borrow = 0;
    for (int i = 0; i < x->count; i++) {
        int64_t difference = (int64_t)x->limbs[i] - (i < y->count ? y->limbs[i] : 0) + borrow;
        x->limbs[i] = (uint32_t)difference;
        borrow = difference >> 32;
    }
    while (x->count > 0 && x->limbs[x->count - 1] == 0) x->count--;
}

static struct big big_sum(const struct big *x, const struct big *y) {
    struct big sum = {.count = x->count > y->count ? x->count : y->count};
    uint64_t carry = 0;
    for (int i = 0; i < sum.count; i++) {
        carry += (uint64_t)(i < x->count ? x->limbs[i] : 0) + (i < y->count ? y->limbs[i] : 0);
        sum.limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry) sum.limbs[sum.count++] = (uint32_t)carry;
    return sum;
}

/* Digit generation in progress. */
struct generation {
    char *digits;
    int count;
    int exponent; /* decimal, of the first digit */
    bool low, high;
    int difference; /* of what is left to a half: <0, 0, >0 */
};

/* The first digit may be a zero, when the estimate of the exponent was too high; exponent form goes on after
 * it. */
static void first_digit(struct generation *g, int digit) {
    if (digit == 0 && !g->high)
        g->exponent--;
    else
        g->digits[g->count++] = (char)('0' + digit);
    if (g->exponent < -3 || g->exponent >= 8) g->low = g->high = false;
}

/*
 * Java's int and long versions. Their sums and products may wrap around, which shows in the digits of a few
 * values; so do these. A step m that has become negative is taken as larger than everything.
 */
#define GENERATE(name, stype, utype)                                                                                   \
    static void name(struct generation *g, stype b, stype s, stype m) {                                                \
        const stype tens = (stype)((utype)s * 10);                                                                     \
        for (bool first = true; first || (!g->low && !g->high); first = false) {                                       \
            int digit = (int)(b / s);                                                                                  \
            b = (stype)((utype)(b % s) * 10);                                                                          \
            m = (stype)((utype)m * 10);                                                                                \
            g->low = b < m || (m <= 0 && !first);                                                                      \
            g->high = (stype)((utype)b + (utype)m) > tens || (m <= 0 && !first);                                       \
            if (first)                                                                                                 \
                first_digit(g, digit);                                                                                 \
            else                                                                                                       \
                g->digits[g->count++] = (char)('0' + digit);                                                           \
        }                                                                                                              \
        stype rest = (stype)((utype)b * 2 - (utype)tens);                                                              \
        g->difference = (rest > 0) - (rest < 0);                                                                       \
    }
GENERATE(generate_int, int32_t, uint32_t)
GENERATE(generate_long, int64_t, uint64_t)

static uint128 power_of_five(int n) {
    static const uint64_t powers[] = {UINT64_C(1),
                                      UINT64_C(5),
                                      UINT64_C(25),
                                      UINT64_C(125),
                                      UINT64_C(625),
                                      UINT64_C(3125),
                                      UINT64_C(15625),
                                      UINT64_C(78125),
                                      UINT64_C(390625),
                                      UINT64_C(1953125),
                                      UINT64_C(9765625),
                                      UINT64_C(48828125),
                                      UINT64_C(244140625),
                                      UINT64_C(1220703125),
                                      UINT64_C(6103515625),
                                      UINT64_C(30517578125),
                                      UINT64_C(152587890625),
                                      UINT64_C(762939453125),
                                      UINT64_C(3814697265625),
                                      UINT64_C(19073486328125),
                                      UINT64_C(95367431640625),
                                      UINT64_C(476837158203125),
                                      UINT64_C(2384185791015625),
                                      UINT64_C(11920928955078125),
                                      UINT64_C(59604644775390625),
                                      UINT64_C(298023223876953125),
                                      UINT64_C(1490116119384765625),
                                      UINT64_C(7450580596923828125)};
    const int most = sizeof powers / sizeof *powers - 1;
    return n <= most ? powers[n] : (uint128)powers[most] * power_of_five(n - most);
}

/* A value scaled so that 17 of its digits are before the point, with what is left, and M, in units of 2^-below. */
struct scaled {
    uint64_t digits, rest, m;
    int below;
};

/* Leaves the digits before the last ones, as many as `unit` has zeros. Says whether they, or one more, are within M. */
#define GENERATE_TO(name, utype)                                                                                       \
    static inline bool name(struct generation *g, const struct scaled *v, uint64_t unit, uint64_t *digits) {           \
        utype rest = (utype)(v->digits % unit) << v->below | v->rest, whole = (utype)unit << v->below;                 \
        *digits = v->digits / unit;                                                                                    \
        g->low = rest < v->m;                                                                                          \
        g->high = rest + v->m > whole;                                                                                 \
        g->difference = (rest * 2 > whole) - (rest * 2 < whole);                                                       \
        return g->low | g->high;                                                                                       \
    }
GENERATE_TO(generate_near, uint64_t)
GENERATE_TO(generate_far, uint128)

enum { MOST_BELOW_NEAR = 53 }; /* a thousand units, of which the largest M is a part, twice: less than 2^64 */

/* The fewest digits that will do, of 15 to 17; 0: fewer would have done, or no such will. */
#define FEWEST_DIGITS(name, generate_to)                                                                               \
    static uint64_t name(struct generation *g, const struct scaled *v) {                                               \
        uint64_t digits;                                                                                               \
        if (generate_to(g, v, 1000, &digits)) return 0;                                                                \
        bool found =                                                                                                   \
            generate_to(g, v, 100, &digits) || generate_to(g, v, 10, &digits) || generate_to(g, v, 1, &digits);        \
        return found ? digits : 0;                                                                                     \
    }
FEWEST_DIGITS(fewest_near, generate_near)
FEWEST_DIGITS(fewest_far, generate_far)

/*
 * Doubles of everyday size that are no short decimals take 15 to 17 digits. Once the digits so far are within M of the
 * value, all longer ones are: if 14 are not, no fewer have been. No sum here comes out even, so that it does not matter
 * how strict a test is. False: this is no such value.
 */
static bool generate_directly(struct generation *g, uint64_t fraction, int binary_exponent) {
    enum { MOST_BELOW = 56 };
    const int below = FRACTION_BITS - binary_exponent;
    if (below < 1 || below > MOST_BELOW) return false;
    const uint64_t mask = (UINT64_C(1) << below) - 1;
    if (!(fraction & (fraction - 1)) || !(fraction & mask)) return false; /* a power of two; an integer */
    g->exponent = binary_exponent * 1233 >> 12;                           /* of ten, or one less */
    uint64_t power = (uint64_t)decimal_powers[16 - g->exponent];
    if ((uint128)fraction * power >> below >= (uint64_t)decimal_powers[17]) {
        g->exponent++;
        power /= 10;
    }
    uint128 units = (uint128)fraction * power;
    struct scaled v = {(uint64_t)(units >> below), (uint64_t)units & mask, power / 2, below};
    uint64_t digits = below <= MOST_BELOW_NEAR ? fewest_near(g, &v) : fewest_far(g, &v);
    if (digits) g->count = (int)uint64_format(digits, g->digits);
    return digits;
}

/* Where Java uses big integers, but 128 bits are enough. */
static void generate_narrow(struct generation *g, uint128 b, uint128 s, uint128 m) {
    uint128 tens = s * 10;
    for (bool first = true; first || (!g->low && !g->high); first = false) {
        int digit = (int)(b / s);
        b = b % s * 10;
        m *= 10;
        g->low = b < m;
        g->high = b + m >= tens;
        if (first)
            first_digit(g, digit);
        else
            g->digits[g->count++] = (char)('0' + digit);
    }
    g->difference = (b * 2 > tens) - (b * 2 < tens);
}

static void generate_wide(struct generation *g, struct big b, const struct big *s, struct big m) {
    struct big tens = *s;
    big_multiply(&tens, 10);
    for (bool first = true; first || (!g->low && !g->high); first = false) {
        int digit = 0;
        for (; big_compare(&b, s) >= 0; digit++) big_subtract(&b, s);
        big_multiply(&b, 10);
        big_multiply(&m, 10);
        struct big sum = big_sum(&b, &m);
        g->low = big_compare(&b, &m) < 0;
        g->high = big_compare(&sum, &tens) >= 0;
        if (first)
            first_digit(g, digit);
        else
            g->digits[g->count++] = (char)('0' + digit);
    }
    big_multiply(&b, 2);
    g->difference = big_compare(&b, &tens);
}

static void round_up(struct generation *g) {
    int i = g->count - 1;
    while (i >= 0 && g->digits[i] == '9') g->digits[i--] = '0';
    if (i >= 0) {
        g->digits[i]++;
        return;
    }
    g->digits[0] = '1';
    g->exponent++;
}

/* Bits that 5^n takes; Java's estimate of 3 n where it has no table. */
static int bits_of_five(int n) {
    static const uint8_t bits[] = {0,  3,  5,  7,  10, 12, 14, 17, 19, 21, 24, 26, 28, 31,
                                   33, 35, 38, 40, 42, 45, 47, 49, 52, 54, 56, 59, 61};
    return n < (int)sizeof bits ? bits[n] : n * 3;
}

/* An integer without the digits that its precision does not carry. */
static int integer_digits(uint64_t value, int binary_exponent, int precision, char *digits, int *exponent) {
    int dropped = 0;
    if (binary_exponent > precision && binary_exponent - precision - 1 > 1)
        dropped = (int)((binary_exponent - precision - 1) * 0.30103);
    if (dropped) {
        uint64_t unit = 1;
        for (int i = 0; i < dropped; i++) unit *= 10;
        value = value / unit + (value % unit >= unit / 2);
    }
    char text[INTEGER_TEXT];
    int size = (int)uint64_format(value, text);
    *exponent = size + dropped;
    while (size > 1 && text[size - 1] == '0') size--;
    memcpy(digits, text, (size_t)size);
    return size;
}

/* Java's long way. value = fraction * 2^(binary_exponent - 52); below_point: how many bits of it are there; precision:
 * how many of its bits are real. */
static void generate(struct generation *g, uint64_t fraction, int binary_exponent, int below_point, int precision) {
    int trailing = __builtin_ctzll(fraction), bits = FRACTION_BITS + 1 - trailing;
    double mantissa = (double)fraction * 0x1p-52;
    g->exponent = (int)floor((mantissa - 1.5) * 0.289529654 + 0.176091259 + binary_exponent * 0.301029995663981);
    int b5 = g->exponent < 0 ? -g->exponent : 0, s5 = g->exponent > 0 ? g->exponent : 0;
    int b2 = b5 + below_point + binary_exponent, s2 = s5 + below_point, m2 = b2 - precision;
    b2 -= bits - 1;
    int common = b2 < s2 ? b2 : s2;
    b2 -= common;
    s2 -= common;
    m2 -= common + (bits == 1);
    if (m2 < 0) {
        b2 -= m2;
        s2 -= m2;
        m2 = 0;
    }
    fraction >>= trailing;
    int b_bits = bits + b2 + bits_of_five(b5), tens_bits = s2 + 1 + bits_of_five(s5 + 1);
    if (b_bits < 120 && tens_bits < 120) {
        uint128 b = (uint128)fraction * power_of_five(b5) << b2, unit = power_of_five(s5) << s2;
        uint128 m = power_of_five(b5) << m2;
        if (b_bits < 32 && tens_bits < 32)
            generate_int(g, (int32_t)b, (int32_t)unit, (int32_t)m);
        else if (b_bits < 64 && tens_bits < 64)
            generate_long(g, (int64_t)b, (int64_t)unit, (int64_t)m);
        else
            generate_narrow(g, b, unit, m);
    } else {
        struct big unit = big_make(1, s5, s2);
        generate_wide(g, big_make(fraction, b5, b2), &unit, big_make(1, b5, m2));
    }
}

/* value = fraction * 2^(binary_exponent - 52), fraction with bit 52 set; precision: how many of its bits are
 * real. */
static int find_digits(uint64_t fraction, int binary_exponent, int precision, char *digits, int *exponent) {
    int below_point = FRACTION_BITS - __builtin_ctzll(fraction) - binary_exponent;
    if (below_point < 0) below_point = 0;
    if (binary_exponent >= -21 && binary_exponent <= 62 && below_point == 0) {
        uint64_t value = binary_exponent >= FRACTION_BITS ? fraction << (binary_exponent - FRACTION_BITS)
                                                          : fraction >> (FRACTION_BITS - binary_exponent);
        return integer_digits(value, binary_exponent, precision, digits, exponent);
    }
    struct generation g = {.digits = digits};
    if (precision != FRACTION_BITS + 1 || !generate_directly(&g, fraction, binary_exponent)) {
        g = (struct generation){.digits = digits};
        generate(&g, fraction, binary_exponent, below_point, precision);
    }
    bool tie_up = g.difference > 0 || (g.difference == 0 && (digits[g.count - 1] & 1));
    if (g.high && (!g.low || tie_up)) round_up(&g);
    *exponent = g.exponent + 1;
    return g.count;
}

/*
 * Most doubles in data are short decimals. One of at most 15 digits that reads back as the value is the only
 * such, and in this range is what the long way finds; trailing zeros are not digits. Returns 0 when there is
 * none.
 */
static int short_digits(double value, char *digits, int *exponent) {
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    static const double most = 1e15, least = 1e-3;
    if (value < least || value >= most) return 0;
    double units = value * 1e6; /* a value with so few places is off from a whole number by rounding alone */
    if (units < most && fabs(units - rint(units)) > units * 0x1p-50) return 0;
    for (int places = 0; places < (int)(sizeof powers / sizeof *powers); places++) {
        double scaled = value * powers[places];
        if (scaled >= most) return 0;
        double whole = rint(scaled);
        if (whole / powers[places] != value) continue;
        int size = (int)uint64_format((uint64_t)whole, digits);
        *exponent = size - places;
        while (size > 1 && digits[size - 1] == '0') size--;
        return size;
    }
    return 0;
}

int double_digits(double value, char *digits, int *exponent) {
    int count = short_digits(value, digits, exponent);
    if (count) return count;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    int binary_exponent = (int)(bits >> 52 & 0x7FF);
    if (binary_exponent) return find_digits(fraction | UINT64_C(1) << 52, binary_exponent - 1023, 53, digits, exponent);
    int zeros = __builtin_clzll(fraction), shift = zeros - 11;
    return find_digits(fraction << shift, 1 - shift - 1023, 64 - zeros, digits, exponent);
}

/* The text and the value are within a unit in the last place of each other; the product is off by half of one more. */
bool double_units(double value, int places, int64_t *units) {
    static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
    if (places < 0 || places >= (int)(sizeof powers / sizeof *powers)) return false;
    double scaled = fabs(value) * powers[places];
    if (!(scaled < 0x1p50)) return false;
    int64_t whole = (int64_t)scaled;
    double rest = scaled - (double)whole;
    if (fabs(rest - 0.5) <= scaled * 0x1p-50) return false;
    whole += rest > 0.5;
    *units = value < 0 ? -whole : whole;
    return true;
}

static int float_digits(float value, char *digits, int *exponent) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t fraction = bits & 0x7FFFFF;
    int binary_exponent = (int)(bits >> 23 & 0xFF), precision = 24;
    if (binary_exponent) {
        fraction |= 0x800000;
    } else {
        int zeros = __builtin_clz(fraction), shift = zeros - 8;
        fraction <<= shift;
        binary_exponent = 1 - shift;
        precision = 32 - zeros;
    }
    return find_digits((uint64_t)fraction << 29, binary_exponent - 127, precision, digits, exponent);
}

static char *add(char *out, const char *bytes, int size) {
    memcpy(out, bytes, (size_t)size);
    return out + size;
}

static char *add_zeros(char *out, int count) {
    memset(out, '0', (size_t)count);
    return out + count;
}

/* 0.digits * 10^exponent in Java's layout. */
static char *lay_out(char *out, const char *digits, int count, int exponent) {
    if (exponent > 0 && exponent < 8) {
        int whole = count < exponent ? count : exponent;
        memcpy(out, digits, 8); /* there is room, and a move takes no time */
        out += whole;
        out = add_zeros(out, exponent - whole);
        *out++ = '.';
        if (count > whole) return add(out, digits + whole, count - whole);
        *out++ = '0';
        return out;
    }
    if (exponent <= 0 && exponent > -3) {
        out = add(out, "0.", 2);
        out = add_zeros(out, -exponent);
        return add(out, digits, count);
    }
    *out++ = digits[0];
    *out++ = '.';
    out = count > 1 ? add(out, digits + 1, count - 1) : add(out, "0", 1);
    *out++ = 'E';
    return out + int64_format(exponent - 1, out);
}

/* NaN, infinities and zeros; NULL when it is none of these. */
static char *special(double value, char *out) {
    if (isnan(value)) return add(out, "NaN", 3);
    if (signbit(value)) *out++ = '-';
    if (isinf(value)) return add(out, "Infinity", 8);
    return value == 0 ? add(out, "0.0", 3) : NULL;
}

size_t double_format(double value, char *out) {
    char digits[DOUBLE_DIGITS], *end = special(value, out);
    if (end) return (size_t)(end - out);
    int exponent, count = double_digits(fabs(value), digits, &exponent);
    return (size_t)(lay_out(out + (value < 0), digits, count, exponent) - out);
}

size_t float_format(float value, char *out) {
    char digits[DOUBLE_DIGITS], *end = special(value, out);
    if (end) return (size_t)(end - out);
    int exponent, count = float_digits(fabsf(value), digits, &exponent);
    return (size_t)(lay_out(out + (value < 0), digits, count, exponent) - out);
}
