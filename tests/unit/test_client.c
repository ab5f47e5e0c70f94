/* SPDX-License-Identifier: Apache-2.0 */
/* libroost against a pretended engine: what it promises about threads, forks, crashes, time and interruption.
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "roost.h"
#include "tests/unit/fake_engine.h"
#include "tests/unit/unit.h"

static struct fake_engine engine;
static struct roost_client *client;
static struct roost_session *session;
static struct roost_error error;

static void set_up(const struct roost_client_options *options) {
    fake_engine_start(&engine);
    client = roost_client_new(engine.path, options);
    session = roost_session_new(client, NULL);
}

static void tear_down(void) {
    roost_error_reset(&error);
    roost_session_close(session, true);
    roost_session_unref(session);
    roost_client_free(client);
    fake_engine_stop(&engine);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The number that a plan's only row holds; -1 with the error set. */
static int64_t ask_plan(struct roost_plan *plan, const struct roost_wait *wait) {
    int64_t number = -1;
    const struct roost_batch *batch;
    struct roost_result *result = roost_execute(roost_plan_session(plan), plan, NULL, wait, &error);
    if (!result) return -1;
    if (roost_result_next(result, wait, &batch, &error) == 1) {
        memcpy(&number, batch->batch.columns[0].buffers[1], sizeof number);
        if (roost_result_next(result, wait, &batch, &error) != 0) number = -1;
    }
    roost_result_close(result);
    return number;
}

static int64_t ask(const char *sql, const struct roost_wait *wait) {
    struct roost_plan *plan = roost_plan_sql(session, sql);
    int64_t number = ask_plan(plan, wait);
    roost_plan_unref(plan);
    return number;
}

static struct roost_status status(void) {
    struct roost_status s;
    struct roost_error e = {0};
    ck_assert_msg(roost_client_status(client, NULL, &s, &e), "%s", e.message);
    return s;
}

/* Returns when its sockets are closed: until then a request would count as under way. */
static void kill_engine(void) {
    uint64_t epoch = status().epoch;
    kill((pid_t)status().engine_pid, SIGKILL);
    struct roost_client *other = roost_client_new(engine.path, NULL);
    struct roost_status s = {.epoch = epoch};
    while (s.epoch == epoch) ck_assert(roost_client_status(other, NULL, &s, &error));
    roost_client_free(other);
}

/* A plan over another: limit 1 of it. */
static struct roost_plan *child_of(struct roost_plan *parent) {
    uint8_t relation[32], *at = relation + 4;
    uint64_t handle = roost_plan_handle(parent);
    *at++ = 0x80; /* Relation.handle, number 2000, varint */
    *at++ = 0x7D;
    for (; handle >= 0x80; handle >>= 7) *at++ = (uint8_t)(handle | 0x80);
    *at++ = (uint8_t)handle;
    size_t inner = (size_t)(at - relation) - 4;
    relation[0] = 8 << 3 | 2; /* Relation.limit */
    relation[1] = (uint8_t)(inner + 2);
    relation[2] = 1 << 3 | 2; /* Limit.input */
    relation[3] = (uint8_t)inner;
    return roost_plan_relation(roost_plan_session(parent), relation, (size_t)(at - relation), &parent, 1);
}

START_TEST(a_query_is_derived_and_executed_in_one_go) {
    set_up(NULL);
    struct roost_plan *plan = roost_plan_sql(session, "select");
    size_t size;
    ck_assert_ptr_null(roost_plan_schema(plan, &size));
    ck_assert_msg(ask_plan(plan, NULL) == 1, "%s", error.message);
    ck_assert_ptr_nonnull(roost_plan_schema(plan, &size));
    ck_assert_uint_eq(size, 2); /* DataType{long{}} */
    ck_assert(!roost_plan_is_command(plan));
    roost_plan_unref(plan);
    ck_assert_uint_eq(status().connections, 1);
    tear_down();
}
END_TEST

