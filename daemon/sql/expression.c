/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions above primaries: OR, AND, NOT, predicates, and the operators on values by precedence climbing.
 *
 *     OR < AND < NOT < [NOT] IN, LIKE, BETWEEN, IS ... < comparisons < | < ^ < & < shifts < + - || < * / % DIV < unary
 *
 * A predicate takes a value, not another predicate, so a IS NULL IS NULL is no SQL, while a = b = c is (a = b) = c.
 * Places are those of Spark's parse tree: an operator's from its first operand to its last, a predicate's from its
 * own first word, a chain of ANDs the whole chain's. Chains become balanced trees, as in Spark, so that a thousand
 * ANDs are ten levels deep.
 */
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "sql/parser.h"

struct u_expr *make_operator(struct parser *p, const struct origin *origin, const char *name, uint32_t count, ...) {
    struct u_expr *arguments[4];
    va_list list;
    va_start(list, count);
    for (uint32_t i = 0; i < count; i++) arguments[i] = va_arg(list, struct u_expr *);
    va_end(list);
    struct u_expr *e = u_call(p->arena, origin, name, count, arguments);
    e->call.is_operator = true;
    return e;
}

struct u_expr *make_call(struct parser *p, uint32_t from, const char *name, uint32_t count, ...) {
    struct u_expr *arguments[5];
    va_list list;
    va_start(list, count);
    for (uint32_t i = 0; i < count; i++) arguments[i] = va_arg(list, struct u_expr *);
    va_end(list);
    return u_call(p->arena, parser_origin(p, from), name, count, arguments);
}

/* ---- values ---- */

struct binary {
    uint8_t precedence; /* 0: not a binary operator */
    const char *name;
};

static struct binary binary_operator(enum token_kind kind) {
    switch (kind) {
        case T_ASTERISK: return (struct binary){7, "*"};
        case T_SLASH: return (struct binary){7, "/"};
        case T_PERCENT: return (struct binary){7, "%"};
        case K_DIV: return (struct binary){7, "div"};
        case T_PLUS: return (struct binary){6, "+"};
        case T_MINUS: return (struct binary){6, "-"};
        case T_CONCAT: return (struct binary){6, "concat"};
        case T_SHIFT_LEFT: return (struct binary){5, "<<"};
        case T_SHIFT_RIGHT: return (struct binary){5, ">>"};
        case T_SHIFT_RIGHT_UNSIGNED: return (struct binary){5, ">>>"};
        case T_AMPERSAND: return (struct binary){4, "&"};
        case T_HAT: return (struct binary){3, "^"};
        case T_PIPE: return (struct binary){2, "|"};
        case T_EQ: return (struct binary){1, "="};
        case T_NSEQ: return (struct binary){1, "<=>"};
        case T_NEQ:
        case T_NEQJ: return (struct binary){1, "<>"};
        case T_LT: return (struct binary){1, "<"};
        case T_LTE: return (struct binary){1, "<="};
        case T_GT: return (struct binary){1, ">"};
        case T_GTE: return (struct binary){1, ">="};
        default: return (struct binary){0, NULL};
    }
}

/* What cannot begin an expression: a keyword before it was a name or an alias. */
bool ends_expression(enum token_kind kind) {
    return kind == T_END || kind == T_RIGHT_PAREN || kind == T_RIGHT_BRACKET || kind == T_COMMA ||
           kind == T_SEMICOLON || kind == T_OPERATOR_PIPE;
}

static struct u_expr *parse_unary(struct parser *p) {
    uint32_t from = p->at;
    enum token_kind kind = peek(p);
    if (kind == T_MINUS && is_number(p, 1)) return parse_primary(p);
    const char *name = kind == T_MINUS ? "-" : kind == T_PLUS ? "positive" : kind == T_TILDE ? "~" : NULL;
    if (!name) return parse_primary(p);
    struct u_expr *operand;
    TRY_NULL(parser_enter(p));
    next(p);
    TRY_NULL(operand = parse_unary(p));
    parser_leave(p);
    return make_operator(p, parser_origin(p, from), name, 1, operand);
}

