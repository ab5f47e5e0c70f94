/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which Spark's collect_set() puts out what it has. */
#ifndef ROOST_FUNCTION_SET_ORDER_H
#define ROOST_FUNCTION_SET_ORDER_H

#include "column/vector.h"

/* Rows of `values`, all different and none NULL, as the elements of Scala's HashSet follow one another. Variants stay as
 * they are. */
void order_as_set(struct arena *arena, const struct vector *values, uint32_t *rows, uint32_t count);

#endif
