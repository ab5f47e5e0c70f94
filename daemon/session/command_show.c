/* SPDX-License-Identifier: Apache-2.0 */
/* SHOW: lists of tables, views, columns, partitions and properties. See command_sql.h. */
#include <string.h>
#include <strings.h>

#include "format/format.h"
#include "session/facts.h"
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
        list_row(run, database, view->name, true,
                 l->extended ? view_information(&run->op.memory, run->op.query->context, view) : NULL);
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
                list_row(run, t->database, t->name, false,
                         l->extended ? table_information(&run->op.memory, run->op.query->context, t) : NULL);
        }
    }
    list_views(run, &session->views, "");
    return true;
}

static bool emit_partition(struct command_run *run, struct error *err) {
    (void)err;
    const struct text_row *row = run->command->arguments;
    row_text(run, 0, row->cells[0]);
    row_text(run, 1, row->cells[1]);
    row_bool(run, 2, false);
    row_text(run, 3, row->cells[2]);
    row_end(run);
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

static const struct command_kind show_partition_command = {
    .name = "ShowTablePartition", COLUMNS(extended_columns), .finish = emit_partition};

/* PARTITION (...): the pattern is a table's name then. */
static struct plan *show_partition(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct u_reference r = c->target;
    struct target t;
    struct u_name database;
    TRY_NULL(reference_name(a, &c->target, &database, err));
    const char **parts = ARENA_ARRAY(a->arena, const char *, database.count + 1);
    for (uint32_t i = 0; i < database.count; i++) parts[i] = database.parts[i];
    parts[database.count] = c->pattern ? c->pattern : "";
    r.identifier = NULL;
    r.name = (struct u_name){.count = database.count + 1, .parts = parts};
    TRY_NULL(need_table(a, &r, "SHOW TABLE EXTENDED ... PARTITION ...", false, &t, err));
    if (!t.table->partition_count) {
        partitions_unknown(a, &t, "SHOW TABLE EXTENDED", err);
        return NULL;
    }
    const struct catalog_partition *part = need_partition(a, &t, &c->partition, err);
    TRY_NULL(part);
    struct facts f = {.arena = a->arena};
    partition_facts(&f, t.table, part);
    struct text_row *row = ARENA_NEW(a->arena, struct text_row);
    *row = (struct text_row){
        {arena_strdup(a->arena, t.table->database), arena_strdup(a->arena, t.table->name), facts_as_lines(&f)}};
    return simple_command(a, &show_partition_command, row, NULL);
}

struct plan *sql_show_table_extended(struct analyzer *a, const struct u_command *c, struct error *err) {
    if (c->partition.count) return show_partition(a, c, err);
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
    if (database.count && r.name.count > 1 &&
        strcasecmp(database.parts[database.count - 1], r.name.parts[r.name.count - 2]) != 0) {
        error_set(err, "SHOW_COLUMNS_WITH_CONFLICT_NAMESPACE", "namespaceA", quote_name(a->arena, &database), NULL);
        error_add(err, "namespaceB", "`%s`", r.name.parts[r.name.count - 2]);
        return NULL;
    }
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
    uint32_t options = t.table ? t.table->option_count : 0, count = t.table ? t.table->property_count : 0;
    struct catalog_property *all = ARENA_ARRAY(a->arena, struct catalog_property, count + options);
    for (uint32_t i = 0; i < count; i++) all[i] = t.table->properties[i];
    for (uint32_t i = 0; i < options; i++)
        all[count + i] = (struct catalog_property){arena_printf(a->arena, "option.%s", t.table->options[i].key),
                                                   t.table->options[i].value};
    const struct catalog_property *shown = shown_properties(a->arena, all, count + options, true);
    struct text_row *rows = ARENA_ARRAY(a->arena, struct text_row, count + options + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count + options; i++)
        if (!c->key || strcmp(c->key, shown[i].key) == 0) rows[n++] = (struct text_row){{shown[i].key, shown[i].value}};
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

static const char *property_list(struct arena *arena, const char *head, const struct catalog_property *given,
                                 uint32_t count) {
    const struct catalog_property *p = shown_properties(arena, given, count, true);
    const char *text = "";
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(p[i].key, CLUSTER_PROPERTY) == 0) continue;
        text = arena_printf(arena, "%s%s  %s = %s", text, *text ? ",\n" : "", quoted(arena, p[i].key),
                            quoted(arena, p[i].value ? p[i].value : ""));
    }
    return *text ? arena_printf(arena, "%s (\n%s)\n", head, text) : "";
}

