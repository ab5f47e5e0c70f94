/* SPDX-License-Identifier: Apache-2.0 */
/* CREATE, DROP, DESCRIBE FUNCTION and SHOW FUNCTIONS. See command_sql.h and routines.h. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "expr/function.h"
#include "session/command_sql.h"
#include "session/functions.h"
#include "session/routines.h"
#include "session/settings.h"
#include "sql/sql.h"

/* ---- checks of what is written ---- */

/* Names that come up a second time, in lower case and backquotes; NULL: none does. */
static const char *repeated(struct arena *arena, const char *const *names, uint32_t count) {
    const char *list = NULL;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i; k++) {
            if (strcasecmp(names[i], names[k]) != 0) continue;
            char *lower = arena_strdup(arena, names[k]);
            for (char *c = lower; *c; c++)
                if (*c >= 'A' && *c <= 'Z') *c = (char)(*c + 32);
            list = arena_printf(arena, "%s%s`%s`", list ? list : "", list ? ", " : "", lower);
            break;
        }
    return list;
}

static bool check_types(const struct u_function *f, struct error *err) {
    bool any = (f->returns && type_has_char(f->returns)) || (f->returns_table && type_has_char(f->returns_table));
    for (uint32_t i = 0; i < f->parameter_count; i++) any |= type_has_char(f->parameters[i].type);
    return !any || error_set(err, "UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING", NULL);
}

static bool check_not_null(const struct u_function *f, struct error *err) {
    const char *wrong = NULL;
    for (uint32_t i = 0; i < f->parameter_count; i++)
        if (f->parameters[i].not_null) wrong = f->parameters_text;
    for (uint32_t i = 0; !wrong && f->returns_table && i < f->returns_table->field_count; i++)
        if (!f->returns_table->fields[i].nullable) wrong = f->returns_text;
    return !wrong || error_set(err, "USER_DEFINED_FUNCTIONS.NOT_NULL_ON_FUNCTION_PARAMETERS", "input", wrong, NULL);
}

static bool check_returned(struct arena *arena, const struct type *columns, const char *name, struct error *err) {
    const char **names = ARENA_ARRAY(arena, const char *, columns->field_count);
    for (uint32_t i = 0; i < columns->field_count; i++) names[i] = columns->fields[i].name;
    const char *twice = repeated(arena, names, columns->field_count);
    return !twice || error_set(err, "DUPLICATE_ROUTINE_RETURNS_COLUMNS", "routineName", name, "columns", twice, NULL);
}

static bool check_parameters(struct arena *arena, const struct u_function *f, const char *name, struct error *err) {
    const char **names = ARENA_ARRAY(arena, const char *, f->parameter_count);
    for (uint32_t i = 0; i < f->parameter_count; i++) names[i] = f->parameters[i].name.parts[0];
    const char *twice = repeated(arena, names, f->parameter_count);
    if (twice) return error_set(err, "DUPLICATE_ROUTINE_PARAMETER_NAMES", "routineName", name, "names", twice, NULL);
    for (uint32_t i = 0; i + 1 < f->parameter_count; i++)
        if (f->parameters[i].default_value && !f->parameters[i + 1].default_value)
            return error_set(err, "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION", "functionName", name,
                             "parameterName", names[i], "nextParameterName", names[i + 1], NULL);
    return true;
}

static bool check_written(struct arena *arena, const struct u_command *c, const char *name, struct error *err) {
    const struct u_function *f = c->function;
    if (f->is_table && !c->query)
        return error_set(err, "USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_BODY_MUST_BE_A_QUERY", "name", name, NULL);
    TRY(check_types(f, err) && check_not_null(f, err) && check_parameters(arena, f, name, err));
    return !f->returns_table || check_returned(arena, f->returns_table, name, err);
}

