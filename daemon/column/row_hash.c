/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes of rows, column by column. A value becomes 64 bits, a multiply-and-fold mixes them with what the row
 * has so far; the loops for fixed widths have no branch but the one on NULL, which is left out where nothing
 * is null.
 *
 * Equal rows (row.h) have equal hashes: floats are normalized first, and a map's entries are summed, because
 * their order does not count.
 */
#include <math.h>

#include "column/collation.h"
#include "column/row.h"

static const uint64_t SEED = UINT64_C(0x9E3779B97F4A7C15);
static const uint64_t STEP = UINT64_C(0xA0761D6478BD642F);
static const uint64_t OTHER = UINT64_C(0xE7037ED1A0B428DB);
static const uint64_t NULL_BITS = UINT64_C(0x8EBC6AF09C88C6E3);

static inline uint64_t fold(uint64_t a, uint64_t b) {
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t mix(uint64_t hash, uint64_t bits) {
    return fold(hash ^ STEP, bits ^ OTHER);
}

static inline uint64_t load64(const char *p) {
    uint64_t word;
    memcpy(&word, p, 8);
    return word;
}

static uint64_t hash_bytes(const char *p, size_t size) {
    uint64_t hash = SEED ^ size;
    if (size >= 8) {
        const char *last = p + size - 8;
        for (; p < last; p += 8) hash = mix(hash, load64(p));
        return mix(hash, load64(last));
    }
    uint64_t word = 0;
    if (size) memcpy(&word, p, size);
    return mix(hash, word);
}

static inline uint64_t double_bits(double d) {
    uint64_t bits;
    if (d == 0) d = 0;
    if (isnan(d)) return UINT64_C(0x7FF8000000000000);
    memcpy(&bits, &d, sizeof bits);
    return bits;
}

#define HASH_LOOP(ctype, expression)                                                                                   \
    {                                                                                                                  \
        const ctype *data = view.data;                                                                                 \
        if (!view.index && !view.validity) {                                                                           \
            for (uint32_t i = 0; i < rows; i++) {                                                                      \
                const ctype x = data[i];                                                                               \
                hashes[i] = mix(hashes[i], (expression));                                                              \
            }                                                                                                          \
        } else {                                                                                                       \
            for (uint32_t i = 0; i < rows; i++) {                                                                      \
                uint32_t entry = view_entry(&view, i);                                                                 \
                if (view_is_null(&view, entry)) {                                                                      \
                    hashes[i] = mix(hashes[i], NULL_BITS);                                                             \
                    continue;                                                                                          \
                }                                                                                                      \
                const ctype x = data[entry];                                                                           \
                hashes[i] = mix(hashes[i], (expression));                                                              \
            }                                                                                                          \
        }                                                                                                              \
        break;                                                                                                         \
    }

static void hash_lists(struct arena *scratch, const struct vector *v, struct view view, uint32_t rows,
                       uint64_t *hashes) {
    const struct list_entry *lists = view.data;
    size_t total = 0;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = view_entry(&view, i);
        if (!view_is_null(&view, entry)) total += lists[entry].length;
    }
    uint32_t *index = arena_bytes_array(scratch, total, sizeof *index);
    uint64_t *inner = arena_bytes_array(scratch, total, sizeof *inner);
    size_t at = 0;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = view_entry(&view, i);
        if (view_is_null(&view, entry)) continue;
        for (uint32_t j = 0; j < lists[entry].length; j++) index[at++] = lists[entry].offset + j;
    }
    for (uint32_t c = 0; c < v->child_count; c++) {
        struct vector selected;
        vector_select(&selected, scratch, &v->children[c], index, (uint32_t)total);
        rows_hash(scratch, &selected, (uint32_t)total, inner, c > 0);
    }
    bool is_map = v->child_count == 2;
    at = 0;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = view_entry(&view, i);
        if (view_is_null(&view, entry)) {
            hashes[i] = mix(hashes[i], NULL_BITS);
            continue;
        }
        uint64_t list = lists[entry].length;
        for (uint32_t j = 0; j < lists[entry].length; j++, at++)
            list = is_map ? list + inner[at] : mix(list, inner[at]);
        hashes[i] = mix(hashes[i], list);
    }
}

static void hash_structs(struct arena *scratch, const struct vector *v, struct view view, uint32_t rows,
                         uint64_t *hashes) {
    uint64_t *inner = arena_bytes_array(scratch, rows, sizeof *inner);
    for (uint32_t i = 0; i < rows; i++) inner[i] = SEED;
    for (uint32_t c = 0; c < v->child_count; c++) {
        struct vector selected = v->children[c];
        if (view.index) vector_select(&selected, scratch, &v->children[c], view.index, rows);
        rows_hash(scratch, &selected, rows, inner, true);
    }
    for (uint32_t i = 0; i < rows; i++)
        hashes[i] = mix(hashes[i], view_is_null(&view, view_entry(&view, i)) ? NULL_BITS : inner[i]);
}

static void hash_strings(struct arena *scratch, const struct vector *v, struct view view, uint32_t rows,
                         uint64_t *hashes) {
    const struct collation *collation = collation_of(scratch, v->type);
    const struct string *data = view.data;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = view_entry(&view, i);
        if (view_is_null(&view, entry)) {
            hashes[i] = mix(hashes[i], NULL_BITS);
            continue;
        }
        struct string s = collation ? collation_key(collation, scratch, data[entry]) : data[entry];
        hashes[i] = mix(hashes[i], hash_bytes(s.data, s.size));
    }
}

void rows_hash(struct arena *scratch, const struct vector *v, uint32_t rows, uint64_t *hashes, bool combine) {
    if (!combine)
        for (uint32_t i = 0; i < rows; i++) hashes[i] = SEED;
    struct view view = vector_view(scratch, v, rows);
    switch (type_storage(v->type)) {
        case STORAGE_NONE:
            for (uint32_t i = 0; i < rows; i++) hashes[i] = mix(hashes[i], NULL_BITS);
            break;
        case STORAGE_BOOL:
        case STORAGE_INT8: HASH_LOOP(uint8_t, x)
        case STORAGE_INT16: HASH_LOOP(uint16_t, x)
        case STORAGE_INT32: HASH_LOOP(uint32_t, x)
        case STORAGE_INT64: HASH_LOOP(uint64_t, x)
        case STORAGE_INT128: HASH_LOOP(uint128, mix((uint64_t)x, (uint64_t)(x >> 64)))
        case STORAGE_FLOAT: HASH_LOOP(float, double_bits(x))
        case STORAGE_DOUBLE: HASH_LOOP(double, double_bits(x))
        case STORAGE_INTERVAL:
            HASH_LOOP(struct interval,
                      mix((uint64_t)(uint32_t)x.months << 32 | (uint32_t)x.days, (uint64_t)x.microseconds))
        case STORAGE_STRING: hash_strings(scratch, v, view, rows, hashes); break;
        case STORAGE_LIST: hash_lists(scratch, v, view, rows, hashes); break;
        case STORAGE_STRUCT: hash_structs(scratch, v, view, rows, hashes); break;
    }
}
