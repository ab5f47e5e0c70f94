/* SPDX-License-Identifier: Apache-2.0 */
/* DESCRIBE of tables, views, partitions, columns and queries. See command_sql.h. */
#include <string.h>
#include <strings.h>

#include "session/facts.h"
#include "sql/sql.h"

static const struct command_column column_columns[] = {
    {"col_name", TYPE_STRING, false}, {"data_type", TYPE_STRING, false}, {"comment", TYPE_STRING, true}};
static const struct command_column info_columns[] = {{"info_name", TYPE_STRING, false},
                                                     {"info_value", TYPE_STRING, false}};
static const struct command_column json_column[] = {{"json_metadata", TYPE_STRING, false}};

static const struct command_kind describe_table_command = {
    .name = "DescribeTable", COLUMNS(column_columns), .finish = emit_texts};
static const struct command_kind describe_column_command = {
    .name = "DescribeColumn", COLUMNS(info_columns), .finish = emit_texts};
static const struct command_kind describe_json_command = {
    .name = "DescribeTable", COLUMNS(json_column), .finish = emit_texts};

static void add(struct facts *rows, const char *first, const char *second, const char *third) {
    struct text_row row = {{first, second, third}};
    LIST_PUSH(rows->arena, &rows->list, row);
}

static void add_field(struct facts *rows, const struct field *f) {
    add(rows, arena_strdup(rows->arena, f->name), type_catalog_string(rows->arena, f->type),
        field_comment(rows->arena, f));
}

static const struct field *find_field(const struct type *schema, const char *name) {
    for (uint32_t i = 0; i < schema->field_count; i++)
        if (strcasecmp(schema->fields[i].name, name) == 0) return &schema->fields[i];
    return NULL;
}

/* ---- one column ---- */

static const struct field *need_column(struct analyzer *a, const struct u_command *c, const struct type *schema,
                                       struct error *err) {
    const struct field *f = find_field(schema, c->column.parts[0]);
    if (!f) {
        error_set(err, "COLUMN_NOT_FOUND", "colName", quote_name(a->arena, &c->column), "caseSensitiveConfig",
                  "\"spark.sql.caseSensitive\"", NULL);
        return NULL;
    }
    if (c->column.count == 1) return f;
    if (type_is_nested(f->type)) {
        error_set(err, "_LEGACY_ERROR_TEMP_1060", "command", "DESC TABLE COLUMN", "column",
                  sql_quote_name(a->arena, c->column.parts, c->column.count), NULL);
        return NULL;
    }
    error_set(err, "INVALID_EXTRACT_BASE_FIELD_TYPE", "base", arena_printf(a->arena, "\"%s\"", f->name), NULL);
    error_add(err, "other", "\"%s\"", type_sql(a->arena, f->type));
    return NULL;
}

static struct plan *describe_column(struct analyzer *a, const struct u_command *c, const struct target *t,
                                    struct error *err) {
    static const char *const statistics[] = {"min",         "max",         "num_nulls", "distinct_count",
                                             "avg_col_len", "max_col_len", "histogram"};
    struct facts rows = {.arena = a->arena};
    const struct field *f = need_column(a, c, target_schema(t), err);
    TRY_NULL(f);
    const char *comment = field_comment(a->arena, f);
    const char *otherwise = metadata_string(a->arena, f->metadata, "CURRENT_DEFAULT");
    add(&rows, "col_name", arena_strdup(a->arena, f->name), NULL);
    add(&rows, "data_type", type_catalog_string(a->arena, f->type), NULL);
    add(&rows, "comment", comment ? comment : "NULL", NULL);
    for (size_t i = 0; c->extended && i < sizeof statistics / sizeof *statistics; i++) {
        const char *key = arena_printf(a->arena, "column.%s.%s", f->name, statistics[i]);
        const char *value = t->table ? statistic_of(t->table->statistics, t->table->statistic_count, key) : NULL;
        add(&rows, statistics[i], value ? arena_strdup(a->arena, value) : "NULL", NULL);
    }
    if (c->extended && otherwise) add(&rows, "default", otherwise, NULL);
    return texts_command(a, &describe_column_command, rows.list.items, rows.list.count);
}

/* ---- tables ---- */

static void add_partition_columns(struct facts *rows, const struct catalog_table *t) {
    if (!t->partition_count) return;
    add(rows, "# Partition Information", "", "");
    add(rows, "# col_name", "data_type", "comment");
    for (uint32_t i = 0; i < t->partition_count; i++) add_field(rows, find_field(t->schema, t->partitions[i]));
}

