/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exp and its kin, after fdlibm. An argument is k ln 2 + r with |r| at most half of ln 2; r is kept in two
 * parts, and exp(r) is a rational function of r^2.
 */
#include <math.h>
#include <stdbool.h>

#include "base/strict_int.h"
#include "base/strict_math.h"
#include "base/vectorized.h"

static const double OVERFLOWS = 7.09782712893383973096e+02, UNDERFLOWS = -7.45133219101941108420e+02;

/* High words of the bounds between cases. */
enum {
    HALF_LN2 = 0x3FD62E42,
    THREE_HALVES_LN2 = 0x3FF0A2B2,
    TWENTY_TWO = 0x40360000,
    LOG_MAX = 0x40862E42,
    TINY_28 = 0x3E300000, /* 2^-28 */
    TINY_54 = 0x3C900000  /* 2^-54 */
};

/* x = k ln 2 + high - low */
static int32_t reduce(double x, int32_t magnitude, double *high, double *low) {
    int32_t k;
    if (magnitude < THREE_HALVES_LN2) {
        k = x < 0 ? -1 : 1;
        *high = x < 0 ? x + LN2_HIGH : x - LN2_HIGH;
        *low = x < 0 ? -LN2_LOW : LN2_LOW;
        return k;
    }
    k = (int32_t)(INVERSE_LN2 * x + (x < 0 ? -0.5 : 0.5));
    double t = k;
    *high = x - t * LN2_HIGH;
    *low = t * LN2_LOW;
    return k;
}

static const double P1 = 1.66666666666666019037e-01, P2 = -2.77777777770155933842e-03, P3 = 6.61375632143793436117e-05,
                    P4 = -1.65339022054652515390e-06, P5 = 4.13813679705723846039e-08;

double strict_exp(double x) {
    if (isnan(x)) return x;
    if (x > OVERFLOWS) return (double)INFINITY;
    if (x < UNDERFLOWS) return 0;
    int32_t magnitude = high_magnitude(x), k = 0;
    double high = 0, low = 0;
    if (magnitude > HALF_LN2) {
        k = reduce(x, magnitude, &high, &low);
        x = high - low;
    } else if (magnitude < TINY_28) {
        return 1 + x;
    }
    double t = x * x;
    double c = x - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
    if (k == 0) return 1 - ((x * c) / (c - 2) - x);
    double y = 1 - ((low - (x * c) / (2 - c)) - high);
    if (k >= -1021) return k == 1024 ? add_exponent(y, 1023) * 2 : add_exponent(y, k);
    return add_exponent(y, k + 1000) * 0x1p-1000;
}

/* Neither so small that 1 is all there is, nor so large that the exponent takes care. */
static inline bool exp_is_plain(double x) {
    return (fabs(x) >= 0x1p-28) & (fabs(x) <= 700);
}

/* The whole number below v in magnitude, which is less than 2^51. */
static inline double truncated(double v) {
    double whole = (v + WHOLE_SHIFT) - WHOLE_SHIFT;
    return whole - (fabs(whole) > fabs(v) ? copysign(1, v) : 0);
}

/* As above, where one and a half ln 2 need no way of their own: the number comes out as 1 or -1. */
VECTORIZED static bool plain_exps(const double *restrict in, uint32_t count, double *restrict out) {
    uint64_t others = 0;
    for (uint32_t i = 0; i < count; i++) {
        double x = in[i], k = truncated(INVERSE_LN2 * x + copysign(0.5, x));
        bool is_small = (int64_t)(double_to_bits(fabs(x)) >> 32) <= HALF_LN2;
        k = is_small ? 0 : k;
        double high = x - k * LN2_HIGH, low = k * LN2_LOW;
        x = high - low;
        double t = x * x;
        double c = x - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
        double y = 1 - ((low - (x * c) / (2 - c)) - high);
        out[i] = double_from_bits(double_to_bits(y) + (whole_bits(k) << 52));
        others |= !exp_is_plain(in[i]);
    }
    return !others;
}

void strict_exp_all(const double *x, uint32_t count, double *out) {
    if (plain_exps(x, count, out)) return;
    for (uint32_t i = 0; i < count; i++)
        if (!exp_is_plain(x[i])) out[i] = strict_exp(x[i]);
}

