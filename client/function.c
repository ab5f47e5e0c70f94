/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Batches in memory of their own, and functions that the engine wants called.
 *
 * A batch is read from the socket straight to where it stays: a block whose payload begins at a multiple of
 * 64 bytes, with the columns' descriptions in front. A result reads batch after batch into the same block as
 * long as nobody else has taken a reference.
 *
 * A call of a function is answered in the thread that waits for the query: its arguments are read, the
 * caller's hook runs, and what it replied is sent. The query stands still meanwhile, other queries do not.
 */
#include <stdlib.h>
#include <string.h>

#include "client_int.h"

enum { PAYLOAD_ALIGNMENT = 64, DESCRIPTIONS = 1024 };

struct description { /* further memory for descriptions */
    struct description *next;
};

struct batch_block {
    struct roost_batch public; /* first: roost_batch_ref() casts */
    _Atomic uint32_t references;
    uint8_t *payload;
    size_t capacity;
    struct description *more;
    size_t used;
    _Alignas(16) uint8_t descriptions[DESCRIPTIONS];
};

static void free_descriptions(struct batch_block *block) {
    block->used = 0;
    while (block->more) {
        struct description *next = block->more->next;
        free(block->more);
        block->more = next;
    }
}

static void *allocate_description(void *context, size_t size) {
    struct batch_block *block = context;
    if (size <= sizeof block->descriptions - block->used) {
        void *here = block->descriptions + block->used;
        block->used += (size + 15) & ~(size_t)15;
        if (block->used > sizeof block->descriptions) block->used = sizeof block->descriptions;
        return here;
    }
    enum { LINK = (sizeof(struct description) + 15) / 16 * 16 };
    struct description *more = malloc(LINK + size);
    if (!more) return NULL;
    more->next = block->more;
    block->more = more;
    return (uint8_t *)more + LINK;
}

void batch_block_unref(struct batch_block *block) {
    if (!block || atomic_fetch_sub(&block->references, 1) != 1) return;
    free_descriptions(block);
    free(block->payload);
    free(block);
}

const struct roost_batch *roost_batch_ref(const struct roost_batch *batch) {
    atomic_fetch_add(&((struct batch_block *)(uintptr_t)batch)->references, 1);
    return batch;
}

void roost_batch_unref(const struct roost_batch *batch) {
    batch_block_unref((struct batch_block *)(uintptr_t)batch);
}

const struct roost_batch *batch_block_batch(const struct batch_block *block) {
    return &block->public;
}

/* *block with room for the payload, its own and nobody else's. */
static bool make_block(struct batch_block **block, size_t size) {
    if (*block && (*block)->references != 1) {
        batch_block_unref(*block);
        *block = NULL;
    }
    if (!*block) {
        *block = malloc(sizeof **block);
        if (!*block) return false;
        (*block)->references = 1;
        (*block)->payload = NULL;
        (*block)->capacity = (*block)->used = 0;
        (*block)->more = NULL;
    }
    free_descriptions(*block);
    if ((*block)->capacity >= size && (*block)->payload) return true;
    free((*block)->payload);
    (*block)->capacity = (size + PAYLOAD_ALIGNMENT) & ~(size_t)(PAYLOAD_ALIGNMENT - 1);
    (*block)->payload = aligned_alloc(PAYLOAD_ALIGNMENT, (*block)->capacity);
    return (*block)->payload != NULL;
}

enum io batch_block_read(struct connection *c, struct waiting *w, const struct frame *frame,
                         struct batch_block **block) {
    if (!make_block(block, frame->length)) return IO_MEMORY;
    enum io io = connection_payload_into(c, w, frame, (*block)->payload);
    if (io != IO_DONE) return io;
    return wire_batch_read((*block)->payload, frame->length, allocate_description, *block, &(*block)->public.batch)
               ? IO_DONE
               : IO_MALFORMED;
}

/* ---- functions ---- */

struct roost_reply {
    struct bytes *batches;
    uint32_t count, capacity;
    struct bytes error; /* a serialized roost.Error; empty: none */
    bool failed;        /* no memory */
};

bool roost_reply_batch(struct roost_reply *reply, const struct wire_batch *batch) {
    if (reply->count == reply->capacity) {
        uint32_t capacity = reply->capacity ? reply->capacity * 2 : 4;
        struct bytes *batches = realloc(reply->batches, capacity * sizeof *batches);
        reply->failed |= !batches;
        if (!batches) return false;
        reply->batches = batches;
        reply->capacity = capacity;
    }
    size_t size = wire_batch_size(batch);
    uint8_t *payload = malloc(size);
    reply->failed |= !payload;
    if (!payload) return false;
    wire_batch_write(batch, payload);
    reply->batches[reply->count++] = (struct bytes){.data = payload, .size = size, .capacity = size};
    return true;
}

