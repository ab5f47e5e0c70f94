/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decorrelation in general: the subquery is computed for all values at once that the enclosing query asks it for.
 *
 * The *domain* is the distinct combinations of the outer columns that the subquery reads. It is joined to the
 * subquery's correlated leaves, and each node above carries the domain's columns along: a filter reads them instead
 * of the OUTER references, an aggregate groups by them, a window partitions by them, a set operation has them among
 * its columns. At the top, rows are matched to the enclosing query by these columns.
 *
 *     (SELECT max(b) FROM u WHERE u.k < t.k)   =>   t LEFT JOIN m ON t.k <=> m.d
 *     m: AGGREGATE max(b) BY d < FILTER u.k < d < u CROSS JOIN (SELECT DISTINCT k AS d FROM t)
 *
 * A global aggregate must give a row for every element of the domain, so the domain is joined to it once more.
 * decorrelate.c's way needs no domain, and is tried first.
 */
#include <string.h>

#include "plan/decorrelate.h"

struct domain {
    struct optimizer *o;
    struct plan *input;  /* of the enclosing query */
    struct expr **outer; /* what is read of it: expressions over OUTER references alone */
    uint32_t count;
    bool failed;
};

/* A correlated node's result: the plan, and its columns that stand for the outer ones. */
struct bound {
    struct plan *plan;
    struct attribute **columns;
};

static struct bound bind(struct domain *d, struct plan *p);

static struct bound fail(struct domain *d) {
    d->failed = true;
    return (struct bound){0};
}

/* --- which outer columns --- */

/* Reads e outer columns, and nothing else that varies? t.m['k'] is asked for as a whole. */
static bool is_outer_value(const struct expr *e, bool *reads) {
    if (e->kind == EXPR_OUTER) {
        *reads = true;
        return true;
    }
    bool plain = e->kind == EXPR_LITERAL || e->kind == EXPR_CAST || e->kind == EXPR_CALL;
    if (!plain || !e->deterministic) return false;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (!is_outer_value(e->children[i], reads)) return false;
    return true;
}

static bool is_asked(const struct expr *e) {
    bool reads = false;
    return is_outer_value(e, &reads) && reads && type_is_orderable(e->type);
}

static uint32_t outer_index(const struct domain *d, const struct expr *e) {
    for (uint32_t i = 0; i < d->count; i++)
        if (expr_equal(d->outer[i], e)) return i;
    return UINT32_MAX;
}

static bool see_outer_value(const struct expr *e, void *data) {
    struct domain *d = data;
    if (!is_asked(e)) {
        d->failed |= e->kind == EXPR_OUTER;
        return true;
    }
    if (outer_index(d, e) != UINT32_MAX) return false;
    d->outer = arena_grow(d->o->arena, d->outer, d->count * sizeof *d->outer, (d->count + 1) * sizeof *d->outer);
    d->outer[d->count++] = (struct expr *)e;
    return false;
}

static bool see_outer_slot(struct expr **slot, void *data) {
    expr_visit(*slot, see_outer_value, data);
    return true;
}

static void find_outer(struct domain *d, const struct plan *p) {
    plan_each_expr((struct plan *)p, see_outer_slot, d);
    for (uint32_t i = 0; i < p->child_count; i++) find_outer(d, p->children[i]);
}

/* --- the domain's rows --- */

static struct bound new_domain(struct domain *d) {
    struct arena *arena = d->o->arena;
    struct id_map ids = {0};
    struct plan *input = plan_fresh(arena, d->o->next_id, d->input);
    for (uint32_t i = 0; i < input->output_count; i++)
        id_map_put(arena, &ids, d->input->output[i]->id, (void *)(uintptr_t)input->output[i]->id);
    struct expr **exprs = ARENA_ARRAY(arena, struct expr *, d->count);
    for (uint32_t i = 0; i < d->count; i++) {
        struct expr *value = expr_substitute(arena, without_outer(d->o, d->outer[i]), &ids);
        exprs[i] = expr_alias(arena, value, "_outer", (*d->o->next_id)++);
    }
    struct plan *p = plan_unary(arena, PLAN_DISTINCT, plan_project(arena, input, exprs, d->count), 0);
    return (struct bound){p, p->output};
}

/* --- replacing OUTER references --- */

struct binding {
    struct domain *d;
    struct attribute *const *columns;
};

/* Top down: the largest expressions over outer columns first. */
static struct expr *bind_node(struct expr *e, void *data) {
    const struct binding *b = data;
    uint32_t i = is_asked(e) ? outer_index(b->d, e) : UINT32_MAX;
    if (i != UINT32_MAX) return expr_attribute(b->d->o->arena, b->columns[i]);
    return expr_map_children(b->d->o->arena, e, bind_node, data);
}

