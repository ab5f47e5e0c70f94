/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making, comparing and copying types, and what can be told from a type alone: its storage, whether it has an
 * order.
 *
 * Types are trees of at most TYPE_MAX_DEPTH levels where they come from outside (type_json.c and sql/ refuse
 * deeper ones), so that the recursion here is bounded.
 */
#include "type/type.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"

#define PLAIN(KIND) [TYPE_##KIND] = {.kind = TYPE_##KIND}

const struct type types[TYPE_KIND_COUNT] = {
    PLAIN(NULL),
    PLAIN(BOOLEAN),
    PLAIN(BYTE),
    PLAIN(SHORT),
    PLAIN(INT),
    PLAIN(LONG),
    PLAIN(FLOAT),
    PLAIN(DOUBLE),
    [TYPE_DECIMAL] = {.kind = TYPE_DECIMAL, .precision = 10, .scale = 0},
    PLAIN(STRING),
    PLAIN(CHAR),
    PLAIN(VARCHAR),
    PLAIN(BINARY),
    PLAIN(DATE),
    [TYPE_TIME] = {.kind = TYPE_TIME, .precision = TIME_DEFAULT_PRECISION},
    PLAIN(TIMESTAMP),
    PLAIN(TIMESTAMP_NTZ),
    PLAIN(CALENDAR_INTERVAL),
    [TYPE_YEAR_MONTH_INTERVAL] = {.kind = TYPE_YEAR_MONTH_INTERVAL, .start = FIELD_YEAR, .end = FIELD_MONTH},
    [TYPE_DAY_TIME_INTERVAL] = {.kind = TYPE_DAY_TIME_INTERVAL, .start = FIELD_DAY, .end = FIELD_SECOND},
    PLAIN(ARRAY),
    PLAIN(MAP),
    PLAIN(STRUCT),
    PLAIN(VARIANT),
    PLAIN(UDT),
    PLAIN(GEOMETRY),
    PLAIN(GEOGRAPHY),
};

static bool is_constant(const struct type *type) {
    return type >= types && type < types + TYPE_KIND_COUNT;
}

static const struct type *make(struct arena *arena, struct type type) {
    return arena_copy(arena, &type, sizeof type);
}

const struct type *type_decimal(struct arena *arena, int precision, int scale) {
    if (precision == 10 && scale == 0) return TYPE_OF(DECIMAL);
    return make(arena, (struct type){.kind = TYPE_DECIMAL, .precision = (uint8_t)precision, .scale = (int8_t)scale});
}

const struct type *type_string(struct arena *arena, const char *collation) {
    if (!collation || strcmp(collation, "UTF8_BINARY") == 0) return TYPE_OF(STRING);
    return make(arena, (struct type){.kind = TYPE_STRING, .collation = arena_strdup(arena, collation)});
}

const struct type *type_char(struct arena *arena, enum type_kind char_or_varchar, int32_t length) {
    return make(arena, (struct type){.kind = char_or_varchar, .length = length});
}

const struct type *type_spatial(struct arena *arena, enum type_kind kind, int32_t srid) {
    struct type *t = ARENA_NEW(arena, struct type);
    t->kind = kind;
    t->length = srid;
    return t;
}

bool spatial_srid_is_known(enum type_kind kind, int32_t srid) {
    return srid == 4326 || (kind == TYPE_GEOMETRY && (srid == 0 || srid == 3857));
}

const struct type *type_time(struct arena *arena, int precision) {
    if (precision == TIME_DEFAULT_PRECISION) return TYPE_OF(TIME);
    return make(arena, (struct type){.kind = TYPE_TIME, .precision = (uint8_t)precision});
}

const struct type *type_interval(struct arena *arena, enum type_kind kind, int start, int end) {
    const struct type *full = &types[kind];
    if (full->start == start && full->end == end) return full;
    return make(arena, (struct type){.kind = kind, .start = (uint8_t)start, .end = (uint8_t)end});
}

const struct type *type_array(struct arena *arena, const struct type *element, bool contains_null) {
    return make(arena, (struct type){.kind = TYPE_ARRAY, .element = element, .contains_null = contains_null});
}

const struct type *type_map(struct arena *arena, const struct type *key, const struct type *value,
                            bool value_contains_null) {
    return make(arena,
                (struct type){.kind = TYPE_MAP, .key = key, .element = value, .contains_null = value_contains_null});
}

const struct type *type_struct(struct arena *arena, const struct field *fields, uint32_t count) {
    return make(arena, (struct type){.kind = TYPE_STRUCT,
                                     .field_count = count,
                                     .fields = arena_copy(arena, fields, count * sizeof *fields)});
}

