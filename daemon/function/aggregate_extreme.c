/* SPDX-License-Identifier: Apache-2.0 */
/*
 * min, max, min_by, max_by: the value that comes first or last in order.
 *
 * Numbers have loops of their own per storage; everything else that can be ordered is compared by values_compare(). NaN
 * is greater than any number, and -0.0 equals 0.0. Of equal ones min and max keep the first, the _by forms the last.
 */
#include <math.h>

#include "base/vectorized.h"
#include "column/row.h"
#include "function/aggregate.h"

/* --- numbers --- */

struct number {
    union {
        int64_t i64;
        double f64;
        int128 i128;
    };
    bool any;
};

#define LESS(a, b) ((a) < (b))
#define GREATER(a, b) ((a) > (b))
#define FLOAT_LESS(a, b) ((a) < (b) || (isnan(b) && !isnan(a)))
#define FLOAT_GREATER(a, b) ((a) > (b) || (isnan(a) && !isnan(b)))

/* The best of values without NULLs. */
#define WHOLE_OF(NAME, CTYPE, BEATS)                                                                                   \
    VECTORIZED static CTYPE NAME##_of(const CTYPE *data, uint32_t rows) {                                              \
        CTYPE best = data[0];                                                                                          \
        for (uint32_t i = 1; i < rows; i++) best = BEATS(data[i], best) ? data[i] : best;                              \
        return best;                                                                                                   \
    }
/* Of 128 bits, which have no vectors: most values are as narrow as their lower half, which has. Else few runs of values
 * have one that is better than all before. */
#define WIDE_OF(NAME, CTYPE, BEATS)                                                                                    \
    VECTORIZED static bool NAME##_of_halves(const CTYPE *data, uint32_t rows, int64_t *best) {                         \
        int64_t value = (int64_t)data[0], low, high, beyond = 0;                                                       \
        for (size_t i = 0; i < rows; i++) {                                                                            \
            memcpy(&low, (const char *)(data + i), sizeof low);                                                        \
            memcpy(&high, (const char *)(data + i) + sizeof low, sizeof high);                                         \
            beyond |= high ^ (low < 0 ? -1 : 0);                                                                       \
            value = BEATS(low, value) ? low : value;                                                                   \
        }                                                                                                              \
        *best = value;                                                                                                 \
        return !beyond;                                                                                                \
    }                                                                                                                  \
    static CTYPE NAME##_of(const CTYPE *data, uint32_t rows) {                                                         \
        enum { RUN = 8 };                                                                                              \
        int64_t narrow;                                                                                                \
        if (NAME##_of_halves(data, rows, &narrow)) return narrow;                                                      \
        CTYPE best = data[0];                                                                                          \
        uint32_t i = 0;                                                                                                \
        for (; i + RUN <= rows; i += RUN) {                                                                            \
            bool better = false;                                                                                       \
            for (uint32_t k = i; k < i + RUN; k++) better |= BEATS(data[k], best);                                     \
            for (uint32_t k = i; better && k < i + RUN; k++) best = BEATS(data[k], best) ? data[k] : best;             \
        }                                                                                                              \
        for (; i < rows; i++) best = BEATS(data[i], best) ? data[i] : best;                                            \
        return best;                                                                                                   \
    }
/* Of floats by their bits, which make whole numbers of the same order, once those below the sign are turned over in
 * negative ones. NaN, and which of 0.0 and -0.0 came first, are seen to one by one. */
#define ORDERED(KEY, MAX, bits) ((bits) ^ ((bits) < 0 ? (KEY)MAX : 0))
#define FLOAT_OF(NAME, CTYPE, BEATS, KEY, MAX, PLAIN)                                                                  \
    VECTORIZED static CTYPE NAME##_of(const CTYPE *data, uint32_t rows) {                                              \
        KEY best, key;                                                                                                 \
        CTYPE value = data[0];                                                                                         \
        GATHERED(CTYPE) unordered = 0;                                                                                 \
        memcpy(&best, data, sizeof best);                                                                              \
        best = ORDERED(KEY, MAX, best);                                                                                \
        for (uint32_t i = 0; i < rows; i++) {                                                                          \
            memcpy(&key, data + i, sizeof key);                                                                        \
            key = ORDERED(KEY, MAX, key);                                                                              \
            best = PLAIN(key, best) ? key : best;                                                                      \
            unordered |= data[i] != data[i] ? 1 : 0;                                                                   \
        }                                                                                                              \
        best = ORDERED(KEY, MAX, best);                                                                                \
        if (!unordered) memcpy(&value, &best, sizeof value);                                                           \
        if (!unordered && value != 0) return value;                                                                    \
        value = data[0];                                                                                               \
        for (uint32_t i = 1; i < rows; i++) value = BEATS(data[i], value) ? data[i] : value;                           \
        return value;                                                                                                  \
    }

