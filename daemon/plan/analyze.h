/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the analyzer: what one analysis carries about, and what its files offer to one another.
 *
 * An *analysis* is one call of plan_analyze(). A *scope* is what names mean at one place: the outputs of the inputs
 * of the node at hand, lambda variables, aliases to the left in the same SELECT, and the scope of the enclosing
 * query, in which correlated references are found. Scopes live on the C stack; everything else is in the arena.
 */
#ifndef ROOST_PLAN_ANALYZE_H
#define ROOST_PLAN_ANALYZE_H

#include "expr/resolve.h"
#include "plan/plan_int.h"
#include "sql/sql.h"

struct scope;

struct cte {
    struct cte *up;
    const char *name;
    const struct u_cte *source;
    struct plan *plan; /* analyzed, or NULL: being analyzed (recursive) */
    uint64_t id;
    uint32_t uses;
    bool recursive;
    bool limited;           /* is read other than below LIMIT ALL */
    uint32_t segment;       /* how many definitions and subqueries its WITH stands in */
    struct plan *reference; /* recursive, while the step is analyzed: what the name stands for */
};

struct cte_use {
    const struct cte_use *up;
    bool of_text; /* the definition is one of the text, not a DataFrame that the client gave a name */
    uint32_t count;
    uint64_t *columns; /* ids of what Spark takes the reference's columns for */
};

struct window_frame { /* WINDOW w AS (...) */
    struct window_frame *up;
    uint32_t count;
    const struct u_named_window *windows;
};

struct parameters {
    const struct parameters *up;
    uint32_t count;
    const char **names; /* NULL entries: positional */
    struct expr **values;
};

/* Collects, while a subquery is analyzed, what it uses of the query around it. */
struct correlation {
    struct correlation *up;
    struct scope *scope;      /* of the enclosing query, at the subquery's place */
    LIST(struct expr *) used; /* ATTRIBUTEs of the enclosing query */
    bool as_is;               /* a table function's body: what is found is of this level, not outer */
};

struct relation_reference { /* WITH_RELATIONS: plans that subqueries name by plan id */
    struct relation_reference *up;
    const struct u_plan *u;
};

struct analysis {
    struct analyzer *a;
    struct arena *arena;
    struct resolver resolver;
    struct correlation *correlation;
    struct cte *ctes;
    const struct cte_use *cte_uses;
    const struct cte *hidden_ctes; /* this one and those above are not seen: legacy_cte() */
    uint32_t cte_segment;
    const struct u_plan *query_start; /* the top of the query, subquery or definition that is analyzed */
    struct window_frame *windows;
    struct parameters *parameters;
    struct relation_reference *references;
    struct stack_guard stack;
    const struct u_plan *node; /* being analyzed */
    bool limit_all;            /* below LIMIT ALL */
};

struct lambda_frame {
    struct lambda_frame *up;
    uint32_t count;
    struct expr **variables;
};

/* One entry of a SELECT list. level 0 reads the input; level n may name aliases of levels below n. */
struct item {
    struct expr *expr; /* ATTRIBUTE or ALIAS; MULTI: a generator alone */
    uint32_t level;
    bool hidden;         /* for ORDER BY alone */
    uint32_t name_count; /* a generator's column names */
    const char **names;
    uint32_t generated_count; /* a generator's columns, which other items may name */
    struct attribute **generated;
    const struct u_expr *source;
};

struct items {
    struct item *items;
    uint32_t count, capacity;
};

struct name_index;

