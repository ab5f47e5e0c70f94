/* SPDX-License-Identifier: Apache-2.0 */
#include "format/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "format/format_int.h"
#include "format/transcode.h"

enum {
    FIRST_CAPACITY = 1 << 18,
    LARGEST_RECORD = 1 << 30,
    COMPRESSED_PIECE = 1 << 16,
    GZIP_WINDOW = 15 + 16,
    ZLIB_WINDOW = 15
};

struct inflater {
    z_stream stream;
    bool ended; /* between two members of the file */
    uint8_t input[COMPRESSED_PIECE];
};

/* Bytes as the file has them (decompressed), on their way to UTF-8. */
struct encoded {
    struct transcoder *transcoder;
    const char *next, *end;
    bool last;
    char bytes[COMPRESSED_PIECE];
};

static void close_fd(void *fd) {
    close((int)(intptr_t)fd);
}

static void end_inflate(void *inflater) {
    inflateEnd(&((struct inflater *)inflater)->stream);
}

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
    l->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (l->fd < 0) return scan_no_file(path, errno, err);
    arena_defer(arena, close_fd, (void *)(intptr_t)l->fd);
    return true;
}

bool lines_open_raw(struct lines *l, struct arena *arena, const char *path, struct error *err) {
    return open_file(l, arena, path, err) && lines_refill(l, err);
}

static bool ends_with(const char *path, const char *suffix) {
    size_t size = strlen(path), length = strlen(suffix);
    return size > length && strcmp(path + size - length, suffix) == 0;
}

static bool start_inflater(struct lines *l, int window, struct error *err) {
    struct inflater *inflater = ARENA_NEW(l->arena, struct inflater);
    if (inflateInit2(&inflater->stream, window) != Z_OK) return failed(l, "zlib cannot start", err);
    arena_defer(l->arena, end_inflate, inflater);
    l->inflater = inflater;
    return true;
}

/* Hadoop's codecs by their extensions. */
static bool choose_codec(struct lines *l, struct error *err) {
    static const char *const others[] = {".bz2", ".lz4", ".snappy"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (ends_with(l->path, others[i])) return error_unsupported(err, "text files compressed as %s", others[i]);
    if (ends_with(l->path, ".gz")) return start_inflater(l, GZIP_WINDOW, err);
    return !ends_with(l->path, ".deflate") || start_inflater(l, ZLIB_WINDOW, err);
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

static ssize_t read_inflated(struct lines *l, char *bytes, size_t size, struct error *err) {
    struct inflater *inflater = l->inflater;
    z_stream *z = &inflater->stream;
    z->next_out = (Bytef *)bytes;
    z->avail_out = (uInt)size;
    while (z->avail_out == size) {
        if (z->avail_in == 0) {
            ssize_t n = read_file(l, inflater->input, sizeof inflater->input, err);
            if (n < 0) return -1;
            if (n == 0 && !inflater->ended && z->total_in) {
                failed(l, "the compressed file is cut short", err);
                return -1;
            }
            if (n == 0) return 0;
            z->next_in = inflater->input;
            z->avail_in = (uInt)n;
        }
        if (inflater->ended) inflateReset(z);
        int status = inflate(z, Z_NO_FLUSH);
        inflater->ended = status == Z_STREAM_END;
        if (status != Z_OK && status != Z_STREAM_END) {
            failed(l, "the compressed file is damaged", err);
            return -1;
        }
    }
    return (ssize_t)(size - z->avail_out);
}

static ssize_t read_bytes(struct lines *l, char *bytes, size_t size, struct error *err) {
    return l->inflater ? read_inflated(l, bytes, size, err) : read_file(l, bytes, size, err);
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
