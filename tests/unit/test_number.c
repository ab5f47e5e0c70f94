/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/number.h"
#include "base/text.h"
#include "function/order_statistic.h"
#include "tests/unit/unit.h"

static const char *double_text(double value) {
    static char text[DOUBLE_TEXT + 1];
    text[double_format(value, text)] = '\0';
    return text;
}

static const char *float_text(uint32_t bits) {
    static char text[DOUBLE_TEXT + 1];
    float value;
    memcpy(&value, &bits, sizeof value);
    text[float_format(value, text)] = '\0';
    return text;
}

START_TEST(doubles_are_written_as_java_17_writes_them) {
    ck_assert_str_eq(double_text(1), "1.0");
    ck_assert_str_eq(double_text(-0.0), "-0.0");
    ck_assert_str_eq(double_text(0.001), "0.001");
    ck_assert_str_eq(double_text(0.0001), "1.0E-4");
    ck_assert_str_eq(double_text(9999999), "9999999.0");
    ck_assert_str_eq(double_text(1e7), "1.0E7");
    ck_assert_str_eq(double_text(1.0 / 3), "0.3333333333333333");
    ck_assert_str_eq(double_text(2e-3), "0.002");
    ck_assert_str_eq(double_text(1e23), "9.999999999999999E22"); /* not the shortest */
    ck_assert_str_eq(double_text(0x1p63), "9.223372036854776E18");
    ck_assert_str_eq(double_text(0x1p-1074), "4.9E-324");
    ck_assert_str_eq(double_text(0x1.fffffffffffffp1023), "1.7976931348623157E308");
    ck_assert_str_eq(double_text(NAN), "NaN");
    ck_assert_str_eq(double_text(-INFINITY), "-Infinity");
}
END_TEST

/* 15 to 17 digits, by the short way (generate_directly) and beside what it takes. */
START_TEST(doubles_that_are_no_short_decimals) {
    ck_assert_str_eq(double_text(0.1 + 0.2), "0.30000000000000004");
    ck_assert_str_eq(double_text(100.0 / 3), "33.333333333333336");
    ck_assert_str_eq(double_text(1e6 / 7), "142857.14285714287");
    ck_assert_str_eq(double_text(700.0000000000001), "700.0000000000001");
    ck_assert_str_eq(double_text(999.9999999999999), "999.9999999999999");
    ck_assert_str_eq(double_text(1.0 - 0x1p-53), "0.9999999999999999");
    ck_assert_str_eq(double_text(1.0 / 12), "0.08333333333333333");
    ck_assert_str_eq(double_text(0.07 * 1234.5), "86.415");
    ck_assert_str_eq(double_text(9007199254740.993), "9.007199254740992E12");
    ck_assert_str_eq(double_text(4503599627370495.5), "4.5035996273704955E15");
}
END_TEST

/* The last one would be 6.5197024E25, did Java's long not overflow on the way. */
START_TEST(floats_are_written_as_java_17_writes_them) {
    ck_assert_str_eq(float_text(0x3DCCCCCD), "0.1");
    ck_assert_str_eq(float_text(0x4B800000), "1.6777216E7");
    ck_assert_str_eq(float_text(0x00000001), "1.4E-45");
    ck_assert_str_eq(float_text(0x7F7FFFFF), "3.4028235E38");
    ck_assert_str_eq(float_text(0x6A57B807), "6.5197023E25");
}
END_TEST

static bool parses(const char *text, double *value) {
    return double_parse(text, strlen(text), value);
}

START_TEST(texts_are_read_as_java_and_spark_read_them) {
    double d;
    static const char *const bad[] = {"", ".", "1e", "0x1", "1_0", "nan()", "+nan", "1.5ff", "--1", "1 2", "infx"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) ck_assert_msg(!parses(bad[i], &d), "%s", bad[i]);
    ck_assert(parses(" 1.5d\n", &d) && d == 1.5);
    ck_assert(parses("1e-400", &d) && d == 0);
    ck_assert(parses("123456789012345678901234567890", &d) && d == 123456789012345678901234567890.0);
    ck_assert(parses("0.1", &d) && d == 0.1);
    ck_assert(parses("-INF", &d) && isinf(d) && d < 0);
    int64_t i;
    ck_assert(int64_parse("\t+12 ", 5, false, &i) && i == 12);
    ck_assert(!int64_parse("9223372036854775808", 19, false, &i));
    ck_assert(int64_parse("-9223372036854775808", 20, false, &i) && i == INT64_MIN);
    ck_assert(int64_parse("1.x", 2, true, &i) && i == 1);
    ck_assert(!int64_parse("1.x", 3, true, &i));
}
END_TEST

