/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "base/error.h"
#include "base/timezone.h"
#include "column/cast.h"
#include "column/value_text.h"
#include "tests/unit/unit.h"

static struct memory_account root;
static struct arena arena;

static void begin(void) {
    memory_account_init(&root, NULL, "engine", 0);
    arena_init(&arena, &root);
}

static void end(void) {
    arena_release(&arena);
    ck_assert_uint_eq(root.used, 0);
}

/* The value of a text, by a cast from STRING. */
static struct vector value(const char *text, const struct type *type) {
    struct vector *v = vector_new(&arena, TYPE_OF(STRING), 1), out;
    v->form = VECTOR_CONSTANT;
    *VECTOR_DATA(v, struct string) = string_of(text);
    struct cast cast = {.from = TYPE_OF(STRING), .to = type, .mode = CAST_ANSI, .zone = &timezone_utc};
    struct error err = ERROR_INIT;
    ck_assert_msg(vector_cast(&arena, &cast, v, 1, &out, &err), "%s", error_message(&err));
    return out;
}

/* What CAST(text AS from) AS to) shows; the condition and the value it names when it fails. */
static const char *cast_to(const char *text, const struct type *from, const struct type *to, enum cast_mode mode) {
    struct vector in = value(text, from), out, shown;
    struct cast cast = {.from = from, .to = to, .mode = mode, .zone = &timezone_utc};
    struct error err = ERROR_INIT;
    if (!vector_cast(&arena, &cast, &in, 1, &out, &err)) {
        const char *named = error_parameter(&err, "value");
        if (!named) named = error_parameter(&err, "expression");
        const char *result = arena_printf(&arena, "%s %s", err.condition->name, named ? named : "");
        error_release(&err);
        return result;
    }
    const struct value_text how = {.pretty = true};
    vector_to_text(&arena, &out, 1, &how, false, &shown);
    struct string s = VECTOR_DATA(&shown, struct string)[vector_entry(&shown, 0)];
    return arena_strndup(&arena, s.data, s.size);
}

static const struct type *decimal(int precision, int scale) {
    return type_decimal(&arena, precision, scale);
}

#define ANSI(text, from, to, expected) ck_assert_str_eq(cast_to(text, from, to, CAST_ANSI), expected)
#define LEGACY(text, from, to, expected) ck_assert_str_eq(cast_to(text, from, to, CAST_LEGACY), expected)
#define TRY_MODE(text, from, to, expected) ck_assert_str_eq(cast_to(text, from, to, CAST_TRY), expected)

START_TEST(integers_that_do_not_fit_fail_wrap_or_become_null) {
    begin();
    ANSI("300", TYPE_OF(INT), TYPE_OF(BYTE), "CAST_OVERFLOW 300");
    ANSI("300", TYPE_OF(LONG), TYPE_OF(BYTE), "CAST_OVERFLOW 300L");
    LEGACY("300", TYPE_OF(INT), TYPE_OF(BYTE), "44");
    TRY_MODE("300", TYPE_OF(INT), TYPE_OF(BYTE), "NULL");
    ANSI("-128", TYPE_OF(LONG), TYPE_OF(BYTE), "-128");
    ANSI("true", TYPE_OF(BOOLEAN), TYPE_OF(INT), "1");
    ANSI("7", TYPE_OF(INT), TYPE_OF(BOOLEAN), "true");
    end();
}
END_TEST

START_TEST(floats_are_truncated_and_saturate_in_legacy_mode) {
    begin();
    ANSI("1e10", TYPE_OF(DOUBLE), TYPE_OF(INT), "CAST_OVERFLOW 1.0E10D");
    ANSI("NaN", TYPE_OF(DOUBLE), TYPE_OF(INT), "CAST_OVERFLOW NaN");
    ANSI("1e20", TYPE_OF(FLOAT), TYPE_OF(LONG), "CAST_OVERFLOW 1.0E20");
    ANSI("127.9", TYPE_OF(DOUBLE), TYPE_OF(BYTE), "127");
    ANSI("128.5", TYPE_OF(FLOAT), TYPE_OF(BYTE), "CAST_OVERFLOW 128.5");
    ANSI("-1.999", TYPE_OF(DOUBLE), TYPE_OF(INT), "-1");
    LEGACY("1e10", TYPE_OF(DOUBLE), TYPE_OF(INT), "2147483647");
    LEGACY("1e20", TYPE_OF(DOUBLE), TYPE_OF(SHORT), "-1");
    LEGACY("NaN", TYPE_OF(DOUBLE), TYPE_OF(INT), "0");
    LEGACY("128.5", TYPE_OF(FLOAT), TYPE_OF(BYTE), "-128");
    ANSI("NaN", TYPE_OF(DOUBLE), TYPE_OF(BOOLEAN), "true");
    end();
}
END_TEST

