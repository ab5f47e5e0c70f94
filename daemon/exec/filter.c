/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the rows where a condition is true. The batch that goes on is a selection over the child's columns.
 */
#include "exec/exec_int.h"

struct filter {
    struct operator op;
    struct expr *condition;
};

static bool filter_open(struct operator* op, struct error *err) {
    struct filter *state = (struct filter *)op;
    state->condition = operator_bind(op, 0, op->plan->exprs[0], err);
    return state->condition != NULL;
}

static enum exec_status filter_next(struct operator* op, struct batch *out, struct error *err) {
    struct filter *state = (struct filter *)op;
    struct batch in;
    enum exec_status status = operator_next(op->children[0], &in, err);
    if (status != EXEC_BATCH) return status;
    uint32_t *selection = arena_bytes_array(&op->evaluator.batch, in.count, sizeof *selection);
    uint32_t count;
    if (!expr_select(&op->evaluator, state->condition, &in, selection, &count, err)) return EXEC_ERROR;
    op->evaluator.rows_before += in.count;
    if (count == 0) return EXEC_YIELD;
    if (count == in.count)
        *out = in;
    else
        batch_select(out, &op->evaluator.batch, &in, selection, count);
    return EXEC_BATCH;
}

const struct operator_ops filter_ops = {
    .name = "Filter", .size = sizeof(struct filter), .open = filter_open, .next = filter_next};
