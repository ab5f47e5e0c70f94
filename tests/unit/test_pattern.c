/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pattern.h"

#include <string.h>

#include "base/error.h"
#include "base/timezone.h"
#include "tests/unit/unit.h"

static struct memory_account root;
static struct arena arena;
static struct timezone_cache cache;

static void begin(void) {
    memory_account_init(&root, NULL, "engine", 0);
    arena_init(&arena, &root);
    timezone_cache_init(&cache, &arena, NULL);
}

static const struct pattern *compile(const char *text, enum pattern_use use, bool legacy) {
    struct error err = ERROR_INIT;
    const struct pattern *pattern = pattern_compile(&arena, text, strlen(text), use, legacy ? 2026 : 0, &err);
    error_release(&err);
    return pattern;
}

static const char *written(const char *pattern_source, bool legacy, const char *zone, int64_t micros) {
    const struct pattern *pattern = compile(pattern_source, PATTERN_FORMAT, legacy);
    if (!pattern) return "refused";
    struct pattern_value value = pattern_value_of(timezone_find(&cache, zone, strlen(zone)), micros);
    char *out = arena_alloc(&arena, pattern_room(pattern) + 1);
    size_t size = pattern_format(pattern, &value, out);
    if (size == SIZE_MAX) return "failed";
    ck_assert_uint_le(size, pattern_room(pattern));
    out[size] = 0;
    return out;
}

/* The timestamp in UTC, or what went wrong. */
static const char *parsed(const char *text, const char *pattern_source, bool legacy) {
    static char out[480];
    const struct pattern *pattern = compile(pattern_source, PATTERN_PARSE, legacy);
    if (!pattern) return "refused";
    struct pattern_parsed result;
    struct pattern_failure failure;
    int64_t micros;
    if (!pattern_parse(pattern, text, strlen(text), &cache, &result, &failure)) {
        strcpy(out, failure.message);
        return out;
    }
    if (!pattern_to_instant(&result, &timezone_utc, &micros)) return "overflow";
    out[timestamp_format(micros, out)] = 0;
    return out;
}

