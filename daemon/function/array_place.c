/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Array functions that look at places: array_insert, arrays_zip, shuffle.
 *
 * shuffle draws from a Mersenne Twister seeded as Spark seeds it, so that a seed gives the order that it gives there.
 */
#include "base/twister.h"
#include "function/complex_kernel.h"

static int32_t integer_at(const struct vector *v, uint32_t row) {
    return VECTOR_DATA(v, int32_t)[vector_entry(v, row)];
}

/* ---- array_insert ---- */

/* Appends elements from..to of a row's array. */
static void add_elements(struct builder *out, const struct vector *array, struct list_entry list, uint32_t from,
                         uint32_t to) {
    for (uint32_t k = from; k < to; k++) builder_append_row(out, &array->children[0], list.offset + k, false);
}

/* A place beyond an end leaves NULLs between. Negative places count from behind the last element, or from before it as
 * Spark once did (legacy). */
static void insert_row(struct builder *out, const struct vector *arguments, uint32_t row, bool legacy) {
    struct list_entry list = list_at(&arguments[0], row);
    int64_t place = integer_at(&arguments[1], row);
    int64_t index = place > 0 ? place - 1 : (int64_t)list.length + place + !legacy;
    uint32_t before = index < 0 ? 0 : index < list.length ? (uint32_t)index : list.length;
    add_elements(out, &arguments[0], list, 0, before);
    for (int64_t k = list.length; k < index; k++) builder_append_null(out);
    builder_append_row(out, &arguments[2], row, false);
    for (int64_t k = index; k < 0; k++) builder_append_null(out);
    add_elements(out, &arguments[0], list, before, list.length);
}

/* The length that a place asks for: the array's and one more, or up to the place. */
static bool check_length(const struct vector *arguments, uint32_t row, struct error *err) {
    int64_t place = integer_at(&arguments[1], row), length = (int64_t)list_at(&arguments[0], row).length + 1;
    if (place < 0) place = -place;
    if (place > length) length = place;
    if (length <= MOST_ELEMENTS) return true;
    error_set(err, "COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION", "maxRoundedArrayLength", "2147483632", "functionName",
              "`array_insert`", NULL);
    return error_add(err, "numberOfElements", "%lld", (long long)length);
}

static bool insert_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    bool legacy = context_flag(call->context, "spark.sql.legacy.negativeIndexInArrayInsert", false);
    struct builder list;
    builder_init(&list, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(&arguments[0], i) || vector_is_null(&arguments[1], i)) {
            builder_append_null(&list);
            continue;
        }
        if (integer_at(&arguments[1], i) == 0) {
            error_set(err, "INVALID_INDEX_OF_ZERO", NULL);
            return error_at(err, call->expr->origin);
        }
        TRY(check_length(arguments, i, err));
        insert_row(&list.children[0], arguments, i, legacy);
        builder_end_list(&list);
    }
    *out = *builder_finish(&list);
    return true;
}

static struct expr *wrong_argument(struct resolver *r, struct expr *call, uint32_t which, const char *wanted,
                                   struct error *err) {
    return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(which), "requiredType",
                            wanted, "inputSql", quoted_expr(r->arena, call->children[which]), "inputType",
                            quoted_type(r->arena, call->children[which]->type), NULL);
}

static struct expr *insert_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *array = call->children[0]->type, *place = call->children[1]->type;
    const struct type *value = call->children[2]->type;
    enum type_kind kind = place->kind;
    const struct type *common = array->kind == TYPE_ARRAY ? coerce_tightest_legacy(r, array->element, value) : NULL;
    if (array->kind == TYPE_ARRAY && kind != TYPE_BYTE && kind != TYPE_SHORT && kind != TYPE_INT)
        return wrong_argument(r, call, 1, "\"INT\"", err);
    if (!common)
        return resolve_mismatch(r, call, err, "ARRAY_FUNCTION_DIFF_TYPES", "functionName", "`array_insert`", "dataType",
                                "\"ARRAY\"", "leftType", quoted_type(r->arena, array), "rightType",
                                quoted_type(r->arena, value), NULL);
    call->children[0] = coerce_to(r, call->children[0], type_array(r->arena, common, array->contains_null));
    call->children[1] = coerce_to(r, call->children[1], TYPE_OF(INT));
    call->children[2] = coerce_to(r, call->children[2], common);
    call->type = type_as_nullable(r->arena, call->children[0]->type);
    call->nullable = any_argument_nullable(call, 0, 1) && (call->children[0]->nullable || call->children[1]->nullable);
    return call;
}

/* ---- arrays_zip ---- */

static bool zip_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                       struct error *err) {
    uint32_t count = call->expr->child_count;
    struct builder list;
    builder_init(&list, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t longest = 0;
        bool null = false;
        for (uint32_t a = 0; a < count && !null; a++) {
            null = vector_is_null(&arguments[a], i);
            if (!null && list_at(&arguments[a], i).length > longest) longest = list_at(&arguments[a], i).length;
        }
        if (null) {
            builder_append_null(&list);
            continue;
        }
        struct builder *element = &list.children[0];
        for (uint32_t k = 0; k < longest; k++) {
            for (uint32_t a = 0; a < count; a++) {
                struct list_entry entry = list_at(&arguments[a], i);
                if (k < entry.length)
                    builder_append_row(&element->children[a], &arguments[a].children[0], entry.offset + k, false);
                else
                    builder_append_null(&element->children[a]);
            }
            builder_end_struct(element);
        }
        builder_end_list(&list);
    }
    *out = *builder_finish(&list);
    return true;
}

