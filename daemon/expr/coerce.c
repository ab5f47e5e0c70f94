/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Common types and implicit casts, in Spark's two dialects.
 *
 *     tightest   both lose nothing: int, long -> long; date, timestamp -> timestamp. Never touches strings.
 *     wider      tightest, else through decimals, else by promoting a string: to the other type in ANSI mode
 *                ('1' = 1 compares bigints), to string in legacy mode. For CASE, UNION, IN, arrays.
 *     implicit   what a function's parameter makes of an argument; see coerce_implicit.
 *
 * Nested types are widened element by element, and become nullable where a cast may give NULL.
 */
#include <string.h>
#include <strings.h>

#include "expr/resolve.h"

typedef const struct type *common_type(struct resolver *r, const struct type *a, const struct type *b);

static int max_of(int a, int b) {
    return a > b ? a : b;
}

static int min_of(int a, int b) {
    return a < b ? a : b;
}

const struct type *decimal_for(struct arena *arena, const struct type *t) {
    switch (t->kind) {
        case TYPE_BYTE: return type_decimal(arena, 3, 0);
        case TYPE_SHORT: return type_decimal(arena, 5, 0);
        case TYPE_INT: return type_decimal(arena, 10, 0);
        case TYPE_LONG: return type_decimal(arena, 20, 0);
        case TYPE_FLOAT: return type_decimal(arena, 14, 7);
        case TYPE_DOUBLE: return type_decimal(arena, 30, 15);
        default: return t;
    }
}

/* 38 digits at most; integral digits matter more, but at least 6 of the fraction stay where there are that many. */
static const struct type *adjusted_decimal(struct arena *arena, int precision, int scale) {
    if (precision <= DECIMAL_MAX_PRECISION) return type_decimal(arena, precision, scale);
    if (scale < 0) return type_decimal(arena, DECIMAL_MAX_PRECISION, scale);
    int least = min_of(scale, 6);
    return type_decimal(arena, DECIMAL_MAX_PRECISION, max_of(DECIMAL_MAX_PRECISION - (precision - scale), least));
}

/* Without loss of precision, as Hive has it: what does not fit in 38 digits is an overflow. */
static const struct type *bounded_decimal(struct arena *arena, int precision, int scale) {
    return type_decimal(arena, min_of(precision, DECIMAL_MAX_PRECISION), min_of(scale, DECIMAL_MAX_PRECISION));
}

static const struct type *exact_decimal_result(struct arena *arena, char op, const struct type *a,
                                               const struct type *b) {
    int p1 = a->precision, s1 = a->scale, p2 = b->precision, s2 = b->scale, scale = max_of(s1, s2);
    switch (op) {
        case '+':
        case '-': return bounded_decimal(arena, max_of(p1 - s1, p2 - s2) + scale + 1, scale);
        case '*': return bounded_decimal(arena, p1 + p2 + 1, s1 + s2);
        case '/': {
            int digits = min_of(DECIMAL_MAX_PRECISION, p1 - s1 + s2);
            scale = min_of(DECIMAL_MAX_PRECISION, max_of(6, s1 + p2 + 1));
            int beyond = digits + scale - DECIMAL_MAX_PRECISION;
            if (beyond > 0) {
                scale -= beyond / 2 + 1;
                digits = DECIMAL_MAX_PRECISION - scale;
            }
            return bounded_decimal(arena, digits + scale, scale);
        }
        case 'd': return bounded_decimal(arena, max_of(p1 - s1 + s2, 1), 0);
        default: return bounded_decimal(arena, min_of(p1 - s1, p2 - s2) + scale, scale);
    }
}

const struct type *decimal_result(struct resolver *r, char op, const struct type *a, const struct type *b) {
    struct arena *arena = r->arena;
    if (!context_flag(r->context, "spark.sql.decimalOperations.allowPrecisionLoss", true))
        return exact_decimal_result(arena, op, a, b);
    int p1 = a->precision, s1 = a->scale, p2 = b->precision, s2 = b->scale, scale = max_of(s1, s2);
    switch (op) {
        case '+':
        case '-': return adjusted_decimal(arena, max_of(p1 - s1, p2 - s2) + scale + 1, scale);
        case '*': return adjusted_decimal(arena, p1 + p2 + 1, s1 + s2);
        case '/': scale = max_of(6, s1 + p2 + 1); return adjusted_decimal(arena, p1 - s1 + s2 + scale, scale);
        case 'd': {
            int digits = p1 - s1 + s2;
            return adjusted_decimal(arena, digits > 0 ? digits : 1, 0);
        }
        default: /* % and pmod */ return adjusted_decimal(arena, min_of(p1 - s1, p2 - s2) + scale, scale);
    }
}

