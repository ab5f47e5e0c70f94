/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Python rows -> column batches.
 *
 * One builder per column, grown as values come; a value is appended only if it has the very type that PySpark accepts
 * for the column and is in range. Anything else stops the fast way with SLOW: Python then looks at the rows with the
 * verifier, which either finds the error (and words it) or shows that the values need converting first (numpy
 * numbers, named tuples, objects). So the common case is checked once, here, and no rule is written twice.
 *
 * Batches hold up to 8192 rows; the buffers of one batch are freed with it.
 */
#include "map_order.h"
#include "session.h"

#include <datetime.h>

enum outcome { FINE, SLOW, FAILED };
enum { BATCH_ROWS = 8192, BATCH_BYTES = 8 << 20 };

struct buffer {
    uint8_t *data;
    size_t size, capacity;
};

struct builder {
    const struct kind *kind;
    uint32_t rows, nulls;
    struct buffer validity; /* empty until the first null */
    struct buffer values;   /* or offsets */
    struct buffer bytes;
    struct builder *children;
    uint32_t child_count;
};

struct encoder {
    struct core_state *state;
};

int ingest_exec(PyObject *module) {
    PyDateTime_IMPORT;
    return PyDateTimeAPI ? 0 : -1;
}

static const struct kind binary_kind = {.code = KIND_BINARY};

static bool reserve(struct buffer *b, size_t more) {
    if (b->capacity - b->size >= more) return true;
    size_t capacity = b->capacity ? b->capacity * 2 : 256;
    while (capacity < b->size + more) capacity *= 2;
    uint8_t *grown = PyMem_RawRealloc(b->data, capacity);
    if (!grown) {
        PyErr_NoMemory();
        return false;
    }
    b->data = grown;
    b->capacity = capacity;
    return true;
}

static bool push(struct buffer *b, const void *bytes, size_t size) {
    if (!reserve(b, size)) return false;
    memcpy(b->data + b->size, bytes, size);
    b->size += size;
    return true;
}

/* Sets bit `at`, which is the next one of the buffer. */
static bool push_bit(struct buffer *b, uint32_t at, bool bit) {
    if ((at & 7) == 0) {
        uint8_t zero = 0;
        if (!push(b, &zero, 1)) return false;
    }
    if (bit) b->data[at >> 3] |= (uint8_t)(1u << (at & 7));
    return true;
}

static bool builder_init(struct builder *b, const struct kind *kind) {
    memset(b, 0, sizeof *b);
    b->kind = kind;
    b->child_count = kind->code == KIND_VARIANT ? 2 : kind->child_count;
    if (b->child_count) {
        b->children = PyMem_Calloc(b->child_count, sizeof *b->children);
        if (!b->children) {
            PyErr_NoMemory();
            return false;
        }
    }
    for (uint32_t i = 0; i < b->child_count; i++)
        if (!builder_init(&b->children[i], kind->code == KIND_VARIANT ? &binary_kind : &kind->children[i]))
            return false;
    return true;
}

static void builder_release(struct builder *b) {
    for (uint32_t i = 0; i < b->child_count && b->children; i++) builder_release(&b->children[i]);
    PyMem_Free(b->children);
    PyMem_RawFree(b->validity.data);
    PyMem_RawFree(b->values.data);
    PyMem_RawFree(b->bytes.data);
    memset(b, 0, sizeof *b);
}

static bool has_offsets(const struct kind *kind) {
    return kind_is_bytes(kind) || kind->code == KIND_ARRAY || kind->code == KIND_MAP;
}

/* Bookkeeping for one more row whose value is in place. */
static bool finish_row(struct builder *b, bool null) {
    if (null && !b->validity.size) {
        for (uint32_t i = 0; i < b->rows; i++)
            if (!push_bit(&b->validity, i, true)) return false;
        if (!push_bit(&b->validity, b->rows, false)) return false;
    } else if (b->validity.size || null) {
        if (!push_bit(&b->validity, b->rows, !null)) return false;
    }
    b->nulls += null;
    b->rows++;
    return true;
}