/* A field is named as the column, the field of structs or the constant key that it comes from, else by its number. */
static const char *zipped_name(struct resolver *r, const struct expr *e, uint32_t index) {
    const char *own = own_field_name(e);
    if (own) return own;
    bool extracted = e->kind == EXPR_CALL && e->child_count == 2 && e->children[1]->kind == EXPR_LITERAL;
    const struct vector *key = extracted ? e->children[1]->literal : NULL;
    if (key && strcmp(e->call.function->name, "get_array_struct_fields") == 0)
        return e->children[0]->type->element->fields[*VECTOR_DATA(key, int32_t)].name;
    if (key && !key->validity && type_is_string(key->type) && strcmp(e->call.function->name, "get_map_value") == 0) {
        struct string s = *VECTOR_DATA(key, struct string);
        return arena_strndup(r->arena, s.data, s.size);
    }
    return arena_printf(r->arena, "%u", index);
}

static struct expr *zip_resolve(struct resolver *r, struct expr *call, struct error *err) {
    struct field *fields = ARENA_ARRAY(r->arena, struct field, call->child_count + 1);
    call->nullable = any_argument_nullable(call, 0, 1);
    for (uint32_t i = 0; i < call->child_count; i++) {
        struct expr *argument = call->children[i];
        if (argument->type->kind == TYPE_NULL)
            call->children[i] = coerce_to(r, argument, type_array(r->arena, TYPE_OF(NULL), true));
        else if (argument->type->kind != TYPE_ARRAY)
            return wrong_argument(r, call, i, "\"ARRAY\"", err);
        fields[i].name = zipped_name(r, argument, i);
        fields[i].type = call->children[i]->type->element;
        fields[i].nullable = true;
    }
    call->type = type_array(r->arena, type_struct(r->arena, fields, call->child_count), false);
    return call;
}

/* ---- shuffle ---- */

static bool prepare_twister(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                            struct error *err) {
    *state = ARENA_NEW(arena, struct twister);
    return true;
}

static bool shuffle_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    const struct vector *a = &arguments[0];
    struct twister *t = call->state ? call->state : ARENA_NEW(call->arena, struct twister);
    uint32_t partition = call->evaluator ? call->evaluator->partition : 0;
    if (!t->started || t->partition != partition) twister_start(t, call_seed(call, &arguments[1]), partition);
    struct builder list;
    builder_init(&list, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(a, i)) {
            builder_append_null(&list);
            continue;
        }
        struct list_entry entry = list_at(a, i);
        uint32_t *order = arena_bytes_array(call->arena, entry.length + (size_t)1, sizeof *order);
        for (uint32_t k = 0; k < entry.length; k++) {
            uint32_t other = twister_below(t, k + 1);
            order[k] = order[other];
            order[other] = k;
        }
        for (uint32_t k = 0; k < entry.length; k++)
            builder_append_row(&list.children[0], &a->children[0], entry.offset + order[k], false);
        builder_end_list(&list);
    }
    *out = *builder_finish(&list);
    return true;
}

static struct expr *shuffle_resolve(struct resolver *r, struct expr *call, struct error *err) {
    uint64_t made = r->context->seed + (r->next_id ? (*r->next_id)++ : 0) * UINT64_C(0x9E3779B97F4A7C15);
    struct expr *seed = call->child_count > 1 ? call->children[1] : expr_long(r->arena, (int64_t)(made >> 1));
    struct expr *shown = expr_copy_node(r->arena, call), *result = expr_new(r->arena, EXPR_CALL, 2);
    shown->child_count = 1;
    result->origin = call->origin;
    result->call = call->call;
    result->children[0] = call->children[0];
    result->children[1] = seed;
    result->pretty = shown;
    result->type = shown->type = call->children[0]->type;
    result->nullable = call->children[0]->nullable;
    return result;
}

const struct function array_place_functions[] = {
    COMPLEX_FUNCTION(
        "array_insert", "array_funcs", "(ANY, ANY, ANY) ?", insert_kernel, insert_resolve,
        .usage = "array_insert(x, pos, val) - x with val put in at pos, from 1, or from the end when negative.",
        .example = "array_insert(array(1, 2, 4), 3, 3) => [1,2,3,4]", .since = "3.4.0"),
    COMPLEX_FUNCTION("arrays_zip", "array_funcs", NULL, zip_kernel, zip_resolve,
                     .usage = "arrays_zip(a1, a2, ...) - An array of structs of the elements at the same place.",
                     .example = "arrays_zip(array(1), array(2)) => [{\"0\":1,\"1\":2}]", .since = "2.4.0"),
    COMPLEX_FUNCTION("shuffle", "array_funcs", "(ARRAY [, LONG]) ?", shuffle_kernel, shuffle_resolve,
                     .prepare = prepare_twister, .flags = FUNCTION_NONDETERMINISTIC,
                     .usage = "shuffle(array[, seed]) - The elements in a random order.",
                     .example = "size(shuffle(array(1, 20, 3))) => 3", .since = "2.4.0"),
    {0},
};
