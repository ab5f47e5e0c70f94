/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls become typed: the row's signature checks and casts the arguments, then the row's own resolve() has its say.
 * Casts that coercion puts in carry the call's origin, as Spark's do: the error of abs('x') marks the whole call.
 */
#include "expr/resolve.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "expr/collate.h"
#include "expr/evaluate.h"
#include "expr/signature.h"

static const char docroot[] = "https://spark.apache.org/docs/latest";

const char *ordinal_word(unsigned index) {
    static const char *const ordinals[] = {"first", "second", "third", "4th",  "5th",  "6th",  "7th",  "8th",
                                           "9th",   "10th",   "11th",  "12th", "13th", "14th", "15th", "16th"};
    return index < sizeof ordinals / sizeof *ordinals ? ordinals[index] : "next";
}

const char *quoted_type(struct arena *arena, const struct type *t) {
    return arena_printf(arena, "\"%s\"", type_sql(arena, t));
}

const char *quoted_expr(struct arena *arena, const struct expr *e) {
    return arena_printf(arena, "\"%s\"", expr_pretty(arena, e));
}

struct expr *resolve_mismatch(struct resolver *r, const struct expr *call, struct error *err, const char *sub, ...) {
    if (error_is_set(err)) return NULL;
    error_set(err, arena_printf(r->arena, "DATATYPE_MISMATCH.%s", sub), "sqlExpr",
              quoted_expr(r->arena, expr_in_errors(r->arena, call)), NULL);
    va_list pairs;
    va_start(pairs, sub);
    for (const char *name; (name = va_arg(pairs, const char *));) error_add(err, name, "%s", va_arg(pairs, char *));
    va_end(pairs);
    error_at(err, call->origin);
    return NULL;
}

static bool wrong_count(struct resolver *r, const char *name, const char *expected, uint32_t actual,
                        const struct origin *origin, struct error *err) {
    error_set(err, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "functionName", arena_printf(r->arena, "`%s`", name),
              "expectedNum", expected, NULL);
    error_add(err, "actualNum", "%u", actual);
    error_add(err, "docroot", "%s", docroot);
    return error_at(err, origin);
}

/* "1", "[2, 3]", "> 0": the counts that a signature takes, as Spark lists them. */
bool resolve_wrong_count(struct resolver *r, const char *name, uint32_t least, uint32_t most, uint32_t actual,
                         const struct origin *origin, struct error *err) {
    if (most == UINT32_MAX)
        return wrong_count(r, name, arena_printf(r->arena, "> %d", (int)least - 1), actual, origin, err);
    if (least == most) return wrong_count(r, name, arena_printf(r->arena, "%u", least), actual, origin, err);
    const char *list = "[";
    for (uint32_t n = least; n <= most; n++) list = arena_printf(r->arena, "%s%u%s", list, n, n < most ? ", " : "]");
    return wrong_count(r, name, list, actual, origin, err);
}

static struct expr *cast_argument(struct resolver *r, struct expr *call, uint32_t i, const struct type *to) {
    struct expr *cast = coerce_to(r, call->children[i], to);
    if (cast != call->children[i]) cast->origin = call->origin;
    return cast;
}

static bool is_collection(const char *words) {
    return strncmp(words, "ARRAY", 5) == 0 || strncmp(words, "MAP", 3) == 0;
}

/* A time of day and a date count as of one family, so that they are cast, in vain. */
static bool refuse_cast(struct resolver *r, const struct expr *argument, const struct type *to,
                        const struct origin *origin, struct error *err) {
    error_set(err, "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", "srcType", quoted_type(r->arena, argument->type),
              "targetType", quoted_type(r->arena, to), "sqlExpr", quoted_expr(r->arena, argument), NULL);
    return error_at(err, origin);
}

bool resolve_argument(struct resolver *r, struct expr *call, uint32_t i, const char *words, struct error *err) {
    return resolve_argument_as(r, call, i, i, words, err);
}

