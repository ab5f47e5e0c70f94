/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be cast to what, and whether NULL may come of it: questions about types alone, which the analyzer
 * asks.
 *
 * The table has a letter per pair: '.' never; '+' always; 'l' in legacy mode alone. Nested types are compared
 * part by part; everything may become a string.
 */
#include "column/cast.h"

enum column {
    COLUMN_NULL,
    COLUMN_BOOLEAN,
    COLUMN_INTEGER,
    COLUMN_FLOAT,
    COLUMN_DECIMAL,
    COLUMN_STRING,
    COLUMN_BINARY,
    COLUMN_DATE,
    COLUMN_TIME,
    COLUMN_TIMESTAMP,
    COLUMN_NTZ,
    COLUMN_CALENDAR,
    COLUMN_YEAR_MONTH,
    COLUMN_DAY_TIME,
    COLUMN_VARIANT,
    COLUMN_NESTED,
    COLUMN_COUNT
};

static enum column column_of(enum type_kind kind) {
    static const uint8_t columns[TYPE_KIND_COUNT] = {
        [TYPE_NULL] = COLUMN_NULL,
        [TYPE_BOOLEAN] = COLUMN_BOOLEAN,
        [TYPE_BYTE] = COLUMN_INTEGER,
        [TYPE_SHORT] = COLUMN_INTEGER,
        [TYPE_INT] = COLUMN_INTEGER,
        [TYPE_LONG] = COLUMN_INTEGER,
        [TYPE_FLOAT] = COLUMN_FLOAT,
        [TYPE_DOUBLE] = COLUMN_FLOAT,
        [TYPE_DECIMAL] = COLUMN_DECIMAL,
        [TYPE_STRING] = COLUMN_STRING,
        [TYPE_CHAR] = COLUMN_STRING,
        [TYPE_VARCHAR] = COLUMN_STRING,
        [TYPE_BINARY] = COLUMN_BINARY,
        [TYPE_DATE] = COLUMN_DATE,
        [TYPE_TIME] = COLUMN_TIME,
        [TYPE_TIMESTAMP] = COLUMN_TIMESTAMP,
        [TYPE_TIMESTAMP_NTZ] = COLUMN_NTZ,
        [TYPE_CALENDAR_INTERVAL] = COLUMN_CALENDAR,
        [TYPE_YEAR_MONTH_INTERVAL] = COLUMN_YEAR_MONTH,
        [TYPE_DAY_TIME_INTERVAL] = COLUMN_DAY_TIME,
        [TYPE_VARIANT] = COLUMN_VARIANT,
    };
    return kind == TYPE_ARRAY || kind == TYPE_MAP || kind == TYPE_STRUCT ? COLUMN_NESTED : columns[kind];
}

/* From (rows) to (columns), both in the order of enum column. Variants and nested types: see allowed(). */
static const char allowed_table[COLUMN_COUNT][COLUMN_COUNT + 1] = {
    /*                      n b i f d s B D T t z c y m v n */
    [COLUMN_NULL] = "++++++++++++++++",       [COLUMN_BOOLEAN] = ".+++++...l....+.",
    [COLUMN_INTEGER] = ".+++++l..+..+++.",    [COLUMN_FLOAT] = ".+++++...+....+.",
    [COLUMN_DECIMAL] = ".+++++...+..+++.",    [COLUMN_STRING] = ".++++++++++++++.",
    [COLUMN_BINARY] = ".....++.......+.",     [COLUMN_DATE] = ".llll+.+.++...+.",
    [COLUMN_TIME] = "..+.++..+.......",       [COLUMN_TIMESTAMP] = ".l++++.+.++...+.",
    [COLUMN_NTZ] = ".....+.+.++...+.",        [COLUMN_CALENDAR] = ".....+.....+....",
    [COLUMN_YEAR_MONTH] = "..+.++......+...", [COLUMN_DAY_TIME] = "..+.++.......+..",
    [COLUMN_VARIANT] = ".++++++++++...+.",    [COLUMN_NESTED] = ".....+..........",
};

