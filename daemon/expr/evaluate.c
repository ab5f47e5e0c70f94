/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluation is a walk over the bound tree, one vector per node. A node costs a few dozen instructions per batch, so
 * the walk does not show beside the kernels' loops over the rows.
 *
 *   - All arguments constant, and the function deterministic: it is computed once and the result is constant.
 *   - A STRICT function's result gets the arguments' NULLs before the kernel runs.
 *   - Rows are left out by dictionary: a selected evaluation sees the input through a selection, so kernels never
 *     know of it and always fill their result densely.
 */
#include "expr/evaluate.h"

#include <string.h>

#include "column/cast.h"
#include "column/mask.h"
#include "expr/resolve.h"

void evaluator_init(struct evaluator *evaluator, struct arena *query, const struct context *context) {
    *evaluator = (struct evaluator){.query = query, .context = context, .input_file = ""};
    arena_init(&evaluator->batch, query->account);
}

void evaluator_release(struct evaluator *evaluator) {
    arena_release(&evaluator->batch);
}

void evaluator_reset(struct evaluator *evaluator) {
    arena_reset(&evaluator->batch);
}

/* result's NULLs: where any argument has one. */
static void merge_validity(struct arena *arena, const struct vector *arguments, uint32_t count, uint32_t rows,
                           struct vector *out) {
    size_t words = bitmap_words(rows);
    for (uint32_t a = 0; a < count; a++) {
        const struct vector *v = &arguments[a];
        if (!v->validity || (v->form == VECTOR_CONSTANT && bit_get(v->validity, 0))) continue;
        if (!out->validity) {
            out->validity = arena_bytes_array(arena, words, sizeof(uint64_t));
            memset(out->validity, 0xFF, words * sizeof(uint64_t));
        }
        if (v->form == VECTOR_CONSTANT) {
            memset(out->validity, 0, words * sizeof(uint64_t));
            return;
        }
        if (v->form == VECTOR_FLAT) {
            for (size_t w = 0; w < words; w++) out->validity[w] &= v->validity[w];
        } else {
            for (uint32_t i = 0; i < rows; i++)
                if (!bit_get(v->validity, v->selection[i])) bit_clear(out->validity, i);
        }
    }
}

static bool all_null(const struct vector *arguments, uint32_t count) {
    for (uint32_t a = 0; a < count; a++)
        if (arguments[a].form == VECTOR_CONSTANT && arguments[a].validity && !bit_get(arguments[a].validity, 0))
            return true;
    return false;
}

static bool run_kernel(struct evaluator *evaluator, const struct expr *e, const struct vector *arguments, uint32_t rows,
                       struct vector *out, struct error *err) {
    const struct function *f = e->call.function;
    struct arena *arena = &evaluator->batch;
    bool strict = f->flags & FUNCTION_STRICT;
    if (strict && all_null(arguments, e->child_count)) {
        vector_init_null(out, arena, e->type);
        return true;
    }
    struct call call = {
        .expr = e, .state = e->call.state, .arena = arena, .context = evaluator->context, .evaluator = evaluator};
    vector_init(out, arena, e->type, rows);
    if (strict) merge_validity(arena, arguments, e->child_count, rows, out);
    return f->kernel(&call, arguments, rows, out, err);
}

/* Values of a dictionary that is no larger than the batch are computed once each, not once per row. */
static bool has_few_values(const struct vector *v, uint32_t rows) {
    return v->form == VECTOR_DICTIONARY && v->entries && v->entries <= rows;
}

/* The argument that is such a dictionary, when all others are constants; else child_count. */
static uint32_t only_dictionary(const struct expr *e, const struct vector *arguments, uint32_t rows) {
    uint32_t found = e->child_count;
    if (e->call.function->flags & FUNCTION_NONDETERMINISTIC) return found;
    for (uint32_t i = 0; i < e->child_count; i++) {
        if (arguments[i].form == VECTOR_CONSTANT) continue;
        if (found < e->child_count || !has_few_values(&arguments[i], rows)) return e->child_count;
        found = i;
    }
    return found;
}

static struct vector values_of(const struct vector *dictionary) {
    struct vector values = *dictionary;
    values.form = VECTOR_FLAT;
    values.selection = NULL;
    values.entries = values.dictionary = 0;
    return values;
}

