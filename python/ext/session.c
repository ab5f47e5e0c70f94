/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client, Session and Plan: what Python holds of an engine.
 *
 * Nothing here thinks: messages come ready from Python, libroost carries them. What this file adds is Python's side of
 * waiting. A call releases the GIL; when a signal comes (or every 50 ms) the library asks `interrupted`, which takes
 * the GIL for a moment to let signal handlers run. A handler that raises (Ctrl-C, a test's time limit) ends the call,
 * and the exception stays set. Functions that the engine wants called run in this same thread, the caller's.
 *
 * After a fork the objects go on working in the child: libroost sees the other pid and makes connections of its own.
 */
#include "session.h"

#include <time.h>

static double monotonic(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool interrupted(void *context) {
    struct waiting *w = context;
    PyEval_RestoreThread(w->thread);
    bool raised = PyErr_Occurred() || PyErr_CheckSignals() != 0;
    w->thread = PyEval_SaveThread();
    return raised;
}

/* The text of the exception that is set, with its traceback; clears it. */
static PyObject *traceback_text(void) {
    PyObject *type, *value, *traceback, *text = NULL;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (value && traceback) PyException_SetTraceback(value, traceback);
    PyObject *module = PyImport_ImportModule("roost.sql.worker");
    if (module && value) text = PyObject_CallMethod(module, "failure_text", "O", value);
    Py_XDECREF(module);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    PyErr_Clear();
    return text;
}

/* Whether the exception that is set is the query's own, to be raised as it is. */
static bool is_of_query(void) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *mark = value ? PyObject_GetAttrString(value, "_is_of_query") : NULL;
    bool is = mark == Py_True;
    Py_XDECREF(mark);
    PyErr_Restore(type, value, traceback); /* and what looking for the mark raised goes */
    return is;
}

static PyObject *call_handler(struct waiting *w, const struct roost_call *call, PyObject *batches) {
    PyObject *module = PyImport_ImportModule("roost.sql.worker");
    PyObject *result =
        module ? PyObject_CallMethod(module, "run", "y#iy#y#OI", call->function, (Py_ssize_t)call->function_size,
                                     (int)call->eval_type, call->arguments, (Py_ssize_t)call->arguments_size,
                                     call->result, (Py_ssize_t)call->result_size, batches, (unsigned)call->piece)
               : NULL;
    Py_XDECREF(module);
    return result;
}

static void reply_with(struct waiting *w, PyObject *answers, struct roost_reply *reply) {
    Py_ssize_t count = PyList_Check(answers) ? PyList_GET_SIZE(answers) : 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PyList_GET_ITEM(answers, i);
        if (!PyObject_TypeCheck(item, (PyTypeObject *)PyDict_GetItemString(w->state->types, "_Batch")) ||
            !roost_reply_batch(reply, &((Batch *)item)->batch)) {
            roost_reply_error(reply, "PythonException", NULL, "a function's answer does not fit a batch", NULL);
            return;
        }
    }
}

/* The engine wants a function called. */
static void run_function(void *context, const struct roost_call *call, struct roost_reply *reply) {
    struct waiting *w = context;
    PyEval_RestoreThread(w->thread);
    PyObject *batches = PyList_New(0);
    for (uint32_t i = 0; batches && i < call->batch_count; i++) {
        Batch *batch = batch_new(w->state);
        if (!batch) break;
        batch->batch = call->batches[i];
        batch->lent = true;
        PyList_Append(batches, (PyObject *)batch);
        Py_DECREF(batch);
    }
    PyObject *answers = batches ? call_handler(w, call, batches) : NULL;
    for (Py_ssize_t i = 0; batches && i < PyList_GET_SIZE(batches); i++)
        memset(&((Batch *)PyList_GET_ITEM(batches, i))->batch, 0, sizeof(struct wire_batch));
    if (answers) {
        reply_with(w, answers, reply);
    } else if (PyErr_ExceptionMatches(PyExc_Exception) && !is_of_query()) {
        PyObject *text = traceback_text();
        const char *cause = text ? PyUnicode_AsUTF8(text) : NULL;
        roost_reply_error(reply, "PythonException", NULL, cause ? cause : "a function failed", NULL);
        Py_XDECREF(text);
        PyErr_Clear();
    } else { /* KeyboardInterrupt, SystemExit, pytest's outcomes, the query's own: stays set and ends the call */
        roost_reply_error(reply, "PythonException", NULL, "the function was interrupted", NULL);
    }
    Py_XDECREF(answers);
    Py_XDECREF(batches);
    w->thread = PyEval_SaveThread();
}

