/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Histories of several clients and one engine, made from a seed: requests in any order, bytes in any cut, answers
 * read late or never, connections that end in the middle, clocks that jump, memory that runs out, engines that die.
 *
 * What must hold in every history: each request is answered by exactly one last frame, or its connection is gone;
 * a query gives the rows that a model says; errors are those that the history explains; and when everybody has left,
 * nothing is left. ROOST_SIMULATIONS says how many histories (default 300), ROOST_SEED which one to repeat.
 */
#include "session/session_int.h"
#include "session_client.h"

enum { CLIENTS = 4, HANDLES = 8, STREAMS = 4096, STEPS = 400 };

/* What a client believes. */
struct actor {
    struct client client;
    bool connected;
    uint8_t *outbox; /* written, not yet delivered */
    size_t outbox_size;
    uint32_t sent_streams;
    struct {
        bool open;     /* no last frame yet */
        bool may_fail; /* cancelled, timed, short of memory */
        int64_t rows;  /* expected of Executed; -1: any */
    } streams[STREAMS];
    int64_t rows[HANDLES]; /* of the handles, by the session's model; -1: unknown handle, -2: not sure */
};

struct history {
    struct world world;
    uint64_t random;
    struct actor actors[CLIENTS];
    bool short_of_memory;
};

static uint32_t roll(struct history *h, uint32_t below) {
    h->random ^= h->random << 13;
    h->random ^= h->random >> 7;
    h->random ^= h->random << 17;
    return (uint32_t)(h->random >> 33) % below;
}

static void actor_connect(struct history *h, struct actor *a, uint64_t session) {
    client_connect(&a->client, &h->world, session);
    a->connected = true;
    a->outbox_size = 0;
    a->sent_streams = 0;
    memset(a->streams, 0, sizeof a->streams);
}

static void actor_close(struct actor *a) {
    client_close(&a->client);
    free(a->outbox);
    a->outbox = NULL;
    a->connected = false;
}

/* The request goes to the outbox; delivery is another matter. */
static uint32_t post(struct actor *a, Roost__Request *request, bool answered) {
    size_t size;
    request->has_session = true;
    request->session = a->client.session;
    uint32_t stream = ++a->client.stream;
    uint8_t *bytes = frame_of(FRAME_REQUEST, 0, stream, &request->base, &size);
    a->outbox = realloc(a->outbox, a->outbox_size + size);
    memcpy(a->outbox + a->outbox_size, bytes, size);
    a->outbox_size += size;
    free(bytes);
    a->sent_streams = stream;
    a->streams[stream].open = answered;
    a->streams[stream].rows = -1;
    return stream;
}

static void post_hello(struct actor *a) {
    Roost__Request request = ROOST__REQUEST__INIT;
    Roost__Hello hello = ROOST__HELLO__INIT;
    hello.has_version = true;
    hello.version = PROTOCOL_VERSION;
    request.operation_case = ROOST__REQUEST__OPERATION_HELLO;
    request.hello = &hello;
    post(a, &request, true);
}

static void post_open(struct actor *a) {
    Roost__Request request = ROOST__REQUEST__INIT;
    Roost__OpenSession open = ROOST__OPEN_SESSION__INIT;
    request.operation_case = ROOST__REQUEST__OPERATION_OPEN_SESSION;
    request.open_session = &open;
    post(a, &request, true);
}

static void post_derive(struct actor *a, uint32_t handle, const Spark__Connect__Relation *relation) {
    Roost__Request request = ROOST__REQUEST__INIT;
    Roost__Derive derive = ROOST__DERIVE__INIT;
    Spark__Connect__Plan plan = SPARK__CONNECT__PLAN__INIT;
    plan.op_type_case = SPARK__CONNECT__PLAN__OP_TYPE_ROOT;
    plan.root = (Spark__Connect__Relation *)relation;
    derive.has_handle = true;
    derive.handle = handle + 1;
    derive.plan = &plan;
    request.operation_case = ROOST__REQUEST__OPERATION_DERIVE;
    request.derive = &derive;
    post(a, &request, true);
}

