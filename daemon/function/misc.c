/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions about the query's surroundings: who, where, which file, which version; and those that fail on purpose.
 */
#include <string.h>

#include "function/complex_kernel.h"
#include "function/string_kernel.h"

static bool constant_text(struct call *call, const char *text, struct vector *out) {
    vector_init(out, call->arena, call->expr->type, 1);
    out->form = VECTOR_CONSTANT;
    *VECTOR_DATA(out, struct string) = string_of(text ? text : "");
    return true;
}

static bool user_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    return constant_text(call, call->context->user, out);
}

static bool database_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    return constant_text(call, call->context->database, out);
}

static bool catalog_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    return constant_text(call, call->context->catalog, out);
}

static bool version_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    return constant_text(call, call->context->version, out);
}

static bool input_file_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                              struct error *err) {
    const char *file = call->evaluator->input_file;
    return constant_text(call, file && *file ? arena_printf(call->arena, "file://%s", file) : "", out);
}

static bool block_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    bool start = strcmp(call->expr->call.function->name, "input_file_block_start") == 0;
    bool none = !*call->evaluator->input_file;
    out->form = VECTOR_CONSTANT;
    *VECTOR_DATA(out, int64_t) = none    ? -1
                                 : start ? call->evaluator->input_block_start
                                         : call->evaluator->input_block_length;
    return true;
}

static bool typeof_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    return constant_text(call, type_catalog_string(call->arena, call->expr->children[0]->type), out);
}

static struct expr *renamed(struct resolver *r, struct expr *call, struct error *err) {
    call->call.name = "current_schema";
    return call;
}

static bool row_id_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    uint64_t *next = call->state;
    for (uint32_t i = 0; i < rows; i++)
        VECTOR_DATA(out, int64_t)[i] = (int64_t)((uint64_t)call->evaluator->partition << 33) + (int64_t)(*next)++;
    return true;
}

static bool row_id_prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                           struct error *err) {
    *state = ARENA_NEW(arena, uint64_t);
    return true;
}

static bool partition_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    for (uint32_t i = 0; i < rows; i++) VECTOR_DATA(out, int32_t)[i] = (int32_t)call->evaluator->partition;
    return true;
}

/* Version 4 from a generator of its own per query: seeded by the argument, or by the query. */
static uint64_t split_mix(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}

static bool uuid_prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                         struct error *err) {
    uint64_t *seed = ARENA_NEW(arena, uint64_t);
    *seed = call->context->seed ^ (uint64_t)(uintptr_t)call->expr;
    *state = seed;
    return true;
}

static bool uuid_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    for (uint32_t i = 0; i < rows; i++) {
        uint64_t high = (split_mix(call->state) & ~0xF000ull) | 0x4000, low = split_mix(call->state);
        low = (low & 0x3FFFFFFFFFFFFFFFull) | 0x8000000000000000ull;
        const char *text = arena_printf(call->arena, "%08x-%04x-%04x-%04x-%012llx", (uint32_t)(high >> 32),
                                        (uint32_t)(high >> 16) & 0xFFFF, (uint32_t)high & 0xFFFF, (uint32_t)(low >> 48),
                                        (unsigned long long)(low & 0xFFFFFFFFFFFFull));
        VECTOR_DATA(out, struct string)[i] = string_make(text, 36);
    }
    return true;
}

static bool raise(const struct call *call, struct string message, struct error *err) {
    error_set(err, "USER_RAISED_EXCEPTION", NULL);
    return error_add(err, "errorMessage", "%.*s", (int)message.size, message.data);
}

static bool raise_error_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                               struct error *err) {
    struct view message = vector_view(call->arena, &arguments[0], rows);
    if (rows == 0) return true;
    return raise(call, null_at(&message, 0) ? string_make("null", 4) : string_at(&message, 0), err);
}

static bool assert_true_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                               struct error *err) {
    for (uint32_t i = 0; i < rows; i++) {
        bool good =
            !vector_is_null(&arguments[0], i) && VECTOR_DATA(&arguments[0], uint8_t)[vector_entry(&arguments[0], i)];
        if (!good && call->expr->child_count == 2) {
            struct view message = vector_view(call->arena, &arguments[1], rows);
            return raise(call, null_at(&message, i) ? string_make("null", 4) : string_at(&message, i), err);
        }
        if (!good)
            return raise(call,
                         string_of(arena_printf(call->arena, "'%s' is not true!",
                                                expr_pretty(call->arena, call->expr->children[0]))),
                         err);
    }
    vector_init_null(out, call->arena, call->expr->type);
    return true;
}

