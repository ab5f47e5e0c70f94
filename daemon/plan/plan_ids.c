/* SPDX-License-Identifier: Apache-2.0 */
/*
 * df["a"]: a column of a certain DataFrame, wherever that stands below.
 *
 * The client gives each DataFrame's relation a plan id. The name is looked up in the output of the node with that
 * id; then the column must still be there at the top. In a self join the id stands on both sides: the nearest wins,
 * and of equally near ones the one whose column the top has, or could have soonest (missing.c); if there are two,
 * they are ambiguous. Above a UNION the columns of its first input are the union's, above a reference to a CTE those of
 * its definition are the reference's.
 */
#include <string.h>

#include "plan/analyze.h"

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

/* ---- what is not there ---- */

/* What Spark calls the operator that a relation becomes. */
static const char *operator_name(const struct u_plan *u) {
    switch (u ? u->kind : U_PROJECT) {
        case U_FILTER: return "Filter";
        case U_SORT: return "Sort";
        case U_AGGREGATE: return "Aggregate";
        case U_JOIN:
        case U_LATERAL_JOIN: return "Join";
        case U_REPARTITION: return "RepartitionByExpression";
        case U_COLLECT_METRICS: return "CollectMetrics";
        default: return "Project";
    }
}

/* a: the column below, where it is known. */
static struct expr *not_there(struct scope *s, const struct u_expr *u, const struct attribute *a, struct error *err) {
    struct arena *arena = s->n->arena;
    const char *name = u->attribute.name.parts[u->attribute.name.count - 1], *input = "";
    bool same_name = false;
    for (uint32_t i = 0; i < s->attribute_count; i++) {
        input = arena_printf(arena, "%s%s\"%s\"", input, i ? ", " : "", s->attributes[i]->name);
        same_name |= name_matches(s->n, s->attributes[i]->name, name);
    }
    const char *quoted = arena_printf(arena, "\"%s\"", name);
    const char *id = a ? arena_printf(arena, "#%llu", (unsigned long long)a->id) : "";
    error_set(err,
              same_name ? "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_APPEAR_IN_OPERATION"
                        : "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT",
              "missingAttributes", quoted, "input", input, "operator",
              arena_printf(arena, "!%s [%s%s]", operator_name(s->n->node), name, id), NULL);
    if (same_name) error_add(err, "operation", "%s", quoted);
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

/* ---- the nodes with the id ---- */

struct passage { /* a node on the way down whose columns stand for others below it */
    const struct passage *up;
    const struct plan *node;
};

struct candidate {
    struct expr *column; /* NULL: there is none */
    uint32_t level;      /* 0: it is there; n: so many nodes below; UINT32_MAX: out of reach */
};

struct search {
    int64_t plan_id;
    struct scope *scope;
    const struct u_expr *name;     /* NULL: the node is looked for, not a column */
    bool all;                      /* not the nearest alone */
    uint32_t depth;                /* of the nearest so far */
    uint32_t count;                /* how many at that depth */
    const struct plan *found;      /* the nearest, and */
    struct expr *column;           /* what the name means in it, or */
    struct error wrong;            /* why it means nothing */
    struct candidate best;         /* of all */
    const struct passage *passage; /* to the node at hand */
    bool tied;                     /* two columns at the best level */
};

static const struct plan *renamed_input(const struct plan *p) {
    if (p->kind == PLAN_UNION) return p->children[0];
    return p->kind == PLAN_CTE_REFERENCE ? p->cte.definition : NULL;
}

static struct expr *as_handed_up(struct expr *e, void *data) {
    if (e->kind != EXPR_ATTRIBUTE) return e;
    const struct search *s = data;
    const struct passage *through = s->passage;
    struct attribute *a = e->column.attribute;
    for (; through; through = through->up) {
        const struct plan *input = renamed_input(through->node);
        for (uint32_t i = 0; i < input->output_count; i++)
            if (input->output[i]->id == a->id) {
                a = through->node->output[i];
                break;
            }
    }
    return a == e->column.attribute ? e : expr_attribute(s->scope->n->arena, a);
}

static struct expr *column_of_node(struct search *s, const struct plan *p, const struct passage *through) {
    error_reset(&s->wrong);
    struct expr *e = column_in(s->scope, p, s->name, &s->wrong);
    s->passage = through;
    return e && through ? expr_rewrite(s->scope->n->arena, e, as_handed_up, s) : e;
}

static void weigh(struct search *s, struct expr *e) {
    const struct attribute *a = e ? attribute_within(e) : NULL;
    if (!a) return;
    struct candidate c = {e, level_of(s->scope, a->id)};
    if (c.level > s->best.level || c.level == UINT32_MAX) return;
    if (c.level == s->best.level && a->id != attribute_within(s->best.column)->id) s->tied = true;
    if (c.level < s->best.level) {
        s->best = c;
        s->tied = false;
    }
}

static void meet(struct search *s, const struct plan *p, uint32_t depth, const struct passage *through) {
    if (s->all) {
        weigh(s, column_of_node(s, p, through));
    } else if (depth < s->depth) {
        s->depth = depth;
        s->found = p;
        s->count = 1;
        if (s->name) s->column = column_of_node(s, p, through);
    } else if (depth == s->depth && p != s->found) {
        s->count++;
    }
}

static void search_plan(struct search *s, const struct plan *p, uint32_t depth, const struct passage *through) {
    for (; !(p->has_plan_id && p->plan_id == s->plan_id); p = p->children[0], depth++) {
        if (depth > s->depth) return;
        const struct plan *input = renamed_input(p);
        struct passage next = {through, p};
        if (input) return search_plan(s, input, depth + 1, &next);
        if (!p->child_count) return;
        for (uint32_t i = 1; i < p->child_count; i++) search_plan(s, p->children[i], depth + 1, through);
    }
    meet(s, p, depth, through);
}

static void search_inputs(struct search *s, struct plan *const *inputs, uint32_t count) {
    s->depth = UINT32_MAX;
    s->best.level = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) search_plan(s, inputs[i], 0, NULL);
}

