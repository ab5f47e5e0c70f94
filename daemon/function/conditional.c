/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Choosing between values: if, CASE, coalesce and what Spark makes of them (nvl, nvl2, nullif, ...), nanvl,
 * greatest and least.
 *
 * The branches of if, CASE and coalesce are computed for the rows that reach them alone. CASE's arguments are
 * condition, value, condition, value, ..., and an ELSE value when their number is odd.
 */
#include <math.h>

#include "base/text.h"
#include "column/row.h"
#include "expr/evaluate.h"
#include "function/branch.h"
#include "function/operator_compare.h"

/* ---- typing ---- */

const char *types_listed(struct resolver *r, const struct expr *call, uint32_t first, uint32_t step) {
    struct text t;
    text_init(&t, r->arena);
    for (uint32_t i = first; i < call->child_count; i += step)
        text_printf(&t, "%s%s", i > first ? ", " : "", quoted_type(r->arena, call->children[i]->type));
    return text_finish(&t);
}

static const struct type *common_of(struct resolver *r, struct expr *const *values, uint32_t count) {
    bool same = true;
    for (uint32_t i = 1; i < count; i++) same &= type_equal(values[0]->type, values[i]->type);
    return same ? values[0]->type : coerce_wider_of(r, values, count);
}

/* Brings the values of a call to one type: those at `first`, `first` + step, ... and a last one that stands
 * alone. */
static bool unify(struct resolver *r, struct expr *call, uint32_t first, uint32_t step, const char *name,
                  struct error *err) {
    struct expr **values = ARENA_ARRAY(r->arena, struct expr *, call->child_count);
    uint32_t count = 0;
    for (uint32_t i = first; i < call->child_count; i += step) values[count++] = call->children[i];
    if (step == 2 && call->child_count % 2) values[count++] = call->children[call->child_count - 1];
    const struct type *type = common_of(r, values, count);
    if (!type) {
        struct expr list = {.child_count = count, .children = values};
        resolve_mismatch(r, call, err, "DATA_DIFF_TYPES", "functionName", arena_printf(r->arena, "`%s`", name),
                         "dataType", arena_printf(r->arena, "[%s]", types_listed(r, &list, 0, 1)), NULL);
        return false;
    }
    for (uint32_t i = 0; i < call->child_count; i++) {
        bool is_value = (i >= first && (i - first) % step == 0) || (step == 2 && i + 1 == call->child_count);
        if (!is_value) continue;
        struct expr *cast = coerce_to(r, call->children[i], type);
        mark_coerced(call, call->children[i], cast);
        call->children[i] = cast;
    }
    call->type = type;
    return true;
}

static struct expr *unexpected_condition(struct resolver *r, const struct expr *call, uint32_t i, struct error *err) {
    const struct expr *condition = call->children[i];
    return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(i / 2), "requiredType",
                            "\"BOOLEAN\"", "inputSql", quoted_expr(r->arena, condition), "inputType",
                            quoted_type(r->arena, condition->type), NULL);
}

static struct expr *resolve_if(struct resolver *r, struct expr *call, struct error *err) {
    bool truth = call->children[0]->type->kind == TYPE_BOOLEAN;
    if (!unify(r, call, 1, 1, "if", err)) {
        if (truth) return NULL;
        error_reset(err); /* the condition comes first, and stays untyped where the values have no type */
        return unexpected_condition(r, call, 0, err);
    }
    if (call->children[0]->type->kind == TYPE_NULL)
        call->children[0] = coerce_to(r, call->children[0], TYPE_OF(BOOLEAN));
    if (call->children[0]->type->kind != TYPE_BOOLEAN) return unexpected_condition(r, call, 0, err);
    call->nullable = call->children[1]->nullable || call->children[2]->nullable;
    return call;
}

static bool is_true(const struct expr *e) {
    return e->kind == EXPR_LITERAL && e->type->kind == TYPE_BOOLEAN && !vector_is_null(e->literal, 0) &&
           *VECTOR_DATA(e->literal, uint8_t);
}

