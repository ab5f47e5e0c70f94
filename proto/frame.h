/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames: how messages travel on a connection, in both directions.
 *
 *      0        4        8    9    10       12              length + 12
 *      +--------+--------+----+----+--------+---------------+
 *      | length | stream |type|flag|  zero  | payload       |     all little-endian
 *      +--------+--------+----+----+--------+---------------+
 *
 * `length` is the payload's. A client numbers its requests with streams of its own (1, 2, 3 ...; 0 is for
 * what belongs to no request); every frame that answers a request carries its stream, the last one with
 * FRAME_END. Several requests may be under way on one connection.
 */
#ifndef ROOST_PROTO_FRAME_H
#define ROOST_PROTO_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEADER = 12, PROTOCOL_VERSION = 1, FRAME_MAX_DEFAULT = 64 << 20 };

enum frame_kind {
    FRAME_REQUEST = 1,    /* client: roost.Request */
    FRAME_RESPONSE = 2,   /* engine: roost.Response */
    FRAME_BATCH = 3,      /* engine: a batch of the result (batch_codec.h) */
    FRAME_DATA = 4,       /* client: a batch of uploaded data; belongs to the Upload request of its stream */
    FRAME_CALL = 5,       /* engine: roost.FunctionCall, then its argument batches as FRAME_BATCH */
    FRAME_CALL_RESULT = 6 /* client: roost.FunctionResult, then result batches as FRAME_DATA */
};

enum frame_flag { FRAME_END = 1 };

struct frame {
    uint32_t length;
    uint32_t stream;
    uint8_t type;
    uint8_t flags;
};

static inline void frame_write(uint8_t header[FRAME_HEADER], const struct frame *f) {
    for (int i = 0; i < 4; i++) {
        header[i] = (uint8_t)(f->length >> 8 * i);
        header[4 + i] = (uint8_t)(f->stream >> 8 * i);
    }
    header[8] = f->type;
    header[9] = f->flags;
    header[10] = header[11] = 0;
}

/* False: no frame of this protocol (an unknown type or flag, a length over the maximum, a byte that is not
 * zero). */
static inline bool frame_read(const uint8_t header[FRAME_HEADER], uint32_t max_length, struct frame *f) {
    f->length = (uint32_t)header[0] | (uint32_t)header[1] << 8 | (uint32_t)header[2] << 16 | (uint32_t)header[3] << 24;
    f->stream = (uint32_t)header[4] | (uint32_t)header[5] << 8 | (uint32_t)header[6] << 16 | (uint32_t)header[7] << 24;
    f->type = header[8];
    f->flags = header[9];
    return f->length <= max_length && f->type >= FRAME_REQUEST && f->type <= FRAME_CALL_RESULT &&
           !(f->flags & ~FRAME_END) && !header[10] && !header[11];
}

#endif
