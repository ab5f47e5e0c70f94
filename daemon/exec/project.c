/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Computes a list of expressions; columns that are merely named again are passed on.
 */
#include "exec/exec_int.h"

struct project {
    struct operator op;
    struct expr **exprs;
};

static bool project_open(struct operator* op, struct error *err) {
    struct project *state = (struct project *)op;
    state->exprs = operator_bind_all(op, 0, op->plan->exprs, op->plan->expr_count, err);
    return state->exprs != NULL;
}

static enum exec_status project_next(struct operator* op, struct batch *out, struct error *err) {
    struct project *state = (struct project *)op;
    struct batch in;
    enum exec_status status = operator_pull(op, &in, err);
    if (status != EXEC_BATCH) return status;
    batch_init(out, &op->evaluator.batch, op->plan->expr_count, in.count);
    if (!operator_evaluate_all(op, state->exprs, &in, out, err)) return EXEC_ERROR;
    op->evaluator.rows_before += in.count;
    return EXEC_BATCH;
}

const struct operator_ops project_ops = {
    .name = "Project", .size = sizeof(struct project), .open = project_open, .next = project_next};
