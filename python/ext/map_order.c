/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps between Python and Spark.
 *
 * In PySpark rows and the arguments and results of functions are pickled, and maps cross as java.util.HashMap. What
 * order such a table is walked in shows: explode(), map_keys() and show() tell that of the map column, collect() and
 * printed rows that of the dictionary. A walk goes bucket by bucket, through those of a bucket as they came; a key's
 * bucket is its hash code, the upper half folded on the lower, modulo the number of buckets.
 *
 *     dictionary -> map    the unpickler puts the entries in a table of 16 buckets, the last first; a second table, of
 *                          at least count / 0.75 + 1, takes them over. The map is a walk through that one.
 *     map -> dictionary    a table of at least as many buckets as entries is walked by the pickler.
 *
 * The number of buckets is a power of two, and doubles when more than three quarters as many entries are there. Keys
 * whose hash code is not that of a plain value (bytes, structs) keep the order that they have, and so does all that
 * goes by Arrow.
 */
#include "map_order.h"

#include <stdlib.h>
#include <string.h>

static uint32_t hash_of_text(PyObject *text) {
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    uint32_t hash = 0;
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(text); i++) {
        Py_UCS4 c = PyUnicode_READ(kind, data, i);
        if (c > 0xFFFF) { /* two units of UTF-16 */
            c -= 0x10000;
            hash = hash * 31 + (0xD800 + (c >> 10));
            c = 0xDC00 + (c & 0x3FF);
        }
        hash = hash * 31 + c;
    }
    return hash;
}

/* Of a Long; an Integer's differs from it only where no bucket tells. */
static uint32_t hash_of_bits(uint64_t bits) {
    return (uint32_t)(bits ^ bits >> 32);
}

static uint32_t hash_of_double(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return hash_of_bits(value != value ? 0x7FF8000000000000 : bits);
}

static uint32_t hash_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return value != value ? 0x7FC00000 : bits;
}

/* The hash code of what Java has for a dictionary's key; false if it is not known. */
static bool hash_of_key(PyObject *key, uint32_t *hash) {
    if (PyBool_Check(key)) return *hash = key == Py_True ? 1231 : 1237, true;
    if (PyFloat_CheckExact(key)) return *hash = hash_of_double(PyFloat_AS_DOUBLE(key)), true;
    if (PyUnicode_CheckExact(key)) return *hash = hash_of_text(key), true;
    if (!PyLong_CheckExact(key)) return false;
    int overflow;
    *hash = hash_of_bits((uint64_t)PyLong_AsLongLongAndOverflow(key, &overflow));
    return !overflow;
}

/* The same of a column's row, whose value in Python is `key`. */
static bool hash_of_row(const struct kind *kind, const struct wire_column *column, uint32_t row, PyObject *key,
                        uint32_t *hash) {
    const void *values = column->buffers[1];
    switch (kind->code) {
        case KIND_FLOAT: return *hash = hash_of_float(((const float *)values)[row]), true;
        case KIND_DATE:
        case KIND_YEAR_MONTH: return *hash = hash_of_bits((uint64_t)((const int32_t *)values)[row]), true;
        case KIND_TIMESTAMP:
        case KIND_TIMESTAMP_NTZ:
        case KIND_DAY_TIME: return *hash = hash_of_bits(((const uint64_t *)values)[row]), true;
        default: return hash_of_key(key, hash);
    }
}

static int by_bucket(const void *a, const void *b) {
    const struct map_entry *x = a, *y = b;
    if (x->bucket != y->bucket) return x->bucket < y->bucket ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

/* Into the order of a walk through a table with room for `room` entries, which then has taken them all. */
static void walk(struct map_entry *entries, uint32_t count, uint32_t room) {
    uint32_t buckets = 1;
    while (buckets < room) buckets *= 2;
    while (count > (uint32_t)(buckets * 0.75)) buckets *= 2;
    for (uint32_t i = 0; i < count; i++) {
        entries[i].bucket = (entries[i].hash ^ entries[i].hash >> 16) & (buckets - 1);
        entries[i].place = i;
    }
    qsort(entries, count, sizeof *entries, by_bucket);
}

void map_from_dict(const struct kind *map, PyObject *dict, struct map_entry *entries) {
    uint32_t count = (uint32_t)PyDict_GET_SIZE(dict), i = 0;
    PyObject *key, *value;
    Py_ssize_t at = 0;
    bool known = count > 1 && !map->keeps_order;
    while (PyDict_Next(dict, &at, &key, &value)) {
        entries[i] = (struct map_entry){.key = key, .value = value};
        known = known && hash_of_key(key, &entries[i].hash);
        i++;
    }
    if (!known) return;
    for (uint32_t k = 0; k < count / 2; k++) {
        struct map_entry last = entries[count - 1 - k];
        entries[count - 1 - k] = entries[k];
        entries[k] = last;
    }
    walk(entries, count, 16);
    walk(entries, count, (uint32_t)(count / 0.75 + 1));
}

void map_to_dict(const struct kind *map, const struct wire_column *keys, uint32_t first, struct map_entry *entries,
                 uint32_t count) {
    if (map->keeps_order) return;
    for (uint32_t i = 0; i < count; i++)
        if (!hash_of_row(&map->children[0], keys, first + i, entries[i].key, &entries[i].hash)) return;
    if (count > 1) walk(entries, count, count);
}
