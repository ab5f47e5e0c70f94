/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns that nobody reads are not made, read or carried.
 *
 * prune() goes down with the ids that are wanted of a node. What comes back puts out at least these, in any order
 * and maybe more: who cares about order (UNION, the root) puts a projection on top, and so does who stores rows
 * (sorts, joins' sides, windows), where carrying a column costs.
 */
#include <string.h>

#include "plan/optimize.h"

static struct plan *prune(struct optimizer *o, struct plan *p, const struct id_map *wanted);

struct id_sink {
    struct optimizer *o;
    struct id_map *ids;
};

static bool collect_slot(struct expr **slot, void *data) {
    struct id_sink *c = data;
    expr_collect_ids(c->o->arena, *slot, c->ids);
    return true;
}

static void copy_ids(struct arena *arena, const struct id_map *from, struct id_map *to) {
    for (uint32_t i = 0; i < from->capacity; i++)
        if (from->entries[i].id) id_map_put(arena, to, from->entries[i].id, from->entries[i].value);
}

static void expr_ids(struct optimizer *o, struct plan *p, struct id_map *ids) {
    struct id_sink c = {o, ids};
    plan_each_expr(p, collect_slot, &c);
}

/* p less the columns that are not wanted, where it has some. */
static struct plan *narrow(struct optimizer *o, struct plan *p, const struct id_map *wanted) {
    struct attribute **kept = ARENA_ARRAY(o->arena, struct attribute *, p->output_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->output_count; i++)
        if (id_map_get(wanted, p->output[i]->id)) kept[count++] = p->output[i];
    if (count == p->output_count) return p;
    if (p->kind == PLAN_PROJECT || p->kind == PLAN_LOCAL || p->kind == PLAN_SCAN) return p;
    return plan_project_attributes(o->arena, p, kept, count);
}

/* The same columns in the same order as `like`. */
static struct plan *exactly(struct optimizer *o, struct plan *p, struct attribute *const *like, uint32_t count) {
    bool same = p->output_count == count;
    for (uint32_t i = 0; same && i < count; i++) same = p->output[i]->id == like[i]->id;
    return same ? p : plan_project_attributes(o->arena, p, like, count);
}

static struct plan *with_child(struct optimizer *o, struct plan *p, struct plan *child) {
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->children[0] = child;
    copy->output = child->output;
    copy->output_count = child->output_count;
    return copy;
}

static struct plan *prune_exprs(struct optimizer *o, struct plan *p, const struct id_map *wanted) {
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->expr_count = 0;
    for (uint32_t i = 0; i < p->expr_count; i++) {
        struct expr *e = p->exprs[i];
        uint64_t id = e->kind == EXPR_ALIAS ? e->alias.id : e->column.attribute->id;
        if (id_map_get(wanted, id)) copy->exprs[copy->expr_count++] = e;
    }
    /* An aggregate without results would have to give rows of nothing. */
    if (!copy->expr_count && p->expr_count && p->kind == PLAN_AGGREGATE) copy->expr_count = 1;
    plan_output_from_exprs(o->arena, copy);
    return copy;
}

static struct plan *prune_project(struct optimizer *o, struct plan *p, const struct id_map *wanted) {
    struct plan *copy = prune_exprs(o, p, wanted);
    struct id_map below = {0};
    expr_ids(o, copy, &below);
    copy->children[0] = prune(o, p->children[0], &below);
    return copy->children[0] ? copy : NULL;
}

static struct plan *prune_passing(struct optimizer *o, struct plan *p, const struct id_map *wanted, bool stores) {
    struct id_map below = {0};
    copy_ids(o->arena, wanted, &below);
    expr_ids(o, p, &below);
    for (uint32_t i = 0; p->kind == PLAN_DISTINCT && i < p->distinct.key_count; i++)
        id_map_put(o->arena, &below, p->distinct.keys[i]->id, p->distinct.keys[i]);
    struct plan *child = prune(o, p->children[0], &below);
    if (child && stores) child = narrow(o, child, &below);
    return child ? with_child(o, p, child) : NULL;
}

static struct plan *prune_window(struct optimizer *o, struct plan *p, const struct id_map *wanted) {
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->expr_count = 0;
    for (uint32_t i = 0; i < p->expr_count; i++)
        if (id_map_get(wanted, p->exprs[i]->alias.id)) copy->exprs[copy->expr_count++] = p->exprs[i];
    if (!copy->expr_count) return prune(o, p->children[0], wanted);
    struct id_map below = {0};
    copy_ids(o->arena, wanted, &below);
    expr_ids(o, copy, &below);
    struct plan *child = prune(o, p->children[0], &below);
    if (!child) return NULL;
    child = narrow(o, child, &below);
    copy->children[0] = child;
    copy->output_count = child->output_count + copy->expr_count;
    copy->output = ARENA_ARRAY(o->arena, struct attribute *, copy->output_count);
    memcpy(copy->output, child->output, child->output_count * sizeof *copy->output);
    for (uint32_t i = 0; i < copy->expr_count; i++)
        copy->output[child->output_count + i] = expr_to_attribute(o->arena, copy->exprs[i]);
    return copy;
}

static struct plan *prune_generate(struct optimizer *o, struct plan *p, const struct id_map *wanted) {
    struct id_map below = {0}, kept = {0};
    copy_ids(o->arena, wanted, &below);
    expr_ids(o, p, &below);
    copy_ids(o->arena, wanted, &kept);
    struct plan *child = prune(o, p->children[0], &below);
    if (!child) return NULL;
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->children[0] = child;
    copy->output = ARENA_ARRAY(o->arena, struct attribute *, child->output_count + p->generate.generated_count);
    copy->output_count = 0;
    for (uint32_t i = 0; i < child->output_count; i++)
        if (id_map_get(&kept, child->output[i]->id)) copy->output[copy->output_count++] = child->output[i];
    for (uint32_t i = 0; i < p->generate.generated_count; i++)
        copy->output[copy->output_count++] = p->generate.generated[i];
    return copy;
}

static struct plan *prune_join(struct optimizer *o, struct plan *p, const struct id_map *wanted) {
    struct id_map below = {0};
    copy_ids(o->arena, wanted, &below);
    expr_ids(o, p, &below);
    struct plan *copy = plan_copy_node(o->arena, p);
    for (uint32_t i = 0; i < 2; i++) {
        struct plan *child = prune(o, p->children[i], &below);
        if (!child) return NULL;
        copy->children[i] = narrow(o, child, &below);
    }
    copy->join.hidden_count = 0;
    plan_join_output(o->arena, copy);
    return copy;
}

static struct plan *prune_union(struct optimizer *o, struct plan *p, const struct id_map *wanted) {
    struct plan *copy = plan_copy_node(o->arena, p);
    uint32_t *kept = ARENA_ARRAY(o->arena, uint32_t, p->output_count), count = 0;
    copy->output = ARENA_ARRAY(o->arena, struct attribute *, p->output_count);
    for (uint32_t i = 0; i < p->output_count; i++)
        if (id_map_get(wanted, p->output[i]->id)) {
            copy->output[count] = p->output[i];
            kept[count++] = i;
        }
    copy->output_count = count;
    for (uint32_t c = 0; c < p->child_count; c++) {
        struct id_map below = {0};
        struct attribute **like = ARENA_ARRAY(o->arena, struct attribute *, count);
        for (uint32_t i = 0; i < count; i++) {
            like[i] = p->children[c]->output[kept[i]];
            id_map_put(o->arena, &below, like[i]->id, like[i]);
        }
        struct plan *child = prune(o, p->children[c], &below);
        if (!child) return NULL;
        copy->children[c] = exactly(o, child, like, count);
    }
    return copy;
}

static struct plan *prune_expand(struct optimizer *o, struct plan *p, const struct id_map *wanted) {
    struct plan *copy = plan_copy_node(o->arena, p);
    plan_own_exprs(o->arena, copy);
    copy->output = ARENA_ARRAY(o->arena, struct attribute *, p->output_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->output_count; i++) {
        if (!id_map_get(wanted, p->output[i]->id)) continue;
        copy->output[count] = p->output[i];
        for (uint32_t k = 0; k < p->expand.projection_count; k++)
            copy->expand.projections[k][count] = p->expand.projections[k][i];
        count++;
    }
    copy->output_count = count;
    struct id_map below = {0};
    expr_ids(o, copy, &below);
    copy->children[0] = prune(o, p->children[0], &below);
    return copy->children[0] ? copy : NULL;
}

/* Leaves that can leave columns out: columns[i] is the stored column of output[i]. */
static struct plan *prune_leaf(struct optimizer *o, struct plan *p, const struct id_map *wanted) {
    struct plan *copy = plan_copy_node(o->arena, p);
    struct id_map all = {0};
    copy_ids(o->arena, wanted, &all);
    if (p->kind == PLAN_SCAN) expr_ids(o, p, &all);
    uint32_t **columns = p->kind == PLAN_LOCAL ? &copy->local.columns : &copy->scan.columns;
    const uint32_t *old = *columns;
    *columns = ARENA_ARRAY(o->arena, uint32_t, p->output_count);
    copy->output = ARENA_ARRAY(o->arena, struct attribute *, p->output_count);
    copy->output_count = 0;
    for (uint32_t i = 0; i < p->output_count; i++) {
        if (!id_map_get(&all, p->output[i]->id)) continue;
        (*columns)[copy->output_count] = old ? old[i] : i;
        copy->output[copy->output_count++] = p->output[i];
    }
    return copy->output_count == p->output_count ? p : copy;
}

/* A node that reads all of its children's columns, by position. */
static struct plan *prune_none(struct optimizer *o, struct plan *p) {
    struct plan *copy = NULL;
    for (uint32_t i = 0; i < p->child_count; i++) {
        struct plan *child = prune_columns(o, p->children[i]);
        if (!child) return NULL;
        if (child == p->children[i]) continue;
        if (!copy) copy = plan_copy_node(o->arena, p);
        copy->children[i] = child;
    }
    return copy ? copy : p;
}

static struct plan *prune(struct optimizer *o, struct plan *p, const struct id_map *wanted) {
    if (stack_is_low(&o->stack)) return p;
    p = optimize_subqueries(o, p, prune_columns);
    if (!p) return NULL;
    switch (p->kind) {
        case PLAN_PROJECT: return prune_project(o, p, wanted);
        case PLAN_AGGREGATE: {
            struct plan *copy = prune_exprs(o, p, wanted);
            struct id_map below = {0};
            expr_ids(o, copy, &below);
            copy->children[0] = prune(o, p->children[0], &below);
            return copy->children[0] ? copy : NULL;
        }
        case PLAN_FILTER:
        case PLAN_LIMIT:
        case PLAN_SAMPLE: return prune_passing(o, p, wanted, p->kind == PLAN_LIMIT && p->limit.order_count);
        case PLAN_SORT:
        case PLAN_REPARTITION:
        case PLAN_TAIL: return prune_passing(o, p, wanted, true);
        case PLAN_DISTINCT: return p->distinct.key_count ? prune_passing(o, p, wanted, true) : prune_none(o, p);
        case PLAN_WINDOW: return prune_window(o, p, wanted);
        case PLAN_GENERATE: return prune_generate(o, p, wanted);
        case PLAN_JOIN: return prune_join(o, p, wanted);
        case PLAN_UNION: return prune_union(o, p, wanted);
        case PLAN_EXPAND: return prune_expand(o, p, wanted);
        case PLAN_LOCAL:
        case PLAN_SCAN: return prune_leaf(o, p, wanted);
        default: return prune_none(o, p);
    }
}

struct plan *prune_columns(struct optimizer *o, struct plan *p) {
    struct id_map wanted = {0};
    add_output_ids(o->arena, p, &wanted);
    struct plan *pruned = prune(o, p, &wanted);
    return pruned ? exactly(o, pruned, p->output, p->output_count) : NULL;
}
