/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns that are not in a plan's output, yet may be named.
 *
 *     df.select("a").sort("b")            the projection's input has b
 *     SELECT u.k FROM t JOIN u USING (k)  the join has u.k, * does not show it
 *     SELECT _metadata.file_name FROM t   scans know where rows come from, and tell when asked
 *
 * levels.c finds the first kind, names_below() the others. Whoever used one calls expose_missing(), which rebuilds the nodes between (they
 * are few, and immutable) so that they pass it up; and puts a projection on top that takes it away again.
 */
#include "plan/analyze.h"

#include <string.h>
#include <strings.h>

/* Does a node hand up columns that its output leaves out, if asked? */
static bool is_transparent(const struct plan *p) {
    switch (p->kind) {
        case PLAN_FILTER:
        case PLAN_SORT:
        case PLAN_LIMIT:
        case PLAN_TAIL:
        case PLAN_SAMPLE:
        case PLAN_HINT:
        case PLAN_REPARTITION:
        case PLAN_WINDOW:
        case PLAN_METRICS: return true;
        default: return false;
    }
}

static bool over_using_join(const struct plan *p) {
    return p->kind == PLAN_PROJECT && p->children[0]->kind == PLAN_JOIN && p->children[0]->join.using_join;
}

/* The USING columns of the side that * does not show: only with a qualifier. */
static struct expr *names_hidden(struct scope *s, const struct plan *p, const struct u_name *name,
                                 const struct origin *origin, struct error *err) {
    while (is_transparent(p) || (p->kind == PLAN_PROJECT && !over_using_join(p))) p = p->children[0];
    if (over_using_join(p)) {
        const struct plan *join = p->children[0];
        struct expr *e = names_among(s, join->join.hidden, join->join.hidden_count, name, origin, err);
        if (e || error_is_set(err)) return e;
        p = join;
    }
    if (p->kind != PLAN_JOIN) return NULL;
    struct expr *e = names_hidden(s, p->children[0], name, origin, err);
    if (e || error_is_set(err) || !join_keeps_right(p->join.type)) return e;
    return names_hidden(s, p->children[1], name, origin, err);
}

bool is_hidden_below(const struct plan *p, uint64_t id) {
    while (is_transparent(p) || (p->kind == PLAN_PROJECT && !over_using_join(p))) p = p->children[0];
    if (over_using_join(p)) {
        p = p->children[0];
        for (uint32_t i = 0; i < p->join.hidden_count; i++)
            if (p->join.hidden[i]->id == id) return true;
    }
    if (p->kind != PLAN_JOIN) return false;
    return is_hidden_below(p->children[0], id) ||
           (join_keeps_right(p->join.type) && is_hidden_below(p->children[1], id));
}

void hidden_columns(struct scope *s, const struct plan *p, struct attribute_list *out) {
    while (is_transparent(p) || (p->kind == PLAN_PROJECT && p->project.restores)) p = p->children[0];
    if (over_using_join(p)) {
        p = p->children[0];
        for (uint32_t i = 0; i < p->join.hidden_count; i++) LIST_PUSH(s->n->arena, out, p->join.hidden[i]);
    }
    if (p->kind != PLAN_JOIN) return;
    hidden_columns(s, p->children[0], out);
    if (join_keeps_right(p->join.type)) hidden_columns(s, p->children[1], out);
}

static bool is_group(struct arena *arena, const struct plan *aggregate, const struct expr *e) {
    while (e->kind == EXPR_ALIAS) e = e->children[0];
    for (uint32_t i = 0; i < aggregate->aggregate.group_count; i++)
        if (expr_same(arena, aggregate->aggregate.groups[i], e)) return true;
    return false;
}

/*
 * Is what its input has, and it leaves out, to be had over the node? Of rows that differ in some columns: the others'. So
 * it is for df.distinct(), but not for SELECT DISTINCT.
 */
static bool passes_up(const struct plan *p) {
    if (p->hides_input) return false;
    if (p->kind == PLAN_DISTINCT) return p->distinct.key_count || p->has_plan_id;
    if (p->kind == PLAN_JOIN) return p->join.one_input;
    return is_transparent(p) || p->kind == PLAN_PROJECT || p->kind == PLAN_AGGREGATE || p->kind == PLAN_GENERATE;
}

const struct plan *next_level(const struct plan *p) {
    return passes_up(p) && p->child_count ? p->children[0] : NULL;
}

static bool is_grouped_by(const struct plan *aggregate, uint64_t id) {
    for (uint32_t i = 0; i < aggregate->aggregate.group_count; i++) {
        const struct expr *e = aggregate->aggregate.groups[i];
        if (e->kind == EXPR_ATTRIBUTE && e->column.attribute->id == id) return true;
    }
    return false;
}

uint32_t level_below(const struct plan *p, uint64_t id) {
    for (uint32_t level = 1; next_level(p); level++) {
        if (p->kind == PLAN_AGGREGATE && !is_grouped_by(p, id)) break;
        p = next_level(p);
        if (plan_find_output(p, id)) return level;
    }
    return UINT32_MAX;
}

