/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch from the wire (batch_wire.h). The envelope is checked by the codec: every buffer lies inside the
 * payload and is padded to 8 bytes. What is checked here needs the type: which buffers there are and how
 * large, that offsets rise from 0 to the end of what they point into, UTF-8, that decimals and times are in
 * their range, and that there are NULLs only where the schema allows them. After that no operator has to
 * doubt a value.
 */
#include "base/error.h"
#include "batch_codec.h"
#include "column/batch_wire.h"
#include "utf8.h"

struct decoder {
    struct arena *arena;
    struct error *err;
};

static bool malformed(const struct decoder *d, const char *reason) {
    return error_set(d->err, "PROTOCOL_ERROR", "what", "A batch of rows", "reason", reason, NULL);
}

static bool decode_column(const struct decoder *d, const struct wire_column *wire, const struct type *type,
                          uint32_t rows, struct vector *v);

/* The bitmap, copied because bits beyond the last row are the peer's. */
static bool decode_validity(const struct decoder *d, const struct wire_column *wire, uint32_t rows, struct vector *v) {
    if (wire->sizes[0] == 0) return wire->null_count == 0 || malformed(d, "NULLs without a validity buffer");
    if (wire->sizes[0] != (rows + 7) / 8) return malformed(d, "a validity buffer of the wrong size");
    size_t words = bitmap_words(rows);
    v->validity = ARENA_ARRAY(d->arena, uint64_t, words);
    memcpy(v->validity, wire->buffers[0], wire->sizes[0]);
    if (rows % 64) v->validity[words - 1] &= ((uint64_t)1 << rows % 64) - 1;
    uint32_t valid = 0;
    for (size_t w = 0; w < words; w++) valid += (uint32_t)__builtin_popcountll(v->validity[w]);
    if (rows - valid != wire->null_count) return malformed(d, "a wrong count of NULLs");
    if (valid == rows) v->validity = NULL;
    return true;
}

/* In place where the alignment is that of the values. */
static void *place(const struct decoder *d, const uint8_t *buffer, size_t size, size_t alignment) {
    if ((uintptr_t)buffer % alignment == 0) return (void *)(uintptr_t)buffer;
    return arena_copy(d->arena, buffer, size);
}

static void decode_bits(const struct decoder *d, const uint8_t *bits, uint32_t rows, struct vector *v) {
    uint8_t *out = arena_bytes(d->arena, rows);
    for (uint32_t i = 0; i < rows; i++) out[i] = bits[i >> 3] >> (i & 7) & 1;
    v->data = out;
}

static int128 power_of_ten(unsigned exponent) {
    int128 power = 1;
    while (exponent--) power *= 10;
    return power;
}

static bool decode_decimals(const struct decoder *d, const uint8_t *values, uint32_t rows, struct vector *v) {
    int128 limit = power_of_ten(v->type->precision);
    bool small = v->type->precision <= DECIMAL_MAX_INT64_PRECISION;
    int64_t *narrow = small ? arena_bytes_array(d->arena, rows, sizeof *narrow) : NULL;
    if (!small) v->data = place(d, values, (size_t)rows * 16, 16);
    for (uint32_t i = 0; i < rows; i++) {
        int128 value;
        memcpy(&value, values + (size_t)i * 16, sizeof value);
        if ((value >= limit || value <= -limit) && !vector_is_null(v, i))
            return malformed(d, "a decimal with more digits than its type");
        if (small) narrow[i] = (int64_t)value;
    }
    if (small) v->data = narrow;
    return true;
}

static bool decode_times(const struct decoder *d, uint32_t rows, const struct vector *v) {
    const int64_t day = INT64_C(86400000000000), *times = v->data;
    for (uint32_t i = 0; i < rows; i++)
        if ((times[i] < 0 || times[i] >= day) && !vector_is_null(v, i))
            return malformed(d, "a time that is not within a day");
    return true;
}

