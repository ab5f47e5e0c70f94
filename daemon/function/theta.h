/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Theta sketches: a set, by the hashes of its members below a bound.
 *
 * A member's hash is a number of 63 bits. The sketch keeps all hashes below `theta`; as long as no more than k = 2^lg
 * are seen theta is 1 (2^63 - 1) and the count exact; beyond, theta falls so that about k hashes are below it, and
 * count / theta is the estimate. Sets of sketches follow: the union's theta is the least one.
 */
#ifndef ROOST_FUNCTION_THETA_H
#define ROOST_FUNCTION_THETA_H

#include "base/arena.h"
#include "column/vector.h"
#include "function/sketch.h"

enum { THETA_LEAST_LG = 4, THETA_MOST_LG = 26, THETA_DEFAULT_LG = 12 };
#define THETA_ONE ((uint64_t)INT64_MAX)

/* As it stands in bytes: nothing is added any more. */
struct theta {
    uint64_t theta;
    bool empty; /* no member was ever seen; not the same as no hash below theta */
    uint32_t count;
    const uint64_t *hashes; /* ascending when it is one of ours */
};

/* What members are added to. All zeroes but lg: nothing yet. */
struct theta_table {
    uint64_t theta; /* below it are all slots; 0 until the first member */
    uint64_t bound; /* the least theta of the sketches that were added: slots at or above it do not count */
    uint32_t lg;    /* of k */
    uint32_t count, bits;
    uint64_t *slots; /* 2^bits, 0: free */
};

/* false: the bytes are no compact sketch with the default seed. */
bool theta_read(struct arena *arena, struct string bytes, struct theta *out);
struct string theta_write(struct arena *arena, const struct theta *t);
int64_t theta_estimate(const struct theta *t);

void theta_add(struct theta_table *table, struct arena *arena, struct hash128 hash);
void theta_add_sketch(struct theta_table *table, struct arena *arena, const struct theta *t);
/* At most k hashes; the table stays as it is. */
struct theta theta_compact(const struct theta_table *table, struct arena *arena);
struct theta theta_intersection(struct arena *arena, const struct theta *a, const struct theta *b);
struct theta theta_difference(struct arena *arena, const struct theta *a, const struct theta *b);

#endif
