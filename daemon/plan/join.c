/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joins. A DataFrame joined with something made from itself has the same attribute ids on both sides; the right
 * side then gets new ones, so that a condition can tell them apart.
 *
 * USING and NATURAL joins show the named columns once, in front; the other side's are hidden: a qualified name still
 * finds them (missing.c). The shape is PROJECT < JOIN, with join.hidden saying which.
 */
#include <string.h>
#include <strings.h>

#include "plan/analyze.h"

struct plan *without_conflict(struct analysis *n, const struct plan *left, struct plan *right) {
    struct id_map ids = {0};
    for (uint32_t i = 0; i < left->output_count; i++) id_map_put(n->arena, &ids, left->output[i]->id, left->output[i]);
    for (uint32_t i = 0; i < right->output_count; i++)
        if (id_map_get(&ids, right->output[i]->id)) return plan_fresh(n->arena, n->a->next_id, right);
    return right;
}

static enum join_type join_type_of(enum u_join_type t) {
    static const enum join_type map[] = {
        [U_JOIN_INNER] = JOIN_INNER, [U_JOIN_LEFT] = JOIN_LEFT,      [U_JOIN_RIGHT] = JOIN_RIGHT,
        [U_JOIN_FULL] = JOIN_FULL,   [U_JOIN_LEFT_SEMI] = JOIN_SEMI, [U_JOIN_LEFT_ANTI] = JOIN_ANTI,
        [U_JOIN_CROSS] = JOIN_CROSS,
    };
    return map[t];
}

/* --- USING --- */

static struct attribute *using_column(struct analysis *n, const struct plan *side, const char *name,
                                      const char *side_name, const struct origin *origin, struct error *err) {
    struct attribute *found = NULL;
    uint32_t matches = 0;
    for (uint32_t i = 0; i < side->output_count; i++) {
        if (!name_matches(n, side->output[i]->name, name)) continue;
        if (matches++ == 0) found = side->output[i];
    }
    if (matches == 1) return found;
    struct arena *arena = n->arena;
    if (matches > 1) {
        const char *list = "";
        for (uint32_t i = 0; i < side->output_count; i++) {
            const struct attribute *a = side->output[i];
            if (!name_matches(n, a->name, name)) continue;
            const char *parts[4];
            uint32_t count = 0;
            for (uint32_t k = 0; k < a->qualifier_count && k < 3; k++) parts[count++] = a->qualifier[k];
            parts[count++] = a->name;
            list = arena_printf(arena, "%s%s%s", list, *list ? ", " : "", quoted_name(arena, parts, count));
        }
        error_set(err, "AMBIGUOUS_REFERENCE", "name", quoted_name(arena, &name, 1), "referenceNames",
                  arena_printf(arena, "[%s]", list), NULL);
    } else {
        error_set(err, "UNRESOLVED_USING_COLUMN_FOR_JOIN", "colName", quoted_name(arena, &name, 1), "side", side_name,
                  "suggestion", names_sorted(arena, side->output, side->output_count), NULL);
    }
    error_at(err, origin);
    return NULL;
}

struct using {
    uint32_t count;
    struct attribute **left, **right;
};

static bool contains(struct attribute *const *list, uint32_t count, const struct attribute *a) {
    for (uint32_t i = 0; i < count; i++)
        if (list[i]->id == a->id) return true;
    return false;
}

static struct attribute *seen(const struct plan *p, const struct attribute *a) {
    return plan_find_output(p, a->id);
}

/* What the join shows under USING's names. */
static struct expr *shown_key(struct analysis *n, const struct plan *join, const struct using *u, uint32_t i,
                              struct error *err) {
    struct arena *arena = n->arena;
    switch (join->join.type) {
        case JOIN_RIGHT: return expr_attribute(arena, seen(join, u->right[i]));
        case JOIN_FULL: {
            struct expr *sides[2] = {expr_attribute(arena, seen(join, u->left[i])),
                                     expr_attribute(arena, seen(join, u->right[i]))};
            struct expr *either = resolve_named(&n->resolver, "coalesce", sides, 2, join->origin, err);
            return either ? expr_alias(arena, either, u->left[i]->name, fresh_id(n)) : NULL;
        }
        default: return expr_attribute(arena, seen(join, u->left[i]));
    }
}