static bool decode_fixed(const struct decoder *d, const struct wire_column *wire, uint32_t rows, struct vector *v) {
    enum storage storage = type_storage(v->type);
    bool decimal = v->type->kind == TYPE_DECIMAL;
    size_t width = decimal ? 16 : storage_size(storage);
    size_t expected = storage == STORAGE_BOOL ? (rows + 7) / 8 : (size_t)rows * width;
    if (wire->buffer_count != 2 || wire->child_count != 0 || wire->sizes[1] != expected)
        return malformed(d, "buffers that do not fit the type");
    if (storage == STORAGE_BOOL) {
        decode_bits(d, wire->buffers[1], rows, v);
        return true;
    }
    if (decimal) return decode_decimals(d, wire->buffers[1], rows, v);
    v->data = place(d, wire->buffers[1], expected, width < 8 ? width : 8);
    return v->type->kind != TYPE_TIME || decode_times(d, rows, v);
}

static int32_t offset_at(const uint8_t *offsets, uint32_t i) {
    int32_t value;
    memcpy(&value, offsets + (size_t)i * sizeof value, sizeof value);
    return value;
}

/* From 0, never falling. The last one is for the caller to compare. */
static bool check_offsets(const struct decoder *d, const struct wire_column *wire, uint32_t rows) {
    if (wire->sizes[1] != ((size_t)rows + 1) * sizeof(int32_t)) return malformed(d, "offsets of the wrong size");
    int32_t last = offset_at(wire->buffers[1], 0);
    bool good = last == 0;
    for (uint32_t i = 1; i <= rows; i++) {
        int32_t next = offset_at(wire->buffers[1], i);
        good &= next >= last;
        last = next;
    }
    return good || malformed(d, "offsets that are not in order");
}

/* The bytes as a whole are UTF-8, and no value begins within a character. */
static bool check_utf8(const struct decoder *d, const struct wire_column *wire, uint32_t rows) {
    const uint8_t *bytes = wire->buffers[2];
    if (!utf8_valid((const char *)bytes, wire->sizes[2])) return malformed(d, "text that is not UTF-8");
    for (uint32_t i = 1; i < rows; i++) {
        uint32_t at = (uint32_t)offset_at(wire->buffers[1], i);
        if (at < wire->sizes[2] && (bytes[at] & 0xC0) == 0x80) return malformed(d, "text that is not UTF-8");
    }
    return true;
}

static bool decode_text(const struct decoder *d, const struct wire_column *wire, uint32_t rows, struct vector *v) {
    if (wire->buffer_count != 3 || wire->child_count != 0) return malformed(d, "buffers that do not fit the type");
    TRY(check_offsets(d, wire, rows));
    if ((uint32_t)offset_at(wire->buffers[1], rows) != wire->sizes[2])
        return malformed(d, "offsets that do not end with the bytes");
    if (type_is_string(v->type)) TRY(check_utf8(d, wire, rows));
    struct string *strings = arena_bytes_array(d->arena, rows, sizeof *strings);
    const char *bytes = (const char *)wire->buffers[2];
    int32_t at = 0;
    for (uint32_t i = 0; i < rows; i++) {
        int32_t next = offset_at(wire->buffers[1], i + 1);
        strings[i] = string_make(bytes + at, (size_t)(next - at));
        at = next;
    }
    v->data = strings;
    return true;
}

static void make_children(const struct decoder *d, struct vector *v, uint32_t count) {
    v->child_count = count;
    v->children = ARENA_ARRAY(d->arena, struct vector, count);
}

static bool decode_list(const struct decoder *d, const struct wire_column *wire, uint32_t rows, struct vector *v) {
    bool map = v->type->kind == TYPE_MAP;
    if (wire->buffer_count != 2 || wire->child_count != (map ? 2 : 1))
        return malformed(d, "buffers that do not fit the type");
    TRY(check_offsets(d, wire, rows));
    struct list_entry *entries = arena_bytes_array(d->arena, rows, sizeof *entries);
    uint32_t at = 0;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t next = (uint32_t)offset_at(wire->buffers[1], i + 1);
        entries[i] = (struct list_entry){.offset = at, .length = next - at};
        at = next;
    }
    v->data = entries;
    v->child_rows = at;
    make_children(d, v, wire->child_count);
    if (map) {
        TRY(decode_column(d, &wire->children[0], v->type->key, at, &v->children[0]));
        if (wire->children[0].null_count) return malformed(d, "a NULL key in a map");
    }
    const struct wire_column *elements = &wire->children[map ? 1 : 0];
    if (elements->null_count && !v->type->contains_null) return malformed(d, "a NULL where the schema has none");
    return decode_column(d, elements, v->type->element, at, &v->children[map ? 1 : 0]);
}

