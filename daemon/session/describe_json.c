/* SPDX-License-Identifier: Apache-2.0 */
/* DESCRIBE ... AS JSON: what table_facts.c lists, in Spark's keys and order. */
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "session/facts.h"
#include "session/version.h"

/* ---- JSON ---- */

static void add_string(struct text *t, const char *s) {
    text_add_char(t, '"');
    for (; *s; s++) {
        static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
        const char *at = strchr(from, *s);
        if (at)
            text_printf(t, "\\%c", to[at - from]);
        else if ((uint8_t)*s < 0x20)
            text_printf(t, "\\u%04x", (uint8_t)*s);
        else
            text_add_char(t, *s);
    }
    text_add_char(t, '"');
}

/* ,"key": */
static void add_key(struct text *t, const char *key) {
    if (t->size && t->data[t->size - 1] != '{') text_add_char(t, ',');
    add_string(t, key);
    text_add_char(t, ':');
}

static void add_pair(struct text *t, const char *key, const char *value) {
    if (!value) return;
    add_key(t, key);
    add_string(t, value);
}

static void add_names(struct text *t, const char *key, const char *const *names, uint32_t count) {
    add_key(t, key);
    text_add_char(t, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_add_char(t, ',');
        add_string(t, names[i]);
    }
    text_add_char(t, ']');
}

static void add_properties(struct text *t, const char *key, const struct catalog_property *given, uint32_t count,
                           bool sorted) {
    if (!count) return;
    const struct catalog_property *p = shown_properties(t->arena, given, count, sorted);
    add_key(t, key);
    text_add_char(t, '{');
    for (uint32_t i = 0; i < count; i++) add_pair(t, p[i].key, p[i].value ? p[i].value : "");
    text_add_char(t, '}');
}

/* ---- types ---- */

static void add_columns(struct text *t, const char *key, const struct type *schema);

static const char *unit_name(const struct type *type, uint8_t field) {
    static const char *const year_month[] = {"year", "month"};
    static const char *const day_time[] = {"day", "hour", "minute", "second"};
    return type->kind == TYPE_YEAR_MONTH_INTERVAL ? year_month[field & 1] : day_time[field & 3];
}

static void add_type(struct text *t, const struct type *type) {
    text_add_char(t, '{');
    switch (type->kind) {
        case TYPE_STRING:
        case TYPE_CHAR:
        case TYPE_VARCHAR:
            add_pair(t, "name", "string");
            add_pair(t, "collation", type->collation ? type->collation : "UTF8_BINARY");
            break;
        case TYPE_DECIMAL:
            add_pair(t, "name", "decimal");
            text_printf(t, ",\"precision\":%d,\"scale\":%d", type->precision, type->scale);
            break;
        case TYPE_TIMESTAMP: add_pair(t, "name", "timestamp_ltz"); break;
        case TYPE_ARRAY:
            add_pair(t, "name", "array");
            add_key(t, "element_type");
            add_type(t, type->element);
            text_printf(t, ",\"element_nullable\":%s", type->contains_null ? "true" : "false");
            break;
        case TYPE_MAP:
            add_pair(t, "name", "map");
            add_key(t, "key_type");
            add_type(t, type->key);
            add_key(t, "value_type");
            add_type(t, type->element);
            text_printf(t, ",\"value_nullable\":%s", type->contains_null ? "true" : "false");
            break;
        case TYPE_STRUCT:
            add_pair(t, "name", "struct");
            add_columns(t, "fields", type);
            break;
        case TYPE_YEAR_MONTH_INTERVAL:
        case TYPE_DAY_TIME_INTERVAL:
            add_pair(t, "name", "interval");
            add_pair(t, "start_unit", unit_name(type, type->start));
            add_pair(t, "end_unit", unit_name(type, type->end));
            break;
        default: add_pair(t, "name", type_simple_string(t->arena, type)); break;
    }
    text_add_char(t, '}');
}

static void add_columns(struct text *t, const char *key, const struct type *schema) {
    add_key(t, key);
    text_add_char(t, '[');
    for (uint32_t i = 0; i < schema->field_count; i++) {
        const struct field *f = &schema->fields[i];
        text_add(t, i ? ",{" : "{");
        add_pair(t, "name", f->name);
        add_key(t, "type");
        add_type(t, f->type);
        text_printf(t, ",\"nullable\":%s", f->nullable ? "true" : "false");
        add_pair(t, "comment", metadata_string(t->arena, f->metadata, "comment"));
        add_pair(t, "default", metadata_string(t->arena, f->metadata, "CURRENT_DEFAULT"));
        text_add_char(t, '}');
    }
    text_add_char(t, ']');
}

/* ---- parts ---- */

static void add_head(struct text *t, const char *name, const char *catalog, const char *database) {
    add_pair(t, "table_name", name);
    add_pair(t, "catalog_name", catalog);
    add_names(t, "namespace", &database, 1);
    add_pair(t, "schema_name", database);
}

