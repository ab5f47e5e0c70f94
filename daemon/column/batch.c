/* SPDX-License-Identifier: Apache-2.0 */
#include "column/batch.h"

#define FOUR(n) n, n + 1, n + 2, n + 3
#define SIXTEEN(n) FOUR(n), FOUR(n + 4), FOUR(n + 8), FOUR(n + 12)
#define QUARTER_K(n)                                                                                                   \
    SIXTEEN(n), SIXTEEN(n + 16), SIXTEEN(n + 32), SIXTEEN(n + 48), SIXTEEN(n + 64), SIXTEEN(n + 80), SIXTEEN(n + 96),  \
        SIXTEEN(n + 112), SIXTEEN(n + 128), SIXTEEN(n + 144), SIXTEEN(n + 160), SIXTEEN(n + 176), SIXTEEN(n + 192),    \
        SIXTEEN(n + 208), SIXTEEN(n + 224), SIXTEEN(n + 240)

const uint32_t row_numbers[BATCH_ROWS] = {QUARTER_K(0),    QUARTER_K(256),  QUARTER_K(512),  QUARTER_K(768),
                                          QUARTER_K(1024), QUARTER_K(1280), QUARTER_K(1536), QUARTER_K(1792)};

void batch_init(struct batch *out, struct arena *arena, uint32_t column_count, uint32_t rows) {
    out->count = rows;
    out->column_count = column_count;
    out->columns = ARENA_ARRAY(arena, struct vector, column_count);
}

/* The few index arrays that a batch's columns share, and what they became. */
struct composed {
    const uint32_t *before;
    uint32_t *after;
};

enum { COMPOSED_MAX = 8 };

static const uint32_t *compose(struct arena *arena, struct composed *known, uint32_t *known_count,
                               const uint32_t *before, const uint32_t *selection, uint32_t count) {
    for (uint32_t i = 0; i < *known_count; i++)
        if (known[i].before == before) return known[i].after;
    uint32_t *after = arena_bytes_array(arena, count, sizeof *after);
    for (uint32_t i = 0; i < count; i++) after[i] = before[selection[i]];
    if (*known_count < COMPOSED_MAX) known[(*known_count)++] = (struct composed){before, after};
    return after;
}

void batch_select(struct batch *out, struct arena *arena, const struct batch *in, const uint32_t *selection,
                  uint32_t count) {
    struct composed known[COMPOSED_MAX];
    uint32_t known_count = 0;
    struct batch result;
    batch_init(&result, arena, in->column_count, count);
    for (uint32_t i = 0; i < in->column_count; i++) {
        struct vector *v = &result.columns[i];
        *v = in->columns[i];
        if (v->form == VECTOR_CONSTANT) continue;
        v->selection =
            v->form == VECTOR_FLAT ? selection : compose(arena, known, &known_count, v->selection, selection, count);
        v->form = VECTOR_DICTIONARY;
    }
    *out = result;
}

void vector_slice(struct vector *out, struct arena *arena, const struct vector *v, uint32_t from) {
    *out = *v;
    if (v->form == VECTOR_CONSTANT) return;
    if (v->form == VECTOR_DICTIONARY) {
        out->selection = v->selection + from;
        return;
    }
    if (out->data) out->data = (char *)v->data + from * storage_size(type_storage(v->type));
    if (out->validity) out->validity = v->validity + from / 64;
    if (type_storage(v->type) != STORAGE_STRUCT) return;
    out->children = ARENA_ARRAY(arena, struct vector, v->child_count);
    for (uint32_t i = 0; i < v->child_count; i++) vector_slice(&out->children[i], arena, &v->children[i], from);
}
