/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Powers and roots, after fdlibm.
 *
 * x^y is 2^(y log2 x). log2 x is needed to far more than 53 bits, as y may be large; so it is kept as a sum
 * of two doubles, the first of which has a short fraction, and y is split the same way, so that the products
 * are exact.
 */
#include <math.h>
#include <stdbool.h>

#include "base/strict_int.h"
#include "base/strict_math.h"
#include "base/vectorized.h"

/* A number in two parts. */
struct pair {
    double high, low;
};

/* 0: y is no integer; 1: odd; 2: even. */
static int parity(double y) {
    y = fabs(y);
    if (y >= 0x1p53) return 2;
    if (y != floor(y)) return 0;
    return fmod(y, 2) == 0 ? 2 : 1;
}

/* log2(|x|) for x near 1, when y is huge. */
static struct pair log2_near_one(double ax) {
    static const double inverse_ln2_high = 1.44269502162933349609e+00, inverse_ln2_low = 1.92596299112661746887e-08;
    double t = ax - 1;
    double w = (t * t) * (0.5 - t * (0.3333333333333333333333 - t * 0.25));
    double u = inverse_ln2_high * t, v = t * inverse_ln2_low - w * INVERSE_LN2;
    double high = without_low_word(u + v);
    return (struct pair){high, v - (high - u)};
}

/* An integer of few bits as a double, by its bits: there is an instruction for many at once of that. */
static inline double double_of_small(int64_t n) {
    return double_from_bits((uint64_t)(n + INT64_C(0x4338000000000000))) - 0x1.8p52;
}
static inline int64_t small_of_double(double whole) {
    return (int64_t)double_to_bits(whole + 0x1.8p52) - INT64_C(0x4338000000000000);
}

/* log2(ax) + n: ax, which is normal, = 2^m * bp * (1 + ...), with bp 1 or 1.5, whichever is nearer. No branch, as which
 * of them it is nobody can predict. */
static inline struct pair log2_parts(double ax, int64_t n) {
    static const double L1 = 5.99999999999994648725e-01, L2 = 4.28571428578550184252e-01,
                        L3 = 3.33333329818377432918e-01, L4 = 2.72728123808534006489e-01,
                        L5 = 2.30660745775561754067e-01, L6 = 2.06975017800338417784e-01;
    static const double cp = 9.61796693925975554329e-01, cp_high = 9.61796700954437255859e-01,
                        cp_low = -7.02846165095275826516e-09; /* 2 / (3 ln 2) */
    uint64_t bits = double_to_bits(ax);
    int64_t j = (int64_t)(bits >> 32 & 0xFFFFF), up = j >= 0xBB67A, nearer = (j > 0x3988E) & (j < 0xBB67A);
    n += (int64_t)(bits >> 52) - 0x3FF + up;
    uint64_t ix = (uint64_t)((j | 0x3FF00000) - (up << 20));
    ax = double_from_bits(ix << 32 | (bits & 0xFFFFFFFF));
    double base = nearer ? 1.5 : 1, log_high = nearer ? 5.84962487220764160156e-01 : 0,
           log_low = nearer ? 1.35003920212974897128e-08 : 0;
    double u = ax - base, v = 1 / (ax + base), ss = u * v, s_high = without_low_word(ss);
    double t_high = double_from_bits((((ix >> 1) | 0x20000000) + 0x00080000 + ((uint64_t)nearer << 18)) << 32);
    double t_low = ax - (t_high - base);
    double s_low = v * ((u - s_high * t_high) - s_high * t_low);
    double s2 = ss * ss;
    double r = s2 * s2 * (L1 + s2 * (L2 + s2 * (L3 + s2 * (L4 + s2 * (L5 + s2 * L6)))));
    r += s_low * (s_high + ss);
    s2 = s_high * s_high;
    t_high = without_low_word(3 + s2 + r);
    t_low = r - ((t_high - 3) - s2);
    u = s_high * t_high;
    v = s_low * t_high + t_low * ss;
    double p_high = without_low_word(u + v), p_low = v - (p_high - u);
    double z_high = cp_high * p_high, z_low = cp_low * p_high + p_low * cp + log_low;
    double t = double_of_small(n);
    double high = without_low_word(((z_high + z_low) + log_high) + t);
    return (struct pair){high, z_low - (((high - t) - log_high) - z_high)};
}

