/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool of connections. A call takes the connection that was given back last, or makes one; so threads
 * that work one after the other share one, and those that work at once do not.
 *
 * After a fork, the first look at the pool finds another pid in it. The child then closes its copies of all
 * the descriptors (idle and busy ones: `all` lists both), forgets the connections without freeing them,
 * because another thread of the parent may have been in the middle of changing them, and starts with an empty
 * pool. Nothing is sent or shut down: the sockets are the parent's.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client_int.h"

struct roost_client *roost_client_new(const char *address, const struct roost_client_options *options) {
    static const struct roost_client_options none;
    if (!options) options = &none;
    struct roost_client *client = calloc(1, sizeof *client);
    if (!client) return NULL;
    client->path = strdup(strncmp(address, "unix:", 5) == 0 ? address + 5 : address);
    client->name = strdup(options->name ? options->name : "libroost/" ROOST_VERSION);
    client->connect_timeout_ms = options->connect_timeout_ms ? options->connect_timeout_ms : DEFAULT_CONNECT_TIMEOUT_MS;
    client->silence_ms = options->silence_ms ? options->silence_ms : DEFAULT_SILENCE_MS;
    client->max_idle = options->max_idle ? options->max_idle : DEFAULT_MAX_IDLE;
    client->pid = this_process();
    if (client->path && client->name) return client;
    roost_client_free(client);
    return NULL;
}

const char *roost_client_address(const struct roost_client *client) {
    return client->path;
}

/* ---- the lock, and the process it is for ---- */

/* In a child: what the parent left is closed here and not used. Several threads of the child may come at
 * once; the lock was perhaps held at the fork, and lock_take() knows that. */
static void pool_lock(struct roost_client *client) {
    pid_t self = this_process();
    lock_take(&client->lock, self);
    if (client->pid == self) return;
    for (struct connection *c = client->all; c; c = c->next_all) {
        if (c->fd >= 0) close(c->fd);
        c->fd = -1;
    }
    client->all = client->idle = NULL;
    client->closing = NULL;
    client->idle_count = client->closing_count = client->closing_capacity = 0;
    client->pid = self;
}

static void unlink_all(struct roost_client *client, struct connection *c) {
    struct connection **at = &client->all;
    while (*at && *at != c) at = &(*at)->next_all;
    if (*at) *at = c->next_all;
}

void client_drop(struct roost_client *client, struct connection *c) {
    pool_lock(client);
    unlink_all(client, c);
    lock_release(&client->lock);
    connection_close(c);
}

void client_release(struct roost_client *client, struct connection *c) {
    if (c->out.failed) {
        client_drop(client, c);
        return;
    }
    pool_lock(client);
    bool keep = client->idle_count < client->max_idle;
    if (keep) {
        c->next_idle = client->idle;
        client->idle = c;
        client->idle_count++;
    }
    lock_release(&client->lock);
    if (!keep) client_drop(client, c);
}

static struct connection *take_idle(struct roost_client *client) {
    pool_lock(client);
    struct connection *c = client->idle;
    if (c) {
        client->idle = c->next_idle;
        client->idle_count--;
    }
    lock_release(&client->lock);
    return c;
}

void client_drop_idle(struct roost_client *client) {
    struct connection *c;
    while ((c = take_idle(client))) client_drop(client, c);
}

void roost_client_free(struct roost_client *client) {
    if (!client) return;
    client_drop_idle(client);
    free(client->closing);
    free(client->path);
    free(client->name);
    free(client);
}

/* ---- connecting ---- */

bool fail_io(struct roost_client *client, enum io io, struct roost_error *error) {
    switch (io) {
        case IO_TIMEOUT: return fail(error, "Timeout", "The time limit of the call is over.");
        case IO_INTERRUPTED: return fail(error, "Interrupted", "The call was interrupted.");
        case IO_SILENT:
            return fail(error, "DaemonGone", "The engine at %s has not answered for %u seconds.", client->path,
                        client->silence_ms / 1000);
        case IO_MALFORMED:
            return fail(error, "ProtocolException", "What answers at %s does not speak roost's protocol.",
                        client->path);
        case IO_MEMORY: return fail_memory(error);
        default: return fail(error, "DaemonGone", "The engine at %s closed the connection.", client->path);
    }
}

