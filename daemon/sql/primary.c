/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Primary expressions: constants, names, parentheses, CASE, CAST, stars, lambdas, and what may follow a primary.
 *
 * Parentheses are read once, whatever they turn out to hold. What begins like ((SELECT ... may be a query in
 * parentheses, a scalar subquery in an expression, or a row; parse_parenthesis() decides when it sees what comes
 * behind the inner one, so that n parentheses cost n steps.
 */
#include <string.h>

#include "sql/parser.h"

struct u_expr *make_scalar_subquery(struct parser *p, uint32_t from, struct u_plan *query) {
    struct u_expr *e = u_expr_new(p->arena, U_SUBQUERY, parser_origin(p, from), 0);
    e->subquery.kind = U_SUBQUERY_SCALAR;
    e->subquery.plan = query;
    return e;
}

/* Whether the token can begin an operand; only tells symbols from words. */
bool starts_operand(const struct parser *p, uint32_t ahead) {
    enum token_kind kind = peek_at(p, ahead);
    if (kind > T_KEYWORDS) return true;
    if (kind >= T_IDENTIFIER && kind <= T_BIGDECIMAL) return true;
    return kind == T_LEFT_PAREN || kind == T_PLUS || kind == T_MINUS || kind == T_TILDE || kind == T_BANG ||
           kind == T_ASTERISK || kind == T_QUESTION || kind == T_COLON;
}

/* ---- parentheses ---- */

/* (a, 1 AS b, c + 1) is named_struct('a', a, 'b', 1 AS b, 'col3', c + 1). */
static struct u_expr *make_row(struct parser *p, uint32_t from, const struct expr_list *items) {
    const struct origin *origin = parser_origin(p, from);
    struct u_expr *row = u_expr_new(p->arena, U_CALL, origin, items->count * 2);
    row->call.name = (struct u_name){1, ARENA_NEW(p->arena, const char *)};
    row->call.name.parts[0] = "named_struct";
    row->call.is_operator = true;
    for (uint32_t i = 0; i < items->count; i++) {
        struct u_expr *e = items->items[i];
        const char *name = u_field_name(p->arena, e);
        if (!name) name = arena_printf(p->arena, "col%u", i + 1);
        row->children[2 * i] = literal_string(p->arena, origin, name, strlen(name));
        row->children[2 * i + 1] = e;
    }
    return row;
}

/* first[, named]* ) : a parenthesised expression, or a row. */
static struct u_expr *finish_row(struct parser *p, uint32_t from, struct u_expr *first) {
    if (peek(p) != T_COMMA && first->kind != U_ALIAS) return expect(p, T_RIGHT_PAREN) ? first : NULL;
    struct expr_list items = {0};
    LIST_PUSH(p->arena, &items, first);
    TRY_NULL(expect(p, T_COMMA));
    TRY_NULL(parse_named_expressions(p, &items));
    TRY_NULL(expect_list_end(p, items.count, false));
    return make_row(p, from, &items);
}

/* (a, b) -> at "(": only names and commas lie between. */
static bool starts_lambda(const struct parser *p) {
    if (is_identifier(p, 0) && peek_at(p, 1) == T_ARROW) return true;
    if (peek(p) != T_LEFT_PAREN || !is_identifier(p, 1) || peek_at(p, 2) != T_COMMA) return false;
    uint32_t ahead = 1;
    while (is_identifier(p, ahead) && peek_at(p, ahead + 1) == T_COMMA) ahead += 2;
    return is_identifier(p, ahead) && peek_at(p, ahead + 1) == T_RIGHT_PAREN && peek_at(p, ahead + 2) == T_ARROW;
}

/* (SELECT 'a', b): Spark reads a row whose first part is a literal of the type SELECT, which is none. */
static bool starts_literal_row(struct parser *p) {
    if (peek(p) != K_SELECT || !is_string(p, 1)) return false;
    struct mark mark = parser_mark(p);
    struct expr_list items = {0};
    bool row = parse_named_expressions(p, &items) && items.count > 1 && peek(p) == T_RIGHT_PAREN;
    parser_rewind(p, mark);
    return row;
}

bool parse_parenthesis(struct parser *p, struct query_or_expr *out) {
    uint32_t from = p->at;
    *out = (struct query_or_expr){0};
    TRY(parser_enter(p));
    TRY(expect(p, T_LEFT_PAREN));
    uint32_t inner_from = p->at;
    struct query_or_expr inner = {0};
    struct u_expr *e = NULL;
    if (starts_query(p, 0) && !starts_literal_row(p)) {
        TRY(inner.query = parse_query(p));
    } else if (peek(p) == T_LEFT_PAREN && !starts_lambda(p)) {
        TRY(parse_parenthesis(p, &inner));
        if (inner.query && continues_query(p)) TRY(inner.query = parse_query_from(p, inner_from, inner.query));
        if (inner.query && peek(p) != T_RIGHT_PAREN) {
            TRY(e = parse_expression_from(p, inner_from, make_scalar_subquery(p, inner_from, inner.query)));
            inner.query = NULL;
        } else if (inner.expr) {
            TRY(e = parse_expression_from(p, inner_from, inner.expr));
        }
        if (e) TRY(e = parse_named_from(p, inner_from, e));
    } else {
        TRY(e = parse_named_expression(p));
    }
    parser_leave(p);
    out->query = inner.query;
    if (inner.query) return expect_query_end(p);
    out->expr = finish_row(p, from, e);
    return out->expr != NULL;
}

static struct u_expr *parse_lambda(struct parser *p) {
    uint32_t from = p->at, count = 1;
    const char **variables = ARENA_NEW(p->arena, const char *);
    if (peek(p) == T_LEFT_PAREN)
        TRY_NULL(parse_identifier_list(p, &count, &variables));
    else
        TRY_NULL(variables[0] = parse_plain_identifier(p));
    TRY_NULL(expect(p, T_ARROW));
    struct u_expr *body;
    TRY_NULL(body = parse_expression(p));
    struct u_expr *e = u_expr_new(p->arena, U_LAMBDA, parser_origin(p, from), 1);
    e->children[0] = body;
    e->lambda.count = count;
    e->lambda.variables = variables;
    return e;
}

/* ---- CASE and CAST ---- */

static struct u_expr *parse_case_body(struct parser *p) {
    uint32_t from = p->at;
    struct u_expr *subject = NULL, *e;
    struct expr_list parts = {0};
    next(p);
    if (peek(p) != K_WHEN || ends_expression(peek_at(p, 1))) TRY_NULL(subject = parse_expression(p));
    do {
        TRY_NULL(expect(p, K_WHEN));
        TRY_NULL(e = parse_expression(p));
        LIST_PUSH(p->arena, &parts, e);
        TRY_NULL(expect(p, K_THEN));
        TRY_NULL(e = parse_expression(p));
        LIST_PUSH(p->arena, &parts, e);
    } while (peek(p) == K_WHEN);
    bool has_else = accept(p, K_ELSE);
    if (has_else) {
        TRY_NULL(e = parse_expression(p));
        LIST_PUSH(p->arena, &parts, e);
    }
    TRY_NULL(expect(p, K_END));
    const struct origin *origin = parser_origin(p, from);
    if (subject)
        for (uint32_t i = 0; i + 1 < parts.count; i += 2)
            parts.items[i] = make_operator(p, origin, "=", 2, subject, parts.items[i]);
    struct u_expr *call = u_call(p->arena, origin, "when", parts.count, parts.items);
    call->call.is_operator = true;
    return call;
}

/* CASE ... END; a column named case where it is none: then nothing but the word is read. */
static struct u_expr *parse_case(struct parser *p, bool *is_case) {
    struct mark mark = parser_mark(p);
    *is_case = true;
    TRY_NULL(parser_enter(p));
    struct u_expr *e = parse_case_body(p);
    parser_leave(p);
    if (e || p->reserved_words || strcmp(p->err->condition->name, "PARSE_SYNTAX_ERROR") != 0) return e;
    parser_rewind(p, mark);
    *is_case = false;
    return NULL;
}

static struct u_expr *make_cast(struct parser *p, uint32_t from, struct u_expr *value, const struct type *type,
                                enum u_cast_mode mode) {
    struct u_expr *e = u_expr_new(p->arena, U_CAST, parser_origin(p, from), 1);
    e->children[0] = value;
    e->cast.type = type;
    e->cast.mode = mode;
    return e;
}

/* CAST(x AS type) */
static struct u_expr *parse_cast(struct parser *p) {
    uint32_t from = p->at;
    enum u_cast_mode mode = peek(p) == K_TRY_CAST ? U_CAST_TRY : U_CAST_SESSION;
    p->at += 2;
    struct u_expr *value;
    const struct type *type;
    TRY_NULL(value = parse_expression(p));
    if (peek(p) == T_COMMA || peek(p) == T_RIGHT_PAREN) return parse_call_from(p, from, value);
    if (peek(p) == T_END) return parser_syntax_error_hint(p, ": missing ')'"), NULL;
    TRY_NULL(expect(p, K_AS));
    TRY_NULL(type = parse_type(p));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    return make_cast(p, from, value, type, mode);
}

/* ---- names and stars ---- */

/* [name.]* EXCEPT (a, b.c), at the asterisk. */
static struct u_expr *parse_star(struct parser *p, uint32_t from, struct u_name target) {
    TRY_NULL(expect(p, T_ASTERISK));
    LIST(struct u_name) except = {0};
    if (peek(p) == K_EXCEPT && peek_at(p, 1) == T_LEFT_PAREN && is_identifier(p, 2) && !starts_query(p, 2)) {
        p->at += 2;
        do {
            struct u_name name;
            TRY_NULL(parse_name(p, &name));
            LIST_PUSH(p->arena, &except, name);
        } while (accept(p, T_COMMA));
        TRY_NULL(expect(p, T_RIGHT_PAREN));
    }
    struct u_expr *e = u_expr_new(p->arena, U_STAR, parser_origin(p, from), 0);
    e->star.target = target;
    e->star.except_count = except.count;
    e->star.except = except.items;
    return e;
}

static struct u_expr *make_attribute(struct parser *p, uint32_t from, struct u_name name) {
    struct u_expr *e = u_expr_new(p->arena, U_ATTRIBUTE, parser_origin(p, from), 0);
    e->attribute.name = name;
    return e;
}

/* IDENTIFIER(expression): a column, or a function when arguments follow. */
/* ... or, as Spark has it, a star whose table is called like the clause itself */
static struct u_expr *parse_identifier_star(struct parser *p, uint32_t from) {
    const char **target = ARENA_NEW(p->arena, const char *);
    *target = parser_text(p, from);
    next(p);
    return parse_star(p, from, (struct u_name){1, target});
}

static struct u_expr *parse_identifier_clause(struct parser *p) {
    uint32_t from = p->at;
    struct u_expr *name, *call;
    TRY_NULL(name = parse_identifier_clause_name(p));
    if (peek(p) == T_DOT && peek_at(p, 1) == T_ASTERISK) return parse_identifier_star(p, from);
    if (peek(p) == T_LEFT_PAREN) {
        TRY_NULL(call = parse_function(p, from, NULL));
        struct u_expr *function = call->kind == U_WINDOW ? call->children[0] : call;
        struct u_expr **children = ARENA_ARRAY(p->arena, struct u_expr *, function->child_count + 1);
        children[0] = name;
        memcpy(children + 1, function->children, function->child_count * sizeof *children);
        function->kind = U_IDENTIFIER;
        function->child_count++;
        function->children = children;
        function->call.is_operator = true;
        return call;
    }
    struct u_expr *e = u_expr_new(p->arena, U_IDENTIFIER, parser_origin(p, from), 1);
    e->children[0] = name;
    return e;
}

/* t.IDENTIFIER('a') in an expression is a call of a function named identifier. */
static struct u_expr *parse_identifier_call(struct parser *p, uint32_t from, struct u_name database) {
    const struct token *t = parser_token(p, 0);
    struct u_name name = {database.count + 1, ARENA_ARRAY(p->arena, const char *, database.count + 1)};
    memcpy(name.parts, database.parts, database.count * sizeof *name.parts);
    name.parts[database.count] = arena_strndup(p->arena, p->text + t->start, strlen("identifier"));
    struct u_expr *argument;
    TRY_NULL(argument = parse_identifier_clause_name(p));
    struct u_expr *call = u_call(p->arena, parser_origin(p, from), "", 1, &argument);
    call->call.name = name;
    return call;
}

/* a, a.b, a.*, f(...), db.f(...) */
static struct u_expr *parse_name_expression(struct parser *p) {
    uint32_t from = p->at;
    LIST(const char *) parts = {0};
    bool regex = p->regex_names && peek(p) == T_BACKQUOTED;
    for (;;) {
        const char *part;
        if (parts.count && peek(p) == T_IDENTIFIER_LITERAL)
            return parse_identifier_call(p, from, (struct u_name){parts.count, parts.items});
        TRY_NULL(part = parse_plain_identifier(p));
        LIST_PUSH(p->arena, &parts, part);
        if (peek(p) != T_DOT) break;
        if (peek_at(p, 1) == T_ASTERISK) {
            next(p);
            return parse_star(p, from, (struct u_name){parts.count, parts.items});
        }
        regex = p->regex_names && peek_at(p, 1) == T_BACKQUOTED && parts.count == 1;
        next(p);
    }
    struct u_name name = {parts.count, parts.items};
    if (peek(p) == T_LEFT_PAREN) return parse_function(p, from, &name);
    if (!regex) return make_attribute(p, from, name);
    struct u_expr *e = u_expr_new(p->arena, U_REGEX, parser_origin(p, from), 0);
    e->regex.pattern = name.parts[name.count - 1];
    e->regex.qualifier = name.count > 1 ? name.parts[0] : NULL;
    return e;
}

/* ? or :name */
static struct u_expr *parse_parameter(struct parser *p) {
    uint32_t from = p->at;
    const char *name = NULL;
    int32_t point = parser_token(p, 0)->point;
    bool named = peek(p) == T_COLON;
    next(p);
    if (named) TRY_NULL(name = parse_plain_identifier(p));
    p->markers.named |= named;
    p->markers.positional |= !named;
    struct u_expr *e = u_expr_new(p->arena, U_PARAMETER, parser_origin(p, from), 0);
    e->parameter.name = name;
    e->parameter.position = (uint32_t)point;
    for (uint32_t i = 0; i < from && !named; i++) e->parameter.ordinal += p->tokens[i].kind == T_QUESTION;
    return e;
}

/* ---- behind a primary ---- */

static struct u_expr *make_extract(struct parser *p, uint32_t from, struct u_expr *value, struct u_expr *key) {
    struct u_expr *e = u_expr_new(p->arena, U_EXTRACT, parser_origin(p, from), 2);
    e->children[0] = value;
    e->children[1] = key;
    return e;
}

static struct u_expr *parse_field(struct parser *p, uint32_t from, struct u_expr *base) {
    const char *field;
    TRY_NULL(field = parse_plain_identifier(p));
    if (base->kind != U_ATTRIBUTE)
        return make_extract(p, from, base, literal_string(p->arena, parser_origin(p, from), field, strlen(field)));
    uint32_t count = base->attribute.name.count;
    struct u_name name = {count + 1, ARENA_ARRAY(p->arena, const char *, count + 1)};
    memcpy(name.parts, base->attribute.name.parts, count * sizeof *name.parts);
    name.parts[count] = field;
    return make_attribute(p, from, name);
}

/* One step of a path into a variant; the first one has no point. */
static bool parse_path_step(struct parser *p, bool first, char **path) {
    uint32_t from = p->at;
    if (accept(p, T_LEFT_BRACKET)) {
        const char *text;
        if (is_string(p, 0)) {
            TRY(text = parse_string(p));
            *path = arena_printf(p->arena, "%s['%s']", *path, text);
        } else if (peek(p) == T_INTEGER) {
            next(p);
            *path = arena_printf(p->arena, "%s%s", *path, arena_printf(p->arena, "%s]", parser_text(p, from)));
        } else {
            return parser_syntax_error(p);
        }
        return expect(p, T_RIGHT_BRACKET);
    }
    if (!first) TRY(expect(p, T_DOT));
    const char *name = parse_plain_identifier(p);
    if (!name) return false;
    *path = arena_printf(p->arena, "%s.%s", *path, name);
    return true;
}

/* v:a.b[0]['x'] becomes semi_structured_extract(v, '$.a.b[0][''x'']'). */
static struct u_expr *parse_path(struct parser *p, uint32_t from, struct u_expr *value) {
    char *path = arena_strdup(p->arena, "$");
    TRY_NULL(parse_path_step(p, true, &path));
    while (peek(p) == T_LEFT_BRACKET || (peek(p) == T_DOT && is_identifier(p, 1)))
        TRY_NULL(parse_path_step(p, false, &path));
    const struct origin *origin = parser_origin(p, from);
    return make_operator(p, origin, "semi_structured_extract", 2, value,
                         literal_string(p->arena, origin, path, strlen(path)));
}

static struct u_expr *parse_collate(struct parser *p, uint32_t from, struct u_expr *value) {
    struct u_name name;
    uint32_t name_from = p->at;
    TRY_NULL(parse_name(p, &name));
    const char *text = sql_quote_name(p->arena, name.parts, name.count);
    const struct origin *origin = parser_origin(p, name_from);
    return make_call(p, from, "collate", 2, value, literal_string(p->arena, origin, text, strlen(text)));
}

struct u_expr *parse_postfix(struct parser *p, uint32_t from, struct u_expr *e) {
    for (uint32_t length = 0;;) {
        enum token_kind kind = peek(p);
        TRY_NULL(parser_chain(p, &length));
        if (kind == T_DOT && is_identifier(p, 1)) {
            next(p);
            TRY_NULL(e = parse_field(p, from, e));
        } else if (kind == T_LEFT_BRACKET) {
            struct u_expr *key;
            next(p);
            TRY_NULL(key = parse_value(p));
            TRY_NULL(expect(p, T_RIGHT_BRACKET));
            e = make_extract(p, from, e, key);
        } else if (kind == T_DOUBLE_COLON) {
            const struct type *type;
            next(p);
            TRY_NULL(type = parse_type(p));
            e = make_cast(p, from, e, type, U_CAST_SESSION);
        } else if (kind == K_COLLATE && is_identifier(p, 1)) {
            next(p);
            TRY_NULL(e = parse_collate(p, from, e));
        } else if (kind == T_COLON) {
            next(p);
            TRY_NULL(e = parse_path(p, from, e));
        } else {
            return e;
        }
    }
}

/* ---- the primary itself ---- */

static struct u_expr *parse_constant_word(struct parser *p) {
    uint32_t from = p->at;
    enum token_kind kind = peek(p);
    next(p);
    const struct origin *origin = parser_origin(p, from);
    return kind == K_NULL ? literal_null(p->arena, origin) : literal_bool(p->arena, origin, kind == K_TRUE);
}

/* A word: what it begins depends on the next token, as every word may be a name. */
static struct u_expr *parse_word(struct parser *p) {
    enum token_kind kind = peek(p), after = peek_at(p, 1);
    struct u_expr *e;
    bool is_it;
    if (kind == K_CASE && !ends_expression(after) && after != T_DOT) {
        e = parse_case(p, &is_it);
        if (is_it) return e;
    }
    if (kind == K_NULL || kind == K_TRUE || kind == K_FALSE) {
        if (after != T_DOT && after != T_LEFT_PAREN) return parse_constant_word(p);
    }
    if (kind == K_INTERVAL && starts_interval(p)) return parse_interval_literal(p);
    if (after == T_STRING || (after == T_DOUBLE_QUOTED && !p->quoted_names)) return parse_typed_literal(p);
    if (after == T_LEFT_PAREN) {
        if ((kind == K_CAST || kind == K_TRY_CAST) && peek_at(p, 2) != T_RIGHT_PAREN) return parse_cast(p);
        if (starts_identifier_clause(p)) return parse_identifier_clause(p);
        e = parse_special_function(p, &is_it);
        if (is_it) return e;
    }
    return kind == T_IDENTIFIER_LITERAL ? parse_identifier_clause(p) : parse_name_expression(p);
}

static struct u_expr *parse_first(struct parser *p) {
    enum token_kind kind = peek(p);
    if (starts_lambda(p)) return parse_lambda(p);
    if (kind == T_LEFT_PAREN) {
        uint32_t from = p->at;
        struct query_or_expr inner;
        TRY_NULL(parse_parenthesis(p, &inner));
        return inner.query ? make_scalar_subquery(p, from, inner.query) : inner.expr;
    }
    if (is_number(p, 0) || (kind == T_MINUS && is_number(p, 1))) return parse_number(p);
    if (is_string(p, 0)) {
        uint32_t strings = 1;
        while (is_string(p, strings)) strings++;
        if (peek_at(p, strings) == T_LEFT_PAREN && peek_at(p, strings + 1) == T_RIGHT_PAREN)
            return parser_syntax_error(p), NULL;
        return parse_string_literal(p);
    }
    if (kind == T_QUESTION || (kind == T_COLON && is_identifier(p, 1))) return parse_parameter(p);
    if (kind == T_ASTERISK) return parse_star(p, p->at, (struct u_name){0});
    if (kind > T_KEYWORDS || is_identifier(p, 0)) return parse_word(p);
    return parser_syntax_error(p), NULL;
}

struct u_expr *parse_primary(struct parser *p) {
    uint32_t from = p->at;
    struct u_expr *e;
    TRY_NULL(parser_enter(p));
    TRY_NULL(e = parse_first(p));
    e = parse_postfix(p, from, e);
    parser_leave(p);
    return e;
}
