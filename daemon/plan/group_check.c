/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a SELECT with GROUP BY may hold: groups, aggregates, constants, and expressions over these.
 */
#include <string.h>

#include "base/text.h"
#include "plan/aggregate.h"

struct check {
    const struct block *b;
    const struct id_map *items; /* attributes that are aliases of the same SELECT */
    struct error *err;
    bool subqueries; /* correlated scalar subqueries may read groups: in HAVING, and in bodies of SQL functions */
};

static bool check_expr(struct check *c, const struct expr *e);

bool is_grouped(const struct block *b, const struct expr *e) {
    for (uint32_t i = 0; i < b->group_count; i++)
        if (expr_same(b->n->arena, b->groups[i], e)) return true;
    return false;
}

static bool missing_aggregation(struct check *c, const struct expr *e, const char *text) {
    struct arena *arena = c->b->n->arena;
    error_set(c->err, "MISSING_AGGREGATION", "expression", arena_printf(arena, "\"%s\"", text), "expressionAnyValue",
              arena_printf(arena, "\"any_value(%s)\"", text), NULL);
    return error_at(c->err, e->origin);
}

static bool check_attribute(struct check *c, const struct expr *e) {
    if (is_grouped(c->b, e) || id_map_get(c->items, e->column.attribute->id)) return true;
    if (!c->b->group_count && c->b->all) {
        error_set(c->err, "UNRESOLVED_ALL_IN_GROUP_BY", NULL);
        return error_at(c->err, c->b->all);
    }
    if (c->b->group_count) return missing_aggregation(c, e, e->column.attribute->name);
    return error_set(c->err, "MISSING_GROUP_BY", NULL);
}

/* Spark puts window_time() below the block that holds it, as a column of its own. */
static bool is_column_below(const struct expr *e) {
    return e->kind == EXPR_CALL && strcmp(e->call.function->name, "window_time") == 0;
}

static bool check_children(struct check *c, const struct expr *e) {
    for (uint32_t i = 0; i < e->child_count; i++) TRY(check_expr(c, e->children[i]));
    return true;
}

static bool check_window(struct check *c, const struct expr *e) {
    TRY(expr_is_aggregate(e->children[0]) ? check_children(c, e->children[0]) : check_expr(c, e->children[0]));
    for (uint32_t i = 0; i < e->window->partition_count; i++) TRY(check_expr(c, e->window->partition[i]));
    for (uint32_t i = 0; i < e->window->order_count; i++) TRY(check_expr(c, e->window->order[i].expr));
    return true;
}

static bool check_nested(struct check *c, const struct expr *e) {
    for (uint32_t i = 0; i < e->child_count; i++) {
        if (!expr_contains(e->children[i], EXPR_AGGREGATE) && !contains_aggregate(e->children[i])) continue;
        error_set(c->err, "NESTED_AGGREGATE_FUNCTION", NULL);
        return error_at(c->err, e->children[i]->origin);
    }
    for (uint32_t i = 0; i < e->aggregate.order_count; i++) {
        if (!expr_contains(e->aggregate.order[i].expr, EXPR_AGGREGATE)) continue;
        error_set(c->err, "NESTED_AGGREGATE_FUNCTION", NULL);
        return error_at(c->err, e->aggregate.order[i].expr->origin);
    }
    return true;
}

static bool is_correlated_scalar(const struct expr *e) {
    return e->kind == EXPR_SUBQUERY && e->subquery.kind == SUBQUERY_SCALAR && e->subquery.outer_count;
}

