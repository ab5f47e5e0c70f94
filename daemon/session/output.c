/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a connection is to send: a queue of segments, filled at one end and sent from the other.
 *
 * An answer is written into the queue once, in place: room is reserved, filled, and committed. Small answers share a
 * segment; a large batch gets one of its own. An idle connection holds none, and the engine keeps a few for the next
 * answer, so that a small request does not even call malloc.
 *
 * Answers that say "out of memory" must go out although there is none: a segment of the usual size is then taken
 * uncharged. Should malloc itself fail the connection is broken, which the client sees as end of file.
 */
#include <stdlib.h>
#include <string.h>

#include "session/session_int.h"

enum { SEGMENT = 16384 - sizeof(struct segment), SPARE_SEGMENTS = 16 };

static struct segment *segment_new(struct engine *engine, size_t size) {
    size_t capacity = size > SEGMENT ? size : SEGMENT;
    struct segment *s;
    if (capacity == SEGMENT && engine->spare) {
        s = engine->spare;
        engine->spare = s->next;
        engine->spare_count--;
        s->next = NULL;
        s->sent = s->used = 0;
        return s;
    }
    bool charged = memory_try_charge(&engine->account, sizeof *s + capacity);
    if (!charged && capacity > SEGMENT) return NULL;
    s = malloc(sizeof *s + capacity);
    if (!s) {
        if (charged) memory_discharge(&engine->account, sizeof *s + capacity);
        return NULL;
    }
    *s = (struct segment){.capacity = capacity, .charged = charged};
    return s;
}

static void segment_free(struct engine *engine, struct segment *s) {
    if (s->capacity == SEGMENT && s->charged && engine->spare_count < SPARE_SEGMENTS) {
        s->next = engine->spare;
        engine->spare = s;
        engine->spare_count++;
        return;
    }
    if (s->charged) memory_discharge(&engine->account, sizeof *s + s->capacity);
    free(s);
}

void engine_free_spare(struct engine *engine) {
    while (engine->spare) {
        struct segment *s = engine->spare;
        engine->spare = s->next;
        memory_discharge(&engine->account, sizeof *s + s->capacity);
        free(s);
    }
    engine->spare_count = 0;
}

uint8_t *output_reserve(struct connection *c, size_t size) {
    struct segment *last = c->last;
    if (last && last->capacity - last->used >= size) return last->bytes + last->used;
    struct segment *s = segment_new(c->engine, size);
    if (!s) return NULL;
    if (last)
        last->next = s;
    else
        c->first = s;
    c->last = s;
    return s->bytes;
}

void output_commit(struct connection *c, size_t size) {
    c->last->used += size;
    c->unsent += size;
    if (!link_is_on_list(&c->ready_link)) list_append(&c->engine->ready, &c->ready_link);
}

static void drop_sent(struct connection *c) {
    while (c->first && c->first->sent == c->first->used) {
        struct segment *s = c->first;
        c->first = s->next;
        if (!c->first) c->last = NULL;
        segment_free(c->engine, s);
    }
}

const uint8_t *connection_pending(struct connection *c, size_t *size) {
    drop_sent(c);
    if (!c->first) return NULL;
    *size = c->first->used - c->first->sent;
    return c->first->bytes + c->first->sent;
}

void connection_sent(struct connection *c, size_t size) {
    bool was_full = connection_is_full(c);
    c->first->sent += size;
    c->unsent -= size;
    drop_sent(c);
    if (was_full && !connection_is_full(c)) tasks_unpark(c);
}

void output_free(struct connection *c) {
    while (c->first) {
        struct segment *s = c->first;
        c->first = s->next;
        segment_free(c->engine, s);
    }
    c->last = NULL;
    c->unsent = 0;
}
