/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Array functions that look at elements: finding, joining, sets, order, pieces.
 *
 * Equality of elements is grouping equality (column/row.h): NULL is equal to NULL where a function treats NULL as a
 * value (sets), and unknown where it does not (array_contains, arrays_overlap).
 */
#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "function/complex_kernel.h"
#include "function/list_run.h"
#include "function/operator_compare.h"

static bool element_null(const struct vector *array, uint32_t k) {
    return vector_is_null(&array->children[0], k);
}

/* ---- typing ---- */

static struct expr *diff_types(struct resolver *r, struct expr *call, const char *sub, const char *kind,
                               struct error *err) {
    return resolve_mismatch(r, call, err, sub, "functionName", arena_printf(r->arena, "`%s`", call->call.name), kind,
                            "\"ARRAY\"", "leftType", quoted_type(r->arena, call->children[0]->type), "rightType",
                            quoted_type(r->arena, call->children[1]->type), NULL);
}

/* (array<T>, T): both widened to the tightest common type. */
static bool array_and_element(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *a = call->children[0]->type, *e = call->children[1]->type;
    const char *name = call->call.function->name;
    bool contains = strcmp(name, "array_contains") == 0;
    if (a->kind != TYPE_ARRAY && strcmp(name, "array_remove") != 0) {
        resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                         "\"ARRAY\"", "inputSql", quoted_expr(r->arena, call->children[0]), "inputType",
                         quoted_type(r->arena, a), NULL);
        return false;
    }
    const struct type *common = a->kind != TYPE_ARRAY ? NULL
                                : contains            ? coerce_wider_no_strings_legacy(r, a->element, e)
                                                      : coerce_tightest_legacy(r, a->element, e);
    if (!common) {
        diff_types(r, call, "ARRAY_FUNCTION_DIFF_TYPES", "dataType", err);
        return false;
    }
    call->children[0] = coerce_to(r, call->children[0], type_array(r->arena, common, a->contains_null));
    call->children[1] = coerce_to(r, call->children[1], common);
    return true;
}

static struct expr *need_two(struct resolver *r, struct expr *call, uint32_t count, struct error *err) {
    if (call->child_count == count) return call;
    return resolve_wrong_count(r, call->call.name, count, count, call->child_count, call->origin, err), NULL;
}

/* Elements are told apart by their order. */
static bool elements_have_order(struct resolver *r, const struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type->element;
    if (type_is_orderable(t) || t->kind == TYPE_NULL) return true;
    resolve_mismatch(r, call, err, "INVALID_ORDERING_TYPE", "functionName",
                     arena_printf(r->arena, "`%s`", call->call.name), "dataType", quoted_type(r->arena, t), NULL);
    return false;
}

static struct expr *find_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(need_two(r, call, 2, err));
    bool position = strcmp(call->call.function->name, "array_position") == 0;
    if ((call->children[1]->type->kind == TYPE_NULL && !position) || call->children[0]->type->kind == TYPE_NULL)
        return resolve_mismatch(r, call, err, "NULL_TYPE", "functionName",
                                arena_printf(r->arena, "`%s`", call->call.name), NULL);
    TRY_NULL(array_and_element(r, call, err));
    TRY_NULL(elements_have_order(r, call, err));
    bool contains = strcmp(call->call.function->name, "array_contains") == 0;
    call->type = contains ? TYPE_OF(BOOLEAN) : TYPE_OF(LONG);
    call->nullable = any_argument_nullable(call, 0, 1) || (contains && call->children[0]->type->contains_null);
    return call;
}

static struct expr *remove_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(need_two(r, call, 2, err));
    TRY_NULL(array_and_element(r, call, err));
    TRY_NULL(elements_have_order(r, call, err));
    call->type = call->children[0]->type;
    call->nullable = any_argument_nullable(call, 0, 1);
    return call;
}

