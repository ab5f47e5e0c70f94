/* SPDX-License-Identifier: Apache-2.0 */
/* SQL variables and statements made at run time: DECLARE and EXECUTE IMMEDIATE. SET is set.c. */
#include "sql/parser.h"

#include <string.h>

/* DECLARE [OR REPLACE] [VARIABLE] a, b [type] [DEFAULT | = expression] */
struct u_plan *parse_declare(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_DECLARE_VARIABLE);
    LIST(struct u_reference) targets = {0};
    next(p);
    c->or_replace = accept2(p, K_OR, K_REPLACE);
    if ((peek(p) == K_VARIABLE || peek(p) == K_VAR) && is_identifier(p, 1) && peek_at(p, 1) != K_DEFAULT) next(p);
    do {
        struct u_reference target = {0};
        TRY_NULL(parse_target(p, &target));
        LIST_PUSH(p->arena, &targets, target);
    } while (accept(p, T_COMMA));
    c->targets = targets.items;
    c->target_count = targets.count;
    if (is_identifier(p, 0) && peek(p) != K_DEFAULT) TRY_NULL(c->variable.type = parse_type(p));
    if (accept(p, K_DEFAULT) || accept(p, T_EQ)) {
        uint32_t value_from = p->at;
        TRY_NULL(c->variable.default_value = parse_expression(p));
        c->variable.default_text = parser_text(p, value_from);
    }
    if (!c->variable.type && !c->variable.default_value)
        INVALID(p, parser_origin(p, from), "INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED");
    return u_command_plan(p, from, c);
}

/* No two arguments have the same alias. */
static void check_aliases(struct parser *p, uint32_t from, struct u_expr *const *arguments, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i; k++) {
            if (arguments[i]->kind != U_ALIAS || arguments[k]->kind != U_ALIAS) continue;
            const char *name = arguments[i]->alias.names[0];
            if (strcmp(name, arguments[k]->alias.names[0]) == 0)
                INVALID(p, parser_origin(p, from), "EXEC_IMMEDIATE_DUPLICATE_ARGUMENT_ALIASES", "aliases",
                        sql_quote_name_always(p->arena, &name, 1));
        }
}

/* EXECUTE IMMEDIATE text [INTO a, b] [USING x AS y, ...] */
struct u_plan *parse_execute_immediate(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_EXECUTE_IMMEDIATE);
    p->at += 2;
    TRY_NULL(c->immediate.text = parse_expression(p));
    if (accept(p, K_INTO)) TRY_NULL(parse_name_list(p, &c->immediate.into_count, &c->immediate.into));
    uint32_t using = p->at;
    if (accept(p, K_USING)) {
        struct expr_list arguments = {0};
        bool parentheses = false;
        if (peek(p) == T_LEFT_PAREN && !starts_query(p, 1)) { /* (a, b) are two arguments, (a) + 1 is one */
            uint32_t depth = 0, ahead = 0;
            do {
                depth += peek_at(p, ahead) == T_LEFT_PAREN;
                depth -= peek_at(p, ahead) == T_RIGHT_PAREN;
            } while (peek_at(p, ahead++) != T_END && depth);
            parentheses = ends_expression(peek_at(p, ahead)) && peek_at(p, ahead) != T_COMMA;
        }
        if (parentheses) next(p);
        TRY_NULL(parse_named_expressions(p, &arguments));
        if (parentheses) TRY_NULL(expect(p, T_RIGHT_PAREN));
        check_aliases(p, using, arguments.items, arguments.count);
        c->immediate.argument_count = arguments.count;
        c->immediate.arguments = arguments.items;
    }
    return u_command_plan(p, from, c);
}