bool resolve_argument_as(struct resolver *r, struct expr *call, uint32_t i, uint32_t place, const char *words,
                         struct error *err) {
    const struct function *f = call->call.function;
    const struct expr *argument = call->children[i];
    bool untyped = argument->type->kind == TYPE_NULL, list = is_collection(words), exact = f->flags & FUNCTION_EXACT;
    const struct type *to = untyped && (list || exact) && f->flags & FUNCTION_TYPED ? NULL
                            : exact && !untyped ? (signature_accepts(words, argument->type) ? argument->type : NULL)
                                                : coerce_implicit(r, argument, words);
    if (!to) {
        resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(place), "requiredType",
                         signature_words_sql(r->arena, words), "inputSql", quoted_expr(r->arena, argument), "inputType",
                         quoted_type(r->arena, argument->type), NULL);
        return false;
    }
    if (!cast_allowed(argument->type, to, r->context->ansi ? CAST_ANSI : CAST_LEGACY))
        return refuse_cast(r, argument, to, call->origin, err);
    if (untyped && (list || exact) && to->kind != TYPE_NULL && !(f->flags & FUNCTION_NULL_CAST))
        call->children[i] = expr_null(r->arena, to); /* a column of NULLs too: its name is NULL then, as in Spark */
    else
        call->children[i] = cast_argument(r, call, i, to);
    return true;
}

static bool check_arguments(struct resolver *r, struct expr *call, const struct signature *s, struct error *err) {
    for (uint32_t i = 0; i < call->child_count; i++) {
        const char *expected = s->words[i < s->count ? i : s->count - 1];
        if (strcmp(expected, "LAMBDA") != 0) TRY(resolve_argument(r, call, i, expected, err));
    }
    return true;
}

bool resolve_foldable(struct resolver *r, const struct expr *call, uint32_t i, const char *name, const char *type,
                      struct error *err) {
    /* A column of NULLs is a constant where it becomes one before anybody looks. */
    bool untyped = call->children[i]->type->kind == TYPE_NULL && call->call.function->flags & FUNCTION_EXACT;
    if (call->children[i]->foldable || untyped) return true;
    resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", name, "inputType", type, "inputExpr",
                     quoted_expr(r->arena, call->children[i]), NULL);
    return false;
}

static bool any_nullable(const struct expr *call) {
    for (uint32_t i = 0; i < call->child_count; i++)
        if (call->children[i]->nullable) return true;
    return false;
}

static enum expr_kind kind_of(const struct function *f) {
    switch (f->class) {
        case FUNCTION_AGGREGATE: return EXPR_AGGREGATE;
        case FUNCTION_GENERATOR:
        case FUNCTION_TABLE: return EXPR_GENERATOR;
        default: return EXPR_CALL;
    }
}

struct expr *resolve_call(struct resolver *r, const struct function *function, const char *name,
                          struct expr **arguments, uint32_t count, const struct origin *origin, struct error *err) {
    struct expr *call = expr_new(r->arena, kind_of(function), count);
    call->origin = origin;
    /* call and aggregate begin alike. */
    call->call.function = function;
    call->call.name = function->name; /* rows of aliases are their own; letters' case is Spark's */
    call->call.ansi = r->context->ansi;
    call->call.try_mode = function->flags & FUNCTION_TRY;
    call->type = TYPE_OF(NULL);
    for (uint32_t i = 0; i < count; i++) call->children[i] = arguments[i];
    if (function->signature) {
        struct signature s;
        signature_parse(&s, function->signature);
        uint32_t most = s.variadic ? UINT32_MAX : s.count;
        if (count < s.required || count > most) {
            resolve_wrong_count(r, name, s.required, most, count, origin, err);
            return NULL;
        }
        if (!check_arguments(r, call, &s, err)) return NULL;
        if (!collate_arguments(r, call, err)) return NULL;
        const struct type *result = signature_result(r->arena, &s, call);
        if (result) call->type = result;
    } else if (!collate_arguments(r, call, err)) {
        return NULL;
    }
    call->nullable =
        !(function->flags & FUNCTION_NOT_NULL) && (any_nullable(call) || function->flags & FUNCTION_NULLABLE);
    expr_update_flags(call);
    struct expr *resolved = function->resolve ? function->resolve(r, call, err) : call;
    if (!resolved) return NULL;
    collate_result(r, resolved);
    if (resolved != call || function->resolve) expr_update_flags(resolved);
    return resolved;
}

