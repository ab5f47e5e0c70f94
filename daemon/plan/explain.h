/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of EXPLAIN share: one file says how a node is called in the logical plan, one in the physical plan,
 * one how large it is thought to be; explain.c draws trees of that.
 */
#ifndef ROOST_PLAN_EXPLAIN_H
#define ROOST_PLAN_EXPLAIN_H

#include "base/text.h"
#include "plan/plan_int.h"

/* The lines that one node is, the outermost first; a list in the arena of the explanation. */
struct explain_line {
    const char *name;    /* "HashAggregate" */
    const char *details; /* what stands behind it, with whatever is between the two: "(keys=[a#1], functions=[])" */
};
enum { EXPLAIN_LINES_MAX = 5 };

struct explanation {
    struct arena *arena;
    const struct context *context; /* NULL: no session is asked */
    bool nameless;                 /* columns are known by their ids alone */
};

/* Fills lines; gives their number. */
typedef uint32_t explain_node(struct explanation *x, const struct plan *p, struct explain_line *lines);
explain_node explain_logical, explain_physical;

/* The parts of details. */
void explain_exprs(struct explanation *x, struct text *t, struct expr *const *exprs, uint32_t count); /* [a#1, b#2] */
void explain_attributes(struct explanation *x, struct text *t, struct attribute *const *attributes, uint32_t count);
void explain_orders(struct explanation *x, struct text *t, const struct sort_order *orders, uint32_t count);
void explain_expansions(struct explanation *x, struct text *t, const struct plan *p);
void explain_scan_columns(struct explanation *x, struct text *t, const struct plan *p); /* [a#1,b#2] */
void explain_scan(struct explanation *x, struct text *t, const struct plan *p); /* its columns, and how they are read */
extern const char *const explain_join_names[];

/* explain_cost.c: ", Statistics(sizeInBytes=2.1 KiB, rowCount=3)" */
const char *explain_statistics(struct arena *arena, const struct plan *p);

#endif
