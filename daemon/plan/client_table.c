/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Table functions that the client runs: FROM f(1, b => 2), FROM f(TABLE(t) PARTITION BY a ORDER BY b).
 *
 * A call is a GENERATE whose generator is a UDF. A table among its arguments becomes the input, and the argument a
 * struct of its row; what divides the rows stands behind the arguments, and the rows come sorted by it:
 *
 *     Generate f(struct(a, b, c), a)       udf.key_count = 1
 *       Sort a, b
 *         t
 *
 * Without one the input is one row, so that LATERAL makes of it what it makes of explode(). Of several tables, which a
 * setting allows, each becomes a column of such structs, and the input is every combination of their rows.
 *
 * A function with an analyze() of its own has no type yet. The client alone can call it: analysis ends with
 * TABLE_FUNCTION_TO_ANALYZE, which tells of the arguments; the client registers what analyze() said as a function of
 * the key that the error names, and sends its plan again. Here it is then found by that key.
 */
#include <string.h>

#include "function/json_text.h"
#include "plan/analyze.h"
#include "plan/plan_int.h"

struct table_call {
    struct analysis *n;
    const struct u_expr *udf;
    struct u_expr *const *given;
    uint32_t count;
    const struct origin *origin;
    const char **names;
    struct expr **arguments; /* NULL where the only table is */
    struct plan **tables;    /* of each argument, or NULL */
    uint32_t table_count;
    const struct u_expr *table; /* the last TABLE_ARGUMENT, or NULL */
    const struct u_expr
        *analyzed; /* what analyze() said: children: the columns it wants, then a TABLE_ARGUMENT; or NULL */
    struct plan *input;
};

static const struct u_expr *value_of(const struct u_expr *u) {
    return u->kind == U_NAMED_ARGUMENT ? u->children[0] : u;
}

static bool is_divided(const struct u_expr *table) {
    return table->subquery.partition_count || table->subquery.order_count || table->subquery.single_partition;
}

static bool find_tables(struct table_call *c, struct error *err) {
    bool divided = false;
    for (uint32_t i = 0; i < c->count; i++) {
        const struct u_expr *value = value_of(c->given[i]);
        if (value->kind != U_TABLE_ARGUMENT) continue;
        c->table = value;
        c->table_count++;
        divided |= is_divided(value);
    }
    if (c->table_count < 2) return true;
    if (!context_flag(c->n->a->context, "spark.sql.tvf.allowMultipleTableArguments.enabled", false)) {
        error_set(err, "TABLE_VALUED_FUNCTION_TOO_MANY_TABLE_ARGUMENTS", "num",
                  arena_printf(c->n->arena, "%u", c->table_count), NULL);
        return error_at(err, c->origin);
    }
    return !divided || error_unsupported(err, "several tables for a function, one of them partitioned or ordered");
}

static bool analyze_inputs(struct table_call *c, struct error *err) {
    struct scope s = {.n = c->n};
    c->arguments = ARENA_ARRAY(c->n->arena, struct expr *, c->count);
    c->tables = ARENA_ARRAY(c->n->arena, struct plan *, c->count);
    for (uint32_t i = 0; i < c->count; i++) {
        const struct u_expr *value = value_of(c->given[i]);
        if (value->kind != U_TABLE_ARGUMENT) {
            TRY(c->arguments[i] = analyze_expr(&s, value, err));
            continue;
        }
        const struct u_plan *source = subquery_source(c->n, value, err);
        TRY(source && (c->tables[i] = analyze_plan(c->n, source, err)));
        c->input = c->tables[i];
    }
    if (!c->input) c->input = plan_new(c->n->arena, PLAN_ONE_ROW, 0, 0);
    return true;
}

/* --- asking the client --- */

static void describe_argument(struct table_call *c, uint32_t i, struct text *out) {
    struct arena *arena = c->n->arena;
    const struct expr *e = c->arguments[i];
    text_printf(out, "%s{\"type\": %s, \"table\": %s", i ? ", " : "",
                type_json(arena, e ? e->type : plan_schema(arena, c->tables[i])), e ? "false" : "true");
    if (c->names && c->names[i]) {
        text_add(out, ", \"name\": ");
        json_write_string(out, string_of(c->names[i]), JSON_ESCAPE_PAIRS);
    }
    if (e && e->foldable) {
        text_add(out, ", \"value\": ");
        json_write_string(out, string_of(expr_sql(arena, e)), JSON_ESCAPE_PAIRS);
    }
    text_add_char(out, '}');
}

