/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do two expressions mean the same? More than expr_equal() says: a + b is b + a, and two subqueries are the same when
 * their plans are, though each has attribute ids of its own. GROUP BY is held to SELECT by this.
 */
#include <string.h>

#include "column/row.h"
#include "column/table_data.h"
#include "plan/analyze.h"

static bool is_function(const struct expr *e, const char *const *names, size_t count) {
    for (size_t i = 0; e->kind == EXPR_CALL && i < count; i++)
        if (strcmp(e->call.function->name, names[i]) == 0) return true;
    return false;
}

static bool is_chain(const struct expr *e) {
    static const char *const names[] = {"+", "*", "and", "or", "&", "|", "^"};
    return e->child_count == 2 && is_function(e, names, sizeof names / sizeof *names);
}

static bool is_symmetric(const struct expr *e) {
    static const char *const names[] = {"=", "==", "<=>"};
    return e->child_count == 2 && is_function(e, names, sizeof names / sizeof *names);
}

/* a < b and b > a. */
static bool is_mirrored(const struct expr *a, const struct expr *b) {
    static const char *const pairs[][2] = {{"<", ">"}, {"<=", ">="}};
    if (a->kind != EXPR_CALL || b->kind != EXPR_CALL || a->child_count != 2 || b->child_count != 2) return false;
    const char *x = a->call.function->name, *y = b->call.function->name;
    for (int i = 0; i < 2; i++)
        if ((strcmp(x, pairs[i][0]) == 0 && strcmp(y, pairs[i][1]) == 0) ||
            (strcmp(x, pairs[i][1]) == 0 && strcmp(y, pairs[i][0]) == 0))
            return true;
    return false;
}

/* The nodes alone, children aside. */
static bool same_node(const struct expr *a, const struct expr *b) {
    struct expr x = *a, y = *b;
    x.child_count = y.child_count = 0;
    return expr_equal(&x, &y);
}

struct operands {
    const struct expr **items;
    uint32_t count, capacity;
};

static void flatten(struct arena *arena, const struct expr *e, const struct function *f, struct operands *out) {
    while (e->kind == EXPR_CALL && e->call.function == f && e->child_count == 2) {
        flatten(arena, e->children[1], f, out);
        e = e->children[0];
    }
    LIST_PUSH(arena, out, e);
}

static bool same_operands(struct arena *arena, const struct expr *a, const struct expr *b) {
    struct operands x = {0}, y = {0};
    flatten(arena, a, a->call.function, &x);
    flatten(arena, b, b->call.function, &y);
    if (x.count != y.count || x.count > 64) return false;
    for (uint32_t i = 0; i < x.count; i++) {
        uint32_t k = 0;
        while (k < y.count && !(y.items[k] && expr_same(arena, x.items[i], y.items[k]))) k++;
        if (k == y.count) return false;
        y.items[k] = NULL;
    }
    return true;
}

static bool same_children(struct arena *arena, const struct expr *a, const struct expr *b, bool swapped) {
    for (uint32_t i = 0; i < a->child_count; i++)
        if (!expr_same(arena, a->children[i], b->children[swapped ? 1 - i : i])) return false;
    return true;
}

bool expr_same(struct arena *arena, const struct expr *a, const struct expr *b) {
    if (expr_equal(a, b)) return true;
    if (is_mirrored(a, b)) return same_children(arena, a, b, true);
    if (a->kind != b->kind || a->child_count != b->child_count) return false;
    if (a->kind == EXPR_SUBQUERY)
        return a->subquery.kind == b->subquery.kind && same_children(arena, a, b, false) &&
               plan_same(arena, a->subquery.plan, b->subquery.plan);
    if (!a->child_count || !a->deterministic || !same_node(a, b)) return false;
    if (is_chain(a)) return same_operands(arena, a, b);
    return same_children(arena, a, b, false) || (is_symmetric(a) && same_children(arena, a, b, true));
}

/* --- plans --- */

struct matching {
    struct arena *arena;
    struct id_map ids; /* the second plan's id -> the first's, as a pointer */
};

static bool match_expr(struct matching *m, const struct expr *a, const struct expr *b) {
    if (a->kind == EXPR_ALIAS && b->kind == EXPR_ALIAS) {
        id_map_put(m->arena, &m->ids, b->alias.id, (void *)(uintptr_t)a->alias.id);
        a = a->children[0];
        b = b->children[0];
    }
    return expr_same(m->arena, a, expr_substitute(m->arena, (struct expr *)b, &m->ids));
}

struct slots {
    LIST(struct expr *) list;
    struct arena *arena;
};