bool waiting_begin(struct waiting *w, struct core_state *state, Session *session) {
    memset(w, 0, sizeof *w);
    w->state = state;
    w->wait.interrupted = interrupted;
    w->wait.function = run_function;
    w->wait.context = w;
    w->session = (PyObject *)session;
    if (session && session->deadline > 0) {
        double left = session->deadline - monotonic();
        w->wait.timeout_ms = left <= 0 ? 1 : left > 4e6 ? 4000000000u : (uint32_t)(left * 1000) + 1;
    }
    return true;
}

void raise_error(struct core_state *state, struct roost_error *error) {
    if (PyErr_Occurred()) {
        roost_error_reset(error);
        return;
    }
    PyObject *parameters = PyDict_New(), *contexts = PyList_New(0);
    for (uint32_t i = 0; parameters && i < error->parameter_count; i++) {
        PyObject *value =
            PyUnicode_DecodeUTF8(error->parameters[i].value, (Py_ssize_t)strlen(error->parameters[i].value), "replace");
        if (value) PyDict_SetItemString(parameters, error->parameters[i].name, value);
        Py_XDECREF(value);
    }
    for (uint32_t i = 0; contexts && i < error->context_count; i++) {
        const struct roost_error_context *c = &error->contexts[i];
#define TEXT(s) ((s) ? (s) : "")
        PyObject *tuple =
            Py_BuildValue("(Nssiisss)", PyBool_FromLong(c->dataframe), TEXT(c->object_type), TEXT(c->object_name),
                          c->start, c->stop, TEXT(c->fragment), TEXT(c->call_site), TEXT(c->summary));
#undef TEXT
        if (tuple) PyList_Append(contexts, tuple);
        Py_XDECREF(tuple);
    }
    PyObject *module = PyImport_ImportModule("roost.errors.base");
    PyObject *exception =
        module ? PyObject_CallMethod(module, "from_engine", "szzsNNz", error->kind ? error->kind : "SparkException",
                                     error->condition, error->sql_state, error->message ? error->message : "",
                                     parameters, contexts, error->cause)
               : NULL;
    Py_XDECREF(module);
    roost_error_reset(error);
    if (exception) {
        PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
        Py_DECREF(exception);
    }
}

/* ---- Client(address, name) */

static PyObject *client_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"address", "name", "connect_timeout_ms", NULL};
    const char *address, *name = NULL;
    unsigned connect_timeout = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|zI:Client", names, &address, &name, &connect_timeout))
        return NULL;
    Client *self = (Client *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    struct roost_client_options options = {.name = name, .connect_timeout_ms = connect_timeout};
    self->client = roost_client_new(address, &options);
    if (!self->client) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}

static void client_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    if (((Client *)self)->client) roost_client_free(((Client *)self)->client);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *client_address(PyObject *self, void *closure) {
    return PyUnicode_DecodeFSDefault(roost_client_address(((Client *)self)->client));
}

static PyObject *client_status(PyObject *self, PyObject *unused) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    struct waiting w;
    struct roost_status status;
    struct roost_error error = {0};
    bool fine;
    waiting_begin(&w, state, NULL);
    WITHOUT_GIL(w, fine = roost_client_status(((Client *)self)->client, &w.wait, &status, &error));
    if (!fine) {
        raise_error(state, &error);
        return NULL;
    }
    return Py_BuildValue("{s:K,s:I,s:I,s:I,s:K,s:K,s:s,s:s}", "epoch", status.epoch, "engine_pid", status.engine_pid,
                         "sessions", status.sessions, "connections", status.connections, "queries", status.queries,
                         "memory_used", status.memory_used, "version", status.version, "last_crash", status.last_crash);
}

