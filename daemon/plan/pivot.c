/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PIVOT and UNPIVOT.
 *
 * A pivot groups twice: by the groups and the pivot column, computing the aggregates; then by the groups alone,
 * picking for each pivot value the one row that has it:
 *
 *     AGGREGATE BY g:     first(x) FILTER (WHERE p <=> 2012) AS `2012`, ...
 *       AGGREGATE BY g, p:  sum(earnings) AS x
 *
 * so that a value without rows gives NULL even for count(). That is how Spark does it when every aggregate gives a
 * number or a boolean; otherwise it computes each aggregate for each value at once, over that value's rows, and there
 * count() of none is 0:
 *
 *     AGGREGATE BY g:     collect_list(x) FILTER (WHERE p <=> 2012) AS `2012`, ...
 *
 * UNPIVOT is an EXPAND: a row per value column.
 */
#include <stdlib.h>
#include <string.h>

#include "expr/evaluate.h"
#include "plan/aggregate.h"

struct pivot {
    struct analysis *n;
    struct plan *child;
    uint32_t group_count;
    struct expr **groups; /* ATTRIBUTE or ALIAS */
    struct expr *column;
    uint32_t aggregate_count;
    struct expr **aggregates; /* ALIAS */
    uint32_t value_count;
    struct expr **values;
    const char **names;
};

struct bare_search {
    const struct expr *found, *nested; /* a column, an aggregate in another one's arguments */
};

static bool see_nested(const struct expr *e, void *data) {
    struct bare_search *search = data;
    if (expr_is_aggregate(e)) search->nested = e;
    return !search->nested;
}

/* Looks for a column that is in no aggregate function; other aggregates in one's arguments are noted too. */
static bool see_bare(const struct expr *e, void *data) {
    struct bare_search *search = data;
    if (e->kind == EXPR_ATTRIBUTE && !search->found) search->found = e;
    if (!expr_is_aggregate(e)) return !search->found;
    for (uint32_t i = 0; i < e->child_count; i++) expr_visit(e->children[i], see_nested, search);
    return false;
}

static bool check_aggregate(struct pivot *p, const struct expr *e, const struct u_expr *u, struct error *err) {
    struct bare_search search = {0};
    if (e->kind == EXPR_UDF && expr_is_aggregate(e))
        return error_set(err, "UNSUPPORTED_FEATURE.PANDAS_UDAF_IN_PIVOT", NULL);
    expr_visit(e, see_bare, &search);
    if (search.found) {
        error_set(err, "_LEGACY_ERROR_TEMP_1006", "sql", expr_sql(p->n->arena, search.found), NULL);
        return error_at(err, u->origin);
    }
    if (!search.nested) return true;
    error_set(err, "NESTED_AGGREGATE_FUNCTION", NULL);
    return error_at(err, search.nested->origin);
}

static bool pivot_aggregates(struct pivot *p, struct scope *s, struct u_expr *const *u, uint32_t count,
                             struct error *err) {
    p->aggregate_count = count;
    p->aggregates = ARENA_ARRAY(p->n->arena, struct expr *, count);
    for (uint32_t i = 0; i < count; i++) {
        struct expr *e = analyze_named(s, u[i], err);
        if (!e || !check_aggregate(p, strip_alias(e), u[i], err)) return false;
        p->aggregates[i] = name_expr(p->n, e, u[i]);
    }
    return true;
}

/* A value's name: its alias, or it as a string. */
static const char *value_name(struct pivot *p, struct expr *e, const struct u_expr *u, struct error *err) {
    if (u->kind == U_ALIAS) return u->alias.names[0];
    if (expr_is_null_literal(e)) return "null";
    struct expr *text = resolve_cast(&p->n->resolver, e, TYPE_OF(STRING), CAST_LEGACY, false, NULL, err);
    const struct vector *v = text ? expr_fold(p->n->arena, p->n->a->context, text, err) : NULL;
    if (!v) return NULL;
    if (vector_is_null(v, 0)) return "null";
    const struct string *s = VECTOR_DATA(v, struct string);
    return arena_strndup(p->n->arena, s->data, s->size);
}