static struct plan *show_using(struct analysis *n, struct plan *join, const struct using *u, struct error *err) {
    struct arena *arena = n->arena;
    const struct plan *left = join->children[0], *right = join->children[1];
    bool right_kept = join_keeps_right(join->join.type);
    struct expr **exprs = ARENA_ARRAY(arena, struct expr *, u->count + join->output_count); /* USING (a, a) */
    uint32_t count = 0;
    for (uint32_t i = 0; i < u->count; i++)
        if (!(exprs[count++] = shown_key(n, join, u, i, err))) return NULL;
    for (uint32_t i = 0; i < left->output_count; i++)
        if (!contains(u->left, u->count, left->output[i]))
            exprs[count++] = expr_attribute(arena, seen(join, left->output[i]));
    for (uint32_t i = 0; right_kept && i < right->output_count; i++)
        if (!contains(u->right, u->count, right->output[i]))
            exprs[count++] = expr_attribute(arena, seen(join, right->output[i]));
    join->join.using_join = true;
    join->join.hidden = ARENA_ARRAY(arena, struct attribute *, u->count * 2);
    for (uint32_t i = 0; i < u->count; i++) {
        bool both = join->join.type == JOIN_FULL, is_right = join->join.type == JOIN_RIGHT;
        if (both || is_right) join->join.hidden[join->join.hidden_count++] = seen(join, u->left[i]);
        if ((both || !is_right) && right_kept) join->join.hidden[join->join.hidden_count++] = seen(join, u->right[i]);
    }
    return plan_project(arena, join, exprs, count);
}

static bool natural_columns(struct analysis *n, const struct plan *left, const struct plan *right, struct using *u) {
    u->left = ARENA_ARRAY(n->arena, struct attribute *, left->output_count);
    u->right = ARENA_ARRAY(n->arena, struct attribute *, left->output_count);
    for (uint32_t i = 0; i < left->output_count; i++)
        for (uint32_t k = 0; k < right->output_count; k++) {
            if (!name_matches(n, left->output[i]->name, right->output[k]->name)) continue;
            u->left[u->count] = left->output[i];
            u->right[u->count++] = right->output[k];
            break;
        }
    return true;
}

static bool named_columns(struct analysis *n, const struct plan *left, const struct plan *right, const struct u_plan *j,
                          struct using *u, struct error *err) {
    u->count = j->join.using_count;
    u->left = ARENA_ARRAY(n->arena, struct attribute *, u->count);
    u->right = ARENA_ARRAY(n->arena, struct attribute *, u->count);
    for (uint32_t i = 0; i < u->count; i++) {
        const char *name = j->join.using_columns[i];
        u->left[i] = using_column(n, left, name, "left", j->origin, err);
        if (!u->left[i]) return false;
        u->right[i] = using_column(n, right, name, "right", j->origin, err);
        if (!u->right[i]) return false;
    }
    return true;
}

static struct expr *using_condition(struct analysis *n, const struct using *u, struct error *err) {
    struct expr *all = NULL;
    for (uint32_t i = 0; i < u->count; i++) {
        struct expr *equal = resolve_binary(&n->resolver, "=", expr_attribute(n->arena, u->left[i]),
                                            expr_attribute(n->arena, u->right[i]), err);
        if (!equal) return NULL;
        all = all ? resolve_binary(&n->resolver, "and", all, equal, err) : equal;
        if (!all) return NULL;
    }
    return all;
}

static struct plan *join_using(struct analysis *n, struct plan *join, const struct u_plan *u, struct error *err) {
    struct plan *left = join->children[0], *right = join->children[1];
    struct using using = {0};
    TRY_NULL(u->join.natural ? natural_columns(n, left, right, &using) : named_columns(n, left, right, u, &using, err));
    if (using.count && !(join->join.condition = using_condition(n, &using, err))) return NULL;
    if (join->join.type == JOIN_CROSS) join->join.type = JOIN_INNER;
    plan_join_output(n->arena, join);
    return show_using(n, join, &using, err);
}

/* --- ON --- */

struct side_search {
    struct analysis *n;
    const struct plan *join;
    const struct expr *found;
};

static bool reads_side(const struct plan *side, const struct id_map *ids) {
    for (uint32_t i = 0; i < side->output_count; i++)
        if (id_map_get(ids, side->output[i]->id)) return true;
    return false;
}

static bool find_both_sides(const struct expr *e, void *data) {
    struct side_search *search = data;
    if (search->found || e->kind != EXPR_SUBQUERY) return !search->found;
    struct id_map ids = {0};
    for (uint32_t i = 0; i < e->child_count; i++) expr_collect_ids(search->n->arena, e->children[i], &ids);
    for (uint32_t i = 0; i < e->subquery.outer_count; i++)
        expr_collect_ids(search->n->arena, e->subquery.outer[i], &ids);
    if (reads_side(search->join->children[0], &ids) && reads_side(search->join->children[1], &ids)) search->found = e;
    return !search->found;
}

/* A subquery in ON may refer to one side of the join, and a scalar one to none. */
static bool check_join_subqueries(struct analysis *n, const struct plan *join, const struct u_plan *u,
                                  struct error *err) {
    TRY(check_subqueries(n, join, NULL, u->origin, err));
    struct side_search both = {.n = n, .join = join};
    expr_visit(join->join.condition, find_both_sides, &both);
    if (!both.found) return true;
    error_set(err, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_EXPRESSION_IN_JOIN_CONDITION",
              "subqueryExpression", expr_sql(n->arena, both.found), NULL);
    return error_at(err, join->join.condition->origin);
}