static void post_range(struct history *h, struct actor *a) {
    static const int64_t ends[] = {0, 1, 10, 3000, 100000};
    uint32_t handle = roll(h, HANDLES);
    int64_t end = ends[roll(h, 5)];
    Spark__Connect__Relation relation = SPARK__CONNECT__RELATION__INIT;
    Spark__Connect__Range range = SPARK__CONNECT__RANGE__INIT;
    range.has_end = range.has_step = true;
    range.end = end;
    range.step = 1;
    relation.rel_type_case = SPARK__CONNECT__RELATION__REL_TYPE_RANGE;
    relation.range = &range;
    post_derive(a, handle, &relation);
    a->rows[handle] = h->short_of_memory ? -2 : end;
}

static void post_limit(struct history *h, struct actor *a) {
    uint32_t handle = roll(h, HANDLES), parent = roll(h, HANDLES);
    int32_t limit = (int32_t)roll(h, 5000);
    Spark__Connect__Relation relation = SPARK__CONNECT__RELATION__INIT, input = SPARK__CONNECT__RELATION__INIT;
    Spark__Connect__Limit m = SPARK__CONNECT__LIMIT__INIT;
    input.rel_type_case = SPARK__CONNECT__RELATION__REL_TYPE_HANDLE;
    input.handle = parent + 1;
    m.input = &input;
    m.has_limit = true;
    m.limit = limit;
    relation.rel_type_case = SPARK__CONNECT__RELATION__REL_TYPE_LIMIT;
    relation.limit = &m;
    post_derive(a, handle, &relation);
    if (a->rows[parent] == -2 || h->short_of_memory)
        a->rows[handle] = -2;
    else if (a->rows[parent] >= 0)
        a->rows[handle] = a->rows[parent] < limit ? a->rows[parent] : limit;
    else if (a->rows[handle] != -1)
        a->rows[handle] = -2; /* it failed: what was there stays */
}

static void post_execute(struct history *h, struct actor *a) {
    uint32_t handle = roll(h, HANDLES);
    Roost__Request request = ROOST__REQUEST__INIT;
    Roost__Execute execute = ROOST__EXECUTE__INIT;
    Spark__Connect__Plan plan = SPARK__CONNECT__PLAN__INIT;
    Spark__Connect__Relation relation = SPARK__CONNECT__RELATION__INIT;
    relation.rel_type_case = SPARK__CONNECT__RELATION__REL_TYPE_HANDLE;
    relation.handle = handle + 1;
    plan.op_type_case = SPARK__CONNECT__PLAN__OP_TYPE_ROOT;
    plan.root = &relation;
    execute.plan = &plan;
    if (roll(h, 4) == 0) execute.operation = (char *)"operation";
    request.operation_case = ROOST__REQUEST__OPERATION_EXECUTE;
    request.execute = &execute;
    bool timed = roll(h, 6) == 0;
    request.has_deadline_ms = timed;
    request.deadline_ms = 1 + roll(h, 50);
    uint32_t stream = post(a, &request, true);
    a->streams[stream].rows = a->rows[handle] >= 0 ? a->rows[handle] : -1;
    a->streams[stream].may_fail = timed || a->rows[handle] < 0 || execute.operation || h->short_of_memory;
}

static void post_cancel(struct history *h, struct actor *a) {
    Roost__Request request = ROOST__REQUEST__INIT;
    Roost__Cancel cancel = ROOST__CANCEL__INIT;
    if (roll(h, 2)) {
        cancel.has_stream = true;
        cancel.stream = 1 + roll(h, a->sent_streams ? a->sent_streams : 1);
        a->streams[cancel.stream].may_fail = true;
    } else {
        cancel.operation = (char *)"operation";
    }
    request.operation_case = ROOST__REQUEST__OPERATION_CANCEL;
    request.cancel = &cancel;
    post(a, &request, false);
}