/* (a, b) is a struct whose fields have names. */
static const char *pivot_column_sql(struct pivot *p) {
    struct arena *arena = p->n->arena;
    const struct expr *column = p->column;
    if (column->kind != EXPR_CALL || column->type->kind != TYPE_STRUCT) return expr_sql(arena, column);
    const char *fields = "";
    for (uint32_t i = 0; i < column->child_count; i++)
        fields = arena_printf(arena, "%s%s'%s', %s", fields, i ? ", " : "", column->type->fields[i].name,
                              expr_sql(arena, column->children[i]));
    return arena_printf(arena, "named_struct(%s)", fields);
}

static bool check_pivot_column(struct pivot *p, struct error *err) {
    static const char unnamed[] = "__auto_generated_subquery_name.";
    if (type_is_orderable(p->column->type)) return true;
    const char *quoted = "", *sql = pivot_column_sql(p);
    if (strncmp(sql, unnamed, strlen(unnamed)) == 0) sql += strlen(unnamed);
    for (const char *end; sql; sql = *end ? end + 1 : NULL) {
        end = strchrnul(sql, '.');
        quoted = arena_printf(p->n->arena, "%s%s`%.*s`", quoted, *quoted ? "." : "", (int)(end - sql), sql);
    }
    return error_set(err, "INCOMPARABLE_PIVOT_COLUMN", "columnName", quoted, NULL);
}

static bool pivot_values(struct pivot *p, struct u_expr *const *u, uint32_t count, struct error *err) {
    TRY(check_pivot_column(p, err));
    struct scope none = {.n = p->n};
    p->value_count = count;
    p->values = ARENA_ARRAY(p->n->arena, struct expr *, count);
    p->names = ARENA_ARRAY(p->n->arena, const char *, count);
    for (uint32_t i = 0; i < count; i++) {
        struct error inner = ERROR_INIT;
        struct expr *e = analyze_expr(&none, u[i], &inner);
        bool constant = e && e->foldable;
        error_release(&inner);
        if (!constant) {
            struct scope s;
            scope_init(&s, p->n, &p->child, 1);
            e = analyze_expr(&s, u[i], err);
            if (e) error_set(err, "NON_LITERAL_PIVOT_VALUES", "expression", quoted_expr(p->n->arena, e), NULL);
            return error_at(err, u[i]->origin);
        }
        if (!cast_allowed(e->type, p->column->type, CAST_ANSI)) {
            error_set(err, "PIVOT_VALUE_DATA_TYPE_MISMATCH", "value", expr_pretty(p->n->arena, e), "valueType",
                      type_simple_string(p->n->arena, e->type), "pivotType",
                      type_catalog_string(p->n->arena, p->column->type), NULL);
            return error_at(err, u[i]->origin);
        }
        p->names[i] = value_name(p, e, u[i], err);
        if (!p->names[i]) return false;
        p->values[i] = resolve_cast(&p->n->resolver, e, p->column->type, CAST_ANSI, false, NULL, err);
        if (!p->values[i]) return false;
    }
    return true;
}

static struct plan *inner_aggregate(struct pivot *p, struct expr **column) {
    struct arena *arena = p->n->arena;
    struct plan *a = plan_new(arena, PLAN_AGGREGATE, 1, p->group_count + 1 + p->aggregate_count);
    a->children[0] = p->child;
    a->aggregate.group_count = p->group_count + 1;
    a->aggregate.groups = ARENA_ARRAY(arena, struct expr *, p->group_count + 1);
    for (uint32_t i = 0; i < p->group_count; i++) {
        a->exprs[i] = p->groups[i];
        a->aggregate.groups[i] = strip_alias(p->groups[i]);
    }
    a->aggregate.groups[p->group_count] = p->column;
    struct expr *named =
        p->column->kind == EXPR_ATTRIBUTE ? p->column : expr_alias(arena, p->column, "_pivot", fresh_id(p->n));
    a->exprs[p->group_count] = named;
    for (uint32_t i = 0; i < p->aggregate_count; i++) a->exprs[p->group_count + 1 + i] = p->aggregates[i];
    plan_output_from_exprs(arena, a);
    *column = expr_attribute(arena, a->output[p->group_count]);
    return a;
}

