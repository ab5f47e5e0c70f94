/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of dates, times and timestamps: year(), dayofweek(), hour(), monthname() ...
 *
 * Fields of a date take DATE; a timestamp is cast to it first, in the session's zone. Fields of the time of day take
 * a timestamp of either kind, or a TIME; for those of TIMESTAMP a cursor remembers the zone's range, so that a row costs
 * two comparisons and some arithmetic.
 */
#include "base/vectorized.h"
#include "function/datetime_kernel.h"
#include "function/near_date.h"

#define DATE_FIELD(name, ctype, expression)                                                                            \
    static bool name(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,             \
                     struct error *err) {                                                                              \
        struct view in = vector_view(call->arena, arguments, rows);                                                    \
        ctype *to = out->data;                                                                                         \
        for (uint32_t row = 0; row < rows; row++) {                                                                    \
            if (!row_wanted(out, row)) continue;                                                                       \
            int64_t days = VALUE(in, int32_t, row);                                                                    \
            to[row] = (expression);                                                                                    \
        }                                                                                                              \
        return true;                                                                                                   \
    }

/* The same field two ways: by `near`, and by `days` for what may be far. */
#define NEAR_FIELD(name, near_expression, expression)                                                                  \
    DATE_FIELD(name##_far, int32_t, expression)                                                                        \
    VECTORIZED static void name##_near(const int32_t *restrict from, uint32_t rows, int32_t *restrict to) {            \
        for (uint32_t row = 0; row < rows; row++) {                                                                    \
            uint32_t near = near_from_days(from[row]);                                                                 \
            to[row] = (int32_t)(near_expression);                                                                      \
        }                                                                                                              \
    }                                                                                                                  \
    static bool name(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,             \
                     struct error *err) {                                                                              \
        const int32_t *from = arguments->data;                                                                         \
        if (arguments->form != VECTOR_FLAT || !days_are_near(from, rows))                                              \
            return name##_far(call, arguments, rows, out, err);                                                        \
        name##_near(from, rows, out->data);                                                                            \
        return true;                                                                                                   \
    }

static int32_t iso_week_of(int64_t days) {
    int32_t year;
    int week;
    iso_week(days, &year, &week);
    return week;
}
static int32_t iso_year_of(int64_t days) {
    int32_t year;
    int week;
    iso_week(days, &year, &week);
    return year;
}

NEAR_FIELD(year_kernel, date_from_near(near).year, date_from_days(days).year)
NEAR_FIELD(quarter_kernel, date_quarter(date_from_near(near)), date_quarter(date_from_days(days)))
NEAR_FIELD(month_kernel, date_from_near(near).month, date_from_days(days).month)
NEAR_FIELD(day_kernel, date_from_near(near).day, date_from_days(days).day)
NEAR_FIELD(day_of_year_kernel, day_of_year_from_near(near), day_of_year(days))
NEAR_FIELD(day_of_week_kernel, (near + 3) % 7 + 1, (weekday_from_days(days) + 1) % 7 + 1)
NEAR_FIELD(day_of_week_iso_kernel, weekday_from_near(near) + 1, weekday_from_days(days) + 1)
NEAR_FIELD(weekday_kernel, weekday_from_near(near), weekday_from_days(days))
NEAR_FIELD(week_kernel, (day_of_year_from_near(thursday_from_near(near)) - 1) / 7 + 1, iso_week_of(days))
NEAR_FIELD(week_year_kernel, date_from_near(thursday_from_near(near)).year, iso_year_of(days))
DATE_FIELD(unix_date_kernel, int32_t, (int32_t)days)

