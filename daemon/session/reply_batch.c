/* SPDX-License-Identifier: Apache-2.0 */
/* Batches into output; see reply_batch.h. A batch too large for a frame is halved until its pieces fit. */
#include "session/reply_batch.h"

#include "column/batch_wire.h"

struct range {
    uint32_t from, count;
};

static bool write_range(struct connection *c, uint32_t stream, const struct batch *batch, struct range range,
                        bool *too_large, struct error *err) {
    struct arena *scratch = &c->engine->encoding;
    arena_reset(scratch);
    size_t size;
    const struct batch_encoding *encoding = batch_wire_measure(scratch, batch, range.from, range.count, &size, err);
    *too_large = !encoding || size > c->engine->options.max_frame;
    if (*too_large) return range.count > 1;
    uint8_t *out = output_reserve(c, FRAME_HEADER + size);
    if (!out) return error_out_of_memory(err, "engine", c->engine->options.memory_limit, size);
    struct frame frame = {.length = (uint32_t)size, .stream = stream, .type = FRAME_BATCH};
    frame_write(out, &frame);
    batch_wire_write(encoding, out + FRAME_HEADER);
    output_commit(c, FRAME_HEADER + size);
    return true;
}

bool reply_batch(struct connection *c, uint32_t stream, const struct batch *batch, struct error *err) {
    uint32_t from = 0, step = batch->count;
    while (from < batch->count) {
        struct range range = {from, batch->count - from < step ? batch->count - from : step};
        bool too_large;
        if (!write_range(c, stream, batch, range, &too_large, err)) {
            if (!error_is_set(err)) {
                error_set(err, "ROOST_ROW_TOO_LARGE", NULL);
                error_add(err, "limit", "%u", c->engine->options.max_frame);
            }
            return false;
        }
        if (too_large) {
            error_reset(err);
            step = range.count / 2;
        } else {
            from += range.count;
        }
    }
    return true;
}
