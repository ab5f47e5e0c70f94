/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AND, OR, NOT, and tests for NULL and NaN.
 *
 * AND and OR are lazy: the right side is computed for the rows that the left side leaves open alone, so that
 * `d != 0 AND n / d > 1` never divides by zero.
 */
#include <math.h>

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
    if (text && b->kind == TYPE_BOOLEAN) left = coerce_to(r, left, TYPE_OF(BOOLEAN));
    if (text && a->kind == TYPE_BOOLEAN) right = coerce_to(r, right, TYPE_OF(BOOLEAN));
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

/* A boolean column as two flags per row. */
enum { FLAG_FALSE = 0, FLAG_TRUE = 1, FLAG_NULL = 2 };

static uint8_t flag_at(const struct vector *v, uint32_t row) {
    uint32_t entry = vector_entry(v, row);
    if (v->validity && !bit_get(v->validity, entry)) return FLAG_NULL;
    return VECTOR_DATA(v, uint8_t)[entry] ? FLAG_TRUE : FLAG_FALSE;
}

/* decided: what settles the result by itself; false for AND, true for OR. */
static uint8_t combine(uint8_t a, uint8_t b, uint8_t decided) {
    if (a == decided || b == decided) return decided;
    return a == FLAG_NULL || b == FLAG_NULL ? FLAG_NULL : !decided;
}

static void put_flag(struct vector *out, struct arena *arena, uint32_t row, uint32_t rows, uint8_t flag) {
    VECTOR_DATA(out, uint8_t)[row] = flag == FLAG_TRUE;
    if (flag == FLAG_NULL) vector_set_null(out, arena, row, rows);
}

static bool is_bytes(const struct vector *v) {
    return v->form == VECTOR_FLAT && !v->validity;
}

/* Both sides for all rows. */
static void combine_rows(struct arena *arena, const struct vector *left, const struct vector *right, uint32_t rows,
                         uint8_t decided, struct vector *out) {
    vector_init(out, arena, TYPE_OF(BOOLEAN), rows);
    const uint8_t *a = left->data, *b = right->data;
    uint8_t *to = out->data;
    if (!is_bytes(left) || !is_bytes(right))
        for (uint32_t i = 0; i < rows; i++)
            put_flag(out, arena, i, rows, combine(flag_at(left, i), flag_at(right, i), decided));
    else if (decided)
        for (uint32_t i = 0; i < rows; i++) to[i] = a[i] | b[i];
    else
        for (uint32_t i = 0; i < rows; i++) to[i] = a[i] & b[i];
}

static bool is_decided(const struct vector *v, uint32_t rows, uint8_t decided) {
    return is_bytes(v) && !memchr(v->data, !decided, rows);
}

static bool evaluate_logic(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                           uint8_t decided, struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    uint32_t rows = input->count, open = 0;
    struct vector left, right;
    TRY(expr_evaluate(evaluator, e->children[0], input, &left, err));
    if (expr_is_total(e->children[1]) && !is_decided(&left, rows, decided)) {
        TRY(expr_evaluate(evaluator, e->children[1], input, &right, err));
        combine_rows(arena, &left, &right, rows, decided, out);
        return true;
    }
    uint32_t *selection = arena_bytes_array(arena, rows, sizeof *selection);
    for (uint32_t i = 0; i < rows; i++) {
        selection[open] = i;
        open += flag_at(&left, i) != decided;
    }
    if (open == 0) {
        *out = left;
        return true;
    }
    if (open == rows)
        TRY(expr_evaluate(evaluator, e->children[1], input, &right, err));
    else
        TRY(expr_evaluate_selected(evaluator, e->children[1], input, selection, open, &right, err));
    vector_init(out, arena, TYPE_OF(BOOLEAN), rows);
    if (open < rows) memset(out->data, decided, rows);
    for (uint32_t i = 0; i < open; i++)
        put_flag(out, arena, selection[i], rows, combine(flag_at(&left, selection[i]), flag_at(&right, i), decided));
    return true;
}

static bool evaluate_and(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                         struct vector *out, struct error *err) {
    return evaluate_logic(evaluator, e, input, FLAG_FALSE, out, err);
}

static bool evaluate_or(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                        struct vector *out, struct error *err) {
    return evaluate_logic(evaluator, e, input, FLAG_TRUE, out, err);
}

NUMERIC_UNARY(invert, uint8_t, uint8_t, (z = !x, false))

static bool negate(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                   struct error *err) {
    return numeric_run_unary(call, arguments, rows, invert, NULL, out, err);
}

/* ---- tests ---- */

static bool null_test(const struct vector *v, uint32_t rows, bool wanted, struct vector *out) {
    uint8_t *result = out->data;
    bool always = v->type->kind == TYPE_NULL;
    if (!always && !v->validity) return memset(result, !wanted, rows), true;
    for (uint32_t i = 0; i < rows; i++) result[i] = (always || vector_is_null(v, i)) == wanted;
    return true;
}

static bool is_null(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                    struct error *err) {
    return null_test(&arguments[0], rows, true, out);
}

static bool is_not_null(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    return null_test(&arguments[0], rows, false, out);
}

static bool is_nan(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                   struct error *err) {
    const struct vector *v = &arguments[0];
    bool wide = v->type->kind == TYPE_DOUBLE;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = vector_entry(v, i);
        bool null = vector_is_null(v, i);
        VECTOR_DATA(out, uint8_t)
        [i] = !null && (wide ? isnan(VECTOR_DATA(v, double)[entry]) : isnan(VECTOR_DATA(v, float)[entry]));
    }
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