struct scope {
    struct analysis *n;
    struct plan *const *inputs;
    uint32_t input_count;
    struct attribute *const *attributes; /* what plain names mean: the inputs' outputs, in order */
    uint32_t attribute_count;
    uint32_t exposed_count;   /* the last of them, which stand behind the inputs: no star means them */
    const char *starless;     /* the operator in which no star may stand, or NULL: it may, as an argument */
    struct name_index *index; /* made when attributes are many */
    uint32_t lookups;
    struct lambda_frame *lambdas;
    const struct items *lateral;    /* aliases to the left, or NULL */
    bool sees_generated;            /* a SELECT without groups: its items may name what its generators give */
    const struct items *generators; /* of the same SELECT, whose columns may be named, or NULL */
    uint32_t level;                 /* out: of the lateral aliases that were used, plus 1 */
    bool missing;                   /* out: a name was found below the inputs: see missing.c */
    bool ambiguous_is_none;         /* ORDER BY: what several columns are called is looked for further below */
    struct levels *levels;          /* what names mean of the input and below, or NULL: levels.c */
    bool takes_first;               /* df["a"] may stand for two columns, and means the first: drop() */
    bool below;                     /* WHERE and ORDER BY: names may mean what a projection below leaves out */
    uint32_t aggregate_depth;       /* inside the arguments of an aggregate function */
    const struct u_expr *windowed;  /* what stands before an OVER: the only place for a window function */
    /* Tried after the attributes and before the rest; NULL without error: not found. */
    struct expr *(*fallback)(struct scope *s, const struct u_name *name, const struct origin *origin,
                             struct error *err);
    void *fallback_data;
    struct attribute *const *suggested; /* for "did you mean", where it is not `attributes` */
    uint32_t suggested_count;
};

/* analyze.c */
struct plan *analyze_plan(struct analysis *n, const struct u_plan *u, struct error *err);
/* The same for the top of a query, subquery or definition. */
struct plan *analyze_query(struct analysis *n, const struct u_plan *u, struct error *err);
bool analysis_deep(struct analysis *n, struct error *err); /* false with an error: too deep */
struct analysis analysis_of(struct analyzer *a, char *stack_base);
static inline uint64_t fresh_id(struct analysis *n) {
    return (*n->a->next_id)++;
}
const char *setting(struct analysis *n, const char *name); /* NULL: unset */
bool setting_flag(struct analysis *n, const char *name, bool otherwise);

/* What a subquery in FROM is called that has no name of its own; messages leave it out. */
#define UNNAMED_SUBQUERY "__auto_generated_subquery_name"

/* names.c */
void scope_init(struct scope *s, struct analysis *n, struct plan *const *inputs, uint32_t count);
bool name_matches(const struct analysis *n, const char *a, const char *b);
/* A column by name among attributes; NULL without error: none. Nested fields make calls, aliased when top. */
struct expr *names_among(struct scope *s, struct attribute *const *attributes, uint32_t count,
                         const struct u_name *name, const struct origin *origin, struct error *err);
/* NULL without error: none anywhere. */
struct expr *names_resolve(struct scope *s, const struct u_name *name, const struct origin *origin, struct error *err);
/* The part of that search which ends with the inputs and their hidden columns. */
struct expr *names_of_input(struct scope *s, const struct u_name *name, const struct origin *origin, struct error *err);
/* The whole search for U_ATTRIBUTE; an error when there is none. */
struct expr *analyze_attribute(struct scope *s, const struct u_expr *u, struct error *err);
/* The same where Spark looks among the output's names alone: unionByName, dropDuplicates. */
bool missing_name(struct analysis *n, const struct plan *p, const char *name, struct error *err);
bool unresolved_column(struct scope *s, const struct u_name *name, const struct origin *origin, struct error *err);
/* The same of a name that is looked up in a DataFrame at once: without a place, and with all columns as they come. */
bool unresolved_of_frame(struct scope *s, const struct u_name *name, struct error *err);
/* df["a"]: by plan id; sets *resolved_all for df["*"]. */
const struct plan *renamed_input(const struct plan *p); /* whose columns p's are under other ids, or NULL */
struct expr *resolve_by_plan_id(struct scope *s, const struct u_expr *u, struct error *err);
const struct plan *find_plan_id(struct plan *const *inputs, uint32_t count, int64_t plan_id);
/* "a", or "`a b`.c" joined with dots: as in messages, each part in backquotes. */
const char *quoted_name(struct arena *arena, const char *const *parts, uint32_t count);
/* The five candidates most like `name`, for UNRESOLVED_COLUMN's proposal and its kin. */
const char *suggest(struct arena *arena, const char *name, uint32_t name_parts, const struct u_name *candidates,
                    uint32_t count);
/* The same of columns; of equally near ones the first. */
const char *suggest_columns(struct arena *arena, const struct u_name *name, struct attribute *const *columns,
                            uint32_t count);
