/* SPDX-License-Identifier: Apache-2.0 */
/*
 * + - * / % div and their kin: pmod, mod, the try_ forms, and the signs.
 *
 * resolve() brings both sides to one type (expr/resolve.h), or to two decimals, and refuses what has none;
 * dates and intervals go to datetime_operator(). A kernel is a loop per storage. What does not fit is an
 * error in ANSI mode, NULL for try_, and wraps around in legacy mode; a zero divisor gives NULL there.
 */
#include <inttypes.h>
#include <math.h>

#include "expr/resolve.h"
#include "function/datetime.h"
#include "function/numeric_kernel.h"
#include "function/operator_compare.h"
#include "function/operator_decimal.h"

/* ---- typing ---- */

/* By the row's name: the operation, whether dates and intervals may take part, what its sides may be in
 * messages. */
struct operation {
    const char *name;
    char symbol; /* d: div, p: pmod */
    bool datetime;
    const char *accepts;
};

#define NUMERIC_OR_INTERVAL "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL\")"
#define QUOTIENT "(\"DOUBLE\" or \"DECIMAL\")"
#define WHOLE_QUOTIENT "(\"BIGINT\" or \"DECIMAL\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")"

static const struct operation operations[] = {
    {"+", '+', true, NUMERIC_OR_INTERVAL},
    {"try_add", '+', true, NUMERIC_OR_INTERVAL},
    {"-", '-', true, NUMERIC_OR_INTERVAL},
    {"try_subtract", '-', true, NUMERIC_OR_INTERVAL},
    {"*", '*', true, "\"NUMERIC\""},
    {"try_multiply", '*', true, "\"NUMERIC\""},
    {"/", '/', true, QUOTIENT},
    {"try_divide", '/', true, QUOTIENT},
    {"%", '%', false, "\"NUMERIC\""},
    {"mod", '%', false, "\"NUMERIC\""},
    {"try_mod", '%', false, "\"NUMERIC\""},
    {"div", 'd', false, WHOLE_QUOTIENT},
    {"pmod", 'p', false, "\"NUMERIC\""},
};

static const struct operation *operation_of(const struct expr *call) {
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (strcmp(operations[i].name, call->call.function->name) == 0) return &operations[i];
    return NULL;
}

static bool is_numeric_or_null(const struct type *t) {
    return type_is_numeric(t) || t->kind == TYPE_NULL;
}

static bool accepted(const struct operation *op, const struct type *t) {
    if (op->symbol == 'd') return t->kind == TYPE_LONG || t->kind == TYPE_DECIMAL || type_is_ansi_interval(t);
    return type_is_numeric(t);
}

/* An interval that the operation takes on neither side: NULL beside it stays untyped. */
static bool refused_interval(const struct operation *op, const struct type *t) {
    return (type_is_ansi_interval(t) || t->kind == TYPE_CALENDAR_INTERVAL) && !accepted(op, t);
}

/* What the operation makes of sides that have a common type already. */
static const struct type *side_type(const struct operation *op, const struct type *t) {
    if (op->symbol == 'd') return type_is_integral(t) || t->kind == TYPE_NULL ? TYPE_OF(LONG) : t;
    if (op->symbol == '/') return is_numeric_or_null(t) && t->kind != TYPE_DECIMAL ? TYPE_OF(DOUBLE) : t;
    return t;
}

static const struct type *result_type(struct resolver *r, const struct operation *op, const struct type *a,
                                      const struct type *b) {
    if (op->symbol == 'd') return TYPE_OF(LONG);
    return a->kind == TYPE_DECIMAL ? decimal_result(r, op->symbol, a, b) : a;
}

static struct expr *check_sides(struct resolver *r, const struct operation *op, struct expr *call, struct error *err) {
    const struct type *a = call->children[0]->type, *b = call->children[1]->type;
    bool decimals = a->kind == TYPE_DECIMAL && b->kind == TYPE_DECIMAL;
    if (!decimals && !type_same(a, b, true))
        return resolve_mismatch(r, call, err, "BINARY_OP_DIFF_TYPES", "left", quoted_type(r->arena, a), "right",
                                quoted_type(r->arena, b), NULL);
    if (!accepted(op, a))
        return resolve_mismatch(r, call, err, "BINARY_OP_WRONG_TYPE", "inputType", op->accepts, "actualDataType",
                                quoted_type(r->arena, a), NULL);
    return call;
}

