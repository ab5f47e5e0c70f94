/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decimals: an unscaled 128-bit integer, whose scale the type knows.
 *
 * Results are exact where the precision holds them and rounded half up (away from zero) where it does not, as
 * Spark's Decimal over Java's BigDecimal; intermediates have up to 512 bits. A function that answers false
 * has met a value of more digits than asked for, or a zero divisor, and has not set *out.
 */
#ifndef ROOST_BASE_DECIMAL_H
#define ROOST_BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;
struct wide;

typedef __int128 int128;
typedef unsigned __int128 uint128;

enum { DECIMAL_DIGITS = 38, DECIMAL_TEXT = 48, DECIMAL_EXACT_TEXT = 200 };
/* Spark multiplies to 39 significant digits and divides to 39 behind the point before it rounds to the result. */
enum { DECIMAL_CONTEXT_DIGITS = DECIMAL_DIGITS + 1 };

enum rounding {
    ROUND_HALF_UP,   /* away from zero at the half */
    ROUND_HALF_EVEN, /* bround */
    ROUND_FLOOR,
    ROUND_CEILING,
    ROUND_DOWN /* towards zero */
};

/* 10^n, n from 0 to 38. */
extern const uint128 decimal_powers[DECIMAL_DIGITS + 1];

static inline uint128 decimal_magnitude(int128 v) {
    return v < 0 ? 0 - (uint128)v : (uint128)v;
}
/* |v| has at most `precision` digits. */
static inline bool decimal_fits(int128 v, int precision) {
    return decimal_magnitude(v) < decimal_powers[precision];
}
int decimal_digit_count(int128 v); /* 1 for 0 */

/* A value's number of digits and scale, as the operations take them. */
struct decimal_form {
    int precision, scale;
};

bool decimal_rescale(int128 v, int from_scale, struct decimal_form to, enum rounding rounding, int128 *out);
bool decimal_add(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out);
bool decimal_subtract(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out);
bool decimal_multiply(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out);
/* Rounded to 39 digits after the point first, as Spark does. */
bool decimal_divide(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out);
/* What is left of truncated division; has the sign of a. */
bool decimal_remainder(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out);
/* The same, but not negative for a positive b (pmod). */
bool decimal_positive_remainder(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out);
/* The whole part of a / b. */
bool decimal_quotient(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out);
/* <0, 0, >0, for any scales. */
int decimal_compare(int128 a, int a_scale, int128 b, int b_scale);

/* Correctly rounded, as BigDecimal.doubleValue(). */
double decimal_to_double(int128 v, int scale);
float decimal_to_single(int128 v, int scale);
/* By way of the text that Java writes for the double. False: NaN, infinite, or too large. */
bool decimal_from_double(double value, struct decimal_form to, int128 *out);
/* What a op b is before it is rounded to a result, for the message that it does not fit; op one of + - * / d.
 * Needs DECIMAL_EXACT_TEXT bytes. */
size_t decimal_exact_format(char op, int128 a, int a_scale, int128 b, int b_scale, char *out);
/* The same of a number with its scale. */
size_t decimal_wide_format(const struct wide *w, bool negative, int scale, char *out);
/* Truncated towards zero. False: beyond 64 bits; *out has the low bits then. */
bool decimal_to_int64(int128 v, int scale, int64_t *out);

/* toPlainString: 0.00001230. Returns the length; needs DECIMAL_TEXT bytes. */
size_t decimal_format(int128 v, int scale, char *out);
/* toString: 0.00000010 is 1.0E-7. */
size_t decimal_format_scientific(int128 v, int scale, char *out);

enum decimal_status { DECIMAL_GOOD, DECIMAL_MALFORMED, DECIMAL_TOO_LARGE };
/* Java's BigDecimal(text), white space around allowed, rounded to the form. */
enum decimal_status decimal_parse(const char *text, size_t size, struct decimal_form to, int128 *out);
/* Appends such a text without its exponent and spaces (1.5E3 is 1500), whatever its length: for messages. */
void decimal_plain_add(struct text *out, const char *text, size_t size);

#endif
