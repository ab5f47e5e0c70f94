/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Column batches on the wire: a msgpack envelope, then buffers in Arrow's layout, each padded to 8 bytes.
 *
 *     u32 little-endian: size of the envelope; envelope; padding to 8; buffers
 *     envelope: [rows, [column, ...]]          column: [null_count, [buffer sizes...], [child columns...]]
 *
 * Types are not repeated: the reader knows the schema. Buffers per type, in order, as Arrow has them:
 *     fixed width     validity, values      (boolean: bits; decimal: 16 bytes always; null: none at all)
 *     string, binary  validity, int32 offsets (rows + 1), bytes
 *     array, map      validity, int32 offsets; children: elements / keys and values
 *     struct          validity; children: fields;  variant: validity; children: value, metadata (binary)
 *     calendar interval: validity, 16-byte values (months int32, days int32, microseconds int64: not Arrow's
 * order) Every column says all buffers of its type, so there is one form for each batch. A validity buffer of
 * size 0 means that nothing is null; null_count is exact. Offsets start at 0 and end at the size of the bytes
 * or the rows of the children. A field whose struct is null is null, or anything valid. TIME is int64
 * nanoseconds; day-time intervals int64 microseconds; year-month intervals int32 months; dates int32 days;
 * timestamps int64 microseconds.
 *
 * Everything is checked on reading: sizes against the frame, offsets for order and range, UTF-8 where Spark
 * wants it. The engine's side (to and from struct batch) is in daemon/column/; the client reads buffers in
 * place.
 */
#ifndef ROOST_PROTO_BATCH_CODEC_H
#define ROOST_PROTO_BATCH_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BATCH_MAX_ROWS = 1 << 24, BATCH_MAX_COLUMNS = 1 << 20, BATCH_MAX_DEPTH = 64 }; /* columns in columns */

struct wire_column {
    uint32_t null_count;
    uint32_t buffer_count; /* at most 3 */
    uint32_t sizes[3];
    const uint8_t *buffers[3]; /* into the frame */
    uint32_t child_count;
    struct wire_column *children;
};
struct wire_batch {
    uint32_t rows;
    uint32_t column_count;
    struct wire_column *columns;
};

/* Reads the envelope and places the buffers. Memory comes from allocate(context, size), which may answer
 * NULL. False: it is malformed, or there is no memory. Types are checked by whoever knows them. */
bool wire_batch_read(const uint8_t *frame, size_t size, void *(*allocate)(void *context, size_t size), void *context,
                     struct wire_batch *batch);

/* Writes the envelope for columns whose sizes (not buffers) are set: bytes it takes, padding included. With
 * out NULL it only measures. The buffers then follow in order, depth first, each padded to 8. */
size_t wire_envelope_write(const struct wire_batch *batch, uint8_t *out, size_t capacity);

/* The whole payload of a batch whose buffers are set: its size, and its bytes into out, which has that size.
 */
size_t wire_batch_size(const struct wire_batch *batch);
void wire_batch_write(const struct wire_batch *batch, uint8_t *out);

#endif
