/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protobuf text, written and read by hand.
 *
 * The plan language is large and Python builds each message in one place, so generated classes would be many for
 * little: pb(1, input, 3, [expressions]) says field by field what a message holds, and the Python type of a value
 * says how it is written. A message is built inside out; the bytes of its parts are copied once per level, which for
 * trees as deep as people write them costs less than a second representation would.
 */
#include "core.h"

void pbuf_init(struct pbuf *b) {
    b->data = b->small;
    b->size = 0;
    b->capacity = sizeof b->small;
    b->failed = false;
}

void pbuf_release(struct pbuf *b) {
    if (b->data != b->small) PyMem_Free(b->data);
}

bool pbuf_reserve(struct pbuf *b, size_t more) {
    if (b->failed) return false;
    if (b->capacity - b->size >= more) return true;
    size_t capacity = b->capacity * 2 > b->size + more ? b->capacity * 2 : b->size + more;
    uint8_t *grown = PyMem_Malloc(capacity);
    if (!grown) {
        b->failed = true;
        PyErr_NoMemory();
        return false;
    }
    memcpy(grown, b->data, b->size);
    pbuf_release(b);
    b->data = grown;
    b->capacity = capacity;
    return true;
}

void pbuf_bytes(struct pbuf *b, const void *bytes, size_t size) {
    if (pbuf_reserve(b, size)) {
        memcpy(b->data + b->size, bytes, size);
        b->size += size;
    }
}

void pbuf_varint(struct pbuf *b, uint64_t value) {
    if (!pbuf_reserve(b, 10)) return;
    uint8_t *at = b->data + b->size;
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    b->size = (size_t)(at - b->data);
}

void pbuf_key_varint(struct pbuf *b, uint32_t field, uint64_t value) {
    pbuf_varint(b, (uint64_t)field << 3);
    pbuf_varint(b, value);
}

void pbuf_key_bytes(struct pbuf *b, uint32_t field, const void *bytes, size_t size) {
    pbuf_varint(b, (uint64_t)field << 3 | 2);
    pbuf_varint(b, size);
    pbuf_bytes(b, bytes, size);
}

void pbuf_key_double(struct pbuf *b, uint32_t field, double value) {
    pbuf_varint(b, (uint64_t)field << 3 | 1);
    pbuf_bytes(b, &value, 8); /* little-endian machines only, as Arrow's buffers are */
}

size_t pbuf_open(struct pbuf *b, uint32_t field) {
    pbuf_varint(b, (uint64_t)field << 3 | 2);
    return b->size;
}

void pbuf_close(struct pbuf *b, size_t start) {
    size_t length = b->size - start, n = varint_size(length);
    if (!pbuf_reserve(b, n)) return;
    memmove(b->data + start + n, b->data + start, length);
    size_t end = b->size + n;
    b->size = start;
    pbuf_varint(b, length);
    b->size = end;
}

static bool read_varint(struct pread *r, uint64_t *value) {
    *value = 0;
    for (int shift = 0; shift < 70 && r->at < r->end; shift += 7) {
        uint8_t byte = *r->at++;
        if (shift < 64) *value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) return true;
    }
    r->bad = true;
    return false;
}

bool pread_next(struct pread *r) {
    if (r->bad || r->at >= r->end) return false;
    uint64_t key;
    if (!read_varint(r, &key)) return false;
    r->field = (uint32_t)(key >> 3);
    r->wire = key & 7;
    r->number = 0;
    r->bytes = NULL;
    r->size = 0;
    size_t left = (size_t)(r->end - r->at);
    switch (r->wire) {
        case 0: return read_varint(r, &r->number);
        case 1:
        case 5: {
            size_t n = r->wire == 1 ? 8 : 4;
            if (left < n) break;
            memcpy(&r->number, r->at, n);
            r->at += n;
            return true;
        }
        case 2: {
            uint64_t n;
            if (!read_varint(r, &n) || n > (uint64_t)(r->end - r->at)) break;
            r->bytes = r->at;
            r->size = (size_t)n;
            r->at += n;
            return true;
        }
        default: break;
    }
    r->bad = true;
    return false;
}

static bool write_value(struct core_state *state, struct pbuf *b, uint32_t field, PyObject *value);

static bool write_map(struct core_state *state, struct pbuf *b, uint32_t field, PyObject *dict) {
    PyObject *key, *value;
    Py_ssize_t at = 0;
    while (PyDict_Next(dict, &at, &key, &value)) {
        size_t start = pbuf_open(b, field);
        if (!write_value(state, b, 1, key) || !write_value(state, b, 2, value)) return false;
        pbuf_close(b, start);
    }
    return !b->failed;
}

