/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of the window operator, for its parts: window.c runs it, window_client.c asks the client for the results
 * of its functions.
 */
#ifndef ROOST_EXEC_WINDOW_INT_H
#define ROOST_EXEC_WINDOW_INT_H

#include "exec/udf.h"
#include "exec/window_frame.h"

struct window_argument {
    const struct vector *constant; /* or a column of the store */
    uint32_t column;
};

struct window_call {
    struct call call;                      /* expr: the CALL, AGGREGATE or UDF */
    const struct aggregate_kernel *kernel; /* NULL: a window function, or the client's */
    window_kernel *window;                 /* NULL: by states */
    size_t state_size;
    uint32_t argument_count;
    struct window_argument *arguments;
    bool has_filter;
    uint32_t filter_column;
    struct frame frame;
};

/* A partition of the chunk that is being computed, and the results of the calls over it. */
struct computed_partition {
    struct partition partition;
    struct vector *results; /* one per call */
};

struct window {
    struct operator op;
    struct sorter sorter;
    uint32_t partition_keys;
    const struct sorter_key *order_key; /* the first ORDER BY key */
    uint32_t call_count;
    struct window_call *calls;
    bool needs_peers;          /* some call looks at which rows are equal in order */
    LIST(struct expr *) extra; /* bound; columns of the store */
    bool finished_reading, sorted;
    uint32_t next_row; /* in sorted order: where the next chunk begins */
    uint32_t *rows;    /* all of them, sorted */
    struct arena chunk_memory;
    LIST(struct computed_partition) partitions; /* of the chunk */
    struct row_store results;
    uint32_t chunk_start, given;
    struct udf_call client; /* the client's functions: one after the other, each over the whole chunk */
    uint32_t client_call;   /* which of the calls is next, or under way */
    bool in_chunk;          /* its results are not all there yet */
};

/* The arguments of a call over a partition's rows, in chunk memory. */
struct vector *window_arguments(struct window *state, const struct window_call *c, const struct partition *p);
void window_frames(struct window *state, const struct window_call *c, const struct partition *p, uint32_t **start,
                   uint32_t **end);

/*
 * Computes the chunk's calls of the client's functions: DONE when all results are there, else what the operator has to
 * return. A batch per partition goes to the client: the arguments, then where each row's frame begins and ends within
 * the partition; the answer has as many batches, of as many rows.
 */
enum exec_status window_ask_client(struct window *state, struct error *err);

#endif
