/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls: f(DISTINCT a, n => b) WITHIN GROUP (...) FILTER (...) IGNORE NULLS OVER (...), and the functions that SQL gives
 * words of their own, such as SUBSTRING(s FROM 2 FOR 3).
 *
 * The latter begin like plain calls, and their names may be those of plain functions. So their first argument is read
 * as a value, and where the special word does not follow, it becomes the first argument of a plain call: nothing is read
 * twice.
 */
#include <string.h>
#include <strings.h>

#include "sql/parser.h"

struct u_expr *parse_argument(struct parser *p) {
    uint32_t from = p->at;
    if (!is_identifier(p, 0) || peek_at(p, 1) != T_FAT_ARROW) return parse_expression(p);
    const char **names = ARENA_NEW(p->arena, const char *);
    struct u_expr *value;
    TRY_NULL(names[0] = parse_plain_identifier(p));
    next(p);
    if (!parse_table_argument(p, &value)) return NULL;
    if (!value) TRY_NULL(value = parse_expression(p));
    struct u_expr *e = u_expr_new(p->arena, U_NAMED_ARGUMENT, parser_origin(p, from), 1);
    e->alias.name_count = 1;
    e->alias.names = names;
    e->children[0] = value;
    return e;
}

static bool parse_order_list(struct parser *p, uint32_t *count, struct u_expr ***order) {
    struct expr_list items = {0};
    TRY(parse_sort_items(p, &items));
    *count = items.count;
    *order = items.items;
    return true;
}

/* What may follow the closing parenthesis, but OVER. */
static bool parse_call_clauses(struct parser *p, struct u_expr *e) {
    if (peek(p) == K_WITHIN && peek_at(p, 1) == K_GROUP) {
        p->at += 2;
        TRY(expect(p, T_LEFT_PAREN));
        TRY(expect2(p, K_ORDER, K_BY));
        TRY(parse_order_list(p, &e->call.order_count, &e->call.order));
        TRY(expect(p, T_RIGHT_PAREN));
    }
    if (peek(p) == K_FILTER && peek_at(p, 1) == T_LEFT_PAREN) {
        p->at += 2;
        TRY(expect(p, K_WHERE));
        TRY(e->call.filter = parse_expression(p));
        TRY(expect(p, T_RIGHT_PAREN));
    }
    if (peek_at(p, 1) == K_NULLS && (peek(p) == K_IGNORE || peek(p) == K_RESPECT)) {
        e->call.ignore_nulls = peek(p) == K_IGNORE;
        e->call.respect_nulls = peek(p) == K_RESPECT;
        p->at += 2;
    }
    return true;
}

static bool starts_over(const struct parser *p) {
    if (peek(p) != K_OVER) return false;
    switch (peek_at(p, 1)) {
        case T_LEFT_PAREN: return true;
        case K_FROM:
        case K_WHERE:
        case K_GROUP:
        case K_ORDER:
        case K_HAVING:
        case K_LIMIT:
        case K_UNION: return false;
        default: return is_identifier(p, 1);
    }
}

/* count(*) is count(1). */
static void count_rows(struct parser *p, struct u_expr *e) {
    const struct u_name *name = &e->call.name;
    if (e->call.distinct || e->child_count != 1 || name->count != 1 || strcasecmp(name->parts[0], "count") != 0) return;
    const struct u_expr *star = e->children[0];
    if (star->kind == U_STAR && !star->star.target.count && !star->star.except_count)
        e->children[0] = literal_int(p->arena, star->origin, 1);
}

/* Behind the arguments, at ")". */
static struct u_expr *finish_call(struct parser *p, uint32_t from, const struct u_name *name, bool distinct,
                                  const struct expr_list *arguments) {
    bool is_name = arguments->count && arguments->items[0]->kind == U_ATTRIBUTE;
    TRY_NULL(expect_list_end(p, arguments->count, is_name));
    struct u_expr *e = u_expr_new(p->arena, U_CALL, NULL, arguments->count);
    if (arguments->count) memcpy(e->children, arguments->items, arguments->count * sizeof *e->children);
    if (name) e->call.name = *name;
    e->call.distinct = distinct;
    count_rows(p, e);
    TRY_NULL(parse_call_clauses(p, e));
    if (!starts_over(p)) {
        e->origin = parser_origin(p, from);
        return e;
    }
    next(p);
    struct u_window_spec *spec;
    TRY_NULL(spec = parse_window_spec(p));
    e->origin = parser_origin(p, from);
    struct u_expr *window = u_expr_new(p->arena, U_WINDOW, e->origin, 1);
    window->children[0] = e;
    window->window = spec;
    return window;
}

static bool parse_arguments(struct parser *p, struct expr_list *list) {
    do {
        struct u_expr *e;
        TRY(e = parse_argument(p));
        LIST_PUSH(p->arena, list, e);
    } while (accept(p, T_COMMA));
    return true;
}

