/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AGGREGATE [sum(a) / count(a) AS r] BY [b + 1] becomes PROJECT [x / y AS r] over AGGREGATE [sum(a) AS x,
 * count(a) AS y, b + 1 AS g] BY [b + 1]: the operator knows groups and calls alone.
 */
#include "plan/optimize.h"

struct split {
    struct optimizer *o;
    const struct plan *p;
    struct expr **groups; /* ATTRIBUTE or ALIAS: what stands for each group above */
    LIST(struct expr *) exprs;
    LIST(uint64_t) hashes; /* of what its aliases stand for */
};

static bool is_plain(const struct plan *p, const struct expr *e) {
    const struct expr *inner = e->kind == EXPR_ALIAS ? e->children[0] : e;
    if (expr_is_aggregate(inner)) return e->kind == EXPR_ALIAS;
    for (uint32_t i = 0; i < p->aggregate.group_count; i++)
        if (expr_equal(p->aggregate.groups[i], inner)) return true;
    return false;
}

static struct expr *attribute_of(struct split *x, struct expr *named) {
    return expr_attribute(x->o->arena, expr_to_attribute(x->o->arena, named));
}

static struct expr *use_group(struct split *x, uint32_t i) {
    if (!x->groups[i]) {
        struct expr *group = x->p->aggregate.groups[i];
        if (group->kind != EXPR_ATTRIBUTE) group = expr_alias(x->o->arena, group, "_group", (*x->o->next_id)++);
        x->groups[i] = group;
        LIST_PUSH(x->o->arena, &x->exprs, group);
    }
    return attribute_of(x, x->groups[i]);
}

static struct expr *lower(struct expr *e, void *data) {
    struct split *x = data;
    for (uint32_t i = 0; i < x->p->aggregate.group_count; i++)
        if (expr_equal(x->p->aggregate.groups[i], e)) return use_group(x, i);
    if (!expr_is_aggregate(e)) return expr_map_children(x->o->arena, e, lower, x);
    uint64_t hash = expr_hash(e);
    while (x->hashes.count < x->exprs.count) LIST_PUSH(x->o->arena, &x->hashes, 0); /* groups are not aggregates */
    for (uint32_t i = 0; i < x->exprs.count; i++) {
        struct expr *known = x->exprs.items[i];
        if (x->hashes.items[i] == hash && known->kind == EXPR_ALIAS && e->deterministic &&
            expr_equal(known->children[0], e))
            return attribute_of(x, known);
    }
    struct expr *alias = expr_alias(x->o->arena, e, "_agg", (*x->o->next_id)++);
    LIST_PUSH(x->o->arena, &x->exprs, alias);
    LIST_PUSH(x->o->arena, &x->hashes, hash);
    return attribute_of(x, alias);
}

struct plan *split_aggregates(struct optimizer *o, struct plan *p) {
    p = optimize_children(o, p, split_aggregates);
    if (!p || p->kind != PLAN_AGGREGATE) return p;
    bool plain = true;
    for (uint32_t i = 0; i < p->expr_count; i++) plain &= is_plain(p, p->exprs[i]);
    if (plain) return p;
    struct split x = {.o = o, .p = p, .groups = ARENA_ARRAY(o->arena, struct expr *, p->aggregate.group_count)};
    struct expr **results = ARENA_ARRAY(o->arena, struct expr *, p->expr_count);
    for (uint32_t i = 0; i < p->expr_count; i++) {
        struct expr *e = p->exprs[i];
        if (e->kind == EXPR_ALIAS) {
            results[i] = expr_copy_node(o->arena, e);
            results[i]->children[0] = lower(e->children[0], &x);
            expr_update_flags(results[i]);
        } else
            results[i] = lower(e, &x);
    }
    struct plan *aggregate = plan_copy_node(o->arena, p);
    aggregate->exprs = x.exprs.items;
    aggregate->expr_count = x.exprs.count;
    plan_output_from_exprs(o->arena, aggregate);
    struct plan *project = plan_project(o->arena, aggregate, results, p->expr_count);
    project->output = p->output;
    return project;
}
