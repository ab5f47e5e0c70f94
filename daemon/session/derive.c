/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Derive and Execute: from a plan message to an analyzed plan under a handle, or to a task that runs it.
 *
 * A command (CREATE VIEW, INSERT, SET ...) runs when it is derived, as in Spark: a task collects its rows, and the
 * handle then holds those rows.
 */
#include "session/derive.h"

#include <string.h>

#include "column/table_data.h"
#include "plan/partitions.h"
#include "session/commands.h"
#include "session/door.h"
#include "session/reply_batch.h"

void derivation_init(struct derivation *d, struct session *session, struct handle *handle) {
    *d = (struct derivation){.session = session, .handle = handle, .context = session_context(session)};
    d->analyzer = (struct analyzer){
        .arena = &handle->arena,
        .context = &d->context,
        .next_id = &session->engine->next_attribute,
        .world = &session_world,
        .owner = d,
    };
}

static bool finish(struct derivation *d, const struct plan *plan) {
    struct handle *h = d->handle;
    h->plan = plan;
    if (plan) h->schema = plan_schema(&h->arena, plan);
    return plan;
}

static bool analyze(struct derivation *d, const struct u_plan *unresolved, struct error *err) {
    d->handle->unresolved = unresolved;
    return unresolved && finish(d, plan_analyze(&d->analyzer, unresolved, err));
}

bool derive_plan(struct request *r, const Spark__Connect__Plan *message, struct error *err) {
    struct derivation d;
    r->handle = handle_new(r->session->budget);
    derivation_init(&d, r->session, r->handle);
    if (message && message->op_type_case == SPARK__CONNECT__PLAN__OP_TYPE_COMMAND &&
        message->command->command_type_case != SPARK__CONNECT__COMMAND__COMMAND_TYPE_SQL_COMMAND)
        return finish(&d, command_from_message(&d, message->command, err));
    return analyze(&d, door_plan(&d, message, err), err);
}

/* ---- answers ---- */

static void reply_derived(struct connection *c, uint32_t stream, struct arena *scratch, const struct type *schema,
                          const struct task *command) {
    Roost__Derived derived = ROOST__DERIVED__INIT;
    derived.schema = door_type_message(scratch, schema);
    if (command) {
        derived.has_is_command = derived.has_changes_session = true;
        derived.is_command = true;
        derived.changes_session = command->changes_session;
        derived.state_key = (char *)command->state_key;
    }
    Roost__Response response = ROOST__RESPONSE__INIT;
    response.answer_case = ROOST__RESPONSE__ANSWER_DERIVED;
    response.derived = &derived;
    reply_send(c, stream, &response, true);
}

/* The session holds it under the id from now on; takes over the reference. */
static bool keep(struct session *session, uint64_t id, struct handle *handle, struct error *err) {
    if (session->handles.count >= session->engine->options.max_handles && !id_table_get(&session->handles, id)) {
        error_set(err, "ROOST_TOO_MANY_HANDLES", NULL);
        return error_add(err, "limit", "%u", session->engine->options.max_handles);
    }
    id_table_reserve(&session->handles);
    handle->id = id;
    handle_unref(id_table_put(&session->handles, id, handle));
    return true;
}

static void unref_slot(void *slot) {
    table_data_unref(*(struct table_data **)slot);
}

/* A plan over kept rows in the handle's arena, which holds a reference to them. */
static bool analyze_data(struct derivation *d, struct table_data *data, struct error *err) {
    struct arena *arena = &d->handle->arena;
    struct u_plan *u = u_plan_new(arena, U_LOCAL_DATA, NULL, 0, 0);
    u->local.type = data->schema;
    u->local.data = data;
    struct table_data **slot = ARENA_NEW(arena, struct table_data *);
    arena_defer(arena, unref_slot, slot);
    *slot = table_data_ref(data);
    return analyze(d, u, err);
}

bool derive_data(struct request *r, uint64_t id, struct table_data *data, struct error *err) {
    struct derivation d;
    r->handle = handle_new(r->session->budget);
    derivation_init(&d, r->session, r->handle);
    TRY(analyze_data(&d, data, err));
    TRY(keep(r->session, id, r->handle, err));
    struct handle *h = r->handle;
    r->handle = NULL;
    reply_derived(r->connection, r->stream, r->arena, h->schema, NULL);
    return true;
}

/* ---- commands that are derived ---- */

static bool command_batch(struct task *t, const struct batch *batch, struct error *err) {
    (void)err;
    if (t->handle->is_checkpoint)
        table_data_append_of(t->result, batch, t->query.root->partition);
    else
        table_data_append(t->result, batch);
    return true;
}

static bool command_done(struct task *t, struct error *err) {
    struct derivation d;
    if (t->handle->is_checkpoint)
        table_data_set_partitions(t->result, plan_partition_count(t->handle->plan, &t->context));
    struct handle *h = t->derived = handle_new(t->session->budget); /* the task drops it when what follows fails */
    derivation_init(&d, t->session, h);
    TRY(analyze_data(&d, t->result, err));
    h->is_command = true;
    TRY(keep(t->session, t->derive_handle, h, err));
    t->derived = NULL;
    arena_reset(&t->engine->encoding);
    reply_derived(t->connection, t->stream, &t->engine->encoding, h->schema, t);
    return true;
}

