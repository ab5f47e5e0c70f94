/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spark.connect.DataType bytes -> struct kind, and -> the classes of roost.sql.types.
 *
 * The engine is trusted no more than a file: nesting is limited, counts come from the bytes themselves, and a batch is
 * checked against the kinds before a value is read.
 */
#include "schema.h"

enum { MAX_DEPTH = 200 };

static bool parse(struct core_state *state, const uint8_t *bytes, size_t size, struct kind *kind, int depth);

static void kind_release(struct kind *kind) {
    for (uint32_t i = 0; i < kind->child_count; i++) kind_release(&kind->children[i]);
    PyMem_Free(kind->children);
    Py_CLEAR(kind->names);
    Py_CLEAR(kind->row_dict);
    Py_CLEAR(kind->udt);
    kind->children = NULL;
    kind->child_count = 0;
}

static struct kind *add_child(struct kind *kind) {
    uint32_t n = kind->child_count;
    if ((n & (n - 1)) == 0) { /* grows at powers of two */
        struct kind *grown = PyMem_Realloc(kind->children, (n ? n * 2 : 1) * sizeof *grown);
        if (!grown) {
            PyErr_NoMemory();
            return NULL;
        }
        kind->children = grown;
    }
    struct kind *child = &kind->children[kind->child_count++];
    memset(child, 0, sizeof *child);
    child->nullable = true;
    return child;
}

/* DataType.StructField */
static bool parse_field(struct core_state *state, const uint8_t *bytes, size_t size, struct kind *parent, int depth) {
    struct kind *child = add_child(parent);
    if (!child) return false;
    PyObject *name = NULL;
    child->nullable = false;
    struct pread r;
    pread_init(&r, bytes, size);
    bool typed = false;
    while (pread_next(&r)) {
        if (r.field == 1 && r.wire == 2)
            Py_XSETREF(name, PyUnicode_DecodeUTF8((const char *)r.bytes, (Py_ssize_t)r.size, "surrogateescape"));
        else if (r.field == 2 && r.wire == 2)
            typed = parse(state, r.bytes, r.size, child, depth + 1);
        else if (r.field == 3)
            child->nullable = r.number;
        else if (r.field == 4 && r.wire == 2)
            child->metadata = r.bytes, child->metadata_size = r.size;
        if (PyErr_Occurred()) break;
    }
    if (!name && !PyErr_Occurred()) name = PyUnicode_FromString("");
    bool fine = name && typed && !r.bad && PyList_Append(parent->names, name) == 0;
    Py_XDECREF(name);
    return fine;
}

static bool parse_struct(struct core_state *state, struct pread *r, struct kind *kind, int depth) {
    kind->names = PyList_New(0);
    if (!kind->names) return false;
    while (pread_next(r))
        if (r->field == 1 && r->wire == 2 && !parse_field(state, r->bytes, r->size, kind, depth)) return false;
    kind->row_dict = PyDict_New();
    return kind->row_dict && PyDict_SetItem(kind->row_dict, state->str_fields, kind->names) == 0;
}

/* Arrays and maps: fields 1..wanted are types, then says whether null is among the elements or values. */
static bool parse_nested(struct core_state *state, struct pread *r, struct kind *kind, uint32_t wanted, int depth) {
    bool contains_null = false;
    while (pread_next(r)) {
        if (r->field == kind->child_count + 1 && r->field <= wanted && r->wire == 2) {
            struct kind *child = add_child(kind);
            if (!child || !parse(state, r->bytes, r->size, child, depth + 1)) return false;
        } else if (r->field == wanted + 1 && r->wire == 0) {
            contains_null = r->number;
        }
    }
    if (kind->child_count != wanted) return false;
    kind->children[wanted - 1].nullable = contains_null;
    if (wanted == 2) kind->children[0].nullable = false;
    return true;
}

static bool parse_udt(struct core_state *state, struct pread *r, struct kind *kind, int depth) {
    PyObject *python_class = NULL;
    bool typed = false;
    while (pread_next(r)) {
        if (r->field == 3 && r->wire == 2)
            Py_XSETREF(python_class, PyUnicode_DecodeUTF8((const char *)r->bytes, (Py_ssize_t)r->size, "replace"));
        else if (r->field == 5 && r->wire == 2)
            typed = parse(state, r->bytes, r->size, kind, depth + 1);
        if (PyErr_Occurred()) break;
    }
    if (typed && python_class) {
        PyObject *base = type_class(state, "UserDefinedType");
        PyObject *json = base ? Py_BuildValue("{s:O}", "pyClass", python_class) : NULL;
        kind->udt = json ? PyObject_CallMethod(base, "fromJson", "O", json) : NULL;
        Py_XDECREF(json);
        typed = kind->udt != NULL;
    }
    Py_XDECREF(python_class);
    return typed;
}

