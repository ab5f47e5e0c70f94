/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DECLARE, SET VARIABLE and DROP VARIABLE. See command_sql.h.
 *
 * Within a script DECLARE makes a variable of the block, and the other statements see the blocks' variables before the
 * session's (variable_lookup()). Names are looked up once when a statement is analyzed, for its types, and again when
 * it runs.
 */
#include <string.h>
#include <strings.h>

#include "expr/evaluate.h"
#include "session/command_sql.h"
#include "session/write.h"
#include "sql/sql.h"

/* ---- names ---- */

static bool unknown_variable(struct analyzer *a, const struct u_name *name, struct error *err) {
    return error_set(err, "UNRESOLVED_VARIABLE", "variableName", quote_name(a->arena, name), "searchPath",
                     "`SYSTEM`.`SESSION`", NULL);
}

/* The last part of system.session.x, session.x or x. */
static bool session_name(struct analyzer *a, const struct u_reference *r, const char **name, struct error *err) {
    struct u_name parsed;
    TRY(reference_name(a, r, &parsed, err));
    *name = view_key(analyzer_session(a), a->arena, parsed.parts[parsed.count - 1]);
    bool in_session = parsed.count == 1 || strcasecmp(parsed.parts[parsed.count - 2], "session") == 0;
    bool in_system = parsed.count < 3 || (parsed.count == 3 && strcasecmp(parsed.parts[0], "system") == 0);
    if (in_session && in_system) return true;
    error_set(err, "UNRESOLVED_VARIABLE", "variableName", quote_name(a->arena, &parsed), "searchPath",
              "`system`.`session`", NULL);
    return error_at(err, r->origin);
}

/* ---- DECLARE, DROP ---- */

struct variable_change {
    uint32_t count;
    const char **names;
    struct variable *made; /* complete, or NULL: to be dropped */
    bool replace;
};

static bool declare(struct command_run *run, struct error *err) {
    const struct variable_change *change = run->command->arguments;
    struct session *session = run->session;
    struct link *list = session->scopes ? &session->scopes->variables : &session->variables;
    for (uint32_t i = 0; i < change->count; i++) {
        if (!change->replace && variable_find(list, change->names[i])) {
            error_set(err, "VARIABLE_ALREADY_EXISTS", NULL);
            const char *scope = session->scopes ? session->scopes->label : "`system`.`session`";
            return error_add(err, "variableName", "%s%s`%s`", scope ? scope : "", scope ? "." : "", change->names[i]);
        }
        variable_put(session, list, change->names[i], change->made);
    }
    return true;
}

static const struct command_kind declare_command = {.name = "CreateVariable", .finish = declare};

/* A default may call rand(), but asks no table. */
static const struct vector *default_value(struct analyzer *a, const struct u_command *c, const char *name,
                                          struct error *err) {
    if (!c->variable.default_value) {
        struct vector *v = ARENA_NEW(a->arena, struct vector);
        vector_init_null(v, a->arena, c->variable.type ? c->variable.type : TYPE_OF(NULL));
        return v;
    }
    const struct expr *e = row_value(a, c->variable.default_value, c->variable.type, err);
    TRY_NULL(e);
    if (!expr_contains(e, EXPR_SUBQUERY)) return expr_fold(a->arena, a->context, e, err);
    error_set(err, "INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION", "statement", "DECLARE VARIABLE", "colName",
              arena_printf(a->arena, "`system`.`session`.`%s`", name), "defaultValue", c->variable.default_text, NULL);
    return NULL;
}

/* Whether the i-th name is none of those before. */
static bool check_duplicate(struct analyzer *a, const struct variable_change *change, uint32_t i, struct error *err) {
    for (uint32_t k = 0; k < i; k++)
        if (strcmp(change->names[k], change->names[i]) == 0)
            return error_set(err, "DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE", "variableName",
                             arena_printf(a->arena, "`system`.`session`.`%s`", change->names[i]), NULL);
    return true;
}