/* Branches behind one that is always taken do not count. */
static bool case_nullable(const struct expr *call) {
    uint32_t i = 0;
    for (; i + 1 < call->child_count; i += 2) {
        if (call->children[i + 1]->nullable) return true;
        if (is_true(call->children[i])) return false;
    }
    return i == call->child_count || call->children[i]->nullable;
}

static struct expr *resolve_case(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count < 2) {
        resolve_wrong_count(r, call->call.name, 2, UINT32_MAX, call->child_count, call->origin, err);
        return NULL;
    }
    if (!unify(r, call, 1, 2, "casewhen", err)) return NULL;
    for (uint32_t i = 0; i + 1 < call->child_count; i += 2) {
        if (call->children[i]->type->kind != TYPE_BOOLEAN) return unexpected_condition(r, call, i, err);
    }
    call->nullable = case_nullable(call);
    return call;
}

static bool all_nullable(const struct expr *call) {
    for (uint32_t i = 0; i < call->child_count; i++)
        if (!call->children[i]->nullable) return false;
    return true;
}

static struct expr *resolve_coalesce(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *type = common_of(r, call->children, call->child_count);
    if (!type) {
        struct text t;
        text_init(&t, r->arena);
        for (uint32_t i = 0; i < call->child_count; i++)
            text_printf(&t, "%s%s", i ? " or " : "", quoted_type(r->arena, call->children[i]->type));
        return resolve_mismatch(r, call, err, "DATA_DIFF_TYPES", "functionName", "`coalesce`", "dataType",
                                arena_printf(r->arena, "(%s)", text_finish(&t)), NULL);
    }
    if (!unify(r, call, 0, 1, "coalesce", err)) return NULL;
    call->nullable = all_nullable(call);
    return call;
}

/* A call that stands for another one, whose name it keeps. */
static struct expr *stand_in(struct expr *replacement, struct expr *call) {
    if (replacement) replacement->pretty = call;
    return replacement;
}

static struct expr *resolve_nvl(struct resolver *r, struct expr *call, struct error *err) {
    return stand_in(resolve_named(r, "coalesce", call->children, 2, call->origin, err), call);
}

static struct expr *resolve_nvl2(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *arguments[] = {resolve_named(r, "isnotnull", call->children, 1, call->origin, err), call->children[1],
                                call->children[2]};
    return arguments[0] ? stand_in(resolve_named(r, "if", arguments, 3, call->origin, err), call) : NULL;
}

/* if(left = right, NULL, left) */
static struct expr *null_if_equal(struct resolver *r, struct expr *call, struct expr *left, struct expr *right,
                                  struct error *err) {
    struct expr *sides[] = {left, right};
    struct expr *equal = resolve_named(r, "=", sides, 2, call->origin, err);
    struct expr *arguments[] = {equal, expr_null(r->arena, left->type), left};
    return equal ? stand_in(resolve_named(r, "if", arguments, 3, call->origin, err), call) : NULL;
}

static struct expr *resolve_nullif(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *once = stand_in_for(r, call->children[0]);
    struct expr *chosen = null_if_equal(r, call, once, call->children[1], err);
    return chosen ? stand_in(stand_in_replaced(r, chosen, once, call->children[0]), call) : NULL;
}

static struct expr *resolve_nullifzero(struct resolver *r, struct expr *call, struct error *err) {
    return null_if_equal(r, call, call->children[0], expr_int(r->arena, 0), err);
}

static struct expr *resolve_zeroifnull(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *arguments[] = {call->children[0], expr_int(r->arena, 0)};
    return stand_in(resolve_named(r, "coalesce", arguments, 2, call->origin, err), call);
}

