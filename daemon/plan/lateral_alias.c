/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SELECT a + 1 AS b, b * 2: where an alias of the same SELECT may not be used, as Spark has it. Neither an aggregate nor
 * a window may read one; what they would compute is not there before the SELECT list is. names.c finds the aliases.
 */
#include <string.h>
#include <strings.h>

#include "plan/analyze.h"

struct lateral_search {
    const struct items *items;
    const char *name; /* out */
};

static bool see_lateral(const struct expr *e, void *data) {
    struct lateral_search *search = data;
    if (e->kind != EXPR_ATTRIBUTE) return !search->name;
    for (uint32_t i = 0; i < search->items->count && !search->name; i++) {
        const struct expr *item = search->items->items[i].expr;
        if (item->kind == EXPR_ALIAS && item->alias.id == e->column.attribute->id) search->name = item->alias.name;
    }
    return false;
}

/* The alias that is read; NULL: none is. */
static const char *lateral_within(const struct scope *s, const struct expr *e) {
    if (!s->lateral) return NULL;
    struct lateral_search search = {.items = s->lateral};
    expr_visit(e, see_lateral, &search);
    return search.name;
}

bool check_lateral_in_aggregate(struct scope *s, const struct expr *aggregate, struct error *err) {
    const char *name = s->windowed ? NULL : lateral_within(s, aggregate); /* of a window's function the window tells */
    return !name || error_set(err, "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_AGGREGATE_FUNC", "lca",
                              quoted_name(s->n->arena, &name, 1), "aggFunc", quoted_expr(s->n->arena, aggregate), NULL);
}

/* Has Spark a frame for it at this point, though none is written? */
static bool has_own_frame(const struct expr *function) {
    if (function->kind != EXPR_CALL) return false;
    const char *name = function->call.function->name;
    return strcasecmp(name, "lag") != 0 && strcasecmp(name, "lead") != 0;
}

bool check_lateral_in_window(struct scope *s, const struct expr *window, bool frame_is_written, struct error *err) {
    struct arena *arena = s->n->arena;
    const char *name = lateral_within(s, window);
    if (!name) return true;
    const char *text = expr_pretty(arena, window), *frame = window_spec_pretty(arena, window->window, true);
    if (!frame_is_written && !has_own_frame(window->children[0]))
        text = arena_printf(arena, "%.*sunspecifiedframe$())", (int)(strlen(text) - strlen(frame) - 1), text);
    return error_set(err, "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW", "lca", quoted_name(arena, &name, 1),
                     "windowExpr", arena_printf(arena, "\"%s\"", text), NULL);
}
