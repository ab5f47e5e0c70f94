/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of a fixed width (strings are one: they share their bytes) are written to their rows at once. Lists
 * and structs are remembered as (piece, place) per row and copied by a builder at the end. Often one branch
 * gives all rows; then the result is that branch's vector, untouched.
 */
#include "function/branch.h"
#include "base/vectorized.h"

static bool is_nested(const struct type *type) {
    enum storage storage = type_storage(type);
    return storage == STORAGE_LIST || storage == STORAGE_STRUCT;
}

void branches_init(struct branches *b, struct arena *arena, const struct type *type, uint32_t rows) {
    *b = (struct branches){.arena = arena, .type = type, .rows = rows};
}

static void prepare(struct branches *b) {
    if (b->piece_of || b->flat.type) return;
    if (is_nested(b->type)) {
        b->piece_of = ARENA_ARRAY(b->arena, uint32_t, b->rows);
        b->place_of = ARENA_ARRAY(b->arena, uint32_t, b->rows);
        return;
    }
    vector_init(&b->flat, b->arena, b->type, b->rows);
    b->flat.validity = arena_alloc_array(b->arena, bitmap_words(b->rows ? b->rows : 1), sizeof(uint64_t));
}

#define SCATTER(ctype)                                                                                                 \
    {                                                                                                                  \
        const ctype *from = view.data;                                                                                 \
        ctype *to = b->flat.data;                                                                                      \
        for (uint32_t i = 0; i < count; i++) {                                                                         \
            uint32_t entry = view_entry(&view, i), row = selection ? selection[i] : i;                                 \
            if (view_is_null(&view, entry)) continue;                                                                  \
            to[row] = from[entry];                                                                                     \
            bit_set(b->flat.validity, row);                                                                            \
        }                                                                                                              \
        break;                                                                                                         \
    }

static void scatter(struct branches *b, const struct vector *piece, const uint32_t *selection, uint32_t count) {
    struct view view = vector_view(b->arena, piece, count);
    switch (storage_size(type_storage(b->type))) {
        case 1: SCATTER(uint8_t)
        case 2: SCATTER(uint16_t)
        case 4: SCATTER(uint32_t)
        case 8: SCATTER(uint64_t)
        case 16: SCATTER(uint128)
        default: break;
    }
}

static void remember(struct branches *b, const struct vector *piece, const uint32_t *selection, uint32_t count) {
    if (b->piece_count == b->piece_capacity) {
        uint32_t capacity = b->piece_capacity ? b->piece_capacity * 2 : 4;
        b->pieces = arena_grow(b->arena, b->pieces, b->piece_count * sizeof *b->pieces, capacity * sizeof *b->pieces);
        b->piece_capacity = capacity;
    }
    b->pieces[b->piece_count++] = *piece;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = selection ? selection[i] : i;
        b->piece_of[row] = b->piece_count;
        b->place_of[row] = i;
    }
}

void branches_add(struct branches *b, const struct vector *piece, const uint32_t *selection, uint32_t count) {
    if (!count) return;
    if (!selection && count == b->rows && !b->filled) {
        b->all = arena_copy(b->arena, piece, sizeof *piece);
        b->filled = count;
        return;
    }
    prepare(b);
    b->filled += count;
    if (is_nested(b->type))
        remember(b, piece, selection, count);
    else
        scatter(b, piece, selection, count);
}

void branches_finish(struct branches *b, struct vector *out) {
    if (b->all) {
        *out = *b->all;
        out->type = b->type;
        return;
    }
    prepare(b);
    if (!is_nested(b->type)) {
        *out = b->flat;
        return;
    }
    struct builder builder;
    builder_init(&builder, b->arena, b->type, b->rows);
    for (uint32_t row = 0; row < b->rows; row++) {
        if (b->piece_of[row])
            builder_append_row(&builder, &b->pieces[b->piece_of[row] - 1], b->place_of[row], false);
        else
            builder_append_null(&builder);
    }
    *out = *builder_finish(&builder);
}

/* ---- blending ---- */

bool blend_takes(const struct type *type) {
    return !is_nested(type) && type_storage(type) != STORAGE_NONE;
}

/* Eight bits become eight bytes of 0 or 1: bit k stays in byte k of as many copies, and is moved to that byte's top. */
static uint64_t spread_bits(uint8_t bits) {
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t alone = bits * each & UINT64_C(0x8040201008040201);
    return (alone + each * 0x7F) >> 7 & each;
}

uint8_t *mask_of_valid(struct arena *arena, const struct vector *v, uint32_t rows) {
    uint8_t *mask = arena_bytes(arena, rows + 8);
    if (!v->validity || v->form == VECTOR_CONSTANT) return memset(mask, !vector_is_null(v, 0), rows);
    if (v->form != VECTOR_FLAT) {
        for (uint32_t i = 0; i < rows; i++) mask[i] = !vector_is_null(v, i);
        return mask;
    }
    for (uint32_t i = 0; i < rows; i += 8) {
        uint64_t eight = spread_bits((uint8_t)(v->validity[i / 64] >> i % 64));
        memcpy(mask + i, &eight, sizeof eight);
    }
    return mask;
}