static struct u_expr *make_binary(struct parser *p, uint32_t from, const char *name, struct u_expr *left,
                                  struct u_expr *right) {
    const struct origin *origin = parser_origin(p, from);
    if (strcmp(name, "<>") == 0)
        return make_operator(p, origin, "not", 1, make_operator(p, origin, "=", 2, left, right));
    struct u_expr *e = make_operator(p, origin, name, 2, left, right);
    if (strcmp(name, "concat") == 0) e->call.is_operator = false;
    return e;
}

/* Continues behind `left` with operators of at least this precedence. */
static struct u_expr *climb(struct parser *p, uint32_t from, struct u_expr *left, int minimum) {
    uint32_t length = 0;
    for (;;) {
        struct binary op = binary_operator(peek(p));
        if (!op.precedence || op.precedence < minimum) break;
        if (peek(p) == K_DIV && ends_expression(peek_at(p, 1))) break; /* an alias */
        next(p);
        uint32_t right_from = p->at;
        struct u_expr *right;
        TRY_NULL(right = parse_unary(p));
        TRY_NULL(right = climb(p, right_from, right, op.precedence + 1));
        left = make_binary(p, from, op.name, left, right);
        TRY_NULL(parser_chain(p, &length));
    }
    return left;
}

struct u_expr *parse_value(struct parser *p) {
    uint32_t from = p->at;
    struct u_expr *left;
    TRY_NULL(left = parse_unary(p));
    return climb(p, from, left, 1);
}

/* ---- predicates ---- */

static struct u_expr *negate(struct parser *p, bool negated, struct u_expr *e) {
    return negated ? make_operator(p, e->origin, "not", 1, e) : e;
}

static struct u_expr *parse_between(struct parser *p, uint32_t from, struct u_expr *value) {
    struct u_expr *low, *high;
    TRY_NULL(low = parse_value(p));
    TRY_NULL(expect(p, K_AND));
    TRY_NULL(high = parse_value(p));
    return make_operator(p, parser_origin(p, from), "between", 3, value, low, high);
}

static bool is_row(const struct u_expr *e) {
    return e->kind == U_CALL && e->call.is_operator && strcmp(e->call.name.parts[0], "named_struct") == 0;
}

static struct u_expr *make_in_subquery(struct parser *p, uint32_t from, struct u_expr *value, struct u_plan *query) {
    uint32_t count = is_row(value) ? value->child_count / 2 : 1;
    struct u_expr *e = u_expr_new(p->arena, U_SUBQUERY, parser_origin(p, from), count);
    e->subquery.kind = U_SUBQUERY_IN;
    e->subquery.plan = query;
    for (uint32_t i = 0; i < count; i++) e->children[i] = is_row(value) ? value->children[2 * i + 1] : value;
    return e;
}

static struct u_expr *parse_in(struct parser *p, uint32_t from, struct u_expr *value) {
    if (peek_at(p, 1) == T_RIGHT_PAREN) return parser_syntax_error(p), NULL; /* IN (): the list is at fault */
    TRY_NULL(expect(p, T_LEFT_PAREN));
    struct expr_list items = {0};
    if (starts_query(p, 0)) {
        struct u_plan *query;
        TRY_NULL(query = parse_query(p));
        TRY_NULL(expect(p, T_RIGHT_PAREN));
        return make_in_subquery(p, from, value, query);
    }
    LIST_PUSH(p->arena, &items, value);
    if (peek(p) == T_LEFT_PAREN) { /* ((SELECT 1) UNION (SELECT 2)) is a query, ((SELECT 1), 2) a list */
        uint32_t first = p->at;
        struct query_or_expr one;
        TRY_NULL(parse_parenthesis(p, &one));
        if (one.query && continues_query(p)) {
            TRY_NULL(one.query = parse_query_from(p, first, one.query));
            TRY_NULL(expect(p, T_RIGHT_PAREN));
            return make_in_subquery(p, from, value, one.query);
        }
        struct u_expr *e = one.query ? make_scalar_subquery(p, first, one.query) : one.expr;
        TRY_NULL(e = parse_expression_from(p, first, e));
        LIST_PUSH(p->arena, &items, e);
        if (accept(p, T_COMMA)) TRY_NULL(parse_expressions(p, &items));
    } else {
        TRY_NULL(parse_expressions(p, &items));
    }
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    struct u_expr *e = u_call(p->arena, parser_origin(p, from), "in", items.count, items.items);
    e->call.is_operator = true;
    return e;
}

