/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream has values only for rows that have one: they are decoded one after another to the front of the vector and
 * then spread to their places. Children of a struct are told which of its rows are there; those of lists and maps have
 * as many rows as the lengths say.
 */
#include "format/orc/column.h"

#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/timezone.h"
#include "format/orc/calendar.h"

enum {
    CHILD_ROWS_MAX = 1 << 26,
    BATCH_BYTES_MAX = 1 << 30, /* of the strings of a batch */
    DICTIONARY_MAX = 1 << 26,
    MICROS = 1000000,
    EPOCH_DAYS = 16436 /* 2015-01-01, which timestamps are counted from */
};

struct orc_column_reader *orc_column_reader_new(struct arena *arena, const struct orc_column *column,
                                                struct orc_file *file, bool proleptic) {
    struct orc_column_reader *r = ARENA_NEW(arena, struct orc_column_reader);
    r->column = column;
    r->file = file;
    r->proleptic = proleptic;
    r->child_count = column->child_count;
    r->children = ARENA_ARRAY(arena, struct orc_column_reader *, r->child_count);
    for (uint32_t i = 0; i < r->child_count; i++)
        r->children[i] = orc_column_reader_new(arena, column->children[i], file, proleptic);
    return r;
}

/* ---- the beginning of a stripe ---- */

static bool is_text(enum orc_kind kind) {
    return kind == ORC_STRING || kind == ORC_VARCHAR || kind == ORC_CHAR || kind == ORC_BINARY;
}

static struct orc_integers *integers_new(struct arena *arena, struct orc_bytes *bytes, bool is_signed, bool second) {
    struct orc_integers *r = arena_bytes(arena, sizeof *r);
    r->bytes = bytes;
    r->is_signed = is_signed;
    r->second = second;
    r->next = r->count = 0;
    return r;
}

static void read_dictionary(struct orc_column_reader *r, struct arena *stripe, const struct orc_place *places,
                            uint32_t size) {
    struct orc_bytes bytes;
    r->dictionary_size = size;
    if (size > DICTIONARY_MAX) {
        orc_set_bad(r->file, "a dictionary is too large");
        r->dictionary_size = 0;
    }
    r->dictionary = arena_bytes_array(stripe, r->dictionary_size, sizeof *r->dictionary);
    orc_bytes_open(&bytes, r->file, stripe, places[ORC_DICTIONARY_DATA].offset, places[ORC_DICTIONARY_DATA].length);
    int64_t lengths[ORC_RUN_MAX];
    for (uint32_t i = 0; i < r->dictionary_size;) {
        uint32_t n = r->dictionary_size - i < ORC_RUN_MAX ? r->dictionary_size - i : ORC_RUN_MAX;
        orc_integers_read(r->others, lengths, n);
        for (uint32_t k = 0; k < n; k++, i++) {
            bool good = lengths[k] >= 0 && lengths[k] <= BATCH_BYTES_MAX && !r->file->bad;
            if (!good) orc_set_bad(r->file, "a string of a dictionary is too long");
            char *text = arena_bytes(stripe, good ? (size_t)lengths[k] : 0);
            if (good) orc_copy(&bytes, text, (size_t)lengths[k]);
            r->dictionary[i] = string_make(text, good ? (size_t)lengths[k] : 0);
        }
    }
}

static int64_t base_of(const struct orc_column_reader *r, const struct context *context, const char *zone_name) {
    const int64_t local = INT64_C(86400) * EPOCH_DAYS;
    int64_t micros;
    const struct timezone *zone = NULL;
    if (r->column->kind == ORC_TIMESTAMP_INSTANT) return local;
    if (*zone_name) zone = timezone_find(context->zones, zone_name, strlen(zone_name));
    if (!zone) zone = context->zone;
    return timezone_to_instant(zone, local * MICROS, &micros) ? micros / MICROS : local;
}