/* The condition of a value's rows. */
static struct expr *value_condition(struct pivot *p, struct expr *column, uint32_t value, struct error *err) {
    return resolve_binary(&p->n->resolver, "<=>", column, p->values[value], err);
}

/* Spark looks results up by their value, and finds none for NaN. */
static struct expr *but_no_nan(struct pivot *p, struct expr *column, struct expr *same, struct error *err) {
    struct expr *is_nan = resolve_named(&p->n->resolver, "isnan", &column, 1, NULL, err);
    struct expr *is_none = is_nan ? resolve_named(&p->n->resolver, "not", &is_nan, 1, NULL, err) : NULL;
    return is_none ? resolve_binary(&p->n->resolver, "and", same, is_none, err) : NULL;
}

static struct expr *pick(struct pivot *p, struct expr *column, struct expr *result, uint32_t value, struct error *err) {
    struct expr *first = resolve_named(&p->n->resolver, "first", &result, 1, NULL, err);
    struct expr *same = first ? value_condition(p, column, value, err) : NULL;
    if (same && (column->type->kind == TYPE_FLOAT || column->type->kind == TYPE_DOUBLE))
        same = but_no_nan(p, column, same, err);
    if (!same) return NULL;
    first->aggregate.filter = same;
    first->nullable = true;
    return first;
}

/* The pivot's columns, value by value. `make` gives the k-th aggregate's result for a value. */
typedef struct expr *result_maker(struct pivot *p, struct expr *column, uint32_t k, uint32_t value, void *data,
                                  struct error *err);

static bool add_results(struct pivot *p, struct plan *a, struct expr *column, result_maker *make, void *data,
                        struct error *err) {
    struct arena *arena = p->n->arena;
    uint32_t at = p->group_count;
    for (uint32_t v = 0; v < p->value_count; v++)
        for (uint32_t k = 0; k < p->aggregate_count; k++) {
            const char *name = p->names[v];
            if (p->aggregate_count > 1) name = arena_printf(arena, "%s_%s", name, p->aggregates[k]->alias.name);
            struct expr *result = make(p, column, k, v, data, err);
            if (!result) return false;
            a->exprs[at++] = expr_alias(arena, result, name, fresh_id(p->n));
        }
    plan_output_from_exprs(arena, a);
    return true;
}

static struct expr *make_pick(struct pivot *p, struct expr *column, uint32_t k, uint32_t value, void *inner,
                              struct error *err) {
    const struct plan *below = inner;
    return pick(p, column, expr_attribute(p->n->arena, below->output[p->group_count + 1 + k]), value, err);
}

static struct plan *outer_aggregate(struct pivot *p, struct plan *inner, struct expr *column, struct error *err) {
    struct arena *arena = p->n->arena;
    struct plan *a = plan_new(arena, PLAN_AGGREGATE, 1, p->group_count + p->value_count * p->aggregate_count);
    a->children[0] = inner;
    a->aggregate.group_count = p->group_count;
    a->aggregate.groups = ARENA_ARRAY(arena, struct expr *, p->group_count);
    for (uint32_t i = 0; i < p->group_count; i++)
        a->exprs[i] = a->aggregate.groups[i] = expr_attribute(arena, inner->output[i]);
    return add_results(p, a, column, make_pick, inner, err) ? a : NULL;
}

