/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IN: whether a value is among others. A constant list of some length becomes a hash table, once per query;
 * else the value is compared with one item after the other. NULL in the list makes of "not among them" a
 * NULL. An item that may fail is computed for the rows alone that nothing has decided before it.
 */
#include "column/row.h"
#include "expr/evaluate.h"
#include "function/operator_compare.h"

enum { LEAST_HASHED = 8 };

static const struct function lazy_in;

/* Structs are compared field by field, whatever the fields are called. */
static const struct type *common_structure(struct resolver *r, const struct expr *call) {
    const struct type *first = call->children[0]->type;
    for (uint32_t i = 1; i < call->child_count; i++)
        if (!coerce_same_structure(first, call->children[i]->type)) return NULL;
    return type_is_nested(first) ? type_as_nullable(r->arena, first) : NULL;
}

static struct expr *resolve_in(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count < 1) {
        resolve_wrong_count(r, "in", 2, UINT32_MAX, call->child_count, call->origin, err);
        return NULL;
    }
    bool same = true;
    for (uint32_t i = 1; i < call->child_count; i++)
        same &= type_equal(call->children[0]->type, call->children[i]->type);
    const struct type *type = same ? call->children[0]->type : coerce_wider_of(r, call->children, call->child_count);
    if (!type) type = common_structure(r, call);
    if (!type)
        return resolve_mismatch(r, call, err, "DATA_DIFF_TYPES", "functionName", "`in`", "dataType",
                                arena_printf(r->arena, "[%s]", types_listed(r, call, 0, 1)), NULL);
    if (!type_is_orderable(type))
        return resolve_mismatch(r, call, err, "INVALID_ORDERING_TYPE", "functionName", "`in`", "dataType",
                                quoted_type(r->arena, type), NULL);
    call->nullable = false;
    for (uint32_t i = 0; i < call->child_count; i++) {
        struct expr *cast = coerce_to(r, call->children[i], type);
        mark_coerced(call, call->children[i], cast);
        call->children[i] = cast;
        call->nullable |= cast->nullable;
        if (i && !expr_is_total(cast)) call->call.function = &lazy_in;
    }
    call->type = TYPE_OF(BOOLEAN);
    return call;
}

/* The items of a constant list in open addressing: slots hold item numbers from 1. */
struct items {
    const struct vector *values; /* flat */
    uint32_t mask;
    uint32_t *slots;
    uint64_t *hashes; /* of the items */
    bool has_null;
};

static uint32_t *find_slot(const struct items *items, const struct vector *v, uint32_t row, uint64_t hash) {
    uint32_t at = (uint32_t)hash & items->mask;
    for (;; at = (at + 1) & items->mask) {
        uint32_t item = items->slots[at];
        if (!item) return &items->slots[at];
        if (items->hashes[item - 1] == hash && rows_equal(items->values, item - 1, v, row)) return &items->slots[at];
    }
}

static bool prepare_in(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                       struct error *err) {
    uint32_t count = call->expr->child_count - 1;
    if (count < LEAST_HASHED) return true;
    for (uint32_t i = 1; i <= count; i++)
        if (!constants[i]) return true;
    struct items *items = ARENA_NEW(arena, struct items);
    struct builder b;
    builder_init(&b, arena, call->expr->children[0]->type, count);
    uint32_t size = 16;
    while (size < count * 2) size *= 2;
    for (uint32_t i = 1; i <= count; i++) {
        if (vector_is_null(constants[i], 0))
            items->has_null = true;
        else
            builder_append_row(&b, constants[i], 0, false);
    }
    items->values = builder_finish(&b);
    items->mask = size - 1;
    items->slots = ARENA_ARRAY(arena, uint32_t, size);
    items->hashes = ARENA_ARRAY(arena, uint64_t, b.count);
    rows_hash(arena, items->values, b.count, items->hashes, false);
    for (uint32_t i = 0; i < b.count; i++) {
        uint32_t *slot = find_slot(items, items->values, i, items->hashes[i]);
        if (!*slot) *slot = i + 1;
    }
    *state = items;
    return true;
}

