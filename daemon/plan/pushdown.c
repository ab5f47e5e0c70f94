/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters move towards the scans.
 *
 * push() goes down with the conjuncts that are to hold above a node. Each node lets through those that it can: a
 * projection those it can express over its input, a join those of one side, an aggregate those over its groups. What
 * a node can't let through stays as a filter above it. A join's own condition is taken along, and an outer join whose
 * padded rows a conjunct would drop becomes an inner one. What is asked of the side that an outer join keeps is asked of
 * the other one too, by way of their equal columns (inner joins do that as they run: exec/runtime_filter.h).
 *
 * Conjuncts that are not deterministic, or hold subqueries, stay where they are. Nothing passes what gives each row a
 * value by its place (rand(3), monotonically_increasing_id()): over other rows the values would be others.
 */
#include <string.h>

#include "plan/optimize.h"

static struct plan *push(struct optimizer *o, struct plan *p, struct expr_list *conjuncts);

static bool is_fixed(const struct expr *e) {
    return !e->deterministic || expr_contains(e, EXPR_SUBQUERY) || expr_contains(e, EXPR_UDF) ||
           expr_contains(e, EXPR_OUTER);
}

/* Unless it equals one of the first `among`. */
static void add_unlike(struct optimizer *o, struct expr_list *list, uint32_t among, struct expr *e) {
    for (uint32_t i = 0; i < among; i++)
        if (expr_equal(list->items[i], e)) return;
    LIST_PUSH(o->arena, list, e);
}

static void add(struct optimizer *o, struct expr_list *list, struct expr *e) {
    add_unlike(o, list, list->count, e);
}

static struct plan *filter_above(struct optimizer *o, struct plan *p, const struct expr_list *conjuncts) {
    if (!p || !conjuncts->count) return p;
    struct expr *condition = join_conjuncts(o, conjuncts->items, conjuncts->count);
    return condition ? plan_filter(o->arena, p, condition) : NULL;
}

/* The node over its child with what may go below it; `stays` above. Output is the child's where it was. */
static struct plan *over_child(struct optimizer *o, struct plan *p, struct expr_list *below,
                               const struct expr_list *stays) {
    struct plan *child = push(o, p->children[0], below);
    if (!child) return NULL;
    if (child != p->children[0]) {
        struct plan *copy = plan_copy_node(o->arena, p);
        copy->children[0] = child;
        p = copy;
    }
    return filter_above(o, p, stays);
}

/* A node that nothing passes: its children start anew. */
static struct plan *push_none(struct optimizer *o, struct plan *p, struct expr_list *conjuncts) {
    return filter_above(o, optimize_children(o, p, push_filters), conjuncts);
}

/* --- replacing columns by what they stand for --- */

struct replacement {
    struct optimizer *o;
    struct id_map values; /* id -> expression */
};

static struct expr *replace_node(struct expr *e, void *data) {
    const struct replacement *r = data;
    if (e->kind != EXPR_ATTRIBUTE) return e;
    struct expr *value = id_map_get(&r->values, e->column.attribute->id);
    return value ? value : e;
}

struct expr *replace_columns(struct optimizer *o, struct expr *e, const struct id_map *values) {
    struct replacement r = {o, *values};
    return expr_rewrite(o->arena, e, replace_node, &r);
}

static struct plan *push_project(struct optimizer *o, struct plan *p, struct expr_list *conjuncts) {
    struct id_map values = {0}, blocked = {0};
    for (uint32_t i = 0; i < p->expr_count; i++) {
        struct expr *e = p->exprs[i];
        if (!e->deterministic) return push_none(o, p, conjuncts);
        if (e->kind != EXPR_ALIAS) continue;
        id_map_put(o->arena, is_fixed(e->children[0]) ? &blocked : &values, e->alias.id, e->children[0]);
    }
    struct expr_list below = {0}, stays = {0};
    for (uint32_t i = 0; i < conjuncts->count; i++) {
        struct id_map used = {0};
        expr_collect_ids(o->arena, conjuncts->items[i], &used);
        bool free = true;
        for (uint32_t k = 0; k < used.capacity && free; k++)
            free = !used.entries[k].id || !id_map_get(&blocked, used.entries[k].id);
        if (free)
            add(o, &below, replace_columns(o, conjuncts->items[i], &values));
        else
            LIST_PUSH(o->arena, &stays, conjuncts->items[i]);
    }
    return over_child(o, p, &below, &stays);
}

