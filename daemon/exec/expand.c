/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row becomes several, one per projection: for grouping sets, unpivot and several DISTINCT aggregates.
 *
 * An input batch is kept until all projections have been computed over it; rows thus come grouped by projection
 * within a batch rather than row by row. Where the order of rows shows (unpivot), the plan asks for it by rows.
 */
#include "exec/exec_int.h"

struct expand {
    struct operator op;
    struct expr ***projections;
    struct batch in;
    uint32_t next; /* projection to compute over `in`; projection_count: a new batch is needed */
};

static bool expand_open(struct operator *op, struct error *err) {
    struct expand *state = (struct expand *)op;
    const struct plan *plan = op->plan;
    state->projections = ARENA_ARRAY(&op->memory, struct expr **, plan->expand.projection_count);
    for (uint32_t i = 0; i < plan->expand.projection_count; i++) {
        state->projections[i] = operator_bind_all(op, 0, plan->expand.projections[i], plan->output_count, err);
        TRY(state->projections[i]);
    }
    state->next = plan->expand.projection_count;
    return true;
}

static enum exec_status expand_next(struct operator *op, struct batch *out, struct error *err) {
    struct expand *state = (struct expand *)op;
    if (state->next == op->plan->expand.projection_count) {
        enum exec_status status = operator_next(op->children[0], &state->in, err);
        if (status != EXEC_BATCH) return status;
        state->next = 0;
    }
    struct expr **projection = state->projections[state->next++];
    batch_init(out, &op->evaluator.batch, op->plan->output_count, state->in.count);
    for (uint32_t i = 0; i < out->column_count; i++)
        if (!operator_evaluate(op, projection[i], &state->in, &out->columns[i], err)) return EXEC_ERROR;
    return EXEC_BATCH;
}

const struct operator_ops expand_ops = {
    .name = "Expand", .size = sizeof(struct expand), .open = expand_open, .next = expand_next};