/* y log2 x, from that */
static inline struct pair times(double y, struct pair log2) {
    double y_high = without_low_word(y);
    return (struct pair){y_high * log2.high, (y - y_high) * log2.high + y * log2.low};
}

/* 2^(high + low) = the result * 2^n; z: their sum. */
static inline double exp2_parts(struct pair p, double z, int64_t *n) {
    static const double P1 = 1.66666666666666019037e-01, P2 = -2.77777777770155933842e-03,
                        P3 = 6.61375632143793436117e-05, P4 = -1.65339022054652515390e-06,
                        P5 = 4.13813679705723846039e-08;
    static const double ln2 = 6.93147180559945286227e-01, ln2_high = 6.93147182464599609375e-01,
                        ln2_low = -1.90465429995776804525e-09;
    double size = without_low_word(fabs(z)), whole = copysign(size > 0.5 ? floor(size + 0.5) : 0, z);
    *n = small_of_double(whole);
    p.high -= whole;
    double t = without_low_word(p.low + p.high);
    double u = t * ln2_high, v = (p.low - (t - p.high)) * ln2 + t * ln2_low;
    z = u + v;
    double w = v - (z - u);
    t = z * z;
    double t1 = z - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
    double r = (z * t1) / (t1 - 2) - (w + z * w);
    return 1 - (r - z);
}

/* Powers of 0, 1 and infinity, and infinite exponents. False: none of these. */
static bool special_power(double x, double y, int y_is, double *result) {
    double ax = fabs(x);
    if (isinf(y)) {
        *result = ax == 1 ? (double)NAN : (ax > 1) == (y > 0) ? (double)INFINITY : 0;
        return true;
    }
    if (!(ax == 0 || ax == 1 || isinf(ax))) return false;
    double z = y < 0 ? 1 / ax : ax;
    if (x < 0 || (x == 0 && signbit(x))) {
        if (ax == 1 && y_is == 0)
            z = (double)NAN;
        else if (y_is == 1)
            z = -z;
    }
    *result = z;
    return true;
}

double strict_pow(double x, double y) {
    static const double over_round = 8.0085662595372944372e-17; /* -(1024 - log2(max + 0.5 ulp)) */
    if (y == 0) return 1;
    if (isnan(x) || isnan(y)) return x + y;
    if (y == 2) return x * x;
    if (y == 0.5 && x >= -1.7976931348623157e308) return sqrt(x + 0.0);
    if (fabs(y) == 1) return y == 1 ? x : 1 / x;
    int y_is = parity(y);
    double result;
    if (special_power(x, y, y_is, &result)) return result;
    if (x < 0 && y_is == 0) return (double)NAN;
    double sign = x < 0 && y_is == 1 ? -1 : 1, ax = fabs(x);
    struct pair log2;
    if (fabs(y) > 0x1p31) {
        int32_t ix = high_magnitude(x);
        if (ix < 0x3FEFFFFF) return y < 0 ? sign * (double)INFINITY : sign * 0.0;
        if (ix > 0x3FF00000) return y > 0 ? sign * (double)INFINITY : sign * 0.0;
        log2 = log2_near_one(ax);
    } else {
        bool tiny = high_word(ax) < 0x00100000;
        log2 = log2_parts(tiny ? ax * 0x1p53 : ax, tiny ? -53 : 0);
    }
    struct pair p = times(y, log2);
    double z = p.low + p.high;
    int32_t j = high_word(z);
    uint32_t i = low_word(z);
    if (j >= 0x40900000) { /* z >= 1024 */
        if (((j - 0x40900000) | (int32_t)i) != 0 || p.low + over_round > z - p.high) return sign * (double)INFINITY;
    } else if ((j & 0x7FFFFFFF) >= 0x4090CC00) { /* z <= -1075 */
        if (((uint32_t)j - UINT32_C(0xC090CC00)) | i || p.low <= z - p.high) return sign * 0.0;
    }
    int64_t n;
    z = exp2_parts(p, z, &n);
    bool normal = (high_word(z) >> 20) + n > 0;
    return sign * (normal ? add_exponent(z, (int32_t)n) : scalbn(z, (int)n));
}

