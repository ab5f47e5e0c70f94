/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directive of format_string's, as %-10.3f, and the texts that its conversions make: between string_format.c, which
 * takes formats apart, string_format_value.c, and string_format_date.c.
 */
#ifndef ROOST_FUNCTION_STRING_FORMAT_H
#define ROOST_FUNCTION_STRING_FORMAT_H

#include "base/text.h"
#include "column/vector.h"

struct timezone;

struct directive {
    bool left, plus, blank, zero, grouped, wrapped, alternative;
    bool previous; /* <: the argument of the directive before */
    bool dated;    /* t or T before the conversion */
    bool upper;
    int64_t index, width, precision; /* -1: none */
    char conversion;
    const char *begin, *end; /* in the format */
};

/* The argument by the directive, not yet filled up. False: the conversion does not take its type. */
bool directive_convert(struct text *out, const struct directive *d, const struct vector *v, uint32_t row,
                       const struct timezone *zone);
/* Is it a conversion of dates? */
bool directive_dates(char conversion);
/* A point in time, as milliseconds since the epoch, in a zone. */
void directive_add_date(struct text *out, char conversion, int64_t millis, const struct timezone *zone);

/* Integers as Spark keeps them, dates and times too. False: it is none. */
bool format_integer_of(const struct vector *v, uint32_t row, int64_t *value);
bool format_double_of(const struct vector *v, uint32_t row, double *value);

#endif
