/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plans: recipes that refer to other plans. They form a graph without cycles, which in a notebook or a loop
 * of withColumn() is a chain of ten thousand; so nothing here recurses: freeing works off a list that is
 * threaded through the dead plans, and finding what must be derived keeps its own stack.
 */
#include <stdlib.h>
#include <string.h>

#include "client_int.h"

/* Fields of spark.connect.Plan, Command, SqlCommand, Relation and SQL. */
enum { PLAN_ROOT = 1, PLAN_COMMAND = 2, COMMAND_SQL = 5, SQL_COMMAND_INPUT = 6, RELATION_SQL = 10, SQL_QUERY = 1 };

static struct roost_plan *plan_alloc(struct roost_session *session, struct roost_plan *const *parents,
                                     uint32_t parent_count) {
    struct roost_plan *p = calloc(1, sizeof *p + parent_count * sizeof p->parents[0]);
    if (!p) return NULL;
    p->references = 1;
    p->session = roost_session_ref(session);
    p->handle = session_new_handle(session);
    p->parent_count = parent_count;
    for (uint32_t i = 0; i < parent_count; i++) p->parents[i] = roost_plan_ref(parents[i]);
    return p;
}

/* The plan, or NULL when its recipe could not be written. */
static struct roost_plan *plan_finish(struct roost_plan *p) {
    if (!p->recipe.failed) return p;
    roost_plan_unref(p);
    return NULL;
}

struct roost_plan *roost_plan_new(struct roost_session *session, const void *plan, size_t size,
                                  struct roost_plan *const *parents, uint32_t parent_count) {
    struct roost_plan *p = plan_alloc(session, parents, parent_count);
    if (!p) return NULL;
    struct pb_reader r = pb_read((struct span){plan, size});
    while (pb_next(&r)) p->may_be_command |= r.field != PLAN_ROOT;
    bytes_append(&p->recipe, plan, size);
    return plan_finish(p);
}

struct roost_plan *roost_plan_relation(struct roost_session *session, const void *relation, size_t size,
                                       struct roost_plan *const *parents, uint32_t parent_count) {
    struct roost_plan *p = plan_alloc(session, parents, parent_count);
    if (!p) return NULL;
    pb_bytes(&p->recipe, PLAN_ROOT, relation, size);
    return plan_finish(p);
}

struct roost_plan *roost_plan_sql(struct roost_session *session, const char *text) {
    struct roost_plan *p = plan_alloc(session, NULL, 0);
    if (!p) return NULL;
    p->may_be_command = true;
    size_t command = pb_begin(&p->recipe, PLAN_COMMAND), sql_command = pb_begin(&p->recipe, COMMAND_SQL);
    size_t input = pb_begin(&p->recipe, SQL_COMMAND_INPUT), sql = pb_begin(&p->recipe, RELATION_SQL);
    pb_string(&p->recipe, SQL_QUERY, text);
    pb_end(&p->recipe, sql);
    pb_end(&p->recipe, input);
    pb_end(&p->recipe, sql_command);
    pb_end(&p->recipe, command);
    return plan_finish(p);
}

struct roost_plan *roost_plan_data(struct roost_session *session, const char *schema) {
    struct roost_plan *p = plan_alloc(session, NULL, 0);
    if (!p) return NULL;
    p->is_data = true;
    bytes_append(&p->recipe, schema, strlen(schema));
    return plan_finish(p);
}

bool roost_plan_add_batch(struct roost_plan *p, const struct wire_batch *batch) {
    size_t size = wire_batch_size(batch);
    if (size > FRAME_MAX_DEFAULT) return false;
    if (p->batch_count == p->batch_capacity) {
        uint32_t capacity = p->batch_capacity ? p->batch_capacity * 2 : 1;
        struct bytes *batches = realloc(p->batches, capacity * sizeof *batches);
        if (!batches) return false;
        p->batches = batches;
        p->batch_capacity = capacity;
    }
    uint8_t *payload = malloc(size);
    if (!payload) return false;
    wire_batch_write(batch, payload);
    p->batches[p->batch_count++] = (struct bytes){.data = payload, .size = size, .capacity = size};
    return true;
}

/* ---- references ---- */

struct roost_plan *roost_plan_ref(struct roost_plan *plan) {
    atomic_fetch_add(&plan->references, 1);
    return plan;
}

static void plan_free(struct roost_plan *p) {
    if (p->incarnation && p->deriver == this_process()) session_queue_release(p->session, p->handle, p->incarnation);
    for (uint32_t i = 0; i < p->batch_count; i++) bytes_release(&p->batches[i]);
    free(p->batches);
    free(p->schema);
    bytes_release(&p->recipe);
    roost_session_unref(p->session);
    free(p);
}