/* --- each aggregate over each value's rows --- */

struct restriction {
    struct pivot *p;
    struct expr *condition;
    struct error *err;
};

/* An aggregate takes the value's rows alone; first() and last() skip NULLs then. */
static struct expr *restrict_rows(struct expr *e, void *data) {
    struct restriction *r = data;
    if (e->kind != EXPR_AGGREGATE) return e;
    struct expr *copy = expr_copy_node(r->p->n->arena, e), *filter = e->aggregate.filter;
    copy->aggregate.filter =
        filter ? resolve_binary(&r->p->n->resolver, "and", r->condition, filter, r->err) : r->condition;
    copy->aggregate.ignore_nulls = true;
    return copy;
}

static struct expr *make_restricted(struct pivot *p, struct expr *column, uint32_t k, uint32_t value, void *data,
                                    struct error *err) {
    (void)data;
    struct restriction r = {.p = p, .condition = value_condition(p, column, value, err), .err = err};
    if (!r.condition) return NULL;
    struct expr *e = expr_rewrite(p->n->arena, strip_alias(p->aggregates[k]), restrict_rows, &r);
    return error_is_set(err) ? NULL : e;
}

static struct plan *restricted_aggregate(struct pivot *p, struct error *err) {
    struct arena *arena = p->n->arena;
    struct plan *a = plan_new(arena, PLAN_AGGREGATE, 1, p->group_count + p->value_count * p->aggregate_count);
    a->children[0] = p->child;
    a->aggregate.group_count = p->group_count;
    a->aggregate.groups = ARENA_ARRAY(arena, struct expr *, p->group_count);
    for (uint32_t i = 0; i < p->group_count; i++) {
        a->exprs[i] = p->groups[i];
        a->aggregate.groups[i] = strip_alias(p->groups[i]);
    }
    return add_results(p, a, p->column, make_restricted, NULL, err) ? a : NULL;
}

static struct plan *make_pivot(struct pivot *p, struct error *err) {
    for (uint32_t i = 0; i < p->aggregate_count; i++) {
        const struct type *t = p->aggregates[i]->type;
        if (!type_is_numeric(t) && t->kind != TYPE_BOOLEAN) return restricted_aggregate(p, err);
    }
    struct expr *column;
    struct plan *inner = inner_aggregate(p, &column);
    return outer_aggregate(p, inner, column, err);
}

/* SQL: the groups are what neither the aggregates nor FOR mention. */
static void implicit_groups(struct pivot *p) {
    struct id_map used = {0};
    struct arena *arena = p->n->arena;
    expr_collect_ids(arena, p->column, &used);
    for (uint32_t i = 0; i < p->aggregate_count; i++) expr_collect_ids(arena, p->aggregates[i], &used);
    p->groups = ARENA_ARRAY(arena, struct expr *, p->child->output_count);
    for (uint32_t i = 0; i < p->child->output_count; i++)
        if (!id_map_get(&used, p->child->output[i]->id))
            p->groups[p->group_count++] = expr_attribute(arena, p->child->output[i]);
}

struct plan *analyze_pivot(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct pivot p = {.n = n};
    p.child = analyze_plan(n, u->children[0], err);
    if (!p.child) return NULL;
    struct scope s;
    scope_init(&s, n, &p.child, 1);
    struct expr **columns = ARENA_ARRAY(n->arena, struct expr *, u->pivot.column_count);
    TRY_NULL(analyze_exprs(&s, u->pivot.columns, u->pivot.column_count, columns, err));
    p.column = u->pivot.column_count == 1
                   ? columns[0]
                   : resolve_named(&n->resolver, "struct", columns, u->pivot.column_count, u->origin, err);
    if (!p.column) return NULL;
    TRY_NULL(pivot_aggregates(&p, &s, u->exprs, u->expr_count, err));
    TRY_NULL(pivot_values(&p, u->pivot.values, u->pivot.value_count, err));
    implicit_groups(&p);
    return make_pivot(&p, err);
}

