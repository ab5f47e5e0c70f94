/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream is the decompressed size as a varint, then tags:
 *
 *     kind (low 2 bits)   length                          offset
 *     0 literal           6 bits, or 1 to 4 bytes behind  -, its bytes follow
 *     1 copy              4 + 3 bits                      3 bits and a byte
 *     2 copy              1 + 6 bits                      2 bytes
 *     3 copy              1 + 6 bits                      4 bytes
 *
 * Numbers compress to a short literal and a short copy in turn. So far from both ends, where 16 or 64 bytes can be
 * moved whatever the length is, a literal goes straight on to the copy behind it, and the two usual kinds of copy are
 * told apart without a branch, because which one comes cannot be predicted. Near the ends each tag is checked.
 */
#include "format/codec/snappy.h"

#include <string.h>

/* A literal of 60 bytes and a copy of 64 fit behind a tag that far from the end. */
enum { FAR_FROM_END = 128, LITERAL = 0, LONG_COPY = 3, SHORT_LITERAL_MAX = 60 };

struct stream {
    const uint8_t *in, *in_end;
    uint8_t *out, *out_begin, *out_end;
};

static inline void move16(uint8_t *to, const uint8_t *from) {
    typedef uint8_t sixteen __attribute__((vector_size(16)));
    sixteen bytes;
    memcpy(&bytes, from, 16);
    memcpy(to, &bytes, 16);
}

static inline void move64(uint8_t *to, const uint8_t *from) {
    for (int i = 0; i < 64; i += 16) move16(to + i, from + i);
}

static inline uint32_t load32(const uint8_t *p) {
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
}

static bool read_size(struct stream *s, uint64_t *size) {
    *size = 0;
    for (unsigned shift = 0; shift < 35 && s->in < s->in_end; shift += 7) {
        uint8_t byte = *s->in++;
        *size |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return true;
    }
    return false;
}

/* A literal whose size stands in the `count` bytes at s->in. */
static bool long_literal(struct stream *s, unsigned count) {
    if ((size_t)(s->in_end - s->in) < count) return false;
    uint32_t size = 0;
    for (unsigned i = 0; i < count; i++) size |= (uint32_t)s->in[i] << 8 * i;
    s->in += count;
    size_t whole = (size_t)size + 1;
    if (whole > (size_t)(s->in_end - s->in) || whole > (size_t)(s->out_end - s->out)) return false;
    memcpy(s->out, s->in, whole);
    s->in += whole;
    s->out += whole;
    return true;
}

/* Bytes may be read that the same copy has written. There is room for 64. */
static inline void copy_far(uint8_t *out, uint32_t offset, uint32_t size) {
    const uint8_t *from = out - offset;
    if (offset >= 16) {
        move16(out, from);
        if (size > 16)
            for (uint32_t i = 16; i < 64; i += 16) move16(out + i, from + i);
    } else if (offset >= 8) {
        for (uint32_t i = 0; i < size; i += 8) memcpy(out + i, from + i, 8);
    } else {
        for (uint32_t i = 0; i < size; i++) out[i] = from[i];
    }
}

static bool decompress_far(struct stream *s) {
    const uint8_t *in = s->in, *in_far = s->in_end - FAR_FROM_END;
    uint8_t *out = s->out, *out_far = s->out_end - FAR_FROM_END;
    while (in < in_far && out < out_far) {
        uint32_t tag = *in, kind = tag & 3;
        if (kind == LITERAL) {
            uint32_t size = (tag >> 2) + 1;
            if (size > 16) {
                if (size > SHORT_LITERAL_MAX) {
                    s->in = in + 1;
                    s->out = out;
                    if (!long_literal(s, size - SHORT_LITERAL_MAX)) return false;
                    in = s->in;
                    out = s->out;
                    continue;
                }
                move64(out, in + 1);
            } else {
                move16(out, in + 1);
            }
            in += size + 1;
            out += size;
            tag = *in;
            kind = tag & 3;
            if (kind == LITERAL) continue;
        }
        uint32_t behind = load32(in + 1), offset = behind, size = (tag >> 2) + 1;
        if (__builtin_expect(kind == LONG_COPY, 0)) {
            in += 5;
        } else {
            uint32_t near = (tag >> 5 << 8) | (behind & 0xFF), near_size = (tag >> 2 & 7) + 4;
            uint32_t mask = 0 - (kind >> 1); /* all ones: two bytes of offset */
            offset = near ^ ((near ^ (behind & 0xFFFF)) & mask);
            size = near_size ^ ((near_size ^ size) & mask);
            in += kind + 1;
        }
        if (__builtin_expect((size_t)offset - 1 >= (size_t)(out - s->out_begin), 0)) return false;
        copy_far(out, offset, size);
        out += size;
    }
    s->in = in;
    s->out = out;
    return true;
}

static bool decompress_near(struct stream *s) {
    uint32_t tag = *s->in++, kind = tag & 3, size = (tag >> 2) + 1, offset = 0;
    if (kind == LITERAL) {
        if (size > SHORT_LITERAL_MAX) return long_literal(s, size - SHORT_LITERAL_MAX);
        if (size > (size_t)(s->in_end - s->in) || size > (size_t)(s->out_end - s->out)) return false;
        memcpy(s->out, s->in, size);
        s->in += size;
        s->out += size;
        return true;
    }
    unsigned count = kind == LONG_COPY ? 4 : kind;
    if ((size_t)(s->in_end - s->in) < count) return false;
    for (unsigned i = 0; i < count; i++) offset |= (uint32_t)s->in[i] << 8 * i;
    s->in += count;
    if (kind == 1) {
        offset |= tag >> 5 << 8;
        size = (tag >> 2 & 7) + 4;
    }
    if ((size_t)offset - 1 >= (size_t)(s->out - s->out_begin) || size > (size_t)(s->out_end - s->out)) return false;
    for (uint32_t i = 0; i < size; i++, s->out++) *s->out = s->out[-(ptrdiff_t)offset];
    return true;
}

bool snappy_size(const uint8_t *in, size_t in_size, size_t *size) {
    struct stream s = {.in = in, .in_end = in + in_size};
    uint64_t says;
    if (!read_size(&s, &says) || says > UINT32_MAX) return false;
    *size = says;
    return true;
}

bool snappy_decompress(const uint8_t *in, size_t in_size, uint8_t *out, size_t out_size) {
    struct stream s = {in, in + in_size, out, out, out + out_size};
    uint64_t size;
    if (!read_size(&s, &size) || size != out_size) return false;
    if (in_size > FAR_FROM_END && out_size > FAR_FROM_END && !decompress_far(&s)) return false;
    while (s.in < s.in_end)
        if (!decompress_near(&s)) return false;
    return s.out == s.out_end;
}
