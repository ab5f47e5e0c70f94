/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands as SQL writes them: one node for each statement that is not a query, a U_PLAN of kind U_COMMAND around it.
 *
 * What most of them have in common stands in front: whose name it is about, IF [NOT] EXISTS, options, a query. Which of
 * these a command uses is said beside its kind; the rest is zero. What only a few have is in the union. The parser knows
 * all of Spark's statements; which of them roost carries out is decided where commands are analyzed.
 */
#ifndef ROOST_SQL_COMMANDS_H
#define ROOST_SQL_COMMANDS_H

#include "sql/unresolved.h"

/* A name, or IDENTIFIER(expression) in its place. */
struct u_reference {
    struct u_name name;
    struct u_expr *identifier; /* or NULL */
    const struct origin *origin;
};

enum u_command_kind {
    /* Session. */
    C_SET,               /* key, value; key NULL: all; verbose: SET -v */
    C_RESET,             /* key, or NULL: all */
    C_USE,               /* target: [catalog.]namespace; scope: "NAMESPACE" where it was written */
    C_SET_CATALOG,       /* target */
    C_DECLARE_VARIABLE,  /* targets, or_replace, variable */
    C_DROP_VARIABLE,     /* target, if_exists */
    C_SET_VARIABLE,      /* assignments; or targets and query */
    C_EXECUTE_IMMEDIATE, /* immediate */
    C_EXPLAIN,           /* statement, explain */
    /* Databases. */
    C_CREATE_NAMESPACE, /* target, if_not_exists, comment, location, collation, options */
    C_DROP_NAMESPACE,   /* target, if_exists, cascade */
    C_ALTER_NAMESPACE,  /* target, change: what */
    C_SHOW_NAMESPACES,  /* target (may be empty), pattern */
    C_SHOW_CURRENT_NAMESPACE,
    C_SHOW_CATALOGS,      /* pattern */
    C_DESCRIBE_NAMESPACE, /* target, extended */
    /* Tables. */
    C_CREATE_TABLE,      /* target, table, query */
    C_CREATE_TABLE_LIKE, /* target, source, if_not_exists, table */
    C_DROP_TABLE,        /* target, if_exists, purge */
    C_ALTER_TABLE,       /* target, change; scope: "CHANGE" where the word was written for ALTER COLUMN */
    C_RENAME_TABLE,      /* target, new_name; is_view */
    C_COMMENT_ON,        /* target, scope: TABLE or NAMESPACE; comment NULL: none */
    C_TRUNCATE_TABLE,    /* target, partition */
    C_ANALYZE_TABLE,     /* target, partition, columns or all_columns, no_scan */
    C_ANALYZE_TABLES,    /* target (may be empty), no_scan */
    C_REPAIR_TABLE,      /* target, scope: ADD, DROP, SYNC */
    C_LOAD_DATA,         /* target, location, partition, local, overwrite */
    C_REFRESH_TABLE,     /* target */
    C_REFRESH_FUNCTION,  /* target */
    C_REFRESH_PATH,      /* location */
    C_CREATE_INDEX,      /* refused everywhere */
    C_DROP_INDEX,
    /* Views. */
    C_CREATE_VIEW,       /* target, view, query, comment, options (properties), or_replace, if_not_exists */
    C_CREATE_VIEW_USING, /* target, view, schema, options, provider */
    C_ALTER_VIEW,        /* target, query; or view.binding alone */
    C_DROP_VIEW,         /* target, if_exists */
    /* Rows. */
    C_INSERT,           /* target, insert, query, partition, options */
    C_INSERT_DIRECTORY, /* location, provider, options, local, query */
    C_MULTI_INSERT,     /* statements: C_INSERTs */
    C_DELETE,           /* target, alias, condition */
    C_UPDATE,           /* target, alias, assignments, condition */
    C_MERGE,            /* target, merge */
    /* Cache. */
    C_CACHE_TABLE,   /* target, lazy, options, query */
    C_UNCACHE_TABLE, /* target, if_exists */
    C_CLEAR_CACHE,
    /* Functions. */
    C_CREATE_FUNCTION,     /* target, function (class_name) */
    C_CREATE_SQL_FUNCTION, /* target, function */
    C_DROP_FUNCTION,       /* target, if_exists, is_temporary */
    C_CALL,                /* target, arguments */
    /* Answers. */
    C_SHOW_TABLES,         /* target (namespace, may be empty), pattern */
    C_SHOW_TABLE_EXTENDED, /* target (namespace), pattern, partition */
    C_SHOW_VIEWS,          /* target, pattern */
    C_SHOW_COLUMNS,        /* target, source (namespace) */
    C_SHOW_PARTITIONS,     /* target, partition */
    C_SHOW_TBLPROPERTIES,  /* target, key */
    C_SHOW_CREATE_TABLE,   /* target, extended: AS SERDE */
    C_SHOW_FUNCTIONS,      /* target (namespace), scope (USER, SYSTEM, ALL), pattern, or source: an old form's name */
    C_SHOW_PROCEDURES,     /* target */
    C_DESCRIBE_TABLE,      /* target, partition, column, extended, as_json */
    C_DESCRIBE_QUERY,      /* query */
    C_DESCRIBE_FUNCTION,   /* target, extended */
    C_DESCRIBE_PROCEDURE,  /* target */
    C_RESOURCE,            /* scope: ADD or LIST; value: the rest of the text */
    /* Scripts; see script.c. */
    C_SCRIPT /* block */
};

