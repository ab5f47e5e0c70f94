/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernels of dates, times and timestamps share: walking rows, the zone that a type is seen in, units by name.
 * Inside of function/ only; other families use function/datetime.h.
 */
#ifndef ROOST_FUNCTION_DATETIME_KERNEL_H
#define ROOST_FUNCTION_DATETIME_KERNEL_H

#include "base/datetime.h"
#include "base/error.h"
#include "base/timezone.h"
#include "expr/evaluate.h"
#include "expr/function.h"
#include "expr/resolve.h"

/* A column of values of one C type: VALUES(view, int32_t, row). */
#define VALUE(view, ctype, row) (((const ctype *)(view).data)[view_entry(&(view), (row))])

/* Whether a row of a STRICT kernel's result is to be computed. */
static inline bool row_wanted(const struct vector *out, uint32_t row) {
    return !out->validity || bit_get(out->validity, row);
}

/* TIMESTAMP is seen in the session's zone, TIMESTAMP_NTZ as it stands. */
static inline const struct timezone *zone_of(const struct call *call, const struct type *type) {
    return type->kind == TYPE_TIMESTAMP ? call->context->zone : &timezone_utc;
}

/* Java's exact arithmetic. */
static inline bool long_overflow(struct error *err) {
    return error_plain(err, ERROR_ARITHMETIC, "long overflow");
}
bool integer_overflow(const struct call *call, struct error *err);

/* NULL where the function tolerates failure, else false with what `fail` set. */
#define NULL_OR_FAIL(call, out, row, rows, failure)                                                                    \
    do {                                                                                                               \
        if (!(call)->expr->call.try_mode) {                                                                            \
            failure;                                                                                                   \
            return false;                                                                                              \
        }                                                                                                              \
        vector_set_null((out), (call)->arena, (row), (rows));                                                          \
    } while (0)

/* The unit of date_trunc and trunc ("MM", "week"), and of timestampadd ("DAYOFYEAR"); UNIT_NONE: no such. */
enum datetime_unit truncation_unit(struct string text);
enum datetime_unit arithmetic_unit(struct string text);

/* A replacement: the internal function `name` over the arguments, named as the user wrote it. */
struct expr *replace_call(struct resolver *r, struct expr *call, const char *name, struct expr **arguments,
                          uint32_t count, struct error *err);
/* The constant string that argument i must be: NON_FOLDABLE_ARGUMENT otherwise. NULL text: SQL NULL. */
bool constant_string(struct resolver *r, struct expr *call, uint32_t i, const char *parameter, struct string *text,
                     bool *is_null, struct error *err);

/* The zone of row's text, remembered from the row before. INVALID_TIMEZONE. */
struct zone_memory {
    struct string id;
    const struct timezone *zone;
};
bool zone_named(struct call *call, struct string id, struct zone_memory *memory, struct error *err);

#endif
