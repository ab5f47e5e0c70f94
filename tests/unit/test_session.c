/* SPDX-License-Identifier: Apache-2.0 */
/* The session machine: connections, sessions, handles, tasks, and what must not hurt them. */
#include "session/session_int.h"
#include "session/settings.h"
#include "session_client.h"

#define EXPECT(client, condition)                                                                                      \
    do {                                                                                                               \
        char expect_text[100];                                                                                         \
        ck_assert_str_eq(client_condition(client, expect_text), condition);                                            \
    } while (0)

/* Everything that clients took is given back. */
static void world_end(struct world *w) {
    ck_assert(list_is_empty(&w->engine->connections));
    for (int i = 0; i < RUN_LEVELS; i++) ck_assert(list_is_empty(&w->engine->run[i]));
    w->clock += 3600LL * 1000000;
    engine_step(w->engine);
    ck_assert_uint_eq(w->engine->sessions.count, 0);
    ck_assert(list_is_empty(&w->engine->applications));
    engine_free(w->engine);
}

START_TEST(settings_table_is_sorted) {
    for (size_t i = 1; setting_at(i); i++) ck_assert_str_lt(setting_at(i - 1)->name, setting_at(i)->name);
    ck_assert_str_eq(setting_find("spark.sql.ansi.enabled")->otherwise, "true");
}
END_TEST

START_TEST(garbage_closes_only_its_connection) {
    struct world w;
    struct client good, bad;
    world_init(&w);
    world_start(&w);
    client_start(&good, &w, 7);
    for (int byte = 0; byte < 256; byte++) {
        uint8_t junk[64];
        memset(junk, byte, sizeof junk);
        client_connect(&bad, &w, 0);
        connection_receive(bad.connection, junk, sizeof junk);
        client_close(&bad);
    }
    client_connect(&bad, &w, 0);
    ck_assert(!connection_receive(bad.connection, (const uint8_t *)"GET / HTTP/1.1\r\n\r\n", 18));
    client_close(&bad);
    client_derive_range(&good, 1, 10);
    EXPECT(&good, "");
    client_close(&good);
    world_end(&w);
}
END_TEST

START_TEST(a_claimed_length_takes_no_memory) {
    struct world w;
    struct client c;
    world_init(&w);
    world_start(&w);
    client_connect(&c, &w, 0);
    size_t before = w.engine->account.used;
    uint8_t header[FRAME_HEADER];
    frame_write(header, &(struct frame){.length = 60 << 20, .stream = 1, .type = FRAME_REQUEST});
    ck_assert(connection_receive(c.connection, header, sizeof header));
    ck_assert(connection_receive(c.connection, header, 10));
    ck_assert_uint_le(w.engine->account.used - before, 4096);
    client_close(&c);
    world_end(&w);
}
END_TEST

START_TEST(requests_arrive_in_any_cut) {
    struct world w;
    struct client c;
    world_init(&w);
    world_start(&w);
    for (size_t piece = 1; piece < 40; piece++) {
        client_connect(&c, &w, 0);
        Roost__Request request = ROOST__REQUEST__INIT;
        Roost__Hello hello = ROOST__HELLO__INIT;
        hello.has_version = true;
        hello.version = PROTOCOL_VERSION;
        request.operation_case = ROOST__REQUEST__OPERATION_HELLO;
        request.hello = &hello;
        size_t size;
        uint8_t *bytes = frame_of(FRAME_REQUEST, 0, 1, &request.base, &size);
        uint8_t *twice = malloc(2 * size);
        memcpy(twice, bytes, size);
        memcpy(twice + size, bytes, size);
        for (size_t at = 0; at < 2 * size; at += piece)
            ck_assert(connection_receive(c.connection, twice + at, 2 * size - at < piece ? 2 * size - at : piece));
        EXPECT(&c, "");
        EXPECT(&c, "");
        EXPECT(&c, "none");
        free(bytes);
        free(twice);
        client_close(&c);
    }
    world_end(&w);
}
END_TEST

START_TEST(the_first_request_must_be_hello) {
    struct world w;
    struct client c;
    world_init(&w);
    world_start(&w);
    client_connect(&c, &w, 3);
    client_open(&c, NULL, false);
    EXPECT(&c, "PROTOCOL_ERROR");
    ck_assert(connection_is_broken(c.connection));
    client_close(&c);
    world_end(&w);
}
END_TEST

START_TEST(sessions_are_joined_and_outlive_their_connection_for_a_while) {
    struct world w;
    struct client a, b;
    world_init(&w);
    world_start(&w);
    client_start(&a, &w, 11);
    client_connect(&b, &w, 11);
    client_hello(&b);
    client_open(&b, NULL, true);
    EXPECT(&b, "");
    client_close(&a);
    client_close(&b);
    w.clock += 59 * 1000000;
    engine_step(w.engine);
    ck_assert_uint_eq(w.engine->sessions.count, 1);
    client_connect(&b, &w, 11);
    client_hello(&b);
    client_open(&b, NULL, true);
    EXPECT(&b, "");
    w.clock += 3600LL * 1000000;
    engine_step(w.engine);
    ck_assert_uint_eq(w.engine->sessions.count, 1);
    b.session = 12;
    client_open(&b, NULL, true);
    EXPECT(&b, "INVALID_HANDLE.SESSION_NOT_FOUND");
    client_close(&b);
    world_end(&w);
}
END_TEST

