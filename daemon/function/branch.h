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

#include "column/vector.h"

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

#endif
