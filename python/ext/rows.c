/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Column batches -> Row objects.
 *
 * A batch is read column by column into an array of objects, which are then dealt to the rows: no dispatch on the
 * type per value. All rows of a result share one instance dictionary (names); rows whose values hold no containers
 * leave the garbage collector's lists, so that a large collect() is not walked again and again.
 *
 * What values become is PySpark's: timestamps are naive datetimes in the process's zone, binary is bytes, decimals
 * keep their scale.
 */
#include "map_order.h"

#include <datetime.h>
#include <time.h>

int rows_exec(PyObject *module) {
    PyDateTime_IMPORT;
    return PyDateTimeAPI ? 0 : -1;
}

static inline bool is_null(const struct wire_column *column, uint32_t row) {
    return column->sizes[0] && !(column->buffers[0][row >> 3] >> (row & 7) & 1);
}

struct civil {
    int year, month, day;
};

static struct civil civil_from_days(int64_t days) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t m = (5 * of_year + 2) / 153;
    struct civil c = {
        .year = (int)(year_of_era + era * 400 + (m >= 10)),
        .month = (int)(m < 10 ? m + 3 : m - 9),
        .day = (int)(of_year - (153 * m + 2) / 5 + 1),
    };
    return c;
}

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

static PyObject *make_date(int64_t days) {
    struct civil c = civil_from_days(days);
    return PyDate_FromDate(c.year, c.month, c.day); /* refuses years that Python has not */
}

static PyObject *make_datetime(int64_t wall, int fold) {
    int64_t days = floor_div(wall, 86400000000), micros = wall - days * 86400000000;
    struct civil c = civil_from_days(days);
    int seconds = (int)(micros / 1000000);
    return PyDateTimeAPI->DateTime_FromDateAndTimeAndFold(c.year, c.month, c.day, seconds / 3600, seconds / 60 % 60,
                                                          seconds % 60, (int)(micros % 1000000), Py_None, fold,
                                                          PyDateTimeAPI->DateTimeType);
}

/* The offset of the process's zone, remembered for the quarter of an hour last asked for. */
struct zone_cache {
    int64_t from;
    long offset;
    bool known;
};

static long zone_offset(int64_t seconds) {
    time_t t = (time_t)seconds;
    struct tm tm;
    return localtime_r(&t, &tm) ? tm.tm_gmtoff : 0;
}

static PyObject *make_timestamp(int64_t micros, struct zone_cache *cache) {
    int64_t seconds = floor_div(micros, 1000000), block = floor_div(seconds, 900) * 900;
    long offset;
    if (cache->known && cache->from == block) {
        offset = cache->offset;
    } else {
        offset = zone_offset(seconds);
        cache->known =
            zone_offset(block) == offset && zone_offset(block + 899) == offset && zone_offset(block - 86400) == offset;
        cache->from = block;
        cache->offset = offset;
    }
    int fold = 0;
    if (!cache->known) { /* near a change of the clocks: was the same wall time shown before? */
        long before = zone_offset(seconds - 86400);
        fold = before > offset && zone_offset(seconds - (before - offset)) == before;
    }
    return make_datetime(micros + (int64_t)offset * 1000000, fold);
}

static PyObject *make_delta(int64_t micros) {
    int64_t seconds = floor_div(micros, 1000000), days = floor_div(seconds, 86400);
    if (days < -999999999 || days > 999999999) {
        PyErr_SetString(PyExc_OverflowError, "interval does not fit datetime.timedelta");
        return NULL;
    }
    return PyDelta_FromDSU((int)days, (int)(seconds - days * 86400), (int)(micros - seconds * 1000000));
}

static PyObject *make_time(int64_t nanos) {
    int seconds = (int)(nanos / 1000000000);
    return PyTime_FromTime(seconds / 3600, seconds / 60 % 60, seconds % 60, (int)(nanos % 1000000000 / 1000));
}

