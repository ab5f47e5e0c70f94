/* SPDX-License-Identifier: Apache-2.0 */
#include "base/datetime.h"
#include "base/timezone.h"
#include "tests/unit/unit.h"

#include <string.h>

static struct memory_account root;
static struct arena arena;
static struct timezone_cache cache;
static struct datetime_frame frame;

static void begin(void) {
    memory_account_init(&root, NULL, "engine", 0);
    arena_init(&arena, &root);
    timezone_cache_init(&cache, &arena, NULL);
    frame = (struct datetime_frame){.zone = &timezone_utc, .zones = &cache, .now = INT64_C(1795405000123456)};
}

START_TEST(days_and_fields_agree) {
    int64_t days = days_from_fields(-10000, 1, 1);
    for (int year = -10000; year < 12000; year += year < 1500 || year > 2500 ? 37 : 1) {
        for (int month = 1; month <= 12; month++) {
            days = days_from_fields(year, month, 1);
            for (int day = 1; day <= month_length(year, month); day++, days++) {
                struct date_fields fields = date_from_days(days);
                ck_assert(fields.year == year && fields.month == month && fields.day == day);
            }
            ck_assert_int_eq(days, days_from_fields(year + month / 12, month % 12 + 1, 1));
        }
    }
    ck_assert_int_eq(days_from_fields(1970, 1, 1), 0);
    ck_assert_int_eq(weekday_from_days(0), 3); /* a Thursday */
    int32_t year;
    int week;
    iso_week(days_from_fields(2021, 1, 3), &year, &week);
    ck_assert(year == 2020 && week == 53);
    ck_assert_int_eq(days_add_months(days_from_fields(2024, 1, 31), 1), days_from_fields(2024, 2, 29));
    ck_assert_int_eq(days_add_months(days_from_fields(2024, 1, 31), -14), days_from_fields(2022, 11, 30));
}
END_TEST

static const char *as_date(const char *text) {
    static char out[DATE_TEXT + 1];
    int32_t days;
    if (!date_parse(text, strlen(text), &days)) return "-";
    out[date_format(days, out)] = 0;
    return out;
}
static const char *as_timestamp(const char *text) {
    static char out[TIMESTAMP_TEXT + 1];
    int64_t micros;
    if (!timestamp_parse(text, strlen(text), &frame, &micros)) return "-";
    out[timestamp_format_zoned(&timezone_utc, micros, out)] = 0;
    return out;
}
static const char *as_ntz(const char *text) {
    static char out[TIMESTAMP_TEXT + 1];
    int64_t micros;
    if (!timestamp_ntz_parse(text, strlen(text), &cache, true, &micros)) return "-";
    out[timestamp_format(micros, out)] = 0;
    return out;
}
static const char *as_time(const char *text) {
    static char out[TIME_TEXT + 1];
    int64_t nanos;
    if (!time_parse(text, strlen(text), &nanos)) return "-";
    out[time_format(nanos, out)] = 0;
    return out;
}

