/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates, times and timestamps as numbers, and as Spark's default texts.
 *
 * A date is days since 1970-01-01, a timestamp microseconds since 1970-01-01 00:00, a time nanoseconds of the day,
 * all in the proleptic Gregorian calendar. A TIMESTAMP is an instant; fields and texts are those of the local time
 * that a zone gives it (timezone_to_local). A TIMESTAMP_NTZ is local already.
 *
 * Texts take (const char *, size_t) and write to the caller's buffer: nothing is allocated, nothing fails but by its
 * answer. Patterns are base/pattern.h, intervals base/interval_text.h.
 */
#ifndef ROOST_BASE_DATETIME_H
#define ROOST_BASE_DATETIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timezone;
struct timezone_cache;

#define MICROS_PER_SECOND INT64_C(1000000)
#define MICROS_PER_MINUTE (60 * MICROS_PER_SECOND)
#define MICROS_PER_HOUR (3600 * MICROS_PER_SECOND)
#define MICROS_PER_DAY (86400 * MICROS_PER_SECOND)
#define NANOS_PER_DAY (1000 * MICROS_PER_DAY)

enum { DATE_TEXT = 16, TIME_TEXT = 20, TIMESTAMP_TEXT = 36 }; /* room for the texts below */

struct date_fields {
    int32_t year;
    int32_t month; /* 1 to 12 */
    int32_t day;   /* 1 to 31 */
};

static inline int64_t floor_div(int64_t a, int64_t b) { /* b > 0 */
    return a / b - (a % b < 0);
}
static inline int64_t floor_mod(int64_t a, int64_t b) { /* b > 0 */
    int64_t r = a % b;
    return r + (r < 0 ? b : 0);
}

static inline bool year_is_leap(int64_t year) {
    return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
}
static inline int month_length(int64_t year, int month) {
    return month == 2 ? 28 + year_is_leap(year) : 30 + ((month ^ (month >> 3)) & 1);
}

/*
 * Years are counted from March, so that the leap day is a year's last, in eras of 400 years = 146097 days.
 * 719468 days lie between 0000-03-01 and 1970-01-01.
 */
static inline int64_t days_from_fields(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = floor_div(year, 400);
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}
static inline struct date_fields date_from_days(int64_t days) {
    days += 719468;
    int64_t era = floor_div(days, 146097);
    uint32_t of_era = (uint32_t)(days - era * 146097);
    uint32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    uint32_t month = (5 * of_year + 2) / 153;
    struct date_fields fields = {.day = (int32_t)(of_year - (153 * month + 2) / 5 + 1),
                                 .month = (int32_t)(month < 10 ? month + 3 : month - 9)};
    fields.year = (int32_t)(year + era * 400 + (fields.month <= 2));
    return fields;
}
static inline bool date_fields_valid(int64_t year, int64_t month, int64_t day) {
    return month >= 1 && month <= 12 && day >= 1 && day <= month_length(year, (int)month);
}

/* 0 is Monday. */
static inline int weekday_from_days(int64_t days) {
    return (int)floor_mod(days + 3, 7);
}
static inline int day_of_year(int64_t days) {
    return (int)(days - days_from_fields(date_from_days(days).year, 1, 1)) + 1;
}
static inline int date_quarter(struct date_fields date) {
    return (date.month - 1) / 3 + 1;
}
/* The ISO week's year and number: the week of its Thursday. */
static inline void iso_week(int64_t days, int32_t *year, int *week) {
    int64_t thursday = days - weekday_from_days(days) + 3;
    *year = date_from_days(thursday).year;
    *week = (day_of_year(thursday) - 1) / 7 + 1;
}
/* The same day of another month, or that month's last. 64 bits: the caller checks that a date can hold it. */
static inline int64_t days_add_months(int64_t days, int64_t months) {
    struct date_fields date = date_from_days(days);
    int64_t total = date.year * INT64_C(12) + date.month - 1 + months;
    int64_t year = floor_div(total, 12);
    int month = (int)(total - year * 12) + 1, last = month_length(year, month);
    return days_from_fields(year, month, date.day < last ? date.day : last);
}
static inline int64_t days_from_micros(int64_t local) {
    return floor_div(local, MICROS_PER_DAY);
}
static inline bool micros_from_days(int64_t days, int64_t *micros) {
    return !__builtin_mul_overflow(days, MICROS_PER_DAY, micros);
}
/* date and time of day to microseconds; false when 64 bits do not hold it. */
bool micros_from_parts(int64_t days, int64_t micros_of_day, int64_t *micros);

