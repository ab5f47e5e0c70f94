/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grouping() and grouping_id(): they mean something only beside ROLLUP, CUBE and GROUPING SETS, where the analyzer
 * replaces them by columns of its EXPAND (plan/grouping.c). What is left of them is refused.
 */
#include "expr/function.h"

static bool refuse(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                   struct error *err) {
    error_set(err, "UNSUPPORTED_GROUPING_EXPRESSION", NULL);
    return error_at(err, call->expr->origin);
}

extern const struct function grouping_functions[];
const struct function grouping_functions[] = {
    {.name = "grouping",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_NOT_NULL | FUNCTION_NO_FOLD,
     .signature = "(ANY) BYTE",
     .kernel = refuse,
     .group = "agg_funcs",
     .usage = "grouping(col) - 1 when the row's grouping set leaves the column out, else 0.",
     .since = "2.0.0"},
    {.name = "grouping_id",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_NOT_NULL | FUNCTION_NO_FOLD,
     .signature = "(ANY...*) LONG",
     .kernel = refuse,
     .group = "agg_funcs",
     .usage = "grouping_id([col1[, col2 ..]]) - the row's grouping set as a number: one bit per column, set where it "
              "is left out.",
     .since = "2.0.0"},
    {0},
};