static bool is_string_literal(const struct u_expr *e) {
    return e->kind == U_LITERAL && e->literal.value->type->kind == TYPE_STRING;
}

/* LIKE ANY | SOME | ALL (pattern, ...). Of literals alone one call; otherwise a chain of LIKEs. */
static struct u_expr *parse_like_list(struct parser *p, uint32_t from, struct u_expr *value, bool ignore_case,
                                      bool negated) {
    bool all = peek(p) == K_ALL;
    p->at += 2;
    struct expr_list patterns = {0};
    LIST_PUSH(p->arena, &patterns, value);
    if (peek(p) != T_RIGHT_PAREN) TRY_NULL(parse_expressions(p, &patterns));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    const struct origin *origin = parser_origin(p, from);
    if (patterns.count == 1)
        INVALID(p, origin, "_LEGACY_ERROR_TEMP_0064", "msg", "Expected something between '(' and ')'.");
    bool literals = true;
    for (uint32_t i = 1; i < patterns.count; i++) literals &= is_string_literal(patterns.items[i]);
    if (literals) {
        if (ignore_case)
            for (uint32_t i = 0; i < patterns.count; i++)
                patterns.items[i] = u_call(p->arena, origin, "lower", 1, &patterns.items[i]);
        const char *name = negated ? all ? "not_like_all" : "not_like_any" : all ? "like_all" : "like_any";
        struct u_expr *e = u_call(p->arena, origin, name, patterns.count, patterns.items);
        e->call.is_operator = true;
        return e;
    }
    struct u_expr *chain = NULL;
    for (uint32_t i = 1; i < patterns.count; i++) {
        struct u_expr *one =
            negate(p, negated, make_operator(p, origin, ignore_case ? "ilike" : "like", 2, value, patterns.items[i]));
        chain = chain ? make_operator(p, origin, all ? "and" : "or", 2, chain, one) : one;
    }
    return chain;
}

/* ESCAPE '/' behind a pattern; *escape stays NULL without it. */
static bool parse_escape(struct parser *p, uint32_t from, struct u_expr **escape) {
    *escape = NULL;
    if (peek(p) != K_ESCAPE || !is_string(p, 1)) return true;
    next(p);
    TRY(*escape = parse_string_literal(p));
    struct string text = *VECTOR_DATA((*escape)->literal.value, struct string);
    uint32_t characters = 0;
    for (uint32_t i = 0; i < text.size; i++) characters += (text.data[i] & 0xC0) != 0x80;
    if (characters != 1) {
        const char *shown = arena_printf(p->arena, "'%.*s'", (int)text.size, text.data);
        INVALID(p, parser_origin(p, from), "INVALID_ESC", "invalidEscape", shown);
    }
    return true;
}

static struct u_expr *parse_like(struct parser *p, uint32_t from, struct u_expr *value, bool ignore_case,
                                 bool negated) {
    enum token_kind quantifier = peek(p);
    if ((quantifier == K_ANY || quantifier == K_SOME || quantifier == K_ALL) && peek_at(p, 1) == T_LEFT_PAREN)
        return parse_like_list(p, from, value, ignore_case, negated);
    struct u_expr *pattern, *escape;
    TRY_NULL(pattern = parse_value(p));
    TRY_NULL(parse_escape(p, from, &escape));
    const char *name = ignore_case ? "ilike" : "like";
    const struct origin *origin = parser_origin(p, from);
    return negate(p, negated, make_operator(p, origin, name, escape ? 3 : 2, value, pattern, escape));
}

/* Behind IS [NOT]. */
static struct u_expr *parse_is(struct parser *p, uint32_t from, struct u_expr *value, bool negated) {
    enum token_kind kind = peek(p);
    next(p);
    if (kind == K_DISTINCT) {
        struct u_expr *right;
        TRY_NULL(expect(p, K_FROM));
        TRY_NULL(right = parse_value(p));
        return negate(p, !negated, make_operator(p, parser_origin(p, from), "<=>", 2, value, right));
    }
    const struct origin *origin = parser_origin(p, from);
    if (kind == K_NULL) return make_operator(p, origin, negated ? "isnotnull" : "isnull", 1, value);
    if (kind == K_UNKNOWN) return make_operator(p, origin, negated ? "isnotunknown" : "isunknown", 1, value);
    struct u_expr *truth = literal_bool(p->arena, origin, kind == K_TRUE);
    return negate(p, negated, make_operator(p, origin, "<=>", 2, value, truth));
}

