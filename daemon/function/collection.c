/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collections: functions that strings and arrays share (concat, reverse), pieces of arrays, and maps as a whole.
 */
#include <string.h>

#include "function/complex_kernel.h"
#include "function/list_run.h"
#include "function/operator_compare.h"
#include "function/string_kernel.h"

/* ---- concat, reverse ---- */

static bool concat_arrays(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out) {
    struct builder list;
    builder_init(&list, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) {
            builder_append_null(&list);
            continue;
        }
        for (uint32_t a = 0; a < call->expr->child_count; a++) {
            struct list_entry entry = list_at(&arguments[a], i);
            for (uint32_t k = entry.offset; k < entry.offset + entry.length; k++)
                builder_append_row(&list.children[0], &arguments[a].children[0], k, false);
        }
        builder_end_list(&list);
    }
    *out = *builder_finish(&list);
    return true;
}

static bool concat_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    if (call->expr->type->kind == TYPE_ARRAY) return concat_arrays(call, arguments, rows, out);
    return string_concat_kernel(call, arguments, rows, out, err);
}

/* All arrays of one type, all binary, or all made strings. */
/* All binary, all arrays, or strings and what becomes one; NULL beside an array counts as a string. */
static struct expr *concat_resolve(struct resolver *r, struct expr *call, struct error *err) {
    uint32_t arrays = 0, binaries = 0, count = call->child_count;
    for (uint32_t i = 0; i < count; i++) {
        arrays += call->children[i]->type->kind == TYPE_ARRAY;
        binaries += call->children[i]->type->kind == TYPE_BINARY;
    }
    if (binaries == count && context_flag(r->context, "spark.sql.function.concatBinaryAsString", false)) binaries = 0;
    for (uint32_t i = 0; binaries < count && i < count; i++) {
        struct expr *e = call->children[i];
        if (e->type->kind == TYPE_ARRAY) continue;
        const struct type *to = coerce_implicit(r, e, "STRING");
        if (!to)
            return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(i),
                                    "requiredType", "(\"STRING\" or \"BINARY\" or \"ARRAY\")", "inputSql",
                                    quoted_expr(r->arena, e), "inputType", quoted_type(r->arena, e->type), NULL);
        call->children[i] = coerce_to(r, e, to);
    }
    call->type = arrays                       ? common_argument_type(r, call, 0, 1, err)
                 : count && binaries == count ? TYPE_OF(BINARY)
                                              : TYPE_OF(STRING);
    call->nullable = any_argument_nullable(call, 0, 1);
    return call->type ? call : NULL;
}

static bool reverse_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    if (arguments[0].type->kind == TYPE_ARRAY) return array_reverse_kernel(call, arguments, rows, out, err);
    return string_reverse_kernel(call, arguments, rows, out, err);
}

static struct expr *reverse_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call->type = call->children[0]->type;
    return call;
}

/* ---- pieces of arrays ---- */

/* Where the lists of the lists lie end to end and none is NULL, theirs are the elements: only the ends are others. */
static bool flatten_runs(struct call *call, const struct vector *lists, uint32_t rows, struct vector *out) {
    const struct vector *inner = &lists->children[0];
    struct list_run outer = list_run_of(lists, rows);
    if (!outer.dense || lists->form != VECTOR_FLAT || lists->validity || inner->validity) return false;
    struct vector all;
    vector_range(&all, call->arena, inner, outer.first, (uint32_t)outer.total);
    struct list_run run = list_run_of(&all, (uint32_t)outer.total);
    if (!run.dense) return false;
    struct list_entry *to = out->data;
    uint32_t at = 0, offset = run.first;
    for (uint32_t i = 0; i < rows; i++) {
        to[i] = (struct list_entry){.offset = offset};
        for (uint32_t end = at + list_at(lists, i).length; at < end; at++) to[i].length += list_at(&all, at).length;
        offset += to[i].length;
    }
    out->child_count = 1;
    out->children = inner->children;
    out->child_rows = inner->child_rows;
    return true;
}

static bool flatten_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    if (flatten_runs(call, &arguments[0], rows, out)) return true;
    const struct vector *inner = &arguments[0].children[0];
    struct builder list;
    builder_init(&list, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        bool null = vector_is_null(&arguments[0], i);
        struct list_entry outer = null ? (struct list_entry){0} : list_at(&arguments[0], i);
        for (uint32_t k = outer.offset; k < outer.offset + outer.length; k++) null |= vector_is_null(inner, k);
        if (null) {
            builder_append_null(&list);
            continue;
        }
        for (uint32_t k = outer.offset; k < outer.offset + outer.length; k++) {
            struct list_entry entry = list_at(inner, k);
            for (uint32_t j = entry.offset; j < entry.offset + entry.length; j++)
                builder_append_row(&list.children[0], &inner->children[0], j, false);
        }
        builder_end_list(&list);
    }
    *out = *builder_finish(&list);
    return true;
}

