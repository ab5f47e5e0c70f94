/* SPDX-License-Identifier: Apache-2.0 */
/*
 * = <=> < <= > >= and what is made of them: !=, between, equal_null.
 *
 * NaN equals NaN and is the largest number; strings compare by bytes or by their collation's keys. Numbers
 * have a loop per storage; strings one that looks at NULLs first, as a NULL string's bytes are not to be
 * read; nested values go through values_compare().
 */
#include "function/operator_compare.h"

#include "column/collation.h"
#include "column/mask.h"
#include "column/row.h"
#include "function/string_head.h"

/* ---- typing ---- */

void mark_coerced(const struct expr *call, const struct expr *original, struct expr *side) {
    if (side != original && side->kind == EXPR_CAST) side->origin = call->origin;
}

void mark_cast(const struct expr *call, const struct expr *original, struct expr *side) {
    if (side == original || side->kind != EXPR_CAST) return;
    mark_cast(call, original, side->children[0]);
    side->origin = call->origin;
    const struct expr *from = side->children[0];
    if (!call->call.try_mode || !cast_allowed(from->type, side->type, CAST_TRY)) return;
    side->cast.mode = CAST_TRY;
    side->nullable = from->nullable || cast_nullable(from->type, side->type, CAST_TRY);
}

void texts_to_doubles(struct resolver *r, struct expr **left, struct expr **right) {
    if (r->context->ansi) return;
    if (type_is_string((*left)->type)) *left = coerce_to(r, *left, TYPE_OF(DOUBLE));
    if (type_is_string((*right)->type)) *right = coerce_to(r, *right, TYPE_OF(DOUBLE));
}

void null_to_text(struct resolver *r, struct expr **left, struct expr **right) {
    if (!r->context->ansi) return;
    if ((*left)->type->kind == TYPE_NULL && type_is_string((*right)->type))
        *left = expr_null(r->arena, (*right)->type);
    else if ((*right)->type->kind == TYPE_NULL && type_is_string((*left)->type))
        *right = expr_null(r->arena, (*left)->type);
}

/* Outside ANSI mode a boolean equals a number as a number. */
static void boolean_to_number(struct resolver *r, const struct expr *call, struct expr **left, struct expr **right) {
    if (r->context->ansi || !strchr(call->call.function->name, '=') || call->call.function->name[0] == '>') return;
    if (strcmp(call->call.function->name, "<=") == 0) return;
    if ((*left)->type->kind == TYPE_BOOLEAN && type_is_numeric((*right)->type))
        *left = coerce_to(r, *left, (*right)->type);
    else if ((*right)->type->kind == TYPE_BOOLEAN && type_is_numeric((*left)->type))
        *right = coerce_to(r, *right, (*left)->type);
}

/* Outside ANSI mode b = 1 is b, b = 0 is NOT b, and b <=> 1 says besides that b is not NULL. NULL: none of these. */
static struct expr *boolean_equals(struct resolver *r, const struct expr *call, struct error *err) {
    bool null_safe = strcmp(call->call.function->name, "<=>") == 0;
    if (r->context->ansi || (!null_safe && call->call.function->name[0] != '=')) return NULL;
    bool first = call->children[0]->type->kind == TYPE_BOOLEAN;
    struct expr *value = call->children[!first], *number = call->children[first];
    bool exact = type_is_integral(number->type) || number->type->kind == TYPE_DECIMAL;
    if (value->type->kind != TYPE_BOOLEAN || number->kind != EXPR_LITERAL || !exact) return NULL;
    const char *text = literal_sql(r->arena, number->literal, NULL, false);
    bool one = text[0] == '1';
    if ((!one && text[0] != '0') || strspn(text + 1, ".0") != strlen(text + 1) || (text[1] && text[1] != '.'))
        return NULL;
    struct expr *result = one ? value : resolve_named(r, "not", &value, 1, call->origin, err);
    struct expr *there = result && null_safe ? resolve_named(r, "isnotnull", &value, 1, call->origin, err) : NULL;
    return there ? resolve_binary(r, "and", there, result, err) : result;
}

/* A decimal literal beside an integer in an order comparison: the BIGINT that decides the same, as Spark has
 * it. *beyond: -1 for less than any BIGINT, 1 for more. */
