/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hadoop's frames around a codec of blocks (.snappy, .lz4), sizes big-endian:
 *
 *     size of a block as it was | size of a part, compressed | part | size of a part | part ... | size of a block ...
 *
 * A block ends when its parts have given what it was. Writers make one part per block and keep blocks so small that
 * what comes out surely fits into the 256 KiB that readers have; blocks larger than BLOCK_MAX are refused.
 */
#include "format/codec/stream_int.h"

enum { BLOCK_WRITTEN = 26 * 8192, BLOCK_MAX = 64 << 20, SIZE_BYTES = 4, MOST_EXPANSION = 256 };

struct hadoop {
    struct text gathered; /* decoding: a size or a part in the making; encoding: the block */
    uint32_t wanted;      /* decoding: bytes of it */
    bool in_part;         /* decoding: it is a part, not a size */
    uint32_t block_left;  /* decoding: what the block's parts have still to give */
    struct text ready;    /* on its way out */
    size_t sent;          /* of ready */
};

bool hadoop_begin(struct stream *s) {
    struct hadoop *h = ARENA_NEW(s->arena, struct hadoop);
    text_init(&h->gathered, s->arena);
    text_init(&h->ready, s->arena);
    h->wanted = SIZE_BYTES;
    s->state = h;
    return true;
}

static uint32_t least(size_t a, size_t b) {
    return (uint32_t)(a < b ? a : b);
}

/* What is ready goes out; says whether all of it has. */
static bool drain(struct stream *s, struct hadoop *h) {
    uint32_t n = least(h->ready.size - h->sent, (size_t)(s->out_end - s->out));
    if (n) memcpy(s->out, h->ready.data + h->sent, n);
    s->out += n;
    h->sent += n;
    if (h->sent < h->ready.size) return false;
    h->sent = h->ready.size = 0;
    return true;
}

static void gather(struct stream *s, struct hadoop *h, uint32_t wanted) {
    uint32_t n = least(wanted - h->gathered.size, (size_t)(s->in_end - s->in));
    if (n) text_add_bytes(&h->gathered, (const char *)s->in, n);
    s->in += n;
}

/* A size has come: a block's, or that of a part of one. */
static bool take_size(struct hadoop *h) {
    uint32_t size = load_big_endian((const uint8_t *)h->gathered.data);
    if (size > BLOCK_MAX) return false;
    h->in_part = h->block_left > 0;
    if (h->in_part)
        h->wanted = size;
    else
        h->block_left = size;
    return !h->in_part || size > 0;
}

static bool take_part(struct stream *s, struct hadoop *h) {
    size_t room = h->gathered.size * MOST_EXPANSION, made;
    if (room > h->block_left) room = h->block_left;
    uint8_t *out = (uint8_t *)text_reserve(&h->ready, room);
    if (!block_decompress((enum block_codec)s->codec->parameter, (const uint8_t *)h->gathered.data, h->gathered.size,
                          out, room, &made))
        return false;
    h->ready.size = made;
    h->block_left -= (uint32_t)made;
    h->in_part = false;
    h->wanted = SIZE_BYTES;
    return true;
}

bool hadoop_decode(struct stream *s) {
    struct hadoop *h = s->state;
    while (drain(s, h)) {
        gather(s, h, h->wanted);
        s->complete = !h->in_part && !h->block_left && !h->gathered.size;
        if (h->gathered.size < h->wanted) return true;
        if (!(h->in_part ? take_part(s, h) : take_size(h))) return false;
        h->gathered.size = 0;
    }
    return true;
}

static bool finish_block(struct stream *s, struct hadoop *h) {
    enum { HEADER = 2 * SIZE_BYTES };
    text_reserve(&h->ready, HEADER);
    h->ready.size = HEADER;
    if (!block_compress((enum block_codec)s->codec->parameter, &h->ready, h->gathered.data, h->gathered.size))
        return false;
    store_big_endian((uint8_t *)h->ready.data, (uint32_t)h->gathered.size);
    store_big_endian((uint8_t *)h->ready.data + SIZE_BYTES, (uint32_t)(h->ready.size - HEADER));
    h->gathered.size = 0;
    return true;
}

bool hadoop_encode(struct stream *s) {
    struct hadoop *h = s->state;
    while (drain(s, h)) {
        gather(s, h, BLOCK_WRITTEN);
        bool ends = s->last && s->in == s->in_end;
        s->complete = ends && !h->gathered.size;
        if (!h->gathered.size || (h->gathered.size < BLOCK_WRITTEN && !ends)) return true;
        if (!finish_block(s, h)) return false;
    }
    return true;
}
