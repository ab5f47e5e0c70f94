/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ROLLUP, CUBE, GROUPING SETS, and grouping() and grouping_id().
 *
 * Each input row is repeated once per grouping set by an EXPAND, with the groups that the set leaves out as NULL and
 * the set's number beside them; then an ordinary AGGREGATE groups by all of it:
 *
 *     GROUP BY ROLLUP (a, b)      input row (x, y) ->  x     y     0
 *                                                      x     NULL  1
 *                                                      NULL  NULL  3
 *
 * A set's number has one bit per group, the first group's highest, set where the group is left out: it is
 * grouping_id(). Aggregates still read the input's own columns.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "plan/aggregate.h"

enum { MOST_GROUPS = 63, MOST_SETS = 65536 };

static bool is_mark_name(const char *name) {
    return strcasecmp(name, "grouping") == 0 || strcasecmp(name, "grouping_id") == 0;
}

bool is_grouping_mark(const struct expr *e) {
    return e->kind == EXPR_CALL && e->call.function && is_mark_name(e->call.function->name);
}

static bool is_analytic(const struct u_expr *u) {
    return is_call_of(u, "rollup") || is_call_of(u, "cube") || is_call_of(u, "grouping sets") ||
           is_call_of(u, "grouping sets of");
}

bool has_grouping_sets(const struct u_plan *u) {
    if (u->aggregate.group == U_GROUP_ROLLUP || u->aggregate.group == U_GROUP_CUBE ||
        u->aggregate.group == U_GROUPING_SETS)
        return true;
    for (uint32_t i = 0; u->aggregate.group == U_GROUP_BY && i < u->expr_count; i++)
        if (is_analytic(u->exprs[i])) return true;
    return false;
}

/* --- the sets --- */

struct set_list {
    struct grouping_set *items;
    uint32_t count, capacity;
};

static bool too_many(struct error *err) {
    return error_unsupported(err, "grouping by so many sets");
}

/* The group's number, added when it is new. */
static bool member_of(struct block *b, const struct u_expr *u, uint32_t *member, struct error *err) {
    struct expr *e;
    TRY(analyze_group(b, u, &e, err));
    for (*member = 0; *member < b->group_count; (*member)++)
        if (expr_same(b->n->arena, b->groups[*member], e)) return true;
    if (b->group_count == MOST_GROUPS) {
        error_set(err, "GROUPING_SIZE_LIMIT_EXCEEDED", "maxSize", "64", NULL);
        return false;
    }
    b->groups = arena_grow(b->n->arena, b->groups, b->group_count * sizeof *b->groups,
                           (b->group_count + 1) * sizeof *b->groups);
    b->groups[b->group_count++] = e;
    return true;
}

/* (a, b), or a alone, as a set. */
static bool set_of(struct block *b, const struct u_expr *u, struct grouping_set *out, struct error *err) {
    bool composite = is_call_of(u, "grouping set");
    out->count = composite ? u->child_count : 1;
    out->members = ARENA_ARRAY(b->n->arena, uint32_t, out->count);
    for (uint32_t i = 0; i < out->count; i++) TRY(member_of(b, composite ? u->children[i] : u, &out->members[i], err));
    return true;
}

static struct grouping_set joined(struct arena *arena, const struct grouping_set *a, const struct grouping_set *b) {
    struct grouping_set out = {.members = ARENA_ARRAY(arena, uint32_t, a->count + b->count)};
    for (uint32_t i = 0; i < a->count; i++) out.members[out.count++] = a->members[i];
    for (uint32_t i = 0; i < b->count; i++) {
        bool known = false;
        for (uint32_t k = 0; k < out.count; k++) known |= out.members[k] == b->members[i];
        if (!known) out.members[out.count++] = b->members[i];
    }
    return out;
}

/* ROLLUP (a, ()) says nothing. */
static bool no_empty_set(struct u_expr *const *u, uint32_t count, const char *name, struct error *err) {
    for (uint32_t i = 0; i < count; i++)
        if (is_call_of(u[i], "grouping set") && !u[i]->child_count) {
            error_set(err, "_LEGACY_ERROR_TEMP_0051", "element", name, NULL);
            error_set_kind(err, ERROR_PARSE);
            return error_at(err, u[i]->origin);
        }
    return true;
}

