/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser from the inside. Private to sql/.
 *
 * A parse_x() function stands at the first token of an x and leaves the parser behind its last one; it returns NULL or
 * false with *p->err filled where the text is no x. Two kinds of error are told apart, as Spark does:
 *
 *  - a syntax error ends parsing at once (parser_syntax_error);
 *  - what is well-formed but says nothing valid (a literal out of range, an unknown type) is kept in `invalid`, and
 *    parsing goes on: it is reported only when the whole text has no syntax error. The first one wins.
 *
 * Nearly every keyword may be a name, so decisions look one or two tokens ahead rather than at a list of reserved
 * words; parser_mark/parser_rewind try and give up where that is not enough.
 */
#ifndef ROOST_SQL_PARSER_H
#define ROOST_SQL_PARSER_H

#include "expr/context.h"
#include "sql/commands.h"
#include "sql/lexer.h"
#include "sql/sql.h"
#include "sql/unresolved.h"

struct parser {
    struct arena *arena;
    const struct context *context;
    const char *source;                    /* the text as it was given, in the arena: origins point to it */
    const char *object_type, *object_name; /* what it is the text of, or NULL */
    const char *text; /* the same with arguments for parameter markers: the tokens are ranges of it */
    const struct token *tokens;
    uint32_t count, at;
    uint32_t depth;
    struct error *err;
    struct error invalid;
    bool reserved_words; /* spark.sql.ansi.enforceReservedKeywords */
    bool quoted_names;   /* "a" is a name: spark.sql.ansi.doubleQuotedIdentifiers */
    bool plain_strings;  /* no escapes: spark.sql.parser.escapedStringLiterals */
    bool joined_strings; /* a doubled quote ends one string and begins the next: ...consecutiveStringLiterals.enabled */
    bool legacy_set_operations;
    bool exponent_is_decimal;
    bool regex_names;
    bool legacy_intervals;
    bool in_script; /* between BEGIN and END */
    struct sql_markers markers;
    const struct token *unplaced; /* the name that `invalid` is about, while that has no place */
    struct arena scratch;         /* the tokens */
};

/* NULL when the text is none; the parser is in the arena and released with it at the latest. */
/* substitute.c: the text with settings in place of ${name}. */
const char *sql_substitute(struct arena *arena, const struct context *context, const char *text);

struct parser *parser_new(struct arena *arena, const struct context *context, const char *text, struct error *err);
/* The same with arguments for the parameter markers; parameters may be NULL. */
struct parser *parser_new_bound(struct arena *arena, const struct context *context, const char *text,
                                const struct sql_parameters *parameters, struct error *err);
/* bind.c: literals in the place of markers, in p->text and the tokens. */
void parser_bind(struct parser *p, struct tokens *tokens, const struct sql_parameters *parameters);
/* True when all is read and nothing was invalid; else *err says what. */
bool parser_finish(struct parser *p);
/* Gives the tokens back early; may be called again. */
void parser_release(struct parser *p);
bool parser_setting(const struct parser *p, const char *name, bool otherwise);

/* ---- tokens ---- */
static inline const struct token *parser_token(const struct parser *p, uint32_t ahead) {
    uint32_t i = p->at + ahead;
    return &p->tokens[i < p->count ? i : p->count - 1];
}
static inline enum token_kind peek(const struct parser *p) {
    return p->tokens[p->at].kind;
}
static inline enum token_kind peek_at(const struct parser *p, uint32_t ahead) {
    return parser_token(p, ahead)->kind;
}
static inline void next(struct parser *p) {
    if (p->at + 1 < p->count) p->at++;
}
static inline bool accept(struct parser *p, enum token_kind kind) {
    if (peek(p) != kind) return false;
    next(p);
    return true;
}
bool accept2(struct parser *p, enum token_kind a, enum token_kind b); /* both or none */
/* Where what stands in the parentheses that begin at `ahead` is over: behind ")", or at the end. */
uint32_t behind_parentheses(const struct parser *p, uint32_t ahead);
bool expect(struct parser *p, enum token_kind kind);
bool expect2(struct parser *p, enum token_kind a, enum token_kind b);
/* ")" behind a list of so many, behind a query: with Spark's hints when it is not there. */
bool expect_list_end(struct parser *p, uint32_t count, bool is_name);
bool expect_query_end(struct parser *p);
/* The text of tokens [from, p->at). */
const char *parser_text(const struct parser *p, uint32_t from);
const char *parser_text_range(const struct parser *p, uint32_t from, uint32_t to);