/* (array<T>, array<T>) */
static struct expr *sets_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *a = call->children[0]->type, *b = call->children[1]->type;
    bool arrays = a->kind == TYPE_ARRAY && b->kind == TYPE_ARRAY;
    const struct type *element = arrays ? coerce_tightest_legacy(r, a->element, b->element) : NULL;
    if (!element) return diff_types(r, call, "BINARY_ARRAY_DIFF_TYPES", "arrayType", err);
    call->children[0] = coerce_to(r, call->children[0], type_array(r->arena, element, a->contains_null));
    call->children[1] = coerce_to(r, call->children[1], type_array(r->arena, element, b->contains_null));
    TRY_NULL(elements_have_order(r, call, err));
    const char *name = call->call.function->name;
    bool nulls = strcmp(name, "array_union") == 0       ? a->contains_null || b->contains_null
                 : strcmp(name, "array_intersect") == 0 ? a->contains_null && b->contains_null
                                                        : a->contains_null;
    call->type = type_array(r->arena, element, nulls);
    return call;
}

static struct expr *overlap_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call = sets_resolve(r, call, err);
    if (!call) return NULL;
    bool nulls = call->children[0]->type->contains_null || call->children[1]->type->contains_null;
    call->type = TYPE_OF(BOOLEAN);
    call->nullable = call->nullable || nulls;
    return call;
}

static struct expr *same_array_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(elements_have_order(r, call, err));
    call->type = call->children[0]->type;
    return call;
}

static struct expr *element_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call->type = call->children[0]->type->element;
    call->nullable = true;
    return elements_have_order(r, call, err) ? call : NULL;
}

/* ---- finding ---- */

static uint32_t length_at(const struct vector *a, uint32_t row) {
    return vector_is_null(a, row) ? 0 : list_at(a, row).length;
}

/* The row of each element, in the order of the lists. */
static uint32_t *rows_of_elements(struct arena *arena, const struct vector *a, uint32_t rows, uint32_t count) {
    uint32_t *parents = arena_bytes_array(arena, (size_t)count + 1, sizeof *parents), *next = parents;
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t k = length_at(a, i); k; k--) *next++ = i;
    return parents;
}

enum { EQUAL_AT_ONCE = 8 };

/* Elements that lie one behind the other are compared many at once with their row's value: a byte for each. NULL: they
 * do not lie so, or there are NULLs among them or among the values. */
static const uint8_t *equal_elements(struct call *call, const struct vector *a, const struct vector *value,
                                     uint32_t rows, uint32_t *count) {
    if (value->validity || a->children[0].validity) return NULL;
    struct list_run run = list_run_of(a, rows);
    if (!run.dense) return NULL;
    *count = (uint32_t)run.total;
    struct vector all;
    vector_init(&all, call->arena, TYPE_OF(BOOLEAN), *count + EQUAL_AT_ONCE); /* for contains_equal() */
    bool is_constant = value->form == VECTOR_CONSTANT;
    const uint32_t *parents = is_constant ? NULL : rows_of_elements(call->arena, a, rows, *count);
    for (uint32_t at = 0; at < *count; at += BATCH_ROWS) {
        uint32_t some = *count - at < BATCH_ROWS ? *count - at : BATCH_ROWS;
        struct vector piece, values = *value, equal = all;
        equal.data = VECTOR_DATA(&all, uint8_t) + at;
        vector_range(&piece, call->arena, &a->children[0], run.first + at, some);
        if (!is_constant) vector_select(&values, call->arena, value, parents + at, some);
        compare_rows(call->arena, '=', &piece, &values, some, &equal);
    }
    return all.data;
}

/* Whether one of so many bytes is 1, eight of which are looked at whatever their number. */
static inline bool any_equal(const uint8_t *equal, uint32_t length) {
    uint64_t eight, any = 0;
    for (; length > EQUAL_AT_ONCE; length -= EQUAL_AT_ONCE, equal += EQUAL_AT_ONCE) {
        memcpy(&eight, equal, sizeof eight);
        any |= eight;
    }
    memcpy(&eight, equal, sizeof eight);
    uint32_t beyond = EQUAL_AT_ONCE - length, half = beyond * 4; /* twice, as a shift by 64 bits is none */
    return any | eight << half << half;
}

static void contains_equal(struct call *call, const struct vector *a, const uint8_t *equal, uint32_t rows,
                           struct vector *out) {
    const struct list_entry *lists = a->data;
    uint8_t *found = out->data;
    bool plain = a->form == VECTOR_FLAT && !a->validity;
    for (uint32_t i = 0, from = 0; plain && i < rows; from += lists[i++].length)
        found[i] = any_equal(equal + from, lists[i].length);
    for (uint32_t i = 0, from = 0; !plain && i < rows; from += length_at(a, i++)) {
        found[i] = any_equal(equal + from, length_at(a, i));
        if (vector_is_null(a, i)) vector_set_null(out, call->arena, i, rows);
    }
}

