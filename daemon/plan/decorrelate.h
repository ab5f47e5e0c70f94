/* SPDX-License-Identifier: Apache-2.0 */
/* A correlated plan made uncorrelated: its conditions on the enclosing query taken out. See decorrelate.c. */
#ifndef ROOST_PLAN_DECORRELATE_H
#define ROOST_PLAN_DECORRELATE_H

#include "plan/optimize.h"

struct decorrelated {
    struct plan *plan;           /* without OUTER references; its output has what conditions and outputs read */
    struct expr_list conditions; /* over plan and the enclosing query's columns, OUTER taken off */
    uint32_t output_count;
    struct expr **outputs; /* the original columns, over plan and the enclosing query's columns */
    /* A global aggregate gives a row even where no row matches the conditions: then each output's value is this. */
    bool is_global;
    struct expr **empty; /* NULL entries: NULL */
    bool loses_empty;    /* set by the caller: such a row is not given, as releases before Spark 4 had it */
};

/* input: the enclosing query's plan at the subquery's place. exists: only whether there are rows matters. */
bool decorrelate(struct optimizer *o, struct plan *p, struct plan *input, bool exists, struct decorrelated *out);
/* The general way, which joins the distinct outer values to the subquery: domain.c. False without error: can't. */
bool decorrelate_by_domain(struct optimizer *o, struct plan *p, struct plan *input, struct decorrelated *out);
/* An aggregate's value over no rows. */
struct expr *aggregate_over_nothing(struct optimizer *o, struct expr *aggregate);
/* `limit` (LIMIT and OFFSET) per combination of keys, by row_number(). */
struct plan *limit_per_key(struct optimizer *o, struct plan *child, struct expr **keys, uint32_t key_count,
                           struct sort_order *order, uint32_t order_count, const struct plan *limit);
bool has_outer(const struct plan *p);
bool expr_has_outer(const struct expr *e);
/* e with OUTER taken off. */
struct expr *without_outer(struct optimizer *o, struct expr *e);

/* subquery_check.c: what is to be joined by what it reads of the outer query reads no maps of it. */
bool check_outer_types(struct arena *arena, const struct plan *p, struct error *err);

#endif
