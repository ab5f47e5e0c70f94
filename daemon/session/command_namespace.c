/* SPDX-License-Identifier: Apache-2.0 */
/* SQL's commands about databases. See command_sql.h. */
#include <string.h>

#include "session/facts.h"

#define CATALOG_NAME "spark_catalog"

/* ---- making and dropping ---- */

struct change {
    enum { CREATE, DROP, NOTHING } what;
    struct catalog_database database;
};

static bool change_database(struct command_run *run, struct error *err) {
    const struct change *change = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    switch (change->what) {
        case CREATE: return catalog_put_database(catalog, &change->database, err);
        case DROP: {
            const struct catalog_database *d = catalog_find_database(catalog, change->database.name);
            const char *folder = d ? arena_strdup(&run->op.memory, d->location) : NULL;
            TRY(catalog_drop_database(catalog, change->database.name, err));
            if (folder && strcmp(folder, catalog_root(catalog)) != 0) folder_remove(folder);
            return strcmp(run->session->database, change->database.name) != 0 || session_use(run->session, "default");
        }
        case NOTHING: break;
    }
    return true;
}

static const struct command_kind create_command = {.name = "CreateNamespace", .finish = change_database};
static const struct command_kind drop_command = {.name = "DropNamespace", .finish = change_database};
static const struct command_kind alter_command = {.name = "AlterNamespace", .finish = change_database};

/* A comment may come as a property; it is not one. */
static void take_comment(const struct u_command *c, struct catalog_database *d) {
    for (uint32_t i = 0; i < c->option_count; i++)
        if (strcmp(c->options[i].key, COMMENT_PROPERTY) == 0) d->comment = c->options[i].value;
}

static const char *plain_path(const char *location) {
    return strncmp(location, "file://", 7) == 0 ? location + 7
           : strncmp(location, "file:", 5) == 0 ? location + 5
                                                : location;
}

struct plan *sql_create_namespace(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct change *change = ARENA_NEW(a->arena, struct change);
    struct catalog *catalog = session_catalog(analyzer_session(a), err);
    TRY_NULL(catalog);
    TRY_NULL(reference_database(a, &c->target, &change->database.name, err));
    const char *name = change->database.name;
    if (catalog_find_database(catalog, name)) {
        change->what = NOTHING;
        if (c->if_not_exists) return simple_command(a, &create_command, change, NULL);
        error_set(err, "SCHEMA_ALREADY_EXISTS", "schemaName", arena_printf(a->arena, "`%s`", name), NULL);
        return NULL;
    }
    change->what = CREATE;
    change->database.comment = c->comment;
    change->database.collation = c->collation;
    change->database.location =
        c->location ? plain_path(c->location) : arena_printf(a->arena, "%s/%s.db", catalog_root(catalog), name);
    take_comment(c, &change->database);
    change->database.property_count = c->option_count;
    change->database.properties = properties_of(a->arena, c->options, &change->database.property_count);
    return simple_command(a, &create_command, change, NULL);
}

struct plan *sql_drop_namespace(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct change *change = ARENA_NEW(a->arena, struct change);
    struct catalog *catalog = session_catalog(analyzer_session(a), err);
    TRY_NULL(catalog);
    TRY_NULL(reference_database(a, &c->target, &change->database.name, err));
    const char *name = change->database.name;
    change->what = DROP;
    if (strcmp(name, "default") == 0) {
        error_set(err, "UNSUPPORTED_FEATURE.DROP_DATABASE", "database", "`" CATALOG_NAME "`.`default`", NULL);
        return NULL;
    }
    if (!catalog_find_database(catalog, name)) {
        change->what = NOTHING;
        if (c->if_exists) return simple_command(a, &drop_command, change, NULL);
        schema_not_found(name, err);
        return NULL;
    }
    if (!c->cascade && catalog_table_at(catalog, name, 0)) {
        error_set(err, "SCHEMA_NOT_EMPTY", "schemaName", arena_printf(a->arena, "`%s`", name), NULL);
        return NULL;
    }
    return simple_command(a, &drop_command, change, "database");
}

/* COMMENT ON DATABASE d IS '...' */
struct plan *comment_on_namespace(struct analyzer *a, const struct u_command *c, struct error *err) {
    const struct catalog_database *d = find_reference_database(a, &c->target, err);
    TRY_NULL(d);
    struct change *change = ARENA_NEW(a->arena, struct change);
    *change = (struct change){.what = CREATE, .database = *catalog_copy_database(a->arena, d)};
    change->database.comment = c->comment ? c->comment : "";
    return simple_command(a, &alter_command, change, NULL);
}

