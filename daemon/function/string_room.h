/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Room for the bytes of many strings, one behind the other: cheaper than an allocation for each. A string is written
 * where string_room_open() says and ends where string_room_close() is told; it stays as long as the arena does.
 *
 *     char *to = string_room_open(&room, s.size);
 *     memcpy(to, s.data, s.size);
 *     result = string_room_close(&room, to + s.size);
 */
#ifndef ROOST_FUNCTION_STRING_ROOM_H
#define ROOST_FUNCTION_STRING_ROOM_H

#include "column/vector.h"

struct string_room {
    struct arena *arena;
    char *next, *end;
    size_t block; /* size of the last one */
};

enum { STRING_ROOM_LEAST = 256, STRING_ROOM_MOST = 32768 };

static inline void string_room_refill(struct string_room *room, size_t most) {
    room->block = room->block < STRING_ROOM_LEAST  ? STRING_ROOM_LEAST
                  : room->block < STRING_ROOM_MOST ? room->block * 2
                                                   : STRING_ROOM_MOST;
    size_t size = most > room->block ? most : room->block;
    room->next = arena_bytes(room->arena, size);
    room->end = room->next + size;
}

/* Where the next string goes: at most so many bytes. */
static inline char *string_room_open(struct string_room *room, size_t most) {
    if (!room->next || (size_t)(room->end - room->next) < most) string_room_refill(room, most);
    return room->next;
}

static inline struct string string_room_close(struct string_room *room, char *end) {
    struct string s = string_make(room->next, (size_t)(end - room->next));
    room->next = end;
    return s;
}

#endif