#define NUMBER_KERNEL(NAME, CTYPE, FIELD, BEATS)                                                                       \
    static bool NAME##_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,         \
                              struct error *err) {                                                                     \
        struct view view = call_view(call, arguments, rows);                                                           \
        const CTYPE *data = view.data;                                                                                 \
        EACH_VALUE(view, rows, {                                                                                       \
            struct number *state = states[i];                                                                          \
            CTYPE value = data[entry];                                                                                 \
            if (!state->any || BEATS(value, state->FIELD)) state->FIELD = value;                                       \
            state->any = true;                                                                                         \
        });                                                                                                            \
        return true;                                                                                                   \
    }                                                                                                                  \
    static bool NAME##_update_one(struct call *call, const struct vector *arguments, uint32_t rows, void *into,        \
                                  struct error *err) {                                                                 \
        struct view view = call_view(call, arguments, rows);                                                           \
        const CTYPE *data = view.data;                                                                                 \
        struct number *state = into;                                                                                   \
        if (view.index || view.validity) {                                                                             \
            CTYPE *values = arena_bytes_array(call_scratch(call), rows, sizeof(CTYPE));                                \
            uint32_t count = view.validity ? 0 : rows;                                                                 \
            for (uint32_t i = 0; i < count; i++) values[i] = data[view.index[i]];                                      \
            for (uint32_t i = 0; view.validity && i < rows; i++) {                                                     \
                const uint32_t entry = view_entry(&view, i);                                                           \
                values[count] = data[entry];                                                                           \
                count += !view_is_null(&view, entry);                                                                  \
            }                                                                                                          \
            data = values;                                                                                             \
            rows = count;                                                                                              \
        }                                                                                                              \
        if (!rows) return true;                                                                                        \
        CTYPE value = NAME##_of(data, rows);                                                                           \
        if (!state->any || BEATS(value, state->FIELD)) state->FIELD = value;                                           \
        state->any = true;                                                                                             \
        return true;                                                                                                   \
    }                                                                                                                  \
    static bool NAME##_merge(struct call *call, const void *from, void *into, struct error *err) {                     \
        const struct number *a = from;                                                                                 \
        struct number *b = into;                                                                                       \
        if (a->any && (!b->any || BEATS(a->FIELD, b->FIELD))) *b = *a;                                                 \
        return true;                                                                                                   \
    }                                                                                                                  \
    static bool NAME##_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,              \
                              struct error *err) {                                                                     \
        for (uint32_t i = 0; i < count; i++) {                                                                         \
            const struct number *state = states[i];                                                                    \
            VECTOR_DATA(out, CTYPE)[i] = (CTYPE)state->FIELD;                                                          \
            if (!state->any) vector_set_null(out, call->arena, i, count);                                              \
        }                                                                                                              \
        return true;                                                                                                   \
    }                                                                                                                  \
    static inline bool NAME##_extend(struct call *call, const struct view *view, enum storage storage, uint32_t from,  \
                                     uint32_t to, struct number *state, struct error *err) {                           \
        for (uint32_t i = from; i < to; i++) {                                                                         \
            uint32_t entry = view_entry(view, i);                                                                      \
            if (view_is_null(view, entry)) continue;                                                                   \
            CTYPE value = ((const CTYPE *)view->data)[entry];                                                          \
            if (!state->any || BEATS(value, state->FIELD)) state->FIELD = value;                                       \
            state->any = true;                                                                                         \
        }                                                                                                              \
        return true;                                                                                                   \
    }                                                                                                                  \
    OVER_FRAMES(NAME##_window, number, NAME##_extend, NAME##_finish)                                                   \
    static const struct aggregate_kernel NAME = {.plain = true,                                                        \
                                                 .fixed_size = sizeof(struct number),                                  \
                                                 .update = NAME##_update,                                              \
                                                 .update_one = NAME##_update_one,                                      \
                                                 .merge = NAME##_merge,                                                \
                                                 .finish = NAME##_finish,                                              \
                                                 .window = NAME##_window};

#define WIDE_KERNEL(NAME, CTYPE, FIELD, BEATS)                                                                         \
    WIDE_OF(NAME, CTYPE, BEATS)                                                                                        \
    NUMBER_KERNEL(NAME, CTYPE, FIELD, BEATS)
#define WHOLE_KERNEL(NAME, CTYPE, FIELD, BEATS)                                                                        \
    WHOLE_OF(NAME, CTYPE, BEATS)                                                                                       \
    NUMBER_KERNEL(NAME, CTYPE, FIELD, BEATS)
#define FLOAT_KERNEL(NAME, CTYPE, BEATS, KEY, MAX, PLAIN)                                                              \
    FLOAT_OF(NAME, CTYPE, BEATS, KEY, MAX, PLAIN)                                                                      \
    NUMBER_KERNEL(NAME, CTYPE, f64, BEATS)
WHOLE_KERNEL(min_bool, uint8_t, i64, LESS)
WHOLE_KERNEL(max_bool, uint8_t, i64, GREATER)
WHOLE_KERNEL(min_int8, int8_t, i64, LESS)
WHOLE_KERNEL(max_int8, int8_t, i64, GREATER)
WHOLE_KERNEL(min_int16, int16_t, i64, LESS)
WHOLE_KERNEL(max_int16, int16_t, i64, GREATER)
WHOLE_KERNEL(min_int32, int32_t, i64, LESS)
WHOLE_KERNEL(max_int32, int32_t, i64, GREATER)
WHOLE_KERNEL(min_int64, int64_t, i64, LESS)
WHOLE_KERNEL(max_int64, int64_t, i64, GREATER)
WIDE_KERNEL(min_int128, int128, i128, LESS)
WIDE_KERNEL(max_int128, int128, i128, GREATER)
FLOAT_KERNEL(min_float, float, FLOAT_LESS, int32_t, INT32_MAX, LESS)
FLOAT_KERNEL(max_float, float, FLOAT_GREATER, int32_t, INT32_MAX, GREATER)
FLOAT_KERNEL(min_double, double, FLOAT_LESS, int64_t, INT64_MAX, LESS)
FLOAT_KERNEL(max_double, double, FLOAT_GREATER, int64_t, INT64_MAX, GREATER)

/* --- any other type --- */

static bool is_max(const struct call *call) {
    return call->expr->aggregate.function->name[1] == 'a';
}

/* How much row `row` of v is to be preferred to what is held: more than 0 if it comes before (after) it. */
static int preference(const struct vector *v, uint32_t row, const struct held_value *held, bool max) {
    if (!held->is_set) return 1;
    struct vector one;
    held_vector(held, v->type, &one);
    int order = values_compare(v, row, &one, 0);
    return max ? order : -order;
}

static bool value_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                         struct error *err) {
    bool max = is_max(call);
    if (type_storage(arguments->type) == STORAGE_NONE) return true;
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(arguments, i)) continue;
        struct held_value *held = states[i];
        if (preference(arguments, i, held, max) > 0) held_set(held, call->arena, arguments, i);
    }
    return true;
}

