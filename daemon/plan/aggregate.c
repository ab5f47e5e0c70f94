/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SELECT ... GROUP BY ... HAVING ... ORDER BY as one block.
 *
 * The clauses see each other: GROUP BY may name SELECT's aliases and positions, HAVING and ORDER BY may hold
 * aggregates and columns that SELECT does not. So they are analyzed together; block_finish.c makes plans of them.
 * ROLLUP, CUBE and GROUPING SETS put an EXPAND below: grouping.c. A SELECT without GROUP BY is a block too, which
 * turns out to be a plain projection when it holds no aggregate.
 */
#include "plan/aggregate.h"

#include <string.h>
#include <strings.h>

#include "expr/evaluate.h"

/* --- looking into expressions --- */

struct aggregate_search {
    bool found;
};

static bool see_aggregate(const struct expr *e, void *data) {
    struct aggregate_search *search = data;
    if (e->kind == EXPR_OUTER) return false;
    if (expr_is_aggregate(e)) search->found = true;
    if (is_grouping_mark(e)) search->found = true;
    if (e->kind == EXPR_WINDOW) {
        const struct expr *f = e->children[0];
        for (uint32_t i = 0; i < f->child_count; i++) search->found |= contains_aggregate(f->children[i]);
        for (uint32_t i = 0; i < e->window->partition_count; i++)
            search->found |= contains_aggregate(e->window->partition[i]);
        for (uint32_t i = 0; i < e->window->order_count; i++)
            search->found |= contains_aggregate(e->window->order[i].expr);
        return false;
    }
    return !search->found;
}

bool contains_aggregate(const struct expr *e) {
    struct aggregate_search search = {false};
    expr_visit(e, see_aggregate, &search);
    return search.found;
}

static bool any_aggregate(const struct items *items) {
    for (uint32_t i = 0; i < items->count; i++)
        if (contains_aggregate(items->items[i].expr)) return true;
    return false;
}

bool any_generator(const struct items *items) {
    for (uint32_t i = 0; i < items->count; i++)
        if (expr_contains(items->items[i].expr, EXPR_GENERATOR)) return true;
    return false;
}

/* --- GROUP BY --- */

static struct expr *item_fallback(struct scope *s, const struct u_name *name, const struct origin *origin,
                                  struct error *err) {
    const struct block *b = s->fallback_data;
    if (name->count != 1) return NULL;
    for (uint32_t i = 0; i < b->items.count; i++) {
        struct expr *e = b->items.items[i].expr;
        if (e->kind != EXPR_ALIAS || !name_matches(s->n, e->alias.name, name->parts[0])) continue;
        if (!b->items.items[i].level) return e->children[0];
        error_set(err, "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_GROUP_BY", NULL);
        return NULL;
    }
    return NULL;
}

/* A SELECT entry that reads another one's alias can't be grouped by. */
static bool check_no_lateral(const struct block *b, const struct expr *group, struct error *err) {
    for (uint32_t i = 0; i < b->items.count; i++)
        if (b->items.items[i].level && strip_alias(b->items.items[i].expr) == group)
            return error_set(err, "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_GROUP_BY", NULL);
    return true;
}

static bool ordinal_of(struct block *b, const struct u_expr *u, const char *option, int32_t *ordinal) {
    if (u->kind != U_LITERAL || u->literal.value->type->kind != TYPE_INT || vector_is_null(u->literal.value, 0))
        return false;
    if (!setting_flag(b->n, option, true)) return false;
    *ordinal = *VECTOR_DATA(u->literal.value, int32_t);
    return true;
}

static bool by_position(struct block *b, const struct u_expr *u, int32_t ordinal, struct expr **out,
                        struct error *err) {
    struct arena *arena = b->n->arena;
    const char *index = arena_printf(arena, "%d", ordinal);
    if (b->has_star) {
        error_set(err, "STAR_GROUP_BY_POS", NULL);
        return error_at(err, u->origin);
    }
    if (ordinal < 1 || (uint32_t)ordinal > b->items.count) {
        error_set(err, "GROUP_BY_POS_OUT_OF_RANGE", "index", index, "size", arena_printf(arena, "%u", b->items.count),
                  NULL);
        return error_at(err, u->origin);
    }
    struct expr *e = strip_alias(b->items.items[ordinal - 1].expr);
    if (contains_aggregate(e)) {
        error_set(err, "GROUP_BY_POS_AGGREGATE", "index", index, "aggExpr",
                  expr_sql(arena, b->items.items[ordinal - 1].expr), NULL);
        return error_at(err, u->origin);
    }
    *out = e;
    return true;
}

