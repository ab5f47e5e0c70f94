/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in the order in which they are behind one of Spark's exchanges. */
#ifndef ROOST_EXEC_EXCHANGE_H
#define ROOST_EXEC_EXCHANGE_H

#include "exec/exec_int.h"

/* What is to be pulled instead of a DISTINCT. */
struct operator* exchange_over_distinct(struct operator* distinct);
/* Puts one under the side of a join on equal keys that streams by, if Spark would. The join is not open yet, or about
 * to be. */
void exchange_under_join(struct operator* join, uint32_t side);

#endif
