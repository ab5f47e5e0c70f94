/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spark's data types.
 *
 * A struct type is immutable and shared freely. Types without parameters are constants (TYPE_OF(INT)); the
 * others live in the arena they were made in. Two types are compared with type_equal(), never by pointer.
 *
 * A type's *storage* is how a column holds its values (column/vector.h); several types share one.
 */
#ifndef ROOST_TYPE_TYPE_H
#define ROOST_TYPE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;

enum type_kind {
    TYPE_NULL,
    TYPE_BOOLEAN,
    TYPE_BYTE,
    TYPE_SHORT,
    TYPE_INT,
    TYPE_LONG,
    TYPE_FLOAT,
    TYPE_DOUBLE,
    TYPE_DECIMAL,
    TYPE_STRING,
    TYPE_CHAR,
    TYPE_VARCHAR,
    TYPE_BINARY,
    TYPE_DATE,
    TYPE_TIME,
    TYPE_TIMESTAMP,     /* an instant; shown in the session's time zone */
    TYPE_TIMESTAMP_NTZ, /* a wall clock without zone */
    TYPE_CALENDAR_INTERVAL,
    TYPE_YEAR_MONTH_INTERVAL,
    TYPE_DAY_TIME_INTERVAL,
    TYPE_ARRAY,
    TYPE_MAP,
    TYPE_STRUCT,
    TYPE_VARIANT,
    TYPE_UDT,
    TYPE_GEOMETRY,
    TYPE_GEOGRAPHY,
    TYPE_KIND_COUNT
};

/* How values are held: the element of a vector's data. */
enum storage {
    STORAGE_NONE,     /* NULL type: validity alone */
    STORAGE_BOOL,     /* uint8_t, 0 or 1 */
    STORAGE_INT8,     /* byte */
    STORAGE_INT16,    /* short */
    STORAGE_INT32,    /* int; date: days since 1970-01-01; year-month interval: months */
    STORAGE_INT64,    /* long; timestamps: microseconds since the epoch; day-time interval: microseconds;
                       time: nanoseconds of the day; decimal up to 18 digits: unscaled */
    STORAGE_INT128,   /* decimal of 19 to 38 digits: unscaled __int128 */
    STORAGE_FLOAT,    /* float */
    STORAGE_DOUBLE,   /* double */
    STORAGE_STRING,   /* struct string: string, char, varchar (UTF-8, unchecked), binary, geometry, geography */
    STORAGE_INTERVAL, /* struct interval: calendar interval */
    STORAGE_LIST,     /* struct list_entry into one child (array) or two (map: keys, values) */
    STORAGE_STRUCT    /* children alone; variant: two binary children, value and metadata */
};

enum interval_field {
    FIELD_YEAR = 0,
    FIELD_MONTH = 1,
    FIELD_DAY = 0,
    FIELD_HOUR = 1,
    FIELD_MINUTE = 2,
    FIELD_SECOND = 3
};

enum {
    DECIMAL_MAX_PRECISION = 38,
    DECIMAL_MAX_INT64_PRECISION = 18,
    TIME_DEFAULT_PRECISION = 6,
    TYPE_MAX_DEPTH = 64 /* of what comes from outside; deeper types are refused */
};

struct field;

struct type {
    enum type_kind kind;
    uint8_t precision;          /* decimal (1..38), time (0..6) */
    int8_t scale;               /* decimal (0..precision; negative only in legacy mode) */
    uint8_t start, end;         /* interval fields, enum interval_field */
    bool contains_null;         /* array: elements; map: values */
    int32_t length;             /* char, varchar: characters; geometry, geography: SRID, or SRID_ANY */
    uint32_t field_count;       /* struct */
    const char *collation;      /* string: canonical collation name, or NULL for UTF8_BINARY */
    const struct type *key;     /* map */
    const struct type *element; /* array: element; map: value; UDT: the SQL type */
    const struct field *fields; /* struct */
    const char *python_class;   /* UDT, with serialized_class; or NULL */
    const char *serialized_class;
    const char *jvm_class;
};

struct field {
    const char *name;
    const struct type *type;
    bool nullable;
    const char *metadata; /* JSON object text, or NULL for {} */
};

/* The types without parameters: &types[TYPE_INT]. DECIMAL is (10,0) there, TIME (6), intervals full range. */
extern const struct type types[TYPE_KIND_COUNT];
#define TYPE_OF(KIND) (&types[TYPE_##KIND])

const struct type *type_decimal(struct arena *arena, int precision, int scale); /* caller checks the bounds */
const struct type *type_string(struct arena *arena, const char *collation);
const struct type *type_char(struct arena *arena, enum type_kind char_or_varchar, int32_t length);
/* GEOMETRY, GEOGRAPHY: of one coordinate system, or of any. Values are the number of theirs, 4 bytes, and WKB. */
enum { SRID_ANY = -1, SRID_BYTES = 4 };
const struct type *type_spatial(struct arena *arena, enum type_kind kind, int32_t srid);
/* Whether it is a coordinate system that Spark knows for the kind of type. */
bool spatial_srid_is_known(enum type_kind kind, int32_t srid);
static inline bool type_is_spatial(const struct type *t) {
    return t->kind == TYPE_GEOMETRY || t->kind == TYPE_GEOGRAPHY;
}
const struct type *type_time(struct arena *arena, int precision);
const struct type *type_interval(struct arena *arena, enum type_kind kind, int start, int end);
const struct type *type_array(struct arena *arena, const struct type *element, bool contains_null);
const struct type *type_map(struct arena *arena, const struct type *key, const struct type *value,
                            bool value_contains_null);
