/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where aggregates, window functions and generators may not stand. What reaches execution in a place of no row-by-row
 * meaning is refused there with the same condition (expr/evaluate.c); here it is told when the query is analyzed.
 */
#include "plan/analyze.h"

struct misplaced {
    struct arena *arena;
    const char *list;
};

/* Windows of time become columns of the input, wherever they are written. */
static bool is_generator(const struct expr *e) {
    return e->kind == EXPR_GENERATOR && !is_time_window(e) && !is_session_window(e);
}

static bool see_generator(const struct expr *e, void *data) {
    bool *found = data;
    *found |= is_generator(e);
    return !*found;
}

static bool has_generator(const struct expr *e) {
    bool found = false;
    expr_visit(e, see_generator, &found);
    return found;
}

static bool see_misplaced(const struct expr *e, void *data) {
    struct misplaced *x = data;
    if (e->kind == EXPR_OUTER) return false;
    if (!expr_is_aggregate(e) && e->kind != EXPR_WINDOW && !is_generator(e)) return true;
    x->list = arena_printf(x->arena, "%s%s%s", x->list, *x->list ? ", " : "", quoted_expr(x->arena, e));
    return false;
}

bool check_plain(struct analysis *n, const struct expr *e, const struct origin *origin, struct error *err) {
    struct misplaced x = {n->arena, ""};
    expr_visit(e, see_misplaced, &x);
    if (!*x.list) return true;
    error_set(err, "UNSUPPORTED_EXPR_FOR_OPERATOR", "invalidExprSqls", x.list, NULL);
    return error_at(err, origin);
}

bool check_sort_generators(struct analysis *n, const struct sort_order *orders, uint32_t count, bool global,
                           struct error *err) {
    const char *list = "";
    bool any = false;
    for (uint32_t i = 0; i < count; i++) any |= has_generator(orders[i].expr);
    for (uint32_t i = 0; any && i < count; i++) {
        list = arena_printf(n->arena, "%s%s%s %s NULLS %s", list, i ? ", " : "", expr_sql(n->arena, orders[i].expr),
                            orders[i].descending ? "DESC" : "ASC", orders[i].nulls_first ? "FIRST" : "LAST");
    }
    if (!any) return true;
    return error_set(err, "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT", "plan",
                     arena_printf(n->arena, "Sort [%s], %s", list, global ? "true" : "false"), NULL);
}

bool check_filter_generator(struct analysis *n, const struct expr *condition, const char *filter, struct error *err) {
    if (!has_generator(condition)) return true;
    const char *unresolved = condition->kind == EXPR_GENERATOR ? "" : "'"; /* nothing takes what a generator gives */
    return error_set(err, "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT", "plan",
                     arena_printf(n->arena, "%s%s %s", unresolved, filter, expr_sql(n->arena, condition)), NULL);
}

bool check_sort_aggregates(struct analysis *n, const struct sort_order *orders, uint32_t count,
                           const struct origin *origin, struct error *err) {
    struct misplaced x = {n->arena, ""};
    for (uint32_t i = 0; i < count; i++)
        if (contains_aggregate(orders[i].expr)) expr_visit(orders[i].expr, see_misplaced, &x);
    if (!*x.list) return true;
    error_set(err, "UNSUPPORTED_EXPR_FOR_OPERATOR", "invalidExprSqls", x.list, NULL);
    return error_at(err, origin);
}

static bool see_window(const struct expr *e, void *data) {
    struct misplaced *x = data;
    if (e->kind != EXPR_WINDOW) return true;
    x->list = arena_printf(x->arena, "%s%s%s", x->list, *x->list ? ", " : "", quoted_expr(x->arena, e));
    if (expr_is_aggregate(e->children[0]))
        x->list = arena_printf(x->arena, "%s, %s", x->list, quoted_expr(x->arena, e->children[0]));
    return false;
}

bool check_sort_windows(struct analysis *n, const struct sort_order *orders, uint32_t count,
                        const struct origin *origin, struct error *err) {
    struct misplaced x = {n->arena, ""};
    for (uint32_t i = 0; i < count; i++) expr_visit(orders[i].expr, see_window, &x);
    if (!*x.list) return true;
    error_set(err, "UNSUPPORTED_EXPR_FOR_OPERATOR", "invalidExprSqls", x.list, NULL);
    return error_at(err, origin);
}

/* OVER (...) with a generator in it. */
bool check_window_generators(struct analysis *n, const struct expr *window, struct error *err) {
    const struct window_spec *w = window->window;
    bool any = has_generator(window->children[0]);
    for (uint32_t i = 0; i < w->partition_count; i++) any |= has_generator(w->partition[i]);
    for (uint32_t i = 0; i < w->order_count; i++) any |= has_generator(w->order[i].expr);
    return !any || error_set(err, "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", "expression",
                             quoted_expr(n->arena, window), NULL);
}
