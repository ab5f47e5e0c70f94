/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A column is given rows of a vector; it notes which of them have a value and takes the values of these. Lists and maps
 * give their children the rows of all their elements, structs those that are there.
 */
#include "format/orc/column_writer.h"

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/timezone.h"
#include "format/format_int.h"
#include "format/orc/calendar.h"
#include "format/orc/metadata.h"

enum { MICROS = 1000000, EPOCH_DAYS = 16436 /* 2015-01-01, which timestamps are counted from */ };

void orc_writing_init(struct orc_writing *w, const struct context *context) {
    int64_t base;
    w->zone_name = context->zone_name;
    w->version = context->version;
    timezone_to_instant(context->zone, INT64_C(86400) * EPOCH_DAYS * MICROS, &base);
    w->base = base / MICROS;
}

/* ---- the tree ---- */

static void make_column(struct arena *arena, struct orc_column_writer *c, const char *name, const struct type *type,
                        uint32_t *next) {
    while (type->kind == TYPE_UDT) type = type->element;
    *c = (struct orc_column_writer){.type = type, .name = name, .number = (*next)++};
    c->kind = orc_kind_of_type(arena, type, &c->spark_type);
    bool plain = c->kind == ORC_BOOLEAN || c->kind == ORC_BYTE || c->kind == ORC_FLOAT || c->kind == ORC_DOUBLE ||
                 c->kind == ORC_STRUCT;
    bool beside = c->kind == ORC_TIMESTAMP || c->kind == ORC_DECIMAL;
    bool many = c->kind == ORC_LIST || c->kind == ORC_MAP;
    c->uses_integers = !plain;
    c->has_data = c->kind != ORC_STRUCT && !many;
    c->has_other = beside || many || c->kind == ORC_STRING || c->kind == ORC_BINARY;
    c->other_kind = beside ? ORC_SECONDARY : ORC_LENGTH;
    c->integers = ARENA_NEW(arena, struct orc_integer_writer);
    c->others = ARENA_NEW(arena, struct orc_integer_writer);
    bool map = c->kind == ORC_MAP;
    c->child_count = c->kind == ORC_STRUCT ? type->field_count : c->kind == ORC_LIST ? 1 : map ? 2 : 0;
    c->children = ARENA_ARRAY(arena, struct orc_column_writer, c->child_count);
    for (uint32_t i = 0; i < c->child_count; i++) {
        bool field = c->kind == ORC_STRUCT;
        const struct type *child = field ? type->fields[i].type : map && i == 0 ? type->key : type->element;
        make_column(arena, &c->children[i], field ? type->fields[i].name : "", child, next);
    }
}

struct orc_column_writer *orc_column_writer_new(struct arena *arena, const struct type *schema) {
    struct orc_column_writer *root = ARENA_NEW(arena, struct orc_column_writer);
    uint32_t next = 0;
    make_column(arena, root, "", schema, &next);
    return root;
}

void orc_column_reset(struct orc_column_writer *c, struct arena *stripe, const struct orc_writing *w) {
    struct orc_output *outs[] = {&c->present_out, &c->data_out, &c->other_out};
    for (size_t i = 0; i < sizeof outs / sizeof *outs; i++) orc_output_init(outs[i], stripe, w->compressed, w->codec);
    c->values = c->nulls = 0;
    c->has_bounds = false;
    c->present = (struct orc_bit_writer){.bytes.out = &c->present_out};
    c->bits = (struct orc_bit_writer){.bytes.out = &c->data_out};
    c->bytes = (struct orc_byte_writer){.out = &c->data_out};
    c->integers->out = &c->data_out;
    c->integers->is_signed = true;
    c->others->out = &c->other_out;
    c->others->is_signed = c->kind == ORC_DECIMAL;
    for (uint32_t i = 0; i < c->child_count; i++) orc_column_reset(&c->children[i], stripe, w);
}

uint64_t orc_column_bytes(const struct orc_column_writer *c) {
    const struct orc_output *outs[] = {&c->present_out, &c->data_out, &c->other_out};
    uint64_t size = 0;
    for (size_t i = 0; i < sizeof outs / sizeof *outs; i++) size += outs[i]->packed.size + outs[i]->raw.size;
    for (uint32_t i = 0; i < c->child_count; i++) size += orc_column_bytes(&c->children[i]);
    return size;
}

bool orc_column_finish(struct orc_column_writer *c) {
    orc_bit_flush(&c->present);
    orc_bit_flush(&c->bits);
    orc_byte_flush(&c->bytes);
    orc_integer_flush(c->integers);
    orc_integer_flush(c->others);
    orc_output_finish(&c->present_out);
    orc_output_finish(&c->data_out);
    orc_output_finish(&c->other_out);
    return !c->present_out.refused && !c->data_out.refused && !c->other_out.refused;
}

/* ---- values; entries of v ---- */

static void add_integers(struct orc_column_writer *c, const struct vector *v, const uint32_t *entries, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        int64_t value = vector_integer(v, entries[i]);
        if (c->kind == ORC_DATE) value = calendar_to_julian(value);
        if (!c->has_bounds || value < c->least) c->least = value;
        if (!c->has_bounds || value > c->greatest) c->greatest = value;
        c->has_bounds = true;
        orc_integer_add(c->integers, value);
    }
}

/* Trailing zeros are cut off when there are at least two; how many, less one, stands in the three lowest bits. */
static int64_t coded_nanos(int64_t nanos) {
    int64_t zeros = 1;
    if (nanos == 0 || nanos % 100 != 0) return nanos << 3;
    for (nanos /= 100; nanos % 10 == 0 && zeros < 7; nanos /= 10) zeros++;
    return nanos << 3 | zeros;
}

