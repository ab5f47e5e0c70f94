/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The elements of a column's lists taken together. In a column that nobody has picked rows from they lie one behind
 * the other, so that whoever needs all of them needs no index to each.
 */
#ifndef ROOST_FUNCTION_LIST_RUN_H
#define ROOST_FUNCTION_LIST_RUN_H

#include "column/vector.h"

struct list_run {
    bool dense;     /* they are the child's rows [first, first + total), in the order of the lists */
    uint32_t first; /* where dense */
    uint64_t total;
};

/* NULL lists have no elements. */
struct list_run list_run_of(const struct vector *lists, uint32_t rows);

#endif
