/* SPDX-License-Identifier: Apache-2.0 */
#include "base/interval_text.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "tests/unit/unit.h"

static struct error err;

/* The text of what was read, or the condition and its last parameter. */
static const char *failure(void) {
    static char out[400];
    snprintf(out, sizeof out, "%s %s=%s", err.condition->name, err.parameters[err.parameter_count - 1].name,
             err.parameters[err.parameter_count - 1].value);
    error_reset(&err);
    return out;
}
static const char *calendar(const char *text) {
    static char out[INTERVAL_TEXT + 1];
    struct interval interval;
    if (!interval_parse(text, strlen(text), &interval, &err)) return failure();
    out[interval_format(interval, out)] = 0;
    return out;
}
static const char *year_month(const char *text, int start, int end) {
    static char out[YEAR_MONTH_TEXT + 1];
    int32_t months;
    if (!year_month_parse(text, strlen(text), start, end, &months, &err)) return failure();
    out[year_month_format(months, start, end, out)] = 0;
    return out;
}
static const char *day_time(const char *text, int start, int end) {
    static char out[DAY_TIME_TEXT + 1];
    int64_t micros;
    if (!day_time_parse(text, strlen(text), start, end, &micros, &err)) return failure();
    out[day_time_format(micros, start, end, out)] = 0;
    return out;
}

START_TEST(calendar_intervals_from_and_to_text) {
    static const char *const cases[][2] = {
        {"1 year", "1 years"},
        {"interval 1 year 2 months", "1 years 2 months"},
        {"1 years 2 month 3 weeks 4 days 5 hours 6 minutes 7 seconds 8 milliseconds 9 microseconds",
         "1 years 2 months 25 days 5 hours 6 minutes 7.008009 seconds"},
        {"- 1 YEAR", "-1 years"},
        {"+1 day 1 day", "2 days"},
        {"-.5 seconds", "-0.5 seconds"},
        {".5 seconds", "0.5 seconds"},
        {"5. seconds", "5 seconds"},
        {"1 second 1.5 second", "2.5 seconds"},
        {"-90 minutes", "-1 hours -30 minutes"},
        {"0 days", "0 seconds"},
        {" 178956970 years 7 months", "178956970 years 7 months"},
        {"178956970 years 8 months", "INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION input=178956970 years 8 months"},
        {"", "INVALID_INTERVAL_FORMAT.INPUT_IS_EMPTY input="},
        {"interval1 day", "INVALID_INTERVAL_FORMAT.INVALID_PREFIX prefix=interval1"},
        {"1 foo", "INVALID_INTERVAL_FORMAT.INVALID_UNIT unit=foo"},
        {"1 nanosecond", "INVALID_INTERVAL_FORMAT.INVALID_UNIT unit=nanosecond"},
        {"1 dayz", "INVALID_INTERVAL_FORMAT.INVALID_UNIT unit=dayz"},
        {"1x day", "INVALID_INTERVAL_FORMAT.INVALID_VALUE value=1x"},
        {"x 1 day", "INVALID_INTERVAL_FORMAT.UNRECOGNIZED_NUMBER number=x"},
        {"0.5 day", "INVALID_INTERVAL_FORMAT.INVALID_FRACTION unit=day"},
        {"1.1234567891 second", "INVALID_INTERVAL_FORMAT.INVALID_PRECISION value=1.1234567891"},
        {"1", "INVALID_INTERVAL_FORMAT.MISSING_UNIT word=1"},
        {"1 day -", "INVALID_INTERVAL_FORMAT.MISSING_NUMBER word=-"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) ck_assert_str_eq(calendar(cases[i][0]), cases[i][1]);
}
END_TEST

START_TEST(year_month_intervals_from_and_to_text) {
    ck_assert_str_eq(year_month(" +1-2 ", 0, 1), "INTERVAL '1-2' YEAR TO MONTH");
    ck_assert_str_eq(year_month("interval -'-1-2' Year  to month", 0, 1), "INTERVAL '1-2' YEAR TO MONTH");
    ck_assert_str_eq(year_month("-178956970-8", 0, 1), "INTERVAL '-178956970-8' YEAR TO MONTH");
    ck_assert_str_eq(year_month("178956970-8", 0, 1), "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING input=178956970-8");
    ck_assert_str_eq(year_month("1-12", 0, 1), "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING input=1-12");
    ck_assert_str_eq(year_month("99999999999999999999", 1, 1),
                     "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING input=99999999999999999999");
    ck_assert_str_eq(year_month("1", 0, 1), "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING input=1");
    ck_assert_str_eq(year_month("interval '1' year", 0, 0), "INTERVAL '1' YEAR");
    ck_assert_str_eq(year_month("interval '1' year", 1, 1),
                     "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING input=interval '1' year");
    ck_assert_str_eq(year_month("-14", 1, 1), "INTERVAL '-14' MONTH");
}
END_TEST

START_TEST(day_time_intervals_from_and_to_text) {
    ck_assert_str_eq(day_time("+1 2:3:4.5678912", 0, 3), "INTERVAL '1 02:03:04.567891' DAY TO SECOND");
    ck_assert_str_eq(day_time("INTERVAL -'-1 02:03:04.567' DAY TO SECOND", 0, 3),
                     "INTERVAL '1 02:03:04.567' DAY TO SECOND");
    ck_assert_str_eq(day_time("100:3", 1, 2), "INTERVAL '100:03' HOUR TO MINUTE");
    ck_assert_str_eq(day_time("-3:4.5", 2, 3), "INTERVAL '-03:04.5' MINUTE TO SECOND");
    ck_assert_str_eq(day_time("-106751991 04:00:54.775808", 0, 3),
                     "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND");
    ck_assert_str_eq(day_time("106751991 04:00:54.775808", 0, 3), " message=long overflow");
    ck_assert_str_eq(day_time("1 24:00:00", 0, 3), " message=requirement failed: hour 24 outside range [0, 23]");
    ck_assert_str_eq(day_time("0", 3, 3), "INTERVAL '00' SECOND");
    ck_assert_str_eq(day_time("-0.5", 3, 3), "INTERVAL '00.5' SECOND"); /* as Spark has it */
    ck_assert_str_eq(day_time("1  2:3:4", 0, 3),
                     "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE input=1  2:3:4");
    ck_assert_str_eq(day_time("1.5", 0, 0), "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE input=1.5");
    char out[DAY_TIME_TEXT];
    size_t n = day_time_format_hive(INT64_MIN, out);
    ck_assert_mem_eq(out, "-106751991 04:00:54.775808000", n);
}
END_TEST

START_TEST(units_tell_the_class) {
    int start, end;
    ck_assert_int_eq(interval_classify("1 week 2 milliseconds", 21, &start, &end), INTERVAL_DAY_TIME);
    ck_assert(start == 0 && end == 3);
    ck_assert_int_eq(interval_classify("1 month", 7, &start, &end), INTERVAL_YEAR_MONTH);
    ck_assert(start == 1 && end == 1);
    ck_assert_int_eq(interval_classify("1 month 1 day", 13, &start, &end), INTERVAL_MIXED);
}
END_TEST

UNIT_MAIN("interval_text", calendar_intervals_from_and_to_text, year_month_intervals_from_and_to_text,
          day_time_intervals_from_and_to_text, units_tell_the_class)
