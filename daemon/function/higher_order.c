/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that take functions. Each computes its array or map over the input, lays the elements of all rows end to
 * end, calls the lambda once over them (lambda_evaluate), and puts the results back into lists.
 *
 *     rows      [1,2] [] [3]        elements   1 2 3        parents   0 0 2
 *
 * Only rows that are not NULL take part. aggregate() is the exception: it folds, so it calls its lambda once per
 * position, over the rows whose arrays reach that far.
 */
#include <stdlib.h>

#include "base/vectorized.h"
#include "expr/evaluate.h"
#include "function/branch.h"
#include "function/complex_kernel.h"
#include "function/list_run.h"
#include "function/short_sort.h"

/* The elements of all lists of a column, end to end, with what the lambda at hand needs besides them. */
struct unrolled {
    struct vector list; /* the argument */
    uint32_t count;
    uint32_t first;          /* where the elements lie end to end as they are, the first of them */
    uint32_t *elements;      /* else rows of list.children */
    uint32_t *parents;       /* rows of the input; NULL: the lambda reads none of its columns */
    struct vector positions; /* INT, from 0; for lambdas that take them */
};

static uint32_t list_length(const struct vector *list, uint32_t row) {
    return vector_is_null(list, row) ? 0 : list_at(list, row).length;
}

static void unroll(struct arena *arena, const struct expr *lambda, const struct vector *list, uint32_t rows,
                   struct unrolled *u) {
    struct list_run run = list_run_of(list, rows);
    *u = (struct unrolled){.list = *list, .count = (uint32_t)run.total, .first = run.first};
    int32_t *positions = NULL;
    if (!run.dense) u->elements = arena_bytes_array(arena, run.total, sizeof *u->elements);
    if (lambda->lambda.outer_count) u->parents = arena_bytes_array(arena, run.total, sizeof *u->parents);
    if (lambda->lambda.count > 1 && list->type->kind == TYPE_ARRAY) {
        vector_init(&u->positions, arena, TYPE_OF(INT), u->count);
        positions = u->positions.data;
    }
    if (!u->elements && !u->parents && !positions) return;
    for (uint32_t i = 0, n = 0; i < rows; i++) {
        uint32_t length = list_length(list, i), offset = length ? list_at(list, i).offset : 0;
        for (uint32_t k = 0; k < length; k++, n++) {
            if (u->elements) u->elements[n] = offset + k;
            if (u->parents) u->parents[n] = i;
            if (positions) positions[n] = (int32_t)k;
        }
    }
}

/* The entries of lists that lie end to end, from the elements' first on. */
VECTORIZED static void move_lists(const struct list_entry *from, uint32_t first, uint32_t rows, struct list_entry *to) {
    for (uint32_t i = 0; i < rows; i++)
        to[i] = (struct list_entry){.offset = from[i].offset - first, .length = from[i].length};
}

/* List entries for the unrolled rows, NULL where the argument is; lengths by `kept` when it is given. */
static void roll(struct arena *arena, const struct unrolled *u, uint32_t rows, const uint8_t *kept,
                 struct vector *out) {
    if (!kept && !u->elements && u->list.form == VECTOR_FLAT && !u->list.validity) {
        if (u->first)
            move_lists(u->list.data, u->first, rows, out->data);
        else
            out->data = u->list.data;
        out->child_rows = u->count;
        return;
    }
    uint32_t n = 0, offset = 0;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t length = list_length(&u->list, i), left = kept ? 0 : length;
        for (uint32_t k = 0; kept && k < length; k++) left += kept[n++];
        VECTOR_DATA(out, struct list_entry)[i] = (struct list_entry){.offset = offset, .length = left};
        if (vector_is_null(&u->list, i)) vector_set_null(out, arena, i, rows);
        offset += left;
    }
    out->child_rows = offset;
}

/* The lambda at child `which`, over variables as many as it takes. */
static bool call_lambda(struct evaluator *evaluator, const struct expr *e, uint32_t which, const struct batch *input,
                        const uint32_t *parents, const struct vector *variables, uint32_t rows, struct vector *out,
                        struct error *err) {
    return lambda_evaluate(evaluator, e->children[which], input, parents, variables, rows, out, err);
}

static bool evaluate_list(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                          struct unrolled *u, struct error *err) {
    struct vector list;
    TRY(expr_evaluate(evaluator, e->children[0], input, &list, err));
    unroll(&evaluator->batch, e->children[1], &list, input->count, u);
    return true;
}

static void select_elements(struct arena *arena, const struct unrolled *u, uint32_t child, struct vector *out) {
    const struct vector *v = &u->list.children[child];
    if (u->elements)
        vector_select(out, arena, v, u->elements, u->count);
    else
        vector_range(out, arena, v, u->first, u->count);
}

