/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions about the query's surroundings: who, where, which file, which version; and those that fail on purpose.
 */
#include <ctype.h>
#include <string.h>

#include "base/twister.h"
#include "expr/signature.h"
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

/* What version() says after the version: the revision that it was built from. */
#define SPARK_REVISION "c0690c763bafabd08e7079d1137fa0a769a05bae"

static bool version_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    return constant_text(call, arena_printf(call->arena, "%s %s", call->context->version, SPARK_REVISION), out);
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

/* The value itself is not looked at. */
static bool evaluate_typeof(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                            struct vector *out, struct error *err) {
    struct call call = {.expr = e, .arena = &evaluator->batch};
    return constant_text(&call, type_catalog_string(call.arena, e->children[0]->type), out);
}

static struct expr *renamed(struct resolver *r, struct expr *call, struct error *err) {
    call->call.name = "current_schema";
    return call;
}

/* The number of the next row of a partition. */
struct row_id {
    uint32_t partition;
    uint64_t next;
};

static bool row_id_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                          struct error *err) {
    struct row_id *id = call->state;
    if (id->partition != call->evaluator->partition) *id = (struct row_id){.partition = call->evaluator->partition};
    for (uint32_t i = 0; i < rows; i++)
        VECTOR_DATA(out, int64_t)[i] = (int64_t)((uint64_t)id->partition << 33) + (int64_t)id->next++;
    return true;
}

static bool row_id_prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                           struct error *err) {
    *state = ARENA_NEW(arena, struct row_id);
    return true;
}

static bool partition_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    for (uint32_t i = 0; i < rows; i++) VECTOR_DATA(out, int32_t)[i] = (int32_t)call->evaluator->partition;
    return true;
}

static bool uuid_prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                         struct error *err) {
    *state = ARENA_NEW(arena, struct twister);
    return true;
}

/* Version 4: 122 bits of chance. */
static const char *random_uuid(struct arena *arena, struct twister *t) {
    uint64_t high = (twister_next_long(t) & ~0xF000ull) | 0x4000, low = twister_next_long(t);
    low = (low & 0x3FFFFFFFFFFFFFFFull) | 0x8000000000000000ull;
    return arena_printf(arena, "%08x-%04x-%04x-%04x-%012llx", (uint32_t)(high >> 32), (uint32_t)(high >> 16) & 0xFFFF,
                        (uint32_t)high & 0xFFFF, (uint32_t)(low >> 48), (unsigned long long)(low & 0xFFFFFFFFFFFFull));
}

static bool uuid_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    struct twister *t = call->state ? call->state : ARENA_NEW(call->arena, struct twister);
    uint32_t partition = call->evaluator ? call->evaluator->partition : 0;
    if (!t->started || t->partition != partition) twister_start(t, call_seed(call, &arguments[0]), partition);
    for (uint32_t i = 0; i < rows; i++) {
        const char *text = random_uuid(call->arena, t);
        VECTOR_DATA(out, struct string)[i] = string_make(text, 36);
    }
    return true;
}

/* The seed is not shown. Without one a call has its own. */
static struct expr *uuid_resolve(struct resolver *r, struct expr *call, struct error *err) {
    struct expr *seed = call->child_count ? call->children[0] : NULL;
    if (call->child_count > 1) {
        resolve_wrong_count(r, "uuid", 0, 1, call->child_count, call->origin, err);
        return NULL;
    }
    if (seed && (seed->kind != EXPR_LITERAL || (seed->type->kind != TYPE_INT && seed->type->kind != TYPE_LONG))) {
        error_set(err, "INVALID_PARAMETER_VALUE.LONG", "parameter", "`seed`", "functionName", "`UUID`", "invalidValue",
                  quoted_expr(r->arena, seed), NULL);
        error_at(err, call->origin);
        return NULL;
    }
    if (!seed) {
        uint64_t made = r->context->seed + (r->next_id ? (*r->next_id)++ : 0) * UINT64_C(0x9E3779B97F4A7C15);
        seed = expr_long(r->arena, (int64_t)(made >> 1));
    }
    struct expr *shown = expr_copy_node(r->arena, call), *result = expr_new(r->arena, EXPR_CALL, 1);
    shown->child_count = 0;
    result->origin = call->origin;
    result->call = call->call;
    result->children[0] = coerce_to(r, seed, TYPE_OF(LONG));
    result->pretty = shown;
    result->type = shown->type = TYPE_OF(STRING);
    result->nullable = false;
    return result;
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
        if (good) continue;
        struct view message = vector_view(call->arena, &arguments[1], rows);
        return raise(call, null_at(&message, i) ? string_make("null", 4) : string_at(&message, i), err);
    }
    vector_init_null(out, call->arena, call->expr->type);
    return true;
}

