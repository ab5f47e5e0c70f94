/* SPDX-License-Identifier: Apache-2.0 */
/* See fake_engine.h. One poll loop; messages are at most 1 MiB and sending blocks, which suffices here. */
#include "tests/unit/fake_engine.h"

#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batch_codec.h"
#include "frame.h"
#include "roost.pb-c.h"

enum { CONNECTIONS = 64, SESSIONS = 64, HANDLES = 20000, LARGEST = 1 << 20 };

struct peer {
    int fd;
    uint8_t *in;
    size_t size;
    uint32_t slow, calling; /* streams */
    uint64_t uploading;     /* handle, while data comes */
};

struct fake_session {
    uint64_t id;
    uint32_t handle_count;
    uint64_t handles[HANDLES];
    char sql[HANDLES][16];
};

struct fake {
    struct peer peers[CONNECTIONS];
    struct fake_session *sessions[SESSIONS];
    uint64_t epoch;
    uint32_t executed;
    char changes[4096];
    const char *directory;
};

static void write_frame(struct peer *p, enum frame_kind type, uint32_t stream, uint8_t flags, const void *bytes,
                        size_t size) {
    uint8_t header[FRAME_HEADER];
    frame_write(header, &(struct frame){(uint32_t)size, stream, (uint8_t)type, flags});
    if (send(p->fd, header, sizeof header, MSG_NOSIGNAL) < 0) return;
    if (size && send(p->fd, bytes, size, MSG_NOSIGNAL) < 0) return;
}

static void respond(struct peer *p, uint32_t stream, uint8_t flags, Roost__Response *response) {
    uint8_t bytes[8192];
    write_frame(p, FRAME_RESPONSE, stream, flags, bytes, roost__response__pack(response, bytes));
}

static void refuse(struct peer *p, uint32_t stream, const char *condition, const char *kind) {
    Roost__Error__Context context = ROOST__ERROR__CONTEXT__INIT;
    Roost__Error__Context *contexts[] = {&context};
    Spark__Connect__KeyValue pair = SPARK__CONNECT__KEY_VALUE__INIT;
    Spark__Connect__KeyValue *pairs[] = {&pair};
    pair.key = "name";
    pair.value = "`x`";
    context.has_start = context.has_stop = 1;
    context.start = 7;
    context.stop = 9;
    context.fragment = "x";
    Roost__Error error = ROOST__ERROR__INIT;
    error.condition = (char *)(uintptr_t)condition;
    error.kind = (char *)(uintptr_t)kind;
    error.sql_state = "42000";
    error.message = "refused";
    error.n_parameters = 1;
    error.parameters = pairs;
    error.n_context = 1;
    error.context = contexts;
    Roost__Response response = ROOST__RESPONSE__INIT;
    response.answer_case = ROOST__RESPONSE__ANSWER_ERROR;
    response.error = &error;
    respond(p, stream, FRAME_END, &response);
}

/* Sessions that were closed have the id 0 and are used again. */
static struct fake_session *find_session(struct fake *f, uint64_t id, bool make) {
    int free_slot = -1;
    for (int i = SESSIONS - 1; i >= 0; i--) {
        if (f->sessions[i] && f->sessions[i]->id == id) return f->sessions[i];
        if (!f->sessions[i] || !f->sessions[i]->id) free_slot = i;
    }
    if (!make || free_slot < 0) return NULL;
    if (!f->sessions[free_slot]) f->sessions[free_slot] = calloc(1, sizeof *f->sessions[0]);
    f->sessions[free_slot]->id = id;
    return f->sessions[free_slot];
}

static const char *find_handle(struct fake_session *s, uint64_t handle) {
    for (uint32_t i = s->handle_count; i-- > 0;)
        if (s->handles[i] == handle) return s->sql[i];
    return NULL;
}

static void drop_handle(struct fake_session *s, uint64_t handle) {
    for (uint32_t i = 0; i < s->handle_count; i++)
        if (s->handles[i] == handle) {
            s->handle_count--;
            s->handles[i] = s->handles[s->handle_count];
            memcpy(s->sql[i], s->sql[s->handle_count], sizeof s->sql[i]);
            return;
        }
}

static void add_handle(struct fake_session *s, uint64_t handle, const char *sql) {
    drop_handle(s, handle);
    s->handles[s->handle_count] = handle;
    snprintf(s->sql[s->handle_count++], sizeof s->sql[0], "%s", sql);
}

