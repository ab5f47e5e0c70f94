/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kll_sketch_agg_bigint and its kin: Spark's functions over the KLL sketches of kll.h, each for BIGINT, FLOAT and
 * DOUBLE. Sketches of other types are read as if they were of the function's, as far as their bytes go.
 *
 * Spark merges the sketch of each partition into an empty one, so that an aggregate's level 0 is in the order of
 * arrival; the same is done here.
 */
#include "base/number.h"
#include "function/aggregate.h"
#include "function/kll.h"
#include "function/string_kernel.h"

static enum kll_type type_of(const struct call *call) {
    const char *name = call->expr->call.function->name, *end = name + strlen(name);
    return end[-1] == 't' && end[-2] == 'n' ? KLL_LONGS : end[-1] == 't' ? KLL_FLOATS : KLL_DOUBLES;
}

static bool failed(const struct call *call, const char *condition, const char *reason, struct error *err) {
    error_set(err, condition, NULL);
    error_add(err, "functionName", "`%s`", call->expr->call.function->name);
    return error_add(err, "reason", "%s", reason);
}

static bool read_sketch(const struct call *call, struct arena *arena, struct string bytes, enum kll_part part,
                        struct kll *out, struct error *err) {
    const char *reason;
    if (kll_read(arena, bytes, type_of(call), part, out, &reason)) return true;
    return failed(call, "KLL_SKETCH_INVALID_INPUT", reason, err);
}

static int64_t key_at(const struct vector *v, uint32_t entry) {
    switch (type_storage(v->type)) {
        case STORAGE_INT8: return VECTOR_DATA(v, int8_t)[entry];
        case STORAGE_INT16: return VECTOR_DATA(v, int16_t)[entry];
        case STORAGE_INT32: return VECTOR_DATA(v, int32_t)[entry];
        case STORAGE_FLOAT: return kll_key_of_double(VECTOR_DATA(v, float)[entry]);
        case STORAGE_DOUBLE: return kll_key_of_double(VECTOR_DATA(v, double)[entry]);
        default: return VECTOR_DATA(v, int64_t)[entry];
    }
}

static bool is_nan(const struct vector *v, uint32_t entry) {
    enum storage storage = type_storage(v->type);
    if (storage == STORAGE_FLOAT) return VECTOR_DATA(v, float)[entry] != VECTOR_DATA(v, float)[entry];
    return storage == STORAGE_DOUBLE && VECTOR_DATA(v, double)[entry] != VECTOR_DATA(v, double)[entry];
}

/* --- kll_sketch_agg_* --- */

static bool agg_prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                        struct error *err) {
    uint32_t *k = *state = ARENA_NEW(arena, uint32_t);
    *k = call->expr->child_count > 1 ? (uint32_t)VECTOR_DATA(constants[1], int32_t)[0] : KLL_DEFAULT_K;
    return true;
}

static bool agg_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                       struct error *err) {
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t entry = vector_entry(arguments, i);
        if (vector_is_null(arguments, i) || is_nan(arguments, entry)) continue;
        struct kll *s = states[i];
        if (!s->k) kll_init(s, call->arena, type_of(call), *(const uint32_t *)call->state);
        kll_add(s, call->arena, key_at(arguments, entry));
    }
    return true;
}

static bool agg_finish(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err) {
    struct arena *scratch = arena_scratch(call->arena);
    for (uint32_t i = 0; i < count; i++) {
        struct kll whole;
        kll_init(&whole, scratch, type_of(call), *(const uint32_t *)call->state);
        kll_merge(&whole, scratch, states[i]);
        VECTOR_DATA(out, struct string)[i] = kll_write(call->arena, &whole);
        arena_reset(scratch);
    }
    arena_release(scratch);
    return true;
}

static const struct aggregate_kernel agg_kernel = {
    .fixed_size = sizeof(struct kll), .update = agg_update, .finish = agg_finish};

