/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers and booleans among each other.
 *
 * Two steps instead of a loop per pair of types: the input is widened to int64 or double, then narrowed to
 * what is wanted; what can't fail is converted at once. Decimals go value by value, as 128 bits, but for those of doubles
 * whose digits are in no doubt. Out of range: an error or NULL in ANSI and TRY mode; in legacy mode Java's conversions,
 * which wrap integers and saturate floats (bytes and shorts by way of int).
 */
#include <math.h>

#include "base/double_bits.h"
#include "base/number.h"
#include "base/vectorized.h"
#include "column/cast_int.h"

/* ---- widening; rows that are NULL give 0 ---- */

#define WIDEN(ctype)                                                                                                   \
    {                                                                                                                  \
        const ctype *in = job->view.data;                                                                              \
        if (!job->view.index && !job->view.validity) {                                                                 \
            for (uint32_t i = 0; i < job->rows; i++) wide[i] = in[i];                                                  \
        } else {                                                                                                       \
            for (uint32_t i = 0, entry; i < job->rows; i++) wide[i] = cast_skips(job, i, &entry) ? 0 : in[entry];      \
        }                                                                                                              \
        break;                                                                                                         \
    }

/* Values that may be used as they lie there. */
static bool is_plain(const struct cast_job *job, enum storage storage) {
    return type_storage(job->input->type) == storage && !job->view.index && !job->view.validity;
}

static const int64_t *widen_integers(const struct cast_job *job) {
    if (is_plain(job, STORAGE_INT64)) return job->view.data;
    int64_t *wide = arena_bytes_array(job->arena, job->rows, sizeof *wide);
    switch (type_storage(job->input->type)) {
        case STORAGE_BOOL: WIDEN(uint8_t)
        case STORAGE_INT8: WIDEN(int8_t)
        case STORAGE_INT16: WIDEN(int16_t)
        case STORAGE_INT32: WIDEN(int32_t)
        default: WIDEN(int64_t)
    }
    return wide;
}

static const double *widen_floats(const struct cast_job *job) {
    if (is_plain(job, STORAGE_DOUBLE)) return job->view.data;
    double *wide = arena_bytes_array(job->arena, job->rows, sizeof *wide);
    if (job->input->type->kind == TYPE_FLOAT) do
            WIDEN(float) while (0);
    else
        do WIDEN(double) while (0);
    return wide;
}

/* ---- narrowing ---- */

struct range {
    int64_t min, max;
};

static struct range range_of(enum type_kind kind) {
    switch (kind) {
        case TYPE_BYTE: return (struct range){INT8_MIN, INT8_MAX};
        case TYPE_SHORT: return (struct range){INT16_MIN, INT16_MAX};
        case TYPE_INT: return (struct range){INT32_MIN, INT32_MAX};
        default: return (struct range){INT64_MIN, INT64_MAX};
    }
}

#define NARROW(ctype)                                                                                                  \
    {                                                                                                                  \
        ctype *out = job->out->data;                                                                                   \
        for (uint32_t i = 0; i < job->rows; i++) out[i] = (ctype)wide[i];                                              \
        break;                                                                                                         \
    }

static void narrow(struct cast_job *job, const int64_t *wide) {
    switch (job->out->type->kind) {
        case TYPE_BYTE: NARROW(int8_t)
        case TYPE_SHORT: NARROW(int16_t)
        case TYPE_INT: NARROW(int32_t)
        case TYPE_FLOAT: NARROW(float)
        case TYPE_DOUBLE: NARROW(double)
        default: NARROW(int64_t)
    }
}

/* ---- to a wider type: nothing is refused, so that NULLs may be converted, too ---- */

#define CONVERT(from_type, to_type)                                                                                    \
    {                                                                                                                  \
        const from_type *from = job->view.data;                                                                        \
        to_type *to = job->out->data;                                                                                  \
        for (uint32_t i = 0; i < job->rows; i++) to[i] = from[i];                                                      \
        return true;                                                                                                   \
    }
