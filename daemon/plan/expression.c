/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unresolved expressions to resolved ones: the dispatch, and the kinds that need only a few lines.
 *
 * A name written in an expression (a AS b, or the b that a.b brings along) is an ALIAS only at the top of a SELECT
 * item and in the arguments of struct(); anywhere else it is taken off at once, as Spark's CleanupAliases does.
 */
#include <stdio.h>
#include <string.h>

#include "expr/evaluate.h"
#include "plan/analyze.h"

struct expr *strip_alias(struct expr *e) {
    while (e && e->kind == EXPR_ALIAS) e = e->children[0];
    return e;
}

struct expr *alias_attribute(struct analysis *n, struct attribute *a, const char *name) {
    return expr_alias(n->arena, expr_attribute(n->arena, a), name, fresh_id(n));
}

bool analyze_exprs(struct scope *s, struct u_expr *const *u, uint32_t count, struct expr **out, struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        out[i] = analyze_expr(s, u[i], err);
        if (!out[i]) return false;
    }
    return true;
}

static struct expr *analyze_cast(struct scope *s, const struct u_expr *u, struct error *err) {
    struct expr *child = analyze_expr(s, u->children[0], err);
    if (!child) return NULL;
    const struct type *type = u->cast.type;
    if (!type) type = sql_parse_type(s->n->arena, s->n->a->context, u->cast.type_text, err);
    if (!type) return NULL;
    type = default_string_type(s->n, type);
    enum cast_mode mode = s->n->a->context->ansi ? CAST_ANSI : CAST_LEGACY;
    if (u->cast.mode == U_CAST_LEGACY) mode = CAST_LEGACY;
    if (u->cast.mode == U_CAST_ANSI) mode = CAST_ANSI;
    if (u->cast.mode == U_CAST_TRY) mode = CAST_TRY;
    if (!u->cast.stored_in)
        return resolve_cast(&s->n->resolver, child, type_without_char(s->n->arena, type), mode, true, u->origin, err);
    struct expr *cast = resolve_cast(&s->n->resolver, child, type, mode, true, u->origin, err);
    if (cast && cast->kind == EXPR_CAST && cast != child) cast->cast.stored_in = u->cast.stored_in;
    return cast;
}

static bool refuse_names(struct scope *s, const struct u_expr *u, const struct expr *e, struct error *err) {
    const char *list = "";
    for (uint32_t i = 0; i < u->alias.name_count; i++)
        list = arena_printf(s->n->arena, "%s%s%s", list, i ? ", " : "", u->alias.names[i]);
    error_set(err, "MULTI_ALIAS_WITHOUT_GENERATOR", "expr", quoted_expr(s->n->arena, e), "names", list, NULL);
    return error_at(err, u->origin);
}

static struct expr *analyze_alias(struct scope *s, const struct u_expr *u, struct error *err) {
    struct expr *e = analyze_expr(s, u->children[0], err);
    if (!e) return NULL;
    if (u->alias.name_count > 1 && strip_alias(e)->kind != EXPR_GENERATOR) return refuse_names(s, u, e, err), NULL;
    struct expr *alias = expr_alias(s->n->arena, e, u->alias.name_count ? u->alias.names[0] : "", fresh_id(s->n));
    if (u->alias.metadata) alias->alias.metadata = u->alias.metadata;
    alias->origin = u->origin;
    return alias;
}

/* A struct's field has a name that is written: of a column in its place it does not matter whether there is one. */
static struct expr *analyze_extract(struct scope *s, const struct u_expr *u, struct error *err) {
    const struct u_expr *key = u->children[1];
    struct expr *base = analyze_expr(s, u->children[0], err);
    struct expr *field = base ? analyze_expr(s, key, err) : NULL;
    if (field) return resolve_extract(&s->n->resolver, base, field, u->origin, err);
    if (!base || base->type->kind != TYPE_STRUCT || key->kind != U_ATTRIBUTE) return NULL;
    const struct u_name *name = &key->attribute.name;
    error_reset(err);
    error_set(err, "INVALID_EXTRACT_FIELD_TYPE", "extraction",
              arena_printf(s->n->arena, "\"%s\"", name->parts[name->count - 1]), NULL);
    error_at(err, u->origin);
    return NULL;
}

