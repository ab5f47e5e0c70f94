/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all joins share. One side is read into a row store first (`build`: the right one unless the plan says the
 * left); then the other streams by (`probe`).
 *
 * A kind of join (hash_join.c, loop_join.c) only has to name candidate pairs of rows, probe row by probe row, and say
 * when it has named all of one row's. Here the residual condition is applied to them, and what each join type makes of
 * matches and of rows without one:
 *
 *     pairs  (0,7) (0,3)      (2,5)          what the kind of join fills in
 *     ends               0 1        2        "row 0 has no more", "row 1 has none at all", ...
 *
 *     INNER, RIGHT     pairs that meet the condition
 *     LEFT, FULL       these, and (row, NULLs) at the end of a row without any
 *     SEMI, ANTI       the row at its end, with or without any
 *     EXISTENCE        every row at its end, and whether it had any
 *
 * So rows come out in the probe side's order. RIGHT and FULL put out the right rows that nobody matched last. SEMI, ANTI
 * and EXISTENCE with the left side built only mark its rows, and put them out at the end, in their order.
 */
#ifndef ROOST_EXEC_JOIN_H
#define ROOST_EXEC_JOIN_H

#include "column/row_store.h"
#include "exec/exec_int.h"

struct row_end {
    uint32_t row;   /* of the probe batch */
    uint32_t after; /* how many pairs come before */
};

struct join_output {
    enum { FROM_PROBE, FROM_BUILD, FROM_EXISTENCE } from;
    uint32_t column;
};

struct join {
    struct operator op;
    enum join_type type; /* the plan's; with build_left LEFT and RIGHT change places: LEFT keeps the probe side */
    uint32_t probe_child, build_child; /* 0 and 1, or with build_left 1 and 0 */
    bool marks;       /* SEMI and the like with build_left: pairs only mark build rows, put out at the end */
    bool wants_pairs; /* puts out build columns, has a condition, or marks */
    bool wants_ends;
    struct expr *condition; /* over probe columns, then build columns; or NULL */
    struct join_output *outputs;

    struct arena held; /* the build side */
    struct row_store build;
    uint32_t build_rows; /* without the row of NULLs that outer joins put behind */
    bool has_read, is_built;
    uint64_t *build_matched; /* RIGHT, FULL, marks */
    uint32_t next_build;     /* to put out of these at the end */

    struct batch in; /* the probe batch at hand */
    bool has_in, probe_done;
    uint8_t *matched; /* per row of `in` */

    struct join_spill *spill; /* what a join beyond its memory has on disk (join_spill.c), or NULL */
    uint32_t level;           /* how often rows were dealt out before they came here */

    uint32_t pair_count, end_count; /* together at most BATCH_ROWS */
    uint32_t *probe, *found;        /* rows of `in`, rows of build */
    struct row_end *ends;
};

/* The keys' values, for dealing rows out to files; NULL with *err unset: there are none that would do. */
typedef struct vector *join_keys_of(struct join *join, uint32_t child, const struct batch *in, uint32_t *count,
                                    struct error *err);

struct join_kind {
    join_keys_of *keys; /* NULL: this kind never spills */

    /* Takes a batch of the build side, whose rows begin at `first` in the store. */
    bool (*add)(struct join *join, const struct batch *in, uint32_t first, struct error *err);
    /* After the last one; true in *done when the probe side may come, else called again. */
    bool (*finish)(struct join *join, bool *done, struct error *err);
    /* A new probe batch is in join->in. */
    bool (*start)(struct join *join, struct error *err);
    /* Adds pairs and ends; true in *done when the probe batch has no more. */
    bool (*fill)(struct join *join, bool *done, struct error *err);
};

bool join_open(struct join *join, struct error *err);
void join_close(struct operator* op);
/* After a batch of the build side: puts that side on disk when it has become too large. */
bool join_spill_if_due(struct join *join, const struct join_kind *kind, struct error *err);
/* Everything that is left to do, once join->spill is there. */
enum exec_status join_spill_next(struct join *join, const struct join_kind *kind, struct batch *out, struct error *err);
enum exec_status join_next(struct join *join, const struct join_kind *kind, struct batch *out, struct error *err);
static inline bool join_has_room(const struct join *join, uint32_t more) {
    return join->pair_count + join->end_count + more <= BATCH_ROWS;
}
static inline void join_end_row(struct join *join, uint32_t row) {
    join->ends[join->end_count++] = (struct row_end){row, join->pair_count};
}

#endif