static struct expr *check_k(struct resolver *r, struct expr *call, struct error *err) {
    if (call->children[1]->type->kind == TYPE_NULL) call->children[1] = expr_null(r->arena, TYPE_OF(INT));
    struct expr *k = call->children[1];
    TRY_NULL(sketch_expect(r, call, 1, "INT", err));
    if (!k->foldable)
        return resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", "k", "inputType", "int", "inputExpr",
                                expr_sql(r->arena, k), NULL);
    const struct vector *v = expr_fold(r->arena, r->context, call->children[1], err);
    TRY_NULL(v);
    if (vector_is_null(v, 0)) return resolve_mismatch(r, call, err, "UNEXPECTED_NULL", "exprName", "k", NULL);
    int32_t value = VECTOR_DATA(v, int32_t)[0];
    if (value >= KLL_LEAST_K && value <= KLL_MOST_K) return call;
    const char *message = arena_printf(r->arena,
                                       "[KLL_SKETCH_K_OUT_OF_RANGE] For function `%s`, the k parameter must be between "
                                       "%d and %d (inclusive), but got %d. SQLSTATE: 22003",
                                       call->aggregate.name, KLL_LEAST_K, KLL_MOST_K, value);
    return resolve_mismatch(r, call, err, "TYPE_CHECK_FAILURE_WITH_HINT", "msg", message, "hint", "", NULL);
}

static struct expr *resolve_agg(struct resolver *r, struct expr *call, const char *words, struct error *err) {
    TRY_NULL(sketch_expect(r, call, 0, words, err));
    return call->child_count > 1 ? check_k(r, call, err) : call;
}

static struct expr *resolve_agg_bigint(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_agg(r, call, "BYTE|INT|LONG|SHORT", err);
}

static struct expr *resolve_agg_float(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_agg(r, call, "FLOAT", err);
}

static struct expr *resolve_agg_double(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_agg(r, call, "FLOAT|DOUBLE", err);
}

/* --- a sketch as a whole --- */

static bool to_string_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    struct view view = vector_view(call->arena, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct kll s;
        if (!row_is_wanted(out, i)) continue;
        TRY(read_sketch(call, call->arena, string_at(&view, i), KLL_EXTREMES, &s, err));
        VECTOR_DATA(out, struct string)[i] = kll_summary(call->arena, &s);
    }
    return true;
}

static bool get_n_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view view = vector_view(call->arena, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        struct kll s;
        if (!row_is_wanted(out, i)) continue;
        TRY(read_sketch(call, call->arena, string_at(&view, i), KLL_HEADER, &s, err));
        VECTOR_DATA(out, int64_t)[i] = (int64_t)s.n;
    }
    return true;
}

static bool merge_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view a = vector_view(call->arena, &arguments[0], rows), b = vector_view(call->arena, &arguments[1], rows);
    struct arena *scratch = arena_scratch(call->arena);
    for (uint32_t i = 0; i < rows; i++) {
        struct kll left, right;
        const char *reason;
        if (!row_is_wanted(out, i)) continue;
        if (!kll_read(scratch, string_at(&a, i), type_of(call), KLL_ITEMS, &left, &reason) ||
            !kll_read(scratch, string_at(&b, i), type_of(call), KLL_ITEMS, &right, &reason))
            return failed(call, "KLL_SKETCH_INCOMPATIBLE_MERGE", reason, err);
        kll_merge(&left, scratch, &right);
        VECTOR_DATA(out, struct string)[i] = kll_write(call->arena, &left);
        arena_reset(scratch);
    }
    arena_release(scratch);
    return true;
}

/* --- quantiles and ranks: one, or an array of them --- */

/* Asks the sketch for element `at` of `asked`, into entry `to` of `answers`; NULL is 0. `first` is the row's first
 * element: the one that errors name. */
typedef bool ask(struct call *call, const struct kll_view *view, const struct vector *asked, uint32_t first,
                 uint32_t at, struct vector *answers, uint32_t to, struct error *err);

static bool out_of_range(const struct call *call, double rank, struct error *err) {
    char digits[DOUBLE_TEXT];
    error_set(err, "KLL_SKETCH_INVALID_QUANTILE_RANGE", NULL);
    error_add(err, "functionName", "`%s`", call->expr->call.function->name);
    return error_add(err, "quantile", "%.*sD", (int)double_format(rank, digits), digits);
}

static double double_at(const struct vector *v, uint32_t row) {
    return vector_is_null(v, row) ? 0 : VECTOR_DATA(v, double)[vector_entry(v, row)];
}