const struct function *resolve_function(struct resolver *r, const char *name) {
    uint32_t hash = 0;
    for (const char *c = name; *c; c++) hash = hash * 31 + (*c | 0x20u); /* letters of either case alike */
    const struct function **known = &r->found[hash % (sizeof r->found / sizeof *r->found)];
    if (!*known || strcasecmp((*known)->name, name) != 0) *known = function_find(name);
    return *known;
}

struct expr *resolve_named(struct resolver *r, const char *name, struct expr **arguments, uint32_t count,
                           const struct origin *origin, struct error *err) {
    const struct function *function = resolve_function(r, name);
    if (!function) {
        error_internal(err, "no built-in function is called %s", name);
        return NULL;
    }
    return resolve_call(r, function, function->name, arguments, count, origin, err);
}

struct expr *resolve_binary(struct resolver *r, const char *name, struct expr *left, struct expr *right,
                            struct error *err) {
    struct expr *sides[] = {left, right};
    return resolve_named(r, name, sides, 2, left->origin, err);
}

/* The function that does what no cast does. */
static const char *cast_substitute(const struct type *from, const struct type *to) {
    if (type_is_numeric(from) && to->kind == TYPE_DATE) return "`DATE_FROM_UNIX_DATE`";
    if (from->kind == TYPE_DATE && type_is_numeric(to)) return "`UNIX_DATE`";
    return NULL;
}

bool resolve_spatial_enabled(struct resolver *r, struct error *err) {
    if (context_flag(r->context, "spark.sql.geospatial.enabled", false)) return true;
    return error_set(err, "UNSUPPORTED_FEATURE.GEOSPATIAL_DISABLED", NULL);
}

struct expr *resolve_cast(struct resolver *r, struct expr *e, const struct type *to, enum cast_mode mode,
                          bool is_explicit, const struct origin *origin, struct error *err) {
    struct expr *cast = expr_new(r->arena, EXPR_CAST, 1);
    cast->children[0] = e;
    cast->type = to;
    cast->origin = origin;
    cast->cast.mode = mode;
    cast->cast.explicit_ = is_explicit;
    TRY_NULL(!type_is_spatial(to) || resolve_spatial_enabled(r, err));
    if (!cast_allowed(e->type, to, mode)) {
        const char *from_sql = quoted_type(r->arena, e->type), *to_sql = quoted_type(r->arena, to);
        const char *function = mode == CAST_LEGACY ? NULL : cast_substitute(e->type, to);
        if (function)
            return resolve_mismatch(r, cast, err, "CAST_WITH_FUNC_SUGGESTION", "srcType", from_sql, "targetType",
                                    to_sql, "functionNames", function, NULL);
        if (mode == CAST_ANSI && cast_allowed(e->type, to, CAST_LEGACY))
            return resolve_mismatch(r, cast, err, "CAST_WITH_CONF_SUGGESTION", "srcType", from_sql, "targetType",
                                    to_sql, "config", "\"spark.sql.ansi.enabled\"", "configVal", "'false'", NULL);
        return resolve_mismatch(r, cast, err, "CAST_WITHOUT_SUGGESTION", "srcType", from_sql, "targetType", to_sql,
                                NULL);
    }
    cast->nullable = e->nullable || cast_nullable(e->type, to, mode);
    expr_update_flags(cast);
    return cast;
}

/* The function that the row `name` of operators stands for, with everything set by hand: for field access, whose
 * types the caller knows. */