static bool contains_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    const struct vector *a = &arguments[0], *value = &arguments[1];
    uint32_t count;
    const uint8_t *equal = equal_elements(call, a, value, rows, &count);
    if (equal) {
        contains_equal(call, a, equal, rows, out);
        return true;
    }
    for (uint32_t i = 0; i < rows; i++) {
        VECTOR_DATA(out, uint8_t)[i] = 0;
        if (vector_is_null(a, i) || vector_is_null(value, i)) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        struct list_entry list = list_at(a, i);
        bool found = false, unknown = false;
        for (uint32_t k = list.offset; k < list.offset + list.length && !found; k++) {
            bool null = element_null(a, k);
            unknown |= null;
            found = !null && rows_equal(&a->children[0], k, value, i);
        }
        VECTOR_DATA(out, uint8_t)[i] = found;
        if (!found && unknown) vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

static bool position_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    const struct vector *a = &arguments[0], *value = &arguments[1];
    uint32_t count;
    const uint8_t *equal = equal_elements(call, a, value, rows, &count), *here = equal;
    for (uint32_t i = 0; equal && i < rows; i++) {
        uint32_t length = length_at(a, i), k = 0;
        while (k < length && !here[k]) k++;
        VECTOR_DATA(out, int64_t)[i] = k < length ? k + 1 : 0;
        here += length;
    }
    for (uint32_t i = 0; !equal && i < rows; i++) {
        if (!wanted(out, i)) continue;
        struct list_entry list = list_at(a, i);
        int64_t found = 0;
        for (uint32_t k = 0; k < list.length && !found; k++)
            if (!element_null(a, list.offset + k) && rows_equal(&a->children[0], list.offset + k, value, i))
                found = k + 1;
        VECTOR_DATA(out, int64_t)[i] = found;
    }
    return true;
}

/* ---- arrays from arrays: a visitor per row appends to the elements' builder ---- */

typedef void make_row(const struct vector *arguments, uint32_t row, struct builder *elements);

static bool make_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                      make_row *make) {
    struct builder list;
    builder_init(&list, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) {
            builder_append_null(&list);
            continue;
        }
        make(arguments, i, &list.children[0]);
        builder_end_list(&list);
    }
    *out = *builder_finish(&list);
    return true;
}