/* A field that is not nullable may be NULL where its struct is. */
static bool check_not_null(const struct decoder *d, const struct vector *parent, const struct vector *child,
                           uint32_t rows) {
    if (child->form == VECTOR_CONSTANT) { /* the NULL type */
        for (uint32_t i = 0; i < rows; i++)
            if (!vector_is_null(parent, i)) return malformed(d, "a NULL where the schema has none");
        return true;
    }
    if (!child->validity) return true;
    size_t words = bitmap_words(rows);
    for (size_t w = 0; w < words; w++) {
        uint64_t rows_here = w + 1 == words && rows % 64 ? ((uint64_t)1 << rows % 64) - 1 : ~(uint64_t)0;
        uint64_t present = parent->validity ? parent->validity[w] : rows_here;
        if (present & ~child->validity[w]) return malformed(d, "a NULL where the schema has none");
    }
    return true;
}

static bool decode_struct(const struct decoder *d, const struct wire_column *wire, uint32_t rows, struct vector *v) {
    bool variant = v->type->kind == TYPE_VARIANT;
    uint32_t count = variant ? 2 : v->type->field_count;
    if (wire->buffer_count != 1 || wire->child_count != count) return malformed(d, "fields that do not fit the type");
    make_children(d, v, count);
    for (uint32_t c = 0; c < count; c++) {
        const struct type *type = variant ? TYPE_OF(BINARY) : v->type->fields[c].type;
        TRY(decode_column(d, &wire->children[c], type, rows, &v->children[c]));
        if (variant || !v->type->fields[c].nullable) TRY(check_not_null(d, v, &v->children[c], rows));
    }
    return true;
}

static bool decode_column(const struct decoder *d, const struct wire_column *wire, const struct type *type,
                          uint32_t rows, struct vector *v) {
    *v = (struct vector){.type = type, .form = VECTOR_FLAT};
    struct vector inner = *v;
    while (inner.type->kind == TYPE_UDT) inner.type = inner.type->element;
    enum storage storage = type_storage(inner.type);
    if (storage == STORAGE_NONE) {
        if (wire->buffer_count || wire->child_count || wire->null_count != rows)
            return malformed(d, "buffers that do not fit the type");
        vector_init_null(v, d->arena, type);
        return true;
    }
    if (wire->buffer_count == 0) return malformed(d, "buffers that do not fit the type");
    TRY(decode_validity(d, wire, rows, &inner));
    bool good = storage == STORAGE_STRING   ? decode_text(d, wire, rows, &inner)
                : storage == STORAGE_LIST   ? decode_list(d, wire, rows, &inner)
                : storage == STORAGE_STRUCT ? decode_struct(d, wire, rows, &inner)
                                            : decode_fixed(d, wire, rows, &inner);
    *v = inner;
    v->type = type;
    return good;
}

static void *allocate(void *arena, size_t size) {
    return arena_alloc(arena, size);
}

bool batch_wire_decode(struct arena *arena, const struct type *schema, const uint8_t *payload, size_t size,
                       struct batch *batch, struct error *err) {
    struct decoder d = {.arena = arena, .err = err};
    struct wire_batch wire;
    if (!wire_batch_read(payload, size, allocate, arena, &wire)) return malformed(&d, "its envelope makes no sense");
    if (wire.column_count != schema->field_count) return malformed(&d, "columns that do not fit the schema");
    *batch = (struct batch){.count = wire.rows, .column_count = wire.column_count};
    batch->columns = ARENA_ARRAY(arena, struct vector, wire.column_count);
    const struct vector whole = {.type = schema, .form = VECTOR_FLAT};
    for (uint32_t c = 0; c < wire.column_count; c++) {
        TRY(decode_column(&d, &wire.columns[c], schema->fields[c].type, wire.rows, &batch->columns[c]));
        if (!schema->fields[c].nullable) TRY(check_not_null(&d, &whole, &batch->columns[c], wire.rows));
    }
    return true;
}
