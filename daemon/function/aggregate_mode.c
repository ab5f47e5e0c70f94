/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mode(x), mode() WITHIN GROUP (ORDER BY x): the most frequent value.
 *
 * Of several with an order it is the first one in it. Without an order Spark takes the one that its hash table comes
 * upon first. So that the same value is given, that table is laid out here too: 64 slots and twice as many whenever
 * more than 0.7 of them are taken, a slot by Murmur3 of the value's hash code in Java, the next slots in steps of 1, 2,
 * 3 ...; filled in order of arrival, and then, as a partition's table goes over the wire and is merged into an empty
 * one, two times more, each in the order of the table before.
 */
#include "column/row.h"
#include "function/aggregate.h"
#include "function/java_hash.h"
#include "function/spark_hash.h"
#include "function/unsafe_hash.h"

static const struct type *value_type(const struct expr *e) {
    if (e->aggregate.order_count) return e->aggregate.order[0].expr->type;
    return e->child_count ? e->children[0]->type : TYPE_OF(NULL);
}

static bool prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                    struct error *err) {
    const struct type *t = value_type(call->expr);
    *state = gathered_new(arena, &t, 1);
    return true;
}

static bool update(struct call *call, const struct vector *arguments, uint32_t rows, void **states, struct error *err) {
    const struct vector *value = &arguments[call->expr->aggregate.order_count ? call->expr->child_count : 0];
    uint32_t *taken = arena_bytes_array(call_scratch(call), rows, sizeof *taken), count = 0;
    if (value->type->kind == TYPE_NULL) return true;
    for (uint32_t i = 0; i < rows; i++)
        if (!vector_is_null(value, i)) taken[count++] = i;
    return gathered_add(call->state, call_scratch(call), value, taken, count, states, 0, err);
}

static bool merge(struct call *call, const void *from, void *into, struct error *err) {
    gathered_merge(call->state, from, into);
    return true;
}

/* --- the different values, in order of arrival --- */

struct counted {
    uint32_t row, count;
};

static uint32_t count_values(struct arena *arena, const struct vector *values, const uint32_t *rows, uint32_t count,
                             struct counted *out) {
    uint32_t bits = 4, found = 0;
    while ((1u << bits) < 2 * count) bits++;
    uint32_t *slots = ARENA_ARRAY(arena, uint32_t, (size_t)1 << bits); /* + 1; 0: free */
    struct vector chosen;
    vector_select(&chosen, arena, values, rows, count);
    uint64_t *hashes = arena_bytes_array(arena, count, sizeof *hashes);
    rows_hash(arena, &chosen, count, hashes, false);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = (uint32_t)(hashes[i] * 0x9E3779B97F4A7C15 >> (64 - bits)), row = rows[i];
        while (slots[at] && !rows_equal(values, out[slots[at] - 1].row, values, row))
            at = (at + 1) & ((1u << bits) - 1);
        if (!slots[at]) {
            out[found] = (struct counted){.row = row};
            slots[at] = ++found;
        }
        out[slots[at] - 1].count++;
    }
    return found;
}

/* --- Spark's table --- */

enum { JAVA_TRUE = 1231, JAVA_FALSE = 1237, FIRST_SLOTS = 64, HASH_SEED = 42, COPIES = 2 };