const uint8_t *mask_of_true(struct arena *arena, const struct vector *v, uint32_t rows) {
    if (v->form == VECTOR_FLAT && !v->validity) return v->data;
    uint8_t *mask = arena_bytes(arena, rows);
    for (uint32_t i = 0; i < rows; i++) mask[i] = !vector_is_null(v, i) && VECTOR_DATA(v, uint8_t)[vector_entry(v, i)];
    return mask;
}

/* A mask's byte of 1 becomes all ones: without a branch, which would be mispredicted. */
#define BLEND(ctype)                                                                                                   \
    {                                                                                                                  \
        ctype *restrict to = b->flat.data;                                                                             \
        const ctype *restrict from = value->data;                                                                      \
        const ctype one = *from;                                                                                       \
        if (value->form == VECTOR_CONSTANT)                                                                            \
            for (uint32_t i = 0; i < b->rows; i++) to[i] ^= (to[i] ^ one) & (ctype) - (ctype)mask[i];                  \
        else                                                                                                           \
            for (uint32_t i = 0; i < b->rows; i++) to[i] ^= (to[i] ^ from[i]) & (ctype) - (ctype)mask[i];              \
        break;                                                                                                         \
    }

VECTORIZED static void blend_values(struct blend *b, const uint8_t *mask, const struct vector *value) {
    switch (storage_size(type_storage(b->flat.type))) {
        case 1: BLEND(uint8_t)
        case 2: BLEND(uint16_t)
        case 4: BLEND(uint32_t)
        case 8: BLEND(uint64_t)
        default: BLEND(uint128)
    }
}

/* Keeps book of who is NULL from the first value on that may be. */
VECTORIZED static void blend_validity(struct blend *b, const uint8_t *mask, const struct vector *value) {
    if (!b->valid && !value->validity) return;
    if (!b->valid) b->valid = memset(arena_bytes(b->arena, b->rows + 8), 1, b->rows);
    if (!value->validity) {
        for (uint32_t i = 0; i < b->rows; i++) b->valid[i] |= mask[i];
        return;
    }
    const uint8_t *valid = mask_of_valid(b->arena, value, b->rows);
    for (uint32_t i = 0; i < b->rows; i++) b->valid[i] = mask[i] ? valid[i] : b->valid[i];
}

static void put_values(struct blend *b, const uint8_t *mask, const struct vector *value) {
    const struct vector *flat = value->form == VECTOR_DICTIONARY ? vector_flatten(b->arena, value, b->rows) : value;
    blend_values(b, mask, flat);
}

void blend_put(struct blend *b, const uint8_t *mask, const struct vector *value) {
    bool is_null = value->form == VECTOR_CONSTANT && value->validity && !bit_get(value->validity, 0);
    if (!is_null) put_values(b, mask, value);
    blend_validity(b, mask, value);
}

void blend_put_valid(struct blend *b, const uint8_t *mask, const struct vector *value) {
    put_values(b, mask, value);
    for (uint32_t i = 0; b->valid && i < b->rows; i++) b->valid[i] |= mask[i];
}

#define FILL(ctype)                                                                                                    \
    for (uint32_t i = 0; i < b->rows; i++) VECTOR_DATA(&b->flat, ctype)[i] = *(const ctype *)last->data

/* What no other branch gives, for all rows. */
static void begin_with(struct blend *b, const struct vector *last) {
    size_t width = storage_size(type_storage(b->flat.type));
    if (last->form == VECTOR_CONSTANT) {
        switch (width) {
            case 1: FILL(uint8_t); break;
            case 2: FILL(uint16_t); break;
            case 4: FILL(uint32_t); break;
            case 8: FILL(uint64_t); break;
            default: FILL(uint128);
        }
    } else {
        memcpy(b->flat.data, vector_flatten(b->arena, last, b->rows)->data, width * b->rows);
    }
    if (last->validity) b->valid = mask_of_valid(b->arena, last, b->rows);
}

void blend_init(struct blend *b, struct arena *arena, const struct type *type, uint32_t rows,
                const struct vector *last) {
    *b = (struct blend){.arena = arena, .rows = rows};
    vector_init(&b->flat, arena, type, rows);
    if (last)
        begin_with(b, last);
    else
        b->valid = memset(arena_bytes(arena, rows + 8), 0, rows);
}

/* Eight bytes of 0 or 1 become eight bits. */
static uint8_t gather_bits(const uint8_t *bytes) {
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
    return (uint8_t)(eight * UINT64_C(0x0102040810204080) >> 56);
}

void blend_finish(struct blend *b, struct vector *out) {
    if (b->valid && memchr(b->valid, 0, b->rows)) {
        uint32_t words = (uint32_t)bitmap_words(b->rows);
        b->flat.validity = ARENA_ARRAY(b->arena, uint64_t, words);
        memset(b->valid + b->rows, 0, 8); /* there is as much room more */
        for (uint32_t i = 0; i < b->rows; i += 8)
            b->flat.validity[i / 64] |= (uint64_t)gather_bits(b->valid + i) << i % 64;
    }
    *out = b->flat;
}
