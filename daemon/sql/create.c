/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CREATE and REPLACE: which thing is made, and the smaller things: databases, views, indexes. Tables are table.c,
 * functions routine.c.
 */
#include <strings.h>

#include "sql/parser.h"

/* ---- what statements share ---- */

bool parse_not(struct parser *p) {
    const struct token *t = parser_token(p, 0);
    if (accept(p, K_NOT)) return true;
    if (t->kind != T_BANG) return parser_syntax_error(p);
    if (!parser_setting(p, "spark.sql.legacy.bangEqualsNot", false))
        return SYNTAX(p, t, "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT", "clause", "!");
    next(p);
    return true;
}

bool parse_if_not_exists(struct parser *p, bool *found) {
    *found = peek(p) == K_IF && (peek_at(p, 1) == K_NOT || peek_at(p, 1) == T_BANG);
    if (!*found) return true;
    next(p);
    return parse_not(p) && expect(p, K_EXISTS);
}

bool accept_if_exists(struct parser *p) {
    return accept2(p, K_IF, K_EXISTS);
}

bool is_namespace_word(enum token_kind kind) {
    return kind == K_NAMESPACE || kind == K_DATABASE || kind == K_SCHEMA;
}

/* A clause read for the second time is remembered; said when the statement is read. */
static void once(bool *seen, const char *name, const char **twice) {
    if (*seen && !*twice) *twice = name;
    *seen = true;
}

void command_duplicate(struct parser *p, uint32_t from, const char *clause) {
    if (clause) INVALID(p, parser_origin(p, from), "DUPLICATE_CLAUSES", "clauseName", clause);
}

void command_refuse(struct parser *p, uint32_t from, const char *message) {
    INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0035", "message", message);
}

/* Hive's statements that Spark knows by their first words only. */
struct u_plan *parse_native(struct parser *p, uint32_t from, const char *words) {
    p->at = p->count - 1;
    INVALID(p, parser_origin(p, from), "INVALID_STATEMENT_OR_CLAUSE", "operation", words);
    return u_command_plan(p, from, u_command_new(p, C_RESOURCE));
}

static bool starts_default_collation(const struct parser *p) {
    return peek(p) == K_DEFAULT && peek_at(p, 1) == K_COLLATION;
}

/* ---- databases ---- */

static struct u_plan *parse_create_namespace(struct parser *p, uint32_t from) {
    struct u_command *c = u_command_new(p, C_CREATE_NAMESPACE);
    bool seen[4] = {false};
    const char *twice = NULL;
    next(p);
    TRY_NULL(parse_if_not_exists(p, &c->if_not_exists));
    TRY_NULL(parse_target(p, &c->target));
    for (;;) {
        if (peek(p) == K_COMMENT) {
            next(p);
            TRY_NULL(c->comment = parse_string(p));
            once(&seen[0], "COMMENT", &twice);
        } else if (peek(p) == K_LOCATION) {
            next(p);
            TRY_NULL(c->location = parse_string(p));
            once(&seen[1], "LOCATION", &twice);
        } else if (starts_default_collation(p)) {
            TRY_NULL(parse_default_collation(p, &c->collation));
            once(&seen[2], "DEFAULT COLLATION", &twice);
        } else if (peek(p) == K_WITH && (peek_at(p, 1) == K_DBPROPERTIES || peek_at(p, 1) == K_PROPERTIES)) {
            p->at += 2;
            TRY_NULL(parse_options(p, &c->option_count, &c->options));
            once(&seen[3], peek_at(p, 0) == K_PROPERTIES ? "WITH PROPERTIES" : "WITH PROPERTIES|WITH DBPROPERTIES",
                 &twice);
        } else {
            break;
        }
    }
    command_duplicate(p, from, twice);
    check_properties(p, from, OF_NAMESPACE, true, c->options, &c->option_count);
    return u_command_plan(p, from, c);
}

/* ---- views ---- */

