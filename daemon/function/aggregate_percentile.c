/* SPDX-License-Identifier: Apache-2.0 */
/*
 * percentile, median, percentile_cont, percentile_disc: what needs all the values at hand.
 *
 * The values are gathered (aggregate.h); when a group is finished those that are asked for are selected, or all sorted if
 * they have frequencies. Numbers are computed with as doubles, as Spark does; intervals come back as intervals.
 *
 *     percentile(x, p[, frequency])                    interpolated at p * (n - 1)
 *     percentile_cont(p) WITHIN GROUP (ORDER BY x)     the same
 *     percentile_disc(p) WITHIN GROUP (ORDER BY x)     the first value whose share of rows reaches p
 */
#include <math.h>
#include <stdlib.h>

#include "column/row.h"
#include "function/aggregate.h"
#include "function/order_statistic.h"

struct percentile {
    struct gathered *gathered;
    uint32_t value;     /* arguments */
    uint32_t frequency; /* the same; 0: none, each row counts once */
    uint32_t first;     /* of the arguments that are gathered */
    uint32_t count;
    double *wanted;
    bool is_array, is_discrete, is_descending;
};

/* --- what is asked for, by name and arguments --- */

static bool is_named(const struct expr *e, const char *name) {
    return strcmp(e->aggregate.function->name, name) == 0;
}

static bool is_within_group(const struct expr *e) {
    return is_named(e, "percentile_cont") || is_named(e, "percentile_disc");
}

static uint32_t percentage_argument(const struct expr *e) {
    return is_within_group(e) ? 0 : 1;
}

/* The percentages of a constant: a double, or an array of them. */
static void read_percentages(struct arena *arena, const struct vector *v, struct percentile *p) {
    if (type_storage(v->type) != STORAGE_LIST) {
        p->count = 1;
        p->wanted = ARENA_NEW(arena, double);
        p->wanted[0] = VECTOR_DATA(v, double)[0];
        return;
    }
    struct list_entry list = VECTOR_DATA(v, struct list_entry)[0];
    const struct vector *values = &v->children[0];
    p->is_array = true;
    p->count = list.length;
    p->wanted = ARENA_ARRAY(arena, double, list.length);
    for (uint32_t i = 0; i < list.length; i++)
        p->wanted[i] = VECTOR_DATA(values, double)[vector_entry(values, list.offset + i)];
}

static bool is_one(const struct vector *v) {
    return v && type_storage(v->type) == STORAGE_INT32 && !vector_is_null(v, 0) && *VECTOR_DATA(v, int32_t) == 1;
}

static void read_wanted(struct call *call, struct arena *arena, const struct vector *const *constants,
                        struct percentile *p) {
    if (!is_named(call->expr, "median")) {
        read_percentages(arena, constants[percentage_argument(call->expr)], p);
        return;
    }
    p->count = 1;
    p->wanted = ARENA_NEW(arena, double);
    p->wanted[0] = 0.5;
}

/* The value alone is gathered, unless it has a frequency. */
static bool prepare_percentile(struct call *call, struct arena *arena, const struct vector *const *constants,
                               void **state, struct error *err) {
    const struct expr *e = call->expr;
    struct percentile *p = ARENA_NEW(arena, struct percentile);
    p->is_discrete = is_named(e, "percentile_disc");
    if (is_within_group(e)) {
        p->value = e->child_count;
        p->is_descending = e->aggregate.order_count && e->aggregate.order[0].descending;
    }
    if (is_named(e, "percentile") && !is_one(constants[2])) p->frequency = 2;
    p->first = p->frequency ? 0 : p->value;
    uint32_t columns = p->frequency ? e->child_count : 1;
    const struct type **column_types = ARENA_ARRAY(arena, const struct type *, columns);
    for (uint32_t i = 0; i < columns; i++) {
        uint32_t argument = p->first + i;
        column_types[i] = argument < e->child_count ? e->children[argument]->type
                                                    : e->aggregate.order[argument - e->child_count].expr->type;
    }
    p->gathered = gathered_new(arena, column_types, columns);
    read_wanted(call, arena, constants, p);
    *state = p;
    return true;
}

/* --- updating --- */

/* Columns have no names left where Spark meets a frequency. */
static struct expr *without_name(struct expr *e, void *data) {
    static const struct function reference = {.name = "boundreference"};
    if (e->kind != EXPR_ATTRIBUTE) return e;
    struct expr *bound = expr_new(data, EXPR_CALL, 0);
    bound->call.function = &reference;
    bound->call.name = reference.name;
    bound->type = e->type;
    return bound;
}

