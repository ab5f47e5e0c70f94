/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections: bytes to frames, and frames to whom they belong.
 *
 * A frame that arrives whole is handled where it lies. Otherwise its bytes are kept until the rest has come, in a
 * buffer that grows as bytes arrive and never because a header claims a length: a peer that announces 60 MB and
 * sends ten bytes holds ten bytes. A peer that breaks the protocol is told so where there is a stream to tell it on,
 * and disconnected; others do not notice.
 *
 * Requests are handled in the order in which they come. One exception: while a command (CREATE TABLE AS ...) that
 * was derived on this connection runs, later requests wait for it, as they may depend on it; but a Cancel does not.
 */
#include <stdlib.h>
#include <string.h>

#include "session/session_int.h"
#include "session/udf.h"
#include "session/upload.h"

enum { FIRST_INPUT = 4096 };

struct connection *engine_connect(struct engine *engine, uint32_t peer_pid) {
    if (engine->connection_count >= engine->options.max_connections) return NULL;
    struct connection *c = owned_try_new(&engine->account, sizeof *c);
    if (!c) return NULL;
    c->engine = engine;
    c->peer_pid = peer_pid;
    list_init(&c->tasks);
    list_init(&c->waiting);
    list_init(&c->uploads);
    list_init(&c->attachments);
    list_append(&engine->connections, &c->link);
    engine->connection_count++;
    return c;
}

static void waiting_free(struct connection *c, struct waiting_request *w) {
    list_remove(&w->link);
    c->waiting_count--;
    owned_free(&c->engine->account, w, sizeof *w + w->size);
}

void connection_close(struct connection *c) {
    struct engine *engine = c->engine;
    for (struct link *l; (l = list_first(&c->tasks));) task_free(LINK_OWNER(l, struct task, of_connection));
    for (struct link *l; (l = list_first(&c->waiting));) waiting_free(c, LINK_OWNER(l, struct waiting_request, link));
    for (struct link *l; (l = list_first(&c->uploads));) upload_free(LINK_OWNER(l, struct upload, link));
    for (struct link *l; (l = list_first(&c->attachments));)
        attachment_drop(LINK_OWNER(l, struct attachment, of_connection));
    output_free(c);
    owned_free(&engine->account, c->input, c->input_capacity);
    list_remove(&c->ready_link);
    list_remove(&c->link);
    engine->connection_count--;
    owned_free(&engine->account, c, sizeof *c);
}

void *connection_owner(struct connection *connection) {
    return connection->owner;
}

void connection_set_owner(struct connection *connection, void *owner) {
    connection->owner = owner;
}

void connection_break(struct connection *c, const char *why) {
    if (c->broken) return;
    engine_log(c->engine, LOG_INFO, "connection of process %u is closed: %s", c->peer_pid, why);
    c->broken = true;
    if (!link_is_on_list(&c->ready_link)) list_append(&c->engine->ready, &c->ready_link);
}

bool connection_is_broken(const struct connection *c) {
    return c->broken;
}

size_t connection_unsent(const struct connection *c) {
    return c->unsent;
}

/* A request that must wait; false when too many do. */
static bool wait_in_line(struct connection *c, uint32_t stream, const uint8_t *bytes, size_t size) {
    struct engine *engine = c->engine;
    if (c->waiting_count >= engine->options.max_streams) return false;
    struct waiting_request *w = owned_try_new(&engine->account, sizeof *w + size);
    if (!w) return false;
    w->stream = stream;
    w->size = (uint32_t)size;
    w->received = engine_monotonic(engine);
    memcpy(w->bytes, bytes, size);
    list_append(&c->waiting, &w->link);
    c->waiting_count++;
    return true;
}

static void handle_request(struct connection *c, uint32_t stream, const uint8_t *bytes, size_t size) {
    if (!c->blocking || request_operation(bytes, size) == ROOST__REQUEST__OPERATION_CANCEL) {
        request_receive(c, stream, bytes, size, engine_monotonic(c->engine));
        return;
    }
    if (wait_in_line(c, stream, bytes, size)) return;
    struct error err = ERROR_INIT;
    error_set(&err, "ROOST_TOO_MANY_REQUESTS", NULL);
    error_add(&err, "limit", "%u", c->engine->options.max_streams);
    reply_error(c, stream, &err);
    error_release(&err);
}

