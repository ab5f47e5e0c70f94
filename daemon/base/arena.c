/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chunks double from 4 KiB to 1 MiB, so a tiny query costs one malloc and a large one few. Of what becomes very large
 * they are a quarter, up to 32 MiB, for the system to give it in huge pages: tables are then read without a page's
 * address to look up every few rows. A block larger than a quarter of the next chunk gets a chunk of its own, which
 * keeps the current one open for small blocks.
 */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/huge_pages.h"

enum { ALIGNMENT = 16, FIRST_CHUNK = 4096, LARGEST_CHUNK = 1 << 20, LARGEST_SHARE = 4, HUGE_CHUNK = 32 << 20 };

struct arena_chunk {
    struct arena_chunk *older;
    size_t size;  /* of the whole block, this header included */
    size_t total; /* in the newest one: of all */
};

struct arena_deferred {
    struct arena_deferred *older;
    void (*release)(void *resource);
    void *resource;
};

struct memory_guard {
    jmp_buf boundary;
    struct memory_guard *outer;
    const struct memory_account *exceeded; /* NULL: malloc itself failed */
    size_t wanted;
};

enum { CHUNK_HEADER = (sizeof(struct arena_chunk) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT };

void memory_account_init(struct memory_account *account, struct memory_account *parent, const char *name,
                         size_t limit) {
    *account = (struct memory_account){.parent = parent, .name = name, .limit = limit};
}

static struct memory_account *root_of(struct memory_account *account) {
    while (account->parent) account = account->parent;
    return account;
}

static _Noreturn void leave(struct memory_account *account, const struct memory_account *exceeded, size_t wanted) {
    struct memory_guard *guard = root_of(account)->guard;
    if (!guard) {
        fprintf(stderr, "roostd: out of memory (%zu bytes) outside any guard\n", wanted);
        abort();
    }
    guard->exceeded = exceeded;
    guard->wanted = wanted;
    longjmp(guard->boundary, 1);
}

void memory_exhausted(struct memory_account *account, size_t wanted) {
    leave(account, NULL, wanted);
}

/* The account that a charge would take over its limit, or NULL. */
static const struct memory_account *exceeded_by(const struct memory_account *account, size_t size) {
    for (const struct memory_account *a = account; a; a = a->parent)
        if (a->limit && (size > a->limit || a->used > a->limit - size)) return a;
    return NULL;
}

/* The same, or NULL once everything is charged. */
static const struct memory_account *charge(struct memory_account *account, size_t size) {
    const struct memory_account *exceeded = exceeded_by(account, size);
    if (exceeded) return exceeded;
    for (struct memory_account *a = account; a; a = a->parent) {
        a->used += size;
        if (a->used > a->peak) a->peak = a->used;
    }
    return NULL;
}

void memory_charge(struct memory_account *account, size_t size) {
    const struct memory_account *exceeded = charge(account, size);
    if (exceeded) leave(account, exceeded, size);
}

bool memory_try_charge(struct memory_account *account, size_t size) {
    return charge(account, size) == NULL;
}

void memory_discharge(struct memory_account *account, size_t size) {
    for (struct memory_account *a = account; a; a = a->parent) a->used -= size;
}

bool memory_guard(struct memory_account *any, bool (*body)(void *argument, struct error *err), void *argument,
                  struct error *err) {
    struct memory_account *volatile root = root_of(any); /* read after the jump */
    struct memory_guard guard = {.outer = root->guard};
    root->guard = &guard;
    bool good;
    if (setjmp(guard.boundary) == 0) {
        good = body(argument, err);
    } else {
        error_reset(err);
        if (guard.exceeded)
            error_out_of_memory(err, guard.exceeded->name, guard.exceeded->limit, guard.wanted);
        else
            error_out_of_memory(err, "system", 0, guard.wanted);
        good = false;
    }
    root->guard = guard.outer;
    return good;
}

/* Charged memory from malloc; leaves when there is none. */
static void *chunk_memory(struct arena *arena, size_t size) {
    memory_charge(arena->account, size);
    struct memory_account *root = root_of(arena->account);
    void *block = root->fail_at && --root->fail_at == 0 ? NULL : malloc(size);
    if (!block) {
        memory_discharge(arena->account, size);
        leave(arena->account, NULL, size);
    }
    huge_pages_advise(block, size);
    return block;
}

void arena_init(struct arena *arena, struct memory_account *account) {
    *arena = (struct arena){.account = account};
}

static void run_deferred(struct arena *arena) {
    while (arena->deferred) {
        struct arena_deferred *d = arena->deferred;
        arena->deferred = d->older;
        d->release(d->resource);
    }
}

static void free_chunks(struct arena *arena, struct arena_chunk *keep) {
    for (struct arena_chunk *c = arena->chunks; c;) {
        struct arena_chunk *older = c->older;
        if (c != keep) {
            memory_discharge(arena->account, c->size);
            free(c);
        }
        c = older;
    }
    arena->chunks = keep;
    if (keep) *keep = (struct arena_chunk){.size = keep->size, .total = keep->size};
}

void arena_release(struct arena *arena) {
    run_deferred(arena);
    free_chunks(arena, NULL);
    arena->next = arena->end = NULL;
}

void arena_reset(struct arena *arena) {
    run_deferred(arena);
#ifdef ARENA_DEBUG
    arena_release(arena);
#else
    struct arena_chunk *keep = NULL; /* the largest that is not oversized */
    for (struct arena_chunk *c = arena->chunks; c; c = c->older)
        if (c->size <= LARGEST_CHUNK && (!keep || c->size > keep->size)) keep = c;
    free_chunks(arena, keep);
    arena->next = keep ? (char *)keep + CHUNK_HEADER : NULL;
    arena->end = keep ? (char *)keep + keep->size : NULL;
#endif
}

#ifndef ARENA_DEBUG
/* Of the next chunk. */
static size_t next_size(const struct arena *arena) {
    const struct arena_chunk *newest = arena->chunks;
    if (!newest) return FIRST_CHUNK;
    if (newest->size < LARGEST_CHUNK) return newest->size * 2 < LARGEST_CHUNK ? newest->size * 2 : LARGEST_CHUNK;
    size_t share = newest->total / LARGEST_SHARE < HUGE_CHUNK ? newest->total / LARGEST_SHARE : HUGE_CHUNK;
    return share < HUGE_FROM || exceeded_by(arena->account, share) ? LARGEST_CHUNK : share;
}
#endif

static void *alloc_slow(struct arena *arena, size_t size) {
    if (size > SIZE_MAX / 2) leave(arena->account, NULL, size);
#ifdef ARENA_DEBUG
    struct arena_chunk *own = chunk_memory(arena, CHUNK_HEADER + size);
    *own = (struct arena_chunk){.older = arena->chunks, .size = CHUNK_HEADER + size};
    arena->chunks = own;
    return (char *)own + CHUNK_HEADER;
#else
    size_t chunk_size = next_size(arena);
    if (size > chunk_size / 4) {
        size_t total = CHUNK_HEADER + size;
        struct arena_chunk *own = chunk_memory(arena, total);
        own->size = total;
        if (arena->chunks) { /* behind the newest, which stays open */
            own->older = arena->chunks->older;
            arena->chunks->older = own;
            arena->chunks->total += total;
        } else {
            own->older = NULL;
            own->total = total;
            arena->chunks = own;
            arena->next = arena->end = (char *)own + total;
        }
        return (char *)own + CHUNK_HEADER;
    }
    struct arena_chunk *chunk = chunk_memory(arena, chunk_size);
    *chunk = (struct arena_chunk){.older = arena->chunks, .size = chunk_size, .total = chunk_size};
    if (chunk->older) chunk->total += chunk->older->total;
    arena->chunks = chunk;
    char *block = (char *)chunk + CHUNK_HEADER;
    arena->next = block + size;
    arena->end = (char *)chunk + chunk_size;
    return block;
#endif
}

void *arena_bytes(struct arena *arena, size_t size) {
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (rounded < size) leave(arena->account, NULL, size);
#ifdef ARENA_DEBUG
    return alloc_slow(arena, size);
#else
    if (rounded <= (size_t)(arena->end - arena->next)) {
        void *block = arena->next;
        arena->next += rounded;
        return block ? block : alloc_slow(arena, rounded);
    }
    return alloc_slow(arena, rounded);
#endif
}

void *arena_alloc(struct arena *arena, size_t size) {
    return memset(arena_bytes(arena, size), 0, size);
}

void *arena_bytes_array(struct arena *arena, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) leave(arena->account, NULL, SIZE_MAX);
    return arena_bytes(arena, total);
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) leave(arena->account, NULL, SIZE_MAX);
    return arena_alloc(arena, total);
}

