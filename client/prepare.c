/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes ahead of a request. The engine must have the session, and the plans that the request names;
 * whatever of that it lacks is sent first, and none of it waits for its answer if that can be helped: a new
 * session, three new plans and the query over them are one send() and one recv().
 *
 *     session    never opened                OpenSession, not awaited
 *                this connection is new to it OpenSession{attach}, not awaited; should the engine have
 * dropped the session, everything after it fails, and the call starts anew the engine is another one
 * OpenSession, awaited, then the log, awaited: only one thread does this; the others wait until it is done
 *     plans      missing in this incarnation Upload or Derive, parents first, at most PIPELINE_WINDOW ahead;
 * what may be a command is awaited, since what follows may depend on it
 *
 * Answers come in the order of the requests, so what is expected is a ring.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client_int.h"

struct bytes *call_begin_request(struct call *c, uint32_t stream) {
    struct bytes *out = connection_begin(c->connection, FRAME_REQUEST, stream, 0);
    if (c->session) {
        pb_fixed64(out, 1, c->session->id);
        if (!c->opening) session_write_releases(c->session, out);
    }
    uint32_t left = waiting_left(&c->waiting);
    if (left) pb_uint(out, 3, left);
    return out;
}

static struct expectation *expect(struct call *c, enum expected what, struct roost_plan *plan) {
    struct expectation *e = &c->expected[(c->expected_first + c->expected_count++) % PIPELINE_WINDOW];
    *e = (struct expectation){.what = what, .stream = c->connection->next_stream++, .plan = plan};
    return e;
}

static enum step broken(struct call *c, enum io io) {
    c->io = io;
    return STEP_BROKEN;
}

/* ---- answers ---- */

static void session_opened(struct call *c, struct roost_session *s) {
    lock_take(&s->lock, this_process());
    s->epoch = c->connection->epoch;
    s->incarnation++;
    lock_release(&s->lock);
}

void call_opening_done(struct call *c) {
    if (!c->opening) return;
    c->opening = false;
    lock_take(&c->session->lock, this_process());
    c->session->opener = 0;
    lock_release(&c->session->lock);
}

/* The session is not there any more: whoever comes next opens it again. */
static void session_lost(struct call *c) {
    struct roost_session *s = c->session;
    lock_take(&s->lock, this_process());
    if (s->epoch == c->connection->epoch) s->epoch = 0;
    lock_release(&s->lock);
}

static enum step derived(struct call *c, struct roost_plan *p, struct span answer) {
    if (!plan_set_derived(p, answer)) return broken(c, IO_MEMORY);
    if (!p->changes_session) return STEP_DONE;
    struct bytes body = {0};
    pb_uint(&body, 1, p->handle);
    pb_bytes(&body, 2, p->recipe.data, p->recipe.size);
    session_log(c->session, OP_DERIVE, &body, pb_find(answer, 4), p->parents, p->parent_count);
    return STEP_DONE;
}

static enum step handle_answer(struct call *c, const struct expectation *e, struct span payload) {
    struct span answer;
    uint32_t kind = response_answer(payload, &answer);
    if (kind == ANSWER_ERROR) {
        if (e->what == EXPECT_REPLAYED) return STEP_DONE; /* what needs it will say so itself */
        fail_remote(c->error, answer);
        if (e->what != EXPECT_ATTACHED || c->session->attach) return STEP_FAILED;
        session_lost(c);
        return STEP_AGAIN;
    }
    switch (e->what) {
        case EXPECT_OPENED:
            if (kind != ANSWER_SESSION_OPENED) return broken(c, IO_MALFORMED);
            session_opened(c, c->session);
            if (!id_set_add(&c->connection->attached, c->session->id)) return broken(c, IO_MEMORY);
            return STEP_DONE;
        case EXPECT_ATTACHED:
            if (kind != ANSWER_SESSION_OPENED) return broken(c, IO_MALFORMED);
            return id_set_add(&c->connection->attached, c->session->id) ? STEP_DONE : broken(c, IO_MEMORY);
        case EXPECT_DERIVED: return kind == ANSWER_DERIVED ? derived(c, e->plan, answer) : broken(c, IO_MALFORMED);
        case EXPECT_REPLAYED: return STEP_DONE;
    }
    return STEP_DONE;
}