static bool bind_slot(struct expr **slot, void *data) {
    struct binding *b = data;
    *slot = bind_node(*slot, b);
    return true;
}

/* A copy of p over child, its expressions reading the domain's columns. */
static struct plan *over(struct domain *d, const struct plan *p, struct bound child) {
    struct plan *copy = plan_copy_node(d->o->arena, p);
    plan_own_exprs(d->o->arena, copy);
    struct binding b = {d, child.columns};
    plan_each_expr(copy, bind_slot, &b);
    copy->children[0] = child.plan;
    copy->output = child.plan->output;
    copy->output_count = child.plan->output_count;
    return copy;
}

static struct expr **with_columns(struct domain *d, struct expr *const *exprs, uint32_t count,
                                  struct attribute *const *columns) {
    struct expr **out = ARENA_ARRAY(d->o->arena, struct expr *, count + d->count);
    if (count) memcpy(out, exprs, count * sizeof *out);
    for (uint32_t i = 0; i < d->count; i++) out[count + i] = expr_attribute(d->o->arena, columns[i]);
    return out;
}

static struct expr *same_columns(struct domain *d, struct attribute *const *a, struct attribute *const *b) {
    struct expr *all = NULL;
    struct arena *arena = d->o->arena;
    for (uint32_t i = 0; i < d->count; i++) {
        struct expr *same =
            resolve_binary(&d->o->resolver, "<=>", expr_attribute(arena, a[i]), expr_attribute(arena, b[i]), d->o->err);
        all = all && same ? resolve_binary(&d->o->resolver, "and", all, same, d->o->err) : same;
        if (!all) return NULL;
    }
    return all;
}

/* --- nodes --- */

static struct bound bind_project(struct domain *d, struct plan *p) {
    struct bound child = bind(d, p->children[0]);
    if (!child.plan) return child;
    struct plan *copy = over(d, p, child);
    struct expr **exprs = with_columns(d, copy->exprs, copy->expr_count, child.columns);
    return (struct bound){plan_project(d->o->arena, child.plan, exprs, p->expr_count + d->count), child.columns};
}

/* A global aggregate's row for the elements of the domain that have no input. */
static struct bound complete(struct domain *d, const struct plan *p, struct plan *aggregate,
                             struct attribute *const *columns) {
    struct arena *arena = d->o->arena;
    struct bound all = new_domain(d);
    if (!all.plan) return all;
    struct expr **exprs = ARENA_ARRAY(arena, struct expr *, aggregate->output_count + 1);
    for (uint32_t i = 0; i < aggregate->output_count; i++) exprs[i] = expr_attribute(arena, aggregate->output[i]);
    exprs[aggregate->output_count] = expr_alias(arena, expr_bool(arena, true), "_match", (*d->o->next_id)++);
    struct plan *right = plan_project(arena, aggregate, exprs, aggregate->output_count + 1);
    struct expr *condition = same_columns(d, all.columns, columns);
    if (!condition) return fail(d);
    struct plan *join = plan_join(arena, JOIN_LEFT, all.plan, right, condition);
    struct expr *match = expr_attribute(arena, join->output[join->output_count - 1]);
    struct expr *missing = resolve_named(&d->o->resolver, "isnull", &match, 1, NULL, d->o->err);
    struct expr **results = ARENA_ARRAY(arena, struct expr *, p->expr_count);
    for (uint32_t i = 0; missing && i < p->expr_count; i++) {
        const struct attribute *a = aggregate->output[i];
        struct expr *empty = aggregate_over_nothing(d->o, aggregate->exprs[i]->children[0]);
        struct expr *parts[3] = {missing, empty, expr_attribute(arena, plan_find_output(join, a->id))};
        struct expr *value =
            expr_is_null_literal(empty) ? parts[2] : resolve_named(&d->o->resolver, "if", parts, 3, NULL, d->o->err);
        if (!value) return fail(d);
        /* Under the original's id; the aggregate below gets one of its own. */
        results[i] = expr_alias(arena, value, p->output[i]->name, p->output[i]->id);
    }
    if (!missing) return fail(d);
    struct expr **exprs_out = with_columns(d, results, p->expr_count, all.columns);
    return (struct bound){plan_project(arena, join, exprs_out, p->expr_count + d->count), all.columns};
}

static struct bound bind_aggregate(struct domain *d, struct plan *p) {
    struct arena *arena = d->o->arena;
    struct bound child = bind(d, p->children[0]);
    if (!child.plan) return child;
    struct plan *copy = over(d, p, child);
    bool global = !p->aggregate.group_count;
    if (global)
        for (uint32_t i = 0; i < copy->expr_count; i++) {
            if (copy->exprs[i]->kind != EXPR_ALIAS) return fail(d);
            copy->exprs[i] =
                expr_alias(arena, copy->exprs[i]->children[0], copy->exprs[i]->alias.name, (*d->o->next_id)++);
        }
    copy->exprs = with_columns(d, copy->exprs, copy->expr_count, child.columns);
    copy->aggregate.groups = with_columns(d, copy->aggregate.groups, copy->aggregate.group_count, child.columns);
    copy->expr_count += d->count;
    copy->aggregate.group_count += d->count;
    plan_output_from_exprs(arena, copy);
    if (global) return complete(d, p, copy, child.columns);
    return (struct bound){copy, child.columns};
}