/* df.id == df.id between a DataFrame and itself: Spark takes the first from the left side, the second from the right. */
static bool is_self_equality(const struct u_expr *u) {
    if ((!is_call_of(u, "==") && !is_call_of(u, "<=>")) || u->child_count != 2) return false;
    const struct u_expr *a = u->children[0], *b = u->children[1];
    if (a->kind != U_ATTRIBUTE || b->kind != U_ATTRIBUTE) return false;
    if (!a->attribute.has_plan_id || !b->attribute.has_plan_id) return false;
    const struct u_name *left = &a->attribute.name, *right = &b->attribute.name;
    for (uint32_t i = 0; i < left->count; i++)
        if (i >= right->count || strcmp(left->parts[i], right->parts[i]) != 0) return false;
    return left->count == right->count;
}

static struct expr *name_of_side(struct analysis *n, struct plan *const *side, const struct u_expr *u,
                                 struct error *err) {
    struct scope s;
    struct u_expr plain = *u;
    scope_init(&s, n, side, 1);
    plain.attribute.has_plan_id = false;
    return analyze_attribute(&s, &plain, err);
}

/* Whether both sides are the same column. */
static bool is_trivial(const struct expr *e) {
    return e->child_count == 2 && e->children[0]->kind == EXPR_ATTRIBUTE && e->children[1]->kind == EXPR_ATTRIBUTE &&
           e->children[0]->column.attribute->id == e->children[1]->column.attribute->id;
}

static bool has_self_equality(const struct u_expr *u) {
    if (is_call_of(u, "and") && u->child_count == 2)
        return has_self_equality(u->children[0]) || has_self_equality(u->children[1]);
    return is_self_equality(u);
}

static struct expr *self_join_condition(struct scope *s, const struct u_expr *u, struct error *err) {
    struct resolver *r = &s->n->resolver;
    struct error failure = ERROR_INIT;
    if (is_call_of(u, "and") && u->child_count == 2) {
        struct expr *left = self_join_condition(s, u->children[0], err);
        struct expr *right = left ? self_join_condition(s, u->children[1], err) : NULL;
        return right ? resolve_binary(r, "and", left, right, err) : NULL;
    }
    struct expr *e = analyze_expr(s, u, &failure);
    bool of_itself = is_self_equality(u);
    if (e && !(of_itself && is_trivial(e))) return e;
    if (!of_itself) {
        error_move(err, &failure);
        return NULL;
    }
    error_release(&failure);
    struct expr *left = name_of_side(s->n, &s->inputs[0], u->children[0], err);
    struct expr *right = left ? name_of_side(s->n, &s->inputs[1], u->children[1], err) : NULL;
    return right ? resolve_binary(r, is_call_of(u, "==") ? "=" : "<=>", left, right, err) : NULL;
}

static bool is_self_join_failure(const struct error *err) {
    return strcmp(err->condition->name, "_LEGACY_ERROR_TEMP_1182") == 0 ||
           strncmp(err->condition->name, "MISSING_ATTRIBUTES", strlen("MISSING_ATTRIBUTES")) == 0;
}

/* with_itself: the sides have columns in common, so that an equality of one with itself means both. */
static bool join_condition(struct analysis *n, struct plan *join, const struct u_plan *u, bool with_itself,
                           struct error *err) {
    struct scope s;
    scope_init(&s, n, join->children, 2);
    s.starless = "Join";
    struct expr *e = analyze_condition(&s, u->join.condition, "JOIN", u->origin, err);
    if (e ? with_itself && has_self_equality(u->join.condition) : is_self_join_failure(err)) {
        error_reset(err);
        scope_init(&s, n, join->children, 2);
        e = self_join_condition(&s, u->join.condition, err);
    }
    if (!e || !check_plain(n, e, u->origin, err)) return false;
    join->join.condition = e;
    TRY(check_join_subqueries(n, join, u, err));
    if (!e->deterministic && u->kind == U_LATERAL_JOIN) {
        error_set(err, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.LATERAL_JOIN_CONDITION_NON_DETERMINISTIC", "condition",
                  expr_sql(n->arena, e), NULL);
        return error_at(err, e->origin);
    }
    if (!e->deterministic) {
        error_set(err, "INVALID_NON_DETERMINISTIC_EXPRESSIONS", "sqlExprs", quoted_expr(n->arena, e), NULL);
        return error_at(err, u->origin);
    }
    if (s.missing)
        for (uint32_t i = 0; i < 2; i++)
            join->children[i] = expose_missing(n, join->children[i], &join->join.condition, 1);
    return true;
}

