/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partitions: one process has one, but programs see Spark's.
 *
 * spark_partition_id(), monotonically_increasing_id(), rand(), sample(), mapInPandas, files written and
 * rdd.getNumPartitions() tell in how many partitions rows are, and which row is in which. Sources divide their rows as
 * Spark does with the master that the session names (local[1] unless it says so); rows that an aggregate, a join or a
 * sort brings together are in one partition, as adaptive execution leaves them when they are few.
 */
#ifndef ROOST_PLAN_PARTITIONS_H
#define ROOST_PLAN_PARTITIONS_H

#include "plan/plan.h"

/* In how many partitions a plan's rows are: 0 for none that is known to be empty. */
uint32_t plan_partition_count(const struct plan *p, const struct context *context);
/* Whether Spark knows that they are in one, so that nothing has to be exchanged to bring equal keys together. */
bool plan_is_single(const struct plan *p, const struct context *context);
/* Where the equal groups of an AGGREGATE or DISTINCT are, as what is below it has left them. */
enum group_places {
    GROUPS_APART,
    GROUPS_TOGETHER, /* in one partition: nothing has to be exchanged */
    GROUPS_ONCE      /* there is but one row of each: nothing has to be done for DISTINCT */
};
enum group_places plan_group_places(const struct plan *p);
/*
 * Whether Spark exchanges both sides of a join on equal keys, because it does not know how large they are: those of
 * DataFrames that were made from lists.
 */
bool plan_join_exchanges(const struct plan *join);
/* The same of INTERSECT and EXCEPT, which hold no hints. */
bool plan_exchanges_sides(const struct plan *p);
/* Into how many a source divides its rows: N of the master local[N]. */
uint32_t partition_parallelism(const struct context *context);
/* spark.sql.shuffle.partitions */
uint32_t partition_shuffle_count(const struct context *context);
/* Where, of `total` rows in `count` equal parts, part `index` begins. */
static inline uint64_t partition_start(uint64_t total, uint32_t count, uint32_t index) {
    return (uint64_t)((unsigned __int128)total * index / count);
}

#endif