static struct expr *whole_bound(struct resolver *r, const struct expr *integer, struct expr *literal, bool up,
                                int *beyond) {
    if (!type_is_integral(integer->type) || literal->type->kind != TYPE_DECIMAL || literal->kind != EXPR_LITERAL ||
        vector_is_null(literal->literal, 0))
        return literal;
    const struct vector *v = literal->literal;
    int128 value =
        v->type->precision <= DECIMAL_MAX_INT64_PRECISION ? *VECTOR_DATA(v, int64_t) : *VECTOR_DATA(v, int128);
    int128 bound;
    const struct decimal_form whole = {DECIMAL_DIGITS, 0};
    if (decimal_rescale(value, v->type->scale, whole, up ? ROUND_CEILING : ROUND_FLOOR, &bound) &&
        bound == (int64_t)bound)
        return expr_long(r->arena, (int64_t)bound);
    *beyond = value < 0 ? -1 : 1;
    return literal;
}

/* n > 1.1 is n > 1, n >= 1.1 is n >= 2, and so on. What no BIGINT can be decides by itself: that is the answer. */
static struct expr *integral_bounds(struct resolver *r, const struct expr *call, struct expr **left,
                                    struct expr **right) {
    const char *name = call->call.function->name;
    if (name[0] != '<' && name[0] != '>') return NULL;
    if (strcmp(name, "<=>") == 0) return NULL;
    bool less = name[0] == '<', or_equal = name[1] == '=';
    int left_beyond = 0, right_beyond = 0;
    struct expr *new_right = whole_bound(r, *left, *right, less != or_equal, &right_beyond);
    *left = whole_bound(r, *right, *left, less == or_equal, &left_beyond);
    *right = new_right;
    if (left_beyond) return expr_bool(r->arena, less == (left_beyond < 0));
    return right_beyond ? expr_bool(r->arena, less == (right_beyond > 0)) : NULL;
}

static struct expr *resolve_comparison(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *left = call->children[0], *right = call->children[1], *equals = boolean_equals(r, call, err);
    if (equals || error_is_set(err)) return equals;
    boolean_to_number(r, call, &left, &right);
    struct expr *decided = integral_bounds(r, call, &left, &right);
    if (decided) return decided;
    bool comparable = coerce_comparison(r, &left, &right);
    const struct type *a = left->type, *b = right->type;
    if (!comparable)
        return resolve_mismatch(r, call, err, "BINARY_OP_DIFF_TYPES", "left", quoted_type(r->arena, a), "right",
                                quoted_type(r->arena, b), NULL);
    mark_coerced(call, call->children[0], left);
    mark_coerced(call, call->children[1], right);
    call->children[0] = left;
    call->children[1] = right;
    if (!type_is_orderable(a)) {
        const char *symbol = strcmp(call->call.function->name, "==") == 0 ? "=" : call->call.function->name;
        return resolve_mismatch(r, call, err, "INVALID_ORDERING_TYPE", "functionName",
                                arena_printf(r->arena, "`%s`", symbol), "dataType", quoted_type(r->arena, a), NULL);
    }
    call->type = TYPE_OF(BOOLEAN);
    bool null_safe = strcmp(call->call.function->name, "<=>") == 0;
    call->nullable = !null_safe && (left->nullable || right->nullable);
    return call;
}

static struct expr *resolve_not_equal(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *equal = resolve_named(r, "=", call->children, 2, call->origin, err);
    return equal ? resolve_named(r, "not", &equal, 1, call->origin, err) : NULL;
}

static struct expr *resolve_equal_null(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *equal = resolve_named(r, "<=>", call->children, 2, call->origin, err);
    if (equal) equal->pretty = call;
    return equal;
}

struct expr *stand_in_for(struct resolver *r, const struct expr *value) {
    static const struct function reference = {.name = "commonexpressionref"};
    struct expr *e = expr_new(r->arena, EXPR_CALL, 0);
    e->call.function = &reference;
    e->call.name = reference.name;
    e->type = value->type;
    e->origin = value->origin;
    e->nullable = value->nullable;
    return e;
}

struct substitution {
    const struct expr *stand_in;
    struct expr *value;
};

static struct expr *put_back(struct expr *e, void *data) {
    const struct substitution *s = data;
    if (e == s->stand_in) return s->value;
    expr_update_flags(e);
    return e;
}