static const char *describe_arguments(struct table_call *c) {
    struct text out;
    text_init(&out, c->n->arena);
    text_add_char(&out, '[');
    for (uint32_t i = 0; i < c->count; i++) describe_argument(c, i, &out);
    text_add_char(&out, ']');
    return text_finish(&out);
}

static const char *hex(struct arena *arena, const uint8_t *bytes, uint32_t size) {
    struct text out;
    text_init(&out, arena);
    for (uint32_t i = 0; i < size; i++) text_printf(&out, "%02x", bytes[i]);
    return text_finish(&out);
}

/* The function that the client registered for this call, with its type; NULL with *err: it is to do so. */
static const struct u_expr *find_analyzed(struct table_call *c, struct error *err) {
    const struct analyzer_world *w = c->n->a->world;
    const char *function = hex(c->n->arena, c->udf->udf.command, c->udf->udf.command_size);
    const char *arguments = describe_arguments(c);
    const char *key = arena_printf(c->n->arena, "%s %s %s", c->udf->udf.name, function, arguments);
    const struct u_expr *found = NULL;
    struct u_name name = {1, &key};
    if (w->table_function && !w->table_function(c->n->a, &name, &found, err)) return NULL;
    if (found) return found;
    error_set(err, "TABLE_FUNCTION_TO_ANALYZE", "name", c->udf->udf.name, "function", function, "arguments", arguments,
              "key", key, NULL);
    error_at(err, c->origin);
    return NULL;
}

/* --- what divides the rows --- */

/* The TABLE_ARGUMENT that says how: the query's own, or analyze()'s, but not both. */
static bool find_partitioning(struct table_call *c, const struct u_expr **out, struct error *err) {
    const struct u_expr *wanted = c->analyzed ? c->analyzed->children[c->analyzed->child_count - 1] : NULL;
    *out = c->table;
    if (!wanted || !is_divided(wanted)) return true;
    *out = wanted;
    if (!c->table || !is_divided(c->table)) return true;
    error_set(err, "TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INCOMPATIBLE_WITH_CALL", "functionName", c->udf->udf.name,
              "requestedMetadata", "specified its own required partitioning of the input table",
              "invalidFunctionCallProperty",
              "specified the WITH SINGLE PARTITION or PARTITION BY clause; please remove these clauses and retry the "
              "query again.",
              NULL);
    return error_at(err, c->origin);
}

/* SORTs the input; the keys by which it is divided, which go behind the arguments. */
static bool divide(struct table_call *c, const struct u_expr *by, struct expr ***keys, uint32_t *key_count,
                   struct error *err) {
    struct scope s;
    scope_init(&s, c->n, &c->input, 1);
    uint32_t count = by->subquery.partition_count, order = by->subquery.order_count;
    *key_count = count;
    *keys = ARENA_ARRAY(c->n->arena, struct expr *, count);
    TRY(analyze_exprs(&s, by->subquery.partition, count, *keys, err));
    if (!count && !order) return true;
    struct plan *sort = plan_new(c->n->arena, PLAN_SORT, 1, 0);
    sort->sort.global = true;
    sort->sort.count = count + order;
    sort->sort.order = ARENA_ARRAY(c->n->arena, struct sort_order, count + order);
    for (uint32_t i = 0; i < count; i++)
        sort->sort.order[i] = (struct sort_order){.expr = (*keys)[i], .nulls_first = true};
    TRY(analyze_order(&s, by->subquery.order, order, sort->sort.order + count, err));
    for (uint32_t i = 0; i < count + order; i++) TRY(check_orderable(&s, &sort->sort.order[i], c->origin, err));
    sort->children[0] = c->input;
    plan_set_output(c->n->arena, sort, c->input->output, c->input->output_count);
    c->input = sort;
    return true;
}

/* A column that analyze() wants: a name as it is, or anything with an alias. */
static struct expr *wanted_column(struct scope *s, const struct u_expr *u, struct error *err) {
    struct expr *e = analyze_named(s, u, err);
    if (!e || u->kind == U_ALIAS || e->kind == EXPR_ATTRIBUTE) return e;
    error_set(err, "UDTF_INVALID_REQUESTED_SELECTED_EXPRESSION_FROM_ANALYZE_METHOD_REQUIRES_ALIAS", "expression",
              u->kind == U_EXPRESSION_TEXT ? u->text : expr_sql(s->n->arena, e), NULL);
    return NULL;
}

