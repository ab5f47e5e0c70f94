/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AND, OR, NOT, and tests for NULL and NaN.
 *
 * AND and OR are lazy: the right side is computed for the rows that the left side leaves open alone, so that
 * `d != 0 AND n / d > 1` never divides by zero.
 */
#include "column/mask.h"
#include "expr/evaluate.h"
#include "function/operator_compare.h"

static struct expr *resolve_logic(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *left = call->children[0], *right = call->children[1];
    const struct type *a = left->type, *b = right->type;
    bool text = r->context->ansi && type_is_string(a) != type_is_string(b);
    if (a->kind == TYPE_NULL && (b->kind == TYPE_NULL || b->kind == TYPE_BOOLEAN))
        left = coerce_to(r, left, TYPE_OF(BOOLEAN));
    if (b->kind == TYPE_NULL && (a->kind == TYPE_NULL || a->kind == TYPE_BOOLEAN))
        right = coerce_to(r, right, TYPE_OF(BOOLEAN));
    const struct type *promoted = text ? coerce_promote_string(r, a, b) : NULL;
    if (promoted) left = coerce_to(r, left, promoted), right = coerce_to(r, right, promoted);
    mark_coerced(call, call->children[0], left);
    mark_coerced(call, call->children[1], right);
    call->children[0] = left;
    call->children[1] = right;
    if (!type_same(left->type, right->type, true))
        return resolve_mismatch(r, call, err, "BINARY_OP_DIFF_TYPES", "left", quoted_type(r->arena, left->type),
                                "right", quoted_type(r->arena, right->type), NULL);
    if (left->type->kind != TYPE_BOOLEAN)
        return resolve_mismatch(r, call, err, "BINARY_OP_WRONG_TYPE", "inputType", "\"BOOLEAN\"", "actualDataType",
                                quoted_type(r->arena, left->type), NULL);
    call->type = TYPE_OF(BOOLEAN);
    call->nullable = left->nullable || right->nullable;
    return call;
}

/* A boolean column as two masks: where it is true, where it is not NULL (NULL: everywhere). */
struct truth {
    const uint8_t *yes, *known;
};

static struct truth truth_of(struct arena *arena, const struct vector *v, uint32_t rows) {
    return (struct truth){mask_of_true(arena, v, rows), v->validity ? mask_of_valid(arena, v, rows) : NULL};
}

/*
 * decided: what settles the result by itself; false for AND, true for OR. The result is known where both sides are, or
 * where a side that decides is.
 */
static void combine_known(struct truth a, struct truth b, uint32_t rows, bool decided, uint8_t *known) {
    if (decided)
        for (uint32_t i = 0; i < rows; i++) known[i] = (a.known[i] & b.known[i]) | a.yes[i] | b.yes[i];
    else
        for (uint32_t i = 0; i < rows; i++)
            known[i] = (a.known[i] & b.known[i]) | (a.known[i] & ~a.yes[i]) | (b.known[i] & ~b.yes[i]);
}

static const uint8_t *all_known(struct arena *arena, uint32_t rows) {
    return memset(mask_new(arena, rows), 1, rows);
}

static bool is_bytes(const struct vector *v) {
    return v->form == VECTOR_FLAT && !v->validity;
}

/* Both sides for all rows. */
static void combine_rows(struct arena *arena, const struct vector *left, const struct vector *right, uint32_t rows,
                         bool decided, struct vector *out) {
    struct truth a = truth_of(arena, left, rows), b = truth_of(arena, right, rows);
    vector_init(out, arena, TYPE_OF(BOOLEAN), rows);
    uint8_t *to = out->data;
    if (decided)
        for (uint32_t i = 0; i < rows; i++) to[i] = a.yes[i] | b.yes[i];
    else
        for (uint32_t i = 0; i < rows; i++) to[i] = a.yes[i] & b.yes[i];
    if (!a.known && !b.known) return;
    uint8_t *known = mask_new(arena, rows);
    if (!a.known) a.known = all_known(arena, rows);
    if (!b.known) b.known = all_known(arena, rows);
    combine_known(a, b, rows, decided, known);
    mask_to_validity(arena, known, rows, out);
}