/* The last step of expm1: 2^k (1 + x - e) - 1, so that little is lost. */
static double scale_less_one(double x, double e, int32_t k) {
    if (k == -1) return 0.5 * (x - e) - 0.5;
    if (k == 1) return x < -0.25 ? -2 * (e - (x + 0.5)) : 1 + 2 * (x - e);
    if (k <= -2 || k > 56) {
        double y = 1 - (e - x);
        return (k == 1024 ? add_exponent(y, 1023) * 2 : add_exponent(y, k)) - 1;
    }
    if (k < 20) {
        double t = with_high_word(1, 0x3FF00000 - (0x200000 >> k)); /* 1 - 2^-k */
        return add_exponent(t - (e - x), k);
    }
    double t = with_high_word(1, (0x3FF - k) << 20); /* 2^-k */
    return add_exponent(x - (e + t) + 1, k);
}

double strict_expm1(double x) {
    enum { FIFTY_SIX_LN2 = 0x4043687A };
    static const double Q1 = -3.33333333333331316428e-02, Q2 = 1.58730158725481460165e-03,
                        Q3 = -7.93650757867487942473e-05, Q4 = 4.00821782732936239552e-06,
                        Q5 = -2.01099218183624371326e-07;
    if (isnan(x)) return x;
    if (x > OVERFLOWS) return (double)INFINITY;
    int32_t magnitude = high_magnitude(x), k = 0;
    if (magnitude >= FIFTY_SIX_LN2 && x < 0) return -1;
    double high, low, c = 0;
    if (magnitude > HALF_LN2) {
        k = reduce(x, magnitude, &high, &low);
        x = high - low;
        c = (high - x) - low;
    } else if (magnitude < TINY_54) {
        return x;
    }
    double half = 0.5 * x, square = x * half;
    double r = 1 + square * (Q1 + square * (Q2 + square * (Q3 + square * (Q4 + square * Q5))));
    double t = 3 - r * half;
    double e = square * ((r - t) / (6 - x * t));
    if (k == 0) return x - (x * e - square);
    e = x * (e - c) - c;
    return scale_less_one(x, e - square, k);
}

/* exp(|x|) * factor for |x| that exp alone may not hold. */
static double scaled_exp(double magnitude, double factor) {
    static const double most = 7.10475860073943863426e+02;
    if (high_word(magnitude) < LOG_MAX) return factor * strict_exp(magnitude);
    if (magnitude > most) return factor * (double)INFINITY;
    double w = strict_exp(0.5 * magnitude), t = factor * w;
    return t * w;
}

double strict_cosh(double x) {
    if (isnan(x) || isinf(x)) return x * x;
    int32_t magnitude = high_magnitude(x);
    x = fabs(x);
    if (magnitude < HALF_LN2 + 1) {
        double t = strict_expm1(x), w = 1 + t;
        return magnitude < 0x3C800000 ? w : 1 + (t * t) / (w + w);
    }
    if (magnitude >= TWENTY_TWO) return scaled_exp(x, 0.5);
    double t = strict_exp(x);
    return 0.5 * t + 0.5 / t;
}

double strict_sinh(double x) {
    if (isnan(x) || isinf(x)) return x + x;
    int32_t magnitude = high_magnitude(x);
    double half = x < 0 ? -0.5 : 0.5;
    if (magnitude >= TWENTY_TWO) return scaled_exp(fabs(x), half);
    if (magnitude < TINY_28) return x;
    double t = strict_expm1(fabs(x));
    return magnitude < 0x3FF00000 ? half * (2 * t - t * t / (t + 1)) : half * (t + t / (t + 1));
}

double strict_tanh(double x) {
    if (isnan(x)) return x;
    int32_t magnitude = high_magnitude(x);
    if (magnitude < 0x3C800000) return x * (1 + x);
    double z = 1;
    if (magnitude < TWENTY_TWO) {
        bool large = magnitude >= 0x3FF00000;
        double t = strict_expm1(large ? 2 * fabs(x) : -2 * fabs(x));
        z = large ? 1 - 2 / (t + 2) : -t / (t + 2);
    }
    return x < 0 ? -z : z;
}
