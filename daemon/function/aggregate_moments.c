/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variance, skewness, kurtosis of one column; covariance, correlation and linear regression of two.
 *
 * Moments are updated value by value with the recurrences that Spark uses, term for term, so that results agree to the
 * last bit as long as the rows come in the same order:
 *
 *     n += 1;  d = x - mean;  mean += d / n;  m2 += d (d - d / n);  m3, m4 likewise
 *
 * merge() joins two sets of moments (Chan, Golub and LeVeque). finish() does what Spark does last, too: it joins them to
 * an empty set, which turns what is too large into NaN.
 *
 * In that recurrence each value waits for a division. After as many rows as nobody computes by hand, which Spark would
 * have divided among partitions, whole batches are taken together instead, about a first value, and merged.
 */
#include <math.h>

#include "base/vectorized.h"
#include "function/aggregate.h"

enum { ONE_BY_ONE = 1 << 15, LANES = 8 };

/* Sums of as many terms at once as there are lanes: TERM by `i`, its values `x` (and what it is computed from). */
#define LANE_SUM(sum, rows, ...)                                                                                       \
    do {                                                                                                               \
        double lanes[LANES] = {0};                                                                                     \
        size_t i = 0; /* of 64 bits: i + k is seen not to wrap around */                                               \
        for (; i + LANES <= (rows); i += LANES)                                                                        \
            for (size_t k = 0; k < LANES; k++) lanes[k] += (__VA_ARGS__);                                              \
        for (size_t k = 0; i + k < (rows); k++) lanes[k] += (__VA_ARGS__);                                             \
        (sum) = 0;                                                                                                     \
        for (uint32_t k = 0; k < LANES; k++) (sum) += lanes[k];                                                        \
    } while (0)

static bool is_plain(struct view view) {
    return !view.index && !view.validity;
}

/* --- one column --- */

struct moments {
    double n, mean, m2, m3, m4;
};

static inline void add_moments(struct moments *m, double x) {
    double n = m->n + 1.0, delta = x - m->mean, delta_n = delta / n;
    double delta2 = delta * delta, delta_n2 = delta_n * delta_n;
    double m2 = m->m2 + delta * (delta - delta_n);
    double m3 = m->m3 - 3.0 * delta_n * m2 + delta * (delta2 - delta_n2);
    m->m4 = m->m4 - 4.0 * delta_n * m3 - 6.0 * delta_n2 * m2 + delta * (delta * delta2 - delta_n * delta_n2);
    m->m3 = m3;
    m->m2 = m2;
    m->mean += delta_n;
    m->n = n;
}

static bool moments_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                           struct error *err) {
    struct view view = call_view(call, arguments, rows);
    const double *data = view.data;
    EACH_VALUE(view, rows, { add_moments(states[i], data[entry]); });
    return true;
}

static bool moments_merge(struct call *call, const void *from, void *into, struct error *err) {
    const struct moments *b = from;
    struct moments *a = into, old = *a;
    double n = a->n + b->n, delta = b->mean - a->mean, delta_n = n == 0 ? 0 : delta / n;
    a->n = n;
    a->mean = old.mean + delta_n * b->n;
    a->m2 = old.m2 + b->m2 + delta * delta_n * old.n * b->n;
    a->m3 = old.m3 + b->m3 + delta_n * delta_n * delta * old.n * b->n * (old.n - b->n) +
            3.0 * delta_n * (old.n * b->m2 - b->n * old.m2);
    a->m4 = old.m4 + b->m4 +
            delta_n * delta_n * delta_n * delta * old.n * b->n * (old.n * old.n - old.n * b->n + b->n * b->n) +
            6.0 * delta_n * delta_n * (old.n * old.n * b->m2 + b->n * b->n * old.m2) +
            4.0 * delta_n * (old.n * b->m3 - b->n * old.m3);
    return true;
}

/* The moments of many values; of one that is always the same, exactly none. */
VECTORIZED static struct moments moments_of(const double *x, uint32_t rows) {
    double first = x[0], n = rows, sum;
    LANE_SUM(sum, rows, x[i + k] - first);
    struct moments m = {.n = n, .mean = sum / n};
#define AWAY (x[i + k] - first - m.mean)
    LANE_SUM(m.m2, rows, AWAY * AWAY);
    LANE_SUM(m.m3, rows, AWAY * AWAY * AWAY);
    LANE_SUM(m.m4, rows, AWAY * AWAY * (AWAY * AWAY));
#undef AWAY
    m.mean += first;
    return m;
}

static bool moments_update_one(struct call *call, const struct vector *arguments, uint32_t rows, void *into,
                               struct error *err) {
    struct view view = call_view(call, arguments, rows);
    const double *data = view.data;
    struct moments *state = into;
    if (rows && state->n >= ONE_BY_ONE && is_plain(view)) {
        struct moments all = moments_of(data, rows);
        return moments_merge(call, &all, state, err);
    }
    struct moments m = *state;
    EACH_VALUE(view, rows, { add_moments(&m, data[entry]); });
    *state = m;
    return true;
}

