/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting few values with a comparator that is asked from outside, one pair at a time: runs of many lists go on side by
 * side, each comparison of all of them one call of a lambda.
 *
 * A comparator need not be consistent (`x < y ? -1 : 1` over NULLs is not), and then the order shows how values were
 * compared. So the steps are those of Java's sort of arrays below 32 elements: the run that the list begins with, turned
 * around if it descends, then each further value put in by binary search.
 *
 *     struct short_sort s = {.order = places, .count = n};     n of 2 .. SHORT_SORT_MOST
 *     do {
 *         short_sort_pair(&s, &a, &b);
 *     } while (short_sort_step(&s, compare(a, b)));
 */
#ifndef ROOST_FUNCTION_SHORT_SORT_H
#define ROOST_FUNCTION_SHORT_SORT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { SHORT_SORT_MOST = 31 };

enum short_sort_phase { SORT_FIRST, SORT_DESCENDING, SORT_ASCENDING, SORT_INSERTING };

struct short_sort {
    uint32_t *order, count;
    enum short_sort_phase phase;
    uint32_t sorted;      /* values in order so far; the next one is put in */
    uint32_t left, right; /* where it may go */
};

static inline void short_sort_pair(const struct short_sort *s, uint32_t *a, uint32_t *b) {
    uint32_t next = s->phase == SORT_FIRST ? 1 : s->sorted;
    *a = s->order[next];
    *b = s->order[s->phase == SORT_INSERTING ? (s->left + s->right) / 2 : next - 1];
}

static inline bool short_sort_insert_next(struct short_sort *s) {
    s->phase = SORT_INSERTING;
    s->left = 0;
    s->right = s->sorted;
    return s->sorted < s->count;
}

/* The run at the beginning: does it go on? False ends it. */
static inline bool short_sort_in_run(struct short_sort *s, int32_t order) {
    bool goes_on = true;
    if (s->phase == SORT_FIRST) {
        s->phase = order < 0 ? SORT_DESCENDING : SORT_ASCENDING;
        s->sorted = 2;
    } else {
        goes_on = (s->phase == SORT_DESCENDING) == (order < 0);
        s->sorted += goes_on;
    }
    if (goes_on && s->sorted < s->count) return true;
    for (uint32_t i = 0, j = s->sorted - 1; s->phase == SORT_DESCENDING && i < j; i++, j--) {
        uint32_t swap = s->order[i];
        s->order[i] = s->order[j];
        s->order[j] = swap;
    }
    return false;
}

/* order: what comparing the pair gave. False: all are in order. */
static inline bool short_sort_step(struct short_sort *s, int32_t order) {
    if (s->phase != SORT_INSERTING) return short_sort_in_run(s, order) || short_sort_insert_next(s);
    uint32_t middle = (s->left + s->right) / 2;
    if (order < 0)
        s->right = middle;
    else
        s->left = middle + 1;
    if (s->left < s->right) return true;
    uint32_t value = s->order[s->sorted];
    memmove(&s->order[s->left + 1], &s->order[s->left], (s->sorted - s->left) * sizeof value);
    s->order[s->left] = value;
    s->sorted++;
    return short_sort_insert_next(s);
}

#endif
