/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A column's values as the schema that is asked for wants them, where the file has them as something else: promoted
 * as Spark's reader does it, structs with their fields by name.
 */
#ifndef ROOST_FORMAT_PARQUET_ADAPT_H
#define ROOST_FORMAT_PARQUET_ADAPT_H

#include "column/vector.h"
#include "expr/expr.h"

bool parquet_can_adapt(const struct type *from, const struct type *to, bool case_sensitive);
/* v, of a type that can be adapted, has `rows` rows. */
bool parquet_adapt(struct arena *arena, const struct context *context, const struct vector *v, uint32_t rows,
                   const struct type *to, struct vector *out, struct error *err);

#endif
