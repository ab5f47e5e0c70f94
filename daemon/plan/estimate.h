/* SPDX-License-Identifier: Apache-2.0 */
/* Guesses at numbers of rows: see estimate.c. */
#ifndef ROOST_PLAN_ESTIMATE_H
#define ROOST_PLAN_ESTIMATE_H

#include "plan/optimize.h"

struct estimates {
    struct id_map rows; /* a node's address -> double: each is estimated once */
    struct id_map base; /* column id -> double: rows of the table that it comes from */
};

double estimate(struct optimizer *o, struct estimates *s, const struct plan *p);
/* Rows of an inner join on the conditions. */
double estimate_join(struct optimizer *o, const struct estimates *s, double left, double right,
                     const struct expr_list *conditions);
double estimate_base(const struct estimates *s, const struct expr *key, double otherwise);
/* Two columns that are equal have the smaller base of the two. True when that changed one. */
bool estimate_share(const struct estimates *s, const struct expr *a, const struct expr *b);

#endif
