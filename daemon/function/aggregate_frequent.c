/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collect_frequent_items, the aggregate behind df.freqItems: values that make up more than 1/n of the rows.
 *
 * Misra and Gries: n counters. A value that has none takes a free one; when there is none, the least count is taken off
 * all of them, and those at zero become free. What is frequent survives that, and perhaps others do. All rows are
 * gathered first, so that candidates are row numbers and a value of any type is compared by its hash, then in place.
 */
#include "column/row.h"
#include "function/aggregate.h"

struct frequent {
    struct gathered *gathered;
    uint32_t size;
};

struct candidate {
    uint32_t row;
    uint64_t count;
};

static bool prepare_frequent(struct call *call, struct arena *arena, const struct vector *const *constants,
                             void **state, struct error *err) {
    struct frequent *f = ARENA_NEW(arena, struct frequent);
    f->gathered = gathered_new(arena, &call->expr->children[0]->type, 1);
    f->size = (uint32_t)*VECTOR_DATA(constants[1], int32_t);
    *state = f;
    return true;
}

static bool frequent_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                            struct error *err) {
    struct frequent *f = call->state;
    return gathered_add(f->gathered, call_scratch(call), arguments, NULL, rows, states, 0, err);
}

static bool frequent_merge(struct call *call, const void *from, void *into, struct error *err) {
    gathered_merge(((struct frequent *)call->state)->gathered, from, into);
    return true;
}

static uint32_t find(const struct vector *values, const uint64_t *hashes, const struct candidate *list, uint32_t count,
                     uint32_t row) {
    uint32_t i = 0;
    while (i < count && (hashes[list[i].row] != hashes[row] || !rows_equal(values, list[i].row, values, row))) i++;
    return i;
}

/* No counter is free: the least count goes off all; the new value's own 1 is gone with it. */
static uint32_t make_room(struct candidate *list, uint32_t count) {
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < count; i++)
        if (list[i].count < least) least = list[i].count;
    if (least > 1) {
        for (uint32_t i = 0; i < count; i++) list[i].count--;
        return count;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (list[i].count > least) list[kept++] = (struct candidate){list[i].row, list[i].count - least};
    return kept;
}

static uint32_t survivors(const struct frequent *f, const struct vector *values, const uint64_t *hashes,
                          const uint32_t *rows, uint32_t row_count, struct candidate *list) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < row_count; i++) {
        uint32_t at = find(values, hashes, list, count, rows[i]);
        if (at < count)
            list[at].count++;
        else if (count < f->size)
            list[count++] = (struct candidate){rows[i], 1};
        else
            count = make_room(list, count);
    }
    return count;
}

static void sort_candidates(const struct vector *values, struct candidate *list, uint32_t count) {
    const struct sort_key key = {.nulls_first = true};
    for (uint32_t i = 1; i < count; i++) {
        struct candidate moved = list[i];
        uint32_t k = i;
        for (; k && rows_compare(values, moved.row, values, list[k - 1].row, &key) < 0; k--) list[k] = list[k - 1];
        list[k] = moved;
    }
}

static bool frequent_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                            struct error *err) {
    const struct frequent *f = call->state;
    struct arena *arena = call->arena;
    const struct vector *values = row_store_column(&f->gathered->store, 0);
    uint64_t *hashes = arena_bytes_array(arena, f->gathered->store.rows, sizeof *hashes);
    rows_hash(arena, values, f->gathered->store.rows, hashes, false);
    struct candidate *list = ARENA_ARRAY(arena, struct candidate, f->size);
    uint32_t *chosen = arena_bytes_array(arena, (size_t)f->size * count, sizeof *chosen), used = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct gathered_state *state = states[i];
        uint32_t kept = survivors(f, values, hashes, gathered_rows(f->gathered, arena, state), state->count, list);
        sort_candidates(values, list, kept);
        VECTOR_DATA(out, struct list_entry)[i] = (struct list_entry){used, kept};
        for (uint32_t k = 0; k < kept; k++) chosen[used++] = list[k].row;
    }
    out->child_count = 1;
    out->children = ARENA_NEW(arena, struct vector);
    out->child_rows = used;
    vector_select(&out->children[0], arena, values, chosen, used);
    return true;
}

static const struct aggregate_kernel frequent_kernel = {.fixed_size = sizeof(struct gathered_state),
                                                        .update = frequent_update,
                                                        .merge = frequent_merge,
                                                        .finish = frequent_finish};

static struct expr *resolve_frequent(struct resolver *r, struct expr *call, struct error *err) {
    call->type = type_array(r->arena, call->children[0]->type, true);
    call->nullable = false;
    return call;
}

const struct function aggregate_frequent_functions[] = {
    {.name = "collect_frequent_items",
     .class = FUNCTION_AGGREGATE,
     .flags = FUNCTION_INTERNAL,
     .resolve = resolve_frequent,
     .prepare = prepare_frequent,
     .aggregate = &frequent_kernel,
     .group = "agg_funcs",
     .usage = "collect_frequent_items(expr, n) - Values in more than 1/n of the rows."},
    {0},
};