/* RETURNS TABLE alone takes its columns from the query, whose expressions must have names. */
static bool check_inferred(struct arena *arena, const struct u_command *c, const struct type *given, const char *name,
                           struct error *err) {
    if (!c->function->is_table || c->function->returns_table) return true;
    for (uint32_t i = 0; c->query->kind == U_PROJECT && i < c->query->expr_count; i++) {
        enum u_expr_kind kind = c->query->exprs[i]->kind;
        if (kind == U_ALIAS || kind == U_ATTRIBUTE || kind == U_STAR || kind == U_EXTRACT || kind == U_REGEX) continue;
        return error_set(err, "USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_MISSING_COLUMN_NAMES", "functionName",
                         arena_printf(arena, "`%s`", name), NULL);
    }
    return check_returned(arena, given, name, err);
}

/* What outlives the session must not need what does not; CONTAINS SQL promises to read nothing. */
static bool check_uses(struct arena *arena, const struct u_command *c, const struct routine_source *source,
                       const struct name_uses *uses, struct error *err) {
    bool reads = c->function->contains_sql && uses->reads_data;
    const char *kind = uses->function ? "FUNCTION" : uses->view ? "VIEW" : uses->variable ? "VARIABLE" : NULL;
    if (!kind || source->temporary) return !reads || error_set(err, "INVALID_SQL_FUNCTION_DATA_ACCESS", NULL);
    const char *used = uses->function ? uses->function : uses->view ? uses->view : uses->variable;
    return error_set(err, "INVALID_TEMP_OBJ_REFERENCE", "obj", "FUNCTION", "objName",
                     arena_printf(arena, "`%s`.`%s`", source->database, source->name), "tempObj", kind, "tempObjName",
                     used, NULL);
}

/* ---- CREATE ---- */

typedef LIST(struct catalog_property) property_list;

static void add_property(struct arena *arena, property_list *list, const char *key, const char *value) {
    if (!value) return;
    struct catalog_property p = {key, value};
    LIST_PUSH(arena, list, p);
}

static void add_flag(struct arena *arena, property_list *list, const char *key, bool value) {
    add_property(arena, list, key, value ? "true" : "false");
}

/* What is known before the body is looked at. */
static void describe_made(struct analyzer *a, const struct u_command *c, struct routine_source *source,
                          property_list *list) {
    struct arena *arena = a->arena;
    const struct u_function *f = c->function;
    struct derivation *d = a->owner;
    add_property(arena, list, "sqlFunction.comment", c->comment);
    add_flag(arena, list, "sqlFunction.isTableFunc", f->is_table);
    add_property(arena, list, c->query ? "sqlFunction.query" : "sqlFunction.expression", f->body_text);
    add_property(arena, list, "sqlFunction.inputParam", f->parameters_text);
    add_property(arena, list, "sqlFunction.createTime",
                 arena_printf(arena, "%lld", (long long)(source->created / 1000)));
    add_flag(arena, list, "sqlConfig.spark.sql.ansi.enabled", a->context->ansi);
    add_property(arena, list, "sqlConfig.spark.sql.session.timeZone", a->context->zone_name);
    add_property(arena, list, "catalogAndNamespace.numParts", "2");
    add_property(arena, list, "catalogAndNamespace.part.0", "spark_catalog");
    add_property(arena, list, "catalogAndNamespace.part.1", d->context.database);
    source->property_count = list->count;
    source->properties = list->items;
}

static const char *names_as_json(struct arena *arena, const char *name) {
    return name ? arena_printf(arena, "[\"%.*s\"]", (int)strlen(name) - 2, name + 1) : "[]";
}

