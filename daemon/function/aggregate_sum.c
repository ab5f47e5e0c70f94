/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sum and avg, with their try_ forms.
 *
 *     argument          sum                         avg
 *     integers          bigint, checked in ANSI     double: the sum of doubles by the count
 *     float, double     double                      double
 *     decimal(p, s)     decimal(p + 10, s)          decimal(p + 4, s + 4), half up
 *     intervals         the same, full range        the same, half up
 *
 * Doubles are added in the order of the rows, as Spark adds within a partition. Decimals are summed in 128 bits. What
 * becomes of a sum that leaves decimal(38) on the way depends on where Spark keeps it: a group's lies in a row of 38
 * digits and is lost for good; one for all rows is an object of any size, which has to fit when it is put into a row in
 * the end; one over a frame, or of DISTINCT values, is not put into a row, and only its result has to fit.
 */
#include "base/wide.h"
#include "function/aggregate.h"

static int128 decimal_limit(int precision) {
    int128 limit = 1;
    while (precision--) limit *= 10;
    return limit;
}

struct whole_sum { /* integers and intervals */
    int64_t sum;
    int64_t count;
    bool overflown;
};
struct decimal_sum {
    int128 sum;
    int64_t count;
    int64_t high; /* times 10^38, to be added to sum; either sign may differ from the other's */
    bool unbound; /* never put into a row */
    bool overflown;
};
struct double_sum {
    double sum;
    int64_t count;
};

/* --- integers and intervals --- */

static inline void add_whole(struct whole_sum *state, int64_t value) {
    state->overflown |= __builtin_add_overflow(state->sum, value, &state->sum);
    state->count++;
}

/* Months are 32 bits wide, and so is their sum. */
static inline void add_months(struct whole_sum *state, int64_t value) {
    add_whole(state, value);
    state->overflown |= state->sum != (int32_t)state->sum;
}

static bool is_interval_sum(const struct call *call) {
    return type_is_ansi_interval(call->expr->type);
}

/* What an overflow means: an error, NULL later on, or nothing at all. */
static bool check_whole(struct call *call, struct whole_sum *state, struct error *err) {
    if (!state->overflown || call->expr->aggregate.try_mode) return true;
    if (is_interval_sum(call))
        return error_set(err, "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION", "functionName", "`try_add`", NULL);
    if (!call->expr->aggregate.ansi) {
        state->overflown = false;
        return true;
    }
    return error_set(err, "ARITHMETIC_OVERFLOW", "message", "long overflow", "alternative",
                     " Use 'try_add' to tolerate overflow and return NULL instead.", "config",
                     "\"spark.sql.ansi.enabled\"", NULL);
}

#define ADD_WHOLE(ctype) EACH_VALUE(view, rows, { add_whole(states[i], ((const ctype *)view.data)[entry]); })

static bool whole_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                         struct error *err) {
    struct view view = call_view(call, arguments, rows);
    switch (type_storage(arguments->type)) {
        case STORAGE_INT8: ADD_WHOLE(int8_t); break;
        case STORAGE_INT16: ADD_WHOLE(int16_t); break;
        case STORAGE_INT32:
            if (is_interval_sum(call))
                EACH_VALUE(view, rows, { add_months(states[i], ((const int32_t *)view.data)[entry]); });
            else
                ADD_WHOLE(int32_t);
            break;
        default: ADD_WHOLE(int64_t); break;
    }
    for (uint32_t i = 0; i < rows; i++) {
        struct whole_sum *state = states[i];
        if (state->overflown) TRY(check_whole(call, state, err));
    }
    return true;
}

/* Values narrower than 64 bits cannot overflow the sum of one batch, so that a batch is added at once. */
#define SUM_ONE(ctype)                                                                                                 \
    EACH_VALUE(view, rows, {                                                                                           \
        sum += ((const ctype *)view.data)[entry];                                                                      \
        count++;                                                                                                       \
    })

