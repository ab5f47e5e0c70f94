/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of text in pieces: a buffer of bytes that have been read and not yet used, refilled at its end. For CSV, JSON
 * and text alike. What is called .gz, .bz2 and so on is decompressed on the way (codec/stream.h); other encodings than UTF-8
 * become it.
 */
#ifndef ROOST_FORMAT_LINES_H
#define ROOST_FORMAT_LINES_H

#include "base/arena.h"
#include "base/error.h"

struct lines {
    struct arena *arena;
    const char *path;
    int fd;
    struct compressed *compressed; /* or NULL */
    struct encoded *encoded;       /* for encodings other than UTF-8 */
    char *buffer;                  /* [next, end) is unused */
    size_t capacity;
    const char *next, *end;
    bool last; /* nothing comes behind end */
};

/* The file as it is, whatever it is called. */
bool lines_open_raw(struct lines *l, struct arena *arena, const char *path, struct error *err);
/* encoding NULL: UTF-8 */
bool lines_open(struct lines *l, struct arena *arena, const char *path, const char *encoding, struct error *err);
/* Moves what is unused to the front and reads more; grows the buffer when nothing was used. Everything that pointed
 * into the buffer is then gone. */
bool lines_refill(struct lines *l, struct error *err);

#endif
