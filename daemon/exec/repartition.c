/* SPDX-License-Identifier: Apache-2.0 */
/*
 * repartition(), repartitionByRange(), repartitionById() and coalesce(): which partition a row is in, as Spark decides.
 *
 *     hash         by the hash of the keys
 *     id           by the number itself
 *     range        by bounds that cut the sorted keys into equal parts; equal keys stay together
 *     round robin  the rows of each incoming partition, sorted by their hash, are dealt out from a place that a
 *                  generator seeded by the partition's number names. Rows of arrays, maps and structs, whose hash is not
 *                  computed here, are dealt out in the order in which they come.
 *
 * All rows are read first; then they go out partition by partition, a batch being of one. coalesce() only numbers
 * partitions anew. Both stay in memory: who repartitions a large input has it here in full.
 */
#include <stdlib.h>
#include <string.h>

#include "base/xorshift.h"
#include "column/row.h"
#include "column/row_store.h"
#include "exec/exec_int.h"
#include "exec/unsafe_row.h"
#include "function/spark_hash.h"
#include "plan/partitions.h"

enum { HASH_SEED = 42 };

/* Rows of one incoming partition, up to a row's number. */
struct source_rows {
    uint32_t partition, end;
};

struct repartition {
    struct operator op;
    uint32_t count;
    struct expr **keys;
    struct row_store store; /* the input's columns, then the keys */
    LIST(struct source_rows) sources;
    uint32_t *target; /* per row, once all are there */
    uint32_t *order;  /* the rows in the order in which they go out ... */
    uint32_t *ends;   /* ... and per partition where its rows end there */
    uint32_t next;
};

static bool repartition_open(struct operator* op, struct error *err) {
    struct repartition *state = (struct repartition *)op;
    const struct plan *plan = op->plan, *input = plan->children[0];
    uint32_t key_count = plan->repartition.key_count;
    state->count = (uint32_t)plan->repartition.count;
    state->keys = ARENA_ARRAY(&op->memory, struct expr *, key_count);
    const struct type **column_types = ARENA_ARRAY(&op->memory, const struct type *, input->output_count + key_count);
    for (uint32_t i = 0; i < input->output_count; i++) column_types[i] = input->output[i]->type;
    for (uint32_t i = 0; i < key_count; i++) {
        TRY(state->keys[i] = operator_bind(op, 0, plan->repartition.keys[i].expr, err));
        column_types[input->output_count + i] = state->keys[i]->type;
    }
    row_store_init(&state->store, &op->memory, column_types, input->output_count + key_count);
    return true;
}

/* ---- reading ---- */

static bool keep_rows(struct repartition *state, const struct batch *in, struct error *err) {
    struct operator* op = & state->op;
    uint32_t columns = op->plan->children[0]->output_count, keys = op->plan->repartition.key_count;
    struct vector *all = ARENA_ARRAY(&op->evaluator.batch, struct vector, columns + keys);
    memcpy(all, in->columns, columns * sizeof *all);
    for (uint32_t i = 0; i < keys; i++) TRY(operator_evaluate(op, state->keys[i], in, &all[columns + i], err));
    TRY(row_store_append(&state->store, all, in->count, err));
    struct source_rows here = {.partition = op->children[0]->partition, .end = state->store.rows};
    if (state->sources.count && state->sources.items[state->sources.count - 1].partition == here.partition)
        state->sources.items[state->sources.count - 1].end = here.end;
    else
        LIST_PUSH(&op->memory, &state->sources, here);
    return true;
}

/* ---- where rows go ---- */

static const struct vector *key_column(const struct repartition *state, uint32_t key) {
    return row_store_column(&state->store, state->op.plan->children[0]->output_count + key);
}

static uint32_t positive_rest(int64_t value, uint32_t count) {
    int64_t rest = value % (int64_t)count;
    return (uint32_t)(rest < 0 ? rest + (int64_t)count : rest);
}

static void place_by_hash(struct repartition *state) {
    for (uint32_t row = 0; row < state->store.rows; row++) {
        uint32_t hash = HASH_SEED;
        for (uint32_t k = 0; k < state->op.plan->repartition.key_count; k++)
            hash = spark_hash(key_column(state, k), row, hash);
        state->target[row] = positive_rest((int32_t)hash, state->count);
    }
}

static void place_by_id(struct repartition *state) {
    const struct vector *id = key_column(state, 0);
    for (uint32_t row = 0; row < state->store.rows; row++)
        state->target[row] =
            vector_is_null(id, row) ? 0 : positive_rest(VECTOR_DATA(id, int32_t)[vector_entry(id, row)], state->count);
}

static int compare_keys(const struct repartition *state, uint32_t a, uint32_t b) {
    int order = 0;
    for (uint32_t k = 0; !order && k < state->op.plan->repartition.key_count; k++) {
        const struct sort_order *by = &state->op.plan->repartition.keys[k];
        const struct sort_key key = {.descending = by->descending, .nulls_first = by->nulls_first};
        const struct vector *column = key_column(state, k);
        order = rows_compare(column, a, column, b, &key);
    }
    return order;
}

static int by_keys(const void *a, const void *b, void *state) {
    return compare_keys(state, *(const uint32_t *)a, *(const uint32_t *)b);
}