static bool whole_update_one(struct call *call, const struct vector *arguments, uint32_t rows, void *into,
                             struct error *err) {
    struct view view = call_view(call, arguments, rows);
    struct whole_sum *state = into;
    int64_t sum = 0, count = 0;
    switch (type_storage(arguments->type)) {
        case STORAGE_INT8: SUM_ONE(int8_t); break;
        case STORAGE_INT16: SUM_ONE(int16_t); break;
        case STORAGE_INT32:
            if (is_interval_sum(call))
                EACH_VALUE(view, rows, { add_months(state, ((const int32_t *)view.data)[entry]); });
            else
                SUM_ONE(int32_t);
            break;
        default: EACH_VALUE(view, rows, { add_whole(state, ((const int64_t *)view.data)[entry]); }); break;
    }
    state->overflown |= __builtin_add_overflow(state->sum, sum, &state->sum);
    state->count += count;
    return check_whole(call, state, err);
}

static bool whole_merge(struct call *call, const void *from, void *into, struct error *err) {
    const struct whole_sum *a = from;
    struct whole_sum *b = into;
    b->overflown |= a->overflown | __builtin_add_overflow(a->sum, b->sum, &b->sum);
    b->count += a->count;
    return check_whole(call, b, err);
}

static bool whole_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                         struct error *err) {
    bool months = type_storage(out->type) == STORAGE_INT32;
    for (uint32_t i = 0; i < count; i++) {
        const struct whole_sum *state = states[i];
        if (months)
            VECTOR_DATA(out, int32_t)[i] = (int32_t)state->sum;
        else
            VECTOR_DATA(out, int64_t)[i] = state->sum;
        if (!state->count || state->overflown) vector_set_null(out, call->arena, i, count);
    }
    return true;
}

static inline int64_t whole_at(enum storage storage, const void *data, uint32_t entry) {
    switch (storage) {
        case STORAGE_INT8: return ((const int8_t *)data)[entry];
        case STORAGE_INT16: return ((const int16_t *)data)[entry];
        case STORAGE_INT32: return ((const int32_t *)data)[entry];
        default: return ((const int64_t *)data)[entry];
    }
}

static inline bool whole_extend(struct call *call, const struct view *view, enum storage storage, uint32_t from,
                                uint32_t to, struct whole_sum *state, struct error *err) {
    for (uint32_t i = from; i < to; i++) {
        uint32_t entry = view_entry(view, i);
        if (!view_is_null(view, entry)) add_whole(state, whole_at(storage, view->data, entry));
    }
    if (call->expr->type->kind == TYPE_YEAR_MONTH_INTERVAL && state->sum != (int32_t)state->sum)
        state->overflown = true;
    return check_whole(call, state, err);
}

OVER_FRAMES(whole_window, whole_sum, whole_extend, whole_finish)

/* a / b, rounded half away from zero. */
static int128 divide_half_up(int128 a, int128 b) {
    int128 quotient = a / b, rest = a % b;
    if (rest < 0) rest = -rest;
    if (rest * 2 >= b) quotient += a < 0 ? -1 : 1;
    return quotient;
}

static bool interval_average_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                                    struct error *err) {
    bool months = type_storage(out->type) == STORAGE_INT32;
    for (uint32_t i = 0; i < count; i++) {
        const struct whole_sum *state = states[i];
        int64_t average = state->count ? (int64_t)divide_half_up(state->sum, state->count) : 0;
        if (months)
            VECTOR_DATA(out, int32_t)[i] = (int32_t)average;
        else
            VECTOR_DATA(out, int64_t)[i] = average;
        if (!state->count || state->overflown) vector_set_null(out, call->arena, i, count);
    }
    return true;
}

OVER_FRAMES(interval_average_window, whole_sum, whole_extend, interval_average_finish)

/* --- doubles: of floats and doubles, and of integers for avg --- */

#define ADD_DOUBLE(ctype)                                                                                              \
    EACH_VALUE(view, rows, {                                                                                           \
        struct double_sum *state = states[i];                                                                          \
        state->sum += (double)((const ctype *)view.data)[entry];                                                       \
        state->count++;                                                                                                \
    })

static bool double_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                          struct error *err) {
    struct view view = call_view(call, arguments, rows);
    switch (type_storage(arguments->type)) {
        case STORAGE_INT8: ADD_DOUBLE(int8_t); break;
        case STORAGE_INT16: ADD_DOUBLE(int16_t); break;
        case STORAGE_INT32: ADD_DOUBLE(int32_t); break;
        case STORAGE_INT64: ADD_DOUBLE(int64_t); break;
        case STORAGE_FLOAT: ADD_DOUBLE(float); break;
        default: ADD_DOUBLE(double); break;
    }
    return true;
}

