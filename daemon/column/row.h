/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rows have in common: hashing, equality, order, and keys.
 *
 * Equality here is *grouping* equality: NULL equals NULL, NaN equals NaN, -0.0 equals 0.0 (Spark normalizes
 * floating point keys). Order is Spark's: NaN is the largest value, strings by bytes (or by collation),
 * arrays and structs element by element, NULL smallest within nested values. Maps, variants and calendar
 * intervals have no order.
 */
#ifndef ROOST_COLUMN_ROW_H
#define ROOST_COLUMN_ROW_H

#include "column/vector.h"

/* 64-bit hashes of rows; `combine` mixes into what hashes holds. Not Spark's hash(): that is function/hash.c.
 */
void rows_hash(struct arena *scratch, const struct vector *v, uint32_t rows, uint64_t *hashes, bool combine);
bool rows_equal(const struct vector *a, uint32_t row_a, const struct vector *b, uint32_t row_b);
/* Both not null at top level. <0, 0, >0. */
int values_compare(const struct vector *a, uint32_t row_a, const struct vector *b, uint32_t row_b);

struct sort_key {
    bool descending;
    bool nulls_first;
};
int rows_compare(const struct vector *a, uint32_t row_a, const struct vector *b, uint32_t row_b,
                 const struct sort_key *key);

/*
 * Keys whose memcmp order is the rows' order: null byte, then big-endian with sign flipped, floats
 * normalized, strings escaped (00 -> 00 01, end 00 00), descending inverted. For sort, merge and grouping
 * alike. Appends the encodings of `rows` rows of v to out[i] (which grow in arena).
 */
struct key_bytes {
    uint8_t *data;
    uint32_t size, capacity;
};
void keys_encode(struct arena *arena, const struct vector *v, uint32_t rows, const struct sort_key *key,
                 struct key_bytes *out);
/* All columns of a batch at once, in one block: faster. Sets out[i]; the bytes are in arena. */
void keys_encode_all(struct arena *arena, const struct vector *const *columns, const struct sort_key *keys,
                     uint32_t column_count, uint32_t rows, struct key_bytes *out);
#endif
