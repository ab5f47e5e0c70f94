/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collect_list, array_agg, collect_set, listagg, string_agg: values gathered into one.
 *
 * All groups' values are in one row store; an array's elements are a dictionary over it, so no value is copied twice.
 */
#include <math.h>

#include "column/row.h"
#include "function/aggregate.h"
#include "function/set_order.h"
#include "function/unsafe_hash.h"

static bool prepare_gathered(struct call *call, struct arena *arena, const struct vector *const *constants,
                             void **state, struct error *err) {
    const struct expr *e = call->expr;
    uint32_t columns = e->child_count + e->aggregate.order_count;
    const struct type **column_types = ARENA_ARRAY(arena, const struct type *, columns);
    for (uint32_t i = 0; i < columns; i++)
        column_types[i] = i < e->child_count ? e->children[i]->type : e->aggregate.order[i - e->child_count].expr->type;
    *state = gathered_new(arena, column_types, columns);
    return true;
}

/* Only rows whose first argument is not NULL. */
static bool gather_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                          struct error *err) {
    struct arena *scratch = call_scratch(call);
    if (type_storage(arguments->type) == STORAGE_NONE) return true;
    if (!arguments->validity) return gathered_add(call->state, scratch, arguments, NULL, rows, states, 0, err);
    uint32_t *valid = arena_bytes_array(scratch, rows, sizeof *valid), count = 0;
    for (uint32_t i = 0; i < rows; i++)
        if (!vector_is_null(arguments, i)) valid[count++] = i;
    return gathered_add(call->state, scratch, arguments, valid, count, states, 0, err);
}

static bool gather_merge(struct call *call, const void *from, void *into, struct error *err) {
    gathered_merge(call->state, from, into);
    return true;
}

/* Hashes of rows for drop_duplicates(). Of nested values those of their bytes, by which -0.0 in an array is not 0.0. */
static uint64_t *hashes_of(struct arena *arena, const struct vector *values, const uint32_t *rows, uint32_t count) {
    uint64_t *hashes = arena_bytes_array(arena, count, sizeof *hashes);
    if (!type_is_nested(values->type) || !unsafe_hash_known(values->type)) {
        struct vector chosen;
        vector_select(&chosen, arena, values, rows, count);
        rows_hash(arena, &chosen, count, hashes, false);
        return hashes;
    }
    struct arena *scratch = arena_scratch(arena);
    for (uint32_t i = 0; i < count; i++) {
        hashes[i] = unsafe_hash(scratch, values, rows[i]);
        arena_reset(scratch);
    }
    arena_release(scratch);
    return hashes;
}

/* Spark's set takes every NaN for a new one, unless it is within an array or a struct. */
static bool is_nan(const struct vector *values, uint32_t row) {
    uint32_t entry = vector_entry(values, row);
    if (values->type->kind == TYPE_FLOAT) return isnan(VECTOR_DATA(values, float)[entry]);
    return values->type->kind == TYPE_DOUBLE && isnan(VECTOR_DATA(values, double)[entry]);
}

/* Leaves the first of equal rows; answers how many are left. */
static uint32_t drop_duplicates(struct arena *arena, const struct vector *values, uint32_t *rows, uint32_t count) {
    uint32_t bits = 4;
    while ((1u << bits) < 2 * count) bits++;
    uint32_t *slots = ARENA_ARRAY(arena, uint32_t, (size_t)1 << bits), kept = 0;
    uint64_t *hashes = hashes_of(arena, values, rows, count); /* the kept rows' move to the front as the rows do */
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = (uint32_t)(hashes[i] * 0x9E3779B97F4A7C15 >> (64 - bits)), seen;
        bool unique = is_nan(values, rows[i]);
        for (; (seen = slots[at]); at = (at + 1) & ((1u << bits) - 1))
            if (!unique && hashes[seen - 1] == hashes[i] && rows_equal(values, rows[seen - 1], values, rows[i])) break;
        if (seen) continue;
        hashes[kept] = hashes[i];
        rows[kept++] = rows[i];
        slots[at] = kept;
    }
    return kept;
}

