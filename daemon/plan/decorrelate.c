/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking a subquery's references to the enclosing query out of it.
 *
 * What refers outwards is nearly always a conjunct of a filter: u.k = OUTER(t.k). It is taken out of the filter and
 * becomes part of the join's condition; on its way up each node must keep the inner columns that it reads:
 *
 *     projection    passes them through
 *     aggregate     takes u.k as a further group, which needs an equality
 *     DISTINCT      has them among its columns
 *     window        takes u.k as a further partition key
 *     LIMIT         counts per u.k: a filter on row_number()
 *
 * A projection's expression that reads outwards itself (SELECT u.a + OUTER(t.b)) is put aside and computed above the
 * join, where its users, too, find it. A global aggregate gives one row even for no input: what its columns are then
 * (count: 0) is worked out here, and the caller supplies it where the outer join finds nothing (the "count bug").
 */
#include "plan/decorrelate.h"

#include <string.h>

struct pull {
    struct optimizer *o;
    bool exists;                 /* only whether there are rows matters */
    bool loses_empty;            /* a global aggregate gives no row where nothing matches */
    struct expr_list conditions; /* with OUTER */
    struct id_map aside;         /* alias id -> expression with OUTER that stands for it */
    bool is_global;
    struct id_map empty; /* column id -> its value over no input */
    bool failed;
};

/* --- what refers outwards --- */

struct outer_search {
    bool found;
};

static bool see_outer(const struct expr *e, void *data) {
    struct outer_search *search = data;
    search->found |= e->kind == EXPR_OUTER;
    return !search->found;
}

bool expr_has_outer(const struct expr *e) {
    struct outer_search search = {false};
    expr_visit(e, see_outer, &search);
    return search.found;
}

static bool slot_has_outer(struct expr **slot, void *data) {
    return !expr_has_outer(*slot);
}

bool has_outer(const struct plan *p) {
    if (!plan_each_expr((struct plan *)p, slot_has_outer, NULL)) return true;
    for (uint32_t i = 0; i < p->child_count; i++)
        if (has_outer(p->children[i])) return true;
    return false;
}

static struct expr *unwrap(struct expr *e, void *data) {
    return e->kind == EXPR_OUTER ? e->children[0] : e;
}

struct expr *without_outer(struct optimizer *o, struct expr *e) {
    return expr_rewrite(o->arena, e, unwrap, NULL);
}

/* --- expressions put aside --- */

static struct expr *use_aside(struct expr *e, void *data) {
    struct pull *x = data;
    if (e->kind != EXPR_ATTRIBUTE) return e;
    struct expr *aside = id_map_get(&x->aside, e->column.attribute->id);
    return aside ? aside : e;
}

static struct expr *resolved(struct pull *x, struct expr *e) {
    return x->aside.count ? expr_rewrite(x->o->arena, e, use_aside, x) : e;
}

/* --- keeping columns visible --- */

struct id_sink {
    struct arena *arena;
    struct id_map *ids;
};

static bool collect_inner(const struct expr *e, void *data) {
    struct id_sink *c = data;
    if (e->kind == EXPR_OUTER) return false;
    if (e->kind == EXPR_ATTRIBUTE) id_map_put(c->arena, c->ids, e->column.attribute->id, e->column.attribute);
    return true;
}

static void wanted_ids(struct pull *x, struct id_map *ids) {
    struct id_sink c = {x->o->arena, ids};
    for (uint32_t i = 0; i < x->conditions.count; i++) expr_visit(x->conditions.items[i], collect_inner, &c);
    for (uint32_t i = 0; i < x->aside.capacity; i++)
        if (x->aside.entries[i].id) expr_visit(x->aside.entries[i].value, collect_inner, &c);
}

static struct plan *fail(struct pull *x) {
    x->failed = true;
    return NULL;
}

static struct plan *pull(struct pull *x, struct plan *p);