static struct plan *push_aggregate(struct optimizer *o, struct plan *p, struct expr_list *conjuncts) {
    struct id_map values = {0}, groups = {0};
    for (uint32_t i = 0; i < p->expr_count; i++) {
        struct expr *e = p->exprs[i];
        struct expr *inner = e->kind == EXPR_ALIAS ? e->children[0] : e;
        for (uint32_t k = 0; k < p->aggregate.group_count; k++) {
            if (is_fixed(inner) || !expr_equal(inner, p->aggregate.groups[k])) continue;
            uint64_t id = e->kind == EXPR_ALIAS ? e->alias.id : e->column.attribute->id;
            id_map_put(o->arena, &groups, id, inner);
            id_map_put(o->arena, &values, id, inner);
        }
    }
    struct expr_list below = {0}, stays = {0};
    for (uint32_t i = 0; i < conjuncts->count; i++) {
        struct expr *e = conjuncts->items[i];
        if (p->aggregate.group_count && expr_contains(e, EXPR_ATTRIBUTE) && reads_only(e, &groups))
            add(o, &below, replace_columns(o, e, &values));
        else
            LIST_PUSH(o->arena, &stays, e);
    }
    return over_child(o, p, &below, &stays);
}

/* Conjuncts over the given columns go below, others stay. */
static struct plan *push_over(struct optimizer *o, struct plan *p, struct expr_list *conjuncts,
                              const struct id_map *columns) {
    struct expr_list below = {0}, stays = {0};
    for (uint32_t i = 0; i < conjuncts->count; i++) {
        struct expr *e = conjuncts->items[i];
        if (reads_only(e, columns))
            add(o, &below, e);
        else
            LIST_PUSH(o->arena, &stays, e);
    }
    return over_child(o, p, &below, &stays);
}

static struct plan *push_window(struct optimizer *o, struct plan *p, struct expr_list *conjuncts) {
    struct id_map keys = {0};
    for (uint32_t i = 0; i < p->window->partition_count; i++) {
        struct expr *e = p->window->partition[i];
        if (e->kind == EXPR_ATTRIBUTE) id_map_put(o->arena, &keys, e->column.attribute->id, e);
    }
    struct expr_list below = {0}, stays = {0};
    for (uint32_t i = 0; i < conjuncts->count; i++) {
        struct expr *e = conjuncts->items[i];
        bool keyed = expr_contains(e, EXPR_ATTRIBUTE) && reads_only(e, &keys);
        LIST_PUSH(o->arena, keyed ? &below : &stays, e);
    }
    return over_child(o, p, &below, &stays);
}

static struct plan *push_distinct(struct optimizer *o, struct plan *p, struct expr_list *conjuncts) {
    struct id_map keys = {0};
    if (!p->distinct.key_count) add_output_ids(o->arena, p, &keys);
    for (uint32_t i = 0; i < p->distinct.key_count; i++)
        id_map_put(o->arena, &keys, p->distinct.keys[i]->id, p->distinct.keys[i]);
    return push_over(o, p, conjuncts, &keys);
}

/* Columns that every projection of an EXPAND passes on as they are. */
static struct plan *push_expand(struct optimizer *o, struct plan *p, struct expr_list *conjuncts) {
    struct id_map passed = {0};
    for (uint32_t i = 0; i < p->output_count; i++) {
        bool same = true;
        for (uint32_t k = 0; k < p->expand.projection_count; k++) {
            const struct expr *e = p->expand.projections[k][i];
            same &= e->kind == EXPR_ATTRIBUTE && e->column.attribute->id == p->output[i]->id;
        }
        if (same) id_map_put(o->arena, &passed, p->output[i]->id, p->output[i]);
    }
    return push_over(o, p, conjuncts, &passed);
}

/* --- UNION --- */

static struct plan *push_union(struct optimizer *o, struct plan *p, struct expr_list *conjuncts) {
    struct plan *copy = plan_copy_node(o->arena, p);
    for (uint32_t c = 0; c < p->child_count; c++) {
        struct id_map values = {0};
        for (uint32_t i = 0; i < p->output_count; i++)
            id_map_put(o->arena, &values, p->output[i]->id, expr_attribute(o->arena, p->children[c]->output[i]));
        struct expr_list below = {0};
        for (uint32_t i = 0; i < conjuncts->count; i++)
            add(o, &below, replace_columns(o, conjuncts->items[i], &values));
        copy->children[c] = push(o, p->children[c], &below);
        if (!copy->children[c]) return NULL;
    }
    return copy;
}

/* --- joins --- */

/* Is e surely NULL when the columns are? */
static bool is_null_on(const struct expr *e, const struct id_map *ids) {
    if (e->kind == EXPR_ATTRIBUTE) return id_map_get(ids, e->column.attribute->id) != NULL;
    if (e->kind == EXPR_CAST) return is_null_on(e->children[0], ids);
    if (e->kind != EXPR_CALL || !(e->call.function->flags & FUNCTION_STRICT)) return false;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (is_null_on(e->children[i], ids)) return true;
    return false;
}