static void add_created(struct text *t, int64_t micros) {
    time_t seconds = (time_t)(micros / 1000000);
    struct tm parts;
    char text[32];
    gmtime_r(&seconds, &parts);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    add_pair(t, "created_time", text);
    add_pair(t, "last_access", "UNKNOWN");
    add_pair(t, "created_by", "Spark " SPARK_VERSION);
}

static void add_buckets(struct text *t, const struct catalog_table *table) {
    if (!table->bucket_count) return;
    add_key(t, "num_buckets");
    text_printf(t, "%u", table->bucket_count);
    add_names(t, "bucket_columns", table->bucket_columns, table->bucket_column_count);
    add_names(t, "sort_columns", table->sort_columns, table->sort_column_count);
}

static void add_statistics(struct text *t, const struct catalog_table *table) {
    const char *size = statistic_of(table->statistics, table->statistic_count, STATISTIC_SIZE);
    const char *rows = statistic_of(table->statistics, table->statistic_count, STATISTIC_ROWS);
    if (!size) return;
    add_key(t, "statistics");
    text_printf(t, "{\"size_in_bytes\":%s", size);
    if (rows) text_printf(t, ",\"num_rows\":%s", rows);
    text_add_char(t, '}');
}

static void add_view(struct text *t, const struct catalog_table *view) {
    add_pair(t, "view_text", view->view_text);
    add_pair(t, "view_original_text", view->view_text);
    add_pair(t, "view_schema_mode", view->view_mode);
    add_pair(t, "view_catalog_and_namespace", arena_printf(t->arena, "spark_catalog.%s", view->view_database));
    if (view->view_column_count) add_names(t, "view_query_output_columns", view->view_columns, view->view_column_count);
}

static void add_partition(struct text *t, const struct catalog_table *table, const struct catalog_partition *part) {
    add_key(t, "partition_values");
    text_add_char(t, '{');
    for (uint32_t k = 0; k < table->partition_count; k++)
        add_pair(t, table->partitions[k], part->values[k] ? part->values[k] : CATALOG_NULL_PARTITION);
    text_add_char(t, '}');
    add_pair(t, "location", arena_printf(t->arena, "file:%s", part->location));
    LIST(struct catalog_property) parameters = {0};
    for (uint32_t i = 0; i < part->parameter_count; i++)
        if (strcmp(part->parameters[i].key, STATISTIC_SIZE) != 0 &&
            strcmp(part->parameters[i].key, STATISTIC_ROWS) != 0)
            LIST_PUSH(t->arena, &parameters, part->parameters[i]);
    add_properties(t, "partition_parameters", parameters.items, parameters.count, false);
}

const char *table_as_json(struct arena *arena, const struct catalog_table *table,
                          const struct catalog_partition *part) {
    static const char *const kinds[] = {"MANAGED", "EXTERNAL", "VIEW"};
    struct text t;
    text_init(&t, arena);
    text_add_char(&t, '{');
    add_head(&t, table->name, "spark_catalog", table->database);
    add_columns(&t, "columns", table->schema);
    if (part)
        add_partition(&t, table, part);
    else
        add_buckets(&t, table);
    if (!part && table->location) add_pair(&t, "location", arena_printf(arena, "file:%s", table->location));
    add_properties(&t, "storage_properties", table->options, table->option_count, false);
    add_created(&t, part ? part->created : table->created);
    add_pair(&t, "type", kinds[table->kind]);
    add_pair(&t, "provider", table->format);
    if (part) add_buckets(&t, table);
    add_pair(&t, "comment", table->comment);
    if (table->kind == CATALOG_VIEW) add_view(&t, table);
    add_properties(&t, "table_properties", table->properties, table->property_count, true);
    add_statistics(&t, table);
    add_properties(&t, "view_creation_spark_configuration", table->settings, table->setting_count, false);
    if (table->partition_count) {
        add_pair(&t, "partition_provider", "Catalog");
        add_names(&t, "partition_columns", table->partitions, table->partition_count);
    }
    add_pair(&t, "collation", table->collation ? table->collation : "UTF8_BINARY");
    text_add_char(&t, '}');
    return text_finish(&t);
}

const char *view_as_json(struct arena *arena, const struct view_entry *view) {
    struct text t;
    text_init(&t, arena);
    text_add_char(&t, '{');
    add_head(&t, view->name, "system", "session");
    add_columns(&t, "columns", view->handle->schema);
    add_created(&t, view->about.created);
    add_pair(&t, "type", "VIEW");
    if (view->about.text) {
        add_pair(&t, "view_text", view->about.text);
        add_pair(&t, "view_schema_mode", view->about.mode);
        add_pair(&t, "view_catalog_and_namespace", arena_printf(arena, "spark_catalog.%s", view->about.database));
        const struct type *schema = view->handle->schema;
        const char **names = ARENA_ARRAY(arena, const char *, schema->field_count);
        for (uint32_t i = 0; i < schema->field_count; i++) names[i] = schema->fields[i].name;
        add_names(&t, "view_query_output_columns", names, schema->field_count);
    }
    add_pair(&t, "collation", "UTF8_BINARY");
    text_add_char(&t, '}');
    return text_finish(&t);
}
