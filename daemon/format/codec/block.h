/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks: bytes that are compressed, and come back, at once. Parquet's pages, ORC's chunks and Hadoop's frames are
 * blocks of one codec or another. What comes from a file is hostile: nothing is read or written outside of what is
 * given, and no more comes out than there is room for.
 */
#ifndef ROOST_FORMAT_CODEC_BLOCK_H
#define ROOST_FORMAT_CODEC_BLOCK_H

#include "base/text.h"

enum block_codec {
    BLOCK_PLAIN,
    BLOCK_DEFLATE, /* without header */
    BLOCK_GZIP,    /* zlib's header is read too */
    BLOCK_SNAPPY,
    BLOCK_LZ4,
    BLOCK_LZ4_HADOOP, /* sizes before each part of it; some writers leave them out */
    BLOCK_ZSTD
};

/* Appended to *out. False: the library refuses. */
bool block_compress(enum block_codec codec, struct text *out, const void *in, size_t size);
/* *size: how many bytes have come out. False: malformed, or more than `room`. */
bool block_decompress(enum block_codec codec, const uint8_t *in, size_t in_size, uint8_t *out, size_t room,
                      size_t *size);

/* Sizes as Hadoop writes them. */
static inline uint32_t load_big_endian(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}
static inline void store_big_endian(uint8_t *p, uint32_t value) {
    for (int i = 0; i < 4; i++) p[i] = (uint8_t)(value >> (24 - 8 * i));
}

#endif