static struct plan *pull_filter(struct pull *x, struct plan *p) {
    struct plan *child = pull(x, p->children[0]);
    if (!child) return NULL;
    if (x->is_global) return fail(x); /* HAVING: no row is not the same as no input */
    struct expr_list conjuncts = {0}, rest = {0};
    split_conjuncts(x->o->arena, p->exprs[0], &conjuncts);
    for (uint32_t i = 0; i < conjuncts.count; i++) {
        struct expr *e = resolved(x, conjuncts.items[i]);
        bool outwards = expr_has_outer(e);
        if (outwards)
            LIST_PUSH(x->o->arena, &x->conditions, e);
        else
            LIST_PUSH(x->o->arena, &rest, e);
    }
    struct expr *condition = join_conjuncts(x->o, rest.items, rest.count);
    return condition ? plan_filter(x->o->arena, child, condition) : child;
}

static struct expr *value_over_nothing(struct expr *e, void *data);

static struct plan *pull_project(struct pull *x, struct plan *p) {
    struct plan *child = pull(x, p->children[0]);
    if (!child) return NULL;
    struct arena *arena = x->o->arena;
    struct expr **exprs = ARENA_ARRAY(arena, struct expr *, p->expr_count + child->output_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->expr_count; i++) {
        struct expr *e = p->exprs[i];
        struct expr *inner = resolved(x, e->kind == EXPR_ALIAS ? e->children[0] : e);
        uint64_t id = e->kind == EXPR_ALIAS ? e->alias.id : e->column.attribute->id;
        if (expr_has_outer(inner)) {
            if (e->kind == EXPR_ALIAS) id_map_put(arena, &x->aside, id, inner);
            continue;
        }
        if (x->is_global && e->kind == EXPR_ALIAS)
            id_map_put(arena, &x->empty, id, expr_rewrite(arena, inner, value_over_nothing, x));
        exprs[count++] = e;
    }
    struct id_map wanted = {0};
    wanted_ids(x, &wanted);
    for (uint32_t i = 0; i < child->output_count; i++) {
        struct attribute *a = child->output[i];
        bool there = !id_map_get(&wanted, a->id);
        for (uint32_t k = 0; !there && k < count; k++)
            there = exprs[k]->kind == EXPR_ATTRIBUTE && exprs[k]->column.attribute->id == a->id;
        if (!there) exprs[count++] = expr_attribute(arena, a);
    }
    return plan_project(arena, child, exprs, count);
}

/* --- aggregates --- */

/* inner = OUTER(...): which child is the inner side; UINT32_MAX: not of that form. */
static uint32_t inner_side(const struct expr *e) {
    if (!is_call(e, "=") && !is_call(e, "==") && !is_call(e, "<=>")) return UINT32_MAX;
    for (uint32_t i = 0; i < 2; i++) {
        const struct expr *inner = e->children[i], *outer = e->children[1 - i];
        if (expr_has_outer(inner) || !expr_has_outer(outer)) continue;
        struct id_map none = {0};
        if (reads_only(outer, &none)) return i;
    }
    return UINT32_MAX;
}

static bool reads_inner(const struct expr *e) {
    struct id_map none = {0};
    return !reads_only(e, &none);
}

/* Makes each condition's inner side a named column of `named` (ATTRIBUTE or ALIAS), by which the node may group. */
static bool condition_keys(struct pull *x, struct expr_list *named, struct expr_list *keys) {
    struct arena *arena = x->o->arena;
    for (uint32_t i = 0; i < x->conditions.count; i++) {
        struct expr *e = x->conditions.items[i];
        if (!reads_inner(e)) continue;
        uint32_t side = inner_side(e);
        if (side == UINT32_MAX) return false;
        struct expr *key = e->children[side], *column = key;
        if (key->kind != EXPR_ATTRIBUTE) column = expr_alias(arena, key, "_key", (*x->o->next_id)++);
        struct expr *copy = expr_copy_node(arena, e);
        copy->children[side] = expr_attribute(arena, expr_to_attribute(arena, column));
        x->conditions.items[i] = copy;
        LIST_PUSH(arena, keys, key);
        LIST_PUSH(arena, named, column);
    }
    return true;
}

