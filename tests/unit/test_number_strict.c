/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* Numbers of all sizes, and those about which exp and log make distinctions. */
static uint32_t many_doubles(double *x, uint32_t room) {
    static const double edges[] = {0,
                                   -0.0,
                                   1,
                                   -1,
                                   2,
                                   0.5,
                                   INFINITY,
                                   -INFINITY,
                                   NAN,
                                   0x1p-1074,
                                   0x1p-1022,
                                   0x1p-28,
                                   0x1p-29,
                                   700,
                                   -700,
                                   709.78,
                                   709.79,
                                   -745,
                                   -746,
                                   -708.4,
                                   0x1.62e42fefa39efp-2,
                                   0x1.62e42p-2,
                                   0x1.62e43p-2,
                                   0x1.0a2b2p0,
                                   0x1.0a2b1ffffffffp0,
                                   0x1.0a2b23f3bab73p0,
                                   1 + 0x1p-20,
                                   1 - 0x1p-20,
                                   1 + 0x1p-19,
                                   1 - 0x1p-21,
                                   0x1p1000,
                                   4 - 0x1p-30};
    uint32_t count = 0;
    uint64_t state = 88172645463325252;
    for (; count < sizeof edges / sizeof *edges; count++) x[count] = edges[count];
    for (; count < room; count++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        double unit = (double)(state >> 11) * 0x1p-53;
        x[count] = count % 3 == 0   ? ldexp(unit, (int)(state % 2000) - 1000)
                   : count % 3 == 1 ? unit * 3
                                    : unit * 1500 - 750;
    }
    return count;
}

START_TEST(many_at_once_are_as_one_by_one) {
    enum { COUNT = 100000 };
    double *x = malloc(COUNT * sizeof *x), *y = malloc(COUNT * sizeof *y);
    uint32_t count = many_doubles(x, COUNT);
    strict_exp_all(x, count, y);
    for (uint32_t i = 0; i < count; i++) {
        double one = strict_exp(x[i]);
        ck_assert_msg(memcmp(&y[i], &one, sizeof one) == 0 || isnan(one), "exp(%a) = %a, not %a", x[i], one, y[i]);
    }
    strict_log_all(x, count, y);
    for (uint32_t i = 0; i < count; i++) {
        double one = strict_log(x[i]);
        ck_assert_msg(memcmp(&y[i], &one, sizeof one) == 0 || isnan(one), "log(%a) = %a, not %a", x[i], one, y[i]);
    }
    free(x);
    free(y);
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

UNIT_MAIN("number_strict", results_are_javas, many_at_once_are_as_one_by_one, ends_of_the_range_have_their_values)
