/* SPDX-License-Identifier: Apache-2.0 */
/* SQL's commands about the session: settings, what is current, variables, EXPLAIN, the cache. See command_sql.h. */
#include <string.h>
#include <strings.h>

#include "session/command_sql.h"
#include "session/settings.h"

/* ---- SET, RESET ---- */

static const struct command_column setting_columns[] = {{"key", TYPE_STRING, false}, {"value", TYPE_STRING, false}};
static const struct command_column verbose_columns[] = {{"key", TYPE_STRING, false},
                                                        {"value", TYPE_STRING, false},
                                                        {"meaning", TYPE_STRING, false},
                                                        {"Since version", TYPE_STRING, false}};

struct setting {
    const char *key, *value;
};

static void setting_row(struct command_run *run, const char *key, const char *value) {
    row_text(run, 0, key);
    row_text(run, 1, value ? value : "<undefined>");
    row_end(run);
}

static bool set_one(struct command_run *run, struct error *err) {
    const struct setting *s = run->command->arguments;
    if (s->value) TRY(session_set(run->session, s->key, s->value, err));
    setting_row(run, s->key, settings_get(run->session->settings, s->key));
    return true;
}

static bool set_list(struct command_run *run, struct error *err) {
    (void)err;
    const struct settings *settings = run->session->settings;
    for (uint32_t i = 0; i < settings->count; i++) setting_row(run, settings->pairs[i].name, settings->pairs[i].value);
    return true;
}

static bool set_verbose(struct command_run *run, struct error *err) {
    (void)err;
    const struct setting_row *row;
    for (size_t i = 0; (row = setting_at(i)); i++) {
        if (!(row->flags & SETTING_PUBLIC)) continue;
        const char *value = settings_get(run->session->settings, row->name);
        row_text(run, 0, row->name);
        row_text(run, 1, value ? value : "<undefined>");
        row_text(run, 2, row->documentation ? row->documentation : "");
        row_text(run, 3, "");
        row_end(run);
    }
    return true;
}

static const struct command_kind set_command = {.name = "SetCommand", COLUMNS(setting_columns), .finish = set_one};
static const struct command_kind set_list_command = {
    .name = "SetCommand", COLUMNS(setting_columns), .finish = set_list};
static const struct command_kind set_verbose_command = {
    .name = "SetCommand", COLUMNS(verbose_columns), .finish = set_verbose};

struct plan *sql_set(struct analyzer *a, const struct u_command *c, struct error *err) {
    if (c->verbose) return simple_command(a, &set_verbose_command, NULL, NULL);
    if (!c->key) return simple_command(a, &set_list_command, NULL, NULL);
    if (c->value) TRY_NULL(setting_check_modifiable(c->key, err));
    struct setting *s = ARENA_NEW(a->arena, struct setting);
    *s = (struct setting){c->key, c->value};
    return simple_command(a, &set_command, s, c->value ? arena_printf(a->arena, "conf:%s", c->key) : NULL);
}

static bool reset(struct command_run *run, struct error *err) {
    const struct setting *s = run->command->arguments;
    struct session *session = run->session;
    if (!s->key) {
        session_set_settings(session, settings_ref(session->initial));
        return true;
    }
    TRY(setting_check_modifiable(s->key, err));
    return session_set(session, s->key, settings_explicit(session->initial, s->key), err);
}

static const struct command_kind reset_command = {.name = "ResetCommand", .finish = reset};

struct plan *sql_reset(struct analyzer *a, const struct u_command *c, struct error *err) {
    if (c->key) TRY_NULL(setting_check_modifiable(c->key, err));
    struct setting *s = ARENA_NEW(a->arena, struct setting);
    s->key = c->key;
    return simple_command(a, &reset_command, s, c->key ? arena_printf(a->arena, "conf:%s", c->key) : "reset");
}

/* ---- what is current ---- */

static bool use(struct command_run *run, struct error *err) {
    (void)err;
    const char *database = run->command->arguments;
    return !database || session_use(run->session, database);
}

static const struct command_kind use_command = {.name = "SetNamespaceCommand", .finish = use};

struct plan *sql_use(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct u_name name;
    TRY_NULL(reference_name(a, &c->target, &name, err));
    if (name.count == 1 && !c->scope && strcmp(name.parts[0], "spark_catalog") == 0)
        return simple_command(a, &use_command, NULL, "database");
    const struct catalog_database *d = find_reference_database(a, &c->target, err);
    TRY_NULL(d);
    return simple_command(a, &use_command, arena_strdup(a->arena, d->name), "database");
}

struct plan *sql_set_catalog(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct u_name name;
    TRY_NULL(reference_name(a, &c->target, &name, err));
    if (name.count == 1 && strcmp(name.parts[0], "spark_catalog") == 0)
        return simple_command(a, &use_command, NULL, NULL);
    error_set(err, "CATALOG_NOT_FOUND", "catalogName", quote_name(a->arena, &name), NULL);
    error_add(err, "config", "\"spark.sql.catalog.%s\"", name.count ? name.parts[0] : "");
    return NULL;
}