#define CONVERT_TO_WIDER(from_type)                                                                                    \
    switch (job->out->type->kind) {                                                                                    \
        case TYPE_LONG: CONVERT(from_type, int64_t)                                                                    \
        case TYPE_FLOAT: CONVERT(from_type, float)                                                                     \
        case TYPE_DOUBLE: CONVERT(from_type, double)                                                                   \
        default: return false;                                                                                         \
    }

/* False: it takes more. */
VECTORIZED static bool convert_at_once(const struct cast_job *job) {
    if (job->view.index) return false;
    switch (type_storage(job->input->type)) {
        case STORAGE_INT8: CONVERT_TO_WIDER(int8_t)
        case STORAGE_INT16: CONVERT_TO_WIDER(int16_t)
        case STORAGE_INT32: CONVERT_TO_WIDER(int32_t)
        case STORAGE_INT64: CONVERT_TO_WIDER(int64_t)
        default: return false;
    }
}

VECTORIZED static bool whole_within(const int64_t *in, uint32_t rows, struct range range) {
    GATHERED(int64_t) outside = 0;
    for (uint32_t i = 0; i < rows; i++) outside |= (in[i] < range.min) | (in[i] > range.max) ? 1 : 0;
    return !outside;
}

static bool check_range(struct cast_job *job, const int64_t *wide) {
    struct range range = range_of(job->out->type->kind);
    if (whole_within(wide, job->rows, range)) return true;
    for (uint32_t i = 0; i < job->rows; i++)
        if (wide[i] < range.min || wide[i] > range.max) TRY(cast_refuse_overflow(job, i));
    return true;
}

static bool integer_to_integer(struct cast_job *job) {
    if (convert_at_once(job)) return true;
    const int64_t *wide = widen_integers(job);
    if (job->out->type->kind == TYPE_LONG) {
        job->out->data = (void *)wide;
        return true;
    }
    if (job->cast->mode != CAST_LEGACY) TRY(check_range(job, wide));
    narrow(job, wide);
    return true;
}

static bool integer_to_float(struct cast_job *job) {
    if (!convert_at_once(job)) narrow(job, widen_integers(job));
    return true;
}

static bool integer_to_boolean(struct cast_job *job) {
    const int64_t *wide = widen_integers(job);
    uint8_t *out = job->out->data;
    for (uint32_t i = 0; i < job->rows; i++) out[i] = wide[i] != 0;
    return true;
}

static bool integer_to_decimal(struct cast_job *job) {
    const int64_t *wide = widen_integers(job);
    CAST_EACH(job, row, entry) TRY(cast_put_decimal(job, row, wide[row], 0));
    return true;
}

/* Java's (int) and (long) of a double. */
static int64_t saturate(double x, struct range range) {
    if (isnan(x)) return 0;
    if (x <= (double)range.min) return range.min;
    if (x >= (double)range.max) return range.max;
    return (int64_t)x;
}

/* What all whole numbers of a range come from lies between these. */
VECTORIZED static bool all_within(const double *in, uint32_t rows, struct range range) {
    /* Beside the lowest of 64 bits there is no double that is less by one. */
    const double low = range.max == INT64_MAX ? nextafter(-0x1p63, -INFINITY) : (double)range.min - 1;
    const double high = range.max == INT64_MAX ? 0x1p63 : (double)range.max + 1;
    GATHERED(double) outside = 0;
    for (uint32_t i = 0; i < rows; i++) outside |= (in[i] > low) & (in[i] < high) ? 0 : 1;
    return !outside;
}

