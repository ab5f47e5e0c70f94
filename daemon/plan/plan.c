/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making plan nodes, and asking them for what they put out.
 *
 * A node's output is an array of attributes that it may share with its child: a filter puts out the very array that
 * it reads. So a chain of a thousand filters costs a thousand nodes and no columns.
 */
#include "plan/plan_int.h"

#include <string.h>

struct plan *plan_new(struct arena *arena, enum plan_kind kind, uint32_t child_count, uint32_t expr_count) {
    struct plan *p = ARENA_NEW(arena, struct plan);
    p->kind = kind;
    p->child_count = child_count;
    p->expr_count = expr_count;
    if (child_count) p->children = ARENA_ARRAY(arena, struct plan *, child_count);
    if (expr_count) p->exprs = ARENA_ARRAY(arena, struct expr *, expr_count);
    return p;
}

struct plan *plan_copy_node(struct arena *arena, const struct plan *p) {
    struct plan *copy = arena_copy(arena, p, sizeof *p);
    if (p->child_count) copy->children = arena_copy(arena, p->children, p->child_count * sizeof *p->children);
    if (p->expr_count) copy->exprs = arena_copy(arena, p->exprs, p->expr_count * sizeof *p->exprs);
    return copy;
}

void plan_set_output(struct arena *arena, struct plan *p, struct attribute *const *output, uint32_t count) {
    p->output_count = count;
    p->output = count ? arena_copy(arena, output, count * sizeof *output) : NULL;
}

const struct type *plan_schema(struct arena *arena, const struct plan *p) {
    struct field *fields = ARENA_ARRAY(arena, struct field, p->output_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->output_count; i++) {
        const struct attribute *a = p->output[i];
        if (a->is_metadata) continue;
        fields[count++] = (struct field){a->name, a->type, a->nullable, a->metadata};
    }
    return type_struct(arena, fields, count);
}

struct plan *plan_unary(struct arena *arena, enum plan_kind kind, struct plan *child, uint32_t expr_count) {
    struct plan *p = plan_new(arena, kind, 1, expr_count);
    p->children[0] = child;
    p->output = child->output;
    p->output_count = child->output_count;
    return p;
}

void plan_output_from_exprs(struct arena *arena, struct plan *p) {
    p->output_count = p->expr_count;
    p->output = ARENA_ARRAY(arena, struct attribute *, p->expr_count);
    for (uint32_t i = 0; i < p->expr_count; i++) p->output[i] = expr_to_attribute(arena, p->exprs[i]);
}

struct plan *plan_project(struct arena *arena, struct plan *child, struct expr *const *exprs, uint32_t count) {
    struct plan *p = plan_new(arena, PLAN_PROJECT, 1, 0);
    p->children[0] = child;
    p->expr_count = count;
    p->exprs = count ? arena_copy(arena, exprs, count * sizeof *exprs) : NULL;
    plan_output_from_exprs(arena, p);
    return p;
}

struct plan *plan_project_attributes(struct arena *arena, struct plan *child, struct attribute *const *attributes,
                                     uint32_t count) {
    struct plan *p = plan_new(arena, PLAN_PROJECT, 1, count);
    p->children[0] = child;
    for (uint32_t i = 0; i < count; i++) p->exprs[i] = expr_attribute(arena, attributes[i]);
    plan_set_output(arena, p, attributes, count);
    return p;
}

struct plan *plan_restore(struct arena *arena, struct plan *child, struct attribute *const *attributes,
                          uint32_t count) {
    struct plan *p = plan_project_attributes(arena, child, attributes, count);
    p->project.restores = true;
    return p;
}

struct plan *plan_filter(struct arena *arena, struct plan *child, struct expr *condition) {
    struct plan *p = plan_unary(arena, PLAN_FILTER, child, 1);
    p->exprs[0] = condition;
    return p;
}

struct attribute *attribute_new(struct arena *arena, uint64_t id, const char *name, const struct type *type,
                                bool nullable) {
    struct attribute *a = ARENA_NEW(arena, struct attribute);
    a->id = id;
    a->name = name;
    a->type = type;
    a->nullable = nullable;
    return a;
}

struct attribute *attribute_nullable(struct arena *arena, struct attribute *a, bool nullable) {
    if (a->nullable == nullable) return a;
    struct attribute *copy = arena_copy(arena, a, sizeof *a);
    copy->nullable = nullable;
    return copy;
}

struct attribute *plan_find_output(const struct plan *p, uint64_t id) {
    for (uint32_t i = 0; i < p->output_count; i++)
        if (p->output[i]->id == id) return p->output[i];
    return NULL;
}

bool join_keeps_right(enum join_type type) {
    return type != JOIN_SEMI && type != JOIN_ANTI && type != JOIN_ANTI_NULL_AWARE && type != JOIN_EXISTENCE;
}

void plan_join_output(struct arena *arena, struct plan *join) {
    const struct plan *left = join->children[0], *right = join->children[1];
    enum join_type type = join->join.type;
    bool right_kept = join_keeps_right(type);
    uint32_t count = left->output_count + (right_kept ? right->output_count : 0) + (type == JOIN_EXISTENCE);
    struct attribute **output = ARENA_ARRAY(arena, struct attribute *, count);
    uint32_t n = 0;
    for (uint32_t i = 0; i < left->output_count; i++) {
        bool padded = type == JOIN_RIGHT || type == JOIN_FULL;
        output[n++] = padded ? attribute_nullable(arena, left->output[i], true) : left->output[i];
    }
    for (uint32_t i = 0; right_kept && i < right->output_count; i++) {
        bool padded = type == JOIN_LEFT || type == JOIN_FULL;
        output[n++] = padded ? attribute_nullable(arena, right->output[i], true) : right->output[i];
    }
    if (type == JOIN_EXISTENCE) output[n++] = join->join.existence;
    join->output = output;
    join->output_count = n;
}

struct plan *plan_join(struct arena *arena, enum join_type type, struct plan *left, struct plan *right,
                       struct expr *condition) {
    struct plan *p = plan_new(arena, PLAN_JOIN, 2, 0);
    p->children[0] = left;
    p->children[1] = right;
    p->join.type = type;
    p->join.condition = condition;
    if (type != JOIN_EXISTENCE) plan_join_output(arena, p);
    return p;
}
