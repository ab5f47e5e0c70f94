/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of groups.
 *
 * No order is promised for what GROUP BY or DISTINCT give, but with few rows Spark's is always the same, and tests are
 * written against it. Groups come as the exchange before the last step of an aggregation leaves them: by the partition
 * they come from, then by that which their hash names, within that as the first step of the aggregation gave them: those
 * last that Spark's fast map does not take. Where there are keys alone, or nothing is exchanged, these are last of all. When a buffer cannot be changed in place (the
 * largest of strings, say) Spark sorts instead, and groups come by their keys.
 *
 * More than BATCH_ROWS groups stay in the order in which they were met.
 */
#ifndef ROOST_EXEC_GROUP_ORDER_H
#define ROOST_EXEC_GROUP_ORDER_H

#include "exec/exec_int.h"

struct group_order {
    uint32_t partitions; /* of the exchange; 0: there is none */
    bool sorted;
    bool latest_first;     /* of equal keys, when sorted */
    bool alternatives;     /* keys are pairs, of which the second counts where the first is NULL */
    const bool *null_safe; /* per key: it is compared by <=>; NULL: none is */
    bool together;         /* equal rows stand where the first of them does */
    bool fast_map;         /* those that it does not take come last (fast_map.h) */
    bool first_fast_map;   /* the same before the exchange, within each partition that rows come from */
};

/* From which partitions of the input rows come (for groups: their first rows), run by run. */
struct source_run {
    uint32_t end, partition;
};
struct row_sources {
    LIST(struct source_run) runs;
};
/* The rows up to `end` that were not there before. */
void row_sources_add(struct row_sources *s, struct arena *arena, uint32_t end, uint32_t partition);

/* What Spark would do for an AGGREGATE, DISTINCT, INTERSECT or EXCEPT. */
struct group_order group_order_of(const struct plan *p, const struct context *context);
/* The same for an exchange that is there in any case. */
struct group_order group_order_of_exchange(const struct context *context);
/* Whether the rows with these keys leave most partitions empty. */
bool group_order_is_sparse(const struct group_order *order, struct arena *arena, const struct vector *keys,
                           uint32_t count, uint32_t rows);
/* Moves the rows of a batch of at most BATCH_ROWS; their groups are `keys`, count of them. */
void group_order_apply(const struct group_order *order, struct arena *arena, const struct vector *keys, uint32_t count,
                       const struct row_sources *sources, struct batch *batch);

#endif
