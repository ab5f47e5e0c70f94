/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resolved plan: every node knows its output attributes; expressions name them by id.
 *
 * The analyzer makes it from the unresolved plan, the optimizer rewrites it, exec/ builds operators from it. A node
 * is immutable once made, so plan handles of a session share subtrees: a DataFrame made from another one points to
 * its plan. A plan's nodes live in the arena of the handle that made them, and a handle holds references to the
 * handles below (session/).
 */
#ifndef ROOST_PLAN_PLAN_H
#define ROOST_PLAN_PLAN_H

#include "column/table_data.h"
#include "expr/expr.h"
#include "sql/unresolved.h"

enum plan_kind {
    PLAN_ONE_ROW, /* one row without columns */
    PLAN_LOCAL,   /* local */
    PLAN_RANGE,
    PLAN_SCAN,      /* files */
    PLAN_PROJECT,   /* exprs: ATTRIBUTE or ALIAS */
    PLAN_FILTER,    /* exprs[0] */
    PLAN_AGGREGATE, /* aggregate; an EXPAND below makes grouping sets */
    PLAN_EXPAND,    /* expand: one row becomes several, for grouping sets, unpivot, several DISTINCTs */
    PLAN_WINDOW,    /* exprs: ALIAS of WINDOW, all of one partitioning and order */
    PLAN_GENERATE,
    PLAN_JOIN,
    PLAN_UNION,     /* all; children's columns by position */
    PLAN_INTERSECT, /* all: with multiplicities */
    PLAN_EXCEPT,
    PLAN_SORT,  /* sort */
    PLAN_LIMIT, /* limit: limit, offset; top-N when `order` is set by the optimizer */
    PLAN_TAIL,
    PLAN_DISTINCT, /* on all columns; or on keys, keeping a first row */
    PLAN_SAMPLE,
    PLAN_SUBQUERY_ALIAS, /* qualifies names; removed by the optimizer */
    PLAN_HINT,
    PLAN_REPARTITION,
    PLAN_RECURSION, /* WITH RECURSIVE: children: anchor, step */
    PLAN_RECURSION_REFERENCE,
    PLAN_CTE, /* a shared subplan computed once; several CTE_REFERENCEs may read it */
    PLAN_CTE_REFERENCE,
    PLAN_MAP,         /* mapInPandas, applyInPandas ...: run by the client */
    PLAN_SCRIPT,      /* TRANSFORM ... USING: strings to a shell command, and strings from it */
    PLAN_METRICS,     /* observe */
    PLAN_SHOW_STRING, /* one row, one string: the table as text */
    PLAN_COMMAND,     /* a command with rows as its result, run when executed (catalog/ does it) */
    PLAN_KIND_COUNT
};

enum join_type {
    JOIN_INNER,
    JOIN_LEFT,
    JOIN_RIGHT,
    JOIN_FULL,
    JOIN_SEMI,
    JOIN_ANTI,
    JOIN_CROSS,
    JOIN_ANTI_NULL_AWARE, /* NOT IN */
    JOIN_EXISTENCE        /* all left rows, and a boolean column: did any right row match */
};

/* The key in a column's metadata under which stands what it was declared as: "char(5)", "array<varchar(3)>". */
#define CHAR_TYPE_KEY "__CHAR_VARCHAR_TYPE_STRING"

/* What a file scan needs; format/ gives and reads it. */
struct scan_source;

/* The table of the catalog that a scan reads. */
struct scan_table {
    const char *database, *name;
    uint64_t version; /* of the table, when its files were looked at */
};

/* What EXPLAIN tells of the files that a scan reads. */
struct scan_files {
    const char *format, *title, *location;    /* "parquet", "Parquet", "/tmp/t" */
    uint32_t column_count, partition_columns; /* of the source; the latter are its last */
};

/* How rows come to their partitions. */
enum partitioning {
    PARTITION_COALESCE, /* those of several partitions in one */
    PARTITION_ROUND_ROBIN,
    PARTITION_HASH,
    PARTITION_RANGE,
    PARTITION_ID /* the key says which */
};

