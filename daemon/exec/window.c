/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Window functions: sorts by partition and order, then computes partition by partition.
 *
 * Arguments, filters and RANGE bounds are computed while the input comes in and are columns of the sorter's store.
 * Partitions are computed until there are a few thousand results, which then go on in batches:
 *
 *     sorted rows   | partition | partition | part... |
 *     results       |<----- a chunk ------->|               one row store, emptied for each chunk
 *
 * Aggregates over a frame are computed in the cheapest way that the frame allows:
 *     - the whole partition: once
 *     - from the partition's start on: one state that grows; copies of it are finished together
 *     - anything else: each frame anew, as Spark does, so that sums of doubles come out alike
 */
#include "exec/window_int.h"
#include "expr/resolve.h"

enum { CHUNK_ROWS = 2 * BATCH_ROWS };

/* --- opening --- */

static uint32_t add_extra(struct window *state, struct expr *bound) {
    uint32_t base = state->op.plan->children[0]->output_count;
    if (bound->kind == EXPR_ATTRIBUTE) return bound->column.ordinal;
    for (uint32_t i = 0; i < state->extra.count; i++)
        if (bound->deterministic && expr_equal(state->extra.items[i], bound)) return base + i;
    LIST_PUSH(&state->op.memory, &state->extra, bound);
    return base + state->extra.count - 1;
}

static bool open_argument(struct window *state, const struct expr *e, struct window_argument *out, struct error *err) {
    struct expr *bound = operator_bind(&state->op, 0, e, err);
    TRY(bound);
    if (bound->foldable) {
        out->constant = expr_fold(&state->op.memory, state->op.query->context, bound, err);
        return out->constant != NULL;
    }
    out->column = add_extra(state, bound);
    return true;
}

static bool open_bound(struct window *state, const struct window_spec *spec, const struct frame_bound *from,
                       struct frame_end *to, struct error *err) {
    struct operator* op = & state->op;
    to->kind = from->kind;
    if (!from->offset || from->kind == BOUND_CURRENT_ROW) return true;
    if (spec->frame == FRAME_ROWS) {
        const struct vector *value = expr_fold(&op->memory, op->query->context, from->offset, err);
        TRY(value);
        to->rows = type_storage(value->type) == STORAGE_INT32 ? VECTOR_DATA(value, int32_t)[0]
                                                              : VECTOR_DATA(value, int64_t)[0];
        return true;
    }
    struct resolver resolver = {.arena = &op->memory, .context = op->query->context};
    bool minus = (from->kind == BOUND_PRECEDING) != spec->order[0].descending;
    struct expr *value = spec->order[0].expr;
    struct expr *bound = resolve_binary(&resolver, minus ? "-" : "+", value, from->offset, err);
    if (bound && value->type->kind == TYPE_DECIMAL) /* to be compared with the values; NULL where it is beyond them */
        bound = resolve_cast(&resolver, bound, value->type, CAST_TRY, false, value->origin, err);
    if (!bound || !(bound = operator_bind(op, 0, bound, err))) return false;
    to->by_value = true;
    to->column = add_extra(state, bound);
    return true;
}

static bool prepare_function(struct window *state, struct window_call *c, struct error *err) {
    struct operator* op = & state->op;
    if (c->call.expr->kind == EXPR_UDF) return true;
    const struct function *function = c->call.expr->call.function;
    c->call.arena = &op->memory;
    c->call.context = op->query->context;
    c->call.evaluator = &op->evaluator;
    if (!function->prepare) return true;
    const struct vector **constants = ARENA_ARRAY(&op->memory, const struct vector *, c->argument_count);
    for (uint32_t i = 0; i < c->argument_count; i++) constants[i] = c->arguments[i].constant;
    return function->prepare(&c->call, &op->memory, constants, &c->call.state, err);
}

