/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of roost._core, the CPython extension.
 *
 * The module has no globals: what it needs at hand (classes, interned names) lives in its state, reached from a type
 * with PyType_GetModuleByDef. Multi-phase initialisation and heap types, so that every interpreter has its own.
 *
 *   proto.c       protobuf text: buffers, the generic message builder pb()
 *   expression.c  Expression: an immutable, encoded spark.connect.Expression, and the fast builders
 *   literal.c     Python values as literals
 *   origin.c      the lines of the program that expressions come from
 *   schema.c      spark.connect.DataType bytes -> roost.sql.types objects, and a compact form for rows.c and ingest.c
 *   rows.c        column batches -> Row objects
 *   arrays.c      column batches -> whole columns
 *   ingest.c      Python rows -> column batches
 *   infer.c       what rows without a schema are made of
 *   arrow.c       the Arrow C data interface, both ways
 *   session.c     connections, sessions, plans on libroost
 */
#ifndef ROOST_EXT_CORE_H
#define ROOST_EXT_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct core_state {
    PyTypeObject *expression_type;
    PyTypeObject *column_type;  /* what builders make: roost.sql.column.Column, a subclass of Expression */
    PyObject *literal_fallback; /* called for values that literal.c does not know; answers a Column */
    PyObject *type_error;       /* (argument name, value) -> the exception for a wrong argument */
    PyTypeObject *row_type;     /* roost.sql.types.Row */
    PyTypeObject *decimal_type;
    PyObject *str_fields; /* "__fields__" */
    PyTypeObject *connection_type, *session_type, *plan_type, *rows_type, *upload_type, *schema_type;
    PyObject *types;   /* dict: name of a kind -> class of roost.sql.types */
    PyObject *package; /* bytes: where the files of this package are */
    int origin_depth;  /* lines of the program that expressions note */
};

extern struct PyModuleDef core_module;

static inline struct core_state *core_state(PyObject *module) {
    return PyModule_GetState(module);
}
struct core_state *core_state_of(PyTypeObject *type);

/* ---- proto.c: a growing buffer that starts on the stack. A failed allocation sets MemoryError and sticks. */
struct pbuf {
    uint8_t *data;
    size_t size, capacity;
    bool failed;
    uint8_t small[496];
};

void pbuf_init(struct pbuf *b);
void pbuf_release(struct pbuf *b);
bool pbuf_reserve(struct pbuf *b, size_t more);
void pbuf_bytes(struct pbuf *b, const void *bytes, size_t size);
void pbuf_varint(struct pbuf *b, uint64_t value);
void pbuf_key_varint(struct pbuf *b, uint32_t field, uint64_t value);
void pbuf_key_bytes(struct pbuf *b, uint32_t field, const void *bytes, size_t size);
void pbuf_key_double(struct pbuf *b, uint32_t field, double value);
/* Starts a nested message whose length is not known yet; pbuf_close() writes it. Answers where it starts. */
size_t pbuf_open(struct pbuf *b, uint32_t field);
void pbuf_close(struct pbuf *b, size_t start);

static inline size_t varint_size(uint64_t value) {
    size_t n = 1;
    while (value >= 0x80) {
        value >>= 7;
        n++;
    }
    return n;
}

/* A reader of protobuf bytes: false at the end or when malformed (then `bad` is set). */
struct pread {
    const uint8_t *at, *end;
    bool bad;
    uint32_t field;
    uint8_t wire;
    uint64_t number;      /* varint and fixed */
    const uint8_t *bytes; /* length-delimited */
    size_t size;
};

static inline void pread_init(struct pread *r, const void *bytes, size_t size) {
    memset(r, 0, sizeof *r);
    r->at = bytes;
    r->end = r->at + size;
}
bool pread_next(struct pread *r);

PyObject *core_pb(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *core_unpack(PyObject *module, PyObject *bytes);

/* ---- expression.c */
typedef struct {
    PyObject_VAR_HEAD   /* ob_size: how many bytes */
        PyObject *refs; /* NULL, or a tuple of objects that must live as long: UDFs, the DataFrames of subqueries */
    uint8_t bytes[];
} Expression;

extern PyType_Spec expression_spec;
/* A new Column of these bytes; refs (NULL or a tuple) is not stolen. */
PyObject *expression_make(struct core_state *state, const uint8_t *bytes, size_t size, PyObject *refs);
/* Adds what `more` (NULL or a tuple) holds to *refs, a new reference or NULL. */
bool refs_merge(PyObject **refs, PyObject *more);

PyObject *core_col(PyObject *module, PyObject *name);
PyObject *core_attr(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *core_lit(PyObject *module, PyObject *value);
PyObject *core_op(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *core_call(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *core_call_flags(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *core_expr(PyObject *module, PyObject *const *args, Py_ssize_t count);

/* ---- origin.c */
/* Adds where the expression that b holds was made; called: what made it, NULL for what the frames say. */
void origin_write(struct core_state *state, struct pbuf *b, const char *called);
PyObject *core_trace_origins(PyObject *module, PyObject *args);

/* ---- literal.c */
int literal_exec(PyObject *module);
/* Writes Expression.Literal bytes. 1: done; 0: not a value it knows; -1: error set. */
int literal_write(struct core_state *state, struct pbuf *b, PyObject *value);
/* Microseconds since the epoch of a datetime as TimestampType means it: an aware one by its offset, a naive one in
 * the process's zone. False: error set. */
bool datetime_to_micros(PyObject *datetime, int64_t *micros);
int64_t datetime_wall_micros(PyObject *datetime);
int64_t date_to_days(PyObject *date);
int64_t delta_to_micros(PyObject *delta);
int64_t time_to_nanos(PyObject *time);

#endif
