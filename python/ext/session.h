/* SPDX-License-Identifier: Apache-2.0 */
/* Connections, sessions, plans, results: thin objects over libroost. See session.c and result.c. */
#ifndef ROOST_EXT_SESSION_H
#define ROOST_EXT_SESSION_H

#include "schema.h"

#include "roost.h"

typedef struct {
    PyObject_HEAD struct roost_client *client;
} Client;

typedef struct {
    PyObject_HEAD struct roost_session *session;
    PyObject *client;
    double deadline; /* time.monotonic() at which calls end; 0: never */
} Session;

typedef struct {
    PyObject_HEAD struct roost_plan *plan;
    PyObject *session;
    PyObject *keep; /* what must live as long: parents, functions */
} Plan;

/* A batch of columns: one of a result (holds a reference to it), one lent for a call, or one made by ingest.c. */
typedef struct {
    PyObject_HEAD struct wire_batch batch;
    const struct roost_batch *shared;
    void *memory; /* of an own batch: released with PyMem_RawFree */
    bool lent;    /* valid only during a callback */
} Batch;

typedef struct {
    PyObject_HEAD struct roost_result *result;
    Schema *schema;
    PyObject *session;
} Result;

/* How the extension waits: without the GIL, which it takes to look for signals and to call functions. */
struct waiting {
    struct roost_wait wait;
    struct core_state *state;
    PyThreadState *thread;
    PyObject *session;
};
/* False: the session's deadline is over (error set). */
bool waiting_begin(struct waiting *w, struct core_state *state, Session *session);
#define WITHOUT_GIL(w, statement)                                                                                      \
    do {                                                                                                               \
        (w).thread = PyEval_SaveThread();                                                                              \
        statement;                                                                                                     \
        PyEval_RestoreThread((w).thread);                                                                              \
    } while (0)
/* Raises what the library says; an exception that is set already (KeyboardInterrupt) stays. */
void raise_error(struct core_state *state, struct roost_error *error);

/* Buffers begin at multiples of 8 bytes. */
static inline size_t padded(size_t size) {
    return (size + 7) & ~(size_t)7;
}

extern PyType_Spec client_spec, session_spec, plan_spec, result_spec, batch_spec;
Batch *batch_new(struct core_state *state);
/* What was lent for a call becomes the batch's own. */
bool batch_own(Batch *batch);
Result *result_new(struct core_state *state, struct roost_result *result, PyObject *session);

/* arrays.c: columns of a result that are gathered batch by batch; `before`: how many rows they have already. */
PyObject *columns_new(const struct kind *kind);
bool columns_append(struct core_state *state, PyObject *columns, const struct kind *kind,
                    const struct wire_batch *batch, Py_ssize_t before);

/* ingest.c */
PyObject *core_encode_rows(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *core_encode_columns(PyObject *module, PyObject *const *args, Py_ssize_t count);
int ingest_exec(PyObject *module);

/* infer.c */
PyObject *core_infer(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *core_shapes(PyObject *module, PyObject *rows);
int infer_exec(PyObject *module);

/* arrow.c */
PyObject *core_arrow_stream(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *core_import_stream(PyObject *module, PyObject *const *args, Py_ssize_t count);

#endif