static bool open_call(struct window *state, struct window_call *c, const struct expr *e, struct error *err) {
    while (e->kind == EXPR_ALIAS) e = e->children[0];
    const struct window_spec *spec = e->window;
    const struct expr *f = e->children[0];
    c->call.expr = f;
    c->argument_count = f->child_count + (f->kind == EXPR_AGGREGATE ? f->aggregate.order_count : 0);
    c->arguments = ARENA_ARRAY(&state->op.memory, struct window_argument, c->argument_count);
    for (uint32_t i = 0; i < c->argument_count; i++) {
        const struct expr *argument = i < f->child_count ? f->children[i] : f->aggregate.order[i - f->child_count].expr;
        TRY(open_argument(state, argument, &c->arguments[i], err));
    }
    if (f->kind == EXPR_AGGREGATE) {
        c->kernel = f->aggregate.function->aggregate;
        c->state_size = ((c->kernel->size ? c->kernel->size(f) : c->kernel->fixed_size) + 15) & ~(size_t)15;
        c->has_filter = f->aggregate.filter != NULL;
        c->window = c->has_filter ? NULL : c->kernel->window;
        if (c->has_filter) {
            struct expr *filter = operator_bind(&state->op, 0, f->aggregate.filter, err);
            TRY(filter);
            c->filter_column = add_extra(state, filter);
        }
    } else if (f->kind == EXPR_CALL) {
        c->window = f->call.function->window;
    }
    c->frame.type = spec->frame;
    TRY(open_bound(state, spec, &spec->lower, &c->frame.lower, err));
    TRY(open_bound(state, spec, &spec->upper, &c->frame.upper, err));
    return prepare_function(state, c, err);
}

/* Equal rows matter to the ranks; other functions of a window go by places, and the rest by frames. */
static bool call_needs_peers(const struct window_call *c) {
    static const char *const by_place[] = {"row_number", "ntile", "lag", "lead"};
    if (c->call.expr->kind != EXPR_CALL) return frame_needs_peers(&c->frame);
    for (size_t i = 0; i < sizeof by_place / sizeof *by_place; i++)
        if (strcmp(c->call.expr->call.function->name, by_place[i]) == 0) return frame_needs_peers(&c->frame);
    return true;
}

static bool window_open(struct operator* op, struct error *err) {
    struct window *state = (struct window *)op;
    const struct plan *plan = op->plan;
    state->call_count = plan->expr_count;
    state->calls = ARENA_ARRAY(&op->memory, struct window_call, state->call_count);
    for (uint32_t i = 0; i < plan->expr_count; i++) TRY(open_call(state, &state->calls[i], plan->exprs[i], err));
    for (uint32_t i = 0; i < plan->expr_count; i++) state->needs_peers |= call_needs_peers(&state->calls[i]);
    const struct expr *first = plan->exprs[0];
    while (first->kind == EXPR_ALIAS) first = first->children[0];
    const struct window_spec *spec = first->window;
    uint32_t keys = spec->partition_count + spec->order_count;
    struct sort_order *order = ARENA_ARRAY(&op->memory, struct sort_order, keys);
    for (uint32_t i = 0; i < keys; i++)
        order[i] = i < spec->partition_count ? (struct sort_order){.expr = spec->partition[i], .nulls_first = true}
                                             : spec->order[i - spec->partition_count];
    state->partition_keys = spec->partition_count;
    arena_init(&state->chunk_memory, op->memory.account);
    udf_call_init(&state->client, op);
    TRY(sorter_init(&state->sorter, op, 0, &op->memory, order, keys, state->extra.items, state->extra.count, err));
    state->sorter.may_rank = true;
    state->order_key = &state->sorter.keys[spec->partition_count];
    return true;
}

/* --- aggregates over frames --- */

/* Everything about one function over one partition. */
struct running {
    struct window *window;
    struct window_call *call;
    const struct partition *partition;
    const struct vector *arguments; /* over the partition's rows */
    const uint32_t *start, *end;
};