/* Element and position; for maps key and value. */
static void element_variables(struct arena *arena, const struct unrolled *u, struct vector variables[2]) {
    select_elements(arena, u, 0, &variables[0]);
    if (u->list.type->kind == TYPE_MAP)
        select_elements(arena, u, 1, &variables[1]);
    else
        variables[1] = u->positions;
}

static inline bool is_true(const struct vector *v, uint32_t row) {
    return !vector_is_null(v, row) && VECTOR_DATA(v, uint8_t)[vector_entry(v, row)];
}

static bool transform_lazy(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                           struct vector *out, struct error *err) {
    struct unrolled u;
    struct vector variables[2], *results = ARENA_NEW(&evaluator->batch, struct vector);
    TRY(evaluate_list(evaluator, e, input, &u, err));
    element_variables(&evaluator->batch, &u, variables);
    TRY(call_lambda(evaluator, e, 1, input, u.parents, variables, u.count, results, err));
    vector_init(out, &evaluator->batch, e->type, input->count);
    roll(&evaluator->batch, &u, input->count, NULL, out);
    out->child_count = 1;
    out->children = results;
    return true;
}

static struct expr *transform_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct expr *body = call->children[1]->children[0];
    call->type = type_array(r->arena, body->type, body->nullable);
    call->nullable = call->children[0]->nullable;
    return call;
}

/* filter and map_filter: what the lambda is true of. */
static bool filter_lazy(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                        struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    struct unrolled u;
    struct vector variables[2], results;
    TRY(evaluate_list(evaluator, e, input, &u, err));
    element_variables(arena, &u, variables);
    TRY(call_lambda(evaluator, e, 1, input, u.parents, variables, u.count, &results, err));
    uint8_t *kept = arena_bytes(arena, u.count);
    uint32_t *selection = arena_bytes_array(arena, u.count, sizeof *selection), n = 0;
    for (uint32_t k = 0; k < u.count; k++) {
        kept[k] = is_true(&results, k);
        selection[n] = u.elements ? u.elements[k] : u.first + k;
        n += kept[k];
    }
    vector_init(out, arena, e->type, input->count);
    roll(arena, &u, input->count, kept, out);
    out->child_count = u.list.child_count;
    out->children = ARENA_ARRAY(arena, struct vector, out->child_count);
    for (uint32_t c = 0; c < out->child_count; c++)
        vector_select(&out->children[c], arena, &u.list.children[c], selection, n);
    return true;
}

static struct expr *same_type_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call->type = call->children[0]->type;
    call->nullable = call->children[0]->nullable;
    struct expr *body = call->children[1]->children[0];
    if (body->type->kind == TYPE_BOOLEAN || body->type->kind == TYPE_NULL) return call;
    return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(1), "requiredType",
                            "\"BOOLEAN\"", "inputSql", quoted_expr(r->arena, call->children[1]), "inputType",
                            quoted_type(r->arena, body->type), NULL);
}

/* What is known of one row's elements so far. */
struct quantifier {
    bool any; /* or all */
    bool decided, unknown;
};

static void see_element(struct quantifier *q, const struct vector *results, uint32_t row) {
    bool null = vector_is_null(results, row);
    q->unknown |= null;
    q->decided |= !null && is_true(results, row) == q->any;
}

static void put_verdict(const struct quantifier *q, struct arena *arena, const struct vector *list, uint32_t row,
                        uint32_t rows, struct vector *out) {
    VECTOR_DATA(out, uint8_t)[row] = q->decided == q->any;
    if (vector_is_null(list, row) || (!q->decided && q->unknown)) vector_set_null(out, arena, row, rows);
}

/* One row, element by element: those behind the one that decides are left alone. */
static bool quantify_row(struct evaluator *evaluator, const struct expr *e, const struct batch *input, bool any,
                         const struct unrolled *u, const struct vector variables[2], struct vector *out,
                         struct error *err) {
    struct quantifier q = {.any = any};
    uint32_t taken = e->children[1]->lambda.count;
    for (uint32_t k = 0; k < u->count && !q.decided; k++) {
        struct vector element[2], result;
        for (uint32_t v = 0; v < taken; v++) vector_range(&element[v], &evaluator->batch, &variables[v], k, 1);
        const uint32_t *parent = u->parents ? u->parents + k : NULL;
        TRY(call_lambda(evaluator, e, 1, input, parent, element, 1, &result, err));
        see_element(&q, &result, 0);
    }
    put_verdict(&q, &evaluator->batch, &u->list, 0, 1, out);
    return true;
}