static PyMethodDef client_methods[] = {
    {"status", client_status, METH_NOARGS, "What the engine says of itself, a dictionary."},
    {NULL},
};
static PyGetSetDef client_getset[] = {
    {"address", client_address, NULL, "the address of the engine", NULL},
    {NULL},
};
static PyType_Slot client_slots[] = {
    {Py_tp_doc, "Client(address, name): connections to one engine."},
    {Py_tp_new, client_new},
    {Py_tp_dealloc, client_dealloc},
    {Py_tp_methods, client_methods},
    {Py_tp_getset, client_getset},
    {0, NULL},
};
PyType_Spec client_spec = {
    .name = "roost._core.Client",
    .basicsize = sizeof(Client),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = client_slots,
};

/* ---- Session(client, application, name, config, id, attach, clone_of) */

static bool read_config(PyObject *config, struct roost_parameter **list, uint32_t *count) {
    *count = 0;
    *list = PyMem_Calloc((size_t)PyDict_Size(config) + 1, sizeof **list);
    if (!*list) {
        PyErr_NoMemory();
        return false;
    }
    PyObject *key, *value;
    Py_ssize_t at = 0;
    while (PyDict_Next(config, &at, &key, &value)) {
        struct roost_parameter *p = &(*list)[*count];
        p->name = PyUnicode_AsUTF8(key);
        p->value = p->name ? PyUnicode_AsUTF8(value) : NULL;
        if (!p->value) return false;
        ++*count;
    }
    return true;
}

static PyObject *session_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"client", "application", "name", "config", "id", "attach", "clone_of", NULL};
    struct core_state *state = core_state_of(type);
    PyObject *client, *config = NULL;
    struct roost_session_options options = {0};
    unsigned long long id = 0, clone_of = 0;
    int attach = 0;
    if (!state || !PyArg_ParseTupleAndKeywords(args, kwargs, "O!|zzO!KpK:Session", names, state->connection_type,
                                               &client, &options.application, &options.name, &PyDict_Type, &config, &id,
                                               &attach, &clone_of))
        return NULL;
    options.id = id;
    options.clone_of = clone_of;
    options.attach = attach;
    struct roost_parameter *list = NULL;
    if (config && !read_config(config, &list, &options.config_count)) {
        PyMem_Free(list);
        return NULL;
    }
    options.config = list;
    Session *self = (Session *)type->tp_alloc(type, 0);
    if (self) {
        self->client = Py_NewRef(client);
        self->session = roost_session_new(((Client *)client)->client, &options);
        if (!self->session) {
            Py_CLEAR(self);
            PyErr_NoMemory();
        }
    }
    PyMem_Free(list);
    return (PyObject *)self;
}

static void session_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    roost_session_unref(((Session *)self)->session);
    Py_CLEAR(((Session *)self)->client);
    type->tp_free(self);
    Py_DECREF(type);
}

/* What a tuple or list of Plan objects holds; NULL for none. Freed with PyMem_Free. */
static bool read_parents(struct core_state *state, PyObject *parents, struct roost_plan ***list, uint32_t *count) {
    *list = NULL;
    *count = 0;
    Py_ssize_t n = parents ? PyTuple_GET_SIZE(parents) : 0;
    if (n == 0) return true;
    *list = PyMem_Calloc((size_t)n, sizeof **list);
    if (!*list) {
        PyErr_NoMemory();
        return false;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *parent = PyTuple_GET_ITEM(parents, i);
        if (PyObject_TypeCheck(parent, state->plan_type)) /* others are only kept alive */
            (*list)[(*count)++] = ((Plan *)parent)->plan;
    }
    return true;
}

