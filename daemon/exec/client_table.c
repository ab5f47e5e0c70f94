/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Table functions of the client (plan/client_table.c): rows made from rows, beside the columns of the input.
 *
 * The input is read whole and kept with the values of the arguments and of the keys by which it is divided; it comes
 * sorted by them. A part is a run of equal keys, or everything. Parts go to the client some at a time, each whole (udf.h).
 * What it answers says of each row which row of the input it belongs to: a function may give rows at the end of a part,
 * which are the last row's.
 */
#include "column/row.h"
#include "column/row_store.h"
#include "exec/udf.h"

enum { PARTS_PER_CALL = 256, ROWS_PER_CALL = 65536 };

struct client_table {
    struct operator op;
    struct udf_call call;
    uint32_t argument_count, key_count;
    struct expr **values; /* arguments, then keys */
    const struct type *argument_types, *result_type;
    struct row_store store; /* the child's columns, then the values */
    uint32_t child_columns; /* of the child, all of them */
    uint32_t passed_count;  /* of the output; the function's come behind */
    uint32_t *passed;       /* which of the child's */
    bool finished_reading;
    uint32_t next;  /* row of the store: of the next part */
    uint32_t begin; /* of the parts that are under way */
};

static bool find_columns(struct client_table *state, struct error *err) {
    const struct plan *plan = state->op.plan, *child = plan->children[0];
    state->passed_count = plan->output_count - plan->generate.generated_count;
    state->passed = ARENA_ARRAY(&state->op.memory, uint32_t, state->passed_count);
    for (uint32_t i = 0; i < state->passed_count; i++) {
        uint32_t c = 0;
        while (c < child->output_count && child->output[c]->id != plan->output[i]->id) c++;
        if (c == child->output_count)
            return error_internal(err, "a table function puts out a column that is not there: %s",
                                  plan->output[i]->name);
        state->passed[i] = c;
    }
    return true;
}

static void make_types(struct client_table *state, const struct expr *function) {
    struct arena *arena = &state->op.memory;
    struct field *arguments = ARENA_ARRAY(arena, struct field, state->argument_count);
    for (uint32_t i = 0; i < state->argument_count; i++)
        arguments[i] = (struct field){.name = udf_argument_name(arena, function, i),
                                      .type = function->children[i]->type,
                                      .nullable = function->children[i]->nullable};
    state->argument_types = type_struct(arena, arguments, state->argument_count);
    uint32_t columns = function->type->field_count;
    struct field *results = ARENA_ARRAY(arena, struct field, columns + 1);
    for (uint32_t i = 0; i < columns; i++) results[i] = function->type->fields[i];
    results[columns] = (struct field){.name = "_row", .type = TYPE_OF(INT), .nullable = false};
    state->result_type = type_struct(arena, results, columns + 1);
}

static bool client_table_open(struct operator* op, struct error *err) {
    struct client_table *state = (struct client_table *)op;
    const struct expr *function = op->plan->generate.generator;
    const struct plan *child = op->plan->children[0];
    udf_call_init(&state->call, op);
    state->key_count = function->udf.key_count;
    state->argument_count = function->child_count - state->key_count;
    state->child_columns = child->output_count;
    state->values = operator_bind_all(op, 0, function->children, function->child_count, err);
    TRY(state->values && find_columns(state, err));
    make_types(state, function);
    const struct type **column_types =
        ARENA_ARRAY(&op->memory, const struct type *, child->output_count + function->child_count);
    for (uint32_t i = 0; i < child->output_count; i++) column_types[i] = child->output[i]->type;
    for (uint32_t i = 0; i < function->child_count; i++)
        column_types[child->output_count + i] = function->children[i]->type;
    row_store_init(&state->store, &op->memory, column_types, child->output_count + function->child_count);
    return true;
}

/* --- reading --- */

static bool keep(struct client_table *state, const struct batch *in, struct error *err) {
    struct arena *arena = &state->op.evaluator.batch;
    struct vector *columns = ARENA_ARRAY(arena, struct vector, state->store.column_count);
    for (uint32_t i = 0; i < state->child_columns; i++) columns[i] = in->columns[i];
    for (uint32_t i = 0; i < state->argument_count + state->key_count; i++)
        TRY(operator_evaluate(&state->op, state->values[i], in, &columns[state->child_columns + i], err));
    state->op.evaluator.rows_before += in->count;
    return row_store_append(&state->store, columns, in->count, err);
}

