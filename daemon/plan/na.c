/* SPDX-License-Identifier: Apache-2.0 */
/*
 * df.na: fill, drop, replace. NaN counts as missing in float and double columns.
 */
#include <string.h>

#include "plan/analyze.h"

/* Is the column among those named? None named: every column is. */
static bool is_named(struct analysis *n, const struct u_plan *u, const struct attribute *a, uint32_t *which) {
    *which = 0;
    if (!u->na.column_count) return true;
    for (uint32_t i = 0; i < u->na.column_count; i++)
        if (name_matches(n, u->na.columns[i], a->name)) {
            *which = i;
            return true;
        }
    return false;
}

static bool check_names(struct analysis *n, const struct plan *child, const struct u_plan *u, struct error *err) {
    for (uint32_t i = 0; i < u->na.column_count; i++)
        if (!find_column(n, child, u->na.columns[i], u->origin, err)) return false;
    return true;
}

static bool is_floating(const struct type *t) {
    return t->kind == TYPE_FLOAT || t->kind == TYPE_DOUBLE;
}

static struct expr *call1(struct analysis *n, const char *name, struct expr *a, struct error *err) {
    return resolve_named(&n->resolver, name, &a, 1, NULL, err);
}

/* Values fill columns of their own kind: numbers numbers, strings strings, booleans booleans. */
static bool same_family(const struct type *column, const struct type *value) {
    if (type_is_numeric(column)) return type_is_numeric(value);
    if (type_is_string(column)) return type_is_string(value);
    return column->kind == value->kind;
}

static struct expr *fill(struct analysis *n, struct attribute *a, struct expr *value, struct error *err) {
    struct expr *column = expr_attribute(n->arena, a);
    enum cast_mode mode = n->a->context->ansi ? CAST_ANSI : CAST_LEGACY;
    value = resolve_cast(&n->resolver, value, a->type, mode, false, NULL, err);
    if (!value) return NULL;
    if (is_floating(a->type)) {
        struct expr *sides[2] = {column, expr_null(n->arena, a->type)};
        column = resolve_named(&n->resolver, "nanvl", sides, 2, NULL, err);
        if (!column) return NULL;
    }
    struct expr *sides[2] = {column, value};
    struct expr *filled = resolve_named(&n->resolver, "coalesce", sides, 2, NULL, err);
    return filled ? expr_alias(n->arena, filled, a->name, fresh_id(n)) : NULL;
}

struct plan *analyze_fill_na(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child || !check_names(n, child, u, err)) return NULL;
    struct scope s = {.n = n};
    struct expr **values = ARENA_ARRAY(n->arena, struct expr *, u->expr_count);
    TRY_NULL(analyze_exprs(&s, u->exprs, u->expr_count, values, err));
    bool by_column = u->expr_count > 1;
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, child->output_count);
    for (uint32_t i = 0; i < child->output_count; i++) {
        struct attribute *a = child->output[i];
        uint32_t which;
        exprs[i] = expr_attribute(n->arena, a);
        if (!u->expr_count || !is_named(n, u, a, &which)) continue;
        struct expr *value = values[by_column && which < u->expr_count ? which : 0];
        if (!by_column && !same_family(a->type, value->type)) continue;
        exprs[i] = fill(n, a, value, err);
        if (!exprs[i]) return NULL;
    }
    return plan_project(n->arena, child, exprs, child->output_count);
}

/* 1 where the column has a value, else 0. */
static struct expr *has_value(struct analysis *n, struct attribute *a, struct error *err) {
    struct expr *column = expr_attribute(n->arena, a);
    struct expr *there = call1(n, "isnotnull", column, err);
    if (!there || !is_floating(a->type)) return there;
    struct expr *nan = call1(n, "isnan", column, err);
    if (nan) nan = call1(n, "not", nan, err);
    return nan ? resolve_binary(&n->resolver, "and", there, nan, err) : NULL;
}

struct plan *analyze_drop_na(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child || !check_names(n, child, u, err)) return NULL;
    bool all = u->na.min_non_nulls < 0;
    struct expr *condition = NULL;
    for (uint32_t i = 0; i < child->output_count; i++) {
        uint32_t which;
        if (!is_named(n, u, child->output[i], &which)) continue;
        struct expr *e = has_value(n, child->output[i], err);
        if (!e) return NULL;
        if (!all) {
            struct expr *parts[3] = {e, expr_int(n->arena, 1), expr_int(n->arena, 0)};
            if (!(e = resolve_named(&n->resolver, "if", parts, 3, NULL, err))) return NULL;
        }
        condition = condition ? resolve_binary(&n->resolver, all ? "and" : "+", condition, e, err) : e;
        if (!condition) return NULL;
    }
    if (!condition) return child;
    if (!all) condition = resolve_binary(&n->resolver, ">=", condition, expr_int(n->arena, u->na.min_non_nulls), err);
    return condition ? plan_filter(n->arena, child, condition) : NULL;
}

static struct expr *replace(struct analysis *n, struct attribute *a, struct expr *const *pairs, uint32_t count,
                            struct error *err) {
    struct expr **branches = ARENA_ARRAY(n->arena, struct expr *, count + 1);
    uint32_t used = 0;
    for (uint32_t i = 0; i + 1 < count; i += 2) {
        if (!same_family(a->type, pairs[i]->type) && !expr_is_null_literal(pairs[i])) continue;
        struct expr *to = resolve_cast(&n->resolver, pairs[i + 1], a->type, CAST_LEGACY, false, NULL, err);
        if (!to) return NULL;
        branches[used] = resolve_binary(&n->resolver, "=", expr_attribute(n->arena, a), pairs[i], err);
        if (!branches[used]) return NULL;
        branches[used + 1] = to;
        used += 2;
    }
    if (!used) return expr_attribute(n->arena, a);
    branches[used++] = expr_attribute(n->arena, a);
    struct expr *e = resolve_named(&n->resolver, "when", branches, used, NULL, err);
    return e ? expr_alias(n->arena, e, a->name, fresh_id(n)) : NULL;
}

struct plan *analyze_replace_na(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child || !check_names(n, child, u, err)) return NULL;
    struct scope s = {.n = n};
    struct expr **pairs = ARENA_ARRAY(n->arena, struct expr *, u->expr_count);
    TRY_NULL(analyze_exprs(&s, u->exprs, u->expr_count, pairs, err));
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, child->output_count);
    for (uint32_t i = 0; i < child->output_count; i++) {
        uint32_t which;
        exprs[i] = is_named(n, u, child->output[i], &which) ? replace(n, child->output[i], pairs, u->expr_count, err)
                                                            : expr_attribute(n->arena, child->output[i]);
        if (!exprs[i]) return NULL;
    }
    return plan_project(n->arena, child, exprs, child->output_count);
}
