/* SPDX-License-Identifier: Apache-2.0 */
/* Guesses at numbers of rows: see estimate.c. */
#ifndef ROOST_PLAN_ESTIMATE_H
#define ROOST_PLAN_ESTIMATE_H

#include "plan/optimize.h"

struct estimates {
    struct id_map rows;    /* a node's address -> double: each is estimated once */
    struct id_map columns; /* column id -> struct column_guess */
};

/* Rows of an input, without filters. */
struct table_guess {
    double rows, filtered;
};
struct column_guess {
    double own;    /* different values at most: as many as rows, or integers in the range */
    double shared; /* no more than columns that it is equal to have */
    const struct column_range *range;
    struct table_guess *table;
};

double estimate(struct optimizer *o, struct estimates *s, const struct plan *p);
/* Which share of the pairs (or triples ...) of rows meet the conditions of inner joins. */
double estimate_conditions(struct optimizer *o, const struct estimates *s, const struct expr_list *conditions);
/* Two columns that are equal have no more different values than the fewer of the two. True when that changed one. */
bool estimate_share(const struct estimates *s, const struct expr *a, const struct expr *b);
/* How many rows filters leave of the input that gives these columns. */
void estimate_set_filtered(const struct estimates *s, const struct plan *p, double rows);

#endif
