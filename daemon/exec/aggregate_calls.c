/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/aggregate_calls.h"

static uint32_t add_input(struct aggregate_calls *calls, const struct expr *e, struct error *err) {
    struct expr *bound = operator_bind(calls->op, 0, e, err);
    if (!bound) return KEY_NONE;
    for (uint32_t i = 0; i < calls->input_count; i++)
        if (bound->deterministic && expr_equal(calls->inputs[i], bound)) return i;
    calls->inputs[calls->input_count] = bound;
    return calls->input_count++;
}

/* Keys are the group's number and the arguments. A single argument needs no byte that says whether it is NULL: the
 * number does (number_groups), so that a group and an INT are one word. */
/* Fractions may be equal and yet not the same: -0.0 and 0.0, NaNs. Such a set is its function's own affair. */
static bool has_fractions(const struct expr *e) {
    bool found = false;
    for (uint32_t i = 0; i < e->child_count; i++)
        found |= type_holds(e->children[i]->type, TYPE_DOUBLE) || type_holds(e->children[i]->type, TYPE_FLOAT);
    return found;
}

static bool init_distinct(struct aggregate_calls *calls, struct aggregate_call *c) {
    struct arena *arena = &calls->op->memory;
    uint32_t count = c->call.expr->child_count + 1;
    const struct type **key_types = ARENA_ARRAY(arena, const struct type *, count);
    bool *nullable = ARENA_ARRAY(arena, bool, count);
    key_types[0] = TYPE_OF(INT);
    for (uint32_t i = 1; i < count; i++) {
        key_types[i] = calls->inputs[c->arguments[i - 1]]->type;
        nullable[i] = count > 2 || type_storage(key_types[i]) == STORAGE_NONE;
    }
    key_layout_init(&c->distinct_layout, arena, key_types, nullable, count);
    c->distinct_layout.ignores_nulls = true;
    key_table_init(&c->seen, arena, &c->distinct_layout, 0);
    return true;
}

static bool prepare_call(struct operator* op, struct aggregate_call *c, struct expr *const *inputs, struct error *err) {
    const struct function *function = c->call.expr->aggregate.function;
    c->call.arena = &op->memory;
    c->call.context = op->query->context;
    c->call.evaluator = &op->evaluator;
    if (!function->prepare) return true;
    const struct vector **constants = ARENA_ARRAY(&op->memory, const struct vector *, c->argument_count + 1);
    for (uint32_t i = 0; i < c->argument_count; i++) {
        const struct expr *e = inputs[c->arguments[i]];
        if (!e->foldable) continue;
        constants[i] = expr_fold(&op->memory, op->query->context, e, err);
        TRY(constants[i]);
    }
    return function->prepare(&c->call, &op->memory, constants, &c->call.state, err);
}

static bool init_call(struct aggregate_calls *calls, struct aggregate_call *c, const struct expr *e,
                      struct error *err) {
    struct operator* op = calls->op;
    c->call.expr = e;
    c->kernel = e->aggregate.function->aggregate;
    c->argument_count = e->child_count + e->aggregate.order_count;
    c->arguments = ARENA_ARRAY(&op->memory, uint32_t, c->argument_count);
    for (uint32_t i = 0; i < c->argument_count; i++) {
        const struct expr *argument = i < e->child_count ? e->children[i] : e->aggregate.order[i - e->child_count].expr;
        c->arguments[i] = add_input(calls, argument, err);
        if (c->arguments[i] == KEY_NONE) return false;
    }
    if (e->aggregate.filter) {
        c->filter = operator_bind(op, 0, e->aggregate.filter, err);
        TRY(c->filter);
    }
    TRY(prepare_call(op, c, calls->inputs, err));
    size_t size = c->kernel->size ? c->kernel->size(e) : c->kernel->fixed_size;
    c->state_offset = calls->state_size;
    calls->state_size += (uint32_t)((size + 15) & ~(size_t)15);
    c->distinct = (e->aggregate.distinct && !c->kernel->repeats) || (c->kernel->distinct && !has_fractions(e));
    return !c->distinct || init_distinct(calls, c);
}

