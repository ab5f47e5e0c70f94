/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Schoolbook arithmetic in limbs of 32 bits; division is Knuth's algorithm D: the divisor is shifted until
 * its highest bit is set, so that a quotient digit guessed from the two highest limbs is at most two too
 * large.
 */
#include "base/wide.h"

#include <string.h>

struct wide wide_of(unsigned __int128 value) {
    struct wide w = {{0}};
    for (int i = 0; i < 4; i++, value >>= 32) w.limbs[i] = (uint32_t)value;
    return w;
}

bool wide_to_128(const struct wide *w, unsigned __int128 *value) {
    for (int i = 4; i < WIDE_LIMBS; i++)
        if (w->limbs[i]) return false;
    *value = 0;
    for (int i = 3; i >= 0; i--) *value = *value << 32 | w->limbs[i];
    return true;
}

bool wide_is_zero(const struct wide *w) {
    for (int i = 0; i < WIDE_LIMBS; i++)
        if (w->limbs[i]) return false;
    return true;
}

int wide_compare(const struct wide *a, const struct wide *b) {
    for (int i = WIDE_LIMBS - 1; i >= 0; i--)
        if (a->limbs[i] != b->limbs[i]) return a->limbs[i] < b->limbs[i] ? -1 : 1;
    return 0;
}

struct wide wide_sum(const struct wide *a, const struct wide *b) {
    struct wide sum;
    uint64_t carry = 0;
    for (int i = 0; i < WIDE_LIMBS; i++, carry >>= 32) {
        carry += (uint64_t)a->limbs[i] + b->limbs[i];
        sum.limbs[i] = (uint32_t)carry;
    }
    return sum;
}

struct wide wide_difference(const struct wide *a, const struct wide *b) {
    struct wide difference;
    int64_t borrow = 0;
    for (int i = 0; i < WIDE_LIMBS; i++, borrow >>= 32) {
        borrow += (int64_t)a->limbs[i] - b->limbs[i];
        difference.limbs[i] = (uint32_t)borrow;
    }
    return difference;
}

struct wide wide_product(unsigned __int128 a, unsigned __int128 b) {
    struct wide x = wide_of(a), y = wide_of(b), product = {{0}};
    for (int i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 4; j++, carry >>= 32) {
            carry += (uint64_t)x.limbs[i] * y.limbs[j] + product.limbs[i + j];
            product.limbs[i + j] = (uint32_t)carry;
        }
        product.limbs[i + 4] = (uint32_t)carry;
    }
    return product;
}

static void multiply(struct wide *w, uint32_t factor) {
    uint64_t carry = 0;
    for (int i = 0; i < WIDE_LIMBS; i++, carry >>= 32) {
        carry += (uint64_t)w->limbs[i] * factor;
        w->limbs[i] = (uint32_t)carry;
    }
}

struct wide wide_scaled(const struct wide *w, int powers_of_ten) {
    struct wide scaled = *w;
    for (; powers_of_ten >= 9; powers_of_ten -= 9) multiply(&scaled, 1000000000);
    for (; powers_of_ten > 0; powers_of_ten--) multiply(&scaled, 10);
    return scaled;
}

struct wide wide_power_of_ten(int power) {
    struct wide one = wide_of(1);
    return wide_scaled(&one, power);
}

void wide_increment(struct wide *w) {
    for (int i = 0; i < WIDE_LIMBS && ++w->limbs[i] == 0; i++) {
    }
}

static int limb_count(const struct wide *w) {
    int count = WIDE_LIMBS;
    while (count > 0 && !w->limbs[count - 1]) count--;
    return count;
}

/* Shifts limbs[0, count) left by less than 32 bits; what falls out goes into limbs[count]. */
static void shift_left(uint32_t *limbs, int count, int bits) {
    uint32_t carry = 0;
    for (int i = 0; i < count; i++) {
        uint64_t shifted = (uint64_t)limbs[i] << bits | carry;
        limbs[i] = (uint32_t)shifted;
        carry = (uint32_t)(shifted >> 32);
    }
    limbs[count] = carry;
}

static void divide_by_limb(const struct wide *dividend, uint32_t divisor, struct wide *quotient,
                           struct wide *remainder) {
    uint64_t rest = 0;
    for (int i = WIDE_LIMBS - 1; i >= 0; i--) {
        rest = rest << 32 | dividend->limbs[i];
        quotient->limbs[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    *remainder = wide_of(rest);
}

/* One digit: u[0..n] minus digit times v[0..n); the digit that makes it fit. */
static uint32_t take_digit(uint32_t *u, const uint32_t *v, int n) {
    uint64_t top = (uint64_t)u[n] << 32 | u[n - 1];
    uint64_t digit = top / v[n - 1], rest = top % v[n - 1];
    while (digit >> 32 || digit * v[n - 2] > (rest << 32 | u[n - 2])) {
        digit--;
        rest += v[n - 1];
        if (rest >> 32) break;
    }
    int64_t borrow = 0;
    uint64_t carry = 0;
    for (int i = 0; i < n; i++) {
        carry += digit * v[i];
        borrow += (int64_t)u[i] - (uint32_t)carry;
        u[i] = (uint32_t)borrow;
        carry >>= 32;
        borrow >>= 32;
    }
    borrow += (int64_t)u[n] - (int64_t)carry;
    u[n] = (uint32_t)borrow;
    if (borrow >= 0) return (uint32_t)digit;
    carry = 0; /* one too large after all: add the divisor back */
    for (int i = 0; i < n; i++, carry >>= 32) {
        carry += (uint64_t)u[i] + v[i];
        u[i] = (uint32_t)carry;
    }
    u[n] += (uint32_t)carry;
    return (uint32_t)digit - 1;
}

void wide_divide(const struct wide *dividend, const struct wide *divisor, struct wide *quotient,
                 struct wide *remainder) {
    int m = limb_count(dividend), n = limb_count(divisor);
    memset(quotient, 0, sizeof *quotient);
    if (m < n) {
        *remainder = *dividend;
        return;
    }
    if (n == 1) {
        divide_by_limb(dividend, divisor->limbs[0], quotient, remainder);
        return;
    }
    uint32_t u[WIDE_LIMBS + 1], v[WIDE_LIMBS + 1];
    memcpy(u, dividend->limbs, sizeof dividend->limbs);
    memcpy(v, divisor->limbs, sizeof divisor->limbs);
    int bits = __builtin_clz(divisor->limbs[n - 1]);
    shift_left(u, m, bits);
    shift_left(v, n, bits);
    for (int i = m - n; i >= 0; i--) quotient->limbs[i] = take_digit(u + i, v, n);
    memset(remainder, 0, sizeof *remainder);
    for (int i = 0; i < n; i++)
        remainder->limbs[i] = (uint32_t)(((uint64_t)(i + 1 < n ? u[i + 1] : 0) << 32 | u[i]) >> bits);
}

int wide_digits(const struct wide *w, char out[WIDE_DIGITS]) {
    char reversed[WIDE_DIGITS];
    int count = 0;
    struct wide rest = *w, quotient, digit;
    do {
        divide_by_limb(&rest, 10, &quotient, &digit);
        reversed[count++] = (char)('0' + digit.limbs[0]);
        rest = quotient;
    } while (!wide_is_zero(&rest));
    for (int i = 0; i < count; i++) out[i] = reversed[count - 1 - i];
    return count;
}

int wide_digit_count(const struct wide *w) {
    char digits[WIDE_DIGITS];
    return wide_digits(w, digits);
}
