/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows: f(...) OVER (...), and their extraction into PLAN_WINDOW nodes.
 *
 * Analysis gives a WINDOW expression with a complete frame: what the user left out is filled in from the function
 * (rank() always runs over ROWS UNBOUNDED PRECEDING, lead() over one row) or from the presence of ORDER BY.
 * extract_windows() then takes the WINDOWs out of a node's expressions, one PLAN_WINDOW per partitioning and order,
 * in order of appearance, but for sum(rank() OVER ...) OVER ...: what a window reads of others stands below it.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "expr/evaluate.h"
#include "plan/analyze.h"

static const struct u_window_spec *named_window(struct analysis *n, const char *name) {
    for (struct window_frame *f = n->windows; f; f = f->up)
        for (uint32_t i = 0; i < f->count; i++)
            if (strcasecmp(f->windows[i].name, name) == 0) return f->windows[i].spec;
    return NULL;
}

/* OVER w and OVER (w ORDER BY x): what w says, and what is written in addition. */
static bool merge_spec(struct scope *s, const struct u_window_spec *given, struct u_window_spec *out,
                       const struct origin *origin, struct error *err) {
    *out = *given;
    for (uint32_t hops = 0; out->base_name; hops++) {
        const struct u_window_spec *base = named_window(s->n, out->base_name);
        if (!base || hops > 64) {
            error_set(err, "MISSING_WINDOW_SPECIFICATION", "windowName", out->base_name, "docroot",
                      "https://spark.apache.org/docs/latest", NULL);
            return error_at(err, origin);
        }
        out->base_name = base->base_name;
        if (!out->origin) out->origin = base->origin;
        if (!out->partition_count) {
            out->partition_count = base->partition_count;
            out->partition = base->partition;
        }
        if (!out->order_count) {
            out->order_count = base->order_count;
            out->order = base->order;
        }
        if (out->frame == U_FRAME_NONE) {
            out->frame = base->frame;
            out->lower = base->lower;
            out->upper = base->upper;
        }
    }
    return true;
}

static bool requires_rows(const struct expr *f) {
    static const char *const names[] = {"row_number", "rank", "dense_rank", "percent_rank", "ntile"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(f->call.function->name, names[i]) == 0) return true;
    return false;
}

static bool is_offset_function(const struct expr *f) {
    return strcasecmp(f->call.function->name, "lead") == 0 || strcasecmp(f->call.function->name, "lag") == 0;
}

/* lead and lag read one row: ROWS BETWEEN n FOLLOWING AND n FOLLOWING, n below 0 for lag, as Spark shows it. */
static void set_offset_frame(struct scope *s, const struct expr *f, struct window_spec *w) {
    struct expr *offset = f->child_count > 1 ? f->children[1] : expr_int(s->n->arena, 1);
    w->frame = FRAME_ROWS;
    bool lead = strcasecmp(f->call.function->name, "lead") == 0;
    struct error ignored = ERROR_INIT;
    const struct vector *v =
        offset->type->kind == TYPE_INT ? expr_fold(s->n->arena, s->n->a->context, offset, &ignored) : NULL;
    error_release(&ignored);
    bool literal = v && !vector_is_null(v, 0);
    if (!lead && literal) offset = expr_int(s->n->arena, (int32_t) - (uint32_t)*VECTOR_DATA(v, int32_t));
    w->lower.kind = w->upper.kind = lead || literal ? BOUND_FOLLOWING : BOUND_PRECEDING;
    w->lower.offset = w->upper.offset = offset;
}

/* An offset that is no INT as written: Spark takes the frame of what it is before for one that was given. */
static bool is_cast(const struct expr *offset) {
    return (offset->kind == EXPR_CAST && !offset->cast.explicit_) || expr_is_null_literal(offset);
}

/* rank() rather than RANK(). */
static const char *lower_call(struct arena *arena, const struct expr *f) {
    char *text = arena_strdup(arena, expr_sql(arena, f));
    ascii_lower(text, strcspn(text, "("), text);
    return text;
}

