/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking and renumbering plans.
 *
 * Attribute ids are unique in a session, but a plan may be used twice in one query: a DataFrame joined with itself,
 * a view named twice. The second use is renumbered: plan_fresh() collects every id that the subtree puts out and
 * copies the tree with new ones. References to ids from outside (OUTER references of a correlated subquery) are not
 * in the map and stay.
 *
 * Where an attribute is wanted by id in a tree of any width, an id_map serves: open addressing on the id's bits.
 */
#include <string.h>

#include "plan/plan_int.h"

static uint32_t id_slot(const struct id_map *map, uint64_t id) {
    uint32_t mask = map->capacity - 1;
    uint32_t i = (uint32_t)((id * 0x9E3779B97F4A7C15u) >> 32) & mask;
    while (map->entries[i].id && map->entries[i].id != id) i = (i + 1) & mask;
    return i;
}

void *id_map_get(const struct id_map *map, uint64_t id) {
    return map->capacity ? map->entries[id_slot(map, id)].value : NULL;
}

void id_map_put(struct arena *arena, struct id_map *map, uint64_t id, void *value) {
    if (map->count * 2 >= map->capacity) {
        struct id_map bigger = {.capacity = map->capacity ? map->capacity * 2 : 16};
        bigger.entries = ARENA_ARRAY(arena, struct id_entry, bigger.capacity);
        for (uint32_t i = 0; i < map->capacity; i++)
            if (map->entries[i].id) bigger.entries[id_slot(&bigger, map->entries[i].id)] = map->entries[i];
        bigger.count = map->count;
        *map = bigger;
    }
    uint32_t i = id_slot(map, id);
    map->count += map->entries[i].id == 0;
    map->entries[i] = (struct id_entry){id, value};
}

static bool each_in(struct expr **list, uint32_t count, visit_expr_slot *visit, void *data) {
    for (uint32_t i = 0; i < count; i++) TRY(visit(&list[i], data));
    return true;
}

static bool each_order(struct sort_order *order, uint32_t count, visit_expr_slot *visit, void *data) {
    for (uint32_t i = 0; i < count; i++) TRY(visit(&order[i].expr, data));
    return true;
}

static bool each_in_window(struct window_spec *w, visit_expr_slot *visit, void *data) {
    return !w || (each_in(w->partition, w->partition_count, visit, data) &&
                  each_order(w->order, w->order_count, visit, data));
}

static bool each_in_join(struct plan *p, visit_expr_slot *visit, void *data) {
    if (p->join.condition) TRY(visit(&p->join.condition, data));
    return each_in(p->join.left_keys, p->join.key_count, visit, data) &&
           each_in(p->join.right_keys, p->join.key_count, visit, data);
}

static bool each_in_map(struct plan *p, visit_expr_slot *visit, void *data) {
    if (p->map.function) TRY(visit(&p->map.function, data));
    return each_in(p->map.groups, p->map.group_count, visit, data) &&
           each_in(p->map.other_groups, p->map.other_group_count, visit, data);
}

bool plan_each_expr(struct plan *p, visit_expr_slot *visit, void *data) {
    TRY(each_in(p->exprs, p->expr_count, visit, data));
    switch (p->kind) {
        case PLAN_AGGREGATE: return each_in(p->aggregate.groups, p->aggregate.group_count, visit, data);
        case PLAN_EXPAND:
            for (uint32_t i = 0; i < p->expand.projection_count; i++)
                TRY(each_in(p->expand.projections[i], p->output_count, visit, data));
            return true;
        case PLAN_WINDOW: return each_in_window(p->window, visit, data);
        case PLAN_GENERATE: return visit(&p->generate.generator, data);
        case PLAN_JOIN: return each_in_join(p, visit, data);
        case PLAN_SORT: return each_order(p->sort.order, p->sort.count, visit, data);
        case PLAN_REPARTITION: return each_order(p->repartition.keys, p->repartition.key_count, visit, data);
        case PLAN_LIMIT: return each_order(p->limit.order, p->limit.order_count, visit, data);
        case PLAN_SCAN: return each_in(p->scan.filters, p->scan.filter_count, visit, data);
        case PLAN_MAP: return each_in_map(p, visit, data);
        default: return true;
    }
}

