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
    struct page *page;     /* current, or NULL */
    struct page *retired;  /* their bytes may still be pointed to */
    struct page *spare;
    struct page *dictionary_page;
    struct vector dictionary; /* entries, then one NULL entry */
    uint32_t dictionary_count;
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
/* Leaves out rows; whole pages are not decompressed. Columns without repetition only. */
bool leaf_skip(struct leaf_reader *r, uint64_t rows, struct error *err);

/* pages.c: the next data page into r->page (the dictionary page on the way); false at the end or an error. */
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
