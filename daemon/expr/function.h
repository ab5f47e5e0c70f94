/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions are rows of const tables, one table per family (function/math.c, ...). From a row derive look-up,
 * type checking and coercion, evaluation, SHOW and DESCRIBE FUNCTION, the parity page and the example tests.
 *
 * A signature says what a function takes and gives, in words of one little language:
 *
 *     (STRING, INT [, INT]) STRING        two arguments and an optional third
 *     (NUMERIC) $1                        gives the type of its first argument
 *     (STRING...) STRING                  any number from one; (STRING...*) from none
 *     (ARRAY, ANY) BOOLEAN                nested types are told apart by resolve()
 *     (STRING|BINARY) INT                 either
 *
 * Words: ANY BOOLEAN BYTE SHORT INT LONG FLOAT DOUBLE DECIMAL NUMERIC INTEGRAL FRACTIONAL STRING TEXT BINARY DATE TIME
 * TIMESTAMP TIMESTAMP_NTZ ANY_TIMESTAMP CLOCK DATETIME INTERVAL (ansi) SUMMABLE CALENDAR_INTERVAL YM_INTERVAL DT_INTERVAL ARRAY MAP STRUCT VARIANT
 * LAMBDA NULL ATOMIC ORDERABLE GEOGRAPHY GEOMETRY. As results also `?`: resolve() decides.
 *
 * Arguments that do not fit are implicitly cast as Spark does (ANSI or not), else the call is refused with
 * DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE. FUNCTION_EXACT refuses instead of casting.
 */
#ifndef ROOST_EXPR_FUNCTION_H
#define ROOST_EXPR_FUNCTION_H

#include "expr/expr.h"

struct resolver;  /* expr/resolve.h */
struct evaluator; /* expr/evaluate.h */

enum function_class { FUNCTION_SCALAR, FUNCTION_AGGREGATE, FUNCTION_WINDOW, FUNCTION_GENERATOR, FUNCTION_TABLE };

enum function_flags {
    FUNCTION_STRICT = 1 << 0,           /* NULL in, NULL out: the kernel never sees a null row's value */
    FUNCTION_NONDETERMINISTIC = 1 << 1, /* rand(), uuid() */
    FUNCTION_NULLABLE = 1 << 2,         /* may give NULL though no argument is NULL */
    FUNCTION_NOT_NULL = 1 << 3,         /* never gives NULL */
    FUNCTION_EXACT = 1 << 4,            /* no implicit casts */
    FUNCTION_OPERATOR = 1 << 5,         /* infix or prefix in names: (a + b) */
    FUNCTION_INTERNAL = 1 << 6,         /* not in SHOW FUNCTIONS, not callable by name from SQL */
    FUNCTION_LAZY = 1 << 7,             /* has evaluate(): decides itself which arguments to compute for which rows */
    FUNCTION_NO_FOLD = 1 << 8,          /* not computed at planning time although constant */
    FUNCTION_TRY = 1 << 9,              /* NULL where its sibling fails */
    FUNCTION_WITHIN_GROUP = 1 << 10,    /* an aggregate that may have WITHIN GROUP (ORDER BY ...) */
    FUNCTION_TYPED = 1 << 11,           /* an untyped NULL is no ARRAY or MAP; with EXACT it is nothing else either */
    FUNCTION_TOTAL = 1 << 12,        /* never fails, and is so cheap that it may be computed for rows nobody asks for */
    FUNCTION_RIGHT_FIRST = 1 << 13,  /* of two arguments the second is computed first (by_row.c) */
    FUNCTION_ALL_COMPUTED = 1 << 14, /* STRICT, but the arguments behind a NULL are computed (by_row.c) */
    FUNCTION_CLIENT = 1 << 15,       /* INTERNAL, but the DataFrame API may call it */
    FUNCTION_NULL_CAST = 1 << 16     /* an untyped NULL is cast: names show the column that it comes from */
};
/* Neither NULLABLE nor NOT_NULL: nullable when an argument is (unless resolve() says otherwise). */

/* What a kernel is told. */
struct call {
    const struct expr *expr;       /* types of the arguments (children), result type, origin, call.data */
    void *state;                   /* from prepare(), or NULL */
    struct arena *arena;           /* the batch's: results and scratch */
    const struct context *context; /* settings */
    struct evaluator *evaluator;
};