/* The plan's text: what it says itself, or what its input's handle says; NULL: an input is not there. */
static const char *plan_text(struct fake_session *s, const Spark__Connect__Plan *plan) {
    const Spark__Connect__Relation *r =
        plan->op_type_case == SPARK__CONNECT__PLAN__OP_TYPE_ROOT ? plan->root : plan->command->sql_command->input;
    if (r->rel_type_case == SPARK__CONNECT__RELATION__REL_TYPE_LIMIT) r = r->limit->input;
    if (r->rel_type_case == SPARK__CONNECT__RELATION__REL_TYPE_HANDLE) return find_handle(s, r->handle);
    return r->sql->query;
}

static void derived(struct peer *p, uint32_t stream, const char *text) {
    char key[64];
    Roost__Derived answer = ROOST__DERIVED__INIT;
    Roost__Response response = ROOST__RESPONSE__INIT;
    Spark__Connect__DataType__Long number = SPARK__CONNECT__DATA_TYPE__LONG__INIT;
    Spark__Connect__DataType type = SPARK__CONNECT__DATA_TYPE__INIT;
    type.kind_case = SPARK__CONNECT__DATA_TYPE__KIND_LONG;
    type.long_ = &number;
    answer.schema = &type;
    answer.has_is_command = answer.has_changes_session = 1;
    answer.is_command = strncmp(text, "set ", 4) == 0 || strcmp(text, "insert") == 0;
    answer.changes_session = strncmp(text, "set ", 4) == 0;
    snprintf(key, sizeof key, "%s", text);
    answer.state_key = key;
    response.answer_case = ROOST__RESPONSE__ANSWER_DERIVED;
    response.derived = &answer;
    respond(p, stream, FRAME_END, &response);
}

static void derive(struct fake *f, struct peer *p, uint32_t stream, struct fake_session *s, Roost__Derive *d) {
    const char *text = plan_text(s, d->plan);
    if (!text) {
        refuse(p, stream, "INVALID_HANDLE.PLAN_NOT_FOUND", "AnalysisException");
        return;
    }
    if (strcmp(text, "crash-derive") == 0) _exit(1);
    if (strcmp(text, "fail") == 0) {
        refuse(p, stream, "TABLE_OR_VIEW_NOT_FOUND", "AnalysisException");
        return;
    }
    if (strncmp(text, "set ", 4) == 0) strncat(f->changes, text + 4, sizeof f->changes - strlen(f->changes) - 1);
    add_handle(s, d->handle, text);
    derived(p, stream, text);
}

static void send_number(struct peer *p, enum frame_kind type, uint32_t stream, int64_t number) {
    const uint8_t none = 0;
    struct wire_column column = {.buffer_count = 2, .sizes = {0, 8}, .buffers = {&none, (uint8_t *)&number}};
    struct wire_batch batch = {.rows = 1, .column_count = 1, .columns = &column};
    uint8_t payload[256];
    wire_batch_write(&batch, payload);
    write_frame(p, type, stream, 0, payload, wire_batch_size(&batch));
}

static void executed(struct peer *p, uint32_t stream, uint64_t rows) {
    Roost__Executed answer = ROOST__EXECUTED__INIT;
    Roost__Response response = ROOST__RESPONSE__INIT;
    answer.has_rows = 1;
    answer.rows = rows;
    response.answer_case = ROOST__RESPONSE__ANSWER_EXECUTED;
    response.executed = &answer;
    respond(p, stream, FRAME_END, &response);
}

static void ask_function(struct peer *p, uint32_t stream) {
    uint8_t bytes[256];
    Roost__FunctionCall call = ROOST__FUNCTION_CALL__INIT;
    call.has_function = call.has_batches = 1;
    call.function = (ProtobufCBinaryData){4, (uint8_t *)(uintptr_t) "plus"};
    call.name = "plus";
    call.batches = 1;
    write_frame(p, FRAME_CALL, stream, 0, bytes, roost__function_call__pack(&call, bytes));
    send_number(p, FRAME_BATCH, stream, 41);
    p->calling = stream;
}

static void execute(struct fake *f, struct peer *p, uint32_t stream, struct fake_session *s, Roost__Execute *e) {
    const char *text = plan_text(s, e->plan);
    if (!text) {
        refuse(p, stream, "INVALID_HANDLE.PLAN_NOT_FOUND", "AnalysisException");
        return;
    }
    f->executed++;
    Roost__Executing answer = ROOST__EXECUTING__INIT;
    Roost__Response response = ROOST__RESPONSE__INIT;
    response.answer_case = ROOST__RESPONSE__ANSWER_EXECUTING;
    response.executing = &answer;
    if (strcmp(text, "crash") == 0) _exit(1);
    respond(p, stream, 0, &response);
    if (strcmp(text, "slow") == 0) {
        p->slow = stream;
    } else if (strcmp(text, "call") == 0) {
        ask_function(p, stream);
    } else {
        send_number(p, FRAME_BATCH, stream, s->handle_count);
        executed(p, stream, 1);
    }
}

