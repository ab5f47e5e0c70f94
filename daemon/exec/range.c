/* SPDX-License-Identifier: Apache-2.0 */
/*
 * range(start, end, step): longs made as they are asked for. The count may exceed 64 bits' sign, so it is reckoned
 * in 128. A batch is of one partition.
 */
#include "exec/exec_int.h"
#include "plan/partitions.h"

struct range {
    struct operator op;
    int64_t value;
    uint64_t done, count;
    uint32_t partitions;
    uint64_t partition_end; /* how many values are done when the next partition begins */
};

static bool range_open(struct operator* op, struct error *err) {
    struct range *state = (struct range *)op;
    int128 start = op->plan->range.start, end = op->plan->range.end, step = op->plan->range.step;
    int128 count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
    bool empty = step > 0 ? start >= end : start <= end;
    state->value = op->plan->range.start;
    state->count = empty ? 0 : (uint64_t)count;
    state->partitions = plan_partition_count(op->plan, op->query->context);
    if (state->count) state->partition_end = partition_start(state->count, state->partitions, 1);
    return true;
}

static enum exec_status range_next(struct operator* op, struct batch *out, struct error *err) {
    struct range *state = (struct range *)op;
    if (state->done == state->count) return EXEC_DONE;
    while (state->done == state->partition_end)
        state->partition_end = partition_start(state->count, state->partitions, ++op->partition + 1);
    uint64_t left = state->partition_end - state->done;
    uint32_t rows = left < BATCH_ROWS ? (uint32_t)left : BATCH_ROWS;
    batch_init(out, &op->evaluator.batch, op->plan->output_count, rows);
    uint64_t first = (uint64_t)state->value, step = (uint64_t)op->plan->range.step;
    if (out->column_count) {
        vector_init(&out->columns[0], &op->evaluator.batch, TYPE_OF(LONG), rows);
        uint64_t *values = VECTOR_DATA(&out->columns[0], uint64_t);
        for (uint32_t i = 0; i < rows; i++) values[i] = first + i * step;
    }
    state->value = (int64_t)(first + rows * step);
    state->done += rows;
    return EXEC_BATCH;
}

const struct operator_ops range_ops = {
    .name = "Range", .size = sizeof(struct range), .open = range_open, .next = range_next};
