/* SPDX-License-Identifier: Apache-2.0 */
#include "format/codec/block.h"

#include <limits.h>
#include <lz4.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

#include "format/codec/snappy.h"

enum { RAW_WINDOW = -15, GZIP_WINDOW = 15 + 16, ANY_WINDOW = 15 + 32, HADOOP_HEADER = 8 };

static bool zlib_compress(int window, struct text *out, const void *in, size_t size) {
    z_stream z = {0};
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return false;
    uLong room = deflateBound(&z, size);
    z.next_in = (Bytef *)in;
    z.avail_in = (uInt)size;
    z.next_out = (Bytef *)text_reserve(out, room);
    z.avail_out = (uInt)room;
    bool good = deflate(&z, Z_FINISH) == Z_STREAM_END;
    out->size += room - z.avail_out;
    deflateEnd(&z);
    return good;
}

static bool lz4_compress(struct text *out, const void *in, size_t size) {
    if (size > LZ4_MAX_INPUT_SIZE) return false;
    int room = LZ4_compressBound((int)size);
    int n = LZ4_compress_default(in, text_reserve(out, (size_t)room), (int)size, room);
    out->size += (size_t)n;
    return n > 0;
}

/* One part: its size, that of what is compressed, and this. */
static bool lz4_hadoop_compress(struct text *out, const void *in, size_t size) {
    size_t start = out->size;
    text_reserve(out, HADOOP_HEADER);
    out->size += HADOOP_HEADER;
    if (!lz4_compress(out, in, size)) return false;
    store_big_endian((uint8_t *)out->data + start, (uint32_t)size);
    store_big_endian((uint8_t *)out->data + start + 4, (uint32_t)(out->size - start - HADOOP_HEADER));
    return true;
}

bool block_compress(enum block_codec codec, struct text *out, const void *in, size_t size) {
    size_t room;
    switch (codec) {
        case BLOCK_PLAIN: text_add_bytes(out, in, size); return true;
        case BLOCK_DEFLATE: return zlib_compress(RAW_WINDOW, out, in, size);
        case BLOCK_GZIP: return zlib_compress(GZIP_WINDOW, out, in, size);
        case BLOCK_SNAPPY:
            room = snappy_max_compressed_length(size);
            if (snappy_compress(in, size, text_reserve(out, room), &room) != SNAPPY_OK) return false;
            out->size += room;
            return true;
        case BLOCK_LZ4: return lz4_compress(out, in, size);
        case BLOCK_LZ4_HADOOP: return lz4_hadoop_compress(out, in, size);
        case BLOCK_ZSTD: {
            room = ZSTD_compressBound(size);
            size_t n = ZSTD_compress(text_reserve(out, room), room, in, size, ZSTD_CLEVEL_DEFAULT);
            if (ZSTD_isError(n)) return false;
            out->size += n;
            return true;
        }
    }
    return false;
}

static bool zlib_decompress(int window, const uint8_t *in, size_t in_size, uint8_t *out, size_t room, size_t *size) {
    if (in_size > UINT_MAX || room > UINT_MAX) return false;
    z_stream z = {.next_in = (Bytef *)in, .avail_in = (uInt)in_size, .next_out = out, .avail_out = (uInt)room};
    if (inflateInit2(&z, window) != Z_OK) return false;
    int status = inflate(&z, Z_FINISH);
    *size = room - z.avail_out;
    inflateEnd(&z);
    return status == Z_STREAM_END;
}

static bool lz4_decompress(const uint8_t *in, size_t in_size, uint8_t *out, size_t room, size_t *size) {
    if (in_size > INT_MAX) return false;
    int n = LZ4_decompress_safe((const char *)in, (char *)out, (int)in_size, room > INT_MAX ? INT_MAX : (int)room);
    *size = n < 0 ? 0 : (size_t)n;
    return n >= 0;
}

static bool lz4_parts(const uint8_t *in, size_t in_size, uint8_t *out, size_t room, size_t *size) {
    *size = 0;
    while (in_size >= HADOOP_HEADER) {
        size_t whole = load_big_endian(in), part = load_big_endian(in + 4), made;
        in += HADOOP_HEADER;
        in_size -= HADOOP_HEADER;
        if (part > in_size || whole > room - *size || !lz4_decompress(in, part, out + *size, whole, &made))
            return false;
        if (made != whole) return false;
        in += part;
        in_size -= part;
        *size += whole;
    }
    return in_size == 0;
}

static bool snappy_sized(const uint8_t *in, size_t in_size, uint8_t *out, size_t room, size_t *size) {
    return snappy_size(in, in_size, size) && *size <= room && snappy_decompress(in, in_size, out, *size);
}

bool block_decompress(enum block_codec codec, const uint8_t *in, size_t in_size, uint8_t *out, size_t room,
                      size_t *size) {
    switch (codec) {
        case BLOCK_PLAIN:
            if (in_size > room) return false;
            if (in_size) memcpy(out, in, in_size);
            *size = in_size;
            return true;
        case BLOCK_DEFLATE: return zlib_decompress(RAW_WINDOW, in, in_size, out, room, size);
        case BLOCK_GZIP: return zlib_decompress(ANY_WINDOW, in, in_size, out, room, size);
        case BLOCK_SNAPPY: return snappy_sized(in, in_size, out, room, size);
        case BLOCK_LZ4: return lz4_decompress(in, in_size, out, room, size);
        case BLOCK_LZ4_HADOOP:
            return lz4_parts(in, in_size, out, room, size) || lz4_decompress(in, in_size, out, room, size);
        case BLOCK_ZSTD: *size = ZSTD_decompress(out, room, in, in_size); return !ZSTD_isError(*size);
    }
    return false;
}
