/* SPDX-License-Identifier: Apache-2.0 */
/* INSERT in its forms, DELETE, UPDATE, MERGE. */
#include <strings.h>

#include "sql/parser.h"

/* ---- INSERT ---- */

/* INSERT OVERWRITE [LOCAL] DIRECTORY ['path'] USING format [OPTIONS (...)] or Hive's ROW FORMAT, STORED AS. */
static bool parse_insert_directory(struct parser *p, uint32_t from, struct u_command *c) {
    c->kind = C_INSERT_DIRECTORY;
    c->local = accept(p, K_LOCAL);
    TRY(expect(p, K_DIRECTORY));
    if (is_string(p, 0)) TRY(c->location = parse_string(p));
    if (accept(p, K_USING)) {
        TRY(parse_name(p, &c->provider));
        if (accept(p, K_OPTIONS)) TRY(parse_options(p, &c->option_count, &c->options));
        bool has_path = false;
        for (uint32_t i = 0; i < c->option_count; i++) has_path |= strcasecmp(c->options[i].key, "path") == 0;
        if (has_path == (c->location != NULL)) INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0049");
        return true;
    }
    if (!c->location) return parser_syntax_error(p);
    struct row_format format;
    TRY(parse_row_format(p, &format));
    if (accept2(p, K_STORED, K_AS)) {
        if (accept(p, K_INPUTFORMAT)) return parse_string(p) && expect(p, K_OUTPUTFORMAT) && parse_string(p);
        TRY(c->scope = parse_plain_identifier(p));
    }
    return true;
}

static void check_insert(struct parser *p, uint32_t from, const struct u_command *c) {
    if (!c->if_not_exists) return;
    if (!c->insert->overwrite) {
        INVALID(p, parser_origin(p, from), "INVALID_STATEMENT_OR_CLAUSE", "operation", "INSERT INTO ... IF NOT EXISTS");
        return;
    }
    const char *dynamic = NULL;
    for (uint32_t i = 0; i < c->partition.count; i++)
        if (!c->partition.values[i].value)
            dynamic = dynamic ? arena_printf(p->arena, "%s, %s", dynamic, c->partition.values[i].name)
                              : c->partition.values[i].name;
    if (dynamic) command_refuse(p, from, arena_printf(p->arena, "IF NOT EXISTS with dynamic partitions: %s", dynamic));
}

/* Up to the query, which comes behind. */
static bool parse_insert_into(struct parser *p, struct u_command *c) {
    uint32_t from = p->at;
    next(p);
    c->insert = ARENA_NEW(p->arena, struct u_insert);
    c->insert->overwrite = accept(p, K_OVERWRITE);
    if (!c->insert->overwrite) TRY(expect(p, K_INTO));
    bool directory = peek(p) == K_DIRECTORY || (peek(p) == K_LOCAL && peek_at(p, 1) == K_DIRECTORY);
    if (c->insert->overwrite && directory) return parse_insert_directory(p, from, c);
    if (peek(p) == K_TABLE && is_identifier(p, 1)) next(p);
    TRY(parse_target(p, &c->target));
    if (peek(p) == K_WITH && peek_at(p, 1) == T_LEFT_PAREN) {
        next(p);
        TRY(parse_options(p, &c->option_count, &c->options));
    }
    if (!c->insert->overwrite && accept2(p, K_REPLACE, K_WHERE)) {
        TRY(c->insert->replace_where = parse_expression(p));
        return true;
    }
    bool partitioned = peek(p) == K_PARTITION;
    if (partitioned) TRY(parse_partition_spec(p, &c->partition));
    if (partitioned || !c->insert->overwrite) TRY(parse_if_not_exists(p, &c->if_not_exists));
    if (accept2(p, K_BY, K_NAME))
        c->insert->by_name = true;
    else if (peek(p) == T_LEFT_PAREN && is_identifier(p, 1) && !starts_query(p, 1))
        TRY(parse_identifier_list(p, &c->insert->column_count, &c->insert->columns));
    check_insert(p, from, c);
    return true;
}

static struct u_plan *parse_insert(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_INSERT);
    TRY_NULL(parse_insert_into(p, c));
    TRY_NULL(c->query = parse_query(p));
    return u_command_plan(p, from, c);
}

