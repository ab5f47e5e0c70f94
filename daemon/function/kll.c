/* SPDX-License-Identifier: Apache-2.0 */
/*
 * KLL sketches that grow and merge as Apache DataSketches' do, see kll.h: the same levels and capacities at the same
 * counts. Only the coins differ from run to run there; here they come from a generator in the sketch, so that a query
 * gives the same answer each time.
 */
#include "function/kll.h"

#include <stdlib.h>

/* --- values as integers of the same order --- */

int64_t kll_key_of_double(double value) {
    int64_t bits = (int64_t)sketch_double_bits(value);
    return bits < 0 ? bits ^ INT64_MAX : bits;
}

double kll_double_of_key(int64_t key) {
    return sketch_bits_double((uint64_t)(key < 0 ? key ^ INT64_MAX : key));
}

/* --- capacities --- */

static uint64_t power_of_three(uint32_t n) {
    uint64_t power = 1;
    while (n--) power *= 3;
    return power;
}

/* k * (2/3)^depth, rounded. */
static uint64_t shrink(uint64_t k, uint32_t depth) {
    if (depth > 30) return shrink(shrink(k, depth / 2), depth - depth / 2);
    return ((2 * k << depth) / power_of_three(depth) + 1) / 2;
}

static uint32_t level_capacity(const struct kll *s, uint32_t level_count, uint32_t level) {
    uint64_t capacity = shrink(s->k, level_count - level - 1);
    return capacity < s->m ? s->m : (uint32_t)capacity;
}

uint32_t kll_capacity(const struct kll *s, uint32_t level_count) {
    uint32_t total = 0;
    for (uint32_t level = 0; level < level_count; level++) total += level_capacity(s, level_count, level);
    return total;
}

/* --- growing --- */

void kll_init(struct kll *s, struct arena *arena, enum kll_type type, uint32_t k) {
    *s = (struct kll){.type = type, .k = k, .m = KLL_LEAST_K, .least_k = k, .level_count = 1, .random = k};
    s->levels[0] = s->levels[1] = k;
    s->items = arena_bytes_array(arena, k, sizeof *s->items);
}

static bool toss(struct kll *s) {
    s->random = s->random * 6364136223846793005u + 1442695040888963407u;
    return s->random >> 63;
}

