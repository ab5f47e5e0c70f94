/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LIMIT moves below projections and into the children of a UNION, merges with a LIMIT below, and makes a top-N of a
 * sort.
 */
#include "plan/optimize.h"

/* Beyond that a top-N holds about as much as a sort, which can go to disk. */
enum { TOP_N_MOST = 50000 };

static struct plan *limit_over(struct optimizer *o, const struct plan *limit, struct plan *child) {
    struct plan *copy = plan_copy_node(o->arena, limit);
    copy->children[0] = child;
    copy->output = child->output;
    copy->output_count = child->output_count;
    return copy;
}

static struct plan *below_project(struct optimizer *o, struct plan *limit) {
    struct plan *project = plan_copy_node(o->arena, limit->children[0]);
    project->children[0] = push_limits(o, limit_over(o, limit, project->children[0]));
    return project->children[0] ? project : NULL;
}

static bool is_simple(const struct plan *project) {
    for (uint32_t i = 0; i < project->expr_count; i++)
        if (!project->exprs[i]->deterministic) return false;
    return true;
}

static struct plan *top_n(struct optimizer *o, struct plan *limit) {
    const struct plan *sort = limit->children[0];
    struct plan *child = push_limits(o, sort->children[0]);
    if (!child) return NULL;
    struct plan *copy = limit_over(o, limit, child);
    copy->output = limit->output;
    copy->output_count = limit->output_count;
    copy->limit.order = sort->sort.order;
    copy->limit.order_count = sort->sort.count;
    return copy;
}

/* LIMIT a OFFSET b over LIMIT c OFFSET d, without order, as one. */
static struct plan *merged(struct optimizer *o, const struct plan *limit) {
    const struct plan *inner = limit->children[0];
    struct plan *copy = plan_copy_node(o->arena, inner);
    int64_t left = inner->limit.limit < 0 ? -1 : inner->limit.limit - limit->limit.offset;
    if (inner->limit.limit >= 0 && left < 0) left = 0;
    int64_t wanted = limit->limit.limit;
    copy->limit.limit = left < 0 ? wanted : wanted < 0 || left < wanted ? left : wanted;
    copy->limit.offset = inner->limit.offset + limit->limit.offset;
    return copy;
}

static struct plan *into_union(struct optimizer *o, struct plan *limit) {
    const struct plan *all = limit->children[0];
    struct plan *copy = plan_copy_node(o->arena, all);
    for (uint32_t i = 0; i < all->child_count; i++) {
        struct plan *part = plan_unary(o->arena, PLAN_LIMIT, all->children[i], 0);
        part->limit.limit = limit->limit.limit + limit->limit.offset;
        copy->children[i] = push_limits(o, part);
        if (!copy->children[i]) return NULL;
    }
    return limit_over(o, limit, copy);
}

/* Who wants n rows of a recursion does not mind how many there would be. */
static struct plan *over_recursion(struct optimizer *o, struct plan *limit) {
    struct plan *recursion = optimize_children(o, limit->children[0], push_limits);
    if (!recursion) return NULL;
    recursion = plan_copy_node(o->arena, recursion);
    recursion->recursion.max_rows = -1;
    return limit_over(o, limit, recursion);
}

struct plan *push_limits(struct optimizer *o, struct plan *p) {
    if (p->kind != PLAN_LIMIT || p->limit.order_count || stack_is_low(&o->stack))
        return optimize_children(o, p, push_limits);
    const struct plan *child = p->children[0];
    if (child->kind == PLAN_PROJECT && is_simple(child)) return below_project(o, p);
    if (child->kind == PLAN_LIMIT && !child->limit.order_count) return push_limits(o, merged(o, p));
    if (child->kind == PLAN_RECURSION && p->limit.limit >= 0) return over_recursion(o, p);
    bool few = p->limit.limit >= 0 && p->limit.limit <= TOP_N_MOST && p->limit.offset <= TOP_N_MOST;
    if (child->kind == PLAN_SORT && child->sort.global && few) return top_n(o, p);
    if (child->kind == PLAN_UNION && p->limit.limit >= 0 && p->limit.limit <= 100000) return into_union(o, p);
    return optimize_children(o, p, push_limits);
}
