/* SPDX-License-Identifier: Apache-2.0 */
/* libroost and the real roostd, which stands in ../bin beside this program: the promises of both, together.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "client/bytes.h"
#include "client/shell/daemon.h"
#include "roost.h"
#include "tests/unit/unit.h"

static struct private_daemon server;
static struct roost_client *client;
static struct roost_session *session;
static struct roost_error error;

static void set_up(void) {
    char program[4096], path[8192], message[256];
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    ck_assert_int_gt(size, 0);
    program[size] = 0;
    *strrchr(program, '/') = 0;
    snprintf(path, sizeof path, "%s/../bin:%s", program, getenv("PATH"));
    setenv("PATH", path, 1);
    ck_assert_msg(private_daemon_start(&server, message, sizeof message), "%s", message);
    client = roost_client_new(server.address, NULL);
    session = roost_session_new(client, NULL);
}

static void tear_down(void) {
    roost_error_reset(&error);
    roost_session_close(session, true);
    roost_session_unref(session);
    roost_client_free(client);
    private_daemon_stop(&server);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The first column of the plan's rows, bigints, added up; -1: an error. */
static int64_t sum_of(struct roost_plan *plan, const struct roost_wait *wait) {
    int64_t sum = 0;
    const struct roost_batch *batch;
    int more = -1;
    struct roost_result *result = roost_execute(roost_plan_session(plan), plan, NULL, wait, &error);
    while (result && (more = roost_result_next(result, wait, &batch, &error)) > 0)
        for (uint32_t i = 0; i < batch->batch.rows; i++) {
            int64_t value;
            ck_assert_uint_eq(batch->batch.columns[0].sizes[1], batch->batch.rows * sizeof value);
            memcpy(&value, batch->batch.columns[0].buffers[1] + i * sizeof value, sizeof value);
            sum += value;
        }
    roost_result_close(result);
    return more == 0 ? sum : -1;
}

static int64_t sum_sql(const char *sql, const struct roost_wait *wait) {
    struct roost_plan *plan = roost_plan_sql(session, sql);
    int64_t sum = sum_of(plan, wait);
    roost_plan_unref(plan);
    return sum;
}

static void kill_engine(void) {
    struct roost_client *other = roost_client_new(server.address, NULL);
    struct roost_status status;
    ck_assert(roost_client_status(other, NULL, &status, &error));
    uint64_t epoch = status.epoch;
    kill((pid_t)status.engine_pid, SIGKILL);
    while (status.epoch == epoch) ck_assert(roost_client_status(other, NULL, &status, &error));
    roost_client_free(other);
}

START_TEST(queries_answer) {
    set_up();
    ck_assert_msg(sum_sql("SELECT id FROM range(5000)", NULL) == 12497500, "%s", error.message);
    ck_assert_int_eq(sum_sql("SELECT 1/0", NULL), -1);
    ck_assert_str_eq(error.kind, "ArithmeticException");
    ck_assert_str_eq(error.condition, "DIVIDE_BY_ZERO");
    ck_assert_uint_ge(error.context_count, 1);
    ck_assert_int_eq(error.contexts[0].start, 7);
    ck_assert_str_eq(error.contexts[0].fragment, "1/0");
    tear_down();
}
END_TEST

START_TEST(local_rows_come_back) {
    set_up();
    int64_t values[1000];
    for (int i = 0; i < 1000; i++) values[i] = i;
    const uint8_t none = 0;
    struct wire_column column = {.buffer_count = 2, .sizes = {0, sizeof values}, .buffers = {&none, (uint8_t *)values}};
    struct wire_batch batch = {.rows = 1000, .column_count = 1, .columns = &column};
    struct roost_plan *plan = roost_plan_data(session, "x BIGINT");
    for (int i = 0; i < 20; i++) ck_assert(roost_plan_add_batch(plan, &batch));
    ck_assert_msg(sum_of(plan, NULL) == 20 * 499500, "%s", error.message);
    kill_engine();
    ck_assert_msg(sum_of(plan, NULL) == 20 * 499500, "%s", error.message);
    roost_plan_unref(plan);
    struct roost_plan *bad = roost_plan_data(session, "x STRING");
    ck_assert(roost_plan_add_batch(bad, &batch));
    ck_assert(!roost_plan_derive(bad, NULL, &error));
    ck_assert_str_eq(error.condition, "PROTOCOL_ERROR");
    roost_plan_unref(bad);
    ck_assert_int_eq(sum_sql("SELECT id FROM range(3)", NULL), 3);
    tear_down();
}
END_TEST

