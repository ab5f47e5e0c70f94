/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all of the parser stands on: the tokens, the errors with Spark's places, names, and the entry points that
 * read one thing to the end of its text.
 */
#include "sql/parser.h"

#include <stdlib.h>
#include <string.h>

bool parser_setting(const struct parser *p, const char *name, bool otherwise) {
    return p->context ? context_flag(p->context, name, otherwise) : otherwise;
}

static void release(void *parser) {
    parser_release(parser);
}

struct parser *parser_new(struct arena *arena, const struct context *context, const char *text, struct error *err) {
    return parser_new_bound(arena, context, text, NULL, err);
}

static void read_settings(struct parser *p) {
    bool ansi = !p->context || p->context->ansi;
    p->reserved_words = ansi && parser_setting(p, "spark.sql.ansi.enforceReservedKeywords", false);
    p->quoted_names = ansi && parser_setting(p, "spark.sql.ansi.doubleQuotedIdentifiers", false);
    p->plain_strings = parser_setting(p, "spark.sql.parser.escapedStringLiterals", false);
    p->joined_strings = parser_setting(p, "spark.sql.legacy.consecutiveStringLiterals.enabled", false);
    p->legacy_set_operations = parser_setting(p, "spark.sql.legacy.setopsPrecedence.enabled", false);
    p->exponent_is_decimal = parser_setting(p, "spark.sql.legacy.exponentLiteralAsDecimal.enabled", false);
    p->regex_names = parser_setting(p, "spark.sql.parser.quotedRegexColumnNames", false);
    p->legacy_intervals = parser_setting(p, "spark.sql.legacy.interval.enabled", false);
}

struct parser *parser_new_bound(struct arena *arena, const struct context *context, const char *text,
                                const struct sql_parameters *parameters, struct error *err) {
    size_t size = strlen(text);
    if (size >= INT32_MAX) return error_set(err, "FAILED_TO_PARSE_TOO_COMPLEX", NULL), NULL;
    struct parser *p = ARENA_NEW(arena, struct parser);
    *p = (struct parser){.arena = arena, .context = context, .err = err};
    arena_init(&p->scratch, arena->account);
    arena_defer(arena, release, p);
    p->source = p->text = arena_strndup(arena, text, size);
    if (parameters) {
        p->object_type = parameters->object_type;
        p->object_name = parameters->object_name;
    }
    read_settings(p);
    struct tokens tokens;
    lex(&p->scratch, p->text, size, &tokens);
    if (parameters && parameters->count) parser_bind(p, &tokens, parameters);
    p->tokens = tokens.items;
    p->count = tokens.count;
    if (tokens.has_identifier_word && !parser_setting(p, "spark.sql.legacy.identifierClause", false))
        parser_join_identifiers(p, tokens.items);
    if (!tokens.unclosed_comment) return p;
    error_set(err, "UNCLOSED_BRACKETED_COMMENT", NULL);
    error_at(err, parser_point(p, &p->tokens[p->count - 1]));
    parser_release(p);
    return NULL;
}

void parser_release(struct parser *p) {
    error_release(&p->invalid);
    arena_release(&p->scratch);
}

static bool extra_input(struct parser *p) {
    const struct token *t = parser_token(p, 0);
    if (t->kind == T_END) return parser_syntax_error_hint(p, ": extra input end of input");
    return parser_syntax_error_hint(p,
                                    arena_printf(p->arena, ": extra input '%.*s'", (int)t->size, p->text + t->start));
}

static bool missing_input(struct parser *p, enum token_kind kind) {
    return parser_syntax_error_hint(p, arena_printf(p->arena, ": missing '%s'", token_spelling(kind)));
}

/*
 * What Spark's parser says of a list without its end depends on how it read the list: behind a comma it waits for
 * another one, so that anything else is too much; what it may take for a name with columns, f(a, lacks the end.
 */
bool expect_list_end(struct parser *p, uint32_t count, bool is_name) {
    if (accept(p, T_RIGHT_PAREN)) return true;
    if (count > 1 || peek_at(p, 1) == T_RIGHT_PAREN) return extra_input(p);
    return is_name ? missing_input(p, T_RIGHT_PAREN) : parser_syntax_error(p);
}

bool expect_query_end(struct parser *p) {
    if (accept(p, T_RIGHT_PAREN)) return true;
    if (peek_at(p, 1) == T_RIGHT_PAREN) return extra_input(p);
    return missing_input(p, T_RIGHT_PAREN);
}