static const struct task_ops command_task = {.batch = command_batch, .done = command_done};

static bool check_streams(const struct request *r, struct error *err) {
    if (r->connection->task_count < r->engine->options.max_streams) return true;
    error_set(err, "ROOST_TOO_MANY_REQUESTS", NULL);
    return error_add(err, "limit", "%u", r->engine->options.max_streams);
}

/* The request's handle becomes a task's; whoever fails from here on drops the task. */
static struct task *begin_task(struct request *r, const struct task_ops *ops) {
    r->task = task_new(r, r->handle, ops);
    r->handle = NULL;
    return r->task;
}

bool request_derive(struct request *r, struct error *err) {
    const Roost__Derive *m = r->message->derive;
    TRY(derive_plan(r, m->plan, err));
    struct handle *h = r->handle;
    if (h->plan->kind == PLAN_COMMAND || h->is_checkpoint) {
        TRY(check_streams(r, err));
        struct task *t = begin_task(r, &command_task);
        t->derive_handle = m->handle;
        t->result = table_data_new(&r->session->budget->account, h->schema);
        r->connection->blocking = t;
        return task_start(t, err);
    }
    TRY(keep(r->session, m->handle, h, err));
    r->handle = NULL;
    reply_derived(r->connection, r->stream, r->arena, h->schema, NULL);
    return true;
}

/* ---- execution ---- */

static bool result_batch(struct task *t, const struct batch *batch, struct error *err) {
    return reply_batch(t->connection, t->stream, batch, err);
}

/* What observe() has collected, as literals. */
static bool add_observed(struct task *t, Roost__Executed *executed, struct error *err) {
    struct arena *arena = &t->engine->encoding;
    LIST(Roost__ObservedMetrics *) list = {0};
    arena_reset(arena);
    for (const struct query_metrics *q = t->query.metrics; q; q = q->next) {
        if (!q->is_complete) continue;
        Roost__ObservedMetrics *m = ARENA_NEW(arena, Roost__ObservedMetrics);
        roost__observed_metrics__init(m);
        m->name = (char *)q->plan->metrics.name;
        m->n_keys = m->n_values = q->row.column_count;
        m->keys = ARENA_ARRAY(arena, char *, q->row.column_count);
        m->values = ARENA_ARRAY(arena, Spark__Connect__Expression__Literal *, q->row.column_count);
        for (uint32_t i = 0; i < q->row.column_count; i++) {
            m->keys[i] = (char *)expr_to_attribute(arena, q->plan->exprs[i])->name;
            m->values[i] = door_literal_message(arena, &t->context, &q->row.columns[i], 0, err);
            TRY(m->values[i]);
        }
        LIST_PUSH(arena, &list, m);
    }
    executed->n_observed = list.count;
    executed->observed = list.items;
    return true;
}

static bool result_done(struct task *t, struct error *err) {
    Roost__Executed executed = ROOST__EXECUTED__INIT;
    if (t->query.metrics) TRY(add_observed(t, &executed, err));
    executed.has_rows = executed.has_changes_session = executed.has_microseconds = true;
    executed.rows = t->rows;
    executed.changes_session = t->changes_session;
    executed.state_key = (char *)t->state_key;
    executed.microseconds = (uint64_t)(engine_monotonic(t->engine) - t->started);
    Roost__Response response = ROOST__RESPONSE__INIT;
    response.answer_case = ROOST__RESPONSE__ANSWER_EXECUTED;
    response.executed = &executed;
    reply_send(t->connection, t->stream, &response, true);
    return true;
}

static const struct task_ops result_task = {.batch = result_batch, .done = result_done};

static void reply_executing(struct request *r, const struct type *schema) {
    Roost__Executing executing = ROOST__EXECUTING__INIT;
    executing.schema = door_type_message(r->arena, schema);
    Roost__Response response = ROOST__RESPONSE__INIT;
    response.answer_case = ROOST__RESPONSE__ANSWER_EXECUTING;
    response.executing = &executing;
    reply_send(r->connection, r->stream, &response, false);
}

bool request_execute(struct request *r, struct error *err) {
    const Roost__Execute *m = r->message->execute;
    TRY(check_streams(r, err));
    TRY(derive_plan(r, m->plan, err));
    const struct type *schema = r->handle->schema;
    struct memory_account *account = &r->session->budget->account;
    struct task *t = begin_task(r, &result_task);
    t->max_rows = m->max_rows;
    t->operation = owned_text(account, m->operation);
    if (m->n_tags) {
        t->tags = owned_new(account, m->n_tags * sizeof *t->tags);
        t->tag_capacity = (uint32_t)m->n_tags;
        for (size_t i = 0; i < m->n_tags; i++, t->tag_count++) t->tags[i] = owned_text(account, m->tags[i]);
    }
    TRY(task_start(t, err));
    reply_executing(r, schema);
    return true;
}