static bool is_decided(const struct vector *v, uint32_t rows, bool decided) {
    return is_bytes(v) && !memchr(v->data, !decided, rows);
}

/* The rows that a side leaves open, ascending. */
static uint32_t open_rows(struct arena *arena, const struct vector *side, uint32_t rows, bool decided,
                          uint32_t *selection) {
    struct truth t = truth_of(arena, side, rows);
    uint32_t open = 0;
    for (uint32_t i = 0; i < rows; i++) {
        selection[open] = i;
        open += decided ? !t.yes[i] : t.yes[i] | (t.known && !t.known[i]);
    }
    return open;
}

/* The right side is there for the open rows alone; all others are decided. */
static void combine_open(struct arena *arena, const struct vector *left, const struct vector *right, uint32_t rows,
                         const uint32_t *selection, uint32_t open, bool decided, struct vector *out) {
    struct vector open_left;
    vector_select(&open_left, arena, left, selection, open);
    combine_rows(arena, &open_left, right, open, decided, out);
    if (open == rows) return;
    struct vector some = *out;
    vector_init(out, arena, TYPE_OF(BOOLEAN), rows);
    uint8_t *to = memset(out->data, decided, rows);
    for (uint32_t i = 0; i < open; i++) to[selection[i]] = VECTOR_DATA(&some, uint8_t)[i];
    for (uint32_t i = 0; some.validity && i < open; i++)
        if (!bit_get(some.validity, i)) vector_set_null(out, arena, selection[i], rows);
}

static bool evaluate_logic(struct evaluator *evaluator, const struct expr *e, const struct batch *input, bool decided,
                           struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    uint32_t rows = input->count;
    struct vector left, right;
    TRY(expr_evaluate(evaluator, e->children[0], input, &left, err));
    if (expr_is_total(e->children[1]) && !is_decided(&left, rows, decided)) {
        TRY(expr_evaluate(evaluator, e->children[1], input, &right, err));
        combine_rows(arena, &left, &right, rows, decided, out);
        return true;
    }
    uint32_t *selection = arena_bytes_array(arena, rows, sizeof *selection);
    uint32_t open = open_rows(arena, &left, rows, decided, selection);
    if (open == 0) {
        *out = left;
        return true;
    }
    if (open == rows)
        TRY(expr_evaluate(evaluator, e->children[1], input, &right, err));
    else
        TRY(expr_evaluate_selected(evaluator, e->children[1], input, selection, open, &right, err));
    combine_open(arena, &left, &right, rows, selection, open, decided, out);
    return true;
}

static bool evaluate_and(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                         struct vector *out, struct error *err) {
    return evaluate_logic(evaluator, e, input, false, out, err);
}

static bool evaluate_or(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                        struct vector *out, struct error *err) {
    return evaluate_logic(evaluator, e, input, true, out, err);
}

NUMERIC_UNARY(invert, uint8_t, uint8_t, (z = !x, false))

static bool negate(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                   struct error *err) {
    return numeric_run_unary(call, arguments, rows, invert, NULL, out, err);
}

/* ---- tests ---- */

static bool null_test(struct arena *arena, const struct vector *v, uint32_t rows, bool wanted, struct vector *out) {
    uint8_t *result = out->data;
    if (v->type->kind == TYPE_NULL) return memset(result, wanted, rows), true;
    if (!v->validity) return memset(result, !wanted, rows), true;
    const uint8_t *valid = mask_of_valid(arena, v, rows);
    for (uint32_t i = 0; i < rows; i++) result[i] = valid[i] ^ wanted;
    return true;
}

static bool is_null(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                    struct error *err) {
    return null_test(call->arena, &arguments[0], rows, true, out);
}

static bool is_not_null(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    return null_test(call->arena, &arguments[0], rows, false, out);
}

NUMERIC_UNARY(nan_float, float, uint8_t, (z = x != x, false))
NUMERIC_UNARY(nan_double, double, uint8_t, (z = x != x, false))

