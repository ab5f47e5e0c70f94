/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hash of a row as Spark lays it out in memory, by which repartition(n) sorts rows before it deals them out.
 */
#ifndef ROOST_EXEC_UNSAFE_ROW_H
#define ROOST_EXEC_UNSAFE_ROW_H

#include "column/vector.h"

/* Whether rows of these columns can be laid out: those with arrays, maps, structs, intervals of months and variants
 * are not. */
bool unsafe_row_is_known(const struct vector *columns, uint32_t count);
/* UnsafeRow.hashCode() of a row. */
int32_t unsafe_row_hash(struct arena *scratch, const struct vector *columns, uint32_t count, uint32_t row);

#endif
