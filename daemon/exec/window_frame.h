/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Window frames: for each row of a sorted partition, which rows its function sees.
 */
#ifndef ROOST_EXEC_WINDOW_FRAME_H
#define ROOST_EXEC_WINDOW_FRAME_H

#include "exec/sorter.h"

/* One end of a frame. A RANGE bound with an offset is a value, order key plus or minus offset, computed as a column. */
struct frame_end {
    enum frame_bound_kind kind;
    int64_t rows;  /* ROWS: how many rows before or after */
    bool by_value; /* RANGE with an offset: `column` of the sorter's store holds the bound */
    uint32_t column;
};
struct frame {
    enum frame_type type;
    struct frame_end lower, upper;
};

/* A partition: rows[0 .. count) are row numbers in the sorter's store. */
struct partition {
    const uint32_t *rows;
    uint32_t count;
    uint32_t *peer_start, *peer_end;
};

/* The first and one past the last row of each row's frame. */
void frame_resolve(const struct sorter *sorter, const struct frame *frame, const struct sorter_key *key,
                   const struct partition *p, uint32_t *start, uint32_t *end);

/* Whether a frame begins or ends with a row's peers. */
bool frame_needs_peers(const struct frame *frame);

#endif