#define ADD_DOUBLE_ONE(ctype)                                                                                          \
    EACH_VALUE(view, rows, {                                                                                           \
        sum += (double)((const ctype *)view.data)[entry];                                                              \
        count++;                                                                                                       \
    })

static bool double_update_one(struct call *call, const struct vector *arguments, uint32_t rows, void *into,
                              struct error *err) {
    struct view view = call_view(call, arguments, rows);
    struct double_sum *state = into;
    double sum = state->sum;
    int64_t count = state->count;
    switch (type_storage(arguments->type)) {
        case STORAGE_INT8: ADD_DOUBLE_ONE(int8_t); break;
        case STORAGE_INT16: ADD_DOUBLE_ONE(int16_t); break;
        case STORAGE_INT32: ADD_DOUBLE_ONE(int32_t); break;
        case STORAGE_INT64: ADD_DOUBLE_ONE(int64_t); break;
        case STORAGE_FLOAT: ADD_DOUBLE_ONE(float); break;
        default: ADD_DOUBLE_ONE(double); break;
    }
    *state = (struct double_sum){sum, count};
    return true;
}

static bool double_merge(struct call *call, const void *from, void *into, struct error *err) {
    const struct double_sum *a = from;
    struct double_sum *b = into;
    b->sum += a->sum;
    b->count += a->count;
    return true;
}

static bool double_sum_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                              struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        const struct double_sum *state = states[i];
        VECTOR_DATA(out, double)[i] = state->sum;
        if (!state->count) vector_set_null(out, call->arena, i, count);
    }
    return true;
}

static bool double_average_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                                  struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        const struct double_sum *state = states[i];
        VECTOR_DATA(out, double)[i] = state->sum / (double)state->count;
        if (!state->count) vector_set_null(out, call->arena, i, count);
    }
    return true;
}

static inline double double_at(enum storage storage, const void *data, uint32_t entry) {
    switch (storage) {
        case STORAGE_FLOAT: return (double)((const float *)data)[entry];
        case STORAGE_DOUBLE: return ((const double *)data)[entry];
        default: return (double)whole_at(storage, data, entry);
    }
}

static inline bool double_extend(struct call *call, const struct view *view, enum storage storage, uint32_t from,
                                 uint32_t to, struct double_sum *state, struct error *err) {
    for (uint32_t i = from; i < to; i++) {
        uint32_t entry = view_entry(view, i);
        if (view_is_null(view, entry)) continue;
        state->sum += double_at(storage, view->data, entry);
        state->count++;
    }
    return true;
}

OVER_FRAMES(double_sum_window, double_sum, double_extend, double_sum_finish)
OVER_FRAMES(double_average_window, double_sum, double_extend, double_average_finish)

/* --- decimals --- */

/* Arguments of up to 28 digits cannot leave 38 digits in as many rows as there can be. */
static bool is_checked(const struct call *call) {
    return call->expr->children[0]->type->precision > 28;
}

static inline void add_checked(struct decimal_sum *state, int128 value, int128 limit) {
    state->overflown |= __builtin_add_overflow(state->sum, value, &state->sum);
    state->overflown |= state->sum >= limit || state->sum <= -limit;
    state->count++;
}

static inline void add_exact(struct decimal_sum *state, int128 value, int128 limit) {
    int step = value > 0 ? state->sum >= limit - value : -(state->sum <= -limit - value);
    state->high += step;
    state->sum += value - step * limit;
    state->count++;
}

#define ADD_DECIMAL(ctype)                                                                                             \
    EACH_VALUE(view, rows, {                                                                                           \
        struct decimal_sum *state = states[i];                                                                         \
        state->sum += ((const ctype *)view.data)[entry];                                                               \
        state->count++;                                                                                                \
    })

static bool decimal_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                           struct error *err) {
    struct view view = call_view(call, arguments, rows);
    if (type_storage(arguments->type) == STORAGE_INT64) {
        ADD_DECIMAL(int64_t);
    } else if (!is_checked(call)) {
        ADD_DECIMAL(int128);
    } else {
        int128 limit = decimal_limit(DECIMAL_MAX_PRECISION);
        EACH_VALUE(view, rows, { add_checked(states[i], ((const int128 *)view.data)[entry], limit); });
    }
    return true;
}