static void welcome(struct fake *f, struct peer *p, uint32_t stream) {
    char report[128];
    Roost__Welcome answer = ROOST__WELCOME__INIT;
    Roost__Response response = ROOST__RESPONSE__INIT;
    answer.has_epoch = answer.has_pid = 1;
    answer.pid = (uint32_t)getpid();
    answer.epoch = f->epoch;
    snprintf(report, sizeof report, "%s/crash-%d", f->directory, (int)f->epoch);
    if (f->epoch > 1) answer.last_crash = report;
    response.answer_case = ROOST__RESPONSE__ANSWER_WELCOME;
    response.welcome = &answer;
    respond(p, stream, FRAME_END, &response);
}

static void status(struct fake *f, struct peer *p, uint32_t stream) {
    Roost__StatusReport answer = ROOST__STATUS_REPORT__INIT;
    Roost__Response response = ROOST__RESPONSE__INIT;
    answer.has_sessions = answer.has_connections = answer.has_queries = answer.has_memory_used = 1;
    for (int i = 0; i < SESSIONS; i++) {
        if (!f->sessions[i]) continue;
        answer.sessions += f->sessions[i]->id != 0;
        answer.memory_used += f->sessions[i]->handle_count;
    }
    for (int i = 0; i < CONNECTIONS; i++) answer.connections += f->peers[i].fd > 0;
    answer.queries = f->executed;
    response.answer_case = ROOST__RESPONSE__ANSWER_STATUS;
    response.status = &answer;
    respond(p, stream, FRAME_END, &response);
}

static void opened(struct fake *f, struct peer *p, uint32_t stream, const Roost__Request *r) {
    Roost__SessionOpened answer = ROOST__SESSION_OPENED__INIT;
    Roost__Response response = ROOST__RESPONSE__INIT;
    if (!find_session(f, r->session, !r->open_session->attach)) {
        refuse(p, stream, "INVALID_HANDLE.SESSION_NOT_FOUND", "AnalysisException");
        return;
    }
    response.answer_case = ROOST__RESPONSE__ANSWER_SESSION_OPENED;
    response.session_opened = &answer;
    respond(p, stream, FRAME_END, &response);
}

/* Settings are noted among the changes; nothing is asked of them. */
static void configure(struct fake *f, struct peer *p, uint32_t stream, const Spark__Connect__ConfigRequest *config) {
    Spark__Connect__ConfigResponse answer = SPARK__CONNECT__CONFIG_RESPONSE__INIT;
    Roost__Response response = ROOST__RESPONSE__INIT;
    if (config->operation->op_type_case == SPARK__CONNECT__CONFIG_REQUEST__OPERATION__OP_TYPE_SET)
        strncat(f->changes, config->operation->set->pairs[0]->value, sizeof f->changes - strlen(f->changes) - 1);
    Spark__Connect__KeyValue pair = SPARK__CONNECT__KEY_VALUE__INIT;
    Spark__Connect__KeyValue *pairs[] = {&pair};
    pair.key = "changes";
    pair.value = f->changes;
    answer.n_pairs = 1;
    answer.pairs = pairs;
    response.answer_case = ROOST__RESPONSE__ANSWER_CONFIG;
    response.config = &answer;
    respond(p, stream, FRAME_END, &response);
}

static void request(struct fake *f, struct peer *p, uint32_t stream, const Roost__Request *r) {
    struct fake_session *s = r->session ? find_session(f, r->session, false) : NULL;
    for (size_t i = 0; s && i < r->n_release; i++) drop_handle(s, r->release[i]);
    switch (r->operation_case) {
        case ROOST__REQUEST__OPERATION_HELLO: welcome(f, p, stream); return;
        case ROOST__REQUEST__OPERATION_STATUS: status(f, p, stream); return;
        case ROOST__REQUEST__OPERATION_OPEN_SESSION: opened(f, p, stream, r); return;
        case ROOST__REQUEST__OPERATION_CANCEL:
            if (p->slow && p->slow == r->cancel->stream) refuse(p, p->slow, "OPERATION_CANCELED", "SparkException");
            p->slow = 0;
            return;
        default: break;
    }
    if (!s) {
        if (r->operation_case != ROOST__REQUEST__OPERATION_CLOSE_SESSION)
            refuse(p, stream, "INVALID_HANDLE.SESSION_NOT_FOUND", "AnalysisException");
        return;
    }
    switch (r->operation_case) {
        case ROOST__REQUEST__OPERATION_CLOSE_SESSION: s->id = s->handle_count = 0; return;
        case ROOST__REQUEST__OPERATION_CONFIG: configure(f, p, stream, r->config); return;
        case ROOST__REQUEST__OPERATION_DERIVE: derive(f, p, stream, s, r->derive); return;
        case ROOST__REQUEST__OPERATION_EXECUTE: execute(f, p, stream, s, r->execute); return;
        case ROOST__REQUEST__OPERATION_UPLOAD:
            add_handle(s, r->upload->handle, r->upload->schema);
            p->uploading = r->upload->handle;
            return;
        default: refuse(p, stream, "UNSUPPORTED", "UnsupportedOperationException");
    }
}