static void write_hello(struct roost_client *client, struct connection *c, uint32_t stream) {
    struct bytes *out = connection_begin(c, FRAME_REQUEST, stream, 0);
    size_t at = pb_begin(out, OP_HELLO);
    pb_uint(out, 1, PROTOCOL_VERSION);
    pb_uint(out, 2, (uint32_t)this_process());
    pb_string(out, 3, client->name);
    pb_end(out, at);
    connection_end(c);
}

static void copy_text(char *to, size_t room, struct span text) {
    size_t size = text.size < room ? text.size : room - 1;
    memcpy(to, text.data, size);
    to[size] = 0;
}

static void read_welcome(struct connection *c, struct span welcome) {
    struct pb_reader r = pb_read(welcome);
    while (pb_next(&r)) {
        if (r.field == 1) c->epoch = r.value;
        if (r.field == 2) c->engine_pid = (uint32_t)r.value;
        if (r.field == 3 && r.span.data) copy_text(c->version, sizeof c->version, r.span);
        if (r.field == 4 && r.value) c->max_frame = (uint32_t)r.value;
        if (r.field == 5 && r.span.data) copy_text(c->last_crash, sizeof c->last_crash, r.span);
    }
}

/* IO_DONE with the error set: the engine refused. */
static enum io say_hello(struct roost_client *client, struct connection *c, struct waiting *w,
                         struct roost_error *error) {
    struct frame frame;
    struct span payload, answer;
    write_hello(client, c, c->next_stream++);
    enum io io = connection_next(c, w, &frame);
    if (io == IO_DONE) io = connection_payload(c, w, &frame, &payload);
    if (io != IO_DONE) return io;
    if (frame.type != FRAME_RESPONSE) return IO_MALFORMED;
    switch (response_answer(payload, &answer)) {
        case ANSWER_WELCOME: read_welcome(c, answer); return IO_DONE;
        case ANSWER_ERROR: fail_remote(error, answer); return IO_DONE;
        default: return IO_MALFORMED;
    }
}

/* Between two attempts: 1, 2, 4 ... 100 ms. */
static enum io pause_between(unsigned attempt, struct waiting *w) {
    long ms = attempt < 7 ? 1L << attempt : 100;
    struct timespec time = {.tv_nsec = ms * 1000000};
    nanosleep(&time, NULL);
    if (w->wait->interrupted && w->wait->interrupted(w->wait->context)) return IO_INTERRUPTED;
    return w->deadline != INT64_MAX && monotonic_ms() >= w->deadline ? IO_TIMEOUT : IO_DONE;
}

/* While the supervisor starts an engine anew, the socket accepts and nobody answers yet, or an engine that is
 * dying hangs up; both are tried again until the time for connecting is over. A path that is not there will
 * not come. */
static bool connect_engine(struct roost_client *client, struct waiting *w, struct connection **connection,
                           struct roost_error *error) {
    int64_t until = monotonic_ms() + client->connect_timeout_ms;
    struct waiting here = *w;
    here.silence_ms = client->connect_timeout_ms;
    for (unsigned attempt = 0;; attempt++) {
        struct connection *c = NULL;
        roost_error_reset(error);
        here.silent_ms = 0;
        enum io io = connection_open(client->path, &here, &c);
        int why = io == IO_LOST ? errno : 0;
        if (io == IO_DONE) io = say_hello(client, c, &here, error);
        if (io == IO_DONE && !error->kind) {
            *connection = c;
            return true;
        }
        if (c) connection_close(c);
        if (io == IO_DONE) return false;
        bool passing = why == 0 || why == EAGAIN || why == ECONNREFUSED;
        bool again = io == IO_LOST && passing && monotonic_ms() < until;
        if (again) io = pause_between(attempt, w);
        if (again && io == IO_DONE) continue;
        if (io == IO_LOST && why)
            return fail(error, "DaemonGone", "Cannot reach an engine at %s: %s.", client->path, strerror(why));
        return fail_io(client, io, error);
    }
}