static void through_dictionary(struct arena *arena, const struct vector *dictionary, uint32_t rows,
                               struct vector *out) {
    vector_select(out, arena, out, dictionary->selection, rows);
    if (out->form == VECTOR_DICTIONARY) out->entries = dictionary->entries;
}

/* False: a value fails, which need not be that of any row. */
static bool run_on_dictionary(struct evaluator *evaluator, const struct expr *e, struct vector *arguments,
                              uint32_t which, uint32_t rows, struct vector *out) {
    struct vector dictionary = arguments[which];
    struct error ignored = ERROR_INIT;
    arguments[which] = values_of(&dictionary);
    bool good = run_kernel(evaluator, e, arguments, dictionary.entries, out, &ignored);
    arguments[which] = dictionary;
    error_release(&ignored);
    if (good && out->form == VECTOR_DICTIONARY) out->entries = 0;
    if (good) through_dictionary(&evaluator->batch, &dictionary, rows, out);
    return good;
}

/* The one row that a kernel gave as an entry of something larger, for all rows. */
static void repeat_first(struct arena *arena, struct vector *v, uint32_t rows) {
    uint32_t *first = arena_bytes_array(arena, rows, sizeof *first);
    memset(first, 0, rows * sizeof *first);
    vector_select(v, arena, v, first, rows);
}

/* Of one row: no argument is computed behind one that is NULL. */
static bool evaluate_strict_row(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                                struct vector *out, struct error *err) {
    struct vector *arguments = arena_bytes_array(&evaluator->batch, e->child_count, sizeof *arguments);
    bool backwards = e->call.function->flags & FUNCTION_RIGHT_FIRST;
    for (uint32_t k = 0; k < e->child_count; k++) {
        uint32_t i = backwards ? e->child_count - 1 - k : k;
        TRY(expr_evaluate(evaluator, e->children[i], input, &arguments[i], err));
        if (vector_is_null(&arguments[i], 0)) {
            vector_init_null(out, &evaluator->batch, e->type);
            return true;
        }
    }
    return run_kernel(evaluator, e, arguments, input->count, out, err);
}

/* Does an argument behind the first one draw numbers, of which the rows before it decide how many? */
static bool draws_behind_first(const struct expr *e) {
    for (uint32_t i = 1; !e->deterministic && i < e->child_count; i++)
        if (!e->children[i]->deterministic) return true;
    return false;
}

/* Leaves out the rows where the last argument is NULL: of all arguments so far, and of the selection, which is a new one
 * then, for vectors keep the one that they were computed with. */
static const uint32_t *leave_nulls_out(struct arena *arena, struct vector *const *arguments, uint32_t given,
                                       const uint32_t *selection, uint32_t *count) {
    uint32_t *kept = arena_bytes_array(arena, *count, sizeof *kept), left = 0;
    uint32_t *rows = arena_bytes_array(arena, *count, sizeof *rows);
    for (uint32_t i = 0; i < *count; i++) {
        if (vector_is_null(arguments[given - 1], i)) continue;
        rows[left] = selection[i];
        kept[left++] = i;
    }
    if (left == *count) return selection;
    for (uint32_t k = 0; k < given; k++) vector_select(arguments[k], arena, arguments[k], kept, left);
    *count = left;
    return rows;
}

/* rand() behind an argument that is NULL draws no number: arguments are computed for the rows that reach them. */
static bool evaluate_drawing(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                             struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    struct vector *arguments = ARENA_ARRAY(arena, struct vector, e->child_count), piece;
    struct vector **given = ARENA_ARRAY(arena, struct vector *, e->child_count);
    uint32_t *all_rows = arena_bytes_array(arena, input->count, sizeof *all_rows), count = input->count;
    const uint32_t *selection = all_rows;
    bool backwards = e->call.function->flags & FUNCTION_RIGHT_FIRST;
    for (uint32_t i = 0; i < count; i++) all_rows[i] = i;
    for (uint32_t k = 0; k < e->child_count; k++) {
        uint32_t i = backwards ? e->child_count - 1 - k : k;
        given[k] = &arguments[i];
        TRY(expr_evaluate_selected(evaluator, e->children[i], input, selection, count, given[k], err));
        selection = leave_nulls_out(arena, given, k + 1, selection, &count);
    }
    TRY(run_kernel(evaluator, e, arguments, count, &piece, err));
    struct builder all;
    builder_init(&all, arena, e->type, input->count);
    for (uint32_t row = 0, k = 0; row < input->count; row++)
        if (k < count && selection[k] == row)
            builder_append_row(&all, &piece, k++, false);
        else
            builder_append_null(&all);
    *out = *builder_finish(&all);
    return true;
}

