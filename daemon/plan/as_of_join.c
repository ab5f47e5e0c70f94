/* SPDX-License-Identifier: Apache-2.0 */
/*
 * As-of joins: each row of the left side with the one of the right side that is nearest to it in time, or in whatever
 * the two as-of expressions are, on the side that the direction names and no further away than the tolerance.
 *
 * It is a join whose rows are numbered by their distance, of which the first is kept:
 *
 *     PROJECT left's and right's columns
 *       FILTER row = 1
 *         WINDOW row_number() OVER (PARTITION BY left_row ORDER BY distance, right_row DESC) AS row
 *           JOIN ON right is where the direction says AND distance IS NOT NULL AND ...
 *             PROJECT left's columns, monotonically_increasing_id() AS left_row
 *             PROJECT right's columns, monotonically_increasing_id() AS right_row
 *
 * Of several rows at the same distance the last is taken, as Spark's min_by() does it. Columns keep their ids, so that
 * df["a"] finds them behind the join.
 */
#include <string.h>
#include <strings.h>

#include "expr/evaluate.h"
#include "plan/analyze.h"

enum direction { BACKWARD, FORWARD, NEAREST };

struct as_of {
    struct analysis *n;
    const struct u_plan *u;
    enum join_type type;
    enum direction direction;
    struct plan *inputs[2], *sides[2]; /* as given; with a number of the row behind their columns */
    struct expr *left, *right;         /* what is compared */
    struct expr *tolerance;            /* or NULL */
    struct expr *distance;             /* of a pair */
    struct error *err;
};

static struct expr *call(struct as_of *j, const char *name, struct expr *a, struct expr *b) {
    return a && b ? resolve_binary(&j->n->resolver, name, a, b, j->err) : NULL;
}

static struct expr *call_one(struct as_of *j, const char *name, struct expr *a) {
    return a ? resolve_named(&j->n->resolver, name, &a, 1, j->u->origin, j->err) : NULL;
}

static bool set_direction(struct as_of *j) {
    static const char *const names[] = {[BACKWARD] = "backward", [FORWARD] = "forward", [NEAREST] = "nearest"};
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(j->u->as_of.direction, names[i]) != 0) continue;
        j->direction = (enum direction)i;
        return true;
    }
    return error_set(j->err, "AS_OF_JOIN.UNSUPPORTED_DIRECTION", "direction", j->u->as_of.direction, "supported",
                     "'forward', 'backward', 'nearest'", NULL);
}

/* Inner and left; other types of joins are named as Spark's classes. */
static bool set_type(struct as_of *j) {
    static const struct {
        const char *name, *class_name;
        enum join_type type;
    } known[] = {
        {"inner", "Inner", JOIN_INNER},           {"left", "LeftOuter", JOIN_LEFT},
        {"leftouter", "LeftOuter", JOIN_LEFT},    {"right", "RightOuter", JOIN_RIGHT},
        {"rightouter", "RightOuter", JOIN_RIGHT}, {"outer", "FullOuter", JOIN_FULL},
        {"full", "FullOuter", JOIN_FULL},         {"fullouter", "FullOuter", JOIN_FULL},
        {"semi", "LeftSemi", JOIN_SEMI},          {"leftsemi", "LeftSemi", JOIN_SEMI},
        {"anti", "LeftAnti", JOIN_ANTI},          {"leftanti", "LeftAnti", JOIN_ANTI},
        {"cross", "Cross", JOIN_CROSS},
    };
    char name[16] = "";
    size_t length = 0;
    for (const char *c = j->u->as_of.type; *c && length < sizeof name - 1; c++)
        if (*c != '_') name[length++] = *c;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcasecmp(name, known[i].name) != 0) continue;
        j->type = known[i].type;
        if (j->type == JOIN_INNER || j->type == JOIN_LEFT) return true;
        return error_plain(j->err, ERROR_ILLEGAL_ARGUMENT, "requirement failed: Unsupported as-of join type %s",
                           known[i].class_name);
    }
    return error_unsupported(j->err, "the join type %s", j->u->as_of.type);
}

static struct plan *number_rows(struct as_of *j, struct plan *side, const char *name) {
    struct arena *arena = j->n->arena;
    struct expr **exprs = ARENA_ARRAY(arena, struct expr *, side->output_count + 1);
    for (uint32_t i = 0; i < side->output_count; i++) exprs[i] = expr_attribute(arena, side->output[i]);
    struct expr *number = resolve_named(&j->n->resolver, "monotonically_increasing_id", NULL, 0, NULL, j->err);
    if (!number) return NULL;
    exprs[side->output_count] = expr_alias(arena, number, name, fresh_id(j->n));
    return plan_project(arena, side, exprs, side->output_count + 1);
}

