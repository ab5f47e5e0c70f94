/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a result -> whole columns.
 *
 * What pandas holds as numbers (numbers, booleans, moments, spans of time) is copied as it lies in the batches, one
 * bytearray for a column, and a second one that marks the rows without a value, if there are such: numpy reads both
 * without copying, and no object is made for a value. All else becomes a list of Python values, as in rows.c.
 *
 *   numbers   (bytearray of values, bytearray of 0 and 1 or None)     booleans are a byte each
 *   others    [value, ...]
 */
#include "session.h"

static bool is_number(const struct kind *kind) {
    switch (kind->code) {
        case KIND_BOOLEAN:
        case KIND_BYTE:
        case KIND_SHORT:
        case KIND_INTEGER:
        case KIND_LONG:
        case KIND_FLOAT:
        case KIND_DOUBLE:
        case KIND_TIMESTAMP:
        case KIND_TIMESTAMP_NTZ:
        case KIND_DAY_TIME: return !kind->udt;
        default: return false;
    }
}

/* Makes a bytearray longer; answers where the new bytes begin, NULL: error set. */
static char *grow(PyObject *bytes, Py_ssize_t more) {
    Py_ssize_t size = PyByteArray_GET_SIZE(bytes);
    if (more > PY_SSIZE_T_MAX - size) {
        PyErr_NoMemory();
        return NULL;
    }
    return PyByteArray_Resize(bytes, size + more) < 0 ? NULL : PyByteArray_AS_STRING(bytes) + size;
}

static bool append_values(PyObject *values, const struct kind *kind, const struct wire_column *column, uint32_t rows) {
    uint32_t width = kind_width(kind);
    char *to = grow(values, (Py_ssize_t)rows * (width ? width : 1));
    if (!to) return false;
    if (width) {
        if (rows) memcpy(to, column->buffers[1], (size_t)rows * width);
        return true;
    }
    for (uint32_t i = 0; i < rows; i++) to[i] = (char)(column->buffers[1][i >> 3] >> (i & 7) & 1);
    return true;
}

/* Marks the rows without a value. The marks begin with the first batch that has a bitmap: `before` rows had values. */
static bool append_missing(PyObject **missing, const struct wire_column *column, uint32_t rows, Py_ssize_t before) {
    bool some = column->sizes[0] != 0;
    if (!some && *missing == Py_None) return true;
    if (*missing == Py_None) {
        PyObject *marks = PyByteArray_FromStringAndSize(NULL, before);
        if (!marks) return false;
        memset(PyByteArray_AS_STRING(marks), 0, (size_t)before);
        Py_SETREF(*missing, marks);
    }
    char *to = grow(*missing, rows);
    if (!to) return false;
    if (!some) memset(to, 0, rows);
    for (uint32_t i = 0; some && i < rows; i++) to[i] = (char)(~column->buffers[0][i >> 3] >> (i & 7) & 1);
    return true;
}

static bool append_list(struct core_state *state, PyObject *list, const struct kind *kind,
                        const struct wire_column *column, uint32_t rows) {
    PyObject *part = PyList_New(rows);
    Py_ssize_t size = PyList_GET_SIZE(list);
    bool fine = part && values_read(state, kind, column, 0, rows, ((PyListObject *)part)->ob_item) &&
                PyList_SetSlice(list, size, size, part) == 0;
    Py_XDECREF(part);
    return fine;
}

/* An empty column: a list, or a tuple of two whose second becomes a bytearray when it is needed. */
static PyObject *column_new(const struct kind *kind) {
    if (!is_number(kind)) return PyList_New(0);
    PyObject *values = PyByteArray_FromStringAndSize(NULL, 0);
    PyObject *pair = values ? PyTuple_Pack(2, values, Py_None) : NULL;
    Py_XDECREF(values);
    return pair;
}

static bool column_append(struct core_state *state, PyObject *made, const struct kind *kind,
                          const struct wire_column *column, uint32_t rows, Py_ssize_t before) {
    if (!kind_fits(kind, column, rows)) {
        PyErr_SetString(PyExc_ValueError, "a batch from the engine does not fit its schema");
        return false;
    }
    if (PyList_Check(made)) return append_list(state, made, kind, column, rows);
    return append_values(PyTuple_GET_ITEM(made, 0), kind, column, rows) &&
           append_missing(&((PyTupleObject *)made)->ob_item[1], column, rows, before);
}

PyObject *columns_new(const struct kind *kind) {
    PyObject *columns = PyList_New(kind->child_count);
    for (uint32_t c = 0; columns && c < kind->child_count; c++) {
        PyObject *made = column_new(&kind->children[c]);
        if (made)
            PyList_SET_ITEM(columns, c, made);
        else
            Py_CLEAR(columns);
    }
    return columns;
}

bool columns_append(struct core_state *state, PyObject *columns, const struct kind *kind,
                    const struct wire_batch *batch, Py_ssize_t before) {
    if (kind->child_count != batch->column_count) {
        PyErr_SetString(PyExc_ValueError, "a batch from the engine has other columns than its schema");
        return false;
    }
    for (uint32_t c = 0; c < batch->column_count; c++)
        if (!column_append(state, PyList_GET_ITEM(columns, c), &kind->children[c], &batch->columns[c], batch->rows,
                           before))
            return false;
    return true;
}
