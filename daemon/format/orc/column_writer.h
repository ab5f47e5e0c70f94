/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A column of an ORC file in the making: a tree that batches are added to, whose streams gather in the arena of the
 * stripe until the stripe is written.
 */
#ifndef ROOST_FORMAT_ORC_COLUMN_WRITER_H
#define ROOST_FORMAT_ORC_COLUMN_WRITER_H

#include "column/vector.h"
#include "format/orc/encode.h"

/* What holds for the whole file. */
struct orc_writing {
    bool compressed;
    enum block_codec codec;
    const char *zone_name; /* whose local times timestamps are */
    int64_t base;          /* seconds from 1970 that they are counted from */
    const char *version;
};

struct orc_column_writer {
    const struct type *type;
    enum orc_kind kind;
    uint32_t number;
    const char *name, *spark_type;
    bool uses_integers;              /* of which there are two versions */
    bool has_data, has_other;        /* streams */
    enum orc_stream_kind other_kind; /* of other_out: lengths, or what stands beside the data */
    uint32_t child_count;
    struct orc_column_writer *children;
    /* of the stripe */
    uint64_t values, nulls;
    bool has_bounds;
    int64_t least, greatest;
    struct orc_output present_out, data_out, other_out;
    struct orc_bit_writer present, bits;
    struct orc_byte_writer bytes;
    struct orc_integer_writer *integers, *others;
};

void orc_writing_init(struct orc_writing *w, const struct context *context);
/* For the rows of a schema, whose types ORC has. */
struct orc_column_writer *orc_column_writer_new(struct arena *arena, const struct type *schema);
/* For the next stripe, whose arena is empty. */
void orc_column_reset(struct orc_column_writer *c, struct arena *stripe, const struct orc_writing *w);
void orc_column_add_batch(struct orc_column_writer *root, struct arena *scratch, const struct orc_writing *w,
                          const struct batch *batch);
/* What the column and its children hold. */
uint64_t orc_column_bytes(const struct orc_column_writer *c);
/* Flushes the column's own streams. False: the codec refuses. */
bool orc_column_finish(struct orc_column_writer *c);

#endif
