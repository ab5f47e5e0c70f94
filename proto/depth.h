/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks through a serialized message before it is unpacked. protobuf-c unpacks with one C call per level of
 * nesting and without any limit, ends text at its first NUL, and does not look at UTF-8; so whoever unpacks
 * what came from outside asks here first. One pass over the bytes, no recursion, no memory.
 */
#ifndef ROOST_PROTO_DEPTH_H
#define ROOST_PROTO_DEPTH_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

enum { PROTO_DEPTH_MAX = 4096 }; /* no limit is higher */

enum proto_check {
    PROTO_FINE,
    PROTO_MALFORMED, /* lengths, wire types, field number 0, groups */
    PROTO_TOO_DEEP,
    PROTO_BAD_TEXT /* a string field that is not UTF-8, or holds a NUL */
};

/* The message itself is level 1. */
enum proto_check proto_check(const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t size,
                             uint32_t max_depth);

#endif