static int128 decimal(const char *text, struct decimal_form form) {
    int128 value = 0;
    ck_assert_msg(decimal_parse(text, strlen(text), form, &value) == DECIMAL_GOOD, "%s", text);
    return value;
}

static const char *decimal_text(int128 value, int scale) {
    static char text[DECIMAL_TEXT + 1];
    text[decimal_format(value, scale, text)] = '\0';
    return text;
}

typedef bool operation(int128 a, int a_scale, int128 b, int b_scale, struct decimal_form result, int128 *out);

static const char *compute(operation *op, const char *a, int a_scale, const char *b, int b_scale, int precision,
                           int scale) {
    int128 result;
    bool good =
        op(decimal(a, (struct decimal_form){38, a_scale}), a_scale, decimal(b, (struct decimal_form){38, b_scale}),
           b_scale, (struct decimal_form){precision, scale}, &result);
    return good ? decimal_text(result, scale) : "does not fit";
}

START_TEST(decimals_round_half_up_from_exact_values) {
    ck_assert_str_eq(compute(decimal_add, "1234567890123456789012345678.9", 10, "0.12345678901234567", 20, 38, 9),
                     "1234567890123456789012345679.023456789");
    ck_assert_str_eq(compute(decimal_multiply, "12345678901234567890123456789.123456789", 9, "1.987654321", 9, 38, 6),
                     "24538942013717421101371742110.358025");
    ck_assert_str_eq(compute(decimal_divide, "1", 9, "3", 9, 38, 6), "0.333333");
    ck_assert_str_eq(compute(decimal_divide, "2", 0, "-3", 0, 7, 6), "-0.666667");
    ck_assert_str_eq(compute(decimal_divide, "10000000000000000000000000000000000000", 0, "0.1", 1, 38, 6),
                     "does not fit");
    ck_assert_str_eq(compute(decimal_remainder, "99999999999999999999999999999999999999", 0, "7", 9, 38, 9),
                     "1.000000000");
    ck_assert_str_eq(compute(decimal_remainder, "-5.5", 1, "2", 0, 2, 1), "-1.5");
    ck_assert_str_eq(compute(decimal_positive_remainder, "-5.5", 1, "2", 0, 2, 1), "0.5");
    ck_assert_str_eq(compute(decimal_positive_remainder, "-77931200.137847808481156443785612", 24,
                             "-827696641472659325452292607586628.0724", 4, 38, 24),
                     "-77931200.137847808481156443785612");
    ck_assert_str_eq(compute(decimal_quotient, "-5.5", 1, "2", 0, 38, 0), "-2");
}
END_TEST

START_TEST(rounding_modes_differ_at_the_half_and_below_zero) {
    static const struct {
        enum rounding rounding;
        int expected[4]; /* of 2.5, -2.5, 2.1, -2.1 */
    } cases[] = {{ROUND_HALF_UP, {3, -3, 2, -2}},
                 {ROUND_HALF_EVEN, {2, -2, 2, -2}},
                 {ROUND_FLOOR, {2, -3, 2, -3}},
                 {ROUND_CEILING, {3, -2, 3, -2}},
                 {ROUND_DOWN, {2, -2, 2, -2}}};
    static const int values[4] = {25, -25, 21, -21};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (int i = 0; i < 4; i++) {
            int128 out;
            ck_assert(decimal_rescale(values[i], 1, (struct decimal_form){38, 0}, cases[c].rounding, &out));
            ck_assert_int_eq((int)out, cases[c].expected[i]);
        }
}
END_TEST

