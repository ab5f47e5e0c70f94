/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In a compressed file each block has a header of three bytes, little-endian: twice its size, plus one when it stands
 * there as it was.
 */
#include "format/orc/bytes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { WINDOW = 1 << 18, HEADER = 3, FIRST_ROOM = 4096, ZLIB_EXPANSION = 1100 };

bool orc_failed(const char *path, const char *why, struct error *err) {
    error_set(err, "FAILED_READ_FILE.NO_HINT", NULL);
    error_add(err, "path", "file://%s", path);
    return error_set_cause(err, why);
}

void orc_bytes_open(struct orc_bytes *b, struct orc_file *file, struct arena *arena, uint64_t offset, uint64_t length) {
    *b = (struct orc_bytes){.file = file, .arena = arena, .position = offset, .end = offset + length};
}

static bool bad(struct orc_bytes *b, const char *why) {
    orc_set_bad(b->file, why);
    b->next = b->limit = NULL;
    b->position = b->end;
    b->window_next = b->window_end = 0;
    return false;
}

/* Makes at least `wanted` bytes stand in the window, and more where the stream has them. */
static bool fill_window(struct orc_bytes *b, uint32_t wanted) {
    uint32_t have = b->window_end - b->window_next;
    if (have >= wanted) return true;
    if (wanted - have > b->end - b->position) return bad(b, "a stream ends in the middle of a block");
    uint64_t room = wanted > WINDOW ? wanted : WINDOW;
    if (room > have + (b->end - b->position)) room = have + (b->end - b->position);
    uint8_t *to = b->window;
    if (room > b->window_capacity) {
        to = arena_bytes(b->arena, room + ORC_PADDING);
        b->window_capacity = (uint32_t)room;
    }
    if (have) memmove(to, b->window + b->window_next, have);
    b->window = to;
    b->window_next = 0;
    b->window_end = have;
    while (b->window_end < room) {
        ssize_t n = pread(b->file->fd, to + b->window_end, room - b->window_end, (off_t)b->position);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return bad(b, n ? strerror(errno) : "the file is shorter than its footer says");
        b->window_end += (uint32_t)n;
        b->position += (uint64_t)n;
    }
    memset(to + room, 0, ORC_PADDING);
    return true;
}

/* What a block of this size can become; zstd knows no bound. */
static size_t room_for(const struct orc_file *file, uint32_t size) {
    size_t room = (size_t)size * ZLIB_EXPANSION + FIRST_ROOM;
    return file->codec == BLOCK_ZSTD || room > file->block_size ? file->block_size : room;
}

static bool decompress_block(struct orc_bytes *b, uint32_t size) {
    size_t room = room_for(b->file, size), made;
    if (room > b->block_room) {
        b->block = arena_bytes(b->arena, room + ORC_PADDING);
        b->block_room = room;
    }
    if (!block_decompress(b->file->codec, b->window + b->window_next, size, b->block, b->block_room, &made))
        return bad(b, "a block does not decompress");
    memset(b->block + made, 0, ORC_PADDING);
    b->next = b->block;
    b->limit = b->next + made;
    return true;
}

static bool next_block(struct orc_bytes *b) {
    if (!fill_window(b, HEADER)) return false;
    const uint8_t *h = b->window + b->window_next;
    uint32_t header = h[0] | (uint32_t)h[1] << 8 | (uint32_t)h[2] << 16, size = header >> 1;
    b->window_next += HEADER;
    if (!fill_window(b, size)) return false;
    if (header & 1) {
        b->next = b->window + b->window_next;
        b->limit = b->next + size;
    } else if (!decompress_block(b, size)) {
        return false;
    }
    b->window_next += size;
    return true;
}

bool orc_bytes_more(struct orc_bytes *b) {
    while (b->next == b->limit) {
        if (b->position == b->end && b->window_next == b->window_end) return false;
        if (b->file->compressed) {
            if (!next_block(b)) return false;
        } else {
            if (!fill_window(b, 1)) return false;
            b->next = b->window + b->window_next;
            b->limit = b->window + b->window_end;
            b->window_next = b->window_end;
        }
    }
    return true;
}

void orc_copy(struct orc_bytes *b, void *out, size_t n) {
    uint8_t *to = out;
    while (n) {
        if (!orc_bytes_more(b)) {
            bad(b, "a stream is too short");
            memset(to, 0, n);
            return;
        }
        size_t piece = (size_t)(b->limit - b->next);
        if (piece > n) piece = n;
        memcpy(to, b->next, piece);
        b->next += piece;
        to += piece;
        n -= piece;
    }
}

const uint8_t *orc_take(struct orc_bytes *b, uint32_t n) {
    if (b->next < b->limit && n <= (size_t)(b->limit - b->next)) {
        b->next += n;
        return b->next - n;
    }
    if (!b->pieced) b->pieced = arena_alloc(b->arena, ORC_TAKE_MAX + ORC_PADDING);
    orc_copy(b, b->pieced, n);
    return b->pieced;
}

uint64_t orc_varint(struct orc_bytes *b) {
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        uint8_t byte = orc_byte(b);
        if (shift < 64) v |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return v;
    }
    bad(b, "a number has too many bytes");
    return 0;
}
