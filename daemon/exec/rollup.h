/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grouping sets by way of the finest: GROUP BY ROLLUP(a, b) groups by (a, b) alone, and (a) and () are made of its
 * groups. So the input is read, and its keys are looked up, once, not once per set.
 *
 *     rows ─► aggregate by (a, b) ─► groups of (a, b) ─► out, with the set's number
 *                                       │ states, merged
 *                                       ▼
 *                                    groups of (a) ───► out, NULL for b
 *                                       ▼
 *                                    groups of () ────► out, NULLs
 *
 * For sets of which one has all others within it, and for functions whose states can be merged in any order without
 * a difference: no sums of floating point numbers, nothing that is DISTINCT. Others go through an EXPAND.
 *
 * The finest groups spill like those of any aggregate; coarser ones stay in memory.
 */
#ifndef ROOST_EXEC_ROLLUP_H
#define ROOST_EXEC_ROLLUP_H

#include "exec/exec_int.h"

/* The plan of the finest groups, below the operator that makes the others; NULL: this is no such aggregate. */
const struct plan *rollup_finest(struct query *query, const struct plan *plan);

#endif
