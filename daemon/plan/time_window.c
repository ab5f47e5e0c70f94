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

/* The explode() as the block sees it: a value of the window's type, until it is put below. */
struct expr *as_window_column(struct analysis *n, struct expr *generator, const char *name, bool nullable) {
    const struct type *window = generator->type->fields[0].type;
    struct field fields[2] = {window->fields[0], window->fields[1]};
    fields[0].nullable = fields[1].nullable = true;
    generator->call.name = name;
    generator->type = type_struct(n->arena, fields, 2);
    generator->nullable = nullable;
    generator->pretty = expr_attribute(n->arena, attribute_new(n->arena, 0, name, generator->type, nullable));
    return generator;
}

/* The same as what gives rows again, of one column. */
static struct expr *as_generator(struct analysis *n, struct expr *window) {
    const struct field column = {.name = "col", .type = window->type, .nullable = window->nullable};
    struct expr *generator = expr_copy_node(n->arena, window);
    generator->type = type_struct(n->arena, &column, 1);
    return generator;
}

bool is_time_window(const struct expr *e) {
    return e->kind == EXPR_GENERATOR && (strcmp(e->call.name, "window") == 0 || is_session_window(e));
}

static bool is_timestamp(const struct type *t) {
    return t->kind == TYPE_TIMESTAMP || t->kind == TYPE_TIMESTAMP_NTZ;
}

/* What a window is computed from: a time, or a column that is a window itself and stands for its last microsecond. */
struct expr *window_input(struct scope *s, struct expr *e, const char *shown, const struct origin *origin,
                          struct error *err) {
    struct resolver *r = &s->n->resolver;
    bool is_window = e->type->kind == TYPE_STRUCT && e->type->field_count == 2;
    for (uint32_t i = 0; is_window && i < 2; i++)
        is_window = strcmp(e->type->fields[i].name, i ? "end" : "start") == 0 && is_timestamp(e->type->fields[i].type);
    if (is_window) return resolve_named(r, "window_time", &e, 1, origin, err);
    if (is_timestamp(e->type)) return e;
    if (type_is_string(e->type) || e->type->kind == TYPE_DATE || e->type->kind == TYPE_NULL)
        return resolve_cast(r, e, TYPE_OF(TIMESTAMP), CAST_ANSI, false, origin, err);
    error_set(err, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "sqlExpr", shown, "paramIndex", "first", "requiredType",
              "(\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\" or \"STRUCT<start: TIMESTAMP, end: TIMESTAMP>\" or "
              "\"STRUCT<start: TIMESTAMP_NTZ, end: TIMESTAMP_NTZ>\")",
              "inputSql", quoted_expr(s->n->arena, e), "inputType", quoted_type(s->n->arena, e->type), NULL);
    error_at(err, origin);
    return NULL;
}

/* A length of time: a string that is an interval, or a number of microseconds; a literal. */
static bool duration(struct scope *s, const struct u_expr *u, const struct origin *call, int64_t *out,
                     struct error *err) {
    struct expr *e = analyze_expr(s, u, err);
    if (!e) return false;
    struct arena *arena = s->n->arena;
    bool is_number = e->type->kind == TYPE_INT || e->type->kind == TYPE_LONG;
    if (e->kind != EXPR_LITERAL || vector_is_null(e->literal, 0) || !(is_number || type_is_string(e->type))) {
        error_set(err, "_LEGACY_ERROR_TEMP_1207", NULL);
        return error_at(err, call);
    }
    if (is_number) {
        *out = e->type->kind == TYPE_LONG ? *VECTOR_DATA(e->literal, int64_t) : *VECTOR_DATA(e->literal, int32_t);
        return true;
    }
    struct expr *interval = resolve_cast(&s->n->resolver, e, TYPE_OF(CALENDAR_INTERVAL), CAST_ANSI, false, call, err);
    const struct vector *v = interval ? expr_fold(arena, s->n->a->context, interval, err) : NULL;
    if (!v) return false;
    if (vector_is_null(v, 0)) {
        error_set(err, "CANNOT_PARSE_INTERVAL", "intervalString", arena_printf(arena, "'%s'", expr_pretty(arena, e)),
                  NULL);
        return error_at(err, call);
    }
    const struct interval *i = VECTOR_DATA(v, struct interval);
    if (i->months) return error_set(err, "_LEGACY_ERROR_TEMP_3231", "interval", expr_pretty(arena, e), NULL);
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
    uint32_t count = (uint32_t)((w->length - 1) / w->slide + 1);
    struct expr **windows = ARENA_ARRAY(w->s->n->arena, struct expr *, count), *end = NULL;
    for (uint32_t i = 0; last_start && i < count; i++)
        if (!(windows[i] = one_window(w, last_start, i, &end))) return NULL;
    struct expr *all = last_start ? array_of(w, windows, count) : NULL;
    if (!all || w->length % w->slide == 0) return all;
    struct expr *contains = binary(w, ">", end, w->time);
    struct expr *parts[3] = {contains, all, contains ? array_of(w, windows, count - 1) : NULL};
    return parts[2] ? resolve_named(r, "if", parts, 3, NULL, w->err) : NULL;
}