static bool push_offset(struct builder *b, uint32_t end) {
    int32_t zero = 0, value = (int32_t)end;
    if (b->values.size == 0 && !push(&b->values, &zero, 4)) return false;
    return push(&b->values, &value, 4);
}

static bool push_null(struct builder *b) {
    static const uint8_t zeros[16];
    uint32_t width = kind_width(b->kind);
    bool fine = true;
    if (width)
        fine = push(&b->values, zeros, width);
    else if (b->kind->code == KIND_BOOLEAN)
        fine = push_bit(&b->values, b->rows, false);
    else if (kind_is_bytes(b->kind))
        fine = push_offset(b, (uint32_t)b->bytes.size);
    else if (b->kind->code == KIND_ARRAY || b->kind->code == KIND_MAP)
        fine = push_offset(b, b->children[0].rows);
    else
        for (uint32_t i = 0; fine && i < b->child_count; i++) fine = push_null(&b->children[i]);
    return fine && finish_row(b, true);
}

static enum outcome done(struct builder *b, bool fine) {
    return fine && finish_row(b, false) ? FINE : FAILED;
}

static enum outcome append(struct encoder *e, struct builder *b, PyObject *value);

static enum outcome append_integer(struct encoder *e, struct builder *b, PyObject *value) {
    static const int64_t limits[] = {
        [KIND_BYTE] = INT8_MAX, [KIND_SHORT] = INT16_MAX, [KIND_INTEGER] = INT32_MAX, [KIND_LONG] = INT64_MAX};
    if (!PyLong_CheckExact(value)) return SLOW;
    int overflow;
    int64_t number = PyLong_AsLongLongAndOverflow(value, &overflow);
    int64_t limit = limits[b->kind->code];
    if (overflow || number > limit || number < -limit - 1) return SLOW;
    return done(b, push(&b->values, &number, kind_width(b->kind)));
}

static enum outcome append_float(struct builder *b, PyObject *value) {
    if (!PyFloat_CheckExact(value)) return SLOW;
    double number = PyFloat_AS_DOUBLE(value);
    if (b->kind->code == KIND_DOUBLE) return done(b, push(&b->values, &number, 8));
    float narrow = (float)number;
    return done(b, push(&b->values, &narrow, 4));
}

static enum outcome append_bytes(struct builder *b, const char *bytes, size_t size) {
    if (b->bytes.size + size > INT32_MAX) return SLOW;
    return done(b, push(&b->bytes, bytes, size) && push_offset(b, (uint32_t)b->bytes.size));
}

static enum outcome append_text(struct encoder *e, struct builder *b, PyObject *value) {
    Py_ssize_t size;
    if (PyUnicode_Check(value)) {
        const char *text = PyUnicode_AsUTF8AndSize(value, &size);
        return text ? append_bytes(b, text, (size_t)size) : FAILED;
    }
    if (PyBool_Check(value)) return value == Py_True ? append_bytes(b, "true", 4) : append_bytes(b, "false", 5);
    if (PyFloat_Check(value) || PyDict_Check(value) || PyList_Check(value) || PyTuple_Check(value)) return SLOW;
    PyObject *made =
        PyObject_Str(value); /* a text column takes anything; what Java writes otherwise is seen to above */
    const char *text = made ? PyUnicode_AsUTF8AndSize(made, &size) : NULL;
    enum outcome outcome = text ? append_bytes(b, text, (size_t)size) : FAILED;
    Py_XDECREF(made);
    return outcome;
}

static enum outcome append_binary(struct builder *b, PyObject *value) {
    if (PyBytes_CheckExact(value)) return append_bytes(b, PyBytes_AS_STRING(value), (size_t)PyBytes_GET_SIZE(value));
    if (PyByteArray_CheckExact(value))
        return append_bytes(b, PyByteArray_AS_STRING(value), (size_t)PyByteArray_GET_SIZE(value));
    return SLOW;
}

