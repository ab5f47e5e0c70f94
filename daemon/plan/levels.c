/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names in a filter's condition, a sort's order or the keys of a repartitioning that the input does not have.
 *
 *     df.select("a").filter("b > 1 AND s['x'] = 2")
 *
 * They are looked for behind the input, level by level: in its output (level 0), in its child's, and so on down through
 * the nodes that could hand a column up (missing.c). A level is asked for all names that are still open. Where one of
 * them means something there that cannot be (two columns, a field that there is not) that level is left out for the
 * whole expression, so that the other names are looked for further below too. In a filter, level 0 is not left out:
 * its error is the query's.
 *
 * What is within a lambda is looked for later, once the arguments before it are known; so is what stands in brackets
 * behind a value. By then the input has what was found before: these are the stages. Subqueries see, as outer columns,
 * what all stages have found.
 *
 * The answer is kept by the address of the name in the tree: analyze_attribute() asks for it. When all names are in the
 * input, as is usual, one walk says so and nothing is kept.
 */
#include <string.h>

#include "plan/analyze.h"

struct bound {
    const struct u_expr *name;
    struct expr *e; /* NULL: no column of the input or behind it */
    uint32_t stage; /* in which it was found */
};

struct levels {
    struct id_map texts;       /* of U_EXPRESSION_TEXTs, by address: struct u_expr */
    struct id_map names;       /* of U_ATTRIBUTEs, by address: struct bound */
    const struct id_map *here; /* those of the level at hand, while it is asked */
};

struct variables { /* of the lambdas around */
    struct variables *up;
    const struct u_expr *lambda;
};

struct walk {
    struct scope *s;
    struct levels *levels;
    struct id_map here;         /* what is found at this level, within this root */
    LIST(struct bound *) found; /* the same in order */
    const struct plan *top;     /* level 0 */
    const struct plan *at;
    uint32_t level, stage; /* stage 0: to see whether there is anything to do */
    bool gives_up;         /* what is still open means nothing here */
    bool strict;           /* level 0 may not be left out */
    bool later;            /* something waits for the next stage */
    uint32_t open;         /* names that are not found yet */
    uint32_t depth;        /* of lambdas */
    struct variables *variables;
    LIST(struct bound *) behind; /* what a stage has found below level 0 */
    struct attribute_list wide;  /* the input with that */
    struct error wrong;          /* what cannot be at this level */
};

/* --- what has been found --- */

static struct bound *bound_of(const struct levels *levels, const struct u_expr *u) {
    struct bound *b = id_map_get(&levels->names, (uintptr_t)u);
    return b || !levels->here ? b : id_map_get(levels->here, (uintptr_t)u);
}

bool find_bound(const struct scope *s, const struct u_expr *u, struct expr **e) {
    const struct bound *b = s->levels ? bound_of(s->levels, u) : NULL;
    *e = b ? b->e : NULL;
    return b != NULL;
}

const struct u_expr *parse_text(struct scope *s, const struct u_expr *u, struct error *err) {
    struct levels *levels = s->levels;
    struct u_expr *parsed = levels ? id_map_get(&levels->texts, (uintptr_t)u) : NULL;
    if (parsed) return parsed;
    parsed = sql_parse_expression(s->n->arena, s->n->a->context, u->text, err);
    if (parsed && levels) id_map_put(s->n->arena, &levels->texts, (uintptr_t)u, parsed);
    return parsed;
}

/* --- walking an expression at one level: each answers whether its value's type is known --- */

static bool walk(struct walk *w, const struct u_expr *u);

static bool walk_list(struct walk *w, struct u_expr *const *list, uint32_t count) {
    bool known = true;
    for (uint32_t i = 0; i < count; i++) known &= walk(w, list[i]);
    return known;
}

static bool is_variable(const struct walk *w, const struct u_name *name) {
    for (const struct variables *v = w->variables; v; v = v->up)
        for (uint32_t i = 0; i < v->lambda->lambda.count; i++)
            if (name_matches(w->s->n, v->lambda->lambda.variables[i], name->parts[0])) return true;
    return false;
}

static struct expr *name_at_level(struct walk *w, const struct u_expr *u) {
    const struct u_name *name = &u->attribute.name;
    if (!w->level) return names_of_input(w->s, name, u->origin, &w->wrong);
    struct expr *e = names_among(w->s, w->at->output, w->at->output_count, name, u->origin, &w->wrong);
    return e && may_pass(w->s->n, w->top, w->at, e) ? e : NULL;
}

