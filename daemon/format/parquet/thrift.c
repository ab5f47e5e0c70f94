/* SPDX-License-Identifier: Apache-2.0 */
#include "format/parquet/thrift.h"

void thrift_init(struct thrift *t, const void *bytes, size_t size) {
    *t = (struct thrift){.next = bytes, .end = (const uint8_t *)bytes + size};
}

static uint8_t take(struct thrift *t) {
    if (t->next >= t->end) {
        t->bad = true;
        return 0;
    }
    return *t->next++;
}

static uint64_t varint(struct thrift *t) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = take(t);
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return value;
    }
    t->bad = true;
    return 0;
}

static int64_t zigzag(struct thrift *t) {
    uint64_t v = varint(t);
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

void thrift_enter(struct thrift *t) {
    if (++t->depth > THRIFT_MAX_DEPTH) t->bad = true;
}

void thrift_leave(struct thrift *t) {
    t->depth--;
}

bool thrift_next(struct thrift *t, struct thrift_field *f) {
    uint8_t head = take(t);
    if (t->bad || head == THRIFT_STOP) return false;
    f->type = head & 0x0F;
    f->id = head >> 4 ? (int16_t)(f->id + (head >> 4)) : (int16_t)zigzag(t);
    if (f->type > THRIFT_STRUCT) t->bad = true;
    return !t->bad;
}

int64_t thrift_element_int(struct thrift *t, enum thrift_type type) {
    switch (type) {
        case THRIFT_TRUE:
        case THRIFT_FALSE:
        case THRIFT_BYTE: return (int8_t)take(t);
        case THRIFT_I16:
        case THRIFT_I32:
        case THRIFT_I64: return zigzag(t);
        default: t->bad = true; return 0;
    }
}

int64_t thrift_int(struct thrift *t, const struct thrift_field *f) {
    if (f->type == THRIFT_TRUE) return 1;
    if (f->type == THRIFT_FALSE) return 0;
    return thrift_element_int(t, f->type);
}

const uint8_t *thrift_element_bytes(struct thrift *t, uint32_t *size) {
    uint64_t n = varint(t);
    if (t->bad || n > (size_t)(t->end - t->next)) {
        t->bad = true;
        *size = 0;
        return NULL;
    }
    const uint8_t *bytes = t->next;
    t->next += n;
    *size = (uint32_t)n;
    return bytes;
}

const uint8_t *thrift_bytes(struct thrift *t, const struct thrift_field *f, uint32_t *size) {
    if (f->type != THRIFT_BINARY) t->bad = true;
    return thrift_element_bytes(t, size);
}

uint32_t thrift_list(struct thrift *t, const struct thrift_field *f, enum thrift_type *element) {
    if (f->type != THRIFT_LIST && f->type != THRIFT_SET) t->bad = true;
    uint8_t head = take(t);
    uint64_t count = head >> 4;
    *element = head & 0x0F;
    if (count == 15) count = varint(t);
    if (count > (size_t)(t->end - t->next)) t->bad = true; /* every element takes a byte at least */
    return t->bad ? 0 : (uint32_t)count;
}

static void skip_bytes(struct thrift *t, uint64_t n) {
    if (n > (size_t)(t->end - t->next))
        t->bad = true;
    else
        t->next += n;
}

static void skip_value(struct thrift *t, enum thrift_type type, bool in_list) {
    struct thrift_field f = {.type = type};
    uint32_t size;
    switch (type) {
        case THRIFT_TRUE:
        case THRIFT_FALSE:
            if (in_list) take(t);
            return;
        case THRIFT_BYTE: take(t); return;
        case THRIFT_I16:
        case THRIFT_I32:
        case THRIFT_I64: varint(t); return;
        case THRIFT_DOUBLE: skip_bytes(t, 8); return;
        case THRIFT_BINARY: thrift_element_bytes(t, &size); return;
        case THRIFT_LIST:
        case THRIFT_SET: {
            enum thrift_type element;
            uint32_t count = thrift_list(t, &f, &element);
            thrift_enter(t);
            for (uint32_t i = 0; i < count && !t->bad; i++) skip_value(t, element, true);
            thrift_leave(t);
            return;
        }
        case THRIFT_MAP: {
            uint64_t count = varint(t);
            uint8_t kinds = count ? take(t) : 0;
            if (count > (size_t)(t->end - t->next)) t->bad = true;
            thrift_enter(t);
            for (uint64_t i = 0; i < count && !t->bad; i++) {
                skip_value(t, kinds >> 4, true);
                skip_value(t, kinds & 0x0F, true);
            }
            thrift_leave(t);
            return;
        }
        case THRIFT_STRUCT: {
            struct thrift_field inner = {0};
            thrift_enter(t);
            while (!t->bad && thrift_next(t, &inner)) skip_value(t, inner.type, false);
            thrift_leave(t);
            return;
        }
        default: t->bad = true;
    }
}

void thrift_skip(struct thrift *t, const struct thrift_field *f) {
    skip_value(t, f->type, false);
}
