/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queries: common table expressions, set operations and pipes, and the clauses that order and cut the result.
 *
 *     [WITH ...] term [ORDER BY ...] [CLUSTER BY ...] [DISTRIBUTE BY ...] [SORT BY ...] [WINDOW ...] [LIMIT] [OFFSET]
 *
 * INTERSECT binds closer than UNION, EXCEPT and MINUS, unless spark.sql.legacy.setopsPrecedence.enabled. Chains are
 * read in a loop; as each one is a level of the tree, their number is bounded.
 */
#include "sql/parser.h"

struct u_plan *make_plan(struct parser *p, enum u_plan_kind kind, uint32_t from, struct u_plan *child,
                         const struct expr_list *exprs) {
    struct u_plan *plan = u_plan_new(p->arena, kind, parser_origin(p, from), child ? 1 : 0, exprs ? exprs->count : 0);
    if (child) plan->children[0] = child;
    for (uint32_t i = 0; i < plan->expr_count; i++) plan->exprs[i] = exprs->items[i];
    return plan;
}

struct u_plan *make_plan_one(struct parser *p, enum u_plan_kind kind, uint32_t from, struct u_plan *child,
                             struct u_expr *expr) {
    struct expr_list one = {.count = 1, .capacity = 1, .items = &expr};
    return make_plan(p, kind, from, child, &one);
}

struct u_plan *make_relation(struct parser *p, uint32_t from, struct u_name name, struct u_expr *identifier) {
    struct u_plan *plan = make_plan(p, U_RELATION, from, NULL, NULL);
    plan->relation.name = name;
    plan->relation.identifier = identifier;
    return plan;
}

/*
 * SELECT, VALUES and the like may be names of columns, too; here they begin a query when what follows could go on with
 * it. Parentheses are not looked into.
 */
bool starts_query(const struct parser *p, uint32_t ahead) {
    enum token_kind after = peek_at(p, ahead + 1);
    switch (peek_at(p, ahead)) {
        case K_SELECT: return starts_operand(p, ahead + 1) || after == T_HINT_START;
        case K_VALUES: return starts_operand(p, ahead + 1) && after != K_AS;
        case K_TABLE: return is_identifier(p, ahead + 1) && after != K_AS;
        case K_FROM: return is_identifier(p, ahead + 1) || after == T_LEFT_PAREN;
        case K_WITH: return is_identifier(p, ahead + 1);
        case K_MAP:
        case K_REDUCE: return starts_operand(p, ahead + 1) && after != T_LEFT_PAREN && after != K_AS;
        default: return false;
    }
}

bool continues_query(const struct parser *p) {
    enum token_kind after = peek_at(p, 1);
    switch (peek(p)) {
        case K_UNION:
        case K_EXCEPT:
        case K_MINUS:
        case K_INTERSECT: return !ends_expression(after);
        case K_ORDER:
        case K_CLUSTER:
        case K_DISTRIBUTE:
        case K_SORT: return after == K_BY;
        case K_LIMIT:
        case K_OFFSET: return !ends_expression(after);
        case K_WINDOW: return is_identifier(p, 1) && peek_at(p, 2) == K_AS;
        case T_OPERATOR_PIPE: return true;
        default: return false;
    }
}

/* ---- common table expressions ---- */

static bool parse_cte(struct parser *p, struct u_cte *cte) {
    uint32_t from = p->at;
    *cte = (struct u_cte){.max_level = -1};
    TRY(cte->name = parse_identifier(p));
    if (peek(p) == T_LEFT_PAREN && !starts_query(p, 1))
        TRY(parse_identifier_list(p, &cte->column_count, &cte->columns));
    if (peek(p) == K_MAX && peek_at(p, 1) == K_RECURSION) {
        int32_t level;
        p->at += 2;
        TRY(expect(p, K_LEVEL) && parse_integer(p, &level));
        cte->max_level = level;
    }
    accept(p, K_AS);
    TRY(expect(p, T_LEFT_PAREN));
    TRY(cte->plan = parse_query(p));
    TRY(expect(p, T_RIGHT_PAREN));
    parser_place(p, from);
    cte->origin = parser_origin(p, from);
    return true;
}

