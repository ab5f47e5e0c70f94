/* SPDX-License-Identifier: Apache-2.0 */
#include "format/lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "format/codec/stream.h"
#include "format/format_int.h"
#include "format/transcode.h"

enum { FIRST_CAPACITY = 1 << 18, LARGEST_RECORD = 1 << 30, COMPRESSED_PIECE = 1 << 16 };

struct compressed {
    struct stream *stream;
    uint8_t input[COMPRESSED_PIECE];
};

/* Bytes as the file has them (decompressed), on their way to UTF-8. */
struct encoded {
    struct transcoder *transcoder;
    const char *next, *end;
    bool last;
    char bytes[COMPRESSED_PIECE];
};

static bool failed(const struct lines *l, const char *why, struct error *err) {
    error_set(err, "FAILED_READ_FILE.NO_HINT", NULL);
    error_add(err, "path", "file://%s", l->path);
    return error_set_cause(err, why);
}

static void skip_byte_order_mark(struct lines *l) {
    if (l->end - l->next >= 3 && memcmp(l->next, "\xEF\xBB\xBF", 3) == 0) l->next += 3;
}

static bool open_file(struct lines *l, struct arena *arena, const char *path, struct error *err) {
    *l = (struct lines){.arena = arena, .path = path};
    l->fd = scan_open_file(arena, path, err);
    return l->fd >= 0;
}

bool lines_open_raw(struct lines *l, struct arena *arena, const char *path, struct error *err) {
    return open_file(l, arena, path, err) && lines_refill(l, err);
}

static bool choose_codec(struct lines *l, struct error *err) {
    const struct stream_codec *codec = stream_codec_of_file(l->path);
    if (!codec) return true;
    l->compressed = ARENA_NEW(l->arena, struct compressed);
    l->compressed->stream = stream_open(l->arena, codec, STREAM_DECODE);
    return l->compressed->stream || failed(l, "the decompressor cannot start", err);
}

bool lines_open(struct lines *l, struct arena *arena, const char *path, const char *encoding, struct error *err) {
    TRY(open_file(l, arena, path, err) && choose_codec(l, err));
    if (encoding) {
        l->encoded = ARENA_NEW(arena, struct encoded);
        TRY(l->encoded->transcoder = transcoder_new(arena, encoding, true, err));
    }
    TRY(lines_refill(l, err));
    skip_byte_order_mark(l);
    return true;
}

/* Bytes of the file; 0 at its end, -1 with *err. */
static ssize_t read_file(struct lines *l, void *bytes, size_t size, struct error *err) {
    ssize_t n;
    do n = read(l->fd, bytes, size);
    while (n < 0 && errno == EINTR);
    if (n < 0) failed(l, strerror(errno), err);
    return n;
}

static ssize_t read_decompressed(struct lines *l, char *bytes, size_t size, struct error *err) {
    struct stream *s = l->compressed->stream;
    s->out = (uint8_t *)bytes;
    s->out_end = s->out + size;
    for (ssize_t n = 1; n > 0 && s->out == (uint8_t *)bytes;) {
        if (s->in == s->in_end) {
            n = read_file(l, l->compressed->input, sizeof l->compressed->input, err);
            if (n < 0) return -1;
            s->in = l->compressed->input;
            s->in_end = s->in + n;
        }
        if (!stream_step(s)) {
            failed(l, "the compressed file is damaged", err);
            return -1;
        }
    }
    if (s->out > (uint8_t *)bytes || s->complete) return (char *)s->out - bytes;
    failed(l, "the compressed file is cut short", err);
    return -1;
}

static ssize_t read_bytes(struct lines *l, char *bytes, size_t size, struct error *err) {
    return l->compressed ? read_decompressed(l, bytes, size, err) : read_file(l, bytes, size, err);
}

/* UTF-8 of what the file has in its encoding. */
static ssize_t read_decoded(struct lines *l, char *bytes, size_t size, struct error *err) {
    struct encoded *e = l->encoded;
    char *out = bytes;
    for (bool flushed = false; out == bytes && !flushed;) {
        if (e->next == e->end && !e->last) {
            ssize_t n = read_bytes(l, e->bytes, sizeof e->bytes, err);
            if (n < 0) return -1;
            e->next = e->bytes;
            e->end = e->bytes + n;
            e->last = n == 0;
        }
        flushed = e->last;
        transcode(e->transcoder, &e->next, e->end, &out, bytes + size, e->last);
    }
    return out - bytes;
}

bool lines_refill(struct lines *l, struct error *err) {
    size_t kept = l->buffer ? (size_t)(l->end - l->next) : 0;
    if (kept == l->capacity) {
        if (l->capacity >= LARGEST_RECORD) return failed(l, "a record is larger than 1 GiB", err);
        size_t capacity = l->capacity ? l->capacity * 2 : FIRST_CAPACITY;
        char *grown = arena_bytes(l->arena, capacity);
        if (kept) memcpy(grown, l->next, kept);
        l->buffer = grown;
        l->capacity = capacity;
    } else if (kept) {
        memmove(l->buffer, l->next, kept);
    }
    ssize_t n = l->encoded ? read_decoded(l, l->buffer + kept, l->capacity - kept, err)
                           : read_bytes(l, l->buffer + kept, l->capacity - kept, err);
    if (n < 0) return false;
    l->next = l->buffer;
    l->end = l->buffer + kept + (size_t)n;
    l->last = n == 0;
    return true;
}