/* [["a"],["b"]]: the names in quotes. */
static void add_clusters(struct facts *rows, const struct catalog_table *t) {
    const char *text = NULL;
    for (uint32_t i = 0; i < t->property_count; i++)
        if (strcmp(t->properties[i].key, CLUSTER_PROPERTY) == 0) text = t->properties[i].value;
    if (!text || !strchr(text, '"')) return;
    add(rows, "# Clustering Information", "", "");
    add(rows, "# col_name", "data_type", "comment");
    for (const char *p = strchr(text, '"'); p;) {
        const char *end = strchr(p + 1, '"');
        if (!end) break;
        const struct field *f = find_field(t->schema, arena_strndup(rows->arena, p + 1, (size_t)(end - p - 1)));
        if (f) add_field(rows, f);
        p = strchr(end + 1, '"');
    }
}

static void add_defaults(struct facts *rows, const struct type *schema) {
    bool any = false;
    for (uint32_t i = 0; i < schema->field_count; i++) {
        const struct field *f = &schema->fields[i];
        const char *value = metadata_string(rows->arena, f->metadata, "CURRENT_DEFAULT");
        if (!value) continue;
        if (!any) {
            add(rows, "", "", "");
            add(rows, "# Column Default Values", "", "");
        }
        any = true;
        add(rows, arena_strdup(rows->arena, f->name), type_catalog_string(rows->arena, f->type), value);
    }
}

static bool refuse_partition(struct analyzer *a, const struct target *t, struct error *err) {
    if (t->view || t->table->kind == CATALOG_VIEW)
        return error_set(err, "FORBIDDEN_OPERATION", "statement", "DESC PARTITION", "objectType",
                         t->view ? "TEMPORARY VIEW" : "VIEW", "objectName",
                         arena_printf(a->arena, "`%s`", t->name.name), NULL);
    return t->table->partition_count || partitions_unknown(a, t, "DESC PARTITION", err);
}

/* PARTITION (...): *part is what it means. */
static bool find_part(struct analyzer *a, const struct u_command *c, const struct target *t,
                      const struct catalog_partition **part, struct error *err) {
    *part = NULL;
    if (!c->partition.count) return true;
    TRY(refuse_partition(a, t, err));
    *part = need_partition(a, t, &c->partition, err);
    return *part;
}

static struct plan *describe_as_json(struct analyzer *a, const struct u_command *c, const struct target *t,
                                     struct error *err) {
    const struct catalog_partition *part;
    if (!c->extended) {
        error_set(err, "DESCRIBE_JSON_NOT_EXTENDED", "tableName", t->name.name, NULL);
        return NULL;
    }
    if (c->column.count) {
        error_set(err, "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON", NULL);
        return NULL;
    }
    TRY_NULL(find_part(a, c, t, &part, err));
    struct text_row *row = ARENA_NEW(a->arena, struct text_row);
    row->cells[0] = t->view ? view_as_json(a->arena, t->view) : table_as_json(a->arena, t->table, part);
    return texts_command(a, &describe_json_command, row, 1);
}

static void add_part(struct facts *rows, const struct catalog_table *t, const struct catalog_partition *part) {
    add(rows, "", "", "");
    add(rows, "# Detailed Partition Information", "", "");
    add(rows, "Database", arena_strdup(rows->arena, t->database), "");
    add(rows, "Table", arena_strdup(rows->arena, t->name), "");
    partition_facts(rows, t, part);
    add(rows, "", "", "");
    add(rows, "# Storage Information", "", "");
    bucket_facts(rows, t);
    storage_facts(rows, t);
}

struct plan *sql_describe_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    const struct catalog_partition *part;
    TRY_NULL(need_target(a, &c->target, &t, err));
    if (c->as_json) return describe_as_json(a, c, &t, err);
    if (c->column.count) return describe_column(a, c, &t, err);
    TRY_NULL(find_part(a, c, &t, &part, err));
    struct facts rows = {.arena = a->arena, .without_modes = !shows_view_modes(a->context)};
    const struct type *schema = target_schema(&t);
    for (uint32_t i = 0; i < schema->field_count; i++) add_field(&rows, &schema->fields[i]);
    if (t.table) {
        add_partition_columns(&rows, t.table);
        add_clusters(&rows, t.table);
    }
    if (part && c->extended) {
        add_part(&rows, t.table, part);
    } else if (t.table && c->extended) {
        add(&rows, "", "", "");
        add(&rows, "# Detailed Table Information", "", "");
        table_facts(&rows, t.table);
    }
    if (t.table) add_defaults(&rows, schema);
    return texts_command(a, &describe_table_command, rows.list.items, rows.list.count);
}

struct plan *sql_describe_query(struct analyzer *a, const struct u_command *c, struct error *err) {
    const struct plan *p = plan_analyze(a, c->query, err);
    TRY_NULL(p);
    struct facts rows = {.arena = a->arena};
    const struct type *schema = plan_schema(a->arena, p);
    for (uint32_t i = 0; i < schema->field_count; i++) add_field(&rows, &schema->fields[i]);
    return texts_command(a, &describe_table_command, rows.list.items, rows.list.count);
}
