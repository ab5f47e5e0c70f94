/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What operators share: binding and evaluation.
 */
#include "exec/exec_int.h"

struct expr *operator_bind(struct operator* op, uint32_t child, const struct expr *e, struct error *err) {
    const struct plan *input = op->plan->children[child];
    return expr_bind(&op->evaluator, e, input->output, input->output_count, err);
}

struct expr **operator_bind_all(struct operator* op, uint32_t child, struct expr *const *exprs, uint32_t count,
                                struct error *err) {
    struct expr **bound = ARENA_ARRAY(&op->memory, struct expr *, count);
    for (uint32_t i = 0; i < count; i++)
        if (!(bound[i] = operator_bind(op, child, exprs[i], err))) return NULL;
    return bound;
}

bool operator_evaluate(struct operator* op, const struct expr *bound, const struct batch *input, struct vector *out,
                       struct error *err) {
    while (bound->kind == EXPR_ALIAS) bound = bound->children[0];
    if (bound->kind == EXPR_ATTRIBUTE) {
        *out = input->columns[bound->column.ordinal];
        return true;
    }
    return expr_evaluate(&op->evaluator, bound, input, out, err) ||
           exprs_evaluate_by_row(&op->evaluator, (struct expr *const[]){(struct expr *)bound}, 1, input, out, err);
}

bool operator_evaluate_all(struct operator* op, struct expr *const *bound, const struct batch *input, struct batch *out,
                           struct error *err) {
    for (uint32_t i = 0; i < out->column_count; i++)
        if (!operator_evaluate(op, bound[i], input, &out->columns[i], err))
            return exprs_evaluate_by_row(&op->evaluator, bound, out->column_count, input, out->columns, err);
    return true;
}