static bool negative_frequency(struct call *call, struct expr *frequency, double times, struct error *err) {
    struct arena *arena = call_scratch(call);
    return error_set(err, "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION", "frequencyExpression",
                     quoted_expr(arena, expr_rewrite(arena, frequency, without_name, arena)), "negativeValue",
                     arena_printf(arena, "%.0fL", times), NULL);
}

/* Rows with a value and a frequency above zero. */
static bool percentile_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                              struct error *err) {
    const struct percentile *p = call->state;
    uint32_t *taken = arena_bytes_array(call_scratch(call), rows, sizeof *taken), count = 0;
    const struct vector *frequency = p->frequency ? &arguments[p->frequency] : NULL;
    if (arguments[p->value].type->kind == TYPE_NULL) return true;
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(&arguments[p->value], i)) continue;
        if (frequency) {
            if (frequency->type->kind == TYPE_NULL || vector_is_null(frequency, i)) continue;
            double times = aggregate_double_at(frequency, vector_entry(frequency, i));
            if (times < 0) return negative_frequency(call, call->expr->children[p->frequency], times, err);
            if (times == 0) continue;
        }
        taken[count++] = i;
    }
    return gathered_add(p->gathered, call_scratch(call), arguments + p->first, taken, count, states, 0, err);
}

static bool percentile_merge(struct call *call, const void *from, void *into, struct error *err) {
    gathered_merge(((struct percentile *)call->state)->gathered, from, into);
    return true;
}

/* --- finishing --- */

struct weighted {
    double value;
    double upto; /* rows up to and with these */
};

static int compare_weighted(const void *a, const void *b) {
    double x = ((const struct weighted *)a)->value, y = ((const struct weighted *)b)->value;
    if (isnan(x) || isnan(y)) return isnan(x) - isnan(y);
    return (x > y) - (x < y);
}

static struct weighted *sorted_values(const struct percentile *p, struct arena *arena,
                                      const struct gathered_state *state) {
    struct weighted *values = arena_bytes_array(arena, state->count, sizeof *values);
    const uint32_t *rows = gathered_rows(p->gathered, arena, state);
    const struct vector *column = row_store_column(&p->gathered->store, p->value - p->first);
    const struct vector *frequency = row_store_column(&p->gathered->store, p->frequency);
    for (uint32_t i = 0; i < state->count; i++)
        values[i] = (struct weighted){aggregate_double_at(column, vector_entry(column, rows[i])),
                                      aggregate_double_at(frequency, vector_entry(frequency, rows[i]))};
    qsort(values, state->count, sizeof *values, compare_weighted);
    for (uint32_t i = 1; i < state->count; i++) values[i].upto += values[i - 1].upto;
    return values;
}

/* The values of a group: by weight, sorted, or as keys of which single ones are selected. */
struct ordered {
    uint32_t count;
    double rows;
    bool is_descending;
    const struct weighted *weighted; /* NULL: keys */
    uint64_t *keys, *scratch;
    bool is_sorted;    /* the keys are */
    uint32_t selected; /* the place that was asked for last, and its key */
    uint64_t key;
};

enum { SELECTED_NONE = UINT32_MAX };

enum { MANY_WANTED = 8 }; /* so many that sorting once is cheaper */

static struct ordered order_values(const struct percentile *p, struct arena *arena,
                                   const struct gathered_state *state) {
    struct ordered o = {.count = state->count, .rows = state->count, .is_descending = p->is_descending};
    if (p->frequency) {
        o.weighted = sorted_values(p, arena, state);
        o.rows = o.weighted[o.count - 1].upto;
        return o;
    }
    o.keys = arena_bytes_array(arena, o.count, sizeof *o.keys);
    o.selected = SELECTED_NONE;
    const uint32_t *rows = gathered_rows(p->gathered, arena, state);
    const struct vector *column = row_store_column(&p->gathered->store, 0);
    const double *doubles = type_storage(column->type) == STORAGE_DOUBLE ? column->data : NULL;
    for (uint32_t i = 0; doubles && i < o.count; i++) o.keys[i] = order_key(doubles[rows[i]]);
    for (uint32_t i = 0; !doubles && i < o.count; i++) o.keys[i] = order_key(aggregate_double_at(column, rows[i]));
    o.scratch = arena_bytes_array(arena, o.count, sizeof *o.scratch);
    o.is_sorted = p->count >= MANY_WANTED;
    if (o.is_sorted) order_sort(o.keys, o.count, o.scratch);
    return o;
}