static bool set_function_frame(struct scope *s, const struct expr *f, struct window_spec *w,
                               const struct origin *origin, struct error *err) {
    if (f->kind != EXPR_CALL || f->call.function->class != FUNCTION_WINDOW) return true;
    if (!w->order_count) return error_set(err, "_LEGACY_ERROR_TEMP_1037", "wf", lower_call(s->n->arena, f), NULL);
    if (!w->frame_given && !(is_offset_function(f) && is_cast(f->children[1]))) {
        if (is_offset_function(f))
            set_offset_frame(s, f, w);
        else if (requires_rows(f))
            w->frame = FRAME_ROWS;
        return true;
    }
    bool is_cume_dist = strcasecmp(f->call.function->name, "cume_dist") == 0;
    bool standard = w->lower.kind == BOUND_UNBOUNDED_PRECEDING && w->upper.kind == BOUND_CURRENT_ROW;
    bool good = true;
    if (is_offset_function(f)) {
        error_set(err, "_LEGACY_ERROR_TEMP_1035", "prettyName", f->call.function->name, NULL);
        return error_at(err, origin);
    }
    if (requires_rows(f)) good = standard && w->frame == FRAME_ROWS;
    if (is_cume_dist) good = standard && w->frame == FRAME_RANGE;
    if (good) return true;
    struct window_spec required = {.frame = is_cume_dist ? FRAME_RANGE : FRAME_ROWS,
                                   .lower.kind = BOUND_UNBOUNDED_PRECEDING,
                                   .upper.kind = BOUND_CURRENT_ROW};
    error_set(err, "_LEGACY_ERROR_TEMP_1036", "wf", window_frame_string(s->n->arena, w), "required",
              window_frame_string(s->n->arena, &required), NULL);
    return error_at(err, origin);
}

/* Rows are partitioned and ordered by what has an order. */
static bool check_spec(struct scope *s, const struct window_spec *w, struct error *err) {
    for (uint32_t i = 0; i < w->partition_count; i++) {
        const struct expr *e = w->partition[i];
        if (type_is_orderable(e->type) || e->type->kind == TYPE_NULL) continue;
        error_set(err, "EXPRESSION_TYPE_IS_NOT_ORDERABLE", "expr", quoted_expr(s->n->arena, e), "exprType",
                  quoted_type(s->n->arena, e->type), NULL);
        return error_at(err, e->origin);
    }
    for (uint32_t i = 0; i < w->order_count; i++) TRY(check_orderable(s, &w->order[i], w->order[i].expr->origin, err));
    return true;
}

static bool is_windowed(const struct expr *f) {
    return expr_is_aggregate(f) || (f->kind == EXPR_CALL && f->call.function->class == FUNCTION_WINDOW);
}

/* round(sum(x)) OVER (...). In a SELECT this comes behind what its groups have against it: see take_window(). */
static bool refuse_unwindowed(struct analysis *n, const struct expr *f, const struct origin *origin,
                              struct error *err) {
    error_set(err, "UNSUPPORTED_EXPR_FOR_WINDOW", "sqlExpr", quoted_expr(n->arena, f), NULL);
    return error_at(err, origin);
}