/* Maps are grouped by, though they have no order. */
static bool check_group_type(struct block *b, const struct expr *e, const struct origin *origin, struct error *err) {
    if (type_is_comparable(e->type) || e->type->kind == TYPE_MAP) return true;
    error_set(err, "GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE", "sqlExpr", quoted_expr(b->n->arena, e), "dataType",
              quoted_type(b->n->arena, e->type), NULL);
    return error_at(err, origin);
}

bool analyze_group(struct block *b, const struct u_expr *u, struct expr **out, struct error *err) {
    int32_t ordinal;
    if (u->kind == U_ALIAS) {
        struct expr *inner;
        TRY(analyze_group(b, u->children[0], &inner, err));
        *out = inner;
        return true;
    }
    if (u->kind == U_REGEX && !u->regex.qualifier) u = u_attribute(b->n->arena, u->origin, u->regex.pattern);
    if (b->piped) u = pipe_ordinal(b->n, b->input, u);
    if (!b->protocol_form && ordinal_of(b, u, "spark.sql.groupByOrdinal", &ordinal))
        return by_position(b, u, ordinal, out, err) && check_group_type(b, *out, (*out)->origin, err);
    struct scope s;
    scope_init(&s, b->n, &b->input, 1);
    s.starless = "Aggregate";
    if (setting_flag(b->n, "spark.sql.groupByAliases", true)) {
        s.fallback = item_fallback;
        s.fallback_data = b;
    }
    *out = analyze_expr(&s, u, err);
    if (!*out) return false;
    if (s.missing) b->input = expose_missing(b->n, b->input, out, 1);
    if (contains_aggregate(*out)) {
        error_set(err, "GROUP_BY_AGGREGATE", "sqlExpr", expr_sql(b->n->arena, *out), NULL);
        return error_at(err, u->origin);
    }
    if (expr_contains(*out, EXPR_WINDOW) && expr_contains(*out, EXPR_AGGREGATE)) {
        error_set(err, "GROUP_BY_AGGREGATE", "sqlExpr", expr_sql(b->n->arena, *out), NULL);
        return error_at(err, u->origin);
    }
    TRY(check_plain(b->n, *out, u->origin, err));
    return check_group_type(b, *out, u->origin, err);
}

/* GROUP BY ALL: every SELECT entry without an aggregate; but a column or an alias of that name is what it says. */
static bool group_all(struct block *b, const struct u_plan *u, struct error *err) {
    struct u_expr *all = u_attribute(b->n->arena, u->origin, "all");
    struct scope s;
    scope_init(&s, b->n, &b->input, 1);
    struct expr *column = names_among(&s, s.attributes, s.attribute_count, &all->attribute.name, u->origin, err);
    if (error_is_set(err)) return false;
    s.fallback_data = b;
    if (!column && setting_flag(b->n, "spark.sql.groupByAliases", true))
        column = item_fallback(&s, &all->attribute.name, u->origin, err);
    if (column) {
        b->groups = ARENA_ARRAY(b->n->arena, struct expr *, 1);
        b->groups[b->group_count++] = column;
        return true;
    }
    b->all = u->origin;
    b->groups = ARENA_ARRAY(b->n->arena, struct expr *, b->items.count);
    for (uint32_t i = 0; i < b->items.count; i++)
        if (!contains_aggregate(b->items.items[i].expr))
            b->groups[b->group_count++] = strip_alias(b->items.items[i].expr);
    for (uint32_t i = 0; i < b->group_count; i++) TRY(check_no_lateral(b, b->groups[i], err));
    return true;
}

static bool analyze_groups(struct block *b, const struct u_plan *u, struct error *err) {
    if (u->aggregate.group == U_GROUP_ALL) return group_all(b, u, err);
    if (has_grouping_sets(u)) return analyze_grouping_sets(b, u, err);
    b->groups = ARENA_ARRAY(b->n->arena, struct expr *, u->expr_count);
    for (uint32_t i = 0; i < u->expr_count; i++)
        TRY(analyze_group(b, u->exprs[i], &b->groups[i], err) && check_no_lateral(b, b->groups[i], err));
    b->group_count = u->expr_count;
    return true;
}

/* --- HAVING and ORDER BY --- */