static const struct field *copy_fields(struct arena *arena, const struct type *type) {
    struct field *fields = ARENA_ARRAY(arena, struct field, type->field_count);
    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct field *from = &type->fields[i];
        fields[i] = (struct field){.name = arena_strdup(arena, from->name),
                                   .type = type_copy(arena, from->type),
                                   .nullable = from->nullable,
                                   .metadata = arena_strdup(arena, from->metadata)};
    }
    return fields;
}

const struct type *type_copy(struct arena *arena, const struct type *type) {
    if (is_constant(type)) return type;
    struct type copy = *type;
    copy.collation = arena_strdup(arena, type->collation);
    copy.python_class = arena_strdup(arena, type->python_class);
    copy.serialized_class = arena_strdup(arena, type->serialized_class);
    copy.jvm_class = arena_strdup(arena, type->jvm_class);
    if (type->key) copy.key = type_copy(arena, type->key);
    if (type->element) copy.element = type_copy(arena, type->element);
    if (type->kind == TYPE_STRUCT) copy.fields = copy_fields(arena, type);
    return make(arena, copy);
}

const uint8_t type_storages[] = {
    [TYPE_NULL] = STORAGE_NONE,
    [TYPE_BOOLEAN] = STORAGE_BOOL,
    [TYPE_BYTE] = STORAGE_INT8,
    [TYPE_SHORT] = STORAGE_INT16,
    [TYPE_INT] = STORAGE_INT32,
    [TYPE_LONG] = STORAGE_INT64,
    [TYPE_FLOAT] = STORAGE_FLOAT,
    [TYPE_DOUBLE] = STORAGE_DOUBLE,
    [TYPE_STRING] = STORAGE_STRING,
    [TYPE_CHAR] = STORAGE_STRING,
    [TYPE_VARCHAR] = STORAGE_STRING,
    [TYPE_BINARY] = STORAGE_STRING,
    [TYPE_DATE] = STORAGE_INT32,
    [TYPE_TIME] = STORAGE_INT64,
    [TYPE_TIMESTAMP] = STORAGE_INT64,
    [TYPE_TIMESTAMP_NTZ] = STORAGE_INT64,
    [TYPE_CALENDAR_INTERVAL] = STORAGE_INTERVAL,
    [TYPE_YEAR_MONTH_INTERVAL] = STORAGE_INT32,
    [TYPE_DAY_TIME_INTERVAL] = STORAGE_INT64,
    [TYPE_ARRAY] = STORAGE_LIST,
    [TYPE_MAP] = STORAGE_LIST,
    [TYPE_STRUCT] = STORAGE_STRUCT,
    [TYPE_VARIANT] = STORAGE_STRUCT,
    [TYPE_GEOMETRY] = STORAGE_STRING,
    [TYPE_GEOGRAPHY] = STORAGE_STRING,
};

const uint8_t storage_sizes[] = {
    [STORAGE_NONE] = 0,      [STORAGE_BOOL] = 1,    [STORAGE_INT8] = 1,   [STORAGE_INT16] = 2,  [STORAGE_INT32] = 4,
    [STORAGE_INT64] = 8,     [STORAGE_INT128] = 16, [STORAGE_FLOAT] = 4,  [STORAGE_DOUBLE] = 8, [STORAGE_STRING] = 16,
    [STORAGE_INTERVAL] = 16, [STORAGE_LIST] = 8,    [STORAGE_STRUCT] = 0,
};

/* What two types are compared by. */
struct equality {
    bool nullability; /* and metadata */
    bool ignore_case; /* of names */
};

