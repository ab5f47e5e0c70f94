/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that the client runs: the requests of all operators that ask it, and the operator that adds a column for
 * each scalar function (udf_extract.c makes it).
 *
 * All rows are computed, whatever CASE or AND stands around the call, as in Spark.
 */
#include "exec/udf.h"

#include <stdlib.h>

#include "column/row_store.h"

/* --- calls --- */

void udf_call_init(struct udf_call *call, struct operator* op) {
    *call = (struct udf_call){.op = op};
    arena_init(&call->memory, op->memory.account);
}

void udf_call_release(struct udf_call *call) {
    error_release(&call->request.error);
    if (call->memory.account) arena_release(&call->memory);
}

/* 0: no limit */
static uint32_t rows_per_arrow_batch(const struct context *context) {
    const char *text = context_text(context, "spark.sql.execution.arrow.maxRecordsPerBatch");
    long most = text ? strtol(text, NULL, 10) : 0;
    return most > 0 && most < UINT32_MAX ? (uint32_t)most : 0;
}

enum exec_status udf_call_send(struct udf_call *call, const struct expr *function, const struct type *argument_types,
                               const struct type *result_type, struct batch *batches, uint32_t count) {
    call->request = (struct udf_request){.function = function,
                                         .argument_types = argument_types,
                                         .result_type = result_type,
                                         .batches = batches,
                                         .batch_count = count,
                                         .piece = rows_per_arrow_batch(call->op->query->context),
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
    uint32_t most;           /* rows of a call, at most, once the first has been made */
    bool is_prompt;          /* the first call has what the child gave first, as it is */
    struct batch below;      /* what the child gave last */
    uint32_t taken;          /* rows of it */
    struct row_store *store; /* in call.memory: the rows of several batches; NULL: in is the child's batch */
    bool has_in, has_called;
    struct batch in;
    uint32_t current, given; /* the call that is under way; rows that were given on */
    struct vector *results;  /* one per call */
};

/*
 * How many rows go into a call. For a function of single values that is our affair. One of columns sees it, so they are
 * cut as Spark would; one that reads an iterator keeps its state for all of a partition, and the client cuts for it.
 */
static uint32_t rows_per_call(const struct python_eval *state) {
    enum udf_eval_type type = (enum udf_eval_type)state->calls[0].function->udf.eval_type;
    if (type == UDF_BATCHED || type == UDF_ARROW_BATCHED) return ROWS_PER_CALL;
    if (type == UDF_SCALAR_PANDAS_ITER || type == UDF_SCALAR_ARROW_ITER) return UINT32_MAX;
    uint32_t most = rows_per_arrow_batch(state->op.query->context);
    return most ? most : UINT32_MAX;
}

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
    for (uint32_t i = 0; i < state->count; i++)
        TRY(open_call(op, &state->calls[i], op->plan->exprs[i]->children[0], err));
    state->most = rows_per_call(state);
    state->is_prompt = state->most == ROWS_PER_CALL;
    return true;
}

/* Computed piece by piece, as kernels take BATCH_ROWS at most. */
static bool make_long_argument(struct python_eval *state, const struct expr *e, struct vector *out, struct error *err) {
    struct arena *arena = &state->call.memory;
    struct evaluator *evaluator = &state->op.evaluator;
    struct row_store *values = ARENA_NEW(arena, struct row_store);
    uint64_t before = evaluator->rows_before;
    row_store_init(values, arena, &e->type, 1);
    for (uint32_t from = 0; from < state->in.count; from += BATCH_ROWS) {
        struct batch piece;
        struct vector column;
        uint32_t left = state->in.count - from;
        row_store_slice(state->store, arena, from, left < BATCH_ROWS ? left : BATCH_ROWS, &piece);
        evaluator->rows_before = before + from;
        TRY(operator_evaluate(&state->op, e, &piece, &column, err));
        TRY(row_store_append(values, &column, piece.count, err));
    }
    evaluator->rows_before = before;
    *out = *row_store_column(values, 0);
    return true;
}

