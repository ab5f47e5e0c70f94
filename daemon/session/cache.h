/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What df.cache() and CACHE TABLE keep: rows of plans, in the session's memory.
 *
 * An entry names a plan by the address of its root, which every plan that is made on top of it contains; a table's
 * plan is known by the table's name as well. The rows are computed before the first query that needs them (task.c),
 * and again after a table that they came from has changed. Where there is no memory for them, they are not kept, and
 * queries compute what they need.
 */
#ifndef ROOST_SESSION_CACHE_H
#define ROOST_SESSION_CACHE_H

#include "session/session_int.h"

/* A table that kept rows came from, as it was. */
struct cache_source {
    const char *database, *name;
    uint64_t version;
};

struct cache_entry {
    struct link link;
    uint32_t references; /* the list's and those of tasks that fill it */
    struct memory_account *account;
    struct handle *handle; /* a reference: whose plan it is */
    const struct plan *plan;
    const struct type *schema;
    const struct scan_table *table; /* the plan reads this table whole; NULL: it is another plan */
    struct table_data *data;        /* NULL: not computed yet */
    bool refused;                   /* there was no memory for it */
    bool use_disk, use_memory, deserialized;
    int32_t replication;
    uint32_t source_count;
    struct cache_source *sources; /* in handle's arena */
};

/* Keeps plan from now on; the entry that is there already is given back. data NULL: computed when first needed; else
 * a reference to it is taken over. */
struct cache_entry *cache_put(struct session *session, struct handle *handle, const struct plan *plan,
                              const struct type *schema, struct table_data *data);
struct cache_entry *cache_find(struct session *session, const struct plan *plan);
struct cache_entry *cache_find_table(struct session *session, const char *database, const char *name);
void cache_drop(struct cache_entry *entry);
void cache_unref(struct cache_entry *entry);
/* Those that read files at this path or below it. */
void cache_drop_path(struct session *session, const char *path);
void cache_clear(struct session *session);
/* Gives the rows up, not the entries: there is no memory. */
void cache_forget_rows(struct session *session);

/* The plan to run: kept rows in the place of what they are, tables' files as they are now. skip: an entry whose own
 * plan this is. */
struct plan *cache_prepare(struct session *session, struct arena *arena, const struct context *context, struct plan *p,
                           const struct cache_entry *skip, struct error *err);
/* The same for EXPLAIN, which shows what is kept before there are rows; not to be run. */
struct plan *cache_explain(struct session *session, struct arena *arena, const struct context *context, struct plan *p,
                           struct error *err);
/* An entry that p needs and that has no rows yet, innermost first; NULL: none. */
struct cache_entry *cache_needed(struct session *session, struct plan *p);
/* The entry's rows have been computed: takes over the reference. */
void cache_filled(struct session *session, struct cache_entry *entry, struct table_data *data);

#endif