/* All of them, quoted, by name: as sets of attributes are listed. */
const char *names_sorted(struct arena *arena, struct attribute *const *attributes, uint32_t count);
/* One attribute by a plain name, as the DataFrame functions want it; error when missing or ambiguous. */
struct attribute *find_column(struct analysis *n, const struct plan *p, const char *name, const struct origin *origin,
                              struct error *err);

/* The same for other lists: the `most` nearest, with what is between them. */
const char *suggest_some(struct arena *arena, const char *name, const struct u_name *candidates, uint32_t count,
                         uint32_t most, const char *between);

/* A column of the enclosing query as the subquery at hand sees it. */
struct expr *outer_column(struct scope *s, struct attribute *a);

/* lateral_alias.c */
bool check_lateral_in_aggregate(struct scope *s, const struct expr *aggregate, struct error *err);
bool check_lateral_in_window(struct scope *s, const struct expr *window, bool frame_is_written, struct error *err);

/* missing.c: attributes below a plan's output made visible */
struct plan *add_missing(struct analysis *n, struct plan *p, const struct id_map *wanted);
/* The inputs of a scope in which names were found below: rebuilt so that exprs' attributes are there. */
struct plan *expose_missing(struct analysis *n, struct plan *child, struct expr *const *exprs, uint32_t count);
/* Attributes that names may reach below p's output, nearest first: hidden USING columns, inputs of projections. */
struct expr *names_below(struct scope *s, const struct plan *p, const struct u_name *name, const struct origin *origin,
                         struct error *err);

struct attribute_list {
    struct attribute **items;
    uint32_t count, capacity;
};
/* Whether a USING column that * leaves out has this id. */
bool is_hidden_below(const struct plan *p, uint64_t id);
/* The node below p whose columns p could hand up though it leaves them out, or NULL; the same by a column's id. */
const struct plan *next_level(const struct plan *p);
/* Could a column of `to` be handed up to `from`, as far as the aggregates between them go? */
bool may_pass(struct analysis *n, const struct plan *from, const struct plan *to, const struct expr *e);
/* How many nodes below p a column is first met that p could hand up; UINT32_MAX: none could. */
uint32_t level_below(const struct plan *p, uint64_t id);
/* The USING columns that * leaves out but t.* shows. */
void hidden_columns(struct scope *s, const struct plan *p, struct attribute_list *out);

/*
 * levels.c: what the names in roots mean of the input and of what stands below it. strict: what cannot be in the input
 * itself is an error. Called when the scope is `below`, before the roots are analyzed; s has the wider input then.
 */
bool bind_names(struct scope *s, struct u_expr *const *roots, uint32_t count, bool strict, struct error *err);
/* Was u looked for there? *e stays NULL when there is no such column. */
bool find_bound(const struct scope *s, const struct u_expr *u, struct expr **e);
/* The expression that a U_EXPRESSION_TEXT is, parsed once. */
const struct u_expr *parse_text(struct scope *s, const struct u_expr *u, struct error *err);

/* arguments.c */
struct parameter_list {
    const char *routine; /* in backquotes, for messages */
    uint32_t count;
    const char **names;
    struct u_expr **defaults; /* NULL entries: required */
};
bool has_named_arguments(struct u_expr *const *u, uint32_t count);
/* The names of the arguments of a function of the client, which alone knows its parameters; NULL: all are by position. */
bool client_arguments(struct analysis *n, const char *name, struct u_expr *const *u, uint32_t count,
                      const char ***names, struct error *err);
/* A call's arguments in the order of the parameters, with the defaults of those left out. */
bool match_arguments(struct analysis *n, const struct parameter_list *list, struct u_expr *const *u, uint32_t count,
                     struct u_expr **out, struct error *err);
/* The same for a built-in function; leaves them alone when none is named. */
bool builtin_arguments(struct analysis *n, const char *name, struct u_expr *const **u, uint32_t *count,
                       const struct origin *origin, struct error *err);

/* routine.c: functions written in SQL. NULL without error: there is none of that name. */
const struct routine *find_routine(struct analysis *n, const struct u_name *name, bool table, struct error *err);
struct expr *call_routine(struct scope *s, const struct routine *r, const struct u_expr *u, struct error *err);
struct plan *call_table_routine(struct analysis *n, const struct routine *r, const struct u_plan *u, struct error *err);
/* UNSUPPORTED_SQL_UDF_USAGE where a kind of node may not hold such a call. */
bool refuse_routine(struct analysis *n, const struct expr *e, const char *node, struct error *err);
/* May an aggregate function take e, as far as determinism goes? */
bool aggregates_well(const struct expr *e);

