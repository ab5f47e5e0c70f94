/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rand, randn, uniform and randstr: Spark's XORShift generator, so that a seed gives the numbers it gives
 * there (as far as the rows come in the same order, in partitions of the same number).
 *
 * The state of a call lives in its operator, from one batch to the next, and begins anew in another
 * partition. Without a seed a call gets one when it is resolved: computing a DataFrame twice gives the same
 * rows.
 */
#include <math.h>

#include "base/strict_math.h"
#include "base/xorshift.h"
#include "expr/evaluate.h"
#include "expr/resolve.h"

struct generator {
    bool started, has_spare;
    uint32_t partition;
    uint64_t state;
    double spare; /* the second of a pair of normal numbers */
};

static void start(struct generator *g, uint64_t seed, uint32_t partition) {
    uint64_t state = xorshift_start(seed + partition);
    *g = (struct generator){.started = true, .partition = partition, .state = state};
}

/* Marsaglia's polar method, two at a time, as java.util.Random has it. */
static double next_gaussian(struct generator *g) {
    if (g->has_spare) {
        g->has_spare = false;
        return g->spare;
    }
    double x, y, s;
    do {
        x = 2 * xorshift_double(&g->state) - 1;
        y = 2 * xorshift_double(&g->state) - 1;
        s = x * x + y * y;
    } while (s >= 1 || s == 0);
    double factor = sqrt(-2 * strict_log(s) / s);
    g->spare = y * factor;
    g->has_spare = true;
    return x * factor;
}

/* ---- calls ---- */

/* A seed argument: an integral constant, NULL for 0. Where there is none, one is made. */
static bool is_seed(const struct type *t) {
    return t->kind == TYPE_INT || t->kind == TYPE_LONG || t->kind == TYPE_NULL;
}

static struct expr *resolve_seed(struct resolver *r, struct expr *call, uint32_t at, struct error *err) {
    if (call->child_count <= at) {
        uint64_t seed = r->context->seed + (r->next_id ? (*r->next_id)++ : 0) * UINT64_C(0x9E3779B97F4A7C15);
        return expr_long(r->arena, (int64_t)(seed >> 1));
    }
    struct expr *seed = call->children[at];
    const struct type *type = seed->type;
    if (!is_seed(type))
        return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(at), "requiredType",
                                "(\"INT\" or \"BIGINT\")", "inputSql", quoted_expr(r->arena, seed), "inputType",
                                quoted_type(r->arena, type), NULL);
    if (type->kind == TYPE_NULL) {
        call->children[at] = expr_null(r->arena, type); /* names show NULL for a column of them, too */
        return expr_long(r->arena, 0);
    }
    if (!seed->foldable) {
        error_set(err, "SEED_EXPRESSION_IS_UNFOLDABLE", "seedExpr", quoted_expr(r->arena, seed), "exprWithSeed",
                  quoted_expr(r->arena, call), NULL);
        error_at(err, call->origin);
        return NULL;
    }
    return coerce_to(r, seed, TYPE_OF(LONG));
}

/* The call as it was written, for its name. */
static struct expr *written(struct resolver *r, const struct expr *call, const char *name) {
    struct expr *copy = expr_copy_node(r->arena, call);
    copy->call.name = name;
    return copy;
}

static struct expr *resolve_rand(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count > 1) {
        resolve_wrong_count(r, call->call.name, 0, 1, call->child_count, call->origin, err);
        return NULL;
    }
    bool normal = strcmp(call->call.function->name, "randn") == 0;
    struct expr *seed = resolve_seed(r, call, 0, err);
    if (!seed) return NULL;
    struct expr *result = expr_new(r->arena, EXPR_CALL, 1);
    result->origin = call->origin;
    result->call = call->call;
    result->children[0] = seed;
    result->pretty = written(r, call, normal ? "randn" : "rand");
    result->type = TYPE_OF(DOUBLE);
    result->nullable = false;
    return result;
}

/* uniform and randstr refuse a seed that is no constant in words of their own. */
static bool check_seed(struct resolver *r, const struct expr *call, uint32_t at, const char *wanted,
                       struct error *err) {
    const struct expr *seed = call->children[at];
    if (!is_seed(seed->type) || seed->type->kind == TYPE_NULL || seed->foldable) return true;
    resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", "`seed`", "inputType", wanted, "inputExpr",
                     quoted_expr(r->arena, seed), NULL);
    return false;
}

/* An integer beside a decimal or a float leaves it as it is. */
static const struct type *uniform_type(struct resolver *r, const struct type *a, const struct type *b) {
    if (type_is_integral(a) && type_is_fractional(b)) return b;
    if (type_is_integral(b) && type_is_fractional(a)) return a;
    return coerce_wider(r, a, b);
}

