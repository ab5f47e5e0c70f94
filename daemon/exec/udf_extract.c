/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that the client runs, in expressions: each becomes a column that an operator below computes.
 *
 *     Project(f(a) + g(f(b)))   ->   Project(_3 + _4)
 *                                      ArrowEvalPython  _4 = g(_2)
 *                                        ArrowEvalPython  _3 = f(a), _2 = f(b)
 *
 * The columns come behind those of the input. An operator that passes its input on would give them too, where those
 * above it do not expect them, so a projection to what its plan says goes on top:
 *
 *     Filter(f(a) > 1)          ->   Project(a)
 *                                      Filter(_2 > 1)
 *                                        ArrowEvalPython  _2 = f(a)
 *
 * A join computes the functions of its keys and condition on the side that they read. A condition that reads both is
 * one only for an inner join: it becomes a filter above, as in Spark.
 */
#include "exec/plan_slots.h"
#include "exec/udf.h"

/* The functions of one kind over one child whose arguments hold no others: the next layer. */
struct layer {
    struct operator* op;
    const struct plan *child;
    LIST(struct expr *) aliases; /* ALIAS(UDF) */
    struct attribute **attributes;
};

static bool is_scalar(const struct expr *e) {
    return e->kind == EXPR_UDF && !expr_is_aggregate(e) && !expr_is_table(e);
}

static bool find_scalar(const struct expr *e, void *data) {
    *(bool *)data |= is_scalar(e);
    return !*(bool *)data;
}

static bool has_scalar(const struct expr *e) {
    bool found = false;
    expr_visit(e, find_scalar, &found);
    return found;
}

struct reach {
    const struct plan *child;
    bool outside;
};

static bool look_outside(const struct expr *e, void *data) {
    struct reach *reach = data;
    if (e->kind == EXPR_ATTRIBUTE) {
        uint32_t i = 0;
        while (i < reach->child->output_count && reach->child->output[i]->id != e->column.attribute->id) i++;
        reach->outside |= i == reach->child->output_count;
    }
    return !reach->outside;
}

/* Does an expression read only what a plan gives? */
static bool reads_only(const struct expr *e, const struct plan *child) {
    struct reach reach = {.child = child};
    expr_visit(e, look_outside, &reach);
    return !reach.outside;
}

static bool is_inner(const struct expr *e) {
    for (uint32_t i = 0; i < e->child_count; i++)
        if (has_scalar(e->children[i])) return false;
    return true;
}

static bool collect_udf(const struct expr *e, void *data) {
    struct layer *layer = data;
    if (!is_scalar(e) || !is_inner(e)) return true;
    if (layer->aliases.count && layer->aliases.items[0]->children[0]->udf.eval_type != e->udf.eval_type) return false;
    if (layer->op->child_count > 1 && !reads_only(e, layer->child)) return false;
    for (uint32_t i = 0; i < layer->aliases.count; i++)
        if (expr_equal(layer->aliases.items[i]->children[0], e)) return false;
    /* Ids count down from the top, where no session's counter comes. */
    uint64_t id = UINT64_MAX - layer->op->query->internal_ids++;
    LIST_PUSH(&layer->op->memory, &layer->aliases, expr_alias(&layer->op->memory, (struct expr *)e, "udf", id));
    return false;
}

static bool collect_in_slot(struct expr **slot, void *data) {
    expr_visit(*slot, collect_udf, data);
    return true;
}

static struct expr *replace_udf(struct expr *e, void *data) {
    struct layer *layer = data;
    if (e->kind != EXPR_UDF) return e;
    for (uint32_t i = 0; i < layer->aliases.count; i++)
        if (expr_equal(layer->aliases.items[i]->children[0], e))
            return expr_attribute(&layer->op->memory, layer->attributes[i]);
    return e;
}

static bool replace_in_slot(struct expr **slot, void *data) {
    struct layer *layer = data;
    *slot = expr_rewrite(&layer->op->memory, *slot, replace_udf, layer);
    return true;
}

/* The plan of an operator that adds the layer's columns to the child's. */
static struct plan *layer_plan(struct layer *layer) {
    struct arena *arena = &layer->op->memory;
    const struct plan *child = layer->child;
    struct plan *p = plan_new(arena, PLAN_PROJECT, 1, layer->aliases.count);
    p->children[0] = (struct plan *)child;
    struct attribute **output = ARENA_ARRAY(arena, struct attribute *, child->output_count + layer->aliases.count);
    memcpy(output, child->output, child->output_count * sizeof *output);
    for (uint32_t i = 0; i < layer->aliases.count; i++) {
        p->exprs[i] = layer->aliases.items[i];
        output[child->output_count + i] = layer->attributes[i];
    }
    plan_set_output(arena, p, output, child->output_count + layer->aliases.count);
    return p;
}