static void frame_arrived(struct fake *f, struct peer *p, const struct frame *frame, const uint8_t *payload) {
    if (frame->type == FRAME_REQUEST) {
        Roost__Request *r = roost__request__unpack(NULL, frame->length, payload);
        if (!r) _exit(3);
        request(f, p, frame->stream, r);
        roost__request__free_unpacked(r, NULL);
    } else if (frame->type == FRAME_DATA && p->uploading && frame->flags & FRAME_END) {
        p->uploading = 0;
        derived(p, frame->stream, "data");
    } else if (frame->type == FRAME_DATA && p->calling) {
        write_frame(p, FRAME_BATCH, p->calling, 0, payload, frame->length);
        executed(p, p->calling, 1);
        p->calling = 0;
    }
}

/* False: the peer is gone. */
static bool peer_read(struct fake *f, struct peer *p) {
    if (!p->in) p->in = malloc(LARGEST);
    ssize_t n = recv(p->fd, p->in + p->size, LARGEST - p->size, 0);
    if (n <= 0) return false;
    p->size += (size_t)n;
    size_t at = 0;
    struct frame frame;
    while (p->size - at >= FRAME_HEADER) {
        if (!frame_read(p->in + at, LARGEST, &frame)) _exit(2);
        if (p->size - at - FRAME_HEADER < frame.length) break;
        frame_arrived(f, p, &frame, p->in + at + FRAME_HEADER);
        at += FRAME_HEADER + frame.length;
    }
    memmove(p->in, p->in + at, p->size - at);
    p->size -= at;
    return true;
}

static void accept_peer(struct fake *f, int listener) {
    int fd = accept(listener, NULL, NULL);
    for (int i = 0; i < CONNECTIONS; i++)
        if (f->peers[i].fd <= 0) {
            f->peers[i] = (struct peer){.fd = fd, .in = f->peers[i].in};
            return;
        }
    close(fd);
}

static _Noreturn void run(int listener, uint64_t epoch, const char *directory) {
    static struct fake f;
    f.epoch = epoch;
    f.directory = directory;
    for (;;) {
        struct pollfd fds[CONNECTIONS + 1] = {{.fd = listener, .events = POLLIN}};
        for (int i = 0; i < CONNECTIONS; i++)
            fds[i + 1] = (struct pollfd){.fd = f.peers[i].fd > 0 ? f.peers[i].fd : -1, .events = POLLIN};
        if (poll(fds, CONNECTIONS + 1, -1) < 0) continue;
        for (int i = 0; i < CONNECTIONS; i++)
            if (fds[i + 1].revents && !peer_read(&f, &f.peers[i])) {
                close(f.peers[i].fd);
                f.peers[i].fd = 0;
            }
        if (fds[0].revents) accept_peer(&f, listener);
    }
}

static _Noreturn void supervise(int listener, const char *directory) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (uint64_t epoch = 1;; epoch++) {
        pid_t engine = fork();
        if (engine == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            run(listener, epoch, directory);
        }
        waitpid(engine, NULL, 0);
    }
}

void fake_engine_start(struct fake_engine *engine) {
    snprintf(engine->directory, sizeof engine->directory, "/tmp/roost-fake-XXXXXX");
    if (!mkdtemp(engine->directory)) abort();
    snprintf(engine->path, sizeof engine->path, "%s/socket", engine->directory);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", engine->path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 64)) abort();
    engine->supervisor = fork();
    if (engine->supervisor == 0) supervise(listener, engine->directory);
    close(listener);
}

void fake_engine_stop(struct fake_engine *engine) {
    kill(engine->supervisor, SIGKILL);
    waitpid(engine->supervisor, NULL, 0);
    unlink(engine->path);
    rmdir(engine->directory);
}
