/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scripts: BEGIN ... END with declarations, handlers, branches and loops.
 *
 * A body is a list of statements, each with its semicolon. Words that end one (END, ELSE, UNTIL ...) are no aliases
 * inside a script (parser.in_script).
 */
#include <strings.h>

#include "sql/parser.h"

static struct u_script *parse_one(struct parser *p);

static struct u_script *script_new(struct parser *p, enum u_script_kind kind) {
    struct u_script *s = ARENA_NEW(p->arena, struct u_script);
    s->kind = kind;
    return s;
}

typedef LIST(struct u_script *) script_list;
typedef LIST(struct u_expr *) condition_list;

static bool ends_body(const struct parser *p) {
    switch (peek(p)) {
        case K_END:
        case K_ELSE:
        case K_ELSEIF:
        case K_WHEN:
        case K_UNTIL:
        case T_END: return true;
        default: return false;
    }
}

static struct u_script *parse_body(struct parser *p, bool may_be_empty) {
    uint32_t from = p->at;
    script_list list = {0};
    struct u_script *body = script_new(p, U_BLOCK);
    while (!ends_body(p)) {
        struct u_script *s;
        TRY_NULL(s = parse_one(p));
        TRY_NULL(expect(p, T_SEMICOLON));
        LIST_PUSH(p->arena, &list, s);
    }
    if (!list.count && !may_be_empty) return parser_syntax_error(p), NULL;
    body->statements = list.items;
    body->statement_count = list.count;
    body->origin = parser_origin(p, from);
    return body;
}

/* The label behind END must be the one before BEGIN. */
static bool parse_end_label(struct parser *p, uint32_t from, const char *label) {
    if (!is_strict_identifier(p, 0)) return true;
    const char *end;
    TRY(end = parse_strict_identifier(p));
    if (!label)
        INVALID(p, parser_origin(p, from), "END_LABEL_WITHOUT_BEGIN_LABEL", "endLabel",
                sql_quote_name_always(p->arena, &end, 1));
    else if (strcasecmp(label, end) != 0)
        INVALID(p, parser_origin(p, from), "LABELS_MISMATCH", "beginLabel", sql_quote_name_always(p->arena, &label, 1),
                "endLabel", sql_quote_name_always(p->arena, &end, 1));
    return true;
}

static void add_body(struct parser *p, struct u_script *s, struct u_script *body) {
    struct u_script **bodies = ARENA_ARRAY(p->arena, struct u_script *, s->body_count + 1);
    if (s->body_count) memcpy(bodies, s->bodies, s->body_count * sizeof *bodies);
    bodies[s->body_count++] = body;
    s->bodies = bodies;
}

static void set_conditions(struct u_script *s, const condition_list *list) {
    s->condition_count = list->count;
    s->conditions = list->items;
}

/* BEGIN [NOT ATOMIC] ... END [label] */
static struct u_script *parse_block(struct parser *p, uint32_t from, const char *label) {
    struct u_script *block;
    TRY_NULL(expect(p, K_BEGIN));
    accept2(p, K_NOT, K_ATOMIC);
    TRY_NULL(block = parse_body(p, true));
    TRY_NULL(expect(p, K_END));
    TRY_NULL(parse_end_label(p, from, label));
    block->label = label;
    block->origin = parser_origin(p, from);
    return block;
}

static struct u_script *parse_if(struct parser *p, uint32_t from) {
    struct u_script *s = script_new(p, U_IF), *body;
    condition_list conditions = {0};
    do {
        struct u_expr *condition;
        next(p);
        TRY_NULL(condition = parse_expression(p));
        LIST_PUSH(p->arena, &conditions, condition);
        TRY_NULL(expect(p, K_THEN));
        TRY_NULL(body = parse_body(p, false));
        add_body(p, s, body);
    } while (peek(p) == K_ELSEIF);
    if (accept(p, K_ELSE)) {
        TRY_NULL(body = parse_body(p, false));
        add_body(p, s, body);
    }
    TRY_NULL(expect2(p, K_END, K_IF));
    set_conditions(s, &conditions);
    s->origin = parser_origin(p, from);
    return s;
}