/* The input's row, or the columns of it that analyze() wants. */
static struct expr *row_struct(struct table_call *c, struct error *err) {
    struct analysis *n = c->n;
    uint32_t wanted = c->analyzed ? c->analyzed->child_count - 1 : 0, count = 0;
    uint32_t columns = wanted ? wanted : c->input->output_count;
    struct expr **parts = ARENA_ARRAY(n->arena, struct expr *, 2 * columns);
    struct scope s;
    scope_init(&s, n, &c->input, 1);
    for (uint32_t i = 0; i < columns; i++) {
        if (!wanted && c->input->output[i]->is_metadata) continue;
        struct expr *e =
            wanted ? wanted_column(&s, c->analyzed->children[i], err) : expr_attribute(n->arena, c->input->output[i]);
        TRY_NULL(e);
        const char *name = e->kind == EXPR_ALIAS ? e->alias.name : e->column.attribute->name;
        parts[count++] = expr_string(n->arena, name, strlen(name));
        parts[count++] = strip_alias(e);
    }
    return resolve_named(&n->resolver, "named_struct", parts, count, c->origin, err);
}

/* Several tables: the input becomes their cross join, with a column of structs for each. */
static bool combine_tables(struct table_call *c, struct error *err) {
    struct arena *arena = c->n->arena;
    struct plan *all = NULL;
    for (uint32_t i = 0; i < c->count; i++) {
        if (!c->tables[i]) continue;
        c->input = c->tables[i];
        struct expr *row = row_struct(c, err);
        TRY(row);
        struct expr *column = expr_alias(arena, row, "row", fresh_id(c->n));
        struct plan *rows = plan_project(arena, c->input, &column, 1);
        c->arguments[i] = expr_attribute(arena, rows->output[0]);
        all = all ? plan_join(arena, JOIN_CROSS, all, rows, NULL) : rows;
    }
    c->input = all;
    return true;
}

static struct expr *make_generator(struct table_call *c, struct expr *const *keys, uint32_t key_count,
                                   struct error *err) {
    const struct u_expr *u = c->analyzed ? c->analyzed : c->udf;
    struct expr *e = expr_new(c->n->arena, EXPR_UDF, c->count + key_count);
    for (uint32_t i = 0; i < c->count; i++) {
        e->children[i] = c->arguments[i] ? c->arguments[i] : row_struct(c, err);
        TRY_NULL(e->children[i]);
    }
    for (uint32_t i = 0; i < key_count; i++) e->children[c->count + i] = keys[i];
    e->origin = c->origin;
    e->type = u->udf.type;
    e->nullable = true;
    e->udf.name = c->udf->udf.name;
    e->udf.eval_type = u->udf.eval_type;
    e->udf.deterministic = u->udf.deterministic;
    e->udf.command = u->udf.command;
    e->udf.command_size = u->udf.command_size;
    e->udf.names = c->names;
    e->udf.key_count = key_count;
    expr_update_flags(e);
    e->foldable = false;
    return e;
}

struct plan *call_client_table(struct analysis *n, const struct u_expr *udf, struct u_expr *const *arguments,
                               uint32_t count, const struct origin *origin, struct error *err) {
    struct table_call c = {.n = n, .udf = udf, .given = arguments, .count = count, .origin = origin};
    if (!client_arguments(n, udf->udf.name, arguments, count, &c.names, err)) return error_at(err, origin), NULL;
    TRY_NULL(find_tables(&c, err) && analyze_inputs(&c, err));
    if (!udf->udf.type) TRY_NULL(c.analyzed = find_analyzed(&c, err));
    const struct u_expr *by;
    struct expr **keys = NULL;
    uint32_t key_count = 0;
    TRY_NULL(find_partitioning(&c, &by, err));
    if (by) TRY_NULL(divide(&c, by, &keys, &key_count, err));
    if (c.table_count > 1) TRY_NULL(combine_tables(&c, err));
    struct expr *generator = make_generator(&c, keys, key_count, err);
    TRY_NULL(generator);
    struct plan *p = make_generate(n, c.input, generator, false, NULL, 0, NULL, err);
    if (!p || !c.table) return p;
    return plan_project_attributes(n->arena, p, p->generate.generated, p->generate.generated_count);
}