/* ---- EXPLAIN ---- */

static const struct command_column plan_column[] = {{"plan", TYPE_STRING, false}};
static const struct command_kind explain_command = {
    .name = "ExplainCommand", COLUMNS(plan_column), .finish = emit_texts};

struct plan *sql_explain(struct analyzer *a, const struct u_command *c, struct error *err) {
    static const char *const modes[] = {"simple", "extended", "codegen", "cost", "formatted", "extended"};
    struct plan *analyzed = plan_analyze(a, c->statement, err);
    TRY_NULL(analyzed);
    struct plan *optimized = plan_optimize(a->arena, a->context, a->next_id, analyzed, err);
    TRY_NULL(optimized);
    struct text_row *row = ARENA_NEW(a->arena, struct text_row);
    row->cells[0] = plan_explain(a->arena, analyzed, optimized, modes[c->explain]);
    return texts_command(a, &explain_command, row, 1);
}

/* ---- variables ---- */

struct variable_change {
    const char *name;
    struct variable *made; /* complete, or NULL: to be dropped */
    bool replace;
};

/* system.session.x, session.x or x */
static bool variable_name(struct analyzer *a, const struct u_reference *r, const char **name, struct error *err) {
    struct u_name parsed;
    TRY(reference_name(a, r, &parsed, err));
    *name = view_key(analyzer_session(a), a->arena, parsed.parts[parsed.count - 1]);
    if (parsed.count == 1 || strcasecmp(parsed.parts[parsed.count - 2], "session") == 0) return true;
    error_set(err, "UNRESOLVED_VARIABLE", "variableName", quote_name(a->arena, &parsed), NULL);
    error_add(err, "searchPath", "`system`.`session`");
    return error_at(err, r->origin);
}

static bool declare(struct command_run *run, struct error *err) {
    const struct variable_change *change = run->command->arguments;
    if (!change->replace && variable_find(run->session, change->name))
        return error_set(err, "VARIABLE_ALREADY_EXISTS", "variableName",
                         arena_printf(&run->op.memory, "`system`.`session`.`%s`", change->name), NULL);
    variable_put(run->session, change->name, change->made);
    return true;
}

static const struct command_kind declare_command = {.name = "CreateVariable", .finish = declare};

static struct plan *variable_plan(struct analyzer *a, const char *name, const struct vector *value,
                                  const char *default_text, bool replace) {
    struct variable_change *change = ARENA_NEW(a->arena, struct variable_change);
    struct variable *v = ARENA_NEW(a->arena, struct variable);
    v->type = value->type;
    v->value = v->otherwise = value;
    v->default_text = default_text;
    *change = (struct variable_change){.name = name, .made = v, .replace = replace};
    return simple_command(a, &declare_command, change, arena_printf(a->arena, "variable:%s", name));
}

static const struct vector *null_of(struct analyzer *a, const struct type *type) {
    struct vector *v = ARENA_NEW(a->arena, struct vector);
    vector_init_null(v, a->arena, type);
    return v;
}

struct plan *sql_declare_variable(struct analyzer *a, const struct u_command *c, struct error *err) {
    if (c->target_count > 1) {
        error_unsupported(err, "DECLARE of several variables");
        return NULL;
    }
    const char *name;
    TRY_NULL(variable_name(a, c->target_count ? &c->targets[0] : &c->target, &name, err));
    const struct vector *value;
    if (c->variable.default_value)
        value = constant_value(a, c->variable.default_value, c->variable.type, err);
    else
        value = null_of(a, c->variable.type ? c->variable.type : TYPE_OF(NULL));
    TRY_NULL(value);
    return variable_plan(a, name, value, c->variable.default_text, c->or_replace);
}

static bool drop_variable(struct command_run *run, struct error *err) {
    const struct variable_change *change = run->command->arguments;
    if (variable_drop(run->session, change->name) || change->replace) return true;
    return error_set(err, "VARIABLE_NOT_FOUND", "variableName",
                     arena_printf(&run->op.memory, "`system`.`session`.`%s`", change->name), NULL);
}

static const struct command_kind drop_variable_command = {.name = "DropVariable", .finish = drop_variable};

struct plan *sql_drop_variable(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct variable_change *change = ARENA_NEW(a->arena, struct variable_change);
    TRY_NULL(variable_name(a, &c->target, &change->name, err));
    change->replace = c->if_exists;
    return simple_command(a, &drop_variable_command, change, arena_printf(a->arena, "variable:%s", change->name));
}

struct assignment {
    uint32_t count;
    const char **names;
};

static bool unknown_variable(struct analyzer *a, const char *name, struct error *err) {
    return error_set(err, "UNRESOLVED_VARIABLE", "variableName", arena_printf(a->arena, "`%s`", name), "searchPath",
                     "`SYSTEM`.`SESSION`", NULL);
}

