/* SPDX-License-Identifier: Apache-2.0 */
#include "format/parquet/schema.h"

#include <string.h>

static bool illegal(const struct parquet_node *n, const char *what, struct error *err) {
    error_set(err, "PARQUET_TYPE_ILLEGAL", "parquetType", what, NULL);
    (void)n;
    return false;
}

static const struct type *integer_type(struct arena *arena, const struct parquet_node *n) {
    static const enum type_kind of_signed[] = {TYPE_BYTE, TYPE_SHORT, TYPE_INT, TYPE_LONG};
    int size = n->bits == 8 ? 0 : n->bits == 16 ? 1 : n->bits == 32 ? 2 : 3;
    if (n->is_signed) return &types[of_signed[size]];
    return size == 3 ? type_decimal(arena, 20, 0) : &types[of_signed[size + 1]];
}

static const struct type *physical_type(const struct parquet_node *n) {
    switch (n->physical) {
        case PARQUET_BOOLEAN: return TYPE_OF(BOOLEAN);
        case PARQUET_INT32: return TYPE_OF(INT);
        case PARQUET_INT64: return TYPE_OF(LONG);
        case PARQUET_INT96: return TYPE_OF(TIMESTAMP);
        case PARQUET_FLOAT: return TYPE_OF(FLOAT);
        case PARQUET_DOUBLE: return TYPE_OF(DOUBLE);
        default: return TYPE_OF(BINARY);
    }
}

/* The widest decimal that a physical type of so many bytes holds. */
static int decimal_digits(const struct parquet_node *n) {
    static const uint8_t digits[] = {0, 2, 4, 6, 9, 11, 14, 16, 18, 21, 23, 26, 28, 31, 33, 35, 38};
    if (n->physical == PARQUET_INT32) return 9;
    if (n->physical == PARQUET_INT64) return 18;
    if (n->physical == PARQUET_FIXED && n->fixed_length <= 16) return digits[n->fixed_length];
    return DECIMAL_MAX_PRECISION;
}

static const struct type *leaf_type(struct arena *arena, const struct context *context, struct parquet_node *n,
                                    struct error *err) {
    bool integer = n->physical == PARQUET_INT32 || n->physical == PARQUET_INT64;
    switch (n->logical) {
        case PARQUET_STRING: return TYPE_OF(STRING);
        case PARQUET_DATE: return n->physical == PARQUET_INT32 ? TYPE_OF(DATE) : NULL;
        case PARQUET_DECIMAL:
            if (n->precision < 1 || n->precision > decimal_digits(n) || n->scale < 0 || n->scale > n->precision ||
                (!integer && n->physical != PARQUET_FIXED && n->physical != PARQUET_BYTE_ARRAY))
                return NULL;
            return type_decimal(arena, n->precision, n->scale);
        case PARQUET_UNKNOWN: return TYPE_OF(NULL);
        case PARQUET_INTEGER: return integer ? integer_type(arena, n) : NULL;
        case PARQUET_TIMESTAMP:
            if (n->physical != PARQUET_INT64) return NULL;
            if (n->unit == PARQUET_NANOS) {
                if (context_flag(context, "spark.sql.legacy.parquet.nanosAsLong", false)) return TYPE_OF(LONG);
                illegal(n, n->utc ? "INT64 (TIMESTAMP(NANOS,true))" : "INT64 (TIMESTAMP(NANOS,false))", err);
                return NULL;
            }
            return n->utc ? TYPE_OF(TIMESTAMP) : TYPE_OF(TIMESTAMP_NTZ);
        case PARQUET_TIME: return n->physical == PARQUET_INT64 && n->unit == PARQUET_MICROS ? TYPE_OF(TIME) : NULL;
        case PARQUET_NO_LOGICAL:
            if (n->physical == PARQUET_BYTE_ARRAY && context_flag(context, "spark.sql.parquet.binaryAsString", false))
                return TYPE_OF(STRING);
            return physical_type(n);
        default: return physical_type(n);
    }
}

struct parquet_node *parquet_list_element(const struct parquet_node *list, bool *two_level) {
    struct parquet_node *repeated = list->children[0];
    *two_level = repeated->child_count != 1 || strcmp(repeated->name, "array") == 0 ||
                 (strncmp(repeated->name, list->name, strlen(list->name)) == 0 &&
                  strcmp(repeated->name + strlen(list->name), "_tuple") == 0);
    return *two_level ? repeated : repeated->children[0];
}

