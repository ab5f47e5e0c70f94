/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading one leaf column of one row group, so many rows at a time.
 *
 *     chunk ─ pages.c ─► page (header, decompressed bytes) ─ levels, values ─► leaf_read: a vector, and the levels
 *
 * A page's bytes stay until the batch that points into them is done: pages that were left behind during a batch are
 * recycled when the next one begins (leaf_begin_batch).
 */
#ifndef ROOST_FORMAT_PARQUET_COLUMN_H
#define ROOST_FORMAT_PARQUET_COLUMN_H

#include "format/parquet/decode.h"

struct page {
    struct page *next;
    struct arena arena;
    uint32_t value_count; /* entries, nulls included */
    uint32_t taken;
    bool is_dictionary_encoded;
    struct rle repetition, definition;
    struct values values;
};

struct leaf_reader {
    struct arena *arena; /* of the scan */
    const struct parquet_node *leaf;
    const struct parquet_chunk *chunk;
    int fd;
    const char *path;
    uint64_t position, end; /* in the file: what of the chunk has not been read */
    uint8_t *window;        /* file bytes [window_start, window_start + window_size) */
    uint64_t window_start;
    uint32_t window_size, window_capacity;
    uint64_t entries_left; /* of the chunk */
    uint64_t skip;         /* rows to leave out before the next that is read */
    struct page *page;     /* current, or NULL */
    struct page *retired;  /* their bytes may still be pointed to */
    struct page *spare;
    struct page *dictionary_page;
    struct vector dictionary; /* entries, then one NULL entry */
    uint32_t dictionary_count;
    uint32_t *dictionaries; /* where their numbers come from (scan_request); NULL: they get none */
    /* of the batch, for nested columns */
    uint32_t level_count, level_capacity;
    uint32_t *definition, *repetition;
    bool has_pending; /* a repetition level was looked at that begins the next row */
    uint32_t pending_repetition;
    const char *corrupt; /* why it is no good */
    void *scratch;       /* values in the physical layout */
    size_t scratch_size;
};

struct leaf_reader *leaf_new(struct arena *arena, const struct parquet_node *leaf, int fd, const char *path,
                             uint64_t file_size);
/* Starts on a row group. */
void leaf_start(struct leaf_reader *r, const struct parquet_chunk *chunk);
/* What the last batch pointed to may go. */
void leaf_begin_batch(struct leaf_reader *r);
/* A column without repetition: the next `rows` rows into *out (type: the leaf's), optional ancestors' NULLs included.
 * Their definition levels are in r->definition. */
bool leaf_read_flat(struct leaf_reader *r, struct arena *batch, uint32_t rows, struct vector *out, struct error *err);
/* A repeated column: all entries of the next `rows` rows. *out holds the values that are there, packed, r->definition
 * and r->repetition the levels of all entries. */
bool leaf_read_repeated(struct leaf_reader *r, struct arena *batch, uint32_t rows, struct vector *out,
                        uint32_t *value_count, struct error *err);
/* The same for those of the next `rows` rows that selection names, ascending; *out has `count` rows. r->definition
 * is not of them. */
bool leaf_read_selected(struct leaf_reader *r, struct arena *batch, uint32_t rows, const uint32_t *selection,
                        uint32_t count, struct vector *out, struct error *err);
/* Leaves out rows when the next ones are read; whole pages are then not decompressed. Columns without repetition only. */
void leaf_skip(struct leaf_reader *r, uint64_t rows);

/* For column.c and pick.c. A page with values that have not been taken is at hand, and rows to skip are behind. */
bool leaf_need_page(struct leaf_reader *r, struct error *err);
void *leaf_scratch(struct leaf_reader *r, size_t size);
/* Room for the levels of `count` entries, those before forgotten. */
void leaf_reserve_levels(struct leaf_reader *r, uint32_t count);
/* Entries of the dictionary; has_null: the one behind its last is among them. */
void leaf_dictionary_vector(const struct leaf_reader *r, const uint32_t *index, bool has_null, struct vector *out);
/* The next `count` entries of the page: their values, and NULLs, to *out's entries behind `at` (of `entries`). */
bool leaf_read_piece(struct leaf_reader *r, struct arena *batch, struct vector *out, uint32_t at, uint32_t count,
                     uint32_t entries, struct error *err);
/* Have all of the next `count` entries of the page a value? Then their levels are taken; else none. */
bool leaf_take_present(struct leaf_reader *r, uint32_t count);
/* Values of the dictionary, whose indexes are checked. */
bool leaf_gather(struct leaf_reader *r, const uint32_t *index, uint32_t count, void *out, struct error *err);
bool leaf_check_index(struct leaf_reader *r, const uint32_t *index, uint32_t count, struct error *err);

/* pages.c: the next data page into r->page (the dictionary page on the way), or none when r->skip has become 0 between
 * two pages; false at the end or an error. */
bool leaf_next_page(struct leaf_reader *r, struct error *err);
bool leaf_corrupt(struct leaf_reader *r, const char *why, struct error *err);
/* FAILED_READ_FILE for a path, with a cause. Returns false. */
bool parquet_failed(const char *path, const char *why, struct error *err);

/* convert.c: physical values to Spark's storage. out has room for count entries. */
bool convert_values(struct leaf_reader *r, struct arena *batch, const void *physical, uint32_t count, void *out,
                    struct error *err);
/* Physical and Spark's layout are the same. */
bool convert_is_identity(const struct parquet_node *leaf);

#endif
