/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A common table expression that is used once takes its place; one that is used more often is computed once and
 * read by all of its references.
 */
#include "plan/optimize.h"

static void count_uses(struct optimizer *o, const struct plan *p);

static bool count_in_expr(const struct expr *e, void *data) {
    if (e->kind == EXPR_SUBQUERY && e->subquery.plan) count_uses(data, e->subquery.plan);
    return true;
}

static bool count_in_slot(struct expr **slot, void *data) {
    expr_visit(*slot, count_in_expr, data);
    return true;
}

static void count_uses(struct optimizer *o, const struct plan *p) {
    if (p->kind == PLAN_CTE_REFERENCE) {
        uintptr_t uses = (uintptr_t)id_map_get(&o->cte_uses, p->cte.id);
        id_map_put(o->arena, &o->cte_uses, p->cte.id, (void *)(uses + 1));
        if (!uses) count_uses(o, p->cte.definition);
    }
    plan_each_expr((struct plan *)p, count_in_slot, o);
    for (uint32_t i = 0; i < p->child_count; i++) count_uses(o, p->children[i]);
}

static bool slot_refers_out(struct expr **slot, void *data) {
    return !expr_contains(*slot, EXPR_OUTER);
}

static bool has_outer_reference(const struct plan *p) {
    if (!plan_each_expr((struct plan *)p, slot_refers_out, NULL)) return true;
    for (uint32_t i = 0; i < p->child_count; i++)
        if (has_outer_reference(p->children[i])) return true;
    return false;
}

static struct plan *in_place(struct optimizer *o, struct plan *p) {
    p = optimize_children(o, p, in_place);
    if (!p || p->kind != PLAN_CTE_REFERENCE) return p;
    bool once = (uintptr_t)id_map_get(&o->cte_uses, p->cte.id) == 1;
    /* What reads an enclosing query's columns, or a round's rows, can't be shared. */
    bool shared = !once && !has_outer_reference(p->cte.definition);
    if (shared) return p;
    struct plan *definition = once ? p->cte.definition : plan_fresh(o->arena, o->next_id, p->cte.definition);
    struct expr **exprs = ARENA_ARRAY(o->arena, struct expr *, p->output_count);
    for (uint32_t i = 0; i < p->output_count; i++)
        exprs[i] =
            expr_alias(o->arena, expr_attribute(o->arena, definition->output[i]), p->output[i]->name, p->output[i]->id);
    struct plan *project = plan_project(o->arena, definition, exprs, p->output_count);
    project->output = p->output;
    return project;
}

struct plan *inline_ctes(struct optimizer *o, struct plan *p) {
    count_uses(o, p);
    return o->cte_uses.count ? in_place(o, p) : p;
}
