/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of frequent_items.h: linear probing, each slot with its distance from home, so that slots can be closed
 * again. Places and orders are those of DataSketches' ReversePurgeItemHashMap: of items that are equally frequent, the
 * ones come first that its iterator meets first.
 */
#include "function/frequent_items.h"

#include <math.h>
#include <stdlib.h>

enum { SAMPLE_SIZE = 1024 };

static uint32_t capacity_of(uint32_t lg) {
    return (3u << lg) / 4;
}

/* Sketches may claim any count: sums go round. */
static int64_t plus(int64_t a, int64_t b) {
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static uint64_t spread(uint32_t hash) {
    uint64_t key = (uint64_t)(int64_t)(int32_t)hash;
    key = (key ^ key >> 33) * 0xff51afd7ed558ccdull;
    key = (key ^ key >> 33) * 0xc4ceb9fe1a85ec53ull;
    return key ^ key >> 33;
}

void frequent_init(struct frequent_items *f, struct arena *arena, uint32_t most_lg) {
    *f = (struct frequent_items){.most_lg = most_lg < FREQUENT_LEAST_LG ? FREQUENT_LEAST_LG : most_lg,
                                 .lg = FREQUENT_LEAST_LG};
    f->slots = ARENA_ARRAY(arena, struct frequent_item, 1 << FREQUENT_LEAST_LG);
}

static void put(struct frequent_items *f, struct arena *arena, const struct frequent_item *item) {
    uint32_t mask = (1u << f->lg) - 1, at = (uint32_t)spread(item->hash) & mask, distance = 1;
    for (; f->slots[at].state; at = (at + 1) & mask, distance++) {
        if (f->slots[at].hash != item->hash || !string_equal(f->slots[at].bytes, item->bytes)) continue;
        f->slots[at].count = plus(f->slots[at].count, item->count);
        return;
    }
    f->slots[at] = *item;
    if (arena) f->slots[at].bytes = string_copy(arena, item->bytes);
    f->slots[at].state = distance;
    f->active++;
}

static void grow(struct frequent_items *f, struct arena *arena) {
    struct frequent_items wide = *f;
    wide.lg++;
    wide.active = 0;
    wide.slots = ARENA_ARRAY(arena, struct frequent_item, (size_t)1 << wide.lg);
    for (uint32_t i = 0; i < 1u << f->lg; i++)
        if (f->slots[i].state) put(&wide, NULL, &f->slots[i]);
    *f = wide;
}

/* Frees a slot; the items behind it that want to be nearer to their own move up. */
static void drop(struct frequent_items *f, uint32_t at) {
    uint32_t mask = (1u << f->lg) - 1, distance = 1;
    f->slots[at].state = 0;
    f->active--;
    for (uint32_t next = (at + 1) & mask; f->slots[next].state; next = (next + 1) & mask, distance++) {
        if (f->slots[next].state <= distance) continue;
        f->slots[at] = f->slots[next];
        f->slots[at].state -= distance;
        f->slots[next].state = 0;
        at = next;
        distance = 0;
    }
}

static void drop_if_empty(struct frequent_items *f, uint32_t at) {
    if (f->slots[at].state && f->slots[at].count <= 0) drop(f, at);
}

static int compare_counts(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void purge(struct frequent_items *f) {
    int64_t sample[SAMPLE_SIZE];
    uint32_t size = 1u << f->lg, most = capacity_of(f->most_lg), count = 0;
    uint32_t limit = f->active < SAMPLE_SIZE ? f->active : SAMPLE_SIZE;
    if (limit > most) limit = most;
    for (uint32_t i = 0; count < limit; i++)
        if (f->slots[i].state) sample[count++] = f->slots[i].count;
    qsort(sample, count, sizeof *sample, compare_counts);
    int64_t median = sample[limit / 2];
    for (uint32_t i = 0; i < size; i++) f->slots[i].count = plus(f->slots[i].count, (int64_t) - (uint64_t)median);
    f->offset = plus(f->offset, median);
    uint32_t first = size - 1;
    while (f->slots[first].state) first--;
    for (uint32_t i = first; i-- > 0;) drop_if_empty(f, i);
    for (uint32_t i = size; i-- > first;) drop_if_empty(f, i);
}

void frequent_add(struct frequent_items *f, struct arena *arena, const struct frequent_item *item) {
    put(f, arena, item);
    f->weight = plus(f->weight, item->count);
    if (f->active <= capacity_of(f->lg)) return;
    if (f->lg < f->most_lg)
        grow(f, arena);
    else
        purge(f);
}

/* The iterator: strides of about 0.618 of the table, so that copying into another one does not make clusters. */
static uint32_t stride_of(const struct frequent_items *f) {
    return (uint32_t)((double)(1u << f->lg) * ((sqrt(5.0) - 1.0) / 2.0)) | 1;
}

void frequent_merge(struct frequent_items *f, struct arena *arena, const struct frequent_items *from) {
    f->nulls = plus(f->nulls, from->nulls);
    if (!from->active) return;
    int64_t weight = plus(f->weight, from->weight);
    uint32_t mask = (1u << from->lg) - 1, stride = stride_of(from);
    for (uint32_t i = 0, at = 0; i <= mask; i++, at = (at + stride) & mask)
        if (from->slots[at].state) frequent_add(f, arena, &from->slots[at]);
    f->offset = plus(f->offset, from->offset);
    f->weight = weight;
}

struct frequent_item *frequent_list(const struct frequent_items *f, struct arena *arena, uint32_t *count) {
    struct frequent_item *list = arena_bytes_array(arena, f->active, sizeof *list), *other;
    uint32_t mask = (1u << f->lg) - 1, stride = stride_of(f), found = 0;
    for (uint32_t i = 0, at = 0; i <= mask; i++, at = (at + stride) & mask) {
        if (!f->slots[at].state || f->slots[at].count < f->offset) continue;
        list[found] = f->slots[at];
        list[found++].count = plus(f->slots[at].count, f->offset);
    }
    other = arena_bytes_array(arena, found, sizeof *other);
    for (uint64_t width = 1; width < found; width *= 2) { /* stable */
        for (uint64_t start = 0; start < found; start += 2 * width) {
            uint64_t middle = start + width < found ? start + width : found;
            uint64_t end = start + 2 * width < found ? start + 2 * width : found, left = start, right = middle;
            for (uint64_t k = start; k < end; k++) {
                bool first = right == end || (left < middle && list[left].count >= list[right].count);
                other[k] = first ? list[left++] : list[right++];
            }
        }
        struct frequent_item *swap = list;
        list = other;
        other = swap;
    }
    *count = found;
    return list;
}
