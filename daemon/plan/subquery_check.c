/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a subquery may not do with columns of the query around it:
 *
 *     SELECT sum(outer.a) ...              no AGGREGATE reads them, nor do GROUP BY, windows, generators
 *     ... LEFT JOIN (... outer.a ...)      the side of an outer join that may be padded does not know them
 *     SELECT count(*) ... GROUP BY b       a scalar subquery groups by what equals a column of the outer query
 *
 * EXPR_OUTER names one level up, so the right side of a LATERAL join inside speaks of that join's left side and is
 * left out.
 */
#include <string.h>

#include "plan/analyze.h"
#include "plan/decorrelate.h"

static uint32_t own_children(const struct plan *p) {
    return p->kind == PLAN_JOIN && p->join.lateral ? 1 : p->child_count;
}

static bool mentions_outer(const struct expr *e) {
    return expr_contains(e, EXPR_OUTER);
}

static bool see_outer_slot(struct expr **slot, void *data) {
    *(bool *)data |= mentions_outer(*slot);
    return true;
}

static bool reads_outer(const struct plan *p) {
    bool found = false;
    plan_each_expr((struct plan *)p, see_outer_slot, &found);
    for (uint32_t i = 0; !found && i < own_children(p); i++) found = reads_outer(p->children[i]);
    return found;
}

/* --- where they may stand --- */

static struct expr *unwrap(struct expr *e, void *data) {
    return e->kind == EXPR_OUTER ? e->children[0] : e;
}

