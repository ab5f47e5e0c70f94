/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approx_percentile (percentile_approx): percentiles from a summary of bounded size.
 *
 * The summary is Greenwald and Khanna's in Spark's variant, step by step, so that the answers agree: values collect in
 * a head buffer of 50,000; a full buffer is sorted and merged into the samples, each of which stands for `g` values and
 * is off by at most `delta` ranks; samples that may be joined within the accuracy are.
 */
#include <math.h>

#include "function/aggregate.h"
#include "function/order_statistic.h"

enum { HEAD_VALUES = 50000, COMPRESS_FROM = 10000 };

struct sample {
    double value;
    int64_t g, delta;
};

struct summary {
    double *head;
    uint32_t head_count, head_capacity;
    struct sample *samples;
    uint32_t sample_count, sample_capacity;
    int64_t count; /* of values in samples */
};

struct approximate {
    double error; /* 1 / accuracy */
    bool is_array;
    uint32_t count;
    double *wanted;
};

static void sort_doubles(double *values, uint32_t count, struct arena *arena) {
    struct arena *scratch = arena_scratch(arena);
    uint64_t *keys = arena_bytes_array(scratch, count, 2 * sizeof *keys);
    for (uint32_t i = 0; i < count; i++) keys[i] = order_key(values[i]);
    order_sort(keys, count, keys + count);
    for (uint32_t i = 0; i < count; i++) values[i] = order_value(keys[i]);
    arena_release(scratch);
}

/* The head's values take their places among the samples. */
static void merge_head(struct summary *s, struct arena *arena, double error) {
    if (!s->head_count) return;
    sort_doubles(s->head, s->head_count, arena);
    uint32_t capacity = s->sample_count + s->head_count, n = 0, at = 0;
    struct sample *merged = arena_bytes_array(arena, capacity, sizeof *merged);
    for (uint32_t i = 0; i < s->head_count; i++) {
        while (at < s->sample_count && s->samples[at].value <= s->head[i]) merged[n++] = s->samples[at++];
        s->count++;
        bool at_end = !n || (at == s->sample_count && i == s->head_count - 1);
        int64_t delta = at_end ? 0 : (int64_t)floor(2 * error * (double)s->count);
        merged[n++] = (struct sample){s->head[i], 1, delta};
    }
    while (at < s->sample_count) merged[n++] = s->samples[at++];
    s->samples = merged;
    s->sample_count = n;
    s->head_count = 0;
}

/* Joins neighbours, from the greatest down, as long as they stay within the accuracy. */
static void compress(struct summary *s, double error) {
    if (!s->sample_count) return;
    double threshold = 2 * error * (double)s->count;
    struct sample first = s->samples[0], last = s->samples[s->sample_count - 1], head = last;
    uint32_t to = s->sample_count;
    for (uint32_t i = s->sample_count - 1; i-- > 1;) {
        struct sample next = s->samples[i];
        if ((double)(next.g + head.g + head.delta) < threshold) {
            head.g += next.g;
        } else {
            s->samples[--to] = head;
            head = next;
        }
    }
    s->samples[--to] = head;
    if (first.value <= head.value && s->sample_count > 1) s->samples[--to] = first;
    s->sample_count -= to;
    memmove(s->samples, s->samples + to, s->sample_count * sizeof *s->samples);
}

static void insert(struct summary *s, struct arena *arena, double error, double value) {
    if (s->head_count == s->head_capacity) {
        uint32_t capacity = s->head_capacity ? s->head_capacity * 2 : 16;
        if (capacity > HEAD_VALUES) capacity = HEAD_VALUES;
        s->head = arena_grow(arena, s->head, s->head_count * sizeof *s->head, capacity * sizeof *s->head);
        s->head_capacity = capacity;
    }
    s->head[s->head_count++] = value;
    if (s->head_count < HEAD_VALUES) return;
    merge_head(s, arena, error);
    if (s->sample_count >= COMPRESS_FROM) compress(s, error);
}