static int compare_keys(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Two sorted runs into one; `to` may be where b ends with as much room before it as a has values. */
static void merge_runs(const int64_t *a, uint32_t a_count, const int64_t *b, uint32_t b_count, int64_t *to) {
    while (a_count || b_count) {
        bool first = !b_count || (a_count && *a < *b);
        *to++ = first ? *a++ : *b++;
        a_count -= first;
        b_count -= !first;
    }
}

/*
 * Halves the level at items[from, to) into the one behind it, which has `above` values and grows downwards. An odd
 * value, the level's first, is left out of it. Answers how many are gone.
 */
static uint32_t halve(struct kll *s, int64_t *items, uint32_t from, uint32_t to, uint32_t above, bool sort) {
    uint32_t half = (to - from) / 2, begin = to - 2 * half;
    if (sort) qsort(items + begin, 2 * half, sizeof *items, compare_keys);
    uint32_t offset = toss(s);
    if (!above) {
        for (uint32_t i = 0; i < half; i++) items[to - 1 - i] = items[to - 1 - offset - 2 * i];
    } else {
        for (uint32_t i = 0; i < half; i++) items[begin + i] = items[begin + offset + 2 * i];
        merge_runs(items + begin, half, items + to, above, items + begin + half);
    }
    return half;
}

static void add_level(struct kll *s, struct arena *arena) {
    uint32_t total = s->levels[s->level_count], more = level_capacity(s, s->level_count + 1, 0);
    int64_t *items = arena_bytes_array(arena, total + more, sizeof *items);
    memcpy(items + more, s->items, total * sizeof *items);
    s->items = items;
    for (uint32_t level = 0; level <= s->level_count; level++) s->levels[level] += more;
    s->levels[++s->level_count] = total + more;
}

/* Makes room below level 0. */
static void compress(struct kll *s, struct arena *arena) {
    uint32_t level = 0;
    while (s->levels[level + 1] - s->levels[level] < level_capacity(s, s->level_count, level)) level++;
    if (level + 1 == s->level_count) add_level(s, arena);
    uint32_t from = s->levels[level], to = s->levels[level + 1];
    uint32_t half = halve(s, s->items, from, to, s->levels[level + 2] - to, level == 0);
    s->levels[level + 1] -= half;
    s->levels[level] = s->levels[level + 1];
    if ((to - from) % 2) s->items[--s->levels[level]] = s->items[from];
    if (!level) return;
    memmove(s->items + s->levels[0] + half, s->items + s->levels[0], (from - s->levels[0]) * sizeof *s->items);
    for (uint32_t below = 0; below < level; below++) s->levels[below] += half;
}

static void put(struct kll *s, struct arena *arena, int64_t key) {
    if (s->levels[0] == 0) compress(s, arena);
    s->items[--s->levels[0]] = key;
    s->is_sorted = false;
}

static void see(struct kll *s, int64_t least, int64_t most) {
    if (!s->n || least < s->least) s->least = least;
    if (!s->n || most > s->most) s->most = most;
}

void kll_add(struct kll *s, struct arena *arena, int64_t key) {
    see(s, key, key);
    put(s, arena, key);
    s->n++;
}

/* --- merging --- */

/*
 * Levels of one array, packed from its beginning, each of them compacted that is too full as long as there are too
 * many values in all. What is left stands in the same array from 0 on.
 */
static uint32_t compress_all(struct kll *s, int64_t *items, uint32_t *in, uint32_t level_count, uint32_t *out,
                             uint32_t *capacity) {
    uint32_t count = in[level_count] - in[0];
    *capacity = kll_capacity(s, level_count);
    out[0] = 0;
    for (uint32_t level = 0; level < level_count; level++) {
        if (level == level_count - 1) in[level + 2] = in[level + 1];
        uint32_t from = in[level], to = in[level + 1];
        if (count < *capacity || to - from < level_capacity(s, level_count, level)) {
            memmove(items + out[level], items + from, (to - from) * sizeof *items);
            out[level + 1] = out[level] + (to - from);
            continue;
        }
        bool is_odd = (to - from) % 2;
        int64_t left_over = items[from];
        uint32_t half = halve(s, items, from, to, in[level + 2] - to, level == 0 && !s->is_sorted);
        if (is_odd) items[out[level]] = left_over;
        out[level + 1] = out[level] + is_odd;
        count -= half;
        in[level + 1] -= half;
        if (level == level_count - 1) {
            level_count++;
            *capacity += level_capacity(s, level_count, 0);
        }
    }
    return level_count;
}

static uint32_t level_size(const struct kll *s, uint32_t level) {
    return level < s->level_count ? s->levels[level + 1] - s->levels[level] : 0;
}

static void merge_upper_levels(struct kll *s, struct arena *arena, const struct kll *other) {
    uint32_t level_count = s->level_count > other->level_count ? s->level_count : other->level_count;
    uint32_t in[KLL_LEVELS + 3] = {0}, out[KLL_LEVELS + 3] = {0}, capacity;
    uint32_t count = s->levels[s->level_count] - s->levels[0] + other->levels[other->level_count] - other->levels[1];
    int64_t *items = arena_bytes_array(arena, count, sizeof *items);
    for (uint32_t level = 0; level < level_count; level++) {
        uint32_t mine = level_size(s, level), theirs = level ? level_size(other, level) : 0;
        in[level + 1] = in[level] + mine + theirs;
        merge_runs(s->items + (mine ? s->levels[level] : 0), mine, other->items + (theirs ? other->levels[level] : 0),
                   theirs, items + in[level]);
    }
    s->level_count = compress_all(s, items, in, level_count, out, &capacity);
    uint32_t shift = capacity - out[s->level_count];
    s->items = arena_bytes_array(arena, capacity, sizeof *items);
    memcpy(s->items + shift, items, out[s->level_count] * sizeof *items);
    for (uint32_t level = 0; level <= s->level_count; level++) s->levels[level] = out[level] + shift;
}

void kll_merge(struct kll *s, struct arena *arena, const struct kll *other) {
    if (!other->n) return;
    for (uint32_t i = other->levels[0]; i < other->levels[1]; i++) put(s, arena, other->items[i]);
    if (other->level_count > 1) {
        merge_upper_levels(s, arena, other);
        if (other->least_k < s->least_k) s->least_k = other->least_k;
    }
    see(s, other->least, other->most);
    s->n += other->n;
}

/* --- asking --- */

struct weighted {
    int64_t key;
    uint64_t weight;
};

static int compare_weighted(const void *a, const void *b) {
    return compare_keys(a, b);
}

struct kll_view kll_sort(struct arena *arena, const struct kll *s) {
    uint32_t count = s->levels[s->level_count] - s->levels[0], used = 0;
    struct weighted *all = arena_bytes_array(arena, count, sizeof *all);
    for (uint32_t level = 0; level < s->level_count; level++)
        for (uint32_t i = s->levels[level]; i < s->levels[level + 1]; i++)
            all[used++] = (struct weighted){s->items[i], (uint64_t)1 << level};
    qsort(all, count, sizeof *all, compare_weighted);
    /* The least and the most are always there. */
    bool low = count && all[0].key != s->least, high = count && all[count - 1].key != s->most;
    struct kll_view view = {.count = count + low + high, .n = s->n};
    view.items = arena_bytes_array(arena, view.count, sizeof *view.items);
    view.ranks = arena_bytes_array(arena, view.count, sizeof *view.ranks);
    uint64_t rank = 0;
    for (uint32_t i = 0; i < count; i++) {
        view.items[i + low] = all[i].key;
        view.ranks[i + low] = rank += all[i].weight;
    }
    if (low) {
        view.items[0] = s->least;
        view.ranks[0] = 1;
    }
    if (high) {
        view.items[view.count - 1] = s->most;
        view.ranks[view.count - 1] = rank;
        view.ranks[view.count - 2] = rank - 1;
    }
    return view;
}
