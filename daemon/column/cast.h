/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CAST over vectors: the whole matrix of Spark's types, in three modes.
 *
 *     LEGACY  a value that does not fit becomes NULL (strings, dates) or wraps (integers)
 *     ANSI    it is an error: CAST_INVALID_INPUT, CAST_OVERFLOW, NUMERIC_VALUE_OUT_OF_RANGE...
 *     TRY     it becomes NULL
 *
 * What may be cast to what at all, and whether the result may be NULL, are questions about types alone:
 * cast_allowed() and cast_nullable().
 */
#ifndef ROOST_COLUMN_CAST_H
#define ROOST_COLUMN_CAST_H

#include "base/error.h"
#include "column/vector.h"

struct timezone;
struct timezone_cache;

enum cast_mode { CAST_LEGACY, CAST_ANSI, CAST_TRY };

struct cast {
    const struct type *from, *to;
    enum cast_mode mode;
    const struct timezone *zone;  /* timestamps to and from text, dates and wall clocks */
    struct timezone_cache *zones; /* of the session: for zones that texts name; NULL: fixed offsets alone */
    int64_t now;                  /* microseconds; for "12:00" (today's), and for 'today' and the like */
    bool constant;                /* the text is a constant of the query: 'today' and the like mean something */
    const struct origin *origin;  /* of the error, or NULL */
};

/* One value per row of `in` (any form), in *out (any form), in arena. Constants give constants. */
bool vector_cast(struct arena *arena, const struct cast *cast, const struct vector *in, uint32_t rows,
                 struct vector *out, struct error *err);

bool cast_allowed(const struct type *from, const struct type *to, enum cast_mode mode);
bool cast_nullable(const struct type *from, const struct type *to, enum cast_mode mode);

#endif
