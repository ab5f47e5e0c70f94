/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical operators: pull, one batch per call, and never for long.
 *
 * operator_next() does at most about one batch of work. It answers
 *     EXEC_BATCH   *out is a batch; valid until the next call on the same operator
 *     EXEC_DONE    there are no more
 *     EXEC_YIELD   nothing yet: call again (a sort that still reads, a join that still builds, a long loop)
 *     EXEC_WAIT    nothing until the client has answered a request (a UDF); call again then
 *     EXEC_ERROR   *err says why
 * An operator that gets YIELD, WAIT or ERROR from its child passes it on and keeps its own state. It holds what it
 * buffers in its own arena (op->memory), charged to the query. One operator per file, each with a const struct
 * operator_ops; the plan it was made from is read-only.
 */
#ifndef ROOST_EXEC_EXEC_H
#define ROOST_EXEC_EXEC_H

#include "expr/evaluate.h"
#include "plan/plan.h"

enum exec_status { EXEC_BATCH, EXEC_DONE, EXEC_YIELD, EXEC_WAIT, EXEC_ERROR };

struct operator;
struct query;

struct operator_ops {
    const char *name; /* as EXPLAIN shows it: "HashAggregate" */
    size_t size;      /* of the state struct, which begins with struct operator */
    bool (*open)(struct operator *op, struct error *err);
    enum exec_status (*next)(struct operator *op, struct batch *out, struct error *err);
    void (*close)(struct operator *op); /* releases what is not arena memory; NULL: nothing */
};

struct operator {
    const struct operator_ops *ops;
    const struct plan *plan;
    struct query *query;
    uint32_t child_count;
    struct operator **children;
    struct arena memory;         /* lasts until the operator is closed */
    struct evaluator evaluator;  /* its batch arena is reset at each next */
    uint64_t rows_out;           /* for EXPLAIN ANALYZE and progress */
};

/* One running query. */
struct query {
    struct arena arena;              /* plan and operators */
    struct memory_account account;   /* the query's budget; its parent is the session's */
    const struct context *context;
    struct operator *root;
    const struct plan *plan;
    const char *spill_directory;     /* NULL: no spilling */
    /* EXEC_WAIT: what the client is asked to run. */
    struct udf_request *udf_request;
    void *owner;
};

/* Builds the operators for an optimized plan; query is zeroed but for account, context and spill_directory. */
bool query_open(struct query *query, const struct plan *optimized, struct error *err);
enum exec_status query_next(struct query *query, struct batch *out, struct error *err);
void query_close(struct query *query); /* idempotent; releases everything */

/* For operators. */
static inline enum exec_status operator_next(struct operator *op, struct batch *out, struct error *err) {
    return op->ops->next(op, out, err);
}

#endif
