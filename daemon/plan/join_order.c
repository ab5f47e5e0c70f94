/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of inner joins.
 *
 * A tree of inner joins is a set of relations and a list of conditions. For up to ten relations, the cheapest tree of
 * every subset is found from the cheapest trees of its parts (dynamic programming over subsets); above that, the two
 * parts whose join is smallest are joined, again and again. A tree costs the sum of its intermediate results; parts
 * without a condition between them are joined only when nothing else is left. The smaller side goes right, where the
 * hash table is built.
 *
 * Small inputs are left alone: there is nothing to win, and rows come out in the order in which they were written.
 */
#include <math.h>
#include <string.h>

#include "plan/estimate.h"
#include "plan/partitions.h"

enum { MOST_DYNAMIC = 10, MOST_RELATIONS = 60 };
static const double SMALL = 20000; /* rows of the largest input below which the order stays */

struct cluster {
    struct optimizer *o;
    struct estimates *estimates;
    LIST(struct plan *) relations;
    struct expr_list conditions;
    uint64_t *masks; /* per condition: the relations it reads */
    double *rows;    /* per relation */
};

static bool is_inner(const struct plan *p) {
    return p->kind == PLAN_JOIN && (p->join.type == JOIN_INNER || p->join.type == JOIN_CROSS) && !p->join.lateral;
}

static bool is_plain_project(const struct plan *p) {
    if (p->kind != PLAN_PROJECT) return false;
    for (uint32_t i = 0; i < p->expr_count; i++)
        if (p->exprs[i]->kind != EXPR_ATTRIBUTE) return false;
    return true;
}

static void flatten(struct cluster *c, struct plan *p) {
    const struct plan *join = p;
    while (is_plain_project(join)) join = join->children[0];
    if (!is_inner(join)) {
        LIST_PUSH(c->o->arena, &c->relations, p);
        return;
    }
    flatten(c, join->children[0]);
    flatten(c, join->children[1]);
    if (join->join.condition) split_conjuncts(c->o->arena, join->join.condition, &c->conditions);
}

static bool set_masks(struct cluster *c) {
    struct id_map owner = {0};
    for (uint32_t r = 0; r < c->relations.count; r++)
        for (uint32_t i = 0; i < c->relations.items[r]->output_count; i++)
            id_map_put(c->o->arena, &owner, c->relations.items[r]->output[i]->id, (void *)(uintptr_t)(r + 1));
    c->masks = ARENA_ARRAY(c->o->arena, uint64_t, c->conditions.count + 1);
    for (uint32_t i = 0; i < c->conditions.count; i++) {
        struct id_map ids = {0};
        if (!c->conditions.items[i]->deterministic) return false;
        expr_collect_ids(c->o->arena, c->conditions.items[i], &ids);
        for (uint32_t k = 0; k < ids.capacity; k++) {
            if (!ids.entries[k].id) continue;
            uintptr_t r = (uintptr_t)id_map_get(&owner, ids.entries[k].id);
            if (r) c->masks[i] |= (uint64_t)1 << (r - 1);
        }
    }
    return true;
}

/* Columns that are equal have no more different values than the fewest of them: the nation of customers and suppliers
 * is one of 25, though there are many of both. */
static void share_bases(struct cluster *c) {
    for (uint32_t r = 0; r < c->relations.count; r++)
        estimate_set_filtered(c->estimates, c->relations.items[r], c->rows[r]);
    bool changed = true;
    for (int round = 0; changed && round < 8; round++) {
        changed = false;
        for (uint32_t i = 0; i < c->conditions.count; i++) {
            const struct expr *e = c->conditions.items[i];
            if (!is_call(e, "=") && !is_call(e, "==")) continue;
            changed |= estimate_share(c->estimates, e->children[0], e->children[1]);
        }
    }
}