/* The key of a place in order: the one behind the last that was asked for, which is usual, or any other. */
static uint64_t key_at(struct ordered *o, uint32_t index) {
    if (o->is_sorted) return o->keys[index];
    bool is_next = o->selected != SELECTED_NONE && index == o->selected + 1;
    o->key = is_next ? order_next(o->keys, o->count, o->selected, o->key)
                     : order_select(o->keys, o->count, index, o->scratch);
    o->selected = index;
    return o->key;
}

/* The value of the row at a position from 0. */
static double value_at(struct ordered *o, double position) {
    uint32_t low = 0, high = o->count - 1;
    if (!o->weighted) {
        uint32_t index = position < high ? (uint32_t)position : high;
        if (o->is_descending) index = high - index;
        return order_value(key_at(o, index));
    }
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (o->weighted[middle].upto > position)
            high = middle;
        else
            low = middle + 1;
    }
    return o->weighted[low].value;
}

static double percentile_of(const struct percentile *p, struct ordered *o, double wanted) {
    if (p->is_discrete) {
        double position = ceil(o->rows * wanted) - 1;
        return value_at(o, position < 0 ? 0 : position);
    }
    double position = (o->rows - 1) * wanted, lower = floor(position), higher = ceil(position);
    double low = value_at(o, lower);
    if (higher == lower) return low;
    double high = value_at(o, higher);
    return low == high ? low : (higher - position) * low + (position - lower) * high;
}

static bool percentile_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                              struct error *err) {
    const struct percentile *p = call->state;
    struct arena *scratch = arena_scratch(call->arena);
    struct vector *values = out;
    if (p->is_array) {
        values = out->children = vector_new(call->arena, out->type->element, count * p->count);
        out->child_count = 1;
        out->child_rows = count * p->count;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct gathered_state *state = states[i];
        uint32_t per_row = p->is_array ? p->count : 1;
        if (p->is_array) VECTOR_DATA(out, struct list_entry)[i] = (struct list_entry){i * p->count, p->count};
        if (!state->count || !p->count) vector_set_null(out, call->arena, i, count);
        struct ordered ordered = {0};
        arena_reset(scratch); /* one group's memory serves the next */
        if (state->count) ordered = order_values(p, scratch, state);
        for (uint32_t k = 0; k < per_row; k++)
            aggregate_put_double(values, call->arena, i * per_row + k,
                                 state->count ? percentile_of(p, &ordered, p->wanted[k]) : 0, count * per_row);
    }
    arena_release(scratch);
    return true;
}

static const struct aggregate_kernel percentile_kernel = {.fixed_size = sizeof(struct gathered_state),
                                                          .update = percentile_update,
                                                          .merge = percentile_merge,
                                                          .finish = percentile_finish};

/* --- types --- */

static struct expr *unexpected_value(struct resolver *r, struct expr *call, const struct expr *value, uint32_t index,
                                     const char *wanted, struct error *err) {
    return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(index), "requiredType",
                            wanted, "inputSql", quoted_expr(r->arena, value), "inputType",
                            quoted_type(r->arena, value->type), NULL);
}

/* A constant from 0 to 1, or an array of them, as double. */
static bool check_percentages(struct resolver *r, struct expr *call, uint32_t argument, struct error *err) {
    struct expr *e = call->children[argument];
    bool is_array = e->type->kind == TYPE_ARRAY;
    const char *wanted = is_array ? "\"ARRAY<DOUBLE>\"" : "\"DOUBLE\"";
    const struct type *t = aggregate_one_or_array(r, e, "DOUBLE", TYPE_OF(DOUBLE));
    uint32_t place = argument + call->aggregate.order_count; /* the value comes first */
    if (!t) return unexpected_value(r, call, e, place, wanted, err) != NULL;
    TRY(resolve_foldable(r, call, argument, "`percentage`", wanted, err));
    call->children[argument] = e = coerce_to(r, e, t);
    const struct vector *v = expr_fold(r->arena, r->context, e, err);
    TRY(v);
    if (vector_is_null(v, 0)) {
        resolve_mismatch(r, call, err, "UNEXPECTED_NULL", "exprName", "percentage", NULL);
        return false;
    }
    struct percentile p = {0};
    read_percentages(r->arena, v, &p);
    for (uint32_t i = 0; i < p.count; i++) {
        if (p.wanted[i] >= 0 && p.wanted[i] <= 1) continue;
        const char *text = literal_sql(r->arena, v, NULL, true);
        resolve_mismatch(r, call, err, "VALUE_OUT_OF_RANGE", "exprName", "percentage", "valueRange", "[0.0, 1.0]",
                         "currentValue", text, NULL);
        return false;
    }
    return true;
}