static bool evaluate_call(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                          struct vector *out, struct error *err) {
    if (e->call.function->flags & FUNCTION_LAZY) return e->call.function->lazy(evaluator, e, input, out, err);
    if (!e->call.function->kernel) return error_internal(err, "%s can't be evaluated here", e->call.function->name);
    uint32_t stops = e->call.function->flags & (FUNCTION_STRICT | FUNCTION_ALL_COMPUTED);
    if (evaluator->by_row && stops == FUNCTION_STRICT) return evaluate_strict_row(evaluator, e, input, out, err);
    if (stops == FUNCTION_STRICT && draws_behind_first(e)) return evaluate_drawing(evaluator, e, input, out, err);
    struct vector *arguments = arena_bytes_array(&evaluator->batch, e->child_count, sizeof *arguments);
    bool constant = !(e->call.function->flags & FUNCTION_NONDETERMINISTIC);
    for (uint32_t i = 0; i < e->child_count; i++) {
        if (e->children[i]->kind == EXPR_LAMBDA) return error_internal(err, "a lambda reached a plain kernel");
        TRY(expr_evaluate(evaluator, e->children[i], input, &arguments[i], err));
        constant &= arguments[i].form == VECTOR_CONSTANT;
    }
    uint32_t which = constant ? e->child_count : only_dictionary(e, arguments, input->count);
    if (which < e->child_count && run_on_dictionary(evaluator, e, arguments, which, input->count, out)) return true;
    if (!constant || input->count <= 1) return run_kernel(evaluator, e, arguments, input->count, out, err);
    TRY(run_kernel(evaluator, e, arguments, 1, out, err));
    if (out->form == VECTOR_FLAT) out->form = VECTOR_CONSTANT;
    if (out->form == VECTOR_DICTIONARY) repeat_first(&evaluator->batch, out, input->count);
    return true;
}

/* What does not fit into a column has a condition of its own. */
static bool stored_overflow(struct arena *arena, const struct expr *e, struct error *err) {
    const char *condition = err->condition ? err->condition->name : "";
    if (strcmp(condition, "CAST_OVERFLOW") != 0 && strncmp(condition, "NUMERIC_VALUE_OUT_OF_RANGE", 26) != 0)
        return false;
    error_release(err);
    error_set(err, "CAST_OVERFLOW_IN_TABLE_INSERT", "columnName", e->cast.stored_in, NULL);
    error_add(err, "sourceType", "\"%s\"", type_sql(arena, e->children[0]->type));
    return error_add(err, "targetType", "\"%s\"", type_sql(arena, e->type));
}

static bool evaluate_cast(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                          struct vector *out, struct error *err) {
    struct vector in;
    TRY(expr_evaluate(evaluator, e->children[0], input, &in, err));
    struct cast cast = {.from = e->children[0]->type,
                        .to = e->type,
                        .mode = e->cast.mode,
                        .zone = evaluator->context->zone,
                        .zones = evaluator->context->zones,
                        .now = evaluator->context->now,
                        .constant = e->children[0]->foldable,
                        .origin = e->origin};
    if (has_few_values(&in, input->count)) {
        struct vector values = values_of(&in);
        struct error ignored = ERROR_INIT;
        bool good = vector_cast(&evaluator->batch, &cast, &values, in.entries, out, &ignored);
        error_release(&ignored);
        if (good) {
            through_dictionary(&evaluator->batch, &in, input->count, out);
            return true;
        }
    }
    if (vector_cast(&evaluator->batch, &cast, &in, input->count, out, err)) return true;
    return e->cast.stored_in && stored_overflow(&evaluator->batch, e, err);
}

