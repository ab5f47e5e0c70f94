/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams: text files that are compressed as a whole, in the ways that Hadoop knows; a file's name says which. One
 * direction of one codec is a struct stream: bytes go in and come out piece by piece, as much as fits.
 *
 *     struct stream *s = stream_open(arena, codec, STREAM_DECODE);
 *     s->in = ..., s->in_end = ...; s->out = ..., s->out_end = ...;
 *     stream_step(s)      moves in and out
 *
 * It goes with the arena. What is decoded is hostile; what it may make a decoder hold is limited in stream.c.
 */
#ifndef ROOST_FORMAT_CODEC_STREAM_H
#define ROOST_FORMAT_CODEC_STREAM_H

#include "base/text.h"

enum stream_direction { STREAM_DECODE, STREAM_ENCODE };

struct stream;
struct stream_codec; /* a row of the table in stream.c */

struct stream {
    const uint8_t *in, *in_end; /* what has not been taken yet */
    uint8_t *out, *out_end;     /* room */
    bool last;                  /* encoding: nothing comes behind in_end */
    bool complete;              /* decoding: the file may end here; encoding: all has been written after the last */
    struct arena *arena;
    const struct stream_codec *codec;
    enum stream_direction direction;
    void *state;
};

/* Of the file's name, whatever the case of its extension; NULL: not compressed. */
const struct stream_codec *stream_codec_of_file(const char *path);
/* As an option names it: "gzip", or Hadoop's class. NULL: there is none that writes. */
const struct stream_codec *stream_codec_named(const char *name);
/* ".gz" */
const char *stream_codec_extension(const struct stream_codec *codec);
/* Those of blocks in Avro's files. */
extern const struct stream_codec stream_raw_deflate, stream_bzip2, stream_zstd;
/* NULL: the library refuses to begin. */
struct stream *stream_open(struct arena *arena, const struct stream_codec *codec, enum stream_direction direction);
/* False: damaged. When neither in nor out has moved, it needs more of either. */
bool stream_step(struct stream *s);
/* All of `in` at once, appended to *out. False: damaged, cut short, or more than `most` bytes. */
bool stream_whole(const struct stream_codec *codec, enum stream_direction direction, const void *in, size_t size,
                  struct text *out, size_t most);

#endif
