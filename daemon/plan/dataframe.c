/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DataFrame operations that change columns by name: withColumn, withColumnRenamed, drop, toDF, to, observe,
 * spark.read.json(df), mapInPandas and its kin.
 */
#include <string.h>

#include "base/text.h"
#include "plan/analyze.h"
#include "plan/conform.h"

/* --- withColumns --- */

static bool duplicate_columns(struct analysis *n, const struct u_plan *u, struct error *err) {
    for (uint32_t i = 0; i < u->expr_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (name_matches(n, u->exprs[i]->alias.names[0], u->exprs[k]->alias.names[0])) {
                char *name = arena_strdup(n->arena, u->exprs[i]->alias.names[0]);
                if (!n->a->context->case_sensitive) ascii_lower(name, strlen(name), name);
                const char *const shown[] = {name};
                return error_set(err, "COLUMN_ALREADY_EXISTS", "columnName", quoted_name(n->arena, shown, 1), NULL);
            }
    return true;
}

static uint32_t replaced_by(struct analysis *n, const struct u_plan *u, const char *name) {
    for (uint32_t i = 0; i < u->expr_count; i++)
        if (name_matches(n, u->exprs[i]->alias.names[0], name)) return i;
    return UINT32_MAX;
}

/* The child with what the new columns need besides its own: columns left out below, and windows of time. */
static struct plan *with_columns_input(struct scope *s, struct plan *child, struct items *columns, struct error *err) {
    struct analysis *n = s->n;
    struct expr ***slots = ARENA_ARRAY(n->arena, struct expr **, columns->count);
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, columns->count);
    for (uint32_t i = 0; i < columns->count; i++) {
        slots[i] = &columns->items[i].expr;
        exprs[i] = *slots[i];
    }
    if (s->missing) child = expose_missing(n, child, exprs, columns->count);
    return extract_time_windows(n, child, slots, columns->count, &(struct time_windows){0}, err);
}

/* Aggregates make the whole a row of all groups: every other column must be one too. */
static struct plan *aggregate_columns(struct analysis *n, const struct u_plan *u, const struct plan *child,
                                      struct error *err) {
    struct u_plan select = *u;
    select.kind = U_PROJECT;
    select.exprs = ARENA_ARRAY(n->arena, struct u_expr *, u->expr_count);
    select.expr_count = 0;
    bool *used = ARENA_ARRAY(n->arena, bool, u->expr_count);
    for (uint32_t i = 0; i < child->output_count; i++) {
        if (child->output[i]->is_metadata) continue;
        uint32_t k = replaced_by(n, u, child->output[i]->name);
        if (k == UINT32_MAX) return error_set(err, "MISSING_GROUP_BY", NULL), error_at(err, u->origin), NULL;
        if (!used[k]) select.exprs[select.expr_count++] = u->exprs[k];
        used[k] = true;
    }
    for (uint32_t k = 0; k < u->expr_count; k++)
        if (!used[k]) select.exprs[select.expr_count++] = u->exprs[k];
    return analyze_project(n, &select, err);
}

static bool any_aggregate(const struct items *items) {
    for (uint32_t i = 0; i < items->count; i++)
        if (contains_aggregate(items->items[i].expr)) return true;
    return false;
}

struct plan *analyze_with_columns(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    TRY_NULL(duplicate_columns(n, u, err));
    struct scope s;
    scope_init(&s, n, &child, 1);
    struct items columns = {0}, items = {0};
    TRY_NULL(items_add(&s, &columns, u->exprs, u->expr_count, err));
    TRY_NULL(!u->pipe || check_pipe_items(n, u, &columns, err));
    if (any_aggregate(&columns)) return aggregate_columns(n, u, child, err);
    struct plan *input = with_columns_input(&s, child, &columns, err);
    if (!input) return NULL;
    bool *used = ARENA_ARRAY(n->arena, bool, u->expr_count);
    for (uint32_t i = 0; i < child->output_count; i++) {
        if (child->output[i]->is_metadata) continue;
        uint32_t k = replaced_by(n, u, child->output[i]->name);
        struct item item = {0};
        if (k == UINT32_MAX)
            item.expr = expr_attribute(n->arena, child->output[i]);
        else {
            item = columns.items[k];
            used[k] = true;
        }
        LIST_PUSH(n->arena, &items, item);
    }
    for (uint32_t k = 0; k < u->expr_count; k++) {
        if (used[k]) continue;
        LIST_PUSH(n->arena, &items, columns.items[k]);
        const struct u_name name = {1, u->exprs[k]->alias.names};
        if (u->pipe) return unresolved_column(&s, &name, u->exprs[k]->origin, err), NULL;
    }
    return project_items(n, input, &items, false, err);
}

