/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash join whose build side is too large for memory: both sides are dealt out to files by their keys, so that rows
 * that match meet in files of the same number, and a join of the same plan is made for each pair of files. That holds
 * for every type of join, as a row without a partner in its file has none at all; but not for NOT IN, where one NULL
 * anywhere decides.
 */
#include "exec/join.h"
#include "exec/spill.h"

enum phase { STORED, BUILD, PROBE, PARTS };

struct join_spill {
    enum phase phase;
    uint32_t next_row; /* STORED: of the rows that had been read */
    struct spill_set sides[2];
    uint32_t next_part;
    struct operator* part;
};

static bool can_spill(struct join *join, const struct join_kind *kind, struct error *err) {
    struct batch none;
    uint32_t count;
    if (!kind->keys || join->level == SPILL_LEVELS || join->type == JOIN_ANTI_NULL_AWARE) return false;
    row_store_slice(&join->build, &join->op.evaluator.batch, 0, 0, &none);
    return kind->keys(join, join->build_child, &none, &count, err) != NULL;
}

bool join_spill_if_due(struct join *join, const struct join_kind *kind, struct error *err) {
    struct operator* op = & join->op;
    if (!spill_is_due(op, join->build.rows) || !can_spill(join, kind, err)) return !error_is_set(err);
    struct join_spill *spill = ARENA_NEW(&op->memory, struct join_spill);
    for (int side = 0; side < 2; side++) TRY(spill_set_init(&spill->sides[side], op, op->plan->children[side], err));
    join->spill = spill;
    return true;
}

static bool deal_out(struct join *join, const struct join_kind *kind, uint32_t child, const struct batch *in,
                     struct error *err) {
    uint32_t count = 0;
    const struct vector *keys = kind->keys(join, child, in, &count, err);
    TRY(keys);
    return spill_set_add(&join->spill->sides[child], &join->op.evaluator.batch, in, keys, count, join->level, NULL,
                         in->count, err);
}

/* The rows that had been read when the memory was full. */
static enum exec_status deal_out_stored(struct join *join, const struct join_kind *kind, struct error *err) {
    struct join_spill *spill = join->spill;
    for (int i = 0; i < BATCHES_PER_SLICE && spill->next_row < join->build.rows; i++) {
        struct batch in;
        uint32_t count = join->build.rows - spill->next_row;
        if (count > BATCH_ROWS) count = BATCH_ROWS;
        row_store_slice(&join->build, &join->op.evaluator.batch, spill->next_row, count, &in);
        if (!deal_out(join, kind, join->build_child, &in, err)) return EXEC_ERROR;
        spill->next_row += count;
        evaluator_reset(&join->op.evaluator);
    }
    if (spill->next_row < join->build.rows) return EXEC_YIELD;
    arena_release(&join->held);
    spill->phase = BUILD;
    return EXEC_YIELD;
}

static enum exec_status deal_out_child(struct join *join, const struct join_kind *kind, uint32_t child,
                                       struct error *err) {
    for (int i = 0; i < BATCHES_PER_SLICE; i++) {
        struct batch in;
        enum exec_status status = operator_next(join->op.children[child], &in, err);
        if (status == EXEC_DONE) {
            join->spill->phase++;
            return EXEC_YIELD;
        }
        if (status != EXEC_BATCH) return status;
        if (!deal_out(join, kind, child, &in, err)) return EXEC_ERROR;
        evaluator_reset(&join->op.evaluator);
    }
    return EXEC_YIELD;
}

static struct operator* new_part(struct join *join) {
    struct operator* op = & join->op;
    struct operator* part = operator_new(op->query, op->ops, op->plan, 2);
    for (uint32_t side = 0; side < 2; side++) {
        struct spill_file *file = join->spill->sides[side].files[join->spill->next_part];
        part->children[side] = spill_scan_new(op->query, op->plan->children[side], file);
    }
    ((struct join *)part)->level = join->level + 1;
    return part;
}

static enum exec_status next_of_parts(struct join *join, struct batch *out, struct error *err) {
    struct join_spill *spill = join->spill;
    for (; spill->next_part < SPILL_WAYS; spill->next_part++) {
        if (!spill->part) spill->part = new_part(join);
        enum exec_status status = operator_next(spill->part, out, err);
        if (status != EXEC_DONE) return status;
        operator_close(spill->part);
        spill->part = NULL;
        for (int side = 0; side < 2; side++) spill_file_close(spill->sides[side].files[spill->next_part]);
    }
    return EXEC_DONE;
}

enum exec_status join_spill_next(struct join *join, const struct join_kind *kind, struct batch *out,
                                 struct error *err) {
    switch (join->spill->phase) {
        case STORED: return deal_out_stored(join, kind, err);
        case BUILD: return deal_out_child(join, kind, join->build_child, err);
        case PROBE: return deal_out_child(join, kind, join->probe_child, err);
        case PARTS: break;
    }
    return next_of_parts(join, out, err);
}
