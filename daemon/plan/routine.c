/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions written in SQL.
 *
 *     CREATE FUNCTION f(x INT, y INT DEFAULT 2) RETURNS INT RETURN x + y
 *     CREATE FUNCTION g(x INT) RETURNS TABLE (a INT) RETURN SELECT k FROM t WHERE v = x
 *
 * A call becomes the body with the arguments in place of the parameters. The body is analyzed where it was written:
 * under its creator's database and mode, and seeing nothing of the caller but the parameters, which are looked up
 * last, as a query's outer columns are. In the query of a scalar function they are outer references to the caller's
 * row; a table function stands in FROM itself, so what its arguments read is outer already.
 *
 * A scalar call stays visible as a call of "sql function", whose first child is the body and whose others are the
 * arguments: for its name, for GROUP BY, and because an aggregate among the arguments makes the query an aggregation
 * though the body may not use it. The optimizer leaves the body alone. Where a body uses an argument twice that is no
 * plain column, the first child is a lambda instead, and the argument is computed once.
 */
#include <string.h>
#include <strings.h>

#include "plan/analyze.h"
#include "sql/commands.h"

/* Routines being expanded, innermost first: no function may lead back to itself. */
struct routine_frame {
    const struct routine_frame *up;
    const char *name;
};

struct routine_call {
    const struct routine *routine;
    uint32_t count;
    struct attribute **parameters;
    struct expr **values; /* what they stand for */
    uint32_t *uses;
};

/* --- the body's surroundings --- */

struct surroundings {
    struct context context;
    struct analysis analysis;
    struct name_uses *uses;
    struct routine_frame frame;
};

static bool cyclic(struct analysis *n, const char *name, struct error *err) {
    const char *path = name;
    for (const struct routine_frame *f = n->a->routines; f; f = f->up) {
        path = arena_printf(n->arena, "%s -> %s", f->name, path);
        if (strcasecmp(f->name, name) == 0) break;
    }
    return error_set(err, "CYCLIC_FUNCTION_REFERENCE", "path", path, NULL);
}

static bool enter(struct analysis *n, const struct routine *r, struct surroundings *s, struct error *err) {
    for (const struct routine_frame *f = n->a->routines; f; f = f->up)
        if (strcasecmp(f->name, r->shown) == 0) return cyclic(n, r->shown, err);
    TRY(analysis_deep(n, err));
    s->analysis = *n;
    n->correlation = NULL;
    n->ctes = NULL;
    n->windows = NULL;
    n->parameters = NULL;
    n->references = NULL;
    s->uses = n->a->uses;
    n->a->uses = r->returns ? NULL : s->uses; /* what is being made is asked for what it uses */
    s->frame = (struct routine_frame){n->a->routines, r->shown};
    n->a->routines = &s->frame;
    n->a->world->enter(n->a, r, &s->context);
    return true;
}

static void leave(struct analysis *n, struct surroundings *s) {
    n->a->world->leave(n->a, &s->context);
    n->a->uses = s->uses;
    n->a->routines = s->frame.up;
    *n = s->analysis;
}

/* --- parameters in the body --- */

static struct expr *value_of(struct expr *e, void *data) {
    struct routine_call *call = data;
    if (e->kind != EXPR_ATTRIBUTE) return e;
    for (uint32_t i = 0; i < call->count; i++)
        if (e->column.attribute->id == call->parameters[i]->id) {
            call->uses[i]++;
            return call->values[i];
        }
    return e;
}

static struct expr *find_parameter(struct scope *s, const struct u_name *name, const struct origin *origin,
                                   struct error *err) {
    struct routine_call *call = s->fallback_data;
    struct expr *e = names_among(s, call->parameters, call->count, name, origin, err);
    if (!e) return NULL;
    const char *called = e->kind == EXPR_ALIAS ? NULL : name->parts[name->count - 1];
    e = expr_rewrite(s->n->arena, e, value_of, call);
    return called ? expr_alias(s->n->arena, e, called, fresh_id(s->n)) : e; /* struct(x) has a field x */
}

static void body_scope(struct scope *s, struct analysis *n, struct routine_call *call) {
    *s = (struct scope){.n = n, .fallback = find_parameter, .fallback_data = call};
    s->suggested = call->parameters;
    s->suggested_count = call->count;
}