struct plan *sql_declare_variable(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct variable_change *change = ARENA_NEW(a->arena, struct variable_change);
    change->count = c->target_count;
    change->names = ARENA_ARRAY(a->arena, const char *, c->target_count);
    for (uint32_t i = 0; i < c->target_count; i++) {
        if (analyzer_session(a)->scopes && c->targets[i].name.count > 1) {
            error_set(err, "INVALID_VARIABLE_DECLARATION.QUALIFIED_LOCAL_VARIABLE", "varName",
                      quote_name(a->arena, &c->targets[i].name), NULL);
            return NULL;
        }
        if (analyzer_session(a)->scopes && c->or_replace) {
            error_set(err, "INVALID_VARIABLE_DECLARATION.REPLACE_LOCAL_VARIABLE", "varName",
                      quote_name(a->arena, &c->targets[i].name), NULL);
            return NULL;
        }
        TRY_NULL(session_name(a, &c->targets[i], &change->names[i], err));
        TRY_NULL(check_duplicate(a, change, i, err));
    }
    const struct vector *value = default_value(a, c, change->names[0], err);
    TRY_NULL(value);
    change->made = ARENA_NEW(a->arena, struct variable);
    change->made->type = value->type;
    change->made->value = change->made->otherwise = value;
    change->made->default_text = c->variable.default_text;
    change->replace = c->or_replace;
    return simple_command(a, &declare_command, change, arena_printf(a->arena, "variable:%s", change->names[0]));
}

static bool drop_variable(struct command_run *run, struct error *err) {
    const struct variable_change *change = run->command->arguments;
    struct variable *v = variable_find(&run->session->variables, change->names[0]);
    if (v) variable_drop(v);
    if (v || change->replace) return true;
    return error_set(err, "VARIABLE_NOT_FOUND", "variableName",
                     arena_printf(&run->op.memory, "`system`.`session`.`%s`", change->names[0]), NULL);
}

static const struct command_kind drop_variable_command = {.name = "DropVariable", .finish = drop_variable};

struct plan *sql_drop_variable(struct analyzer *a, const struct u_command *c, struct error *err) {
    if (analyzer_session(a)->scopes) {
        error_set(err, "UNSUPPORTED_FEATURE.SQL_SCRIPTING_DROP_TEMPORARY_VARIABLE", NULL);
        return NULL;
    }
    struct variable_change *change = ARENA_NEW(a->arena, struct variable_change);
    change->count = 1;
    change->names = ARENA_ARRAY(a->arena, const char *, 1);
    TRY_NULL(session_name(a, &c->target, &change->names[0], err));
    change->replace = c->if_exists;
    return simple_command(a, &drop_variable_command, change, arena_printf(a->arena, "variable:%s", change->names[0]));
}

/* ---- SET VARIABLE ---- */

struct assignment {
    uint32_t count;
    struct u_name *names;
};

/* SET VAR (a, b) = (query): one row, or none: NULLs. It counts once it is known that no other comes. */
static bool keep_row(struct command_run *run, const struct batch *batch, struct error *err) {
    const struct assignment *set = run->command->arguments;
    if (!batch->count) return true;
    if (batch->count > 1 || run->state) return error_set(err, "ROW_SUBQUERY_TOO_MANY_ROWS", NULL);
    struct vector *row = ARENA_ARRAY(&run->op.memory, struct vector, set->count);
    for (uint32_t i = 0; i < set->count; i++) vector_copy(&row[i], &run->op.memory, &batch->columns[i], 1);
    run->state = row;
    return true;
}

static bool assign_row(struct command_run *run, struct error *err) {
    (void)err;
    const struct assignment *set = run->command->arguments;
    const struct vector *row = run->state;
    for (uint32_t i = 0; i < set->count; i++) {
        struct variable *v = variable_lookup(run->session, &run->op.memory, &set->names[i]);
        if (v) variable_assign(run->session, v, row ? &row[i] : NULL);
    }
    return true;
}

static const struct command_kind set_variable_command = {
    .name = "SetVariable", .batch = keep_row, .finish = assign_row};

/* The variables that are set, each once. */
static bool find_targets(struct analyzer *a, const struct u_command *c, struct assignment *set,
                         const struct variable **variables, struct error *err) {
    for (uint32_t i = 0; i < set->count; i++) {
        struct u_reference r = c->query ? c->targets[i] : (struct u_reference){.name = c->assignments[i].key};
        TRY(reference_name(a, &r, &set->names[i], err));
        variables[i] = variable_lookup(analyzer_session(a), a->arena, &set->names[i]);
        if (!variables[i]) return unknown_variable(a, &set->names[i], err);
        for (uint32_t k = 0; k < i; k++)
            if (variables[k] == variables[i])
                return error_set(err, "DUPLICATE_ASSIGNMENTS", "nameList",
                                 arena_printf(a->arena, "`%s`", variables[i]->name), NULL);
    }
    return true;
}

