/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What java.util.GregorianCalendar of Locale.US makes of dates, for SimpleDateFormat's patterns (pattern_legacy.c).
 *
 * Weeks begin on Sunday, and the first week of a year or a month is the one that its first day is in. Up to 1582-10-04
 * the calendar is the Julian one: years and months are named as ours are, but fall on other days of the week. From
 * fields to a date the calendar takes, of those that were read, the ones that were read last and make a date together:
 * month and day, month and week or weekday, day of the year, or week; what is missing is the first one.
 */
#include "base/pattern_int.h"

enum { MONDAY = 1, SUNDAY = 7 };

/* Days on the scale of 1970 by the Julian calendar; years are counted from March, as in days_from_fields(). */
static int64_t julian_days(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return floor_div(year, 4) * 1461 + floor_mod(year, 4) * 365 + of_year - 719470;
}

static int64_t calendar_days(int64_t year, int month, int day) {
    bool julian = year < 1582 || (year == 1582 && (month < 10 || (month == 10 && day < 15)));
    return julian ? julian_days(year, month, day) : days_from_fields(year, month, day);
}

/* weekday: as in ISO, 1 is Monday. */
static int64_t on_or_before(int64_t days, int weekday) {
    return days - floor_mod(weekday_from_days(days) + 1 - weekday, 7);
}

static int64_t weeks_since(int64_t days, int64_t first) {
    return (days - on_or_before(first, SUNDAY)) / 7;
}

static bool in_next_year(int64_t days, int64_t year) {
    return days >= on_or_before(calendar_days(year + 1, 1, 1), SUNDAY);
}

bool legacy_field(struct date_fields date, enum pattern_field field, int64_t *value) {
    int64_t days = calendar_days(date.year, date.month, date.day), first = calendar_days(date.year, 1, 1);
    switch (field) {
        case FIELD_DAY_OF_YEAR: *value = days - first + 1; return true;
        case FIELD_DAY_OF_WEEK: *value = weekday_from_days(days) + 1; return true;
        case FIELD_WEEKDAY_IN_MONTH: *value = (date.day - 1) / 7 + 1; return true;
        case FIELD_WEEK_OF_MONTH: *value = weeks_since(days, calendar_days(date.year, date.month, 1)) + 1; return true;
        case FIELD_WEEK_OF_YEAR: *value = in_next_year(days, date.year) ? 1 : weeks_since(days, first) + 1; return true;
        case FIELD_WEEK_YEAR: *value = date.year + in_next_year(days, date.year); return true;
        default: return false;
    }
}

/* --- fields to a date --- */

static int64_t value_or(const struct legacy_fields *f, enum pattern_field field, int64_t otherwise) {
    return f->order[field] ? f->values[field] : otherwise;
}

/* When the later of two fields was read, if both were. */
static uint8_t both(const struct legacy_fields *f, enum pattern_field a, enum pattern_field b) {
    uint8_t x = f->order[a], y = f->order[b];
    return !x || !y ? 0 : x > y ? x : y;
}

static uint8_t latest(uint8_t a, uint8_t b) {
    return a > b ? a : b;
}

/* The field that, with the weekday for a week, says which day of the year or of the month it is. */
static enum pattern_field deciding_field(const struct legacy_fields *f) {
    uint8_t day = f->order[FIELD_OF_DAY], of_year = f->order[FIELD_DAY_OF_YEAR], weekday = f->order[FIELD_DAY_OF_WEEK];
    uint8_t of_month = both(f, FIELD_WEEK_OF_MONTH, FIELD_DAY_OF_WEEK);
    uint8_t nth = both(f, FIELD_WEEKDAY_IN_MONTH, FIELD_DAY_OF_WEEK);
    uint8_t week = both(f, FIELD_WEEK_OF_YEAR, FIELD_DAY_OF_WEEK);
    uint8_t best = latest(latest(latest(day, of_month), latest(nth, of_year)), week);
    if (!best) { /* weeks without a weekday, a weekday without a week */
        of_month = f->order[FIELD_WEEK_OF_MONTH];
        nth = latest(f->order[FIELD_WEEKDAY_IN_MONTH], weekday);
        week = f->order[FIELD_WEEK_OF_YEAR];
        best = latest(latest(of_month, nth), week);
    }
    if (best == day) return FIELD_OF_DAY;
    if (best == of_month && f->order[FIELD_WEEK_OF_MONTH] >= f->order[FIELD_WEEK_OF_YEAR]) return FIELD_WEEK_OF_MONTH;
    if (best == nth && f->order[FIELD_WEEKDAY_IN_MONTH] >= f->order[FIELD_WEEK_OF_YEAR]) return FIELD_WEEKDAY_IN_MONTH;
    return best == of_year ? FIELD_DAY_OF_YEAR : FIELD_WEEK_OF_YEAR;
}

