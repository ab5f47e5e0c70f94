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
            *output = (struct join_output){side == join->probe_child ? FROM_PROBE : FROM_BUILD, i};
            return true;
        }
    }
    return false;
}

static bool bind_condition(struct join *join, struct error *err) {
    const struct plan *plan = join->op.plan;
    const struct plan *probe = plan->children[join->probe_child], *built = plan->children[join->build_child];
    if (!plan->join.condition) return true;
    uint32_t count = probe->output_count + built->output_count;
    struct attribute **all = ARENA_ARRAY(&join->op.memory, struct attribute *, count);
    memcpy(all, probe->output, probe->output_count * sizeof *all);
    memcpy(all + probe->output_count, built->output, built->output_count * sizeof *all);
    join->condition = expr_bind(&join->op.evaluator, plan->join.condition, all, count, err);
    return join->condition != NULL;
}

static bool in_type(enum join_type type, unsigned set) {
    return set >> type & 1;
}
#define TYPES(a, b) (1u << (a) | 1u << (b))

bool join_open(struct join *join, struct error *err) {
    struct operator* op = & join->op;
    const struct plan *plan = op->plan;
    join->type = plan->join.type;
    join->build_child = plan->join.build_left ? 0 : 1;
    join->probe_child = 1 - join->build_child;
    if (plan->join.build_left) {
        join->marks = in_type(join->type, TYPES(JOIN_SEMI, JOIN_ANTI) | 1u << JOIN_EXISTENCE);
        if (plan->join.type == JOIN_LEFT) join->type = JOIN_RIGHT;
        if (plan->join.type == JOIN_RIGHT) join->type = JOIN_LEFT;
    }
    const struct plan *built = plan->children[join->build_child];
    join->outputs = ARENA_ARRAY(&op->memory, struct join_output, plan->output_count);
    for (uint32_t i = 0; i < plan->output_count; i++) {
        if (!find_output(join, plan->output[i], &join->outputs[i]))
            return error_internal(err, "a join puts out a column of neither side: %s", plan->output[i]->name);
    }
    TRY(bind_condition(join, err));
    bool gives_pairs =
        in_type(join->type, TYPES(JOIN_INNER, JOIN_CROSS) | TYPES(JOIN_LEFT, JOIN_RIGHT) | 1u << JOIN_FULL);
    join->wants_pairs = gives_pairs || join->condition || join->marks;
    join->wants_ends = !join->marks && !in_type(join->type, TYPES(JOIN_INNER, JOIN_CROSS) | 1u << JOIN_RIGHT);
    const struct type **column_types = ARENA_ARRAY(&op->memory, const struct type *, built->output_count);
    for (uint32_t i = 0; i < built->output_count; i++) column_types[i] = built->output[i]->type;
    arena_init(&join->held, &op->query->account);
    row_store_init(&join->build, &join->held, column_types, built->output_count);
    return true;
}

void join_close(struct operator* op) {
    struct join *join = (struct join *)op;
    if (join->held.account) arena_release(&join->held);
}

/* The build side's rows, then (for outer joins) a row of NULLs. */
static bool end_build(struct join *join, struct error *err) {
    struct arena *batch = &join->op.evaluator.batch;
    join->has_read = true;
    join->build_rows = join->build.rows;
    if (join->marks || in_type(join->type, TYPES(JOIN_RIGHT, JOIN_FULL)))
        join->build_matched = ARENA_ARRAY(&join->op.memory, uint64_t, bitmap_words(join->build_rows));
    join->build.dictionary = join->op.query->dictionaries + 1;
    join->op.query->dictionaries += join->build.column_count;
    if (!in_type(join->type, TYPES(JOIN_LEFT, JOIN_FULL))) return true;
    struct vector *nulls = ARENA_ARRAY(batch, struct vector, join->build.column_count);
    for (uint32_t i = 0; i < join->build.column_count; i++)
        vector_init_null(&nulls[i], batch, row_store_column(&join->build, i)->type);
    return row_store_append(&join->build, nulls, 1, err);
}