struct parquet_node *parquet_map_entries(const struct parquet_node *map) {
    return map->children[0];
}

static bool make_type(struct arena *arena, const struct context *context, struct parquet_node *n, struct error *err);

static bool make_struct(struct arena *arena, const struct context *context, struct parquet_node *n, struct error *err) {
    struct field *fields = ARENA_ARRAY(arena, struct field, n->child_count);
    for (uint32_t i = 0; i < n->child_count; i++) {
        struct parquet_node *child = n->children[i];
        TRY(make_type(arena, context, child, err));
        const struct type *t = child->type;
        /* A repeated node outside a list or map is a list of what it holds. */
        if (child->repetition == PARQUET_REPEATED) t = type_array(arena, t, false);
        fields[i] = (struct field){.name = child->name, .type = t, .nullable = true};
    }
    n->type = type_struct(arena, fields, n->child_count);
    return true;
}

static bool make_list(struct arena *arena, const struct context *context, struct parquet_node *n, struct error *err) {
    if (n->child_count != 1 || n->children[0]->repetition != PARQUET_REPEATED) return illegal(n, "LIST", err);
    bool two_level;
    struct parquet_node *element = parquet_list_element(n, &two_level);
    TRY(make_type(arena, context, element, err));
    n->type = type_array(arena, element->type, true);
    return true;
}

static bool make_map(struct arena *arena, const struct context *context, struct parquet_node *n, struct error *err) {
    if (n->child_count != 1 || n->children[0]->repetition != PARQUET_REPEATED || n->children[0]->child_count != 2)
        return illegal(n, "MAP", err);
    struct parquet_node *entries = parquet_map_entries(n);
    TRY(make_type(arena, context, entries->children[0], err));
    TRY(make_type(arena, context, entries->children[1], err));
    n->type = type_map(arena, entries->children[0]->type, entries->children[1]->type, true);
    return true;
}

static bool make_type(struct arena *arena, const struct context *context, struct parquet_node *n, struct error *err) {
    if (n->child_count) {
        if (n->logical == PARQUET_LIST) return make_list(arena, context, n, err);
        if (n->logical == PARQUET_MAP) return make_map(arena, context, n, err);
        return make_struct(arena, context, n, err);
    }
    n->type = leaf_type(arena, context, n, err);
    if (n->type) return true;
    return illegal(n, arena_printf(arena, "the type of column %s", n->name), err);
}

/* Do the columns of Spark's own schema have the storage that the file gives them? Then it says more (char, intervals,
 * variants), and it is the one to use. */
static bool same_layout(const struct type *spark, const struct type *file) {
    while (spark->kind == TYPE_UDT) spark = spark->element;
    if (type_storage(spark) != type_storage(file)) return false;
    switch (spark->kind) {
        case TYPE_STRUCT:
            if (file->kind != TYPE_STRUCT || spark->field_count != file->field_count) return false;
            for (uint32_t i = 0; i < spark->field_count; i++)
                if (strcmp(spark->fields[i].name, file->fields[i].name) != 0 ||
                    !same_layout(spark->fields[i].type, file->fields[i].type))
                    return false;
            return true;
        case TYPE_ARRAY: return file->kind == TYPE_ARRAY && same_layout(spark->element, file->element);
        case TYPE_MAP:
            return file->kind == TYPE_MAP && same_layout(spark->key, file->key) &&
                   same_layout(spark->element, file->element);
        default: return true;
    }
}

bool parquet_make_schema(struct arena *arena, const struct context *context, struct parquet_metadata *m,
                         const char *spark_schema, const char **corrupt, struct error *err) {
    (void)corrupt;
    TRY(make_struct(arena, context, m->root, err));
    m->schema = m->root->type;
    if (!spark_schema) return true;
    struct error ignored = ERROR_INIT; /* somebody else's text: it helps or it does not */
    const struct type *spark = type_from_json(arena, spark_schema, strlen(spark_schema), &ignored);
    error_release(&ignored);
    if (spark && spark->kind == TYPE_STRUCT && same_layout(spark, m->schema))
        m->schema = type_as_nullable(arena, spark);
    return true;
}