/* exists: any, forall: all; three-valued. */
static bool quantify(struct evaluator *evaluator, const struct expr *e, const struct batch *input, bool any,
                     struct vector *out, struct error *err) {
    struct unrolled u;
    struct vector variables[2], results;
    TRY(evaluate_list(evaluator, e, input, &u, err));
    element_variables(&evaluator->batch, &u, variables);
    vector_init(out, &evaluator->batch, e->type, input->count);
    if (evaluator->by_row) return quantify_row(evaluator, e, input, any, &u, variables, out, err);
    TRY(call_lambda(evaluator, e, 1, input, u.parents, variables, u.count, &results, err));
    for (uint32_t i = 0, k = 0; i < input->count; i++) {
        struct quantifier q = {.any = any};
        for (uint32_t end = k + list_length(&u.list, i); k < end; k++) see_element(&q, &results, k);
        put_verdict(&q, &evaluator->batch, &u.list, i, input->count, out);
    }
    return true;
}

static bool exists_lazy(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                        struct vector *out, struct error *err) {
    return quantify(evaluator, e, input, true, out, err);
}

static bool forall_lazy(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                        struct vector *out, struct error *err) {
    return quantify(evaluator, e, input, false, out, err);
}

static struct expr *quantify_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (!same_type_resolve(r, call, err)) return NULL;
    call->type = TYPE_OF(BOOLEAN);
    call->nullable = call->children[0]->nullable || call->children[1]->children[0]->nullable;
    return call;
}

/* A fold under way: the rows whose lists have not ended, and their accumulators. */
struct fold {
    const struct vector *list;
    uint32_t *rows, count;
    struct vector accumulator;
    struct branches ended; /* the accumulators of the others */
};

/* Puts aside the rows whose lists are no longer than `step`. */
static void end_folds(struct arena *arena, struct fold *f, uint32_t step, uint32_t count) {
    uint32_t *places = arena_bytes_array(arena, count, sizeof *places), n = 0;
    uint32_t *rows = arena_bytes_array(arena, count, sizeof *rows);
    for (uint32_t k = 0; k < f->count; k++) {
        if (list_at(f->list, f->rows[k]).length > step) continue;
        places[n] = k;
        rows[n++] = f->rows[k];
    }
    struct vector last;
    vector_select(&last, arena, &f->accumulator, places, n);
    branches_add(&f->ended, &last, rows, n);
}

/* The rows whose list is longer than `step` get a new accumulator. */
static bool fold_step(struct evaluator *evaluator, const struct expr *e, const struct batch *input, uint32_t step,
                      struct fold *f, struct error *err) {
    struct arena *arena = &evaluator->batch;
    uint32_t *places = arena_bytes_array(arena, f->count, sizeof *places), n = 0;
    uint32_t *elements = arena_bytes_array(arena, f->count, sizeof *elements);
    uint32_t *rows = arena_bytes_array(arena, f->count, sizeof *rows);
    for (uint32_t k = 0; k < f->count; k++) {
        struct list_entry list = list_at(f->list, f->rows[k]);
        places[n] = k;
        elements[n] = list.offset + step;
        rows[n] = f->rows[k];
        n += list.length > step;
    }
    if (n < f->count) end_folds(arena, f, step, f->count - n);
    struct vector variables[2];
    vector_select(&variables[0], arena, &f->accumulator, places, n);
    vector_select(&variables[1], arena, &f->list->children[0], elements, n);
    f->rows = rows;
    f->count = n;
    return n == 0 || call_lambda(evaluator, e, 2, input, rows, variables, n, &f->accumulator, err);
}

/* Rows whose list is NULL take no part. */
static bool aggregate_lazy(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                           struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    struct vector list, start, finished;
    TRY(expr_evaluate(evaluator, e->children[0], input, &list, err));
    TRY(expr_evaluate(evaluator, e->children[1], input, &start, err));
    uint32_t *rows = arena_bytes_array(arena, input->count, sizeof *rows), n = 0;
    uint32_t *places = arena_bytes_array(arena, input->count, sizeof *places);
    for (uint32_t i = 0; i < input->count; i++) {
        bool null = vector_is_null(&list, i);
        places[i] = null ? NO_ENTRY : n;
        rows[n] = i;
        n += !null;
    }
    struct fold f = {.list = &list, .rows = rows, .count = n};
    vector_select(&f.accumulator, arena, &start, rows, n);
    branches_init(&f.ended, arena, e->children[1]->type, input->count);
    for (uint32_t step = 0; f.count; step++) TRY(fold_step(evaluator, e, input, step, &f, err));
    struct vector ended, folded;
    branches_finish(&f.ended, &ended);
    vector_select(&folded, arena, &ended, rows, n);
    TRY(call_lambda(evaluator, e, 3, input, rows, &folded, n, &finished, err));
    gather(arena, &finished, places, input->count, out);
    return true;
}