static bool counts(const struct expr *e) {
    static const char *const names[] = {"count", "count_if", "approx_count_distinct", "regr_count"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(e->aggregate.function->name, names[i]) == 0) return true;
    return false;
}

static bool collects(const struct expr *e) {
    const char *name = e->aggregate.function->name;
    return strncmp(name, "collect_", 8) == 0 || strcmp(name, "array_agg") == 0;
}

static struct expr *empty_array(struct arena *arena, const struct type *type) {
    struct builder b;
    builder_init(&b, arena, type, 1);
    builder_end_list(&b);
    struct vector *v = arena_copy(arena, builder_finish(&b), sizeof *v);
    v->form = VECTOR_CONSTANT;
    return expr_literal(arena, v);
}

struct expr *aggregate_over_nothing(struct optimizer *o, struct expr *aggregate) {
    if (aggregate->kind == EXPR_UDF) return expr_null(o->arena, aggregate->type);
    if (counts(aggregate)) return expr_long(o->arena, 0);
    if (collects(aggregate)) return empty_array(o->arena, aggregate->type);
    return expr_null(o->arena, aggregate->type);
}

/* An aggregate over no rows; a column of one, likewise. */
static struct expr *value_over_nothing(struct expr *e, void *data) {
    struct pull *x = data;
    if (e->kind == EXPR_ATTRIBUTE) {
        struct expr *value = id_map_get(&x->empty, e->column.attribute->id);
        return value ? value : e;
    }
    return expr_is_aggregate(e) ? aggregate_over_nothing(x->o, e) : e;
}

static bool uses_outer(struct pull *x, struct expr *const *exprs, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (expr_has_outer(resolved(x, exprs[i]))) return true;
    return false;
}

static struct plan *pull_aggregate(struct pull *x, struct plan *p) {
    struct arena *arena = x->o->arena;
    struct plan *child = pull(x, p->children[0]);
    if (!child) return NULL;
    if (x->is_global || uses_outer(x, p->exprs, p->expr_count) ||
        uses_outer(x, p->aggregate.groups, p->aggregate.group_count))
        return fail(x);
    if (!p->aggregate.group_count && !x->loses_empty) {
        x->is_global = true;
        for (uint32_t i = 0; i < p->expr_count; i++)
            if (p->exprs[i]->kind == EXPR_ALIAS)
                id_map_put(arena, &x->empty, p->exprs[i]->alias.id,
                           expr_rewrite(arena, p->exprs[i]->children[0], value_over_nothing, x));
    }
    struct expr_list named = {0}, keys = {0};
    if (!condition_keys(x, &named, &keys)) return fail(x);
    struct plan *copy = plan_copy_node(arena, p);
    copy->children[0] = child;
    copy->aggregate.group_count += keys.count;
    copy->aggregate.groups = ARENA_ARRAY(arena, struct expr *, copy->aggregate.group_count);
    memcpy(copy->aggregate.groups, p->aggregate.groups, p->aggregate.group_count * sizeof(struct expr *));
    memcpy(copy->aggregate.groups + p->aggregate.group_count, keys.items, keys.count * sizeof(struct expr *));
    copy->exprs = ARENA_ARRAY(arena, struct expr *, p->expr_count + named.count);
    memcpy(copy->exprs, p->exprs, p->expr_count * sizeof(struct expr *));
    for (uint32_t i = 0; i < named.count; i++) {
        bool there = false;
        for (uint32_t k = 0; k < copy->expr_count; k++) there |= expr_equal(copy->exprs[k], named.items[i]);
        if (!there) copy->exprs[copy->expr_count++] = named.items[i];
    }
    plan_output_from_exprs(arena, copy);
    return copy;
}

