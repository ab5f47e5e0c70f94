/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Result: the rows of a query, as they arrive; Batch: columns in Arrow's layout, from a result or from ingest.c.
 */
#include "session.h"

Batch *batch_new(struct core_state *state) {
    PyTypeObject *type = (PyTypeObject *)PyDict_GetItemString(state->types, "_Batch");
    return (Batch *)type->tp_alloc(type, 0);
}

Result *result_new(struct core_state *state, struct roost_result *result, PyObject *session) {
    Result *self = (Result *)state->rows_type->tp_alloc(state->rows_type, 0);
    if (!self) {
        roost_result_close(result);
        return NULL;
    }
    self->result = result;
    self->session = Py_NewRef(session);
    size_t size = 0;
    const uint8_t *bytes = roost_result_schema(result, &size);
    self->schema = bytes ? schema_new(state, bytes, size) : NULL;
    if (bytes && !self->schema) Py_CLEAR(self);
    return self;
}

/* 1: a batch; 0: the end; -1: error set. */
static int next(struct core_state *state, Result *self, const struct roost_batch **batch) {
    if (!self->result) return 0;
    struct waiting w;
    struct roost_error error = {0};
    int got;
    waiting_begin(&w, state, (Session *)self->session);
    WITHOUT_GIL(w, got = roost_result_next(self->result, &w.wait, batch, &error));
    if (got < 0) raise_error(state, &error);
    return got;
}

static bool need_row_type(struct core_state *state) {
    if (state->row_type) return true;
    PyObject *module = PyImport_ImportModule("roost.sql.row");
    state->row_type = module ? (PyTypeObject *)PyObject_GetAttrString(module, "Row") : NULL;
    Py_XDECREF(module);
    return state->row_type != NULL;
}

/* All that is left, as a list of rows. */
static PyObject *result_rows(PyObject *self, PyObject *unused) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    Result *r = (Result *)self;
    PyObject *list = PyList_New(0);
    if (!list || !need_row_type(state)) return NULL;
    const struct roost_batch *batch;
    int got;
    while ((got = next(state, r, &batch)) > 0)
        if (!rows_append(state, r->schema, &batch->batch, list)) {
            got = -1;
            break;
        }
    if (got < 0) Py_CLEAR(list);
    return list;
}

/* The rows of the next batch, or None at the end. */
static PyObject *result_fetch(PyObject *self, PyObject *unused) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    Result *r = (Result *)self;
    const struct roost_batch *batch;
    int got = need_row_type(state) ? next(state, r, &batch) : -1;
    if (got <= 0) return got < 0 ? NULL : Py_NewRef(Py_None);
    PyObject *list = PyList_New(0);
    if (list && !rows_append(state, r->schema, &batch->batch, list)) Py_CLEAR(list);
    return list;
}

/* All that is left as columns (see arrays.c), read by a schema that may differ in what nested values become. */
static PyObject *result_columns(PyObject *self, PyObject *schema) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    if (!PyObject_TypeCheck(schema, state->schema_type) || !need_row_type(state)) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "columns(schema)");
        return NULL;
    }
    const struct kind *kind = &((Schema *)schema)->root;
    PyObject *columns = columns_new(kind);
    const struct roost_batch *batch;
    Py_ssize_t rows = 0;
    int got = columns ? 1 : -1;
    while (got > 0 && (got = next(state, (Result *)self, &batch)) > 0) {
        if (!columns_append(state, columns, kind, &batch->batch, rows)) got = -1;
        rows += batch->batch.rows;
    }
    if (got < 0) Py_CLEAR(columns);
    return columns;
}

/* The next batch as columns, or None at the end. */
static PyObject *result_batch(PyObject *self, PyObject *unused) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    const struct roost_batch *batch;
    int got = next(state, (Result *)self, &batch);
    if (got <= 0) return got < 0 ? NULL : Py_NewRef(Py_None);
    Batch *made = batch_new(state);
    if (made) {
        made->shared = roost_batch_ref(batch);
        made->batch = batch->batch;
    }
    return (PyObject *)made;
}

static PyObject *result_close(PyObject *self, PyObject *unused) {
    Result *r = (Result *)self;
    struct roost_result *result = r->result;
    r->result = NULL;
    roost_result_close(result);
    Py_RETURN_NONE;
}

static PyObject *result_schema(PyObject *self, void *closure) {
    PyObject *schema = (PyObject *)((Result *)self)->schema;
    return Py_NewRef(schema ? schema : Py_None);
}

static PyObject *result_summary(PyObject *self, void *closure) {
    Result *r = (Result *)self;
    size_t size;
    const uint8_t *bytes = r->result ? roost_result_summary(r->result, &size) : NULL;
    return bytes ? PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)size) : Py_NewRef(Py_None);
}

