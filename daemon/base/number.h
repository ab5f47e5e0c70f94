/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers and their texts, as Java writes and Spark reads them.
 *
 * Writing floats follows Double.toString of Java up to 18, which is *not* always the shortest text that reads
 * back (1.0E23 shows as 9.999999999999999E22): the digits come from the same steps as there (number_float.c),
 * as users compare these texts.
 *
 * Nothing here allocates; texts are written to the caller's buffer, without a NUL.
 */
#ifndef ROOST_BASE_NUMBER_H
#define ROOST_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INTEGER_TEXT = 20, DOUBLE_TEXT = 26, DOUBLE_DIGITS = 24 };

/* Write the text, return its length. */
size_t int64_format(int64_t value, char *out);
size_t uint64_format(uint64_t value, char *out);
size_t double_format(double value, char *out); /* 1.0, 1.0E10, NaN, Infinity, -0.0 */
size_t float_format(float value, char *out);

/* The decimal digits behind double_format: 0.d1d2d3... * 10^exponent, for a finite value > 0. Returns how
 * many. */
int double_digits(double value, char *digits, int *exponent);

/* What double_format() writes, rounded half away from zero to `places` digits after the point, as a whole number of units
 * in the last of them. False: it takes the digits to say, since the value is too near to a half, or too large. */
bool double_units(double value, int places, int64_t *units);

/* How a text did not fit a number. */
enum number_status { NUMBER_GOOD, NUMBER_MALFORMED, NUMBER_OVERFLOW };

/*
 * Spark's string to integer: white space around is passed over, a sign is allowed, overflow is malformed too.
 * With `fraction` digits after a point are checked and dropped (casts outside ANSI mode).
 */
bool int64_parse(const char *text, size_t size, bool fraction, int64_t *value);
/* Within [-max - 1, max]. */
bool integer_parse(const char *text, size_t size, bool fraction, int64_t max, int64_t *value);

/* Java's Double.valueOf, and after it Spark's own words: inf, +infinity, nan, ... in any case. */
bool double_parse(const char *text, size_t size, double *value);
bool float_parse(const char *text, size_t size, float *value);

/* t, true, y, yes, 1; f, false, n, no, 0; any case, white space around. */
bool boolean_parse(const char *text, size_t size, bool *value);

#endif