static bool check_expr(struct check *c, const struct expr *e) {
    if (expr_is_aggregate(e)) return check_nested(c, e);
    if (e->kind == EXPR_SUBQUERY && is_grouped(c->b, e)) return true;
    if (e->kind == EXPR_WINDOW) return check_window(c, e);
    if (e->kind == EXPR_ATTRIBUTE) return check_attribute(c, e);
    if (e->kind == EXPR_OUTER || is_grouped(c->b, e)) return true;
    if (is_column_below(e) && c->b->group_count) return missing_aggregation(c, e, expr_sql(c->b->n->arena, e));
    if (is_correlated_scalar(e) && !c->subqueries && (c->b->group_count || !c->b->all)) {
        error_set(c->err, "SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION", "sqlExpr",
                  quoted_expr(c->b->n->arena, e), NULL);
        return error_at(c->err, e->origin);
    }
    if (e->kind == EXPR_SUBQUERY)
        for (uint32_t i = 0; i < e->subquery.outer_count; i++) TRY(check_expr(c, e->subquery.outer[i]));
    bool outside = c->subqueries;
    c->subqueries |= e->kind == EXPR_CALL && strcmp(e->call.function->name, "sql function") == 0;
    bool good = check_children(c, e);
    c->subqueries = outside;
    return good;
}

struct subquery_search {
    struct block *b;
    const struct expr *wanted;
    const struct expr *found;
};

static bool find_wanted(const struct expr *e, void *data) {
    struct subquery_search *search = data;
    if (!search->found && e->kind == EXPR_SUBQUERY && expr_same(search->b->n->arena, search->wanted, e))
        search->found = e;
    return !search->found;
}

static bool find_unselected(const struct expr *e, void *data) {
    struct subquery_search *search = data;
    if (search->found || !is_correlated_scalar(e)) return !search->found;
    struct subquery_search selected = {.b = search->b, .wanted = e};
    for (uint32_t i = 0; i < search->b->items.count; i++)
        expr_visit(search->b->items.items[i].expr, find_wanted, &selected);
    if (search->b->having) expr_visit(search->b->having, find_wanted, &selected);
    if (!selected.found) search->found = e;
    return !search->found;
}

