/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of a table, a partition or a view, as a list of named facts in Spark's order: DESCRIBE EXTENDED shows
 * them as rows, SHOW TABLE EXTENDED as lines. Values that look like secrets are not shown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/text.h"
#include "session/facts.h"
#include "session/settings.h"
#include "session/version.h"

static void add(struct facts *f, const char *name, const char *value) {
    struct text_row row = {{name, value, ""}};
    LIST_PUSH(f->arena, &f->list, row);
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

static bool contains_word(const char *text, const char *word) {
    return strcasestr(text, word) != NULL;
}

const char *shown_value(const char *key, const char *value) {
    static const char *const words[] = {"secret", "password", "token", "access.key", "accesskey", "url"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (contains_word(key, words[i]) || (value && contains_word(value, words[i]) && i < 5))
            return "*********(redacted)";
    return value;
}

static int by_key(const void *a, const void *b) {
    return strcmp(((const struct catalog_property *)a)->key, ((const struct catalog_property *)b)->key);
}

const struct catalog_property *shown_properties(struct arena *arena, const struct catalog_property *p, uint32_t count,
                                                bool sorted) {
    struct catalog_property *copy = ARENA_ARRAY(arena, struct catalog_property, count);
    for (uint32_t i = 0; i < count; i++)
        copy[i] = (struct catalog_property){arena_strdup(arena, p[i].key),
                                            arena_strdup(arena, shown_value(p[i].key, p[i].value))};
    if (sorted && count) qsort(copy, count, sizeof *copy, by_key);
    return copy;
}

static const char *property_text(struct arena *arena, const struct catalog_property *given, uint32_t count,
                                 bool sorted) {
    const struct catalog_property *p = shown_properties(arena, given, count, sorted);
    const char *text = "";
    for (uint32_t i = 0; i < count; i++)
        text = arena_printf(arena, "%s%s%s=%s", text, i ? ", " : "", p[i].key, p[i].value ? p[i].value : "");
    return arena_printf(arena, "[%s]", text);
}

static const char *name_text(struct arena *arena, const char *const *names, uint32_t count) {
    const char *text = "";
    for (uint32_t i = 0; i < count; i++) text = arena_printf(arena, "%s%s`%s`", text, i ? ", " : "", names[i]);
    return arena_printf(arena, "[%s]", text);
}

const char *statistic_of(const struct catalog_property *statistics, uint32_t count, const char *key) {
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(statistics[i].key, key) == 0) return statistics[i].value;
    return NULL;
}

static const char *size_text(struct arena *arena, const struct catalog_property *p, uint32_t count) {
    const char *size = statistic_of(p, count, STATISTIC_SIZE), *rows = statistic_of(p, count, STATISTIC_ROWS);
    if (!size) return NULL;
    return rows ? arena_printf(arena, "%s bytes, %s rows", size, rows) : arena_printf(arena, "%s bytes", size);
}

void bucket_facts(struct facts *f, const struct catalog_table *t) {
    if (!t->bucket_count) return;
    add(f, "Num Buckets", arena_printf(f->arena, "%u", t->bucket_count));
    add(f, "Bucket Columns", name_text(f->arena, t->bucket_columns, t->bucket_column_count));
    add(f, "Sort Columns", name_text(f->arena, t->sort_columns, t->sort_column_count));
}

void storage_facts(struct facts *f, const struct catalog_table *t) {
    if (t->location) add(f, "Location", arena_printf(f->arena, "file:%s", t->location));
    if (t->option_count) add(f, "Storage Properties", property_text(f->arena, t->options, t->option_count, false));
}

static void view_facts(struct facts *f, const struct catalog_table *t) {
    add(f, "View Text", arena_strdup(f->arena, t->view_text));
    add(f, "View Original Text", arena_strdup(f->arena, t->view_text));
    if (!f->without_modes) add(f, "View Schema Mode", arena_strdup(f->arena, t->view_mode ? t->view_mode : "BINDING"));
    add(f, "View Catalog and Namespace", arena_printf(f->arena, "spark_catalog.%s", t->view_database));
    if (t->view_column_count)
        add(f, "View Query Output Columns", name_text(f->arena, t->view_columns, t->view_column_count));
}

void table_facts(struct facts *f, const struct catalog_table *t) {
    static const char *const kinds[] = {"MANAGED", "EXTERNAL", "VIEW"};
    struct arena *arena = f->arena;
    add(f, "Catalog", "spark_catalog");
    add(f, "Database", arena_strdup(arena, t->database));
    add(f, "Table", arena_strdup(arena, t->name));
    add(f, "Created Time", moment(arena, t->created));
    add(f, "Last Access", "UNKNOWN");
    add(f, "Created By", "Spark " SPARK_VERSION);
    add(f, "Type", kinds[t->kind]);
    if (t->format) add(f, "Provider", arena_strdup(arena, t->format));
    bucket_facts(f, t);
    if (t->comment) add(f, "Comment", arena_strdup(arena, t->comment));
    if (t->collation) add(f, "Collation", arena_strdup(arena, t->collation));
    if (t->kind == CATALOG_VIEW) view_facts(f, t);
    if (t->property_count) add(f, "Table Properties", property_text(arena, t->properties, t->property_count, true));
    const char *size = size_text(arena, t->statistics, t->statistic_count);
    if (size) add(f, "Statistics", size);
    storage_facts(f, t);
    if (t->partition_count) add(f, "Partition Provider", "Catalog");
}

void temporary_view_facts(struct facts *f, const struct view_entry *view) {
    add(f, "Table", arena_strdup(f->arena, view->name));
    add(f, "Created Time", moment(f->arena, view->about.created));
    add(f, "Last Access", "UNKNOWN");
    add(f, "Created By", "Spark " SPARK_VERSION);
    add(f, "Type", "VIEW");
    if (view->about.text) add(f, "View Text", arena_strdup(f->arena, view->about.text));
    if (view->about.mode && !f->without_modes) add(f, "View Schema Mode", arena_strdup(f->arena, view->about.mode));
    if (!view->about.text) return;
    add(f, "View Catalog and Namespace", arena_printf(f->arena, "spark_catalog.%s", view->about.database));
    add(f, "View Query Output Columns", arena_printf(f->arena, "[%s]", view->about.columns));
}

const char *partition_values_text(struct arena *arena, const struct catalog_table *t,
                                  const struct catalog_partition *part) {
    const char *values = "";
    for (uint32_t k = 0; k < t->partition_count; k++)
        values = arena_printf(arena, "%s%s%s=%s", values, k ? ", " : "", t->partitions[k],
                              part->values[k] ? part->values[k] : CATALOG_NULL_PARTITION);
    return arena_printf(arena, "[%s]", values);
}

/* What is not shown as a fact of its own. */
static const char *parameter_text(struct arena *arena, const struct catalog_partition *part) {
    const char *text = NULL;
    for (uint32_t i = 0; i < part->parameter_count; i++) {
        const struct catalog_property *p = &part->parameters[i];
        if (strcmp(p->key, STATISTIC_SIZE) == 0 || strcmp(p->key, STATISTIC_ROWS) == 0) continue;
        text = arena_printf(arena, "%s%s%s=%s", text ? text : "", text ? ", " : "", p->key, p->value);
    }
    return text ? arena_printf(arena, "[%s]", text) : NULL;
}

void partition_facts(struct facts *f, const struct catalog_table *t, const struct catalog_partition *part) {
    add(f, "Partition Values", partition_values_text(f->arena, t, part));
    add(f, "Location", arena_printf(f->arena, "file:%s", part->location));
    if (t->option_count) add(f, "Storage Properties", property_text(f->arena, t->options, t->option_count, false));
    const char *parameters = parameter_text(f->arena, part);
    if (parameters) add(f, "Partition Parameters", parameters);
    add(f, "Created Time", moment(f->arena, part->created));
    add(f, "Last Access", "UNKNOWN");
    const char *size = size_text(f->arena, part->parameters, part->parameter_count);
    if (size) add(f, "Partition Statistics", size);
}

const char *facts_as_lines(const struct facts *f) {
    struct text t;
    text_init(&t, f->arena);
    for (uint32_t i = 0; i < f->list.count; i++)
        text_printf(&t, "%s: %s\n", f->list.items[i].cells[0], f->list.items[i].cells[1]);
    return text_finish(&t);
}

bool shows_view_modes(const struct context *context) {
    return context_flag(context, "spark.sql.legacy.viewSchemaBindingMode", true);
}

const char *shown_mode(const struct context *context, const struct catalog_table *view) {
    if (!shows_view_modes(context)) return NULL;
    return view->view_mode ? view->view_mode : "BINDING";
}

const char *table_information(struct arena *arena, const struct context *context, const struct catalog_table *t) {
    struct facts f = {.arena = arena, .without_modes = !shows_view_modes(context)};
    table_facts(&f, t);
    if (t->partition_count) add(&f, "Partition Columns", name_text(arena, t->partitions, t->partition_count));
    return arena_printf(arena, "%sSchema: %s\n", facts_as_lines(&f),
                        type_tree_string(arena, type_without_char(arena, t->schema), 0));
}

const char *view_information(struct arena *arena, const struct context *context, const struct view_entry *view) {
    struct facts f = {.arena = arena, .without_modes = !shows_view_modes(context)};
    temporary_view_facts(&f, view);
    return arena_printf(arena, "%sSchema: %s\n", facts_as_lines(&f), type_tree_string(arena, view->handle->schema, 0));
}