bool aggregate_calls_init(struct aggregate_calls *calls, struct operator* op, struct expr *const *exprs, uint32_t count,
                          struct error *err) {
    *calls = (struct aggregate_calls){.op = op, .count = count};
    calls->calls = ARENA_ARRAY(&op->memory, struct aggregate_call, count);
    uint32_t arguments = 0;
    for (uint32_t i = 0; i < count; i++) arguments += exprs[i]->child_count + exprs[i]->aggregate.order_count;
    calls->inputs = ARENA_ARRAY(&op->memory, struct expr *, arguments);
    calls->values = ARENA_ARRAY(&op->memory, struct vector, arguments);
    for (uint32_t i = 0; i < count; i++) TRY(init_call(calls, &calls->calls[i], exprs[i], err));
    return true;
}

bool aggregate_calls_start(struct aggregate_calls *calls, char *block, struct error *err) {
    for (uint32_t i = 0; i < calls->count; i++) {
        struct aggregate_call *c = &calls->calls[i];
        if (c->kernel->init) TRY(c->kernel->init(&c->call, block + c->state_offset, err));
    }
    return true;
}

static bool evaluate_inputs(struct aggregate_calls *calls, const struct batch *in, struct error *err) {
    for (uint32_t i = 0; i < calls->input_count; i++)
        TRY(operator_evaluate(calls->op, calls->inputs[i], in, &calls->values[i], err));
    return true;
}

/* Which rows one call takes: selection NULL means all. */
struct taken {
    const uint32_t *selection;
    uint32_t count;
};

static bool apply_filter(struct aggregate_calls *calls, struct aggregate_call *c, const struct batch *in,
                         struct taken *taken, struct error *err) {
    if (!c->filter) return true;
    uint32_t *selection = arena_bytes_array(&calls->op->evaluator.batch, in->count, sizeof *selection);
    TRY(expr_select(&calls->op->evaluator, c->filter, in, selection, &taken->count, err));
    taken->selection = selection;
    return true;
}

static void take_arguments(struct aggregate_calls *calls, const struct aggregate_call *c, const struct taken *taken,
                           struct vector *arguments) {
    for (uint32_t i = 0; i < c->argument_count; i++) {
        const struct vector *v = &calls->values[c->arguments[i]];
        if (taken->selection)
            vector_select(&arguments[i], &calls->op->evaluator.batch, v, taken->selection, taken->count);
        else
            arguments[i] = *v;
    }
}

/* Twice the number of each row's group (which has 30 bits), and 1 where a single argument is NULL. */
static void number_groups(const struct aggregate_call *c, const struct vector *argument, const uint32_t *groups,
                          const struct taken *taken, uint32_t *numbers) {
    for (uint32_t i = 0; i < taken->count; i++)
        numbers[i] = !groups ? 0 : 2 * groups[taken->selection ? taken->selection[i] : i];
    if (c->distinct_layout.column_count != 2 || !argument->validity) return;
    for (uint32_t i = 0; i < taken->count; i++) numbers[i] += vector_is_null(argument, i);
}

/* Leaves only the rows whose (group, arguments) were never seen. */
static bool apply_distinct(struct aggregate_calls *calls, struct aggregate_call *c, const uint32_t *groups,
                           struct taken *taken, struct error *err) {
    if (!c->distinct || !taken->count) return true;
    struct arena *batch = &calls->op->evaluator.batch;
    struct vector *columns = ARENA_ARRAY(batch, struct vector, c->argument_count + 1);
    take_arguments(calls, c, taken, columns + 1);
    vector_init(&columns[0], batch, TYPE_OF(INT), taken->count);
    number_groups(c, &columns[1], groups, taken, VECTOR_DATA(&columns[0], uint32_t));
    struct key_batch keys;
    TRY(keys_make(&c->distinct_layout, batch, columns, taken->count, &keys, err));
    uint32_t *rows = arena_bytes_array(batch, taken->count, sizeof *rows);
    uint32_t next = c->seen.rows, count = 0;
    TRY(key_table_add(&c->seen, &keys, taken->count, rows, err));
    for (uint32_t i = 0; i < taken->count; i++) {
        if (rows[i] != next) continue;
        rows[count++] = taken->selection ? taken->selection[i] : i;
        next++;
    }
    *taken = (struct taken){rows, count};
    return true;
}

