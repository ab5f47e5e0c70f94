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
    sql_comment_on, sql_truncate_table, sql_refresh_table, sql_repair_table;
command_maker sql_insert, sql_insert_directory, sql_change_rows;
command_maker sql_cache_table, sql_uncache_table, sql_clear_cache;
command_maker sql_show_tables, sql_show_table_extended, sql_show_views, sql_show_columns, sql_show_partitions,
    sql_show_tblproperties, sql_show_create_table, sql_show_functions;
command_maker sql_describe_table, sql_describe_query, sql_describe_function;
command_maker sql_create_function, sql_drop_function;

/* ---- helpers ---- */

static inline struct session *analyzer_session(const struct analyzer *a) {
    return ((struct derivation *)a->owner)->session;
}
/* The name that a reference means, IDENTIFIER(...) computed. */
bool reference_name(struct analyzer *a, const struct u_reference *r, struct u_name *name, struct error *err);
/* The value of a constant expression, cast to a type where one is told. */
const struct vector *constant_value(struct analyzer *a, struct u_expr *e, const struct type *type, struct error *err);
/* The database that a reference names; the current one when it is empty. Not looked up. */
bool reference_database(struct analyzer *a, const struct u_reference *r, const char **database, struct error *err);
/* The same, and it must be there. NULL with *err. */
const struct catalog_database *find_reference_database(struct analyzer *a, const struct u_reference *r,
                                                       struct error *err);

/* What a name of a table or view means. */
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

/* What DESCRIBE EXTENDED and SHOW TABLE EXTENDED say of a table. */
const char *table_information(struct arena *arena, const struct catalog_table *table);
/* A row for each partition of a table. */
bool each_partition(struct command_run *run, const struct catalog_table *table, const char *folder, const char *above,
                    uint32_t depth, struct error *err);

#define COLUMNS(list) .column_count = sizeof list / sizeof *list, .columns = list

#endif
