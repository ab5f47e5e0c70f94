/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all joins share. The right side is read into a row store first; then the left side streams by.
 *
 * A kind of join (hash_join.c, loop_join.c) only has to name candidate pairs of rows, left row by left row, and say
 * when it has named all of one left row's. Here the residual condition is applied to them, and what each join type
 * makes of matches and of rows without one:
 *
 *     pairs  (0,7) (0,3)      (2,5)          what the kind of join fills in
 *     ends               0 1        2        "row 0 has no more", "row 1 has none at all", ...
 *
 *     INNER, RIGHT     pairs that meet the condition
 *     LEFT, FULL       these, and (row, NULLs) at the end of a row without any
 *     SEMI, ANTI       the row at its end, with or without any
 *     EXISTENCE        every row at its end, and whether it had any
 *
 * So rows come out in the left side's order. RIGHT and FULL put out the right rows that nobody matched last.
 */
#ifndef ROOST_EXEC_JOIN_H
#define ROOST_EXEC_JOIN_H

#include "column/row_store.h"
#include "exec/exec_int.h"

struct row_end {
    uint32_t row;   /* of the left batch */
    uint32_t after; /* how many pairs come before */
};

struct join_output {
    enum { FROM_LEFT, FROM_RIGHT, FROM_EXISTENCE } from;
    uint32_t column;
};

struct join {
    struct operator op;
    enum join_type type;
    bool wants_pairs;        /* puts out right columns, or has a condition */
    bool wants_ends;
    struct expr *condition;  /* over left columns, then right columns; or NULL */
    struct join_output *outputs;

    struct row_store build;
    uint32_t build_rows;     /* without the row of NULLs that outer joins put behind */
    bool has_read, is_built;
    uint64_t *build_matched; /* RIGHT, FULL */
    uint32_t next_unmatched;

    struct batch in;         /* the left batch at hand */
    bool has_in, left_done;
    uint8_t *matched;        /* per row of `in` */

    uint32_t pair_count, end_count; /* together at most BATCH_ROWS */
    uint32_t *left, *right;
    struct row_end *ends;
};

struct join_kind {
    /* Takes a batch of the right side, whose rows begin at `first` in the store. */
    bool (*add)(struct join *join, const struct batch *in, uint32_t first, struct error *err);
    /* After the last one; true in *done when the left side may come, else called again. */
    bool (*finish)(struct join *join, bool *done, struct error *err);
    /* A new left batch is in join->in. */
    bool (*start)(struct join *join, struct error *err);
    /* Adds pairs and ends; true in *done when the left batch has no more. */
    bool (*fill)(struct join *join, bool *done, struct error *err);
};

bool join_open(struct join *join, struct error *err);
enum exec_status join_next(struct join *join, const struct join_kind *kind, struct batch *out, struct error *err);
static inline bool join_has_room(const struct join *join, uint32_t more) {
    return join->pair_count + join->end_count + more <= BATCH_ROWS;
}
static inline void join_end_row(struct join *join, uint32_t row) {
    join->ends[join->end_count++] = (struct row_end){row, join->pair_count};
}

#endif