static void *own(struct arena *arena, void *array, uint32_t count, size_t size) {
    return count && array ? arena_copy(arena, array, count * size) : array;
}

void plan_own_exprs(struct arena *arena, struct plan *p) {
    p->exprs = own(arena, p->exprs, p->expr_count, sizeof *p->exprs);
    switch (p->kind) {
        case PLAN_AGGREGATE:
            p->aggregate.groups = own(arena, p->aggregate.groups, p->aggregate.group_count, sizeof(struct expr *));
            break;
        case PLAN_EXPAND: {
            struct expr ***sets = own(arena, p->expand.projections, p->expand.projection_count, sizeof *sets);
            for (uint32_t i = 0; i < p->expand.projection_count; i++)
                sets[i] = own(arena, sets[i], p->output_count, sizeof *sets[i]);
            p->expand.projections = sets;
            break;
        }
        case PLAN_WINDOW: {
            struct window_spec *w = p->window = own(arena, p->window, 1, sizeof *p->window);
            if (!w) break;
            w->partition = own(arena, w->partition, w->partition_count, sizeof *w->partition);
            w->order = own(arena, w->order, w->order_count, sizeof *w->order);
            break;
        }
        case PLAN_JOIN:
            p->join.left_keys = own(arena, p->join.left_keys, p->join.key_count, sizeof(struct expr *));
            p->join.right_keys = own(arena, p->join.right_keys, p->join.key_count, sizeof(struct expr *));
            break;
        case PLAN_SORT: p->sort.order = own(arena, p->sort.order, p->sort.count, sizeof *p->sort.order); break;
        case PLAN_REPARTITION:
            p->repartition.keys = own(arena, p->repartition.keys, p->repartition.key_count, sizeof(struct sort_order));
            break;
        case PLAN_LIMIT:
            p->limit.order = own(arena, p->limit.order, p->limit.order_count, sizeof *p->limit.order);
            break;
        case PLAN_SCAN:
            p->scan.filters = own(arena, p->scan.filters, p->scan.filter_count, sizeof(struct expr *));
            break;
        case PLAN_MAP:
            p->map.groups = own(arena, p->map.groups, p->map.group_count, sizeof(struct expr *));
            p->map.other_groups = own(arena, p->map.other_groups, p->map.other_group_count, sizeof(struct expr *));
            break;
        default: break;
    }
}

/* --- renumbering --- */

struct renumber {
    struct arena *arena;
    const struct id_map *ids; /* old id -> new id, as a pointer */
    struct id_map attributes; /* address of an attribute -> its copy with the new id */
};

static uint64_t new_id(const struct renumber *r, uint64_t id) {
    void *found = id_map_get(r->ids, id);
    return found ? (uint64_t)(uintptr_t)found : id;
}

static struct attribute *renumber_attribute(struct renumber *r, struct attribute *a) {
    uint64_t id = new_id(r, a->id);
    if (id == a->id) return a;
    struct attribute *copy = id_map_get(&r->attributes, (uintptr_t)a);
    if (copy) return copy;
    copy = arena_copy(r->arena, a, sizeof *a);
    copy->id = id;
    id_map_put(r->arena, &r->attributes, (uintptr_t)a, copy);
    return copy;
}

static struct plan *renumber_plan(struct renumber *r, struct plan *p);

static struct expr *renumber_node(struct expr *e, void *data) {
    struct renumber *r = data;
    if (e->kind == EXPR_ATTRIBUTE) {
        struct attribute *a = renumber_attribute(r, e->column.attribute);
        if (a == e->column.attribute) return e;
        struct expr *copy = expr_copy_node(r->arena, e);
        copy->column.attribute = a;
        return copy;
    }
    if (e->kind == EXPR_ALIAS) {
        uint64_t id = new_id(r, e->alias.id);
        if (id == e->alias.id) return e;
        struct expr *copy = expr_copy_node(r->arena, e);
        copy->alias.id = id;
        return copy;
    }
    if (e->kind == EXPR_SUBQUERY && e->subquery.plan) {
        struct plan *plan = renumber_plan(r, e->subquery.plan);
        if (plan == e->subquery.plan) return e;
        struct expr *copy = expr_copy_node(r->arena, e);
        copy->subquery.plan = plan;
        return copy;
    }
    return e;
}