/* The message that is not given: it shows in the name. */
static struct expr *assert_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 1) {
        const char *text = arena_printf(r->arena, "'%s' is not true!", expr_pretty(r->arena, call->children[0]));
        call->children = arena_grow(r->arena, call->children, sizeof *call->children, 2 * sizeof *call->children);
        call->children[call->child_count++] = expr_string(r->arena, text, strlen(text));
    }
    if (call->children[0]->type->kind != TYPE_BOOLEAN) {
        struct expr *raised = resolve_named(r, "raise_error", &call->children[1], 1, call->origin, err);
        struct expr *parts[] = {call->children[0], expr_null(r->arena, TYPE_OF(NULL)), raised};
        struct expr *choice = raised ? resolve_named(r, "if", parts, 3, call->origin, err) : NULL; /* refuses it */
        TRY_NULL(choice);
        call->children[0] = choice->children[0];
    }
    call->type = TYPE_OF(NULL);
    call->nullable = true;
    return call;
}

static struct expr *never_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call->type = TYPE_OF(NULL);
    call->nullable = true;
    return call;
}

/* ---- reflect ---- */

/*
 * reflect(class, method, arguments...): a static method of a Java class. There is no JVM; of java.util.UUID, which is
 * what queries call for, the two methods are here. Other classes that every JVM has are refused, the rest is unknown.
 */
static bool is_java_class(struct string name) {
    static const char *const packages[] = {"java.", "javax.", "jdk.", "sun.", "scala.", "org.apache."};
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++)
        if (name.size > strlen(packages[i]) && memcmp(name.data, packages[i], strlen(packages[i])) == 0) return true;
    return false;
}

/* The class or the method: a constant that is there. */
static bool constant_name(struct resolver *r, const struct expr *call, uint32_t i, const char *what,
                          struct string *name, struct error *err) {
    const struct expr *e = call->children[i];
    if (!e->foldable || !type_is_string(e->type)) {
        resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", what, "inputType", "\"STRING\"", "inputExpr",
                         quoted_expr(r->arena, e), NULL);
        return false;
    }
    const struct vector *v = expr_fold(r->arena, r->context, e, err);
    TRY(v);
    if (vector_is_null(v, 0)) {
        resolve_mismatch(r, call, err, "UNEXPECTED_NULL", "exprName", what, NULL);
        return false;
    }
    *name = *VECTOR_DATA(v, struct string);
    return true;
}

static bool check_java_arguments(struct resolver *r, struct expr *call, struct error *err) {
    static const char words[] = "BOOLEAN|BYTE|SHORT|INT|LONG|FLOAT|DOUBLE|STRING";
    for (uint32_t i = 2; i < call->child_count; i++) {
        const struct expr *e = call->children[i];
        if (signature_accepts(words, e->type)) continue;
        resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(i), "requiredType",
                         signature_words_sql(r->arena, words), "inputSql", quoted_expr(r->arena, e), "inputType",
                         quoted_type(r->arena, e->type), NULL);
        return false;
    }
    return true;
}

static struct expr *java_resolve(struct resolver *r, struct expr *call, struct error *err) {
    struct string class, method;
    struct expr *shown = expr_copy_node(r->arena, call);
    if (call->call.try_mode) shown->call.name = "reflect"; /* Spark checks what try_reflect stands for */
    TRY_NULL(constant_name(r, shown, 0, "`class`", &class, err));
    TRY_NULL(constant_name(r, shown, 1, "`method`", &method, err));
    TRY_NULL(check_java_arguments(r, shown, err));
    if (!string_equal(class, string_of("java.util.UUID"))) {
        if (!is_java_class(class))
            return resolve_mismatch(r, shown, err, "UNEXPECTED_CLASS_TYPE", "className",
                                    arena_strndup(r->arena, class.data, class.size), NULL);
        error_unsupported(err, "a call of a Java method (there is no JVM)");
        return NULL;
    }
    uint32_t count = call->child_count - 2;
    bool known =
        count ? count == 1 && type_is_string(call->children[2]->type) && string_equal(method, string_of("fromString"))
              : string_equal(method, string_of("randomUUID"));
    if (!known)
        return resolve_mismatch(r, shown, err, "UNEXPECTED_STATIC_METHOD", "methodName",
                                arena_strndup(r->arena, method.data, method.size), "className", "java.util.UUID", NULL);
    return call;
}

