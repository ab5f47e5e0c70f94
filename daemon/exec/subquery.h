/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Uncorrelated subqueries in an operator's expressions: run before it opens, and replaced by what they gave.
 */
#ifndef ROOST_EXEC_SUBQUERY_H
#define ROOST_EXEC_SUBQUERY_H

#include "exec/exec.h"

/* DONE: op->plan has no subqueries (any more). YIELD, WAIT, ERROR: as of the subquery that runs. */
enum exec_status subqueries_run(struct operator* op, struct error *err);

#endif
