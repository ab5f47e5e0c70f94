/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows as byte strings whose memcmp order is theirs (row.h says how each value is written).
 *
 * Two passes over a column: the first adds up how many bytes each row needs, the second writes. So the room
 * for a batch is made once, and the writers need no checks. Fixed widths have loops of their own; nested
 * values and maps are written value by value.
 *
 *     null byte   nulls first: 00, then 01 before values     nulls last: 02, and 01 before values
 *     list        01 element, 01 element, ..., 00            a shorter list is the smaller one
 *     map         as a list of key and value, sorted by key, so that equal maps give equal bytes
 */
#include <math.h>

#include "column/collation.h"
#include "column/row.h"

static const struct sort_key NESTED = {.descending = false, .nulls_first = true};

static inline uint8_t null_byte(const struct sort_key *key) {
    return key->nulls_first ? 0 : 2;
}

/* ---- single values: each `put` writes at p and returns the end ---- */

static inline uint8_t *put16(uint8_t *p, uint16_t x) {
    x = __builtin_bswap16(x);
    memcpy(p, &x, sizeof x);
    return p + sizeof x;
}
static inline uint8_t *put32(uint8_t *p, uint32_t x) {
    x = __builtin_bswap32(x);
    memcpy(p, &x, sizeof x);
    return p + sizeof x;
}
static inline uint8_t *put64(uint8_t *p, uint64_t x) {
    x = __builtin_bswap64(x);
    memcpy(p, &x, sizeof x);
    return p + sizeof x;
}

static inline uint8_t *put_bool(uint8_t *p, uint8_t x) {
    *p = x;
    return p + 1;
}
static inline uint8_t *put_int8(uint8_t *p, int8_t x) {
    *p = (uint8_t)((uint8_t)x ^ 0x80);
    return p + 1;
}
static inline uint8_t *put_int16(uint8_t *p, int16_t x) {
    return put16(p, (uint16_t)((uint16_t)x ^ 0x8000));
}
static inline uint8_t *put_int32(uint8_t *p, int32_t x) {
    return put32(p, (uint32_t)x ^ UINT32_C(0x80000000));
}
static inline uint8_t *put_int64(uint8_t *p, int64_t x) {
    return put64(p, (uint64_t)x ^ UINT64_C(0x8000000000000000));
}
static inline uint8_t *put_int128(uint8_t *p, int128 x) {
    return put64(put_int64(p, (int64_t)(x >> 64)), (uint64_t)x);
}
/* Negative floats count downwards in their bits, so all of them are flipped; else the sign alone. */
static inline uint8_t *put_float(uint8_t *p, float x) {
    uint32_t bits;
    if (x == 0) x = 0;
    memcpy(&bits, &x, sizeof bits);
    if (isnan(x)) bits = UINT32_C(0x7FC00000);
    return put32(p, bits >> 31 ? ~bits : bits | UINT32_C(0x80000000));
}
static inline uint8_t *put_double(uint8_t *p, double x) {
    uint64_t bits;
    if (x == 0) x = 0;
    memcpy(&bits, &x, sizeof bits);
    if (isnan(x)) bits = UINT64_C(0x7FF8000000000000);
    return put64(p, bits >> 63 ? ~bits : bits | UINT64_C(0x8000000000000000));
}
static inline uint8_t *put_interval(uint8_t *p, struct interval x) {
    return put_int64(put_int32(put_int32(p, x.months), x.days), x.microseconds);
}

static size_t string_key_size(struct string s) {
    size_t zeros = 0;
    const char *end = s.data + s.size;
    for (const char *p = s.data; s.size && (p = memchr(p, 0, (size_t)(end - p))); p++) zeros++;
    return s.size + zeros + 2;
}

static uint8_t *put_string(uint8_t *p, struct string s) {
    const char *from = s.data, *end = s.data + s.size;
    while (from < end) {
        const char *zero = memchr(from, 0, (size_t)(end - from));
        size_t run = (size_t)((zero ? zero : end) - from);
        memcpy(p, from, run);
        p += run;
        from += run;
        if (zero) {
            *p++ = 0;
            *p++ = 1;
            from++;
        }
    }
    *p++ = 0;
    *p++ = 0;
    return p;
}

/* ---- nested values ---- */

/* What a value needs besides itself. Collation keys are made anew in both passes: nested collated keys are
 * rare. */
struct encoder {
    struct arena *arena;
};

static size_t value_size(struct encoder *e, const struct vector *v, uint32_t entry);
static uint8_t *put_value(struct encoder *e, uint8_t *p, const struct vector *v, uint32_t entry);