static const char day_names[7][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
DATE_FIELD(day_name_kernel, struct string, string_make(day_names[weekday_from_days(days)], 3))
DATE_FIELD(month_name_kernel, struct string, string_make(month_names[date_from_days(days).month - 1], 3))

/* Of the local day; the first and last days of 64 bits are not whole. */
static inline int64_t micros_of_day(struct timezone_cursor *cursor, int64_t micros) {
    int64_t local = timezone_cursor_local(cursor, micros);
    if (local == INT64_MIN || local == INT64_MAX) local = micros % MICROS_PER_DAY + cursor->offset;
    return floor_mod(local, MICROS_PER_DAY);
}

/* Microseconds of the day per row, into out's own storage of 8 or 4 bytes: f(micros of day). */
#define TIME_FIELD(name, ctype, expression)                                                                            \
    static bool name(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,             \
                     struct error *err) {                                                                              \
        struct view in = vector_view(call->arena, arguments, rows);                                                    \
        bool is_time = arguments->type->kind == TYPE_TIME;                                                             \
        struct timezone_cursor cursor;                                                                                 \
        timezone_cursor_init(&cursor, zone_of(call, arguments->type));                                                 \
        ctype *to = out->data;                                                                                         \
        for (uint32_t row = 0; row < rows; row++) {                                                                    \
            if (!row_wanted(out, row)) continue;                                                                       \
            int64_t value = VALUE(in, int64_t, row);                                                                   \
            int64_t micros = is_time ? value / 1000 : micros_of_day(&cursor, value);                                   \
            to[row] = (ctype)(expression);                                                                             \
        }                                                                                                              \
        return true;                                                                                                   \
    }

TIME_FIELD(hour_kernel, int32_t, micros / MICROS_PER_HOUR)
TIME_FIELD(minute_kernel, int32_t, micros / MICROS_PER_MINUTE % 60)
TIME_FIELD(second_kernel, int32_t, micros / MICROS_PER_SECOND % 60)
TIME_FIELD(second_fraction_kernel, int64_t, micros % MICROS_PER_MINUTE)

/* Of a TIME the fields are nullable, as Spark computes them by calling out. */
static struct expr *resolve_time_field(struct resolver *r, struct expr *call, struct error *err) {
    if (call->children[0]->type->kind == TYPE_TIME) call->nullable = true;
    return call;
}

static struct expr *resolve_second_fraction(struct resolver *r, struct expr *call, struct error *err) {
    call->type = type_decimal(r->arena, 8, 6);
    return resolve_time_field(r, call, err);
}

const struct function datetime_fields_functions[] = {
    {"year", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE) INT", .kernel = year_kernel, .group = "datetime_funcs",
     .usage = "year(date) - The year of a date or timestamp.", .example = "year('2016-07-30') => 2016",
     .since = "1.5.0"},
    {"quarter", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE) INT", .kernel = quarter_kernel, .group = "datetime_funcs",
     .usage = "quarter(date) - The quarter of the year, 1 to 4.", .example = "quarter('2016-08-31') => 3",
     .since = "1.5.0"},
    {"month", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE) INT", .kernel = month_kernel, .group = "datetime_funcs",
     .usage = "month(date) - The month of the year, 1 to 12.", .example = "month('2016-07-30') => 7", .since = "1.5.0"},
    {"day", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE) INT", .kernel = day_kernel, .group = "datetime_funcs",
     .usage = "day(date) - The day of the month, 1 to 31.", .example = "day('2009-07-30') => 30", .since = "1.5.0"},
    {"dayofmonth", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE) INT", .kernel = day_kernel, .group = "datetime_funcs",
     .usage = "dayofmonth(date) - The day of the month, 1 to 31.", .example = "dayofmonth('2009-07-30') => 30",
     .since = "1.5.0"},
    {"dayofweek", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE) INT", .kernel = day_of_week_kernel,
     .group = "datetime_funcs", .usage = "dayofweek(date) - The day of the week: 1 is Sunday, 7 is Saturday.",
     .example = "dayofweek('2009-07-30') => 5", .since = "2.3.0"},
    {"weekday", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE) INT", .kernel = weekday_kernel, .group = "datetime_funcs",
     .usage = "weekday(date) - The day of the week: 0 is Monday, 6 is Sunday.", .example = "weekday('2009-07-30') => 3",
     .since = "2.4.0"},
    {"dayofyear", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE) INT", .kernel = day_of_year_kernel,
     .group = "datetime_funcs", .usage = "dayofyear(date) - The day of the year, 1 to 366.",
     .example = "dayofyear('2016-04-09') => 100", .since = "1.5.0"},
    {"weekofyear", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE) INT", .kernel = week_kernel, .group = "datetime_funcs",
     .usage = "weekofyear(date) - The ISO week: weeks begin on Monday, the first has at least four days.",
     .example = "weekofyear('2008-02-20') => 8", .since = "1.5.0"},
    {"dayname", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE) STRING", .kernel = day_name_kernel, .group = "datetime_funcs",
     .usage = "dayname(date) - The English name of the day, three letters.",
     .example = "dayname(DATE('2008-02-20')) => Wed", .since = "4.0.0"},
    {"monthname", FUNCTION_SCALAR, FUNCTION_STRICT, "(DATE) STRING", .kernel = month_name_kernel,
     .group = "datetime_funcs", .usage = "monthname(date) - The English name of the month, three letters.",
     .example = "monthname('2008-02-20') => Feb", .since = "4.0.0"},
    {"unix_date", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_EXACT, "(DATE) INT", .kernel = unix_date_kernel,
     .group = "datetime_funcs", .usage = "unix_date(date) - Days since 1970-01-01.",
     .example = "unix_date(DATE('1970-01-02')) => 1", .since = "3.1.0"},
    {"hour", FUNCTION_SCALAR, FUNCTION_STRICT, "(CLOCK) INT", resolve_time_field, .kernel = hour_kernel,
     .group = "datetime_funcs", .usage = "hour(expr) - The hour of a timestamp or time.",
     .example = "hour('2009-07-30 12:58:59') => 12", .since = "1.5.0"},
    {"minute", FUNCTION_SCALAR, FUNCTION_STRICT, "(CLOCK) INT", resolve_time_field, .kernel = minute_kernel,
     .group = "datetime_funcs", .usage = "minute(expr) - The minute of a timestamp or time.",
     .example = "minute('2009-07-30 12:58:59') => 58", .since = "1.5.0"},
    {"second", FUNCTION_SCALAR, FUNCTION_STRICT, "(CLOCK) INT", resolve_time_field, .kernel = second_kernel,
     .group = "datetime_funcs", .usage = "second(expr) - The second of a timestamp or time.",
     .example = "second('2009-07-30 12:58:59') => 59", .since = "1.5.0"},
    {"yearofweek", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL, "(DATE) INT", .kernel = week_year_kernel},
    {"datetime_day_of_week_iso", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL, "(DATE) INT",
     .kernel = day_of_week_iso_kernel},
    {"secondwithfraction", FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL, "(ANY_TIMESTAMP|TIME) ?",
     resolve_second_fraction, .kernel = second_fraction_kernel},
    {0},
};
