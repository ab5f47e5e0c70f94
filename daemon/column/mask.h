/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Masks: a byte of 0 or 1 per row. Loops over them have no branches, so that the compiler makes them loops over 16 or
 * 32 rows at once; bits of a validity bitmap are spread into bytes and gathered again eight at a time.
 *
 * A mask that mask_new() or mask_of_valid() gave has room for 8 bytes behind the last row, which mask_to_validity() needs.
 */
#ifndef ROOST_COLUMN_MASK_H
#define ROOST_COLUMN_MASK_H

#include "column/vector.h"

static inline uint8_t *mask_new(struct arena *arena, uint32_t rows) {
    return arena_bytes(arena, (size_t)rows + 8);
}
/* Whether a boolean is true, whether a value is not NULL. */
const uint8_t *mask_of_true(struct arena *arena, const struct vector *v, uint32_t rows);
uint8_t *mask_of_valid(struct arena *arena, const struct vector *v, uint32_t rows);
/* A flat vector's NULLs: where the mask is 0. */
void mask_to_validity(struct arena *arena, uint8_t *valid, uint32_t rows, struct vector *out);
/*
 * The rows that are 1, ascending, to `to`, which has room for all; of `from` (which may be `to`) those where the mask is 1,
 * when it is not NULL. Their number.
 */
uint32_t mask_rows(const uint8_t *mask, const uint32_t *from, uint32_t rows, uint32_t *to);
/* Their number alone. */
uint32_t mask_count(const uint8_t *mask, uint32_t rows);

#endif