static size_t nullable_size(struct encoder *e, const struct vector *v, uint32_t row) {
    return 1 + (vector_is_null(v, row) ? 0 : value_size(e, v, vector_entry(v, row)));
}

static uint8_t *put_nullable(struct encoder *e, uint8_t *p, const struct vector *v, uint32_t row) {
    if (vector_is_null(v, row)) {
        *p++ = null_byte(&NESTED);
        return p;
    }
    *p++ = 1;
    return put_value(e, p, v, vector_entry(v, row));
}

static struct string nested_string(struct encoder *e, const struct vector *v, uint32_t entry) {
    struct string s = VECTOR_DATA(v, struct string)[entry];
    const struct collation *collation = v->type->collation ? collation_of(e->arena, v->type) : NULL;
    return collation ? collation_key(collation, e->arena, s) : s;
}

static size_t value_size(struct encoder *e, const struct vector *v, uint32_t entry) {
    enum storage storage = type_storage(v->type);
    size_t size = 0;
    if (storage == STORAGE_STRING) return string_key_size(nested_string(e, v, entry));
    if (storage == STORAGE_LIST) {
        struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
        for (uint32_t c = 0; c < v->child_count; c++)
            for (uint32_t i = 0; i < list.length; i++) size += nullable_size(e, &v->children[c], list.offset + i);
        return size + list.length + 1;
    }
    if (storage == STORAGE_STRUCT) {
        for (uint32_t c = 0; c < v->child_count; c++) size += nullable_size(e, &v->children[c], entry);
        return size;
    }
    return storage_size(storage);
}

/* The entries of a map in the order of their keys. */
static uint32_t *sorted_entries(struct encoder *e, const struct vector *keys, struct list_entry map) {
    uint32_t *order = arena_bytes_array(e->arena, map.length, sizeof *order);
    for (uint32_t i = 0; i < map.length; i++) {
        uint32_t j = i;
        for (; j > 0 && values_compare(keys, order[j - 1], keys, map.offset + i) > 0; j--) order[j] = order[j - 1];
        order[j] = map.offset + i;
    }
    return order;
}

static uint8_t *put_list(struct encoder *e, uint8_t *p, const struct vector *v, struct list_entry list) {
    uint32_t *order = v->child_count == 2 ? sorted_entries(e, &v->children[0], list) : NULL;
    for (uint32_t i = 0; i < list.length; i++) {
        *p++ = 1;
        for (uint32_t c = 0; c < v->child_count; c++)
            p = put_nullable(e, p, &v->children[c], order ? order[i] : list.offset + i);
    }
    *p++ = 0;
    return p;
}

#define AT(ctype) (VECTOR_DATA(v, ctype)[entry])

static uint8_t *put_value(struct encoder *e, uint8_t *p, const struct vector *v, uint32_t entry) {
    switch (type_storage(v->type)) {
        case STORAGE_NONE: return p;
        case STORAGE_BOOL: return put_bool(p, AT(uint8_t));
        case STORAGE_INT8: return put_int8(p, AT(int8_t));
        case STORAGE_INT16: return put_int16(p, AT(int16_t));
        case STORAGE_INT32: return put_int32(p, AT(int32_t));
        case STORAGE_INT64: return put_int64(p, AT(int64_t));
        case STORAGE_INT128: return put_int128(p, AT(int128));
        case STORAGE_FLOAT: return put_float(p, AT(float));
        case STORAGE_DOUBLE: return put_double(p, AT(double));
        case STORAGE_INTERVAL: return put_interval(p, AT(struct interval));
        case STORAGE_STRING: return put_string(p, nested_string(e, v, entry));
        case STORAGE_LIST: return put_list(e, p, v, AT(struct list_entry));
        case STORAGE_STRUCT:
            for (uint32_t c = 0; c < v->child_count; c++) p = put_nullable(e, p, &v->children[c], entry);
            return p;
    }
    return p;
}

/* ---- columns ---- */

/* A column about to be written: its view, and the bytes to take for strings (collation keys where there are).
 */
struct column {
    const struct vector *vector;
    const struct sort_key *key;
    struct view view;
    const struct string *strings;
};

static void collate(struct arena *arena, struct column *column, uint32_t rows) {
    const struct collation *collation = collation_of(arena, column->vector->type);
    if (!collation) return;
    struct string *keys = arena_bytes_array(arena, rows, sizeof *keys);
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = view_entry(&column->view, i);
        if (!view_is_null(&column->view, entry)) keys[i] = collation_key(collation, arena, column->strings[entry]);
    }
    column->strings = keys;
}