START_TEST(an_error_comes_with_all_its_parts) {
    set_up(NULL);
    struct roost_plan *plan = roost_plan_sql(session, "fail");
    ck_assert(!roost_plan_derive(plan, NULL, &error));
    ck_assert_str_eq(error.kind, "AnalysisException");
    ck_assert_str_eq(error.condition, "TABLE_OR_VIEW_NOT_FOUND");
    ck_assert_str_eq(error.sql_state, "42000");
    ck_assert_uint_eq(error.parameter_count, 1);
    ck_assert_str_eq(error.parameters[0].name, "name");
    ck_assert_str_eq(error.parameters[0].value, "`x`");
    ck_assert_uint_eq(error.context_count, 1);
    ck_assert_int_eq(error.contexts[0].start, 7);
    ck_assert_str_eq(error.contexts[0].fragment, "x");
    ck_assert_int_eq(ask_plan(plan, NULL), -1);
    ck_assert_str_eq(error.condition, "TABLE_OR_VIEW_NOT_FOUND");
    ck_assert_int_eq(ask("select", NULL), 1);
    roost_plan_unref(plan);
    tear_down();
}
END_TEST

START_TEST(handles_are_released_with_the_next_request) {
    set_up(NULL);
    struct roost_plan *a = roost_plan_sql(session, "a"), *b = child_of(a), *c = child_of(b);
    ck_assert(roost_plan_derive(c, NULL, &error));
    ck_assert_uint_eq(status().memory_used, 3);
    roost_plan_unref(a);
    roost_plan_unref(b);
    ck_assert_int_eq(ask("other", NULL), 4); /* c holds them */
    roost_plan_unref(c);
    ck_assert_int_eq(ask("other", NULL), 1);
    tear_down();
}
END_TEST

START_TEST(local_rows_become_a_plan) {
    set_up(NULL);
    int64_t values[3] = {1, 2, 3};
    const uint8_t none = 0;
    struct wire_column column = {.buffer_count = 2, .sizes = {0, 24}, .buffers = {&none, (uint8_t *)values}};
    struct wire_batch batch = {.rows = 3, .column_count = 1, .columns = &column};
    struct roost_plan *plan = roost_plan_data(session, "x BIGINT"), *empty = roost_plan_data(session, "x BIGINT");
    for (int i = 0; i < 3; i++) ck_assert(roost_plan_add_batch(plan, &batch));
    ck_assert_msg(ask_plan(plan, NULL) == 1, "%s", error.message);
    ck_assert_int_eq(ask_plan(empty, NULL), 2);
    roost_plan_unref(plan);
    roost_plan_unref(empty);
    tear_down();
}
END_TEST

static void add_one(void *context, const struct roost_call *call, struct roost_reply *reply) {
    ck_assert_str_eq(call->name, "plus");
    ck_assert_uint_eq(call->batch_count, 1);
    int64_t number;
    memcpy(&number, call->batches[0].columns[0].buffers[1], sizeof number);
    number++;
    const uint8_t none = 0;
    struct wire_column column = {.buffer_count = 2, .sizes = {0, 8}, .buffers = {&none, (uint8_t *)&number}};
    ck_assert(roost_reply_batch(reply, &(struct wire_batch){.rows = 1, .column_count = 1, .columns = &column}));
    (*(int *)context)++;
}

START_TEST(a_function_runs_in_the_calling_thread) {
    set_up(NULL);
    int calls = 0;
    struct roost_wait wait = {.function = add_one, .context = &calls};
    ck_assert_int_eq(ask("call", &wait), 42);
    ck_assert_int_eq(calls, 1);
    tear_down();
}
END_TEST

