/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parsed fields to a date and a time of day, by java.time's strict resolver, then Spark's defaults for what is missing:
 * year 1970, month 1, day 1, midnight. What is wrong is told in Java's words; a leading '!' marks what Java finds only
 * after the parser is done, and therefore says without the text.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/pattern_int.h"

/* In Java's names, with the valid values. */
static const struct limits {
    const char *name;
    int64_t low, high;
    const char *valid;
} limits[FIELD_COUNT] = {
    [FIELD_OF_ERA] = {"Era", 0, 1, "0 - 1"},
    [FIELD_YEAR_OF_ERA] = {"YearOfEra", 1, 1000000000, "1 - 999999999/1000000000"},
    [FIELD_OF_YEAR] = {"Year", -999999999, 999999999, "-999999999 - 999999999"},
    [FIELD_OF_MONTH] = {"MonthOfYear", 1, 12, "1 - 12"},
    [FIELD_OF_DAY] = {"DayOfMonth", 1, 31, "1 - 28/31"},
    [FIELD_DAY_OF_YEAR] = {"DayOfYear", 1, 366, "1 - 365/366"},
    [FIELD_HOUR_OF_DAY] = {"HourOfDay", 0, 23, "0 - 23"},
    [FIELD_CLOCK_HOUR_OF_DAY] = {"ClockHourOfDay", 1, 24, "1 - 24"},
    [FIELD_HOUR_OF_HALF] = {"HourOfAmPm", 0, 11, "0 - 11"},
    [FIELD_CLOCK_HOUR_OF_HALF] = {"ClockHourOfAmPm", 1, 12, "1 - 12"},
    [FIELD_HALF] = {"AmPmOfDay", 0, 1, "0 - 1"},
    [FIELD_OF_MINUTE] = {"MinuteOfHour", 0, 59, "0 - 59"},
    [FIELD_OF_SECOND] = {"SecondOfMinute", 0, 59, "0 - 59"},
    [FIELD_NANO] = {"NanoOfSecond", 0, 999999999, "0 - 999999999"},
};

struct resolver_state {
    struct parsed_fields *f;
    char *why;
    size_t why_size;
    const char *mark; /* "!" once the parser is done */
};

static bool present(const struct resolver_state *s, enum pattern_field field) {
    return field_present(s->f, field);
}
static int64_t take(struct resolver_state *s, enum pattern_field field) {
    s->f->present &= ~(1u << field);
    return s->f->values[field];
}
static void put(struct resolver_state *s, enum pattern_field field, int64_t value) {
    s->f->present |= 1u << field;
    s->f->values[field] = value;
}

static bool check(struct resolver_state *s, enum pattern_field field) {
    int64_t value = s->f->values[field];
    const struct limits *l = &limits[field];
    if (!present(s, field) || (value >= l->low && value <= l->high)) return true;
    snprintf(s->why, s->why_size, "%sInvalid value for %s (valid values %s): %" PRId64, s->mark, l->name, l->valid,
             value);
    return false;
}

static bool conflict(struct resolver_state *s, enum pattern_field field, int64_t derived, const char *from) {
    const char *name = limits[field].name;
    snprintf(s->why, s->why_size, "%sConflict found: Field %s %" PRId64 " differs from %s %" PRId64 " derived from %s",
             s->mark, name, derived, name, s->f->values[field], from);
    return false;
}

/* Puts a field that follows from others; it may not contradict one that was read. */
static bool derive(struct resolver_state *s, enum pattern_field field, int64_t value, enum pattern_field from) {
    if (present(s, field) && s->f->values[field] != value) {
        snprintf(s->why, s->why_size, "Conflict found: %s %" PRId64 " differs from %s %" PRId64 " while resolving  %s",
                 limits[field].name, s->f->values[field], limits[field].name, value, limits[from].name);
        return false;
    }
    put(s, field, value);
    return true;
}

static bool year_of_era(struct resolver_state *s) {
    if (!present(s, FIELD_YEAR_OF_ERA)) return check(s, FIELD_OF_ERA);
    if (!check(s, FIELD_YEAR_OF_ERA)) return false;
    if (!present(s, FIELD_OF_ERA)) return true; /* strict: of no known era, it stays what it is */
    int64_t year = take(s, FIELD_YEAR_OF_ERA);
    return derive(s, FIELD_OF_YEAR, take(s, FIELD_OF_ERA) ? year : 1 - year, FIELD_YEAR_OF_ERA);
}