static struct expr *resolve_extreme(struct resolver *r, struct expr *call, struct error *err) {
    const char *name = call->call.function->name;
    if (call->child_count < 2) {
        resolve_wrong_count(r, name, 2, UINT32_MAX, call->child_count, call->origin, err);
        return NULL;
    }
    const struct type *type = call->children[0]->type;
    for (uint32_t i = 1; i < call->child_count && type; i++)
        type = coerce_wider_no_strings(r, type, call->children[i]->type);
    const char *quoted = arena_printf(r->arena, "`%s`", name);
    if (!type)
        return resolve_mismatch(r, call, err, "DATA_DIFF_TYPES", "functionName", quoted, "dataType",
                                arena_printf(r->arena, "[%s]", types_listed(r, call, 0, 1)), NULL);
    if (!type_is_orderable(type))
        return resolve_mismatch(r, call, err, "INVALID_ORDERING_TYPE", "functionName", quoted, "dataType",
                                quoted_type(r->arena, type), NULL);
    for (uint32_t i = 0; i < call->child_count; i++) {
        struct expr *cast = coerce_to(r, call->children[i], type);
        mark_coerced(call, call->children[i], cast);
        call->children[i] = cast;
    }
    call->type = type;
    call->nullable = all_nullable(call);
    return call;
}

/* ---- evaluation ---- */

/* The rows that no branch has taken yet. */
struct open_rows {
    uint32_t *selection;
    uint32_t count;
    bool all;
};

static struct open_rows open_all(struct arena *arena, uint32_t rows) {
    struct open_rows open = {.selection = arena_bytes_array(arena, rows, sizeof(uint32_t)), .count = rows, .all = true};
    for (uint32_t i = 0; i < rows; i++) open.selection[i] = i;
    return open;
}

static bool evaluate_for(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                         const uint32_t *selection, uint32_t count, struct vector *out, struct error *err) {
    if (count == input->count) return expr_evaluate(evaluator, e, input, out, err);
    return expr_evaluate_selected(evaluator, e, input, selection, count, out, err);
}

static bool add_branch(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                       const uint32_t *selection, uint32_t count, struct branches *branches, struct error *err) {
    if (!count) return true;
    struct vector piece;
    TRY(evaluate_for(evaluator, e, input, selection, count, &piece, err));
    branches_add(branches, &piece, count == input->count ? NULL : selection, count);
    return true;
}

/* Takes the open rows where condition is true into `taken`. */
static bool take_true(struct evaluator *evaluator, const struct expr *condition, const struct batch *input,
                      struct open_rows *open, uint32_t *taken, uint32_t *taken_count, struct error *err) {
    struct vector v;
    TRY(evaluate_for(evaluator, condition, input, open->selection, open->count, &v, err));
    uint32_t rest = 0;
    *taken_count = 0;
    for (uint32_t i = 0; i < open->count; i++) {
        uint32_t row = open->selection[i], entry = vector_entry(&v, i);
        bool yes = !vector_is_null(&v, i) && VECTOR_DATA(&v, uint8_t)[entry];
        taken[*taken_count] = row;
        open->selection[rest] = row;
        *taken_count += yes;
        rest += !yes;
    }
    open->count = rest;
    return true;
}

/* All conditions and values may be computed for all rows, and that is cheaper than to look who needs them. */
static bool can_blend(const struct expr *e) {
    enum { MOST_CHILDREN = 7 };
    if (e->child_count > MOST_CHILDREN || !blend_takes(e->type)) return false;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (!expr_is_total(e->children[i])) return false;
    return true;
}

static bool blend_case(struct evaluator *evaluator, const struct expr *e, const struct batch *input, struct vector *out,
                       struct error *err) {
    struct arena *arena = &evaluator->batch;
    uint32_t pairs = e->child_count / 2;
    struct vector condition, value;
    struct blend blend;
    if (e->child_count % 2) TRY(expr_evaluate(evaluator, e->children[2 * pairs], input, &value, err));
    blend_init(&blend, arena, e->type, input->count, e->child_count % 2 ? &value : NULL);
    while (pairs-- > 0) {
        TRY(expr_evaluate(evaluator, e->children[2 * pairs], input, &condition, err));
        TRY(expr_evaluate(evaluator, e->children[2 * pairs + 1], input, &value, err));
        blend_put(&blend, mask_of_true(arena, &condition, input->count), &value);
    }
    blend_finish(&blend, out);
    return true;
}

