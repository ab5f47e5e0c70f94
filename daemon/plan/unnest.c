/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subqueries become joins.
 *
 *     WHERE EXISTS (...)          SEMI join            WHERE NOT EXISTS (...)   ANTI join
 *     WHERE a IN (...)            SEMI join            WHERE a NOT IN (...)     ANTI join that knows NULL
 *     either within OR, CASE ...  EXISTENCE join: a boolean column says whether there was a match
 *     (SELECT ...) correlated     LEFT join that gives at most one row per row of the left side
 *     LATERAL (...)               INNER or LEFT join
 *
 * Uncorrelated scalar subqueries and EXISTS stay as they are: exec/ computes them once.
 */
#include <string.h>

#include "plan/decorrelate.h"

/* A subquery that is joined already, and what stands for it or for NOT of it. */
struct joined {
    const struct plan *subquery;
    bool negated;
    struct expr *value;
};

struct site {
    struct optimizer *o;
    struct plan *input; /* grows by a join per subquery */
    LIST(struct joined) done;
};

static bool is_not(const struct expr *e) {
    return is_call(e, "not") || is_call(e, "!");
}

static bool is_subquery(const struct expr *e, enum subquery_kind kind) {
    return e->kind == EXPR_SUBQUERY && e->subquery.kind == kind;
}

/* Does it have to be a join? */
static bool needs_join(const struct expr *e) {
    return e->kind == EXPR_SUBQUERY && (e->subquery.kind == SUBQUERY_IN || e->subquery.outer_count);
}

static bool see_join(const struct expr *e, void *data) {
    *(bool *)data |= needs_join(e);
    return !*(bool *)data;
}

static bool holds_join(const struct expr *e) {
    bool found = false;
    expr_visit(e, see_join, &found);
    return found;
}

static struct expr *null_or_equal(struct optimizer *o, struct expr *equal) {
    if (!equal || !equal->nullable) return equal;
    struct expr *unknown = resolve_named(&o->resolver, "isnull", &equal, 1, NULL, o->err);
    return unknown ? resolve_binary(&o->resolver, "or", equal, unknown, o->err) : NULL;
}

/* The join's condition: what was pulled out, and for IN the equalities. */
static bool join_condition(struct optimizer *o, const struct expr *e, const struct decorrelated *d, bool null_aware,
                           struct expr **condition) {
    struct expr_list all = {0};
    for (uint32_t i = 0; i < d->conditions.count; i++) LIST_PUSH(o->arena, &all, d->conditions.items[i]);
    for (uint32_t i = 0; e->subquery.kind == SUBQUERY_IN && i < e->child_count; i++) {
        struct expr *equal = resolve_binary(&o->resolver, "=", e->children[i], d->outputs[i], o->err);
        if (null_aware) equal = null_or_equal(o, equal);
        if (!equal) return false;
        LIST_PUSH(o->arena, &all, equal);
    }
    *condition = join_conjuncts(o, all.items, all.count);
    return !error_is_set(o->err);
}

static struct plan *apart(struct optimizer *o, const struct plan *left, struct plan *right) {
    struct id_map ids = {0};
    add_output_ids(o->arena, left, &ids);
    for (uint32_t i = 0; i < right->output_count; i++)
        if (id_map_get(&ids, right->output[i]->id)) return plan_fresh(o->arena, o->next_id, right);
    return right;
}

static bool take_apart(struct site *s, struct expr *e, struct decorrelated *d) {
    /* Ids of the subquery must differ from the input's: a DataFrame may be used on both sides. */
    struct plan *plan = apart(s->o, s->input, e->subquery.plan);
    if (e->subquery.outer_count) TRY(check_outer_types(s->o->arena, plan, s->o->err));
    d->loses_empty =
        e->subquery.kind != SUBQUERY_SCALAR &&
        context_flag(s->o->resolver.context,
                     "spark.sql.optimizer.decorrelateExistsSubqueryLegacyIncorrectCountHandling.enabled", false);
    return decorrelate(s->o, plan, s->input, e->subquery.kind == SUBQUERY_EXISTS, d);
}