/* x -> x, which finishes a fold that says nothing else. */
static struct expr *identity(struct resolver *r, const struct type *type) {
    struct attribute *a = ARENA_NEW(r->arena, struct attribute);
    *a = (struct attribute){.id = (*r->next_id)++, .name = "id", .type = type, .nullable = true};
    struct expr *variable = expr_attribute(r->arena, a);
    variable->kind = EXPR_LAMBDA_VARIABLE;
    struct expr *lambda = expr_new(r->arena, EXPR_LAMBDA, 1);
    lambda->children[0] = variable;
    lambda->type = type;
    lambda->nullable = true;
    lambda->lambda.count = 1;
    lambda->lambda.variables = ARENA_NEW(r->arena, struct expr *);
    lambda->lambda.variables[0] = variable;
    expr_update_flags(lambda);
    return lambda;
}

/* The call with a last lambda that gives what it gets, where none is written. */
static struct expr *with_finish(struct resolver *r, struct expr *call) {
    if (call->child_count == 4) return call;
    struct expr *whole = expr_new(r->arena, EXPR_CALL, 4);
    struct expr **children = whole->children;
    *whole = *call;
    whole->children = children;
    whole->child_count = 4;
    for (uint32_t i = 0; i < 3; i++) children[i] = call->children[i];
    children[3] = identity(r, call->children[1]->type);
    return whole;
}

static struct expr *aggregate_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call = with_finish(r, call);
    struct expr *merge = call->children[2]->children[0], *zero = call->children[1];
    if (!type_same(merge->type, zero->type, true)) {
        const struct type *wider = coerce_tightest(r, merge->type, zero->type);
        bool fits = wider && type_same(wider, zero->type, true) && cast_allowed(merge->type, zero->type, CAST_ANSI);
        struct expr *cast =
            fits || coerce_same_structure(merge->type, zero->type) ? coerce_to(r, merge, zero->type) : NULL;
        if (!cast)
            return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(2),
                                    "requiredType", quoted_type(r->arena, zero->type), "inputSql",
                                    quoted_expr(r->arena, call->children[2]), "inputType",
                                    quoted_type(r->arena, merge->type), NULL);
        struct expr *lambda = expr_copy_node(r->arena, call->children[2]);
        lambda->children[0] = cast;
        call->children[2] = lambda;
    }
    const struct expr *result = call->children[3]->children[0];
    call->type = result->type;
    call->nullable = call->children[0]->nullable || result->nullable;
    return call;
}

/* Pads the shorter array with NULLs. */
static bool zip_with_lazy(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                          struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    struct vector a, b, variables[2], *results = ARENA_NEW(arena, struct vector);
    TRY(expr_evaluate(evaluator, e->children[0], input, &a, err));
    TRY(expr_evaluate(evaluator, e->children[1], input, &b, err));
    LIST(uint32_t) left = {0};
    LIST(uint32_t) right = {0};
    LIST(uint32_t) parents = {0};
    vector_init(out, arena, e->type, input->count);
    for (uint32_t i = 0; i < input->count; i++) {
        struct list_entry entry = {.offset = left.count};
        if (vector_is_null(&a, i) || vector_is_null(&b, i)) {
            vector_set_null(out, arena, i, input->count);
        } else {
            struct list_entry x = list_at(&a, i), y = list_at(&b, i);
            entry.length = x.length > y.length ? x.length : y.length;
            for (uint32_t k = 0; k < entry.length; k++) {
                LIST_PUSH(arena, &left, k < x.length ? x.offset + k : NO_ENTRY);
                LIST_PUSH(arena, &right, k < y.length ? y.offset + k : NO_ENTRY);
                LIST_PUSH(arena, &parents, i);
            }
        }
        VECTOR_DATA(out, struct list_entry)[i] = entry;
    }
    gather(arena, &a.children[0], left.items, left.count, &variables[0]);
    gather(arena, &b.children[0], right.items, right.count, &variables[1]);
    TRY(call_lambda(evaluator, e, 2, input, parents.items, variables, parents.count, results, err));
    out->child_count = 1;
    out->children = results;
    out->child_rows = parents.count;
    return true;
}

static struct expr *zip_with_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct expr *body = call->children[2]->children[0];
    call->type = type_array(r->arena, body->type, body->nullable);
    call->nullable = call->children[0]->nullable || call->children[1]->nullable;
    return call;
}