static struct expr *flatten_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type;
    if (t->kind != TYPE_ARRAY || t->element->kind != TYPE_ARRAY)
        return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                                "\"ARRAY\" of \"ARRAY\"", "inputSql", quoted_expr(r->arena, call->children[0]),
                                "inputType", quoted_type(r->arena, t), NULL);
    call->type = t->element;
    call->nullable = call->children[0]->nullable || t->contains_null;
    return call;
}

static bool slice_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view start = vector_view(call->arena, &arguments[1], rows),
                length = vector_view(call->arena, &arguments[2], rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct list_entry *piece = &VECTOR_DATA(out, struct list_entry)[i];
        *piece = (struct list_entry){0};
        if (!wanted(out, i)) continue;
        struct list_entry list = list_at(&arguments[0], i);
        int64_t from = int_at(&start, i), n = int_at(&length, i);
        if (from == 0)
            return error_set(err, "INVALID_PARAMETER_VALUE.START", "parameter", "`start`", "functionName", "`slice`",
                             NULL);
        if (n < 0) {
            error_set(err, "INVALID_PARAMETER_VALUE.LENGTH", "parameter", "`length`", "functionName", "`slice`", NULL);
            return error_add(err, "length", "%lld", (long long)n);
        }
        from = from > 0 ? from - 1 : (int64_t)list.length + from;
        if (from < 0 || from >= list.length) continue;
        int64_t left = (int64_t)list.length - from;
        piece->offset = list.offset + (uint32_t)from;
        piece->length = (uint32_t)(n < left ? n : left);
    }
    out->child_count = 1;
    out->children = arguments[0].children;
    out->child_rows = arguments[0].child_rows;
    return true;
}

/* array_append, array_prepend: NULL is an element like any other. */
static bool append_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    bool first = strcmp(call->expr->call.function->name, "array_prepend") == 0;
    struct builder list;
    builder_init(&list, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(&arguments[0], i)) {
            builder_append_null(&list);
            continue;
        }
        struct list_entry entry = list_at(&arguments[0], i);
        if (first) builder_append_row(&list.children[0], &arguments[1], i, false);
        for (uint32_t k = entry.offset; k < entry.offset + entry.length; k++)
            builder_append_row(&list.children[0], &arguments[0].children[0], k, false);
        if (!first) builder_append_row(&list.children[0], &arguments[1], i, false);
        builder_end_list(&list);
    }
    *out = *builder_finish(&list);
    return true;
}

static struct expr *append_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *a = call->children[0]->type, *e = call->children[1]->type;
    const struct type *common = coerce_tightest_legacy(r, a->element, e);
    if (!common)
        return resolve_mismatch(r, call, err, "ARRAY_FUNCTION_DIFF_TYPES", "functionName",
                                arena_printf(r->arena, "`%s`", call->call.name), "dataType", "\"ARRAY\"", "leftType",
                                quoted_type(r->arena, a), "rightType", quoted_type(r->arena, e), NULL);
    call->children[0] = coerce_to(r, call->children[0], type_array(r->arena, common, a->contains_null));
    call->children[1] = coerce_to(r, call->children[1], common);
    call->type = type_as_nullable(r->arena, call->children[0]->type); /* as of any array_insert */
    call->nullable = call->children[0]->nullable;
    return call;
}

/* ---- maps ---- */

static bool map_keys_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    uint32_t which = strcmp(call->expr->call.function->name, "map_values") == 0;
    *out = arguments[0];
    out->type = call->expr->type;
    out->child_count = 1;
    out->children = &arguments[0].children[which];
    return true;
}

static struct expr *map_keys_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type;
    bool values = strcmp(call->call.function->name, "map_values") == 0;
    call->type = type_array(r->arena, values ? t->element : t->key, true);
    return call;
}

static bool map_entries_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                               struct error *err) {
    *out = arguments[0];
    out->type = call->expr->type;
    out->child_count = 1;
    out->children = vector_new(call->arena, call->expr->type->element, arguments[0].child_rows);
    out->children->children = arguments[0].children;
    return true;
}

static struct expr *map_entries_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type;
    struct field fields[] = {{.name = "key", .type = t->key},
                             {.name = "value", .type = t->element, .nullable = t->contains_null}};
    call->type = type_array(r->arena, type_struct(r->arena, fields, 2), false);
    return call;
}

static bool map_from_arrays_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                   struct error *err) {
    struct map_builder m;
    map_builder_init(&m, call, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) {
            map_builder_null(&m);
            continue;
        }
        struct list_entry k = list_at(&arguments[0], i), v = list_at(&arguments[1], i);
        if (k.length != v.length) return error_set(err, "_LEGACY_ERROR_TEMP_2128", NULL);
        for (uint32_t j = 0; j < k.length; j++)
            TRY(map_builder_put(&m, &arguments[0].children[0], k.offset + j, &arguments[1].children[0], v.offset + j,
                                err));
        map_builder_end(&m);
    }
    *out = *map_builder_finish(&m);
    return true;
}

