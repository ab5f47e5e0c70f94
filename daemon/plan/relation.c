/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaves: tables, views, local data, VALUES, calls of table functions; and aliases over them.
 */
#include <string.h>
#include <strings.h>

#include "expr/evaluate.h"
#include "plan/analyze.h"

static struct plan *not_found(struct analysis *n, const struct u_plan *u, const struct u_name *name,
                              struct error *err) {
    error_set(err, "TABLE_OR_VIEW_NOT_FOUND", "relationName", quoted_name(n->arena, name->parts, name->count), NULL);
    error_at(err, u->origin);
    return NULL;
}

/* A relation under its name: what the world gave, unless that has put an alias on already. */
static struct plan *named_relation(struct analysis *n, const struct u_plan *u, const struct u_name *name,
                                   struct error *err) {
    bool found = false;
    struct plan *p = find_cte(n, name, &found, err);
    if (found) return p;
    const struct analyzer_world *w = n->a->world;
    if (w->relation && !w->relation(n->a, name, u->relation.options, u->relation.option_count, u->origin, &p, err))
        return NULL;
    if (p && n->a->uses) n->a->uses->reads_data = true;
    return p ? p : not_found(n, u, name, err);
}

static bool identifier_name(struct analysis *n, const struct u_expr *u, struct u_name *name, struct error *err) {
    struct scope s = {.n = n};
    struct expr *e = analyze_expr(&s, u->kind == U_IDENTIFIER ? u->children[0] : u, err);
    return e && name_from_text(n, e, u->origin, name, err);
}

struct plan *analyze_relation(struct analysis *n, const struct u_plan *u, struct error *err) {
    if (u->relation.time_travel) {
        error_unsupported(err, "time travel (AS OF)");
        return NULL;
    }
    if (u->relation.is_streaming) {
        error_unsupported(err, "streaming");
        return NULL;
    }
    if (!u->relation.identifier) return named_relation(n, u, &u->relation.name, err);
    struct u_name name;
    TRY_NULL(identifier_name(n, u->relation.identifier, &name, err));
    return named_relation(n, u, &name, err);
}

struct plan *alias_plan(struct analysis *n, struct plan *child, const char *name, const char *const *columns,
                        uint32_t column_count, const struct origin *origin, struct error *err) {
    struct arena *arena = n->arena;
    uint32_t visible = 0;
    for (uint32_t i = 0; i < child->output_count; i++) visible += !child->output[i]->is_metadata;
    if (column_count && column_count != visible) {
        error_set(err, "ASSIGNMENT_ARITY_MISMATCH", "numExpr", arena_printf(arena, "%u", column_count), "numTarget",
                  arena_printf(arena, "%u", visible), NULL);
        error_at(err, origin);
        return NULL;
    }
    if (column_count) {
        struct expr **exprs = ARENA_ARRAY(arena, struct expr *, column_count);
        for (uint32_t i = 0, k = 0; i < child->output_count; i++)
            if (!child->output[i]->is_metadata) {
                exprs[k] = alias_attribute(n, child->output[i], columns[k]);
                k++;
            }
        child = plan_project(arena, child, exprs, column_count);
    }
    if (!name) return child;
    struct plan *p = plan_unary(arena, PLAN_SUBQUERY_ALIAS, child, 0);
    p->alias.name = name;
    p->origin = origin;
    p->output = ARENA_ARRAY(arena, struct attribute *, child->output_count);
    const char **qualifier = ARENA_ARRAY(arena, const char *, 1);
    qualifier[0] = name;
    struct attribute *block = ARENA_ARRAY(arena, struct attribute, child->output_count);
    for (uint32_t i = 0; i < child->output_count; i++) {
        block[i] = *child->output[i];
        block[i].qualifier = qualifier;
        block[i].qualifier_count = 1;
        p->output[i] = &block[i];
    }
    return p;
}

/* FROM f(1) AS t(a, b): a name for each column of the table function. */
static bool check_alias_count(struct analysis *n, const struct plan *child, const struct u_name *function,
                              const struct u_plan *u, struct error *err) {
    if (!u->alias.column_count || u->alias.column_count == child->output_count) return true;
    error_set(err, "NUM_TABLE_VALUE_ALIASES_MISMATCH", "funcName",
              quoted_name(n->arena, function->parts, function->count), "aliasesNum",
              arena_printf(n->arena, "%u", u->alias.column_count), "outColsNum",
              arena_printf(n->arena, "%u", child->output_count), NULL);
    return error_at(err, u->origin);
}