static bool rollup_sets(struct block *b, struct u_expr *const *u, uint32_t count, struct set_list *out,
                        struct error *err) {
    TRY(no_empty_set(u, count, "ROLLUP", err));
    struct grouping_set *prefixes = ARENA_ARRAY(b->n->arena, struct grouping_set, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        struct grouping_set part;
        TRY(set_of(b, u[i], &part, err));
        prefixes[i + 1] = joined(b->n->arena, &prefixes[i], &part);
    }
    for (uint32_t i = count + 1; i-- > 0;) LIST_PUSH(b->n->arena, out, prefixes[i]);
    return true;
}

static bool cube_sets(struct block *b, struct u_expr *const *u, uint32_t count, struct set_list *out,
                      struct error *err) {
    if (count > 16) return too_many(err);
    TRY(no_empty_set(u, count, "CUBE", err));
    struct grouping_set *parts = ARENA_ARRAY(b->n->arena, struct grouping_set, count);
    for (uint32_t i = 0; i < count; i++) TRY(set_of(b, u[i], &parts[i], err));
    for (uint32_t mask = 0; mask < 1u << count; mask++) {
        struct grouping_set set = {0};
        for (uint32_t i = 0; i < count; i++)
            if (!(mask >> (count - 1 - i) & 1)) set = joined(b->n->arena, &set, &parts[i]);
        LIST_PUSH(b->n->arena, out, set);
    }
    return true;
}

static bool sets_of(struct block *b, const struct u_expr *u, struct set_list *out, struct error *err) {
    if (is_call_of(u, "rollup")) return rollup_sets(b, u->children, u->child_count, out, err);
    if (is_call_of(u, "cube")) return cube_sets(b, u->children, u->child_count, out, err);
    if (is_analytic(u)) {
        uint32_t count = u->child_count;
        if (is_call_of(u, "grouping sets of")) {
            /* GROUP BY a, b GROUPING SETS (...): the last child lists the groups. */
            struct grouping_set ignored;
            TRY(set_of(b, u->children[--count], &ignored, err));
        }
        for (uint32_t i = 0; i < count; i++) TRY(sets_of(b, u->children[i], out, err));
        return true;
    }
    struct grouping_set set;
    TRY(set_of(b, u, &set, err));
    LIST_PUSH(b->n->arena, out, set);
    return true;
}

/* Every set of a with every set of b. */
static bool cross(struct block *b, struct set_list *into, const struct set_list *with, struct error *err) {
    struct set_list out = {0};
    if ((uint64_t)into->count * with->count > MOST_SETS) return too_many(err);
    for (uint32_t i = 0; i < into->count; i++)
        for (uint32_t k = 0; k < with->count; k++)
            LIST_PUSH(b->n->arena, &out, joined(b->n->arena, &into->items[i], &with->items[k]));
    *into = out;
    return true;
}

static bool listed_sets(struct block *b, const struct u_plan *u, struct set_list *out, struct error *err) {
    uint32_t ignored;
    for (uint32_t i = 0; i < u->expr_count; i++) TRY(member_of(b, u->exprs[i], &ignored, err));
    for (uint32_t i = 0; i < u->aggregate.set_count; i++) {
        struct grouping_set set = {.count = u->aggregate.sets[i].count};
        set.members = ARENA_ARRAY(b->n->arena, uint32_t, set.count);
        for (uint32_t k = 0; k < set.count; k++) TRY(member_of(b, u->aggregate.sets[i].exprs[k], &set.members[k], err));
        LIST_PUSH(b->n->arena, out, set);
    }
    return true;
}

