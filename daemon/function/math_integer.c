/* SPDX-License-Identifier: Apache-2.0 */
/*
 * abs, factorial, width_bucket.
 */
#include <math.h>

#include "expr/resolve.h"
#include "function/datetime.h"
#include "function/numeric_kernel.h"

#define KERNEL(NAME)                                                                                                   \
    static bool NAME(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,             \
                     struct error *err)

/* Without a branch; the lowest integer, which has no counterpart, stays negative. */
#define ABS(bits, x) ((int##bits##_t)(((x) ^ (x) >> (bits - 1)) + (uint##bits##_t)((x) < 0)))
NUMERIC_UNARY(abs_int8, int8_t, int8_t, (z = ABS(8, x), z < 0))
NUMERIC_UNARY(abs_int16, int16_t, int16_t, (z = ABS(16, x), z < 0))
NUMERIC_UNARY(abs_int32, int32_t, int32_t, (z = ABS(32, x), z < 0))
NUMERIC_UNARY(abs_int64, int64_t, int64_t, (z = ABS(64, x), z < 0))
NUMERIC_UNARY(abs_int128, int128, int128, x < 0 ? !numeric_negate_decimal(x, &z) : (z = x, false))
NUMERIC_UNARY(abs_float, float, float, (z = fabsf(x), false))
NUMERIC_UNARY(abs_double, double, double, (z = fabs(x), false))

KERNEL(absolute) {
    static numeric_unary *const loops[STORAGE_STRUCT + 1] = {
        [STORAGE_INT8] = abs_int8,     [STORAGE_INT16] = abs_int16,   [STORAGE_INT32] = abs_int32,
        [STORAGE_INT64] = abs_int64,   [STORAGE_INT128] = abs_int128, [STORAGE_FLOAT] = abs_float,
        [STORAGE_DOUBLE] = abs_double,
    };
    return numeric_run_unary(call, arguments, rows, loops[type_storage(arguments[0].type)], numeric_refuse_sign, out,
                             err);
}

static struct expr *resolve_abs(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *interval = interval_abs(r, call, err);
    return interval || error_is_set(err) ? interval : call;
}

KERNEL(factorial) {
    enum { LARGEST = 20 };
    for (uint32_t i = 0; i < rows; i++) {
        if (out->validity && !bit_get(out->validity, i)) continue;
        int64_t n = numeric_integer_at(&arguments[0], i), product = 1;
        if (n < 0 || n > LARGEST) {
            vector_set_null(out, call->arena, i, rows);
            continue;
        }
        for (int64_t k = 2; k <= n; k++) product *= k;
        VECTOR_DATA(out, int64_t)[i] = product;
    }
    return true;
}

static double number_at(const struct vector *v, uint32_t row) {
    if (v->type->kind == TYPE_DOUBLE) return VECTOR_DATA(v, double)[vector_entry(v, row)];
    return (double)numeric_integer_at(v, row);
}

/* 0 and count + 1 are the buckets on both sides of the range, which may run downwards. */
static int64_t bucket_of(double value, double min, double max, int64_t count) {
    bool upwards = min < max;
    double from = upwards ? min : max, to = upwards ? max : min;
    if (upwards ? value < from : value > to) return 0;
    if (upwards ? value >= to : value <= from) return count + 1;
    double part = upwards ? value - from : to - value;
    return (int64_t)((double)count * part / (to - from)) + 1;
}

KERNEL(width_bucket) {
    for (uint32_t i = 0; i < rows; i++) {
        if (out->validity && !bit_get(out->validity, i)) continue;
        double value = number_at(&arguments[0], i), min = number_at(&arguments[1], i),
               max = number_at(&arguments[2], i);
        int64_t count = numeric_integer_at(&arguments[3], i);
        if (count <= 0 || count == INT64_MAX || isnan(value) || min == max || !isfinite(min) || !isfinite(max))
            vector_set_null(out, call->arena, i, rows);
        else
            VECTOR_DATA(out, int64_t)[i] = bucket_of(value, min, max, count);
    }
    return true;
}

/* The three values are of one kind. */
static struct expr *resolve_bucket(struct resolver *r, struct expr *call, struct error *err) {
    for (uint32_t i = 1; i < 3; i++)
        if (call->children[i]->type->kind != call->children[0]->type->kind) {
            const char *listed = arena_printf(
                r->arena, "(%s or %s or %s)", quoted_type(r->arena, call->children[0]->type),
                quoted_type(r->arena, call->children[1]->type), quoted_type(r->arena, call->children[2]->type));
            return resolve_mismatch(r, call, err, "DATA_DIFF_TYPES", "functionName", "`width_bucket`", "dataType",
                                    listed, NULL);
        }
    return call;
}

#define BOUND "DOUBLE|YM_INTERVAL|DT_INTERVAL"
#define ROW(fname, sig, more, res, fn, doc, sample, version)                                                           \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | (more), .signature = sig, .resolve = res,  \
        .kernel = fn, .group = "math_funcs", .usage = doc, .example = sample, .since = version                         \
    }

const struct function math_integer_functions[] = {
    ROW("abs", "(NUMERIC|DT_INTERVAL|YM_INTERVAL) $1", 0, resolve_abs, absolute,
        "abs(expr) - The number without its sign.", "abs(-1) => 1", "1.2.0"),
    ROW("factorial", "(INT) LONG", FUNCTION_NULLABLE, NULL, factorial,
        "factorial(expr) - The product of 1 to expr, at most 20.", "factorial(5) => 120", "1.5.0"),
    ROW("width_bucket", "(" BOUND ", " BOUND ", " BOUND ", LONG) LONG", FUNCTION_NULLABLE, resolve_bucket, width_bucket,
        "width_bucket(value, min_value, max_value, num_bucket) - Which of equally wide buckets the value "
        "falls in.",
        "width_bucket(5.3, 0.2, 10.6, 5) => 3", "3.1.0"),
    {0},
};