/* transform_values keeps the keys; transform_keys makes new ones, which must be distinct. */
static bool transform_map(struct evaluator *evaluator, const struct expr *e, const struct batch *input, bool keys,
                          struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    struct unrolled u;
    struct vector variables[2], results;
    TRY(evaluate_list(evaluator, e, input, &u, err));
    element_variables(arena, &u, variables);
    TRY(call_lambda(evaluator, e, 1, input, u.parents, variables, u.count, &results, err));
    struct call call = {.expr = e, .arena = arena, .context = evaluator->context, .evaluator = evaluator};
    struct map_builder m;
    map_builder_init(&m, &call, input->count);
    for (uint32_t i = 0, k = 0; i < input->count; i++) {
        if (vector_is_null(&u.list, i)) {
            map_builder_null(&m);
            continue;
        }
        for (uint32_t end = k + list_length(&u.list, i); k < end; k++)
            TRY(map_builder_put(&m, keys ? &results : &variables[0], k, keys ? &variables[1] : &results, k, err));
        map_builder_end(&m);
    }
    *out = *map_builder_finish(&m);
    return true;
}

static bool transform_keys_lazy(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                                struct vector *out, struct error *err) {
    return transform_map(evaluator, e, input, true, out, err);
}

static bool transform_values_lazy(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                                  struct vector *out, struct error *err) {
    return transform_map(evaluator, e, input, false, out, err);
}

static struct expr *transform_keys_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type, *key = call->children[1]->children[0]->type;
    if (key->kind == TYPE_MAP)
        return resolve_mismatch(r, call, err, "INVALID_MAP_KEY_TYPE", "keyType", quoted_type(r->arena, key), NULL);
    call->type = type_map(r->arena, key, t->element, t->contains_null);
    call->nullable = call->children[0]->nullable;
    return check_map_key(r, call, call->type->key, err) ? call : NULL;
}

static struct expr *transform_values_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct expr *body = call->children[1]->children[0];
    call->type = type_map(r->arena, call->children[0]->type->key, body->type, body->nullable);
    call->nullable = call->children[0]->nullable;
    return call;
}

static uint32_t find_in(const struct vector *map, uint32_t row, const struct vector *keys, uint32_t key) {
    struct list_entry list = list_at(map, row);
    for (uint32_t k = list.offset; k < list.offset + list.length; k++)
        if (rows_equal(&map->children[0], k, keys, key)) return k;
    return NO_ENTRY;
}

/* The keys of both, the first map's before the others. */
static bool map_zip_with_lazy(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                              struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    struct vector maps[2], variables[3], results;
    TRY(expr_evaluate(evaluator, e->children[0], input, &maps[0], err));
    TRY(expr_evaluate(evaluator, e->children[1], input, &maps[1], err));
    struct builder keys;
    builder_init(&keys, arena, maps[0].type->key, input->count);
    LIST(uint32_t) values[2] = {{0}, {0}};
    LIST(uint32_t) parents = {0};
    vector_init(out, arena, e->type, input->count);
    for (uint32_t i = 0; i < input->count; i++) {
        struct list_entry entry = {.offset = parents.count};
        bool null = vector_is_null(&maps[0], i) || vector_is_null(&maps[1], i);
        if (null) vector_set_null(out, arena, i, input->count);
        for (uint32_t m = 0; m < 2 && !null; m++) {
            struct list_entry list = list_at(&maps[m], i);
            for (uint32_t k = list.offset; k < list.offset + list.length; k++) {
                uint32_t other = find_in(&maps[1 - m], i, &maps[m].children[0], k);
                if (m == 1 && other != NO_ENTRY) continue;
                builder_append_row(&keys, &maps[m].children[0], k, false);
                LIST_PUSH(arena, &values[m], k);
                LIST_PUSH(arena, &values[1 - m], other);
                LIST_PUSH(arena, &parents, i);
            }
        }
        entry.length = parents.count - entry.offset;
        VECTOR_DATA(out, struct list_entry)[i] = entry;
    }
    variables[0] = *builder_finish(&keys);
    for (uint32_t m = 0; m < 2; m++)
        gather(arena, &maps[m].children[1], values[m].items, parents.count, &variables[m + 1]);
    TRY(call_lambda(evaluator, e, 2, input, parents.items, variables, parents.count, &results, err));
    out->child_count = 2;
    out->child_rows = parents.count;
    out->children = ARENA_ARRAY(arena, struct vector, 2);
    out->children[0] = variables[0];
    out->children[1] = results;
    return true;
}

/* Lambdas that were not bound yet show their variables by name. */
static struct expr *by_name(struct expr *e, void *data) {
    if (e->kind == EXPR_LAMBDA_VARIABLE) return expr_attribute(data, e->column.attribute);
    if (e->kind == EXPR_LAMBDA)
        for (uint32_t i = 0; i < e->lambda.count; i++)
            e->lambda.variables[i] = expr_attribute(data, e->lambda.variables[i]->column.attribute);
    return e;
}

