/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tasks: queries under way, from the optimizer to the last batch.
 *
 * A task runs in slices. Its first slice runs at once, while the request is handled, so a small query is answered
 * without ever being queued. What takes longer goes to the run queues (engine.c) and is driven from engine_step().
 *
 *     task_start ─► task_run ─┬─ batch ─► ops->batch: into the connection's output, or kept as a command's result
 *                             ├─ done ──► ops->done: the last answer; the task is gone
 *                             ├─ error ─► the answer; the task is gone
 *                             ├─ wait ──► the client is asked to run a function (udf.c)
 *                             ├─ output full ─► parked until the peer has read
 *                             └─ slice over ──► back to the end of a run queue
 */
#include <stdlib.h>
#include <string.h>

#include "column/table_data.h"
#include "plan/partitions.h"
#include "session/cache.h"
#include "session/commands.h"
#include "session/session_int.h"
#include "session/settings.h"
#include "session/udf.h"

enum slice_end { SLICE_OVER, SLICE_PARKED, SLICE_WAITING, SLICE_DONE };

struct slice {
    struct task *task;
    enum slice_end end;
};

static void init_query(struct task *t) {
    t->query = (struct query){0};
    memory_account_init(&t->query.account, &t->session->budget->account, "query", 0);
    t->query.context = &t->context;
    t->query.spill_directory = t->engine->options.run_directory;
    t->query.runs_scripts = t->engine->options.runs_scripts;
    t->query.command_ops = &session_command_ops;
    t->query.owner = t;
}

struct task *task_new(struct request *r, struct handle *handle, const struct task_ops *ops) {
    struct session *session = r->session;
    struct task *t = owned_new(&session->budget->account, sizeof *t);
    t->ops = ops;
    t->engine = r->engine;
    t->connection = r->connection;
    t->session = session;
    t->stream = r->stream;
    t->handle = handle;
    t->started = r->received;
    t->settings = settings_ref(session->settings);
    t->context = session_context(session);
    init_query(t);
    list_append(&r->connection->tasks, &t->of_connection);
    list_append(&session->tasks, &t->of_session);
    r->connection->task_count++;
    if (r->message->deadline_ms) task_set_deadline(t, r->received + (int64_t)r->message->deadline_ms * 1000);
    return t;
}

/* The list is short and mostly in order: a later deadline goes nearer to the end. */
void task_set_deadline(struct task *t, int64_t deadline) {
    struct link *list = &t->engine->deadlines, *before = list->previous;
    t->deadline = deadline;
    while (before != list && LINK_OWNER(before, struct task, by_deadline)->deadline > deadline)
        before = before->previous;
    t->by_deadline.previous = before;
    t->by_deadline.next = before->next;
    before->next->previous = &t->by_deadline;
    before->next = &t->by_deadline;
}

void task_free(struct task *t) {
    struct memory_account *account = &t->session->budget->account;
    if (t->is_open) query_close(&t->query);
    function_answer_free(t);
    list_remove(&t->run);
    list_remove(&t->of_connection);
    list_remove(&t->of_session);
    list_remove(&t->by_deadline);
    t->connection->task_count--;
    if (t->connection->blocking == t) t->connection->blocking = NULL;
    handle_unref(t->derived);
    table_data_unref(t->result);
    table_data_unref(t->filled);
    cache_unref(t->filling);
    settings_unref(t->settings);
    owned_text_free(account, t->operation);
    for (uint32_t i = 0; i < t->tag_count; i++) owned_text_free(account, t->tags[i]);
    owned_free(account, t->tags, t->tag_capacity * sizeof *t->tags);
    t->engine->queries++;
    struct budget *budget = t->handle->budget; /* lives at least as long as the handle */
    budget->references++;
    handle_unref(t->handle);
    owned_free(account, t, sizeof *t);
    budget_unref(budget);
}

/* The task is over; requests that waited for it go on. */
static void end(struct task *t) {
    struct connection *c = t->connection;
    task_free(t);
    if (!c->blocking) connection_resume(c);
}

void task_fail(struct task *t, struct error *err) {
    reply_error(t->connection, t->stream, err);
    end(t);
}

void task_cancel(struct task *t) {
    struct error err = ERROR_INIT;
    error_set(&err, "OPERATION_CANCELED", NULL);
    task_fail(t, &err);
    error_release(&err);
}

void task_make_ready(struct task *t) {
    t->state = TASK_READY;
    list_append(&t->engine->run[t->level], &t->run);
}