bool parse_binding(struct parser *p, enum u_binding *binding) {
    if (!parser_setting(p, "spark.sql.legacy.viewSchemaBindingMode", true))
        INVALID(p, parser_origin(p, 0), "FEATURE_NOT_ENABLED", "featureName", "VIEW ... WITH SCHEMA ...", "configKey",
                "spark.sql.legacy.viewSchemaBindingMode", "configValue", "true");
    p->at += 2;
    if (accept(p, K_BINDING))
        *binding = U_BINDING_BINDING;
    else if (accept(p, K_COMPENSATION))
        *binding = U_BINDING_COMPENSATION;
    else if (accept(p, K_EVOLUTION))
        *binding = U_BINDING_EVOLUTION;
    else if (accept2(p, K_TYPE, K_EVOLUTION))
        *binding = U_BINDING_TYPE_EVOLUTION;
    else
        return parser_syntax_error(p);
    return true;
}

static bool parse_view_columns(struct parser *p, struct u_view *view) {
    LIST(const char *) columns = {0}, comments = {0};
    next(p);
    do {
        const char *name, *comment = NULL;
        TRY(name = parse_plain_identifier(p));
        if (accept(p, K_COMMENT)) TRY(comment = parse_string(p));
        LIST_PUSH(p->arena, &columns, name);
        LIST_PUSH(p->arena, &comments, comment);
    } while (accept(p, T_COMMA));
    view->column_count = columns.count;
    view->columns = columns.items;
    view->comments = comments.items;
    return expect(p, T_RIGHT_PAREN);
}

static bool parse_view_clauses(struct parser *p, struct u_command *c, const char **twice) {
    bool seen[5] = {false};
    for (;;) {
        if (accept(p, K_COMMENT)) {
            TRY(c->comment = parse_string(p));
            once(&seen[0], "COMMENT", twice);
        } else if (peek(p) == K_WITH && peek_at(p, 1) == K_SCHEMA) {
            TRY(parse_binding(p, &c->view->binding));
            once(&seen[1], "WITH SCHEMA", twice);
        } else if (starts_default_collation(p)) {
            TRY(parse_default_collation(p, &c->collation));
            once(&seen[2], "DEFAULT COLLATION", twice);
        } else if (accept2(p, K_PARTITIONED, K_ON)) {
            TRY(parse_identifier_list(p, &c->column_count, &c->columns));
            once(&seen[3], "PARTITIONED ON", twice);
        } else if (accept(p, K_TBLPROPERTIES)) {
            TRY(parse_options(p, &c->option_count, &c->options));
            once(&seen[4], "TBLPROPERTIES", twice);
        } else {
            return true;
        }
    }
}

/* CREATE TEMPORARY VIEW v (a INT) USING format OPTIONS (...) */
static struct u_plan *parse_view_using(struct parser *p, uint32_t from, struct u_command *c) {
    c->kind = C_CREATE_VIEW_USING;
    if (accept(p, T_LEFT_PAREN)) {
        TRY_NULL(c->schema = parse_columns(p));
        TRY_NULL(expect(p, T_RIGHT_PAREN));
    }
    TRY_NULL(expect(p, K_USING));
    TRY_NULL(parse_name(p, &c->provider));
    if (accept(p, K_OPTIONS)) TRY_NULL(parse_options(p, &c->option_count, &c->options));
    return u_command_plan(p, from, c);
}

/* Whether USING stands where a view's query would. */
static bool is_view_using(const struct parser *p) {
    if (peek(p) == K_USING) return true;
    if (peek(p) != T_LEFT_PAREN) return false;
    uint32_t depth = 0, ahead = 0;
    for (; peek_at(p, ahead) != T_END; ahead++) {
        if (peek_at(p, ahead) == T_LEFT_PAREN) depth++;
        if (peek_at(p, ahead) == T_RIGHT_PAREN && --depth == 0) break;
    }
    return peek_at(p, ahead + 1) == K_USING;
}

static struct u_plan *parse_create_view(struct parser *p, uint32_t from, struct u_command *c) {
    c->kind = C_CREATE_VIEW;
    const char *twice = NULL;
    next(p);
    TRY_NULL(parse_if_not_exists(p, &c->if_not_exists));
    TRY_NULL(parse_target(p, &c->target));
    if (c->view->temporary && is_view_using(p)) return parse_view_using(p, from, c);
    if (peek(p) == T_LEFT_PAREN) TRY_NULL(parse_view_columns(p, c->view));
    TRY_NULL(parse_view_clauses(p, c, &twice));
    TRY_NULL(expect(p, K_AS));
    uint32_t query_from = p->at;
    TRY_NULL(c->query = parse_query(p));
    c->view->text = parser_text(p, query_from);
    command_duplicate(p, from, twice);
    check_property_values(p, from, c->options, c->option_count, true);
    if (c->view->temporary && c->option_count)
        command_refuse(p, from, "TBLPROPERTIES can't coexist with CREATE TEMPORARY VIEW");
    const struct origin *origin = parser_origin(p, from);
    if (c->or_replace && c->if_not_exists) INVALID(p, origin, "_LEGACY_ERROR_TEMP_0052");
    if (c->view->temporary && c->if_not_exists) INVALID(p, origin, "_LEGACY_ERROR_TEMP_0053");
    if (c->view->temporary && !c->view->global && c->target.name.count > 1)
        INVALID(p, origin, "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS", "actualName",
                sql_quote_name_always(p->arena, c->target.name.parts, c->target.name.count));

