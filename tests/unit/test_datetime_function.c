/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of dates, times and intervals against Spark's answers. A call is written as in SQL, of literals, calls and
 * one infix operator; the answer is its name, type, nullability and value as text, or the condition that it raises.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/datetime.h"
#include "base/interval_text.h"
#include "base/text.h"
#include "base/timezone.h"
#include "column/value_text.h"
#include "expr/evaluate.h"
#include "expr/resolve.h"
#include "function/datetime.h"
#include "tests/unit/unit.h"

static struct memory_account root;
static struct arena arena;
static struct timezone_cache zones;
static struct context context;
static struct resolver resolver;
static struct error err;
static uint64_t next_id = 1;

static void begin(const char *zone) {
    memory_account_init(&root, NULL, "engine", 0);
    arena_init(&arena, &root);
    timezone_cache_init(&zones, &arena, NULL);
    context = (struct context){.ansi = true,
                               .corrected_time_parser = true,
                               .zones = &zones,
                               .zone = timezone_find(&zones, zone, strlen(zone)),
                               .zone_name = zone,
                               .now = INT64_C(1795405389234589)};
    resolver = (struct resolver){.arena = &arena, .context = &context, .next_id = &next_id};
}

static void blanks(const char **p) {
    while (**p == ' ') ++*p;
}

static struct expr *read_expr(const char **p);

static struct expr *cast_text(const char *text, size_t size, const struct type *to) {
    struct expr *e = resolve_cast(&resolver, expr_string(&arena, text, size), to, CAST_ANSI, true, NULL, &err);
    const struct vector *value = e ? expr_fold(&arena, &context, e, &err) : NULL;
    if (!value) return NULL;
    struct expr *literal = expr_literal(&arena, value);
    literal->zone = context.zone;
    return literal;
}

/* INTERVAL '...' FIELD [TO FIELD]. */
static struct expr *read_interval(const char **p, const char *text, size_t size) {
    static const char *const names[] = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};
    int fields[2] = {0, 0}, count = 0;
    for (blanks(p); isupper((unsigned char)**p);) {
        if (strncmp(*p, "TO", 2) == 0) *p += 2;
        blanks(p);
        for (int i = 0; i < 6; i++) {
            if (strncmp(*p, names[i], strlen(names[i])) != 0) continue;
            fields[count++] = i;
            *p += strlen(names[i]);
            break;
        }
        const char *q = *p;
        blanks(&q);
        if (strncmp(q, "TO", 2) != 0) break;
        *p = q;
    }
    if (count == 1) fields[1] = fields[0];
    bool months = fields[0] < 2;
    int from = months ? fields[0] : fields[0] - 2, to = months ? fields[1] : fields[1] - 2;
    return cast_text(text, size,
                     type_interval(&arena, months ? TYPE_YEAR_MONTH_INTERVAL : TYPE_DAY_TIME_INTERVAL, from, to));
}

static struct expr *read_quoted(const char **p, const char *word, size_t word_size) {
    const char *from = ++*p;
    while (**p != '\'') ++*p;
    size_t size = (size_t)(*p - from);
    ++*p;
    if (word_size == 0) return expr_string(&arena, from, size);
    if (word_size == 4 && strncmp(word, "TIME", 4) == 0) return cast_text(from, size, TYPE_OF(TIME));
    if (strncmp(word, "DATE", word_size) == 0) return cast_text(from, size, TYPE_OF(DATE));
    if (strncmp(word, "TIMESTAMP", word_size) == 0) return cast_text(from, size, TYPE_OF(TIMESTAMP));
    if (strncmp(word, "TIMESTAMP_NTZ", word_size) == 0) return cast_text(from, size, TYPE_OF(TIMESTAMP_NTZ));
    if (strncmp(word, "CALENDAR", word_size) == 0) return cast_text(from, size, TYPE_OF(CALENDAR_INTERVAL));
    return read_interval(p, from, size);
}

static struct expr *read_number(const char **p) {
    char *end;
    if (strcspn(*p, ".,)") < strlen(*p) && (*p)[strspn(*p, "-0123456789")] == '.') {
        const char *from = *p;
        *p += strspn(*p, "-0123456789.");
        if (**p == 'D') {
            double value = strtod(from, NULL);
            ++*p;
            return expr_value(&arena, TYPE_OF(DOUBLE), &value);
        }
        int size = (int)(*p - from), scale = (int)(*p - strchr(from, '.')) - 1;
        return cast_text(from, (size_t)size, type_decimal(&arena, size - 1, scale));
    }
    long long value = strtoll(*p, &end, 10);
    *p = end;
    if (*end == 'L') ++*p;
    if (*end != 'L' && value == (int32_t)value) return expr_int(&arena, (int32_t)value);
    return expr_long(&arena, value);
}

