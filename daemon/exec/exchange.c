/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order that rows have behind one of Spark's exchanges, as far as somebody could see it: over DISTINCT and what is
 * made of it, over the side of a join that streams by, where Spark would exchange it, over a full join, which Spark does
 * by merging, and where the user asks for an exchange by columns (group_order.h).
 *
 * Rows are kept until it is known whether there are more than a batch of them. So few are put in order; others go on as
 * they came.
 */
#include "exec/exchange.h"

#include "column/row_store.h"
#include "exec/group_order.h"
#include "plan/partitions.h"

/* The two sides of a join. */
struct exchange_pair {
    enum join_type type;
    struct exchange *left, *right;
    bool marks; /* the join puts out the rows of the side that it builds from */
};

struct exchange {
    struct operator op;
    struct expr *const *exprs; /* the keys, over the rows */
    uint32_t key_count;
    struct expr **keys; /* bound */
    struct group_order order;
    struct row_sources sources;
    struct row_store kept;
    uint32_t given;             /* of the kept rows */
    bool is_passing, is_ended;  /* there are more than a batch of rows; no more than those that are kept */
    bool is_sparse;             /* ended, and hardly a partition has rows */
    bool is_asked;              /* to go on only until it is one of the two */
    bool is_held;               /* the side of a join that it builds from */
    struct exchange_pair *pair; /* or NULL */
};

/* The keys of a REPARTITION. */
static void take_keys(struct exchange *state) {
    const struct plan *p = state->op.plan;
    struct expr **keys = ARENA_ARRAY(&state->op.memory, struct expr *, p->repartition.key_count);
    for (uint32_t i = 0; i < p->repartition.key_count; i++) keys[i] = p->repartition.keys[i].expr;
    state->exprs = keys;
    state->key_count = p->repartition.key_count;
    state->order = group_order_of_exchange(state->op.query->context);
}