/* What the child thinks is its exit status. */
static int child_status(pid_t pid) {
    int how;
    waitpid(pid, &how, 0);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

/* Forks; the child returns from the callback as if nothing were, and the parent waits for it. */
static void fork_inside(void *context, const struct roost_call *call, struct roost_reply *reply) {
    pid_t *child = context;
    *child = fork();
    if (*child) ck_assert_int_eq(child_status(*child), 0);
    for (uint32_t i = 0; i < call->batch_count; i++) roost_reply_batch(reply, &call->batches[i]);
}

START_TEST(a_fork_inside_a_call_leaves_it_to_the_parent) {
    set_up(NULL);
    pid_t child = -1, self = getpid();
    int64_t answer = ask("call", &(struct roost_wait){.function = fork_inside, .context = &child});
    if (getpid() != self) _exit(answer == -1 && strcmp(error.kind, "ForkedResult") == 0 && ask("x", NULL) > 0 ? 0 : 1);
    ck_assert_int_eq(answer, 41);
    ck_assert_int_gt(ask("select", NULL), 0);
    tear_down();
}
END_TEST

static bool stop_at_once(void *context) {
    (*(int *)context)++;
    return true;
}

START_TEST(an_interrupted_call_leaves_nothing_for_the_next) {
    set_up(NULL);
    ck_assert_int_eq(ask("select", NULL), 1);
    for (int i = 0; i < 3; i++) {
        int asked = 0;
        double begin = seconds();
        ck_assert_int_eq(ask("slow", &(struct roost_wait){.interrupted = stop_at_once, .context = &asked}), -1);
        ck_assert_str_eq(error.kind, "Interrupted");
        ck_assert(seconds() - begin < 0.3);
        ck_assert_int_ge(asked, 1);
        ck_assert_int_eq(ask("select", NULL), 1);
    }
    ck_assert_uint_eq(status().connections, 1);
    tear_down();
}
END_TEST

START_TEST(a_time_limit_ends_a_call) {
    set_up(NULL);
    double begin = seconds();
    ck_assert_int_eq(ask("slow", &(struct roost_wait){.timeout_ms = 100}), -1);
    ck_assert_str_eq(error.kind, "Timeout");
    ck_assert(seconds() - begin < 2);
    ck_assert_int_eq(ask("select", NULL), 1);
    tear_down();
}
END_TEST

START_TEST(a_result_that_is_not_read_to_its_end_is_cancelled) {
    set_up(NULL);
    struct roost_plan *plan = roost_plan_sql(session, "slow");
    struct roost_result *result = roost_execute(session, plan, NULL, NULL, &error);
    ck_assert_ptr_nonnull(result);
    ck_assert_int_eq(ask("select", NULL), 2); /* on another connection */
    ck_assert_uint_eq(status().connections, 2);
    roost_result_close(result);
    ck_assert_int_eq(ask("select", NULL), 2);
    roost_plan_unref(plan);
    tear_down();
}
END_TEST

START_TEST(nobody_there_is_an_error_at_once) {
    client = roost_client_new("/tmp/roost-there-is-nothing-here", NULL);
    session = roost_session_new(client, NULL);
    double begin = seconds();
    ck_assert_int_eq(ask("select", NULL), -1);
    ck_assert_str_eq(error.kind, "DaemonGone");
    ck_assert(seconds() - begin < 0.5);
    roost_error_reset(&error);
    roost_session_close(session, true);
    roost_session_unref(session);
    roost_client_free(client);
}
END_TEST

START_TEST(an_engine_that_is_gone_for_good_is_an_error_within_seconds) {
    set_up(&(struct roost_client_options){.connect_timeout_ms = 300});
    ck_assert_int_eq(ask("select", NULL), 1);
    pid_t pid = (pid_t)status().engine_pid;
    kill(engine.supervisor, SIGSTOP);
    kill(pid, SIGKILL);
    kill(engine.supervisor, SIGKILL);
    usleep(20000);
    double begin = seconds();
    ck_assert_int_eq(ask("select", NULL), -1);
    ck_assert_str_eq(error.kind, "DaemonGone");
    ck_assert(seconds() - begin < 2);
    tear_down();
}
END_TEST

START_TEST(a_silent_engine_is_an_error) {
    set_up(&(struct roost_client_options){.silence_ms = 400});
    struct roost_plan *plan = roost_plan_sql(session, "slow");
    struct roost_result *result = roost_execute(session, plan, NULL, NULL, &error);
    const struct roost_batch *batch;
    /* It is busy, but alive: it answers what it is asked in between. */
    ck_assert_int_eq(roost_result_next(result, &(struct roost_wait){.timeout_ms = 1000}, &batch, &error), -1);
    ck_assert_str_eq(error.kind, "Timeout");
    roost_result_close(result);
    result = roost_execute(session, plan, NULL, NULL, &error);
    kill((pid_t)status().engine_pid, SIGSTOP);
    double begin = seconds();
    ck_assert_int_eq(roost_result_next(result, NULL, &batch, &error), -1);
    ck_assert_str_eq(error.kind, "DaemonGone");
    ck_assert(seconds() - begin < 3);
    roost_result_close(result);
    roost_plan_unref(plan);
    tear_down();
}
END_TEST

static char *changes(void) {
    static char text[256];
    uint8_t *answer;
    size_t size;
    const uint8_t request[] = {3 << 3 | 2, 2, 5 << 3 | 2, 0}; /* get_all */
    ck_assert_msg(roost_config(session, request, sizeof request, NULL, &answer, &size, &error), "%s", error.message);
    /* ConfigResponse.pairs[0].value is the last field. */
    memset(text, 0, sizeof text);
    size_t value = size;
    while (value > 0 && answer[value - 1] != (2 << 3 | 2)) value--;
    if (value) memcpy(text, answer + value + 1, size - value - 1);
    free(answer);
    return text;
}

START_TEST(after_a_crash_the_session_is_told_anew) {
    set_up(NULL);
    enum { DEEP = 5000 };
    ck_assert(roost_config_set(session, "k", "1", NULL, &error));
    ck_assert(roost_config_set(session, "k", "2", NULL, &error));
    ck_assert_int_eq(ask("set v", NULL), 1);
    ck_assert_str_eq(changes(), "12v");
    struct roost_plan *plan = roost_plan_sql(session, "base");
    for (int i = 0; i < DEEP; i++) {
        struct roost_plan *child = child_of(plan);
        roost_plan_unref(plan);
        plan = child;
    }
    ck_assert_msg(ask_plan(plan, NULL) == DEEP + 1, "%s", error.message);

    ck_assert_int_eq(ask("crash", NULL), -1);
    ck_assert_str_eq(error.kind, "DaemonCrashed");
    ck_assert_msg(strstr(error.message, "/crash-2"), "%s", error.message);

    ck_assert_str_eq(changes(), "2v");
    /* The command's own handle came back with the log. */
    ck_assert_msg(ask_plan(plan, NULL) == DEEP + 2, "%s", error.message);
    ck_assert_uint_eq(status().queries, 1);
    roost_plan_unref(plan);
    tear_down();
}
END_TEST

START_TEST(a_restart_between_two_calls_is_not_noticed) {
    set_up(NULL);
    struct roost_plan *plan = roost_plan_sql(session, "base"), *insert = roost_plan_sql(session, "insert");
    ck_assert_int_eq(ask_plan(plan, NULL), 1);
    ck_assert_int_eq(ask_plan(insert, NULL), 2);
    ck_assert(roost_plan_is_command(insert));
    kill_engine();
    ck_assert_msg(ask_plan(plan, NULL) == 1, "%s", error.message);
    /* The rows of a command that had its effect are gone, and it is not run again. */
    ck_assert_int_eq(ask_plan(insert, NULL), -1);
    ck_assert_str_eq(error.kind, "DaemonCrashed");
    roost_plan_unref(plan);
    roost_plan_unref(insert);
    tear_down();
}
END_TEST

START_TEST(a_derivation_that_kills_the_engine_is_not_tried_for_ever) {
    set_up(NULL);
    const uint8_t relation[] =
        "\x52\x0e\x0a\x0c"
        "crash-derive";
    struct roost_plan *plan = roost_plan_relation(session, relation, 16, NULL, 0);
    ck_assert(!roost_plan_derive(plan, NULL, &error));
    ck_assert_str_eq(error.kind, "DaemonCrashed");
    ck_assert(status().epoch == 3); /* said twice */
    roost_plan_unref(plan);
    tear_down();
}
END_TEST

static void *ask_in_thread(void *context) {
    struct roost_error mine = {0};
    struct roost_plan *plan = roost_plan_sql(session, "thread");
    int good = 0;
    for (int i = 0; i < 50; i++) {
        const struct roost_batch *batch;
        struct roost_result *result = roost_execute(session, plan, NULL, NULL, &mine);
        good += result && roost_result_next(result, NULL, &batch, &mine) == 1;
        roost_result_close(result);
    }
    roost_plan_unref(plan);
    *(int *)context = good;
    return NULL;
}

START_TEST(threads_share_a_session) {
    set_up(NULL);
    pthread_t threads[8];
    int good[8];
    for (int i = 0; i < 8; i++) pthread_create(&threads[i], NULL, ask_in_thread, &good[i]);
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_int_eq(good[i], 50);
    }
    ck_assert_uint_eq(status().sessions, 1);
    tear_down();
}
END_TEST