static bool ask_quantile(struct call *call, const struct kll_view *view, const struct vector *asked, uint32_t first,
                         uint32_t at, struct vector *answers, uint32_t to, struct error *err) {
    double rank = double_at(asked, at);
    if (!(rank >= 0 && rank <= 1)) return out_of_range(call, double_at(asked, first), err);
    int64_t key = kll_quantile(view, rank);
    switch (type_of(call)) {
        case KLL_LONGS: VECTOR_DATA(answers, int64_t)[to] = key; break;
        case KLL_FLOATS: VECTOR_DATA(answers, float)[to] = (float)kll_double_of_key(key); break;
        case KLL_DOUBLES: VECTOR_DATA(answers, double)[to] = kll_double_of_key(key); break;
    }
    return true;
}

static bool ask_rank(struct call *call, const struct kll_view *view, const struct vector *asked, uint32_t first,
                     uint32_t at, struct vector *answers, uint32_t to, struct error *err) {
    bool is_null = vector_is_null(asked, at); /* 0 has the key 0 in all three types */
    VECTOR_DATA(answers, double)[to] = kll_rank(view, is_null ? 0 : key_at(asked, vector_entry(asked, at)));
    return true;
}

static bool ask_row(struct call *call, struct arena *scratch, const struct vector *arguments, uint32_t row,
                    struct string bytes, ask *question, struct vector *out, uint32_t *used, struct error *err) {
    struct kll s;
    TRY(read_sketch(call, scratch, bytes, KLL_ITEMS, &s, err));
    const struct vector *asked = &arguments[1];
    bool is_array = asked->type->kind == TYPE_ARRAY;
    struct list_entry list = {row, 1};
    if (is_array) list = VECTOR_DATA(asked, struct list_entry)[vector_entry(asked, row)];
    struct kll_view view = kll_sort(scratch, &s);
    if (list.length && (!s.n || !view.count))
        return failed(call, "KLL_SKETCH_INVALID_INPUT", "The sketch must not be empty for this operation. ", err);
    if (!is_array) return question(call, &view, asked, row, row, out, row, err);
    VECTOR_DATA(out, struct list_entry)[row] = (struct list_entry){*used, list.length};
    for (uint32_t k = 0; k < list.length; k++)
        TRY(question(call, &view, &asked->children[0], list.offset, list.offset + k, &out->children[0], (*used)++,
                     err));
    return true;
}

static bool ask_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                       ask *question, struct error *err) {
    struct view view = vector_view(call->arena, arguments, rows);
    const struct vector *asked = &arguments[1];
    struct arena *scratch = arena_scratch(call->arena);
    uint32_t used = 0, total = 0;
    if (asked->type->kind == TYPE_ARRAY) {
        for (uint32_t i = 0; i < rows; i++)
            if (row_is_wanted(out, i)) total += VECTOR_DATA(asked, struct list_entry)[vector_entry(asked, i)].length;
        out->children = vector_new(call->arena, out->type->element, total);
        out->child_count = 1;
        out->child_rows = total;
    }
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        TRY(ask_row(call, scratch, arguments, i, string_at(&view, i), question, out, &used, err));
        arena_reset(scratch);
    }
    arena_release(scratch);
    return true;
}

static bool quantile_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    return ask_kernel(call, arguments, rows, out, ask_quantile, err);
}

static bool rank_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    return ask_kernel(call, arguments, rows, out, ask_rank, err);
}

/* (BINARY, T or ARRAY<T>), the second a constant; the answer has the second's shape. */
static struct expr *resolve_ask(struct resolver *r, struct expr *call, const char *word, const struct type *asked,
                                const char *name, const struct type *answer, struct error *err) {
    struct expr *e = call->children[1];
    bool is_array = e->type->kind == TYPE_ARRAY;
    const struct type *t = aggregate_one_or_array(r, e, word, asked);
    TRY_NULL(resolve_foldable(r, call, 1, name, quoted_type(r->arena, t ? t : e->type), err));
    TRY_NULL(resolve_argument(r, call, 0, "BINARY", err));
    if (!t) {
        const char *sql = type_sql(r->arena, asked);
        TRY_NULL(sketch_unexpected(r, call, 1, arena_printf(r->arena, "(\"%s\" or \"ARRAY<%s>\")", sql, sql), err));
    }
    call->children[1] = coerce_to(r, e, t);
    call->type = is_array ? type_array(r->arena, answer, false) : answer;
    call->nullable = call->children[0]->nullable || call->children[1]->nullable;
    return call;
}

