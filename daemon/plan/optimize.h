/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the optimizer: its state, its passes, and how a pass goes through a plan. */
#ifndef ROOST_PLAN_OPTIMIZE_H
#define ROOST_PLAN_OPTIMIZE_H

#include "expr/resolve.h"
#include "plan/plan_int.h"

struct optimizer;
/* Gives the new plan, p itself when nothing changes, NULL with o->err set. */
typedef struct plan *plan_pass(struct optimizer *o, struct plan *p);

struct optimizer {
    struct arena *arena;
    const struct context *context;
    uint64_t *next_id;
    struct resolver resolver;
    struct stack_guard stack;
    struct error *err;
    struct id_map cte_uses;    /* CTE id -> number of references */
    struct id_map cte_filters; /* a CTE definition's address -> what all of its readers ask for (filter_ctes.c) */
    plan_pass *memo_pass;      /* CTE definitions that this pass has been through, by address: each is done once */
    struct id_map memo;
};

/* p with the pass applied to its children, to subqueries in its expressions and to CTE definitions it reads. */
struct plan *optimize_children(struct optimizer *o, struct plan *p, plan_pass *pass);
struct plan *optimize_subqueries(struct optimizer *o, struct plan *p, plan_pass *pass);

plan_pass strip_names, inline_ctes, split_aggregates, unnest_subqueries, fold_constants, push_filters, filter_ctes,
    check_products, merge_subqueries, merge_projects, order_joins, prune_columns, push_limits, find_join_keys,
    drop_projects, drop_sorts, check_constants;

/* The conjuncts of e, in order; their conjunction (NULL for none). */
struct expr_list {
    struct expr **items;
    uint32_t count, capacity;
};
void split_conjuncts(struct arena *arena, struct expr *e, struct expr_list *out);
struct expr *join_conjuncts(struct optimizer *o, struct expr *const *items, uint32_t count);
/* e with columns replaced by what they stand for (id -> struct expr *). */
struct expr *replace_columns(struct optimizer *o, struct expr *e, const struct id_map *values);
bool is_call(const struct expr *e, const char *function);
/* Does e read nothing but ids in the set? (OUTER references do not count.) */
bool reads_only(const struct expr *e, const struct id_map *ids);
void add_output_ids(struct arena *arena, const struct plan *p, struct id_map *into);

#endif
