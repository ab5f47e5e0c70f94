/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row becomes several, one per projection: for grouping sets, unpivot and several DISTINCT aggregates.
 *
 * An input batch is kept until all projections have been computed over it. A row's copies stand together, by which few
 * groups come in Spark's order (group_order.h); an aggregate over more rows does not care (any_order) and gets a batch per
 * projection.
 */
#include "exec/exec_int.h"

struct expand {
    struct operator op;
    struct expr ***projections;
    bool has_in, by_rows;
    struct batch in;
    uint32_t next; /* projection to compute over `in`; by rows: the first row to do */
};

static bool expand_open(struct operator* op, struct error *err) {
    struct expand *state = (struct expand *)op;
    const struct plan *plan = op->plan;
    state->projections = ARENA_ARRAY(&op->memory, struct expr **, plan->expand.projection_count);
    for (uint32_t i = 0; i < plan->expand.projection_count; i++) {
        state->projections[i] = operator_bind_all(op, 0, plan->expand.projections[i], plan->output_count, err);
        TRY(state->projections[i]);
    }
    return true;
}

static bool project(struct expand *state, uint32_t projection, const struct batch *in, struct batch *out,
                    struct error *err) {
    struct operator* op = & state->op;
    batch_init(out, &op->evaluator.batch, op->plan->output_count, in->count);
    return operator_evaluate_all(op, state->projections[projection], in, out, err);
}

/* All projections of some rows, one row's after another's. */
static bool project_rows(struct expand *state, struct batch *out, struct error *err) {
    struct operator* op = & state->op;
    struct arena *batch = &op->evaluator.batch;
    uint32_t projections = op->plan->expand.projection_count, columns = op->plan->output_count;
    uint32_t most = projections < BATCH_ROWS ? BATCH_ROWS / projections : 1, left = state->in.count - state->next;
    uint32_t rows = left < most ? left : most;
    struct batch in, *made = ARENA_ARRAY(batch, struct batch, projections);
    batch_select(&in, batch, &state->in, row_numbers + state->next, rows);
    for (uint32_t p = 0; p < projections; p++) TRY(project(state, p, &in, &made[p], err));
    batch_init(out, batch, columns, rows * projections);
    for (uint32_t c = 0; c < columns; c++) {
        struct builder b;
        builder_init(&b, batch, op->plan->output[c]->type, out->count);
        for (uint32_t r = 0; r < rows; r++)
            for (uint32_t p = 0; p < projections; p++) builder_append_row(&b, &made[p].columns[c], r, false);
        out->columns[c] = *builder_finish(&b);
    }
    state->next += rows;
    state->has_in = state->next < state->in.count;
    return true;
}

static enum exec_status expand_next(struct operator* op, struct batch *out, struct error *err) {
    struct expand *state = (struct expand *)op;
    if (!state->has_in) {
        enum exec_status status = operator_pull(op, &state->in, err);
        if (status != EXEC_BATCH) return status;
        state->has_in = true;
        state->next = 0;
        state->by_rows = !op->any_order || state->in.count * op->plan->expand.projection_count <= BATCH_ROWS;
    }
    if (state->by_rows) return project_rows(state, out, err) ? EXEC_BATCH : EXEC_ERROR;
    uint32_t projection = state->next++;
    state->has_in = state->next < op->plan->expand.projection_count;
    return project(state, projection, &state->in, out, err) ? EXEC_BATCH : EXEC_ERROR;
}

const struct operator_ops expand_ops = {
    .name = "Expand", .size = sizeof(struct expand), .open = expand_open, .next = expand_next};
