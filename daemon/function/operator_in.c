/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IN: whether a value is among others. A constant list of some length becomes a set, once per query: of integers, or
 * of hashes, where texts are looked up only if they begin as an item does. Else the value is compared with one item after
 * the other. NULL in the list makes of "not among them" a NULL. An item that may fail is computed for the rows alone that
 * nothing has decided before it.
 */
#include "column/mask.h"
#include "column/row.h"
#include "expr/evaluate.h"
#include "function/operator_compare.h"
#include "function/text_set.h"

enum { LEAST_HASHED = 8, LEAST_HASHED_TEXTS = 2 };

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

/* A set of integers: those that are close together have a byte each, and one behind it for all others; else they are
 * hashed, sparse enough that most look-ups end where they begin. */
struct integers {
    uint8_t *members; /* of [lowest, lowest + span), and a 0; NULL: they are hashed */
    int64_t lowest;
    uint64_t span;
    uint32_t shift; /* of the hash */
    uint64_t mask;
    bool has_lowest; /* INT64_MIN, which stands in the empty slots */
    int64_t slots[];
};

/* The items of a constant list in open addressing: slots hold item numbers from 1. */
struct items {
    const struct vector *values; /* flat */
    uint32_t count;
    bool has_null;
    struct integers *integers; /* whole numbers have no more than this; else NULL */
    struct text_set *texts;    /* nor have strings that are equal by their bytes */
    uint32_t mask;
    uint32_t *slots;
    uint64_t *hashes; /* of the items */
};

/* Most bits of it depend on all of x's. */
static inline uint64_t spread(uint64_t x) {
    return x * UINT64_C(0x9E3779B97F4A7C15);
}

static inline uint64_t integer_slot(const struct integers *set, int64_t x) {
    uint64_t at = spread((uint64_t)x) >> set->shift;
    while (set->slots[at] != x && set->slots[at] != INT64_MIN) at = (at + 1) & set->mask;
    return at;
}

/* NULL: they are too far apart. */
static struct integers *integers_close(struct arena *arena, const struct vector *values, uint32_t count) {
    enum { MOST_SPAN = 1 << 14 };
    int64_t lowest = count ? vector_integer(values, 0) : 0, highest = lowest;
    for (uint32_t i = 1; i < count; i++) {
        int64_t item = vector_integer(values, i);
        lowest = item < lowest ? item : lowest;
        highest = item > highest ? item : highest;
    }
    uint64_t span = (uint64_t)highest - (uint64_t)lowest;
    if (span >= MOST_SPAN) return NULL;
    struct integers *set = ARENA_NEW(arena, struct integers);
    *set = (struct integers){.members = ARENA_ARRAY(arena, uint8_t, span + 2), .lowest = lowest, .span = span + 1};
    for (uint32_t i = 0; i < count; i++) set->members[vector_integer(values, i) - lowest] = 1;
    return set;
}

static struct integers *integers_new(struct arena *arena, const struct vector *values, uint32_t count) {
    enum { SLOTS_PER_ITEM = 8, LEAST_BITS = 10 };
    struct integers *close = integers_close(arena, values, count);
    if (close) return close;
    uint32_t bits = LEAST_BITS;
    while ((uint64_t)1 << bits < (uint64_t)count * SLOTS_PER_ITEM) bits++;
    size_t size = (size_t)1 << bits;
    struct integers *set = arena_alloc(arena, sizeof *set + size * sizeof *set->slots);
    *set = (struct integers){.shift = 64 - bits, .mask = size - 1};
    for (size_t i = 0; i < size; i++) set->slots[i] = INT64_MIN;
    for (uint32_t i = 0; i < count; i++) {
        int64_t item = vector_integer(values, i);
        set->slots[integer_slot(set, item)] = item;
        set->has_lowest |= item == INT64_MIN;
    }
    return set;
}