static struct expr *typed_call(struct resolver *r, const char *name, struct expr *child, struct expr *key,
                               const struct type *type, bool nullable, const struct origin *origin) {
    const struct function *function = resolve_function(r, name);
    assert(function);
    struct expr *call = expr_new(r->arena, EXPR_CALL, 2);
    call->origin = origin;
    call->call.function = function;
    call->call.name = function->name;
    call->call.ansi = r->context->ansi;
    call->children[0] = child;
    call->children[1] = key;
    call->type = type;
    call->nullable = nullable;
    expr_update_flags(call);
    return call;
}

struct expr *resolve_field(struct resolver *r, struct expr *child, uint32_t ordinal) {
    const struct field *f = &child->type->fields[ordinal];
    return typed_call(r, "get_struct_field", child, expr_int(r->arena, (int32_t)ordinal), f->type,
                      child->nullable || f->nullable, child->origin);
}

/* A name as Spark quotes it where it takes it for one of several parts: d.e is `d`.`e`. */
static const char *quoted_parts(struct arena *arena, const char *name) {
    const char *quoted = "`";
    for (const char *dot; (dot = strchr(name, '.')); name = dot + 1)
        quoted = arena_printf(arena, "%s%.*s`.`", quoted, (int)(dot - name), name);
    return arena_printf(arena, "%s%s`", quoted, name);
}

static bool find_field(struct resolver *r, const struct type *t, struct string name, const struct origin *origin,
                       uint32_t *ordinal, struct error *err) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < t->field_count; i++) {
        const char *field = t->fields[i].name;
        bool same =
            strlen(field) == name.size && (r->context->case_sensitive ? memcmp(field, name.data, name.size) == 0
                                                                      : strncasecmp(field, name.data, name.size) == 0);
        if (same && found++ == 0) *ordinal = i;
    }
    if (found == 1) return true;
    const char *text = arena_strndup(r->arena, name.data, name.size);
    if (found > 1) {
        error_set(err, "AMBIGUOUS_REFERENCE_TO_FIELDS", "field", arena_printf(r->arena, "`%s`", text), NULL);
        error_add(err, "count", "%u", found);
        return error_at(err, origin);
    }
    const char *fields = "";
    for (uint32_t i = 0; i < t->field_count; i++)
        fields = arena_printf(r->arena, "%s%s%s", fields, i ? ", " : "", quoted_parts(r->arena, t->fields[i].name));
    error_set(err, "FIELD_NOT_FOUND", "fieldName", arena_printf(r->arena, "`%s`", text), "fields", fields, NULL);
    return error_at(err, origin);
}

static bool is_string_literal(const struct expr *e) {
    return e->kind == EXPR_LITERAL && type_is_string(e->type) && !expr_is_null_literal(e);
}

bool resolve_item_nullable(struct resolver *r, const struct expr *array, const struct expr *key, int base,
                           bool strict) {
    if (array->nullable) return true;
    if (!key->foldable || key->nullable) return !strict || array->type->contains_null;
    if (array->kind != EXPR_CALL || strcmp(array->call.function->name, "array") != 0) return true;
    struct error ignored = {0};
    const struct vector *value = expr_fold(r->arena, r->context, key, &ignored);
    bool failed = !value || vector_is_null(value, 0);
    error_release(&ignored);
    if (failed) return !strict;
    int64_t count = array->child_count,
            place = value->type->kind == TYPE_LONG ? *VECTOR_DATA(value, int64_t) : *VECTOR_DATA(value, int32_t);
    if (base && place == 0) return false;
    place = base && place < 0 ? count + place : place - base;
    return place < 0 || place >= count ? !strict : array->children[place]->nullable;
}

