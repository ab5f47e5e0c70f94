/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values as Spark's own Java objects print themselves, where it puts those into a text: keys of maps in JSON,
 * attributes in XML. A date is its number of days, a timestamp its microseconds, a list [1,2].
 */
#ifndef ROOST_FUNCTION_VALUE_INTERNAL_H
#define ROOST_FUNCTION_VALUE_INTERNAL_H

#include "base/text.h"
#include "column/vector.h"

/* Appends the value of a row, "null" included. */
void value_internal_add(struct text *t, const struct vector *v, uint32_t row);

#endif
