/* SPDX-License-Identifier: Apache-2.0 */
/* What comparing has in common: values of one type, row by row. */
#ifndef ROOST_FUNCTION_OPERATOR_COMPARE_H
#define ROOST_FUNCTION_OPERATOR_COMPARE_H

#include "expr/resolve.h"
#include "function/numeric_kernel.h"

/* '=', '<', 'l' (<=), '>', 'g' (>=). Rows that are NULL in out->validity are left alone. out holds uint8_t.
 */
bool compare_rows(struct arena *arena, char symbol, const struct vector *left, const struct vector *right,
                  uint32_t rows, struct vector *out);
/* Puts the call's origin on casts that coercion added around original. */
void mark_coerced(const struct expr *call, const struct expr *original, struct expr *side);
/* The same for casts one around the other; in a try_ function they give NULL for what they can't read. */
void mark_cast(const struct expr *call, const struct expr *original, struct expr *side);
/* Outside ANSI mode strings are doubles to operators that want integers, and are refused as such. */
void texts_to_doubles(struct resolver *r, struct expr **left, struct expr **right);
/* Where Spark computes a value once and names it commonexpressionref(): what is compared is no constant then, has no
 * name and no explicit collation. stand_in_replaced() puts the value back when the comparison has been resolved. */
struct expr *stand_in_for(struct resolver *r, const struct expr *value);
struct expr *stand_in_replaced(struct resolver *r, struct expr *e, const struct expr *stand_in, struct expr *value);
/* In ANSI mode an untyped NULL beside a string is a string to operators that take none, and refused with it. */
void null_to_text(struct resolver *r, struct expr **left, struct expr **right);
/* "[\"INT\", \"STRING\"]", or ("INT" or "STRING"): the types of a call's arguments from `first` on, every
 * `step`-th. */
const char *types_listed(struct resolver *r, const struct expr *call, uint32_t first, uint32_t step);

#endif