START_TEST(a_query_gives_its_rows) {
    struct world w;
    struct client c;
    struct answer a;
    world_init(&w);
    world_start(&w);
    client_start(&c, &w, 5);
    client_derive_range(&c, 1, 5000);
    EXPECT(&c, "");
    uint32_t stream = client_execute(&c, 1, NULL, 0);
    world_run(&w);
    uint32_t batches = 0;
    bool ended = false;
    while (client_next(&c, &a)) {
        ck_assert_uint_eq(a.stream, stream);
        batches += a.type == FRAME_BATCH;
        if (a.flags & FRAME_END) {
            Roost__Response *r = roost__response__unpack(NULL, a.size, a.bytes);
            ck_assert_int_eq(r->answer_case, ROOST__RESPONSE__ANSWER_EXECUTED);
            ck_assert_uint_eq(r->executed->rows, 5000);
            roost__response__free_unpacked(r, NULL);
            ended = true;
        }
        free(a.bytes);
    }
    ck_assert(ended);
    ck_assert_uint_eq(batches, 3);
    client_close(&c);
    world_end(&w);
}
END_TEST

/* A query that takes many slices: the clock moves at every look at it. */
static uint32_t start_long_query(struct world *w, struct client *c, const char *operation, uint32_t deadline_ms) {
    client_derive_range(c, 1, INT64_C(1000000000));
    EXPECT(c, "");
    w->tick = 500;
    return client_execute(c, 1, operation, deadline_ms);
}

static const char *last_condition(struct client *c, char text[100]) {
    struct answer a;
    snprintf(text, 100, "none");
    while (client_next(c, &a)) {
        if (a.flags & FRAME_END) {
            Roost__Response *r = roost__response__unpack(NULL, a.size, a.bytes);
            snprintf(text, 100, "%s", r->answer_case == ROOST__RESPONSE__ANSWER_ERROR ? r->error->condition : "");
            roost__response__free_unpacked(r, NULL);
        }
        free(a.bytes);
    }
    return text;
}

START_TEST(a_deadline_ends_a_query) {
    struct world w;
    struct client c;
    char text[100];
    world_init(&w);
    world_start(&w);
    client_start(&c, &w, 5);
    start_long_query(&w, &c, NULL, 50);
    for (int i = 0; i < 1000 && strcmp(last_condition(&c, text), "none") == 0; i++) engine_step(w.engine);
    ck_assert_str_eq(text, "QUERY_TIMEOUT");
    w.tick = 0;
    client_close(&c);
    world_end(&w);
}
END_TEST

START_TEST(a_query_is_parked_while_nobody_reads) {
    struct world w;
    struct client c;
    char text[100];
    world_init(&w);
    w.options.high_water = 100000;
    world_start(&w);
    client_start(&c, &w, 5);
    uint32_t stream = start_long_query(&w, &c, NULL, 0);
    w.tick = 0;
    for (int i = 0; i < 1000; i++) engine_step(w.engine);
    ck_assert_uint_le(connection_unsent(c.connection), 200000);
    ck_assert_int_eq(engine_next_due(w.engine), -1);
    client_drain(&c);
    ck_assert_int_eq(engine_next_due(w.engine), 0);
    client_cancel(&c, stream, NULL);
    ck_assert_str_eq(last_condition(&c, text), "OPERATION_CANCELED");
    client_close(&c);
    world_end(&w);
}
END_TEST

START_TEST(cancel_by_stream_and_from_another_connection) {
    struct world w;
    struct client a, b;
    char text[100];
    world_init(&w);
    world_start(&w);
    client_start(&a, &w, 5);
    uint32_t stream = start_long_query(&w, &a, "op-1", 0);
    client_cancel(&a, stream, NULL);
    ck_assert_str_eq(last_condition(&a, text), "OPERATION_CANCELED");
    client_execute(&a, 1, "op-2", 0);
    client_connect(&b, &w, 5);
    client_hello(&b);
    client_cancel(&b, 0, "op-3");
    ck_assert_str_eq(last_condition(&a, text), "none");
    client_cancel(&b, 0, "op-2");
    ck_assert_str_eq(last_condition(&a, text), "OPERATION_CANCELED");
    w.tick = 0;
    client_close(&a);
    client_close(&b);
    world_end(&w);
}
END_TEST

START_TEST(end_of_file_ends_queries_at_once) {
    struct world w;
    struct client a;
    world_init(&w);
    world_start(&w);
    client_start(&a, &w, 5);
    start_long_query(&w, &a, NULL, 0);
    ck_assert_int_eq(engine_next_due(w.engine), 0);
    client_close(&a);
    w.tick = 0;
    ck_assert_int_ne(engine_next_due(w.engine), 0);
    world_end(&w);
}
END_TEST

