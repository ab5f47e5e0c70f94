/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spark.catalog: calls that answer rows, or change what is current. See commands.h.
 *
 * Arguments come as texts by the number of their field in the protocol. A name and a database that is told apart from
 * it make one name; a name that holds dots is parsed.
 */
#include <string.h>

#include "catalog/catalog.h"
#include "session/cache.h"
#include "session/catalog_call.h"
#include "session/command_sql.h"
#include "session/settings.h"
#include "session/write.h"
#include "sql/sql.h"

static const struct catalog_call *call_of(const struct command_run *run) {
    return run->command->arguments;
}

/* ---- what rows look like ---- */

static const struct command_column text_column[] = {{"value", TYPE_STRING, true}};
static const struct command_column flag_column[] = {{"value", TYPE_BOOLEAN, false}};
static const struct command_column database_columns[] = {{"name", TYPE_STRING, true},
                                                         {"catalog", TYPE_STRING, true},
                                                         {"description", TYPE_STRING, true},
                                                         {"locationUri", TYPE_STRING, true}};
static const struct command_column table_columns[] = {
    {"name", TYPE_STRING, true},        {"catalog", TYPE_STRING, true},   {"namespace", TYPE_ARRAY, true},
    {"description", TYPE_STRING, true}, {"tableType", TYPE_STRING, true}, {"isTemporary", TYPE_BOOLEAN, false}};
static const struct command_column function_columns[] = {
    {"name", TYPE_STRING, true},        {"catalog", TYPE_STRING, true},   {"namespace", TYPE_ARRAY, true},
    {"description", TYPE_STRING, true}, {"className", TYPE_STRING, true}, {"isTemporary", TYPE_BOOLEAN, false}};
static const struct command_column column_columns[] = {
    {"name", TYPE_STRING, true},       {"description", TYPE_STRING, true},   {"dataType", TYPE_STRING, true},
    {"nullable", TYPE_BOOLEAN, false}, {"isPartition", TYPE_BOOLEAN, false}, {"isBucket", TYPE_BOOLEAN, false},
    {"isCluster", TYPE_BOOLEAN, false}};
static const struct command_column catalog_columns[] = {{"name", TYPE_STRING, true},
                                                        {"description", TYPE_STRING, true}};

static bool answer_text(struct command_run *run, const char *text) {
    row_text(run, 0, text);
    row_end(run);
    return true;
}

static bool answer_flag(struct command_run *run, bool flag) {
    row_bool(run, 0, flag);
    row_end(run);
    return true;
}

/* ---- databases ---- */

static bool current_database(struct command_run *run, struct error *err) {
    (void)err;
    return answer_text(run, run->session->database);
}

static bool current_catalog(struct command_run *run, struct error *err) {
    (void)err;
    return answer_text(run, run->session->catalog);
}

/* The database that a text names: `shop`, or spark_catalog.shop. */
static const struct catalog_database *find_database(struct command_run *run, const char *text, const char **name,
                                                    struct error *err) {
    struct u_name parsed;
    struct catalog *catalog = session_catalog(run->session, err);
    if (!catalog || !sql_parse_name(&run->op.memory, text, &parsed, err)) return NULL;
    *name = view_key(run->session, &run->op.memory, parsed.parts[parsed.count - 1]);
    if (parsed.count > 1 && strcmp(parsed.parts[0], CATALOG_NAME) != 0) return NULL;
    return catalog_find_database(catalog, *name);
}

bool session_use(struct session *session, const char *database) {
    char *copy = owned_text(&session->budget->account, database);
    owned_text_free(&session->budget->account, session->database);
    session->database = copy;
    return true;
}

static bool set_current_database(struct command_run *run, struct error *err) {
    const char *name = "";
    const struct catalog_database *d = find_database(run, call_of(run)->first, &name, err);
    if (error_is_set(err)) return false;
    if (!d) return schema_not_found(name, err);
    return session_use(run->session, d->name);
}