static bool finish_lists(struct call *call, void *const *states, uint32_t count, struct vector *out, bool distinct) {
    const struct gathered *g = call->state;
    struct arena *arena = call->arena;
    uint64_t total = 0;
    for (uint32_t i = 0; i < count; i++) total += ((const struct gathered_state *)states[i])->count;
    uint32_t *elements = arena_bytes_array(arena, total, sizeof *elements), used = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct gathered_state *state = states[i];
        uint32_t *rows = gathered_rows(g, arena, state), kept = state->count;
        if (distinct) {
            kept = drop_duplicates(arena, row_store_column(&g->store, 0), rows, kept);
            order_as_set(arena, row_store_column(&g->store, 0), rows, kept);
        }
        VECTOR_DATA(out, struct list_entry)[i] = (struct list_entry){used, kept};
        memcpy(elements + used, rows, kept * sizeof *rows);
        used += kept;
    }
    out->child_count = 1;
    out->children = ARENA_NEW(arena, struct vector);
    out->child_rows = used;
    vector_select(&out->children[0], arena, row_store_column(&g->store, 0), elements, used);
    return true;
}

static bool list_finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    return finish_lists(call, states, count, out, false);
}

static bool set_finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    return finish_lists(call, states, count, out, true);
}

static const struct aggregate_kernel list_kernel = {
    .fixed_size = sizeof(struct gathered_state), .update = gather_update, .merge = gather_merge, .finish = list_finish};
static const struct aggregate_kernel set_kernel = {.fixed_size = sizeof(struct gathered_state),
                                                   .distinct = true,
                                                   .update = gather_update,
                                                   .merge = gather_merge,
                                                   .finish = set_finish};

/* Whether equal values are the same bytes: sets do without maps and collated strings. */
static bool equal_by_bytes(const struct type *t) {
    if (t->kind == TYPE_ARRAY) return equal_by_bytes(t->element);
    for (uint32_t i = 0; t->kind == TYPE_STRUCT && i < t->field_count; i++)
        if (!equal_by_bytes(t->fields[i].type)) return false;
    return t->kind != TYPE_MAP && !(type_is_string(t) && t->collation);
}

static struct expr *resolve_list(struct resolver *r, struct expr *call, struct error *err) {
    call->type = type_array(r->arena, call->children[0]->type, false);
    call->nullable = false;
    return call;
}

/* array_agg too is called collect_list in names. */
static struct expr *resolve_all(struct resolver *r, struct expr *call, struct error *err) {
    call->aggregate.name = "collect_list";
    return resolve_list(r, call, err);
}

static struct expr *resolve_set(struct resolver *r, struct expr *call, struct error *err) {
    if (!equal_by_bytes(call->children[0]->type))
        return resolve_mismatch(r, call, err, "UNSUPPORTED_INPUT_TYPE", "functionName",
                                arena_printf(r->arena, "`%s`", call->aggregate.name), "dataType",
                                "\"MAP\" or \"COLLATED STRING\"", NULL);
    return resolve_list(r, call, err);
}

/* --- listagg --- */

static int compare_orders(const struct gathered *g, const struct expr *e, uint32_t a, uint32_t b) {
    for (uint32_t k = 0; k < e->aggregate.order_count; k++) {
        const struct vector *v = row_store_column(&g->store, e->child_count + k);
        struct sort_key key = {e->aggregate.order[k].descending, e->aggregate.order[k].nulls_first};
        int order = rows_compare(v, a, v, b, &key);
        if (order) return order;
    }
    return 0;
}

/* A stable merge sort of row numbers by the WITHIN GROUP keys. */
static void sort_rows(struct arena *arena, const struct gathered *g, const struct expr *e, uint32_t *rows,
                      uint32_t count) {
    uint32_t *from = rows, *to = arena_bytes_array(arena, count, sizeof *to);
    for (uint64_t width = 1; width < count; width *= 2) {
        for (uint64_t start = 0; start < count; start += 2 * width) {
            uint64_t middle = start + width < count ? start + width : count;
            uint64_t end = start + 2 * width < count ? start + 2 * width : count;
            uint64_t left = start, right = middle;
            for (uint64_t k = start; k < end; k++) {
                bool take_left = right == end || (left < middle && compare_orders(g, e, from[left], from[right]) <= 0);
                to[k] = take_left ? from[left++] : from[right++];
            }
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != rows) memcpy(rows, from, count * sizeof *rows);
}

static struct string join_strings(struct arena *arena, const struct gathered *g, const uint32_t *rows, uint32_t count,
                                  struct string delimiter) {
    const struct string *values = row_store_column(&g->store, 0)->data;
    size_t size = (size_t)delimiter.size * (count - 1);
    for (uint32_t i = 0; i < count; i++) size += values[rows[i]].size;
    char *text = arena_bytes(arena, size), *to = text;
    for (uint32_t i = 0; i < count; i++) {
        if (i && delimiter.size) to = (char *)memcpy(to, delimiter.data, delimiter.size) + delimiter.size;
        if (values[rows[i]].size)
            to = (char *)memcpy(to, values[rows[i]].data, values[rows[i]].size) + values[rows[i]].size;
    }
    return string_make(text, size);
}

static bool listagg_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                           struct error *err) {
    const struct gathered *g = call->state;
    for (uint32_t i = 0; i < count; i++) {
        const struct gathered_state *state = states[i];
        if (!state->count) {
            VECTOR_DATA(out, struct string)[i] = string_make("", 0);
            vector_set_null(out, call->arena, i, count);
            continue;
        }
        uint32_t *rows = gathered_rows(g, call->arena, state);
        if (call->expr->aggregate.order_count) sort_rows(call->arena, g, call->expr, rows, state->count);
        struct string delimiter = {.data = ""};
        if (call->expr->child_count > 1) {
            const struct vector *v = row_store_column(&g->store, 1);
            if (v->type->kind != TYPE_NULL && !vector_is_null(v, rows[0]))
                delimiter = VECTOR_DATA(v, struct string)[rows[0]];
        }
        VECTOR_DATA(out, struct string)[i] = join_strings(call->arena, g, rows, state->count, delimiter);
    }
    return true;
}