/* The block's visible columns, as names are suggested from them. */
static struct attribute **visible_attributes(struct block *b, uint32_t *count) {
    struct attribute **visible = ARENA_ARRAY(b->n->arena, struct attribute *, b->items.count);
    *count = 0;
    for (uint32_t i = 0; i < b->items.count; i++)
        if (!b->items.items[i].hidden && strip_alias(b->items.items[i].expr)->kind != EXPR_GENERATOR)
            visible[(*count)++] = expr_to_attribute(b->n->arena, b->items.items[i].expr);
    return visible;
}

static const struct expr *column_within(const struct expr *e) {
    while (e->kind != EXPR_ATTRIBUTE && e->child_count) e = e->children[0];
    return e;
}

/* A column of the block's input, remembered under the name it was called by. */
static struct expr *input_column(struct scope *s, const struct u_name *name, const struct origin *origin,
                                 struct error *err) {
    struct block *b = s->fallback_data;
    struct expr *e = names_among(s, b->input->output, b->input->output_count, name, origin, err);
    if (!e && !error_is_set(err)) e = names_below(s, b->input, name, origin, err);
    if (!e) return NULL;
    struct input_use use = {column_within(e), *name, origin};
    LIST_PUSH(s->n->arena, &b->uses, use);
    return e;
}

/* An item's name becomes its expression, in which earlier items may be named (lateral aliases). */
static struct expr *inline_item(struct expr *e, void *data) {
    const struct block *b = data;
    if (e->kind != EXPR_ATTRIBUTE) return e;
    for (uint32_t i = 0; i < b->items.count; i++) {
        struct expr *item = b->items.items[i].expr;
        if (item->kind == EXPR_ALIAS && item->alias.id == e->column.attribute->id)
            return expr_rewrite(b->n->arena, item->children[0], inline_item, data);
    }
    return e;
}

/* What SELECT calls so; two of one name are an error. */
static struct expr *selected(struct scope *s, const struct u_name *name, const struct origin *origin,
                             struct error *err) {
    const struct block *b = s->fallback_data;
    struct attribute **columns = ARENA_ARRAY(s->n->arena, struct attribute *, b->items.count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < b->items.count; i++)
        if (b->items.items[i].expr->kind == EXPR_ALIAS || b->items.items[i].expr->kind == EXPR_ATTRIBUTE)
            columns[count++] = expr_to_attribute(s->n->arena, b->items.items[i].expr);
    struct expr *e = names_among(s, columns, count, name, origin, err);
    return e ? expr_rewrite(s->n->arena, e, inline_item, (void *)b) : NULL;
}

/* A name that means two columns may ask one of them for a field that only the other has. */
static bool is_extract_failure(const struct error *err) {
    const char *name = err->condition ? err->condition->name : "";
    return strcmp(name, "INVALID_EXTRACT_BASE_FIELD_TYPE") == 0 || strcmp(name, "FIELD_NOT_FOUND") == 0;
}

/* SELECT's column where the input's of that name has no such field; else the error stays. */
static struct expr *selected_instead(struct scope *s, const struct u_name *name, const struct origin *origin,
                                     struct error *err) {
    struct error first = ERROR_INIT;
    error_move(&first, err);
    struct expr *e = selected(s, name, origin, err);
    if (!e) {
        error_reset(err);
        error_move(err, &first);
    }
    error_release(&first);
    return e;
}

/* HAVING looks at what the input is grouped by first, and at all of it within an aggregate; then at SELECT's columns. */
static struct expr *having_fallback(struct scope *s, const struct u_name *name, const struct origin *origin,
                                    struct error *err) {
    struct block *b = s->fallback_data;
    uint32_t uses = b->uses.count;
    s->ambiguous_is_none = true;
    struct expr *e = input_column(s, name, origin, err);
    s->ambiguous_is_none = false;
    if (is_extract_failure(err)) return selected_instead(s, name, origin, err);
    bool grouped = e && (is_grouped(b, e) || is_grouped(b, column_within(e)));
    if (error_is_set(err) || (e && (s->aggregate_depth || grouped))) return e;
    struct expr *item = selected(s, name, origin, err);
    if (item || error_is_set(err)) {
        b->uses.count = uses;
        return item;
    }
    return e ? e : input_column(s, name, origin, err);
}

