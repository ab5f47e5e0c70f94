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

static bool make_item(struct scope *s, const struct u_expr *u, struct item *item, struct error *err) {
    s->level = 0;
    *item = (struct item){.source = u};
    struct expr *e = analyze_named(s, u, err);
    if (!e) return false;
    struct expr *inner = strip_alias(e);
    if (is_time_window(inner))
        item->expr = e->kind == EXPR_ALIAS ? e : expr_alias(s->n->arena, e, inner->call.name, fresh_id(s->n));
    else if (inner->kind == EXPR_GENERATOR) {
        item->expr = inner;
        if (u->kind == U_ALIAS) {
            item->name_count = u->alias.name_count;
            item->names = u->alias.names;
        }
    } else
        item->expr = name_expr(s->n, e, u);
    item->level = s->level;
    return true;
}

static bool add_one(struct scope *s, struct items *items, const struct u_expr *u, struct error *err) {
    struct item item;
    s->level = 0;
    if (is_star(u)) { /* of the input alone */
        const struct items *generators = s->generators;
        s->generators = NULL;
        bool good = expand_star(s, u, add_item, items, err);
        s->generators = generators;
        return good;
    }
    TRY(make_item(s, u, &item, err));
    LIST_PUSH(s->n->arena, items, item);
    return true;
}

/* --- generators --- */

static bool is_generator_call(struct scope *s, const struct u_expr *u) {
    if (u->kind == U_ALIAS) u = u->children[0];
    if (u->kind != U_CALL || u->call.name.count != 1) return false;
    const struct function *f = resolve_function(&s->n->resolver, u->call.name.parts[0]);
    return f && f->class == FUNCTION_GENERATOR;
}

/*
 * What generators give can be named anywhere in the same SELECT, as if it were the input's, so they come first. One that
 * names aliases to its left is left for its turn.
 */
static void add_generators(struct scope *s, struct items *generators, struct u_expr *const *u, uint32_t count) {
    s->generators = generators;
    for (uint32_t i = 0; i < count; i++) {
        if (!is_generator_call(s, u[i])) continue;
        struct error failure = ERROR_INIT;
        struct item item;
        bool good = make_item(s, u[i], &item, &failure) && item.expr->kind == EXPR_GENERATOR &&
                    generated_columns(s->n, item.expr, false, item.names, item.name_count, NULL, &item.generated,
                                      &item.generated_count, &failure);
        error_release(&failure);
        if (good) LIST_PUSH(s->n->arena, generators, item);
    }
}

static const struct item *generator_of(const struct items *generators, const struct u_expr *u) {
    for (uint32_t i = 0; i < generators->count; i++)
        if (generators->items[i].source == u) return &generators->items[i];
    return NULL;
}

/* F.expr("..."): what the text says. */
static bool parse_texts(struct scope *s, struct u_expr *const **u, uint32_t count, struct error *err) {
    struct u_expr **parsed = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if ((*u)[i]->kind != U_EXPRESSION_TEXT) continue;
        if (!parsed) parsed = arena_copy(s->n->arena, *u, count * sizeof *parsed);
        parsed[i] = sql_parse_expression(s->n->arena, s->n->a->context, parsed[i]->text, err);
        if (!parsed[i]) return false;
    }
    if (parsed) *u = parsed;
    return true;
}

bool items_add(struct scope *s, struct items *items, struct u_expr *const *u, uint32_t count, struct error *err) {
    struct items generators = {0};
    TRY(parse_texts(s, &u, count, err));
    s->lateral = items;
    if (s->sees_generated && count > 1) add_generators(s, &generators, u, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct item *item = generator_of(&generators, u[i]);
        if (item)
            LIST_PUSH(s->n->arena, items, *item);
        else
            TRY(add_one(s, items, u[i], err));
    }
    s->lateral = s->generators = NULL;
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
        child = item->generated
                    ? generate_columns(n, child, generator, false, item->generated, item->generated_count, err)
                    : make_generate(n, child, generator, false, item->names, item->name_count, NULL, err);
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
