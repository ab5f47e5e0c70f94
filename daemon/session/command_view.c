/* SPDX-License-Identifier: Apache-2.0 */
/* SQL's commands about views, temporary and persistent. See command_sql.h. */
#include <string.h>
#include <strings.h>

#include "session/command_sql.h"
#include "session/settings.h"
#include "sql/sql.h"

/* The columns of a persistent view in messages: `spark_catalog`.`default`.`v`; of a temporary one `v`. */
static bool check_arity(struct analyzer *a, const struct u_view *view, const struct plan *query, const char *name,
                        struct error *err) {
    if (!view || !view->column_count || view->column_count == query->output_count) return true;
    const char *sub = view->column_count > query->output_count
                          ? "CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"
                          : "CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS";
    const char *names = "", *data = "";
    for (uint32_t i = 0; i < view->column_count; i++)
        names = arena_printf(a->arena, "%s%s`%s`", names, i ? ", " : "", view->columns[i]);
    for (uint32_t i = 0; i < query->output_count; i++)
        data = arena_printf(a->arena, "%s%s`%s`", data, i ? ", " : "", query->output[i]->name);
    return error_set(err, sub, "viewName", name, "viewColumns", names, "dataColumns", data, NULL);
}

static const struct u_plan *renamed(struct analyzer *a, const struct u_command *c) {
    const struct u_view *view = c->view;
    if (!view || !view->column_count) return c->query;
    struct u_plan *u = u_plan_new(a->arena, U_TO_DF, c->origin, 1, 0);
    u->children[0] = c->query;
    u->names.name_count = view->column_count;
    u->names.names = view->columns;
    return u;
}

/* The query's meaning in a view whose strings are of a collation of their own. */
static struct plan *analyze_collated(struct analyzer *a, const struct u_plan *query, const char *collation,
                                     struct error *err) {
    const char *outside = a->collation;
    a->collation = collation;
    struct plan *p = plan_analyze(a, query, err);
    a->collation = outside;
    return p;
}

/* Comments stand in the columns' metadata. */
static void set_comments(struct analyzer *a, const struct u_view *view, struct plan *p) {
    for (uint32_t i = 0; view && view->comments && i < view->column_count && i < p->output_count; i++) {
        if (!view->comments[i]) continue;
        struct attribute *commented = ARENA_NEW(a->arena, struct attribute);
        *commented = *p->output[i];
        commented->metadata = metadata_with(a->arena, NULL, "comment", view->comments[i]);
        p->output[i] = commented;
    }
}

static bool check_columns(struct analyzer *a, const struct plan *p, struct error *err) {
    for (uint32_t i = 0; i < p->output_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcasecmp(p->output[i]->name, p->output[k]->name) == 0)
                return error_set(err, "COLUMN_ALREADY_EXISTS", "columnName",
                                 arena_printf(a->arena, "`%s`", p->output[i]->name), NULL);
    return true;
}

/* "WITH SCHEMA ..." as it was written, or what the settings say. NULL: settings know no modes. */
static const char *mode_of(struct analyzer *a, const struct u_view *view) {
    static const char *const modes[] = {[U_BINDING_BINDING] = "BINDING",
                                        [U_BINDING_COMPENSATION] = "COMPENSATION",
                                        [U_BINDING_EVOLUTION] = "EVOLUTION",
                                        [U_BINDING_TYPE_EVOLUTION] = "TYPE EVOLUTION"};
    bool own_names = view && view->column_count; /* columns can't come and go then */
    if (own_names && view->binding == U_BINDING_EVOLUTION) return modes[U_BINDING_TYPE_EVOLUTION];
    if (view && view->binding != U_BINDING_NONE) return modes[view->binding];
    if (!context_flag(a->context, "spark.sql.legacy.viewSchemaBindingMode", true)) return NULL;
    return context_flag(a->context, "spark.sql.legacy.viewSchemaCompensation", true) ? "COMPENSATION" : "BINDING";
}

