/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Natural numbers of 512 bits, for what decimals cannot do in 128. Callers keep results below 2^512: two
 * decimals of 38 digits and the powers of ten between their scales stay far below.
 */
#ifndef ROOST_BASE_WIDE_H
#define ROOST_BASE_WIDE_H

#include <stdbool.h>
#include <stdint.h>

enum { WIDE_LIMBS = 16, WIDE_DIGITS = 160 };

struct wide {
    uint32_t limbs[WIDE_LIMBS]; /* least first */
};

struct wide wide_of(unsigned __int128 value);
bool wide_to_128(const struct wide *w, unsigned __int128 *value);
bool wide_is_zero(const struct wide *w);
int wide_compare(const struct wide *a, const struct wide *b);
struct wide wide_sum(const struct wide *a, const struct wide *b);
struct wide wide_difference(const struct wide *a, const struct wide *b); /* a >= b */
struct wide wide_product(unsigned __int128 a, unsigned __int128 b);
struct wide wide_scaled(const struct wide *w, int powers_of_ten);
struct wide wide_power_of_ten(int power);
/* Decimal digits, without leading zeros ("0" for 0); how many. */
int wide_digits(const struct wide *w, char out[WIDE_DIGITS]);
int wide_digit_count(const struct wide *w);
void wide_increment(struct wide *w);
void wide_divide(const struct wide *dividend, const struct wide *divisor, struct wide *quotient,
                 struct wide *remainder);

#endif
