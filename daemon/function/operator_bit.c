/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bits of integers: & | ^ ~, shifts, bit_count, bit_get. Shift counts are taken modulo the width, as in Java.
 */
#include <inttypes.h>

#include "function/operator_compare.h"

static struct expr *resolve_bits(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *left = call->children[0], *right = call->children[1];
    bool both_null = left->type->kind == TYPE_NULL && right->type->kind == TYPE_NULL;
    texts_to_doubles(r, &left, &right);
    null_to_text(r, &left, &right);
    bool floats = left->type->kind == TYPE_FLOAT || left->type->kind == TYPE_DOUBLE ||
                  right->type->kind == TYPE_FLOAT || right->type->kind == TYPE_DOUBLE;
    if (!floats) coerce_arithmetic(r, &left, &right);
    if (both_null) left = right = expr_null(r->arena, TYPE_OF(INT));
    mark_coerced(call, call->children[0], left);
    mark_coerced(call, call->children[1], right);
    call->children[0] = left;
    call->children[1] = right;
    const struct type *a = left->type, *b = right->type;
    if (!type_same(a, b, true))
        return resolve_mismatch(r, call, err, "BINARY_OP_DIFF_TYPES", "left", quoted_type(r->arena, a), "right",
                                quoted_type(r->arena, b), NULL);
    if (!type_is_integral(a))
        return resolve_mismatch(r, call, err, "BINARY_OP_WRONG_TYPE", "inputType", "\"INTEGRAL\"", "actualDataType",
                                quoted_type(r->arena, a), NULL);
    call->type = a;
    call->nullable = left->nullable || right->nullable;
    return call;
}