static bool exchange_open(struct operator* op, struct error *err) {
    struct exchange *state = (struct exchange *)op;
    const struct plan *rows = op->plan;
    if (rows->kind == PLAN_REPARTITION) take_keys(state);
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

static bool evaluate_keys(struct exchange *state, const struct batch *rows, struct vector **keys, struct error *err) {
    *keys = ARENA_ARRAY(&state->op.evaluator.batch, struct vector, state->key_count);
    for (uint32_t i = 0; i < state->key_count; i++)
        TRY(operator_evaluate(&state->op, state->keys[i], rows, &(*keys)[i], err));
    return true;
}

static bool look_at_partitions(struct exchange *state, struct error *err) {
    struct arena *batch = &state->op.evaluator.batch;
    struct batch rows;
    struct vector *keys;
    if (!state->kept.rows) return true;
    row_store_slice(&state->kept, batch, 0, state->kept.rows, &rows);
    TRY(evaluate_keys(state, &rows, &keys, err));
    state->is_sparse = group_order_is_sparse(&state->order, batch, keys, state->key_count, rows.count);
    return true;
}

/* DONE once it is known whether rows are few. */
static enum exec_status fill(struct exchange *state, struct error *err) {
    struct batch in;
    if (state->is_passing || state->is_ended) return EXEC_DONE;
    enum exec_status status = operator_next(state->op.children[0], &in, err);
    if (status == EXEC_DONE) {
        state->is_ended = true;
        return !state->pair || look_at_partitions(state, err) ? EXEC_DONE : EXEC_ERROR;
    }
    if (status != EXEC_BATCH) return status;
    if (!keep(state, &in, err)) return EXEC_ERROR;
    state->is_passing = state->kept.rows > BATCH_ROWS;
    return EXEC_YIELD;
}

/*
 * Whether Spark joins by merging sorted rows. It would rather broadcast a side, but not one most partitions of which are
 * empty, as merging skips them; nor, in a left outer or anti join, one whose other side is so. For a right outer join it
 * has made up its mind before it knows the right side.
 */
static bool merges(const struct exchange_pair *pair) {
    bool left = pair->left->is_sparse, right = pair->right->is_sparse;
    switch (pair->type) {
        case JOIN_FULL: return true;
        case JOIN_INNER: return left && right;
        case JOIN_SEMI: return right;
        case JOIN_RIGHT: return false;
        default: return left && !right;
    }
}

/* All rows there are, in order. */
static enum exec_status put_ordered(struct exchange *state, struct batch *out, struct error *err) {
    struct arena *batch = &state->op.evaluator.batch;
    struct vector *keys;
    if (state->given == state->kept.rows) return EXEC_DONE;
    state->given = state->kept.rows;
    row_store_slice(&state->kept, batch, 0, state->kept.rows, out);
    if (!evaluate_keys(state, out, &keys, err)) return EXEC_ERROR;
    if (state->pair && merges(state->pair)) {
        state->order.sorted = true;
        state->order.latest_first =
            state->is_held && !state->pair->marks; /* matches are found from the latest row on */
    }
    group_order_apply(&state->order, batch, keys, state->key_count, &state->sources, out);
    return EXEC_BATCH;
}

static enum exec_status put_kept(struct exchange *state, struct batch *out) {
    uint32_t left = state->kept.rows - state->given, count = left < BATCH_ROWS ? left : BATCH_ROWS;
    row_store_slice(&state->kept, &state->op.evaluator.batch, state->given, count, out);
    state->given += count;
    return EXEC_BATCH;
}

/* What it does depends on both sides: the other one is read as far as it takes to know. */
static enum exec_status fill_other(struct exchange *state, struct error *err) {
    struct exchange *other = state == state->pair->left ? state->pair->right : state->pair->left;
    struct batch none;
    if (other->is_passing || other->is_ended) return EXEC_DONE;
    other->is_asked = true;
    enum exec_status status = operator_next(&other->op, &none, err);
    other->is_asked = false;
    return status;
}

static enum exec_status exchange_next(struct operator* op, struct batch *out, struct error *err) {
    struct exchange *state = (struct exchange *)op;
    enum exec_status status = fill(state, err);
    if (status != EXEC_DONE || state->is_asked) return status;
    if (state->is_passing)
        return state->given < state->kept.rows ? put_kept(state, out) : operator_next(op->children[0], out, err);
    if (state->pair && (status = fill_other(state, err)) != EXEC_DONE) return status;
    return put_ordered(state, out, err);
}

const struct operator_ops exchange_ops = {
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

static struct operator* over_groups(struct operator* op, struct attribute *const *columns, uint32_t count) {
    struct arena *arena = &op->query->arena;
    struct group_order order = group_order_of(op->plan, op->query->context);
    if (!order.partitions && !order.sorted && !order.fast_map) return op;
    struct expr **keys = ARENA_ARRAY(arena, struct expr *, count);
    for (uint32_t i = 0; i < count; i++) keys[i] = expr_attribute(arena, columns[i]);
    return exchange_new(op, op->plan, keys, count, order);
}

static bool puts_out(const struct plan *p, const struct expr *e) {
    for (uint32_t i = 0; e->kind == EXPR_ATTRIBUTE && i < p->output_count; i++)
        if (p->output[i]->id == e->column.attribute->id) return true;
    return false;
}

/* By its keys, of which each row has those of the left side, those of the right, or both. */
static struct operator* over_full_join(struct operator* join) {
    const struct plan *p = join->plan;
    uint32_t count = p->join.key_count;
    struct expr **keys = ARENA_ARRAY(&join->query->arena, struct expr *, (size_t)count * 2);
    for (uint32_t i = 0; i < count; i++) {
        if (!puts_out(p, p->join.left_keys[i]) || !puts_out(p, p->join.right_keys[i])) return join;
        keys[2 * i] = p->join.left_keys[i];
        keys[2 * i + 1] = p->join.right_keys[i];
    }
    struct group_order order = group_order_of_exchange(join->query->context);
    order.sorted = order.alternatives = true;
    return exchange_new(join, p, keys, count * 2, order);
}

struct operator* exchange_over(struct operator* op) {
    const struct plan *p = op->plan;
    switch (p->kind) {
        case PLAN_DISTINCT:
            if (p->distinct.key_count) return over_groups(op, p->distinct.keys, p->distinct.key_count);
            return over_groups(op, p->output, p->output_count);
        case PLAN_INTERSECT:
        case PLAN_EXCEPT: return over_groups(op, p->output, p->output_count);
        case PLAN_JOIN: return p->join.type == JOIN_FULL && p->join.key_count ? over_full_join(op) : op;
        default: return op;
    }
}

static struct exchange *put_under(struct operator* join, uint32_t side, struct exchange_pair *pair) {
    const struct plan *p = join->plan;
    struct operator* op =
        exchange_new(join->children[side], p->children[side], side ? p->join.right_keys : p->join.left_keys,
                     p->join.key_count, group_order_of_exchange(join->query->context));
    struct exchange *state = (struct exchange *)op;
    join->children[side] = op;
    state->order.null_safe = p->join.null_safe;
    state->pair = pair;
    return state;
}

void exchange_under_join(struct operator* join, uint32_t probe, bool marks) {
    const struct plan *p = join->plan;
    if (p->join.type == JOIN_ANTI_NULL_AWARE || p->join.type == JOIN_EXISTENCE) return;
    if (p->join.type != JOIN_FULL && !plan_join_exchanges(p)) return;
    struct exchange_pair *pair = ARENA_NEW(&join->query->arena, struct exchange_pair);
    *pair = (struct exchange_pair){.type = p->join.type, .marks = marks};
    pair->left = put_under(join, 0, pair);
    pair->right = put_under(join, 1, pair);
    (probe ? pair->left : pair->right)->is_held = true;
}
