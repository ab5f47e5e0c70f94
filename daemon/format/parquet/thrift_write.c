/* SPDX-License-Identifier: Apache-2.0 */
#include "format/parquet/thrift_write.h"

#include "format/parquet/thrift.h"

static void varint(struct text *out, uint64_t v) {
    for (; v >= 0x80; v >>= 7) text_add_char(out, (char)(v | 0x80));
    text_add_char(out, (char)v);
}

static void zigzag(struct text *out, int64_t v) {
    varint(out, (uint64_t)v << 1 ^ (uint64_t)(v >> 63));
}

static void field(struct thrift_writer *w, int16_t id, int type) {
    int delta = id - w->last;
    if (delta > 0 && delta < 16) {
        text_add_char(w->out, (char)(delta << 4 | type));
    } else {
        text_add_char(w->out, (char)type);
        zigzag(w->out, id);
    }
    w->last = id;
}

int16_t thrift_struct_begin(struct thrift_writer *w) {
    int16_t outer = w->last;
    w->last = 0;
    return outer;
}

void thrift_struct_end(struct thrift_writer *w, int16_t outer) {
    text_add_char(w->out, THRIFT_STOP);
    w->last = outer;
}

int16_t thrift_write_struct(struct thrift_writer *w, int16_t id) {
    field(w, id, THRIFT_STRUCT);
    return thrift_struct_begin(w);
}

void thrift_write_i32(struct thrift_writer *w, int16_t id, int32_t value) {
    field(w, id, THRIFT_I32);
    zigzag(w->out, value);
}

void thrift_write_i64(struct thrift_writer *w, int16_t id, int64_t value) {
    field(w, id, THRIFT_I64);
    zigzag(w->out, value);
}

void thrift_write_bool(struct thrift_writer *w, int16_t id, bool value) {
    field(w, id, value ? THRIFT_TRUE : THRIFT_FALSE);
}

void thrift_write_bytes(struct thrift_writer *w, int16_t id, const void *bytes, size_t size) {
    field(w, id, THRIFT_BINARY);
    thrift_item_bytes(w, bytes, size);
}

void thrift_write_list(struct thrift_writer *w, int16_t id, int element, uint32_t count) {
    field(w, id, THRIFT_LIST);
    text_add_char(w->out, (char)((count < 15 ? count : 15) << 4 | (uint32_t)element));
    if (count >= 15) varint(w->out, count);
}

void thrift_item_i32(struct thrift_writer *w, int32_t value) {
    zigzag(w->out, value);
}

void thrift_item_bytes(struct thrift_writer *w, const void *bytes, size_t size) {
    varint(w->out, size);
    if (size) text_add_bytes(w->out, bytes, size);
}