static struct expr *extract_of_array(struct resolver *r, struct expr *child, struct expr *key,
                                     const struct origin *origin, struct error *err) {
    const struct type *element = child->type->element;
    if (element->kind == TYPE_STRUCT && is_string_literal(key)) {
        uint32_t ordinal;
        TRY_NULL(find_field(r, element, *VECTOR_DATA(key->literal, struct string), origin, &ordinal, err));
        const struct field *f = &element->fields[ordinal];
        const struct type *t = type_array(r->arena, f->type, child->type->contains_null || f->nullable);
        return typed_call(r, "get_array_struct_fields", child, expr_int(r->arena, (int32_t)ordinal), t, child->nullable,
                          origin);
    }
    struct expr *call = typed_call(r, "get_array_item", child, key, element, true, origin);
    if (!type_is_integral(key->type) && key->type->kind != TYPE_NULL) {
        const struct type *to = coerce_implicit(r, key, "INTEGRAL");
        if (!to)
            return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(1),
                                    "requiredType", "\"INTEGRAL\"", "inputSql", quoted_expr(r->arena, key), "inputType",
                                    quoted_type(r->arena, key->type), NULL);
        key = coerce_to(r, key, to);
    }
    call->children[1] = key->type->kind == TYPE_LONG ? key : coerce_to(r, key, TYPE_OF(INT));
    call->nullable = resolve_item_nullable(r, child, call->children[1], 0, r->context->ansi);
    return call;
}

/* What a key is cast to where it has no type in common with the map's: what may be stored as such a key. */
static const struct type *implicit_key(struct resolver *r, const struct type *key, const struct type *wanted) {
    bool stored = (type_is_numeric(key) && type_is_numeric(wanted)) || type_is_string(wanted) || type_is_string(key) ||
                  (type_is_datetime(key) && type_is_datetime(wanted));
    return stored && cast_allowed(key, wanted, CAST_ANSI) ? wanted : NULL;
}

static struct expr *extract_of_map(struct resolver *r, struct expr *child, struct expr *key,
                                   const struct origin *origin, struct error *err) {
    struct expr *call = typed_call(r, "get_map_value", child, key, child->type->element, true, origin);
    struct expr *map_key = expr_null(r->arena, child->type->key);
    const struct type *to =
        type_equal(key->type, child->type->key) ? key->type : coerce_tightest(r, key->type, map_key->type);
    bool texts = type_is_string(key->type) && type_is_string(child->type->key);
    if (!to && texts) /* of two collations: a literal without one takes the map's */
        to = key->kind == EXPR_LITERAL && !key->type->collation ? child->type->key : NULL;
    else if (!to && r->context->ansi && type_is_atomic(key->type))
        to = implicit_key(r, key->type, child->type->key);
    if (!to && !texts && !r->context->ansi) to = coerce_wider(r, key->type, child->type->key);
    if (!to || !type_equal(to, child->type->key)) {
        if (!cast_allowed(key->type, child->type->key, CAST_ANSI) || !to)
            return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(1),
                                    "requiredType", quoted_type(r->arena, child->type->key), "inputSql",
                                    quoted_expr(r->arena, key), "inputType", quoted_type(r->arena, key->type), NULL);
    }
    call->children[1] = coerce_to(r, key, child->type->key);
    if (texts && call->children[1] != key) call->children[1]->pretty = key;
    return call;
}

struct expr *resolve_extract(struct resolver *r, struct expr *child, struct expr *key, const struct origin *origin,
                             struct error *err) {
    switch (child->type->kind) {
        case TYPE_STRUCT: {
            if (!is_string_literal(key)) {
                error_set(err, "INVALID_EXTRACT_FIELD_TYPE", "extraction", quoted_expr(r->arena, key), NULL);
                error_at(err, origin);
                return NULL;
            }
            uint32_t ordinal;
            TRY_NULL(find_field(r, child->type, *VECTOR_DATA(key->literal, struct string), origin, &ordinal, err));
            struct expr *field = resolve_field(r, child, ordinal);
            field->origin = origin;
            return field;
        }
        case TYPE_ARRAY: return extract_of_array(r, child, key, origin, err);
        case TYPE_MAP: return extract_of_map(r, child, key, origin, err);
        default:
            error_set(err, "INVALID_EXTRACT_BASE_FIELD_TYPE", "base", quoted_expr(r->arena, child), "other",
                      quoted_type(r->arena, child->type), NULL);
            error_at(err, origin);
            return NULL;
    }
}
