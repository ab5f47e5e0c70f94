/* SPDX-License-Identifier: Apache-2.0 */
/*
 * count, count_if, and the boolean and bitwise aggregates: states of one number.
 */
#include "column/mask.h"
#include "function/aggregate.h"

/* --- count: rows where no argument is NULL; of no arguments (a legacy setting allows that) none --- */

/* The rows to count, as a mask. */
static uint8_t *valid_rows(struct arena *arena, const struct call *call, const struct vector *arguments,
                           uint32_t rows) {
    uint8_t *valid = mask_of_valid(arena, &arguments[0], rows);
    for (uint32_t a = 0; a < call->expr->child_count; a++) {
        if (type_storage(arguments[a].type) == STORAGE_NONE) memset(valid, 0, rows);
        if (a == 0 || !arguments[a].validity) continue;
        const uint8_t *more = mask_of_valid(arena, &arguments[a], rows);
        for (uint32_t i = 0; i < rows; i++) valid[i] &= more[i];
    }
    return valid;
}

static bool has_nulls(const struct call *call, const struct vector *arguments) {
    for (uint32_t a = 0; a < call->expr->child_count; a++)
        if (arguments[a].validity || type_storage(arguments[a].type) == STORAGE_NONE) return true;
    return false;
}

static bool count_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                         struct error *err) {
    if (!has_nulls(call, arguments)) {
        for (uint32_t i = 0; i < rows; i++) ++*(int64_t *)states[i];
        return true;
    }
    const uint8_t *valid = valid_rows(call_scratch(call), call, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) *(int64_t *)states[i] += valid[i];
    return true;
}

static bool count_update_one(struct call *call, const struct vector *arguments, uint32_t rows, void *state,
                             struct error *err) {
    *(int64_t *)state +=
        has_nulls(call, arguments) ? mask_count(valid_rows(call_scratch(call), call, arguments, rows), rows) : rows;
    return true;
}

static bool count_merge(struct call *call, const void *from, void *into, struct error *err) {
    *(int64_t *)into += *(const int64_t *)from;
    return true;
}

static bool count_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                         struct error *err) {
    bool counts = call->expr->child_count != 0;
    for (uint32_t i = 0; i < count; i++) VECTOR_DATA(out, int64_t)[i] = counts ? *(const int64_t *)states[i] : 0;
    return true;
}

/* How many countable rows come before each; what a frame has is the difference of two of them. */
static bool count_window(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {
    uint32_t *before = arena_bytes_array(call->arena, (size_t)p->rows + 1, sizeof *before);
    const uint8_t *valid = has_nulls(call, p->arguments) ? valid_rows(call->arena, call, p->arguments, p->rows) : NULL;
    before[0] = 0;
    uint32_t step = call->expr->child_count != 0;
    for (uint32_t i = 0; i < p->rows; i++) before[i + 1] = before[i] + (valid ? valid[i] : step);
    for (uint32_t i = 0; i < p->rows; i++)
        VECTOR_DATA(out, int64_t)[i] = before[p->frame_end[i]] - before[p->frame_start[i]];
    return true;
}

static bool count_if_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                            struct error *err) {
    struct view view = call_view(call, arguments, rows);
    const uint8_t *data = view.data;
    EACH_VALUE(view, rows, { *(int64_t *)states[i] += data[entry]; });
    return true;
}

static bool count_if_update_one(struct call *call, const struct vector *arguments, uint32_t rows, void *state,
                                struct error *err) {
    *(int64_t *)state += mask_count(mask_of_true(call_scratch(call), arguments, rows), rows);
    return true;
}

static const struct aggregate_kernel count_kernel = {.plain = true,
                                                     .fixed_size = sizeof(int64_t),
                                                     .update = count_update,
                                                     .update_one = count_update_one,
                                                     .merge = count_merge,
                                                     .finish = count_finish,
                                                     .window = count_window};