/* createOrReplaceTempView: a command over a plan, which nobody holds afterwards but the session's log. */
static void make_view(const char *name, const char *sql) {
    struct roost_plan *plan = roost_plan_sql(session, sql);
    struct bytes recipe = {0};
    size_t command = pb_begin(&recipe, 2), create = pb_begin(&recipe, 3), input = pb_begin(&recipe, 1);
    pb_uint(&recipe, 2000, roost_plan_handle(plan));
    pb_end(&recipe, input);
    pb_string(&recipe, 2, name);
    pb_uint(&recipe, 4, 1);
    pb_end(&recipe, create);
    pb_end(&recipe, command);
    const struct roost_batch *batch;
    struct roost_result *result = roost_execute_plan(session, recipe.data, recipe.size, &plan, 1, NULL, NULL, &error);
    while (result && roost_result_next(result, NULL, &batch, &error) > 0) {
    }
    ck_assert_msg(!error.kind, "%s", error.message);
    roost_result_close(result);
    roost_plan_unref(plan);
    bytes_release(&recipe);
}

START_TEST(a_session_survives_its_engine) {
    set_up();
    make_view("v", "SELECT id FROM range(3)");
    make_view("v", "SELECT id FROM range(4)");
    ck_assert(roost_config_set(session, "spark.sql.ansi.enabled", "false", NULL, &error));
    struct roost_plan *plan = roost_plan_sql(session, "SELECT id + coalesce(1/0, 0) FROM v");
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(sum_sql("SELECT id FROM v", NULL), 6);
        ck_assert_int_eq(sum_sql("SELECT bigint(coalesce(1/0, 7))", NULL), 7);
        kill_engine();
    }
    roost_plan_unref(plan);
    tear_down();
}
END_TEST

static bool soon(void *context) {
    return seconds() > *(double *)context;
}

static const char endless[] = "SELECT max(a.id * b.id) FROM range(1000000) a CROSS JOIN range(1000000) b";

START_TEST(a_long_query_can_be_left) {
    set_up();
    double until = seconds() + 0.2;
    struct roost_wait wait = {.interrupted = soon, .context = &until};
    ck_assert_int_eq(sum_sql(endless, &wait), -1);
    ck_assert_str_eq(error.kind, "Interrupted");
    ck_assert(seconds() < until + 0.3);
    ck_assert_int_eq(sum_sql("SELECT id FROM range(4)", NULL), 6);
    double begin = seconds();
    ck_assert_int_eq(sum_sql(endless, &(struct roost_wait){.timeout_ms = 200}), -1);
    ck_assert_msg(strcmp(error.kind, "Timeout") != 0, "the engine should have ended it first");
    ck_assert(seconds() - begin < 1);
    ck_assert_int_eq(sum_sql("SELECT id FROM range(4)", NULL), 6);
    tear_down();
}
END_TEST

START_TEST(a_large_result_can_be_left) {
    set_up();
    struct roost_plan *plan = roost_plan_sql(session, "SELECT id, repeat('x', 100) FROM range(100000000)");
    const struct roost_batch *batch;
    for (int i = 0; i < 20; i++) {
        struct roost_result *result = roost_execute(session, plan, NULL, NULL, &error);
        ck_assert_msg(result != NULL, "%s", error.message);
        ck_assert_int_eq(roost_result_next(result, NULL, &batch, &error), 1);
        ck_assert_int_eq(sum_sql("SELECT id FROM range(4)", NULL), 6);
        roost_result_close(result);
    }
    struct roost_status status;
    ck_assert(roost_client_status(client, NULL, &status, &error));
    ck_assert_uint_le(status.connections, 2);
    roost_plan_unref(plan);
    tear_down();
}
END_TEST