/* Seconds are cut towards zero, as Java's writer cuts them: column.c says what comes of it. */
static void add_timestamps(struct orc_column_writer *c, const struct orc_writing *w, const struct vector *v,
                           const uint32_t *entries, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        int64_t micros = VECTOR_DATA(v, int64_t)[entries[i]], days = days_from_micros(micros);
        if (days < GREGORIAN_START) micros += (calendar_to_julian(days) - days) * INT64_C(86400) * MICROS;
        int64_t seconds = timezone_floor_seconds(micros), of_second = micros - seconds * MICROS;
        if (seconds < 0 && of_second >= 1000) seconds++;
        orc_integer_add(c->integers, seconds - w->base);
        orc_integer_add(c->others, coded_nanos(of_second * 1000));
    }
}

static void add_decimals(struct orc_column_writer *c, const struct vector *v, const uint32_t *entries, uint32_t count) {
    bool narrow = type_storage(c->type) == STORAGE_INT64;
    for (uint32_t i = 0; i < count; i++) {
        int128 value = narrow ? VECTOR_DATA(v, int64_t)[entries[i]] : VECTOR_DATA(v, int128)[entries[i]];
        orc_varint_add(&c->data_out, (uint128)value << 1 ^ (uint128)(value >> 127));
        orc_integer_add(c->others, c->type->scale);
    }
}

static void add_strings(struct orc_column_writer *c, const struct vector *v, const uint32_t *entries, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        struct string s = VECTOR_DATA(v, struct string)[entries[i]];
        orc_integer_add(c->others, s.size);
        orc_output_add(&c->data_out, s.data, s.size);
    }
}

static void add_column(struct orc_column_writer *c, struct arena *scratch, const struct orc_writing *w,
                       const struct vector *v, const uint32_t *rows, uint32_t count);

static void add_lists(struct orc_column_writer *c, struct arena *scratch, const struct orc_writing *w,
                      const struct vector *v, const uint32_t *entries, uint32_t count) {
    const struct list_entry *lists = v->data;
    size_t total = 0, n = 0;
    for (uint32_t i = 0; i < count; i++) {
        orc_integer_add(c->others, lists[entries[i]].length);
        total += lists[entries[i]].length;
    }
    uint32_t *rows = arena_bytes_array(scratch, total, sizeof *rows);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < lists[entries[i]].length; k++) rows[n++] = lists[entries[i]].offset + k;
    for (uint32_t i = 0; i < c->child_count; i++)
        add_column(&c->children[i], scratch, w, &v->children[i], rows, (uint32_t)total);
}

static void add_values(struct orc_column_writer *c, struct arena *scratch, const struct orc_writing *w,
                       const struct vector *v, const uint32_t *entries, uint32_t count) {
    switch (c->kind) {
        case ORC_BOOLEAN:
            for (uint32_t i = 0; i < count; i++) orc_bit_add(&c->bits, VECTOR_DATA(v, uint8_t)[entries[i]]);
            return;
        case ORC_BYTE:
            for (uint32_t i = 0; i < count; i++) orc_byte_add(&c->bytes, VECTOR_DATA(v, uint8_t)[entries[i]]);
            return;
        case ORC_FLOAT:
            for (uint32_t i = 0; i < count; i++) orc_output_add(&c->data_out, &VECTOR_DATA(v, float)[entries[i]], 4);
            return;
        case ORC_DOUBLE:
            for (uint32_t i = 0; i < count; i++) orc_output_add(&c->data_out, &VECTOR_DATA(v, double)[entries[i]], 8);
            return;
        case ORC_STRING:
        case ORC_BINARY: add_strings(c, v, entries, count); return;
        case ORC_TIMESTAMP: add_timestamps(c, w, v, entries, count); return;
        case ORC_DECIMAL: add_decimals(c, v, entries, count); return;
        case ORC_LIST:
        case ORC_MAP: add_lists(c, scratch, w, v, entries, count); return;
        case ORC_STRUCT:
            for (uint32_t i = 0; i < c->child_count; i++)
                add_column(&c->children[i], scratch, w, &v->children[i], entries, count);
            return;
        default: add_integers(c, v, entries, count);
    }
}

/* These rows of v: those that have a value, and which have. */
static void add_column(struct orc_column_writer *c, struct arena *scratch, const struct orc_writing *w,
                       const struct vector *v, const uint32_t *rows, uint32_t count) {
    uint32_t *entries = arena_bytes_array(scratch, count, sizeof *entries), there = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool null = v->type->kind == TYPE_NULL || vector_is_null(v, rows[i]);
        orc_bit_add(&c->present, !null);
        if (!null) entries[there++] = vector_entry(v, rows[i]);
    }
    c->values += there;
    c->nulls += count - there;
    add_values(c, scratch, w, v, entries, there);
}

void orc_column_add_batch(struct orc_column_writer *root, struct arena *scratch, const struct orc_writing *w,
                          const struct batch *batch) {
    uint32_t *rows = arena_bytes_array(scratch, batch->count, sizeof *rows);
    for (uint32_t i = 0; i < batch->count; i++) rows[i] = i;
    for (uint32_t i = 0; i < root->child_count; i++)
        add_column(&root->children[i], scratch, w, &batch->columns[i], rows, batch->count);
    root->values += batch->count;
}