static struct expr *number_of(struct as_of *j, uint32_t side) {
    const struct plan *p = j->sides[side];
    return expr_attribute(j->n->arena, p->output[p->output_count - 1]);
}

static struct expr *of_side(struct as_of *j, struct plan *side, const struct u_expr *u) {
    struct scope s;
    scope_init(&s, j->n, &side, 1);
    struct expr *e = analyze_expr(&s, u, j->err);
    return e && check_plain(j->n, e, u->origin, j->err) ? strip_alias(e) : NULL;
}

/* A constant that is not below 0. */
static bool check_tolerance(struct as_of *j) {
    struct arena *arena = j->n->arena;
    const struct type *type = j->tolerance->type;
    static const int64_t nothing[2];
    if (!j->tolerance->foldable) return error_set(j->err, "AS_OF_JOIN.TOLERANCE_IS_UNFOLDABLE", NULL);
    bool interval = type->kind == TYPE_DAY_TIME_INTERVAL || type->kind == TYPE_YEAR_MONTH_INTERVAL;
    struct expr *zero = interval ? expr_value(arena, type, nothing) : expr_int(arena, 0);
    struct expr *holds = call(j, ">=", j->tolerance, zero);
    const struct vector *v = holds ? expr_fold(arena, j->n->a->context, holds, j->err) : NULL;
    if (!v) return false;
    if (!vector_is_null(v, 0) && *VECTOR_DATA(v, uint8_t)) return true;
    return error_set(j->err, "AS_OF_JOIN.TOLERANCE_IS_NON_NEGATIVE", NULL);
}

static bool analyze_operands(struct as_of *j) {
    const struct u_plan *u = j->u;
    j->left = of_side(j, j->inputs[0], u->as_of.left_as_of);
    j->right = j->left ? of_side(j, j->inputs[1], u->as_of.right_as_of) : NULL;
    if (!j->right || !u->as_of.tolerance) return j->right;
    struct scope s;
    scope_init(&s, j->n, j->inputs, 2);
    j->tolerance = analyze_expr(&s, u->as_of.tolerance, j->err);
    return j->tolerance && check_tolerance(j);
}

/* How far apart they are, never below 0 where the join holds. */
static struct expr *make_distance(struct as_of *j) {
    if (j->direction == FORWARD) return call(j, "-", j->right, j->left);
    if (j->direction == BACKWARD) return call(j, "-", j->left, j->right);
    struct expr *parts[3] = {call(j, ">", j->left, j->right), call(j, "-", j->left, j->right),
                             call(j, "-", j->right, j->left)};
    return parts[0] && parts[1] && parts[2] ? resolve_named(&j->n->resolver, "if", parts, 3, NULL, j->err) : NULL;
}

/* Where the right one may be: on the direction's side, and within the tolerance. NULL without error: anywhere. */
static struct expr *make_place(struct as_of *j) {
    bool exact = j->u->as_of.allow_exact_matches;
    const char *below = exact ? "<=" : "<", *above = exact ? ">=" : ">";
    struct expr *place = NULL;
    if (j->direction != NEAREST)
        place = call(j, j->direction == BACKWARD ? above : below, j->left, j->right);
    else if (!exact)
        place = call_one(j, "not", call(j, "=", j->left, j->right));
    if (!j->tolerance || error_is_set(j->err)) return place;
    struct expr *bounds[2] = {NULL, NULL};
    if (j->direction != FORWARD) bounds[0] = call(j, above, j->right, call(j, "-", j->left, j->tolerance));
    if (j->direction != BACKWARD && !error_is_set(j->err))
        bounds[1] = call(j, below, j->right, call(j, "+", j->left, j->tolerance));
    for (uint32_t i = 0; i < 2 && !error_is_set(j->err); i++)
        if (bounds[i]) place = place ? call(j, "and", place, bounds[i]) : bounds[i];
    return place;
}