struct expr *analyze_window(struct scope *s, const struct u_expr *u, struct error *err) {
    struct u_window_spec spec;
    TRY_NULL(merge_spec(s, u->window, &spec, u->origin, err));
    const struct u_expr *outside = s->windowed;
    s->windowed = u->children[0];
    struct expr *f = analyze_expr(s, u->children[0], err);
    s->windowed = outside;
    if (!f) return NULL;
    bool of_keys = s->starless && (strcmp(s->starless, "Sort") == 0 || strcmp(s->starless, "Aggregate") == 0);
    if (of_keys && !is_windowed(f)) return refuse_unwindowed(s->n, f, u->origin, err), NULL;
    struct window_spec *w = ARENA_NEW(s->n->arena, struct window_spec);
    w->partition_count = spec.partition_count;
    w->partition = ARENA_ARRAY(s->n->arena, struct expr *, spec.partition_count);
    w->order_count = spec.order_count;
    w->order = ARENA_ARRAY(s->n->arena, struct sort_order, spec.order_count);
    TRY_NULL(analyze_exprs(s, spec.partition, spec.partition_count, w->partition, err));
    TRY_NULL(analyze_order(s, spec.order, spec.order_count, w->order, err));
    TRY_NULL(check_spec(s, w, err));
    TRY_NULL(analyze_frame(s, &spec, w, spec.origin ? spec.origin : u->origin, err));
    TRY_NULL(set_function_frame(s, f, w, u->origin, err));
    struct expr *e = expr_new(s->n->arena, EXPR_WINDOW, 1);
    e->children[0] = f;
    e->type = f->type;
    e->nullable = f->nullable;
    e->origin = u->origin;
    e->window = w;
    if (!check_window_generators(s->n, e, err)) return error_at(err, u->origin), NULL;
    TRY_NULL(check_lateral_in_window(s, e, spec.frame != U_FRAME_NONE, err));
    if (f->kind == EXPR_AGGREGATE && f->aggregate.distinct)
        error_set(err, "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", "windowExpr", quoted_expr(s->n->arena, e), NULL);
    else if (f->kind == EXPR_AGGREGATE && f->aggregate.filter)
        error_set(err, "_LEGACY_ERROR_TEMP_1030", NULL);
    if (error_is_set(err) || !check_within_window(s, f, w, err)) return error_at(err, u->origin), NULL;
    expr_update_flags(e);
    e->foldable = false;
    return e;
}

/* --- extraction --- */

struct window_group {
    struct window_spec *spec;
    uint32_t level;            /* how many groups, one over another, are read by it at most */
    LIST(struct expr *) exprs; /* ALIAS of WINDOW */
};

struct extraction {
    struct analysis *n;
    LIST(struct window_group) groups;
    struct error *err;
};

static bool same_spec(const struct window_spec *a, const struct window_spec *b) {
    if (a->partition_count != b->partition_count || a->order_count != b->order_count) return false;
    for (uint32_t i = 0; i < a->partition_count; i++)
        if (!expr_equal(a->partition[i], b->partition[i])) return false;
    for (uint32_t i = 0; i < a->order_count; i++)
        if (a->order[i].descending != b->order[i].descending || a->order[i].nulls_first != b->order[i].nulls_first ||
            !expr_equal(a->order[i].expr, b->order[i].expr))
            return false;
    return true;
}

static bool gives(const struct window_group *group, const struct id_map *ids) {
    for (uint32_t i = 0; i < group->exprs.count; i++)
        if (id_map_get(ids, group->exprs.items[i]->alias.id)) return true;
    return false;
}

static uint32_t level_of(const struct extraction *x, const struct expr *e) {
    struct id_map ids = {0};
    uint32_t level = 0;
    expr_collect_ids(x->n->arena, e, &ids);
    for (uint32_t i = 0; i < x->groups.count; i++)
        if (x->groups.items[i].level >= level && gives(&x->groups.items[i], &ids)) level = x->groups.items[i].level + 1;
    return level;
}

static struct window_group *group_of(struct extraction *x, const struct expr *e) {
    uint32_t level = level_of(x, e);
    for (uint32_t i = 0; i < x->groups.count; i++)
        if (x->groups.items[i].level == level && same_spec(x->groups.items[i].spec, e->window))
            return &x->groups.items[i];
    struct window_group group = {.spec = e->window, .level = level};
    LIST_PUSH(x->n->arena, &x->groups, group);
    return &x->groups.items[x->groups.count - 1];
}