/* The decimal that holds all values of an integral type; precision 0 for others. */
static struct type decimal_of(const struct type *type) {
    static const uint8_t digits[] = {3, 5, 10, 20};
    if (type->kind == TYPE_DECIMAL) return *type;
    if (type->kind == TYPE_BOOLEAN) return (struct type){.precision = 1};
    return (struct type){.precision = type_is_integral(type) ? digits[type->kind - TYPE_BYTE] : 0};
}

static bool is_wider(const struct type *wide, const struct type *narrow) {
    return wide->precision - wide->scale >= narrow->precision - narrow->scale && wide->scale >= narrow->scale;
}

/* Whether no value is lost on the way (Spark's upcast). */
static bool is_upcast(const struct type *from, const struct type *to);

static bool nested_upcast(const struct type *from, const struct type *to) {
    if (from->kind != to->kind || (from->contains_null && !to->contains_null)) return false;
    if (from->kind == TYPE_MAP && !is_upcast(from->key, to->key)) return false;
    if (from->kind != TYPE_STRUCT) return is_upcast(from->element, to->element);
    if (from->field_count != to->field_count) return false;
    for (uint32_t i = 0; i < from->field_count; i++) {
        if (from->fields[i].nullable && !to->fields[i].nullable) return false;
        if (!is_upcast(from->fields[i].type, to->fields[i].type)) return false;
    }
    return true;
}

static bool is_upcast(const struct type *from, const struct type *to) {
    if (type_equal(from, to) || from->kind == TYPE_NULL) return true;
    if (type_is_spatial(from) || type_is_spatial(to)) return type_is_spatial(from) && type_is_spatial(to);
    if (type_is_nested(from) || type_is_nested(to)) return type_is_nested(to) && nested_upcast(from, to);
    if (type_is_string(to)) return from->kind != TYPE_VARIANT && from->kind != TYPE_UDT;
    if (to->kind == TYPE_DECIMAL || from->kind == TYPE_DECIMAL) {
        struct type a = decimal_of(from), b = decimal_of(to);
        bool numeric = type_is_numeric(from) && type_is_numeric(to);
        if (type_is_integral(to)) return numeric && from->scale <= 0 && from->precision < b.precision;
        return numeric && a.precision && b.precision && is_wider(&b, &a);
    }
    if (type_is_numeric(from) && type_is_numeric(to)) return from->kind <= to->kind;
    if (from->kind == TYPE_DATE || from->kind == TYPE_TIMESTAMP || from->kind == TYPE_TIMESTAMP_NTZ)
        return to->kind == TYPE_TIMESTAMP || to->kind == TYPE_TIMESTAMP_NTZ ||
               (from->kind == TYPE_TIMESTAMP && to->kind == TYPE_LONG);
    if (from->kind == TYPE_LONG && to->kind == TYPE_TIMESTAMP) return true;
    return from->kind == to->kind && type_is_ansi_interval(from);
}

/* Whether a cast outside TRY mode may give NULL for a value (Spark's forceNullable). */
static bool may_be_null(const struct type *from, const struct type *to) {
    if (from->kind == TYPE_NULL || type_equal(from, to)) return false;
    if (from->kind == TYPE_VARIANT) return true;
    if (type_is_string(from)) return !type_is_string(to) && to->kind != TYPE_BINARY;
    if (type_is_string(to)) return false;
    bool small = to->kind == TYPE_BYTE || to->kind == TYPE_SHORT;
    if (from->kind == TYPE_TIMESTAMP && (small || to->kind == TYPE_INT)) return true;
    if (from->kind == TYPE_TIME && small) return true;
    if ((from->kind == TYPE_FLOAT || from->kind == TYPE_DOUBLE) && to->kind == TYPE_TIMESTAMP) return true;
    if (from->kind == TYPE_TIMESTAMP && to->kind == TYPE_DATE) return false;
    if (to->kind == TYPE_DATE) return true;
    if (from->kind == TYPE_DATE) return to->kind != TYPE_TIMESTAMP;
    if (to->kind == TYPE_CALENDAR_INTERVAL) return from->kind != TYPE_CALENDAR_INTERVAL;
    if (to->kind == TYPE_DECIMAL) {
        struct type held = decimal_of(from);
        /* Fewer digits behind the point may round to one more before it. */
        bool room = to->precision - to->scale > held.precision - held.scale;
        return !held.precision || !(room || is_wider(to, &held));
    }
    return type_is_fractional(from) && type_is_integral(to);
}

