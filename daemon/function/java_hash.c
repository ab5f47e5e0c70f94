/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scala's hash of a decimal is that of the same number in the simplest type that holds it: of an integer, of a double
 * (or float) that prints as it, else of its digits and its scale.
 */
#include "function/java_hash.h"

#include <string.h>

/* java.math.BigInteger: its 32-bit digits from the highest on. */
static uint32_t big_integer_hash(int128 v) {
    uint128 magnitude = v < 0 ? -(uint128)v : (uint128)v;
    uint32_t hash = 0;
    for (int shift = 96; shift >= 0; shift -= 32) hash = hash * 31 + (uint32_t)(magnitude >> shift);
    return v < 0 ? 0 - hash : hash;
}

static uint32_t whole_hash(int128 v) {
    if (v == (int32_t)v) return (uint32_t)v;
    return v == (int64_t)v ? java_hash_of_bits((uint64_t)v) : big_integer_hash(v);
}

static uint32_t double_hash(double value) {
    float narrow = (float)value;
    uint32_t narrow_bits;
    uint64_t bits;
    memcpy(&narrow_bits, &narrow, sizeof narrow_bits);
    memcpy(&bits, &value, sizeof bits);
    return (double)narrow == value ? narrow_bits : java_hash_of_bits(bits);
}

/* MurmurHash3's last step. */
static uint32_t mix_last(uint32_t hash, uint32_t data) {
    uint32_t k = data * 0xCC9E2D51;
    k = k << 15 | k >> 17;
    return hash ^ k * 0x1B873593;
}

uint32_t java_hash_of_decimal(int128 unscaled, int scale) {
    int128 v = unscaled;
    for (; scale > 0 && v % 10 == 0; v /= 10) scale--;
    if (scale <= 0) return whole_hash(v);
    int128 printed;
    double near = decimal_to_double(v, scale);
    if (decimal_from_double(near, (struct decimal_form){DECIMAL_DIGITS, scale}, &printed) && printed == v)
        return double_hash(near);
    return mix_last(big_integer_hash(v), (uint32_t)scale);
}

size_t java_bytes(int128 value, uint8_t out[16]) {
    uint8_t all[16];
    for (int i = 0; i < 16; i++) all[i] = (uint8_t)((uint128)value >> (8 * (15 - i)));
    int skip = 0;
    while (skip < 15 && ((all[skip] == 0 && !(all[skip + 1] & 0x80)) || (all[skip] == 0xFF && all[skip + 1] & 0x80)))
        skip++;
    memcpy(out, all + skip, (size_t)(16 - skip));
    return (size_t)(16 - skip);
}
