/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/join.h"

static bool find_output(struct join *join, const struct attribute *a, struct join_output *output) {
    const struct plan *plan = join->op.plan;
    if (plan->join.type == JOIN_EXISTENCE && plan->join.existence->id == a->id) {
        output->from = FROM_EXISTENCE;
        return true;
    }
    for (uint32_t side = 0; side < 2; side++) {
        const struct plan *child = plan->children[side];
        for (uint32_t i = 0; i < child->output_count; i++) {
            if (child->output[i]->id != a->id) continue;
            *output = (struct join_output){side ? FROM_RIGHT : FROM_LEFT, i};
            return true;
        }
    }
    return false;
}

static bool bind_condition(struct join *join, struct error *err) {
    const struct plan *plan = join->op.plan, *left = plan->children[0], *right = plan->children[1];
    if (!plan->join.condition) return true;
    uint32_t count = left->output_count + right->output_count;
    struct attribute **all = ARENA_ARRAY(&join->op.memory, struct attribute *, count);
    memcpy(all, left->output, left->output_count * sizeof *all);
    memcpy(all + left->output_count, right->output, right->output_count * sizeof *all);
    join->condition = expr_bind(&join->op.evaluator, plan->join.condition, all, count, err);
    return join->condition != NULL;
}

static bool in_type(enum join_type type, unsigned set) {
    return set >> type & 1;
}
#define TYPES(a, b) (1u << (a) | 1u << (b))

bool join_open(struct join *join, struct error *err) {
    struct operator *op = &join->op;
    const struct plan *plan = op->plan, *right = plan->children[1];
    join->type = plan->join.type;
    join->outputs = ARENA_ARRAY(&op->memory, struct join_output, plan->output_count);
    for (uint32_t i = 0; i < plan->output_count; i++) {
        if (!find_output(join, plan->output[i], &join->outputs[i]))
            return error_internal(err, "a join puts out a column of neither side: %s", plan->output[i]->name);
    }
    TRY(bind_condition(join, err));
    bool gives_pairs = in_type(join->type, TYPES(JOIN_INNER, JOIN_CROSS) | TYPES(JOIN_LEFT, JOIN_RIGHT) | 1u << JOIN_FULL);
    join->wants_pairs = gives_pairs || join->condition;
    join->wants_ends = !in_type(join->type, TYPES(JOIN_INNER, JOIN_CROSS) | 1u << JOIN_RIGHT);
    const struct type **column_types = ARENA_ARRAY(&op->memory, const struct type *, right->output_count);
    for (uint32_t i = 0; i < right->output_count; i++) column_types[i] = right->output[i]->type;
    row_store_init(&join->build, &op->memory, column_types, right->output_count);
    return true;
}

/* The right side's rows, then (for outer joins) a row of NULLs. */
static bool end_build(struct join *join, struct error *err) {
    struct arena *batch = &join->op.evaluator.batch;
    join->has_read = true;
    join->build_rows = join->build.rows;
    if (in_type(join->type, TYPES(JOIN_RIGHT, JOIN_FULL)))
        join->build_matched = ARENA_ARRAY(&join->op.memory, uint64_t, bitmap_words(join->build_rows));
    if (!in_type(join->type, TYPES(JOIN_LEFT, JOIN_FULL))) return true;
    struct vector *nulls = ARENA_ARRAY(batch, struct vector, join->build.column_count);
    for (uint32_t i = 0; i < join->build.column_count; i++)
        vector_init_null(&nulls[i], batch, row_store_column(&join->build, i)->type);
    return row_store_append(&join->build, nulls, 1, err);
}

static enum exec_status build(struct join *join, const struct join_kind *kind, struct error *err) {
    for (int i = 0; i < BATCHES_PER_SLICE && !join->has_read; i++) {
        struct batch in;
        enum exec_status status = operator_next(join->op.children[1], &in, err);
        if (status == EXEC_DONE && !end_build(join, err)) return EXEC_ERROR;
        if (status == EXEC_DONE) break;
        if (status != EXEC_BATCH) return status;
        uint32_t first = join->build.rows;
        if (!row_store_append(&join->build, in.columns, in.count, err)) return EXEC_ERROR;
        if (kind->add && !kind->add(join, &in, first, err)) return EXEC_ERROR;
        evaluator_reset(&join->op.evaluator);
    }
    if (!join->has_read) return EXEC_YIELD;
    bool done = true;
    if (kind->finish && !kind->finish(join, &done, err)) return EXEC_ERROR;
    join->is_built = done;
    return done ? EXEC_DONE : EXEC_YIELD;
}

