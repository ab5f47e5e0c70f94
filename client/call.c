/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request and its answer. An attempt takes a connection, sends what must go ahead (prepare.c) and the
 * request itself in one piece, and reads until the request's first answer. It is tried again when that can do
 * no harm:
 *
 *     the connection was dead before it took a byte of ours      always; the engine never saw the request
 *     the engine lost the session or a handle                    always; it refused the request
 *     the connection broke with the request under way            only what is repeatable, and once
 *
 * Otherwise the caller hears DaemonCrashed. A wait that the caller ends (time, interruption) cancels the
 * stream; the connection goes back to the pool, where the frames that still come for older streams are
 * skipped.
 */
#include <stdlib.h>
#include <string.h>

#include "client_int.h"

enum { KEEP_UNSENT = 64 << 10 }; /* with more than that unsent, hanging up is the faster cancel */

uint32_t response_answer(struct span payload, struct span *bytes) {
    struct pb_reader r = pb_read(payload);
    uint32_t answer = 0;
    *bytes = (struct span){0};
    while (pb_next(&r))
        if (r.span.data && r.field <= ANSWER_STATUS) {
            answer = r.field;
            *bytes = r.span;
        }
    return r.bad ? 0 : answer;
}

/* ---- ending ---- */

void call_end(struct call *c) {
    if (!c->connection) return;
    call_opening_done(c);
    client_release(c->client, c->connection);
    c->connection = NULL;
}

static void write_cancel(struct call *c, uint32_t stream) {
    struct bytes *out = connection_begin(c->connection, FRAME_REQUEST, 0, 0);
    if (c->session) pb_fixed64(out, 1, c->session->id);
    size_t at = pb_begin(out, OP_CANCEL);
    pb_uint(out, 1, stream);
    pb_end(out, at);
    connection_end(c->connection);
}

/* The engine died with our request under way. Who comes after it knows where the report is. */
static bool crashed(struct call *c, uint64_t epoch) {
    struct connection *fresh;
    bool is_fresh;
    client_drop_idle(c->client);
    if (!client_acquire(c->client, &c->waiting, &fresh, &is_fresh, c->error))
        return fail(c->error, "DaemonCrashed",
                    "The engine died while this call was under way, and no other took its place at %s.",
                    c->client->path);
    if (fresh->epoch == epoch)
        fail(c->error, "DaemonCrashed", "The engine closed the connection while this call was under way.");
    else if (fresh->last_crash[0])
        fail(c->error, "DaemonCrashed", "The engine died while this call was under way. Its report: %s",
             fresh->last_crash);
    else
        fail(c->error, "DaemonCrashed", "The engine died while this call was under way.");
    client_release(c->client, fresh);
    return false;
}

bool call_abandon(struct call *c, enum io io) {
    struct connection *connection = c->connection;
    call_opening_done(c);
    c->connection = NULL;
    if (connection->pid != this_process()) {
        fail(c->error, "ForkedResult", "This call was begun by process %d.", (int)connection->pid);
        client_drop(c->client, connection);
        return false;
    }
    if (io == IO_LOST) {
        uint64_t epoch = connection->epoch;
        client_drop(c->client, connection);
        return crashed(c, epoch);
    }
    size_t unsent = connection->out.size - connection->sent;
    if ((io == IO_TIMEOUT || io == IO_INTERRUPTED) && !connection->out.failed && unsent < KEEP_UNSENT) {
        c->connection = connection;
        for (uint32_t i = 0; i < c->expected_count; i++)
            write_cancel(c, c->expected[(c->expected_first + i) % PIPELINE_WINDOW].stream);
        if (c->stream) write_cancel(c, c->stream);
        c->connection = NULL;
        if (connection_push(connection)) {
            client_release(c->client, connection);
            return fail_io(c->client, io, c->error);
        }
    }
    client_drop(c->client, connection);
    if (io == IO_SILENT) client_drop_idle(c->client);
    return fail_io(c->client, io, c->error);
}

/* ---- one attempt ---- */

static enum step send_request(struct call *c) {
    if (c->body.size + 1024 > c->connection->max_frame) {
        fail(c->error, "ProtocolException", "A request of %zu bytes is larger than the engine takes (%u).",
             c->body.size, c->connection->max_frame);
        return STEP_FAILED;
    }
    uint32_t stream = c->one_way ? 0 : c->connection->next_stream++;
    struct bytes *out = call_begin_request(c, stream);
    pb_bytes(out, c->operation, c->body.data, c->body.size);
    connection_end(c->connection);
    c->stream = stream;
    return STEP_DONE;
}

enum io call_next(struct call *c, struct frame *frame) {
    for (;;) {
        enum io io = connection_next(c->connection, &c->waiting, frame);
        if (io != IO_DONE) return io;
        if (frame->stream != c->stream) continue;
        if (frame->type != FRAME_CALL) return IO_DONE;
        io = function_answer(c->connection, &c->waiting, frame);
        if (io != IO_DONE) return io;
    }
}

/* INVALID_HANDLE: the engine has not, or not any more, what we thought it had. */
static bool is_lost_handle(const struct roost_error *error) {
    return error->condition && strncmp(error->condition, "INVALID_HANDLE.PLAN", 19) == 0;
}