/* Does the condition drop rows in which the columns are NULL? */
static bool rejects_null(const struct expr *e, const struct id_map *ids) {
    if (is_call(e, "and")) return rejects_null(e->children[0], ids) || rejects_null(e->children[1], ids);
    if (is_call(e, "or")) return rejects_null(e->children[0], ids) && rejects_null(e->children[1], ids);
    if (is_call(e, "isnotnull")) return is_null_on(e->children[0], ids);
    if (is_call(e, "in")) return is_null_on(e->children[0], ids);
    if (is_call(e, "not") && is_call(e->children[0], "isnull")) return is_null_on(e->children[0]->children[0], ids);
    return is_null_on(e, ids);
}

static bool any_rejects(const struct expr_list *conjuncts, const struct id_map *ids) {
    for (uint32_t i = 0; i < conjuncts->count; i++)
        if (rejects_null(conjuncts->items[i], ids)) return true;
    return false;
}

static enum join_type tighter(enum join_type type, bool left_not_null, bool right_not_null) {
    switch (type) {
        case JOIN_LEFT: return right_not_null ? JOIN_INNER : type;
        case JOIN_RIGHT: return left_not_null ? JOIN_INNER : type;
        case JOIN_FULL:
            if (left_not_null && right_not_null) return JOIN_INNER;
            return left_not_null ? JOIN_LEFT : right_not_null ? JOIN_RIGHT : type;
        default: return type;
    }
}

struct join_sides {
    struct id_map left, right;
    struct expr_list to_left, to_right, condition, above;
};

/* A conjunct that must hold of the join's rows. */
static void place_above(struct optimizer *o, enum join_type type, struct join_sides *s, struct expr *e) {
    bool left = reads_only(e, &s->left), right = !left && reads_only(e, &s->right);
    bool inner = type == JOIN_INNER || type == JOIN_CROSS;
    bool left_kept = type != JOIN_RIGHT && type != JOIN_FULL;
    if (left && left_kept)
        add(o, &s->to_left, e);
    else if (right && (inner || type == JOIN_RIGHT))
        add(o, &s->to_right, e);
    else if (inner)
        add(o, &s->condition, e);
    else
        LIST_PUSH(o->arena, &s->above, e);
}

/* A conjunct of the join's own condition. */
static void place_condition(struct optimizer *o, enum join_type type, struct join_sides *s, struct expr *e) {
    bool fixed = is_fixed(e);
    bool left = !fixed && reads_only(e, &s->left), right = !fixed && !left && reads_only(e, &s->right);
    bool inner = type == JOIN_INNER || type == JOIN_CROSS;
    if (left && (inner || type == JOIN_RIGHT || type == JOIN_SEMI))
        add(o, &s->to_left, e);
    else if (right && type != JOIN_RIGHT && type != JOIN_FULL && type != JOIN_ANTI_NULL_AWARE)
        add(o, &s->to_right, e);
    else
        add(o, &s->condition, e);
}

/* A column compared with constants: nothing that could fail on other values. */
static bool is_comparison(const struct expr *e) {
    static const char *const names[] = {"=", "==", "<", "<=", ">", ">=", "in"};
    bool known = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) known |= is_call(e, names[i]);
    for (uint32_t i = 0; known && i < e->child_count; i++)
        known = e->children[i]->kind == EXPR_ATTRIBUTE || e->children[i]->kind == EXPR_LITERAL;
    return known;
}

/* Columns that are equal hold the same value, whichever of them is asked (0.0 and -0.0 do not). */
static bool equates(const struct expr *e, const struct id_map *from, const struct id_map *to,
                    const struct expr **source, const struct expr **target) {
    if (!is_call(e, "=") && !is_call(e, "==")) return false;
    bool flipped = reads_only(e->children[1], from);
    *source = e->children[flipped];
    *target = e->children[!flipped];
    if ((*source)->kind != EXPR_ATTRIBUTE || (*target)->kind != EXPR_ATTRIBUTE) return false;
    const struct type *type = (*source)->type;
    bool exact = type->kind != TYPE_FLOAT && type->kind != TYPE_DOUBLE && !type->collation && type_depth(type) == 1;
    return exact && type_equal(type, (*target)->type) && reads_only(*source, from) && reads_only(*target, to);
}

/* What holds of all rows on one side of an equality holds of those on the other that find a partner. */
static void carry_over(struct optimizer *o, struct join_sides *s, bool to_right) {
    const struct id_map *from = to_right ? &s->left : &s->right, *to = to_right ? &s->right : &s->left;
    const struct expr_list known = to_right ? s->to_left : s->to_right;
    for (uint32_t i = 0; i < s->condition.count; i++) {
        const struct expr *source, *target;
        if (!equates(s->condition.items[i], from, to, &source, &target)) continue;
        struct id_map column = {0};
        id_map_put(o->arena, &column, source->column.attribute->id, (void *)target);
        for (uint32_t k = 0; k < known.count; k++)
            if (is_comparison(known.items[k]) && reads_only(known.items[k], &column))
                add(o, to_right ? &s->to_right : &s->to_left, replace_columns(o, known.items[k], &column));
    }
}

