/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Local data: batches of a struct table_data, passed on as they are.
 *
 * Rows that a query gave stay in its partitions. Others are divided, where the master has several threads, as
 * sc.parallelize() divides a list: in pieces of rows / partitions (1 to 1024) rows, of which each gets as many.
 */
#include "exec/exec_int.h"
#include "plan/partitions.h"

enum { PIECE_MAX = 1024 };

struct local {
    struct operator op;
    uint32_t next_batch;
    uint32_t next_row;   /* of that batch */
    uint64_t done, rows; /* in all; counted when there are several partitions */
    uint32_t partitions;
    uint64_t partition_end;
};

static bool local_open(struct operator* op, struct error *err) {
    struct local *state = (struct local *)op;
    const struct table_data *data = op->plan->local.data;
    state->partitions = plan_partition_count(op->plan, op->query->context);
    state->rows = data ? data->row_count : 0;
    if (state->partitions <= 1) state->partition_end = state->rows;
    return true;
}

/* How many rows the partitions up to this one have. */
static uint64_t end_of_partition(const struct local *state, uint32_t partition) {
    const struct table_data *data = state->op.plan->local.data;
    if (data->partition_count) return data->partition_ends[partition];
    uint64_t piece = state->rows / state->partitions;
    piece = piece < 1 ? 1 : piece > PIECE_MAX ? PIECE_MAX : piece;
    uint64_t pieces = (state->rows + piece - 1) / piece;
    uint64_t end = partition_start(pieces, state->partitions, partition + 1) * piece;
    return end < state->rows ? end : state->rows;
}

/* At most so many rows of the batch at hand; all of them without copying. */
static void take_rows(struct local *state, const struct batch *in, uint64_t most, struct batch *out) {
    struct arena *arena = &state->op.evaluator.batch;
    const uint32_t *columns = state->op.plan->local.columns;
    uint32_t left = in->count - state->next_row, count = left < most ? left : (uint32_t)most;
    batch_init(out, arena, state->op.plan->output_count, count);
    uint32_t *rows = count == in->count ? NULL : arena_bytes_array(arena, count, sizeof *rows);
    for (uint32_t i = 0; rows && i < count; i++) rows[i] = state->next_row + i;
    for (uint32_t i = 0; i < out->column_count; i++) {
        const struct vector *from = &in->columns[columns ? columns[i] : i];
        if (rows)
            vector_select(&out->columns[i], arena, from, rows, count);
        else
            out->columns[i] = *from;
    }
    state->next_row = count < left ? state->next_row + count : 0;
    state->next_batch += count == left;
    state->done += count;
}

/* Asks for where the columns of the batch that comes next begin, while the one at hand is worked on: from there on the
 * processor foresees what is read, and asking for all of it would keep it waiting. Where that is, was asked for one batch
 * before. */
static void prefetch_next(const struct local *state, const struct batch *next, bool is_last) {
    enum { CACHE_LINE = 64, BEGINNING = 1024 };
    const uint32_t *columns = state->op.plan->local.columns;
    for (uint32_t i = 0; i < state->op.plan->output_count; i++) {
        uint32_t column = columns ? columns[i] : i;
        const struct vector *v = &next->columns[column];
        size_t size = next->count * storage_size(type_storage(v->type));
        for (size_t at = 0; at < size && at < BEGINNING; at += CACHE_LINE)
            __builtin_prefetch((const char *)v->data + at);
        if (is_last) continue;
        __builtin_prefetch(&next[1].columns[column].type);
        __builtin_prefetch(&next[1].columns[column].data);
    }
}

static enum exec_status local_next(struct operator* op, struct batch *out, struct error *err) {
    struct local *state = (struct local *)op;
    const struct table_data *data = op->plan->local.data;
    while (data && state->next_batch < data->batch_count && !data->batches[state->next_batch].count)
        state->next_batch++;
    if (!data || state->next_batch == data->batch_count) return EXEC_DONE;
    if (!state->partition_end) state->partition_end = end_of_partition(state, 0);
    while (state->done == state->partition_end) state->partition_end = end_of_partition(state, ++op->partition);
    take_rows(state, &data->batches[state->next_batch], state->partition_end - state->done, out);
    if (state->next_batch < data->batch_count)
        prefetch_next(state, &data->batches[state->next_batch], state->next_batch + 1 == data->batch_count);
    return EXEC_BATCH;
}

const struct operator_ops local_ops = {
    .name = "LocalTableScan", .size = sizeof(struct local), .open = local_open, .next = local_next};
