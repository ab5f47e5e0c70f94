/* SPDX-License-Identifier: Apache-2.0 */
#include "column/mask.h"

/* Eight bits become eight bytes of 0 or 1: bit k stays in byte k of as many copies, and is moved to that byte's top. */
static uint64_t spread_bits(uint8_t bits) {
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t alone = bits * each & UINT64_C(0x8040201008040201);
    return (alone + each * 0x7F) >> 7 & each;
}

/* Eight bytes of 0 or 1 become eight bits. */
static uint8_t gather_bits(const uint8_t *bytes) {
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
    return (uint8_t)(eight * UINT64_C(0x0102040810204080) >> 56);
}

uint8_t *mask_of_valid(struct arena *arena, const struct vector *v, uint32_t rows) {
    uint8_t *mask = mask_new(arena, rows);
    if (!v->validity || v->form == VECTOR_CONSTANT) return memset(mask, !vector_is_null(v, 0), rows);
    if (v->form == VECTOR_DICTIONARY) {
        for (uint32_t i = 0; i < rows; i++) mask[i] = bit_get(v->validity, v->selection[i]);
        return mask;
    }
    for (uint32_t i = 0; i < rows; i += 8) {
        uint64_t eight = spread_bits((uint8_t)(v->validity[i / 64] >> i % 64));
        memcpy(mask + i, &eight, sizeof eight);
    }
    return mask;
}

const uint8_t *mask_of_true(struct arena *arena, const struct vector *v, uint32_t rows) {
    const uint8_t *values = v->data;
    if (v->form == VECTOR_FLAT && !v->validity) return values;
    if (v->form == VECTOR_CONSTANT) return memset(mask_new(arena, rows), !vector_is_null(v, 0) && *values, rows);
    uint8_t *mask = mask_of_valid(arena, v, rows);
    if (v->form == VECTOR_FLAT)
        for (uint32_t i = 0; i < rows; i++) mask[i] &= values[i];
    else
        for (uint32_t i = 0; i < rows; i++) mask[i] &= values[v->selection[i]];
    return mask;
}

void mask_to_validity(struct arena *arena, uint8_t *valid, uint32_t rows, struct vector *out) {
    out->validity = NULL;
    if (!memchr(valid, 0, rows)) return;
    out->validity = ARENA_ARRAY(arena, uint64_t, bitmap_words(rows));
    memset(valid + rows, 0, 8);
    for (uint32_t i = 0; i < rows; i += 8) out->validity[i / 64] |= (uint64_t)gather_bits(valid + i) << i % 64;
}

static inline uint32_t rows_of(const uint8_t *mask, const uint32_t *from, uint32_t rows, uint32_t *to) {
    uint32_t count = 0, i = 0;
    for (; i + 8 <= rows; i += 8) {
        uint64_t eight;
        memcpy(&eight, mask + i, sizeof eight);
        if (!eight) continue;
        for (uint32_t k = i; k < i + 8; k++, eight >>= 8) {
            to[count] = from ? from[k] : k;
            count += eight & 1;
        }
    }
    for (; i < rows; i++) {
        to[count] = from ? from[i] : i;
        count += mask[i];
    }
    return count;
}

uint32_t mask_rows(const uint8_t *mask, const uint32_t *from, uint32_t rows, uint32_t *to) {
    return from ? rows_of(mask, from, rows, to) : rows_of(mask, NULL, rows, to);
}

uint32_t mask_count(const uint8_t *mask, uint32_t rows) {
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint32_t count = 0, i = 0;
    for (; i + 8 <= rows; i += 8) {
        uint64_t eight;
        memcpy(&eight, mask + i, sizeof eight);
        count += (uint32_t)(eight * each >> 56);
    }
    for (; i < rows; i++) count += mask[i];
    return count;
}
