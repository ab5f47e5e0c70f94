/* SPDX-License-Identifier: Apache-2.0 */
/* DROP. */
#include "sql/parser.h"

static struct u_plan *finish_drop(struct parser *p, uint32_t from, enum u_command_kind kind, bool temporary) {
    struct u_command *c = u_command_new(p, kind);
    c->is_temporary = temporary;
    next(p);
    c->if_exists = accept_if_exists(p);
    TRY_NULL(parse_target(p, &c->target));
    if (kind == C_DROP_TABLE) c->purge = accept(p, K_PURGE);
    if (kind == C_DROP_NAMESPACE) {
        c->cascade = accept(p, K_CASCADE);
        if (!c->cascade) accept(p, K_RESTRICT);
    }
    if (temporary && kind == C_DROP_FUNCTION && c->target.name.count > 1)
        INVALID(p, parser_origin(p, from), "INVALID_SQL_SYNTAX.MULTI_PART_NAME", "statement", "DROP TEMPORARY FUNCTION",
                "name", sql_quote_name_always(p->arena, c->target.name.parts, c->target.name.count));
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_drop_index(struct parser *p, uint32_t from) {
    struct u_command *c = u_command_new(p, C_DROP_INDEX);
    next(p);
    c->if_exists = accept_if_exists(p);
    TRY_NULL(c->key = parse_plain_identifier(p));
    TRY_NULL(expect(p, K_ON));
    if (peek(p) == K_TABLE && is_identifier(p, 1)) next(p);
    TRY_NULL(parse_target(p, &c->target));
    return u_command_plan(p, from, c);
}

struct u_plan *parse_drop(struct parser *p) {
    uint32_t from = p->at;
    next(p);
    bool temporary = accept(p, K_TEMPORARY);
    enum token_kind kind = peek(p);
    if (kind == K_MACRO && temporary) return parse_native(p, from, "DROP TEMPORARY MACRO");
    if (kind == K_FUNCTION) return finish_drop(p, from, C_DROP_FUNCTION, temporary);
    if ((kind == K_VARIABLE || kind == K_VAR) && temporary) return finish_drop(p, from, C_DROP_VARIABLE, true);
    if (temporary) return parser_syntax_error(p), NULL;
    if (is_namespace_word(kind)) return finish_drop(p, from, C_DROP_NAMESPACE, false);
    switch (kind) {
        case K_TABLE: return finish_drop(p, from, C_DROP_TABLE, false);
        case K_VIEW: return finish_drop(p, from, C_DROP_VIEW, false);
        case K_INDEX: return parse_drop_index(p, from);
        case K_ROLE: return parse_native(p, from, "DROP ROLE");
        default: return parser_syntax_error(p), NULL;
    }
}