struct slot_change {
    struct renumber *r;
    bool changed;
};

static bool renumber_slot(struct expr **slot, void *data) {
    struct slot_change *change = data;
    struct expr *e = expr_rewrite(change->r->arena, *slot, renumber_node, change->r);
    change->changed |= e != *slot;
    *slot = e;
    return true;
}

/* *list becomes a copy when something in it changes. */
static bool renumber_list(struct renumber *r, struct attribute ***list, uint32_t count) {
    struct attribute **copy = NULL;
    for (uint32_t i = 0; i < count; i++) {
        struct attribute *a = renumber_attribute(r, (*list)[i]);
        if (a == (*list)[i]) continue;
        if (!copy) copy = arena_copy(r->arena, *list, count * sizeof **list);
        copy[i] = a;
    }
    if (copy) *list = copy;
    return copy != NULL;
}

static bool renumber_extras(struct renumber *r, struct plan *p) {
    switch (p->kind) {
        case PLAN_GENERATE: return renumber_list(r, &p->generate.generated, p->generate.generated_count);
        case PLAN_SCAN: {
            struct attribute *a = p->scan.metadata ? renumber_attribute(r, p->scan.metadata) : NULL;
            bool changed = a != p->scan.metadata;
            p->scan.metadata = a;
            return changed;
        }
        case PLAN_DISTINCT: return renumber_list(r, &p->distinct.keys, p->distinct.key_count);
        case PLAN_JOIN: {
            bool changed = renumber_list(r, &p->join.hidden, p->join.hidden_count);
            if (!p->join.existence) return changed;
            struct attribute *a = renumber_attribute(r, p->join.existence);
            changed |= a != p->join.existence;
            p->join.existence = a;
            return changed;
        }
        case PLAN_RECURSION:
        case PLAN_RECURSION_REFERENCE: {
            uint64_t id = new_id(r, p->recursion.id);
            bool changed = id != p->recursion.id;
            p->recursion.id = id;
            return changed;
        }
        default: return false;
    }
}

static struct plan *renumber_plan(struct renumber *r, struct plan *p) {
    struct plan *copy = plan_copy_node(r->arena, p);
    copy->original = p->original ? p->original : p;
    plan_own_exprs(r->arena, copy);
    bool changed = false;
    for (uint32_t i = 0; i < p->child_count; i++) {
        copy->children[i] = renumber_plan(r, p->children[i]);
        changed |= copy->children[i] != p->children[i];
    }
    struct slot_change exprs = {r, false};
    plan_each_expr(copy, renumber_slot, &exprs);
    changed |= exprs.changed;
    changed |= renumber_extras(r, copy);
    changed |= renumber_list(r, &copy->output, copy->output_count);
    return changed ? copy : p;
}

struct plan *plan_substitute(struct arena *arena, struct plan *p, const struct id_map *ids) {
    struct renumber r = {.arena = arena, .ids = ids};
    return renumber_plan(&r, p);
}

struct expr *expr_substitute(struct arena *arena, struct expr *e, const struct id_map *ids) {
    struct renumber r = {.arena = arena, .ids = ids};
    return expr_rewrite(arena, e, renumber_node, &r);
}

struct mapping {
    struct arena *arena;
    struct expr *(*map)(struct expr *e, void *data);
    void *data;
    bool changed;
};

static bool map_slot(struct expr **slot, void *data) {
    struct mapping *m = data;
    struct expr *e = m->map(*slot, m->data);
    m->changed |= e != *slot;
    *slot = e;
    return true;
}

