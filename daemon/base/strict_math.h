/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Java's StrictMath: the functions whose results Java fixes to the last bit.
 *
 * Java defines them to be what Sun's fdlibm (1993) computes, and Spark's exp(), ln(), pow() and so on are
 * these. The C library's are as good or better, but differ in the last digit here and there (exp(1)
 * is 2.7182818284590455 in Spark). So these follow fdlibm's reductions, polynomials and order of operations;
 * the coefficients are Sun's.
 *
 * sin, cos and tan are not here: Java computes those by intrinsics that agree with the C library.
 */
#ifndef ROOST_BASE_STRICT_MATH_H
#define ROOST_BASE_STRICT_MATH_H

#include <stdbool.h>
#include <stdint.h>

double strict_exp(double x);
double strict_expm1(double x);
double strict_sinh(double x);
double strict_cosh(double x);
double strict_tanh(double x);
double strict_log(double x);
double strict_log10(double x);
double strict_log1p(double x);
double strict_pow(double x, double y);
/* The same of many; a constant is one value for all. out may not be x. */
void strict_exp_all(const double *x, uint32_t count, double *out);
void strict_log_all(const double *x, uint32_t count, double *out);
void strict_pow_all(const double *x, bool x_constant, const double *y, bool y_constant, uint32_t count, double *out);
double strict_cbrt(double x);
double strict_hypot(double x, double y);
double strict_asin(double x);
double strict_acos(double x);
double strict_atan(double x);
double strict_atan2(double y, double x);

#endif
