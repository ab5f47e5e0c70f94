/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Julian year has a leap day in every fourth year. Years begin in March here, so that it comes last; day 0 of the
 * count is March 1st of the year 0.
 */
#include "format/orc/calendar.h"

#include "base/datetime.h"

enum { JULIAN_EPOCH = 719470, FOUR_YEARS = 1461 }; /* days from that March 1st to 1970-01-01 (Gregorian) */

static int64_t floor_divide(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

int64_t calendar_from_julian(int64_t days) {
    if (days >= GREGORIAN_START) return days;
    int64_t z = days + JULIAN_EPOCH, cycle = floor_divide(z, FOUR_YEARS), of_cycle = z - cycle * FOUR_YEARS;
    int64_t of_four = of_cycle / 365 > 3 ? 3 : of_cycle / 365, day = of_cycle - of_four * 365;
    int64_t month = (5 * day + 2) / 153, year = cycle * 4 + of_four;
    int day_of_month = (int)(day - (153 * month + 2) / 5 + 1);
    return days_from_fields(year + (month >= 10), (int)(month < 10 ? month + 3 : month - 9), day_of_month);
}

int64_t calendar_to_julian(int64_t days) {
    if (days >= GREGORIAN_START) return days;
    struct date_fields f = date_from_days(days);
    int64_t year = f.year - (f.month < 3), month = f.month < 3 ? f.month + 9 : f.month - 3;
    int64_t cycle = floor_divide(year, 4), of_four = year - cycle * 4;
    int64_t julian = cycle * FOUR_YEARS + of_four * 365 + (153 * month + 2) / 5 + f.day - 1 - JULIAN_EPOCH;
    return julian < GREGORIAN_START ? julian : GREGORIAN_START; /* days that were left out are the one behind them */
}
