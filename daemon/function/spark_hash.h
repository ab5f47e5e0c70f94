/* SPDX-License-Identifier: Apache-2.0 */
/* Spark's two hashes of values, bit for bit: Murmur3 (hash) and XXH64 (xxhash64, sketches). */
#ifndef ROOST_FUNCTION_SPARK_HASH_H
#define ROOST_FUNCTION_SPARK_HASH_H

#include "column/vector.h"

uint32_t murmur3_int(uint32_t value, uint32_t seed);
uint32_t murmur3_long(uint64_t value, uint32_t seed);
/* Spark's own treatment of the tail: each byte on its own, signed. */
uint32_t murmur3_bytes(const void *bytes, size_t size, uint32_t seed);
uint64_t xxhash64_int(uint32_t value, uint64_t seed);
uint64_t xxhash64_long(uint64_t value, uint64_t seed);
uint64_t xxhash64_bytes(const void *bytes, size_t size, uint64_t seed);

/* A row's value of any type but MAP; NULL gives the seed. */
uint32_t spark_hash(const struct vector *v, uint32_t row, uint32_t seed);
uint64_t spark_xxhash64(const struct vector *v, uint32_t row, uint64_t seed);
/* Of all rows of a batch: hashes[i] is row i's seed before and its hash after. */
void spark_xxhash64_column(struct arena *arena, const struct vector *v, uint32_t rows, uint64_t *hashes);

#endif
