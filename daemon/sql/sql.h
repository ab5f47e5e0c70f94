/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SQL language: text in, unresolved plan out. No catalog, no types but literals' own.
 *
 * The parser is a hand-written recursive descent with precedence climbing for expressions: its errors are Spark's
 * (PARSE_SYNTAX_ERROR with the offending token), it has no generated code, and nesting is bounded by
 * SQL_MAX_DEPTH, beyond which it answers FAILED_TO_PARSE_TOO_COMPLEX.
 */
#ifndef ROOST_SQL_SQL_H
#define ROOST_SQL_SQL_H

#include "sql/unresolved.h"

struct context;

/* Levels of nesting; operators in a row (1 + 1 + ...), as each is a level of the tree. */
enum { SQL_MAX_DEPTH = 1000, SQL_MAX_CHAIN = 2000 };

/* Any statement; a query is a plan, a command a U_COMMAND. text is NUL-terminated UTF-8 and copied into origins. */
struct u_plan *sql_parse_statement(struct arena *arena, const struct context *context, const char *text,
                                   struct error *err);
struct sql_markers {
    bool named, positional;
};
/* Arguments for parameter markers, and what the text belongs to ("VIEW" and its name), which origins then say. */
struct sql_parameters {
    const char *object_type, *object_name; /* or NULL */
    uint32_t count;
    const char *const *names;           /* NULL entries: positional */
    const struct vector *const *values; /* constants; NULL entries: the marker stays for the analyzer */
    bool by_position;                   /* a marker without a name takes those with names, too */
};
/* The same with arguments, and which kinds of markers are in the text. */
struct u_plan *sql_parse_bound(struct arena *arena, const struct context *context, const char *text,
                               const struct sql_parameters *parameters, struct sql_markers *markers, struct error *err);
/* F.expr(): a named expression. */
struct u_expr *sql_parse_expression(struct arena *arena, const struct context *context, const char *text,
                                    struct error *err);
/* "decimal(10, 2)", "array<int>" */
const struct type *sql_parse_type(struct arena *arena, const struct context *context, const char *text,
                                  struct error *err);
/* "a INT NOT NULL COMMENT 'x', b STRING": a struct; also accepts one type ("int" gives that type). */
const struct type *sql_parse_schema(struct arena *arena, const struct context *context, const char *text,
                                    struct error *err);
/* The same as from_json() and its kin read it: of a text that is neither, the error is that of a type. */
const struct type *sql_parse_argument_schema(struct arena *arena, const struct context *context, const char *text,
                                             struct error *err);
/* a.b.`c.d`: a column or table name as the DataFrame API takes it. */
bool sql_parse_name(struct arena *arena, const char *text, struct u_name *name, struct error *err);
/* The same as IDENTIFIER('...') reads it: a name of the language, with its errors. */
bool sql_parse_identifier(struct arena *arena, const struct context *context, const char *text, struct u_name *name,
                          struct error *err);
/* `a b`.c: quoted where needed. */
const char *sql_quote_name(struct arena *arena, const char *const *parts, uint32_t count);
/* `a b`.`c`: every part quoted, as error messages show names. */
const char *sql_quote_name_always(struct arena *arena, const char *const *parts, uint32_t count);

/* The index-th keyword, and whether enforceReservedKeywords would reserve it; NULL: there are no more. */
const char *sql_keyword_at(uint32_t index, bool *reserved);

#endif