static void *new_state(struct running *r, struct error *err) {
    void *state = arena_alloc(r->call->call.arena, r->call->state_size);
    if (r->call->kernel->init && !r->call->kernel->init(&r->call->call, state, err)) return NULL;
    return state;
}

/* Adds rows [from, to) of the partition, those that pass the filter. */
static bool add_rows(struct running *r, uint32_t from, uint32_t to, void *state, struct error *err) {
    struct arena *scratch = &r->window->op.evaluator.batch;
    struct call *call = &r->call->call;
    struct vector *arguments = ARENA_ARRAY(scratch, struct vector, r->call->argument_count);
    while (from < to) {
        uint32_t count = to - from < BATCH_ROWS ? to - from : BATCH_ROWS, kept = 0;
        uint32_t *rows = arena_bytes_array(scratch, count, sizeof *rows);
        const struct vector *filter = row_store_column(&r->window->sorter.store, r->call->filter_column);
        for (uint32_t i = from; i < from + count; i++) {
            uint32_t row = r->partition->rows[i];
            if (r->call->has_filter && (vector_is_null(filter, row) || !VECTOR_DATA(filter, uint8_t)[row])) continue;
            rows[kept++] = i;
        }
        for (uint32_t a = 0; a < r->call->argument_count; a++)
            vector_select(&arguments[a], scratch, &r->arguments[a], rows, kept);
        from += count;
        if (!kept) continue;
        if (r->call->kernel->update_one) {
            TRY(r->call->kernel->update_one(call, arguments, kept, state, err));
            continue;
        }
        void **states = arena_bytes_array(scratch, kept, sizeof *states);
        for (uint32_t i = 0; i < kept; i++) states[i] = state;
        TRY(r->call->kernel->update(call, arguments, kept, states, err));
    }
    return true;
}

/* Appends the results of states to the column of results; lasting: with bytes of their own, as the states go on. */
static bool finish_states(struct running *r, void **states, uint32_t count, struct builder *results,
                          const uint32_t *repeats, bool lasting, struct error *err) {
    struct call call = r->call->call;
    call.arena = &r->window->chunk_memory;
    struct vector out;
    vector_init(&out, call.arena, call.expr->type, count);
    TRY(r->call->kernel->finish(&call, states, count, &out, err));
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < (repeats ? repeats[i] : 1); k++) builder_append_row(results, &out, i, lasting);
    return true;
}

/* One state that grows from row to row; where copies of it are good, they are finished many at a time. */
static bool grow(struct running *r, struct builder *results, struct error *err) {
    enum { TOGETHER = 256 };
    void *state = new_state(r, err), *copies[TOGETHER];
    TRY(state);
    uint32_t repeats[TOGETHER], pending = 0, done = 0, limit = r->call->kernel->plain ? TOGETHER : 1;
    for (uint32_t i = 0; i < r->partition->count;) {
        uint32_t same = i + 1;
        while (same < r->partition->count && r->end[same] == r->end[i]) same++;
        if (r->end[i] > done) TRY(add_rows(r, done, r->end[i], state, err));
        done = r->end[i];
        bool last = same == r->partition->count;
        copies[pending] = limit == 1 || last ? state : arena_copy(&r->window->chunk_memory, state, r->call->state_size);
        repeats[pending++] = same - i;
        if (pending == limit || last) {
            TRY(finish_states(r, copies, pending, results, repeats, limit == 1, err));
            pending = 0;
        }
        i = same;
    }
    return true;
}

/* Each frame by itself. */
static bool recompute(struct running *r, struct builder *results, struct error *err) {
    for (uint32_t i = 0; i < r->partition->count;) {
        uint32_t same = i + 1;
        while (same < r->partition->count && r->end[same] == r->end[i] && r->start[same] == r->start[i]) same++;
        void *state = new_state(r, err);
        TRY(state);
        TRY(add_rows(r, r->start[i], r->end[i], state, err));
        uint32_t repeats = same - i;
        TRY(finish_states(r, &state, 1, results, &repeats, false, err));
        i = same;
    }
    return true;
}

