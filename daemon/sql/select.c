/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SELECT: hints, the list, FROM, LATERAL VIEW, WHERE, GROUP BY, HAVING, WINDOW. The nodes stand in the order in which
 * they act, innermost first:
 *
 *     from, lateral views, where, (project | aggregate), having, distinct, windows, hints
 */
#include "sql/parser.h"

/* ---- hints ---- */

/* name [(parameters)], ... up to the end; the first hint is outermost. */
static bool parse_hints(struct parser *p, struct expr_list *hints) {
    uint32_t length = 0;
    while (accept(p, T_HINT_START)) {
        do {
            TRY(parser_chain(p, &length));
            uint32_t from = p->at;
            struct u_name name = {1, ARENA_NEW(p->arena, const char *)};
            TRY(refuse_identifier_literal(p));
            TRY(name.parts[0] = parse_plain_identifier(p));
            struct expr_list parameters = {0};
            if (accept(p, T_LEFT_PAREN)) {
                do {
                    struct u_expr *e;
                    TRY(e = parse_primary(p));
                    LIST_PUSH(p->arena, &parameters, e);
                } while (accept(p, T_COMMA));
                TRY(expect(p, T_RIGHT_PAREN));
            }
            struct u_expr *hint =
                u_call(p->arena, parser_origin(p, from), name.parts[0], parameters.count, parameters.items);
            LIST_PUSH(p->arena, hints, hint);
            accept(p, T_COMMA);
        } while (peek(p) != T_HINT_END);
        next(p);
    }
    return true;
}

static struct u_plan *apply_hints(struct parser *p, uint32_t from, struct u_plan *plan, const struct expr_list *hints) {
    for (uint32_t i = hints->count; i > 0; i--) {
        struct u_expr *hint = hints->items[i - 1];
        struct expr_list parameters = {.count = hint->child_count, .items = hint->children};
        plan = make_plan(p, U_HINT, from, plan, &parameters);
        plan->hint.name = hint->call.name.parts[0];
    }
    return plan;
}

/* ---- TRANSFORM ---- */

/* All columns have a type, or none. */
static bool parse_transform_columns(struct parser *p, struct u_plan *transform) {
    LIST(struct field) columns = {0};
    bool parentheses = accept(p, T_LEFT_PAREN), typed = false;
    do {
        struct field column = {.type = TYPE_OF(STRING), .nullable = true};
        TRY(column.name = parse_identifier(p));
        bool ends = ends_expression(peek(p)) || peek(p) == K_FROM || peek(p) == K_ROW || peek(p) == K_RECORDREADER;
        if (!columns.count) typed = !ends;
        if (typed) {
            TRY(column.type = parse_type(p));
            if (peek(p) == K_COMMENT && is_string(p, 1)) {
                next(p);
                TRY(parse_string(p));
            }
        }
        LIST_PUSH(p->arena, &columns, column);
    } while (accept(p, T_COMMA));
    transform->transform.columns = columns.items;
    transform->transform.column_count = columns.count;
    return !parentheses || expect(p, T_RIGHT_PAREN);
}

static bool parse_transform_format(struct parser *p, uint32_t from, struct script_format *out) {
    struct row_format format;
    TRY(parse_row_format(p, &format));
    if (format.serde) INVALID(p, parser_origin(p, from), "UNSUPPORTED_FEATURE.TRANSFORM_NON_HIVE");
    *out = format.text;
    return true;
}

/* SELECT TRANSFORM(...) USING 'command', MAP a, b USING ..., REDUCE ...: *out still has no query below. */
static bool parse_transform(struct parser *p, uint32_t select, struct expr_list *inputs, struct u_plan **out) {
    static const struct field key_and_value[] = {{.name = "key", .type = TYPE_OF(STRING), .nullable = true},
                                                 {.name = "value", .type = TYPE_OF(STRING), .nullable = true}};
    uint32_t from = p->at;
    struct u_plan *transform = *out = make_plan(p, U_TRANSFORM, from, NULL, NULL);
    transform->transform.columns = key_and_value;
    transform->transform.column_count = 2;
    bool parentheses = peek(p) == K_TRANSFORM;
    next(p);
    if (parentheses) TRY(expect(p, T_LEFT_PAREN));
    if (peek(p) == K_DISTINCT || peek(p) == K_ALL) {
        const char *clause = arena_printf(p->arena, "%s", peek(p) == K_DISTINCT ? "DISTINCT" : "ALL");
        INVALID(p, parser_origin(p, from), "UNSUPPORTED_FEATURE.TRANSFORM_DISTINCT_ALL", "clause", clause);
        next(p);
    }
    TRY(parse_expressions(p, inputs));
    if (parentheses) TRY(expect(p, T_RIGHT_PAREN));
    TRY(parse_transform_format(p, select, &transform->transform.input));
    if (accept(p, K_RECORDWRITER)) TRY(parse_string(p));
    TRY(expect(p, K_USING));
    TRY(transform->transform.command = parse_string(p));
    bool named = accept(p, K_AS);
    if (named) TRY(parse_transform_columns(p, transform));
    TRY(parse_transform_format(p, select, &transform->transform.output));
    if (!named) transform->transform.output.null_text = NULL;
    return !accept(p, K_RECORDREADER) || parse_string(p);
}

