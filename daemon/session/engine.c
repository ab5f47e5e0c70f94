/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine: everything that clients share, and its turn of the wheel.
 *
 * Scheduling is a multi-level feedback queue. A task begins at level 0 and sinks one level whenever it has used what
 * its level grants (a slice, then four, sixteen ... slices); the highest level that has tasks goes first, round
 * robin. So a query that has used little always goes before one that has used much, and a test's tiny query waits
 * for at most the slice that is running. Every eighth turn belongs to the lowest level, so that nothing starves.
 */
#include <limits.h>
#include <malloc.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/session_int.h"

enum { AGEING = 8, TRIM_BEYOND = 32 << 20, TRIM_AFTER = 500000 /* us */ };

void engine_log(const struct engine *engine, enum log_level level, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    engine->host.log(engine->host.owner, (int)level, text);
}

/* The id of the system's time zone: $TZ, or what /etc/localtime points to. */
static const char *system_zone(struct arena *arena) {
    const char *variable = getenv("TZ");
    if (variable && *variable) return arena_strdup(arena, variable + (*variable == ':'));
    char target[PATH_MAX];
    ssize_t size = readlink("/etc/localtime", target, sizeof target - 1);
    if (size > 0) {
        target[size] = '\0';
        const char *id = strstr(target, "/zoneinfo/");
        if (id) return arena_strdup(arena, id + strlen("/zoneinfo/"));
    }
    return "UTC";
}

struct engine *engine_new(const struct engine_options *options, const struct host *host) {
    struct engine *engine = calloc(1, sizeof *engine);
    if (!engine) return NULL;
    engine->options = *options;
    engine->host = *host;
    engine->next_attribute = 1; /* 0 is no id: sets of ids are hashed with 0 for empty */
    memory_account_init(&engine->account, NULL, "engine", options->memory_limit);
    host->random(host->owner, &engine->epoch, sizeof engine->epoch);
    arena_init(&engine->scratch, &engine->account);
    list_init(&engine->connections);
    list_init(&engine->ready);
    list_init(&engine->applications);
    list_init(&engine->graceful);
    list_init(&engine->deadlines);
    for (int i = 0; i < RUN_LEVELS; i++) list_init(&engine->run[i]);
    id_table_init(&engine->sessions, &engine->account);
    arena_init(&engine->encoding, &engine->account);
    arena_init(&engine->zone_arena, &engine->account);
    timezone_cache_init(&engine->zones, &engine->zone_arena, NULL);
    engine->system_zone = system_zone(&engine->zone_arena);
    const struct passwd *user = getpwuid(getuid());
    engine->user = arena_strdup(&engine->zone_arena, user ? user->pw_name : "unknown");
    return engine;
}

void engine_free(struct engine *engine) {
    for (struct link *l; (l = list_first(&engine->connections));)
        connection_close(LINK_OWNER(l, struct connection, link));
    for (struct link *l; (l = list_first(&engine->applications));)
        application_close(LINK_OWNER(l, struct application, link));
    id_table_release(&engine->sessions);
    engine_free_spare(engine);
    arena_release(&engine->zone_arena);
    arena_release(&engine->encoding);
    arena_release(&engine->scratch);
    free(engine);
}

/* The next task to run: the oldest of the highest level, or of the lowest when it is that one's turn. */
static struct task *next_task(struct engine *engine) {
    bool lowest_first = ++engine->turns % AGEING == 0;
    for (int i = 0; i < RUN_LEVELS; i++) {
        struct link *l = list_first(&engine->run[lowest_first ? RUN_LEVELS - 1 - i : i]);
        if (l) return LINK_OWNER(l, struct task, run);
    }
    return NULL;
}

static void expire_deadlines(struct engine *engine, int64_t now) {
    for (struct link *l; (l = list_first(&engine->deadlines));) {
        struct task *task = LINK_OWNER(l, struct task, by_deadline);
        if (task->deadline > now) return;
        struct error err = ERROR_INIT;
        error_set(&err, "QUERY_TIMEOUT", NULL);
        error_add(&err, "milliseconds", "%lld", (long long)(task->deadline - task->started) / 1000);
        task_fail(task, &err);
        error_release(&err);
    }
}

static bool is_busy(const struct engine *engine) {
    for (int i = 0; i < RUN_LEVELS; i++)
        if (list_first(&engine->run[i])) return true;
    return false;
}

int64_t engine_next_due(const struct engine *engine) {
    if (is_busy(engine)) return 0;
    int64_t due = INT64_MAX;
    struct link *deadline = list_first(&engine->deadlines), *grace = list_first(&engine->graceful);
    if (deadline) due = LINK_OWNER(deadline, struct task, by_deadline)->deadline;
    if (grace) {
        int64_t ends = LINK_OWNER(grace, struct session, grace_link)->grace_ends;
        if (ends < due) due = ends;
    }
    if (engine->trim_at && engine->trim_at < due) due = engine->trim_at;
    if (due == INT64_MAX) return -1;
    int64_t now = engine_monotonic(engine);
    return due > now ? due - now : 0;
}

/* After a large query the heap is mostly holes: they are given back, but not between small ones, nor at once: the next
 * query would take the same memory, page fault by page fault. */
static void trim_when_idle(struct engine *engine, int64_t now) {
    if (engine->account.peak >= engine->account.used + TRIM_BEYOND) {
        engine->account.peak = engine->account.used;
        if (!engine->trim_at) engine->trim_at = now + TRIM_AFTER;
    }
    if (!engine->trim_at || now < engine->trim_at) return;
    engine->trim_at = 0;
    malloc_trim(1 << 20);
}

int64_t engine_step(struct engine *engine) {
    int64_t now = engine_monotonic(engine);
    expire_deadlines(engine, now);
    sessions_expire(engine, now);
    struct task *task = next_task(engine);
    if (task) task_run(task);
    if (!is_busy(engine)) trim_when_idle(engine, now);
    return engine_next_due(engine);
}

struct connection *engine_next_ready(struct engine *engine) {
    struct link *l = list_first(&engine->ready);
    if (!l) return NULL;
    list_remove(l);
    return LINK_OWNER(l, struct connection, ready_link);
}
