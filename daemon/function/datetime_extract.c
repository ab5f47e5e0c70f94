/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extract(FIELD FROM source), date_part(field, source), datepart(field, source).
 *
 * The field is a constant, so the analyzer puts the field's own function in its place: year(), hour(), ... for dates,
 * times and timestamps, and for intervals one of the internal functions below.
 */
#include <strings.h>

#include "function/datetime_kernel.h"

struct extractable {
    const char *names; /* separated by spaces, in upper case */
    const char *function;
};

static const struct extractable date_fields[] = {
    {"YEAR Y YEARS YR YRS", "year"},
    {"YEAROFWEEK", "yearofweek"},
    {"QUARTER QTR", "quarter"},
    {"MONTH MON MONS MONTHS", "month"},
    {"WEEK W WEEKS", "weekofyear"},
    {"DAY D DAYS", "dayofmonth"},
    {"DAYOFWEEK DOW", "dayofweek"},
    {"DAYOFWEEK_ISO DOW_ISO", "datetime_day_of_week_iso"},
    {"DOY", "dayofyear"},
    {"HOUR H HOURS HR HRS", "hour"},
    {"MINUTE M MIN MINS MINUTES", "minute"},
    {"SECOND S SEC SECONDS SECS", "secondwithfraction"},
    {0},
};
static const struct extractable time_fields[] = {
    {"HOUR H HOURS HR HRS", "hour"},
    {"MINUTE M MIN MINS MINUTES", "minute"},
    {"SECOND S SEC SECONDS SECS", "secondwithfraction"},
    {0},
};
static const struct extractable interval_fields[] = {
    {"YEAR Y YEARS YR YRS", "interval_years"},
    {"MONTH MON MONS MONTHS", "interval_months"},
    {"DAY D DAYS", "interval_days"},
    {"HOUR H HOURS HR HRS", "interval_hours"},
    {"MINUTE M MIN MINS MINUTES", "interval_minutes"},
    {"SECOND S SEC SECONDS SECS", "interval_seconds"},
    {0},
};

static bool names_contain(const char *names, struct string text) {
    while (*names) {
        size_t size = strcspn(names, " ");
        if (size == text.size && strncasecmp(names, text.data, size) == 0) return true;
        names += size + (names[size] == ' ');
    }
    return false;
}

/* ANSI intervals have the fields of their range. */
static bool field_fits(const char *function, const struct type *source) {
    static const struct {
        const char *function;
        enum type_kind kind;
        uint8_t field;
    } places[] = {{"interval_years", TYPE_YEAR_MONTH_INTERVAL, FIELD_YEAR},
                  {"interval_months", TYPE_YEAR_MONTH_INTERVAL, FIELD_MONTH},
                  {"interval_days", TYPE_DAY_TIME_INTERVAL, FIELD_DAY},
                  {"interval_hours", TYPE_DAY_TIME_INTERVAL, FIELD_HOUR},
                  {"interval_minutes", TYPE_DAY_TIME_INTERVAL, FIELD_MINUTE},
                  {"interval_seconds", TYPE_DAY_TIME_INTERVAL, FIELD_SECOND}};
    if (!type_is_ansi_interval(source)) return true;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strcmp(places[i].function, function) == 0)
            return places[i].kind == source->kind && places[i].field >= source->start && places[i].field <= source->end;
    return false;
}

static const char *field_function(struct string field, const struct type *source) {
    bool is_interval = type_is_ansi_interval(source) || source->kind == TYPE_CALENDAR_INTERVAL;
    const struct extractable *f = is_interval ? interval_fields : source->kind == TYPE_TIME ? time_fields : date_fields;
    for (; f->names; f++)
        if (names_contain(f->names, field)) return !is_interval || field_fits(f->function, source) ? f->function : NULL;
    return NULL;
}

static struct expr *resolve_extract_call(struct resolver *r, struct expr *call, struct error *err) {
    struct string field;
    bool is_null;
    TRY_NULL(constant_string(r, call, 0, "field", &field, &is_null, err));
    if (is_null) {
        struct expr *null = expr_null(r->arena, TYPE_OF(DOUBLE));
        null->pretty = call;
        return null;
    }
    struct expr *source = call->children[1];
    const char *function = field_function(field, source->type);
    if (!function) {
        error_set(err, "INVALID_EXTRACT_FIELD", NULL);
        error_add(err, "field", "`%.*s`", (int)field.size, field.data);
        error_add(err, "expr", "%s", quoted_expr(r->arena, source));
        error_at(err, call->origin);
        return NULL;
    }
    return replace_call(r, call, function, &source, 1, err);
}