struct mark {
    uint32_t at, depth;
    bool invalid;
};
struct mark parser_mark(const struct parser *p);
/* Back to the mark, without the errors met since. */
void parser_rewind(struct parser *p, struct mark mark);

/* One level of nesting deeper, or FAILED_TO_PARSE_TOO_COMPLEX. */
bool parser_enter(struct parser *p);
/* One more node in a row, or the same error: each is a level of the tree. */
bool parser_chain(struct parser *p, uint32_t *length);
static inline void parser_leave(struct parser *p) {
    p->depth--;
}

/* ---- errors ---- */
/* PARSE_SYNTAX_ERROR at the current token. Returns false. */
bool parser_syntax_error(struct parser *p);
/* The same with Spark's hint: ": extra input 'x'". */
bool parser_syntax_error_hint(struct parser *p, const char *hint);
/* A condition that, like a syntax error, ends parsing and is shown by line and column: pairs, NULL. */
#define SYNTAX(p, token, ...)                                                                                          \
    (error_set((p)->err, __VA_ARGS__, NULL), error_at((p)->err, parser_point((p), (token))), false)
/* Well-formed but not valid; parsing goes on. */
#define INVALID(p, where, ...)                                                                                         \
    do {                                                                                                               \
        if (!error_is_set(&(p)->invalid)) {                                                                            \
            error_set(&(p)->invalid, __VA_ARGS__, NULL);                                                               \
            error_at(&(p)->invalid, (where));                                                                          \
        }                                                                                                              \
    } while (0)
/* The place of a token alone, shown by line and column. */
const struct origin *parser_point(struct parser *p, const struct token *token);
/* The origin of tokens [from, p->at). */
const struct origin *parser_origin(struct parser *p, uint32_t from);

/* ---- names ---- */
bool is_identifier(const struct parser *p, uint32_t ahead);        /* can be a name */
bool is_strict_identifier(const struct parser *p, uint32_t ahead); /* can be an alias of a table */
const char *parse_identifier(struct parser *p);                    /* also a-b, which is INVALID_IDENTIFIER */
const char *parse_plain_identifier(struct parser *p);              /* without the check for a-b */
const char *parse_strict_identifier(struct parser *p);
bool parse_name(struct parser *p, struct u_name *name);           /* multipart */
bool parse_qualified_name(struct parser *p, struct u_name *name); /* the same without the check for a-b */
/* (a, b) */
bool parse_identifier_list(struct parser *p, uint32_t *count, const char ***names);
/* a, b */
bool parse_identifiers(struct parser *p, uint32_t *count, const char ***names);
/* A name, or IDENTIFIER(expression) into *identifier. */
bool parse_reference(struct parser *p, struct u_name *name, struct u_expr **identifier);
/* identifier_literal.c: IDENTIFIER('a.b') becomes one token; what it spells; what is wrong with it gets a place. */
void parser_join_identifiers(struct parser *p, struct token *tokens);
const char *identifier_literal_text(struct parser *p, const struct token *t);
bool identifier_literal_name(struct parser *p, const struct token *t, struct u_name *name);
const char *identifier_literal_part(struct parser *p, const struct token *t);
bool refuse_identifier_literal(struct parser *p); /* where only a plain word may stand */
void parser_place(struct parser *p, uint32_t from);
/* IDENTIFIER(expression) */
bool starts_identifier_clause(const struct parser *p);
struct u_expr *parse_identifier_clause_name(struct parser *p);
/* A name that is there twice, or NULL. */
const char *find_duplicate(struct parser *p, const char *const *names, uint32_t count);

