/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates, times and timestamps among each other, and timestamps and times to and from numbers (seconds).
 */
#include "base/datetime.h"

#include <math.h>

#include "base/number.h"
#include "base/timezone.h"
#include "column/cast_int.h"

static const struct timezone *zone_of(const struct cast_job *job) {
    return job->cast->zone ? job->cast->zone : &timezone_utc;
}

static bool date_to_timestamp(struct cast_job *job) {
    const int32_t *in = job->view.data;
    int64_t *out = job->out->data;
    bool zoned = job->out->type->kind == TYPE_TIMESTAMP;
    CAST_EACH(job, row, entry) {
        int64_t local;
        bool good = micros_from_days(in[entry], &local);
        if (good && zoned) good = timezone_to_instant(zone_of(job), local, &out[row]);
        if (good && !zoned) out[row] = local;
        if (!good && job->cast->mode != CAST_TRY) return error_plain(job->err, ERROR_ARITHMETIC, "long overflow");
        if (!good) TRY(cast_refuse_overflow(job, row));
    }
    return true;
}

static bool timestamp_to_date(struct cast_job *job) {
    const int64_t *in = job->view.data;
    int32_t *out = job->out->data;
    struct timezone_cursor cursor;
    timezone_cursor_init(&cursor, job->input->type->kind == TYPE_TIMESTAMP ? zone_of(job) : &timezone_utc);
    if (job->rows && !job->view.index) {
        timezone_cursor_local(&cursor, in[0]);
        if (timezone_cursor_days(&cursor, in, job->rows, out)) return true;
    }
    CAST_EACH(job, row, entry)
    out[row] = (int32_t)days_from_micros(timezone_cursor_local(&cursor, in[entry]));
    return true;
}

static bool timestamp_to_ntz(struct cast_job *job) {
    const int64_t *in = job->view.data;
    int64_t *out = job->out->data;
    struct timezone_cursor cursor;
    timezone_cursor_init(&cursor, zone_of(job));
    CAST_EACH(job, row, entry) out[row] = timezone_cursor_local(&cursor, in[entry]);
    return true;
}

static bool ntz_to_timestamp(struct cast_job *job) {
    const int64_t *in = job->view.data;
    int64_t *out = job->out->data;
    CAST_EACH(job, row, entry)
    if (!timezone_to_instant(zone_of(job), in[entry], &out[row])) TRY(cast_refuse_overflow(job, row));
    return true;
}

/* A value of seconds as an integer column's; out of range is an overflow in ANSI and NULL otherwise. */
static bool put_integer(struct cast_job *job, uint32_t row, int64_t value) {
    switch (job->out->type->kind) {
        case TYPE_BYTE: VECTOR_DATA(job->out, int8_t)[row] = (int8_t)value; return value == (int8_t)value;
        case TYPE_SHORT: VECTOR_DATA(job->out, int16_t)[row] = (int16_t)value; return value == (int16_t)value;
        case TYPE_INT: VECTOR_DATA(job->out, int32_t)[row] = (int32_t)value; return value == (int32_t)value;
        default: VECTOR_DATA(job->out, int64_t)[row] = value; return true;
    }
}

static bool timestamp_to_integer(struct cast_job *job) {
    const int64_t *in = job->view.data;
    CAST_EACH(job, row, entry)
    if (!put_integer(job, row, floor_div(in[entry], MICROS_PER_SECOND))) TRY(cast_refuse_overflow(job, row));
    return true;
}

static bool timestamp_to_float(struct cast_job *job) {
    const int64_t *in = job->view.data;
    bool wide = job->out->type->kind == TYPE_DOUBLE;
    CAST_EACH(job, row, entry) {
        double seconds = (double)in[entry] / (double)MICROS_PER_SECOND;
        if (wide)
            VECTOR_DATA(job->out, double)[row] = seconds;
        else
            VECTOR_DATA(job->out, float)[row] = (float)seconds;
    }
    return true;
}

static bool timestamp_to_decimal(struct cast_job *job) {
    const int64_t *in = job->view.data;
    CAST_EACH(job, row, entry) TRY(cast_put_decimal(job, row, in[entry], 6));
    return true;
}

static bool timestamp_to_boolean(struct cast_job *job) {
    const int64_t *in = job->view.data;
    CAST_EACH(job, row, entry) VECTOR_DATA(job->out, uint8_t)[row] = in[entry] != 0;
    return true;
}

/* Outside ANSI mode a date is no number: NULL. */
static bool to_null(struct cast_job *job) {
    vector_init_null(job->out, job->arena, job->cast->to);
    return true;
}

/* ---- numbers to timestamps ---- */

static int64_t seconds_to_micros(int64_t seconds) {
    int64_t micros;
    if (!__builtin_mul_overflow(seconds, MICROS_PER_SECOND, &micros)) return micros;
    return seconds < 0 ? INT64_MIN : INT64_MAX;
}

static bool integer_to_timestamp(struct cast_job *job) {
    int64_t *out = job->out->data;
    CAST_EACH(job, row, entry) out[row] = seconds_to_micros(vector_integer(job->input, entry));
    return true;
}

/* Legacy mode alone: true is one microsecond. */
static bool boolean_to_timestamp(struct cast_job *job) {
    CAST_EACH(job, row, entry)
    VECTOR_DATA(job->out, int64_t)[row] = VECTOR_DATA(job->input, uint8_t)[entry];
    return true;
}