static bool set_current_catalog(struct command_run *run, struct error *err) {
    const char *name = call_of(run)->first;
    if (strcmp(name, CATALOG_NAME) == 0) return true;
    error_set(err, "CATALOG_NOT_FOUND", NULL);
    error_add(err, "catalogName", "`%s`", name);
    return error_add(err, "config", "\"spark.sql.catalog.%s\"", name);
}

static void database_row(struct command_run *run, const struct catalog_database *d) {
    row_text(run, 0, d->name);
    row_text(run, 1, CATALOG_NAME);
    row_text(run, 2, d->comment ? d->comment : "");
    row_text(run, 3, arena_printf(&run->op.memory, "file:%s", d->location));
    row_end(run);
}

static bool list_databases(struct command_run *run, struct error *err) {
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    const struct catalog_database *d;
    for (uint32_t i = 0; (d = catalog_database_at(catalog, i)); i++)
        if (pattern_matches(call_of(run)->first, d->name)) database_row(run, d);
    return true;
}

static bool get_database(struct command_run *run, struct error *err) {
    const char *name = "";
    const struct catalog_database *d = find_database(run, call_of(run)->first, &name, err);
    if (error_is_set(err)) return false;
    if (!d) return schema_not_found(name, err);
    database_row(run, d);
    return true;
}

static bool database_exists(struct command_run *run, struct error *err) {
    const char *name;
    const struct catalog_database *d = find_database(run, call_of(run)->first, &name, err);
    return !error_is_set(err) && answer_flag(run, d);
}

static bool list_catalogs(struct command_run *run, struct error *err) {
    (void)err;
    if (!pattern_matches(call_of(run)->first, CATALOG_NAME)) return true;
    row_text(run, 0, CATALOG_NAME);
    row_text(run, 1, NULL);
    row_end(run);
    return true;
}

/* ---- tables ---- */

/* The name that a table's text and a database's, if told, make together. */
static bool table_name(struct command_run *run, const char *table, const char *database, struct u_name *name,
                       struct error *err) {
    struct arena *arena = &run->op.memory;
    struct u_name whole;
    TRY(sql_parse_name(arena, table, name, err));
    if (!database) return true;
    TRY(sql_parse_name(arena, database, &whole, err));
    const char **parts = ARENA_ARRAY(arena, const char *, whole.count + name->count);
    memcpy(parts, whole.parts, whole.count * sizeof *parts);
    memcpy(parts + whole.count, name->parts, name->count * sizeof *parts);
    *name = (struct u_name){.count = whole.count + name->count, .parts = parts};
    return true;
}

static void view_row(struct command_run *run, const char *name, const char *database) {
    row_text(run, 0, name);
    row_text(run, 1, NULL);
    row_texts(run, 2, &database, database != NULL);
    row_text(run, 3, NULL);
    row_text(run, 4, "TEMPORARY");
    row_bool(run, 5, true);
    row_end(run);
}

static void table_row(struct command_run *run, const struct catalog_table *t) {
    static const char *const kinds[] = {"MANAGED", "EXTERNAL", "VIEW"};
    row_text(run, 0, t->name);
    row_text(run, 1, CATALOG_NAME);
    row_texts(run, 2, &t->database, 1);
    row_text(run, 3, t->comment);
    row_text(run, 4, kinds[t->kind]);
    row_bool(run, 5, false);
    row_end(run);
}

static void view_rows(struct command_run *run, struct link *views, const char *database, const char *pattern) {
    for (struct link *l = views->next; l != views; l = l->next) {
        const struct view_entry *view = LINK_OWNER(l, struct view_entry, link);
        if (pattern_matches(pattern, view->name)) view_row(run, view->name, database);
    }
}

