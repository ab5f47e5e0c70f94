/* SPDX-License-Identifier: Apache-2.0 */
/* Writing Thrift's compact protocol, for footers and page headers. Fields are given in ascending order of id. */
#ifndef ROOST_FORMAT_PARQUET_THRIFT_WRITE_H
#define ROOST_FORMAT_PARQUET_THRIFT_WRITE_H

#include "base/text.h"

struct thrift_writer {
    struct text *out;
    int16_t last; /* id of the field before, in the struct at hand */
};

/* A struct: keeps the outer one's last id for thrift_struct_end. */
int16_t thrift_struct_begin(struct thrift_writer *w);
void thrift_struct_end(struct thrift_writer *w, int16_t outer);
int16_t thrift_write_struct(struct thrift_writer *w, int16_t id);
void thrift_write_i32(struct thrift_writer *w, int16_t id, int32_t value);
void thrift_write_i64(struct thrift_writer *w, int16_t id, int64_t value);
void thrift_write_bool(struct thrift_writer *w, int16_t id, bool value);
void thrift_write_bytes(struct thrift_writer *w, int16_t id, const void *bytes, size_t size);
/* element: 5 i32, 8 binary, 12 struct */
void thrift_write_list(struct thrift_writer *w, int16_t id, int element, uint32_t count);
void thrift_item_i32(struct thrift_writer *w, int32_t value);
void thrift_item_bytes(struct thrift_writer *w, const void *bytes, size_t size);

#endif
