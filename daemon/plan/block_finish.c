/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of an analyzed block (aggregate.c):
 *
 *     AGGREGATE                                        when SELECT is all there is
 *     PROJECT < WINDOW* < FILTER (having) < AGGREGATE  otherwise; the AGGREGATE then gives groups and bare aggregates
 *     PROJECT (visible) < SORT < ...                   with ORDER BY
 *
 * In the second form the expressions above are lowered: what is a group or an aggregate becomes the column that the
 * AGGREGATE gives for it.
 */
#include "plan/aggregate.h"

/* ORDER BY window(...) makes a column of it, which comes first, as in Spark. */
static struct plan *add_sorted_windows(struct block *b, struct plan *p, struct error *err) {
    struct arena *arena = b->n->arena;
    struct expr ***slots = ARENA_ARRAY(arena, struct expr **, b->order_count);
    struct time_windows windows = {0};
    for (uint32_t i = 0; i < b->order_count; i++) slots[i] = &b->order[i].expr;
    struct plan *wide = extract_time_windows(b->n, p, slots, b->order_count, &windows, err);
    if (!wide || !windows.columns.count) return wide;
    struct items items = {0};
    for (uint32_t i = 0; i < windows.columns.count; i++) {
        struct item window = {.expr = windows.columns.items[i]};
        LIST_PUSH(arena, &items, window);
    }
    for (uint32_t i = 0; i < b->items.count; i++) LIST_PUSH(arena, &items, b->items.items[i]);
    b->items = items;
    struct attribute **attributes = ARENA_ARRAY(arena, struct attribute *, items.count);
    for (uint32_t i = 0; i < items.count; i++)
        attributes[i] = i < windows.columns.count ? windows.columns.items[i]->column.attribute
                                                  : p->output[i - windows.columns.count];
    return plan_project_attributes(arena, wide, attributes, items.count);
}

static struct plan *finish_order(struct block *b, struct plan *p, struct error *err) {
    if (!b->sorted) return p;
    TRY_NULL(p = add_sorted_windows(b, p, err));
    struct plan *sort = plan_unary(b->n->arena, PLAN_SORT, p, 0);
    sort->sort.order = b->order;
    sort->sort.count = b->order_count;
    sort->sort.global = b->global;
    sort = pull_out_keys(b->n, sort);
    uint32_t visible = 0;
    for (uint32_t i = 0; i < b->items.count; i++) visible += !b->items.items[i].hidden;
    if (visible == b->items.count) return sort;
    struct attribute **attributes = ARENA_ARRAY(b->n->arena, struct attribute *, visible);
    for (uint32_t i = 0, k = 0; i < b->items.count; i++)
        if (!b->items.items[i].hidden) attributes[k++] = p->output[i];
    return plan_project_attributes(b->n->arena, sort, attributes, visible);
}

/* What means the same as a group becomes that very expression: the optimizer compares no deeper than expr_equal(). */
static struct expr *as_group(struct expr *e, void *data) {
    struct block *b = data;
    if (expr_is_aggregate(e)) return e;
    for (uint32_t i = 0; i < b->group_count; i++)
        if (e->kind != EXPR_ATTRIBUTE && expr_same(b->n->arena, b->groups[i], e)) return b->groups[i];
    return expr_map_children(b->n->arena, e, as_group, b);
}

/* One AGGREGATE whose results are the SELECT list itself. */
static struct plan *finish_plain(struct block *b) {
    struct plan *p = plan_new(b->n->arena, PLAN_AGGREGATE, 1, b->items.count);
    p->children[0] = b->input;
    for (uint32_t i = 0; i < b->items.count; i++) p->exprs[i] = as_group(b->items.items[i].expr, b);
    p->aggregate.groups = b->groups;
    p->aggregate.group_count = b->group_count;
    plan_output_from_exprs(b->n->arena, p);
    return p;
}

struct split {
    struct block *b;
    LIST(struct expr *) exprs; /* of the AGGREGATE */
    LIST(uint64_t) hashes;     /* of what its aliases stand for */
    struct attribute **groups; /* what stands for each group above it */
};

static struct expr *lower(struct expr *e, void *data);

static struct expr *lower_aggregate(struct split *x, struct expr *e) {
    struct arena *arena = x->b->n->arena;
    uint64_t hash = expr_hash(e);
    while (x->hashes.count < x->exprs.count) LIST_PUSH(arena, &x->hashes, 0); /* groups are not aggregates */
    for (uint32_t i = 0; i < x->exprs.count; i++) {
        struct expr *known = x->exprs.items[i];
        if (x->hashes.items[i] == hash && known->kind == EXPR_ALIAS && e->deterministic &&
            expr_equal(known->children[0], e))
            return expr_attribute(arena, expr_to_attribute(arena, known));
    }
    struct expr *alias = expr_alias(arena, e, expr_pretty(arena, e), fresh_id(x->b->n));
    LIST_PUSH(arena, &x->exprs, alias);
    LIST_PUSH(arena, &x->hashes, hash);
    struct expr *attribute = expr_attribute(arena, expr_to_attribute(arena, alias));
    attribute->origin = e->origin;
    return attribute;
}