/* ALTER DATABASE ... SET DBPROPERTIES, SET LOCATION */
struct plan *sql_alter_namespace(struct analyzer *a, const struct u_command *c, struct error *err) {
    const struct catalog_database *d = find_reference_database(a, &c->target, err);
    TRY_NULL(d);
    struct change *change = ARENA_NEW(a->arena, struct change);
    *change = (struct change){.what = CREATE, .database = *catalog_copy_database(a->arena, d)};
    d = &change->database;
    if (c->location) change->database.location = arena_strdup(a->arena, plain_path(c->location));
    if (c->change->kind == U_SET_COLLATION) change->database.collation = c->collation;
    bool unset = c->change->kind == U_UNSET_PROPERTIES;
    uint32_t given = c->option_count;
    const struct catalog_property *options = properties_of(a->arena, c->options, &given);
    if (unset && given < c->option_count) {
        error_set(err, "CANNOT_REMOVE_RESERVED_PROPERTY", "property", COMMENT_PROPERTY, NULL);
        return NULL;
    }
    take_comment(c, &change->database);
    uint32_t count = d->property_count + given;
    struct catalog_property *properties = ARENA_ARRAY(a->arena, struct catalog_property, count);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < d->property_count; i++) {
        bool changed = false;
        for (uint32_t k = 0; k < given; k++) changed |= strcmp(options[k].key, d->properties[i].key) == 0;
        if (!changed) properties[kept++] = d->properties[i];
    }
    for (uint32_t k = 0; !unset && k < given; k++) properties[kept++] = options[k];
    change->database.property_count = kept;
    change->database.properties = properties;
    return simple_command(a, &alter_command, change, NULL);
}

/* ---- answers ---- */

static const struct command_column namespace_column[] = {{"namespace", TYPE_STRING, false}};
static const struct command_column catalog_column[] = {{"catalog", TYPE_STRING, false}};
static const struct command_column current_columns[] = {{"catalog", TYPE_STRING, false},
                                                        {"namespace", TYPE_STRING, false}};
static const struct command_column info_columns[] = {{"info_name", TYPE_STRING, false},
                                                     {"info_value", TYPE_STRING, true}};

static bool show_databases(struct command_run *run, struct error *err) {
    const char *pattern = run->command->arguments;
    struct catalog *catalog = session_catalog(run->session, err);
    TRY(catalog);
    const struct catalog_database *d;
    for (uint32_t i = 0; (d = catalog_database_at(catalog, i)); i++) {
        if (!pattern_matches(pattern, d->name)) continue;
        row_text(run, 0, d->name);
        row_end(run);
    }
    return true;
}

static const struct command_kind show_command = {
    .name = "ShowNamespaces", COLUMNS(namespace_column), .finish = show_databases};

static const struct command_kind show_nothing_command = {
    .name = "ShowNamespaces", COLUMNS(namespace_column), .finish = emit_texts};

struct plan *sql_show_namespaces(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct u_name name;
    TRY_NULL(reference_name(a, &c->target, &name, err));
    bool whole = !name.count || (name.count == 1 && strcmp(name.parts[0], CATALOG_NAME) == 0);
    if (!whole) { /* databases have none within */
        TRY_NULL(find_reference_database(a, &c->target, err));
        return texts_command(a, &show_nothing_command, NULL, 0);
    }
    return simple_command(a, &show_command, (void *)c->pattern, NULL);
}

static const struct command_kind show_current_command = {
    .name = "ShowCurrentNamespace", COLUMNS(current_columns), .finish = emit_texts};

struct plan *sql_show_current_namespace(struct analyzer *a, const struct u_command *c, struct error *err) {
    (void)c, (void)err;
    struct text_row *row = ARENA_NEW(a->arena, struct text_row);
    row->cells[0] = arena_strdup(a->arena, analyzer_session(a)->catalog);
    row->cells[1] = arena_strdup(a->arena, analyzer_session(a)->database);
    return texts_command(a, &show_current_command, row, 1);
}

static const struct command_kind show_catalogs_command = {
    .name = "ShowCatalogs", COLUMNS(catalog_column), .finish = emit_texts};

struct plan *sql_show_catalogs(struct analyzer *a, const struct u_command *c, struct error *err) {
    (void)err;
    struct text_row *row = ARENA_NEW(a->arena, struct text_row);
    row->cells[0] = CATALOG_NAME;
    return texts_command(a, &show_catalogs_command, row, pattern_matches(c->pattern, CATALOG_NAME));
}

static const struct command_kind describe_command = {
    .name = "DescribeNamespace", COLUMNS(info_columns), .finish = emit_texts};

struct plan *sql_describe_namespace(struct analyzer *a, const struct u_command *c, struct error *err) {
    const struct catalog_database *d = find_reference_database(a, &c->target, err);
    TRY_NULL(d);
    struct text_row *rows = ARENA_ARRAY(a->arena, struct text_row, 7);
    uint32_t n = 0;
    rows[n++] = (struct text_row){{"Catalog Name", CATALOG_NAME}};
    rows[n++] = (struct text_row){{"Namespace Name", arena_strdup(a->arena, d->name)}};
    rows[n++] = (struct text_row){{"Comment", arena_strdup(a->arena, d->comment ? d->comment : "")}};
    rows[n++] = (struct text_row){{"Location", arena_printf(a->arena, "file:%s", d->location)}};
    rows[n++] = (struct text_row){{"Owner", analyzer_session(a)->engine->user}};
    if (d->collation) rows[n++] = (struct text_row){{"Collation", arena_strdup(a->arena, d->collation)}};
    if (c->extended) {
        const char *text = "";
        const struct catalog_property *p = shown_properties(a->arena, d->properties, d->property_count, true);
        for (uint32_t i = 0; i < d->property_count; i++)
            text = arena_printf(a->arena, "%s%s(%s,%s)", text, i ? ", " : "", p[i].key, p[i].value);
        rows[n++] = (struct text_row){{"Properties", *text ? arena_printf(a->arena, "(%s)", text) : ""}};
    }
    return texts_command(a, &describe_command, rows, n);
}
