/* SPDX-License-Identifier: Apache-2.0 */
/* SQL's commands: which function carries out which, and what those functions share. See command_sql.h. */
#include "session/command_sql.h"

#include <string.h>

#include "expr/evaluate.h"
#include "session/settings.h"
#include "sql/sql.h"

static command_maker *const makers[] = {
    [C_SET] = sql_set,
    [C_RESET] = sql_reset,
    [C_USE] = sql_use,
    [C_SET_CATALOG] = sql_set_catalog,
    [C_DECLARE_VARIABLE] = sql_declare_variable,
    [C_DROP_VARIABLE] = sql_drop_variable,
    [C_SET_VARIABLE] = sql_set_variable,
    [C_EXECUTE_IMMEDIATE] = sql_execute_immediate,
    [C_EXPLAIN] = sql_explain,
    [C_CREATE_NAMESPACE] = sql_create_namespace,
    [C_DROP_NAMESPACE] = sql_drop_namespace,
    [C_ALTER_NAMESPACE] = sql_alter_namespace,
    [C_SHOW_NAMESPACES] = sql_show_namespaces,
    [C_SHOW_CURRENT_NAMESPACE] = sql_show_current_namespace,
    [C_SHOW_CATALOGS] = sql_show_catalogs,
    [C_DESCRIBE_NAMESPACE] = sql_describe_namespace,
    [C_CREATE_VIEW] = sql_create_view,
    [C_CREATE_VIEW_USING] = sql_create_view_using,
    [C_ALTER_VIEW] = sql_alter_view,
    [C_DROP_VIEW] = sql_drop_view,
    [C_CREATE_TABLE] = sql_create_table,
    [C_CREATE_TABLE_LIKE] = sql_create_table_like,
    [C_DROP_TABLE] = sql_drop_table,
    [C_ALTER_TABLE] = sql_alter_table,
    [C_RENAME_TABLE] = sql_rename_table,
    [C_COMMENT_ON] = sql_comment_on,
    [C_TRUNCATE_TABLE] = sql_truncate_table,
    [C_REFRESH_TABLE] = sql_refresh_table,
    [C_REFRESH_PATH] = sql_refresh_path,
    [C_ANALYZE_TABLE] = sql_analyze_table,
    [C_ANALYZE_TABLES] = sql_analyze_tables,
    [C_MULTI_INSERT] = sql_multi_insert,
    [C_LOAD_DATA] = sql_load_data,
    [C_REPAIR_TABLE] = sql_repair_table,
    [C_INSERT] = sql_insert,
    [C_INSERT_DIRECTORY] = sql_insert_directory,
    [C_DELETE] = sql_change_rows,
    [C_UPDATE] = sql_change_rows,
    [C_MERGE] = sql_change_rows,
    [C_CACHE_TABLE] = sql_cache_table,
    [C_UNCACHE_TABLE] = sql_uncache_table,
    [C_CLEAR_CACHE] = sql_clear_cache,
    [C_SCRIPT] = sql_script,
    [C_CREATE_FUNCTION] = sql_create_function,
    [C_CREATE_SQL_FUNCTION] = sql_create_function,
    [C_DROP_FUNCTION] = sql_drop_function,
    [C_REFRESH_FUNCTION] = sql_refresh_function,
    [C_SHOW_TABLES] = sql_show_tables,
    [C_SHOW_TABLE_EXTENDED] = sql_show_table_extended,
    [C_SHOW_VIEWS] = sql_show_views,
    [C_SHOW_COLUMNS] = sql_show_columns,
    [C_SHOW_PARTITIONS] = sql_show_partitions,
    [C_SHOW_TBLPROPERTIES] = sql_show_tblproperties,
    [C_SHOW_CREATE_TABLE] = sql_show_create_table,
    [C_SHOW_FUNCTIONS] = sql_show_functions,
    [C_DESCRIBE_TABLE] = sql_describe_table,
    [C_DESCRIBE_QUERY] = sql_describe_query,
    [C_DESCRIBE_FUNCTION] = sql_describe_function,
};

static const char *const unsupported[] = {
    [C_CREATE_INDEX] = "CREATE INDEX",
    [C_DROP_INDEX] = "DROP INDEX",
    [C_CALL] = "CALL",
    [C_SHOW_PROCEDURES] = "SHOW PROCEDURES",
    [C_DESCRIBE_PROCEDURE] = "DESCRIBE PROCEDURE",
    [C_RESOURCE] = "ADD and LIST of resources",
};

bool command_analyze(struct analyzer *a, const struct u_plan *u, struct plan **plan, struct error *err) {
    if (u->kind == U_CATALOG) {
        *plan = command_from_catalog(a, u, err);
        return *plan;
    }
    uint32_t kind = (uint32_t)u->command->kind;
    if (kind < sizeof makers / sizeof *makers && makers[kind]) {
        *plan = makers[kind](a, u->command, err);
        return *plan;
    }
    bool named = kind < sizeof unsupported / sizeof *unsupported && unsupported[kind];
    return error_unsupported(err, "%s", named ? unsupported[kind] : "this command");
}

/* ---- names ---- */