struct plan *analyze_subquery_alias(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    const char *name = u->alias.name ? u->alias.name : UNNAMED_SUBQUERY;
    const struct u_plan *source = u->children[0];
    if (source->kind == U_TABLE_FUNCTION && source->table_function.name.count)
        TRY_NULL(check_alias_count(n, child, &source->table_function.name, u, err));
    return alias_plan(n, child, name, u->alias.columns, u->alias.column_count, u->origin, err);
}

static struct attribute **attributes_of(struct analysis *n, const struct type *schema) {
    struct attribute **output = ARENA_ARRAY(n->arena, struct attribute *, schema->field_count);
    for (uint32_t i = 0; i < schema->field_count; i++) {
        const struct field *f = &schema->fields[i];
        output[i] = attribute_new(n->arena, fresh_id(n), f->name, f->type, f->nullable);
        output[i]->metadata = f->metadata;
    }
    return output;
}

/* The schema the client asks for: names anew, and casts where types differ. */
static struct plan *with_schema(struct analysis *n, struct plan *p, const char *text, struct error *err) {
    const struct type *schema = text[0] == '{' || text[0] == '"' ? type_from_json(n->arena, text, strlen(text), err)
                                                                 : sql_parse_schema(n->arena, n->a->context, text, err);
    if (!schema) return NULL;
    if (schema->kind != TYPE_STRUCT) schema = type_struct(n->arena, &(struct field){"value", schema, true, NULL}, 1);
    if (schema->field_count != p->output_count) {
        error_internal(err, "the schema has %u fields, the data %u", schema->field_count, p->output_count);
        return NULL;
    }
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, schema->field_count);
    bool changed = false;
    for (uint32_t i = 0; i < schema->field_count; i++) {
        const struct field *f = &schema->fields[i];
        struct expr *e = expr_attribute(n->arena, p->output[i]);
        if (!type_equal(e->type, f->type)) {
            e = resolve_cast(&n->resolver, e, f->type, CAST_ANSI, false, NULL, err);
            if (!e) return NULL;
            changed = true;
        }
        p->output[i]->name = f->name;
        p->output[i]->nullable = f->nullable;
        p->output[i]->metadata = f->metadata;
        exprs[i] = changed && e->kind != EXPR_ATTRIBUTE ? expr_alias(n->arena, e, f->name, fresh_id(n)) : e;
    }
    return changed ? plan_project(n->arena, p, exprs, schema->field_count) : p;
}

struct plan *analyze_local_data(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *p = plan_new(n->arena, PLAN_LOCAL, 0, 0);
    const struct type *type = u->local.type ? u->local.type : u->local.data ? u->local.data->schema : NULL;
    if (!type && u->local.schema) {
        const char *text = u->local.schema;
        type = text[0] == '{' ? type_from_json(n->arena, text, strlen(text), err)
                              : sql_parse_schema(n->arena, n->a->context, text, err);
        if (!type) return NULL;
    }
    if (!type) {
        error_internal(err, "local data without a schema");
        return NULL;
    }
    p->local.data = u->local.data;
    p->local.is_client = true;
    p->output_count = type->field_count;
    p->output = attributes_of(n, type);
    return u->local.schema ? with_schema(n, p, u->local.schema, err) : p;
}

struct plan *analyze_range(struct analysis *n, const struct u_plan *u, struct error *err) {
    if (u->range.step == 0) {
        error_plain(err, ERROR_ILLEGAL_ARGUMENT, "requirement failed: step (0) cannot be 0");
        return NULL;
    }
    struct plan *p = plan_new(n->arena, PLAN_RANGE, 0, 0);
    p->range.start = u->range.start;
    p->range.end = u->range.end;
    p->range.step = u->range.step;
    p->range.partitions = u->range.partitions;
    struct attribute *id = attribute_new(n->arena, fresh_id(n), "id", TYPE_OF(LONG), false);
    plan_set_output(n->arena, p, &id, 1);
    return p;
}

/* --- VALUES --- */

static bool value_error(struct analysis *n, const struct expr *e, struct error *err) {
    error_set(err, "INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE", "expr", quoted_expr(n->arena, e),
              NULL);
    return error_at(err, e->origin);
}

/* `given` is what the text says; e is that with the column's type. */
static bool append_value(struct analysis *n, struct builder *b, const struct expr *given, struct expr *e,
                         struct error *err) {
    const struct vector *v = e->kind == EXPR_LITERAL ? e->literal : expr_fold(n->arena, n->a->context, e, err);
    if (!v) {
        error_reset(err);
        return error_set(err, "INVALID_INLINE_TABLE.FAILED_SQL_EXPRESSION_EVALUATION", "sqlExpr",
                         quoted_expr(n->arena, given), NULL);
    }
    builder_append_row(b, v, 0, false);
    return true;
}

