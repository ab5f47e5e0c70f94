/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_window(ts, gap): rows whose times are at most a gap apart are in one session.
 *
 * Like window() (time_window.c) it is an explode() below the query block, of one struct (ts, ts + gap), or of none where
 * there is no time or no gap. What is grouped by it then sees sessions in the place of these: over each group of the
 * other keys, in order of start,
 *
 *     is_first   the start is after the greatest end so far
 *     session    how many firsts there were
 *     start, end the least and the greatest of the session's rows
 *
 * each in windows over the one before. The struct keeps its column, so that nothing above has to change.
 */
#include <string.h>

#include "plan/analyze.h"
#include "plan/plan_int.h"

bool is_session_window(const struct expr *e) {
    return e->kind == EXPR_GENERATOR && strcmp(e->call.name, "session_window") == 0;
}

static struct expr *named(struct resolver *r, const char *name, struct expr *a, struct expr *b, struct error *err) {
    struct expr *arguments[2] = {a, b};
    return a ? resolve_named(r, name, arguments, b ? 2 : 1, NULL, err) : NULL;
}

static struct expr *make_struct(struct resolver *r, struct expr *start, struct expr *end, struct error *err) {
    struct expr *parts[4] = {expr_string(r->arena, "start", 5), start, expr_string(r->arena, "end", 3), end};
    return start && end ? resolve_named(r, "named_struct", parts, 4, NULL, err) : NULL;
}

struct expr *analyze_session_window(struct scope *s, const struct u_expr *u, struct error *err) {
    struct resolver *r = &s->n->resolver;
    if (u->child_count != 2) {
        resolve_wrong_count(r, "session_window", 2, 2, u->child_count, u->origin, err);
        return NULL;
    }
    struct expr *time = analyze_expr(s, u->children[0], err), *gap = time ? analyze_expr(s, u->children[1], err) : NULL;
    if (!gap) return NULL;
    const char *shown =
        arena_printf(r->arena, "\"sessionwindow(%s, %s)\"", expr_sql(r->arena, time), expr_pretty(r->arena, gap));
    TRY_NULL(time = window_input(s, time, shown, u->origin, err));
    if (gap->type->kind != TYPE_CALENDAR_INTERVAL && !type_is_string(gap->type)) {
        error_set(err, "_LEGACY_ERROR_TEMP_1040", "dt", type_sql(r->arena, gap->type), NULL);
        return NULL;
    }
    gap = resolve_cast(r, gap, TYPE_OF(CALENDAR_INTERVAL), CAST_ANSI, false, u->origin, err);
    struct expr *end = time && gap ? resolve_binary(r, "+", time, gap, err) : NULL;
    struct expr *one = make_struct(r, time, end, err);
    struct expr *array = one ? named(r, "array", one, NULL, err) : NULL;
    struct expr *lasts = end ? resolve_binary(r, ">", end, time, err) : NULL;
    if (!array || !lasts) return NULL;
    struct expr *parts[3] = {lasts, array, expr_null(r->arena, array->type)};
    struct expr *rows = resolve_named(r, "if", parts, 3, NULL, err);
    struct expr *e = rows ? named(r, "explode", rows, NULL, err) : NULL;
    return e ? as_window_column(s->n, e, "session_window", false) : NULL;
}

/* --- merging --- */

struct merge {
    struct analysis *n;
    struct plan *plan;
    struct attribute *session; /* the column */
    struct expr **keys;
    uint32_t key_count;
    struct error *err;
};

/* f over (partition by the keys [, session] [order by the column's start rows ...]). */
static struct expr *over(struct merge *m, struct expr *f, struct expr *session, enum frame_bound_kind upper) {
    struct arena *arena = m->n->arena;
    if (!f) return NULL;
    struct window_spec *w = ARENA_NEW(arena, struct window_spec);
    w->partition = ARENA_ARRAY(arena, struct expr *, m->key_count + 1);
    memcpy(w->partition, m->keys, m->key_count * sizeof *w->partition);
    w->partition_count = m->key_count;
    w->frame = FRAME_ROWS;
    w->upper.kind = upper;
    if (upper == BOUND_PRECEDING) w->upper.offset = expr_int(arena, 1);
    if (session) {
        w->partition[w->partition_count++] = session;
    } else {
        w->order = ARENA_NEW(arena, struct sort_order);
        w->order_count = 1;
        w->order->expr = resolve_field(&m->n->resolver, expr_attribute(arena, m->session), 0);
        w->order->nulls_first = true;
    }
    struct expr *e = expr_new(arena, EXPR_WINDOW, 1);
    e->children[0] = f;
    e->type = f->type;
    e->nullable = f->nullable;
    e->window = w;
    expr_update_flags(e);
    e->foldable = false;
    return e;
}