/* What the caller joins by besides; NULL without error: nothing. */
static struct expr *make_condition(struct as_of *j) {
    const struct u_plan *u = j->u;
    struct expr *all = NULL;
    if (u->as_of.condition) {
        struct scope s;
        scope_init(&s, j->n, j->inputs, 2);
        all = analyze_condition(&s, u->as_of.condition, "JOIN", u->origin, j->err);
        return all && check_plain(j->n, all, u->as_of.condition->origin, j->err) ? all : NULL;
    }
    for (uint32_t i = 0; i < u->as_of.using_count; i++) {
        struct expr *keys[2];
        for (uint32_t side = 0; side < 2; side++) {
            struct attribute *a = find_column(j->n, j->inputs[side], u->as_of.using_columns[i], u->origin, j->err);
            if (!a) return NULL;
            keys[side] = expr_attribute(j->n->arena, a);
        }
        struct expr *equal = call(j, "=", keys[0], keys[1]);
        all = all ? call(j, "and", all, equal) : equal;
        if (!all) return NULL;
    }
    return all;
}

static struct plan *make_join(struct as_of *j) {
    j->distance = make_distance(j);
    struct expr *parts[3] = {call_one(j, "isnotnull", j->distance), NULL, NULL};
    if (!error_is_set(j->err)) parts[1] = make_place(j);
    if (!error_is_set(j->err)) parts[2] = make_condition(j);
    struct expr *condition = parts[0];
    for (uint32_t i = 1; i < 3 && !error_is_set(j->err); i++)
        if (parts[i]) condition = call(j, "and", condition, parts[i]);
    if (error_is_set(j->err)) return NULL;
    struct plan *join = plan_join(j->n->arena, j->type, j->sides[0], j->sides[1], condition);
    join->origin = j->u->origin;
    return join;
}

/* row_number() over a left row's pairs, the nearest first. */
static struct expr *make_row(struct as_of *j) {
    struct arena *arena = j->n->arena;
    struct expr *f = resolve_named(&j->n->resolver, "row_number", NULL, 0, NULL, j->err);
    if (!f) return NULL;
    struct window_spec *w = ARENA_NEW(arena, struct window_spec);
    w->partition_count = 1;
    w->partition = ARENA_ARRAY(arena, struct expr *, 1);
    w->partition[0] = number_of(j, 0);
    w->order_count = 2;
    w->order = ARENA_ARRAY(arena, struct sort_order, 2);
    w->order[0].expr = j->distance;
    w->order[1] = (struct sort_order){.expr = number_of(j, 1), .descending = true};
    w->frame = FRAME_ROWS;
    w->lower.kind = BOUND_UNBOUNDED_PRECEDING;
    w->upper.kind = BOUND_CURRENT_ROW;
    struct expr *e = expr_new(arena, EXPR_WINDOW, 1);
    e->children[0] = f;
    e->type = f->type;
    e->window = w;
    expr_update_flags(e);
    e->foldable = false;
    return e;
}

static struct plan *keep_nearest(struct as_of *j, struct plan *join) {
    struct arena *arena = j->n->arena;
    struct expr *row = make_row(j);
    struct plan *numbered = row ? extract_windows(j->n, join, &row, 1, j->err) : NULL;
    struct expr *first = numbered ? call(j, "=", row, expr_int(arena, 1)) : NULL;
    if (!first) return NULL;
    struct attribute **shown = ARENA_ARRAY(arena, struct attribute *, join->output_count);
    uint32_t count = 0;
    uint64_t hidden[2] = {number_of(j, 0)->column.attribute->id, number_of(j, 1)->column.attribute->id};
    for (uint32_t i = 0; i < join->output_count; i++)
        if (join->output[i]->id != hidden[0] && join->output[i]->id != hidden[1]) shown[count++] = join->output[i];
    return plan_project_attributes(arena, plan_filter(arena, numbered, first), shown, count);
}

struct plan *analyze_as_of_join(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct as_of j = {.n = n, .u = u, .err = err};
    j.inputs[0] = analyze_plan(n, u->children[0], err);
    struct plan *right = j.inputs[0] ? analyze_plan(n, u->children[1], err) : NULL;
    if (!right || !set_type(&j) || !set_direction(&j)) return NULL;
    j.inputs[1] = without_conflict(n, j.inputs[0], right);
    if (!analyze_operands(&j)) return NULL;
    j.sides[0] = number_rows(&j, j.inputs[0], "left_row");
    j.sides[1] = j.sides[0] ? number_rows(&j, j.inputs[1], "right_row") : NULL;
    struct plan *join = j.sides[1] ? make_join(&j) : NULL;
    return join ? keep_nearest(&j, join) : NULL;
}
