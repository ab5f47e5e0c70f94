/* SPDX-License-Identifier: Apache-2.0 */
/* Spark's random numbers: see xorshift.h. */
#include "base/xorshift.h"

static uint32_t rotate(uint32_t x, int bits) {
    return x << bits | x >> (32 - bits);
}

static uint32_t hash_seed(uint64_t seed, uint32_t start) {
    const uint64_t big_endian = __builtin_bswap64(seed);
    uint32_t hash = start;
    for (int i = 0; i < 2; i++) {
        uint32_t k = (uint32_t)(big_endian >> (32 * i));
        hash ^= rotate(k * UINT32_C(0xCC9E2D51), 15) * UINT32_C(0x1B873593);
        hash = rotate(hash, 13) * 5 + UINT32_C(0xE6546B64);
    }
    hash ^= 8;
    hash = (hash ^ hash >> 16) * UINT32_C(0x85EBCA6B);
    hash = (hash ^ hash >> 13) * UINT32_C(0xC2B2AE35);
    return hash ^ hash >> 16;
}

uint64_t xorshift_start(uint64_t seed) {
    enum { ARRAY_SEED = 0x3C074A61 };
    uint32_t low = hash_seed(seed, ARRAY_SEED);
    return (uint64_t)hash_seed(seed, low) << 32 | low;
}

uint32_t xorshift_bits(uint64_t *state, int bits) {
    uint64_t x = *state;
    x ^= x << 21;
    x ^= x >> 35;
    x ^= x << 4;
    *state = x;
    return (uint32_t)(x & ((UINT64_C(1) << bits) - 1));
}

double xorshift_double(uint64_t *state) {
    uint64_t high = xorshift_bits(state, 26);
    return (double)(high << 27 | xorshift_bits(state, 27)) * 0x1p-53;
}

uint32_t xorshift_below(uint64_t *state, uint32_t bound) {
    uint32_t bits = xorshift_bits(state, 31);
    if ((bound & (bound - 1)) == 0) return (uint32_t)((uint64_t)bound * bits >> 31);
    /* The last numbers, which would make some results likelier than others, are drawn again. */
    uint32_t limit = UINT32_C(0x80000000) - UINT32_C(0x80000000) % bound;
    while (bits >= limit) bits = xorshift_bits(state, 31);
    return bits % bound;
}
