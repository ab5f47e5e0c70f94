/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intervals as text, in Spark's three kinds.
 *
 *     calendar    months, days and microseconds side by side:  "1 years 2 months 3 days 4 hours 5.5 seconds"
 *     year-month  months:                                      INTERVAL '1-2' YEAR TO MONTH
 *     day-time    microseconds:                                INTERVAL '1 02:03:04.5' DAY TO SECOND
 *
 * The latter two have a first and a last field (enum interval_field: YEAR 0 MONTH 1; DAY 0 HOUR 1 MINUTE 2 SECOND 3).
 * Parsers take err NULL where the caller wants to know only whether; formats return the length and write no NUL.
 */
#ifndef ROOST_BASE_INTERVAL_TEXT_H
#define ROOST_BASE_INTERVAL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

struct interval {
    int32_t months;
    int32_t days;
    int64_t microseconds;
};

enum { INTERVAL_TEXT = 128, DAY_TIME_TEXT = 64, YEAR_MONTH_TEXT = 48 }; /* room for the texts below */

/* "[interval] 1 year -2 months 1.5 seconds": INVALID_INTERVAL_FORMAT.*. A cast gives NULL instead. */
bool interval_parse(const char *text, size_t size, struct interval *out, struct error *err);

/*
 * Casts of strings, and INTERVAL '...' YEAR TO MONTH. The text is the value alone ("1-2") or a whole literal
 * ("interval '1-2' year to month") of just these fields.
 */
bool year_month_parse(const char *text, size_t size, int start, int end, int32_t *months, struct error *err);
bool day_time_parse(const char *text, size_t size, int start, int end, int64_t *micros, struct error *err);

/*
 * What a literal of units ("1 day 2 hours", as text or spelled out) is: weeks are DAY, milliseconds and microseconds
 * are SECOND. *start and *end are set for the first two.
 */
enum interval_class { INTERVAL_YEAR_MONTH, INTERVAL_DAY_TIME, INTERVAL_MIXED, INTERVAL_NO_UNITS };
enum interval_class interval_classify(const char *text, size_t size, int *start, int *end);
/* Days of 24 hours and microseconds, without the months; false: beyond 64 bits. */
bool interval_to_micros(struct interval interval, int64_t *micros);

size_t interval_format(struct interval interval, char *out);
size_t year_month_format(int32_t months, int start, int end, char *out);
size_t day_time_format(int64_t micros, int start, int end, char *out);
/* As Hive and the spark-sql shell print them: "1-2", "1 02:03:04.500000000". */
size_t year_month_format_hive(int32_t months, char *out);
size_t day_time_format_hive(int64_t micros, char *out);

#endif
