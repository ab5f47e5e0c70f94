/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unresolved plan: what every door (SQL text, the native protocol, Spark Connect) produces and the analyzer
 * alone understands. Names are as written, nothing has a type yet. Trees are arena memory and not changed once made.
 *
 * The node kinds are the union of Spark Connect's relations and expressions and of what SQL adds to them. A command
 * (DDL, DML, SHOW, SET ...) is a node too; see commands.h.
 */
#ifndef ROOST_SQL_UNRESOLVED_H
#define ROOST_SQL_UNRESOLVED_H

#include "base/arena.h"
#include "base/error.h"
#include "base/option.h"
#include "column/vector.h"
#include "type/type.h"

struct u_expr;
struct u_plan;
struct u_command; /* sql/commands.h */

/* A dotted name: `a`.b.c */
struct u_name {
    uint32_t count;
    const char **parts;
};

enum u_expr_kind {
    U_LITERAL,         /* literal */
    U_ATTRIBUTE,       /* attribute */
    U_STAR,            /* star */
    U_REGEX,           /* regex: df.colRegex, or a quoted name under parser.quotedRegexColumnNames */
    U_CALL,            /* call: functions and every operator ("+", "and", "=", "in", "like", "case" ...) */
    U_CAST,            /* cast */
    U_ALIAS,           /* alias */
    U_SORT_ORDER,      /* sort */
    U_WINDOW,          /* window */
    U_LAMBDA,          /* lambda */
    U_LAMBDA_VARIABLE, /* attribute.name */
    U_EXTRACT,         /* children[0] [ children[1] ]: field, element, key */
    U_UPDATE_FIELDS,   /* update */
    U_SUBQUERY,        /* subquery */
    U_NAMED_ARGUMENT,  /* alias.names[0] => children[0] */
    U_PARAMETER,       /* parameter: :name or ? */
    U_IDENTIFIER,      /* IDENTIFIER(children[0]) where a name or function is expected; call for its arguments */
    U_EXPRESSION_TEXT, /* text: F.expr("a + 1"); the analyzer parses it */
    U_UDF,             /* udf */
    U_MERGE_ACTION,    /* merge_action */
    U_DEFAULT,         /* DEFAULT in INSERT and UPDATE */
    U_TABLE_ARGUMENT   /* TABLE(t) PARTITION BY ...: subquery */
};

enum u_cast_mode { U_CAST_SESSION, U_CAST_LEGACY, U_CAST_ANSI, U_CAST_TRY };
enum u_nulls { U_NULLS_DEFAULT, U_NULLS_FIRST, U_NULLS_LAST };
enum u_frame { U_FRAME_NONE, U_FRAME_ROWS, U_FRAME_RANGE };
enum u_bound_kind { U_BOUND_UNBOUNDED, U_BOUND_CURRENT_ROW, U_BOUND_VALUE };
/* For VALUE: from SQL, `value` is not negative and `following` tells the side; from the protocol the sign does. */
struct u_bound {
    enum u_bound_kind kind;
    bool following;
    bool signed_value; /* the protocol's form */
    struct u_expr *value;
};
struct u_window_spec {
    const struct origin *origin;
    const char *base_name; /* OVER w, or OVER (w ORDER BY ...) */
    bool name_only;        /* OVER w */
    uint32_t partition_count, order_count;
    struct u_expr **partition;
    struct u_expr **order; /* SORT_ORDER */
    enum u_frame frame;
    struct u_bound lower, upper;
};
enum u_subquery_kind { U_SUBQUERY_SCALAR, U_SUBQUERY_EXISTS, U_SUBQUERY_IN, U_SUBQUERY_TABLE };

