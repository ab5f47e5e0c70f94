/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parquet's encodings. Source: apache/parquet-format, Encodings.md.
 *
 * All decoders read from memory that has DECODE_PADDING readable bytes behind its end, so that bits can be taken in
 * words of eight bytes. They answer false when the bytes do not hold what was asked for, and never read or write
 * outside.
 */
#ifndef ROOST_FORMAT_PARQUET_DECODE_H
#define ROOST_FORMAT_PARQUET_DECODE_H

#include "base/arena.h"
#include "column/vector.h"
#include "format/parquet/metadata.h"

enum { DECODE_PADDING = 16 };

enum parquet_encoding {
    ENCODING_PLAIN = 0,
    ENCODING_PLAIN_DICTIONARY = 2,
    ENCODING_RLE = 3,
    ENCODING_BIT_PACKED = 4,
    ENCODING_DELTA_BINARY_PACKED = 5,
    ENCODING_DELTA_LENGTH_BYTE_ARRAY = 6,
    ENCODING_DELTA_BYTE_ARRAY = 7,
    ENCODING_RLE_DICTIONARY = 8,
    ENCODING_BYTE_STREAM_SPLIT = 9
};

/* The RLE / bit-packing hybrid: levels, dictionary indexes, booleans. */
struct rle {
    const uint8_t *next, *end;
    uint32_t width;    /* bits per value, 0..32 */
    uint32_t repeated; /* left of a run of one value */
    uint32_t value;    /* that value */
    uint32_t packed;   /* left of a bit-packed run */
    uint32_t bit;      /* offset of the next packed value's first bit from `next` */
};
void rle_init(struct rle *r, const uint8_t *bytes, size_t size, uint32_t width);
bool rle_read(struct rle *r, uint32_t *out, uint32_t count);
bool rle_skip(struct rle *r, uint32_t count);
/* Takes the next `total` values and puts out those at picks[i] - base, `count` of them, ascending. */
bool rle_pick(struct rle *r, uint32_t total, const uint32_t *picks, uint32_t base, uint32_t count, uint32_t *out);
/* Are the next `count` values all the same, in one run? Then takes them. */
bool rle_take_run(struct rle *r, uint32_t count, uint32_t *value);

/* DELTA_BINARY_PACKED, 32 or 64 bit. */
struct delta {
    const uint8_t *next, *end;
    uint32_t block_size, miniblocks, per_miniblock;
    uint64_t left; /* values still to come, the first one included */
    bool first;
    int64_t last; /* previous value */
    int64_t min_delta;
    const uint8_t *widths;
    uint32_t miniblock;    /* current one, miniblocks when a block header is due */
    uint32_t in_miniblock; /* values taken of it */
};
bool delta_init(struct delta *d, const uint8_t *bytes, size_t size);
bool delta_read(struct delta *d, int64_t *out, uint32_t count);
/* After the last value: where the bytes behind begin. */
const uint8_t *delta_end(const struct delta *d);

/* Decodes `count` values of a leaf into out, in Parquet's physical layout: int32_t, int64_t, float, double, uint8_t
 * for booleans, 12 bytes for INT96, struct string for BYTE_ARRAY and FIXED (pointing into the page or arena). */
struct values {
    enum parquet_encoding encoding;
    enum parquet_physical physical;
    uint32_t fixed_length;
    const uint8_t *next, *end;
    uint32_t bit;  /* PLAIN booleans */
    uint32_t left; /* BYTE_STREAM_SPLIT: values in all, and done */
    uint32_t total;
    struct rle rle;
    struct delta delta, suffixes;
    uint32_t prefix_index; /* DELTA_*: position in lengths */
    uint32_t *lengths, *prefixes;
    uint32_t length_count;
    struct string previous;
    struct arena *arena; /* lives as long as the page */
};
bool values_init(struct values *v, struct arena *page_arena, enum parquet_encoding encoding,
                 const struct parquet_node *leaf, const uint8_t *bytes, size_t size, uint32_t count);
bool values_read(struct values *v, void *out, uint32_t count);
size_t parquet_value_size(enum parquet_physical physical);

#endif