void connection_resume(struct connection *c) {
    while (!c->blocking && !c->broken) {
        struct link *l = list_first(&c->waiting);
        if (!l) return;
        struct waiting_request *w = LINK_OWNER(l, struct waiting_request, link);
        list_remove(&w->link);
        c->waiting_count--;
        request_receive(c, w->stream, w->bytes, w->size, w->received);
        owned_free(&c->engine->account, w, sizeof *w + w->size);
    }
}

bool connection_cancel_waiting(struct connection *c, uint32_t stream) {
    for (struct link *l = c->waiting.next; l != &c->waiting; l = l->next) {
        struct waiting_request *w = LINK_OWNER(l, struct waiting_request, link);
        if (w->stream != stream) continue;
        waiting_free(c, w);
        struct error err = ERROR_INIT;
        error_set(&err, "OPERATION_CANCELED", NULL);
        reply_error(c, stream, &err);
        error_release(&err);
        return true;
    }
    return false;
}

static void handle_frame(struct connection *c, const struct frame *f, const uint8_t *payload) {
    switch (f->type) {
        case FRAME_REQUEST: handle_request(c, f->stream, payload, f->length); return;
        case FRAME_DATA:
            if (upload_data(c, f, payload) || function_data(c, f, payload)) return;
            break;
        case FRAME_CALL_RESULT:
            if (function_result(c, f, payload)) return;
            break;
    }
    connection_break(c, "a frame that nobody asked for");
}

/* Handles the whole frames at the beginning of bytes; returns how many bytes they were. */
static size_t handle_frames(struct connection *c, const uint8_t *bytes, size_t size) {
    size_t done = 0;
    while (!c->broken && size - done >= FRAME_HEADER) {
        struct frame f;
        if (!frame_read(bytes + done, c->engine->options.max_frame, &f) || f.type == FRAME_RESPONSE ||
            f.type == FRAME_BATCH || f.type == FRAME_CALL) {
            connection_break(c, "no frame of this protocol");
            break;
        }
        if (size - done - FRAME_HEADER < f.length) break;
        handle_frame(c, &f, bytes + done + FRAME_HEADER);
        done += FRAME_HEADER + f.length;
    }
    return done;
}

/* Room for `more` bytes behind what is kept. */
static bool input_grow(struct connection *c, size_t more) {
    size_t wanted = c->input_size + more, capacity = c->input_capacity ? c->input_capacity : FIRST_INPUT;
    while (capacity < wanted) capacity *= 2;
    if (capacity == c->input_capacity) return true;
    uint8_t *bigger = owned_try_new(&c->engine->account, capacity);
    if (!bigger) return false;
    if (c->input_size) memcpy(bigger, c->input, c->input_size);
    owned_free(&c->engine->account, c->input, c->input_capacity);
    c->input = bigger;
    c->input_capacity = capacity;
    return true;
}

static void input_keep(struct connection *c, const uint8_t *bytes, size_t size) {
    if (!size) return;
    if (!input_grow(c, size)) {
        connection_break(c, "no memory for a frame");
        return;
    }
    memcpy(c->input + c->input_size, bytes, size);
    c->input_size += size;
}

/* What is missing of the frame that the kept bytes begin. */
static size_t missing(const struct connection *c) {
    if (c->input_size < FRAME_HEADER) return FRAME_HEADER - c->input_size;
    struct frame f;
    frame_read(c->input, c->engine->options.max_frame, &f);
    return FRAME_HEADER + f.length - c->input_size;
}

bool connection_receive(struct connection *c, const uint8_t *bytes, size_t size) {
    while (c->input_size && size && !c->broken) {
        size_t part = missing(c);
        if (part > size) part = size;
        input_keep(c, bytes, part);
        bytes += part;
        size -= part;
        if (handle_frames(c, c->input, c->input_size)) c->input_size = 0;
    }
    if (!c->broken && !c->input_size) {
        size_t done = handle_frames(c, bytes, size);
        if (!c->broken) input_keep(c, bytes + done, size - done);
    }
    if (!c->input_size && c->input_capacity > FIRST_INPUT) {
        owned_free(&c->engine->account, c->input, c->input_capacity);
        c->input = NULL;
        c->input_capacity = 0;
    }
    return !c->broken;
}
