/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXECUTE IMMEDIATE text [INTO a, b] [USING x AS p, ...]. See command_sql.h.
 *
 * The arguments are computed first and are constants from then on; most of them are written into the text where its
 * markers are (sql/bind.c). For a marker with a name an argument needs one: its alias, or, where it is a variable, the
 * variable's own. A marker without a name takes the arguments in order, whatever they are called.
 */
#include <string.h>
#include <strings.h>

#include "expr/evaluate.h"
#include "expr/resolve.h"
#include "session/command_sql.h"
#include "session/session_int.h"
#include "sql/sql.h"

static const char *in_capitals(struct arena *arena, const char *text) {
    char *copy = arena_strdup(arena, text);
    for (char *c = copy; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 32);
    return copy;
}

static const char *immediate_text(struct analyzer *a, struct u_expr *e, struct error *err) {
    const struct expr *value = row_value(a, e, NULL, err);
    TRY_NULL(value);
    if (!type_is_string(value->type)) {
        error_set(err, "INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE", "exprType",
                  arena_printf(a->arena, "\"%s\"", type_sql(a->arena, value->type)), NULL);
        return NULL;
    }
    const struct vector *v = constant_value(a, e, NULL, err);
    TRY_NULL(v);
    if (!vector_is_null(v, 0)) {
        const struct string *text = VECTOR_DATA(v, struct string);
        return arena_strndup(a->arena, text->data, text->size);
    }
    const char *name = e->kind == U_ATTRIBUTE ? quote_name(a->arena, &e->attribute.name)
                                              : arena_printf(a->arena, "`%s`", expr_sql(a->arena, value));
    error_set(err, "NULL_QUERY_STRING_EXECUTE_IMMEDIATE", "varName", name, NULL);
    return NULL;
}

/* What an argument may be called by: its alias, or a variable's name; NULL: nothing. */
static const char *argument_name(struct analyzer *a, const struct u_expr *argument) {
    if (argument->kind == U_ALIAS && argument->alias.name_count == 1) return argument->alias.names[0];
    if (argument->kind != U_ATTRIBUTE) return NULL;
    const struct variable *v = variable_lookup(analyzer_session(a), a->arena, &argument->attribute.name);
    return v ? arena_strdup(a->arena, v->name) : NULL;
}

/* The arguments as literals, whatever computed them. */
static bool bind_arguments(struct analyzer *a, const struct u_command *c, struct u_plan *with, struct error *err) {
    for (uint32_t i = 0; i < c->immediate.argument_count; i++) {
        struct u_expr *argument = c->immediate.arguments[i];
        with->parameters.names[i] = argument_name(a, argument);
        if (argument->kind == U_ALIAS) argument = argument->children[0];
        const struct expr *e = row_value(a, argument, NULL, err);
        TRY(e);
        if (!e->foldable) {
            error_set(err, "UNSUPPORTED_EXPR_FOR_PARAMETER", "invalidExprSql",
                      arena_printf(a->arena, "\"%s\"", expr_sql(a->arena, e)), NULL);
            return error_at(err, argument->origin);
        }
        const struct vector *v = expr_fold(a->arena, a->context, e, err);
        TRY(v);
        with->exprs[i] = u_expr_new(a->arena, U_LITERAL, argument->origin, 0);
        with->exprs[i]->literal.value = v;
    }
    return true;
}

static bool check_markers(struct analyzer *a, const struct sql_markers *markers, struct u_plan *with,
                          struct error *err) {
    const char *nameless = NULL;
    if (markers->named && markers->positional) return error_set(err, "INVALID_QUERY_MIXED_QUERY_PARAMETERS", NULL);
    for (uint32_t i = 0; i < with->parameters.count; i++) {
        if (!markers->named) with->parameters.names[i] = NULL;
        if (!markers->named || with->parameters.names[i]) continue;
        const char *value = expr_pretty(a->arena, expr_literal(a->arena, with->exprs[i]->literal.value));
        nameless = arena_printf(a->arena, "%s%s\"%s\"", nameless ? nameless : "", nameless ? ", " : "", value);
    }
    return !nameless || error_set(err, "ALL_PARAMETERS_MUST_BE_NAMED", "exprs", nameless, NULL);
}

/* INTO: the query's row is assigned as SET VAR (a, b) = (query) does it. */
static struct plan *execute_into(struct analyzer *a, const struct u_command *c, struct u_plan *query,
                                 struct error *err) {
    struct u_command *set = ARENA_NEW(a->arena, struct u_command);
    set->kind = C_SET_VARIABLE;
    set->origin = c->origin;
    set->query = query;
    set->target_count = c->immediate.into_count;
    set->targets = ARENA_ARRAY(a->arena, struct u_reference, set->target_count);
    for (uint32_t i = 0; i < set->target_count; i++) {
        set->targets[i] = (struct u_reference){.name = c->immediate.into[i], .origin = c->origin};
        if (variable_lookup(analyzer_session(a), a->arena, &set->targets[i].name)) continue;
        error_set(err, "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", "objectName",
                  quote_name(a->arena, &set->targets[i].name), NULL);
        return NULL;
    }
    return sql_set_variable(a, set, err);
}

static struct u_plan *parse_immediate(struct analyzer *a, const char *text, const struct u_plan *with,
                                      struct sql_markers *markers, struct error *err) {
    uint32_t count = with->parameters.count;
    const struct vector **values = ARENA_ARRAY(a->arena, const struct vector *, count);
    for (uint32_t i = 0; i < count; i++) values[i] = with->exprs[i]->literal.value;
    struct sql_parameters parameters = {.object_type = "EXECUTE IMMEDIATE",
                                        .count = count,
                                        .names = with->parameters.names,
                                        .values = values,
                                        .by_position = true};
    return sql_parse_bound(a->arena, a->context, text, &parameters, markers, err);
}

struct plan *sql_execute_immediate(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct sql_markers markers;
    struct session *session = analyzer_session(a);
    const char *text = immediate_text(a, c->immediate.text, err);
    TRY_NULL(text);
    uint32_t count = c->immediate.argument_count;
    struct u_plan *with = u_plan_new(a->arena, U_PARAMETERS, c->origin, 1, count);
    with->parameters.count = count;
    with->parameters.names = ARENA_ARRAY(a->arena, const char *, count);
    TRY_NULL(bind_arguments(a, c, with, err));
    struct u_plan *u = parse_immediate(a, text, with, &markers, err);
    TRY_NULL(u);
    if (u->kind == U_COMMAND && (u->command->kind == C_SCRIPT || c->immediate.into_count)) {
        bool script = u->command->kind == C_SCRIPT;
        error_set(err, script ? "SQL_SCRIPT_IN_EXECUTE_IMMEDIATE" : "INVALID_STATEMENT_FOR_EXECUTE_INTO", "sqlString",
                  in_capitals(a->arena, text), NULL);
        return NULL;
    }
    TRY_NULL(check_markers(a, &markers, with, err));
    with->children[0] = u;
    if (c->immediate.into_count) return execute_into(a, c, with, err);
    struct variable_scope *scopes = session->scopes; /* a script's variables are not seen by such a statement */
    session->scopes = NULL;
    struct plan *p = plan_analyze(a, with, err);
    session->scopes = scopes;
    return p;
}