static bool date_of(struct resolver_state *s, int64_t year, int64_t month, int64_t day, int64_t *days) {
    static const char *const months[] = {"JANUARY", "FEBRUARY", "MARCH",     "APRIL",   "MAY",      "JUNE",
                                         "JULY",    "AUGUST",   "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"};
    if (day <= month_length(year, (int)month)) {
        *days = days_from_fields(year, (int)month, (int)day);
        return true;
    }
    if (day == 29)
        snprintf(s->why, s->why_size, "%sInvalid date 'February 29' as '%" PRId64 "' is not a leap year", s->mark,
                 year);
    else
        snprintf(s->why, s->why_size, "%sInvalid date '%s %" PRId64 "'", s->mark, months[month - 1], day);
    return false;
}

static bool date_of_year_day(struct resolver_state *s, int64_t year, int64_t day, int64_t *days) {
    if (day == 366 && !year_is_leap(year)) {
        snprintf(s->why, s->why_size, "%sInvalid date 'DayOfYear 366' as '%" PRId64 "' is not a leap year", s->mark,
                 year);
        return false;
    }
    *days = days_from_fields(year, 1, 1) + day - 1;
    return true;
}

/* A whole date out of the fields, if they make one. */
static bool resolve_date(struct resolver_state *s, bool *found, int64_t *days) {
    *found = true;
    if (present(s, FIELD_JULIAN_DAY)) {
        *days = take(s, FIELD_JULIAN_DAY) - 40587;
        return true;
    }
    if (!year_of_era(s)) return false;
    if (present(s, FIELD_OF_YEAR) && present(s, FIELD_OF_MONTH) && present(s, FIELD_OF_DAY)) {
        if (!check(s, FIELD_OF_YEAR) || !check(s, FIELD_OF_MONTH) || !check(s, FIELD_OF_DAY)) return false;
        return date_of(s, take(s, FIELD_OF_YEAR), take(s, FIELD_OF_MONTH), take(s, FIELD_OF_DAY), days);
    }
    if (present(s, FIELD_OF_YEAR) && present(s, FIELD_DAY_OF_YEAR)) {
        if (!check(s, FIELD_OF_YEAR) || !check(s, FIELD_DAY_OF_YEAR)) return false;
        return date_of_year_day(s, take(s, FIELD_OF_YEAR), take(s, FIELD_DAY_OF_YEAR), days);
    }
    *found = false;
    return true;
}

static bool check_against_date(struct resolver_state *s, int64_t days) {
    char text[DATE_TEXT + 1];
    text[date_format(days, text)] = 0;
    struct date_fields date = date_from_days(days);
    const int64_t derived[] = {
        [FIELD_OF_ERA] = date.year > 0, [FIELD_YEAR_OF_ERA] = date.year > 0 ? date.year : 1 - (int64_t)date.year,
        [FIELD_OF_YEAR] = date.year,    [FIELD_OF_MONTH] = date.month,
        [FIELD_OF_DAY] = date.day,      [FIELD_DAY_OF_YEAR] = day_of_year(days)};
    for (enum pattern_field field = FIELD_OF_ERA; field <= FIELD_DAY_OF_YEAR; field++)
        if (present(s, field) && s->f->values[field] != derived[field]) return conflict(s, field, derived[field], text);
    return true;
}

static bool resolve_hours(struct resolver_state *s) {
    if (!check(s, FIELD_CLOCK_HOUR_OF_DAY) || !check(s, FIELD_CLOCK_HOUR_OF_HALF)) return false;
    if (present(s, FIELD_CLOCK_HOUR_OF_DAY) &&
        !derive(s, FIELD_HOUR_OF_DAY, take(s, FIELD_CLOCK_HOUR_OF_DAY) % 24, FIELD_CLOCK_HOUR_OF_DAY))
        return false;
    if (present(s, FIELD_CLOCK_HOUR_OF_HALF) &&
        !derive(s, FIELD_HOUR_OF_HALF, take(s, FIELD_CLOCK_HOUR_OF_HALF) % 12, FIELD_CLOCK_HOUR_OF_HALF))
        return false;
    if (present(s, FIELD_HALF) && present(s, FIELD_HOUR_OF_HALF)) {
        if (!check(s, FIELD_HALF) || !check(s, FIELD_HOUR_OF_HALF)) return false;
        int64_t half = take(s, FIELD_HALF), hour = take(s, FIELD_HOUR_OF_HALF);
        return derive(s, FIELD_HOUR_OF_DAY, half * 12 + hour, FIELD_HALF);
    }
    return true;
}