static struct expr *session_field(struct merge *m, uint32_t ordinal) {
    return resolve_field(&m->n->resolver, expr_attribute(m->n->arena, m->session), ordinal);
}

/* One more column, computed with windows; or, with an id, in the place of the column that has it. */
static struct expr *add_column(struct merge *m, struct expr *e, const char *name, uint64_t id) {
    struct arena *arena = m->n->arena;
    if (!e) return NULL;
    struct plan *below = m->plan;
    struct expr **exprs = ARENA_ARRAY(arena, struct expr *, below->output_count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < below->output_count; i++)
        if (below->output[i]->id != id) exprs[count++] = expr_attribute(arena, below->output[i]);
    struct expr *alias = exprs[count++] = expr_alias(arena, e, name, id ? id : fresh_id(m->n));
    if (id) alias->alias.metadata = SESSION_WINDOW_METADATA;
    struct plan *windows = extract_windows(m->n, below, exprs, count, m->err);
    if (!windows) return NULL;
    m->plan = plan_project(arena, windows, exprs, count);
    return expr_attribute(arena, expr_to_attribute(arena, exprs[count - 1] ? exprs[count - 1] : alias));
}

static struct plan *merge_sessions(struct merge *m) {
    struct resolver *r = &m->n->resolver;
    struct arena *arena = m->n->arena;
    struct expr *so_far = over(m, named(r, "max", session_field(m, 1), NULL, m->err), NULL, BOUND_PRECEDING);
    struct expr *follows = so_far ? resolve_binary(r, "<=", session_field(m, 0), so_far, m->err) : NULL;
    struct expr *parts[3] = {follows, expr_int(arena, 0), expr_int(arena, 1)};
    struct expr *first = add_column(m, follows ? resolve_named(r, "if", parts, 3, NULL, m->err) : NULL, "first", 0);
    struct expr *number = over(m, named(r, "sum", first, NULL, m->err), NULL, BOUND_CURRENT_ROW);
    number = add_column(m, number, "session", 0);
    if (!number) return NULL;
    struct expr *start = over(m, named(r, "min", session_field(m, 0), NULL, m->err), number, BOUND_UNBOUNDED_FOLLOWING);
    struct expr *end = over(m, named(r, "max", session_field(m, 1), NULL, m->err), number, BOUND_UNBOUNDED_FOLLOWING);
    struct expr *both = make_struct(r, start, end, m->err);
    return add_column(m, both, "session_window", m->session->id) ? m->plan : NULL;
}

struct plan *group_sessions(struct analysis *n, struct plan *input, struct expr *const *groups, uint32_t count,
                            const struct time_windows *known, struct error *err) {
    for (uint32_t i = 0; i < known->calls.count; i++) {
        if (!is_session_window(known->calls.items[i])) continue;
        struct merge m = {.n = n, .plan = input, .session = known->columns.items[i]->column.attribute, .err = err};
        m.keys = ARENA_ARRAY(n->arena, struct expr *, count);
        bool is_grouped = false;
        for (uint32_t k = 0; k < count; k++) {
            const struct expr *group = groups[k]->kind == EXPR_ALIAS ? groups[k]->children[0] : groups[k];
            bool is_session = group->kind == EXPR_ATTRIBUTE && group->column.attribute->id == m.session->id;
            is_grouped |= is_session;
            if (!is_session) m.keys[m.key_count++] = (struct expr *)(uintptr_t)group;
        }
        if (is_grouped) input = merge_sessions(&m);
        if (!input) return NULL;
    }
    return input;
}
