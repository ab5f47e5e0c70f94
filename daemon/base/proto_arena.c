/* SPDX-License-Identifier: Apache-2.0 */
/* See proto_arena.h. protobuf-c frees what it had when unpacking fails; here that is a call which does
 * nothing. */
#include "base/proto_arena.h"

#include "base/arena.h"
#include "base/error.h"
#include "depth.h"

static void *allocate(void *arena, size_t size) {
    return arena_bytes(arena, size);
}

static void ignore(void *arena, void *pointer) {
    (void)arena;
    (void)pointer;
}

ProtobufCAllocator proto_arena_allocator(struct arena *arena) {
    return (ProtobufCAllocator){.alloc = allocate, .free = ignore, .allocator_data = arena};
}

ProtobufCMessage *proto_arena_unpack(struct arena *arena, const ProtobufCMessageDescriptor *type, const uint8_t *bytes,
                                     size_t size, uint32_t max_depth, struct error *err) {
    static const char *const reasons[] = {
        [PROTO_MALFORMED] = "the bytes are no such message",
        [PROTO_BAD_TEXT] = "a text in it is not UTF-8, or holds a NUL character",
    };
    enum proto_check check = proto_check(type, bytes, size, max_depth);
    ProtobufCAllocator allocator = proto_arena_allocator(arena);
    ProtobufCMessage *message = check == PROTO_FINE ? protobuf_c_message_unpack(type, &allocator, size, bytes) : NULL;
    if (check == PROTO_TOO_DEEP) {
        error_set(err, "PLAN_TOO_DEEP", NULL);
        error_add(err, "limit", "%u", max_depth);
    } else if (!message) {
        error_set(err, "PROTOCOL_ERROR", "what", type->name, NULL);
        error_add(err, "reason", "%s", reasons[check == PROTO_FINE ? PROTO_MALFORMED : check]);
    }
    return message;
}
