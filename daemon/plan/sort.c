/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keeps rows as they are: filters, sorts, limits, samples, DISTINCT.
 */
#include <string.h>
#include <strings.h>

#include "expr/evaluate.h"
#include "plan/aggregate.h"

/* --- WHERE --- */

struct invalid {
    struct arena *arena;
    const char *list;
};

static bool see_invalid(const struct expr *e, void *data) {
    struct invalid *x = data;
    if (e->kind == EXPR_OUTER) return false;
    if (!expr_is_aggregate(e) && e->kind != EXPR_WINDOW && e->kind != EXPR_GENERATOR) return true;
    x->list = arena_printf(x->arena, "%s%s%s", x->list, *x->list ? ", " : "", expr_sql(x->arena, e));
    return false;
}

static bool check_where(struct analysis *n, const struct expr *e, const struct origin *origin, struct error *err) {
    struct invalid x = {n->arena, ""};
    expr_visit(e, see_invalid, &x);
    if (!*x.list) return true;
    error_set(err, "INVALID_WHERE_CONDITION", "condition", quoted_expr(n->arena, e), "expressionList", x.list, NULL);
    return error_at(err, origin);
}

/* The condition of WHERE; window functions are refused before anything is said of its type. */
static struct expr *where_condition(struct scope *s, const struct u_plan *u, struct error *err) {
    struct expr *e = analyze_expr(s, u->exprs[0], err);
    if (e && expr_contains(e, EXPR_WINDOW)) {
        error_set(err, "_LEGACY_ERROR_TEMP_1034", "clauseName", "WHERE", NULL);
        error_at(err, u->origin);
        return NULL;
    }
    return e ? check_condition(s, e, "WHERE", u->origin, err) : NULL;
}

/*
 * window(ts, ...) in a condition or an order becomes a column, which comes first in the result, as in Spark; unless
 * columns that were left out are taken away again.
 */
static struct plan *with_windows(struct analysis *n, struct plan *p, struct plan *child,
                                 const struct time_windows *windows) {
    uint32_t count = 0;
    if (p->output == child->output) return p;
    struct attribute **output = ARENA_ARRAY(n->arena, struct attribute *, child->output_count + windows->columns.count);
    for (uint32_t i = 0; i < windows->columns.count; i++) output[count++] = windows->columns.items[i]->column.attribute;
    for (uint32_t i = 0; i < child->output_count; i++) output[count++] = child->output[i];
    return plan_restore(n->arena, p, output, count);
}

static struct plan *filter_over(struct analysis *n, struct plan *child, const struct u_plan *u, struct error *err) {
    struct scope s;
    scope_init(&s, n, &child, 1);
    s.below = !u->pipe;
    if (s.below) TRY_NULL(bind_names(&s, u->exprs, 1, true, err));
    struct expr *condition = where_condition(&s, u, err);
    if (!condition) return NULL;
    if (child->kind == PLAN_AGGREGATE && !u->pipe && contains_aggregate(condition))
        return filter_aggregate(n, child, u, err);
    struct plan *wide = s.missing ? expose_missing(n, child, &condition, 1) : child;
    struct time_windows windows = {0};
    struct expr **slot = &condition;
    TRY_NULL(wide = extract_time_windows(n, wide, &slot, 1, &windows, err));
    TRY_NULL(check_where(n, condition, u->origin, err));
    if (s.missing) windows.columns.count = 0;
    return with_windows(n, plan_filter(n->arena, wide, condition), child, &windows);
}

static bool is_block(const struct u_plan *u) {
    return (u->kind == U_AGGREGATE || u->kind == U_PROJECT) && !u->has_plan_id;
}

/* HAVING or ORDER BY over a SELECT in the same text; a WINDOW clause may stand between. */
static struct plan *with_block(struct analysis *n, const struct u_plan *u, const struct u_plan *having,
                               const struct u_plan *sort, bool *done, struct error *err) {
    if (u->kind == U_WITH_WINDOWS && !u->has_plan_id) {
        struct window_frame frame = {n->windows, u->windows.count, u->windows.windows};
        n->windows = &frame;
        struct plan *p = with_block(n, u->children[0], having, sort, done, err);
        n->windows = frame.up;
        return p;
    }
    if (!having && u->kind == U_FILTER && u->filter.having && !u->has_plan_id)
        return with_block(n, u->children[0], u, sort, done, err);
    *done = is_block(u) && (having || sort);
    return *done ? analyze_aggregate(n, u, having, sort, err) : NULL;
}