void roost_plan_unref(struct roost_plan *p) {
    if (!p || atomic_fetch_sub(&p->references, 1) != 1) return;
    /* Dead plans form a list; the link is where the last parent was, which has been dealt with by then. */
    struct roost_plan *dead = p, *after = NULL;
    while (dead) {
        if (dead->parent_count == 0) {
            plan_free(dead);
            dead = after;
            after = dead ? dead->next_dead : NULL;
            continue;
        }
        struct roost_plan *parent = dead->parents[--dead->parent_count];
        if (atomic_fetch_sub(&parent->references, 1) != 1) continue;
        dead->next_dead = after;
        after = dead;
        dead = parent;
    }
}

uint64_t roost_plan_handle(const struct roost_plan *plan) {
    return plan->handle;
}

struct roost_session *roost_plan_session(const struct roost_plan *plan) {
    return plan->session;
}

/* ---- what the engine knows of it ---- */

bool plan_is_derived(const struct roost_plan *p) {
    return p->incarnation != 0 && p->incarnation == p->session->incarnation;
}

/* Fields of roost.Derived. */
enum { DERIVED_SCHEMA = 1, DERIVED_IS_COMMAND, DERIVED_CHANGES_SESSION };

bool plan_set_derived(struct roost_plan *p, struct span derived) {
    bool is_command = false, changes = false;
    struct span schema = {0};
    struct pb_reader r = pb_read(derived);
    while (pb_next(&r)) {
        if (r.field == DERIVED_SCHEMA && r.span.data) schema = r.span;
        if (r.field == DERIVED_IS_COMMAND) is_command = r.value != 0;
        if (r.field == DERIVED_CHANGES_SESSION) changes = r.value != 0;
    }
    if (!p->schema) {
        uint8_t *copy = malloc(schema.size + 1);
        if (!copy) return false;
        if (schema.size) memcpy(copy, schema.data, schema.size);
        lock_take(&p->session->lock, this_process());
        uint8_t *mine = copy;
        if (!p->schema) {
            p->schema_size = schema.size;
            p->schema = copy;
            mine = NULL;
        }
        lock_release(&p->session->lock);
        free(mine);
    }
    p->is_command = is_command;
    p->changes_session = changes;
    p->deriver = this_process();
    p->incarnation = p->session->incarnation;
    return true;
}

const uint8_t *roost_plan_schema(const struct roost_plan *plan, size_t *size) {
    const uint8_t *schema = plan->schema;
    *size = schema ? plan->schema_size : 0;
    return schema;
}

bool roost_plan_is_command(const struct roost_plan *plan) {
    return plan->is_command;
}

bool roost_plan_derive(struct roost_plan *plan, const struct roost_wait *wait, struct roost_error *error) {
    if (plan_is_derived(plan)) return true;
    struct call call = {.client = plan->session->client,
                        .session = plan->session,
                        .parents = &plan,
                        .parent_count = 1,
                        .operation = 0,
                        .repeatable = true,
                        .error = error};
    return call_derive(&call, wait);
}

/* ---- finding what is missing ---- */

struct plan_list {
    struct roost_plan **items;
    size_t count, capacity;
};

static bool push(struct plan_list *list, struct roost_plan *p) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 16;
        struct roost_plan **items = realloc(list->items, capacity * sizeof *items);
        if (!items) return false;
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = p;
    return true;
}

/*
 * Depth first with an explicit stack. A plan is pushed, then on its first look its missing parents above it;
 * on its second look they are all in the order, and it follows. What was seen is in a set of handles, which
 * is exact because handles are unique in a session. Plans of another session are the caller's mistake and the
 * engine's error.
 */
bool plans_missing(struct roost_plan *const *plans, uint32_t count, struct roost_plan ***order, uint32_t *order_count) {
    struct plan_list stack = {0}, out = {0};
    struct id_set opened = {0}, done = {0};
    bool good = true;
    *order = NULL;
    *order_count = 0;
    for (uint32_t i = count; i-- > 0 && good;)
        if (!plan_is_derived(plans[i])) good = push(&stack, plans[i]);
    while (good && stack.count) {
        struct roost_plan *p = stack.items[stack.count - 1];
        if (id_set_has(&done, p->handle)) {
            stack.count--;
        } else if (id_set_has(&opened, p->handle)) {
            stack.count--;
            good = id_set_add(&done, p->handle) && push(&out, p);
        } else {
            good = id_set_add(&opened, p->handle);
            for (uint32_t i = p->parent_count; i-- > 0 && good;)
                if (!plan_is_derived(p->parents[i]) && !id_set_has(&opened, p->parents[i]->handle))
                    good = push(&stack, p->parents[i]);
        }
    }
    free(stack.items);
    free(opened.slots);
    free(done.slots);
    if (!good) {
        free(out.items);
        return false;
    }
    *order = out.items;
    *order_count = (uint32_t)out.count;
    return true;
}

void plans_forget(struct roost_plan *const *plans, uint32_t count) {
    struct plan_list stack = {0};
    for (uint32_t i = 0; i < count; i++) push(&stack, plans[i]);
    while (stack.count) {
        struct roost_plan *p = stack.items[--stack.count];
        if (!p->incarnation) continue;
        p->incarnation = 0;
        for (uint32_t i = 0; i < p->parent_count; i++)
            if (!push(&stack, p->parents[i])) break;
    }
    free(stack.items);
}