struct u_expr {
    enum u_expr_kind kind;
    const struct origin *origin;
    uint32_t child_count;
    struct u_expr **children;
    union {
        struct {
            const struct vector *value; /* CONSTANT, typed */
            const char *text;           /* how it was written where names show it (e.g. 1.0E0, DATE'...'), or NULL */
        } literal;
        struct {
            struct u_name name;
            bool has_plan_id;
            int64_t plan_id;
            bool is_metadata;
        } attribute;
        struct {
            struct u_name target; /* t.*; count 0: plain */
            uint32_t except_count;
            struct u_name *except; /* EXCEPT (a, b.c) */
            uint32_t replace_count;
            struct u_expr **replace; /* REPLACE (x AS y): ALIAS */
            bool has_plan_id;
            int64_t plan_id;
        } star;
        struct {
            const char *pattern;
            const char *qualifier; /* or NULL */
            bool has_plan_id;
            int64_t plan_id;
        } regex;
        struct {
            struct u_name name;
            bool distinct;
            bool is_operator;      /* written as an operator, CASE and the like: names show it so */
            bool ignore_nulls;     /* IGNORE NULLS */
            bool respect_nulls;    /* RESPECT NULLS was written */
            bool is_udf;           /* the protocol says so */
            bool from_client;      /* no text: a call of the DataFrame API */
            struct u_expr *filter; /* FILTER (WHERE ...) */
            uint32_t order_count;
            struct u_expr **order; /* WITHIN GROUP (ORDER BY ...) */
        } call;
        struct {
            const struct type *type; /* or NULL and */
            const char *type_text;   /* DDL to be parsed */
            enum u_cast_mode mode;
            const char *stored_in; /* a column's quoted name: INSERT stores the value there; or NULL */
        } cast;
        struct {
            uint32_t name_count; /* more than one: of a generator */
            const char **names;
            const char *metadata; /* JSON, or NULL */
        } alias;
        struct {
            bool descending;
            enum u_nulls nulls;
        } sort;
        struct u_window_spec *window; /* children[0] is the function */
        struct {
            uint32_t count;
            const char **variables; /* children[0] is the body */
        } lambda;
        struct {
            const char *field; /* dotted path; children: struct, then the value; without a value it drops */
        } update;
        struct {
            enum u_subquery_kind kind;
            struct u_plan *plan;                   /* or NULL and */
            int64_t plan_id;                       /* of a relation listed in WITH_RELATIONS */
            uint32_t partition_count, order_count; /* TABLE_ARGUMENT */
            struct u_expr **partition, **order;
            bool single_partition;
        } subquery; /* IN: children are the values */
        struct {
            const char *name;  /* NULL: positional */
            uint32_t position; /* of a ? : character offset in the text */
            uint32_t ordinal;  /* of a ? : how many stand before it */
        } parameter;
        const char *text;
        struct {
            const char *name;
            const struct type *type;
            const char *type_text;
            int32_t eval_type;
            bool deterministic;
            bool distinct;
            uint32_t command_size;
            const uint8_t *command;
        } udf;
        struct {
            int32_t action; /* Spark Connect's numbers */
            struct u_expr *condition;
            uint32_t assignment_count;
            struct u_expr **keys, **values;
        } merge_action;
    };
};

enum u_plan_kind {
    U_ONE_ROW,     /* SELECT without FROM */
    U_RELATION,    /* a table or view by name */
    U_DATA_SOURCE, /* spark.read.format().load(), and format.`path` */
    U_LOCAL_DATA,  /* createDataFrame */
    U_VALUES,      /* VALUES (1, 2), (3, 4) */
    U_RANGE,
    U_TABLE_FUNCTION, /* FROM range(10), FROM explode(...) */
    U_PROJECT,        /* children[0], exprs */
    U_FILTER,         /* children[0], exprs[0]; HAVING where `having` is set */
    U_AGGREGATE,
    U_JOIN,
    U_LATERAL_JOIN,
    U_AS_OF_JOIN,
    U_SET_OPERATION,
    U_SORT,  /* exprs: SORT_ORDER */
    U_LIMIT, /* exprs[0] */
    U_OFFSET,
    U_TAIL,
    U_DISTINCT, /* SELECT DISTINCT, dropDuplicates */
    U_SAMPLE,
    U_SUBQUERY_ALIAS,
    U_WITH_COLUMNS, /* exprs: ALIAS */
    U_WITH_COLUMNS_RENAMED,
    U_DROP,
    U_TO_DF,
    U_TO_SCHEMA,
    U_HINT,
    U_REPARTITION, /* all forms; also DISTRIBUTE BY, CLUSTER BY */
    U_PIVOT,
    U_UNPIVOT,
    U_TRANSPOSE,
    U_GENERATE,       /* LATERAL VIEW */
    U_TRANSFORM,      /* SELECT TRANSFORM (...) USING: the values are children[0]'s columns */
    U_WITH,           /* common table expressions around children[0] */
    U_WITH_WINDOWS,   /* WINDOW w AS (...) around children[0] */
    U_WITH_RELATIONS, /* relations that subqueries name by plan id; children[0] is the root */
    U_PARAMETERS,     /* arguments for parameter markers around children[0] */
    U_SQL,            /* text, parsed by the analyzer */
    U_FILL_NA,
    U_DROP_NA,
    U_REPLACE_NA,
    U_STAT, /* summary, describe, crosstab, cov, corr, approxQuantile, freqItems, sampleBy */
    U_SHOW_STRING,
    U_HTML_STRING,
    U_COLLECT_METRICS,
    U_PARSE,          /* spark.read.json(df), csv(df) */
    U_MAP_PARTITIONS, /* mapInPandas and the like: run by the client */
    U_GROUP_MAP,
    U_CO_GROUP_MAP,
    U_CATALOG, /* a Catalog message: catalog */
    U_HANDLE,  /* a plan the session already holds, by handle */
    U_COMMAND  /* command */
};

