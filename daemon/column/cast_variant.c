/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variants to other types, and other types to variants. A scalar inside a variant becomes a constant of its own type, which is then cast
 * as usual in TRY mode; NULL from that means that it does not fit. Nested values are built part by part: of a list only
 * the element that does not fit becomes NULL, or is the error.
 */
#include <math.h>

#include "base/text.h"
#include "column/cast_int.h"
#include "column/variant.h"
#include "column/variant_writer.h"

enum { VARIANT_CAST_DEPTH = 128 };

struct conversion {
    struct cast_job *job;
    unsigned depth;
};

static bool convert(struct conversion *c, const struct variant *v, const struct type *to, struct builder *out);

/* The node's own value as a constant. */
static void open_constant(struct cast_job *job, struct variant_node *node, struct vector *out) {
    static const struct type *const own[] = {
        [VARIANT_NULL] = TYPE_OF(NULL),           [VARIANT_BOOLEAN] = TYPE_OF(BOOLEAN),
        [VARIANT_LONG] = TYPE_OF(LONG),           [VARIANT_DOUBLE] = TYPE_OF(DOUBLE),
        [VARIANT_FLOAT] = TYPE_OF(FLOAT),         [VARIANT_DATE] = TYPE_OF(DATE),
        [VARIANT_TIMESTAMP] = TYPE_OF(TIMESTAMP), [VARIANT_TIMESTAMP_NTZ] = TYPE_OF(TIMESTAMP_NTZ),
        [VARIANT_BINARY] = TYPE_OF(BINARY),       [VARIANT_STRING] = TYPE_OF(STRING),
        [VARIANT_UUID] = TYPE_OF(BINARY),
    };
    bool decimal = node->kind == VARIANT_DECIMAL;
    if (decimal) variant_strip_zeros(node);
    vector_init(out, job->arena, decimal ? type_decimal(job->arena, DECIMAL_DIGITS, node->scale) : own[node->kind], 1);
    out->form = VECTOR_CONSTANT;
    switch (node->kind) {
        case VARIANT_BOOLEAN: *VECTOR_DATA(out, uint8_t) = node->integer != 0; break;
        case VARIANT_DATE: *VECTOR_DATA(out, int32_t) = (int32_t)node->integer; break;
        case VARIANT_LONG:
        case VARIANT_TIMESTAMP:
        case VARIANT_TIMESTAMP_NTZ: *VECTOR_DATA(out, int64_t) = node->integer; break;
        case VARIANT_DOUBLE: *VECTOR_DATA(out, double) = node->number; break;
        case VARIANT_FLOAT: *VECTOR_DATA(out, float) = (float)node->number; break;
        case VARIANT_DECIMAL: *VECTOR_DATA(out, int128) = node->decimal; break;
        default: *VECTOR_DATA(out, struct string) = node->bytes; break;
    }
}

/* Whether a number of seconds is a timestamp. */
static bool seconds_fit(const struct variant_node *node) {
    int64_t micros;
    if (node->kind == VARIANT_LONG) return !__builtin_mul_overflow(node->integer, INT64_C(1000000), &micros);
    return node->kind != VARIANT_DECIMAL || fabs((double)node->decimal / pow(10, node->scale)) < 0x1p63 / 1e6;
}

static bool convert_scalar(struct conversion *c, const struct variant *v, struct variant_node *node,
                           const struct type *to, struct builder *out) {
    struct cast_job *job = c->job;
    if (node->kind >= VARIANT_OBJECT) { /* as JSON, where text is wanted */
        if (!type_is_string(to)) return false;
        struct text t;
        text_init(&t, job->arena);
        variant_json_add(&t, v, job->cast->zone);
        struct string s = string_make(t.data, t.size);
        builder_append(out, &s);
        return true;
    }
    struct vector constant, result;
    if (to->kind == TYPE_TIMESTAMP && !seconds_fit(node)) return false;
    open_constant(job, node, &constant);
    struct cast cast = *job->cast;
    cast.from = constant.type;
    cast.to = to;
    cast.mode = CAST_TRY;
    if (!cast_allowed(cast.from, to, CAST_TRY) || !vector_cast(job->arena, &cast, &constant, 1, &result, job->err))
        return false;
    if (vector_is_null(&result, 0)) return false;
    builder_append_row(out, &result, 0, false);
    return true;
}

static bool convert_array(struct conversion *c, const struct variant *v, const struct variant_node *node,
                          const struct type *to, struct builder *out) {
    struct variant child;
    for (uint32_t i = 0; i < node->count; i++)
        if (!variant_child(v, node, i, &child, NULL) || !convert(c, &child, to->element, &out->children[0]))
            return false;
    builder_end_list(out);
    return true;
}

