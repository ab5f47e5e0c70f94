/* SPDX-License-Identifier: Apache-2.0 */
/* A block as a whole; with Snappy a checksum of what it was stands behind it. */
#include "format/avro/container.h"

#include <zlib.h>

#include "format/codec/block.h"
#include "format/codec/snappy.h"

enum { CHECKSUM = 4 };

static const char *const names[AVRO_CODECS] = {"null", "deflate", "snappy", "bzip2", "zstandard"};

enum avro_codec avro_codec_named(const char *name) {
    uint32_t i = 0;
    while (i < AVRO_CODECS && strcmp(names[i], name) != 0) i++;
    return (enum avro_codec)i;
}

const char *avro_codec_name(enum avro_codec codec) {
    return names[codec];
}

static uint32_t checksum(const void *bytes, size_t size) {
    return (uint32_t)crc32(0, bytes, (uInt)size);
}

static bool unpack_snappy(const uint8_t *in, size_t size, struct text *out) {
    size_t whole;
    if (size < CHECKSUM || !snappy_size(in, size - CHECKSUM, &whole) || whole > AVRO_BLOCK_MAX) return false;
    char *room = text_reserve(out, whole);
    if (!snappy_decompress(in, size - CHECKSUM, (uint8_t *)room, whole)) return false;
    out->size += whole;
    return checksum(room, whole) == load_big_endian(in + size - CHECKSUM);
}

static bool pack_snappy(const void *in, size_t size, struct text *out) {
    if (!block_compress(BLOCK_SNAPPY, out, in, size)) return false;
    store_big_endian((uint8_t *)text_reserve(out, CHECKSUM), checksum(in, size));
    out->size += CHECKSUM;
    return true;
}

bool avro_unpack(enum avro_codec codec, const uint8_t *in, size_t size, struct text *out) {
    switch (codec) {
        case AVRO_DEFLATE: return stream_whole(&stream_raw_deflate, STREAM_DECODE, in, size, out, AVRO_BLOCK_MAX);
        case AVRO_BZIP2: return stream_whole(&stream_bzip2, STREAM_DECODE, in, size, out, AVRO_BLOCK_MAX);
        case AVRO_ZSTANDARD: return stream_whole(&stream_zstd, STREAM_DECODE, in, size, out, AVRO_BLOCK_MAX);
        case AVRO_SNAPPY: return unpack_snappy(in, size, out);
        default: text_add_bytes(out, (const char *)in, size); return true;
    }
}

bool avro_pack(enum avro_codec codec, const void *in, size_t size, struct text *out) {
    switch (codec) {
        case AVRO_DEFLATE: return block_compress(BLOCK_DEFLATE, out, in, size);
        case AVRO_BZIP2: return stream_whole(&stream_bzip2, STREAM_ENCODE, in, size, out, SIZE_MAX);
        case AVRO_ZSTANDARD: return block_compress(BLOCK_ZSTD, out, in, size);
        case AVRO_SNAPPY: return pack_snappy(in, size, out);
        default: text_add_bytes(out, in, size); return true;
    }
}