static bool is_truth(const struct parser *p, uint32_t ahead) {
    enum token_kind kind = peek_at(p, ahead);
    return kind == K_NULL || kind == K_TRUE || kind == K_FALSE || kind == K_UNKNOWN ||
           (kind == K_DISTINCT && peek_at(p, ahead + 1) == K_FROM);
}

/* Whether the word at `ahead` begins a predicate, rather than being an alias. */
static bool starts_predicate(const struct parser *p, uint32_t ahead) {
    enum token_kind after = peek_at(p, ahead + 1);
    switch (peek_at(p, ahead)) {
        case K_IN: return after == T_LEFT_PAREN;
        case K_BETWEEN:
        case K_LIKE:
        case K_ILIKE:
        case K_RLIKE:
        case K_REGEXP: return !ends_expression(after);
        default: return false;
    }
}

/* ! in the place of NOT: was taken once, is an error of its own now. */
static bool accept_not(struct parser *p, bool *negated) {
    const struct token *t = parser_token(p, 0);
    *negated = t->kind == K_NOT || t->kind == T_BANG;
    if (!*negated) return true;
    next(p);
    if (t->kind == T_BANG && !parser_setting(p, "spark.sql.legacy.bangEqualsNot", false))
        return SYNTAX(p, t, "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT", "clause", "!");
    return true;
}

static struct u_expr *parse_predicate(struct parser *p, struct u_expr *value) {
    uint32_t from = p->at;
    bool negated;
    if (peek(p) == K_IS) {
        bool has_not = peek_at(p, 1) == K_NOT || peek_at(p, 1) == T_BANG;
        if (!is_truth(p, has_not ? 2 : 1)) return value;
        next(p);
        TRY_NULL(accept_not(p, &negated));
        return parse_is(p, from, value, negated);
    }
    bool has_not = peek(p) == K_NOT || peek(p) == T_BANG;
    if (!starts_predicate(p, has_not)) return value;
    TRY_NULL(accept_not(p, &negated));
    enum token_kind kind = peek(p);
    next(p);
    struct u_expr *e;
    if (kind == K_LIKE || kind == K_ILIKE) return parse_like(p, from, value, kind == K_ILIKE, negated);
    if (kind == K_IN) {
        TRY_NULL(e = parse_in(p, from, value));
    } else if (kind == K_BETWEEN) {
        TRY_NULL(e = parse_between(p, from, value));
    } else {
        TRY_NULL(e = parse_value(p));
        e = make_operator(p, parser_origin(p, from), "rlike", 2, value, e);
    }
    return negate(p, negated, e);
}

/* ---- truth values ---- */

/* NOT is an operator unless nothing follows it that could be its operand: then it is a name. */
static bool is_not(const struct parser *p) {
    if (peek(p) == T_BANG) return true;
    if (peek(p) != K_NOT) return false;
    enum token_kind after = peek_at(p, 1);
    return !ends_expression(after) && after != T_DOT && (after < T_EQ || after > T_SHIFT_RIGHT_UNSIGNED);
}

/* EXISTS (query); else nothing is read: a call of the function. */
static struct u_expr *parse_exists(struct parser *p, bool *is_exists) {
    uint32_t from = p->at, ahead = 2;
    while (peek_at(p, ahead) == T_LEFT_PAREN) ahead++;
    *is_exists = starts_query(p, ahead);
    if (!*is_exists) return NULL;
    struct u_plan *query;
    p->at += 2;
    TRY_NULL(query = parse_query(p));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    struct u_expr *e = u_expr_new(p->arena, U_SUBQUERY, parser_origin(p, from), 0);
    e->subquery.kind = U_SUBQUERY_EXISTS;
    e->subquery.plan = query;
    return e;
}

