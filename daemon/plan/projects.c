/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Projections over projections become one: a chain of a thousand withColumn() calls is a chain of a thousand nodes
 * only on paper. A column that is used twice and costs something is not copied, and merged expressions may grow only
 * so deep. In the end those go that give what they are given.
 */
#include <string.h>

#include "plan/optimize.h"

enum { MOST_DEPTH = 100 };

struct uses {
    const struct id_map *aliases; /* of the lower projection */
    struct id_map *seen;          /* id -> non-NULL when used before */
    struct arena *arena;
    bool twice;
};

static bool is_cheap(const struct expr *e) {
    while (e->kind == EXPR_ALIAS) e = e->children[0];
    return e->kind == EXPR_ATTRIBUTE || e->kind == EXPR_LITERAL;
}

static bool see_use(const struct expr *e, void *data) {
    struct uses *u = data;
    if (e->kind != EXPR_ATTRIBUTE) return !u->twice;
    struct expr *value = id_map_get(u->aliases, e->column.attribute->id);
    if (!value || is_cheap(value)) return true;
    if (id_map_get(u->seen, e->column.attribute->id)) u->twice = true;
    id_map_put(u->arena, u->seen, e->column.attribute->id, value);
    return !u->twice;
}

static uint32_t depth_of(const struct expr *e, uint32_t most) {
    uint32_t depth = 0;
    if (most == 0) return 1;
    for (uint32_t i = 0; i < e->child_count; i++) {
        uint32_t below = depth_of(e->children[i], most - 1);
        if (below > depth) depth = below;
    }
    return depth + 1;
}

/* Within a lambda a column is computed once per element: nothing that costs goes there. */
static bool mergeable(struct optimizer *o, const struct plan *upper, const struct plan *lower, struct id_map *values) {
    for (uint32_t i = 0; i < lower->expr_count; i++) {
        struct expr *e = lower->exprs[i];
        if (!e->deterministic || expr_contains(e, EXPR_SUBQUERY) || expr_contains(e, EXPR_UDF)) return false;
        if (e->kind != EXPR_ALIAS) continue;
        if (!is_cheap(e) && depth_of(e, MOST_DEPTH) >= MOST_DEPTH) return false;
        id_map_put(o->arena, values, e->alias.id, e->children[0]);
    }
    struct id_map seen = {0};
    struct uses uses = {values, &seen, o->arena, false};
    for (uint32_t i = 0; i < upper->expr_count && !uses.twice; i++) {
        if (expr_contains(upper->exprs[i], EXPR_LAMBDA)) return false;
        expr_visit(upper->exprs[i], see_use, &uses);
    }
    return !uses.twice;
}

/* An upper attribute becomes the lower alias, under the upper's name. */
static struct expr *merged(struct optimizer *o, struct expr *e, const struct id_map *values) {
    if (e->kind == EXPR_ATTRIBUTE) {
        const struct attribute *a = e->column.attribute;
        struct expr *value = id_map_get(values, a->id);
        if (!value) return e;
        struct expr *alias = expr_alias(o->arena, value, a->name, a->id);
        alias->alias.metadata = a->metadata;
        return alias;
    }
    return replace_columns(o, e, values);
}

struct plan *merge_projects(struct optimizer *o, struct plan *p) {
    p = optimize_children(o, p, merge_projects);
    if (!p || p->kind != PLAN_PROJECT || p->children[0]->kind != PLAN_PROJECT) return p;
    const struct plan *lower = p->children[0];
    struct id_map values = {0};
    if (!mergeable(o, p, lower, &values)) return p;
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->children[0] = lower->children[0];
    for (uint32_t i = 0; i < p->expr_count; i++) copy->exprs[i] = merged(o, p->exprs[i], &values);
    return copy;
}

/* Does the projection give its input as it is? */
static bool changes_nothing(const struct plan *p) {
    const struct plan *child = p->children[0];
    if (p->expr_count != child->output_count) return false;
    for (uint32_t i = 0; i < p->expr_count; i++) {
        const struct expr *e = p->exprs[i];
        if (e->kind != EXPR_ATTRIBUTE || e->column.attribute->id != child->output[i]->id) return false;
        if (strcmp(p->output[i]->name, child->output[i]->name) != 0) return false;
    }
    return true;
}

struct plan *drop_projects(struct optimizer *o, struct plan *p) {
    p = optimize_children(o, p, drop_projects);
    return p && p->kind == PLAN_PROJECT && changes_nothing(p) ? p->children[0] : p;
}