/* df.hint("broadcast"), broadcast(df) */
static bool is_broadcast(const struct plan *p) {
    while (p->kind == PLAN_SUBQUERY_ALIAS || p->kind == PLAN_PROJECT || p->kind == PLAN_FILTER) p = p->children[0];
    return p->kind == PLAN_HINT && p->hint.name &&
           (strcasecmp(p->hint.name, "broadcast") == 0 || strcasecmp(p->hint.name, "mapjoin") == 0 ||
            strcasecmp(p->hint.name, "broadcastjoin") == 0);
}

struct plan *join_plans(struct analysis *n, struct plan *left, struct plan *right, const struct u_plan *u, bool lateral,
                        struct error *err) {
    struct plan *given = right;
    right = without_conflict(n, left, right);
    struct plan *join = plan_join(n->arena, join_type_of(u->join.type), left, right, NULL);
    join->origin = u->origin;
    join->join.lateral = lateral;
    join->join.one_input = u->kind == U_LATERAL_JOIN;
    join->join.broadcast_left = is_broadcast(left);
    join->join.broadcast_right = is_broadcast(right);
    if (u->join.natural || u->join.using_count) return join_using(n, join, u, err);
    if (!u->join.condition) return join;
    struct attribute **output = join->output;
    uint32_t count = join->output_count;
    TRY_NULL(join_condition(n, join, u, right != given, err));
    if (join->children[0] == left && join->children[1] == right) return join;
    plan_join_output(n->arena, join);
    return plan_restore(n->arena, join, output, count);
}

struct plan *analyze_join(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *left = analyze_plan(n, u->children[0], err);
    struct plan *right = left ? analyze_plan(n, u->children[1], err) : NULL;
    return right ? join_plans(n, left, right, u, false, err) : NULL;
}

/* --- LATERAL --- */

static bool see_random(struct expr **slot, void *data) {
    *(bool *)data |= !(*slot)->deterministic;
    return true;
}

static bool is_random(const struct plan *p) {
    bool found = false;
    bool is_client_table = p->kind == PLAN_GENERATE && expr_is_table(p->generate.generator);
    if (!is_client_table) plan_each_expr((struct plan *)p, see_random, &found);
    for (uint32_t i = 0; !found && i < p->child_count; i++) found = is_random(p->children[i]);
    return found;
}

/* Is it known that there is at most one row? */
static bool is_one_row(const struct plan *p) {
    switch (p->kind) {
        case PLAN_ONE_ROW: return true;
        case PLAN_RANGE: return p->range.step > 0 && p->range.end - p->range.start <= p->range.step;
        case PLAN_LOCAL: return p->local.data->row_count <= 1;
        case PLAN_LIMIT: return p->limit.limit >= 0 && p->limit.limit <= 1;
        case PLAN_AGGREGATE: return !p->aggregate.group_count;
        case PLAN_PROJECT:
        case PLAN_FILTER:
        case PLAN_SORT:
        case PLAN_SUBQUERY_ALIAS: return is_one_row(p->children[0]);
        default: return false;
    }
}

/* Rows made of the left row alone, by expressions and generators. */
static bool is_made_in_place(const struct plan *p) {
    while (p->kind == PLAN_PROJECT || p->kind == PLAN_GENERATE || p->kind == PLAN_SUBQUERY_ALIAS) p = p->children[0];
    return p->kind == PLAN_ONE_ROW;
}

/* Spark puts such a side in the join's place, whatever its type: LEFT JOIN LATERAL explode(a) drops empty arrays. */
static struct plan *join_in_place(struct plan *join, const struct plan *right, const struct u_plan *u) {
    bool left_outer = join && join->kind == PLAN_JOIN && join->join.type == JOIN_LEFT;
    if (left_outer && !u->join.condition && is_made_in_place(right)) join->join.type = JOIN_INNER;
    return join;
}

struct plan *analyze_lateral_join(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *left = analyze_plan(n, u->children[0], err);
    if (!left) return NULL;
    struct scope s;
    scope_init(&s, n, &left, 1);
    struct correlation c = {.up = n->correlation, .scope = &s};
    n->correlation = &c;
    struct plan *right = analyze_plan(n, u->children[1], err);
    n->correlation = c.up;
    if (right && is_random(right) && !is_one_row(left)) {
        error_set(err, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.NON_DETERMINISTIC_LATERAL_SUBQUERIES", "treeNode",
                  plan_tree_string(n->arena, right), NULL);
        return NULL;
    }
    if (right && c.used.count) TRY_NULL(check_outer_places(n->arena, right, err));
    return right ? join_in_place(join_plans(n, left, right, u, c.used.count > 0, err), right, u) : NULL;
}
