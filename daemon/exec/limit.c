/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LIMIT and OFFSET: skips rows, then passes rows on until there were enough, and never asks the child for more.
 */
#include "exec/exec_int.h"

struct limit {
    struct operator op;
    int64_t skip;
    int64_t left; /* -1: no limit */
};

static bool limit_open(struct operator* op, struct error *err) {
    struct limit *state = (struct limit *)op;
    state->skip = op->plan->limit.offset;
    state->left = op->plan->limit.limit;
    return true;
}

static enum exec_status limit_next(struct operator* op, struct batch *out, struct error *err) {
    struct limit *state = (struct limit *)op;
    if (state->left == 0) return EXEC_DONE;
    struct batch in;
    enum exec_status status = operator_next(op->children[0], &in, err);
    if (status != EXEC_BATCH) return status;
    if (state->skip >= in.count) {
        state->skip -= in.count;
        return EXEC_YIELD;
    }
    uint32_t from = (uint32_t)state->skip, count = in.count - from;
    state->skip = 0;
    if (state->left >= 0 && count > state->left) count = (uint32_t)state->left;
    if (state->left >= 0) state->left -= count;
    if (from)
        batch_select(out, &op->evaluator.batch, &in, row_numbers + from, count);
    else
        *out = in;
    out->count = count;
    return EXEC_BATCH;
}

const struct operator_ops limit_ops = {
    .name = "Limit", .size = sizeof(struct limit), .open = limit_open, .next = limit_next};
