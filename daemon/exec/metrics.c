/* SPDX-License-Identifier: Apache-2.0 */
/*
 * observe(): rows pass through, and aggregates over them are ready when the last one has.
 *
 * A metric may be any expression of aggregates, sum(a) / count(*): each of those becomes a column of the one row that
 * the expression is evaluated on. The results wait in query->metrics for whoever runs the query.
 */
#include "exec/aggregate_calls.h"

struct metrics {
    struct operator op;
    struct aggregate_calls calls;
    LIST(struct expr *) aggregates;
    LIST(struct attribute *) columns; /* of the aggregates' row */
    struct expr **values;             /* bound to it */
    char *block;
    struct query_metrics *results;
};

static struct expr *as_column(struct expr *e, void *data) {
    struct metrics *state = data;
    struct arena *arena = &state->op.memory;
    if (e->kind != EXPR_AGGREGATE) return e;
    uint32_t i = 0;
    while (i < state->aggregates.count && !expr_equal(state->aggregates.items[i], e)) i++;
    if (i == state->aggregates.count) {
        uint64_t id = UINT64_MAX - state->op.query->internal_ids++;
        LIST_PUSH(arena, &state->aggregates, e);
        LIST_PUSH(arena, &state->columns, expr_to_attribute(arena, expr_alias(arena, e, "aggregate", id)));
    }
    return expr_attribute(arena, state->columns.items[i]);
}

static bool metrics_open(struct operator* op, struct error *err) {
    struct metrics *state = (struct metrics *)op;
    const struct plan *plan = op->plan;
    struct expr **values = ARENA_ARRAY(&op->memory, struct expr *, plan->expr_count);
    for (uint32_t i = 0; i < plan->expr_count; i++)
        values[i] = expr_rewrite(&op->memory, plan->exprs[i], as_column, state);
    state->values = ARENA_ARRAY(&op->memory, struct expr *, plan->expr_count);
    for (uint32_t i = 0; i < plan->expr_count; i++)
        TRY(state->values[i] = expr_bind(&op->evaluator, values[i], state->columns.items, state->columns.count, err));
    TRY(aggregate_calls_init(&state->calls, op, state->aggregates.items, state->aggregates.count, err));
    state->block = arena_alloc(&op->memory, state->calls.state_size + 1);
    state->results = ARENA_NEW(&op->query->arena, struct query_metrics);
    *state->results = (struct query_metrics){.next = op->query->metrics, .plan = plan};
    op->query->metrics = state->results;
    return aggregate_calls_start(&state->calls, state->block, err);
}

static bool conclude(struct metrics *state, struct error *err) {
    struct operator* op = & state->op;
    struct batch aggregates, row;
    batch_init(&aggregates, &op->evaluator.batch, state->calls.count, 1);
    for (uint32_t i = 0; i < state->calls.count; i++)
        TRY(aggregate_calls_finish(&state->calls, i, &state->block, 1, &aggregates.columns[i], err));
    batch_init(&row, &op->evaluator.batch, op->plan->expr_count, 1);
    TRY(operator_evaluate_all(op, state->values, &aggregates, &row, err));
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
