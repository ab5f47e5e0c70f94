/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spark.catalog's functions: the built-in ones, those that clients have registered, those written in SQL, and those of
 * the catalog that are only named, as a Java class implements them.
 */
#include <string.h>
#include <strings.h>

#include "catalog/catalog.h"
#include "expr/function.h"
#include "session/catalog_call.h"
#include "session/command_sql.h"
#include "session/functions.h"
#include "session/routines.h"
#include "sql/sql.h"

struct known_function {
    const char *name;
    const char *database; /* NULL: it is in none */
    const char *description, *class;
};

static const struct catalog_call *call_of(const struct command_run *run) {
    return run->command->arguments;
}

static void function_row(struct command_run *run, const struct known_function *f) {
    row_text(run, 0, f->name);
    row_text(run, 1, f->database ? CATALOG_NAME : NULL);
    if (f->database)
        row_texts(run, 2, &f->database, 1);
    else
        builder_append_null(&run->columns[2]);
    row_text(run, 3, f->description);
    row_text(run, 4, f->class);
    row_bool(run, 5, !f->database);
    row_end(run);
}

/* ---- what there is ---- */

static struct known_function of_builtin(const struct function *f) {
    return (struct known_function){.name = f->name, .description = f->usage, .class = "roost.builtin"};
}

static struct known_function of_client(const char *name) {
    return (struct known_function){.name = name, .description = "N/A.", .class = "roost.function"};
}

static struct known_function of_routine(struct arena *arena, const struct routine_source *s) {
    return (struct known_function){.name = s->name, .description = routine_usage(arena, s), .class = "sqlFunction."};
}

/* Of the catalog: written in SQL, or a statement that names a class. */
static bool of_catalog(struct command_run *run, const struct catalog_function *f, struct known_function *out,
                       struct error *err) {
    struct arena *arena = &run->op.memory;
    const struct routine_source source = {
        .name = f->name, .property_count = f->property_count, .properties = f->properties};
    *out = of_routine(arena, &source);
    out->database = f->database;
    if (f->returns) return true;
    const struct u_plan *u = sql_parse_statement(arena, run->op.query->context, arena_strdup(arena, f->text), err);
    TRY(u);
    out->description = "N/A.";
    out->class = u->command->function->class_name;
    return true;
}

/* ---- one by its name ---- */

/* *found false: there is none. A built-in hides others of its name, and temporary ones those of the catalog. */
static bool find_function(struct command_run *run, const struct u_name *name, struct known_function *out, bool *found,
                          struct error *err) {
    const char *last = name->parts[name->count - 1];
    *found = true;
    if (name->count == 1) {
        const struct function *f = function_described(last);
        const struct routine_source *s;
        if (f && !(f->flags & FUNCTION_INTERNAL)) return *out = of_builtin(f), true;
        if (session_function_known(run->session, last)) return *out = of_client(last), true;
        for (uint32_t i = 0; (s = routine_at(run->session, i)); i++)
            if (strcasecmp(s->name, last) == 0) return *out = of_routine(&run->op.memory, s), true;
    }
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    const char *database = name->count == 1 ? run->session->database
                                            : view_key(run->session, &run->op.memory, name->parts[name->count - 2]);
    const char *key = view_key(run->session, &run->op.memory, last);
    const struct catalog_function *f = catalog_find_function(catalog, database, key);
    *found = f && (name->count < 3 || strcmp(name->parts[0], CATALOG_NAME) == 0);
    TRY(!*found || of_catalog(run, f, out, err));
    if (*found) out->name = last; /* as it was asked for */
    return true;
}

/* The name that the call's arguments make. */
static bool asked_name(struct command_run *run, struct u_name *name, struct error *err) {
    struct arena *arena = &run->op.memory;
    const struct catalog_call *call = call_of(run);
    if (call->second) {
        name->count = 2;
        name->parts = ARENA_ARRAY(arena, const char *, 2);
        name->parts[0] = call->second;
        name->parts[1] = call->first;
        return true;
    }
    TRY(sql_parse_name(arena, call->first, name, err));
    if (name->count <= 3) return true;
    struct u_name database = {name->count - 1, name->parts};
    error_set(err, "REQUIRES_SINGLE_PART_NAMESPACE", "sessionCatalog", CATALOG_NAME, NULL);
    return error_add(err, "namespace", "%s", quote_name(arena, &database));
}

bool catalog_get_function(struct command_run *run, struct error *err) {
    struct u_name name;
    struct known_function f;
    bool found;
    TRY(asked_name(run, &name, err) && find_function(run, &name, &f, &found, err));
    if (found) {
        function_row(run, &f);
        return true;
    }
    error_set(err, "UNRESOLVED_ROUTINE", "routineName", quote_name(&run->op.memory, &name), NULL);
    return error_add(err, "searchPath", "[`system`.`builtin`, `system`.`session`, `%s`.`%s`]", run->session->catalog,
                     run->session->database);
}

bool catalog_function_exists(struct command_run *run, struct error *err) {
    struct u_name name;
    struct known_function f;
    bool found;
    TRY(asked_name(run, &name, err) && find_function(run, &name, &f, &found, err));
    row_bool(run, 0, found);
    row_end(run);
    return true;
}

/* ---- all ---- */

static bool list_catalog(struct command_run *run, const char *database, const char *pattern, struct error *err) {
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    if (!catalog_find_database(catalog, database)) return schema_not_found(database, err);
    const struct catalog_function *f;
    for (uint32_t i = 0; (f = catalog_function_at(catalog, database, i)); i++) {
        struct known_function known;
        if (!pattern_matches(pattern, f->name)) continue;
        TRY(of_catalog(run, f, &known, err));
        function_row(run, &known);
    }
    return true;
}

bool catalog_list_functions(struct command_run *run, struct error *err) {
    struct arena *arena = &run->op.memory;
    const char *pattern = call_of(run)->second, *name;
    const char *database = call_of(run)->first;
    database = database ? view_key(run->session, arena, database) : run->session->database;
    uint32_t count;
    const struct function **functions = functions_by_name(arena, &count);
    struct known_function known;
    for (uint32_t i = 0; i < count; i++)
        if (pattern_matches(pattern, functions[i]->name)) function_row(run, (known = of_builtin(functions[i]), &known));
    for (uint32_t i = 0; (name = session_function_at(run->session, i)); i++)
        if (pattern_matches(pattern, name)) function_row(run, (known = of_client(name), &known));
    TRY(list_catalog(run, database, pattern, err));
    const struct routine_source *s;
    for (uint32_t i = 0; (s = routine_at(run->session, i)); i++)
        if (pattern_matches(pattern, s->name)) function_row(run, (known = of_routine(arena, s), &known));
    return true;
}