static struct bound bind_distinct(struct domain *d, struct plan *p) {
    struct bound child = bind(d, p->children[0]);
    if (!child.plan) return child;
    struct plan *copy = over(d, p, child);
    if (p->distinct.key_count) {
        uint32_t count = p->distinct.key_count;
        copy->distinct.keys = ARENA_ARRAY(d->o->arena, struct attribute *, count + d->count);
        memcpy(copy->distinct.keys, p->distinct.keys, count * sizeof *copy->distinct.keys);
        memcpy(copy->distinct.keys + count, child.columns, d->count * sizeof *copy->distinct.keys);
        copy->distinct.key_count += d->count;
    }
    return (struct bound){copy, child.columns};
}

static struct bound bind_window(struct domain *d, struct plan *p) {
    struct arena *arena = d->o->arena;
    struct bound child = bind(d, p->children[0]);
    if (!child.plan) return child;
    struct plan *copy = over(d, p, child);
    copy->window->partition = with_columns(d, copy->window->partition, copy->window->partition_count, child.columns);
    copy->window->partition_count += d->count;
    copy->output_count = child.plan->output_count + copy->expr_count;
    copy->output = ARENA_ARRAY(arena, struct attribute *, copy->output_count);
    memcpy(copy->output, child.plan->output, child.plan->output_count * sizeof *copy->output);
    for (uint32_t i = 0; i < copy->expr_count; i++) {
        struct expr *alias = copy->exprs[i] = expr_copy_node(arena, copy->exprs[i]);
        alias->children[0] = expr_copy_node(arena, alias->children[0]);
        alias->children[0]->window->partition = copy->window->partition;
        alias->children[0]->window->partition_count = copy->window->partition_count;
        copy->output[child.plan->output_count + i] = expr_to_attribute(arena, alias);
    }
    return (struct bound){copy, child.columns};
}

static struct bound bind_limit(struct domain *d, struct plan *p) {
    const struct plan *sort = p->children[0]->kind == PLAN_SORT ? p->children[0] : NULL;
    struct bound child = bind(d, p->children[0]);
    if (!child.plan) return child;
    struct sort_order *order = NULL;
    uint32_t order_count = 0;
    if (sort) {
        struct binding b = {d, child.columns};
        order_count = sort->sort.count;
        order = arena_copy(d->o->arena, sort->sort.order, order_count * sizeof *order);
        for (uint32_t i = 0; i < order_count; i++) bind_slot(&order[i].expr, &b);
    }
    struct expr **keys = with_columns(d, NULL, 0, child.columns);
    struct plan *limited = limit_per_key(d->o, child.plan, keys, d->count, order, order_count, p);
    return limited ? (struct bound){limited, child.columns} : fail(d);
}

static struct bound bind_generate(struct domain *d, struct plan *p) {
    struct bound child = bind(d, p->children[0]);
    if (!child.plan) return child;
    struct plan *copy = over(d, p, child);
    copy->output_count = child.plan->output_count + p->generate.generated_count;
    copy->output = ARENA_ARRAY(d->o->arena, struct attribute *, copy->output_count);
    memcpy(copy->output, child.plan->output, child.plan->output_count * sizeof *copy->output);
    memcpy(copy->output + child.plan->output_count, p->generate.generated,
           p->generate.generated_count * sizeof *copy->output);
    return (struct bound){copy, child.columns};
}

static bool condition_is_correlated(const struct plan *p) {
    return p->join.condition && expr_has_outer(p->join.condition);
}

