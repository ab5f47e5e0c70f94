/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalog of an application: databases, tables, persistent views and functions, and where their files are.
 *
 *     warehouse/
 *       _roost_catalog            the log: one checked record per change, only ever appended to
 *       sales/                    a table of the database "default"
 *         part-….parquet
 *         _staging-…/             files of a write that has not been committed
 *       shop.db/                  another database
 *
 * What always holds: a change is in the log, flushed, before memory and callers see it; whoever opens the log later
 * replays it up to the first record that is not whole. So a finished write outlives the engine, and an unfinished one
 * leaves nothing but a staging folder, which opening removes. Names are in lower case, as Spark keeps them.
 *
 * Lifetimes: everything that is found belongs to the catalog and is valid until its next change: copy what is kept.
 */
#ifndef ROOST_CATALOG_CATALOG_H
#define ROOST_CATALOG_CATALOG_H

#include "base/arena.h"
#include "base/error.h"
#include "type/type.h"

struct catalog;

struct catalog_property {
    const char *key, *value;
};

struct catalog_database {
    const char *name;
    const char *comment;  /* or NULL */
    const char *location; /* absolute path */
    uint32_t property_count;
    const struct catalog_property *properties;
};

enum catalog_table_kind { CATALOG_MANAGED, CATALOG_EXTERNAL, CATALOG_VIEW };

struct catalog_table {
    enum catalog_table_kind kind;
    const char *database, *name;
    const struct type *schema; /* all columns, partition columns last */
    const char *format;        /* "parquet"; NULL for views */
    const char *location;      /* absolute path of the folder; NULL for views */
    const char *comment;       /* or NULL */
    const char *view_text;     /* VIEW: the query */
    const char *view_database; /* VIEW: what was current when it was made */
    const char *owner;
    int64_t created; /* microseconds since the epoch */
    uint32_t partition_count;
    const char *const *partitions;
    uint32_t option_count;
    const struct catalog_property *options;
    uint32_t property_count;
    const struct catalog_property *properties;
};

/* A function written in SQL, or one of a class, which nothing here can run. */
struct catalog_function {
    const char *database, *name;
    const char *text;           /* the statement that made it */
    const struct type *returns; /* of a table function: a struct; NULL: of a class */
    int64_t created;            /* microseconds since the epoch */
    uint32_t property_count;
    const struct catalog_property *properties; /* what it was made under, and what is known of it */
};

/* Opens what is in the folder `root`, or begins a new catalog there when the first change comes: until then nothing
 * is written, not even the folder. NULL with *err when the log cannot be read. */
struct catalog *catalog_open(struct memory_account *account, const char *root, struct error *err);
void catalog_free(struct catalog *catalog); /* NULL does nothing */
const char *catalog_root(const struct catalog *catalog);

/* NULL: none. Names in lower case. */
const struct catalog_database *catalog_find_database(const struct catalog *catalog, const char *name);
const struct catalog_table *catalog_find_table(const struct catalog *catalog, const char *database, const char *name);
/* In order of names: index from 0 until NULL. database NULL: of all. */
const struct catalog_database *catalog_database_at(const struct catalog *catalog, uint32_t index);
const struct catalog_table *catalog_table_at(const struct catalog *catalog, const char *database, uint32_t index);
const struct catalog_function *catalog_find_function(const struct catalog *catalog, const char *database,
                                                     const char *name);
const struct catalog_function *catalog_function_at(const struct catalog *catalog, const char *database, uint32_t index);

/* Where a new table's files go. */
const char *catalog_table_location(const struct catalog *catalog, struct arena *arena, const char *database,
                                   const char *name);

/* Changes. What they are given is copied. */
bool catalog_put_database(struct catalog *catalog, const struct catalog_database *database, struct error *err);
bool catalog_drop_database(struct catalog *catalog, const char *name, struct error *err); /* with its tables' entries */
bool catalog_put_table(struct catalog *catalog, const struct catalog_table *table, struct error *err); /* replaces */
bool catalog_drop_table(struct catalog *catalog, const char *database, const char *name, struct error *err);
bool catalog_put_function(struct catalog *catalog, const struct catalog_function *function, struct error *err);
bool catalog_drop_function(struct catalog *catalog, const char *database, const char *name, struct error *err);
bool catalog_rename_table(struct catalog *catalog, const char *database, const char *name, const char *new_name,
                          struct error *err);

/*
 * Writing files: into a staging folder first, then with one record of the log into the table's folder. The record
 * says what is to be moved and whether what was there goes; a commit that was cut short is completed on opening.
 */
struct staging {
    const char *folder; /* write here */
    const char *target; /* they will go there */
};
bool catalog_stage(struct catalog *catalog, struct arena *arena, const char *target, struct staging *staging,
                   struct error *err);
bool catalog_commit(struct catalog *catalog, const struct staging *staging, bool overwrite, struct error *err);
void catalog_abandon(const struct staging *staging);

/* Removes a folder with all that is in it; links are removed, not followed. */
void folder_remove(const char *path);
/* Makes a folder and those above it. */
bool folder_make(const char *path, struct error *err);

#endif