static const struct aggregate_kernel count_if_kernel = {.plain = true,
                                                        .fixed_size = sizeof(int64_t),
                                                        .update = count_if_update,
                                                        .update_one = count_if_update_one,
                                                        .merge = count_merge,
                                                        .finish = count_finish};

static struct expr *resolve_count(struct resolver *r, struct expr *call, struct error *err) {
    call->type = TYPE_OF(LONG);
    call->nullable = false;
    if (call->child_count || context_flag(r->context, "spark.sql.legacy.allowParameterlessCount", false)) return call;
    error_set(err, "WRONG_NUM_ARGS.WITH_SUGGESTION", "functionName", "`count`", "expectedNum", " >= 1", "actualNum",
              "0", "legacyNum", "0", "legacyConfKey", "\"spark.sql.legacy.allowParameterlessCount\"", "legacyConfValue",
              "\"true\"", NULL);
    error_at(err, call->origin);
    return NULL;
}

/* --- bool_and, bool_or: 0 nothing yet, 1 false, 2 true --- */

static bool bool_and_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                            struct error *err) {
    struct view view = call_view(call, arguments, rows);
    const uint8_t *data = view.data;
    EACH_VALUE(view, rows, {
        uint8_t *state = states[i], value = data[entry] ? 2 : 1;
        if (!*state || value < *state) *state = value;
    });
    return true;
}

static bool bool_or_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                           struct error *err) {
    struct view view = call_view(call, arguments, rows);
    const uint8_t *data = view.data;
    EACH_VALUE(view, rows, {
        uint8_t *state = states[i], value = data[entry] ? 2 : 1;
        if (value > *state) *state = value;
    });
    return true;
}

static bool bool_and_merge(struct call *call, const void *from, void *into, struct error *err) {
    uint8_t a = *(const uint8_t *)from, *b = into;
    if (a && (!*b || a < *b)) *b = a;
    return true;
}

static bool bool_or_merge(struct call *call, const void *from, void *into, struct error *err) {
    uint8_t a = *(const uint8_t *)from, *b = into;
    if (a > *b) *b = a;
    return true;
}

static bool bool_finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        uint8_t state = *(const uint8_t *)states[i];
        VECTOR_DATA(out, uint8_t)[i] = state == 2;
        if (!state) vector_set_null(out, call->arena, i, count);
    }
    return true;
}

static const struct aggregate_kernel bool_and_kernel = {
    .plain = true, .fixed_size = 1, .update = bool_and_update, .merge = bool_and_merge, .finish = bool_finish};
static const struct aggregate_kernel bool_or_kernel = {
    .plain = true, .fixed_size = 1, .update = bool_or_update, .merge = bool_or_merge, .finish = bool_finish};

/* --- bit_and, bit_or, bit_xor --- */

struct bits {
    uint64_t value;
    bool any;
};

static bool bits_widen(struct call *call, const struct vector *v, uint32_t rows, uint64_t *wide) {
    struct view view = call_view(call, v, rows);
#define WIDEN(ctype) EACH_VALUE(view, rows, { wide[i] = (uint64_t)((const ctype *)view.data)[entry]; })
    switch (type_storage(v->type)) {
        case STORAGE_INT8: WIDEN(int8_t); break;
        case STORAGE_INT16: WIDEN(int16_t); break;
        case STORAGE_INT32: WIDEN(int32_t); break;
        default: WIDEN(int64_t); break;
    }
#undef WIDEN
    return true;
}

#define BITS_UPDATE(NAME, EMPTY, OPERATOR)                                                                             \
    static bool NAME##_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,         \
                              struct error *err) {                                                                     \
        uint64_t *wide = arena_bytes_array(call_scratch(call), rows, sizeof *wide);                                    \
        bits_widen(call, arguments, rows, wide);                                                                       \
        struct view view = call_view(call, arguments, rows);                                                           \
        EACH_VALUE(view, rows, {                                                                                       \
            struct bits *state = states[i];                                                                            \
            state->value = (state->any ? state->value : (EMPTY))OPERATOR wide[i];                                      \
            state->any = true;                                                                                         \
        });                                                                                                            \
        return true;                                                                                                   \
    }                                                                                                                  \
    static bool NAME##_merge(struct call *call, const void *from, void *into, struct error *err) {                     \
        const struct bits *a = from;                                                                                   \
        struct bits *b = into;                                                                                         \
        if (!a->any) return true;                                                                                      \
        b->value = (b->any ? b->value : (EMPTY))OPERATOR a->value;                                                     \
        b->any = true;                                                                                                 \
        return true;                                                                                                   \
    }

