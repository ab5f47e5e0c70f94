/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parsed logical plan of EXPLAIN EXTENDED: unresolved nodes (explain_parsed.c) and expressions (explain_names.c).
 * What has no form here makes `unknown` true; the analyzed plan is shown in its stead.
 */
#ifndef ROOST_PLAN_EXPLAIN_PARSED_H
#define ROOST_PLAN_EXPLAIN_PARSED_H

#include "plan/analyze.h"
#include "plan/explain.h"

struct parsed {
    struct arena *arena;
    const struct context *context;
    const struct parsed_query *query;
    uint64_t *next_id;
    struct stack_guard stack;
    bool unknown;
    const struct u_plan *node;              /* at hand: df["a"] may name columns of its children */
    const struct u_expr *lambda;            /* around the expression at hand */
    LIST(const struct u_plan *) subqueries; /* of the node at hand */
};

/* What has been analyzed before, or NULL. */
const struct plan *parsed_handle(struct parsed *x, const struct u_plan *u);
/* Each answers whether all it has written is resolved. */
bool parsed_expr(struct parsed *x, struct text *out, const struct u_expr *u);
bool parsed_exprs(struct parsed *x, struct text *out, struct u_expr *const *list, uint32_t count); /* ['a, 1] */
bool parsed_items(struct parsed *x, struct text *out, struct u_expr *const *list, uint32_t count); /* of a SELECT */
void parsed_window(struct parsed *x, struct text *out, const struct u_window_spec *w);

#endif