/* expression.c */
struct expr *analyze_expr(struct scope *s, const struct u_expr *u, struct error *err);
/* The same, but a name that is written or follows from a.b stays around it as an ALIAS. */
struct expr *analyze_named(struct scope *s, const struct u_expr *u, struct error *err);
bool analyze_exprs(struct scope *s, struct u_expr *const *u, uint32_t count, struct expr **out, struct error *err);
/* Boolean conditions of WHERE, HAVING, ON. */
struct expr *check_condition(struct scope *s, struct expr *e, const char *clause, const struct origin *origin,
                             struct error *err);
struct expr *analyze_condition(struct scope *s, const struct u_expr *u, const char *clause, const struct origin *origin,
                               struct error *err);
/* INVALID_ORDERING_TYPE for what has no order: maps, variants, calendar intervals. */
bool check_orderable(struct scope *s, const struct sort_order *order, const struct origin *origin, struct error *err);
bool analyze_order(struct scope *s, struct u_expr *const *u, uint32_t count, struct sort_order *out, struct error *err);
/* Gives e a name as SELECT does: itself when it has one. */
struct expr *name_expr(struct analysis *n, struct expr *e, const struct u_expr *source);
struct expr *strip_alias(struct expr *e);
/* The name that the constant string in IDENTIFIER(...) spells. */
bool name_from_text(struct analysis *n, const struct expr *e, const struct origin *origin, struct u_name *name,
                    struct error *err);
struct expr *alias_attribute(struct analysis *n, struct attribute *a, const char *name);

/* default_collation.c: the type of a string that the text makes; a call's result as such a string */
const struct type *default_string_type(struct analysis *n, const struct type *t);
struct expr *collate_by_default(struct scope *s, struct expr *e, struct error *err);

/* places.c: UNSUPPORTED_EXPR_FOR_OPERATOR for aggregates, window functions and generators; the latter in two clauses */
bool check_plain(struct analysis *n, const struct expr *e, const struct origin *origin, struct error *err);
/* filter: the operator as a plan names it. */
bool check_filter_generator(struct analysis *n, const struct expr *condition, const char *filter, struct error *err);
bool check_sort_generators(struct analysis *n, const struct sort_order *orders, uint32_t count, bool global,
                           struct error *err);
bool check_sort_windows(struct analysis *n, const struct sort_order *orders, uint32_t count,
                        const struct origin *origin, struct error *err);
bool check_sort_aggregates(struct analysis *n, const struct sort_order *orders, uint32_t count,
                           const struct origin *origin, struct error *err);
bool check_window_generators(struct analysis *n, const struct expr *window, struct error *err);

/* call.c */
struct expr *analyze_call(struct scope *s, const struct u_expr *u, struct error *err);
bool is_call_of(const struct u_expr *u, const char *name);
struct expr *unknown_function(struct scope *s, const struct u_expr *u, struct error *err); /* UNRESOLVED_ROUTINE */
/* lookup.c: makes the error one about a function that nobody knows, if the plan calls such. */
void report_unknown_function(struct analysis *n, const struct u_plan *u, struct error *err);

/* char_padding.c: the sides of a comparison with a CHAR column are filled up. */
bool pad_char_comparison(struct scope *s, const char *name, struct expr **arguments, uint32_t count, struct error *err);

/* time_window.c */
struct expr *analyze_time_window(struct scope *s, const struct u_expr *u, struct error *err);
bool is_time_window(const struct expr *e);
struct expr *as_window_column(struct analysis *n, struct expr *generator, const char *name, bool nullable);
/* The time that a window is computed from; shown: the call as errors quote it. */
struct expr *window_input(struct scope *s, struct expr *e, const char *shown, const struct origin *origin,
                          struct error *err);