struct plan *analyze_filter(struct analysis *n, const struct u_plan *u, struct error *err) {
    if (u->filter.having) {
        bool done;
        struct plan *p = with_block(n, u, NULL, NULL, &done, err);
        if (done) return p;
    }
    struct plan *child = analyze_plan(n, u->children[0], err);
    return child ? filter_over(n, child, u, err) : NULL;
}

/* --- ORDER BY --- */

/* What the position of a key counts: the visible columns, then those that keys before found below (missing.c). */
struct sort_columns {
    struct arena *arena;
    LIST(struct attribute *) all;
};

static bool is_position(const struct scope *s, const struct u_expr *u) {
    const struct u_expr *e = u->kind == U_SORT_ORDER ? u->children[0] : u;
    return e->kind == U_LITERAL && e->literal.value->type->kind == TYPE_INT && !vector_is_null(e->literal.value, 0) &&
           setting_flag(s->n, "spark.sql.orderByOrdinal", true);
}

static bool note_column(const struct expr *e, void *data) {
    struct sort_columns *columns = data;
    if (e->kind != EXPR_ATTRIBUTE) return true;
    for (uint32_t i = 0; i < columns->all.count; i++)
        if (columns->all.items[i]->id == e->column.attribute->id) return true;
    LIST_PUSH(columns->arena, &columns->all, e->column.attribute);
    return true;
}

static struct expr *sort_position(struct sort_columns *columns, const struct u_expr *u, struct error *err) {
    const struct u_expr *e = u->kind == U_SORT_ORDER ? u->children[0] : u;
    int32_t position = *VECTOR_DATA(e->literal.value, int32_t);
    if (position >= 1 && (uint32_t)position <= columns->all.count)
        return expr_attribute(columns->arena, columns->all.items[position - 1]);
    error_set(err, "ORDER_BY_POS_OUT_OF_RANGE", "index", arena_printf(columns->arena, "%d", position), "size",
              arena_printf(columns->arena, "%u", columns->all.count), NULL);
    error_at(err, e->origin);
    return NULL;
}

static bool is_name_taken(struct scope *s, struct attribute *const *visible, uint32_t count, const char *name) {
    for (uint32_t i = 0; i < count; i++)
        if (name_matches(s->n, visible[i]->name, name)) return true;
    return false;
}

bool check_orderable(struct scope *s, const struct sort_order *order, const struct origin *origin, struct error *err) {
    if (type_is_orderable(order->expr->type) || order->expr->type->kind == TYPE_NULL) return true;
    const char *text = arena_printf(s->n->arena, "\"%s %s NULLS %s\"", expr_pretty(s->n->arena, order->expr),
                                    order->descending ? "DESC" : "ASC", order->nulls_first ? "FIRST" : "LAST");
    error_set(err, "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", "sqlExpr", text, "functionName", "`sortorder`",
              "dataType", quoted_type(s->n->arena, order->expr->type), NULL);
    return error_at(err, origin);
}

/* A key in the direction that was written for it. */
static struct sort_order directed(struct expr *key, const struct u_expr *e) {
    bool is_order = e->kind == U_SORT_ORDER, descending = is_order && e->sort.descending;
    bool by_default = !is_order || e->sort.nulls == U_NULLS_DEFAULT;
    return (struct sort_order){key, descending, by_default ? !descending : e->sort.nulls == U_NULLS_FIRST};
}

/* ORDER BY ALL: every visible column. */
static void sort_by_all(struct scope *s, const struct u_plan *u, struct attribute *const *visible, uint32_t count,
                        struct sort_order *orders) {
    for (uint32_t i = 0; i < count; i++) orders[i] = directed(expr_attribute(s->n->arena, visible[i]), u->exprs[0]);
}