/* --- the others --- */

static struct plan *pull_passing(struct pull *x, struct plan *p) {
    struct plan *child = pull(x, p->children[0]);
    if (!child) return NULL;
    struct plan *copy = plan_copy_node(x->o->arena, p);
    copy->children[0] = child;
    copy->output = child->output;
    copy->output_count = child->output_count;
    return copy;
}

static struct plan *pull_sort(struct pull *x, struct plan *p) {
    for (uint32_t i = 0; i < p->sort.count; i++)
        if (expr_has_outer(p->sort.order[i].expr)) return fail(x);
    return pull_passing(x, p);
}

/* The child's columns and a row number per key. */
static struct plan *number_rows(struct optimizer *o, struct plan *child, struct window_spec *w, struct expr **number) {
    struct arena *arena = o->arena;
    struct expr *call = resolve_named(&o->resolver, "row_number", NULL, 0, NULL, o->err);
    if (!call) return NULL;
    struct expr *e = expr_new(arena, EXPR_WINDOW, 1);
    e->children[0] = call;
    e->type = call->type;
    e->window = w;
    expr_update_flags(e);
    struct expr *alias = expr_alias(arena, e, "_row", (*o->next_id)++);
    struct plan *p = plan_new(arena, PLAN_WINDOW, 1, 1);
    p->children[0] = child;
    p->exprs[0] = alias;
    p->window = w;
    struct attribute **output = ARENA_ARRAY(arena, struct attribute *, child->output_count + 1);
    memcpy(output, child->output, child->output_count * sizeof *output);
    output[child->output_count] = expr_to_attribute(arena, alias);
    p->output = output;
    p->output_count = child->output_count + 1;
    *number = coerce_to(&o->resolver, expr_attribute(arena, output[child->output_count]), TYPE_OF(LONG));
    return p;
}

struct plan *limit_per_key(struct optimizer *o, struct plan *child, struct expr **keys, uint32_t key_count,
                           struct sort_order *order, uint32_t order_count, const struct plan *limit) {
    struct window_spec *w = ARENA_NEW(o->arena, struct window_spec);
    w->partition = keys;
    w->partition_count = key_count;
    w->order = order;
    w->order_count = order_count;
    w->frame = FRAME_ROWS;
    w->lower.kind = BOUND_UNBOUNDED_PRECEDING;
    w->upper.kind = BOUND_CURRENT_ROW;
    struct expr *number, *condition = NULL;
    struct plan *numbered = number_rows(o, child, w, &number);
    if (!numbered) return NULL;
    int64_t limit_rows = limit->limit.limit, offset = limit->limit.offset;
    if (limit_rows >= 0)
        condition = resolve_binary(&o->resolver, "<=", number, expr_long(o->arena, offset + limit_rows), o->err);
    if (offset) {
        struct expr *after = resolve_binary(&o->resolver, ">", number, expr_long(o->arena, offset), o->err);
        condition = condition && after ? resolve_binary(&o->resolver, "and", condition, after, o->err) : after;
    }
    return condition ? plan_filter(o->arena, numbered, condition) : numbered;
}

static struct plan *pull_limit(struct pull *x, struct plan *p) {
    struct plan *child = p->children[0];
    if (x->exists && !p->limit.offset && p->limit.limit != 0) return pull(x, child);
    const struct plan *sort = child->kind == PLAN_SORT ? child : NULL;
    struct plan *pulled = pull(x, child);
    if (!pulled) return NULL;
    if (x->is_global && !p->limit.offset && p->limit.limit != 0) return pulled;
    struct expr_list named = {0}, keys = {0};
    if (x->is_global || x->aside.count || !condition_keys(x, &named, &keys)) return fail(x);
    for (uint32_t i = 0; i < named.count; i++)
        if (named.items[i]->kind != EXPR_ATTRIBUTE) return fail(x);
    struct plan *limited = limit_per_key(x->o, pulled, keys.items, keys.count, sort ? sort->sort.order : NULL,
                                         sort ? sort->sort.count : 0, p);
    return limited ? limited : fail(x);
}

