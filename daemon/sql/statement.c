/* SPDX-License-Identifier: Apache-2.0 */
/* Which statement begins here, and what statements have in common. */
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

struct u_plan *parse_statement(struct parser *p) {
    switch (peek(p)) {
    case K_USE: return parse_use(p);
    case K_EXPLAIN: return parse_explain(p);
    default: return parse_query(p);
    }
}

struct u_plan *parse_statement_or_set(struct parser *p) {
    if (peek(p) == K_SET) return parse_set(p);
    if (peek(p) == K_RESET) return parse_reset(p);
    return parse_statement(p);
}

struct u_plan *parse_whole_statement(struct parser *p) {
    struct u_plan *plan;
    TRY_NULL(plan = parse_statement_or_set(p));
    while (accept(p, T_SEMICOLON)) continue;
    return plan;
}
