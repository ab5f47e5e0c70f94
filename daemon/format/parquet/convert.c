/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From Parquet's physical values to Spark's storage: decimals in bytes, INT96 timestamps, units, narrow integers.
 * Most columns need none of it and are decoded in place (convert_is_identity).
 */
#include <string.h>

#include "format/parquet/column.h"

static const int64_t MICROS_PER_DAY = 86400000000;
enum { JULIAN_DAY_OF_EPOCH = 2440588 };

bool convert_is_identity(const struct parquet_node *leaf) {
    const struct type *t = leaf->type;
    enum storage storage = type_storage(t);
    switch (leaf->physical) {
        case PARQUET_BOOLEAN: return storage == STORAGE_BOOL;
        case PARQUET_INT32: return storage == STORAGE_INT32;
        case PARQUET_INT64:
            return storage == STORAGE_INT64 && !(leaf->logical == PARQUET_TIMESTAMP && leaf->unit == PARQUET_MILLIS) &&
                   leaf->logical != PARQUET_TIME;
        case PARQUET_FLOAT: return storage == STORAGE_FLOAT;
        case PARQUET_DOUBLE: return storage == STORAGE_DOUBLE;
        case PARQUET_BYTE_ARRAY:
        case PARQUET_FIXED: return storage == STORAGE_STRING;
        default: return false;
    }
}

static bool convert_int32(const struct parquet_node *leaf, const int32_t *in, uint32_t count, void *out) {
    switch (type_storage(leaf->type)) {
        case STORAGE_INT8:
            for (uint32_t i = 0; i < count; i++) ((int8_t *)out)[i] = (int8_t)in[i];
            return true;
        case STORAGE_INT16:
            for (uint32_t i = 0; i < count; i++) ((int16_t *)out)[i] = (int16_t)in[i];
            return true;
        case STORAGE_INT64:
            if (leaf->logical == PARQUET_INTEGER && !leaf->is_signed)
                for (uint32_t i = 0; i < count; i++) ((int64_t *)out)[i] = (uint32_t)in[i];
            else
                for (uint32_t i = 0; i < count; i++) ((int64_t *)out)[i] = in[i];
            return true;
        case STORAGE_INT128:
            for (uint32_t i = 0; i < count; i++) ((int128 *)out)[i] = in[i];
            return true;
        default: return false;
    }
}

static bool convert_int64(const struct parquet_node *leaf, const int64_t *in, uint32_t count, void *out) {
    int64_t *wide = out;
    if (leaf->logical == PARQUET_TIME) {
        for (uint32_t i = 0; i < count; i++) wide[i] = (int64_t)((uint64_t)in[i] * 1000);
        return true;
    }
    if (leaf->logical == PARQUET_TIMESTAMP) {
        for (uint32_t i = 0; i < count; i++) wide[i] = (int64_t)((uint64_t)in[i] * 1000);
        return true;
    }
    if (type_storage(leaf->type) != STORAGE_INT128) return false;
    bool is_unsigned = leaf->logical == PARQUET_INTEGER && !leaf->is_signed;
    for (uint32_t i = 0; i < count; i++) ((int128 *)out)[i] = is_unsigned ? (int128)(uint64_t)in[i] : in[i];
    return true;
}

/* Big-endian two's complement. */
static bool convert_decimal_bytes(const struct parquet_node *leaf, const struct string *in, uint32_t count, void *out) {
    enum storage storage = type_storage(leaf->type);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *bytes = (const uint8_t *)in[i].data;
        uint32_t size = in[i].size;
        while (size > 16 && (bytes[0] == 0 || bytes[0] == 0xFF)) {
            bytes++;
            size--;
        }
        if (size > 16) return false;
        uint128 v = size && bytes[0] & 0x80 ? ~(uint128)0 : 0;
        for (uint32_t k = 0; k < size; k++) v = v << 8 | bytes[k];
        if (storage == STORAGE_INT64)
            ((int64_t *)out)[i] = (int64_t)v;
        else
            ((int128 *)out)[i] = (int128)v;
    }
    return true;
}

/* Nanoseconds of the day, then the Julian day. */
static void convert_int96(const uint8_t *in, uint32_t count, int64_t *out) {
    for (uint32_t i = 0; i < count; i++, in += 12) {
        int64_t nanos;
        int32_t day;
        memcpy(&nanos, in, 8);
        memcpy(&day, in + 8, 4);
        uint64_t micros = (uint64_t)((int64_t)day - JULIAN_DAY_OF_EPOCH) * (uint64_t)MICROS_PER_DAY;
        out[i] = (int64_t)(micros + (uint64_t)(nanos / 1000));
    }
}

bool convert_values(struct leaf_reader *r, struct arena *batch, const void *physical, uint32_t count, void *out,
                    struct error *err) {
    const struct parquet_node *leaf = r->leaf;
    (void)batch;
    bool good = leaf->type->kind == TYPE_NULL && !count;
    if (convert_is_identity(leaf)) {
        memcpy(out, physical, count * parquet_value_size(leaf->physical));
        return true;
    }
    switch (leaf->physical) {
        case PARQUET_INT32: good = convert_int32(leaf, physical, count, out); break;
        case PARQUET_INT64: good = convert_int64(leaf, physical, count, out); break;
        case PARQUET_INT96:
            convert_int96(physical, count, out);
            good = true;
            break;
        case PARQUET_BYTE_ARRAY:
        case PARQUET_FIXED:
            good = leaf->type->kind == TYPE_DECIMAL && convert_decimal_bytes(leaf, physical, count, out);
            break;
        default: break;
    }
    return good || leaf_corrupt(r, "a column's values do not fit its type", err);
}
