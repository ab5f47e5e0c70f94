/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests: decoded into the engine's scratch arena and handled under the memory guard.
 *
 * Whatever a handler leaves unfinished when it fails, by an error or by running out of memory, is named in struct
 * request and dropped here; the client gets the error on the request's stream.
 */
#include <string.h>
#include <unistd.h>

#include "base/proto_arena.h"
#include "session/session_int.h"
#include "session/upload.h"
#include "session/version.h"

static bool hello(struct request *r, struct error *err) {
    const Roost__Hello *m = r->message->hello;
    if (m->version != PROTOCOL_VERSION) {
        error_set(err, "PROTOCOL_ERROR", "what", "Hello", NULL);
        return error_add(err, "reason", "the client speaks version %u of the protocol, this engine version %d",
                         m->version, PROTOCOL_VERSION);
    }
    r->connection->greeted = true;
    if (m->pid) r->connection->peer_pid = m->pid;
    engine_log(r->engine, LOG_DEBUG, "process %u says hello: %s", m->pid, m->client ? m->client : "");
    Roost__Welcome welcome = ROOST__WELCOME__INIT;
    welcome.has_epoch = welcome.has_pid = welcome.has_max_frame = true;
    welcome.epoch = r->engine->epoch;
    welcome.pid = (uint32_t)getpid();
    welcome.version = (char *)ROOST_VERSION;
    welcome.max_frame = r->engine->options.max_frame;
    welcome.last_crash = (char *)r->engine->options.last_crash;
    Roost__Response response = ROOST__RESPONSE__INIT;
    response.answer_case = ROOST__RESPONSE__ANSWER_WELCOME;
    response.welcome = &welcome;
    reply_send(r->connection, r->stream, &response, true);
    return true;
}

static bool open_session(struct request *r, struct error *err) {
    Roost__SessionOpened opened = ROOST__SESSION_OPENED__INIT;
    bool created;
    TRY(session_open(r->connection, r->message->session, r->message->open_session, &created, err));
    opened.has_created = true;
    opened.created = created;
    Roost__Response response = ROOST__RESPONSE__INIT;
    response.answer_case = ROOST__RESPONSE__ANSWER_SESSION_OPENED;
    response.session_opened = &opened;
    reply_send(r->connection, r->stream, &response, true);
    return true;
}

static bool close_session(struct request *r, struct error *err) {
    (void)err;
    if (!r->session) return true;
    if (r->message->close_session->application)
        application_close(r->session->application);
    else
        session_close(r->session);
    return true;
}

static bool has_tag(const struct task *t, const char *tag) {
    for (uint32_t i = 0; i < t->tag_count; i++)
        if (strcmp(t->tags[i], tag) == 0) return true;
    return false;
}

/* The first task of the session that the message means, from `from` on; cancelling one may start or end others, so
 * the search begins anew each time. */
static struct task *find_cancelled(const struct session *session, const Roost__Cancel *m) {
    for (struct link *l = session->tasks.next; l != &session->tasks; l = l->next) {
        struct task *t = LINK_OWNER(l, struct task, of_session);
        if (m->all || (m->operation && t->operation && strcmp(t->operation, m->operation) == 0) ||
            (m->tag && has_tag(t, m->tag)))
            return t;
    }
    return NULL;
}

static bool cancel(struct request *r, struct error *err) {
    (void)err;
    const Roost__Cancel *m = r->message->cancel;
    if (m->has_stream) {
        for (struct link *l = r->connection->tasks.next; l != &r->connection->tasks; l = l->next) {
            struct task *t = LINK_OWNER(l, struct task, of_connection);
            if (t->stream != m->stream) continue;
            task_cancel(t);
            return true;
        }
        connection_cancel_waiting(r->connection, m->stream);
        return true;
    }
    if (!r->session) return true;
    for (struct task *t; (t = find_cancelled(r->session, m));) task_cancel(t);
    return true;
}

static bool status(struct request *r, struct error *err) {
    (void)err;
    struct engine *engine = r->engine;
    Roost__StatusReport report = ROOST__STATUS_REPORT__INIT;
    report.has_sessions = report.has_connections = report.has_queries = report.has_memory_used = true;
    report.sessions = engine->sessions.count;
    report.connections = engine->connection_count;
    report.queries = engine->queries;
    report.memory_used = engine->account.used;
    LIST(char *) running = {0};
    for (struct link *c = engine->connections.next; c != &engine->connections; c = c->next) {
        struct link *tasks = &LINK_OWNER(c, struct connection, link)->tasks;
        for (struct link *l = tasks->next; l != tasks; l = l->next) {
            struct task *t = LINK_OWNER(l, struct task, of_connection);
            LIST_PUSH(r->arena, &running,
                      arena_printf(r->arena, "%s: %s, %lld ms", t->session->name ? t->session->name : "",
                                   t->operation ? t->operation : "", (long long)t->used / 1000));
        }
    }
    report.n_running = running.count;
    report.running = running.items;
    Roost__Response response = ROOST__RESPONSE__INIT;
    response.answer_case = ROOST__RESPONSE__ANSWER_STATUS;
    response.status = &report;
    reply_send(r->connection, r->stream, &response, true);
    return true;
}