static bool take(struct aggregate_calls *calls, struct aggregate_call *c, const struct batch *in,
                 const uint32_t *groups, struct taken *taken, struct vector **arguments, struct error *err) {
    *taken = (struct taken){.count = in->count};
    TRY(apply_filter(calls, c, in, taken, err));
    TRY(apply_distinct(calls, c, groups, taken, err));
    *arguments = ARENA_ARRAY(&calls->op->evaluator.batch, struct vector, c->argument_count);
    take_arguments(calls, c, taken, *arguments);
    return true;
}

static bool update_call(struct aggregate_calls *calls, struct aggregate_call *c, const struct batch *in, char **blocks,
                        const uint32_t *groups, void **states, struct error *err) {
    struct taken taken;
    struct vector *arguments;
    TRY(take(calls, c, in, groups, &taken, &arguments, err));
    if (!taken.count) return true;
    uint32_t offset = c->state_offset;
    if (taken.selection)
        for (uint32_t i = 0; i < taken.count; i++) states[i] = blocks[taken.selection[i]] + offset;
    else
        for (uint32_t i = 0; i < taken.count; i++) states[i] = blocks[i] + offset;
    return c->kernel->update(&c->call, arguments, taken.count, states, err);
}

bool aggregate_calls_update(struct aggregate_calls *calls, const struct batch *in, char **blocks,
                            const uint32_t *groups, struct error *err) {
    TRY(evaluate_inputs(calls, in, err));
    void **states = arena_bytes_array(&calls->op->evaluator.batch, in->count, sizeof *states);
    for (uint32_t i = 0; i < calls->count; i++)
        TRY(update_call(calls, &calls->calls[i], in, blocks, groups, states, err));
    return true;
}

bool aggregate_calls_update_one(struct aggregate_calls *calls, const struct batch *in, char *block, struct error *err) {
    TRY(evaluate_inputs(calls, in, err));
    for (uint32_t i = 0; i < calls->count; i++) {
        struct aggregate_call *c = &calls->calls[i];
        struct taken taken;
        struct vector *arguments;
        TRY(take(calls, c, in, NULL, &taken, &arguments, err));
        if (!taken.count) continue;
        void *state = block + c->state_offset;
        if (c->kernel->update_one) {
            TRY(c->kernel->update_one(&c->call, arguments, taken.count, state, err));
            continue;
        }
        void **states = arena_bytes_array(&calls->op->evaluator.batch, taken.count, sizeof *states);
        for (uint32_t k = 0; k < taken.count; k++) states[k] = state;
        TRY(c->kernel->update(&c->call, arguments, taken.count, states, err));
    }
    return true;
}

bool aggregate_calls_merge(struct aggregate_calls *calls, char *const *from, char *const *into, uint32_t count,
                           struct error *err) {
    for (uint32_t k = 0; k < calls->count; k++) {
        struct aggregate_call *c = &calls->calls[k];
        for (uint32_t i = 0; i < count; i++)
            TRY(c->kernel->merge(&c->call, from[i] + c->state_offset, into[i] + c->state_offset, err));
    }
    return true;
}

bool aggregate_calls_finish(struct aggregate_calls *calls, uint32_t index, char *const *blocks, uint32_t count,
                            struct vector *out, struct error *err) {
    struct aggregate_call *c = &calls->calls[index];
    struct arena *batch = &calls->op->evaluator.batch;
    void **states = arena_bytes_array(batch, count, sizeof *states);
    for (uint32_t i = 0; i < count; i++) states[i] = blocks[i] + c->state_offset;
    vector_init(out, batch, c->call.expr->type, count);
    struct call call = c->call;
    call.arena = batch;
    return c->kernel->finish(&call, states, count, out, err);
}
