/* SPDX-License-Identifier: Apache-2.0 */
/*
 * window(ts, '10 minutes' [, slide [, start]]): the windows of time that a row falls into.
 *
 * A row may be in several windows when they slide, and in none when its time is NULL; so the call is an explode() of
 * an array of (start, end) structs, put below the query block that holds it, and the block reads its column:
 *
 *     AGGREGATE BY window < GENERATE explode(array(...)) AS window < input
 *
 * The last window that contains ts starts at ts - pmod(ts - start, slide), in microseconds; the others follow it
 * backwards, slide by slide. Only the earliest may have ended before ts.
 */
#include <string.h>

#include "expr/evaluate.h"
#include "plan/analyze.h"

static const int64_t DAY = 86400000000;
enum { MOST_WINDOWS = 10000 };

bool is_time_window(const struct expr *e) {
    return e->kind == EXPR_GENERATOR && (strcmp(e->call.name, "window") == 0 || is_session_window(e));
}

static bool duration(struct scope *s, const struct u_expr *u, int64_t *out, struct error *err) {
    struct expr *e = analyze_expr(s, u, err);
    if (!e) return false;
    struct arena *arena = s->n->arena;
    if (e->foldable && type_is_integral(e->type)) e = coerce_to(&s->n->resolver, e, TYPE_OF(LONG));
    if (e->foldable && type_is_string(e->type))
        e = resolve_cast(&s->n->resolver, e, TYPE_OF(CALENDAR_INTERVAL), CAST_ANSI, false, u->origin, err);
    const struct vector *v = e && e->foldable ? expr_fold(arena, s->n->a->context, e, err) : NULL;
    if (error_is_set(err)) return false;
    if (v && !vector_is_null(v, 0) && v->type->kind == TYPE_LONG) {
        *out = *VECTOR_DATA(v, int64_t);
        return true;
    }
    if (v && !vector_is_null(v, 0) && v->type->kind == TYPE_DAY_TIME_INTERVAL) {
        *out = *VECTOR_DATA(v, int64_t);
        return true;
    }
    if (!v || vector_is_null(v, 0) || v->type->kind != TYPE_CALENDAR_INTERVAL) {
        error_unsupported(err, "a window of time whose length is not a constant interval");
        return error_at(err, u->origin);
    }
    const struct interval *i = VECTOR_DATA(v, struct interval);
    if (i->months) {
        error_unsupported(err, "a window of time in months or years");
        return error_at(err, u->origin);
    }
    *out = i->days * DAY + i->microseconds;
    return true;
}

struct window_of_time {
    struct scope *s;
    struct expr *time; /* microseconds */
    int64_t length, slide, start;
    const struct type *type; /* of the column */
    struct error *err;
};

static struct expr *binary(struct window_of_time *w, const char *name, struct expr *a, struct expr *b) {
    return a && b ? resolve_binary(&w->s->n->resolver, name, a, b, w->err) : NULL;
}

static struct expr *number(struct window_of_time *w, int64_t value) {
    return expr_long(w->s->n->arena, value);
}

static struct expr *as_time(struct window_of_time *w, struct expr *micros) {
    struct resolver *r = &w->s->n->resolver;
    struct expr *e = micros ? resolve_named(r, "timestamp_micros", &micros, 1, NULL, w->err) : NULL;
    return e ? coerce_to(r, e, w->type) : NULL;
}

static struct expr *one_window(struct window_of_time *w, struct expr *last_start, int64_t index, struct expr **end) {
    struct arena *arena = w->s->n->arena;
    struct expr *start = binary(w, "-", last_start, number(w, index * w->slide));
    *end = binary(w, "+", start, number(w, w->length));
    struct expr *parts[4] = {expr_string(arena, "start", 5), as_time(w, start), expr_string(arena, "end", 3),
                             as_time(w, *end)};
    if (!parts[1] || !parts[3]) return NULL;
    return resolve_named(&w->s->n->resolver, "named_struct", parts, 4, NULL, w->err);
}

static struct expr *array_of(struct window_of_time *w, struct expr **windows, uint32_t count) {
    return resolve_named(&w->s->n->resolver, "array", windows, count, NULL, w->err);
}