START_TEST(a_child_goes_on_by_itself) {
    set_up(NULL);
    struct roost_plan *plan = roost_plan_sql(session, "base");
    ck_assert_int_eq(ask_plan(plan, NULL), 1);
    struct roost_plan *slow = roost_plan_sql(session, "slow");
    struct roost_result *result = roost_execute(session, slow, NULL, NULL, &error);
    ck_assert_ptr_nonnull(result);
    pid_t pid = fork();
    if (pid == 0) {
        const struct roost_batch *batch;
        bool refused = roost_result_next(result, NULL, &batch, &error) == -1 && strcmp(error.kind, "ForkedResult") == 0;
        roost_result_close(result);
        bool same = ask_plan(plan, NULL) == 2, own = ask("own", NULL) == 3;
        struct roost_status s;
        bool alone = roost_client_status(client, NULL, &s, &error) && s.connections == 2;
        roost_plan_unref(plan);
        roost_session_close(session, true);
        roost_session_unref(session);
        roost_client_free(client);
        _exit(refused | same << 1 | own << 2 | alone << 3);
    }
    ck_assert_int_eq(child_status(pid), 15);
    ck_assert_uint_eq(status().sessions, 1);
    ck_assert_int_eq(ask_plan(plan, NULL), 3); /* the child's own is left, which died with it unreleased */
    roost_result_close(result);
    roost_plan_unref(plan);
    roost_plan_unref(slow);
    tear_down();
}
END_TEST