static struct column open_column(struct arena *arena, const struct vector *v, uint32_t rows,
                                 const struct sort_key *key) {
    struct column column = {.vector = v, .key = key, .view = vector_view(arena, v, rows)};
    if (type_storage(v->type) == STORAGE_STRING) {
        column.strings = v->data;
        if (v->type->collation) collate(arena, &column, rows);
    }
    return column;
}

static inline struct string column_string(const struct column *column, uint32_t row, uint32_t entry) {
    return column->strings[column->vector->type->collation ? row : entry];
}

/* Adds to sizes what each row needs. */
static void add_sizes(struct encoder *e, const struct column *column, uint32_t rows, uint32_t *sizes) {
    enum storage storage = type_storage(column->vector->type);
    size_t width = storage_size(storage);
    bool fixed = storage != STORAGE_STRING && storage != STORAGE_LIST && storage != STORAGE_STRUCT;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = view_entry(&column->view, i);
        size_t size = width;
        if (view_is_null(&column->view, entry))
            size = 0;
        else if (storage == STORAGE_STRING)
            size = string_key_size(column_string(column, i, entry));
        else if (!fixed)
            size = value_size(e, column->vector, entry);
        sizes[i] += (uint32_t)size + 1;
    }
}

static void invert(uint8_t *from, const uint8_t *to) {
    for (; from < to; from++) *from = (uint8_t) ~*from;
}

#define WRITE_LOOP(PUT)                                                                                                \
    for (uint32_t i = 0; i < rows; i++) {                                                                              \
        uint32_t entry = view_entry(&view, i);                                                                         \
        uint8_t *p = out[i].data + out[i].size;                                                                        \
        if (view_is_null(&view, entry)) {                                                                              \
            *p = nulls;                                                                                                \
            out[i].size++;                                                                                             \
            continue;                                                                                                  \
        }                                                                                                              \
        *p++ = 1;                                                                                                      \
        uint8_t *value = p;                                                                                            \
        p = PUT;                                                                                                       \
        if (descending) invert(value, p);                                                                              \
        out[i].size = (uint32_t)(p - out[i].data);                                                                     \
    }                                                                                                                  \
    break

static void write_column(struct encoder *e, const struct column *column, uint32_t rows, struct key_bytes *out) {
    const struct vector *v = column->vector;
    struct view view = column->view;
    const uint8_t nulls = null_byte(column->key);
    const bool descending = column->key->descending;
    switch (type_storage(v->type)) {
        case STORAGE_INT32: WRITE_LOOP(put_int32(p, AT(int32_t)));
        case STORAGE_INT64: WRITE_LOOP(put_int64(p, AT(int64_t)));
        case STORAGE_DOUBLE: WRITE_LOOP(put_double(p, AT(double)));
        case STORAGE_STRING: WRITE_LOOP(put_string(p, column_string(column, i, entry)));
        case STORAGE_NONE:
            for (uint32_t i = 0; i < rows; i++) out[i].data[out[i].size++] = nulls;
            break;
        default: WRITE_LOOP(put_value(e, p, v, entry));
    }
}

void keys_encode(struct arena *arena, const struct vector *v, uint32_t rows, const struct sort_key *key,
                 struct key_bytes *out) {
    struct encoder e = {.arena = arena};
    struct column column = open_column(arena, v, rows, key);
    uint32_t *sizes = ARENA_ARRAY(arena, uint32_t, rows);
    add_sizes(&e, &column, rows, sizes);
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t needed = out[i].size + sizes[i];
        if (needed <= out[i].capacity) continue;
        out[i].data = arena_grow(arena, out[i].data, out[i].size, needed);
        out[i].capacity = needed;
    }
    write_column(&e, &column, rows, out);
}

void keys_encode_all(struct arena *arena, const struct vector *const *columns, const struct sort_key *keys,
                     uint32_t column_count, uint32_t rows, struct key_bytes *out) {
    struct encoder e = {.arena = arena};
    struct column *open = ARENA_ARRAY(arena, struct column, column_count);
    uint32_t *sizes = ARENA_ARRAY(arena, uint32_t, rows);
    for (uint32_t c = 0; c < column_count; c++) {
        open[c] = open_column(arena, columns[c], rows, &keys[c]);
        add_sizes(&e, &open[c], rows, sizes);
    }
    size_t total = 0;
    for (uint32_t i = 0; i < rows; i++) total += sizes[i];
    uint8_t *room = arena_bytes(arena, total);
    for (uint32_t i = 0; i < rows; i++) {
        out[i] = (struct key_bytes){.data = room, .size = 0, .capacity = sizes[i]};
        room += sizes[i];
    }
    for (uint32_t c = 0; c < column_count; c++) write_column(&e, &open[c], rows, out);
}
