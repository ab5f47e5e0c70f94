/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SELECT lists.
 *
 * Each entry becomes an item. Entries that name aliases to their left (SELECT a + 1 AS b, b * 2) have a level one
 * above what they name; each level but the last gets a projection of its own, which adds its aliases to what it
 * reads. Within a level, windows are taken out first, then generators.
 */
#include <string.h>

#include "plan/analyze.h"

static bool add_item(struct scope *s, struct expr *e, void *data, struct error *err) {
    struct items *items = data;
    struct item item = {.expr = name_expr(s->n, e, NULL), .level = s->level};
    LIST_PUSH(s->n->arena, items, item);
    return true;
}

static bool add_one(struct scope *s, struct items *items, const struct u_expr *u, struct error *err) {
    s->level = 0;
    if (u->kind == U_EXPRESSION_TEXT) {
        u = sql_parse_expression(s->n->arena, s->n->a->context, u->text, err);
        if (!u) return false;
    }
    if (is_star(u)) return expand_star(s, u, add_item, items, err);
    struct expr *e = analyze_named(s, u, err);
    if (!e) return false;
    struct item item = {.source = u};
    struct expr *inner = strip_alias(e);
    if (is_time_window(inner))
        item.expr = e->kind == EXPR_ALIAS ? e : expr_alias(s->n->arena, e, inner->call.name, fresh_id(s->n));
    else if (inner->kind == EXPR_GENERATOR) {
        item.expr = inner;
        if (u->kind == U_ALIAS) {
            item.name_count = u->alias.name_count;
            item.names = u->alias.names;
        }
    } else
        item.expr = name_expr(s->n, e, u);
    item.level = s->level;
    LIST_PUSH(s->n->arena, items, item);
    return true;
}

bool items_add(struct scope *s, struct items *items, struct u_expr *const *u, uint32_t count, struct error *err) {
    s->lateral = items;
    for (uint32_t i = 0; i < count; i++) TRY(add_one(s, items, u[i], err));
    s->lateral = NULL;
    return true;
}

static uint32_t top_level(const struct items *items) {
    uint32_t level = 0;
    for (uint32_t i = 0; i < items->count; i++)
        if (items->items[i].level > level) level = items->items[i].level;
    return level;
}

static struct plan *level_windows(struct analysis *n, struct plan *child, struct items *items, uint32_t level,
                                  bool of_generators, struct error *err) {
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, items->count);
    uint32_t *where = ARENA_ARRAY(n->arena, uint32_t, items->count), count = 0;
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i].level != level || (of_generators && !find_generator(items->items[i].expr))) continue;
        where[count] = i;
        exprs[count++] = items->items[i].expr;
    }
    child = extract_windows(n, child, exprs, count, err);
    for (uint32_t i = 0; child && i < count; i++) items->items[where[i]].expr = exprs[i];
    return child;
}

static bool holds_generator(const struct expr *generator) {
    for (uint32_t i = 0; i < generator->child_count; i++)
        if (find_generator(generator->children[i])) return true;
    return false;
}

/* A generator's item becomes one item per column. */
static struct plan *level_generators(struct analysis *n, struct plan *child, struct items *items, uint32_t level,
                                     struct error *err) {
    struct items out = {0};
    for (uint32_t i = 0; i < items->count; i++) {
        struct item *item = &items->items[i];
        struct expr *generator = item->level == level ? find_generator(item->expr) : NULL;
        if (!generator) {
            LIST_PUSH(n->arena, &out, *item);
            continue;
        }
        if (generator != item->expr || holds_generator(generator)) {
            error_set(err, "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", "expression",
                      quoted_expr(n->arena, strip_alias(item->expr)), NULL);
            return NULL;
        }
        child = make_generate(n, child, generator, false, item->names, item->name_count, NULL, err);
        if (!child) return NULL;
        for (uint32_t k = 0; k < child->generate.generated_count; k++) {
            struct item column = {
                .expr = expr_attribute(n->arena, child->generate.generated[k]), .level = level, .hidden = item->hidden};
            LIST_PUSH(n->arena, &out, column);
        }
    }
    *items = out;
    return child;
}

/* The input and this level's aliases, for the levels above. */
static struct plan *level_project(struct analysis *n, struct plan *child, struct items *items, uint32_t level) {
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, child->output_count + items->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < child->output_count; i++) exprs[count++] = expr_attribute(n->arena, child->output[i]);
    for (uint32_t i = 0; i < items->count; i++) {
        struct item *item = &items->items[i];
        if (item->level != level || item->expr->kind != EXPR_ALIAS) continue;
        exprs[count++] = item->expr;
        item->expr = expr_attribute(n->arena, expr_to_attribute(n->arena, item->expr));
    }
    return plan_project(n->arena, child, exprs, count);
}

/*
 * Windows run over the rows that generators give, but for those that a generator reads, and over groups: there they come
 * first.
 */
struct plan *project_items(struct analysis *n, struct plan *child, struct items *items, bool grouped,
                           struct error *err) {
    uint32_t top = top_level(items);
    for (uint32_t level = 0; child && level <= top; level++) {
        child = level_windows(n, child, items, level, !grouped, err);
        if (child) child = level_generators(n, child, items, level, err);
        if (child && !grouped) child = level_windows(n, child, items, level, false, err);
        if (child && level < top) child = level_project(n, child, items, level);
    }
    if (!child) return NULL;
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, items->count);
    for (uint32_t i = 0; i < items->count; i++) exprs[i] = items->items[i].expr;
    return plan_project(n->arena, child, exprs, items->count);
}

struct plan *analyze_project(struct analysis *n, const struct u_plan *u, struct error *err) {
    return analyze_aggregate(n, u, NULL, NULL, err);
}
