/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which nodes may hold which subqueries:
 *
 *                           FILTER, PROJECT, AGGREGATE   JOIN ... ON   all others
 *     scalar                yes                          yes           yes
 *     scalar, correlated    yes                          no            no
 *     EXISTS, IN            yes                          yes           no
 *
 * A LATERAL join counts among the others. What a window function reads is computed below it, where everything may
 * stand, so WINDOW is never asked about.
 */
#include "base/text.h"
#include "plan/aggregate.h"

struct place {
    bool holds_predicates;
    const struct block *block;
    const struct expr *found;
};

static bool see_misplaced(const struct expr *e, void *data) {
    struct place *place = data;
    if (place->found) return false;
    if (place->block && place->block->aggregate && (expr_is_aggregate(e) || is_grouped(place->block, e))) return false;
    if (e->kind != EXPR_SUBQUERY) return true;
    bool is_scalar = e->subquery.kind == SUBQUERY_SCALAR;
    if (is_scalar ? e->subquery.outer_count > 0 : !place->holds_predicates) place->found = e;
    return true;
}

static bool see_slot(struct expr **slot, void *data) {
    expr_visit(*slot, see_misplaced, data);
    return true;
}

static bool refuse(const struct expr *subquery, const char *tree, const struct origin *origin, struct error *err) {
    error_set(err,
              subquery->subquery.kind == SUBQUERY_SCALAR
                  ? "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY"
                  : "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_IN_EXISTS_SUBQUERY",
              "treeNode", tree, NULL);
    return error_at(err, origin);
}

bool check_subqueries(struct analysis *n, const struct plan *p, const struct block *block, const struct origin *origin,
                      struct error *err) {
    struct place place = {.holds_predicates = p->kind == PLAN_JOIN && !p->join.one_input, .block = block};
    plan_each_expr((struct plan *)p, see_slot, &place);
    return !place.found || refuse(place.found, plan_tree_string(n->arena, p), origin, err);
}

bool check_bare_subqueries(struct analysis *n, const struct expr *e, const char *node, const struct plan *child,
                           const struct origin *origin, struct error *err) {
    struct place place = {0};
    expr_visit(e, see_misplaced, &place);
    if (!place.found) return true;
    struct text t;
    text_init(&t, n->arena);
    text_printf(&t, "%s ", node);
    expr_explain(&t, e, false);
    text_printf(&t, "\n+- %s", plan_tree_string(n->arena, child));
    return refuse(place.found, text_finish(&t), origin, err);
}