static void describe_body(struct arena *arena, const struct u_function *f, const struct name_uses *uses,
                          bool deterministic, struct routine_source *source, property_list *list) {
    bool reads = f->reads_sql || (!f->contains_sql && uses->reads_data);
    const char *returns = f->returns_text;
    if (!returns && f->is_table) returns = type_ddl(arena, source->returns);
    if (!returns) returns = type_sql(arena, source->returns);
    add_property(arena, list, "sqlFunction.returnType", returns);
    add_flag(arena, list, "sqlFunction.deterministic", f->deterministic || (!f->not_deterministic && deterministic));
    add_property(arena, list, reads ? "sqlFunction.readsSQLData" : "sqlFunction.containsSQL", "true");
    add_property(arena, list, "referredTempViewNames", names_as_json(arena, uses->view));
    add_property(arena, list, "referredTempFunctionsNames", names_as_json(arena, uses->function));
    add_property(arena, list, "referredTempVariableNames", names_as_json(arena, uses->variable));
    source->property_count = list->count;
    source->properties = list->items;
}

/* Analyzes the body: the type it gives, and what it uses. */
static bool make_routine(struct analyzer *a, const struct u_command *c, struct routine_source *source,
                         struct error *err) {
    property_list list = {0};
    TRY(check_written(a->arena, c, source->name, err));
    describe_made(a, c, source, &list);
    struct name_uses uses = {0}, *outside = a->uses;
    bool deterministic = true;
    const struct routine *routine = routine_of(a, c, source, err);
    TRY(routine);
    a->uses = &uses;
    source->returns = plan_check_routine(a, routine, &deterministic, err);
    a->uses = outside;
    TRY(source->returns);
    TRY(check_inferred(a->arena, c, source->returns, source->name, err));
    TRY(check_uses(a->arena, c, source, &uses, err));
    describe_body(a->arena, c->function, &uses, deterministic, source, &list);
    return true;
}

struct routine_change {
    struct routine_source source;
    bool replace, if_not_exists, if_exists;
};

static bool already_exists(struct arena *arena, const struct routine_source *s, struct error *err) {
    const char *name =
        s->temporary ? arena_printf(arena, "`%s`", s->name) : arena_printf(arena, "`%s`.`%s`", s->database, s->name);
    return error_set(err, "ROUTINE_ALREADY_EXISTS", "routineName", name, "newRoutineType", "routine",
                     "existingRoutineType", "routine", NULL);
}

static bool is_builtin(const char *name) {
    const struct function *f = function_described(name);
    return f && !(f->flags & FUNCTION_INTERNAL);
}

static bool put_temporary(struct command_run *run, const struct routine_change *change, struct error *err) {
    const struct routine_source *s = &change->source;
    bool exists = is_builtin(s->name);
    for (uint32_t i = 0; !exists && !change->replace && routine_at(run->session, i); i++) {
        const struct routine_source *other = routine_at(run->session, i);
        exists = other->is_table == s->is_table && strcasecmp(other->name, s->name) == 0;
    }
    if (exists) return already_exists(&run->op.memory, s, err);
    routine_put(run->session, s);
    return true;
}

static bool put_routine(struct command_run *run, struct error *err) {
    const struct routine_change *change = run->command->arguments;
    const struct routine_source *s = &change->source;
    if (s->temporary) return put_temporary(run, change, err);
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    if (!change->replace && catalog_find_function(catalog, s->database, s->name))
        return change->if_not_exists || already_exists(&run->op.memory, s, err);
    struct catalog_function f = {
        .database = s->database,
        .name = s->name,
        .text = s->text,
        .returns = s->returns,
        .created = s->created,
        .property_count = s->property_count,
        .properties = s->properties,
    };
    return catalog_put_function(catalog, &f, err);
}

static const struct command_kind create_command = {.name = "CreateFunction", .finish = put_routine};