START_TEST(values_are_written) {
    begin();
    int64_t micros = INT64_C(1583417229123456); /* 2020-03-05 14:07:09.123456 UTC */
    static const char *const cases[][2] = {
        {"[yyyy", "2020"},
        {"h K k H", "2 2 14 14"},
        {"G GGGG yy y yyy yyyyy yyyyyy", "AD Anno Domini 20 2020 2020 02020 002020"},
        {"Q QQ QQQ QQQQ", "1 01 Q1 1st quarter"},
        {"D DD DDD", "65 65 065"},
        {"F", "5"},
        {"E EE EEE EEEE", "Thu Thu Thu Thursday"},
        {"M MM MMM MMMM L LLL LLLL", "3 03 Mar March 3 Mar March"},
        {"[yyyy]''[MM]", "2020'03"},
        {"''", "'"},
        {"''yyyy", "'2020"},
        {"'T'HH a", "T14 PM"},
        {"g", "58913"},
        {"SSS SSSSSSSSS", "123 123456000"},
        {"", ""},
        {"VV z zzzz v Z ZZZZ ZZZZZ", "UTC UTC Coordinated Universal Time UTC +0000 GMT Z"},
        {"O OOOO X XXX x xx xxx", "GMT GMT Z Z +00 +0000 +00:00"},
        {"YYYY", "refused"},
        {"{", "refused"},
        {"yyyy]", "refused"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_str_eq(written(cases[i][0], false, "UTC", micros), cases[i][1]);
    ck_assert_str_eq(written("VV z zzzz vvvv Z O ZZZZ XXX", false, "PST", micros),
                     "America/Los_Angeles PST Pacific Standard Time Pacific Time -0800 GMT-8 GMT-08:00 -08:00");
    ck_assert_str_eq(written("X x XX O", false, "Asia/Kolkata", micros), "+0530 +0530 +0530 GMT+5:30");
    ck_assert_str_eq(written("yyyy yy G", false, "UTC", -62198755200000000), "0002 02 BC");
    ck_assert_str_eq(written("yyyy yy", false, "UTC", -62198755200000000), "-0001 01");
    ck_assert_str_eq(written("u w W F yyyyy", true, "UTC", micros), "4 10 1 1 02020");
    arena_release(&arena);
}
END_TEST

START_TEST(texts_are_read_strictly) {
    begin();
    static const char *const cases[][3] = {
        {"2020-13-01", "yyyy-MM-dd",
         "Text '2020-13-01' could not be parsed: Invalid value for MonthOfYear (valid values 1 - 12): 13"},
        {"abc", "yyyy", "Text 'abc' could not be parsed at index 0"},
        {"2020-01-01x", "yyyy-MM-dd", "Text '2020-01-01x' could not be parsed, unparsed text found at index 10"},
        {"2020-02-30", "yyyy-MM-dd", "Text '2020-02-30' could not be parsed: Invalid date 'FEBRUARY 30'"},
        {"2020", "yyyy", "2020-01-01 00:00:00"},
        {"20-1-1", "yy-M-d", "2020-01-01 00:00:00"},
        {"12", "hh", "1970-01-01 00:00:00"},
        {"12 PM", "hh a", "1970-01-01 12:00:00"},
        {"PM", "a", "1970-01-01 12:00:00"},
        {"01 pm", "hh a", "1970-01-01 13:00:00"},
        {"25", "HH", "Text '25' could not be parsed: Invalid value for HourOfDay (valid values 0 - 23): 25"},
        {"2020-060", "yyyy-DDD", "2020-02-29 00:00:00"},
        {"60", "D", "1970-03-01 00:00:00"},
        {"2020-01-01 +25:00", "yyyy-MM-dd XXX",
         "Text '2020-01-01 +25:00' could not be parsed: Value out of range: Hour[0-23], Minute[0-59], Second[0-59]"},
        {"2020-01-01 +19:00", "yyyy-MM-dd XXX", "Zone offset not in valid range: -18:00 to +18:00"},
        {"2020-01-01 Z", "yyyy-MM-dd X", "2020-01-01 00:00:00"},
        {"1.5", "s.S", "1970-01-01 00:00:01.5"},
        {"1.123456789", "s.SSSSSSSSS", "1970-01-01 00:00:01.123456"},
        {"1.12", "s.SSS", "1970-01-01 00:00:01.12"},
        {"20200305", "yyyyMMdd", "2020-03-05 00:00:00"},
        {"20200305140709123", "yyyyMMddHHmmssSSS", "Text '20200305140709123' could not be parsed at index 0"},
        {"120200305", "yyyyMMdd", "Text '120200305' could not be parsed at index 0"},
        {"+120200305", "yyyyMMdd", "+12020-03-05 00:00:00"},
        {"-0001", "yyyy", "-0001-01-01 00:00:00"},
        {"5 BC", "y G", "-0004-01-01 00:00:00"},
        {"2020 Mar", "yyyy MMM", "2020-03-01 00:00:00"},
        {"2020 march", "yyyy MMMM", "2020-03-01 00:00:00"},
        {"2020 mar", "yyyy MMMM", "Text '2020 mar' could not be parsed at index 5"},
        {"Thu", "E", "refused"},
        {"America/Los_Angeles", "VV", "1970-01-01 08:00:00"},
        {"2020-01-01 PST", "yyyy-MM-dd z", "2020-01-01 08:00:00"},
        {"2020-01-01 GMT+8", "yyyy-MM-dd O", "2019-12-31 16:00:00"},
        {"24", "kk", "1970-01-01 00:00:00"},
        {"2020-03-05 060", "yyyy-MM-dd DDD",
         "Text '2020-03-05 060' could not be parsed: Conflict found: Field DayOfYear 65 differs from DayOfYear 60 "
         "derived from 2020-03-05"},
        {"13 AM", "HH a",
         "Text '13 AM' could not be parsed: Conflict found: Field AmPmOfDay 1 differs from AmPmOfDay 0 derived from "
         "13:00"},
        {"1 1", "H H", "1970-01-01 01:00:00"},
        {"1 2", "H H", "Text '1 2' could not be parsed at index 2"},
        {"2020", "[yyyy][MM]", "2020-01-01 00:00:00"},
        {"2020-01-01\xc3\xa9", "yyyy-MM-dd",
         "Text '2020-01-01\xc3\xa9' could not be parsed, unparsed text found at index 10"},
        {"10:5", "mm:ss", "Text '10:5' could not be parsed at index 3"},
        {"", "yyyy", "Text '' could not be parsed at index 0"},
        {"5.5", "m.S", "1970-01-01 00:05:00.5"},
        {"2020-01-01", "yyyy-MM-dd'T'HH:mm", "Text '2020-01-01' could not be parsed at index 10"},
        {"2020-01-01T10", "yyyy-MM-dd['T'HH]", "2020-01-01 10:00:00"},
        {"2021-366", "yyyy-DDD",
         "Text '2021-366' could not be parsed: Invalid date 'DayOfYear 366' as '2021' is not a leap year"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_str_eq(parsed(cases[i][0], cases[i][1], false), cases[i][2]);
    arena_release(&arena);
}
END_TEST

START_TEST(legacy_texts_are_read_as_simple_date_format_does) {
    begin();
    static const char *const cases[][3] = {
        {"2020-13-01", "yyyy-MM-dd", "Unparseable date: \"2020-13-01\""},
        {"27-1-1", "yy-MM-dd", "2027-01-01 00:00:00"},
        {"46-1-1", "yy-MM-dd", "1946-01-01 00:00:00"},
        {"3 PM 15", "h a H", "1970-01-01 15:00:00"},
        {"3 PM 14", "h a H", "Unparseable date: \"3 PM 14\""},
        {"2020-1-1 rest", "yyyy-MM-dd", "2020-01-01 00:00:00"},
        {"20200305", "yyyyMMdd", "2020-03-05 00:00:00"},
        {"March 5 2020", "MMM d yyyy", "2020-03-05 00:00:00"},
        {"x", "yyyy", "Unparseable date: \"x\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_str_eq(parsed(cases[i][0], cases[i][1], true), cases[i][2]);
    arena_release(&arena);
}
END_TEST

static const char *refusal(const char *text, enum pattern_use use) {
    static char out[100];
    struct error err = ERROR_INIT;
    ck_assert_ptr_null(pattern_compile(&arena, text, strlen(text), use, 0, &err));
    strcpy(out, err.condition->name);
    error_release(&err);
    return out;
}

START_TEST(patterns_are_refused_as_spark_does) {
    begin();
    ck_assert_str_eq(refusal("yyyy-MM-dd foo", PATTERN_FORMAT), "INVALID_DATETIME_PATTERN.WITH_SUGGESTION");
    ck_assert_str_eq(refusal("YYYY", PATTERN_FORMAT),
                     "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION");
    ck_assert_str_eq(refusal("e", PATTERN_FORMAT), "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN");
    ck_assert_str_eq(refusal("A", PATTERN_FORMAT), "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER");
    ck_assert_str_eq(refusal("Q", PATTERN_PARSE), "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER");
    ck_assert_str_eq(refusal("QQQQQ", PATTERN_FORMAT), "INVALID_DATETIME_PATTERN.LENGTH");
    ck_assert_str_eq(refusal("'abc", PATTERN_FORMAT), "INVALID_DATETIME_PATTERN.WITH_SUGGESTION");
    ck_assert_str_eq(refusal("SSSSSSSSSS", PATTERN_FORMAT),
                     "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION");
    arena_release(&arena);
}
END_TEST

/* Random patterns over random texts: ASan watches. */
START_TEST(nothing_is_read_or_written_beyond_its_end) {
    begin();
    static const char alphabet[] = "yyMMddHHmmssSSSaGDEFQqVVzzOXXXxZ[]''-:. T";
    uint32_t random = 7;
    for (int i = 0; i < 20000; i++) {
        char source[24], text[24];
        size_t size = 0, length = 0;
        while (size < 20) {
            random = random * 1664525 + 1013904223;
            source[size++] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
            if (random % 13 == 0) break;
        }
        while (length < 20) {
            random = random * 1664525 + 1013904223;
            text[length++] = "0123456789-+:. TZMarPSTAD"[(random >> 16) % 25];
            if (random % 17 == 0) break;
        }
        source[size] = 0;
        const struct pattern *reads = compile(source, PATTERN_PARSE, i % 3 == 0);
        struct pattern_parsed result;
        struct pattern_failure failure;
        char *exact = malloc(length);
        memcpy(exact, text, length);
        if (reads) pattern_parse(reads, exact, length, &cache, &result, &failure);
        free(exact);
        const char *out = written(source, i % 3 == 0, "Europe/Paris", (int64_t)random * 1000000007);
        ck_assert_ptr_nonnull(out);
        if (i % 100 == 0) {
            arena_reset(&arena);
            timezone_cache_init(&cache, &arena, NULL);
        }
    }
    arena_release(&arena);
}
END_TEST

UNIT_MAIN("pattern", values_are_written, texts_are_read_strictly, legacy_texts_are_read_as_simple_date_format_does,
          patterns_are_refused_as_spark_does, nothing_is_read_or_written_beyond_its_end)
