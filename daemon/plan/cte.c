/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WITH, and what else gives names to a query from outside: WINDOW clauses, parameters, plans by id.
 *
 * A common table expression is analyzed once, when it is defined; each use is a CTE_REFERENCE with attribute ids of
 * its own. The optimizer puts the definition in place where it is used once.
 *
 * WITH RECURSIVE: the definition is anchor UNION [ALL] step. The anchor is analyzed first and says the columns; in
 * the step the name stands for a RECURSION_REFERENCE, the rows of the round before.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "plan/analyze.h"

enum { DEFAULT_MAX_LEVEL = 100, DEFAULT_MAX_ROWS = 1000000 };

/* New ids; a column that is there twice stays one column. */
static struct attribute **fresh_attributes(struct analysis *n, const struct plan *p) {
    struct attribute **output = ARENA_ARRAY(n->arena, struct attribute *, p->output_count);
    struct attribute *block = ARENA_ARRAY(n->arena, struct attribute, p->output_count);
    struct id_map seen = {0};
    for (uint32_t i = 0; i < p->output_count; i++) {
        uint64_t known = (uintptr_t)id_map_get(&seen, p->output[i]->id);
        block[i] = *p->output[i];
        block[i].id = known ? known : fresh_id(n);
        if (!known) id_map_put(n->arena, &seen, p->output[i]->id, (void *)(uintptr_t)block[i].id);
        output[i] = &block[i];
    }
    return output;
}

/* The column that Spark has in the place of this one: a reference's are those of its definition, unless it is anew. */
static uint64_t first_column(const struct plan *p, uint64_t id) {
    const struct plan *input = renamed_input(p);
    for (uint32_t i = 0; input && i < p->output_count; i++)
        if (p->output[i]->id == id) return first_column(input, input->output[i]->id);
    for (uint32_t i = 0; !input && i < p->child_count; i++)
        if (plan_find_output(p->children[i], id)) return first_column(p->children[i], id);
    return id;
}

/*
 * Of several references with the same columns Spark gives all but the first new ones (DeduplicateRelations), in the
 * order of the text, definitions first. df["a"] of a DataFrame in a definition does not mean those.
 */
static bool has_columns_anew(struct analysis *n, const struct cte *c) {
    uint32_t count = c->plan->output_count;
    struct cte_use *use = ARENA_NEW(n->arena, struct cte_use);
    *use = (struct cte_use){n->cte_uses, c->source->origin != NULL, count, ARENA_ARRAY(n->arena, uint64_t, count)};
    for (uint32_t i = 0; i < count; i++) use->columns[i] = first_column(c->plan, c->plan->output[i]->id);
    for (const struct cte_use *former = n->cte_uses; former; former = former->up)
        if (former->of_text == use->of_text && former->count == count &&
            memcmp(former->columns, use->columns, count * sizeof *use->columns) == 0)
            return true;
    n->cte_uses = use;
    return false;
}

static struct plan *reference(struct analysis *n, struct cte *c, struct error *err) {
    struct plan *p;
    if (c->plan) {
        p = plan_new(n->arena, PLAN_CTE_REFERENCE, 0, 0);
        p->cte.id = c->id;
        p->cte.definition = c->plan;
        p->cte.anew = has_columns_anew(n, c);
        p->output = fresh_attributes(n, c->plan);
        p->output_count = c->plan->output_count;
        c->uses++;
        c->limited |= !n->limit_all;
    } else {
        p = plan_new(n->arena, PLAN_RECURSION_REFERENCE, 0, 0);
        p->recursion.id = c->id;
        p->output = fresh_attributes(n, c->reference);
        p->output_count = c->reference->output_count;
    }
    return alias_plan(n, p, c->name, NULL, 0, NULL, err);
}

/*
 * ctePrecedencePolicy LEGACY. A name is looked for up to the nearest definition that it stands in, whose WITH gives it
 * the definitions before and, in FROM, what that WITH itself sees there. Of several, the outermost hides those within a subquery or a definition; where
 * nothing but FROM lies between, the innermost hides the others.
 */