static bool too_small(struct window_of_time *w, const char *name, int64_t value, const char *shown) {
    struct arena *arena = w->s->n->arena;
    return error_set(w->err, "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", "sqlExpr", shown, "exprName", name, "valueRange",
                     "(0, 9223372036854775807]", "currentValue", arena_printf(arena, "%lldL", (long long)value), NULL);
}

static bool against(struct window_of_time *w, const char *name, int64_t value, const char *constraint,
                    const char *other_name, int64_t other, const char *shown) {
    struct arena *arena = w->s->n->arena;
    return error_set(w->err, "DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION", "sqlExpr", shown, "leftExprName", name,
                     "leftExprValue", arena_printf(arena, "%lldL", (long long)value), "constraint", constraint,
                     "rightExprName", other_name, "rightExprValue", arena_printf(arena, "%lldL", (long long)other),
                     NULL);
}

static bool check_durations(struct window_of_time *w, const char *shown, const struct origin *origin) {
    int64_t offset = w->start < 0 ? -w->start : w->start;
    bool good = w->length <= 0  ? too_small(w, "`window_duration`", w->length, shown)
                : w->slide <= 0 ? too_small(w, "`slide_duration`", w->slide, shown)
                : w->slide > w->length
                    ? against(w, "`slide_duration`", w->slide, "<=", "`window_duration`", w->length, shown)
                : offset >= w->slide ? against(w, "`abs(start_time)`", offset, "<", "`slide_duration`", w->slide, shown)
                                     : true;
    if (good && w->length / w->slide >= MOST_WINDOWS)
        good = error_unsupported(w->err, "a time in %d windows and more", MOST_WINDOWS);
    return good || error_at(w->err, origin);
}

struct expr *analyze_time_window(struct scope *s, const struct u_expr *u, struct error *err) {
    struct resolver *r = &s->n->resolver;
    struct arena *arena = s->n->arena;
    struct window_of_time w = {.s = s, .err = err};
    if (u->child_count < 2 || u->child_count > 4) {
        resolve_wrong_count(r, "window", 2, 4, u->child_count, u->origin, err);
        return NULL;
    }
    struct expr *time = analyze_expr(s, u->children[0], err);
    if (!time || !duration(s, u->children[1], u->origin, &w.length, err)) return NULL;
    w.slide = w.length;
    if (u->child_count > 2) TRY_NULL(duration(s, u->children[2], u->origin, &w.slide, err));
    if (u->child_count > 3) TRY_NULL(duration(s, u->children[3], u->origin, &w.start, err));
    const char *shown = arena_printf(arena, "\"window(%s, %lld, %lld, %lld)\"", expr_pretty(arena, time),
                                     (long long)w.length, (long long)w.slide, (long long)w.start);
    TRY_NULL(time = window_input(s, time, shown, u->origin, err));
    TRY_NULL(check_durations(&w, shown, u->origin));
    w.type = time->type;
    time = resolve_cast(r, time, TYPE_OF(TIMESTAMP), CAST_ANSI, false, u->origin, err);
    TRY_NULL(w.time = time ? resolve_named(r, "unix_micros", &time, 1, u->origin, err) : NULL);
    struct expr *windows = windows_of(&w);
    struct expr *there = windows ? resolve_named(r, "isnotnull", &time, 1, NULL, err) : NULL;
    struct expr *parts[3] = {there, windows, windows ? expr_null(arena, windows->type) : NULL};
    struct expr *rows = there ? resolve_named(r, "if", parts, 3, NULL, err) : NULL;
    struct expr *e = rows ? resolve_named(r, "explode", &rows, 1, u->origin, err) : NULL;
    return e ? as_window_column(s->n, e, "window", w.slide < w.length) : NULL;
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
    bool renames = e->kind == EXPR_ALIAS && e->children[0]->kind == EXPR_ATTRIBUTE;
    if (renames && !e->alias.metadata) /* of a call that has become a column */
        e->alias.metadata = e->children[0]->column.attribute->metadata;
    if (!is_time_window(e)) return e;
    for (uint32_t i = 0; i < x->known->calls.count; i++)
        if (expr_equal(x->known->calls.items[i], e)) return x->known->columns.items[i];
    const char *const name[1] = {e->call.name};
    if (x->known->calls.count) {
        error_set(x->err, "_LEGACY_ERROR_TEMP_1039", NULL);
        error_at(x->err, e->origin);
        return e;
    }
    struct plan *p = make_generate(x->n, x->input, as_generator(x->n, e), false, name, 1, NULL, x->err);
    if (!p) return e;
    x->input = p;
    p->generate.generated[0]->metadata = is_session_window(e) ? SESSION_WINDOW_METADATA : TIME_WINDOW_METADATA;
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
