/* SPDX-License-Identifier: Apache-2.0 */
/* SQL's commands: what the files that carry them out share. See commands.h. */
#ifndef ROOST_SESSION_COMMAND_SQL_H
#define ROOST_SESSION_COMMAND_SQL_H

#include "catalog/catalog.h"
#include "session/commands.h"
#include "sql/commands.h"

typedef struct plan *command_maker(struct analyzer *a, const struct u_command *c, struct error *err);

/* One for each kind of command, in the file of its family. */
command_maker sql_set, sql_reset, sql_use, sql_set_catalog, sql_declare_variable, sql_drop_variable, sql_set_variable,
    sql_execute_immediate, sql_explain;
command_maker sql_create_namespace, sql_drop_namespace, sql_alter_namespace, sql_show_namespaces,
    sql_show_current_namespace, sql_show_catalogs, sql_describe_namespace;
command_maker sql_create_view, sql_create_view_using, sql_alter_view, sql_drop_view;
command_maker sql_create_table, sql_create_table_like, sql_drop_table, sql_alter_table, sql_rename_table,
    sql_comment_on, sql_truncate_table, sql_refresh_table, sql_repair_table, sql_recover_partitions, sql_refresh_path,
    sql_load_data, sql_analyze_table, sql_analyze_tables;
command_maker sql_insert, sql_multi_insert, sql_insert_directory, sql_change_rows;
command_maker sql_cache_table, sql_uncache_table, sql_clear_cache;
command_maker sql_show_tables, sql_show_table_extended, sql_show_views, sql_show_columns, sql_show_partitions,
    sql_show_tblproperties, sql_show_create_table, sql_show_functions;
command_maker sql_describe_table, sql_describe_query, sql_describe_function;
command_maker sql_create_function, sql_drop_function, sql_refresh_function, sql_script;

/* ---- helpers ---- */

static inline struct session *analyzer_session(const struct analyzer *a) {
    return ((struct derivation *)a->owner)->session;
}
/* The name that a reference means, IDENTIFIER(...) computed. */
bool reference_name(struct analyzer *a, const struct u_reference *r, struct u_name *name, struct error *err);
/* An expression over no columns, analyzed; cast to a type where one is told. */
const struct expr *row_value(struct analyzer *a, struct u_expr *e, const struct type *type, struct error *err);
/* The value of a constant expression, cast to a type where one is told. */
const struct vector *constant_value(struct analyzer *a, struct u_expr *e, const struct type *type, struct error *err);
/* The database that a reference names; the current one when it is empty. Not looked up. */
bool reference_database(struct analyzer *a, const struct u_reference *r, const char **database, struct error *err);
/* The same, and it must be there. NULL with *err. */
const struct catalog_database *find_reference_database(struct analyzer *a, const struct u_reference *r,
                                                       struct error *err);

/* What a name of a table or view means. */
struct table_key;
struct target {
    struct u_name written;
    struct table_name name;
    struct view_entry *view;           /* a temporary view */
    const struct catalog_table *table; /* a table or persistent view */
    struct catalog *catalog;
    const struct origin *origin;
};
/* Neither view nor table: the caller says what that means. */
bool find_target(struct analyzer *a, const struct u_reference *r, struct target *t, struct error *err);
/* The same, and it must be there: TABLE_OR_VIEW_NOT_FOUND. */
bool need_target(struct analyzer *a, const struct u_reference *r, struct target *t, struct error *err);
/* `spark_catalog`.`default`.`t` */
const char *quote_table(struct arena *arena, const struct table_name *name);
/* The schema of what a target is. */
const struct type *target_schema(const struct target *t);

/* command_table.c */
#define CLUSTER_PROPERTY "clusteringColumns"
#define COMMENT_PROPERTY "comment"
/* A statement's properties as the catalog has them: the comment is none of them. *count becomes theirs. */
const struct catalog_property *properties_of(struct arena *arena, const struct u_option *options, uint32_t *count);
bool refuse_operation(struct analyzer *a, const struct target *t, const char *operation, struct error *err);
bool declared_field(struct analyzer *a, const struct u_column *c, const char *statement, struct field *field,
                    struct error *err);
