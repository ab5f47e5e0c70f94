/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the operators share: how they are made and pulled.
 */
#ifndef ROOST_EXEC_EXEC_INT_H
#define ROOST_EXEC_EXEC_INT_H

#include "column/batch.h"
#include "exec/exec.h"

/* A blocking operator reads this many batches of its child per call before it yields. */
enum { BATCHES_PER_SLICE = 8 };

extern const struct operator_ops one_row_ops, local_ops, range_ops, project_ops, filter_ops, limit_ops, tail_ops,
    sort_ops, top_n_ops, aggregate_ops, distinct_ops, union_ops, set_operation_ops, expand_ops, sample_ops,
    hash_join_ops, loop_join_ops, show_string_ops, scan_ops, cte_ops, window_ops, generate_ops, recursion_ops,
    recursion_reference_ops, metrics_ops, map_ops, map_groups_ops, script_ops, python_eval_ops, rollup_ops,
    client_table_ops, coalesce_ops, repartition_ops;

/* Opens at the first call, then ops->next. Everyone who pulls goes through this. */
enum exec_status operator_next(struct operator* op, struct batch *out, struct error *err);
/* The next batch of the only child, whose partition the operator's expressions see. */
enum exec_status operator_read(struct operator* op, struct batch *out, struct error *err);
/* The same for those that pass rows on one by one: it is the partition of what they give, too. */
enum exec_status operator_pull(struct operator* op, struct batch *out, struct error *err);
/* An operator over children that are made already; NULL with *err set when the plan is too deep or unsupported. */
struct operator*
    operator_new(struct query *query, const struct operator_ops *ops, const struct plan *plan, uint32_t child_count);
struct operator* operator_build(struct query *query, const struct plan *plan, uint32_t depth, struct error *err);

/* Closes an operator and those below it before the query ends. */
void operator_close(struct operator* op);

/* Binds against the output of plan->children[child]. */
struct expr *operator_bind(struct operator* op, uint32_t child, const struct expr *e, struct error *err);
struct expr **operator_bind_all(struct operator* op, uint32_t child, struct expr *const *exprs, uint32_t count,
                                struct error *err);
/* Hands conjuncts, bound to what a scan puts out by its own evaluator, to that scan, which has not been opened. */
void scan_take_conditions(struct operator* op, struct expr **conjuncts, uint32_t count);
/* A column of the input is passed on as it is; anything else is computed. */
bool operator_evaluate(struct operator* op, const struct expr *bound, const struct batch *input, struct vector *out,
                       struct error *err);
/* All of them, as many as *out has columns. After a failure row by row: of the first row's errors the first is told. */
bool operator_evaluate_all(struct operator* op, struct expr *const *bound, const struct batch *input, struct batch *out,
                           struct error *err);

#endif