static bool starts_transform(const struct parser *p) {
    if (peek(p) != K_TRANSFORM || peek_at(p, 1) != T_LEFT_PAREN) return false;
    /* transform(array, x -> ...) is a function: it is USING behind the parentheses that tells. */
    uint32_t ahead = behind_parentheses(p, 1);
    enum token_kind after = peek_at(p, ahead);
    return (after == K_USING || after == K_RECORDWRITER) && is_string(p, ahead + 1)
               ? true
               : after == K_ROW && peek_at(p, ahead + 1) == K_FORMAT;
}

/* ---- the clauses ---- */

static struct u_plan *make_project(struct parser *p, uint32_t from, struct u_plan *plan, const struct expr_list *list) {
    return make_plan(p, U_PROJECT, from, plan, list);
}

/* Without GROUP BY, HAVING makes one group of all rows. */
static struct u_plan *make_global_aggregate(struct parser *p, uint32_t from, struct u_plan *plan,
                                            const struct expr_list *list) {
    struct u_plan *aggregate = make_plan(p, U_AGGREGATE, from, plan, NULL);
    aggregate->aggregate.group = U_GROUP_BY;
    aggregate->aggregate.result_count = list->count;
    aggregate->aggregate.results = list->items;
    return aggregate;
}

static struct u_plan *parse_grouping(struct parser *p, uint32_t from, struct u_plan *plan,
                                     const struct expr_list *list) {
    bool grouped = peek(p) == K_GROUP && peek_at(p, 1) == K_BY;
    if (grouped) TRY_NULL(plan = parse_group_by(p, from, plan, list, false));
    if (peek(p) != K_HAVING || ends_expression(peek_at(p, 1)))
        return grouped ? plan : make_project(p, from, plan, list);
    next(p);
    struct u_expr *condition;
    TRY_NULL(condition = parse_expression(p));
    bool as_where = !grouped && parser_setting(p, "spark.sql.legacy.parser.havingWithoutGroupByAsWhere", false);
    if (as_where) {
        plan = make_plan_one(p, U_FILTER, from, plan, condition);
        return make_project(p, from, plan, list);
    }
    if (!grouped) plan = make_global_aggregate(p, from, plan, list);
    plan = make_plan_one(p, U_FILTER, from, plan, condition);
    plan->filter.having = true;
    return plan;
}

struct u_plan *parse_select(struct parser *p, struct u_plan *plan, enum select_source source) {
    uint32_t from = p->at;
    struct expr_list hints = {0}, list = {0};
    bool distinct = false;
    struct u_plan *transform = NULL;
    if (peek(p) == K_SELECT) {
        next(p);
        TRY_NULL(parse_hints(p, &hints));
        if (!starts_transform(p)) {
            if ((peek(p) == K_DISTINCT || peek(p) == K_ALL) && starts_operand(p, 1)) {
                distinct = peek(p) == K_DISTINCT;
                next(p);
            }
            TRY_NULL(parse_named_expressions(p, &list));
        }
    }
    if (!list.count) TRY_NULL(parse_transform(p, from, &list, &transform));
    bool piped = source == SELECT_PIPED;
    if (source == SELECT_FROM)
        plan = peek(p) == K_FROM ? parse_from_clause(p) : make_plan(p, U_ONE_ROW, from, NULL, NULL);
    TRY_NULL(plan);
    if (!piped) TRY_NULL(plan = parse_lateral_views(p, plan));
    if (!piped && peek(p) == K_WHERE && !ends_expression(peek_at(p, 1))) {
        struct u_expr *condition;
        next(p);
        TRY_NULL(condition = parse_expression(p));
        plan = make_plan_one(p, U_FILTER, from, plan, condition);
    }
    TRY_NULL(plan = piped ? make_project(p, from, plan, &list) : parse_grouping(p, from, plan, &list));
    if (distinct) plan = make_plan(p, U_DISTINCT, from, plan, NULL);
    if (peek(p) == K_WINDOW && is_identifier(p, 1) && peek_at(p, 2) == K_AS) {
        next(p);
        plan = make_plan(p, U_WITH_WINDOWS, from, plan, NULL);
        TRY_NULL(parse_named_windows(p, &plan->windows.count, &plan->windows.windows));
    }
    if (transform) {
        transform->child_count = 1;
        transform->children = ARENA_NEW(p->arena, struct u_plan *);
        transform->children[0] = plan;
        transform->origin = plan->origin;
        plan = transform;
    }
    return apply_hints(p, from, plan, &hints);
}
