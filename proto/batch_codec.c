/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The envelope is msgpack, of which it uses two things: arrays and unsigned integers. Reading and writing
 * just those is shorter than driving a library, needs no memory of its own, and refuses everything else.
 *
 * A hostile envelope can make the reader allocate at most sizeof(struct wire_column) for every four bytes
 * that it sends, because that many bytes the smallest column takes; the counts are compared with what is left
 * before anything is allocated.
 */
#include "batch_codec.h"

#include <string.h>

struct reader {
    const uint8_t *at, *end;
    const uint8_t *frame, *frame_end;
    size_t buffer; /* where the next buffer starts, from the frame's start */
    void *(*allocate)(void *context, size_t size);
    void *context;
};

enum { SMALLEST_COLUMN = 4 };

static size_t pad8(size_t size) {
    return (size + 7) & ~(size_t)7;
}

static bool read_big_endian(struct reader *r, unsigned bytes, uint32_t *value) {
    if ((size_t)(r->end - r->at) < bytes) return false;
    *value = 0;
    for (unsigned i = 0; i < bytes; i++) *value = *value << 8 | *r->at++;
    return true;
}

static bool read_uint(struct reader *r, uint32_t *value) {
    if (r->at == r->end) return false;
    uint8_t head = *r->at++;
    switch (head) {
        case 0xCC: return read_big_endian(r, 1, value);
        case 0xCD: return read_big_endian(r, 2, value);
        case 0xCE: return read_big_endian(r, 4, value);
        default: *value = head; return head < 0x80;
    }
}

/* An array's count, which must be possible: each element takes at least `smallest` bytes. */
static bool read_array(struct reader *r, size_t smallest, uint32_t *count) {
    if (r->at == r->end) return false;
    uint8_t head = *r->at++;
    if ((head & 0xF0) == 0x90)
        *count = head & 0x0F;
    else if (head == 0xDC || head == 0xDD) {
        if (!read_big_endian(r, head == 0xDC ? 2 : 4, count)) return false;
    } else
        return false;
    return *count <= (size_t)(r->end - r->at) / smallest;
}

static bool read_columns(struct reader *r, unsigned depth, uint32_t *count, struct wire_column **columns);

static bool read_column(struct reader *r, unsigned depth, struct wire_column *column) {
    uint32_t parts;
    memset(column, 0, sizeof *column);
    if (!read_array(r, 1, &parts) || parts != 3) return false;
    if (!read_uint(r, &column->null_count)) return false;
    if (!read_array(r, 1, &column->buffer_count) || column->buffer_count > 3) return false;
    for (uint32_t i = 0; i < column->buffer_count; i++) {
        if (!read_uint(r, &column->sizes[i])) return false;
        size_t room = (size_t)(r->frame_end - r->frame) - r->buffer;
        if (column->sizes[i] > room || pad8(column->sizes[i]) > room) return false;
        column->buffers[i] = r->frame + r->buffer;
        r->buffer += pad8(column->sizes[i]);
    }
    return read_columns(r, depth + 1, &column->child_count, &column->children);
}

static bool read_columns(struct reader *r, unsigned depth, uint32_t *count, struct wire_column **columns) {
    *columns = NULL;
    if (!read_array(r, SMALLEST_COLUMN, count) || *count > BATCH_MAX_COLUMNS) return false;
    if (*count == 0) return true;
    if (depth > BATCH_MAX_DEPTH) return false;
    *columns = r->allocate(r->context, *count * sizeof **columns);
    if (!*columns) return false;
    for (uint32_t i = 0; i < *count; i++)
        if (!read_column(r, depth, &(*columns)[i])) return false;
    return true;
}

