/* SPDX-License-Identifier: Apache-2.0 */
/*
 * first, last, any_value: a value by its place in the input. A second argument that is true (or IGNORE NULLS) leaves
 * NULLs out.
 */
#include "function/aggregate.h"
#include "function/window_rows.h"

static bool ignores_nulls(const struct call *call) {
    return call->expr->aggregate.ignore_nulls;
}

static bool first_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                         struct error *err) {
    bool ignore = ignores_nulls(call);
    for (uint32_t i = 0; i < rows; i++) {
        struct held_value *held = states[i];
        if (held->is_set || (ignore && vector_is_null(arguments, i))) continue;
        held_set(held, call->arena, arguments, i);
    }
    return true;
}

static bool first_update_one(struct call *call, const struct vector *arguments, uint32_t rows, void *state,
                             struct error *err) {
    bool ignore = ignores_nulls(call);
    struct held_value *held = state;
    for (uint32_t i = 0; i < rows && !held->is_set; i++)
        if (!ignore || !vector_is_null(arguments, i)) held_set(held, call->arena, arguments, i);
    return true;
}

static bool last_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                        struct error *err) {
    bool ignore = ignores_nulls(call);
    for (uint32_t i = 0; i < rows; i++)
        if (!ignore || !vector_is_null(arguments, i)) held_set(states[i], call->arena, arguments, i);
    return true;
}

static bool last_update_one(struct call *call, const struct vector *arguments, uint32_t rows, void *state,
                            struct error *err) {
    bool ignore = ignores_nulls(call);
    for (uint32_t i = rows; i-- > 0;) {
        if (ignore && vector_is_null(arguments, i)) continue;
        held_set(state, call->arena, arguments, i);
        break;
    }
    return true;
}

static bool first_merge(struct call *call, const void *from, void *into, struct error *err) {
    struct held_value *held = into;
    if (!held->is_set) held_copy(held, call->arena, call->expr->type, from);
    return true;
}

static bool last_merge(struct call *call, const void *from, void *into, struct error *err) {
    held_copy(into, call->arena, call->expr->type, from);
    return true;
}

static bool finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    held_finish(call, states, 0, count, out);
    return true;
}

/* --- over frames --- */

/* Per row the nearest one that counts: it or one after it (step 1), it or one before it (step -1); NO_ROW: none. */
static uint32_t *nearest_rows(struct call *call, const struct window_partition *p, int step) {
    uint32_t *nearest = arena_bytes_array(call->arena, p->rows, sizeof *nearest), last = NO_ROW;
    bool ignore = ignores_nulls(call);
    for (uint32_t k = 0; k < p->rows; k++) {
        uint32_t i = step > 0 ? p->rows - 1 - k : k;
        if (!ignore || !vector_is_null(p->arguments, i)) last = i;
        nearest[i] = last;
    }
    return nearest;
}

static bool first_window(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {
    uint32_t *nearest = nearest_rows(call, p, 1), *from = arena_bytes_array(call->arena, p->rows, sizeof *from);
    for (uint32_t i = 0; i < p->rows; i++) {
        bool is_empty = p->frame_start[i] == p->frame_end[i];
        uint32_t row = is_empty ? NO_ROW : nearest[p->frame_start[i]];
        from[i] = row < p->frame_end[i] ? row : NO_ROW;
    }
    window_take_rows(call, p, from, NULL, out);
    return true;
}

static bool last_window(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {
    uint32_t *nearest = nearest_rows(call, p, -1), *from = arena_bytes_array(call->arena, p->rows, sizeof *from);
    for (uint32_t i = 0; i < p->rows; i++) {
        bool is_empty = p->frame_start[i] == p->frame_end[i];
        uint32_t row = is_empty ? NO_ROW : nearest[p->frame_end[i] - 1];
        from[i] = row != NO_ROW && row >= p->frame_start[i] ? row : NO_ROW;
    }
    window_take_rows(call, p, from, NULL, out);
    return true;
}

static const struct aggregate_kernel first_kernel = {.fixed_size = sizeof(struct held_value),
                                                     .update = first_update,
                                                     .update_one = first_update_one,
                                                     .merge = first_merge,
                                                     .finish = finish,
                                                     .window = first_window,
                                                     .repeats = true};
static const struct aggregate_kernel last_kernel = {.fixed_size = sizeof(struct held_value),
                                                    .update = last_update,
                                                    .update_one = last_update_one,
                                                    .merge = last_merge,
                                                    .finish = finish,
                                                    .window = last_window,
                                                    .repeats = true};

static struct expr *resolve_first(struct resolver *r, struct expr *call, struct error *err) {
    call->type = call->children[0]->type;
    call->nullable = true;
    if (call->child_count == 1) return call;
    struct expr *ignore = call->children[1];
    if (!ignore->foldable || ignore->type->kind != TYPE_BOOLEAN) {
        const char *name = call->aggregate.function->name; /* first_value() is first() here */
        name = name[0] == 'f' ? "first" : name[0] == 'l' ? "last" : "any_value";
        return error_set(err, "_LEGACY_ERROR_TEMP_1210", "funcName", name, NULL), NULL;
    }
    const struct vector *value = expr_fold(r->arena, r->context, ignore, err);
    TRY_NULL(value);
    call->aggregate.ignore_nulls |= !vector_is_null(value, 0) && VECTOR_DATA(value, uint8_t)[0];
    call->child_count = 1; /* it shows in no name */
    return call;
}

#define ROW(NAME, KERNEL, WHICH, VALUE, SINCE)                                                                         \
    AGGREGATE(NAME, FUNCTION_NULLABLE, "(ANY [, ANY]) $1", resolve_first, NULL, &KERNEL,                               \
              NAME "(expr[, isIgnoreNull]) - " WHICH ".", NAME "(col) from values (10), (5) as t(col) => " VALUE,      \
              SINCE)

const struct function aggregate_first_functions[] = {
    ROW("first", first_kernel, "the first value", "10", "2.0.0"),
    ROW("first_value", first_kernel, "the first value", "10", "2.0.0"),
    ROW("any_value", first_kernel, "some value", "10", "3.4.0"),
    ROW("last", last_kernel, "the last value", "5", "2.0.0"),
    ROW("last_value", last_kernel, "the last value", "5", "2.0.0"),
    {0},
};
