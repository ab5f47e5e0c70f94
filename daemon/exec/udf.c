/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that the client runs: the requests of all operators that ask it, and the operator that adds a column for
 * each scalar function (udf_extract.c makes it).
 *
 * All rows are computed, whatever CASE or AND stands around the call, as in Spark.
 */
#include "exec/udf.h"
#include "column/row_store.h"
#include "plan/partitions.h"

/* --- calls --- */

void udf_call_init(struct udf_call *call, struct operator* op) {
    *call = (struct udf_call){.op = op};
    arena_init(&call->memory, op->memory.account);
}

void udf_call_release(struct udf_call *call) {
    error_release(&call->request.error);
    if (call->memory.account) arena_release(&call->memory);
}

enum exec_status udf_call_send(struct udf_call *call, const struct expr *function, const struct type *argument_types,
                               const struct type *result_type, struct batch *batches, uint32_t count, bool last) {
    call->request = (struct udf_request){.function = function,
                                         .argument_types = argument_types,
                                         .result_type = result_type,
                                         .batches = batches,
                                         .batch_count = count,
                                         .last = last,
                                         .memory = &call->memory};
    call->is_waiting = true;
    call->next_batch = call->next_row = 0;
    call->op->query->udf_request = &call->request;
    return EXEC_WAIT;
}

enum exec_status udf_call_wait(struct udf_call *call, struct error *err) {
    if (!call->request.answered) return EXEC_WAIT;
    call->is_waiting = false;
    call->op->query->udf_request = NULL;
    if (!error_is_set(&call->request.error)) return EXEC_DONE;
    error_move(err, &call->request.error);
    error_at(err, call->request.function->origin);
    return EXEC_ERROR;
}

enum exec_status udf_call_result(struct udf_call *call, struct batch *out) {
    struct arena *arena = &call->op->evaluator.batch;
    for (; call->next_batch < call->request.result_count; call->next_batch++, call->next_row = 0) {
        const struct batch *from = &call->request.results[call->next_batch];
        if (call->next_row >= from->count) continue;
        uint32_t left = from->count - call->next_row;
        batch_init(out, arena, from->column_count, left < BATCH_ROWS ? left : BATCH_ROWS);
        for (uint32_t i = 0; i < from->column_count; i++)
            vector_slice(&out->columns[i], arena, &from->columns[i], call->next_row);
        call->next_row += out->count;
        return EXEC_BATCH;
    }
    return EXEC_DONE;
}

const char *udf_argument_name(struct arena *arena, const struct expr *function, uint32_t i) {
    const char *name = function->udf.names ? function->udf.names[i] : NULL;
    return name ? arena_printf(arena, "=%s", name) : arena_printf(arena, "_%u", i);
}

/* --- the operator --- */

enum { ROWS_PER_CALL = 4 * BATCH_ROWS };

struct evaluated {
    const struct expr *function;
    struct expr **arguments;
    uint32_t argument_count;
    const struct type *argument_types, *result_type;
};

struct python_eval {
    struct operator op;
    uint32_t count;
    struct evaluated *calls;
    struct udf_call call;
    struct row_store *store; /* in call.memory: the rows of several batches; NULL: in is the child's batch */
    bool has_in, has_called;
    bool many_partitions; /* below: a batch is of one */
    struct batch in;
    uint32_t current, given; /* the call that is under way; rows that were given on */
    struct vector *results;  /* one per call */
};

static bool open_call(struct operator* op, struct evaluated *c, const struct expr *e, struct error *err) {
    c->function = e;
    c->argument_count = e->child_count;
    c->arguments = operator_bind_all(op, 0, e->children, e->child_count, err);
    TRY(c->arguments);
    struct field *fields = ARENA_ARRAY(&op->memory, struct field, e->child_count);
    for (uint32_t i = 0; i < e->child_count; i++)
        fields[i] = (struct field){.name = udf_argument_name(&op->memory, e, i),
                                   .type = e->children[i]->type,
                                   .nullable = e->children[i]->nullable};
    c->argument_types = type_struct(&op->memory, fields, e->child_count);
    struct field result = {.name = "result", .type = e->type, .nullable = true};
    c->result_type = type_struct(&op->memory, &result, 1);
    return true;
}

static bool python_eval_open(struct operator* op, struct error *err) {
    struct python_eval *state = (struct python_eval *)op;
    state->count = op->plan->expr_count;
    state->calls = ARENA_ARRAY(&op->memory, struct evaluated, state->count);
    state->results = ARENA_ARRAY(&op->memory, struct vector, state->count);
    udf_call_init(&state->call, op);
    op->keeps_batch = true;
    state->many_partitions = plan_partition_count(op->plan->children[0], op->query->context) > 1;
    for (uint32_t i = 0; i < state->count; i++)
        TRY(open_call(op, &state->calls[i], op->plan->exprs[i]->children[0], err));
    return true;
}