/* FROM source INSERT INTO a SELECT ... INSERT INTO b SELECT ... */
static struct u_plan *parse_multi_insert(struct parser *p) {
    uint32_t from = p->at;
    struct u_plan *source;
    LIST(struct u_command *) inserts = {0};
    TRY_NULL(source = parse_from_clause(p));
    if (peek(p) != K_INSERT) return parser_syntax_error(p), NULL;
    while (peek(p) == K_INSERT) {
        uint32_t insert_from = p->at;
        struct u_command *c = u_command_new(p, C_INSERT);
        TRY_NULL(parse_insert_into(p, c));
        if (peek(p) != K_SELECT && peek(p) != K_MAP && peek(p) != K_REDUCE) return parser_syntax_error(p), NULL;
        uint32_t body_from = p->at;
        TRY_NULL(c->query = parse_select(p, source, SELECT_GIVEN));
        TRY_NULL(c->query = parse_organization(p, body_from, c->query));
        c->origin = parser_origin(p, insert_from);
        LIST_PUSH(p->arena, &inserts, c);
    }
    struct u_command *all = inserts.items[0];
    if (inserts.count > 1) {
        all = u_command_new(p, C_MULTI_INSERT);
        all->statement_count = inserts.count;
        all->statements = inserts.items;
    }
    return u_command_plan(p, from, all);
}

/* ---- DELETE, UPDATE ---- */

static bool parse_target_alias(struct parser *p, const char **alias, bool *columns) {
    uint32_t count;
    const char **names;
    TRY(parse_alias(p, alias, &count, &names));
    *columns = count > 0;
    return true;
}

static bool parse_where(struct parser *p, struct u_expr **condition) {
    if (!accept(p, K_WHERE)) return true;
    return (*condition = parse_expression(p)) != NULL;
}

static struct u_plan *parse_delete(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_DELETE);
    bool columns;
    next(p);
    TRY_NULL(expect(p, K_FROM));
    TRY_NULL(parse_target(p, &c->target));
    TRY_NULL(parse_target_alias(p, &c->alias, &columns));
    TRY_NULL(parse_where(p, &c->condition));
    if (columns) INVALID(p, parser_origin(p, from), "COLUMN_ALIASES_NOT_ALLOWED", "op", "DELETE");
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_update(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_UPDATE);
    bool columns;
    next(p);
    TRY_NULL(parse_target(p, &c->target));
    TRY_NULL(parse_target_alias(p, &c->alias, &columns));
    TRY_NULL(expect(p, K_SET));
    TRY_NULL(parse_assignments(p, &c->assignment_count, &c->assignments));
    TRY_NULL(parse_where(p, &c->condition));
    if (columns) INVALID(p, parser_origin(p, from), "COLUMN_ALIASES_NOT_ALLOWED", "op", "UPDATE");
    return u_command_plan(p, from, c);
}

/* ---- MERGE ---- */

/* INSERT * | INSERT (a, b) VALUES (1, 2) */
static bool parse_merge_insert(struct parser *p, uint32_t from, struct u_merge_clause *clause) {
    clause->action = U_MERGE_INSERT;
    if (accept(p, T_ASTERISK)) {
        clause->action = U_MERGE_INSERT_STAR;
        return true;
    }
    struct u_name *names;
    struct expr_list values = {0};
    uint32_t count;
    TRY(expect(p, T_LEFT_PAREN));
    TRY(parse_name_list(p, &count, &names));
    TRY(expect2(p, T_RIGHT_PAREN, K_VALUES));
    TRY(expect(p, T_LEFT_PAREN));
    TRY(parse_expressions(p, &values));
    TRY(expect(p, T_RIGHT_PAREN));
    if (values.count != count) {
        INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0006");
        return true;
    }
    clause->assignment_count = count;
    clause->assignments = ARENA_ARRAY(p->arena, struct u_assignment, count);
    for (uint32_t i = 0; i < count; i++)
        clause->assignments[i] = (struct u_assignment){names[i], values.items[i]->origin, values.items[i]};
    return true;
}

static bool parse_merge_action(struct parser *p, uint32_t from, struct u_merge_clause *clause) {
    if (clause->kind == U_NOT_MATCHED) return expect(p, K_INSERT) && parse_merge_insert(p, from, clause);
    if (accept(p, K_DELETE)) {
        clause->action = U_MERGE_DELETE;
        return true;
    }
    TRY(expect2(p, K_UPDATE, K_SET));
    clause->action = U_MERGE_UPDATE;
    if (clause->kind == U_MATCHED && accept(p, T_ASTERISK)) {
        clause->action = U_MERGE_UPDATE_STAR;
        return true;
    }
    return parse_assignments(p, &clause->assignment_count, &clause->assignments);
}