static bool decimal_update_one(struct call *call, const struct vector *arguments, uint32_t rows, void *into,
                               struct error *err) {
    struct view view = call_view(call, arguments, rows);
    struct decimal_sum *state = into;
    int128 sum = state->sum;
    int64_t count = state->count;
    if (type_storage(arguments->type) == STORAGE_INT64) {
        EACH_VALUE(view, rows, {
            sum += ((const int64_t *)view.data)[entry];
            count++;
        });
    } else if (!is_checked(call)) {
        EACH_VALUE(view, rows, {
            sum += ((const int128 *)view.data)[entry];
            count++;
        });
    } else {
        int128 limit = decimal_limit(DECIMAL_MAX_PRECISION);
        state->unbound |= call->expr->aggregate.distinct;
        EACH_VALUE(view, rows, { add_exact(state, ((const int128 *)view.data)[entry], limit); });
        return true;
    }
    state->sum = sum;
    state->count = count;
    return true;
}

static bool decimal_merge(struct call *call, const void *from, void *into, struct error *err) {
    const struct decimal_sum *a = from;
    struct decimal_sum *b = into;
    int64_t count = a->count + b->count;
    int128 limit = decimal_limit(DECIMAL_MAX_PRECISION);
    b->overflown |= a->overflown;
    b->unbound |= a->unbound;
    b->high += a->high;
    add_exact(b, a->sum, limit);
    b->count = count;
    return true;
}

static bool decimal_overflow(struct call *call, const char *what, const char *alternative, struct error *err) {
    error_set(err, "ARITHMETIC_OVERFLOW", "message", what, "alternative", alternative, "config",
              "\"spark.sql.ansi.enabled\"", NULL);
    return error_at(err, call->expr->origin);
}

static void put_decimal(struct vector *out, uint32_t row, int128 value) {
    if (type_storage(out->type) == STORAGE_INT64)
        VECTOR_DATA(out, int64_t)[row] = (int64_t)value;
    else
        VECTOR_DATA(out, int128)[row] = value;
}

/* With high and sum of one sign, put into a row. */
static struct decimal_sum settled(const struct decimal_sum *state) {
    struct decimal_sum s = *state;
    int step = s.high > 0 && s.sum < 0 ? -1 : s.high < 0 && s.sum > 0;
    s.high += step;
    s.sum -= step * decimal_limit(DECIMAL_MAX_PRECISION);
    s.overflown |= s.high && !s.unbound;
    return s;
}

static struct wide sum_magnitude(const struct decimal_sum *settled, bool *negative) {
    *negative = settled->high ? settled->high < 0 : settled->sum < 0;
    struct wide low = wide_of(decimal_magnitude(settled->sum));
    struct wide high = wide_of((uint128)(settled->high < 0 ? -settled->high : settled->high));
    high = wide_scaled(&high, DECIMAL_MAX_PRECISION);
    return wide_sum(&high, &low);
}

static bool too_large(struct call *call, const struct wide *value, bool negative, int scale, struct error *err) {
    const struct type *to = call->expr->type;
    char text[DECIMAL_EXACT_TEXT];
    size_t size = decimal_wide_format(value, negative, scale, text);
    error_set(err, "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", "value", arena_strndup(call->arena, text, size), NULL);
    error_add(err, "precision", "%d", to->precision);
    error_add(err, "scale", "%d", to->scale);
    error_add(err, "config", "%s", "\"spark.sql.ansi.enabled\"");
    return error_at(err, call->expr->origin);
}

static bool decimal_sum_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                               struct error *err) {
    bool raises = call->expr->aggregate.ansi && !call->expr->aggregate.try_mode;
    for (uint32_t i = 0; i < count; i++) {
        struct decimal_sum state = settled(states[i]);
        if (state.overflown && raises)
            return decimal_overflow(call, "Overflow in sum of decimals",
                                    " Use 'try_sum' to tolerate overflow and return NULL instead.", err);
        if (state.high && raises) {
            bool negative;
            struct wide sum = sum_magnitude(&state, &negative);
            return too_large(call, &sum, negative, out->type->scale, err);
        }
        put_decimal(out, i, state.sum);
        if (!state.count || state.overflown || state.high) vector_set_null(out, call->arena, i, count);
    }
    return true;
}