bool wire_batch_read(const uint8_t *frame, size_t size, void *(*allocate)(void *context, size_t size), void *context,
                     struct wire_batch *batch) {
    *batch = (struct wire_batch){0};
    if (size < 4) return false;
    size_t envelope = (size_t)frame[0] | (size_t)frame[1] << 8 | (size_t)frame[2] << 16 | (size_t)frame[3] << 24;
    if (envelope > size - 4 || pad8(4 + envelope) > size) return false;
    struct reader r = {
        .at = frame + 4,
        .end = frame + 4 + envelope,
        .frame = frame,
        .frame_end = frame + size,
        .buffer = pad8(4 + envelope),
        .allocate = allocate,
        .context = context,
    };
    uint32_t parts;
    return read_array(&r, 1, &parts) && parts == 2 && read_uint(&r, &batch->rows) && batch->rows <= BATCH_MAX_ROWS &&
           read_columns(&r, 1, &batch->column_count, &batch->columns) && r.at == r.end && r.buffer == size;
}

/* ---- writing ---- */

/* Counts past the capacity without writing. */
struct writer {
    uint8_t *out;
    size_t capacity, size;
};

static void put(struct writer *w, uint8_t byte) {
    if (w->out && w->size < w->capacity) w->out[w->size] = byte;
    w->size++;
}

static void put_big_endian(struct writer *w, uint8_t head, unsigned bytes, uint32_t value) {
    put(w, head);
    while (bytes) put(w, (uint8_t)(value >> 8 * --bytes));
}

static void put_uint(struct writer *w, uint32_t value) {
    if (value < 0x80)
        put(w, (uint8_t)value);
    else if (value <= 0xFF)
        put_big_endian(w, 0xCC, 1, value);
    else if (value <= 0xFFFF)
        put_big_endian(w, 0xCD, 2, value);
    else
        put_big_endian(w, 0xCE, 4, value);
}

static void put_array(struct writer *w, uint32_t count) {
    if (count < 16)
        put(w, (uint8_t)(0x90 | count));
    else if (count <= 0xFFFF)
        put_big_endian(w, 0xDC, 2, count);
    else
        put_big_endian(w, 0xDD, 4, count);
}

/* Recursion as deep as types are nested, which type_depth limits to BATCH_MAX_DEPTH. */
static void put_columns(struct writer *w, const struct wire_column *columns, uint32_t count) {
    put_array(w, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct wire_column *column = &columns[i];
        put_array(w, 3);
        put_uint(w, column->null_count);
        put_array(w, column->buffer_count);
        for (uint32_t b = 0; b < column->buffer_count; b++) put_uint(w, column->sizes[b]);
        put_columns(w, column->children, column->child_count);
    }
}

size_t wire_envelope_write(const struct wire_batch *batch, uint8_t *out, size_t capacity) {
    struct writer w = {.out = out, .capacity = capacity, .size = 4};
    put_array(&w, 2);
    put_uint(&w, batch->rows);
    put_columns(&w, batch->columns, batch->column_count);
    size_t envelope = w.size - 4, total = pad8(w.size);
    while (w.size < total) put(&w, 0);
    if (out && capacity >= 4)
        for (unsigned i = 0; i < 4; i++) out[i] = (uint8_t)(envelope >> 8 * i);
    return total;
}

static size_t columns_size(const struct wire_column *columns, uint32_t count) {
    size_t size = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t b = 0; b < columns[i].buffer_count; b++) size += pad8(columns[i].sizes[b]);
        size += columns_size(columns[i].children, columns[i].child_count);
    }
    return size;
}

size_t wire_batch_size(const struct wire_batch *batch) {
    return wire_envelope_write(batch, NULL, 0) + columns_size(batch->columns, batch->column_count);
}

static uint8_t *write_columns(const struct wire_column *columns, uint32_t count, uint8_t *out) {
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t b = 0; b < columns[i].buffer_count; b++) {
            size_t size = columns[i].sizes[b], padded = pad8(size);
            if (size) memcpy(out, columns[i].buffers[b], size);
            memset(out + size, 0, padded - size);
            out += padded;
        }
        out = write_columns(columns[i].children, columns[i].child_count, out);
    }
    return out;
}

void wire_batch_write(const struct wire_batch *batch, uint8_t *out) {
    size_t envelope = wire_envelope_write(batch, NULL, 0);
    wire_envelope_write(batch, out, envelope);
    write_columns(batch->columns, batch->column_count, out + envelope);
}
