/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting doubles, and the k-th smallest of them without sorting. NaN is the largest, as Spark orders.
 *
 * Doubles become keys whose order as integers is theirs. Keys are sorted by their digits of 11 bits from the lowest; to
 * select one it is counted, digit after digit from the highest, how many keys have which, and only the keys with the digit
 * of the wanted one are looked at again.
 */
#ifndef ROOST_FUNCTION_ORDER_STATISTIC_H
#define ROOST_FUNCTION_ORDER_STATISTIC_H

#include <string.h>

#include "base/arena.h"

static const uint64_t ORDER_SIGN = UINT64_C(1) << 63;

static inline uint64_t order_key(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = bits & ORDER_SIGN ? ~bits : bits | ORDER_SIGN;
    return value == value ? bits : UINT64_MAX;
}
static inline double order_value(uint64_t key) {
    uint64_t bits = key & ORDER_SIGN ? key & ~ORDER_SIGN : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
/* scratch has room for count keys, here and below. */
void order_sort(uint64_t *keys, uint32_t count, uint64_t *scratch);
/* The key at `index` (below count) were they sorted; they stay as they are. */
uint64_t order_select(const uint64_t *keys, uint32_t count, uint32_t index, uint64_t *scratch);
/* The key at index + 1, given the one at index. */
uint64_t order_next(const uint64_t *keys, uint32_t count, uint32_t index, uint64_t at);

#endif