struct u_expr *parse_function(struct parser *p, uint32_t from, const struct u_name *name) {
    struct expr_list arguments = {0};
    bool distinct = false;
    TRY_NULL(expect(p, T_LEFT_PAREN));
    if ((peek(p) == K_DISTINCT || peek(p) == K_ALL) && starts_operand(p, 1)) {
        distinct = peek(p) == K_DISTINCT;
        next(p);
    }
    if (peek(p) != T_RIGHT_PAREN || distinct) TRY_NULL(parse_arguments(p, &arguments));
    return finish_call(p, from, name, distinct, &arguments);
}

/* A plain call of the keyword at `from`, whose first argument is read. */
struct u_expr *parse_call_from(struct parser *p, uint32_t from, struct u_expr *first) {
    const struct token *t = &p->tokens[from];
    struct u_name name = {1, ARENA_NEW(p->arena, const char *)};
    name.parts[0] = arena_strndup(p->arena, p->text + t->start, t->size);
    struct expr_list arguments = {0};
    LIST_PUSH(p->arena, &arguments, first);
    if (accept(p, T_COMMA)) TRY_NULL(parse_arguments(p, &arguments));
    return finish_call(p, from, &name, false, &arguments);
}

/* The value read turned out to be the beginning of a plain argument. */
static struct u_expr *parse_plain_call(struct parser *p, uint32_t from, struct u_expr *value) {
    TRY_NULL(value = parse_expression_from_value(p, from + 2, value));
    return parse_call_from(p, from, value);
}

static struct u_expr *make_text(struct parser *p, const struct token *t) {
    return literal_string(p->arena, parser_point(p, t), p->text + t->start, t->size);
}

/* EXTRACT(field FROM source), at the field. */
static struct u_expr *parse_extract_from(struct parser *p, uint32_t from) {
    struct u_expr *field = make_text(p, parser_token(p, 0)), *source;
    if (peek(p) == T_BACKQUOTED) {
        const char *name;
        TRY_NULL(name = parse_plain_identifier(p));
        field = literal_string(p->arena, field->origin, name, strlen(name));
    } else {
        next(p);
    }
    TRY_NULL(expect(p, K_FROM));
    TRY_NULL(source = parse_value(p));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    return make_call(p, from, "extract", 2, field, source);
}

/* SUBSTRING(s FROM n FOR m) */
static struct u_expr *parse_substring(struct parser *p, uint32_t from) {
    struct u_expr *value, *start, *length = NULL;
    TRY_NULL(value = parse_value(p));
    if (!accept(p, K_FROM)) return parse_plain_call(p, from, value);
    TRY_NULL(start = parse_value(p));
    if (accept(p, K_FOR) || accept(p, T_COMMA)) TRY_NULL(length = parse_value(p));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    return make_call(p, from, "substring", length ? 3 : 2, value, start, length);
}

/* TRIM([BOTH | LEADING | TRAILING] [characters] FROM source) */
static struct u_expr *parse_trim(struct parser *p, uint32_t from) {
    enum token_kind side = peek(p);
    bool sided = (side == K_BOTH || side == K_LEADING || side == K_TRAILING) && starts_operand(p, 1);
    const char *name = "trim";
    struct u_expr *characters = NULL, *source;
    if (sided) {
        name = side == K_LEADING ? "ltrim" : side == K_TRAILING ? "rtrim" : "trim";
        next(p);
    }
    if (peek(p) != K_FROM || !starts_operand(p, 1)) TRY_NULL(characters = parse_value(p));
    if (!sided && characters && peek(p) != K_FROM) return parse_plain_call(p, from, characters);
    TRY_NULL(expect(p, K_FROM));
    TRY_NULL(source = parse_value(p));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    if (characters) return make_call(p, from, name, 2, characters, source);
    return make_call(p, from, name, 1, source);
}

/* OVERLAY(input PLACING text FROM position [FOR length]) */
static struct u_expr *parse_overlay(struct parser *p, uint32_t from) {
    struct u_expr *input, *text, *position, *length = NULL;
    TRY_NULL(input = parse_value(p));
    if (!accept(p, K_PLACING)) return parse_plain_call(p, from, input);
    TRY_NULL(text = parse_value(p));
    TRY_NULL(expect(p, K_FROM));
    TRY_NULL(position = parse_value(p));
    if (accept(p, K_FOR)) TRY_NULL(length = parse_value(p));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    return make_call(p, from, "overlay", length ? 4 : 3, input, text, position, length);
}

/* POSITION(part IN text) */
static struct u_expr *parse_position(struct parser *p, uint32_t from) {
    struct u_expr *part, *text;
    TRY_NULL(part = parse_value(p));
    if (!accept(p, K_IN)) return parse_plain_call(p, from, part);
    TRY_NULL(text = parse_value(p));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    return make_call(p, from, "locate", 2, part, text);
}

