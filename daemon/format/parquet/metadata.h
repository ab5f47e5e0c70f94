/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Parquet file's footer: schema, row groups, column chunks. Source: apache/parquet-format, parquet.thrift.
 *
 *     "PAR1"  column chunk, column chunk, ...  [page indexes]  footer  u32 size of the footer  "PAR1"
 *
 * The schema is a tree of nodes. A leaf has a maximum definition level (how many optional or repeated nodes are above
 * it, itself included) and a maximum repetition level (how many repeated ones).
 */
#ifndef ROOST_FORMAT_PARQUET_METADATA_H
#define ROOST_FORMAT_PARQUET_METADATA_H

#include "base/arena.h"
#include "base/error.h"
#include "column/vector.h"
#include "expr/context.h"
#include "format/codec/block.h"

enum parquet_physical {
    PARQUET_BOOLEAN,
    PARQUET_INT32,
    PARQUET_INT64,
    PARQUET_INT96,
    PARQUET_FLOAT,
    PARQUET_DOUBLE,
    PARQUET_BYTE_ARRAY,
    PARQUET_FIXED
};
enum parquet_repetition { PARQUET_REQUIRED, PARQUET_OPTIONAL, PARQUET_REPEATED };
enum parquet_unit { PARQUET_MILLIS, PARQUET_MICROS, PARQUET_NANOS };
enum parquet_logical {
    PARQUET_NO_LOGICAL,
    PARQUET_STRING, /* UTF8, ENUM, JSON */
    PARQUET_MAP,
    PARQUET_LIST,
    PARQUET_DECIMAL,
    PARQUET_DATE,
    PARQUET_TIME,
    PARQUET_TIMESTAMP,
    PARQUET_INTEGER,
    PARQUET_BSON,
    PARQUET_UUID,
    PARQUET_FLOAT16,
    PARQUET_VARIANT,
    PARQUET_INTERVAL,
    PARQUET_UNKNOWN /* always null */
};
enum parquet_codec {
    PARQUET_UNCOMPRESSED,
    PARQUET_SNAPPY,
    PARQUET_GZIP,
    PARQUET_LZO,
    PARQUET_BROTLI,
    PARQUET_LZ4,
    PARQUET_ZSTD,
    PARQUET_LZ4_RAW
};

/* False: one that is neither read nor written. */
bool parquet_block_codec(enum parquet_codec codec, enum block_codec *out);

struct parquet_node {
    const char *name;
    enum parquet_physical physical; /* leaves */
    int32_t fixed_length;           /* FIXED: bytes */
    enum parquet_repetition repetition;
    enum parquet_logical logical;
    enum parquet_unit unit;   /* time, timestamp */
    bool utc;                 /* timestamp: an instant */
    bool is_signed;           /* integer */
    uint8_t bits;             /* integer */
    int32_t precision, scale; /* decimal */
    bool has_field_id;
    int32_t field_id;
    uint32_t child_count;
    struct parquet_node **children;
    struct parquet_node *parent;
    uint32_t leaf; /* leaves: index of the column */
    uint8_t max_definition, max_repetition;
    const struct type *type; /* what Spark makes of it */
};

struct parquet_statistics {
    bool has_min_max; /* usable: the order is defined and the values are as wide as the type */
    bool has_null_count;
    uint64_t null_count;
    struct string min, max; /* PLAIN bytes */
};

struct parquet_chunk {
    enum parquet_codec codec;
    uint64_t values;
    uint64_t offset; /* of the first page, the dictionary's or a data page's */
    uint64_t size;   /* compressed, all pages */
    struct parquet_statistics statistics;
    uint64_t column_index_offset, offset_index_offset; /* page indexes; 0: none */
    uint32_t column_index_size, offset_index_size;
};

struct parquet_row_group {
    uint64_t rows;
    struct parquet_chunk *chunks; /* one per leaf */
};

struct parquet_metadata {
    uint64_t rows;
    struct parquet_node *root;
    uint32_t leaf_count;
    struct parquet_node **leaves;
    uint32_t row_group_count;
    struct parquet_row_group *row_groups;
    const struct type *schema; /* a struct; Spark's own from the key-value metadata where it fits */
};

/* Reads the footer of an open file. *corrupt says why when the file is no good (and *err is not set). */
bool parquet_read_metadata(struct arena *arena, const struct context *context, int fd, uint64_t file_size,
                           struct parquet_metadata **metadata, const char **corrupt, struct error *err);

#endif