static struct plan *push_join(struct optimizer *o, struct plan *p, struct expr_list *conjuncts) {
    struct join_sides s = {0};
    add_output_ids(o->arena, p->children[0], &s.left);
    add_output_ids(o->arena, p->children[1], &s.right);
    enum join_type type = tighter(p->join.type, any_rejects(conjuncts, &s.left), any_rejects(conjuncts, &s.right));
    if (p->join.single) type = p->join.type;
    for (uint32_t i = 0; i < conjuncts->count; i++) place_above(o, type, &s, conjuncts->items[i]);
    struct expr_list own = {0};
    if (p->join.condition) split_conjuncts(o->arena, p->join.condition, &own);
    for (uint32_t i = 0; i < own.count; i++) place_condition(o, type, &s, own.items[i]);
    if (type == JOIN_LEFT || type == JOIN_SEMI || type == JOIN_ANTI) carry_over(o, &s, true);
    if (type == JOIN_RIGHT) carry_over(o, &s, false);
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->children[0] = push(o, p->children[0], &s.to_left);
    copy->children[1] = copy->children[0] ? push(o, p->children[1], &s.to_right) : NULL;
    if (!copy->children[1]) return NULL;
    copy->join.type = type;
    if (type == JOIN_CROSS && s.condition.count) copy->join.type = JOIN_INNER;
    copy->join.condition = join_conjuncts(o, s.condition.items, s.condition.count);
    return error_is_set(o->err) ? NULL : filter_above(o, copy, &s.above);
}

/* --- the rest --- */

static struct plan *push_filter(struct optimizer *o, struct plan *p, struct expr_list *conjuncts) {
    struct expr_list own = {0}, below = {0}, stays = {0};
    bool counted = false; /* by what stands before */
    split_conjuncts(o->arena, p->exprs[0], &own);
    for (uint32_t i = 0; i < own.count; i++) {
        counted |= !own.items[i]->deterministic;
        if (counted || is_fixed(own.items[i]))
            LIST_PUSH(o->arena, &stays, own.items[i]);
        else
            add(o, &below, own.items[i]);
    }
    struct expr_list *rest = counted ? &stays : &below;
    for (uint32_t i = 0, own_count = rest->count; i < conjuncts->count; i++) /* they are unlike each other already */
        add_unlike(o, rest, own_count, conjuncts->items[i]);
    return filter_above(o, push(o, p->children[0], &below), &stays);
}

/* A scan may leave out what can't match; what it gives is checked again above. */
static struct plan *push_scan(struct optimizer *o, struct plan *p, struct expr_list *conjuncts) {
    if (!conjuncts->count) return p;
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->scan.filters = conjuncts->items;
    copy->scan.filter_count = conjuncts->count;
    return filter_above(o, copy, conjuncts);
}

static struct plan *push(struct optimizer *o, struct plan *p, struct expr_list *conjuncts) {
    if (stack_is_low(&o->stack)) return push_none(o, p, conjuncts);
    struct plan *with_subqueries = optimize_subqueries(o, p, push_filters);
    if (!with_subqueries) return NULL;
    p = with_subqueries;
    switch (p->kind) {
        case PLAN_FILTER: return push_filter(o, p, conjuncts);
        case PLAN_PROJECT: return push_project(o, p, conjuncts);
        case PLAN_AGGREGATE: return push_aggregate(o, p, conjuncts);
        case PLAN_WINDOW: return push_window(o, p, conjuncts);
        case PLAN_DISTINCT: return push_distinct(o, p, conjuncts);
        case PLAN_EXPAND: return push_expand(o, p, conjuncts);
        case PLAN_REPARTITION:
        case PLAN_SORT: {
            struct expr_list none = {0};
            return over_child(o, p, conjuncts, &none);
        }
        case PLAN_GENERATE: {
            struct id_map columns = {0};
            add_output_ids(o->arena, p->children[0], &columns);
            return push_over(o, p, conjuncts, &columns);
        }
        case PLAN_UNION: return push_union(o, p, conjuncts);
        case PLAN_JOIN: return p->join.lateral ? push_none(o, p, conjuncts) : push_join(o, p, conjuncts);
        case PLAN_SCAN: return push_scan(o, p, conjuncts);
        default: return push_none(o, p, conjuncts);
    }
}

struct plan *push_filters(struct optimizer *o, struct plan *p) {
    struct expr_list none = {0};
    return push(o, p, &none);
}
