/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Java's regular expressions on PCRE2.
 *
 * The two languages are close; what differs is rewritten (regex_translate.h). Text need not be valid UTF-8. A pattern that is the same in every row is compiled once;
 * one that varies is remembered from the row before.
 */
#ifndef ROOST_FUNCTION_REGEX_H
#define ROOST_FUNCTION_REGEX_H

#include "base/error.h"
#include "column/vector.h"

enum { REGEX_MATCH_LIMIT = 10000000 };

struct regex;

/* Compiled in arena and released with it. NULL: no valid pattern (*err is not touched). */
struct regex *regex_compile(struct arena *arena, struct string pattern, bool ignore_case);
/* The regex of this row's pattern: the one of the row before when it is the same text. */
struct regex_memory {
    struct arena *arena; /* where they are compiled; reset when the pattern changes */
    struct string pattern;
    struct regex *regex;
};
struct regex *regex_remember(struct regex_memory *memory, struct string pattern, bool ignore_case);

uint32_t regex_groups(const struct regex *r);
/* The number of the group called so; 0: there is none. */
uint32_t regex_group_named(const struct regex *r, struct string name);
/* Whether the pattern is "". */
bool regex_is_empty(const struct regex *r);
/* Searches from byte `from`; offsets[2g], offsets[2g + 1] are group g's, SIZE_MAX when it took no part. The array
 * belongs to the regex and holds until the next search. False: no match (or the match limit is reached). */
bool regex_search(struct regex *r, struct string s, size_t from, const size_t **offsets);
/* Behind a match: where the next search begins, past an empty match. */
size_t regex_next(struct string s, const size_t *offsets);
/* The pieces between matches, as Java's split has them: at most `limit` of them when it is positive. */
void regex_split(struct builder *pieces, struct regex *r, struct string s, int32_t limit);

#endif