/* What each operation needs, and who does it. */
static const struct operation {
    bool (*handle)(struct request *r, struct error *err);
    bool needs_session, unanswered;
} operations[] = {
    [ROOST__REQUEST__OPERATION_HELLO] = {hello, false},
    [ROOST__REQUEST__OPERATION_OPEN_SESSION] = {open_session, false},
    [ROOST__REQUEST__OPERATION_CLOSE_SESSION] = {close_session, .unanswered = true},
    [ROOST__REQUEST__OPERATION_DERIVE] = {request_derive, true},
    [ROOST__REQUEST__OPERATION_EXECUTE] = {request_execute, true},
    [ROOST__REQUEST__OPERATION_ANALYZE] = {request_analyze, true},
    [ROOST__REQUEST__OPERATION_CONFIG] = {request_config, true},
    [ROOST__REQUEST__OPERATION_UPLOAD] = {request_upload, true},
    [ROOST__REQUEST__OPERATION_CANCEL] = {cancel, .unanswered = true},
    [ROOST__REQUEST__OPERATION_RELEASE_ONLY] = {NULL, .unanswered = true},
    [ROOST__REQUEST__OPERATION_STATUS] = {status, false},
};

static bool dispatch(struct request *r, struct error *err) {
    const Roost__Request *m = r->message;
    uint32_t which = (uint32_t)m->operation_case;
    if (which >= sizeof operations / sizeof *operations ||
        (!operations[which].handle && which != ROOST__REQUEST__OPERATION_RELEASE_ONLY))
        return error_set(err, "PROTOCOL_ERROR", "what", "Request", "reason", "it asks for nothing", NULL);
    if (!r->connection->greeted && which != ROOST__REQUEST__OPERATION_HELLO)
        return error_set(err, "PROTOCOL_ERROR", "what", "Request", "reason", "the first one must be Hello", NULL);
    if (m->has_session && which != ROOST__REQUEST__OPERATION_OPEN_SESSION)
        r->session = session_find(r->engine, m->session);
    if (operations[which].needs_session && !r->session) {
        error_set(err, "INVALID_HANDLE.SESSION_NOT_FOUND", NULL);
        return error_add(err, "handle", "%016llx", (unsigned long long)m->session);
    }
    if (r->session) {
        session_attach(r->session, r->connection);
        for (size_t i = 0; i < m->n_release; i++) handle_unref(id_table_remove(&r->session->handles, m->release[i]));
    }
    return !operations[which].handle || operations[which].handle(r, err);
}

/* Some requests have no answer, not even when they fail: the client waits for none. */
static bool is_answered(uint32_t operation) {
    return operation >= sizeof operations / sizeof *operations || !operations[operation].unanswered;
}

struct incoming {
    struct request request;
    const uint8_t *bytes;
    size_t size;
};

static bool decode_and_dispatch(void *argument, struct error *err) {
    struct incoming *in = argument;
    struct request *r = &in->request;
    r->message = (const Roost__Request *)proto_arena_unpack(r->arena, &roost__request__descriptor, in->bytes, in->size,
                                                            r->engine->options.max_depth, err);
    return r->message && dispatch(r, err);
}

void request_receive(struct connection *c, uint32_t stream, const uint8_t *bytes, size_t size, int64_t received) {
    struct engine *engine = c->engine;
    struct arena scratch; /* an inner request, from a task that ends while this one runs, must not reset ours */
    arena_init(&scratch, &engine->account);
    bool nested = engine->handling;
    engine->handling = true;
    struct incoming in = {
        .request = {.engine = engine,
                    .connection = c,
                    .stream = stream,
                    .received = received,
                    .arena = nested ? &scratch : &engine->scratch},
        .bytes = bytes,
        .size = size,
    };
    struct error err = ERROR_INIT;
    bool good = memory_guard(&engine->account, decode_and_dispatch, &in, &err);
    struct request *r = &in.request;
    if (!good) {
        if (r->task)
            task_free(r->task);
        else
            handle_unref(r->handle);
        if (is_answered(request_operation(bytes, size))) reply_error(c, stream, &err);
        if (err.kind == ERROR_PROTOCOL && !c->greeted) connection_break(c, "it does not begin with a Hello");
        error_release(&err);
        if (!c->blocking) connection_resume(c);
    } else if (r->task) {
        task_run(r->task); /* the first slice, at once */
    }
    if (nested)
        arena_release(&scratch);
    else
        arena_reset(&engine->scratch);
    engine->handling = nested;
}

uint32_t request_operation(const uint8_t *bytes, size_t size) {
    const uint8_t *p = bytes, *end = bytes + size;
    uint32_t operation = 0;
    while (p < end) {
        uint64_t number[2] = {0, 0}; /* tag; then a varint's value, or a length */
        for (int part = 0; part < 2; part++) {
            for (unsigned shift = 0; p < end; shift += 7) {
                uint8_t byte = *p++;
                if (shift < 64) number[part] |= (uint64_t)(byte & 0x7F) << shift;
                if (!(byte & 0x80)) break;
            }
            if (part == 0 && ((number[0] & 7) == 1 || (number[0] & 7) == 5)) {
                number[1] = (number[0] & 7) == 1 ? 8 : 4;
                break;
            }
        }
        if (number[0] >> 3 >= 10) operation = (uint32_t)(number[0] >> 3);
        if ((number[0] & 7) == 0) continue;
        if (number[1] > (uint64_t)(end - p)) return operation;
        p += number[1];
    }
    return operation;
}