static struct expr *map_from_arrays_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *k = call->children[0]->type, *v = call->children[1]->type;
    call->type = type_map(r->arena, k->element, v->element, v->contains_null);
    return check_map_key(r, call, k->element, err) ? call : NULL;
}

static bool map_from_entries_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                    struct vector *out, struct error *err) {
    const struct vector *entries = &arguments[0].children[0];
    struct map_builder m;
    map_builder_init(&m, call, rows);
    for (uint32_t i = 0; i < rows; i++) {
        bool null = vector_is_null(&arguments[0], i);
        struct list_entry list = null ? (struct list_entry){0} : list_at(&arguments[0], i);
        for (uint32_t j = list.offset; j < list.offset + list.length; j++) null |= vector_is_null(entries, j);
        if (null) {
            map_builder_null(&m);
            continue;
        }
        for (uint32_t j = list.offset; j < list.offset + list.length; j++) {
            uint32_t entry = vector_entry(entries, j);
            TRY(map_builder_put(&m, &entries->children[0], entry, &entries->children[1], entry, err));
        }
        map_builder_end(&m);
    }
    *out = *map_builder_finish(&m);
    return true;
}

static struct expr *map_from_entries_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type, *e = t->element;
    if (t->kind != TYPE_ARRAY || e->kind != TYPE_STRUCT || e->field_count != 2)
        return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                                "\"ARRAY\" of pair \"STRUCT\"", "inputSql", quoted_expr(r->arena, call->children[0]),
                                "inputType", quoted_type(r->arena, t), NULL);
    call->type = type_map(r->arena, e->fields[0].type, e->fields[1].type, e->fields[1].nullable);
    call->nullable = call->children[0]->nullable || t->contains_null;
    return check_map_key(r, call, e->fields[0].type, err) ? call : NULL;
}

static bool map_concat_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    struct map_builder m;
    map_builder_init(&m, call, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) {
            map_builder_null(&m);
            continue;
        }
        for (uint32_t a = 0; a < call->expr->child_count; a++) {
            struct list_entry list = list_at(&arguments[a], i);
            for (uint32_t k = list.offset; k < list.offset + list.length; k++)
                TRY(map_builder_put(&m, &arguments[a].children[0], k, &arguments[a].children[1], k, err));
        }
        map_builder_end(&m);
    }
    *out = *map_builder_finish(&m);
    return true;
}

static struct expr *map_concat_resolve(struct resolver *r, struct expr *call, struct error *err) {
    for (uint32_t i = 0; i < call->child_count; i++)
        if (call->children[i]->type->kind != TYPE_MAP)
            return resolve_mismatch(r, call, err, "MAP_CONCAT_DIFF_TYPES", "functionName", "`map_concat`", "dataType",
                                    arena_printf(r->arena, "[%s]", types_listed(r, call, 0, 1)), NULL);
    call->type = call->child_count ? common_argument_type(r, call, 0, 1, err)
                                   : type_map(r->arena, TYPE_OF(STRING), TYPE_OF(STRING), true);
    call->nullable = any_argument_nullable(call, 0, 1);
    return call->type ? call : NULL;
}

static bool map_contains_key_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                    struct vector *out, struct error *err) {
    for (uint32_t i = 0; i < rows; i++) {
        VECTOR_DATA(out, uint8_t)[i] = 0;
        if (!wanted(out, i)) continue;
        struct list_entry list = list_at(&arguments[0], i);
        for (uint32_t k = list.offset; k < list.offset + list.length; k++)
            if (rows_equal(&arguments[0].children[0], k, &arguments[1], i)) VECTOR_DATA(out, uint8_t)[i] = 1;
    }
    return true;
}

static struct expr *map_contains_key_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type, *given = call->children[1]->type;
    if (t->kind != TYPE_NULL && given->kind == TYPE_NULL)
        return resolve_mismatch(r, call, err, "NULL_TYPE", "functionName", "`map_contains_key`", NULL);
    const struct type *key = t->kind == TYPE_MAP ? coerce_wider_no_strings_legacy(r, given, t->key) : NULL;
    if (!key)
        return resolve_mismatch(r, call, err, "MAP_FUNCTION_DIFF_TYPES", "functionName", "`map_contains_key`",
                                "dataType", "\"MAP\"", "leftType", quoted_type(r->arena, t), "rightType",
                                quoted_type(r->arena, given), NULL);
    call->children[0] = coerce_to(r, call->children[0], type_map(r->arena, key, t->element, t->contains_null));
    call->children[1] = coerce_to(r, call->children[1], key);
    call->nullable = true; /* as Spark says, which asks map_keys() */
    return call;
}

