/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resolved expressions: every node has a type, is nullable or not, and names its columns by id.
 *
 * The analyzer (plan/) makes them from the unresolved tree (sql/unresolved.h) with what coerce.h and function.h
 * offer; the optimizer rewrites them; expr_bind() turns attribute ids into positions in the input's batches, and
 * expr_evaluate() (evaluate.h) computes them. A node is not changed once its parent exists; rewriting makes new ones.
 */
#ifndef ROOST_EXPR_EXPR_H
#define ROOST_EXPR_EXPR_H

#include "base/arena.h"
#include "base/error.h"
#include "column/cast.h"
#include "column/vector.h"
#include "expr/context.h"
#include "type/type.h"

struct function;
struct plan;

enum expr_kind {
    EXPR_LITERAL,
    EXPR_ATTRIBUTE, /* a column of the input */
    EXPR_OUTER,     /* a column of an enclosing query: children[0] is its attribute */
    EXPR_ALIAS,     /* children[0] under a name and id of its own */
    EXPR_CALL,      /* a scalar function or operator; AND, CASE, IN, field access too */
    EXPR_CAST,
    EXPR_AGGREGATE,       /* an aggregate function */
    EXPR_WINDOW,          /* children[0] (CALL of a window function, or AGGREGATE) over a window */
    EXPR_GENERATOR,       /* explode and its kind */
    EXPR_LAMBDA,          /* children[0] is the body */
    EXPR_LAMBDA_VARIABLE, /* by id, like an attribute */
    EXPR_SUBQUERY,        /* scalar, EXISTS, IN */
    EXPR_UDF,             /* a function that the client runs */
    EXPR_KIND_COUNT
};

/* A column that a plan node puts out. Ids are unique within a session and never reused. */
struct attribute {
    uint64_t id;
    const char *name;
    const struct type *type;
    bool nullable;
    bool is_metadata;         /* _metadata and the like: not part of * */
    uint32_t qualifier_count; /* spark_catalog.default.t, or t */
    const char *const *qualifier;
    const char *metadata; /* JSON object text, or NULL */
};

struct sort_order {
    struct expr *expr;
    bool descending;
    bool nulls_first;
};

enum frame_type { FRAME_ROWS, FRAME_RANGE };
enum frame_bound_kind {
    BOUND_UNBOUNDED_PRECEDING,
    BOUND_PRECEDING,
    BOUND_CURRENT_ROW,
    BOUND_FOLLOWING,
    BOUND_UNBOUNDED_FOLLOWING
};
struct frame_bound {
    enum frame_bound_kind kind;
    struct expr *offset; /* PRECEDING, FOLLOWING: a constant, not negative */
};
struct window_spec {
    uint32_t partition_count, order_count;
    struct expr **partition;
    struct sort_order *order;
    enum frame_type frame;
    struct frame_bound lower, upper;
    bool frame_given; /* written by the user, for naming and checks */
};

enum subquery_kind { SUBQUERY_SCALAR, SUBQUERY_EXISTS, SUBQUERY_IN };

struct expr {
    enum expr_kind kind;
    bool nullable;
    bool deterministic; /* of the whole subtree */
    bool foldable;      /* constant, of the whole subtree */
    uint32_t child_count;
    struct expr **children;
    const struct type *type;
    const struct origin *origin; /* or NULL */
    const struct timezone *zone; /* LITERAL timestamps: the zone that texts show them in; NULL: UTC */
    struct expr *pretty;         /* what the user wrote when this node replaces it (nvl -> coalesce), or NULL: only
                                    for column names and messages */
    union {
        const struct vector *literal; /* a CONSTANT vector */
        struct {
            struct attribute *attribute; /* name, id, qualifier */
            uint32_t ordinal;            /* column of the input batch; set by expr_bind */
        } column;                        /* ATTRIBUTE, LAMBDA_VARIABLE */
        struct {
            const char *name;
            uint64_t id;
            const char *metadata;
            uint32_t qualifier_count;
            const char *const *qualifier;
        } alias;
        struct {
            const struct function *function;
            const char *name;  /* as the user called it: lcase, not lower */
            void *data;        /* what resolve() worked out, e.g. a field's ordinal; lives as long as the node */
            void *state;       /* what prepare() made; bound expressions only */
            bool ansi;         /* the mode it was resolved under */
            bool try_mode;     /* try_add and the like: NULL instead of an error */
            bool ignore_nulls; /* lag(x) IGNORE NULLS: window functions */
        } call;                /* CALL, GENERATOR and the function of WINDOW */
        struct {
            const struct function *function;
            const char *name;
            void *data;
            void *state;
            bool ansi, try_mode;
            bool ignore_nulls; /* so far the same head as call */
            bool distinct;
            struct expr *filter;  /* or NULL */
            uint32_t order_count; /* WITHIN GROUP (ORDER BY ...) */
            struct sort_order *order;
        } aggregate;
        struct {
            enum cast_mode mode;
            bool explicit_;   /* written by the user: shows in names */
            const char *zone; /* time zone id, NULL: the session's */
            void *state;
            const char *stored_in; /* INSERT stores the value in this column; or NULL */
        } cast;
        struct window_spec *window;
        struct {
            uint32_t count;
            struct expr **variables; /* LAMBDA_VARIABLE */
            uint32_t outer_count;    /* bound only: the input's columns that the body reads, ascending ... */
            uint32_t *outer;
            uint32_t first_variable; /* ... and the ordinal of variables[0]; the others follow */
        } lambda;
        struct {
            enum subquery_kind kind;
            struct plan *plan;    /* resolved */
            uint32_t outer_count; /* attributes of the enclosing query that it uses */
            struct expr **outer;
            uint64_t id; /* as plans show it */
        } subquery;      /* IN: children are the values on the left */
        struct {
            const char *name;
            int32_t eval_type; /* enum udf_eval_type */
            uint32_t command_size;
            const uint8_t *command; /* opaque to the engine: names the function in the client */
            const char **names;     /* of arguments given by name, NULL where one is not; NULL: none is */
            uint32_t key_count; /* UDF_TABLE: children behind the arguments, by which the input's rows are divided */
            bool deterministic;
        } udf;
    };
};

