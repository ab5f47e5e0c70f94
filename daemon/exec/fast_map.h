/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which keys Spark's generated hash map takes.
 *
 * Spark groups in two maps: a small one of generated code, and the general one for keys with a NULL and for keys that
 * find no free bucket in the first within two steps. What is in the first comes out first, so that few groups have an
 * order that depends on it (group_order.h). Doubles with few digits meet in one bucket often.
 */
#ifndef ROOST_EXEC_FAST_MAP_H
#define ROOST_EXEC_FAST_MAP_H

#include "base/arena.h"
#include "column/vector.h"

/* Whether it is generated for keys of this type. */
bool fast_map_takes(const struct type *type);
/* Moves the rows whose keys it does not take behind the others. Keys are all different. */
void fast_map_order(struct arena *arena, const struct vector *keys, uint32_t key_count, uint32_t *rows, uint32_t count);

#endif