START_TEST(an_engine_that_dies_in_a_query_says_so) {
    set_up();
    struct roost_plan *plan = roost_plan_sql(session, "SELECT id FROM range(100000000000)");
    const struct roost_batch *batch;
    struct roost_result *result = roost_execute(session, plan, NULL, NULL, &error);
    ck_assert_int_eq(roost_result_next(result, NULL, &batch, &error), 1);
    kill_engine();
    int more;
    while ((more = roost_result_next(result, NULL, &batch, &error)) > 0) {
    }
    ck_assert_int_eq(more, -1);
    ck_assert_str_eq(error.kind, "DaemonCrashed");
    ck_assert_msg(strstr(error.message, "crash") != NULL, "%s", error.message);
    roost_result_close(result);
    roost_plan_unref(plan);
    ck_assert_int_eq(sum_sql("SELECT id FROM range(4)", NULL), 6);
    tear_down();
}
END_TEST

START_TEST(a_frozen_engine_is_noticed) {
    set_up();
    struct roost_client *impatient =
        roost_client_new(server.address, &(struct roost_client_options){.silence_ms = 300});
    struct roost_status status;
    ck_assert(roost_client_status(impatient, NULL, &status, &error));
    kill((pid_t)status.engine_pid, SIGSTOP);
    ck_assert(!roost_client_status(impatient, NULL, &status, &error));
    ck_assert_str_eq(error.kind, "DaemonGone");
    kill((pid_t)status.engine_pid, SIGCONT);
    roost_client_free(impatient);
    tear_down();
}
END_TEST

static void *ask_in_thread(void *context) {
    struct roost_session *own = roost_session_new(client, NULL);
    struct roost_error mine = {0};
    *(int *)context = 0;
    for (int i = 0; i < 100; i++) {
        struct roost_plan *plan = roost_plan_sql(i % 2 ? own : session, "SELECT id FROM range(10)");
        const struct roost_batch *batch;
        struct roost_result *result = roost_execute(roost_plan_session(plan), plan, NULL, NULL, &mine);
        *(int *)context += result && roost_result_next(result, NULL, &batch, &mine) == 1 && batch->batch.rows == 10;
        roost_result_close(result);
        roost_plan_unref(plan);
    }
    roost_session_close(own, true);
    roost_session_unref(own);
    return NULL;
}

START_TEST(threads_and_children_work_at_once) {
    set_up();
    pthread_t threads[4];
    int good[4];
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, ask_in_thread, &good[i]);
#ifndef __SANITIZE_ADDRESS__ /* its allocator does not survive such a fork */
    for (int i = 0; i < 20; i++) {
        pid_t child = fork();
        if (child == 0) _exit(sum_sql("SELECT id FROM range(4)", NULL) == 6 ? 0 : 1);
        int status;
        waitpid(child, &status, 0);
        ck_assert_int_eq(status, 0);
    }
#endif
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_int_eq(good[i], 100);
    }
    tear_down();
}
END_TEST

START_TEST(a_thousand_sessions_leave_nothing) {
    set_up();
    struct roost_status before, after;
    ck_assert_int_eq(sum_sql("SELECT id FROM range(4)", NULL), 6);
    ck_assert(roost_client_status(client, NULL, &before, &error));
    struct roost_session *first = session;
    for (int i = 0; i < 1000; i++) {
        session = roost_session_new(client, NULL);
        ck_assert_int_eq(sum_sql("SELECT id FROM range(4)", NULL), 6);
        roost_session_close(session, true);
        roost_session_unref(session);
    }
    session = first;
    ck_assert(roost_client_status(client, NULL, &after, &error));
    ck_assert_uint_eq(after.sessions, before.sessions);
    ck_assert_uint_le(after.memory_used, before.memory_used + 65536);
    tear_down();
}
END_TEST

UNIT_MAIN("client_daemon", queries_answer, local_rows_come_back, a_session_survives_its_engine,
          a_long_query_can_be_left, a_large_result_can_be_left, an_engine_that_dies_in_a_query_says_so,
          a_frozen_engine_is_noticed, threads_and_children_work_at_once, a_thousand_sessions_leave_nothing)
