/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where in the program an expression was made: what was called, and the line that called it. Errors about the
 * expression show both:
 *
 *     == DataFrame ==
 *     "__truediv__" was called from
 *     /home/me/job.py:12
 *
 * The frames of this package are passed over. What was called is the first method of Column or function among them
 * (within DataFrame.fillna() that is a function), or else the last of them. It travels as ExpressionCommon, behind the expression itself: who reads an encoded expression finds its kind first.
 */
#include <stdio.h>

#include "core.h"

enum { EXPRESSION_COMMON = 18, COMMON_ORIGIN = 1, ORIGIN_PYTHON = 1, PYTHON_FRAGMENT = 1, PYTHON_CALL_SITE = 2 };

static const char *file_of(PyCodeObject *code) {
    const char *name = PyUnicode_AsUTF8(code->co_filename);
    if (!name) PyErr_Clear();
    return name ? name : "";
}

static bool is_ours(const struct core_state *state, PyCodeObject *code) {
    size_t size = (size_t)PyBytes_GET_SIZE(state->package);
    return strncmp(file_of(code), PyBytes_AS_STRING(state->package), size) == 0;
}

/* Is it a method of Column or one of the functions, for programs to call? */
static bool is_called(PyCodeObject *code) {
    const char *name = PyUnicode_AsUTF8(code->co_name), *file = file_of(code);
    if (!name || *name == '<' || (*name == '_' && name[1] != '_')) return false;
    if (strstr(file, "/sql/functions/base.py")) return false; /* what functions are made with */
    return strstr(file, "/sql/column.py") || strstr(file, "/sql/functions/");
}

/* The frame that called `frame`, which is given up. */
static PyFrameObject *caller(PyFrameObject *frame) {
    PyFrameObject *back = PyFrame_GetBack(frame);
    Py_DECREF(frame);
    return back;
}

/* The lines of the program that are under way, innermost first, `depth` of them. Gives up the frame. */
static void write_call_site(const struct core_state *state, struct pbuf *b, PyFrameObject *frame) {
    size_t start = pbuf_open(b, PYTHON_CALL_SITE);
    for (int left = state->origin_depth; frame && left > 0; frame = caller(frame)) {
        PyCodeObject *code = PyFrame_GetCode(frame);
        if (!is_ours(state, code)) {
            const char *file = file_of(code);
            char line[16];
            int size = snprintf(line, sizeof line, ":%d", PyFrame_GetLineNumber(frame));
            if (left < state->origin_depth) pbuf_bytes(b, "\n", 1);
            pbuf_bytes(b, file, strlen(file));
            pbuf_bytes(b, line, (size_t)size);
            left--;
        }
        Py_DECREF(code);
    }
    Py_XDECREF(frame);
    pbuf_close(b, start);
}

void origin_write(struct core_state *state, struct pbuf *b, const char *called) {
    PyFrameObject *frame = state->origin_depth && state->package ? PyEval_GetFrame() : NULL;
    if (!frame) return;
    Py_INCREF(frame);
    PyObject *name = NULL;
    bool found = called; /* nobody looks for a name then */
    while (frame) {
        PyCodeObject *code = PyFrame_GetCode(frame);
        bool ours = is_ours(state, code);
        if (ours && !found) {
            Py_XSETREF(name, Py_NewRef(code->co_name));
            found = is_called(code);
        }
        Py_DECREF(code);
        if (!ours) break;
        frame = caller(frame);
    }
    size_t common = pbuf_open(b, EXPRESSION_COMMON), origin = pbuf_open(b, COMMON_ORIGIN);
    size_t python = pbuf_open(b, ORIGIN_PYTHON);
    if (!called && name) called = PyUnicode_AsUTF8(name);
    if (called) pbuf_key_bytes(b, PYTHON_FRAGMENT, called, strlen(called));
    write_call_site(state, b, frame);
    pbuf_close(b, python);
    pbuf_close(b, origin);
    pbuf_close(b, common);
    Py_XDECREF(name);
}

/* trace_origins(depth, package): how many lines of the program to note (0: none), and where this package's files are. */
PyObject *core_trace_origins(PyObject *module, PyObject *args) {
    struct core_state *state = core_state(module);
    PyObject *package = NULL;
    int depth;
    if (!PyArg_ParseTuple(args, "i|O&:trace_origins", &depth, PyUnicode_FSConverter, &package)) return NULL;
    state->origin_depth = depth;
    if (package) Py_XSETREF(state->package, package);
    Py_RETURN_NONE;
}