/* The conditions that become decidable when a and b are joined. */
static void conditions_between(const struct cluster *c, uint64_t a, uint64_t b, struct expr_list *out) {
    out->count = 0;
    for (uint32_t i = 0; i < c->conditions.count; i++) {
        uint64_t mask = c->masks[i];
        bool within = (mask & ~(a | b)) == 0, below = (mask & ~a) == 0 || (mask & ~b) == 0;
        if (within && !below) LIST_PUSH(c->o->arena, out, c->conditions.items[i]);
    }
}

static bool connected(const struct cluster *c, uint64_t a, uint64_t b) {
    for (uint32_t i = 0; i < c->conditions.count; i++)
        if ((c->masks[i] & a) && (c->masks[i] & b) && !(c->masks[i] & ~(a | b))) return true;
    return false;
}

struct part {
    double rows, cost; /* cost 0 and rows 0: none yet */
    uint64_t mask;
    uint64_t left; /* the split; 0: a relation */
    struct plan *plan;
};

static struct plan *join_parts(struct cluster *c, const struct part *a, const struct part *b) {
    const struct part *left = a->rows >= b->rows ? a : b, *right = left == a ? b : a;
    struct expr_list conditions = {0};
    conditions_between(c, a->mask, b->mask, &conditions);
    struct expr *condition = join_conjuncts(c->o, conditions.items, conditions.count);
    return plan_join(c->o->arena, condition ? JOIN_INNER : JOIN_CROSS, left->plan, right->plan, condition);
}

/* Rows of the relations of a mask joined, in whatever order that is done. */
static double joined_rows(struct cluster *c, uint64_t mask) {
    struct expr_list conditions = {0};
    double rows = 1;
    for (uint32_t r = 0; r < c->relations.count; r++)
        if (mask >> r & 1) rows *= c->rows[r];
    for (uint32_t i = 0; i < c->conditions.count; i++) {
        bool several = c->masks[i] & (c->masks[i] - 1);
        if (several && !(c->masks[i] & ~mask)) LIST_PUSH(c->o->arena, &conditions, c->conditions.items[i]);
    }
    return fmax(1, rows * estimate_conditions(c->o, c->estimates, &conditions));
}

static struct plan *build(struct cluster *c, struct part *parts, uint64_t mask) {
    struct part *p = &parts[mask];
    if (!p->left) return p->plan;
    struct part *a = &parts[p->left], *b = &parts[mask & ~p->left];
    if (!build(c, parts, p->left) || !build(c, parts, mask & ~p->left)) return NULL;
    p->plan = join_parts(c, a, b);
    return p->plan;
}

/* The cheapest split of one subset. A product is taken only when no split has a condition. */
static void best_split(struct cluster *c, struct part *parts, uint64_t mask) {
    struct part *best = &parts[mask];
    best->mask = mask;
    for (int products = 0; products < 2 && !best->left; products++)
        for (uint64_t a = (mask - 1) & mask; a; a = (a - 1) & mask) {
            uint64_t b = mask & ~a;
            if (a < b) break; /* each split once */
            if (!products && !connected(c, a, b)) continue;
            double rows = best->rows ? best->rows : joined_rows(c, mask);
            double small = parts[a].rows < parts[b].rows ? parts[a].rows : parts[b].rows;
            double product = products ? parts[a].rows * parts[b].rows : 0;
            double cost = parts[a].cost + parts[b].cost + rows + small + product;
            if (best->left && cost >= best->cost) continue;
            best->left = a;
            best->rows = rows;
            best->cost = cost;
        }
}

static struct plan *order_dynamic(struct cluster *c) {
    uint32_t count = c->relations.count;
    uint64_t all = ((uint64_t)1 << count) - 1;
    struct part *parts = ARENA_ARRAY(c->o->arena, struct part, all + 1);
    for (uint32_t r = 0; r < count; r++) {
        struct part *p = &parts[(uint64_t)1 << r];
        p->mask = (uint64_t)1 << r;
        p->plan = c->relations.items[r];
        p->rows = c->rows[r] = estimate(c->o, c->estimates, p->plan);
    }
    share_bases(c);
    for (uint64_t mask = 1; mask <= all; mask++)
        if (mask & (mask - 1)) best_split(c, parts, mask);
    return build(c, parts, all);
}