/* No value, no column: df.groupBy(...).pivot("c") over no rows. */
static struct plan *groups_alone(struct pivot *p) {
    struct arena *arena = p->n->arena;
    struct plan *a = plan_new(arena, PLAN_AGGREGATE, 1, p->group_count);
    a->children[0] = p->child;
    a->aggregate.group_count = p->group_count;
    a->aggregate.groups = ARENA_ARRAY(arena, struct expr *, p->group_count);
    for (uint32_t i = 0; i < p->group_count; i++) {
        a->exprs[i] = p->groups[i];
        a->aggregate.groups[i] = strip_alias(p->groups[i]);
    }
    plan_output_from_exprs(arena, a);
    return a;
}

struct plan *analyze_group_pivot(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct pivot p = {.n = n};
    p.child = analyze_plan(n, u->children[0], err);
    if (!p.child) return NULL;
    struct scope s;
    scope_init(&s, n, &p.child, 1);
    p.column = analyze_expr(&s, u->aggregate.pivot_column, err);
    if (!p.column) return NULL;
    p.group_count = u->expr_count;
    p.groups = ARENA_ARRAY(n->arena, struct expr *, u->expr_count);
    for (uint32_t i = 0; i < u->expr_count; i++) {
        struct expr *e = analyze_named(&s, u->exprs[i], err);
        if (!e) return NULL;
        p.groups[i] = name_expr(n, e, u->exprs[i]);
    }
    s.starless = "Pivot";
    TRY_NULL(pivot_aggregates(&p, &s, u->aggregate.results, u->aggregate.result_count, err));
    TRY_NULL(pivot_values(&p, u->aggregate.pivot_values, u->aggregate.pivot_value_count, err));
    return p.value_count ? make_pivot(&p, err) : groups_alone(&p);
}

/* --- UNPIVOT --- */

struct unpivot {
    struct analysis *n;
    struct plan *child;
    LIST(struct expr *) ids;    /* ATTRIBUTE or ALIAS */
    LIST(struct expr *) values; /* value after value, `width` each */
    LIST(const char *) labels;  /* per value row */
    uint32_t width;
    bool has_ids; /* without, values must be columns: all others are the ids */
};

static const char *shown_name(const struct unpivot *x, const struct expr *value) {
    return value->kind == EXPR_ATTRIBUTE ? value->column.attribute->name : expr_pretty(x->n->arena, value);
}

static bool add_value(struct unpivot *x, struct scope *s, const struct u_expr *u, const char *label,
                      struct error *err) {
    bool composite = is_call_of(u, "struct");
    uint32_t width = composite ? u->child_count : 1;
    if (!x->width) x->width = width;
    if (width != x->width) {
        error_set(err, "UNPIVOT_VALUE_SIZE_MISMATCH", "names", arena_printf(x->n->arena, "%u", x->width), NULL);
        return error_at(err, u->origin);
    }
    const char *joined = "";
    for (uint32_t i = 0; i < width; i++) {
        struct expr *e = analyze_named(s, composite ? u->children[i] : u, err);
        if (!e) return false;
        TRY(check_bare_subqueries(x->n, e, "'Unpivot", x->child, u->origin, err));
        bool is_column = e->kind == EXPR_ATTRIBUTE || (e->kind == EXPR_ALIAS && u->kind == U_ATTRIBUTE);
        if (!is_column && !x->has_ids) {
            error_set(err, "UNPIVOT_REQUIRES_ATTRIBUTES", "given", "value", "empty", "id", "expressions",
                      quoted_expr(x->n->arena, e), NULL);
            return error_at(err, u->origin);
        }
        const char *name = e->kind == EXPR_ALIAS ? e->alias.name : shown_name(x, e);
        joined = arena_printf(x->n->arena, "%s%s%s", joined, i ? "_" : "", name);
        LIST_PUSH(x->n->arena, &x->values, strip_alias(e));
    }
    LIST_PUSH(x->n->arena, &x->labels, label ? label : joined);
    return true;
}

