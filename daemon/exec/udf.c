/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that the client runs, in expressions: each becomes a column that an operator below computes.
 *
 *     Project(f(a) + g(f(b)))   ->   Project(_3 + _4)
 *                                      ArrowEvalPython  _4 = g(_2)
 *                                        ArrowEvalPython  _3 = f(a), _2 = f(b)
 *
 * All rows are computed, whatever CASE or AND stands around the call, as in Spark.
 */
#include "exec/udf.h"

#include "exec/plan_slots.h"

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

/* --- the operator --- */

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
    bool has_in;
    struct batch in;
    uint32_t current;       /* the call that is under way */
    struct vector *results; /* one per call */
};

static bool open_call(struct operator* op, struct evaluated *c, const struct expr *e, struct error *err) {
    c->function = e;
    c->argument_count = e->child_count;
    c->arguments = operator_bind_all(op, 0, e->children, e->child_count, err);
    TRY(c->arguments);
    struct field *fields = ARENA_ARRAY(&op->memory, struct field, e->child_count);
    for (uint32_t i = 0; i < e->child_count; i++)
        fields[i] = (struct field){.name = arena_printf(&op->memory, "_%u", i),
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
    return true;
}

static enum exec_status send_call(struct python_eval *state, struct error *err) {
    const struct evaluated *c = &state->calls[state->current];
    struct batch *arguments = ARENA_NEW(&state->call.memory, struct batch);
    batch_init(arguments, &state->call.memory, c->argument_count, state->in.count);
    for (uint32_t i = 0; i < c->argument_count; i++)
        if (!operator_evaluate(&state->op, c->arguments[i], &state->in, &arguments->columns[i], err)) return EXEC_ERROR;
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

static enum exec_status python_eval_next(struct operator* op, struct batch *out, struct error *err) {
    struct python_eval *state = (struct python_eval *)op;
    enum exec_status status;
    if (state->call.is_waiting) {
        status = udf_call_wait(&state->call, err);
        if (status != EXEC_DONE) return status;
        if (!take_answer(state, err)) return EXEC_ERROR;
    }
    if (!state->has_in) {
        evaluator_reset(&op->evaluator);
        arena_reset(&state->call.memory);
        status = operator_next(op->children[0], &state->in, err);
        if (status != EXEC_BATCH) return status;
        state->has_in = true;
        state->current = 0;
    }
    if (state->current < state->count) return send_call(state, err);
    state->has_in = false;
    batch_init(out, &op->evaluator.batch, state->in.column_count + state->count, state->in.count);
    memcpy(out->columns, state->in.columns, state->in.column_count * sizeof *out->columns);
    memcpy(out->columns + state->in.column_count, state->results, state->count * sizeof *out->columns);
    return EXEC_BATCH;
}

static void python_eval_close(struct operator* op) {
    udf_call_release(&((struct python_eval *)op)->call);
}

static const struct operator_ops python_eval_ops = {.name = "ArrowEvalPython",
                                                    .size = sizeof(struct python_eval),
                                                    .open = python_eval_open,
                                                    .next = python_eval_next,
                                                    .close = python_eval_close};

/* --- finding them --- */

/* The functions whose arguments hold no others: the next layer. */
struct layer {
    struct operator* op;
    LIST(struct expr *) aliases; /* ALIAS(UDF) */
    struct attribute **attributes;
};

static bool is_inner(const struct expr *e) {
    for (uint32_t i = 0; i < e->child_count; i++)
        if (expr_contains(e->children[i], EXPR_UDF)) return false;
    return true;
}

static bool collect_udf(const struct expr *e, void *data) {
    struct layer *layer = data;
    if (e->kind != EXPR_UDF || e->udf.eval_type == UDF_GROUPED_AGG_PANDAS || !is_inner(e)) return true;
    for (uint32_t i = 0; i < layer->aliases.count; i++)
        if (expr_equal(layer->aliases.items[i]->children[0], e)) return false;
    /* Ids count down from the top, where no session's counter comes. */
    uint64_t id = UINT64_MAX - layer->op->query->internal_ids++;
    LIST_PUSH(&layer->op->memory, &layer->aliases, expr_alias(&layer->op->memory, (struct expr *)e, "udf", id));
    return false;
}

static bool collect_in_slot(struct expr **slot, void *data) {
    expr_visit(*slot, collect_udf, data);
    return true;
}

static struct expr *replace_udf(struct expr *e, void *data) {
    struct layer *layer = data;
    if (e->kind != EXPR_UDF) return e;
    for (uint32_t i = 0; i < layer->aliases.count; i++)
        if (expr_equal(layer->aliases.items[i]->children[0], e))
            return expr_attribute(&layer->op->memory, layer->attributes[i]);
    return e;
}

static bool replace_in_slot(struct expr **slot, void *data) {
    struct layer *layer = data;
    *slot = expr_rewrite(&layer->op->memory, *slot, replace_udf, layer);
    return true;
}

/* The plan of an operator that adds the layer's columns to child's. */
static struct plan *layer_plan(struct layer *layer, const struct plan *child) {
    struct arena *arena = &layer->op->memory;
    struct plan *p = plan_new(arena, PLAN_PROJECT, 1, layer->aliases.count);
    p->children[0] = (struct plan *)child;
    struct attribute **output = ARENA_ARRAY(arena, struct attribute *, child->output_count + layer->aliases.count);
    memcpy(output, child->output, child->output_count * sizeof *output);
    for (uint32_t i = 0; i < layer->aliases.count; i++) {
        p->exprs[i] = layer->aliases.items[i];
        output[child->output_count + i] = layer->attributes[i];
    }
    plan_set_output(arena, p, output, child->output_count + layer->aliases.count);
    return p;
}

bool udfs_extract(struct operator* op, struct error *err) {
    while (op->ops != &python_eval_ops) {
        struct layer layer = {.op = op};
        plan_visit_slots((struct plan *)op->plan, collect_in_slot, &layer);
        if (!layer.aliases.count) return true;
        if (op->child_count != 1) return error_unsupported(err, "a Python function in the condition of a join");
        layer.attributes = ARENA_ARRAY(&op->memory, struct attribute *, layer.aliases.count);
        for (uint32_t i = 0; i < layer.aliases.count; i++)
            layer.attributes[i] = expr_to_attribute(&op->memory, layer.aliases.items[i]);
        struct plan *copy = plan_copy_slots(&op->memory, op->plan);
        struct plan *below = layer_plan(&layer, op->plan->children[0]);
        struct operator* eval = operator_new(op->query, &python_eval_ops, below, 1);
        eval->children[0] = op->children[0];
        op->children[0] = eval;
        copy->children = ARENA_ARRAY(&op->memory, struct plan *, 1);
        copy->children[0] = below;
        plan_visit_slots(copy, replace_in_slot, &layer);
        op->plan = copy;
    }
    return true;
}