static struct plan *order_greedy(struct cluster *c) {
    uint32_t count = c->relations.count;
    struct part *parts = ARENA_ARRAY(c->o->arena, struct part, count);
    for (uint32_t r = 0; r < count; r++) {
        parts[r].mask = (uint64_t)1 << r;
        parts[r].plan = c->relations.items[r];
        parts[r].rows = c->rows[r] = estimate(c->o, c->estimates, parts[r].plan);
    }
    share_bases(c);
    while (count > 1) {
        uint32_t best_a = 0, best_b = 1;
        double best = -1;
        for (int products = 0; products < 2 && best < 0; products++)
            for (uint32_t a = 0; a < count; a++)
                for (uint32_t b = a + 1; b < count; b++) {
                    if (!products && !connected(c, parts[a].mask, parts[b].mask)) continue;
                    double rows = joined_rows(c, parts[a].mask | parts[b].mask);
                    if (best >= 0 && rows >= best) continue;
                    best = rows;
                    best_a = a;
                    best_b = b;
                }
        struct part joined = {.rows = best, .mask = parts[best_a].mask | parts[best_b].mask};
        joined.plan = join_parts(c, &parts[best_a], &parts[best_b]);
        parts[best_a] = joined;
        parts[best_b] = parts[--count];
    }
    return parts[0].plan;
}

static bool is_large(struct cluster *c) {
    for (uint32_t r = 0; r < c->relations.count; r++)
        if (estimate(c->o, c->estimates, c->relations.items[r]) >= SMALL) return true;
    return false;
}

/* Conditions over no more than one relation: they were not pushed down for a reason, and go on top. */
static struct plan *leftover(struct cluster *c, struct plan *p) {
    struct expr_list rest = {0};
    for (uint32_t i = 0; i < c->conditions.count; i++)
        if (!(c->masks[i] & (c->masks[i] - 1))) LIST_PUSH(c->o->arena, &rest, c->conditions.items[i]);
    return rest.count ? plan_filter(c->o->arena, p, join_conjuncts(c->o, rest.items, rest.count)) : p;
}

/* --- small joins: the side that Spark would broadcast, so that rows come out in the order in which it gives them --- */

static double width_of(const struct plan *p) {
    double width = 8;
    for (uint32_t i = 0; i < p->output_count; i++) {
        size_t size = storage_size(type_storage(p->output[i]->type));
        width += type_is_string(p->output[i]->type) ? 20 : size ? (double)size : 8;
    }
    return width;
}

/* Rows as Spark reckons without statistics: filters keep all, joins multiply. */
static double reckoned_rows(const struct plan *p) {
    double rows = p->child_count == 2 ? reckoned_rows(p->children[0]) * reckoned_rows(p->children[1]) : 1;
    switch (p->kind) {
        case PLAN_LOCAL: return p->local.data ? (double)p->local.data->row_count : 0;
        case PLAN_RANGE:
            return p->range.step ? fabs(((double)p->range.end - (double)p->range.start) / (double)p->range.step) : 0;
        case PLAN_SCAN: return p->rows ? (double)p->rows : 1e9;
        case PLAN_UNION:
            rows = 0;
            for (uint32_t i = 0; i < p->child_count; i++) rows += reckoned_rows(p->children[i]);
            return rows;
        case PLAN_LIMIT:
            rows = reckoned_rows(p->children[0]);
            return p->limit.limit >= 0 ? fmin(rows, (double)p->limit.limit) : rows;
        case PLAN_AGGREGATE: return p->aggregate.group_count ? reckoned_rows(p->children[0]) : 1;
        default: return p->child_count == 1 ? reckoned_rows(p->children[0]) : rows;
    }
}

