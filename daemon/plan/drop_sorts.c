/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorts whose order nobody sees go: below another sort, below a join, and below an aggregate whose functions give the
 * same in any order (sums of doubles do not). Projections and filters between the two do not matter.
 */
#include <string.h>

#include "expr/function.h"
#include "plan/optimize.h"

static bool sees_order(const struct expr *e, void *data) {
    static const char *const blind[] = {"min", "max", "count", "count_if", "bit_and", "bit_or", "bit_xor"};
    bool *seen = data;
    if (e->kind == EXPR_UDF) *seen = true;
    if (e->kind != EXPR_AGGREGATE) return !*seen;
    const char *name = e->aggregate.function->name;
    bool adds = strcmp(name, "sum") == 0 || strcmp(name, "avg") == 0;
    enum type_kind kind = e->child_count ? e->children[0]->type->kind : TYPE_NULL;
    bool is_blind = adds && kind != TYPE_FLOAT && kind != TYPE_DOUBLE;
    for (size_t i = 0; i < sizeof blind / sizeof *blind; i++) is_blind |= strcmp(name, blind[i]) == 0;
    *seen |= !is_blind;
    return !*seen;
}

static bool needs_order(const struct plan *aggregate) {
    bool seen = false;
    for (uint32_t i = 0; i < aggregate->expr_count && !seen; i++) expr_visit(aggregate->exprs[i], sees_order, &seen);
    return seen;
}

static bool is_deterministic(const struct plan *p) {
    for (uint32_t i = 0; i < p->expr_count; i++)
        if (!p->exprs[i]->deterministic) return false;
    return p->kind != PLAN_JOIN || !p->join.condition || p->join.condition->deterministic;
}

static struct plan *without_sorts(struct optimizer *o, struct plan *p);

static struct plan *with_unsorted_children(struct optimizer *o, struct plan *p) {
    struct plan *copy = NULL;
    for (uint32_t i = 0; i < p->child_count; i++) {
        struct plan *child = without_sorts(o, p->children[i]);
        if (child == p->children[i]) continue;
        if (!copy) copy = plan_copy_node(o->arena, p);
        copy->children[i] = child;
    }
    return copy ? copy : p;
}

static struct plan *without_sorts(struct optimizer *o, struct plan *p) {
    while (p->kind == PLAN_SORT) p = p->children[0];
    bool passes = p->kind == PLAN_PROJECT || p->kind == PLAN_FILTER || p->kind == PLAN_JOIN;
    return passes && is_deterministic(p) ? with_unsorted_children(o, p) : p;
}

struct plan *drop_sorts(struct optimizer *o, struct plan *p) {
    p = optimize_children(o, p, drop_sorts);
    if (!p) return NULL;
    bool hides_order = (p->kind == PLAN_SORT && p->sort.global) || (p->kind == PLAN_JOIN && is_deterministic(p)) ||
                       (p->kind == PLAN_AGGREGATE && !needs_order(p)) ||
                       (p->kind == PLAN_DISTINCT && !p->distinct.key_count);
    return hides_order ? with_unsorted_children(o, p) : p;
}
