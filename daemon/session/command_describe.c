/* SPDX-License-Identifier: Apache-2.0 */
/* DESCRIBE of tables and queries. See command_sql.h. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "session/command_sql.h"
#include "session/version.h"

static const struct command_column column_columns[] = {
    {"col_name", TYPE_STRING, false}, {"data_type", TYPE_STRING, false}, {"comment", TYPE_STRING, true}};
static const struct command_column info_columns[] = {{"info_name", TYPE_STRING, false},
                                                     {"info_value", TYPE_STRING, false}};

static const struct command_kind describe_table_command = {
    .name = "DescribeTable", COLUMNS(column_columns), .finish = emit_texts};
static const struct command_kind describe_column_command = {
    .name = "DescribeColumn", COLUMNS(info_columns), .finish = emit_texts};

struct rows {
    struct arena *arena;
    LIST(struct text_row) list;
};

static void add(struct rows *rows, const char *first, const char *second, const char *third) {
    struct text_row row = {{first, second, third}};
    LIST_PUSH(rows->arena, &rows->list, row);
}

static void add_field(struct rows *rows, const struct field *f) {
    add(rows, arena_strdup(rows->arena, f->name), type_catalog_string(rows->arena, f->type),
        field_comment(rows->arena, f));
}

static const struct field *find_field(const struct type *schema, const char *name) {
    for (uint32_t i = 0; i < schema->field_count; i++)
        if (strcasecmp(schema->fields[i].name, name) == 0) return &schema->fields[i];
    return NULL;
}

/* "Mon Nov 23 04:23:57 UTC 2026" */
static const char *moment(struct arena *arena, int64_t micros) {
    time_t seconds = (time_t)(micros / 1000000);
    struct tm parts;
    char text[64];
    gmtime_r(&seconds, &parts);
    strftime(text, sizeof text, "%a %b %d %H:%M:%S UTC %Y", &parts);
    return arena_strdup(arena, text);
}

static const char *properties_text(struct arena *arena, const struct catalog_property *p, uint32_t count) {
    const char *text = "";
    for (uint32_t i = 0; i < count; i++)
        text = arena_printf(arena, "%s%s%s=%s", text, i ? ", " : "", p[i].key, p[i].value);
    return arena_printf(arena, "[%s]", text);
}

/* What is known of a table, in Spark's order. */
static void add_details(struct rows *rows, const struct catalog_table *t) {
    static const char *const kinds[] = {"MANAGED", "EXTERNAL", "VIEW"};
    struct arena *arena = rows->arena;
    add(rows, "Catalog", "spark_catalog", "");
    add(rows, "Database", arena_strdup(arena, t->database), "");
    add(rows, "Table", arena_strdup(arena, t->name), "");
    add(rows, "Created Time", moment(arena, t->created), "");
    add(rows, "Last Access", "UNKNOWN", "");
    add(rows, "Created By", "Spark " SPARK_VERSION, "");
    add(rows, "Type", kinds[t->kind], "");
    if (t->format) add(rows, "Provider", arena_strdup(arena, t->format), "");
    if (t->comment) add(rows, "Comment", arena_strdup(arena, t->comment), "");
    if (t->kind == CATALOG_VIEW) {
        add(rows, "View Text", arena_strdup(arena, t->view_text), "");
        add(rows, "View Original Text", arena_strdup(arena, t->view_text), "");
        add(rows, "View Schema Mode", "COMPENSATION", "");
        add(rows, "View Catalog and Namespace", arena_printf(arena, "spark_catalog.%s", t->view_database), "");
    }
    if (t->property_count) add(rows, "Table Properties", properties_text(arena, t->properties, t->property_count), "");
    if (t->location) add(rows, "Location", arena_printf(arena, "file:%s", t->location), "");
    if (t->option_count) add(rows, "Storage Properties", properties_text(arena, t->options, t->option_count), "");
    if (t->partition_count) add(rows, "Partition Provider", "Catalog", "");
}