/* The parameters as columns qualified with the function's name. */
static void name_parameters(struct analysis *n, struct routine_call *call) {
    const struct u_function *f = call->routine->definition;
    const char **qualifier = ARENA_NEW(n->arena, const char *);
    *qualifier = call->routine->path.parts[call->routine->path.count - 1];
    call->count = f->parameter_count;
    call->parameters = ARENA_ARRAY(n->arena, struct attribute *, call->count);
    call->values = ARENA_ARRAY(n->arena, struct expr *, call->count);
    call->uses = ARENA_ARRAY(n->arena, uint32_t, call->count);
    for (uint32_t i = 0; i < call->count; i++) {
        struct attribute *a =
            attribute_new(n->arena, fresh_id(n), f->parameters[i].name.parts[0], f->parameters[i].type, true);
        a->qualifier = qualifier;
        a->qualifier_count = 1;
        call->parameters[i] = a;
    }
}

/* --- arguments --- */

static const char *routine_quoted(struct analysis *n, const struct routine *r) {
    return quoted_name(n->arena, r->path.parts, r->path.count);
}

static bool wrong_count(struct analysis *n, const struct routine *r, uint32_t actual, struct error *err) {
    error_set(err, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "functionName", routine_quoted(n, r), NULL);
    error_add(err, "expectedNum", "%u", r->definition->parameter_count);
    error_add(err, "actualNum", "%u", actual);
    return error_add(err, "docroot", "https://spark.apache.org/docs/latest");
}

/* The arguments by position; is_default[i]: it is the function's own. */
static bool match(struct analysis *n, const struct routine *r, struct u_expr *const *u, uint32_t count,
                  struct u_expr **out, bool *is_default, struct error *err) {
    const struct u_function *f = r->definition;
    struct parameter_list list = {.routine = routine_quoted(n, r), .count = f->parameter_count};
    list.names = ARENA_ARRAY(n->arena, const char *, list.count);
    list.defaults = ARENA_ARRAY(n->arena, struct u_expr *, list.count);
    bool named = has_named_arguments(u, count);
    uint32_t least = 0;
    for (uint32_t i = 0; i < list.count; i++) {
        list.names[i] = f->parameters[i].name.parts[0];
        list.defaults[i] = f->parameters[i].default_value;
        least += !list.defaults[i];
    }
    if (count > list.count || (!named && count < least)) return wrong_count(n, r, count, err);
    TRY(match_arguments(n, &list, u, count, out, err));
    for (uint32_t i = 0; i < list.count; i++) is_default[i] = out[i] == list.defaults[i];
    return true;
}

static struct expr *analyze_default(struct analysis *n, const struct routine *r, const struct u_expr *u,
                                    struct error *err) {
    struct surroundings s;
    struct scope nothing = {.n = n};
    TRY_NULL(enter(n, r, &s, err));
    struct expr *e = analyze_expr(&nothing, u, err);
    leave(n, &s);
    return e;
}

static struct expr *cast_to(struct analysis *n, struct expr *e, const struct type *type, struct error *err) {
    if (type_same(e->type, type, true)) return e;
    enum cast_mode mode = n->a->context->ansi ? CAST_ANSI : CAST_LEGACY;
    return resolve_cast(&n->resolver, e, type, mode, false, e->origin, err);
}

/* The arguments as written (for names) in `shown`, as many as there are, and cast to the parameters' types. */
static bool analyze_arguments(struct scope *s, struct routine_call *call, struct u_expr *const *u, uint32_t count,
                              struct expr **shown, uint32_t *shown_count, struct error *err) {
    struct analysis *n = s->n;
    const struct routine *r = call->routine;
    struct u_expr **arguments = ARENA_ARRAY(n->arena, struct u_expr *, call->count);
    bool *is_default = ARENA_ARRAY(n->arena, bool, call->count);
    bool named = has_named_arguments(u, count);
    TRY(match(n, r, u, count, arguments, is_default, err));
    *shown_count = 0;
    for (uint32_t i = 0; i < call->count; i++) {
        struct expr *e = is_default[i] ? analyze_default(n, r, arguments[i], err) : analyze_expr(s, arguments[i], err);
        if (!e) return false;
        if (named || !is_default[i]) shown[(*shown_count)++] = e;
        call->values[i] = cast_to(n, e, call->parameters[i]->type, err);
        TRY(call->values[i]);
    }
    return true;
}

