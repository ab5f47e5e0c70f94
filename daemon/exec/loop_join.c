/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joins without equal keys: every row with every row, a batch of pairs per call.
 *
 * A cross join whose columns nobody reads (count(*) over it) fills no pairs: its batches are numbers of rows.
 */
#include "exec/join.h"

struct loop_join {
    struct join join;
    bool counts_only; /* no condition, no output, pairs alone */
    uint32_t row;     /* of the probe batch */
    uint32_t other;   /* of the build side */
};

static bool loop_join_open(struct operator* op, struct error *err) {
    struct loop_join *state = (struct loop_join *)op;
    TRY(join_open(&state->join, err));
    state->counts_only = !op->plan->output_count && !state->join.condition && !state->join.wants_ends &&
                         !state->join.marks && state->join.type != JOIN_RIGHT;
    return true;
}

static bool loop_join_start(struct join *join, struct error *err) {
    struct loop_join *state = (struct loop_join *)join;
    state->row = state->other = 0;
    return true;
}

static void fill_ends(struct loop_join *state) {
    struct join *join = &state->join;
    for (; state->row < join->in.count; state->row++) {
        join->matched[state->row] = join->build_rows > 0;
        join_end_row(join, state->row);
    }
}

static bool loop_join_fill(struct join *join, bool *done, struct error *err) {
    struct loop_join *state = (struct loop_join *)join;
    if (!join->wants_pairs) fill_ends(state);
    for (; state->row < join->in.count; state->row++) {
        uint32_t room = BATCH_ROWS - join->pair_count - join->end_count, left = join->build_rows - state->other;
        uint32_t count = left < room ? left : room;
        if (!state->counts_only) {
            for (uint32_t i = 0; i < count; i++) {
                join->probe[join->pair_count + i] = state->row;
                join->found[join->pair_count + i] = state->other + i;
            }
        }
        join->pair_count += count;
        state->other += count;
        if (state->other < join->build_rows || !join_has_room(join, 1)) return true;
        if (join->wants_ends) join_end_row(join, state->row);
        state->other = 0;
    }
    *done = true;
    return true;
}

static const struct join_kind loop_kind = {.start = loop_join_start, .fill = loop_join_fill};

static enum exec_status loop_join_next(struct operator* op, struct batch *out, struct error *err) {
    return join_next((struct join *)op, &loop_kind, out, err);
}

const struct operator_ops loop_join_ops = {.name = "NestedLoopJoin",
                                           .size = sizeof(struct loop_join),
                                           .open = loop_join_open,
                                           .next = loop_join_next,
                                           .close = join_close};