/* A result that is NULL where `known` is false. */
#define FINISH(NAME, STATE, KNOWN, VALUE)                                                                              \
    static bool NAME##_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,              \
                              struct error *err) {                                                                     \
        for (uint32_t i = 0; i < count; i++) {                                                                         \
            struct STATE whole = {0}, *s = &whole;                                                                     \
            STATE##_merge(call, states[i], s, err);                                                                    \
            bool known = (KNOWN);                                                                                      \
            VECTOR_DATA(out, double)[i] = known ? (VALUE) : 0;                                                         \
            if (!known) vector_set_null(out, call->arena, i, count);                                                   \
        }                                                                                                              \
        return true;                                                                                                   \
    }

#define MOMENTS(NAME, KNOWN, VALUE)                                                                                    \
    FINISH(NAME, moments, KNOWN, VALUE)                                                                                \
    static const struct aggregate_kernel NAME = {.fixed_size = sizeof(struct moments),                                 \
                                                 .plain = true,                                                        \
                                                 .update = moments_update,                                             \
                                                 .update_one = moments_update_one,                                     \
                                                 .merge = moments_merge,                                               \
                                                 .finish = NAME##_finish};

MOMENTS(stddev_pop, s->n > 0, sqrt(s->m2 / s->n))
MOMENTS(stddev_samp, s->n > 1, sqrt(s->m2 / (s->n - 1.0)))
MOMENTS(var_pop, s->n > 0, s->m2 / s->n)
MOMENTS(var_samp, s->n > 1, s->m2 / (s->n - 1.0))
MOMENTS(skewness, s->n > 0 && s->m2 != 0, sqrt(s->n) * s->m3 / sqrt(s->m2 * s->m2 * s->m2))
MOMENTS(kurtosis, s->n > 0 && s->m2 != 0, s->n * s->m4 / (s->m2 * s->m2) - 3.0)

/* --- two columns: x is the first argument, y the second --- */

struct comoments {
    double n, x_mean, y_mean, c, x_m2, y_m2;
    double turned_c;             /* c with x and y exchanged: the same but for the last bit */
    double x_squares, y_squares; /* x_m2, y_m2 by the recurrence of variance, the same but for the last bit */
};

static inline void add_comoments(struct comoments *m, double x, double y) {
    double n = m->n + 1.0, dx = x - m->x_mean, dy = y - m->y_mean, dx_n = dx / n, dy_n = dy / n;
    m->x_mean += dx_n;
    m->y_mean += dy_n;
    m->c += dx * (y - m->y_mean);
    m->turned_c += dy * (x - m->x_mean);
    m->x_squares += dx * (dx - dx_n);
    m->y_squares += dy * (dy - dy_n);
    m->x_m2 += dx * (x - m->x_mean);
    m->y_m2 += dy * (y - m->y_mean);
    m->n = n;
}

static bool comoments_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                             struct error *err) {
    struct view x = call_view(call, &arguments[0], rows), y = call_view(call, &arguments[1], rows);
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t x_entry = view_entry(&x, i), y_entry = view_entry(&y, i);
        if (view_is_null(&x, x_entry) || view_is_null(&y, y_entry)) continue;
        add_comoments(states[i], ((const double *)x.data)[x_entry], ((const double *)y.data)[y_entry]);
    }
    return true;
}

static bool comoments_merge(struct call *call, const void *from, void *into, struct error *err) {
    const struct comoments *b = from;
    struct comoments *a = into;
    double n = a->n + b->n, dx = b->x_mean - a->x_mean, dy = b->y_mean - a->y_mean;
    double dx_n = n == 0 ? 0 : dx / n, dy_n = n == 0 ? 0 : dy / n;
    a->c += b->c + dx * dy_n * a->n * b->n;
    a->turned_c += b->turned_c + dy * dx_n * a->n * b->n;
    a->x_squares += b->x_squares + dx * dx_n * a->n * b->n;
    a->y_squares += b->y_squares + dy * dy_n * a->n * b->n;
    a->x_m2 += b->x_m2 + dx * dx_n * a->n * b->n;
    a->y_m2 += b->y_m2 + dy * dy_n * a->n * b->n;
    a->x_mean += dx_n * b->n;
    a->y_mean += dy_n * b->n;
    a->n = n;
    return true;
}