static bool is_floating(const struct type *t) {
    return t->kind == TYPE_FLOAT || t->kind == TYPE_DOUBLE;
}

static struct expr *resolve_arithmetic(struct resolver *r, struct expr *call, struct error *err) {
    const struct operation *op = operation_of(call);
    if (call->child_count == 1) return resolve_named(r, "minus_sign", call->children, 1, call->origin, err);
    if (op->datetime) {
        struct expr *other = datetime_operator(r, call, op->symbol, err);
        if (other || error_is_set(err)) return other;
    }
    struct expr *left = call->children[0], *right = call->children[1];
    if (op->symbol == 'd') texts_to_doubles(r, &left, &right);
    null_to_text(r, &left, &right);
    if (op->symbol == '/' && left->type->kind == TYPE_NULL && right->type->kind == TYPE_DECIMAL) /* NULL / 0.5 */
        left = coerce_to(r, left, TYPE_OF(DOUBLE));
    bool floats = op->symbol == 'd' && (is_floating(left->type) || is_floating(right->type)); /* div takes none */
    bool refused = refused_interval(op, left->type) || refused_interval(op, right->type);
    if (!floats && !refused) coerce_arithmetic(r, &left, &right);
    if (left->type->kind == TYPE_NULL && right->type->kind == TYPE_NULL)
        left = right = expr_null(r->arena, TYPE_OF(DOUBLE));
    bool both = is_numeric_or_null(left->type) && is_numeric_or_null(right->type);
    if (both && op->symbol == 'd' && call->children[0]->type->kind == TYPE_NULL && left == right)
        left = right = expr_null(r->arena, TYPE_OF(LONG));
    if (op->symbol == 'd' || both) {
        left = coerce_to(r, left, side_type(op, left->type));
        right = coerce_to(r, right, side_type(op, right->type));
    }
    mark_cast(call, call->children[0], left);
    mark_cast(call, call->children[1], right);
    call->children[0] = left;
    call->children[1] = right;
    if (!check_sides(r, op, call, err)) return NULL;
    call->type = result_type(r, op, left->type, right->type);
    bool divides = strchr("/%dp", op->symbol) != NULL;
    bool limited = left->type->kind == TYPE_DECIMAL && !call->call.ansi;
    call->nullable = left->nullable || right->nullable || divides || limited || call->call.try_mode;
    return call;
}

/* ---- loops ---- */

/* x % y by the quotient as a double, which tells all quotients of 32 bits apart: vectors have no whole division. 0 for
 * what divides nothing, and for -1, by which the lowest value has no quotient. */
static inline int32_t remainder_of(int32_t x, int32_t y) {
    const int32_t divisor = y == 0 || y == -1 ? 1 : y;
    return x - (int32_t)((double)x / divisor) * divisor;
}

/* A sum or difference wraps around where its sign is that of neither side, or not that of the left and of the right's
 * opposite. */