struct plan *analyze_with_columns_renamed(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, child->output_count);
    for (uint32_t i = 0; i < child->output_count; i++) {
        struct attribute *a = child->output[i];
        const char *name = a->name;
        for (uint32_t k = 0; k < u->rename.count; k++)
            if (name_matches(n, u->rename.from[k], name)) name = u->rename.to[k];
        exprs[i] = name == a->name ? expr_attribute(n->arena, a) : alias_attribute(n, a, name);
    }
    return plan_project(n->arena, child, exprs, child->output_count);
}

/* --- drop --- */

static bool drop_column(struct scope *s, const struct u_expr *u, struct id_map *dropped, struct error *err) {
    if (u->kind == U_ATTRIBUTE) {
        struct error ignored = ERROR_INIT;
        struct expr *e = u->attribute.has_plan_id ? resolve_by_plan_id(s, u, &ignored)
                                                  : names_among(s, s->attributes, s->attribute_count,
                                                                &u->attribute.name, u->origin, &ignored);
        bool ambiguous = error_is_set(&ignored) && strcmp(ignored.condition->name, "AMBIGUOUS_REFERENCE") == 0;
        if (ambiguous) {
            error_move(err, &ignored);
            return false;
        }
        error_release(&ignored);
        if (e && e->kind == EXPR_ATTRIBUTE) id_map_put(s->n->arena, dropped, e->column.attribute->id, e);
        return true;
    }
    struct expr *e = analyze_expr(s, u, err);
    if (!e) return false;
    if (e->kind == EXPR_ATTRIBUTE) id_map_put(s->n->arena, dropped, e->column.attribute->id, e);
    return true;
}

struct plan *analyze_drop(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    struct scope s;
    scope_init(&s, n, &child, 1);
    s.below = s.takes_first = true;
    struct id_map dropped = {0};
    for (uint32_t i = 0; i < u->expr_count; i++) TRY_NULL(drop_column(&s, u->exprs[i], &dropped, err));
    struct attribute **kept = ARENA_ARRAY(n->arena, struct attribute *, child->output_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < child->output_count; i++) {
        bool drop = id_map_get(&dropped, child->output[i]->id) != NULL;
        for (uint32_t k = 0; !drop && k < u->names.name_count; k++)
            drop = name_matches(n, child->output[i]->name, u->names.names[k]);
        if (!drop) kept[count++] = child->output[i];
    }
    return plan_project_attributes(n->arena, child, kept, count);
}

/* --- toDF, to --- */

struct plan *analyze_to_df(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    if (u->names.name_count != child->output_count) {
        const char *old = "", *new_names = "";
        for (uint32_t i = 0; i < child->output_count; i++)
            old = arena_printf(n->arena, "%s%s%s", old, i ? ", " : "", child->output[i]->name);
        for (uint32_t i = 0; i < u->names.name_count; i++)
            new_names = arena_printf(n->arena, "%s%s%s", new_names, i ? ", " : "", u->names.names[i]);
        error_set(err, "ASSIGNMENT_ARITY_MISMATCH", "numExpr", arena_printf(n->arena, "%u", u->names.name_count),
                  "numTarget", arena_printf(n->arena, "%u", child->output_count), NULL);
        return NULL;
    }
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, child->output_count);
    for (uint32_t i = 0; i < child->output_count; i++)
        exprs[i] = alias_attribute(n, child->output[i], u->names.names[i]);
    return plan_project(n->arena, child, exprs, child->output_count);
}

static struct expr *fit(struct analysis *n, struct expr *e, const struct field *f, const char *path, struct error *err);