/* Where a function of this name is, or will be. */
static bool place_routine(struct analyzer *a, const struct u_command *c, bool temporary, const char *statement,
                          struct routine_source *source, struct error *err) {
    struct session *session = analyzer_session(a);
    struct u_name name;
    struct table_name resolved;
    TRY(reference_name(a, &c->target, &name, err));
    *source = (struct routine_source){.temporary = temporary, .created = a->context->now};
    if (temporary) {
        if (name.count == 2 && c->kind != C_DROP_FUNCTION)
            return error_set(err, "INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_DATABASE", "database",
                             arena_printf(a->arena, "`%s`", name.parts[0]), NULL);
        if (name.count > 1)
            return error_set(err, "INVALID_SQL_SYNTAX.MULTI_PART_NAME", "statement", statement, "name",
                             quote_name(a->arena, &name), NULL);
        source->name = view_key(session, a->arena, name.parts[0]);
        return true;
    }
    TRY(resolve_table_name(session, a->arena, &name, &resolved, err));
    source->database = arena_strdup(a->arena, resolved.database);
    source->name = resolved.name;
    return true;
}

static struct plan *change_plan(struct analyzer *a, const struct u_command *c, const struct command_kind *kind,
                                const struct routine_source *source) {
    struct routine_change *change = ARENA_NEW(a->arena, struct routine_change);
    *change = (struct routine_change){*source, c->or_replace, c->if_not_exists, c->if_exists};
    const char *key = source->temporary ? arena_printf(a->arena, "function:%s", source->name) : NULL;
    return simple_command(a, kind, change, key);
}

struct plan *sql_create_function(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct routine_source source;
    const struct u_function *f = c->function;
    TRY_NULL(place_routine(a, c, f->temporary, "CREATE TEMPORARY FUNCTION", &source, err));
    source.text = f->text;
    source.is_table = f->is_table;
    if (!f->temporary) {
        struct catalog *catalog = session_catalog(analyzer_session(a), err);
        TRY_NULL(catalog);
        if (!catalog_find_database(catalog, source.database)) {
            schema_not_found(source.database, err);
            return NULL;
        }
    }
    if (c->kind == C_CREATE_SQL_FUNCTION) {
        TRY_NULL(make_routine(a, c, &source, err));
    } else if (f->temporary) {
        error_set(err, "CANNOT_LOAD_FUNCTION_CLASS", "className", f->class_name, "functionName",
                  arena_printf(a->arena, "`%s`", source.name), NULL);
        return NULL;
    }
    return change_plan(a, c, &create_command, &source);
}

/* ---- DROP ---- */

static bool drop_routine(struct command_run *run, struct error *err) {
    const struct routine_change *change = run->command->arguments;
    const struct routine_source *s = &change->source;
    if (s->temporary) {
        bool known = session_function_drop(run->session, s->name) || routine_drop(run->session, s->name, false);
        if (known || routine_drop(run->session, s->name, true) || change->if_exists) return true;
        return error_set(err, "ROUTINE_NOT_FOUND", "routineName", arena_printf(&run->op.memory, "`%s`", s->name), NULL);
    }
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    if (!catalog_find_function(catalog, s->database, s->name)) return true; /* IF EXISTS: it was there or need not be */
    return catalog_drop_function(catalog, s->database, s->name, err);
}

static const struct command_kind drop_command = {.name = "DropFunction", .finish = drop_routine};

static bool unresolved(struct analyzer *a, const struct u_name *name, struct error *err) {
    error_set(err, "UNRESOLVED_ROUTINE", "routineName", quote_name(a->arena, name), NULL);
    return error_add(err, "searchPath", "[`system`.`builtin`, `system`.`session`, `spark_catalog`.`%s`]",
                     analyzer_session(a)->database);
}

/* Whether the name means a built-in or a temporary function, which hides a persistent one. */
static bool is_hidden(struct analyzer *a, const struct u_name *name) {
    struct routine_source found;
    if (name->count == 1 && is_builtin(name->parts[0])) return true;
    return routine_find(a, name, false, &found) && found.temporary;
}

/* Nothing is kept of a function that could be out of date. */
static bool refresh_function(struct command_run *run, struct error *err) {
    (void)run, (void)err;
    return true;
}

static const struct command_kind refresh_command = {.name = "RefreshFunction", .finish = refresh_function};

