/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building a column value by value, for those who do not know beforehand how many values come: readers,
 * aggregates, functions that make lists. The column's arrays double; nested columns are built by builders of
 * their own.
 */
#include "column/vector.h"

enum { FIRST_CAPACITY = 16 };

static uint32_t child_types(const struct type *type, const struct type *out[2]) {
    while (type->kind == TYPE_UDT) type = type->element;
    if (type->kind == TYPE_ARRAY) return out[0] = type->element, 1;
    if (type->kind == TYPE_MAP) return out[0] = type->key, out[1] = type->element, 2;
    if (type->kind == TYPE_VARIANT) return out[0] = out[1] = TYPE_OF(BINARY), 2;
    return type->field_count;
}

void builder_init(struct builder *b, struct arena *arena, const struct type *type, uint32_t capacity) {
    *b = (struct builder){.arena = arena, .capacity = capacity ? capacity : FIRST_CAPACITY};
    b->vector = (struct vector){.type = type, .form = VECTOR_FLAT};
    size_t width = storage_size(type_storage(type));
    if (width) b->vector.data = arena_bytes_array(arena, b->capacity, width);
    const struct type *inner[2];
    uint32_t children = child_types(type, inner);
    if (!children) return;
    b->vector.child_count = children;
    b->vector.children = ARENA_ARRAY(arena, struct vector, children);
    b->children = ARENA_ARRAY(arena, struct builder, children);
    while (type->kind == TYPE_UDT) type = type->element;
    for (uint32_t i = 0; i < children; i++)
        builder_init(&b->children[i], arena, type->kind == TYPE_STRUCT ? type->fields[i].type : inner[i], capacity);
}

static void grow(struct builder *b, uint32_t more) {
    size_t width = storage_size(type_storage(b->vector.type));
    uint64_t wanted = (uint64_t)b->count + more, doubled = (uint64_t)b->capacity * 2;
    if (wanted < doubled) wanted = doubled;
    if (wanted > UINT32_MAX) memory_exhausted(b->arena->account, wanted * width);
    uint32_t capacity = (uint32_t)wanted;
    if (width) b->vector.data = arena_grow(b->arena, b->vector.data, b->count * width, capacity * width);
    if (b->vector.validity) {
        size_t old_words = bitmap_words(b->capacity), words = bitmap_words(capacity);
        b->vector.validity = arena_grow(b->arena, b->vector.validity, old_words * 8, words * 8);
        memset(b->vector.validity + old_words, 0xFF, (words - old_words) * 8);
    }
    b->capacity = capacity;
}

/* Room for one more entry. */
static inline void reserve(struct builder *b) {
    if (b->count == b->capacity) grow(b, 1);
}

void builder_append_null(struct builder *b) {
    reserve(b);
    size_t width = storage_size(type_storage(b->vector.type));
    value_clear((char *)b->vector.data + b->count * width, width);
    vector_set_null(&b->vector, b->arena, b->count, b->capacity);
    if (type_storage(b->vector.type) == STORAGE_STRUCT)
        for (uint32_t i = 0; i < b->vector.child_count; i++) builder_append_null(&b->children[i]);
    b->count++;
}

/* Not inline: gcc would warn of every width that the value at hand does not have. */
__attribute__((noinline)) static void put_value(struct builder *b, const void *value) {
    size_t width = storage_size(type_storage(b->vector.type));
    value_copy((char *)b->vector.data + b->count * width, value, width);
}

void builder_append(struct builder *b, const void *value) {
    reserve(b);
    put_value(b, value);
    b->count++;
}

/* Whether values of a vector are taken over as the bytes that lie there. */
static bool is_copied_whole(const struct vector *v, bool copy_bytes) {
    enum storage storage = type_storage(v->type);
    return v->form == VECTOR_FLAT && storage != STORAGE_NONE && storage != STORAGE_LIST && storage != STORAGE_STRUCT &&
           (storage != STORAGE_STRING || !copy_bytes);
}

static void append_rows(struct builder *b, const struct vector *v, uint32_t from, uint32_t count, bool copy_bytes) {
    if (!is_copied_whole(v, copy_bytes)) {
        for (uint32_t i = 0; i < count; i++) builder_append_row(b, v, from + i, copy_bytes);
        return;
    }
    size_t width = storage_size(type_storage(v->type));
    if (b->capacity - b->count < count) grow(b, count);
    memcpy((char *)b->vector.data + b->count * width, (const char *)v->data + from * width, count * width);
    for (uint32_t i = 0; v->validity && i < count; i++)
        if (!bit_get(v->validity, from + i)) vector_set_null(&b->vector, b->arena, b->count + i, b->capacity);
    b->count += count;
}

static void append_list(struct builder *b, const struct vector *v, struct list_entry list, bool copy_bytes) {
    for (uint32_t i = 0; i < b->vector.child_count; i++)
        append_rows(&b->children[i], &v->children[i], list.offset, list.length, copy_bytes);
    builder_end_list(b);
}

void builder_append_row(struct builder *b, const struct vector *v, uint32_t row, bool copy_bytes) {
    uint32_t entry = vector_entry(v, row);
    if (v->validity && !bit_get(v->validity, entry)) {
        builder_append_null(b);
        return;
    }
    enum storage storage = type_storage(v->type);
    if (storage == STORAGE_LIST) {
        append_list(b, v, VECTOR_DATA(v, struct list_entry)[entry], copy_bytes);
    } else if (storage == STORAGE_STRUCT) {
        for (uint32_t i = 0; i < v->child_count; i++)
            builder_append_row(&b->children[i], &v->children[i], entry, copy_bytes);
        builder_end_struct(b);
    } else if (storage == STORAGE_STRING && copy_bytes) {
        struct string copy = string_copy(b->arena, VECTOR_DATA(v, struct string)[entry]);
        builder_append(b, &copy);
    } else {
        builder_append(b, v->data ? (const char *)v->data + entry * storage_size(storage) : NULL);
    }
}

void builder_end_list(struct builder *b) {
    uint32_t start = b->vector.child_rows;
    struct list_entry list = {.offset = start, .length = b->children[0].count - start};
    builder_append(b, &list);
    b->vector.child_rows = b->children[0].count;
}

void builder_end_struct(struct builder *b) {
    reserve(b);
    b->count++;
}

/* Where the children of the last of `count` lists end; a NULL has none, and says nothing. */
static uint32_t children_end(const struct builder *b, uint32_t count) {
    while (count && vector_is_null(&b->vector, count - 1)) count--;
    if (!count) return 0;
    struct list_entry last = VECTOR_DATA(&b->vector, struct list_entry)[count - 1];
    return last.offset + last.length;
}

void builder_shrink(struct builder *b, uint32_t count) {
    enum storage storage = type_storage(b->vector.type);
    for (uint32_t i = count; b->vector.validity && i < b->count; i++) bit_set(b->vector.validity, i);
    b->count = count;
    if (storage == STORAGE_LIST) b->vector.child_rows = children_end(b, count);
    for (uint32_t i = 0; i < b->vector.child_count; i++)
        builder_shrink(&b->children[i], storage == STORAGE_LIST ? b->vector.child_rows : count);
}

static void finish_children(struct builder *b) {
    for (uint32_t i = 0; i < b->vector.child_count; i++) {
        finish_children(&b->children[i]);
        b->vector.children[i] = b->children[i].vector;
    }
}

const struct vector *builder_finish(struct builder *b) {
    finish_children(b);
    return arena_copy(b->arena, &b->vector, sizeof b->vector);
}

const struct vector *builder_so_far(struct builder *b) {
    finish_children(b);
    return &b->vector;
}
