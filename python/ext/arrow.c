/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Arrow C data interface: results out, tables of other libraries in, without a library of Arrow's.
 *
 * Batches are laid out as Arrow wants them (batch_codec.h), so that exporting shares the buffers: every exported array
 * holds a reference to its batch, and the last one that is released frees it, on whatever thread that happens. What is
 * lent for a call is copied first. Maps get their struct of entries on the way. Importing copies, because offsets and slices must go.
 *
 *     Schema.arrow()                    -> capsule "arrow_schema"
 *     arrow_stream(schema, batches, tz) -> capsule "arrow_array_stream"
 *     import_stream(capsule, schema)    -> [Batch, ...]
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "session.h"

/* The interface's own structures, as its specification gives them. */
struct ArrowSchema {
    const char *format, *name, *metadata;
    int64_t flags, n_children;
    struct ArrowSchema **children, *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};
struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};
enum { ARROW_FLAG_NULLABLE = 2 };

/* ---- schemas out */

static void schema_release(struct ArrowSchema *s) {
    for (int64_t i = 0; i < s->n_children; i++) {
        if (s->children[i]->release) s->children[i]->release(s->children[i]);
        free(s->children[i]);
    }
    free(s->children);
    free((char *)s->format);
    free((char *)s->name);
    s->release = NULL;
}

static const char *arrow_format(const struct kind *kind, const char *zone, char *text, size_t size) {
    static const char *const formats[] = {
        [KIND_NULL] = "n",   [KIND_BINARY] = "z",           [KIND_BOOLEAN] = "b",      [KIND_BYTE] = "c",
        [KIND_SHORT] = "s",  [KIND_INTEGER] = "i",          [KIND_LONG] = "l",         [KIND_FLOAT] = "f",
        [KIND_DOUBLE] = "g", [KIND_STRING] = "u",           [KIND_CHAR] = "u",         [KIND_VARCHAR] = "u",
        [KIND_DATE] = "tdD", [KIND_TIMESTAMP_NTZ] = "tsu:", [KIND_YEAR_MONTH] = "tiM", [KIND_DAY_TIME] = "tDu",
        [KIND_ARRAY] = "+l", [KIND_STRUCT] = "+s",          [KIND_MAP] = "+m",         [KIND_VARIANT] = "+s",
        [KIND_TIME] = "ttn", [KIND_GEOMETRY] = "z",         [KIND_GEOGRAPHY] = "z",
    };
    if (kind->code == KIND_DECIMAL)
        snprintf(text, size, "d:%d,%d", kind->precision, kind->scale);
    else if (kind->code == KIND_TIMESTAMP)
        snprintf(text, size, "tsu:%s", zone);
    else if (kind->code < sizeof formats / sizeof *formats && formats[kind->code])
        return formats[kind->code];
    else
        return NULL;
    return text;
}

static struct ArrowSchema *schema_fill(struct ArrowSchema *s, const struct kind *kind, const char *name,
                                       const char *zone);

static bool schema_children(struct ArrowSchema *s, int64_t count) {
    s->children = calloc((size_t)(count ? count : 1), sizeof *s->children);
    for (int64_t i = 0; s->children && i < count; i++) {
        s->children[i] = calloc(1, sizeof **s->children);
        if (!s->children[i]) return false;
        s->n_children = i + 1;
    }
    return s->children != NULL;
}

static bool schema_nested(struct ArrowSchema *s, const struct kind *kind, const char *zone) {
    static const struct kind binary = {.code = KIND_BINARY};
    if (kind->code == KIND_MAP) { /* one child: a struct of key and value */
        if (!schema_children(s, 1)) return false;
        struct ArrowSchema *entries = s->children[0];
        entries->format = strdup("+s");
        entries->name = strdup("entries");
        entries->release = schema_release;
        return schema_children(entries, 2) && schema_fill(entries->children[0], &kind->children[0], "key", zone) &&
               schema_fill(entries->children[1], &kind->children[1], "value", zone);
    }
    if (kind->code == KIND_VARIANT)
        return schema_children(s, 2) && schema_fill(s->children[0], &binary, "value", zone) &&
               schema_fill(s->children[1], &binary, "metadata", zone);
    if (!schema_children(s, kind->child_count)) return false;
    for (uint32_t i = 0; i < kind->child_count; i++) {
        const char *name = kind->names ? PyUnicode_AsUTF8(PyList_GET_ITEM(kind->names, i)) : "element";
        if (!name || !schema_fill(s->children[i], &kind->children[i], name, zone)) return false;
    }
    return true;
}

