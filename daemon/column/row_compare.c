/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order and equality of single values. Whoever compares many rows encodes keys first (row_keys.c); this
 * serves lists, greatest and least, min and max, and whatever compares a few.
 *
 * Both sides are of one type. Order and equality are one walk, as equal means that neither is smaller; only
 * maps, which have no order, are equal by looking each key up in the other map.
 */
#include <math.h>

#include "column/collation.h"
#include "column/row.h"

#define ORDER(x, y) (((x) > (y)) - ((x) < (y)))

static int compare_doubles(double x, double y) {
    if (isnan(x) || isnan(y)) return (isnan(x) != 0) - (isnan(y) != 0);
    return ORDER(x, y);
}

static int compare_strings(const struct type *type, struct string x, struct string y) {
    return type->collation ? collation_compare(type, x, y) : string_compare(x, y);
}

static int compare_nullable(const struct vector *a, uint32_t row_a, const struct vector *b, uint32_t row_b) {
    bool null_a = vector_is_null(a, row_a) || a->type->kind == TYPE_NULL;
    bool null_b = vector_is_null(b, row_b) || b->type->kind == TYPE_NULL;
    if (null_a || null_b) return (int)null_b - (int)null_a;
    return values_compare(a, row_a, b, row_b);
}

static int compare_arrays(const struct vector *a, struct list_entry x, const struct vector *b, struct list_entry y) {
    uint32_t shorter = x.length < y.length ? x.length : y.length;
    for (uint32_t i = 0; i < shorter; i++) {
        int order = compare_nullable(&a->children[0], x.offset + i, &b->children[0], y.offset + i);
        if (order) return order;
    }
    return ORDER(x.length, y.length);
}

static bool maps_equal(const struct vector *a, struct list_entry x, const struct vector *b, struct list_entry y) {
    if (x.length != y.length) return false;
    for (uint32_t i = 0; i < x.length; i++) {
        uint32_t j = 0;
        while (j < y.length && !rows_equal(&a->children[0], x.offset + i, &b->children[0], y.offset + j)) j++;
        if (j == y.length || !rows_equal(&a->children[1], x.offset + i, &b->children[1], y.offset + j)) return false;
    }
    return true;
}

/* Entry by entry, key before value. */
static int compare_maps(const struct vector *a, struct list_entry x, const struct vector *b, struct list_entry y) {
    if (maps_equal(a, x, b, y)) return 0;
    uint32_t shorter = x.length < y.length ? x.length : y.length;
    for (uint32_t i = 0; i < shorter; i++)
        for (int part = 0; part < 2; part++) {
            int order = compare_nullable(&a->children[part], x.offset + i, &b->children[part], y.offset + i);
            if (order) return order;
        }
    return ORDER(x.length, y.length);
}

static int compare_structs(const struct vector *a, uint32_t x, const struct vector *b, uint32_t y) {
    for (uint32_t i = 0; i < a->child_count; i++) {
        int order = compare_nullable(&a->children[i], x, &b->children[i], y);
        if (order) return order;
    }
    return 0;
}

static int compare_intervals(struct interval x, struct interval y) {
    if (x.months != y.months) return ORDER(x.months, y.months);
    if (x.days != y.days) return ORDER(x.days, y.days);
    return ORDER(x.microseconds, y.microseconds);
}

#define AT(v, ctype, entry) (VECTOR_DATA(v, ctype)[entry])
#define ORDER_AT(ctype) ORDER(AT(a, ctype, x), AT(b, ctype, y))

int values_compare(const struct vector *a, uint32_t row_a, const struct vector *b, uint32_t row_b) {
    uint32_t x = vector_entry(a, row_a), y = vector_entry(b, row_b);
    switch (type_storage(a->type)) {
        case STORAGE_NONE: return 0;
        case STORAGE_BOOL: return ORDER_AT(uint8_t);
        case STORAGE_INT8: return ORDER_AT(int8_t);
        case STORAGE_INT16: return ORDER_AT(int16_t);
        case STORAGE_INT32: return ORDER_AT(int32_t);
        case STORAGE_INT64: return ORDER_AT(int64_t);
        case STORAGE_INT128: return ORDER_AT(int128);
        case STORAGE_FLOAT: return compare_doubles(AT(a, float, x), AT(b, float, y));
        case STORAGE_DOUBLE: return compare_doubles(AT(a, double, x), AT(b, double, y));
        case STORAGE_STRING: return compare_strings(a->type, AT(a, struct string, x), AT(b, struct string, y));
        case STORAGE_INTERVAL: return compare_intervals(AT(a, struct interval, x), AT(b, struct interval, y));
        case STORAGE_LIST:
            if (a->child_count == 2)
                return compare_maps(a, AT(a, struct list_entry, x), b, AT(b, struct list_entry, y));
            return compare_arrays(a, AT(a, struct list_entry, x), b, AT(b, struct list_entry, y));
        case STORAGE_STRUCT: return compare_structs(a, x, b, y);
    }
    return 0;
}

bool rows_equal(const struct vector *a, uint32_t row_a, const struct vector *b, uint32_t row_b) {
    return compare_nullable(a, row_a, b, row_b) == 0;
}

int rows_compare(const struct vector *a, uint32_t row_a, const struct vector *b, uint32_t row_b,
                 const struct sort_key *key) {
    bool null_a = vector_is_null(a, row_a), null_b = vector_is_null(b, row_b);
    if (null_a || null_b) {
        int order = (int)null_b - (int)null_a; /* nulls first */
        return key->nulls_first ? order : -order;
    }
    int order = values_compare(a, row_a, b, row_b);
    return key->descending ? -order : order;
}