/* FIRST(x IGNORE NULLS), LAST, ANY_VALUE */
static struct u_expr *parse_first_value(struct parser *p, uint32_t from) {
    struct u_expr *value;
    TRY_NULL(value = parse_expression(p));
    if (!accept2(p, K_IGNORE, K_NULLS)) return parse_call_from(p, from, value);
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    const struct token *t = &p->tokens[from];
    struct u_expr *e = make_call(p, from, arena_strndup(p->arena, p->text + t->start, t->size), 1, value);
    e->call.ignore_nulls = true;
    return e;
}

/* STRUCT(a AS x, b) */
static struct u_expr *parse_struct(struct parser *p, uint32_t from) {
    struct expr_list arguments = {0};
    if (peek(p) != T_RIGHT_PAREN) TRY_NULL(parse_named_expressions(p, &arguments));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    return u_call(p->arena, parser_origin(p, from), "struct", arguments.count, arguments.items);
}

static bool is_datetime_unit(enum token_kind kind) {
    switch (kind) {
        case K_YEAR:
        case K_QUARTER:
        case K_MONTH:
        case K_WEEK:
        case K_DAY:
        case K_DAYOFYEAR:
        case K_HOUR:
        case K_MINUTE:
        case K_SECOND:
        case K_MILLISECOND:
        case K_MICROSECOND: return true;
        default: return false;
    }
}

/*
 * TIMESTAMPADD(unit, n, t) and its kin. With two arguments they are plain functions of dates, whose first one may be
 * a column named like a unit.
 */
static struct u_expr *parse_timestamp_function(struct parser *p, uint32_t from) {
    static const char *const names[] = {"timestampadd", "timestampdiff"};
    enum token_kind function = p->tokens[from].kind;
    bool which =
        function == K_TIMEDIFF || function == K_TIMESTAMPDIFF || function == K_DATEDIFF || function == K_DATE_DIFF;
    const struct token *unit = parser_token(p, 0);
    struct expr_list arguments = {0};
    TRY_NULL(parse_arguments(p, &arguments));
    const struct token *keyword = &p->tokens[from];
    struct u_name name = {1, ARENA_NEW(p->arena, const char *)};
    name.parts[0] = arena_strndup(p->arena, p->text + keyword->start, keyword->size);
    if (arguments.count != 3) return finish_call(p, from, &name, false, &arguments);
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    if (unit->kind == T_STRING || unit->kind == T_DOUBLE_QUOTED) {
        const char *function_name = arena_printf(p->arena, "`%s`", name.parts[0]);
        const char *invalid = arena_strndup(p->arena, p->text + unit->start, unit->size);
        INVALID(p, parser_origin(p, from), "INVALID_PARAMETER_VALUE.DATETIME_UNIT", "functionName", function_name,
                "parameter", "`unit`", "invalidValue", invalid);
    } else {
        arguments.items[0] = make_text(p, unit);
    }
    struct u_expr *call =
        make_call(p, from, names[which], 3, arguments.items[0], arguments.items[1], arguments.items[2]);
    call->call.is_operator = true; /* the name alone finds no function */
    return call;
}

struct u_expr *parse_special_function(struct parser *p, bool *is_special) {
    uint32_t from = p->at;
    enum token_kind kind = peek(p), first = peek_at(p, 2);
    *is_special = false;
    bool plain = first == T_RIGHT_PAREN || first == T_ASTERISK || peek_at(p, 3) == T_FAT_ARROW ||
                 peek_at(p, 3) == T_ARROW || first == K_NOT || first == T_BANG || first == K_EXISTS;
    struct u_expr *(*parse)(struct parser * p, uint32_t from) = NULL;
    switch (kind) {
        case K_STRUCT:
            parse = parse_struct;
            plain = false;
            break;
        case K_EXTRACT:
            if (is_identifier(p, 2) && first != T_IDENTIFIER_LITERAL && peek_at(p, 3) == K_FROM && starts_operand(p, 4))
                parse = parse_extract_from;
            break;
        case K_SUBSTR:
        case K_SUBSTRING: parse = parse_substring; break;
        case K_TRIM: parse = parse_trim; break;
        case K_OVERLAY: parse = parse_overlay; break;
        case K_POSITION: parse = parse_position; break;
        case K_FIRST:
        case K_LAST:
        case K_ANY_VALUE: parse = first == K_DISTINCT || first == K_ALL ? NULL : parse_first_value; break;
        case K_TIMESTAMPADD:
        case K_DATEADD:
        case K_DATE_ADD:
        case K_TIMESTAMPDIFF:
        case K_DATEDIFF:
        case K_DATE_DIFF:
        case K_TIMEDIFF:
            if ((is_datetime_unit(first) || is_string(p, 2)) && peek_at(p, 3) == T_COMMA)
                parse = parse_timestamp_function;
            break;
        default: break;
    }
    if (!parse || plain) return NULL;
    *is_special = true;
    p->at += 2;
    return parse(p, from);
}