static struct u_expr *default_value_of(struct analyzer *a, const struct variable *v) {
    struct u_expr *e = u_expr_new(a->arena, U_LITERAL, NULL, 0);
    e->literal.value = v->otherwise;
    return e;
}

/* The query with the variables' defaults for DEFAULT. */
static struct u_plan *query_of(struct analyzer *a, const struct u_command *c, const struct variable **variables,
                               uint32_t count, struct error *err) {
    struct u_expr **defaults = ARENA_ARRAY(a->arena, struct u_expr *, count);
    for (uint32_t i = 0; i < count; i++) defaults[i] = default_value_of(a, variables[i]);
    const struct u_plan *query = c->query->kind == U_WITH ? c->query->children[0] : c->query;
    const struct u_plan *replaced = replace_defaults(a, query, defaults, count, err);
    if (!replaced || replaced == query || query == c->query) return (struct u_plan *)replaced;
    struct u_plan *with = arena_copy(a->arena, c->query, sizeof *with);
    with->children = ARENA_NEW(a->arena, struct u_plan *);
    with->children[0] = (struct u_plan *)replaced;
    return with;
}

/* The query with columns that can be called by number. DEFAULT is a column, if there is one of that name. */
static struct u_plan *numbered(struct analyzer *a, const struct u_command *c, const struct variable **variables,
                               uint32_t count, struct error *err) {
    struct u_plan *query = c->query;
    const struct plan *source = plan_analyze(a, query, err);
    if (!source && strncmp(err->condition->name, "UNRESOLVED_COLUMN", strlen("UNRESOLVED_COLUMN")) == 0) {
        struct error unresolved = ERROR_INIT;
        error_move(&unresolved, err);
        query = query_of(a, c, variables, count, err);
        if (query == c->query)
            error_move(err, &unresolved);
        else if (query)
            source = plan_analyze(a, query, err);
        error_release(&unresolved);
    }
    TRY_NULL(source);
    if (source->output_count != count) {
        error_set(err, "ASSIGNMENT_ARITY_MISMATCH", NULL);
        error_add(err, "numTarget", "%u", count);
        error_add(err, "numExpr", "%u", source->output_count);
        return NULL;
    }
    struct u_plan *u = u_plan_new(a->arena, U_TO_DF, c->origin, 1, 0);
    u->children[0] = query;
    u->names.name_count = count;
    u->names.names = ARENA_ARRAY(a->arena, const char *, count);
    for (uint32_t i = 0; i < count; i++) u->names.names[i] = arena_printf(a->arena, "_%u", i);
    return u;
}

/* All forms become a query of one row, cast to the variables' types, whose columns are assigned. */
struct plan *sql_set_variable(struct analyzer *a, const struct u_command *c, struct error *err) {
    uint32_t count = c->query ? c->target_count : c->assignment_count;
    struct assignment *set = ARENA_NEW(a->arena, struct assignment);
    const struct variable **variables = ARENA_ARRAY(a->arena, const struct variable *, count);
    set->names = ARENA_ARRAY(a->arena, struct u_name, count);
    set->count = count;
    TRY_NULL(find_targets(a, c, set, variables, err));
    struct u_plan *u = u_plan_new(a->arena, U_PROJECT, c->origin, 1, count);
    u->children[0] =
        c->query ? numbered(a, c, variables, count, err) : u_plan_new(a->arena, U_ONE_ROW, c->origin, 0, 0);
    TRY_NULL(u->children[0]);
    for (uint32_t i = 0; i < count; i++) {
        struct u_expr *value =
            c->query ? u_attribute(a->arena, c->origin, u->children[0]->names.names[i]) : c->assignments[i].value;
        if (!c->query) TRY_NULL(check_default(value, err));
        if (is_default(value)) value = default_value_of(a, variables[i]);
        u->exprs[i] = u_expr_new(a->arena, U_CAST, c->origin, 1);
        u->exprs[i]->cast.type = variables[i]->type;
        u->exprs[i]->children[0] = value;
    }
    struct command *command = command_create(a, &set_variable_command, set);
    command->input = plan_analyze(a, u, err);
    TRY_NULL(command->input);
    command->changes_session = true;
    return command_as_plan(a, command);
}
