/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ORDER BY with LIMIT: keeps the best n rows alone.
 *
 * Rows collect in a sorter. When there are many more than n, they are sorted, the best n move to a fresh sorter, and
 * from then on rows whose first key bytes are above the n-th are dropped before anything is copied. Two arenas take
 * turns, so what was dropped is really freed.
 */
#include "exec/sorter.h"

struct top_n {
    struct operator op;
    struct arena memory[2];
    int turn;
    struct sorter sorter;
    uint64_t wanted;
    bool has_worst;
    struct sort_entry worst;
    bool finished_reading, sorted, shrinking;
    uint32_t next, end;
};

static bool start_sorter(struct top_n *state, struct error *err) {
    const struct plan *plan = state->op.plan;
    return sorter_init(&state->sorter, &state->op, 0, &state->memory[state->turn], plan->limit.order,
                       plan->limit.order_count, NULL, 0, err);
}

static bool top_n_open(struct operator* op, struct error *err) {
    struct top_n *state = (struct top_n *)op;
    for (int i = 0; i < 2; i++) arena_init(&state->memory[i], op->memory.account);
    int64_t limit = op->plan->limit.limit, offset = op->plan->limit.offset;
    state->wanted = limit < 0 ? UINT64_MAX : (uint64_t)limit + (uint64_t)offset;
    return start_sorter(state, err);
}

/* The best n rows move to a new sorter. */
static bool shrink(struct top_n *state, struct error *err) {
    struct sorter old = state->sorter;
    const struct sort_entry *entries = sorter_entries(&old);
    state->turn = 1 - state->turn;
    TRY(start_sorter(state, err));
    struct arena *batch = &state->op.evaluator.batch;
    uint32_t rows[BATCH_ROWS / 8];
    for (uint32_t done = 0; done < state->wanted;) {
        uint32_t count = 0;
        for (; count < BATCH_ROWS / 8 && done < state->wanted; count++) rows[count] = entries[done++].row;
        struct batch best;
        row_store_pick(&old.store, batch, rows, count, &best);
        best.column_count = old.input_columns;
        TRY(sorter_add(&state->sorter, &best, err));
    }
    state->worst = entries[state->wanted - 1];
    state->has_worst = true;
    state->shrinking = false;
    arena_reset(&state->memory[1 - state->turn]);
    return true;
}

static enum exec_status read_input(struct top_n *state, struct error *err) {
    for (int i = 0; i < BATCHES_PER_SLICE; i++) {
        struct batch in;
        enum exec_status status = operator_next(state->op.children[0], &in, err);
        if (status == EXEC_DONE) state->finished_reading = true;
        if (status != EXEC_BATCH) return status;
        if (!sorter_add_below(&state->sorter, &in, state->has_worst ? &state->worst : NULL, err)) return EXEC_ERROR;
        state->op.evaluator.rows_before += in.count;
        evaluator_reset(&state->op.evaluator);
        if (state->sorter.count / 4 > state->wanted && state->sorter.count > 4 * BATCH_ROWS) {
            state->shrinking = true;
            return EXEC_YIELD;
        }
    }
    return EXEC_YIELD;
}

static enum exec_status top_n_next(struct operator* op, struct batch *out, struct error *err) {
    struct top_n *state = (struct top_n *)op;
    if (!state->wanted) return EXEC_DONE;
    if (state->shrinking) {
        if (!sorter_step(&state->sorter)) return EXEC_YIELD;
        return shrink(state, err) ? EXEC_YIELD : EXEC_ERROR;
    }
    if (!state->finished_reading) {
        enum exec_status status = read_input(state, err);
        if (!state->finished_reading) return status;
    }
    if (!state->sorted) {
        if (!sorter_step(&state->sorter)) return EXEC_YIELD;
        state->sorted = true;
        state->next =
            op->plan->limit.offset < state->sorter.count ? (uint32_t)op->plan->limit.offset : state->sorter.count;
        state->end = state->wanted < state->sorter.count ? (uint32_t)state->wanted : state->sorter.count;
    }
    uint32_t count = state->end - state->next;
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

static void top_n_close(struct operator* op) {
    struct top_n *state = (struct top_n *)op;
    for (int i = 0; i < 2; i++)
        if (state->memory[i].account) arena_release(&state->memory[i]);
}

const struct operator_ops top_n_ops = {
    .name = "TakeOrdered", .size = sizeof(struct top_n), .open = top_n_open, .next = top_n_next, .close = top_n_close};
