/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ORC's types and Spark's. Where ORC has none for a type of Spark's, a column is of another kind and an attribute tells
 * what it was: timestamps without zone and intervals are integers.
 */
#include <strings.h>

#include "format/orc/metadata.h"
#include "sql/sql.h"

static const struct type *struct_type(struct arena *arena, const struct orc_column *c) {
    struct field *fields = ARENA_ARRAY(arena, struct field, c->child_count);
    for (uint32_t i = 0; i < c->child_count; i++)
        fields[i] = (struct field){.name = c->children[i]->name, .type = c->children[i]->type, .nullable = true};
    return type_struct(arena, fields, c->child_count);
}

static const struct type *decimal_type(struct arena *arena, uint32_t precision, uint32_t scale, const char **corrupt) {
    if (!precision) precision = DECIMAL_MAX_PRECISION; /* files of old have none */
    if (precision <= DECIMAL_MAX_PRECISION && scale <= precision)
        return type_decimal(arena, (int)precision, (int)scale);
    *corrupt = "a decimal has more digits than there can be";
    return NULL;
}

/* The kind's own type. */
static const struct type *plain_type(enum orc_kind kind) {
    switch (kind) {
        case ORC_BOOLEAN: return TYPE_OF(BOOLEAN);
        case ORC_BYTE: return TYPE_OF(BYTE);
        case ORC_SHORT: return TYPE_OF(SHORT);
        case ORC_INT: return TYPE_OF(INT);
        case ORC_LONG: return TYPE_OF(LONG);
        case ORC_FLOAT: return TYPE_OF(FLOAT);
        case ORC_DOUBLE: return TYPE_OF(DOUBLE);
        case ORC_BINARY: return TYPE_OF(BINARY);
        case ORC_TIMESTAMP:
        case ORC_TIMESTAMP_INSTANT: return TYPE_OF(TIMESTAMP);
        case ORC_DATE: return TYPE_OF(DATE);
        default: return TYPE_OF(STRING); /* char and varchar are strings to queries */
    }
}

/* The attribute's, when it is held as the kind's own is; anything else is not believed. */
static const struct type *noted_type(struct arena *arena, const struct context *context, const struct type *plain,
                                     const char *text) {
    struct error refused = ERROR_INIT;
    const struct type *t = text ? sql_parse_type(arena, context, text, &refused) : NULL;
    error_release(&refused);
    if (!t || !type_is_atomic(t) || t->kind == TYPE_DECIMAL || type_storage(t) != type_storage(plain)) return plain;
    return type_without_char(arena, t);
}

const struct type *orc_type_of_column(struct arena *arena, const struct context *context, const struct orc_column *c,
                                      uint32_t precision, uint32_t scale, uint32_t length, const char *spark_type,
                                      const char **corrupt, struct error *err) {
    switch (c->kind) {
        case ORC_STRUCT: return struct_type(arena, c);
        case ORC_LIST: return type_array(arena, c->children[0]->type, true);
        case ORC_MAP: return type_map(arena, c->children[0]->type, c->children[1]->type, true);
        case ORC_DECIMAL: return decimal_type(arena, precision, scale, corrupt);
        case ORC_UNION: error_unsupported(err, "union columns of ORC files"); return NULL;
        default: return noted_type(arena, context, plain_type(c->kind), spark_type);
    }
}

enum orc_kind orc_kind_of_type(struct arena *arena, const struct type *type, const char **spark_type) {
    *spark_type = NULL;
    switch (type->kind) {
        case TYPE_BOOLEAN: return ORC_BOOLEAN;
        case TYPE_BYTE: return ORC_BYTE;
        case TYPE_SHORT: return ORC_SHORT;
        case TYPE_INT: return ORC_INT;
        case TYPE_LONG: return ORC_LONG;
        case TYPE_FLOAT: return ORC_FLOAT;
        case TYPE_DOUBLE: return ORC_DOUBLE;
        case TYPE_BINARY: return ORC_BINARY;
        case TYPE_DATE: return ORC_DATE;
        case TYPE_DECIMAL: return ORC_DECIMAL;
        case TYPE_ARRAY: return ORC_LIST;
        case TYPE_MAP: return ORC_MAP;
        case TYPE_STRUCT: return ORC_STRUCT;
        case TYPE_STRING:
        case TYPE_CHAR:
        case TYPE_VARCHAR: *spark_type = "string"; return ORC_STRING;
        case TYPE_TIMESTAMP: *spark_type = "timestamp"; return ORC_TIMESTAMP;
        case TYPE_TIMESTAMP_NTZ: *spark_type = "timestamp_ntz"; return ORC_LONG;
        case TYPE_DAY_TIME_INTERVAL: *spark_type = type_simple_string(arena, type); return ORC_LONG;
        case TYPE_YEAR_MONTH_INTERVAL: *spark_type = type_simple_string(arena, type); return ORC_INT;
        default: return ORC_KINDS;
    }
}
