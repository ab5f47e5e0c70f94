/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as Spark raises them: a condition ("DIVIDE_BY_ZERO"), its SQL state, named parameters, the place in the
 * text, and the kind of exception that a client raises for it.
 *
 * A fallible function returns false (or NULL, or a status) and takes struct error *err last; the first error wins,
 * and whoever passes one up leaves it as it is. The conditions are rows of one const table, error_conditions.inc,
 * sorted by name; the message is rendered from the row's template, where <name> stands for a parameter.
 *
 *     return error_set(err, "DIVIDE_BY_ZERO", "config", "\"spark.sql.ansi.enabled\"", NULL);
 *
 * A struct error owns its text by malloc, so that it outlives every arena; error_release() frees it. When there is
 * no memory even for that, the condition stands without parameters.
 */
#ifndef ROOST_BASE_ERROR_H
#define ROOST_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The exception that a client raises; the names are pyspark.errors' own. */
enum error_kind {
    ERROR_ANALYSIS,         /* AnalysisException */
    ERROR_PARSE,            /* ParseException */
    ERROR_ARITHMETIC,       /* ArithmeticException */
    ERROR_NUMBER_FORMAT,    /* NumberFormatException */
    ERROR_DATE_TIME,        /* DateTimeException */
    ERROR_ARRAY_INDEX,      /* ArrayIndexOutOfBoundsException */
    ERROR_ILLEGAL_ARGUMENT, /* IllegalArgumentException */
    ERROR_RUNTIME,          /* SparkRuntimeException */
    ERROR_UNSUPPORTED,      /* UnsupportedOperationException */
    ERROR_UPGRADE,          /* SparkUpgradeException */
    ERROR_NO_SUCH_ELEMENT,  /* SparkNoSuchElementException */
    ERROR_PYTHON,           /* PythonException */
    ERROR_SPARK,            /* SparkException: everything else while a query runs */
    ERROR_PROTOCOL,         /* a frame or message that makes no sense */
    ERROR_KIND_COUNT
};

struct error_condition {
    const char *name;     /* "CLASS" or "CLASS.SUBCLASS" */
    const char *state;    /* SQL state, 5 characters */
    enum error_kind kind; /* the usual one; error_set_kind() overrides */
    const char *message;  /* template with <parameter> */
};

/* Where in the user's text, or in the user's program, an expression or relation comes from. */
struct origin {
    const char *sql;         /* the whole SQL text, or NULL */
    int32_t start, stop;     /* first and last character of the fragment (UTF-16 units, as Spark counts), or -1 */
    int32_t line, position;  /* line from 1, column from 0 */
    const char *object_type; /* "VIEW", ..., or NULL */
    const char *object_name;
    const char *fragment;  /* a DataFrame call: what was called, or NULL */
    const char *call_site; /* a DataFrame call: "file.py:12" */
};

enum { ERROR_PARAMETERS = 16 };

struct error {
    const struct error_condition *condition; /* NULL: no error */
    enum error_kind kind;
    uint32_t parameter_count;
    struct {
        const char *name; /* a literal */
        char *value;      /* malloc'ed */
    } parameters[ERROR_PARAMETERS];
    bool has_origin;
    struct origin origin; /* sql, fragment and the like are malloc'ed copies */
    char *message;        /* rendered on demand */
    char *cause;          /* further text, e.g. a Python traceback, or NULL */
};

#define ERROR_INIT                                                                                                     \
    { 0 }

/* The row of a condition, or NULL. */
const struct error_condition *error_find_condition(const char *name);
/* All rows, for documentation and tests. */
const struct error_condition *error_conditions(size_t *count);

/* Makes the error: condition, then pairs of parameter name and value, then NULL. Always returns false. */
bool error_set(struct error *err, const char *condition, ...) __attribute__((sentinel));
/* One more parameter, printf-like. Returns false. */
bool error_add(struct error *err, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Raises as another kind than the condition's own. Returns false. */
bool error_set_kind(struct error *err, enum error_kind kind);
/* The place in the text; NULL changes nothing. The first place wins. Returns false. */
bool error_at(struct error *err, const struct origin *origin);
bool error_set_cause(struct error *err, const char *text);
/* What Spark raises without a condition ("long overflow"): the condition's name is "". Returns false. */
bool error_plain(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A bug of ours: INTERNAL_ERROR with this text. Returns false. */
bool error_internal(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What roost does not do: UNSUPPORTED_FEATURE.ROOST with this text ("the TRANSFORM clause"). Returns false. */
bool error_unsupported(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool error_out_of_memory(struct error *err, const char *account, size_t limit, size_t wanted);

static inline bool error_is_set(const struct error *err) {
    return err->condition != NULL;
}
const char *error_parameter(const struct error *err, const char *name); /* NULL: has none */
/* "[DIVIDE_BY_ZERO] Division by zero. ... SQLSTATE: 22012", with the text's context below; lives as long as err. */
const char *error_message(struct error *err);
/* The place by itself, as a message shows it; malloc'ed, or NULL. */
char *error_summary(const struct error *err);
const char *error_kind_name(enum error_kind kind); /* "ArithmeticException" */
void error_reset(struct error *err);               /* to no error; frees */
void error_release(struct error *err);
/* Takes over what `from` owns; from is then empty. */
void error_move(struct error *to, struct error *from);

/* Passes an error up: TRY(plan_resolve(..., err)); in a function that returns bool. */
#define TRY(call)                                                                                                      \
    do {                                                                                                               \
        if (!(call)) return false;                                                                                     \
    } while (0)
/* The same in a function that returns a pointer. */
#define TRY_NULL(call)                                                                                                 \
    do {                                                                                                               \
        if (!(call)) return NULL;                                                                                      \
    } while (0)

#endif
