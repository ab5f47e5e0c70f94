/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many rows a node gives, guessed from the sizes of tables and crude selectivities.
 *
 * A join of keys is taken for a foreign key's: |L| * |R| / min(base L, base R), where the base is the size of the
 * table that the key column comes from, filters not counted. So a dimension's filter thins the facts by as much.
 */
#include <math.h>
#include <string.h>

#include "plan/estimate.h"

static double known(double rows) {
    return rows < 1 ? 1 : rows;
}

static double selectivity(const struct expr *e) {
    if (is_call(e, "and")) return selectivity(e->children[0]) * selectivity(e->children[1]);
    if (is_call(e, "or")) {
        double a = selectivity(e->children[0]), b = selectivity(e->children[1]);
        return a + b - a * b;
    }
    if (is_call(e, "not")) return 1 - 0.9 * selectivity(e->children[0]);
    if (is_call(e, "isnotnull")) return 0.98;
    if (is_call(e, "isnull")) return 0.02;
    if (is_call(e, "in")) return fmin(0.8, 0.03 * (e->child_count - 1));
    if (is_call(e, "=") || is_call(e, "==") || is_call(e, "<=>")) return 0.03;
    if (is_call(e, "like") || is_call(e, "rlike")) return 0.1;
    if (e->kind == EXPR_LITERAL) return 1;
    return 0.33;
}

static void set_base(struct optimizer *o, struct estimates *s, const struct plan *p, double rows) {
    for (uint32_t i = 0; i < p->output_count; i++) {
        if (id_map_get(&s->base, p->output[i]->id)) continue;
        double *slot = arena_bytes(o->arena, sizeof *slot);
        *slot = known(rows);
        id_map_put(o->arena, &s->base, p->output[i]->id, slot);
    }
}

static double *base_slot(const struct estimates *s, const struct expr *key) {
    while (key->kind != EXPR_ATTRIBUTE && key->child_count == 1) key = key->children[0];
    return key->kind == EXPR_ATTRIBUTE ? id_map_get(&s->base, key->column.attribute->id) : NULL;
}

double estimate_base(const struct estimates *s, const struct expr *key, double otherwise) {
    const double *base = base_slot(s, key);
    return base ? *base : known(otherwise);
}

bool estimate_share(const struct estimates *s, const struct expr *a, const struct expr *b) {
    double *base_a = base_slot(s, a), *base_b = base_slot(s, b);
    if (!base_a || !base_b || *base_a == *base_b) return false;
    *base_a = *base_b = fmin(*base_a, *base_b);
    return true;
}

static bool is_equality(const struct expr *e) {
    return is_call(e, "=") || is_call(e, "==") || is_call(e, "<=>");
}

double estimate_join(struct optimizer *o, const struct estimates *s, double left, double right,
                     const struct expr_list *conditions) {
    double rows = known(left) * known(right), most_selective = 1;
    uint32_t keys = 0;
    for (uint32_t i = 0; i < conditions->count; i++) {
        const struct expr *e = conditions->items[i];
        if (!is_equality(e)) {
            rows *= selectivity(e);
            continue;
        }
        double a = estimate_base(s, e->children[0], left), b = estimate_base(s, e->children[1], right);
        double factor = 1 / fmin(a, b);
        /* Further keys say less: they go with the first one. */
        if (keys++ == 0 || factor < most_selective) {
            rows = keys == 1 ? rows * factor : rows * sqrt(factor / most_selective);
            most_selective = fmin(most_selective, factor);
        }
    }
    return known(rows);
}

static double estimate_join_node(struct optimizer *o, struct estimates *s, const struct plan *p) {
    double left = estimate(o, s, p->children[0]), right = estimate(o, s, p->children[1]);
    struct expr_list conditions = {0};
    if (p->join.condition) split_conjuncts(o->arena, p->join.condition, &conditions);
    double rows = estimate_join(o, s, left, right, &conditions);
    switch (p->join.type) {
        case JOIN_LEFT: return fmax(left, rows);
        case JOIN_RIGHT: return fmax(right, rows);
        case JOIN_FULL: return fmax(left + right, rows);
        case JOIN_SEMI: return known(fmin(left, rows));
        case JOIN_ANTI:
        case JOIN_ANTI_NULL_AWARE: return known(left * 0.3);
        case JOIN_EXISTENCE: return left;
        default: return rows;
    }
}

static double estimate_node(struct optimizer *o, struct estimates *s, const struct plan *p) {
    switch (p->kind) {
        case PLAN_ONE_ROW: return 1;
        case PLAN_LOCAL: return p->local.data ? (double)p->local.data->row_count : 0;
        case PLAN_RANGE: {
            double span = (double)p->range.end - (double)p->range.start;
            return p->range.step ? ceil(span / (double)p->range.step) : 0;
        }
        case PLAN_SCAN: return p->rows ? (double)p->rows : 1000;
        case PLAN_JOIN: return estimate_join_node(o, s, p);
        case PLAN_CTE_REFERENCE: return estimate(o, s, p->cte.definition);
        case PLAN_RECURSION_REFERENCE: return 100;
        case PLAN_UNION: {
            double rows = 0;
            for (uint32_t i = 0; i < p->child_count; i++) rows += estimate(o, s, p->children[i]);
            return rows;
        }
        default: break;
    }
    double rows = p->child_count ? estimate(o, s, p->children[0]) : 1000;
    for (uint32_t i = 1; i < p->child_count; i++) estimate(o, s, p->children[i]);
    switch (p->kind) {
        case PLAN_FILTER: return rows * selectivity(p->exprs[0]);
        case PLAN_AGGREGATE: return p->aggregate.group_count ? fmin(rows, pow(known(rows), 0.8)) : 1;
        case PLAN_DISTINCT: return pow(known(rows), 0.9);
        case PLAN_EXPAND: return rows * p->expand.projection_count;
        case PLAN_GENERATE: return rows * 3;
        case PLAN_LIMIT:
        case PLAN_TAIL: return p->limit.limit >= 0 ? fmin(rows, (double)p->limit.limit) : rows;
        case PLAN_SAMPLE: return rows * (p->sample.upper - p->sample.lower);
        default: return rows;
    }
}

double estimate(struct optimizer *o, struct estimates *s, const struct plan *p) {
    double *kept = id_map_get(&s->rows, (uintptr_t)p);
    if (kept) return *kept;
    double rows = known(estimate_node(o, s, p));
    bool passes = p->kind == PLAN_FILTER || p->kind == PLAN_SORT || p->kind == PLAN_LIMIT || p->kind == PLAN_JOIN;
    if (!passes) set_base(o, s, p, rows);
    kept = arena_bytes(o->arena, sizeof *kept);
    *kept = rows;
    id_map_put(o->arena, &s->rows, (uintptr_t)p, kept);
    return rows;
}