/* Geometry(wkb, srid) */
static enum outcome append_spatial(struct builder *b, PyObject *value) {
    PyObject *srid = PyObject_GetAttrString(value, "srid"), *wkb = PyObject_GetAttrString(value, "wkb");
    PyObject *bytes = srid && wkb ? PyBytes_FromObject(wkb) : NULL;
    PyObject *all = bytes ? PyBytes_FromStringAndSize(NULL, PyBytes_GET_SIZE(bytes) + 4) : NULL;
    enum outcome outcome = FAILED;
    if (all) {
        int32_t number = (int32_t)PyLong_AsLong(srid);
        memcpy(PyBytes_AS_STRING(all), &number, 4);
        memcpy(PyBytes_AS_STRING(all) + 4, PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes));
        if (!PyErr_Occurred()) outcome = append_binary(b, all);
    }
    Py_XDECREF(srid);
    Py_XDECREF(wkb);
    Py_XDECREF(bytes);
    Py_XDECREF(all);
    return outcome;
}

/* "-12.50", "1E+3", "NaN" -> an unscaled number of the wanted scale, rounded half up. 0: fine, 1: null, 2: strange or
 * too large. */
static int parse_decimal(const char *text, int scale, int precision, __int128 *result) {
    bool negative = *text == '-';
    if (*text == '-' || *text == '+') text++;
    if (*text < '0' || *text > '9') return *text == '.' ? 2 : 1; /* NaN, Infinity */
    unsigned __int128 number = 0;
    int after = 0, digits = 0, last = -1;
    bool point = false;
    for (; (*text >= '0' && *text <= '9') || *text == '.'; text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        if (digits == 38) { /* further ones only round */
            if (!point) return 2;
            if (last < 0) last = *text - '0';
            continue;
        }
        if (number || *text != '0') digits++;
        number = number * 10 + (unsigned)(*text - '0');
        after += point;
    }
    if (*text == 'E' || *text == 'e') {
        long exponent = strtol(text + 1, NULL, 10);
        if (exponent > 1000 || exponent < -1000) return number ? 2 : 1;
        after -= (int)exponent;
    }
    for (; after < scale && number; after++) {
        if (++digits > 38) return 2;
        number *= 10;
    }
    for (; after > scale && number; after--) {
        last = (int)(number % 10);
        number /= 10;
    }
    number += last >= 5;
    unsigned __int128 limit = 1;
    for (int i = 0; i < precision; i++) limit *= 10;
    if (number >= limit) return 2;
    *result = negative ? -(__int128)number : (__int128)number;
    return 0;
}

static enum outcome append_decimal(struct builder *b, PyObject *value) {
    if (strcmp(Py_TYPE(value)->tp_name, "decimal.Decimal") != 0) return SLOW;
    PyObject *made = PyObject_Str(value);
    const char *text = made ? PyUnicode_AsUTF8(made) : NULL;
    __int128 number;
    int parsed = text ? parse_decimal(text, b->kind->scale, b->kind->precision, &number) : 2;
    Py_XDECREF(made);
    if (!text) return FAILED;
    if (parsed == 1) return !b->kind->nullable ? SLOW : push_null(b) ? FINE : FAILED;
    return parsed == 2 ? SLOW : done(b, push(&b->values, &number, 16));
}

static enum outcome append_temporal(struct builder *b, PyObject *value) {
    int64_t number;
    switch (b->kind->code) {
        case KIND_DATE: {
            if (!PyDate_CheckExact(value) && !PyDateTime_CheckExact(value)) return SLOW;
            int32_t days = (int32_t)date_to_days(value);
            return done(b, push(&b->values, &days, 4));
        }
        case KIND_TIMESTAMP:
            if (!PyDateTime_CheckExact(value)) return SLOW;
            if (!datetime_to_micros(value, &number)) return FAILED;
            break;
        case KIND_TIMESTAMP_NTZ:
            if (!PyDateTime_CheckExact(value)) return SLOW;
            number = datetime_wall_micros(value);
            break;
        case KIND_DAY_TIME:
            if (!PyDelta_CheckExact(value)) return SLOW;
            number = delta_to_micros(value);
            break;
        default: /* KIND_TIME */
            if (!PyTime_CheckExact(value)) return SLOW;
            number = time_to_nanos(value);
    }
    return done(b, push(&b->values, &number, 8));
}

