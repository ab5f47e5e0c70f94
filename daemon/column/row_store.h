/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row store: all rows of an input as one flat, growing vector per column.
 *
 * Joins, sorts and windows keep their input in one. Because each column is contiguous over all rows, what
 * they put out is a dictionary over the stored column: row numbers are the only thing that is ever moved, and
 * values that nobody looks at are never touched again.
 *
 * Buffers start in the arena and move to malloc (realloc can then remap instead of copying) when they are
 * large. They are released with the arena. vectors are valid until the next append.
 */
#ifndef ROOST_COLUMN_ROW_STORE_H
#define ROOST_COLUMN_ROW_STORE_H

#include "base/error.h"
#include "column/batch.h"

/* A growing block of bytes. The struct may be moved and swapped freely. */
struct buffer {
    char *data;
    size_t capacity;
    struct arena *arena;
    struct heap_block *heap; /* NULL: in the arena */
};
void buffer_init(struct buffer *b, struct arena *arena);
/* Room for `size` bytes, of which the first `used` are kept. */
void buffer_reserve(struct buffer *b, size_t used, size_t size);

struct store_column {
    struct buffer data;
    struct buffer validity;
    bool has_null;
    uint32_t rows;
    struct vector vector; /* FLAT, over all rows */
    struct store_column *children;
};

struct row_store {
    struct arena *arena;
    uint32_t rows;
    uint32_t column_count;
    struct store_column *columns;
    uint32_t dictionary; /* the number of the first column's entries, once no rows are added (vector.h); 0: none */
};

void row_store_init(struct row_store *store, struct arena *arena, const struct type *const *types, uint32_t count);
/* Appends `rows` rows; columns of any form, deeply copied. False: more than 2^32 - 1 rows or elements. */
bool row_store_append(struct row_store *store, const struct vector *columns, uint32_t rows, struct error *err);
static inline const struct vector *row_store_column(const struct row_store *store, uint32_t column) {
    return &store->columns[column].vector;
}
/* Rows [from, from + count) as a batch without copying; from is a multiple of 64. */
void row_store_slice(const struct row_store *store, struct arena *arena, uint32_t from, uint32_t count,
                     struct batch *out);
/* The rows that `rows` names, as dictionaries; rows must live as long as the batch. */
void row_store_pick(const struct row_store *store, struct arena *arena, const uint32_t *rows, uint32_t count,
                    struct batch *out);

#endif