static struct expr *fit_struct(struct analysis *n, struct expr *e, const struct type *to, const char *path,
                               struct error *err) {
    struct arena *arena = n->arena;
    struct expr **arguments = ARENA_ARRAY(arena, struct expr *, to->field_count * 2);
    for (uint32_t i = 0; i < to->field_count; i++) {
        const struct field *f = &to->fields[i];
        uint32_t k = 0;
        while (k < e->type->field_count && !name_matches(n, e->type->fields[k].name, f->name)) k++;
        struct expr *value = NULL;
        if (k < e->type->field_count)
            value = fit(n, resolve_field(&n->resolver, e, k), f, arena_printf(arena, "%s.`%s`", path, f->name), err);
        else if (f->nullable)
            value = expr_null(arena, f->type);
        else
            error_set(err, "NULLABLE_COLUMN_OR_FIELD", "name", arena_printf(arena, "%s.`%s`", path, f->name), NULL);
        if (!value) return NULL;
        arguments[2 * i] = expr_string(arena, f->name, strlen(f->name));
        arguments[2 * i + 1] = value;
    }
    struct expr *made = resolve_named(&n->resolver, "named_struct", arguments, to->field_count * 2, e->origin, err);
    if (!made || !e->nullable) return made;
    struct expr *is_null = resolve_named(&n->resolver, "isnull", &e, 1, e->origin, err);
    struct expr *branches[3] = {is_null, expr_null(arena, made->type), made};
    return is_null ? resolve_named(&n->resolver, "if", branches, 3, e->origin, err) : NULL;
}

static struct expr *fit(struct analysis *n, struct expr *e, const struct field *f, const char *path,
                        struct error *err) {
    if (e->nullable && !f->nullable) {
        error_set(err, "NULLABLE_COLUMN_OR_FIELD", "name", path, NULL);
        return NULL;
    }
    if (type_equal(e->type, f->type)) return e;
    if (e->type->kind == TYPE_STRUCT && f->type->kind == TYPE_STRUCT) return fit_struct(n, e, f->type, path, err);
    if (!type_may_store(e->type, f->type)) {
        error_set(err, "INVALID_COLUMN_OR_FIELD_DATA_TYPE", "name", path, "type", quoted_type(n->arena, e->type),
                  "expectedType", quoted_type(n->arena, f->type), NULL);
        return NULL;
    }
    return resolve_cast(&n->resolver, e, f->type, CAST_ANSI, false, NULL, err);
}

struct plan *analyze_to_schema(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    struct scope s;
    scope_init(&s, n, &child, 1);
    const struct type *to = u->schema;
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, to->field_count);
    for (uint32_t i = 0; i < to->field_count; i++) {
        const struct field *f = &to->fields[i];
        struct u_name name = {1, (const char *[]){f->name}};
        struct expr *e = names_among(&s, s.attributes, s.attribute_count, &name, NULL, err);
        if (error_is_set(err)) return NULL;
        if (!e && f->nullable)
            e = expr_null(n->arena, f->type);
        else if (!e) {
            unresolved_column(&s, &name, NULL, err);
            return NULL;
        }
        e = fit(n, e, f, quoted_name(n->arena, &f->name, 1), err);
        if (!e) return NULL;
        exprs[i] = e->kind == EXPR_ATTRIBUTE && !f->metadata ? e : expr_alias(n->arena, e, f->name, fresh_id(n));
        if (f->metadata) exprs[i]->alias.metadata = f->metadata;
    }
    return plan_project(n->arena, child, exprs, to->field_count);
}

/* --- observe --- */

/* What makes an expression no metric; NULL: nothing. */
static const char *metric_fault(const struct expr *e, bool in_aggregate) {
    if (e->kind == EXPR_WINDOW) return "INVALID_OBSERVED_METRICS.WINDOW_EXPRESSIONS_UNSUPPORTED";
    bool aggregates = expr_is_aggregate(e);
    if (aggregates && in_aggregate) return "INVALID_OBSERVED_METRICS.NESTED_AGGREGATES_UNSUPPORTED";
    if (e->kind == EXPR_AGGREGATE && e->aggregate.distinct)
        return "INVALID_OBSERVED_METRICS.AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED";
    if (e->kind == EXPR_AGGREGATE && e->aggregate.filter)
        return "INVALID_OBSERVED_METRICS.AGGREGATE_EXPRESSION_WITH_FILTER_UNSUPPORTED";
    in_aggregate |= aggregates;
    if (e->kind == EXPR_ATTRIBUTE && !in_aggregate)
        return "INVALID_OBSERVED_METRICS.NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE";
    const char *fault = NULL;
    for (uint32_t i = 0; i < e->child_count && !fault; i++) fault = metric_fault(e->children[i], in_aggregate);
    if (fault || in_aggregate || e->deterministic) return fault;
    return "INVALID_OBSERVED_METRICS.NON_AGGREGATE_FUNC_ARG_IS_NON_DETERMINISTIC";
}

