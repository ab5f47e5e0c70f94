/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams of ORC, written: bytes that are compressed in blocks as they come, and the run lengths on top of them (runs.h
 * is the way back). Everything is in the arena of the stripe.
 */
#ifndef ROOST_FORMAT_ORC_ENCODE_H
#define ROOST_FORMAT_ORC_ENCODE_H

#include "format/orc/orc.h"

enum { ORC_BLOCK_WRITTEN = 256 << 10, ORC_LITERALS = 128, ORC_RUN_WRITTEN = 512 };

struct orc_output {
    bool compressed;
    enum block_codec codec;
    bool refused; /* the codec could not */
    struct text raw, packed;
};
void orc_output_init(struct orc_output *o, struct arena *arena, bool compressed, enum block_codec codec);
void orc_output_add(struct orc_output *o, const void *bytes, size_t size);
/* What is still raw is packed, too. */
void orc_output_finish(struct orc_output *o);

struct orc_byte_writer {
    struct orc_output *out;
    uint8_t literals[ORC_LITERALS];
    uint32_t count, same; /* bytes that wait; how many at their end are the same */
    bool repeats;         /* all of them are the first one */
};
void orc_byte_add(struct orc_byte_writer *w, uint8_t byte);
void orc_byte_flush(struct orc_byte_writer *w);

struct orc_bit_writer {
    struct orc_byte_writer bytes;
    uint8_t byte;
    uint32_t bits;
};
void orc_bit_add(struct orc_bit_writer *w, bool bit);
void orc_bit_flush(struct orc_bit_writer *w);

struct orc_integer_writer {
    struct orc_output *out;
    bool is_signed;
    uint32_t count;
    int64_t values[ORC_RUN_WRITTEN];
};
void orc_integer_add(struct orc_integer_writer *w, int64_t value);
void orc_integer_flush(struct orc_integer_writer *w);

/* Of a number of any size. */
void orc_varint_add(struct orc_output *o, unsigned __int128 value);

#endif
