/* SPDX-License-Identifier: Apache-2.0 */
/* Byte strings and protobuf's encoding; see bytes.h. Lengths of inner messages are written afterwards: one
 * byte is left for them, which is enough below 128, and else the message moves up by the bytes that are
 * missing. */
#include "bytes.h"

#include <stdlib.h>
#include <string.h>

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_LENGTH = 2, WIRE_FIXED32 = 5 };

void bytes_release(struct bytes *b) {
    free(b->data);
    *b = (struct bytes){0};
}

uint8_t *bytes_reserve(struct bytes *b, size_t size) {
    if (b->failed) return NULL;
    if (size > b->capacity - b->size) {
        size_t capacity = b->capacity ? b->capacity : 256;
        while (capacity - b->size < size && capacity < SIZE_MAX / 2) capacity *= 2;
        uint8_t *data = capacity - b->size < size ? NULL : realloc(b->data, capacity);
        if (!data) {
            b->failed = true;
            return NULL;
        }
        b->data = data;
        b->capacity = capacity;
    }
    return b->data + b->size;
}

void bytes_append(struct bytes *b, const void *data, size_t size) {
    uint8_t *out = bytes_reserve(b, size);
    if (!out || !size) return;
    memcpy(out, data, size);
    b->size += size;
}

static size_t encode_varint(uint8_t out[10], uint64_t value) {
    size_t n = 0;
    for (; value >= 0x80; value >>= 7) out[n++] = (uint8_t)(value | 0x80);
    out[n++] = (uint8_t)value;
    return n;
}

void pb_varint(struct bytes *b, uint64_t value) {
    uint8_t *out = bytes_reserve(b, 10);
    if (out) b->size += encode_varint(out, value);
}

void pb_uint(struct bytes *b, uint32_t field, uint64_t value) {
    pb_varint(b, (uint64_t)field << 3 | WIRE_VARINT);
    pb_varint(b, value);
}

void pb_fixed64(struct bytes *b, uint32_t field, uint64_t value) {
    uint8_t little[8];
    for (int i = 0; i < 8; i++) little[i] = (uint8_t)(value >> 8 * i);
    pb_varint(b, (uint64_t)field << 3 | WIRE_FIXED64);
    bytes_append(b, little, sizeof little);
}

void pb_bytes(struct bytes *b, uint32_t field, const void *data, size_t size) {
    pb_varint(b, (uint64_t)field << 3 | WIRE_LENGTH);
    pb_varint(b, size);
    bytes_append(b, data, size);
}

void pb_string(struct bytes *b, uint32_t field, const char *text) {
    if (text) pb_bytes(b, field, text, strlen(text));
}

size_t pb_begin(struct bytes *b, uint32_t field) {
    pb_varint(b, (uint64_t)field << 3 | WIRE_LENGTH);
    pb_varint(b, 0);
    return b->size;
}

void pb_end(struct bytes *b, size_t at) {
    if (b->failed) return;
    uint8_t length[10];
    size_t size = b->size - at, width = encode_varint(length, size);
    if (width > 1) {
        if (!bytes_reserve(b, width - 1)) return;
        memmove(b->data + at + width - 1, b->data + at, size);
        b->size += width - 1;
    }
    memcpy(b->data + at - 1, length, width);
}

/* ---- reading ---- */

struct pb_reader pb_read(struct span message) {
    return (struct pb_reader){.at = message.data, .end = message.data + message.size};
}

static bool read_varint(struct pb_reader *r, uint64_t *value) {
    *value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (r->at == r->end) return false;
        uint8_t byte = *r->at++;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return true;
    }
    return false;
}

static bool read_fixed(struct pb_reader *r, unsigned bytes) {
    if ((size_t)(r->end - r->at) < bytes) return false;
    r->value = 0;
    for (unsigned i = 0; i < bytes; i++) r->value |= (uint64_t)r->at[i] << 8 * i;
    r->at += bytes;
    return true;
}

static bool read_field(struct pb_reader *r) {
    uint64_t key;
    if (!read_varint(r, &key) || key >> 3 == 0 || key >> 3 > 0x1FFFFFFF) return false;
    r->field = (uint32_t)(key >> 3);
    r->span = (struct span){0};
    switch (key & 7) {
        case WIRE_VARINT: return read_varint(r, &r->value);
        case WIRE_FIXED64: return read_fixed(r, 8);
        case WIRE_FIXED32: return read_fixed(r, 4);
        case WIRE_LENGTH:
            if (!read_varint(r, &r->value) || r->value > (size_t)(r->end - r->at)) return false;
            r->span = (struct span){r->at, (size_t)r->value};
            r->at += r->span.size;
            return true;
        default: return false;
    }
}

bool pb_next(struct pb_reader *r) {
    if (r->bad || r->at == r->end) return false;
    r->bad = !read_field(r);
    return !r->bad;
}

struct span pb_find(struct span message, uint32_t field) {
    struct span found = {0};
    struct pb_reader r = pb_read(message);
    while (pb_next(&r))
        if (r.field == field && r.span.data) found = r.span;
    return found;
}