static PyTypeObject *decimal_type(struct core_state *state) {
    if (!state->decimal_type) {
        PyObject *module = PyImport_ImportModule("decimal");
        state->decimal_type = module ? (PyTypeObject *)PyObject_GetAttrString(module, "Decimal") : NULL;
        Py_XDECREF(module);
    }
    return state->decimal_type;
}

/* The digits of a 128-bit number with a point before the last `scale` of them. */
static PyObject *make_decimal(struct core_state *state, const uint8_t *bytes, int scale) {
    unsigned __int128 magnitude;
    memcpy(&magnitude, bytes, 16);
    bool negative = bytes[15] & 0x80;
    if (negative) magnitude = -magnitude;
    char text[64], *end = text + sizeof text, *at = end;
    int digits = 0;
    do {
        if (digits == scale && scale > 0) *--at = '.';
        *--at = (char)('0' + (int)(magnitude % 10));
        magnitude /= 10;
        digits++;
    } while (magnitude || digits <= scale);
    if (negative) *--at = '-';
    PyTypeObject *type = decimal_type(state);
    return type ? PyObject_CallFunction((PyObject *)type, "s#", at, (Py_ssize_t)(end - at)) : NULL;
}

static PyObject *without_python_value(const struct kind *kind) {
    PyObject *errors = PyImport_ImportModule("roost.errors.base");
    if (!errors) return NULL;
    PyObject *error =
        PyObject_CallMethod(errors, "no_python_value", "s",
                            kind->code == KIND_YEAR_MONTH ? "YearMonthIntervalType" : "CalendarIntervalType");
    if (error) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
    Py_DECREF(errors);
    return NULL;
}

/* Values that are numbers of a fixed width. */
#define READ_FIXED(ctype, expression)                                                                                  \
    do {                                                                                                               \
        const ctype *values = (const ctype *)(const void *)column->buffers[1];                                         \
        for (uint32_t i = 0; i < count; i++) {                                                                         \
            if (is_null(column, from + i)) {                                                                           \
                out[i] = Py_NewRef(Py_None);                                                                           \
                continue;                                                                                              \
            }                                                                                                          \
            ctype v = values[from + i];                                                                                \
            if (!(out[i] = (expression))) return false;                                                                \
        }                                                                                                              \
    } while (0)

static bool read_bytes(const struct kind *kind, const struct wire_column *column, uint32_t from, uint32_t count,
                       PyObject **out) {
    const int32_t *offsets = (const int32_t *)(const void *)column->buffers[1];
    const char *bytes = (const char *)column->buffers[2];
    bool text = kind->code != KIND_BINARY;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = from + i;
        if (is_null(column, row)) {
            out[i] = Py_NewRef(Py_None);
            continue;
        }
        Py_ssize_t size = offsets[row + 1] - offsets[row];
        out[i] = text ? PyUnicode_DecodeUTF8(bytes + offsets[row], size, "replace")
                      : PyBytes_FromStringAndSize(bytes + offsets[row], size);
        if (!out[i]) return false;
    }
    return true;
}

static void drop(PyObject **values, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) Py_XDECREF(values[i]);
    PyMem_Free(values);
}

static PyObject **read_child(struct core_state *state, const struct kind *kind, const struct wire_column *column,
                             uint32_t from, uint32_t count) {
    PyObject **values = PyMem_Calloc(count ? count : 1, sizeof *values);
    if (!values) {
        PyErr_NoMemory();
        return NULL;
    }
    if (values_read(state, kind, column, from, count, values)) return values;
    drop(values, count);
    return NULL;
}

