/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that the client runs; see udf.h. exec/ makes the request and continues with the answer. */
#include "session/udf.h"

#include <string.h>

#include "base/proto_arena.h"
#include "column/batch_wire.h"
#include "session/door.h"
#include "session/reply_batch.h"

/* What has come of the answer so far. */
struct function_answer {
    uint32_t expected, received;
};

struct calling {
    struct task *task;
    const Roost__FunctionCall *message;
};

static void send_message(struct connection *c, uint32_t stream, const ProtobufCMessage *message) {
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *out = output_reserve(c, FRAME_HEADER + size);
    if (!out) {
        connection_break(c, "no memory for a function call");
        return;
    }
    struct frame frame = {.length = (uint32_t)size, .stream = stream, .type = FRAME_CALL};
    frame_write(out, &frame);
    protobuf_c_message_pack(message, out + FRAME_HEADER);
    output_commit(c, FRAME_HEADER + size);
}

bool function_call(struct task *t, struct error *err) {
    struct udf_request *u = t->query.udf_request;
    if (!u) return error_internal(err, "a query waits for nothing");
    struct arena *scratch = &t->engine->encoding;
    arena_reset(scratch);
    Roost__FunctionCall call = ROOST__FUNCTION_CALL__INIT;
    call.has_function = call.has_eval_type = call.has_batches = call.has_piece = true;
    call.function.data = (uint8_t *)u->function->udf.command;
    call.function.len = u->function->udf.command_size;
    call.eval_type = u->function->udf.eval_type;
    call.name = (char *)u->function->udf.name;
    call.arguments = door_type_message(scratch, u->argument_types);
    /* A scalar function: the type of its one column; a table function: with the column that tells the row it is from. */
    call.result = door_type_message(scratch, expr_is_table(u->function) ? u->result_type : u->function->type);
    call.batches = u->batch_count;
    call.piece = u->piece;
    send_message(t->connection, t->stream, &call.base);
    for (uint32_t i = 0; i < u->batch_count; i++) TRY(reply_batch(t->connection, t->stream, &u->batches[i], err));
    u->sent = true;
    return true;
}

static struct task *waiting_task(struct connection *c, uint32_t stream) {
    for (struct link *l = c->tasks.next; l != &c->tasks; l = l->next) {
        struct task *t = LINK_OWNER(l, struct task, of_connection);
        if (t->stream == stream) return t->state == TASK_WAITING && t->query.udf_request ? t : NULL;
    }
    return NULL;
}

void function_answer_free(struct task *t) {
    owned_free(&t->query.account, t->answer, sizeof *t->answer);
    t->answer = NULL;
}

static void continue_with_answer(struct task *t) {
    function_answer_free(t);
    t->query.udf_request->answered = true;
    task_run(t);
}

struct received {
    struct task *task;
    const struct frame *frame;
    const uint8_t *payload;
};

static void take_parameters(struct error *to, const Roost__Error *m) {
    static const char *const names[] = {"message", "expected", "actual", "type", "column", "name"};
    for (size_t i = 0; i < m->n_parameters; i++)
        for (size_t n = 0; n < sizeof names / sizeof *names; n++)
            if (m->parameters[i]->key && strcmp(m->parameters[i]->key, names[n]) == 0)
                error_add(to, names[n], "%s", m->parameters[i]->value ? m->parameters[i]->value : "");
}

/* The client's exception becomes the query's: exec/ says which expression it was. The text is Spark's. */
static void take_error(struct error *to, const Roost__Error *m) {
    if (m->condition && error_find_condition(m->condition)) {
        error_set(to, m->condition, NULL);
        take_parameters(to, m);
    } else {
        error_plain(to, ERROR_PYTHON,
                    "\n  An exception was thrown from the Python worker. Please see the stack trace below.\n%s",
                    m->message ? m->message : "");
    }
    if (m->cause) error_set_cause(to, m->cause);
}

static bool take_result(void *argument, struct error *err) {
    struct received *in = argument;
    struct task *t = in->task;
    struct udf_request *u = t->query.udf_request;
    struct arena *scratch = &t->engine->encoding;
    arena_reset(scratch);
    const Roost__FunctionResult *m =
        (const Roost__FunctionResult *)proto_arena_unpack(scratch, &roost__function_result__descriptor, in->payload,
                                                          in->frame->length, t->engine->options.max_depth, err);
    TRY(m);
    if (m->error) {
        take_error(&u->error, m->error);
        return true;
    }
    t->answer = owned_new(&t->query.account, sizeof *t->answer);
    t->answer->expected = m->batches;
    u->results = ARENA_ARRAY(u->memory, struct batch, m->batches);
    u->result_count = 0;
    return true;
}

static bool take_batch(void *argument, struct error *err) {
    struct received *in = argument;
    struct udf_request *u = in->task->query.udf_request;
    const uint8_t *kept = arena_copy(u->memory, in->payload, in->frame->length);
    TRY(batch_wire_decode(u->memory, u->result_type, kept, in->frame->length, &u->results[u->result_count], err));
    u->result_count++;
    in->task->answer->received++;
    return true;
}

/* Takes a piece of the answer; the query goes on when it was the last. */
static bool take(struct received *in, bool (*body)(void *argument, struct error *err)) {
    struct task *t = in->task;
    struct error err = ERROR_INIT;
    if (!memory_guard(&t->query.account, body, in, &err)) {
        task_fail(t, &err);
        error_release(&err);
    } else if (!t->answer || t->answer->received == t->answer->expected) {
        continue_with_answer(t);
    }
    return true;
}

bool function_result(struct connection *c, const struct frame *frame, const uint8_t *payload) {
    struct task *t = waiting_task(c, frame->stream);
    if (!t) return true; /* it was cancelled meanwhile */
    struct received in = {.task = t, .frame = frame, .payload = payload};
    return !t->answer && take(&in, take_result);
}

bool function_data(struct connection *c, const struct frame *frame, const uint8_t *payload) {
    struct task *t = waiting_task(c, frame->stream);
    if (!t) return true;
    struct received in = {.task = t, .frame = frame, .payload = payload};
    return t->answer && take(&in, take_batch);
}
