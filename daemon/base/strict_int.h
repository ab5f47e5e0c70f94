/* SPDX-License-Identifier: Apache-2.0 */
/* The two halves of a double, which fdlibm's case distinctions are written in. */
#ifndef ROOST_BASE_STRICT_INT_H
#define ROOST_BASE_STRICT_INT_H

#include "base/double_bits.h"

/* Sign, exponent and upper 20 bits of the fraction. */
static inline int32_t high_word(double x) {
    return (int32_t)(double_to_bits(x) >> 32);
}
static inline uint32_t low_word(double x) {
    return (uint32_t)double_to_bits(x);
}
/* The magnitude's high word. */
static inline int32_t high_magnitude(double x) {
    return high_word(x) & 0x7FFFFFFF;
}
static inline double with_high_word(double x, int32_t high) {
    return double_from_bits((uint64_t)(uint32_t)high << 32 | low_word(x));
}
/* x without the lower half of its fraction: its square is exact. */
static inline double without_low_word(double x) {
    return double_from_bits(double_to_bits(x) & UINT64_C(0xFFFFFFFF00000000));
}
/* x * 2^k by its exponent; the result is normal. */
static inline double add_exponent(double x, int32_t k) {
    return double_from_bits(double_to_bits(x) + ((uint64_t)(int64_t)k << 52));
}

#define LN2_HIGH 6.93147180369123816490e-01 /* 33 bits: times an exponent it is exact */
#define LN2_LOW 1.90821492927058770002e-10
#define INVERSE_LN2 1.44269504088896338700e+00
#define TWO_54 1.80143985094819840000e+16

#endif
