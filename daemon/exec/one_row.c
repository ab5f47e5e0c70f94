/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row without columns: what SELECT 1 reads.
 */
#include "exec/exec_int.h"

struct one_row {
    struct operator op;
    bool done;
};

static enum exec_status one_row_next(struct operator* op, struct batch *out, struct error *err) {
    struct one_row *state = (struct one_row *)op;
    if (state->done) return EXEC_DONE;
    state->done = true;
    *out = (struct batch){.count = 1};
    return EXEC_BATCH;
}

const struct operator_ops one_row_ops = {
    .name = "OneRowRelation", .size = sizeof(struct one_row), .next = one_row_next};
