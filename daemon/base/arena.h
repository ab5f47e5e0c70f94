/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arenas: memory with a parent.
 *
 * Everything that a query, a plan handle or a batch needs is allocated from an arena and goes with it;
 * nothing is freed one by one. What always holds:
 *
 *  - An allocation never returns NULL. When the arena's account is over its limit, or malloc fails, control
 *    leaves for the boundary that memory_guard() set, and the caller gets OUT_OF_MEMORY as a struct error
 *    (docs/adr/0002-out-of-memory.md). It is the only non-local exit in the daemon.
 *  - A resource that is not arena memory (a file, a PCRE2 pattern, a zstd context) is handed to
 *    arena_defer() right after it is made, so that it is released with the arena, whatever happens.
 *  - Memory is aligned to 16 bytes. arena_alloc() zeroes; arena_bytes() does not.
 *
 *      account (engine) <- account (session) <- account (query) <- arena, arena, ...
 *
 * With -DARENA_DEBUG each allocation is a malloc of its own, so that ASan sees an overflow of one byte.
 */
#ifndef ROOST_BASE_ARENA_H
#define ROOST_BASE_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

/* A budget in bytes. What is charged to it is charged to its parents too. */
struct memory_account {
    struct memory_account *parent; /* NULL: the root, which carries the guard */
    const char *name;              /* for the error: "engine", "session", "query" */
    size_t used;
    size_t peak;
    size_t limit;               /* 0: none of its own */
    struct memory_guard *guard; /* root only: where to leave to */
    uint64_t fail_at;           /* root only, for tests: the n-th chunk fails (0: never) */
};

void memory_account_init(struct memory_account *account, struct memory_account *parent, const char *name, size_t limit);
/* Charges size bytes, or leaves through the guard. */
void memory_charge(struct memory_account *account, size_t size);
/* The same, but says false instead of leaving. */
bool memory_try_charge(struct memory_account *account, size_t size);
void memory_discharge(struct memory_account *account, size_t size);
/* malloc has failed for `wanted` bytes: leaves through the guard. */
_Noreturn void memory_exhausted(struct memory_account *account, size_t wanted);

/*
 * Calls body(argument). Returns what it returns; if memory runs out below, fills *err with OUT_OF_MEMORY and
 * returns false. Guards nest; the innermost one catches.
 */
bool memory_guard(struct memory_account *any, bool (*body)(void *argument, struct error *err), void *argument,
                  struct error *err);

struct arena_chunk;
struct arena_deferred;

struct arena {
    char *next; /* free bytes of the newest chunk: [next, end) */
    char *end;
    struct arena_chunk *chunks;
    struct arena_deferred *deferred;
    struct memory_account *account;
};

void arena_init(struct arena *arena, struct memory_account *account);
/* Runs what was deferred, newest first, and frees everything. The arena can be used again. */
void arena_release(struct arena *arena);
/* The same, but keeps one chunk for what comes next: the cheap way for a batch's arena. */
void arena_reset(struct arena *arena);

void *arena_alloc(struct arena *arena, size_t size);                     /* zeroed */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size); /* zeroed; the product is checked */
void *arena_bytes(struct arena *arena, size_t size);                     /* not zeroed */
void *arena_bytes_array(struct arena *arena, size_t count, size_t size); /* not zeroed; checked */
/* Moves to a block of new_size, copying old_size bytes; in place where the block is the newest. */
void *arena_grow(struct arena *arena, void *block, size_t old_size, size_t new_size);
void *arena_copy(struct arena *arena, const void *bytes, size_t size);
char *arena_strdup(struct arena *arena, const char *text);               /* NULL gives NULL */
char *arena_strndup(struct arena *arena, const char *text, size_t size); /* adds the NUL */
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments);
/* An arena for a moment's work: arena_release() it when done; at the latest it goes with its parent. */
struct arena *arena_scratch(struct arena *parent);
/* Calls release(resource) when the arena is reset or released. */
void arena_defer(struct arena *arena, void (*release)(void *resource), void *resource);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc_array((arena), (count), sizeof(type)))

/* A growing array in an arena: LIST(int) numbers = {0}; LIST_PUSH(arena, &numbers, 7); numbers.items[0]. */
#define LIST(type)                                                                                                     \
    struct {                                                                                                           \
        type *items;                                                                                                   \
        uint32_t count, capacity;                                                                                      \
    }
#define LIST_PUSH(arena, list, item)                                                                                   \
    do {                                                                                                               \
        if ((list)->count == (list)->capacity) {                                                                       \
            uint32_t list_capacity = (list)->capacity ? (list)->capacity * 2 : 4;                                      \
            (list)->items = arena_grow((arena), (list)->items, (list)->count * sizeof *(list)->items,                  \
                                       (size_t)list_capacity * sizeof *(list)->items);                                 \
            (list)->capacity = list_capacity;                                                                          \
        }                                                                                                              \
        (list)->items[(list)->count++] = (item);                                                                       \
    } while (0)

#endif