static bool analyze_having(struct block *b, const struct u_plan *u, struct error *err) {
    struct scope s = {.n = b->n, .fallback = having_fallback, .fallback_data = b};
    if (u->filter.having) s.starless = "UnresolvedHaving";
    struct attribute **visible = visible_attributes(b, &s.suggested_count);
    s.suggested = visible;
    s.inputs = &b->input;
    s.input_count = 1;
    struct expr *e = analyze_expr(&s, u->exprs[0], err);
    if (!e) return false;
    /* The parser of Spark casts what is no predicate. */
    if (e->type->kind != TYPE_BOOLEAN && u->filter.having)
        e = resolve_cast(&b->n->resolver, e, TYPE_OF(BOOLEAN), b->n->a->context->ansi ? CAST_ANSI : CAST_LEGACY, true,
                         u->exprs[0]->origin, err);
    if (!e) return false;
    if (expr_contains(e, EXPR_WINDOW)) {
        error_set(err, "_LEGACY_ERROR_TEMP_1034", "clauseName", "HAVING", NULL);
        return error_at(err, u->exprs[0]->origin);
    }
    if (s.missing) b->input = expose_missing(b->n, b->input, &e, 1);
    b->having = e;
    return check_input_use(b, e, &s, err);
}

/* ORDER BY looks at SELECT's columns first, at its input after that. */
struct order_use {
    const struct block *b;
    const struct id_map *visible;
    bool outside; /* reads something that is no SELECT column */
};

static bool see_outside(const struct expr *e, void *data) {
    struct order_use *use = data;
    if (expr_is_aggregate(e) || e->kind == EXPR_WINDOW || is_grouping_mark(e)) use->outside = true;
    if (e->kind == EXPR_ATTRIBUTE && !id_map_get(use->visible, e->column.attribute->id)) use->outside = true;
    return !use->outside;
}

/* An order expression becomes an attribute of the block's output, by a hidden item where needed. */
static struct expr *order_by_item(struct block *b, struct expr *e, const struct id_map *visible) {
    struct order_use use = {.b = b, .visible = visible};
    expr_visit(e, see_outside, &use);
    if (!use.outside) return e;
    struct arena *arena = b->n->arena;
    e = expr_rewrite(arena, e, inline_item, b);
    for (uint32_t i = 0; i < b->items.count; i++) {
        struct expr *item = b->items.items[i].expr;
        if (item->kind == EXPR_ALIAS && expr_equal(item->children[0], e))
            return expr_attribute(arena, expr_to_attribute(arena, item));
    }
    struct item hidden = {.expr = e->kind == EXPR_ATTRIBUTE ? e : expr_alias(arena, e, "_order", fresh_id(b->n)),
                          .hidden = true};
    for (uint32_t i = 0; i < b->items.count; i++)
        if (b->items.items[i].level > hidden.level && !b->aggregate) hidden.level = b->items.items[i].level;
    LIST_PUSH(arena, &b->items, hidden);
    return expr_attribute(arena, expr_to_attribute(arena, hidden.expr));
}

/* ORDER BY ALL, unless the input has a column of that name. */
static bool is_order_by_all(struct scope *s, const struct plan *input, const struct u_plan *u) {
    if (u->expr_count != 1 || u->exprs[0]->kind != U_SORT_ORDER) return false;
    const struct u_expr *e = u->exprs[0]->children[0];
    if (e->kind != U_ATTRIBUTE || e->attribute.name.count != 1 || strcasecmp(e->attribute.name.parts[0], "all") != 0)
        return false;
    for (uint32_t i = 0; i < input->output_count; i++)
        if (name_matches(s->n, input->output[i]->name, "all")) return false;
    return true;
}

/* What the input calls so, else what SELECT does. */
static struct expr *input_first(struct scope *s, const struct u_name *name, const struct origin *origin,
                                struct error *err) {
    struct expr *e = input_column(s, name, origin, err);
    if (e || error_is_set(err)) return e;
    return names_among(s, s->suggested, s->suggested_count, name, origin, err);
}

/* Again with the input's columns before SELECT's, for ORDER BY a.x where SELECT's a has no x; or the first error. */
static bool sort_by_input(struct block *b, const struct u_plan *u, struct attribute *const *visible,
                          uint32_t visible_count, struct scope *s, struct error *err) {
    struct error first = ERROR_INIT;
    error_move(&first, err);
    *s = (struct scope){.n = b->n,
                        .inputs = s->inputs,
                        .input_count = s->input_count,
                        .starless = s->starless,
                        .fallback = input_first,
                        .fallback_data = b,
                        .suggested = visible,
                        .suggested_count = visible_count};
    bool good = analyze_sort_list(s, u, visible, visible_count, false, &b->order, &b->order_count, err);
    if (!good) {
        error_reset(err);
        error_move(err, &first);
    }
    error_release(&first);
    return good;
}

