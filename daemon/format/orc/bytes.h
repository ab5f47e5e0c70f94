/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream of an ORC file as bytes: read in windows, decompressed block by block. What goes wrong is noted in the file
 * (orc_set_bad), and zeros are given from there on, so that whoever decodes looks once at the end.
 */
#ifndef ROOST_FORMAT_ORC_BYTES_H
#define ROOST_FORMAT_ORC_BYTES_H

#include "format/orc/orc.h"

enum { ORC_TAKE_MAX = 4096, ORC_PADDING = 8 };

struct orc_bytes {
    struct orc_file *file;
    struct arena *arena;    /* must last as long */
    uint64_t position, end; /* of the file: what has not been read yet */
    uint8_t *window;        /* bytes of the file: [window_next, window_end) is not decompressed yet */
    uint32_t window_capacity, window_next, window_end;
    const uint8_t *next, *limit; /* decompressed and not taken; ORC_PADDING bytes behind can be read */
    uint8_t *block;
    size_t block_room;
    uint8_t *pieced; /* what orc_take() had to put together */
};

/* The bytes [offset, offset + length) of the file, which lie within it. */
void orc_bytes_open(struct orc_bytes *b, struct orc_file *file, struct arena *arena, uint64_t offset, uint64_t length);
/* Makes next < limit; false: the end, or the file is bad. */
bool orc_bytes_more(struct orc_bytes *b);
/* The next n bytes (at most ORC_TAKE_MAX), with ORC_PADDING bytes readable behind; valid until the next call. */
const uint8_t *orc_take(struct orc_bytes *b, uint32_t n);
void orc_copy(struct orc_bytes *b, void *out, size_t n);

static inline uint8_t orc_byte(struct orc_bytes *b) {
    if (b->next < b->limit) return *b->next++;
    return *orc_take(b, 1);
}
/* Seven bits a byte, the least ones first. */
uint64_t orc_varint(struct orc_bytes *b);
static inline int64_t orc_zigzag(uint64_t v) {
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

#endif
