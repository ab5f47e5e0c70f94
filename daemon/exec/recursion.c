/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WITH RECURSIVE: the anchor's rows, then the step's over them, then the step's over those, until there are none.
 *
 * Rows go on as they are made, so a LIMIT above ends a recursion that would not end by itself. The rows of the level
 * before are kept for the step's reference to read; for each level the step gets fresh operators, and those of the
 * level before are closed. Two arenas hold two levels' rows and take turns.
 */
#include "exec/exec_int.h"
#include "exec/key_table.h"

struct recursion_level {
    struct recursion_level *outer; /* of the query's list */
    uint64_t id;
    struct arena memory[2];
    int turn;                      /* where the level that is being made goes */
    LIST(struct batch) made, last; /* batches of this level, and of the one before, which the reference reads */
};

struct recursion {
    struct operator op;
    struct recursion_level level;
    struct operator* source; /* the anchor, then a step */
    int64_t number;          /* the anchor's level is 1 */
    int64_t rows;
    struct key_layout layout; /* UNION: rows seen */
    struct key_table seen;
    bool done;
};

struct recursion_reference {
    struct operator op;
    struct recursion_level *level;
    uint32_t next;
};

static bool recursion_open(struct operator* op, struct error *err) {
    struct recursion *state = (struct recursion *)op;
    state->level.id = op->plan->recursion.id;
    state->level.outer = op->query->recursions;
    op->query->recursions = &state->level;
    for (int i = 0; i < 2; i++) arena_init(&state->level.memory[i], op->memory.account);
    state->source = op->children[0];
    state->number = 1;
    uint32_t count = op->plan->output_count;
    const struct type **key_types = ARENA_ARRAY(&op->memory, const struct type *, count);
    bool *nullable = ARENA_ARRAY(&op->memory, bool, count);
    for (uint32_t i = 0; i < count; i++) {
        key_types[i] = op->plan->output[i]->type;
        nullable[i] = true;
    }
    key_layout_init(&state->layout, &op->memory, key_types, nullable, count);
    key_table_init(&state->seen, &op->memory, &state->layout, 0);
    return true;
}

/* The rows that were never there before. */
static bool drop_seen(struct recursion *state, struct batch *in, struct error *err) {
    struct arena *batch = &state->op.evaluator.batch;
    struct key_batch keys;
    TRY(keys_make(&state->layout, batch, in->columns, in->count, &keys, err));
    uint32_t *rows = arena_bytes_array(batch, in->count, sizeof *rows), next = state->seen.rows, count = 0;
    TRY(key_table_add(&state->seen, &keys, in->count, rows, err));
    for (uint32_t i = 0; i < in->count; i++) {
        if (rows[i] != next) continue;
        rows[count++] = i;
        next++;
    }
    batch_select(in, batch, in, rows, count);
    return true;
}

static bool check_limits(const struct recursion *state, struct error *err) {
    const struct plan *plan = state->op.plan;
    if (plan->recursion.max_level >= 0 && state->number > plan->recursion.max_level) {
        error_set(err, "RECURSION_LEVEL_LIMIT_EXCEEDED", NULL);
        return error_add(err, "levelLimit", "%lld", (long long)plan->recursion.max_level);
    }
    if (plan->recursion.max_rows >= 0 && state->rows > plan->recursion.max_rows) {
        error_set(err, "RECURSION_ROW_LIMIT_EXCEEDED", NULL);
        return error_add(err, "rowLimit", "%lld", (long long)plan->recursion.max_rows);
    }
    return true;
}

/* This level is complete; the next one begins, or there is none. */
static bool next_level(struct recursion *state, struct error *err) {
    struct recursion_level *level = &state->level;
    operator_close(state->source);
    if (!level->made.count) {
        state->done = true;
        return true;
    }
    level->last.items = level->made.items;
    level->last.count = level->made.count;
    memset(&level->made, 0, sizeof level->made);
    level->turn = 1 - level->turn;
    arena_reset(&level->memory[level->turn]);
    struct query *query = state->op.query;
    uint32_t shift = query->seed_shift;
    query->seed_shift = (uint32_t)(state->number++ - 1); /* so that no level has the random values of another */
    state->source = operator_build(query, state->op.plan->children[1], 0, err);
    query->seed_shift = shift;
    return state->source != NULL;
}

static enum exec_status recursion_next(struct operator* op, struct batch *out, struct error *err) {
    struct recursion *state = (struct recursion *)op;
    struct recursion_level *level = &state->level;
    if (state->done) return EXEC_DONE;
    enum exec_status status = operator_next(state->source, out, err);
    if (status == EXEC_DONE) return next_level(state, err) ? EXEC_YIELD : EXEC_ERROR;
    if (status != EXEC_BATCH) return status;
    if (!op->plan->recursion.all && !drop_seen(state, out, err)) return EXEC_ERROR;
    if (!out->count) return EXEC_YIELD;
    state->rows += out->count;
    if (!check_limits(state, err)) return EXEC_ERROR;
    struct batch kept;
    batch_copy(&kept, &level->memory[level->turn], out);
    LIST_PUSH(&level->memory[level->turn], &level->made, kept);
    *out = kept;
    return EXEC_BATCH;
}

static void recursion_close(struct operator* op) {
    struct recursion *state = (struct recursion *)op;
    for (int i = 0; i < 2; i++)
        if (state->level.memory[i].account) arena_release(&state->level.memory[i]);
}

static bool reference_open(struct operator* op, struct error *err) {
    struct recursion_reference *state = (struct recursion_reference *)op;
    for (state->level = op->query->recursions; state->level; state->level = state->level->outer)
        if (state->level->id == op->plan->recursion.id) return true;
    return error_internal(err, "a reference to a recursion that does not run");
}

static enum exec_status reference_next(struct operator* op, struct batch *out, struct error *err) {
    struct recursion_reference *state = (struct recursion_reference *)op;
    if (state->next == state->level->last.count) return EXEC_DONE;
    *out = state->level->last.items[state->next++];
    return EXEC_BATCH;
}

const struct operator_ops recursion_ops = {.name = "UnionLoop",
                                           .size = sizeof(struct recursion),
                                           .open = recursion_open,
                                           .next = recursion_next,
                                           .close = recursion_close};
const struct operator_ops recursion_reference_ops = {
    .name = "UnionLoopRef", .size = sizeof(struct recursion_reference), .open = reference_open, .next = reference_next};
