/* SPDX-License-Identifier: Apache-2.0 */
#include "format/text_file.h"

#include <string.h>

#include "format/codec/stream.h"
#include "format/transcode.h"

enum { BUFFER = 1 << 18, COMPRESSED_PIECE = 1 << 16 };

static const char *codec(const struct u_option *options, uint32_t count) {
    return option_text(options, count, "compression", option_text(options, count, "codec", "none"));
}

const char *text_file_extension(struct arena *arena, const struct context *context, const char *extension,
                                const struct u_option *options, uint32_t option_count) {
    const struct stream_codec *row = stream_codec_named(codec(options, option_count));
    return row ? arena_printf(arena, "%s%s", extension, stream_codec_extension(row)) : extension;
}

static bool start_codec(struct text_file *f, const char *name, struct error *err) {
    if (strcasecmp(name, "none") == 0 || strcasecmp(name, "uncompressed") == 0) return true;
    const struct stream_codec *row = stream_codec_named(name);
    if (!row)
        return error_set(err, "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION", "codecName", name,
                         "availableCodecs", "bzip2, deflate, uncompressed, snappy, none, lz4, gzip", NULL);
    f->compressor = stream_open(f->arena, row, STREAM_ENCODE);
    return f->compressor || error_internal(err, "no memory for the compression of %s", f->file.path);
}

bool text_file_open(struct text_file *f, struct arena *arena, const struct u_option *options, uint32_t option_count,
                    const char *path, struct error *err) {
    *f = (struct text_file){.arena = arena};
    output_file_init(&f->file, path);
    arena_init(&f->batch, arena->account);
    text_init(&f->out, arena);
    arena_defer(arena, text_file_release, f);
    return output_file_open(&f->file, err) && start_codec(f, codec(options, option_count), err);
}

static bool compress_out(struct text_file *f, bool last, struct error *err) {
    uint8_t piece[COMPRESSED_PIECE];
    struct stream *s = f->compressor;
    s->in = (const uint8_t *)f->out.data;
    s->in_end = s->in + f->out.size;
    s->last = last;
    do {
        s->out = piece;
        s->out_end = piece + sizeof piece;
        if (!stream_step(s)) return error_internal(err, "%s cannot be compressed", f->file.path);
        TRY(output_file_put(&f->file, piece, (size_t)(s->out - piece), err));
    } while (s->in < s->in_end || s->out == s->out_end || (last && !s->complete));
    return true;
}

bool text_file_encode(struct text_file *f, const struct u_option *options, uint32_t option_count, struct error *err) {
    const char *encoding = transcode_encoding(options, option_count);
    text_init(&f->encoded, f->arena);
    return !encoding || (f->transcoder = transcoder_new(f->arena, encoding, false, err));
}

/* What has gathered takes the place of its UTF-8. */
static void encode_out(struct text_file *f, bool last) {
    const char *in = f->out.data, *end = in + f->out.size;
    do {
        char *room = text_reserve(&f->encoded, COMPRESSED_PIECE), *out = room;
        transcode(f->transcoder, &in, end, &out, room + COMPRESSED_PIECE, last);
        f->encoded.size += (size_t)(out - room);
        if (out == room) break;
    } while (true);
    struct text utf8 = f->out;
    f->out = f->encoded;
    f->encoded = utf8;
    f->encoded.size = 0;
}

static bool flush_out(struct text_file *f, bool last, struct error *err) {
    if (f->transcoder) encode_out(f, last);
    TRY(f->compressor ? compress_out(f, last, err) : output_file_put(&f->file, f->out.data, f->out.size, err));
    f->out.size = 0;
    return true;
}

bool text_file_step(struct text_file *f, struct error *err) {
    return f->out.size < BUFFER || flush_out(f, false, err);
}

bool text_file_finish(struct text_file *f, struct error *err) {
    return flush_out(f, true, err) && output_file_finish(&f->file, err);
}

void text_file_release(void *file) {
    struct text_file *f = file;
    arena_release(&f->batch);
    output_file_release(&f->file);
}