static enum exec_status build(struct join *join, const struct join_kind *kind, struct error *err) {
    for (int i = 0; i < BATCHES_PER_SLICE && !join->has_read; i++) {
        struct batch in;
        enum exec_status status = operator_next(join->op.children[join->build_child], &in, err);
        if (status == EXEC_DONE && !end_build(join, err)) return EXEC_ERROR;
        if (status == EXEC_DONE) break;
        if (status != EXEC_BATCH) return status;
        uint32_t first = join->build.rows;
        if (!row_store_append(&join->build, in.columns, in.count, err)) return EXEC_ERROR;
        if (kind->add && !kind->add(join, &in, first, err)) return EXEC_ERROR;
        evaluator_reset(&join->op.evaluator);
        if (!join_spill_if_due(join, kind, err)) return EXEC_ERROR;
        if (join->spill) return EXEC_YIELD;
    }
    if (!join->has_read) return EXEC_YIELD;
    bool done = true;
    if (kind->finish && !kind->finish(join, &done, err)) return EXEC_ERROR;
    join->is_built = done;
    return done ? EXEC_DONE : EXEC_YIELD;
}

/* Without a build side these need not even look at the other one. */
static bool is_empty(const struct join *join) {
    if (join->marks) return !join->build_rows;
    return !join->build_rows && in_type(join->type, TYPES(JOIN_INNER, JOIN_CROSS) | TYPES(JOIN_SEMI, JOIN_RIGHT));
}

/* --- what goes on --- */

struct emitted {
    uint32_t *probe, *found;
    uint8_t *flags; /* EXISTENCE */
    uint32_t count;
};

static void emit(struct emitted *e, uint32_t probe, uint32_t found) {
    e->probe[e->count] = probe;
    e->found[e->count++] = found;
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

/* Columns of both sides for the pairs at hand. */
static void pair_columns(struct join *join, struct batch *out) {
    struct arena *batch = &join->op.evaluator.batch;
    struct batch probes, founds;
    batch_select(&probes, batch, &join->in, join->probe, join->pair_count);
    row_store_pick(&join->build, batch, join->found, join->pair_count, &founds);
    batch_init(out, batch, probes.column_count + founds.column_count, join->pair_count);
    memcpy(out->columns, probes.columns, probes.column_count * sizeof *out->columns);
    memcpy(out->columns + probes.column_count, founds.columns, founds.column_count * sizeof *out->columns);
}

/* The pairs that meet the condition. A NULL counts as met for NOT IN. */
static bool apply_condition(struct join *join, struct error *err) {
    if (!join->condition || !join->pair_count) return true;
    struct operator* op = & join->op;
    struct batch pairs;
    struct vector value;
    pair_columns(join, &pairs);
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
        join->probe[kept] = join->probe[i];
        join->found[kept] = join->found[i];
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
        bool again = join->build_matched ? bit_get(join->build_matched, join->found[i]) : join->matched[join->probe[i]];
        if (again) {
            error_set(err, "SCALAR_SUBQUERY_TOO_MANY_ROWS", NULL);
            return error_set_kind(err, ERROR_RUNTIME); /* of an uncorrelated subquery it is a SparkException */
        }
        if (join->build_matched)
            bit_set(join->build_matched, join->found[i]);
        else
            join->matched[join->probe[i]] = 1;
    }
    return true;
}

static void mark_matches(struct join *join) {
    if (join->wants_ends)
        for (uint32_t i = 0; i < join->pair_count; i++) join->matched[join->probe[i]] = 1;
    if (join->build_matched)
        for (uint32_t i = 0; i < join->pair_count; i++) bit_set(join->build_matched, join->found[i]);
}

static void emit_all(struct join *join, struct emitted *e) {
    bool gives_pairs = in_type(join->type, TYPES(JOIN_LEFT, JOIN_FULL));
    uint32_t pair = 0;
    for (uint32_t i = 0; i < join->end_count; i++) {
        for (; gives_pairs && pair < join->ends[i].after; pair++) emit(e, join->probe[pair], join->found[pair]);
        emit_end(join, e, join->ends[i].row);
    }
    for (; gives_pairs && pair < join->pair_count; pair++) emit(e, join->probe[pair], join->found[pair]);
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
    struct batch probes = join->in, founds;
    if (!is_identity(e->probe, e->count, join->in.count)) batch_select(&probes, batch, &join->in, e->probe, e->count);
    row_store_pick(&join->build, batch, e->found, e->count, &founds);
    batch_init(out, batch, join->op.plan->output_count, e->count);
    for (uint32_t i = 0; i < out->column_count; i++) {
        const struct join_output *o = &join->outputs[i];
        struct vector *v = &out->columns[i];
        if (o->from == FROM_PROBE)
            *v = probes.columns[o->column];
        else if (o->from == FROM_BUILD)
            *v = founds.columns[o->column];
        else
            *v = (struct vector){.type = TYPE_OF(BOOLEAN), .form = VECTOR_FLAT, .data = e->flags};
    }
}

