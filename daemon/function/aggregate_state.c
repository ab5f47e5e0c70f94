/* SPDX-License-Identifier: Apache-2.0 */
/*
 * States that hold one value of any type, and states that gather values: see aggregate.h.
 */
#include <math.h>

#include "function/aggregate.h"

void held_set(struct held_value *h, struct arena *arena, const struct vector *v, uint32_t row) {
    enum storage storage = type_storage(v->type);
    uint32_t entry = vector_entry(v, row);
    h->is_set = true;
    h->is_null = storage == STORAGE_NONE || (v->validity && !bit_get(v->validity, entry));
    if (h->is_null) return;
    if (storage == STORAGE_STRING) {
        struct string s = VECTOR_DATA(v, struct string)[entry];
        if (s.size > h->capacity) {
            h->capacity = s.size < 16 ? 16 : s.size + s.size / 2;
            h->string.data = arena_bytes(arena, h->capacity);
        }
        if (s.size) memcpy((char *)h->string.data, s.data, s.size);
        h->string.size = s.size;
        h->string.prefix = s.prefix;
    } else if (storage == STORAGE_LIST || storage == STORAGE_STRUCT) {
        struct vector one;
        vector_select(&one, arena, v, &row, 1);
        h->nested = ARENA_NEW(arena, struct vector);
        vector_copy(h->nested, arena, &one, 1);
    } else {
        size_t width = storage_size(storage);
        value_copy(h->fixed, (const char *)v->data + entry * width, width);
    }
}

void held_vector(const struct held_value *h, const struct type *type, struct vector *out) {
    enum storage storage = type_storage(type);
    if (storage == STORAGE_LIST || storage == STORAGE_STRUCT)
        *out = *h->nested;
    else
        *out = (struct vector){.type = type, .form = VECTOR_FLAT, .data = (void *)h->fixed};
}

void held_copy(struct held_value *h, struct arena *arena, const struct type *type, const struct held_value *from) {
    if (!from->is_set) return;
    if (from->is_null) {
        h->is_set = h->is_null = true;
        return;
    }
    struct vector one;
    held_vector(from, type, &one);
    held_set(h, arena, &one, 0);
}

static const struct held_value *held_at(void *const *states, size_t offset, uint32_t i) {
    return (const struct held_value *)((const char *)states[i] + offset);
}

static void finish_nested(struct call *call, void *const *states, size_t offset, uint32_t count, struct vector *out) {
    struct builder b;
    builder_init(&b, call->arena, out->type, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct held_value *h = held_at(states, offset, i);
        if (!h->is_set || h->is_null)
            builder_append_null(&b);
        else
            builder_append_row(&b, h->nested, 0, false);
    }
    *out = *builder_finish(&b);
}

void held_finish(struct call *call, void *const *states, size_t offset, uint32_t count, struct vector *out) {
    enum storage storage = type_storage(out->type);
    size_t width = storage_size(storage);
    if (storage == STORAGE_LIST || storage == STORAGE_STRUCT) {
        finish_nested(call, states, offset, count, out);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct held_value *h = held_at(states, offset, i);
        if (!h->is_set || h->is_null) {
            vector_set_null(out, call->arena, i, count);
            value_clear((char *)out->data + i * width, width);
        } else {
            value_copy((char *)out->data + i * width, h->fixed, width);
        }
    }
}

struct gathered *gathered_new(struct arena *arena, const struct type *const *column_types, uint32_t columns) {
    struct gathered *g = ARENA_NEW(arena, struct gathered);
    row_store_init(&g->store, arena, column_types, columns);
    buffer_init(&g->blocks, arena);
    buffer_reserve(&g->blocks, 0, sizeof(uint32_t));
    g->block_words = 1;
    return g;
}

enum { BLOCK_ROOM, BLOCK_USED, BLOCK_NEXT, BLOCK_ROWS, FIRST_ROOM = 4, LARGEST_ROOM = 128 };

static uint32_t *block_at(const struct gathered *g, uint32_t block) {
    return (uint32_t *)g->blocks.data + block;
}

/* An empty block behind the state's last one. */
static void add_block(struct gathered *g, struct gathered_state *state) {
    uint32_t room = FIRST_ROOM, last = state->last, made = g->block_words;
    if (last) room = block_at(g, last)[BLOCK_ROOM] * 2;
    if (room > LARGEST_ROOM) room = LARGEST_ROOM;
    size_t words = (size_t)made + BLOCK_ROWS + room;
    if (words > UINT32_MAX) memory_exhausted(g->blocks.arena->account, words * sizeof(uint32_t));
    buffer_reserve(&g->blocks, made * sizeof(uint32_t), words * sizeof(uint32_t));
    g->block_words = (uint32_t)words;
    uint32_t *block = block_at(g, made), *before = last ? block_at(g, last) : block;
    block[BLOCK_ROOM] = room;
    block[BLOCK_USED] = 0;
    block[BLOCK_NEXT] = last ? before[BLOCK_NEXT] : made;
    before[BLOCK_NEXT] = state->last = made;
}

static inline void add_row(struct gathered *g, struct gathered_state *state, uint32_t row) {
    if (!state->count++) {
        state->first = row;
        return;
    }
    if (!state->last || block_at(g, state->last)[BLOCK_USED] == block_at(g, state->last)[BLOCK_ROOM])
        add_block(g, state);
    uint32_t *block = block_at(g, state->last);
    block[BLOCK_ROWS + block[BLOCK_USED]++] = row;
}

