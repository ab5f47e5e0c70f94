/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are kept, and plans made ready to run; see cache.h. */
#include "session/cache.h"

#include <string.h>

#include "catalog/catalog.h"
#include "column/table_data.h"
#include "format/format.h"
#include "session/command_sql.h"

/* ---- entries ---- */

static const struct plan *without_names(const struct plan *p) {
    while (p->kind == PLAN_SUBQUERY_ALIAS && p->child_count == 1) p = p->children[0];
    return p;
}

static const struct scan_table *whole_table(const struct plan *p) {
    p = without_names(p);
    return p->kind == PLAN_SCAN ? p->scan.table : NULL;
}

struct cache_entry *cache_find(struct session *session, const struct plan *plan) {
    for (struct link *l = session->cache.next; l != &session->cache; l = l->next) {
        struct cache_entry *e = LINK_OWNER(l, struct cache_entry, link);
        if (e->plan == plan || (plan->original && e->plan == plan->original)) return e;
    }
    return NULL;
}

struct cache_entry *cache_find_table(struct session *session, const char *database, const char *name) {
    for (struct link *l = session->cache.next; l != &session->cache; l = l->next) {
        struct cache_entry *e = LINK_OWNER(l, struct cache_entry, link);
        if (e->table && strcmp(e->table->database, database) == 0 && strcmp(e->table->name, name) == 0) return e;
    }
    return NULL;
}

struct cache_entry *cache_put(struct session *session, struct handle *handle, const struct plan *plan,
                              const struct type *schema, struct table_data *data) {
    const struct scan_table *table = whole_table(plan);
    struct cache_entry *e = table ? cache_find_table(session, table->database, table->name) : cache_find(session, plan);
    if (e) {
        if (e->data)
            table_data_unref(data);
        else if (data)
            cache_filled(session, e, data);
        return e;
    }
    e = owned_new(&session->budget->account, sizeof *e);
    e->account = &session->budget->account;
    e->references = 1;
    e->handle = handle_ref(handle);
    e->plan = plan;
    e->schema = schema;
    e->table = table;
    e->use_disk = e->use_memory = e->deserialized = true;
    e->replication = 1;
    list_append(&session->cache, &e->link);
    if (data) cache_filled(session, e, data);
    return e;
}

void cache_unref(struct cache_entry *e) {
    if (!e || --e->references) return;
    struct budget *budget = e->handle->budget; /* holds the account */
    budget->references++;
    table_data_unref(e->data);
    handle_unref(e->handle);
    owned_free(e->account, e, sizeof *e);
    budget_unref(budget);
}

void cache_drop(struct cache_entry *e) {
    list_remove(&e->link);
    cache_unref(e);
}

struct path_reader {
    const char *path;
    size_t length;
    bool found;
};

static struct plan *find_reader(struct plan *p, void *data, struct error *err) {
    struct path_reader *r = data;
    (void)err;
    for (uint32_t i = 0; p->kind == PLAN_SCAN && i < p->scan.source->file_count; i++) {
        const char *file = p->scan.source->files[i].path;
        if (strncmp(file, r->path, r->length) == 0 && (!file[r->length] || file[r->length] == '/')) r->found = true;
    }
    return p;
}

void cache_drop_path(struct session *session, const char *path) {
    struct error ignored = ERROR_INIT;
    struct arena scratch;
    arena_init(&scratch, &session->budget->account);
    for (struct link *l = session->cache.next, *next; l != &session->cache; l = next) {
        struct cache_entry *e = LINK_OWNER(l, struct cache_entry, link);
        next = l->next;
        struct path_reader r = {.path = path, .length = strlen(path)};
        while (r.length > 1 && path[r.length - 1] == '/') r.length--;
        plan_replace(&scratch, &session->context, (struct plan *)e->plan, find_reader, &r, &ignored);
        if (r.found) cache_drop(e);
    }
    arena_release(&scratch);
    error_release(&ignored);
}

void cache_clear(struct session *session) {
    for (struct link *l; (l = list_first(&session->cache));) cache_drop(LINK_OWNER(l, struct cache_entry, link));
}

static void forget(struct cache_entry *e) {
    table_data_unref(e->data);
    e->data = NULL;
}

void cache_forget_rows(struct session *session) {
    for (struct link *l = session->cache.next; l != &session->cache; l = l->next)
        forget(LINK_OWNER(l, struct cache_entry, link));
}

/* ---- what rows came from ---- */

static const struct catalog_table *current_table(struct session *session, const struct scan_table *table) {
    struct catalog *catalog = session->application->catalog;
    return catalog && table ? catalog_find_table(catalog, table->database, table->name) : NULL;
}

struct source_list {
    struct session *session;
    struct arena *arena;
    LIST(struct cache_source) list;
};

static struct plan *note_source(struct plan *p, void *data, struct error *err) {
    (void)err;
    struct source_list *sources = data;
    const struct catalog_table *t = p->kind == PLAN_SCAN ? current_table(sources->session, p->scan.table) : NULL;
    if (!t) return p;
    struct cache_source source = {p->scan.table->database, p->scan.table->name, t->version};
    LIST_PUSH(sources->arena, &sources->list, source);
    return p;
}

