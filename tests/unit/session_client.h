/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An engine and clients in one process: the session machine without sockets, on a clock that the test moves.
 *
 * A client writes requests, the engine's answers are read back as frames. Nothing waits: what a test wants to happen
 * it makes happen with world_run() and by moving world->clock.
 */
#ifndef ROOST_TESTS_SESSION_CLIENT_H
#define ROOST_TESTS_SESSION_CLIENT_H

#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "roost.pb-c.h"
#include "session/session.h"
#include "unit.h"

struct world {
    struct engine_options options;
    struct host host;
    struct engine *engine;
    int64_t clock; /* microseconds */
    int64_t tick;  /* added at every look at the clock: so that slices end */
    uint64_t seed;
};

static int64_t world_clock(void *owner) {
    struct world *w = owner;
    return w->clock += w->tick;
}
static void world_random(void *owner, void *bytes, size_t size) {
    struct world *w = owner;
    for (size_t i = 0; i < size; i++) {
        w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
        ((uint8_t *)bytes)[i] = (uint8_t)(w->seed >> 56);
    }
}
static void world_log(void *owner, int level, const char *text) {
    (void)owner, (void)level, (void)text;
}

static inline void world_init(struct world *w) {
    char message[200];
    *w = (struct world){.clock = 1000000, .seed = 42};
    ck_assert(engine_options_read(&w->options, message, sizeof message));
    w->host = (struct host){
        .now = world_clock, .monotonic = world_clock, .random = world_random, .log = world_log, .owner = w};
}
static inline void world_start(struct world *w) {
    w->engine = engine_new(&w->options, &w->host);
    ck_assert_ptr_nonnull(w->engine);
}
/* Until nothing is left to run. */
static inline void world_run(struct world *w) {
    for (int i = 0; i < 1000000 && engine_next_due(w->engine) == 0; i++) engine_step(w->engine);
}

/* What came on a stream. */
struct answer {
    uint32_t stream;
    uint8_t type, flags;
    uint32_t size;
    uint8_t *bytes;
};

struct client {
    struct world *world;
    struct connection *connection;
    uint64_t session;
    uint32_t stream;
    uint8_t *input; /* received, not yet taken */
    size_t size;
};

static inline void client_connect(struct client *c, struct world *w, uint64_t session) {
    *c = (struct client){.world = w, .session = session};
    c->connection = engine_connect(w->engine, 1);
    ck_assert_ptr_nonnull(c->connection);
}
static inline void client_close(struct client *c) {
    if (c->connection) connection_close(c->connection);
    free(c->input);
    *c = (struct client){0};
}

/* Everything that the engine has to send. */
static inline void client_drain(struct client *c) {
    size_t size;
    const uint8_t *bytes;
    while ((bytes = connection_pending(c->connection, &size))) {
        c->input = realloc(c->input, c->size + size);
        memcpy(c->input + c->size, bytes, size);
        c->size += size;
        connection_sent(c->connection, size);
    }
}

/* A whole frame of bytes, to be freed. */
static inline uint8_t *frame_of(uint8_t type, uint8_t flags, uint32_t stream, const ProtobufCMessage *m, size_t *size) {
    size_t length = m ? protobuf_c_message_get_packed_size(m) : 0;
    uint8_t *bytes = malloc(FRAME_HEADER + length);
    struct frame f = {.length = (uint32_t)length, .stream = stream, .type = type, .flags = flags};
    frame_write(bytes, &f);
    if (m) protobuf_c_message_pack(m, bytes + FRAME_HEADER);
    *size = FRAME_HEADER + length;
    return bytes;
}

static inline uint32_t client_send(struct client *c, Roost__Request *request) {
    size_t size;
    request->has_session = c->session != 0;
    request->session = c->session;
    uint8_t *bytes = frame_of(FRAME_REQUEST, 0, ++c->stream, &request->base, &size);
    connection_receive(c->connection, bytes, size);
    free(bytes);
    return c->stream;
}

/* The next frame that has come, false: none. Free answer->bytes. */
static inline bool client_next(struct client *c, struct answer *answer) {
    client_drain(c);
    struct frame f;
    if (c->size < FRAME_HEADER) return false;
    ck_assert(frame_read(c->input, 1u << 30, &f));
    ck_assert_uint_ge(c->size, FRAME_HEADER + f.length);
    *answer = (struct answer){.stream = f.stream, .type = f.type, .flags = f.flags, .size = f.length};
    answer->bytes = malloc(f.length + 1);
    memcpy(answer->bytes, c->input + FRAME_HEADER, f.length);
    c->size -= FRAME_HEADER + f.length;
    memmove(c->input, c->input + FRAME_HEADER + f.length, c->size);
    return true;
}

/* The next frame, which must be a response. Free with roost__response__free_unpacked. */
static inline Roost__Response *client_response(struct client *c) {
    struct answer a;
    if (!client_next(c, &a)) return NULL;
    ck_assert_int_eq(a.type, FRAME_RESPONSE);
    Roost__Response *r = roost__response__unpack(NULL, a.size, a.bytes);
    ck_assert_ptr_nonnull(r);
    free(a.bytes);
    return r;
}

/* The condition of the error that came, or "" for another answer, or "none" for no answer. */
static inline const char *client_condition(struct client *c, char text[100]) {
    Roost__Response *r = client_response(c);
    snprintf(text, 100, "%s", !r ? "none" : r->answer_case == ROOST__RESPONSE__ANSWER_ERROR ? r->error->condition : "");
    if (r && *text) snprintf(text, 100, "%s", r->error->condition);
    if (r) roost__response__free_unpacked(r, NULL);
    return text;
}

