/* SPDX-License-Identifier: Apache-2.0 */
#include "column/mask.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define HAS_WIDE_ROWS
#endif

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

static inline uint32_t rows_of(const uint8_t *mask, const uint32_t *from, uint32_t i, uint32_t rows, uint32_t count,
                               uint32_t *to) {
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

#ifdef HAS_WIDE_ROWS
/* Sixteen rows at once, whatever the mask says of them: there are no branches to foresee. What is written behind those
 * that stay is within the rows looked at so far. */
__attribute__((target("avx512f,popcnt"))) static uint32_t rows_of_wide(const uint8_t *mask, const uint32_t *from,
                                                                       uint32_t rows, uint32_t *to) {
    const __m512i step = _mm512_set1_epi32(16);
    __m512i numbers = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    uint32_t count = 0, i = 0;
    for (; i + 16 <= rows; i += 16, numbers = _mm512_add_epi32(numbers, step)) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(mask + i));
        uint32_t stay = (uint32_t)_mm_movemask_epi8(_mm_cmpgt_epi8(bytes, _mm_setzero_si128()));
        __m512i some = from ? _mm512_loadu_si512(from + i) : numbers;
        _mm512_storeu_si512(to + count, _mm512_maskz_compress_epi32((__mmask16)stay, some));
        count += (uint32_t)__builtin_popcount(stay);
    }
    return rows_of(mask, from, i, rows, count, to);
}
#endif

uint32_t mask_rows(const uint8_t *mask, const uint32_t *from, uint32_t rows, uint32_t *to) {
#ifdef HAS_WIDE_ROWS
    if (__builtin_cpu_supports("avx512f")) return rows_of_wide(mask, from, rows, to);
#endif
    return from ? rows_of(mask, from, 0, rows, 0, to) : rows_of(mask, NULL, 0, rows, 0, to);
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