void *arena_grow(struct arena *arena, void *block, size_t old_size, size_t new_size) {
#ifndef ARENA_DEBUG
    size_t old_rounded = (old_size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    size_t new_rounded = (new_size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (block && (char *)block + old_rounded == arena->next && new_rounded >= old_rounded &&
        new_rounded - old_rounded <= (size_t)(arena->end - arena->next)) {
        arena->next += new_rounded - old_rounded;
        return block;
    }
#endif
    void *moved = arena_bytes(arena, new_size);
    if (old_size) memcpy(moved, block, old_size);
    return moved;
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size) {
    void *copy = arena_bytes(arena, size);
    if (size) memcpy(copy, bytes, size);
    return copy;
}

char *arena_strndup(struct arena *arena, const char *text, size_t size) {
    char *copy = arena_bytes(arena, size + 1);
    if (size) memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text) {
    return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    char *text = arena_bytes(arena, (size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

void arena_defer(struct arena *arena, void (*release)(void *resource), void *resource) {
    struct arena_deferred *d = ARENA_NEW(arena, struct arena_deferred);
    *d = (struct arena_deferred){.older = arena->deferred, .release = release, .resource = resource};
    arena->deferred = d;
}

static void release_scratch(void *arena) {
    arena_release(arena);
}

struct arena *arena_scratch(struct arena *parent) {
    struct arena *scratch = ARENA_NEW(parent, struct arena);
    arena_init(scratch, parent->account);
    arena_defer(parent, release_scratch, scratch);
    return scratch;
}
