/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last n rows. Rows are kept in a store; when it holds far more than n, the last n move to a fresh one, whose
 * memory takes turns with the old one's.
 */
#include "column/row_store.h"
#include "exec/exec_int.h"

struct tail {
    struct operator op;
    struct arena memory[2];
    struct row_store store;
    int turn;
    const struct type **types;
    uint64_t wanted;
    uint32_t next;
    bool finished;
};

static bool tail_open(struct operator* op, struct error *err) {
    struct tail *state = (struct tail *)op;
    for (int i = 0; i < 2; i++) arena_init(&state->memory[i], op->memory.account);
    state->types = ARENA_ARRAY(&op->memory, const struct type *, op->plan->output_count);
    for (uint32_t i = 0; i < op->plan->output_count; i++) state->types[i] = op->plan->output[i]->type;
    row_store_init(&state->store, &state->memory[0], state->types, op->plan->output_count);
    state->wanted = op->plan->limit.limit > 0 ? (uint64_t)op->plan->limit.limit : 0;
    return true;
}

static bool drop_old_rows(struct tail *state, struct error *err) {
    uint32_t keep = (uint32_t)state->wanted, from = state->store.rows - keep;
    uint32_t columns = state->store.column_count;
    struct arena *arena = &state->memory[1 - state->turn], *batch = &state->op.evaluator.batch;
    struct row_store fresh;
    row_store_init(&fresh, arena, state->types, columns);
    uint32_t *rows = arena_bytes_array(batch, keep, sizeof *rows);
    for (uint32_t i = 0; i < keep; i++) rows[i] = from + i;
    struct batch last;
    row_store_pick(&state->store, batch, rows, keep, &last);
    TRY(row_store_append(&fresh, last.columns, keep, err));
    state->store = fresh;
    arena_reset(&state->memory[state->turn]);
    state->turn = 1 - state->turn;
    return true;
}

static enum exec_status read_input(struct tail *state, struct error *err) {
    struct batch in;
    enum exec_status status = operator_next(state->op.children[0], &in, err);
    if (status == EXEC_DONE) {
        state->finished = true;
        state->next = state->store.rows > state->wanted ? state->store.rows - (uint32_t)state->wanted : 0;
    }
    if (status != EXEC_BATCH) return status;
    if (!row_store_append(&state->store, in.columns, in.count, err)) return EXEC_ERROR;
    if (state->store.rows > 4 * state->wanted + 4 * BATCH_ROWS && !drop_old_rows(state, err)) return EXEC_ERROR;
    return EXEC_YIELD;
}

static enum exec_status tail_next(struct operator* op, struct batch *out, struct error *err) {
    struct tail *state = (struct tail *)op;
    if (!state->finished) {
        enum exec_status status = read_input(state, err);
        if (!state->finished) return status;
    }
    uint32_t count = state->store.rows - state->next;
    if (!count) return EXEC_DONE;
    if (count > BATCH_ROWS) count = BATCH_ROWS;
    uint32_t *rows = arena_bytes_array(&op->evaluator.batch, count, sizeof *rows);
    for (uint32_t i = 0; i < count; i++) rows[i] = state->next++;
    row_store_pick(&state->store, &op->evaluator.batch, rows, count, out);
    return EXEC_BATCH;
}

static void tail_close(struct operator* op) {
    struct tail *state = (struct tail *)op;
    for (int i = 0; i < 2; i++)
        if (state->memory[i].account) arena_release(&state->memory[i]);
}

const struct operator_ops tail_ops = {
    .name = "Tail", .size = sizeof(struct tail), .open = tail_open, .next = tail_next, .close = tail_close};
