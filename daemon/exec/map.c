/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapInPandas, mapInArrow: the client's function gets all of a partition, batch by batch, and gives any rows it likes.
 */
#include <string.h>

#include "exec/udf.h"

struct map {
    struct operator op;
    struct udf_call call;
    const struct type *argument_types;
    LIST(struct batch) batches;
    uint32_t partition; /* of those batches */
    bool has_answer;
    bool finished_reading;
    bool holds_next;
    struct arena next_memory;
    struct batch next; /* the first of the following partition */
    uint32_t next_partition;
};

const struct type *plan_columns_type(struct arena *arena, const struct plan *p, uint32_t count, uint32_t more,
                                     struct field **fields) {
    *fields = ARENA_ARRAY(arena, struct field, count + more);
    for (uint32_t i = 0; i < count; i++)
        (*fields)[i] =
            (struct field){.name = p->output[i]->name, .type = p->output[i]->type, .nullable = p->output[i]->nullable};
    return type_struct(arena, *fields, count);
}

static bool map_open(struct operator* op, struct error *err) {
    struct map *state = (struct map *)op;
    struct field *fields;
    udf_call_init(&state->call, op);
    arena_init(&state->next_memory, &op->query->account);
    state->argument_types =
        plan_columns_type(&op->memory, op->plan->children[0], op->plan->children[0]->output_count, 0, &fields);
    return true;
}

static void keep(struct map *state, const struct batch *in, uint32_t partition) {
    struct batch kept;
    batch_copy(&kept, &state->call.memory, in);
    LIST_PUSH(&state->call.memory, &state->batches, kept);
    state->partition = partition;
}

/* Reads up to the end of a partition: DONE when its batches are there. */
static enum exec_status read_partition(struct map *state, struct error *err) {
    struct operator* child = state->op.children[0];
    struct batch in;
    enum exec_status status = operator_next(child, &in, err);
    if (status == EXEC_DONE) state->finished_reading = true;
    if (status != EXEC_BATCH) return status;
    if (!state->batches.count || state->partition == child->partition) {
        keep(state, &in, child->partition);
        return EXEC_YIELD;
    }
    arena_reset(&state->next_memory);
    batch_copy(&state->next, &state->next_memory, &in);
    state->next_partition = child->partition;
    state->holds_next = true;
    return EXEC_DONE;
}

/* What was asked for last has been given out. */
static void begin_partition(struct map *state) {
    state->has_answer = false;
    arena_reset(&state->call.memory);
    memset(&state->batches, 0, sizeof state->batches);
    keep(state, &state->next, state->next_partition);
    state->holds_next = false;
}

static enum exec_status map_next(struct operator* op, struct batch *out, struct error *err) {
    struct map *state = (struct map *)op;
    enum exec_status status;
    if (state->call.is_waiting && (status = udf_call_wait(&state->call, err)) != EXEC_DONE) return status;
    if (state->has_answer) {
        status = udf_call_result(&state->call, out);
        if (status != EXEC_DONE || !state->holds_next) return status;
        begin_partition(state);
    }
    status = read_partition(state, err);
    if (status != EXEC_DONE) return status;
    state->has_answer = true;
    op->partition = state->partition;
    const struct expr *function = op->plan->map.function;
    return udf_call_send(&state->call, function, state->argument_types, function->type, state->batches.items,
                         state->batches.count);
}

static void map_close(struct operator* op) {
    struct map *state = (struct map *)op;
    udf_call_release(&state->call);
    if (state->next_memory.account) arena_release(&state->next_memory);
}

const struct operator_ops map_ops = {
    .name = "MapInPandas", .size = sizeof(struct map), .open = map_open, .next = map_next, .close = map_close};