static bool add_id(struct scope *s, struct expr *e, void *data, struct error *err) {
    struct unpivot *x = data;
    LIST_PUSH(x->n->arena, &x->ids, name_expr(x->n, e, NULL));
    return true;
}

static bool is_used(struct expr *const *list, uint32_t count, const struct attribute *a) {
    for (uint32_t i = 0; i < count; i++)
        if (list[i]->kind == EXPR_ATTRIBUTE && list[i]->column.attribute->id == a->id) return true;
    return false;
}

static bool unpivot_columns(struct unpivot *x, const struct u_plan *u, struct error *err) {
    struct scope s;
    scope_init(&s, x->n, &x->child, 1);
    for (uint32_t i = 0; i < u->unpivot.id_count; i++) {
        if (is_star(u->unpivot.ids[i])) {
            TRY(expand_star(&s, u->unpivot.ids[i], add_id, x, err));
            continue;
        }
        struct expr *e = analyze_named(&s, u->unpivot.ids[i], err);
        if (!e || !add_id(&s, e, x, err)) return false;
    }
    for (uint32_t i = 0; i < u->unpivot.value_count; i++)
        TRY(add_value(x, &s, u->unpivot.values[i], u->unpivot.aliases ? u->unpivot.aliases[i] : NULL, err));
    const struct plan *child = x->child;
    if (!u->unpivot.has_values) {
        x->width = 1;
        for (uint32_t i = 0; i < child->output_count; i++) {
            if (is_used(x->ids.items, x->ids.count, child->output[i])) continue;
            LIST_PUSH(x->n->arena, &x->values, expr_attribute(x->n->arena, child->output[i]));
            LIST_PUSH(x->n->arena, &x->labels, child->output[i]->name);
        }
    }
    if (!u->unpivot.has_ids && u->unpivot.has_values)
        for (uint32_t i = 0; i < child->output_count; i++)
            if (!is_used(x->values.items, x->values.count, child->output[i]))
                LIST_PUSH(x->n->arena, &x->ids, expr_attribute(x->n->arena, child->output[i]));
    if (x->labels.count) return true;
    error_set(err, "UNPIVOT_REQUIRES_VALUE_COLUMNS", NULL);
    return false;
}

struct typed_name {
    const char *type, *name; /* as messages quote them */
};

static int by_type(const void *a, const void *b) {
    const struct typed_name *x = a, *y = b;
    int order = strcmp(x->type, y->type);
    return order ? order : strcmp(x->name, y->name);
}

/* The types of a value column, each with up to three of the columns that have it. */
static const char *list_types(const struct unpivot *x, uint32_t column) {
    enum { SHOWN = 3 };
    struct arena *arena = x->n->arena;
    struct typed_name *all = ARENA_ARRAY(arena, struct typed_name, x->labels.count);
    for (uint32_t i = 0; i < x->labels.count; i++) {
        const struct expr *v = x->values.items[i * x->width + column];
        const char *name = shown_name(x, v);
        all[i] = (struct typed_name){quoted_type(arena, v->type), quoted_name(arena, &name, 1)};
    }
    qsort(all, x->labels.count, sizeof *all, by_type);
    const char *list = "";
    for (uint32_t i = 0, of_type = 0; i < x->labels.count; i++) {
        bool first = i == 0 || strcmp(all[i].type, all[i - 1].type) != 0;
        bool last = i + 1 == x->labels.count || strcmp(all[i].type, all[i + 1].type) != 0;
        of_type = first ? 1 : of_type + 1;
        if (first) list = arena_printf(arena, "%s%s%s (", list, i ? ", " : "", all[i].type);
        if (of_type <= SHOWN) list = arena_printf(arena, "%s%s%s", list, first ? "" : ", ", all[i].name);
        if (last) list = arena_printf(arena, of_type > SHOWN ? "%s, ...)" : "%s)", list);
    }
    return list;
}