static struct cte *legacy_cte(struct analysis *n, const char *name) {
    struct cte *found = NULL;
    for (struct cte *c = n->ctes; c && c != n->hidden_ctes; c = c->up)
        if (c->plan && strcasecmp(c->name, name) == 0 && (!found || c->segment < found->segment)) found = c;
    return found;
}

static bool has_legacy_ctes(struct analysis *n) {
    const char *policy = setting(n, "spark.sql.legacy.ctePrecedencePolicy");
    return policy && strcasecmp(policy, "LEGACY") == 0;
}

struct plan *find_cte(struct analysis *n, const struct u_name *name, bool *found, struct error *err) {
    *found = false;
    if (name->count != 1 || !n->ctes) return NULL;
    if (has_legacy_ctes(n)) {
        struct cte *c = legacy_cte(n, name->parts[0]);
        *found = c != NULL;
        return c ? reference(n, c, err) : NULL;
    }
    for (struct cte *c = n->ctes; c; c = c->up) {
        if (strcasecmp(c->name, name->parts[0]) != 0) continue;
        if (!c->plan && !c->recursive) continue;
        *found = true;
        if (c->plan || c->reference) return reference(n, c, err);
        error_set(err, "INVALID_RECURSIVE_CTE", NULL);
        return NULL;
    }
    return NULL;
}

/* The UNION at the top of a recursive definition: its parts; NULL: it is not of that form. */
static const struct u_plan *recursive_union(const struct u_plan *u, const struct u_cte *source,
                                            const char *const **columns, uint32_t *column_count) {
    *columns = source->columns;
    *column_count = source->column_count;
    while (u->kind == U_SUBQUERY_ALIAS || u->kind == U_WITH_WINDOWS) {
        if (u->kind == U_SUBQUERY_ALIAS && u->alias.column_count) {
            *columns = u->alias.columns;
            *column_count = u->alias.column_count;
        }
        u = u->children[0];
    }
    if (u->kind == U_DISTINCT && u->children[0]->kind == U_SET_OPERATION) u = u->children[0];
    return u->kind == U_SET_OPERATION && u->set.operation == U_UNION ? u : NULL;
}

static bool refers_to(const struct plan *p, uint64_t id) {
    if (p->kind == PLAN_RECURSION_REFERENCE && p->recursion.id == id) return true;
    for (uint32_t i = 0; i < p->child_count; i++)
        if (refers_to(p->children[i], id)) return true;
    return p->kind == PLAN_CTE_REFERENCE && refers_to(p->cte.definition, id);
}

static bool check_places(const struct plan *p, uint64_t id, struct error *err);

struct subquery_places {
    uint64_t id;
    struct error *err;
};

static bool see_subquery(const struct expr *e, void *data) {
    struct subquery_places *places = data;
    if (e->kind == EXPR_SUBQUERY) check_places(e->subquery.plan, places->id, places->err);
    return !error_is_set(places->err);
}

/*
 * Where a round may read the rows of the round before: not where it would have to see all of them. (That DISTINCT and
 * EXCEPT have to is of no account to Spark.)
 */
static bool check_places(const struct plan *p, uint64_t id, struct error *err) {
    bool left = p->child_count > 0 && refers_to(p->children[0], id);
    bool right = p->child_count > 1 && refers_to(p->children[1], id);
    bool bad = false;
    switch (p->kind) {
        case PLAN_AGGREGATE:
        case PLAN_SORT:
        case PLAN_LIMIT:
        case PLAN_WINDOW: bad = left; break;
        case PLAN_JOIN: {
            enum join_type t = p->join.type;
            bad = (right && t != JOIN_INNER && t != JOIN_CROSS && t != JOIN_RIGHT) ||
                  (left && (t == JOIN_RIGHT || t == JOIN_FULL));
            break;
        }
        default: break;
    }
    if (bad) {
        error_set(err, "INVALID_RECURSIVE_REFERENCE.PLACE", NULL);
        return error_at(err, p->origin);
    }
    for (uint32_t i = 0; i < p->child_count; i++) TRY(check_places(p->children[i], id, err));
    struct subquery_places places = {id, err};
    for (uint32_t i = 0; i < p->expr_count; i++) expr_visit(p->exprs[i], see_subquery, &places);
    return !error_is_set(err);
}