static struct bound bind_join(struct domain *d, struct plan *p) {
    struct arena *arena = d->o->arena;
    enum join_type type = p->join.type;
    bool inner = type == JOIN_INNER || type == JOIN_CROSS;
    bool right_has = has_outer(p->children[1]), left_has = has_outer(p->children[0]);
    /* One side carries the domain where that is enough; the side whose rows are kept must. */
    bool need_left = left_has || (!inner && type != JOIN_RIGHT) || (!right_has && condition_is_correlated(p));
    bool need_right = right_has || type == JOIN_RIGHT || type == JOIN_FULL;
    if (!need_left && !need_right) need_left = true;
    struct bound left = {p->children[0], NULL}, right = {p->children[1], NULL};
    if (need_left) left = bind(d, p->children[0]);
    if (!d->failed && need_right) right = bind(d, p->children[1]);
    if (d->failed || type == JOIN_FULL) return fail(d);
    /* It asks one side's rows for NULL as a whole, which the domain's columns would divide. */
    if (type == JOIN_ANTI_NULL_AWARE && need_right) return fail(d);
    struct plan *copy = plan_copy_node(arena, p);
    struct attribute **columns = need_left && type != JOIN_RIGHT ? left.columns : right.columns;
    struct binding b = {d, columns};
    if (copy->join.condition) bind_slot(&copy->join.condition, &b);
    if (need_left && need_right) {
        struct expr *same = same_columns(d, left.columns, right.columns);
        struct expr *both = same && copy->join.condition
                                ? resolve_binary(&d->o->resolver, "and", copy->join.condition, same, d->o->err)
                                : same;
        if (!both) return fail(d);
        copy->join.condition = both;
        if (type == JOIN_CROSS) copy->join.type = JOIN_INNER;
    }
    copy->children[0] = left.plan;
    copy->children[1] = right.plan;
    plan_join_output(arena, copy);
    return (struct bound){copy, columns};
}

/* Children with the domain's columns at the end; by position, these are columns of the result. */
static struct bound bind_set(struct domain *d, struct plan *p) {
    struct arena *arena = d->o->arena;
    struct plan *copy = plan_copy_node(arena, p);
    uint32_t width = p->output_count;
    struct attribute **first = NULL;
    for (uint32_t c = 0; c < p->child_count; c++) {
        struct bound child = bind(d, p->children[c]);
        if (!child.plan) return child;
        struct attribute **all = ARENA_ARRAY(arena, struct attribute *, width + d->count);
        memcpy(all, p->children[c]->output, width * sizeof *all);
        memcpy(all + width, child.columns, d->count * sizeof *all);
        copy->children[c] = plan_project_attributes(arena, child.plan, all, width + d->count);
        if (c == 0) first = child.columns;
    }
    copy->output_count = width + d->count;
    copy->output = ARENA_ARRAY(arena, struct attribute *, copy->output_count);
    memcpy(copy->output, p->output, width * sizeof *copy->output);
    for (uint32_t i = 0; i < d->count; i++) {
        struct attribute *a = copy->output[width + i] = arena_copy(arena, first[i], sizeof *a);
        if (p->kind == PLAN_UNION) a->id = (*d->o->next_id)++;
    }
    return (struct bound){copy, copy->output + width};
}

static struct bound bind(struct domain *d, struct plan *p) {
    if (d->failed || stack_is_low(&d->o->stack)) return fail(d);
    if (!has_outer(p)) {
        struct bound domain = new_domain(d);
        if (!domain.plan) return domain;
        return (struct bound){plan_join(d->o->arena, JOIN_CROSS, p, domain.plan, NULL), domain.columns};
    }
    switch (p->kind) {
        case PLAN_FILTER:
        case PLAN_SAMPLE: {
            struct bound child = bind(d, p->children[0]);
            return child.plan ? (struct bound){over(d, p, child), child.columns} : child;
        }
        case PLAN_SORT: return bind(d, p->children[0]);
        case PLAN_PROJECT: return bind_project(d, p);
        case PLAN_AGGREGATE: return bind_aggregate(d, p);
        case PLAN_DISTINCT: return bind_distinct(d, p);
        case PLAN_WINDOW: return bind_window(d, p);
        case PLAN_LIMIT: return bind_limit(d, p);
        case PLAN_GENERATE: return bind_generate(d, p);
        case PLAN_JOIN: return p->join.lateral ? fail(d) : bind_join(d, p);
        case PLAN_UNION:
        case PLAN_INTERSECT:
        case PLAN_EXCEPT: return bind_set(d, p);
        default: return fail(d);
    }
}

bool decorrelate_by_domain(struct optimizer *o, struct plan *p, struct plan *input, struct decorrelated *out) {
    struct domain d = {.o = o, .input = input};
    find_outer(&d, p);
    struct bound b = bind(&d, p);
    if (!b.plan || d.failed) return false;
    *out = (struct decorrelated){.plan = b.plan, .output_count = p->output_count};
    out->outputs = ARENA_ARRAY(o->arena, struct expr *, p->output_count);
    out->empty = ARENA_ARRAY(o->arena, struct expr *, p->output_count);
    for (uint32_t i = 0; i < p->output_count; i++) out->outputs[i] = expr_attribute(o->arena, p->output[i]);
    for (uint32_t i = 0; i < d.count; i++) {
        struct expr *same = resolve_binary(&o->resolver, "<=>", without_outer(o, d.outer[i]),
                                           expr_attribute(o->arena, b.columns[i]), o->err);
        if (!same) return false;
        LIST_PUSH(o->arena, &out->conditions, same);
    }
    return true;
}
