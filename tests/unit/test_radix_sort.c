/* SPDX-License-Identifier: Apache-2.0 */
/* Entries come out in the order of their bits, equal ones in the order in which they came. */
#include <string.h>

#include "exec/radix_sort.h"
#include "tests/unit/unit.h"

static uint64_t seed = 11;

static uint64_t next_random(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return seed ^ seed >> 29;
}

static int by_bits_and_row(const void *left, const void *right) {
    const struct sort_entry *a = left, *b = right;
    if (a->high != b->high) return a->high < b->high ? -1 : 1;
    if (a->low != b->low) return a->low < b->low ? -1 : 1;
    return a->row < b->row ? -1 : 1;
}

/* `count` entries that differ in no other bits than those of the masks, around a constant. */
static void check(uint32_t count, uint64_t high_mask, uint64_t low_mask) {
    struct sort_entry *entries = calloc(count + 1, sizeof *entries), *scratch = calloc(count + 1, sizeof *entries);
    struct sort_entry *expected = calloc(count + 1, sizeof *entries);
    uint64_t high = 0, low = 0;
    for (uint32_t i = 0; i < count; i++) {
        entries[i] = (struct sort_entry){(next_random() & high_mask) | (0x8181818181818181 & ~high_mask),
                                         (next_random() & low_mask) | (0x7878787878787878 & ~low_mask), i};
        high |= entries[i].high ^ entries[0].high;
        low |= entries[i].low ^ entries[0].low;
    }
    memcpy(expected, entries, count * sizeof *entries);
    qsort(expected, count, sizeof *expected, by_bits_and_row);
    struct radix_sort radix;
    radix_sort_init(&radix, entries, scratch, count, (unsigned __int128)high << 64 | low);
    while (!radix_sort_step(&radix))
        ;
    const struct sort_entry *sorted = radix_sort_in_scratch(&radix) ? scratch : entries;
    for (uint32_t i = 0; i < count; i++) ck_assert_uint_eq(sorted[i].row, expected[i].row);
    free(entries), free(scratch), free(expected);
}

START_TEST(any_bits_may_differ) {
    static const uint64_t masks[][2] = {{0, 0},          {0, 1},
                                        {0, 0xF},        {UINT64_C(1) << 63, 0},
                                        {0x3FF, 0},      {UINT64_MAX, UINT64_MAX},
                                        {0, UINT64_MAX}, {0x1F, UINT64_C(0xFF) << 56},
                                        {0xFFF, 0xFFF},  {UINT64_C(0x8000000000000001), UINT64_C(0x8000000000000001)}};
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
        for (uint32_t count = 0; count < 100000; count = count * 3 + 1) check(count, masks[i][0], masks[i][1]);
}
END_TEST

START_TEST(many_entries_take_several_steps) {
    check(1000000, 0x3FFF, 0xFF00FF);
}
END_TEST

UNIT_MAIN("radix_sort", any_bits_may_differ, many_entries_take_several_steps)
