/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conversions of dates, %tY and its kin: fields of a point in time, as Java's Formatter takes them from a calendar.
 *
 * Formatter reads a number as milliseconds since the epoch, whatever Spark counts in it. Its calendar is the one that
 * history used: days before 1582-10-15 are Julian, and years before 1 are counted back without a sign. Its zone is the
 * machine's there; here it is the session's, which is the machine's where nothing else is set.
 */
#include <string.h>

#include "base/datetime.h"
#include "base/pattern.h"
#include "base/timezone.h"
#include "function/string_format.h"

enum { GREGORIAN_START = -141427, MILLIS_PER_DAY = 86400000, SECONDS_PER_DAY = 86400 };

struct moment {
    int64_t millis, year; /* of the era */
    int month, day, day_of_year, weekday, second_of_day, milli;
    int32_t offset;
    const char *zone;
};

/* Days since the epoch of a date of the Julian calendar, whose years have the same form without the centuries' rule. */
static int64_t julian_days(int64_t year, int month, int day) {
    year -= month <= 2;
    return floor_div(year * 1461, 4) + (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 719471;
}

static struct date_fields julian_fields(int64_t days) {
    int64_t year = floor_div((days + 719470) * 4 + 3, 1461);
    int of_year = (int)(days + 719470 - floor_div(year * 1461, 4)), month = (5 * of_year + 2) / 153;
    struct date_fields date = {.day = of_year - (153 * month + 2) / 5 + 1, .month = month < 10 ? month + 3 : month - 9};
    date.year = (int32_t)(year + (date.month <= 2));
    return date;
}

static struct moment moment_of(int64_t millis, const struct timezone *zone) {
    int64_t seconds = floor_div(millis, 1000);
    const struct timezone_range *range = timezone_range_at(zone, seconds);
    int64_t local = seconds + range->offset, days = floor_div(local, SECONDS_PER_DAY);
    bool julian = days < GREGORIAN_START;
    struct date_fields date = julian ? julian_fields(days) : date_from_days(days);
    int64_t first = date.year <= 1582 ? julian_days(date.year, 1, 1) : days_from_fields(date.year, 1, 1);
    const char *name = pattern_zone_text(zone->id, TEXT_SHORT, range->daylight);
    return (struct moment){.millis = millis,
                           .year = date.year > 0 ? date.year : 1 - (int64_t)date.year,
                           .month = date.month,
                           .day = date.day,
                           .day_of_year = (int)(days - first) + 1,
                           .weekday = weekday_from_days(days),
                           .second_of_day = (int)floor_mod(local, SECONDS_PER_DAY),
                           .milli = (int)floor_mod(millis, 1000),
                           .offset = range->offset,
                           .zone = name ? name : timezone_abbreviation(zone, range)};
}

static void add_offset(struct text *out, int32_t offset) {
    int minutes = (offset < 0 ? -offset : offset) / 60;
    text_printf(out, "%c%02d%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static bool add_time(struct text *out, char conversion, const struct moment *m) {
    int hour = m->second_of_day / 3600, minute = m->second_of_day / 60 % 60, second = m->second_of_day % 60;
    int of_half = (hour + 11) % 12 + 1;
    switch (conversion) {
        case 'H': return text_printf(out, "%02d", hour), true;
        case 'I': return text_printf(out, "%02d", of_half), true;
        case 'k': return text_printf(out, "%d", hour), true;
        case 'l': return text_printf(out, "%d", of_half), true;
        case 'M': return text_printf(out, "%02d", minute), true;
        case 'S': return text_printf(out, "%02d", second), true;
        case 'L': return text_printf(out, "%03d", m->milli), true;
        case 'N': return text_printf(out, "%03d000000", m->milli), true;
        case 'p': return text_add(out, hour < 12 ? "am" : "pm"), true;
        case 'Q': return text_printf(out, "%lld", (long long)m->millis), true;
        case 's': return text_printf(out, "%lld", (long long)(m->millis / 1000)), true;
        case 'z': return add_offset(out, m->offset), true;
        case 'Z': return text_add(out, m->zone), true;
        case 'R': return text_printf(out, "%02d:%02d", hour, minute), true;
        case 'T': return text_printf(out, "%02d:%02d:%02d", hour, minute, second), true;
        case 'r': text_printf(out, "%02d:%02d:%02d %s", of_half, minute, second, hour < 12 ? "AM" : "PM"); return true;
        default: return false;
    }
}

static void add_day(struct text *out, char conversion, const struct moment *m) {
    long long year = m->year;
    const char *month = pattern_months[m->month - 1], *weekday = pattern_days[m->weekday];
    switch (conversion) {
        case 'A': text_add(out, weekday); break;
        case 'a': text_add_bytes(out, weekday, 3); break;
        case 'B': text_add(out, month); break;
        case 'b':
        case 'h': text_add_bytes(out, month, 3); break;
        case 'C': text_printf(out, "%02lld", year / 100); break;
        case 'y': text_printf(out, "%02lld", year % 100); break;
        case 'Y': text_printf(out, "%04lld", year); break;
        case 'm': text_printf(out, "%02d", m->month); break;
        case 'd': text_printf(out, "%02d", m->day); break;
        case 'e': text_printf(out, "%d", m->day); break;
        case 'j': text_printf(out, "%03d", m->day_of_year); break;
        case 'D': text_printf(out, "%02d/%02d/%02lld", m->month, m->day, year % 100); break;
        case 'F': text_printf(out, "%04lld-%02d-%02d", year, m->month, m->day); break;
        default: /* c */
            text_printf(out, "%.3s %.3s %02d ", weekday, month, m->day);
            add_time(out, 'T', m);
            text_printf(out, " %s %04lld", m->zone, year);
    }
}

bool directive_dates(char conversion) {
    return conversion && strchr("HIklMNLQpsSTzZaAbBCdehjmyYrRcDF", conversion);
}

void directive_add_date(struct text *out, char conversion, int64_t millis, const struct timezone *zone) {
    struct moment m = moment_of(millis, zone);
    if (!add_time(out, conversion, &m)) add_day(out, conversion, &m);
}
