/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vectors and batches: columns of values of one type.
 *
 * A vector has one of three forms:
 *
 *     FLAT        row i is entry i
 *     CONSTANT    every row is entry 0
 *     DICTIONARY  row i is entry selection[i]: what a filter or a join leaves, without copying
 *
 * An entry is NULL when its bit in `validity` is clear (validity NULL: none is). Its value stands in `data`
 * in the type's storage (type/type.h); structs have their fields in `children`, whose rows are this vector's
 * *entries*; arrays and maps have list entries that name a range of rows of their children. Children may have
 * any form.
 *
 * Lifetime: vectors own nothing. Everything is in the arena of whoever made the batch, and a batch that an
 * operator returns is valid until its next call (exec/exec.h). Whoever keeps values longer copies them. So
 * passing columns through filters, projections and joins copies pointers alone.
 *
 * Code that reads vectors of any form goes through vector_entry() and vector_is_null(); hot loops open a
 * struct view first, which hides the three forms behind one index array.
 */
#ifndef ROOST_COLUMN_VECTOR_H
#define ROOST_COLUMN_VECTOR_H

#include <string.h>

#include "base/arena.h"
#include "base/decimal.h"       /* int128 */
#include "base/interval_text.h" /* struct interval */
#include "type/type.h"

enum { BATCH_ROWS = 2048 };

/* Bytes somewhere else, 16 bytes long. prefix: the first four bytes (zero-padded), in memory order. */
struct string {
    const char *data;
    uint32_t size;
    uint32_t prefix;
};

struct list_entry {
    uint32_t offset; /* first row of the child(ren) */
    uint32_t length;
};

enum vector_form { VECTOR_FLAT, VECTOR_CONSTANT, VECTOR_DICTIONARY };

struct vector {
    const struct type *type;
    enum vector_form form;
    uint32_t child_count;
    uint64_t *validity;        /* by entry; NULL: no entry is null */
    void *data;                /* by entry; NULL for NONE and STRUCT storage */
    const uint32_t *selection; /* DICTIONARY: by row */
    struct vector *children;
    uint32_t child_rows; /* LIST: rows in each child */
    uint32_t entries;    /* DICTIONARY: how many can be named; 0: not known */
    uint32_t dictionary; /* DICTIONARY: the query's number for the entries: equal numbers, equal entries; 0: none */
};

struct batch {
    uint32_t count; /* rows, at most BATCH_ROWS between operators */
    uint32_t column_count;
    struct vector *columns;
};