static struct plan *pull_join(struct pull *x, struct plan *p) {
    enum join_type type = p->join.type;
    bool inner = type == JOIN_INNER || type == JOIN_CROSS;
    if (p->join.condition && expr_has_outer(p->join.condition) && !inner) return fail(x);
    bool from_left = inner || type == JOIN_LEFT || type == JOIN_SEMI || type == JOIN_ANTI || type == JOIN_EXISTENCE;
    bool from_right = inner || type == JOIN_RIGHT;
    if ((!from_left && has_outer(p->children[0])) || (!from_right && has_outer(p->children[1]))) return fail(x);
    struct plan *copy = plan_copy_node(x->o->arena, p);
    for (uint32_t i = 0; i < 2; i++)
        if (!(copy->children[i] = pull(x, p->children[i]))) return NULL;
    if (x->is_global || x->aside.count) return fail(x);
    if (copy->join.condition && expr_has_outer(copy->join.condition)) {
        struct expr_list conjuncts = {0}, rest = {0};
        split_conjuncts(x->o->arena, copy->join.condition, &conjuncts);
        for (uint32_t i = 0; i < conjuncts.count; i++) {
            if (expr_has_outer(conjuncts.items[i]))
                LIST_PUSH(x->o->arena, &x->conditions, conjuncts.items[i]);
            else
                LIST_PUSH(x->o->arena, &rest, conjuncts.items[i]);
        }
        copy->join.condition = join_conjuncts(x->o, rest.items, rest.count);
    }
    plan_join_output(x->o->arena, copy);
    return copy;
}

static struct plan *pull_window(struct pull *x, struct plan *p) {
    struct arena *arena = x->o->arena;
    struct plan *child = pull(x, p->children[0]);
    if (!child) return NULL;
    struct expr_list named = {0}, keys = {0};
    if (x->is_global || x->aside.count || uses_outer(x, p->exprs, p->expr_count) || !condition_keys(x, &named, &keys))
        return fail(x);
    for (uint32_t i = 0; i < named.count; i++)
        if (named.items[i]->kind != EXPR_ATTRIBUTE) return fail(x);
    struct plan *copy = plan_copy_node(arena, p);
    copy->children[0] = child;
    struct window_spec *w = copy->window = arena_copy(arena, p->window, sizeof *w);
    w->partition = ARENA_ARRAY(arena, struct expr *, w->partition_count + keys.count);
    memcpy(w->partition, p->window->partition, w->partition_count * sizeof *w->partition);
    for (uint32_t i = 0; i < keys.count; i++) w->partition[w->partition_count++] = keys.items[i];
    for (uint32_t i = 0; i < copy->expr_count; i++) {
        struct expr *alias = copy->exprs[i] = expr_copy_node(arena, copy->exprs[i]);
        alias->children[0] = expr_copy_node(arena, alias->children[0]);
        alias->children[0]->window->partition = w->partition;
        alias->children[0]->window->partition_count = w->partition_count;
    }
    copy->output = ARENA_ARRAY(arena, struct attribute *, child->output_count + p->expr_count);
    memcpy(copy->output, child->output, child->output_count * sizeof *copy->output);
    for (uint32_t i = 0; i < p->expr_count; i++)
        copy->output[child->output_count + i] = expr_to_attribute(arena, p->exprs[i]);
    copy->output_count = child->output_count + p->expr_count;
    return copy;
}

