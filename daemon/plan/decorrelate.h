/* SPDX-License-Identifier: Apache-2.0 */
/* A correlated plan made uncorrelated: its conditions on the enclosing query taken out. See decorrelate.c. */
#ifndef ROOST_PLAN_DECORRELATE_H
#define ROOST_PLAN_DECORRELATE_H

#include "plan/optimize.h"

struct decorrelated {
    struct plan *plan;         /* without OUTER references; its output has what conditions and outputs read */
    struct expr_list conditions; /* over plan and the enclosing query's columns, OUTER taken off */
    uint32_t output_count;
    struct expr **outputs;     /* the original columns, over plan and the enclosing query's columns */
    /* A global aggregate gives a row even where no row matches the conditions: then each output's value is this. */
    bool is_global;
    struct expr **empty;       /* NULL entries: NULL */
};

/* single: at most one row per row of the enclosing query is wanted, so LIMIT counts per such row. */
bool decorrelate(struct optimizer *o, struct plan *p, bool exists, struct decorrelated *out);
bool has_outer(const struct plan *p);
bool expr_has_outer(const struct expr *e);
/* e with OUTER taken off. */
struct expr *without_outer(struct optimizer *o, struct expr *e);

#endif