/* WITH [RECURSIVE] a AS (...), b AS (...) */
bool parse_ctes(struct parser *p, uint32_t *count, struct u_cte **ctes, bool *recursive) {
    LIST(struct u_cte) list = {0};
    uint32_t from = p->at;
    next(p);
    *recursive = peek(p) == K_RECURSIVE && is_identifier(p, 1) && peek_at(p, 1) != K_AS;
    if (*recursive) next(p);
    do {
        struct u_cte cte;
        TRY(parse_cte(p, &cte));
        LIST_PUSH(p->arena, &list, cte);
    } while (accept(p, T_COMMA));
    const char **names = ARENA_ARRAY(p->arena, const char *, list.count);
    for (uint32_t i = 0; i < list.count; i++) names[i] = list.items[i].name;
    const char *twice = find_duplicate(p, names, list.count);
    if (twice)
        INVALID(p, parser_origin(p, from), "DUPLICATED_CTE_NAMES", "duplicateNames",
                sql_quote_name_always(p->arena, &twice, 1));
    for (uint32_t i = 0; i < list.count && !*recursive; i++)
        if (list.items[i].max_level >= 0)
            INVALID(p, list.items[i].origin, "_LEGACY_ERROR_TEMP_0035", "message",
                    "Cannot specify MAX RECURSION LEVEL when the CTE is not marked as RECURSIVE");
    *count = list.count;
    *ctes = list.items;
    return true;
}

struct u_plan *make_with(struct parser *p, uint32_t from, struct u_plan *plan, bool recursive, uint32_t count,
                         struct u_cte *ctes) {
    struct u_plan *with = make_plan(p, U_WITH, from, plan, NULL);
    with->with.recursive = recursive;
    with->with.count = count;
    with->with.ctes = ctes;
    return with;
}

/* ---- set operations ---- */

struct u_plan *make_set_operation(struct parser *p, uint32_t from, enum token_kind kind, bool all, struct u_plan *left,
                                  struct u_plan *right) {
    struct u_plan *plan = u_plan_new(p->arena, U_SET_OPERATION, parser_origin(p, from), 2, 0);
    plan->children[0] = left;
    plan->children[1] = right;
    plan->set.operation = kind == K_UNION ? U_UNION : kind == K_INTERSECT ? U_INTERSECT : U_EXCEPT;
    plan->set.all = all;
    return plan;
}

static int set_precedence(const struct parser *p) {
    if (ends_expression(peek_at(p, 1))) return 0;
    switch (peek(p)) {
        case K_INTERSECT: return p->legacy_set_operations ? 1 : 2;
        case K_UNION:
        case K_EXCEPT:
        case K_MINUS: return 1;
        default: return 0;
    }
}

/* Behind a first primary: set operations of at least this precedence, and pipes. */
static struct u_plan *parse_term_from(struct parser *p, uint32_t from, struct u_plan *left, int minimum) {
    uint32_t length = 0;
    for (;;) {
        TRY_NULL(parser_chain(p, &length));
        if (minimum <= 1 && accept(p, T_OPERATOR_PIPE)) {
            TRY_NULL(left = parse_pipe(p, from, left));
            continue;
        }
        int precedence = set_precedence(p);
        if (!precedence || precedence < minimum) return left;
        enum token_kind kind = peek(p);
        next(p);
        bool all = accept(p, K_ALL);
        if (!all) accept(p, K_DISTINCT);
        uint32_t right_from = p->at;
        struct u_plan *right;
        TRY_NULL(right = parse_query_primary(p));
        TRY_NULL(right = parse_term_from(p, right_from, right, precedence + 1));
        left = make_set_operation(p, from, kind, all, left, right);
    }
}

/* FROM t: the table itself; FROM t SELECT a [SELECT b]: their union. */
static struct u_plan *parse_from_statement(struct parser *p) {
    uint32_t from = p->at;
    struct u_plan *source, *plan = NULL;
    TRY_NULL(source = parse_from_clause(p));
    while (peek(p) == K_SELECT || peek(p) == K_MAP || peek(p) == K_REDUCE) {
        uint32_t body_from = p->at;
        struct u_plan *body;
        TRY_NULL(body = parse_select(p, source, SELECT_GIVEN));
        TRY_NULL(body = parse_organization(p, body_from, body));
        plan = plan ? make_set_operation(p, from, K_UNION, true, plan, body) : body;
    }
    return plan ? plan : source;
}

struct u_plan *parse_query_primary(struct parser *p) {
    struct u_plan *plan;
    TRY_NULL(parser_enter(p));
    switch (peek(p)) {
        case K_SELECT:
        case K_MAP:
        case K_REDUCE: plan = parse_select(p, NULL, SELECT_FROM); break;
        case K_FROM: plan = parse_from_statement(p); break;
        case K_VALUES: plan = parse_inline_table(p); break;
        case K_TABLE: {
            struct u_name name;
            struct u_expr *identifier;
            next(p);
            uint32_t name_from = p->at;
            TRY_NULL(parse_reference(p, &name, &identifier));
            plan = make_relation(p, name_from, name, identifier);
            break;
        }
        case T_LEFT_PAREN:
            next(p);
            plan = parse_query(p);
            if (plan && !expect(p, T_RIGHT_PAREN)) plan = NULL;
            break;
        default: return parser_syntax_error(p), NULL;
    }
    parser_leave(p);
    return plan;
}