static struct expr *read_call(const char **p, const char *name, size_t size) {
    struct expr *arguments[8];
    uint32_t count = 0;
    for (++*p, blanks(p); **p != ')'; blanks(p)) {
        if (!(arguments[count++] = read_expr(p))) return NULL;
        blanks(p);
        if (**p == ',') ++*p;
        blanks(p);
    }
    ++*p;
    name = arena_strndup(&arena, name, size);
    const struct function *function = function_find(name);
    ck_assert_msg(function != NULL, "%s", name);
    return resolve_call(&resolver, function, name, arguments, count, NULL, &err);
}

static struct expr *read_operand(const char **p) {
    blanks(p);
    if (isdigit((unsigned char)**p) || **p == '-') return read_number(p);
    const char *word = *p;
    while (isalnum((unsigned char)**p) || **p == '_') ++*p;
    size_t size = (size_t)(*p - word);
    if (size == 4 && strncmp(word, "NULL", 4) == 0) return expr_null(&arena, TYPE_OF(NULL));
    if (**p == '(') return read_call(p, word, size);
    blanks(p);
    return read_quoted(p, word, size);
}

static struct expr *read_expr(const char **p) {
    struct expr *left = read_operand(p);
    blanks(p);
    if (!left || !**p || !strchr("+-*/", **p)) return left;
    char op = *(*p)++;
    struct expr *call = expr_new(&arena, EXPR_CALL, 2);
    call->children[0] = left;
    call->children[1] = read_operand(p);
    call->call.ansi = context.ansi;
    return call->children[1] ? datetime_operator(&resolver, call, op, &err) : NULL;
}

static const char *answer(const char *sql) {
    static char out[600];
    const char *p = sql;
    struct expr *e = read_expr(&p);
    const struct vector *value = e ? expr_fold(&arena, &context, e, &err) : NULL;
    if (!value) {
        ck_assert_msg(error_is_set(&err), "%s: no answer", sql);
        snprintf(out, sizeof out, "%s", *err.condition->name ? err.condition->name : error_parameter(&err, "message"));
        error_reset(&err);
        return out;
    }
    struct text t;
    text_init(&t, &arena);
    struct value_text how = {.zone = context.zone, .pretty = true};
    value_text_add(&t, value, 0, &how);
    snprintf(out, sizeof out, "%s|%s%s|%s", expr_pretty(&arena, e), type_simple_string(&arena, e->type),
             e->nullable ? "?" : "", text_finish(&t));
    return out;
}

static void check_all(const char *const (*cases)[2], size_t count) {
    for (size_t i = 0; i < count; i++) ck_assert_str_eq(answer(cases[i][0]), cases[i][1]);
}
#define CHECK(cases) check_all(cases, sizeof cases / sizeof *cases)

