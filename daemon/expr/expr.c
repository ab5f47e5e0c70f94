/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making, copying, comparing and walking expression trees.
 *
 * `deterministic` and `foldable` are properties of a whole subtree; expr_new() cannot know them, so whoever sets the
 * children calls expr_update_flags() once they are there. rewrite and copy do it themselves.
 *
 * Depth: trees come from parsers that bound nesting (SQL_MAX_DEPTH, the protocol's depth limit), so plain recursion
 * is safe here.
 */
#include "expr/expr.h"

#include <string.h>

#include "column/row.h"
#include "expr/function.h"

struct expr *expr_new(struct arena *arena, enum expr_kind kind, uint32_t child_count) {
    struct expr *e = ARENA_NEW(arena, struct expr);
    e->kind = kind;
    e->deterministic = true;
    e->child_count = child_count;
    if (child_count) e->children = ARENA_ARRAY(arena, struct expr *, child_count);
    return e;
}

static bool own_deterministic(const struct expr *e) {
    switch (e->kind) {
        case EXPR_CALL:
        case EXPR_GENERATOR: return !e->call.function || !(e->call.function->flags & FUNCTION_NONDETERMINISTIC);
        case EXPR_AGGREGATE: return !(e->aggregate.function->flags & FUNCTION_NONDETERMINISTIC);
        case EXPR_UDF: return e->udf.deterministic;
        default: return true;
    }
}

static bool own_foldable(const struct expr *e) {
    switch (e->kind) {
        case EXPR_LITERAL:
        case EXPR_CAST:
        case EXPR_ALIAS: return true;
        case EXPR_CALL:
            return e->call.function->class == FUNCTION_SCALAR &&
                   !(e->call.function->flags & (FUNCTION_NONDETERMINISTIC | FUNCTION_NO_FOLD));
        case EXPR_LAMBDA: return true; /* as far as its body is: variables of its own do not count, see below */
        default: return false;
    }
}

/* Does the subtree read anything but its own lambda variables? */
static bool reads_free(const struct expr *e) {
    if (e->kind == EXPR_LAMBDA_VARIABLE || e->kind == EXPR_LITERAL) return false;
    if (!own_foldable(e)) return true;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (!e->children[i]->foldable && reads_free(e->children[i])) return true;
    return false;
}

void expr_update_flags(struct expr *e) {
    e->deterministic = own_deterministic(e);
    e->foldable = own_foldable(e);
    for (uint32_t i = 0; i < e->child_count; i++) {
        e->deterministic &= e->children[i]->deterministic;
        e->foldable &= e->children[i]->foldable;
    }
    if (e->kind == EXPR_LAMBDA) e->foldable = !reads_free(e->children[0]);
}

static struct sort_order *copy_orders(struct arena *arena, const struct sort_order *orders, uint32_t count,
                                      struct expr *(*copy)(struct arena *arena, const struct expr *e)) {
    struct sort_order *out = ARENA_ARRAY(arena, struct sort_order, count);
    for (uint32_t i = 0; i < count; i++) {
        out[i] = orders[i];
        out[i].expr = copy(arena, orders[i].expr);
    }
    return out;
}

static struct expr *same_node(struct arena *arena, const struct expr *e) {
    (void)arena;
    return (struct expr *)e;
}

static struct window_spec *copy_window(struct arena *arena, const struct window_spec *w,
                                       struct expr *(*copy)(struct arena *arena, const struct expr *e)) {
    struct window_spec *out = arena_copy(arena, w, sizeof *w);
    out->partition = ARENA_ARRAY(arena, struct expr *, w->partition_count);
    for (uint32_t i = 0; i < w->partition_count; i++) out->partition[i] = copy(arena, w->partition[i]);
    out->order = copy_orders(arena, w->order, w->order_count, copy);
    if (w->lower.offset) out->lower.offset = copy(arena, w->lower.offset);
    if (w->upper.offset) out->upper.offset = copy(arena, w->upper.offset);
    return out;
}

struct expr *expr_copy_node(struct arena *arena, const struct expr *e) {
    struct expr *out = arena_copy(arena, e, sizeof *e);
    out->children = e->child_count ? arena_copy(arena, e->children, e->child_count * sizeof *e->children) : NULL;
    if (e->kind == EXPR_WINDOW) out->window = copy_window(arena, e->window, same_node);
    if (e->kind == EXPR_AGGREGATE && e->aggregate.order_count)
        out->aggregate.order = copy_orders(arena, e->aggregate.order, e->aggregate.order_count, same_node);
    return out;
}

struct attribute *attribute_copy(struct arena *arena, const struct attribute *a) {
    struct attribute *out = arena_copy(arena, a, sizeof *a);
    out->name = arena_strdup(arena, a->name);
    out->type = type_copy(arena, a->type);
    out->metadata = arena_strdup(arena, a->metadata);
    const char **qualifier = ARENA_ARRAY(arena, const char *, a->qualifier_count);
    for (uint32_t i = 0; i < a->qualifier_count; i++) qualifier[i] = arena_strdup(arena, a->qualifier[i]);
    out->qualifier = qualifier;
    return out;
}

struct expr *expr_copy(struct arena *arena, const struct expr *e) {
    struct expr *out = arena_copy(arena, e, sizeof *e);
    out->type = type_copy(arena, e->type);
    out->children = e->child_count ? ARENA_ARRAY(arena, struct expr *, e->child_count) : NULL;
    for (uint32_t i = 0; i < e->child_count; i++) out->children[i] = expr_copy(arena, e->children[i]);
    if (e->pretty) out->pretty = expr_copy(arena, e->pretty);
    switch (e->kind) {
        case EXPR_LITERAL: {
            struct vector *v = ARENA_NEW(arena, struct vector);
            vector_copy(v, arena, e->literal, 1);
            v->form = VECTOR_CONSTANT;
            v->type = out->type;
            out->literal = v;
            break;
        }
        case EXPR_ATTRIBUTE:
        case EXPR_LAMBDA_VARIABLE: out->column.attribute = attribute_copy(arena, e->column.attribute); break;
        case EXPR_ALIAS:
            out->alias.name = arena_strdup(arena, e->alias.name);
            out->alias.metadata = arena_strdup(arena, e->alias.metadata);
            break;
        case EXPR_CALL:
        case EXPR_GENERATOR: out->call.name = arena_strdup(arena, e->call.name); break;
        case EXPR_AGGREGATE:
            out->aggregate.name = arena_strdup(arena, e->aggregate.name);
            if (e->aggregate.filter) out->aggregate.filter = expr_copy(arena, e->aggregate.filter);
            out->aggregate.order = copy_orders(arena, e->aggregate.order, e->aggregate.order_count, expr_copy);
            break;
        case EXPR_CAST: out->cast.zone = arena_strdup(arena, e->cast.zone); break;
        case EXPR_WINDOW: out->window = copy_window(arena, e->window, expr_copy); break;
        case EXPR_LAMBDA:
            out->lambda.variables = ARENA_ARRAY(arena, struct expr *, e->lambda.count);
            for (uint32_t i = 0; i < e->lambda.count; i++)
                out->lambda.variables[i] = expr_copy(arena, e->lambda.variables[i]);
            break;
        case EXPR_UDF:
            out->udf.name = arena_strdup(arena, e->udf.name);
            out->udf.command = arena_copy(arena, e->udf.command, e->udf.command_size);
            if (!e->udf.names) break;
            out->udf.names = ARENA_ARRAY(arena, const char *, e->child_count);
            for (uint32_t i = 0; i < e->child_count; i++) out->udf.names[i] = arena_strdup(arena, e->udf.names[i]);
            break;
        default: break;
    }
    return out;
}

struct expr *expr_literal(struct arena *arena, const struct vector *constant) {
    struct expr *e = expr_new(arena, EXPR_LITERAL, 0);
    e->literal = constant;
    e->type = constant->type;
    e->nullable = vector_is_null(constant, 0);
    e->foldable = true;
    return e;
}

struct expr *expr_null(struct arena *arena, const struct type *type) {
    struct vector *v = ARENA_NEW(arena, struct vector);
    vector_init_null(v, arena, type);
    return expr_literal(arena, v);
}

struct expr *expr_value(struct arena *arena, const struct type *type, const void *data) {
    struct vector *v = vector_new(arena, type, 1);
    v->form = VECTOR_CONSTANT;
    memcpy(v->data, data, storage_size(type_storage(type)));
    return expr_literal(arena, v);
}

struct expr *expr_bool(struct arena *arena, bool value) {
    uint8_t byte = value;
    return expr_value(arena, TYPE_OF(BOOLEAN), &byte);
}

struct expr *expr_int(struct arena *arena, int32_t value) {
    return expr_value(arena, TYPE_OF(INT), &value);
}

struct expr *expr_long(struct arena *arena, int64_t value) {
    return expr_value(arena, TYPE_OF(LONG), &value);
}

struct expr *expr_string(struct arena *arena, const char *text, size_t size) {
    struct string s = string_make(arena_strndup(arena, text, size), size);
    return expr_value(arena, TYPE_OF(STRING), &s);
}

struct expr *expr_attribute(struct arena *arena, struct attribute *attribute) {
    struct expr *e = expr_new(arena, EXPR_ATTRIBUTE, 0);
    e->column.attribute = attribute;
    e->type = attribute->type;
    e->nullable = attribute->nullable;
    return e;
}

struct expr *expr_alias(struct arena *arena, struct expr *child, const char *name, uint64_t id) {
    struct expr *e = expr_new(arena, EXPR_ALIAS, 1);
    e->children[0] = child;
    e->type = child->type;
    e->nullable = child->nullable;
    e->origin = child->origin;
    e->alias.name = name;
    e->alias.id = id;
    if (child->kind == EXPR_ATTRIBUTE) e->alias.metadata = child->column.attribute->metadata;
    expr_update_flags(e);
    return e;
}

struct attribute *expr_to_attribute(struct arena *arena, const struct expr *e) {
    if (e->kind == EXPR_ATTRIBUTE) return e->column.attribute;
    struct attribute *a = ARENA_NEW(arena, struct attribute);
    a->id = e->alias.id;
    a->name = e->alias.name;
    a->type = e->type;
    a->nullable = e->nullable;
    a->metadata = e->alias.metadata;
    a->qualifier_count = e->alias.qualifier_count;
    a->qualifier = e->alias.qualifier;
    return a;
}

bool expr_is_null_literal(const struct expr *e) {
    return e->kind == EXPR_LITERAL && vector_is_null(e->literal, 0);
}

static bool literals_equal(const struct vector *a, const struct vector *b) {
    if (!type_equal(a->type, b->type)) return false;
    bool null_a = vector_is_null(a, 0), null_b = vector_is_null(b, 0);
    return null_a || null_b ? null_a == null_b : rows_equal(a, 0, b, 0);
}

static bool orders_equal(const struct sort_order *a, const struct sort_order *b, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (a[i].descending != b[i].descending || a[i].nulls_first != b[i].nulls_first ||
            !expr_equal(a[i].expr, b[i].expr))
            return false;
    return true;
}

static bool optional_equal(const struct expr *a, const struct expr *b) {
    return a && b ? expr_equal(a, b) : a == b;
}

static bool windows_equal(const struct window_spec *a, const struct window_spec *b) {
    if (a->partition_count != b->partition_count || a->order_count != b->order_count || a->frame != b->frame ||
        a->lower.kind != b->lower.kind || a->upper.kind != b->upper.kind ||
        !optional_equal(a->lower.offset, b->lower.offset) || !optional_equal(a->upper.offset, b->upper.offset))
        return false;
    for (uint32_t i = 0; i < a->partition_count; i++)
        if (!expr_equal(a->partition[i], b->partition[i])) return false;
    return orders_equal(a->order, b->order, a->order_count);
}

static bool same_names(const struct expr *a, const struct expr *b) {
    if (!a->udf.names || !b->udf.names) return a->udf.names == b->udf.names;
    for (uint32_t i = 0; i < a->child_count; i++) {
        const char *name = a->udf.names[i], *other = b->udf.names[i];
        if (name == other) continue;
        if (!name || !other || strcmp(name, other) != 0) return false;
    }
    return true;
}

static bool nodes_equal(const struct expr *a, const struct expr *b) {
    switch (a->kind) {
        case EXPR_LITERAL: return literals_equal(a->literal, b->literal);
        case EXPR_ATTRIBUTE: return a->column.attribute->id == b->column.attribute->id;
        case EXPR_ALIAS: return a->alias.id == b->alias.id;
        case EXPR_CALL:
        case EXPR_GENERATOR:
            return a->call.function == b->call.function && a->call.try_mode == b->call.try_mode &&
                   a->call.ignore_nulls == b->call.ignore_nulls && type_equal(a->type, b->type);
        case EXPR_CAST: return a->cast.mode == b->cast.mode && type_equal(a->type, b->type);
        case EXPR_AGGREGATE:
            return a->aggregate.function == b->aggregate.function && a->aggregate.distinct == b->aggregate.distinct &&
                   a->aggregate.ignore_nulls == b->aggregate.ignore_nulls &&
                   a->aggregate.try_mode == b->aggregate.try_mode &&
                   optional_equal(a->aggregate.filter, b->aggregate.filter) &&
                   a->aggregate.order_count == b->aggregate.order_count &&
                   orders_equal(a->aggregate.order, b->aggregate.order, a->aggregate.order_count);
        case EXPR_WINDOW: return windows_equal(a->window, b->window);
        case EXPR_LAMBDA: return a->lambda.count == b->lambda.count;
        case EXPR_SUBQUERY: return a->subquery.plan == b->subquery.plan;
        case EXPR_UDF:
            return a->udf.command_size == b->udf.command_size &&
                   memcmp(a->udf.command, b->udf.command, a->udf.command_size) == 0 && same_names(a, b);
        default: return true;
    }
}

/* Two lambdas around what is compared: their variables have ids of their own and are the same by their places. */
struct lambda_pair {
    const struct lambda_pair *up;
    const struct expr *a, *b;
};

static bool variables_equal(const struct expr *a, const struct expr *b, const struct lambda_pair *around) {
    uint64_t id = a->column.attribute->id, other = b->column.attribute->id;
    for (; around; around = around->up)
        for (uint32_t i = 0; i < around->a->lambda.count; i++)
            if (around->a->lambda.variables[i]->column.attribute->id == id)
                return around->b->lambda.variables[i]->column.attribute->id == other;
    return id == other;
}

static bool equal_within(const struct expr *a, const struct expr *b, const struct lambda_pair *around) {
    if (a == b && !around) return true;
    if (a->kind != b->kind || a->child_count != b->child_count) return false;
    if (a->kind == EXPR_LAMBDA_VARIABLE) return type_equal(a->type, b->type) && variables_equal(a, b, around);
    if (!nodes_equal(a, b)) return false;
    const struct lambda_pair pair = {around, a, b};
    for (uint32_t i = 0; i < a->child_count; i++)
        if (!equal_within(a->children[i], b->children[i], a->kind == EXPR_LAMBDA ? &pair : around)) return false;
    return true;
}

bool expr_equal(const struct expr *a, const struct expr *b) {
    return equal_within(a, b, NULL);
}

/* Whole numbers and texts tell most literals apart; other values only by their type. */
static uint64_t hash_literal(const struct vector *v) {
    if (vector_is_null(v, 0)) return 1;
    uint32_t entry = vector_entry(v, 0);
    switch (v->type->kind) {
        case TYPE_INT:
        case TYPE_DATE: return (uint64_t)VECTOR_DATA(v, int32_t)[entry];
        case TYPE_LONG: return (uint64_t)VECTOR_DATA(v, int64_t)[entry];
        case TYPE_STRING: return v->type->collation ? 2 : VECTOR_DATA(v, struct string)[entry].size;
        default: return v->type->kind;
    }
}

uint64_t expr_hash(const struct expr *e) {
    uint64_t own = 0;
    switch (e->kind) {
        case EXPR_LITERAL: own = hash_literal(e->literal); break;
        case EXPR_ATTRIBUTE: own = e->column.attribute->id; break;
        case EXPR_CALL:
        case EXPR_GENERATOR: own = (uintptr_t)e->call.function; break;
        case EXPR_AGGREGATE: own = (uintptr_t)e->aggregate.function; break;
        default: break;
    }
    uint64_t hash = (own + e->kind + 1) * 0x9E3779B97F4A7C15u;
    for (uint32_t i = 0; i < e->child_count; i++) hash = (hash ^ expr_hash(e->children[i])) * 0xC2B2AE3D27D4EB4Fu;
    return hash ^ (hash >> 29);
}

void expr_visit(const struct expr *e, bool (*visit)(const struct expr *e, void *data), void *data) {
    if (!visit(e, data)) return;
    for (uint32_t i = 0; i < e->child_count; i++) expr_visit(e->children[i], visit, data);
    if (e->kind == EXPR_AGGREGATE) {
        if (e->aggregate.filter) expr_visit(e->aggregate.filter, visit, data);
        for (uint32_t i = 0; i < e->aggregate.order_count; i++) expr_visit(e->aggregate.order[i].expr, visit, data);
    } else if (e->kind == EXPR_WINDOW) {
        for (uint32_t i = 0; i < e->window->partition_count; i++) expr_visit(e->window->partition[i], visit, data);
        for (uint32_t i = 0; i < e->window->order_count; i++) expr_visit(e->window->order[i].expr, visit, data);
    } else if (e->kind == EXPR_SUBQUERY) {
        for (uint32_t i = 0; i < e->subquery.outer_count; i++) expr_visit(e->subquery.outer[i], visit, data);
    }
}

typedef struct expr *change_expr(struct expr *e, void *data);

static bool rewrite_list(struct arena *arena, struct expr **list, uint32_t count, change_expr *change, void *data) {
    bool changed = false;
    for (uint32_t i = 0; i < count; i++) {
        struct expr *e = expr_rewrite(arena, list[i], change, data);
        changed |= e != list[i];
        list[i] = e;
    }
    return changed;
}

static bool rewrite_orders(struct arena *arena, struct sort_order *orders, uint32_t count, change_expr *change,
                           void *data) {
    bool changed = false;
    for (uint32_t i = 0; i < count; i++) {
        struct expr *e = expr_rewrite(arena, orders[i].expr, change, data);
        changed |= e != orders[i].expr;
        orders[i].expr = e;
    }
    return changed;
}

/* Rewrites what hangs below a copy of the node; says whether anything is new. */
static bool rewrite_below(struct arena *arena, struct expr *copy, change_expr *change, void *data) {
    bool changed = rewrite_list(arena, copy->children, copy->child_count, change, data);
    if (copy->kind == EXPR_AGGREGATE) {
        if (copy->aggregate.filter) {
            struct expr *filter = expr_rewrite(arena, copy->aggregate.filter, change, data);
            changed |= filter != copy->aggregate.filter;
            copy->aggregate.filter = filter;
        }
        changed |= rewrite_orders(arena, copy->aggregate.order, copy->aggregate.order_count, change, data);
    } else if (copy->kind == EXPR_WINDOW) {
        changed |= rewrite_list(arena, copy->window->partition, copy->window->partition_count, change, data);
        changed |= rewrite_orders(arena, copy->window->order, copy->window->order_count, change, data);
    } else if (copy->kind == EXPR_SUBQUERY && copy->subquery.outer_count) {
        copy->subquery.outer =
            arena_copy(arena, copy->subquery.outer, copy->subquery.outer_count * sizeof *copy->subquery.outer);
        changed |= rewrite_list(arena, copy->subquery.outer, copy->subquery.outer_count, change, data);
    }
    return changed;
}

struct expr *expr_rewrite(struct arena *arena, struct expr *e, change_expr *change, void *data) {
    bool leaf = e->child_count == 0 && e->kind != EXPR_AGGREGATE && e->kind != EXPR_WINDOW && e->kind != EXPR_SUBQUERY;
    if (leaf) return change(e, data);
    struct expr *copy = expr_copy_node(arena, e);
    if (!rewrite_below(arena, copy, change, data)) return change(e, data);
    expr_update_flags(copy);
    if (copy->kind == EXPR_ALIAS) {
        copy->type = copy->children[0]->type;
        copy->nullable = copy->children[0]->nullable;
    }
    return change(copy, data);
}

struct kind_search {
    enum expr_kind kind;
    const struct expr *found;
};

static bool is_kind(const struct expr *e, void *data) {
    struct kind_search *search = data;
    if (!search->found && e->kind == search->kind) search->found = e;
    return !search->found;
}

const struct expr *expr_find(const struct expr *e, enum expr_kind kind) {
    struct kind_search search = {.kind = kind};
    expr_visit(e, is_kind, &search);
    return search.found;
}

bool expr_contains(const struct expr *e, enum expr_kind kind) {
    return expr_find(e, kind) != NULL;
}

bool expr_is_aggregate(const struct expr *e) {
    if (e->kind != EXPR_UDF) return e->kind == EXPR_AGGREGATE;
    return e->udf.eval_type == UDF_GROUPED_AGG_PANDAS || e->udf.eval_type == UDF_GROUPED_AGG_ARROW;
}

bool expr_is_table(const struct expr *e) {
    return e->kind == EXPR_UDF && e->udf.eval_type >= UDF_TABLE && e->udf.eval_type <= UDF_ARROW_TABLE;
}
