/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk goes by the descriptors, because without them a string that happens to look like a message would
 * count as nesting. What a descriptor does not know is skipped by its wire type, as protobuf-c does.
 */
#include "depth.h"

#include <stdbool.h>
#include <string.h>

#include "utf8.h"

struct level {
    const uint8_t *end;
    const ProtobufCMessageDescriptor *type;
};

static bool read_varint(const uint8_t **at, const uint8_t *end, uint64_t *value) {
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (*at == end) return false;
        uint8_t byte = *(*at)++;
        v |= (uint64_t)(byte & 0x7F) << (shift < 63 ? shift : 63);
        if (!(byte & 0x80)) {
            *value = v;
            return true;
        }
    }
    return false;
}

/* The bytes of a field that is no message. */
static bool skip_scalar(const uint8_t **at, const uint8_t *end, unsigned wire_type) {
    uint64_t ignored;
    size_t size;
    switch (wire_type) {
        case 0: return read_varint(at, end, &ignored);
        case 1: size = 8; break;
        case 5: size = 4; break;
        default: return false;
    }
    if ((size_t)(end - *at) < size) return false;
    *at += size;
    return true;
}

enum proto_check proto_check(const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t size,
                             uint32_t max_depth) {
    struct level levels[PROTO_DEPTH_MAX];
    uint32_t limit = max_depth < PROTO_DEPTH_MAX ? max_depth : PROTO_DEPTH_MAX;
    uint32_t depth = 1;
    const uint8_t *at = bytes;
    if (limit == 0) return PROTO_TOO_DEEP;
    levels[0] = (struct level){.end = bytes + size, .type = type};
    while (depth) {
        const struct level *level = &levels[depth - 1];
        if (at == level->end) {
            depth--;
            continue;
        }
        uint64_t key, length;
        if (!read_varint(&at, level->end, &key)) return PROTO_MALFORMED;
        if (key >> 3 == 0 || key >> 3 > 0x1FFFFFFF) return PROTO_MALFORMED;
        if ((key & 7) != 2) {
            if (!skip_scalar(&at, level->end, key & 7)) return PROTO_MALFORMED;
            continue;
        }
        if (!read_varint(&at, level->end, &length) || length > (size_t)(level->end - at)) return PROTO_MALFORMED;
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field(level->type, (unsigned)(key >> 3));
        if (field && field->type == PROTOBUF_C_TYPE_MESSAGE) {
            if (depth == limit) return PROTO_TOO_DEEP;
            levels[depth++] = (struct level){.end = at + length, .type = field->descriptor};
            continue;
        }
        if (field && field->type == PROTOBUF_C_TYPE_STRING &&
            (memchr(at, 0, length) || !utf8_valid((const char *)at, length)))
            return PROTO_BAD_TEXT;
        at += length;
    }
    return PROTO_FINE;
}