void orc_column_reader_start(struct orc_column_reader *r, struct arena *stripe, const struct context *context,
                             const struct orc_stripe_footer *footer) {
    const struct orc_place *places = footer->places[r->column->number];
    enum orc_encoding encoding = footer->encodings[r->column->number];
    enum orc_kind kind = r->column->kind;
    bool second = encoding == ORC_DIRECT_V2 || encoding == ORC_DICTIONARY_V2;
    bool second_is_length = is_text(kind) || kind == ORC_LIST || kind == ORC_MAP;
    const struct orc_place *other = &places[second_is_length ? ORC_LENGTH : ORC_SECONDARY];
    r->has_present = places[ORC_PRESENT].length > 0;
    r->has_dictionary = is_text(kind) && (encoding == ORC_DICTIONARY || encoding == ORC_DICTIONARY_V2);
    orc_bytes_open(&r->present_bytes, r->file, stripe, places[ORC_PRESENT].offset, places[ORC_PRESENT].length);
    orc_bytes_open(&r->data_bytes, r->file, stripe, places[ORC_DATA].offset, places[ORC_DATA].length);
    orc_bytes_open(&r->other_bytes, r->file, stripe, other->offset, other->length);
    r->present = (struct orc_bits){.bytes.bytes = &r->present_bytes};
    r->bits = (struct orc_bits){.bytes.bytes = &r->data_bytes};
    r->bytes = (struct orc_byte_runs){.bytes = &r->data_bytes};
    r->integers = integers_new(stripe, &r->data_bytes, !r->has_dictionary, second);
    r->others = integers_new(stripe, &r->other_bytes, kind == ORC_DECIMAL, second);
    if (kind == ORC_TIMESTAMP || kind == ORC_TIMESTAMP_INSTANT) r->base = base_of(r, context, footer->zone);
    if (r->has_dictionary) read_dictionary(r, stripe, places, footer->dictionary_sizes[r->column->number]);
    for (uint32_t i = 0; i < r->child_count; i++) orc_column_reader_start(r->children[i], stripe, context, footer);
}

/* ---- which rows are there ---- */

static uint32_t count_marks(const uint8_t *marks, uint32_t n) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) count += marks[i];
    return count;
}

/* Those of the parent's rows that have a value here, and how many; NULL: all. */
static const uint8_t *read_present(struct orc_column_reader *r, struct arena *batch, uint32_t rows,
                                   const uint8_t *there, uint32_t *count) {
    uint32_t of_parent = *count = there ? count_marks(there, rows) : rows;
    if (!r->has_present) return there;
    uint8_t *bits = arena_bytes(batch, rows);
    orc_bits_read(&r->present, bits, of_parent);
    *count = count_marks(bits, of_parent);
    if (there)
        for (uint32_t i = rows, k = of_parent; i-- > 0;) bits[i] = there[i] ? bits[--k] : 0;
    return bits;
}

static void set_validity(struct vector *v, struct arena *batch, uint32_t rows, const uint8_t *there) {
    v->validity = arena_alloc_array(batch, bitmap_words(rows), sizeof *v->validity);
    for (uint32_t i = 0; i < rows; i++) v->validity[i >> 6] |= (uint64_t)there[i] << (i & 63);
}

#define SPREAD(ctype)                                                                                                  \
    for (uint32_t i = rows, k = count; i-- > 0;) {                                                                     \
        ctype value = {0};                                                                                             \
        if (there[i]) value = ((ctype *)data)[--k];                                                                    \
        ((ctype *)data)[i] = value;                                                                                    \
    }                                                                                                                  \
    break

/* The first `count` values go to the places that are there. */
static void spread(void *data, size_t width, uint32_t rows, uint32_t count, const uint8_t *there) {
    switch (width) {
        case 1: SPREAD(uint8_t);
        case 2: SPREAD(uint16_t);
        case 4: SPREAD(uint32_t);
        case 8: SPREAD(uint64_t);
        case 16: SPREAD(uint128);
        default: break;
    }
}

/* ---- values, `count` of them to the front of the vector ---- */

#define NARROW(ctype)                                                                                                  \
    for (uint32_t i = 0; i < count; i++) ((ctype *)v->data)[i] = (ctype)values[i];                                     \
    break

static void read_integers(struct orc_column_reader *r, struct arena *batch, uint32_t count, struct vector *v) {
    int64_t *values = v->data;
    if (type_storage(v->type) != STORAGE_INT64) values = arena_bytes_array(batch, count, sizeof *values);
    orc_integers_read(r->integers, values, count);
    switch (type_storage(v->type)) {
        case STORAGE_INT16: NARROW(int16_t);
        case STORAGE_INT32: NARROW(int32_t);
        default: break;
    }
    if (r->column->kind != ORC_DATE || r->proleptic) return;
    int32_t *days = v->data;
    for (uint32_t i = 0; i < count; i++)
        if (days[i] < GREGORIAN_START) days[i] = (int32_t)calendar_from_julian(days[i]);
}

