/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Batches to and from their form on the wire (proto/batch_codec.h).
 *
 * Encoding measures first and writes once, straight into the caller's output; vectors may have any form.
 * Values under a NULL are written as zeros, so that memory of the engine that was never written does not
 * leave it. Decoding trusts nothing: sizes, counts of nulls, offsets, UTF-8, decimals and times within their
 * type, NULLs where the schema has none. Where a buffer's layout is the engine's and it is aligned, the
 * vector points into the payload.
 */
#ifndef ROOST_COLUMN_BATCH_WIRE_H
#define ROOST_COLUMN_BATCH_WIRE_H

#include "column/vector.h"

struct error;
struct batch_encoding;

/* Prepares rows [from, from + count) of the batch; *size: bytes that batch_wire_write() will write. The
 * encoding lives in scratch and refers to the batch. Fails only when a column cannot be said in 32-bit
 * offsets (2 GiB of text): the caller then tries with fewer rows. */
const struct batch_encoding *batch_wire_measure(struct arena *scratch, const struct batch *batch, uint32_t from,
                                                uint32_t count, size_t *size, struct error *err);
void batch_wire_write(const struct batch_encoding *encoding, uint8_t *out);

/* Both at once, into the arena. */
const uint8_t *batch_wire_encode(struct arena *arena, const struct batch *batch, size_t *size, struct error *err);

/* The batch of a payload; schema is a struct type. Strings (and aligned fixed-width values) stay in the
 * payload, which must live as long as the batch. The batch may have more than BATCH_ROWS rows: as many as the
 * peer put in. */
bool batch_wire_decode(struct arena *arena, const struct type *schema, const uint8_t *payload, size_t size,
                       struct batch *batch, struct error *err);

#endif