static void post_config(struct history *h, struct actor *a) {
    Roost__Request request = ROOST__REQUEST__INIT;
    Spark__Connect__ConfigRequest config = SPARK__CONNECT__CONFIG_REQUEST__INIT;
    Spark__Connect__ConfigRequest__Operation operation = SPARK__CONNECT__CONFIG_REQUEST__OPERATION__INIT;
    Spark__Connect__ConfigRequest__Set set = SPARK__CONNECT__CONFIG_REQUEST__SET__INIT;
    Spark__Connect__KeyValue pair = SPARK__CONNECT__KEY_VALUE__INIT, *pairs = &pair;
    pair.key = (char *)"spark.roost.test";
    pair.value = (char *)(roll(h, 2) ? "one" : "two");
    set.n_pairs = 1;
    set.pairs = &pairs;
    operation.op_type_case = SPARK__CONNECT__CONFIG_REQUEST__OPERATION__OP_TYPE_SET;
    operation.set = &set;
    config.operation = &operation;
    request.operation_case = ROOST__REQUEST__OPERATION_CONFIG;
    request.config = &config;
    post(a, &request, true);
}

static void post_release(struct history *h, struct actor *a) {
    uint64_t handle = roll(h, HANDLES);
    Roost__Request request = ROOST__REQUEST__INIT;
    Roost__Release release = ROOST__RELEASE__INIT;
    uint64_t id = handle + 1;
    request.n_release = 1;
    request.release = &id;
    request.operation_case = ROOST__REQUEST__OPERATION_RELEASE_ONLY;
    request.release_only = &release;
    post(a, &request, false);
    a->rows[handle] = h->short_of_memory ? -2 : -1;
}

/* The connection ends; what was written and did not arrive did not happen. */
static void lose(struct actor *a) {
    uint64_t session = a->client.session;
    actor_close(a);
    a->client.session = session;
    for (int i = 0; i < HANDLES; i++) a->rows[i] = -2;
}

/* Some of what was written arrives. */
static void deliver(struct history *h, struct actor *a, bool all) {
    size_t size = all || !a->outbox_size ? a->outbox_size : roll(h, (uint32_t)a->outbox_size + 1);
    if (!size) return;
    bool good = connection_receive(a->client.connection, a->outbox, size);
    ck_assert(good || h->short_of_memory); /* a Hello that found no memory */
    if (!good) {
        lose(a);
        return;
    }
    a->outbox_size -= size;
    memmove(a->outbox, a->outbox + size, a->outbox_size);
}

/* Reads what came and compares it with what was to come. */
static void receive(struct actor *a) {
    struct answer answer;
    while (client_next(&a->client, &answer)) {
        ck_assert_uint_le(answer.stream, a->sent_streams);
        ck_assert_msg(a->streams[answer.stream].open, "stream %u was answered twice", answer.stream);
        if (answer.flags & FRAME_END) {
            Roost__Response *r = roost__response__unpack(NULL, answer.size, answer.bytes);
            ck_assert_ptr_nonnull(r);
            a->streams[answer.stream].open = false;
            int64_t rows = a->streams[answer.stream].rows;
            if (r->answer_case == ROOST__RESPONSE__ANSWER_EXECUTED && rows >= 0)
                ck_assert_int_eq((int64_t)r->executed->rows, rows);
            if (r->answer_case == ROOST__RESPONSE__ANSWER_ERROR && rows >= 0 && !a->streams[answer.stream].may_fail)
                ck_assert_msg(strcmp(r->error->condition, "OUT_OF_MEMORY") == 0 ||
                                  strcmp(r->error->condition, "ROOST_TOO_MANY_REQUESTS") == 0,
                              "%s", r->error->message);
            roost__response__free_unpacked(r, NULL);
        }
        free(answer.bytes);
    }
}

static void start_actor(struct history *h, struct actor *a, uint64_t session) {
    actor_connect(h, a, session);
    post_hello(a);
    post_open(a);
}