START_TEST(fields) {
    begin("America/Los_Angeles");
    static const char *const cases[][2] = {
        {"year('2016-07-30')", "year(2016-07-30)|int?|2016"},
        {"weekday(DATE'2009-07-30')", "weekday(DATE '2009-07-30')|int|3"},
        {"dayofweek('2009-07-30')", "dayofweek(2009-07-30)|int?|5"},
        {"dayname(DATE'2008-02-20')", "dayname(DATE '2008-02-20')|string|Wed"},
        {"hour(TIMESTAMP'2018-02-14 12:58:59')", "hour(TIMESTAMP '2018-02-14 12:58:59')|int|12"},
        {"hour(TIME'23:59:59')", "hour(TIME '23:59:59')|int?|23"},
        {"second(TIMESTAMP_NTZ'2018-02-14 12:58:59')", "second(TIMESTAMP_NTZ '2018-02-14 12:58:59')|int|59"},
        {"date_part('doy', DATE'2019-08-12')", "date_part(doy, DATE '2019-08-12')|int|224"},
        {"datepart('days', INTERVAL'5 03:07'DAY TO MINUTE)",
         "datepart(days FROM INTERVAL '5 03:07' DAY TO MINUTE)|int|5"},
        {"extract('SECONDS', TIMESTAMP'2019-10-01 00:00:01.000001')",
         "extract(SECONDS FROM TIMESTAMP '2019-10-01 00:00:01.000001')|decimal(8,6)|1.000001"},
        {"date_part('MONTH', INTERVAL'2021-11'YEAR TO MONTH)",
         "date_part(MONTH, INTERVAL '2021-11' YEAR TO MONTH)|tinyint|11"},
        {"date_part('foo', DATE'2019-08-12')", "INVALID_EXTRACT_FIELD"},
        {"unix_date(DATE'1970-01-02')", "unix_date(DATE '1970-01-02')|int|1"},
        {"unix_date('1970-01-02')", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"},
    };
    CHECK(cases);
    arena_release(&arena);
}
END_TEST

START_TEST(arithmetic) {
    begin("UTC");
    static const char *const cases[][2] = {
        {"date_add(DATE'2020-01-31', 1)", "date_add(DATE '2020-01-31', 1)|date|2020-02-01"},
        {"date_add('2020-01-31', '1')", "date_add(2020-01-31, 1)|date?|2020-02-01"},
        {"dateadd('month', 1, DATE'2020-01-31')",
         "timestampadd(month, 1, DATE '2020-01-31')|timestamp|2020-02-29 00:00:00"},
        {"datediff('2009-07-30', '2009-07-31')", "datediff(2009-07-30, 2009-07-31)|int?|-1"},
        {"timestampdiff('week', DATE'2020-01-01', DATE'2020-02-01')",
         "timestampdiff(week, DATE '2020-01-01', DATE '2020-02-01')|bigint|4"},
        {"timestampadd('month', 9999999999, TIMESTAMP'2020-01-31 12:00:00')", "DATETIME_OVERFLOW"},
        {"add_months('2016-08-31', 1)", "add_months(2016-08-31, 1)|date?|2016-09-30"},
        {"add_months(DATE'2020-01-31', 2147483647)", "ARITHMETIC_OVERFLOW"},
        {"months_between('1997-02-28 10:30:00', '1996-10-30')",
         "months_between(1997-02-28 10:30:00, 1996-10-30, true)|double?|3.94959677"},
        {"next_day('2015-01-14', 'TU')", "next_day(2015-01-14, TU)|date?|2015-01-20"},
        {"next_day('2015-01-14', 'foo')", "ILLEGAL_DAY_OF_WEEK"},
        {"last_day('2009-01-12')", "last_day(2009-01-12)|date?|2009-01-31"},
        {"trunc('2019-08-04', 'week')", "trunc(2019-08-04, week)|date?|2019-07-29"},
        {"trunc('2019-08-04', 'day')", "trunc(2019-08-04, day)|date?|NULL"},
        {"date_trunc('MILLISECOND', '2015-03-05T09:32:05.123456')",
         "date_trunc(MILLISECOND, 2015-03-05T09:32:05.123456)|timestamp?|2015-03-05 09:32:05.123"},
        {"time_trunc('HOUR', TIME'09:32:05.359')", "time_trunc(HOUR, TIME '09:32:05.359')|time(6)?|09:00:00"},
    };
    CHECK(cases);
    arena_release(&arena);
}
END_TEST

START_TEST(operators) {
    begin("UTC");
    static const char *const cases[][2] = {
        {"DATE'2020-01-31' + 1", "date_add(DATE '2020-01-31', 1)|date|2020-02-01"},
        {"1 + DATE'2020-01-31'", "date_add(DATE '2020-01-31', 1)|date|2020-02-01"},
        {"DATE'2020-01-31' - DATE'2020-01-01'",
         "(DATE '2020-01-31' - DATE '2020-01-01')|interval day|INTERVAL '30' DAY"},
        {"TIMESTAMP'2020-01-31 12:00:00' - DATE'2020-01-31'",
         "(TIMESTAMP '2020-01-31 12:00:00' - DATE '2020-01-31')|interval day to second|INTERVAL '0 12:00:00' DAY TO "
         "SECOND"},
        {"DATE'2020-01-31' + INTERVAL'1-1'YEAR TO MONTH",
         "DATE '2020-01-31' + INTERVAL '1-1' YEAR TO MONTH|date|2021-02-28"},
        {"DATE'2020-01-31' + INTERVAL'1'HOUR", "DATE '2020-01-31' + INTERVAL '01' HOUR|timestamp|2020-01-31 01:00:00"},
        {"TIMESTAMP'2020-01-31 12:00:00' - INTERVAL'1-1'YEAR TO MONTH",
         "TIMESTAMP '2020-01-31 12:00:00' - INTERVAL '1-1' YEAR TO MONTH|timestamp|2018-12-31 12:00:00"},
        {"DATE'2020-01-31' + CALENDAR'1 month 1 day'",
         "DATE '2020-01-31' + INTERVAL '1 months 1 days'|date|2020-03-01"},
        {"DATE'2020-01-31' + CALENDAR'1 hour'", "INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION"},
        {"TIME'12:00:00' + INTERVAL'1'HOUR", "TIME '12:00:00' + INTERVAL '01' HOUR|time(6)?|13:00:00"},
        {"TIME'12:00:00' + INTERVAL'1 01:01:01'DAY TO SECOND", "DATETIME_OVERFLOW"},
        {"TIME'12:00:00' - TIME'11:00:00'",
         "TIME '12:00:00' - TIME '11:00:00'|interval hour to second?|INTERVAL '01:00:00' HOUR TO SECOND"},
        {"INTERVAL'1'YEAR + INTERVAL'2'MONTH",
         "(INTERVAL '1' YEAR + INTERVAL '2' MONTH)|interval year to month|INTERVAL '1-2' YEAR TO MONTH"},
        {"INTERVAL'178956970-7'YEAR TO MONTH + INTERVAL'1'MONTH", "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION"},
        {"INTERVAL'178956970-7'YEAR TO MONTH * 2", "integer overflow"},
        {"INTERVAL'1-1'YEAR TO MONTH * 1.12345",
         "(INTERVAL '1-1' YEAR TO MONTH * 1.12345)|interval year to month|INTERVAL '1-3' YEAR TO MONTH"},
        {"2 * INTERVAL'1 01:01:01'DAY TO SECOND",
         "(INTERVAL '1 01:01:01' DAY TO SECOND * 2)|interval day to second|INTERVAL '2 02:02:02' DAY TO SECOND"},
        {"INTERVAL'1 01:01:01'DAY TO SECOND / 7",
         "(INTERVAL '1 01:01:01' DAY TO SECOND / 7)|interval day to second|INTERVAL '0 03:34:25.857143' DAY TO SECOND"},
        {"INTERVAL'1 01:01:01'DAY TO SECOND / 0", "INTERVAL_DIVIDED_BY_ZERO"},
        {"CALENDAR'1 month 1 day' * 1.7D",
         "multiply_interval(INTERVAL '1 months 1 days', 1.7)|interval?|1 months 1 days 16 hours 48 minutes"},
        {"TIMESTAMP'2020-01-31 12:00:00' + INTERVAL'106751991'DAY", "long overflow"},
    };
    CHECK(cases);
    arena_release(&arena);
}
END_TEST

START_TEST(from_text_and_to_text) {
    begin("America/Los_Angeles");
    static const char *const cases[][2] = {
        {"to_date('2016-12-31', 'yyyy-MM-dd')", "to_date(2016-12-31, yyyy-MM-dd)|date|2016-12-31"},
        {"to_date('x', 'yyyy')", "CANNOT_PARSE_TIMESTAMP"},
        {"to_date('2009-07-30 04:17:52')", "to_date(2009-07-30 04:17:52)|date?|2009-07-30"},
        {"to_date(' Tomorrow ')", "to_date( Tomorrow )|date?|2026-11-23"},
        {"to_timestamp('epoch')", "to_timestamp(epoch)|timestamp?|1969-12-31 16:00:00"},
        {"try_to_date('x')", "try_to_date(x)|date?|NULL"},
        {"to_timestamp('2016-12-31', 'yyyy-MM-dd')",
         "to_timestamp(2016-12-31, yyyy-MM-dd)|timestamp|2016-12-31 00:00:00"},
        {"to_timestamp_ltz('2016-12-31 00:12:00')",
         "to_timestamp_ltz(2016-12-31 00:12:00)|timestamp?|2016-12-31 00:12:00"},
        {"to_timestamp(1)", "to_timestamp(1)|timestamp|1969-12-31 16:00:01"},
        {"try_to_timestamp('foo', 'yyyy-MM-dd')", "try_to_timestamp(foo, yyyy-MM-dd)|timestamp?|NULL"},
        {"to_timestamp_ntz('2020-01-01 PST', 'yyyy-MM-dd z')",
         "to_timestamp_ntz(2020-01-01 PST, yyyy-MM-dd z)|timestamp_ntz|2020-01-01 00:00:00"},
        {"unix_timestamp('2016-04-08', 'yyyy-MM-dd')", "unix_timestamp(2016-04-08, yyyy-MM-dd)|bigint|1460098800"},
        {"unix_timestamp()", "unix_timestamp(current_timestamp(), yyyy-MM-dd HH:mm:ss)|bigint|1795405389"},
        {"date_format('2016-04-08', 'y EEE z')", "date_format(2016-04-08, y EEE z)|string?|2016 Fri PDT"},
        {"date_format('2016-04-08', 'YYYY')", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"},
        {"from_unixtime(0)", "from_unixtime(0, yyyy-MM-dd HH:mm:ss)|string?|1969-12-31 16:00:00"},
        {"to_time('12.10.05', 'HH.mm.ss')", "to_time(12.10.05, HH.mm.ss)|time(6)?|12:10:05"},
        {"try_to_time('x')", "try_to_time(to_time(x))|time(6)?|NULL"},
        {"current_date()", "current_date()|date|2026-11-22"},
        {"current_time(2)", "current_time(2)|time(2)|19:43:09.23"},
        {"current_timezone()", "current_timezone()|string|America/Los_Angeles"},
    };
    CHECK(cases);
    arena_release(&arena);
}
END_TEST

START_TEST(from_parts) {
    begin("America/Los_Angeles");
    static const char *const cases[][2] = {
        {"make_date(2013, 7, 15)", "make_date(2013, 7, 15)|date|2013-07-15"},
        {"make_date(2019, 2, 30)", "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION"},
        {"make_date(2019, 7, NULL)", "make_date(2019, 7, NULL)|date?|NULL"},
        {"make_timestamp(2014, 12, 28, 6, 30, 45.887, 'CET')",
         "make_timestamp(2014, 12, 28, 6, 30, 45.887, CET)|timestamp|2014-12-27 21:30:45.887"},
        {"make_timestamp_ltz(2019, 6, 30, 23, 59, 60)",
         "make_timestamp_ltz(2019, 6, 30, 23, 59, 60)|timestamp|2019-07-01 00:00:00"},
        {"make_timestamp(DATE'2014-12-28', TIME'6:30:45.887')",
         "make_timestamp(DATE '2014-12-28', TIME '06:30:45.887')|timestamp|2014-12-28 06:30:45.887"},
        {"try_make_timestamp(2014, 12, 28, 6, 30, 45.887, 'CET')",
         "try_make_timestamp(2014, 12, 28, 6, 30, 45.887)|timestamp?|2014-12-27 21:30:45.887"},
        {"try_make_timestamp_ntz(2024, 13, 22, 15, 30, 0)",
         "try_make_timestamp_ntz(2024, 13, 22, 15, 30, 0)|timestamp_ntz?|NULL"},
        {"make_timestamp(2020, 1, 1, 1, 1, 60.5)", "INVALID_FRACTION_OF_SECOND"},
        {"make_time(25, 1, 1)", "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION"},
        {"make_interval(100, NULL, 3)", "make_interval(100, NULL, 3, 0, 0, 0, 0.000000)|interval?|NULL"},
        {"make_interval(100, 11, 1, 1, 12, 30, 1.001001)",
         "make_interval(100, 11, 1, 1, 12, 30, 1.001001)|interval|100 years 11 months 8 days 12 hours 30 minutes "
         "1.001001 seconds"},
        {"make_dt_interval(2)",
         "make_dt_interval(2, 0, 0, 0.000000)|interval day to second|INTERVAL '2 00:00:00' DAY TO SECOND"},
        {"make_ym_interval(1, 2)", "make_ym_interval(1, 2)|interval year to month|INTERVAL '1-2' YEAR TO MONTH"},
        {"timestamp_seconds(1230219000.123)", "timestamp_seconds(1230219000.123)|timestamp|2008-12-25 07:30:00.123"},
        {"timestamp_seconds(1.1234567)", "Rounding necessary"},
        {"unix_millis(TIMESTAMP'1970-01-01 00:00:01Z')", "unix_millis(TIMESTAMP '1969-12-31 16:00:01')|bigint|1000"},
        {"convert_timezone('Europe/Brussels', TIMESTAMP_NTZ'2021-12-05 15:00:00')",
         "convert_timezone(current_timezone(), Europe/Brussels, TIMESTAMP_NTZ '2021-12-05 "
         "15:00:00')|timestamp_ntz|2021-12-06 00:00:00"},
        {"from_utc_timestamp('2016-08-31', 'Asia/Seoul')",
         "from_utc_timestamp(2016-08-31, Asia/Seoul)|timestamp?|2016-08-31 09:00:00"},
        {"from_utc_timestamp('2016-08-31', 'Foo/Bar')", "INVALID_TIMEZONE"},
    };
    CHECK(cases);
    arena_release(&arena);
}
END_TEST

UNIT_MAIN("datetime_function", fields, arithmetic, operators, from_text_and_to_text, from_parts)
