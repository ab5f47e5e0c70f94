/* SPDX-License-Identifier: Apache-2.0 */
/* Statements about tables, files and the cache that fit nowhere else: ANALYZE, REFRESH, CACHE, LOAD, COMMENT, CALL ... */
#include <strings.h>

#include "sql/parser.h"

/* [NOSCAN] */
static bool parse_no_scan(struct parser *p, struct u_command *c, const char **wrong) {
    if (!is_identifier(p, 0)) return true;
    const char *word;
    TRY(word = parse_plain_identifier(p));
    c->no_scan = strcasecmp(word, "noscan") == 0;
    if (c->no_scan) return true;
    char *upper = arena_strdup(p->arena, word);
    for (char *s = upper; *s; s++)
        if (*s >= 'a' && *s <= 'z') *s -= 32;
    *wrong = upper;
    return true;
}

static struct u_plan *parse_analyze(struct parser *p) {
    uint32_t from = p->at;
    next(p);
    bool tables = peek(p) == K_TABLES;
    struct u_command *c = u_command_new(p, tables ? C_ANALYZE_TABLES : C_ANALYZE_TABLE);
    const char *wrong = NULL;
    if (!tables && peek(p) != K_TABLE) return parser_syntax_error(p), NULL;
    next(p);
    if (tables) {
        if (accept(p, K_FROM) || accept(p, K_IN)) TRY_NULL(parse_target(p, &c->target));
    } else {
        TRY_NULL(parse_target(p, &c->target));
        if (peek(p) == K_PARTITION) TRY_NULL(parse_partition_spec(p, &c->partition));
    }
    TRY_NULL(expect2(p, K_COMPUTE, K_STATISTICS));
    if (!tables && peek(p) == K_FOR && (peek_at(p, 1) == K_COLUMNS || peek_at(p, 1) == K_ALL)) {
        next(p);
        c->all_columns = accept(p, K_ALL);
        if (c->all_columns && peek(p) == T_END) return parser_syntax_error_hint(p, ": missing 'COLUMNS'"), NULL;
        TRY_NULL(expect(p, K_COLUMNS));
        if (!c->all_columns) TRY_NULL(parse_identifiers(p, &c->column_count, &c->columns));
    } else {
        TRY_NULL(parse_no_scan(p, c, &wrong));
    }
    if (wrong) INVALID(p, parser_origin(p, from), "INVALID_SQL_SYNTAX.ANALYZE_TABLE_UNEXPECTED_NOSCAN", "ctx", wrong);
    return u_command_plan(p, from, c);
}

/* REFRESH TABLE t | FUNCTION f | 'path' | path */
static struct u_plan *parse_refresh(struct parser *p) {
    uint32_t from = p->at;
    next(p);
    if ((peek(p) == K_TABLE || peek(p) == K_FUNCTION) && is_identifier(p, 1)) {
        struct u_command *c = u_command_new(p, peek(p) == K_TABLE ? C_REFRESH_TABLE : C_REFRESH_FUNCTION);
        next(p);
        TRY_NULL(parse_target(p, &c->target));
        return u_command_plan(p, from, c);
    }
    struct u_command *c = u_command_new(p, C_REFRESH_PATH);
    if (is_string(p, 0)) {
        TRY_NULL(c->location = parse_string(p));
        return u_command_plan(p, from, c);
    }
    uint32_t first = p->at;
    while (peek(p) != T_END && peek(p) != T_SEMICOLON) next(p);
    c->location = parser_text(p, first);
    if (!*c->location)
        INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0064", "msg",
                "Resource paths cannot be empty in REFRESH statements. Use / to match everything");
    else if (strpbrk(c->location, " \n\r\t"))
        INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0064", "msg",
                "REFRESH statements cannot contain ' ', '\\n', '\\r', '\\t' inside unquoted resource paths");
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_cache(struct parser *p) {
    uint32_t from = p->at;
    enum token_kind kind = peek(p);
    struct u_command *c = u_command_new(p, kind == K_CACHE     ? C_CACHE_TABLE
                                           : kind == K_UNCACHE ? C_UNCACHE_TABLE
                                                               : C_CLEAR_CACHE);
    next(p);
    if (kind == K_CLEAR) return expect(p, K_CACHE) ? u_command_plan(p, from, c) : NULL;
    if (kind == K_CACHE) c->lazy = accept(p, K_LAZY);
    TRY_NULL(expect(p, K_TABLE));
    if (kind == K_UNCACHE) c->if_exists = accept_if_exists(p);
    TRY_NULL(parse_target(p, &c->target));
    if (kind == K_UNCACHE) return u_command_plan(p, from, c);
    if (accept(p, K_OPTIONS)) TRY_NULL(parse_options(p, &c->option_count, &c->options));
    bool as = accept(p, K_AS);
    if (!as && !starts_query(p, 0) && peek(p) != T_LEFT_PAREN) return u_command_plan(p, from, c);
    uint32_t query_from = p->at;
    TRY_NULL(c->query = parse_query(p));
    c->value = parser_text(p, query_from);
    if (c->target.name.count > 1)
        INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0037", "quoted",
                sql_quote_name(p->arena, c->target.name.parts, c->target.name.count - 1));
    return u_command_plan(p, from, c);
}

