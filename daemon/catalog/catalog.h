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
    const char *comment;   /* or NULL */
    const char *location;  /* absolute path */
    const char *collation; /* or NULL */
    uint32_t property_count;
    const struct catalog_property *properties;
};

/* What stands for NULL in the name of a partition's folder, as in Hive. */
#define CATALOG_NULL_PARTITION "__HIVE_DEFAULT_PARTITION__"

/* One partition of a table: its values stand in the order of the table's partition columns. */
struct catalog_partition {
    const char *const *values; /* as texts; a NULL entry: the partition of NULLs */
    const char *location;      /* absolute path of its folder */
    int64_t created;           /* microseconds since the epoch */
    uint32_t parameter_count;
    const struct catalog_property *parameters; /* what ANALYZE found */
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
    const char *view_mode;     /* VIEW: "COMPENSATION" and its kin; NULL: made before there were modes */
    uint32_t view_column_count;
    const char *const *view_columns; /* VIEW: what its query called them */
    uint32_t setting_count;
    const struct catalog_property *settings; /* VIEW: what was set when it was made */
    const char *owner;
    const char *collation; /* of its text columns, where they say none; or NULL */
    int64_t created;       /* microseconds since the epoch */
    uint32_t partition_count;
    const char *const *partitions; /* the columns */
    uint32_t bucket_count, bucket_column_count, sort_column_count;
    const char *const *bucket_columns, *const *sort_columns;
    uint32_t option_count;
    const struct catalog_property *options;
    uint32_t property_count;
    const struct catalog_property *properties;
    uint32_t statistic_count;
    const struct catalog_property *statistics; /* what ANALYZE found */
    /* Kept beside the definition: catalog_put_table() leaves them as they are. Sorted by value. */
    uint32_t part_count;
    const struct catalog_partition *parts;
    uint64_t version; /* grows with every change of the definition, the partitions or the files */
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

/* A copy that outlives the catalog's next change. */
struct catalog_database *catalog_copy_database(struct arena *arena, const struct catalog_database *database);
struct catalog_table *catalog_copy_table(struct arena *arena, const struct catalog_table *table);
/* NULL: there is no such partition. */
const struct catalog_partition *catalog_find_partition(const struct catalog_table *table, const char *const *values);
/* "p=1/q=a", escaped as folders are named. */
const char *catalog_partition_path(struct arena *arena, const struct catalog_table *table, const char *const *values);
/* A name or value with %XX for what folder names cannot hold. */
const char *catalog_escape(struct arena *arena, const char *text);

/* Changes. What they are given is copied. */
bool catalog_put_database(struct catalog *catalog, const struct catalog_database *database, struct error *err);
bool catalog_drop_database(struct catalog *catalog, const char *name, struct error *err); /* with its tables' entries */
bool catalog_put_table(struct catalog *catalog, const struct catalog_table *table, struct error *err); /* replaces */
bool catalog_drop_table(struct catalog *catalog, const char *database, const char *name, struct error *err);
bool catalog_put_function(struct catalog *catalog, const struct catalog_function *function, struct error *err);
bool catalog_drop_function(struct catalog *catalog, const char *database, const char *name, struct error *err);
bool catalog_rename_table(struct catalog *catalog, const char *database, const char *name, const char *new_name,
                          struct error *err);

/* Partitions that are there already are replaced. */
bool catalog_put_partitions(struct catalog *catalog, const char *database, const char *name,
                            const struct catalog_partition *partitions, uint32_t count, struct error *err);
/* The entries alone; those that are not there are passed over. */
bool catalog_drop_partitions(struct catalog *catalog, const char *database, const char *name,
                             const struct catalog_partition *partitions, uint32_t count, struct error *err);
/* The table's files have changed: whoever planned with the old ones looks again. */
void catalog_touch(struct catalog *catalog, const char *database, const char *name);

/*
 * Writing files: into a staging folder first, then with one record of the log into the table's folder. The record
 * says what is to be moved and what of that which was there goes; a commit that was cut short is completed on opening.
 */
struct staging {
    const char *folder; /* write here */
    const char *target; /* they will go there */
    bool made_target;   /* it was not there before, and goes again when nothing comes of it */
};
/* A folder below the staging one whose files go elsewhere: those of a partition with a place of its own. */
struct staging_move {
    const char *below, *target;
};
bool catalog_stage(struct catalog *catalog, struct arena *arena, const char *target, struct staging *staging,
                   struct error *err);
/* What is in the folders `clear` goes; then the staged files come. */
struct commit {
    uint32_t clear_count, move_count;
    const char *const *clear;
    const struct staging_move *moves;
};
bool catalog_commit(struct catalog *catalog, const struct staging *staging, const struct commit *commit,
                    struct error *err);
void catalog_abandon(const struct staging *staging);

/* Removes a folder with all that is in it; links are removed, not followed. */
void folder_remove(const char *path);
/* Makes a folder and those above it. */
bool folder_make(const char *path, struct error *err);

#endif