static enum exec_status read_input(struct client_table *state, struct error *err) {
    for (int i = 0; i < BATCHES_PER_SLICE; i++) {
        struct batch in;
        enum exec_status status = operator_next(state->op.children[0], &in, err);
        if (status == EXEC_DONE) state->finished_reading = true;
        if (status != EXEC_BATCH) return status;
        if (!keep(state, &in, err)) return EXEC_ERROR;
        evaluator_reset(&state->op.evaluator);
    }
    return EXEC_YIELD;
}

/* --- calling --- */

static bool same_part(const struct client_table *state, uint32_t row_a, uint32_t row_b) {
    for (uint32_t i = 0; i < state->key_count; i++) {
        const struct vector *key = row_store_column(&state->store, state->child_columns + state->argument_count + i);
        if (!rows_equal(key, row_a, key, row_b)) return false;
    }
    return true;
}

/* Where the part that begins at `row` ends. */
static uint32_t part_end(const struct client_table *state, uint32_t row) {
    if (!state->key_count) return state->store.rows;
    uint32_t end = row;
    while (end < state->store.rows && same_part(state, row, end)) end++;
    return end;
}

static void make_part(struct client_table *state, uint32_t from, uint32_t to, struct batch *out) {
    struct arena *arena = &state->call.memory;
    uint32_t *rows = arena_bytes_array(arena, to - from, sizeof *rows);
    for (uint32_t i = from; i < to; i++) rows[i - from] = i;
    batch_init(out, arena, state->argument_count, to - from);
    for (uint32_t i = 0; i < state->argument_count; i++)
        vector_select(&out->columns[i], arena, row_store_column(&state->store, state->child_columns + i), rows,
                      to - from);
}

static enum exec_status send_parts(struct client_table *state) {
    LIST(struct batch) parts = {0};
    arena_reset(&state->call.memory);
    state->begin = state->next;
    while (state->next < state->store.rows && parts.count < PARTS_PER_CALL &&
           state->next - state->begin < ROWS_PER_CALL) {
        struct batch part;
        uint32_t end = part_end(state, state->next);
        make_part(state, state->next, end, &part);
        LIST_PUSH(&state->call.memory, &parts, part);
        state->next = end;
    }
    return udf_call_send(&state->call, state->op.plan->generate.generator, state->argument_types, state->result_type,
                         parts.items, parts.count);
}

/* The rows of an answer beside those of the input that they belong to. */
static bool join_input(struct client_table *state, const struct batch *answer, struct batch *out, struct error *err) {
    struct arena *arena = &state->op.evaluator.batch;
    uint32_t generated = state->op.plan->generate.generated_count;
    const struct vector *numbers = &answer->columns[generated];
    uint32_t *rows = ARENA_ARRAY(arena, uint32_t, answer->count);
    for (uint32_t i = 0; i < answer->count; i++) {
        int32_t row = vector_is_null(numbers, i) ? -1 : VECTOR_DATA(numbers, int32_t)[vector_entry(numbers, i)];
        if (row < 0 || (uint32_t)row >= state->next - state->begin)
            return error_unsupported(err, "a table function's row that is of no row of its input");
        rows[i] = state->begin + (uint32_t)row;
    }
    batch_init(out, arena, state->passed_count + generated, answer->count);
    for (uint32_t i = 0; i < state->passed_count; i++)
        vector_select(&out->columns[i], arena, row_store_column(&state->store, state->passed[i]), rows, answer->count);
    for (uint32_t i = 0; i < generated; i++) out->columns[state->passed_count + i] = answer->columns[i];
    return true;
}

static enum exec_status client_table_next(struct operator* op, struct batch *out, struct error *err) {
    struct client_table *state = (struct client_table *)op;
    struct batch answer;
    enum exec_status status;
    if (state->call.is_waiting && (status = udf_call_wait(&state->call, err)) != EXEC_DONE) return status;
    if (!state->finished_reading && (status = read_input(state, err)) != EXEC_DONE) return status;
    status = udf_call_result(&state->call, &answer);
    if (status == EXEC_BATCH) return join_input(state, &answer, out, err) ? EXEC_BATCH : EXEC_ERROR;
    if (status != EXEC_DONE || state->next == state->store.rows) return status;
    return send_parts(state);
}

static void client_table_close(struct operator* op) {
    udf_call_release(&((struct client_table *)op)->call);
}

const struct operator_ops client_table_ops = {.name = "ArrowEvalPythonUDTF",
                                              .size = sizeof(struct client_table),
                                              .open = client_table_open,
                                              .next = client_table_next,
                                              .close = client_table_close};
