/* SPDX-License-Identifier: Apache-2.0 */
/* What functions from text to structs share (from_json, from_csv): their schema and options arguments. */
#ifndef ROOST_FUNCTION_TEXT_SCHEMA_H
#define ROOST_FUNCTION_TEXT_SCHEMA_H

#include "base/option.h"
#include "expr/resolve.h"

/* The type that a foldable schema argument names, DDL or JSON text. NULL with the error. */
const struct type *schema_argument(struct resolver *r, struct expr *call, uint32_t which, struct error *err);
/* A map('key', 'value', ...) of options: *count pairs in the resolver's arena. */
bool options_argument(struct resolver *r, struct expr *call, uint32_t which, struct u_option **options, uint32_t *count,
                      struct error *err);

#endif