/* Wraps a new plan (NULL: no memory) and derives it if wanted. */
static PyObject *plan_wrap(struct core_state *state, Session *session, struct roost_plan *made, PyObject *keep,
                           bool derive) {
    if (!made) return PyErr_NoMemory();
    Plan *plan = (Plan *)state->plan_type->tp_alloc(state->plan_type, 0);
    if (!plan) {
        roost_plan_unref(made);
        return NULL;
    }
    plan->plan = made;
    plan->session = Py_NewRef((PyObject *)session);
    plan->keep = Py_XNewRef(keep);
    if (derive) {
        struct waiting w;
        struct roost_error error = {0};
        bool fine;
        waiting_begin(&w, state, session);
        WITHOUT_GIL(w, fine = roost_plan_derive(made, &w.wait, &error));
        if (!fine) {
            Py_DECREF(plan);
            raise_error(state, &error);
            return NULL;
        }
    }
    return (PyObject *)plan;
}

typedef struct roost_plan *plan_maker(struct roost_session *, const void *, size_t, struct roost_plan *const *,
                                      uint32_t);

/* (bytes, parents, derive) */
static PyObject *make_plan(PyObject *self, PyObject *const *args, Py_ssize_t count, plan_maker *maker) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    if (count != 3 || !PyBytes_Check(args[0]) || !PyTuple_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "(bytes, tuple of parents, derive)");
        return NULL;
    }
    struct roost_plan **parents;
    uint32_t parent_count;
    if (!read_parents(state, args[1], &parents, &parent_count)) return NULL;
    struct roost_plan *made = maker(((Session *)self)->session, PyBytes_AS_STRING(args[0]),
                                    (size_t)PyBytes_GET_SIZE(args[0]), parents, parent_count);
    PyMem_Free(parents);
    return plan_wrap(state, (Session *)self, made, args[1], PyObject_IsTrue(args[2]));
}

static PyObject *session_plan(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    return make_plan(self, args, count, roost_plan_new);
}

static PyObject *session_relation(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    return make_plan(self, args, count, roost_plan_relation);
}

static PyObject *session_data(PyObject *self, PyObject *args) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    const char *schema;
    PyObject *batches;
    if (!PyArg_ParseTuple(args, "sO!:data", &schema, &PyList_Type, &batches)) return NULL;
    struct roost_plan *plan = roost_plan_data(((Session *)self)->session, schema);
    PyTypeObject *batch_type = (PyTypeObject *)PyDict_GetItemString(state->types, "_Batch");
    for (Py_ssize_t i = 0; plan && i < PyList_GET_SIZE(batches); i++) {
        PyObject *batch = PyList_GET_ITEM(batches, i);
        if (!PyObject_TypeCheck(batch, batch_type) || !roost_plan_add_batch(plan, &((Batch *)batch)->batch)) {
            roost_plan_unref(plan);
            PyErr_SetString(PyExc_ValueError, "not a batch, or one that is too large");
            return NULL;
        }
    }
    return plan_wrap(state, (Session *)self, plan, NULL, false);
}

/* execute(plan or bytes, parents, operation, tags, max_rows) */
static PyObject *session_execute(PyObject *self, PyObject *args) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    PyObject *what, *parents, *tags;
    struct roost_execute_options options = {0};
    unsigned long long max_rows;
    if (!PyArg_ParseTuple(args, "OO!zO!K:execute", &what, &PyTuple_Type, &parents, &options.operation, &PyTuple_Type,
                          &tags, &max_rows))
        return NULL;
    const char *texts[64];
    options.max_rows = max_rows;
    options.tags = texts;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tags) && i < 64; i++)
        if (!(texts[options.tag_count++] = PyUnicode_AsUTF8(PyTuple_GET_ITEM(tags, i)))) return NULL;
    struct roost_session *session = ((Session *)self)->session;
    struct roost_error error = {0};
    struct roost_result *result;
    struct waiting w;
    waiting_begin(&w, state, (Session *)self);
    if (PyObject_TypeCheck(what, state->plan_type)) {
        WITHOUT_GIL(w, result = roost_execute(session, ((Plan *)what)->plan, &options, &w.wait, &error));
    } else if (PyBytes_Check(what)) {
        struct roost_plan **list;
        uint32_t count;
        if (!read_parents(state, parents, &list, &count)) return NULL;
        WITHOUT_GIL(w, result = roost_execute_plan(session, PyBytes_AS_STRING(what), (size_t)PyBytes_GET_SIZE(what),
                                                   list, count, &options, &w.wait, &error));
        PyMem_Free(list);
    } else {
        PyErr_SetString(PyExc_TypeError, "execute takes a Plan or bytes");
        return NULL;
    }
    if (!result) {
        raise_error(state, &error);
        return NULL;
    }
    return (PyObject *)result_new(state, result, self);
}