/* The plan with a column that is never NULL: where it is, the outer join found nothing. */
static struct plan *with_witness(struct site *s, struct plan *p, struct expr **witness) {
    struct arena *arena = s->o->arena;
    struct expr **exprs = ARENA_ARRAY(arena, struct expr *, p->output_count + 1);
    for (uint32_t i = 0; i < p->output_count; i++) exprs[i] = expr_attribute(arena, p->output[i]);
    exprs[p->output_count] = expr_alias(arena, expr_bool(arena, true), "_match", (*s->o->next_id)++);
    struct plan *project = plan_project(arena, p, exprs, p->output_count + 1);
    struct attribute *a = attribute_nullable(arena, project->output[p->output_count], true);
    *witness = expr_attribute(arena, a);
    return project;
}

struct padding {
    struct arena *arena;
    struct id_map ids;
};

static struct expr *nullable(struct expr *e, void *data) {
    const struct padding *p = data;
    if (e->kind != EXPR_ATTRIBUTE || e->nullable || !id_map_get(&p->ids, e->column.attribute->id)) return e;
    return expr_attribute(p->arena, attribute_nullable(p->arena, e->column.attribute, true));
}

/* An output as it is above a LEFT join: the right side's columns may be NULL there. */
static struct expr *above_left_join(struct site *s, const struct plan *right, struct expr *e) {
    struct padding padding = {.arena = s->o->arena};
    add_output_ids(s->o->arena, right, &padding.ids);
    return expr_rewrite(s->o->arena, e, nullable, &padding);
}

/* What is computed above the join is not NULL by itself where the join has found nothing. */
static bool is_column_of(const struct plan *p, const struct expr *e) {
    return e->kind == EXPR_ATTRIBUTE && plan_find_output(p, e->column.attribute->id);
}

/* Is there surely at most one row per combination of the conditions' columns? */
static bool gives_one_row(const struct decorrelated *d) {
    const struct plan *p = d->plan;
    while (p->kind == PLAN_PROJECT || p->kind == PLAN_FILTER) p = p->children[0];
    return d->is_global || (p->kind == PLAN_LIMIT && p->limit.limit == 1);
}

/*
 * Joins a subquery that gives at most one row per row of the input; values: its columns there, NULL (or what an
 * aggregate gives for no rows) where the join finds nothing.
 */
static bool join_row(struct site *s, const struct decorrelated *d, struct expr *condition, struct expr **values) {
    struct arena *arena = s->o->arena;
    struct expr *nothing = NULL;
    struct plan *right = d->plan;
    bool computed = false;
    for (uint32_t i = 0; i < d->output_count; i++) computed |= d->empty[i] || !is_column_of(d->plan, d->outputs[i]);
    if (computed) {
        struct expr *witness;
        right = with_witness(s, right, &witness);
        TRY(nothing = resolve_named(&s->o->resolver, "isnull", &witness, 1, NULL, s->o->err));
    }
    struct plan *join = plan_join(arena, JOIN_LEFT, s->input, right, condition);
    join->join.single = !gives_one_row(d);
    s->input = join;
    for (uint32_t i = 0; i < d->output_count; i++) {
        values[i] = above_left_join(s, right, d->outputs[i]);
        if (!nothing) continue;
        struct expr *otherwise = d->empty[i] ? d->empty[i] : expr_null(arena, values[i]->type);
        struct expr *parts[3] = {nothing, otherwise, values[i]};
        TRY(values[i] = resolve_named(&s->o->resolver, "if", parts, 3, NULL, s->o->err));
    }
    return true;
}

static struct expr *scalar(struct site *s, struct expr *e) {
    struct decorrelated d = {0};
    TRY_NULL(take_apart(s, e, &d));
    struct expr *condition;
    TRY_NULL(join_condition(s->o, e, &d, false, &condition));
    struct expr **values = ARENA_ARRAY(s->o->arena, struct expr *, d.output_count);
    return join_row(s, &d, condition, values) ? values[0] : NULL;
}

