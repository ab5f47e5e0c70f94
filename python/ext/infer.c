/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rows without a schema are made of.
 *
 * infer() knows the types of rows of plain values. shapes() serves the others: it writes down what each row is made of
 * (names, types, nesting; no values), so that Python needs to look at one row of each kind only. Rows of one shape have
 * one type; shapes may differ more than types do, which costs time and nothing else.
 */
#include "session.h"

#include <datetime.h>

int infer_exec(PyObject *module) {
    PyDateTime_IMPORT;
    return PyDateTimeAPI ? 0 : -1;
}

/* ---- plain values */

static int simple_kind(PyObject *value) {
    if (value == Py_None) return KIND_NULL;
    if (PyUnicode_CheckExact(value)) return KIND_STRING;
    if (PyLong_CheckExact(value)) return KIND_LONG;
    if (PyFloat_CheckExact(value)) return KIND_DOUBLE;
    if (PyBool_Check(value)) return KIND_BOOLEAN;
    if (PyDateTime_CheckExact(value)) return KIND_TIMESTAMP;
    if (PyDate_CheckExact(value)) return KIND_DATE;
    if (PyBytes_CheckExact(value) || PyByteArray_CheckExact(value)) return KIND_BINARY;
    if (PyDelta_CheckExact(value)) return KIND_DAY_TIME;
    return strcmp(Py_TYPE(value)->tp_name, "decimal.Decimal") == 0 ? KIND_DECIMAL : 0;
}

/* infer(rows): the kind of every column (numbers of fields of DataType; 1: only None), if all rows are tuples or
 * lists of one length and every column has one simple kind. None: Python must look closer. */
PyObject *core_infer(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (count != 1 || !PyList_Check(args[0]) || PyList_GET_SIZE(args[0]) == 0) Py_RETURN_NONE;
    PyObject *rows = args[0], *first = PyList_GET_ITEM(rows, 0);
    if (!PyTuple_CheckExact(first) && !PyList_CheckExact(first)) Py_RETURN_NONE;
    Py_ssize_t width = PySequence_Fast_GET_SIZE(first);
    uint8_t kinds[256];
    if (width > (Py_ssize_t)sizeof kinds) Py_RETURN_NONE;
    memset(kinds, KIND_NULL, sizeof kinds);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(rows); i++) {
        PyObject *row = PyList_GET_ITEM(rows, i);
        if ((!PyTuple_CheckExact(row) && !PyList_CheckExact(row)) || PySequence_Fast_GET_SIZE(row) != width)
            Py_RETURN_NONE;
        for (Py_ssize_t c = 0; c < width; c++) {
            int kind = simple_kind(PySequence_Fast_GET_ITEM(row, c));
            if (kind == KIND_NULL || kind == kinds[c]) continue;
            if (kind == 0 || kinds[c] != KIND_NULL) Py_RETURN_NONE;
            kinds[c] = (uint8_t)kind;
        }
    }
    PyObject *list = PyList_New(width);
    for (Py_ssize_t c = 0; list && c < width; c++) PyList_SET_ITEM(list, c, PyLong_FromLong(kinds[c]));
    return list;
}

/* ---- shapes */

enum { DEPTH_MAX = 32 };

struct describer {
    struct core_state *state;
    struct pbuf text;
    bool depends; /* on settings: the type of a list, a dictionary or a datetime does */
};

/* The rest of these answer false where Python must look closer; an exception may be set, which says the same. */
static bool describe(struct describer *d, PyObject *value, int depth);

static bool describe_name(struct describer *d, PyObject *name) {
    Py_ssize_t size;
    const char *text = PyUnicode_CheckExact(name) ? PyUnicode_AsUTF8AndSize(name, &size) : NULL;
    if (!text) return false;
    pbuf_varint(&d->text, (uint64_t)size);
    pbuf_bytes(&d->text, text, (size_t)size);
    return true;
}

/* What has been written since `start` goes when it says the same as what was written before, from *last on. */
static void drop_repeated(struct describer *d, size_t *last, size_t start) {
    size_t size = d->text.size - start;
    const uint8_t *text = d->text.data;
    if (start - *last == size && memcmp(text + *last, text + start, size) == 0)
        d->text.size = start;
    else
        *last = start;
}

static bool describe_list(struct describer *d, PyObject *list, int depth) {
    pbuf_bytes(&d->text, "[", 1);
    size_t last = d->text.size;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        size_t start = d->text.size;
        if (!describe(d, PyList_GET_ITEM(list, i), depth)) return false;
        if (i) drop_repeated(d, &last, start);
    }
    pbuf_bytes(&d->text, "]", 1);
    d->depends = true;
    return true;
}

static bool describe_map(struct describer *d, PyObject *map, int depth) {
    PyObject *key, *value;
    Py_ssize_t at = 0;
    pbuf_bytes(&d->text, "{", 1);
    size_t last = d->text.size;
    for (bool first = true; PyDict_Next(map, &at, &key, &value); first = false) {
        size_t start = d->text.size;
        if (!describe(d, key, depth) || !describe(d, value, depth)) return false;
        if (!first) drop_repeated(d, &last, start);
    }
    pbuf_bytes(&d->text, "}", 1);
    d->depends = true;
    return true;
}

