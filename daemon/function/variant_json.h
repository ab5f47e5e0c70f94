/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text to variants, and what a variant's schema is. */
#ifndef ROOST_FUNCTION_VARIANT_JSON_H
#define ROOST_FUNCTION_VARIANT_JSON_H

#include "column/variant_writer.h"

/* The first value of the text, into a writer that is reset for it. False: there is none, it is malformed or an object
 * has a name twice. */
bool variant_parse_json(struct variant_writer *w, struct string text);
/* The same for a value that is parsed already; behind what the writer holds. */
struct json_value;
bool variant_write_json(struct variant_writer *w, const struct json_value *value);

/* A decimal of at most 38 digits, written as Java's BigDecimal takes it, commas aside: what a text of XML or CSV may be.
 */
bool variant_text_decimal(struct arena *arena, struct string text, int128 *value, int *scale);

/* The type that describes a value; objects are structs, VARIANT is what has no single type, NULL (VOID) no value. */
const struct type *variant_schema(struct arena *arena, const struct variant *v);
const struct type *variant_schema_merge(struct arena *arena, const struct type *a, const struct type *b);
void variant_schema_add(struct text *t, const struct type *type);

#endif
