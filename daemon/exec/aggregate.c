/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash aggregation: reads everything, one table row per group, then puts the groups out in the order in which they
 * were first seen.
 *
 * A group's key and the states of its aggregates lie together in one row of the key table, so a batch touches one
 * cache line or two per group however many aggregates there are. Without groups there is one block of states and no
 * table, and no input still gives one row.
 *
 * Beyond its memory (spill.h) the groups that are there go on; rows of others are dealt out to files, and when the
 * groups have been put out, an aggregate of its own is made for each file.
 */
#include "exec/aggregate.h"

#include "column/row_store.h"
#include "exec/aggregate_calls.h"
#include "exec/group_keys.h"
#include "exec/group_order.h"
#include "exec/spill.h"

/* Where an output column comes from. */
struct result {
    bool is_group;
    uint32_t index; /* of the group, or of the call */
};

struct aggregate {
    struct operator op;
    uint32_t group_count;
    struct expr **groups;
    struct result *results;
    struct aggregate_calls calls;
    struct group_keys keys;
    struct row_sources sources; /* of the groups */
    struct row_store originals; /* values of group columns that their keys only encode, by group */
    uint32_t *original_of;      /* per group column: column in originals */
    char *only_block;           /* without groups */
    bool finished;              /* the input is read */
    uint32_t next_group;
    struct arena held;                         /* the table and originals */
    struct spill_set *spilled;                 /* or NULL */
    uint32_t level;                            /* how often rows were dealt out before they came here */
    struct operator* part;                     /* over one of the files */
    const struct aggregate_listener *listener; /* or NULL */
    uint32_t next_part;
};

static bool find_group(struct aggregate *state, const struct expr *e, uint32_t *index) {
    const struct plan *plan = state->op.plan;
    for (uint32_t i = 0; i < state->group_count; i++) {
        const struct expr *group = plan->aggregate.groups[i];
        while (group->kind == EXPR_ALIAS) group = group->children[0];
        *index = i;
        if (expr_equal(group, e)) return true;
    }
    return false;
}

/* Tells results that are groups from those that are calls; calls gets the latter. */
static bool sort_results(struct aggregate *state, struct expr **calls, uint32_t *call_count, struct error *err) {
    const struct plan *plan = state->op.plan;
    state->results = ARENA_ARRAY(&state->op.memory, struct result, plan->expr_count);
    for (uint32_t i = 0; i < plan->expr_count; i++) {
        struct expr *e = plan->exprs[i];
        while (e->kind == EXPR_ALIAS) e = e->children[0];
        if (e->kind == EXPR_AGGREGATE) {
            state->results[i] = (struct result){.index = *call_count};
            calls[(*call_count)++] = e;
        } else {
            state->results[i].is_group = true;
            if (!find_group(state, e, &state->results[i].index))
                return error_internal(err, "an aggregate's result is neither a group nor an aggregate function");
        }
    }
    return true;
}

static void open_groups(struct aggregate *state) {
    struct arena *arena = &state->op.memory;
    uint32_t count = state->group_count, originals = 0;
    const struct type **key_types = ARENA_ARRAY(arena, const struct type *, count);
    const struct type **original_types = ARENA_ARRAY(arena, const struct type *, count);
    bool *nullable = ARENA_ARRAY(arena, bool, count);
    state->original_of = ARENA_ARRAY(arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++) {
        key_types[i] = state->groups[i]->type;
        nullable[i] = state->groups[i]->nullable;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!key_is_encoded(key_types[i])) continue;
        state->original_of[i] = originals;
        original_types[originals++] = key_types[i];
    }
    row_store_init(&state->originals, &state->held, original_types, originals);
    group_keys_init(&state->keys, &state->held, &state->op.query->dictionaries, key_types, nullable, count,
                    state->calls.state_size);
}

static bool aggregate_open(struct operator* op, struct error *err) {
    struct aggregate *state = (struct aggregate *)op;
    const struct plan *plan = op->plan;
    state->group_count = plan->aggregate.group_count;
    arena_init(&state->held, &op->query->account);
    state->groups = operator_bind_all(op, 0, plan->aggregate.groups, state->group_count, err);
    TRY(state->groups);
    struct expr **calls = ARENA_ARRAY(&op->memory, struct expr *, plan->expr_count);
    uint32_t call_count = 0;
    TRY(sort_results(state, calls, &call_count, err));
    TRY(aggregate_calls_init(&state->calls, op, calls, call_count, err));
    if (state->group_count) {
        open_groups(state);
        return true;
    }
    state->only_block = arena_alloc(&op->memory, state->calls.state_size);
    return aggregate_calls_start(&state->calls, state->only_block, err);
}