/* The names of a Row or named tuple, a new reference; NULL without an exception: it has none. */
static PyObject *names_of(struct describer *d, PyObject *tuple) {
    if (PyTuple_CheckExact(tuple)) return NULL;
    PyObject *names = PyObject_GetAttr(tuple, d->state->str_fields);
    if (!names && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        names = PyObject_GetAttrString(tuple, "_fields");
    }
    if (!names && PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear();
    return names;
}

static bool describe_tuple(struct describer *d, PyObject *tuple, int depth) {
    PyObject *names = names_of(d, tuple);
    if (PyErr_Occurred()) return false;
    bool fine = !names || PyList_Check(names) || PyTuple_Check(names);
    Py_ssize_t count = PyTuple_GET_SIZE(tuple), named = names && fine ? PySequence_Fast_GET_SIZE(names) : count;
    if (named < count) count = named;
    pbuf_bytes(&d->text, names ? "(" : "<", 1);
    pbuf_varint(&d->text, (uint64_t)count);
    for (Py_ssize_t i = 0; fine && i < count; i++)
        fine = (!names || describe_name(d, PySequence_Fast_GET_ITEM(names, i))) &&
               describe(d, PyTuple_GET_ITEM(tuple, i), depth);
    Py_XDECREF(names);
    return fine;
}

static bool describe(struct describer *d, PyObject *value, int depth) {
    int kind = simple_kind(value);
    if (kind == 0 && PyTime_CheckExact(value)) kind = KIND_TIME;
    if (kind) {
        char letter = (char)('A' + kind);
        if (kind == KIND_TIMESTAMP) {
            d->depends = true;
            if (PyDateTime_DATE_GET_TZINFO(value) != Py_None) letter = 'z';
        }
        pbuf_bytes(&d->text, &letter, 1);
        return true;
    }
    if (depth == 0) return false;
    if (PyTuple_Check(value)) {
        Py_INCREF(value); /* asking for its names may run anything */
        bool fine = describe_tuple(d, value, depth - 1);
        Py_DECREF(value);
        return fine;
    }
    if (PyList_CheckExact(value)) return describe_list(d, value, depth - 1);
    if (PyDict_CheckExact(value)) return describe_map(d, value, depth - 1);
    return false;
}

/* A dictionary's keys are names here, though in another order than a Row's, and lists are tuples. */
static bool describe_row(struct describer *d, PyObject *row) {
    if (PyTuple_Check(row)) return describe_tuple(d, row, DEPTH_MAX);
    if (PyList_CheckExact(row)) {
        pbuf_bytes(&d->text, "<", 1);
        pbuf_varint(&d->text, (uint64_t)PyList_GET_SIZE(row));
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(row); i++)
            if (!describe(d, PyList_GET_ITEM(row, i), DEPTH_MAX)) return false;
        return true;
    }
    if (!PyDict_CheckExact(row)) return false;
    PyObject *key, *value;
    Py_ssize_t at = 0;
    pbuf_bytes(&d->text, "{", 1);
    pbuf_varint(&d->text, (uint64_t)PyDict_Size(row));
    while (PyDict_Next(row, &at, &key, &value))
        if (!describe_name(d, key) || !describe(d, value, DEPTH_MAX)) return false;
    return true;
}

/* Adds the row whose shape the text is, if it is the first of that shape. */
static bool note_shape(const struct describer *d, PyObject *row, PyObject *firsts) {
    PyObject *text = PyBytes_FromStringAndSize((const char *)d->text.data, (Py_ssize_t)d->text.size);
    bool fine = text && PyDict_SetDefault(firsts, text, row);
    Py_XDECREF(text);
    return fine;
}

static bool note_shapes(struct describer *d, PyObject *rows, PyObject *firsts) {
    struct pbuf last;
    pbuf_init(&last);
    bool fine = true;
    for (Py_ssize_t i = 0; fine && i < PyList_GET_SIZE(rows); i++) {
        PyObject *row = PyList_GET_ITEM(rows, i);
        d->text.size = 0;
        fine = describe_row(d, row) && !d->text.failed;
        if (!fine || (i && last.size == d->text.size && memcmp(last.data, d->text.data, last.size) == 0)) continue;
        last.size = 0;
        pbuf_bytes(&last, d->text.data, d->text.size);
        fine = note_shape(d, row, firsts) && !last.failed;
    }
    pbuf_release(&last);
    return fine;
}

/* shapes(rows): ({shape: the first row that has it}, whether settings matter); None: Python must look at all rows. */
PyObject *core_shapes(PyObject *module, PyObject *rows) {
    struct describer d = {.state = core_state(module)};
    PyObject *firsts = PyList_Check(rows) ? PyDict_New() : NULL;
    if (!firsts) Py_RETURN_NONE;
    pbuf_init(&d.text);
    bool fine = note_shapes(&d, rows, firsts);
    pbuf_release(&d.text);
    PyObject *result = fine ? Py_BuildValue("(OO)", firsts, d.depends ? Py_True : Py_False) : NULL;
    Py_DECREF(firsts);
    if (fine || PyErr_ExceptionMatches(PyExc_MemoryError)) return result;
    PyErr_Clear();
    Py_RETURN_NONE;
}
