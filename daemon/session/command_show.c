/* SPDX-License-Identifier: Apache-2.0 */
/* SHOW: lists of tables, views, columns, partitions and properties. See command_sql.h. */
#include <string.h>
#include <strings.h>

#include "format/format.h"
#include "session/command_sql.h"
#include "session/version.h"
#include "sql/sql.h"

/* ---- tables and views ---- */

static const struct command_column table_columns[] = {
    {"namespace", TYPE_STRING, false}, {"tableName", TYPE_STRING, false}, {"isTemporary", TYPE_BOOLEAN, false}};
static const struct command_column view_columns[] = {
    {"namespace", TYPE_STRING, false}, {"viewName", TYPE_STRING, false}, {"isTemporary", TYPE_BOOLEAN, false}};
static const struct command_column extended_columns[] = {{"namespace", TYPE_STRING, false},
                                                         {"tableName", TYPE_STRING, false},
                                                         {"isTemporary", TYPE_BOOLEAN, false},
                                                         {"information", TYPE_STRING, false}};

struct listing {
    const char *database, *pattern;
    bool views_only, extended;
};

static void list_row(struct command_run *run, const char *database, const char *name, bool temporary,
                     const char *information) {
    const struct listing *l = run->command->arguments;
    row_text(run, 0, database);
    row_text(run, 1, name);
    row_bool(run, 2, temporary);
    if (l->extended) row_text(run, 3, information);
    row_end(run);
}

static void list_views(struct command_run *run, struct link *views, const char *database) {
    const struct listing *l = run->command->arguments;
    for (struct link *k = views->next; k != views; k = k->next) {
        const struct view_entry *view = LINK_OWNER(k, struct view_entry, link);
        if (!pattern_matches(l->pattern, view->name)) continue;
        const char *schema = l->extended ? type_tree_string(&run->op.memory, view->handle->schema, 0) : "";
        list_row(run, database, view->name, true,
                 arena_printf(&run->op.memory, "Table: %s\nType: VIEW\nSchema: %s\n", view->name, schema));
    }
}

static bool list(struct command_run *run, struct error *err) {
    const struct listing *l = run->command->arguments;
    struct session *session = run->session;
    if (strcmp(l->database, "global_temp") == 0) {
        list_views(run, &session->application->global_views, "global_temp");
    } else {
        struct catalog *catalog = session_catalog(session, err);
        TRY(catalog);
        const struct catalog_table *t;
        for (uint32_t i = 0; (t = catalog_table_at(catalog, l->database, i)); i++) {
            if (l->views_only && t->kind != CATALOG_VIEW) continue;
            if (pattern_matches(l->pattern, t->name))
                list_row(run, t->database, t->name, false, l->extended ? table_information(&run->op.memory, t) : NULL);
        }
    }
    list_views(run, &session->views, "");
    return true;
}

static const struct command_kind show_tables_command = {.name = "ShowTables", COLUMNS(table_columns), .finish = list};
static const struct command_kind show_views_command = {.name = "ShowViews", COLUMNS(view_columns), .finish = list};
static const struct command_kind show_extended_command = {
    .name = "ShowTableExtended", COLUMNS(extended_columns), .finish = list};

static struct plan *listing_plan(struct analyzer *a, const struct u_command *c, const struct command_kind *kind,
                                 struct error *err) {
    struct listing *l = ARENA_NEW(a->arena, struct listing);
    TRY_NULL(reference_database(a, &c->target, &l->database, err));
    if (strcmp(l->database, "global_temp") != 0) {
        const struct catalog_database *d = find_reference_database(a, &c->target, err);
        TRY_NULL(d);
        l->database = arena_strdup(a->arena, d->name);
    }
    l->pattern = c->pattern;
    l->views_only = kind == &show_views_command;
    l->extended = kind == &show_extended_command;
    return simple_command(a, kind, l, NULL);
}

struct plan *sql_show_tables(struct analyzer *a, const struct u_command *c, struct error *err) {
    return listing_plan(a, c, &show_tables_command, err);
}

struct plan *sql_show_views(struct analyzer *a, const struct u_command *c, struct error *err) {
    return listing_plan(a, c, &show_views_command, err);
}

struct plan *sql_show_table_extended(struct analyzer *a, const struct u_command *c, struct error *err) {
    if (c->partition.count) {
        error_unsupported(err, "SHOW TABLE EXTENDED of a partition");
        return NULL;
    }
    return listing_plan(a, c, &show_extended_command, err);
}

/* ---- columns ---- */

static const struct command_column column_column[] = {{"col_name", TYPE_STRING, false}};
static const struct command_kind show_columns_command = {
    .name = "ShowColumns", COLUMNS(column_column), .finish = emit_texts};

struct plan *sql_show_columns(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    struct u_reference r = c->target;
    struct u_name database;
    TRY_NULL(reference_name(a, &c->source, &database, err));
    if (database.count && r.name.count == 1) { /* SHOW COLUMNS IN t IN d */
        const char **parts = ARENA_ARRAY(a->arena, const char *, database.count + 1);
        memcpy(parts, database.parts, database.count * sizeof *parts);
        parts[database.count] = r.name.parts[0];
        r.name = (struct u_name){.count = database.count + 1, .parts = parts};
    }
    TRY_NULL(need_target(a, &r, &t, err));
    const struct type *schema = target_schema(&t);
    struct text_row *rows = ARENA_ARRAY(a->arena, struct text_row, schema->field_count);
    for (uint32_t i = 0; i < schema->field_count; i++)
        rows[i].cells[0] = arena_strdup(a->arena, schema->fields[i].name);
    return texts_command(a, &show_columns_command, rows, schema->field_count);
}