/* The windows of time that are columns of a block's input already, and those columns. */
struct time_windows {
    LIST(struct expr *) calls;
    LIST(struct expr *) columns;
};
/* session_window.c */
struct expr *analyze_session_window(struct scope *s, const struct u_expr *u, struct error *err);
bool is_session_window(const struct expr *e);
/* Of the columns that they become, wherever those go. */
#define TIME_WINDOW_METADATA "{\"spark.timeWindow\":true}"
#define SESSION_WINDOW_METADATA "{\"spark.sessionWindow\":true}"
/* Once the groups are known: the columns of session windows that are grouped by get whole sessions. */
struct plan *group_sessions(struct analysis *n, struct plan *input, struct expr *const *groups, uint32_t count,
                            const struct time_windows *known, struct error *err);
/* GENERATEs over input for the windows of time in the expressions, which then read their columns. */
struct plan *extract_time_windows(struct analysis *n, struct plan *input, struct expr ***slots, uint32_t count,
                                  struct time_windows *known, struct error *err);

/* lambda.c */
bool is_higher_order(const struct u_expr *u, const char *name);
struct expr *analyze_higher_order(struct scope *s, const struct u_expr *u, const struct function *f, const char *name,
                                  struct error *err);
struct expr *analyze_lambda_variable(struct scope *s, const struct u_expr *u, struct error *err);

/* window.c */
/* within_group.c: WITHIN GROUP, or its lack, as the aggregate wants it; and over a window. */
bool check_within_group(struct scope *s, const struct expr *f, struct error *err);
bool check_within_window(struct scope *s, const struct expr *f, const struct window_spec *w, struct error *err);
struct expr *analyze_window(struct scope *s, const struct u_expr *u, struct error *err);
/* The frame of w, whose PARTITION BY and ORDER BY are there: window_frame.c. */
bool analyze_frame(struct scope *s, const struct u_window_spec *u, struct window_spec *w, const struct origin *origin,
                   struct error *err);
/* PLAN_WINDOWs over child for every WINDOW within the expressions, which then read their results. */
struct plan *extract_windows(struct analysis *n, struct plan *child, struct expr **exprs, uint32_t count,
                             struct error *err);

/* star.c */
/* Calls add for every column of a star or regex. */
bool expand_star(struct scope *s, const struct u_expr *star,
                 bool (*add)(struct scope *s, struct expr *e, void *data, struct error *err), void *data,
                 struct error *err);
bool is_star(const struct u_expr *u);
bool refuse_star(struct scope *s, const struct u_expr *u, const char *place, struct error *err); /* false: the error */

/* subquery.c */
struct expr *analyze_subquery(struct scope *s, const struct u_expr *u, struct error *err);
/* The plan of a subquery or TABLE argument, which may be one of WITH_RELATIONS. */
const struct u_plan *subquery_source(struct analysis *n, const struct u_expr *u, struct error *err);

/* subquery_places.c: a node that may not hold a subquery of one of its expressions; what is a group or an aggregate of
 * the block (or NULL) is computed elsewhere. */
struct block;
bool check_subqueries(struct analysis *n, const struct plan *p, const struct block *block, const struct origin *origin,
                      struct error *err);
/* The same of an expression that no node holds: of LIMIT and OFFSET over child, and of what is unpivoted. */
bool check_bare_subqueries(struct analysis *n, const struct expr *e, const char *node, const struct plan *child,
                           const struct origin *origin, struct error *err);

/* subquery_check.c: for a subquery or the right side of a LATERAL join, and for a scalar one that is correlated */
bool check_outer_places(struct arena *arena, const struct plan *p, struct error *err);
bool check_scalar_groups(struct arena *arena, const struct plan *p, struct error *err);

/* select.c */
bool items_add(struct scope *s, struct items *items, struct u_expr *const *u, uint32_t count, struct error *err);
/* Windows, generators, lateral aliases, then PROJECT, over child. */
/* grouped: over the groups of an aggregate. */
struct plan *project_items(struct analysis *n, struct plan *child, struct items *items, bool grouped,
                           struct error *err);
struct plan *analyze_project(struct analysis *n, const struct u_plan *u, struct error *err);

/* pipe.c: what differs between a pipe's operator and the clause of that name */
bool check_pipe_items(struct analysis *n, const struct u_plan *u, const struct items *items, struct error *err);
bool add_pipe_groups(struct scope *s, struct items *items, const struct u_plan *u, struct error *err);
/* A position among the input's columns becomes the column's name; all else stays. */
const struct u_expr *pipe_ordinal(struct analysis *n, const struct plan *input, const struct u_expr *u);

