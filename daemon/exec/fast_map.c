/* SPDX-License-Identifier: Apache-2.0 */
/* Spark's generated hash map: see fast_map.h. Hashes are computed in Java's int and long, which wrap around. */
#include "exec/fast_map.h"

#include <math.h>
#include <string.h>

enum { BUCKETS = 1 << 17, STEPS = 2, SLOTS = 1 << 13 };
static const uint64_t GOLDEN = (uint64_t)(int64_t)(int32_t)0x9e3779b9;

bool fast_map_takes(const struct type *type) {
    switch (type_storage(type)) {
        case STORAGE_LIST:
        case STORAGE_STRUCT:
        case STORAGE_INT128:
        case STORAGE_INTERVAL: return false;
        case STORAGE_STRING: return type_is_string(type);
        default: return true;
    }
}

static uint64_t hash_of_bytes(const char *bytes, uint32_t size) {
    uint32_t hash = 0;
    for (uint32_t i = 0; i < size; i++)
        hash = (hash ^ (uint32_t)GOLDEN) + (uint32_t)(int32_t)(int8_t)bytes[i] + (hash << 6) + (hash >> 2);
    return (uint64_t)(int64_t)(int32_t)hash;
}

/* Java's doubleToLongBits() and floatToIntBits(): one NaN; and -0.0 was made 0.0 before. */
static uint64_t bits_of_double(double d) {
    uint64_t bits;
    if (isnan(d)) return UINT64_C(0x7ff8000000000000);
    if (d == 0) d = 0;
    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static uint64_t bits_of_float(float f) {
    uint32_t bits;
    if (isnan(f)) return 0x7fc00000;
    if (f == 0) f = 0;
    memcpy(&bits, &f, sizeof bits);
    return (uint64_t)(int64_t)(int32_t)bits;
}

static uint64_t hash_of_value(const struct vector *v, uint32_t row) {
    uint32_t i = vector_entry(v, row);
    switch (type_storage(v->type)) {
        case STORAGE_BOOL: return VECTOR_DATA(v, uint8_t)[i] != 0;
        case STORAGE_FLOAT: return bits_of_float(VECTOR_DATA(v, float)[i]);
        case STORAGE_DOUBLE: return bits_of_double(VECTOR_DATA(v, double)[i]);
        case STORAGE_STRING: {
            struct string s = VECTOR_DATA(v, struct string)[i];
            return hash_of_bytes(s.data, s.size);
        }
        default: return (uint64_t)vector_integer(v, i);
    }
}

static uint32_t bucket_of(const struct vector *keys, uint32_t key_count, uint32_t row) {
    uint64_t hash = 0;
    for (uint32_t k = 0; k < key_count; k++)
        hash = (hash ^ GOLDEN) + hash_of_value(&keys[k], row) + (hash << 6) + (hash >> 2);
    return (uint32_t)hash & (BUCKETS - 1);
}

static bool has_null(const struct vector *keys, uint32_t key_count, uint32_t row) {
    for (uint32_t k = 0; k < key_count; k++)
        if (vector_is_null(&keys[k], row)) return true;
    return false;
}

/* Takes the bucket if it is free. slots: the buckets that are taken, + 1, by open addressing. */
static bool take(uint32_t *slots, uint32_t bucket) {
    uint32_t at = bucket * 0x9e3779b1u >> 19;
    while (slots[at] && slots[at] != bucket + 1) at = (at + 1) & (SLOTS - 1);
    if (slots[at]) return false;
    slots[at] = bucket + 1;
    return true;
}

void fast_map_order(struct arena *arena, const struct vector *keys, uint32_t key_count, uint32_t *rows,
                    uint32_t count) {
    if (count > SLOTS / 2) return;
    uint32_t *slots = ARENA_ARRAY(arena, uint32_t, SLOTS), *others = arena_bytes_array(arena, count, sizeof *others);
    uint32_t taken = 0, left = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool fits = false, is_null = has_null(keys, key_count, rows[i]);
        uint32_t bucket = is_null ? 0 : bucket_of(keys, key_count, rows[i]);
        for (uint32_t step = 0; !fits && step < STEPS && !is_null; step++)
            fits = take(slots, (bucket + step) & (BUCKETS - 1));
        if (fits)
            rows[taken++] = rows[i];
        else
            others[left++] = rows[i];
    }
    memcpy(rows + taken, others, left * sizeof *rows);
}
