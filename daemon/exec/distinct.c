/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DISTINCT, on all columns or on some: a row goes on when its key is new. The first rows are kept until it is known
 * whether there are more than a batch of them: so few are put out in Spark's order (group_order.h). After that nothing is
 * held but the keys, and rows flow while the input is read.
 */
#include "column/row_store.h"
#include "exec/exec_int.h"
#include "exec/group_order.h"
#include "exec/key_table.h"

struct distinct {
    struct operator op;
    uint32_t key_count;
    struct expr **keys; /* NULL: all columns */
    struct key_layout layout;
    struct key_table table;
    struct group_order order;
    bool keeping;
    struct row_store kept; /* the input's columns */
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
    state->order = group_order_of(plan, op->query->context);
    state->keeping = state->order.partitions > 0;
    const struct type **column_types = ARENA_ARRAY(&op->memory, const struct type *, plan->output_count);
    for (uint32_t i = 0; i < plan->output_count; i++) column_types[i] = plan->output[i]->type;
    row_store_init(&state->kept, &op->memory, column_types, plan->output_count);
    return true;
}

/* The columns that the keys are among those of `in`. */
static bool key_columns(struct distinct *state, const struct batch *in, struct vector **columns, struct error *err) {
    *columns = in->columns;
    if (!state->keys) return true;
    *columns = ARENA_ARRAY(&state->op.evaluator.batch, struct vector, state->key_count);
    for (uint32_t i = 0; i < state->key_count; i++)
        TRY(operator_evaluate(&state->op, state->keys[i], in, &(*columns)[i], err));
    return true;
}

/* Rows of the next batch whose keys are new. */
static enum exec_status new_rows(struct distinct *state, struct batch *out, struct error *err) {
    struct arena *batch = &state->op.evaluator.batch;
    struct batch in;
    struct vector *columns;
    struct key_batch keys;
    enum exec_status status = operator_next(state->op.children[0], &in, err);
    if (status != EXEC_BATCH) return status;
    if (!key_columns(state, &in, &columns, err)) return EXEC_ERROR;
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

/* What has been kept, in Spark's order when it is all there is. */
static enum exec_status put_kept(struct distinct *state, bool all, struct batch *out, struct error *err) {
    struct vector *columns;
    state->keeping = false;
    if (!state->kept.rows) return all ? EXEC_DONE : EXEC_YIELD;
    row_store_slice(&state->kept, &state->op.evaluator.batch, 0, state->kept.rows, out);
    if (!all) return EXEC_BATCH;
    if (!key_columns(state, out, &columns, err)) return EXEC_ERROR;
    group_order_apply(&state->order, &state->op.evaluator.batch, columns, state->key_count, out);
    return EXEC_BATCH;
}

static enum exec_status distinct_next(struct operator* op, struct batch *out, struct error *err) {
    struct distinct *state = (struct distinct *)op;
    enum exec_status status = new_rows(state, out, err);
    if (!state->keeping) return status;
    if (status == EXEC_DONE) return put_kept(state, true, out, err);
    if (status != EXEC_BATCH) return status;
    if (!row_store_append(&state->kept, out->columns, out->count, err)) return EXEC_ERROR;
    return state->kept.rows <= BATCH_ROWS ? EXEC_YIELD : put_kept(state, false, out, err);
}

const struct operator_ops distinct_ops = {
    .name = "Distinct", .size = sizeof(struct distinct), .open = distinct_open, .next = distinct_next};