/* LOAD DATA [LOCAL] INPATH 'x' [OVERWRITE] INTO TABLE t [PARTITION (...)] */
static struct u_plan *parse_load(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_LOAD_DATA);
    next(p);
    TRY_NULL(expect(p, K_DATA));
    c->local = accept(p, K_LOCAL);
    TRY_NULL(expect(p, K_INPATH));
    TRY_NULL(c->location = parse_string(p));
    c->overwrite = accept(p, K_OVERWRITE);
    TRY_NULL(expect2(p, K_INTO, K_TABLE));
    TRY_NULL(parse_target(p, &c->target));
    if (peek(p) == K_PARTITION) TRY_NULL(parse_partition_spec(p, &c->partition));
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_truncate(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_TRUNCATE_TABLE);
    next(p);
    TRY_NULL(expect(p, K_TABLE));
    TRY_NULL(parse_target(p, &c->target));
    if (peek(p) == K_PARTITION) TRY_NULL(parse_partition_spec(p, &c->partition));
    for (uint32_t i = 0; i < c->partition.count; i++)
        if (!c->partition.values[i].value)
            INVALID(p, c->partition.origin, "INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE", "partKey",
                    sql_quote_name_always(p->arena, &c->partition.values[i].name, 1));
    return u_command_plan(p, from, c);
}

/* [MSCK] REPAIR TABLE t [ADD | DROP | SYNC PARTITIONS] */
static struct u_plan *parse_repair(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_REPAIR_TABLE);
    accept(p, K_MSCK);
    TRY_NULL(expect2(p, K_REPAIR, K_TABLE));
    TRY_NULL(parse_target(p, &c->target));
    enum token_kind kind = peek(p);
    if (kind != K_ADD && kind != K_DROP && kind != K_SYNC) return u_command_plan(p, from, c);
    c->scope = token_spelling(kind);
    next(p);
    return expect(p, K_PARTITIONS) ? u_command_plan(p, from, c) : NULL;
}

/* COMMENT ON TABLE | DATABASE x IS 'y' | NULL */
static struct u_plan *parse_comment(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_COMMENT_ON);
    next(p);
    TRY_NULL(expect(p, K_ON));
    if (peek(p) != K_TABLE && !is_namespace_word(peek(p))) return parser_syntax_error(p), NULL;
    c->scope = peek(p) == K_TABLE ? "TABLE" : "NAMESPACE";
    next(p);
    TRY_NULL(parse_target(p, &c->target));
    TRY_NULL(expect(p, K_IS));
    if (!accept(p, K_NULL)) TRY_NULL(c->comment = parse_string(p));
    return u_command_plan(p, from, c);
}

/* ADD JAR x, LIST FILES: the rest is a path as it stands. */
static struct u_plan *parse_resource(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_RESOURCE);
    c->scope = token_spelling(peek(p));
    next(p);
    TRY_NULL(c->key = parse_plain_identifier(p));
    uint32_t rest = p->at;
    while (peek(p) != T_END) next(p);
    c->value = parser_text(p, rest);
    static const char *const kinds[] = {"file", "files", "jar", "jars", "archive", "archives"};
    bool known = false, listing = *c->scope == 'L';
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        known |= (listing || i % 2 == 0) && !strcasecmp(c->key, kinds[i]);
    if (!known) command_refuse(p, from, arena_printf(p->arena, "%s with resource type '%s'", c->scope, c->key));
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_call(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_CALL);
    struct expr_list arguments = {0};
    next(p);
    TRY_NULL(parse_target(p, &c->target));
    TRY_NULL(expect(p, T_LEFT_PAREN));
    if (peek(p) != T_RIGHT_PAREN) {
        do {
            struct u_expr *e;
            TRY_NULL(e = parse_argument(p));
            LIST_PUSH(p->arena, &arguments, e);
        } while (accept(p, T_COMMA));
    }
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    c->argument_count = arguments.count;
    c->arguments = arguments.items;
    return u_command_plan(p, from, c);
}

/* GRANT, LOCK TABLE ...: NULL where it is none of these. */
static const char *native_words(const struct parser *p) {
    enum token_kind after = peek_at(p, 1);
    switch (peek(p)) {
        case K_GRANT: return after == K_ROLE ? "GRANT ROLE" : "GRANT";
        case K_REVOKE: return after == K_ROLE ? "REVOKE ROLE" : "REVOKE";
        case K_EXPORT: return after == K_TABLE ? "EXPORT TABLE" : NULL;
        case K_IMPORT: return after == K_TABLE ? "IMPORT TABLE" : NULL;
        case K_LOCK: return after == K_TABLE ? "LOCK TABLE" : after == K_DATABASE ? "LOCK DATABASE" : NULL;
        case K_UNLOCK: return after == K_TABLE ? "UNLOCK TABLE" : after == K_DATABASE ? "UNLOCK DATABASE" : NULL;
        case K_START: return after == K_TRANSACTION ? "START TRANSACTION" : NULL;
        case K_COMMIT: return "COMMIT";
        case K_ROLLBACK: return "ROLLBACK";
        case K_DFS: return "DFS";
        default: return NULL;
    }
}

struct u_plan *parse_maintenance(struct parser *p) {
    const char *words = native_words(p);
    if (words) return parse_native(p, p->at, words);
    switch (peek(p)) {
        case K_ANALYZE: return parse_analyze(p);
        case K_REFRESH: return parse_refresh(p);
        case K_CACHE:
        case K_UNCACHE:
        case K_CLEAR: return parse_cache(p);
        case K_LOAD: return parse_load(p);
        case K_TRUNCATE: return parse_truncate(p);
        case K_MSCK:
        case K_REPAIR: return parse_repair(p);
        case K_COMMENT: return parse_comment(p);
        case K_ADD:
        case K_LIST: return parse_resource(p);
        case K_CALL: return parse_call(p);
        default: return parser_syntax_error(p), NULL;
    }
}