const char *table_information(struct arena *arena, const struct catalog_table *t) {
    struct rows rows = {.arena = arena};
    add_details(&rows, t);
    const char *text = "";
    for (uint32_t i = 0; i < rows.list.count; i++)
        text = arena_printf(arena, "%s%s: %s\n", text, rows.list.items[i].cells[0], rows.list.items[i].cells[1]);
    const char *partitions = "";
    for (uint32_t i = 0; i < t->partition_count; i++)
        partitions = arena_printf(arena, "%s%s`%s`", partitions, i ? ", " : "", t->partitions[i]);
    if (*partitions) text = arena_printf(arena, "%sPartition Columns: [%s]\n", text, partitions);
    return arena_printf(arena, "%sSchema: %s\n", text, type_tree_string(arena, t->schema, 0));
}

static struct plan *describe_column(struct analyzer *a, const struct u_command *c, const struct target *t,
                                    struct error *err) {
    static const char *const statistics[] = {"min",         "max",         "num_nulls", "distinct_count",
                                             "avg_col_len", "max_col_len", "histogram"};
    struct rows rows = {.arena = a->arena};
    const struct type *schema = target_schema(t);
    const struct field *f = c->column.count == 1 ? find_field(schema, c->column.parts[0]) : NULL;
    if (!f) {
        const char *fields = "";
        for (uint32_t i = 0; i < schema->field_count; i++)
            fields = arena_printf(a->arena, "%s%s`%s`", fields, i ? ", " : "", schema->fields[i].name);
        error_set(err, "UNRESOLVED_COLUMN.WITH_SUGGESTION", "objectName", quote_name(a->arena, &c->column), "proposal",
                  fields, NULL);
        return NULL;
    }
    const char *comment = field_comment(a->arena, f);
    add(&rows, "col_name", arena_strdup(a->arena, f->name), NULL);
    add(&rows, "data_type", type_catalog_string(a->arena, f->type), NULL);
    add(&rows, "comment", comment ? comment : "NULL", NULL);
    for (size_t i = 0; c->extended && i < sizeof statistics / sizeof *statistics; i++)
        add(&rows, statistics[i], "NULL", NULL);
    return texts_command(a, &describe_column_command, rows.list.items, rows.list.count);
}

struct plan *sql_describe_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    TRY_NULL(need_target(a, &c->target, &t, err));
    if (c->as_json || c->partition.count) {
        error_unsupported(err, c->as_json ? "DESCRIBE ... AS JSON" : "DESCRIBE of a partition");
        return NULL;
    }
    if (c->column.count) return describe_column(a, c, &t, err);
    struct rows rows = {.arena = a->arena};
    const struct type *schema = target_schema(&t);
    for (uint32_t i = 0; i < schema->field_count; i++) add_field(&rows, &schema->fields[i]);
    if (t.table && t.table->partition_count) {
        add(&rows, "# Partition Information", "", "");
        add(&rows, "# col_name", "data_type", "comment");
        for (uint32_t i = 0; i < t.table->partition_count; i++)
            add_field(&rows, find_field(schema, t.table->partitions[i]));
    }
    if (t.table && c->extended) {
        add(&rows, "", "", "");
        add(&rows, "# Detailed Table Information", "", "");
        add_details(&rows, t.table);
    }
    return texts_command(a, &describe_table_command, rows.list.items, rows.list.count);
}

struct plan *sql_describe_query(struct analyzer *a, const struct u_command *c, struct error *err) {
    const struct plan *p = plan_analyze(a, c->query, err);
    TRY_NULL(p);
    struct rows rows = {.arena = a->arena};
    const struct type *schema = plan_schema(a->arena, p);
    for (uint32_t i = 0; i < schema->field_count; i++) add_field(&rows, &schema->fields[i]);
    return texts_command(a, &describe_table_command, rows.list.items, rows.list.count);
}
