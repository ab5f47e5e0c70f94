/* SPDX-License-Identifier: Apache-2.0 */
/* Doubles by their bits. */
#ifndef ROOST_BASE_DOUBLE_BITS_H
#define ROOST_BASE_DOUBLE_BITS_H

#include <stdint.h>
#include <string.h>

static inline uint64_t double_to_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
static inline double double_from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* A whole number of up to 51 bits as a double, and back to the lowest bits of a word: without an instruction that only
 * the latest processors have for vectors. */
#define WHOLE_SHIFT 0x1.8p52
static inline double whole_double(int64_t k) {
    return double_from_bits(UINT64_C(0x4338000000000000) + (uint64_t)k) - WHOLE_SHIFT;
}
static inline uint64_t whole_bits(double k) {
    return double_to_bits(k + WHOLE_SHIFT);
}

#endif
