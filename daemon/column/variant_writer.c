/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a container stand in the order in which they came; an object's ids and offsets are sorted by
 * name, as readers may search by halves. Offsets are as narrow as the container allows.
 */
#include "column/variant_writer.h"

#include <stdlib.h>

#include "column/variant_int.h"

enum { SHORT_STRING_MAX = 63, COPY_MAX_DEPTH = 1000, METADATA_VERSION = 1 };

void variant_writer_reset(struct variant_writer *w, struct arena *arena) {
    *w = (struct variant_writer){.arena = arena};
    text_init(&w->value, arena);
}

/* ---- bytes ---- */

static char *put(char *p, uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; i++) *p++ = (char)(value >> (8 * i));
    return p;
}

static void add_unsigned(struct text *t, uint64_t value, unsigned size) {
    put(text_reserve(t, size), value, size);
    t->size += size;
}

static unsigned bytes_for(uint64_t value) {
    return value <= 0xFF ? 1 : value <= 0xFFFF ? 2 : value <= 0xFFFFFF ? 3 : 4;
}

static void add_primitive(struct variant_writer *w, unsigned id, uint64_t value, unsigned size) {
    text_add_char(&w->value, (char)(id << 2 | BASIC_PRIMITIVE));
    add_unsigned(&w->value, value, size);
}

/* ---- scalars ---- */

void variant_write_null(struct variant_writer *w) {
    add_primitive(w, ID_NULL, 0, 0);
}

void variant_write_boolean(struct variant_writer *w, bool value) {
    add_primitive(w, value ? ID_TRUE : ID_FALSE, 0, 0);
}

void variant_write_long(struct variant_writer *w, int64_t value) {
    if (value == (int8_t)value)
        add_primitive(w, ID_INT8, (uint64_t)value, 1);
    else if (value == (int16_t)value)
        add_primitive(w, ID_INT16, (uint64_t)value, 2);
    else if (value == (int32_t)value)
        add_primitive(w, ID_INT32, (uint64_t)value, 4);
    else
        add_primitive(w, ID_INT64, (uint64_t)value, 8);
}

void variant_write_float(struct variant_writer *w, float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    add_primitive(w, ID_FLOAT, bits, 4);
}

void variant_write_double(struct variant_writer *w, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    add_primitive(w, ID_DOUBLE, bits, 8);
}

void variant_write_decimal(struct variant_writer *w, int128 value, int scale) {
    unsigned size = scale <= 9 && decimal_fits(value, 9) ? 4 : scale <= 18 && decimal_fits(value, 18) ? 8 : 16;
    add_primitive(w, size == 4 ? ID_DECIMAL4 : size == 8 ? ID_DECIMAL8 : ID_DECIMAL16, (uint64_t)scale, 1);
    add_unsigned(&w->value, (uint64_t)value, size < 8 ? size : 8);
    if (size == 16) add_unsigned(&w->value, (uint64_t)((uint128)value >> 64), 8);
}

void variant_write_datetime(struct variant_writer *w, enum variant_kind kind, int64_t value) {
    if (kind == VARIANT_DATE)
        add_primitive(w, ID_DATE, (uint64_t)value, 4);
    else
        add_primitive(w, kind == VARIANT_TIMESTAMP ? ID_TIMESTAMP : ID_TIMESTAMP_NTZ, (uint64_t)value, 8);
}

void variant_write_bytes(struct variant_writer *w, enum variant_kind kind, struct string bytes) {
    if (kind == VARIANT_STRING && bytes.size <= SHORT_STRING_MAX)
        text_add_char(&w->value, (char)(bytes.size << 2 | BASIC_SHORT_STRING));
    else if (kind == VARIANT_UUID)
        add_primitive(w, ID_UUID, 0, 0);
    else
        add_primitive(w, kind == VARIANT_STRING ? ID_STRING : ID_BINARY, bytes.size, 4);
    text_add_bytes(&w->value, bytes.data, bytes.size);
}

/* ---- names ---- */

static uint32_t hash_name(struct string s) {
    uint32_t h = 2166136261u;
    for (uint32_t i = 0; i < s.size; i++) h = (h ^ (uint8_t)s.data[i]) * 16777619u;
    return h;
}

/* The slot of a name, or the free one where it belongs. */
static uint32_t *find_slot(const struct variant_writer *w, struct string name) {
    uint32_t i = hash_name(name) & (w->slot_count - 1);
    while (w->slots[i] && !string_equal(w->names.items[w->slots[i] - 1], name)) i = (i + 1) & (w->slot_count - 1);
    return &w->slots[i];
}

static void grow_slots(struct variant_writer *w) {
    w->slot_count = w->slot_count ? w->slot_count * 4 : 16;
    w->slots = ARENA_ARRAY(w->arena, uint32_t, w->slot_count);
    for (uint32_t i = 0; i < w->names.count; i++) *find_slot(w, w->names.items[i]) = i + 1;
}

