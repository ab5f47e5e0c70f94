/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spark's XORShiftRandom: what rand(), sample() and repartition() draw from, so that a seed gives what it gives there.
 *
 * The state is the seed's MurmurHash3, of its bytes with the most significant first, as Scala's library computes it.
 */
#ifndef ROOST_BASE_XORSHIFT_H
#define ROOST_BASE_XORSHIFT_H

#include <stdint.h>

/* The state that a seed begins with. */
uint64_t xorshift_start(uint64_t seed);
/* The next 1 to 32 bits. */
uint32_t xorshift_bits(uint64_t *state, int bits);
/* The next number in [0, 1). */
double xorshift_double(uint64_t *state);
/* The next of 0 .. bound - 1, as java.util.Random finds it. */
uint32_t xorshift_below(uint64_t *state, uint32_t bound);

#endif