/* Without a right side these need not even look at the left one. */
static bool is_empty(const struct join *join) {
    return !join->build_rows &&
           in_type(join->type, TYPES(JOIN_INNER, JOIN_CROSS) | TYPES(JOIN_SEMI, JOIN_RIGHT));
}

/* --- what goes on --- */

struct emitted {
    uint32_t *left, *right;
    uint8_t *flags; /* EXISTENCE */
    uint32_t count;
};

static void emit(struct emitted *e, uint32_t left, uint32_t right) {
    e->left[e->count] = left;
    e->right[e->count++] = right;
}

static void emit_end(struct join *join, struct emitted *e, uint32_t row) {
    bool matched = join->matched[row];
    switch (join->type) {
    case JOIN_LEFT:
    case JOIN_FULL:
        if (!matched) emit(e, row, join->build_rows);
        break;
    case JOIN_SEMI:
        if (matched) emit(e, row, 0);
        break;
    case JOIN_ANTI:
    case JOIN_ANTI_NULL_AWARE:
        if (!matched) emit(e, row, 0);
        break;
    case JOIN_EXISTENCE:
        e->flags[e->count] = matched;
        emit(e, row, 0);
        break;
    default: break;
    }
}

/* Columns of both sides for pairs of rows; left ones beyond the right ones' need may be left out. */
static void pair_columns(struct join *join, const uint32_t *left, const uint32_t *right, uint32_t count,
                         struct batch *out) {
    struct arena *batch = &join->op.evaluator.batch;
    struct batch lefts, rights;
    batch_select(&lefts, batch, &join->in, left, count);
    row_store_pick(&join->build, batch, right, count, &rights);
    batch_init(out, batch, lefts.column_count + rights.column_count, count);
    memcpy(out->columns, lefts.columns, lefts.column_count * sizeof *out->columns);
    memcpy(out->columns + lefts.column_count, rights.columns, rights.column_count * sizeof *out->columns);
}

/* The pairs that meet the condition. A NULL counts as met for NOT IN. */
static bool apply_condition(struct join *join, struct error *err) {
    if (!join->condition || !join->pair_count) return true;
    struct operator *op = &join->op;
    struct batch pairs;
    struct vector value;
    pair_columns(join, join->left, join->right, join->pair_count, &pairs);
    TRY(expr_evaluate(&op->evaluator, join->condition, &pairs, &value, err));
    bool null_counts = join->type == JOIN_ANTI_NULL_AWARE;
    struct view view = vector_view(&op->evaluator.batch, &value, join->pair_count);
    uint32_t *moved = arena_bytes_array(&op->evaluator.batch, (size_t)join->pair_count + 1, sizeof *moved);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < join->pair_count; i++) {
        uint32_t entry = view_entry(&view, i);
        bool is_null = value.type->kind == TYPE_NULL || view_is_null(&view, entry);
        bool good = is_null ? null_counts : ((const uint8_t *)view.data)[entry];
        moved[i] = kept;
        join->left[kept] = join->left[i];
        join->right[kept] = join->right[i];
        kept += good;
    }
    moved[join->pair_count] = kept;
    for (uint32_t i = 0; i < join->end_count; i++) join->ends[i].after = moved[join->ends[i].after];
    join->pair_count = kept;
    return true;
}

/* A scalar subquery gives one row at most. */
static bool check_single(struct join *join, struct error *err) {
    if (!join->op.plan->join.single) return true;
    for (uint32_t i = 0; i < join->pair_count; i++) {
        if (join->matched[join->left[i]]) return error_set(err, "SCALAR_SUBQUERY_TOO_MANY_ROWS", NULL);
        join->matched[join->left[i]] = 1;
    }
    return true;
}

static void mark_matches(struct join *join) {
    if (join->wants_ends)
        for (uint32_t i = 0; i < join->pair_count; i++) join->matched[join->left[i]] = 1;
    if (join->build_matched)
        for (uint32_t i = 0; i < join->pair_count; i++) bit_set(join->build_matched, join->right[i]);
}

static void emit_all(struct join *join, struct emitted *e) {
    bool gives_pairs = in_type(join->type, TYPES(JOIN_LEFT, JOIN_FULL));
    uint32_t pair = 0;
    for (uint32_t i = 0; i < join->end_count; i++) {
        for (; gives_pairs && pair < join->ends[i].after; pair++) emit(e, join->left[pair], join->right[pair]);
        emit_end(join, e, join->ends[i].row);
    }
    for (; gives_pairs && pair < join->pair_count; pair++) emit(e, join->left[pair], join->right[pair]);
}

static bool is_identity(const uint32_t *rows, uint32_t count, uint32_t all) {
    if (count != all) return false;
    for (uint32_t i = 0; i < count; i++)
        if (rows[i] != i) return false;
    return true;
}