struct expr *stand_in_replaced(struct resolver *r, struct expr *e, const struct expr *stand_in, struct expr *value) {
    struct substitution s = {stand_in, value};
    return expr_rewrite(r->arena, e, put_back, &s);
}

static struct expr *resolve_between(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *value = stand_in_for(r, call->children[0]);
    struct expr *low[] = {value, call->children[1]};
    struct expr *high[] = {value, call->children[2]};
    struct expr *sides[] = {resolve_named(r, ">=", low, 2, call->origin, err), NULL};
    if (!sides[0]) return NULL;
    sides[1] = resolve_named(r, "<=", high, 2, call->origin, err);
    struct expr *both = sides[1] ? resolve_named(r, "and", sides, 2, call->origin, err) : NULL;
    if (!both) return NULL;
    both = stand_in_replaced(r, both, value, call->children[0]);
    both->pretty = call;
    return both;
}

/* ---- loops ---- */

#define COMPARISONS(storage, ctype)                                                                                    \
    NUMERIC_BINARY(equal_##storage, ctype, uint8_t, (z = x == y, false))                                               \
    NUMERIC_BINARY(less_##storage, ctype, uint8_t, (z = x < y, false))                                                 \
    NUMERIC_BINARY(at_most_##storage, ctype, uint8_t, (z = x <= y, false))
#define FLOAT_COMPARISONS(storage, ctype)                                                                              \
    NUMERIC_BINARY(equal_##storage, ctype, uint8_t, (z = (x == y) | ((x != x) & (y != y)), false))                     \
    NUMERIC_BINARY(less_##storage, ctype, uint8_t, (z = (x < y) | ((x == x) & (y != y)), false))                       \
    NUMERIC_BINARY(at_most_##storage, ctype, uint8_t, (z = (x <= y) | (y != y), false))
COMPARISONS(bool, uint8_t)
COMPARISONS(int8, int8_t)
COMPARISONS(int16, int16_t)
COMPARISONS(int32, int32_t)
COMPARISONS(int64, int64_t)
COMPARISONS(int128, int128)
FLOAT_COMPARISONS(float, float)
FLOAT_COMPARISONS(double, double)

enum { EQUAL, LESS, AT_MOST };

#define LOOPS(storage)                                                                                                 \
    { equal_##storage, less_##storage, at_most_##storage }
static numeric_binary *const loops[STORAGE_STRUCT + 1][3] = {
    [STORAGE_BOOL] = LOOPS(bool),   [STORAGE_INT8] = LOOPS(int8),     [STORAGE_INT16] = LOOPS(int16),
    [STORAGE_INT32] = LOOPS(int32), [STORAGE_INT64] = LOOPS(int64),   [STORAGE_INT128] = LOOPS(int128),
    [STORAGE_FLOAT] = LOOPS(float), [STORAGE_DOUBLE] = LOOPS(double),
};

/* The keys of a collated column, as strings that compare by bytes. */
static const struct vector *collation_keys(struct arena *arena, const struct vector *v, uint32_t rows) {
    const struct collation *collation = collation_of(arena, v->type);
    if (!collation) return v;
    uint32_t count = v->form == VECTOR_CONSTANT ? 1 : rows;
    struct vector *keys = vector_new(arena, TYPE_OF(STRING), count);
    for (uint32_t i = 0; i < count; i++)
        if (!vector_is_null(v, i)) VECTOR_DATA(keys, struct string)
    [i] = collation_key(collation, arena, VECTOR_DATA(v, struct string)[vector_entry(v, i)]);
    keys->form = v->form == VECTOR_CONSTANT ? VECTOR_CONSTANT : VECTOR_FLAT;
    return keys;
}

#define EACH_VALID(out, rows, i)                                                                                       \
    for (uint32_t i = 0; i < (rows); i++)                                                                              \
        if (!(out)->validity || bit_get((out)->validity, i))

/* Keeps of the rows whose heads are alike those where the rest is, too. NULLs have no bytes to read. */
static inline void compare_rests(struct arena *arena, const struct string *x, const struct string *y, uint32_t step,
                                 const uint64_t *validity, uint32_t rows, uint8_t *alike) {
    uint32_t *some = arena_bytes_array(arena, rows, sizeof *some), count = mask_rows(alike, NULL, rows, some);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t i = some[k];
        alike[i] = (!validity || bit_get(validity, i)) && string_rest_equals(x[i].data, y[i * step].data, x[i].size);
    }
}

VECTORIZED static void compare_heads(const struct string *x, const struct string *y, uint32_t rows, uint8_t *alike) {
    for (uint32_t i = 0; i < rows; i++) alike[i] = string_head(&x[i]) == string_head(&y[i]);
}
VECTORIZED static void compare_with_head(const struct string *x, uint64_t head, uint32_t rows, uint8_t *alike) {
    for (uint32_t i = 0; i < rows; i++) alike[i] = string_head(&x[i]) == head;
}

/* step: 0 where there is but one y. */
static void equal_strings(struct arena *arena, const struct string *x, const struct string *y, uint32_t step,
                          const uint64_t *validity, uint32_t rows, uint8_t *result) {
    if (step)
        compare_heads(x, y, rows, result);
    else
        compare_with_head(x, string_head(y), rows, result);
    if (step || y->size > 4) compare_rests(arena, x, y, step, validity, rows, result);
}

/* Most strings differ in their prefixes, and are compared without a branch. */
static void order_strings(struct arena *arena, const struct string *x, uint32_t x_step, const struct string *y,
                          uint32_t y_step, int most, const uint64_t *validity, uint32_t rows, uint8_t *result) {
    uint8_t *alike = mask_new(arena, rows);
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t a = x[i * x_step].prefix, b = y[i * y_step].prefix;
        result[i] = __builtin_bswap32(a) < __builtin_bswap32(b);
        alike[i] = a == b;
    }
    uint32_t *some = arena_bytes_array(arena, rows, sizeof *some), count = mask_rows(alike, NULL, rows, some);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t i = some[k];
        if (!validity || bit_get(validity, i)) result[i] = string_compare(x[i * x_step], y[i * y_step]) <= most;
    }
}

static void compare_entries(int test, const struct view *a, const struct view *b, uint32_t rows, struct vector *out) {
    const struct string *x = a->data, *y = b->data;
    uint8_t *result = out->data;
    EACH_VALID(out, rows, i) {
        struct string left = x[view_entry(a, i)], right = y[view_entry(b, i)];
        result[i] = test == EQUAL ? string_equal(left, right) : string_compare(left, right) <= -(test == LESS);
    }
}

static void compare_strings(struct arena *arena, int test, const struct vector *left, const struct vector *right,
                            uint32_t rows, struct vector *out) {
    struct view a = vector_view(arena, collation_keys(arena, left, rows), rows);
    struct view b = vector_view(arena, collation_keys(arena, right, rows), rows);
    const struct string *x = a.data, *y = b.data;
    uint8_t *result = out->data;
    uint32_t x_step = left->form != VECTOR_CONSTANT, y_step = right->form != VECTOR_CONSTANT;
    bool straight = (!a.index || !x_step) && (!b.index || !y_step);
    if (straight && test != EQUAL)
        order_strings(arena, x, x_step, y, y_step, -(test == LESS), out->validity, rows, result);
    else if (straight && x_step)
        equal_strings(arena, x, y, y_step, out->validity, rows, result);
    else
        compare_entries(test, &a, &b, rows, out);
}

static void compare_nested(int test, const struct vector *left, const struct vector *right, uint32_t rows,
                           struct vector *out) {
    uint8_t *result = out->data;
    EACH_VALID(out, rows, i) {
        int order = values_compare(left, i, right, i);
        result[i] = test == EQUAL ? order == 0 : test == LESS ? order < 0 : order <= 0;
    }
}

bool compare_rows(struct arena *arena, char symbol, const struct vector *left, const struct vector *right,
                  uint32_t rows, struct vector *out) {
    if (symbol == '>' || symbol == 'g') {
        const struct vector *swap = left;
        left = right;
        right = swap;
    }
    int test = symbol == '=' ? EQUAL : symbol == '<' || symbol == '>' ? LESS : AT_MOST;
    enum storage storage = type_storage(left->type);
    if (storage == STORAGE_NONE) return true; /* all rows are NULL */
    if (loops[storage][test])
        return loops[storage][test](numeric_open(arena, left, rows), numeric_open(arena, right, rows), rows, out->data);
    if (storage == STORAGE_STRING)
        compare_strings(arena, test, left, right, rows, out);
    else
        compare_nested(test, left, right, rows, out);
    return true;
}

static bool compare(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                    struct error *err) {
    const char *name = call->expr->call.function->name;
    char symbol = name[1] != '=' || name[0] == '=' ? name[0] : name[0] == '<' ? 'l' : 'g';
    return compare_rows(call->arena, symbol, &arguments[0], &arguments[1], rows, out);
}

/* Both NULL is true, one NULL is false, and else it is equality. */
static bool compare_null_safe(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    struct vector equal;
    vector_init(&equal, call->arena, TYPE_OF(BOOLEAN), rows);
    *out = equal;
    if (!arguments[0].validity && !arguments[1].validity)
        return compare_rows(call->arena, '=', &arguments[0], &arguments[1], rows, out);
    const uint8_t *left = mask_of_valid(call->arena, &arguments[0], rows);
    const uint8_t *right = mask_of_valid(call->arena, &arguments[1], rows);
    if (!loops[type_storage(arguments[0].type)][EQUAL]) /* numbers are compared whatever they are */
        for (uint32_t i = 0; i < rows; i++)
            if (!(left[i] & right[i])) vector_set_null(&equal, call->arena, i, rows);
    compare_rows(call->arena, '=', &arguments[0], &arguments[1], rows, &equal);
    uint8_t *result = out->data; /* equal's data, too; what it has of NULLs is left out */
    for (uint32_t i = 0; i < rows; i++) result[i] = (left[i] & right[i] & result[i]) | (~(left[i] | right[i]) & 1);
    return true;
}

#define COMPARISON(fname, more, fn, doc, sample)                                                                       \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_OPERATOR | FUNCTION_TOTAL | (more),                 \
        .signature = "(ANY, ANY) ?", .resolve = resolve_comparison, .kernel = fn, .group = "predicate_funcs",          \
        .usage = doc, .example = sample, .since = "1.0.0"                                                              \
    }

const struct function operator_compare_functions[] = {
    COMPARISON("=", FUNCTION_STRICT, compare, "expr1 = expr2 - Whether both are equal.", "2 = 2 => true"),
    COMPARISON("==", FUNCTION_STRICT, compare, "expr1 == expr2 - Whether both are equal.", "2 == 2 => true"),
    COMPARISON("<", FUNCTION_STRICT, compare, "expr1 < expr2 - Whether expr1 is the smaller one.", "1 < 2 => true"),
    COMPARISON("<=", FUNCTION_STRICT, compare, "expr1 <= expr2 - Whether expr1 is not the larger one.",
               "2 <= 2 => true"),
    COMPARISON(">", FUNCTION_STRICT, compare, "expr1 > expr2 - Whether expr1 is the larger one.", "2 > 1 => true"),
    COMPARISON(">=", FUNCTION_STRICT, compare, "expr1 >= expr2 - Whether expr1 is not the smaller one.",
               "2 >= 1 => true"),
    COMPARISON("<=>", 0, compare_null_safe, "expr1 <=> expr2 - Equality that takes two NULLs as equal.",
               "NULL <=> NULL => true"),
    {.name = "!=",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_OPERATOR,
     .signature = "(ANY, ANY) BOOLEAN",
     .resolve = resolve_not_equal,
     .group = "predicate_funcs",
     .usage = "expr1 != expr2 - Whether both differ.",
     .example = "1 != 2 => true",
     .since = "1.0.0"},
    {.name = "<>",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_OPERATOR,
     .signature = "(ANY, ANY) BOOLEAN",
     .resolve = resolve_not_equal,
     .group = "predicate_funcs",
     .usage = "expr1 <> expr2 - Whether both differ.",
     .example = "1 <> 2 => true",
     .since = "1.0.0"},
    {.name = "equal_null",
     .class = FUNCTION_SCALAR,
     .signature = "(ANY, ANY) BOOLEAN",
     .resolve = resolve_equal_null,
     .group = "misc_funcs",
     .usage = "equal_null(expr1, expr2) - The same as expr1 <=> expr2.",
     .example = "equal_null(3, 3) => true",
     .since = "3.4.0"},
    {.name = "between",
     .class = FUNCTION_SCALAR,
     .signature = "(ANY, ANY, ANY) BOOLEAN",
     .resolve = resolve_between,
     .group = "predicate_funcs",
     .usage = "input between lower and upper - Whether input is in the range, ends included.",
     .example = "0.5 between 0.1 and 1.0 => true",
     .since = "1.0.0"},
    {0},
};
