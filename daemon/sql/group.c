/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GROUP BY with its analytics, PIVOT, UNPIVOT and LATERAL VIEW.
 *
 * rollup(...), cube(...) and "grouping sets"(...) stand among the grouping expressions as calls. A set of several
 * expressions is a call of "grouping set", also in the first two, so that ROLLUP((a, b), c) keeps a and b together.
 */
#include "sql/parser.h"

static struct u_expr *make_analytics(struct parser *p, uint32_t from, const char *name, const struct expr_list *sets) {
    struct u_expr *e = u_call(p->arena, parser_origin(p, from), name, sets->count, sets->items);
    e->call.is_operator = true;
    return e;
}

static struct u_expr *make_set(struct parser *p, uint32_t from, uint32_t count, struct u_expr **items) {
    struct u_expr *e = u_call(p->arena, parser_origin(p, from), "grouping set", count, items);
    e->call.is_operator = true;
    return e;
}

/* (), (a, b), (a) or a. In GROUPING SETS each is a set, `as_set`. */
static struct u_expr *parse_grouping_set(struct parser *p, bool as_set) {
    uint32_t from = p->at;
    if (accept2(p, T_LEFT_PAREN, T_RIGHT_PAREN)) return make_set(p, from, 0, NULL);
    struct u_expr *e;
    TRY_NULL(e = parse_expression(p));
    bool row = e->kind == U_CALL && e->call.is_operator && strcmp(e->call.name.parts[0], "named_struct") == 0;
    if (!row) return as_set ? make_set(p, from, 1, &e) : e;
    uint32_t count = e->child_count / 2;
    struct u_expr **items = ARENA_ARRAY(p->arena, struct u_expr *, count);
    for (uint32_t i = 0; i < count; i++) items[i] = e->children[2 * i + 1];
    return make_set(p, from, count, items);
}

static bool starts_analytics(const struct parser *p) {
    if (peek(p) == K_GROUPING) return peek_at(p, 1) == K_SETS && peek_at(p, 2) == T_LEFT_PAREN;
    return (peek(p) == K_ROLLUP || peek(p) == K_CUBE) && peek_at(p, 1) == T_LEFT_PAREN;
}

/* ROLLUP(...), CUBE(...), GROUPING SETS(...): the last may hold the others. */
static struct u_expr *parse_analytics(struct parser *p) {
    uint32_t from = p->at;
    bool sets = peek(p) == K_GROUPING, empty = false;
    const char *name = sets ? "grouping sets" : peek(p) == K_ROLLUP ? "rollup" : "cube";
    TRY_NULL(parser_enter(p));
    p->at += sets ? 3 : 2;
    struct expr_list list = {0};
    do {
        struct u_expr *e;
        TRY_NULL(e = sets && starts_analytics(p) ? parse_analytics(p) : parse_grouping_set(p, sets));
        LIST_PUSH(p->arena, &list, e);
        empty |=
            !sets && e->kind == U_CALL && e->child_count == 0 && strcmp(e->call.name.parts[0], "grouping set") == 0;
    } while (accept(p, T_COMMA));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    parser_leave(p);
    if (empty)
        INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0051", "element", *name == 'r' ? "ROLLUP" : "CUBE");
    return make_analytics(p, from, name, &list);
}

/* GROUP BY a, b WITH ROLLUP | WITH CUBE | GROUPING SETS (...): the older forms. */
static bool parse_old_analytics(struct parser *p, uint32_t from, struct expr_list *list) {
    struct u_expr *e = NULL;
    if (accept2(p, K_WITH, K_ROLLUP))
        e = make_analytics(p, from, "rollup", list);
    else if (accept2(p, K_WITH, K_CUBE))
        e = make_analytics(p, from, "cube", list);
    else if (starts_analytics(p) && peek(p) == K_GROUPING) {
        /* The list before it says which groups there are, though no set may hold some of them. */
        TRY(e = parse_analytics(p));
        struct u_expr *all = make_set(p, from, list->count, list->items);
        e->children = arena_grow(p->arena, e->children, e->child_count * sizeof(struct u_expr *),
                                 (e->child_count + 1) * sizeof(struct u_expr *));
        e->children[e->child_count++] = all;
        e->call.name.parts[0] = "grouping sets of";
    }
    if (!e) return true;
    list->items[0] = e;
    list->count = 1;
    return true;
}