static struct expr *take_window(struct expr *e, void *data) {
    struct extraction *x = data;
    if (e->kind != EXPR_WINDOW || error_is_set(x->err)) return e;
    if (!is_windowed(e->children[0])) {
        refuse_unwindowed(x->n, e->children[0], e->origin, x->err);
        return e;
    }
    struct window_group *group = group_of(x, e);
    struct expr *alias = NULL;
    for (uint32_t i = 0; i < group->exprs.count && !alias; i++)
        if (e->deterministic && expr_equal(group->exprs.items[i]->children[0], e)) alias = group->exprs.items[i];
    if (!alias) {
        alias = expr_alias(x->n->arena, e, "_we0", fresh_id(x->n));
        LIST_PUSH(x->n->arena, &group->exprs, alias);
    }
    struct expr *attribute = expr_attribute(x->n->arena, expr_to_attribute(x->n->arena, alias));
    attribute->origin = e->origin;
    return attribute;
}

struct random_keys {
    struct analysis *n;
    LIST(struct expr *) columns; /* the input's, then the keys */
    uint32_t count;
};

static struct expr *as_column(struct random_keys *keys, struct expr *key) {
    if (key->deterministic) return key;
    struct arena *arena = keys->n->arena;
    struct expr *alias = expr_alias(arena, key, arena_printf(arena, "_w%u", keys->count++), fresh_id(keys->n));
    LIST_PUSH(arena, &keys->columns, alias);
    return expr_attribute(arena, expr_to_attribute(arena, alias));
}

/* Exchanges put rows into other places; so random keys are columns of the input, as for sorts: pull_out_keys(). */
static struct plan *keyed_input(struct analysis *n, struct plan *child, struct window_group *group) {
    struct window_spec *spec = arena_copy(n->arena, group->spec, sizeof *spec);
    struct random_keys keys = {.n = n};
    for (uint32_t i = 0; i < child->output_count; i++)
        LIST_PUSH(n->arena, &keys.columns, expr_attribute(n->arena, child->output[i]));
    spec->partition = arena_copy(n->arena, spec->partition, spec->partition_count * sizeof *spec->partition);
    for (uint32_t i = 0; i < spec->partition_count; i++) spec->partition[i] = as_column(&keys, spec->partition[i]);
    spec->order = arena_copy(n->arena, spec->order, spec->order_count * sizeof *spec->order);
    for (uint32_t i = 0; i < spec->order_count; i++) spec->order[i].expr = as_column(&keys, spec->order[i].expr);
    if (!keys.count) return child;
    group->spec = spec;
    for (uint32_t i = 0; i < group->exprs.count; i++) {
        struct expr *e = group->exprs.items[i]->children[0];
        e->window = arena_copy(n->arena, e->window, sizeof *e->window); /* its frame is its own */
        e->window->partition = spec->partition;
        e->window->order = spec->order;
    }
    return plan_project(n->arena, child, keys.columns.items, keys.columns.count);
}

static struct plan *plan_window(struct analysis *n, struct plan *child, struct window_group *group) {
    child = keyed_input(n, child, group);
    struct plan *p = plan_new(n->arena, PLAN_WINDOW, 1, group->exprs.count);
    p->children[0] = child;
    p->window = group->spec;
    p->output_count = child->output_count + group->exprs.count;
    p->output = ARENA_ARRAY(n->arena, struct attribute *, p->output_count);
    memcpy(p->output, child->output, child->output_count * sizeof *p->output);
    for (uint32_t i = 0; i < group->exprs.count; i++) {
        p->exprs[i] = group->exprs.items[i];
        p->output[child->output_count + i] = expr_to_attribute(n->arena, p->exprs[i]);
    }
    return p;
}

struct plan *extract_windows(struct analysis *n, struct plan *child, struct expr **exprs, uint32_t count,
                             struct error *err) {
    struct extraction x = {.n = n, .err = err};
    for (uint32_t i = 0; i < count; i++)
        if (expr_contains(exprs[i], EXPR_WINDOW)) exprs[i] = expr_rewrite(n->arena, exprs[i], take_window, &x);
    if (error_is_set(err)) return NULL;
    for (uint32_t level = 0, placed = 0; placed < x.groups.count; level++)
        for (uint32_t i = 0; i < x.groups.count; i++) {
            if (x.groups.items[i].level != level) continue;
            child = plan_window(n, child, &x.groups.items[i]);
            placed++;
        }
    return child;
}
