/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order that rows have behind one of Spark's exchanges, as far as somebody could see it: over DISTINCT, and over the
 * side of a join that streams by, where Spark would exchange it (group_order.h).
 *
 * Rows are kept until it is known whether there are more than a batch of them. So few are put in order; others go on as
 * they came.
 */
#include "exec/exchange.h"

#include "column/row_store.h"
#include "exec/group_order.h"
#include "plan/partitions.h"

struct exchange {
    struct operator op;
    struct expr *const *exprs; /* the keys, over the rows */
    uint32_t key_count;
    struct expr **keys; /* bound */
    struct group_order order;
    struct row_sources sources;
    struct row_store kept;
    uint32_t given; /* of the kept rows */
    bool is_passing, is_done;
};

static bool exchange_open(struct operator* op, struct error *err) {
    struct exchange *state = (struct exchange *)op;
    const struct plan *rows = op->plan;
    const struct type **column_types = ARENA_ARRAY(&op->memory, const struct type *, rows->output_count);
    for (uint32_t i = 0; i < rows->output_count; i++) column_types[i] = rows->output[i]->type;
    row_store_init(&state->kept, &op->memory, column_types, rows->output_count);
    state->keys = ARENA_ARRAY(&op->memory, struct expr *, state->key_count);
    for (uint32_t i = 0; i < state->key_count; i++) {
        state->keys[i] = expr_bind(&op->evaluator, state->exprs[i], rows->output, rows->output_count, err);
        TRY(state->keys[i]);
    }
    return true;
}

static bool keep(struct exchange *state, const struct batch *in, struct error *err) {
    TRY(row_store_append(&state->kept, in->columns, in->count, err));
    row_sources_add(&state->sources, &state->op.memory, state->kept.rows, state->op.children[0]->partition);
    return true;
}

/* All rows there are, in order. */
static enum exec_status put_ordered(struct exchange *state, struct batch *out, struct error *err) {
    struct arena *batch = &state->op.evaluator.batch;
    state->given = state->kept.rows;
    if (!state->kept.rows) return EXEC_DONE;
    row_store_slice(&state->kept, batch, 0, state->kept.rows, out);
    struct vector *keys = ARENA_ARRAY(batch, struct vector, state->key_count);
    for (uint32_t i = 0; i < state->key_count; i++)
        if (!operator_evaluate(&state->op, state->keys[i], out, &keys[i], err)) return EXEC_ERROR;
    group_order_apply(&state->order, batch, keys, state->key_count, &state->sources, out);
    return EXEC_BATCH;
}

static enum exec_status put_kept(struct exchange *state, struct batch *out) {
    uint32_t left = state->kept.rows - state->given, count = left < BATCH_ROWS ? left : BATCH_ROWS;
    row_store_slice(&state->kept, &state->op.evaluator.batch, state->given, count, out);
    state->given += count;
    return EXEC_BATCH;
}

static enum exec_status exchange_next(struct operator* op, struct batch *out, struct error *err) {
    struct exchange *state = (struct exchange *)op;
    if (state->is_done) return EXEC_DONE;
    if (state->is_passing && state->given < state->kept.rows) return put_kept(state, out);
    enum exec_status status = operator_next(op->children[0], out, err);
    if (state->is_passing || (status != EXEC_BATCH && status != EXEC_DONE)) return status;
    if (status == EXEC_DONE) {
        state->is_done = true;
        return put_ordered(state, out, err);
    }
    if (!keep(state, out, err)) return EXEC_ERROR;
    state->is_passing = state->kept.rows > BATCH_ROWS;
    return EXEC_YIELD;
}

static const struct operator_ops exchange_ops = {
    .name = "Exchange", .size = sizeof(struct exchange), .open = exchange_open, .next = exchange_next};

static struct operator* exchange_new(struct operator* child, const struct plan *rows, struct expr *const *keys,
                                     uint32_t key_count, struct group_order order) {
    struct query *query = child->query;
    struct plan *p = plan_new(&query->arena, PLAN_HINT, 0, 0); /* a node that has rows and does nothing */
    plan_set_output(&query->arena, p, rows->output, rows->output_count);
    struct operator* op = operator_new(query, &exchange_ops, p, 1);
    struct exchange *state = (struct exchange *)op;
    op->children[0] = child;
    state->exprs = keys;
    state->key_count = key_count;
    state->order = order;
    return op;
}

struct operator* exchange_over_distinct(struct operator* distinct) {
    const struct plan *p = distinct->plan;
    struct arena *arena = &distinct->query->arena;
    struct group_order order = group_order_of(p, distinct->query->context);
    if (!order.partitions) return distinct;
    uint32_t count = p->distinct.key_count ? p->distinct.key_count : p->output_count;
    struct attribute *const *columns = p->distinct.key_count ? p->distinct.keys : p->output;
    struct expr **keys = ARENA_ARRAY(arena, struct expr *, count);
    for (uint32_t i = 0; i < count; i++) keys[i] = expr_attribute(arena, columns[i]);
    return exchange_new(distinct, p, keys, count, order);
}

static void put_under(struct operator* join, uint32_t side, struct group_order order) {
    const struct plan *p = join->plan;
    join->children[side] = exchange_new(join->children[side], p->children[side],
                                        side ? p->join.right_keys : p->join.left_keys, p->join.key_count, order);
}

void exchange_under_join(struct operator* join, uint32_t probe, bool marks) {
    const struct plan *p = join->plan;
    struct group_order order = group_order_of_exchange(join->query->context);
    if (!plan_join_exchanges(p)) return;
    switch (p->join.type) {
        case JOIN_LEFT:
        case JOIN_RIGHT:
            if (probe == (p->join.type == JOIN_RIGHT)) put_under(join, probe, order);
            return;
        case JOIN_INNER:
        case JOIN_SEMI:
        case JOIN_ANTI:
            order.sorted_if_sparse = true;
            put_under(join, probe, order);
            order.latest_first = !marks; /* matches are found from the latest row on */
            put_under(join, 1 - probe, order);
            return;
        default: return;
    }
}
