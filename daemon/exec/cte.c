/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan that several places read is run once: the first reader to need a batch pulls it and keeps a copy, and
 * everyone reads from the copies, each at its own pace. The node where the plan stands is itself a reader. Copies
 * stay where they are while more come, so a reader's batch stays valid whatever the others do.
 */
#include "exec/exec_int.h"

struct shared_plan {
    struct shared_plan *next;
    uint64_t id;
    struct operator* root;
    LIST(struct batch) batches;
    bool finished;
};

struct cte {
    struct operator op;
    struct shared_plan *shared;
    uint32_t next_batch;
};

static bool cte_open(struct operator* op, struct error *err) {
    struct cte *state = (struct cte *)op;
    struct query *query = op->query;
    uint64_t id = op->plan->cte.id;
    for (state->shared = query->shared; state->shared; state->shared = state->shared->next)
        if (state->shared->id == id) return true;
    struct shared_plan *shared = ARENA_NEW(&query->arena, struct shared_plan);
    shared->id = id;
    shared->root = op->child_count ? op->children[0] : operator_build(query, op->plan->cte.definition, 0, err);
    TRY(shared->root);
    shared->next = query->shared;
    query->shared = state->shared = shared;
    return true;
}

static enum exec_status cte_next(struct operator* op, struct batch *out, struct error *err) {
    struct cte *state = (struct cte *)op;
    struct shared_plan *shared = state->shared;
    if (state->next_batch == shared->batches.count) {
        struct batch in, kept;
        if (shared->finished) return EXEC_DONE;
        enum exec_status status = operator_next(shared->root, &in, err);
        if (status == EXEC_DONE) shared->finished = true;
        if (status != EXEC_BATCH) return status;
        batch_copy(&kept, &op->query->arena, &in);
        LIST_PUSH(&op->query->arena, &shared->batches, kept);
    }
    *out = shared->batches.items[state->next_batch++];
    return EXEC_BATCH;
}

const struct operator_ops cte_ops = {.name = "CTE", .size = sizeof(struct cte), .open = cte_open, .next = cte_next};