/* The array of windows of one row; NULL for no time. */
static struct expr *windows_of(struct window_of_time *w) {
    struct resolver *r = &w->s->n->resolver;
    struct expr *sides[2] = {binary(w, "-", w->time, number(w, w->start)), number(w, w->slide)};
    struct expr *into = sides[0] ? resolve_named(r, "pmod", sides, 2, NULL, w->err) : NULL;
    struct expr *last_start = binary(w, "-", w->time, into);
    uint32_t count = (uint32_t)((w->length + w->slide - 1) / w->slide);
    struct expr **windows = ARENA_ARRAY(w->s->n->arena, struct expr *, count), *end = NULL;
    for (uint32_t i = 0; last_start && i < count; i++)
        if (!(windows[i] = one_window(w, last_start, i, &end))) return NULL;
    struct expr *all = last_start ? array_of(w, windows, count) : NULL;
    if (!all || w->length % w->slide == 0) return all;
    struct expr *contains = binary(w, ">", end, w->time);
    struct expr *parts[3] = {contains, all, contains ? array_of(w, windows, count - 1) : NULL};
    return parts[2] ? resolve_named(r, "if", parts, 3, NULL, w->err) : NULL;
}

static bool check_durations(struct window_of_time *w, const struct u_expr *u) {
    bool good = w->length > 0 && w->slide > 0 && w->slide <= w->length &&
                (w->start < 0 ? -w->start : w->start) < w->slide && w->length / w->slide < MOST_WINDOWS;
    if (good) return true;
    error_set(w->err, "DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION", "sqlExpr", "\"window\"", "leftExprName",
              w->slide > w->length ? "`slide_duration`" : "`window_duration`", "leftExprValue",
              arena_printf(w->s->n->arena, "%lld", (long long)(w->slide > w->length ? w->slide : w->length)),
              "constraint", w->slide > w->length ? "<=" : ">", "rightExprName",
              w->slide > w->length ? "`window_duration`" : "0", "rightExprValue",
              arena_printf(w->s->n->arena, "%lld", (long long)w->length), NULL);
    return error_at(w->err, u->origin);
}

struct expr *analyze_time_window(struct scope *s, const struct u_expr *u, struct error *err) {
    struct resolver *r = &s->n->resolver;
    struct window_of_time w = {.s = s, .err = err};
    struct expr *time = analyze_expr(s, u->children[0], err);
    if (!time) return NULL;
    w.type = time->type->kind == TYPE_TIMESTAMP_NTZ ? time->type : TYPE_OF(TIMESTAMP);
    time = resolve_cast(r, time, TYPE_OF(TIMESTAMP), CAST_ANSI, false, u->origin, err);
    w.time = time ? resolve_named(r, "unix_micros", &time, 1, u->origin, err) : NULL;
    if (!w.time || !duration(s, u->children[1], &w.length, err)) return NULL;
    w.slide = w.length;
    if (u->child_count > 2) TRY_NULL(duration(s, u->children[2], &w.slide, err));
    if (u->child_count > 3) TRY_NULL(duration(s, u->children[3], &w.start, err));
    TRY_NULL(check_durations(&w, u));
    struct expr *windows = windows_of(&w);
    struct expr *there = windows ? resolve_named(r, "isnotnull", &time, 1, NULL, err) : NULL;
    struct expr *parts[3] = {there, windows, windows ? expr_null(s->n->arena, windows->type) : NULL};
    struct expr *rows = there ? resolve_named(r, "if", parts, 3, NULL, err) : NULL;
    struct expr *e = rows ? resolve_named(r, "explode", &rows, 1, u->origin, err) : NULL;
    if (!e) return NULL;
    e->call.name = "window";
    e->pretty = expr_attribute(s->n->arena, attribute_new(s->n->arena, 0, "window", e->type, false));
    return e;
}

/* --- putting them below a block --- */

struct extraction {
    struct analysis *n;
    struct plan *input;
    struct error *err;
    struct time_windows *known;
};

static struct expr *take(struct expr *e, void *data) {
    struct extraction *x = data;
    if (!is_time_window(e)) return e;
    for (uint32_t i = 0; i < x->known->calls.count; i++)
        if (expr_equal(x->known->calls.items[i], e)) return x->known->columns.items[i];
    const char *const name[1] = {e->call.name};
    struct plan *p = make_generate(x->n, x->input, e, false, name, 1, NULL, x->err);
    if (!p) return e;
    x->input = p;
    struct expr *column = expr_attribute(x->n->arena, p->generate.generated[0]);
    LIST_PUSH(x->n->arena, &x->known->calls, e);
    LIST_PUSH(x->n->arena, &x->known->columns, column);
    return column;
}

struct plan *extract_time_windows(struct analysis *n, struct plan *input, struct expr ***slots, uint32_t count,
                                  struct time_windows *known, struct error *err) {
    struct extraction x = {.n = n, .input = input, .known = known, .err = err};
    for (uint32_t i = 0; i < count; i++)
        if (expr_contains(*slots[i], EXPR_GENERATOR)) *slots[i] = expr_rewrite(n->arena, *slots[i], take, &x);
    return error_is_set(err) ? NULL : x.input;
}
