/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subqueries in expressions: (SELECT ...), EXISTS (...), a IN (SELECT ...).
 *
 * The subquery's plan is analyzed with the place where it stands as its correlation: names it does not find itself
 * become OUTER references to columns of the query around it, one level up.
 */
#include "plan/analyze.h"

static const struct u_plan *referenced_plan(struct analysis *n, int64_t plan_id) {
    for (struct relation_reference *r = n->references; r; r = r->up)
        if (r->u->has_plan_id && r->u->plan_id == plan_id) return r->u;
    return NULL;
}

static struct expr *scalar(struct scope *s, struct expr *e, struct error *err) {
    const struct plan *p = e->subquery.plan;
    if (p->output_count != 1) {
        error_set(err, "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN", "number",
                  arena_printf(s->n->arena, "%u", p->output_count), NULL);
        return NULL;
    }
    e->type = p->output[0]->type;
    e->nullable = true;
    return e;
}

static struct expr *length_mismatch(struct scope *s, const struct expr *e, struct error *err) {
    struct arena *arena = s->n->arena;
    const char *left = "", *right = "";
    const struct plan *p = e->subquery.plan;
    for (uint32_t i = 0; i < e->child_count; i++)
        left = arena_printf(arena, "%s%s%s", left, i ? ", " : "", quoted_expr(arena, e->children[i]));
    for (uint32_t i = 0; i < p->output_count; i++)
        right = arena_printf(arena, "%s%s\"%s\"", right, i ? ", " : "", p->output[i]->name);
    error_set(err, "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH", "sqlExpr", quoted_expr(arena, e), "leftLength",
              arena_printf(arena, "%u", e->child_count), "rightLength", arena_printf(arena, "%u", p->output_count),
              "leftColumns", left, "rightColumns", right, NULL);
    return NULL;
}

static struct expr *in_mismatch(struct scope *s, const struct expr *e, struct error *err) {
    struct arena *arena = s->n->arena;
    const char *left = "", *right = "", *pairs = "";
    const struct plan *p = e->subquery.plan;
    for (uint32_t i = 0; i < e->child_count; i++) {
        const char *l = quoted_type(arena, e->children[i]->type), *r = quoted_type(arena, p->output[i]->type);
        left = arena_printf(arena, "%s%s%s", left, i ? ", " : "", l);
        right = arena_printf(arena, "%s%s%s", right, i ? ", " : "", r);
        if (!type_same(e->children[i]->type, p->output[i]->type, true))
            pairs = arena_printf(arena, "%s%s(%s:%s, %s:%s)", pairs, *pairs ? ", " : "",
                                 expr_sql(arena, e->children[i]), type_catalog_string(arena, e->children[i]->type),
                                 sql_quote_name(arena, &p->output[i]->name, 1),
                                 type_catalog_string(arena, p->output[i]->type));
    }
    error_set(err, "DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH", "sqlExpr", quoted_expr(arena, e),
              "mismatchedColumns", pairs, "leftType", left, "rightType", right, NULL);
    return NULL;
}

static struct expr *in_unordered(struct scope *s, const struct expr *e, const struct type *type, struct error *err) {
    error_set(err, "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", "sqlExpr", quoted_expr(s->n->arena, e), "functionName",
              "`insubquery`", "dataType", quoted_type(s->n->arena, type), NULL);
    return NULL;
}

/* Both sides cast to their common types; the subquery's by a projection on top. */
static struct expr *in(struct scope *s, struct expr *e, struct error *err) {
    struct arena *arena = s->n->arena;
    struct plan *p = e->subquery.plan;
    if (p->output_count != e->child_count) return length_mismatch(s, e, err);
    struct expr **exprs = ARENA_ARRAY(arena, struct expr *, p->output_count);
    bool changed = false;
    e->nullable = false;
    for (uint32_t i = 0; i < p->output_count; i++) {
        exprs[i] = expr_attribute(arena, p->output[i]);
        struct expr *left = e->children[i], *right = exprs[i];
        if (!type_same(left->type, right->type, true)) {
            const struct type *common = coerce_wider(&s->n->resolver, left->type, right->type);
            if (!common) return in_mismatch(s, e, err);
            left = coerce_to(&s->n->resolver, left, common);
            right = coerce_to(&s->n->resolver, right, common);
        }
        if (!type_is_comparable(left->type) || left->type->kind == TYPE_MAP) return in_unordered(s, e, left->type, err);
        e->nullable |= left->nullable || right->nullable;
        e->children[i] = left;
        if (right == exprs[i]) continue;
        exprs[i] = expr_alias(arena, right, p->output[i]->name, fresh_id(s->n));
        changed = true;
    }
    if (changed) e->subquery.plan = plan_project(arena, p, exprs, p->output_count);
    return e;
}

const struct u_plan *subquery_source(struct analysis *n, const struct u_expr *u, struct error *err) {
    const struct u_plan *source = u->subquery.plan ? u->subquery.plan : referenced_plan(n, u->subquery.plan_id);
    if (!source) error_internal(err, "a subquery names plan %lld, which was not sent", (long long)u->subquery.plan_id);
    return source;
}

struct expr *analyze_subquery(struct scope *s, const struct u_expr *u, struct error *err) {
    struct analysis *n = s->n;
    struct expr *e = expr_new(n->arena, EXPR_SUBQUERY, u->child_count);
    e->origin = u->origin;
    e->type = TYPE_OF(BOOLEAN);
    TRY_NULL(analyze_exprs(s, u->children, u->child_count, e->children, err));
    const struct u_plan *source = subquery_source(n, u, err);
    TRY_NULL(source);
    struct correlation c = {.up = n->correlation, .scope = s};
    n->correlation = &c;
    n->cte_segment++;
    e->subquery.plan = analyze_query(n, source, err);
    n->correlation = c.up;
    n->cte_segment--;
    if (!e->subquery.plan) return NULL;
    e->subquery.id = fresh_id(n);
    e->subquery.outer = c.used.items;
    e->subquery.outer_count = c.used.count;
    if (c.used.count) TRY_NULL(check_outer_places(n->arena, e->subquery.plan, err));
    if (c.used.count && u->subquery.kind == U_SUBQUERY_SCALAR &&
        !setting_flag(n, "spark.sql.optimizer.scalarSubqueryUseSingleJoin", true))
        TRY_NULL(check_scalar_groups(n->arena, e->subquery.plan, err));
    expr_update_flags(e);
    e->foldable = false;
    struct expr *typed = e;
    if (u->subquery.kind == U_SUBQUERY_SCALAR) {
        e->subquery.kind = SUBQUERY_SCALAR;
        typed = scalar(s, e, err);
    } else if (u->subquery.kind == U_SUBQUERY_IN) {
        e->subquery.kind = SUBQUERY_IN;
        typed = in(s, e, err);
    } else
        e->subquery.kind = SUBQUERY_EXISTS;
    if (!typed) error_at(err, u->origin);
    return typed;
}