static const char *text_without_outer(struct arena *arena, struct expr *e) {
    const char *text = expr_pretty(arena, expr_rewrite(arena, strip_alias(e), unwrap, NULL));
    if (e->kind != EXPR_ALIAS) return arena_printf(arena, "\"%s\"", text);
    bool plain =
        e->alias.name[strspn(e->alias.name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == 0;
    return arena_printf(arena, plain ? "\"%s AS %s\"" : "\"%s AS `%s`\"", text, e->alias.name);
}

static bool check_aggregate(struct arena *arena, const struct plan *p, struct error *err) {
    const char *list = "";
    for (uint32_t i = 0; i < p->aggregate.group_count + p->expr_count; i++) {
        bool group = i < p->aggregate.group_count;
        struct expr *e = group ? p->aggregate.groups[i] : p->exprs[i - p->aggregate.group_count];
        if (mentions_outer(e))
            list = arena_printf(arena, "%s%s%s", list, *list ? "," : "", text_without_outer(arena, e));
    }
    if (!*list) return true;
    error_set(err, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE", "sqlExprs", list, NULL);
    return error_at(err, p->origin);
}

static bool check_join(struct arena *arena, const struct plan *p, struct error *err) {
    enum join_type t = p->join.type;
    bool left = t == JOIN_RIGHT || t == JOIN_FULL, right = t != JOIN_INNER && t != JOIN_CROSS && t != JOIN_RIGHT;
    const struct plan *side = left && reads_outer(p->children[0])                           ? p->children[0]
                              : right && own_children(p) > 1 && reads_outer(p->children[1]) ? p->children[1]
                                                                                            : NULL;
    if (!side) return true;
    error_set(err, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED", "treeNode",
              plan_tree_string(arena, side), NULL);
    return error_at(err, side->origin);
}

bool check_outer_places(struct arena *arena, const struct plan *p, struct error *err) {
    if (p->kind == PLAN_AGGREGATE) TRY(check_aggregate(arena, p, err));
    if (p->kind == PLAN_JOIN) TRY(check_join(arena, p, err));
    for (uint32_t i = 0; i < own_children(p); i++) TRY(check_outer_places(arena, p->children[i], err));
    return true;
}

/* --- GROUP BY of a scalar subquery --- */

static const struct expr *without_casts(const struct expr *e) {
    while (e->kind == EXPR_CAST || e->kind == EXPR_ALIAS) e = e->children[0];
    return e;
}

static bool see_inner(const struct expr *e, void *data) {
    if (e->kind == EXPR_OUTER) return false;
    *(bool *)data |= e->kind == EXPR_ATTRIBUTE;
    return true;
}

static bool reads_inner(const struct expr *e) {
    bool found = false;
    expr_visit(e, see_inner, &found);
    return found;
}

/* Columns that a condition sets equal to something of the outer query, or to a constant. */
static void collect_equal(struct arena *arena, const struct expr *e, struct id_map *equal) {
    if (e->kind != EXPR_CALL) return;
    const char *name = e->call.function->name;
    if (strcmp(name, "and") == 0) {
        for (uint32_t i = 0; i < e->child_count; i++) collect_equal(arena, e->children[i], equal);
    } else if (strcmp(name, "=") == 0 || strcmp(name, "<=>") == 0) {
        for (uint32_t i = 0; i < 2; i++) {
            const struct expr *column = without_casts(e->children[i]);
            if (column->kind == EXPR_ATTRIBUTE && !reads_inner(e->children[1 - i]))
                id_map_put(arena, equal, column->column.attribute->id, (void *)column);
        }
    }
}

static void collect_conditions(struct arena *arena, const struct plan *p, struct id_map *equal) {
    if (p->kind == PLAN_FILTER) collect_equal(arena, p->exprs[0], equal);
    if (p->kind == PLAN_JOIN && p->join.condition) collect_equal(arena, p->join.condition, equal);
    for (uint32_t i = 0; i < own_children(p); i++) collect_conditions(arena, p->children[i], equal);
}

struct group_search {
    struct arena *arena;
    const struct id_map *equal;
    const char *list;
};

static bool see_group_column(const struct expr *e, void *data) {
    struct group_search *s = data;
    if (e->kind != EXPR_ATTRIBUTE || id_map_get(s->equal, e->column.attribute->id)) return e->kind != EXPR_OUTER;
    s->list = arena_printf(s->arena, "%s%s%s", s->list, *s->list ? "," : "", e->column.attribute->name);
    return false;
}

bool check_scalar_groups(struct arena *arena, const struct plan *p, struct error *err) {
    while (p->kind == PLAN_PROJECT || p->kind == PLAN_FILTER || p->kind == PLAN_SUBQUERY_ALIAS) p = p->children[0];
    if (p->kind != PLAN_AGGREGATE || !p->aggregate.group_count) return true;
    struct id_map equal = {0};
    collect_conditions(arena, p->children[0], &equal);
    struct group_search s = {arena, &equal, ""};
    for (uint32_t i = 0; i < p->aggregate.group_count; i++) expr_visit(p->aggregate.groups[i], see_group_column, &s);
    if (!*s.list) return true;
    error_set(err, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.NON_CORRELATED_COLUMNS_IN_GROUP_BY", "value", s.list,
              NULL);
    return error_at(err, p->origin);
}

/* --- types that rows can't be told apart by --- */

static bool holds_map(const struct type *t) {
    switch (t->kind) {
        case TYPE_MAP: return true;
        case TYPE_ARRAY: return holds_map(t->element);
        case TYPE_STRUCT:
            for (uint32_t i = 0; i < t->field_count; i++)
                if (holds_map(t->fields[i].type)) return true;
            return false;
        default: return false;
    }
}

/* A map alone, or looked into with a key of the subquery's own: m[outer] is computed outside. */
static const struct expr *find_bare_map(const struct expr *e) {
    if (e->kind == EXPR_OUTER) return holds_map(e->type) ? e : NULL;
    if (!holds_map(e->type) && !reads_inner(e)) return NULL;
    for (uint32_t i = 0; i < e->child_count; i++) {
        const struct expr *found = find_bare_map(e->children[i]);
        if (found) return found;
    }
    return NULL;
}

static bool see_map_slot(struct expr **slot, void *data) {
    const struct expr **found = data;
    if (!*found) *found = find_bare_map(*slot);
    return true;
}

bool check_outer_types(struct arena *arena, const struct plan *p, struct error *err) {
    const struct expr *found = NULL;
    plan_each_expr((struct plan *)p, see_map_slot, &found);
    if (found) {
        error_set(err, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_REFERENCE_DATA_TYPE", "expr",
                  expr_sql(arena, found->children[0]), "dataType", type_catalog_string(arena, found->type), NULL);
        return error_at(err, found->origin);
    }
    for (uint32_t i = 0; i < own_children(p); i++) TRY(check_outer_types(arena, p->children[i], err));
    return true;
}