/*
 * EXISTS and IN over a global aggregate, which gives one row even where nothing matches: the first is true, the other
 * compares with that row.
 */
static struct expr *in_one_row(struct site *s, const struct expr *e, const struct decorrelated *d) {
    struct arena *arena = s->o->arena;
    if (e->subquery.kind == SUBQUERY_EXISTS) return expr_bool(arena, true);
    struct expr **values = ARENA_ARRAY(arena, struct expr *, d->output_count);
    TRY_NULL(join_row(s, d, join_conjuncts(s->o, d->conditions.items, d->conditions.count), values));
    struct expr_list equal = {0};
    for (uint32_t i = 0; i < e->child_count; i++) {
        struct expr *pair = resolve_binary(&s->o->resolver, "=", e->children[i], values[i], s->o->err);
        if (!pair) return NULL;
        LIST_PUSH(arena, &equal, pair);
    }
    return join_conjuncts(s->o, equal.items, equal.count);
}

/* WHERE [NOT] EXISTS or IN, as a conjunct of its own. */
static bool filter_by(struct site *s, struct expr *e, bool negated, struct expr_list *rest) {
    struct decorrelated d = {0};
    TRY(take_apart(s, e, &d));
    if (d.is_global) {
        struct expr *value = in_one_row(s, e, &d);
        if (value && negated) value = resolve_named(&s->o->resolver, "not", &value, 1, e->origin, s->o->err);
        if (value) LIST_PUSH(s->o->arena, rest, value);
        return value;
    }
    bool in = e->subquery.kind == SUBQUERY_IN;
    bool plain = in && negated && !d.conditions.count && e->child_count == 1;
    struct expr *condition;
    TRY(join_condition(s->o, e, &d, in && negated && !plain, &condition));
    enum join_type type = !negated ? JOIN_SEMI : plain ? JOIN_ANTI_NULL_AWARE : JOIN_ANTI;
    s->input = plan_join(s->o->arena, type, s->input, d.plan, condition);
    return true;
}

/* As a value, which is never NULL: an unknown IN is false, and so is an unknown NOT IN. */
static struct expr *existence(struct site *s, struct expr *e, bool negated) {
    struct decorrelated d = {0};
    TRY_NULL(take_apart(s, e, &d));
    if (d.is_global) {
        struct expr *value = in_one_row(s, e, &d), *parts[2] = {value, expr_bool(s->o->arena, negated)};
        return value && value->nullable ? resolve_named(&s->o->resolver, "coalesce", parts, 2, NULL, s->o->err) : value;
    }
    struct expr *condition;
    TRY_NULL(join_condition(s->o, e, &d, negated && e->subquery.kind == SUBQUERY_IN, &condition));
    struct plan *join = plan_join(s->o->arena, JOIN_EXISTENCE, s->input, d.plan, condition);
    join->join.existence = attribute_new(s->o->arena, (*s->o->next_id)++, "exists", TYPE_OF(BOOLEAN), false);
    plan_join_output(s->o->arena, join);
    s->input = join;
    return expr_attribute(s->o->arena, join->join.existence);
}

static struct expr *join_within(struct expr *e, void *data);

static struct expr *known_value(struct site *s, const struct expr *e, bool negated) {
    for (uint32_t i = 0; i < s->done.count; i++) {
        const struct joined *known = &s->done.items[i];
        if (known->subquery == e->subquery.plan && known->negated == negated) return known->value;
    }
    return NULL;
}

/* Top down, so that NOT IN is seen as one. On failure e comes back and the error is set. */
static struct expr *join_within(struct expr *e, void *data) {
    struct site *s = data;
    if (error_is_set(s->o->err)) return e;
    bool negated = is_not(e) && is_subquery(e->children[0], SUBQUERY_IN);
    struct expr *subquery = negated ? e->children[0] : e;
    if (!needs_join(subquery)) return expr_map_children(s->o->arena, e, join_within, s);
    struct expr *operands = expr_map_children(s->o->arena, subquery, join_within, s);
    struct expr *value = known_value(s, subquery, negated);
    if (value) return value;
    value = subquery->subquery.kind == SUBQUERY_SCALAR ? scalar(s, operands) : existence(s, operands, negated);
    if (!value) return e;
    if (negated) value = resolve_named(&s->o->resolver, "not", &value, 1, e->origin, s->o->err);
    if (!value) return e;
    struct joined joined = {subquery->subquery.plan, negated, value};
    LIST_PUSH(s->o->arena, &s->done, joined);
    return value;
}

