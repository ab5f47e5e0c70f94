/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which statement begins here. The first word tells, except that FROM may begin a query or an INSERT, and that both
 * may come behind WITH.
 */
#include "sql/parser.h"

struct u_command *u_command_new(struct parser *p, enum u_command_kind kind) {
    struct u_command *c = ARENA_NEW(p->arena, struct u_command);
    c->kind = kind;
    return c;
}

struct u_plan *u_command_plan(struct parser *p, uint32_t from, struct u_command *command) {
    command->origin = parser_origin(p, from);
    struct u_plan *plan = u_plan_new(p->arena, U_COMMAND, command->origin, 0, 0);
    plan->command = command;
    return plan;
}

bool parse_target(struct parser *p, struct u_reference *target) {
    uint32_t from = p->at;
    TRY(parse_reference(p, &target->name, &target->identifier));
    target->origin = parser_origin(p, from);
    return true;
}

/* FROM ... INSERT; only FROM is read to find out. */
static bool is_multi_insert(struct parser *p) {
    struct mark mark = parser_mark(p);
    bool insert = parse_from_clause(p) && peek(p) == K_INSERT;
    parser_rewind(p, mark);
    return insert;
}

static bool starts_dml(struct parser *p) {
    switch (peek(p)) {
        case K_INSERT:
        case K_DELETE:
        case K_UPDATE:
        case K_MERGE: return true;
        case K_FROM: return is_multi_insert(p);
        default: return false;
    }
}

/* The tables of WITH are those of the query that is inserted; of the other statements, all of the statement's. */
static struct u_plan *add_with(struct parser *p, uint32_t from, struct u_plan *plan, bool recursive, uint32_t count,
                               struct u_cte *ctes) {
    struct u_command *c = plan->command;
    if (c->query) {
        c->query = make_with(p, from, c->query, recursive, count, ctes);
        return plan;
    }
    if (c->kind != C_MULTI_INSERT) return make_with(p, from, plan, recursive, count, ctes);
    for (uint32_t i = 0; i < c->statement_count; i++)
        c->statements[i]->query = make_with(p, from, c->statements[i]->query, recursive, count, ctes);
    return plan;
}

static struct u_plan *parse_with_statement(struct parser *p) {
    uint32_t from = p->at, count;
    struct u_cte *ctes;
    bool recursive;
    struct u_plan *plan;
    TRY_NULL(parse_ctes(p, &count, &ctes, &recursive));
    if (starts_dml(p)) {
        TRY_NULL(plan = parse_dml(p));
        return add_with(p, from, plan, recursive, count, ctes);
    }
    uint32_t term_from = p->at;
    TRY_NULL(plan = parse_query_primary(p));
    TRY_NULL(plan = parse_query_from(p, term_from, plan));
    return make_with(p, from, plan, recursive, count, ctes);
}

struct u_plan *parse_statement(struct parser *p) {
    switch (peek(p)) {
        case K_SELECT:
        case K_VALUES:
        case T_LEFT_PAREN: return parse_query(p);
        case K_WITH: return parse_with_statement(p);
        case K_USE: return parse_use(p);
        case K_EXPLAIN: return parse_explain(p);
        case K_SHOW: return parse_show(p);
        case K_DESC:
        case K_DESCRIBE: return parse_describe(p);
        case K_CREATE: return parse_create(p);
        case K_REPLACE: return parse_replace(p);
        case K_DROP: return parse_drop(p);
        case K_ALTER: return parse_alter(p);
        case K_DECLARE: return parse_declare(p);
        case K_SET:
            if (peek_at(p, 1) == K_CATALOG) return parse_set(p); /* the one form of it that is a plain statement */
            return parser_syntax_error(p), NULL;
        case K_EXECUTE:
            return peek_at(p, 1) == K_IMMEDIATE ? parse_execute_immediate(p) : (parser_syntax_error(p), NULL);
        case K_MAP:
        case K_REDUCE:
        case K_TABLE: return parse_query(p);
        default: break;
    }
    if (starts_dml(p)) return parse_dml(p);
    return peek(p) == K_FROM ? parse_query(p) : parse_maintenance(p);
}

struct u_plan *parse_statement_or_set(struct parser *p) {
    if (peek(p) == K_SET) return parse_set(p);
    if (peek(p) == K_RESET) return parse_reset(p);
    return parse_statement(p);
}

struct u_plan *parse_whole_statement(struct parser *p) {
    struct u_plan *plan;
    bool script = peek(p) == K_BEGIN && peek_at(p, 1) != K_TRANSACTION;
    TRY_NULL(plan = script ? parse_script(p) : parse_statement_or_set(p));
    while (accept(p, T_SEMICOLON)) continue;
    return plan;
}
