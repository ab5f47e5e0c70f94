/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The aggregate functions of one operator: their arguments, filters, DISTINCT sets and states.
 *
 * All states of a group lie one behind the other in one block of `state_size` bytes; who groups (aggregate.c,
 * window.c, metrics.c) decides where that block is. Arguments that several calls share are computed once.
 */
#ifndef ROOST_EXEC_AGGREGATE_CALLS_H
#define ROOST_EXEC_AGGREGATE_CALLS_H

#include "exec/exec_int.h"
#include "exec/key_table.h"

struct aggregate_call {
    const struct aggregate_kernel *kernel;
    struct call call;
    uint32_t argument_count; /* the call's children, then what WITHIN GROUP orders by */
    uint32_t *arguments;     /* in aggregate_calls.inputs */
    struct expr *filter;     /* bound; or NULL */
    uint32_t state_offset;
    bool distinct;
    struct key_layout distinct_layout; /* the group's number, then the arguments */
    struct key_table seen;
};

struct aggregate_calls {
    struct operator* op;
    uint32_t count;
    struct aggregate_call *calls;
    uint32_t input_count;
    struct expr **inputs;  /* bound */
    struct vector *values; /* of the inputs, over the current batch */
    uint32_t state_size;
};

/* exprs: AGGREGATE nodes over the output of the operator's first child. */
bool aggregate_calls_init(struct aggregate_calls *calls, struct operator* op, struct expr *const *exprs, uint32_t count,
                          struct error *err);
/* A new group's block, zeroed. */
bool aggregate_calls_start(struct aggregate_calls *calls, char *block, struct error *err);
/* Row i of the batch goes to the block blocks[i] of group groups[i]. */
bool aggregate_calls_update(struct aggregate_calls *calls, const struct batch *in, char **blocks,
                            const uint32_t *groups, struct error *err);
/* All rows go to one block. */
bool aggregate_calls_update_one(struct aggregate_calls *calls, const struct batch *in, char *block, struct error *err);
/* States in the blocks `from` are added to those in the blocks `into`. */
bool aggregate_calls_merge(struct aggregate_calls *calls, char *const *from, char *const *into, uint32_t count,
                           struct error *err);
/* The results of one call for several blocks, in the operator's batch arena. */
bool aggregate_calls_finish(struct aggregate_calls *calls, uint32_t call, char *const *blocks, uint32_t count,
                            struct vector *out, struct error *err);

#endif