static bool see_reference(const struct expr *e, void *data) {
    struct subquery_places *places = data;
    if (e->kind == EXPR_SUBQUERY && refers_to(e->subquery.plan, places->id)) places->id = 0;
    return places->id != 0;
}

static bool subqueries_refer_to(const struct plan *p, uint64_t id) {
    struct subquery_places places = {id, NULL};
    for (uint32_t i = 0; i < p->expr_count; i++) expr_visit(p->exprs[i], see_reference, &places);
    return places.id == 0;
}

/* The step's columns cast to the anchor's types, which must hold them. */
static struct plan *match_anchor(struct analysis *n, struct plan *anchor, struct plan *step,
                                 const struct origin *origin, struct error *err) {
    if (step->output_count != anchor->output_count) {
        error_set(err, "NUM_COLUMNS_MISMATCH", "operator", "UNION", "firstNumColumns",
                  arena_printf(n->arena, "%u", anchor->output_count), "invalidOrdinalNum", "second",
                  "invalidNumColumns", arena_printf(n->arena, "%u", step->output_count), NULL);
        error_at(err, origin);
        return NULL;
    }
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, step->output_count);
    bool changed = false;
    for (uint32_t i = 0; i < step->output_count; i++) {
        struct expr *attribute = expr_attribute(n->arena, step->output[i]);
        const struct type *to = anchor->output[i]->type;
        const struct type *wider = coerce_tightest(&n->resolver, to, attribute->type);
        if (!type_same(to, attribute->type, true) && (!wider || !type_same(wider, to, true))) {
            error_set(err, "CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE", "left", quoted_type(n->arena, to), "right",
                      quoted_type(n->arena, attribute->type), NULL);
            return NULL;
        }
        exprs[i] = coerce_to(&n->resolver, attribute, anchor->output[i]->type);
        if (exprs[i] == attribute) continue;
        exprs[i] = expr_alias(n->arena, exprs[i], anchor->output[i]->name, fresh_id(n));
        changed = true;
    }
    return changed ? plan_project(n->arena, step, exprs, step->output_count) : step;
}

static struct plan *analyze_recursive(struct analysis *n, struct cte *c, const struct u_plan *u_union,
                                      const char *const *columns, uint32_t column_count, bool distinct,
                                      struct error *err) {
    struct plan *anchor = analyze_plan(n, u_union->children[0], err);
    if (anchor) anchor = alias_plan(n, anchor, NULL, columns, column_count, c->source->origin, err);
    if (!anchor) return NULL;
    struct plan *p = plan_new(n->arena, PLAN_RECURSION, 2, 0);
    p->recursion.id = c->id;
    p->recursion.all = !distinct;
    p->recursion.max_level = c->source->max_level >= 0 ? c->source->max_level : DEFAULT_MAX_LEVEL;
    const char *most = setting(n, "spark.sql.cteRecursionLevelLimit");
    if (most && c->source->max_level < 0) p->recursion.max_level = strtoll(most, NULL, 10);
    p->recursion.max_rows = DEFAULT_MAX_ROWS;
    most = setting(n, "spark.sql.cteRecursionRowLimit");
    if (most) p->recursion.max_rows = strtoll(most, NULL, 10);
    p->output = fresh_attributes(n, anchor);
    p->output_count = anchor->output_count;
    for (uint32_t i = 0; i < p->output_count; i++) p->output[i]->nullable = true; /* to the step, which comes first */
    c->reference = p;
    struct plan *step = analyze_plan(n, u_union->children[1], err);
    c->reference = NULL;
    if (step) step = match_anchor(n, anchor, step, u_union->origin, err);
    if (!step) return NULL;
    p->children[0] = anchor;
    p->children[1] = step;
    for (uint32_t i = 0; i < p->output_count; i++) {
        bool nullable = anchor->output[i]->nullable || step->output[i]->nullable;
        p->output[i] = attribute_nullable(n->arena, p->output[i], nullable);
    }
    if (refers_to(step, c->id) || subqueries_refer_to(step, c->id)) {
        if (distinct) {
            error_set(err, "UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE", NULL);
            return NULL;
        }
        return check_places(step, c->id, err) ? p : NULL;
    }
    struct plan *children[2] = {anchor, step};
    struct plan *all = union_plans(n, children, 2, u_union->origin, err);
    return all && distinct ? plan_unary(n->arena, PLAN_DISTINCT, all, 0) : all;
}