#define ROW_KERNEL(name)                                                                                               \
    static bool name##_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,    \
                              struct error *err) {                                                                     \
        return make_rows(call, arguments, rows, out, name##_row);                                                      \
    }

static void take(struct builder *elements, const struct vector *array, uint32_t k) {
    builder_append_row(elements, &array->children[0], k, false);
}

static void remove_row(const struct vector *arguments, uint32_t row, struct builder *elements) {
    struct list_entry list = list_at(&arguments[0], row);
    for (uint32_t k = list.offset; k < list.offset + list.length; k++)
        if (element_null(&arguments[0], k) || !rows_equal(&arguments[0].children[0], k, &arguments[1], row))
            take(elements, &arguments[0], k);
}
ROW_KERNEL(remove)

static double number_at(const struct vector *v, uint32_t row) {
    uint32_t entry = vector_entry(v, row);
    return v->type->kind == TYPE_FLOAT ? (double)VECTOR_DATA(v, float)[entry] : VECTOR_DATA(v, double)[entry];
}

/* Spark's sets of numbers tell zeros apart by their signs; = does not, nor do its sets of arrays. */
static bool same_element(const struct vector *a, uint32_t i, const struct vector *b, uint32_t k) {
    if (!rows_equal(a, i, b, k)) return false;
    if ((a->type->kind != TYPE_FLOAT && a->type->kind != TYPE_DOUBLE) || vector_is_null(a, i)) return true;
    double x = number_at(a, i);
    return x != 0 || signbit(x) == signbit(number_at(b, k));
}

static bool among(const struct vector *elements, uint32_t from, uint32_t to, const struct vector *v, uint32_t k) {
    for (uint32_t j = from; j < to; j++)
        if (same_element(elements, j, v, k)) return true;
    return false;
}

static void add_distinct(struct builder *elements, uint32_t begin, const struct vector *array, uint32_t k) {
    if (!among(builder_so_far(elements), begin, elements->count, &array->children[0], k)) take(elements, array, k);
}

static bool in_array(const struct vector *array, uint32_t row, const struct vector *v, uint32_t k) {
    struct list_entry list = list_at(array, row);
    return among(&array->children[0], list.offset, list.offset + list.length, v, k);
}

static void distinct_row(const struct vector *arguments, uint32_t row, struct builder *elements) {
    struct list_entry list = list_at(&arguments[0], row);
    uint32_t begin = elements->count;
    for (uint32_t k = list.offset; k < list.offset + list.length; k++) add_distinct(elements, begin, &arguments[0], k);
}
ROW_KERNEL(distinct)

static void union_row(const struct vector *arguments, uint32_t row, struct builder *elements) {
    uint32_t begin = elements->count;
    for (uint32_t a = 0; a < 2; a++) {
        struct list_entry list = list_at(&arguments[a], row);
        for (uint32_t k = list.offset; k < list.offset + list.length; k++)
            add_distinct(elements, begin, &arguments[a], k);
    }
}
ROW_KERNEL(union)

static void keep_row(const struct vector *arguments, uint32_t row, struct builder *elements, bool in_both) {
    struct list_entry list = list_at(&arguments[0], row);
    uint32_t begin = elements->count;
    for (uint32_t k = list.offset; k < list.offset + list.length; k++)
        if (in_array(&arguments[1], row, &arguments[0].children[0], k) == in_both)
            add_distinct(elements, begin, &arguments[0], k);
}

static void intersect_row(const struct vector *arguments, uint32_t row, struct builder *elements) {
    keep_row(arguments, row, elements, true);
}
ROW_KERNEL(intersect)

static void except_row(const struct vector *arguments, uint32_t row, struct builder *elements) {
    keep_row(arguments, row, elements, false);
}
ROW_KERNEL(except)

static void compact_row(const struct vector *arguments, uint32_t row, struct builder *elements) {
    struct list_entry list = list_at(&arguments[0], row);
    for (uint32_t k = list.offset; k < list.offset + list.length; k++)
        if (!element_null(&arguments[0], k)) take(elements, &arguments[0], k);
}
ROW_KERNEL(compact)

static struct expr *compact_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call->type = type_array(r->arena, call->children[0]->type->element, false);
    return call;
}

static bool overlap_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    const struct vector *a = &arguments[0], *b = &arguments[1];
    for (uint32_t i = 0; i < rows; i++) {
        VECTOR_DATA(out, uint8_t)[i] = 0;
        if (!wanted(out, i)) continue;
        struct list_entry x = list_at(a, i), y = list_at(b, i);
        bool found = false, unknown = false;
        for (uint32_t k = x.offset; k < x.offset + x.length && !found; k++) {
            if (element_null(a, k))
                unknown = true;
            else
                found = in_array(b, i, &a->children[0], k);
        }
        for (uint32_t k = y.offset; k < y.offset + y.length; k++) unknown |= element_null(b, k);
        VECTOR_DATA(out, uint8_t)[i] = found;
        if (!found && unknown && x.length && y.length) vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

/* ---- joining, repeating ---- */

static bool join_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    const struct vector *a = &arguments[0], *texts = &a->children[0];
    bool has_null_text = call->expr->child_count == 3;
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) continue;
        struct string separator = VECTOR_DATA(&arguments[1], struct string)[vector_entry(&arguments[1], i)], by = {0};
        if (has_null_text) by = VECTOR_DATA(&arguments[2], struct string)[vector_entry(&arguments[2], i)];
        struct list_entry list = list_at(a, i);
        struct text text;
        text_init(&text, call->arena);
        bool any = false;
        for (uint32_t k = list.offset; k < list.offset + list.length; k++) {
            bool null = vector_is_null(texts, k);
            if (null && !has_null_text) continue;
            struct string s = null ? by : VECTOR_DATA(texts, struct string)[vector_entry(texts, k)];
            if (any) text_add_bytes(&text, separator.data, separator.size);
            text_add_bytes(&text, s.data, s.size);
            any = true;
        }
        VECTOR_DATA(out, struct string)[i] = string_make(text.data ? text.data : "", text.size);
    }
    return true;
}