/* The three lowest bits say how many zeros, and one more, were cut off. */
static int64_t nanos_of(int64_t coded) {
    int64_t nanos = coded >> 3;
    if (coded & 7)
        for (int64_t i = (coded & 7) + 1; i > 0; i--) nanos *= 10;
    return nanos;
}

/*
 * Java's writer cuts seconds towards zero and tells nanoseconds behind the full second before; so what is before 1970
 * and not a full second is a second too late. What falls into the last second of 1969 cannot be told from 1970. Arrow's
 * writer cuts them, too, but its nanoseconds are then negative.
 */
static int64_t micros_of(struct orc_file *file, int64_t seconds, int64_t coded) {
    const int64_t far = INT64_MAX / MICROS - 2, second = INT64_C(1000) * MICROS;
    bool sane = coded < 8 * second && coded > -8 * second && seconds < far && seconds > -far;
    int64_t nanos = sane ? nanos_of(coded) : second;
    if (nanos >= second || nanos <= -second) {
        orc_set_bad(file, "a timestamp is out of range");
        return 0;
    }
    if (seconds < 0 && nanos > 999999) seconds--;
    return seconds * MICROS + nanos / 1000;
}

static void read_timestamps(struct orc_column_reader *r, struct arena *batch, uint32_t count, struct vector *v) {
    int64_t *micros = v->data, *nanos = arena_bytes_array(batch, count, sizeof *nanos);
    orc_integers_read(r->integers, micros, count);
    orc_integers_read(r->others, nanos, count);
    for (uint32_t i = 0; i < count; i++) {
        micros[i] = micros_of(r->file, (int64_t)((uint64_t)micros[i] + (uint64_t)r->base), nanos[i]);
        int64_t days = days_from_micros(micros[i]);
        if (days < GREGORIAN_START && !r->proleptic)
            micros[i] += (calendar_from_julian(days) - days) * INT64_C(86400) * MICROS;
    }
}

static uint128 wide_varint(struct orc_bytes *b) {
    uint128 v = 0;
    for (unsigned shift = 0; shift < 133; shift += 7) {
        uint8_t byte = orc_byte(b);
        if (shift < 128) v |= (uint128)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return v;
    }
    orc_set_bad(b->file, "a decimal has too many bytes");
    return 0;
}

/* Each value has a scale of its own. *fits: false where one has more digits than its type. */
static void read_decimals(struct orc_column_reader *r, struct arena *batch, uint32_t count, struct vector *v,
                          uint8_t *fits) {
    const struct type *t = v->type;
    const struct decimal_form to = {t->precision, t->scale};
    bool narrow = type_storage(t) == STORAGE_INT64;
    int64_t *scales = arena_bytes_array(batch, count, sizeof *scales);
    orc_integers_read(r->others, scales, count);
    for (uint32_t i = 0; i < count; i++) {
        uint128 coded = wide_varint(&r->data_bytes);
        int128 value = (int128)(coded >> 1) ^ -(int128)(coded & 1), scaled = 0;
        bool sane = scales[i] >= 0 && scales[i] <= DECIMAL_DIGITS;
        if (!sane) orc_set_bad(r->file, "a decimal's scale is out of range");
        if (sane && scales[i] == t->scale && decimal_fits(value, t->precision))
            scaled = value;
        else
            fits[i] = sane && decimal_rescale(value, (int)scales[i], to, ROUND_HALF_UP, &scaled);
        if (narrow)
            ((int64_t *)v->data)[i] = (int64_t)scaled;
        else
            ((int128 *)v->data)[i] = scaled;
    }
}

static void read_from_dictionary(struct orc_column_reader *r, uint32_t count, const int64_t *places,
                                 struct string *out) {
    for (uint32_t i = 0; i < count; i++) {
        bool good = (uint64_t)places[i] < r->dictionary_size;
        if (!good) orc_set_bad(r->file, "a place in a dictionary lies beyond it");
        out[i] = good ? r->dictionary[places[i]] : string_make("", 0);
    }
}

