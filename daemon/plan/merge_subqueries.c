/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scalar subqueries that aggregate the same rows read them once.
 *
 *     CASE WHEN (SELECT count(*) FROM t WHERE c) > 5 THEN (SELECT avg(a) FROM t WHERE c) ELSE (SELECT max(b) FROM t WHERE c) END
 *
 * becomes three subqueries over one common table expression, AGGREGATE [count(*), avg(a), max(b)] over t WHERE c. For
 * subqueries in the expressions of one node, which do not refer to it.
 */
#include "plan/optimize.h"

/* Subqueries over the same rows. */
struct shared_rows {
    struct plan *child; /* below the aggregates */
    uint32_t uses;
    LIST(struct expr *) exprs; /* of all their aggregates, with new ids */
    struct plan *definition;
    uint64_t id;
    struct shared_rows *next;
};

struct member {
    const struct plan *plan; /* of the subquery */
    struct shared_rows *rows;
    uint32_t first; /* of its aggregate's in rows->exprs */
};

struct merging {
    struct optimizer *o;
    struct shared_rows *rows;
    LIST(struct member) members;
};

static bool slot_is_plain(struct expr **slot, void *data) {
    (void)data;
    return (*slot)->deterministic && !expr_contains(*slot, EXPR_OUTER) && !expr_contains(*slot, EXPR_SUBQUERY) &&
           !expr_contains(*slot, EXPR_UDF);
}

static bool is_plain(const struct plan *p) {
    if (!plan_each_expr((struct plan *)p, slot_is_plain, NULL)) return false;
    for (uint32_t i = 0; i < p->child_count; i++)
        if (!is_plain(p->children[i])) return false;
    return true;
}

static const struct plan *below_projects(const struct plan *p) {
    while (p->kind == PLAN_PROJECT) p = p->children[0];
    return p;
}

static bool is_candidate(const struct expr *e) {
    if (e->kind != EXPR_SUBQUERY || e->subquery.kind != SUBQUERY_SCALAR || !e->subquery.plan) return false;
    const struct plan *base = below_projects(e->subquery.plan);
    if (base->kind != PLAN_AGGREGATE || base->aggregate.group_count || !is_plain(e->subquery.plan)) return false;
    for (uint32_t i = 0; i < base->expr_count; i++)
        if (base->exprs[i]->kind != EXPR_ALIAS || !expr_is_aggregate(base->exprs[i]->children[0])) return false;
    return true;
}

/* --- finding them --- */

static struct member *member_of(struct merging *m, const struct plan *subquery) {
    for (uint32_t i = 0; i < m->members.count; i++)
        if (m->members.items[i].plan == subquery) return &m->members.items[i];
    return NULL;
}

static struct shared_rows *rows_of(struct merging *m, struct plan *child) {
    struct arena *arena = m->o->arena;
    for (struct shared_rows *r = m->rows; r; r = r->next)
        if (plan_same(arena, r->child, child)) return r;
    struct shared_rows *r = ARENA_NEW(arena, struct shared_rows);
    *r = (struct shared_rows){.child = child, .next = m->rows};
    return m->rows = r;
}

static bool add_member(const struct expr *e, void *data) {
    struct merging *m = data;
    if (!is_candidate(e) || member_of(m, e->subquery.plan)) return true;
    const struct plan *base = below_projects(e->subquery.plan), *child = base->children[0];
    struct optimizer *o = m->o;
    struct shared_rows *rows = rows_of(m, base->children[0]);
    struct id_map ids = {0};
    for (uint32_t i = 0; i < child->output_count; i++)
        id_map_put(o->arena, &ids, child->output[i]->id, (void *)(uintptr_t)rows->child->output[i]->id);
    LIST_PUSH(o->arena, &m->members, ((struct member){e->subquery.plan, rows, rows->exprs.count}));
    rows->uses++;
    for (uint32_t i = 0; i < base->expr_count; i++) {
        struct expr *value = expr_substitute(o->arena, base->exprs[i]->children[0], &ids);
        LIST_PUSH(o->arena, &rows->exprs, expr_alias(o->arena, value, base->exprs[i]->alias.name, (*o->next_id)++));
    }
    return true;
}

static bool add_in_slot(struct expr **slot, void *data) {
    expr_visit(*slot, add_member, data);
    return true;
}

/* --- putting references in their place --- */

static void define(struct optimizer *o, struct shared_rows *rows) {
    if (rows->definition) return;
    struct plan *p = plan_unary(o->arena, PLAN_AGGREGATE, rows->child, 0);
    p->exprs = rows->exprs.items;
    p->expr_count = rows->exprs.count;
    plan_output_from_exprs(o->arena, p);
    rows->definition = p;
    rows->id = (*o->next_id)++;
}

/* What the subquery's aggregate gave, under its ids, from the definition. */
static struct plan *reference(struct optimizer *o, const struct member *member, const struct plan *base) {
    const struct plan *definition = member->rows->definition;
    struct attribute **output = ARENA_ARRAY(o->arena, struct attribute *, definition->output_count);
    for (uint32_t i = 0; i < definition->output_count; i++) {
        output[i] = arena_copy(o->arena, definition->output[i], sizeof **output);
        bool own = i >= member->first && i - member->first < base->output_count;
        output[i]->id = own ? base->output[i - member->first]->id : (*o->next_id)++;
    }
    struct plan *p = plan_new(o->arena, PLAN_CTE_REFERENCE, 0, 0);
    p->cte.id = member->rows->id;
    p->cte.definition = member->rows->definition;
    plan_set_output(o->arena, p, output, definition->output_count);
    return plan_project_attributes(o->arena, p, base->output, base->output_count);
}

static struct plan *over_reference(struct optimizer *o, const struct member *member, const struct plan *p) {
    if (p->kind == PLAN_AGGREGATE) return reference(o, member, p);
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->children[0] = over_reference(o, member, p->children[0]);
    return copy;
}

static struct expr *refer(struct expr *e, void *data) {
    struct merging *m = data;
    const struct member *member = e->kind == EXPR_SUBQUERY ? member_of(m, e->subquery.plan) : NULL;
    if (!member || member->rows->uses < 2) return e;
    define(m->o, member->rows);
    struct expr *copy = expr_copy_node(m->o->arena, e);
    copy->subquery.plan = over_reference(m->o, member, member->plan);
    return copy;
}

static bool refer_in_slot(struct expr **slot, void *data) {
    struct merging *m = data;
    *slot = expr_rewrite(m->o->arena, *slot, refer, m);
    return true;
}

struct plan *merge_subqueries(struct optimizer *o, struct plan *p) {
    p = optimize_children(o, p, merge_subqueries);
    if (!p) return NULL;
    struct merging m = {.o = o};
    plan_each_expr(p, add_in_slot, &m);
    bool any = false;
    for (const struct shared_rows *r = m.rows; r; r = r->next) any |= r->uses > 1;
    if (!any) return p;
    struct plan *copy = plan_copy_node(o->arena, p);
    plan_own_exprs(o->arena, copy);
    plan_each_expr(copy, refer_in_slot, &m);
    return copy;
}
