/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The call of a function written in SQL, as the analyzer leaves it: body, arguments. See plan/routine.c.
 *
 * The body has the arguments in it already, so it alone is computed. Where it is a lambda, its variables are the
 * arguments that follow it, computed once per row.
 */
#include "expr/evaluate.h"

static bool evaluate_routine(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                             struct vector *out, struct error *err) {
    const struct expr *body = e->children[0];
    if (body->kind != EXPR_LAMBDA) return expr_evaluate(evaluator, body, input, out, err);
    struct arena *arena = &evaluator->batch;
    struct vector *values = ARENA_ARRAY(arena, struct vector, body->lambda.count);
    uint32_t *rows = arena_bytes_array(arena, input->count, sizeof *rows);
    for (uint32_t i = 0; i < input->count; i++) rows[i] = i;
    for (uint32_t i = 0; i < body->lambda.count; i++)
        TRY(expr_evaluate(evaluator, e->children[i + 1], input, &values[i], err));
    return lambda_evaluate(evaluator, body, input, rows, values, input->count, out, err);
}

const struct function routine_functions[] = {
    {.name = "sql function",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_INTERNAL | FUNCTION_LAZY,
     .lazy = evaluate_routine},
    {0},
};
