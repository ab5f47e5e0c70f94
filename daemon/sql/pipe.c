/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipes: query |> WHERE a > 1 |> AGGREGATE sum(b) GROUP BY c. Each operator takes the rows so far as its input, and
 * most are the clauses of the same names. What differs:
 *
 *     EXTEND    adds columns behind all that there are
 *     SET, DROP replace and remove columns
 *     AGGREGATE puts what it groups by in front of its results
 *     AS        names the rows so far
 */
#include <strings.h>

#include "sql/parser.h"

/* The operators' own expressions are marked, as those of SELECT, EXTEND and SET must not aggregate. */
static struct u_plan *parse_pipe_select(struct parser *p, uint32_t from, struct u_plan *plan) {
    TRY_NULL(plan = parse_select(p, plan, SELECT_PIPED));
    plan->origin = parser_origin(p, from);
    return plan;
}

static struct u_plan *parse_pipe_extend(struct parser *p, uint32_t from, struct u_plan *plan) {
    uint32_t star_from = p->at;
    struct expr_list list = {0};
    next(p);
    struct u_expr *star = u_expr_new(p->arena, U_STAR, parser_origin(p, star_from), 0);
    LIST_PUSH(p->arena, &list, star);
    TRY_NULL(parse_named_expressions(p, &list));
    return make_plan(p, U_PROJECT, from, plan, &list);
}

static struct u_plan *parse_pipe_set(struct parser *p, uint32_t from, struct u_plan *plan) {
    struct expr_list list = {0};
    next(p);
    uint32_t length = 0;
    do {
        TRY_NULL(parser_chain(p, &length));
        uint32_t item_from = p->at;
        const char **name = ARENA_NEW(p->arena, const char *);
        struct u_expr *value;
        bool qualified = false;
        TRY_NULL(name[0] = parse_identifier(p));
        while (accept(p, T_DOT)) {
            TRY_NULL(parse_identifier(p));
            qualified = true;
        }
        TRY_NULL(expect(p, T_EQ));
        TRY_NULL(value = parse_expression(p));
        if (qualified)
            INVALID(
                p, parser_origin(p, item_from), "_LEGACY_ERROR_TEMP_0035", "message",
                "SQL pipe syntax |> SET operator with multi-part assignment key (only single-part keys are allowed)");
        struct u_expr *alias = u_expr_new(p->arena, U_ALIAS, parser_origin(p, item_from), 1);
        alias->children[0] = value;
        alias->alias.name_count = 1;
        alias->alias.names = name;
        LIST_PUSH(p->arena, &list, alias);
        /* Each may use what the one before it set. */
        plan = make_plan_one(p, U_WITH_COLUMNS, from, plan, alias);
    } while (accept(p, T_COMMA));
    return plan;
}

static struct u_plan *parse_pipe_drop(struct parser *p, uint32_t from, struct u_plan *plan) {
    struct expr_list list = {0};
    next(p);
    do {
        uint32_t item_from = p->at;
        const char *name;
        TRY_NULL(name = parse_identifier(p));
        struct u_expr *e = u_attribute(p->arena, parser_origin(p, item_from), name);
        LIST_PUSH(p->arena, &list, e);
    } while (accept(p, T_COMMA));
    struct u_expr *star = u_expr_new(p->arena, U_STAR, parser_origin(p, from), 0);
    star->star.except_count = list.count;
    star->star.except = ARENA_ARRAY(p->arena, struct u_name, list.count);
    for (uint32_t i = 0; i < list.count; i++) star->star.except[i] = list.items[i]->attribute.name;
    return make_plan_one(p, U_PROJECT, from, plan, star);
}

static struct u_plan *parse_pipe_as(struct parser *p, uint32_t from, struct u_plan *plan) {
    next(p);
    const char *name;
    TRY_NULL(name = parse_identifier(p));
    plan = make_plan(p, U_SUBQUERY_ALIAS, from, plan, NULL);
    plan->alias.name = name;
    return plan;
}

static struct u_plan *parse_pipe_where(struct parser *p, uint32_t from, struct u_plan *plan) {
    struct u_expr *condition;
    next(p);
    TRY_NULL(condition = parse_expression(p));
    if (peek(p) == K_WINDOW && is_identifier(p, 1) && peek_at(p, 2) == K_AS) {
        uint32_t count;
        struct u_named_window *windows;
        next(p);
        TRY_NULL(parse_named_windows(p, &count, &windows));
        INVALID(p, parser_origin(p, from), "NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE");
    }
    return make_plan_one(p, U_FILTER, from, plan, condition);
}

static bool starts_group_by(const struct parser *p) {
    return peek(p) == K_GROUP && peek_at(p, 1) == K_BY && !ends_expression(peek_at(p, 2));
}

/* What AGGREGATE may not hold: grouping functions and windows. */
static const char *unsupported_in_aggregate(const struct u_expr *e) {
    if (e->kind == U_WINDOW)
        return "window functions; please update the query to move the window functions to a subsequent |> SELECT "
               "operator instead";
    const char *name = e->kind == U_CALL && e->call.name.count == 1 ? e->call.name.parts[0] : "";
    if (!strcasecmp(name, "grouping")) return "GROUPING";
    if (!strcasecmp(name, "grouping_id")) return "GROUPING_ID";
    const char *found = NULL;
    for (uint32_t i = 0; i < e->child_count && !found; i++) found = unsupported_in_aggregate(e->children[i]);
    return found;
}