static PyObject *take_answer(uint8_t *answer, size_t size) {
    PyObject *bytes = PyBytes_FromStringAndSize((const char *)answer, (Py_ssize_t)size);
    free(answer);
    return bytes;
}

static PyObject *session_analyze(PyObject *self, PyObject *args) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    const char *request;
    Py_ssize_t size;
    PyObject *parents;
    if (!PyArg_ParseTuple(args, "y#O!:analyze", &request, &size, &PyTuple_Type, &parents)) return NULL;
    struct roost_plan **list;
    uint32_t count;
    if (!read_parents(state, parents, &list, &count)) return NULL;
    uint8_t *answer;
    size_t answer_size;
    struct roost_error error = {0};
    struct waiting w;
    bool fine;
    waiting_begin(&w, state, (Session *)self);
    WITHOUT_GIL(w, fine = roost_analyze(((Session *)self)->session, request, (size_t)size, list, count, &w.wait,
                                        &answer, &answer_size, &error));
    PyMem_Free(list);
    if (!fine) {
        raise_error(state, &error);
        return NULL;
    }
    return take_answer(answer, answer_size);
}

static PyObject *session_config(PyObject *self, PyObject *request) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    char *bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(request, &bytes, &size) < 0) return NULL;
    uint8_t *answer;
    size_t answer_size;
    struct roost_error error = {0};
    struct waiting w;
    bool fine;
    waiting_begin(&w, state, (Session *)self);
    WITHOUT_GIL(w, fine = roost_config(((Session *)self)->session, bytes, (size_t)size, &w.wait, &answer, &answer_size,
                                       &error));
    if (!fine) {
        raise_error(state, &error);
        return NULL;
    }
    return take_answer(answer, answer_size);
}