static void result_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    Result *r = (Result *)self;
    roost_result_close(r->result);
    Py_CLEAR(r->schema);
    Py_CLEAR(r->session);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef result_methods[] = {
    {"rows", result_rows, METH_NOARGS, "All rows that are left, a list."},
    {"fetch", result_fetch, METH_NOARGS, "The rows of the next batch, or None at the end."},
    {"columns", result_columns, METH_O, "columns(schema): all that is left, a list or a pair of bytearrays a column."},
    {"batch", result_batch, METH_NOARGS, "The next Batch, or None at the end."},
    {"close", result_close, METH_NOARGS, "Ends the query if it still runs; waits for nothing."},
    {NULL},
};
static PyGetSetDef result_getset[] = {
    {"schema", result_schema, NULL, "the Schema of the rows", NULL},
    {"summary", result_summary, NULL, "after the end: the serialized roost.Executed; None before", NULL},
    {NULL},
};
static PyType_Slot result_slots[] = {
    {Py_tp_doc, "The rows of a query."},
    {Py_tp_dealloc, result_dealloc},
    {Py_tp_methods, result_methods},
    {Py_tp_getset, result_getset},
    {0, NULL},
};
PyType_Spec result_spec = {
    .name = "roost._core.Result",
    .basicsize = sizeof(Result),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = result_slots,
};

/* ---- Batch */

/* How many columns there are, inner ones too; the room of their buffers is added to *bytes. */
static uint32_t measure(const struct wire_column *columns, uint32_t count, size_t *bytes) {
    uint32_t all = count;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t b = 0; b < columns[i].buffer_count; b++) *bytes += padded(columns[i].sizes[b]);
        all += measure(columns[i].children, columns[i].child_count, bytes);
    }
    return all;
}

/* Copies columns to `to`, inner ones to *inner, and buffers to *bytes; both move on behind what they got. */
static void copy_columns(struct wire_column *to, const struct wire_column *from, uint32_t count,
                         struct wire_column **inner, uint8_t **bytes) {
    memcpy(to, from, count * sizeof *to);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t b = 0; b < to[i].buffer_count; b++) {
            if (to[i].sizes[b]) memcpy(*bytes, from[i].buffers[b], to[i].sizes[b]);
            to[i].buffers[b] = *bytes;
            *bytes += padded(to[i].sizes[b]);
        }
        to[i].children = *inner;
        *inner += to[i].child_count;
        copy_columns(to[i].children, from[i].children, to[i].child_count, inner, bytes);
    }
}

bool batch_own(Batch *batch) {
    if (!batch->lent) return true;
    size_t bytes = 0;
    uint32_t count = measure(batch->batch.columns, batch->batch.column_count, &bytes);
    uint8_t *memory = PyMem_RawMalloc(padded(count * sizeof(struct wire_column)) + bytes + 8);
    if (!memory) {
        PyErr_NoMemory();
        return false;
    }
    struct wire_column *columns = (struct wire_column *)(void *)memory, *inner = columns + batch->batch.column_count;
    uint8_t *at = memory + padded(count * sizeof(struct wire_column));
    copy_columns(columns, batch->batch.columns, batch->batch.column_count, &inner, &at);
    batch->batch.columns = columns;
    batch->memory = memory;
    batch->lent = false;
    return true;
}

static void batch_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    Batch *b = (Batch *)self;
    if (b->shared) roost_batch_unref(b->shared);
    PyMem_RawFree(b->memory);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *batch_rows(PyObject *self, PyObject *schema) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    if (!PyObject_TypeCheck(schema, state->schema_type)) {
        PyErr_SetString(PyExc_TypeError, "rows(schema)");
        return NULL;
    }
    PyObject *list = PyList_New(0);
    if (!list || !need_row_type(state) || !rows_append(state, (Schema *)schema, &((Batch *)self)->batch, list))
        Py_CLEAR(list);
    return list;
}

/* A list of values for every column. */
static PyObject *batch_columns(PyObject *self, PyObject *schema) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    const struct wire_batch *batch = &((Batch *)self)->batch;
    if (!PyObject_TypeCheck(schema, state->schema_type) || !need_row_type(state)) {
        PyErr_SetString(PyExc_TypeError, "columns(schema)");
        return NULL;
    }
    const struct kind *kind = &((Schema *)schema)->root;
    PyObject *columns = kind->child_count == batch->column_count ? PyList_New(batch->column_count) : NULL;
    for (uint32_t c = 0; columns && c < batch->column_count; c++) {
        PyObject *list = PyList_New(batch->rows);
        bool fine =
            list && kind_fits(&kind->children[c], &batch->columns[c], batch->rows) &&
            values_read(state, &kind->children[c], &batch->columns[c], 0, batch->rows, ((PyListObject *)list)->ob_item);
        if (fine) {
            PyList_SET_ITEM(columns, c, list);
        } else {
            Py_XDECREF(list);
            Py_CLEAR(columns);
        }
    }
    if (!columns && !PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "a batch from the engine does not fit its schema");
    return columns;
}

static Py_ssize_t batch_length(PyObject *self) {
    return (Py_ssize_t)((Batch *)self)->batch.rows;
}

static PyMethodDef batch_methods[] = {
    {"rows", batch_rows, METH_O, "rows(schema): a list of Row."},
    {"columns", batch_columns, METH_O, "columns(schema): for every column a list of its values."},
    {NULL},
};
static PyType_Slot batch_slots[] = {
    {Py_tp_doc, "Columns of some rows, in Arrow's layout."},
    {Py_tp_dealloc, batch_dealloc},
    {Py_tp_methods, batch_methods},
    {Py_sq_length, batch_length},
    {0, NULL},
};
PyType_Spec batch_spec = {
    .name = "roost._core.Batch",
    .basicsize = sizeof(Batch),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = batch_slots,
};