static struct u_expr *parse_predicated(struct parser *p) {
    uint32_t from = p->at;
    if (is_not(p)) {
        struct u_expr *operand;
        TRY_NULL(parser_enter(p));
        next(p);
        TRY_NULL(operand = parse_predicated(p));
        parser_leave(p);
        return make_operator(p, parser_origin(p, from), "not", 1, operand);
    }
    if (peek(p) == K_EXISTS && peek_at(p, 1) == T_LEFT_PAREN) {
        bool is_exists;
        struct u_expr *e = parse_exists(p, &is_exists);
        if (is_exists) return e;
    }
    struct u_expr *value;
    TRY_NULL(value = parse_value(p));
    return parse_predicate(p, value);
}

/* items[0] op items[1] op ... as a balanced tree. */
static struct u_expr *balance(struct parser *p, const struct origin *origin, const char *name, struct u_expr **items,
                              uint32_t count) {
    if (count == 1) return items[0];
    uint32_t left = (count + 1) / 2;
    return make_operator(p, origin, name, 2, balance(p, origin, name, items, left),
                         balance(p, origin, name, items + left, count - left));
}

static bool accept_logical(struct parser *p, enum token_kind kind) {
    return peek(p) == kind && !ends_expression(peek_at(p, 1)) && accept(p, kind);
}

/* first AND b AND c ... */
static struct u_expr *parse_and(struct parser *p, uint32_t from, struct u_expr *first) {
    struct expr_list items = {0};
    while (accept_logical(p, K_AND)) {
        if (!items.count) LIST_PUSH(p->arena, &items, first);
        struct u_expr *e;
        TRY_NULL(e = parse_predicated(p));
        LIST_PUSH(p->arena, &items, e);
    }
    return items.count ? balance(p, parser_origin(p, from), "and", items.items, items.count) : first;
}

static struct u_expr *parse_or(struct parser *p, uint32_t from, struct u_expr *first) {
    struct expr_list items = {0};
    while (accept_logical(p, K_OR)) {
        if (!items.count) LIST_PUSH(p->arena, &items, first);
        uint32_t right = p->at;
        struct u_expr *e;
        TRY_NULL(e = parse_predicated(p));
        TRY_NULL(e = parse_and(p, right, e));
        LIST_PUSH(p->arena, &items, e);
    }
    return items.count ? balance(p, parser_origin(p, from), "or", items.items, items.count) : first;
}

struct u_expr *parse_expression(struct parser *p) {
    uint32_t from = p->at;
    struct u_expr *e;
    TRY_NULL(e = parse_predicated(p));
    TRY_NULL(e = parse_and(p, from, e));
    return parse_or(p, from, e);
}

struct u_expr *parse_expression_from_value(struct parser *p, uint32_t from, struct u_expr *value) {
    struct u_expr *e;
    TRY_NULL(e = parse_predicate(p, value));
    TRY_NULL(e = parse_and(p, from, e));
    return parse_or(p, from, e);
}

struct u_expr *parse_expression_from(struct parser *p, uint32_t from, struct u_expr *primary) {
    struct u_expr *e;
    TRY_NULL(e = parse_postfix(p, from, primary));
    TRY_NULL(e = climb(p, from, e, 1));
    return parse_expression_from_value(p, from, e);
}

/* ---- names for expressions, lists ---- */

/*
 * Whether the word here names what was read, without AS. Any word may; one that begins a clause does so only when
 * nothing of that clause comes behind it.
 */