static int64_t value_or(const struct resolver_state *s, enum pattern_field field, int64_t otherwise) {
    return present(s, field) ? s->f->values[field] : otherwise;
}

static bool resolve_time(struct resolver_state *s, int64_t *nanos) {
    if (!resolve_hours(s)) return false;
    for (enum pattern_field field = FIELD_HOUR_OF_DAY; field <= FIELD_NANO; field++)
        if (!check(s, field)) return false;
    bool hours = present(s, FIELD_HOUR_OF_DAY);
    bool minutes = present(s, FIELD_OF_MINUTE), seconds = present(s, FIELD_OF_SECOND),
         fraction = present(s, FIELD_NANO);
    bool whole = hours && !(!minutes && (seconds || fraction)) && !(minutes && !seconds && fraction);
    int64_t hour = value_or(s, FIELD_HOUR_OF_DAY, value_or(s, FIELD_HOUR_OF_HALF, value_or(s, FIELD_HALF, 0) * 12));
    *nanos = ((hour * 60 + value_or(s, FIELD_OF_MINUTE, 0)) * 60 + value_or(s, FIELD_OF_SECOND, 0)) * 1000000000 +
             value_or(s, FIELD_NANO, 0);
    if (!whole) return true;
    char text[TIME_TEXT + 1];
    size_t size = time_format(*nanos, text);
    text[*nanos % INT64_C(60000000000) ? size : 5] = 0; /* Java's LocalTime leaves seconds out when they are 0 */
    if (present(s, FIELD_HALF) && s->f->values[FIELD_HALF] != hour / 12)
        return conflict(s, FIELD_HALF, hour / 12, text);
    if (present(s, FIELD_HOUR_OF_HALF) && s->f->values[FIELD_HOUR_OF_HALF] != hour % 12)
        return conflict(s, FIELD_HOUR_OF_HALF, hour % 12, text);
    return true;
}

/* Spark's: what the resolver left without a date. */
static bool default_date(struct resolver_state *s, int64_t *days) {
    int64_t year = value_or(s, FIELD_OF_YEAR, 1970);
    if (!check(s, FIELD_OF_YEAR) || !check(s, FIELD_DAY_OF_YEAR) || !check(s, FIELD_OF_MONTH) ||
        !check(s, FIELD_OF_DAY))
        return false;
    if (!present(s, FIELD_DAY_OF_YEAR))
        return date_of(s, year, value_or(s, FIELD_OF_MONTH, 1), value_or(s, FIELD_OF_DAY, 1), days);
    if (!date_of_year_day(s, year, s->f->values[FIELD_DAY_OF_YEAR], days)) return false;
    struct date_fields date = date_from_days(*days);
    char text[DATE_TEXT + 1];
    text[date_format(*days, text)] = 0;
    const int64_t derived[2] = {date.month, date.day};
    for (int i = 0; i < 2; i++) {
        enum pattern_field field = i ? FIELD_OF_DAY : FIELD_OF_MONTH;
        if (!present(s, field) || s->f->values[field] == derived[i]) continue;
        snprintf(s->why, s->why_size,
                 "!Conflict found: Field %s %" PRId64 " differs from %s %" PRId64 " derived from %s",
                 limits[field].name, s->f->values[field], limits[field].name, derived[i], text);
        return false;
    }
    return true;
}

bool pattern_resolve(struct parsed_fields *fields, struct pattern_parsed *parsed, char *why, size_t why_size) {
    struct resolver_state s = {.f = fields, .why = why, .why_size = why_size, .mark = ""};
    bool found;
    *parsed = (struct pattern_parsed){.zone = fields->zone, .has_zone = fields->zone != NULL};
    if (!resolve_date(&s, &found, &parsed->days) || !resolve_time(&s, &parsed->nanos)) return false;
    if (found && !check_against_date(&s, parsed->days)) return false;
    s.mark = "!";
    if (!parsed->has_zone && present(&s, FIELD_OFFSET)) {
        parsed->has_zone = true;
        parsed->offset = (int32_t)fields->values[FIELD_OFFSET];
        if (parsed->offset < -18 * 3600 || parsed->offset > 18 * 3600) {
            snprintf(why, why_size, "!Zone offset not in valid range: -18:00 to +18:00");
            return false;
        }
    }
    return found || default_date(&s, &parsed->days);
}
