/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums, differences and truncation of timestamps by the calendar of a zone.
 *
 * A timestamp is taken apart into the local day and time of day, changed, and put together again. Local times may leave
 * 64 bits of microseconds by some hours at the ends of what a timestamp holds, so days and the rest travel apart, and
 * only the result is checked.
 */
#include <math.h>

#include "base/datetime.h"
#include "base/timezone.h"

struct local {
    int64_t days;
    int64_t of_day; /* microseconds */
    int32_t offset; /* seconds: of the instant it came from */
};

static struct local to_local(const struct timezone *zone, int64_t micros) {
    const struct timezone_range *range =
        zone->count == 1 ? zone->ranges : timezone_range_at(zone, timezone_floor_seconds(micros));
    int64_t days = days_from_micros(micros);
    int64_t of_day = floor_mod(micros, MICROS_PER_DAY) + range->offset * MICROS_PER_SECOND;
    int64_t carry = floor_div(of_day, MICROS_PER_DAY);
    return (struct local){days + carry, of_day - carry * MICROS_PER_DAY, range->offset};
}

/* Of the two offsets in an overlap the one that the time had before stays. */
static bool to_instant(const struct timezone *zone, struct local local, int64_t *micros) {
    int32_t offset = local.offset;
    if (zone->count > 1) {
        int64_t seconds = local.days * 86400 + local.of_day / MICROS_PER_SECOND;
        if (timezone_range_at(zone, seconds - offset)->offset != offset)
            offset = timezone_range_local(zone, seconds)->offset;
    }
    return micros_from_parts(local.days, local.of_day - offset * MICROS_PER_SECOND, micros);
}

bool timestamp_add(const struct timezone *zone, int64_t micros, int64_t months, int64_t days, int64_t rest,
                   int64_t *result) {
    if (months || days) {
        struct local local = to_local(zone, micros);
        if (months) {
            local.days = days_add_months(local.days, months);
            int64_t moved; /* the gap after the months shifts the time of day before days are added */
            if (zone->count > 1 && days && to_instant(zone, local, &moved)) local = to_local(zone, moved);
        }
        local.days += days;
        if (!to_instant(zone, local, &micros)) return false;
    }
    return !__builtin_add_overflow(micros, rest, result);
}

bool timestamp_subtract(const struct timezone *zone, int64_t end, int64_t start, int64_t *micros) {
    struct local a = to_local(zone, end), b = to_local(zone, start);
    return micros_from_parts(a.days - b.days, a.of_day - b.of_day, micros);
}

bool timestamp_from_days(const struct timezone *zone, int64_t days, int64_t *micros) {
    int64_t offset = (zone->count == 1 ? zone->ranges : timezone_range_local(zone, days * 86400))->offset;
    return micros_from_parts(days, -offset * MICROS_PER_SECOND, micros);
}

/* Seconds since the instant of the day's midnight: a day of 25 hours has more of them. */
static bool seconds_of_day(const struct timezone *zone, int64_t micros, int64_t days, int64_t *seconds) {
    int64_t midnight;
    if (!timestamp_from_days(zone, days, &midnight)) return false;
    *seconds = (micros - midnight) / MICROS_PER_SECOND;
    return true;
}

bool months_between(const struct timezone *zone, int64_t end, int64_t start, bool round_off, double *months) {
    int64_t days1 = to_local(zone, end).days, days2 = to_local(zone, start).days;
    struct date_fields date1 = date_from_days(days1), date2 = date_from_days(days2);
    *months = (double)((date1.year - (int64_t)date2.year) * 12 + date1.month - date2.month);
    bool last1 = date1.day == month_length(date1.year, date1.month);
    bool last2 = date2.day == month_length(date2.year, date2.month);
    if (date1.day == date2.day || (last1 && last2)) return true;
    int64_t seconds1, seconds2;
    if (!seconds_of_day(zone, end, days1, &seconds1) || !seconds_of_day(zone, start, days2, &seconds2)) return false;
    int64_t seconds = (date1.day - date2.day) * INT64_C(86400) + seconds1 - seconds2;
    double difference = *months + (double)seconds / (31.0 * 86400.0);
    *months = round_off ? floor(difference * 1e8 + 0.5) / 1e8 : difference;
    return true;
}

static const int64_t unit_micros[] = {
    [UNIT_MICROSECOND] = 1,
    [UNIT_MILLISECOND] = 1000,
    [UNIT_SECOND] = MICROS_PER_SECOND,
    [UNIT_MINUTE] = MICROS_PER_MINUTE,
    [UNIT_HOUR] = MICROS_PER_HOUR,
    [UNIT_DAY] = 1,
    [UNIT_WEEK] = 7,
    [UNIT_MONTH] = 1,
    [UNIT_QUARTER] = 3,
    [UNIT_YEAR] = 12,
};

/* Whole months between two dates, towards zero. */
static int64_t whole_months(int64_t start, int64_t end) {
    struct date_fields a = date_from_days(start), b = date_from_days(end);
    int64_t packed_a = (a.year * INT64_C(12) + a.month - 1) * 32 + a.day;
    int64_t packed_b = (b.year * INT64_C(12) + b.month - 1) * 32 + b.day;
    return (packed_b - packed_a) / 32;
}

bool timestamp_difference(const struct timezone *zone, enum datetime_unit unit, int64_t start, int64_t end,
                          int64_t *count) {
    struct local a = to_local(zone, start), b = to_local(zone, end);
    if (unit < UNIT_DAY) {
        __int128 micros = (__int128)(b.days - a.days) * MICROS_PER_DAY + (b.of_day - a.of_day);
        micros /= unit_micros[unit];
        *count = (int64_t)micros;
        return micros == *count;
    }
    int64_t last = b.days;
    if (b.days > a.days && b.of_day < a.of_day) last--;
    if (b.days < a.days && b.of_day > a.of_day) last++;
    int64_t whole = unit < UNIT_MONTH ? last - a.days : whole_months(a.days, last);
    *count = whole / unit_micros[unit];
    return true;
}

bool timestamp_add_units(const struct timezone *zone, enum datetime_unit unit, int64_t count, int64_t micros,
                         int64_t *result) {
    int64_t product;
    if (__builtin_mul_overflow(count, unit_micros[unit], &product)) return false;
    if (unit < UNIT_DAY) return timestamp_add(zone, micros, 0, 0, product, result);
    if (product != (int32_t)product) return false;
    bool months = unit >= UNIT_MONTH;
    return timestamp_add(zone, micros, months ? product : 0, months ? 0 : product, 0, result);
}

int64_t date_truncate(enum datetime_unit unit, int64_t days) {
    struct date_fields date = date_from_days(days);
    switch (unit) {
        case UNIT_WEEK: return days - weekday_from_days(days);
        case UNIT_MONTH: return days - date.day + 1;
        case UNIT_QUARTER: return days_from_fields(date.year, date_quarter(date) * 3 - 2, 1);
        case UNIT_YEAR: return days_from_fields(date.year, 1, 1);
        default: return days;
    }
}

bool timestamp_truncate(const struct timezone *zone, enum datetime_unit unit, int64_t micros, int64_t *result) {
    if (unit <= UNIT_SECOND) {
        int64_t length = unit_micros[unit];
        return !__builtin_sub_overflow(micros, floor_mod(micros, length), result);
    }
    struct local local = to_local(zone, micros);
    if (unit >= UNIT_DAY) return timestamp_from_days(zone, date_truncate(unit, local.days), result);
    local.of_day -= local.of_day % unit_micros[unit];
    return to_instant(zone, local, result);
}
