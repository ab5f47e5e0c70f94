/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of CSV as variants: what a field looks like decides its type. A whole number, a decimal, a date, a timestamp
 * and a boolean are tried in this order; the rest is a string. What one field of a column was not, those behind it are
 * not tried as: after 'a', '1' is a string. Dates are those of the options' pattern, or yyyy-MM-dd to
 * the letter, while a timestamp is what CAST reads: 2024-1-5 is one.
 */
#include <ctype.h>
#include <string.h>

#include "function/csv_text.h"
#include "function/locale.h"
#include "function/variant_json.h"

/* A column of fields as each of the types that are converted as columns are; NULL where a field is none. */
struct readings {
    struct vector longs, dates, timestamps;
};

static bool is_plain_date(struct string s) {
    static const char form[] = "0000-00-00";
    for (uint32_t i = 0; i < s.size && s.size == strlen(form); i++)
        if (form[i] == '0' ? !isdigit((uint8_t)s.data[i]) : s.data[i] != form[i]) return false;
    return s.size == strlen(form);
}

enum reading { READ_LONG, READ_DECIMAL, READ_DATE, READ_TIMESTAMP, READ_BOOLEAN, READ_STRING };

static bool is_boolean(struct string s) {
    return ascii_equal_ignoring_case(s.data, s.size, "true", 4) ||
           ascii_equal_ignoring_case(s.data, s.size, "false", 5);
}

static void write_field(struct variant_writer *w, struct arena *arena, const struct csv_options *o,
                        const struct readings *r, struct string s, uint32_t row, uint8_t *reading) {
    int128 decimal;
    int scale;
    uint8_t least = *reading;
    if (least <= READ_LONG && !vector_is_null(&r->longs, row)) {
        *reading = READ_LONG;
        variant_write_long(w, VECTOR_DATA(&r->longs, int64_t)[vector_entry(&r->longs, row)]);
    } else if (least <= READ_DECIMAL &&
               variant_text_decimal(arena, locale_decimal(o->locale, arena, s), &decimal, &scale)) {
        *reading = READ_DECIMAL;
        variant_write_decimal(w, decimal, scale);
    } else if (least <= READ_DATE && !vector_is_null(&r->dates, row) && (o->date_pattern || is_plain_date(s))) {
        *reading = READ_DATE;
        variant_write_datetime(w, VARIANT_DATE, VECTOR_DATA(&r->dates, int32_t)[vector_entry(&r->dates, row)]);
    } else if (least <= READ_TIMESTAMP && !vector_is_null(&r->timestamps, row)) {
        *reading = READ_TIMESTAMP;
        variant_write_datetime(w, VARIANT_TIMESTAMP,
                               VECTOR_DATA(&r->timestamps, int64_t)[vector_entry(&r->timestamps, row)]);
    } else if (least <= READ_BOOLEAN && is_boolean(s)) {
        *reading = READ_BOOLEAN;
        variant_write_boolean(w, (*s.data | 32) == 't');
    } else {
        *reading = READ_STRING;
        variant_write_bytes(w, VARIANT_STRING, s);
    }
}

static bool read_columns(struct arena *arena, const struct context *context, const struct csv_options *o,
                         const struct vector *texts, uint32_t rows, struct readings *r, struct error *err) {
    uint8_t *ignored = ARENA_ARRAY(arena, uint8_t, rows);
    return csv_convert(arena, context, o, TYPE_OF(LONG), texts, rows, &r->longs, ignored, err) &&
           csv_convert(arena, context, o, TYPE_OF(DATE), texts, rows, &r->dates, ignored, err) &&
           csv_convert(arena, context, o, TYPE_OF(TIMESTAMP), texts, rows, &r->timestamps, ignored, err);
}

bool csv_to_variants(struct arena *arena, const struct context *context, const struct csv_options *o,
                     const struct vector *texts, uint32_t rows, uint8_t *reading, struct vector *out,
                     struct error *err) {
    struct readings r;
    TRY(read_columns(arena, context, o, texts, rows, &r, err));
    struct builder b;
    struct variant_writer w = {0};
    builder_init(&b, arena, TYPE_OF(VARIANT), rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(texts, i)) {
            builder_append_null(&b);
            continue;
        }
        variant_writer_reset(&w, arena);
        write_field(&w, arena, o, &r, VECTOR_DATA(texts, struct string)[vector_entry(texts, i)], i, reading);
        variant_append(&b, &w);
    }
    *out = *builder_finish(&b);
    return true;
}

/* The fields of all records one behind another. */
static const struct vector *all_fields(struct arena *arena, const struct csv_record *records, uint32_t rows) {
    struct builder b;
    builder_init(&b, arena, TYPE_OF(STRING), rows);
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t f = 0; f < records[i].count; f++)
            if (records[i].fields[f].is_null)
                builder_append_null(&b);
            else
                builder_append(&b, &records[i].fields[f].text);
    return builder_finish(&b);
}

bool csv_records_to_variants(struct arena *arena, const struct context *context, const struct csv_options *o,
                             const struct csv_record *records, uint32_t rows, struct csv_readings *readings,
                             struct vector *out, struct error *err) {
    struct readings r;
    uint32_t total = 0, at = 0;
    for (uint32_t i = 0; i < rows; i++) total += records[i].count;
    TRY(read_columns(arena, context, o, all_fields(arena, records, rows), total, &r, err));
    struct builder b;
    struct variant_writer w = {0};
    builder_init(&b, arena, TYPE_OF(VARIANT), rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!records[i].count) {
            builder_append_null(&b);
            continue;
        }
        variant_writer_reset(&w, arena);
        struct variant_member *members = ARENA_ARRAY(arena, struct variant_member, records[i].count);
        for (uint32_t f = 0; f < records[i].count; f++, at++) {
            const struct csv_field *field = &records[i].fields[f];
            if (f == readings->columns.count) LIST_PUSH(readings->arena, &readings->columns, 0);
            members[f] = variant_field_here(&w, string_of(arena_printf(arena, "_c%u", f)));
            if (field->is_null)
                variant_write_null(&w);
            else
                write_field(&w, arena, o, &r, field->text, at, &readings->columns.items[f]);
        }
        variant_end_object(&w, 0, members, records[i].count);
        variant_append(&b, &w);
    }
    *out = *builder_finish(&b);
    return true;
}