/*
 * Calendar arithmetic on timestamps in a zone (timezone_utc for wall clocks). As in Java a sum of months or days keeps
 * the local time of day, moves it out of a gap, and keeps its side of an overlap. False: beyond 64 bits.
 */
bool timestamp_add(const struct timezone *zone, int64_t micros, int64_t months, int64_t days, int64_t rest,
                   int64_t *result);
/* The local time of `end` minus that of `start`. */
bool timestamp_subtract(const struct timezone *zone, int64_t end, int64_t start, int64_t *micros);
/* The instant of a date's midnight. */
bool timestamp_from_days(const struct timezone *zone, int64_t days, int64_t *micros);
/* false when the midnight of either day is before the first timestamp. */
bool months_between(const struct timezone *zone, int64_t end, int64_t start, bool round_off, double *months);

enum datetime_unit {
    UNIT_MICROSECOND,
    UNIT_MILLISECOND,
    UNIT_SECOND,
    UNIT_MINUTE,
    UNIT_HOUR,
    UNIT_DAY,
    UNIT_WEEK,
    UNIT_MONTH,
    UNIT_QUARTER,
    UNIT_YEAR,
    UNIT_NONE
};
/* Whole units from start to end, by local time. */
bool timestamp_difference(const struct timezone *zone, enum datetime_unit unit, int64_t start, int64_t end,
                          int64_t *count);
/* Adds count units: DAY and larger by the calendar. False: beyond what a timestamp holds. */
bool timestamp_add_units(const struct timezone *zone, enum datetime_unit unit, int64_t count, int64_t micros,
                         int64_t *result);
int64_t date_truncate(enum datetime_unit unit, int64_t days); /* WEEK and larger */
bool timestamp_truncate(const struct timezone *zone, enum datetime_unit unit, int64_t micros, int64_t *result);

/* What surrounds a text: for casts of "12:00" (today's), 'now', and zones. */
struct datetime_frame {
    const struct timezone *zone;
    struct timezone_cache *zones; /* for zone names in texts */
    int64_t now;                  /* instant */
};

/* Spark's casts from STRING. False: malformed. */
bool date_parse(const char *text, size_t size, int32_t *days);
bool timestamp_parse(const char *text, size_t size, const struct datetime_frame *frame, int64_t *micros);
/* allow_zone: a zone in the text is passed over instead of refused. */
bool timestamp_ntz_parse(const char *text, size_t size, struct timezone_cache *zones, bool allow_zone, int64_t *micros);
bool time_parse(const char *text, size_t size, int64_t *nanos);
/* Whether the text names a zone (a TIMESTAMP literal then is one with time zone whatever the session's default). */
bool timestamp_text_has_zone(const char *text, size_t size, struct timezone_cache *zones);

/*
 * 'epoch', 'now', 'today', 'tomorrow', 'yesterday', any case, spaces around: literals and casts of constants have
 * them, columns do not. False: none of these.
 */
bool date_special(const char *text, size_t size, const struct datetime_frame *frame, int32_t *days);
bool timestamp_special(const char *text, size_t size, const struct datetime_frame *frame, int64_t *micros);
bool timestamp_ntz_special(const char *text, size_t size, const struct datetime_frame *frame, int64_t *micros);

/* Casts to STRING: return the length, write no NUL. */
size_t date_format(int64_t days, char *out);              /* 2024-01-31, +10000-01-01, -0044-03-15 */
size_t timestamp_format(int64_t local_micros, char *out); /* 2024-01-31 01:02:03.5 */
size_t time_format(int64_t nanos, char *out);             /* 01:02:03.5 */
size_t timestamp_format_zoned(const struct timezone *zone, int64_t micros, char *out);
/* value with `digits` digits at least, zeros in front. */
size_t decimal_text(uint64_t value, int digits, char *out);

#endif