static inline void client_hello(struct client *c) {
    Roost__Request request = ROOST__REQUEST__INIT;
    Roost__Hello hello = ROOST__HELLO__INIT;
    hello.has_version = true;
    hello.version = PROTOCOL_VERSION;
    request.operation_case = ROOST__REQUEST__OPERATION_HELLO;
    request.hello = &hello;
    client_send(c, &request);
    Roost__Response *r = client_response(c);
    ck_assert_int_eq(r->answer_case, ROOST__RESPONSE__ANSWER_WELCOME);
    roost__response__free_unpacked(r, NULL);
}

static inline void client_open(struct client *c, const char *application, bool attach) {
    Roost__Request request = ROOST__REQUEST__INIT;
    Roost__OpenSession open = ROOST__OPEN_SESSION__INIT;
    open.application = (char *)application;
    open.has_attach = true;
    open.attach = attach;
    request.operation_case = ROOST__REQUEST__OPERATION_OPEN_SESSION;
    request.open_session = &open;
    client_send(c, &request);
}

/* A greeted connection with an open session. */
static inline void client_start(struct client *c, struct world *w, uint64_t session) {
    char condition[100];
    client_connect(c, w, session);
    client_hello(c);
    client_open(c, NULL, false);
    ck_assert_str_eq(client_condition(c, condition), "");
}

/* handle = range(end), filtered by nothing. */
static inline uint32_t client_derive_range(struct client *c, uint64_t handle, int64_t end) {
    Roost__Request request = ROOST__REQUEST__INIT;
    Roost__Derive derive = ROOST__DERIVE__INIT;
    Spark__Connect__Plan plan = SPARK__CONNECT__PLAN__INIT;
    Spark__Connect__Relation relation = SPARK__CONNECT__RELATION__INIT;
    Spark__Connect__Range range = SPARK__CONNECT__RANGE__INIT;
    range.has_end = range.has_step = true;
    range.end = end;
    range.step = 1;
    relation.rel_type_case = SPARK__CONNECT__RELATION__REL_TYPE_RANGE;
    relation.range = &range;
    plan.op_type_case = SPARK__CONNECT__PLAN__OP_TYPE_ROOT;
    plan.root = &relation;
    derive.has_handle = true;
    derive.handle = handle;
    derive.plan = &plan;
    request.operation_case = ROOST__REQUEST__OPERATION_DERIVE;
    request.derive = &derive;
    return client_send(c, &request);
}

/* handle = parent's first n rows. */
static inline uint32_t client_derive_limit(struct client *c, uint64_t handle, uint64_t parent, int32_t n) {
    Roost__Request request = ROOST__REQUEST__INIT;
    Roost__Derive derive = ROOST__DERIVE__INIT;
    Spark__Connect__Plan plan = SPARK__CONNECT__PLAN__INIT;
    Spark__Connect__Relation relation = SPARK__CONNECT__RELATION__INIT, input = SPARK__CONNECT__RELATION__INIT;
    Spark__Connect__Limit limit = SPARK__CONNECT__LIMIT__INIT;
    input.rel_type_case = SPARK__CONNECT__RELATION__REL_TYPE_HANDLE;
    input.handle = parent;
    limit.input = &input;
    limit.has_limit = true;
    limit.limit = n;
    relation.rel_type_case = SPARK__CONNECT__RELATION__REL_TYPE_LIMIT;
    relation.limit = &limit;
    plan.op_type_case = SPARK__CONNECT__PLAN__OP_TYPE_ROOT;
    plan.root = &relation;
    derive.has_handle = true;
    derive.handle = handle;
    derive.plan = &plan;
    request.operation_case = ROOST__REQUEST__OPERATION_DERIVE;
    request.derive = &derive;
    return client_send(c, &request);
}

static inline uint32_t client_execute(struct client *c, uint64_t handle, const char *operation, uint32_t deadline_ms) {
    Roost__Request request = ROOST__REQUEST__INIT;
    Roost__Execute execute = ROOST__EXECUTE__INIT;
    Spark__Connect__Plan plan = SPARK__CONNECT__PLAN__INIT;
    Spark__Connect__Relation relation = SPARK__CONNECT__RELATION__INIT;
    relation.rel_type_case = SPARK__CONNECT__RELATION__REL_TYPE_HANDLE;
    relation.handle = handle;
    plan.op_type_case = SPARK__CONNECT__PLAN__OP_TYPE_ROOT;
    plan.root = &relation;
    execute.plan = &plan;
    execute.operation = (char *)operation;
    request.operation_case = ROOST__REQUEST__OPERATION_EXECUTE;
    request.execute = &execute;
    request.has_deadline_ms = deadline_ms != 0;
    request.deadline_ms = deadline_ms;
    return client_send(c, &request);
}

static inline void client_cancel(struct client *c, uint32_t stream, const char *operation) {
    Roost__Request request = ROOST__REQUEST__INIT;
    Roost__Cancel cancel = ROOST__CANCEL__INIT;
    cancel.has_stream = stream != 0;
    cancel.stream = stream;
    cancel.operation = (char *)operation;
    request.operation_case = ROOST__REQUEST__OPERATION_CANCEL;
    request.cancel = &cancel;
    client_send(c, &request);
}

#endif