bool parser_finish(struct parser *p) {
    if (peek(p) != T_END) {
        bool behind_semicolon = p->at && p->tokens[p->at - 1].kind == T_SEMICOLON;
        enum token_kind after = peek_at(p, 1);
        if (after != T_END && after != T_SEMICOLON && !behind_semicolon) return parser_syntax_error(p);
        return extra_input(p);
    }
    if (!error_is_set(&p->invalid)) return true;
    if (p->unplaced) parser_place(p, (uint32_t)(p->unplaced - p->tokens));
    error_move(p->err, &p->invalid);
    return false;
}

/* ---- tokens ---- */

bool accept2(struct parser *p, enum token_kind a, enum token_kind b) {
    if (peek(p) != a || peek_at(p, 1) != b) return false;
    p->at += 2;
    return true;
}

bool expect(struct parser *p, enum token_kind kind) {
    if (accept(p, kind)) return true;
    if (peek_at(p, 1) == kind && (kind == T_RIGHT_PAREN || kind == K_JOIN)) return extra_input(p);
    if (is_identifier(p, 0) && (kind == K_JOIN || (peek(p) == T_IDENTIFIER && (kind == K_FROM || kind == K_TABLE))))
        return missing_input(p, kind);
    return parser_syntax_error(p);
}

bool expect2(struct parser *p, enum token_kind a, enum token_kind b) {
    return expect(p, a) && expect(p, b);
}

uint32_t behind_parentheses(const struct parser *p, uint32_t ahead) {
    uint32_t depth = 0;
    for (; peek_at(p, ahead) != T_END; ahead++) {
        if (peek_at(p, ahead) == T_LEFT_PAREN) depth++;
        if (peek_at(p, ahead) == T_RIGHT_PAREN && --depth == 0) return ahead + 1;
    }
    return ahead;
}

const char *parser_text_range(const struct parser *p, uint32_t from, uint32_t to) {
    if (to <= from) return "";
    const struct token *first = &p->tokens[from], *last = &p->tokens[to - 1];
    return arena_strndup(p->arena, p->text + first->start, last->start + last->size - first->start);
}

const char *parser_text(const struct parser *p, uint32_t from) {
    return parser_text_range(p, from, p->at);
}

struct mark parser_mark(const struct parser *p) {
    return (struct mark){.at = p->at, .depth = p->depth, .invalid = error_is_set(&p->invalid)};
}

void parser_rewind(struct parser *p, struct mark mark) {
    p->at = mark.at;
    p->depth = mark.depth;
    error_reset(p->err);
    if (!mark.invalid) error_reset(&p->invalid);
}

bool parser_enter(struct parser *p) {
    if (++p->depth <= SQL_MAX_DEPTH) return true;
    return error_set(p->err, "FAILED_TO_PARSE_TOO_COMPLEX", NULL);
}

bool parser_chain(struct parser *p, uint32_t *length) {
    if (++*length <= SQL_MAX_CHAIN) return true;
    return error_set(p->err, "FAILED_TO_PARSE_TOO_COMPLEX", NULL);
}

/* ---- errors ---- */

const struct origin *parser_point(struct parser *p, const struct token *token) {
    struct origin *o = ARENA_NEW(p->arena, struct origin);
    *o = (struct origin){.sql = p->source, .start = -1, .stop = -1, .line = token->line, .position = token->column};
    return o;
}

const struct origin *parser_origin(struct parser *p, uint32_t from) {
    const struct token *first = &p->tokens[from], *last = &p->tokens[p->at > from ? p->at - 1 : from];
    struct origin *o = arena_bytes(p->arena, sizeof *o);
    *o = (struct origin){.sql = p->source,
                         .start = first->point,
                         .stop = last->point + last->points - 1,
                         .line = first->line,
                         .position = first->column,
                         .object_type = p->object_type,
                         .object_name = p->object_name};
    return o;
}

bool parser_syntax_error_hint(struct parser *p, const char *hint) {
    const struct token *t = parser_token(p, 0);
    bool blank = p->text[strspn(p->text, " \t\r\n\f\v")] == '\0';
    if (blank) return SYNTAX(p, t, "PARSE_EMPTY_STATEMENT");
    if (t->kind == T_END) return SYNTAX(p, t, "PARSE_SYNTAX_ERROR", "error", "end of input", "hint", hint);
    const char *text = arena_printf(p->arena, "'%.*s'", (int)t->size, p->text + t->start);
    return SYNTAX(p, t, "PARSE_SYNTAX_ERROR", "error", text, "hint", hint);
}

bool parser_syntax_error(struct parser *p) {
    return parser_syntax_error_hint(p, "");
}

/* ---- names ---- */

static bool is_name(const struct parser *p, uint32_t ahead, int refused) {
    enum token_kind kind = peek_at(p, ahead);
    if (kind == T_IDENTIFIER || kind == T_BACKQUOTED || kind == T_IDENTIFIER_LITERAL) return true;
    if (kind == T_DOUBLE_QUOTED) return p->quoted_names;
    return kind > T_KEYWORDS && !(keyword_flags(kind) & refused);
}