static void append_argument(struct resolver *r, struct expr *call, struct expr *argument) {
    call->children = arena_grow(r->arena, call->children, call->child_count * sizeof *call->children,
                                (call->child_count + 1) * sizeof *call->children);
    call->children[call->child_count++] = argument;
}

/* The result of a percentile over values of type t. */
static void set_result(struct resolver *r, struct expr *call, const struct type *t, bool is_array) {
    const struct type *one = type_is_ansi_interval(t) ? &types[t->kind] : TYPE_OF(DOUBLE);
    call->type = is_array ? type_array(r->arena, one, false) : one;
    call->nullable = true;
}

#define NUMBER_OR_INTERVAL "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\")"

static const struct type *number_or_interval(struct resolver *r, struct expr **value) {
    const struct type *t = coerce_implicit(r, *value, "NUMERIC|INTERVAL");
    if (t) *value = coerce_to(r, *value, t);
    return t;
}

static struct expr *resolve_percentile(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 2) append_argument(r, call, expr_int(r->arena, 1));
    const struct type *t = number_or_interval(r, &call->children[0]);
    if (!t) return unexpected_value(r, call, call->children[0], 0, NUMBER_OR_INTERVAL, err);
    const struct type *frequency = coerce_implicit(r, call->children[2], "INTEGRAL");
    if (!frequency) return unexpected_value(r, call, call->children[2], 2, "\"INTEGRAL\"", err);
    call->children[2] = coerce_to(r, call->children[2], frequency);
    TRY_NULL(check_percentages(r, call, 1, err));
    set_result(r, call, t, call->children[1]->type->kind == TYPE_ARRAY);
    return call;
}

static struct expr *resolve_median(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = number_or_interval(r, &call->children[0]);
    if (!t) return unexpected_value(r, call, call->children[0], 0, NUMBER_OR_INTERVAL, err);
    set_result(r, call, t, false);
    return call;
}

/* Is called again once WITHIN GROUP is there: nothing is refused before. */
static struct expr *resolve_within(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = TYPE_OF(DOUBLE);
    if (call->aggregate.order_count) {
        t = number_or_interval(r, &call->aggregate.order[0].expr);
        if (!t) return unexpected_value(r, call, call->aggregate.order[0].expr, 0, NUMBER_OR_INTERVAL, err);
        TRY_NULL(check_percentages(r, call, 0, err));
    }
    set_result(r, call, t, call->children[0]->type->kind == TYPE_ARRAY);
    return call;
}

const struct function aggregate_percentile_functions[] = {
    AGGREGATE("percentile", FUNCTION_NULLABLE, "(ANY, ANY [, ANY]) ?", resolve_percentile, prepare_percentile,
              &percentile_kernel, "percentile(expr, percentage[, frequency]) - the exact percentile, interpolated.",
              "percentile(col, 0.3) from values (0), (10) as t(col) => 3.0", "2.1.0"),
    AGGREGATE("median", FUNCTION_NULLABLE, "(ANY) ?", resolve_median, prepare_percentile, &percentile_kernel,
              "median(expr) - the middle value, or the mean of the two.",
              "median(col) from values (0), (10) as t(col) => 5.0", "3.4.0"),
    AGGREGATE("percentile_cont", FUNCTION_NULLABLE | FUNCTION_WITHIN_GROUP, "(ANY) ?", resolve_within,
              prepare_percentile, &percentile_kernel,
              "percentile_cont(percentage) WITHIN GROUP (ORDER BY v) - the percentile, interpolated.",
              "percentile_cont(0.25) within group (order by col) from values (0), (10) as t(col) => 2.5", "4.0.0"),
    AGGREGATE("percentile_disc", FUNCTION_NULLABLE | FUNCTION_WITHIN_GROUP, "(ANY) ?", resolve_within,
              prepare_percentile, &percentile_kernel,
              "percentile_disc(percentage) WITHIN GROUP (ORDER BY v) - the percentile, one of the values.",
              "percentile_disc(0.25) within group (order by col) from values (0), (10) as t(col) => 0.0", "4.0.0"),
    {0},
};