static bool read_array(struct core_state *state, const struct kind *kind, const struct wire_column *column,
                       uint32_t from, uint32_t count, PyObject **out) {
    if (count == 0) return true;
    const int32_t *offsets = (const int32_t *)(const void *)column->buffers[1] + from;
    uint32_t first = (uint32_t)offsets[0], total = (uint32_t)offsets[count] - first;
    PyObject **items = read_child(state, &kind->children[0], &column->children[0], first, total);
    if (!items) return false;
    bool fine = true;
    for (uint32_t i = 0; fine && i < count; i++) {
        if (is_null(column, from + i)) {
            out[i] = Py_NewRef(Py_None);
            continue;
        }
        uint32_t start = (uint32_t)offsets[i] - first, size = (uint32_t)(offsets[i + 1] - offsets[i]);
        PyObject *list = PyList_New(size);
        fine = list != NULL;
        for (uint32_t j = 0; fine && j < size; j++) PyList_SET_ITEM(list, j, Py_NewRef(items[start + j]));
        out[i] = list;
    }
    drop(items, total);
    return fine;
}

/* The most entries that a map has. */
static uint32_t largest(const int32_t *offsets, uint32_t count) {
    int32_t most = 0;
    for (uint32_t i = 0; i < count; i++)
        if (offsets[i + 1] - offsets[i] > most) most = offsets[i + 1] - offsets[i];
    return (uint32_t)most;
}

static PyObject *dict_of(const struct map_entry *entries, uint32_t count) {
    PyObject *dict = PyDict_New();
    for (uint32_t i = 0; dict && i < count; i++)
        if (PyDict_SetItem(dict, entries[i].key, entries[i].value) < 0) Py_CLEAR(dict);
    return dict;
}

static bool read_map(struct core_state *state, const struct kind *kind, const struct wire_column *column, uint32_t from,
                     uint32_t count, PyObject **out) {
    if (count == 0) return true;
    const int32_t *offsets = (const int32_t *)(const void *)column->buffers[1] + from;
    uint32_t first = (uint32_t)offsets[0], total = (uint32_t)offsets[count] - first;
    PyObject **keys = read_child(state, &kind->children[0], &column->children[0], first, total);
    PyObject **values = keys ? read_child(state, &kind->children[1], &column->children[1], first, total) : NULL;
    struct map_entry *entries = values ? PyMem_Calloc(largest(offsets, count) + 1, sizeof *entries) : NULL;
    if (values && !entries) PyErr_NoMemory();
    bool fine = entries != NULL;
    for (uint32_t i = 0; fine && i < count; i++) {
        if (is_null(column, from + i)) {
            out[i] = Py_NewRef(Py_None);
            continue;
        }
        uint32_t start = (uint32_t)offsets[i] - first, size = (uint32_t)(offsets[i + 1] - offsets[i]);
        for (uint32_t j = 0; j < size; j++)
            entries[j] = (struct map_entry){.key = keys[start + j], .value = values[start + j]};
        map_to_dict(kind, &column->children[0], first + start, entries, size);
        fine = (out[i] = dict_of(entries, size)) != NULL;
    }
    PyMem_Free(entries);
    if (keys) drop(keys, total);
    if (values) drop(values, total);
    return fine;
}

static PyObject *row_alloc(struct core_state *state, uint32_t size, PyObject *dict) {
    PyObject *row = state->row_type->tp_alloc(state->row_type, size);
    if (!row) return NULL;
    PyObject **slot = _PyObject_GetDictPtr(row);
    if (slot) *slot = Py_NewRef(dict);
    return row;
}

static bool is_container(const struct kind *kind) {
    return kind->code == KIND_ARRAY || kind->code == KIND_MAP || kind->code == KIND_STRUCT || kind->udt;
}

static bool has_containers(const struct kind *kind) {
    for (uint32_t i = 0; i < kind->child_count; i++)
        if (is_container(&kind->children[i])) return true;
    return false;
}