/* --- a partition --- */

/* Values are gathered at once, as the rows lie anywhere in the store; in what follows they are neighbours. */
struct vector *window_arguments(struct window *state, const struct window_call *c, const struct partition *p) {
    struct arena *memory = &state->chunk_memory;
    struct vector *arguments = ARENA_ARRAY(memory, struct vector, c->argument_count);
    for (uint32_t a = 0; a < c->argument_count; a++) {
        if (c->arguments[a].constant) {
            arguments[a] = *c->arguments[a].constant;
            continue;
        }
        struct vector picked;
        vector_select(&picked, memory, row_store_column(&state->sorter.store, c->arguments[a].column), p->rows,
                      p->count);
        arguments[a] = *vector_flatten(memory, &picked, p->count);
    }
    return arguments;
}

void window_frames(struct window *state, const struct window_call *c, const struct partition *p, uint32_t **start,
                   uint32_t **end) {
    *start = arena_bytes_array(&state->chunk_memory, p->count, sizeof **start);
    *end = arena_bytes_array(&state->chunk_memory, p->count, sizeof **end);
    frame_resolve(&state->sorter, &c->frame, state->order_key, p, *start, *end);
}

static bool compute(struct window *state, struct window_call *c, const struct partition *p, struct vector *out,
                    struct error *err) {
    struct arena *memory = &state->chunk_memory;
    if (c->call.expr->kind == EXPR_UDF) return true; /* the client's, by and by */
    struct vector *arguments = window_arguments(state, c, p);
    uint32_t *start, *end;
    window_frames(state, c, p, &start, &end);
    struct call call = c->call;
    call.arena = memory;
    if (c->window) {
        struct window_partition partition = {.rows = p->count,
                                             .arguments = arguments,
                                             .frame_start = start,
                                             .frame_end = end,
                                             .peer_start = p->peer_start,
                                             .peer_end = p->peer_end};
        vector_init(out, memory, call.expr->type, p->count);
        return c->window(&call, &partition, out, err);
    }
    struct running r = {state, c, p, arguments, start, end};
    struct builder results;
    builder_init(&results, memory, call.expr->type, p->count);
    bool grows = c->frame.lower.kind == BOUND_UNBOUNDED_PRECEDING;
    TRY(grows ? grow(&r, &results, err) : recompute(&r, &results, err));
    *out = *builder_finish(&results);
    return true;
}

static void find_peers(struct window *state, struct partition *p) {
    struct arena *memory = &state->chunk_memory;
    uint32_t order_keys = state->sorter.key_count - state->partition_keys;
    uint32_t first = (uint32_t)(p->rows - state->rows); /* among all rows */
    p->peer_start = arena_bytes_array(memory, p->count, sizeof *p->peer_start);
    p->peer_end = arena_bytes_array(memory, p->count, sizeof *p->peer_end);
    for (uint32_t i = 0; i < p->count;) {
        uint32_t end =
            sorter_equals_end(&state->sorter, first + i, first + p->count, state->partition_keys, order_keys);
        end -= first;
        for (uint32_t k = i; k < end; k++) {
            p->peer_start[k] = i;
            p->peer_end[k] = end;
        }
        i = end;
    }
}

static bool compute_partition(struct window *state, struct error *err) {
    uint32_t first = state->next_row;
    uint32_t end = sorter_equals_end(&state->sorter, first, state->sorter.count, 0, state->partition_keys);
    struct computed_partition made = {.partition = {.rows = state->rows + first, .count = end - first}};
    if (state->needs_peers) find_peers(state, &made.partition);
    made.results = ARENA_ARRAY(&state->chunk_memory, struct vector, state->call_count);
    for (uint32_t i = 0; i < state->call_count; i++)
        TRY(compute(state, &state->calls[i], &made.partition, &made.results[i], err));
    state->next_row = end;
    LIST_PUSH(&state->chunk_memory, &state->partitions, made);
    return true;
}