/* A call's arguments over the rows at hand; columns of the input go as they are. */
static bool make_arguments(struct python_eval *state, const struct evaluated *c, struct batch *out, struct error *err) {
    batch_init(out, &state->call.memory, c->argument_count, state->in.count);
    for (uint32_t i = 0; i < c->argument_count; i++) {
        const struct expr *e = c->arguments[i];
        if (state->in.count <= BATCH_ROWS || e->kind == EXPR_ATTRIBUTE)
            TRY(operator_evaluate(&state->op, e, &state->in, &out->columns[i], err));
        else
            TRY(make_long_argument(state, e, &out->columns[i], err));
    }
    return true;
}

static enum exec_status send_call(struct python_eval *state, struct error *err) {
    const struct evaluated *c = &state->calls[state->current];
    struct batch *arguments = ARENA_NEW(&state->call.memory, struct batch);
    if (!make_arguments(state, c, arguments, err)) return EXEC_ERROR;
    return udf_call_send(&state->call, c->function, c->argument_types, c->result_type, arguments, 1);
}

static bool take_answer(struct python_eval *state, struct error *err) {
    struct arena *arena = &state->call.memory;
    const struct udf_request *request = &state->call.request;
    const struct vector *result = request->result_count ? request->results[0].columns : NULL;
    uint64_t rows = 0;
    for (uint32_t i = 0; i < request->result_count; i++) rows += request->results[i].count;
    if (rows != state->in.count)
        return error_unsupported(err, "a scalar function that gives %llu rows for %u", (unsigned long long)rows,
                                 state->in.count);
    if (request->result_count > 1) {
        struct row_store *all = ARENA_NEW(arena, struct row_store);
        row_store_init(all, arena, &state->calls[state->current].function->type, 1);
        for (uint32_t i = 0; i < request->result_count; i++)
            TRY(row_store_append(all, request->results[i].columns, request->results[i].count, err));
        result = row_store_column(all, 0);
    }
    state->results[state->current++] = *result;
    return true;
}

static void begin_rows(struct python_eval *state) {
    const struct plan *input = state->op.plan->children[0];
    struct arena *arena = &state->call.memory;
    evaluator_reset(&state->op.evaluator);
    arena_reset(arena);
    state->current = state->given = 0;
    const struct type **column_types = ARENA_ARRAY(arena, const struct type *, input->output_count);
    for (uint32_t i = 0; i < input->output_count; i++) column_types[i] = input->output[i]->type;
    state->store = ARENA_NEW(arena, struct row_store);
    row_store_init(state->store, arena, column_types, input->output_count);
}

/* Moves rows of the child's batch to the store, as many as still go into a call. */
static bool take_rows(struct python_eval *state, struct error *err) {
    uint32_t left = state->below.count - state->taken, room = state->most - state->store->rows;
    uint32_t count = left < room ? left : room;
    struct batch rows = state->below;
    if (state->taken) batch_select(&rows, &state->call.memory, &rows, row_numbers + state->taken, count);
    state->taken += count;
    return row_store_append(state->store, rows.columns, count, err);
}

/* The rows of the next call: of one partition. */
static enum exec_status read_rows(struct python_eval *state, struct error *err) {
    struct operator* op = & state->op;
    if (!state->has_called && state->is_prompt) return operator_pull(op, &state->in, err);
    if (!state->store) begin_rows(state);
    while (state->store->rows < state->most) {
        if (state->taken == state->below.count) {
            state->taken = state->below.count = 0;
            enum exec_status status = operator_next(op->children[0], &state->below, err);
            if (status == EXEC_DONE && state->store->rows) break;
            if (status != EXEC_BATCH) return status;
        }
        uint32_t partition = op->children[0]->partition;
        if (state->store->rows && partition != op->partition) break;
        op->partition = op->evaluator.partition = partition;
        if (!take_rows(state, err)) return EXEC_ERROR;
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
