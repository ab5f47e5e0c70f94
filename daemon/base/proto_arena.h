/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages from outside, unpacked into an arena: checked first (proto/depth.h), then unpacked by protobuf-c
 * with the arena as its allocator. Nothing is freed one by one; the message lives as long as the arena, and
 * running out of memory leaves through the guard as everywhere.
 */
#ifndef ROOST_BASE_PROTO_ARENA_H
#define ROOST_BASE_PROTO_ARENA_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

struct arena;
struct error;

/* NULL with PROTOCOL_ERROR when the bytes are no such message or nested deeper than max_depth. */
ProtobufCMessage *proto_arena_unpack(struct arena *arena, const ProtobufCMessageDescriptor *type, const uint8_t *bytes,
                                     size_t size, uint32_t max_depth, struct error *err);
/* For other uses of protobuf-c. The allocator is a value: keep it as long as it is used. */
ProtobufCAllocator proto_arena_allocator(struct arena *arena);

#endif