static bool check_metrics(struct analysis *n, const struct items *items, struct error *err) {
    for (uint32_t i = 0; i < items->count; i++) {
        const struct expr *e = items->items[i].expr;
        const char *fault = metric_fault(e, false);
        if (fault) return error_set(err, fault, "expr", arena_printf(n->arena, "\"%s\"", expr_sql(n->arena, e)), NULL);
        if (expr_contains(e, EXPR_UDF)) return error_unsupported(err, "a function of the user's in an observed metric");
    }
    return true;
}

struct plan *analyze_metrics(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    struct scope s;
    scope_init(&s, n, &child, 1);
    struct items items = {0};
    TRY_NULL(items_add(&s, &items, u->exprs, u->expr_count, err));
    TRY_NULL(check_metrics(n, &items, err));
    struct plan *p = plan_unary(n->arena, PLAN_METRICS, child, items.count);
    for (uint32_t i = 0; i < items.count; i++) p->exprs[i] = items.items[i].expr;
    p->metrics.name = u->metrics.name;
    return check_subqueries(n, p, NULL, u->origin, err) ? p : NULL;
}

struct plan *analyze_parse(struct analysis *n, const struct u_plan *u, struct error *err) {
    error_unsupported(err, "reading %s from a DataFrame", u->parse.format);
    return NULL;
}

/* --- functions over whole batches, run by the client --- */

/* What to group a child's rows by. Windows of time become columns behind its own. */
static bool map_groups(struct analysis *n, struct plan **child, struct u_expr *const *u, uint32_t count,
                       struct expr ***out, uint32_t *out_count, struct error *err) {
    struct scope s;
    scope_init(&s, n, child, 1);
    *out = ARENA_ARRAY(n->arena, struct expr *, count);
    *out_count = count;
    TRY(analyze_exprs(&s, u, count, *out, err));
    struct expr ***slots = ARENA_ARRAY(n->arena, struct expr **, count);
    for (uint32_t i = 0; i < count; i++) slots[i] = &(*out)[i];
    struct time_windows known = {0};
    return (*child = extract_time_windows(n, *child, slots, count, &known, err));
}

struct plan *analyze_map(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *p = plan_new(n->arena, PLAN_MAP, u->child_count, 0);
    for (uint32_t i = 0; i < u->child_count; i++)
        if (!(p->children[i] = analyze_plan(n, u->children[i], err))) return NULL;
    if (u->child_count == 2) p->children[1] = without_conflict(n, p->children[0], p->children[1]);
    struct scope s;
    scope_init(&s, n, p->children, u->child_count > 2 ? 1 : u->child_count);
    p->map.function = analyze_expr(&s, u->map.function, err);
    if (!p->map.function) return NULL;
    for (uint32_t i = 0; i < u->child_count && i < 2; i++) p->map.columns[i] = p->children[i]->output_count;
    TRY_NULL(map_groups(n, &p->children[0], u->exprs, u->expr_count, &p->map.groups, &p->map.group_count, err));
    if (u->child_count == 2)
        TRY_NULL(map_groups(n, &p->children[1], u->map.other_group, u->map.other_group_count, &p->map.other_groups,
                            &p->map.other_group_count, err));
    const struct type *schema = p->map.function->type;
    if (schema->kind != TYPE_STRUCT) {
        error_unsupported(err, "a function over batches whose result is no struct");
        return NULL;
    }
    p->output_count = schema->field_count;
    p->output = ARENA_ARRAY(n->arena, struct attribute *, schema->field_count);
    for (uint32_t i = 0; i < schema->field_count; i++)
        p->output[i] = attribute_new(n->arena, fresh_id(n), schema->fields[i].name, schema->fields[i].type,
                                     schema->fields[i].nullable);
    return p;
}

struct plan *analyze_show(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    struct plan *p = plan_new(n->arena, PLAN_SHOW_STRING, 1, 0);
    p->children[0] = child;
    p->show.rows = u->show.rows;
    p->show.truncate = u->show.truncate;
    p->show.vertical = u->show.vertical;
    p->show.html = u->kind == U_HTML_STRING;
    const char *name = p->show.html ? "html_string" : "show_string";
    struct attribute *text = attribute_new(n->arena, fresh_id(n), name, TYPE_OF(STRING), false);
    plan_set_output(n->arena, p, &text, 1);
    return p;
}