#define FIND_INTEGERS(ctype)                                                                                           \
    for (uint32_t i = 0; set->members && i < rows; i++) {                                                              \
        uint64_t at = (uint64_t)VECTOR_DATA(v, ctype)[i] - (uint64_t)set->lowest;                                      \
        found[i] = set->members[at < set->span ? at : set->span];                                                      \
    }                                                                                                                  \
    for (uint32_t i = 0; !set->members && i < rows; i++) {                                                             \
        int64_t x = VECTOR_DATA(v, ctype)[i];                                                                          \
        found[i] = (set->slots[integer_slot(set, x)] == x) & ((x != INT64_MIN) | set->has_lowest);                     \
    }                                                                                                                  \
    break

static void find_integers(const struct integers *set, const struct vector *v, uint32_t rows, uint8_t *found) {
    switch (type_storage(v->type)) {
        case STORAGE_INT8: FIND_INTEGERS(int8_t);
        case STORAGE_INT16: FIND_INTEGERS(int16_t);
        case STORAGE_INT32: FIND_INTEGERS(int32_t);
        default: FIND_INTEGERS(int64_t);
    }
}

static bool is_integer(const struct type *type) {
    enum storage storage = type_storage(type);
    return storage >= STORAGE_INT8 && storage <= STORAGE_INT64;
}

static uint32_t *find_slot(const struct items *items, const struct vector *v, uint32_t row, uint64_t hash) {
    uint32_t at = (uint32_t)hash & items->mask;
    for (;; at = (at + 1) & items->mask) {
        uint32_t item = items->slots[at];
        if (!item) return &items->slots[at];
        if (items->hashes[item - 1] == hash && rows_equal(items->values, item - 1, v, row)) return &items->slots[at];
    }
}

static void hash_items(struct items *items, struct arena *arena) {
    uint32_t size = 16;
    while (size < (uint64_t)items->count * 2) size *= 2;
    items->mask = size - 1;
    items->slots = ARENA_ARRAY(arena, uint32_t, size);
    items->hashes = ARENA_ARRAY(arena, uint64_t, items->count);
    rows_hash(arena, items->values, items->count, items->hashes, false);
    for (uint32_t i = 0; i < items->count; i++) {
        uint32_t *slot = find_slot(items, items->values, i, items->hashes[i]);
        if (!*slot) *slot = i + 1;
    }
}

static bool prepare_in(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                       struct error *err) {
    const struct type *type = call->expr->children[0]->type;
    uint32_t count = call->expr->child_count - 1;
    if (count < (type_is_string(type) ? LEAST_HASHED_TEXTS : LEAST_HASHED)) return true;
    for (uint32_t i = 1; i <= count; i++)
        if (!constants[i]) return true;
    struct items *items = ARENA_NEW(arena, struct items);
    struct builder b;
    builder_init(&b, arena, type, count);
    for (uint32_t i = 1; i <= count; i++) {
        if (vector_is_null(constants[i], 0))
            items->has_null = true;
        else
            builder_append_row(&b, constants[i], 0, false);
    }
    items->count = b.count;
    items->values = builder_finish(&b);
    if (is_integer(type))
        items->integers = integers_new(arena, items->values, items->count);
    else if (type_storage(type) == STORAGE_STRING && !type->collation)
        items->texts = text_set_new(arena, items->values->data, items->count);
    else
        hash_items(items, arena);
    *state = items;
    return true;
}

static void find_hashed(struct arena *arena, const struct items *items, const struct vector *v, uint32_t rows,
                        uint8_t *found) {
    uint64_t *hashes = arena_bytes_array(arena, rows, sizeof *hashes);
    rows_hash(arena, v, rows, hashes, false);
    for (uint32_t i = 0; i < rows; i++) found[i] = !vector_is_null(v, i) && *find_slot(items, v, i, hashes[i]);
}

static void in_items(struct arena *arena, const struct items *items, const struct vector *v, uint32_t rows,
                     struct vector *out) {
    uint8_t *found = out->data;
    if (items->integers)
        find_integers(items->integers, vector_flatten(arena, v, rows), rows, found);
    else if (items->texts)
        text_set_find(items->texts, arena, v, rows, found);
    else
        find_hashed(arena, items, v, rows, found);
    if (!v->validity && !items->has_null) return;
    uint8_t *known = mask_of_valid(arena, v, rows);
    for (uint32_t i = 0; i < rows; i++) known[i] &= found[i] | !items->has_null;
    mask_to_validity(arena, known, rows, out);
}