static bool take_slot(struct expr **slot, void *data) {
    struct slots *s = data;
    LIST_PUSH(s->arena, &s->list, *slot);
    return true;
}

/* The same rows, though they were read from two places of a text. */
static bool same_data(const struct table_data *a, const struct table_data *b) {
    if (a == b) return true;
    if (a->row_count != b->row_count || a->batch_count != b->batch_count || !type_equal(a->schema, b->schema))
        return false;
    for (uint32_t i = 0; i < a->batch_count; i++) {
        const struct batch *x = &a->batches[i], *y = &b->batches[i];
        if (x->count != y->count || x->column_count != y->column_count) return false;
        for (uint32_t column = 0; column < x->column_count; column++)
            for (uint32_t row = 0; row < x->count; row++)
                if (!rows_equal(&x->columns[column], row, &y->columns[column], row)) return false;
    }
    return true;
}

static bool same_table(const struct scan_table *a, const struct scan_table *b) {
    return a && b && a->version == b->version && strcmp(a->name, b->name) == 0 && strcmp(a->database, b->database) == 0;
}

static bool same_columns(const struct plan *p, const uint32_t *a, const uint32_t *b) {
    for (uint32_t i = 0; i < p->output_count; i++)
        if ((a ? a[i] : i) != (b ? b[i] : i)) return false;
    return true;
}

static bool same_details(const struct plan *p, const struct plan *q) {
    switch (p->kind) {
        case PLAN_LOCAL:
            return same_data(p->local.data, q->local.data) && same_columns(p, p->local.columns, q->local.columns);
        case PLAN_SCAN:
            return (p->scan.source == q->scan.source || same_table(p->scan.table, q->scan.table)) &&
                   same_columns(p, p->scan.columns, q->scan.columns);
        case PLAN_RANGE:
            return p->range.start == q->range.start && p->range.end == q->range.end && p->range.step == q->range.step;
        case PLAN_CTE_REFERENCE: return p->cte.id == q->cte.id;
        case PLAN_LIMIT: return p->limit.limit == q->limit.limit && p->limit.offset == q->limit.offset;
        case PLAN_JOIN: return p->join.type == q->join.type && p->join.lateral == q->join.lateral;
        case PLAN_SORT:
            for (uint32_t i = 0; i < p->sort.count && i < q->sort.count; i++)
                if (p->sort.order[i].descending != q->sort.order[i].descending ||
                    p->sort.order[i].nulls_first != q->sort.order[i].nulls_first)
                    return false;
            return p->sort.count == q->sort.count;
        case PLAN_AGGREGATE: return p->aggregate.group_count == q->aggregate.group_count;
        case PLAN_UNION:
        case PLAN_INTERSECT:
        case PLAN_EXCEPT: return p->set.all == q->set.all;
        case PLAN_DISTINCT: return !p->distinct.key_count && !q->distinct.key_count;
        default:
            return p->kind == PLAN_ONE_ROW || p->kind == PLAN_PROJECT || p->kind == PLAN_FILTER ||
                   p->kind == PLAN_SUBQUERY_ALIAS || p->kind == PLAN_WINDOW || p->kind == PLAN_HINT;
    }
}

static void match_outputs(struct matching *m, const struct plan *p, const struct plan *q) {
    for (uint32_t i = 0; i < p->output_count; i++)
        id_map_put(m->arena, &m->ids, q->output[i]->id, (void *)(uintptr_t)p->output[i]->id);
}

static bool match_plan(struct matching *m, const struct plan *p, const struct plan *q) {
    if (p->kind != q->kind || p->child_count != q->child_count || p->output_count != q->output_count ||
        p->expr_count != q->expr_count || !same_details(p, q))
        return false;
    for (uint32_t i = 0; i < p->child_count; i++)
        if (!match_plan(m, p->children[i], q->children[i])) return false;
    if (!p->child_count) match_outputs(m, p, q); /* a scan's filters read them */
    struct slots a = {.arena = m->arena}, b = {.arena = m->arena};
    plan_each_expr((struct plan *)p, take_slot, &a);
    plan_each_expr((struct plan *)q, take_slot, &b);
    if (a.list.count != b.list.count) return false;
    for (uint32_t i = 0; i < a.list.count; i++)
        if (!match_expr(m, a.list.items[i], b.list.items[i])) return false;
    match_outputs(m, p, q);
    return true;
}

bool plan_same(struct arena *arena, const struct plan *p, const struct plan *q) {
    struct matching m = {.arena = arena};
    return p == q || match_plan(&m, p, q);
}
