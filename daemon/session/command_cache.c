/* SPDX-License-Identifier: Apache-2.0 */
/* CACHE TABLE, UNCACHE TABLE, CLEAR CACHE. What is kept is cache.c's. */
#include <string.h>
#include <strings.h>

#include "column/table_data.h"
#include "plan/partitions.h"
#include "session/cache.h"
#include "session/command_sql.h"

struct caching {
    const struct plan *plan; /* what is kept */
    struct handle *handle;   /* whose it is; NULL: the command's */
    const struct type *schema;
    const char *level;
    const char *view; /* CACHE TABLE v AS ...: made as well; else NULL */
    struct view_about about;
};

static struct table_data *rows_of(struct command_run *run) {
    return run->state;
}

static bool begin(struct command_run *run, struct error *err) {
    (void)err;
    const struct caching *c = run->command->arguments;
    if (run->command->input) run->state = table_data_new(&run->session->budget->account, c->schema);
    return true;
}

static bool take(struct command_run *run, const struct batch *batch, struct error *err) {
    (void)err;
    table_data_append_of(rows_of(run), batch, run->inner.root->partition);
    return true;
}

static void abandon(struct command_run *run) {
    table_data_unref(rows_of(run));
    run->state = NULL;
}

static const struct {
    const char *name;
    bool disk, memory, deserialized;
    int32_t replication;
} levels[] = {
    {"NONE", false, false, false, 1},
    {"DISK_ONLY", true, false, false, 1},
    {"DISK_ONLY_2", true, false, false, 2},
    {"DISK_ONLY_3", true, false, false, 3},
    {"MEMORY_ONLY", false, true, true, 1},
    {"MEMORY_ONLY_2", false, true, true, 2},
    {"MEMORY_ONLY_SER", false, true, false, 1},
    {"MEMORY_ONLY_SER_2", false, true, false, 2},
    {"MEMORY_AND_DISK", true, true, true, 1},
    {"MEMORY_AND_DISK_2", true, true, true, 2},
    {"MEMORY_AND_DISK_SER", true, true, false, 1},
    {"MEMORY_AND_DISK_SER_2", true, true, false, 2},
    {"OFF_HEAP", true, true, false, 1},
};

static void set_level(struct cache_entry *e, const char *level) {
    for (size_t i = 0; level && i < sizeof levels / sizeof *levels; i++) {
        if (strcasecmp(levels[i].name, level) != 0) continue;
        e->use_disk = levels[i].disk;
        e->use_memory = levels[i].memory;
        e->deserialized = levels[i].deserialized;
        e->replication = levels[i].replication;
    }
}

static bool finish(struct command_run *run, struct error *err) {
    const struct caching *c = run->command->arguments;
    struct session *session = run->session;
    struct handle *handle = c->handle ? c->handle : run->command->handle;
    if (c->view) {
        if (view_find(&session->views, c->view)) {
            error_set(err, "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", NULL);
            return error_add(err, "relationName", "`%s`", c->view);
        }
        view_put(&session->views, &session->budget->account, c->view, handle, &c->about);
        handle->plan = c->plan;
        handle->schema = c->schema;
    }
    struct table_data *rows = rows_of(run);
    run->state = NULL;
    if (rows) table_data_set_partitions(rows, plan_partition_count(c->plan, &run->task->context));
    set_level(cache_put(session, handle, c->plan, c->schema, rows), c->level);
    return true;
}

static const struct command_kind cache_command = {
    .name = "CacheTable", .begin = begin, .batch = take, .finish = finish, .abandon = abandon};

static bool read_level(const struct u_command *c, struct caching *caching, struct error *err) {
    for (uint32_t i = 0; i < c->option_count; i++) {
        if (strcasecmp(c->options[i].key, "storageLevel") != 0) continue;
        caching->level = c->options[i].value;
        for (size_t k = 0; k < sizeof levels / sizeof *levels; k++)
            if (strcasecmp(levels[k].name, c->options[i].value) == 0) return true;
        return error_unsupported(err, "the storage level %s", c->options[i].value);
    }
    return true;
}

static struct plan *caching_plan(struct analyzer *a, const struct u_command *c, struct caching *caching,
                                 const char *key) {
    struct command *command = command_create(a, &cache_command, caching);
    if (!c->lazy) command->input = caching->plan;
    command->changes_session = key;
    command->state_key = key;
    return command_as_plan(a, command);
}

/* CACHE TABLE v AS SELECT ...: a temporary view whose rows are kept. */
static struct plan *cache_query(struct analyzer *a, const struct u_command *c, struct caching *caching,
                                struct error *err) {
    struct u_name name;
    TRY_NULL(reference_name(a, &c->target, &name, err));
    if (name.count > 1) {
        error_set(err, "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS", "actualName", quote_name(a->arena, &name), NULL);
        return NULL;
    }
    caching->plan = plan_analyze(a, c->query, err);
    TRY_NULL(caching->plan);
    caching->schema = plan_schema(a->arena, caching->plan);
    caching->view = view_key(analyzer_session(a), a->arena, name.parts[0]);
    caching->about = (struct view_about){.mode = "BINDING", .created = a->context->now};
    return caching_plan(a, c, caching, arena_printf(a->arena, "view:%s", caching->view));
}

struct plan *sql_cache_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target t;
    struct caching *caching = ARENA_NEW(a->arena, struct caching);
    TRY_NULL(read_level(c, caching, err));
    if (c->query) return cache_query(a, c, caching, err);
    TRY_NULL(need_target(a, &c->target, &t, err));
    if (t.view) {
        caching->handle = t.view->handle;
        derivation_uses(a->owner, t.view->handle);
        caching->plan = t.view->handle->plan;
        caching->schema = t.view->handle->schema;
        return caching_plan(a, c, caching, NULL);
    }
    struct u_plan *relation = u_plan_new(a->arena, U_RELATION, c->target.origin, 0, 0);
    relation->relation.name = t.written;
    caching->plan = plan_analyze(a, relation, err);
    TRY_NULL(caching->plan);
    caching->schema = plan_schema(a->arena, caching->plan);
    return caching_plan(a, c, caching, NULL);
}

/* ---- UNCACHE ---- */

static bool uncache(struct command_run *run, struct error *err) {
    (void)err;
    const struct target *t = run->command->arguments;
    const struct view_entry *view = find_temporary_view(run->session, &run->op.memory, &t->written);
    struct cache_entry *e = view ? cache_find(run->session, view->handle->plan)
                                 : cache_find_table(run->session, t->name.database, t->name.name);
    if (e) cache_drop(e);
    return true;
}

static const struct command_kind uncache_command = {.name = "UncacheTable", .finish = uncache};

struct plan *sql_uncache_table(struct analyzer *a, const struct u_command *c, struct error *err) {
    struct target *t = ARENA_NEW(a->arena, struct target);
    if (c->if_exists)
        TRY_NULL(find_target(a, &c->target, t, err));
    else
        TRY_NULL(need_target(a, &c->target, t, err));
    if (!t->view) {
        t->name.database = arena_strdup(a->arena, t->name.database);
        t->name.name = arena_strdup(a->arena, t->name.name);
    }
    return simple_command(a, &uncache_command, t, NULL);
}

static bool clear(struct command_run *run, struct error *err) {
    (void)err;
    cache_clear(run->session);
    return true;
}

static const struct command_kind clear_command = {.name = "ClearCache", .finish = clear};

struct plan *sql_clear_cache(struct analyzer *a, const struct u_command *c, struct error *err) {
    (void)c, (void)err;
    return simple_command(a, &clear_command, NULL, NULL);
}
