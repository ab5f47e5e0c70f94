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

static bool is_constant_null(const struct vector *v) {
    return v->form == VECTOR_CONSTANT && vector_is_null(v, 0);
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

/*
 * to = mask ? yes : no, where yes and no have a value per row or one for all. A mask's byte of 1 becomes all ones:
 * without a branch, which would be mispredicted.
 */
#define SELECT(ctype)                                                                                                  \
    static inline void select_##ctype(const uint8_t *restrict mask, const ctype *restrict yes, bool one_yes,           \
                                      const ctype *restrict no, bool one_no, uint32_t rows, ctype *restrict to) {      \
        const ctype y = *yes, n = *no;                                                                                 \
        if (one_yes && one_no)                                                                                         \
            for (uint32_t i = 0; i < rows; i++) to[i] = n ^ ((n ^ y) & (ctype) - (ctype)mask[i]);                      \
        else if (one_yes)                                                                                              \
            for (uint32_t i = 0; i < rows; i++) to[i] = no[i] ^ ((no[i] ^ y) & (ctype) - (ctype)mask[i]);              \
        else if (one_no)                                                                                               \
            for (uint32_t i = 0; i < rows; i++) to[i] = n ^ ((n ^ yes[i]) & (ctype) - (ctype)mask[i]);                 \
        else                                                                                                           \
            for (uint32_t i = 0; i < rows; i++) to[i] = no[i] ^ ((no[i] ^ yes[i]) & (ctype) - (ctype)mask[i]);         \
    }
SELECT(uint8_t)
SELECT(uint16_t)
SELECT(uint32_t)
SELECT(uint64_t)

/* Strings and the like: two words, for which there are vectors; there are none of 128 bits. */
static inline void select_pairs(const uint8_t *restrict mask, const uint64_t *restrict yes, bool one_yes,
                                const uint64_t *restrict no, bool one_no, uint32_t rows, uint64_t *restrict to) {
    const uint32_t yes_step = one_yes ? 0 : 2, no_step = one_no ? 0 : 2;
    for (uint32_t i = 0; i < rows; i++) {
        const uint64_t all = -(uint64_t)mask[i];
        const uint64_t *y = yes + (size_t)i * yes_step, *n = no + (size_t)i * no_step;
        to[2 * i] = n[0] ^ ((n[0] ^ y[0]) & all);
        to[2 * i + 1] = n[1] ^ ((n[1] ^ y[1]) & all);
    }
}

#define RUN_SELECT(ctype)                                                                                              \
    select_##ctype(mask, yes->data, yes->form == VECTOR_CONSTANT, no->data, no->form == VECTOR_CONSTANT, rows, to)

VECTORIZED static void select_values(const uint8_t *mask, const struct vector *yes, const struct vector *no,
                                     uint32_t rows, void *to) {
    switch (storage_size(type_storage(yes->type))) {
        case 1: RUN_SELECT(uint8_t); break;
        case 2: RUN_SELECT(uint16_t); break;
        case 4: RUN_SELECT(uint32_t); break;
        case 8: RUN_SELECT(uint64_t); break;
        default:
            select_pairs(mask, yes->data, yes->form == VECTOR_CONSTANT, no->data, no->form == VECTOR_CONSTANT, rows,
                         to);
    }
}

static inline void select_valid(const uint8_t *restrict mask, const uint8_t *restrict yes, uint32_t rows,
                                uint8_t *restrict valid) {
    for (uint32_t i = 0; i < rows; i++) valid[i] ^= (valid[i] ^ yes[i]) & mask[i];
}

static inline void add_valid(const uint8_t *restrict mask, uint32_t rows, uint8_t *restrict valid) {
    for (uint32_t i = 0; i < rows; i++) valid[i] |= mask[i];
}

/* Keeps book of who is NULL from the first value on that may be. */
static void blend_validity(struct blend *b, const uint8_t *mask, const struct vector *value) {
    if (!b->valid && !value->validity) return;
    if (!b->valid) b->valid = memset(mask_new(b->arena, b->rows), 1, b->rows);
    if (value->validity)
        select_valid(mask, mask_of_valid(b->arena, value, b->rows), b->rows, b->valid);
    else
        add_valid(mask, b->rows, b->valid);
}

/* FLAT or CONSTANT; NULLs are counted elsewhere. */
static struct vector plain_values(struct arena *arena, const struct vector *v, uint32_t rows) {
    struct vector plain = *v;
    plain.validity = NULL;
    return v->form == VECTOR_DICTIONARY ? *vector_flatten(arena, &plain, rows) : plain;
}

/* Into new memory: what was there before may be somebody's column. */
static void put_values(struct blend *b, const uint8_t *mask, const struct vector *value) {
    struct vector yes = plain_values(b->arena, value, b->rows), no = b->values;
    yes.type = no.type;
    b->values = yes;
    if (!no.data) return;
    vector_init(&b->values, b->arena, no.type, b->rows);
    select_values(mask, &yes, &no, b->rows, b->values.data);
}

void blend_put(struct blend *b, const uint8_t *mask, const struct vector *value) {
    if (!is_constant_null(value)) put_values(b, mask, value);
    blend_validity(b, mask, value);
}

void blend_put_valid(struct blend *b, const uint8_t *mask, const struct vector *value) {
    put_values(b, mask, value);
    if (b->valid) add_valid(mask, b->rows, b->valid);
}

void blend_init(struct blend *b, struct arena *arena, const struct type *type, uint32_t rows,
                const struct vector *last) {
    *b = (struct blend){.arena = arena, .rows = rows, .values = {.type = type}};
    if (!last || is_constant_null(last)) {
        b->valid = memset(mask_new(arena, rows), 0, rows);
        return;
    }
    b->values = plain_values(arena, last, rows);
    b->values.type = type;
    if (last->validity) b->valid = mask_of_valid(arena, last, rows);
}

void blend_finish(struct blend *b, struct vector *out) {
    if (!b->values.data) {
        vector_init_null(out, b->arena, b->values.type);
        return;
    }
    *out = b->values;
    if (!b->valid) return;
    *out = *vector_flatten(b->arena, &b->values, b->rows);
    mask_to_validity(b->arena, b->valid, b->rows, out);
}