bool analyze_grouping_sets(struct block *b, const struct u_plan *u, struct error *err) {
    struct set_list sets = {0};
    if (u->aggregate.group == U_GROUP_ROLLUP)
        TRY(rollup_sets(b, u->exprs, u->expr_count, &sets, err));
    else if (u->aggregate.group == U_GROUP_CUBE)
        TRY(cube_sets(b, u->exprs, u->expr_count, &sets, err));
    else if (u->aggregate.group == U_GROUPING_SETS)
        TRY(listed_sets(b, u, &sets, err));
    else {
        struct grouping_set none = {0};
        LIST_PUSH(b->n->arena, &sets, none);
        for (uint32_t i = 0; i < u->expr_count; i++) {
            struct set_list part = {0};
            TRY(sets_of(b, u->exprs[i], &part, err));
            TRY(cross(b, &sets, &part, err));
        }
    }
    b->sets = sets.items;
    b->set_count = sets.count;
    return true;
}

/* --- the EXPAND --- */

struct grouped {
    struct block *b;
    struct expr **groups; /* as the input has them */
    struct attribute **attributes;
    uint32_t count;
    struct attribute *id;
    struct id_map references; /* what an attribute of an item or group has become, by id */
    struct error *err;
};

static bool set_has(const struct grouping_set *set, uint32_t member) {
    for (uint32_t i = 0; i < set->count; i++)
        if (set->members[i] == member) return true;
    return false;
}

static int64_t set_number(const struct grouping_set *set, uint32_t groups) {
    int64_t number = 0;
    for (uint32_t i = 0; i < groups; i++) number = number << 1 | !set_has(set, i);
    return number;
}