static struct expr *map_zip_with_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *a = call->children[0]->type, *b = call->children[1]->type;
    const struct expr *body = call->children[2]->children[0];
    if (!type_same(a->key, b->key, true))
        return resolve_mismatch(r, expr_rewrite(r->arena, call, by_name, r->arena), err, "MAP_ZIP_WITH_DIFF_TYPES",
                                "functionName", "`map_zip_with`", "leftType", quoted_type(r->arena, a->key),
                                "rightType", quoted_type(r->arena, b->key), NULL);
    call->type = type_map(r->arena, a->key, body->type, body->nullable);
    call->nullable = call->children[0]->nullable || call->children[1]->nullable;
    return call;
}

/* array_sort: by the natural order with NULLs last, or by a comparator. A comparator is called in rounds, one call over
 * the pairs that all rows compare next: of a merge sort, or of short lists' own (short_sort.h). */
struct comparing {
    struct evaluator *evaluator;
    const struct expr *e;
    const struct batch *input;
    const struct vector *list;
    uint32_t *order, *merged; /* rows of the list's child */
};

struct run {
    uint32_t left, middle, end, right, out, row;
};

/* Elements of the list's child, and the rows that they are of. */
struct pairs {
    uint32_t *a, *b, *parents, count;
};

static void pairs_init(struct pairs *p, struct arena *arena, uint32_t capacity) {
    p->a = arena_bytes_array(arena, capacity, sizeof *p->a);
    p->b = arena_bytes_array(arena, capacity, sizeof *p->b);
    p->parents = arena_bytes_array(arena, capacity, sizeof *p->parents);
}

/* Compares all pairs in one call of the lambda. */
static bool compare_pairs(struct comparing *c, const struct pairs *p, int32_t *results, struct error *err) {
    struct arena *arena = &c->evaluator->batch;
    uint32_t count = p->count;
    struct vector variables[2], v;
    vector_select(&variables[0], arena, &c->list->children[0], p->a, count);
    vector_select(&variables[1], arena, &c->list->children[0], p->b, count);
    TRY(call_lambda(c->evaluator, c->e, 1, c->input, p->parents, variables, count, &v, err));
    for (uint32_t i = 0; i < count; i++) {
        if (vector_is_null(&v, i))
            return error_set(err, "COMPARATOR_RETURNS_NULL", "firstValue", "?", "secondValue", "?", NULL);
        results[i] = VECTOR_DATA(&v, int32_t)[vector_entry(&v, i)];
    }
    return true;
}

static bool compare_heads(struct comparing *c, const struct run *runs, uint32_t count, int32_t *results,
                          struct error *err) {
    struct pairs p = {.count = count};
    pairs_init(&p, &c->evaluator->batch, count);
    for (uint32_t i = 0; i < count; i++) {
        p.a[i] = c->order[runs[i].left];
        p.b[i] = c->order[runs[i].right];
        p.parents[i] = runs[i].row;
    }
    return compare_pairs(c, &p, results, err);
}

/* The lists that are short. The others are left as they are. */
static bool sort_short_lists(struct comparing *c, struct error *err) {
    struct arena *arena = &c->evaluator->batch;
    struct short_sort *sorts = ARENA_ARRAY(arena, struct short_sort, c->input->count);
    struct pairs p = {0};
    pairs_init(&p, arena, c->input->count);
    int32_t *results = arena_bytes_array(arena, c->input->count, sizeof *results);
    for (uint32_t i = 0; i < c->input->count; i++) {
        struct list_entry list = vector_is_null(c->list, i) ? (struct list_entry){0} : list_at(c->list, i);
        if (list.length < 2 || list.length > SHORT_SORT_MOST) continue;
        sorts[p.count] = (struct short_sort){.order = c->order + list.offset, .count = list.length};
        p.parents[p.count++] = i;
    }
    while (p.count) {
        for (uint32_t i = 0; i < p.count; i++) short_sort_pair(&sorts[i], &p.a[i], &p.b[i]);
        TRY(compare_pairs(c, &p, results, err));
        uint32_t kept = 0;
        for (uint32_t i = 0; i < p.count; i++) {
            if (!short_sort_step(&sorts[i], results[i])) continue;
            sorts[kept] = sorts[i];
            p.parents[kept++] = p.parents[i];
        }
        p.count = kept;
    }
    return true;
}