/* The parameters of an atomic type. */
static void parse_atomic(struct pread *r, struct kind *kind) {
    if (kind->code == KIND_DECIMAL)
        kind->precision = 10;
    else if (kind->code == KIND_DAY_TIME)
        kind->scale = 3;
    else if (kind->code == KIND_YEAR_MONTH)
        kind->scale = 1;
    else if (kind->code == KIND_TIME)
        kind->precision = 6;
    while (pread_next(r)) {
        if (kind->code == KIND_STRING && r->field == 2 && r->wire == 2)
            kind->collation = r->bytes, kind->collation_size = r->size;
        else if (kind->code == KIND_DECIMAL && r->field == 1)
            kind->scale = (int32_t)r->number;
        else if (kind->code == KIND_DECIMAL && r->field == 2)
            kind->precision = (int32_t)r->number;
        else if ((kind->code == KIND_DAY_TIME || kind->code == KIND_YEAR_MONTH) && r->field == 2)
            kind->scale = (int32_t)r->number;
        else if (r->field == 1 && r->wire == 0)
            kind->precision = (int32_t)r->number;
    }
}

static bool parse(struct core_state *state, const uint8_t *bytes, size_t size, struct kind *kind, int depth) {
    struct pread r;
    pread_init(&r, bytes, size);
    if (depth > MAX_DEPTH || !pread_next(&r) || r.wire != 2) return false;
    struct pread inner;
    pread_init(&inner, r.bytes, r.size);
    kind->code = (uint8_t)r.field;
    bool fine = true;
    switch (kind->code) {
        case KIND_ARRAY: fine = parse_nested(state, &inner, kind, 1, depth); break;
        case KIND_MAP: fine = parse_nested(state, &inner, kind, 2, depth); break;
        case KIND_STRUCT: fine = parse_struct(state, &inner, kind, depth); break;
        case KIND_UDT: fine = parse_udt(state, &inner, kind, depth); break;
        default: fine = kind->code >= KIND_NULL && kind->code <= KIND_TIME; parse_atomic(&inner, kind);
    }
    return fine && !inner.bad;
}

Schema *schema_new(struct core_state *state, const uint8_t *bytes, size_t size) {
    Schema *schema = PyObject_New(Schema, state->schema_type);
    if (!schema) return NULL;
    memset(&schema->root, 0, sizeof schema->root);
    schema->bytes = PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)size);
    if (!schema->bytes || !parse(state, (const uint8_t *)PyBytes_AS_STRING(schema->bytes), size, &schema->root, 0)) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "not a serialized data type");
        Py_CLEAR(schema);
    }
    return schema;
}

PyObject *type_class(struct core_state *state, const char *name) {
    PyObject *found = PyDict_GetItemString(state->types, name);
    if (found) return found;
    PyObject *module = PyImport_ImportModule("roost.sql.types");
    PyObject *class = module ? PyObject_GetAttrString(module, name) : NULL;
    Py_XDECREF(module);
    if (class && PyDict_SetItemString(state->types, name, class) < 0) Py_CLEAR(class);
    Py_XDECREF(class); /* the dictionary holds it */
    return class;
}

static PyObject *struct_field(struct core_state *state, const struct kind *kind, PyObject *name) {
    PyObject *type = schema_to_type(state, kind), *metadata = NULL, *result = NULL;
    if (type && kind->metadata_size) {
        PyObject *json = PyImport_ImportModule("json");
        metadata =
            json ? PyObject_CallMethod(json, "loads", "s#", kind->metadata, (Py_ssize_t)kind->metadata_size) : NULL;
        Py_XDECREF(json);
    } else {
        metadata = Py_NewRef(Py_None);
    }
    PyObject *class = type_class(state, "StructField");
    if (type && metadata && class)
        result = PyObject_CallFunctionObjArgs(class, name, type, kind->nullable ? Py_True : Py_False, metadata, NULL);
    Py_XDECREF(type);
    Py_XDECREF(metadata);
    return result;
}

static PyObject *struct_type(struct core_state *state, const struct kind *kind) {
    PyObject *class = type_class(state, "StructType"), *fields = PyList_New(kind->child_count), *result = NULL;
    bool fine = class && fields;
    for (uint32_t i = 0; fine && i < kind->child_count; i++) {
        PyObject *field = struct_field(state, &kind->children[i], PyList_GET_ITEM(kind->names, i));
        fine = field != NULL;
        if (fine) PyList_SET_ITEM(fields, i, field);
    }
    if (fine) result = PyObject_CallOneArg(class, fields);
    Py_XDECREF(fields);
    return result;
}