static struct ArrowSchema *schema_fill(struct ArrowSchema *s, const struct kind *kind, const char *name,
                                       const char *zone) {
    char text[128];
    const char *format = arrow_format(kind, zone, text, sizeof text);
    memset(s, 0, sizeof *s);
    s->release = schema_release;
    if (!format) {
        PyErr_SetString(PyExc_TypeError, "a type that Arrow has not");
        return NULL;
    }
    s->format = strdup(format);
    s->name = strdup(name);
    s->flags = kind->nullable ? ARROW_FLAG_NULLABLE : 0;
    return s->format && s->name && schema_nested(s, kind, zone) ? s : NULL;
}

/* ---- arrays out */

/* What the arrays of one batch share. */
struct holder {
    atomic_int count;
    const struct roost_batch *shared;
    void *memory;
};

static void holder_release(struct holder *h) {
    if (atomic_fetch_sub(&h->count, 1) != 1) return;
    if (h->shared) roost_batch_unref(h->shared);
    PyMem_RawFree(h->memory);
    free(h);
}

static void array_release(struct ArrowArray *a) {
    for (int64_t i = 0; i < a->n_children; i++) {
        if (a->children[i]->release) a->children[i]->release(a->children[i]);
        free(a->children[i]);
    }
    free(a->children);
    free(a->buffers);
    holder_release(a->private_data);
    a->release = NULL;
}

static bool array_init(struct ArrowArray *a, struct holder *h, int64_t length, int64_t nulls, int64_t buffers,
                       int64_t children) {
    memset(a, 0, sizeof *a);
    a->release = array_release;
    a->private_data = h;
    atomic_fetch_add(&h->count, 1);
    a->length = length;
    a->null_count = nulls;
    a->n_buffers = buffers;
    a->buffers = calloc((size_t)(buffers ? buffers : 1), sizeof *a->buffers);
    a->children = calloc((size_t)(children ? children : 1), sizeof *a->children);
    for (int64_t i = 0; a->children && i < children; i++) {
        a->children[i] = calloc(1, sizeof **a->children);
        if (!a->children[i]) return false;
        a->n_children = i + 1;
    }
    return a->buffers && a->children;
}

static bool array_fill(struct ArrowArray *a, struct holder *h, const struct kind *kind,
                       const struct wire_column *column, uint32_t rows) {
    static const int32_t no_offsets[2];
    static const struct kind binary = {.code = KIND_BINARY};
    uint32_t buffers = column->buffer_count;
    if (kind->code == KIND_NULL) return array_init(a, h, rows, rows, 0, 0);
    int64_t children = kind->code == KIND_MAP ? 1 : kind->code == KIND_VARIANT ? 2 : kind->child_count;
    if (!array_init(a, h, rows, column->null_count, buffers, children)) return false;
    for (uint32_t i = 0; i < buffers; i++) a->buffers[i] = column->sizes[i] ? column->buffers[i] : NULL;
    bool offsets = kind_is_bytes(kind) || kind->code == KIND_ARRAY || kind->code == KIND_MAP;
    if (offsets && !a->buffers[1]) a->buffers[1] = no_offsets;
    uint32_t below = rows;
    if (kind->code == KIND_ARRAY || kind->code == KIND_MAP)
        below = rows ? (uint32_t)((const int32_t *)a->buffers[1])[rows] : 0;
    if (kind->code == KIND_MAP) {
        struct ArrowArray *entries = a->children[0];
        return array_init(entries, h, below, 0, 1, 2) &&
               array_fill(entries->children[0], h, &kind->children[0], &column->children[0], below) &&
               array_fill(entries->children[1], h, &kind->children[1], &column->children[1], below);
    }
    for (int64_t i = 0; i < children; i++)
        if (!array_fill(a->children[i], h, kind->code == KIND_VARIANT ? &binary : &kind->children[i],
                        &column->children[i], below))
            return false;
    return true;
}