/* What values of a column there are at most, where integers or days say it; known false: anything. */
struct column_range {
    bool known;
    int64_t least, greatest;
};

struct plan {
    enum plan_kind kind;
    const struct origin *origin;
    const struct plan *original; /* what this is a renumbered copy of (plan_fresh), or NULL */
    bool has_plan_id;
    bool hides_input; /* columns that it leaves out cannot be named above it: the end of a query with WITH */
    int64_t plan_id;
    uint32_t child_count;
    struct plan **children;
    uint32_t output_count;
    struct attribute **output;
    uint32_t expr_count;
    struct expr **exprs;
    uint64_t rows; /* estimate, 0: unknown; set by the optimizer */
    union {
        struct {
            struct table_data *data; /* referenced by the handle that owns the plan */
            uint32_t *columns;       /* output[i] is data's column columns[i]; NULL: all in order */
            bool kept;               /* rows that cache() keeps */
            bool is_client;          /* a list in the client, whose size Spark would not know */
        } local;
        struct {
            int64_t start, end, step;
            int32_t partitions;
        } range;
        struct {
            struct scan_source *source;
            const struct scan_table *table; /* or NULL: files alone */
            const struct scan_files *files;
            struct attribute *metadata; /* _metadata: part of the output once it is named (missing.c) */
            uint32_t *columns;          /* output[i] is the source's column columns[i]; NULL: all in order */
            uint32_t filter_count;      /* hints for pruning: conjuncts over output; rows are checked again above */
            struct expr **filters;
            uint64_t bytes;                    /* of the files; 0: unknown */
            uint32_t partitions;               /* in which Spark has the rows of all files */
            const struct column_range *ranges; /* of the source's columns, for estimates; NULL: not known */
        } scan;
        struct {
            bool restores; /* takes away again what a node below was given for names alone */
        } project;
        struct {
            uint32_t group_count; /* exprs: results (ATTRIBUTE, ALIAS); groups: what to group by */
            struct expr **groups;
        } aggregate;
        struct {
            uint32_t projection_count; /* each: output_count expressions */
            struct expr ***projections;
        } expand;
        struct window_spec *window;
        struct {
            struct expr *generator;
            bool outer;
            /* output: the child's attributes that are asked for, then the generator's */
            uint32_t generated_count;
            struct attribute **generated;
        } generate;
        struct {
            enum join_type type;
            struct expr *condition; /* or NULL; after plan_optimize: what is left beside the keys */
            uint32_t key_count;     /* set by plan_optimize: left_keys[i] = right_keys[i], of equal types */
            struct expr **left_keys, **right_keys;
            bool *null_safe;     /* per key: <=> */
            bool lateral;        /* the right side may hold OUTER references to the left */
            bool one_input;      /* names see the left side as its only input: LATERAL */
            bool build_left;     /* the left side is the smaller one, and is held; not for FULL */
            bool broadcast_left; /* has that hint: it is held, and nothing is exchanged */
            bool broadcast_right;
            bool single;                 /* LEFT: more than one match is SCALAR_SUBQUERY_TOO_MANY_ROWS */
            struct attribute *existence; /* EXISTENCE */
            bool using_join;             /* names came from USING or NATURAL: see hidden */
            uint32_t hidden_count;       /* attributes that t.col may still name, though * has left them out */
            struct attribute **hidden;
        } join;
        struct {
            bool all;
        } set;
        struct {
            uint32_t count;
            struct sort_order *order;
            bool global;
        } sort;
        struct {
            int64_t limit; /* -1: none */
            int64_t offset;
            struct expr *limit_expr, *offset_expr; /* folded at planning; here for names and EXPLAIN */
            uint32_t order_count;                  /* top-N: sorts as it goes */
            struct sort_order *order;
        } limit;
        struct {
            uint32_t key_count; /* 0: all columns */
            struct attribute **keys;
        } distinct;
        struct {
            double lower, upper;
            bool with_replacement;
            int64_t seed;
        } sample;
        struct {
            const char *name;
        } alias;
        struct {
            const char *name;
            uint32_t count;
            const char **arguments;
        } hint;
        struct {
            int32_t count; /* -1: not given */
            enum partitioning how;
            uint32_t key_count;
            struct sort_order *keys; /* by which */
        } repartition;
        struct {
            uint64_t id; /* what its references name */
            bool all;    /* UNION ALL, else rows are distinct */
            int64_t max_level, max_rows;
        } recursion; /* RECURSION_REFERENCE: id */
        struct {
            uint64_t id;
            struct plan *definition; /* CTE_REFERENCE: the PLAN_CTE node's child; output has fresh ids */
            bool anew;               /* not the first with these columns: to Spark they are others than below */
        } cte;
        struct {
            struct expr *function; /* UDF */
            uint32_t columns[2];   /* of each child's output: the first that the function gets; the others are groups */
            uint32_t group_count, other_group_count;
            struct expr **groups, **other_groups;
        } map;
        struct {
            const char *command;
            struct script_format input, output;
        } script;
        struct {
            const char *name;
        } metrics; /* exprs: ALIAS of aggregates */
        struct {
            int32_t rows, truncate;
            bool vertical, html;
        } show;
        struct command *command; /* plan/command.h */
    };
};

