/* SPDX-License-Identifier: Apache-2.0 */
/*
 * df["a"]: a column of a certain DataFrame, wherever that stands below.
 *
 * The client gives each DataFrame's relation a plan id. The name is looked up in the output of the node with that
 * id; then the column must still be there at the top. In a self join the id stands on both sides: the nearest wins,
 * and of equally near ones the one whose column the top has, or could have soonest (missing.c); if there are two,
 * they are ambiguous.
 */
#include <string.h>

#include "plan/analyze.h"

struct search {
    int64_t plan_id;
    uint32_t depth; /* of the best so far */
    uint32_t count; /* how many at that depth, with different columns */
    const struct plan *found;
};

static void search_plan(struct search *s, const struct plan *p, uint32_t depth) {
    while (!(p->has_plan_id && p->plan_id == s->plan_id)) {
        if (p->child_count == 0 || depth > s->depth) return;
        for (uint32_t i = 1; i < p->child_count; i++) search_plan(s, p->children[i], depth + 1);
        p = p->children[0];
        depth++;
    }
    if (depth < s->depth) {
        s->depth = depth;
        s->found = p;
        s->count = 1;
    } else if (depth == s->depth && p != s->found)
        s->count++;
}

const struct plan *find_plan_id(struct plan *const *inputs, uint32_t count, int64_t plan_id) {
    struct search s = {.plan_id = plan_id, .depth = UINT32_MAX};
    for (uint32_t i = 0; i < count; i++) search_plan(&s, inputs[i], 0);
    return s.found;
}

static bool visible(const struct scope *s, uint64_t id) {
    for (uint32_t i = 0; i < s->attribute_count; i++)
        if (s->attributes[i]->id == id) return true;
    return false;
}

/* Whether a column that the inputs leave out can be had from below them all the same. */
static bool may_be_exposed(const struct scope *s, uint64_t id) {
    if (s->fallback) return s->input_count > 0;
    for (uint32_t i = 0; i < s->input_count; i++)
        if (is_hidden_below(s->inputs[i], id) || (s->below && level_below(s->inputs[i], id) < UINT32_MAX)) return true;
    return false;
}

static struct expr *not_there(struct scope *s, const struct u_expr *u, struct error *err) {
    error_set(err, "CANNOT_RESOLVE_DATAFRAME_COLUMN", "name",
              quoted_name(s->n->arena, u->attribute.name.parts, u->attribute.name.count), NULL);
    error_at(err, u->origin);
    return NULL;
}

static struct attribute *attribute_within(const struct expr *e) {
    while (e->kind != EXPR_ATTRIBUTE) {
        if (!e->child_count) return NULL;
        e = e->children[0];
    }
    return e->column.attribute;
}

/* Nullability may have changed on the way up (outer joins): take the attribute as it is at the top. */
static struct expr *as_seen(struct expr *e, void *data) {
    struct scope *s = data;
    if (e->kind != EXPR_ATTRIBUTE) return e;
    for (uint32_t i = 0; i < s->attribute_count; i++) {
        struct attribute *a = s->attributes[i];
        if (a->id != e->column.attribute->id || a->nullable == e->column.attribute->nullable) continue;
        struct expr *copy = expr_attribute(s->n->arena, arena_copy(s->n->arena, e->column.attribute, sizeof *a));
        copy->column.attribute->nullable = copy->nullable = a->nullable;
        copy->origin = e->origin;
        return copy;
    }
    return e;
}

/* ---- which of several nodes with the id ---- */

struct candidate {
    struct expr *column;
    uint32_t level; /* 0: it is there; n: so many nodes below; UINT32_MAX: out of reach */
};

struct gathering {
    struct scope *scope;
    const struct u_expr *name;
    struct candidate best;
    bool tied; /* two columns at the best level */
};

static uint32_t level_of(const struct scope *s, uint64_t id) {
    uint32_t best = UINT32_MAX;
    if (visible(s, id)) return 0;
    for (uint32_t i = 0; i < s->input_count; i++) {
        uint32_t level = level_below(s->inputs[i], id);
        if (level < best) best = level;
    }
    return best;
}

static struct expr *column_in(struct scope *s, const struct plan *p, const struct u_expr *u, struct error *err) {
    struct scope there;
    struct plan *inputs[1] = {(struct plan *)p};
    scope_init(&there, s->n, inputs, 1);
    struct expr *e = names_among(&there, there.attributes, there.attribute_count, &u->attribute.name, u->origin, err);
    if (!e && !error_is_set(err)) unresolved_column(&there, &u->attribute.name, u->origin, err);
    return e;
}

static void weigh(struct gathering *g, const struct plan *p) {
    struct error misfit = ERROR_INIT;
    struct expr *e = column_in(g->scope, p, g->name, &misfit);
    error_release(&misfit);
    const struct attribute *a = e ? attribute_within(e) : NULL;
    if (!a) return;
    struct candidate c = {e, level_of(g->scope, a->id)};
    if (c.level > g->best.level || c.level == UINT32_MAX) return;
    if (c.level == g->best.level && a->id != attribute_within(g->best.column)->id) g->tied = true;
    if (c.level < g->best.level) {
        g->best = c;
        g->tied = false;
    }
}

static void gather(struct gathering *g, const struct plan *p) {
    while (!(p->has_plan_id && p->plan_id == g->name->attribute.plan_id)) {
        if (p->child_count == 0) return;
        for (uint32_t i = 1; i < p->child_count; i++) gather(g, p->children[i]);
        p = p->children[0];
    }
    weigh(g, p);
}

/* The column that is there, or would be soonest; NULL: there is none, or there are two. */
static struct expr *nearest_to_top(struct scope *s, const struct u_expr *u) {
    struct gathering g = {.scope = s, .name = u, .best = {NULL, UINT32_MAX}};
    for (uint32_t i = 0; i < s->input_count; i++) gather(&g, s->inputs[i]);
    return g.tied ? NULL : g.best.column;
}

static struct expr *ambiguous_column(struct scope *s, const struct u_expr *u, struct error *err) {
    error_set(err, "AMBIGUOUS_COLUMN_REFERENCE", "name",
              quoted_name(s->n->arena, u->attribute.name.parts, u->attribute.name.count), NULL);
    error_at(err, u->origin);
    return NULL;
}

struct expr *resolve_by_plan_id(struct scope *s, const struct u_expr *u, struct error *err) {
    struct search search = {.plan_id = u->attribute.plan_id, .depth = UINT32_MAX};
    for (uint32_t i = 0; i < s->input_count; i++) search_plan(&search, s->inputs[i], 0);
    if (!search.found && s->n->correlation) {
        struct scope *outer = s->n->correlation->scope;
        if (find_plan_id(outer->inputs, outer->input_count, u->attribute.plan_id)) {
            struct u_expr plain = *u;
            plain.attribute.has_plan_id = false;
            struct scope empty = {.n = s->n};
            return analyze_attribute(&empty, &plain, err);
        }
    }
    if (!search.found) return not_there(s, u, err);
    struct expr *e = search.count > 1 ? NULL : column_in(s, search.found, u, err);
    if (error_is_set(err)) return NULL;
    if (!e || !visible(s, attribute_within(e)->id)) {
        struct expr *other = nearest_to_top(s, u);
        if (!e && !other) return ambiguous_column(s, u, err);
        if (other) e = other;
    }
    struct attribute *a = attribute_within(e);
    if (!visible(s, a->id)) {
        if (!may_be_exposed(s, a->id)) return not_there(s, u, err);
        s->missing = true;
    }
    return expr_rewrite(s->n->arena, e, as_seen, s);
}