static struct expr *join_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type;
    bool list = t->kind == TYPE_ARRAY;
    const struct type *strings = type_array(r->arena, TYPE_OF(STRING), !list || t->contains_null);
    bool castable = list && t->element->kind < TYPE_ARRAY && cast_allowed(t, strings, CAST_ANSI);
    if (!castable && t->kind != TYPE_NULL && !(list && type_is_string(t->element)))
        return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                                "\"ARRAY<STRING>\"", "inputSql", quoted_expr(r->arena, call->children[0]), "inputType",
                                quoted_type(r->arena, t), NULL);
    for (uint32_t i = 1; i < call->child_count; i++) TRY_NULL(resolve_argument(r, call, i, "STRING", err));
    if (t->kind == TYPE_NULL) TRY_NULL(resolve_argument(r, call, 0, "ARRAY", err));
    if (list && !type_is_string(t->element)) call->children[0] = coerce_to(r, call->children[0], strings);
    return call;
}

static bool repeat_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    struct builder list;
    builder_init(&list, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(&arguments[1], i)) {
            builder_append_null(&list);
            continue;
        }
        int32_t n = VECTOR_DATA(&arguments[1], int32_t)[vector_entry(&arguments[1], i)];
        if (n > MOST_ELEMENTS) {
            error_set(err, "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER", "maxRoundedArrayLength", "2147483632",
                      "functionName", "`array_repeat`", "parameter", "`count`", NULL);
            return error_add(err, "numberOfElements", "%d", n);
        }
        for (int32_t k = 0; k < n; k++) builder_append_row(&list.children[0], &arguments[0], i, false);
        builder_end_list(&list);
    }
    *out = *builder_finish(&list);
    return true;
}

static struct expr *repeat_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call->type = type_array(r->arena, call->children[0]->type, call->children[0]->nullable);
    call->nullable = call->children[1]->nullable;
    return call;
}

/* ---- order ---- */

struct sort_context {
    const struct vector *elements;
    struct sort_key key;
};

static int by_value(const void *a, const void *b, void *context) {
    struct sort_context *c = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int order = rows_compare(c->elements, x, c->elements, y, &c->key);
    return order ? order : (x > y) - (x < y);
}

static bool sort_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                      bool nulls_last) {
    const struct vector *a = &arguments[0];
    uint32_t *order = arena_bytes_array(call->arena, a->child_rows, sizeof *order);
    for (uint32_t k = 0; k < a->child_rows; k++) order[k] = k;
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) continue;
        bool descending = false;
        if (call->expr->child_count == 2)
            descending = !VECTOR_DATA(&arguments[1], uint8_t)[vector_entry(&arguments[1], i)];
        struct sort_context c = {&a->children[0],
                                 {.descending = descending, .nulls_first = !descending && !nulls_last}};
        struct list_entry list = list_at(a, i);
        qsort_r(order + list.offset, list.length, sizeof *order, by_value, &c);
    }
    struct vector sorted = *a;
    sorted.children = ARENA_NEW(call->arena, struct vector);
    vector_select(sorted.children, call->arena, &a->children[0], order, a->child_rows);
    *out = sorted;
    out->type = call->expr->type;
    return true;
}

static bool sort_array_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    return sort_rows(call, arguments, rows, out, false);
}

static struct expr *sort_array_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 1) {
        struct expr *arguments[] = {call->children[0], expr_bool(r->arena, true)};
        return resolve_call(r, call->call.function, call->call.name, arguments, 2, call->origin, err);
    }
    call->type = call->children[0]->type;
    if (call->children[1]->type->kind == TYPE_NULL) call->children[1] = expr_null(r->arena, TYPE_OF(BOOLEAN));
    const struct expr *ascending = call->children[1];
    if (!ascending->foldable)
        return resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", "`ascendingOrder`", "inputType",
                                quoted_type(r->arena, ascending->type), "inputExpr", quoted_expr(r->arena, ascending),
                                NULL);
    if (ascending->type->kind != TYPE_BOOLEAN)
        return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(1), "requiredType",
                                "\"BOOLEAN\"", "inputSql", quoted_expr(r->arena, ascending), "inputType",
                                quoted_type(r->arena, ascending->type), NULL);
    if (type_is_orderable(call->type->element)) return call;
    return resolve_mismatch(r, call, err, "INVALID_ORDERING_TYPE", "functionName", "`sort_array`", "dataType",
                            quoted_type(r->arena, call->type), NULL);
}