/* Which of the marked rows go on at the end. */
static bool goes_on_at_end(const struct join *join, bool matched) {
    if (!join->marks) return !matched;
    return join->type == JOIN_EXISTENCE || matched == (join->type == JOIN_SEMI);
}

/* Build rows, once the probe side is through: those that nobody matched, with NULLs beside them, or what was marked. */
static enum exec_status put_out_build(struct join *join, struct batch *out) {
    struct arena *batch = &join->op.evaluator.batch;
    if (!join->build_matched) return EXEC_DONE;
    uint32_t *rows = arena_bytes_array(batch, BATCH_ROWS, sizeof *rows), count = 0;
    uint8_t *flags = join->type == JOIN_EXISTENCE ? arena_bytes(batch, BATCH_ROWS) : NULL;
    for (; join->next_build < join->build_rows && count < BATCH_ROWS; join->next_build++) {
        bool matched = bit_get(join->build_matched, join->next_build);
        if (!goes_on_at_end(join, matched)) continue;
        if (flags) flags[count] = matched;
        rows[count++] = join->next_build;
    }
    if (!count) return EXEC_DONE;
    struct batch founds;
    row_store_pick(&join->build, batch, rows, count, &founds);
    batch_init(out, batch, join->op.plan->output_count, count);
    for (uint32_t i = 0; i < out->column_count; i++) {
        const struct join_output *o = &join->outputs[i];
        if (o->from == FROM_BUILD)
            out->columns[i] = founds.columns[o->column];
        else if (o->from == FROM_EXISTENCE)
            out->columns[i] = (struct vector){.type = TYPE_OF(BOOLEAN), .form = VECTOR_FLAT, .data = flags};
        else
            vector_init_null(&out->columns[i], batch, join->op.plan->output[i]->type);
    }
    return EXEC_BATCH;
}

static enum exec_status take_probe(struct join *join, const struct join_kind *kind, struct error *err) {
    enum exec_status status = operator_next(join->op.children[join->probe_child], &join->in, err);
    if (status == EXEC_DONE) join->probe_done = true;
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
    join->probe = arena_bytes_array(batch, BATCH_ROWS, sizeof *join->probe);
    join->found = arena_bytes_array(batch, BATCH_ROWS, sizeof *join->found);
    if (join->wants_ends) join->ends = arena_bytes_array(batch, BATCH_ROWS, sizeof *join->ends);
    bool done = false;
    if (!kind->fill(join, &done, err)) return EXEC_ERROR;
    if (done) join->has_in = false;
    if (!apply_condition(join, err) || !check_single(join, err)) return EXEC_ERROR;
    mark_matches(join);
    if (join->marks) return EXEC_YIELD;
    struct emitted e = {join->probe, join->found, NULL, join->pair_count};
    if (join->wants_ends) {
        e = (struct emitted){.probe = arena_bytes_array(batch, BATCH_ROWS, sizeof *e.probe),
                             .found = arena_bytes_array(batch, BATCH_ROWS, sizeof *e.found)};
        if (join->type == JOIN_EXISTENCE) e.flags = arena_bytes(batch, BATCH_ROWS);
        emit_all(join, &e);
    }
    if (!e.count) return EXEC_YIELD;
    put_out(join, &e, out);
    return EXEC_BATCH;
}

enum exec_status join_next(struct join *join, const struct join_kind *kind, struct batch *out, struct error *err) {
    if (join->spill) return join_spill_next(join, kind, out, err);
    if (!join->is_built) {
        enum exec_status status = build(join, kind, err);
        if (status != EXEC_DONE) return status;
    }
    if (is_empty(join)) return EXEC_DONE;
    if (!join->has_in && !join->probe_done) {
        enum exec_status status = take_probe(join, kind, err);
        if (status != EXEC_BATCH && status != EXEC_DONE) return status;
    }
    if (join->has_in) return match_some(join, kind, out, err);
    return put_out_build(join, out);
}