#define STRICT_COLLECTION(fname, kind, sig, fn, res, ...)                                                              \
    COMPLEX_FUNCTION(fname, kind, sig, fn, res, .flags = FUNCTION_STRICT, __VA_ARGS__)

const struct function collection_functions[] = {
    COMPLEX_FUNCTION("concat", "collection_funcs", NULL, concat_kernel, concat_resolve,
                     .flags = FUNCTION_STRICT | FUNCTION_ALL_COMPUTED,
                     .usage = "concat(col...) - Strings, binary values or arrays, one behind the other.",
                     .example = "concat('a', 'b') => ab", .since = "1.5.0"),
    STRICT_COLLECTION("reverse", "collection_funcs", "(STRING|ARRAY) ?", reverse_kernel, reverse_resolve,
                      .usage = "reverse(expr) - A string or an array, back to front.",
                      .example = "reverse('abc') => cba", .since = "1.5.0"),
    COMPLEX_FUNCTION("flatten", "array_funcs", "(ANY) ?", flatten_kernel, flatten_resolve,
                     .usage = "flatten(arrayOfArrays) - The elements of all arrays in one.",
                     .example = "flatten(array(array(1), array(2, 3))) => [1,2,3]", .since = "2.4.0"),
    COMPLEX_FUNCTION(
        "slice", "array_funcs", "(ARRAY, INT, INT) $1", slice_kernel, NULL,
        .flags = FUNCTION_STRICT | FUNCTION_NULL_CAST,
        .usage = "slice(array, start, length) - The piece that begins at start (from 1; from the end when negative).",
        .example = "slice(array(1, 2, 3), 2, 2) => [2,3]", .since = "2.4.0"),
    COMPLEX_FUNCTION("array_append", "array_funcs", "(ARRAY, ANY) ?", append_kernel, append_resolve,
                     .flags = FUNCTION_TYPED, .usage = "array_append(array, element) - array with element at its end.",
                     .example = "array_append(array(1), 2) => [1,2]", .since = "3.4.0"),
    COMPLEX_FUNCTION("array_prepend", "array_funcs", "(ARRAY, ANY) ?", append_kernel, append_resolve,
                     .flags = FUNCTION_TYPED,
                     .usage = "array_prepend(array, element) - array with element at its beginning.",
                     .example = "array_prepend(array(1), 2) => [2,1]", .since = "3.5.0"),
    STRICT_COLLECTION("map_keys", "map_funcs", "(MAP) ?", map_keys_kernel, map_keys_resolve,
                      .usage = "map_keys(map) - The keys.", .example = "map_keys(map('a', 1)) => [\"a\"]",
                      .since = "2.0.0"),
    STRICT_COLLECTION("map_values", "map_funcs", "(MAP) ?", map_keys_kernel, map_keys_resolve,
                      .usage = "map_values(map) - The values.", .example = "map_values(map('a', 1)) => [1]",
                      .since = "2.0.0"),
    STRICT_COLLECTION("map_entries", "map_funcs", "(MAP) ?", map_entries_kernel, map_entries_resolve,
                      .usage = "map_entries(map) - The entries as structs of key and value.",
                      .example = "map_entries(map('a', 1)) => [{\"key\":\"a\",\"value\":1}]", .since = "3.0.0"),
    STRICT_COLLECTION("map_from_arrays", "map_funcs", "(ARRAY, ARRAY) ?", map_from_arrays_kernel,
                      map_from_arrays_resolve, .usage = "map_from_arrays(keys, values) - A map of the pairs.",
                      .example = "map_from_arrays(array('a'), array(1)) => {\"a\":1}", .since = "2.4.0"),
    COMPLEX_FUNCTION("map_from_entries", "map_funcs", "(ANY) ?", map_from_entries_kernel, map_from_entries_resolve,
                     .usage = "map_from_entries(arrayOfEntries) - A map of structs of key and value.",
                     .example = "map_from_entries(array(struct('a', 1))) => {\"a\":1}", .since = "2.4.0"),
    STRICT_COLLECTION("map_concat", "map_funcs", NULL, map_concat_kernel, map_concat_resolve,
                      .usage = "map_concat(map...) - The entries of all maps.",
                      .example = "map_concat(map('a', 1), map('b', 2)) => {\"a\":1,\"b\":2}", .since = "2.4.0"),
    STRICT_COLLECTION("map_contains_key", "map_funcs", "(ANY, ANY) BOOLEAN", map_contains_key_kernel,
                      map_contains_key_resolve, .usage = "map_contains_key(map, key) - Has the map this key?",
                      .example = "map_contains_key(map('a', 1), 'a') => true", .since = "3.3.0"),
    {0},
};
