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

/* PARSE_MODE_UNSUPPORTED for mode DROPMALFORMED: a function has a row for each row. function: "`from_json`". */
bool check_parse_mode(const char *function, const struct u_option *options, uint32_t count, struct error *err);
/* INVALID_CORRUPT_RECORD_TYPE: the schema has the corrupt column, and it is no string. */
bool check_corrupt_column(struct resolver *r, const struct type *schema, const struct u_option *options, uint32_t count,
                          struct error *err);
/* The text that a schema is made of: a constant string. name: "json". */
bool check_sample(struct resolver *r, const struct expr *call, const char *name, struct error *err);

#endif