static bool null_fits(bool from, bool to) {
    return !from || to;
}

static bool allowed(const struct type *from, const struct type *to, enum cast_mode mode);

/* A part of a nested type. Outside ANSI mode a part that may become NULL must be allowed to. */
static bool part_allowed(const struct type *from, bool from_null, const struct type *to, bool to_null,
                         enum cast_mode mode) {
    bool forced = mode != CAST_ANSI && may_be_null(from, to);
    return allowed(from, to, mode) && null_fits(from_null || forced, to_null);
}

static bool nested_allowed(const struct type *from, const struct type *to, enum cast_mode mode) {
    if (from->kind != to->kind) return false;
    if (from->kind == TYPE_MAP && !part_allowed(from->key, false, to->key, false, mode)) return false;
    if (from->kind != TYPE_STRUCT)
        return part_allowed(from->element, from->contains_null, to->element, to->contains_null, mode);
    if (from->field_count != to->field_count) return false;
    for (uint32_t i = 0; i < from->field_count; i++) {
        const struct field *f = &from->fields[i], *t = &to->fields[i];
        if (!part_allowed(f->type, f->nullable, t->type, t->nullable, mode)) return false;
    }
    return true;
}

/* Variants hold what JSON can: no keys but strings, no intervals. */
static bool variant_target(const struct type *to) {
    if (to->kind == TYPE_ARRAY) return variant_target(to->element);
    if (to->kind == TYPE_MAP) return to->key->kind == TYPE_STRING && variant_target(to->element);
    if (to->kind == TYPE_STRUCT) {
        for (uint32_t i = 0; i < to->field_count; i++)
            if (!variant_target(to->fields[i].type)) return false;
        return true;
    }
    return allowed_table[COLUMN_VARIANT][column_of(to->kind)] == '+';
}

static bool variant_source(const struct type *from) {
    if (from->kind == TYPE_ARRAY) return variant_source(from->element);
    return from->kind != TYPE_NULL && from->kind != TYPE_MAP && from->kind != TYPE_STRUCT &&
           allowed_table[column_of(from->kind)][COLUMN_VARIANT] == '+';
}

/* Into the type for any coordinate system, and from the globe to the plane of the same one. */
static bool spatial_allowed(const struct type *from, const struct type *to) {
    if (from->kind == to->kind) return to->length == SRID_ANY;
    return from->kind == TYPE_GEOGRAPHY && to->kind == TYPE_GEOMETRY && from->length == to->length;
}

static bool allowed(const struct type *from, const struct type *to, enum cast_mode mode) {
    if (type_equal(from, to) || from->kind == TYPE_NULL) return true;
    if (type_is_spatial(from) || type_is_spatial(to)) return spatial_allowed(from, to);
    if (type_is_string(to)) return true;
    if (from->kind == TYPE_UDT || to->kind == TYPE_UDT) return from->kind == to->kind && type_same(from, to, true);
    if (from->kind == TYPE_VARIANT) return variant_target(to);
    if (to->kind == TYPE_VARIANT) return variant_source(from);
    if (type_is_nested(from) || type_is_nested(to))
        return type_is_nested(from) && type_is_nested(to) && nested_allowed(from, to, mode);
    char letter = allowed_table[column_of(from->kind)][column_of(to->kind)];
    return letter == '+' || (letter == 'l' && mode == CAST_LEGACY);
}

bool cast_allowed(const struct type *from, const struct type *to, enum cast_mode mode) {
    return allowed(from, to, mode);
}

bool cast_nullable(const struct type *from, const struct type *to, enum cast_mode mode) {
    if (mode != CAST_TRY) return may_be_null(from, to);
    return !is_upcast(from, to) && !(type_is_string(from) && to->kind == TYPE_BINARY);
}
