/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of aggregate functions share: loops over values that are not NULL, states that hold one value of
 * any type, and states that gather values.
 */
#ifndef ROOST_FUNCTION_AGGREGATE_H
#define ROOST_FUNCTION_AGGREGATE_H

#include "column/row_store.h"
#include "expr/evaluate.h"
#include "expr/resolve.h"

/* Runs the block for each row whose entry is not NULL; the names `i` (row) and `entry` are its own. The common case
 * of a flat column without NULLs is a loop of its own, which the compiler can vectorize. */
#define EACH_VALUE(view, rows, ...)                                                                                    \
    do {                                                                                                               \
        if (!(view).index && !(view).validity) {                                                                       \
            for (uint32_t i = 0; i < (rows); i++) {                                                                    \
                const uint32_t entry = i;                                                                              \
                (void)entry;                                                                                           \
                __VA_ARGS__                                                                                            \
            }                                                                                                          \
        } else {                                                                                                       \
            for (uint32_t i = 0; i < (rows); i++) {                                                                    \
                const uint32_t entry = view_entry(&(view), i);                                                         \
                if (view_is_null(&(view), entry)) continue;                                                            \
                __VA_ARGS__                                                                                            \
            }                                                                                                          \
        }                                                                                                              \
    } while (0)

/* Scratch memory that goes with the batch. call->arena is the aggregation's while it updates. */
static inline struct arena *call_scratch(struct call *call) {
    return call->evaluator ? &call->evaluator->batch : call->arena;
}
static inline struct view call_view(struct call *call, const struct vector *v, uint32_t rows) {
    return vector_view(call_scratch(call), v, rows);
}

/*
 * A window kernel made of an aggregate's parts: the state of a row's frame is that of the frame before with more rows,
 * where that begins at the same row; else it is made anew, so that sums of doubles come out as Spark's.
 *
 * add(call, view, storage, from, to, state, err) adds rows [from, to) of the argument.
 */
#define OVER_FRAMES(NAME, STATE, ADD, FINISH)                                                                          \
    static bool NAME(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {     \
        struct view view = vector_view(call->arena, p->arguments, p->rows);                                            \
        enum storage storage = type_storage(p->arguments->type);                                                       \
        struct STATE *states = arena_bytes_array(call->arena, p->rows, sizeof *states), state = {0};                   \
        void **pointers = arena_bytes_array(call->arena, p->rows, sizeof *pointers);                                   \
        for (uint32_t i = 0, start = 0, end = 0; i < p->rows; i++) {                                                   \
            if (i && p->frame_start[i] == p->frame_start[i - 1] && p->frame_end[i] == end) {                           \
                pointers[i] = pointers[i - 1];                                                                         \
                continue;                                                                                              \
            }                                                                                                          \
            if (p->frame_start[i] != start || p->frame_end[i] < end) {                                                 \
                start = end = p->frame_start[i];                                                                       \
                state = (struct STATE){0};                                                                             \
            }                                                                                                          \
            if (end < p->frame_end[i]) TRY(ADD(call, &view, storage, end, p->frame_end[i], &state, err));              \
            end = p->frame_end[i];                                                                                     \
            states[i] = state;                                                                                         \
            pointers[i] = &states[i];                                                                                  \
        }                                                                                                              \
        return FINISH(call, pointers, p->rows, out, err);                                                              \
    }

/* A numeric vector's value as a double. */
double aggregate_double_at(const struct vector *v, uint32_t entry);

/* A double as entry `entry` of a vector of numbers, dates, times or intervals, as Java converts it: what is too large
 * becomes the largest. NULL where a decimal has no room for it; rows: the vector's. */
void aggregate_put_double(struct vector *out, struct arena *arena, uint32_t entry, double value, uint32_t rows);

/* One value of any type, kept in the aggregation's arena. */
struct held_value {
    bool is_set; /* has ever been given a row */
    bool is_null;
    uint32_t capacity; /* bytes behind `string` */
    union {
        char fixed[16];
        struct string string;
        struct vector *nested; /* one row */
    };
};
/* Takes over row `row` of v. */
void held_set(struct held_value *h, struct arena *arena, const struct vector *v, uint32_t row);
/* Takes over what another holds. */
void held_copy(struct held_value *h, struct arena *arena, const struct type *type, const struct held_value *from);
/* The held value as a vector of one row; h must outlive it. Not for NULL. */
void held_vector(const struct held_value *h, const struct type *type, struct vector *out);
/* The results of many states: held values at `offset` bytes in each; unset ones are NULL. */
void held_finish(struct call *call, void *const *states, size_t offset, uint32_t count, struct vector *out);

/*
 * Rows that states gather: all in one row store. A state has its first row's number itself, those of the others in
 * blocks that grow, so that reading them back does not jump through memory for each:
 *
 *     room | used | next block | row | row | ... |        the last block's next is the first one
 */
struct gathered {
    struct row_store store;
    struct buffer blocks; /* words */
    uint32_t block_words; /* used of them; no block is at 0 */
};
struct gathered_state {
    uint32_t first, last; /* row; block, or 0 */
    uint32_t count;
};
/* For prepare(): a store for the call's first `columns` arguments. */
struct gathered *gathered_new(struct arena *arena, const struct type *const *types, uint32_t columns);
/* Appends the rows that `selection` names (NULL: all of them); states by the same rows. */
bool gathered_add(struct gathered *g, struct arena *scratch, const struct vector *columns, const uint32_t *selection,
                  uint32_t count, void **states, size_t offset, struct error *err);
/* Row numbers of a state, in order of arrival, in arena. */
uint32_t *gathered_rows(const struct gathered *g, struct arena *arena, const struct gathered_state *state);
/* Appends from's chain to into's; from is used up. */
void gathered_merge(struct gathered *g, const struct gathered_state *from, struct gathered_state *into);

/* Result types and nullability that several families need. */
/* What an argument becomes that is of type `one` (`word` in signatures) or an array of it; NULL: it is neither. */
const struct type *aggregate_one_or_array(struct resolver *r, const struct expr *e, const char *word,
                                          const struct type *one);
struct expr *aggregate_orderable_first(struct resolver *r, struct expr *call, struct error *err);

/* For rows of tables: an aggregate with a signature. */
#define AGGREGATE(NAME, FLAGS, SIGNATURE, RESOLVE, PREPARE, KERNEL, USAGE, EXAMPLE, SINCE)                             \
    {                                                                                                                  \
        .name = NAME, .class = FUNCTION_AGGREGATE, .flags = (FLAGS), .signature = SIGNATURE, .resolve = RESOLVE,       \
        .prepare = PREPARE, .aggregate = KERNEL, .group = "agg_funcs", .usage = USAGE, .example = EXAMPLE,             \
        .since = SINCE                                                                                                 \
    }

#endif