/* The common type of each value column. */
static bool unpivot_types(struct unpivot *x, const struct type **wanted, bool *nullable, struct error *err) {
    for (uint32_t c = 0; c < x->width; c++) {
        wanted[c] = x->values.items[c]->type;
        for (uint32_t r = 0; r < x->labels.count; r++) {
            const struct expr *e = x->values.items[r * x->width + c];
            nullable[c] |= e->nullable;
            const struct type *wider = type_same(wanted[c], e->type, true)
                                           ? wanted[c]
                                           : coerce_wider_no_strings(&x->n->resolver, wanted[c], e->type);
            if (wider) {
                wanted[c] = wider;
                continue;
            }
            return error_set(err, "UNPIVOT_VALUE_DATA_TYPE_MISMATCH", "types", list_types(x, c), NULL);
        }
    }
    return true;
}

struct plan *analyze_unpivot(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct unpivot x = {.n = n, .has_ids = u->unpivot.has_ids};
    struct arena *arena = n->arena;
    x.child = analyze_plan(n, u->children[0], err);
    if (!x.child) return NULL;
    TRY_NULL(unpivot_columns(&x, u, err));
    if (u->unpivot.name_count != x.width) {
        error_set(err, "UNPIVOT_VALUE_SIZE_MISMATCH", "names", arena_printf(arena, "%u", u->unpivot.name_count), NULL);
        return NULL;
    }
    const struct type **wanted = ARENA_ARRAY(arena, const struct type *, x.width);
    bool *nullable = ARENA_ARRAY(arena, bool, x.width);
    TRY_NULL(unpivot_types(&x, wanted, nullable, err));
    struct plan *p = plan_new(arena, PLAN_EXPAND, 1, 0);
    p->children[0] = x.child;
    p->output_count = x.ids.count + 1 + x.width;
    p->output = ARENA_ARRAY(arena, struct attribute *, p->output_count);
    for (uint32_t i = 0; i < x.ids.count; i++) p->output[i] = expr_to_attribute(arena, x.ids.items[i]);
    p->output[x.ids.count] = attribute_new(arena, fresh_id(n), u->unpivot.variable, TYPE_OF(STRING), false);
    for (uint32_t c = 0; c < x.width; c++)
        p->output[x.ids.count + 1 + c] = attribute_new(arena, fresh_id(n), u->unpivot.names[c], wanted[c], nullable[c]);
    p->expand.projection_count = x.labels.count;
    p->expand.projections = ARENA_ARRAY(arena, struct expr **, x.labels.count);
    for (uint32_t r = 0; r < x.labels.count; r++) {
        struct expr **row = p->expand.projections[r] = ARENA_ARRAY(arena, struct expr *, p->output_count);
        for (uint32_t i = 0; i < x.ids.count; i++) row[i] = strip_alias(x.ids.items[i]);
        row[x.ids.count] = expr_string(arena, x.labels.items[r], strlen(x.labels.items[r]));
        for (uint32_t c = 0; c < x.width; c++)
            row[x.ids.count + 1 + c] = coerce_to(&n->resolver, x.values.items[r * x.width + c], wanted[c]);
    }
    if (u->unpivot.include_nulls) return p;
    struct expr *any = NULL;
    for (uint32_t c = 0; c < x.width; c++) {
        struct expr *value = expr_attribute(arena, p->output[x.ids.count + 1 + c]);
        struct expr *there = resolve_named(&n->resolver, "isnotnull", &value, 1, NULL, err);
        any = any && there ? resolve_binary(&n->resolver, "or", any, there, err) : there;
        if (!any) return NULL;
    }
    return plan_filter(arena, p, any);
}
