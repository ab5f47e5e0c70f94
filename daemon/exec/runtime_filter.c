/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/runtime_filter.h"

/* After so many rows it is clear what a filter is worth; it must drop one row in eight. */
enum { TRIAL_ROWS = 16 * BATCH_ROWS, WORTH = 8 };

bool runtime_filter_fits(const struct type *t) {
    enum storage storage = type_storage(t);
    return storage == STORAGE_INT32 || storage == STORAGE_INT64;
}

/* --- applying --- */

static inline bool passes(const struct runtime_filter *f, int64_t value) {
    uint64_t offset = (uint64_t)value - (uint64_t)f->least;
    if (offset > (uint64_t)f->greatest - (uint64_t)f->least) return false;
    return !f->bits || bit_get(f->bits, offset);
}

bool runtime_filter_excludes(const struct runtime_filter *f, int64_t least, int64_t greatest) {
    if (greatest < f->least || least > f->greatest) return true;
    if (!f->bits) return false;
    uint64_t at = (uint64_t)(least > f->least ? least : f->least) - (uint64_t)f->least;
    uint64_t last = (uint64_t)(greatest < f->greatest ? greatest : f->greatest) - (uint64_t)f->least;
    for (; at <= last; at++) {
        if (!(at & 63))
            while (at + 63 <= last && !f->bits[at >> 6]) at += 64;
        if (at <= last && bit_get(f->bits, at)) return false;
    }
    return true;
}

#define KEEP(ctype)                                                                                                    \
    for (uint32_t row = 0; row < count; row++) {                                                                       \
        uint32_t entry = view_entry(&view, row);                                                                       \
        selection[n] = row;                                                                                            \
        n += !view_is_null(&view, entry) && passes(f, ((const ctype *)view.data)[entry]);                              \
    }

uint32_t runtime_filter_select(struct runtime_filter *f, struct arena *arena, const struct batch *batch,
                               uint32_t *selection) {
    const struct vector *v = &batch->columns[f->column];
    uint32_t n = 0, count = batch->count;
    struct view view = vector_view(arena, v, count);
    if (type_storage(v->type) == STORAGE_INT32)
        KEEP(int32_t)
    else
        KEEP(int64_t)
    f->tested += count;
    f->passed += n;
    if (f->tested >= TRIAL_ROWS && f->passed > f->tested - f->tested / WORTH) f->is_off = true;
    return n;
}

/* --- finding the scans --- */

static int column_of(const struct plan *p, uint64_t id) {
    for (uint32_t i = 0; i < p->output_count; i++)
        if (p->output[i]->id == id) return (int)i;
    return -1;
}

/* The id under which an expression's column has come from below; false: it is computed. */
static bool source_id(const struct expr *e, uint64_t *id) {
    while (e->kind == EXPR_ALIAS) e = e->children[0];
    if (e->kind != EXPR_ATTRIBUTE) return false;
    *id = e->column.attribute->id;
    return true;
}

static bool is_deterministic(const struct plan *p) {
    for (uint32_t i = 0; i < p->expr_count; i++)
        if (!p->exprs[i]->deterministic) return false;
    return true;
}

static void attach(struct operator* op, int column, const struct runtime_filter *filter) {
    struct runtime_filter *f = ARENA_NEW(&op->memory, struct runtime_filter);
    *f = *filter;
    f->column = (uint32_t)column;
    f->next = op->filters;
    op->filters = f;
}

/* Through a projection, and through an aggregate by one of its groups. */
static void push_through_exprs(struct operator* op, uint64_t id, const struct runtime_filter *filter) {
    int i = column_of(op->plan, id);
    if (i < 0 || (uint32_t)i >= op->plan->expr_count || !is_deterministic(op->plan)) return;
    if (source_id(op->plan->exprs[i], &id)) runtime_filter_push(op->children[0], id, filter);
}

/* A join's rows may be left out on the side whose rows it gives without asking the other. */
static void push_through_join(struct operator* op, uint64_t id, const struct runtime_filter *filter) {
    const struct plan *p = op->plan;
    enum join_type type = p->join.type;
    bool from_left = column_of(p->children[0], id) >= 0;
    bool inner = type == JOIN_INNER || type == JOIN_CROSS;
    if (from_left && type != JOIN_RIGHT && type != JOIN_FULL) runtime_filter_push(op->children[0], id, filter);
    if (!from_left && (inner || type == JOIN_RIGHT)) runtime_filter_push(op->children[1], id, filter);
    for (uint32_t k = 0; inner && k < p->join.key_count; k++) { /* what equals the key is limited as well */
        uint64_t left, right;
        if (!source_id(p->join.left_keys[k], &left) || !source_id(p->join.right_keys[k], &right)) continue;
        if (from_left && left == id) runtime_filter_push(op->children[1], right, filter);
        if (!from_left && right == id) runtime_filter_push(op->children[0], left, filter);
    }
}

void runtime_filter_push(struct operator* op, uint64_t id, const struct runtime_filter *filter) {
    int column = column_of(op->plan, id);
    if (column < 0) return;
    if (op->ops == &scan_ops) {
        attach(op, column, filter);
    } else if (op->ops == &filter_ops || op->ops == &sort_ops) {
        if (is_deterministic(op->plan)) runtime_filter_push(op->children[0], id, filter);
    } else if (op->ops == &project_ops || op->ops == &aggregate_ops) {
        push_through_exprs(op, id, filter);
    } else if (op->ops == &hash_join_ops || op->ops == &loop_join_ops) {
        push_through_join(op, id, filter);
    } else if (op->ops == &union_ops) {
        for (uint32_t i = 0; i < op->child_count; i++)
            runtime_filter_push(op->children[i], op->plan->children[i]->output[column]->id, filter);
    }
}