/* Strings by their bytes: the best of the batch is found among themselves. */
static bool string_update_one(struct call *call, const struct vector *arguments, uint32_t rows,
                              struct held_value *held) {
    struct view view = call_view(call, arguments, rows);
    const struct string *data = view.data;
    bool max = is_max(call), any = false;
    uint32_t best = 0, at = 0;
    EACH_VALUE(view, rows, {
        int order = any ? string_compare(data[entry], data[best]) : 0;
        if (any && (max ? order <= 0 : order >= 0)) continue;
        any = true;
        best = entry;
        at = i;
    });
    if (any && preference(arguments, at, held, max) > 0) held_set(held, call->arena, arguments, at);
    return true;
}

static bool value_update_one(struct call *call, const struct vector *arguments, uint32_t rows, void *state,
                             struct error *err) {
    if (type_storage(arguments->type) == STORAGE_STRING && !arguments->type->collation)
        return string_update_one(call, arguments, rows, state);
    bool max = is_max(call);
    if (type_storage(arguments->type) == STORAGE_NONE) return true;
    for (uint32_t i = 0; i < rows; i++)
        if (!vector_is_null(arguments, i) && preference(arguments, i, state, max) > 0)
            held_set(state, call->arena, arguments, i);
    return true;
}

static bool value_merge(struct call *call, const void *from, void *into, struct error *err) {
    const struct held_value *a = from;
    if (!a->is_set) return true;
    struct vector one;
    held_vector(a, call->expr->type, &one);
    if (preference(&one, 0, into, is_max(call)) > 0) held_set(into, call->arena, &one, 0);
    return true;
}

static bool value_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                         struct error *err) {
    held_finish(call, states, 0, count, out);
    return true;
}

static const struct aggregate_kernel value_kernel = {.fixed_size = sizeof(struct held_value),
                                                     .update = value_update,
                                                     .update_one = value_update_one,
                                                     .merge = value_merge,
                                                     .finish = value_finish};

/* --- the value where another is greatest --- */

struct by {
    struct held_value value;
    struct held_value key;
};

