/* SPDX-License-Identifier: Apache-2.0 */
/* SQL's commands about views, temporary and persistent. See command_sql.h. */
#include <string.h>

#include "session/command_sql.h"
#include "session/settings.h"
#include "sql/sql.h"

/* The view's own names (and comments) for the columns of its query. */
static const struct u_plan *renamed(struct analyzer *a, const struct u_command *c, const struct plan *query,
                                    struct error *err) {
    const struct u_view *view = c->view;
    if (!view || !view->column_count) return c->query;
    if (view->column_count != query->output_count) {
        const char *sub = view->column_count > query->output_count
                              ? "CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"
                              : "CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS";
        const char *names = "", *data = "";
        for (uint32_t i = 0; i < view->column_count; i++)
            names = arena_printf(a->arena, "%s%s`%s`", names, i ? ", " : "", view->columns[i]);
        for (uint32_t i = 0; i < query->output_count; i++)
            data = arena_printf(a->arena, "%s%s`%s`", data, i ? ", " : "", query->output[i]->name);
        error_set(err, sub, "viewName", quote_name(a->arena, &c->target.name), "viewColumns", names, "dataColumns",
                  data, NULL);
        return NULL;
    }
    struct u_plan *u = u_plan_new(a->arena, U_TO_DF, c->origin, 1, 0);
    u->children[0] = c->query;
    u->names.name_count = view->column_count;
    u->names.names = view->columns;
    return u;
}

/* Comments stand in the columns' metadata. */
static void set_comments(struct analyzer *a, const struct u_view *view, struct plan *p) {
    for (uint32_t i = 0; view && view->comments && i < view->column_count && i < p->output_count; i++) {
        if (!view->comments[i]) continue;
        struct attribute *commented = ARENA_NEW(a->arena, struct attribute);
        *commented = *p->output[i];
        commented->metadata = arena_printf(a->arena, "{\"comment\":\"%s\"}", view->comments[i]);
        p->output[i] = commented;
    }
}

/* Makes a persistent view, or replaces one. */
static bool put_view(struct command_run *run, struct error *err) {
    const struct catalog_table *view = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    return catalog && catalog_put_table(catalog, view, err);
}

static const struct command_kind put_view_command = {.name = "CreateViewCommand", .finish = put_view};

static bool nothing(struct command_run *run, struct error *err) {
    (void)run, (void)err;
    return true;
}

static const struct command_kind nothing_command = {.name = "Nothing", .finish = nothing};

static struct plan *persistent(struct analyzer *a, const struct u_command *c, const struct plan *query, bool must_exist,
                               struct error *err) {
    struct target t;
    TRY_NULL(find_target(a, &c->target, &t, err));
    if (t.view) { /* the name means a table or view of the catalog here */
        t.view = NULL;
        TRY_NULL(resolve_table_name(analyzer_session(a), a->arena, &t.written, &t.name, err));
        t.table = catalog_find_table(t.catalog, t.name.database, t.name.name);
    }
    if (!catalog_find_database(t.catalog, t.name.database)) {
        schema_not_found(t.name.database, err);
        return NULL;
    }
    if (t.table && c->if_not_exists) return simple_command(a, &nothing_command, NULL, NULL);
    if (t.table && t.table->kind != CATALOG_VIEW && c->or_replace) {
        error_set(err, "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE", "tableName", quote_table(a->arena, &t.name), "operation",
                  "CREATE OR REPLACE VIEW", NULL);
        return NULL;
    }
    if (t.table && !c->or_replace && !must_exist) {
        error_set(err, "TABLE_OR_VIEW_ALREADY_EXISTS", "relationName", quote_table(a->arena, &t.name), NULL);
        return NULL;
    }
    if (!t.table && must_exist) {
        table_not_found(a->arena, &t.written, err);
        return NULL;
    }
    struct catalog_table *view = ARENA_NEW(a->arena, struct catalog_table);
    struct catalog_property *properties = ARENA_ARRAY(a->arena, struct catalog_property, c->option_count);
    for (uint32_t i = 0; i < c->option_count; i++)
        properties[i] = (struct catalog_property){c->options[i].key, c->options[i].value};
    const char *text = c->view && c->view->text ? c->view->text : "";
    *view = (struct catalog_table){
        .kind = CATALOG_VIEW,
        .database = t.name.database,
        .name = t.name.name,
        .schema = plan_schema(a->arena, query),
        .comment = c->comment,
        .view_text = text,
        .view_database = arena_strdup(a->arena, analyzer_session(a)->database),
        .owner = analyzer_session(a)->engine->user,
        .created = a->context->now,
        .property_count = c->option_count,
        .properties = properties,
    };
    return simple_command(a, &put_view_command, view, NULL);
}

