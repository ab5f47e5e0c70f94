/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A column of an ORC file, read: a tree of readers as the file's columns are one; made once per file, started with each
 * stripe, read batch by batch.
 */
#ifndef ROOST_FORMAT_ORC_COLUMN_H
#define ROOST_FORMAT_ORC_COLUMN_H

#include "column/vector.h"
#include "format/orc/metadata.h"
#include "format/orc/runs.h"

struct orc_column_reader {
    const struct orc_column *column;
    struct orc_file *file;
    bool proleptic;
    uint32_t child_count;
    struct orc_column_reader **children;
    /* of the stripe */
    bool has_present, has_dictionary;
    int64_t base; /* seconds from 1970 that timestamps are counted from */
    struct orc_bytes present_bytes, data_bytes, other_bytes;
    struct orc_bits present;
    struct orc_bits bits;          /* booleans */
    struct orc_byte_runs bytes;    /* bytes */
    struct orc_integers *integers; /* of the data: values, seconds, places in the dictionary */
    struct orc_integers *others;   /* lengths, scales, nanoseconds */
    uint32_t dictionary_size;
    struct string *dictionary;
};

struct orc_column_reader *orc_column_reader_new(struct arena *arena, const struct orc_column *column,
                                                struct orc_file *file, bool proleptic);
/* Everything of the stripe is in its arena. */
void orc_column_reader_start(struct orc_column_reader *r, struct arena *stripe, const struct context *context,
                             const struct orc_stripe_footer *footer);
/* The next `rows` rows of the parent, of which those have a value that `there` marks (NULL: all). What goes wrong is
 * noted in the file. */
void orc_column_read(struct orc_column_reader *r, struct arena *batch, uint32_t rows, const uint8_t *there,
                     struct vector *out);

#endif
