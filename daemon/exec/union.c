/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UNION ALL: one child's rows, and partitions, after another's; the analyzer has made the columns' types equal.
 */
#include "exec/exec_int.h"
#include "plan/partitions.h"

struct union_all {
    struct operator op;
    uint32_t child;
    uint32_t partitions; /* of the children before it */
};

static enum exec_status union_next(struct operator* op, struct batch *out, struct error *err) {
    struct union_all *state = (struct union_all *)op;
    if (state->child == op->child_count) return EXEC_DONE;
    enum exec_status status = operator_next(op->children[state->child], out, err);
    op->partition = state->partitions + op->children[state->child]->partition;
    if (status != EXEC_DONE) return status;
    state->partitions += plan_partition_count(op->plan->children[state->child], op->query->context);
    state->child++;
    return EXEC_YIELD;
}

const struct operator_ops union_ops = {.name = "Union", .size = sizeof(struct union_all), .next = union_next};