/* The keys that are positions, which resolve before the others; or, as a setting has it, after them. */
static bool sort_by_positions(struct scope *s, const struct u_plan *u, struct attribute *const *visible, uint32_t count,
                              struct sort_order *orders, struct error *err) {
    struct sort_columns columns = {.arena = s->n->arena};
    for (uint32_t i = 0; i < count; i++) LIST_PUSH(columns.arena, &columns.all, visible[i]);
    for (uint32_t i = 0; i < u->expr_count; i++)
        if (orders[i].expr) expr_visit(orders[i].expr, note_column, &columns);
    for (uint32_t i = 0; i < u->expr_count; i++) {
        const struct u_expr *e = u->exprs[i];
        if (!is_position(s, e)) continue;
        struct expr *column = sort_position(&columns, e, err);
        if (!column) return false;
        orders[i] = directed(column, e);
    }
    return true;
}

bool analyze_sort_list(struct scope *s, const struct u_plan *u, struct attribute *const *visible, uint32_t count,
                       bool all, struct sort_order **out, uint32_t *out_count, struct error *err) {
    all = all && !is_name_taken(s, visible, count, "all");
    *out_count = all ? count : u->expr_count;
    struct sort_order *orders = *out = ARENA_ARRAY(s->n->arena, struct sort_order, *out_count);
    if (all) {
        sort_by_all(s, u, visible, count, orders);
        return true;
    }
    for (uint32_t i = 0; i < *out_count; i++) orders[i].expr = NULL;
    bool positions_first = setting_flag(s->n, "spark.sql.prioritizeOrdinalResolutionInSort.enabled", true);
    if (positions_first) TRY(sort_by_positions(s, u, visible, count, orders, err));
    for (uint32_t i = 0; i < u->expr_count; i++)
        if (!is_position(s, u->exprs[i])) TRY(analyze_order(s, &u->exprs[i], 1, &orders[i], err));
    if (!positions_first) TRY(sort_by_positions(s, u, visible, count, orders, err));
    for (uint32_t i = 0; i < u->expr_count; i++) {
        TRY(check_orderable(s, &orders[i], u->exprs[i]->origin, err));
        TRY(refuse_routine(s->n, orders[i].expr, "Sort", err));
    }
    TRY(check_sort_windows(s->n, orders, u->expr_count, u->origin, err));
    return check_sort_generators(s->n, orders, u->expr_count, u->sort.global, err);
}

/* The child with what a sort needs besides its columns: those left out below, and windows of time. */
static struct plan *sort_input(struct scope *s, struct plan *child, struct plan *sort, struct time_windows *windows,
                               struct error *err) {
    uint32_t count = sort->sort.count;
    struct expr **exprs = ARENA_ARRAY(s->n->arena, struct expr *, count);
    struct expr ***slots = ARENA_ARRAY(s->n->arena, struct expr **, count);
    for (uint32_t i = 0; i < count; i++) {
        exprs[i] = sort->sort.order[i].expr;
        slots[i] = &sort->sort.order[i].expr;
    }
    if (s->missing) child = expose_missing(s->n, child, exprs, count);
    return extract_time_windows(s->n, child, slots, count, windows, err);
}

/* Exchanges put rows into other places; so random keys are columns of the input, as PullOutNondeterministic has it. */
struct plan *pull_out_keys(struct analysis *n, struct plan *sort) {
    struct plan *child = sort->children[0];
    uint32_t count = child->output_count;
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, count + sort->sort.count);
    for (uint32_t i = 0; i < count; i++) exprs[i] = expr_attribute(n->arena, child->output[i]);
    for (uint32_t i = 0; i < sort->sort.count; i++) {
        struct expr *key = sort->sort.order[i].expr;
        if (key->deterministic) continue;
        exprs[count] = expr_alias(n->arena, key, "_nondeterministic", fresh_id(n));
        sort->sort.order[i].expr = expr_attribute(n->arena, expr_to_attribute(n->arena, exprs[count++]));
    }
    if (count == child->output_count) return sort;
    sort->children[0] = plan_project(n->arena, child, exprs, count);
    plan_set_output(n->arena, sort, sort->children[0]->output, count);
    struct plan *restored = plan_restore(n->arena, sort, child->output, child->output_count);
    restored->output = child->output;
    return restored;
}