/* WHEN [NOT] MATCHED [BY TARGET | BY SOURCE] [AND condition] THEN action */
static bool parse_merge_clause(struct parser *p, uint32_t from, struct u_merge_clause *clause) {
    *clause = (struct u_merge_clause){.kind = U_MATCHED};
    next(p);
    if (peek(p) != K_MATCHED) {
        TRY(parse_not(p));
        clause->kind = U_NOT_MATCHED;
    }
    TRY(expect(p, K_MATCHED));
    if (clause->kind == U_NOT_MATCHED && accept2(p, K_BY, K_SOURCE))
        clause->kind = U_NOT_MATCHED_BY_SOURCE;
    else if (clause->kind == U_NOT_MATCHED)
        accept2(p, K_BY, K_TARGET);
    if (accept(p, K_AND)) TRY(clause->condition = parse_expression(p));
    TRY(expect(p, K_THEN));
    return parse_merge_action(p, from, clause);
}

/* Only the last clause of a kind may do without a condition. */
static void check_merge(struct parser *p, uint32_t from, const struct u_merge *m) {
    static const char *const conditions[] = {"NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION",
                                             "NON_LAST_NOT_MATCHED_BY_TARGET_CLAUSE_OMIT_CONDITION",
                                             "NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION"};
    const struct origin *origin = parser_origin(p, from);
    if (!m->clause_count) INVALID(p, origin, "MERGE_WITHOUT_WHEN");
    for (uint32_t i = 0; i + 1 < m->clause_count; i++)
        if (!m->clauses[i].condition && m->clauses[i + 1].kind == m->clauses[i].kind)
            INVALID(p, origin, conditions[m->clauses[i].kind]);
}

static bool parse_merge_source(struct parser *p, struct u_merge *m) {
    uint32_t from = p->at;
    if (accept(p, T_LEFT_PAREN)) {
        TRY(m->source = parse_query(p));
        TRY(expect(p, T_RIGHT_PAREN));
    } else {
        struct u_name name;
        struct u_expr *identifier;
        TRY(parse_reference(p, &name, &identifier));
        m->source = make_relation(p, from, name, identifier);
    }
    return (m->source = parse_table_alias(p, from, m->source)) != NULL;
}

static struct u_plan *parse_merge(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_MERGE);
    struct u_merge *m = c->merge = ARENA_NEW(p->arena, struct u_merge);
    bool columns;
    next(p);
    if (peek(p) == K_WITH) {
        next(p);
        TRY_NULL(expect2(p, K_SCHEMA, K_EVOLUTION));
        m->schema_evolution = true;
    }
    TRY_NULL(expect(p, K_INTO));
    TRY_NULL(parse_target(p, &c->target));
    TRY_NULL(parse_target_alias(p, &m->target_alias, &columns));
    TRY_NULL(expect(p, K_USING));
    TRY_NULL(parse_merge_source(p, m));
    TRY_NULL(expect(p, K_ON));
    TRY_NULL(m->condition = parse_expression(p));
    LIST(struct u_merge_clause) clauses = {0};
    int last = U_MATCHED;
    while (peek(p) == K_WHEN) {
        struct u_merge_clause clause;
        uint32_t clause_at = p->at;
        TRY_NULL(parse_merge_clause(p, from, &clause));
        if ((int)clause.kind < last) { /* kinds come in order */
            p->at = clause_at;
            return parser_syntax_error(p), NULL;
        }
        last = clause.kind;
        LIST_PUSH(p->arena, &clauses, clause);
    }
    m->clause_count = clauses.count;
    m->clauses = clauses.items;
    if (columns) INVALID(p, parser_origin(p, from), "COLUMN_ALIASES_NOT_ALLOWED", "op", "MERGE");
    check_merge(p, from, m);
    return u_command_plan(p, from, c);
}

struct u_plan *parse_dml(struct parser *p) {
    switch (peek(p)) {
        case K_INSERT: return parse_insert(p);
        case K_FROM: return parse_multi_insert(p);
        case K_DELETE: return parse_delete(p);
        case K_UPDATE: return parse_update(p);
        case K_MERGE: return parse_merge(p);
        default: return parser_syntax_error(p), NULL;
    }
}
