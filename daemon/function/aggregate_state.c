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
        memcpy(h->fixed, (const char *)v->data + entry * width, width);
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
            if (width) memset((char *)out->data + i * width, 0, width);
        } else if (width) {
            memcpy((char *)out->data + i * width, h->fixed, width);
        }
    }
}

struct gathered *gathered_new(struct arena *arena, const struct type *const *column_types, uint32_t columns) {
    struct gathered *g = ARENA_NEW(arena, struct gathered);
    row_store_init(&g->store, arena, column_types, columns);
    buffer_init(&g->next, arena);
    return g;
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
    buffer_reserve(&g->next, before * sizeof(uint32_t), g->store.rows * sizeof(uint32_t));
    uint32_t *next = (uint32_t *)g->next.data;
    for (uint32_t i = 0; i < count; i++) {
        char *block = states[selection ? selection[i] : i];
        struct gathered_state *state = (struct gathered_state *)(block + offset);
        uint32_t row = before + i + 1;
        next[row - 1] = 0;
        if (state->last)
            next[state->last - 1] = row;
        else
            state->first = row;
        state->last = row;
        state->count++;
    }
    return true;
}

uint32_t *gathered_rows(const struct gathered *g, struct arena *arena, const struct gathered_state *state) {
    uint32_t *rows = arena_bytes_array(arena, state->count, sizeof *rows);
    const uint32_t *next = (const uint32_t *)g->next.data;
    uint32_t row = state->first;
    for (uint32_t i = 0; i < state->count; i++, row = next[row - 1]) rows[i] = row - 1;
    return rows;
}

void gathered_merge(struct gathered *g, const struct gathered_state *from, struct gathered_state *into) {
    if (!from->count) return;
    if (!into->count) {
        *into = *from;
        return;
    }
    ((uint32_t *)g->next.data)[into->last - 1] = from->first;
    into->last = from->last;
    into->count += from->count;
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