/* --- scalar functions --- */

static struct expr *analyze_body(struct analysis *n, struct routine_call *call, struct error *err) {
    const struct routine *r = call->routine;
    struct surroundings around;
    struct scope s;
    TRY_NULL(enter(n, r, &around, err));
    body_scope(&s, n, call);
    struct expr *e;
    if (r->query) {
        struct u_expr *subquery = u_expr_new(n->arena, U_SUBQUERY, r->query->origin, 0);
        subquery->subquery.kind = U_SUBQUERY_SCALAR;
        subquery->subquery.plan = (struct u_plan *)r->query;
        e = analyze_subquery(&s, subquery, err);
    } else {
        e = analyze_expr(&s, r->definition->expression, err);
    }
    if (e && r->definition->returns) e = cast_to(n, e, r->definition->returns, err);
    leave(n, &around);
    return e;
}

static bool is_plain(const struct expr *e) {
    return e->kind == EXPR_ATTRIBUTE || e->kind == EXPR_LITERAL || e->kind == EXPR_OUTER ||
           e->kind == EXPR_LAMBDA_VARIABLE;
}

static bool wants_lambda(const struct routine_call *call, const struct expr *body) {
    bool wants = false;
    for (uint32_t i = 0; i < call->count; i++) wants |= call->uses[i] > 1 && !is_plain(call->values[i]);
    return wants && !expr_contains(body, EXPR_SUBQUERY);
}

/* Arguments that are used more than once become variables of a lambda around the body: out is what comes first in
 * the call, its values follow. */
static struct expr *body_as_lambda(struct analysis *n, struct routine_call *call, struct expr **values, uint32_t *count,
                                   struct error *err) {
    struct expr *lambda = expr_new(n->arena, EXPR_LAMBDA, 1);
    lambda->lambda.variables = ARENA_ARRAY(n->arena, struct expr *, call->count);
    for (uint32_t i = 0; i < call->count; i++) {
        struct expr *value = call->values[i];
        if (call->uses[i] < 2 || is_plain(value)) continue;
        struct expr *v = expr_new(n->arena, EXPR_LAMBDA_VARIABLE, 0);
        v->type = value->type;
        v->nullable = value->nullable;
        v->column.attribute =
            attribute_new(n->arena, fresh_id(n), call->parameters[i]->name, value->type, value->nullable);
        lambda->lambda.variables[lambda->lambda.count++] = v;
        values[(*count)++] = value;
        call->values[i] = v;
    }
    lambda->children[0] = analyze_body(n, call, err);
    if (!lambda->children[0]) return NULL;
    lambda->type = lambda->children[0]->type;
    lambda->nullable = lambda->children[0]->nullable;
    expr_update_flags(lambda);
    return lambda;
}

static struct expr *visible_call(struct analysis *n, const struct routine *r, struct expr *body, struct expr **rest,
                                 uint32_t rest_count, struct expr **shown, uint32_t shown_count) {
    struct expr *e = expr_new(n->arena, EXPR_CALL, rest_count + 1);
    e->children[0] = body;
    for (uint32_t i = 0; i < rest_count; i++) e->children[i + 1] = rest[i];
    e->call.function = function_find("sql function");
    e->call.name = r->shown;
    e->type = body->type;
    e->nullable = body->nullable;
    expr_update_flags(e);
    e->pretty = expr_new(n->arena, EXPR_CALL, shown_count);
    for (uint32_t i = 0; i < shown_count; i++) e->pretty->children[i] = shown[i];
    e->pretty->call = e->call;
    e->pretty->type = e->type;
    return e;
}

/* What only aggregates and window functions may have. */
static bool check_clauses(struct analysis *n, const struct routine *r, const struct u_expr *u, struct error *err) {
    const char *syntax = u->call.distinct      ? "DISTINCT"
                         : u->call.filter      ? "FILTER CLAUSE"
                         : u->call.order_count ? "WITHIN GROUP (ORDER BY ...)"
                                               : NULL;
    return !syntax || error_set(err, "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX", "prettyName",
                                routine_quoted(n, r), "syntax", syntax, NULL);
}

