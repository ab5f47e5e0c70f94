/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constants are computed once, and AND, OR, NOT and filters that a constant decides are simplified.
 *
 * NULL tests of what cannot be NULL are constants too, even where computing it would fail: so it is in Spark.
 *
 * (a AND b) OR (a AND c) becomes a AND (b OR c), so that a can be a join key or be pushed down.
 *
 * An expression whose computation fails is left as it is: failing_constants.c looks at what is left in the end.
 */
#include <string.h>

#include "expr/evaluate.h"
#include "plan/optimize.h"

enum { MOST_FACTORS = 64 };

static struct expr *try_fold(struct optimizer *o, struct expr *e) {
    struct error ignored = ERROR_INIT;
    const struct vector *v = expr_fold(o->arena, o->context, e, &ignored);
    error_release(&ignored);
    if (!v) return NULL;
    struct expr *literal = expr_literal(o->arena, v);
    literal->type = e->type;
    literal->origin = e->origin;
    return literal;
}

enum truth { UNKNOWN, IS_TRUE, IS_FALSE, IS_NULL };

static enum truth truth_of(const struct expr *e) {
    if (e->kind != EXPR_LITERAL || e->type->kind != TYPE_BOOLEAN) return UNKNOWN;
    if (vector_is_null(e->literal, 0)) return IS_NULL;
    return *VECTOR_DATA(e->literal, uint8_t) ? IS_TRUE : IS_FALSE;
}

static bool contains(const struct expr_list *list, const struct expr *e) {
    for (uint32_t i = 0; i < list->count; i++)
        if (expr_equal(list->items[i], e)) return true;
    return false;
}

/* What both sides of an OR demand, taken out in front of it. */
static struct expr *factor(struct optimizer *o, struct expr *e) {
    struct expr_list sides[2] = {0}, common = {0};
    for (uint32_t i = 0; i < 2; i++) split_conjuncts(o->arena, e->children[i], &sides[i]);
    if (sides[0].count > MOST_FACTORS || sides[1].count > MOST_FACTORS) return e;
    for (uint32_t i = 0; i < sides[0].count; i++)
        if (sides[0].items[i]->deterministic && contains(&sides[1], sides[0].items[i]))
            LIST_PUSH(o->arena, &common, sides[0].items[i]);
    if (!common.count) return e;
    struct expr *rests[2];
    for (uint32_t k = 0; k < 2; k++) {
        struct expr_list rest = {0};
        for (uint32_t i = 0; i < sides[k].count; i++)
            if (!contains(&common, sides[k].items[i])) LIST_PUSH(o->arena, &rest, sides[k].items[i]);
        rests[k] = join_conjuncts(o, rest.items, rest.count);
    }
    struct expr *front = join_conjuncts(o, common.items, common.count);
    if (!rests[0] || !rests[1]) return front; /* a OR (a AND c) */
    struct expr *either = resolve_binary(&o->resolver, "or", rests[0], rests[1], o->err);
    struct expr *all = either && front ? resolve_binary(&o->resolver, "and", front, either, o->err) : NULL;
    return all ? all : e;
}

static bool is_not(const struct expr *e) {
    return is_call(e, "not") || is_call(e, "!");
}

static struct expr *negate(struct optimizer *o, struct expr *e) {
    if (is_not(e)) return e->children[0];
    struct expr *negated = resolve_named(&o->resolver, "not", &e, 1, e->origin, o->err);
    return negated ? negated : e;
}

/* NOT (a OR b) is NOT a AND NOT b: conjuncts can be taken apart, subqueries become joins. */
static struct expr *push_not(struct optimizer *o, struct expr *e) {
    if (!is_not(e)) return e;
    struct expr *inner = e->children[0];
    if (is_not(inner)) return inner->children[0];
    bool is_and = is_call(inner, "and");
    if (!is_and && !is_call(inner, "or")) return e;
    struct expr *a = push_not(o, negate(o, inner->children[0])), *b = push_not(o, negate(o, inner->children[1]));
    struct expr *both = resolve_binary(&o->resolver, is_and ? "or" : "and", a, b, o->err);
    return both ? both : e;
}