static struct plan *pull_distinct(struct pull *x, struct plan *p) {
    struct plan *copy = pull_passing(x, p);
    if (copy && x->aside.count && !x->exists) return fail(x); /* what must differ is not there yet */
    if (!copy || !p->distinct.key_count) return copy;
    struct expr_list named = {0}, keys = {0};
    if (!condition_keys(x, &named, &keys)) return fail(x);
    copy->distinct.keys = ARENA_ARRAY(x->o->arena, struct attribute *, p->distinct.key_count + named.count);
    memcpy(copy->distinct.keys, p->distinct.keys, p->distinct.key_count * sizeof *copy->distinct.keys);
    for (uint32_t i = 0; i < named.count; i++) {
        if (named.items[i]->kind != EXPR_ATTRIBUTE) return fail(x);
        copy->distinct.keys[copy->distinct.key_count++] = named.items[i]->column.attribute;
    }
    return copy;
}

static struct plan *pull_generate(struct pull *x, struct plan *p) {
    if (expr_has_outer(p->generate.generator)) return fail(x);
    struct plan *child = pull(x, p->children[0]);
    if (!child) return NULL;
    if (x->is_global || x->aside.count) return fail(x);
    struct plan *copy = plan_copy_node(x->o->arena, p);
    copy->children[0] = child;
    copy->output_count = child->output_count + p->generate.generated_count;
    copy->output = ARENA_ARRAY(x->o->arena, struct attribute *, copy->output_count);
    memcpy(copy->output, child->output, child->output_count * sizeof *copy->output);
    memcpy(copy->output + child->output_count, p->generate.generated,
           p->generate.generated_count * sizeof *copy->output);
    return copy;
}

static struct plan *pull(struct pull *x, struct plan *p) {
    if (!has_outer(p)) return p;
    if (stack_is_low(&x->o->stack)) return fail(x);
    switch (p->kind) {
        case PLAN_FILTER: return pull_filter(x, p);
        case PLAN_PROJECT: return pull_project(x, p);
        case PLAN_AGGREGATE: return pull_aggregate(x, p);
        case PLAN_SORT: return pull_sort(x, p);
        case PLAN_SAMPLE: return pull_passing(x, p);
        case PLAN_LIMIT: return pull_limit(x, p);
        case PLAN_JOIN: return p->join.lateral ? fail(x) : pull_join(x, p);
        case PLAN_WINDOW: return pull_window(x, p);
        case PLAN_DISTINCT: return pull_distinct(x, p);
        case PLAN_GENERATE: return pull_generate(x, p);
        default: return fail(x);
    }
}

/* The value of an output where no row matches: NULL when that is NULL. */
static struct expr *empty_value(struct pull *x, struct expr *output) {
    struct expr *e = expr_rewrite(x->o->arena, output, value_over_nothing, x);
    if (e->kind == EXPR_ALIAS) e = e->children[0];
    return expr_is_null_literal(e) ? NULL : e;
}

bool decorrelate(struct optimizer *o, struct plan *p, struct plan *input, bool exists, struct decorrelated *out) {
    struct pull x = {.o = o, .exists = exists, .loses_empty = out->loses_empty};
    out->plan = pull(&x, p);
    if (!out->plan || x.failed) {
        if (!error_is_set(o->err) && decorrelate_by_domain(o, p, input, out)) return true;
        if (!error_is_set(o->err)) error_unsupported(o->err, "a correlated subquery of this form");
        return false;
    }
    out->output_count = p->output_count;
    out->outputs = ARENA_ARRAY(o->arena, struct expr *, p->output_count);
    out->empty = ARENA_ARRAY(o->arena, struct expr *, p->output_count);
    out->is_global = x.is_global;
    for (uint32_t i = 0; i < p->output_count; i++) {
        struct expr *e = resolved(&x, expr_attribute(o->arena, p->output[i]));
        out->outputs[i] = without_outer(o, e);
        if (x.is_global) {
            struct expr *empty = empty_value(&x, e);
            out->empty[i] = empty ? without_outer(o, empty) : NULL;
        }
    }
    for (uint32_t i = 0; i < x.conditions.count; i++)
        LIST_PUSH(o->arena, &out->conditions, without_outer(o, x.conditions.items[i]));
    return !error_is_set(o->err);
}