static bool compute_chunk(struct window *state, struct error *err) {
    arena_reset(&state->client.memory);
    arena_reset(&state->chunk_memory);
    memset(&state->partitions, 0, sizeof state->partitions);
    state->chunk_start = state->next_row;
    state->given = state->client_call = 0;
    const struct type **column_types = ARENA_ARRAY(&state->chunk_memory, const struct type *, state->call_count);
    for (uint32_t i = 0; i < state->call_count; i++) column_types[i] = state->calls[i].call.expr->type;
    row_store_init(&state->results, &state->chunk_memory, column_types, state->call_count);
    while (state->next_row < state->sorter.count && state->next_row - state->chunk_start < CHUNK_ROWS)
        TRY(compute_partition(state, err));
    state->in_chunk = true;
    return true;
}

/* Gathers the results once the client has given its part. */
static enum exec_status finish_chunk(struct window *state, struct error *err) {
    enum exec_status status = window_ask_client(state, err);
    if (status != EXEC_DONE) return status;
    for (uint32_t i = 0; i < state->partitions.count; i++) {
        const struct computed_partition *p = &state->partitions.items[i];
        if (!row_store_append(&state->results, p->results, p->partition.count, err)) return EXEC_ERROR;
    }
    state->in_chunk = false;
    return EXEC_YIELD;
}

/* --- the operator --- */

static enum exec_status read_input(struct window *state, struct error *err) {
    for (int i = 0; i < BATCHES_PER_SLICE; i++) {
        struct batch in;
        enum exec_status status = operator_next(state->op.children[0], &in, err);
        if (status == EXEC_DONE) state->finished_reading = true;
        if (status != EXEC_BATCH) return status;
        if (!sorter_add(&state->sorter, &in, err)) return EXEC_ERROR;
        state->op.evaluator.rows_before += in.count;
        evaluator_reset(&state->op.evaluator);
    }
    return EXEC_YIELD;
}

static void list_rows(struct window *state) {
    const struct sort_entry *entries = sorter_entries(&state->sorter);
    state->rows = arena_bytes_array(&state->op.memory, state->sorter.count, sizeof *state->rows);
    for (uint32_t i = 0; i < state->sorter.count; i++) state->rows[i] = entries[i].row;
}

static enum exec_status window_next(struct operator* op, struct batch *out, struct error *err) {
    struct window *state = (struct window *)op;
    if (!state->finished_reading) {
        enum exec_status status = read_input(state, err);
        if (!state->finished_reading) return status;
    }
    if (!state->sorted) {
        if (!sorter_step(&state->sorter)) return EXEC_YIELD;
        state->sorted = true;
        list_rows(state);
    }
    if (state->in_chunk) return finish_chunk(state, err);
    if (state->given == state->results.rows) {
        if (state->next_row == state->sorter.count) return EXEC_DONE;
        return compute_chunk(state, err) ? finish_chunk(state, err) : EXEC_ERROR;
    }
    uint32_t count = state->results.rows - state->given;
    if (count > BATCH_ROWS) count = BATCH_ROWS;
    struct arena *batch = &op->evaluator.batch;
    struct batch input, results;
    row_store_pick(&state->sorter.store, batch, state->rows + state->chunk_start + state->given, count, &input);
    row_store_slice(&state->results, batch, state->given, count, &results);
    uint32_t columns = state->sorter.input_columns;
    batch_init(out, batch, columns + state->call_count, count);
    memcpy(out->columns, input.columns, columns * sizeof *out->columns);
    memcpy(out->columns + columns, results.columns, state->call_count * sizeof *out->columns);
    state->given += count;
    return EXEC_BATCH;
}

static void window_close(struct operator* op) {
    struct window *state = (struct window *)op;
    udf_call_release(&state->client);
    if (state->chunk_memory.account) arena_release(&state->chunk_memory);
}

const struct operator_ops window_ops = {
    .name = "Window", .size = sizeof(struct window), .open = window_open, .next = window_next, .close = window_close};
