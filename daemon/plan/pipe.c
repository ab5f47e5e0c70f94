/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipes. The parser makes the plans of ordinary clauses from them; here is what their expressions may not be:
 *
 *     SELECT, EXTEND, SET   hold no aggregate function, which AGGREGATE is for; EXTEND no star
 *     AGGREGATE             holds aggregates alone beside its groups, and positions in GROUP BY are the input's
 */
#include "plan/analyze.h"

#include <string.h>

/* Messages show columns with their ids, long ones with an L behind. */
static struct expr *with_id(struct expr *e, void *data) {
    struct arena *arena = data;
    if (e->kind != EXPR_ATTRIBUTE) return e;
    const struct attribute *a = e->column.attribute;
    const char *name =
        arena_printf(arena, "%s#%llu%s", a->name, (unsigned long long)a->id, a->type->kind == TYPE_LONG ? "L" : "");
    struct expr *shown = expr_attribute(arena, attribute_new(arena, 0, name, a->type, a->nullable));
    return shown;
}

static const char *text_with_ids(struct analysis *n, struct expr *e) {
    return expr_pretty(n->arena, expr_rewrite(n->arena, strip_alias(e), with_id, n->arena));
}

static bool see_aggregate(const struct expr *e, void *data) {
    const struct expr **found = data;
    if (e->kind == EXPR_WINDOW) return false; /* sum(x) OVER (...) is allowed */
    if (expr_is_aggregate(e) && !*found) *found = e;
    return !*found;
}

static const struct expr *find_aggregate(const struct expr *e) {
    const struct expr *found = NULL;
    expr_visit(e, see_aggregate, &found);
    return found;
}

static bool check_without_aggregates(struct analysis *n, const struct u_plan *u, const struct items *items,
                                     struct error *err) {
    for (uint32_t i = 0; i < items->count; i++) {
        const struct expr *found = find_aggregate(items->items[i].expr);
        if (!found) continue;
        error_set(err, "PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION", "expr",
                  text_with_ids(n, expr_copy_node(n->arena, found)), "clause", u->pipe, NULL);
        return error_at(err, found->origin);
    }
    return true;
}

/* The groups come first among the items, the aggregates follow. */
static bool check_with_aggregates(struct analysis *n, const struct u_plan *u, const struct items *items,
                                  struct error *err) {
    for (uint32_t i = u->expr_count; i < items->count; i++) {
        struct expr *e = items->items[i].expr;
        if (contains_aggregate(e)) continue;
        error_set(err, "PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION", "expr", text_with_ids(n, e),
                  NULL);
        return error_at(err, e->origin);
    }
    return true;
}

static bool check_without_star(const struct u_plan *u, struct error *err) {
    for (uint32_t i = 1; i < u->expr_count; i++) { /* the first one is all columns that there are */
        if (!is_star(u->exprs[i])) continue;
        error_set(err, "INVALID_USAGE_OF_STAR_OR_REGEX", "elem", "'*'", "prettyName", "expression `pipeexpression`",
                  NULL);
        return false;
    }
    return true;
}

/* Pipes know no generator that gives a row for nothing: its two parts are taken for one within the other. */
static bool check_outer_generators(struct analysis *n, const struct items *items, struct error *err) {
    for (uint32_t i = 0; i < items->count; i++) {
        const struct expr *e = items->items[i].expr;
        if (e->kind == EXPR_ALIAS) e = e->children[0];
        const char *name = e->kind == EXPR_GENERATOR && items->items[i].name_count < 2 ? e->call.function->name : "";
        size_t size = strlen(name), ending = strlen("_outer");
        if (size <= ending || strcmp(name + size - ending, "_outer") != 0) continue;
        const char *arguments = "";
        for (uint32_t k = 0; k < e->child_count; k++)
            arguments =
                arena_printf(n->arena, "%s%s%s", arguments, k ? ", " : "", expr_pretty(n->arena, e->children[k]));
        error_set(err, "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", NULL);
        return error_add(err, "expression", "\"pipeexpression(generatorouter(%.*s(%s)))\"", (int)(size - ending), name,
                         arguments);
    }
    return true;
}

bool check_pipe_items(struct analysis *n, const struct u_plan *u, const struct items *items, struct error *err) {
    if (u->kind == U_AGGREGATE) return u->aggregate.group == U_GROUP_PIVOT || check_with_aggregates(n, u, items, err);
    if (strcmp(u->pipe, "other") == 0) return true;
    if (strcmp(u->pipe, "EXTEND") == 0) TRY(check_without_star(u, err));
    TRY(check_outer_generators(n, items, err));
    return check_without_aggregates(n, u, items, err);
}

const struct u_expr *pipe_ordinal(struct analysis *n, const struct plan *input, const struct u_expr *u) {
    if (u->kind != U_LITERAL || u->literal.value->type->kind != TYPE_INT || vector_is_null(u->literal.value, 0))
        return u;
    int32_t position = *VECTOR_DATA(u->literal.value, int32_t);
    if (position < 1 || (uint32_t)position > input->output_count) return u;
    return u_attribute(n->arena, u->origin, input->output[position - 1]->name);
}

bool add_pipe_groups(struct scope *s, struct items *items, const struct u_plan *u, struct error *err) {
    for (uint32_t i = 0; i < u->expr_count; i++) {
        struct u_expr *group = (struct u_expr *)pipe_ordinal(s->n, s->inputs[0], u->exprs[i]);
        TRY(items_add(s, items, &group, 1, err));
    }
    return true;
}