static const char *unsupported_grouping(const struct u_plan *plan) {
    if (plan->aggregate.group == U_GROUP_ALL) return "GROUP BY ALL";
    for (uint32_t i = 0; i < plan->expr_count; i++) {
        const struct u_expr *e = plan->exprs[i];
        if (e->kind != U_CALL || !e->call.is_operator) continue;
        const char *name = e->call.name.parts[0];
        if (!strcmp(name, "rollup")) return "GROUP BY ROLLUP";
        if (!strcmp(name, "cube")) return "GROUP BY CUBE";
        if (!strncmp(name, "grouping sets", 13)) return "GROUPING SETS";
    }
    return NULL;
}

static void check_pipe_aggregate(struct parser *p, uint32_t from, const struct u_plan *plan) {
    const char *what = unsupported_grouping(plan);
    for (uint32_t i = 0; i < plan->aggregate.result_count && !what; i++)
        what = unsupported_in_aggregate(plan->aggregate.results[i]);
    if (what)
        INVALID(p, parser_origin(p, from), "UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE", "case",
                what);
}

/* AGGREGATE [results] [GROUP BY ...] */
static struct u_plan *parse_pipe_aggregate(struct parser *p, uint32_t from, struct u_plan *plan) {
    struct expr_list results = {0};
    next(p);
    bool grouped = starts_group_by(p);
    if (!grouped && starts_operand(p, 0)) TRY_NULL(parse_named_expressions(p, &results));
    grouped = starts_group_by(p);
    if (!grouped && !results.count)
        INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0035", "message",
                "The AGGREGATE clause requires a list of aggregate expressions or a list of grouping expressions, or "
                "both");
    if (grouped) {
        TRY_NULL(plan = parse_group_by(p, from, plan, &results, true));
    } else {
        plan = make_plan(p, U_AGGREGATE, from, plan, NULL);
        plan->aggregate.group = U_GROUP_BY;
        plan->aggregate.result_count = results.count;
        plan->aggregate.results = results.items;
    }
    plan->aggregate.protocol_form = true;
    check_pipe_aggregate(p, from, plan);
    return plan;
}

static struct u_plan *parse_pipe_set_operation(struct parser *p, uint32_t from, struct u_plan *plan) {
    enum token_kind kind = peek(p);
    next(p);
    bool all = accept(p, K_ALL);
    if (!all) accept(p, K_DISTINCT);
    struct u_plan *right;
    TRY_NULL(right = parse_query_primary(p));
    return make_set_operation(p, from, kind, all, plan, right);
}

/* One of PIVOT and UNPIVOT; both are well-formed but refused. */
static struct u_plan *parse_pipe_pivot(struct parser *p, uint32_t from, struct u_plan *plan) {
    enum token_kind kind = peek(p);
    TRY_NULL(plan = kind == K_PIVOT ? parse_pivot(p, from, plan) : parse_unpivot(p, from, plan));
    if (peek(p) != (kind == K_PIVOT ? K_UNPIVOT : K_PIVOT)) return plan;
    TRY_NULL(plan = kind == K_PIVOT ? parse_unpivot(p, from, plan) : parse_pivot(p, from, plan));
    INVALID(p, parser_origin(p, from), "NOT_ALLOWED_IN_FROM.UNPIVOT_WITH_PIVOT");
    return plan;
}

/* One of ORDER BY, LIMIT and so on at a time; LIMIT and OFFSET go together. */
static struct u_plan *parse_pipe_organization(struct parser *p, uint32_t from, struct u_plan *plan) {
    uint32_t start = p->at;
    static const enum token_kind words[] = {K_ORDER, K_CLUSTER, K_DISTRIBUTE, K_SORT};
    static const char *const names[] = {"ORDER BY", "CLUSTER BY", "DISTRIBUTE BY", "SORT BY"};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (peek(p) == words[i]) first = names[i];
    TRY_NULL(plan = parse_organization(p, from, plan));
    const char *second = plan->kind == U_LIMIT ? "LIMIT" : plan->kind == U_OFFSET ? "OFFSET" : NULL;
    if (first && second)
        INVALID(p, parser_origin(p, start), "MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS", "clause1", first,
                "clause2", second);
    return plan;
}

static struct u_plan *parse_pipe_operator(struct parser *p, uint32_t from, struct u_plan *plan) {
    switch (peek(p)) {
        case K_SELECT: return parse_pipe_select(p, from, plan);
        case K_EXTEND: return parse_pipe_extend(p, from, plan);
        case K_SET: return parse_pipe_set(p, from, plan);
        case K_DROP: return parse_pipe_drop(p, from, plan);
        case K_AS: return parse_pipe_as(p, from, plan);
        case K_WHERE: return parse_pipe_where(p, from, plan);
        case K_PIVOT:
        case K_UNPIVOT: return parse_pipe_pivot(p, from, plan);
        case K_TABLESAMPLE: return parse_sample(p, plan);
        case K_AGGREGATE: return parse_pipe_aggregate(p, from, plan);
        case K_UNION:
        case K_EXCEPT:
        case K_MINUS:
        case K_INTERSECT: return parse_pipe_set_operation(p, from, plan);
        default: break;
    }
    if (starts_join(p)) return parse_join(p, from, plan);
    if (!continues_query(p)) return parser_syntax_error(p), NULL;
    return parse_pipe_organization(p, from, plan);
}

struct u_plan *parse_pipe(struct parser *p, uint32_t from, struct u_plan *plan) {
    enum token_kind kind = peek(p);
    struct u_plan *result = parse_pipe_operator(p, from, plan);
    const char *word = kind == K_SELECT ? "SELECT" : kind == K_EXTEND ? "EXTEND" : kind == K_SET ? "SET" : "other";
    for (struct u_plan *made = result; made && made != plan; made = made->child_count ? made->children[0] : NULL)
        made->pipe = word;
    return result;
}