START_TEST(decimals_round_half_up_and_name_the_value_that_is_too_large) {
    begin();
    ANSI("1234567.891", decimal(10, 3), decimal(5, 2), "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION 1234567.891");
    ANSI("1.005", decimal(4, 3), decimal(5, 2), "1.01");
    ANSI("-1.005", decimal(4, 3), decimal(5, 2), "-1.01");
    ANSI("123456", TYPE_OF(INT), decimal(5, 2), "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION 123456");
    ANSI("1e10", TYPE_OF(DOUBLE), decimal(5, 2), "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION 10000000000");
    ANSI("123456.789", TYPE_OF(DOUBLE), decimal(5, 2), "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION 123456.789");
    ANSI("NaN", TYPE_OF(DOUBLE), decimal(5, 2), "NULL");
    ANSI("0.1", TYPE_OF(DOUBLE), decimal(38, 18), "0.100000000000000000");
    ANSI("12345678901234567890", decimal(20, 0), TYPE_OF(LONG), "CAST_OVERFLOW 12345678901234567890BD");
    LEGACY("12345678901234567890", decimal(20, 0), TYPE_OF(LONG), "-6101065172474983726");
    LEGACY("123456", decimal(6, 0), TYPE_OF(BYTE), "64");
    ANSI("-1.5", decimal(2, 1), TYPE_OF(INT), "-1");
    ANSI("128.5", decimal(4, 1), TYPE_OF(BYTE), "CAST_OVERFLOW 128.5BD");
    ANSI("99999999999999999999999999999999999999", decimal(38, 0), TYPE_OF(DOUBLE), "1.0E38");
    ANSI("true", TYPE_OF(BOOLEAN), decimal(1, 1), "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION 1");
    end();
}
END_TEST

START_TEST(strings_are_read_as_spark_reads_them) {
    begin();
    ANSI(" 12 ", TYPE_OF(STRING), TYPE_OF(INT), "12");
    ANSI("1.5", TYPE_OF(STRING), TYPE_OF(INT), "CAST_INVALID_INPUT '1.5'");
    LEGACY(" 1.5 ", TYPE_OF(STRING), TYPE_OF(INT), "1");
    LEGACY(".", TYPE_OF(STRING), TYPE_OF(INT), "0");
    LEGACY("-", TYPE_OF(STRING), TYPE_OF(INT), "NULL");
    ANSI("128", TYPE_OF(STRING), TYPE_OF(BYTE), "CAST_INVALID_INPUT '128'");
    ANSI("-9223372036854775808", TYPE_OF(STRING), TYPE_OF(LONG), "-9223372036854775808");
    ANSI("1.5f", TYPE_OF(STRING), TYPE_OF(DOUBLE), "1.5");
    ANSI("0x1p3", TYPE_OF(STRING), TYPE_OF(DOUBLE), "8.0");
    ANSI("+Inf", TYPE_OF(STRING), TYPE_OF(DOUBLE), "Infinity");
    ANSI("-nan", TYPE_OF(STRING), TYPE_OF(DOUBLE), "CAST_INVALID_INPUT '-nan'");
    ANSI("1e", TYPE_OF(STRING), TYPE_OF(DOUBLE), "CAST_INVALID_INPUT '1e'");
    ANSI("12345.678", TYPE_OF(STRING), decimal(5, 2), "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION 12345.678");
    ANSI("1e50", TYPE_OF(STRING), decimal(38, 2), "NUMERIC_OUT_OF_SUPPORTED_RANGE 1e50");
    ANSI("1.2345678e5", TYPE_OF(STRING), decimal(5, 2), "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION 123456.78");
    ANSI("1e-3", TYPE_OF(STRING), decimal(5, 3), "0.001");
    ANSI("it's", TYPE_OF(STRING), decimal(5, 2), "CAST_INVALID_INPUT 'it\\'s'");
    ANSI(" yes", TYPE_OF(STRING), TYPE_OF(BOOLEAN), "true");
    TRY_MODE("maybe", TYPE_OF(STRING), TYPE_OF(BOOLEAN), "NULL");
    ANSI("2020-1-5", TYPE_OF(STRING), TYPE_OF(DATE), "2020-01-05");
    ANSI("x", TYPE_OF(STRING), TYPE_OF(DATE), "CAST_INVALID_INPUT 'x'");
    end();
}
END_TEST