static bool filter_conjunct(struct site *s, struct expr *e, struct expr_list *rest) {
    struct expr *inner = e;
    bool negated = false;
    while (is_not(inner)) {
        negated = !negated;
        inner = inner->children[0];
    }
    bool semi = needs_join(inner) && inner->subquery.kind != SUBQUERY_SCALAR;
    for (uint32_t i = 0; semi && i < inner->child_count; i++) semi = !holds_join(inner->children[i]);
    if (semi) return filter_by(s, inner, negated, rest);
    if (holds_join(e)) e = join_within(e, s);
    LIST_PUSH(s->o->arena, rest, e);
    return !error_is_set(s->o->err);
}

static struct plan *restore_output(struct optimizer *o, struct plan *p, const struct plan *like) {
    if (p->output_count == like->output_count) return p;
    return plan_project_attributes(o->arena, p, like->output, like->output_count);
}

static struct plan *unnest_filter(struct optimizer *o, struct plan *p) {
    if (!holds_join(p->exprs[0])) return p;
    struct site s = {.o = o, .input = p->children[0]};
    struct expr_list conjuncts = {0}, rest = {0}, plain = {0};
    split_conjuncts(o->arena, p->exprs[0], &conjuncts);
    /* Conjuncts without subqueries first: the joins then see fewer rows. */
    for (uint32_t i = 0; i < conjuncts.count; i++)
        if (!holds_join(conjuncts.items[i])) LIST_PUSH(o->arena, &plain, conjuncts.items[i]);
    struct expr *first = join_conjuncts(o, plain.items, plain.count);
    if (first) s.input = plan_filter(o->arena, s.input, first);
    for (uint32_t i = 0; i < conjuncts.count; i++)
        if (holds_join(conjuncts.items[i]) && !filter_conjunct(&s, conjuncts.items[i], &rest)) return NULL;
    struct expr *condition = join_conjuncts(o, rest.items, rest.count);
    struct plan *out = condition ? plan_filter(o->arena, s.input, condition) : s.input;
    return error_is_set(o->err) ? NULL : restore_output(o, out, p);
}

static bool see_join_slot(struct expr **slot, void *data) {
    return !holds_join(*slot);
}

static bool join_slot(struct expr **slot, void *data) {
    struct site *s = data;
    if (holds_join(*slot)) *slot = join_within(*slot, s);
    return !error_is_set(s->o->err);
}

/* A node of another kind over one child: the joins go below it. */
static struct plan *unnest_exprs(struct optimizer *o, struct plan *p) {
    if (plan_each_expr(p, see_join_slot, NULL)) return p;
    struct site s = {.o = o, .input = p->children[0]};
    struct plan *copy = plan_copy_node(o->arena, p);
    plan_own_exprs(o->arena, copy);
    if (!plan_each_expr(copy, join_slot, &s)) return NULL;
    copy->children[0] = s.input;
    if (p->output != p->children[0]->output) return copy;
    copy->output = s.input->output;
    copy->output_count = s.input->output_count;
    return restore_output(o, copy, p);
}

/* --- LATERAL --- */

