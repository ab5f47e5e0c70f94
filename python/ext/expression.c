/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expression: an encoded spark.connect.Expression as an immutable Python object, and the builders on the hot path.
 *
 * Column (Python) derives from Expression (here) and adds methods, and a dictionary for what programs set; so
 * F.col("id") > 2 is two allocations: the attribute and the call that holds it. The bytes sit in the object itself.
 * Rarer messages come from pb() and expr(); names and literals, calls and operators are written here in one pass.
 */
#include "core.h"

enum { /* fields of spark.connect.Expression, and of its parts */
       EXPRESSION_LITERAL = 1,
       EXPRESSION_ATTRIBUTE = 2,
       EXPRESSION_FUNCTION = 3,
       EXPRESSION_STAR = 5,
       EXPRESSION_CAST = 7,
       EXPRESSION_WINDOW = 11,
       EXPRESSION_EXTRACT = 12,
       EXPRESSION_UPDATE_FIELDS = 13,
       EXPRESSION_UDF = 15,
       EXPRESSION_CALL = 16,
       FUNCTION_NAME = 1,
       FUNCTION_ARGUMENTS = 2,
       FUNCTION_DISTINCT = 3,
       FUNCTION_USER_DEFINED = 4,
       FUNCTION_INTERNAL = 5
};

PyObject *expression_make(struct core_state *state, const uint8_t *bytes, size_t size, PyObject *refs) {
    PyTypeObject *type = state->column_type ? state->column_type : state->expression_type;
    Expression *e = (Expression *)type->tp_alloc(type, (Py_ssize_t)size);
    if (!e) return NULL;
    memcpy(e->bytes, bytes, size);
    e->refs = Py_XNewRef(refs);
    /* Most expressions hold nothing and need no garbage collector. */
    if (!refs) PyObject_GC_UnTrack(e);
    return (PyObject *)e;
}

bool refs_merge(PyObject **refs, PyObject *more) {
    if (!more || *refs == more) return true;
    if (!*refs) {
        *refs = Py_NewRef(more);
        return true;
    }
    PyObject *both = PySequence_Concat(*refs, more);
    Py_SETREF(*refs, both);
    return both != NULL;
}

/* Kinds that errors are about: the others are found wrong only with what is in or around them. */
static bool has_origin(uint32_t field) {
    const uint32_t kinds = 1u << EXPRESSION_ATTRIBUTE | 1u << EXPRESSION_FUNCTION | 1u << EXPRESSION_CAST |
                           1u << EXPRESSION_WINDOW | 1u << EXPRESSION_EXTRACT | 1u << EXPRESSION_UPDATE_FIELDS |
                           1u << EXPRESSION_UDF | 1u << EXPRESSION_CALL;
    return field < 32 && kinds >> field & 1;
}

/* The buffer holds the inside of one field of Expression; makes the object and releases both. called: origin.c. */
static PyObject *finish(struct core_state *state, struct pbuf *b, uint32_t field, PyObject *refs, const char *called) {
    PyObject *result = NULL;
    if (!b->failed) {
        struct pbuf whole;
        pbuf_init(&whole);
        pbuf_key_bytes(&whole, field, b->data, b->size);
        if (has_origin(field)) origin_write(state, &whole, called);
        if (!whole.failed) result = expression_make(state, whole.data, whole.size, refs);
        pbuf_release(&whole);
    }
    pbuf_release(b);
    Py_XDECREF(refs);
    return result;
}

static void write_attribute(struct pbuf *b, const char *name, size_t size, PyObject *plan_id) {
    pbuf_key_bytes(b, 1, name, size);
    if (plan_id) pbuf_key_varint(b, 2, PyLong_AsUnsignedLongLongMask(plan_id));
}

static PyObject *column_of_name(struct core_state *state, PyObject *name, PyObject *plan_id) {
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(name, &size);
    if (!text) return NULL;
    struct pbuf b;
    pbuf_init(&b);
    uint32_t field = EXPRESSION_ATTRIBUTE;
    if (size == 1 && *text == '*') {
        field = EXPRESSION_STAR;
        if (plan_id) pbuf_key_varint(&b, 2, PyLong_AsUnsignedLongLongMask(plan_id));
    } else if (size > 2 && memcmp(text + size - 2, ".*", 2) == 0) {
        field = EXPRESSION_STAR;
        write_attribute(&b, text, (size_t)size, plan_id);
    } else {
        write_attribute(&b, text, (size_t)size, plan_id);
    }
    return finish(state, &b, field, NULL, "col");
}