struct plan *sql_refresh_function(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct u_name name;
    struct routine_source found;
    TRY_NULL(reference_name(a, &c->target, &name, err));
    if (is_hidden(a, &name))
        error_set(err, "_LEGACY_ERROR_TEMP_1017", "name", name.parts[0], "cmd", "REFRESH FUNCTION", "hintStr", "",
                  NULL);
    else if (!routine_find(a, &name, false, &found))
        unresolved(a, &name, err);
    else
        return simple_command(a, &refresh_command, NULL, NULL);
    error_at(err, c->target.origin);
    return NULL;
}

struct plan *sql_drop_function(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct routine_source source;
    TRY_NULL(place_routine(a, c, c->is_temporary, "DROP TEMPORARY FUNCTION", &source, err));
    if (source.temporary && is_builtin(source.name)) {
        error_set(err, "_LEGACY_ERROR_TEMP_1255", "functionName", source.name, NULL);
        return NULL;
    }
    if (source.temporary) return change_plan(a, c, &drop_command, &source);
    struct u_name name;
    TRY_NULL(reference_name(a, &c->target, &name, err));
    if (is_hidden(a, &name)) {
        error_set(err, "_LEGACY_ERROR_TEMP_1017", "name", name.parts[0], "cmd", "DROP FUNCTION", "hintStr",
                  " Please use fully qualified identifier to drop the persistent function.", NULL);
        return NULL;
    }
    struct catalog *catalog = session_catalog(analyzer_session(a), err);
    TRY_NULL(catalog);
    if (!c->if_exists && !catalog_find_function(catalog, source.database, source.name)) {
        unresolved(a, &name, err);
        return NULL;
    }
    return change_plan(a, c, &drop_command, &source);
}

/* ---- DESCRIBE ---- */

static const struct command_column description_column[] = {{"function_desc", TYPE_STRING, false}};
static const struct command_kind describe_command = {
    .name = "DescribeFunction", COLUMNS(description_column), .finish = emit_texts};

static void describe_routine(struct arena *arena, const struct routine_source *s, struct text_row *rows) {
    const char *name = s->temporary ? s->name : arena_printf(arena, "spark_catalog.%s.%s", s->database, s->name);
    rows[0].cells[0] = arena_printf(arena, "Function: %s", name);
    rows[1].cells[0] = "Class: sqlFunction.";
    rows[2].cells[0] = arena_printf(arena, "Usage: %s", routine_usage(arena, s));
    rows[3].cells[0] = arena_printf(arena, "Extended Usage:\n    No example/argument for %s.\n", s->name);
}

/* One that a class implements: its statement names the class. */
static bool describe_class(struct analyzer *a, const struct routine_source *s, struct text_row *rows,
                           struct error *err) {
    const struct u_plan *u = sql_parse_statement(a->arena, a->context, arena_strdup(a->arena, s->text), err);
    TRY(u);
    rows[1].cells[0] = arena_printf(a->arena, "Class: %s", u->command->function->class_name);
    rows[2].cells[0] = "Usage: N/A.";
    return true;
}

static void describe_builtin(struct arena *arena, const struct function *f, struct text_row *rows) {
    rows[0].cells[0] = arena_printf(arena, "Function: %s", f->name);
    rows[1].cells[0] = "Class: roost.builtin";
    rows[2].cells[0] = arena_printf(arena, "Usage: %s", f->usage ? f->usage : "N/A.");
    const char *example = f->example ? arena_printf(arena, "    Examples:\n      > SELECT %s\n  ", f->example)
                                     : arena_printf(arena, "    No example/argument for %s.\n", f->name);
    rows[3].cells[0] = arena_printf(arena, "Extended Usage:\n%s\n    Since: %s\n", example, f->since ? f->since : "");
}

static void describe_client(struct arena *arena, const char *name, struct text_row *rows) {
    rows[0].cells[0] = arena_printf(arena, "Function: %s", name);
    rows[1].cells[0] = "Class: roost.function";
    rows[2].cells[0] = "Usage: N/A.";
    rows[3].cells[0] = "Extended Usage:";
}

