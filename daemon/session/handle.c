/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plan handles: an analyzed plan, the arena it lives in, and counted references to the handles whose plans it points
 * into. A DataFrame made of a thousand operations is a chain of a thousand handles; so releasing must not recurse:
 * handles that nobody needs any more wait on a list of the dead, and each is freed in its turn.
 */
#include <stdlib.h>
#include <string.h>

#include "session/session_int.h"

struct handle *handle_new(struct budget *budget) {
    struct arena arena;
    arena_init(&arena, &budget->account);
    struct handle *h = ARENA_NEW(&arena, struct handle);
    h->arena = arena;
    h->references = 1;
    h->budget = budget;
    budget->references++;
    return h;
}

struct handle *handle_ref(struct handle *handle) {
    handle->references++;
    return handle;
}

void handle_unref(struct handle *handle) {
    if (!handle || --handle->references) return;
    handle->next_dead = NULL;
    while (handle) {
        struct handle *dead = handle;
        handle = dead->next_dead;
        for (uint32_t i = 0; i < dead->parent_count; i++) {
            struct handle *parent = dead->parents[i];
            if (--parent->references) continue;
            parent->next_dead = handle;
            handle = parent;
        }
        struct budget *budget = dead->budget;
        struct arena arena = dead->arena; /* holds the handle itself */
        arena_release(&arena);
        budget_unref(budget);
    }
}

void handle_unref_value(void *handle) {
    handle_unref(handle);
}

void derivation_uses(struct derivation *d, struct handle *used) {
    struct handle *h = d->handle;
    for (uint32_t i = 0; i < h->parent_count; i++)
        if (h->parents[i] == used) return;
    if (h->parent_count == h->parent_capacity) {
        uint32_t capacity = h->parent_capacity ? h->parent_capacity * 2 : 4;
        h->parents =
            arena_grow(&h->arena, h->parents, h->parent_count * sizeof *h->parents, capacity * sizeof *h->parents);
        h->parent_capacity = capacity;
    }
    h->parents[h->parent_count++] = handle_ref(used);
}
