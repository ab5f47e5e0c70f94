/* SPDX-License-Identifier: Apache-2.0 */
/* MT19937 as commons-math has it: see twister.h. */
#include "base/twister.h"

enum { TWISTER_SHIFT = 397 };

/* MT19937's initialisation by an array: the seed's two halves. */
void twister_start(struct twister *t, uint64_t seed, uint32_t partition) {
    seed += partition;
    const uint32_t key[2] = {(uint32_t)(seed >> 32), (uint32_t)seed};
    uint32_t *w = t->words, i = 1, j = 0;
    w[0] = 19650218;
    for (uint32_t k = 1; k < TWISTER_WORDS; k++) w[k] = UINT32_C(1812433253) * (w[k - 1] ^ w[k - 1] >> 30) + k;
    for (uint32_t k = 0; k < 2 * TWISTER_WORDS - 1; k++) {
        uint32_t mixed = w[i - 1] ^ w[i - 1] >> 30;
        if (k < TWISTER_WORDS)
            w[i] = (w[i] ^ mixed * UINT32_C(1664525)) + key[j] + j;
        else
            w[i] = (w[i] ^ mixed * UINT32_C(1566083941)) - i;
        j = (j + 1) % 2;
        if (++i == TWISTER_WORDS) w[0] = w[TWISTER_WORDS - 1], i = 1;
    }
    w[0] = UINT32_C(0x80000000);
    t->next = TWISTER_WORDS;
    t->partition = partition;
    t->started = true;
}

uint32_t twister_next(struct twister *t) {
    uint32_t *w = t->words;
    if (t->next == TWISTER_WORDS) {
        for (uint32_t k = 0; k < TWISTER_WORDS; k++) {
            uint32_t y = (w[k] & UINT32_C(0x80000000)) | (w[(k + 1) % TWISTER_WORDS] & UINT32_C(0x7FFFFFFF));
            w[k] = w[(k + TWISTER_SHIFT) % TWISTER_WORDS] ^ y >> 1 ^ (y & 1 ? UINT32_C(0x9908B0DF) : 0);
        }
        t->next = 0;
    }
    uint32_t y = w[t->next++];
    y ^= y >> 11;
    y ^= y << 7 & UINT32_C(0x9D2C5680);
    y ^= y << 15 & UINT32_C(0xEFC60000);
    return y ^ y >> 18;
}

uint64_t twister_next_long(struct twister *t) {
    uint64_t high = twister_next(t);
    return high << 32 | twister_next(t);
}

uint32_t twister_below(struct twister *t, uint32_t bound) {
    if ((bound & (bound - 1)) == 0) return (uint32_t)((uint64_t)bound * (twister_next(t) >> 1) >> 31);
    for (;;) {
        uint32_t bits = twister_next(t) >> 1, value = bits % bound;
        if (bits - value + (bound - 1) <= INT32_MAX) return value;
    }
}
