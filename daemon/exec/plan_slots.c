/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/plan_slots.h"

static bool visit_array(struct expr **exprs, uint32_t count, visit_slot *visit, void *data) {
    for (uint32_t i = 0; i < count; i++)
        if (!visit(&exprs[i], data)) return false;
    return true;
}

static bool visit_orders(struct sort_order *orders, uint32_t count, visit_slot *visit, void *data) {
    for (uint32_t i = 0; i < count; i++)
        if (!visit(&orders[i].expr, data)) return false;
    return true;
}

bool plan_visit_slots(struct plan *p, visit_slot *visit, void *data) {
    TRY(visit_array(p->exprs, p->expr_count, visit, data));
    switch (p->kind) {
        case PLAN_AGGREGATE: return visit_array(p->aggregate.groups, p->aggregate.group_count, visit, data);
        case PLAN_EXPAND:
            for (uint32_t i = 0; i < p->expand.projection_count; i++)
                TRY(visit_array(p->expand.projections[i], p->output_count, visit, data));
            return true;
        case PLAN_GENERATE: return visit(&p->generate.generator, data);
        case PLAN_SORT: return visit_orders(p->sort.order, p->sort.count, visit, data);
        case PLAN_LIMIT: return visit_orders(p->limit.order, p->limit.order_count, visit, data);
        case PLAN_REPARTITION: return visit_orders(p->repartition.keys, p->repartition.key_count, visit, data);
        case PLAN_JOIN:
            TRY(visit_array(p->join.left_keys, p->join.key_count, visit, data));
            TRY(visit_array(p->join.right_keys, p->join.key_count, visit, data));
            return !p->join.condition || visit(&p->join.condition, data);
        default: return true;
    }
}

struct plan *plan_copy_slots(struct arena *arena, const struct plan *from) {
    struct plan *p = arena_copy(arena, from, sizeof *p);
#define COPY(field, count) p->field = arena_copy(arena, p->field, (count) * sizeof *p->field)
    COPY(exprs, p->expr_count);
    if (p->kind == PLAN_AGGREGATE) COPY(aggregate.groups, p->aggregate.group_count);
    if (p->kind == PLAN_SORT) COPY(sort.order, p->sort.count);
    if (p->kind == PLAN_LIMIT) COPY(limit.order, p->limit.order_count);
    if (p->kind == PLAN_REPARTITION) COPY(repartition.keys, p->repartition.key_count);
    if (p->kind == PLAN_JOIN) {
        COPY(join.left_keys, p->join.key_count);
        COPY(join.right_keys, p->join.key_count);
    }
    if (p->kind == PLAN_EXPAND) {
        COPY(expand.projections, p->expand.projection_count);
        for (uint32_t i = 0; i < p->expand.projection_count; i++) COPY(expand.projections[i], p->output_count);
    }
#undef COPY
    return p;
}