static struct expr *find_parameter(const struct parameters *p, const char *name) {
    for (uint32_t i = 0; i < p->count; i++)
        if (name ? p->names && p->names[i] && strcmp(p->names[i], name) == 0 : false) return p->values[i];
    return NULL;
}

static struct expr *analyze_parameter(struct scope *s, const struct u_expr *u, struct error *err) {
    struct parameters *p = s->n->parameters;
    const char *name = u->parameter.name;
    struct expr *value = NULL;
    if (p && name) value = find_parameter(p, name);
    uint32_t ordinal = u->parameter.ordinal;
    if (p && !name && ordinal < p->count && !(p->names && p->names[ordinal])) value = p->values[ordinal];
    if (value) return value;
    error_set(err, "UNBOUND_SQL_PARAMETER", "name",
              name ? name : arena_printf(s->n->arena, "_%u", u->parameter.position), NULL);
    error_at(err, u->origin);
    return NULL;
}

static struct expr *analyze_text(struct scope *s, const struct u_expr *u, struct error *err) {
    const struct u_expr *parsed = parse_text(s, u, err);
    return parsed ? analyze_named(s, parsed, err) : NULL;
}

bool name_from_text(struct analysis *n, const struct expr *e, const struct origin *origin, struct u_name *name,
                    struct error *err) {
    const struct vector *v = e->foldable ? expr_fold(n->arena, n->a->context, e, err) : NULL;
    if (error_is_set(err)) return false;
    if (!v || !type_is_string(v->type) || vector_is_null(v, 0)) {
        const char *sub = !v                         ? "NOT_A_CONSTANT_STRING.NOT_CONSTANT"
                          : !type_is_string(v->type) ? "NOT_A_CONSTANT_STRING.WRONG_TYPE"
                                                     : "NOT_A_CONSTANT_STRING.NULL";
        error_set(err, sub, "name", "IDENTIFIER", "expr", expr_sql(n->arena, e), NULL);
        if (v && !type_is_string(v->type)) error_add(err, "dataType", "%s", type_simple_string(n->arena, e->type));
        return error_at(err, origin);
    }
    const struct string *text = VECTOR_DATA(v, struct string);
    const char *copy = arena_strndup(n->arena, text->data, text->size);
    return sql_parse_identifier(n->arena, n->a->context, copy, name, err);
}

/* IDENTIFIER('a.b'): a name made at analysis time. */
static struct expr *analyze_identifier(struct scope *s, const struct u_expr *u, struct error *err) {
    struct u_name name;
    struct expr *e = analyze_expr(s, u->children[0], err);
    if (!e || !name_from_text(s->n, e, u->origin, &name, err)) return NULL;
    struct u_expr made = *u;
    made.children = u->child_count > 1 ? u->children + 1 : NULL;
    made.child_count = u->child_count ? u->child_count - 1 : 0;
    bool is_call = u->call.is_operator || made.child_count > 0;
    made.kind = is_call ? U_CALL : U_ATTRIBUTE;
    if (is_call && name.count > 2) {
        error_set(err, "IDENTIFIER_TOO_MANY_NAME_PARTS", "identifier", quoted_name(s->n->arena, name.parts, name.count),
                  "limit", "2", NULL);
        error_at(err, u->origin);
        return NULL;
    }
    if (is_call) {
        made.call = u->call;
        made.call.is_operator = false;
        made.call.name = name;
        return analyze_call(s, &made, err);
    }
    memset(&made.attribute, 0, sizeof made.attribute);
    made.attribute.name = name;
    return analyze_attribute(s, &made, err);
}

