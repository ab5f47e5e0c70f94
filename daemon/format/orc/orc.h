/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ORC files, version 1 (orc.apache.org/specification/ORCv1).
 *
 *     "ORC"  stripe, stripe, ...  [statistics of stripes]  footer  postscript  u8 size of the postscript
 *     stripe: [indexes]  streams  stripe footer
 *
 * A file's schema is a tree of columns, numbered depth first; the root is a struct. A stripe has for each column a few
 * streams of bytes (which rows have a value; the values; lengths; ...), each compressed in blocks of its own.
 */
#ifndef ROOST_FORMAT_ORC_ORC_H
#define ROOST_FORMAT_ORC_ORC_H

#include "base/arena.h"
#include "base/error.h"
#include "expr/context.h"
#include "format/codec/block.h"
#include "type/type.h"

enum orc_kind {
    ORC_BOOLEAN,
    ORC_BYTE,
    ORC_SHORT,
    ORC_INT,
    ORC_LONG,
    ORC_FLOAT,
    ORC_DOUBLE,
    ORC_STRING,
    ORC_BINARY,
    ORC_TIMESTAMP, /* an instant, told as a local time of the writer's zone */
    ORC_LIST,
    ORC_MAP,
    ORC_STRUCT,
    ORC_UNION,
    ORC_DECIMAL,
    ORC_DATE,
    ORC_VARCHAR,
    ORC_CHAR,
    ORC_TIMESTAMP_INSTANT,
    ORC_KINDS
};
enum orc_compression { ORC_NONE, ORC_ZLIB, ORC_SNAPPY, ORC_LZO, ORC_LZ4, ORC_ZSTD };
enum orc_stream_kind {
    ORC_PRESENT, /* a bit for each row of the parent: is there a value? */
    ORC_DATA,
    ORC_LENGTH,
    ORC_DICTIONARY_DATA,
    ORC_DICTIONARY_COUNT,
    ORC_SECONDARY, /* nanoseconds, scales */
    ORC_READ_KINDS /* indexes and Bloom filters are not read */
};
enum orc_encoding { ORC_DIRECT, ORC_DICTIONARY, ORC_DIRECT_V2, ORC_DICTIONARY_V2 };
enum { ORC_PROLEPTIC_GREGORIAN = 2, ORC_BLOCK_MAX = 1 << 23 };

/* The attribute in which Spark notes what a type was. */
#define ORC_SPARK_TYPE "spark.sql.catalyst.type"

struct orc_file {
    int fd;
    const char *path;
    uint64_t size;
    bool compressed;
    enum block_codec codec;
    uint32_t block_size; /* that a block has at most, decompressed */
    const char *bad;     /* what is wrong with the file; the first thing stays. Values read since mean nothing. */
};

static inline void orc_set_bad(struct orc_file *file, const char *why) {
    if (!file->bad) file->bad = why;
}
/* FAILED_READ_FILE with this cause. Returns false. */
bool orc_failed(const char *path, const char *why, struct error *err);

#endif
