/* SPDX-License-Identifier: Apache-2.0 */
/*
 * f(...) WITHIN GROUP (ORDER BY ...): how many orderings a function wants, and what goes with DISTINCT or a window.
 *
 *     listagg, string_agg           any; with DISTINCT just the one by its argument
 *     percentile_cont and _disc     one; no DISTINCT
 *     mode                          mode(x) none, mode() one; no DISTINCT
 */
#include <strings.h>

#include "plan/analyze.h"

static bool is_called(const struct expr *f, const char *name) {
    return strcasecmp(f->aggregate.function->name, name) == 0;
}

static bool is_listagg(const struct expr *f) {
    return is_called(f, "listagg") || is_called(f, "string_agg");
}

static const char *function_name(struct arena *arena, const struct expr *f) {
    return arena_printf(arena, "`%s`", is_listagg(f) ? "listagg" : f->aggregate.function->name);
}

/* DISTINCT has one column to order by: its own. */
static bool check_distinct_order(struct arena *arena, const struct expr *f, struct error *err) {
    const struct sort_order *order = f->aggregate.order;
    if (!f->aggregate.order_count || (f->aggregate.order_count == 1 && expr_equal(f->children[0], order[0].expr)))
        return true;
    const char *list = quoted_expr(arena, order[0].expr);
    for (uint32_t i = 1; i < f->aggregate.order_count; i++)
        list = arena_printf(arena, "%s, %s", list, quoted_expr(arena, order[i].expr));
    return error_set(err, "INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT", "funcName",
                     function_name(arena, f), "funcArg", quoted_expr(arena, f->children[0]), "orderingExpr", list,
                     NULL);
}

static bool check_order_count(struct arena *arena, const struct expr *f, struct error *err) {
    bool is_mode = is_called(f, "mode");
    uint32_t count = f->aggregate.order_count, wanted = !is_mode || !f->child_count;
    if (count == wanted) return true;
    const char *name = function_name(arena, f);
    if (!count) return error_set(err, "INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING", "funcName", name, NULL);
    if (is_mode && count > 1) name = "`Mode`";
    error_set(err, "INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS", "funcName", name, NULL);
    error_add(err, "expectedNum", "%u", wanted);
    return error_add(err, "actualNum", "%u", count);
}

bool check_within_group(struct scope *s, const struct expr *f, struct error *err) {
    struct arena *arena = s->n->arena;
    bool fine = true;
    if (is_listagg(f))
        fine = !f->aggregate.distinct || check_distinct_order(arena, f, err);
    else if (f->aggregate.distinct)
        fine = error_set(err, "INVALID_WITHIN_GROUP_EXPRESSION.DISTINCT_UNSUPPORTED", "funcName",
                         function_name(arena, f), NULL);
    else if (!(is_called(f, "mode") && f->aggregate.order_count && !f->child_count && f->aggregate.order_count == 1))
        fine = check_order_count(arena, f, err);
    return fine || error_at(err, f->origin);
}

/* What is ordered within needs its whole partition: no ORDER BY and no frame. mode() does not. */
bool check_within_window(struct scope *s, const struct expr *f, const struct window_spec *w, struct error *err) {
    if (f->kind != EXPR_AGGREGATE || (!w->order_count && !w->frame_given)) return true;
    struct arena *arena = s->n->arena;
    bool percentile = is_called(f, "percentile_cont") || is_called(f, "percentile_disc");
    if (!percentile && !is_called(f, "median") && !(is_listagg(f) && f->aggregate.order_count)) return true;
    const char *name = is_listagg(f) ? "listagg" : f->aggregate.function->name, *list = "";
    if (percentile) list = arena_printf(arena, "%s, ", expr_pretty(arena, f->aggregate.order[0].expr));
    for (uint32_t i = 0; i < f->child_count; i++)
        list = arena_printf(arena, "%s%s%s", list, i ? ", " : "", expr_pretty(arena, f->children[i]));
    for (uint32_t i = 0; !percentile && i < f->aggregate.order_count; i++) {
        const struct sort_order *o = &f->aggregate.order[i];
        list = arena_printf(arena, "%s, %s %s NULLS %s", list, expr_pretty(arena, o->expr),
                            o->descending ? "DESC" : "ASC", o->nulls_first ? "FIRST" : "LAST");
    }
    return error_set(err, "INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC", "aggFunc",
                     arena_printf(arena, "\"%s(%s)\"", name, list), NULL);
}