static bool list_tables(struct command_run *run, struct error *err) {
    const struct catalog_call *call = call_of(run);
    struct session *session = run->session;
    const char *database = session->database;
    if (call->first && strcmp(call->first, "global_temp") == 0) {
        view_rows(run, &session->application->global_views, "global_temp", call->second);
    } else {
        const struct catalog_database *d = call->first ? find_database(run, call->first, &database, err) : NULL;
        if (error_is_set(err)) return false;
        if (call->first && !d) return schema_not_found(database, err);
        struct catalog *catalog = session_catalog(session, err);
        TRY(catalog);
        const struct catalog_table *t;
        for (uint32_t i = 0; (t = catalog_table_at(catalog, database, i)); i++)
            if (pattern_matches(call->second, t->name)) table_row(run, t);
    }
    view_rows(run, &session->views, NULL, call->second);
    return true;
}

/* A table or persistent view; NULL, perhaps with an error. */
static const struct catalog_table *find_table(struct command_run *run, const struct u_name *name, struct error *err) {
    struct table_name t;
    struct catalog *catalog = session_catalog(run->session, err);
    if (!catalog || !resolve_table_name(run->session, &run->op.memory, name, &t, err)) return NULL;
    return catalog_find_table(catalog, t.database, t.name);
}

static bool get_table(struct command_run *run, struct error *err) {
    struct u_name name;
    TRY(table_name(run, call_of(run)->first, call_of(run)->second, &name, err));
    const struct view_entry *view = find_temporary_view(run->session, &run->op.memory, &name);
    if (view) {
        view_row(run, view->name, name.count > 1 ? "global_temp" : NULL);
        return true;
    }
    const struct catalog_table *t = find_table(run, &name, err);
    if (error_is_set(err)) return false;
    if (!t) return table_not_found(&run->op.memory, &name, err);
    table_row(run, t);
    return true;
}

static bool table_exists(struct command_run *run, struct error *err) {
    struct u_name name;
    TRY(table_name(run, call_of(run)->first, call_of(run)->second, &name, err));
    if (find_temporary_view(run->session, &run->op.memory, &name)) return answer_flag(run, true);
    bool found = find_table(run, &name, err);
    return !error_is_set(err) && answer_flag(run, found);
}

