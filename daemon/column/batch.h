/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Batches made of other batches' columns, without copying values.
 */
#ifndef ROOST_COLUMN_BATCH_H
#define ROOST_COLUMN_BATCH_H

#include "column/vector.h"

/* Room for column_count columns. */
void batch_init(struct batch *out, struct arena *arena, uint32_t column_count, uint32_t rows);
/* *out: the rows of `in` that selection names, count of them. Columns that share a dictionary's index array
 * before share one after. selection must live as long as *out. out may be in. */
void batch_select(struct batch *out, struct arena *arena, const struct batch *in, const uint32_t *selection,
                  uint32_t count);
/* The rows from row `from` on, which is a multiple of 64. */
void vector_slice(struct vector *out, struct arena *arena, const struct vector *v, uint32_t from);
/* 0, 1, 2, ... BATCH_ROWS - 1 */
extern const uint32_t row_numbers[BATCH_ROWS];

#endif
