/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "base/strict_math.h"
#include "tests/unit/unit.h"

/* Exactly what Java's StrictMath gives, to the last bit. */
START_TEST(results_are_javas) {
    ck_assert(strict_exp(1) == 2.7182818284590455);
    ck_assert(strict_exp(0.1) == 1.1051709180756477);
    ck_assert(strict_exp(-745) == 0x1p-1074);
    ck_assert(strict_expm1(1e-5) == 1.0000050000166668e-05);
    ck_assert(strict_cosh(1) == 1.543080634815244);
    ck_assert(strict_sinh(0.3) == 0.3045202934471426);
    ck_assert(strict_tanh(0.7) == 0.6043677771171636);
    ck_assert(strict_log(10) == 2.302585092994046);
    ck_assert(strict_log10(7) == 0.8450980400142568);
    ck_assert(strict_log1p(0.1) == 0.09531017980432487);
    ck_assert(strict_pow(1.1, 10.5) == 2.7203400420274986);
    ck_assert(strict_pow(-2, 3) == -8);
    ck_assert(strict_pow(0.5, 1074) == 0x1p-1074);
    ck_assert(strict_cbrt(27) == 3);
    ck_assert(strict_cbrt(10) == 2.154434690031884);
    ck_assert(strict_hypot(1.5, 2.7) == 3.0886890422961004);
    ck_assert(strict_asin(0.9) == 1.1197695149986342);
    ck_assert(strict_acos(-0.3) == 1.8754889808102941);
    ck_assert(strict_atan(0.7) == 0.6107259643892086);
    ck_assert(strict_atan2(-1, -2) == -2.677945044588987);
}
END_TEST

START_TEST(ends_of_the_range_have_their_values) {
    ck_assert(strict_exp(710) == INFINITY && strict_exp(-746) == 0);
    ck_assert(strict_expm1(-INFINITY) == -1);
    ck_assert(strict_log(0) == -INFINITY && isnan(strict_log(-1)));
    ck_assert(strict_log1p(-1) == -INFINITY && isnan(strict_log1p(-2)));
    ck_assert(strict_pow(NAN, 0) == 1 && isnan(strict_pow(1, INFINITY)) && isnan(strict_pow(-8, 1.0 / 3)));
    ck_assert(strict_pow(-INFINITY, -3) == 0 && signbit(strict_pow(-INFINITY, -3)));
    ck_assert(strict_pow(0, -1) == INFINITY && strict_pow(2, 1024) == INFINITY && strict_pow(2, -1080) == 0);
    ck_assert(isnan(strict_asin(1.1)) && strict_acos(1) == 0);
    ck_assert(signbit(strict_atan2(-0.0, 1)) && strict_atan2(0, -1) == M_PI);
    ck_assert(strict_hypot(NAN, INFINITY) == INFINITY && strict_hypot(1e300, 1e300) == 1.4142135623730952e300);
    ck_assert(strict_sinh(-711) == -INFINITY && strict_cosh(710.4) == 1.6663642832806494e308);
}
END_TEST

UNIT_MAIN("number_strict", results_are_javas, ends_of_the_range_have_their_values)