/* A bound is the first key at which its share of the rows is full; the next partition begins behind its equals. */
static void place_by_range(struct repartition *state) {
    uint32_t rows = state->store.rows, target = 0;
    uint32_t *sorted = arena_bytes_array(&state->op.memory, rows, sizeof *sorted);
    for (uint32_t i = 0; i < rows; i++) sorted[i] = i;
    qsort_r(sorted, rows, sizeof *sorted, by_keys, state);
    double step = (double)rows / state->count, full = step;
    bool at_bound = false;
    for (uint32_t i = 0; i < rows; i++) {
        if (i && compare_keys(state, sorted[i - 1], sorted[i]) != 0) {
            target += at_bound;
            at_bound = false;
        }
        if (!at_bound && i + 1 >= full && target + 1 < state->count) {
            at_bound = true;
            full += step;
        }
        state->target[sorted[i]] = target;
    }
}

struct hashed_row {
    int32_t hash;
    uint32_t row;
};

static int by_hash(const void *a, const void *b) {
    const struct hashed_row *x = a, *y = b;
    return x->hash != y->hash ? (x->hash > y->hash ? 1 : -1) : (x->row > y->row) - (x->row < y->row);
}

/* The rows of a source, which begin at `from`: order gets them as they are dealt out. */
static void deal(struct repartition *state, const struct source_rows *source, uint32_t from, struct hashed_row *rows) {
    struct arena *arena = &state->op.evaluator.batch;
    uint32_t count = state->store.column_count;
    struct vector *columns = ARENA_ARRAY(arena, struct vector, count);
    for (uint32_t i = 0; i < count; i++) columns[i] = *row_store_column(&state->store, i);
    bool known = unsafe_row_is_known(columns, count);
    for (uint32_t row = from; row < source->end; row++)
        rows[row] = (struct hashed_row){.hash = known ? unsafe_row_hash(arena, columns, count, row) : 0, .row = row};
    qsort(rows + from, source->end - from, sizeof *rows, by_hash);
    uint64_t random = xorshift_start(source->partition);
    uint32_t place = xorshift_below(&random, state->count);
    for (uint32_t i = from; i < source->end; i++) {
        state->order[i] = rows[i].row;
        state->target[rows[i].row] = ++place % state->count;
    }
}

static void place_round_robin(struct repartition *state) {
    struct hashed_row *rows = arena_bytes_array(&state->op.memory, state->store.rows, sizeof *rows);
    uint32_t from = 0;
    for (uint32_t i = 0; i < state->sources.count; from = state->sources.items[i++].end)
        deal(state, &state->sources.items[i], from, rows);
}

/* The rows of each partition one after another, otherwise as they are in `order`. */
static void gather_partitions(struct repartition *state) {
    uint32_t rows = state->store.rows;
    uint32_t *starts = ARENA_ARRAY(&state->op.memory, uint32_t, (size_t)state->count + 1);
    uint32_t *gathered = arena_bytes_array(&state->op.memory, rows, sizeof *gathered);
    for (uint32_t i = 0; i < rows; i++) starts[state->target[i] + 1]++;
    for (uint32_t i = 0; i < state->count; i++) starts[i + 1] += starts[i];
    for (uint32_t i = 0; i < rows; i++) gathered[starts[state->target[state->order[i]]]++] = state->order[i];
    state->order = gathered;
    state->ends = starts; /* each has moved on to its partition's end */
}

static void place_rows(struct repartition *state) {
    uint32_t rows = state->store.rows;
    state->target = arena_bytes_array(&state->op.memory, rows, sizeof *state->target);
    state->order = arena_bytes_array(&state->op.memory, rows, sizeof *state->order);
    for (uint32_t i = 0; i < rows; i++) state->order[i] = i;
    switch (state->op.plan->repartition.how) {
        case PARTITION_HASH: place_by_hash(state); break;
        case PARTITION_ID: place_by_id(state); break;
        case PARTITION_RANGE: place_by_range(state); break;
        default: place_round_robin(state);
    }
    gather_partitions(state);
}

/* ---- the operators ---- */

static enum exec_status repartition_next(struct operator* op, struct batch *out, struct error *err) {
    struct repartition *state = (struct repartition *)op;
    if (!state->ends) {
        struct batch in;
        enum exec_status status = operator_next(op->children[0], &in, err);
        if (status == EXEC_BATCH) return keep_rows(state, &in, err) ? EXEC_YIELD : EXEC_ERROR;
        if (status != EXEC_DONE) return status;
        place_rows(state);
    }
    if (state->next == state->store.rows) return EXEC_DONE;
    while (state->next == state->ends[op->partition]) op->partition++;
    uint32_t left = state->ends[op->partition] - state->next, rows = left < BATCH_ROWS ? left : BATCH_ROWS;
    row_store_pick(&state->store, &op->evaluator.batch, state->order + state->next, rows, out);
    out->column_count = op->plan->output_count;
    state->next += rows;
    return EXEC_BATCH;
}

const struct operator_ops repartition_ops = {
    .name = "Exchange", .size = sizeof(struct repartition), .open = repartition_open, .next = repartition_next};

/* Partition p of n becomes that of m in whose part of 0 .. n - 1 it is. */
static enum exec_status coalesce_next(struct operator* op, struct batch *out, struct error *err) {
    enum exec_status status = operator_next(op->children[0], out, err);
    if (status != EXEC_BATCH) return status;
    uint32_t from = plan_partition_count(op->plan->children[0], op->query->context);
    uint32_t to = (uint32_t)op->plan->repartition.count, source = op->children[0]->partition;
    if (to >= from) to = from;
    while (op->partition + 1 < to && partition_start(from, to, op->partition + 1) <= source) op->partition++;
    return EXEC_BATCH;
}

const struct operator_ops coalesce_ops = {.name = "Coalesce", .size = sizeof(struct operator), .next = coalesce_next};
