/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting rows, a bounded piece of work at a time.
 *
 * Rows go to a row store and never move; what is sorted is an array of entries:
 *
 *     | high | low | row |     the first 16 bytes of the keys in memcmp order, as two numbers, and the row's number
 *
 * Where the 16 bytes hold all keys the entries are sorted by their bits (radix_sort.h) once the input is there. Where
 * they do not because of a string, those that agree go on with its next bytes (sort_ties.h). Otherwise (many columns)
 * equal ones are compared by their values: entries are sorted in runs while the input comes in; the runs are then merged
 * two by two, a few thousand entries per step, so that no call takes long. It is stable throughout. A key that has no
 * room but few values is a number there, in place of which its rank is put once the input has ended (sort_ranks.h).
 */
#ifndef ROOST_EXEC_SORTER_H
#define ROOST_EXEC_SORTER_H

#include "column/row.h"
#include "column/row_store.h"
#include "exec/exec_int.h"
#include "exec/sort_ranks.h"
#include "exec/sort_ties.h"

struct sorter_key {
    struct expr *expr; /* bound */
    struct sort_key order;
    uint32_t column;        /* in the store */
    uint32_t offset, width; /* in the 16 bytes; width counts a null byte */
    bool has_null_byte;
    struct sort_ranks *ranks; /* NULL: its bytes are those of the value */
};

struct sorter {
    struct operator* op;
    uint32_t input_columns; /* of the child; the store's first */
    uint32_t extra_count;   /* more columns to keep beside them; then computed keys */
    struct expr **extra;    /* bound */
    uint32_t key_count, prefix_keys;
    struct sorter_key *keys;
    uint32_t compare_from; /* keys from here on are compared by value; key_count: none */
    struct row_store store;
    struct buffer entries, merged;
    uint32_t count;   /* entries */
    uint32_t sorted;  /* of them in complete runs */
    bool may_rank;    /* set by the owner when it doesn't look at entries before all are sorted */
    bool is_ranked;   /* some keys are: entries have no order before all rows are there */
    uint32_t numbers; /* entries, from the first on, that have ranks in place of numbers */
    bool reading_done;
    uint64_t differing_high, differing_low; /* bits in which not all entries are as the first */
    struct radix_sort *radix;               /* once reading is done; NULL: runs are merged */
    struct sort_ties ties;                  /* after that, where a string goes on */
    /* merging: runs of run_size in `from` become runs of 2 * run_size in `to` */
    uint64_t run_size;
    uint32_t done;        /* entries put into `to` in this pass */
    uint32_t left, right; /* of the pair of runs being merged */
};

/* Sorts the rows of the operator's child number `child`. extra: bound expressions whose values are kept as columns input_columns, input_columns + 1, ... of the store. */
bool sorter_init(struct sorter *s, struct operator* op, uint32_t child, struct arena *arena,
                 const struct sort_order *order, uint32_t count, struct expr **extra, uint32_t extra_count,
                 struct error *err);
/* Takes the rows of a batch of the operator's child. */
bool sorter_add(struct sorter *s, const struct batch *in, struct error *err);
/* The same, but leaves out rows whose first 16 key bytes are greater than worst's. */
bool sorter_add_below(struct sorter *s, const struct batch *in, const struct sort_entry *worst, struct error *err);
/* After the last add: true when all is sorted, else call again. */
bool sorter_step(struct sorter *s);
static inline const struct sort_entry *sorter_entries(const struct sorter *s) {
    return (const struct sort_entry *)s->entries.data;
}
/* Sorts some entries by comparing. scratch: as many. */
void sorter_sort_entries(const struct sorter *s, struct sort_entry *e, uint32_t count, struct sort_entry *scratch);
/* Whether two stored rows have equal keys, the first `keys` of them. */
bool sorter_equal(const struct sorter *s, uint32_t row_a, uint32_t row_b, uint32_t from, uint32_t keys);
/* The first place after `place`, and before `limit`, whose first `keys` keys from `from` on differ from that place's; or
 * `limit`. Where the 16 bytes hold those keys the rows, which lie anywhere, are not looked at. */
uint32_t sorter_equals_end(const struct sorter *s, uint32_t place, uint32_t limit, uint32_t from, uint32_t keys);

#endif
