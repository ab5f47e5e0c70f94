/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typing expressions: function calls, operators, coercion. The analyzer (plan/) resolves names and calls these.
 * Everything follows Spark's TypeCoercion (legacy) or AnsiTypeCoercion, as context->ansi says.
 */
#ifndef ROOST_EXPR_RESOLVE_H
#define ROOST_EXPR_RESOLVE_H

#include "expr/expr.h"
#include "expr/function.h"

struct resolver {
    struct arena *arena;
    const struct context *context;
    uint64_t *next_id; /* the session's counter of attribute ids */
    /* DDL or JSON text to a type, for from_json and its kin: the language is further up (sql_parse_argument_schema). */
    const struct type *(*parse_schema)(struct arena *arena, const struct context *context, const char *text,
                                       struct error *err);
    const struct function *found[256]; /* what resolve_function() found last for names of one hash */
};

/* function_find(), which walks all tables, once per name rather than once per call. */
const struct function *resolve_function(struct resolver *r, const char *name);

/*
 * A resolved call of the named function. The arguments are resolved, lambdas included; NULL with *err set when there
 * is no such function (UNRESOLVED_ROUTINE is the caller's: this answers NULL without error when not found), the
 * count is wrong (WRONG_NUM_ARGS), or the types do not fit (DATATYPE_MISMATCH.*).
 */
struct expr *resolve_call(struct resolver *r, const struct function *function, const char *name,
                          struct expr **arguments, uint32_t count, const struct origin *origin, struct error *err);
/* The same by the name of a built-in that is known to be there: "=", "and", "+", "coalesce". */
struct expr *resolve_named(struct resolver *r, const char *name, struct expr **arguments, uint32_t count,
                           const struct origin *origin, struct error *err);
struct expr *resolve_binary(struct resolver *r, const char *name, struct expr *left, struct expr *right,
                            struct error *err);

/* For rows whose resolve() looks at its arguments in an order of its own: argument i checked, or cast, as the words of a
 * signature would have it. */
bool resolve_argument(struct resolver *r, struct expr *call, uint32_t i, const char *words, struct error *err);
/* The same where errors count arguments otherwise: as the one at `place`, from 0. */
bool resolve_argument_as(struct resolver *r, struct expr *call, uint32_t i, uint32_t place, const char *words,
                         struct error *err);
/* DATATYPE_MISMATCH.NON_FOLDABLE_INPUT unless argument i is a constant. name: "`path`", type: "\"STRING\"". */
bool resolve_foldable(struct resolver *r, const struct expr *call, uint32_t i, const char *name, const char *type,
                      struct error *err);

/* WRONG_NUM_ARGS for rows without a signature; most UINT32_MAX: no bound. Returns false. */
bool resolve_wrong_count(struct resolver *r, const char *name, uint32_t least, uint32_t most, uint32_t actual,
                         const struct origin *origin, struct error *err);

/* child[key], child.field: a struct's field (key: a string literal), the same field of an array of structs, an
 * array's element, a map's value; INVALID_EXTRACT_BASE_FIELD_TYPE, FIELD_NOT_FOUND, AMBIGUOUS_REFERENCE_TO_FIELDS. */
struct expr *resolve_extract(struct resolver *r, struct expr *child, struct expr *key, const struct origin *origin,
                             struct error *err);
/* The ordinal-th field of a struct: what s.* needs. */
struct expr *resolve_field(struct resolver *r, struct expr *child, uint32_t ordinal);

/* An explicit cast: refused with DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION and its kin when Spark has no such. */
struct expr *resolve_cast(struct resolver *r, struct expr *e, const struct type *to, enum cast_mode mode,
                          bool is_explicit, const struct origin *origin, struct error *err);
/* spark.sql.geospatial.enabled; UNSUPPORTED_FEATURE.GEOSPATIAL_DISABLED. */
bool resolve_spatial_enabled(struct resolver *r, struct error *err);
/* An implicit cast that is known to be possible; e itself when it has the type already. */
struct expr *coerce_to(struct resolver *r, struct expr *e, const struct type *to);
/* The type that Spark implicitly casts `e` to where a signature word (or several, "STRING|BINARY") is expected:
 * e's own type when it fits, NULL when there is none. */
const struct type *coerce_implicit(struct resolver *r, const struct expr *e, const char *words);

/* The common type of two, and of several, for comparisons, CASE, IN, UNION, arrays; NULL: none. "wider" promotes
 * strings as Spark's findWiderTypeForTwo does; "tightest" never does. */
const struct type *coerce_tightest(struct resolver *r, const struct type *a, const struct type *b);
const struct type *coerce_wider(struct resolver *r, const struct type *a, const struct type *b);
const struct type *coerce_wider_of(struct resolver *r, struct expr *const *exprs, uint32_t count);
/* The same as coerce_tightest and coerce_wider_no_strings with the number rules of legacy mode, whatever the mode: a
 * float beside an int is a float. What Spark does for an array and an element, or two arrays. */
const struct type *coerce_tightest_legacy(struct resolver *r, const struct type *a, const struct type *b);
const struct type *coerce_wider_no_strings_legacy(struct resolver *r, const struct type *a, const struct type *b);
/*
 * Whether array[key] may be NULL, as Spark tells it: at a constant place of array(a, b) it is what stands there; at
 * another constant place it may be; elsewhere in strict mode only an element that is NULL is. base: the first index.
 */
bool resolve_item_nullable(struct resolver *r, const struct expr *array, const struct expr *key, int base, bool strict);
const struct type *coerce_wider_no_strings(struct resolver *r, const struct type *a, const struct type *b);
/* A string beside another atomic type: what both become, or NULL. */
const struct type *coerce_promote_string(struct resolver *r, const struct type *a, const struct type *b);
/* The sides of + - * / % and the like: strings, decimals with integers and floats, then the tightest common type.
 * Sides that have nothing in common stay as they are; the operator refuses them. Two decimals stay different. */
void coerce_arithmetic(struct resolver *r, struct expr **left, struct expr **right);
/* The sides of = < <=> and so on; false: they can't be compared. */
/* Equal but for the names of structs' fields, and for what may be NULL. */
bool coerce_same_structure(const struct type *a, const struct type *b);
bool coerce_comparison(struct resolver *r, struct expr **left, struct expr **right);

/* Spark's results of decimal arithmetic; op one of + - * / % d (div) p (pmod). */
const struct type *decimal_result(struct resolver *r, char op, const struct type *a, const struct type *b);
/* DecimalType.forType: long -> decimal(20,0), ... */
const struct type *decimal_for(struct arena *arena, const struct type *t);

/* DATATYPE_MISMATCH.<sub> with sqlExpr and the pairs that follow (NULL ends them), at the call's origin; returns NULL. */
struct expr *resolve_mismatch(struct resolver *r, const struct expr *call, struct error *err, const char *sub, ...)
    __attribute__((sentinel));
/* A call as messages show it: with the defaults of the arguments that are not given (error_name.c). */
const struct expr *expr_in_errors(struct arena *arena, const struct expr *call);
/* Messages' forms: "\"INT\"", "first" ... */
const char *ordinal_word(unsigned index_from_0);
const char *quoted_type(struct arena *arena, const struct type *t); /* "INT" with the quotes */
const char *quoted_expr(struct arena *arena, const struct expr *e); /* "a + 1" with the quotes */

#endif
