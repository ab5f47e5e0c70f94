/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DISTINCT, on all columns or on some: a row goes on when its key is new. Nothing is held but the keys, and rows
 * flow while the input is read. -0.0 and 0.0 are one key, which comes out as 0.0.
 */
#include "exec/exec_int.h"
#include "exec/key_table.h"

struct distinct {
    struct operator op;
    uint32_t key_count;
    struct expr **keys;       /* NULL: all columns */
    LIST(uint32_t) fractions; /* output columns that are keys and floats or doubles */
    struct key_layout layout;
    struct key_table table;
};

static bool is_fraction(const struct type *t) {
    return t->kind == TYPE_FLOAT || t->kind == TYPE_DOUBLE;
}

static void find_fractions(struct distinct *state, struct attribute *const *keys) {
    const struct plan *p = state->op.plan;
    for (uint32_t i = 0; i < p->output_count; i++) {
        bool is_key = false;
        for (uint32_t k = 0; k < state->key_count; k++) is_key |= keys[k]->id == p->output[i]->id;
        if (is_key && is_fraction(p->output[i]->type)) LIST_PUSH(&state->op.memory, &state->fractions, i);
    }
}

/* Adding 0.0 changes -0.0 alone. */
static void drop_minus_zeros(struct arena *arena, struct vector *v, uint32_t rows) {
    struct vector copy;
    vector_copy(&copy, arena, v, rows);
    for (uint32_t i = 0; v->type->kind == TYPE_FLOAT && i < rows; i++) VECTOR_DATA(&copy, float)[i] += 0.0f;
    for (uint32_t i = 0; v->type->kind == TYPE_DOUBLE && i < rows; i++) VECTOR_DATA(&copy, double)[i] += 0.0;
    *v = copy;
}

static bool distinct_open(struct operator* op, struct error *err) {
    struct distinct *state = (struct distinct *)op;
    const struct plan *plan = op->plan;
    state->key_count = plan->distinct.key_count ? plan->distinct.key_count : plan->output_count;
    struct attribute **keys = plan->distinct.key_count ? plan->distinct.keys : plan->output;
    const struct type **key_types = ARENA_ARRAY(&op->memory, const struct type *, state->key_count);
    bool *nullable = ARENA_ARRAY(&op->memory, bool, state->key_count);
    if (plan->distinct.key_count) state->keys = ARENA_ARRAY(&op->memory, struct expr *, state->key_count);
    for (uint32_t i = 0; i < state->key_count; i++) {
        key_types[i] = keys[i]->type;
        nullable[i] = keys[i]->nullable;
        if (!state->keys) continue;
        state->keys[i] = operator_bind(op, 0, expr_attribute(&op->memory, keys[i]), err);
        TRY(state->keys[i]);
    }
    find_fractions(state, keys);
    key_layout_init(&state->layout, &op->memory, key_types, nullable, state->key_count);
    key_table_init(&state->table, &op->memory, &state->layout, 0);
    return true;
}

static enum exec_status distinct_next(struct operator* op, struct batch *out, struct error *err) {
    struct distinct *state = (struct distinct *)op;
    struct batch in;
    enum exec_status status = operator_pull(op, &in, err);
    if (status != EXEC_BATCH) return status;
    struct arena *batch = &op->evaluator.batch;
    struct vector *columns = in.columns;
    if (state->keys) {
        columns = ARENA_ARRAY(batch, struct vector, state->key_count);
        for (uint32_t i = 0; i < state->key_count; i++)
            if (!operator_evaluate(op, state->keys[i], &in, &columns[i], err)) return EXEC_ERROR;
    }
    struct key_batch keys;
    if (!keys_make(&state->layout, batch, columns, in.count, &keys, err)) return EXEC_ERROR;
    uint32_t *rows = arena_bytes_array(batch, in.count, sizeof *rows);
    uint32_t next = state->table.rows, count = 0;
    if (!key_table_add(&state->table, &keys, in.count, rows, err)) return EXEC_ERROR;
    for (uint32_t i = 0; i < in.count; i++) {
        if (rows[i] != next) continue;
        rows[count++] = i;
        next++;
    }
    if (!count) return EXEC_YIELD;
    batch_select(out, batch, &in, rows, count);
    for (uint32_t i = 0; i < state->fractions.count; i++)
        drop_minus_zeros(batch, &out->columns[state->fractions.items[i]], count);
    return EXEC_BATCH;
}

const struct operator_ops distinct_ops = {
    .name = "Distinct", .size = sizeof(struct distinct), .open = distinct_open, .next = distinct_next};
