/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HLL sketches as Apache DataSketches keeps them (HLL_8): how many different values there are, from 2^lg registers.
 *
 * A value is a coupon: 26 bits of its hash, of which the low ones name a register, and the number of leading zeroes of
 * other bits + 1, which is what the register keeps the greatest of. Few coupons are kept as they are:
 *
 *     LIST, up to 7  ->  SET, a hash table (not below 2^8 registers)  ->  HLL, the registers
 */
#ifndef ROOST_FUNCTION_HLL_H
#define ROOST_FUNCTION_HLL_H

#include "column/vector.h"
#include "function/sketch.h"

enum { HLL_LEAST_LG = 4, HLL_MOST_LG = 21, HLL_DEFAULT_LG = 12 };
enum hll_mode { HLL_LIST, HLL_SET, HLL_REGISTERS };

struct hll {
    uint32_t lg; /* of the registers; 0: not begun */
    enum hll_mode mode;
    uint32_t lg_slots, count; /* LIST, SET */
    uint32_t *coupons;        /* LIST, SET: 2^lg_slots, 0 is free */
    uint8_t *registers;       /* HLL */
    bool is_merged;           /* registers of several sketches: their history is no longer known */
    double history;           /* the estimate by the order of arrival (HIP) */
    double sum_low, sum_high; /* of 2^-register, for registers below 32 and others */
    uint32_t least, at_least; /* the least register, and how many are as low */
};

void hll_init(struct hll *s, struct arena *arena, uint32_t lg);
void hll_add(struct hll *s, struct arena *arena, struct hash128 hash);
/* s of at most 2^most_lg registers: gets as many as `other` when that has fewer. */
void hll_union(struct hll *s, struct arena *arena, const struct hll *other, uint32_t most_lg);
double hll_estimate(const struct hll *s);
/* false: no sketch of this kind. */
bool hll_read(struct arena *arena, struct string bytes, struct hll *out);
struct string hll_write(struct arena *arena, const struct hll *s);

#endif