/* ---- order, limit ---- */

static struct u_plan *make_sort(struct parser *p, uint32_t from, struct u_plan *plan, const struct expr_list *order,
                                bool global) {
    struct u_plan *sort = make_plan(p, U_SORT, from, plan, order);
    sort->sort.global = global;
    return sort;
}

static struct u_plan *parse_sorting(struct parser *p, uint32_t from, struct u_plan *plan) {
    uint32_t sorting_from = p->at;
    struct expr_list order = {0}, cluster = {0}, distribute = {0}, sort = {0};
    if (peek(p) == K_ORDER && peek_at(p, 2) == T_END) return parser_syntax_error(p), NULL; /* an alias, to Spark */
    if (accept2(p, K_ORDER, K_BY)) TRY_NULL(parse_sort_items(p, &order));
    if (accept2(p, K_CLUSTER, K_BY)) TRY_NULL(parse_expressions(p, &cluster));
    if (accept2(p, K_DISTRIBUTE, K_BY)) TRY_NULL(parse_expressions(p, &distribute));
    if (accept2(p, K_SORT, K_BY)) TRY_NULL(parse_sort_items(p, &sort));
    uint32_t kinds = !!order.count + !!cluster.count + (distribute.count || sort.count);
    if (kinds > 1) INVALID(p, parser_origin(p, sorting_from), "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES");
    if (order.count) return make_sort(p, from, plan, &order, true);
    const struct expr_list *by = cluster.count ? &cluster : &distribute;
    if (by->count) {
        plan = make_plan(p, U_REPARTITION, from, plan, by);
        plan->repartition.shuffle = true;
        plan->repartition.sort_within = cluster.count > 0;
    }
    return sort.count ? make_sort(p, from, plan, &sort, false) : plan;
}

/* What stands behind a query has its own words as its place, all of them. */
static struct u_plan *at_organization(struct parser *p, uint32_t from, struct u_plan *top, const struct u_plan *query) {
    const struct origin *origin = parser_origin(p, from);
    for (struct u_plan *plan = top; plan != query; plan = plan->children[0]) plan->origin = origin;
    return top;
}

struct u_plan *parse_organization(struct parser *p, uint32_t from, struct u_plan *query) {
    if (!continues_query(p)) return query;
    uint32_t organization_from = p->at;
    struct u_plan *plan = query;
    struct u_expr *limit = NULL, *offset = NULL;
    bool limit_all = false;
    TRY_NULL(plan = parse_sorting(p, from, plan));
    if (peek(p) == K_WINDOW && continues_query(p)) {
        next(p);
        plan = make_plan(p, U_WITH_WINDOWS, from, plan, NULL);
        TRY_NULL(parse_named_windows(p, &plan->windows.count, &plan->windows.windows));
    }
    if (peek(p) == K_LIMIT && continues_query(p)) {
        next(p);
        if (peek(p) == K_ALL && (ends_expression(peek_at(p, 1)) || peek_at(p, 1) == K_OFFSET)) {
            next(p);
            limit_all = true;
        } else
            TRY_NULL(limit = parse_expression(p));
    }
    if (peek(p) == K_OFFSET && continues_query(p)) {
        next(p);
        TRY_NULL(offset = parse_expression(p));
    }
    if (offset) plan = make_plan_one(p, U_OFFSET, from, plan, offset);
    if (limit) plan = make_plan_one(p, U_LIMIT, from, plan, limit);
    if (limit_all) plan = make_plan(p, U_LIMIT, from, plan, NULL);
    return at_organization(p, organization_from, plan, query);
}

struct u_plan *parse_query_from(struct parser *p, uint32_t from, struct u_plan *first) {
    struct u_plan *plan;
    TRY_NULL(plan = parse_term_from(p, from, first, 1));
    return parse_organization(p, from, plan);
}

struct u_plan *parse_query(struct parser *p) {
    uint32_t from = p->at;
    uint32_t count = 0;
    struct u_cte *ctes = NULL;
    bool recursive = false;
    if (peek(p) == K_WITH) TRY_NULL(parse_ctes(p, &count, &ctes, &recursive));
    uint32_t term_from = p->at;
    struct u_plan *plan;
    TRY_NULL(plan = parse_query_primary(p));
    TRY_NULL(plan = parse_query_from(p, term_from, plan));
    return ctes ? make_with(p, from, plan, recursive, count, ctes) : plan;
}