static bool define(struct analysis *n, struct cte *c, struct error *err);
static bool define_all(struct analysis *n, const struct u_plan *u, struct error *err);

/* A recursive definition may have a WITH of its own in front of the UNION. */
static bool define_within_with(struct analysis *n, struct cte *c, struct error *err) {
    const struct u_plan *with = c->source->plan;
    struct cte *outside = n->ctes;
    struct u_cte *inner = arena_copy(n->arena, c->source, sizeof *inner);
    inner->plan = with->children[0];
    c->source = inner;
    bool good = define_all(n, with, err) && define(n, c, err);
    n->ctes = outside;
    return good;
}

static bool define(struct analysis *n, struct cte *c, struct error *err) {
    const struct u_cte *source = c->source;
    if (c->recursive && source->plan->kind == U_WITH) return define_within_with(n, c, err);
    const char *const *columns;
    uint32_t column_count;
    const struct u_plan *u_union = c->recursive ? recursive_union(source->plan, source, &columns, &column_count) : NULL;
    if (u_union) {
        const struct u_plan *top = source->plan;
        while (top->kind == U_SUBQUERY_ALIAS || top->kind == U_WITH_WINDOWS) top = top->children[0];
        bool distinct = top->kind == U_DISTINCT || !u_union->set.all;
        c->plan = analyze_recursive(n, c, u_union, columns, column_count, distinct, err);
        return c->plan != NULL;
    }
    struct plan *p = analyze_query(n, source->plan, err);
    if (!p) return false;
    p = alias_plan(n, p, NULL, source->columns, source->column_count, source->origin, err);
    c->plan = p;
    return p != NULL;
}

static bool duplicate_cte(const struct u_plan *u, struct error *err) {
    for (uint32_t i = 0; i < u->with.count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcasecmp(u->with.ctes[i].name, u->with.ctes[k].name) == 0) {
                error_set(err, "DUPLICATED_CTE_NAMES", "duplicateNames", u->with.ctes[i].name, NULL);
                return false;
            }
    return true;
}

/* Under the EXCEPTION policy an inner name may not hide an outer one; within FROM it always might. */
static bool ambiguous_cte(struct analysis *n, const struct u_plan *u, struct error *err) {
    const char *policy = setting(n, "spark.sql.legacy.ctePrecedencePolicy");
    if (u != n->query_start || !policy || strcasecmp(policy, "EXCEPTION") != 0) return true;
    for (uint32_t i = 0; i < u->with.count; i++)
        for (const struct cte *c = n->ctes; c; c = c->up) {
            if (!c->plan || strcasecmp(c->name, u->with.ctes[i].name) != 0) continue;
            error_set(err, "AMBIGUOUS_ALIAS_IN_NESTED_CTE", "name", quoted_name(n->arena, &u->with.ctes[i].name, 1),
                      "config", "\"spark.sql.legacy.ctePrecedencePolicy\"", "docroot",
                      "https://spark.apache.org/docs/latest", NULL);
            return false;
        }
    return true;
}

/* The names of a WITH, from then on visible. */
static bool define_all(struct analysis *n, const struct u_plan *u, struct error *err) {
    TRY(duplicate_cte(u, err) && ambiguous_cte(n, u, err));
    bool good = true;
    const struct cte *hidden = n->hidden_ctes;
    n->hidden_ctes = n->ctes; /* what stands around in FROM is still seen, as definitions are put in place there */
    while (n->hidden_ctes && n->hidden_ctes != hidden && n->hidden_ctes->segment == n->cte_segment)
        n->hidden_ctes = n->hidden_ctes->up;
    for (uint32_t i = 0; good && i < u->with.count; i++) {
        struct cte *c = ARENA_NEW(n->arena, struct cte);
        c->name = u->with.ctes[i].name;
        c->source = &u->with.ctes[i];
        c->id = fresh_id(n);
        c->recursive = u->with.recursive;
        c->segment = n->cte_segment;
        c->up = n->ctes;
        /* Visible to its own definition only when it may be recursive. */
        if (c->recursive) n->ctes = c;
        n->cte_segment++;
        good = define(n, c, err);
        n->cte_segment--;
        n->ctes = c;
    }
    n->hidden_ctes = hidden;
    return good;
}