/* One frame of what is expected first; others belong to nobody, or are the request's own error come early. */
static enum step await_frame(struct call *c) {
    struct connection *connection = c->connection;
    struct expectation *e = &c->expected[c->expected_first];
    struct frame frame;
    struct span payload;
    enum io io = connection_next(connection, &c->waiting, &frame);
    if (io != IO_DONE) return broken(c, io);
    if (frame.stream == c->stream && c->stream && frame.type == FRAME_RESPONSE && !c->answered) {
        struct span answer;
        io = connection_payload(connection, &c->waiting, &frame, &payload);
        if (io != IO_DONE) return broken(c, io);
        if (response_answer(payload, &answer) != ANSWER_ERROR) return broken(c, IO_MALFORMED);
        fail_remote(c->error, answer);
        c->answered = true;
        return STEP_DONE;
    }
    if (frame.stream != e->stream) return STEP_DONE;
    if (frame.type == FRAME_CALL) {
        io = function_answer(connection, &c->waiting, &frame);
        return io == IO_DONE ? STEP_DONE : broken(c, io);
    }
    if (frame.type != FRAME_RESPONSE) return STEP_DONE;
    io = connection_payload(connection, &c->waiting, &frame, &payload);
    if (io != IO_DONE) return broken(c, io);
    enum step step = handle_answer(c, e, payload);
    if (frame.flags & FRAME_END) {
        c->expected_first = (c->expected_first + 1) % PIPELINE_WINDOW;
        c->expected_count--;
    }
    return step;
}

enum step call_await(struct call *c, uint32_t left) {
    while (c->expected_count > left) {
        enum step step = await_frame(c);
        if (step != STEP_DONE) {
            call_opening_done(c);
            return step;
        }
    }
    if (c->expected_count == 0) {
        c->command_sent = false;
        call_opening_done(c);
    }
    return STEP_DONE;
}

/* Room for one more. */
static enum step make_room(struct call *c) {
    return c->expected_count < PIPELINE_WINDOW ? STEP_DONE : call_await(c, PIPELINE_WINDOW / 2);
}

/* ---- plans ---- */

static void write_upload(struct call *c, const struct roost_plan *p, uint32_t stream) {
    struct bytes *out = call_begin_request(c, stream);
    size_t at = pb_begin(out, OP_UPLOAD);
    pb_bytes(out, 2, p->recipe.data, p->recipe.size);
    pb_uint(out, 3, p->handle);
    pb_end(out, at);
    connection_end(c->connection);
    for (uint32_t i = 0; i < p->batch_count || i == 0; i++) {
        uint8_t flags = i + 1 >= p->batch_count ? FRAME_END : 0;
        out = connection_begin(c->connection, FRAME_DATA, stream, flags);
        if (p->batch_count) bytes_append(out, p->batches[i].data, p->batches[i].size);
        connection_end(c->connection);
    }
}

static enum step derive_one(struct call *c, struct roost_plan *p) {
    if (p->is_command && p->changes_session) { /* the log has run it again, under the same handle */
        p->incarnation = c->session->incarnation;
        return STEP_DONE;
    }
    if (p->is_command) {
        fail(c->error, "DaemonCrashed",
             "The engine was restarted, and with it went the rows of a command that ran before. Run it "
             "again.");
        return STEP_FAILED;
    }
    if (p->recipe.size + 64 > c->connection->max_frame) {
        fail(c->error, "ProtocolException", "A plan of %zu bytes is larger than the engine takes (%u).", p->recipe.size,
             c->connection->max_frame);
        return STEP_FAILED;
    }
    enum step step = make_room(c);
    if (step != STEP_DONE) return step;
    uint32_t stream = expect(c, EXPECT_DERIVED, p)->stream;
    if (p->is_data) {
        write_upload(c, p, stream);
        return STEP_DONE;
    }
    struct bytes *out = call_begin_request(c, stream);
    size_t at = pb_begin(out, OP_DERIVE);
    pb_uint(out, 1, p->handle);
    pb_bytes(out, 2, p->recipe.data, p->recipe.size);
    pb_end(out, at);
    connection_end(c->connection);
    if (!p->may_be_command || p->schema) return STEP_DONE;
    c->command_sent = true;
    return call_await(c, 0);
}