static enum outcome append_array(struct encoder *e, struct builder *b, PyObject *value) {
    if (!PyList_CheckExact(value) && !PyTuple_CheckExact(value)) return SLOW;
    Py_ssize_t size = PySequence_Fast_GET_SIZE(value);
    for (Py_ssize_t i = 0; i < size; i++) {
        enum outcome outcome = append(e, &b->children[0], PySequence_Fast_GET_ITEM(value, i));
        if (outcome != FINE) return outcome;
    }
    return done(b, push_offset(b, b->children[0].rows));
}

static enum outcome append_map(struct encoder *e, struct builder *b, PyObject *value) {
    if (!PyDict_CheckExact(value)) return SLOW;
    struct map_entry few[16], *entries = few;
    size_t count = (size_t)PyDict_GET_SIZE(value);
    if (count > sizeof few / sizeof *few && !(entries = PyMem_RawMalloc(count * sizeof *entries))) {
        PyErr_NoMemory();
        return FAILED;
    }
    map_from_dict(b->kind, value, entries);
    for (size_t i = 0; i < count; i++) { /* what appending calls may change the dictionary */
        Py_INCREF(entries[i].key);
        Py_INCREF(entries[i].value);
    }
    enum outcome outcome = FINE;
    for (size_t i = 0; i < count; i++) {
        if (outcome == FINE) outcome = entries[i].key == Py_None ? SLOW : append(e, &b->children[0], entries[i].key);
        if (outcome == FINE) outcome = append(e, &b->children[1], entries[i].value);
        Py_DECREF(entries[i].key);
        Py_DECREF(entries[i].value);
    }
    if (entries != few) PyMem_RawFree(entries);
    return outcome == FINE ? done(b, push_offset(b, b->children[0].rows)) : outcome;
}

static enum outcome append_fields(struct encoder *e, struct builder *b, PyObject *value) {
    if (PyTuple_Check(value) || PyList_Check(value)) {
        if (PySequence_Fast_GET_SIZE(value) != (Py_ssize_t)b->child_count) return SLOW;
        for (uint32_t i = 0; i < b->child_count; i++) {
            enum outcome outcome = append(e, &b->children[i], PySequence_Fast_GET_ITEM(value, i));
            if (outcome != FINE) return outcome;
        }
        return FINE;
    }
    if (!PyDict_Check(value)) return SLOW;
    for (uint32_t i = 0; i < b->child_count; i++) {
        PyObject *item = PyDict_GetItemWithError(value, PyList_GET_ITEM(b->kind->names, i));
        if (!item && PyErr_Occurred()) return FAILED;
        enum outcome outcome = append(e, &b->children[i], item ? item : Py_None);
        if (outcome != FINE) return outcome;
    }
    return FINE;
}

static enum outcome append_variant(struct encoder *e, struct builder *b, PyObject *value) {
    PyObject *class = type_class(e->state, "VariantVal");
    if (!class || !PyObject_TypeCheck(value, (PyTypeObject *)class)) return class ? SLOW : FAILED;
    static const char *const parts[] = {"value", "metadata"};
    for (int i = 0; i < 2; i++) {
        PyObject *part = PyObject_GetAttrString(value, parts[i]);
        enum outcome outcome = part ? append_binary(&b->children[i], part) : FAILED;
        Py_XDECREF(part);
        if (outcome != FINE) return outcome;
    }
    return done(b, true);
}

static enum outcome append_boolean(struct builder *b, PyObject *value) {
    return PyBool_Check(value) ? done(b, push_bit(&b->values, b->rows, value == Py_True)) : SLOW;
}

static enum outcome append_user_defined(struct encoder *e, struct builder *b, PyObject *value) {
    struct kind plain = *b->kind;
    PyObject *stored = PyObject_CallMethod(b->kind->udt, "serialize", "O", value);
    if (!stored) return FAILED;
    const struct kind *kind = b->kind;
    plain.udt = NULL;
    b->kind = &plain;
    enum outcome outcome = append(e, b, stored);
    b->kind = kind;
    Py_DECREF(stored);
    return outcome;
}

