/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluation row by row, for a batch that has failed.
 *
 * Spark goes through the rows one after the other, and leaves a function's later arguments alone when one is NULL;
 * roost computes argument by argument over all rows. Both say the same unless something fails:
 *
 *     a + 1 / b     of a row with a NULL and b 0 is NULL: the division is never made
 *     f(a), g(b)    where g fails in row 1 and f in row 2: the error is g's
 *
 * So what fails is computed once more, a row at a time, which costs nothing where nothing fails. Expressions that
 * give something else the second time are left out.
 */
#include "expr/evaluate.h"

/* A batch of one row of the input. Columns that nobody reads stay empty. */
struct one_row {
    const struct batch *input;
    struct batch batch;
    LIST(uint32_t) columns; /* that are read */
    uint32_t *rows;         /* each row's number: what selects it */
    struct arena *arena;
};

static bool note_column(const struct expr *e, void *data) {
    struct one_row *r = data;
    if (e->kind != EXPR_ATTRIBUTE && e->kind != EXPR_LAMBDA_VARIABLE) return true;
    if (e->column.ordinal >= r->input->column_count) return true; /* a lambda's own variable */
    for (uint32_t i = 0; i < r->columns.count; i++)
        if (r->columns.items[i] == e->column.ordinal) return true;
    LIST_PUSH(r->arena, &r->columns, e->column.ordinal);
    return true;
}

static void one_row_init(struct one_row *r, struct arena *arena, const struct batch *input) {
    *r = (struct one_row){.input = input, .arena = arena};
    r->batch = (struct batch){.count = 1, .column_count = input->column_count};
    r->batch.columns = ARENA_ARRAY(arena, struct vector, input->column_count);
    r->rows = arena_bytes_array(arena, input->count, sizeof *r->rows);
    for (uint32_t i = 0; i < input->count; i++) r->rows[i] = i;
}

static void one_row_move(struct one_row *r, uint32_t row) {
    for (uint32_t i = 0; i < r->columns.count; i++) {
        uint32_t column = r->columns.items[i];
        vector_select(&r->batch.columns[column], r->arena, &r->input->columns[column], &r->rows[row], 1);
    }
}

bool exprs_evaluate_by_row(struct evaluator *evaluator, struct expr *const *exprs, uint32_t count,
                           const struct batch *input, struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    struct one_row row;
    struct error failure = ERROR_INIT;
    struct builder *builders = ARENA_ARRAY(arena, struct builder, count);
    one_row_init(&row, arena, input);
    for (uint32_t c = 0; c < count; c++) {
        if (!exprs[c]->deterministic) return false;
        expr_visit(exprs[c], note_column, &row);
        builder_init(&builders[c], arena, exprs[c]->type, input->count);
    }
    bool good = true, outer = evaluator->by_row;
    evaluator->by_row = true;
    for (uint32_t i = 0; good && i < input->count; i++) {
        one_row_move(&row, i);
        for (uint32_t c = 0; good && c < count; c++) {
            struct vector value;
            good = expr_evaluate(evaluator, exprs[c], &row.batch, &value, &failure);
            if (good) builder_append_row(&builders[c], &value, 0, false);
        }
    }
    evaluator->by_row = outer;
    for (uint32_t c = 0; good && c < count; c++) out[c] = *builder_finish(&builders[c]);
    error_move(err, &failure);
    return good;
}

bool expr_narrow_by_row(struct evaluator *evaluator, const struct expr *bound, const struct batch *input,
                        uint32_t *selection, uint32_t *count, struct error *err) {
    if (!bound->deterministic) return false;
    struct one_row row;
    struct error failure = ERROR_INIT;
    one_row_init(&row, &evaluator->batch, input);
    expr_visit(bound, note_column, &row);
    uint32_t kept = 0;
    bool good = true, outer = evaluator->by_row;
    evaluator->by_row = true;
    for (uint32_t i = 0; good && i < *count; i++) {
        struct vector value;
        one_row_move(&row, selection[i]);
        good = expr_evaluate(evaluator, bound, &row.batch, &value, &failure);
        if (good && !vector_is_null(&value, 0) && VECTOR_DATA(&value, uint8_t)[vector_entry(&value, 0)])
            selection[kept++] = selection[i];
    }
    evaluator->by_row = outer;
    *count = kept;
    error_move(err, &failure);
    return good;
}
