/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names have done their work when the analyzer is through, and hints do nothing in one process.
 *
 * Partitions matter where something tells them apart (plan/partitions.h): below a node that brings all rows together
 * they go, unless another one that sees them stands in between. A sort within partitions becomes a sort of all rows
 * that are then brought back to where they were.
 */
#include "expr/function.h"
#include "plan/optimize.h"
#include "plan/partitions.h"

static struct plan *strip_partitions(struct optimizer *o, struct plan *p);

static bool see_drawn(const struct expr *e, void *data) {
    if (!e->deterministic) *(bool *)data = true;
    return !*(bool *)data;
}

static bool see_slot(struct expr **slot, void *data) {
    expr_visit(*slot, see_drawn, data);
    return true;
}

/* A node whose result depends on which partition a row is in. */
static bool sees_partitions(struct plan *p) {
    if (p->kind == PLAN_SAMPLE || p->kind == PLAN_MAP || (p->kind == PLAN_SORT && !p->sort.global)) return true;
    bool drawn = false;
    plan_each_expr(p, see_slot, &drawn);
    return drawn;
}

static bool gathers(const struct plan *p) {
    switch (p->kind) {
        case PLAN_AGGREGATE:
        case PLAN_DISTINCT:
        case PLAN_JOIN:
        case PLAN_WINDOW:
        case PLAN_INTERSECT:
        case PLAN_EXCEPT: return true;
        case PLAN_SORT: return p->sort.global;
        default: return false;
    }
}

/*
 * Rows exchanged into no given number of partitions: NULL where they are in as many already, else with the number. An
 * exchange by columns that ends in one partition still puts rows in another order, and stays as it is.
 */
static struct plan *counted(struct optimizer *o, struct plan *p) {
    uint32_t count = plan_partition_count(p, o->context);
    if (count == 1 && p->repartition.how == PARTITION_HASH) return p;
    if (count == 1 && plan_partition_count(p->children[0], o->context) <= 1) return NULL;
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->repartition.count = (int32_t)count;
    if (count > 1) return copy;
    copy->repartition.how = PARTITION_COALESCE;
    copy->repartition.key_count = 0;
    return copy;
}

/* The first node from p on that does something to rows, or to the partitions they are in. */
static struct plan *effective(struct optimizer *o, struct plan *p) {
    for (;; p = p->children[0]) {
        bool uncounted = p->kind == PLAN_REPARTITION && p->repartition.count <= 0;
        if (p->kind != PLAN_SUBQUERY_ALIAS && p->kind != PLAN_HINT && !uncounted) return p;
        struct plan *exchange = uncounted ? counted(o, p) : NULL;
        if (exchange) return exchange;
    }
}

static bool is_shuffle(const struct plan *p) {
    return p->kind == PLAN_REPARTITION && p->repartition.how != PARTITION_COALESCE;
}

/* How rows were divided does not matter to one that divides them anew. */
static struct plan *over_undivided(struct optimizer *o, struct plan *shuffle) {
    struct plan *child = effective(o, shuffle->children[0]);
    while (child->kind == PLAN_REPARTITION) child = effective(o, child->children[0]);
    if (child == shuffle->children[0]) return shuffle;
    struct plan *copy = plan_copy_node(o->arena, shuffle);
    copy->children[0] = child;
    return copy;
}

static struct plan *sort_partitions(struct optimizer *o, struct plan *sort) {
    struct plan *child = sort->children[0];
    uint32_t count = plan_partition_count(child, o->context);
    if (count <= 1) return sort;
    struct expr *call = resolve_named(&o->resolver, "spark_partition_id", NULL, 0, NULL, o->err);
    if (!call) return NULL;
    struct expr *number = expr_alias(o->arena, call, "partition", (*o->next_id)++);
    struct plan *numbered = plan_new(o->arena, PLAN_PROJECT, 1, child->output_count + 1);
    numbered->children[0] = child;
    for (uint32_t i = 0; i < child->output_count; i++) numbered->exprs[i] = expr_attribute(o->arena, child->output[i]);
    numbered->exprs[child->output_count] = number;
    plan_output_from_exprs(o->arena, numbered);
    struct plan *sorted = plan_unary(o->arena, PLAN_SORT, numbered, 0);
    sorted->sort = sort->sort;
    sorted->sort.global = true;
    struct plan *divided = plan_unary(o->arena, PLAN_REPARTITION, sorted, 0);
    divided->repartition.count = (int32_t)count;
    divided->repartition.how = PARTITION_ID;
    divided->repartition.key_count = 1;
    divided->repartition.keys = ARENA_NEW(o->arena, struct sort_order);
    divided->repartition.keys->expr = expr_attribute(o->arena, expr_to_attribute(o->arena, number));
    return plan_project_attributes(o->arena, divided, sort->output, sort->output_count);
}

struct plan *strip_names(struct optimizer *o, struct plan *p) {
    p = effective(o, p);
    if (is_shuffle(p)) p = over_undivided(o, p);
    struct plan *made = optimize_children(o, p, gathers(p) && !sees_partitions(p) ? strip_partitions : strip_names);
    if (!made) return NULL;
    return made->kind == PLAN_SORT && !made->sort.global ? sort_partitions(o, made) : made;
}

/* Rows of one partition need no exchange to be grouped, which is seen by the order of the groups. */
static struct plan *strip_partitions(struct optimizer *o, struct plan *p) {
    p = effective(o, p);
    while (p->kind == PLAN_REPARTITION && !plan_is_single(p, o->context)) p = effective(o, p->children[0]);
    return sees_partitions(p) ? strip_names(o, p) : optimize_children(o, p, strip_partitions);
}
