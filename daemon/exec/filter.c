/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the rows where a condition is true. The batch that goes on is a selection over the child's columns.
 *
 * Over a scan, what can be done there is handed down (scan.c): it then does not read columns of rows that go.
 */
#include "exec/exec_int.h"
#include "expr/function.h"

struct filter {
    struct operator op;
    struct expr *condition; /* NULL: the scan below does it all */
};

static bool is_and(const struct expr *e) {
    return e->kind == EXPR_CALL && e->child_count == 2 && strcmp(e->call.function->name, "and") == 0;
}

typedef LIST(struct expr *) expr_list;

static void split(struct arena *arena, struct expr *e, expr_list *out) {
    if (is_and(e)) {
        split(arena, e->children[0], out);
        split(arena, e->children[1], out);
    } else {
        LIST_PUSH(arena, out, e);
    }
}

/* All of it or nothing, so that conjuncts are taken in their order and none sees rows that one before it leaves out. */
static bool hand_down(struct operator* op, struct error *err) {
    struct operator* scan = op->children[0];
    const struct plan *input = op->plan->children[0];
    expr_list conjuncts = {0};
    split(&op->memory, op->plan->exprs[0], &conjuncts);
    for (uint32_t i = 0; i < conjuncts.count; i++) {
        struct expr **e = &conjuncts.items[i];
        if (!(*e = expr_bind(&scan->evaluator, *e, input->output, input->output_count, err))) return false;
    }
    scan_take_conditions(scan, conjuncts.items, conjuncts.count);
    return true;
}

static bool filter_open(struct operator* op, struct error *err) {
    struct filter *state = (struct filter *)op;
    const struct expr *condition = op->plan->exprs[0];
    if (op->children[0]->ops == &scan_ops && condition->deterministic && !expr_contains(condition, EXPR_UDF))
        return hand_down(op, err);
    state->condition = operator_bind(op, 0, condition, err);
    return state->condition != NULL;
}

static enum exec_status filter_next(struct operator* op, struct batch *out, struct error *err) {
    struct filter *state = (struct filter *)op;
    struct batch in;
    enum exec_status status = operator_pull(op, &in, err);
    if (status == EXEC_BATCH && !state->condition) *out = in;
    if (status != EXEC_BATCH || !state->condition) return status;
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
