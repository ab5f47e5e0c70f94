/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shapes of kernels for numbers: a loop per (function, storage), written once per arity.
 *
 * Operands come as arrays with one value per row, or as a single value (numeric_open), so that a loop has no
 * index and no NULL to look at and the compiler can vectorize it. It computes the rows that are NULL too, for
 * nothing. A body sets z from x (and y) and says whether that went wrong; the loop tells whether any row did,
 * and who called it looks for the rows then, and skips the NULL ones (numeric_run_binary). __builtin_add_overflow() and its
 * kin have no form for vectors: see to it by the bits.
 *
 *     NUMERIC_BINARY(add_float, float, float, (z = x + y, false))
 *     NUMERIC_BINARY(less_int, int32_t, uint8_t, (z = x < y, false))
 *     NUMERIC_UNARY(not_int, int32_t, int32_t, (z = ~x, false))
 */
#ifndef ROOST_FUNCTION_NUMERIC_KERNEL_H
#define ROOST_FUNCTION_NUMERIC_KERNEL_H

#include "base/vectorized.h"
#include "expr/function.h"

struct numeric_operand {
    const void *data;
    bool constant; /* one value for all rows */
};

/* The values of an argument, one after the other; copied when it is a dictionary. */
struct numeric_operand numeric_open(struct arena *arena, const struct vector *v, uint32_t rows);

/* True: all went well. */
typedef bool numeric_binary(struct numeric_operand left, struct numeric_operand right, uint32_t rows, void *out);
typedef bool numeric_unary(struct numeric_operand operand, uint32_t rows, void *out);

#define NUMERIC_BINARY(NAME, IN, OUT, BODY)                                                                            \
    VECTORIZED static bool NAME(struct numeric_operand left, struct numeric_operand right, uint32_t rows,              \
                                void *result) {                                                                        \
        const IN *a = left.data, *b = right.data;                                                                      \
        OUT *out = result;                                                                                             \
        GATHERED(OUT) bad = 0;                                                                                         \
        if (right.constant) {                                                                                          \
            const IN y = *b;                                                                                           \
            for (uint32_t i = 0; i < rows; i++) {                                                                      \
                const IN x = a[left.constant ? 0 : i];                                                                 \
                OUT z;                                                                                                 \
                bad |= (BODY) ? 1 : 0;                                                                                 \
                out[i] = z;                                                                                            \
            }                                                                                                          \
        } else if (left.constant) {                                                                                    \
            const IN x = *a;                                                                                           \
            for (uint32_t i = 0; i < rows; i++) {                                                                      \
                const IN y = b[i];                                                                                     \
                OUT z;                                                                                                 \
                bad |= (BODY) ? 1 : 0;                                                                                 \
                out[i] = z;                                                                                            \
            }                                                                                                          \
        } else {                                                                                                       \
            for (uint32_t i = 0; i < rows; i++) {                                                                      \
                const IN x = a[i], y = b[i];                                                                           \
                OUT z;                                                                                                 \
                bad |= (BODY) ? 1 : 0;                                                                                 \
                out[i] = z;                                                                                            \
            }                                                                                                          \
        }                                                                                                              \
        return !bad;                                                                                                   \
    }

#define NUMERIC_UNARY(NAME, IN, OUT, BODY)                                                                             \
    VECTORIZED static bool NAME(struct numeric_operand operand, uint32_t rows, void *result) {                         \
        const IN *a = operand.data;                                                                                    \
        OUT *out = result;                                                                                             \
        GATHERED(OUT) bad = 0;                                                                                         \
        for (uint32_t i = 0; i < rows; i++) {                                                                          \
            const IN x = a[operand.constant ? 0 : i];                                                                  \
            OUT z;                                                                                                     \
            bad |= (BODY) ? 1 : 0;                                                                                     \
            out[i] = z;                                                                                                \
        }                                                                                                              \
        return !bad;                                                                                                   \
    }

/* A row that a loop could not do. */
struct numeric_failure {
    struct call *call;
    const struct vector *arguments;
    struct vector *out;
    uint32_t row, rows;
};
/* Sets the row NULL, leaves what the loop wrote, or makes the error and says false. */
typedef bool numeric_refuse(const struct numeric_failure *failure, struct error *err);
/* True. */
bool numeric_set_null(const struct numeric_failure *failure);

/* Runs a loop over the arguments into out, and refuse (or NULL) for each row that went wrong and is not NULL.
 */
bool numeric_run_binary(struct call *call, const struct vector *arguments, uint32_t rows, numeric_binary *loop,
                        numeric_refuse *refuse, struct vector *out, struct error *err);
bool numeric_run_unary(struct call *call, const struct vector *arguments, uint32_t rows, numeric_unary *loop,
                       numeric_refuse *refuse, struct vector *out, struct error *err);

/* -x as Spark has it: rounded half even to the 34 digits of Java's DECIMAL128. False: more than 34 digits were there,
 * so that the result may not fit; numeric_refuse_sign() sees to that. */
bool numeric_negate_decimal(int128 x, int128 *out);
/* What abs() and - refuse: the lowest integer in ANSI mode, and a decimal that is rounded beyond its precision. */
bool numeric_refuse_sign(const struct numeric_failure *failure, struct error *err);
/* An integer argument's value at a row. */
int64_t numeric_integer_at(const struct vector *v, uint32_t row);
/* ARITHMETIC_OVERFLOW at the call: "integer overflow" and the like; sibling ("try_add") or NULL. Returns
 * false. */
bool numeric_overflow(const struct call *call, const char *message, const char *sibling, struct error *err);

#endif
