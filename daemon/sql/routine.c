/* SPDX-License-Identifier: Apache-2.0 */
/* CREATE FUNCTION: of a class, which is refused, or in SQL, with parameters, characteristics and RETURN. */
#include <strings.h>

#include "sql/parser.h"

static struct u_plan *parse_class_function(struct parser *p, uint32_t from, struct u_command *c) {
    const char *wrong = NULL;
    TRY_NULL(c->function->class_name = parse_string(p));
    if (accept(p, K_USING)) {
        do {
            const char *kind;
            TRY_NULL(kind = parse_plain_identifier(p));
            TRY_NULL(parse_string(p));
            if (strcasecmp(kind, "jar") && strcasecmp(kind, "file") && strcasecmp(kind, "archive") && !wrong)
                wrong = kind;
        } while (accept(p, T_COMMA));
    }
    if (wrong) command_refuse(p, from, arena_printf(p->arena, "CREATE FUNCTION with resource type '%s'", wrong));
    return u_command_plan(p, from, c);
}

/* RETURNS type | TABLE [(columns)] */
static bool parse_returns(struct parser *p, struct u_function *f) {
    if (peek(p) != K_RETURNS || peek_at(p, 1) == K_NULL) return true;
    next(p);
    if (!accept(p, K_TABLE)) {
        TRY(f->returns = parse_type(p));
        return true;
    }
    f->is_table = true;
    if (!accept(p, T_LEFT_PAREN)) return true;
    uint32_t from = p->at;
    TRY(f->returns_table = parse_columns(p));
    f->returns_text = parser_text(p, from);
    return expect(p, T_RIGHT_PAREN);
}

/* One of LANGUAGE SQL, DETERMINISTIC, READS SQL DATA, ...; *clause is its name, NULL where there is none. */
static bool parse_characteristic(struct parser *p, struct u_command *c, const char **clause) {
    struct u_function *f = c->function;
    *clause = NULL;
    if (accept(p, K_LANGUAGE)) {
        *clause = "LANGUAGE";
        TRY(f->language = parse_plain_identifier(p));
    } else if (accept(p, K_SPECIFIC)) {
        *clause = "SPECIFIC";
        TRY(parse_identifier(p));
    } else if (accept(p, K_DETERMINISTIC)) {
        *clause = "DETERMINISTIC";
        f->deterministic = true;
    } else if (accept2(p, K_NOT, K_DETERMINISTIC)) {
        *clause = "DETERMINISTIC";
        f->not_deterministic = true;
    } else if (accept2(p, K_NO, K_SQL)) {
        *clause = "SQL DATA ACCESS";
    } else if (accept2(p, K_CONTAINS, K_SQL)) {
        *clause = "SQL DATA ACCESS";
        f->contains_sql = true;
    } else if (accept2(p, K_READS, K_SQL) || accept2(p, K_MODIFIES, K_SQL)) {
        *clause = "SQL DATA ACCESS";
        f->reads_sql = true;
        TRY(expect(p, K_DATA));
    } else if (accept2(p, K_RETURNS, K_NULL) || accept(p, K_CALLED)) {
        *clause = "NULL CALL";
        TRY(expect2(p, K_ON, K_NULL) && expect(p, K_INPUT));
    } else if (accept(p, K_COMMENT)) {
        *clause = "COMMENT";
        TRY(c->comment = parse_string(p));
    } else if (accept2(p, K_SQL, K_SECURITY)) {
        *clause = "SQL SECURITY RIGHTS";
        if (!accept(p, K_INVOKER)) TRY(expect(p, K_DEFINER));
    }
    return true;
}

static bool parse_characteristics(struct parser *p, uint32_t from, struct u_command *c) {
    const char *seen[16], *clause, *twice = NULL;
    uint32_t count = 0;
    for (;;) {
        TRY(parse_characteristic(p, c, &clause));
        if (!clause) break;
        for (uint32_t i = 0; i < count; i++)
            if (strcmp(seen[i], clause) == 0) twice = clause;
        if (count < 16) seen[count++] = clause;
    }
    command_duplicate(p, from, twice);
    return true;
}

static void check_parameters(struct parser *p, const struct u_function *f) {
    for (uint32_t i = 0; i < f->parameter_count; i++) {
        const struct u_column *column = &f->parameters[i];
        if (column->generated || column->identity)
            INVALID(p, column->origin, "INVALID_SQL_SYNTAX.CREATE_FUNC_WITH_GENERATED_COLUMNS_AS_PARAMETERS");
        if (column->has_constraint)
            INVALID(p, column->origin, "INVALID_SQL_SYNTAX.CREATE_FUNC_WITH_COLUMN_CONSTRAINTS");
    }
}

static struct u_plan *parse_sql_function(struct parser *p, uint32_t from, struct u_command *c) {
    struct u_function *f = c->function;
    c->kind = C_CREATE_SQL_FUNCTION;
    next(p);
    uint32_t parameters_from = p->at;
    if (peek(p) != T_RIGHT_PAREN) {
        TRY_NULL(parse_column_definitions(p, &f->parameter_count, &f->parameters));
        f->parameters_text = parser_text(p, parameters_from);
    }
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    check_parameters(p, f);
    TRY_NULL(parse_returns(p, f));
    TRY_NULL(parse_characteristics(p, from, c));
    TRY_NULL(expect(p, K_RETURN));
    uint32_t body_from = p->at;
    if (starts_query(p, 0))
        TRY_NULL(c->query = parse_query(p));
    else
        TRY_NULL(f->expression = parse_expression(p));
    f->body_text = parser_text(p, body_from);
    return u_command_plan(p, from, c);
}

struct u_plan *parse_create_function(struct parser *p, uint32_t from, struct u_command *c) {
    c->kind = C_CREATE_FUNCTION;
    c->function = ARENA_NEW(p->arena, struct u_function);
    c->function->temporary = c->is_temporary;
    next(p);
    TRY_NULL(parse_if_not_exists(p, &c->if_not_exists));
    TRY_NULL(parse_target(p, &c->target));
    struct u_plan *plan;
    if (accept(p, K_AS)) {
        TRY_NULL(plan = parse_class_function(p, from, c));
    } else if (peek(p) == T_LEFT_PAREN) {
        TRY_NULL(plan = parse_sql_function(p, from, c));
    } else {
        return parser_syntax_error(p), NULL;
    }
    c->function->text = parser_text(p, from);
    const struct origin *origin = parser_origin(p, from);
    if (c->or_replace && c->if_not_exists)
        INVALID(p, origin, "INVALID_SQL_SYNTAX.CREATE_ROUTINE_WITH_IF_NOT_EXISTS_AND_REPLACE");
    if (c->is_temporary && c->if_not_exists)
        INVALID(p, origin, "INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_IF_NOT_EXISTS");
    if (c->is_temporary && c->target.name.count > 1)
        INVALID(p, origin, "INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_DATABASE", "database",
                sql_quote_name_always(p->arena, c->target.name.parts, 1));
    return plan;
}