static bool is_alias_word(const struct parser *p) {
    enum token_kind after = peek_at(p, 1);
    if (after == K_FROM && peek(p) != K_FROM && peek(p) != K_DISTINCT && !ends_expression(peek_at(p, 2)))
        return true; /* a limit FROM t */
    switch (peek(p)) {
        case K_FROM: /* of a from from t the first one is an alias */
            if (after == K_FROM) return is_identifier(p, 2) || peek_at(p, 2) == T_LEFT_PAREN;
            return ends_expression(after);
        case K_WHERE:
        case K_HAVING:
        case K_LIMIT:
        case K_OFFSET:
        case K_UNION:
        case K_EXCEPT:
        case K_MINUS:
        case K_INTERSECT:
        case K_WINDOW:
        case K_USING:
        case K_SELECT:
        case K_TABLESAMPLE:
        case K_SET:
        case K_FOR:
        case K_MAP:
        case K_REDUCE:
        case K_WATERMARK:
        case K_UNPIVOT: return ends_expression(after);
        case K_AS: return ends_expression(after) || after == K_FROM;
        case K_GROUP:
        case K_ORDER:
        case K_SORT:
        case K_CLUSTER:
        case K_DISTRIBUTE:
        case K_PARTITION: return after != K_BY;
        case K_LATERAL: return after != K_VIEW && after != T_LEFT_PAREN;
        case K_DELAY: return after != K_OF;
        case K_PIVOT: return after != T_LEFT_PAREN;
        case K_WITH: return after != K_ROLLUP && after != K_CUBE && after != T_LEFT_PAREN;
        case K_GROUPING: return after != K_SETS;
        case K_SYSTEM_VERSION:
        case K_VERSION:
        case K_SYSTEM_TIME:
        case K_TIMESTAMP: return after != K_AS || peek_at(p, 2) != K_OF;
        case K_END:
        case K_THEN:
        case K_DO:
        case K_INTO:
        case K_UNTIL: return ends_expression(after) && !p->in_script;
        case K_INSERT: return after != K_INTO && after != K_OVERWRITE;
        case K_REPLACE: return after != K_WHERE;
        default: return true;
    }
}

bool starts_alias(const struct parser *p) {
    return is_identifier(p, 0) && is_alias_word(p);
}

bool starts_table_alias(const struct parser *p) {
    return is_strict_identifier(p, 0) && is_alias_word(p);
}

struct u_expr *parse_named_from(struct parser *p, uint32_t from, struct u_expr *expression) {
    /* AS alone is an alias itself, also before FROM t. */
    bool as = peek(p) == K_AS && !ends_expression(peek_at(p, 1)) &&
              (peek_at(p, 1) != K_FROM || ends_expression(peek_at(p, 2)));
    if (as)
        next(p);
    else if (!starts_alias(p) && !(peek(p) == T_LEFT_PAREN && is_identifier(p, 1)))
        return expression;
    uint32_t count = 1;
    const char **names = ARENA_NEW(p->arena, const char *);
    if (peek(p) == T_LEFT_PAREN)
        TRY_NULL(parse_identifier_list(p, &count, &names));
    else
        TRY_NULL(names[0] = parse_identifier(p));
    parser_place(p, from);
    struct u_expr *e = u_expr_new(p->arena, U_ALIAS, parser_origin(p, from), 1);
    e->children[0] = expression;
    e->alias.name_count = count;
    e->alias.names = names;
    return e;
}

struct u_expr *parse_named_expression(struct parser *p) {
    uint32_t from = p->at;
    struct u_expr *e;
    TRY_NULL(e = parse_expression(p));
    return parse_named_from(p, from, e);
}

struct u_expr *parse_sort_item(struct parser *p) {
    uint32_t from = p->at;
    struct u_expr *e;
    TRY_NULL(e = parse_expression(p));
    bool descending = false;
    if (accept(p, K_DESC))
        descending = true;
    else
        accept(p, K_ASC);
    enum u_nulls nulls = U_NULLS_DEFAULT;
    if (accept2(p, K_NULLS, K_FIRST))
        nulls = U_NULLS_FIRST;
    else if (accept2(p, K_NULLS, K_LAST))
        nulls = U_NULLS_LAST;
    struct u_expr *order = u_expr_new(p->arena, U_SORT_ORDER, parser_origin(p, from), 1);
    order->children[0] = e;
    order->sort.descending = descending;
    order->sort.nulls = nulls;
    return order;
}

static bool parse_list(struct parser *p, struct expr_list *list, struct u_expr *(*one)(struct parser *p)) {
    do {
        struct u_expr *e = one(p);
        if (!e) return false;
        LIST_PUSH(p->arena, list, e);
    } while (accept(p, T_COMMA));
    return true;
}

bool parse_expressions(struct parser *p, struct expr_list *list) {
    return parse_list(p, list, parse_expression);
}

bool parse_named_expressions(struct parser *p, struct expr_list *list) {
    return parse_list(p, list, parse_named_expression);
}

bool parse_sort_items(struct parser *p, struct expr_list *list) {
    return parse_list(p, list, parse_sort_item);
}
