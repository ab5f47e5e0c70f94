/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growing byte strings, and the little of protobuf's encoding that the library needs: it puts serialized
 * plans into requests and takes serialized schemas out of answers without unpacking either, so it depends on
 * libc alone.
 *
 * Writing fails stickily: after the first allocation that fails `failed` is set and nothing more is written;
 * whoever sends looks once. Reading walks fields; a malformed message ends the walk with `bad` set.
 */
#ifndef ROOST_CLIENT_BYTES_H
#define ROOST_CLIENT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    uint8_t *data;
    size_t size, capacity;
    bool failed;
};
void bytes_release(struct bytes *b);
/* Room for `size` more bytes at data + size; NULL when there is no memory. */
uint8_t *bytes_reserve(struct bytes *b, size_t size);
void bytes_append(struct bytes *b, const void *data, size_t size);

/* Part of a message that lies elsewhere. */
struct span {
    const uint8_t *data;
    size_t size;
};

void pb_varint(struct bytes *b, uint64_t value);
void pb_uint(struct bytes *b, uint32_t field, uint64_t value);
void pb_fixed64(struct bytes *b, uint32_t field, uint64_t value);
void pb_bytes(struct bytes *b, uint32_t field, const void *data, size_t size);
void pb_string(struct bytes *b, uint32_t field, const char *text); /* NULL writes nothing */
/* A message within: size_t at = pb_begin(b, 3); ... pb_end(b, at); */
size_t pb_begin(struct bytes *b, uint32_t field);
void pb_end(struct bytes *b, size_t at);

struct pb_reader {
    const uint8_t *at, *end;
    bool bad;
    uint32_t field;
    uint64_t value;   /* varint and fixed */
    struct span span; /* length-delimited; data NULL for the others */
};
struct pb_reader pb_read(struct span message);
/* The next field; false at the end, or when the rest is malformed. */
bool pb_next(struct pb_reader *r);
/* The last occurrence of a length-delimited field; data NULL: there is none. */
struct span pb_find(struct span message, uint32_t field);

#endif