static const char *column_list(struct arena *arena, const struct catalog_table *t) {
    const char *text = "";
    bool view = t->kind == CATALOG_VIEW;
    for (uint32_t i = 0; i < t->schema->field_count; i++) {
        const struct field *f = &t->schema->fields[i];
        const char *comment = field_comment(arena, f), *name = f->name;
        const char *otherwise = view ? NULL : metadata_string(arena, f->metadata, "CURRENT_DEFAULT");
        text =
            arena_printf(arena, "%s%s  %s%s%s%s%s%s%s", text, i ? ",\n" : "", sql_quote_name(arena, &name, 1),
                         view ? "" : " ", view ? "" : type_sql(arena, f->type), otherwise ? " DEFAULT " : "",
                         otherwise ? otherwise : "", comment ? " COMMENT " : "", comment ? quoted(arena, comment) : "");
    }
    return text;
}

static const char *names_text(struct arena *arena, const char *const *names, uint32_t count) {
    const char *text = "";
    for (uint32_t i = 0; i < count; i++)
        text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", sql_quote_name(arena, &names[i], 1));
    return text;
}

static const char *clause(struct arena *arena, const char *before, const char *text, const char *after) {
    return text ? arena_printf(arena, "%s%s%s\n", before, text, after) : "";
}

static const char *bucket_clause(struct arena *arena, const struct catalog_table *t) {
    if (!t->bucket_count) return "";
    const char *columns = names_text(arena, t->bucket_columns, t->bucket_column_count);
    const char *sort = t->sort_column_count ? names_text(arena, t->sort_columns, t->sort_column_count) : NULL;
    return arena_printf(arena, "CLUSTERED BY (%s)\n%sINTO %u BUCKETS\n", columns,
                        clause(arena, "SORTED BY (", sort, ")"), t->bucket_count);
}

/* [["a"],["b"]] as CLUSTER BY has it. */
static const char *cluster_clause(struct arena *arena, const struct catalog_table *t) {
    for (uint32_t i = 0; i < t->property_count; i++) {
        if (strcmp(t->properties[i].key, CLUSTER_PROPERTY) != 0) continue;
        const char *names = "";
        for (const char *p = strchr(t->properties[i].value, '"'); p;) {
            const char *end = strchr(p + 1, '"');
            if (!end) break;
            names = arena_printf(arena, "%s%s%.*s", names, *names ? ", " : "", (int)(end - p - 1), p + 1);
            p = strchr(end + 1, '"');
        }
        return *names ? clause(arena, "CLUSTER BY (", names, ")") : "";
    }
    return "";
}

static const char *create_table_text(struct arena *arena, const struct catalog_table *t) {
    const char *partitions = t->partition_count ? names_text(arena, t->partitions, t->partition_count) : NULL;
    const char *location = t->kind == CATALOG_EXTERNAL ? arena_printf(arena, "file:%s", t->location) : NULL;
    return arena_printf(
        arena, "CREATE TABLE spark_catalog.%s.%s (\n%s)\nUSING %s\n%s%s%s%s%s%s%s%s", t->database, t->name,
        column_list(arena, t), t->format, property_list(arena, "OPTIONS", t->options, t->option_count),
        clause(arena, "PARTITIONED BY (", partitions, ")"), cluster_clause(arena, t), bucket_clause(arena, t),
        clause(arena, "LOCATION ", location ? quoted(arena, location) : NULL, ""),
        clause(arena, "COMMENT ", t->comment ? quoted(arena, t->comment) : NULL, ""),
        clause(arena, "COLLATION ", t->collation ? quoted(arena, t->collation) : NULL, ""),
        property_list(arena, "TBLPROPERTIES", t->properties, t->property_count));
}

static const char *create_view_text(struct arena *arena, const struct context *context, const struct catalog_table *t) {
    return arena_printf(arena, "CREATE VIEW %s.%s (\n%s)\n%s%s%s%sAS %s\n", t->database, t->name, column_list(arena, t),
                        clause(arena, "COMMENT ", t->comment ? quoted(arena, t->comment) : NULL, ""),
                        clause(arena, "DEFAULT COLLATION ", t->collation, ""),
                        property_list(arena, "TBLPROPERTIES", t->properties, t->property_count),
                        clause(arena, "WITH SCHEMA ", shown_mode(context, t), ""), t->view_text);
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
    bool view = t.table->kind == CATALOG_VIEW;
    if (c->extended && !view) {
        error_set(err, "UNSUPPORTED_SHOW_CREATE_TABLE.ON_DATA_SOURCE_TABLE_WITH_AS_SERDE", "tableName",
                  quote_table(a->arena, &t.name), NULL);
        return NULL;
    }
    row->cells[0] = view ? create_view_text(a->arena, a->context, t.table) : create_table_text(a->arena, t.table);
    return texts_command(a, &show_create_command, row, 1);
}
