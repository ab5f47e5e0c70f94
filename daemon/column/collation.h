/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collations of strings: UTF8_BINARY (type->collation NULL, never seen here), UTF8_LCASE, and ICU's by locale
 * (UNICODE, UNICODE_CI, de_CI_AI, ...), each with or without _RTRIM.
 *
 * A collation key is a byte string: keys are equal when the strings are, and ordered by bytes as the strings
 * are. So hashing, grouping, sorting and joining know nothing of collations but this.
 */
#ifndef ROOST_COLUMN_COLLATION_H
#define ROOST_COLUMN_COLLATION_H

#include "column/vector.h"

struct collation;

/* NULL for types that compare by bytes. Kept open as long as the arena is not reset. */
const struct collation *collation_of(struct arena *arena, const struct type *type);
/* s without the blanks at its end, when the collation ignores them. */
struct string collation_trimmed(const struct collation *collation, struct string s);
bool collation_is_lower(const struct collation *collation); /* UTF8_LCASE */
struct string collation_key(const struct collation *collation, struct arena *arena, struct string s);
/* <0, 0, >0. Opens the collation each time: for single values; loops make keys. */
int collation_compare(const struct type *type, struct string a, struct string b);
/* The canonical spelling of a collation's name ("unicode_ci" -> "UNICODE_CI"), or NULL when there is none
 * such. */
const char *collation_canonical_name(struct arena *arena, const char *name);

/* A collation as collations() lists it. */
struct collation_row {
    const char *name, *language, *country; /* the last two: English, or NULL */
    bool accents, cases;                   /* which it tells apart */
    bool trims, icu;
};
/* All of them: those of UTF8 first, then ICU's by name. */
const struct collation_row *collation_list(struct arena *arena, uint32_t *count);

#endif
