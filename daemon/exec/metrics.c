/* SPDX-License-Identifier: Apache-2.0 */
/*
 * observe(): rows pass through, and aggregates over them are ready when the last one has.
 *
 * The results wait in query->metrics for whoever runs the query.
 */
#include "exec/aggregate_calls.h"

struct metrics {
    struct operator op;
    struct aggregate_calls calls;
    char *block;
    struct query_metrics *results;
};

static bool metrics_open(struct operator* op, struct error *err) {
    struct metrics *state = (struct metrics *)op;
    const struct plan *plan = op->plan;
    struct expr **calls = ARENA_ARRAY(&op->memory, struct expr *, plan->expr_count);
    for (uint32_t i = 0; i < plan->expr_count; i++) {
        calls[i] = plan->exprs[i];
        while (calls[i]->kind == EXPR_ALIAS) calls[i] = calls[i]->children[0];
        if (calls[i]->kind != EXPR_AGGREGATE)
            return error_unsupported(err, "an observed metric that is more than an aggregate function");
    }
    TRY(aggregate_calls_init(&state->calls, op, calls, plan->expr_count, err));
    state->block = arena_alloc(&op->memory, state->calls.state_size);
    state->results = ARENA_NEW(&op->query->arena, struct query_metrics);
    *state->results = (struct query_metrics){.next = op->query->metrics, .plan = plan};
    op->query->metrics = state->results;
    return aggregate_calls_start(&state->calls, state->block, err);
}

static bool conclude(struct metrics *state, struct error *err) {
    struct operator* op = & state->op;
    struct batch row;
    batch_init(&row, &op->evaluator.batch, state->calls.count, 1);
    for (uint32_t i = 0; i < state->calls.count; i++)
        TRY(aggregate_calls_finish(&state->calls, i, &state->block, 1, &row.columns[i], err));
    batch_copy(&state->results->row, &op->query->arena, &row);
    return state->results->is_complete = true;
}

static enum exec_status metrics_next(struct operator* op, struct batch *out, struct error *err) {
    struct metrics *state = (struct metrics *)op;
    enum exec_status status = operator_pull(op, out, err);
    if (status == EXEC_BATCH && !aggregate_calls_update_one(&state->calls, out, state->block, err)) return EXEC_ERROR;
    if (status == EXEC_DONE && !state->results->is_complete && !conclude(state, err)) return EXEC_ERROR;
    return status;
}

const struct operator_ops metrics_ops = {
    .name = "CollectMetrics", .size = sizeof(struct metrics), .open = metrics_open, .next = metrics_next};
