/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frequent items as Apache DataSketches' ItemsSketch counts them (Misra and Gries): a hash table of items and counts.
 * When it is as large as it may be and three quarters full, all counts are lowered by the median of a sample, and what
 * has none left goes. So a count is at most `offset` too low.
 */
#ifndef ROOST_FUNCTION_FREQUENT_ITEMS_H
#define ROOST_FUNCTION_FREQUENT_ITEMS_H

#include "column/vector.h"

struct frequent_item {
    struct string bytes; /* what tells items apart */
    uint32_t hash;       /* hashCode() in Java */
    uint32_t state;      /* distance from its own slot + 1; 0: free */
    int64_t count;
};

struct frequent_items {
    uint32_t most_lg, lg; /* of the slots; lg 0: not begun */
    uint32_t active;
    int64_t weight, offset, nulls;
    struct frequent_item *slots;
};

enum { FREQUENT_LEAST_LG = 3, FREQUENT_MOST_LG = 21 };

void frequent_init(struct frequent_items *f, struct arena *arena, uint32_t most_lg);
/* Copies the bytes of a new item into the arena. */
void frequent_add(struct frequent_items *f, struct arena *arena, const struct frequent_item *item);
/* Adds `from` and its NULLs. */
void frequent_merge(struct frequent_items *f, struct arena *arena, const struct frequent_items *from);
/* The items that are surely so frequent, most frequent first. */
struct frequent_item *frequent_list(const struct frequent_items *f, struct arena *arena, uint32_t *count);

#endif