struct expr *call_routine(struct scope *s, const struct routine *r, const struct u_expr *u, struct error *err) {
    struct analysis *n = s->n;
    TRY_NULL(check_clauses(n, r, u, err));
    struct routine_call call = {.routine = r};
    name_parameters(n, &call);
    struct expr **shown = ARENA_ARRAY(n->arena, struct expr *, call.count + 1), **rest;
    uint32_t shown_count, rest_count = 0;
    TRY_NULL(analyze_arguments(s, &call, u->children, u->child_count, shown, &shown_count, err));
    rest = ARENA_ARRAY(n->arena, struct expr *, call.count * 2 + 1);
    struct expr *body = analyze_body(n, &call, err);
    if (!body) return NULL;
    struct expr **values = arena_copy(n->arena, call.values, call.count * sizeof *values);
    if (wants_lambda(&call, body)) body = body_as_lambda(n, &call, rest, &rest_count, err);
    if (!body) return NULL;
    for (uint32_t i = 0; i < call.count; i++)
        if (call.values[i] == values[i]) rest[rest_count++] = values[i];
    struct expr *e = visible_call(n, r, body, rest, rest_count, shown, shown_count);
    e->origin = u->origin;
    return e;
}

/* --- table functions --- */

static bool count_mismatch(struct analysis *n, const struct routine *r, uint32_t given, struct error *err) {
    error_set(err, "USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH", NULL);
    error_add(err, "outputSize", "%u", given);
    error_add(err, "returnParamSize", "%u", r->definition->returns_table->field_count);
    return error_add(err, "name", "%s", r->shown);
}

/* The query's columns under the names and types that RETURNS TABLE tells. */
static struct plan *as_declared(struct analysis *n, const struct routine *r, struct plan *p, struct error *err) {
    const struct type *columns = r->definition->returns_table;
    if (!columns) return p;
    if (p->output_count != columns->field_count) {
        count_mismatch(n, r, p->output_count, err);
        return NULL;
    }
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, p->output_count);
    for (uint32_t i = 0; i < p->output_count; i++) {
        struct expr *e = cast_to(n, expr_attribute(n->arena, p->output[i]), columns->fields[i].type, err);
        if (!e) return NULL;
        exprs[i] = expr_alias(n->arena, e, columns->fields[i].name, fresh_id(n));
    }
    return plan_project(n->arena, p, exprs, p->output_count);
}

static struct plan *analyze_table_body(struct analysis *n, struct routine_call *call, struct error *err) {
    struct surroundings around;
    struct scope s;
    TRY_NULL(enter(n, call->routine, &around, err));
    body_scope(&s, n, call);
    struct correlation c = {.scope = &s, .as_is = true};
    n->correlation = &c;
    struct plan *p = analyze_plan(n, call->routine->query, err);
    if (p) p = as_declared(n, call->routine, p, err);
    leave(n, &around);
    return p;
}

struct plan *call_table_routine(struct analysis *n, const struct routine *r, const struct u_plan *u,
                                struct error *err) {
    struct routine_call call = {.routine = r};
    struct scope s = {.n = n};
    uint32_t shown_count;
    name_parameters(n, &call);
    struct expr **shown = ARENA_ARRAY(n->arena, struct expr *, call.count + 1);
    TRY_NULL(analyze_arguments(&s, &call, u->exprs, u->expr_count, shown, &shown_count, err));
    struct plan *p = analyze_table_body(n, &call, err);
    return p ? alias_plan(n, p, r->path.parts[r->path.count - 1], NULL, 0, u->origin, err) : NULL;
}

/* --- finding and checking --- */

/* What the body of a function in the making calls and nobody knows. */
static const struct routine *not_in_body(struct analysis *n, const struct u_name *name, struct error *err) {
    const char *parts[2] = {n->a->context->database, name->parts[0]};
    const char *quoted =
        name->count > 1 ? quoted_name(n->arena, name->parts, name->count) : quoted_name(n->arena, parts, 2);
    error_set(err, "ROUTINE_NOT_FOUND", "routineName", quoted, NULL);
    return NULL;
}

