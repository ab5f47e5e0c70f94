/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module roost._core: what it offers to Python, and its state. See core.h for the other files.
 */
#include "session.h"

struct core_state *core_state_of(PyTypeObject *type) {
    PyObject *module = PyType_GetModuleByDef(type, &core_module);
    return module ? core_state(module) : NULL;
}

/* configure(column_type, literal_fallback, type_error): the Python halves of Column and literals. */
static PyObject *configure(PyObject *module, PyObject *args) {
    struct core_state *state = core_state(module);
    PyObject *column, *fallback, *type_error;
    if (!PyArg_ParseTuple(args, "O!OO:configure", &PyType_Type, &column, &fallback, &type_error)) return NULL;
    Py_XSETREF(state->column_type, (PyTypeObject *)Py_NewRef(column));
    Py_XSETREF(state->literal_fallback, Py_NewRef(fallback));
    Py_XSETREF(state->type_error, Py_NewRef(type_error));
    Py_RETURN_NONE;
}

#define FAST(f) ((PyCFunction)(void (*)(void))(f))
static PyMethodDef methods[] = {
    {"configure", configure, METH_VARARGS, "configure(column_type, literal_fallback, type_error)"},
    {"trace_origins", core_trace_origins, METH_VARARGS, "trace_origins(depth, package): what expressions note."},
    {"pb", FAST(core_pb), METH_FASTCALL, "pb(field, value, ...): the bytes of a protobuf message."},
    {"unpack", core_unpack, METH_O, "unpack(bytes): [(field, int or bytes), ...] of a protobuf message."},
    {"col", core_col, METH_O, "col(name): a column by its name."},
    {"attr", FAST(core_attr), METH_FASTCALL, "attr(name, plan_id): a column of that plan."},
    {"lit", core_lit, METH_O, "lit(value): a Column as it is, anything else as a literal."},
    {"op", FAST(core_op), METH_FASTCALL, "op(name, *values): a call on columns and literals."},
    {"call", FAST(core_call), METH_FASTCALL, "call(name, *columns): a call on columns and names of columns."},
    {"call_flags", FAST(core_call_flags), METH_FASTCALL, "call_flags(name, flags, *columns): as call()."},
    {"expr", FAST(core_expr), METH_FASTCALL, "expr(field, bytes, *holders): an Expression of any kind."},
    {"encode_rows", FAST(core_encode_rows), METH_FASTCALL, "encode_rows(schema, rows): a list of Batch."},
    {"encode_columns", FAST(core_encode_columns), METH_FASTCALL, "encode_columns(schema, columns): a Batch."},
    {"arrow_stream", FAST(core_arrow_stream), METH_FASTCALL, "arrow_stream(schema, batches, zone): a capsule."},
    {"import_stream", FAST(core_import_stream), METH_FASTCALL, "import_stream(capsule, schema): a list of Batch."},
    {"infer", FAST(core_infer), METH_FASTCALL, "infer(rows): simple kinds of the columns, or None."},
    {"shapes", core_shapes, METH_O, "shapes(rows): the first row of each make, or None."},
    {NULL},
};

static bool add_type(PyObject *module, PyType_Spec *spec, PyTypeObject **slot) {
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    *slot = (PyTypeObject *)type;
    return type && PyModule_AddType(module, *slot) == 0;
}

static int exec(PyObject *module) {
    struct core_state *state = core_state(module);
    PyTypeObject *batch_type = NULL;
    if (literal_exec(module) < 0 || rows_exec(module) < 0 || ingest_exec(module) < 0 || infer_exec(module) < 0)
        return -1;
    state->types = PyDict_New();
    state->str_fields = PyUnicode_InternFromString("__fields__");
    bool fine = state->types && state->str_fields && add_type(module, &expression_spec, &state->expression_type) &&
                add_type(module, &schema_spec, &state->schema_type) &&
                add_type(module, &client_spec, &state->connection_type) &&
                add_type(module, &session_spec, &state->session_type) &&
                add_type(module, &plan_spec, &state->plan_type) && add_type(module, &result_spec, &state->rows_type) &&
                add_type(module, &batch_spec, &batch_type) &&
                PyDict_SetItemString(state->types, "_Batch", (PyObject *)batch_type) == 0;
    Py_XDECREF(batch_type);
    return fine ? 0 : -1;
}

static int traverse(PyObject *module, visitproc visit, void *arg) {
    struct core_state *s = core_state(module);
    Py_VISIT(s->expression_type);
    Py_VISIT(s->column_type);
    Py_VISIT(s->literal_fallback);
    Py_VISIT(s->type_error);
    Py_VISIT(s->row_type);
    Py_VISIT(s->decimal_type);
    Py_VISIT(s->connection_type);
    Py_VISIT(s->session_type);
    Py_VISIT(s->plan_type);
    Py_VISIT(s->rows_type);
    Py_VISIT(s->schema_type);
    Py_VISIT(s->types);
    Py_VISIT(s->package);
    return 0;
}

static int clear(PyObject *module) {
    struct core_state *s = core_state(module);
    Py_CLEAR(s->expression_type);
    Py_CLEAR(s->column_type);
    Py_CLEAR(s->literal_fallback);
    Py_CLEAR(s->type_error);
    Py_CLEAR(s->row_type);
    Py_CLEAR(s->decimal_type);
    Py_CLEAR(s->str_fields);
    Py_CLEAR(s->connection_type);
    Py_CLEAR(s->session_type);
    Py_CLEAR(s->plan_type);
    Py_CLEAR(s->rows_type);
    Py_CLEAR(s->schema_type);
    Py_CLEAR(s->types);
    Py_CLEAR(s->package);
    return 0;
}

static void release(void *module) {
    clear(module);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec},
    {0, NULL},
};

struct PyModuleDef core_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "roost._core",
    .m_doc = "The native half of roost: encoded expressions, rows, sessions.",
    .m_size = sizeof(struct core_state),
    .m_methods = methods,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = release,
};

PyMODINIT_FUNC PyInit__core(void);
PyMODINIT_FUNC PyInit__core(void) {
    return PyModuleDef_Init(&core_module);
}