#define BITS(storage, ctype)                                                                                           \
    NUMERIC_BINARY(and_##storage, ctype, ctype, (z = (ctype)(x & y), false))                                           \
    NUMERIC_BINARY(or_##storage, ctype, ctype, (z = (ctype)(x | y), false))                                            \
    NUMERIC_BINARY(xor_##storage, ctype, ctype, (z = (ctype)(x ^ y), false))                                           \
    NUMERIC_UNARY(not_##storage, ctype, ctype, (z = (ctype)~x, false))
BITS(int8, int8_t)
BITS(int16, int16_t)
BITS(int32, int32_t)
BITS(int64, int64_t)

#define LOOPS(op)                                                                                                      \
    { op##_int8, op##_int16, op##_int32, op##_int64 }
static numeric_binary *const and_loops[] = LOOPS(and), *const or_loops[] = LOOPS(or), *const xor_loops[] = LOOPS(xor);
static numeric_unary *const not_loops[] = LOOPS(not );

static bool bits(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                 struct error *err) {
    char symbol = call->expr->call.function->name[0];
    numeric_binary *const *loops = symbol == '&' ? and_loops : symbol == '|' ? or_loops : xor_loops;
    return numeric_run_binary(call, arguments, rows, loops[arguments[0].type->kind - TYPE_BYTE], NULL, out, err);
}

static bool invert(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                   struct error *err) {
    return numeric_run_unary(call, arguments, rows, not_loops[arguments[0].type->kind - TYPE_BYTE], NULL, out, err);
}

/* ---- shifts ---- */

#define SHIFT_LOOP(name, ctype, utype, expression)                                                                     \
    VECTORIZED static void name(struct numeric_operand left, struct numeric_operand right, uint32_t rows,              \
                                void *result) {                                                                        \
        enum { MOST = 8 * sizeof(ctype) - 1 };                                                                         \
        const ctype *values = left.data;                                                                               \
        const int32_t *counts = right.data;                                                                            \
        ctype *out = result;                                                                                           \
        for (uint32_t i = 0; i < rows; i++) {                                                                          \
            const ctype value = values[left.constant ? 0 : i];                                                         \
            const utype bits = (utype)value;                                                                           \
            const uint32_t count = (uint32_t)counts[right.constant ? 0 : i] & MOST;                                    \
            (void)bits, (void)value;                                                                                   \
            out[i] = (ctype)(expression);                                                                              \
        }                                                                                                              \
    }
SHIFT_LOOP(left_int, int32_t, uint32_t, bits << count)
SHIFT_LOOP(left_long, int64_t, uint64_t, bits << count)
SHIFT_LOOP(right_int, int32_t, uint32_t, value >> count)
SHIFT_LOOP(right_long, int64_t, uint64_t, value >> count)
SHIFT_LOOP(unsigned_int, int32_t, uint32_t, bits >> count)
SHIFT_LOOP(unsigned_long, int64_t, uint64_t, bits >> count)

typedef void shift_loop(struct numeric_operand left, struct numeric_operand right, uint32_t rows, void *result);

static bool shift_all(struct call *call, const struct vector *arguments, uint32_t rows, shift_loop *of_ints,
                      shift_loop *of_longs, struct vector *out) {
    struct numeric_operand left = numeric_open(call->arena, &arguments[0], rows);
    struct numeric_operand right = numeric_open(call->arena, &arguments[1], rows);
    (out->type->kind == TYPE_LONG ? of_longs : of_ints)(left, right, rows, out->data);
    return true;
}

static bool shift_left(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                       struct error *err) {
    return shift_all(call, arguments, rows, left_int, left_long, out);
}
static bool shift_right(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    return shift_all(call, arguments, rows, right_int, right_long, out);
}
static bool shift_right_unsigned(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    return shift_all(call, arguments, rows, unsigned_int, unsigned_long, out);
}

/* ---- counting and picking ---- */

static bool bit_count(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                      struct error *err) {
    for (uint32_t i = 0; i < rows; i++)
        VECTOR_DATA(out, int32_t)[i] = __builtin_popcountll((uint64_t)numeric_integer_at(&arguments[0], i));
    return true;
}

static bool bit_at(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                   struct error *err) {
    int64_t width = 8 * (int64_t)storage_size(type_storage(arguments[0].type));
    for (uint32_t i = 0; i < rows; i++) {
        if (out->validity && !bit_get(out->validity, i)) continue;
        int64_t position = numeric_integer_at(&arguments[1], i);
        if (position < 0 || position >= width) {
            error_set(err, "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE", "parameter", "`pos`", "functionName",
                      arena_printf(call->arena, "`%s`", call->expr->call.name), NULL);
            error_add(err, "upper", "%" PRId64, width);
            return error_add(err, "invalidValue", "%" PRId64, position);
        }
        VECTOR_DATA(out, int8_t)[i] = (int8_t)(numeric_integer_at(&arguments[0], i) >> position & 1);
    }
    return true;
}

#define BIT_OPERATOR(fname, doc, sample)                                                                               \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | FUNCTION_OPERATOR,                         \
        .signature = "(ANY, ANY) ?", .resolve = resolve_bits, .kernel = bits, .group = "bitwise_funcs", .usage = doc,  \
        .example = sample, .since = "1.4.0"                                                                            \
    }
#define SHIFT(fname, more, fn, doc, sample, version)                                                                   \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | (more), .signature = "(INT|LONG, INT) $1", \
        .kernel = fn, .group = "bitwise_funcs", .usage = doc, .example = sample, .since = version                      \
    }
#define BIT_FUNCTION(fname, more, sig, fn, doc, sample, version)                                                       \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | (more), .signature = sig, .kernel = fn,    \
        .group = "bitwise_funcs", .usage = doc, .example = sample, .since = version                                    \
    }

const struct function operator_bit_functions[] = {
    BIT_OPERATOR("&", "expr1 & expr2 - The bits that both have.", "3 & 5 => 1"),
    BIT_OPERATOR("|", "expr1 | expr2 - The bits that one of both has.", "3 | 5 => 7"),
    BIT_OPERATOR("^", "expr1 ^ expr2 - The bits that just one of both has.", "3 ^ 5 => 6"),
    BIT_FUNCTION("~", FUNCTION_OPERATOR | FUNCTION_EXACT, "(INTEGRAL) $1", invert, "~ expr - All bits inverted.",
                 "~ 0 => -1", "1.4.0"),
    SHIFT("<<", FUNCTION_OPERATOR, shift_left, "base << exp - The bits moved to the left.", "2 << 1 => 4", "4.0.0"),
    SHIFT(">>", FUNCTION_OPERATOR, shift_right, "base >> expr - The bits moved to the right; the sign stays.",
          "4 >> 1 => 2", "4.0.0"),
    SHIFT(">>>", FUNCTION_OPERATOR, shift_right_unsigned, "base >>> expr - The bits moved to the right; zeros come in.",
          "4 >>> 1 => 2", "4.0.0"),
    SHIFT("shiftleft", 0, shift_left, "shiftleft(base, expr) - The same as base << expr.", "shiftleft(2, 1) => 4",
          "1.5.0"),
    SHIFT("shiftright", 0, shift_right, "shiftright(base, expr) - The same as base >> expr.", "shiftright(4, 1) => 2",
          "1.5.0"),
    SHIFT("shiftrightunsigned", 0, shift_right_unsigned, "shiftrightunsigned(base, expr) - The same as base >>> expr.",
          "shiftrightunsigned(4, 1) => 2", "1.5.0"),
    BIT_FUNCTION("bit_count", FUNCTION_EXACT, "(INTEGRAL|BOOLEAN) INT", bit_count,
                 "bit_count(expr) - How many bits of the number, as one of 64 bits, are set.", "bit_count(0) => 0",
                 "3.0.0"),
    BIT_FUNCTION("bit_get", 0, "(INTEGRAL, INT) BYTE", bit_at,
                 "bit_get(expr, pos) - The bit at a position, counted from 0 at the right.", "bit_get(11, 0) => 1",
                 "3.2.0"),
    BIT_FUNCTION("getbit", 0, "(INTEGRAL, INT) BYTE", bit_at,
                 "getbit(expr, pos) - The bit at a position, counted from 0 at the right.", "getbit(11, 0) => 1",
                 "3.2.0"),
    {0},
};