static double query(const struct summary *s, double error, double wanted) {
    const struct sample *samples = s->samples;
    int64_t widest = INT64_MIN, rank_at_least;
    if (wanted <= error) return samples[0].value;
    if (wanted >= 1 - error) return samples[s->sample_count - 1].value;
    for (uint32_t i = 0; i < s->sample_count; i++)
        if (samples[i].delta + samples[i].g > widest) widest = samples[i].delta + samples[i].g;
    int64_t target = widest / 2, rank = (int64_t)ceil(wanted * (double)s->count);
    rank_at_least = samples[0].g;
    for (uint32_t i = 0; i + 1 < s->sample_count; i++) {
        int64_t rank_at_most = rank_at_least + samples[i].delta;
        if (rank_at_most - target <= rank && rank <= rank_at_least + target) return samples[i].value;
        rank_at_least += samples[i + 1].g;
    }
    return samples[s->sample_count - 1].value;
}

/* --- the aggregate --- */

static bool update(struct call *call, const struct vector *arguments, uint32_t rows, void **states, struct error *err) {
    const struct approximate *a = call->state;
    struct view view = call_view(call, arguments, rows);
    if (arguments->type->kind == TYPE_NULL) return true;
    EACH_VALUE(view, rows, { insert(states[i], call->arena, a->error, aggregate_double_at(arguments, entry)); });
    return true;
}

static bool finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    const struct approximate *a = call->state;
    struct vector *values = out;
    if (a->is_array) {
        values = out->children = vector_new(call->arena, out->type->element, count * a->count);
        out->child_count = 1;
        out->child_rows = count * a->count;
    }
    for (uint32_t i = 0; i < count; i++) {
        /* A window's state goes on growing, so what is asked for now is asked of a copy. */
        struct summary s = *(const struct summary *)states[i];
        s.head = arena_copy(call->arena, s.head, s.head_count * sizeof *s.head);
        s.samples = arena_copy(call->arena, s.samples, s.sample_count * sizeof *s.samples);
        merge_head(&s, call->arena, a->error);
        compress(&s, a->error);
        if (a->is_array) VECTOR_DATA(out, struct list_entry)[i] = (struct list_entry){i * a->count, a->count};
        if (!s.sample_count || !a->count) vector_set_null(out, call->arena, i, count);
        for (uint32_t k = 0; k < a->count; k++)
            aggregate_put_double(values, call->arena, i * a->count + k,
                                 s.sample_count ? query(&s, a->error, a->wanted[k]) : 0, count * a->count);
    }
    return true;
}

static const struct aggregate_kernel percentile_kernel = {
    .fixed_size = sizeof(struct summary), .update = update, .finish = finish};

static bool prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                    struct error *err) {
    struct approximate *a = ARENA_NEW(arena, struct approximate);
    a->error = 1.0 / (double)VECTOR_DATA(constants[2], int64_t)[0];
    const struct vector *wanted = constants[1];
    a->is_array = type_storage(wanted->type) == STORAGE_LIST;
    struct list_entry list = a->is_array ? VECTOR_DATA(wanted, struct list_entry)[0] : (struct list_entry){0, 1};
    const struct vector *values = a->is_array ? &wanted->children[0] : wanted;
    a->count = list.length;
    a->wanted = ARENA_ARRAY(arena, double, list.length);
    for (uint32_t i = 0; i < list.length; i++)
        a->wanted[i] = VECTOR_DATA(values, double)[a->is_array ? vector_entry(values, list.offset + i) : 0];
    *state = a;
    return true;
}

/* --- types --- */

static struct expr *unexpected(struct resolver *r, struct expr *call, uint32_t i, const char *wanted,
                               struct error *err) {
    return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(i), "requiredType",
                            wanted, "inputSql", quoted_expr(r->arena, call->children[i]), "inputType",
                            quoted_type(r->arena, call->children[i]->type), NULL);
}

