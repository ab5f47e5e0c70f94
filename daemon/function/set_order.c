/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collect_set() promises no order, but tests compare with the one they saw: that of Scala 2.13's mutable.HashSet, which
 * depends on the elements alone, on their hashCode() (unsafe_hash.h for nested ones). A table of a power of two of buckets; an element's bucket is given by the low bits of
 * its hash, of which the upper half was added to the lower; within a bucket elements are sorted by that hash. The table
 * is as large as a set needs that is filled by another one of known size: at least 16, loaded to three quarters.
 */
#include "function/set_order.h"

#include <string.h>

#include "function/java_hash.h"
#include "function/spark_hash.h"
#include "function/unsafe_hash.h"

enum { LEAST_BUCKETS = 16, SPARK_SEED = 42, TRUE_HASH = 1231, FALSE_HASH = 1237 };

struct element {
    uint32_t row;
    int32_t hash;
};

static int32_t hash_of_long(int64_t value) {
    return value == (int32_t)value ? (int32_t)value : (int32_t)((uint64_t)value ^ (uint64_t)value >> 32);
}

static bool is_whole(double value) {
    return value >= -0x1p63 && value < 0x1p63 && (double)(int64_t)value == value;
}

/* Numbers that are equal have equal hashes in Scala, whatever their types are. */
static int32_t hash_of_float(float value) {
    if (is_whole(value)) return hash_of_long((int64_t)value);
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return value == value ? (int32_t)bits : 0x7FC00000;
}

static int32_t hash_of_double(double value) {
    if (is_whole(value)) return hash_of_long((int64_t)value);
    if ((double)(float)value == value) return hash_of_float((float)value);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (value != value) bits = UINT64_C(0x7FF8000000000000);
    return (int32_t)(bits ^ bits >> 32);
}

static int32_t hash_of_decimal(const struct vector *v, uint32_t entry) {
    bool narrow = type_storage(v->type) == STORAGE_INT64;
    return (int32_t)java_hash_of_decimal(narrow ? VECTOR_DATA(v, int64_t)[entry] : VECTOR_DATA(v, int128)[entry],
                                         v->type->scale);
}

static int32_t hash_of(struct arena *scratch, const struct vector *v, uint32_t row) {
    uint32_t entry = vector_entry(v, row);
    if (v->type->kind == TYPE_DECIMAL) return hash_of_decimal(v, entry);
    if (v->type->kind == TYPE_BINARY || type_is_nested(v->type)) return (int32_t)unsafe_hash(scratch, v, row);
    switch (type_storage(v->type)) {
        case STORAGE_BOOL: return VECTOR_DATA(v, uint8_t)[entry] ? TRUE_HASH : FALSE_HASH;
        case STORAGE_INT8: return VECTOR_DATA(v, int8_t)[entry];
        case STORAGE_INT16: return VECTOR_DATA(v, int16_t)[entry];
        case STORAGE_INT32: return VECTOR_DATA(v, int32_t)[entry];
        case STORAGE_INT64: return hash_of_long(VECTOR_DATA(v, int64_t)[entry]);
        case STORAGE_FLOAT: return hash_of_float(VECTOR_DATA(v, float)[entry]);
        case STORAGE_DOUBLE: return hash_of_double(VECTOR_DATA(v, double)[entry]);
        case STORAGE_INTERVAL: {
            struct interval i = VECTOR_DATA(v, struct interval)[entry];
            uint32_t hash = (31 * (31 + (uint32_t)i.months) + (uint32_t)i.days) * 31;
            return (int32_t)(hash + java_hash_of_bits((uint64_t)i.microseconds));
        }
        default: return (int32_t)spark_hash(v, row, SPARK_SEED);
    }
}

static uint32_t bucket_count(uint32_t count) {
    uint64_t needed = ((uint64_t)count + 1) * 4 / 3, buckets = LEAST_BUCKETS;
    while (buckets < needed) buckets *= 2;
    return (uint32_t)(buckets > UINT32_C(1) << 30 ? UINT32_C(1) << 30 : buckets);
}

/* Element e goes into its bucket, [start, start + filled), behind those whose hashes are not greater. */
static void put(struct element *bucket, uint32_t filled, struct element e) {
    uint32_t at = filled;
    while (at > 0 && bucket[at - 1].hash > e.hash) at--;
    memmove(bucket + at + 1, bucket + at, (filled - at) * sizeof *bucket);
    bucket[at] = e;
}

void order_as_set(struct arena *arena, const struct vector *values, uint32_t *rows, uint32_t count) {
    if (count < 2 || !unsafe_hash_known(values->type)) return;
    uint32_t buckets = bucket_count(count), mask = buckets - 1;
    uint32_t *starts = ARENA_ARRAY(arena, uint32_t, (size_t)buckets + 1),
             *filled = ARENA_ARRAY(arena, uint32_t, buckets);
    struct element *elements = arena_bytes_array(arena, count, sizeof *elements);
    struct element *sorted = arena_bytes_array(arena, count, sizeof *sorted);
    struct arena *scratch = arena_scratch(arena);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t hash = (uint32_t)hash_of(scratch, values, rows[i]);
        arena_reset(scratch);
        hash ^= hash >> 16;
        elements[i] = (struct element){rows[i], (int32_t)hash};
        starts[(hash & mask) + 1]++;
    }
    arena_release(scratch);
    for (uint32_t b = 1; b <= buckets; b++) starts[b] += starts[b - 1];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bucket = (uint32_t)elements[i].hash & mask;
        put(sorted + starts[bucket], filled[bucket]++, elements[i]);
    }
    for (uint32_t i = 0; i < count; i++) rows[i] = sorted[i].row;
}