struct u_partition_value {
    const char *name;
    struct u_expr *value; /* NULL: name alone */
};
struct u_partition_spec {
    uint32_t count;
    struct u_partition_value *values;
    const struct origin *origin;
};

struct u_assignment {
    struct u_name key;
    const struct origin *origin;
    struct u_expr *value;
};

/* ---- tables ---- */

enum u_constraint_kind { U_CHECK, U_UNIQUE, U_PRIMARY_KEY, U_FOREIGN_KEY };
struct u_constraint {
    enum u_constraint_kind kind;
    const char *name; /* or NULL */
    struct u_expr *check;
    const char *check_text;
    uint32_t column_count, parent_count;
    const char **columns, **parent_columns;
    struct u_name parent;
    bool enforced, not_enforced, rely, no_rely;
};

enum u_position { U_POSITION_NONE, U_POSITION_FIRST, U_POSITION_AFTER };
struct u_column {
    struct u_name name; /* more than one part in ALTER TABLE */
    const struct type *type;
    bool not_null, has_constraint;
    const char *comment;
    struct u_expr *default_value;
    const char *default_text;
    struct u_expr *generated; /* GENERATED ALWAYS AS (...) */
    const char *generated_text;
    bool identity, identity_by_default;
    int64_t identity_start, identity_step;
    enum u_position position;
    const char *after;
    const struct origin *origin;
};

/* A partition of a table: a column, or transform(arguments). */
struct u_transform {
    const char *name; /* NULL: column alone */
    struct u_name column;
    const struct type *type; /* Hive's form declares the column here */
    const char *comment;
    uint32_t argument_count;
    struct u_expr **arguments;
};

struct u_table {
    bool replace, or_create; /* REPLACE TABLE, CREATE OR REPLACE TABLE */
    bool external, temporary;
    struct u_name provider; /* USING */
    uint32_t column_count, constraint_count, partition_count, cluster_count, bucket_column_count, sort_count;
    struct u_column *columns;
    struct u_constraint *constraints;
    struct u_transform *partitions;
    struct u_name *cluster;
    const char **bucket_columns;
    struct u_expr **sort; /* SORTED BY: SORT_ORDER */
    int32_t buckets;      /* -1: not bucketed */
    bool serde;           /* ROW FORMAT, STORED AS: Hive's */
    const char *stored_as;
    uint32_t property_count;
    struct u_option *properties; /* TBLPROPERTIES; OPTIONS are the command's */
    bool pipeline;               /* MATERIALIZED VIEW, STREAMING TABLE */
};

enum u_change_kind {
    U_ADD_COLUMNS,      /* columns */
    U_REPLACE_COLUMNS,  /* columns */
    U_DROP_COLUMNS,     /* names, if_exists */
    U_RENAME_COLUMN,    /* names[0], to */
    U_ALTER_COLUMNS,    /* alterations */
    U_CHANGE_COLUMN,    /* names[0], columns[0]: Hive's */
    U_SET_PROPERTIES,   /* options */
    U_UNSET_PROPERTIES, /* options, if_exists */
    U_SET_LOCATION,     /* location, partition */
    U_SET_COLLATION,    /* collation */
    U_SET_SERDE,        /* Hive's: options; value: a class */
    U_ADD_PARTITIONS,   /* partitions, if_not_exists */
    U_DROP_PARTITIONS,  /* partitions, if_exists, purge */
    U_RENAME_PARTITION, /* partition, partitions[0] */
    U_RECOVER_PARTITIONS,
    U_CLUSTER_BY,     /* names; none: CLUSTER BY NONE */
    U_ADD_CONSTRAINT, /* constraint */
    U_DROP_CONSTRAINT /* to, if_exists, cascade */
};
struct u_alteration {
    struct u_name column;
    const struct type *type;
    bool set_not_null, drop_not_null, drop_default;
    const char *comment;
    struct u_expr *default_value;
    const char *default_text;
    enum u_position position;
    const char *after;
    const struct origin *origin;
};
struct u_change {
    enum u_change_kind kind;
    bool is_view;
    uint32_t column_count, name_count, alteration_count, partition_count;
    struct u_column *columns;
    struct u_name *names;
    const char *to;
    struct u_alteration *alterations;
    struct u_partition_spec *partitions;
    const char **locations; /* per partition, or NULL entries */
    struct u_constraint constraint;
};

/* ---- views ---- */