struct plan *sql_create_view(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct u_name name;
    TRY_NULL(reference_name(a, &c->target, &name, err));
    struct plan *query = plan_analyze(a, c->query, err);
    TRY_NULL(query);
    const struct u_plan *u = renamed(a, c, query, err);
    TRY_NULL(u);
    if (u != c->query) query = plan_analyze(a, u, err);
    TRY_NULL(query);
    set_comments(a, c->view, query);
    bool temporary = c->view && (c->view->temporary || c->view->global);
    if (!temporary) return persistent(a, c, query, false, err);
    bool global = c->view->global;
    if (name.count > (global ? 2u : 1u)) {
        error_set(err, "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS", NULL);
        const char *text = "";
        for (uint32_t i = 0; i < name.count; i++)
            text = arena_printf(a->arena, "%s%s`%s`", text, i ? "." : "", name.parts[i]);
        error_add(err, "actualName", "%s", text);
        return NULL;
    }
    return create_view_plan(a, query, name.parts[name.count - 1], global, c->or_replace);
}

/* CREATE TEMPORARY VIEW v USING csv OPTIONS (path '...') */
struct plan *sql_create_view_using(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct u_name name;
    TRY_NULL(reference_name(a, &c->target, &name, err));
    struct u_plan *u = u_plan_new(a->arena, U_DATA_SOURCE, c->origin, 0, 0);
    u->source.format = c->provider.count ? c->provider.parts[c->provider.count - 1] : "parquet";
    u->source.schema = c->schema ? type_json(a->arena, c->schema) : NULL;
    u->source.option_count = c->option_count;
    u->source.options = c->options;
    struct plan *query = plan_analyze(a, u, err);
    TRY_NULL(query);
    return create_view_plan(a, query, name.parts[name.count - 1], c->view && c->view->global, c->or_replace);
}

struct plan *sql_alter_view(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_target(a, &c->target, &t, err));
    if (!c->query) return simple_command(a, &nothing_command, NULL, NULL); /* its schema binding */
    const struct plan *query = plan_analyze(a, c->query, err);
    TRY_NULL(query);
    if (t.view) return create_view_plan(a, query, t.view->name, t.written.count > 1, true);
    return persistent(a, c, query, true, err);
}

/* ---- DROP ---- */

struct drop {
    struct u_name name;
    struct table_key key;
    bool temporary;
};

static bool drop_view(struct command_run *run, struct error *err) {
    const struct drop *drop = run->command->arguments;
    if (drop->temporary) {
        struct view_entry *view = find_temporary_view(run->session, &run->op.memory, &drop->name);
        if (view) view_drop(view);
        return true;
    }
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    return !key_table(catalog, &drop->key) || catalog_drop_table(catalog, drop->key.database, drop->key.name, err);
}

static const struct command_kind drop_view_command = {.name = "DropView", .finish = drop_view};

struct plan *drop_temporary_view(struct analyzer *a, const struct target *t) {
    struct drop *drop = ARENA_NEW(a->arena, struct drop);
    *drop = (struct drop){.name = t->written, .temporary = true};
    return simple_command(
        a, &drop_view_command, drop,
        arena_printf(a->arena, "%s:%s", t->written.count > 1 ? "global_view" : "view", t->view->name));
}

struct plan *sql_drop_view(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(find_target(a, &c->target, &t, err));
    if (t.view) return drop_temporary_view(a, &t);
    if (!t.table) {
        if (c->if_exists) return simple_command(a, &nothing_command, NULL, NULL);
        error_set(err, "TABLE_OR_VIEW_NOT_FOUND", "relationName", quote_table(a->arena, &t.name), NULL);
        return NULL;
    }
    if (t.table->kind != CATALOG_VIEW) {
        error_set(err, "WRONG_COMMAND_FOR_OBJECT_TYPE", "alternative", "DROP TABLE", "operation", "DROP VIEW",
                  "foundType", t.table->kind == CATALOG_MANAGED ? "MANAGED" : "EXTERNAL", "requiredType", "VIEW",
                  "objectName", arena_printf(a->arena, "spark_catalog.%s.%s", t.name.database, t.name.name), NULL);
        return NULL;
    }
    struct drop *drop = ARENA_NEW(a->arena, struct drop);
    drop->key = (struct table_key){t.name.database, t.name.name};
    return simple_command(a, &drop_view_command, drop, NULL);
}