static enum step first_answer(struct call *c, uint32_t *answer, struct span *bytes) {
    struct frame frame;
    struct span payload;
    if (c->answered) return STEP_FAILED;
    enum io io = call_next(c, &frame);
    if (io == IO_DONE) io = connection_payload(c->connection, &c->waiting, &frame, &payload);
    if (io == IO_DONE && frame.type != FRAME_RESPONSE) io = IO_MALFORMED;
    if (io != IO_DONE) {
        c->io = io;
        return STEP_BROKEN;
    }
    *answer = response_answer(payload, bytes);
    if (*answer != ANSWER_ERROR) return STEP_DONE;
    fail_remote(c->error, *bytes);
    c->answered = true;
    return STEP_FAILED;
}

static enum step attempt(struct call *c, uint32_t *answer, struct span *bytes) {
    struct connection *connection = c->connection;
    c->stream = 0;
    c->command_sent = c->answered = false;
    c->expected_first = c->expected_count = 0;
    connection_mark(connection);
    client_write_closing(c->client, connection);
    enum step step = c->session ? call_prepare_session(c) : STEP_DONE;
    if (step == STEP_DONE) step = call_derive_missing(c, c->parents, c->parent_count);
    if (step == STEP_DONE && c->operation) step = send_request(c);
    if (step == STEP_DONE) step = call_await(c, 0);
    if (step == STEP_DONE && c->operation && !c->one_way) step = first_answer(c, answer, bytes);
    return step;
}

/* The connection broke: true to try again. */
static bool lost(struct call *c, bool *repeated) {
    if (c->connection->pid != this_process()) return false;
    bool delivered = connection_delivered(c->connection);
    bool again = !delivered || (c->repeatable && !c->command_sent && !*repeated);
    if (!again) return false;
    *repeated |= delivered;
    call_opening_done(c);
    client_drop(c->client, c->connection);
    client_drop_idle(c->client);
    c->connection = NULL;
    return true;
}

bool call_run(struct call *c, const struct roost_wait *wait, uint32_t *answer, struct span *bytes) {
    bool fresh, repeated = false, rederived = false;
    waiting_init(&c->waiting, wait, c->client->silence_ms);
    roost_error_reset(c->error);
    for (unsigned i = 0; i < MAX_ATTEMPTS; i++) {
        if (!c->connection && !client_acquire(c->client, &c->waiting, &c->connection, &fresh, c->error)) return false;
        enum step step = attempt(c, answer, bytes);
        if (step == STEP_DONE) return true;
        if (step == STEP_BROKEN) {
            if (c->io != IO_LOST || !lost(c, &repeated)) return call_abandon(c, c->io);
        } else if (step == STEP_FAILED) {
            if (c->stream && !c->answered) write_cancel(c, c->stream); /* what it needs is not there */
            if (!is_lost_handle(c->error) || rederived) break;
            rederived = true;
            plans_forget(c->parents, c->parent_count);
        }
        call_opening_done(c);
        if (step == STEP_AGAIN) { /* what went ahead for nothing may be more than the engine puts up with */
            client_drop(c->client, c->connection);
            c->connection = NULL;
        }
    }
    if (!c->error->kind) fail_io(c->client, IO_LOST, c->error);
    if (c->connection) call_end(c);
    return false;
}

/* ---- the usual calls ---- */

bool call_unary(struct call *c, const struct roost_wait *wait, uint32_t expected, uint8_t **bytes, size_t *size) {
    uint32_t answer;
    struct span span;
    if (!call_run(c, wait, &answer, &span)) return false;
    bool good = answer == expected;
    if (!good) {
        fail_io(c->client, IO_MALFORMED, c->error);
    } else if (bytes) {
        *bytes = malloc(span.size + 1);
        *size = span.size;
        if (*bytes && span.size) memcpy(*bytes, span.data, span.size);
        good = *bytes || fail_memory(c->error);
    }
    call_end(c);
    return good;
}

bool call_derive(struct call *c, const struct roost_wait *wait) {
    uint32_t answer;
    struct span span;
    if (!call_run(c, wait, &answer, &span)) return false;
    call_end(c);
    return true;
}

bool call_one_way(struct call *c, const struct roost_wait *wait) {
    uint32_t answer;
    struct span span;
    c->one_way = true;
    if (!call_run(c, wait, &answer, &span)) return false;
    if (!connection_push(c->connection)) return call_abandon(c, IO_LOST);
    call_end(c);
    return true;
}

bool roost_analyze(struct roost_session *session, const void *request, size_t size, struct roost_plan *const *parents,
                   uint32_t parent_count, const struct roost_wait *wait, uint8_t **answer, size_t *answer_size,
                   struct roost_error *error) {
    struct call call = {.client = session->client,
                        .session = session,
                        .parents = parents,
                        .parent_count = parent_count,
                        .operation = OP_ANALYZE,
                        .body = {request, size},
                        .repeatable = true,
                        .error = error};
    return call_unary(&call, wait, ANSWER_ANALYZED, answer, answer_size);
}
