/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading files: batches of a struct scan (format/), as they come.
 *
 * What leaves rows out is handed to the scan as steps, so that it need not read the other columns of these rows:
 * the conditions of a Filter above, and the filters that joins above make while the query runs. Conditions keep their
 * order (a later one may fail on rows that an earlier one leaves out). Filters go before the condition that has so
 * far let a larger share of its rows pass.
 *
 * plan->scan.filters are for pruning row groups, pages and files alone.
 */
#include "exec/runtime_filter.h"
#include "expr/function.h"
#include "format/format.h"

/* Shares of rows are looked at again after so many batches. */
enum { ORDER_BATCHES = 16 };

/* Consecutive conjuncts that need no more columns than the first of them. */
struct condition {
    struct expr **conjuncts;
    uint32_t count;
    uint32_t *columns;
    uint32_t column_count;
    uint64_t tested, passed;
};

struct scan_operator {
    struct operator op;
    struct scan *scan;
    struct condition *conditions;
    uint32_t condition_count;
    struct scan_narrowing narrowing;
    struct scan_step *steps;
    struct runtime_filter **filters; /* by step; NULL: a condition's */
    uint32_t capacity;
    const struct runtime_filter *newest; /* when the steps were put in order */
    uint32_t batches;                    /* read so far */
};

/* --- steps --- */

struct columns {
    uint64_t *seen; /* by any condition so far */
    struct condition *condition;
};

static bool add_column(const struct expr *e, void *data) {
    struct columns *c = data;
    if (e->kind != EXPR_ATTRIBUTE || bit_get(c->seen, e->column.ordinal)) return true;
    bit_set(c->seen, e->column.ordinal);
    c->condition->columns[c->condition->column_count++] = e->column.ordinal;
    return true;
}

void scan_take_conditions(struct operator* op, struct expr **conjuncts, uint32_t count) {
    struct scan_operator *state = (struct scan_operator *)op;
    struct arena *arena = &op->memory;
    uint32_t columns = op->plan->output_count;
    struct columns c = {.seen = arena_alloc_array(arena, bitmap_words(columns + 1), sizeof *c.seen)};
    state->conditions = ARENA_ARRAY(arena, struct condition, count);
    for (uint32_t i = 0; i < count; i++) {
        struct condition *next = &state->conditions[state->condition_count];
        *next = (struct condition){.conjuncts = &conjuncts[i], .count = 1};
        next->columns = ARENA_ARRAY(arena, uint32_t, columns);
        c.condition = next;
        expr_visit(conjuncts[i], add_column, &c);
        if (next->column_count || !state->condition_count)
            state->condition_count++;
        else
            next[-1].count++;
    }
}

static bool passes_less(uint64_t passed, uint64_t tested, const struct runtime_filter *than) {
    return ((double)passed + 1) / ((double)tested + 2) < ((double)than->passed + 1) / ((double)than->tested + 2);
}

static void add_filter_step(struct scan_operator *state, struct runtime_filter *f) {
    uint32_t at = state->narrowing.step_count++;
    state->steps[at] = (struct scan_step){&f->column, 1};
    state->filters[at] = f;
}

/* The filters in use, those that let the fewest rows pass first. */
static uint32_t order_filters(struct scan_operator *state, struct runtime_filter **ordered) {
    uint32_t count = 0;
    for (struct runtime_filter *f = state->op.filters; f; f = f->next) {
        if (f->is_off) continue;
        uint32_t at = count++;
        for (; at > 0 && passes_less(f->passed, f->tested, ordered[at - 1]); at--) ordered[at] = ordered[at - 1];
        ordered[at] = f;
    }
    return count;
}