VECTORIZED static struct comoments comoments_of(const double *x, const double *y, uint32_t rows) {
    double x_first = x[0], y_first = y[0], n = rows, x_sum, y_sum;
    LANE_SUM(x_sum, rows, x[i + k] - x_first);
    LANE_SUM(y_sum, rows, y[i + k] - y_first);
    struct comoments m = {.n = n, .x_mean = x_sum / n, .y_mean = y_sum / n};
#define X_AWAY (x[i + k] - x_first - m.x_mean)
#define Y_AWAY (y[i + k] - y_first - m.y_mean)
    LANE_SUM(m.c, rows, X_AWAY * Y_AWAY);
    LANE_SUM(m.x_m2, rows, X_AWAY * X_AWAY);
    LANE_SUM(m.y_m2, rows, Y_AWAY * Y_AWAY);
#undef X_AWAY
#undef Y_AWAY
    m.turned_c = m.c;
    m.x_squares = m.x_m2;
    m.y_squares = m.y_m2;
    m.x_mean += x_first;
    m.y_mean += y_first;
    return m;
}

static bool comoments_update_one(struct call *call, const struct vector *arguments, uint32_t rows, void *into,
                                 struct error *err) {
    struct view x = call_view(call, &arguments[0], rows), y = call_view(call, &arguments[1], rows);
    struct comoments *state = into;
    if (rows && state->n >= ONE_BY_ONE && is_plain(x) && is_plain(y)) {
        struct comoments all = comoments_of(x.data, y.data, rows);
        return comoments_merge(call, &all, state, err);
    }
    struct comoments m = *state;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t x_entry = view_entry(&x, i), y_entry = view_entry(&y, i);
        if (view_is_null(&x, x_entry) || view_is_null(&y, y_entry)) continue;
        add_comoments(&m, ((const double *)x.data)[x_entry], ((const double *)y.data)[y_entry]);
    }
    *state = m;
    return true;
}

#define COMOMENTS(NAME, KNOWN, VALUE)                                                                                  \
    FINISH(NAME, comoments, KNOWN, VALUE)                                                                              \
    static const struct aggregate_kernel NAME = {.fixed_size = sizeof(struct comoments),                               \
                                                 .plain = true,                                                        \
                                                 .update = comoments_update,                                           \
                                                 .update_one = comoments_update_one,                                   \
                                                 .merge = comoments_merge,                                             \
                                                 .finish = NAME##_finish};

COMOMENTS(covar_pop, s->n > 0, s->c / s->n)
COMOMENTS(covar_samp, s->n > 1, s->c / (s->n - 1.0))
/* regr_f(y, x): the dependent value comes first, so the struct's x is y of the formula. */
COMOMENTS(regr_r2, s->x_m2 != 0,
          s->y_m2 == 0 ? 1.0 : (s->c / sqrt(s->x_m2 * s->y_m2)) * (s->c / sqrt(s->x_m2 * s->y_m2)))
COMOMENTS(regr_slope, s->y_squares != 0, s->turned_c / s->y_squares)
COMOMENTS(regr_intercept, s->y_squares != 0, s->x_mean - s->turned_c / s->y_squares * s->y_mean)
COMOMENTS(regr_sxx, s->n > 0, s->y_squares)
COMOMENTS(regr_syy, s->n > 0, s->x_squares)
COMOMENTS(regr_sxy, s->n > 0, s->c)

/* Pairs of which one never changes have no correlation: a division by zero, like any other. */
static bool corr_finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        struct comoments s = {0};
        comoments_merge(call, states[i], &s, err);
        double root = sqrt(s.x_m2 * s.y_m2);
        if (s.n > 1 && root == 0 && call->expr->aggregate.ansi) {
            error_set(err, "DIVIDE_BY_ZERO", "config", "\"spark.sql.ansi.enabled\"", NULL);
            return error_at(err, call->expr->origin);
        }
        VECTOR_DATA(out, double)[i] = s.c / root;
        if (s.n <= 1 || root == 0) vector_set_null(out, call->arena, i, count);
    }
    return true;
}

static const struct aggregate_kernel corr = {.fixed_size = sizeof(struct comoments),
                                             .plain = true,
                                             .update = comoments_update,
                                             .update_one = comoments_update_one,
                                             .merge = comoments_merge,
                                             .finish = corr_finish};

/* --- the number of pairs, and their means --- */

static bool pair_count_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                              struct error *err) {
    for (uint32_t i = 0; i < rows; i++)
        *(int64_t *)states[i] += !vector_is_null(&arguments[0], i) && !vector_is_null(&arguments[1], i);
    return true;
}

static bool pair_count_merge(struct call *call, const void *from, void *into, struct error *err) {
    *(int64_t *)into += *(const int64_t *)from;
    return true;
}

static bool pair_count_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                              struct error *err) {
    for (uint32_t i = 0; i < count; i++) VECTOR_DATA(out, int64_t)[i] = *(const int64_t *)states[i];
    return true;
}

