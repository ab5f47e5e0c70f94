/* SPDX-License-Identifier: Apache-2.0 */
#include "format/parquet/adapt.h"

#include <string.h>
#include <strings.h>

#include "column/cast.h"

/* What Spark's reader promotes by itself: wider integers, float to double, wider decimals, dates to timestamps. */
static bool can_promote(const struct type *from, const struct type *to) {
    if (type_same(from, to, false)) return true;
    if (type_storage(from) == type_storage(to) && type_storage(from) == STORAGE_STRING) return true;
    if (type_is_integral(from) && type_is_integral(to)) return true;
    if (type_is_integral(from) && (to->kind == TYPE_DOUBLE || to->kind == TYPE_DECIMAL)) return true;
    if (from->kind == TYPE_FLOAT && to->kind == TYPE_DOUBLE) return true;
    if (from->kind == TYPE_DECIMAL && to->kind == TYPE_DECIMAL)
        return to->scale >= from->scale && to->precision - to->scale >= from->precision - from->scale;
    if (from->kind == TYPE_TIMESTAMP && to->kind == TYPE_TIMESTAMP_NTZ) return true;
    return from->kind == TYPE_DATE && to->kind == TYPE_TIMESTAMP_NTZ;
}

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

bool parquet_can_adapt(const struct type *from, const struct type *to, bool case_sensitive) {
    while (to->kind == TYPE_UDT) to = to->element;
    while (to->kind == TYPE_UDT) to = to->element;
    if (is_plain(from) && is_plain(to)) return can_promote(from, to);
    if (from->kind != to->kind) return false;
    if (from->kind == TYPE_MAP && !parquet_can_adapt(from->key, to->key, case_sensitive)) return false;
    if (from->kind != TYPE_STRUCT) return parquet_can_adapt(from->element, to->element, case_sensitive);
    for (uint32_t i = 0; i < to->field_count; i++) {
        uint32_t k = field_named(from, to->fields[i].name, case_sensitive);
        if (k < from->field_count && !parquet_can_adapt(from->fields[k].type, to->fields[i].type, case_sensitive))
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
            TRY(parquet_adapt(arena, context, &flat->children[k], rows, f->type, &out->children[i], err));
        else
            out->children[i] = nulls(arena, f->type, rows);
    }
    return true;
}

bool parquet_adapt(struct arena *arena, const struct context *context, const struct vector *v, uint32_t rows,
                   const struct type *to, struct vector *out, struct error *err) {
    if (to->kind == TYPE_UDT) {
        TRY(parquet_adapt(arena, context, v, rows, to->element, out, err));
        out->type = to;
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
        TRY(parquet_adapt(arena, context, &flat->children[i], flat->child_rows, child, &out->children[i], err));
    }
    return true;
}