#define SUMS(op, ctype, utype)                                                                                         \
    NUMERIC_BINARY(add_##op, ctype, ctype, (z = (ctype)((utype)x + (utype)y), (ctype)((x ^ z) & (y ^ z)) < 0))         \
    NUMERIC_BINARY(subtract_##op, ctype, ctype, (z = (ctype)((utype)x - (utype)y), (ctype)((x ^ y) & (x ^ z)) < 0))
/* pmod adds in 32 bits, as Java does, and wraps around there. */
#define PRODUCTS(op, ctype, wide)                                                                                      \
    NUMERIC_BINARY(multiply_##op, ctype, ctype, (z = (ctype)((wide)x * y), z != (wide)x * y))                          \
    NUMERIC_BINARY(remainder_##op, ctype, ctype, (z = (ctype)remainder_of(x, y), y == 0))                              \
    NUMERIC_BINARY(pmod_##op, ctype, ctype,                                                                            \
                   (z = (ctype)remainder_of(x, y),                                                                     \
                    z = z < 0 ? (ctype)remainder_of((int32_t)((uint32_t)z + (uint32_t)y), y) : z, y == 0))
SUMS(int8, int8_t, uint8_t)
SUMS(int16, int16_t, uint16_t)
SUMS(int32, int32_t, uint32_t)
SUMS(int64, int64_t, uint64_t)
PRODUCTS(int8, int8_t, int32_t)
PRODUCTS(int16, int16_t, int32_t)
PRODUCTS(int32, int32_t, int64_t)
NUMERIC_BINARY(multiply_int64, int64_t, int64_t, __builtin_mul_overflow(x, y, &z))
NUMERIC_BINARY(remainder_int64, int64_t, int64_t, y == 0 || y == -1 ? (z = 0, y == 0) : (z = x % y, false))
NUMERIC_BINARY(pmod_int64, int64_t, int64_t,
               y == 0 || y == -1 ? (z = 0, y == 0)
                                 : (z = x % y, z = z < 0 ? (int64_t)((uint64_t)z + (uint64_t)y) % y : z, false))

static inline double positive_remainder(double x, double y) {
    double z = fmod(x, y);
    return z < 0 ? fmod(z + y, y) : z;
}
static inline float positive_remainder_float(float x, float y) {
    float z = fmodf(x, y);
    return z < 0 ? fmodf(z + y, y) : z;
}

NUMERIC_BINARY(add_float, float, float, (z = x + y, false))
NUMERIC_BINARY(subtract_float, float, float, (z = x - y, false))
NUMERIC_BINARY(multiply_float, float, float, (z = x * y, false))
NUMERIC_BINARY(remainder_float, float, float, y == 0 ? (z = 0, true) : (z = fmodf(x, y), false))
NUMERIC_BINARY(pmod_float, float, float, y == 0 ? (z = 0, true) : (z = positive_remainder_float(x, y), false))
NUMERIC_BINARY(add_double, double, double, (z = x + y, false))
NUMERIC_BINARY(subtract_double, double, double, (z = x - y, false))
NUMERIC_BINARY(multiply_double, double, double, (z = x * y, false))
NUMERIC_BINARY(divide_double, double, double, y == 0 ? (z = 0, true) : (z = x / y, false))
NUMERIC_BINARY(remainder_double, double, double, y == 0 ? (z = 0, true) : (z = fmod(x, y), false))
NUMERIC_BINARY(pmod_double, double, double, y == 0 ? (z = 0, true) : (z = positive_remainder(x, y), false))
NUMERIC_BINARY(quotient_int32, int32_t, int64_t, y == 0 ? (z = 0, true) : (z = (int64_t)x / y, false))
NUMERIC_BINARY(quotient_int64, int64_t, int64_t,
               y == 0    ? (z = 0, true)
               : y == -1 ? __builtin_sub_overflow((int64_t)0, x, &z)
                         : (z = x / y, false))

struct loops {
    char symbol;
    numeric_binary *of[STORAGE_STRUCT + 1];
};

#define ALL_STORAGES(op)                                                                                               \
    {                                                                                                                  \
        [STORAGE_INT8] = op##_int8, [STORAGE_INT16] = op##_int16, [STORAGE_INT32] = op##_int32,                        \
        [STORAGE_INT64] = op##_int64, [STORAGE_FLOAT] = op##_float, [STORAGE_DOUBLE] = op##_double                     \
    }

static const struct loops all_loops[] = {
    {'+', ALL_STORAGES(add)},
    {'-', ALL_STORAGES(subtract)},
    {'*', ALL_STORAGES(multiply)},
    {'%', ALL_STORAGES(remainder)},
    {'p', ALL_STORAGES(pmod)},
    {'/', {[STORAGE_DOUBLE] = divide_double}},
    {'d', {[STORAGE_INT32] = quotient_int32, [STORAGE_INT64] = quotient_int64}},
};

static numeric_binary *find_loop(char symbol, const struct type *type) {
    for (size_t i = 0; i < sizeof all_loops / sizeof *all_loops; i++)
        if (all_loops[i].symbol == symbol) return all_loops[i].of[type_storage(type)];
    return NULL;
}

/* ---- what does not fit ---- */

static const char *sibling_of(char symbol) {
    switch (symbol) {
        case '+': return "try_add";
        case '-': return "try_subtract";
        case '*': return "try_multiply";
        default: return "try_divide";
    }
}

/* Bytes and shorts name their values, both as shorts. */
static bool refuse_small(const struct numeric_failure *f, char symbol, struct error *err) {
    struct arena *arena = f->call->arena;
    const char symbol_text[] = {symbol, '\0'};
    int64_t left = numeric_integer_at(&f->arguments[0], f->row), right = numeric_integer_at(&f->arguments[1], f->row);
    return error_set(err, "BINARY_ARITHMETIC_OVERFLOW", "value1", arena_printf(arena, "%" PRId64 "S", left), "symbol",
                     symbol_text, "value2", arena_printf(arena, "%" PRId64 "S", right), "functionName",
                     arena_printf(arena, "`%s`", sibling_of(symbol)), NULL);
}

static bool refuse_overflow(const struct numeric_failure *f, struct error *err) {
    const struct expr *e = f->call->expr;
    char symbol = operation_of(e)->symbol;
    if (e->call.try_mode) return numeric_set_null(f);
    if (!e->call.ansi) return true;
    switch (f->arguments[0].type->kind) {
        case TYPE_BYTE:
        case TYPE_SHORT: return refuse_small(f, symbol, err);
        case TYPE_INT: return numeric_overflow(f->call, "integer overflow", sibling_of(symbol), err);
        default: return numeric_overflow(f->call, "long overflow", sibling_of(symbol), err);
    }
}

/* Integral division overflows for one pair of values; all other failures of it are a zero divisor. */
static bool overflows(const struct numeric_failure *f, char symbol) {
    return symbol == 'd' && f->arguments[1].type->kind != TYPE_DECIMAL &&
           numeric_integer_at(&f->arguments[1], f->row) != 0;
}

static bool refuse_zero(const struct numeric_failure *f, struct error *err) {
    const struct expr *e = f->call->expr;
    char symbol = operation_of(e)->symbol;
    if (e->call.try_mode) return numeric_set_null(f);
    if (overflows(f, symbol))
        return e->call.ansi ? numeric_overflow(f->call, "Overflow in integral divide", "try_divide", err) : true;
    if (!e->call.ansi) return numeric_set_null(f);
    bool division = symbol == '/' || symbol == 'd';
    error_set(err, division ? "DIVIDE_BY_ZERO" : "REMAINDER_BY_ZERO", "config", "\"spark.sql.ansi.enabled\"", NULL);
    return error_at(err, e->origin);
}

static bool arithmetic(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                       struct error *err) {
    char symbol = operation_of(call->expr)->symbol;
    if (arguments[0].type->kind == TYPE_DECIMAL)
        return decimal_arithmetic(call, symbol, arguments, rows, out, refuse_zero, err);
    numeric_binary *loop = find_loop(symbol, arguments[0].type);
    if (!loop) return error_internal(err, "no loop for %c over %s", symbol, type_name(arguments[0].type));
    bool divides = strchr("/%dp", symbol) != NULL;
    return numeric_run_binary(call, arguments, rows, loop, divides ? refuse_zero : refuse_overflow, out, err);
}

/* ---- signs ---- */

NUMERIC_UNARY(negate_int8, int8_t, int8_t, (z = (int8_t)-x, x == INT8_MIN))
NUMERIC_UNARY(negate_int16, int16_t, int16_t, (z = (int16_t)-x, x == INT16_MIN))
NUMERIC_UNARY(negate_int32, int32_t, int32_t, (z = (int32_t)(0 - (uint32_t)x), x == INT32_MIN))
NUMERIC_UNARY(negate_int64, int64_t, int64_t, (z = (int64_t)(0 - (uint64_t)x), x == INT64_MIN))
NUMERIC_UNARY(negate_int128, int128, int128, !numeric_negate_decimal(x, &z))
NUMERIC_UNARY(negate_float, float, float, (z = -x, false))
NUMERIC_UNARY(negate_double, double, double, (z = -x, false))

static numeric_unary *const negations[STORAGE_STRUCT + 1] = {
    [STORAGE_INT8] = negate_int8,     [STORAGE_INT16] = negate_int16,   [STORAGE_INT32] = negate_int32,
    [STORAGE_INT64] = negate_int64,   [STORAGE_INT128] = negate_int128, [STORAGE_FLOAT] = negate_float,
    [STORAGE_DOUBLE] = negate_double,
};

static bool negate(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                   struct error *err) {
    numeric_unary *loop = negations[type_storage(arguments[0].type)];
    return numeric_run_unary(call, arguments, rows, loop, numeric_refuse_sign, out, err);
}

static struct expr *resolve_negative(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *interval = interval_negative(r, call, err);
    return interval || error_is_set(err) ? interval : call;
}

static bool identity(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                     struct error *err) {
    *out = arguments[0];
    return true;
}

#define NUMBER_WORDS "(NUMERIC|DT_INTERVAL|YM_INTERVAL|CALENDAR_INTERVAL) $1"
#define TWO_SIDES "(ANY, ANY) ?"
#define ARITHMETIC(fname, sig, more, doc, sample, version)                                                             \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | (more), .signature = sig,                  \
        .resolve = resolve_arithmetic, .kernel = arithmetic, .group = "math_funcs", .usage = doc, .example = sample,   \
        .since = version                                                                                               \
    }

const struct function operator_arithmetic_functions[] = {
    ARITHMETIC("+", TWO_SIDES, FUNCTION_OPERATOR, "expr1 + expr2 - The sum of both.", "1 + 2 => 3", "1.0.0"),
    ARITHMETIC("-", "(ANY [, ANY]) ?", FUNCTION_OPERATOR, "expr1 - expr2 - The difference of both.", "2 - 1 => 1",
               "1.0.0"),
    ARITHMETIC("*", TWO_SIDES, FUNCTION_OPERATOR, "expr1 * expr2 - The product of both.", "2 * 3 => 6", "1.0.0"),
    ARITHMETIC("/", TWO_SIDES, FUNCTION_RIGHT_FIRST | FUNCTION_OPERATOR,
               "expr1 / expr2 - The quotient, never cut to a whole number.", "3 / 2 => 1.5", "1.0.0"),
    ARITHMETIC("%", TWO_SIDES, FUNCTION_RIGHT_FIRST | FUNCTION_OPERATOR,
               "expr1 % expr2 - What is left of a division; it has the sign of expr1.", "2 % 1.8 => 0.2", "1.0.0"),
    ARITHMETIC("mod", TWO_SIDES, FUNCTION_RIGHT_FIRST, "mod(expr1, expr2) - The same as expr1 % expr2.",
               "mod(7, 3) => 1", "2.3.0"),
    ARITHMETIC("div", TWO_SIDES, FUNCTION_RIGHT_FIRST | FUNCTION_OPERATOR,
               "expr1 div expr2 - The whole part of the quotient.", "3 div 2 => 1", "3.0.0"),
    ARITHMETIC("pmod", TWO_SIDES, FUNCTION_RIGHT_FIRST,
               "pmod(expr1, expr2) - What is left of a division, never negative for a positive expr2.",
               "pmod(-10, 3) => 2", "1.5.0"),
    ARITHMETIC("try_add", TWO_SIDES, FUNCTION_TRY, "try_add(expr1, expr2) - The sum, NULL when it does not fit.",
               "try_add(2147483647, 1) => NULL", "3.2.0"),
    ARITHMETIC("try_subtract", TWO_SIDES, FUNCTION_TRY,
               "try_subtract(expr1, expr2) - The difference, NULL when it does not fit.", "try_subtract(2, 1) => 1",
               "3.3.0"),
    ARITHMETIC("try_multiply", TWO_SIDES, FUNCTION_TRY,
               "try_multiply(expr1, expr2) - The product, NULL when it does not fit.",
               "try_multiply(2147483647, 2) => NULL", "3.3.0"),
    ARITHMETIC("try_divide", TWO_SIDES, FUNCTION_RIGHT_FIRST | FUNCTION_TRY,
               "try_divide(dividend, divisor) - The quotient, NULL for a divisor of 0.", "try_divide(1, 0) => NULL",
               "3.2.0"),
    ARITHMETIC("try_mod", TWO_SIDES, FUNCTION_TRY,
               "try_mod(dividend, divisor) - What is left, NULL for a divisor of 0.", "try_mod(3, 0) => NULL", "4.0.0"),
    {.name = "negative",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT,
     .signature = NUMBER_WORDS,
     .resolve = resolve_negative,
     .kernel = negate,
     .group = "math_funcs",
     .usage = "negative(expr) - The number with its sign changed.",
     .example = "negative(1) => -1",
     .since = "1.0.0"},
    {.name = "minus_sign",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_INTERNAL,
     .signature = NUMBER_WORDS,
     .resolve = resolve_negative,
     .kernel = negate},
    {.name = "positive",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT,
     .signature = NUMBER_WORDS,
     .kernel = identity,
     .group = "math_funcs",
     .usage = "positive(expr) - The number itself.",
     .example = "positive(1) => 1",
     .since = "1.5.0"},
    {0},
};