/* hashCode() of the object that Spark holds for the value. */
static uint32_t java_hash(struct arena *arena, const struct vector *v, uint32_t row) {
    uint32_t entry = vector_entry(v, row);
    if (type_is_nested(v->type) && unsafe_hash_known(v->type)) return unsafe_hash(arena, v, row);
    if (v->type->kind == TYPE_DECIMAL)
        return java_hash_of_decimal(
            type_storage(v->type) == STORAGE_INT64 ? VECTOR_DATA(v, int64_t)[entry] : VECTOR_DATA(v, int128)[entry],
            v->type->scale);
    switch (type_storage(v->type)) {
        case STORAGE_BOOL: return VECTOR_DATA(v, uint8_t)[entry] ? JAVA_TRUE : JAVA_FALSE;
        case STORAGE_INT8: return (uint32_t)VECTOR_DATA(v, int8_t)[entry];
        case STORAGE_INT16: return (uint32_t)VECTOR_DATA(v, int16_t)[entry];
        case STORAGE_INT32: return (uint32_t)VECTOR_DATA(v, int32_t)[entry];
        case STORAGE_FLOAT: {
            uint32_t bits;
            memcpy(&bits, VECTOR_DATA(v, float) + entry, sizeof bits);
            return bits;
        }
        case STORAGE_INT64:
        case STORAGE_DOUBLE: return java_hash_of_bits(VECTOR_DATA(v, uint64_t)[entry]);
        case STORAGE_STRING: {
            struct string s = VECTOR_DATA(v, struct string)[entry];
            return murmur3_bytes(s.data, s.size, HASH_SEED);
        }
        default: return spark_hash(v, row, HASH_SEED);
    }
}

struct java_table {
    uint32_t *slots; /* index of a value + 1, or 0 */
    uint32_t mask, count;
};

static void put(struct java_table *t, const uint32_t *hashes, uint32_t value) {
    uint32_t at = murmur3_int(hashes[value], 0) & t->mask;
    for (uint32_t step = 1; t->slots[at]; step++) at = (at + step) & t->mask;
    t->slots[at] = value + 1;
    t->count++;
}

static void insert(struct java_table *t, struct arena *arena, const uint32_t *hashes, uint32_t value) {
    put(t, hashes, value);
    if (t->count <= (uint32_t)(0.7 * (t->mask + 1.0))) return;
    struct java_table wide = {.slots = ARENA_ARRAY(arena, uint32_t, 2 * (t->mask + (size_t)1)),
                              .mask = 2 * t->mask + 1};
    for (size_t i = 0; i <= t->mask; i++)
        if (t->slots[i]) put(&wide, hashes, t->slots[i] - 1);
    *t = wide;
}

static struct java_table table_new(struct arena *arena) {
    return (struct java_table){.slots = ARENA_ARRAY(arena, uint32_t, FIRST_SLOTS), .mask = FIRST_SLOTS - 1};
}

static uint32_t first_in_table(struct arena *arena, const struct vector *values, const struct counted *found,
                               uint32_t count, uint32_t most) {
    uint32_t *hashes = arena_bytes_array(arena, count, sizeof *hashes);
    for (uint32_t i = 0; i < count; i++) hashes[i] = java_hash(arena, values, found[i].row);
    struct java_table table = table_new(arena);
    for (uint32_t i = 0; i < count; i++) insert(&table, arena, hashes, i);
    for (int copy = 0; copy < COPIES; copy++) {
        struct java_table before = table;
        table = table_new(arena);
        for (size_t i = 0; i <= before.mask; i++)
            if (before.slots[i]) insert(&table, arena, hashes, before.slots[i] - 1);
    }
    for (size_t i = 0; i <= table.mask; i++)
        if (table.slots[i] && found[table.slots[i] - 1].count == most) return found[table.slots[i] - 1].row;
    return found[0].row;
}

static uint32_t first_in_order(const struct vector *values, const struct counted *found, uint32_t count, uint32_t most,
                               bool descending) {
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        if (found[i].count < most) continue;
        int order = best == UINT32_MAX ? 0 : values_compare(values, found[i].row, values, best);
        if (best == UINT32_MAX || (descending ? order > 0 : order < 0)) best = found[i].row;
    }
    return best;
}

/* --- the answer --- */

/* Spark's name of the type in or below t of which it has no order; NULL: there is none such. */
static const char *without_order(const struct type *t) {
    if (t->kind == TYPE_VARIANT) return "PhysicalVariantType";
    if (t->kind == TYPE_CALENDAR_INTERVAL) return "PhysicalCalendarIntervalType";
    const char *name = t->kind == TYPE_MAP ? without_order(t->key) : NULL;
    if (!name && (t->kind == TYPE_MAP || t->kind == TYPE_ARRAY)) name = without_order(t->element);
    for (uint32_t i = 0; !name && t->kind == TYPE_STRUCT && i < t->field_count; i++)
        name = without_order(t->fields[i].type);
    return name;
}

