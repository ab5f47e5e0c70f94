/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema_of_variant and schema_of_variant_agg: the type that describes a variant, and the one that describes many.
 * Types that have nothing in common merge to VARIANT; objects merge name by name.
 */
#include "function/aggregate.h"
#include "function/string_kernel.h"
#include "function/variant_json.h"

enum { SCHEMA_MAX_DEPTH = 1000 };

/* ---- one value ---- */

static const struct type *schema(struct arena *arena, const struct variant *v, unsigned depth);

static const struct type *decimal_schema(struct arena *arena, int128 value, int scale) {
    for (; scale > 0 && value % 10 == 0; scale--) value /= 10;
    int digits = decimal_digit_count(value);
    return type_decimal(arena, digits > scale ? digits : scale, scale);
}

static const struct type *object_schema(struct arena *arena, const struct variant *v, const struct variant_node *node,
                                        unsigned depth) {
    struct field *fields = ARENA_ARRAY(arena, struct field, node->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        struct variant child;
        struct string name;
        if (!variant_child(v, node, i, &child, &name)) continue;
        fields[count++] = (struct field){.name = arena_strndup(arena, name.data, name.size),
                                         .type = schema(arena, &child, depth + 1),
                                         .nullable = true};
    }
    return type_struct(arena, fields, count);
}

static const struct type *array_schema(struct arena *arena, const struct variant *v, const struct variant_node *node,
                                       unsigned depth) {
    const struct type *element = TYPE_OF(NULL);
    for (uint32_t i = 0; i < node->count && element->kind != TYPE_VARIANT; i++) {
        struct variant child;
        if (variant_child(v, node, i, &child, NULL))
            element = variant_schema_merge(arena, element, schema(arena, &child, depth + 1));
    }
    return type_array(arena, element, true);
}

static const struct type *schema(struct arena *arena, const struct variant *v, unsigned depth) {
    static const struct type *const plain[] = {
        [VARIANT_NULL] = TYPE_OF(NULL),           [VARIANT_BOOLEAN] = TYPE_OF(BOOLEAN),
        [VARIANT_LONG] = TYPE_OF(LONG),           [VARIANT_DOUBLE] = TYPE_OF(DOUBLE),
        [VARIANT_FLOAT] = TYPE_OF(FLOAT),         [VARIANT_DATE] = TYPE_OF(DATE),
        [VARIANT_TIMESTAMP] = TYPE_OF(TIMESTAMP), [VARIANT_TIMESTAMP_NTZ] = TYPE_OF(TIMESTAMP_NTZ),
        [VARIANT_BINARY] = TYPE_OF(BINARY),       [VARIANT_STRING] = TYPE_OF(STRING),
        [VARIANT_UUID] = TYPE_OF(STRING),
    };
    struct variant_node node;
    if (depth > SCHEMA_MAX_DEPTH || !variant_open(v, &node)) return TYPE_OF(VARIANT);
    if (node.kind == VARIANT_DECIMAL) return decimal_schema(arena, node.decimal, node.scale);
    if (node.kind == VARIANT_OBJECT) return object_schema(arena, v, &node, depth);
    if (node.kind == VARIANT_ARRAY) return array_schema(arena, v, &node, depth);
    return plain[node.kind];
}

const struct type *variant_schema(struct arena *arena, const struct variant *v) {
    return schema(arena, v, 0);
}

/* ---- several ---- */

/* Both have their fields sorted by name, as variants' objects do. */
static const struct type *merge_objects(struct arena *arena, const struct type *a, const struct type *b) {
    struct field *fields = ARENA_ARRAY(arena, struct field, a->field_count + b->field_count);
    uint32_t i = 0, k = 0, count = 0;
    while (i < a->field_count || k < b->field_count) {
        int order = i == a->field_count ? 1 : k == b->field_count ? -1 : strcmp(a->fields[i].name, b->fields[k].name);
        fields[count] = order <= 0 ? a->fields[i] : b->fields[k];
        if (order == 0) fields[count].type = variant_schema_merge(arena, a->fields[i].type, b->fields[k].type);
        i += order <= 0;
        k += order >= 0;
        count++;
    }
    return type_struct(arena, fields, count);
}

static const struct type *merge_numbers(struct arena *arena, const struct type *a, const struct type *b) {
    enum { LONG_DIGITS = 20 }; /* what Spark's decimals take for a long */
    bool decimals = a->kind == TYPE_DECIMAL || b->kind == TYPE_DECIMAL;
    if (a->kind == TYPE_DOUBLE || b->kind == TYPE_DOUBLE) return TYPE_OF(DOUBLE);
    if (a->kind == TYPE_FLOAT || b->kind == TYPE_FLOAT) return decimals ? TYPE_OF(DOUBLE) : TYPE_OF(FLOAT);
    int scale_a = a->kind == TYPE_DECIMAL ? a->scale : 0, scale_b = b->kind == TYPE_DECIMAL ? b->scale : 0;
    int whole_a = (a->kind == TYPE_DECIMAL ? a->precision : LONG_DIGITS) - scale_a;
    int whole_b = (b->kind == TYPE_DECIMAL ? b->precision : LONG_DIGITS) - scale_b;
    int scale = scale_a > scale_b ? scale_a : scale_b, whole = whole_a > whole_b ? whole_a : whole_b;
    return whole + scale > DECIMAL_MAX_PRECISION ? TYPE_OF(DOUBLE) : type_decimal(arena, whole + scale, scale);
}

