/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams of zlib, bzip2 and zstd, and the table of them all. A decoder begins anew behind the end of a part, as files
 * that were written one behind the other are one file to Hadoop.
 */
#include <bzlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>
#include <zstd.h>

#include "format/codec/stream_int.h"

enum {
    GZIP_WINDOW = 15 + 16,
    ZLIB_WINDOW = 15,
    RAW_WINDOW = -15,
    WHOLE_PIECE = 1 << 16,
    BZIP2_LEVEL = 9,
    ZSTD_LARGEST_WINDOW = 27 /* log2 of the bytes that a frame may make its reader keep */
};

static unsigned in_size(const struct stream *s) {
    size_t n = (size_t)(s->in_end - s->in);
    return n < 1u << 30 ? (unsigned)n : 1u << 30;
}

static unsigned out_size(const struct stream *s) {
    size_t n = (size_t)(s->out_end - s->out);
    return n < 1u << 30 ? (unsigned)n : 1u << 30;
}

/* ---- zlib ---- */

static void inflate_release(void *z) {
    inflateEnd(z);
}

static void deflate_release(void *z) {
    deflateEnd(z);
}

static bool inflate_begin(struct stream *s) {
    z_stream *z = s->state = ARENA_NEW(s->arena, z_stream);
    if (inflateInit2(z, s->codec->parameter) != Z_OK) return false;
    arena_defer(s->arena, inflate_release, z);
    return true;
}