static bool walk_name(struct walk *w, const struct u_expr *u) {
    if (u->attribute.has_plan_id) return true;
    if (is_variable(w, &u->attribute.name)) return false;
    if (bound_of(w->levels, u)) return true;
    struct expr *e = w->gives_up ? NULL : name_at_level(w, u);
    w->open += e == NULL;
    if (w->gives_up)
        id_map_put(w->s->n->arena, &w->levels->names, (uintptr_t)u, ARENA_NEW(w->s->n->arena, struct bound));
    if (!e || !w->stage) return e != NULL;
    struct bound *b = ARENA_NEW(w->s->n->arena, struct bound);
    *b = (struct bound){u, e, w->stage};
    id_map_put(w->s->n->arena, &w->here, (uintptr_t)u, b);
    LIST_PUSH(w->s->n->arena, &w->found, b);
    return true;
}

/* Were all names of u found before this stage? */
static bool is_settled(struct walk *w, const struct u_expr *u) {
    if (u->kind == U_ATTRIBUTE && !u->attribute.has_plan_id && !is_variable(w, &u->attribute.name)) {
        const struct bound *b = bound_of(w->levels, u);
        return b && b->e && b->stage < w->stage;
    }
    for (uint32_t i = 0; i < u->child_count; i++)
        if (u->children[i]->kind != U_LAMBDA && !is_settled(w, u->children[i])) return false;
    return w->stage > 1;
}

static bool may_extract(struct walk *w, const struct u_expr *u) {
    struct resolver *r = &w->s->n->resolver;
    const struct u_expr *key = u->children[1];
    struct expr *base = analyze_expr(w->s, u->children[0], &w->wrong);
    if (!base) return false;
    if (key->kind != U_LITERAL && (base->type->kind == TYPE_ARRAY || base->type->kind == TYPE_MAP)) return true;
    struct expr *field = key->kind == U_LITERAL ? analyze_expr(w->s, key, &w->wrong) : base;
    return field && resolve_extract(r, base, field, key->origin, &w->wrong);
}

static bool is_found_here(const struct walk *w, const struct u_expr *u) {
    if (id_map_get(&w->here, (uintptr_t)u)) return true;
    for (uint32_t i = 0; i < u->child_count; i++)
        if (is_found_here(w, u->children[i])) return true;
    return false;
}

/* base[key]: the key's names are looked for once the base is known, from the next level on. */
static bool walk_extract(struct walk *w, const struct u_expr *u) {
    const struct u_expr *base = u->children[0], *key = u->children[1];
    uint32_t open = w->open;
    if (!walk(w, base)) {
        w->later |= w->open == open;
        return false;
    }
    bool checked = (w->level || !w->strict) && !w->gives_up;
    if (checked && !may_extract(w, u)) return false;
    if (!w->level || key->kind == U_LITERAL || !is_found_here(w, base)) return walk(w, key);
    w->open++;
    w->later = true;
    return false;
}

/* A lambda's body is looked into when what stands before it is known. */
static bool walk_higher_order(struct walk *w, const struct u_expr *u) {
    bool known = true;
    for (uint32_t i = 0; i < u->child_count; i++)
        if (u->children[i]->kind != U_LAMBDA) known &= walk(w, u->children[i]);
    bool ready = !w->stage || (w->stage > w->depth + 1 && is_settled(w, u));
    w->later |= known && !ready;
    w->depth++;
    for (uint32_t i = 0; ready && i < u->child_count; i++) {
        if (u->children[i]->kind != U_LAMBDA) continue;
        struct variables variables = {w->variables, u->children[i]};
        w->variables = &variables;
        walk(w, u->children[i]->children[0]);
        w->variables = variables.up;
    }
    w->depth--;
    return false;
}

static bool has_lambda(const struct u_expr *u) {
    for (uint32_t i = 0; i < u->child_count; i++)
        if (u->children[i]->kind == U_LAMBDA) return true;
    return false;
}

static bool walk_call(struct walk *w, const struct u_expr *u) {
    if (has_lambda(u)) return walk_higher_order(w, u);
    bool known = walk_list(w, u->children, u->child_count);
    if (u->call.filter) known &= walk(w, u->call.filter);
    known &= walk_list(w, u->call.order, u->call.order_count);
    /* Which function it is comes after the names of its arguments. */
    return known && (u->call.is_operator || is_settled(w, u));
}

static bool walk_window(struct walk *w, const struct u_expr *u) {
    walk_list(w, u->children, u->child_count);
    walk_list(w, u->window->partition, u->window->partition_count);
    walk_list(w, u->window->order, u->window->order_count);
    return false;
}