static bool sets_repeat(const struct block *b) {
    for (uint32_t i = 0; i < b->set_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (set_number(&b->sets[i], b->group_count) == set_number(&b->sets[k], b->group_count)) return true;
    return false;
}

static struct attribute *group_attribute(struct block *b, uint32_t i) {
    const struct expr *e = b->groups[i];
    bool nullable = e->nullable;
    for (uint32_t k = 0; k < b->set_count; k++) nullable |= !set_has(&b->sets[k], i);
    struct attribute *a = e->kind == EXPR_ATTRIBUTE
                              ? arena_copy(b->n->arena, e->column.attribute, sizeof *a)
                              : attribute_new(b->n->arena, 0, expr_pretty(b->n->arena, e), e->type, nullable);
    a->id = fresh_id(b->n);
    a->nullable = nullable;
    return a;
}

static struct plan *make_expand(struct grouped *g, bool position) {
    struct block *b = g->b;
    struct arena *arena = b->n->arena;
    const struct plan *input = b->input;
    uint32_t width = input->output_count + g->count + 1 + position;
    struct plan *p = plan_new(arena, PLAN_EXPAND, 1, 0);
    p->children[0] = b->input;
    p->output_count = width;
    p->output = ARENA_ARRAY(arena, struct attribute *, width);
    memcpy(p->output, input->output, input->output_count * sizeof *p->output);
    memcpy(p->output + input->output_count, g->attributes, g->count * sizeof *p->output);
    p->output[input->output_count + g->count] = g->id;
    if (position)
        p->output[width - 1] = attribute_new(arena, fresh_id(b->n), "_gen_grouping_pos", TYPE_OF(LONG), false);
    p->expand.projection_count = b->set_count;
    p->expand.projections = ARENA_ARRAY(arena, struct expr **, b->set_count);
    for (uint32_t k = 0; k < b->set_count; k++) {
        struct expr **row = p->expand.projections[k] = ARENA_ARRAY(arena, struct expr *, width);
        for (uint32_t i = 0; i < input->output_count; i++) row[i] = expr_attribute(arena, input->output[i]);
        for (uint32_t i = 0; i < g->count; i++)
            row[input->output_count + i] =
                set_has(&b->sets[k], i) ? g->groups[i] : expr_null(arena, g->groups[i]->type);
        row[input->output_count + g->count] = expr_long(arena, set_number(&b->sets[k], g->count));
        if (position) row[width - 1] = expr_long(arena, k);
    }
    return p;
}

static uint32_t find_group(const struct grouped *g, const struct expr *e) {
    for (uint32_t i = 0; i < g->count; i++)
        if (expr_same(g->b->n->arena, g->groups[i], e)) return i;
    return UINT32_MAX;
}

/* Columns as plans show them. */
static const char *explained(struct arena *arena, struct expr *const *exprs, uint32_t count) {
    struct text list;
    text_init(&list, arena);
    for (uint32_t k = 0; k < count; k++) {
        if (k) text_add_char(&list, ',');
        expr_explain(&list, exprs[k], false);
    }
    return text_finish(&list);
}

/* grouping(a): the group's bit of the id, a byte. */
static struct expr *grouping_bit(struct grouped *g, struct expr *e) {
    uint32_t i = e->child_count ? find_group(g, e->children[0]) : UINT32_MAX;
    struct arena *arena = g->b->n->arena;
    if (i == UINT32_MAX) {
        error_set(g->err, "GROUPING_COLUMN_MISMATCH", "grouping", explained(arena, e->children, e->child_count),
                  "groupingColumns", explained(arena, g->groups, g->count), NULL);
        error_at(g->err, e->origin);
        return e;
    }
    struct resolver *r = &g->b->n->resolver;
    struct expr *sides[2] = {expr_attribute(arena, g->id), expr_int(arena, (int32_t)(g->count - 1 - i))};
    struct expr *shifted = resolve_named(r, "shiftright", sides, 2, e->origin, g->err);
    if (!shifted) return e;
    struct expr *bit = resolve_binary(r, "&", shifted, expr_long(arena, 1), g->err);
    if (!bit) return e;
    bit = resolve_cast(r, bit, TYPE_OF(BYTE), CAST_LEGACY, false, e->origin, g->err);
    return bit ? bit : e;
}

static struct expr *grouping_number(struct grouped *g, struct expr *e) {
    bool same = e->child_count == 0 || e->child_count == g->count;
    for (uint32_t i = 0; same && i < e->child_count; i++) same = expr_equal(g->groups[i], e->children[i]);
    struct arena *arena = g->b->n->arena;
    if (same) return expr_attribute(arena, g->id);
    error_set(g->err, "GROUPING_ID_COLUMN_MISMATCH", "groupingIdColumn", explained(arena, e->children, e->child_count),
              "groupByColumns", explained(arena, g->groups, g->count), NULL);
    return e;
}

static bool may_be_null_now(const struct expr *before, const struct expr *after) {
    for (uint32_t i = 0; i < after->child_count; i++) {
        const struct expr *was = before->children[i], *is = after->children[i];
        if (is->kind == EXPR_LAMBDA) return false;
        if (was != is && (was->nullable != is->nullable || was->type != is->type)) return true;
    }
    return false;
}

/* What was never NULL may be it now: `after` is `before` with groups for parts, and nobody has used it yet. Of a call its
 * function says what follows, asked again. */
static struct expr *renew_nullability(struct grouped *g, const struct expr *before, struct expr *after) {
    if (after == before || !may_be_null_now(before, after)) return after;
    if (after->kind != EXPR_CALL || after->call.data) {
        for (uint32_t i = 0; i < after->child_count; i++) after->nullable |= after->children[i]->nullable;
        return after;
    }
    struct arena *arena = g->b->n->arena;
    struct error ignored = ERROR_INIT;
    struct expr **arguments = arena_copy(arena, after->children, after->child_count * sizeof *arguments);
    const struct expr *again = resolve_call(&g->b->n->resolver, after->call.function, after->call.name, arguments,
                                            after->child_count, after->origin, &ignored);
    error_release(&ignored);
    if (!again || !type_equal(again->type, after->type)) return after;
    after->type = again->type;
    after->nullable = again->nullable;
    return after;
}

static struct expr *regroup(struct expr *e, void *data) {
    struct grouped *g = data;
    struct arena *arena = g->b->n->arena;
    if (error_is_set(g->err)) return e;
    if (expr_is_aggregate(e)) return e;
    if (is_grouping_mark(e))
        return strcasecmp(e->call.function->name, "grouping") == 0 ? grouping_bit(g, e) : grouping_number(g, e);
    uint32_t i = find_group(g, e);
    if (i != UINT32_MAX) {
        struct expr *attribute = expr_attribute(arena, g->attributes[i]);
        attribute->origin = e->origin;
        return attribute;
    }
    if (e->kind == EXPR_SUBQUERY && e->subquery.outer_count) {
        struct id_map ids = {0};
        for (uint32_t k = 0; k < g->count; k++)
            if (g->groups[k]->kind == EXPR_ATTRIBUTE)
                id_map_put(arena, &ids, g->groups[k]->column.attribute->id, (void *)(uintptr_t)g->attributes[k]->id);
        return expr_substitute(arena, e, &ids);
    }
    if (e->kind == EXPR_WINDOW) {
        struct expr *copy = expr_copy_node(arena, e);
        copy->children[0] = expr_map_children(arena, e->children[0], regroup, g);
        if (expr_is_aggregate(copy->children[0])) {
            struct expr *function = copy->children[0];
            copy = expr_map_children(arena, copy, regroup, g);
            copy->children[0] = function;
            return copy;
        }
        return expr_map_children(arena, copy, regroup, g);
    }
    return renew_nullability(g, e, expr_map_children(arena, e, regroup, g));
}

static struct expr *regroup_item(struct grouped *g, struct expr *e) {
    if (e->kind != EXPR_ALIAS) {
        struct expr *replaced = regroup(e, g);
        return replaced;
    }
    struct expr *child = regroup(e->children[0], g);
    if (child == e->children[0]) return e;
    struct expr *copy = expr_copy_node(g->b->n->arena, e);
    copy->children[0] = child;
    copy->type = child->type;
    copy->nullable = child->nullable;
    return copy;
}

static struct expr *regroup_reference(struct expr *e, void *data) {
    struct grouped *g = data;
    struct arena *arena = g->b->n->arena;
    if (e->kind != EXPR_ATTRIBUTE) return renew_nullability(g, e, expr_map_children(arena, e, regroup_reference, g));
    struct attribute *now = id_map_get(&g->references, e->column.attribute->id);
    return now ? expr_attribute(arena, now) : e;
}

/* ORDER BY reads the items by their ids: an item that was a group's own attribute has a new one now. */
static void regroup_order(struct grouped *g) {
    struct arena *arena = g->b->n->arena;
    for (uint32_t i = 0; i < g->b->items.count; i++) {
        struct attribute *a = expr_to_attribute(arena, g->b->items.items[i].expr);
        id_map_put(arena, &g->references, a->id, a);
    }
    for (uint32_t k = 0; k < g->count; k++)
        if (g->groups[k]->kind == EXPR_ATTRIBUTE)
            id_map_put(arena, &g->references, g->groups[k]->column.attribute->id, g->attributes[k]);
    for (uint32_t i = 0; i < g->b->order_count; i++) g->b->order[i].expr = regroup_reference(g->b->order[i].expr, g);
}

bool expand_grouping_sets(struct block *b, struct error *err) {
    if (!b->set_count) return true;
    struct arena *arena = b->n->arena;
    struct grouped g = {.b = b, .groups = b->groups, .count = b->group_count, .err = err};
    g.attributes = ARENA_ARRAY(arena, struct attribute *, g.count);
    for (uint32_t i = 0; i < g.count; i++) g.attributes[i] = group_attribute(b, i);
    g.id = attribute_new(arena, fresh_id(b->n), "spark_grouping_id", TYPE_OF(LONG), false);
    bool position = sets_repeat(b);
    b->input = make_expand(&g, position);
    for (uint32_t i = 0; i < b->items.count; i++) b->items.items[i].expr = regroup_item(&g, b->items.items[i].expr);
    if (b->having) b->having = regroup(b->having, &g);
    regroup_order(&g);
    if (error_is_set(err)) return false;
    b->groups = ARENA_ARRAY(arena, struct expr *, g.count + 1 + position);
    for (uint32_t i = 0; i < g.count; i++) b->groups[i] = expr_attribute(arena, g.attributes[i]);
    b->groups[g.count] = expr_attribute(arena, g.id);
    if (position) b->groups[g.count + 1] = expr_attribute(arena, b->input->output[b->input->output_count - 1]);
    b->group_count = g.count + 1 + position;
    return true;
}