/* What a function of the client is called with: PySpark's PythonEvalType. */
enum udf_eval_type {
    UDF_BATCHED = 100,
    UDF_ARROW_BATCHED = 101,
    UDF_SCALAR_PANDAS = 200,
    UDF_GROUPED_MAP_PANDAS = 201,
    UDF_GROUPED_AGG_PANDAS = 202,
    UDF_SCALAR_PANDAS_ITER = 204,
    UDF_MAP_PANDAS_ITER = 205,
    UDF_COGROUPED_MAP_PANDAS = 206,
    UDF_MAP_ARROW_ITER = 207,
    UDF_GROUPED_MAP_ARROW = 209,
    UDF_COGROUPED_MAP_ARROW = 210,
    UDF_GROUPED_MAP_ARROW_ITER = 215,
    UDF_GROUPED_MAP_PANDAS_ITER = 216,
    UDF_SCALAR_ARROW = 250,
    UDF_SCALAR_ARROW_ITER = 251,
    UDF_GROUPED_AGG_ARROW = 252,
    UDF_TABLE = 300,
    UDF_ARROW_TABLE_ROWS = 301, /* the same, over Arrow */
    UDF_ARROW_TABLE = 302       /* called with Arrow arrays */
};

struct expr *expr_new(struct arena *arena, enum expr_kind kind, uint32_t child_count);
/* Once the children are set: works out deterministic and foldable. */
void expr_update_flags(struct expr *e);
/* A copy of the node alone, with room for its own children array. */
struct expr *expr_copy_node(struct arena *arena, const struct expr *e);
/* A deep copy into another arena. */
struct expr *expr_copy(struct arena *arena, const struct expr *e);

struct expr *expr_literal(struct arena *arena, const struct vector *constant);
struct expr *expr_null(struct arena *arena, const struct type *type);
struct expr *expr_bool(struct arena *arena, bool value);
struct expr *expr_int(struct arena *arena, int32_t value);
struct expr *expr_long(struct arena *arena, int64_t value);
struct expr *expr_string(struct arena *arena, const char *text, size_t size);
/* data in the type's storage */
struct expr *expr_value(struct arena *arena, const struct type *type, const void *data);
struct expr *expr_attribute(struct arena *arena, struct attribute *attribute);
struct expr *expr_alias(struct arena *arena, struct expr *child, const char *name, uint64_t id);
struct attribute *attribute_copy(struct arena *arena, const struct attribute *a); /* deep */
/* What `e` gives as a column: an attribute for an ATTRIBUTE or ALIAS. */
struct attribute *expr_to_attribute(struct arena *arena, const struct expr *e);

bool expr_is_null_literal(const struct expr *e);
/* Structural equality, ids included, names and origins not. */
bool expr_equal(const struct expr *a, const struct expr *b);
/* The same for equal expressions; cheap, for telling many apart. */
uint64_t expr_hash(const struct expr *e);
/* Pre-order; visit returns false to leave a subtree out. Does not enter subqueries' plans. */
void expr_visit(const struct expr *e, bool (*visit)(const struct expr *e, void *data), void *data);
/* Rebuilds bottom-up: change() gets each node with new children and gives its replacement (or the node). */
struct expr *expr_rewrite(struct arena *arena, struct expr *e, struct expr *(*change)(struct expr *e, void *data),
                          void *data);
bool expr_contains(const struct expr *e, enum expr_kind kind);
const struct expr *expr_find(const struct expr *e, enum expr_kind kind); /* the first of them, or NULL */
/* Does it see all rows of a group, or of a window's frame: an AGGREGATE, or a function of the client on groups? */
bool expr_is_aggregate(const struct expr *e);
/* A function of the client that gives a table. */
bool expr_is_table(const struct expr *e);

/* Spark's names. pretty: the column name that SELECT gives to an expression without alias; sql: as in messages
 * ("\"(a + 1)\"" without the quotes). */
const char *expr_pretty(struct arena *arena, const struct expr *e);
const char *expr_sql(struct arena *arena, const struct expr *e);
/* As EXPLAIN shows them: with ids, a#1 + cast(b#2L as double); nameless: #1, for comparing plans. */
struct text;
void expr_explain(struct text *out, const struct expr *e, bool nameless);
void attribute_explain(struct text *out, const struct attribute *a, bool nameless);
/* "(PARTITION BY a ORDER BY b ASC NULLS FIRST ROWS BETWEEN ...)", or the frame alone: "ROWS BETWEEN ...". */
const char *window_spec_pretty(struct arena *arena, const struct window_spec *w, bool frame_only);
/* Its frame as plans show it: specifiedwindowframe(RowFrame, -1, currentrow$()). */
const char *window_frame_string(struct arena *arena, const struct window_spec *w);
/* A constant as text: in names plain (quote false), as SQL that can be read back else. Timestamps show in zone (NULL:
 * UTC). */
const char *literal_sql(struct arena *arena, const struct vector *constant, const struct timezone *zone, bool quote);

#endif