/* a = TRUE is a, a = FALSE is NOT a: so a = FALSE of an IN is a NOT IN, as in Spark. */
static struct expr *without_truth(struct optimizer *o, struct expr *e) {
    for (uint32_t i = 0; is_call(e, "=") && i < 2; i++) {
        enum truth side = truth_of(e->children[i]);
        if (side == IS_TRUE) return e->children[1 - i];
        if (side == IS_FALSE) return push_not(o, negate(o, e->children[1 - i]));
    }
    return e;
}

static struct expr *simplify(struct optimizer *o, struct expr *e) {
    e = without_truth(o, e);
    bool is_and = is_call(e, "and");
    if (!is_and && !is_call(e, "or")) return e;
    enum truth neutral = is_and ? IS_TRUE : IS_FALSE, decisive = is_and ? IS_FALSE : IS_TRUE;
    for (uint32_t i = 0; i < 2; i++) {
        enum truth side = truth_of(e->children[i]);
        if (side == neutral) return e->children[1 - i];
        if (side == decisive) return e->children[i];
    }
    return is_and ? e : factor(o, e);
}

/* A strict call of a NULL is one, whatever its other arguments come to. */
static bool is_null_call(const struct expr *e) {
    if (e->kind != EXPR_CALL || !e->deterministic || !(e->call.function->flags & FUNCTION_STRICT)) return false;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (expr_is_null_literal(e->children[i])) return true;
    return false;
}

/* Whether what has no NULL is NULL is known without computing it. */
static struct expr *known_null_test(struct optimizer *o, struct expr *e) {
    if (!is_call(e, "isnull") && !is_call(e, "isnotnull")) return NULL;
    const struct expr *tested = e->children[0];
    if (tested->nullable || !tested->deterministic) return NULL;
    return expr_bool(o->arena, is_call(e, "isnotnull"));
}

/* NULL IN (no rows): NULL as it was in Spark 3, which ANSI mode has made false. */
static bool null_in_nothing(const struct context *context) {
    return context_flag(context, "spark.sql.legacy.nullInEmptyListBehavior", !context->ansi);
}

static struct expr *fold(struct expr *e, void *data) {
    struct optimizer *o = data;
    e = push_not(o, e);
    while (is_call(e, "sql function") && e->children[0]->kind != EXPR_LAMBDA) e = e->children[0];
    if (e->kind == EXPR_LITERAL || e->kind == EXPR_ATTRIBUTE) return e;
    if (e->foldable && e->deterministic && e->kind != EXPR_ALIAS && e->kind != EXPR_LAMBDA) {
        struct expr *literal = try_fold(o, e);
        if (literal) return literal;
    }
    e = expr_map_children(o->arena, e, fold, o);
    bool null_in = e->kind == EXPR_SUBQUERY && e->child_count == 1 && expr_is_null_literal(e->children[0]);
    if (null_in && null_in_nothing(o->resolver.context)) return expr_null(o->arena, e->type);
    if (is_null_call(e)) return expr_null(o->arena, e->type);
    struct expr *known = known_null_test(o, e);
    return known ? known : simplify(o, e);
}

struct slots {
    struct optimizer *o;
    bool changed;
};

static bool fold_slot(struct expr **slot, void *data) {
    struct slots *s = data;
    struct expr *e = fold(*slot, s->o);
    s->changed |= e != *slot;
    *slot = e;
    return true;
}

static struct plan *nothing(struct optimizer *o, struct plan *p) {
    struct plan *limit = plan_unary(o->arena, PLAN_LIMIT, p, 0);
    limit->limit.limit = 0;
    return limit;
}

struct plan *fold_constants(struct optimizer *o, struct plan *p) {
    p = optimize_children(o, p, fold_constants);
    if (!p) return NULL;
    struct plan *copy = plan_copy_node(o->arena, p);
    plan_own_exprs(o->arena, copy);
    struct slots s = {o, false};
    plan_each_expr(copy, fold_slot, &s);
    if (s.changed) p = copy;
    if (p->kind != PLAN_FILTER) return p;
    enum truth truth = truth_of(p->exprs[0]);
    if (truth == IS_TRUE) return p->children[0];
    return truth == UNKNOWN ? p : nothing(o, p->children[0]);
}