/* ---- properties ---- */

static const struct command_column property_columns[] = {{"key", TYPE_STRING, false}, {"value", TYPE_STRING, false}};
static const struct command_kind show_properties_command = {
    .name = "ShowTableProperties", COLUMNS(property_columns), .finish = emit_texts};

struct plan *sql_show_tblproperties(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_target(a, &c->target, &t, err));
    uint32_t count = t.table ? t.table->property_count : 0;
    const struct catalog_property *properties = t.table ? t.table->properties : NULL;
    struct text_row *rows = ARENA_ARRAY(a->arena, struct text_row, count + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++)
        if (!c->key || strcmp(c->key, properties[i].key) == 0)
            rows[n++] = (struct text_row){
                {arena_strdup(a->arena, properties[i].key), arena_strdup(a->arena, properties[i].value)}};
    if (c->key && !n && t.table)
        rows[n++] =
            (struct text_row){{c->key, arena_printf(a->arena, "Table spark_catalog.%s.%s does not have property: %s",
                                                    t.name.database, t.name.name, c->key)}};
    return texts_command(a, &show_properties_command, rows, n);
}

/* ---- SHOW CREATE TABLE ---- */

static const struct command_column create_column[] = {{"createtab_stmt", TYPE_STRING, false}};
static const struct command_kind show_create_command = {
    .name = "ShowCreateTable", COLUMNS(create_column), .finish = emit_texts};

static const char *quoted(struct arena *arena, const char *text) {
    char *out = arena_bytes(arena, 2 * strlen(text) + 3), *p = out;
    *p++ = '\'';
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\') *p++ = '\\';
        *p++ = *text;
    }
    *p++ = '\'';
    *p = '\0';
    return out;
}

static const char *property_list(struct arena *arena, const char *head, const struct catalog_property *properties,
                                 uint32_t count) {
    if (!count) return "";
    const char *text = arena_printf(arena, "%s (\n", head);
    for (uint32_t i = 0; i < count; i++)
        text = arena_printf(arena, "%s  %s = %s%s", text, quoted(arena, properties[i].key),
                            quoted(arena, properties[i].value), i + 1 < count ? ",\n" : ")\n");
    return text;
}

static const char *column_list(struct arena *arena, const struct catalog_table *t) {
    const char *text = "";
    for (uint32_t i = 0; i < t->schema->field_count; i++) {
        const struct field *f = &t->schema->fields[i];
        const char *comment = field_comment(arena, f), *name = f->name;
        const char *type = t->kind == CATALOG_VIEW ? "" : arena_printf(arena, " %s", type_sql(arena, f->type));
        text = arena_printf(arena, "%s%s  %s%s%s%s%s", text, i ? ",\n" : "", sql_quote_name(arena, &name, 1), type,
                            t->kind == CATALOG_VIEW || f->nullable ? "" : " NOT NULL", comment ? " COMMENT " : "",
                            comment ? quoted(arena, comment) : "");
    }
    return text;
}

static const char *create_table_text(struct arena *arena, const struct catalog_table *t) {
    const char *partitions = "";
    for (uint32_t i = 0; i < t->partition_count; i++)
        partitions = arena_printf(arena, "%s%s%s", partitions, i ? ", " : "", t->partitions[i]);
    return arena_printf(
        arena, "CREATE TABLE spark_catalog.%s.%s (\n%s)\nUSING %s\n%s%s%s%s%s%s%s%s%s%s", t->database, t->name,
        column_list(arena, t), t->format, property_list(arena, "OPTIONS", t->options, t->option_count),
        *partitions ? "PARTITIONED BY (" : "", partitions, *partitions ? ")\n" : "",
        t->kind == CATALOG_EXTERNAL ? "LOCATION 'file:" : "", t->kind == CATALOG_EXTERNAL ? t->location : "",
        t->kind == CATALOG_EXTERNAL ? "'\n" : "", t->comment ? "COMMENT " : "",
        t->comment ? arena_printf(arena, "%s\n", quoted(arena, t->comment)) : "",
        property_list(arena, "TBLPROPERTIES", t->properties, t->property_count));
}

struct plan *sql_show_create_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_target(a, &c->target, &t, err));
    if (t.view) {
        error_set(err, "EXPECT_PERMANENT_VIEW_NOT_TEMP", "operation", "SHOW CREATE TABLE", "viewName",
                  quote_name(a->arena, &t.written), NULL);
        error_at(err, t.origin);
        return NULL;
    }
    struct text_row *row = ARENA_NEW(a->arena, struct text_row);
    if (t.table->kind == CATALOG_VIEW)
        row->cells[0] = arena_printf(
            a->arena, "CREATE VIEW %s.%s (\n%s)\n%s%s%sWITH SCHEMA COMPENSATION\nAS %s\n", t.table->database,
            t.table->name, column_list(a->arena, t.table), t.table->comment ? "COMMENT " : "",
            t.table->comment ? arena_printf(a->arena, "%s\n", quoted(a->arena, t.table->comment)) : "",
            property_list(a->arena, "TBLPROPERTIES", t.table->properties, t.table->property_count), t.table->view_text);
    else
        row->cells[0] = create_table_text(a->arena, t.table);
    return texts_command(a, &show_create_command, row, 1);
}
