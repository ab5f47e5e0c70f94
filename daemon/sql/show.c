/* SPDX-License-Identifier: Apache-2.0 */
/* SHOW and DESCRIBE. */
#include <strings.h>

#include "sql/parser.h"

static bool starts_from(const struct parser *p) {
    return (peek(p) == K_FROM || peek(p) == K_IN) && is_identifier(p, 1);
}

/* [FROM | IN namespace] */
static bool parse_from_namespace(struct parser *p, struct u_reference *target) {
    if (peek(p) != K_FROM && peek(p) != K_IN) return true;
    next(p);
    return parse_target(p, target);
}

/* [[LIKE] 'pattern'] */
static bool parse_pattern(struct parser *p, const char **pattern) {
    bool like = accept(p, K_LIKE);
    if (!like && !is_string(p, 0)) return true;
    TRY(*pattern = parse_string(p));
    return true;
}

static struct u_plan *finish_show(struct parser *p, uint32_t from, enum u_command_kind kind) {
    struct u_command *c = u_command_new(p, kind);
    next(p);
    TRY_NULL(parse_from_namespace(p, &c->target));
    TRY_NULL(parse_pattern(p, &c->pattern));
    return u_command_plan(p, from, c);
}

/* SHOW TABLE EXTENDED [FROM ns] LIKE 'pattern' [PARTITION (...)] */
static struct u_plan *parse_show_table_extended(struct parser *p, uint32_t from) {
    struct u_command *c = u_command_new(p, C_SHOW_TABLE_EXTENDED);
    next(p);
    TRY_NULL(expect(p, K_EXTENDED));
    TRY_NULL(parse_from_namespace(p, &c->target));
    TRY_NULL(expect(p, K_LIKE));
    TRY_NULL(c->pattern = parse_string(p));
    if (peek(p) == K_PARTITION) TRY_NULL(parse_partition_spec(p, &c->partition));
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_show_columns(struct parser *p, uint32_t from) {
    struct u_command *c = u_command_new(p, C_SHOW_COLUMNS);
    next(p);
    if (peek(p) != K_FROM && peek(p) != K_IN) return parser_syntax_error(p), NULL;
    next(p);
    TRY_NULL(parse_target(p, &c->target));
    TRY_NULL(parse_from_namespace(p, &c->source));
    return u_command_plan(p, from, c);
}

/* SHOW [USER | SYSTEM | ALL] FUNCTIONS [FROM ns] [[LIKE] name or 'pattern'] */
static struct u_plan *parse_show_functions(struct parser *p, uint32_t from) {
    struct u_command *c = u_command_new(p, C_SHOW_FUNCTIONS);
    bool known = true;
    if (peek(p) != K_FUNCTIONS || peek_at(p, 1) == K_FUNCTIONS) {
        TRY_NULL(c->scope = parse_plain_identifier(p));
        known = !strcasecmp(c->scope, "user") || !strcasecmp(c->scope, "system") || !strcasecmp(c->scope, "all");
    }
    TRY_NULL(expect(p, K_FUNCTIONS));
    if (starts_from(p)) TRY_NULL(parse_from_namespace(p, &c->target));
    bool like = accept(p, K_LIKE);
    if (is_string(p, 0))
        TRY_NULL(c->pattern = parse_string(p));
    else if (like || is_identifier(p, 0))
        TRY_NULL(parse_name(p, &c->source.name));
    if (!known)
        INVALID(p, parser_origin(p, from), "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE", "scope",
                sql_quote_name_always(p->arena, &c->scope, 1));
    if (c->source.name.count && c->target.origin)
        INVALID(p, parser_origin(p, from), "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_PATTERN", "pattern",
                sql_quote_name_always(p->arena, c->source.name.parts, c->source.name.count));
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_show_create_table(struct parser *p, uint32_t from) {
    struct u_command *c = u_command_new(p, C_SHOW_CREATE_TABLE);
    next(p);
    TRY_NULL(expect(p, K_TABLE));
    TRY_NULL(parse_target(p, &c->target));
    c->extended = accept2(p, K_AS, K_SERDE);
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_show_tblproperties(struct parser *p, uint32_t from) {
    struct u_command *c = u_command_new(p, C_SHOW_TBLPROPERTIES);
    next(p);
    TRY_NULL(parse_target(p, &c->target));
    if (accept(p, T_LEFT_PAREN)) {
        TRY_NULL(parse_property_key(p, &c->key));
        TRY_NULL(expect(p, T_RIGHT_PAREN));
    }
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_show_partitions(struct parser *p, uint32_t from) {
    struct u_command *c = u_command_new(p, C_SHOW_PARTITIONS);
    next(p);
    TRY_NULL(parse_target(p, &c->target));
    if (peek(p) == K_PARTITION) TRY_NULL(parse_partition_spec(p, &c->partition));
    return u_command_plan(p, from, c);
}

static const char *native_show(const struct parser *p) {
    switch (peek(p)) {
        case K_GRANT: return "SHOW GRANT";
        case K_ROLE: return peek_at(p, 1) == K_GRANT ? "SHOW ROLE GRANT" : "SHOW ROLE";
        case K_PRINCIPALS: return "SHOW PRINCIPALS";
        case K_ROLES: return "SHOW ROLES";
        case K_COMPACTIONS: return "SHOW COMPACTIONS";
        case K_TRANSACTIONS: return "SHOW TRANSACTIONS";
        case K_INDEXES: return "SHOW INDEXES";
        case K_LOCKS: return "SHOW LOCKS";
        default: return peek(p) == K_CURRENT && peek_at(p, 1) == K_ROLES ? "SHOW CURRENT ROLES" : NULL;
    }
}

struct u_plan *parse_show(struct parser *p) {
    uint32_t from = p->at;
    next(p);
    if (peek_at(p, 1) == K_FUNCTIONS && is_identifier(p, 0) && !refuse_identifier_literal(p)) return NULL;
    if (peek_at(p, 1) == K_FUNCTIONS && is_identifier(p, 0)) return parse_show_functions(p, from);
    if (native_show(p)) return parse_native(p, from, native_show(p));
    switch (peek(p)) {
        case K_NAMESPACES:
        case K_DATABASES:
        case K_SCHEMAS: return finish_show(p, from, C_SHOW_NAMESPACES);
        case K_TABLES: return finish_show(p, from, C_SHOW_TABLES);
        case K_VIEWS: return finish_show(p, from, C_SHOW_VIEWS);
        case K_TABLE: return parse_show_table_extended(p, from);
        case K_TBLPROPERTIES: return parse_show_tblproperties(p, from);
        case K_COLUMNS: return parse_show_columns(p, from);
        case K_PARTITIONS: return parse_show_partitions(p, from);
        case K_FUNCTIONS: return parse_show_functions(p, from);
        case K_PROCEDURES: return finish_show(p, from, C_SHOW_PROCEDURES);
        case K_CREATE: return parse_show_create_table(p, from);
        case K_CATALOGS: return finish_show(p, from, C_SHOW_CATALOGS);
        case K_CURRENT:
            next(p);
            if (!is_namespace_word(peek(p))) return parser_syntax_error(p), NULL;
            next(p);
            return u_command_plan(p, from, u_command_new(p, C_SHOW_CURRENT_NAMESPACE));
        default: break;
    }
    if (is_identifier(p, 0) && peek_at(p, 1) == T_END) {
        next(p); /* SHOW x could have been SHOW x FUNCTIONS */
        return parser_syntax_error_hint(p, ": missing 'FUNCTIONS'"), NULL;
    }
    return parser_syntax_error(p), NULL;
}

/* ---- DESCRIBE ---- */

/* A function's name: also a string, or an operator. */
static bool parse_function_name(struct parser *p, struct u_reference *target) {
    const struct token *t = parser_token(p, 0);
    bool symbol = t->kind >= T_BANG && t->kind <= T_HAT && t->kind != T_OPERATOR_PIPE;
    bool word = (t->kind == K_AND || t->kind == K_OR || t->kind == K_IN || t->kind == K_NOT || t->kind == K_DIV) &&
                peek_at(p, 1) != T_DOT;
    if (!symbol && !word && !is_string(p, 0)) return parse_target(p, target);
    target->name = (struct u_name){1, ARENA_NEW(p->arena, const char *)};
    target->origin = parser_origin(p, p->at);
    if (is_string(p, 0)) {
        TRY(target->name.parts[0] = parse_string(p));
        return true;
    }
    target->name.parts[0] = arena_strndup(p->arena, p->text + t->start, t->size);
    next(p);
    return true;
}

/* DESCRIBE [TABLE] [EXTENDED | FORMATTED] t [PARTITION (...)] [column] [AS JSON] */
static struct u_plan *parse_describe_table(struct parser *p, uint32_t from) {
    struct u_command *c = u_command_new(p, C_DESCRIBE_TABLE);
    if (peek(p) == K_TABLE && is_identifier(p, 1)) next(p);
    if ((peek(p) == K_EXTENDED || peek(p) == K_FORMATTED) && is_identifier(p, 1) && peek_at(p, 1) != K_AS) {
        c->extended = true;
        next(p);
    }
    TRY_NULL(parse_target(p, &c->target));
    if (peek(p) == K_PARTITION && peek_at(p, 1) == T_LEFT_PAREN) TRY_NULL(parse_partition_spec(p, &c->partition));
    if (is_identifier(p, 0) && !(peek(p) == K_AS && peek_at(p, 1) == K_JSON)) TRY_NULL(parse_name(p, &c->column));
    c->as_json = accept2(p, K_AS, K_JSON);
    const struct origin *origin = parser_origin(p, from);
    if (c->as_json && c->column.count) INVALID(p, origin, "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON");
    if (c->as_json && !c->extended)
        INVALID(p, origin, "DESCRIBE_JSON_NOT_EXTENDED", "tableName",
                sql_quote_name(p->arena, c->target.name.parts, c->target.name.count));
    for (uint32_t i = 0; i < c->partition.count; i++)
        if (!c->partition.values[i].value)
            INVALID(p, origin, "INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE", "partKey",
                    sql_quote_name_always(p->arena, &c->partition.values[i].name, 1));
    if (c->partition.count && c->column.count) INVALID(p, origin, "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_PARTITION");
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_describe_query(struct parser *p, uint32_t from) {
    struct u_command *c = u_command_new(p, C_DESCRIBE_QUERY);
    uint32_t query_from = p->at;
    TRY_NULL(c->query = parse_query(p));
    c->value = parser_text(p, query_from);
    return u_command_plan(p, from, c);
}

struct u_plan *parse_describe(struct parser *p) {
    uint32_t from = p->at;
    next(p);
    enum token_kind kind = peek(p);
    if (kind == K_FUNCTION && peek_at(p, 1) != T_END && peek_at(p, 1) != T_DOT && peek_at(p, 1) != T_SEMICOLON) {
        struct u_command *c = u_command_new(p, C_DESCRIBE_FUNCTION);
        next(p);
        c->extended = peek(p) == K_EXTENDED && peek_at(p, 1) != T_END && peek_at(p, 1) != T_SEMICOLON;
        if (c->extended) next(p);
        TRY_NULL(parse_function_name(p, &c->target));
        return u_command_plan(p, from, c);
    }
    if (kind == K_PROCEDURE && is_identifier(p, 1)) {
        struct u_command *c = u_command_new(p, C_DESCRIBE_PROCEDURE);
        next(p);
        TRY_NULL(parse_target(p, &c->target));
        return u_command_plan(p, from, c);
    }
    if (is_namespace_word(kind) && is_identifier(p, 1)) {
        struct u_command *c = u_command_new(p, C_DESCRIBE_NAMESPACE);
        next(p);
        c->extended = peek(p) == K_EXTENDED && is_identifier(p, 1);
        if (c->extended) next(p);
        TRY_NULL(parse_target(p, &c->target));
        return u_command_plan(p, from, c);
    }
    if (kind == K_QUERY && (starts_query(p, 1) || peek_at(p, 1) == T_LEFT_PAREN)) {
        next(p);
        return parse_describe_query(p, from);
    }
    if (kind == T_LEFT_PAREN || (kind != K_TABLE && starts_query(p, 0))) return parse_describe_query(p, from);
    return parse_describe_table(p, from);
}
