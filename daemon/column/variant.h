/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading variants: Spark's (and Parquet's) binary form of semi-structured values.
 *
 *     metadata  header byte: version 1, offset size; then count, offsets and bytes of the field names
 *     value     header byte: low 2 bits primitive, short string, object or array; the rest depends on it
 *
 * The bytes come from clients and files, so each read is checked against the end; a malformed value reads as
 * null.
 */
#ifndef ROOST_COLUMN_VARIANT_H
#define ROOST_COLUMN_VARIANT_H

#include "base/decimal.h"
#include "base/text.h"
#include "column/vector.h"

struct timezone;

enum variant_kind {
    VARIANT_NULL,
    VARIANT_BOOLEAN,
    VARIANT_LONG, /* int8 to int64 */
    VARIANT_DOUBLE,
    VARIANT_FLOAT,
    VARIANT_DECIMAL,
    VARIANT_DATE,
    VARIANT_TIMESTAMP,
    VARIANT_TIMESTAMP_NTZ,
    VARIANT_BINARY,
    VARIANT_STRING,
    VARIANT_UUID,
    VARIANT_OBJECT,
    VARIANT_ARRAY
};

/* A value within its buffer. */
struct variant {
    const uint8_t *value, *value_end;
    const uint8_t *metadata, *metadata_end;
};

/* A value taken apart one level deep. */
struct variant_node {
    enum variant_kind kind;
    unsigned width;  /* LONG: bytes it was stored in */
    int64_t integer; /* BOOLEAN, LONG, DATE, TIMESTAMP* */
    double number;   /* DOUBLE, FLOAT */
    int128 decimal;
    int scale;
    struct string bytes; /* STRING, BINARY, UUID */
    uint32_t count;      /* OBJECT, ARRAY */
    unsigned id_size, offset_size;
    const uint8_t *ids, *offsets, *values;
};

struct variant variant_at(const struct vector *v, uint32_t entry);
/* False: malformed. */
bool variant_open(const struct variant *v, struct variant_node *node);
/* Member i of an object (its name, too, unless NULL) or element i of an array. False: malformed. */
bool variant_child(const struct variant *v, const struct variant_node *node, uint32_t i, struct variant *child,
                   struct string *name);
/* The member of that name. */
bool variant_field(const struct variant *v, const struct variant_node *node, struct string name, struct variant *child);

/* A DECIMAL without zeros at its end: how it is shown and cast. */
static inline void variant_strip_zeros(struct variant_node *node) {
    for (; node->scale > 0 && node->decimal % 10 == 0; node->scale--) node->decimal /= 10;
}

/* As JSON. zone: for timestamps; NULL is UTC. */
void variant_json_add(struct text *t, const struct variant *v, const struct timezone *zone);

#endif
