/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collations of a call's strings: what resolve_call() asks for. See collate.c.
 */
#ifndef ROOST_EXPR_COLLATE_H
#define ROOST_EXPR_COLLATE_H

#include "expr/resolve.h"

/* Gives the arguments the collation that wins among them, or refuses them: COLLATION_MISMATCH,
 * INDETERMINATE_COLLATION_IN_EXPRESSION, DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE. */
bool collate_arguments(struct resolver *r, struct expr *call, struct error *err);
/* Passes the arguments' collation on to the result where the function does so. */
void collate_result(struct resolver *r, struct expr *call);

#endif