struct outer_swap {
    struct arena *arena;
    const struct expr *from;
    struct expr *to;
};

static struct expr *swap_outer_node(struct expr *e, void *data) {
    const struct outer_swap *swap = data;
    if (e->kind != EXPR_OUTER || !expr_equal(e->children[0], swap->from)) return e;
    struct expr *copy = expr_copy_node(swap->arena, e);
    copy->children[0] = swap->to;
    return copy;
}

static struct expr *swap_outer(struct expr *e, void *data) {
    const struct outer_swap *swap = data;
    return expr_rewrite(swap->arena, e, swap_outer_node, data);
}

/* A subquery that asks for aggregates of this block reads their columns instead. */
static struct expr *lower_subquery(struct split *x, struct expr *e) {
    struct arena *arena = x->b->n->arena;
    struct expr *copy = expr_map_children(arena, e, lower, x);
    for (uint32_t i = 0; i < e->subquery.outer_count; i++) {
        struct expr *asked = e->subquery.outer[i];
        if (!expr_is_aggregate(asked)) continue;
        struct outer_swap swap = {arena, asked, lower_aggregate(x, asked)};
        struct expr **outer = arena_copy(arena, copy->subquery.outer, e->subquery.outer_count * sizeof *outer);
        outer[i] = swap.to;
        copy = expr_copy_node(arena, copy);
        copy->subquery.outer = outer;
        copy->subquery.plan = plan_map_exprs(arena, copy->subquery.plan, swap_outer, &swap);
    }
    return copy;
}

/* Top down: groups and aggregates become attributes of the AGGREGATE below. */
static struct expr *lower(struct expr *e, void *data) {
    struct split *x = data;
    struct arena *arena = x->b->n->arena;
    for (uint32_t i = 0; i < x->b->group_count; i++)
        if (expr_same(arena, x->b->groups[i], e)) {
            struct attribute *a = x->groups[i];
            if (e->kind == EXPR_ATTRIBUTE && a->id == e->column.attribute->id) return e;
            return expr_attribute(arena, a);
        }
    if (expr_is_aggregate(e)) return lower_aggregate(x, e);
    if (e->kind == EXPR_SUBQUERY && e->subquery.outer_count) return lower_subquery(x, e);
    if (e->kind == EXPR_WINDOW && expr_is_aggregate(e->children[0])) {
        /* The function itself belongs to the window; what it reads comes from below. */
        struct expr *f = expr_map_children(arena, e->children[0], lower, x);
        struct expr *copy = expr_copy_node(arena, e);
        copy->children[0] = expr_literal(arena, expr_bool(arena, true)->literal);
        copy = expr_map_children(arena, copy, lower, x);
        if (copy->children[0] != f) copy->children[0] = f;
        return copy;
    }
    return expr_map_children(arena, e, lower, x);
}

static struct plan *finish_split(struct block *b, struct error *err) {
    struct arena *arena = b->n->arena;
    struct split x = {.b = b, .groups = ARENA_ARRAY(arena, struct attribute *, b->group_count)};
    for (uint32_t i = 0; i < b->group_count; i++) {
        struct expr *group = b->groups[i];
        if (group->kind != EXPR_ATTRIBUTE) group = expr_alias(arena, group, expr_pretty(arena, group), fresh_id(b->n));
        x.groups[i] = expr_to_attribute(arena, group);
        LIST_PUSH(arena, &x.exprs, group);
    }
    for (uint32_t i = 0; i < b->items.count; i++) {
        struct item *item = &b->items.items[i];
        struct expr *e = item->expr;
        if (e->kind == EXPR_ALIAS) {
            item->expr = expr_copy_node(arena, e);
            item->expr->children[0] = lower(e->children[0], &x);
        } else
            item->expr = lower(e, &x);
    }
    struct expr *having = b->having ? lower(b->having, &x) : NULL;
    struct plan *p = plan_new(arena, PLAN_AGGREGATE, 1, 0);
    p->children[0] = b->input;
    p->exprs = x.exprs.items;
    p->expr_count = x.exprs.count;
    p->aggregate.groups = b->groups;
    p->aggregate.group_count = b->group_count;
    plan_output_from_exprs(arena, p);
    if (having) p = plan_filter(arena, p, having);
    return project_items(b->n, p, &b->items, true, err);
}

static bool must_split(const struct block *b) {
    if (b->having || any_generator(&b->items)) return true;
    for (uint32_t i = 0; i < b->items.count; i++) {
        const struct item *item = &b->items.items[i];
        if (item->level || expr_contains(item->expr, EXPR_WINDOW) || expr_contains(item->expr, EXPR_SUBQUERY))
            return true;
    }
    return false;
}

struct plan *block_finish(struct block *b, struct error *err) {
    struct plan *p;
    if (!b->aggregate)
        p = project_items(b->n, b->input, &b->items, false, err);
    else {
        TRY_NULL(expand_grouping_sets(b, err));
        TRY_NULL(check_aggregation(b, err));
        p = must_split(b) ? finish_split(b, err) : finish_plain(b);
    }
    return p ? finish_order(b, p, err) : NULL;
}