struct u_plan *parse_group_by(struct parser *p, uint32_t from, struct u_plan *plan, const struct expr_list *results,
                              bool named) {
    struct expr_list list = {0};
    p->at += 2;
    uint32_t list_from = p->at;
    bool all = peek(p) == K_ALL;
    do {
        struct u_expr *e;
        TRY_NULL(e = starts_analytics(p) ? parse_analytics(p)
                     : named             ? parse_named_expression(p)
                                         : parse_expression(p));
        LIST_PUSH(p->arena, &list, e);
    } while (accept(p, T_COMMA));
    all = all && p->at == list_from + 1;
    TRY_NULL(parse_old_analytics(p, list_from, &list));
    struct u_plan *aggregate = make_plan(p, U_AGGREGATE, from, plan, all ? NULL : &list);
    aggregate->aggregate.group = all ? U_GROUP_ALL : U_GROUP_BY;
    if (results) {
        aggregate->aggregate.result_count = results->count;
        aggregate->aggregate.results = results->items;
    }
    return aggregate;
}

/* ---- PIVOT ---- */

static bool parse_pivot_columns(struct parser *p, struct expr_list *columns) {
    bool parentheses = accept(p, T_LEFT_PAREN);
    do {
        uint32_t from = p->at;
        const char *name;
        TRY(name = parse_identifier(p));
        struct u_expr *e = u_attribute(p->arena, parser_origin(p, from), name);
        LIST_PUSH(p->arena, columns, e);
    } while (parentheses && accept(p, T_COMMA));
    return !parentheses || expect(p, T_RIGHT_PAREN);
}

/* PIVOT (aggregates FOR column IN (values)) */
struct u_plan *parse_pivot(struct parser *p, uint32_t from, struct u_plan *plan) {
    struct expr_list aggregates = {0}, columns = {0}, values = {0};
    next(p);
    TRY_NULL(expect(p, T_LEFT_PAREN));
    TRY_NULL(parse_named_expressions(p, &aggregates));
    TRY_NULL(expect(p, K_FOR));
    TRY_NULL(parse_pivot_columns(p, &columns));
    TRY_NULL(expect2(p, K_IN, T_LEFT_PAREN));
    TRY_NULL(parse_named_expressions(p, &values));
    TRY_NULL(expect2(p, T_RIGHT_PAREN, T_RIGHT_PAREN));
    struct u_plan *pivot = make_plan(p, U_PIVOT, from, plan, &aggregates);
    pivot->pivot.column_count = columns.count;
    pivot->pivot.columns = columns.items;
    pivot->pivot.value_count = values.count;
    pivot->pivot.values = values.items;
    return pivot;
}

/* ---- UNPIVOT ---- */

static struct u_expr *parse_unpivot_column(struct parser *p) {
    uint32_t from = p->at;
    struct u_name name;
    TRY_NULL(parse_name(p, &name));
    struct u_expr *e = u_expr_new(p->arena, U_ATTRIBUTE, parser_origin(p, from), 0);
    e->attribute.name = name;
    return e;
}

static bool parse_unpivot_alias(struct parser *p, const char **alias) {
    *alias = NULL;
    bool as = accept(p, K_AS);
    if (!as && !is_identifier(p, 0)) return true;
    TRY(*alias = parse_identifier(p));
    return true;
}