struct plan *sort_over(struct analysis *n, struct plan *child, const struct u_plan *u, struct error *err) {
    struct scope s;
    scope_init(&s, n, &child, 1);
    s.below = !u->pipe;
    s.starless = "Sort";
    struct plan *p = plan_unary(n->arena, PLAN_SORT, child, 0);
    p->sort.global = u->sort.global;
    bool all = u->expr_count == 1 && u->exprs[0]->kind == U_SORT_ORDER &&
               u->exprs[0]->children[0]->kind == U_ATTRIBUTE && u->exprs[0]->children[0]->attribute.name.count == 1 &&
               strcasecmp(u->exprs[0]->children[0]->attribute.name.parts[0], "all") == 0;
    s.ambiguous_is_none = true;
    if (s.below && !all) TRY_NULL(bind_names(&s, u->exprs, u->expr_count, false, err));
    TRY_NULL(analyze_sort_list(&s, u, child->output, child->output_count, all, &p->sort.order, &p->sort.count, err));
    TRY_NULL(check_subqueries(n, p, NULL, u->origin, err));
    struct time_windows windows = {0};
    struct plan *wide = sort_input(&s, child, p, &windows, err);
    if (!wide) return NULL;
    if (s.missing) windows.columns.count = 0;
    p->children[0] = wide;
    p->output = wide->output;
    p->output_count = wide->output_count;
    return with_windows(n, pull_out_keys(n, p), child, &windows);
}

struct plan *analyze_sort(struct analysis *n, const struct u_plan *u, struct error *err) {
    bool done = false;
    struct plan *p = u->pipe ? NULL : with_block(n, u->children[0], NULL, u, &done, err);
    if (done || error_is_set(err)) return p;
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    if (child->kind == PLAN_AGGREGATE && !u->pipe) return sort_aggregate(n, child, u, err);
    return sort_over(n, child, u, err);
}

/* --- LIMIT, OFFSET --- */

static bool limit_value(struct analysis *n, struct plan *child, const struct u_plan *node, const char *name,
                        int64_t *out, struct error *err) {
    const struct u_expr *u = node->exprs[0];
    struct scope s;
    scope_init(&s, n, &child, 1);
    s.starless = strcmp(name, "LIMIT") == 0 ? "LocalLimit" : "Offset";
    struct arena *arena = n->arena;
    struct expr *e = analyze_expr(&s, u, err);
    if (!e) return false;
    const char *lower = strcmp(name, "LIMIT") == 0 ? "limit" : "offset";
    TRY(refuse_routine(n, e, *lower == 'l' ? "GlobalLimit" : "Offset", err));
    TRY(check_bare_subqueries(n, e, *lower == 'l' ? "LocalLimit" : "Offset", child, node->origin, err));
    const struct vector *v = NULL;
    if (!e->foldable) {
        error_set(err, "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE", "name", lower, "expr", quoted_expr(arena, e),
                  NULL);
        return error_at(err, u->origin);
    }
    if (e->type->kind != TYPE_INT && !(type_is_integral(e->type) && e->type->kind < TYPE_INT)) {
        error_set(err, "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE", "name", lower, "expr", quoted_expr(arena, e),
                  "dataType", quoted_type(arena, e->type), NULL);
        return error_at(err, u->origin);
    }
    v = expr_fold(arena, n->a->context, coerce_to(&n->resolver, e, TYPE_OF(INT)), err);
    if (!v) return false;
    if (vector_is_null(v, 0)) {
        error_set(err, "INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL", "name", lower, "expr", quoted_expr(arena, e), NULL);
        return error_at(err, u->origin);
    }
    *out = *VECTOR_DATA(v, int32_t);
    if (*out >= 0) return true;
    error_set(err, "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", "name", lower, "expr", quoted_expr(arena, e), "v",
              arena_printf(arena, "%lld", (long long)*out), NULL);
    return error_at(err, u->origin);
}