/* sum / count with `digits` (0 to 4) more decimal places, half up. False: it does not fit. */
static bool decimal_average(const struct decimal_sum *settled, int digits, int128 limit, int128 *average) {
    bool negative;
    struct wide sum = sum_magnitude(settled, &negative), count = wide_of((uint128)settled->count), quotient, rest;
    uint128 half, magnitude;
    sum = wide_scaled(&sum, digits);
    wide_divide(&sum, &count, &quotient, &rest);
    if (wide_to_128(&rest, &half) && half * 2 >= (uint128)settled->count) wide_increment(&quotient);
    if (!wide_to_128(&quotient, &magnitude) || magnitude >= (uint128)limit) return false;
    *average = negative ? -(int128)magnitude : (int128)magnitude;
    return true;
}

/* The same where 128 bits are enough. */
static int128 small_average(const struct decimal_sum *state, int digits) {
    int128 scale = decimal_limit(digits), sum = state->sum < 0 ? -state->sum : state->sum;
    int128 whole = sum / state->count, rest = sum % state->count;
    int128 average = whole * scale + divide_half_up(rest * scale, state->count);
    return state->sum < 0 ? -average : average;
}

static bool average_too_large(struct call *call, const struct decimal_sum *settled, struct error *err) {
    bool negative;
    struct wide sum = sum_magnitude(settled, &negative), count = wide_of((uint128)settled->count), quotient, rest;
    sum = wide_scaled(&sum, DECIMAL_CONTEXT_DIGITS - call->expr->children[0]->type->scale);
    wide_divide(&sum, &count, &quotient, &rest);
    return too_large(call, &quotient, negative, DECIMAL_CONTEXT_DIGITS, err);
}

static bool decimal_average_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                                   struct error *err) {
    bool raises = call->expr->aggregate.ansi && !call->expr->aggregate.try_mode;
    int digits = out->type->scale - call->expr->children[0]->type->scale;
    int128 limit = decimal_limit(out->type->precision), small = limit / decimal_limit(digits) / 2;
    for (uint32_t i = 0; i < count; i++) {
        struct decimal_sum state = settled(states[i]);
        int128 average = 0;
        if (state.overflown && raises)
            return decimal_overflow(call, "Overflow in sum of decimals",
                                    " Use 'try_avg' to tolerate overflow and return NULL instead.", err);
        bool none = !state.count || state.overflown;
        if (!none && !state.high && state.sum < small && state.sum > -small) {
            average = small_average(&state, digits);
        } else if (!none && !decimal_average(&state, digits, limit, &average)) {
            if (raises) return average_too_large(call, &state, err);
            none = true;
        }
        put_decimal(out, i, average);
        if (none) vector_set_null(out, call->arena, i, count);
    }
    return true;
}

static inline bool decimal_extend(struct call *call, const struct view *view, enum storage storage, uint32_t from,
                                  uint32_t to, struct decimal_sum *state, struct error *err) {
    bool is_narrow = storage == STORAGE_INT64;
    int128 limit = is_narrow ? 0 : decimal_limit(DECIMAL_MAX_PRECISION);
    state->unbound = true;
    for (uint32_t i = from; i < to; i++) {
        uint32_t entry = view_entry(view, i);
        if (view_is_null(view, entry)) continue;
        if (!is_narrow) {
            add_exact(state, ((const int128 *)view->data)[entry], limit);
            continue;
        }
        state->sum += ((const int64_t *)view->data)[entry];
        state->count++;
    }
    return true;
}

OVER_FRAMES(decimal_sum_window, decimal_sum, decimal_extend, decimal_sum_finish)
OVER_FRAMES(decimal_average_window, decimal_sum, decimal_extend, decimal_average_finish)

/* --- by the argument's type: resolve() exchanges the row for one with the right kernel --- */

#define KERNEL(NAME, STATE, PREFIX, FINISH, WINDOW)                                                                    \
    static const struct aggregate_kernel NAME = {.plain = true,                                                        \
                                                 .fixed_size = sizeof(struct STATE),                                   \
                                                 .update = PREFIX##_update,                                            \
                                                 .update_one = PREFIX##_update_one,                                    \
                                                 .merge = PREFIX##_merge,                                              \
                                                 .finish = FINISH,                                                     \
                                                 .window = WINDOW}
