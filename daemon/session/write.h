/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows into files: what INSERT, CREATE TABLE AS, df.write and df.writeTo have in common.
 *
 * A write is a command whose input are the rows, in the target's columns and types. They go through the format's
 * writer into a staging folder, one file per partition, and become visible together when the last one is written
 * (catalog/catalog.h).
 */
#ifndef ROOST_SESSION_WRITE_H
#define ROOST_SESSION_WRITE_H

#include "session/command_sql.h"

struct write {
    const char *format;
    const char *folder;        /* the target */
    const struct type *schema; /* of the rows: partition columns last */
    uint32_t partition_count;
    const char *const *partitions;
    uint32_t option_count;
    const struct u_option *options;
    bool overwrite;
    const struct catalog_table *table; /* to be entered in the catalog afterwards, or NULL */
};

/* input: analyzed, with exactly the columns of the write's schema. */
struct plan *write_plan(struct analyzer *a, const struct write *write, const struct plan *input);
/* CREATE TABLE ... AS SELECT: t lacks its schema. */
struct plan *create_table_as(struct analyzer *a, const struct u_plan *query, struct catalog_table *t,
                             struct error *err);
/* INSERT INTO t: the query's columns by position or by name, cast as Spark's store assignment allows. */
struct plan *insert_into(struct analyzer *a, const struct u_plan *query, const struct target *t, bool overwrite,
                         bool by_name, const char *const *columns, uint32_t column_count, struct error *err);

/* command_table.c */
const char *plain_location(struct arena *arena, const char *location);
bool order_partitions(struct arena *arena, struct catalog_table *t, struct error *err);
bool check_provider(const char *format, struct error *err);
bool check_new_table(struct analyzer *a, const struct u_reference *r, bool if_not_exists, bool replace,
                     struct target *t, bool *skip, struct error *err);

/* write_message.c: df.write, df.writeTo */
struct plan *write_from_message(struct derivation *d, const Spark__Connect__WriteOperation *m, struct error *err);
struct plan *write_from_message_v2(struct derivation *d, const Spark__Connect__WriteOperationV2 *m, struct error *err);

#endif