const struct routine *find_routine(struct analysis *n, const struct u_name *name, bool table, struct error *err) {
    const struct analyzer_world *w = n->a->world;
    const struct routine *r = NULL;
    if (!w->routine || !w->routine(n->a, name, table, &r, err)) return NULL;
    if (!r) return n->a->routines && n->a->uses ? not_in_body(n, name, err) : NULL;
    if (r->definition->is_table != table) {
        error_set(err, table ? "NOT_A_TABLE_FUNCTION" : "NOT_A_SCALAR_FUNCTION", "functionName", routine_quoted(n, r),
                  NULL);
        return NULL;
    }
    struct name_uses *uses = n->a->uses;
    if (uses && r->temporary && !uses->function) uses->function = quoted_name(n->arena, name->parts, name->count);
    if (uses) uses->reads_data |= r->reads_data;
    return r;
}

static bool contains_routine(const struct expr *e, const struct expr **found) {
    if (e->kind == EXPR_CALL && e->call.function && strcmp(e->call.function->name, "sql function") == 0) {
        *found = e;
        return true;
    }
    for (uint32_t i = 0; i < e->child_count; i++)
        if (contains_routine(e->children[i], found)) return true;
    return false;
}

bool refuse_routine(struct analysis *n, const struct expr *e, const char *node, struct error *err) {
    const struct expr *found;
    struct u_name name = {0};
    if (!contains_routine(e, &found)) return true;
    TRY(sql_parse_name(n->arena, found->call.name, &name, err));
    error_set(err, "UNSUPPORTED_SQL_UDF_USAGE", "functionName", quoted_name(n->arena, name.parts, name.count),
              "nodeName", node, NULL);
    return error_at(err, found->origin);
}

/* Is e as deterministic as the aggregate over it must be? What a function's arguments are is computed before. */
bool aggregates_well(const struct expr *e) {
    if (e->deterministic) return true;
    const struct expr *found;
    if (contains_routine(e, &found) && found == e) {
        for (uint32_t i = 1; i < e->child_count; i++)
            if (!e->children[i]->deterministic) return true;
        return false;
    }
    bool within = false;
    for (uint32_t i = 0; i < e->child_count; i++) {
        if (!aggregates_well(e->children[i])) return false;
        within |= !e->children[i]->deterministic;
    }
    return within;
}

static bool refuse_complex(const struct routine *r, const struct expr *body, struct error *err) {
    if (r->query ||
        (!contains_aggregate(body) && !expr_contains(body, EXPR_WINDOW) && !expr_contains(body, EXPR_GENERATOR)))
        return true;
    return error_set(err, "USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS", "queryText",
                     r->definition->body_text, NULL);
}

const struct type *plan_check_routine(struct analyzer *a, const struct routine *r, bool *deterministic,
                                      struct error *err) {
    char here;
    struct analysis n = analysis_of(a, &here);
    struct routine_call call = {.routine = r};
    name_parameters(&n, &call);
    for (uint32_t i = 0; i < call.count; i++) {
        call.values[i] = expr_attribute(a->arena, call.parameters[i]);
        const struct u_expr *otherwise = r->definition->parameters[i].default_value;
        if (!otherwise) continue;
        struct expr *e = analyze_default(&n, r, otherwise, err);
        if (!e) return NULL;
        if (expr_contains(e, EXPR_SUBQUERY)) {
            error_set(err, "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_EXPRESSION", "functionName",
                      r->path.parts[r->path.count - 1], "parameterName", call.parameters[i]->name, NULL);
            return NULL;
        }
        TRY_NULL(cast_to(&n, e, call.parameters[i]->type, err));
    }
    if (r->definition->is_table) {
        const struct plan *p = analyze_table_body(&n, &call, err);
        *deterministic = true;
        return p ? plan_schema(a->arena, p) : NULL;
    }
    struct expr *body = analyze_body(&n, &call, err);
    if (!body || !refuse_complex(r, body, err)) return NULL;
    *deterministic = body->deterministic;
    return body->type;
}