/* One pass: neighbouring runs of `width` are merged, all rows together. */
static bool merge_pass(struct comparing *c, uint32_t width, bool *any, struct error *err) {
    struct arena *arena = &c->evaluator->batch;
    LIST(struct run) runs = {0};
    *any = false;
    for (uint32_t i = 0; i < c->input->count; i++) {
        if (vector_is_null(c->list, i)) continue;
        struct list_entry list = list_at(c->list, i);
        for (uint32_t k = 0; list.length <= SHORT_SORT_MOST && k < list.length; k++)
            c->merged[list.offset + k] = c->order[list.offset + k];
        if (list.length <= SHORT_SORT_MOST) continue;
        for (uint32_t at = 0; at < list.length; at += 2 * width) {
            uint32_t middle = at + width < list.length ? at + width : list.length;
            uint32_t end = at + 2 * width < list.length ? at + 2 * width : list.length;
            struct run run = {list.offset + at,     list.offset + middle, list.offset + end,
                              list.offset + middle, list.offset + at,     i};
            for (uint32_t k = at; k < end; k++) c->merged[list.offset + k] = c->order[list.offset + k];
            if (middle < end) LIST_PUSH(arena, &runs, run);
        }
        *any |= width < list.length;
    }
    int32_t *results = arena_bytes_array(arena, runs.count, sizeof *results);
    while (runs.count) {
        TRY(compare_heads(c, runs.items, runs.count, results, err));
        uint32_t kept = 0;
        for (uint32_t i = 0; i < runs.count; i++) {
            struct run run = runs.items[i];
            c->merged[run.out++] = results[i] <= 0 ? c->order[run.left++] : c->order[run.right++];
            if (run.left < run.middle && run.right < run.end) {
                runs.items[kept++] = run;
                continue;
            }
            while (run.left < run.middle) c->merged[run.out++] = c->order[run.left++];
            while (run.right < run.end) c->merged[run.out++] = c->order[run.right++];
        }
        runs.count = kept;
    }
    uint32_t *swap = c->order;
    c->order = c->merged;
    c->merged = swap;
    return true;
}

static int by_natural_order(const void *a, const void *b, void *elements) {
    struct sort_key key = {0};
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int order = rows_compare(elements, x, elements, y, &key);
    return order ? order : (x > y) - (x < y);
}

static bool array_sort_lazy(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                            struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    struct vector list;
    TRY(expr_evaluate(evaluator, e->children[0], input, &list, err));
    struct comparing c = {.evaluator = evaluator, .e = e, .input = input, .list = &list};
    c.order = arena_bytes_array(arena, list.child_rows, sizeof *c.order);
    c.merged = arena_bytes_array(arena, list.child_rows, sizeof *c.merged);
    for (uint32_t k = 0; k < list.child_rows; k++) c.order[k] = c.merged[k] = k;
    if (e->child_count == 2) {
        bool any = true;
        TRY(sort_short_lists(&c, err));
        for (uint32_t width = 1; any; width *= 2) TRY(merge_pass(&c, width, &any, err));
    } else {
        for (uint32_t i = 0; i < input->count; i++)
            if (!vector_is_null(&list, i))
                qsort_r(c.order + list_at(&list, i).offset, list_at(&list, i).length, sizeof *c.order, by_natural_order,
                        &list.children[0]);
    }
    *out = list;
    out->children = ARENA_NEW(arena, struct vector);
    vector_select(out->children, arena, &list.children[0], c.order, list.child_rows);
    return true;
}

/* The call as Spark names it: with the comparison that it puts in. */
static struct expr *with_default_order(struct resolver *r, const struct expr *call) {
    static struct attribute comparison = {
        .name =
            "lambdafunction((IF(((namedlambdavariable() IS NULL) AND (namedlambdavariable() IS NULL)), 0, "
            "(IF((namedlambdavariable() IS NULL), 1, (IF((namedlambdavariable() IS NULL), -1, "
            "(IF((namedlambdavariable() < namedlambdavariable()), -1, (IF((namedlambdavariable() > "
            "namedlambdavariable()), 1, 0)))))))))), namedlambdavariable(), namedlambdavariable())"};
    struct expr *shown = expr_new(r->arena, EXPR_CALL, 2), *order = expr_new(r->arena, EXPR_ATTRIBUTE, 0);
    order->column.attribute = &comparison;
    order->type = TYPE_OF(INT);
    shown->call = call->call;
    shown->type = call->type;
    shown->children[0] = call->children[0];
    shown->children[1] = order;
    return shown;
}

static struct expr *array_sort_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call->type = call->children[0]->type;
    call->nullable = call->children[0]->nullable;
    if (call->child_count == 2) {
        const struct type *t = call->children[1]->children[0]->type;
        if (t->kind == TYPE_INT) return call;
        return resolve_mismatch(r, call, err, "UNEXPECTED_RETURN_TYPE", "functionName", "`lambdafunction`",
                                "expectedType", "\"INT\"", "actualType", quoted_type(r->arena, t), NULL);
    }
    call->pretty = with_default_order(r, call);
    if (type_is_orderable(call->type->element)) return call;
    error_set(err, "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", "sqlExpr",
              "\"(namedlambdavariable() < namedlambdavariable())\"", "functionName", "`<`", "dataType",
              quoted_type(r->arena, call->type->element), NULL);
    error_at(err, call->origin);
    return NULL;
}