bool expr_evaluate(struct evaluator *evaluator, const struct expr *e, const struct batch *input, struct vector *out,
                   struct error *err) {
    switch (e->kind) {
        case EXPR_LITERAL: *out = *e->literal; return true;
        case EXPR_ATTRIBUTE:
        case EXPR_LAMBDA_VARIABLE: *out = input->columns[e->column.ordinal]; return true;
        case EXPR_ALIAS: return expr_evaluate(evaluator, e->children[0], input, out, err);
        case EXPR_CALL:
            if (input->count == 0 && !(e->call.function->flags & FUNCTION_NONDETERMINISTIC)) {
                vector_init(out, &evaluator->batch, e->type, 0);
                return true;
            }
            TRY(evaluate_call(evaluator, e, input, out, err));
            out->dictionary = 0; /* what was computed has entries of its own */
            return true;
        case EXPR_CAST:
            TRY(evaluate_cast(evaluator, e, input, out, err));
            out->dictionary = 0;
            return true;
        case EXPR_AGGREGATE:
        case EXPR_WINDOW:
        case EXPR_GENERATOR:
            error_set(err, "UNSUPPORTED_EXPR_FOR_OPERATOR", "invalidExprSqls", quoted_expr(&evaluator->batch, e), NULL);
            return error_at(err, e->origin);
        default: return error_internal(err, "an expression of kind %d can't be evaluated row by row", (int)e->kind);
    }
}

struct selecting {
    struct arena *arena;
    const struct batch *input;
    struct batch *selected;
    const uint32_t *selection;
    uint32_t count;
};

/* A column of the selected batch is made when the expression reads it; a lambda's own variables are not columns. */
static void select_column(struct selecting *s, uint32_t ordinal) {
    if (ordinal >= s->input->column_count || s->selected->columns[ordinal].type) return;
    vector_select(&s->selected->columns[ordinal], s->arena, &s->input->columns[ordinal], s->selection, s->count);
}

static bool select_columns(const struct expr *e, void *data) {
    if (e->kind == EXPR_ATTRIBUTE || e->kind == EXPR_LAMBDA_VARIABLE) select_column(data, e->column.ordinal);
    return true;
}

bool expr_evaluate_selected(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                            const uint32_t *selection, uint32_t count, struct vector *out, struct error *err) {
    struct batch selected = {.count = count, .column_count = input->column_count};
    selected.columns = ARENA_ARRAY(&evaluator->batch, struct vector, input->column_count);
    struct selecting s = {&evaluator->batch, input, &selected, selection, count};
    expr_visit(e, select_columns, &s);
    return expr_evaluate(evaluator, e, &selected, out, err);
}

static bool is_and(const struct expr *e) {
    return e->kind == EXPR_CALL && e->child_count == 2 && strcmp(e->call.function->name, "and") == 0;
}

/* Narrows selection[0..*count) to the rows where e is true. A conjunction narrows with one side, then the other. */
static bool narrow(struct evaluator *evaluator, const struct expr *e, const struct batch *input, uint32_t *selection,
                   uint32_t *count, bool all_rows, struct error *err) {
    if (is_and(e)) {
        TRY(narrow(evaluator, e->children[0], input, selection, count, all_rows, err));
        if (*count == 0) return true;
        return narrow(evaluator, e->children[1], input, selection, count, all_rows && *count == input->count, err);
    }
    struct vector v;
    if (all_rows)
        TRY(expr_evaluate(evaluator, e, input, &v, err));
    else
        TRY(expr_evaluate_selected(evaluator, e, input, selection, *count, &v, err));
    const uint8_t *mask = mask_of_true(&evaluator->batch, &v, *count);
    *count = mask_rows(mask, all_rows ? NULL : selection, *count, selection);
    return true;
}

/* A failure leaves the rows that are not yet left out, which is where to go on row by row. */
static bool narrow_all(struct evaluator *evaluator, const struct expr *bound, const struct batch *input,
                       uint32_t *selection, uint32_t *count, struct error *err) {
    if (narrow(evaluator, bound, input, selection, count, *count == input->count, err)) return true;
    for (uint32_t i = 0; *count == input->count && i < *count; i++) selection[i] = i;
    return expr_narrow_by_row(evaluator, bound, input, selection, count, err);
}

bool expr_select(struct evaluator *evaluator, const struct expr *bound, const struct batch *input, uint32_t *selection,
                 uint32_t *count, struct error *err) {
    *count = input->count;
    return narrow_all(evaluator, bound, input, selection, count, err);
}

bool expr_narrow(struct evaluator *evaluator, const struct expr *bound, const struct batch *input, uint32_t *selection,
                 uint32_t *count, struct error *err) {
    return narrow_all(evaluator, bound, input, selection, count, err);
}