static struct plan *choose_small_side(struct optimizer *o, struct plan *p) {
    if (p->kind != PLAN_JOIN || p->join.lateral || p->join.single) return p;
    bool inner = is_inner(p);
    if (!inner && p->join.type != JOIN_RIGHT) return p;
    double left = reckoned_rows(p->children[0]), right = reckoned_rows(p->children[1]);
    bool merges = left <= BATCH_ROWS && right <= BATCH_ROWS && plan_join_exchanges(p); /* whose order is the left's */
    if (inner && (merges || p->join.broadcast_right)) return p;
    if (inner && !p->join.broadcast_left && left * width_of(p->children[0]) >= right * width_of(p->children[1]))
        return p;
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->join.build_left = true;
    return copy;
}

/* The joins as they are, over relations that have been through the pass. */
static struct plan *keep_cluster(struct optimizer *o, struct plan *p) {
    const struct plan *join = p;
    while (is_plain_project(join)) join = join->children[0];
    if (!is_inner(join)) return order_joins(o, p);
    p = optimize_children(o, p, keep_cluster);
    return p ? choose_small_side(o, p) : NULL;
}

static struct plan *order_cluster(struct optimizer *o, struct plan *p) {
    struct estimates estimates = {0};
    struct cluster c = {.o = o, .estimates = &estimates};
    flatten(&c, p);
    if (c.relations.count > MOST_RELATIONS || !set_masks(&c) || !is_large(&c)) return keep_cluster(o, p);
    for (uint32_t r = 0; r < c.relations.count; r++)
        if (!(c.relations.items[r] = order_joins(o, c.relations.items[r]))) return NULL;
    c.rows = ARENA_ARRAY(o->arena, double, c.relations.count);
    struct plan *ordered = c.relations.count <= MOST_DYNAMIC ? order_dynamic(&c) : order_greedy(&c);
    if (!ordered || error_is_set(o->err)) return NULL;
    return plan_project_attributes(o->arena, leftover(&c, ordered), p->output, p->output_count);
}

/* What it costs to compute a side; an aggregate's input, which a filter made of the other side's keys may thin out. */
static double size_of(struct optimizer *o, struct estimates *s, const struct plan *p) {
    const struct plan *below = p;
    while (below->kind == PLAN_PROJECT) below = below->children[0];
    return estimate(o, s, below->kind == PLAN_AGGREGATE ? below->children[0] : p);
}

/* An outer join's smaller side goes right, too. */
static struct plan *turn_outer(struct optimizer *o, struct plan *p) {
    struct estimates estimates = {0};
    if (p->join.type != JOIN_LEFT || p->join.lateral) return p;
    double left = estimate(o, &estimates, p->children[0]), right = size_of(o, &estimates, p->children[1]);
    if (right < SMALL || right < 2 * left) return p;
    struct plan *join = plan_join(o->arena, JOIN_RIGHT, p->children[1], p->children[0], p->join.condition);
    join->join.single = p->join.single;
    return plan_project_attributes(o->arena, join, p->output, p->output_count);
}

/* Whose left rows are only looked up has its smaller side held. */
static struct plan *choose_side(struct optimizer *o, struct plan *p) {
    struct estimates estimates = {0};
    if (p->join.type == JOIN_RIGHT && estimate(o, &estimates, p->children[0]) < SMALL) return choose_small_side(o, p);
    bool looks_up = p->join.type == JOIN_SEMI || p->join.type == JOIN_ANTI || p->join.type == JOIN_EXISTENCE;
    if (!looks_up || p->join.lateral) return p;
    double left = estimate(o, &estimates, p->children[0]), right = estimate(o, &estimates, p->children[1]);
    if (right < SMALL || right < 2 * left) return p;
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->join.build_left = true;
    return copy;
}

struct plan *order_joins(struct optimizer *o, struct plan *p) {
    if (is_inner(p)) return order_cluster(o, p);
    p = optimize_children(o, p, order_joins);
    return p && p->kind == PLAN_JOIN ? turn_outer(o, choose_side(o, p)) : p;
}