static bool analyze_block_order(struct block *b, const struct u_plan *u, struct error *err) {
    struct arena *arena = b->n->arena;
    uint32_t visible_count = b->items.count;
    struct attribute **visible = ARENA_ARRAY(arena, struct attribute *, visible_count);
    struct id_map ids = {0};
    for (uint32_t i = 0; i < visible_count; i++) {
        visible[i] = expr_to_attribute(arena, b->items.items[i].expr);
        id_map_put(arena, &ids, visible[i]->id, visible[i]);
    }
    struct plan top = {.kind = PLAN_PROJECT,
                       .child_count = 1,
                       .children = &b->input,
                       .output = visible,
                       .output_count = visible_count};
    struct plan *inputs[1] = {&top};
    struct scope s;
    scope_init(&s, b->n, inputs, 1);
    s.starless = "Sort";
    s.fallback = input_column;
    s.fallback_data = b;
    s.ambiguous_is_none = true;
    bool all = is_order_by_all(&s, b->input, u);
    if (!analyze_sort_list(&s, u, visible, visible_count, all, &b->order, &b->order_count, err))
        TRY(is_extract_failure(err) && sort_by_input(b, u, visible, visible_count, &s, err));
    struct plan *sort = plan_unary(arena, PLAN_SORT, &top, 0);
    sort->sort.order = b->order;
    sort->sort.count = b->order_count;
    sort->sort.global = u->sort.global;
    TRY(check_subqueries(b->n, sort, b, u->origin, err));
    if (!b->aggregate) TRY(check_sort_aggregates(b->n, b->order, b->order_count, u->origin, err));
    for (uint32_t i = 0; i < b->order_count; i++) {
        if (s.missing) b->input = expose_missing(b->n, b->input, &b->order[i].expr, 1);
        if (b->aggregate) TRY(check_order_use(b, b->order[i].expr, &s, err));
        b->order[i].expr = order_by_item(b, b->order[i].expr, &ids);
    }
    b->sorted = true;
    b->global = u->sort.global;
    return true;
}

/* --- entry --- */

static bool add_items(struct block *b, const struct u_plan *u, struct error *err) {
    struct scope s;
    scope_init(&s, b->n, &b->input, 1);
    s.sees_generated = u->kind == U_PROJECT;
    if (u->kind == U_PROJECT)
        TRY(items_add(&s, &b->items, u->exprs, u->expr_count, err));
    else
        TRY(items_add(&s, &b->items, u->aggregate.results, u->aggregate.result_count, err));
    if (!s.missing) return true;
    struct expr **exprs = ARENA_ARRAY(b->n->arena, struct expr *, b->items.count);
    for (uint32_t i = 0; i < b->items.count; i++) exprs[i] = b->items.items[i].expr;
    b->input = expose_missing(b->n, b->input, exprs, b->items.count);
    return true;
}

/* The protocol's groupBy().agg(): the grouping columns come first. */
static bool add_protocol_items(struct block *b, const struct u_plan *u, struct error *err) {
    struct scope s;
    scope_init(&s, b->n, &b->input, 1);
    if (u->pipe)
        TRY(add_pipe_groups(&s, &b->items, u, err));
    else
        TRY(items_add(&s, &b->items, u->exprs, u->expr_count, err));
    TRY(items_add(&s, &b->items, u->aggregate.results, u->aggregate.result_count, err));
    return true;
}

/* window(ts, ...) becomes a column of the input; for those in ORDER BY alone see add_sorted_windows(). */
static bool place_time_windows(struct block *b, struct error *err) {
    uint32_t most = b->items.count + b->group_count + 1, count = 0;
    struct expr ***slots = ARENA_ARRAY(b->n->arena, struct expr **, most);
    for (uint32_t i = 0; i < b->items.count; i++) slots[count++] = &b->items.items[i].expr;
    for (uint32_t i = 0; i < b->group_count; i++) slots[count++] = &b->groups[i];
    if (b->having) slots[count++] = &b->having;
    b->input = extract_time_windows(b->n, b->input, slots, count, &b->time_windows, err);
    if (b->input && b->aggregate)
        b->input = group_sessions(b->n, b->input, b->groups, b->group_count, &b->time_windows, err);
    return b->input != NULL;
}