static inline struct string string_make(const char *data, size_t size) {
    struct string s = {.data = data, .size = (uint32_t)size, .prefix = 0};
    if (size >= 4)
        memcpy(&s.prefix, data, 4);
    else if (size)
        memcpy(&s.prefix, data, size);
    return s;
}
static inline struct string string_of(const char *text) {
    return string_make(text, strlen(text));
}
static inline bool string_equal(struct string a, struct string b) {
    return a.size == b.size && a.prefix == b.prefix && (a.size <= 4 || memcmp(a.data, b.data, a.size) == 0);
}
/* Unsigned byte order, Spark's UTF8_BINARY: <0, 0, >0. */
static inline int string_compare(struct string a, struct string b) {
    if (a.prefix != b.prefix) {
        uint32_t x = __builtin_bswap32(a.prefix), y = __builtin_bswap32(b.prefix);
        return x < y ? -1 : 1;
    }
    size_t n = a.size < b.size ? a.size : b.size;
    int order = n > 4 ? memcmp(a.data + 4, b.data + 4, n - 4) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static inline bool bit_get(const uint64_t *bits, size_t i) {
    return bits[i >> 6] >> (i & 63) & 1;
}
static inline void bit_set(uint64_t *bits, size_t i) {
    bits[i >> 6] |= (uint64_t)1 << (i & 63);
}
static inline void bit_clear(uint64_t *bits, size_t i) {
    bits[i >> 6] &= ~((uint64_t)1 << (i & 63));
}
static inline size_t bitmap_words(size_t bits) {
    return (bits + 63) / 64;
}

/* One value of storage_size() bytes: a move for each width that there is, where gcc would make a loop of `rep movs`. */
static inline void value_copy(void *to, const void *from, size_t width) {
    switch (width) {
        case 1: memcpy(to, from, 1); break;
        case 2: memcpy(to, from, 2); break;
        case 4: memcpy(to, from, 4); break;
        case 8: memcpy(to, from, 8); break;
        case 16: memcpy(to, from, 16); break;
        default: break; /* nothing: NULL, structs */
    }
}
static inline void value_clear(void *to, size_t width) {
    static const char zeroes[16];
    value_copy(to, zeroes, width);
}

/* The entry that a row stands for. */
static inline uint32_t vector_entry(const struct vector *v, uint32_t row) {
    return v->form == VECTOR_FLAT ? row : v->form == VECTOR_CONSTANT ? 0 : v->selection[row];
}
static inline bool vector_is_null(const struct vector *v, uint32_t row) {
    return v->validity && !bit_get(v->validity, vector_entry(v, row));
}

/* A vector seen through one index array, whatever its form. index may be NULL: entry = row. */
struct view {
    const void *data;
    const uint64_t *validity;
    const uint32_t *index;
};
extern const uint32_t vector_zero_index[BATCH_ROWS]; /* the index array of a constant */
/* For vectors of at most BATCH_ROWS rows; longer constants (list children) get an index in the arena. */
struct view vector_view(struct arena *arena, const struct vector *v, uint32_t rows);
static inline uint32_t view_entry(const struct view *view, uint32_t row) {
    return view->index ? view->index[row] : row;
}
static inline bool view_is_null(const struct view *view, uint32_t entry) {
    return view->validity && !bit_get(view->validity, entry);
}

/* A flat vector with room for `entries`; validity NULL; data not zeroed; a list has empty children, a struct
 * has flat children of the same size. */
void vector_init(struct vector *v, struct arena *arena, const struct type *type, uint32_t entries);
struct vector *vector_new(struct arena *arena, const struct type *type, uint32_t entries);
/* A validity bitmap, all valid, made when first needed. entries: the vector's room. */
void vector_set_null(struct vector *v, struct arena *arena, uint32_t entry, uint32_t entries);
/* A constant NULL. */
void vector_init_null(struct vector *v, struct arena *arena, const struct type *type);
/* *out: the rows that selection names, as a dictionary (composes with one that v is already). count rows. */
void vector_select(struct vector *out, struct arena *arena, const struct vector *v, const uint32_t *selection,
                   uint32_t count);
/* *out: `count` rows from row `from` on, without copying values. */
void vector_range(struct vector *out, struct arena *arena, const struct vector *v, uint32_t from, uint32_t count);
/* A FLAT vector with the same rows; v itself when it is flat. Shallow: children keep their forms. */
const struct vector *vector_flatten(struct arena *arena, const struct vector *v, uint32_t rows);
/* A deep copy into another arena, FLAT throughout, strings included. For what is kept beyond the batch. */
void vector_copy(struct vector *out, struct arena *arena, const struct vector *v, uint32_t rows);
void batch_copy(struct batch *out, struct arena *arena, const struct batch *in);

/*
 * Builds a column value by value; grows as needed. builder_append_* append one entry; lists and structs are
 * built by appending to the children and then closing the entry.
 */
struct builder {
    struct arena *arena;
    struct vector vector; /* FLAT; complete after builder_finish */
    uint32_t count, capacity;
    struct builder *children;
};
void builder_init(struct builder *b, struct arena *arena, const struct type *type, uint32_t capacity);
void builder_append_null(struct builder *b);
/* One value in the type's storage (int32_t *, struct string *, …). Copies the struct string, not its bytes.
 */
void builder_append(struct builder *b, const void *value);
/* Row `row` of v, deeply; strings' bytes are shared unless copy_bytes. */
void builder_append_row(struct builder *b, const struct vector *v, uint32_t row, bool copy_bytes);
/* Ends a list whose elements were appended to children[0] (and [1]) since the last end; or a struct's row. */
void builder_end_list(struct builder *b);
void builder_end_struct(struct builder *b);
/* Takes back the entries from `count` on. */
void builder_shrink(struct builder *b, uint32_t count);
/* The column, in the arena. */
const struct vector *builder_finish(struct builder *b);
/* What has been appended, to look back at; valid until the next append. */
const struct vector *builder_so_far(struct builder *b);

/* A string in arena memory. */
static inline struct string string_copy(struct arena *arena, struct string s) {
    return s.size ? string_make(arena_copy(arena, s.data, s.size), s.size) : string_make("", 0);
}

#define VECTOR_DATA(v, ctype) ((ctype *)(v)->data)
/* What stands at an entry of a column that holds integers of 8 to 64 bits. */
static inline int64_t vector_integer(const struct vector *v, uint32_t entry) {
    switch (type_storage(v->type)) {
        case STORAGE_INT8: return VECTOR_DATA(v, int8_t)[entry];
        case STORAGE_INT16: return VECTOR_DATA(v, int16_t)[entry];
        case STORAGE_INT32: return VECTOR_DATA(v, int32_t)[entry];
        default: return VECTOR_DATA(v, int64_t)[entry];
    }
}

#endif