enum u_binding {
    U_BINDING_NONE,
    U_BINDING_BINDING,
    U_BINDING_COMPENSATION,
    U_BINDING_EVOLUTION,
    U_BINDING_TYPE_EVOLUTION
};
struct u_view {
    bool temporary, global;
    uint32_t column_count;
    const char **columns, **comments; /* comments: NULL entries */
    enum u_binding binding;
    const char *text; /* of the query */
};

/* ---- rows ---- */

struct u_insert {
    bool overwrite, by_name;
    uint32_t column_count;
    const char **columns;
    struct u_expr *replace_where; /* INSERT INTO t REPLACE WHERE ... */
};

enum u_merge_kind { U_MATCHED, U_NOT_MATCHED, U_NOT_MATCHED_BY_SOURCE };
enum u_merge_action { U_MERGE_DELETE, U_MERGE_UPDATE, U_MERGE_UPDATE_STAR, U_MERGE_INSERT, U_MERGE_INSERT_STAR };
struct u_merge_clause {
    enum u_merge_kind kind;
    enum u_merge_action action;
    struct u_expr *condition;
    uint32_t assignment_count;
    struct u_assignment *assignments;
};
struct u_merge {
    bool schema_evolution;
    const char *target_alias;
    struct u_plan *source;
    struct u_expr *condition;
    uint32_t clause_count;
    struct u_merge_clause *clauses;
};

/* ---- functions ---- */

struct u_function {
    bool temporary;
    const char *class_name;
    uint32_t parameter_count;
    struct u_column *parameters;
    const struct type *returns;       /* or NULL */
    const struct type *returns_table; /* a struct */
    bool is_table;                    /* RETURNS TABLE without columns */
    const char *language;
    bool deterministic, not_deterministic, contains_sql, reads_sql;
    struct u_expr *expression; /* RETURN expression, or the command's query */
    const char *body_text;
    const char *text;                           /* the whole statement */
    const char *parameters_text, *returns_text; /* what stands between the parentheses; NULL: nothing does */
};

/* ---- scripts ---- */

enum u_script_kind {
    U_BLOCK,             /* BEGIN ... END */
    U_STATEMENT,         /* plan */
    U_IF,                /* conditions and bodies; one more body: ELSE */
    U_CASE,              /* the same; subject: CASE x WHEN y */
    U_WHILE,             /* conditions[0], bodies[0] */
    U_REPEAT,            /* bodies[0], UNTIL conditions[0] */
    U_LOOP,              /* bodies[0] */
    U_FOR,               /* variable (or NULL), plan, bodies[0] */
    U_LEAVE,             /* label */
    U_ITERATE,           /* label */
    U_DECLARE_CONDITION, /* label: its name; state */
    U_DECLARE_HANDLER    /* handles, exit_handler, bodies[0] */
};
struct u_handled {
    const char *state;     /* SQLSTATE '...' */
    const char *condition; /* a condition's name, "SQLEXCEPTION" or "NOT FOUND" */
};
struct u_script {
    enum u_script_kind kind;
    const struct origin *origin;
    const char *label, *variable, *state;
    struct u_plan *plan;
    struct u_expr *subject;
    uint32_t condition_count, body_count, statement_count, handled_count;
    struct u_expr **conditions;
    struct u_script **bodies;     /* U_BLOCKs */
    struct u_script **statements; /* of a U_BLOCK */
    struct u_handled *handled;
    bool exit_handler;
};

/* ---- the command ---- */

enum u_explain {
    U_EXPLAIN_SIMPLE,
    U_EXPLAIN_EXTENDED,
    U_EXPLAIN_CODEGEN,
    U_EXPLAIN_COST,
    U_EXPLAIN_FORMATTED,
    U_EXPLAIN_LOGICAL
};

struct u_command {
    enum u_command_kind kind;
    const struct origin *origin;
    struct u_reference target, source;
    bool if_exists, if_not_exists, or_replace, is_temporary, is_view;
    bool cascade, purge, extended, as_json, lazy, local, overwrite, no_scan, all_columns, verbose;
    const char *key, *value;
    const char *scope, *pattern, *comment, *location, *collation, *alias;
    struct u_name new_name, provider, column;
    uint32_t option_count, target_count, statement_count, assignment_count, argument_count, column_count;
    struct u_option *options;
    struct u_reference *targets;
    struct u_command **statements;
    struct u_assignment *assignments;
    struct u_expr **arguments;
    const char **columns;
    struct u_partition_spec partition;
    struct u_expr *condition;
    struct u_plan *query;     /* with its CTEs */
    struct u_plan *statement; /* EXPLAIN's */
    const struct type *schema;
    union {
        enum u_explain explain;
        struct u_table *table;
        struct u_change *change;
        struct u_view *view;
        struct u_insert *insert;
        struct u_merge *merge;
        struct u_function *function;
        struct u_script *block;
        struct {
            const struct type *type; /* or NULL: the default's */
            struct u_expr *default_value;
            const char *default_text;
        } variable;
        struct {
            struct u_expr *text;
            uint32_t into_count, argument_count;
            struct u_name *into;
            struct u_expr **arguments; /* USING; ALIAS: named */
        } immediate;
    };
};

#endif