/* ---- literals ---- */
bool is_string(const struct parser *p, uint32_t ahead);
const char *parse_string(struct parser *p); /* one or more strings in a row */
struct u_expr *parse_string_literal(struct parser *p);
struct u_expr *parse_number(struct parser *p); /* at the number or at its minus */
bool is_number(const struct parser *p, uint32_t ahead);
struct u_expr *parse_typed_literal(struct parser *p);    /* DATE '...' */
struct u_expr *parse_interval_literal(struct parser *p); /* at INTERVAL */
struct u_expr *make_interval_text(struct parser *p, const struct origin *origin, const char *text, size_t size);
bool starts_interval(const struct parser *p);
bool parse_integer(struct parser *p, int32_t *value); /* an INTEGER_VALUE that fits */
/* The value that a quoted token stands for. */
const char *unquote_string(const struct parser *p, const struct token *token, size_t *size);

struct u_expr *literal_string(struct arena *arena, const struct origin *origin, const char *text, size_t size);
struct u_expr *literal_int(struct arena *arena, const struct origin *origin, int32_t value);
struct u_expr *literal_bool(struct arena *arena, const struct origin *origin, bool value);
struct u_expr *literal_null(struct arena *arena, const struct origin *origin);
struct u_expr *literal_of(struct arena *arena, const struct origin *origin, const struct type *type, const void *value);

/* ---- types ---- */
const struct type *parse_type(struct parser *p);
/* a INT NOT NULL COMMENT 'x', ... */
const struct type *parse_columns(struct parser *p);

/* ---- expressions ---- */
struct expr_list {
    uint32_t count, capacity;
    struct u_expr **items;
};
struct query_or_expr { /* one of the two */
    struct u_plan *query;
    struct u_expr *expr;
};
struct u_expr *parse_expression(struct parser *p);
struct u_expr *parse_value(struct parser *p);
struct u_expr *parse_primary(struct parser *p);
struct u_expr *parse_named_expression(struct parser *p);
struct u_expr *parse_sort_item(struct parser *p);
struct u_expr *parse_argument(struct parser *p);                        /* an expression, or name => expression */
bool parse_expressions(struct parser *p, struct expr_list *list);       /* a, b */
bool parse_named_expressions(struct parser *p, struct expr_list *list); /* a AS x, b */
bool parse_sort_items(struct parser *p, struct expr_list *list);
/* The rest of an expression: behind its first primary, its first value. */
struct u_expr *parse_expression_from(struct parser *p, uint32_t from, struct u_expr *primary);
struct u_expr *parse_expression_from_value(struct parser *p, uint32_t from, struct u_expr *value);
struct u_expr *parse_named_from(struct parser *p, uint32_t from, struct u_expr *expression);
/* .field, [index], ::type, COLLATE, :path behind a primary. */
struct u_expr *parse_postfix(struct parser *p, uint32_t from, struct u_expr *primary);
/* At "(": what stands in the parentheses. */
bool parse_parenthesis(struct parser *p, struct query_or_expr *out);
/* What no expression begins with: a keyword before it was a name or an alias. */
bool ends_expression(enum token_kind kind);
bool starts_alias(const struct parser *p); /* a name without AS */
bool starts_table_alias(const struct parser *p);
bool starts_operand(const struct parser *p, uint32_t ahead); /* an expression can begin here */
struct u_expr *parse_function(struct parser *p, uint32_t from, const struct u_name *name);
/* A function with words of its own: EXTRACT(f FROM x). *is_special tells whether it was one. */
struct u_expr *parse_special_function(struct parser *p, bool *is_special);
/* f(first, ...), behind the first argument; `from` is the token of the name. */
struct u_expr *parse_call_from(struct parser *p, uint32_t from, struct u_expr *first);
struct u_window_spec *parse_window_spec(struct parser *p);
/* a AS (...), ... behind WINDOW */
bool parse_named_windows(struct parser *p, uint32_t *count, struct u_named_window **windows);
struct u_expr *make_scalar_subquery(struct parser *p, uint32_t from, struct u_plan *query);
struct u_expr *make_call(struct parser *p, uint32_t from, const char *name, uint32_t count, ...);
struct u_expr *make_operator(struct parser *p, const struct origin *origin, const char *name, uint32_t count, ...);