/* Copies the field array, not what it points to. */
const struct type *type_struct(struct arena *arena, const struct field *fields, uint32_t count);
/* A deep copy into another arena; constants stay themselves. */
const struct type *type_copy(struct arena *arena, const struct type *type);

/* Asked for every value at times, therefore inline. */
extern const uint8_t type_storages[TYPE_KIND_COUNT], storage_sizes[STORAGE_STRUCT + 1];
static inline enum storage type_storage(const struct type *type) {
    while (type->kind == TYPE_UDT) type = type->element;
    if (type->kind == TYPE_DECIMAL)
        return type->precision <= DECIMAL_MAX_INT64_PRECISION ? STORAGE_INT64 : STORAGE_INT128;
    return (enum storage)type_storages[type->kind];
}
/* Bytes per value; 0 for NONE and STRUCT. */
static inline size_t storage_size(enum storage storage) {
    return storage_sizes[storage];
}

/* Equality of everything. */
bool type_equal(const struct type *a, const struct type *b);
/* Equality without nullability and metadata, and without names' case unless case_sensitive (Spark's
 * sameType). */
bool type_same(const struct type *a, const struct type *b, bool case_sensitive);
/* type, with every nullability inside set to true (Spark's asNullable). */
const struct type *type_as_nullable(struct arena *arena, const struct type *type);
/* CHAR or VARCHAR anywhere within; and the type with STRING in their place: what queries see. */
bool type_has_char(const struct type *type);
const struct type *type_without_char(struct arena *arena, const struct type *type);
uint32_t type_depth(const struct type *type);

static inline bool type_is_integral(const struct type *t) {
    return t->kind >= TYPE_BYTE && t->kind <= TYPE_LONG;
}
static inline bool type_is_fractional(const struct type *t) {
    return t->kind >= TYPE_FLOAT && t->kind <= TYPE_DECIMAL;
}
static inline bool type_is_numeric(const struct type *t) {
    return t->kind >= TYPE_BYTE && t->kind <= TYPE_DECIMAL;
}
static inline bool type_is_string(const struct type *t) { /* string, char, varchar */
    return t->kind >= TYPE_STRING && t->kind <= TYPE_VARCHAR;
}
static inline bool type_is_datetime(const struct type *t) {
    return t->kind == TYPE_DATE || t->kind == TYPE_TIMESTAMP || t->kind == TYPE_TIMESTAMP_NTZ;
}
static inline bool type_is_ansi_interval(const struct type *t) {
    return t->kind == TYPE_YEAR_MONTH_INTERVAL || t->kind == TYPE_DAY_TIME_INTERVAL;
}
/* What Spark calls atomic: all but NULL, calendar intervals and what has parts. */
static inline bool type_is_atomic(const struct type *t) {
    return (t->kind > TYPE_NULL && t->kind < TYPE_ARRAY && t->kind != TYPE_CALENDAR_INTERVAL) ||
           t->kind == TYPE_VARIANT;
}
static inline bool type_is_nested(const struct type *t) {
    return t->kind >= TYPE_ARRAY && t->kind <= TYPE_STRUCT;
}
bool type_holds(const struct type *type, enum type_kind kind); /* is it, or has it in it */
bool type_is_orderable(const struct type *type);               /* may stand in ORDER BY, max, < */
bool type_is_comparable(const struct type *type);              /* may be grouped by and joined on */

/* The texts of a type. simple: "array<decimal(10,2)>"; sql: "ARRAY<DECIMAL(10,2)>"; json as
 * StructType.json(); ddl: "a INT NOT NULL,b STRING" (struct only); tree as printSchema() prints it, level 0
 * for all levels. */
const char *type_simple_string(struct arena *arena, const struct type *type);
const char *type_catalog_string(struct arena *arena, const struct type *type);
const char *type_sql(struct arena *arena, const struct type *type);
const char *type_json(struct arena *arena, const struct type *type);
const char *type_ddl(struct arena *arena, const struct type *schema);
const char *type_tree_string(struct arena *arena, const struct type *schema, uint32_t level);
/* A name as it stands in DDL: in backquotes unless it is a plain identifier. */
struct text;
void type_add_name(struct text *t, const char *name);
const char *type_name(const struct type *type); /* typeName: "integer", "decimal(10,2)" needs the arena forms */
/* A field's metadata (JSON object text or NULL): the string under `key`, or NULL. */
const char *metadata_string(struct arena *arena, const char *metadata, const char *key);
/* The metadata with this string under `key`, or without the key (value NULL); NULL when nothing is left. */
const char *metadata_with(struct arena *arena, const char *metadata, const char *key, const char *value);

/* Parses the JSON form; DDL is parsed by sql/ (sql_parse_type, sql_parse_schema), as it is part of the
 * language. */
const struct type *type_from_json(struct arena *arena, const char *text, size_t size, struct error *err);

#endif