bool is_identifier(const struct parser *p, uint32_t ahead) {
    return is_name(p, ahead, p->reserved_words ? KEYWORD_RESERVED : 0);
}

bool is_strict_identifier(const struct parser *p, uint32_t ahead) {
    return is_name(p, ahead, p->reserved_words ? KEYWORD_RESERVED : KEYWORD_STRICT);
}

static bool is_ascii_word(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
    }
    return true;
}

/* The name that a token stands for; without quotes and doubled quotes. */
static const char *token_name(const struct parser *p, const struct token *t) {
    const char *text = p->text + t->start;
    if (t->kind != T_BACKQUOTED && t->kind != T_DOUBLE_QUOTED) return arena_strndup(p->arena, text, t->size);
    char quote = text[0];
    char *name = arena_bytes(p->arena, t->size), *out = name;
    for (const char *s = text + 1; s < text + t->size - 1; s++) {
        if (s[0] == quote && s[1] == quote) s++;
        *out++ = *s;
    }
    *out = '\0';
    return name;
}

static bool invalid_identifier(struct parser *p, const struct token *at, const char *name) {
    return SYNTAX(p, at, "INVALID_IDENTIFIER", "ident", name);
}

const char *parse_plain_identifier(struct parser *p) {
    if (!is_identifier(p, 0)) {
        parser_syntax_error(p);
        return NULL;
    }
    const struct token *t = parser_token(p, 0);
    const char *name;
    TRY_NULL(name = t->kind == T_IDENTIFIER_LITERAL ? identifier_literal_part(p, t) : token_name(p, t));
    next(p);
    if (t->kind == T_IDENTIFIER && !is_ascii_word(name, t->size)) {
        invalid_identifier(p, t, name);
        return NULL;
    }
    return name;
}

const char *parse_strict_identifier(struct parser *p) {
    if (is_strict_identifier(p, 0)) return parse_plain_identifier(p);
    parser_syntax_error(p);
    return NULL;
}

const char *parse_identifier(struct parser *p) {
    uint32_t from = p->at;
    const char *name;
    TRY_NULL(name = parse_plain_identifier(p));
    if (peek(p) != T_MINUS || !is_identifier(p, 1)) return name;
    const struct token *minus = parser_token(p, 0);
    while (peek(p) == T_MINUS && is_identifier(p, 1)) p->at += 2;
    invalid_identifier(p, minus, parser_text(p, from));
    return NULL;
}

bool starts_identifier_clause(const struct parser *p) {
    return peek(p) == T_IDENTIFIER_LITERAL || (peek(p) == K_IDENTIFIER && peek_at(p, 1) == T_LEFT_PAREN);
}

struct u_expr *parse_identifier_clause_name(struct parser *p) {
    if (peek(p) == T_IDENTIFIER_LITERAL) {
        uint32_t from = p->at;
        const char *text = identifier_literal_text(p, parser_token(p, 0));
        TRY_NULL(text);
        next(p);
        return literal_string(p->arena, parser_origin(p, from), text, strlen(text));
    }
    p->at += 2;
    struct u_expr *name;
    TRY_NULL(name = parse_expression(p));
    return expect(p, T_RIGHT_PAREN) ? name : NULL;
}

typedef LIST(const char *) name_list;

static bool parse_parts(struct parser *p, struct u_name *name, const char *(*part)(struct parser *p)) {
    name_list parts = {0};
    do {
        struct u_name spelled;
        if (peek(p) == T_IDENTIFIER_LITERAL) {
            TRY(identifier_literal_name(p, parser_token(p, 0), &spelled));
            next(p);
            for (uint32_t i = 0; i < spelled.count; i++) LIST_PUSH(p->arena, &parts, spelled.parts[i]);
            continue;
        }
        const char *one = part(p);
        if (!one) return false;
        LIST_PUSH(p->arena, &parts, one);
    } while (accept(p, T_DOT));
    *name = (struct u_name){.count = parts.count, .parts = parts.items};
    return true;
}

bool parse_name(struct parser *p, struct u_name *name) {
    return parse_parts(p, name, parse_identifier);
}

bool parse_qualified_name(struct parser *p, struct u_name *name) {
    return parse_parts(p, name, parse_plain_identifier);
}

bool parse_reference(struct parser *p, struct u_name *name, struct u_expr **identifier) {
    *identifier = NULL;
    *name = (struct u_name){0};
    if (!starts_identifier_clause(p) || (peek(p) == T_IDENTIFIER_LITERAL && peek_at(p, 1) == T_DOT))
        return parse_name(p, name);
    struct mark mark = parser_mark(p);
    TRY(*identifier = parse_identifier_clause_name(p));
    if (peek(p) != T_DOT) return true;
    parser_rewind(p, mark);
    return parser_syntax_error(p);
}

