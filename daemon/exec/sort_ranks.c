/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/sort_ranks.h"

#include <stdlib.h>

struct sort_ranks *sort_ranks_new(struct arena *arena, const struct type *type, bool nullable) {
    struct sort_ranks *r = ARENA_NEW(arena, struct sort_ranks);
    key_layout_init(&r->layout, arena, &type, &nullable, 1);
    key_table_init(&r->values, arena, &r->layout, 0);
    return r;
}

bool sort_ranks_number(struct sort_ranks *r, struct arena *scratch, const struct vector *v, uint32_t rows,
                       uint32_t first, uint32_t *numbers, struct error *err) {
    struct key_batch keys;
    uint32_t next = r->values.rows, most = next + rows;
    TRY(keys_make(&r->layout, scratch, v, rows, &keys, err));
    TRY(key_table_add(&r->values, &keys, rows, numbers, err));
    if (most > r->example_capacity) {
        uint32_t capacity = most * 2;
        r->examples =
            arena_grow(r->values.arena, r->examples, next * sizeof *r->examples, capacity * sizeof *r->examples);
        r->example_capacity = capacity;
    }
    for (uint32_t i = 0; next < r->values.rows; i++)
        if (numbers[i] == next) r->examples[next++] = first + i;
    return true;
}

struct comparison {
    const struct sort_ranks *ranks;
    const struct vector *column;
    const struct sort_key *order;
};

static int compare_numbers(const void *a, const void *b, void *data) {
    const struct comparison *c = data;
    uint32_t x = c->ranks->examples[*(const uint32_t *)a], y = c->ranks->examples[*(const uint32_t *)b];
    return rows_compare(c->column, x, c->column, y, c->order);
}

void sort_ranks_find(struct sort_ranks *r, const struct vector *column, const struct sort_key *order) {
    struct comparison comparison = {r, column, order};
    uint32_t count = r->values.rows;
    uint32_t *numbers = arena_bytes_array(r->values.arena, (size_t)count + 1, sizeof *numbers);
    for (uint32_t i = 0; i < count; i++) numbers[i] = i;
    qsort_r(numbers, count, sizeof *numbers, compare_numbers, &comparison);
    r->ranks = arena_bytes_array(r->values.arena, (size_t)count + 1, sizeof *r->ranks);
    for (uint32_t i = 0, rank = 0; i < count; i++) {
        rank += i && compare_numbers(&numbers[i - 1], &numbers[i], &comparison);
        r->ranks[numbers[i]] = (uint16_t)rank;
    }
}

void sort_ranks_put(const struct sort_ranks *r, uint32_t shift, struct sort_entry *entries, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        unsigned __int128 bits = (unsigned __int128)entries[i].high << 64 | entries[i].low;
        uint16_t number = (uint16_t)(bits >> shift);
        bits ^= (unsigned __int128)(number ^ r->ranks[number]) << shift;
        entries[i].high = (uint64_t)(bits >> 64);
        entries[i].low = (uint64_t)bits;
    }
}
