/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all readers of a common table expression leave out is not computed.
 *
 *     WITH c AS (...) SELECT ... FROM c AS a, c AS b WHERE a.year = 2001 AND b.year = 2002 AND a.x > 1
 *
 * Each reader has a filter over its reference; what those ask of one column, in every one of them, is put together by
 * OR: c is filtered by year = 2001 OR year = 2002, and nothing can be said of x. The readers keep their filters. Conditions
 * over several columns are left aside: they seldom pass through what computes the columns.
 */
#include "plan/optimize.h"

enum { MOST_ALTERNATIVES = 32 };

/* What the readers seen so far ask of one column. */
struct column_demand {
    bool any; /* a reader asks nothing */
    struct expr_list alternatives;
};

struct demand {
    const struct plan *definition;
    struct column_demand *columns; /* of the definition's output */
    struct demand *next;
};

struct demands {
    struct optimizer *o;
    struct id_map by_id; /* CTE id -> struct demand */
    struct demand *first;
};

static bool is_fixed(const struct expr *e) {
    return !e->deterministic || expr_contains(e, EXPR_SUBQUERY) || expr_contains(e, EXPR_UDF) ||
           expr_contains(e, EXPR_OUTER);
}

/* Which column of the reference is the only one that e reads; -1: none such. */
static int only_column(struct optimizer *o, const struct plan *reference, struct expr *e) {
    if (is_fixed(e) || !expr_contains(e, EXPR_ATTRIBUTE)) return -1;
    for (uint32_t i = 0; i < reference->output_count; i++) {
        struct id_map column = {0};
        id_map_put(o->arena, &column, reference->output[i]->id, reference->output[i]);
        if (reads_only(e, &column)) return (int)i;
    }
    return -1;
}

static void add_alternative(struct optimizer *o, struct column_demand *c, struct expr *e) {
    if (!e || c->alternatives.count == MOST_ALTERNATIVES) c->any = true;
    if (c->any) return;
    for (uint32_t i = 0; i < c->alternatives.count; i++)
        if (expr_equal(c->alternatives.items[i], e)) return;
    LIST_PUSH(o->arena, &c->alternatives, e);
}

/* condition: of the filter over the reference; NULL: there is none. */
static void add_reader(struct demands *d, struct demand *demand, const struct plan *reference, struct expr *condition) {
    struct optimizer *o = d->o;
    struct expr_list conjuncts = {0}, *asked = ARENA_ARRAY(o->arena, struct expr_list, reference->output_count);
    struct id_map values = {0};
    for (uint32_t i = 0; i < reference->output_count; i++)
        id_map_put(o->arena, &values, reference->output[i]->id,
                   expr_attribute(o->arena, demand->definition->output[i]));
    if (condition) split_conjuncts(o->arena, condition, &conjuncts);
    for (uint32_t i = 0; i < conjuncts.count; i++) {
        int column = only_column(o, reference, conjuncts.items[i]);
        if (column >= 0) LIST_PUSH(o->arena, &asked[column], replace_columns(o, conjuncts.items[i], &values));
    }
    for (uint32_t i = 0; i < reference->output_count; i++)
        add_alternative(o, &demand->columns[i], join_conjuncts(o, asked[i].items, asked[i].count));
}

/* --- finding the readers --- */

static void find_readers(struct demands *d, const struct plan *p);

static bool look_in_expr(const struct expr *e, void *data) {
    if (e->kind == EXPR_SUBQUERY && e->subquery.plan) find_readers(data, e->subquery.plan);
    return true;
}

static bool look_in_slot(struct expr **slot, void *data) {
    expr_visit(*slot, look_in_expr, data);
    return true;
}

static void see_reference(struct demands *d, const struct plan *reference, struct expr *condition) {
    struct demand *demand = id_map_get(&d->by_id, reference->cte.id);
    if (!demand) {
        demand = ARENA_NEW(d->o->arena, struct demand);
        demand->definition = reference->cte.definition;
        demand->columns = ARENA_ARRAY(d->o->arena, struct column_demand, reference->output_count);
        demand->next = d->first;
        d->first = demand;
        id_map_put(d->o->arena, &d->by_id, reference->cte.id, demand);
        find_readers(d, demand->definition);
    }
    add_reader(d, demand, reference, condition);
}

static void find_readers(struct demands *d, const struct plan *p) {
    plan_each_expr((struct plan *)p, look_in_slot, d);
    if (p->kind == PLAN_CTE_REFERENCE) see_reference(d, p, NULL);
    for (uint32_t i = 0; i < p->child_count; i++) {
        if (p->kind == PLAN_FILTER && p->children[0]->kind == PLAN_CTE_REFERENCE)
            see_reference(d, p->children[0], p->exprs[0]);
        else
            find_readers(d, p->children[i]);
    }
}

/* --- filtering the definitions --- */

static struct expr *either(struct optimizer *o, const struct expr_list *alternatives) {
    struct expr *all = alternatives->items[0];
    for (uint32_t i = 1; all && i < alternatives->count; i++)
        all = resolve_binary(&o->resolver, "or", all, alternatives->items[i], o->err);
    return all;
}

/* False: nothing, or an error. */
static bool note_condition(struct optimizer *o, const struct demand *demand) {
    struct expr_list conjuncts = {0};
    for (uint32_t i = 0; i < demand->definition->output_count; i++) {
        const struct column_demand *c = &demand->columns[i];
        if (c->any || !c->alternatives.count) continue;
        struct expr *e = either(o, &c->alternatives);
        if (!e) return false;
        LIST_PUSH(o->arena, &conjuncts, e);
    }
    if (!conjuncts.count) return false;
    struct expr *condition = join_conjuncts(o, conjuncts.items, conjuncts.count);
    if (condition) id_map_put(o->arena, &o->cte_filters, (uintptr_t)demand->definition, condition);
    return condition != NULL;
}

static struct plan *add_filters(struct optimizer *o, struct plan *p) {
    struct expr *condition = id_map_get(&o->cte_filters, (uintptr_t)p);
    struct plan *done = optimize_children(o, p, add_filters);
    return done && condition ? plan_filter(o->arena, done, condition) : done;
}

struct plan *filter_ctes(struct optimizer *o, struct plan *p) {
    if (!o->cte_uses.count) return p;
    struct demands d = {.o = o};
    bool any = false;
    find_readers(&d, p);
    for (const struct demand *demand = d.first; demand; demand = demand->next) any |= note_condition(o, demand);
    if (error_is_set(o->err)) return NULL;
    if (!any) return p;
    p = add_filters(o, p);
    o->memo = (struct id_map){0};
    return p ? push_filters(o, p) : NULL;
}