/* What acts on values and may be set otherwise when the view is read. */
static const struct catalog_property *captured(struct analyzer *a, uint32_t *count) {
    static const char *const keys[] = {"spark.sql.artifact.isolation.enabled", "spark.sql.ansi.enabled",
                                       "spark.sql.session.timeZone"};
    struct catalog_property *p = ARENA_ARRAY(a->arena, struct catalog_property, 3);
    p[0] = (struct catalog_property){keys[0], "false"};
    p[1] = (struct catalog_property){keys[1], a->context->ansi ? "true" : "false"};
    p[2] = (struct catalog_property){keys[2], arena_strdup(a->arena, a->context->zone_name)};
    *count = 3;
    return p;
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

/* The table or view of the catalog that the name means, whatever temporary views there are. */
static bool find_persistent(struct analyzer *a, const struct u_command *c, struct target *t, struct error *err) {
    TRY(find_target(a, &c->target, t, err));
    if (t->view) {
        t->view = NULL;
        TRY(resolve_table_name(analyzer_session(a), a->arena, &t->written, &t->name, err));
        t->table = catalog_find_table(t->catalog, t->name.database, t->name.name);
    }
    return catalog_find_database(t->catalog, t->name.database) || schema_not_found(t->name.database, err);
}

static bool check_place(struct analyzer *a, const struct u_command *c, const struct target *t, struct error *err) {
    if (!t->table) return true;
    if (t->table->kind != CATALOG_VIEW && c->or_replace)
        return error_set(err, "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE", "tableName", quote_table(a->arena, &t->name),
                         "operation", "CREATE OR REPLACE VIEW", NULL);
    return c->or_replace ||
           error_set(err, "TABLE_OR_VIEW_ALREADY_EXISTS", "relationName", quote_table(a->arena, &t->name), NULL);
}

/* The view's query, analyzed; nothing temporary and not the view itself may be in it. */
static struct plan *view_query(struct analyzer *a, const struct u_command *c, const struct target *t,
                               struct error *err) {
    struct derivation *d = a->owner;
    d->temporary = NULL;
    d->recursive[0] = t->name.database;
    d->recursive[1] = t->name.name;
    const char *collation = c->kind == C_ALTER_VIEW && t->table ? t->table->collation : c->collation;
    struct name_uses uses = {0};
    a->uses = &uses;
    struct plan *query = analyze_collated(a, c->query, collation, err);
    a->uses = NULL;
    d->recursive[0] = d->recursive[1] = NULL;
    TRY_NULL(query);
    if (!d->temporary && !uses.variable) return query;
    error_set(err, "INVALID_TEMP_OBJ_REFERENCE", "obj", "VIEW", "objName", quote_table(a->arena, &t->name), "tempObj",
              d->temporary ? "VIEW" : "VARIABLE", "tempObjName", d->temporary ? d->temporary : uses.variable, NULL);
    return NULL;
}

static struct plan *put_plan(struct analyzer *a, const struct u_command *c, const struct target *t,
                             const struct plan *query, const struct plan *named, struct error *err) {
    const struct catalog_table *old = c->kind == C_ALTER_VIEW ? catalog_copy_table(a->arena, t->table) : NULL;
    TRY_NULL(check_columns(a, named, err));
    struct catalog_table *view = ARENA_NEW(a->arena, struct catalog_table);
    uint32_t property_count = c->option_count;
    const struct catalog_property *properties = properties_of(a->arena, c->options, &property_count);
    const char **columns = ARENA_ARRAY(a->arena, const char *, query->output_count);
    for (uint32_t i = 0; i < query->output_count; i++) columns[i] = query->output[i]->name;
    *view = (struct catalog_table){
        .kind = CATALOG_VIEW,
        .database = arena_strdup(a->arena, t->name.database),
        .name = arena_strdup(a->arena, t->name.name),
        .schema = schema_declared(a->arena, a->context, plan_schema(a->arena, named)),
        .comment = old ? old->comment : c->comment,
        .view_text = c->view && c->view->text ? c->view->text : "",
        .view_database = arena_strdup(a->arena, analyzer_session(a)->database),
        .view_mode = old ? old->view_mode : mode_of(a, c->view),
        .view_column_count = query->output_count,
        .view_columns = columns,
        .owner = analyzer_session(a)->engine->user,
        .collation = old ? old->collation : c->collation,
        .created = old ? old->created : a->context->now,
        .property_count = old ? old->property_count : property_count,
        .properties = old ? old->properties : properties,
    };
    view->settings = captured(a, &view->setting_count);
    return simple_command(a, &put_view_command, view, NULL);
}

static struct plan *create_persistent(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(find_persistent(a, c, &t, err));
    if (t.table && c->if_not_exists) return simple_command(a, &nothing_command, NULL, NULL);
    struct plan *query = view_query(a, c, &t, err);
    TRY_NULL(query);
    TRY_NULL(check_place(a, c, &t, err));
    TRY_NULL(check_arity(a, c->view, query, quote_table(a->arena, &t.name), err));
    struct plan *named =
        c->view && c->view->column_count ? analyze_collated(a, renamed(a, c), c->collation, err) : query;
    TRY_NULL(named);
    set_comments(a, c->view, named);
    return put_plan(a, c, &t, query, named, err);
}

static struct view_about about_of(struct analyzer *a, const struct u_command *c, const struct plan *query,
                                  const char *name, bool global, const char *collation) {
    const char *columns = "";
    for (uint32_t i = 0; i < query->output_count; i++)
        columns = arena_printf(a->arena, "%s%s%s", columns, i ? ", " : "",
                               sql_quote_name_always(a->arena, (const char *const *)&query->output[i]->name, 1));
    const char *text = c->view && c->view->text ? c->view->text : "";
    bool modes = context_flag(a->context, "spark.sql.legacy.viewSchemaBindingMode", true);
    return (struct view_about){.text = arena_strdup(a->arena, text),
                               .spelled = arena_printf(a->arena, "%s%s", global ? "global_temp." : "", name),
                               .ansi = a->context->ansi,
                               .case_sensitive = a->context->case_sensitive,
                               .live = *text && parameters_are_in_text(a->parameters),
                               .database = arena_strdup(a->arena, analyzer_session(a)->database),
                               .columns = (char *)columns,
                               .collation = collation ? arena_strdup(a->arena, collation) : NULL,
                               .mode = modes ? "BINDING" : NULL};
}

static struct plan *create_temporary(struct analyzer *a, const struct u_command *c, const char *name, bool global,
                                     bool replace, const char *collation, struct error *err) {
    struct derivation *d = a->owner;
    if (replace && !global) d->recursive[1] = view_key(d->session, a->arena, name);
    struct plan *query = analyze_collated(a, c->query, collation, err);
    d->recursive[1] = NULL;
    TRY_NULL(query);
    TRY_NULL(check_arity(a, c->view, query, arena_printf(a->arena, "`%s`", name), err));
    struct view_about about = about_of(a, c, query, name, global, collation);
    struct plan *named = c->view && c->view->column_count ? analyze_collated(a, renamed(a, c), collation, err) : query;
    TRY_NULL(named);
    TRY_NULL(check_columns(a, named, err));
    set_comments(a, c->view, named);
    return create_view_plan(a, named, name, global, replace, &about);
}

struct plan *sql_create_view(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct u_name name;
    TRY_NULL(reference_name(a, &c->target, &name, err));
    bool temporary = c->view && (c->view->temporary || c->view->global);
    if (!temporary) return create_persistent(a, c, err);
    bool global = c->view->global;
    if (name.count > (global ? 2u : 1u)) {
        error_set(err, "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS", NULL);
        const char *text = "";
        for (uint32_t i = 0; i < name.count; i++)
            text = arena_printf(a->arena, "%s%s`%s`", text, i ? "." : "", name.parts[i]);
        error_add(err, "actualName", "%s", text);
        return NULL;
    }
    return create_temporary(a, c, name.parts[name.count - 1], global, c->or_replace, c->collation, err);
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
    const struct view_about about = {.mode = "BINDING"};
    return create_view_plan(a, query, name.parts[name.count - 1], c->view && c->view->global, c->or_replace, &about);
}

/* ALTER VIEW v WITH SCHEMA ... */
static struct plan *alter_mode(struct analyzer *a, const struct u_command *c, const struct target *t,
                               struct error *err) {
    if (t->view) {
        error_set(err, "UNSUPPORTED_FEATURE.TEMPORARY_VIEW_WITH_SCHEMA_BINDING_MODE", NULL);
        return NULL;
    }
    struct catalog_table *view = catalog_copy_table(a->arena, t->table);
    view->view_mode = mode_of(a, c->view);
    return simple_command(a, &put_view_command, view, NULL);
}

struct plan *sql_alter_view(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_target(a, &c->target, &t, err));
    if (t.table && t.table->kind != CATALOG_VIEW) {
        error_set(err, "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE", "tableName", quote_table(a->arena, &t.name), "operation",
                  c->query ? "ALTER VIEW ... AS" : "ALTER VIEW ... WITH SCHEMA ...", NULL);
        error_at(err, t.origin);
        return NULL;
    }
    if (!c->query) return alter_mode(a, c, &t, err);
    if (t.view)
        return create_temporary(a, c, arena_strdup(a->arena, t.view->name), t.written.count > 1, true,
                                t.view->about.collation, err);
    const struct plan *query = view_query(a, c, &t, err);
    return query ? put_plan(a, c, &t, query, query, err) : NULL;
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