/* One column: the common type of its values, for which text is no number, then the values. */
static bool values_column(struct analysis *n, const char *name, struct expr **column, uint32_t rows, struct vector *out,
                          bool *nullable, struct error *err) {
    const struct type *type = column[0]->type;
    for (uint32_t i = 1; i < rows && type; i++) type = coerce_wider_no_strings(&n->resolver, type, column[i]->type);
    if (!type)
        return error_set(err, "INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE", "colName",
                         quoted_name(n->arena, &name, 1), NULL);
    struct builder b;
    builder_init(&b, n->arena, type, rows);
    *nullable = false;
    for (uint32_t i = 0; i < rows; i++) {
        struct expr *e = coerce_to(&n->resolver, column[i], type);
        *nullable |= column[i]->nullable || e->nullable;
        if (!e->foldable) return value_error(n, column[i], err);
        TRY(append_value(n, &b, column[i], e, err));
    }
    *out = *builder_finish(&b);
    return true;
}

static void release_data(void *data) {
    table_data_unref(data);
}

/* The rows as table data that lives as long as the plan's arena. */
static struct table_data *values_data(struct analysis *n, const struct type *schema, const struct vector *columns,
                                      uint32_t rows) {
    struct table_data *data = table_data_new(n->arena->account, schema);
    arena_defer(n->arena, release_data, data);
    for (uint32_t from = 0; from < rows; from += BATCH_ROWS) {
        uint32_t count = rows - from < BATCH_ROWS ? rows - from : BATCH_ROWS;
        struct batch batch = {.count = count, .column_count = schema->field_count};
        batch.columns = ARENA_ARRAY(n->arena, struct vector, schema->field_count);
        uint32_t *selection = ARENA_ARRAY(n->arena, uint32_t, count);
        for (uint32_t i = 0; i < count; i++) selection[i] = from + i;
        for (uint32_t c = 0; c < schema->field_count; c++)
            vector_select(&batch.columns[c], n->arena, &columns[c], selection, count);
        table_data_append(data, &batch);
    }
    return data;
}

struct plan *constant_rows(struct analysis *n, const struct type *schema, const struct vector *columns, uint32_t rows) {
    struct plan *p = plan_new(n->arena, PLAN_LOCAL, 0, 0);
    p->output = attributes_of(n, schema);
    p->output_count = schema->field_count;
    p->local.data = values_data(n, schema, columns, rows);
    return p;
}

static bool values_exprs(struct analysis *n, const struct u_plan *u, struct expr **exprs, struct error *err) {
    struct scope s = {.n = n};
    for (uint32_t i = 0; i < u->expr_count; i++) {
        if (u_expr_has_scalar_subquery(u->exprs[i]))
            return error_set(err, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES", NULL);
        exprs[i] = analyze_expr(&s, u->exprs[i], err);
        if (!exprs[i]) return false;
        if (expr_contains(exprs[i], EXPR_AGGREGATE) || expr_contains(exprs[i], EXPR_SUBQUERY) ||
            expr_contains(exprs[i], EXPR_OUTER) || expr_contains(exprs[i], EXPR_WINDOW) ||
            expr_contains(exprs[i], EXPR_GENERATOR) || !exprs[i]->deterministic)
            return value_error(n, exprs[i], err);
    }
    return true;
}

/* What is no constant yet (a parameter, the clock) is computed when the query runs: a UNION of one-row projections. */
static struct plan *values_as_union(struct analysis *n, struct expr **exprs, uint32_t rows, uint32_t columns,
                                    struct error *err) {
    struct plan **children = ARENA_ARRAY(n->arena, struct plan *, rows);
    for (uint32_t r = 0; r < rows; r++) {
        struct expr **row = ARENA_ARRAY(n->arena, struct expr *, columns);
        for (uint32_t c = 0; c < columns; c++)
            row[c] = expr_alias(n->arena, exprs[r * columns + c], arena_printf(n->arena, "col%u", c + 1), fresh_id(n));
        children[r] = plan_project(n->arena, plan_new(n->arena, PLAN_ONE_ROW, 0, 0), row, columns);
    }
    return rows == 1 ? children[0] : union_plans(n, children, rows, NULL, err);
}

struct plan *analyze_values(struct analysis *n, const struct u_plan *u, struct error *err) {
    uint32_t rows = u->values.row_count, columns = u->values.column_count;
    if (!columns || !rows) {
        error_set(err, "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH", "expectedNumCols",
                  arena_printf(n->arena, "%u", u->values.row_sizes ? u->values.row_sizes[0] : 0), "actualNumCols", "0",
                  "rowIndex", "1", NULL);
        return NULL;
    }
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, u->expr_count);
    TRY_NULL(values_exprs(n, u, exprs, err));
    for (uint32_t i = 0; i < u->expr_count; i++)
        if (!exprs[i]->foldable) return values_as_union(n, exprs, rows, columns, err);
    struct vector *vectors = ARENA_ARRAY(n->arena, struct vector, columns);
    struct field *fields = ARENA_ARRAY(n->arena, struct field, columns);
    struct expr **column = ARENA_ARRAY(n->arena, struct expr *, rows);
    for (uint32_t c = 0; c < columns; c++) {
        for (uint32_t r = 0; r < rows; r++) column[r] = exprs[r * columns + c];
        fields[c].name = arena_printf(n->arena, "col%u", c + 1);
        TRY_NULL(values_column(n, fields[c].name, column, rows, &vectors[c], &fields[c].nullable, err));
        fields[c].type = vectors[c].type;
    }
    const struct type *schema = type_struct(n->arena, fields, columns);
    return constant_rows(n, schema, vectors, rows);
}