static bool blend_coalesce(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                           struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    uint32_t c = e->child_count - 1;
    struct vector value;
    struct blend blend;
    TRY(expr_evaluate(evaluator, e->children[c], input, &value, err));
    blend_init(&blend, arena, e->type, input->count, &value);
    while (c-- > 0) {
        TRY(expr_evaluate(evaluator, e->children[c], input, &value, err));
        blend_put_valid(&blend, mask_of_valid(arena, &value, input->count), &value);
    }
    blend_finish(&blend, out);
    return true;
}

static bool evaluate_case(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                          struct vector *out, struct error *err) {
    if (can_blend(e)) return blend_case(evaluator, e, input, out, err);
    struct arena *arena = &evaluator->batch;
    struct branches branches;
    branches_init(&branches, arena, e->type, input->count);
    struct open_rows open = open_all(arena, input->count);
    uint32_t i = 0;
    for (; i + 1 < e->child_count && open.count; i += 2) {
        uint32_t count, *taken = arena_bytes_array(arena, open.count, sizeof *taken);
        TRY(take_true(evaluator, e->children[i], input, &open, taken, &count, err));
        TRY(add_branch(evaluator, e->children[i + 1], input, taken, count, &branches, err));
    }
    if (e->child_count % 2)
        TRY(add_branch(evaluator, e->children[e->child_count - 1], input, open.selection, open.count, &branches, err));
    branches_finish(&branches, out);
    return true;
}

static bool evaluate_coalesce(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                              struct vector *out, struct error *err) {
    if (can_blend(e)) return blend_coalesce(evaluator, e, input, out, err);
    struct arena *arena = &evaluator->batch;
    struct branches branches;
    branches_init(&branches, arena, e->type, input->count);
    struct open_rows open = open_all(arena, input->count);
    for (uint32_t c = 0; c < e->child_count && open.count; c++) {
        struct vector v;
        TRY(evaluate_for(evaluator, e->children[c], input, open.selection, open.count, &v, err));
        if (!v.validity || c + 1 == e->child_count) {
            branches_add(&branches, &v, open.count == input->count ? NULL : open.selection, open.count);
            break;
        }
        uint32_t *taken = arena_bytes_array(arena, open.count, sizeof *taken), *places, count = 0, rest = 0;
        places = arena_bytes_array(arena, open.count, sizeof *places);
        for (uint32_t i = 0; i < open.count; i++) {
            uint32_t row = open.selection[i];
            bool null = vector_is_null(&v, i);
            taken[count] = row;
            places[count] = i;
            open.selection[rest] = row;
            count += !null;
            rest += null;
        }
        struct vector present;
        vector_select(&present, arena, &v, places, count);
        branches_add(&branches, rest ? &present : &v, count == input->count ? NULL : taken, count);
        open.count = rest;
    }
    branches_finish(&branches, out);
    return true;
}

/* A float beside a double becomes one. */
static struct expr *resolve_nanvl(struct resolver *r, struct expr *call, struct error *err) {
    if (type_equal(call->children[0]->type, call->children[1]->type)) return call;
    for (uint32_t i = 0; i < 2; i++) call->children[i] = coerce_to(r, call->children[i], TYPE_OF(DOUBLE));
    call->type = TYPE_OF(DOUBLE);
    return call;
}