/* The parts of an interval, one kernel each: of months, of days, of microseconds. */
struct parts {
    int64_t months, days, micros;
};

static inline struct parts parts_at(const struct view *in, const struct type *type, uint32_t row) {
    if (type->kind == TYPE_YEAR_MONTH_INTERVAL) return (struct parts){.months = VALUE(*in, int32_t, row)};
    if (type->kind == TYPE_DAY_TIME_INTERVAL) {
        int64_t micros = VALUE(*in, int64_t, row);
        return (struct parts){.days = micros / MICROS_PER_DAY, .micros = micros % MICROS_PER_DAY};
    }
    struct interval interval = VALUE(*in, struct interval, row);
    return (struct parts){interval.months, interval.days + interval.microseconds / MICROS_PER_DAY,
                          interval.microseconds % MICROS_PER_DAY};
}

#define INTERVAL_FIELD(name, ctype, expression)                                                                        \
    static bool name(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,             \
                     struct error *err) {                                                                              \
        struct view in = vector_view(call->arena, arguments, rows);                                                    \
        ctype *to = out->data;                                                                                         \
        for (uint32_t row = 0; row < rows; row++) {                                                                    \
            if (!row_wanted(out, row)) continue;                                                                       \
            struct parts parts = parts_at(&in, arguments->type, row);                                                  \
            to[row] = (ctype)(expression);                                                                             \
        }                                                                                                              \
        return true;                                                                                                   \
    }

INTERVAL_FIELD(interval_years_kernel, int32_t, parts.months / 12)
INTERVAL_FIELD(interval_months_kernel, int8_t, parts.months % 12)
INTERVAL_FIELD(interval_days_kernel, int32_t, parts.days)
INTERVAL_FIELD(interval_hours_kernel, int8_t, parts.micros / MICROS_PER_HOUR)
INTERVAL_FIELD(interval_minutes_kernel, int8_t, parts.micros % MICROS_PER_HOUR / MICROS_PER_MINUTE)
INTERVAL_FIELD(interval_seconds_kernel, int64_t, parts.micros % MICROS_PER_MINUTE)

static struct expr *resolve_interval_seconds(struct resolver *r, struct expr *call, struct error *err) {
    call->type = type_decimal(r->arena, 8, 6);
    return call;
}

#define PART(part_name, result, resolver, part_kernel)                                                                 \
    {                                                                                                                  \
        part_name, FUNCTION_SCALAR, FUNCTION_STRICT | FUNCTION_INTERNAL, "(INTERVAL|CALENDAR_INTERVAL) " result,       \
            resolver, .kernel = part_kernel                                                                            \
    }

const struct function datetime_extract_functions[] = {
    {"extract", FUNCTION_SCALAR, FUNCTION_STRICT, "(ANY, ANY) ?", resolve_extract_call, .group = "datetime_funcs",
     .usage = "extract(field FROM source) - A field of a date, time, timestamp or interval.",
     .example = "extract(doy FROM DATE'2019-08-12') => 224", .since = "3.0.0"},
    {"date_part", FUNCTION_SCALAR, FUNCTION_STRICT, "(ANY, ANY) ?", resolve_extract_call, .group = "datetime_funcs",
     .usage = "date_part(field, source) - A field of a date, time, timestamp or interval.",
     .example = "date_part('doy', DATE'2019-08-12') => 224", .since = "3.0.0"},
    {"datepart", FUNCTION_SCALAR, FUNCTION_STRICT, "(ANY, ANY) ?", resolve_extract_call, .group = "datetime_funcs",
     .usage = "datepart(field, source) - A field of a date, time, timestamp or interval.",
     .example = "datepart('doy', DATE'2019-08-12') => 224", .since = "3.4.0"},
    PART("interval_years", "INT", NULL, interval_years_kernel),
    PART("interval_months", "BYTE", NULL, interval_months_kernel),
    PART("interval_days", "INT", NULL, interval_days_kernel),
    PART("interval_hours", "BYTE", NULL, interval_hours_kernel),
    PART("interval_minutes", "BYTE", NULL, interval_minutes_kernel),
    PART("interval_seconds", "?", resolve_interval_seconds, interval_seconds_kernel),
    {0},
};
