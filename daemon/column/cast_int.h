/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of cast: what the families of casts share.
 *
 * A family is a function that converts all rows of a job whose input and output types are of its kind. The
 * rows that are NULL in the input are NULL in the output before it starts; it skips them:
 *
 *     CAST_EACH(job, row, entry) out[row] = in[entry];
 *
 * When a value does not fit, cast_refuse() says whether NULL takes its place (true) or the cast has failed
 * (false).
 */
#ifndef ROOST_COLUMN_CAST_INT_H
#define ROOST_COLUMN_CAST_INT_H

#include "column/cast.h"

struct cast_job {
    struct arena *arena;
    const struct cast *cast;
    const struct vector *input;
    struct view view; /* of input */
    uint32_t rows;
    struct vector *out; /* flat, with room for rows; a family may replace it */
    struct error *err;
};

typedef bool cast_family(struct cast_job *job);

static inline bool cast_skips(const struct cast_job *job, uint32_t row, uint32_t *entry) {
    *entry = view_entry(&job->view, row);
    return view_is_null(&job->view, *entry);
}
#define CAST_EACH(job, row, entry)                                                                                     \
    for (uint32_t row = 0, entry; row < (job)->rows; row++)                                                            \
        if (!cast_skips((job), row, &entry))

static inline void cast_set_null(struct cast_job *job, uint32_t row) {
    vector_set_null(job->out, job->arena, row, job->rows);
}
/* Whether a failing value is an error rather than NULL: ANSI mode, and for intervals the legacy mode too. */
static inline bool cast_is_strict(const struct cast_job *job) {
    return job->cast->mode == CAST_ANSI;
}

/* NULL for the row, or CAST_INVALID_INPUT / CAST_OVERFLOW with its value. */
bool cast_refuse_input(struct cast_job *job, uint32_t row);
bool cast_refuse_overflow(struct cast_job *job, uint32_t row);
/* The same, an error in legacy mode too. */
bool cast_refuse_overflow_always(struct cast_job *job, uint32_t row);
/* NULL, or NUMERIC_VALUE_OUT_OF_RANGE for a value of that text (exponents are written out). */
bool cast_refuse_decimal(struct cast_job *job, uint32_t row, const char *text, size_t size);

/* A decimal column's values, whatever their width. */
static inline int128 cast_decimal_at(const struct vector *v, uint32_t entry) {
    return v->type->precision <= DECIMAL_MAX_INT64_PRECISION ? VECTOR_DATA(v, int64_t)[entry]
                                                             : VECTOR_DATA(v, int128)[entry];
}
static inline void cast_decimal_put(struct vector *v, uint32_t row, int128 value) {
    if (v->type->precision <= DECIMAL_MAX_INT64_PRECISION)
        VECTOR_DATA(v, int64_t)[row] = (int64_t)value;
    else
        VECTOR_DATA(v, int128)[row] = value;
}
static inline struct decimal_form cast_decimal_form(const struct type *type) {
    return (struct decimal_form){.precision = type->precision, .scale = type->scale};
}
/* value * 10^-scale into a decimal column. */
bool cast_put_decimal(struct cast_job *job, uint32_t row, int128 value, int scale);

/* The families; NULL: no such cast. */
cast_family *cast_find_number(enum type_kind from, enum type_kind to);
cast_family *cast_find_parse(enum type_kind to);
cast_family *cast_find_datetime(enum type_kind from, enum type_kind to);
cast_family *cast_find_interval(enum type_kind from, enum type_kind to);
cast_family *cast_find_variant(enum type_kind from, enum type_kind to);
bool cast_to_text(struct cast_job *job);
bool cast_nested(struct cast_job *job);

#endif