/* The first argument that is a number, or the second, which is computed for the other rows alone. */
static bool evaluate_nanvl(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                           struct vector *out, struct error *err) {
    struct arena *arena = &evaluator->batch;
    uint32_t rows = input->count, numbers = 0, others = 0;
    uint32_t *number = arena_bytes_array(arena, rows, sizeof *number),
             *other = arena_bytes_array(arena, rows, sizeof *other);
    struct vector v;
    TRY(expr_evaluate(evaluator, e->children[0], input, &v, err));
    bool wide = v.type->kind == TYPE_DOUBLE;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = vector_entry(&v, i);
        bool nan = !vector_is_null(&v, i) &&
                   (wide ? isnan(VECTOR_DATA(&v, double)[entry]) : isnan(VECTOR_DATA(&v, float)[entry]));
        if (nan)
            other[others++] = i;
        else
            number[numbers++] = i;
    }
    struct branches branches;
    struct vector selected;
    branches_init(&branches, arena, e->type, rows);
    vector_select(&selected, arena, &v, number, numbers);
    branches_add(&branches, &selected, number, numbers);
    if (others) TRY(add_branch(evaluator, e->children[1], input, other, others, &branches, err));
    branches_finish(&branches, out);
    return true;
}

/* Numbers: each argument in turn goes where it wins over those before it, or where they are NULL. */
static bool extreme_numbers(struct call *call, const struct vector *arguments, uint32_t rows, bool greatest,
                            struct vector *out) {
    struct blend blend;
    blend_init(&blend, call->arena, out->type, rows, &arguments[0]);
    for (uint32_t c = 1; c < call->expr->child_count; c++) {
        struct vector wins;
        vector_init(&wins, call->arena, TYPE_OF(BOOLEAN), rows);
        uint8_t *mask = wins.data;
        if (blend.values.data)
            compare_rows(call->arena, greatest ? '>' : '<', &arguments[c], &blend.values, rows, &wins);
        else
            memset(mask, 1, rows);
        const uint8_t *valid = mask_of_valid(call->arena, &arguments[c], rows);
        for (uint32_t i = 0; blend.valid && i < rows; i++) mask[i] |= !blend.valid[i];
        for (uint32_t i = 0; i < rows; i++) mask[i] &= valid[i];
        blend_put_valid(&blend, mask, &arguments[c]);
    }
    blend_finish(&blend, out);
    return true;
}

/* The argument that wins, by row; NULLs never do. */
static bool extreme(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                    struct error *err) {
    uint32_t count = call->expr->child_count;
    bool greatest = call->expr->call.function->name[0] == 'g';
    enum storage storage = type_storage(out->type);
    if (storage >= STORAGE_BOOL && storage <= STORAGE_DOUBLE)
        return extreme_numbers(call, arguments, rows, greatest, out);
    uint32_t *best = arena_bytes_array(call->arena, rows, sizeof *best);
    uint32_t *selection = arena_bytes_array(call->arena, rows, sizeof *selection);
    for (uint32_t i = 0; i < rows; i++) {
        best[i] = UINT32_MAX;
        for (uint32_t c = 0; c < count; c++) {
            if (vector_is_null(&arguments[c], i)) continue;
            int order = best[i] == UINT32_MAX ? 0 : values_compare(&arguments[c], i, &arguments[best[i]], i);
            if (best[i] == UINT32_MAX || (greatest ? order > 0 : order < 0)) best[i] = c;
        }
    }
    struct branches branches;
    branches_init(&branches, call->arena, out->type, rows);
    for (uint32_t c = 0; c < count; c++) {
        uint32_t wins = 0, *rows_won = selection;
        for (uint32_t i = 0; i < rows; i++)
            if (best[i] == c) rows_won[wins++] = i;
        struct vector selected;
        uint32_t *kept = arena_copy(call->arena, rows_won, wins * sizeof *kept);
        vector_select(&selected, call->arena, &arguments[c], kept, wins);
        branches_add(&branches, &selected, kept, wins);
    }
    branches_finish(&branches, out);
    return true;
}

