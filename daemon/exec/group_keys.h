/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of rows that are grouped: a key table in which columns of one dictionary are a single number.
 *
 * A join gives its build side's columns, and a Parquet scan its strings, as dictionaries whose entries stay what they
 * are from batch to batch (vector.h). What such columns hold together is then looked up once per entry; a row costs
 * reading its entry's code, however many strings there are.
 *
 *     columns   name, city, year, amount    name and city: one dictionary, one selection
 *     units     code,       year, amount    what the key table sees
 *     code      the row of (name, city) in a key table of the unit's own
 *     memo      entry -> code + 1           one per dictionary, the latest few are kept
 *
 * The first batch decides what is a unit. Later ones may have any form: codes depend on values alone.
 */
#ifndef ROOST_EXEC_GROUP_KEYS_H
#define ROOST_EXEC_GROUP_KEYS_H

#include "exec/key_table.h"

struct group_memo {
    uint32_t *dictionaries; /* per column of the unit: its number */
    uint32_t *codes;        /* by entry: code + 1; 0: not known yet */
    uint32_t capacity;      /* of codes */
};

struct group_unit {
    bool is_coded; /* else one column as it is */
    uint32_t column_count;
    uint32_t *columns; /* of the keys */
    struct key_layout layout;
    struct key_table table;
    struct group_memo *memos;
    uint32_t memo_count, next_memo;
    struct vector *values; /* per column, by code: made when groups are put out */
};

struct group_keys {
    struct arena *arena;
    uint32_t *dictionaries; /* how many numbers the query has given (exec.h) */
    uint32_t column_count, state_size;
    const struct type *const *types;
    const bool *nullable;
    uint32_t unit_count; /* 0: no batch has been seen */
    bool has_codes;
    struct group_unit *units;
    struct key_layout layout; /* of the units */
    struct key_table table;   /* a row per group; empty before the first batch */
};

/* column_types and nullable must last; what is kept is in arena. */
void group_keys_init(struct group_keys *keys, struct arena *arena, uint32_t *dictionaries,
                     const struct type *const *column_types, const bool *nullable, uint32_t count, uint32_t state_size);
/* The keys of a batch's rows, for keys->table. grows: they are to be added there; else they may be of no code. */
bool group_keys_make(struct group_keys *keys, struct arena *batch, const struct vector *columns, uint32_t rows,
                     bool grows, struct key_batch *out, struct error *err);
/* The columns of groups [from, from + count), but for those that are encoded. After the last group was added. */
void group_keys_columns(struct group_keys *keys, struct arena *arena, uint32_t from, uint32_t count,
                        struct vector *out);

#endif
