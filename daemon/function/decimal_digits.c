/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digits of doubles: the shortest ones that mean the number, as Java's Formatter rounds them.
 */
#include "function/decimal_digits.h"

#include <string.h>

#include "base/number.h"

void digits_of(double magnitude, struct digits *d) {
    d->count = d->point = 0;
    if (magnitude != 0) d->count = double_digits(magnitude, d->digit, &d->point);
    for (int i = 0; i < d->count; i++)
        if (d->digit[i] >= '0') d->digit[i] = (char)(d->digit[i] - '0');
}

void round_digits(struct digits *d, int places) {
    int keep = d->point + places;
    if (keep >= d->count) return;
    bool up = keep >= 0 && d->digit[keep] >= 5;
    d->count = keep < 0 ? 0 : keep;
    if (!up) return;
    int i = keep - 1;
    while (i >= 0 && d->digit[i] == 9) i--;
    if (i >= 0) {
        d->digit[i]++;
        d->count = i + 1;
    } else {
        d->digit[0] = 1;
        d->count = 1;
        d->point++;
    }
}

void write_fixed(struct text *out, const struct digits *d, int places) {
    if (d->point <= 0) text_add_char(out, '0');
    for (int i = 0; i < d->point; i++) text_add_char(out, digit_at(d, i));
    if (places > 0) text_add_char(out, '.');
    for (int i = 0; i < places; i++) text_add_char(out, digit_at(d, d->point + i));
}

void add_grouped(struct text *out, const char *text, size_t length, size_t size) {
    const char *point = memchr(text, '.', length);
    size_t whole = point ? (size_t)(point - text) : length;
    for (size_t i = 0; i < length; i++) {
        if (size && i && i < whole && (whole - i) % size == 0) text_add_char(out, ',');
        text_add_char(out, text[i]);
    }
}