static bool deflate_begin(struct stream *s) {
    z_stream *z = s->state = ARENA_NEW(s->arena, z_stream);
    int window = s->codec->parameter;
    if (deflateInit2(z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return false;
    arena_defer(s->arena, deflate_release, z);
    return true;
}

static void zlib_load(struct stream *s, z_stream *z) {
    z->next_in = (Bytef *)s->in;
    z->avail_in = in_size(s);
    z->next_out = s->out;
    z->avail_out = out_size(s);
}

static void zlib_store(struct stream *s, const z_stream *z) {
    s->in = z->next_in;
    s->out = z->next_out;
}

static bool inflate_step(struct stream *s) {
    z_stream *z = s->state;
    if (s->complete && s->in == s->in_end) return true;
    if (s->complete) inflateReset(z);
    zlib_load(s, z);
    int status = inflate(z, Z_NO_FLUSH);
    zlib_store(s, z);
    s->complete = status == Z_STREAM_END;
    return status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;
}

static bool deflate_step(struct stream *s) {
    z_stream *z = s->state;
    zlib_load(s, z);
    int status = deflate(z, s->last ? Z_FINISH : Z_NO_FLUSH);
    zlib_store(s, z);
    s->complete = status == Z_STREAM_END;
    return status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;
}

/* ---- bzip2 ---- */

static void unbzip_release(void *z) {
    BZ2_bzDecompressEnd(z);
}

static void bzip_release(void *z) {
    BZ2_bzCompressEnd(z);
}

static bool unbzip_begin(struct stream *s) {
    bz_stream *z = s->state = ARENA_NEW(s->arena, bz_stream);
    if (BZ2_bzDecompressInit(z, 0, 0) != BZ_OK) return false;
    arena_defer(s->arena, unbzip_release, z);
    return true;
}

static bool bzip_begin(struct stream *s) {
    bz_stream *z = s->state = ARENA_NEW(s->arena, bz_stream);
    if (BZ2_bzCompressInit(z, BZIP2_LEVEL, 0, 0) != BZ_OK) return false;
    arena_defer(s->arena, bzip_release, z);
    return true;
}

static void bzip_load(struct stream *s, bz_stream *z) {
    z->next_in = (char *)s->in;
    z->avail_in = in_size(s);
    z->next_out = (char *)s->out;
    z->avail_out = out_size(s);
}

static void bzip_store(struct stream *s, const bz_stream *z) {
    s->in = (const uint8_t *)z->next_in;
    s->out = (uint8_t *)z->next_out;
}

static bool unbzip_step(struct stream *s) {
    bz_stream *z = s->state;
    if (s->complete && s->in == s->in_end) return true;
    if (s->complete) {
        BZ2_bzDecompressEnd(z);
        memset(z, 0, sizeof *z);
        if (BZ2_bzDecompressInit(z, 0, 0) != BZ_OK) return false;
    }
    bzip_load(s, z);
    int status = BZ2_bzDecompress(z);
    bzip_store(s, z);
    s->complete = status == BZ_STREAM_END;
    return status == BZ_OK || status == BZ_STREAM_END;
}

static bool bzip_step(struct stream *s) {
    bz_stream *z = s->state;
    if (s->complete || (!s->last && s->in == s->in_end)) return true; /* errors to the library */
    bzip_load(s, z);
    int status = BZ2_bzCompress(z, s->last ? BZ_FINISH : BZ_RUN);
    bzip_store(s, z);
    s->complete = status == BZ_STREAM_END;
    return status == BZ_RUN_OK || status == BZ_FINISH_OK || status == BZ_STREAM_END;
}

/* ---- zstd, which Spark reads and does not write ---- */

static void zstd_release(void *z) {
    ZSTD_freeDStream(z);
}

static bool zstd_begin(struct stream *s) {
    ZSTD_DStream *z = s->state = ZSTD_createDStream();
    if (!z) return false;
    arena_defer(s->arena, zstd_release, z);
    return !ZSTD_isError(ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, ZSTD_LARGEST_WINDOW));
}

static bool zstd_step(struct stream *s) {
    ZSTD_inBuffer in = {.src = s->in, .size = in_size(s)};
    ZSTD_outBuffer out = {.dst = s->out, .size = out_size(s)};
    if (s->complete && !in.size) return true;
    size_t left = ZSTD_decompressStream(s->state, &out, &in);
    s->in += in.pos;
    s->out += out.pos;
    s->complete = left == 0;
    return !ZSTD_isError(left);
}

/* ---- all of them ---- */

#define HADOOP_CLASS "org.apache.hadoop.io.compress."
#define ZLIB_STEPS .begin = {inflate_begin, deflate_begin}, .step = {inflate_step, deflate_step}
#define HADOOP_STEPS .begin = {hadoop_begin, hadoop_begin}, .step = {hadoop_decode, hadoop_encode}

#define BZIP2_STEPS .begin = {unbzip_begin, bzip_begin}, .step = {unbzip_step, bzip_step}
#define ZSTD_STEPS .begin = {zstd_begin}, .step = {zstd_step}

static const struct stream_codec codecs[] = {
    {"gzip", HADOOP_CLASS "GzipCodec", ".gz", GZIP_WINDOW, ZLIB_STEPS},
    {"deflate", HADOOP_CLASS "DeflateCodec", ".deflate", ZLIB_WINDOW, ZLIB_STEPS},
    {"bzip2", HADOOP_CLASS "BZip2Codec", ".bz2", 0, BZIP2_STEPS},
    {"snappy", HADOOP_CLASS "SnappyCodec", ".snappy", BLOCK_SNAPPY, HADOOP_STEPS},
    {"lz4", HADOOP_CLASS "Lz4Codec", ".lz4", BLOCK_LZ4, HADOOP_STEPS},
    {NULL, NULL, ".zst", 0, ZSTD_STEPS},
    {NULL, NULL, ".zstd", 0, ZSTD_STEPS},
};
enum { CODECS = sizeof codecs / sizeof *codecs };

const struct stream_codec stream_raw_deflate = {NULL, NULL, "", RAW_WINDOW, ZLIB_STEPS},
                          stream_bzip2 = {NULL, NULL, "", 0, BZIP2_STEPS},
                          stream_zstd = {NULL, NULL, "", 0, ZSTD_STEPS};

const struct stream_codec *stream_codec_of_file(const char *path) {
    size_t size = strlen(path);
    for (size_t i = 0; i < CODECS; i++) {
        size_t length = strlen(codecs[i].extension);
        if (size > length && strcasecmp(path + size - length, codecs[i].extension) == 0) return &codecs[i];
    }
    return NULL;
}

const struct stream_codec *stream_codec_named(const char *name) {
    for (size_t i = 0; i < CODECS && codecs[i].name; i++)
        if (strcasecmp(codecs[i].name, name) == 0 || strcmp(codecs[i].class_name, name) == 0) return &codecs[i];
    return NULL;
}

const char *stream_codec_extension(const struct stream_codec *codec) {
    return codec->extension;
}

struct stream *stream_open(struct arena *arena, const struct stream_codec *codec, enum stream_direction direction) {
    struct stream *s = ARENA_NEW(arena, struct stream);
    s->arena = arena;
    s->codec = codec;
    s->direction = direction;
    s->complete = direction == STREAM_DECODE; /* nothing is nothing */
    return codec->begin[direction](s) ? s : NULL;
}

bool stream_step(struct stream *s) {
    return s->codec->step[s->direction](s);
}

bool stream_whole(const struct stream_codec *codec, enum stream_direction direction, const void *in, size_t size,
                  struct text *out, size_t most) {
    struct arena *scratch = arena_scratch(out->arena);
    struct stream *s = stream_open(scratch, codec, direction);
    bool good = s != NULL, moved = good;
    if (good) {
        s->in = in;
        s->in_end = s->in + size;
        s->last = true;
    }
    while (good && moved) {
        const uint8_t *before = s->in;
        uint8_t *room = s->out = (uint8_t *)text_reserve(out, WHOLE_PIECE);
        s->out_end = room + WHOLE_PIECE;
        good = stream_step(s) && out->size <= most;
        moved = s->in != before || s->out != room;
        out->size += (size_t)(s->out - room);
    }
    good = good && s->complete && s->in == s->in_end;
    arena_release(scratch);
    return good;
}