/* Holds the values of both. Where 38 digits are not enough, the fraction gives. */
static const struct type *wider_decimal(struct arena *arena, const struct type *a, const struct type *b) {
    int scale = max_of(a->scale, b->scale);
    int precision = max_of(a->precision - a->scale, b->precision - b->scale) + scale;
    if (precision <= DECIMAL_MAX_PRECISION) return type_decimal(arena, precision, scale);
    return type_decimal(arena, DECIMAL_MAX_PRECISION, max_of(0, scale - (precision - DECIMAL_MAX_PRECISION)));
}

static bool decimal_holds(struct arena *arena, const struct type *decimal, const struct type *integral) {
    const struct type *need = decimal_for(arena, integral);
    return decimal->precision - decimal->scale >= need->precision - need->scale && decimal->scale >= need->scale;
}

static const struct type *common_struct(struct resolver *r, const struct type *a, const struct type *b,
                                        common_type *common) {
    if (a->field_count != b->field_count) return NULL;
    struct field *fields = ARENA_ARRAY(r->arena, struct field, a->field_count);
    for (uint32_t i = 0; i < a->field_count; i++) {
        const struct field *f = &a->fields[i], *g = &b->fields[i];
        if (r->context->case_sensitive ? strcmp(f->name, g->name) : strcasecmp(f->name, g->name)) return NULL;
        const struct type *t = common(r, f->type, g->type);
        if (!t) return NULL;
        bool forced = cast_nullable(f->type, t, CAST_ANSI) || cast_nullable(g->type, t, CAST_ANSI);
        fields[i] = (struct field){.name = f->name, .type = t, .nullable = f->nullable || g->nullable || forced};
    }
    return type_struct(r->arena, fields, a->field_count);
}

static const struct type *common_nested(struct resolver *r, const struct type *a, const struct type *b,
                                        common_type *common) {
    if (a->kind != b->kind) return NULL;
    if (a->kind == TYPE_STRUCT) return common_struct(r, a, b, common);
    if (a->kind != TYPE_ARRAY && a->kind != TYPE_MAP) return NULL;
    const struct type *element = common(r, a->element, b->element);
    if (!element) return NULL;
    bool contains_null = a->contains_null || b->contains_null || cast_nullable(a->element, element, CAST_ANSI) ||
                         cast_nullable(b->element, element, CAST_ANSI);
    if (a->kind == TYPE_ARRAY) return type_array(r->arena, element, contains_null);
    const struct type *key = common(r, a->key, b->key);
    if (!key || cast_nullable(a->key, key, CAST_ANSI) || cast_nullable(b->key, key, CAST_ANSI)) return NULL;
    return type_map(r->arena, key, element, contains_null);
}

static const struct type *wider_number(struct resolver *r, const struct type *a, const struct type *b) {
    const struct type *wider = a->kind > b->kind ? a : b;
    if (r->context->ansi && wider->kind == TYPE_FLOAT) return TYPE_OF(DOUBLE); /* an int in a float loses digits */
    return wider;
}

const struct type *coerce_tightest(struct resolver *r, const struct type *a, const struct type *b) {
    if (type_equal(a, b)) return a;
    if (a->kind == TYPE_NULL) return b;
    if (b->kind == TYPE_NULL) return a;
    if (type_is_integral(a) && b->kind == TYPE_DECIMAL) return decimal_holds(r->arena, b, a) ? b : NULL;
    if (type_is_integral(b) && a->kind == TYPE_DECIMAL) return decimal_holds(r->arena, a, b) ? a : NULL;
    if (type_is_numeric(a) && type_is_numeric(b))
        return a->kind == TYPE_DECIMAL || b->kind == TYPE_DECIMAL ? NULL : wider_number(r, a, b);
    if (type_is_datetime(a) && type_is_datetime(b)) {
        if (a->kind == TYPE_TIMESTAMP || b->kind == TYPE_TIMESTAMP) return TYPE_OF(TIMESTAMP);
        return TYPE_OF(TIMESTAMP_NTZ);
    }
    if (a->kind == TYPE_TIME && b->kind == TYPE_TIME) return a->precision > b->precision ? a : b;
    if (type_is_spatial(a) && a->kind == b->kind) return type_spatial(r->arena, a->kind, SRID_ANY);
    if (type_is_ansi_interval(a) && a->kind == b->kind)
        return type_interval(r->arena, a->kind, min_of(a->start, b->start), max_of(a->end, b->end));
    if (type_is_string(a) && type_is_string(b)) /* which of two collations wins is for collate.c */
        return a->collation || b->collation ? NULL : TYPE_OF(STRING);
    return common_nested(r, a, b, coerce_tightest);
}

