/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting entries whose 16 bytes say everything, without comparing them.
 *
 * Only bits in which entries differ are looked at. The highest of them deal the entries out to buckets, which are
 * then sorted one by one, in the cache for the most part, from the lowest digit to the highest. Where there is no other
 * digit, dealing is sorting. It is stable, and goes on a bounded piece at a time.
 */
#ifndef ROOST_EXEC_RADIX_SORT_H
#define ROOST_EXEC_RADIX_SORT_H

#include <stdbool.h>
#include <stdint.h>

struct sort_entry {
    uint64_t high, low;
    uint32_t row;
};

enum { RADIX_TOP_BITS = 11, RADIX_DIGITS = 16 };

struct radix_sort {
    struct sort_entry *entries, *scratch; /* the second: as many, for the meantime */
    uint32_t count;
    uint32_t top_shift;                /* of the digit that chooses the bucket */
    uint32_t digits[RADIX_DIGITS + 1]; /* shifts of the others, from the lowest on */
    uint32_t digit_count;
    bool counted, dealt;
    uint32_t at, bucket;                     /* how far it has come */
    uint32_t end[(1 << RADIX_TOP_BITS) + 1]; /* where each bucket ends; while dealing, its next place */
};

/* differing: the bits in which not all entries are the same. entries and scratch must last until it is done. */
void radix_sort_init(struct radix_sort *r, struct sort_entry *entries, struct sort_entry *scratch, uint32_t count,
                     unsigned __int128 differing);
/* True: the entries are sorted, in `entries` or in `scratch` (radix_sort_in_scratch). Else call again. */
bool radix_sort_step(struct radix_sort *r);
static inline bool radix_sort_in_scratch(const struct radix_sort *r) {
    return r->digit_count == 0;
}

#endif