/* Makes the rows of a struct whose columns these are; a row for each of count, None where column (if any) says so. */
static bool read_rows(struct core_state *state, const struct kind *kind, const struct wire_column *columns,
                      const struct wire_column *validity, uint32_t from, uint32_t count, PyObject **out) {
    for (uint32_t i = 0; i < count; i++) {
        if (validity && is_null(validity, from + i))
            out[i] = Py_NewRef(Py_None);
        else if (!(out[i] = row_alloc(state, kind->child_count, kind->row_dict)))
            return false;
    }
    PyObject **values = PyMem_Calloc(count ? count : 1, sizeof *values);
    if (!values) {
        PyErr_NoMemory();
        return false;
    }
    bool fine = true;
    for (uint32_t c = 0; fine && c < kind->child_count; c++) {
        fine = values_read(state, &kind->children[c], &columns[c], from, count, values);
        for (uint32_t i = 0; i < count; i++) {
            if (out[i] != Py_None)
                PyTuple_SET_ITEM(out[i], c, values[i]);
            else
                Py_XDECREF(values[i]);
            values[i] = NULL;
        }
    }
    PyMem_Free(values);
    if (fine && !has_containers(kind))
        for (uint32_t i = 0; i < count; i++)
            if (out[i] != Py_None) PyObject_GC_UnTrack(out[i]);
    return fine;
}

/* Of bytearrays, as PySpark unpickles them. */
static PyObject *make_variant(PyObject *class, PyObject *value, PyObject *metadata) {
    PyObject *values = PyByteArray_FromObject(value), *names = PyByteArray_FromObject(metadata);
    PyObject *made = values && names ? PyObject_CallFunctionObjArgs(class, values, names, NULL) : NULL;
    Py_XDECREF(values);
    Py_XDECREF(names);
    return made;
}

static bool read_variant(struct core_state *state, const struct wire_column *column, uint32_t from, uint32_t count,
                         PyObject **out) {
    static const struct kind binary = {.code = KIND_BINARY};
    PyObject *class = type_class(state, "VariantVal");
    PyObject **value = class ? read_child(state, &binary, &column->children[0], from, count) : NULL;
    PyObject **metadata = value ? read_child(state, &binary, &column->children[1], from, count) : NULL;
    bool fine = value && metadata;
    for (uint32_t i = 0; fine && i < count; i++) {
        out[i] = is_null(column, from + i) ? Py_NewRef(Py_None) : make_variant(class, value[i], metadata[i]);
        fine = out[i] != NULL;
    }
    if (value) drop(value, count);
    if (metadata) drop(metadata, count);
    return fine;
}

static bool read_spatial(struct core_state *state, const struct kind *kind, const struct wire_column *column,
                         uint32_t from, uint32_t count, PyObject **out) {
    PyObject *class = type_class(state, kind->code == KIND_GEOMETRY ? "Geometry" : "Geography");
    const int32_t *offsets = (const int32_t *)(const void *)column->buffers[1];
    if (!class) return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = from + i;
        if (is_null(column, row)) {
            out[i] = Py_NewRef(Py_None);
            continue;
        }
        Py_ssize_t size = offsets[row + 1] - offsets[row], number_size = size < 4 ? size : 4;
        const char *bytes = (const char *)column->buffers[2] + offsets[row];
        int32_t srid = 0;
        memcpy(&srid, bytes, (size_t)number_size);
        PyObject *wkb = PyByteArray_FromStringAndSize(bytes + number_size, size - number_size);
        out[i] = wkb ? PyObject_CallFunction(class, "Oi", wkb, srid) : NULL;
        Py_XDECREF(wkb);
        if (!out[i]) return false;
    }
    return true;
}

static bool read_boolean(const struct wire_column *column, uint32_t from, uint32_t count, PyObject **out) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = from + i;
        PyObject *value = column->buffers[1][row >> 3] >> (row & 7) & 1 ? Py_True : Py_False;
        out[i] = Py_NewRef(is_null(column, row) ? Py_None : value);
    }
    return true;
}