static enum outcome append(struct encoder *e, struct builder *b, PyObject *value) {
    if (value == Py_None) return !b->kind->nullable ? SLOW : push_null(b) ? FINE : FAILED;
    if (b->kind->udt) return append_user_defined(e, b, value);
    switch (b->kind->code) {
        case KIND_BYTE:
        case KIND_SHORT:
        case KIND_INTEGER:
        case KIND_LONG: return append_integer(e, b, value);
        case KIND_STRING:
        case KIND_CHAR:
        case KIND_VARCHAR: return append_text(e, b, value);
        case KIND_FLOAT:
        case KIND_DOUBLE: return append_float(b, value);
        case KIND_BOOLEAN: return append_boolean(b, value);
        case KIND_BINARY: return append_binary(b, value);
        case KIND_DECIMAL: return append_decimal(b, value);
        case KIND_DATE:
        case KIND_TIMESTAMP:
        case KIND_TIMESTAMP_NTZ:
        case KIND_DAY_TIME:
        case KIND_TIME: return append_temporal(b, value);
        case KIND_ARRAY: return append_array(e, b, value);
        case KIND_MAP: return append_map(e, b, value);
        case KIND_STRUCT: {
            enum outcome outcome = append_fields(e, b, value);
            return outcome == FINE ? done(b, true) : outcome;
        }
        case KIND_VARIANT: return append_variant(e, b, value);
        case KIND_GEOMETRY:
        case KIND_GEOGRAPHY: return append_spatial(b, value);
        default: return SLOW;
    }
}

/* ---- builders -> Batch */

static uint32_t count_columns(const struct builder *b) {
    uint32_t n = 1;
    for (uint32_t i = 0; i < b->child_count; i++) n += count_columns(&b->children[i]);
    return n;
}

static size_t count_bytes(const struct builder *b) {
    size_t n = padded(b->validity.size) + padded(b->values.size) + padded(b->bytes.size) + 8;
    for (uint32_t i = 0; i < b->child_count; i++) n += count_bytes(&b->children[i]);
    return n;
}

static void place(struct wire_column *column, int at, const void *bytes, size_t size, uint8_t **memory) {
    column->sizes[at] = (uint32_t)size;
    column->buffers[at] = *memory;
    if (size) memcpy(*memory, bytes, size);
    *memory += padded(size);
}

/* Moves a builder's buffers into a column; children are taken from *spare. */
static void fill_column(struct builder *b, struct wire_column *column, struct wire_column **spare, uint8_t **memory) {
    static const int32_t zero;
    column->null_count = b->nulls;
    column->child_count = b->child_count;
    column->children = *spare;
    *spare += b->child_count;
    if (b->kind->code == KIND_NULL) {
        column->buffer_count = 0;
        column->null_count = b->rows;
        return;
    }
    place(column, 0, b->validity.data, b->validity.size, memory);
    column->buffer_count = 1;
    if (kind_width(b->kind) || b->kind->code == KIND_BOOLEAN || has_offsets(b->kind)) {
        if (has_offsets(b->kind) && !b->values.size)
            place(column, 1, &zero, 4, memory);
        else
            place(column, 1, b->values.data, b->values.size, memory);
        column->buffer_count = 2;
    }
    if (kind_is_bytes(b->kind)) {
        place(column, 2, b->bytes.data, b->bytes.size, memory);
        column->buffer_count = 3;
    }
    for (uint32_t i = 0; i < b->child_count; i++) fill_column(&b->children[i], &column->children[i], spare, memory);
}

/* The fields of a struct builder become the columns of a batch. */
static Batch *make_batch(struct core_state *state, struct builder *root, uint32_t rows) {
    uint32_t columns = count_columns(root) - 1;
    size_t size = count_bytes(root);
    Batch *batch = batch_new(state);
    if (!batch) return NULL;
    batch->memory = PyMem_RawMalloc(columns * sizeof(struct wire_column) + 16 + size);
    if (!batch->memory) {
        Py_DECREF(batch);
        return (Batch *)PyErr_NoMemory();
    }
    struct wire_column *list = batch->memory, *spare = list + root->child_count;
    memset(list, 0, columns * sizeof *list);
    uint8_t *memory = (uint8_t *)(((uintptr_t)(list + columns) + 7) & ~(uintptr_t)7);
    batch->batch.rows = rows;
    batch->batch.column_count = root->child_count;
    batch->batch.columns = list;
    for (uint32_t i = 0; i < root->child_count; i++) fill_column(&root->children[i], &list[i], &spare, &memory);
    return batch;
}

