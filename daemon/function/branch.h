/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Putting a result together from branches that were computed for some rows each.
 *
 *     struct branches b;
 *     branches_init(&b, arena, type, rows);
 *     branches_add(&b, &piece, selection, count);     piece: the values of those rows; NULL selection: all
 * rows branches_finish(&b, out);                       rows that no branch gave are NULL
 */
#ifndef ROOST_FUNCTION_BRANCH_H
#define ROOST_FUNCTION_BRANCH_H

#include "column/mask.h"

struct branches {
    struct arena *arena;
    const struct type *type;
    uint32_t rows, filled;
    struct vector flat;       /* types of a fixed width */
    const struct vector *all; /* a branch that gave every row by itself */
    struct vector *pieces;    /* nested types: put together at the end */
    uint32_t piece_count, piece_capacity;
    uint32_t *piece_of, *place_of; /* by row; piece 0: none */
};

void branches_init(struct branches *b, struct arena *arena, const struct type *type, uint32_t rows);
void branches_add(struct branches *b, const struct vector *piece, const uint32_t *selection, uint32_t count);
void branches_finish(struct branches *b, struct vector *out);

/*
 * The same where all branches were computed for all rows, from the last to the first: what comes later wins.
 *
 *     struct blend b;
 *     blend_init(&b, arena, type, rows, last);        last: what no other branch gives; NULL: NULL
 *     blend_put(&b, mask, &value);                    the rows whose byte in mask is not 0
 *     blend_finish(&b, out);
 */
struct blend {
    struct arena *arena;
    uint32_t rows;
    struct vector values; /* FLAT or CONSTANT, without validity; data NULL: all are NULL so far */
    uint8_t *valid;       /* mask; NULL: all are */
};

/* Types whose values lie side by side. */
bool blend_takes(const struct type *type);
void blend_init(struct blend *b, struct arena *arena, const struct type *type, uint32_t rows,
                const struct vector *last);
void blend_put(struct blend *b, const uint8_t *mask, const struct vector *value);
/* The same where none of those rows' values is NULL. */
void blend_put_valid(struct blend *b, const uint8_t *mask, const struct vector *value);
void blend_finish(struct blend *b, struct vector *out);

#endif
