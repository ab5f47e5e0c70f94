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

#include "base/arena.h"

uint64_t order_key(double value);
double order_value(uint64_t key);
/* scratch has room for count keys, here and below. */
void order_sort(uint64_t *keys, uint32_t count, uint64_t *scratch);
/* The key at `index` (below count) were they sorted; they stay as they are. */
uint64_t order_select(const uint64_t *keys, uint32_t count, uint32_t index, uint64_t *scratch);

#endif
