/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is constant and cannot be computed fails before any row is read, as in Spark: SELECT 1 / 0 FROM no_rows. fold.c
 * has left such expressions; those that are still there, behind pruning and all else, are computed once more for their
 * error.
 *
 * Two kinds are left to the rows: the branches of IF, CASE and COALESCE, and what stands over VALUES alone, which Spark
 * computes row by row before it looks for constants, so that a filter may leave nothing to compute them for.
 */
#include "expr/evaluate.h"
#include "plan/optimize.h"

/* May Spark know before it folds that there are no rows? Filters over VALUES are computed then. */
static bool may_be_nothing(const struct plan *p, bool filtered) {
    if (p->kind == PLAN_LOCAL) return !p->local.is_client && (filtered || !p->local.data->row_count);
    if (p->kind == PLAN_LIMIT && p->limit.limit == 0) return true;
    for (uint32_t i = 0; i < p->child_count; i++)
        if (may_be_nothing(p->children[i], filtered || p->kind == PLAN_FILTER)) return true;
    return false;
}

static bool is_over_values(const struct plan *p) {
    while (p->kind == PLAN_PROJECT || p->kind == PLAN_FILTER || p->kind == PLAN_LIMIT) p = p->children[0];
    return p->kind == PLAN_LOCAL && !p->local.is_client;
}

/* Which of its arguments it computes depends on the row. */
static bool is_conditional(const struct expr *e) {
    return is_call(e, "if") || is_call(e, "when") || is_call(e, "coalesce") || is_call(e, "nanvl");
}

static bool compute(const struct expr *e, void *data) {
    struct optimizer *o = data;
    if (error_is_set(o->err) || e->kind == EXPR_LITERAL) return false;
    /* No call with a lambda counts as constant. */
    bool constant = e->foldable && e->deterministic && e->kind != EXPR_ALIAS && !expr_contains(e, EXPR_LAMBDA);
    if (!constant) return !is_conditional(e);
    expr_fold(o->arena, o->context, (struct expr *)e, o->err);
    return false;
}

static bool compute_slot(struct expr **slot, void *data) {
    struct optimizer *o = data;
    expr_visit(*slot, compute, o);
    return !error_is_set(o->err);
}

struct plan *check_constants(struct optimizer *o, struct plan *p) {
    p = optimize_children(o, p, check_constants);
    if (!p || is_over_values(p)) return p;
    for (uint32_t i = 0; i < p->child_count; i++)
        if (may_be_nothing(p->children[i], false)) return p;
    plan_each_expr(p, compute_slot, o);
    return error_is_set(o->err) ? NULL : p;
}