struct plan *plan_new(struct arena *arena, enum plan_kind kind, uint32_t child_count, uint32_t expr_count);
struct plan *plan_copy_node(struct arena *arena, const struct plan *p);
/* The struct type of a plan's output, metadata columns left out. */
const struct type *plan_schema(struct arena *arena, const struct plan *p);
void plan_set_output(struct arena *arena, struct plan *p, struct attribute *const *output, uint32_t count);

/* What the analyzer asks of the world: tables, views, files, functions, settings. The session gives one. */
struct analyzer_world;

struct u_function;
struct routine_frame;
struct parameters;

/* A function written in SQL, as its creator left it. */
struct routine {
    const char *shown;                   /* as columns show it: spark_catalog.default.f, or f */
    struct u_name path;                  /* the same in parts */
    const struct u_function *definition; /* parameters, RETURNS, the body when it is an expression */
    const struct u_plan *query;          /* the body when it is a query, else NULL */
    const struct type *returns;          /* NULL: it is being made */
    bool temporary, reads_data;
    bool ansi; /* the mode it was made under */
    const char *database;
};

/* What the text of a view or function uses that it may not outlive, in backquotes; the first of each, or NULL. */
struct name_uses {
    const char *view, *function, *variable; /* temporary ones */
    bool reads_data;
};

struct analyzer {
    struct arena *arena; /* where the resolved plan goes */
    const struct context *context;
    uint64_t *next_id;
    const struct analyzer_world *world;
    void *owner;                          /* for the world's calls */
    struct name_uses *uses;               /* NULL: nobody asks */
    const struct routine_frame *routines; /* being expanded */
    struct parameters *parameters;        /* of EXECUTE IMMEDIATE around a command */
    const char *collation;                /* of the strings that a view's text makes, or NULL */
};

/* All of them are such as the parser writes into a statement's text; NULL: there are none. */
bool parameters_are_in_text(const struct parameters *parameters);