static const struct aggregate_kernel listagg_kernel = {.fixed_size = sizeof(struct gathered_state),
                                                       .update = gather_update,
                                                       .merge = gather_merge,
                                                       .finish = listagg_finish};

/* Other atomic types are cast to text; a delimiter that is not given is NULL, and shows in names so. Is called again
 * once WITHIN GROUP is there. */
static struct expr *resolve_listagg(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 1) {
        call->children = arena_grow(r->arena, call->children, sizeof *call->children, 2 * sizeof *call->children);
        call->children[call->child_count++] = expr_null(r->arena, TYPE_OF(NULL));
    }
    for (uint32_t i = 0; i < 2; i++) {
        struct expr *e = call->children[i];
        const struct type *t = e->type->kind == TYPE_NULL && i ? e->type : coerce_implicit(r, e, "STRING|BINARY");
        if (!t)
            return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(i),
                                    "requiredType", "(\"STRING\" or \"BINARY\")", "inputSql", quoted_expr(r->arena, e),
                                    "inputType", quoted_type(r->arena, e->type), NULL);
        call->children[i] = coerce_to(r, e, t);
    }
    const struct expr *value = call->children[0], *delimiter = call->children[1];
    if (!delimiter->foldable)
        return resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", "`delimiter`", "inputType",
                                quoted_type(r->arena, delimiter->type), "inputExpr", quoted_expr(r->arena, delimiter),
                                NULL);
    if (delimiter->type->kind != TYPE_NULL && type_is_string(value->type) != type_is_string(delimiter->type))
        return resolve_mismatch(r, call, err, "DATA_DIFF_TYPES", "functionName",
                                arena_printf(r->arena, "`%s`", call->aggregate.name), "dataType",
                                arena_printf(r->arena, "(%s or %s)", quoted_type(r->arena, value->type),
                                             quoted_type(r->arena, delimiter->type)),
                                NULL);
    call->type = value->type;
    call->nullable = true;
    return call;
}

#define LIST_ROW(NAME, SINCE)                                                                                          \
    AGGREGATE(NAME, FUNCTION_NOT_NULL, "(ANY) ?", resolve_all, prepare_gathered, &list_kernel,                         \
              NAME "(expr) - an array of the values that are not NULL.",                                               \
              NAME "(col) from values (1), (2), (1) as t(col) => [1,2,1]", SINCE)
#define LISTAGG_ROW(NAME)                                                                                              \
    AGGREGATE(NAME, FUNCTION_NULLABLE | FUNCTION_WITHIN_GROUP, "(ANY [, ANY]) ?", resolve_listagg, prepare_gathered,   \
              &listagg_kernel, NAME "(expr[, delimiter]) - the values in one, with the delimiter between them.",       \
              NAME "(col) from values ('a'), ('b') as t(col) => ab", "4.0.0")

const struct function aggregate_collect_functions[] = {
    LIST_ROW("collect_list", "2.0.0"),
    LIST_ROW("array_agg", "3.3.0"),
    AGGREGATE("collect_set", FUNCTION_NOT_NULL, "(ANY) ?", resolve_set, prepare_gathered, &set_kernel,
              "collect_set(expr) - an array of the different values that are not NULL.",
              "collect_set(col) from values (1), (2), (1) as t(col) => [1,2]", "2.0.0"),
    LISTAGG_ROW("listagg"),
    LISTAGG_ROW("string_agg"),
    {0},
};
