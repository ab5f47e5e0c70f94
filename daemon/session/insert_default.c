/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Default values of columns.
 *
 * A column's metadata holds them as Spark keeps them: CURRENT_DEFAULT is the text that INSERT computes where a value
 * is missing or DEFAULT is written; EXISTS_DEFAULT is what rows have that were there before the column came.
 */
#include <string.h>
#include <strings.h>

#include "expr/resolve.h"
#include "session/settings.h"
#include "session/write.h"
#include "sql/sql.h"

/* ---- what is declared ---- */

static bool refuse(struct analyzer *a, const char *condition, const char *statement, const struct field *column,
                   const char *text, struct error *err) {
    return error_set(err, condition, "statement", statement, "colName", arena_printf(a->arena, "`%s`", column->name),
                     "defaultValue", text, NULL);
}

static bool has_subquery(const struct u_expr *e) {
    if (e->kind == U_SUBQUERY) return true;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (has_subquery(e->children[i])) return true;
    return false;
}

/* The default's expression over no columns; NULL with *err. */
static struct expr *analyzed(struct analyzer *a, struct u_expr *e, struct error *err) {
    struct u_plan *project = u_plan_new(a->arena, U_PROJECT, e->origin, 1, 1);
    project->children[0] = u_plan_new(a->arena, U_ONE_ROW, e->origin, 0, 0);
    project->exprs[0] = e;
    const struct plan *p = plan_analyze(a, project, err);
    TRY_NULL(p);
    if (p->kind != PLAN_PROJECT || p->expr_count != 1) {
        error_unsupported(err, "this default value");
        return NULL;
    }
    struct expr *value = p->exprs[0];
    while (value->kind == EXPR_ALIAS) value = value->children[0];
    return value;
}

/* Widening always; of constants also what keeps the value: 5L for an INT. */
static bool may_be_default(const struct type *from, const struct type *to) {
    if (type_same(from, to, true) || from->kind == TYPE_NULL) return true;
    if (type_is_numeric(from) && type_is_numeric(to)) return true;
    if (type_is_string(to)) return !type_is_nested(from) && from->kind != TYPE_BINARY && from->kind != TYPE_VARIANT;
    if (from->kind == TYPE_DATE) return type_is_datetime(to);
    if (from->kind == TYPE_TIMESTAMP || from->kind == TYPE_TIMESTAMP_NTZ)
        return to->kind == TYPE_TIMESTAMP || to->kind == TYPE_TIMESTAMP_NTZ;
    if (from->kind == TYPE_ARRAY && to->kind == TYPE_ARRAY) return may_be_default(from->element, to->element);
    return from->kind == to->kind;
}

/* current_timestamp() and the like are constants of each statement. */
static bool is_constant(const struct expr *e) {
    return e->foldable || (e->deterministic && !expr_contains(e, EXPR_ATTRIBUTE));
}

/* The constant as the column holds it. */
static bool store_constant(struct analyzer *a, const struct field *column, const struct vector *constant,
                           struct vector *out, struct error *err) {
    struct cast cast = {.from = constant->type,
                        .to = type_without_char(a->arena, column->type),
                        .mode = CAST_ANSI,
                        .zone = a->context->zone,
                        .zones = a->context->zones,
                        .now = a->context->now};
    return vector_cast(a->arena, &cast, constant, 1, out, err);
}

static bool exists_default(struct analyzer *a, struct field *column, const struct expr *value, struct error *err) {
    const struct vector *constant = expr_fold(a->arena, a->context, value, err);
    TRY(constant);
    struct vector stored;
    TRY(store_constant(a, column, constant, &stored, err));
    column->metadata = metadata_with(a->arena, column->metadata, "EXISTS_DEFAULT",
                                     literal_sql(a->arena, &stored, a->context->zone, true));
    return true;
}

bool set_default(struct analyzer *a, const char *statement, struct field *column, const char *text, bool exists,
                 struct error *err) {
    struct u_expr *parsed = sql_parse_expression(a->arena, a->context, text, err);
    TRY(parsed);
    if (has_subquery(parsed))
        return refuse(a, "INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION", statement, column, text, err);
    const struct expr *value = analyzed(a, parsed, err);
    if (!value && err->condition && strncmp(err->condition->name, "UNRESOLVED_COLUMN", 17) == 0) {
        error_release(err);
        return refuse(a, "INVALID_DEFAULT_VALUE.UNRESOLVED_EXPRESSION", statement, column, text, err);
    }
    TRY(value);
    const struct type *type = type_without_char(a->arena, column->type);
    if (!may_be_default(value->type, type)) {
        error_set(err, "INVALID_DEFAULT_VALUE.DATA_TYPE", "statement", statement, "colName",
                  arena_printf(a->arena, "`%s`", column->name), "expectedType", quoted_type(a->arena, type),
                  "defaultValue", text, NULL);
        return error_add(err, "actualType", "%s", quoted_type(a->arena, value->type));
    }
    if (!is_constant(value)) return refuse(a, "INVALID_DEFAULT_VALUE.NOT_CONSTANT", statement, column, text, err);
    column->metadata = metadata_with(a->arena, column->metadata, "CURRENT_DEFAULT", text);
    return !exists || !value->foldable || exists_default(a, column, value, err);
}