const struct expr *row_value(struct analyzer *a, struct u_expr *e, const struct type *type, struct error *err) {
    struct u_plan *row = u_plan_new(a->arena, U_ONE_ROW, e->origin, 0, 0);
    struct u_plan *project = u_plan_new(a->arena, U_PROJECT, e->origin, 1, 1);
    project->children[0] = row;
    project->exprs[0] = e;
    if (type) {
        struct u_expr *cast = u_expr_new(a->arena, U_CAST, e->origin, 1);
        cast->children[0] = e;
        cast->cast.type = type;
        project->exprs[0] = cast;
    }
    const struct plan *p = plan_analyze(a, project, err);
    TRY_NULL(p);
    if (p->kind != PLAN_PROJECT || p->expr_count != 1) {
        error_unsupported(err, "an expression that is not constant here");
        return NULL;
    }
    const struct expr *value = p->exprs[0];
    while (value->kind == EXPR_ALIAS) value = value->children[0];
    return value;
}

const struct vector *constant_value(struct analyzer *a, struct u_expr *e, const struct type *type, struct error *err) {
    const struct expr *value = row_value(a, e, type, err);
    TRY_NULL(value);
    if (value->foldable) return expr_fold(a->arena, a->context, value, err);
    error_unsupported(err, "an expression that is not constant here");
    return NULL;
}

bool reference_name(struct analyzer *a, const struct u_reference *r, struct u_name *name, struct error *err) {
    *name = r->name;
    if (!r->identifier) return true;
    struct u_expr *e = r->identifier->kind == U_IDENTIFIER ? r->identifier->children[0] : r->identifier;
    const struct vector *v = constant_value(a, e, NULL, err);
    TRY(v);
    if (!type_is_string(v->type) || vector_is_null(v, 0))
        return error_set(err, "NOT_A_CONSTANT_STRING.WRONG_TYPE", "name", "IDENTIFIER", "expr", "IDENTIFIER",
                         "dataType", type_sql(a->arena, v->type), NULL);
    const struct string *text = VECTOR_DATA(v, struct string);
    return sql_parse_name(a->arena, arena_strndup(a->arena, text->data, text->size), name, err);
}

bool reference_database(struct analyzer *a, const struct u_reference *r, const char **database, struct error *err) {
    struct session *session = analyzer_session(a);
    struct u_name name;
    TRY(reference_name(a, r, &name, err));
    *database = session->database;
    if (!name.count) return true;
    *database = view_key(session, a->arena, name.parts[name.count - 1]);
    if (name.count == 1 || (name.count == 2 && strcmp(name.parts[0], "spark_catalog") == 0)) return true;
    error_set(err, "REQUIRES_SINGLE_PART_NAMESPACE", "sessionCatalog", "spark_catalog", NULL);
    return error_add(err, "namespace", "%s", quote_name(a->arena, &name));
}

const struct catalog_database *find_reference_database(struct analyzer *a, const struct u_reference *r,
                                                       struct error *err) {
    const char *name;
    struct catalog *catalog = session_catalog(analyzer_session(a), err);
    if (!catalog || !reference_database(a, r, &name, err)) return NULL;
    const struct catalog_database *d = catalog_find_database(catalog, name);
    if (!d) schema_not_found(name, err);
    return d;
}

bool find_target(struct analyzer *a, const struct u_reference *r, struct target *t, struct error *err) {
    struct session *session = analyzer_session(a);
    *t = (struct target){.origin = r->origin};
    TRY(reference_name(a, r, &t->written, err));
    t->catalog = session_catalog(session, err);
    TRY(t->catalog);
    t->view = find_temporary_view(session, a->arena, &t->written);
    if (t->view) {
        t->name = (struct table_name){.name = t->view->name, .parts = t->written.count};
        return true;
    }
    TRY(resolve_table_name(session, a->arena, &t->written, &t->name, err));
    t->table = catalog_find_table(t->catalog, t->name.database, t->name.name);
    return true;
}

bool need_target(struct analyzer *a, const struct u_reference *r, struct target *t, struct error *err) {
    TRY(find_target(a, r, t, err));
    if (t->view || t->table) return true;
    table_not_found(a->arena, &t->written, err);
    return error_at(err, r->origin);
}

const char *quote_table(struct arena *arena, const struct table_name *name) {
    return arena_printf(arena, "`%s`.`%s`.`%s`", name->catalog, name->database, name->name);
}

const struct type *target_schema(const struct target *t) {
    return t->view ? t->view->handle->schema : t->table->schema;
}

/* ---- plans ---- */

struct plan *simple_command(struct analyzer *a, const struct command_kind *kind, void *arguments, const char *key) {
    struct command *command = command_create(a, kind, arguments);
    command->changes_session = key;
    command->state_key = key;
    return command_as_plan(a, command);
}

struct texts {
    uint32_t count;
    const struct text_row *rows;
};

struct plan *texts_command(struct analyzer *a, const struct command_kind *kind, const struct text_row *rows,
                           uint32_t count) {
    struct texts *texts = ARENA_NEW(a->arena, struct texts);
    *texts = (struct texts){.count = count, .rows = rows};
    return simple_command(a, kind, texts, NULL);
}

bool emit_texts(struct command_run *run, struct error *err) {
    (void)err;
    const struct texts *texts = run->command->arguments;
    for (uint32_t i = 0; i < texts->count; i++) {
        for (uint32_t c = 0; c < run->command->kind->column_count; c++) row_text(run, c, texts->rows[i].cells[c]);
        row_end(run);
    }
    return true;
}
