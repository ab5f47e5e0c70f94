/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spark's UnsafeRow, UnsafeArrayData and UnsafeMapData, to hash them. All are multiples of 8 bytes:
 *
 *     row:    a bit for each NULL field, a slot of 8 bytes for each field, long values
 *     array:  the count, a bit for each NULL element, a slot of the type's size for each element, long values
 *     map:    the size of the array of keys, that array, the array of values
 *
 * A slot holds a short value itself, or where a long one begins, counted from the row's or array's begin (upper half),
 * and its size (lower half). Long values are padded with zeroes. A decimal of more than 18 digits has 16 bytes in a row
 * even when it is NULL; so has an interval. A binary value is hashed as the array of its bytes.
 */
#include "function/unsafe_hash.h"

#include "base/text.h"
#include "function/java_hash.h"
#include "function/spark_hash.h"

enum { SLOT = 8, LONG_ROOM = 16, HASH_SEED = 42 };

bool unsafe_hash_known(const struct type *t) {
    switch (t->kind) {
        case TYPE_ARRAY: return unsafe_hash_known(t->element);
        case TYPE_MAP: return unsafe_hash_known(t->key) && unsafe_hash_known(t->element);
        case TYPE_STRUCT:
            for (uint32_t i = 0; i < t->field_count; i++)
                if (!unsafe_hash_known(t->fields[i].type)) return false;
            return true;
        case TYPE_VARIANT:
        case TYPE_UDT:
        case TYPE_GEOMETRY:
        case TYPE_GEOGRAPHY: return false;
        default: return true;
    }
}

static size_t padded(size_t size) {
    return (size + 7) & ~(size_t)7;
}

static size_t add_zeroes(struct text *t, size_t size) {
    size_t at = t->size;
    memset(text_reserve(t, size), 0, size);
    t->size += size;
    return at;
}

static void put_slot(struct text *t, size_t slot, size_t start, size_t from, size_t size) {
    uint64_t value = (uint64_t)(from - start) << 32 | (uint32_t)size;
    memcpy(t->data + slot, &value, sizeof value);
}

/* Slots of a row or an array, which begins at `start`. */
struct place {
    size_t start, nulls, slots, width;
    bool in_row;
};

static void add_value(struct text *t, const struct vector *v, uint32_t entry);

static void add_long_value(struct text *t, const struct place *p, size_t slot, const struct vector *v, uint32_t entry) {
    size_t from = t->size, size;
    uint8_t digits[LONG_ROOM];
    switch (type_storage(v->type)) {
        case STORAGE_STRING: {
            struct string s = VECTOR_DATA(v, struct string)[entry];
            size = s.size;
            add_zeroes(t, padded(size));
            if (size) memcpy(t->data + from, s.data, size);
            break;
        }
        case STORAGE_INT128:
            size = java_bytes(VECTOR_DATA(v, int128)[entry], digits);
            add_zeroes(t, p->in_row ? LONG_ROOM : padded(size));
            memcpy(t->data + from, digits, size);
            break;
        case STORAGE_INTERVAL:
            size = LONG_ROOM;
            memcpy(t->data + add_zeroes(t, size), VECTOR_DATA(v, struct interval) + entry, size);
            break;
        default: add_value(t, v, entry); size = t->size - from;
    }
    put_slot(t, slot, p->start, from, size);
}

static bool is_long(const struct type *t) {
    size_t width = storage_size(type_storage(t));
    return width == 0 || width > SLOT || t->kind == TYPE_ARRAY || t->kind == TYPE_MAP;
}

static void add_null(struct text *t, const struct place *p, uint32_t i, const struct vector *v) {
    t->data[p->nulls + i / 8] |= (char)(1 << i % 8);
    enum storage storage = type_storage(v->type);
    if (!p->in_row || (storage != STORAGE_INT128 && storage != STORAGE_INTERVAL)) return;
    put_slot(t, p->slots + i * p->width, p->start, t->size, storage == STORAGE_INTERVAL ? LONG_ROOM : 0);
    add_zeroes(t, LONG_ROOM);
}

static void add_to(struct text *t, const struct place *p, uint32_t i, const struct vector *v, uint32_t row) {
    size_t slot = p->slots + i * p->width;
    if (vector_is_null(v, row) || v->type->kind == TYPE_NULL) {
        add_null(t, p, i, v);
    } else if (is_long(v->type)) {
        add_long_value(t, p, slot, v, vector_entry(v, row));
    } else {
        size_t width = storage_size(type_storage(v->type));
        value_copy(t->data + slot, (const char *)v->data + vector_entry(v, row) * width, width);
    }
}

static void add_row(struct text *t, const struct vector *v, uint32_t entry) {
    struct place p = {.start = t->size, .nulls = t->size, .width = SLOT, .in_row = true};
    size_t bits = bitmap_words(v->child_count) * 8;
    p.slots = p.start + bits;
    add_zeroes(t, bits + v->child_count * (size_t)SLOT);
    for (uint32_t i = 0; i < v->child_count; i++) add_to(t, &p, i, &v->children[i], entry);
}

/* The head of an array and its empty slots. */
static struct place add_array_head(struct text *t, uint32_t count, size_t width) {
    uint64_t elements = count;
    struct place p = {.start = t->size, .nulls = t->size + sizeof elements, .width = width};
    p.slots = p.nulls + bitmap_words(count) * 8;
    add_zeroes(t, p.slots - p.start + padded(count * width));
    memcpy(t->data + p.start, &elements, sizeof elements);
    return p;
}

static void add_array(struct text *t, const struct vector *elements, struct list_entry list) {
    const struct type *type = elements->type;
    struct place p = add_array_head(t, list.length,
                                    is_long(type) || type->kind == TYPE_NULL ? SLOT : storage_size(type_storage(type)));
    for (uint32_t i = 0; i < list.length; i++) add_to(t, &p, i, elements, list.offset + i);
}

static void add_value(struct text *t, const struct vector *v, uint32_t entry) {
    if (v->type->kind == TYPE_STRUCT) {
        add_row(t, v, entry);
        return;
    }
    struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
    if (v->type->kind == TYPE_MAP) {
        size_t at = add_zeroes(t, sizeof(uint64_t));
        add_array(t, &v->children[0], list);
        uint64_t size = t->size - at - sizeof size;
        memcpy(t->data + at, &size, sizeof size);
        add_array(t, &v->children[1], list);
        return;
    }
    add_array(t, &v->children[0], list);
}

uint32_t unsafe_hash(struct arena *arena, const struct vector *v, uint32_t row) {
    struct text t;
    text_init(&t, arena);
    uint32_t entry = vector_entry(v, row);
    if (v->type->kind == TYPE_BINARY) {
        struct string s = VECTOR_DATA(v, struct string)[entry];
        struct place p = add_array_head(&t, s.size, 1);
        if (s.size) memcpy(t.data + p.slots, s.data, s.size);
    } else {
        add_value(&t, v, entry);
    }
    return murmur3_bytes(t.data, t.size, HASH_SEED);
}