static bool walk(struct walk *w, const struct u_expr *u) {
    if (error_is_set(&w->wrong) || !analysis_deep(w->s->n, &w->wrong)) return false;
    switch (u->kind) {
        case U_ATTRIBUTE: return walk_name(w, u);
        case U_EXTRACT: return walk_extract(w, u);
        case U_CALL: return walk_call(w, u);
        case U_WINDOW: return walk_window(w, u);
        case U_EXPRESSION_TEXT: {
            const struct u_expr *parsed = parse_text(w->s, u, &w->wrong);
            return parsed && walk(w, parsed);
        }
        case U_SUBQUERY:
        case U_TABLE_ARGUMENT:
        case U_STAR:
        case U_REGEX: walk_list(w, u->children, u->child_count); return false;
        default: return walk_list(w, u->children, u->child_count);
    }
}

/* --- levels and stages --- */

static bool add_exposed(const struct expr *e, void *data) {
    struct walk *w = data;
    struct scope *s = w->s;
    if (e->kind != EXPR_ATTRIBUTE) return true;
    for (uint32_t i = 0; i < s->attribute_count; i++)
        if (s->attributes[i]->id == e->column.attribute->id) return true;
    struct attribute_list *wide = &w->wide;
    if (!wide->count)
        for (uint32_t i = 0; i < s->attribute_count; i++) LIST_PUSH(s->n->arena, wide, s->attributes[i]);
    LIST_PUSH(s->n->arena, wide, e->column.attribute);
    return true;
}

static void keep_found(struct walk *w) {
    for (uint32_t i = 0; i < w->found.count; i++) {
        struct bound *b = w->found.items[i];
        id_map_put(w->s->n->arena, &w->levels->names, (uintptr_t)b->name, b);
        if (w->level) LIST_PUSH(w->s->n->arena, &w->behind, b);
    }
}

/* Asks the level for what is open in one root; what it has is kept unless something there cannot be. */
static bool walk_root(struct walk *w, const struct u_expr *root, struct error *err) {
    w->here = (struct id_map){0};
    w->found.count = 0;
    w->levels->here = &w->here;
    walk(w, root);
    w->levels->here = NULL;
    if (!error_is_set(&w->wrong)) {
        keep_found(w);
        return true;
    }
    if (w->strict && !w->level) {
        error_move(err, &w->wrong);
        return false;
    }
    error_reset(&w->wrong);
    w->open++;
    return true;
}

/* All levels, from the top until nothing is open. */
static bool walk_levels(struct walk *w, struct u_expr *const *roots, uint32_t count, struct error *err) {
    w->later = false;
    w->level = 0;
    for (w->at = w->top; w->at; w->at = next_level(w->at), w->level++) {
        w->open = 0;
        for (uint32_t i = 0; i < count; i++) TRY(walk_root(w, roots[i], err));
        if (!w->open) break;
    }
    return true;
}

/* What has been found behind the input is part of it from now on. */
static void widen(struct walk *w) {
    struct scope *s = w->s;
    for (uint32_t i = 0; i < w->behind.count; i++) expr_visit(w->behind.items[i]->e, add_exposed, w);
    w->behind.count = 0;
    if (w->wide.count <= s->attribute_count) return;
    s->attributes = w->wide.items;
    s->exposed_count += w->wide.count - s->attribute_count;
    s->attribute_count = w->wide.count;
    s->index = NULL;
    s->missing = true;
}

/* Does every name mean something in the input, and nothing that cannot be? */
static bool all_at_hand(struct walk *w, struct u_expr *const *roots, uint32_t count, bool *all, struct error *err) {
    for (uint32_t i = 0; i < count; i++) TRY(walk_root(w, roots[i], err));
    *all = !w->open;
    w->open = 0;
    return true;
}

bool bind_names(struct scope *s, struct u_expr *const *roots, uint32_t count, bool strict, struct error *err) {
    struct walk w = {.s = s, .top = s->inputs[0], .strict = strict, .wrong = ERROR_INIT};
    bool all;
    w.at = w.top;
    s->levels = w.levels = ARENA_NEW(s->n->arena, struct levels);
    TRY(all_at_hand(&w, roots, count, &all, err));
    if (all) return true;
    for (uint32_t before = 0; w.stage == 0 || w.later || w.levels->names.count > before;) {
        before = w.levels->names.count;
        w.stage++;
        TRY(walk_levels(&w, roots, count, err));
        widen(&w);
    }
    w.gives_up = true;
    w.stage++;
    w.level = 0;
    if (walk_list(&w, roots, count) || !error_is_set(&w.wrong)) return true;
    error_move(err, &w.wrong);
    return false;
}
