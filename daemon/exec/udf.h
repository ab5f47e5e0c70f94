/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls of functions that the client runs: one request at a time, and the batches of its answer.
 *
 * What the batches hold depends on the function's eval_type (PySpark's PythonEvalType):
 *
 *     scalar            a batch of arguments (_0, _1, ...); the answer is of one column, in batches of as many rows together
 *     map (iterator)    all batches of the input, its columns by name; the answer is any number of batches
 *     grouped map       a batch per group: the input's columns, then the group's key (columns _key0, _key1, ...)
 *     grouped aggregate a batch per group: arguments, then the key; the answer has a row per group
 *     table             a batch per part of the input: arguments (_0, =name); the answer is any number of batches of the
 *                       function's columns, and behind them the number of the row, over all batches, that a row is of
 *     cogrouped map     one batch, a row per group: left and right (arrays of structs), then the key
 */
#ifndef ROOST_EXEC_UDF_H
#define ROOST_EXEC_UDF_H

#include "exec/exec_int.h"

struct udf_call {
    struct operator* op;
    struct arena memory; /* requests, their batches and answers; reset by the operator */
    struct udf_request request;
    bool is_waiting;
    uint32_t next_batch, next_row;
};

void udf_call_init(struct udf_call *call, struct operator* op);
void udf_call_release(struct udf_call *call);
/* Asks the client; the operator returns the status that this gives, WAIT. batches are in call->memory. */
enum exec_status udf_call_send(struct udf_call *call, const struct expr *function, const struct type *argument_types,
                               const struct type *result_type, struct batch *batches, uint32_t count);
/* While is_waiting: WAIT until the answer is there, ERROR when the function raised, else DONE: results are to be had. */
enum exec_status udf_call_wait(struct udf_call *call, struct error *err);
/* How the arguments' type calls one: _0 by position, =name by name. */
const char *udf_argument_name(struct arena *arena, const struct expr *function, uint32_t i);
/* The next piece of the answer, at most BATCH_ROWS rows, in the operator's batch arena; DONE after the last. */
enum exec_status udf_call_result(struct udf_call *call, struct batch *out);

/* The first columns of a plan as a struct type; *fields has room for `more` behind them. */
const struct type *plan_columns_type(struct arena *arena, const struct plan *p, uint32_t count, uint32_t more,
                                     struct field **fields);

/* Moves the scalar functions in the expressions of an operator to operators below it, which add a column for each. The
 * operator is not open yet; what is answered takes its place and gives the same columns. */
struct operator* udfs_extract(struct operator* op);

/* An inner join whose condition calls such a function: the plan that computes it above the join. Else the plan itself;
 * NULL with *err for joins that cannot do so. */
const struct plan *udf_condition_above(struct query *query, const struct plan *join, struct error *err);

#endif