/* The batch as a struct array; takes the batch's memory over. */
static bool batch_to_array(const struct kind *kind, Batch *batch, struct ArrowArray *out) {
    for (uint32_t i = 0; i < kind->child_count; i++)
        if (batch->batch.column_count != kind->child_count ||
            !kind_fits(&kind->children[i], &batch->batch.columns[i], batch->batch.rows))
            return false;
    struct holder *h = batch_own(batch) ? calloc(1, sizeof *h) : NULL;
    if (!h) return false;
    atomic_init(&h->count, 1);
    if (batch->shared) {
        h->shared = roost_batch_ref(batch->shared);
    } else {
        h->memory = batch->memory;
        batch->memory = NULL;
    }
    bool fine = array_init(out, h, batch->batch.rows, 0, 1, kind->child_count);
    for (uint32_t i = 0; fine && i < kind->child_count; i++)
        fine = array_fill(out->children[i], h, &kind->children[i], &batch->batch.columns[i], batch->batch.rows);
    holder_release(h);
    if (!batch->shared) memset(&batch->batch, 0, sizeof batch->batch);
    if (!fine && out->release) out->release(out);
    return fine;
}

/* ---- streams out: schema and arrays are made beforehand, so that reading needs no GIL */

struct stream {
    struct ArrowSchema schema;
    struct ArrowArray *arrays;
    size_t count, next;
};

static int stream_get_schema(struct ArrowArrayStream *s, struct ArrowSchema *out) {
    struct stream *stream = s->private_data;
    if (!stream->schema.release) return 22; /* asked twice */
    *out = stream->schema;
    stream->schema.release = NULL;
    return 0;
}

static int stream_get_next(struct ArrowArrayStream *s, struct ArrowArray *out) {
    struct stream *stream = s->private_data;
    memset(out, 0, sizeof *out);
    if (stream->next < stream->count) {
        *out = stream->arrays[stream->next];
        stream->arrays[stream->next++].release = NULL;
    }
    return 0;
}

static const char *stream_last_error(struct ArrowArrayStream *s) {
    return NULL;
}

static void stream_release(struct ArrowArrayStream *s) {
    struct stream *stream = s->private_data;
    for (size_t i = 0; i < stream->count; i++)
        if (stream->arrays[i].release) stream->arrays[i].release(&stream->arrays[i]);
    if (stream->schema.release) stream->schema.release(&stream->schema);
    free(stream->arrays);
    free(stream);
    s->release = NULL;
}

static void stream_capsule_free(PyObject *capsule) {
    struct ArrowArrayStream *s = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (s && s->release) s->release(s);
    free(s);
}

/* arrow_stream(schema, [Batch, ...], zone): the batches are used up. */
PyObject *core_arrow_stream(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    struct core_state *state = core_state(module);
    if (count != 3 || !PyObject_TypeCheck(args[0], state->schema_type) || !PyList_Check(args[1]) ||
        !PyUnicode_Check(args[2])) {
        PyErr_SetString(PyExc_TypeError, "arrow_stream(schema, batches, zone)");
        return NULL;
    }
    const struct kind *kind = &((Schema *)args[0])->root;
    struct stream *stream = calloc(1, sizeof *stream);
    struct ArrowArrayStream *s = calloc(1, sizeof *s);
    if (!stream || !s) {
        free(stream);
        free(s);
        return PyErr_NoMemory();
    }
    *s = (struct ArrowArrayStream){stream_get_schema, stream_get_next, stream_last_error, stream_release, stream};
    size_t n = (size_t)PyList_GET_SIZE(args[1]);
    stream->arrays = calloc(n ? n : 1, sizeof *stream->arrays);
    const char *zone = PyUnicode_AsUTF8(args[2]);
    bool fine = stream->arrays && zone && schema_fill(&stream->schema, kind, "", zone);
    for (size_t i = 0; fine && i < n; i++) {
        fine = batch_to_array(kind, (Batch *)PyList_GET_ITEM(args[1], (Py_ssize_t)i), &stream->arrays[i]);
        stream->count = i + fine;
    }
    PyObject *capsule = fine ? PyCapsule_New(s, "arrow_array_stream", stream_capsule_free) : NULL;
    if (!capsule) {
        stream_release(s);
        free(s);
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "a batch does not fit its schema");
    }
    return capsule;
}

/* ---- arrays in */

static bool format_is(const char *format, const struct kind *kind) {
    char text[128];
    const char *wanted = arrow_format(kind, "", text, sizeof text);
    if (!wanted || kind->code == KIND_CALENDAR_INTERVAL) return false;
    if (kind->code == KIND_TIMESTAMP) return strncmp(format, "tsu:", 4) == 0;
    return strcmp(format, wanted) == 0;
}