/* One piece of at most BATCH_ROWS rows. */
static bool lambda_piece(struct evaluator *evaluator, const struct expr *lambda, const struct batch *input,
                         const uint32_t *parents, const struct vector *variables, uint32_t first, uint32_t rows,
                         struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    uint32_t columns = lambda->lambda.first_variable + lambda->lambda.count;
    struct batch batch = {.count = rows, .column_count = columns};
    batch.columns = ARENA_ARRAY(arena, struct vector, columns);
    for (uint32_t i = 0; i < lambda->lambda.outer_count; i++) {
        uint32_t ordinal = lambda->lambda.outer[i];
        vector_select(&batch.columns[ordinal], arena, &input->columns[ordinal], parents + first, rows);
    }
    for (uint32_t i = 0; i < lambda->lambda.count; i++)
        vector_range(&batch.columns[lambda->lambda.first_variable + i], arena, &variables[i], first, rows);
    return expr_evaluate(evaluator, lambda->children[0], &batch, out, err);
}

/* Values of a fixed width, which strings are too, go behind those of the pieces before by the column. */
static void append_piece(struct arena *arena, const struct vector *piece, uint32_t first, uint32_t count, uint32_t rows,
                         struct vector *out) {
    const struct vector *flat = vector_flatten(arena, piece, count);
    size_t width = storage_size(type_storage(out->type));
    memcpy((char *)out->data + first * width, flat->data, count * width);
    for (uint32_t i = 0; flat->validity && i < count; i++)
        if (!bit_get(flat->validity, i)) vector_set_null(out, arena, first + i, rows);
}

static bool is_flat_storage(const struct type *type) {
    enum storage storage = type_storage(type);
    return storage != STORAGE_NONE && storage != STORAGE_LIST && storage != STORAGE_STRUCT;
}

bool lambda_evaluate(struct evaluator *evaluator, const struct expr *lambda, const struct batch *input,
                     const uint32_t *parents, const struct vector *variables, uint32_t rows, struct vector *out,
                     struct error *err) {
    struct arena *arena = &evaluator->batch;
    uint32_t most = evaluator->by_row ? 1 : BATCH_ROWS;
    if (rows <= most) {
        struct vector piece;
        TRY(lambda_piece(evaluator, lambda, input, parents, variables, 0, rows, &piece, err));
        *out = *vector_flatten(arena, &piece, rows);
        return true;
    }
    const struct type *type = lambda->children[0]->type;
    bool is_flat = is_flat_storage(type);
    struct builder builder;
    if (is_flat)
        vector_init(out, arena, type, rows);
    else
        builder_init(&builder, arena, type, rows);
    for (uint32_t first = 0; first < rows; first += most) {
        uint32_t count = rows - first < most ? rows - first : most;
        struct vector piece;
        TRY(lambda_piece(evaluator, lambda, input, parents, variables, first, count, &piece, err));
        if (is_flat) append_piece(arena, &piece, first, count, rows, out);
        for (uint32_t i = 0; !is_flat && i < count; i++) builder_append_row(&builder, &piece, i, false);
    }
    if (!is_flat) *out = *builder_finish(&builder);
    return true;
}

bool expr_is_total(const struct expr *e) {
    if (e->kind == EXPR_LITERAL || e->kind == EXPR_ATTRIBUTE || e->kind == EXPR_LAMBDA_VARIABLE) return true;
    if (e->kind != EXPR_CALL || !(e->call.function->flags & FUNCTION_TOTAL)) return false;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (!expr_is_total(e->children[i])) return false;
    return true;
}

static void release_evaluator(void *evaluator) {
    evaluator_release(evaluator);
}

const struct vector *expr_fold(struct arena *arena, const struct context *context, const struct expr *e,
                               struct error *err) {
    if (e->kind == EXPR_LITERAL) return e->literal;
    struct evaluator *evaluator = ARENA_NEW(arena, struct evaluator);
    evaluator_init(evaluator, arena, context);
    arena_defer(arena, release_evaluator, evaluator); /* in case memory runs out on the way */
    struct batch row = {.count = 1};
    struct vector value;
    struct vector *constant = NULL;
    struct expr *bound = expr_bind(evaluator, e, NULL, 0, err);
    if (bound && (expr_evaluate(evaluator, bound, &row, &value, err) ||
                  exprs_evaluate_by_row(evaluator, &bound, 1, &row, &value, err))) {
        constant = ARENA_NEW(arena, struct vector);
        vector_copy(constant, arena, &value, 1);
        constant->form = VECTOR_CONSTANT;
        constant->type = e->type;
    }
    evaluator_release(evaluator);
    return constant;
}