static void *ask_for_ever(void *context) {
    while (!*(_Atomic bool *)context) {
        struct roost_error mine = {0};
        struct roost_plan *plan = roost_plan_sql(session, "busy");
        const struct roost_batch *batch;
        struct roost_result *result = roost_execute(session, plan, NULL, NULL, &mine);
        if (result) roost_result_next(result, NULL, &batch, &mine);
        roost_result_close(result);
        roost_plan_unref(plan);
        roost_error_reset(&mine);
    }
    return NULL;
}

START_TEST(forks_while_threads_are_busy) {
#ifdef __SANITIZE_ADDRESS__
    return; /* the sanitizer's allocator does not survive such a fork */
#endif
    set_up(NULL);
    struct roost_plan *plan = roost_plan_sql(session, "base");
    ck_assert(ask_plan(plan, NULL) > 0);
    _Atomic bool done = false;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, ask_for_ever, &done);
    for (int i = 0; i < 40; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            alarm(20);
            _exit(ask_plan(plan, NULL) > 0 ? 0 : 1);
        }
        ck_assert_int_eq(child_status(pid), 0);
        ck_assert_msg(ask_plan(plan, NULL) > 0, "%s", error.message);
    }
    done = true;
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    roost_plan_unref(plan);
    tear_down();
}
END_TEST

START_TEST(a_closed_session_says_so) {
    set_up(NULL);
    ck_assert_int_eq(ask("select", NULL), 1);
    roost_session_close(session, true);
    ck_assert_uint_eq(status().sessions, 0);
    ck_assert_int_eq(ask("select", NULL), -1);
    ck_assert_str_eq(error.kind, "SessionClosed");
    tear_down();
}
END_TEST

UNIT_MAIN("client", a_fork_inside_a_call_leaves_it_to_the_parent, a_query_is_derived_and_executed_in_one_go,
          an_error_comes_with_all_its_parts, handles_are_released_with_the_next_request, local_rows_become_a_plan,
          a_function_runs_in_the_calling_thread, an_interrupted_call_leaves_nothing_for_the_next,
          a_time_limit_ends_a_call, a_result_that_is_not_read_to_its_end_is_cancelled, nobody_there_is_an_error_at_once,
          an_engine_that_is_gone_for_good_is_an_error_within_seconds, a_silent_engine_is_an_error,
          after_a_crash_the_session_is_told_anew, a_restart_between_two_calls_is_not_noticed,
          a_derivation_that_kills_the_engine_is_not_tried_for_ever, threads_share_a_session, a_child_goes_on_by_itself,
          forks_while_threads_are_busy, a_closed_session_says_so)