enum step call_derive_missing(struct call *c, struct roost_plan *const *plans, uint32_t count) {
    struct roost_plan **order;
    uint32_t order_count;
    if (!plans_missing(plans, count, &order, &order_count)) return broken(c, IO_MEMORY);
    enum step step = STEP_DONE;
    for (uint32_t i = 0; i < order_count && step == STEP_DONE; i++) step = derive_one(c, order[i]);
    free(order);
    return step;
}

/* ---- the session ---- */

static enum step replay_entry(struct call *c, const struct log_entry *e) {
    enum step step = call_derive_missing(c, e->parents, e->parent_count);
    if (step == STEP_FAILED) return STEP_DONE;
    if (step == STEP_DONE) step = make_room(c);
    if (step != STEP_DONE) return step;
    uint32_t stream = expect(c, EXPECT_REPLAYED, NULL)->stream;
    struct bytes *out = call_begin_request(c, stream);
    pb_bytes(out, e->operation, e->body.data, e->body.size);
    connection_end(c->connection);
    return STEP_DONE;
}

/* Says the log again. Entries of other processes are theirs to say, unless the session was made just now by
 * us. */
static enum step replay_log(struct call *c) {
    uint32_t count;
    struct log_entry **entries = session_log_snapshot(c->session, &count);
    enum step step = STEP_DONE;
    for (uint32_t i = 0; i < count; i++) {
        if (step == STEP_DONE) step = replay_entry(c, entries[i]);
        log_entry_unref(entries[i]);
    }
    free(entries);
    roost_error_reset(c->error);
    return step;
}

static void write_open(struct call *c, enum expected what, bool attach) {
    uint32_t stream = expect(c, what, NULL)->stream;
    struct bytes *out = connection_begin(c->connection, FRAME_REQUEST, stream, 0);
    session_write_open(c->session, out, attach);
    connection_end(c->connection);
}

static enum step reopen(struct call *c) {
    bool still = c->opening;
    write_open(c, EXPECT_OPENED, false);
    c->opening = false; /* until the log is through */
    enum step step = call_await(c, 0);
    if (step == STEP_DONE) step = replay_log(c);
    if (step == STEP_DONE) step = call_await(c, 0);
    c->opening = still;
    call_opening_done(c);
    return step;
}

/* While another thread opens the session. */
static enum io wait_for_opener(const struct waiting *w) {
    struct timespec time = {.tv_nsec = 200000};
    nanosleep(&time, NULL);
    if (w->wait->interrupted && w->wait->interrupted(w->wait->context)) return IO_INTERRUPTED;
    return w->deadline != INT64_MAX && monotonic_ms() >= w->deadline ? IO_TIMEOUT : IO_DONE;
}

enum step call_prepare_session(struct call *c) {
    struct roost_session *s = c->session;
    pid_t self = this_process();
    for (;;) {
        if (s->closed) {
            fail(c->error, "SessionClosed", "The session was closed.");
            return STEP_FAILED;
        }
        lock_take(&s->lock, self);
        bool first = s->incarnation == 0, known = !first && s->epoch == c->connection->epoch;
        bool wait = s->opener == self;
        if (!known && !wait) s->opener = self;
        lock_release(&s->lock);
        if (wait) {
            enum io io = wait_for_opener(&c->waiting);
            if (io != IO_DONE) return broken(c, io);
            continue;
        }
        if (known) {
            if (!id_set_has(&c->connection->attached, s->id)) write_open(c, EXPECT_ATTACHED, true);
            return STEP_DONE;
        }
        c->opening = true;
        if (!first) return reopen(c);
        write_open(c, EXPECT_OPENED, false);
        return STEP_DONE;
    }
}