#define HIGHER(fname, sig, fn, res, ...)                                                                               \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_LAZY | FUNCTION_TYPED, .signature = sig,            \
        .lazy = fn, .resolve = res, .group = "lambda_funcs", __VA_ARGS__                                               \
    }

const struct function higher_order_functions[] = {
    HIGHER("transform", "(ARRAY, LAMBDA) ?", transform_lazy, transform_resolve,
           .usage = "transform(array, func) - func of each element (and its position).",
           .example = "transform(array(1, 2), x -> x + 1) => [2,3]", .since = "2.4.0"),
    HIGHER("filter", "(ARRAY, LAMBDA) ?", filter_lazy, same_type_resolve,
           .usage = "filter(array, func) - The elements of which func is true.",
           .example = "filter(array(1, 2, 3), x -> x > 1) => [2,3]", .since = "2.4.0"),
    HIGHER("exists", "(ARRAY, LAMBDA) ?", exists_lazy, quantify_resolve,
           .usage = "exists(array, func) - Is func true of an element?",
           .example = "exists(array(1, 2), x -> x = 2) => true", .since = "2.4.0"),
    HIGHER("forall", "(ARRAY, LAMBDA) ?", forall_lazy, quantify_resolve,
           .usage = "forall(array, func) - Is func true of all elements?",
           .example = "forall(array(1, 2), x -> x > 0) => true", .since = "3.0.0"),
    HIGHER("aggregate", "(ARRAY, ANY, LAMBDA [, LAMBDA]) ?", aggregate_lazy, aggregate_resolve,
           .usage = "aggregate(array, start, merge[, finish]) - Folds the elements into one value.",
           .example = "aggregate(array(1, 2, 3), 0, (acc, x) -> acc + x) => 6", .since = "2.4.0"),
    HIGHER("reduce", "(ARRAY, ANY, LAMBDA [, LAMBDA]) ?", aggregate_lazy, aggregate_resolve,
           .usage = "reduce(array, start, merge[, finish]) - Folds the elements into one value.",
           .example = "reduce(array(1, 2, 3), 0, (acc, x) -> acc + x) => 6", .since = "3.4.0"),
    HIGHER("zip_with", "(ARRAY, ARRAY, LAMBDA) ?", zip_with_lazy, zip_with_resolve,
           .usage = "zip_with(left, right, func) - func of each pair; the shorter array is filled up with NULLs.",
           .example = "zip_with(array(1, 2), array(3, 4), (x, y) -> x + y) => [4,6]", .since = "2.4.0"),
    HIGHER("array_sort", "(ARRAY [, LAMBDA]) ?", array_sort_lazy, array_sort_resolve,
           .usage = "array_sort(array[, func]) - array in order, NULLs last, or in the order that func(left, right) "
                    "tells by its sign.",
           .example = "array_sort(array(3, 1, 2)) => [1,2,3]", .since = "2.4.0"),
    HIGHER("map_filter", "(MAP, LAMBDA) ?", filter_lazy, same_type_resolve,
           .usage = "map_filter(map, func) - The entries of which func(key, value) is true.",
           .example = "map_filter(map('a', 1, 'b', 2), (k, v) -> v > 1) => {\"b\":2}", .since = "3.0.0"),
    HIGHER("transform_keys", "(MAP, LAMBDA) ?", transform_keys_lazy, transform_keys_resolve,
           .usage = "transform_keys(map, func) - The map with func(key, value) for keys.",
           .example = "transform_keys(map('a', 1), (k, v) -> upper(k)) => {\"A\":1}", .since = "3.0.0"),
    HIGHER("transform_values", "(MAP, LAMBDA) ?", transform_values_lazy, transform_values_resolve,
           .usage = "transform_values(map, func) - The map with func(key, value) for values.",
           .example = "transform_values(map('a', 1), (k, v) -> v + 1) => {\"a\":2}", .since = "3.0.0"),
    HIGHER("map_zip_with", "(MAP, MAP, LAMBDA) ?", map_zip_with_lazy, map_zip_with_resolve,
           .usage = "map_zip_with(map1, map2, func) - func(key, value1, value2) for the keys of both.",
           .example = "map_zip_with(map('a', 1), map('a', 2), (k, x, y) -> x + y) => {\"a\":3}", .since = "3.0.0"),
    {0},
};