static bool convert_map(struct conversion *c, const struct variant *v, const struct variant_node *node,
                        const struct type *to, struct builder *out) {
    struct variant child;
    struct string name;
    for (uint32_t i = 0; i < node->count; i++) {
        if (!variant_child(v, node, i, &child, &name)) return false;
        builder_append(&out->children[0], &name);
        if (!convert(c, &child, to->element, &out->children[1])) return false;
    }
    builder_end_list(out);
    return true;
}

static bool convert_struct(struct conversion *c, const struct variant *v, const struct variant_node *node,
                           const struct type *to, struct builder *out) {
    struct variant child;
    for (uint32_t i = 0; i < to->field_count; i++) {
        if (!variant_field(v, node, string_of(to->fields[i].name), &child))
            builder_append_null(&out->children[i]);
        else if (!convert(c, &child, to->fields[i].type, &out->children[i]))
            return false;
    }
    builder_end_struct(out);
    return true;
}

static bool refuse(struct cast_job *job, const struct variant *v, const struct type *to) {
    struct text t;
    text_init(&t, job->arena);
    variant_json_add(&t, v, job->cast->zone);
    return error_set(job->err, "INVALID_VARIANT_CAST", "value", text_finish(&t), "dataType",
                     arena_printf(job->arena, "\"%s\"", type_sql(job->arena, to)), NULL);
}

/* Whether the value has the nested type's shape; its parts are converted in turn. */
static bool fits(const struct variant_node *node, const struct type *to) {
    if (to->kind == TYPE_ARRAY) return node->kind == VARIANT_ARRAY;
    return node->kind == VARIANT_OBJECT;
}

/* False: an error, or a broken variant; what was appended to nested builders by then is thrown away with the whole
 * row's cast. */
static bool convert(struct conversion *c, const struct variant *v, const struct type *to, struct builder *out) {
    struct variant_node node;
    if (c->depth >= VARIANT_CAST_DEPTH || !variant_open(v, &node)) return false;
    if (to->kind == TYPE_VARIANT) { /* its null too is a variant */
        struct variant_writer writer;
        variant_writer_reset(&writer, c->job->arena);
        variant_write_copy(&writer, v);
        variant_append(out, &writer);
        return true;
    }
    if (node.kind == VARIANT_NULL) return builder_append_null(out), true;
    bool nested = type_is_nested(to);
    if (!(nested ? fits(&node, to) : convert_scalar(c, v, &node, to, out))) {
        if (c->job->cast->mode != CAST_TRY) return error_is_set(c->job->err) ? false : refuse(c->job, v, to);
        builder_append_null(out);
        return true;
    }
    if (!nested) return true;
    c->depth++;
    bool good = to->kind == TYPE_ARRAY ? convert_array(c, v, &node, to, out)
                : to->kind == TYPE_MAP ? convert_map(c, v, &node, to, out)
                                       : convert_struct(c, v, &node, to, out);
    c->depth--;
    return good;
}

static bool from_variant(struct cast_job *job) {
    struct builder all;
    builder_init(&all, job->arena, job->cast->to, job->rows);
    for (uint32_t row = 0, entry; row < job->rows; row++) {
        if (cast_skips(job, row, &entry)) {
            builder_append_null(&all);
            continue;
        }
        struct conversion c = {.job = job};
        struct variant v = variant_at(job->input, entry);
        struct builder one; /* a builder of its own, so that half of a nested value can be dropped */
        builder_init(&one, job->arena, job->cast->to, 1);
        if (convert(&c, &v, job->cast->to, &one))
            builder_append_row(&all, builder_finish(&one), 0, false);
        else if (job->cast->mode == CAST_TRY)
            builder_append_null(&all);
        else
            return error_is_set(job->err) ? false : refuse(job, &v, job->cast->to);
    }
    *job->out = *builder_finish(&all);
    return true;
}

static bool to_variant(struct cast_job *job) {
    struct builder all;
    struct variant_writer writer;
    builder_init(&all, job->arena, job->cast->to, job->rows);
    for (uint32_t row = 0, entry; row < job->rows; row++) {
        if (cast_skips(job, row, &entry)) {
            builder_append_null(&all);
            continue;
        }
        variant_writer_reset(&writer, job->arena);
        variant_write_row(&writer, job->input, row);
        variant_append(&all, &writer);
    }
    *job->out = *builder_finish(&all);
    return true;
}

cast_family *cast_find_variant(enum type_kind from, enum type_kind to) {
    return from == TYPE_VARIANT ? from_variant : to_variant;
}
