/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The little language of signatures, "(STRING, INT [, INT]) STRING", taken apart. See expr/function.h.
 */
#ifndef ROOST_EXPR_SIGNATURE_H
#define ROOST_EXPR_SIGNATURE_H

#include "expr/resolve.h"

enum { SIGNATURE_PARAMETERS = 16, SIGNATURE_WORDS = 64 };

struct signature {
    uint32_t count;    /* parameters; the last one repeats when variadic */
    uint32_t required; /* at least so many arguments */
    bool variadic;
    char words[SIGNATURE_PARAMETERS][SIGNATURE_WORDS]; /* "STRING|BINARY" */
    char result[SIGNATURE_WORDS];
};

/* Signatures are our own constants: one that cannot be read is a bug and ends in an assertion. */
void signature_parse(struct signature *s, const char *text);
/* Does a type fit one of the words without a cast? */
bool signature_accepts(const char *words, const struct type *t);
/* The type that the result names ("$2": the second argument's), or NULL for "?": resolve() decides. */
const struct type *signature_result(struct arena *arena, const struct signature *s, const struct expr *call);
/* "STRING" in messages: "\"STRING\"", "(\"STRING\" or \"BINARY\")". */
const char *signature_words_sql(struct arena *arena, const char *words);

#endif
