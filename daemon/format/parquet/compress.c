/* SPDX-License-Identifier: Apache-2.0 */
#include "format/parquet/compress.h"

#include <lz4.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

static bool compress_gzip(struct text *out, const struct text *in) {
    z_stream z = {0};
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return false;
    uLong room = deflateBound(&z, in->size);
    z.next_in = (Bytef *)in->data;
    z.avail_in = (uInt)in->size;
    z.next_out = (Bytef *)text_reserve(out, room);
    z.avail_out = (uInt)room;
    bool good = deflate(&z, Z_FINISH) == Z_STREAM_END;
    out->size += room - z.avail_out;
    deflateEnd(&z);
    return good;
}

static bool compress_lz4(struct text *out, const struct text *in) {
    if (in->size > LZ4_MAX_INPUT_SIZE) return false;
    int room = LZ4_compressBound((int)in->size);
    int n = LZ4_compress_default(in->data, text_reserve(out, (size_t)room), (int)in->size, room);
    out->size += (size_t)n;
    return n > 0;
}

static void put_big_endian(char *to, size_t value) {
    for (int i = 0; i < 4; i++) to[i] = (char)(value >> (24 - 8 * i));
}

/* One of Hadoop's blocks: its size, that of what is compressed, and this. */
static bool compress_lz4_hadoop(struct text *out, const struct text *in) {
    size_t start = out->size;
    text_reserve(out, 8);
    out->size += 8;
    if (!compress_lz4(out, in)) return false;
    put_big_endian(out->data + start, in->size);
    put_big_endian(out->data + start + 4, out->size - start - 8);
    return true;
}

bool parquet_compress(enum parquet_codec codec, struct text *out, const struct text *in) {
    size_t size;
    switch (codec) {
        case PARQUET_SNAPPY:
            size = snappy_max_compressed_length(in->size);
            if (snappy_compress(in->data, in->size, text_reserve(out, size), &size) != SNAPPY_OK) return false;
            out->size += size;
            return true;
        case PARQUET_ZSTD: {
            size = ZSTD_compressBound(in->size);
            size_t n = ZSTD_compress(text_reserve(out, size), size, in->data, in->size, ZSTD_CLEVEL_DEFAULT);
            if (ZSTD_isError(n)) return false;
            out->size += n;
            return true;
        }
        case PARQUET_GZIP: return compress_gzip(out, in);
        case PARQUET_LZ4: return compress_lz4_hadoop(out, in);
        case PARQUET_LZ4_RAW: return compress_lz4(out, in);
        default: text_add_bytes(out, in->data, in->size); return true;
    }
}
