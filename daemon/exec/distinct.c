/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DISTINCT, on all columns or on some: a row goes on when its key is new. Nothing is held but the keys, and rows
 * flow while the input is read.
 */
#include "exec/exec_int.h"
#include "exec/key_table.h"

struct distinct {
    struct operator op;
    uint32_t key_count;
    struct expr **keys; /* NULL: all columns */
    struct key_layout layout;
    struct key_table table;
};

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
    return EXEC_BATCH;
}

const struct operator_ops distinct_ops = {
    .name = "Distinct", .size = sizeof(struct distinct), .open = distinct_open, .next = distinct_next};
