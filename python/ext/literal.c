/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Python values as spark.connect.Expression.Literal.
 *
 * The kinds are PySpark's: an int is an integer if it fits 32 bits, else a long; a float is a double; a datetime is
 * a timestamp, a naive one in the process's zone. What is not here (lists, numpy, enums) becomes a Column in Python.
 */
#include "core.h"

#include <datetime.h>
#include <limits.h>
#include <time.h>

enum { /* fields of Literal */
       LITERAL_NULL = 1,
       LITERAL_BINARY = 2,
       LITERAL_BOOLEAN = 3,
       LITERAL_INTEGER = 6,
       LITERAL_LONG = 7,
       LITERAL_DOUBLE = 11,
       LITERAL_DECIMAL = 12,
       LITERAL_STRING = 13,
       LITERAL_DATE = 16,
       LITERAL_TIMESTAMP = 17,
       LITERAL_DAY_TIME = 21,
       LITERAL_TIME = 26
};

int literal_exec(PyObject *module) {
    PyDateTime_IMPORT;
    return PyDateTimeAPI ? 0 : -1;
}

/* Days from 1970-01-01 of a date in the proleptic Gregorian calendar. */
static int64_t days_from_civil(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int64_t date_to_days(PyObject *date) {
    return days_from_civil(PyDateTime_GET_YEAR(date), PyDateTime_GET_MONTH(date), PyDateTime_GET_DAY(date));
}

int64_t datetime_wall_micros(PyObject *d) {
    int64_t seconds = date_to_days(d) * 86400 + PyDateTime_DATE_GET_HOUR(d) * 3600 +
                      PyDateTime_DATE_GET_MINUTE(d) * 60 + PyDateTime_DATE_GET_SECOND(d);
    return seconds * 1000000 + PyDateTime_DATE_GET_MICROSECOND(d);
}

int64_t delta_to_micros(PyObject *delta) {
    int64_t seconds = (int64_t)PyDateTime_DELTA_GET_DAYS(delta) * 86400 + PyDateTime_DELTA_GET_SECONDS(delta);
    return seconds * 1000000 + PyDateTime_DELTA_GET_MICROSECONDS(delta);
}

bool datetime_to_micros(PyObject *d, int64_t *micros) {
    if (PyDateTime_DATE_GET_TZINFO(d) != Py_None) {
        PyObject *offset = PyObject_CallMethod(d, "utcoffset", NULL);
        if (!offset) return false;
        if (offset != Py_None) {
            *micros = datetime_wall_micros(d) - delta_to_micros(offset);
            Py_DECREF(offset);
            return true;
        }
        Py_DECREF(offset);
    }
    struct tm tm = {
        .tm_year = PyDateTime_GET_YEAR(d) - 1900,
        .tm_mon = PyDateTime_GET_MONTH(d) - 1,
        .tm_mday = PyDateTime_GET_DAY(d),
        .tm_hour = PyDateTime_DATE_GET_HOUR(d),
        .tm_min = PyDateTime_DATE_GET_MINUTE(d),
        .tm_sec = PyDateTime_DATE_GET_SECOND(d),
        .tm_isdst = -1,
    };
    *micros = (int64_t)mktime(&tm) * 1000000 + PyDateTime_DATE_GET_MICROSECOND(d);
    return true;
}

static int write_integer(struct pbuf *b, PyObject *value) {
    int overflow;
    long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow) return 0; /* the fallback says what is wrong */
    if (number == -1 && PyErr_Occurred()) return -1;
    pbuf_key_varint(b, number >= INT32_MIN && number <= INT32_MAX ? LITERAL_INTEGER : LITERAL_LONG, (uint64_t)number);
    return 1;
}

static int write_text(struct pbuf *b, uint32_t field, PyObject *value) {
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(value, &size);
    if (!text) return -1;
    pbuf_key_bytes(b, field, text, (size_t)size);
    return 1;
}

static int write_decimal(struct pbuf *b, PyObject *value) {
    PyObject *text = PyObject_Str(value);
    if (!text) return -1;
    size_t start = pbuf_open(b, LITERAL_DECIMAL);
    int done = write_text(b, 1, text);
    pbuf_close(b, start);
    Py_DECREF(text);
    return done;
}

static int write_datetime(struct pbuf *b, PyObject *value) {
    int64_t micros;
    if (!datetime_to_micros(value, &micros)) return -1;
    pbuf_key_varint(b, LITERAL_TIMESTAMP, (uint64_t)micros);
    return 1;
}

int64_t time_to_nanos(PyObject *t) {
    int64_t seconds =
        PyDateTime_TIME_GET_HOUR(t) * 3600 + PyDateTime_TIME_GET_MINUTE(t) * 60 + PyDateTime_TIME_GET_SECOND(t);
    return seconds * 1000000000 + (int64_t)PyDateTime_TIME_GET_MICROSECOND(t) * 1000;
}

static int write_time(struct pbuf *b, PyObject *t) {
    size_t start = pbuf_open(b, LITERAL_TIME);
    pbuf_key_varint(b, 1, (uint64_t)time_to_nanos(t));
    pbuf_key_varint(b, 2, 6);
    pbuf_close(b, start);
    return 1;
}

static int write_temporal(struct pbuf *b, PyObject *value) {
    if (PyDateTime_Check(value)) return write_datetime(b, value);
    if (PyDate_Check(value)) {
        pbuf_key_varint(b, LITERAL_DATE, (uint64_t)date_to_days(value));
        return 1;
    }
    if (PyTime_Check(value)) return write_time(b, value);
    if (PyDelta_Check(value)) {
        pbuf_key_varint(b, LITERAL_DAY_TIME, (uint64_t)delta_to_micros(value));
        return 1;
    }
    return 0;
}

int literal_write(struct core_state *state, struct pbuf *b, PyObject *value) {
    static const uint8_t null_type[] = {0x0a, 0x00}; /* DataType { null {} } */
    if (PyUnicode_CheckExact(value)) return write_text(b, LITERAL_STRING, value);
    if (PyLong_CheckExact(value)) return write_integer(b, value);
    if (PyFloat_CheckExact(value)) {
        pbuf_key_double(b, LITERAL_DOUBLE, PyFloat_AS_DOUBLE(value));
        return 1;
    }
    if (value == Py_None) {
        pbuf_key_bytes(b, LITERAL_NULL, null_type, sizeof null_type);
        return 1;
    }
    if (PyBool_Check(value)) {
        pbuf_key_varint(b, LITERAL_BOOLEAN, value == Py_True);
        return 1;
    }
    if (PyBytes_Check(value)) {
        pbuf_key_bytes(b, LITERAL_BINARY, PyBytes_AS_STRING(value), (size_t)PyBytes_GET_SIZE(value));
        return 1;
    }
    if (PyByteArray_Check(value)) {
        pbuf_key_bytes(b, LITERAL_BINARY, PyByteArray_AS_STRING(value), (size_t)PyByteArray_GET_SIZE(value));
        return 1;
    }
    if (strcmp(Py_TYPE(value)->tp_name, "decimal.Decimal") == 0) return write_decimal(b, value);
    return write_temporal(b, value);
}