static const struct type *wider_through_decimal(struct resolver *r, const struct type *a, const struct type *b) {
    if (!type_is_numeric(a) || !type_is_numeric(b)) return NULL;
    if (a->kind != TYPE_DECIMAL && b->kind != TYPE_DECIMAL) return NULL;
    if (a->kind == TYPE_FLOAT || a->kind == TYPE_DOUBLE || b->kind == TYPE_FLOAT || b->kind == TYPE_DOUBLE)
        return TYPE_OF(DOUBLE);
    return wider_decimal(r->arena, decimal_for(r->arena, a), decimal_for(r->arena, b));
}

const struct type *coerce_promote_string(struct resolver *r, const struct type *a, const struct type *b) {
    if (!type_is_string(a)) {
        const struct type *swap = a;
        a = b;
        b = swap;
    }
    if (type_is_string(a) && b->kind == TYPE_VARIANT && r->context->ansi) return b;
    if (!type_is_string(a) || !type_is_atomic(b)) return NULL;
    if (type_is_string(b)) return a->collation == b->collation ? a : NULL;
    if (!r->context->ansi) return b->kind == TYPE_BINARY || b->kind == TYPE_BOOLEAN ? NULL : a;
    if (type_is_integral(b)) return TYPE_OF(LONG);
    if (type_is_fractional(b)) return TYPE_OF(DOUBLE);
    return type_is_ansi_interval(b) ? NULL : b;
}

const struct type *coerce_wider(struct resolver *r, const struct type *a, const struct type *b) {
    const struct type *t = coerce_tightest(r, a, b);
    if (!t) t = wider_through_decimal(r, a, b);
    if (!t) t = coerce_promote_string(r, a, b);
    return t ? t : common_nested(r, a, b, coerce_wider);
}

static const struct type *wider_no_strings(struct resolver *r, const struct type *a, const struct type *b) {
    const struct type *t = coerce_tightest(r, a, b);
    if (!t) t = wider_through_decimal(r, a, b);
    return t ? t : common_nested(r, a, b, wider_no_strings);
}

const struct type *coerce_wider_of(struct resolver *r, struct expr *const *exprs, uint32_t count) {
    const struct type *t = TYPE_OF(NULL);
    /* Legacy promotion to string does not associate, so strings go first, as in Spark. */
    bool strings_first = !r->context->ansi;
    for (int pass = strings_first ? 0 : 1; pass < 2; pass++)
        for (uint32_t i = 0; i < count && t; i++) {
            bool is_string = type_is_string(exprs[i]->type);
            if (strings_first && is_string != (pass == 0)) continue;
            t = coerce_wider(r, t, exprs[i]->type);
        }
    return t;
}

const struct type *coerce_wider_no_strings(struct resolver *r, const struct type *a, const struct type *b) {
    return wider_no_strings(r, a, b);
}

static const struct type *in_legacy_mode(struct resolver *r, const struct type *a, const struct type *b,
                                         common_type *common) {
    struct context context = *r->context;
    struct resolver legacy = *r;
    context.ansi = false;
    legacy.context = &context;
    const struct type *found = common(&legacy, a, b);
    /* Intervals have a common type, but to those of other fields no implicit cast leads. */
    return found && type_is_ansi_interval(found) && !type_equal(a, b) && a->kind == b->kind ? NULL : found;
}

const struct type *coerce_tightest_legacy(struct resolver *r, const struct type *a, const struct type *b) {
    return in_legacy_mode(r, a, b, coerce_tightest);
}

const struct type *coerce_wider_no_strings_legacy(struct resolver *r, const struct type *a, const struct type *b) {
    return in_legacy_mode(r, a, b, wider_no_strings);
}

struct expr *coerce_to(struct resolver *r, struct expr *e, const struct type *to) {
    if (type_equal(e->type, to)) return e;
    if (expr_is_null_literal(e) && e->type->kind == TYPE_NULL) {
        struct expr *null = expr_null(r->arena, to);
        null->origin = e->origin;
        return null;
    }
    if (e->kind == EXPR_LITERAL && e->type->kind == TYPE_STRING && to->kind == TYPE_STRING) {
        struct expr *collated = expr_value(r->arena, to, e->literal->data);
        collated->origin = e->origin;
        if (!expr_is_null_literal(e)) return collated;
    }
    struct expr *cast = expr_new(r->arena, EXPR_CAST, 1);
    cast->children[0] = e;
    cast->type = to;
    cast->origin = e->origin;
    cast->cast.mode = r->context->ansi ? CAST_ANSI : CAST_LEGACY;
    cast->nullable = e->nullable || cast_nullable(e->type, to, cast->cast.mode);
    expr_update_flags(cast);
    return cast;
}