static PyObject *make(struct core_state *state, const char *name, const char *format, int a, int b) {
    PyObject *class = type_class(state, name);
    if (!class) return NULL;
    if (!format) return PyObject_CallNoArgs(class);
    return *(format + 1) ? PyObject_CallFunction(class, format, a, b) : PyObject_CallFunction(class, format, a);
}

static PyObject *nested_type(struct core_state *state, const struct kind *kind) {
    PyObject *result = NULL, *first = schema_to_type(state, &kind->children[0]);
    if (kind->code == KIND_ARRAY) {
        PyObject *class = type_class(state, "ArrayType");
        if (first && class)
            result = PyObject_CallFunctionObjArgs(class, first, kind->children[0].nullable ? Py_True : Py_False, NULL);
    } else {
        PyObject *class = type_class(state, "MapType"), *second = schema_to_type(state, &kind->children[1]);
        if (first && second && class)
            result = PyObject_CallFunctionObjArgs(class, first, second, kind->children[1].nullable ? Py_True : Py_False,
                                                  NULL);
        Py_XDECREF(second);
    }
    Py_XDECREF(first);
    return result;
}

/* -1: values of any coordinate system. */
static PyObject *spatial_type(struct core_state *state, const char *name, int srid) {
    if (srid != -1) return make(state, name, "i", srid, 0);
    PyObject *class = type_class(state, name);
    return class ? PyObject_CallFunction(class, "s", "ANY") : NULL;
}

PyObject *schema_to_type(struct core_state *state, const struct kind *kind) {
    static const char *const plain[] = {
        [KIND_NULL] = "NullType",
        [KIND_BINARY] = "BinaryType",
        [KIND_BOOLEAN] = "BooleanType",
        [KIND_BYTE] = "ByteType",
        [KIND_SHORT] = "ShortType",
        [KIND_INTEGER] = "IntegerType",
        [KIND_LONG] = "LongType",
        [KIND_FLOAT] = "FloatType",
        [KIND_DOUBLE] = "DoubleType",
        [KIND_STRING] = "StringType",
        [KIND_DATE] = "DateType",
        [KIND_TIMESTAMP] = "TimestampType",
        [KIND_TIMESTAMP_NTZ] = "TimestampNTZType",
        [KIND_CALENDAR_INTERVAL] = "CalendarIntervalType",
        [KIND_VARIANT] = "VariantType",
        [KIND_TIME] = NULL,
    };
    if (kind->udt) return Py_NewRef(kind->udt);
    if (kind->code == KIND_STRING && kind->collation_size) {
        PyObject *class = type_class(state, "StringType");
        return class ? PyObject_CallFunction(class, "s#", kind->collation, (Py_ssize_t)kind->collation_size) : NULL;
    }
    if (kind->code <= KIND_TIME && plain[kind->code]) return make(state, plain[kind->code], NULL, 0, 0);
    switch (kind->code) {
        case KIND_ARRAY:
        case KIND_MAP: return nested_type(state, kind);
        case KIND_STRUCT: return struct_type(state, kind);
        case KIND_DECIMAL: return make(state, "DecimalType", "ii", kind->precision, kind->scale);
        case KIND_CHAR: return make(state, "CharType", "i", kind->precision, 0);
        case KIND_VARCHAR: return make(state, "VarcharType", "i", kind->precision, 0);
        case KIND_YEAR_MONTH: return make(state, "YearMonthIntervalType", "ii", kind->precision, kind->scale);
        case KIND_DAY_TIME: return make(state, "DayTimeIntervalType", "ii", kind->precision, kind->scale);
        case KIND_TIME: return make(state, "TimeType", "i", kind->precision, 0);
        case KIND_GEOMETRY: return spatial_type(state, "GeometryType", kind->precision);
        case KIND_GEOGRAPHY: return spatial_type(state, "GeographyType", kind->precision);
        default: PyErr_Format(PyExc_ValueError, "data type number %d is unknown", kind->code); return NULL;
    }
}

uint32_t kind_width(const struct kind *kind) {
    switch (kind->code) {
        case KIND_BYTE: return 1;
        case KIND_SHORT: return 2;
        case KIND_INTEGER:
        case KIND_FLOAT:
        case KIND_DATE:
        case KIND_YEAR_MONTH: return 4;
        case KIND_LONG:
        case KIND_DOUBLE:
        case KIND_TIMESTAMP:
        case KIND_TIMESTAMP_NTZ:
        case KIND_DAY_TIME:
        case KIND_TIME: return 8;
        case KIND_DECIMAL:
        case KIND_CALENDAR_INTERVAL: return 16;
        default: return 0;
    }
}