    return u_command_plan(p, from, c);
}

/* ---- indexes ---- */

static struct u_plan *parse_create_index(struct parser *p, uint32_t from) {
    struct u_command *c = u_command_new(p, C_CREATE_INDEX);
    next(p);
    TRY_NULL(parse_if_not_exists(p, &c->if_not_exists));
    TRY_NULL(c->key = parse_plain_identifier(p));
    TRY_NULL(expect(p, K_ON));
    if (peek(p) == K_TABLE && is_identifier(p, 1)) next(p);
    TRY_NULL(parse_target(p, &c->target));
    if (accept(p, K_USING)) TRY_NULL(c->scope = parse_plain_identifier(p));
    TRY_NULL(expect(p, T_LEFT_PAREN));
    do {
        struct u_name column;
        TRY_NULL(parse_name(p, &column));
        if (accept(p, K_OPTIONS)) TRY_NULL(parse_options(p, &c->option_count, &c->options));
    } while (accept(p, T_COMMA));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    if (accept(p, K_OPTIONS)) TRY_NULL(parse_options(p, &c->option_count, &c->options));
    return u_command_plan(p, from, c);
}

/* ---- CREATE itself ---- */

static struct u_plan *parse_create_pipeline(struct parser *p, uint32_t from, struct u_command *c) {
    if (peek(p) == K_FLOW) {
        next(p);
        TRY_NULL(parse_target(p, &c->source));
        if (accept(p, K_COMMENT)) TRY_NULL(c->comment = parse_string(p));
        TRY_NULL(expect(p, K_AS));
        return parse_dml(p);
    }
    next(p);
    next(p);
    c->table->pipeline = true;
    return parse_create_table(p, from, c);
}

struct u_plan *parse_create(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_CREATE_TABLE);
    next(p);
    c->or_replace = accept2(p, K_OR, K_REPLACE);
    if (peek(p) == K_ROLE) return parse_native(p, from, "CREATE ROLE");
    if (is_namespace_word(peek(p)) && !c->or_replace) return parse_create_namespace(p, from);
    if (peek(p) == K_INDEX) return parse_create_index(p, from);
    bool global = accept(p, K_GLOBAL), temporary = accept(p, K_TEMPORARY);
    if (peek(p) == K_MACRO && temporary) return parse_native(p, from, "CREATE TEMPORARY MACRO");
    if (peek(p) == K_VIEW && (temporary || !global)) {
        c->view = ARENA_NEW(p->arena, struct u_view);
        c->view->temporary = temporary;
        c->view->global = global;
        return parse_create_view(p, from, c);
    }
    c->is_temporary = temporary;
    if (peek(p) == K_FUNCTION && !global) return parse_create_function(p, from, c);
    if (global) return parser_syntax_error(p), NULL;
    c->table = ARENA_NEW(p->arena, struct u_table);
    c->table->temporary = temporary;
    c->table->external = accept(p, K_EXTERNAL);
    c->table->replace = c->table->or_create = c->or_replace;
    bool pipeline = (peek(p) == K_MATERIALIZED && peek_at(p, 1) == K_VIEW) ||
                    (peek(p) == K_STREAMING && peek_at(p, 1) == K_TABLE) || peek(p) == K_FLOW;
    if (pipeline) return parse_create_pipeline(p, from, c);
    TRY_NULL(expect(p, K_TABLE));
    return parse_create_table(p, from, c);
}

struct u_plan *parse_replace(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_CREATE_TABLE);
    next(p);
    TRY_NULL(expect(p, K_TABLE));
    c->table = ARENA_NEW(p->arena, struct u_table);
    c->table->replace = true;
    return parse_create_table(p, from, c);
}