static void clear_rows(struct builder *b) {
    b->rows = b->nulls = 0;
    b->validity.size = b->values.size = b->bytes.size = 0;
    for (uint32_t i = 0; i < b->child_count; i++) clear_rows(&b->children[i]);
}

static bool flush(struct encoder *e, struct builder *root, uint32_t rows, PyObject *list) {
    Batch *batch = make_batch(e->state, root, rows);
    bool fine = batch && PyList_Append(list, (PyObject *)batch) == 0;
    Py_XDECREF(batch);
    clear_rows(root);
    return fine;
}

/* encode_rows(schema, rows): a list of Batch; or the index of the first row that needs a closer look. */
PyObject *core_encode_rows(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    struct core_state *state = core_state(module);
    if (count != 2 || !PyObject_TypeCheck(args[0], state->schema_type)) {
        PyErr_SetString(PyExc_TypeError, "encode_rows(schema, rows)");
        return NULL;
    }
    struct encoder e = {.state = state};
    PyObject *rows = PySequence_Fast(args[1], "rows must be a sequence"), *result = NULL;
    struct builder root;
    if (!rows || !builder_init(&root, &((Schema *)args[0])->root)) {
        Py_XDECREF(rows);
        return NULL;
    }
    PyObject *list = PyList_New(0);
    Py_ssize_t n = PySequence_Fast_GET_SIZE(rows);
    uint32_t pending = 0;
    bool fine = list != NULL;
    for (Py_ssize_t i = 0; fine && i < n && i < PySequence_Fast_GET_SIZE(rows); i++) {
        enum outcome outcome = append_fields(&e, &root, PySequence_Fast_GET_ITEM(rows, i));
        if (outcome == SLOW) {
            result = PyLong_FromSsize_t(i);
            fine = false;
        } else if (outcome == FAILED) {
            fine = false;
        } else if (++pending == BATCH_ROWS || ((i & 255) == 255 && count_bytes(&root) > BATCH_BYTES)) {
            fine = flush(&e, &root, pending, list);
            pending = 0;
        }
    }
    if (fine && pending) fine = flush(&e, &root, pending, list);
    if (fine) result = Py_NewRef(list);
    builder_release(&root);
    Py_XDECREF(list);
    Py_DECREF(rows);
    return result;
}

/* encode_columns(schema, columns): one Batch of lists of values; or the index of the column at fault. */
PyObject *core_encode_columns(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    struct core_state *state = core_state(module);
    struct builder root;
    if (count != 2 || !PyObject_TypeCheck(args[0], state->schema_type) || !PyList_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "encode_columns(schema, columns)");
        return NULL;
    }
    struct encoder e = {.state = state};
    if (!builder_init(&root, &((Schema *)args[0])->root)) return NULL;
    PyObject *result = NULL;
    Py_ssize_t rows = 0;
    bool fine = PyList_GET_SIZE(args[1]) == (Py_ssize_t)root.child_count;
    if (!fine) PyErr_SetString(PyExc_ValueError, "one list per column is wanted");
    for (uint32_t c = 0; fine && c < root.child_count; c++) {
        PyObject *column = PySequence_Fast(PyList_GET_ITEM(args[1], c), "a column must be a sequence");
        fine = column != NULL;
        rows = fine ? PySequence_Fast_GET_SIZE(column) : 0;
        for (Py_ssize_t i = 0; fine && i < rows; i++) {
            enum outcome outcome = append(&e, &root.children[c], PySequence_Fast_GET_ITEM(column, i));
            fine = outcome == FINE;
            if (outcome == SLOW) result = PyLong_FromUnsignedLong(c);
        }
        Py_XDECREF(column);
    }
    if (fine) result = (PyObject *)make_batch(state, &root, (uint32_t)rows);
    builder_release(&root);
    return result;
}