const struct plan *find_plan_id(struct plan *const *inputs, uint32_t count, int64_t plan_id) {
    struct search s = {.plan_id = plan_id};
    search_inputs(&s, inputs, count);
    return s.found;
}

/* The column that is there, or would be soonest; NULL: there is none, or there are two. */
static struct expr *nearest_to_top(struct search *s) {
    s->all = true;
    search_inputs(s, s->scope->inputs, s->scope->input_count);
    return s->tied ? NULL : s->best.column;
}

static struct expr *ambiguous_column(struct scope *s, const struct u_expr *u, struct error *err) {
    error_set(err, "AMBIGUOUS_COLUMN_REFERENCE", "name",
              quoted_name(s->n->arena, u->attribute.name.parts, u->attribute.name.count), NULL);
    error_at(err, u->origin);
    return NULL;
}

/* A column of the enclosing query, when the DataFrame is there. */
static struct expr *outer_by_plan_id(struct scope *s, const struct u_expr *u, struct error *err) {
    if (!s->n->correlation) return NULL;
    struct scope *outer = s->n->correlation->scope;
    if (!find_plan_id(outer->inputs, outer->input_count, u->attribute.plan_id)) return NULL;
    struct u_expr plain = *u;
    plain.attribute.has_plan_id = false;
    struct scope empty = {.n = s->n};
    return analyze_attribute(&empty, &plain, err);
}

struct expr *resolve_by_plan_id(struct scope *s, const struct u_expr *u, struct error *err) {
    struct search search = {.plan_id = u->attribute.plan_id, .scope = s, .name = u, .wrong = ERROR_INIT};
    search_inputs(&search, s->inputs, s->input_count);
    if (!search.found) {
        struct expr *outer = outer_by_plan_id(s, u, err);
        return outer || error_is_set(err) ? outer : not_there(s, u, NULL, err);
    }
    if (search.count == 1 && !search.column) {
        error_move(err, &search.wrong);
        return NULL;
    }
    struct expr *e = search.count > 1 ? NULL : search.column;
    if (!e || !visible(s, attribute_within(e)->id)) {
        struct expr *other = nearest_to_top(&search);
        error_release(&search.wrong);
        if (!e && !other) return ambiguous_column(s, u, err);
        if (other) e = other;
    }
    struct attribute *a = attribute_within(e);
    if (!visible(s, a->id)) {
        if (!may_be_exposed(s, a->id)) return not_there(s, u, a, err);
        s->missing = true;
    }
    return expr_rewrite(s->n->arena, e, as_seen, s);
}
