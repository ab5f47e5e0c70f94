/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ORDER BY: see sorter.h. What goes on are row numbers over the stored columns.
 *
 * Beyond its memory (spill.h) what has been read is sorted and written to a file, a run, and reading begins anew. In
 * the end the runs are merged: of each there is one batch at hand, and the smallest of their next rows goes out. Equal
 * rows go out in the order of their runs, so that it stays stable.
 */
#include "exec/sorter.h"
#include "exec/spill.h"

enum { RUNS_MAX = 4096 };

struct sorted_run {
    struct spill_file *file;
    struct arena memory; /* of the batch at hand */
    struct batch batch;
    uint32_t next; /* row of it */
    bool done;
};

struct sort {
    struct operator op;
    struct arena held; /* the sorter's */
    struct sorter sorter;
    bool finished_reading, sorted;
    uint32_t next; /* entry to put out, or to write */
    bool flushing; /* what the sorter holds becomes a run */
    uint32_t run_count;
    struct sorted_run *runs; /* RUNS_MAX of them, once there is one */
};

static bool begin(struct sort *state, struct error *err) {
    const struct plan *plan = state->op.plan;
    state->sorted = false;
    state->next = 0;
    TRY(sorter_init(&state->sorter, &state->op, 0, &state->held, plan->sort.order, plan->sort.count, NULL, 0, err));
    state->sorter.may_rank = true;
    return true;
}

static bool sort_open(struct operator* op, struct error *err) {
    struct sort *state = (struct sort *)op;
    arena_init(&state->held, &op->query->account);
    return begin(state, err);
}

static void sort_close(struct operator* op) {
    struct sort *state = (struct sort *)op;
    if (state->held.account) arena_release(&state->held);
    for (uint32_t i = 0; i < state->run_count; i++) arena_release(&state->runs[i].memory);
}

/* --- runs --- */

static bool begin_run(struct sort *state, struct error *err) {
    const struct row_store *store = &state->sorter.store;
    const struct type **column_types = ARENA_ARRAY(&state->op.memory, const struct type *, store->column_count);
    for (uint32_t i = 0; i < store->column_count; i++) column_types[i] = row_store_column(store, i)->type;
    if (!state->runs) state->runs = ARENA_ARRAY(&state->op.memory, struct sorted_run, RUNS_MAX);
    struct sorted_run *run = &state->runs[state->run_count];
    TRY(run->file = spill_file_new(&state->op, column_types, store->column_count, err));
    arena_init(&run->memory, &state->op.query->account);
    state->run_count++;
    state->flushing = true;
    return true;
}

/* The next entries' rows, at most a batch. */
static void take_sorted(struct sort *state, struct batch *out) {
    struct arena *arena = &state->op.evaluator.batch;
    uint32_t count = state->sorter.count - state->next;
    if (count > BATCH_ROWS) count = BATCH_ROWS;
    uint32_t *rows = arena_bytes_array(arena, (size_t)count + 1, sizeof *rows);
    const struct sort_entry *entries = sorter_entries(&state->sorter) + state->next;
    for (uint32_t i = 0; i < count; i++) rows[i] = entries[i].row;
    state->next += count;
    row_store_pick(&state->sorter.store, arena, rows, count, out);
}

static enum exec_status flush_some(struct sort *state, struct error *err) {
    if (!state->sorted && !(state->sorted = sorter_step(&state->sorter))) return EXEC_YIELD;
    for (int i = 0; i < BATCHES_PER_SLICE && state->next < state->sorter.count; i++) {
        struct batch rows;
        take_sorted(state, &rows);
        struct spill_file *file = state->runs[state->run_count - 1].file;
        if (!spill_file_write(file, &state->op.evaluator.batch, &rows, err)) return EXEC_ERROR;
        evaluator_reset(&state->op.evaluator);
    }
    if (state->next < state->sorter.count) return EXEC_YIELD;
    state->flushing = false;
    arena_release(&state->held);
    return begin(state, err) ? EXEC_YIELD : EXEC_ERROR;
}

