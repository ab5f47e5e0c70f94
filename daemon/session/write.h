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

enum write_mode {
    WRITE_APPEND,
    WRITE_OVERWRITE, /* what was there goes; with static values: of those partitions alone */
    WRITE_DYNAMIC    /* what was there of the partitions that are written goes */
};

struct write {
    const char *format;
    const char *folder;        /* the target */
    const struct type *schema; /* of the rows: partition columns last */
    uint32_t partition_count;
    const char *const *partitions;
    uint32_t option_count;
    const struct u_option *options;
    enum write_mode mode;
    uint32_t static_count; /* of the partition columns, from the left: OVERWRITE keeps to these values */
    const char *const *static_values;
    const struct table_key *target;    /* the catalog's table whose partitions it may add; NULL: it is none */
    const struct catalog_table *table; /* to be entered in the catalog afterwards, or NULL */
};

/* input: analyzed, with exactly the columns of the write's schema. */
struct plan *write_plan(struct analyzer *a, const struct write *write, const struct plan *input);
/* CREATE TABLE ... AS SELECT: t lacks its schema. */
struct plan *create_table_as(struct analyzer *a, const struct u_plan *query, struct catalog_table *t,
                             struct error *err);
/* INSERT INTO t: the query's columns by position or by name, cast as Spark's store assignment allows. */
struct insertion {
    const struct target *target;
    bool overwrite, dynamic; /* dynamic: only partitions that are written are overwritten */
    bool by_name;
    uint32_t column_count;
    const char *const *columns;
    const struct u_partition_spec *partition;
    const struct origin *origin;
};
struct plan *insert_into(struct analyzer *a, const struct u_plan *query, const struct insertion *insertion,
                         struct error *err);
/* insert_default.c: DEFAULT in the query's outermost rows, replaced by what it means in that column; NULL: it stays. */
const struct u_plan *replace_defaults(struct analyzer *a, const struct u_plan *query, struct u_expr *const *defaults,
                                      uint32_t count, struct error *err);
/* What a column gets that is not named; NULL with *err. */
bool is_default(const struct u_expr *e);
/* DEFAULT may stand alone, but not within an expression. */
bool check_default(const struct u_expr *e, struct error *err);
struct u_expr *default_of(struct analyzer *a, const struct field *column, struct error *err);
/* DEFAULT of a column's definition, checked, into its metadata; the text as it was written. */
bool set_default(struct analyzer *a, const char *statement, struct field *column, const char *text, bool exists,
                 struct error *err);

/* The EXISTS_DEFAULTs of a table's columns, constants; *out is NULL when there are none. */
bool exists_defaults(struct analyzer *a, const struct type *schema, const struct vector *const **out,
                     struct error *err);

/* command_write.c: numFiles and its kin, of a partition that was found in its folder. */
void found_parameters(struct arena *arena, struct catalog_partition *part, int64_t now);
/* command_table.c */
/* No column twice, no partitions alone, none of a type whose values make no names of folders. */
bool check_schema(struct analyzer *a, const struct catalog_table *t, struct error *err);
bool check_bucket_count(struct analyzer *a, int32_t count, struct error *err);
/* write_check.c: whether rows of `schema` may be appended to the table t by a df.write that describes it as `given`. */
bool check_append(struct analyzer *a, const struct catalog_table *t, const struct catalog_table *given,
                  const struct type *schema, struct error *err);
/* The same as check_schema for files that are no table's. */
bool check_path_columns(struct analyzer *a, const struct catalog_table *t, struct error *err);
const char *plain_location(struct arena *arena, const char *location);
bool order_partitions(struct arena *arena, struct catalog_table *t, struct error *err);
bool check_provider(const struct context *context, const char *format, struct error *err);
bool check_new_table(struct analyzer *a, const struct u_reference *r, bool if_not_exists, bool replace,
                     struct target *t, bool *skip, struct error *err);

/* write_message.c: df.write, df.writeTo */
struct plan *write_from_message(struct derivation *d, const Spark__Connect__WriteOperation *m, struct error *err);
struct plan *write_from_message_v2(struct derivation *d, const Spark__Connect__WriteOperationV2 *m, struct error *err);

#endif
