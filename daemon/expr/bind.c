/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Binding: from names to positions. A bound tree is a copy in the operator's arena whose attributes know their column
 * in the input's batches and whose calls hold what prepare() compiled.
 *
 * A lambda's variables take positions behind the input's columns, nested lambdas behind those of the outer ones:
 *
 *     input columns ..., variables of the outer lambda, variables of the inner lambda
 */
#include <string.h>

#include "expr/evaluate.h"

struct scope {
    struct evaluator *evaluator;
    struct attribute *const *input;
    uint32_t input_count;
    uint32_t variable_count;
    uint32_t variable_capacity;
    uint64_t *variables; /* ids, in order of position */
};

static bool find_column(struct scope *scope, uint64_t id, uint32_t *ordinal) {
    for (uint32_t i = scope->variable_count; i-- > 0;)
        if (scope->variables[i] == id) {
            *ordinal = scope->input_count + i;
            return true;
        }
    for (uint32_t i = 0; i < scope->input_count; i++)
        if (scope->input[i]->id == id) {
            *ordinal = i;
            return true;
        }
    return false;
}

static bool bind(struct scope *scope, const struct expr *e, struct expr **out, struct error *err);

static bool bind_optional(struct scope *scope, struct expr **e, struct error *err) {
    return !*e || bind(scope, *e, e, err);
}

struct columns_read {
    uint32_t limit;
    bool *read;
};

static bool mark_column(const struct expr *e, void *data) {
    struct columns_read *columns = data;
    if ((e->kind == EXPR_ATTRIBUTE || e->kind == EXPR_LAMBDA_VARIABLE) && e->column.ordinal < columns->limit)
        columns->read[e->column.ordinal] = true;
    return true;
}

/* The columns below `limit` that a bound tree reads, ascending. */
static uint32_t *columns_of(struct arena *arena, const struct expr *e, uint32_t limit, uint32_t *count) {
    struct columns_read columns = {.limit = limit, .read = ARENA_ARRAY(arena, bool, limit)};
    expr_visit(e, mark_column, &columns);
    uint32_t *list = ARENA_ARRAY(arena, uint32_t, limit);
    *count = 0;
    for (uint32_t i = 0; i < limit; i++)
        if (columns.read[i]) list[(*count)++] = i;
    return list;
}

static bool bind_lambda(struct scope *scope, struct expr *lambda, struct error *err) {
    struct arena *arena = scope->evaluator->query;
    uint32_t before = scope->variable_count;
    lambda->lambda.first_variable = scope->input_count + before;
    for (uint32_t i = 0; i < lambda->lambda.count; i++) {
        if (scope->variable_count == scope->variable_capacity) {
            uint32_t capacity = scope->variable_capacity ? scope->variable_capacity * 2 : 8;
            scope->variables = arena_grow(arena, scope->variables, scope->variable_count * sizeof(uint64_t),
                                          capacity * sizeof(uint64_t));
            scope->variable_capacity = capacity;
        }
        scope->variables[scope->variable_count++] = lambda->lambda.variables[i]->column.attribute->id;
    }
    TRY(bind(scope, lambda->children[0], &lambda->children[0], err));
    scope->variable_count = before;
    lambda->lambda.outer =
        columns_of(arena, lambda->children[0], lambda->lambda.first_variable, &lambda->lambda.outer_count);
    return true;
}

static bool prepare(struct scope *scope, struct expr *e, struct error *err) {
    const struct function *f = e->call.function;
    if (!f->prepare) return true;
    struct arena *arena = scope->evaluator->query;
    const struct vector **constants = ARENA_ARRAY(arena, const struct vector *, e->child_count);
    for (uint32_t i = 0; i < e->child_count; i++)
        if (e->children[i]->kind == EXPR_LITERAL) {
            constants[i] = e->children[i]->literal;
        } else if (e->children[i]->foldable) {
            struct error ignored = ERROR_INIT; /* the row that needs the value will fail with it */
            constants[i] = expr_fold(arena, scope->evaluator->context, e->children[i], &ignored);
            error_release(&ignored);
        }
    struct call call = {.expr = e, .arena = arena, .context = scope->evaluator->context, .evaluator = scope->evaluator};
    return f->prepare(&call, arena, constants, &e->call.state, err);
}

static bool bind_aggregate(struct scope *scope, struct expr *e, struct error *err) {
    TRY(bind_optional(scope, &e->aggregate.filter, err));
    for (uint32_t i = 0; i < e->aggregate.order_count; i++)
        TRY(bind(scope, e->aggregate.order[i].expr, &e->aggregate.order[i].expr, err));
    return prepare(scope, e, err);
}

static bool bind_window(struct scope *scope, struct expr *e, struct error *err) {
    struct window_spec *w = e->window;
    for (uint32_t i = 0; i < w->partition_count; i++) TRY(bind(scope, w->partition[i], &w->partition[i], err));
    for (uint32_t i = 0; i < w->order_count; i++) TRY(bind(scope, w->order[i].expr, &w->order[i].expr, err));
    TRY(bind_optional(scope, &w->lower.offset, err));
    return bind_optional(scope, &w->upper.offset, err);
}

static bool bind(struct scope *scope, const struct expr *from, struct expr **out, struct error *err) {
    struct expr *e = expr_copy_node(scope->evaluator->query, from);
    *out = e;
    switch (e->kind) {
        case EXPR_ATTRIBUTE:
        case EXPR_LAMBDA_VARIABLE:
            if (find_column(scope, e->column.attribute->id, &e->column.ordinal)) return true;
            return error_internal(err, "column %s#%llu is not in the operator's input", e->column.attribute->name,
                                  (unsigned long long)e->column.attribute->id);
        case EXPR_LAMBDA: return bind_lambda(scope, e, err);
        case EXPR_OUTER: return error_internal(err, "a correlated column reached execution");
        default: break;
    }
    for (uint32_t i = 0; i < e->child_count; i++) TRY(bind(scope, e->children[i], &e->children[i], err));
    switch (e->kind) {
        case EXPR_CALL:
        case EXPR_GENERATOR: return prepare(scope, e, err);
        case EXPR_AGGREGATE: return bind_aggregate(scope, e, err);
        case EXPR_WINDOW: return bind_window(scope, e, err);
        default: return true;
    }
}

struct expr *expr_bind(struct evaluator *evaluator, const struct expr *e, struct attribute *const *input,
                       uint32_t input_count, struct error *err) {
    struct scope scope = {.evaluator = evaluator, .input = input, .input_count = input_count};
    struct expr *bound;
    return bind(&scope, e, &bound, err) ? bound : NULL;
}
