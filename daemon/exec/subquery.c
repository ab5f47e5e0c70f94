/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each EXPR_SUBQUERY of an operator's plan gets operators of its own, which are pulled to the end one after another:
 *
 *     scalar    the value of the only row; NULL without rows; an error with more than one
 *     EXISTS    whether there is a row; no second batch is asked for
 *     IN        a list of constants: x IN (1, 2, 3); FALSE without rows, whatever x is
 *
 * Then the operator's plan node is copied with constants in their place. Correlated subqueries never come here: the
 * optimizer has made joins of them.
 */
#include "exec/subquery.h"

#include "column/row_store.h"
#include "exec/exec_int.h"
#include "exec/plan_slots.h"
#include "expr/resolve.h"

struct subquery_run {
    struct subquery_run *next;
    const struct expr *expr;
    struct operator* root; /* NULL: not started */
    struct row_store rows;
    struct expr *result; /* once done */
};

/* --- finding and replacing --- */

static bool find_one(const struct expr *e, void *data) {
    struct operator* op = data;
    if (e->kind != EXPR_SUBQUERY) return true;
    struct subquery_run *run = ARENA_NEW(&op->memory, struct subquery_run);
    *run = (struct subquery_run){.next = op->subqueries, .expr = e};
    op->subqueries = run;
    return true;
}

static bool find_in_slot(struct expr **slot, void *data) {
    expr_visit(*slot, find_one, data);
    return true;
}

struct replacement {
    struct operator* op;
    struct error *err;
    bool good;
};

/* x IN (the rows), for one column; (x, y) IN (...) is spelled out. */
static struct expr *in_list(struct replacement *r, struct subquery_run *run, struct expr *e) {
    struct arena *arena = &r->op->memory;
    const struct row_store *rows = &run->rows;
    if (!rows->rows) return expr_bool(arena, false);
    struct resolver resolver = {.arena = arena, .context = r->op->query->context};
    struct expr **list = ARENA_ARRAY(arena, struct expr *, (size_t)rows->rows + 1);
    for (uint32_t i = 0; i < rows->rows; i++) {
        struct expr *all = NULL;
        for (uint32_t k = 0; k < e->child_count; k++) {
            const struct vector *column = row_store_column(rows, k);
            struct vector *value = ARENA_NEW(arena, struct vector), one;
            vector_select(&one, arena, column, &i, 1);
            vector_copy(value, arena, &one, 1);
            value->form = VECTOR_CONSTANT;
            struct expr *literal = expr_literal(arena, value);
            if (e->child_count == 1) {
                list[i + 1] = literal;
                continue;
            }
            struct expr *same = resolve_binary(&resolver, "=", e->children[k], literal, r->err);
            TRY_NULL(same);
            all = all ? resolve_binary(&resolver, "and", all, same, r->err) : same;
            TRY_NULL(all);
        }
        if (e->child_count == 1) continue;
        list[0] = list[0] ? resolve_binary(&resolver, "or", list[0], all, r->err) : all;
        TRY_NULL(list[0]);
    }
    if (e->child_count > 1) return list[0];
    list[0] = e->children[0];
    return resolve_named(&resolver, "in", list, rows->rows + 1, e->origin, r->err);
}

/* The nodes come from expr_rewrite as copies, so a run is found by the plan that both share. */
static struct expr *replace_one(struct expr *e, void *data) {
    struct replacement *r = data;
    if (e->kind != EXPR_SUBQUERY || !r->good) return e;
    struct subquery_run *run = r->op->subqueries;
    while (run && run->expr->subquery.plan != e->subquery.plan) run = run->next;
    struct expr *result = run->result;
    if (!result) result = in_list(r, run, e);
    if (!result) r->good = false;
    return result ? result : e;
}

static bool replace_in_slot(struct expr **slot, void *data) {
    struct replacement *r = data;
    *slot = expr_rewrite(&r->op->memory, *slot, replace_one, r);
    return r->good;
}

/* --- running --- */

static bool start(struct operator* op, struct subquery_run *run, struct error *err) {
    const struct plan *plan = run->expr->subquery.plan;
    run->root = operator_build(op->query, plan, 0, err);
    TRY(run->root);
    const struct type **column_types = ARENA_ARRAY(&op->memory, const struct type *, plan->output_count);
    for (uint32_t i = 0; i < plan->output_count; i++) column_types[i] = plan->output[i]->type;
    row_store_init(&run->rows, &op->memory, column_types, plan->output_count);
    return true;
}

static bool conclude(struct operator* op, struct subquery_run *run, struct error *err) {
    struct arena *arena = &op->memory;
    const struct expr *e = run->expr;
    switch (e->subquery.kind) {
        case SUBQUERY_EXISTS: run->result = expr_bool(arena, run->rows.rows > 0); return true;
        case SUBQUERY_IN: return true; /* made where it stands: it has operands */
        case SUBQUERY_SCALAR: break;
    }
    if (run->rows.rows > 1) {
        error_set(err, "SCALAR_SUBQUERY_TOO_MANY_ROWS", NULL);
        return error_at(err, e->origin);
    }
    if (!run->rows.rows) {
        run->result = expr_null(arena, e->type);
        return true;
    }
    struct vector *value = ARENA_NEW(arena, struct vector);
    *value = *row_store_column(&run->rows, 0);
    value->form = VECTOR_CONSTANT;
    value->type = e->type;
    run->result = expr_literal(arena, value);
    return true;
}

static enum exec_status run_one(struct operator* op, struct subquery_run *run, struct error *err) {
    if (!run->root && !start(op, run, err)) return EXEC_ERROR;
    struct batch in;
    enum exec_status status = operator_next(run->root, &in, err);
    if (status == EXEC_BATCH) {
        if (!row_store_append(&run->rows, in.columns, in.count, err)) return EXEC_ERROR;
        bool enough = run->expr->subquery.kind == SUBQUERY_EXISTS ||
                      (run->expr->subquery.kind == SUBQUERY_SCALAR && run->rows.rows > 1);
        status = enough ? EXEC_DONE : EXEC_YIELD;
    }
    if (status != EXEC_DONE) return status;
    return conclude(op, run, err) ? EXEC_DONE : EXEC_ERROR;
}

enum exec_status subqueries_run(struct operator* op, struct error *err) {
    if (!op->has_looked) {
        op->has_looked = true;
        plan_visit_slots((struct plan *)op->plan, find_in_slot, op);
        op->running = op->subqueries;
    }
    if (!op->subqueries) return EXEC_DONE;
    for (; op->running; op->running = op->running->next) {
        enum exec_status status = run_one(op, op->running, err);
        if (status != EXEC_DONE) return status;
    }
    struct plan *copy = plan_copy_slots(&op->memory, op->plan);
    struct replacement r = {.op = op, .err = err, .good = true};
    plan_visit_slots(copy, replace_in_slot, &r);
    op->plan = copy;
    op->subqueries = NULL;
    return r.good ? EXEC_DONE : EXEC_ERROR;
}
