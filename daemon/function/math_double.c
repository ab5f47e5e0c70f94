/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of doubles. Each is one loop over one function of the C library, or a formula of Spark's own
 * where that differs (asinh, acosh, atanh, secants). Logarithms of what has none are NULL, roots of negative
 * numbers are NaN.
 */
#include <math.h>

#include "base/strict_math.h"
#include "expr/resolve.h"
#include "function/numeric_kernel.h"

static const double RADIANS_TO_DEGREES = 57.29577951308232, DEGREES_TO_RADIANS = 0.017453292519943295;

static inline double spark_asinh(double x) {
    return isinf(x) && x < 0 ? x : strict_log(x + sqrt(x * x + 1));
}
static inline double spark_acosh(double x) {
    return strict_log(x + sqrt(x * x - 1));
}
static inline double spark_atanh(double x) {
    return 0.5 * (strict_log1p(x) - strict_log1p(-x));
}
static inline double signum(double x) {
    return x > 0 ? 1.0 : x < 0 ? -1.0 : x;
}

#define KERNEL(NAME)                                                                                                   \
    static bool NAME(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,             \
                     struct error *err)

static bool to_null(const struct numeric_failure *failure, struct error *err) {
    return numeric_set_null(failure);
}

/* A function of one double that always has a value. */
#define PLAIN(NAME, EXPRESSION)                                                                                        \
    NUMERIC_UNARY(NAME##_loop, double, double, (z = (EXPRESSION), false))                                              \
    KERNEL(NAME) {                                                                                                     \
        return numeric_run_unary(call, arguments, rows, NAME##_loop, NULL, out, err);                                  \
    }
/* One that is NULL where LEGAL is false. */
#define PARTIAL(NAME, LEGAL, EXPRESSION)                                                                               \
    NUMERIC_UNARY(NAME##_loop, double, double, !(LEGAL) ? (z = 0, true) : (z = (EXPRESSION), false))                   \
    KERNEL(NAME) {                                                                                                     \
        return numeric_run_unary(call, arguments, rows, NAME##_loop, to_null, out, err);                               \
    }
/* One of two doubles. */
#define BINARY(NAME, EXPRESSION)                                                                                       \
    NUMERIC_BINARY(NAME##_loop, double, double, (z = (EXPRESSION), false))                                             \
    KERNEL(NAME) {                                                                                                     \
        return numeric_run_binary(call, arguments, rows, NAME##_loop, NULL, out, err);                                 \
    }

PLAIN(acos_kernel, strict_acos(x))
PLAIN(acosh_kernel, spark_acosh(x))
PLAIN(asin_kernel, strict_asin(x))
PLAIN(asinh_kernel, spark_asinh(x))
PLAIN(atan_kernel, strict_atan(x))
PLAIN(atanh_kernel, spark_atanh(x))
PLAIN(cbrt_kernel, strict_cbrt(x))
PLAIN(cos_kernel, cos(x))
PLAIN(cosh_kernel, strict_cosh(x))
PLAIN(cot_kernel, 1 / tan(x))
PLAIN(csc_kernel, 1 / sin(x))
PLAIN(degrees_kernel, x *RADIANS_TO_DEGREES)
PLAIN(expm1_kernel, strict_expm1(x))
PLAIN(radians_kernel, x *DEGREES_TO_RADIANS)
PLAIN(rint_kernel, rint(x))
PLAIN(sec_kernel, 1 / cos(x))
PLAIN(sin_kernel, sin(x))
PLAIN(sinh_kernel, strict_sinh(x))
PLAIN(sqrt_kernel, sqrt(x))
PLAIN(tan_kernel, tan(x))
PLAIN(tanh_kernel, strict_tanh(x))
PLAIN(signum_kernel, signum(x))
/* NaN is legal: it is not at most the bound. */
PARTIAL(log10_kernel, !(x <= 0), strict_log10(x))
PARTIAL(log1p_kernel, !(x <= -1), strict_log1p(x))
BINARY(atan2_kernel, strict_atan2(x + 0.0, y + 0.0))
BINARY(hypot_kernel, strict_hypot(x, y))

/* Of many at once; a constant is one. */
static bool exp_loop(struct numeric_operand operand, uint32_t rows, void *out) {
    const double *x = operand.data;
    double *result = out;
    strict_exp_all(x, operand.constant ? 1 : rows, out);
    for (uint32_t i = 1; operand.constant && i < rows; i++) result[i] = *result;
    return true;
}
KERNEL(exp_kernel) {
    return numeric_run_unary(call, arguments, rows, exp_loop, NULL, out, err);
}

/* Says whether all have a logarithm. */
static bool ln_loop(struct numeric_operand operand, uint32_t rows, void *out) {
    const double *x = operand.data;
    double *result = out;
    bool none = false;
    strict_log_all(x, operand.constant ? 1 : rows, out);
    for (uint32_t i = 1; operand.constant && i < rows; i++) result[i] = *result;
    for (uint32_t i = 0; i < rows; i++) none |= x[operand.constant ? 0 : i] <= 0;
    return !none;
}
static bool log2_loop(struct numeric_operand operand, uint32_t rows, void *out) {
    const double divisor = strict_log(2);
    double *result = out;
    bool good = ln_loop(operand, rows, out);
    for (uint32_t i = 0; i < rows; i++) result[i] /= divisor;
    return good;
}
KERNEL(log2_kernel) {
    return numeric_run_unary(call, arguments, rows, log2_loop, to_null, out, err);
}
KERNEL(ln_kernel) {
    return numeric_run_unary(call, arguments, rows, ln_loop, to_null, out, err);
}

static bool pow_loop(struct numeric_operand x, struct numeric_operand y, uint32_t rows, void *out) {
    strict_pow_all(x.data, x.constant, y.data, y.constant, rows, out);
    return true;
}
KERNEL(pow_kernel) {
    return numeric_run_binary(call, arguments, rows, pow_loop, NULL, out, err);
}

NUMERIC_BINARY(logs_of_bases, double, double,
               x <= 0 || y <= 0 ? (z = 0, true) : (z = strict_log(y) / strict_log(x), false))
static bool log_loop(struct numeric_operand base, struct numeric_operand operand, uint32_t rows, void *out) {
    if (!base.constant) return logs_of_bases(base, operand, rows, out);
    const double of_base = *(const double *)base.data, divisor = strict_log(of_base);
    double *result = out;
    bool good = ln_loop(operand, rows, out);
    for (uint32_t i = 0; i < rows; i++) result[i] /= divisor;
    return good && !(of_base <= 0);
}
KERNEL(log_kernel) {
    return numeric_run_binary(call, arguments, rows, log_loop, to_null, out, err);
}

/* log(x) is log(e(), x). */
static struct expr *resolve_log(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 2) return call;
    struct expr *base = resolve_named(r, "e", NULL, 0, call->origin, err);
    struct expr *arguments[] = {base, call->children[0]};
    return base ? resolve_named(r, "log", arguments, 2, call->origin, err) : NULL;
}

/* The sign of an interval is that of its months or microseconds. */
KERNEL(sign_kernel) {
    if (arguments[0].type->kind == TYPE_DOUBLE) return signum_kernel(call, arguments, rows, out, err);
    for (uint32_t i = 0; i < rows; i++)
        VECTOR_DATA(out, double)[i] = signum((double)numeric_integer_at(&arguments[0], i));
    return true;
}

static bool constant(struct vector *out, uint32_t rows, double value) {
    for (uint32_t i = 0; i < rows; i++) VECTOR_DATA(out, double)[i] = value;
    return true;
}
KERNEL(e_kernel) {
    return constant(out, rows, 0x1.5bf0a8b145769p+1);
}
KERNEL(pi_kernel) {
    return constant(out, rows, 0x1.921fb54442d18p+1);
}

#define ROW(fname, sig, more, fn, doc, sample, version, ...)                                                           \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | (more), .signature = sig, .kernel = fn,    \
        .group = "math_funcs", .usage = doc, .example = sample, .since = version, __VA_ARGS__                          \
    }
#define UNARY(fname, fn, doc, sample, version)                                                                         \
    ROW(fname, "(DOUBLE) DOUBLE", FUNCTION_NULLABLE, fn, doc, sample, version)
#define PAIR(fname, fn, doc, sample, version) ROW(fname, "(DOUBLE, DOUBLE) DOUBLE", 0, fn, doc, sample, version)

const struct function math_double_functions[] = {
    UNARY("acos", acos_kernel, "acos(expr) - The angle of that cosine.", "acos(1) => 0.0", "1.4.0"),
    UNARY("acosh", acosh_kernel, "acosh(expr) - The inverse hyperbolic cosine.", "acosh(1) => 0.0", "3.0.0"),
    UNARY("asin", asin_kernel, "asin(expr) - The angle of that sine.", "asin(0) => 0.0", "1.4.0"),
    UNARY("asinh", asinh_kernel, "asinh(expr) - The inverse hyperbolic sine.", "asinh(0) => 0.0", "3.0.0"),
    UNARY("atan", atan_kernel, "atan(expr) - The angle of that tangent.", "atan(0) => 0.0", "1.4.0"),
    UNARY("atanh", atanh_kernel, "atanh(expr) - The inverse hyperbolic tangent.", "atanh(0) => 0.0", "3.0.0"),
    UNARY("cbrt", cbrt_kernel, "cbrt(expr) - The cube root.", "cbrt(27.0) => 3.0", "1.4.0"),
    UNARY("cos", cos_kernel, "cos(expr) - The cosine of an angle in radians.", "cos(0) => 1.0", "1.4.0"),
    UNARY("cosh", cosh_kernel, "cosh(expr) - The hyperbolic cosine.", "cosh(0) => 1.0", "1.4.0"),
    UNARY("cot", cot_kernel, "cot(expr) - The cotangent.", "cot(1) => 0.6420926159343306", "2.3.0"),
    UNARY("csc", csc_kernel, "csc(expr) - The cosecant.", "csc(1) => 1.1883951057781212", "3.3.0"),
    UNARY("degrees", degrees_kernel, "degrees(expr) - Radians in degrees.", "degrees(3.141592653589793) => 180.0",
          "1.4.0"),
    UNARY("exp", exp_kernel, "exp(expr) - e to the power of expr.", "exp(0) => 1.0", "1.4.0"),
    UNARY("expm1", expm1_kernel, "expm1(expr) - exp(expr) less 1, exact near 0.", "expm1(0) => 0.0", "1.4.0"),
    UNARY("ln", ln_kernel, "ln(expr) - The natural logarithm.", "ln(1) => 0.0", "1.4.0"),
    UNARY("log10", log10_kernel, "log10(expr) - The logarithm to base 10.", "log10(10) => 1.0", "1.4.0"),
    UNARY("log1p", log1p_kernel, "log1p(expr) - ln(1 + expr), exact near 0.", "log1p(0) => 0.0", "1.4.0"),
    UNARY("log2", log2_kernel, "log2(expr) - The logarithm to base 2.", "log2(2) => 1.0", "1.4.0"),
    UNARY("radians", radians_kernel, "radians(expr) - Degrees in radians.", "radians(180) => 3.141592653589793",
          "1.4.0"),
    UNARY("rint", rint_kernel, "rint(expr) - The nearest whole number, the even one of two.", "rint(12.3456) => 12.0",
          "1.4.0"),
    UNARY("sec", sec_kernel, "sec(expr) - The secant.", "sec(0) => 1.0", "3.3.0"),
    UNARY("sin", sin_kernel, "sin(expr) - The sine of an angle in radians.", "sin(0) => 0.0", "1.4.0"),
    UNARY("sinh", sinh_kernel, "sinh(expr) - The hyperbolic sine.", "sinh(0) => 0.0", "1.4.0"),
    UNARY("sqrt", sqrt_kernel, "sqrt(expr) - The square root.", "sqrt(4) => 2.0", "1.1.1"),
    UNARY("tan", tan_kernel, "tan(expr) - The tangent of an angle in radians.", "tan(0) => 0.0", "1.4.0"),
    UNARY("tanh", tanh_kernel, "tanh(expr) - The hyperbolic tangent.", "tanh(0) => 0.0", "1.4.0"),
    ROW("sign", "(DOUBLE|YM_INTERVAL|DT_INTERVAL) DOUBLE", FUNCTION_NULLABLE, sign_kernel,
        "sign(expr) - -1.0, 0.0 or 1.0 as expr is negative, zero or positive.", "sign(40) => 1.0", "1.4.0"),
    ROW("signum", "(DOUBLE|YM_INTERVAL|DT_INTERVAL) DOUBLE", FUNCTION_NULLABLE, sign_kernel,
        "signum(expr) - -1.0, 0.0 or 1.0 as expr is negative, zero or positive.", "signum(40) => 1.0", "1.4.0"),
    PAIR("atan2", atan2_kernel, "atan2(y, x) - The angle of the point (x, y).", "atan2(0, 0) => 0.0", "1.4.0"),
    PAIR("hypot", hypot_kernel, "hypot(expr1, expr2) - The hypotenuse over two sides.", "hypot(3, 4) => 5.0", "1.4.0"),
    PAIR("pow", pow_kernel, "pow(expr1, expr2) - expr1 to the power of expr2.", "pow(2, 3) => 8.0", "1.4.0"),
    PAIR("power", pow_kernel, "power(expr1, expr2) - expr1 to the power of expr2.", "power(2, 3) => 8.0", "1.4.0"),
    ROW("log", "(DOUBLE [, DOUBLE]) DOUBLE", FUNCTION_NULLABLE, log_kernel,
        "log(base, expr) - The logarithm of expr to a base, e if there is none.", "log(10, 100) => 2.0", "1.5.0",
        .resolve = resolve_log),
    ROW("e", "() DOUBLE", FUNCTION_NOT_NULL, e_kernel, "e() - Euler's number.", "e() => 2.718281828459045", "1.5.0"),
    ROW("pi", "() DOUBLE", FUNCTION_NOT_NULL, pi_kernel,
        "pi() - The ratio of a circle's circumference to its diameter.", "pi() => 3.141592653589793", "1.5.0"),
    {0},
};
