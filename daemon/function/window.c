/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Window functions: ranks and neighbours. Aggregates over windows are the aggregate files' own.
 */
#include "expr/evaluate.h"
#include "expr/function.h"
#include "expr/resolve.h"
#include "function/window_rows.h"

static int64_t constant_argument(const struct window_partition *p, uint32_t argument) {
    const struct vector *v = &p->arguments[argument];
    return type_storage(v->type) == STORAGE_INT32 ? VECTOR_DATA(v, int32_t)[0] : VECTOR_DATA(v, int64_t)[0];
}

/* --- ranks --- */

static bool row_number(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {
    for (uint32_t i = 0; i < p->rows; i++) VECTOR_DATA(out, int32_t)[i] = (int32_t)i + 1;
    return true;
}

static bool rank(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {
    for (uint32_t i = 0; i < p->rows; i++) VECTOR_DATA(out, int32_t)[i] = (int32_t)p->peer_start[i] + 1;
    return true;
}

static bool dense_rank(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {
    int32_t dense = 0;
    for (uint32_t i = 0; i < p->rows; i++) {
        dense += p->peer_start[i] == i;
        VECTOR_DATA(out, int32_t)[i] = dense;
    }
    return true;
}

static bool percent_rank(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {
    for (uint32_t i = 0; i < p->rows; i++)
        VECTOR_DATA(out, double)[i] = p->rows > 1 ? (double)p->peer_start[i] / (double)(p->rows - 1) : 0;
    return true;
}

static bool cume_dist(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {
    for (uint32_t i = 0; i < p->rows; i++) VECTOR_DATA(out, double)[i] = (double)p->peer_end[i] / (double)p->rows;
    return true;
}

/* The first rows % n buckets have a row more than the others. */
static bool ntile(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {
    uint32_t n = (uint32_t)constant_argument(p, 0);
    uint32_t size = p->rows / n, larger = p->rows % n, in_larger = larger * (size + 1);
    for (uint32_t i = 0; i < p->rows; i++)
        VECTOR_DATA(out, int32_t)[i] = (int32_t)(i < in_larger ? i / (size + 1) : larger + (i - in_larger) / size) + 1;
    return true;
}

/* --- neighbours --- */

/* The offset-th row before (step -1) or after (1) each that is not NULL. */
static void skip_nulls(const struct window_partition *p, int64_t offset, uint32_t *from) {
    int64_t step = offset < 0 ? -1 : 1, wanted = offset < 0 ? -offset : offset;
    for (uint32_t i = 0; i < p->rows; i++) {
        int64_t at = i, seen = 0;
        from[i] = NO_ROW;
        if (!wanted && !vector_is_null(&p->arguments[0], i)) from[i] = i;
        while (seen < wanted && (at += step) >= 0 && at < p->rows)
            if (!vector_is_null(&p->arguments[0], (uint32_t)at) && ++seen == wanted) from[i] = (uint32_t)at;
    }
}

static bool shift(struct call *call, const struct window_partition *p, int64_t direction, struct vector *out) {
    uint32_t *from = arena_bytes_array(call->arena, p->rows, sizeof *from);
    int64_t offset = constant_argument(p, 1) * direction;
    bool ignore = call->expr->call.ignore_nulls;
    if (ignore) {
        skip_nulls(p, offset, from);
    } else {
        for (uint32_t i = 0; i < p->rows; i++) {
            int64_t at = (int64_t)i + offset;
            from[i] = at >= 0 && at < p->rows ? (uint32_t)at : NO_ROW;
        }
    }
    window_take_rows(call, p, from, &p->arguments[2], out);
    return true;
}

static bool lag(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {
    return shift(call, p, -1, out);
}

static bool lead(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {
    return shift(call, p, 1, out);
}

static uint32_t nth_row(const struct window_partition *p, uint32_t i, uint32_t n, bool ignore) {
    if (!ignore) return p->frame_end[i] - p->frame_start[i] >= n ? p->frame_start[i] + n - 1 : NO_ROW;
    for (uint32_t at = p->frame_start[i]; at < p->frame_end[i]; at++)
        if (!vector_is_null(&p->arguments[0], at) && --n == 0) return at;
    return NO_ROW;
}

static bool nth_value(struct call *call, const struct window_partition *p, struct vector *out, struct error *err) {
    uint32_t *from = arena_bytes_array(call->arena, p->rows, sizeof *from), wanted;
    int64_t n = constant_argument(p, 1);
    wanted = n > p->rows ? p->rows + 1 : (uint32_t)n;
    for (uint32_t i = 0; i < p->rows; i++) from[i] = nth_row(p, i, wanted, call->expr->call.ignore_nulls);
    window_take_rows(call, p, from, NULL, out);
    return true;
}

/* --- resolving --- */

/* Checks that an argument is a constant greater than 0. */
static bool check_positive(struct resolver *r, struct expr *call, uint32_t argument, const char *name, int64_t most,
                           struct error *err) {
    struct expr *e = call->children[argument];
    if (!e->foldable) {
        resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", arena_printf(r->arena, "`%s`", name),
                         "inputType", "\"INT\"", "inputExpr", quoted_expr(r->arena, e), NULL);
        return false;
    }
    const struct vector *value = expr_fold(r->arena, r->context, e, err);
    TRY(value);
    bool is_int = type_storage(value->type) == STORAGE_INT32;
    int64_t n = vector_is_null(value, 0) ? 0 : is_int ? VECTOR_DATA(value, int32_t)[0] : VECTOR_DATA(value, int64_t)[0];
    if (n > 0) return true;
    resolve_mismatch(r, call, err, "VALUE_OUT_OF_RANGE", "exprName", name, "valueRange",
                     arena_printf(r->arena, "(0, %lld]", (long long)most), "currentValue",
                     arena_printf(r->arena, is_int ? "%lld" : "%lldL", (long long)n), NULL);
    return false;
}

static void append_argument(struct resolver *r, struct expr *call, struct expr *argument) {
    call->children = arena_grow(r->arena, call->children, call->child_count * sizeof *call->children,
                                (call->child_count + 1) * sizeof *call->children);
    call->children[call->child_count++] = argument;
}

static struct expr *resolve_ntile(struct resolver *r, struct expr *call, struct error *err) {
    if (!call->child_count) append_argument(r, call, expr_int(r->arena, 1));
    call->nullable = false;
    const struct expr *buckets = call->children[0];
    if (!buckets->foldable)
        return resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", "`buckets`", "inputType",
                                quoted_type(r->arena, buckets->type), "inputExpr", quoted_expr(r->arena, buckets),
                                NULL);
    if (buckets->type->kind != TYPE_INT)
        return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                                "\"INT\"", "inputSql", quoted_expr(r->arena, buckets), "inputType",
                                quoted_type(r->arena, buckets->type), NULL);
    return check_positive(r, call, 0, "buckets", INT32_MAX, err) ? call : NULL;
}

static struct expr *resolve_nth_value(struct resolver *r, struct expr *call, struct error *err) {
    call->nullable = true;
    return check_positive(r, call, 1, "offset", INT64_MAX, err) ? call : NULL;
}

/* What is implicitly cast to the value's type: a number to a number, a date to a timestamp, text to and from others. */
static bool can_be_default(const struct type *value, const struct type *given) {
    if (value->kind == TYPE_NULL) return false;
    if (type_is_string(value) || type_is_string(given)) return type_is_atomic(value) && type_is_atomic(given);
    if (type_is_nested(value) || value->kind == given->kind) return cast_allowed(given, value, CAST_ANSI);
    return (type_is_numeric(value) && type_is_numeric(given)) || (type_is_datetime(value) && type_is_datetime(given));
}

/* (x), (x, offset), (x, offset, default): all three are there afterwards, as names show them. */
static struct expr *resolve_shift(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count < 2) append_argument(r, call, expr_int(r->arena, 1));
    if (call->child_count < 3) append_argument(r, call, expr_null(r->arena, TYPE_OF(NULL)));
    struct expr *value = call->children[0];
    const struct type *given = call->children[2]->type;
    if (expr_contains(call->children[1], EXPR_SUBQUERY)) {
        error_set(err, "_LEGACY_ERROR_TEMP_1035", "prettyName", call->call.name, NULL);
        return NULL;
    }
    if (!call->children[1]->foldable) {
        bool is_lag = strcasecmp(call->call.name, "lag") == 0;
        const char *offset = expr_pretty(r->arena, call->children[1]);
        return resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", "`offset`", "inputType", "\"INT\"",
                                "inputExpr", arena_printf(r->arena, is_lag ? "\"(- %s)\"" : "\"%s\"", offset), NULL);
    }
    call->type = value->type;
    if (type_same(value->type, given, true)) {
        if (!type_equal(value->type, given)) call->type = type_as_nullable(r->arena, value->type);
    } else if (given->kind != TYPE_NULL) {
        if (!can_be_default(value->type, given))
            return resolve_mismatch(
                r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(2), "requiredType",
                arena_printf(r->arena, "(%s or \"VOID\")", quoted_type(r->arena, value->type)), "inputSql",
                quoted_expr(r->arena, call->children[2]), "inputType", quoted_type(r->arena, given), NULL);
        struct expr *cast = coerce_to(r, call->children[2], value->type);
        if (cast != call->children[2]) cast->origin = call->origin;
        call->children[2] = cast;
    }
    call->nullable = value->nullable || call->children[2]->nullable;
    return call;
}

#define WINDOW(NAME, FLAGS, SIGNATURE, RESOLVE, KERNEL, USAGE, EXAMPLE, SINCE)                                         \
    {                                                                                                                  \
        .name = NAME, .class = FUNCTION_WINDOW, .flags = (FLAGS), .signature = SIGNATURE, .resolve = RESOLVE,          \
        .window = KERNEL, .group = "window_funcs", .usage = USAGE, .example = EXAMPLE, .since = SINCE                  \
    }

const struct function window_functions[] = {
    WINDOW("row_number", FUNCTION_NOT_NULL, "() INT", NULL, row_number,
           "row_number() - the row's number in its partition, from 1.",
           "row_number() over (order by col) from values (7) as t(col) => 1", "2.0.0"),
    WINDOW("rank", FUNCTION_NOT_NULL, "(ANY...*) INT", NULL, rank,
           "rank() - one more than the rows before the row's equals.",
           "rank() over (order by col) from values (7) as t(col) => 1", "2.0.0"),
    WINDOW("dense_rank", FUNCTION_NOT_NULL, "(ANY...*) INT", NULL, dense_rank,
           "dense_rank() - one more than the different values before the row's.",
           "dense_rank() over (order by col) from values (7) as t(col) => 1", "2.0.0"),
    WINDOW("percent_rank", FUNCTION_NOT_NULL, "(ANY...*) DOUBLE", NULL, percent_rank,
           "percent_rank() - the rank as a part of the partition, from 0 to 1.",
           "percent_rank() over (order by col) from values (7) as t(col) => 0.0", "2.0.0"),
    WINDOW("cume_dist", FUNCTION_NOT_NULL, "() DOUBLE", NULL, cume_dist,
           "cume_dist() - the part of the partition up to the row and its equals.",
           "cume_dist() over (order by col) from values (7) as t(col) => 1.0", "2.0.0"),
    WINDOW("ntile", FUNCTION_NOT_NULL, "([ANY]) INT", resolve_ntile, ntile,
           "ntile(n) - the partition's rows in n buckets of about the same size: the bucket's number.",
           "ntile(2) over (order by col) from values (7) as t(col) => 1", "2.0.0"),
    WINDOW("lag", FUNCTION_NULLABLE, "(ANY [, INT, ANY]) $1", resolve_shift, lag,
           "lag(input[, offset[, default]]) - the value so many rows before.",
           "lag(col, 1, 0) over (order by col) from values (7) as t(col) => 0", "2.0.0"),
    WINDOW("lead", FUNCTION_NULLABLE, "(ANY [, INT, ANY]) $1", resolve_shift, lead,
           "lead(input[, offset[, default]]) - the value so many rows after.",
           "lead(col, 1, 0) over (order by col) from values (7) as t(col) => 0", "2.0.0"),
    WINDOW("nth_value", FUNCTION_NULLABLE, "(ANY, LONG) $1", resolve_nth_value, nth_value,
           "nth_value(input, offset) - the value of the frame's row with this number.",
           "nth_value(col, 1) over (order by col) from values (7) as t(col) => 7", "3.1.0"),
    {0},
};