struct analyzer_world {
    /* A temporary view's or table's plan with fresh attribute ids: *plan NULL (true returned) when there is none. */
    bool (*relation)(struct analyzer *a, const struct u_name *name, const struct u_option *options,
                     uint32_t option_count, const struct origin *origin, struct plan **plan, struct error *err);
    /* spark.read...: opens and infers. Gives a SCAN. */
    bool (*source)(struct analyzer *a, const struct u_plan *source, struct plan **plan, struct error *err);
    /* A plan the session holds under a handle; NULL: unknown. */
    const struct plan *(*handle)(struct analyzer *a, uint64_t handle);
    /* A session or catalog function (a SQL function, a registered UDF): *result NULL when there is none. */
    bool (*function)(struct analyzer *a, const struct u_expr *call, struct expr **arguments, uint32_t count,
                     struct expr **result, struct error *err);
    /* A table function that the client runs, or what is known of it after analyze(): a U_UDF; *udf NULL: none. */
    bool (*table_function)(struct analyzer *a, const struct u_name *name, const struct u_expr **udf, struct error *err);
    /* A function written in SQL; of two of one name the one that is_table asks for. *routine NULL: none. */
    bool (*routine)(struct analyzer *a, const struct u_name *name, bool is_table, const struct routine **routine,
                    struct error *err);
    /* The context becomes the one that a routine's body is read under; leave() undoes it. */
    void (*enter)(struct analyzer *a, const struct routine *routine, struct context *saved);
    void (*leave)(struct analyzer *a, const struct context *saved);
    /* A SQL variable's value as a literal; *result NULL when there is none. */
    bool (*variable)(struct analyzer *a, const struct u_name *name, struct expr **result, struct error *err);
    /* Commands: checks and types one; gives PLAN_COMMAND. */
    bool (*command)(struct analyzer *a, const struct u_plan *command, struct plan **plan, struct error *err);
};

/* What a new function gives (a struct: of a table function), or the error that CREATE FUNCTION raises. */
const struct type *plan_check_routine(struct analyzer *a, const struct routine *routine, bool *deterministic,
                                      struct error *err);
/* Names, types, everything: the unresolved plan's meaning, or the error that Spark gives. */
struct plan *plan_analyze(struct analyzer *a, const struct u_plan *unresolved, struct error *err);
/*
 * An equal plan that runs faster, in `arena`. The input is not changed. What exec/ may rely on afterwards:
 *
 *  - No SUBQUERY_ALIAS, HINT, REPARTITION that has no effect; sorts are of all rows. Correlated subqueries have become joins; what is left
 *    as EXPR_SUBQUERY has no OUTER references and is to be run once before the operator that holds it.
 *  - AGGREGATE: each of exprs is ALIAS(AGGREGATE call), or ATTRIBUTE / ALIAS of an expression that is equal to one of
 *    the groups. Arithmetic on them has moved into a PROJECT above. DISTINCT and FILTER stay with each call.
 *  - WINDOW: each of exprs is ALIAS(WINDOW), all of one spec; output: the child's, then theirs.
 *  - JOIN: equalities have become left_keys and right_keys; condition is the rest. The right side is the build side,
 *    unless build_left says otherwise.
 */
struct plan *plan_optimize(struct arena *arena, const struct context *context, uint64_t *next_id, struct plan *p,
                           struct error *err);
/* The same plan with fresh ids for all it puts out and defines: for self joins and repeated references.
 * Old and new output correspond by position. */
struct plan *plan_fresh(struct arena *arena, uint64_t *next_id, const struct plan *p);
/* p with parts replaced: replace() is asked from the root down, and gives what stands in the place of a node, the node
 * itself to be asked about its children (those of subqueries too), or NULL with *err. */
typedef struct plan *plan_replacer(struct plan *p, void *data, struct error *err);
struct plan *plan_replace(struct arena *arena, const struct context *context, struct plan *p, plan_replacer *replace,
                          void *data, struct error *err);
/* A text that is equal for plans that differ in the names of columns alone. */
const char *plan_fingerprint(struct arena *arena, const struct plan *p);
/* One node a line, children below it. */
const char *plan_tree_string(struct arena *arena, const struct plan *p);
/* A query before its analysis, and the plans that its handles are. */
struct parsed_query {
    const struct u_plan *root;
    const struct plan *(*handle)(const void *owner, uint64_t id); /* NULL: no longer known */
    const void *owner;
};
/* The parsed logical plan; NULL when there is something in it that has no form. */
const char *plan_parsed_string(struct arena *arena, const struct context *context, uint64_t *next_id,
                               const struct parsed_query *query);
/* EXPLAIN's text. mode: "simple", "extended", "formatted", "cost", "codegen". parsed NULL: as the analyzed plan. */
const char *plan_explain(struct arena *arena, const struct context *context, const char *parsed,
                         const struct plan *analyzed, const struct plan *optimized, const char *mode);

#endif