/* The groups that this batch has added: their states begin, their original values are kept. */
static bool begin_groups(struct aggregate *state, const struct vector *columns, const uint32_t *rows, uint32_t count,
                         uint32_t before, struct error *err) {
    for (uint32_t g = before; g < state->keys.table.rows; g++)
        TRY(aggregate_calls_start(&state->calls, key_table_state(&state->keys.table, g), err));
    if (!state->originals.column_count || before == state->keys.table.rows) return true;
    struct arena *batch = &state->op.evaluator.batch;
    uint32_t *first = arena_bytes_array(batch, state->keys.table.rows - before, sizeof *first);
    for (uint32_t i = 0, next = before; i < count; i++)
        if (rows[i] == next) first[next++ - before] = i;
    struct vector *originals = ARENA_ARRAY(batch, struct vector, state->originals.column_count);
    for (uint32_t i = 0; i < state->group_count; i++)
        if (key_is_encoded(columns[i].type))
            vector_select(&originals[state->original_of[i]], batch, &columns[i], first,
                          state->keys.table.rows - before);
    return row_store_append(&state->originals, originals, state->keys.table.rows - before, err);
}

/* Rows whose group is not there go to files. *in is then the others, rows their groups. */
static bool spill_others(struct aggregate *state, struct batch *in, const struct vector *columns, uint32_t *rows,
                         struct error *err) {
    struct arena *batch = &state->op.evaluator.batch;
    uint32_t *others = arena_bytes_array(batch, (size_t)in->count + 1, sizeof *others), other_count = 0, kept = 0;
    uint32_t *selection = arena_bytes_array(batch, (size_t)in->count + 1, sizeof *selection);
    for (uint32_t i = 0; i < in->count; i++) {
        others[other_count] = selection[kept] = i;
        rows[kept] = rows[i];
        other_count += rows[i] == KEY_NONE;
        kept += rows[i] != KEY_NONE;
    }
    TRY(spill_set_add(state->spilled, batch, in, columns, state->group_count, state->level, others, other_count, err));
    if (other_count) batch_select(in, batch, in, selection, kept);
    return true;
}

static bool begin_spilling(struct aggregate *state, struct error *err) {
    if (state->spilled || !state->group_count || state->level == SPILL_LEVELS) return true;
    if (!spill_is_due(&state->op, state->keys.table.rows)) return true;
    state->spilled = ARENA_NEW(&state->op.memory, struct spill_set);
    return spill_set_init(state->spilled, &state->op, state->op.plan->children[0], err);
}

static bool add_batch(struct aggregate *state, struct batch *in, struct error *err) {
    if (!state->group_count) return aggregate_calls_update_one(&state->calls, in, state->only_block, err);
    struct arena *batch = &state->op.evaluator.batch;
    struct vector *columns = ARENA_ARRAY(batch, struct vector, state->group_count);
    for (uint32_t i = 0; i < state->group_count; i++)
        TRY(operator_evaluate(&state->op, state->groups[i], in, &columns[i], err));
    struct key_batch keys;
    TRY(group_keys_make(&state->keys, batch, columns, in->count, !state->spilled, &keys, err));
    uint32_t *rows = arena_bytes_array(batch, in->count, sizeof *rows);
    uint32_t before = state->keys.table.rows;
    if (state->spilled) {
        key_table_find(&state->keys.table, &keys, in->count, rows);
        TRY(spill_others(state, in, columns, rows, err));
    } else {
        TRY(key_table_add(&state->keys.table, &keys, in->count, rows, err));
        row_sources_add(&state->sources, &state->op.memory, state->keys.table.rows, state->op.children[0]->partition);
        TRY(begin_groups(state, columns, rows, in->count, before, err));
    }
    if (!state->calls.count || !in->count) return true;
    char **blocks = arena_bytes_array(batch, in->count, sizeof *blocks);
    for (uint32_t i = 0; i < in->count; i++) blocks[i] = key_table_state(&state->keys.table, rows[i]);
    return aggregate_calls_update(&state->calls, in, blocks, rows, err);
}

