/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spark's row of bytes, as far as its hash needs it:
 *
 *     | null bits, in words of 64 | a word per column | what has no fixed size, each padded to a word |
 *
 * The word of a column holds its value, zero-extended, or (offset << 32 | size) of its bytes further on. Decimals of more
 * than 18 digits keep 16 bytes there even when they are NULL.
 */
#include "exec/unsafe_row.h"

#include <string.h>

#include "base/decimal.h"
#include "function/spark_hash.h"

enum { WORD = 8, SEED = 42 };

bool unsafe_row_is_known(const struct vector *columns, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        enum storage storage = type_storage(columns[i].type);
        if (storage == STORAGE_LIST || storage == STORAGE_STRUCT || storage == STORAGE_INTERVAL) return false;
    }
    return true;
}

/* A decimal's unscaled value as Java gives its bytes: most significant first, as few as it takes. */
static uint32_t java_integer(int128 value, uint8_t *bytes) {
    uint32_t size = 1;
    while (size < 16 && value >> (8 * size - 1) != 0 && value >> (8 * size - 1) != -1) size++;
    for (uint32_t i = 0; i < size; i++) bytes[i] = (uint8_t)(value >> 8 * (size - 1 - i));
    return size;
}

static uint64_t fixed_word(const struct vector *v, uint32_t entry) {
    switch (type_storage(v->type)) {
        case STORAGE_BOOL:
        case STORAGE_INT8: return VECTOR_DATA(v, uint8_t)[entry];
        case STORAGE_INT16: return VECTOR_DATA(v, uint16_t)[entry];
        case STORAGE_INT32:
        case STORAGE_FLOAT: return VECTOR_DATA(v, uint32_t)[entry];
        default: return VECTOR_DATA(v, uint64_t)[entry];
    }
}

struct layout {
    uint8_t *row;
    size_t size; /* so far */
};

/* Bytes behind the words; `room` of them at least. */
static uint64_t put_bytes(struct layout *l, const void *bytes, size_t size, size_t room) {
    size_t offset = l->size;
    memcpy(l->row + offset, bytes, size);
    l->size += (room + WORD - 1) / WORD * WORD;
    return (uint64_t)offset << 32 | size;
}

static uint64_t word_of(struct layout *l, const struct vector *v, uint32_t row) {
    bool null = vector_is_null(v, row);
    uint32_t entry = vector_entry(v, row);
    if (type_storage(v->type) == STORAGE_INT128) {
        uint8_t bytes[16];
        uint32_t size = null ? 0 : java_integer(VECTOR_DATA(v, int128)[entry], bytes);
        return put_bytes(l, bytes, size, sizeof bytes);
    }
    if (null) return 0;
    if (type_storage(v->type) != STORAGE_STRING) return fixed_word(v, entry);
    struct string s = VECTOR_DATA(v, struct string)[entry];
    return put_bytes(l, s.data, s.size, s.size);
}

static size_t room_for(const struct vector *columns, uint32_t count, uint32_t row) {
    size_t room = 0;
    for (uint32_t i = 0; i < count; i++) {
        room += 2 * WORD; /* the column's, and for null bits */
        if (type_storage(columns[i].type) == STORAGE_INT128)
            room += 16;
        else if (type_storage(columns[i].type) == STORAGE_STRING && !vector_is_null(&columns[i], row))
            room += VECTOR_DATA(&columns[i], struct string)[vector_entry(&columns[i], row)].size + WORD;
    }
    return room + WORD;
}

int32_t unsafe_row_hash(struct arena *scratch, const struct vector *columns, uint32_t count, uint32_t row) {
    size_t nulls = ((size_t)count + 63) / 64 * WORD, room = room_for(columns, count, row);
    struct layout l = {.row = memset(arena_bytes(scratch, room), 0, room), .size = nulls + (size_t)count * WORD};
    for (uint32_t i = 0; i < count; i++) {
        uint64_t word = word_of(&l, &columns[i], row);
        memcpy(l.row + nulls + (size_t)i * WORD, &word, sizeof word);
        if (vector_is_null(&columns[i], row)) l.row[i / 8] |= (uint8_t)(1u << i % 8);
    }
    return (int32_t)murmur3_bytes(l.row, l.size, SEED);
}