struct plan *sql_describe_function(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct u_name name;
    struct routine_source source;
    struct text_row *rows = ARENA_ARRAY(a->arena, struct text_row, 4);
    TRY_NULL(reference_name(a, &c->target, &name, err));
    const struct function *f = name.count == 1 ? function_described(name.parts[0]) : NULL;
    if (f && !(f->flags & FUNCTION_INTERNAL)) {
        describe_builtin(a->arena, f, rows);
    } else if (name.count == 1 && session_function_known(analyzer_session(a), name.parts[0])) {
        describe_client(a->arena, name.parts[0], rows);
    } else if (routine_find(a, &name, false, &source)) {
        describe_routine(a->arena, &source, rows);
        if (!source.returns) TRY_NULL(describe_class(a, &source, rows, err));
    } else {
        struct table_name parts;
        TRY_NULL(resolve_table_name(analyzer_session(a), a->arena, &name, &parts, err));
        unresolved(a, &name, err);
        error_at(err, c->target.origin);
        return NULL;
    }
    return texts_command(a, &describe_command, rows, c->extended ? 4 : 3);
}

/* ---- SHOW ---- */

static const struct command_column function_column[] = {{"function", TYPE_STRING, false}};

struct listing {
    const char *pattern, *database;
    bool user, system;
};

typedef LIST(const char *) name_list;

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_name(struct arena *arena, name_list *list, const char *pattern, const char *name, const char *shown) {
    if (pattern_matches(pattern, name)) LIST_PUSH(arena, list, shown);
}

static bool list_functions(struct command_run *run, struct error *err) {
    const struct listing *l = run->command->arguments;
    struct arena *arena = &run->op.memory;
    name_list list = {0};
    uint32_t count = 0;
    const struct function **functions = functions_by_name(arena, &count);
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    for (uint32_t i = 0; l->system && i < count; i++)
        add_name(arena, &list, l->pattern, functions[i]->name, functions[i]->name);
    const char *name;
    for (uint32_t i = 0; l->user && (name = session_function_at(run->session, i)); i++)
        add_name(arena, &list, l->pattern, name, name);
    const struct catalog_function *f;
    for (uint32_t i = 0; l->user && (f = catalog_function_at(catalog, l->database, i)); i++)
        add_name(arena, &list, l->pattern, f->name, arena_printf(arena, "spark_catalog.%s.%s", f->database, f->name));
    const struct routine_source *s;
    for (uint32_t i = 0; l->user && (s = routine_at(run->session, i)); i++)
        add_name(arena, &list, l->pattern, s->name, s->name);
    if (list.count) qsort(list.items, list.count, sizeof *list.items, compare_names);
    for (uint32_t i = 0; i < list.count; i++) {
        row_text(run, 0, list.items[i]);
        row_end(run);
    }
    return true;
}

static const struct command_kind show_command = {
    .name = "ShowFunctions", COLUMNS(function_column), .finish = list_functions};

struct plan *sql_show_functions(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct listing *l = ARENA_NEW(a->arena, struct listing);
    struct u_name name;
    TRY_NULL(reference_name(a, &c->source, &name, err));
    TRY_NULL(reference_database(a, &c->target, &l->database, err));
    l->pattern = c->pattern;
    if (!l->pattern && name.count) l->pattern = name.parts[name.count - 1];
    if (!c->pattern && name.count > 1)
        l->database = view_key(analyzer_session(a), a->arena, name.parts[name.count - 2]);
    l->user = !c->scope || strcasecmp(c->scope, "SYSTEM") != 0;
    l->system = !c->scope || strcasecmp(c->scope, "USER") != 0;
    l->database = arena_strdup(a->arena, l->database);
    return simple_command(a, &show_command, l, NULL);
}