static struct expr *analyze_udf(struct scope *s, const struct u_expr *u, struct error *err) {
    struct expr *e = expr_new(s->n->arena, EXPR_UDF, u->child_count);
    TRY_NULL(analyze_exprs(s, u->children, u->child_count, e->children, err));
    e->origin = u->origin;
    e->type = u->udf.type;
    if (!e->type) e->type = sql_parse_schema(s->n->arena, s->n->a->context, u->udf.type_text, err);
    if (!e->type) return NULL;
    e->nullable = true;
    e->udf.name = u->udf.name;
    e->udf.eval_type = u->udf.eval_type;
    e->udf.deterministic = u->udf.deterministic;
    e->udf.command = u->udf.command;
    e->udf.command_size = u->udf.command_size;
    TRY_NULL(client_arguments(s->n, u->udf.name, u->children, u->child_count, &e->udf.names, err));
    expr_update_flags(e);
    e->foldable = false;
    return e;
}

/* s.withField("a.b", v) is s.withField("a", s.a.withField("b", v)); value NULL: the field is dropped. */
static struct expr *update_field(struct scope *s, struct expr *target, const struct u_name *name, uint32_t part,
                                 struct expr *value, const struct origin *origin, struct error *err) {
    struct resolver *r = &s->n->resolver;
    struct expr *field = expr_string(s->n->arena, name->parts[part], strlen(name->parts[part]));
    bool last = part + 1 == name->count;
    if (!last) {
        struct expr *inner = resolve_extract(r, target, field, origin, err);
        TRY_NULL(inner);
        value = update_field(s, inner, name, part + 1, value, origin, err);
        TRY_NULL(value);
    }
    struct expr *arguments[3] = {target, field, value};
    return resolve_named(r, value ? "with_field" : "drop_field", arguments, value ? 3 : 2, origin, err);
}

static struct expr *analyze_update_fields(struct scope *s, const struct u_expr *u, struct error *err) {
    struct expr *target = analyze_expr(s, u->children[0], err), *value = NULL;
    TRY_NULL(target);
    if (u->child_count > 1) TRY_NULL(value = analyze_expr(s, u->children[1], err));
    const char *whole = u->update.field;
    struct u_name name = {1, &whole};
    if (*whole) TRY_NULL(sql_parse_name(s->n->arena, whole, &name, err));
    return update_field(s, target, &name, 0, value, u->origin, err);
}

static struct expr *misplaced(struct scope *s, const struct u_expr *u, struct error *err) {
    if (is_star(u))
        refuse_star(s, u, s->starless ? s->starless : "expression", err);
    else
        error_unsupported(err, "an expression of this kind at this place");
    error_at(err, u->origin);
    return NULL;
}

static struct expr *analyze_literal(struct scope *s, const struct u_expr *u) {
    struct vector *value = (struct vector *)u->literal.value;
    const struct type *type = default_string_type(s->n, value->type);
    if (type != value->type) {
        value = arena_copy(s->n->arena, value, sizeof *value);
        value->type = type;
    }
    struct expr *e = expr_literal(s->n->arena, value);
    if (e->type->kind == TYPE_TIMESTAMP) e->zone = s->n->a->context->zone;
    e->origin = u->origin;
    return e;
}

struct expr *analyze_named(struct scope *s, const struct u_expr *u, struct error *err) {
    TRY_NULL(analysis_deep(s->n, err));
    switch (u->kind) {
        case U_LITERAL: return analyze_literal(s, u);
        case U_ATTRIBUTE: return analyze_attribute(s, u, err);
        case U_CALL: return collate_by_default(s, analyze_call(s, u, err), err);
        case U_CAST: return analyze_cast(s, u, err);
        case U_ALIAS: return analyze_alias(s, u, err);
        case U_WINDOW: return analyze_window(s, u, err);
        case U_LAMBDA_VARIABLE: return analyze_lambda_variable(s, u, err);
        case U_EXTRACT: return analyze_extract(s, u, err);
        case U_UPDATE_FIELDS: return analyze_update_fields(s, u, err);
        case U_SUBQUERY: return analyze_subquery(s, u, err);
        case U_NAMED_ARGUMENT:
        case U_SORT_ORDER: return analyze_expr(s, u->children[0], err);
        case U_PARAMETER: return analyze_parameter(s, u, err);
        case U_IDENTIFIER: return analyze_identifier(s, u, err);
        case U_EXPRESSION_TEXT: return analyze_text(s, u, err);
        case U_UDF: return analyze_udf(s, u, err);
        default: return misplaced(s, u, err);
    }
}

