/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of rows and the table that groups by them. Aggregates, DISTINCT, set operations and joins share it.
 *
 * A row's key is made of `word_count` words of 8 bytes, then `string_count` strings:
 *
 *     | fixed-width columns, widest first, padded with zeroes ... | a byte per nullable column |  strings ...
 *     |<----------------------------- word_count * 8 ------------------------------------->|  16 bytes each
 *
 * Fixed-width values are normalized so that equal keys have equal bytes (-0.0 is 0.0, there is one NaN, a NULL's
 * value is 0); strings compare by size, prefix and bytes. Columns of other types (nested, collated) take part as
 * their memcmp encoding (column/row.h). So equality is a few word compares whatever the columns are, and comparing
 * needs no dispatch per row and column.
 *
 *     slots: | hash, row + 1 | ...  linear probing; grows by the hashes that stand in it
 *     rows:  | key | state of the caller, state_size bytes, zeroed |  in blocks of 16, 1024, 1024, ... rows
 *
 * Where many rows have keys that are one small number, the numbers seen are also found without hashing:
 *
 *     direct: | row + 1 | ...  by the key's first word, less direct_from; all else of the key is zero
 *
 * Row addresses are stable but for the first block, which grows once; so they are taken after an insert, per batch.
 */
#ifndef ROOST_EXEC_KEY_TABLE_H
#define ROOST_EXEC_KEY_TABLE_H

#include "base/error.h"
#include "column/vector.h"

struct key_column {
    const struct type *type;
    enum storage storage;
    bool is_string;  /* at strings[position]; else at byte `position` of the words */
    bool is_encoded; /* the string is an encoding: the value can't be had from the key */
    bool nullable;
    uint32_t position;
    uint32_t null_byte; /* of the words; nullable only */
};

struct key_layout {
    uint32_t column_count;
    uint32_t word_count;
    uint32_t string_count;
    bool ignores_nulls; /* NULLs where a column is not nullable count as 0: the caller leaves such rows out */
    struct key_column *columns;
};

/* Does a column of this type take part as an encoding? */
bool key_is_encoded(const struct type *t);
void key_layout_init(struct key_layout *layout, struct arena *arena, const struct type *const *types,
                     const bool *nullable, uint32_t count);

/* The keys of a batch's rows. */
struct key_batch {
    uint64_t *words;        /* word_count per row */
    struct string *strings; /* string_count per row */
    uint32_t *hashes;
};

/* The hash of a key of one word: multiply and fold. */
static inline uint32_t key_hash_word(uint64_t word) {
    unsigned __int128 product = (unsigned __int128)(word ^ 0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93;
    return (uint32_t)(((uint64_t)product ^ (uint64_t)(product >> 64)) >> 32);
}

/* columns of any form. False: a NULL where the layout says there is none (a bug of ours). */
bool keys_make(const struct key_layout *layout, struct arena *arena, const struct vector *columns, uint32_t rows,
               struct key_batch *out, struct error *err);

struct key_slot {
    uint32_t hash;
    uint32_t row; /* + 1; 0: empty */
};

struct key_table {
    struct arena *arena;
    const struct key_layout *layout;
    struct key_slot *slots;
    uint32_t slot_bits;
    uint32_t *direct; /* NULL: not (yet) worth while */
    uint64_t direct_from;
    uint32_t added; /* keys so far, counted until that is decided */
    uint32_t rows;
    uint32_t row_size, state_offset;
    uint32_t block_count, block_capacity;
    char **blocks;
    struct string_bytes {
        char *next, *end;
    } bytes; /* room for keys' strings */
};

enum { KEY_BLOCK_BITS = 10, KEY_FIRST_BLOCK = 16, KEY_NONE = 0xFFFFFFFF };

void key_table_init(struct key_table *table, struct arena *arena, const struct key_layout *layout, uint32_t state_size);
/* rows[i]: the table's row for key i; new keys are added. A key is new when rows[i] >= table->rows before. */
bool key_table_add(struct key_table *table, const struct key_batch *keys, uint32_t count, uint32_t *rows,
                   struct error *err);

/* rows[i]: the table's row for key i, or KEY_NONE. Nothing is added; the table is not empty. */
void key_table_find(const struct key_table *table, const struct key_batch *keys, uint32_t count, uint32_t *rows);

static inline char *key_table_row(const struct key_table *table, uint32_t row) {
    return table->blocks[row >> KEY_BLOCK_BITS] + (size_t)(row & ((1 << KEY_BLOCK_BITS) - 1)) * table->row_size;
}
static inline void *key_table_state(const struct key_table *table, uint32_t row) {
    return key_table_row(table, row) + table->state_offset;
}
/* Column `column` of the keys of rows [from, from + count), FLAT, in arena. Not for encoded columns. */
void key_table_column(const struct key_table *table, struct arena *arena, uint32_t column, uint32_t from,
                      uint32_t count, struct vector *out);

#endif
