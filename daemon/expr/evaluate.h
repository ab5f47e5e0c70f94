/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Computing bound expressions over batches.
 *
 * An evaluator belongs to one operator. Its results are in its batch arena, valid until evaluator_reset(), which the
 * operator calls at the start of each of its `next` calls. Constants are computed once; the same holds for
 * whatever prepare() compiles. Rows are computed only where they are asked for: CASE, IF, AND, COALESCE evaluate
 * their branches on the rows that reach them, so that an ANSI error in an untaken branch never shows.
 */
#ifndef ROOST_EXPR_EVALUATE_H
#define ROOST_EXPR_EVALUATE_H

#include "expr/expr.h"
#include "expr/function.h"

struct evaluator {
    struct arena batch;  /* results; reset per batch */
    struct arena *query; /* what lasts as long as the operator */
    const struct context *context;
    uint64_t rows_before;   /* rows seen in earlier batches: for monotonically_increasing_id and the like */
    uint32_t partition;     /* spark_partition_id */
    uint32_t seed_shift;    /* added to the seeds of random functions: the levels of a recursion before this one */
    bool by_row;            /* batches have one row: see by_row.c */
    void *udf_owner;        /* set by exec for EXPR_UDF */
    const char *input_file; /* of the current batch, or "" */
    int64_t input_block_start, input_block_length;
};

/* Where a random function begins: its seed's value, as it is in this operator. */
static inline uint64_t call_seed(const struct call *call, const struct vector *seed) {
    uint64_t value = (uint64_t)VECTOR_DATA(seed, int64_t)[vector_entry(seed, 0)];
    return value + (call->evaluator ? call->evaluator->seed_shift : 0);
}

void evaluator_init(struct evaluator *evaluator, struct arena *query, const struct context *context);
void evaluator_release(struct evaluator *evaluator);
void evaluator_reset(struct evaluator *evaluator);

/*
 * A copy of e in evaluator->query that reads columns by position: attribute ids are looked up in `input`
 * (column i has id input[i]->id). INTERNAL_ERROR when one is missing.
 */
struct expr *expr_bind(struct evaluator *evaluator, const struct expr *e, struct attribute *const *input,
                       uint32_t input_count, struct error *err);

/* One value per row of input, in *out (any form). */
bool expr_evaluate(struct evaluator *evaluator, const struct expr *bound, const struct batch *input, struct vector *out,
                   struct error *err);
/*
 * What failed over the input, again and row by row: exprs[0..count) of the first row, then of the second, each call's
 * arguments only up to the first NULL. err has the failure, and then that of the first row to fail; after success, which
 * is possible, it is empty. Nothing changes when an expression is not deterministic.
 */
bool exprs_evaluate_by_row(struct evaluator *evaluator, struct expr *const *exprs, uint32_t count,
                           const struct batch *input, struct vector *out, struct error *err);
/* The same for the rows that `selection` names, count of them: out has `count` rows. */
bool expr_evaluate_selected(struct evaluator *evaluator, const struct expr *bound, const struct batch *input,
                            const uint32_t *selection, uint32_t count, struct vector *out, struct error *err);
/* The rows where a boolean expression is true, ascending, into selection (room for input->count). */
bool expr_select(struct evaluator *evaluator, const struct expr *bound, const struct batch *input, uint32_t *selection,
                 uint32_t *count, struct error *err);
/* Keeps of selection[0..*count) (of all rows, when *count is input->count) those where it is true. */
bool expr_narrow(struct evaluator *evaluator, const struct expr *bound, const struct batch *input, uint32_t *selection,
                 uint32_t *count, struct error *err);
/* Likewise, after a failure. */
bool expr_narrow_by_row(struct evaluator *evaluator, const struct expr *bound, const struct batch *input,
                        uint32_t *selection, uint32_t *count, struct error *err);
/*
 * Calls a bound lambda once per row of `variables`: row i has input row parents[i] behind it (ascending not needed).
 * Any number of rows; *out has `rows` rows, flat. What higher-order functions are made of: variables[k] are the
 * elements (flat or any form), parents says which array each came from.
 */
bool lambda_evaluate(struct evaluator *evaluator, const struct expr *lambda, const struct batch *input,
                     const uint32_t *parents, const struct vector *variables, uint32_t rows, struct vector *out,
                     struct error *err);

/* Whether e may be computed for rows that nobody asks for: columns, constants, and TOTAL functions of such. */
bool expr_is_total(const struct expr *e);
/* The value of a foldable expression: a CONSTANT vector in `arena`. */
const struct vector *expr_fold(struct arena *arena, const struct context *context, const struct expr *e,
                               struct error *err);

#endif
