/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The optimizer: passes over the whole plan, each a function of plan to plan in a file of its own.
 *
 *     strip.c            names, hints and partitions that nobody sees go: SUBQUERY_ALIAS, HINT, REPARTITION
 *     inline_cte.c       CTEs used once take their place
 *     split_aggregate.c  arithmetic on aggregates moves above them
 *     unnest.c           subqueries become joins
 *     fold.c             constants
 *     pushdown.c         filters move towards the scans, outer joins become inner ones
 *     products.c         joins that multiply rows are refused, where the setting says so
 *     filter_ctes.c      what all readers of a CTE leave out is left out of it
 *     merge_subqueries.c scalar subqueries over the same rows read them once
 *     projects.c         projections over projections become one
 *     drop_sorts.c       sorts whose order nobody sees go
 *     join_order.c       inner joins in a cheap order, small sides right
 *     limits.c           LIMIT moves down; sort and LIMIT become a top-N
 *     prune.c            columns that nobody reads go
 *     join_keys.c        equalities of a join's condition become keys
 *     projects.c         (again) projections that change nothing go
 *     failing_constants.c  constants that cannot be computed end the query
 *
 * A pass never changes the plan it is given: plans are shared with DataFrame handles.
 */
#include "plan/optimize.h"

static plan_pass *const passes[] = {
    strip_names,    inline_ctes,   split_aggregates, fold_constants, unnest_subqueries, push_filters,
    check_products, filter_ctes,   merge_subqueries, merge_projects, drop_sorts,        order_joins,
    push_limits,    prune_columns, find_join_keys,   drop_projects,  check_constants,
};

struct plan *plan_optimize(struct arena *arena, const struct context *context, uint64_t *next_id, struct plan *p,
                           struct error *err) {
    char here;
    struct optimizer o = {.arena = arena, .context = context, .next_id = next_id, .stack = {&here}, .err = err};
    o.resolver = (struct resolver){.arena = arena, .context = context, .next_id = next_id};
    for (size_t i = 0; p && i < sizeof passes / sizeof *passes; i++) {
        o.memo_pass = passes[i];
        o.memo = (struct id_map){0};
        p = passes[i](&o, p);
    }
    return p;
}

struct plan *optimize_children(struct optimizer *o, struct plan *p, plan_pass *pass) {
    if (stack_is_low(&o->stack)) {
        error_unsupported(o->err, "a query nested this deeply");
        return NULL;
    }
    struct plan *copy = NULL;
    for (uint32_t i = 0; i < p->child_count; i++) {
        struct plan *child = pass(o, p->children[i]);
        if (!child) return NULL;
        if (child == p->children[i]) continue;
        if (!copy) copy = plan_copy_node(o->arena, p);
        copy->children[i] = child;
    }
    return optimize_subqueries(o, copy ? copy : p, pass);
}

/* --- subqueries in expressions, and CTE definitions --- */

struct subquery_pass {
    struct optimizer *o;
    plan_pass *pass;
    bool failed;
};

static struct expr *pass_subquery(struct expr *e, void *data) {
    struct subquery_pass *x = data;
    if (e->kind != EXPR_SUBQUERY || !e->subquery.plan || x->failed) return e;
    /* One that stands in a node twice (a group, and the result that shows it) stays one. */
    struct plan *p = id_map_get(&x->o->memo, (uintptr_t)e->subquery.plan);
    if (!p) p = x->pass(x->o, e->subquery.plan);
    if (p) id_map_put(x->o->arena, &x->o->memo, (uintptr_t)e->subquery.plan, p);
    x->failed |= !p;
    if (!p || p == e->subquery.plan) return e;
    struct expr *copy = expr_copy_node(x->o->arena, e);
    copy->subquery.plan = p;
    return copy;
}

static bool see_subquery(struct expr **slot, void *data) {
    *(bool *)data |= expr_contains(*slot, EXPR_SUBQUERY);
    return true;
}

static bool pass_slot(struct expr **slot, void *data) {
    struct subquery_pass *x = data;
    *slot = expr_rewrite(x->o->arena, *slot, pass_subquery, x);
    return !x->failed;
}

/* All references to a definition go on sharing one. */
static struct plan *optimize_definition(struct optimizer *o, struct plan *p, plan_pass *pass) {
    struct plan *definition = id_map_get(&o->memo, (uintptr_t)p->cte.definition);
    if (!definition) {
        definition = pass(o, p->cte.definition);
        if (!definition) return NULL;
        id_map_put(o->arena, &o->memo, (uintptr_t)p->cte.definition, definition);
    }
    if (definition == p->cte.definition) return p;
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->cte.definition = definition;
    return copy;
}

struct plan *optimize_subqueries(struct optimizer *o, struct plan *p, plan_pass *pass) {
    bool any = false;
    plan_each_expr(p, see_subquery, &any);
    if (p->kind == PLAN_CTE_REFERENCE) return optimize_definition(o, p, pass);
    if (!any) return p;
    struct plan *copy = plan_copy_node(o->arena, p);
    plan_own_exprs(o->arena, copy);
    struct subquery_pass x = {o, pass, false};
    return plan_each_expr(copy, pass_slot, &x) ? copy : NULL;
}
