/* SPDX-License-Identifier: Apache-2.0 */
#include "format/adapt.h"

#include <string.h>
#include <strings.h>

#include "column/cast.h"

static bool is_plain(const struct type *t) {
    return t->kind != TYPE_STRUCT && t->kind != TYPE_ARRAY && t->kind != TYPE_MAP;
}

/* Where the file has a field; field_count: it lacks it. */
static uint32_t field_named(const struct type *t, const char *name, bool case_sensitive) {
    uint32_t i = 0;
    while (i < t->field_count &&
           (case_sensitive ? strcmp(t->fields[i].name, name) : strcasecmp(t->fields[i].name, name)) != 0)
        i++;
    return i;
}

/* A variant stands in a file as a struct of its two parts, in either order. */
static const char *const variant_parts[] = {"value", "metadata"};

static bool holds_variant(const struct type *t) {
    bool holds = t->kind == TYPE_STRUCT && t->field_count == 2;
    for (uint32_t i = 0; holds && i < 2; i++) {
        uint32_t k = field_named(t, variant_parts[i], true);
        holds = k < 2 && type_storage(t->fields[k].type) == STORAGE_STRING;
    }
    return holds;
}

bool column_can_adapt(const struct type *from, const struct type *to, can_promote *promotes, bool case_sensitive) {
    while (to->kind == TYPE_UDT) to = to->element;
    if (is_plain(from) && is_plain(to)) return promotes(from, to);
    if (to->kind == TYPE_VARIANT) return holds_variant(from);
    if (from->kind != to->kind) return false;
    if (from->kind == TYPE_MAP && !column_can_adapt(from->key, to->key, promotes, case_sensitive)) return false;
    if (from->kind != TYPE_STRUCT) return column_can_adapt(from->element, to->element, promotes, case_sensitive);
    for (uint32_t i = 0; i < to->field_count; i++) {
        uint32_t k = field_named(from, to->fields[i].name, case_sensitive);
        if (k < from->field_count &&
            !column_can_adapt(from->fields[k].type, to->fields[i].type, promotes, case_sensitive))
            return false;
    }
    return true;
}

/* The schema's own types on vectors that hold the same storage: char, intervals, variants. */
static void retag(struct arena *arena, struct vector *v, const struct type *type) {
    v->type = type;
    if (!v->child_count) return;
    v->children = arena_copy(arena, v->children, v->child_count * sizeof *v->children);
    for (uint32_t i = 0; i < v->child_count; i++) {
        const struct type *child = type->kind == TYPE_STRUCT  ? type->fields[i].type
                                   : type->kind == TYPE_ARRAY ? type->element
                                   : type->kind == TYPE_MAP   ? (i ? type->element : type->key)
                                                              : v->children[i].type;
        retag(arena, &v->children[i], child);
    }
}

static bool adapt_plain(struct arena *arena, const struct context *context, const struct vector *v, uint32_t rows,
                        const struct type *to, struct vector *out, struct error *err) {
    const struct type *from = v->type;
    if (type_storage(from) == type_storage(to) && (from->kind == to->kind || from->kind != TYPE_DECIMAL) &&
        !(from->kind == TYPE_DECIMAL && from->scale != to->scale)) {
        *out = *v;
        retag(arena, out, to);
        return true;
    }
    struct cast cast = {.from = from, .to = to, .mode = CAST_LEGACY, .zone = context->zone};
    return vector_cast(arena, &cast, v, rows, out, err);
}

static struct vector as_variant(struct arena *arena, const struct vector *v, uint32_t rows) {
    const struct vector *flat = vector_flatten(arena, v, rows);
    struct vector out = *flat;
    out.children = ARENA_ARRAY(arena, struct vector, 2);
    for (uint32_t i = 0; i < 2; i++) {
        out.children[i] = flat->children[field_named(v->type, variant_parts[i], true)];
        out.children[i].type = TYPE_OF(BINARY);
    }
    out.type = TYPE_OF(VARIANT);
    return out;
}

static struct vector nulls(struct arena *arena, const struct type *type, uint32_t rows) {
    struct builder b;
    builder_init(&b, arena, type, rows);
    for (uint32_t i = 0; i < rows; i++) builder_append_null(&b);
    return *builder_finish(&b);
}

static bool adapt_struct(struct arena *arena, const struct context *context, const struct vector *flat, uint32_t rows,
                         const struct type *to, struct vector *out, struct error *err) {
    out->child_count = to->field_count;
    out->children = ARENA_ARRAY(arena, struct vector, to->field_count);
    for (uint32_t i = 0; i < to->field_count; i++) {
        const struct field *f = &to->fields[i];
        uint32_t k = field_named(flat->type, f->name, context->case_sensitive);
        if (k < flat->type->field_count)
            TRY(column_adapt(arena, context, &flat->children[k], rows, f->type, &out->children[i], err));
        else
            out->children[i] = nulls(arena, f->type, rows);
    }
    return true;
}

bool column_adapt(struct arena *arena, const struct context *context, const struct vector *v, uint32_t rows,
                  const struct type *to, struct vector *out, struct error *err) {
    if (to->kind == TYPE_UDT) {
        TRY(column_adapt(arena, context, v, rows, to->element, out, err));
        out->type = to;
        return true;
    }
    if (to->kind == TYPE_VARIANT && v->type->kind == TYPE_STRUCT) {
        *out = as_variant(arena, v, rows);
        return true;
    }
    if (is_plain(to) || type_same(v->type, to, true)) return adapt_plain(arena, context, v, rows, to, out, err);
    const struct vector *flat = vector_flatten(arena, v, rows);
    *out = *flat;
    out->type = to;
    if (to->kind == TYPE_STRUCT) return adapt_struct(arena, context, flat, rows, to, out, err);
    out->children = ARENA_ARRAY(arena, struct vector, flat->child_count);
    for (uint32_t i = 0; i < flat->child_count; i++) {
        const struct type *child = to->kind == TYPE_MAP && i == 0 ? to->key : to->element;
        TRY(column_adapt(arena, context, &flat->children[i], flat->child_rows, child, &out->children[i], err));
    }
    return true;
}