static void read_strings(struct orc_column_reader *r, struct arena *batch, uint32_t count, struct vector *v) {
    struct string *out = v->data;
    int64_t *numbers = arena_bytes_array(batch, count, sizeof *numbers), total = 0;
    orc_integers_read(r->has_dictionary ? r->integers : r->others, numbers, count);
    if (r->has_dictionary) {
        read_from_dictionary(r, count, numbers, out);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (numbers[i] < 0 || numbers[i] > BATCH_BYTES_MAX - total) orc_set_bad(r->file, "strings are too long");
        if (r->file->bad) numbers[i] = 0;
        total += numbers[i];
    }
    char *text = arena_bytes(batch, (size_t)total);
    orc_copy(&r->data_bytes, text, (size_t)total);
    for (uint32_t i = 0; i < count; i++) {
        out[i] = string_make(text, (size_t)numbers[i]);
        text += numbers[i];
    }
}

/* ---- all kinds ---- */

/* decimals that do not fit are NULL: marks them as not there. */
static const uint8_t *without_misfits(struct arena *batch, uint32_t rows, uint32_t count, const uint8_t *there,
                                      const uint8_t *fits) {
    if (!memchr(fits, 0, count)) return there;
    uint8_t *left = arena_bytes(batch, rows);
    for (uint32_t i = 0, k = 0; i < rows; i++) left[i] = there && !there[i] ? 0 : fits[k++];
    return left;
}

static void read_lists(struct orc_column_reader *r, struct arena *batch, uint32_t rows, uint32_t count,
                       const uint8_t *there, struct vector *v) {
    int64_t *lengths = arena_bytes_array(batch, count, sizeof *lengths);
    struct list_entry *lists = v->data;
    uint32_t total = 0;
    orc_integers_read(r->others, lengths, count);
    for (uint32_t i = 0, k = 0; i < rows; i++) {
        int64_t length = there && !there[i] ? 0 : lengths[k++];
        if (length < 0 || length > CHILD_ROWS_MAX - total) orc_set_bad(r->file, "lists are too long");
        if (r->file->bad) length = 0;
        lists[i] = (struct list_entry){total, (uint32_t)length};
        total += (uint32_t)length;
    }
    v->child_rows = total;
    for (uint32_t i = 0; i < r->child_count; i++) orc_column_read(r->children[i], batch, total, NULL, &v->children[i]);
}

/* Values of one width each, spread. */
static void read_plain(struct orc_column_reader *r, struct arena *batch, uint32_t rows, uint32_t count,
                       const uint8_t *there, struct vector *v) {
    size_t width = storage_size(type_storage(v->type));
    const uint8_t *shown = there;
    switch (r->column->kind) {
        case ORC_BOOLEAN: orc_bits_read(&r->bits, v->data, count); break;
        case ORC_BYTE: orc_byte_runs_read(&r->bytes, v->data, count); break;
        case ORC_FLOAT:
        case ORC_DOUBLE: orc_copy(&r->data_bytes, v->data, count * width); break;
        case ORC_TIMESTAMP:
        case ORC_TIMESTAMP_INSTANT: read_timestamps(r, batch, count, v); break;
        case ORC_DECIMAL: {
            uint8_t *fits = memset(arena_bytes(batch, count), 1, count);
            read_decimals(r, batch, count, v, fits);
            shown = without_misfits(batch, rows, count, there, fits);
            break;
        }
        case ORC_STRING:
        case ORC_VARCHAR:
        case ORC_CHAR:
        case ORC_BINARY: read_strings(r, batch, count, v); break;
        default: read_integers(r, batch, count, v);
    }
    if (there) spread(v->data, width, rows, count, there);
    if (shown && shown != there) set_validity(v, batch, rows, shown);
}

void orc_column_read(struct orc_column_reader *r, struct arena *batch, uint32_t rows, const uint8_t *there,
                     struct vector *out) {
    uint32_t count;
    there = read_present(r, batch, rows, there, &count);
    vector_init(out, batch, r->column->type, rows);
    if (there && count < rows) set_validity(out, batch, rows, there);
    switch (r->column->kind) {
        case ORC_STRUCT:
            for (uint32_t i = 0; i < r->child_count; i++)
                orc_column_read(r->children[i], batch, rows, there, &out->children[i]);
            break;
        case ORC_LIST:
        case ORC_MAP: read_lists(r, batch, rows, count, there, out); break;
        default: read_plain(r, batch, rows, count, there, out);
    }
}