KERNEL(sum_whole, whole_sum, whole, whole_finish, whole_window);
KERNEL(sum_double, double_sum, double, double_sum_finish, double_sum_window);
KERNEL(sum_decimal, decimal_sum, decimal, decimal_sum_finish, decimal_sum_window);
KERNEL(avg_interval, whole_sum, whole, interval_average_finish, interval_average_window);
KERNEL(avg_double, double_sum, double, double_average_finish, double_average_window);
KERNEL(avg_decimal, decimal_sum, decimal, decimal_average_finish, decimal_average_window);

#define VARIANT(NAME, KERNEL)                                                                                          \
    { .name = NAME, .class = FUNCTION_AGGREGATE, .aggregate = &KERNEL }
/* whole numbers, doubles, decimals, intervals */
static const struct function sum_variants[] = {VARIANT("sum", sum_whole), VARIANT("sum", sum_double),
                                               VARIANT("sum", sum_decimal), VARIANT("sum", sum_whole)};
static const struct function avg_variants[] = {VARIANT("avg", avg_double), VARIANT("avg", avg_double),
                                               VARIANT("avg", avg_decimal), VARIANT("avg", avg_interval)};

static int variant_of(const struct type *t) {
    if (t->kind == TYPE_DECIMAL) return 2;
    if (type_is_ansi_interval(t)) return 3;
    return type_is_integral(t) ? 0 : 1;
}

static int at_most(int a, int b) {
    return a < b ? a : b;
}

/* more: digits that a decimal result has more before, and behind the point. */
static struct expr *resolve_variant(struct resolver *r, struct expr *call, const struct function *variants,
                                    const struct type *whole, int more_digits, int more_scale) {
    const struct type *t = call->children[0]->type;
    call->aggregate.function = &variants[variant_of(t)];
    call->nullable = true;
    switch (variant_of(t)) {
        case 0: call->type = whole; break;
        case 1: call->type = TYPE_OF(DOUBLE); break;
        case 2:
            call->type = type_decimal(r->arena, at_most(t->precision + more_digits, DECIMAL_MAX_PRECISION),
                                      at_most(t->scale + more_scale, DECIMAL_MAX_PRECISION));
            break;
        default:
            call->type = more_scale ? &types[t->kind] : t;
            break; /* a mean may have smaller units than its values */
    }
    return call;
}

static struct expr *resolve_sum(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_variant(r, call, sum_variants, TYPE_OF(LONG), 10, 0);
}

static struct expr *resolve_avg(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_variant(r, call, avg_variants, TYPE_OF(DOUBLE), 4, 4);
}

static const char signature[] = "(SUMMABLE) ?";

const struct function aggregate_sum_functions[] = {
    AGGREGATE("sum", FUNCTION_NULLABLE, signature, resolve_sum, NULL, &sum_whole, "sum(expr) - the sum of the values.",
              "sum(col) from values (5), (10) as t(col) => 15", "1.0.0"),
    AGGREGATE("try_sum", FUNCTION_NULLABLE | FUNCTION_TRY, signature, resolve_sum, NULL, &sum_whole,
              "try_sum(expr) - the sum of the values, NULL when it overflows.",
              "try_sum(col) from values (5), (10) as t(col) => 15", "3.3.0"),
    AGGREGATE("avg", FUNCTION_NULLABLE, signature, resolve_avg, NULL, &avg_double,
              "avg(expr) - the mean of the values.", "avg(col) from values (1), (2) as t(col) => 1.5", "1.0.0"),
    AGGREGATE("mean", FUNCTION_NULLABLE, signature, resolve_avg, NULL, &avg_double,
              "mean(expr) - the mean of the values.", "mean(col) from values (1), (2) as t(col) => 1.5", "1.0.0"),
    AGGREGATE("try_avg", FUNCTION_NULLABLE | FUNCTION_TRY, signature, resolve_avg, NULL, &avg_double,
              "try_avg(expr) - the mean of the values, NULL when their sum overflows.",
              "try_avg(col) from values (1), (2) as t(col) => 1.5", "3.3.0"),
    {0},
};