/* ---- what rows have that were there before ---- */

static const struct vector *exists_value(struct analyzer *a, const struct field *column, struct error *err) {
    const char *text = metadata_string(a->arena, column->metadata, "EXISTS_DEFAULT");
    struct u_expr *parsed = text ? sql_parse_expression(a->arena, a->context, text, err) : NULL;
    struct expr *value = parsed ? analyzed(a, parsed, err) : NULL;
    const struct vector *constant = value ? expr_fold(a->arena, a->context, value, err) : NULL;
    TRY_NULL(constant);
    struct vector *out = ARENA_NEW(a->arena, struct vector);
    TRY_NULL(store_constant(a, column, constant, out, err));
    out->form = VECTOR_CONSTANT;
    return out;
}

bool exists_defaults(struct analyzer *a, const struct type *schema, const struct vector *const **out,
                     struct error *err) {
    const struct vector **values = NULL;
    for (uint32_t i = 0; i < schema->field_count; i++) {
        const char *metadata = schema->fields[i].metadata;
        if (!metadata || !strstr(metadata, "\"EXISTS_DEFAULT\"")) continue;
        if (!values) values = ARENA_ARRAY(a->arena, const struct vector *, schema->field_count);
        TRY(values[i] = exists_value(a, &schema->fields[i], err));
    }
    *out = values;
    return true;
}

/* ---- what is inserted ---- */

static struct u_expr *null_of(struct analyzer *a, const struct type *type) {
    struct vector *null = ARENA_NEW(a->arena, struct vector);
    vector_init_null(null, a->arena, type);
    struct u_expr *e = u_expr_new(a->arena, U_LITERAL, NULL, 0);
    e->literal.value = null;
    return e;
}

struct u_expr *default_of(struct analyzer *a, const struct field *column, struct error *err) {
    const char *text = metadata_string(a->arena, column->metadata, "CURRENT_DEFAULT");
    if (!text) return null_of(a, type_without_char(a->arena, column->type));
    return sql_parse_expression(a->arena, a->context, text, err);
}

bool is_default(const struct u_expr *e) {
    return e->kind == U_DEFAULT || (e->kind == U_ATTRIBUTE && e->attribute.name.count == 1 &&
                                    strcasecmp(e->attribute.name.parts[0], "default") == 0);
}

static bool mentions_default(const struct u_expr *e) {
    if (is_default(e)) return true;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (mentions_default(e->children[i])) return true;
    return false;
}

bool check_default(const struct u_expr *e, struct error *err) {
    return is_default(e) || !mentions_default(e) || error_set(err, "DEFAULT_PLACEMENT_INVALID", NULL);
}

static bool any_default(const struct u_plan *u) {
    for (uint32_t i = 0; i < u->expr_count; i++)
        if (mentions_default(u->exprs[i])) return true;
    return false;
}

/* The node again, with other expressions: rows of `count` each. */
static struct u_plan *with_defaults(struct analyzer *a, const struct u_plan *u, struct u_expr *const *defaults,
                                    uint32_t count, struct error *err) {
    struct u_plan *copy = arena_copy(a->arena, u, sizeof *u);
    copy->exprs = arena_copy(a->arena, u->exprs, u->expr_count * sizeof *u->exprs);
    for (uint32_t i = 0; i < u->expr_count; i++) {
        TRY_NULL(check_default(u->exprs[i], err));
        if (is_default(u->exprs[i]) && defaults[i % count]) copy->exprs[i] = defaults[i % count];
    }
    return copy;
}

/* Whether DEFAULT may stand in what is below. */
static bool passes_defaults(const struct u_plan *u) {
    switch (u->kind) {
        case U_SUBQUERY_ALIAS:
        case U_LIMIT:
        case U_OFFSET:
        case U_SORT: return true;
        case U_PROJECT: return u->expr_count == 1 && u->exprs[0]->kind == U_STAR;
        default: return false;
    }
}

/* A projection of named items alone, or rows of VALUES, perhaps behind aliases, SELECT * and limits. */
const struct u_plan *replace_defaults(struct analyzer *a, const struct u_plan *query, struct u_expr *const *defaults,
                                      uint32_t count, struct error *err) {
    if (query->kind == U_VALUES)
        return any_default(query) && query->values.column_count == count ? with_defaults(a, query, defaults, count, err)
                                                                         : query;
    if (query->kind == U_PROJECT && any_default(query))
        return query->expr_count == count ? with_defaults(a, query, defaults, count, err) : query;
    if (!passes_defaults(query) || query->child_count != 1) return query;
    const struct u_plan *child = replace_defaults(a, query->children[0], defaults, count, err);
    TRY_NULL(child);
    if (child == query->children[0]) return query;
    struct u_plan *copy = arena_copy(a->arena, query, sizeof *query);
    copy->children = ARENA_NEW(a->arena, struct u_plan *);
    copy->children[0] = (struct u_plan *)child;
    return copy;
}