/* LIMIT ALL says that a recursion below may make as many rows as it likes. */
struct plan *analyze_limit(struct analysis *n, const struct u_plan *u, struct error *err) {
    bool outside = n->limit_all;
    n->limit_all = !u->expr_count;
    struct plan *child = analyze_plan(n, u->children[0], err);
    n->limit_all = outside;
    if (!child || !u->expr_count) return child;
    int64_t limit;
    TRY_NULL(limit_value(n, child, u, "LIMIT", &limit, err));
    struct plan *p = plan_unary(n->arena, PLAN_LIMIT, child, 0);
    p->limit.limit = limit;
    return p;
}

struct plan *analyze_offset(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    int64_t offset;
    TRY_NULL(limit_value(n, child, u, "OFFSET", &offset, err));
    struct plan *p = plan_unary(n->arena, PLAN_LIMIT, child, 0);
    p->limit.limit = -1;
    p->limit.offset = offset;
    return p;
}

struct plan *analyze_tail(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    int64_t limit;
    TRY_NULL(limit_value(n, child, u, "LIMIT", &limit, err));
    struct plan *p = plan_unary(n->arena, PLAN_TAIL, child, 0);
    p->limit.limit = limit;
    return p;
}

/* --- DISTINCT and the rest --- */

bool check_distinct_types(struct analysis *n, struct attribute *const *columns, uint32_t count,
                          const struct origin *origin, struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        const struct type *t = columns[i]->type;
        bool holds_map = type_holds(t, TYPE_MAP);
        if (!holds_map && !type_holds(t, TYPE_VARIANT)) continue;
        error_set(err,
                  holds_map ? "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE"
                            : "UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE",
                  "colName", quoted_name(n->arena, &columns[i]->name, 1), "dataType", quoted_type(n->arena, t), NULL);
        return error_at(err, origin);
    }
    return true;
}

struct plan *analyze_distinct(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    struct plan *p = plan_unary(n->arena, PLAN_DISTINCT, child, 0);
    if (!u->distinct.column_count)
        return check_distinct_types(n, child->output, child->output_count, u->origin, err) ? p : NULL;
    LIST(struct attribute *) keys = {0};
    for (uint32_t i = 0; i < u->distinct.column_count; i++) {
        const char *name = u->distinct.columns[i];
        uint32_t before = keys.count;
        for (uint32_t k = 0; k < child->output_count; k++)
            if (name_matches(n, child->output[k]->name, name)) LIST_PUSH(n->arena, &keys, child->output[k]);
        if (keys.count > before) continue;
        missing_name(n, child, name, err);
        return NULL;
    }
    p->distinct.keys = keys.items;
    p->distinct.key_count = keys.count;
    return check_distinct_types(n, keys.items, keys.count, u->origin, err) ? p : NULL;
}

/* Each partition's rows in the order of all columns that have one: for randomSplit(), whose parts must not overlap. */
static struct plan *in_fixed_order(struct analysis *n, struct plan *child) {
    struct plan *p = plan_unary(n->arena, PLAN_SORT, child, 0);
    p->sort.order = ARENA_ARRAY(n->arena, struct sort_order, child->output_count);
    for (uint32_t i = 0; i < child->output_count; i++) {
        if (!type_is_orderable(child->output[i]->type)) continue;
        p->sort.order[p->sort.count++] =
            (struct sort_order){.expr = expr_attribute(n->arena, child->output[i]), .nulls_first = true};
    }
    return p->sort.count ? p : child;
}

struct plan *analyze_sample(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    if (u->sample.deterministic_order) child = in_fixed_order(n, child);
    struct plan *p = plan_unary(n->arena, PLAN_SAMPLE, child, 0);
    p->sample.lower = u->sample.lower;
    p->sample.upper = u->sample.upper;
    p->sample.with_replacement = u->sample.with_replacement;
    p->sample.seed = u->sample.has_seed ? u->sample.seed : (int64_t)(n->a->context->seed ^ fresh_id(n));
    return p;
}