/* (a, b) AS x, ... or a AS x, ... */
static bool parse_unpivot_values(struct parser *p, bool several, struct u_plan *unpivot) {
    struct expr_list values = {0};
    LIST(const char *) aliases = {0};
    do {
        uint32_t from = p->at;
        struct u_expr *e;
        if (several) {
            struct expr_list set = {0};
            TRY(expect(p, T_LEFT_PAREN));
            do {
                TRY(e = parse_unpivot_column(p));
                LIST_PUSH(p->arena, &set, e);
            } while (accept(p, T_COMMA));
            TRY(expect(p, T_RIGHT_PAREN));
            e = u_call(p->arena, parser_origin(p, from), "struct", set.count, set.items);
        } else {
            TRY(e = parse_unpivot_column(p));
        }
        const char *alias;
        TRY(parse_unpivot_alias(p, &alias));
        LIST_PUSH(p->arena, &values, e);
        LIST_PUSH(p->arena, &aliases, alias);
    } while (accept(p, T_COMMA));
    unpivot->unpivot.has_values = true;
    unpivot->unpivot.value_count = values.count;
    unpivot->unpivot.values = values.items;
    unpivot->unpivot.aliases = aliases.items;
    return true;
}

/* UNPIVOT [INCLUDE | EXCLUDE NULLS] (value FOR name IN (a AS x, b)) [AS alias] */
struct u_plan *parse_unpivot(struct parser *p, uint32_t from, struct u_plan *plan) {
    next(p);
    bool include = accept2(p, K_INCLUDE, K_NULLS);
    if (!include) accept2(p, K_EXCLUDE, K_NULLS);
    TRY_NULL(expect(p, T_LEFT_PAREN));
    struct u_plan *unpivot = make_plan(p, U_UNPIVOT, from, plan, NULL);
    unpivot->unpivot.include_nulls = include;
    bool several = accept(p, T_LEFT_PAREN);
    TRY_NULL(several ? parse_identifiers(p, &unpivot->unpivot.name_count, &unpivot->unpivot.names)
                     : (unpivot->unpivot.names = ARENA_NEW(p->arena, const char *), unpivot->unpivot.name_count = 1,
                        unpivot->unpivot.names[0] = parse_plain_identifier(p)) != NULL);
    if (several) TRY_NULL(expect(p, T_RIGHT_PAREN));
    TRY_NULL(expect(p, K_FOR));
    TRY_NULL(unpivot->unpivot.variable = parse_plain_identifier(p));
    TRY_NULL(expect2(p, K_IN, T_LEFT_PAREN));
    TRY_NULL(parse_unpivot_values(p, several, unpivot));
    TRY_NULL(expect2(p, T_RIGHT_PAREN, T_RIGHT_PAREN));
    unpivot->origin = parser_origin(p, from);
    bool as = accept(p, K_AS);
    if (!as && !starts_table_alias(p)) return unpivot;
    struct u_plan *alias = make_plan(p, U_SUBQUERY_ALIAS, from, unpivot, NULL);
    TRY_NULL(alias->alias.name = parse_identifier(p));
    return alias;
}

/* ---- LATERAL VIEW ---- */

static struct u_plan *parse_lateral_view(struct parser *p, struct u_plan *plan) {
    uint32_t from = p->at;
    p->at += 2;
    bool outer = peek(p) == K_OUTER && is_identifier(p, 1);
    if (outer) next(p);
    uint32_t call_from = p->at;
    struct u_name name;
    struct expr_list arguments = {0};
    TRY_NULL(parse_qualified_name(p, &name));
    TRY_NULL(expect(p, T_LEFT_PAREN));
    if (peek(p) != T_RIGHT_PAREN) TRY_NULL(parse_expressions(p, &arguments));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    struct u_expr *generator = u_call(p->arena, parser_origin(p, call_from), "", arguments.count, arguments.items);
    generator->call.name = name;
    struct u_plan *generate = make_plan(p, U_GENERATE, from, plan, NULL);
    generate->generate.generator = generator;
    generate->generate.outer = outer;
    TRY_NULL(generate->generate.table = parse_plain_identifier(p));
    bool as = accept(p, K_AS);
    if (as || starts_alias(p))
        TRY_NULL(parse_identifiers(p, &generate->generate.column_count, &generate->generate.columns));
    generate->origin = parser_origin(p, from);
    return generate;
}

struct u_plan *parse_lateral_views(struct parser *p, struct u_plan *plan) {
    uint32_t length = 0;
    while (plan && peek(p) == K_LATERAL && peek_at(p, 1) == K_VIEW) {
        TRY_NULL(parser_chain(p, &length));
        plan = parse_lateral_view(p, plan);
    }
    return plan;
}