/* Puts a layer between op and one of its children; false when there is nothing to put there. */
static bool extract_layer(struct operator* op, uint32_t child) {
    struct layer layer = {.op = op, .child = op->plan->children[child]};
    plan_visit_slots((struct plan *)op->plan, collect_in_slot, &layer);
    if (!layer.aliases.count) return false;
    layer.attributes = ARENA_ARRAY(&op->memory, struct attribute *, layer.aliases.count);
    for (uint32_t i = 0; i < layer.aliases.count; i++)
        layer.attributes[i] = expr_to_attribute(&op->memory, layer.aliases.items[i]);
    struct plan *below = layer_plan(&layer), *copy = plan_copy_slots(&op->memory, op->plan);
    struct operator* eval = operator_new(op->query, &python_eval_ops, below, 1);
    eval->children[0] = op->children[child];
    op->children[child] = eval;
    copy->children = arena_copy(&op->memory, copy->children, copy->child_count * sizeof *copy->children);
    copy->children[child] = below;
    plan_visit_slots(copy, replace_in_slot, &layer);
    op->plan = copy;
    return true;
}

/* --- what the operator gives --- */

/* Columns are found by their ids; others are passed on as they come. */
static bool has_own_output(enum plan_kind kind) {
    return kind == PLAN_PROJECT || kind == PLAN_AGGREGATE || kind == PLAN_JOIN || kind == PLAN_EXPAND ||
           kind == PLAN_GENERATE;
}

/* The new child's columns, then those that the operator adds itself. */
static void widen_output(struct operator* op, const struct plan *original) {
    struct plan *p = (struct plan *)op->plan;
    const struct plan *child = p->children[0], *before = original->children[0];
    struct attribute **output =
        ARENA_ARRAY(&op->memory, struct attribute *, child->output_count + original->output_count);
    uint32_t count = child->output_count;
    memcpy(output, child->output, count * sizeof *output);
    for (uint32_t i = 0; i < original->output_count; i++) {
        uint32_t k = 0;
        while (k < before->output_count && before->output[k]->id != original->output[i]->id) k++;
        if (k == before->output_count) output[count++] = original->output[i];
    }
    plan_set_output(&op->memory, p, output, count);
}

static struct operator* project_to(struct operator* op, const struct plan *original) {
    struct plan *p = plan_new(&op->memory, PLAN_PROJECT, 1, original->output_count);
    p->children[0] = (struct plan *)op->plan;
    for (uint32_t i = 0; i < original->output_count; i++)
        p->exprs[i] = expr_attribute(&op->memory, original->output[i]);
    plan_set_output(&op->memory, p, original->output, original->output_count);
    struct operator* project = operator_new(op->query, &project_ops, p, 1);
    project->children[0] = op;
    return project;
}

struct operator* udfs_extract(struct operator* op) {
    const struct plan *original = op->plan;
    for (uint32_t i = 0; i < op->child_count && i < original->child_count; i++)
        while (extract_layer(op, i)) {
        }
    if (op->plan == original || has_own_output(original->kind)) return op;
    widen_output(op, original);
    return project_to(op, original);
}

/* --- joins --- */

static bool is_inner_join(enum join_type type) {
    return type == JOIN_INNER || type == JOIN_CROSS;
}

static const char *join_type_name(enum join_type type) {
    switch (type) {
        case JOIN_LEFT: return "LEFT OUTER";
        case JOIN_RIGHT: return "RIGHT OUTER";
        case JOIN_FULL: return "FULL OUTER";
        case JOIN_SEMI: return "LEFT SEMI";
        default: return "LEFT ANTI";
    }
}

struct both_sides {
    const struct plan *join;
    bool found;
};

static bool find_both(const struct expr *e, void *data) {
    struct both_sides *search = data;
    if (is_scalar(e))
        search->found |= !reads_only(e, search->join->children[0]) && !reads_only(e, search->join->children[1]);
    return !search->found;
}

const struct plan *udf_condition_above(struct query *query, const struct plan *join, struct error *err) {
    struct both_sides search = {.join = join};
    if (join->join.condition) expr_visit(join->join.condition, find_both, &search);
    if (!search.found) return join;
    if (!is_inner_join(join->join.type)) {
        error_set(err, "UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE", "joinType", join_type_name(join->join.type),
                  NULL);
        return NULL;
    }
    struct arena *arena = &query->arena;
    const struct plan *left = join->children[0], *right = join->children[1];
    struct plan *pairs = plan_copy_slots(arena, join), *filter = plan_new(arena, PLAN_FILTER, 1, 1);
    pairs->join.condition = NULL;
    struct attribute **output = ARENA_ARRAY(arena, struct attribute *, left->output_count + right->output_count);
    memcpy(output, left->output, left->output_count * sizeof *output);
    memcpy(output + left->output_count, right->output, right->output_count * sizeof *output);
    plan_set_output(arena, pairs, output, left->output_count + right->output_count);
    filter->children[0] = pairs;
    filter->exprs[0] = join->join.condition;
    plan_set_output(arena, filter, pairs->output, pairs->output_count);
    struct plan *result = plan_new(arena, PLAN_PROJECT, 1, join->output_count);
    result->children[0] = filter;
    for (uint32_t i = 0; i < join->output_count; i++) result->exprs[i] = expr_attribute(arena, join->output[i]);
    plan_set_output(arena, result, join->output, join->output_count);
    return result;
}
