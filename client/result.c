/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A result is a call whose stream goes on: Executing, batches, Executed. It holds its connection until the
 * stream ends or the result is closed; a result closed early cancels what runs, with whatever the socket
 * takes at once.
 */
#include <stdlib.h>
#include <string.h>

#include "client_int.h"

struct roost_result {
    struct call call;
    pid_t pid;
    bool ended;
    struct bytes body;    /* of the request, when it may have to be logged */
    struct bytes schema;  /* serialized DataType */
    struct bytes summary; /* serialized Executed */
    struct batch_block *block;
    uint32_t parent_count;
    struct roost_plan *parents[];
};

/* Fields of roost.Execute and roost.Executed. */
enum { EXECUTE_PLAN = 1, EXECUTE_OPERATION, EXECUTE_TAGS, EXECUTE_MAX_ROWS };
enum { EXECUTED_CHANGES_SESSION = 2, EXECUTED_STATE_KEY = 3 };

static struct roost_result *result_new(struct roost_session *session, const void *plan, size_t size,
                                       struct roost_plan *const *parents, uint32_t parent_count,
                                       const struct roost_execute_options *options) {
    static const struct roost_execute_options none;
    if (!options) options = &none;
    struct roost_result *r = calloc(1, sizeof *r + parent_count * sizeof r->parents[0]);
    if (!r) return NULL;
    r->pid = this_process();
    r->parent_count = parent_count;
    for (uint32_t i = 0; i < parent_count; i++) r->parents[i] = roost_plan_ref(parents[i]);
    pb_bytes(&r->body, EXECUTE_PLAN, plan, size);
    pb_string(&r->body, EXECUTE_OPERATION, options->operation);
    for (uint32_t i = 0; i < options->tag_count; i++) pb_string(&r->body, EXECUTE_TAGS, options->tags[i]);
    if (options->max_rows) pb_uint(&r->body, EXECUTE_MAX_ROWS, options->max_rows);
    r->call = (struct call){.client = session->client,
                            .session = roost_session_ref(session),
                            .parents = r->parents,
                            .parent_count = parent_count,
                            .operation = OP_EXECUTE,
                            .body = {r->body.data, r->body.size}};
    if (!r->body.failed) return r;
    roost_result_close(r);
    return NULL;
}

/* The end of the stream: the summary, and what the session must remember. */
static bool result_end(struct roost_result *r, struct span executed, struct roost_error *error) {
    bytes_append(&r->summary, executed.data, executed.size);
    struct pb_reader reader = pb_read(executed);
    bool changes = false;
    struct span key = {0};
    while (pb_next(&reader)) {
        if (reader.field == EXECUTED_CHANGES_SESSION) changes = reader.value != 0;
        if (reader.field == EXECUTED_STATE_KEY && reader.span.data) key = reader.span;
    }
    if (changes) session_log(r->call.session, OP_EXECUTE, &r->body, key, r->parents, r->parent_count);
    r->ended = true;
    call_end(&r->call);
    return !r->summary.failed || fail_memory(error);
}

static bool result_start(struct roost_result *r, const struct roost_wait *wait, struct roost_error *error) {
    uint32_t answer;
    struct span bytes;
    r->call.error = error;
    if (!call_run(&r->call, wait, &answer, &bytes)) return false;
    if (answer == ANSWER_EXECUTED) return result_end(r, bytes, error);
    if (answer != ANSWER_EXECUTING) return call_abandon(&r->call, IO_MALFORMED);
    struct span schema = pb_find(bytes, 1);
    bytes_append(&r->schema, schema.data, schema.size);
    return !r->schema.failed || call_abandon(&r->call, IO_MEMORY);
}

struct roost_result *roost_execute_plan(struct roost_session *session, const void *plan, size_t size,
                                        struct roost_plan *const *parents, uint32_t parent_count,
                                        const struct roost_execute_options *options, const struct roost_wait *wait,
                                        struct roost_error *error) {
    struct roost_result *r = result_new(session, plan, size, parents, parent_count, options);
    if (!r) {
        fail_memory(error);
        return NULL;
    }
    if (result_start(r, wait, error)) return r;
    roost_result_close(r);
    return NULL;
}

struct roost_result *roost_execute(struct roost_session *session, struct roost_plan *plan,
                                   const struct roost_execute_options *options, const struct roost_wait *wait,
                                   struct roost_error *error) {
    enum { PLAN_ROOT = 1, RELATION_HANDLE = 2000 };
    struct bytes recipe = {0};
    size_t root = pb_begin(&recipe, PLAN_ROOT);
    pb_uint(&recipe, RELATION_HANDLE, plan->handle);
    pb_end(&recipe, root);
    struct roost_result *r = NULL;
    if (recipe.failed)
        fail_memory(error);
    else
        r = roost_execute_plan(session, recipe.data, recipe.size, &plan, 1, options, wait, error);
    bytes_release(&recipe);
    return r;
}

const uint8_t *roost_result_schema(const struct roost_result *result, size_t *size) {
    *size = result->schema.size;
    return result->schema.data;
}

const uint8_t *roost_result_summary(const struct roost_result *result, size_t *size) {
    *size = result->summary.size;
    return result->ended ? result->summary.data : NULL;
}

/* 1: a batch; 0: the end; -1. */
static int next_frame(struct roost_result *r, struct roost_error *error) {
    struct call *call = &r->call;
    struct frame frame;
    struct span payload, answer;
    enum io io = call_next(call, &frame);
    if (io == IO_DONE && frame.type == FRAME_BATCH) {
        io = batch_block_read(call->connection, &call->waiting, &frame, &r->block);
        if (io == IO_DONE) return 1;
    }
    if (io == IO_DONE && frame.type != FRAME_RESPONSE) io = IO_MALFORMED;
    if (io == IO_DONE) io = connection_payload(call->connection, &call->waiting, &frame, &payload);
    if (io == IO_DONE) {
        switch (response_answer(payload, &answer)) {
            case ANSWER_EXECUTED: return result_end(r, answer, error) ? 0 : -1;
            case ANSWER_ERROR:
                fail_remote(error, answer);
                call_end(call);
                return -1;
            default: io = IO_MALFORMED;
        }
    }
    call_abandon(call, io);
    return -1;
}

int roost_result_next(struct roost_result *r, const struct roost_wait *wait, const struct roost_batch **batch,
                      struct roost_error *error) {
    roost_error_reset(error);
    *batch = NULL;
    if (r->ended) return 0;
    if (r->pid != this_process()) {
        fail(error, "ForkedResult", "This result was opened by process %d. Run the query again here.", (int)r->pid);
        return -1;
    }
    if (!r->call.connection) {
        fail(error, "ResultClosed", "The result ended with an error before.");
        return -1;
    }
    waiting_init(&r->call.waiting, wait, r->call.client->silence_ms);
    r->call.error = error;
    int answer = next_frame(r, error);
    if (answer == 1) *batch = batch_block_batch(r->block);
    return answer;
}

void roost_result_close(struct roost_result *r) {
    if (!r) return;
    if (r->call.connection && r->pid == this_process()) {
        struct roost_error ignored = {0};
        r->call.error = &ignored;
        call_abandon(&r->call, IO_INTERRUPTED);
        roost_error_reset(&ignored);
    }
    batch_block_unref(r->block);
    bytes_release(&r->body);
    bytes_release(&r->schema);
    bytes_release(&r->summary);
    for (uint32_t i = 0; i < r->parent_count; i++) roost_plan_unref(r->parents[i]);
    if (r->call.session) roost_session_unref(r->call.session);
    free(r);
}