/* ---- queries ---- */
struct u_plan *parse_query(struct parser *p);
bool starts_query(const struct parser *p, uint32_t ahead);
/* A query whose first part, in parentheses, is read. */
struct u_plan *parse_query_from(struct parser *p, uint32_t from, struct u_plan *first);
bool continues_query(const struct parser *p);
/* A SELECT list and what follows it up to WINDOW. plan is what it selects from, unless its own FROM says. */
enum select_source { SELECT_FROM, SELECT_GIVEN, SELECT_PIPED /* nothing but WINDOW may follow the list */ };
struct u_plan *parse_select(struct parser *p, struct u_plan *plan, enum select_source source);
struct u_plan *parse_organization(struct parser *p, uint32_t from, struct u_plan *plan);
bool parse_ctes(struct parser *p, uint32_t *count, struct u_cte **ctes, bool *recursive);
struct u_plan *make_with(struct parser *p, uint32_t from, struct u_plan *plan, bool recursive, uint32_t count,
                         struct u_cte *ctes);
struct u_plan *make_set_operation(struct parser *p, uint32_t from, enum token_kind kind, bool all, struct u_plan *left,
                                  struct u_plan *right);
struct u_plan *parse_query_primary(struct parser *p);
struct u_plan *parse_from_clause(struct parser *p); /* at FROM */
struct u_plan *parse_inline_table(struct parser *p);
bool starts_join(const struct parser *p);
struct u_plan *parse_join(struct parser *p, uint32_t from, struct u_plan *left);
/* [AS] name [(columns)] around plan; plan itself without one. */
struct u_plan *parse_table_alias(struct parser *p, uint32_t from, struct u_plan *plan);
bool parse_alias(struct parser *p, const char **name, uint32_t *column_count, const char ***columns);
struct u_plan *parse_sample(struct parser *p, struct u_plan *plan); /* at TABLESAMPLE */
struct u_plan *parse_pivot(struct parser *p, uint32_t from, struct u_plan *plan);
struct u_plan *parse_unpivot(struct parser *p, uint32_t from, struct u_plan *plan);
struct u_plan *parse_lateral_views(struct parser *p, struct u_plan *plan);
/* Behind |>: one operator over plan. */
struct u_plan *parse_pipe(struct parser *p, uint32_t from, struct u_plan *plan);
/* At GROUP: an AGGREGATE of these results over plan. named: what is grouped by may have aliases, as behind |>. */
struct u_plan *parse_group_by(struct parser *p, uint32_t from, struct u_plan *plan, const struct expr_list *results,
                              bool named);
/* TABLE(...) as an argument of a table function; *argument stays NULL where it is none. */
bool parse_table_argument(struct parser *p, struct u_expr **argument);
bool parse_options(struct parser *p, uint32_t *count, struct u_option **options); /* (k = v, ...) */
/* A node over one child, with expressions. */
struct u_plan *make_plan(struct parser *p, enum u_plan_kind kind, uint32_t from, struct u_plan *child,
                         const struct expr_list *exprs);
struct u_plan *make_plan_one(struct parser *p, enum u_plan_kind kind, uint32_t from, struct u_plan *child,
                             struct u_expr *expr);
struct u_plan *make_relation(struct parser *p, uint32_t from, struct u_name name, struct u_expr *identifier);