static enum exec_status read_input(struct aggregate *state, struct error *err) {
    for (int i = 0; i < BATCHES_PER_SLICE; i++) {
        struct batch in;
        enum exec_status status = operator_read(&state->op, &in, err);
        if (status == EXEC_DONE) state->finished = true;
        if (status != EXEC_BATCH) return status;
        uint32_t count = in.count;
        if (!add_batch(state, &in, err) || !begin_spilling(state, err)) return EXEC_ERROR;
        state->op.evaluator.rows_before += count;
        evaluator_reset(&state->op.evaluator);
    }
    return EXEC_YIELD;
}

/* The group columns of groups [from, from + count). */
static struct vector *group_columns(struct aggregate *state, uint32_t from, uint32_t count) {
    struct arena *batch = &state->op.evaluator.batch;
    struct vector *columns = ARENA_ARRAY(batch, struct vector, state->group_count);
    group_keys_columns(&state->keys, batch, from, count, columns);
    for (uint32_t i = 0; i < state->group_count; i++)
        if (key_is_encoded(state->groups[i]->type))
            vector_slice(&columns[i], batch, row_store_column(&state->originals, state->original_of[i]), from);
    return columns;
}

void aggregate_listen(struct operator* aggregate, const struct aggregate_listener *listener) {
    ((struct aggregate *)aggregate)->listener = listener;
}

static enum exec_status next_of_parts(struct aggregate *state, struct batch *out, struct error *err) {
    struct operator* op = & state->op;
    for (; state->spilled && state->next_part < SPILL_WAYS; state->next_part++) {
        if (!state->part) {
            arena_release(&state->held);
            state->part = operator_new(op->query, &aggregate_ops, op->plan, 1);
            state->part->children[0] =
                spill_scan_new(op->query, op->plan->children[0], state->spilled->files[state->next_part]);
            ((struct aggregate *)state->part)->level = state->level + 1;
            aggregate_listen(state->part, state->listener);
        }
        enum exec_status status = operator_next(state->part, out, err);
        if (status != EXEC_DONE) return status;
        operator_close(state->part);
        state->part = NULL;
    }
    return EXEC_DONE;
}

static enum exec_status aggregate_next(struct operator* op, struct batch *out, struct error *err) {
    struct aggregate *state = (struct aggregate *)op;
    if (!state->finished) {
        enum exec_status status = read_input(state, err);
        if (!state->finished) return status;
    }
    uint32_t groups = state->group_count ? state->keys.table.rows : 1, from = state->next_group;
    if (from == groups) return next_of_parts(state, out, err);
    uint32_t count = groups - from < BATCH_ROWS ? groups - from : BATCH_ROWS;
    struct arena *batch = &op->evaluator.batch;
    char **blocks = arena_bytes_array(batch, count, sizeof *blocks);
    for (uint32_t i = 0; i < count; i++)
        blocks[i] = state->group_count ? key_table_state(&state->keys.table, from + i) : state->only_block;
    struct vector *columns = group_columns(state, from, count);
    batch_init(out, batch, op->plan->expr_count, count);
    for (uint32_t i = 0; i < out->column_count; i++) {
        const struct result *result = &state->results[i];
        if (result->is_group)
            out->columns[i] = columns[result->index];
        else if (!aggregate_calls_finish(&state->calls, result->index, blocks, count, &out->columns[i], err))
            return EXEC_ERROR;
    }
    state->next_group += count;
    const struct aggregate_listener *l = state->listener;
    if (l && !l->see(l->owner, batch, out, blocks, err)) return EXEC_ERROR;
    if (state->group_count && count == groups && !state->spilled && !state->level) {
        struct group_order order = group_order_of(op->plan, op->query->context);
        group_order_apply(&order, batch, columns, state->group_count, &state->sources, out);
    }
    return EXEC_BATCH;
}

static void aggregate_close(struct operator* op) {
    struct aggregate *state = (struct aggregate *)op;
    if (state->held.account) arena_release(&state->held);
}

const struct operator_ops aggregate_ops = {.name = "HashAggregate",
                                           .size = sizeof(struct aggregate),
                                           .open = aggregate_open,
                                           .next = aggregate_next,
                                           .close = aggregate_close};
