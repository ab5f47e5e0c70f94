/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many rows a node gives, guessed from the sizes of tables, the ranges of integer columns, and crude selectivities.
 *
 * A column has at most as many different values as its table has rows, and an integer column as its range is wide. Of
 * all pairs of rows, an equality keeps one in as many as the side with fewer values has: so a filter on a dimension
 * thins the facts by as much. Where one side is a key, no row finds more than one partner. Several equalities between
 * two tables make a composite key: they keep together no less than one in as many as the tables have rows (their
 * geometric mean, as one cannot tell which of the two it is a key of). Equalities that others imply say nothing.
 */
#include <math.h>
#include <string.h>

#include "plan/estimate.h"

enum { BYTES_PER_ROW = 40 }; /* where files do not tell how many rows they have */

static double known(double rows) {
    return rows < 1 ? 1 : rows;
}

/* --- columns --- */

static struct column_guess *column_of(const struct estimates *s, const struct expr *key) {
    while (key->kind != EXPR_ATTRIBUTE && key->child_count == 1) key = key->children[0];
    return key->kind == EXPR_ATTRIBUTE ? id_map_get(&s->columns, key->column.attribute->id) : NULL;
}

static void set_columns(struct optimizer *o, struct estimates *s, const struct plan *p, double rows) {
    const struct column_range *ranges = p->kind == PLAN_SCAN ? p->scan.ranges : NULL;
    struct table_guess *table = ARENA_NEW(o->arena, struct table_guess);
    table->rows = table->filtered = known(rows);
    for (uint32_t i = 0; i < p->output_count; i++) {
        if (id_map_get(&s->columns, p->output[i]->id)) continue;
        struct column_guess *column = ARENA_NEW(o->arena, struct column_guess);
        column->own = table->rows;
        column->table = table;
        const struct column_range *range = ranges ? &ranges[p->scan.columns ? p->scan.columns[i] : i] : NULL;
        if (range && range->known) {
            column->range = range;
            column->own = fmin(column->own, (double)range->greatest - (double)range->least + 1);
        }
        column->shared = column->own;
        id_map_put(o->arena, &s->columns, p->output[i]->id, column);
    }
}

void estimate_set_filtered(const struct estimates *s, const struct plan *p, double rows) {
    for (uint32_t i = 0; i < p->output_count; i++) {
        struct column_guess *column = id_map_get(&s->columns, p->output[i]->id);
        if (column) column->table->filtered = fmin(column->table->filtered, known(rows));
    }
}

bool estimate_share(const struct estimates *s, const struct expr *a, const struct expr *b) {
    struct column_guess *x = column_of(s, a), *y = column_of(s, b);
    if (!x || !y || x->shared == y->shared) return false;
    x->shared = y->shared = fmin(x->shared, y->shared);
    return true;
}

/* --- conditions on one input --- */

static bool is_equality(const struct expr *e) {
    return is_call(e, "=") || is_call(e, "==") || is_call(e, "<=>");
}

static bool is_order(const struct expr *e) {
    return is_call(e, "<") || is_call(e, "<=") || is_call(e, ">") || is_call(e, ">=");
}

static bool integer_of(const struct expr *e, const struct type *type, int64_t *out) {
    if (e->kind != EXPR_LITERAL || expr_is_null_literal(e) || !type_equal(e->type, type)) return false;
    enum storage storage = type_storage(type);
    if (storage == STORAGE_INT32)
        *out = *VECTOR_DATA(e->literal, int32_t);
    else if (storage == STORAGE_INT64)
        *out = *VECTOR_DATA(e->literal, int64_t);
    return storage == STORAGE_INT32 || storage == STORAGE_INT64;
}

/* What comparisons have left of a column's range. */
struct span {
    const struct column_guess *column;
    double least, greatest;
};
enum { SPANS = 8 };
struct spans {
    struct span items[SPANS];
    uint32_t count;
};

/* column < constant, or constant < column, narrows the column's interval. False: it is not that. */
static bool narrow(const struct estimates *s, const struct expr *e, struct spans *all) {
    if (!is_order(e)) return false;
    bool flipped = e->children[0]->kind == EXPR_LITERAL, less = e->call.function->name[0] == '<';
    const struct expr *attribute = e->children[flipped];
    const struct column_guess *column = attribute->kind == EXPR_ATTRIBUTE ? column_of(s, attribute) : NULL;
    int64_t value;
    if (!column || !column->range || !integer_of(e->children[!flipped], attribute->type, &value)) return false;
    uint32_t i = 0;
    while (i < all->count && all->items[i].column != column) i++;
    if (i == SPANS) return false;
    struct span *in = &all->items[i];
    if (i == all->count) {
        *in = (struct span){column, (double)column->range->least, (double)column->range->greatest};
        all->count++;
    }
    if (less != flipped)
        in->greatest = fmin(in->greatest, (double)value);
    else
        in->least = fmax(in->least, (double)value);
    return true;
}

static double share_of(const struct spans *all) {
    double share = 1;
    for (uint32_t i = 0; i < all->count; i++) {
        const struct span *in = &all->items[i];
        double width = (double)in->column->range->greatest - (double)in->column->range->least + 1;
        share *= fmax(in->greatest - in->least + 1, 1) / width;
    }
    return share;
}

/* One value of a column that is equal to a constant. */
static double share_of_value(const struct estimates *s, const struct expr *column) {
    const struct column_guess *guess = column->kind == EXPR_ATTRIBUTE ? column_of(s, column) : NULL;
    return guess && guess->range ? 1 / known(guess->own) : 0.03;
}