static bool is_among(const char *const *names, uint32_t count, const char *name) {
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static bool list_columns(struct command_run *run, struct error *err) {
    struct u_name name;
    TRY(table_name(run, call_of(run)->first, call_of(run)->second, &name, err));
    const struct view_entry *view = find_temporary_view(run->session, &run->op.memory, &name);
    const struct catalog_table *t = view ? NULL : find_table(run, &name, err);
    if (error_is_set(err)) return false;
    if (!view && !t) return table_not_found(&run->op.memory, &name, err);
    const struct type *schema = view ? view->handle->schema : t->schema;
    for (uint32_t i = 0; i < schema->field_count; i++) {
        const struct field *f = &schema->fields[i];
        row_text(run, 0, f->name);
        row_text(run, 1, field_comment(&run->op.memory, f));
        row_text(run, 2, type_catalog_string(&run->op.memory, f->type));
        row_bool(run, 3, f->nullable);
        row_bool(run, 4, t && is_among(t->partitions, t->partition_count, f->name));
        row_bool(run, 5, t && is_among(t->bucket_columns, t->bucket_column_count, f->name));
        row_bool(run, 6, false);
        row_end(run);
    }
    return true;
}

static bool drop_view(struct command_run *run, struct link *views) {
    struct view_entry *view = view_find(views, view_key(run->session, &run->op.memory, call_of(run)->first));
    if (view) view_drop(view);
    return answer_flag(run, view);
}

static bool drop_temp_view(struct command_run *run, struct error *err) {
    (void)err;
    return drop_view(run, &run->session->views);
}

static bool drop_global_temp_view(struct command_run *run, struct error *err) {
    (void)err;
    return drop_view(run, &run->session->application->global_views);
}

/* A name that must mean something: for calls that do nothing else here. */
static bool check_table(struct command_run *run, struct error *err) {
    struct u_name name;
    TRY(table_name(run, call_of(run)->first, NULL, &name, err));
    if (find_temporary_view(run->session, &run->op.memory, &name) || find_table(run, &name, err)) return true;
    return !error_is_set(err) ? table_not_found(&run->op.memory, &name, err) : false;
}

/* What is kept of the table or view, or NULL. */
static struct cache_entry *cached(struct command_run *run, const struct u_name *name, struct error *err) {
    const struct view_entry *view = find_temporary_view(run->session, &run->op.memory, name);
    if (view) return cache_find(run->session, view->handle->plan);
    const struct catalog_table *t = find_table(run, name, err);
    return t ? cache_find_table(run->session, t->database, t->name) : NULL;
}

static bool uncache_table(struct command_run *run, struct error *err) {
    struct u_name name;
    TRY(check_table(run, err) && table_name(run, call_of(run)->first, NULL, &name, err));
    struct cache_entry *e = cached(run, &name, err);
    if (e) cache_drop(e);
    return !error_is_set(err);
}

static bool is_cached(struct command_run *run, struct error *err) {
    struct u_name name;
    TRY(check_table(run, err) && table_name(run, call_of(run)->first, NULL, &name, err));
    bool found = cached(run, &name, err);
    return !error_is_set(err) && answer_flag(run, found);
}

static bool clear_cache(struct command_run *run, struct error *err) {
    (void)err;
    cache_clear(run->session);
    return true;
}

/* Files are looked at anew by every query, but for rows that are kept. */
static bool refresh_by_path(struct command_run *run, struct error *err) {
    (void)err;
    cache_drop_path(run->session, plain_location(&run->op.memory, call_of(run)->first));
    return true;
}

/* ---- which is which ---- */

#define CASE(KIND) [SPARK__CONNECT__CATALOG__CAT_TYPE_##KIND]

enum { NEEDS_FIRST = 1, CHANGES = 2 };

static const struct {
    struct command_kind kind;
    uint32_t flags;
    const char *state_key;
} calls[] = {
    CASE(CURRENT_DATABASE) = {{"CurrentDatabase", COLUMNS(text_column), .finish = current_database}, 0, NULL},
    CASE(SET_CURRENT_DATABASE) = {{"SetCurrentDatabase", COLUMNS(text_column), .finish = set_current_database},
                                  NEEDS_FIRST | CHANGES,
                                  "database"},
    CASE(LIST_DATABASES) = {{"ListDatabases", COLUMNS(database_columns), .finish = list_databases}, 0, NULL},
    CASE(LIST_TABLES) = {{"ListTables", COLUMNS(table_columns), .finish = list_tables}, 0, NULL},
    CASE(LIST_FUNCTIONS) = {{"ListFunctions", COLUMNS(function_columns), .finish = catalog_list_functions}, 0, NULL},
    CASE(LIST_COLUMNS) = {{"ListColumns", COLUMNS(column_columns), .finish = list_columns}, NEEDS_FIRST, NULL},
    CASE(GET_DATABASE) = {{"GetDatabase", COLUMNS(database_columns), .finish = get_database}, NEEDS_FIRST, NULL},
    CASE(GET_TABLE) = {{"GetTable", COLUMNS(table_columns), .finish = get_table}, NEEDS_FIRST, NULL},
    CASE(
        GET_FUNCTION) = {{"GetFunction", COLUMNS(function_columns), .finish = catalog_get_function}, NEEDS_FIRST, NULL},
    CASE(DATABASE_EXISTS) = {{"DatabaseExists", COLUMNS(flag_column), .finish = database_exists}, NEEDS_FIRST, NULL},
    CASE(TABLE_EXISTS) = {{"TableExists", COLUMNS(flag_column), .finish = table_exists}, NEEDS_FIRST, NULL},
    CASE(FUNCTION_EXISTS) = {{"FunctionExists", COLUMNS(flag_column), .finish = catalog_function_exists},
                             NEEDS_FIRST,
                             NULL},
    CASE(DROP_TEMP_VIEW) = {{"DropTempView", COLUMNS(flag_column), .finish = drop_temp_view},
                            NEEDS_FIRST | CHANGES,
                            "view:"},
    CASE(DROP_GLOBAL_TEMP_VIEW) = {{"DropGlobalTempView", COLUMNS(flag_column), .finish = drop_global_temp_view},
                                   NEEDS_FIRST | CHANGES,
                                   "global_view:"},
    CASE(IS_CACHED) = {{"IsCached", COLUMNS(flag_column), .finish = is_cached}, NEEDS_FIRST, NULL},
    CASE(UNCACHE_TABLE) = {{"UncacheTable", COLUMNS(text_column), .finish = uncache_table}, NEEDS_FIRST, NULL},
    CASE(CLEAR_CACHE) = {{"ClearCache", COLUMNS(text_column), .finish = clear_cache}, 0, NULL},
    CASE(REFRESH_BY_PATH) = {{"RefreshByPath", COLUMNS(text_column), .finish = refresh_by_path}, NEEDS_FIRST, NULL},
    CASE(CURRENT_CATALOG) = {{"CurrentCatalog", COLUMNS(text_column), .finish = current_catalog}, 0, NULL},
    CASE(SET_CURRENT_CATALOG) = {{"SetCurrentCatalog", COLUMNS(text_column), .finish = set_current_catalog},
                                 NEEDS_FIRST,
                                 NULL},
    CASE(LIST_CATALOGS) = {{"ListCatalogs", COLUMNS(catalog_columns), .finish = list_catalogs}, 0, NULL},
};

/* Calls that SQL has statements for. */
static const struct {
    enum u_command_kind kind;
    command_maker *make;
} statements[] = {
    CASE(CACHE_TABLE) = {C_CACHE_TABLE, sql_cache_table},
    CASE(REFRESH_TABLE) = {C_REFRESH_TABLE, sql_refresh_table},
    CASE(RECOVER_PARTITIONS) = {C_REPAIR_TABLE, sql_recover_partitions},
};

static struct plan *as_statement(struct analyzer *a, const struct u_plan *u, uint32_t which, struct error *err) {
    struct u_command *c = ARENA_NEW(a->arena, struct u_command);
    c->kind = statements[which].kind;
    c->lazy = true;
    TRY_NULL(sql_parse_name(a->arena, u->catalog.arguments[0], &c->target.name, err));
    return statements[which].make(a, c, err);
}

struct plan *command_from_catalog(struct analyzer *a, const struct u_plan *u, struct error *err) {
    uint32_t which = (uint32_t)u->catalog.which;
    if (which < sizeof statements / sizeof *statements && statements[which].make && u->catalog.arguments[0])
        return as_statement(a, u, which, err);
    if (which >= sizeof calls / sizeof *calls || !calls[which].kind.finish) {
        error_unsupported(err, "this catalog call");
        return NULL;
    }
    struct catalog_call *call = ARENA_NEW(a->arena, struct catalog_call);
    *call = (struct catalog_call){.first = u->catalog.arguments[0], .second = u->catalog.arguments[1]};
    if (calls[which].flags & NEEDS_FIRST && !call->first) {
        error_set(err, "PROTOCOL_ERROR", "what", calls[which].kind.name, "reason", "its name is missing", NULL);
        return NULL;
    }
    struct command *command = command_create(a, &calls[which].kind, call);
    command->changes_session = calls[which].flags & CHANGES;
    const char *key = calls[which].state_key;
    struct derivation *d = a->owner;
    if (key)
        command->state_key = key[strlen(key) - 1] == ':'
                                 ? arena_printf(a->arena, "%s%s", key, view_key(d->session, a->arena, call->first))
                                 : key;
    return command_as_plan(a, command);
}