/* Offsets that start at 0, never fall and end within `limit`. */
static bool offsets_fit(const struct wire_column *column, uint32_t rows, uint32_t limit, uint32_t *last) {
    *last = 0;
    if (rows == 0) return true;
    if (column->sizes[1] < (rows + (uint64_t)1) * 4) return false;
    const int32_t *offsets = (const int32_t *)(const void *)column->buffers[1];
    int32_t before = offsets[0];
    if (before != 0) return false;
    for (uint32_t i = 1; i <= rows; i++) {
        if (offsets[i] < before) return false;
        before = offsets[i];
    }
    *last = (uint32_t)before;
    return *last <= limit;
}

bool kind_fits(const struct kind *kind, const struct wire_column *column, uint32_t rows) {
    uint32_t last, width = kind_width(kind);
    if (kind->code == KIND_NULL) return true;
    if (column->buffer_count < 1 || (column->sizes[0] && column->sizes[0] < ((uint64_t)rows + 7) / 8)) return false;
    if (width) return column->buffer_count == 2 && column->sizes[1] >= (uint64_t)rows * width;
    switch (kind->code) {
        case KIND_BOOLEAN: return column->buffer_count == 2 && column->sizes[1] >= ((uint64_t)rows + 7) / 8;
        case KIND_STRING:
        case KIND_CHAR:
        case KIND_VARCHAR:
        case KIND_GEOMETRY:
        case KIND_GEOGRAPHY:
        case KIND_BINARY: return column->buffer_count == 3 && offsets_fit(column, rows, column->sizes[2], &last);
        case KIND_ARRAY:
        case KIND_MAP:
            if (column->buffer_count != 2 || column->child_count != kind->child_count ||
                !offsets_fit(column, rows, UINT32_MAX, &last))
                return false;
            break;
        case KIND_STRUCT:
            if (column->child_count != kind->child_count) return false;
            last = rows;
            break;
        case KIND_VARIANT: {
            static const struct kind binary = {.code = KIND_BINARY};
            return column->child_count == 2 && kind_fits(&binary, &column->children[0], rows) &&
                   kind_fits(&binary, &column->children[1], rows);
        }
        default: return false;
    }
    for (uint32_t i = 0; i < kind->child_count; i++)
        if (!kind_fits(&kind->children[i], &column->children[i], last)) return false;
    return true;
}

/* ---- the Python side: Schema(bytes[, by_arrow]), .type(), .bytes */

static void keep_order(struct kind *kind, bool keeps) {
    kind->keeps_order = keeps;
    for (uint32_t i = 0; i < kind->child_count; i++) keep_order(&kind->children[i], keeps);
}

static PyObject *schema_py_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    const char *bytes;
    Py_ssize_t size;
    int by_arrow = false;
    if (!PyArg_ParseTuple(args, "y#|p:Schema", &bytes, &size, &by_arrow)) return NULL;
    struct core_state *state = core_state_of(type);
    Schema *schema = state ? schema_new(state, (const uint8_t *)bytes, (size_t)size) : NULL;
    if (schema) keep_order(&schema->root, by_arrow);
    return (PyObject *)schema;
}

static PyObject *schema_type(PyObject *self, PyObject *unused) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    return state ? schema_to_type(state, &((Schema *)self)->root) : NULL;
}

static PyObject *schema_names(PyObject *self, void *closure) {
    PyObject *names = ((Schema *)self)->root.names;
    return names ? PyList_GetSlice(names, 0, PyList_GET_SIZE(names)) : PyList_New(0);
}

static PyObject *schema_bytes(PyObject *self, void *closure) {
    return Py_NewRef(((Schema *)self)->bytes);
}

static void schema_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    kind_release(&((Schema *)self)->root);
    Py_CLEAR(((Schema *)self)->bytes);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyMethodDef schema_methods[] = {
    {"type", schema_type, METH_NOARGS, "The data type as an object of roost.sql.types."},
    {NULL},
};
static PyGetSetDef schema_getset[] = {
    {"names", schema_names, NULL, "the names of the fields", NULL},
    {"bytes", schema_bytes, NULL, "the serialized spark.connect.DataType", NULL},
    {NULL},
};
static PyType_Slot schema_slots[] = {
    {Py_tp_doc, "A serialized spark.connect.DataType, taken apart."},
    {Py_tp_new, schema_py_new},
    {Py_tp_dealloc, schema_dealloc},
    {Py_tp_methods, schema_methods},
    {Py_tp_getset, schema_getset},
    {0, NULL},
};
PyType_Spec schema_spec = {
    .name = "roost._core.Schema",
    .basicsize = sizeof(Schema),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = schema_slots,
};