/* SET VAR (a, b) = (query): one row, or none: NULLs. */
static bool assign_row(struct command_run *run, const struct batch *batch, struct error *err) {
    const struct assignment *set = run->command->arguments;
    if (!batch->count) return true;
    if (batch->count > 1 || run->state) return error_set(err, "ROW_SUBQUERY_TOO_MANY_ROWS", NULL);
    run->state = run;
    for (uint32_t i = 0; i < set->count; i++) variable_assign(run->session, set->names[i], &batch->columns[i]);
    return true;
}

static bool assign_done(struct command_run *run, struct error *err) {
    (void)err;
    const struct assignment *set = run->command->arguments;
    for (uint32_t i = 0; !run->state && i < set->count; i++) variable_assign(run->session, set->names[i], NULL);
    return true;
}

static const struct command_kind set_variable_command = {
    .name = "SetVariable", .batch = assign_row, .finish = assign_done};

/* All forms become a query of one row, cast to the variables' types, whose columns are assigned. */
struct plan *sql_set_variable(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct session *session = analyzer_session(a);
    uint32_t count = c->query ? c->target_count : c->assignment_count;
    struct assignment *set = ARENA_NEW(a->arena, struct assignment);
    set->names = ARENA_ARRAY(a->arena, const char *, count);
    set->count = count;
    struct u_plan *u = u_plan_new(a->arena, U_PROJECT, c->origin, 1, count);
    u->children[0] = c->query ? c->query : u_plan_new(a->arena, U_ONE_ROW, c->origin, 0, 0);
    struct plan *source = c->query ? plan_analyze(a, c->query, err) : NULL;
    if (c->query) {
        TRY_NULL(source);
        if (source->output_count != count) {
            error_set(err, "ASSIGNMENT_ARITY_MISMATCH", NULL);
            error_add(err, "numTarget", "%u", count);
            error_add(err, "numExpr", "%u", source->output_count);
            return NULL;
        }
        u->children[0] = u_plan_new(a->arena, U_TO_DF, c->origin, 1, 0);
        u->children[0]->children[0] = c->query;
        u->children[0]->names.name_count = count;
        u->children[0]->names.names = ARENA_ARRAY(a->arena, const char *, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct u_reference target = c->query ? c->targets[i] : (struct u_reference){.name = c->assignments[i].key};
        TRY_NULL(variable_name(a, &target, &set->names[i], err));
        const struct variable *v = variable_find(session, set->names[i]);
        if (!v) {
            unknown_variable(a, set->names[i], err);
            return NULL;
        }
        const char *column = arena_printf(a->arena, "_%u", i);
        if (c->query) u->children[0]->names.names[i] = column;
        struct u_expr *value = c->query ? u_attribute(a->arena, c->origin, column) : c->assignments[i].value;
        struct u_expr *cast = u_expr_new(a->arena, U_CAST, c->origin, 1);
        cast->cast.type = v->type;
        cast->children[0] = value;
        if (value->kind == U_DEFAULT) {
            cast->children[0] = u_expr_new(a->arena, U_LITERAL, c->origin, 0);
            cast->children[0]->literal.value = v->otherwise;
        }
        u->exprs[i] = cast;
    }
    struct command *command = command_create(a, &set_variable_command, set);
    command->input = plan_analyze(a, u, err);
    TRY_NULL(command->input);
    command->changes_session = true;
    return command_as_plan(a, command);
}

/* ---- EXECUTE IMMEDIATE ---- */

struct plan *sql_execute_immediate(struct analyzer *a, const struct u_command *c, struct error *err) {
    if (c->immediate.into_count) {
        error_unsupported(err, "EXECUTE IMMEDIATE ... INTO");
        return NULL;
    }
    const struct vector *v = constant_value(a, c->immediate.text, NULL, err);
    TRY_NULL(v);
    if (!type_is_string(v->type) || vector_is_null(v, 0)) {
        error_set(err, "NULL_QUERY_STRING_EXECUTE_IMMEDIATE", "varName", "query", NULL);
        return NULL;
    }
    const struct string *text = VECTOR_DATA(v, struct string);
    struct u_plan *u = u_plan_new(a->arena, U_SQL, c->origin, 0, 0);
    u->sql = arena_strndup(a->arena, text->data, text->size);
    uint32_t count = c->immediate.argument_count;
    if (!count) return plan_analyze(a, u, err);
    struct u_plan *with = u_plan_new(a->arena, U_PARAMETERS, c->origin, 1, count);
    with->children[0] = u;
    with->parameters.count = count;
    with->parameters.names = ARENA_ARRAY(a->arena, const char *, count);
    for (uint32_t i = 0; i < count; i++) {
        struct u_expr *argument = c->immediate.arguments[i];
        bool named = argument->kind == U_ALIAS && argument->alias.name_count == 1;
        with->parameters.names[i] = named ? argument->alias.names[0] : NULL;
        with->exprs[i] = named ? argument->children[0] : argument;
    }
    return plan_analyze(a, with, err);
}
