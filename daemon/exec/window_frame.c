/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/window_frame.h"

static uint32_t clamp(int64_t row, uint32_t count) {
    return row < 0 ? 0 : row > count ? count : (uint32_t)row;
}

/* Saturates: a frame of 2^63 rows is the whole partition. */
static int64_t add_rows(uint32_t row, int64_t offset) {
    int64_t sum;
    if (__builtin_add_overflow((int64_t)row, offset, &sum)) return offset < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

static void resolve_rows(const struct frame_end *bound, const struct partition *p, bool is_end, uint32_t *out) {
    int64_t offset = bound->kind == BOUND_CURRENT_ROW ? 0 : bound->kind == BOUND_PRECEDING ? -bound->rows : bound->rows;
    for (uint32_t i = 0; i < p->count; i++) out[i] = clamp(add_rows(i, offset + is_end), p->count);
}

/* How a row's value compares with the bound of another row. A bound that is NULL where the row's own value is none has
 * no room in its type: nothing lies beyond it. */
static int compare_bound(const struct sorter_key *key, const struct vector *values, uint32_t at,
                         const struct vector *bounds, uint32_t row, bool is_end) {
    bool beyond = vector_is_null(bounds, row) && !vector_is_null(values, row);
    if (!beyond) return rows_compare(values, at, bounds, row, &key->order);
    if (vector_is_null(values, at)) return key->order.nulls_first ? -1 : 1;
    return is_end ? -1 : 1;
}

/* Rows are sorted and so are their bounds: one walk finds the edge for all of them. A lower bound that wrapped around
 * takes the walk no further than the frame's end. */
static void resolve_values(const struct sorter *sorter, const struct frame_end *bound, const struct sorter_key *key,
                           const struct partition *p, bool is_end, const uint32_t *ends, uint32_t *out) {
    const struct vector *values = row_store_column(&sorter->store, key->column);
    const struct vector *bounds = row_store_column(&sorter->store, bound->column);
    uint32_t at = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        for (uint32_t most = ends ? ends[i] : p->count; at < most; at++) {
            int order = compare_bound(key, values, p->rows[at], bounds, p->rows[i], is_end);
            if (is_end ? order > 0 : order >= 0) break;
        }
        out[i] = at;
    }
}

static bool is_at_peers(const struct frame *frame, const struct frame_end *bound) {
    bool is_edge = bound->kind == BOUND_UNBOUNDED_PRECEDING || bound->kind == BOUND_UNBOUNDED_FOLLOWING;
    return frame->type == FRAME_RANGE && !is_edge && !bound->by_value;
}

bool frame_needs_peers(const struct frame *frame) {
    return is_at_peers(frame, &frame->lower) || is_at_peers(frame, &frame->upper);
}

static void resolve_bound(const struct sorter *sorter, const struct frame *frame, const struct frame_end *bound,
                          const struct sorter_key *key, const struct partition *p, bool is_end, const uint32_t *ends,
                          uint32_t *out) {
    if (bound->kind == BOUND_UNBOUNDED_PRECEDING || bound->kind == BOUND_UNBOUNDED_FOLLOWING) {
        uint32_t edge = bound->kind == BOUND_UNBOUNDED_PRECEDING ? 0 : p->count;
        for (uint32_t i = 0; i < p->count; i++) out[i] = edge;
    } else if (bound->by_value) {
        resolve_values(sorter, bound, key, p, is_end, ends, out);
    } else if (is_at_peers(frame, bound)) {
        memcpy(out, is_end ? p->peer_end : p->peer_start, p->count * sizeof *out);
    } else {
        resolve_rows(bound, p, is_end, out);
    }
}

void frame_resolve(const struct sorter *sorter, const struct frame *frame, const struct sorter_key *key,
                   const struct partition *p, uint32_t *start, uint32_t *end) {
    resolve_bound(sorter, frame, &frame->upper, key, p, true, NULL, end);
    resolve_bound(sorter, frame, &frame->lower, key, p, false, end, start);
    for (uint32_t i = 0; i < p->count; i++)
        if (end[i] < start[i]) end[i] = start[i];
}