START_TEST(a_small_query_does_not_wait_behind_a_large_one) {
    struct world w;
    struct client a, b;
    char text[100];
    world_init(&w);
    w.options.high_water = 1u << 30;
    world_start(&w);
    client_start(&a, &w, 5);
    client_start(&b, &w, 6);
    start_long_query(&w, &a, NULL, 0);
    for (int i = 0; i < 100; i++) {
        engine_step(w.engine);
        client_drain(&a);
    }
    w.tick = 1;
    client_derive_range(&b, 1, 10);
    EXPECT(&b, "");
    client_execute(&b, 1, NULL, 0);
    ck_assert_str_eq(last_condition(&b, text), ""); /* without a single step */
    w.tick = 0;
    client_close(&a);
    client_close(&b);
    world_end(&w);
}
END_TEST

START_TEST(chains_of_handles_are_released_without_recursion) {
    struct world w;
    struct client c;
    world_init(&w);
    world_start(&w);
    client_start(&c, &w, 5);
    client_derive_range(&c, 1, 10);
    EXPECT(&c, "");
    for (uint64_t i = 2; i <= 10000; i++) {
        client_derive_limit(&c, i, i - 1, 5);
        EXPECT(&c, "");
        Roost__Request request = ROOST__REQUEST__INIT;
        Roost__Release release = ROOST__RELEASE__INIT;
        uint64_t parent = i - 1;
        request.n_release = 1;
        request.release = &parent;
        request.operation_case = ROOST__REQUEST__OPERATION_RELEASE_ONLY;
        request.release_only = &release;
        client_send(&c, &request); /* the child keeps it alive */
    }
    struct session *session = session_find(w.engine, 5);
    ck_assert_uint_eq(session->handles.count, 1);
    client_close(&c);
    world_end(&w);
}
END_TEST

START_TEST(unknown_handles_and_sessions_are_errors) {
    struct world w;
    struct client c;
    world_init(&w);
    world_start(&w);
    client_start(&c, &w, 5);
    client_execute(&c, 99, NULL, 0);
    EXPECT(&c, "ROOST_UNKNOWN_PLAN");
    c.session = 77;
    client_execute(&c, 1, NULL, 0);
    EXPECT(&c, "INVALID_HANDLE.SESSION_NOT_FOUND");
    client_close(&c);
    world_end(&w);
}
END_TEST

START_TEST(running_out_of_memory_ends_the_request_alone) {
    struct world w;
    struct client c;
    char text[100];
    world_init(&w);
    world_start(&w);
    client_start(&c, &w, 5);
    bool finished = false;
    for (uint64_t nth = 1; nth < 200 && !finished; nth++) {
        w.engine->account.fail_at = nth;
        client_derive_range(&c, 1, 10);
        ck_assert_str_ne(last_condition(&c, text), "none");
        bool derived = !*text;
        if (!derived) ck_assert_str_eq(text, "OUT_OF_MEMORY");
        client_execute(&c, 1, NULL, 0);
        last_condition(&c, text);
        finished = derived && !*text;
        finished = finished && w.engine->account.fail_at > 0;
        w.engine->account.fail_at = 0;
    }
    ck_assert(finished);
    client_close(&c);
    world_end(&w);
}
END_TEST

/* What a large query has freed stays for the next one, and goes back to the system when none comes. */
START_TEST(free_memory_is_kept_for_a_moment) {
    enum { MUCH = 64 << 20, A_MOMENT = 500000 };
    struct world w;
    world_init(&w);
    world_start(&w);
    engine_step(w.engine);
    ck_assert_int_eq(engine_next_due(w.engine), -1);
    memory_charge(&w.engine->account, MUCH);
    memory_discharge(&w.engine->account, MUCH);
    ck_assert_int_eq(engine_step(w.engine), A_MOMENT);
    w.clock += A_MOMENT - 1;
    ck_assert_int_eq(engine_step(w.engine), 1);
    w.clock++;
    ck_assert_int_eq(engine_step(w.engine), -1);
    world_end(&w);
}
END_TEST

UNIT_MAIN("session", settings_table_is_sorted, garbage_closes_only_its_connection, a_claimed_length_takes_no_memory,
          requests_arrive_in_any_cut, the_first_request_must_be_hello,
          sessions_are_joined_and_outlive_their_connection_for_a_while, a_query_gives_its_rows, a_deadline_ends_a_query,
          a_query_is_parked_while_nobody_reads, cancel_by_stream_and_from_another_connection,
          end_of_file_ends_queries_at_once, a_small_query_does_not_wait_behind_a_large_one,
          chains_of_handles_are_released_without_recursion, unknown_handles_and_sessions_are_errors,
          running_out_of_memory_ends_the_request_alone, free_memory_is_kept_for_a_moment)
