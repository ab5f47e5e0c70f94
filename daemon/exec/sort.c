/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ORDER BY: see sorter.h. What goes on are row numbers over the stored columns.
 */
#include "exec/sorter.h"

struct sort {
    struct operator op;
    struct sorter sorter;
    bool finished_reading, sorted;
    uint32_t next;
};

static bool sort_open(struct operator* op, struct error *err) {
    struct sort *state = (struct sort *)op;
    return sorter_init(&state->sorter, op, 0, &op->memory, op->plan->sort.order, op->plan->sort.count, NULL, 0, err);
}

static enum exec_status read_input(struct sort *state, struct error *err) {
    for (int i = 0; i < BATCHES_PER_SLICE; i++) {
        struct batch in;
        enum exec_status status = operator_next(state->op.children[0], &in, err);
        if (status == EXEC_DONE) state->finished_reading = true;
        if (status != EXEC_BATCH) return status;
        if (!sorter_add(&state->sorter, &in, err)) return EXEC_ERROR;
        state->op.evaluator.rows_before += in.count;
        evaluator_reset(&state->op.evaluator);
    }
    return EXEC_YIELD;
}

static enum exec_status sort_next(struct operator* op, struct batch *out, struct error *err) {
    struct sort *state = (struct sort *)op;
    if (!state->finished_reading) {
        enum exec_status status = read_input(state, err);
        if (!state->finished_reading) return status;
    }
    if (!state->sorted && !(state->sorted = sorter_step(&state->sorter))) return EXEC_YIELD;
    uint32_t count = state->sorter.count - state->next;
    if (!count) return EXEC_DONE;
    if (count > BATCH_ROWS) count = BATCH_ROWS;
    uint32_t *rows = arena_bytes_array(&op->evaluator.batch, count, sizeof *rows);
    const struct sort_entry *entries = sorter_entries(&state->sorter) + state->next;
    for (uint32_t i = 0; i < count; i++) rows[i] = entries[i].row;
    state->next += count;
    row_store_pick(&state->sorter.store, &op->evaluator.batch, rows, count, out);
    out->column_count = state->sorter.input_columns;
    return EXEC_BATCH;
}

const struct operator_ops sort_ops = {
    .name = "Sort", .size = sizeof(struct sort), .open = sort_open, .next = sort_next};