START_TEST(texts_are_read_as_spark_casts_them) {
    begin();
    static const char *const cases[][4] = {
        /* text, TIMESTAMP, DATE, TIMESTAMP_NTZ */
        {"2020", "2020-01-01 00:00:00", "2020-01-01", "2020-01-01 00:00:00"},
        {"2020-1-1 ", "2020-01-01 00:00:00", "2020-01-01", "2020-01-01 00:00:00"},
        {"2020-1-1T", "-", "2020-01-01", "-"},
        {"2020-01-01 1", "2020-01-01 01:00:00", "2020-01-01", "2020-01-01 01:00:00"},
        {"2020-01-01 1:", "-", "2020-01-01", "-"},
        {"2020-01-01 1:2", "2020-01-01 01:02:00", "2020-01-01", "2020-01-01 01:02:00"},
        {"2020-01-01 1:2:3.", "2020-01-01 01:02:03", "2020-01-01", "2020-01-01 01:02:03"},
        {"2020-01-01 1:2:3.Z", "2020-01-01 01:02:03", "2020-01-01", "2020-01-01 01:02:03"},
        {"2020-01-01 1:2Z", "-", "2020-01-01", "-"},
        {"T1", "2026-11-23 01:00:00", "-", "-"},
        {"1:2", "2026-11-23 01:02:00", "-", "-"},
        {"-1:2", "-", "-", "-"},
        {"2020-01-01 25:00", "-", "2020-01-01", "-"},
        {"2020-01-01 1:2:3+1", "2020-01-01 00:02:03", "2020-01-01", "2020-01-01 01:02:03"},
        {"2020-01-01 1:2:3 +1:1", "2020-01-01 00:01:03", "2020-01-01", "2020-01-01 01:02:03"},
        {"2020-01-01 1:2:3.5  Europe/Paris", "2020-01-01 00:02:03.5", "2020-01-01", "2020-01-01 01:02:03.5"},
        {"123456-1-1", "+123456-01-01 00:00:00", "+123456-01-01", "+123456-01-01 00:00:00"},
        {"-2020-1-1", "-2020-01-01 00:00:00", "-2020-01-01", "-2020-01-01 00:00:00"},
        {"2020-01-01 1:2:3 PST", "2020-01-01 09:02:03", "2020-01-01", "2020-01-01 01:02:03"},
        {"2020-01-01 1:2:3 AM", "-", "2020-01-01", "-"},
        {"0-1-1", "-", "-", "-"},
        {"+2020-02-30", "-", "-", "-"},
        {"294247-01-10 04:00:54.775807", "+294247-01-10 04:00:54.775807", "+294247-01-10",
         "+294247-01-10 04:00:54.775807"},
        {"294247-01-10 04:00:54.775808", "-", "+294247-01-10", "-"},
        {"2020-01-01 1:2:3.1234567890123", "2020-01-01 01:02:03.123456", "2020-01-01", "2020-01-01 01:02:03.123456"},
        {"2020-01-01 1:2:3z", "-", "2020-01-01", "-"},
        {"", "-", "-", "-"},
        {"5881580-07-12", "-", "-", "-"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(!strcmp(as_timestamp(cases[i][0]), cases[i][1]), "%s: %s", cases[i][0],
                      as_timestamp(cases[i][0]));
        ck_assert_msg(!strcmp(as_date(cases[i][0]), cases[i][2]), "%s: %s", cases[i][0], as_date(cases[i][0]));
        ck_assert_msg(!strcmp(as_ntz(cases[i][0]), cases[i][3]), "%s: %s", cases[i][0], as_ntz(cases[i][0]));
    }
    arena_release(&arena);
}
END_TEST

START_TEST(the_ends_of_64_bits_are_timestamps_too) {
    char out[TIMESTAMP_TEXT + 1];
    int64_t micros;
    out[timestamp_format(INT64_MIN, out)] = 0;
    ck_assert_str_eq(out, "-290308-12-21 19:59:05.224192");
    out[timestamp_format_zoned(&timezone_utc, INT64_MAX, out)] = 0;
    ck_assert_str_eq(out, "+294247-01-10 04:00:54.775807");
    ck_assert(timestamp_add(&timezone_utc, INT64_MIN, 0, 1, 0, &micros) && micros == INT64_MIN + MICROS_PER_DAY);
    ck_assert(timestamp_add(&timezone_utc, INT64_MAX, -1, 0, 0, &micros));
    ck_assert(!timestamp_add(&timezone_utc, INT64_MAX, 0, 0, 1, &micros));
    ck_assert(!timestamp_truncate(&timezone_utc, UNIT_DAY, INT64_MIN, &micros));
    ck_assert(timestamp_difference(&timezone_utc, UNIT_YEAR, INT64_MIN, INT64_MAX, &micros) && micros == 584554);
}
END_TEST

START_TEST(times_have_halves_of_the_day) {
    begin();
    static const char *const cases[][2] = {{"12:30", "12:30:00"},
                                           {" 1:2 ", "01:02:00"},
                                           {"T1:2:3.5", "01:02:03.5"},
                                           {"1:2:3Z", "-"},
                                           {"24:00", "-"},
                                           {"1:02:03 AM", "01:02:03"},
                                           {"12:02:03pm", "12:02:03"},
                                           {"13:00 PM", "-"},
                                           {"0:00 AM", "-"},
                                           {"12:00 aM", "00:00:00"},
                                           {"1", "-"},
                                           {"T1", "01:00:00"},
                                           {"1:2:3.1234567", "01:02:03.123456"},
                                           {"2020-01-01 1:2:3", "-"},
                                           {"1:02 PM", "13:02:00"},
                                           {"now", "-"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(!strcmp(as_time(cases[i][0]), cases[i][1]), "%s: %s", cases[i][0], as_time(cases[i][0]));
    arena_release(&arena);
}
END_TEST

START_TEST(special_words_are_known) {
    begin();
    int32_t days, today;
    int64_t micros;
    ck_assert(date_special("today  UTC", 10, &frame, &today));
    ck_assert(date_special("\tTomorrow", 9, &frame, &days) && days == today + 1);
    ck_assert(timestamp_special(" NOW", 4, &frame, &micros) && micros == frame.now);
    ck_assert(!timestamp_special("now UTC", 7, &frame, &micros));
    ck_assert(!date_special("epoch foo", 9, &frame, &days));
    ck_assert(timestamp_ntz_special("epoch", 5, &frame, &micros) && micros == 0);
    arena_release(&arena);
}
END_TEST

UNIT_MAIN("datetime", days_and_fields_agree, texts_are_read_as_spark_casts_them, times_have_halves_of_the_day,
          the_ends_of_64_bits_are_timestamps_too, special_words_are_known)