/* As Java reads and prints it: five hexadecimal numbers of any length, of which the last digits count. */
static const char *parse_uuid(struct arena *arena, struct string s) {
    static const int widths[] = {8, 4, 4, 4, 12};
    struct text t;
    text_init(&t, arena);
    uint32_t at = 0;
    for (int i = 0; i < 5; i++) {
        uint64_t value = 0;
        uint32_t from = at;
        for (; at < s.size && isxdigit((unsigned char)s.data[at]); at++)
            value = value << 4 |
                    (uint64_t)(isdigit((unsigned char)s.data[at]) ? s.data[at] - '0' : (s.data[at] | 32) - 'a' + 10);
        if (at == from || at - from > 16) return NULL;
        if (i < 4 && (at == s.size || s.data[at++] != '-')) return NULL;
        text_printf(&t, "%s%0*llx", i ? "-" : "", widths[i],
                    (unsigned long long)(value & (((uint64_t)1 << (4 * widths[i])) - 1)));
    }
    return at == s.size ? text_finish(&t) : NULL;
}

static bool java_prepare(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                         struct error *err) {
    struct twister *t = *state = ARENA_NEW(arena, struct twister);
    twister_start(t, call->context->seed ^ (uint64_t)(uintptr_t)call->expr, 0);
    return true;
}

static bool java_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    const struct vector *texts = call->expr->child_count > 2 ? &arguments[2] : NULL;
    bool is_try = call->expr->call.function->flags & FUNCTION_TRY;
    for (uint32_t i = 0; i < rows; i++) {
        const char *id = NULL;
        if (!texts)
            id = random_uuid(call->arena, call->state);
        else if (!vector_is_null(texts, i))
            id = parse_uuid(call->arena, VECTOR_DATA(texts, struct string)[vector_entry(texts, i)]);
        if (!id && !is_try) return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Invalid UUID string");
        VECTOR_DATA(out, struct string)[i] = string_of(id ? id : "");
        if (!id) vector_set_null(out, call->arena, i, rows);
    }
    return true;
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
    {.name = "typeof",
     .class = FUNCTION_SCALAR,
     .signature = "(ANY) STRING",
     .lazy = evaluate_typeof,
     .flags = FUNCTION_NOT_NULL | FUNCTION_LAZY,
     .group = "misc_funcs",
     .usage = "typeof(expr) - The type's name.",
     .example = "typeof(1) => int",
     .since = "3.0.0"},
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
    MISC("uuid", NULL, uuid_kernel, FUNCTION_NOT_NULL | FUNCTION_NONDETERMINISTIC, .resolve = uuid_resolve,
         .prepare = uuid_prepare, .usage = "uuid([seed]) - A random UUID.", .since = "2.3.0"),
    MISC("raise_error", "(STRING) ?", raise_error_kernel, FUNCTION_NO_FOLD, .resolve = never_resolve,
         .usage = "raise_error(message) - Fails with this message.", .since = "3.1.0"),
    MISC("assert_true", "(ANY [, STRING]) ?", assert_true_kernel, FUNCTION_NO_FOLD, .resolve = assert_resolve,
         .usage = "assert_true(expr[, message]) - NULL where expr is true; fails elsewhere.", .since = "2.0.0"),
    MISC("java_method", "(ANY, ANY, ANY...*) STRING", java_kernel, FUNCTION_NONDETERMINISTIC | FUNCTION_NULLABLE,
         .resolve = java_resolve, .prepare = java_prepare,
         .usage = "java_method(class, method, arg...) - A static method of java.util.UUID.", .since = "2.0.0"),
    MISC("reflect", "(ANY, ANY, ANY...*) STRING", java_kernel, FUNCTION_NONDETERMINISTIC | FUNCTION_NULLABLE,
         .resolve = java_resolve, .prepare = java_prepare,
         .usage = "reflect(class, method, arg...) - A static method of java.util.UUID.",
         .example = "reflect('java.util.UUID', 'fromString', '0-1-2-3-4') => 00000000-0001-0002-0003-000000000004",
         .since = "2.0.0"),
    MISC("try_reflect", "(ANY, ANY, ANY...*) STRING", java_kernel,
         FUNCTION_NONDETERMINISTIC | FUNCTION_NULLABLE | FUNCTION_TRY, .resolve = java_resolve, .prepare = java_prepare,
         .usage = "try_reflect(class, method, arg...) - The same; NULL where the method fails.",
         .example = "try_reflect('java.util.UUID', 'fromString', 'x') => NULL", .since = "4.0.0"),
    {0},
};
