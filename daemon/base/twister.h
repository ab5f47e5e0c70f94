/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Mersenne Twister (MT19937) seeded and drawn from as commons-math does it: what shuffle() and uuid() take their numbers
 * from, so that a seed gives what it gives in Spark. Each partition has its own.
 */
#ifndef ROOST_BASE_TWISTER_H
#define ROOST_BASE_TWISTER_H

#include <stdbool.h>
#include <stdint.h>

enum { TWISTER_WORDS = 624 };

struct twister {
    bool started;
    uint32_t partition, next;
    uint32_t words[TWISTER_WORDS];
};

void twister_start(struct twister *t, uint64_t seed, uint32_t partition);
/* The next 32 bits; the next 64. */
uint32_t twister_next(struct twister *t);
uint64_t twister_next_long(struct twister *t);
/* One of 0 .. bound - 1. */
uint32_t twister_below(struct twister *t, uint32_t bound);

#endif