/* How a row is a line of text, for a command. null_text NULL: no text means NULL. */
struct script_format {
    const char *separator, *null_text;
};

enum u_join_type {
    U_JOIN_INNER,
    U_JOIN_LEFT,
    U_JOIN_RIGHT,
    U_JOIN_FULL,
    U_JOIN_LEFT_SEMI,
    U_JOIN_LEFT_ANTI,
    U_JOIN_CROSS
};
enum u_set_operation { U_UNION, U_INTERSECT, U_EXCEPT };
enum u_group_kind {
    U_GROUP_BY,
    U_GROUP_ROLLUP,
    U_GROUP_CUBE,
    U_GROUP_PIVOT,
    U_GROUPING_SETS,
    U_GROUP_ALL /* GROUP BY ALL */
};
/* In U_GROUP_BY of SQL, rollup(), cube() and "grouping sets" stand as U_CALL among `exprs` (the last with children
 * that are calls of "struct" for the sets), so that GROUP BY a, ROLLUP(b), CUBE(c) keeps its meaning. The older form
 * GROUP BY a, b GROUPING SETS (...) is "grouping sets of", whose last child is the struct of a and b. */

struct u_cte {
    const char *name;
    uint32_t column_count;
    const char **columns;
    struct u_plan *plan;
    const struct origin *origin;
    int64_t max_level; /* MAX RECURSION LEVEL, or -1 */
};
struct u_named_window {
    const char *name;
    struct u_window_spec *spec;
};