static void put_out(struct join *join, const struct emitted *e, struct batch *out) {
    struct arena *batch = &join->op.evaluator.batch;
    if (!join->op.plan->output_count) {
        *out = (struct batch){.count = e->count};
        return;
    }
    struct batch lefts = join->in, rights;
    if (!is_identity(e->left, e->count, join->in.count)) batch_select(&lefts, batch, &join->in, e->left, e->count);
    row_store_pick(&join->build, batch, e->right, e->count, &rights);
    batch_init(out, batch, join->op.plan->output_count, e->count);
    for (uint32_t i = 0; i < out->column_count; i++) {
        const struct join_output *o = &join->outputs[i];
        struct vector *v = &out->columns[i];
        if (o->from == FROM_LEFT)
            *v = lefts.columns[o->column];
        else if (o->from == FROM_RIGHT)
            *v = rights.columns[o->column];
        else
            *v = (struct vector){.type = TYPE_OF(BOOLEAN), .form = VECTOR_FLAT, .data = e->flags};
    }
}

/* The right rows that had no match, with NULLs on the left. */
static enum exec_status put_out_unmatched(struct join *join, struct batch *out) {
    struct arena *batch = &join->op.evaluator.batch;
    if (!join->build_matched) return EXEC_DONE;
    uint32_t *rows = arena_bytes_array(batch, BATCH_ROWS, sizeof *rows), count = 0;
    for (; join->next_unmatched < join->build_rows && count < BATCH_ROWS; join->next_unmatched++)
        if (!bit_get(join->build_matched, join->next_unmatched)) rows[count++] = join->next_unmatched;
    if (!count) return EXEC_DONE;
    struct batch rights;
    row_store_pick(&join->build, batch, rows, count, &rights);
    batch_init(out, batch, join->op.plan->output_count, count);
    for (uint32_t i = 0; i < out->column_count; i++) {
        const struct join_output *o = &join->outputs[i];
        if (o->from == FROM_RIGHT)
            out->columns[i] = rights.columns[o->column];
        else
            vector_init_null(&out->columns[i], batch, join->op.plan->output[i]->type);
    }
    return EXEC_BATCH;
}

static enum exec_status take_left(struct join *join, const struct join_kind *kind, struct error *err) {
    enum exec_status status = operator_next(join->op.children[0], &join->in, err);
    if (status == EXEC_DONE) join->left_done = true;
    if (status != EXEC_BATCH) return status;
    join->has_in = true;
    if (join->wants_ends) {
        if (!join->matched) join->matched = arena_bytes(&join->op.memory, BATCH_ROWS);
        memset(join->matched, 0, join->in.count);
    }
    return kind->start(join, err) ? EXEC_BATCH : EXEC_ERROR;
}

static enum exec_status match_some(struct join *join, const struct join_kind *kind, struct batch *out,
                                   struct error *err) {
    struct arena *batch = &join->op.evaluator.batch;
    join->pair_count = join->end_count = 0;
    join->left = arena_bytes_array(batch, BATCH_ROWS, sizeof *join->left);
    join->right = arena_bytes_array(batch, BATCH_ROWS, sizeof *join->right);
    if (join->wants_ends) join->ends = arena_bytes_array(batch, BATCH_ROWS, sizeof *join->ends);
    bool done = false;
    if (!kind->fill(join, &done, err)) return EXEC_ERROR;
    if (done) join->has_in = false;
    if (!apply_condition(join, err) || !check_single(join, err)) return EXEC_ERROR;
    mark_matches(join);
    struct emitted e = {join->left, join->right, NULL, join->pair_count};
    if (join->wants_ends) {
        e = (struct emitted){.left = arena_bytes_array(batch, BATCH_ROWS, sizeof *e.left),
                             .right = arena_bytes_array(batch, BATCH_ROWS, sizeof *e.right)};
        if (join->type == JOIN_EXISTENCE) e.flags = arena_bytes(batch, BATCH_ROWS);
        emit_all(join, &e);
    }
    if (!e.count) return EXEC_YIELD;
    put_out(join, &e, out);
    return EXEC_BATCH;
}

enum exec_status join_next(struct join *join, const struct join_kind *kind, struct batch *out, struct error *err) {
    if (!join->is_built) {
        enum exec_status status = build(join, kind, err);
        if (status != EXEC_DONE) return status;
    }
    if (is_empty(join)) return EXEC_DONE;
    if (!join->has_in && !join->left_done) {
        enum exec_status status = take_left(join, kind, err);
        if (status != EXEC_BATCH && status != EXEC_DONE) return status;
    }
    if (join->has_in) return match_some(join, kind, out, err);
    return put_out_unmatched(join, out);
}
