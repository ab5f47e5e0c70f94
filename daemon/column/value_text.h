/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values as text: what CAST AS STRING gives ({1, null}), what show() prints ({1, NULL}, bytes in hex), and
 * how messages quote them (300L, 'a', INTERVAL '1' DAY).
 */
#ifndef ROOST_COLUMN_VALUE_TEXT_H
#define ROOST_COLUMN_VALUE_TEXT_H

#include "base/text.h"
#include "column/binary_text.h"
#include "column/vector.h"

struct timezone;

struct value_text {
    const struct timezone *zone; /* of timestamps */
    bool pretty;                 /* show(): NULL in capitals, decimals never with an exponent, and ... */
    enum binary_style binary;    /* ... bytes in this style */
    bool plain_decimals;         /* casts in ANSI mode: 0.0000001 instead of 1E-7 */
};

/* Appends the value of a row, "null" included. */
void value_text_add(struct text *t, const struct vector *v, uint32_t row, const struct value_text *how);
/* All rows at once: a flat vector of STRING. keep_null: NULL stays NULL (a cast); else it becomes text
 * (show). */
void vector_to_text(struct arena *arena, const struct vector *v, uint32_t rows, const struct value_text *how,
                    bool keep_null, struct vector *out);
/* As messages quote it. */
void value_sql_add(struct text *t, const struct vector *v, uint32_t row, const struct timezone *zone);

#endif