#define CONDITIONAL(fname, sig, more, doc, sample, version, ...)                                                       \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = (more), .signature = sig, .group = "conditional_funcs",      \
        .usage = doc, .example = sample, .since = version, __VA_ARGS__                                                 \
    }

const struct function conditional_functions[] = {
    CONDITIONAL("if", "(ANY, ANY, ANY) ?", FUNCTION_LAZY,
                "if(expr1, expr2, expr3) - expr2 if expr1 is true, else expr3.", "if(1 < 2, 'a', 'b') => a", "1.0.0",
                .resolve = resolve_if, .lazy = evaluate_case),
    CONDITIONAL("when", NULL, FUNCTION_LAZY,
                "CASE WHEN expr1 THEN expr2 [ELSE expr3] END - The value of the first condition that is true.",
                "CASE WHEN 1 > 0 THEN 1 ELSE 2 END => 1", "1.0.1", .resolve = resolve_case, .lazy = evaluate_case),
    CONDITIONAL("coalesce", "(ANY...) ?", FUNCTION_LAZY,
                "coalesce(expr1, expr2, ...) - The first argument that is not NULL.", "coalesce(NULL, 1, NULL) => 1",
                "1.0.0", .resolve = resolve_coalesce, .lazy = evaluate_coalesce),
    CONDITIONAL("nvl", "(ANY, ANY) ?", 0, "nvl(expr1, expr2) - expr2 if expr1 is NULL, else expr1.",
                "nvl(NULL, 2) => 2", "2.0.0", .resolve = resolve_nvl),
    CONDITIONAL("ifnull", "(ANY, ANY) ?", 0, "ifnull(expr1, expr2) - expr2 if expr1 is NULL, else expr1.",
                "ifnull(NULL, 2) => 2", "2.0.0", .resolve = resolve_nvl),
    CONDITIONAL("nvl2", "(ANY, ANY, ANY) ?", 0, "nvl2(expr1, expr2, expr3) - expr2 if expr1 is not NULL, else expr3.",
                "nvl2(NULL, 2, 1) => 1", "2.0.0", .resolve = resolve_nvl2),
    CONDITIONAL("nullif", "(ANY, ANY) ?", 0, "nullif(expr1, expr2) - NULL if both are equal, else expr1.",
                "nullif(2, 2) => NULL", "2.0.0", .resolve = resolve_nullif),
    CONDITIONAL("nullifzero", "(ANY) ?", 0, "nullifzero(expr) - NULL for zero, else the argument.",
                "nullifzero(0) => NULL", "4.0.0", .resolve = resolve_nullifzero),
    CONDITIONAL("zeroifnull", "(ANY) ?", 0, "zeroifnull(expr) - Zero for NULL, else the argument.",
                "zeroifnull(NULL) => 0", "4.0.0", .resolve = resolve_zeroifnull),
    CONDITIONAL("nanvl", "(DOUBLE|FLOAT, DOUBLE|FLOAT) $1", FUNCTION_LAZY,
                "nanvl(expr1, expr2) - expr1 if it is a number, else expr2.",
                "nanvl(cast('NaN' as double), 123) => 123.0", "1.5.0", .resolve = resolve_nanvl,
                .lazy = evaluate_nanvl),
    {.name = "greatest",
     .class = FUNCTION_SCALAR,
     .resolve = resolve_extreme,
     .kernel = extreme,
     .group = "math_funcs",
     .usage = "greatest(expr, ...) - The largest argument; NULLs do not count.",
     .example = "greatest(10, 9, 2, 4, 3) => 10",
     .since = "1.5.0"},
    {.name = "least",
     .class = FUNCTION_SCALAR,
     .resolve = resolve_extreme,
     .kernel = extreme,
     .group = "math_funcs",
     .usage = "least(expr, ...) - The smallest argument; NULLs do not count.",
     .example = "least(10, 9, 2, 4, 3) => 2",
     .since = "1.5.0"},
    {0},
};