START_TEST(datetimes_convert_by_seconds_and_days) {
    begin();
    const struct type *timestamp = TYPE_OF(TIMESTAMP);
    ANSI("2020-01-01 00:00:00.5", timestamp, TYPE_OF(INT), "1577836800");
    ANSI("1969-12-31 23:59:59.5", timestamp, TYPE_OF(LONG), "-1");
    ANSI("2020-01-01 00:00:00", timestamp, TYPE_OF(BYTE), "CAST_OVERFLOW TIMESTAMP '2020-01-01 00:00:00'");
    LEGACY("2020-01-01 00:00:00", timestamp, TYPE_OF(BYTE), "NULL");
    ANSI("2020-01-01 00:00:00.123456", timestamp, TYPE_OF(DOUBLE), "1.577836800123456E9");
    ANSI("2020-01-01 00:00:00.123456", timestamp, decimal(20, 3), "1577836800.123");
    ANSI("2020-01-01 23:00:00", timestamp, TYPE_OF(DATE), "2020-01-01");
    ANSI("2020-01-01", TYPE_OF(DATE), timestamp, "2020-01-01 00:00:00");
    LEGACY("2020-01-01", TYPE_OF(DATE), TYPE_OF(INT), "NULL");
    ANSI("1.5", decimal(2, 1), timestamp, "1970-01-01 00:00:01.5");
    ANSI("Infinity", TYPE_OF(DOUBLE), timestamp, "CAST_INVALID_INPUT Infinity");
    ANSI("1e30", TYPE_OF(DOUBLE), timestamp, "CAST_OVERFLOW 1.0E36D");
    ANSI("12:00:00.123456", TYPE_OF(TIME), decimal(10, 2), "43200.12");
    ANSI("12:00:00.123456", TYPE_OF(TIME), type_time(&arena, 3), "12:00:00.123");
    end();
}
END_TEST

START_TEST(intervals_count_units_of_their_last_field) {
    begin();
    const struct type *days = type_interval(&arena, TYPE_DAY_TIME_INTERVAL, FIELD_DAY, FIELD_DAY);
    const struct type *years = type_interval(&arena, TYPE_YEAR_MONTH_INTERVAL, FIELD_YEAR, FIELD_YEAR);
    const struct type *hours = type_interval(&arena, TYPE_DAY_TIME_INTERVAL, FIELD_HOUR, FIELD_HOUR);
    ANSI("3 01:00:00", TYPE_OF(DAY_TIME_INTERVAL), TYPE_OF(INT), "262800");
    LEGACY("300", hours, TYPE_OF(BYTE), "CAST_OVERFLOW INTERVAL '300' HOUR");
    ANSI("100000000000000", TYPE_OF(LONG), days, "CAST_OVERFLOW 100000000000000L");
    ANSI("3000000000", TYPE_OF(LONG), years, "CAST_OVERFLOW 3000000000L");
    ANSI("1.5", decimal(2, 1), years, "INTERVAL '1' YEAR");
    ANSI("1.23456789", decimal(9, 8), TYPE_OF(DAY_TIME_INTERVAL), "INTERVAL '0 00:00:01.234568' DAY TO SECOND");
    ANSI("1 02:03:04", TYPE_OF(DAY_TIME_INTERVAL), days, "INTERVAL '1' DAY");
    ANSI("1-2", TYPE_OF(YEAR_MONTH_INTERVAL), decimal(10, 2), "14.00");
    end();
}
END_TEST