static struct u_script *parse_case(struct parser *p, uint32_t from) {
    struct u_script *s = script_new(p, U_CASE), *body;
    condition_list conditions = {0};
    next(p);
    if (peek(p) != K_WHEN) TRY_NULL(s->subject = parse_expression(p));
    do {
        struct u_expr *condition;
        TRY_NULL(expect(p, K_WHEN));
        TRY_NULL(condition = parse_expression(p));
        LIST_PUSH(p->arena, &conditions, condition);
        TRY_NULL(expect(p, K_THEN));
        TRY_NULL(body = parse_body(p, false));
        add_body(p, s, body);
    } while (peek(p) == K_WHEN);
    if (accept(p, K_ELSE)) {
        TRY_NULL(body = parse_body(p, false));
        add_body(p, s, body);
    }
    TRY_NULL(expect2(p, K_END, K_CASE));
    set_conditions(s, &conditions);
    s->origin = parser_origin(p, from);
    return s;
}

/* WHILE, REPEAT, LOOP, FOR, whose label is read. */
static struct u_script *parse_loop(struct parser *p, uint32_t from, const char *label) {
    enum token_kind kind = peek(p);
    struct u_script *s = script_new(p, kind == K_WHILE    ? U_WHILE
                                       : kind == K_REPEAT ? U_REPEAT
                                       : kind == K_LOOP   ? U_LOOP
                                                          : U_FOR);
    struct u_script *body;
    condition_list conditions = {0};
    struct u_expr *condition;
    next(p);
    if (kind == K_WHILE) {
        TRY_NULL(condition = parse_expression(p));
        LIST_PUSH(p->arena, &conditions, condition);
        TRY_NULL(expect(p, K_DO));
    } else if (kind == K_FOR) {
        if (is_strict_identifier(p, 0) && peek_at(p, 1) == K_AS) {
            TRY_NULL(s->variable = parse_strict_identifier(p));
            next(p);
        }
        TRY_NULL(s->plan = parse_query(p));
        TRY_NULL(expect(p, K_DO));
    }
    TRY_NULL(body = parse_body(p, false));
    add_body(p, s, body);
    if (kind == K_REPEAT) {
        TRY_NULL(expect(p, K_UNTIL));
        TRY_NULL(condition = parse_expression(p));
        LIST_PUSH(p->arena, &conditions, condition);
    }
    TRY_NULL(expect2(p, K_END, kind));
    TRY_NULL(parse_end_label(p, from, label));
    set_conditions(s, &conditions);
    s->label = label;
    s->origin = parser_origin(p, from);
    return s;
}

