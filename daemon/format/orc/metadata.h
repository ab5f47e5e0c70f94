/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an ORC file says of itself, checked: its columns as a tree with Spark's types, its stripes, all of which lie
 * within the file.
 */
#ifndef ROOST_FORMAT_ORC_METADATA_H
#define ROOST_FORMAT_ORC_METADATA_H

#include "format/orc/orc.h"

struct orc_column {
    uint32_t number;
    enum orc_kind kind;
    const char *name;        /* of a struct's field */
    const struct type *type; /* what Spark makes of it */
    uint32_t child_count;
    struct orc_column **children;
};

struct orc_range {
    bool known;
    bool has_values, has_null;
    int64_t least, greatest; /* of integers and dates that are there */
};

struct orc_stripe {
    uint64_t offset, index_length, data_length, footer_length, rows;
    const struct orc_range *ranges; /* by column; NULL: the file does not say */
};

struct orc_metadata {
    bool compressed;
    enum block_codec codec;
    uint32_t block_size;
    uint64_t rows;
    bool proleptic; /* old dates are of the Gregorian calendar */
    uint32_t column_count, stripe_count;
    struct orc_column *root; /* a struct */
    struct orc_stripe *stripes;
};

/* Where a stream of a stripe is; length 0: there is none. */
struct orc_place {
    uint64_t offset, length;
};
struct orc_stripe_footer {
    struct orc_place (*places)[ORC_READ_KINDS]; /* by column */
    enum orc_encoding *encodings;               /* by column */
    uint32_t *dictionary_sizes;
    const char *zone; /* of the writer; "": not told */
};

/* In the arena. False without *err: *corrupt says why the file is none. */
bool orc_read_metadata(struct arena *arena, const struct context *context, int fd, uint64_t size,
                       struct orc_metadata **out, const char **corrupt, struct error *err);
bool orc_read_stripe_footer(struct arena *arena, struct orc_file *file, const struct orc_metadata *metadata,
                            const struct orc_stripe *stripe, struct orc_stripe_footer *out, struct error *err);

enum block_codec orc_block_codec(enum orc_compression compression);

/* schema.c: what Spark makes of a column that has its children already. NULL with *corrupt or *err: nothing. */
const struct type *orc_type_of_column(struct arena *arena, const struct context *context, const struct orc_column *c,
                                      uint32_t precision, uint32_t scale, uint32_t length, const char *spark_type,
                                      const char **corrupt, struct error *err);
/* What a writer makes of a type: the kind of its column, and what goes into ORC_SPARK_TYPE (NULL: nothing).
 * ORC_KINDS: it cannot be written. */
enum orc_kind orc_kind_of_type(struct arena *arena, const struct type *type, const char **spark_type);

#endif