/* [["1", "x"], null] with a dictionary over it that leaves the first row out. */
START_TEST(only_elements_that_rows_reach_are_cast) {
    begin();
    const struct type *from = type_array(&arena, TYPE_OF(STRING), true), *to = type_array(&arena, TYPE_OF(INT), true);
    struct builder b;
    builder_init(&b, &arena, from, 4);
    const struct string texts[] = {string_of("x"), string_of("1"), string_of("2")};
    builder_append(&b.children[0], &texts[0]);
    builder_end_list(&b);
    builder_append(&b.children[0], &texts[1]);
    builder_append(&b.children[0], &texts[2]);
    builder_append_null(&b.children[0]);
    builder_end_list(&b);
    builder_append_null(&b);
    const struct vector *v = builder_finish(&b);
    const uint32_t selection[] = {1, 2, 1};
    struct vector selected, out, shown;
    vector_select(&selected, &arena, v, selection, 3);
    struct cast cast = {.from = from, .to = to, .mode = CAST_ANSI, .zone = &timezone_utc};
    struct error err = ERROR_INIT;
    ck_assert(vector_cast(&arena, &cast, &selected, 3, &out, &err));
    cast = (struct cast){.from = to, .to = TYPE_OF(STRING), .mode = CAST_ANSI, .zone = &timezone_utc};
    ck_assert(vector_cast(&arena, &cast, &out, 3, &shown, &err));
    ck_assert(string_equal(VECTOR_DATA(&shown, struct string)[2], string_of("[1, 2, null]")));
    ck_assert(vector_is_null(&shown, 1));
    cast = (struct cast){.from = from, .to = to, .mode = CAST_ANSI, .zone = &timezone_utc};
    ck_assert(!vector_cast(&arena, &cast, v, 3, &out, &err));
    ck_assert_str_eq(error_parameter(&err, "expression"), "'x'");
    error_release(&err);
    end();
}
END_TEST

START_TEST(char_is_padded_and_its_length_checked) {
    begin();
    const struct type *c3 = type_char(&arena, TYPE_CHAR, 3), *v3 = type_char(&arena, TYPE_VARCHAR, 3);
    ANSI("a", TYPE_OF(STRING), c3, "a  ");
    ANSI("a", TYPE_OF(STRING), v3, "a");
    ANSI("abc  ", TYPE_OF(STRING), v3, "abc");
    ANSI("abcd", TYPE_OF(STRING), c3, "EXCEED_LIMIT_LENGTH ");
    ANSI("12", TYPE_OF(INT), c3, "12 ");
    end();
}
END_TEST

START_TEST(rules_say_what_may_be_cast) {
    begin();
    ck_assert(cast_allowed(TYPE_OF(INT), TYPE_OF(BINARY), CAST_LEGACY));
    ck_assert(!cast_allowed(TYPE_OF(INT), TYPE_OF(BINARY), CAST_ANSI));
    ck_assert(!cast_allowed(TYPE_OF(BOOLEAN), TYPE_OF(TIMESTAMP), CAST_TRY));
    ck_assert(!cast_allowed(TYPE_OF(INT), TYPE_OF(DATE), CAST_LEGACY));
    const struct type *a = type_map(&arena, TYPE_OF(STRING), TYPE_OF(INT), true);
    const struct type *b = type_map(&arena, TYPE_OF(INT), TYPE_OF(STRING), true);
    ck_assert(cast_allowed(a, b, CAST_ANSI));
    ck_assert(!cast_allowed(a, b, CAST_LEGACY));
    ck_assert(cast_nullable(TYPE_OF(DOUBLE), TYPE_OF(INT), CAST_ANSI));
    ck_assert(!cast_nullable(TYPE_OF(INT), TYPE_OF(BYTE), CAST_ANSI));
    ck_assert(cast_nullable(TYPE_OF(INT), TYPE_OF(BYTE), CAST_TRY));
    ck_assert(!cast_nullable(TYPE_OF(BYTE), decimal(5, 2), CAST_ANSI));
    ck_assert(cast_nullable(TYPE_OF(SHORT), decimal(5, 2), CAST_ANSI));
    end();
}
END_TEST

UNIT_MAIN("cast", integers_that_do_not_fit_fail_wrap_or_become_null, floats_are_truncated_and_saturate_in_legacy_mode,
          decimals_round_half_up_and_name_the_value_that_is_too_large, strings_are_read_as_spark_reads_them,
          datetimes_convert_by_seconds_and_days, intervals_count_units_of_their_last_field,
          only_elements_that_rows_reach_are_cast, char_is_padded_and_its_length_checked, rules_say_what_may_be_cast)