static bool float_to_integer(struct cast_job *job) {
    const double *in = widen_floats(job);
    int64_t *wide = arena_bytes_array(job->arena, job->rows, sizeof *wide);
    enum type_kind to = job->out->type->kind;
    struct range java = range_of(to == TYPE_LONG ? TYPE_LONG : TYPE_INT), range = range_of(to);
    if (all_within(in, job->rows, range)) {
        for (uint32_t i = 0; i < job->rows; i++) wide[i] = (int64_t)in[i];
        narrow(job, wide);
        return true;
    }
    for (uint32_t i = 0; i < job->rows; i++) wide[i] = saturate(in[i], java);
    narrow(job, wide);
    if (job->cast->mode == CAST_LEGACY) return true;
    for (uint32_t i = 0; i < job->rows; i++)
        if (!(floor(in[i]) <= (double)range.max && ceil(in[i]) >= (double)range.min)) TRY(cast_refuse_overflow(job, i));
    return true;
}

static bool float_to_float(struct cast_job *job) {
    const double *in = widen_floats(job);
    if (job->out->type->kind == TYPE_DOUBLE) {
        job->out->data = (void *)in;
        return true;
    }
    float *out = job->out->data;
    for (uint32_t i = 0; i < job->rows; i++) out[i] = (float)in[i];
    return true;
}

static bool float_to_boolean(struct cast_job *job) {
    const double *in = widen_floats(job);
    uint8_t *out = job->out->data;
    for (uint32_t i = 0; i < job->rows; i++) out[i] = in[i] != 0;
    return true;
}

/* What double_units() says, for all rows at once: the digits as a whole number, UNSURE where they are in doubt, or not
 * less than `most`. Adding 2^52 rounds to a whole number and leaves it in the lowest bits. Says whether any is unsure. */
enum { MOST_PLACES = 12, WHOLE_BITS = 52 };
static const int64_t UNSURE = INT64_MIN;

VECTORIZED static bool units_of_doubles(const double *restrict in, uint32_t rows, double power, double most,
                                        int64_t *restrict out) {
    GATHERED(double) unsure = 0;
    for (uint32_t i = 0; i < rows; i++) {
        const double scaled = fabs(in[i]) * power, shifted = scaled + 0x1p52, whole = shifted - 0x1p52;
        const double off = fabs(fabs(scaled - whole) - 0.5);
        const bool sure = (scaled < 0x1p50) & (off > scaled * 0x1p-50) & (whole < most);
        const int64_t units = (int64_t)(double_to_bits(shifted) & ((UINT64_C(1) << WHOLE_BITS) - 1));
        out[i] = sure ? (in[i] < 0 ? -units : units) : UNSURE;
        unsure |= sure ? 0 : 1;
    }
    return unsure;
}

static bool float_to_decimal(struct cast_job *job) {
    const double *in = widen_floats(job);
    struct decimal_form form = cast_decimal_form(job->out->type);
    bool at_once = form.precision <= DECIMAL_MAX_INT64_PRECISION && form.scale <= MOST_PLACES;
    double power = (double)decimal_powers[form.scale], most = (double)decimal_powers[form.precision];
    int64_t *units = job->out->data;
    if (at_once && !units_of_doubles(in, job->rows, power, most, units)) return true;
    CAST_EACH(job, row, entry) {
        int128 value;
        if (at_once && units[row] != UNSURE) continue;
        if (decimal_from_double(in[row], form, &value)) {
            cast_decimal_put(job->out, row, value);
        } else if (!isfinite(in[row])) {
            cast_set_null(job, row); /* in every mode */
        } else {
            char text[DOUBLE_TEXT];
            TRY(cast_refuse_decimal(job, row, text, double_format(in[row], text)));
        }
    }
    return true;
}

/* ---- from decimals ---- */

static bool decimal_to_integer(struct cast_job *job) {
    int scale = job->input->type->scale;
    struct range range = range_of(job->out->type->kind);
    int64_t *wide = ARENA_ARRAY(job->arena, int64_t, job->rows);
    bool check = job->cast->mode != CAST_LEGACY;
    CAST_EACH(job, row, entry) {
        bool good = decimal_to_int64(cast_decimal_at(job->input, entry), scale, &wide[row]);
        if (check && (!good || wide[row] < range.min || wide[row] > range.max)) TRY(cast_refuse_overflow(job, row));
    }
    narrow(job, wide);
    return true;
}

