/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Window functions that the client runs: aggregates of pandas or Arrow over frames.
 *
 * Partitions go to the client as a whole, with each row's frame as two numbers, so that a frame that slides over a
 * partition is sent once and cut there. Functions are asked one after the other, each for the whole chunk.
 */
#include "exec/window_int.h"

static const struct type *argument_types(struct arena *arena, const struct expr *f) {
    struct field *fields = ARENA_ARRAY(arena, struct field, f->child_count + 2);
    for (uint32_t i = 0; i < f->child_count; i++)
        fields[i] =
            (struct field){.name = udf_argument_name(arena, f, i), .type = f->children[i]->type, .nullable = true};
    fields[f->child_count] = (struct field){.name = "_begin", .type = TYPE_OF(INT)};
    fields[f->child_count + 1] = (struct field){.name = "_end", .type = TYPE_OF(INT)};
    return type_struct(arena, fields, f->child_count + 2);
}

static void partition_batch(struct window *state, const struct window_call *c, const struct partition *p,
                            struct batch *out) {
    struct arena *arena = &state->chunk_memory;
    uint32_t *start, *end;
    window_frames(state, c, p, &start, &end);
    batch_init(out, arena, c->argument_count + 2, p->count);
    const struct vector *arguments = window_arguments(state, c, p);
    for (uint32_t i = 0; i < c->argument_count; i++) out->columns[i] = arguments[i];
    out->columns[c->argument_count] = (struct vector){.type = TYPE_OF(INT), .form = VECTOR_FLAT, .data = start};
    out->columns[c->argument_count + 1] = (struct vector){.type = TYPE_OF(INT), .form = VECTOR_FLAT, .data = end};
}

static enum exec_status send(struct window *state, const struct window_call *c) {
    struct arena *arena = &state->client.memory;
    const struct expr *f = c->call.expr;
    struct batch *batches = ARENA_ARRAY(arena, struct batch, state->partitions.count);
    for (uint32_t i = 0; i < state->partitions.count; i++)
        partition_batch(state, c, &state->partitions.items[i].partition, &batches[i]);
    struct field result = {.name = "result", .type = f->type, .nullable = true};
    return udf_call_send(&state->client, f, argument_types(arena, f), type_struct(arena, &result, 1), batches,
                         state->partitions.count);
}

static bool take(struct window *state, struct error *err) {
    const struct udf_request *request = &state->client.request;
    if (request->result_count != state->partitions.count)
        return error_unsupported(err, "a window function that gives %u results for %u partitions",
                                 request->result_count, state->partitions.count);
    for (uint32_t i = 0; i < state->partitions.count; i++) {
        struct computed_partition *p = &state->partitions.items[i];
        if (request->results[i].count != p->partition.count)
            return error_unsupported(err, "a window function that gives %u rows for %u", request->results[i].count,
                                     p->partition.count);
        p->results[state->client_call] = request->results[i].columns[0];
    }
    state->client_call++;
    return true;
}

enum exec_status window_ask_client(struct window *state, struct error *err) {
    if (state->client.is_waiting) {
        enum exec_status status = udf_call_wait(&state->client, err);
        if (status != EXEC_DONE) return status;
        if (!take(state, err)) return EXEC_ERROR;
    }
    while (state->client_call < state->call_count && state->calls[state->client_call].call.expr->kind != EXPR_UDF)
        state->client_call++;
    if (state->client_call == state->call_count) return EXEC_DONE;
    return send(state, &state->calls[state->client_call]);
}