/* LATERAL explode(t.a): the generator runs over the left side itself. */
static struct plan *lateral_generate(struct optimizer *o, struct plan *join) {
    struct plan *right = join->children[1], *project = NULL;
    if (right->kind == PLAN_PROJECT && right->children[0]->kind == PLAN_GENERATE) {
        project = right;
        right = right->children[0];
    }
    if (right->kind != PLAN_GENERATE || right->children[0]->kind != PLAN_ONE_ROW) return NULL;
    if (join->join.type == JOIN_LEFT && (project || join->join.condition)) return NULL;
    struct arena *arena = o->arena;
    const struct plan *left = join->children[0];
    struct plan *generate = plan_copy_node(arena, right);
    generate->children[0] = (struct plan *)left;
    generate->generate.generator = without_outer(o, right->generate.generator);
    generate->generate.outer |= join->join.type == JOIN_LEFT;
    generate->output_count = left->output_count + right->generate.generated_count;
    generate->output = ARENA_ARRAY(arena, struct attribute *, generate->output_count);
    memcpy(generate->output, left->output, left->output_count * sizeof *generate->output);
    memcpy(generate->output + left->output_count, right->generate.generated,
           right->generate.generated_count * sizeof *generate->output);
    struct plan *out = generate;
    if (project) {
        struct expr **exprs = ARENA_ARRAY(arena, struct expr *, left->output_count + project->expr_count);
        for (uint32_t i = 0; i < left->output_count; i++) exprs[i] = expr_attribute(arena, left->output[i]);
        for (uint32_t i = 0; i < project->expr_count; i++)
            exprs[left->output_count + i] = without_outer(o, project->exprs[i]);
        out = plan_project(arena, generate, exprs, left->output_count + project->expr_count);
    }
    return join->join.condition ? plan_filter(arena, out, join->join.condition) : out;
}

/* The join's output in terms of the decorrelated plan: its columns, computed where they are put aside. */
static struct plan *lateral_project(struct optimizer *o, struct site *s, const struct plan *join,
                                    const struct decorrelated *d, const struct plan *right, struct expr *witness) {
    struct arena *arena = o->arena;
    const struct plan *left = join->children[0];
    struct expr **exprs = ARENA_ARRAY(arena, struct expr *, join->output_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < left->output_count; i++) exprs[count++] = expr_attribute(arena, left->output[i]);
    for (uint32_t i = 0; i < d->output_count; i++) {
        const struct attribute *a = join->output[left->output_count + i];
        struct expr *value = witness ? above_left_join(s, right, d->outputs[i]) : d->outputs[i];
        if (witness && (d->empty[i] || !is_column_of(right, value))) {
            struct expr *nothing = resolve_named(&o->resolver, "isnull", &witness, 1, NULL, o->err);
            struct expr *parts[3] = {nothing, d->empty[i] ? d->empty[i] : expr_null(arena, value->type), value};
            value = nothing ? resolve_named(&o->resolver, "if", parts, 3, NULL, o->err) : NULL;
            if (!value) return NULL;
        }
        bool same = value->kind == EXPR_ATTRIBUTE && value->column.attribute->id == a->id;
        exprs[count++] = same ? value : expr_alias(arena, value, a->name, a->id);
    }
    return plan_project(arena, s->input, exprs, count);
}

struct computed {
    const struct plan *right; /* as it was */
    const struct decorrelated *d;
};

/* A column of the right side as the decorrelated plan gives it: it may be computed from both sides. */
static struct expr *as_computed(struct expr *e, void *data) {
    const struct computed *c = data;
    if (e->kind != EXPR_ATTRIBUTE) return e;
    for (uint32_t i = 0; i < c->right->output_count; i++)
        if (c->right->output[i]->id == e->column.attribute->id) return c->d->outputs[i];
    return e;
}