static struct expr *never_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call->type = TYPE_OF(NULL);
    call->nullable = true;
    return call;
}

static bool java_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    return error_unsupported(err, "a call of a Java method (there is no JVM)");
}

#define MISC(fname, sig, fn, bits, ...)                                                                                \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .signature = sig, .kernel = fn, .flags = bits, .group = "misc_funcs", \
        __VA_ARGS__                                                                                                    \
    }

const struct function misc_functions[] = {
    MISC("current_user", "() STRING", user_kernel, FUNCTION_NOT_NULL, .usage = "current_user() - Who runs the query.",
         .since = "3.2.0"),
    MISC("user", "() STRING", user_kernel, FUNCTION_NOT_NULL, .usage = "user() - Who runs the query.",
         .since = "3.4.0"),
    MISC("session_user", "() STRING", user_kernel, FUNCTION_NOT_NULL, .usage = "session_user() - Who runs the query.",
         .since = "4.0.0"),
    MISC("current_database", "() STRING", database_kernel, FUNCTION_NOT_NULL, .resolve = renamed,
         .usage = "current_database() - The current database.", .example = "current_database() => default",
         .since = "1.6.0"),
    MISC("current_schema", "() STRING", database_kernel, FUNCTION_NOT_NULL,
         .usage = "current_schema() - The current database.", .example = "current_schema() => default",
         .since = "3.4.0"),
    MISC("current_catalog", "() STRING", catalog_kernel, FUNCTION_NOT_NULL,
         .usage = "current_catalog() - The current catalog.", .example = "current_catalog() => spark_catalog",
         .since = "3.1.0"),
    MISC("version", "() STRING", version_kernel, FUNCTION_NOT_NULL,
         .usage = "version() - The version of Spark whose answers these are.", .since = "3.0.0"),
    MISC("typeof", "(ANY) STRING", typeof_kernel, FUNCTION_NOT_NULL, .usage = "typeof(expr) - The type's name.",
         .example = "typeof(1) => int", .since = "3.0.0"),
    MISC("input_file_name", "() STRING", input_file_kernel, FUNCTION_NOT_NULL | FUNCTION_NONDETERMINISTIC,
         .usage = "input_file_name() - The file that the row comes from.", .since = "1.5.0"),
    MISC("input_file_block_start", "() LONG", block_kernel, FUNCTION_NOT_NULL | FUNCTION_NONDETERMINISTIC,
         .usage = "input_file_block_start() - Where the piece of the file begins that is read.", .since = "2.2.0"),
    MISC("input_file_block_length", "() LONG", block_kernel, FUNCTION_NOT_NULL | FUNCTION_NONDETERMINISTIC,
         .usage = "input_file_block_length() - Bytes of the piece of the file that is read.", .since = "2.2.0"),
    MISC("monotonically_increasing_id", "() LONG", row_id_kernel, FUNCTION_NOT_NULL | FUNCTION_NONDETERMINISTIC,
         .prepare = row_id_prepare, .usage = "monotonically_increasing_id() - A number that grows from row to row.",
         .since = "1.4.0"),
    MISC("spark_partition_id", "() INT", partition_kernel, FUNCTION_NOT_NULL | FUNCTION_NONDETERMINISTIC,
         .usage = "spark_partition_id() - The number of the partition.", .since = "1.4.0"),
    MISC("uuid", "([LONG]) STRING", uuid_kernel, FUNCTION_NOT_NULL | FUNCTION_NONDETERMINISTIC, .prepare = uuid_prepare,
         .usage = "uuid() - A random UUID.", .since = "2.3.0"),
    MISC("raise_error", "(STRING) ?", raise_error_kernel, FUNCTION_NO_FOLD, .resolve = never_resolve,
         .usage = "raise_error(message) - Fails with this message.", .since = "3.1.0"),
    MISC("assert_true", "(BOOLEAN [, STRING]) ?", assert_true_kernel, FUNCTION_NO_FOLD, .resolve = never_resolve,
         .usage = "assert_true(expr[, message]) - NULL where expr is true; fails elsewhere.", .since = "2.0.0"),
    MISC("java_method", "(STRING, STRING, ANY...*) STRING", java_kernel, FUNCTION_NONDETERMINISTIC,
         .usage = "java_method(class, method, arg...) - Refused: there is no JVM.", .since = "2.0.0"),
    MISC("reflect", "(STRING, STRING, ANY...*) STRING", java_kernel, FUNCTION_NONDETERMINISTIC,
         .usage = "reflect(class, method, arg...) - Refused: there is no JVM.", .since = "2.0.0"),
    {0},
};