static PyObject *wrong_argument(struct core_state *state, PyObject *value) {
    PyObject *error = PyObject_CallFunction(state->type_error, "sO", "col", value);
    if (error) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
    return NULL;
}

/* col(name): a column by name; "*" and "t.*" are all columns. */
PyObject *core_col(PyObject *module, PyObject *name) {
    struct core_state *state = core_state(module);
    return PyUnicode_Check(name) ? column_of_name(state, name, NULL) : wrong_argument(state, name);
}

/* attr(name, plan_id): the column of that plan. */
PyObject *core_attr(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (count != 2 || !PyUnicode_Check(args[0]) || !PyLong_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "attr(name, plan_id)");
        return NULL;
    }
    return column_of_name(core_state(module), args[0], args[1]);
}

/* Writes a value as an Expression in field `field` of what b holds. names: a str is the name of a column. */
static bool write_argument(struct core_state *state, struct pbuf *b, uint32_t field, PyObject *value, bool names,
                           PyObject **refs) {
    if (PyObject_TypeCheck(value, state->expression_type)) {
        Expression *e = (Expression *)value;
        pbuf_key_bytes(b, field, e->bytes, (size_t)Py_SIZE(e));
        return refs_merge(refs, e->refs) && !b->failed;
    }
    if (names) {
        if (!PyUnicode_Check(value)) {
            wrong_argument(state, value);
            return false;
        }
        PyObject *column = column_of_name(state, value, NULL);
        bool fine = column && write_argument(state, b, field, column, false, refs);
        Py_XDECREF(column);
        return fine;
    }
    size_t outer = pbuf_open(b, field), inner = pbuf_open(b, EXPRESSION_LITERAL);
    int done = literal_write(state, b, value);
    if (done > 0) {
        pbuf_close(b, inner);
        pbuf_close(b, outer);
        return !b->failed;
    }
    if (done < 0) return false;
    /* Rewind over the two keys: the value becomes whatever Python code makes of it. */
    b->size = outer - varint_size((uint64_t)field << 3 | 2);
    PyObject *column = PyObject_CallOneArg(state->literal_fallback, value);
    bool fine = column && PyObject_TypeCheck(column, state->expression_type) &&
                write_argument(state, b, field, column, false, refs);
    if (column && !fine && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "a literal must become a Column");
    Py_XDECREF(column);
    return fine;
}

static PyObject *function_of(struct core_state *state, PyObject *name, PyObject *const *args, Py_ssize_t count,
                             bool names, int flags) {
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(name, &size);
    if (!text) return NULL;
    struct pbuf b;
    pbuf_init(&b);
    PyObject *refs = NULL;
    pbuf_key_bytes(&b, FUNCTION_NAME, text, (size_t)size);
    for (Py_ssize_t i = 0; i < count; i++)
        if (!write_argument(state, &b, FUNCTION_ARGUMENTS, args[i], names, &refs)) {
            pbuf_release(&b);
            Py_XDECREF(refs);
            return NULL;
        }
    if (flags & 1) pbuf_key_varint(&b, FUNCTION_DISTINCT, 1);
    if (flags & 2) pbuf_key_varint(&b, FUNCTION_USER_DEFINED, 1);
    if (flags & 4) pbuf_key_varint(&b, FUNCTION_INTERNAL, 1);
    return finish(state, &b, EXPRESSION_FUNCTION, refs, NULL);
}

static bool has_name(PyObject *const *args, Py_ssize_t count, const char *usage) {
    if (count >= 1 && PyUnicode_Check(args[0])) return true;
    PyErr_SetString(PyExc_TypeError, usage);
    return false;
}

/* op(name, *values): a call whose arguments are columns or literals. */
PyObject *core_op(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (!has_name(args, count, "op(name, *values)")) return NULL;
    return function_of(core_state(module), args[0], args + 1, count - 1, false, 0);
}

/* call(name, *columns): a call whose arguments are columns or names of columns. */
PyObject *core_call(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (!has_name(args, count, "call(name, *columns)")) return NULL;
    return function_of(core_state(module), args[0], args + 1, count - 1, true, 0);
}

