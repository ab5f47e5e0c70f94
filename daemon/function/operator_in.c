/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IN: whether a value is among others. A constant list of some length becomes a hash table, once per query;
 * else the value is compared with one item after the other. NULL in the list makes of "not among them" a
 * NULL.
 */
#include "column/row.h"
#include "function/operator_compare.h"

enum { LEAST_HASHED = 8 };

static struct expr *resolve_in(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count < 1) {
        resolve_wrong_count(r, "in", 2, UINT32_MAX, call->child_count, call->origin, err);
        return NULL;
    }
    bool same = true;
    for (uint32_t i = 1; i < call->child_count; i++)
        same &= type_equal(call->children[0]->type, call->children[i]->type);
    const struct type *type = same ? call->children[0]->type : coerce_wider_of(r, call->children, call->child_count);
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

static bool in(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
               struct error *err) {
    const struct vector *v = &arguments[0];
    if (call->state) {
        in_items(call, call->state, v, rows, out);
        return true;
    }
    uint8_t *found = ARENA_ARRAY(call->arena, uint8_t, rows), *unknown = ARENA_ARRAY(call->arena, uint8_t, rows);
    for (uint32_t c = 1; c < call->expr->child_count; c++) {
        struct vector equal;
        vector_init(&equal, call->arena, TYPE_OF(BOOLEAN), rows);
        bool any_null = v->validity || arguments[c].validity || v->type->kind == TYPE_NULL;
        for (uint32_t i = 0; any_null && i < rows; i++)
            if (vector_is_null(v, i) || vector_is_null(&arguments[c], i)) {
                vector_set_null(&equal, call->arena, i, rows);
                unknown[i] = 1;
            }
        compare_rows(call->arena, '=', v, &arguments[c], rows, &equal);
        for (uint32_t i = 0; i < rows; i++)
            if (!equal.validity || bit_get(equal.validity, i)) found[i] |= VECTOR_DATA(&equal, uint8_t)[i];
    }
    memcpy(out->data, found, rows);
    for (uint32_t i = 0; i < rows; i++)
        if (!found[i] && unknown[i]) vector_set_null(out, call->arena, i, rows);
    return true;
}

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