void cache_filled(struct session *session, struct cache_entry *e, struct table_data *data) {
    struct error ignored = ERROR_INIT;
    struct source_list sources = {.session = session, .arena = &e->handle->arena};
    forget(e);
    plan_replace(&e->handle->arena, &session->context, (struct plan *)e->plan, note_source, &sources, &ignored);
    error_release(&ignored);
    e->sources = sources.list.items;
    e->source_count = sources.list.count;
    e->data = data;
}

/* Rows of tables that have changed since are given up. */
static bool is_fresh(struct session *session, struct cache_entry *e) {
    struct catalog *catalog = session->application->catalog;
    for (uint32_t i = 0; e->data && i < e->source_count; i++) {
        const struct cache_source *s = &e->sources[i];
        const struct catalog_table *t = catalog ? catalog_find_table(catalog, s->database, s->name) : NULL;
        if (t && t->version != s->version) forget(e);
    }
    return e->data;
}

/* The entry whose rows p is; p's columns must be what was kept. */
static struct cache_entry *entry_of(struct session *session, struct plan *p) {
    struct cache_entry *e = NULL;
    if (p->kind == PLAN_SCAN && p->scan.table)
        e = cache_find_table(session, p->scan.table->database, p->scan.table->name);
    if (!e) e = cache_find(session, p);
    return e && p->output_count == e->schema->field_count ? e : NULL;
}

/* ---- plans ---- */

struct preparing {
    struct session *session;
    struct arena *arena;
    const struct context *context;
    const struct cache_entry *skip;
    struct cache_entry *needed;
    bool explaining; /* where rows are kept, or will be; they are not read */
};

static struct plan *kept_rows(struct preparing *c, struct plan *p, struct cache_entry *e) {
    struct plan *local = plan_new(c->arena, PLAN_LOCAL, 0, 0);
    local->origin = p->origin;
    local->output_count = p->output_count;
    local->output = p->output;
    local->local.data = e->data;
    local->local.kept = true;
    return local;
}

/* The table's files as they are now, where they have changed since the plan was made. */
static struct plan *refreshed(struct preparing *c, struct plan *p, struct error *err) {
    const struct catalog_table *t = current_table(c->session, p->scan.table);
    if (!t || t->version == p->scan.table->version) return p;
    struct scan_source *source = scan_of_table(c->arena, c->context, t, p->scan.source->schema, p->scan.source->options,
                                               p->scan.source->option_count, err);
    TRY_NULL(source);
    source->defaults = p->scan.source->defaults;
    if (!type_same(source->schema, p->scan.source->schema, true)) return p;
    struct plan *copy = plan_copy_node(c->arena, p);
    copy->scan.source = source;
    copy->rows = source->rows;
    return copy;
}

static struct plan *prepare_node(struct plan *p, void *data, struct error *err) {
    struct preparing *c = data;
    struct cache_entry *e = list_is_empty(&c->session->cache) ? NULL : entry_of(c->session, p);
    if (e && e != c->skip && (c->explaining || is_fresh(c->session, e))) return kept_rows(c, p, e);
    return p->kind == PLAN_SCAN && p->scan.table ? refreshed(c, p, err) : p;
}

struct plan *cache_prepare(struct session *session, struct arena *arena, const struct context *context, struct plan *p,
                           const struct cache_entry *skip, struct error *err) {
    struct preparing c = {.session = session, .arena = arena, .context = context, .skip = skip};
    if (list_is_empty(&session->cache) && !session->application->catalog) return p;
    return plan_replace(arena, context, p, prepare_node, &c, err);
}

struct plan *cache_explain(struct session *session, struct arena *arena, const struct context *context, struct plan *p,
                           struct error *err) {
    struct preparing c = {.session = session, .arena = arena, .context = context, .explaining = true};
    return list_is_empty(&session->cache) ? p : plan_replace(arena, context, p, prepare_node, &c, err);
}

static struct plan *find_needed(struct plan *p, void *data, struct error *err) {
    struct preparing *c = data;
    (void)err;
    struct cache_entry *e = entry_of(c->session, p);
    if (e && !e->refused && !is_fresh(c->session, e)) c->needed = e; /* the innermost comes last */
    return p;
}

struct cache_entry *cache_needed(struct session *session, struct plan *p) {
    struct error ignored = ERROR_INIT;
    struct preparing c = {.session = session};
    if (list_is_empty(&session->cache)) return NULL;
    struct arena scratch;
    arena_init(&scratch, &session->budget->account);
    plan_replace(&scratch, &session->context, p, find_needed, &c, &ignored);
    if (p->kind == PLAN_COMMAND && p->command->input)
        plan_replace(&scratch, &session->context, (struct plan *)p->command->input, find_needed, &c, &ignored);
    arena_release(&scratch);
    error_release(&ignored);
    return c.needed;
}
