/* SPDX-License-Identifier: Apache-2.0 */
/*
 * df["a"]: a column of a certain DataFrame, wherever that stands below.
 *
 * The client gives each DataFrame's relation a plan id. The name is looked up in the output of the node with that
 * id; then the column must still be there at the top, or be had from below (missing.c). In a self join the id stands on
 * both sides: when the top has both columns they are ambiguous, as Spark's DetectAmbiguousSelfJoin says. Above a UNION the columns of its first input are the union's, above a reference to a CTE those of
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
    if (!e && !error_is_set(err)) unresolved_of_frame(&there, &u->attribute.name, err);
    return e;
}

/* ---- the nodes with the id ---- */

struct
    passage { /* a node on the way down whose columns stand for others below it, or a join whose right side is next */
    const struct passage *up;
    const struct plan *node;
};

struct search {
    int64_t plan_id;
    struct scope *scope;
    const struct u_expr *name; /* NULL: the node is looked for, not a column */
    const struct plan *found;  /* the first, and */
    struct expr *column;       /* what the name means there: as near to the top as it can be had, or */
    struct error wrong;        /* why it means nothing */
    uint32_t level;            /* of the column; 0: it is there; n: so many nodes below; UINT32_MAX: out of reach */
    bool ambiguous;            /* there is another one at the top */
    struct attribute *former;  /* the left side's, for one that a join has made anew */
};

const struct plan *renamed_input(const struct plan *p) {
    if (p->kind == PLAN_UNION) return p->children[0];
    return p->kind == PLAN_CTE_REFERENCE && !p->cte.anew ? p->cte.definition : NULL;
}

struct handing {
    struct arena *arena;
    const struct passage *through;
};

static struct expr *as_handed_up(struct expr *e, void *data) {
    if (e->kind != EXPR_ATTRIBUTE) return e;
    const struct handing *h = data;
    struct attribute *a = e->column.attribute;
    for (const struct passage *t = h->through; t; t = t->up) {
        const struct plan *input = renamed_input(t->node);
        uint32_t i = 0;
        while (input && i < input->output_count && input->output[i]->id != a->id) i++;
        if (input && i < input->output_count) a = t->node->output[i];
    }
    return a == e->column.attribute ? e : expr_attribute(h->arena, a);
}

static int64_t place_of(const struct plan *p, uint64_t id) {
    for (uint32_t i = 0; i < p->output_count; i++)
        if (p->output[i]->id == id) return i;
    return -1;
}

/* The node without children that has the column. */
static const struct plan *source_of(const struct plan *p, uint64_t id) {
    for (; p->child_count; p = p->children[0])
        for (uint32_t i = 1; i < p->child_count; i++) {
            const struct plan *source = source_of(p->children[i], id);
            if (source) return source;
        }
    return plan_find_output(p, id) ? p : NULL;
}

/* The left side's column for one that comes from the same source as a column of both. */
static struct attribute *left_column(const struct plan *join, const struct plan *p, uint64_t id) {
    const struct plan *left = (join->original ? join->original : join)->children[0], *source = source_of(p, id);
    int64_t place = place_of(left, id);
    if (place >= 0) return join->children[0]->output[place];
    for (uint32_t i = 0; source && i < source->output_count; i++)
        if (plan_find_output(left, source->output[i]->id)) return plan_find_output(source, id);
    return NULL;
}

/*
 * Spark gives the right side of a join new columns where the left one has the same; df["a"] goes on meaning the old
 * ones. Here all that is used twice is renumbered, and what it is a copy of tells.
 */
static struct attribute *former_column(const struct plan *p, uint64_t id, const struct passage *through) {
    int64_t place = p->original ? place_of(p, id) : -1;
    uint64_t first = place >= 0 ? p->original->output[place]->id : id;
    struct attribute *found = NULL;
    for (; first != id && through && !found; through = through->up)
        if (through->node->kind == PLAN_JOIN) found = left_column(through->node, p->original, first);
    return found;
}

static void meet(struct search *s, const struct plan *p, const struct passage *through) {
    bool first = !s->found;
    struct error wrong = ERROR_INIT;
    if (first) s->found = p;
    if (!s->name) return;
    struct expr *e = column_in(s->scope, p, s->name, &wrong);
    if (!e && first) error_move(&s->wrong, &wrong);
    error_release(&wrong);
    if (!e) return;
    struct arena *arena = s->scope->n->arena;
    struct handing handing = {arena, through};
    struct attribute *former = former_column(p, attribute_within(e)->id, through);
    if (through) e = expr_rewrite(arena, e, as_handed_up, &handing);
    uint64_t id = attribute_within(e)->id;
    uint32_t level = level_of(s->scope, id);
    if (former) {
        s->ambiguous |= level == 0;
        s->former = former;
    } else if (!s->column || level < s->level) {
        s->column = e;
        s->level = level;
    } else if (level == 0 && id != attribute_within(s->column)->id)
        s->ambiguous = true;
}

static void search_plan(struct search *s, const struct plan *p, const struct passage *through) {
    for (; !(p->has_plan_id && p->plan_id == s->plan_id); p = p->children[0]) {
        const struct plan *input = renamed_input(p);
        struct passage next = {through, p};
        if (input) return search_plan(s, input, &next);
        if (!p->child_count) return;
        for (uint32_t i = 1; i < p->child_count; i++) search_plan(s, p->children[i], &next);
    }
    meet(s, p, through);
}

const struct plan *find_plan_id(struct plan *const *inputs, uint32_t count, int64_t plan_id) {
    struct search s = {.plan_id = plan_id};
    for (uint32_t i = 0; i < count; i++) search_plan(&s, inputs[i], NULL);
    return s.found;
}

static struct expr *ambiguous_column(struct scope *s, const struct u_expr *u, const struct attribute *a,
                                     struct error *err) {
    error_set(err, "_LEGACY_ERROR_TEMP_1182", "ambiguousAttrs",
              arena_printf(s->n->arena, "%s#%llu", a->name, (unsigned long long)a->id), "config",
              "spark.sql.analyzer.failAmbiguousSelfJoin", NULL);
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

static bool refuses_ambiguous(const struct scope *s) {
    return !s->takes_first && setting_flag(s->n, "spark.sql.analyzer.failAmbiguousSelfJoin", true);
}

struct expr *resolve_by_plan_id(struct scope *s, const struct u_expr *u, struct error *err) {
    struct search search = {.plan_id = u->attribute.plan_id, .scope = s, .name = u, .wrong = ERROR_INIT};
    for (uint32_t i = 0; i < s->input_count; i++) search_plan(&search, s->inputs[i], NULL);
    if (!search.found) {
        struct expr *outer = outer_by_plan_id(s, u, err);
        return outer || error_is_set(err) ? outer : not_there(s, u, NULL, err);
    }
    struct expr *e = search.column;
    if (!e && search.former) e = expr_attribute(s->n->arena, search.former);
    if (!e) {
        error_move(err, &search.wrong);
        return NULL;
    }
    error_release(&search.wrong);
    struct attribute *a = attribute_within(e);
    if (search.ambiguous && refuses_ambiguous(s)) return ambiguous_column(s, u, a, err);
    if (!visible(s, a->id)) {
        if (!may_be_exposed(s, a->id)) return not_there(s, u, a, err);
        s->missing = true;
    }
    return expr_rewrite(s->n->arena, e, as_seen, s);
}