bool may_pass(struct analysis *n, const struct plan *from, const struct plan *to, const struct expr *e) {
    for (const struct plan *p = from; p != to; p = p->children[0])
        if (p->kind == PLAN_AGGREGATE && !is_group(n->arena, p, e)) return false;
    return true;
}

/* _metadata, or t._metadata: of the first scan below. A qualifier is not looked at beyond that. */
static struct attribute *scan_metadata(const struct plan *p) {
    for (;;) {
        if (p->kind == PLAN_SCAN) return p->scan.metadata;
        if (p->kind == PLAN_JOIN) {
            struct attribute *left = scan_metadata(p->children[0]);
            if (left || !join_keeps_right(p->join.type)) return left;
            p = p->children[1];
        } else if (is_transparent(p) || p->kind == PLAN_PROJECT || p->kind == PLAN_SUBQUERY_ALIAS) {
            p = p->children[0];
        } else {
            return NULL;
        }
    }
}

static struct expr *names_metadata(struct scope *s, const struct plan *p, const struct u_name *name,
                                   const struct origin *origin, struct error *err) {
    uint32_t at = 0;
    while (at < name->count && strcasecmp(name->parts[at], "_metadata") != 0) at++;
    if (at == name->count) return NULL;
    struct attribute *a = scan_metadata(p);
    if (!a) return NULL;
    const struct u_name rest = {name->count - at, name->parts + at};
    return names_among(s, &a, 1, &rest, origin, err);
}

struct expr *names_below(struct scope *s, const struct plan *p, const struct u_name *name, const struct origin *origin,
                         struct error *err) {
    struct expr *e = NULL;
    if (name->count > 1) e = names_hidden(s, p, name, origin, err);
    if (!e && !error_is_set(err)) e = names_metadata(s, p, name, origin, err);
    if (e) s->missing = true;
    return e;
}

/* --- making them visible --- */

static bool has_all(const struct plan *p, const struct id_map *wanted) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < p->output_count; i++) found += id_map_get(wanted, p->output[i]->id) != NULL;
    return found >= wanted->count;
}

/* The node over a wider child: its own output and what of the child's is wanted besides. */
static void widen_output(struct arena *arena, struct plan *p, const struct id_map *wanted) {
    const struct plan *child = p->children[0];
    struct attribute **output = ARENA_ARRAY(arena, struct attribute *, p->output_count + child->output_count);
    uint32_t count = p->output_count;
    memcpy(output, p->output, count * sizeof *output);
    for (uint32_t i = 0; i < child->output_count; i++)
        if (id_map_get(wanted, child->output[i]->id) && !plan_find_output(p, child->output[i]->id))
            output[count++] = child->output[i];
    p->output = output;
    p->output_count = count;
}

static void append_exprs(struct arena *arena, struct plan *p, uint32_t old_count) {
    uint32_t extra = p->output_count - old_count;
    struct expr **exprs = ARENA_ARRAY(arena, struct expr *, p->expr_count + extra);
    memcpy(exprs, p->exprs, p->expr_count * sizeof *exprs);
    for (uint32_t i = 0; i < extra; i++) exprs[p->expr_count + i] = expr_attribute(arena, p->output[old_count + i]);
    p->exprs = exprs;
    p->expr_count += extra;
}

static struct plan *scan_with_metadata(struct arena *arena, struct plan *p, const struct id_map *wanted) {
    struct attribute *a = p->scan.metadata;
    if (!a || !id_map_get(wanted, a->id) || plan_find_output(p, a->id)) return p;
    struct plan *copy = plan_copy_node(arena, p);
    copy->output = ARENA_ARRAY(arena, struct attribute *, p->output_count + 1);
    memcpy(copy->output, p->output, p->output_count * sizeof *copy->output);
    copy->output[copy->output_count++] = a;
    return copy;
}

struct plan *add_missing(struct analysis *n, struct plan *p, const struct id_map *wanted) {
    if (p->kind == PLAN_SCAN) return scan_with_metadata(n->arena, p, wanted);
    if (!p->child_count || has_all(p, wanted)) return p;
    struct plan *copy = plan_copy_node(n->arena, p);
    uint32_t old_count = p->output_count;
    if (p->kind == PLAN_JOIN) {
        for (uint32_t i = 0; i < (p->join.one_input ? 1 : 2); i++)
            copy->children[i] = add_missing(n, p->children[i], wanted);
        plan_join_output(n->arena, copy);
        return copy;
    }
    if (!passes_up(p) && p->kind != PLAN_SUBQUERY_ALIAS) return p;
    if (p->kind == PLAN_DISTINCT && !p->distinct.key_count) {
        copy->distinct.keys = p->output;
        copy->distinct.key_count = p->output_count;
    }
    if (p->kind != PLAN_AGGREGATE) copy->children[0] = add_missing(n, p->children[0], wanted);
    widen_output(n->arena, copy, wanted);
    if (p->kind == PLAN_PROJECT || p->kind == PLAN_AGGREGATE) append_exprs(n->arena, copy, old_count);
    return copy;
}

struct plan *expose_missing(struct analysis *n, struct plan *child, struct expr *const *exprs, uint32_t count) {
    struct id_map wanted = {0};
    for (uint32_t i = 0; i < count; i++) expr_collect_ids(n->arena, exprs[i], &wanted);
    return add_missing(n, child, &wanted);
}
