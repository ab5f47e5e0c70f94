/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A number's decimal digits, which are rounded before they are written: between format_string and format_number.
 */
#ifndef ROOST_FUNCTION_DECIMAL_DIGITS_H
#define ROOST_FUNCTION_DECIMAL_DIGITS_H

#include "base/text.h"

/* 0.d1d2d3... * 10^point */
struct digits {
    int count, point;
    char digit[400]; /* a double has at most 309 before the point */
};

/* The shortest digits that mean the double. */
void digits_of(double magnitude, struct digits *d);
/* Half up, to `places` behind the point. */
void round_digits(struct digits *d, int places);
static inline char digit_at(const struct digits *d, int i) {
    return (char)('0' + (i >= 0 && i < d->count ? d->digit[i] : 0));
}
void write_fixed(struct text *out, const struct digits *d, int places);
/* Copies a number's text with a comma after each `size` digits of its whole part. */
void add_grouped(struct text *out, const char *text, size_t length, size_t size);

#endif