/* GROUP BY takes a correlated subquery that SELECT or HAVING holds, too. */
static bool check_group_subqueries(struct block *b, struct error *err) {
    struct subquery_search search = {.b = b};
    for (uint32_t i = 0; i < b->group_count; i++) expr_visit(b->groups[i], find_unselected, &search);
    if (!search.found) return true;
    error_set(err, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.MUST_AGGREGATE_CORRELATED_SCALAR_SUBQUERY", NULL);
    return error_at(err, search.found->origin);
}

/* What is left of grouping() once grouping sets have replaced it: refused before any column is. */
static bool find_mark(const struct expr *e, void *data) {
    const struct expr **found = data;
    if (!*found && is_grouping_mark(e)) *found = e;
    return !*found;
}

static bool check_marks(struct block *b, struct error *err) {
    const struct expr *found = NULL;
    for (uint32_t i = 0; i < b->items.count; i++) expr_visit(b->items.items[i].expr, find_mark, &found);
    if (b->having) expr_visit(b->having, find_mark, &found);
    if (!found) return true;
    error_set(err, "UNSUPPORTED_GROUPING_EXPRESSION", NULL);
    return error_at(err, found->origin);
}

bool check_aggregation(struct block *b, struct error *err) {
    TRY(check_marks(b, err));
    struct id_map items = {0};
    for (uint32_t i = 0; i < b->items.count; i++) {
        const struct expr *e = b->items.items[i].expr;
        if (e->kind == EXPR_ALIAS) id_map_put(b->n->arena, &items, e->alias.id, (void *)e);
    }
    struct check c = {.b = b, .items = &items, .err = err};
    for (uint32_t i = 0; i < b->items.count; i++) TRY(check_expr(&c, b->items.items[i].expr));
    c.subqueries = true;
    return (!b->having || check_expr(&c, b->having)) && check_group_subqueries(b, err);
}

struct use_check {
    struct block *b;
    bool closed; /* only columns that are groups themselves can be reached, and none by an aggregate */
    const struct expr *found;
    bool by_subquery; /* it is a subquery that reads what was found */
};

static bool is_group_column(const struct block *b, const struct expr *e) {
    for (uint32_t i = 0; i < b->group_count; i++)
        if (b->groups[i]->kind == EXPR_ATTRIBUTE && expr_equal(b->groups[i], e)) return true;
    return false;
}

static bool find_loose(const struct expr *e, void *data) {
    struct use_check *c = data;
    if (c->found || e->kind == EXPR_OUTER) return false;
    if (c->closed ? is_group_column(c->b, e) : expr_is_aggregate(e) || is_grouped(c->b, e)) return false;
    if (e->kind == EXPR_ATTRIBUTE)
        for (uint32_t i = 0; i < c->b->uses.count; i++)
            if (c->b->uses.items[i].column == e) c->found = e;
    return !c->found;
}

static bool find_in_subquery(const struct expr *e, void *data) {
    struct use_check *c = data;
    if (e->kind != EXPR_SUBQUERY) return !c->by_subquery;
    for (uint32_t i = 0; i < e->subquery.outer_count; i++) c->by_subquery |= e->subquery.outer[i] == c->found;
    return !c->by_subquery;
}

/* HAVING EXISTS (... a ...): the column is known, and is none of the groups. */
static bool missing_from_groups(struct block *b, const struct expr *condition, const struct expr *column,
                                struct error *err) {
    struct arena *arena = b->n->arena;
    const char *input = "";
    for (uint32_t i = 0; i < b->items.count; i++)
        input = arena_printf(arena, "%s%s\"%s\"", input, i ? ", " : "",
                             expr_to_attribute(arena, b->items.items[i].expr)->name);
    struct text shown;
    text_init(&shown, arena);
    text_add(&shown, "!Filter ");
    expr_explain(&shown, condition, false);
    return error_set(err, "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT", "missingAttributes",
                     arena_printf(arena, "\"%s\"", column->column.attribute->name), "input", input, "operator",
                     text_finish(&shown), NULL);
}

static bool check_uses(struct block *b, const struct expr *e, bool closed, struct scope *s, struct error *err) {
    if (b->set_count) return true; /* groups are columns of the EXPAND by and by */
    struct use_check c = {.b = b, .closed = closed};
    expr_visit(e, find_loose, &c);
    if (!c.found) return true;
    expr_visit(e, find_in_subquery, &c);
    if (c.by_subquery) return missing_from_groups(b, e, c.found, err);
    for (uint32_t i = 0; i < b->uses.count; i++)
        if (b->uses.items[i].column == c.found)
            return unresolved_column(s, &b->uses.items[i].name, b->uses.items[i].origin, err);
    return true;
}

bool check_input_use(struct block *b, const struct expr *e, struct scope *s, struct error *err) {
    return check_uses(b, e, false, s, err);
}

struct aggregate_list {
    struct arena *arena;
    const char *text;
};

static bool list_aggregate(const struct expr *e, void *data) {
    struct aggregate_list *list = data;
    if (expr_is_aggregate(e))
        list->text =
            arena_printf(list->arena, "%s%s%s", list->text, *list->text ? ", " : "", quoted_expr(list->arena, e));
    return !expr_is_aggregate(e);
}

static bool has_windows(const struct block *b) {
    for (uint32_t i = 0; i < b->items.count; i++)
        if (expr_contains(b->items.items[i].expr, EXPR_WINDOW)) return true;
    return false;
}

/* Does SELECT itself give all that HAVING reads? */
static bool is_selected(const struct block *b, const struct expr *e) {
    for (uint32_t i = 0; i < b->items.count; i++)
        if (expr_same(b->n->arena, strip_alias(b->items.items[i].expr), e)) return true;
    if (e->kind == EXPR_ATTRIBUTE || expr_is_aggregate(e)) return false;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (!is_selected(b, e->children[i])) return false;
    return true;
}

/*
 * ORDER BY over SELECT with windows, or with a HAVING that reads what SELECT does not give, stands over a projection
 * already: it reaches groups that are columns, and no aggregates.
 */
bool check_order_use(struct block *b, const struct expr *e, struct scope *s, struct error *err) {
    bool closed = has_windows(b) || (b->having && !is_selected(b, b->having));
    TRY(check_uses(b, e, closed, s, err));
    if (!closed) return true;
    struct aggregate_list list = {b->n->arena, ""};
    expr_visit(e, list_aggregate, &list);
    if (!*list.text) return true;
    error_set(err, "UNSUPPORTED_EXPR_FOR_OPERATOR", "invalidExprSqls", list.text, NULL);
    return error_at(err, e->origin);
}
