/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spark.sql.crossJoin.enabled=false: a join without a condition between its sides is an error, unless it is written as
 * a CROSS JOIN. Looked at once filters have become joins' conditions, and before joins are put in another order.
 */
#include <string.h>

#include "plan/optimize.h"

static const char *checked_name(const struct plan *join) {
    if (join->join.single) return NULL; /* a scalar subquery */
    switch (join->join.type) {
        case JOIN_INNER: return "INNER";
        case JOIN_LEFT: return "LEFT OUTER";
        case JOIN_RIGHT: return "RIGHT OUTER";
        case JOIN_FULL: return "FULL OUTER";
        default: return NULL;
    }
}

static bool is_false(const struct expr *e) {
    return e->kind == EXPR_LITERAL && e->type->kind == TYPE_BOOLEAN && !vector_is_null(e->literal, 0) &&
           !*VECTOR_DATA(e->literal, uint8_t);
}

static bool is_empty(const struct plan *p) {
    return p->kind == PLAN_FILTER && is_false(p->exprs[0]);
}

/* A conjunct that reads columns of both sides, or lets no row through. */
static bool has_condition(struct optimizer *o, const struct plan *join) {
    struct expr_list conjuncts = {0};
    struct id_map left = {0}, right = {0};
    if (is_empty(join->children[0]) || is_empty(join->children[1])) return true;
    if (join->join.condition) split_conjuncts(o->arena, join->join.condition, &conjuncts);
    add_output_ids(o->arena, join->children[0], &left);
    add_output_ids(o->arena, join->children[1], &right);
    for (uint32_t i = 0; i < conjuncts.count; i++)
        if (is_false(conjuncts.items[i]) ||
            (!reads_only(conjuncts.items[i], &left) && !reads_only(conjuncts.items[i], &right)))
            return true;
    return false;
}

static const char *tree_of(struct optimizer *o, const struct plan *p) {
    const char *text = plan_tree_string(o->arena, p);
    return arena_strndup(o->arena, text, strlen(text) - 1); /* less the end of its last line */
}

static bool refuse(struct optimizer *o, const struct plan *join, const char *name) {
    const char *left = tree_of(o, join->children[0]), *right = tree_of(o, join->children[1]);
    return error_set(o->err, "_LEGACY_ERROR_TEMP_1211", "joinType", name, "leftPlan", left, "rightPlan", right, NULL);
}

static struct plan *check(struct optimizer *o, struct plan *p) {
    const char *name = p->kind == PLAN_JOIN ? checked_name(p) : NULL;
    if (name && !has_condition(o, p)) TRY_NULL(refuse(o, p, name));
    return optimize_children(o, p, check);
}

struct plan *check_products(struct optimizer *o, struct plan *p) {
    return context_flag(o->context, "spark.sql.crossJoin.enabled", true) ? p : check(o, p);
}
