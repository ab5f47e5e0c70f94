/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing variants (the form is variant.h's): values one behind another into one buffer, field names into a
 * dictionary. A container is closed behind its parts: its header goes in front of them then.
 *
 *     variant_writer_reset(&w, arena);
 *     size_t start = variant_writer_at(&w);
 *     fields[0] = variant_field_here(&w, name);
 *     variant_write_long(&w, 1);
 *     variant_end_object(&w, start, fields, 1);
 *     variant_writer_finish(&w, &value, &metadata);
 *
 * Everything is in the arena, the result too.
 */
#ifndef ROOST_COLUMN_VARIANT_WRITER_H
#define ROOST_COLUMN_VARIANT_WRITER_H

#include "column/variant.h"

struct variant_writer {
    struct arena *arena;
    struct text value;
    LIST(struct string) names;
    size_t name_bytes;
    uint32_t *slots; /* names by hash: index + 1 */
    uint32_t slot_count;
};

struct variant_member {
    struct string name; /* objects */
    uint32_t id;        /* of the name */
    size_t offset;      /* in the buffer */
};

void variant_writer_reset(struct variant_writer *w, struct arena *arena);
static inline size_t variant_writer_at(const struct variant_writer *w) {
    return w->value.size;
}
void variant_writer_finish(struct variant_writer *w, struct string *value, struct string *metadata);

void variant_write_null(struct variant_writer *w);
void variant_write_boolean(struct variant_writer *w, bool value);
void variant_write_long(struct variant_writer *w, int64_t value); /* in as few bytes as hold it */
void variant_write_float(struct variant_writer *w, float value);
void variant_write_double(struct variant_writer *w, double value);
void variant_write_decimal(struct variant_writer *w, int128 value, int scale);
/* DATE, TIMESTAMP, TIMESTAMP_NTZ */
void variant_write_datetime(struct variant_writer *w, enum variant_kind kind, int64_t value);
/* STRING, BINARY, UUID */
void variant_write_bytes(struct variant_writer *w, enum variant_kind kind, struct string bytes);
/* A value again, with the names of this writer; what is malformed becomes null. */
void variant_write_copy(struct variant_writer *w, const struct variant *v);
/* A row of a vector of any type that variants can hold. */
void variant_write_row(struct variant_writer *w, const struct vector *v, uint32_t row);

/* The member that is written next. */
struct variant_member variant_field_here(struct variant_writer *w, struct string name);
/* The parts were written from `start` on. Sorts members; false: a name is there twice. */
bool variant_end_object(struct variant_writer *w, size_t start, struct variant_member *members, uint32_t count);
void variant_end_array(struct variant_writer *w, size_t start, const struct variant_member *members, uint32_t count);

/* A column of variants, row by row. */
void variant_append(struct builder *b, struct variant_writer *w);

#endif