/* What the items so far say: masks of the rows that are among them, and of those where a NULL leaves it open. */
struct membership {
    uint8_t *found, *unknown;
};

static struct membership membership_new(struct arena *arena, uint32_t rows) {
    return (struct membership){ARENA_ARRAY(arena, uint8_t, rows + 8), ARENA_ARRAY(arena, uint8_t, rows + 8)};
}

static bool may_be_null(const struct vector *v) {
    return v->validity || v->type->kind == TYPE_NULL;
}

/* Where the value equals one item. */
static struct membership in_item(struct arena *arena, const struct vector *v, const struct vector *item,
                                 uint32_t rows) {
    struct vector equal;
    vector_init(&equal, arena, TYPE_OF(BOOLEAN), rows);
    if (!may_be_null(v) && !may_be_null(item)) {
        compare_rows(arena, '=', v, item, rows, &equal);
        return (struct membership){equal.data, NULL};
    }
    uint8_t *valid = mask_of_valid(arena, v, rows), *unknown = mask_of_valid(arena, item, rows);
    if (v->type->kind == TYPE_NULL) memset(valid, 0, rows);
    for (uint32_t i = 0; i < rows; i++) valid[i] &= unknown[i];
    mask_to_validity(arena, valid, rows, &equal);
    compare_rows(arena, '=', v, item, rows, &equal);
    uint8_t *found = equal.data;
    for (uint32_t i = 0; i < rows; i++) {
        found[i] = valid[i] ? found[i] : 0;
        unknown[i] = !valid[i];
    }
    return (struct membership){found, unknown};
}

/* One item more, of which the masks speak of all rows. */
static void add_item(struct membership *m, struct membership item, uint32_t rows) {
    for (uint32_t i = 0; i < rows; i++) m->found[i] |= item.found[i];
    for (uint32_t i = 0; item.unknown && i < rows; i++) m->unknown[i] |= item.unknown[i];
}

/* The same where they speak of the rows `at`. */
static void add_item_at(struct membership *m, struct membership item, const uint32_t *at, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        m->found[at[i]] |= item.found[i];
        m->unknown[at[i]] |= item.unknown && item.unknown[i];
    }
}

static void put_membership(struct arena *arena, struct membership m, uint32_t rows, struct vector *out) {
    out->data = m.found;
    for (uint32_t i = 0; i < rows; i++) m.unknown[i] = (m.unknown[i] ^ 1) | m.found[i];
    mask_to_validity(arena, m.unknown, rows, out);
}

static bool in(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
               struct error *err) {
    if (call->state) {
        in_items(call->arena, call->state, &arguments[0], rows, out);
        return true;
    }
    struct membership m = membership_new(call->arena, rows);
    for (uint32_t c = 1; c < call->expr->child_count; c++)
        add_item(&m, in_item(call->arena, &arguments[0], &arguments[c], rows), rows);
    put_membership(call->arena, m, rows, out);
    return true;
}

/* The rows that no item has decided yet. */
static uint32_t undecided(struct membership m, const struct vector *v, uint32_t rows, uint32_t *open) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < rows; i++) {
        open[count] = i;
        count += !m.found[i] && !vector_is_null(v, i);
    }
    return count;
}

static bool evaluate_in(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                        struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    uint32_t rows = input->count;
    struct vector v;
    TRY(expr_evaluate(evaluator, e->children[0], input, &v, err));
    vector_init(out, arena, e->type, rows);
    if (e->call.state) {
        in_items(arena, e->call.state, &v, rows, out);
        return true;
    }
    struct membership m = membership_new(arena, rows);
    for (uint32_t i = 0; i < rows; i++) m.unknown[i] = vector_is_null(&v, i);
    for (uint32_t c = 1; c < e->child_count; c++) {
        uint32_t *open = arena_bytes_array(arena, rows, sizeof *open), count = undecided(m, &v, rows, open);
        if (!count) break;
        struct vector item, value;
        TRY(expr_evaluate_selected(evaluator, e->children[c], input, open, count, &item, err));
        vector_select(&value, arena, &v, open, count);
        add_item_at(&m, in_item(arena, &value, &item, count), open, count);
    }
    put_membership(arena, m, rows, out);
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