/* Where each list's greatest (least) element is; elements flat and without NULLs. */
#define EXTREME(ctype, BEATS)                                                                                          \
    for (uint32_t i = 0; i < rows; i++) {                                                                              \
        best[i] = NO_ENTRY;                                                                                            \
        struct list_entry list = {0};                                                                                  \
        if (!vector_is_null(a, i)) list = list_at(a, i);                                                               \
        if (!list.length) continue;                                                                                    \
        const ctype *values = (const ctype *)elements->data + list.offset;                                             \
        uint32_t at = 0;                                                                                               \
        for (uint32_t k = 1; k < list.length; k++) at = BEATS(values[k], values[at]) ? k : at;                         \
        best[i] = list.offset + at;                                                                                    \
    }
#define GREATER(x, y) ((x) > (y))
#define LESS(x, y) ((x) < (y))
#define DOUBLE_GREATER(x, y) ((x) > (y) || (isnan(x) && !isnan(y)))
#define DOUBLE_LESS(x, y) ((x) < (y) || (isnan(y) && !isnan(x)))
#define STRING_GREATER(x, y) (string_compare(x, y) > 0)
#define STRING_LESS(x, y) (string_compare(x, y) < 0)
#define EITHER(ctype, PREFIX)                                                                                          \
    if (sign > 0) {                                                                                                    \
        EXTREME(ctype, PREFIX##GREATER)                                                                                \
    } else {                                                                                                           \
        EXTREME(ctype, PREFIX##LESS)                                                                                   \
    }                                                                                                                  \
    return true

/* False: values of this kind, or forms of it, have no loop of their own. */
static bool extreme_plain(const struct vector *a, uint32_t rows, int sign, uint32_t *best) {
    const struct vector *elements = &a->children[0];
    if (elements->form != VECTOR_FLAT || elements->validity) return false;
    switch (type_storage(elements->type)) {
        case STORAGE_INT32: EITHER(int32_t, );
        case STORAGE_INT64: EITHER(int64_t, );
        case STORAGE_DOUBLE: EITHER(double, DOUBLE_);
        case STORAGE_STRING:
            if (elements->type->collation) return false;
            EITHER(struct string, STRING_);
        default: return false;
    }
}

static bool extreme_rows(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         int sign) {
    const struct vector *a = &arguments[0], *elements = &a->children[0];
    uint32_t *best = arena_bytes_array(call->arena, rows, sizeof *best);
    bool found = extreme_plain(a, rows, sign, best);
    for (uint32_t i = 0; !found && i < rows; i++) {
        best[i] = NO_ENTRY;
        if (vector_is_null(a, i)) continue;
        struct list_entry list = list_at(a, i);
        for (uint32_t k = list.offset; k < list.offset + list.length; k++)
            if (!element_null(a, k) &&
                (best[i] == NO_ENTRY || values_compare(elements, k, elements, best[i]) * sign > 0))
                best[i] = k;
    }
    gather(call->arena, elements, best, rows, out);
    return true;
}

static bool max_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                       struct error *err) {
    return extreme_rows(call, arguments, rows, out, 1);
}

static bool min_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                       struct error *err) {
    return extreme_rows(call, arguments, rows, out, -1);
}

bool array_reverse_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    const struct vector *a = &arguments[0];
    uint32_t *order = arena_bytes_array(call->arena, a->child_rows, sizeof *order);
    for (uint32_t k = 0; k < a->child_rows; k++) order[k] = k;
    for (uint32_t i = 0; i < rows; i++) {
        if (!wanted(out, i)) continue;
        struct list_entry list = list_at(a, i);
        for (uint32_t k = 0; k < list.length; k++) order[list.offset + k] = list.offset + list.length - 1 - k;
    }
    *out = *a;
    out->children = ARENA_NEW(call->arena, struct vector);
    vector_select(out->children, call->arena, &a->children[0], order, a->child_rows);
    return true;
}

#define STRICT_ARRAY(fname, sig, fn, res, ...)                                                                         \
    COMPLEX_FUNCTION(fname, "array_funcs", sig, fn, res, .flags = FUNCTION_STRICT, __VA_ARGS__)

