/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in the order in which they are behind one of Spark's exchanges. */
#ifndef ROOST_EXEC_EXCHANGE_H
#define ROOST_EXEC_EXCHANGE_H

#include "exec/exec_int.h"

/* What is to be pulled instead of a DISTINCT. */
struct operator* exchange_over_distinct(struct operator* distinct);
/*
 * Puts them under the sides of a join on equal keys, if Spark would. Outer joins of few rows it does by broadcasting the
 * side that need not be kept; others by merging, in the order of the keys, as long as most partitions are empty.
 * marks: the join puts out the rows of the side that it builds from.
 */
void exchange_under_join(struct operator* join, uint32_t probe, bool marks);

#endif
