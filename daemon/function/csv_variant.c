/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of CSV as variants: what a field looks like decides its type. A whole number, a decimal, a date, a timestamp
 * and a boolean are tried in this order; the rest is a string. Dates are those of the options' pattern, or yyyy-MM-dd to
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

static void write_field(struct variant_writer *w, struct arena *arena, const struct csv_options *o,
                        const struct readings *r, struct string s, uint32_t row) {
    int128 decimal;
    int scale;
    if (!vector_is_null(&r->longs, row))
        variant_write_long(w, VECTOR_DATA(&r->longs, int64_t)[vector_entry(&r->longs, row)]);
    else if (variant_text_decimal(arena, locale_decimal(o->locale, arena, s), &decimal, &scale))
        variant_write_decimal(w, decimal, scale);
    else if (!vector_is_null(&r->dates, row) && (o->date_pattern || is_plain_date(s)))
        variant_write_datetime(w, VARIANT_DATE, VECTOR_DATA(&r->dates, int32_t)[vector_entry(&r->dates, row)]);
    else if (!vector_is_null(&r->timestamps, row))
        variant_write_datetime(w, VARIANT_TIMESTAMP,
                               VECTOR_DATA(&r->timestamps, int64_t)[vector_entry(&r->timestamps, row)]);
    else if (ascii_equal_ignoring_case(s.data, s.size, "true", 4) ||
             ascii_equal_ignoring_case(s.data, s.size, "false", 5))
        variant_write_boolean(w, (*s.data | 32) == 't');
    else
        variant_write_bytes(w, VARIANT_STRING, s);
}

bool csv_to_variants(struct arena *arena, const struct context *context, const struct csv_options *o,
                     const struct vector *texts, uint32_t rows, struct vector *out, struct error *err) {
    struct readings r;
    uint8_t *ignored = ARENA_ARRAY(arena, uint8_t, rows);
    TRY(csv_convert(arena, context, o, TYPE_OF(LONG), texts, rows, &r.longs, ignored, err));
    TRY(csv_convert(arena, context, o, TYPE_OF(DATE), texts, rows, &r.dates, ignored, err));
    TRY(csv_convert(arena, context, o, TYPE_OF(TIMESTAMP), texts, rows, &r.timestamps, ignored, err));
    struct builder b;
    struct variant_writer w = {0};
    builder_init(&b, arena, TYPE_OF(VARIANT), rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(texts, i)) {
            builder_append_null(&b);
            continue;
        }
        variant_writer_reset(&w, arena);
        write_field(&w, arena, o, &r, VECTOR_DATA(texts, struct string)[vector_entry(texts, i)], i);
        variant_append(&b, &w);
    }
    *out = *builder_finish(&b);
    return true;
}