static double selectivity(struct optimizer *o, const struct estimates *s, struct expr *e);

static double of_conjuncts(struct optimizer *o, const struct estimates *s, struct expr *e) {
    struct expr_list conjuncts = {0};
    struct spans spans = {0};
    double share = 1;
    split_conjuncts(o->arena, e, &conjuncts);
    for (uint32_t i = 0; i < conjuncts.count; i++)
        if (!narrow(s, conjuncts.items[i], &spans)) share *= selectivity(o, s, conjuncts.items[i]);
    return share * share_of(&spans);
}

static double selectivity(struct optimizer *o, const struct estimates *s, struct expr *e) {
    if (is_call(e, "and")) return of_conjuncts(o, s, e);
    if (is_call(e, "or")) {
        double a = selectivity(o, s, e->children[0]), b = selectivity(o, s, e->children[1]);
        return a + b - a * b;
    }
    if (is_call(e, "not")) return 1 - 0.9 * selectivity(o, s, e->children[0]);
    if (is_call(e, "isnotnull")) return 0.98;
    if (is_call(e, "isnull")) return 0.02;
    if (is_call(e, "in")) return fmin(0.8, share_of_value(s, e->children[0]) * (e->child_count - 1));
    if (is_equality(e)) return share_of_value(s, e->children[e->children[0]->kind == EXPR_LITERAL]);
    if (is_call(e, "like") || is_call(e, "rlike")) return 0.1;
    if (e->kind == EXPR_LITERAL) return 1;
    struct spans one = {0};
    return narrow(s, e, &one) ? share_of(&one) : 0.33;
}

/* --- conditions between inputs --- */

/* Columns known to be equal, as a forest: parent[i] is an earlier column, or i itself. */
struct equals {
    uint64_t *ids;
    uint32_t *parent;
    uint32_t count;
};

static uint32_t root_of(struct equals *equals, uint64_t id) {
    uint32_t i = 0;
    while (i < equals->count && equals->ids[i] != id) i++;
    if (i == equals->count) {
        equals->ids[i] = id;
        equals->parent[i] = i;
        equals->count++;
    }
    while (equals->parent[i] != i) i = equals->parent[i];
    return i;
}

/* The equalities between two tables. */
struct composite {
    const struct table_guess *a, *b;
    double share;
    uint32_t keys;
};

static double share_of_equality(const struct column_guess *a, const struct column_guess *b) {
    double share = 1 / known(fmin(a->shared, b->shared));
    if (a->own >= 0.9 * a->table->rows) share = fmin(share, 1 / a->table->filtered);
    if (b->own >= 0.9 * b->table->rows) share = fmin(share, 1 / b->table->filtered);
    return share;
}

static void add_equality(struct composite *all, uint32_t *count, const struct column_guess *x,
                         const struct column_guess *y) {
    const struct table_guess *a = x->table < y->table ? x->table : y->table, *b = a == x->table ? y->table : x->table;
    uint32_t i = 0;
    while (i < *count && (all[i].a != a || all[i].b != b)) i++;
    if (i == *count) all[(*count)++] = (struct composite){a, b, 1, 0};
    all[i].share *= share_of_equality(x, y);
    all[i].keys++;
}

double estimate_conditions(struct optimizer *o, const struct estimates *s, const struct expr_list *conditions) {
    uint32_t capacity = conditions->count + 1, composite_count = 0;
    struct equals equals = {.ids = ARENA_ARRAY(o->arena, uint64_t, 2 * capacity),
                            .parent = ARENA_ARRAY(o->arena, uint32_t, 2 * capacity)};
    struct composite *composites = ARENA_ARRAY(o->arena, struct composite, capacity);
    double share = 1;
    for (uint32_t i = 0; i < conditions->count; i++) {
        struct expr *e = conditions->items[i];
        if (!is_equality(e)) {
            share *= selectivity(o, s, e);
            continue;
        }
        struct column_guess *a = column_of(s, e->children[0]), *b = column_of(s, e->children[1]);
        if (!a || !b) {
            share *= a || b ? 1 / known(a ? a->shared : b->shared) : 0.001;
            continue;
        }
        uint32_t x = root_of(&equals, (uintptr_t)a), y = root_of(&equals, (uintptr_t)b);
        if (x == y) continue; /* others imply it */
        equals.parent[x > y ? x : y] = x > y ? y : x;
        add_equality(composites, &composite_count, a, b);
    }
    for (uint32_t i = 0; i < composite_count; i++) {
        const struct composite *c = &composites[i];
        share *= c->keys > 1 ? fmax(c->share, 1 / sqrt(c->a->rows * c->b->rows)) : c->share;
    }
    return share;
}

/* --- nodes --- */

static double estimate_join_node(struct optimizer *o, struct estimates *s, const struct plan *p) {
    double left = estimate(o, s, p->children[0]), right = estimate(o, s, p->children[1]);
    struct expr_list conditions = {0};
    if (p->join.condition) split_conjuncts(o->arena, p->join.condition, &conditions);
    double rows = known(left * right * estimate_conditions(o, s, &conditions));
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
        case PLAN_SCAN: return p->rows ? (double)p->rows : known((double)p->scan.bytes / BYTES_PER_ROW);
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
        case PLAN_FILTER: return rows * selectivity(o, s, p->exprs[0]);
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
    if (!passes) set_columns(o, s, p, rows);
    kept = arena_bytes(o->arena, sizeof *kept);
    *kept = rows;
    id_map_put(o->arena, &s->rows, (uintptr_t)p, kept);
    return rows;
}