enum { POWERS_AT_ONCE = 256 };

/* Powers of positive normal numbers that are neither very large nor very small; the others are marked. */
VECTORIZED static void plain_powers(const double *x, const double *y, double *out, uint64_t *other) {
    for (int i = 0; i < POWERS_AT_ONCE; i++) {
        struct pair p = times(y[i], log2_parts(x[i], 0));
        double z = p.low + p.high;
        int64_t n;
        out[i] = double_from_bits(double_to_bits(exp2_parts(p, z, &n)) + ((uint64_t)n << 52));
        double size = fabs(y[i]);
        /* 2 and 0.5 have ways of their own; 0 and 1 too, but with the same results. */
        bool plain = (x[i] >= 0x1p-1022) & (x[i] <= 0x1.fffffffffffffp1023) & (size <= 0x1p31) & (y[i] != 2) &
                     (y[i] != 0.5) & (size != 1) & (fabs(z) < 1000);
        other[i] = !plain;
    }
}

void strict_pow_all(const double *x, bool x_constant, const double *y, bool y_constant, uint32_t count, double *out) {
    double xs[POWERS_AT_ONCE], ys[POWERS_AT_ONCE], powers[POWERS_AT_ONCE];
    uint64_t other[POWERS_AT_ONCE];
    for (uint32_t from = 0; from < count; from += POWERS_AT_ONCE) {
        uint32_t here = count - from < POWERS_AT_ONCE ? count - from : POWERS_AT_ONCE;
        for (uint32_t i = 0; i < POWERS_AT_ONCE; i++) {
            xs[i] = i < here ? x[x_constant ? 0 : from + i] : 1;
            ys[i] = i < here ? y[y_constant ? 0 : from + i] : 1;
        }
        plain_powers(xs, ys, powers, other);
        for (uint32_t i = 0; i < here; i++) out[from + i] = other[i] ? strict_pow(xs[i], ys[i]) : powers[i];
    }
}

double strict_cbrt(double x) {
    enum { B1 = 715094163, B2 = 696219795 };
    static const double C = 5.42857142857142815906e-01, D = -7.05306122448979611050e-01, E = 1.41428571428571436819e+00,
                        F = 1.60714285714285720630e+00, G = 3.57142857142857150787e-01;
    if (x == 0 || isnan(x) || isinf(x)) return x;
    double ax = fabs(x), t;
    if (high_word(ax) < 0x00100000)
        t = with_high_word(0x1p54 * ax, high_word(0x1p54 * ax) / 3 + B2);
    else
        t = with_high_word(0, high_word(ax) / 3 + B1);
    double r = t * t / ax, s = C + r * t;
    t *= G + F / (s + E + D / s);
    t = with_high_word(without_low_word(t), high_word(t) + 1); /* 20 bits, a little too large */
    s = t * t;
    r = ax / s;
    r = (r - t) / (t + t + r);
    return copysign(t + t * r, x);
}

double strict_hypot(double x, double y) {
    if (isinf(x) || isinf(y)) return (double)INFINITY;
    if (isnan(x) || isnan(y)) return x + y;
    double a = fabs(x), b = fabs(y);
    if (b > a) {
        double swap = a;
        a = b;
        b = swap;
    }
    if (high_word(a) - high_word(b) > 0x3C00000 || b == 0) return a + b; /* a / b > 2^60 */
    int k = high_word(a) > 0x5F300000 ? 600 : high_word(b) < 0x20B00000 ? -600 : 0;
    a = scalbn(a, -k);
    b = scalbn(b, -k);
    double w = a - b;
    if (w > b) {
        double t1 = with_high_word(0, high_word(a)), t2 = a - t1;
        w = sqrt(t1 * t1 - (b * (-b) - t2 * (a + t1)));
    } else {
        double y1 = with_high_word(0, high_word(b)), y2 = b - y1;
        double t1 = with_high_word(0, high_word(a) + 0x00100000), t2 = (a + a) - t1;
        w = sqrt(t1 * y1 - (w * (-w) - (t1 * y2 + t2 * b)));
    }
    return scalbn(w, k);
}