struct plan *plan_map_exprs(struct arena *arena, struct plan *p, struct expr *(*map)(struct expr *e, void *data),
                            void *data) {
    struct plan *copy = plan_copy_node(arena, p);
    plan_own_exprs(arena, copy);
    struct mapping m = {arena, map, data, false};
    plan_each_expr(copy, map_slot, &m);
    for (uint32_t i = 0; i < p->child_count; i++) {
        copy->children[i] = plan_map_exprs(arena, p->children[i], map, data);
        m.changed |= copy->children[i] != p->children[i];
    }
    return m.changed ? copy : p;
}

/* --- plan_fresh --- */

struct collect {
    struct arena *arena;
    uint64_t *next_id;
    struct id_map ids;
};

static void collect_id(struct collect *c, uint64_t id) {
    if (!id_map_get(&c->ids, id)) id_map_put(c->arena, &c->ids, id, (void *)(uintptr_t)((*c->next_id)++));
}

static void collect_plan(struct collect *c, const struct plan *p);

static bool collect_defined(const struct expr *e, void *data) {
    struct collect *c = data;
    if (e->kind == EXPR_ALIAS) collect_id(c, e->alias.id);
    if (e->kind == EXPR_SUBQUERY && e->subquery.plan) collect_plan(c, e->subquery.plan);
    return true;
}

static bool collect_slot(struct expr **slot, void *data) {
    expr_visit(*slot, collect_defined, data);
    return true;
}

static void collect_plan(struct collect *c, const struct plan *p) {
    for (uint32_t i = 0; i < p->output_count; i++) collect_id(c, p->output[i]->id);
    if (p->kind == PLAN_RECURSION) collect_id(c, p->recursion.id);
    if (p->kind == PLAN_SCAN && p->scan.metadata) collect_id(c, p->scan.metadata->id);
    plan_each_expr((struct plan *)p, collect_slot, c);
    for (uint32_t i = 0; i < p->child_count; i++) collect_plan(c, p->children[i]);
}

struct plan *plan_fresh(struct arena *arena, uint64_t *next_id, const struct plan *p) {
    struct collect c = {.arena = arena, .next_id = next_id};
    collect_plan(&c, p);
    return plan_substitute(arena, (struct plan *)p, &c.ids);
}

struct id_collection {
    struct arena *arena;
    struct id_map *into;
};

static bool collect_reference(const struct expr *e, void *data) {
    struct id_collection *c = data;
    if (e->kind == EXPR_ATTRIBUTE) id_map_put(c->arena, c->into, e->column.attribute->id, e->column.attribute);
    return true;
}

void expr_collect_ids(struct arena *arena, const struct expr *e, struct id_map *into) {
    struct id_collection c = {arena, into};
    expr_visit(e, collect_reference, &c);
}

struct expr *expr_map_children(struct arena *arena, struct expr *e, struct expr *(*map)(struct expr *e, void *data),
                               void *data) {
    struct expr *copy = expr_copy_node(arena, e);
    bool changed = false;
#define MAP(slot)                                                                                                      \
    do {                                                                                                               \
        struct expr *mapped = map((slot), data);                                                                       \
        changed |= mapped != (slot);                                                                                   \
        (slot) = mapped;                                                                                               \
    } while (0)
    for (uint32_t i = 0; i < copy->child_count; i++) MAP(copy->children[i]);
    if (copy->kind == EXPR_AGGREGATE) {
        if (copy->aggregate.filter) MAP(copy->aggregate.filter);
        for (uint32_t i = 0; i < copy->aggregate.order_count; i++) MAP(copy->aggregate.order[i].expr);
    } else if (copy->kind == EXPR_WINDOW) {
        for (uint32_t i = 0; i < copy->window->partition_count; i++) MAP(copy->window->partition[i]);
        for (uint32_t i = 0; i < copy->window->order_count; i++) MAP(copy->window->order[i].expr);
    }
#undef MAP
    if (!changed) return e;
    bool foldable = e->foldable;
    expr_update_flags(copy);
    copy->foldable &= foldable;
    return copy;
}