static const struct aggregate_kernel regr_count = {.plain = true,
                                                   .fixed_size = sizeof(int64_t),
                                                   .update = pair_count_update,
                                                   .merge = pair_count_merge,
                                                   .finish = pair_count_finish};

/* avg(if(isnotnull(y) and isnotnull(x), x, NULL)), under its own name. */
static struct expr *resolve_pair_mean(struct resolver *r, struct expr *call, uint32_t which, struct error *err) {
    struct expr *there[2];
    for (uint32_t i = 0; i < 2; i++)
        TRY_NULL(there[i] = resolve_named(r, "isnotnull", &call->children[i], 1, call->origin, err));
    struct expr *wanted = call->children[which];
    struct expr *choice[] = {resolve_binary(r, "and", there[0], there[1], err), wanted,
                             expr_null(r->arena, wanted->type)};
    TRY_NULL(choice[0]);
    struct expr *value = resolve_named(r, "if", choice, 3, call->origin, err);
    TRY_NULL(value);
    struct expr *mean = resolve_named(r, "avg", &value, 1, call->origin, err);
    if (mean) mean->pretty = call;
    return mean;
}

static struct expr *resolve_avgx(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_pair_mean(r, call, 1, err);
}

static struct expr *resolve_avgy(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_pair_mean(r, call, 0, err);
}

/* --- rows --- */

static struct expr *resolve_moments(struct resolver *r, struct expr *call, struct error *err) {
    call->nullable = true;
    return call;
}

#define ONE(NAME, KERNEL, WHAT, EXAMPLE)                                                                               \
    AGGREGATE(NAME, FUNCTION_NULLABLE, "(DOUBLE) DOUBLE", resolve_moments, NULL, &KERNEL, NAME "(expr) - " WHAT ".",   \
              NAME "(col) from values (1), (2), (3) as t(col) => " EXAMPLE, "1.6.0")
#define TWO(NAME, WHAT, EXAMPLE)                                                                                       \
    AGGREGATE(#NAME, FUNCTION_NULLABLE, "(DOUBLE, DOUBLE) DOUBLE", resolve_moments, NULL, &NAME,                       \
              #NAME "(y, x) - " WHAT " of the pairs without NULL.",                                                    \
              #NAME "(y, x) from values (1, 2), (2, 4), (3, 6) as t(y, x) => " EXAMPLE, "3.3.0")
#define MEAN(NAME, RESOLVE, WHAT, EXAMPLE)                                                                             \
    AGGREGATE(NAME, FUNCTION_NULLABLE, "(NUMERIC, NUMERIC) ?", RESOLVE, NULL, NULL,                                    \
              NAME "(y, x) - " WHAT " of the pairs without NULL.",                                                     \
              NAME "(y, x) from values (1, 2), (2, 4), (3, 6) as t(y, x) => " EXAMPLE, "3.3.0")

const struct function aggregate_moments_functions[] = {
    ONE("stddev", stddev_samp, "the standard deviation of a sample", "1.0"),
    ONE("std", stddev_samp, "the standard deviation of a sample", "1.0"),
    ONE("stddev_samp", stddev_samp, "the standard deviation of a sample", "1.0"),
    ONE("stddev_pop", stddev_pop, "the standard deviation of a population", "0.816496580927726"),
    ONE("variance", var_samp, "the variance of a sample", "1.0"),
    ONE("var_samp", var_samp, "the variance of a sample", "1.0"),
    ONE("var_pop", var_pop, "the variance of a population", "0.6666666666666666"),
    ONE("skewness", skewness, "how far the values lean to one side", "0.0"),
    ONE("kurtosis", kurtosis, "how heavy the tails are, 0 for a normal distribution", "-1.5"),
    TWO(covar_pop, "the covariance of a population", "1.3333333333333333"),
    TWO(covar_samp, "the covariance of a sample", "2.0"),
    TWO(corr, "Pearson's correlation", "1.0"),
    TWO(regr_r2, "the coefficient of determination", "1.0"),
    TWO(regr_slope, "the slope of the regression line", "0.5"),
    TWO(regr_intercept, "the intercept of the regression line", "0.0"),
    TWO(regr_sxx, "the sum of squares of x about its mean", "8.0"),
    TWO(regr_syy, "the sum of squares of y about its mean", "2.0"),
    TWO(regr_sxy, "the sum of products about the means", "4.0"),
    MEAN("regr_avgx", resolve_avgx, "the mean of x", "4.0"),
    MEAN("regr_avgy", resolve_avgy, "the mean of y", "2.0"),
    AGGREGATE("regr_count", FUNCTION_NOT_NULL, "(NUMERIC, NUMERIC) LONG", NULL, NULL, &regr_count,
              "regr_count(y, x) - how many pairs have no NULL.",
              "regr_count(y, x) from values (1, 2), (2, null) as t(y, x) => 1", "3.3.0"),
    {0},
};
