/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of a fixed width (strings are one: they share their bytes) are written to their rows at once. Lists
 * and structs are remembered as (piece, place) per row and copied by a builder at the end. Often one branch
 * gives all rows; then the result is that branch's vector, untouched.
 */
#include "function/branch.h"

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