static bool schema_fits(const struct ArrowSchema *s, const struct kind *kind) {
    if (s->dictionary || !format_is(s->format, kind)) return false;
    if (kind->code == KIND_MAP) {
        const struct ArrowSchema *entries = s->n_children == 1 ? s->children[0] : NULL;
        return entries && entries->n_children == 2 && schema_fits(entries->children[0], &kind->children[0]) &&
               schema_fits(entries->children[1], &kind->children[1]);
    }
    if (kind->code == KIND_VARIANT) return false;
    if (s->n_children != kind->child_count) return false;
    for (uint32_t i = 0; i < kind->child_count; i++)
        if (!schema_fits(s->children[i], &kind->children[i])) return false;
    return true;
}

struct copier {
    struct buffer_list {
        uint8_t *data;
        size_t size, capacity;
    } bytes;
    struct wire_column *columns;
    uint32_t used;
    bool failed;
};

/* Room for `size` bytes at a multiple of 8; their place in the memory, which may move. */
static size_t copier_room(struct copier *c, size_t size) {
    size_t at = padded(c->bytes.size);
    if (at + size > c->bytes.capacity) {
        size_t capacity = (at + size) * 2 + 1024;
        uint8_t *grown = PyMem_RawRealloc(c->bytes.data, capacity);
        if (!grown) {
            c->failed = true;
            return 0;
        }
        c->bytes.data = grown;
        c->bytes.capacity = capacity;
    }
    c->bytes.size = at + size;
    return at;
}

/* Buffers are places until the memory is complete; then they become pointers. */
static void place(struct copier *c, struct wire_column *column, int index, size_t at, size_t size) {
    column->sizes[index] = (uint32_t)size;
    column->buffers[index] = (const uint8_t *)(uintptr_t)at;
    column->buffer_count = (uint32_t)index + 1;
}

static void copy_bits(struct copier *c, struct wire_column *column, int index, const uint8_t *bits, int64_t from,
                      int64_t count, uint32_t *unset) {
    size_t size = (size_t)(count + 7) / 8, at = copier_room(c, size);
    if (c->failed) return;
    memset(c->bytes.data + at, 0, size);
    for (int64_t i = 0; i < count; i++) {
        bool bit = bits[(from + i) >> 3] >> ((from + i) & 7) & 1;
        c->bytes.data[at + (size_t)(i >> 3)] |= (uint8_t)(bit << (i & 7));
        if (unset) *unset += !bit;
    }
    place(c, column, index, at, size);
}

static void copy_bytes(struct copier *c, struct wire_column *column, int index, const void *bytes, size_t size) {
    size_t at = copier_room(c, size);
    if (c->failed) return;
    if (size) memcpy(c->bytes.data + at, bytes, size);
    place(c, column, index, at, size);
}

/* Offsets moved so that they begin at 0; *first and *last in the child. */
static void copy_offsets(struct copier *c, struct wire_column *column, const int32_t *offsets, int64_t count,
                         int64_t *first, int64_t *last) {
    static const int32_t none[1];
    if (!offsets || count == 0) offsets = none, count = 0;
    size_t at = copier_room(c, (size_t)(count + 1) * 4);
    if (c->failed) return;
    int32_t *out = (int32_t *)(void *)(c->bytes.data + at);
    for (int64_t i = 0; i <= count; i++) out[i] = offsets[i] - offsets[0];
    place(c, column, 1, at, (size_t)(count + 1) * 4);
    *first = offsets[0];
    *last = offsets[count];
}

static void copy_array(struct copier *c, const struct ArrowArray *a, const struct kind *kind, uint32_t index,
                       int64_t from, int64_t count) {
    from += a->offset;
    struct wire_column *column = &c->columns[index];
    uint32_t children = c->used;
    column->child_count = kind->child_count;
    c->used += kind->child_count;
    column->children = c->columns + children;
    if (kind->code == KIND_NULL) {
        column->null_count = (uint32_t)count;
        return;
    }
    if (a->n_buffers && a->buffers[0] && a->null_count != 0)
        copy_bits(c, column, 0, a->buffers[0], from, count, &column->null_count);
    if (!column->null_count) place(c, column, 0, 0, 0);
    uint32_t width = kind_width(kind);
    int64_t first = from, last = from + count;
    if (width) {
        copy_bytes(c, column, 1, (const uint8_t *)a->buffers[1] + from * width, (size_t)count * width);
    } else if (kind->code == KIND_BOOLEAN) {
        copy_bits(c, column, 1, a->buffers[1], from, count, NULL);
    } else if (kind->code != KIND_STRUCT) {
        const int32_t *offsets = a->buffers[1];
        copy_offsets(c, column, offsets ? offsets + from : NULL, count, &first, &last);
        if (kind_is_bytes(kind))
            copy_bytes(c, column, 2, a->buffers[2] ? (const uint8_t *)a->buffers[2] + first : NULL,
                       (size_t)(last - first));
    }
    const struct ArrowArray *parent = kind->code == KIND_MAP ? a->children[0] : a;
    if (kind->code == KIND_MAP) first += parent->offset, last += parent->offset;
    for (uint32_t i = 0; i < kind->child_count && !c->failed; i++)
        copy_array(c, parent->children[i], &kind->children[i], children + i, first, last - first);
}