const struct function array_functions[] = {
    STRICT_ARRAY("array_contains", NULL, contains_kernel, find_resolve,
                 .usage = "array_contains(array, value) - Is value an element?",
                 .example = "array_contains(array(1, 2), 2) => true", .since = "1.5.0"),
    STRICT_ARRAY(
        "array_position", NULL, position_kernel, find_resolve,
        .usage = "array_position(array, value) - Position of the first such element, from 1; 0 when there is none.",
        .example = "array_position(array(3, 2), 2) => 2", .since = "2.4.0"),
    STRICT_ARRAY("array_remove", NULL, remove_kernel, remove_resolve,
                 .usage = "array_remove(array, value) - array without the elements equal to value.",
                 .example = "array_remove(array(1, 2, 1), 1) => [2]", .since = "2.4.0"),
    STRICT_ARRAY("array_distinct", "(ARRAY) ?", distinct_kernel, same_array_resolve,
                 .usage = "array_distinct(array) - array without repetitions.",
                 .example = "array_distinct(array(1, 2, 1)) => [1,2]", .since = "2.4.0"),
    STRICT_ARRAY("array_union", "(ANY, ANY) ?", union_kernel, sets_resolve,
                 .usage = "array_union(array1, array2) - The elements of both, without repetitions.",
                 .example = "array_union(array(1, 2), array(2, 3)) => [1,2,3]", .since = "2.4.0"),
    STRICT_ARRAY("array_intersect", "(ANY, ANY) ?", intersect_kernel, sets_resolve,
                 .usage = "array_intersect(array1, array2) - The elements that are in both, without repetitions.",
                 .example = "array_intersect(array(1, 2), array(2, 3)) => [2]", .since = "2.4.0"),
    STRICT_ARRAY(
        "array_except", "(ANY, ANY) ?", except_kernel, sets_resolve,
        .usage =
            "array_except(array1, array2) - The elements of the first that are not in the second, without repetitions.",
        .example = "array_except(array(1, 2), array(2, 3)) => [1]", .since = "2.4.0"),
    STRICT_ARRAY("arrays_overlap", "(ANY, ANY) BOOLEAN", overlap_kernel, overlap_resolve,
                 .usage = "arrays_overlap(a1, a2) - Have they an element in common?",
                 .example = "arrays_overlap(array(1, 2), array(2)) => true", .since = "2.4.0"),
    COMPLEX_FUNCTION("array_compact", "array_funcs", "(ARRAY) ?", compact_kernel, compact_resolve,
                     .flags = FUNCTION_STRICT | FUNCTION_NULL_CAST,
                     .usage = "array_compact(array) - array without NULLs.",
                     .example = "array_compact(array(1, NULL)) => [1]", .since = "3.4.0"),
    COMPLEX_FUNCTION("array_join", "array_funcs", "(ANY, ANY [, ANY]) STRING", join_kernel, join_resolve,
                     .flags = FUNCTION_STRICT | FUNCTION_EXACT,
                     .usage = "array_join(array, delimiter[, nullReplacement]) - The elements as one text.",
                     .example = "array_join(array('a', 'b'), '-') => a-b", .since = "2.4.0"),
    COMPLEX_FUNCTION("array_repeat", "array_funcs", "(ANY, INT) ?", repeat_kernel, repeat_resolve,
                     .flags = FUNCTION_EXACT,
                     .usage = "array_repeat(element, count) - An array of count times element.",
                     .example = "array_repeat('a', 2) => [\"a\",\"a\"]", .since = "2.4.0"),
    STRICT_ARRAY("sort_array", "(ARRAY [, ANY]) ?", sort_array_kernel, sort_array_resolve,
                 .usage = "sort_array(array[, ascendingOrder]) - array in order, NULLs first when ascending.",
                 .example = "sort_array(array(2, 1)) => [1,2]", .since = "1.5.0"),
    COMPLEX_FUNCTION("array_max", "array_funcs", "(ARRAY) ?", max_kernel, element_resolve, .flags = FUNCTION_NULL_CAST,
                     .usage = "array_max(array) - The largest element, NULLs aside.",
                     .example = "array_max(array(1, 3, 2)) => 3", .since = "2.4.0"),
    COMPLEX_FUNCTION("array_min", "array_funcs", "(ARRAY) ?", min_kernel, element_resolve, .flags = FUNCTION_NULL_CAST,
                     .usage = "array_min(array) - The smallest element, NULLs aside.",
                     .example = "array_min(array(1, 3, 2)) => 1", .since = "2.4.0"),
    {0},
};