/* ---- statements ---- */
struct u_plan *parse_statement(struct parser *p);
struct u_plan *parse_statement_or_set(struct parser *p); /* SET and RESET among them */
struct u_plan *parse_whole_statement(struct parser *p);  /* with its semicolons; a script too */

/* A command node, and the plan around it. */
struct u_command *u_command_new(struct parser *p, enum u_command_kind kind);
struct u_plan *u_command_plan(struct parser *p, uint32_t from, struct u_command *command);
bool parse_target(struct parser *p, struct u_reference *target);
bool accept_if_exists(struct parser *p);
bool parse_if_not_exists(struct parser *p, bool *found); /* ! in the place of NOT is an error */
bool parse_not(struct parser *p);                        /* NOT where it must stand */

bool is_namespace_word(enum token_kind kind);                                /* NAMESPACE, DATABASE, SCHEMA */
void command_duplicate(struct parser *p, uint32_t from, const char *clause); /* NULL: nothing was there twice */
void command_refuse(struct parser *p, uint32_t from, const char *message);   /* "Operation not allowed: ..." */
/* A statement of Hive's that Spark refuses by its first words; the rest is not read. */
struct u_plan *parse_native(struct parser *p, uint32_t from, const char *words);
/* Properties: all must have a value, or none. */
void check_property_values(struct parser *p, uint32_t from, const struct u_option *options, uint32_t count,
                           bool values);
enum property_owner { OF_TABLE, OF_NAMESPACE };
/* The same, and those that are reserved are refused (or taken out). */
void check_properties(struct parser *p, uint32_t from, enum property_owner owner, bool values, struct u_option *options,
                      uint32_t *count);
bool parse_default_collation(struct parser *p, const char **collation); /* DEFAULT COLLATION name */
bool parse_binding(struct parser *p, enum u_binding *binding);
bool parse_name_list(struct parser *p, uint32_t *count, struct u_name **names); /* a, b.c */
bool starts_table_constraint(const struct parser *p);
bool parse_constraint(struct parser *p, struct u_constraint *c, bool of_column);
bool parse_descriptors(struct parser *p, struct u_column *column, bool position, const char **twice);

struct row_format {
    bool found, serde;
    struct script_format text;
};
bool parse_row_format(struct parser *p, struct row_format *format);
bool parse_property_key(struct parser *p, const char **key);
bool parse_property_value(struct parser *p, const char **value);
bool parse_partition_spec(struct parser *p, struct u_partition_spec *spec); /* at PARTITION */
bool parse_assignments(struct parser *p, uint32_t *count, struct u_assignment **assignments);
bool parse_column_definitions(struct parser *p, uint32_t *count, struct u_column **columns);

struct u_plan *parse_set(struct parser *p);
struct u_plan *parse_reset(struct parser *p);
struct u_plan *parse_use(struct parser *p);
struct u_plan *parse_explain(struct parser *p);
struct u_plan *parse_show(struct parser *p);
struct u_plan *parse_describe(struct parser *p);
struct u_plan *parse_create(struct parser *p);
struct u_plan *parse_replace(struct parser *p);
struct u_plan *parse_create_table(struct parser *p, uint32_t from, struct u_command *c);
struct u_plan *parse_create_function(struct parser *p, uint32_t from, struct u_command *c);
struct u_plan *parse_drop(struct parser *p);
struct u_plan *parse_alter(struct parser *p);
struct u_plan *parse_dml(struct parser *p);         /* INSERT, FROM ... INSERT, DELETE, UPDATE, MERGE */
struct u_plan *parse_maintenance(struct parser *p); /* ANALYZE, REFRESH, REPAIR, TRUNCATE, LOAD, COMMENT, ... */
struct u_plan *parse_declare(struct parser *p);
struct u_plan *parse_execute_immediate(struct parser *p);
struct u_plan *parse_script(struct parser *p); /* at BEGIN or its label */

#endif
