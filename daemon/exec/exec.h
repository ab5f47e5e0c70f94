/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical operators: pull, one batch per call, and never for long.
 *
 * operator_next() does at most about one batch of work. It answers
 *     EXEC_BATCH   *out is a batch; valid until the next call on the same operator
 *     EXEC_DONE    there are no more
 *     EXEC_YIELD   nothing yet: call again (a sort that still reads, a join that still builds, a long loop)
 *     EXEC_WAIT    nothing until the client has answered query->udf_request; call again then
 *     EXEC_ERROR   *err says why
 * An operator that gets YIELD, WAIT or ERROR from its child passes it on and keeps its own state. It holds what it
 * buffers in its own arena (op->memory), charged to the query. One operator per file, each with a const struct
 * operator_ops; the plan it was made from is read-only.
 *
 * Operators are made when the query is opened, but each opens itself at its first next: by then the uncorrelated
 * subqueries in its expressions have run and stand there as constants (exec/subquery.c).
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
    bool (*open)(struct operator* op, struct error *err);
    enum exec_status (*next)(struct operator* op, struct batch *out, struct error *err);
    void (*close)(struct operator* op); /* releases what is not arena memory; NULL: nothing */
};

struct operator{
    const struct operator_ops *ops;
    const struct plan *plan;
    struct query *query;
    uint32_t child_count;
    struct operator** children;
    bool is_open, is_closed;
    bool any_order;                  /* the operator above does not care for the order of rows */
    bool keeps_batch;                /* resets the evaluator itself */
    bool has_looked;                 /* for subqueries in plan */
    struct subquery_run *subqueries; /* all of them, and the one that runs */
    struct subquery_run *running;
    struct arena memory;            /* lasts until the query is closed */
    struct evaluator evaluator;     /* its batch arena is reset at each next, unless keeps_batch */
    struct runtime_filter *filters; /* a scan's (exec/runtime_filter.h) */
    uint32_t partition;             /* of the batch that it gave last; 0 where rows of several have come together */
    uint64_t rows_out;              /* for EXPLAIN ANALYZE and progress */
};

/*
 * A batch of arguments for the client's function, and its answer. The operator makes it and answers EXEC_WAIT; the
 * session sends it, fills the second half and calls query_next() again. All memory is the operator's.
 */
struct udf_request {
    const struct expr *function;       /* EXPR_UDF */
    const struct type *argument_types; /* a struct */
    const struct type *result_type;
    uint32_t batch_count;
    struct batch *batches;
    uint32_t piece; /* rows that an iterator gives the function at a time; 0: all */
    bool sent;      /* the session's mark */

    bool answered;
    struct arena *memory; /* the result goes here */
    uint32_t result_count;
    struct batch *results;
    struct error error; /* set: the function raised */
};

/* The row of an observed metric: plan->metrics.name names it, plan->exprs its columns. */
struct query_metrics {
    struct query_metrics *next;
    const struct plan *plan;
    bool is_complete;
    struct batch row;
};

/* One running query. */
struct query {
    struct arena arena;            /* plan and operators */
    struct memory_account account; /* the query's budget; its parent is the session's */
    const struct context *context;
    struct operator* root;
    const struct plan *plan;
    const char *spill_directory;            /* NULL: no spilling */
    uint64_t spill_threshold;               /* bytes; set when first asked for (exec/spill.h) */
    uint64_t spill_limit, spilled;          /* bytes on disk */
    bool runs_scripts;                      /* TRANSFORM ... USING may start processes */
    const struct operator_ops *command_ops; /* runs PLAN_COMMAND; given by catalog/. NULL: refused */
    struct udf_request *udf_request;        /* EXEC_WAIT: what the client is asked to run */
    struct shared_plan *shared;             /* CTEs that several read (exec/cte.c) */
    struct recursion_level *recursions;     /* that run (exec/recursion.c) */
    uint32_t seed_shift;                    /* of the operators that are built (expr/evaluate.h) */
    struct query_metrics *metrics;   /* what observe() gave, newest first; complete once their rows have passed */
    struct operator_list *operators; /* all of them, newest first */
    uint64_t internal_ids;           /* of attributes that operators make for themselves */
    uint32_t dictionaries;           /* numbers given to them (vector.h) */
    void *owner;
};

/* Builds the operators for an optimized plan; query is zeroed but for account, context, spill_directory,
 * runs_scripts, command_ops and owner. */
bool query_open(struct query *query, const struct plan *optimized, struct error *err);
/* Batches in the order and with the columns of the plan's output. Running out of memory is an error like others. */
enum exec_status query_next(struct query *query, struct batch *out, struct error *err);
void query_close(struct query *query); /* idempotent; releases everything */

#endif