/* The literal's own decimal type: 12 is decimal(2,0), not decimal(10,0). A byte's is decimal(3,0), as Spark has it. */
static const struct type *literal_decimal(struct resolver *r, const struct expr *e) {
    if (e->kind != EXPR_LITERAL || e->type->kind == TYPE_BYTE || vector_is_null(e->literal, 0))
        return decimal_for(r->arena, e->type);
    int64_t value;
    switch (e->type->kind) {
        case TYPE_SHORT: value = *VECTOR_DATA(e->literal, int16_t); break;
        case TYPE_INT: value = *VECTOR_DATA(e->literal, int32_t); break;
        default: value = *VECTOR_DATA(e->literal, int64_t);
    }
    int digits = 1;
    for (; value / 10; value /= 10) digits++;
    return type_decimal(r->arena, digits, 0);
}

/* One side decimal, the other integral: it becomes a decimal; float or double: both become double. */
static void coerce_decimal_sides(struct resolver *r, struct expr **left, struct expr **right) {
    struct expr **decimal = (*left)->type->kind == TYPE_DECIMAL ? left : right;
    struct expr **other = decimal == left ? right : left;
    if ((*other)->type->kind == TYPE_DECIMAL || (*decimal)->type->kind != TYPE_DECIMAL) return;
    if (type_is_integral((*other)->type)) {
        *other = coerce_to(r, *other, literal_decimal(r, *other));
    } else if ((*other)->type->kind == TYPE_FLOAT || (*other)->type->kind == TYPE_DOUBLE) {
        *decimal = coerce_to(r, *decimal, TYPE_OF(DOUBLE));
        *other = coerce_to(r, *other, TYPE_OF(DOUBLE));
    }
}

static bool is_interval(const struct type *t) {
    return type_is_ansi_interval(t) || t->kind == TYPE_CALENDAR_INTERVAL;
}

void coerce_arithmetic(struct resolver *r, struct expr **left, struct expr **right) {
    const struct type *a = (*left)->type, *b = (*right)->type;
    if (!r->context->ansi) {
        if (type_is_string(a) && !is_interval(b)) *left = coerce_to(r, *left, TYPE_OF(DOUBLE));
        if (type_is_string(b) && !is_interval(a)) *right = coerce_to(r, *right, TYPE_OF(DOUBLE));
    } else if (type_is_string(a) != type_is_string(b)) {
        const struct type *t = coerce_promote_string(r, a, b);
        if (t && type_is_string(a)) *left = coerce_to(r, *left, t);
        if (t && type_is_string(b)) *right = coerce_to(r, *right, t);
    }
    coerce_decimal_sides(r, left, right);
    a = (*left)->type;
    b = (*right)->type;
    if (a->kind == TYPE_DECIMAL && b->kind == TYPE_DECIMAL) return; /* the result type rules take both as they are */
    const struct type *t = coerce_tightest(r, a, b);
    if (!t || !(type_is_numeric(t) || is_interval(t))) return;
    *left = coerce_to(r, *left, t);
    *right = coerce_to(r, *right, t);
}

/* Legacy: a string beside another type becomes that type (a decimal: both become double). */
static const struct type *legacy_comparison(const struct type *a, const struct type *b) {
    const struct type *string = type_is_string(a) ? a : b, *other = string == a ? b : a;
    if (!type_is_string(string) || type_is_string(other)) return NULL;
    if (other->kind == TYPE_NULL) return string;
    if (other->kind == TYPE_DECIMAL) return TYPE_OF(DOUBLE);
    return type_is_atomic(other) && !type_is_ansi_interval(other) ? other : NULL;
}

bool coerce_same_structure(const struct type *a, const struct type *b) {
    if (a->kind != b->kind || a->field_count != b->field_count) return false;
    switch (a->kind) {
        case TYPE_MAP: return coerce_same_structure(a->key, b->key) && coerce_same_structure(a->element, b->element);
        case TYPE_ARRAY: return coerce_same_structure(a->element, b->element);
        case TYPE_STRUCT:
            for (uint32_t i = 0; i < a->field_count; i++)
                if (!coerce_same_structure(a->fields[i].type, b->fields[i].type)) return false;
            return true;
        default: return type_equal(a, b);
    }
}

bool coerce_comparison(struct resolver *r, struct expr **left, struct expr **right) {
    const struct type *t = NULL;
    coerce_decimal_sides(r, left, right);
    const struct type *a = (*left)->type, *b = (*right)->type;
    if (type_equal(a, b)) return true;
    if (type_is_string(a) && b->kind == TYPE_NULL) return *right = expr_null(r->arena, a), true;
    if (type_is_string(b) && a->kind == TYPE_NULL) return *left = expr_null(r->arena, b), true;
    if (!r->context->ansi) t = legacy_comparison(a, b);
    if (!t) t = coerce_tightest(r, a, b);
    if (!t) t = wider_through_decimal(r, a, b);
    if (!t && r->context->ansi) t = coerce_promote_string(r, a, b);
    if (!t) return type_is_nested(a) && coerce_same_structure(a, b);
    *left = coerce_to(r, *left, t);
    *right = coerce_to(r, *right, t);
    return true;
}
