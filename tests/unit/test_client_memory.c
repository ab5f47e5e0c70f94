/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libroost when there is no memory: the first, second, third ... allocation of a whole conversation fails,
 * until none does. Each time the calls end, with OutOfMemory or well, and nothing is leaked (which the
 * sanitizer sees). The Makefile links this program with --wrap for the functions below.
 */
#include <stdlib.h>
#include <string.h>

#include "roost.h"
#include "tests/unit/fake_engine.h"
#include "tests/unit/unit.h"

static long countdown; /* the allocation that fails; 0: none */
static bool injected;

static bool refuse(void) {
    if (!countdown || --countdown) return false;
    return injected = true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t size);

void *__wrap_malloc(size_t size) {
    return refuse() ? NULL : __real_malloc(size);
}
void *__wrap_calloc(size_t count, size_t size) {
    return refuse() ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *block, size_t size) {
    return refuse() ? NULL : __real_realloc(block, size);
}
void *__wrap_aligned_alloc(size_t alignment, size_t size) {
    return refuse() ? NULL : __real_aligned_alloc(alignment, size);
}
char *__wrap_strdup(const char *text) {
    return refuse() ? NULL : __real_strdup(text);
}
char *__wrap_strndup(const char *text, size_t size) {
    return refuse() ? NULL : __real_strndup(text, size);
}

static void echo(void *context, const struct roost_call *call, struct roost_reply *reply) {
    (void)context;
    for (uint32_t i = 0; i < call->batch_count; i++) roost_reply_batch(reply, &call->batches[i]);
}

/* NULL and the error of no memory, or something and no error. */
static void check(const void *made, struct roost_error *error) {
    if (!made && error->kind) ck_assert_msg(strcmp(error->kind, "OutOfMemory") == 0, "%s", error->message);
    if (!made) ck_assert(injected);
    roost_error_reset(error);
}

static void run_plan(struct roost_session *session, struct roost_plan *plan) {
    struct roost_error error = {0};
    struct roost_wait wait = {.timeout_ms = 20000, .function = echo};
    const struct roost_batch *batch;
    int more = 0;
    check(plan, &error);
    if (!plan) return;
    struct roost_result *result = roost_execute(session, plan, NULL, &wait, &error);
    check(result, &error);
    while (result && (more = roost_result_next(result, &wait, &batch, &error)) > 0) {
    }
    if (more < 0) check(NULL, &error);
    roost_result_close(result);
    roost_plan_unref(plan);
}

static void converse(const char *path) {
    struct roost_error error = {0};
    struct roost_client *client = roost_client_new(path, NULL);
    check(client, &error);
    if (!client) return;
    const struct roost_parameter setting = {"k", "v"};
    struct roost_session_options options = {.name = "n", .config = &setting, .config_count = 1};
    struct roost_session *session = roost_session_new(client, &options);
    check(session, &error);
    if (session) {
        check(roost_config_set(session, "k", "1", NULL, &error) ? session : NULL, &error);
        run_plan(session, roost_plan_sql(session, "select"));
        run_plan(session, roost_plan_sql(session, "set v"));
        run_plan(session, roost_plan_sql(session, "call"));
        struct roost_plan *data = roost_plan_data(session, "x BIGINT");
        int64_t number = 1;
        const uint8_t none = 0;
        struct wire_column column = {.buffer_count = 2, .sizes = {0, 8}, .buffers = {&none, (uint8_t *)&number}};
        if (data) roost_plan_add_batch(data, &(struct wire_batch){.rows = 1, .column_count = 1, .columns = &column});
        run_plan(session, data);
        struct roost_plan *bad = roost_plan_sql(session, "fail");
        if (bad && !roost_plan_derive(bad, NULL, &error)) roost_error_reset(&error);
        roost_plan_unref(bad);
        roost_session_close(session, true);
        roost_session_unref(session);
    }
    roost_client_free(client);
}

START_TEST(every_allocation_may_fail) {
    struct fake_engine engine;
    fake_engine_start(&engine);
    long n = 0;
    do {
        injected = false;
        countdown = ++n;
        converse(engine.path);
        countdown = 0;
    } while (injected);
    ck_assert_int_gt(n, 40);
    fake_engine_stop(&engine);
}
END_TEST

UNIT_MAIN("client_memory", every_allocation_may_fail)
