/* SPDX-License-Identifier: Apache-2.0 */
/* hashCode() of the bytes in which Spark holds nested values: on them the order of its hash tables depends. */
#ifndef ROOST_FUNCTION_UNSAFE_HASH_H
#define ROOST_FUNCTION_UNSAFE_HASH_H

#include "column/vector.h"

/* Of all types but variants, wherever they stand. */
bool unsafe_hash_known(const struct type *type);
/* Of a value that is not NULL. The bytes are made in the arena. */
uint32_t unsafe_hash(struct arena *arena, const struct vector *v, uint32_t row);

#endif