/* An alias within an expression, which only the protocol can say, names nothing, but names of columns show it. */
static struct expr *show_alias(struct analysis *n, struct expr *alias) {
    struct expr *e = expr_copy_node(n->arena, alias->children[0]);
    e->pretty = alias;
    return e;
}

struct expr *analyze_expr(struct scope *s, const struct u_expr *u, struct error *err) {
    struct expr *e = analyze_named(s, u, err);
    bool inner = e && e->kind == EXPR_ALIAS && u->kind == U_ALIAS && u->alias.name_count == 1;
    return inner ? show_alias(s->n, e) : strip_alias(e);
}

struct expr *check_condition(struct scope *s, struct expr *e, const char *clause, const struct origin *origin,
                             struct error *err) {
    if (strcmp(clause, "WHERE") == 0) TRY_NULL(check_filter_generator(s->n, e, "Filter", err));
    if (strcmp(clause, "JOIN") == 0) TRY_NULL(check_filter_generator(s->n, e, "'Join Inner,", err));
    if (e->type->kind == TYPE_BOOLEAN) return e;
    struct arena *arena = s->n->arena;
    if (strcmp(clause, "JOIN") == 0)
        error_set(err, "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE", "joinCondition", quoted_expr(arena, e), "conditionType",
                  quoted_type(arena, e->type), NULL);
    else
        error_set(err, "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", "sqlExpr", quoted_expr(arena, e), "filter",
                  quoted_expr(arena, e), "type", quoted_type(arena, e->type), NULL);
    error_at(err, origin);
    return NULL;
}

struct expr *analyze_condition(struct scope *s, const struct u_expr *u, const char *clause, const struct origin *origin,
                               struct error *err) {
    struct expr *e = analyze_expr(s, u, err);
    return e ? check_condition(s, e, clause, origin, err) : NULL;
}

bool analyze_order(struct scope *s, struct u_expr *const *u, uint32_t count, struct sort_order *out,
                   struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        bool is_order = u[i]->kind == U_SORT_ORDER;
        out[i].descending = is_order && u[i]->sort.descending;
        out[i].nulls_first =
            is_order && u[i]->sort.nulls != U_NULLS_DEFAULT ? u[i]->sort.nulls == U_NULLS_FIRST : !out[i].descending;
        out[i].expr = analyze_expr(s, is_order ? u[i]->children[0] : u[i], err);
        if (!out[i].expr) return false;
    }
    return true;
}

/* v:a.b is called b. */
static const char *own_name(const struct expr *e) {
    return e->pretty && e->pretty->kind == EXPR_ALIAS ? e->pretty->alias.name : NULL;
}

/* F.col("a").alias("b").cast("int") is called b, under any number of casts; SQL cannot say it. So is a column, of which
 * SQL says so under a single cast alone. */
static const char *name_under_casts(const struct expr *e, const struct u_expr *source) {
    bool written = source && source->origin && source->origin->sql;
    if (!source || source->kind != U_CAST) return NULL;
    for (uint32_t casts = 0; source->kind == U_CAST; casts++) {
        if (written && casts) return NULL;
        source = source->children[0];
        if (e->kind == EXPR_CAST) e = e->children[0];
    }
    if (source->kind == U_ALIAS && source->alias.name_count == 1) return source->alias.names[0];
    return e->kind == EXPR_ATTRIBUTE ? e->column.attribute->name : own_name(e);
}

struct expr *name_expr(struct analysis *n, struct expr *e, const struct u_expr *source) {
    if (e->kind == EXPR_ALIAS || e->kind == EXPR_ATTRIBUTE) return e;
    const char *name = name_under_casts(e, source);
    if (name) return expr_alias(n->arena, e, name, fresh_id(n));
    if (e->kind == EXPR_OUTER)
        name = e->children[0]->column.attribute->name;
    else if (own_name(e))
        name = own_name(e);
    if (!name) name = expr_pretty(n->arena, e);
    return expr_alias(n->arena, e, name, fresh_id(n));
}