static uint32_t count_kinds(const struct kind *kind) {
    uint32_t n = kind->child_count;
    for (uint32_t i = 0; i < kind->child_count; i++) n += count_kinds(&kind->children[i]);
    return n;
}

static Batch *batch_of_array(struct core_state *state, const struct ArrowArray *a, const struct kind *kind,
                             int64_t from, int64_t rows) {
    uint32_t total = count_kinds(kind);
    size_t head = padded((total ? total : 1) * sizeof(struct wire_column));
    struct copier c = {.used = kind->child_count};
    c.columns = PyMem_RawCalloc(total ? total : 1, sizeof *c.columns);
    if (!c.columns) return (Batch *)PyErr_NoMemory();
    for (uint32_t i = 0; i < kind->child_count; i++)
        copy_array(&c, a->children[i], &kind->children[i], i, a->offset + from, rows);
    Batch *batch = c.failed ? NULL : batch_new(state);
    uint8_t *memory = batch ? PyMem_RawMalloc(head + c.bytes.size + 8) : NULL;
    if (memory) {
        struct wire_column *columns = (struct wire_column *)(void *)memory;
        memcpy(columns, c.columns, total * sizeof *columns);
        if (c.bytes.size) memcpy(memory + head, c.bytes.data, c.bytes.size);
        for (uint32_t i = 0; i < total; i++) {
            columns[i].children = columns + (columns[i].children - c.columns);
            for (uint32_t b = 0; b < columns[i].buffer_count; b++)
                columns[i].buffers[b] = memory + head + (uintptr_t)columns[i].buffers[b];
        }
        batch->memory = memory;
        batch->batch =
            (struct wire_batch){.rows = (uint32_t)rows, .column_count = kind->child_count, .columns = columns};
    } else {
        Py_CLEAR(batch);
        PyErr_NoMemory();
    }
    PyMem_RawFree(c.columns);
    PyMem_RawFree(c.bytes.data);
    return batch;
}

static bool import_batches(struct core_state *state, struct ArrowArrayStream *s, const struct kind *kind,
                           PyObject *list) {
    enum { ROWS = 65536 };
    for (;;) {
        struct ArrowArray array;
        int failed = s->get_next(s, &array);
        if (failed) {
            const char *text = s->get_last_error(s);
            PyErr_SetString(PyExc_OSError, text ? text : "an Arrow stream failed");
            return false;
        }
        if (!array.release) return true;
        bool fine = array.n_children == kind->child_count;
        for (int64_t from = 0; fine && from < array.length; from += ROWS) {
            int64_t rows = array.length - from < ROWS ? array.length - from : ROWS;
            Batch *batch = batch_of_array(state, &array, kind, from, rows);
            fine = batch && PyList_Append(list, (PyObject *)batch) == 0;
            Py_XDECREF(batch);
        }
        array.release(&array);
        if (!fine) {
            if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "an Arrow array does not fit its schema");
            return false;
        }
    }
}

/* import_stream(capsule, schema): a list of Batch; TypeError where the stream's types are not the schema's. */
PyObject *core_import_stream(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    struct core_state *state = core_state(module);
    if (count != 2 || !PyObject_TypeCheck(args[1], state->schema_type)) {
        PyErr_SetString(PyExc_TypeError, "import_stream(capsule, schema)");
        return NULL;
    }
    struct ArrowArrayStream *s = PyCapsule_GetPointer(args[0], "arrow_array_stream");
    if (!s) return NULL;
    const struct kind *kind = &((Schema *)args[1])->root;
    struct ArrowSchema schema;
    if (s->get_schema(s, &schema)) {
        PyErr_SetString(PyExc_OSError, "an Arrow stream has no schema");
        return NULL;
    }
    bool fits = schema_fits(&schema, kind);
    schema.release(&schema);
    PyObject *list = fits ? PyList_New(0) : NULL;
    if (!fits) PyErr_SetString(PyExc_TypeError, "the Arrow types are not those of the schema");
    if (list && !import_batches(state, s, kind, list)) Py_CLEAR(list);
    return list;
}
