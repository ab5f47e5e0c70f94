/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading Thrift's compact protocol, which Parquet's footers and page headers are written in.
 *
 * The reader is sticky: after the first malformed byte everything answers zero and `bad` is set, so a caller checks
 * once at the end. Sizes are checked against the bytes that are left, and nesting against a limit.
 * Source of the format: Apache Thrift's "compact protocol" specification.
 */
#ifndef ROOST_FORMAT_PARQUET_THRIFT_H
#define ROOST_FORMAT_PARQUET_THRIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum thrift_type {
    THRIFT_STOP = 0,
    THRIFT_TRUE = 1,
    THRIFT_FALSE = 2,
    THRIFT_BYTE = 3,
    THRIFT_I16 = 4,
    THRIFT_I32 = 5,
    THRIFT_I64 = 6,
    THRIFT_DOUBLE = 7,
    THRIFT_BINARY = 8,
    THRIFT_LIST = 9,
    THRIFT_SET = 10,
    THRIFT_MAP = 11,
    THRIFT_STRUCT = 12
};

enum { THRIFT_MAX_DEPTH = 64 };

struct thrift {
    const uint8_t *next, *end;
    int depth;
    bool bad;
};

struct thrift_field {
    enum thrift_type type;
    int16_t id;
};

void thrift_init(struct thrift *t, const void *bytes, size_t size);
/* Inside a struct: the next field; false at its end. `previous` is 0 before the first and kept by the caller:
 *     struct thrift_field f = {0};
 *     thrift_enter(t);
 *     while (thrift_next(t, &f)) switch (f.id) { case 1: x = thrift_int(t, &f); break; default: thrift_skip(t, &f); }
 *     thrift_leave(t); */
void thrift_enter(struct thrift *t);
void thrift_leave(struct thrift *t);
bool thrift_next(struct thrift *t, struct thrift_field *f);
/* A field of any integer or boolean type. */
int64_t thrift_int(struct thrift *t, const struct thrift_field *f);
/* Bytes in place; NULL and 0 when malformed. */
const uint8_t *thrift_bytes(struct thrift *t, const struct thrift_field *f, uint32_t *size);
/* A list's element type and count (at most the bytes left, so that it bounds allocations). */
uint32_t thrift_list(struct thrift *t, const struct thrift_field *f, enum thrift_type *element);
/* An element of a list of integers, binaries. */
int64_t thrift_element_int(struct thrift *t, enum thrift_type type);
const uint8_t *thrift_element_bytes(struct thrift *t, uint32_t *size);
void thrift_skip(struct thrift *t, const struct thrift_field *f);

#endif
