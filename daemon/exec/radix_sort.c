/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/radix_sort.h"

#include <string.h>

enum { STEP_ENTRIES = 1 << 18, FEW = 48, DIGIT_BITS = 8, DIGIT_VALUES = 1 << DIGIT_BITS };

typedef unsigned __int128 bits;

static inline bits entry_bits(const struct sort_entry *e) {
    return (bits)e->high << 64 | e->low;
}

static inline uint32_t digit_at(const struct sort_entry *e, uint32_t shift, uint32_t mask) {
    return (uint32_t)(entry_bits(e) >> shift) & mask;
}

static uint32_t highest_bit(bits b) {
    uint64_t high = (uint64_t)(b >> 64);
    return high ? 127 - (uint32_t)__builtin_clzll(high) : 63 - (uint32_t)__builtin_clzll((uint64_t)b);
}

static uint32_t lowest_bit(bits b) {
    uint64_t low = (uint64_t)b;
    return low ? (uint32_t)__builtin_ctzll(low) : 64 + (uint32_t)__builtin_ctzll((uint64_t)(b >> 64));
}

void radix_sort_init(struct radix_sort *r, struct sort_entry *entries, struct sort_entry *scratch, uint32_t count,
                     bits differing) {
    *r = (struct radix_sort){.entries = entries, .scratch = scratch, .count = count};
    uint32_t top = differing ? highest_bit(differing) + 1 : 0;
    r->top_shift = top > RADIX_TOP_BITS ? top - RADIX_TOP_BITS : 0;
    bits rest = differing & (((bits)1 << r->top_shift) - 1);
    while (rest) {
        uint32_t shift = lowest_bit(rest);
        r->digits[r->digit_count++] = shift;
        rest &= shift + DIGIT_BITS < 128 ? ~(bits)0 << (shift + DIGIT_BITS) : 0;
    }
}

static uint32_t piece_end(const struct radix_sort *r) {
    return r->count - r->at < STEP_ENTRIES ? r->count : r->at + STEP_ENTRIES;
}

static uint32_t bucket_of(const struct radix_sort *r, const struct sort_entry *e) {
    return digit_at(e, r->top_shift, (1 << RADIX_TOP_BITS) - 1);
}

/* Counts the entries of the buckets, from which follows where each begins. */
static void count_some(struct radix_sort *r) {
    for (uint32_t end = piece_end(r); r->at < end; r->at++) r->end[bucket_of(r, &r->entries[r->at]) + 1]++;
    if (r->at < r->count) return;
    for (uint32_t i = 0; i < 1 << RADIX_TOP_BITS; i++) r->end[i + 1] += r->end[i];
    r->counted = true;
    r->at = 0;
}

static void deal_some(struct radix_sort *r) {
    for (uint32_t end = piece_end(r); r->at < end; r->at++) {
        const struct sort_entry *e = &r->entries[r->at];
        r->scratch[r->end[bucket_of(r, e)]++] = *e;
    }
    if (r->at < r->count) return;
    r->dealt = true;
    r->at = 0;
}

static void insertion_sort(struct sort_entry *e, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        struct sort_entry moved = e[i];
        uint32_t k = i;
        for (; k && entry_bits(&moved) < entry_bits(&e[k - 1]); k--) e[k] = e[k - 1];
        e[k] = moved;
    }
}

/* Deals entries out by one digit. False: they all have the same, so that nothing had to be done. */
static bool deal(const struct sort_entry *from, uint32_t count, uint32_t shift, uint32_t *counts,
                 struct sort_entry *to) {
    if (counts[digit_at(&from[0], shift, DIGIT_VALUES - 1)] == count) return false;
    uint32_t next = 0;
    for (uint32_t i = 0; i < DIGIT_VALUES; i++) {
        uint32_t here = counts[i];
        counts[i] = next;
        next += here;
    }
    for (uint32_t i = 0; i < count; i++) to[counts[digit_at(&from[i], shift, DIGIT_VALUES - 1)]++] = from[i];
    return true;
}

/* The bucket of `count` entries from `start` on, which lie in the scratch, goes sorted to the entries. */
static void sort_bucket(struct radix_sort *r, uint32_t start, uint32_t count) {
    struct sort_entry *from = r->scratch + start, *to = r->entries + start;
    if (count <= FEW) {
        insertion_sort(from, count);
        memcpy(to, from, count * sizeof *to);
        return;
    }
    uint32_t counts[RADIX_DIGITS + 1][DIGIT_VALUES];
    memset(counts, 0, r->digit_count * sizeof *counts);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t d = 0; d < r->digit_count; d++) counts[d][digit_at(&from[i], r->digits[d], DIGIT_VALUES - 1)]++;
    for (uint32_t d = 0; d < r->digit_count; d++) {
        if (!deal(from, count, r->digits[d], counts[d], to)) continue;
        struct sort_entry *swap = from;
        from = to;
        to = swap;
    }
    if (from != r->entries + start) memcpy(r->entries + start, from, count * sizeof *from);
}

bool radix_sort_step(struct radix_sort *r) {
    if (!r->counted) {
        count_some(r);
    } else if (!r->dealt) {
        deal_some(r);
        return r->dealt && radix_sort_in_scratch(r);
    } else {
        /* Once dealt, a bucket's next place is its end, where the next one begins. */
        for (uint32_t limit = r->at; r->at < r->count && r->at - limit < STEP_ENTRIES; r->bucket++) {
            uint32_t count = r->end[r->bucket] - r->at;
            if (count) sort_bucket(r, r->at, count);
            r->at += count;
        }
        return r->at == r->count;
    }
    return false;
}