BITS_UPDATE(bit_and, UINT64_MAX, &)
BITS_UPDATE(bit_or, 0, |)
BITS_UPDATE(bit_xor, 0, ^)

static bool bits_finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    size_t width = storage_size(type_storage(out->type));
    for (uint32_t i = 0; i < count; i++) {
        const struct bits *state = states[i];
        value_copy((char *)out->data + i * width, &state->value, width);
        if (!state->any) vector_set_null(out, call->arena, i, count);
    }
    return true;
}

#define BITS_KERNEL(NAME)                                                                                              \
    static const struct aggregate_kernel NAME##_kernel = {.plain = true,                                               \
                                                          .fixed_size = sizeof(struct bits),                           \
                                                          .update = NAME##_update,                                     \
                                                          .merge = NAME##_merge,                                       \
                                                          .finish = bits_finish}
BITS_KERNEL(bit_and);
BITS_KERNEL(bit_or);
BITS_KERNEL(bit_xor);

#define BOOLEAN_AND(NAME, USAGE, SINCE)                                                                                \
    AGGREGATE(NAME, FUNCTION_NULLABLE, "(BOOLEAN) BOOLEAN", NULL, NULL, &bool_and_kernel, USAGE,                       \
              NAME "(col) from values (true), (null) as t(col) => true", SINCE)
#define BOOLEAN_OR(NAME, USAGE, SINCE)                                                                                 \
    AGGREGATE(NAME, FUNCTION_NULLABLE, "(BOOLEAN) BOOLEAN", NULL, NULL, &bool_or_kernel, USAGE,                        \
              NAME "(col) from values (false), (null) as t(col) => false", SINCE)
#define BITS(NAME, VALUE, USAGE)                                                                                       \
    AGGREGATE(#NAME, FUNCTION_NULLABLE | FUNCTION_EXACT, "(INTEGRAL) $1", NULL, NULL, &NAME##_kernel, USAGE,           \
              #NAME "(col) from values (3), (5) as t(col) => " VALUE, "3.0.0")

const struct function aggregate_count_functions[] = {
    AGGREGATE("count", FUNCTION_NOT_NULL, NULL, resolve_count, NULL, &count_kernel,
              "count(expr, ...) - how many rows there are where no argument is NULL.",
              "count(col) from values (1), (null) as t(col) => 1", "1.0.0"),
    AGGREGATE("count_if", FUNCTION_NOT_NULL, "(BOOLEAN) LONG", NULL, NULL, &count_if_kernel,
              "count_if(condition) - how many rows meet the condition.",
              "count_if(col > 1) from values (1), (2) as t(col) => 1", "3.0.0"),
    BOOLEAN_AND("bool_and", "bool_and(expr) - true when no value is false.", "3.0.0"),
    BOOLEAN_AND("every", "every(expr) - true when no value is false.", "3.0.0"),
    BOOLEAN_OR("bool_or", "bool_or(expr) - true when any value is true.", "3.0.0"),
    BOOLEAN_OR("some", "some(expr) - true when any value is true.", "3.0.0"),
    BOOLEAN_OR("any", "any(expr) - true when any value is true.", "3.0.0"),
    BITS(bit_and, "1", "bit_and(expr) - the bitwise AND of all values."),
    BITS(bit_or, "7", "bit_or(expr) - the bitwise OR of all values."),
    BITS(bit_xor, "6", "bit_xor(expr) - the bitwise XOR of all values."),
    {0},
};