static PyObject *session_cancel(PyObject *self, PyObject *args) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    const char *operation, *tag;
    if (!PyArg_ParseTuple(args, "zz:cancel", &operation, &tag)) return NULL;
    struct roost_error error = {0};
    struct waiting w;
    bool fine;
    waiting_begin(&w, state, NULL);
    WITHOUT_GIL(w, fine = roost_cancel(((Session *)self)->session, operation, tag, &w.wait, &error));
    if (!fine) {
        raise_error(state, &error);
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *session_open(PyObject *self, PyObject *unused) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    struct roost_error error = {0};
    struct waiting w;
    bool fine;
    waiting_begin(&w, state, (Session *)self);
    WITHOUT_GIL(w, fine = roost_session_open(((Session *)self)->session, &w.wait, &error));
    if (!fine) {
        raise_error(state, &error);
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *session_close(PyObject *self, PyObject *drop) {
    roost_session_close(((Session *)self)->session, PyObject_IsTrue(drop));
    Py_RETURN_NONE;
}

static PyObject *session_id(PyObject *self, void *closure) {
    return PyLong_FromUnsignedLongLong(roost_session_id(((Session *)self)->session));
}

static PyObject *session_get_deadline(PyObject *self, void *closure) {
    return PyFloat_FromDouble(((Session *)self)->deadline);
}

static int session_set_deadline(PyObject *self, PyObject *value, void *closure) {
    double deadline = value ? PyFloat_AsDouble(value) : 0;
    if (deadline == -1 && PyErr_Occurred()) return -1;
    ((Session *)self)->deadline = deadline;
    return 0;
}

#define FAST(f) ((PyCFunction)(void (*)(void))(f))
static PyMethodDef session_methods[] = {
    {"plan", FAST(session_plan), METH_FASTCALL, "plan(bytes, parents, derive): a Plan of a serialized Plan."},
    {"relation", FAST(session_relation), METH_FASTCALL, "relation(bytes, parents, derive): a Plan of a Relation."},
    {"data", session_data, METH_VARARGS, "data(schema, batches): a Plan of local rows."},
    {"execute", session_execute, METH_VARARGS, "execute(plan, parents, operation, tags, max_rows): a Result."},
    {"analyze", session_analyze, METH_VARARGS, "analyze(request, parents): an AnalyzePlanResponse."},
    {"config", session_config, METH_O, "config(request): a ConfigResponse."},
    {"cancel", session_cancel, METH_VARARGS, "cancel(operation, tag): cancels queries of the session."},
    {"open", session_open, METH_NOARGS, "Opens the session in the engine now."},
    {"close", session_close, METH_O, "close(drop_application): ends the session; waits for nothing."},
    {NULL},
};
static PyGetSetDef session_getset[] = {
    {"id", session_id, NULL, "the number of the session in the engine", NULL},
    {"deadline", session_get_deadline, session_set_deadline, "time.monotonic() at which calls end; 0: never", NULL},
    {NULL},
};
static PyType_Slot session_slots[] = {
    {Py_tp_doc, "Session(client, ...): a session of the engine."},
    {Py_tp_new, session_new},
    {Py_tp_dealloc, session_dealloc},
    {Py_tp_methods, session_methods},
    {Py_tp_getset, session_getset},
    {0, NULL},
};
PyType_Spec session_spec = {
    .name = "roost._core.Session",
    .basicsize = sizeof(Session),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = session_slots,
};

/* ---- Plan: made by a session */

static int plan_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(((Plan *)self)->keep);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int plan_clear(PyObject *self) {
    Py_CLEAR(((Plan *)self)->keep);
    return 0;
}

static void plan_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, plan_dealloc) /* a chain of a thousand plans must not recurse */
        roost_plan_unref(((Plan *)self)->plan);
    Py_CLEAR(((Plan *)self)->session);
    Py_CLEAR(((Plan *)self)->keep);
    type->tp_free(self);
    Py_DECREF(type);
    Py_TRASHCAN_END
}

static PyObject *plan_handle(PyObject *self, void *closure) {
    return PyLong_FromUnsignedLongLong(roost_plan_handle(((Plan *)self)->plan));
}

static PyObject *plan_is_command(PyObject *self, void *closure) {
    return PyBool_FromLong(roost_plan_is_command(((Plan *)self)->plan));
}

static PyObject *plan_schema(PyObject *self, PyObject *unused) {
    struct core_state *state = core_state_of(Py_TYPE(self));
    Plan *plan = (Plan *)self;
    size_t size;
    const uint8_t *bytes = roost_plan_schema(plan->plan, &size);
    if (!bytes) {
        struct waiting w;
        struct roost_error error = {0};
        bool fine;
        waiting_begin(&w, state, (Session *)plan->session);
        WITHOUT_GIL(w, fine = roost_plan_derive(plan->plan, &w.wait, &error));
        if (!fine) {
            raise_error(state, &error);
            return NULL;
        }
        bytes = roost_plan_schema(plan->plan, &size);
    }
    return (PyObject *)schema_new(state, bytes, bytes ? size : 0);
}

static PyMethodDef plan_methods[] = {
    {"schema", plan_schema, METH_NOARGS, "The Schema of the rows; asks the engine if it has not been asked."},
    {NULL},
};
static PyGetSetDef plan_getset[] = {
    {"handle", plan_handle, NULL, "the number by which relations name the plan", NULL},
    {"is_command", plan_is_command, NULL, "whether it ran when it was derived", NULL},
    {NULL},
};
static PyType_Slot plan_slots[] = {
    {Py_tp_doc, "A plan that the engine holds."},
    {Py_tp_dealloc, plan_dealloc},
    {Py_tp_traverse, plan_traverse},
    {Py_tp_clear, plan_clear},
    {Py_tp_methods, plan_methods},
    {Py_tp_getset, plan_getset},
    {0, NULL},
};
PyType_Spec plan_spec = {
    .name = "roost._core.Plan",
    .basicsize = sizeof(Plan),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = plan_slots,
};