static void order_steps(struct scan_operator *state) {
    uint32_t filters = 0, next = 0;
    for (const struct runtime_filter *f = state->op.filters; f; f = f->next) filters++;
    if (filters + state->condition_count > state->capacity) {
        state->capacity = filters + state->condition_count + 4;
        state->steps = ARENA_ARRAY(&state->op.memory, struct scan_step, state->capacity);
        state->filters = ARENA_ARRAY(&state->op.memory, struct runtime_filter *, state->capacity);
    }
    struct runtime_filter **ordered = ARENA_ARRAY(&state->op.evaluator.batch, struct runtime_filter *, filters + 1);
    filters = order_filters(state, ordered);
    state->narrowing.step_count = 0;
    state->narrowing.steps = state->steps;
    for (uint32_t i = 0; i < state->condition_count; i++) {
        const struct condition *c = &state->conditions[i];
        while (next < filters && !passes_less(c->passed, c->tested, ordered[next]))
            add_filter_step(state, ordered[next++]);
        uint32_t at = state->narrowing.step_count++;
        state->steps[at] = (struct scan_step){c->columns, c->column_count};
        state->filters[at] = NULL;
    }
    while (next < filters) add_filter_step(state, ordered[next++]);
    state->newest = state->op.filters;
    scan_narrow(state->scan, state->condition_count || state->op.filters ? &state->narrowing : NULL);
}

static struct condition *condition_of(struct scan_operator *state, uint32_t step) {
    uint32_t before = 0;
    for (uint32_t i = 0; i < step; i++) before += !state->filters[i];
    return &state->conditions[before];
}

static bool narrow(void *owner, uint32_t step, const struct batch *in, uint32_t *selection, uint32_t *count,
                   struct error *err) {
    struct scan_operator *state = owner;
    struct evaluator *evaluator = &state->op.evaluator;
    if (state->filters[step]) {
        *count = runtime_filter_select(state->filters[step], &evaluator->batch, in, selection);
        return true;
    }
    struct condition *c = condition_of(state, step);
    *count = in->count;
    for (uint32_t i = 0; i < c->count && *count; i++)
        TRY(expr_narrow(evaluator, c->conjuncts[i], in, selection, count, err));
    c->tested += in->count;
    c->passed += *count;
    return true;
}

/* Filters that are switched off count: where a file is sorted, its next part may be another matter. */
static bool excludes(void *owner, uint32_t column, int64_t least, int64_t greatest) {
    const struct scan_operator *state = owner;
    for (const struct runtime_filter *f = state->op.filters; f; f = f->next)
        if (f->column == column && runtime_filter_excludes(f, least, greatest)) return true;
    return false;
}

/* --- the operator --- */

static bool scan_operator_open(struct operator* op, struct error *err) {
    struct scan_operator *state = (struct scan_operator *)op;
    const struct plan *plan = op->plan;
    uint32_t *columns = plan->scan.columns;
    if (!columns) {
        columns = ARENA_ARRAY(&op->memory, uint32_t, plan->output_count);
        for (uint32_t i = 0; i < plan->output_count; i++) columns[i] = i;
    }
    struct scan_request request = {.columns = columns,
                                   .column_count = plan->output_count,
                                   .filters = plan->scan.filters,
                                   .filter_count = plan->scan.filter_count,
                                   .attributes = plan->output,
                                   .context = op->query->context,
                                   .dictionaries = &op->query->dictionaries};
    state->scan = scan_new(&op->memory, plan->scan.source, &request, err);
    state->narrowing = (struct scan_narrowing){.owner = state, .narrow = narrow, .excludes = excludes};
    return state->scan != NULL;
}

static enum exec_status scan_operator_next(struct operator* op, struct batch *out, struct error *err) {
    struct scan_operator *state = (struct scan_operator *)op;
    if (state->batches++ % ORDER_BATCHES == 0 || state->newest != op->filters) order_steps(state);
    switch (scan_next(state->scan, &op->evaluator.batch, out, err)) {
        case SCAN_BATCH: op->partition = scan_partition(state->scan); return EXEC_BATCH;
        case SCAN_DONE: return EXEC_DONE;
        case SCAN_YIELD: return EXEC_YIELD;
        case SCAN_ERROR: break;
    }
    return EXEC_ERROR;
}

static void scan_operator_close(struct operator* op) {
    struct scan_operator *state = (struct scan_operator *)op;
    if (state->scan) scan_close(state->scan);
}

const struct operator_ops scan_ops = {.name = "FileScan",
                                      .size = sizeof(struct scan_operator),
                                      .open = scan_operator_open,
                                      .next = scan_operator_next,
                                      .close = scan_operator_close};