static struct expr *resolve_quantile(struct resolver *r, struct expr *call, struct error *err) {
    enum kll_type type = type_of(&(struct call){.expr = call});
    return resolve_ask(r, call, "DOUBLE", TYPE_OF(DOUBLE), "`rank`",
                       type == KLL_LONGS    ? TYPE_OF(LONG)
                       : type == KLL_FLOATS ? TYPE_OF(FLOAT)
                                            : TYPE_OF(DOUBLE),
                       err);
}

static struct expr *resolve_rank(struct resolver *r, struct expr *call, struct error *err) {
    static const char *const words[] = {"LONG", "FLOAT", "DOUBLE"};
    static const struct type *const asked[] = {TYPE_OF(LONG), TYPE_OF(FLOAT), TYPE_OF(DOUBLE)};
    enum kll_type type = type_of(&(struct call){.expr = call});
    return resolve_ask(r, call, words[type], asked[type], "`quantile`", TYPE_OF(DOUBLE), err);
}

#define KLL(NAME, SIGNATURE, RESOLVE, KERNEL, USAGE, EXAMPLE)                                                          \
    {                                                                                                                  \
        .name = NAME, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT, .signature = SIGNATURE, .resolve = RESOLVE,  \
        .kernel = KERNEL, .group = "misc_funcs", .usage = USAGE, .example = EXAMPLE, .since = "4.1.0"                  \
    }
#define OVER(T) "(kll_sketch_agg_" T "(col)"
#define FROM(VALUES) ") from values " VALUES " as t(col) => "
#define KLL_ROWS(T, RESOLVE_AGG, VALUES, MEDIAN)                                                                       \
    AGGREGATE("kll_sketch_agg_" T, FUNCTION_NOT_NULL | FUNCTION_EXACT, "(ANY [, ANY]) BINARY", RESOLVE_AGG,            \
              agg_prepare, &agg_kernel,                                                                                \
              "kll_sketch_agg_" T "(expr[, k]) - a KLL sketch of the values, of which quantiles can be asked.",        \
              "kll_sketch_get_n_" T OVER(T) FROM(VALUES) "3", "4.1.0"),                                                \
        KLL("kll_sketch_to_string_" T, "(BINARY) STRING", NULL, to_string_kernel,                                      \
            "kll_sketch_to_string_" T "(sketch) - a KLL sketch in words.",                                             \
            "length(kll_sketch_to_string_" T OVER(T) ")) > 600 from values " VALUES " as t(col) => true"),             \
        KLL("kll_sketch_get_n_" T, "(BINARY) LONG", NULL, get_n_kernel,                                                \
            "kll_sketch_get_n_" T "(sketch) - how many values the sketch has seen.",                                   \
            "kll_sketch_get_n_" T OVER(T) FROM(VALUES) "3"),                                                           \
        KLL("kll_sketch_merge_" T, "(BINARY, BINARY) BINARY", NULL, merge_kernel,                                      \
            "kll_sketch_merge_" T "(left, right) - both sketches in one.",                                             \
            "kll_sketch_get_n_" T "(kll_sketch_merge_" T OVER(T) ", kll_sketch_agg_" T "(col))" FROM(VALUES) "6"),     \
        KLL("kll_sketch_get_quantile_" T, "(ANY, ANY) ?", resolve_quantile, quantile_kernel,                           \
            "kll_sketch_get_quantile_" T "(sketch, rank) - the value at a rank from 0 to 1, or at each of an array.",  \
            "kll_sketch_get_quantile_" T OVER(T) ", 0.5" FROM(VALUES) MEDIAN),                                         \
        KLL("kll_sketch_get_rank_" T, "(ANY, ANY) ?", resolve_rank, rank_kernel,                                       \
            "kll_sketch_get_rank_" T "(sketch, value) - the rank of a value, or of each of an array.",                 \
            "kll_sketch_get_rank_" T OVER(T) ", 9" FROM(VALUES) "1.0")

const struct function sketch_kll_functions[] = {
    KLL_ROWS("bigint", resolve_agg_bigint, "(1), (2), (3)", "2"),
    KLL_ROWS("float", resolve_agg_float, "(1f), (2f), (3f)", "2.0"),
    KLL_ROWS("double", resolve_agg_double, "(1d), (2d), (3d)", "2.0"),
    {0},
};