static bool by_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                      struct error *err) {
    bool max = is_max(call);
    if (type_storage(arguments[1].type) == STORAGE_NONE) return true;
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(&arguments[1], i)) continue;
        struct by *state = states[i];
        if (preference(&arguments[1], i, &state->key, max) < 0) continue;
        held_set(&state->key, call->arena, &arguments[1], i);
        held_set(&state->value, call->arena, &arguments[0], i);
    }
    return true;
}

static bool by_merge(struct call *call, const void *from, void *into, struct error *err) {
    const struct by *a = from;
    struct by *b = into;
    if (!a->key.is_set) return true;
    struct vector key;
    held_vector(&a->key, call->expr->children[1]->type, &key);
    if (preference(&key, 0, &b->key, is_max(call)) < 0) return true;
    held_set(&b->key, call->arena, &key, 0);
    held_copy(&b->value, call->arena, call->expr->type, &a->value);
    return true;
}

static bool by_finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    held_finish(call, states, offsetof(struct by, value), count, out);
    return true;
}

static const struct aggregate_kernel by_kernel = {
    .fixed_size = sizeof(struct by), .update = by_update, .merge = by_merge, .finish = by_finish};

/* --- rows --- */

#define ROW(NAME, KERNEL)                                                                                              \
    { .name = NAME, .class = FUNCTION_AGGREGATE, .aggregate = &KERNEL }
static const struct function min_variants[] = {
    [STORAGE_BOOL] = ROW("min", min_bool),     [STORAGE_INT8] = ROW("min", min_int8),
    [STORAGE_INT16] = ROW("min", min_int16),   [STORAGE_INT32] = ROW("min", min_int32),
    [STORAGE_INT64] = ROW("min", min_int64),   [STORAGE_INT128] = ROW("min", min_int128),
    [STORAGE_FLOAT] = ROW("min", min_float),   [STORAGE_DOUBLE] = ROW("min", min_double),
    [STORAGE_NONE] = ROW("min", value_kernel), [STORAGE_STRING] = ROW("min", value_kernel),
    [STORAGE_LIST] = ROW("min", value_kernel), [STORAGE_STRUCT] = ROW("min", value_kernel)};
static const struct function max_variants[] = {
    [STORAGE_BOOL] = ROW("max", max_bool),     [STORAGE_INT8] = ROW("max", max_int8),
    [STORAGE_INT16] = ROW("max", max_int16),   [STORAGE_INT32] = ROW("max", max_int32),
    [STORAGE_INT64] = ROW("max", max_int64),   [STORAGE_INT128] = ROW("max", max_int128),
    [STORAGE_FLOAT] = ROW("max", max_float),   [STORAGE_DOUBLE] = ROW("max", max_double),
    [STORAGE_NONE] = ROW("max", value_kernel), [STORAGE_STRING] = ROW("max", value_kernel),
    [STORAGE_LIST] = ROW("max", value_kernel), [STORAGE_STRUCT] = ROW("max", value_kernel)};

static struct expr *resolve_extreme(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(aggregate_orderable_first(r, call, err));
    const struct function *variants = is_max(&(struct call){.expr = call}) ? max_variants : min_variants;
    call->type = call->children[0]->type;
    call->nullable = true;
    call->aggregate.function = &variants[type_storage(call->type)];
    return call;
}

static struct expr *resolve_by(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[1]->type;
    call->type = call->children[0]->type;
    call->nullable = true;
    if (type_is_orderable(t)) return call;
    return resolve_mismatch(r, call, err, "INVALID_ORDERING_TYPE", "functionName",
                            arena_printf(r->arena, "`%s`", call->aggregate.name), "dataType", quoted_type(r->arena, t),
                            NULL);
}

const struct function aggregate_extreme_functions[] = {
    AGGREGATE("min", FUNCTION_NULLABLE, "(ANY) $1", resolve_extreme, NULL, &value_kernel,
              "min(expr) - the least value.", "min(col) from values (10), (-1) as t(col) => -1", "1.0.0"),
    AGGREGATE("max", FUNCTION_NULLABLE, "(ANY) $1", resolve_extreme, NULL, &value_kernel,
              "max(expr) - the greatest value.", "max(col) from values (10), (-1) as t(col) => 10", "1.0.0"),
    AGGREGATE("min_by", FUNCTION_NULLABLE, "(ANY, ANY) $1", resolve_by, NULL, &by_kernel,
              "min_by(x, y) - the value of x where y is least.",
              "min_by(x, y) from values ('a', 10), ('b', 5) as t(x, y) => b", "3.0.0"),
    AGGREGATE("max_by", FUNCTION_NULLABLE, "(ANY, ANY) $1", resolve_by, NULL, &by_kernel,
              "max_by(x, y) - the value of x where y is greatest.",
              "max_by(x, y) from values ('a', 10), ('b', 5) as t(x, y) => a", "3.0.0"),
    {0},
};