static bool is_nan(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                   struct error *err) {
    const struct vector *v = &arguments[0];
    uint8_t *result = out->data;
    numeric_run_unary(call, arguments, rows, v->type->kind == TYPE_DOUBLE ? nan_double : nan_float, NULL, out, err);
    if (!v->validity) return true;
    const uint8_t *valid = mask_of_valid(call->arena, v, rows);
    for (uint32_t i = 0; i < rows; i++) result[i] &= valid[i];
    return true;
}

/* IS [NOT] UNKNOWN wants a boolean. Spark looks at constants alone; elsewhere it is IS [NOT] NULL. */
static struct expr *resolve_unknown(struct resolver *r, struct expr *call, struct error *err) {
    const struct expr *e = call->children[0];
    bool negated = strcmp(call->call.function->name, "isnotunknown") == 0;
    if (e->kind == EXPR_LITERAL && e->type->kind == TYPE_BOOLEAN) return call;
    struct expr *test = resolve_named(r, negated ? "isnotnull" : "isnull", call->children, 1, call->origin, err);
    if (!test || e->kind != EXPR_LITERAL || e->type->kind == TYPE_NULL) return test;
    return resolve_mismatch(r, test, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                            "\"BOOLEAN\"", "inputSql", quoted_expr(r->arena, e), "inputType",
                            quoted_type(r->arena, e->type), NULL);
}

#define NULL_TEST(fname, fn, doc, sample)                                                                              \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_NOT_NULL | FUNCTION_TOTAL,                          \
        .signature = "(ANY) BOOLEAN", .kernel = fn, .group = "predicate_funcs", .usage = doc, .example = sample,       \
        .since = "1.0.0"                                                                                               \
    }
#define UNKNOWN_TEST(fname, fn)                                                                                        \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_NOT_NULL | FUNCTION_TOTAL | FUNCTION_INTERNAL,      \
        .signature = "(ANY) BOOLEAN", .resolve = resolve_unknown, .kernel = fn                                         \
    }
#define LOGIC(fname, fn, doc, sample)                                                                                  \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_OPERATOR | FUNCTION_LAZY | FUNCTION_TOTAL,          \
        .signature = "(ANY, ANY) ?", .resolve = resolve_logic, .lazy = fn, .group = "predicate_funcs", .usage = doc,   \
        .example = sample, .since = "1.0.0"                                                                            \
    }
#define NEGATION(fname, doc, sample)                                                                                   \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | FUNCTION_OPERATOR | FUNCTION_TOTAL,        \
        .signature = "(BOOLEAN) BOOLEAN", .kernel = negate, .group = "predicate_funcs", .usage = doc,                  \
        .example = sample, .since = "1.0.0"                                                                            \
    }

const struct function operator_logic_functions[] = {
    LOGIC("and", evaluate_and, "expr1 and expr2 - Whether both are true.", "true and false => false"),
    LOGIC("or", evaluate_or, "expr1 or expr2 - Whether at least one is true.", "true or false => true"),
    NEGATION("not", "not expr - The opposite.", "not true => false"),
    NEGATION("!", "! expr - The opposite.", "! true => false"),
    NULL_TEST("isnull", is_null, "isnull(expr) - Whether it is NULL.", "isnull(1) => false"),
    NULL_TEST("isnotnull", is_not_null, "isnotnull(expr) - Whether it is anything but NULL.", "isnotnull(1) => true"),
    UNKNOWN_TEST("isunknown", is_null),
    UNKNOWN_TEST("isnotunknown", is_not_null),
    {.name = "isnan",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_NOT_NULL | FUNCTION_TOTAL,
     .signature = "(DOUBLE|FLOAT) BOOLEAN",
     .kernel = is_nan,
     .group = "predicate_funcs",
     .usage = "isnan(expr) - Whether it is the number that is none.",
     .example = "isnan(cast('NaN' as double)) => true",
     .since = "1.5.0"},
    {0},
};
