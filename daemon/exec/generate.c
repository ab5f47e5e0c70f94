/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows made from rows: explode and its kind beside the columns of the input.
 *
 * An input batch is given to the generator's kernel as a whole; what it makes of it may be far more than a batch, and
 * goes on piece by piece. So what was computed must outlive this operator's next calls: it keeps its batch memory
 * until it takes the next input batch.
 */
#include "exec/exec_int.h"

struct generate {
    struct operator op;
    uint32_t argument_count;
    struct expr **arguments;
    struct call call;
    uint32_t child_columns; /* of the output; the generator's come behind */
    uint32_t *columns;      /* of the input */
    struct batch in;
    struct generated made;
    uint32_t next;
};

static bool find_columns(struct generate *state, struct error *err) {
    const struct plan *plan = state->op.plan, *child = plan->children[0];
    state->child_columns = plan->output_count - plan->generate.generated_count;
    state->columns = ARENA_ARRAY(&state->op.memory, uint32_t, state->child_columns);
    for (uint32_t i = 0; i < state->child_columns; i++) {
        uint32_t c = 0;
        while (c < child->output_count && child->output[c]->id != plan->output[i]->id) c++;
        if (c == child->output_count)
            return error_internal(err, "a generator puts out a column that is not there: %s", plan->output[i]->name);
        state->columns[i] = c;
    }
    return true;
}

static bool generate_open(struct operator* op, struct error *err) {
    struct generate *state = (struct generate *)op;
    const struct expr *generator = op->plan->generate.generator;
    const struct function *function = generator->call.function;
    state->argument_count = generator->child_count;
    state->arguments = operator_bind_all(op, 0, generator->children, generator->child_count, err);
    TRY(state->arguments && find_columns(state, err));
    op->keeps_batch = true;
    state->call = (struct call){
        .expr = generator, .arena = &op->evaluator.batch, .context = op->query->context, .evaluator = &op->evaluator};
    if (!function->prepare) return true;
    const struct vector **constants = ARENA_ARRAY(&op->memory, const struct vector *, state->argument_count);
    for (uint32_t i = 0; i < state->argument_count; i++)
        if (state->arguments[i]->foldable) {
            constants[i] = expr_fold(&op->memory, op->query->context, state->arguments[i], err);
            TRY(constants[i]);
        }
    return function->prepare(&state->call, &op->memory, constants, &state->call.state, err);
}

/* LATERAL VIEW OUTER: a row of NULLs for input rows that gave nothing. */
static void add_missing(struct generate *state) {
    struct arena *batch = &state->op.evaluator.batch;
    struct generated *made = &state->made;
    uint32_t count = 0, columns = state->op.plan->generate.generated_count;
    size_t most = (size_t)made->count + state->in.count;
    uint32_t *parents = arena_bytes_array(batch, most, sizeof *parents);
    struct builder *builders = ARENA_ARRAY(batch, struct builder, columns);
    for (uint32_t c = 0; c < columns; c++)
        builder_init(&builders[c], batch, state->op.plan->generate.generated[c]->type, (uint32_t)most);
    for (uint32_t row = 0, at = 0; row < state->in.count; row++) {
        bool any = at < made->count && made->parents[at] == row;
        for (uint32_t c = 0; !any && c < columns; c++) builder_append_null(&builders[c]);
        if (!any) parents[count++] = row;
        for (; at < made->count && made->parents[at] == row; at++) {
            parents[count++] = row;
            for (uint32_t c = 0; c < columns; c++) builder_append_row(&builders[c], &made->columns[c], at, false);
        }
    }
    struct vector *filled = ARENA_ARRAY(batch, struct vector, columns);
    for (uint32_t c = 0; c < columns; c++) filled[c] = *builder_finish(&builders[c]);
    *made = (struct generated){.count = count, .parents = parents, .columns = filled};
}

static bool misses_rows(const struct generate *state) {
    uint32_t rows = 0;
    for (uint32_t i = 0; i < state->made.count; i++) rows += !i || state->made.parents[i] != state->made.parents[i - 1];
    return rows < state->in.count;
}

static enum exec_status take_input(struct generate *state, struct error *err) {
    struct operator* op = & state->op;
    struct arena *batch = &op->evaluator.batch;
    state->made.count = state->next = 0;
    evaluator_reset(&op->evaluator);
    enum exec_status status = operator_pull(op, &state->in, err);
    if (status != EXEC_BATCH) return status;
    struct vector *arguments = ARENA_ARRAY(batch, struct vector, state->argument_count);
    for (uint32_t i = 0; i < state->argument_count; i++)
        if (!operator_evaluate(op, state->arguments[i], &state->in, &arguments[i], err)) return EXEC_ERROR;
    state->made.no_parents = !state->child_columns && !op->plan->generate.outer;
    generator_kernel *generate = state->call.expr->call.function->generate;
    if (!generate(&state->call, arguments, state->in.count, &state->made, err)) return EXEC_ERROR;
    if (op->plan->generate.outer && misses_rows(state)) add_missing(state);
    op->evaluator.rows_before += state->in.count;
    return EXEC_BATCH;
}

static enum exec_status generate_next(struct operator* op, struct batch *out, struct error *err) {
    struct generate *state = (struct generate *)op;
    if (state->next == state->made.count) {
        enum exec_status status = take_input(state, err);
        if (status != EXEC_BATCH) return status;
        if (!state->made.count) return EXEC_YIELD;
    }
    struct arena *batch = &op->evaluator.batch;
    uint32_t from = state->next, count = state->made.count - from;
    if (count > BATCH_ROWS) count = BATCH_ROWS;
    struct batch rows;
    if (state->child_columns) batch_select(&rows, batch, &state->in, state->made.parents + from, count);
    batch_init(out, batch, op->plan->output_count, count);
    for (uint32_t i = 0; i < state->child_columns; i++) out->columns[i] = rows.columns[state->columns[i]];
    for (uint32_t i = 0; i < op->plan->generate.generated_count; i++)
        vector_slice(&out->columns[state->child_columns + i], batch, &state->made.columns[i], from);
    state->next += count;
    return EXEC_BATCH;
}

const struct operator_ops generate_ops = {
    .name = "Generate", .size = sizeof(struct generate), .open = generate_open, .next = generate_next};