static uint32_t most_frequent(struct arena *arena, const struct expr *e, const struct vector *values,
                              const uint32_t *rows, uint32_t count) {
    struct counted *found = arena_bytes_array(arena, count, sizeof *found);
    uint32_t different = count_values(arena, values, rows, count, found), most = 0;
    for (uint32_t i = 0; i < different; i++)
        if (found[i].count > most) most = found[i].count;
    if (e->aggregate.order_count)
        return first_in_order(values, found, different, most, e->aggregate.order[0].descending);
    return first_in_table(arena, values, found, different, most);
}

static bool finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    const struct gathered *g = call->state;
    const struct vector *values = row_store_column(&g->store, 0);
    const char *unordered = call->expr->aggregate.order_count ? without_order(values->type) : NULL;
    if (unordered) return error_set(err, "DATATYPE_CANNOT_ORDER", "dataType", unordered, NULL);
    struct arena *scratch = arena_scratch(call->arena);
    struct builder b;
    builder_init(&b, call->arena, out->type, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct gathered_state *state = states[i];
        if (!state->count) {
            builder_append_null(&b);
            continue;
        }
        const uint32_t *rows = gathered_rows(g, scratch, state);
        builder_append_row(&b, values, most_frequent(scratch, call->expr, values, rows, state->count), false);
        arena_reset(scratch);
    }
    arena_release(scratch);
    *out = *builder_finish(&b);
    return true;
}

static const struct aggregate_kernel mode_kernel = {
    .fixed_size = sizeof(struct gathered_state), .update = update, .merge = merge, .finish = finish};

/* --- types --- */

/* mode(x, true) is mode() WITHIN GROUP (ORDER BY x), mode(x, false) is mode(x). */
static bool take_deterministic(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *e = call->children[1];
    if (!e->foldable)
        return error_set(err, "NON_FOLDABLE_ARGUMENT", "funcName", "`mode`", "paramName", "`deterministic`",
                         "paramType", "\"BOOLEAN\"", NULL);
    if (e->type->kind != TYPE_BOOLEAN && e->type->kind != TYPE_NULL)
        return error_set(err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(1), "functionName", "`mode`",
                         "requiredType", "\"BOOLEAN\"", "inputSql", quoted_expr(r->arena, e), "inputType",
                         quoted_type(r->arena, e->type), NULL);
    const struct vector *v = expr_fold(r->arena, r->context, e, err);
    TRY(v);
    if (vector_is_null(v, 0) || v->type->kind == TYPE_NULL) {
        resolve_mismatch(r, e, err, "UNEXPECTED_NULL", "exprName", "`deterministic`", NULL);
        return false;
    }
    call->child_count = 1;
    if (!VECTOR_DATA(v, uint8_t)[0]) return true;
    call->aggregate.order = ARENA_NEW(r->arena, struct sort_order);
    call->aggregate.order[0] = (struct sort_order){.expr = call->children[0], .nulls_first = true};
    call->aggregate.order_count = 1;
    call->child_count = 0;
    return true;
}

/* Is called again once WITHIN GROUP is there. */
static struct expr *resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 2) TRY_NULL(take_deterministic(r, call, err));
    call->nullable = true;
    call->type = value_type(call);
    return call;
}

const struct function aggregate_mode_functions[] = {
    AGGREGATE("mode", FUNCTION_NULLABLE | FUNCTION_WITHIN_GROUP, "([ANY] [, ANY]) ?", resolve, prepare, &mode_kernel,
              "mode(expr[, deterministic]) - the most frequent value.",
              "mode(col) from values (0), (10), (10) as t(col) => 10", "3.4.0"),
    {0},
};
