/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Searching in strings under a collation. A collation of NULL means by bytes: the callers need not ask.
 */
#ifndef ROOST_FUNCTION_COLLATED_H
#define ROOST_FUNCTION_COLLATED_H

#include "column/collation.h"
#include "function/string_kernel.h"

/* The collation of a call's i-th argument, or NULL; it lives in the batch's arena. */
static inline const struct collation *argument_collation(const struct call *call, uint32_t i) {
    const struct type *t = call->expr->children[i]->type;
    return t->kind == TYPE_STRING && t->collation ? collation_of(call->arena, t) : NULL;
}
/* Do patterns over that argument ignore case? */
static inline bool argument_ignores_case(const struct call *call, uint32_t i) {
    const struct type *t = call->expr->children[i]->type;
    return t->kind == TYPE_STRING && t->collation && strcmp(t->collation, "UTF8_LCASE") == 0;
}

struct search {
    const struct collation *collation;
    struct arena *arena;
    bool keeps_blanks; /* blanks at the needle's end count though the collation ignores them */
};

static inline struct search search_of(struct call *call, uint32_t argument) {
    return (struct search){.collation = argument_collation(call, argument), .arena = call->arena};
}

/* Byte offset of the first needle in s at or behind byte `from`, or -1; *size: how many bytes of s it takes. */
int64_t search_find(const struct search *search, struct string s, struct string needle, size_t from, size_t *size);
/* The last one that ends at or before byte `end`. */
int64_t search_find_last(const struct search *search, struct string s, struct string needle, size_t end, size_t *size);
bool search_starts(const struct search *search, struct string s, struct string prefix);
bool search_ends(const struct search *search, struct string s, struct string suffix);
bool search_equal(const struct search *search, struct string a, struct string b);
/* Index, in characters, of the character c in a set of them; -1: not among them. */
int64_t search_character(const struct search *search, struct string set, struct string c);

#endif