static bool check_accuracy(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *e = call->children[2] = coerce_to(r, call->children[2], TYPE_OF(LONG));
    const struct vector *v = expr_fold(r->arena, r->context, e, err);
    TRY(v);
    if (vector_is_null(v, 0)) {
        resolve_mismatch(r, call, err, "UNEXPECTED_NULL", "exprName", "accuracy", NULL);
        return false;
    }
    int64_t accuracy = VECTOR_DATA(v, int64_t)[0];
    if (accuracy > 0 && accuracy <= INT32_MAX) return true;
    resolve_mismatch(r, call, err, "VALUE_OUT_OF_RANGE", "exprName", "accuracy", "valueRange", "(0, 2147483647]",
                     "currentValue", arena_printf(r->arena, "%lldL", (long long)accuracy), NULL);
    return false;
}

static bool check_percentages(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *e = call->children[1];
    bool is_array = e->type->kind == TYPE_ARRAY;
    const struct vector *v = expr_fold(r->arena, r->context, e, err);
    TRY(v);
    if (vector_is_null(v, 0)) {
        resolve_mismatch(r, call, err, "UNEXPECTED_NULL", "exprName", "percentage", NULL);
        return false;
    }
    struct list_entry list = is_array ? VECTOR_DATA(v, struct list_entry)[0] : (struct list_entry){0, 1};
    const struct vector *values = is_array ? &v->children[0] : v;
    for (uint32_t i = 0; i < list.length; i++) {
        double p = VECTOR_DATA(values, double)[is_array ? vector_entry(values, list.offset + i) : 0];
        if (p >= 0 && p <= 1) continue;
        resolve_mismatch(r, call, err, "VALUE_OUT_OF_RANGE", "exprName", "percentage", "valueRange", "[0.0, 1.0]",
                         "currentValue", literal_sql(r->arena, v, NULL, true), NULL);
        return false;
    }
    return true;
}

static struct expr *resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 2) {
        call->children = arena_grow(r->arena, call->children, 2 * sizeof *call->children, 3 * sizeof *call->children);
        call->children[call->child_count++] = expr_int(r->arena, 10000);
    }
    TRY_NULL(resolve_argument(r, call, 0, "NUMERIC|DATE|TIMESTAMP|TIMESTAMP_NTZ|YM_INTERVAL|DT_INTERVAL", err));
    const struct type *t = call->children[0]->type;
    bool is_array = call->children[1]->type->kind == TYPE_ARRAY;
    const struct type *wanted = aggregate_one_or_array(r, call->children[1], "DOUBLE", TYPE_OF(DOUBLE));
    if (!wanted) return unexpected(r, call, 1, "(\"DOUBLE\" or \"ARRAY<DOUBLE>\")", err);
    if (!coerce_implicit(r, call->children[2], "INTEGRAL")) return unexpected(r, call, 2, "\"INTEGRAL\"", err);
    TRY_NULL(resolve_foldable(r, call, 2, "`accuracy`", quoted_type(r->arena, call->children[2]->type), err));
    TRY_NULL(check_accuracy(r, call, err));
    TRY_NULL(resolve_foldable(r, call, 1, "`percentage`", quoted_type(r->arena, wanted), err));
    call->children[1] = coerce_to(r, call->children[1], wanted);
    TRY_NULL(check_percentages(r, call, err));
    call->type = is_array ? type_array(r->arena, t, false) : t;
    call->nullable = true;
    return call;
}

#define ROW(NAME)                                                                                                      \
    AGGREGATE(NAME, FUNCTION_NULLABLE, "(ANY, ANY [, ANY]) ?", resolve, prepare, &percentile_kernel,                   \
              NAME "(col, percentage[, accuracy]) - a percentile, off by at most 1 / accuracy of the rows.",           \
              NAME "(col, 0.5, 100) from values (0), (6), (7), (9), (10) as t(col) => 7", "2.1.0")

const struct function aggregate_approximate_functions[] = {ROW("approx_percentile"), ROW("percentile_approx"), {0}};