struct plan *analyze_with(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct cte *outside = n->ctes;
    struct plan *p = define_all(n, u, err) ? analyze_plan(n, u->children[0], err) : NULL;
    for (struct cte *c = n->ctes; p && c != outside; c = c->up)
        if (c->plan->kind == PLAN_RECURSION && c->uses && !c->limited) c->plan->recursion.max_rows = -1;
    n->ctes = outside;
    if (!p) return NULL;
    struct plan *query = plan_copy_node(n->arena, p);
    query->hides_input = true;
    return query;
}

/* A pipe's windows are for the operator that they stand at, and no others. */
struct plan *analyze_with_windows(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct window_frame *outside = n->windows;
    struct window_frame frame = {u->pipe ? NULL : outside, u->windows.count, u->windows.windows};
    n->windows = &frame;
    struct plan *p = analyze_plan(n, u->children[0], err);
    n->windows = outside;
    return p;
}

struct plan *analyze_with_relations(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct relation_reference *outside = n->references;
    struct relation_reference *block = ARENA_ARRAY(n->arena, struct relation_reference, u->child_count);
    for (uint32_t i = 1; i < u->child_count; i++) {
        block[i] = (struct relation_reference){n->references, u->children[i]};
        n->references = &block[i];
    }
    struct plan *p = analyze_plan(n, u->children[0], err);
    n->references = outside;
    return p;
}

struct plan *analyze_parameters(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct parameters p = {.up = n->parameters, .count = u->parameters.count, .names = u->parameters.names};
    p.values = ARENA_ARRAY(n->arena, struct expr *, u->expr_count);
    struct scope s = {.n = n};
    TRY_NULL(analyze_exprs(&s, u->exprs, u->expr_count, p.values, err));
    struct parameters *outside = n->a->parameters;
    n->parameters = n->a->parameters = &p;
    struct plan *plan = analyze_plan(n, u->children[0], err);
    n->parameters = (struct parameters *)p.up;
    n->a->parameters = outside;
    return plan;
}

bool parameters_are_in_text(const struct parameters *p) {
    for (; p; p = p->up)
        for (uint32_t i = 0; i < p->count; i++)
            if (p->values[i]->kind != EXPR_LITERAL || type_is_nested(p->values[i]->type)) return false;
    return true;
}

/* What the parser can put into the text; other values are for analyze_parameter(). */
static struct sql_parameters literal_parameters(struct analysis *n) {
    const struct parameters *p = n->parameters;
    if (!p) return (struct sql_parameters){0};
    const struct vector **values = ARENA_ARRAY(n->arena, const struct vector *, p->count);
    for (uint32_t i = 0; i < p->count; i++)
        values[i] = p->values[i]->kind == EXPR_LITERAL ? p->values[i]->literal : NULL;
    return (struct sql_parameters){.count = p->count, .names = p->names, .values = values};
}

struct plan *analyze_sql(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct sql_markers markers;
    struct sql_parameters parameters = literal_parameters(n);
    parameters.object_type = u->object_type;
    parameters.object_name = u->object_name;
    struct u_plan *parsed = sql_parse_bound(n->arena, n->a->context, u->sql, &parameters, &markers, err);
    if (parsed && parameters.count && markers.named && markers.positional)
        error_set(err, "INVALID_QUERY_MIXED_QUERY_PARAMETERS", NULL);
    if (!parsed || error_is_set(err)) return NULL;
    struct plan *p = analyze_plan(n, parsed, err);
    if (!p) report_unknown_function(n, parsed, err);
    return p;
}
