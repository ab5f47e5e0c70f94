/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock: what a query sees of it stands still while the query runs (context->now).
 */
#include "function/datetime_kernel.h"

static bool write_constant(struct vector *out, uint32_t rows, int64_t value) {
    if (rows && out->type->kind == TYPE_DATE)
        *VECTOR_DATA(out, int32_t) = (int32_t)value;
    else if (rows)
        *VECTOR_DATA(out, int64_t) = value;
    if (rows) out->form = VECTOR_CONSTANT;
    return true;
}

static int64_t local_now(const struct call *call) {
    int64_t local = call->context->now;
    timezone_to_local(call->context->zone, call->context->now, &local);
    return local;
}

static bool current_date_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                struct error *err) {
    return write_constant(out, rows, days_from_micros(local_now(call)));
}

static bool current_timestamp_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                     struct vector *out, struct error *err) {
    return write_constant(out, rows, call->context->now);
}

static bool local_timestamp_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                   struct error *err) {
    return write_constant(out, rows, local_now(call));
}

static bool current_time_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                struct error *err) {
    int64_t micros = floor_mod(local_now(call), MICROS_PER_DAY), unit = 1;
    for (int digits = out->type->precision; digits < 6; digits++) unit *= 10;
    return write_constant(out, rows, (micros - micros % unit) * 1000);
}

static bool current_timezone_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                    struct vector *out, struct error *err) {
    if (rows) *VECTOR_DATA(out, struct string) = string_of(call->context->zone_name);
    if (rows) out->form = VECTOR_CONSTANT;
    return true;
}

static struct expr *resolve_curdate(struct resolver *r, struct expr *call, struct error *err) {
    call->call.name = "current_date";
    return call;
}

static struct expr *resolve_current_time(struct resolver *r, struct expr *call, struct error *err) {
    int32_t precision = TIME_DEFAULT_PRECISION;
    if (!call->child_count) {
        struct expr *six = expr_int(r->arena, precision);
        return resolve_named(r, "current_time", &six, 1, call->origin, err);
    }
    const struct expr *e = call->children[0];
    if (!e->foldable)
        return resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", "`precision`", "inputType",
                                quoted_type(r->arena, e->type), "inputExpr", quoted_expr(r->arena, e), NULL);
    const struct vector *value = expr_fold(r->arena, r->context, e, err);
    if (!value) return NULL;
    if (vector_is_null(value, 0))
        return resolve_mismatch(r, call, err, "UNEXPECTED_NULL", "exprName", "`precision`", NULL);
    precision = *VECTOR_DATA(value, int32_t);
    if (precision < 0 || precision > 6)
        return resolve_mismatch(r, call, err, "VALUE_OUT_OF_RANGE", "exprName", "`precision`", "valueRange", "[0, 6]",
                                "currentValue", arena_printf(r->arena, "%d", precision), NULL);
    call->type = type_time(r->arena, precision);
    call->nullable = false;
    return call;
}

#define NOW_FLAGS (FUNCTION_NOT_NULL)

const struct function datetime_now_functions[] = {
    {"current_date", FUNCTION_SCALAR, NOW_FLAGS, "() DATE", .kernel = current_date_kernel, .group = "datetime_funcs",
     .usage = "current_date() - The date at the start of the query, in the session's time zone.", .since = "1.5.0"},
    {"curdate", FUNCTION_SCALAR, NOW_FLAGS, "() DATE", resolve_curdate, .kernel = current_date_kernel,
     .group = "datetime_funcs", .usage = "curdate() - The date at the start of the query, in the session's time zone.",
     .since = "3.4.0"},
    {"current_timestamp", FUNCTION_SCALAR, NOW_FLAGS, "() TIMESTAMP", .kernel = current_timestamp_kernel,
     .group = "datetime_funcs", .usage = "current_timestamp() - The instant at which the query started.",
     .since = "1.5.0"},
    {"now", FUNCTION_SCALAR, NOW_FLAGS, "() TIMESTAMP", .kernel = current_timestamp_kernel, .group = "datetime_funcs",
     .usage = "now() - The instant at which the query started.", .since = "1.6.0"},
    {"localtimestamp", FUNCTION_SCALAR, NOW_FLAGS, "() TIMESTAMP_NTZ", .kernel = local_timestamp_kernel,
     .group = "datetime_funcs",
     .usage = "localtimestamp() - The wall clock in the session's time zone at the start of the query.",
     .since = "3.4.0"},
    {"current_time", FUNCTION_SCALAR, NOW_FLAGS, "([INT]) ?", resolve_current_time, .kernel = current_time_kernel,
     .group = "datetime_funcs",
     .usage = "current_time([precision]) - The time of day at the start of the query, with so many digits of a second.",
     .since = "4.1.0"},
    {"current_timezone", FUNCTION_SCALAR, NOW_FLAGS, "() STRING", .kernel = current_timezone_kernel,
     .group = "datetime_funcs", .usage = "current_timezone() - The session's time zone.", .since = "3.1.0"},
    {0},
};
