/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logarithms, after fdlibm. An argument is 2^k (1 + f) with 1 + f between sqrt(2)/2 and sqrt(2); with s = f /
 * (2 + f), log(1 + f) is 2 s plus a polynomial in s^2, put together so that the large parts come last.
 */
#include <math.h>

#include "base/strict_int.h"
#include "base/strict_math.h"
#include "base/vectorized.h"

static const double L1 = 6.666666666666735130e-01, L2 = 3.999999999940941908e-01, L3 = 2.857142874366239149e-01,
                    L4 = 2.222219843214978396e-01, L5 = 1.818357216161805012e-01, L6 = 1.531383769920937332e-01,
                    L7 = 1.479819860511658591e-01;

double strict_log(double x) {
    if (isnan(x) || (isinf(x) && x > 0)) return x;
    if (x == 0) return -(double)INFINITY;
    if (x < 0) return (double)NAN;
    int32_t k = 0;
    if (high_word(x) < 0x00100000) { /* subnormal */
        k = -54;
        x *= TWO_54;
    }
    int32_t high = high_word(x);
    k += (high >> 20) - 1023;
    high &= 0xFFFFF;
    int32_t up = (high + 0x95F64) & 0x100000;
    x = with_high_word(x, high | (up ^ 0x3FF00000));
    k += up >> 20;
    double f = x - 1, dk = k;
    if ((0xFFFFF & (2 + high)) < 3) { /* |f| < 2^-20 */
        if (f == 0) return k == 0 ? 0 : dk * LN2_HIGH + dk * LN2_LOW;
        double r = f * f * (0.5 - 0.33333333333333333 * f);
        return k == 0 ? f - r : dk * LN2_HIGH - ((r - dk * LN2_LOW) - f);
    }
    double s = f / (2 + f), z = s * s, w = z * z;
    double odd = w * (L2 + w * (L4 + w * L6)), even = z * (L1 + w * (L3 + w * (L5 + w * L7)));
    double r = even + odd;
    if (((high - 0x6147A) | (0x6B851 - high)) > 0) {
        double half = 0.5 * f * f;
        if (k == 0) return f - (half - s * (half + r));
        return dk * LN2_HIGH - ((half - (s * (half + r) + dk * LN2_LOW)) - f);
    }
    if (k == 0) return f - s * (f - r);
    return dk * LN2_HIGH - ((s * (f - r) - dk * LN2_LOW) - f);
}

/* Of positive normal numbers that are not very near to a power of two, as above; the others are told. */
static inline bool log_is_plain(double x) {
    int64_t high = (int64_t)(double_to_bits(x) >> 32);
    return (high >= 0x00100000) & (high < 0x7FF00000) & ((0xFFFFF & (2 + high)) >= 3);
}

VECTORIZED static bool plain_logs(const double *restrict in, uint32_t count, double *restrict out) {
    uint64_t others = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t bits = double_to_bits(in[i]);
        int64_t high = (int64_t)(bits >> 32), fraction = high & 0xFFFFF, up = (fraction + 0x95F64) & 0x100000;
        double x = double_from_bits((uint64_t)(fraction | (up ^ 0x3FF00000)) << 32 | (bits & UINT32_MAX));
        double f = x - 1, dk = whole_double((high >> 20) - 1023 + (up >> 20));
        double s = f / (2 + f), z = s * s, w = z * z;
        double odd = w * (L2 + w * (L4 + w * L6)), even = z * (L1 + w * (L3 + w * (L5 + w * L7)));
        double r = even + odd, half = 0.5 * f * f;
        double near = half - (s * (half + r) + dk * LN2_LOW), far = s * (f - r) - dk * LN2_LOW;
        bool is_near = ((fraction - 0x6147A) | (0x6B851 - fraction)) > 0;
        out[i] = dk * LN2_HIGH - ((is_near ? near : far) - f);
        others |= !log_is_plain(in[i]);
    }
    return !others;
}

void strict_log_all(const double *x, uint32_t count, double *out) {
    if (plain_logs(x, count, out)) return;
    for (uint32_t i = 0; i < count; i++)
        if (!log_is_plain(x[i])) out[i] = strict_log(x[i]);
}

double strict_log10(double x) {
    static const double inverse_ln10 = 4.34294481903251816668e-01, log10_2_high = 3.01029995663611771306e-01,
                        log10_2_low = 3.69423907715893078616e-13;
    if (isnan(x) || (isinf(x) && x > 0)) return x;
    if (x == 0) return -(double)INFINITY;
    if (x < 0) return (double)NAN;
    int32_t k = 0;
    if (high_word(x) < 0x00100000) {
        k = -54;
        x *= TWO_54;
    }
    int32_t high = high_word(x);
    k += (high >> 20) - 1023;
    int32_t negative = k < 0;
    double y = k + negative;
    x = with_high_word(x, (high & 0xFFFFF) | ((0x3FF - negative) << 20));
    double z = y * log10_2_low + inverse_ln10 * strict_log(x);
    return z + y * log10_2_high;
}

/* 1 + x as 2^k (1 + f), with the error of the sum in c. Returns the high word that says how f was come by. */
static int32_t split_sum(double x, double *f, int32_t *k, double *c) {
    double u = x;
    *c = 0;
    if (high_word(x) < 0x43400000) {
        u = 1 + x;
        *k = (high_word(u) >> 20) - 1023;
        *c = (*k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
    } else {
        *k = (high_word(u) >> 20) - 1023;
    }
    int32_t high = high_word(u) & 0xFFFFF;
    if (high < 0x6A09E) {
        u = with_high_word(u, high | 0x3FF00000);
    } else {
        *k += 1;
        u = with_high_word(u, high | 0x3FE00000);
        high = (0x00100000 - high) >> 2;
    }
    *f = u - 1;
    return high;
}

double strict_log1p(double x) {
    if (isnan(x) || (isinf(x) && x > 0)) return x;
    if (x == -1) return -(double)INFINITY;
    if (x < -1) return (double)NAN;
    int32_t high = high_word(x), magnitude = high_magnitude(x), k = 0, form = 1;
    double f = x, c = 0;
    if (magnitude < 0x3E200000) /* 2^-29 */
        return magnitude < 0x3C900000 ? x : x - x * x * 0.5;
    int near_one = high < 0x3FDA827A && (high > 0 || high <= (int32_t)0xBFD2BEC3); /* -0.2929 < x < 0.41422 */
    if (!near_one) form = split_sum(x, &f, &k, &c);
    double half = 0.5 * f * f, dk = k;
    if (form == 0) { /* |f| < 2^-20 */
        if (f == 0) return k == 0 ? 0 : dk * LN2_HIGH + (c + dk * LN2_LOW);
        double r = half * (1 - 0.66666666666666666 * f);
        return k == 0 ? f - r : dk * LN2_HIGH - ((r - (dk * LN2_LOW + c)) - f);
    }
    double s = f / (2 + f), z = s * s;
    double r = z * (L1 + z * (L2 + z * (L3 + z * (L4 + z * (L5 + z * (L6 + z * L7))))));
    if (k == 0) return f - (half - s * (half + r));
    return dk * LN2_HIGH - ((half - (s * (half + r) + (dk * LN2_LOW + c))) - f);
}