struct u_plan {
    enum u_plan_kind kind;
    const struct origin *origin;
    bool has_plan_id;
    int64_t plan_id;  /* what attributes' plan_id refers to */
    const char *pipe; /* the word behind the |> that made it, or NULL: it sees its input's columns and no others */
    uint32_t child_count;
    struct u_plan **children;
    uint32_t expr_count;
    struct u_expr **exprs;
    union {
        struct {
            struct u_name name;
            struct u_expr *identifier; /* IDENTIFIER(...) instead of name */
            uint32_t option_count;
            struct u_option *options;
            bool is_streaming;
            struct u_expr *time_travel; /* VERSION/TIMESTAMP AS OF: refused by the analyzer */
        } relation;
        struct {
            const char *format;
            const char *schema; /* DDL or JSON text, or NULL */
            uint32_t option_count;
            struct u_option *options;
            uint32_t path_count;
            const char **paths;
            bool is_streaming;
        } source;
        struct {
            const char *schema;      /* DDL or JSON, or NULL: data says */
            const struct type *type; /* of the rows: a struct */
            struct table_data *data; /* column/table_data.h */
        } local;
        struct {
            uint32_t row_count;    /* exprs: row after row */
            uint32_t column_count; /* 0: rows differ, the analyzer complains */
            uint32_t *row_sizes;
        } values;
        struct {
            int64_t start, end, step;
            int32_t partitions; /* -1: not given */
        } range;
        struct {
            struct u_name name;
            struct u_expr *identifier; /* IDENTIFIER(...) instead of name */
        } table_function; /* exprs: arguments, NAMED_ARGUMENT and TABLE_ARGUMENT among them. Neither name nor
                             identifier: exprs[0] is a U_UDF, and the arguments are its children */
        struct {
            bool having;
        } filter;
        struct {
            enum u_group_kind group;
            bool protocol_form;    /* from the protocol: the grouping columns come before `results`; from SQL
                                            they are among the results already */
            uint32_t result_count; /* SQL: the SELECT list; protocol: aggregates. exprs: grouping */
            struct u_expr **results;
            uint32_t set_count; /* GROUPING_SETS */
            struct {
                uint32_t count;
                struct u_expr **exprs;
            } * sets;
            struct u_expr *pivot_column; /* PIVOT */
            uint32_t pivot_value_count;
            struct u_expr **pivot_values;
        } aggregate;
        struct {
            enum u_join_type type;
            bool natural;
            struct u_expr *condition; /* or NULL */
            uint32_t using_count;
            const char **using_columns;
        } join; /* also LATERAL_JOIN */
        struct {
            struct u_expr *left_as_of, *right_as_of, *condition, *tolerance;
            uint32_t using_count;
            const char **using_columns;
            const char *type, *direction;
            bool allow_exact_matches;
        } as_of;
        struct {
            enum u_set_operation operation;
            bool all, by_name, allow_missing;
        } set;
        struct {
            bool global;
        } sort;
        struct {
            uint32_t column_count; /* 0: all columns */
            const char **columns;
        } distinct;
        struct {
            double lower, upper;
            bool with_replacement;
            bool has_seed;
            int64_t seed;
            bool deterministic_order;
        } sample;
        struct {
            const char *name; /* or NULL: an unnamed subquery with column names */
            uint32_t qualifier_count;
            const char **qualifier;
            uint32_t column_count; /* t(a, b) */
            const char **columns;
        } alias;
        struct {
            uint32_t count;
            const char **from, **to;
        } rename;
        struct {
            uint32_t name_count; /* DROP: plain names beside exprs; TO_DF: all names */
            const char **names;
        } names;
        const struct type *schema; /* TO_SCHEMA */
        struct {
            const char *name; /* exprs: parameters */
        } hint;
        struct {
            bool has_count;
            int32_t count;
            bool shuffle;     /* false: coalesce(n) */
            bool sort_within; /* CLUSTER BY */
            bool by_range;
            bool by_id; /* the expression is the partition's number */
        } repartition;  /* exprs: by which */
        struct {
            uint32_t column_count, value_count;
            struct u_expr **columns; /* FOR column, or (a, b) */
            struct u_expr **values;  /* IN: ALIAS or plain */
        } pivot;                     /* exprs: aggregates */
        struct {
            bool has_values; /* false: all columns that are not ids */
            bool has_ids;    /* SQL: derived from values */
            uint32_t id_count, value_count;
            struct u_expr **ids;
            struct u_expr **values; /* one per result row kind; multi-column forms: calls of "struct" */
            const char **aliases;   /* per value, or NULL entries */
            const char *variable;
            uint32_t name_count;
            const char **names; /* value column(s) */
            bool include_nulls;
        } unpivot;
        struct {
            struct u_expr *generator; /* CALL */
            bool outer;
            const char *table;
            uint32_t column_count;
            const char **columns;
        } generate;
        struct {
            const char *command;
            uint32_t column_count;
            const struct field *columns; /* what comes back, under its names */
            struct script_format input, output;
        } transform;
        struct {
            bool recursive;
            uint32_t count;
            struct u_cte *ctes;
        } with;
        struct {
            uint32_t count;
            struct u_named_window *windows;
        } windows;
        struct {
            uint32_t count;     /* exprs: the values */
            const char **names; /* NULL entries: positional */
        } parameters;
        struct {
            const char *sql;
            const char *object_type, *object_name; /* what it is the text of, or NULL */
        };
        struct {
            uint32_t column_count;
            const char **columns;  /* none: all */
            int32_t min_non_nulls; /* DROP_NA: -1: all */
            uint32_t value_count;  /* FILL_NA: exprs = values; REPLACE_NA: exprs = old, new, old, new ... */
        } na;
        struct {
            int32_t which; /* Spark Connect's field number: 100 summary ... 107 sampleBy */
            uint32_t column_count;
            const char **columns; /* cols; crosstab, cov, corr: two */
            uint32_t text_count;
            const char **texts; /* summary's statistics; corr's method */
            uint32_t number_count;
            double *numbers; /* probabilities; support; fractions */
            double relative_error;
            bool has_seed;
            int64_t seed;
        } stat; /* sampleBy: exprs = column, then strata */
        struct {
            int32_t rows, truncate;
            bool vertical;
        } show;
        struct {
            const char *name; /* exprs: metrics */
        } metrics;
        struct {
            const char *format;
            const struct type *schema; /* or NULL: inferred */
            uint32_t option_count;
            struct u_option *options;
        } parse;
        struct {
            struct u_expr *function; /* UDF */
            uint32_t group_count;    /* exprs: grouping; other: of the second input */
            uint32_t other_group_count;
            struct u_expr **other_group;
        } map;
        struct {
            int32_t which;            /* Spark Connect's field number in Catalog */
            const char *arguments[4]; /* by field number - 1; NULL where absent */
            const struct type *schema;
            uint32_t option_count;
            struct u_option *options;
        } catalog;
        uint64_t handle;
        struct u_command *command;
    };
};

struct u_expr *u_expr_new(struct arena *arena, enum u_expr_kind kind, const struct origin *origin,
                          uint32_t child_count);
struct u_plan *u_plan_new(struct arena *arena, enum u_plan_kind kind, const struct origin *origin, uint32_t child_count,
                          uint32_t expr_count);
/* A call of a one-part name; arguments are copied. */
struct u_expr *u_call(struct arena *arena, const struct origin *origin, const char *name, uint32_t count,
                      struct u_expr *const *arguments);
bool u_expr_has_subquery(const struct u_expr *u); /* in it, or is it one */
bool u_expr_has_scalar_subquery(const struct u_expr *u);
struct u_expr *u_attribute(struct arena *arena, const struct origin *origin, const char *one_part);
/* What a struct written in SQL calls a field of this value: b of a AS b, a.b and a['b']; NULL of any other. */
const char *u_field_name(struct arena *arena, const struct u_expr *e);

#endif