static void act(struct history *h, struct actor *a) {
    if (!a->connected) {
        start_actor(h, a, a->client.session);
        return;
    }
    if (a->sent_streams + 4 >= STREAMS) return;
    switch (roll(h, 16)) {
        case 0:
        case 1: post_range(h, a); return;
        case 2:
        case 3: post_limit(h, a); return;
        case 4:
        case 5:
        case 6: post_execute(h, a); return;
        case 7: post_cancel(h, a); return;
        case 8: post_config(h, a); return;
        case 9: post_release(h, a); return;
        case 10: receive(a); return;
        case 11:
            if (roll(h, 6) == 0) lose(a);
            return;
        default: deliver(h, a, roll(h, 3) == 0);
    }
}

/* The engine dies and another one knows nothing. */
static void crash(struct history *h) {
    for (int i = 0; i < CLIENTS; i++) {
        struct actor *a = &h->actors[i];
        uint64_t session = a->client.session;
        if (a->connected) actor_close(a);
        a->client.session = session;
        for (int k = 0; k < HANDLES; k++) a->rows[k] = -1;
    }
    engine_free(h->world.engine);
    world_start(&h->world);
}

/* Memory will run out somewhere: from now on nobody is sure of anything that has not been answered. */
static void starve(struct history *h) {
    h->short_of_memory = true;
    h->world.engine->account.fail_at = 1 + roll(h, 40);
    for (int i = 0; i < CLIENTS; i++) {
        struct actor *a = &h->actors[i];
        for (int k = 0; k < HANDLES; k++) a->rows[k] = -2;
        for (uint32_t s = 1; s <= a->sent_streams; s++) a->streams[s].rows = -1;
    }
}

static void settle(struct history *h) {
    h->world.engine->account.fail_at = 0;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < CLIENTS; i++)
            if (h->actors[i].connected) deliver(h, &h->actors[i], true);
        for (int turn = 0; turn < 100000; turn++) {
            world_run(&h->world);
            for (int i = 0; i < CLIENTS; i++)
                if (h->actors[i].connected) receive(&h->actors[i]);
            if (engine_next_due(h->world.engine) != 0) break;
        }
    }
    for (int i = 0; i < CLIENTS; i++) {
        struct actor *a = &h->actors[i];
        for (uint32_t s = 1; a->connected && s <= a->sent_streams; s++)
            ck_assert_msg(!a->streams[s].open, "client %d: stream %u was never answered", i, s);
    }
}

static void run_history(uint64_t seed) {
    struct history *h = calloc(1, sizeof *h);
    h->random = seed * 2654435761u + 1;
    world_init(&h->world);
    h->world.options.high_water = 1 << 16;
    h->world.tick = roll(h, 3) * 200;
    world_start(&h->world);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        for (int k = 0; k < HANDLES; k++) h->actors[i].rows[k] = -1;
        start_actor(h, &h->actors[i], 100 + i);
    }
    for (int step = 0; step < STEPS; step++) {
        act(h, &h->actors[roll(h, CLIENTS)]);
        if (roll(h, 2)) engine_step(h->world.engine);
        while (engine_next_ready(h->world.engine)) continue;
        if (roll(h, 200) == 0) h->world.clock += roll(h, 3) * 40000000LL; /* a session may expire */
        if (roll(h, 300) == 0) crash(h);
        if (roll(h, 100) == 0) starve(h);
    }
    settle(h);
    for (int i = 0; i < CLIENTS; i++)
        if (h->actors[i].connected) actor_close(&h->actors[i]);
    h->world.clock += 3600LL * 1000000;
    h->world.tick = 0;
    engine_step(h->world.engine);
    ck_assert_uint_eq(h->world.engine->sessions.count, 0);
    ck_assert(list_is_empty(&h->world.engine->applications));
    engine_free(h->world.engine);
    free(h);
}

START_TEST(histories_end_well) {
    const char *seed = getenv("ROOST_SEED"), *count = getenv("ROOST_SIMULATIONS");
    if (seed) {
        run_history(strtoull(seed, NULL, 10));
        return;
    }
    int histories = count ? atoi(count) : 300;
    for (int i = 1; i <= histories; i++) {
        if (getenv("ROOST_VERBOSE")) fprintf(stderr, "seed %d\n", i);
        run_history((uint64_t)i);
    }
}
END_TEST

UNIT_MAIN("simulation", histories_end_well)