static bool text_equal(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool metadata_equal(const char *a, const char *b) {
    return strcmp(a && *a ? a : "{}", b && *b ? b : "{}") == 0;
}

static bool equal(const struct type *a, const struct type *b, struct equality by);

static bool fields_equal(const struct type *a, const struct type *b, struct equality by) {
    if (a->field_count != b->field_count) return false;
    for (uint32_t i = 0; i < a->field_count; i++) {
        const struct field *x = &a->fields[i], *y = &b->fields[i];
        if ((by.ignore_case ? strcasecmp(x->name, y->name) : strcmp(x->name, y->name)) != 0) return false;
        if (by.nullability && (x->nullable != y->nullable || !metadata_equal(x->metadata, y->metadata))) return false;
        if (!equal(x->type, y->type, by)) return false;
    }
    return true;
}

static bool equal(const struct type *a, const struct type *b, struct equality by) {
    if (a == b) return true;
    if (a->kind != b->kind) return false;
    switch (a->kind) {
        case TYPE_DECIMAL: return a->precision == b->precision && a->scale == b->scale;
        case TYPE_TIME: return a->precision == b->precision;
        case TYPE_STRING: return text_equal(a->collation, b->collation);
        case TYPE_CHAR:
        case TYPE_VARCHAR:
        case TYPE_GEOMETRY:
        case TYPE_GEOGRAPHY: return a->length == b->length;
        case TYPE_YEAR_MONTH_INTERVAL:
        case TYPE_DAY_TIME_INTERVAL: return a->start == b->start && a->end == b->end;
        case TYPE_ARRAY:
            return (!by.nullability || a->contains_null == b->contains_null) && equal(a->element, b->element, by);
        case TYPE_MAP:
            return (!by.nullability || a->contains_null == b->contains_null) && equal(a->key, b->key, by) &&
                   equal(a->element, b->element, by);
        case TYPE_STRUCT: return fields_equal(a, b, by);
        case TYPE_UDT:
            return text_equal(a->python_class, b->python_class) && text_equal(a->jvm_class, b->jvm_class) &&
                   equal(a->element, b->element, by);
        default: return true;
    }
}

bool type_equal(const struct type *a, const struct type *b) {
    return equal(a, b, (struct equality){.nullability = true, .ignore_case = false});
}

bool type_same(const struct type *a, const struct type *b, bool case_sensitive) {
    return equal(a, b, (struct equality){.nullability = false, .ignore_case = !case_sensitive});
}

const struct type *type_as_nullable(struct arena *arena, const struct type *type) {
    switch (type->kind) {
        case TYPE_ARRAY: return type_array(arena, type_as_nullable(arena, type->element), true);
        case TYPE_MAP:
            return type_map(arena, type_as_nullable(arena, type->key), type_as_nullable(arena, type->element), true);
        case TYPE_STRUCT: {
            struct field *fields = ARENA_ARRAY(arena, struct field, type->field_count);
            for (uint32_t i = 0; i < type->field_count; i++) {
                fields[i] = type->fields[i];
                fields[i].type = type_as_nullable(arena, fields[i].type);
                fields[i].nullable = true;
            }
            return type_struct(arena, fields, type->field_count);
        }
        default: return type;
    }
}

uint32_t type_depth(const struct type *type) {
    uint32_t deepest = 0;
    const struct type *inner[] = {type->key, type->element};
    for (size_t i = 0; i < 2; i++) {
        uint32_t depth = inner[i] ? type_depth(inner[i]) : 0;
        if (depth > deepest) deepest = depth;
    }
    for (uint32_t i = 0; i < type->field_count; i++) {
        uint32_t depth = type_depth(type->fields[i].type);
        if (depth > deepest) deepest = depth;
    }
    return deepest + 1;
}

/* Whether no part of the type is of one of the kinds in the mask. */
static bool has_none(const struct type *type, uint32_t kinds) {
    if (kinds >> type->kind & 1) return false;
    if (type->key && !has_none(type->key, kinds)) return false;
    if (type->element && !has_none(type->element, kinds)) return false;
    for (uint32_t i = 0; i < type->field_count; i++)
        if (!has_none(type->fields[i].type, kinds)) return false;
    return true;
}

#define KIND_BIT(KIND) ((uint32_t)1 << TYPE_##KIND)

bool type_holds(const struct type *type, enum type_kind kind) {
    return !has_none(type, 1U << kind);
}

bool type_is_comparable(const struct type *type) {
    return has_none(type, KIND_BIT(VARIANT));
}

bool type_is_orderable(const struct type *type) {
    return has_none(type, KIND_BIT(VARIANT) | KIND_BIT(MAP) | KIND_BIT(CALENDAR_INTERVAL));
}

bool type_has_char(const struct type *t) {
    switch (t->kind) {
        case TYPE_CHAR:
        case TYPE_VARCHAR: return true;
        case TYPE_ARRAY: return type_has_char(t->element);
        case TYPE_MAP: return type_has_char(t->key) || type_has_char(t->element);
        case TYPE_STRUCT:
            for (uint32_t i = 0; i < t->field_count; i++)
                if (type_has_char(t->fields[i].type)) return true;
            return false;
        default: return false;
    }
}

const struct type *type_without_char(struct arena *arena, const struct type *t) {
    if (!type_has_char(t)) return t;
    switch (t->kind) {
        case TYPE_ARRAY: return type_array(arena, type_without_char(arena, t->element), t->contains_null);
        case TYPE_MAP:
            return type_map(arena, type_without_char(arena, t->key), type_without_char(arena, t->element),
                            t->contains_null);
        case TYPE_STRUCT: {
            struct field *fields = arena_copy(arena, t->fields, t->field_count * sizeof *fields);
            for (uint32_t i = 0; i < t->field_count; i++) fields[i].type = type_without_char(arena, fields[i].type);
            return type_struct(arena, fields, t->field_count);
        }
        default: return TYPE_OF(STRING);
    }
}
