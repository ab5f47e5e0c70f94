/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inverse trigonometric functions, after fdlibm. asin and acos come from one rational function of x^2, for
 * large |x| of (1 - |x|) / 2; atan from a polynomial, after a subtraction of the nearest of four known
 * angles.
 */
#include <math.h>

#include "base/strict_int.h"
#include "base/strict_math.h"

static const double PI = 3.14159265358979311600e+00, PI_LOW = 1.2246467991473531772e-16,
                    HALF_PI_HIGH = 1.57079632679489655800e+00, HALF_PI_LOW = 6.12323399573676603587e-17,
                    QUARTER_PI = 7.85398163397448278999e-01;

/* (asin(x) - x) / x as a function of t = x^2 */
static double arc_ratio(double t) {
    static const double P0 = 1.66666666666666657415e-01, P1 = -3.25565818622400915405e-01,
                        P2 = 2.01212532134862925881e-01, P3 = -4.00555345006794114027e-02,
                        P4 = 7.91534994289814532176e-04, P5 = 3.47933107596021167570e-05,
                        Q1 = -2.40339491173441421878e+00, Q2 = 2.02094576023350569471e+00,
                        Q3 = -6.88283971605453293030e-01, Q4 = 7.70381505559019352791e-02;
    double p = t * (P0 + t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5)))));
    double q = 1 + t * (Q1 + t * (Q2 + t * (Q3 + t * Q4)));
    return p / q;
}

double strict_asin(double x) {
    int32_t magnitude = high_magnitude(x);
    if (isnan(x) || fabs(x) > 1) return (double)NAN;
    if (fabs(x) == 1) return x * HALF_PI_HIGH + x * HALF_PI_LOW;
    if (magnitude < 0x3E400000) return x;
    if (magnitude < 0x3FE00000) return x + x * arc_ratio(x * x);
    double t = (1 - fabs(x)) * 0.5, s = sqrt(t), result;
    if (magnitude >= 0x3FEF3333) { /* |x| > 0.975 */
        result = HALF_PI_HIGH - (2 * (s + s * arc_ratio(t)) - HALF_PI_LOW);
    } else {
        double w = without_low_word(s), c = (t - w * w) / (s + w);
        double p = 2 * s * arc_ratio(t) - (HALF_PI_LOW - 2 * c), q = QUARTER_PI - 2 * w;
        result = QUARTER_PI - (p - q);
    }
    return x < 0 ? -result : result;
}

double strict_acos(double x) {
    int32_t magnitude = high_magnitude(x);
    if (isnan(x) || fabs(x) > 1) return (double)NAN;
    if (x == 1) return 0;
    if (x == -1) return PI + 2 * HALF_PI_LOW;
    if (magnitude <= 0x3C600000) return HALF_PI_HIGH + HALF_PI_LOW;
    if (magnitude < 0x3FE00000) return HALF_PI_HIGH - (x - (HALF_PI_LOW - x * arc_ratio(x * x)));
    if (x < 0) {
        double z = (1 + x) * 0.5, s = sqrt(z);
        return PI - 2 * (s + (arc_ratio(z) * s - HALF_PI_LOW));
    }
    double z = (1 - x) * 0.5, s = sqrt(z), high = without_low_word(s);
    double c = (z - high * high) / (s + high);
    return 2 * (high + (arc_ratio(z) * s + c));
}

double strict_atan(double x) {
    static const double angles[] = {4.63647609000806093515e-01, 7.85398163397448278999e-01, 9.82793723247329054082e-01,
                                    1.57079632679489655800e+00};
    static const double rests[] = {2.26987774529616870924e-17, 3.06161699786838301793e-17, 1.39033110312309984516e-17,
                                   6.12323399573676603587e-17};
    static const double A[] = {3.33333333333329318027e-01,  -1.99999999998764832476e-01, 1.42857142725034663711e-01,
                               -1.11111104054623557880e-01, 9.09088713343650656196e-02,  -7.69187620504482999495e-02,
                               6.66107313738753120669e-02,  -5.83357013379057348645e-02, 4.97687799461593236017e-02,
                               -3.65315727442169155270e-02, 1.62858201153657823623e-02};
    if (isnan(x)) return x;
    int32_t magnitude = high_magnitude(x);
    double negative = x < 0;
    int at = -1;
    if (magnitude >= 0x44100000) return x > 0 ? angles[3] + rests[3] : -angles[3] - rests[3];
    if (magnitude < 0x3E200000) return x;
    if (magnitude >= 0x3FDC0000) {
        x = fabs(x);
        at = magnitude < 0x3FE60000 ? 0 : magnitude < 0x3FF30000 ? 1 : magnitude < 0x40038000 ? 2 : 3;
        x = at == 0   ? (2 * x - 1) / (2 + x)
            : at == 1 ? (x - 1) / (x + 1)
            : at == 2 ? (x - 1.5) / (1 + 1.5 * x)
                      : -1 / x;
    }
    double z = x * x, w = z * z;
    double s1 = z * (A[0] + w * (A[2] + w * (A[4] + w * (A[6] + w * (A[8] + w * A[10])))));
    double s2 = w * (A[1] + w * (A[3] + w * (A[5] + w * (A[7] + w * A[9]))));
    if (at < 0) return x - x * (s1 + s2);
    z = angles[at] - ((x * (s1 + s2) - rests[at]) - x);
    return negative ? -z : z;
}

/* The angle of a point with an infinite coordinate. */
static double infinite_angle(double y, double x) {
    double angle = isinf(x) ? (isinf(y) ? (x > 0 ? QUARTER_PI : 3 * QUARTER_PI) : (x > 0 ? 0 : PI)) : HALF_PI_HIGH;
    return copysign(angle, y);
}

double strict_atan2(double y, double x) {
    if (isnan(x) || isnan(y)) return x + y;
    if (x == 1) return strict_atan(y);
    if (y == 0) return signbit(x) ? copysign(PI, y) : y;
    if (x == 0) return copysign(HALF_PI_HIGH, y);
    if (isinf(x) || isinf(y)) return infinite_angle(y, x);
    int32_t k = (high_magnitude(y) - high_magnitude(x)) >> 20;
    double z;
    if (k > 60)
        z = HALF_PI_HIGH + 0.5 * PI_LOW;
    else if (x < 0 && k < -60)
        z = 0;
    else
        z = strict_atan(fabs(y / x));
    if (x > 0) return y < 0 ? -z : z;
    return y > 0 ? PI - (z - PI_LOW) : (z - PI_LOW) - PI;
}