/* Groups become the columns that they were placed as, so that HAVING and ORDER BY find them grouped. */
static bool group_by_time_windows(struct block *b, struct error *err) {
    struct expr ***slots = ARENA_ARRAY(b->n->arena, struct expr **, b->group_count);
    for (uint32_t i = 0; i < b->group_count; i++) slots[i] = &b->groups[i];
    return (b->input = extract_time_windows(b->n, b->input, slots, b->group_count, &b->time_windows, err));
}

/* Those of GROUP BY come first: then the other clauses may name the column, `window`. */
static bool place_group_windows(struct block *b, struct u_expr *const *groups, uint32_t count, struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        const struct u_expr *group = groups[i]->kind == U_ALIAS ? groups[i]->children[0] : groups[i];
        bool is_session = is_call_of(group, "session_window") && group->child_count == 2;
        if (is_call_of(group, "rollup") || is_call_of(group, "cube"))
            TRY(place_group_windows(b, group->children, group->child_count, err));
        if (!is_session && (!is_call_of(group, "window") || group->child_count < 2)) continue;
        struct scope s;
        scope_init(&s, b->n, &b->input, 1);
        struct expr *e = analyze_expr(&s, group, err), **slot = &e;
        b->input = e ? extract_time_windows(b->n, b->input, &slot, 1, &b->time_windows, err) : NULL;
        if (!b->input) return false;
    }
    return true;
}

static bool holds_star(struct u_expr *const *list, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (is_star(list[i])) return true;
    return false;
}

static bool fill_block(struct block *b, const struct u_plan *u, const struct u_plan *having, const struct u_plan *sort,
                       struct error *err) {
    b->has_star = u->kind == U_AGGREGATE && holds_star(u->aggregate.results, u->aggregate.result_count);
    b->protocol_form = u->kind == U_AGGREGATE && u->aggregate.protocol_form;
    b->piped = u->pipe != NULL;
    if (u->kind == U_AGGREGATE) TRY(place_group_windows(b, u->exprs, u->expr_count, err));
    TRY(b->protocol_form && u->aggregate.group != U_GROUP_ALL ? add_protocol_items(b, u, err) : add_items(b, u, err));
    if (u->pipe) TRY(check_pipe_items(b->n, u, &b->items, err));
    b->aggregate = u->kind == U_AGGREGATE || having || any_aggregate(&b->items);
    if (u->kind == U_AGGREGATE) TRY(analyze_groups(b, u, err) && group_by_time_windows(b, err));
    if (having) TRY(analyze_having(b, having, err));
    if (sort && !any_generator(&b->items)) TRY(analyze_block_order(b, sort, err));
    return place_time_windows(b, err);
}

struct plan *analyze_aggregate(struct analysis *n, const struct u_plan *u, const struct u_plan *having,
                               const struct u_plan *sort, struct error *err) {
    if (u->kind == U_AGGREGATE && u->aggregate.group == U_GROUP_PIVOT) return analyze_group_pivot(n, u, err);
    struct block b = {.n = n};
    struct window_frame *windows = n->windows;
    if (u->pipe) n->windows = NULL;
    b.input = analyze_plan(n, u->children[0], err);
    n->windows = windows;
    if (!b.input) return NULL;
    TRY_NULL(fill_block(&b, u, having, sort, err));
    struct plan *p = block_finish(&b, err);
    /* What a generator gives is there when the block is closed. */
    return p && sort && !b.sorted ? sort_over(n, p, sort, err) : p;
}

static void reopen(struct block *b, struct plan *p) {
    b->input = p->children[0];
    b->aggregate = true;
    b->groups = p->aggregate.groups;
    b->group_count = p->aggregate.group_count;
    for (uint32_t i = 0; i < p->expr_count; i++) {
        struct item item = {.expr = p->exprs[i]};
        LIST_PUSH(b->n->arena, &b->items, item);
    }
}

struct plan *sort_aggregate(struct analysis *n, struct plan *aggregate, const struct u_plan *sort, struct error *err) {
    struct block b = {.n = n};
    reopen(&b, aggregate);
    TRY_NULL(analyze_block_order(&b, sort, err));
    return block_finish(&b, err);
}

struct plan *filter_aggregate(struct analysis *n, struct plan *aggregate, const struct u_plan *filter,
                              struct error *err) {
    struct block b = {.n = n};
    reopen(&b, aggregate);
    TRY_NULL(analyze_having(&b, filter, err));
    return block_finish(&b, err);
}