/* A call's arguments over the rows at hand. Kernels take BATCH_ROWS at most; columns of the input go as they are. */
static bool make_arguments(struct python_eval *state, const struct evaluated *c, struct batch *out, struct error *err) {
    struct arena *arena = &state->call.memory;
    batch_init(out, arena, c->argument_count, state->in.count);
    for (uint32_t i = 0; i < c->argument_count; i++) {
        if (state->in.count <= BATCH_ROWS || c->arguments[i]->kind == EXPR_ATTRIBUTE) {
            TRY(operator_evaluate(&state->op, c->arguments[i], &state->in, &out->columns[i], err));
            continue;
        }
        struct row_store *values = ARENA_NEW(arena, struct row_store);
        row_store_init(values, arena, &c->arguments[i]->type, 1);
        for (uint32_t from = 0; from < state->in.count; from += BATCH_ROWS) {
            struct batch piece;
            struct vector column;
            uint32_t left = state->in.count - from;
            row_store_slice(state->store, arena, from, left < BATCH_ROWS ? left : BATCH_ROWS, &piece);
            TRY(operator_evaluate(&state->op, c->arguments[i], &piece, &column, err));
            TRY(row_store_append(values, &column, piece.count, err));
        }
        out->columns[i] = *row_store_column(values, 0);
    }
    return true;
}

static enum exec_status send_call(struct python_eval *state, struct error *err) {
    const struct evaluated *c = &state->calls[state->current];
    struct batch *arguments = ARENA_NEW(&state->call.memory, struct batch);
    if (!make_arguments(state, c, arguments, err)) return EXEC_ERROR;
    return udf_call_send(&state->call, c->function, c->argument_types, c->result_type, arguments, 1, false);
}

static bool take_answer(struct python_eval *state, struct error *err) {
    const struct udf_request *request = &state->call.request;
    uint32_t rows = request->result_count == 1 ? request->results[0].count : 0;
    if (rows != state->in.count)
        return error_unsupported(err, "a scalar function that gives %u rows for %u", rows, state->in.count);
    state->results[state->current++] = request->results[0].columns[0];
    return true;
}

/* The first batch goes to the client by itself, for those who want few rows; after it several go together. */
static enum exec_status read_rows(struct python_eval *state, struct error *err) {
    struct operator* child = state->op.children[0];
    if (!state->store) {
        evaluator_reset(&state->op.evaluator);
        arena_reset(&state->call.memory);
        state->current = state->given = 0;
        if (!state->has_called || state->many_partitions) return operator_pull(&state->op, &state->in, err);
        const struct plan *input = state->op.plan->children[0];
        const struct type **column_types = ARENA_ARRAY(&state->call.memory, const struct type *, input->output_count);
        for (uint32_t i = 0; i < input->output_count; i++) column_types[i] = input->output[i]->type;
        state->store = ARENA_NEW(&state->call.memory, struct row_store);
        row_store_init(state->store, &state->call.memory, column_types, input->output_count);
    }
    enum exec_status status = EXEC_BATCH;
    while (state->store->rows < ROWS_PER_CALL) {
        struct batch in;
        status = operator_next(child, &in, err);
        if (status == EXEC_DONE && state->store->rows) break;
        if (status != EXEC_BATCH) return status;
        if (!row_store_append(state->store, in.columns, in.count, err)) return EXEC_ERROR;
    }
    row_store_slice(state->store, &state->call.memory, 0, state->store->rows, &state->in);
    return EXEC_BATCH;
}

/* The next rows of those that all calls are done for. */
static enum exec_status give_rows(struct python_eval *state, struct batch *out) {
    struct arena *arena = &state->op.evaluator.batch;
    uint32_t left = state->in.count - state->given, count = left < BATCH_ROWS ? left : BATCH_ROWS;
    uint32_t columns = state->in.column_count;
    batch_init(out, arena, columns + state->count, count);
    for (uint32_t i = 0; i < columns + state->count; i++) {
        const struct vector *from = i < columns ? &state->in.columns[i] : &state->results[i - columns];
        if (count == state->in.count)
            out->columns[i] = *from;
        else
            vector_slice(&out->columns[i], arena, from, state->given);
    }
    state->given += count;
    state->op.evaluator.rows_before += count;
    if (state->given == state->in.count) {
        state->has_in = false;
        state->has_called = true;
        state->store = NULL;
    }
    return EXEC_BATCH;
}

static enum exec_status python_eval_next(struct operator* op, struct batch *out, struct error *err) {
    struct python_eval *state = (struct python_eval *)op;
    enum exec_status status;
    if (state->call.is_waiting) {
        status = udf_call_wait(&state->call, err);
        if (status != EXEC_DONE) return status;
        if (!take_answer(state, err)) return EXEC_ERROR;
    }
    if (!state->has_in) {
        status = read_rows(state, err);
        if (status != EXEC_BATCH) return status;
        state->has_in = true;
    }
    return state->current < state->count ? send_call(state, err) : give_rows(state, out);
}

static void python_eval_close(struct operator* op) {
    udf_call_release(&((struct python_eval *)op)->call);
}

const struct operator_ops python_eval_ops = {.name = "ArrowEvalPython",
                                             .size = sizeof(struct python_eval),
                                             .open = python_eval_open,
                                             .next = python_eval_next,
                                             .close = python_eval_close};