void take_path_option(struct analyzer *a, struct catalog_table *t);
const char *cluster_text(struct arena *arena, const struct u_name *names, uint32_t count);
struct table_key *key_of(struct analyzer *a, const struct target *t);
bool put_table(struct command_run *run, struct error *err); /* the `finish` of kinds whose argument is a table */

/* command_alter.c: a table of the catalog, no view; other_way: ALTER VIEW would do. */
bool need_table(struct analyzer *a, const struct u_reference *r, const char *operation, bool other_way,
                struct target *t, struct error *err);
/* command_partition.c: the parts of ALTER TABLE that are about partitions. */
struct plan *alter_partitions(struct analyzer *a, const struct u_command *c, const struct target *t, struct error *err);
/* world.c: the table's files as they are now; schema: as queries see it. */
struct scan_source *scan_of_table(struct arena *arena, const struct context *context, const struct catalog_table *t,
                                  const struct type *schema, const struct u_option *options, uint32_t option_count,
                                  struct error *err);
/* command_insert.c: Spark's canUpCast: nothing is lost. */
bool type_is_wider(const struct type *from, const struct type *to);
/* _LEGACY_ERROR_TEMP_1251: the table has no partitions. */
bool partitions_unknown(struct analyzer *a, const struct target *t, const char *action, struct error *err);
/* command_namespace.c */
struct plan *comment_on_namespace(struct analyzer *a, const struct u_command *c, struct error *err);

/* partition_spec.c: PARTITION (p = 1, q) */
struct partition_values {
    uint32_t count, given_count; /* of the table's partition columns */
    const char **values;         /* as the catalog keeps them */
    bool *given;
};
/* partial: not all columns need a value. _LEGACY_ERROR_TEMP_1232, PARTITIONS_NOT_FOUND for unknown columns. */
bool resolve_partition(struct analyzer *a, const struct target *t, const struct u_partition_spec *spec, bool partial,
                       struct partition_values *out, struct error *err);
bool partition_matches(const struct catalog_partition *part, const struct partition_values *values);
const char *partition_sql(struct arena *arena, const struct catalog_table *t, const struct partition_values *values);
bool partition_not_found(struct arena *arena, const struct catalog_table *t, const struct partition_values *values,
                         struct error *err);
/* One that is there, or NULL with *err. */
const struct catalog_partition *need_partition(struct analyzer *a, const struct target *t,
                                               const struct u_partition_spec *spec, struct error *err);
/* A constant as partitions' values are written; NULL: it is NULL (or *err is set). */
const char *value_as_text(struct analyzer *a, const struct vector *value, struct error *err);

/* char_type.c: what a table declares as CHAR and VARCHAR, queries see as STRING, and columns' metadata remembers. */
const struct type *schema_seen(struct arena *arena, const struct type *declared);
const struct type *schema_declared(struct arena *arena, const struct context *context, const struct type *seen);
/* Over a scan of `declared`: CHAR columns filled up with spaces; p itself where there are none. */
struct plan *fill_chars(struct analyzer *a, struct plan *p, const struct type *declared);

/* Whatever runs later and has to know its target again: catalogs change between analysis and execution. */
struct table_key {
    const char *database, *name;
};
static inline const struct catalog_table *key_table(const struct catalog *catalog, const struct table_key *key) {
    return catalog_find_table(catalog, key->database, key->name);
}

/* A plan for a command without arguments of its own. */
struct plan *simple_command(struct analyzer *a, const struct command_kind *kind, void *arguments, const char *key);
/* A command whose answer is a table of texts that is known when it is analyzed. */
struct text_row {
    const char *cells[4];
};
struct plan *texts_command(struct analyzer *a, const struct command_kind *kind, const struct text_row *rows,
                           uint32_t count);
bool emit_texts(struct command_run *run, struct error *err); /* the `finish` of such kinds */

/* DROP TABLE of a temporary view drops it as well. */
struct plan *drop_temporary_view(struct analyzer *a, const struct target *t);

#define COLUMNS(list) .column_count = sizeof list / sizeof *list, .columns = list

#endif
