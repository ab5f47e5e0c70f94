/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A serialized spark.connect.DataType, taken apart for code that moves values.
 *
 * A tree of struct kind in one block of memory; names are Python strings. `code` is the number of the field that is
 * set in DataType, so there is no second list of types to keep in step. A user-defined type shows the code of what it
 * is stored as and keeps its own name in `python_class`.
 */
#ifndef ROOST_EXT_SCHEMA_H
#define ROOST_EXT_SCHEMA_H

#include "core.h"

#include "batch_codec.h"

enum kind_code {
    KIND_NULL = 1,
    KIND_BINARY = 2,
    KIND_BOOLEAN = 3,
    KIND_BYTE = 4,
    KIND_SHORT = 5,
    KIND_INTEGER = 6,
    KIND_LONG = 7,
    KIND_FLOAT = 8,
    KIND_DOUBLE = 9,
    KIND_DECIMAL = 10,
    KIND_STRING = 11,
    KIND_CHAR = 12,
    KIND_VARCHAR = 13,
    KIND_DATE = 14,
    KIND_TIMESTAMP = 15,
    KIND_TIMESTAMP_NTZ = 16,
    KIND_CALENDAR_INTERVAL = 17,
    KIND_YEAR_MONTH = 18,
    KIND_DAY_TIME = 19,
    KIND_ARRAY = 20,
    KIND_STRUCT = 21,
    KIND_MAP = 22,
    KIND_UDT = 23,
    KIND_VARIANT = 25,
    KIND_GEOMETRY = 26,
    KIND_GEOGRAPHY = 27,
    KIND_TIME = 28
};

struct kind {
    uint8_t code;
    int32_t precision, scale; /* decimal; precision also of TIME; length of char; srid; fields of an interval */
    bool nullable;            /* of the value in its parent */
    bool keeps_order;         /* of a map: its entries, that go by Arrow, do not pass through a table of Java's */
    uint32_t child_count;
    struct kind *children;               /* element; key, value; fields */
    PyObject *names;                     /* of a struct: a list of str */
    PyObject *row_dict;                  /* of a struct: {"__fields__": names}, shared by all its rows */
    PyObject *udt;                       /* the UserDefinedType, or NULL */
    const uint8_t *collation, *metadata; /* into the bytes of the Schema */
    size_t collation_size, metadata_size;
};

typedef struct {
    PyObject_HEAD PyObject *bytes; /* keeps what kinds point into */
    struct kind root;
} Schema;

extern PyType_Spec schema_spec;
Schema *schema_new(struct core_state *state, const uint8_t *bytes, size_t size);
/* The class of that name in roost.sql.types; a borrowed reference. */
PyObject *type_class(struct core_state *state, const char *name);
PyObject *schema_to_type(struct core_state *state, const struct kind *kind);
/* Whether a column of a batch can hold values of the kind: buffers, sizes, offsets, children. */
bool kind_fits(const struct kind *kind, const struct wire_column *column, uint32_t rows);
/* Bytes of a value in the values buffer; 0: variable or none; booleans are bits and answer 0 too. */
uint32_t kind_width(const struct kind *kind);
static inline bool kind_is_text(const struct kind *kind) {
    return kind->code == KIND_STRING || kind->code == KIND_CHAR || kind->code == KIND_VARCHAR;
}

static inline bool kind_is_spatial(const struct kind *kind) {
    return kind->code == KIND_GEOMETRY || kind->code == KIND_GEOGRAPHY;
}
/* Columns of offsets and bytes. Spatial values are the number of the coordinate system, 4 bytes, and WKB. */
static inline bool kind_is_bytes(const struct kind *kind) {
    return kind_is_text(kind) || kind->code == KIND_BINARY || kind_is_spatial(kind);
}

/* rows.c: fills out[0..count) with new references to the values from..from+count of a column. */
bool values_read(struct core_state *state, const struct kind *kind, const struct wire_column *column, uint32_t from,
                 uint32_t count, PyObject **out);
/* Appends a Row per row of the batch. */
bool rows_append(struct core_state *state, const Schema *schema, const struct wire_batch *batch, PyObject *list);
int rows_exec(PyObject *module);

#endif
