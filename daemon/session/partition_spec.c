/* SPDX-License-Identifier: Apache-2.0 */
/* PARTITION (p = 1, q): which of a table's partitions that means, for all commands that take one. */
#include <string.h>
#include <strings.h>

#include "column/cast.h"
#include "session/command_sql.h"

static const struct field *column_of(const struct catalog_table *t, const char *name) {
    for (uint32_t i = 0; i < t->schema->field_count; i++)
        if (strcasecmp(t->schema->fields[i].name, name) == 0) return &t->schema->fields[i];
    return NULL;
}

static uint32_t partition_index(const struct catalog_table *t, const char *name) {
    uint32_t k = 0;
    while (k < t->partition_count && strcasecmp(t->partitions[k], name) != 0) k++;
    return k;
}

/* All names must be of partition columns. */
static bool check_names(struct analyzer *a, const struct target *t, const struct u_partition_spec *spec,
                        struct error *err) {
    const char *unknown = NULL;
    for (uint32_t i = 0; i < spec->count; i++)
        if (partition_index(t->table, spec->values[i].name) == t->table->partition_count)
            unknown = unknown ? arena_printf(a->arena, "%s, `%s`", unknown, spec->values[i].name)
                              : arena_printf(a->arena, "`%s`", spec->values[i].name);
    return !unknown || error_set(err, "PARTITIONS_NOT_FOUND", "partitionList", unknown, "tableName",
                                 quote_table(a->arena, &t->name), NULL);
}

const char *value_as_text(struct analyzer *a, const struct vector *value, struct error *err) {
    struct cast cast = {.from = value->type, .to = TYPE_OF(STRING), .mode = CAST_LEGACY, .zone = a->context->zone};
    struct vector text;
    if (vector_is_null(value, 0) || !vector_cast(a->arena, &cast, value, 1, &text, err) || vector_is_null(&text, 0))
        return NULL;
    const struct string *s = &VECTOR_DATA(&text, struct string)[vector_entry(&text, 0)];
    return s->size ? arena_strndup(a->arena, s->data, s->size) : NULL;
}

bool resolve_partition(struct analyzer *a, const struct target *t, const struct u_partition_spec *spec, bool partial,
                       struct partition_values *out, struct error *err) {
    const struct catalog_table *table = t->table;
    TRY(check_names(a, t, spec, err));
    *out = (struct partition_values){.count = table->partition_count};
    out->values = ARENA_ARRAY(a->arena, const char *, out->count);
    out->given = ARENA_ARRAY(a->arena, bool, out->count);
    const char *keys = "", *columns = "";
    for (uint32_t i = 0; i < spec->count; i++) {
        uint32_t k = partition_index(table, spec->values[i].name);
        keys = arena_printf(a->arena, "%s%s%s", keys, i ? ", " : "", table->partitions[k]);
        if (!spec->values[i].value) continue;
        const struct field *column = column_of(table, table->partitions[k]);
        const struct type *type = type_copy(a->arena, column->type);
        const struct vector *v = constant_value(a, spec->values[i].value, type_without_char(a->arena, type), err);
        TRY(v);
        struct vector fitted;
        struct cast cast = {.from = v->type, .to = type, .mode = CAST_ANSI, .zone = a->context->zone};
        TRY(vector_cast(a->arena, &cast, v, 1, &fitted, err));
        out->values[k] = value_as_text(a, &fitted, err);
        out->given[k] = true;
        out->given_count++;
        TRY(!error_is_set(err));
    }
    if (partial || out->given_count == out->count) return true;
    for (uint32_t k = 0; k < table->partition_count; k++)
        columns = arena_printf(a->arena, "%s%s%s", columns, k ? ", " : "", table->partitions[k]);
    return error_set(err, "_LEGACY_ERROR_TEMP_1232", "specKeys", keys, "partitionColumnNames", columns, "tableName",
                     quote_table(a->arena, &t->name), NULL);
}

bool partition_matches(const struct catalog_partition *part, const struct partition_values *values) {
    for (uint32_t k = 0; k < values->count; k++) {
        const char *x = part->values[k], *y = values->values[k];
        if (values->given[k] && (x && y ? strcmp(x, y) != 0 : x != y)) return false;
    }
    return true;
}

/* "PARTITION (`p` = 1, `q` = 2)" */
const char *partition_sql(struct arena *arena, const struct catalog_table *t, const struct partition_values *values) {
    const char *text = "";
    for (uint32_t k = 0; k < values->count; k++)
        if (values->given[k])
            text = arena_printf(arena, "%s%s`%s` = %s", text, *text ? ", " : "", t->partitions[k],
                                values->values[k] ? values->values[k] : "null");
    return arena_printf(arena, "PARTITION (%s)", text);
}

bool partition_not_found(struct arena *arena, const struct catalog_table *t, const struct partition_values *values,
                         struct error *err) {
    return error_set(err, "PARTITIONS_NOT_FOUND", "partitionList", partition_sql(arena, t, values), "tableName",
                     arena_printf(arena, "`%s`.`%s`", t->database, t->name), NULL);
}

bool partitions_unknown(struct analyzer *a, const struct target *t, const char *action, struct error *err) {
    return error_set(err, "_LEGACY_ERROR_TEMP_1251", "action", action, "tableName",
                     arena_strdup(a->arena, t->name.name), NULL);
}

const struct catalog_partition *need_partition(struct analyzer *a, const struct target *t,
                                               const struct u_partition_spec *spec, struct error *err) {
    struct partition_values values;
    TRY_NULL(resolve_partition(a, t, spec, false, &values, err));
    const struct catalog_partition *found = catalog_find_partition(t->table, values.values);
    if (!found) partition_not_found(a->arena, t->table, &values, err);
    return found;
}