static bool write_sequence(struct core_state *state, struct pbuf *b, uint32_t field, PyObject *sequence) {
    PyObject *fast = PySequence_Fast(sequence, "a sequence");
    if (!fast) return false;
    bool fine = true;
    for (Py_ssize_t i = 0; fine && i < PySequence_Fast_GET_SIZE(fast); i++)
        fine = write_value(state, b, field, PySequence_Fast_GET_ITEM(fast, i));
    Py_DECREF(fast);
    return fine;
}

/* None writes nothing: an absent field. */
static bool write_value(struct core_state *state, struct pbuf *b, uint32_t field, PyObject *value) {
    if (value == Py_None) return true;
    if (PyObject_TypeCheck(value, state->expression_type)) {
        Expression *e = (Expression *)value;
        pbuf_key_bytes(b, field, e->bytes, (size_t)Py_SIZE(e));
    } else if (PyBytes_Check(value)) {
        pbuf_key_bytes(b, field, PyBytes_AS_STRING(value), (size_t)PyBytes_GET_SIZE(value));
    } else if (PyUnicode_Check(value)) {
        Py_ssize_t size;
        const char *text = PyUnicode_AsUTF8AndSize(value, &size);
        if (!text) return false;
        pbuf_key_bytes(b, field, text, (size_t)size);
    } else if (PyBool_Check(value)) {
        pbuf_key_varint(b, field, value == Py_True);
    } else if (PyLong_Check(value)) {
        int overflow;
        long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
        if (overflow > 0) {
            unsigned long long large = PyLong_AsUnsignedLongLong(value);
            if (large == (unsigned long long)-1 && PyErr_Occurred()) return false;
            pbuf_key_varint(b, field, large);
            return !b->failed;
        }
        if (number == -1 && (overflow || PyErr_Occurred())) {
            if (!PyErr_Occurred()) PyErr_SetString(PyExc_OverflowError, "an integer of more than 64 bits");
            return false;
        }
        pbuf_key_varint(b, field, (uint64_t)number);
    } else if (PyFloat_Check(value)) {
        pbuf_key_double(b, field, PyFloat_AS_DOUBLE(value));
    } else if (PyList_Check(value) || PyTuple_Check(value)) {
        return write_sequence(state, b, field, value);
    } else if (PyDict_Check(value)) {
        return write_map(state, b, field, value);
    } else {
        PyErr_Format(PyExc_TypeError, "pb: no message field can hold %.100s", Py_TYPE(value)->tp_name);
        return false;
    }
    return !b->failed;
}

/* pb(field, value, field, value, ...): the bytes of a message. */
PyObject *core_pb(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    struct core_state *state = core_state(module);
    if (count % 2) {
        PyErr_SetString(PyExc_TypeError, "pb takes pairs of field and value");
        return NULL;
    }
    struct pbuf b;
    pbuf_init(&b);
    PyObject *result = NULL;
    for (Py_ssize_t i = 0; i < count; i += 2) {
        long field = PyLong_AsLong(args[i]);
        if ((field == -1 && PyErr_Occurred()) || !write_value(state, &b, (uint32_t)field, args[i + 1])) goto out;
    }
    if (!b.failed) result = PyBytes_FromStringAndSize((const char *)b.data, (Py_ssize_t)b.size);
out:
    pbuf_release(&b);
    return result;
}

/* unpack(bytes): [(field, value), ...] where a value is an int (varint, fixed) or bytes. For the rare readers in
 * Python: the text of a Column, answers of the catalog. */
PyObject *core_unpack(PyObject *module, PyObject *bytes) {
    Py_buffer view;
    if (PyObject_GetBuffer(bytes, &view, PyBUF_SIMPLE) < 0) return NULL;
    struct pread r;
    pread_init(&r, view.buf, (size_t)view.len);
    PyObject *list = PyList_New(0);
    while (list && pread_next(&r)) {
        PyObject *pair = r.wire == 2 ? Py_BuildValue("(Iy#)", r.field, r.bytes, (Py_ssize_t)r.size)
                                     : Py_BuildValue("(IK)", r.field, (unsigned long long)r.number);
        if (!pair || PyList_Append(list, pair) < 0) Py_CLEAR(list);
        Py_XDECREF(pair);
    }
    if (list && r.bad) {
        PyErr_SetString(PyExc_ValueError, "not a protobuf message");
        Py_CLEAR(list);
    }
    PyBuffer_Release(&view);
    return list;
}