static bool read_plain(struct core_state *state, const struct kind *kind, const struct wire_column *column,
                       uint32_t from, uint32_t count, PyObject **out) {
    struct zone_cache cache = {0};
    struct sixteen {
        uint8_t bytes[16];
    };
    switch (kind->code) {
        case KIND_NULL:
            for (uint32_t i = 0; i < count; i++) out[i] = Py_NewRef(Py_None);
            return true;
        case KIND_BOOLEAN: return read_boolean(column, from, count, out);
        case KIND_BYTE: READ_FIXED(int8_t, PyLong_FromLong(v)); return true;
        case KIND_SHORT: READ_FIXED(int16_t, PyLong_FromLong(v)); return true;
        case KIND_INTEGER: READ_FIXED(int32_t, PyLong_FromLong(v)); return true;
        case KIND_LONG: READ_FIXED(int64_t, PyLong_FromLongLong(v)); return true;
        case KIND_FLOAT: READ_FIXED(float, PyFloat_FromDouble((double)v)); return true;
        case KIND_DOUBLE: READ_FIXED(double, PyFloat_FromDouble(v)); return true;
        case KIND_DECIMAL: READ_FIXED(struct sixteen, make_decimal(state, v.bytes, kind->scale)); return true;
        case KIND_DATE: READ_FIXED(int32_t, make_date(v)); return true;
        case KIND_TIMESTAMP: READ_FIXED(int64_t, make_timestamp(v, &cache)); return true;
        case KIND_TIMESTAMP_NTZ: READ_FIXED(int64_t, make_datetime(v, 0)); return true;
        case KIND_DAY_TIME: READ_FIXED(int64_t, make_delta(v)); return true;
        case KIND_TIME: READ_FIXED(int64_t, make_time(v)); return true;
        case KIND_YEAR_MONTH: READ_FIXED(int32_t, ((void)v, without_python_value(kind))); return true;
        case KIND_CALENDAR_INTERVAL: READ_FIXED(struct sixteen, ((void)v, without_python_value(kind))); return true;
        default: return read_bytes(kind, column, from, count, out);
    }
}

static bool deserialize(const struct kind *kind, uint32_t count, PyObject **out) {
    for (uint32_t i = 0; i < count; i++) {
        if (out[i] == Py_None) continue;
        PyObject *value = PyObject_CallMethod(kind->udt, "deserialize", "O", out[i]);
        Py_SETREF(out[i], value);
        if (!value) return false;
    }
    return true;
}

bool values_read(struct core_state *state, const struct kind *kind, const struct wire_column *column, uint32_t from,
                 uint32_t count, PyObject **out) {
    bool fine;
    switch (kind->code) {
        case KIND_ARRAY: fine = read_array(state, kind, column, from, count, out); break;
        case KIND_MAP: fine = read_map(state, kind, column, from, count, out); break;
        case KIND_STRUCT: fine = read_rows(state, kind, column->children, column, from, count, out); break;
        case KIND_VARIANT: fine = read_variant(state, column, from, count, out); break;
        case KIND_GEOMETRY:
        case KIND_GEOGRAPHY: fine = read_spatial(state, kind, column, from, count, out); break;
        default: fine = read_plain(state, kind, column, from, count, out);
    }
    return fine && (!kind->udt || deserialize(kind, count, out));
}

bool rows_append(struct core_state *state, const Schema *schema, const struct wire_batch *batch, PyObject *list) {
    const struct kind *kind = &schema->root;
    bool fits = kind->code == KIND_STRUCT && batch->column_count == kind->child_count;
    for (uint32_t i = 0; fits && i < batch->column_count; i++)
        fits = kind_fits(&kind->children[i], &batch->columns[i], batch->rows);
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "a batch from the engine does not fit its schema");
        return false;
    }
    PyObject **rows = PyMem_Calloc(batch->rows ? batch->rows : 1, sizeof *rows);
    if (!rows) {
        PyErr_NoMemory();
        return false;
    }
    bool fine = read_rows(state, kind, batch->columns, NULL, 0, batch->rows, rows);
    for (uint32_t i = 0; fine && i < batch->rows; i++) fine = PyList_Append(list, rows[i]) == 0;
    drop(rows, batch->rows);
    return fine;
}
