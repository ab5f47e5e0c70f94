/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decimals to and from text and floating point, as Java's BigDecimal does it.
 */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/number.h"
#include "base/text.h"

/* The digits of a magnitude, without leading zeros ("0" for 0). Returns how many. */
static size_t magnitude_digits(uint128 magnitude, char *out) {
    static const uint64_t chunk = UINT64_C(10000000000000000000);
    if (magnitude < chunk) return uint64_format((uint64_t)magnitude, out);
    uint128 upper = magnitude / chunk;
    uint64_t lower = (uint64_t)(magnitude % chunk);
    size_t size = magnitude_digits(upper, out);
    for (int i = 18; i >= 0; i--, lower /= 10) out[size + (size_t)i] = (char)('0' + lower % 10);
    return size + 19;
}

size_t decimal_format(int128 v, int scale, char *out) {
    char digits[40], *p = out;
    size_t count = magnitude_digits(decimal_magnitude(v), digits);
    if (v < 0) *p++ = '-';
    if (scale <= 0) {
        memcpy(p, digits, count);
        p += count;
        for (; v != 0 && scale < 0; scale++) *p++ = '0';
        return (size_t)(p - out);
    }
    size_t fraction = (size_t)scale;
    if (count > fraction) {
        memcpy(p, digits, count - fraction);
        p += count - fraction;
    } else {
        *p++ = '0';
    }
    *p++ = '.';
    for (size_t i = count; i < fraction; i++) *p++ = '0';
    size_t shown = count < fraction ? count : fraction;
    memcpy(p, digits + count - shown, shown);
    return (size_t)(p + shown - out);
}

size_t decimal_format_scientific(int128 v, int scale, char *out) {
    char digits[40], *p = out;
    size_t count = magnitude_digits(decimal_magnitude(v), digits);
    int exponent = (int)count - 1 - scale;
    if (scale >= 0 && exponent >= -6) return decimal_format(v, scale, out);
    if (v < 0) *p++ = '-';
    *p++ = digits[0];
    if (count > 1) {
        *p++ = '.';
        memcpy(p, digits + 1, count - 1);
        p += count - 1;
    }
    if (exponent) {
        *p++ = 'E';
        if (exponent > 0) *p++ = '+';
        p += int64_format(exponent, p);
    }
    return (size_t)(p - out);
}

/* ---- parsing ---- */

struct digits {
    uint128 value;  /* of the digits kept */
    int kept;       /* significant digits in value */
    int64_t after;  /* digits read since the point */
    int64_t beyond; /* digits read that value has no room for; the first of them rounds */
    int first_beyond;
};

static void add_digit(struct digits *d, int digit, bool after_point) {
    d->after += after_point;
    if (d->kept < DECIMAL_DIGITS) {
        d->value = d->value * 10 + (unsigned)digit;
        d->kept += d->value != 0;
        return;
    }
    if (d->beyond++ == 0) d->first_beyond = digit;
}

/* value / 10^digits, half up; next is the digit that was cut off below value. */
static uint128 cut(uint128 value, int64_t count, int next) {
    if (count == 0) return value + (next >= 5);
    if (count > DECIMAL_DIGITS) return 0;
    uint128 unit = decimal_powers[count];
    return value / unit + (value % unit >= unit / 2);
}

static bool fit(const struct digits *d, int64_t scale, bool negative, struct decimal_form to, int128 *out) {
    uint128 magnitude = d->value;
    int64_t shift = to.scale - (scale - d->beyond); /* powers of ten from value to the result */
    if (shift <= 0 || magnitude == 0) {
        magnitude = magnitude ? cut(magnitude, -shift, shift == 0 && d->beyond ? d->first_beyond : 0) : 0;
    } else {
        if (d->beyond || shift > DECIMAL_DIGITS || magnitude >= decimal_powers[DECIMAL_DIGITS - shift]) return false;
        magnitude *= decimal_powers[shift];
    }
    if (magnitude >= decimal_powers[to.precision]) return false;
    *out = negative ? -(int128)magnitude : (int128)magnitude;
    return true;
}

static bool read_exponent(const char **p, const char *end, int64_t *exponent) {
    bool negative = *p < end && **p == '-';
    if (*p < end && (**p == '-' || **p == '+')) (*p)++;
    const char *from = *p;
    for (*exponent = 0; *p < end && isdigit((unsigned char)**p); (*p)++)
        if (*exponent <= INT32_MAX) *exponent = *exponent * 10 + (**p - '0');
    if (negative) *exponent = -*exponent;
    return *p > from && *exponent <= INT32_MAX && *exponent >= -(int64_t)INT32_MAX;
}