static void in_items(struct call *call, const struct items *items, const struct vector *v, uint32_t rows,
                     struct vector *out) {
    uint64_t *hashes = arena_bytes_array(call->arena, rows, sizeof *hashes);
    rows_hash(call->arena, v, rows, hashes, false);
    for (uint32_t i = 0; i < rows; i++) {
        bool found = !vector_is_null(v, i) && *find_slot(items, v, i, hashes[i]);
        VECTOR_DATA(out, uint8_t)[i] = found;
        if (vector_is_null(v, i) || (!found && items->has_null)) vector_set_null(out, call->arena, i, rows);
    }
}

enum { OPEN, FOUND, UNKNOWN }; /* what the items so far say of a row */

/* One item, for rows that are not FOUND. at: which of all rows they are; NULL: all. */
static void in_item(struct arena *arena, const struct vector *v, const struct vector *item, const uint32_t *at,
                    uint32_t rows, uint8_t *state) {
    struct vector equal;
    vector_init(&equal, arena, TYPE_OF(BOOLEAN), rows);
    bool any_null = v->validity || item->validity || v->type->kind == TYPE_NULL;
    for (uint32_t i = 0; any_null && i < rows; i++)
        if (vector_is_null(v, i) || vector_is_null(item, i)) {
            uint8_t *row = &state[at ? at[i] : i];
            vector_set_null(&equal, arena, i, rows);
            if (*row == OPEN) *row = UNKNOWN;
        }
    compare_rows(arena, '=', v, item, rows, &equal);
    const uint8_t *is_equal = equal.data;
    if (!equal.validity && !at) {
        for (uint32_t i = 0; i < rows; i++) state[i] = is_equal[i] ? FOUND : state[i];
        return;
    }
    for (uint32_t i = 0; i < rows; i++)
        if (is_equal[i] && (!equal.validity || bit_get(equal.validity, i))) state[at ? at[i] : i] = FOUND;
}

static void put_states(struct arena *arena, const uint8_t *state, uint32_t rows, struct vector *out) {
    for (uint32_t i = 0; i < rows; i++) {
        VECTOR_DATA(out, uint8_t)[i] = state[i] == FOUND;
        if (state[i] == UNKNOWN) vector_set_null(out, arena, i, rows);
    }
}

static bool in(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
               struct error *err) {
    if (call->state) {
        in_items(call, call->state, &arguments[0], rows, out);
        return true;
    }
    uint8_t *state = ARENA_ARRAY(call->arena, uint8_t, rows);
    for (uint32_t c = 1; c < call->expr->child_count; c++)
        in_item(call->arena, &arguments[0], &arguments[c], NULL, rows, state);
    put_states(call->arena, state, rows, out);
    return true;
}

static bool evaluate_in(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                        struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    uint32_t rows = input->count;
    struct call call = {.expr = e, .state = e->call.state, .arena = arena};
    struct vector v;
    TRY(expr_evaluate(evaluator, e->children[0], input, &v, err));
    vector_init(out, arena, e->type, rows);
    if (call.state) {
        in_items(&call, call.state, &v, rows, out);
        return true;
    }
    uint8_t *state = ARENA_ARRAY(arena, uint8_t, rows);
    for (uint32_t i = 0; i < rows; i++) state[i] = vector_is_null(&v, i) ? UNKNOWN : OPEN;
    for (uint32_t c = 1; c < e->child_count; c++) {
        uint32_t *open = arena_bytes_array(arena, rows, sizeof *open), count = 0;
        for (uint32_t i = 0; i < rows; i++) {
            open[count] = i;
            count += state[i] != FOUND && !vector_is_null(&v, i);
        }
        if (!count) break;
        struct vector item, value;
        TRY(expr_evaluate_selected(evaluator, e->children[c], input, open, count, &item, err));
        vector_select(&value, arena, &v, open, count);
        in_item(arena, &value, &item, open, count, state);
    }
    put_states(arena, state, rows, out);
    return true;
}

static const struct function lazy_in = {.name = "in",
                                        .class = FUNCTION_SCALAR,
                                        .flags = FUNCTION_OPERATOR | FUNCTION_LAZY,
                                        .prepare = prepare_in,
                                        .lazy = evaluate_in};

const struct function operator_in_functions[] = {
    {.name = "in",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_OPERATOR,
     .resolve = resolve_in,
     .prepare = prepare_in,
     .kernel = in,
     .group = "predicate_funcs",
     .usage = "expr1 in (expr2, expr3, ...) - Whether expr1 is among the others.",
     .example = "1 in (1, 2, 3) => true",
     .since = "1.0.0"},
    {0},
};