START_TEST(decimals_and_doubles_convert_by_their_texts) {
    int128 out;
    ck_assert(decimal_from_double(0.1, (struct decimal_form){38, 20}, &out));
    ck_assert_str_eq(decimal_text(out, 20), "0.10000000000000000000");
    ck_assert(!decimal_from_double(1e39, (struct decimal_form){38, 0}, &out));
    ck_assert(decimal_to_double(decimal("0.3", (struct decimal_form){38, 18}), 18) == 0.3);
    ck_assert(decimal_to_double(decimal("12345678901234567890123456789.5", (struct decimal_form){38, 1}), 1) ==
              12345678901234567890123456789.5);
    char text[DECIMAL_TEXT];
    ck_assert_uint_eq(decimal_format_scientific(1, 7, text), 4);
    ck_assert_mem_eq(text, "1E-7", 4);
    ck_assert_int_eq(decimal_compare(15, 1, 150, 2), 0);
    ck_assert_int_eq(decimal_compare((int128)decimal_powers[37], 0, 1, 38), 1);
}
END_TEST

START_TEST(utf8_counts_and_offsets_do_not_trust_the_bytes) {
    const char text[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z-more ascii text";
    size_t size = sizeof text - 1;
    ck_assert_uint_eq(utf8_count(text, size), 5 + 16);
    ck_assert_uint_eq(utf8_utf16_count(text, size), 6 + 16);
    ck_assert_uint_eq(utf8_offset(text, size, 3), 6);
    ck_assert_uint_eq(utf8_offset(text, size, 1000), size);
    ck_assert_uint_eq(utf8_offset("\xF0\x9F", 2, 1), 2);
    ck_assert(utf8_is_valid(text, size));
    ck_assert(!utf8_is_valid("\xC0\x80", 2));
    ck_assert(!utf8_is_valid("\xED\xA0\x80", 3));
    ck_assert(!utf8_is_valid("abcdefgh\xE2\x82", 10));
}
END_TEST

/* Numbers that look random, the same every time. */
static uint64_t next_random(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 11;
}

START_TEST(short_ways_agree_with_the_long_ones) {
    uint64_t state = 1;
    for (int i = 0; i < 200000; i++) {
        double value = (double)next_random(&state) / (double)(1 + next_random(&state) % 100000000), read = 0;
        char text[32];
        int64_t units;
        int size = snprintf(text, sizeof text, "%.*f", i % 6, value);
        ck_assert(double_parse(text, (size_t)size, &read));
        ck_assert_double_eq(read, strtod(text, NULL));
        if (fabs(value) < 1e6 && double_units(-value, 2, &units)) {
            size = snprintf(text, sizeof text, "%.2f", -value);
            ck_assert_double_eq((double)units / 100, strtod(text, NULL));
        }
    }
    ck_assert(!double_units(2.675, 2, &(int64_t){0})); /* below the half, but its text is not */
}
END_TEST

START_TEST(order_statistics_are_those_of_sorted_keys) {
    enum { COUNT = 3000 };
    static uint64_t keys[COUNT], sorted[COUNT], scratch[COUNT];
    uint64_t state = 7;
    for (int i = 0; i < COUNT; i++) {
        double value = (double)(next_random(&state) % 4000) - 2000;
        keys[i] = sorted[i] = order_key(i % 500 ? value / 8 : NAN);
    }
    order_sort(sorted, COUNT, scratch);
    for (uint32_t i = 0; i < COUNT; i++) {
        ck_assert(!i || sorted[i - 1] <= sorted[i]);
        ck_assert_uint_eq(order_select(keys, COUNT, i, scratch), sorted[i]);
    }
    ck_assert(isnan(order_value(sorted[COUNT - 1])));
    ck_assert_double_eq(order_value(order_key(-1.5)), -1.5);
}
END_TEST

UNIT_MAIN("number", short_ways_agree_with_the_long_ones, order_statistics_are_those_of_sorted_keys,
          doubles_are_written_as_java_17_writes_them, doubles_that_are_no_short_decimals,
          floats_are_written_as_java_17_writes_them, texts_are_read_as_java_and_spark_read_them,
          decimals_round_half_up_from_exact_values, rounding_modes_differ_at_the_half_and_below_zero,
          decimals_and_doubles_convert_by_their_texts, utf8_counts_and_offsets_do_not_trust_the_bytes)