enum decimal_status decimal_parse(const char *text, size_t size, struct decimal_form to, int128 *out) {
    const char *p = text, *end = text + size;
    while (p < end && (uint8_t)*p <= ' ') p++;
    while (p < end && (uint8_t)end[-1] <= ' ') end--;
    bool negative = p < end && *p == '-', point = false, any = false;
    if (p < end && (*p == '-' || *p == '+')) p++;
    struct digits d = {0};
    for (; p < end && (isdigit((unsigned char)*p) || (*p == '.' && !point)); p++) {
        if (*p == '.') {
            point = true;
        } else {
            any = true;
            add_digit(&d, *p - '0', point);
        }
    }
    int64_t exponent = 0;
    if (any && p < end && (*p | 32) == 'e') {
        p++;
        if (!read_exponent(&p, end, &exponent)) return DECIMAL_MALFORMED;
    }
    if (!any || p != end) return DECIMAL_MALFORMED;
    return fit(&d, d.after - exponent, negative, to, out) ? DECIMAL_GOOD : DECIMAL_TOO_LARGE;
}

void decimal_plain_add(struct text *out, const char *text, size_t size) {
    enum { LONGEST_EXPONENT = 1000 };
    const char *p = text, *end = text + size;
    struct text digits;
    text_init(&digits, out->arena);
    int64_t scale = 0, exponent = 0;
    bool point = false;
    while (p < end && (uint8_t)*p <= ' ') p++;
    if (p < end && *p == '-') text_add_char(out, '-');
    if (p < end && (*p == '-' || *p == '+')) p++;
    for (; p < end && (isdigit((unsigned char)*p) || *p == '.'); p++) {
        if (*p != '.') {
            text_add_char(&digits, *p);
            scale += point;
        } else {
            point = true;
        }
    }
    if (p < end && (*p++ | 32) == 'e') read_exponent(&p, end, &exponent);
    if (exponent > LONGEST_EXPONENT || exponent < -LONGEST_EXPONENT) {
        text_add_bytes(out, text, size);
        return;
    }
    scale -= exponent;
    size_t skip = 0;
    while (skip + 1 < digits.size && digits.data[skip] == '0' && (int64_t)(digits.size - skip) > scale + 1) skip++;
    int64_t count = (int64_t)(digits.size - skip), whole = count - scale;
    const char *first = digits.data + skip;
    if (whole <= 0) text_add_char(out, '0');
    for (int64_t i = 0; i < whole; i++) text_add_char(out, i < count ? first[i] : '0');
    if (scale <= 0) return;
    text_add_char(out, '.');
    for (int64_t i = whole; i < count; i++) text_add_char(out, i < 0 ? '0' : first[i]);
}

/* ---- floating point ---- */

/* Both exact: one division rounds right. */
static bool is_exact(int128 v, int scale) {
    return scale >= 0 && scale <= 22 && decimal_magnitude(v) <= (uint128)1 << 53;
}

double decimal_to_double(int128 v, int scale) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (is_exact(v, scale)) return (double)v / powers[scale];
    char text[DECIMAL_TEXT * 2];
    size_t size = decimal_format(v, 0, text);
    snprintf(text + size, sizeof text - size, "e%d", -scale);
    return strtod(text, NULL);
}

float decimal_to_single(int128 v, int scale) {
    char text[DECIMAL_TEXT * 2];
    size_t size = decimal_format(v, 0, text);
    snprintf(text + size, sizeof text - size, "e%d", -scale);
    return strtof(text, NULL);
}

bool decimal_from_double(double value, struct decimal_form to, int128 *out) {
    if (!isfinite(value)) return false;
    if (value == 0) return *out = 0, true;
    int64_t units;
    if (double_units(value, to.scale, &units)) {
        bool fits = decimal_fits(units, to.precision);
        if (fits) *out = units;
        return fits;
    }
    char text[DOUBLE_DIGITS];
    int exponent, count = double_digits(fabs(value), text, &exponent);
    struct digits d = {0};
    for (int i = 0; i < count; i++) add_digit(&d, text[i] - '0', false);
    return fit(&d, count - exponent, value < 0, to, out);
}