bool parse_identifiers(struct parser *p, uint32_t *count, const char ***names) {
    uint32_t from = p->at;
    name_list list = {0};
    do {
        const char *name = parse_identifier(p);
        if (!name) return false;
        LIST_PUSH(p->arena, &list, name);
    } while (accept(p, T_COMMA));
    parser_place(p, from);
    *count = list.count;
    *names = list.items;
    return true;
}

bool parse_identifier_list(struct parser *p, uint32_t *count, const char ***names) {
    return expect(p, T_LEFT_PAREN) && parse_identifiers(p, count, names) && expect(p, T_RIGHT_PAREN);
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *find_duplicate(struct parser *p, const char *const *names, uint32_t count) {
    const char **sorted = arena_copy(p->arena, names, count * sizeof *names);
    qsort(sorted, count, sizeof *sorted, compare_names);
    for (uint32_t i = 1; i < count; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0) return sorted[i];
    return NULL;
}

/* ---- entry points ---- */

/* Reads the whole of a text as one thing. */
#define PARSE_WHOLE(type, what)                                                                                        \
    struct parser *p = parser_new(arena, context, text, err);                                                          \
    if (!p) return NULL;                                                                                               \
    type result = what(p);                                                                                             \
    if (result && !parser_finish(p)) result = NULL;                                                                    \
    parser_release(p);                                                                                                 \
    return result

struct u_plan *sql_parse_statement(struct arena *arena, const struct context *context, const char *text,
                                   struct error *err) {
    text = sql_substitute(arena, context, text);
    PARSE_WHOLE(struct u_plan *, parse_whole_statement);
}

struct u_plan *sql_parse_bound(struct arena *arena, const struct context *context, const char *text,
                               const struct sql_parameters *parameters, struct sql_markers *markers,
                               struct error *err) {
    text = sql_substitute(arena, context, text);
    struct parser *p = parser_new_bound(arena, context, text, parameters, err);
    TRY_NULL(p);
    struct u_plan *plan = parse_whole_statement(p);
    if (plan && !parser_finish(p)) plan = NULL;
    *markers = p->markers;
    parser_release(p);
    return plan;
}

bool sql_parse_identifier(struct arena *arena, const struct context *context, const char *text, struct u_name *name,
                          struct error *err) {
    struct parser *p = parser_new(arena, context, text, err);
    TRY(p);
    bool good = peek(p) == T_END ? error_set(err, "PARSE_EMPTY_STATEMENT", NULL) : parse_name(p, name);
    good = good && parser_finish(p);
    parser_release(p);
    return good;
}

struct u_expr *sql_parse_expression(struct arena *arena, const struct context *context, const char *text,
                                    struct error *err) {
    PARSE_WHOLE(struct u_expr *, parse_named_expression);
}

static const struct type *parse_one_type(struct arena *arena, const struct context *context, const char *text,
                                         struct error *err) {
    PARSE_WHOLE(const struct type *, parse_type);
}

const struct type *sql_parse_type(struct arena *arena, const struct context *context, const char *text,
                                  struct error *err) {
    const struct type *type = parse_one_type(arena, context, text, err);
    if (!type) err->origin.start = err->origin.stop = -1; /* of a type alone Spark names the place, no fragment */
    return type;
}

static const struct type *parse_schema(struct arena *arena, const struct context *context, const char *text,
                                       struct error *err) {
    PARSE_WHOLE(const struct type *, parse_columns);
}

typedef const struct type *parse_text(struct arena *arena, const struct context *context, const char *text,
                                      struct error *err);

/* Where the text is neither, the first error stands. */
static const struct type *parse_either(parse_text *first, parse_text *second, struct arena *arena,
                                       const struct context *context, const char *text, struct error *err) {
    const struct type *type = first(arena, context, text, err);
    if (type) return type;
    struct error ignored = ERROR_INIT;
    type = second(arena, context, text, &ignored);
    if (type) error_reset(err);
    error_release(&ignored);
    return type;
}

const struct type *sql_parse_schema(struct arena *arena, const struct context *context, const char *text,
                                    struct error *err) {
    return parse_either(parse_schema, sql_parse_type, arena, context, text, err);
}

const struct type *sql_parse_argument_schema(struct arena *arena, const struct context *context, const char *text,
                                             struct error *err) {
    const struct type *type = parse_either(sql_parse_type, parse_schema, arena, context, text, err);
    if (!type) error_set_kind(err, ERROR_ANALYSIS);
    return type;
}