void roost_reply_error(struct roost_reply *reply, const char *kind, const char *condition, const char *message,
                       const char *cause) {
    reply->error.size = 0;
    pb_string(&reply->error, 1, condition);
    pb_string(&reply->error, 3, kind);
    pb_string(&reply->error, 4, message);
    pb_string(&reply->error, 7, cause);
}

static void reply_release(struct roost_reply *reply) {
    for (uint32_t i = 0; i < reply->count; i++) bytes_release(&reply->batches[i]);
    free(reply->batches);
    bytes_release(&reply->error);
}

static void reply_send(struct connection *c, uint32_t stream, const struct roost_reply *reply) {
    bool error = reply->error.size != 0;
    uint32_t count = error ? 0 : reply->count;
    struct bytes *out = connection_begin(c, FRAME_CALL_RESULT, stream, count ? 0 : FRAME_END);
    pb_uint(out, 1, count);
    if (error) pb_bytes(out, 2, reply->error.data, reply->error.size);
    connection_end(c);
    for (uint32_t i = 0; i < count; i++) {
        out = connection_begin(c, FRAME_DATA, stream, i + 1 == count ? FRAME_END : 0);
        bytes_append(out, reply->batches[i].data, reply->batches[i].size);
        connection_end(c);
    }
}

/* Fields of roost.FunctionCall. */
enum { CALL_FUNCTION = 1, CALL_EVAL_TYPE, CALL_ARGUMENTS, CALL_RESULT, CALL_NAME, CALL_BATCHES, CALL_PIECE };

/* name: a copy with a NUL, malloc'ed; NULL: no memory. */
static bool read_call(struct span message, struct roost_call *call, char **name) {
    struct span text = {0};
    struct pb_reader r = pb_read(message);
    while (pb_next(&r)) {
        switch (r.field) {
            case CALL_FUNCTION: call->function = r.span.data, call->function_size = r.span.size; break;
            case CALL_EVAL_TYPE: call->eval_type = (int32_t)r.value; break;
            case CALL_ARGUMENTS: call->arguments = r.span.data, call->arguments_size = r.span.size; break;
            case CALL_RESULT: call->result = r.span.data, call->result_size = r.span.size; break;
            case CALL_NAME: text = r.span; break;
            case CALL_BATCHES: call->batch_count = (uint32_t)r.value; break;
            case CALL_PIECE: call->piece = (uint32_t)r.value; break;
            default: break;
        }
    }
    *name = strndup(text.data ? (const char *)text.data : "", text.size);
    call->name = *name;
    return *name && !r.bad;
}

static enum io read_arguments(struct connection *c, struct waiting *w, uint32_t stream, uint32_t count,
                              struct batch_block **blocks, struct wire_batch *batches) {
    for (uint32_t i = 0; i < count;) {
        struct frame frame;
        enum io io = connection_next(c, w, &frame);
        if (io == IO_DONE && frame.stream != stream) continue;
        if (io == IO_DONE && frame.type != FRAME_BATCH) io = IO_MALFORMED;
        if (io == IO_DONE) io = batch_block_read(c, w, &frame, &blocks[i]);
        if (io != IO_DONE) return io;
        batches[i] = blocks[i]->public.batch;
        i++;
    }
    return IO_DONE;
}

static enum io call_function(struct connection *c, struct waiting *w, uint32_t stream, struct roost_call *call) {
    enum { MOST_BATCHES = 1 << 16 };
    if (call->batch_count > MOST_BATCHES) return IO_MALFORMED;
    struct batch_block **blocks = calloc(call->batch_count + 1, sizeof *blocks);
    struct wire_batch *batches = calloc(call->batch_count + 1, sizeof *batches);
    enum io io = blocks && batches ? read_arguments(c, w, stream, call->batch_count, blocks, batches) : IO_MEMORY;
    if (io == IO_DONE) {
        struct roost_reply reply = {0};
        call->batches = batches;
        if (w->wait->function)
            w->wait->function(w->wait->context, call, &reply);
        else
            roost_reply_error(&reply, "PythonException", NULL, "This client has no functions to call.", NULL);
        if (reply.failed || reply.error.failed)
            io = IO_MEMORY;
        else
            reply_send(c, stream, &reply);
        reply_release(&reply);
        w->silent_ms = 0;
    }
    for (uint32_t i = 0; blocks && i < call->batch_count; i++) batch_block_unref(blocks[i]);
    free(blocks);
    free(batches);
    return io;
}

enum io function_answer(struct connection *c, struct waiting *w, const struct frame *frame) {
    /* A copy, because reading the arguments moves what is in the connection's buffer. */
    uint8_t *message = malloc(frame->length + 1u);
    if (!message) return IO_MEMORY;
    enum io io = connection_payload_into(c, w, frame, message);
    struct roost_call call = {0};
    char *name = NULL;
    if (io == IO_DONE && !read_call((struct span){message, frame->length}, &call, &name))
        io = name ? IO_MALFORMED : IO_MEMORY;
    if (io == IO_DONE) io = call_function(c, w, frame->stream, &call);
    free(name);
    free(message);
    return io;
}