/* uniform(min, max, seed) is min + (max - min) * rand(seed), in the common type of min and max. */
static struct expr *resolve_uniform(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *bounds[2] = {call->children[0], call->children[1]};
    for (uint32_t i = 0; i < 2; i++) {
        if (!bounds[i]->foldable)
            return resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", i ? "`max`" : "`min`", "inputType",
                                    "integer or floating-point", "inputExpr", quoted_expr(r->arena, bounds[i]), NULL);
    }
    if (call->child_count == 3 && !check_seed(r, call, 2, "integer or floating-point", err)) return NULL;
    struct expr *seed = resolve_seed(r, call, 2, err);
    if (!seed) return NULL;
    const struct type *type = uniform_type(r, bounds[0]->type, bounds[1]->type);
    struct expr *random = resolve_named(r, "rand", &seed, 1, call->origin, err);
    if (!type || !random) return NULL;
    struct expr *min = coerce_to(r, bounds[0], TYPE_OF(DOUBLE)), *max = coerce_to(r, bounds[1], TYPE_OF(DOUBLE));
    struct expr *span = resolve_binary(r, "-", max, min, err);
    struct expr *part = span ? resolve_binary(r, "*", span, random, err) : NULL;
    struct expr *sum = part ? resolve_binary(r, "+", min, part, err) : NULL;
    if (!sum) return NULL;
    struct expr *result = coerce_to(r, sum, type);
    result->nullable = false; /* as Spark says, although a NULL bound gives NULL */
    result->pretty = call;
    return result;
}

static struct expr *resolve_randstr(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 2 && !check_seed(r, call, 1, "integer", err)) return NULL;
    struct expr *seed = resolve_seed(r, call, 1, err);
    if (!seed) return NULL;
    struct expr *length = call->children[0];
    if (!length->foldable)
        return resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", "`length`", "inputType", "integer",
                                "inputExpr", quoted_expr(r->arena, length), NULL);
    struct expr *result = expr_new(r->arena, EXPR_CALL, 2);
    result->origin = call->origin;
    result->call = call->call;
    result->children[0] = length;
    result->children[1] = seed;
    result->pretty = call;
    result->type = TYPE_OF(STRING);
    result->nullable = false;
    return result;
}

static bool prepare_generator(struct call *call, struct arena *arena, const struct vector *const *constants,
                              void **state, struct error *err) {
    *state = ARENA_NEW(arena, struct generator);
    return true;
}

/* The call's generator, started for this partition. A call that was never bound starts at its seed each time.
 */
static struct generator *generator_of(struct call *call, const struct vector *seed) {
    struct generator *g = call->state ? call->state : ARENA_NEW(call->arena, struct generator);
    uint32_t partition = call->evaluator ? call->evaluator->partition : 0;
    if (!g->started || g->partition != partition) start(g, call_seed(call, seed), partition);
    return g;
}

static bool rand_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    struct generator *g = generator_of(call, &arguments[0]);
    bool normal = strcmp(call->expr->call.function->name, "randn") == 0;
    for (uint32_t i = 0; i < rows; i++)
        VECTOR_DATA(out, double)[i] = normal ? next_gaussian(g) : xorshift_double(&g->state);
    return true;
}

static bool randstr_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    struct generator *g = generator_of(call, &arguments[1]);
    int32_t length = VECTOR_DATA(&arguments[0], int32_t)[vector_entry(&arguments[0], 0)];
    if (length < 0) {
        error_set(err, "INVALID_PARAMETER_VALUE.LENGTH", "parameter", "`length`", "functionName", "`randstr`", NULL);
        return error_add(err, "length", "%d", length);
    }
    for (uint32_t i = 0; i < rows; i++) {
        char *text = arena_bytes(call->arena, (size_t)length + 1);
        for (int32_t j = 0; j < length; j++) {
            int32_t pick = (int32_t)xorshift_bits(&g->state, 32) % 62;
            text[j] = letters[pick < 0 ? -pick : pick];
        }
        VECTOR_DATA(out, struct string)[i] = string_make(text, (size_t)length);
    }
    return true;
}

#define RANDOM(fname, more, sig, res, fn, grp, doc, sample, version)                                                   \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_NONDETERMINISTIC | (more), .signature = sig,        \
        .resolve = res, .prepare = prepare_generator, .kernel = fn, .group = grp, .usage = doc, .example = sample,     \
        .since = version                                                                                               \
    }

const struct function math_random_functions[] = {
    RANDOM("rand", 0, NULL, resolve_rand, rand_kernel, "math_funcs",
           "rand([seed]) - Numbers from 0.0 up to 1.0, each as likely.", "rand(0) => 0.7604953758285915", "1.5.0"),
    RANDOM("random", 0, NULL, resolve_rand, rand_kernel, "math_funcs",
           "random([seed]) - Numbers from 0.0 up to 1.0, each as likely.", "random(0) => 0.7604953758285915", "3.0.0"),
    RANDOM("randn", 0, NULL, resolve_rand, rand_kernel, "math_funcs",
           "randn([seed]) - Numbers of the standard normal distribution.", "randn(0) => 1.6034991609278433", "1.5.0"),
    RANDOM("uniform", FUNCTION_EXACT, "(NUMERIC, NUMERIC [, ANY]) ?", resolve_uniform, NULL, "math_funcs",
           "uniform(min, max[, seed]) - Numbers of a range, each as likely.", "uniform(10, 20, 0) => 17", "4.0.0"),
    RANDOM("randstr", 0, "(INT [, ANY]) STRING", resolve_randstr, randstr_kernel, "string_funcs",
           "randstr(length[, seed]) - Texts of random letters and digits.", "randstr(3, 0) => ceV", "4.0.0"),
    {0},
};
