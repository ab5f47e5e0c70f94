/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that outlive a query: local data from createDataFrame, cached results, what a client uploaded.
 * Counted references; the rows are batches in an arena of its own, charged to the session.
 */
#ifndef ROOST_COLUMN_TABLE_DATA_H
#define ROOST_COLUMN_TABLE_DATA_H

#include "column/vector.h"

struct table_data {
    uint32_t references;
    const struct type *schema; /* a struct, in arena */
    uint64_t row_count;
    uint32_t batch_count, batch_capacity;
    struct batch *batches;    /* FLAT columns, at most BATCH_ROWS rows each */
    uint32_t partition_count; /* that the rows came in; 0: nobody said */
    uint64_t *partition_ends; /* how many rows there are up to each one's end */
    struct arena arena;
};

struct table_data *table_data_new(struct memory_account *account, const struct type *schema); /* one reference */
void table_data_append(struct table_data *table, const struct batch *batch);                  /* deep copy */
/* The same for rows of a partition, not before those given so far. */
void table_data_append_of(struct table_data *table, const struct batch *batch, uint32_t partition);
/* Behind the last of these: how many partitions there are, if the last have no rows. */
void table_data_set_partitions(struct table_data *table, uint32_t count);
struct table_data *table_data_ref(struct table_data *table);
void table_data_unref(struct table_data *table); /* NULL does nothing */

#endif
