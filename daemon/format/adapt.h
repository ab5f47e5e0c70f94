/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files whose schemas differ. A column's values as the schema that is asked for wants them, where the file has them as
 * something else: promoted as Spark's reader of the format does it, structs with their fields by name.
 */
#ifndef ROOST_FORMAT_ADAPT_H
#define ROOST_FORMAT_ADAPT_H

#include "column/vector.h"
#include "expr/expr.h"

/* Whether a format reads values of one plain type as those of another. */
typedef bool can_promote(const struct type *from, const struct type *to);

bool column_can_adapt(const struct type *from, const struct type *to, can_promote *promotes, bool case_sensitive);
/* v, of a type that can be adapted, has `rows` rows. */
bool column_adapt(struct arena *arena, const struct context *context, const struct vector *v, uint32_t rows,
                  const struct type *to, struct vector *out, struct error *err);

/* The schema of files of both schemas: fields by name, structs merged in turn. NULL with CANNOT_MERGE_SCHEMAS: a field
 * has two types. */
const struct type *schemas_merge(struct arena *arena, const struct context *context, const struct type *left,
                                 const struct type *right, struct error *err);

#endif
