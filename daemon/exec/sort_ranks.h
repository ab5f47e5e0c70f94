/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sort keys of few values: a value's rank among them takes its place in the 16 bytes of an entry (sorter.h).
 *
 * While rows come in, a value has the number under which it was first seen. Once they all have, numbers become ranks,
 * which order as the values do, NULLs and descending order included. So a text of any length is two bytes.
 */
#ifndef ROOST_EXEC_SORT_RANKS_H
#define ROOST_EXEC_SORT_RANKS_H

#include "column/row.h"
#include "exec/key_table.h"
#include "exec/radix_sort.h"

enum { RANK_BYTES = 2, RANKS_MAX = 1 << 14 };

struct sort_ranks {
    struct key_layout layout;
    struct key_table values;
    uint32_t *examples; /* by number: a row that has the value */
    uint32_t example_capacity;
    uint16_t *ranks; /* by number, once they are known */
};

struct sort_ranks *sort_ranks_new(struct arena *arena, const struct type *type, bool nullable);
/* numbers[i]: that of v's row i, which is row `first` + i of all. */
bool sort_ranks_number(struct sort_ranks *r, struct arena *scratch, const struct vector *v, uint32_t rows,
                       uint32_t first, uint32_t *numbers, struct error *err);
/* Whether the values of so many rows are few enough that ranks pay. */
static inline bool sort_ranks_pay(const struct sort_ranks *r, uint32_t rows) {
    return r->values.rows <= RANKS_MAX && r->values.rows <= rows / 4;
}
/* After the last row. column: all of them. */
void sort_ranks_find(struct sort_ranks *r, const struct vector *column, const struct sort_key *order);
/* Puts ranks in place of the numbers, which stand `shift` bits up. */
void sort_ranks_put(const struct sort_ranks *r, uint32_t shift, struct sort_entry *entries, uint32_t count);

#endif
