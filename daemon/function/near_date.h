/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates from 0000-03-01 on and not millions of years ahead, which is what data has: 32 bits are enough for them, and
 * loops of divisions by constants are vectorized then. `near` counts from that day, a Wednesday.
 */
#ifndef ROOST_FUNCTION_NEAR_DATE_H
#define ROOST_FUNCTION_NEAR_DATE_H

#include "base/datetime.h"

enum { NEAR_FIRST = -719468, NEAR_LAST = 1 << 30 };

static inline uint32_t near_from_days(int32_t days) {
    return (uint32_t)days - (uint32_t)NEAR_FIRST;
}

static inline bool days_are_near(const int32_t *days, uint32_t rows) {
    uint32_t far = 0; /* as wide as a day, so that both go into vectors of the same kind */
    for (uint32_t i = 0; i < rows; i++) far |= near_from_days(days[i]) > (uint32_t)NEAR_LAST - NEAR_FIRST;
    return !far;
}

static inline struct date_fields date_from_near(uint32_t near) {
    uint32_t era = near / 146097, of_era = near - era * 146097;
    uint32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint32_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    return (struct date_fields){.year = (int32_t)(year + era * 400 + (month >= 10)),
                                .month = (int32_t)(month < 10 ? month + 3 : month - 9),
                                .day = (int32_t)(of_year - (153 * month + 2) / 5 + 1)};
}

/* In an era the year 0 from March on is the leap year 2000, or 2400. */
static inline uint32_t day_of_year_from_near(uint32_t near) {
    enum { JANUARY = 306, MARCH = 60 }; /* days from March on; days before March, from 1 */
    uint32_t of_era = near % 146097;
    uint32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    uint32_t leap = (year % 4 == 0) & ((year % 100 != 0) | (year == 0));
    return of_year >= JANUARY ? of_year - JANUARY + 1 : of_year + MARCH + leap;
}

/* From 0, a Monday. */
static inline uint32_t weekday_from_near(uint32_t near) {
    return (near + 2) % 7;
}

/* Of the same ISO week, which belongs to the year that its Thursday is in. */
static inline uint32_t thursday_from_near(uint32_t near) {
    return near + 3 - weekday_from_near(near);
}

#endif