/* --- table functions --- */

static struct plan *unresolved_table_function(struct analysis *n, const struct u_plan *u, struct error *err) {
    error_set(err, "UNRESOLVABLE_TABLE_VALUED_FUNCTION", "name",
              quoted_name(n->arena, u->table_function.name.parts, u->table_function.name.count), NULL);
    error_at(err, u->origin);
    return NULL;
}

/* explode(explode(a)) */
static bool refuse_nested(struct analysis *n, const char *name, struct expr *const *arguments, uint32_t count,
                          uint32_t i, struct error *err) {
    if (arguments[i]->kind != EXPR_GENERATOR) return true;
    const char *list = "";
    for (uint32_t k = 0; k < count; k++)
        list = arena_printf(n->arena, "%s%s%s", list, k ? ", " : "", expr_sql(n->arena, arguments[k]));
    error_set(err, "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", NULL);
    return error_add(err, "expression", "\"%s(%s)\"", name, list);
}

/* A function that is not built in: the client's, or one written in SQL. */
static struct plan *call_named_table(struct analysis *n, const struct u_plan *u, struct error *err) {
    const struct analyzer_world *w = n->a->world;
    const struct u_name *name = &u->table_function.name;
    const struct u_expr *udf = NULL;
    if (w->table_function) TRY_NULL(w->table_function(n->a, name, &udf, err));
    if (udf) return call_client_table(n, udf, u->exprs, u->expr_count, u->origin, err);
    const struct routine *r = find_routine(n, name, true, err);
    if (r) return call_table_routine(n, r, u, err);
    return error_is_set(err) ? NULL : unresolved_table_function(n, u, err);
}

struct plan *analyze_table_function(struct analysis *n, const struct u_plan *u, struct error *err) {
    if (u->table_function.identifier) {
        struct u_plan named = *u;
        named.table_function.identifier = NULL;
        TRY_NULL(identifier_name(n, u->table_function.identifier, &named.table_function.name, err));
        return analyze_table_function(n, &named, err);
    }
    const struct u_name *name = &u->table_function.name;
    if (name->count > 1) {
        error_set(err, "INVALID_SQL_SYNTAX.INVALID_TABLE_VALUED_FUNC_NAME", "funcName",
                  quoted_name(n->arena, name->parts, name->count), NULL);
        error_at(err, u->origin);
        return NULL;
    }
    if (!name->count)
        return call_client_table(n, u->exprs[0], u->exprs[0]->children, u->exprs[0]->child_count, u->origin, err);
    const char *last = name->parts[name->count - 1];
    struct scope s = {.n = n};
    const struct function *f = function_find(last);
    table_function *make = name->count == 1 ? builtin_table_function(last) : NULL;
    if (f && f->class != FUNCTION_GENERATOR && f->class != FUNCTION_TABLE) f = NULL;
    if (!make && !f) return call_named_table(n, u, err);
    struct u_expr *const *given = u->exprs;
    uint32_t count = u->expr_count;
    TRY_NULL(builtin_arguments(n, last, &given, &count, u->origin, err));
    struct expr **arguments = ARENA_ARRAY(n->arena, struct expr *, count);
    TRY_NULL(analyze_exprs(&s, given, count, arguments, err));
    for (uint32_t i = 0; i < count; i++) TRY_NULL(refuse_nested(n, last, arguments, count, i, err));
    if (make) return make(n, u, arguments, count, err);
    struct expr *generator = resolve_call(&n->resolver, f, last, arguments, count, u->origin, err);
    if (!generator) return NULL;
    return make_generate(n, plan_new(n->arena, PLAN_ONE_ROW, 0, 0), generator, false, NULL, 0, NULL, err);
}