void tasks_unpark(struct connection *c) {
    for (struct link *l = c->tasks.next; l != &c->tasks; l = l->next) {
        struct task *t = LINK_OWNER(l, struct task, of_connection);
        if (t->state == TASK_PARKED && !link_is_on_list(&t->run)) task_make_ready(t);
    }
}

/* The next of the task's queries: rows that are to be kept and that it needs come before its own. */
static bool open_next(struct task *t, struct error *err) {
    struct plan *p = (struct plan *)t->handle->plan;
    struct arena *arena = &t->handle->arena;
    struct cache_entry *entry = cache_needed(t->session, p);
    if (entry) {
        entry->references++;
        t->filling = entry;
        t->filled = table_data_new(&t->session->budget->account, entry->schema);
        p = (struct plan *)entry->plan;
    }
    p = cache_prepare(t->session, arena, &t->context, p, entry, err);
    TRY(p);
    struct plan *optimized = plan_optimize(arena, &t->context, &t->engine->next_attribute, p, err);
    TRY(optimized);
    t->is_open = true;
    return query_open(&t->query, optimized, err);
}

/* The rows are complete; or there was no memory for them, and the entry goes without. */
static void end_filling(struct task *t, bool complete) {
    if (complete) {
        table_data_set_partitions(t->filled, plan_partition_count(t->filling->plan, &t->context));
        cache_filled(t->session, t->filling, t->filled);
    } else {
        t->filling->refused = true;
        table_data_unref(t->filled);
        cache_forget_rows(t->session);
    }
    cache_unref(t->filling);
    t->filling = NULL;
    t->filled = NULL;
    query_close(&t->query);
    init_query(t);
}

/* One slice; runs under the guard. */
static bool run_slice(void *argument, struct error *err) {
    struct slice *slice = argument;
    struct task *t = slice->task;
    int64_t until = engine_monotonic(t->engine) + t->engine->options.slice_us;
    do {
        struct batch batch;
        switch (query_next(&t->query, &batch, err)) {
            case EXEC_BATCH:
                if (t->filling) {
                    table_data_append_of(t->filled, &batch, t->query.root->partition);
                    break;
                }
                if (t->max_rows && batch.count > t->max_rows - t->rows) batch.count = (uint32_t)(t->max_rows - t->rows);
                t->rows += batch.count;
                if (batch.count) TRY(t->ops->batch(t, &batch, err));
                if (t->max_rows && t->rows == t->max_rows) goto done;
                if (connection_is_full(t->connection)) {
                    slice->end = SLICE_PARKED;
                    return true;
                }
                break;
            case EXEC_DONE:
                if (t->filling) {
                    end_filling(t, true);
                    TRY(open_next(t, err));
                    break;
                }
            done:
                slice->end = SLICE_DONE;
                return t->ops->done(t, err);
            case EXEC_YIELD: break;
            case EXEC_WAIT:
                TRY(function_call(t, err));
                slice->end = SLICE_WAITING;
                return true;
            case EXEC_ERROR: return false;
        }
    } while (engine_monotonic(t->engine) < until);
    slice->end = SLICE_OVER;
    return true;
}

static bool restart(void *task, struct error *err) {
    return open_next(task, err);
}

void task_run(struct task *t) {
    struct engine *engine = t->engine;
    list_remove(&t->run);
    int64_t began = engine_monotonic(engine);
    struct slice slice = {.task = t};
    struct error err = ERROR_INIT;
    bool good = memory_guard(&t->query.account, run_slice, &slice, &err);
    if (!good && t->filling && strcmp(err.condition->name, "OUT_OF_MEMORY") == 0) {
        error_release(&err);
        end_filling(t, false);
        slice.end = SLICE_OVER;
        good = memory_guard(&t->query.account, restart, t, &err);
    }
    if (!good) {
        task_fail(t, &err);
        error_release(&err);
        return;
    }
    if (slice.end == SLICE_DONE) {
        end(t);
        return;
    }
    t->used += engine_monotonic(engine) - began;
    int64_t granted = engine->options.slice_us;
    for (uint32_t i = 0; i < t->level; i++) granted *= 4;
    if (t->used >= granted && t->level < RUN_LEVELS - 1) t->level++;
    if (slice.end == SLICE_OVER)
        task_make_ready(t);
    else
        t->state = slice.end == SLICE_PARKED ? TASK_PARKED : TASK_WAITING;
}

bool task_start(struct task *t, struct error *err) {
    return open_next(t, err);
}