const struct type *variant_schema_merge(struct arena *arena, const struct type *a, const struct type *b) {
    if (a->kind == TYPE_NULL) return b;
    if (b->kind == TYPE_NULL || type_equal(a, b)) return a;
    if (a->kind == TYPE_STRUCT && b->kind == TYPE_STRUCT) return merge_objects(arena, a, b);
    if (a->kind == TYPE_ARRAY && b->kind == TYPE_ARRAY)
        return type_array(arena, variant_schema_merge(arena, a->element, b->element), true);
    if (type_is_numeric(a) && type_is_numeric(b)) return merge_numbers(arena, a, b);
    if (type_is_datetime(a) && type_is_datetime(b))
        return a->kind == TYPE_TIMESTAMP || b->kind == TYPE_TIMESTAMP ? TYPE_OF(TIMESTAMP) : TYPE_OF(TIMESTAMP_NTZ);
    return TYPE_OF(VARIANT);
}

/* ---- as text ---- */

void variant_schema_add(struct text *t, const struct type *type) {
    if (type->kind == TYPE_ARRAY) {
        text_add(t, "ARRAY<");
        variant_schema_add(t, type->element);
        text_add_char(t, '>');
    } else if (type->kind == TYPE_STRUCT) {
        text_add(t, "OBJECT<");
        for (uint32_t i = 0; i < type->field_count; i++) {
            if (i) text_add(t, ", ");
            type_add_name(t, type->fields[i].name);
            text_add(t, ": ");
            variant_schema_add(t, type->fields[i].type);
        }
        text_add_char(t, '>');
    } else {
        text_add(t, type_sql(t->arena, type));
    }
}

static struct string schema_text(struct arena *arena, const struct type *type) {
    struct text t;
    text_init(&t, arena);
    variant_schema_add(&t, type);
    return string_make(t.data, t.size);
}

/* ---- the functions ---- */

static bool schema_of_variant_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                     struct vector *out, struct error *err) {
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct variant v = variant_at(&arguments[0], vector_entry(&arguments[0], i));
        VECTOR_DATA(out, struct string)[i] = schema_text(call->arena, variant_schema(call->arena, &v));
    }
    return true;
}

struct schema_state {
    const struct type *type; /* in the aggregation's arena; NULL: no value yet */
};

static void take_type(struct call *call, struct schema_state *state, const struct type *type) {
    if (!state->type) {
        state->type = type_copy(call->arena, type);
        return;
    }
    const struct type *merged = variant_schema_merge(call_scratch(call), state->type, type);
    if (!type_equal(merged, state->type)) state->type = type_copy(call->arena, merged);
}

static bool schema_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                          struct error *err) {
    if (arguments[0].type->kind == TYPE_NULL) return true;
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(&arguments[0], i)) continue;
        struct variant v = variant_at(&arguments[0], vector_entry(&arguments[0], i));
        take_type(call, states[i], variant_schema(call_scratch(call), &v));
    }
    return true;
}

static bool schema_merge(struct call *call, const void *from, void *into, struct error *err) {
    const struct schema_state *other = from;
    if (other->type) take_type(call, into, other->type);
    return true;
}

static bool schema_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                          struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        const struct schema_state *state = states[i];
        VECTOR_DATA(out, struct string)[i] = schema_text(call->arena, state->type ? state->type : TYPE_OF(NULL));
    }
    return true;
}

static const struct aggregate_kernel schema_kernel = {.fixed_size = sizeof(struct schema_state),
                                                      .plain = true,
                                                      .update = schema_update,
                                                      .merge = schema_merge,
                                                      .finish = schema_finish};

const struct function variant_schema_functions[] = {
    {.name = "schema_of_variant",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_EXACT,
     .signature = "(VARIANT) STRING",
     .kernel = schema_of_variant_kernel,
     .group = "variant_funcs",
     .usage = "schema_of_variant(v) - The type that describes the variant.",
     .example = "schema_of_variant(parse_json('{\"a\":1}')) => OBJECT<a: BIGINT>",
     .since = "4.0.0"},
    {.name = "schema_of_variant_agg",
     .class = FUNCTION_AGGREGATE,
     .flags = FUNCTION_NOT_NULL | FUNCTION_EXACT,
     .signature = "(VARIANT) STRING",
     .aggregate = &schema_kernel,
     .group = "variant_funcs",
     .usage = "schema_of_variant_agg(v) - The type that describes all variants of the group.",
     .since = "4.0.0"},
    {0},
};