static uint32_t name_id(struct variant_writer *w, struct string name) {
    if (w->names.count >= w->slot_count / 2) grow_slots(w);
    uint32_t *slot = find_slot(w, name);
    if (*slot == 0) {
        LIST_PUSH(w->arena, &w->names, name);
        w->name_bytes += name.size;
        *slot = w->names.count;
    }
    return *slot - 1;
}

struct variant_member variant_field_here(struct variant_writer *w, struct string name) {
    return (struct variant_member){.name = name, .id = name_id(w, name), .offset = w->value.size};
}

/* ---- containers ---- */

static int compare_names(const void *a, const void *b) {
    const struct variant_member *x = a, *y = b;
    return string_compare(x->name, y->name);
}

/* Header, count, ids (size 0: none) and offsets in front of the parts. */
static void end_container(struct variant_writer *w, size_t start, const struct variant_member *members, uint32_t count,
                          unsigned id_size) {
    size_t size = w->value.size - start;
    unsigned offset_size = bytes_for(size), count_size = count > 0xFF ? 4 : 1, large = count > 0xFF;
    size_t header = 1 + count_size + (size_t)count * id_size + ((size_t)count + 1) * offset_size;
    text_reserve(&w->value, header);
    char *p = w->value.data + start;
    memmove(p + header, p, size);
    w->value.size += header;
    unsigned flags = id_size ? large << 4 | (id_size - 1) << 2 | (offset_size - 1) : large << 2 | (offset_size - 1);
    p = put(p, flags << 2 | (id_size ? BASIC_OBJECT : BASIC_ARRAY), 1);
    p = put(p, count, count_size);
    for (uint32_t i = 0; i < count && id_size; i++) p = put(p, members[i].id, id_size);
    for (uint32_t i = 0; i < count; i++) p = put(p, members[i].offset - start, offset_size);
    put(p, size, offset_size);
}

bool variant_end_object(struct variant_writer *w, size_t start, struct variant_member *members, uint32_t count) {
    uint32_t largest = 0;
    if (count) qsort(members, count, sizeof *members, compare_names);
    for (uint32_t i = 0; i < count; i++) {
        if (i && members[i].id == members[i - 1].id) return false;
        if (members[i].id > largest) largest = members[i].id;
    }
    end_container(w, start, members, count, bytes_for(largest));
    return true;
}

void variant_end_array(struct variant_writer *w, size_t start, const struct variant_member *members, uint32_t count) {
    end_container(w, start, members, count, 0);
}

/* ---- copies ---- */

static void copy(struct variant_writer *w, const struct variant *v, unsigned depth);

static void copy_container(struct variant_writer *w, const struct variant *v, const struct variant_node *node,
                           unsigned depth) {
    struct variant_member *members = ARENA_ARRAY(w->arena, struct variant_member, node->count);
    size_t start = variant_writer_at(w);
    uint32_t count = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        struct variant child;
        struct string name = {0};
        if (!variant_child(v, node, i, &child, &name)) continue;
        if (node->kind == VARIANT_OBJECT)
            members[count++] = variant_field_here(w, name);
        else
            members[count++].offset = variant_writer_at(w);
        copy(w, &child, depth + 1);
    }
    if (node->kind == VARIANT_ARRAY) {
        variant_end_array(w, start, members, count);
    } else if (!variant_end_object(w, start, members, count)) {
        w->value.size = start;
        variant_write_null(w);
    }
}

static void copy(struct variant_writer *w, const struct variant *v, unsigned depth) {
    struct variant_node node;
    if (depth > COPY_MAX_DEPTH || !variant_open(v, &node)) {
        variant_write_null(w);
        return;
    }
    switch (node.kind) {
        case VARIANT_NULL: variant_write_null(w); return;
        case VARIANT_BOOLEAN: variant_write_boolean(w, node.integer != 0); return;
        case VARIANT_LONG: variant_write_long(w, node.integer); return;
        case VARIANT_DOUBLE: variant_write_double(w, node.number); return;
        case VARIANT_FLOAT: variant_write_float(w, (float)node.number); return;
        case VARIANT_DECIMAL: variant_write_decimal(w, node.decimal, node.scale); return;
        case VARIANT_DATE:
        case VARIANT_TIMESTAMP:
        case VARIANT_TIMESTAMP_NTZ: variant_write_datetime(w, node.kind, node.integer); return;
        case VARIANT_BINARY:
        case VARIANT_STRING:
        case VARIANT_UUID: variant_write_bytes(w, node.kind, node.bytes); return;
        case VARIANT_OBJECT:
        case VARIANT_ARRAY: copy_container(w, v, &node, depth); return;
    }
}

void variant_write_copy(struct variant_writer *w, const struct variant *v) {
    copy(w, v, 0);
}

/* ---- typed values ---- */

