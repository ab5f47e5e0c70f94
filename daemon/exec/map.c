/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapInPandas, mapInArrow: the client's function gets the whole input, batch by batch, and gives any rows it likes.
 */
#include "exec/udf.h"

struct map {
    struct operator op;
    struct udf_call call;
    const struct type *argument_types;
    LIST(struct batch) batches;
    bool finished_reading;
};

const struct type *plan_columns_type(struct arena *arena, const struct plan *p, uint32_t more, struct field **fields) {
    *fields = ARENA_ARRAY(arena, struct field, p->output_count + more);
    for (uint32_t i = 0; i < p->output_count; i++)
        (*fields)[i] =
            (struct field){.name = p->output[i]->name, .type = p->output[i]->type, .nullable = p->output[i]->nullable};
    return type_struct(arena, *fields, p->output_count);
}

static bool map_open(struct operator* op, struct error *err) {
    struct map *state = (struct map *)op;
    struct field *fields;
    udf_call_init(&state->call, op);
    state->argument_types = plan_columns_type(&op->memory, op->plan->children[0], 0, &fields);
    return true;
}

static enum exec_status map_next(struct operator* op, struct batch *out, struct error *err) {
    struct map *state = (struct map *)op;
    enum exec_status status;
    if (state->call.is_waiting && (status = udf_call_wait(&state->call, err)) != EXEC_DONE) return status;
    if (state->finished_reading) return udf_call_result(&state->call, out);
    struct batch in, kept;
    status = operator_next(op->children[0], &in, err);
    if (status == EXEC_BATCH) {
        batch_copy(&kept, &state->call.memory, &in);
        LIST_PUSH(&state->call.memory, &state->batches, kept);
        return EXEC_YIELD;
    }
    if (status != EXEC_DONE) return status;
    state->finished_reading = true;
    const struct expr *function = op->plan->map.function;
    return udf_call_send(&state->call, function, state->argument_types, function->type, state->batches.items,
                         state->batches.count, true);
}

static void map_close(struct operator* op) {
    udf_call_release(&((struct map *)op)->call);
}

const struct operator_ops map_ops = {
    .name = "MapInPandas", .size = sizeof(struct map), .open = map_open, .next = map_next, .close = map_close};
