/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of groups.
 *
 * No order is promised for what GROUP BY or DISTINCT give, but with few rows Spark's is always the same, and tests are
 * written against it. Groups come as the exchange before the last step of an aggregation leaves them: by the partition
 * that their hash names, within a partition as they were met first. Where there are keys alone, those without NULL go
 * first: they have a map of their own. When a buffer cannot be changed in place (the
 * largest of strings, say) Spark sorts instead, and groups come by their keys.
 *
 * More than BATCH_ROWS groups stay in the order in which they were met.
 */
#ifndef ROOST_EXEC_GROUP_ORDER_H
#define ROOST_EXEC_GROUP_ORDER_H

#include "exec/exec_int.h"

struct group_order {
    uint32_t partitions; /* of the exchange; 0: there is none, nothing moves */
    bool sorted;
    bool nulls_last;
};

/* What Spark would do for an AGGREGATE or DISTINCT. */
struct group_order group_order_of(const struct plan *p, const struct context *context);
/* Moves the rows of a batch whose groups are `keys`, count of them. */
void group_order_apply(const struct group_order *order, struct arena *arena, const struct vector *keys, uint32_t count,
                       struct batch *batch);

#endif