static void write_list(struct variant_writer *w, const struct vector *v, uint32_t entry) {
    struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
    bool map = v->type->kind == TYPE_MAP;
    struct variant_member *members = ARENA_ARRAY(w->arena, struct variant_member, list.length);
    size_t start = variant_writer_at(w);
    for (uint32_t i = 0; i < list.length; i++) {
        uint32_t at = list.offset + i;
        if (map)
            members[i] =
                variant_field_here(w, VECTOR_DATA(&v->children[0], struct string)[vector_entry(&v->children[0], at)]);
        else
            members[i].offset = variant_writer_at(w);
        variant_write_row(w, &v->children[map], at);
    }
    if (map)
        (void)variant_end_object(w, start, members, list.length); /* a map has no key twice */
    else
        variant_end_array(w, start, members, list.length);
}

static bool write_struct(struct variant_writer *w, const struct vector *v, uint32_t entry) {
    const struct type *t = v->type;
    struct variant_member *members = ARENA_ARRAY(w->arena, struct variant_member, t->field_count);
    size_t start = variant_writer_at(w);
    for (uint32_t i = 0; i < t->field_count; i++) {
        members[i] = variant_field_here(w, string_of(t->fields[i].name));
        variant_write_row(w, &v->children[i], entry);
    }
    if (variant_end_object(w, start, members, t->field_count)) return true;
    w->value.size = start;
    return false;
}

static void write_number(struct variant_writer *w, const struct vector *v, uint32_t at) {
    bool narrow = v->type->precision <= DECIMAL_MAX_INT64_PRECISION;
    switch (v->type->kind) {
        case TYPE_BYTE: variant_write_long(w, VECTOR_DATA(v, int8_t)[at]); return;
        case TYPE_SHORT: variant_write_long(w, VECTOR_DATA(v, int16_t)[at]); return;
        case TYPE_INT: variant_write_long(w, VECTOR_DATA(v, int32_t)[at]); return;
        case TYPE_LONG: variant_write_long(w, VECTOR_DATA(v, int64_t)[at]); return;
        case TYPE_FLOAT: variant_write_float(w, VECTOR_DATA(v, float)[at]); return;
        case TYPE_DOUBLE: variant_write_double(w, VECTOR_DATA(v, double)[at]); return;
        default:
            variant_write_decimal(w, narrow ? VECTOR_DATA(v, int64_t)[at] : VECTOR_DATA(v, int128)[at], v->type->scale);
    }
}

void variant_write_row(struct variant_writer *w, const struct vector *v, uint32_t row) {
    uint32_t at = vector_entry(v, row);
    enum type_kind kind = v->type->kind;
    struct variant inner;
    if (kind == TYPE_NULL || vector_is_null(v, row))
        variant_write_null(w);
    else if (type_is_numeric(v->type))
        write_number(w, v, at);
    else if (kind == TYPE_BOOLEAN)
        variant_write_boolean(w, VECTOR_DATA(v, uint8_t)[at]);
    else if (kind == TYPE_DATE)
        variant_write_datetime(w, VARIANT_DATE, VECTOR_DATA(v, int32_t)[at]);
    else if (kind == TYPE_TIMESTAMP || kind == TYPE_TIMESTAMP_NTZ)
        variant_write_datetime(w, kind == TYPE_TIMESTAMP ? VARIANT_TIMESTAMP : VARIANT_TIMESTAMP_NTZ,
                               VECTOR_DATA(v, int64_t)[at]);
    else if (type_is_string(v->type) || kind == TYPE_BINARY)
        variant_write_bytes(w, kind == TYPE_BINARY ? VARIANT_BINARY : VARIANT_STRING,
                            VECTOR_DATA(v, struct string)[at]);
    else if (kind == TYPE_VARIANT)
        variant_write_copy(w, (inner = variant_at(v, at), &inner));
    else if (kind == TYPE_STRUCT ? !write_struct(w, v, at) : (write_list(w, v, at), false))
        variant_write_null(w);
}

/* ---- the whole ---- */

void variant_writer_finish(struct variant_writer *w, struct string *value, struct string *metadata) {
    uint32_t count = w->names.count;
    unsigned size = bytes_for(w->name_bytes > count ? w->name_bytes : count);
    struct text t;
    text_init(&t, w->arena);
    text_add_char(&t, (char)((size - 1) << 6 | METADATA_VERSION));
    add_unsigned(&t, count, size);
    uint64_t offset = 0;
    for (uint32_t i = 0; i < count; offset += w->names.items[i++].size) add_unsigned(&t, offset, size);
    add_unsigned(&t, offset, size);
    for (uint32_t i = 0; i < count; i++) text_add_bytes(&t, w->names.items[i].data, w->names.items[i].size);
    *value = string_make(w->value.data, w->value.size);
    *metadata = string_make(t.data, t.size);
}

void variant_append(struct builder *b, struct variant_writer *w) {
    struct string value, metadata;
    variant_writer_finish(w, &value, &metadata);
    builder_append(&b->children[0], &value);
    builder_append(&b->children[1], &metadata);
    builder_end_struct(b);
}
