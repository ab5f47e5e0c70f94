/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Spark compares before df.write adds to a table that is there: format, place, columns, partitions and buckets have
 * to be what the table was made with. (INSERT and writeTo do not say them again, so nothing is compared there.)
 */
#include <string.h>
#include <strings.h>

#include "session/write.h"

static const char *plain_name(struct arena *arena, const struct catalog_table *t) {
    return arena_printf(arena, "spark_catalog.%s.%s", t->database, t->name);
}

/* The name of the class that reads and writes a format in Spark, which its message shows. */
static const char *provider_class(const char *format) {
    static const struct {
        const char *format, *class;
    } known[] = {{"parquet", "ParquetDataSourceV2"}, {"csv", "CSVDataSourceV2"}, {"json", "JsonDataSourceV2"},
                 {"text", "TextDataSourceV2"},       {"orc", "OrcDataSourceV2"}, {"xml", "XmlFileFormat"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcasecmp(known[i].format, format) == 0) return known[i].class;
    return format;
}

static bool check_format(struct analyzer *a, const struct catalog_table *t, const struct catalog_table *given,
                         struct error *err) {
    if (strcasecmp(t->format, given->format) == 0) return true;
    return error_set(err, "_LEGACY_ERROR_TEMP_1159", "tableName", plain_name(a->arena, t), "existingProvider",
                     provider_class(t->format), "specifiedProvider", provider_class(given->format), NULL);
}

static bool check_place(const struct catalog_table *t, const struct catalog_table *given, struct error *err) {
    if (given->kind != CATALOG_EXTERNAL || strcmp(t->location, given->location) == 0) return true;
    error_set(err, "_LEGACY_ERROR_TEMP_1160", NULL);
    error_add(err, "identifier", "`spark_catalog`.`%s`.`%s`", t->database, t->name);
    error_add(err, "existingTableLoc", "file:%s", t->location);
    return error_add(err, "tableDescLoc", "file://%s", given->location);
}

static const char *names_of(struct arena *arena, const char *const *names, uint32_t count) {
    const char *list = "";
    for (uint32_t i = 0; i < count; i++) list = arena_printf(arena, "%s%s%s", list, i ? ", " : "", names[i]);
    return list;
}

static bool has_field(const struct type *schema, const char *name) {
    for (uint32_t i = 0; i < schema->field_count; i++)
        if (strcasecmp(schema->fields[i].name, name) == 0) return true;
    return false;
}

static bool check_columns(struct analyzer *a, const struct catalog_table *t, const struct type *schema,
                          struct error *err) {
    const struct type *own = t->schema;
    if (own->field_count != schema->field_count)
        return error_set(err, "_LEGACY_ERROR_TEMP_1161", "tableName", plain_name(a->arena, t), "existingTableSchema",
                         type_catalog_string(a->arena, own), "querySchema", type_catalog_string(a->arena, schema),
                         NULL);
    const char **names = ARENA_ARRAY(a->arena, const char *, schema->field_count);
    for (uint32_t i = 0; i < schema->field_count; i++) names[i] = schema->fields[i].name;
    for (uint32_t i = 0; i < own->field_count; i++)
        if (!has_field(schema, own->fields[i].name))
            return error_set(err, "_LEGACY_ERROR_TEMP_1162", "col", own->fields[i].name, "inputColumns",
                             names_of(a->arena, names, schema->field_count), NULL);
    return true;
}

static bool check_partitions(struct analyzer *a, const struct catalog_table *t, const struct catalog_table *given,
                             struct error *err) {
    bool same = t->partition_count == given->partition_count;
    for (uint32_t i = 0; same && i < t->partition_count; i++)
        same = strcasecmp(t->partitions[i], given->partitions[i]) == 0;
    return same || error_set(err, "_LEGACY_ERROR_TEMP_1163", "tableName", plain_name(a->arena, t), "specifiedPartCols",
                             names_of(a->arena, given->partitions, given->partition_count), "existingPartCols",
                             names_of(a->arena, t->partitions, t->partition_count), NULL);
}

static const char *bucket_text(struct arena *arena, const struct catalog_table *t) {
    if (!t->bucket_count) return "not bucketed";
    const char *text = arena_printf(arena, "%u buckets, bucket columns: [%s]", t->bucket_count,
                                    names_of(arena, t->bucket_columns, t->bucket_column_count));
    if (!t->sort_column_count) return text;
    return arena_printf(arena, "%s, sort columns: [%s]", text, names_of(arena, t->sort_columns, t->sort_column_count));
}

static bool check_buckets(struct analyzer *a, const struct catalog_table *t, const struct catalog_table *given,
                          struct error *err) {
    const char *own = bucket_text(a->arena, t), *asked = bucket_text(a->arena, given);
    return strcasecmp(own, asked) == 0 ||
           error_set(err, "_LEGACY_ERROR_TEMP_1164", "tableName", plain_name(a->arena, t), "specifiedBucketString",
                     asked, "existingBucketString", own, NULL);
}

bool check_append(struct analyzer *a, const struct catalog_table *t, const struct catalog_table *given,
                  const struct type *schema, struct error *err) {
    return check_format(a, t, given, err) && check_place(t, given, err) && check_columns(a, t, schema, err) &&
           check_partitions(a, t, given, err) && check_buckets(a, t, given, err);
}

bool check_path_columns(struct analyzer *a, const struct catalog_table *t, struct error *err) {
    for (uint32_t i = 0; i < t->partition_count; i++)
        if (!has_field(t->schema, t->partitions[i]))
            return error_set(err, "_LEGACY_ERROR_TEMP_1155", "col", t->partitions[i], "schemaCatalog",
                             type_catalog_string(a->arena, t->schema), NULL);
    return check_schema(a, t, err);
}
