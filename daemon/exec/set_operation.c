/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INTERSECT and EXCEPT: the right side's rows are counted in a table, then the left side's pass by it.
 *
 *                  ALL                                       DISTINCT
 *     INTERSECT    goes on while the count is not used up    goes on once when it is on the right
 *     EXCEPT       goes on when the count is used up         goes on once when it is not on the right
 *
 * Rows that are equal need not be the same: 'a' and 'A' under a collation. As in Spark the first of them on the left
 * stands for all; so with ALL, where a later one may be what goes on, first rows are kept.
 */
#include "column/row_store.h"
#include "exec/exec_int.h"
#include "exec/key_table.h"
#include "plan/partitions.h"

struct counted {
    uint64_t right; /* rows of the right side that are not used up */
    uint32_t first; /* in `firsts`, from 1; 0: none seen on the left */
    bool is_right, was_given;
};

struct set_operation {
    struct operator op;
    struct key_layout layout;
    struct key_table table;
    bool built;
    bool keeps_firsts; /* ALL, and a column has a collation */
    struct row_store firsts;
};

static bool set_operation_open(struct operator* op, struct error *err) {
    struct set_operation *state = (struct set_operation *)op;
    uint32_t count = op->plan->output_count;
    const struct type **key_types = ARENA_ARRAY(&op->memory, const struct type *, count);
    bool *nullable = ARENA_ARRAY(&op->memory, bool, count);
    for (uint32_t i = 0; i < count; i++) {
        key_types[i] = op->plan->output[i]->type;
        nullable[i] = true;
        state->keeps_firsts |= op->plan->set.all && key_types[i]->kind == TYPE_STRING && key_types[i]->collation;
    }
    if (state->keeps_firsts) row_store_init(&state->firsts, &op->memory, key_types, count);
    key_layout_init(&state->layout, &op->memory, key_types, nullable, count);
    key_table_init(&state->table, &op->memory, &state->layout, sizeof(struct counted));
    return true;
}

static bool look_up(struct set_operation *state, const struct batch *in, uint32_t **rows, struct error *err) {
    struct arena *batch = &state->op.evaluator.batch;
    struct key_batch keys;
    TRY(keys_make(&state->layout, batch, in->columns, in->count, &keys, err));
    *rows = arena_bytes_array(batch, in->count, sizeof **rows);
    return key_table_add(&state->table, &keys, in->count, *rows, err);
}

static enum exec_status build(struct set_operation *state, struct error *err) {
    for (int i = 0; i < BATCHES_PER_SLICE; i++) {
        struct batch in;
        uint32_t *rows;
        enum exec_status status = operator_next(state->op.children[1], &in, err);
        if (status == EXEC_DONE) state->built = true;
        if (status != EXEC_BATCH) return status;
        if (!look_up(state, &in, &rows, err)) return EXEC_ERROR;
        for (uint32_t r = 0; r < in.count; r++) {
            struct counted *c = key_table_state(&state->table, rows[r]);
            c->right++;
            c->is_right = true;
        }
        evaluator_reset(&state->op.evaluator);
    }
    return EXEC_YIELD;
}

static bool goes_on(struct counted *c, bool intersect, bool all) {
    if (all) {
        bool is_counted = c->right > 0;
        if (is_counted) c->right--;
        return is_counted == intersect;
    }
    if (c->was_given || c->is_right != intersect) return false;
    return c->was_given = true;
}

/* Keeps the rows of a batch that are the first of their kind; entries: per row, that in the table. */
static bool keep_firsts(struct set_operation *state, const struct batch *in, const uint32_t *entries,
                        struct error *err) {
    struct arena *memory = &state->op.evaluator.batch;
    uint32_t *rows = arena_bytes_array(memory, in->count, sizeof *rows), count = 0;
    for (uint32_t i = 0; i < in->count; i++) {
        struct counted *c = key_table_state(&state->table, entries[i]);
        if (c->first) continue;
        rows[count++] = i;
        c->first = state->firsts.rows + count;
    }
    struct batch firsts;
    batch_select(&firsts, memory, in, rows, count);
    return row_store_append(&state->firsts, firsts.columns, count, err);
}

static enum exec_status set_operation_next(struct operator* op, struct batch *out, struct error *err) {
    struct set_operation *state = (struct set_operation *)op;
    if (!state->built) {
        enum exec_status status = build(state, err);
        if (!state->built) return status;
    }
    struct batch in;
    uint32_t *rows, count = 0;
    bool intersect = op->plan->kind == PLAN_INTERSECT, all = op->plan->set.all;
    /* Without ALL these are joins to Spark: behind their exchange it is no longer known where rows come from. */
    bool joins = !all && plan_exchanges_sides(op->plan);
    enum exec_status status = joins ? operator_next(op->children[0], &in, err) : operator_pull(op, &in, err);
    if (status != EXEC_BATCH) return status;
    if (!look_up(state, &in, &rows, err)) return EXEC_ERROR;
    if (state->keeps_firsts && !keep_firsts(state, &in, rows, err)) return EXEC_ERROR;
    for (uint32_t i = 0; i < in.count; i++) {
        struct counted *c = key_table_state(&state->table, rows[i]);
        if (goes_on(c, intersect, all)) rows[count++] = state->keeps_firsts ? c->first - 1 : i;
    }
    if (!count) return EXEC_YIELD;
    if (state->keeps_firsts)
        row_store_pick(&state->firsts, &op->evaluator.batch, rows, count, out);
    else
        batch_select(out, &op->evaluator.batch, &in, rows, count);
    return EXEC_BATCH;
}

const struct operator_ops set_operation_ops = {.name = "SetOperation",
                                               .size = sizeof(struct set_operation),
                                               .open = set_operation_open,
                                               .next = set_operation_next};
