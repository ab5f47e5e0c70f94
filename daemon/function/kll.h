/* SPDX-License-Identifier: Apache-2.0 */
/*
 * KLL sketches: quantiles of a stream in a few hundred values.
 *
 * Values are in levels; one of level i stands for 2^i of the stream. All levels share one array, which fills from its
 * end towards its beginning:
 *
 *     items   | free | level 0 (as they came) | level 1 (sorted) | ... |
 *             0      levels[0]                levels[1]                levels[level_count]
 *
 * When nothing is free the lowest level that is over its capacity is halved: of each two neighbours one, by a coin's
 * toss, goes a level up. Values are held as integers of the same order, whatever their type, so that one piece of
 * code serves BIGINT, FLOAT and DOUBLE.
 */
#ifndef ROOST_FUNCTION_KLL_H
#define ROOST_FUNCTION_KLL_H

#include "column/vector.h"
#include "function/sketch.h"

enum { KLL_LEAST_K = 8, KLL_MOST_K = 65535, KLL_DEFAULT_K = 200, KLL_LEVELS = 61 };

enum kll_type { KLL_LONGS, KLL_FLOATS, KLL_DOUBLES };

struct kll {
    enum kll_type type;
    uint32_t k, m; /* m: the least capacity of a level; k 0: not begun */
    uint32_t least_k;
    uint64_t n;
    uint32_t level_count;
    bool is_sorted; /* level 0 */
    uint32_t levels[KLL_LEVELS + 2];
    int64_t *items;
    int64_t least, most;
    uint64_t random;
};

int64_t kll_key_of_double(double value);
double kll_double_of_key(int64_t key);
/* Values that fit into so many levels. */
uint32_t kll_capacity(const struct kll *s, uint32_t level_count);

void kll_init(struct kll *s, struct arena *arena, enum kll_type type, uint32_t k);
void kll_add(struct kll *s, struct arena *arena, int64_t key);
/* `other` may be s's equal in everything but must not be s. */
void kll_merge(struct kll *s, struct arena *arena, const struct kll *other);

/* How much of a sketch's bytes is looked at; a type that is not the writer's may go well with less. */
enum kll_part { KLL_HEADER, KLL_EXTREMES, KLL_ITEMS };
/* false: *reason says why, as the library does. */
bool kll_read(struct arena *arena, struct string bytes, enum kll_type type, enum kll_part part, struct kll *out,
              const char **reason);
struct string kll_write(struct arena *arena, const struct kll *s);
struct string kll_summary(struct arena *arena, const struct kll *s);

/* All values in order, with how many of the stream are at or below each. */
struct kll_view {
    uint32_t count;
    int64_t *items;
    uint64_t *ranks;
    uint64_t n;
};
struct kll_view kll_sort(struct arena *arena, const struct kll *s);
int64_t kll_quantile(const struct kll_view *view, double rank);
double kll_rank(const struct kll_view *view, int64_t key);

#endif