/* Seconds of scale n are microseconds of scale n - 6. */
static bool decimal_to_timestamp(struct cast_job *job) {
    int scale = job->input->type->scale;
    CAST_EACH(job, row, entry) {
        int128 value = 0; /* what 64 bits do not hold wraps, as Java's longValue() does */
        decimal_rescale(cast_decimal_at(job->input, entry), scale - 6, (struct decimal_form){DECIMAL_DIGITS, 0},
                        ROUND_DOWN, &value);
        VECTOR_DATA(job->out, int64_t)[row] = (int64_t)value;
    }
    return true;
}

/* Floats are doubles by then, in messages too. */
static bool refuse_double(struct cast_job *job, uint32_t row, double value, bool overflow) {
    if (job->cast->mode != CAST_ANSI) return cast_set_null(job, row), true;
    struct cast as_double = *job->cast;
    as_double.from = TYPE_OF(DOUBLE);
    struct vector constant = {.type = TYPE_OF(DOUBLE), .form = VECTOR_CONSTANT, .data = &value};
    struct cast_job other = *job;
    other.cast = &as_double;
    other.input = &constant;
    if (!overflow) return cast_refuse_input(&other, row);
    as_double.to = TYPE_OF(LONG);
    return cast_refuse_overflow(&other, row);
}

static bool float_to_timestamp(struct cast_job *job) {
    int64_t *out = job->out->data;
    bool wide = job->input->type->kind == TYPE_DOUBLE;
    bool check = job->cast->mode != CAST_LEGACY;
    CAST_EACH(job, row, entry) {
        double x = wide ? VECTOR_DATA(job->input, double)[entry] : (double)VECTOR_DATA(job->input, float)[entry];
        double micros = x * (double)MICROS_PER_SECOND;
        if (!isfinite(x))
            TRY(refuse_double(job, row, x, false));
        else if (micros >= 0x1p63)
            out[row] = INT64_MAX;
        else if (micros < -0x1p63)
            out[row] = INT64_MIN;
        else
            out[row] = (int64_t)micros;
        bool outside = isfinite(x) && !(floor(micros) <= 0x1p63 && ceil(micros) >= -0x1p63);
        if (check && outside) TRY(refuse_double(job, row, micros, true));
    }
    return true;
}

/* ---- times ---- */

static bool time_to_time(struct cast_job *job) {
    const int64_t *in = job->view.data;
    int64_t *out = job->out->data;
    int64_t unit = 1000000000;
    for (int i = 0; i < job->cast->to->precision; i++) unit /= 10;
    CAST_EACH(job, row, entry) out[row] = in[entry] - in[entry] % unit;
    return true;
}

static bool time_to_integer(struct cast_job *job) {
    const int64_t *in = job->view.data;
    CAST_EACH(job, row, entry)
    if (!put_integer(job, row, in[entry] / 1000000000)) TRY(cast_refuse_overflow(job, row));
    return true;
}

static bool time_to_decimal(struct cast_job *job) {
    const int64_t *in = job->view.data;
    CAST_EACH(job, row, entry) TRY(cast_put_decimal(job, row, in[entry], 9));
    return true;
}

/* ---- finding ---- */

static cast_family *find_from_number(enum type_kind from) {
    if (from == TYPE_BOOLEAN) return boolean_to_timestamp;
    if (from == TYPE_DECIMAL) return decimal_to_timestamp;
    if (from == TYPE_FLOAT || from == TYPE_DOUBLE) return float_to_timestamp;
    return from >= TYPE_BYTE && from <= TYPE_LONG ? integer_to_timestamp : NULL;
}

static cast_family *find_from_timestamp(enum type_kind to) {
    if (to == TYPE_DATE) return timestamp_to_date;
    if (to == TYPE_TIMESTAMP_NTZ) return timestamp_to_ntz;
    if (to == TYPE_BOOLEAN) return timestamp_to_boolean;
    if (to == TYPE_DECIMAL) return timestamp_to_decimal;
    if (to == TYPE_FLOAT || to == TYPE_DOUBLE) return timestamp_to_float;
    return to >= TYPE_BYTE && to <= TYPE_LONG ? timestamp_to_integer : NULL;
}

static cast_family *find_from_date(enum type_kind to) {
    if (to == TYPE_TIMESTAMP || to == TYPE_TIMESTAMP_NTZ) return date_to_timestamp;
    return to >= TYPE_BOOLEAN && to <= TYPE_DECIMAL ? to_null : NULL;
}

static cast_family *find_from_time(enum type_kind to) {
    if (to == TYPE_TIME) return time_to_time;
    if (to == TYPE_DECIMAL) return time_to_decimal;
    return to >= TYPE_BYTE && to <= TYPE_LONG ? time_to_integer : NULL;
}

cast_family *cast_find_datetime(enum type_kind from, enum type_kind to) {
    switch (from) {
        case TYPE_DATE: return find_from_date(to);
        case TYPE_TIME: return find_from_time(to);
        case TYPE_TIMESTAMP: return find_from_timestamp(to);
        case TYPE_TIMESTAMP_NTZ:
            return to == TYPE_TIMESTAMP ? ntz_to_timestamp : to == TYPE_DATE ? timestamp_to_date : NULL;
        default: return to == TYPE_TIMESTAMP ? find_from_number(from) : NULL;
    }
}
