/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in the order in which they are behind one of Spark's exchanges. */
#ifndef ROOST_EXEC_EXCHANGE_H
#define ROOST_EXEC_EXCHANGE_H

#include "exec/exec_int.h"

/* The operator, or what is to be pulled instead: over DISTINCT, INTERSECT, EXCEPT and full joins. */
struct operator* exchange_over(struct operator* op);
/* For a REPARTITION by columns, whose rows end up in one partition. */
extern const struct operator_ops exchange_ops;
/*
 * Puts them under the sides of a join on equal keys, if Spark would. marks: the join puts out the rows of the side that
 * it builds from.
 */
void exchange_under_join(struct operator* join, uint32_t probe, bool marks);

#endif