/* aggregate.c */
struct plan *analyze_aggregate(struct analysis *n, const struct u_plan *u, const struct u_plan *having,
                               const struct u_plan *sort, struct error *err);
/* ORDER BY or HAVING over a plan that is an AGGREGATE already; NULL without error: does not apply. */
struct plan *sort_aggregate(struct analysis *n, struct plan *aggregate, const struct u_plan *sort, struct error *err);
struct plan *filter_aggregate(struct analysis *n, struct plan *aggregate, const struct u_plan *filter,
                              struct error *err);
bool contains_aggregate(const struct expr *e); /* outside of windows' own functions */

/* relation.c, join.c, setop.c, sort.c, generate.c, cte.c, dataframe.c, pivot.c, na.c, stat.c, show.c */
typedef struct plan *analyze_node(struct analysis *n, const struct u_plan *u, struct error *err);
analyze_node analyze_relation, analyze_local_data, analyze_values, analyze_range, analyze_table_function,
    analyze_subquery_alias;
analyze_node analyze_join, analyze_lateral_join, analyze_as_of_join;
analyze_node analyze_set_operation;
analyze_node analyze_sort, analyze_limit, analyze_offset, analyze_tail, analyze_distinct, analyze_sample,
    analyze_repartition, analyze_hint, analyze_filter;
analyze_node analyze_generate;
/* script.c */
analyze_node analyze_transform;
analyze_node analyze_with, analyze_with_windows, analyze_with_relations, analyze_parameters, analyze_sql;
analyze_node analyze_with_columns, analyze_with_columns_renamed, analyze_drop, analyze_to_df, analyze_to_schema,
    analyze_metrics, analyze_parse, analyze_map;
analyze_node analyze_pivot, analyze_unpivot, analyze_transpose;
analyze_node analyze_fill_na, analyze_drop_na, analyze_replace_na;
analyze_node analyze_stat;
analyze_node analyze_show;

/* relation.c */
struct plan *alias_plan(struct analysis *n, struct plan *child, const char *name, const char *const *columns,
                        uint32_t column_count, const struct origin *origin, struct error *err);
/* Rows of constants under a schema. */
struct plan *constant_rows(struct analysis *n, const struct type *schema, const struct vector *columns, uint32_t rows);
/* table_function.c: one that is no generator, over its resolved arguments; NULL: there is none of this name. */
typedef struct plan *table_function(struct analysis *n, const struct u_plan *u, struct expr **arguments, uint32_t count,
                                    struct error *err);
table_function *builtin_table_function(const char *name);
/* client_table.c: a table function of the client, which udf (U_UDF, its children left alone) describes */
struct plan *call_client_table(struct analysis *n, const struct u_expr *udf, struct u_expr *const *arguments,
                               uint32_t count, const struct origin *origin, struct error *err);
/* generate.c */
/* The columns that a generator gives; then a node that gives these. */
bool generated_columns(struct analysis *n, const struct expr *generator, bool outer, const char *const *names,
                       uint32_t name_count, const char *qualifier, struct attribute ***columns, uint32_t *count,
                       struct error *err);
struct plan *generate_columns(struct analysis *n, struct plan *child, struct expr *generator, bool outer,
                              struct attribute **columns, uint32_t count, struct error *err);
struct plan *make_generate(struct analysis *n, struct plan *child, struct expr *generator, bool outer,
                           const char *const *names, uint32_t name_count, const char *qualifier, struct error *err);
struct expr *find_generator(const struct expr *e); /* the GENERATOR within e, or NULL */
/* join.c */
/* right with fresh ids where they conflict with left's. */
struct plan *without_conflict(struct analysis *n, const struct plan *left, struct plan *right);
struct plan *join_plans(struct analysis *n, struct plan *left, struct plan *right, const struct u_plan *u, bool lateral,
                        struct error *err);
/* sort.c: rows of maps or variants can't be told apart. */
bool check_distinct_types(struct analysis *n, struct attribute *const *columns, uint32_t count,
                          const struct origin *origin, struct error *err);
/* setop.c */
struct plan *union_plans(struct analysis *n, struct plan **children, uint32_t count, const struct origin *origin,
                         struct error *err);
/* cte.c */
struct plan *find_cte(struct analysis *n, const struct u_name *name, bool *found, struct error *err);

#endif