static bool decimal_to_float(struct cast_job *job) {
    int scale = job->input->type->scale;
    bool wide = job->out->type->kind == TYPE_DOUBLE;
    CAST_EACH(job, row, entry) {
        int128 value = cast_decimal_at(job->input, entry);
        if (wide)
            VECTOR_DATA(job->out, double)[row] = decimal_to_double(value, scale);
        else
            VECTOR_DATA(job->out, float)[row] = decimal_to_single(value, scale);
    }
    return true;
}

static bool decimal_to_boolean(struct cast_job *job) {
    CAST_EACH(job, row, entry) VECTOR_DATA(job->out, uint8_t)[row] = cast_decimal_at(job->input, entry) != 0;
    return true;
}

static bool decimal_to_decimal(struct cast_job *job) {
    int scale = job->input->type->scale;
    CAST_EACH(job, row, entry) TRY(cast_put_decimal(job, row, cast_decimal_at(job->input, entry), scale));
    return true;
}

/* Legacy mode alone: big-endian bytes. */
static bool integer_to_binary(struct cast_job *job) {
    const int64_t *wide = widen_integers(job);
    size_t width = storage_size(type_storage(job->input->type));
    char *room = arena_bytes_array(job->arena, job->rows, width);
    struct string *out = job->out->data;
    for (uint32_t i = 0; i < job->rows; i++, room += width) {
        for (size_t b = 0; b < width; b++) room[b] = (char)(wide[i] >> (8 * (width - 1 - b)));
        out[i] = string_make(room, width);
    }
    return true;
}

/* ---- finding ---- */

enum group { GROUP_NONE, GROUP_BOOLEAN, GROUP_INTEGER, GROUP_FLOAT, GROUP_DECIMAL, GROUP_BINARY, GROUP_COUNT };

static enum group group_of(enum type_kind kind) {
    switch (kind) {
        case TYPE_BOOLEAN: return GROUP_BOOLEAN;
        case TYPE_BYTE:
        case TYPE_SHORT:
        case TYPE_INT:
        case TYPE_LONG: return GROUP_INTEGER;
        case TYPE_FLOAT:
        case TYPE_DOUBLE: return GROUP_FLOAT;
        case TYPE_DECIMAL: return GROUP_DECIMAL;
        case TYPE_BINARY: return GROUP_BINARY;
        default: return GROUP_NONE;
    }
}

cast_family *cast_find_number(enum type_kind from, enum type_kind to) {
    static cast_family *const families[GROUP_COUNT][GROUP_COUNT] = {
        [GROUP_BOOLEAN] = {[GROUP_INTEGER] = integer_to_integer,
                           [GROUP_FLOAT] = integer_to_float,
                           [GROUP_DECIMAL] = integer_to_decimal},
        [GROUP_INTEGER] = {[GROUP_BOOLEAN] = integer_to_boolean,
                           [GROUP_INTEGER] = integer_to_integer,
                           [GROUP_FLOAT] = integer_to_float,
                           [GROUP_DECIMAL] = integer_to_decimal,
                           [GROUP_BINARY] = integer_to_binary},
        [GROUP_FLOAT] = {[GROUP_BOOLEAN] = float_to_boolean,
                         [GROUP_INTEGER] = float_to_integer,
                         [GROUP_FLOAT] = float_to_float,
                         [GROUP_DECIMAL] = float_to_decimal},
        [GROUP_DECIMAL] = {[GROUP_BOOLEAN] = decimal_to_boolean,
                           [GROUP_INTEGER] = decimal_to_integer,
                           [GROUP_FLOAT] = decimal_to_float,
                           [GROUP_DECIMAL] = decimal_to_decimal},
    };
    return families[group_of(from)][group_of(to)];
}
