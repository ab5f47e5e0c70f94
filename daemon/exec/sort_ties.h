/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that are longer than what an entry holds of them (sorter.h).
 *
 * Entries are first sorted by their 16 bytes, without comparing. Those that agree there, a tie, then hold the next 16
 * bytes of the text instead, are sorted by them, and get what they had before back. A tie that is still large is divided
 * once more by the bytes behind; a small one is sorted by comparing, where few values are looked at any more.
 *
 *     Franziska nightj|ar-1042      16 bytes that 12,000 rows agree in | what tells them apart
 *
 * The work goes on a bounded piece at a time.
 */
#ifndef ROOST_EXEC_SORT_TIES_H
#define ROOST_EXEC_SORT_TIES_H

#include "column/row.h"
#include "exec/radix_sort.h"

struct sorter;

/* Entries that agree in the first `depth` bytes of the text, and in all that comes before it. */
struct tie {
    uint32_t start, count, depth;
    uint32_t loaded;    /* of them hold the bytes behind */
    uint64_t high, low; /* what they held before */
};

struct sort_ties {
    const struct vector *texts; /* by row */
    bool is_descending;
    uint32_t depth;  /* bytes of the text that the entries hold */
    uint32_t looked; /* entries, from the first on, among which ties have been looked for */
    LIST(struct tie) ties;
    struct radix_sort *radix;               /* of the last tie; NULL: it is not sorted so */
    uint64_t differing_high, differing_low; /* bits in which its loaded entries are not all the same */
};

/* True: all is sorted. Else call again. scratch has room for as many entries; memory is the sorter's. */
bool sort_ties_step(struct sort_ties *t, const struct sorter *s, struct arena *memory, struct sort_entry *entries,
                    uint32_t count, struct sort_entry *scratch);

#endif