/* call_flags(name, flags, *columns): 1 distinct, 2 user-defined, 4 internal. */
PyObject *core_call_flags(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (!has_name(args, count, "call_flags(name, flags, *columns)") || count < 2) return NULL;
    long flags = PyLong_AsLong(args[1]);
    if (flags == -1 && PyErr_Occurred()) return NULL;
    return function_of(core_state(module), args[0], args + 2, count - 2, true, (int)flags);
}

/* lit(value): a Column as it is, anything else as a literal. */
PyObject *core_lit(PyObject *module, PyObject *value) {
    struct core_state *state = core_state(module);
    if (PyObject_TypeCheck(value, state->expression_type)) return Py_NewRef(value);
    struct pbuf b;
    pbuf_init(&b);
    int done = literal_write(state, &b, value);
    if (done > 0) return finish(state, &b, EXPRESSION_LITERAL, NULL, NULL);
    pbuf_release(&b);
    return done < 0 ? NULL : PyObject_CallOneArg(state->literal_fallback, value);
}

/* expr(field, message, *holders): an Expression of any kind. message: the bytes of that field. holders: Columns whose
 * references, or other objects that, the new one must keep. */
PyObject *core_expr(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    struct core_state *state = core_state(module);
    if (count < 2 || !PyLong_Check(args[0]) || !PyBytes_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "expr(field, bytes, *holders)");
        return NULL;
    }
    PyObject *refs = NULL;
    for (Py_ssize_t i = 2; i < count; i++) {
        bool fine;
        if (PyObject_TypeCheck(args[i], state->expression_type)) {
            fine = refs_merge(&refs, ((Expression *)args[i])->refs);
        } else {
            PyObject *one = PyTuple_Pack(1, args[i]);
            fine = one && refs_merge(&refs, one);
            Py_XDECREF(one);
        }
        if (!fine) {
            Py_XDECREF(refs);
            return NULL;
        }
    }
    struct pbuf b;
    pbuf_init(&b);
    pbuf_bytes(&b, PyBytes_AS_STRING(args[1]), (size_t)PyBytes_GET_SIZE(args[1]));
    return finish(state, &b, (uint32_t)PyLong_AsLong(args[0]), refs, NULL);
}

static PyObject *expression_get_bytes(PyObject *self, void *closure) {
    Expression *e = (Expression *)self;
    return PyBytes_FromStringAndSize((const char *)e->bytes, Py_SIZE(e));
}

static PyObject *expression_get_refs(PyObject *self, void *closure) {
    Expression *e = (Expression *)self;
    return e->refs ? Py_NewRef(e->refs) : PyTuple_New(0);
}

static int expression_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(((Expression *)self)->refs);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int expression_clear(PyObject *self) {
    Py_CLEAR(((Expression *)self)->refs);
    return 0;
}

static void expression_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((Expression *)self)->refs);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *expression_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    const char *bytes = "";
    Py_ssize_t size = 0; /* a class of a program's that stands for no column yet calls without arguments */
    PyObject *refs = NULL;
    if (!PyArg_ParseTuple(args, "|y#O!:Expression", &bytes, &size, &PyTuple_Type, &refs)) return NULL;
    Expression *e = (Expression *)type->tp_alloc(type, size);
    if (!e) return NULL;
    memcpy(e->bytes, bytes, (size_t)size);
    e->refs = Py_XNewRef(refs);
    return (PyObject *)e;
}

static PyGetSetDef expression_getset[] = {
    {"_bytes", expression_get_bytes, NULL, "the encoded spark.connect.Expression", NULL},
    {"_refs", expression_get_refs, NULL, "objects that live as long as this", NULL},
    {NULL},
};

static PyType_Slot expression_slots[] = {
    {Py_tp_doc, "An encoded spark.connect.Expression."},
    {Py_tp_new, expression_new},
    {Py_tp_dealloc, expression_dealloc},
    {Py_tp_traverse, expression_traverse},
    {Py_tp_clear, expression_clear},
    {Py_tp_getset, expression_getset},
    {0, NULL},
};

PyType_Spec expression_spec = {
    .name = "roost._core.Expression",
    .basicsize = offsetof(Expression, bytes),
    .itemsize = 1,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = expression_slots,
};