static struct plan *unnest_lateral(struct optimizer *o, struct plan *p) {
    struct plan *generate = lateral_generate(o, p);
    if (generate) return generate;
    struct decorrelated d = {0};
    struct site s = {.o = o, .input = p->children[0]};
    if (!check_outer_types(o->arena, p->children[1], o->err)) return NULL;
    if (!decorrelate(o, p->children[1], p->children[0], false, &d)) return NULL;
    if (p->join.condition && d.is_global && p->join.type == JOIN_LEFT) {
        error_unsupported(o->err, "a lateral left join of an aggregate on a condition");
        return NULL;
    }
    struct expr_list all = d.conditions;
    bool left = p->join.type == JOIN_LEFT || d.is_global;
    struct plan *right = d.plan;
    struct expr *witness = NULL;
    if (left) right = with_witness(&s, right, &witness);
    /* An aggregate's row is there even for nothing: the ON condition is for afterwards. */
    struct expr *late = d.is_global ? p->join.condition : NULL;
    if (p->join.condition && !late) {
        struct computed computed = {p->children[1], &d};
        LIST_PUSH(o->arena, &all, expr_rewrite(o->arena, p->join.condition, as_computed, &computed));
    }
    struct expr *condition = join_conjuncts(o, all.items, all.count);
    s.input = plan_join(o->arena, left ? JOIN_LEFT : JOIN_INNER, p->children[0], right, condition);
    struct plan *out = lateral_project(o, &s, p, &d, right, witness);
    return out && late ? plan_filter(o->arena, out, late) : out;
}

/* What the subqueries within e read of the query around them. */
static bool see_subquery_reads(const struct expr *e, void *data) {
    struct padding *p = data;
    if (e->kind != EXPR_SUBQUERY) return true;
    for (uint32_t i = 0; i < e->child_count; i++) expr_collect_ids(p->arena, e->children[i], &p->ids);
    for (uint32_t i = 0; i < e->subquery.outer_count; i++) expr_collect_ids(p->arena, e->subquery.outer[i], &p->ids);
    return false;
}

static bool all_within(const struct id_map *ids, const struct plan *p) {
    for (uint32_t i = 0; i < ids->capacity; i++)
        if (ids->entries[i].id && !plan_find_output(p, ids->entries[i].id)) return false;
    return true;
}

/* An outer join's condition: each subquery is answered on the side that it reads, before the join. */
static struct plan *unnest_condition(struct optimizer *o, struct plan *p) {
    struct plan *copy = plan_copy_node(o->arena, p);
    struct expr_list conjuncts = {0};
    split_conjuncts(o->arena, p->join.condition, &conjuncts);
    for (uint32_t i = 0; i < conjuncts.count; i++) {
        if (!holds_join(conjuncts.items[i])) continue;
        struct padding reads = {.arena = o->arena};
        expr_visit(conjuncts.items[i], see_subquery_reads, &reads);
        uint32_t side = all_within(&reads.ids, p->children[0]) ? 0 : 1;
        if (side == 1 && !all_within(&reads.ids, p->children[1])) {
            error_unsupported(o->err, "a subquery over both sides in an outer join's condition");
            return NULL;
        }
        struct site s = {.o = o, .input = copy->children[side]};
        conjuncts.items[i] = join_within(conjuncts.items[i], &s);
        copy->children[side] = s.input;
        if (error_is_set(o->err)) return NULL;
    }
    copy->join.condition = join_conjuncts(o, conjuncts.items, conjuncts.count);
    plan_join_output(o->arena, copy);
    return error_is_set(o->err) ? NULL : plan_project_attributes(o->arena, copy, p->output, p->output_count);
}

static struct plan *unnest_join(struct optimizer *o, struct plan *p) {
    if (p->join.lateral) {
        if (has_outer(p->children[1])) return unnest_lateral(o, p);
        struct plan *copy = plan_copy_node(o->arena, p);
        copy->join.lateral = false;
        p = copy;
    }
    if (!p->join.condition || !holds_join(p->join.condition)) return p;
    if (p->join.type != JOIN_INNER && p->join.type != JOIN_CROSS) return unnest_condition(o, p);
    /* Above an inner join the condition is a filter. */
    struct plan *copy = plan_copy_node(o->arena, p);
    copy->join.condition = NULL;
    return unnest_filter(o, plan_filter(o->arena, copy, p->join.condition));
}

struct plan *unnest_subqueries(struct optimizer *o, struct plan *p) {
    p = optimize_children(o, p, unnest_subqueries);
    if (!p) return NULL;
    if (p->kind == PLAN_FILTER) return unnest_filter(o, p);
    if (p->kind == PLAN_JOIN) return unnest_join(o, p);
    return p->child_count == 1 ? unnest_exprs(o, p) : p;
}
