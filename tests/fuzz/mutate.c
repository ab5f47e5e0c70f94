/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mutations. Those of messages walk down a random path of length-delimited fields, change one field there
 * (drop it, double it, change its number or its value, put another part of the message in its place), and
 * write the lengths on the path anew. Whether a field is text or a message is guessed: what parses whole is a
 * message.
 */
#include <stdbool.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

static size_t replace(uint8_t *data, size_t size, size_t room, size_t at, size_t old, const uint8_t *with,
                      size_t with_size) {
    if (size - old + with_size > room) return size;
    uint8_t copy[256];
    if (with_size > sizeof copy) return size;
    if (with_size) memcpy(copy, with, with_size); /* it may lie in data */
    memmove(data + at + with_size, data + at + old, size - at - old);
    if (with_size) memcpy(data + at, copy, with_size);
    return size - old + with_size;
}

static size_t change_number(struct fuzz_random *r, uint8_t *data, size_t size) {
    static const int64_t edges[] = {0, 1, -1, 127, 128, 255, 256, 65535, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    int64_t value = edges[fuzz_below(r, sizeof edges / sizeof *edges)];
    size_t width = (size_t)1 << fuzz_below(r, 4);
    if (size < width) return size;
    memcpy(data + fuzz_below(r, size - width + 1), &value, width);
    return size;
}

static size_t mutate_once(struct fuzz_random *r, uint8_t *data, size_t size, size_t room) {
    size_t at = fuzz_below(r, size), part = fuzz_below(r, size - at < 200 ? size - at : 200) + 1;
    uint8_t random[8];
    uint64_t bits = fuzz_bits(r);
    memcpy(random, &bits, sizeof random);
    switch (size ? fuzz_below(r, 7) : 6) {
        case 0: data[at] ^= (uint8_t)(1u << fuzz_below(r, 8)); return size;
        case 1: data[at] = (uint8_t)fuzz_bits(r); return size;
        case 2: return change_number(r, data, size);
        case 3: return replace(data, size, room, at, part, NULL, 0);
        case 4: return replace(data, size, room, fuzz_below(r, size), 0, data + at, part);
        case 5: return fuzz_below(r, 8) ? size : at;
        default: return replace(data, size, room, at, 0, random, fuzz_below(r, 8) + 1);
    }
}

size_t fuzz_mutate_bytes(struct fuzz_random *r, uint8_t *data, size_t size, size_t room) {
    for (size_t n = fuzz_below(r, 4) + 1; n; n--) size = mutate_once(r, data, size, room);
    return size;
}

/* ---- messages ---- */

struct field {
    size_t at, value, end; /* where the key, the value (after the length) and the next field begin */
    unsigned wire_type;
};

static bool read_varint(const uint8_t *data, size_t end, size_t *at, uint64_t *value) {
    *value = 0;
    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        uint8_t byte = data[(*at)++];
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return true;
    }
    return false;
}

static bool read_field(const uint8_t *data, size_t at, size_t end, struct field *f) {
    uint64_t key, value;
    f->at = at;
    if (!read_varint(data, end, &at, &key) || key >> 3 == 0) return false;
    f->wire_type = key & 7;
    f->value = at;
    switch (f->wire_type) {
        case 0:
            if (!read_varint(data, end, &at, &value)) return false;
            break;
        case 1:
        case 5: at += f->wire_type == 1 ? 8 : 4; break;
        case 2:
            if (!read_varint(data, end, &at, &value) || value > end - at) return false;
            f->value = at;
            at += value;
            break;
        default: return false;
    }
    f->end = at;
    return at <= end;
}

enum { MOST_FIELDS = 64, DEEPEST = 64 };

/* The fields of [at, end); 0: it is no message. */
static size_t read_fields(const uint8_t *data, size_t at, size_t end, struct field *fields) {
    size_t count = 0;
    while (at < end) {
        struct field f;
        if (!read_field(data, at, end, &f)) return 0;
        if (count < MOST_FIELDS) fields[count++] = f;
        at = f.end;
    }
    return count;
}

static size_t write_varint(uint8_t *out, uint64_t value) {
    size_t n = 0;
    for (; value >= 0x80; value >>= 7) out[n++] = (uint8_t)(value | 0x80);
    out[n++] = (uint8_t)value;
    return n;
}

/* One change to one field; how many bytes more there are after it. */
static long change_field(struct fuzz_random *r, uint8_t *data, size_t size, size_t room, const struct field *f) {
    uint8_t number[10];
    size_t after = size;
    switch (fuzz_below(r, 5)) {
        case 0: /* drop */ after = replace(data, size, room, f->at, f->end - f->at, NULL, 0); break;
        case 1: /* double */ after = replace(data, size, room, f->end, 0, data + f->at, f->end - f->at); break;
        case 2: /* another number: other meaning, same value */
            if (data[f->at] < 0x80) data[f->at] = (uint8_t)((fuzz_below(r, 15) + 1) << 3 | f->wire_type);
            break;
        case 3: { /* something else from anywhere */
            size_t from = fuzz_below(r, size), part = fuzz_below(r, size - from < 100 ? size - from : 100);
            struct field other;
            if (read_field(data, from, size, &other)) part = other.end - other.at;
            if (part < 250) after = replace(data, size, room, f->at, f->end - f->at, data + from, part);
            break;
        }
        default: /* the value */
            if (f->wire_type == 0)
                after = replace(data, size, room, f->value, f->end - f->value, number,
                                write_varint(number, fuzz_bits(r) >> fuzz_below(r, 64)));
            else if (f->end > f->value)
                data[f->value + fuzz_below(r, f->end - f->value)] ^= (uint8_t)(1u << fuzz_below(r, 8));
    }
    return (long)after - (long)size;
}

size_t fuzz_mutate_message(struct fuzz_random *r, uint8_t *data, size_t size, size_t room) {
    struct field fields[MOST_FIELDS], path[DEEPEST];
    size_t depth = 0, at = 0, end = size;
    size_t count = read_fields(data, at, end, fields);
    if (!count) return fuzz_mutate_bytes(r, data, size, room);
    struct field chosen;
    for (;;) {
        chosen = fields[fuzz_below(r, count)];
        size_t inner = 0;
        if (chosen.wire_type == 2 && chosen.end > chosen.value)
            inner = read_fields(data, chosen.value, chosen.end, fields);
        if (!inner || depth == DEEPEST || fuzz_below(r, 6) == 0) break;
        path[depth++] = chosen;
        count = inner;
    }
    long more = change_field(r, data, size, room, &chosen);
    size = (size_t)((long)size + more);
    while (depth-- > 0) { /* the lengths around it, from the inside out */
        const struct field *outer = &path[depth];
        size_t key = outer->at;
        uint64_t ignored;
        uint8_t length[10];
        read_varint(data, size, &key, &ignored);
        size_t width = write_varint(length, (uint64_t)((long)(outer->end - outer->value) + more));
        size_t before = size;
        size = replace(data, size, room, key, outer->value - key, length, width);
        more += (long)size - (long)before;
    }
    return size;
}