/* SQLSTATE [VALUE] 'xxxxx' */
static bool parse_state(struct parser *p, const char **state) {
    next(p);
    accept(p, K_VALUE);
    uint32_t from = p->at;
    TRY(*state = parse_string(p));
    size_t size = strspn(*state, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (size != 5 || (*state)[5]) INVALID(p, parser_origin(p, from), "INVALID_SQLSTATE", "sqlState", *state);
    return true;
}

static bool parse_handled(struct parser *p, struct u_script *s) {
    LIST(struct u_handled) list = {0};
    do {
        struct u_handled h = {0};
        if (peek(p) == K_SQLSTATE && (peek_at(p, 1) == K_VALUE || is_string(p, 1))) {
            TRY(parse_state(p, &h.state));
        } else if (accept(p, K_SQLEXCEPTION)) {
            h.condition = "SQLEXCEPTION";
        } else if (accept2(p, K_NOT, K_FOUND)) {
            h.condition = "NOT FOUND";
        } else {
            struct u_name name;
            TRY(parse_name(p, &name));
            h.condition = sql_quote_name(p->arena, name.parts, name.count);
        }
        LIST_PUSH(p->arena, &list, h);
    } while (accept(p, T_COMMA));
    s->handled_count = list.count;
    s->handled = list.items;
    return true;
}

/* DECLARE CONTINUE | EXIT HANDLER FOR conditions statement */
static struct u_script *parse_handler(struct parser *p, uint32_t from) {
    struct u_script *s = script_new(p, U_DECLARE_HANDLER), *body;
    s->exit_handler = peek_at(p, 1) == K_EXIT;
    p->at += 3;
    TRY_NULL(expect(p, K_FOR));
    TRY_NULL(parse_handled(p, s));
    TRY_NULL(body = parse_one(p));
    if (!s->exit_handler) INVALID(p, parser_origin(p, from), "UNSUPPORTED_FEATURE.CONTINUE_EXCEPTION_HANDLER");
    add_body(p, s, body);
    s->origin = parser_origin(p, from);
    return s;
}

/* DECLARE name CONDITION [FOR SQLSTATE 'xxxxx'] */
static struct u_script *parse_condition(struct parser *p, uint32_t from) {
    struct u_script *s = script_new(p, U_DECLARE_CONDITION);
    next(p);
    TRY_NULL(s->label = parse_strict_identifier(p));
    next(p);
    s->state = "45000";
    if (accept(p, K_FOR)) {
        if (peek(p) != K_SQLSTATE) return parser_syntax_error(p), NULL;
        TRY_NULL(parse_state(p, &s->state));
    }
    s->origin = parser_origin(p, from);
    return s;
}

/* LEAVE label, ITERATE label */
static struct u_script *parse_jump(struct parser *p, uint32_t from) {
    struct u_script *s = script_new(p, peek(p) == K_LEAVE ? U_LEAVE : U_ITERATE);
    next(p);
    TRY_NULL(s->label = parse_strict_identifier(p));
    s->origin = parser_origin(p, from);
    return s;
}

static bool is_loop(enum token_kind kind) {
    return kind == K_WHILE || kind == K_REPEAT || kind == K_LOOP || kind == K_FOR;
}

static struct u_script *parse_compound(struct parser *p) {
    uint32_t from = p->at;
    const char *label = NULL;
    if (is_strict_identifier(p, 0) && peek_at(p, 1) == T_COLON) {
        TRY_NULL(label = parse_strict_identifier(p));
        next(p);
        if (!is_loop(peek(p)) && peek(p) != K_BEGIN) return parser_syntax_error(p), NULL;
    }
    if (is_loop(peek(p))) return parse_loop(p, from, label);
    switch (peek(p)) {
        case K_BEGIN: return parse_block(p, from, label);
        case K_IF: return parse_if(p, from);
        case K_CASE: return parse_case(p, from);
        case K_LEAVE:
        case K_ITERATE: return parse_jump(p, from);
        case K_DECLARE:
            if ((peek_at(p, 1) == K_CONTINUE || peek_at(p, 1) == K_EXIT) && peek_at(p, 2) == K_HANDLER)
                return parse_handler(p, from);
            if (peek_at(p, 2) == K_CONDITION && is_strict_identifier(p, 1)) return parse_condition(p, from);
            break;
        default: break;
    }
    struct u_script *s = script_new(p, U_STATEMENT);
    TRY_NULL(s->plan = peek(p) == K_SET ? parse_set(p) : parse_statement(p));
    s->origin = parser_origin(p, from);
    return s;
}

static struct u_script *parse_one(struct parser *p) {
    TRY_NULL(parser_enter(p));
    struct u_script *s = parse_compound(p);
    parser_leave(p);
    return s;
}

struct u_plan *parse_script(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_SCRIPT);
    p->in_script = true;
    TRY_NULL(c->block = parse_block(p, from, NULL));
    p->in_script = false;
    return u_command_plan(p, from, c);
}