/* A batch at hand for every run that has rows left. */
static bool refill(struct sort *state, struct error *err) {
    for (uint32_t i = 0; i < state->run_count; i++) {
        struct sorted_run *run = &state->runs[i];
        if (run->done || run->next < run->batch.count) continue;
        arena_reset(&run->memory);
        run->next = 0;
        run->batch.count = 0;
        TRY(spill_file_read(run->file, &run->memory, &run->batch, &run->done, err));
        if (run->done) spill_file_close(run->file);
    }
    return true;
}

static int compare_next(const struct sort *state, const struct sorted_run *a, const struct sorted_run *b) {
    for (uint32_t i = 0; i < state->sorter.key_count; i++) {
        const struct sorter_key *key = &state->sorter.keys[i];
        int order =
            rows_compare(&a->batch.columns[key->column], a->next, &b->batch.columns[key->column], b->next, &key->order);
        if (order) return order;
    }
    return 0;
}

static struct sorted_run *smallest(struct sort *state) {
    struct sorted_run *best = NULL;
    for (uint32_t i = 0; i < state->run_count; i++) {
        struct sorted_run *run = &state->runs[i];
        if (run->done) continue;
        if (!best || compare_next(state, run, best) < 0) best = run;
    }
    return best;
}

/* Rows until a run's batch is used up. */
static enum exec_status merge_some(struct sort *state, struct batch *out, struct error *err) {
    struct arena *arena = &state->op.evaluator.batch;
    uint32_t columns = state->sorter.input_columns, count = 0;
    if (!refill(state, err)) return EXEC_ERROR;
    struct builder *builders = ARENA_ARRAY(arena, struct builder, columns);
    for (uint32_t c = 0; c < columns; c++)
        builder_init(&builders[c], arena, row_store_column(&state->sorter.store, c)->type, BATCH_ROWS);
    while (count < BATCH_ROWS) {
        struct sorted_run *run = smallest(state);
        if (!run) break;
        for (uint32_t c = 0; c < columns; c++)
            builder_append_row(&builders[c], &run->batch.columns[c], run->next, false);
        count++;
        if (++run->next == run->batch.count) break;
    }
    if (!count) return EXEC_DONE;
    batch_init(out, arena, columns, count);
    for (uint32_t c = 0; c < columns; c++) out->columns[c] = *builder_finish(&builders[c]);
    return EXEC_BATCH;
}

/* --- the operator --- */

static enum exec_status read_input(struct sort *state, struct error *err) {
    for (int i = 0; i < BATCHES_PER_SLICE; i++) {
        struct batch in;
        enum exec_status status = operator_next(state->op.children[0], &in, err);
        if (status == EXEC_DONE) state->finished_reading = true;
        if (status != EXEC_BATCH) return status;
        if (!sorter_add(&state->sorter, &in, err)) return EXEC_ERROR;
        state->op.evaluator.rows_before += in.count;
        evaluator_reset(&state->op.evaluator);
        if (state->run_count + 1 < RUNS_MAX && spill_is_due(&state->op, state->sorter.count)) {
            if (!begin_run(state, err)) return EXEC_ERROR;
            return EXEC_YIELD;
        }
    }
    return EXEC_YIELD;
}

static enum exec_status sort_next(struct operator* op, struct batch *out, struct error *err) {
    struct sort *state = (struct sort *)op;
    if (state->flushing) return flush_some(state, err);
    if (!state->finished_reading) {
        enum exec_status status = read_input(state, err);
        if (!state->finished_reading) return status;
    }
    if (state->run_count && state->sorter.count) return begin_run(state, err) ? EXEC_YIELD : EXEC_ERROR;
    if (state->run_count) return merge_some(state, out, err);
    if (!state->sorted && !(state->sorted = sorter_step(&state->sorter))) return EXEC_YIELD;
    if (state->next == state->sorter.count) return EXEC_DONE;
    take_sorted(state, out);
    out->column_count = state->sorter.input_columns;
    return EXEC_BATCH;
}

const struct operator_ops sort_ops = {
    .name = "Sort", .size = sizeof(struct sort), .open = sort_open, .next = sort_next, .close = sort_close};