bool gathered_add(struct gathered *g, struct arena *scratch, const struct vector *columns, const uint32_t *selection,
                  uint32_t count, void **states, size_t offset, struct error *err) {
    uint32_t before = g->store.rows;
    struct vector *chosen = ARENA_ARRAY(scratch, struct vector, g->store.column_count);
    for (uint32_t c = 0; c < g->store.column_count; c++) {
        if (selection)
            vector_select(&chosen[c], scratch, &columns[c], selection, count);
        else
            chosen[c] = columns[c];
    }
    TRY(row_store_append(&g->store, chosen, count, err));
    for (uint32_t i = 0; i < count; i++)
        add_row(g, (struct gathered_state *)((char *)states[selection ? selection[i] : i] + offset), before + i);
    return true;
}

uint32_t *gathered_rows(const struct gathered *g, struct arena *arena, const struct gathered_state *state) {
    uint32_t *rows = arena_bytes_array(arena, state->count, sizeof *rows), n = 0;
    if (state->count) rows[n++] = state->first;
    for (uint32_t at = state->last; n < state->count;) {
        const uint32_t *block = block_at(g, at = block_at(g, at)[BLOCK_NEXT]);
        memcpy(rows + n, block + BLOCK_ROWS, block[BLOCK_USED] * sizeof *rows);
        n += block[BLOCK_USED];
    }
    return rows;
}

void gathered_merge(struct gathered *g, const struct gathered_state *from, struct gathered_state *into) {
    if (!from->count) return;
    if (!into->count) {
        *into = *from;
        return;
    }
    add_row(g, into, from->first);
    into->count += from->count - 1;
    if (!from->last) return;
    uint32_t *last = block_at(g, into->last), *other = block_at(g, from->last), head = last[BLOCK_NEXT];
    last[BLOCK_NEXT] = other[BLOCK_NEXT];
    other[BLOCK_NEXT] = head;
    into->last = from->last;
}

double aggregate_double_at(const struct vector *v, uint32_t entry) {
    int scale = v->type->kind == TYPE_DECIMAL ? v->type->scale : 0;
    switch (type_storage(v->type)) {
        case STORAGE_INT8: return VECTOR_DATA(v, int8_t)[entry];
        case STORAGE_INT16: return VECTOR_DATA(v, int16_t)[entry];
        case STORAGE_INT32: return VECTOR_DATA(v, int32_t)[entry];
        case STORAGE_INT64:
            return scale ? decimal_to_double(VECTOR_DATA(v, int64_t)[entry], scale)
                         : (double)VECTOR_DATA(v, int64_t)[entry];
        case STORAGE_INT128: return decimal_to_double(VECTOR_DATA(v, int128)[entry], scale);
        case STORAGE_FLOAT: return VECTOR_DATA(v, float)[entry];
        default: return VECTOR_DATA(v, double)[entry];
    }
}

/* Java's (long) and (int) of a double: NaN is 0. */
static int64_t saturated(double value, int64_t least, int64_t most) {
    if (isnan(value)) return 0;
    return value >= (double)most ? most : value <= (double)least ? least : (int64_t)value;
}

static void put_decimal(struct vector *out, struct arena *arena, uint32_t entry, double value, uint32_t rows) {
    struct decimal_form form = {out->type->precision, out->type->scale};
    int128 decimal = 0;
    if (!decimal_from_double(value, form, &decimal)) vector_set_null(out, arena, entry, rows);
    if (type_storage(out->type) == STORAGE_INT64)
        VECTOR_DATA(out, int64_t)[entry] = (int64_t)decimal;
    else
        VECTOR_DATA(out, int128)[entry] = decimal;
}

void aggregate_put_double(struct vector *out, struct arena *arena, uint32_t entry, double value, uint32_t rows) {
    if (out->type->kind == TYPE_DECIMAL) {
        put_decimal(out, arena, entry, value, rows);
        return;
    }
    int32_t narrow = (int32_t)saturated(value, INT32_MIN, INT32_MAX);
    switch (type_storage(out->type)) {
        case STORAGE_INT8: VECTOR_DATA(out, int8_t)[entry] = (int8_t)narrow; break;
        case STORAGE_INT16: VECTOR_DATA(out, int16_t)[entry] = (int16_t)narrow; break;
        case STORAGE_INT32: VECTOR_DATA(out, int32_t)[entry] = narrow; break;
        case STORAGE_INT64: VECTOR_DATA(out, int64_t)[entry] = saturated(value, INT64_MIN, INT64_MAX); break;
        case STORAGE_FLOAT: VECTOR_DATA(out, float)[entry] = (float)value; break;
        default: VECTOR_DATA(out, double)[entry] = value; break;
    }
}

struct expr *aggregate_orderable_first(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type;
    if (type_is_orderable(t)) return call;
    return resolve_mismatch(r, call, err, "INVALID_ORDERING_TYPE", "functionName",
                            arena_printf(r->arena, "`%s`", call->aggregate.name), "dataType", quoted_type(r->arena, t),
                            NULL);
}

/* Arrays are cast too, but not those of strings, and not those that may have a NULL in them. */
const struct type *aggregate_one_or_array(struct resolver *r, const struct expr *e, const char *word,
                                          const struct type *one) {
    if (e->type->kind != TYPE_ARRAY) return coerce_implicit(r, e, word);
    const struct type *element = e->type->element;
    bool fits = type_equal(element, one) || (!e->type->contains_null && !type_is_string(element) &&
                                             coerce_implicit(r, expr_null(r->arena, element), word) != NULL);
    return fits ? type_array(r->arena, one, e->type->contains_null) : NULL;
}