static int64_t day_of_week_from(const struct legacy_fields *f, int64_t first, int64_t week) {
    int64_t sunday = on_or_before(first, SUNDAY);
    return on_or_before(sunday + 6, (int)value_or(f, FIELD_DAY_OF_WEEK, SUNDAY)) + 7 * (week - 1);
}

static int64_t decided_days(const struct legacy_fields *f, int64_t year) {
    enum pattern_field field = deciding_field(f);
    bool of_year = field == FIELD_DAY_OF_YEAR || field == FIELD_WEEK_OF_YEAR;
    int64_t first = days_from_fields(year, of_year ? 1 : (int)value_or(f, FIELD_OF_MONTH, 1), 1);
    int64_t value = value_or(f, field, 1);
    if (field == FIELD_OF_DAY || field == FIELD_DAY_OF_YEAR) return first + value - 1;
    if (field == FIELD_WEEKDAY_IN_MONTH)
        return on_or_before(first + 7 * value - 1, (int)value_or(f, FIELD_DAY_OF_WEEK, SUNDAY));
    return day_of_week_from(f, first, value);
}

/* Does every field that was read say what the date says? */
static bool all_agree(const struct legacy_fields *f, struct date_fields date) {
    static const enum pattern_field checked[] = {FIELD_DAY_OF_YEAR, FIELD_DAY_OF_WEEK, FIELD_WEEKDAY_IN_MONTH,
                                                 FIELD_WEEK_OF_YEAR, FIELD_WEEK_OF_MONTH};
    for (size_t i = 0; i < sizeof checked / sizeof *checked; i++) {
        int64_t value;
        if (f->order[checked[i]] && legacy_field(date, checked[i], &value) && value != f->values[checked[i]])
            return false;
    }
    return value_or(f, FIELD_OF_MONTH, date.month) == date.month && value_or(f, FIELD_OF_DAY, date.day) == date.day;
}

/* A week's year that was read last goes before month and day. */
static bool resolve_week_date(const struct legacy_fields *f, int64_t *days) {
    int64_t year = f->values[FIELD_WEEK_YEAR], week = value_or(f, FIELD_WEEK_OF_YEAR, 1), check_week, check_year;
    int64_t weekday = value_or(f, FIELD_DAY_OF_WEEK, SUNDAY);
    if (year < 1 || year > 290000 || week < 1 || week > 53 || weekday < MONDAY || weekday > SUNDAY) return false;
    *days = day_of_week_from(f, days_from_fields(year, 1, 1), week);
    struct date_fields date = date_from_days(*days);
    return legacy_field(date, FIELD_WEEK_OF_YEAR, &check_week) && legacy_field(date, FIELD_WEEK_YEAR, &check_year) &&
           check_week == week && check_year == year;
}

bool legacy_resolve_date(const struct legacy_fields *f, int64_t *days) {
    if (f->order[FIELD_WEEK_YEAR] > f->order[FIELD_YEAR_OF_ERA]) return resolve_week_date(f, days);
    int64_t year = value_or(f, FIELD_YEAR_OF_ERA, 1970), month = value_or(f, FIELD_OF_MONTH, 1);
    int64_t weekday = value_or(f, FIELD_DAY_OF_WEEK, SUNDAY);
    if (year < 1 || year > 290000 || month < 1 || month > 12 || weekday < MONDAY || weekday > SUNDAY) return false;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (f->order[i] && i >= FIELD_OF_DAY && i != FIELD_MILLI && f->values[i] > INT32_MAX) return false;
    if (value_or(f, FIELD_OF_ERA, 1) == 0) year = 1 - year;
    *days = decided_days(f, year);
    return all_agree(f, date_from_days(*days));
}