/*
 * Computes `rows` rows. arguments: count is expr->child_count, any form. out: flat, of the result type, with room
 * for `rows`; validity NULL, or for STRICT functions the rows that the arguments leave valid (skip the others).
 * Call vector_set_null(out, ...) for a null result; builder for lists. May replace *out altogether.
 * An error for a value is made here, with expr->origin; returns false then.
 */
typedef bool kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                    struct error *err);

/* FUNCTION_LAZY: computes over the input itself, see evaluate.h. */
typedef bool lazy_kernel(struct evaluator *evaluator, const struct expr *e, const struct batch *input,
                         struct vector *out, struct error *err);

/* One partition, sorted; the frame is resolved per row. */
struct window_partition {
    uint32_t rows;
    const struct vector *arguments; /* evaluated over the partition */
    const uint32_t *frame_start;    /* per row: first row of its frame */
    const uint32_t *frame_end;      /* one past its last; never before frame_start */
    const uint32_t *peer_start;     /* per row: its peer group */
    const uint32_t *peer_end;
};
typedef bool window_kernel(struct call *call, const struct window_partition *partition, struct vector *out,
                           struct error *err);

/*
 * An aggregate's state is `size` bytes of plain memory, zeroed, in the aggregation's arena, where it may also keep
 * more (call->arena is that arena here). Rows of update: row i goes to states[i]. Rows where the aggregate's filter
 * is not true, or that DISTINCT has seen, are left out before.
 */
struct aggregate_kernel {
    size_t (*size)(const struct expr *e); /* NULL: fixed_size */
    size_t fixed_size;
    bool distinct; /* only needs each argument once, as if DISTINCT were written */
    bool repeats;  /* an argument once more changes nothing: DISTINCT is not looked at, nor is its order */
    bool plain;    /* a state points to nothing that update() changes: a copy of its bytes is a state of its own */
    bool (*init)(struct call *call, void *state, struct error *err); /* NULL: zeroes will do */
    bool (*update)(struct call *call, const struct vector *arguments, uint32_t rows, void **states, struct error *err);
    /* The same for one state: the whole batch. NULL: update is used. */
    bool (*update_one)(struct call *call, const struct vector *arguments, uint32_t rows, void *state,
                       struct error *err);
    /* Adds `from` to `into`. For windows and partial aggregation. */
    bool (*merge)(struct call *call, const void *from, void *into, struct error *err);
    /* One output row per state, which stays as it is. out as in a kernel; call->arena is the output batch's. */
    bool (*finish)(struct call *call, void *const *states, uint32_t count, struct vector *out, struct error *err);
    window_kernel *window; /* over frames, where that is better than updating states; NULL: it is not */
};

/* Rows made from rows: parents[j] is the input row that output row j comes from, ascending. */
struct generated {
    bool no_parents; /* set by the caller: nobody looks at parents */
    uint32_t count;
    uint32_t *parents;
    struct vector *columns; /* as many as the generator's result struct has fields */
};
typedef bool generator_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct generated *out,
                              struct error *err);

struct function {
    const char *name;
    enum function_class class;
    uint32_t flags;
    const char *signature;
    /* After the signature's checks (or instead of them, when signature is NULL): more checks and casts, the result
     * type and nullability, call.data; or a replacement. NULL: the signature says it all. Arguments are resolved. */
    struct expr *(*resolve)(struct resolver *r, struct expr *call, struct error *err);
    /* Once per query for a bound call: compile a constant pattern and the like into *state, in `arena` (the
     * query's). constants[i] is the i-th argument's constant vector or NULL. */
    bool (*prepare)(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                    struct error *err);
    union {
        kernel *kernel;
        lazy_kernel *lazy;
        const struct aggregate_kernel *aggregate;
        window_kernel *window;
        generator_kernel *generate;
    };
    const char *group;   /* "math_funcs", as DESCRIBE FUNCTION EXTENDED says */
    const char *usage;   /* one line: "upper(str) - ..." in our own words */
    const char *example; /* "upper('roost') => ROOST": the text after => is the value as the shell prints it */
    const char *since;   /* "1.0.0" */
};

/* Case-insensitive; aliases are rows of their own. NULL: none such. */
const struct function *function_find(const char *name);
/* The same, with rows that only describe a form of the language: those have neither kernel nor resolve. */
const struct function *function_described(const char *name);
/* All of them, for SHOW FUNCTIONS and documentation: index from 0 until NULL. */
const struct function *function_at(size_t index);

#endif
