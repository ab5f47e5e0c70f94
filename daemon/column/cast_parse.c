/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings to everything else: one loop per target around the parser of base/.
 */
#include "base/datetime.h"
#include "base/number.h"
#include "base/timezone.h"
#include "column/cast_int.h"

#define EACH_STRING(job, row, s)                                                                                       \
    CAST_EACH(job, row, s##_entry)                                                                                     \
    for (struct string s = ((const struct string *)(job)->view.data)[s##_entry], *s##_once = &s; s##_once;             \
         s##_once = NULL)

static bool to_boolean(struct cast_job *job) {
    uint8_t *out = job->out->data;
    EACH_STRING(job, row, s) {
        bool value = false;
        if (!boolean_parse(s.data, s.size, &value)) TRY(cast_refuse_input(job, row));
        out[row] = value;
    }
    return true;
}

static bool parse_integers(struct cast_job *job, int64_t max, int64_t *wide) {
    bool fraction = job->cast->mode == CAST_LEGACY;
    EACH_STRING(job, row, s) {
        wide[row] = 0;
        if (!integer_parse(s.data, s.size, fraction, max, &wide[row])) TRY(cast_refuse_input(job, row));
    }
    return true;
}

#define TO_INTEGER(name, ctype, max)                                                                                   \
    static bool name(struct cast_job *job) {                                                                           \
        int64_t *wide = ARENA_ARRAY(job->arena, int64_t, job->rows);                                                   \
        TRY(parse_integers(job, max, wide));                                                                           \
        ctype *out = job->out->data;                                                                                   \
        for (uint32_t i = 0; i < job->rows; i++) out[i] = (ctype)wide[i];                                              \
        return true;                                                                                                   \
    }
TO_INTEGER(to_byte, int8_t, INT8_MAX)
TO_INTEGER(to_short, int16_t, INT16_MAX)
TO_INTEGER(to_int, int32_t, INT32_MAX)
TO_INTEGER(to_long, int64_t, INT64_MAX)

static bool to_float(struct cast_job *job) {
    float *out = job->out->data;
    EACH_STRING(job, row, s)
    if (!float_parse(s.data, s.size, &out[row])) TRY(cast_refuse_input(job, row));
    return true;
}

static bool to_double(struct cast_job *job) {
    double *out = job->out->data;
    EACH_STRING(job, row, s)
    if (!double_parse(s.data, s.size, &out[row])) TRY(cast_refuse_input(job, row));
    return true;
}

/* A text that is a number, but does not fit: beyond 38 digits it is none that Spark can hold at all. */
static bool refuse_large(struct cast_job *job, uint32_t row, struct string s) {
    if (!cast_is_strict(job)) return cast_set_null(job, row), true;
    int128 whole;
    if (decimal_parse(s.data, s.size, (struct decimal_form){DECIMAL_DIGITS, 0}, &whole) == DECIMAL_GOOD)
        return cast_refuse_decimal(job, row, s.data, s.size);
    error_set(job->err, "NUMERIC_OUT_OF_SUPPORTED_RANGE", "value", arena_strndup(job->arena, s.data, s.size), NULL);
    return error_at(job->err, job->cast->origin);
}

static bool to_decimal(struct cast_job *job) {
    struct decimal_form form = cast_decimal_form(job->out->type);
    EACH_STRING(job, row, s) {
        int128 value;
        switch (decimal_parse(s.data, s.size, form, &value)) {
            case DECIMAL_GOOD: cast_decimal_put(job->out, row, value); break;
            case DECIMAL_MALFORMED: TRY(cast_refuse_input(job, row)); break;
            case DECIMAL_TOO_LARGE: TRY(refuse_large(job, row, s)); break;
        }
    }
    return true;
}

/* A cache for those who have none: it lives as long as the batch. */
static struct timezone_cache *zones_of(struct cast_job *job) {
    if (job->cast->zones) return job->cast->zones;
    struct timezone_cache *zones = ARENA_NEW(job->arena, struct timezone_cache);
    timezone_cache_init(zones, job->arena, NULL);
    return zones;
}

static struct datetime_frame frame_of(struct cast_job *job) {
    return (struct datetime_frame){
        .zone = job->cast->zone ? job->cast->zone : &timezone_utc, .zones = zones_of(job), .now = job->cast->now};
}

static bool to_date(struct cast_job *job) {
    int32_t *out = job->out->data;
    const struct datetime_frame frame = frame_of(job);
    EACH_STRING(job, row, s)
    if (!date_parse(s.data, s.size, &out[row]) &&
        !(job->cast->constant && date_special(s.data, s.size, &frame, &out[row])))
        TRY(cast_refuse_input(job, row));
    return true;
}

static bool to_time(struct cast_job *job) {
    int64_t *out = job->out->data, unit = 1000000000;
    for (int i = 0; i < job->cast->to->precision; i++) unit /= 10;
    EACH_STRING(job, row, s) {
        if (!time_parse(s.data, s.size, &out[row])) TRY(cast_refuse_input(job, row));
        out[row] -= out[row] % unit;
    }
    return true;
}

static bool to_timestamp(struct cast_job *job) {
    int64_t *out = job->out->data;
    const struct datetime_frame frame = frame_of(job);
    EACH_STRING(job, row, s)
    if (!timestamp_parse(s.data, s.size, &frame, &out[row]) &&
        !(job->cast->constant && timestamp_special(s.data, s.size, &frame, &out[row])))
        TRY(cast_refuse_input(job, row));
    return true;
}

static bool to_timestamp_ntz(struct cast_job *job) {
    int64_t *out = job->out->data;
    const struct datetime_frame frame = frame_of(job);
    EACH_STRING(job, row, s)
    if (!timestamp_ntz_parse(s.data, s.size, frame.zones, true, &out[row]) &&
        !(job->cast->constant && timestamp_ntz_special(s.data, s.size, &frame, &out[row])))
        TRY(cast_refuse_input(job, row));
    return true;
}

/* A malformed calendar interval is NULL in every mode; the other two are errors in legacy mode too. */
static bool to_calendar_interval(struct cast_job *job) {
    struct interval *out = job->out->data;
    EACH_STRING(job, row, s)
    if (!interval_parse(s.data, s.size, &out[row], NULL)) cast_set_null(job, row);
    return true;
}

static bool to_year_month(struct cast_job *job) {
    int32_t *out = job->out->data;
    const struct type *to = job->out->type;
    struct error *err = job->cast->mode == CAST_TRY ? NULL : job->err;
    EACH_STRING(job, row, s) {
        if (year_month_parse(s.data, s.size, to->start, to->end, &out[row], err)) continue;
        if (err) return false;
        cast_set_null(job, row);
    }
    return true;
}

static bool to_day_time(struct cast_job *job) {
    int64_t *out = job->out->data;
    const struct type *to = job->out->type;
    struct error *err = job->cast->mode == CAST_TRY ? NULL : job->err;
    EACH_STRING(job, row, s) {
        if (day_time_parse(s.data, s.size, to->start, to->end, &out[row], err)) continue;
        if (err) return false;
        cast_set_null(job, row);
    }
    return true;
}

cast_family *cast_find_parse(enum type_kind to) {
    static cast_family *const families[TYPE_KIND_COUNT] = {
        [TYPE_BOOLEAN] = to_boolean,
        [TYPE_BYTE] = to_byte,
        [TYPE_SHORT] = to_short,
        [TYPE_INT] = to_int,
        [TYPE_LONG] = to_long,
        [TYPE_FLOAT] = to_float,
        [TYPE_DOUBLE] = to_double,
        [TYPE_DECIMAL] = to_decimal,
        [TYPE_DATE] = to_date,
        [TYPE_TIME] = to_time,
        [TYPE_TIMESTAMP] = to_timestamp,
        [TYPE_TIMESTAMP_NTZ] = to_timestamp_ntz,
        [TYPE_CALENDAR_INTERVAL] = to_calendar_interval,
        [TYPE_YEAR_MONTH_INTERVAL] = to_year_month,
        [TYPE_DAY_TIME_INTERVAL] = to_day_time,
    };
    return families[to];
}