bool client_acquire(struct roost_client *client, struct waiting *w, struct connection **connection, bool *fresh,
                    struct roost_error *error) {
    *connection = take_idle(client);
    *fresh = !*connection;
    if (*connection) return true;
    if (!connect_engine(client, w, connection, error)) return false;
    pool_lock(client);
    (*connection)->next_all = client->all;
    client->all = *connection;
    lock_release(&client->lock);
    return true;
}

/* ---- sessions to close ---- */

static void write_close(struct connection *c, uint64_t session, bool drop_application) {
    struct bytes *out = connection_begin(c, FRAME_REQUEST, 0, 0);
    pb_fixed64(out, 1, session);
    size_t at = pb_begin(out, OP_CLOSE_SESSION);
    if (drop_application) pb_uint(out, 1, 1);
    pb_end(out, at);
    connection_end(c);
    id_set_remove(&c->attached, session);
}

void client_write_closing(struct roost_client *client, struct connection *c) {
    if (client->pid == this_process() && !client->closing_count) return;
    pool_lock(client);
    struct closing *closing = client->closing;
    uint32_t count = client->closing_count;
    client->closing = NULL;
    client->closing_count = client->closing_capacity = 0;
    lock_release(&client->lock);
    for (uint32_t i = 0; i < count; i++) write_close(c, closing[i].session, closing[i].drop_application);
    free(closing);
}

/* Without memory for it the engine finds out when the connections end. */
static void queue_closing(struct roost_client *client, uint64_t session, bool drop_application) {
    pool_lock(client);
    if (client->closing_count == client->closing_capacity) {
        uint32_t capacity = client->closing_capacity ? client->closing_capacity * 2 : 8;
        struct closing *closing = realloc(client->closing, capacity * sizeof *closing);
        if (closing) {
            client->closing = closing;
            client->closing_capacity = capacity;
        }
    }
    if (client->closing_count < client->closing_capacity)
        client->closing[client->closing_count++] = (struct closing){session, drop_application};
    lock_release(&client->lock);
}

void client_close_session(struct roost_client *client, uint64_t session, bool drop_application) {
    struct connection *c = take_idle(client);
    if (!c) {
        queue_closing(client, session, drop_application);
        return;
    }
    write_close(c, session, drop_application);
    if (connection_push(c))
        client_release(client, c);
    else
        client_drop(client, c);
}

/* ---- status ---- */

static void read_report(struct span report, struct roost_status *status) {
    struct pb_reader r = pb_read(report);
    while (pb_next(&r)) {
        if (r.field == 1) status->sessions = (uint32_t)r.value;
        if (r.field == 2) status->connections = (uint32_t)r.value;
        if (r.field == 3) status->queries = r.value;
        if (r.field == 4) status->memory_used = r.value;
    }
}

bool roost_client_status(struct roost_client *client, const struct roost_wait *wait, struct roost_status *status,
                         struct roost_error *error) {
    struct call call = {.client = client, .operation = OP_STATUS, .repeatable = true, .error = error};
    uint32_t answer;
    struct span bytes;
    *status = (struct roost_status){0};
    if (!call_run(&call, wait, &answer, &bytes)) return false;
    bool good = answer == ANSWER_STATUS || fail_io(client, IO_MALFORMED, error);
    if (good) read_report(bytes, status);
    status->epoch = call.connection->epoch;
    status->engine_pid = call.connection->engine_pid;
    memcpy(status->version, call.connection->version, sizeof status->version);
    memcpy(status->last_crash, call.connection->last_crash, sizeof status->last_crash);
    call_end(&call);
    return good;
}
