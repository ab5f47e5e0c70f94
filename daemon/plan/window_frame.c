/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A window's frame: its bounds become literals, n PRECEDING and n FOLLOWING with n not negative, and are checked as
 * Spark checks them:
 *
 *     each bound      a constant; an INT for ROWS, a number or an interval for RANGE
 *     both            not from UNBOUNDED FOLLOWING on, nor up to UNBOUNDED PRECEDING; of one type, the lower not above
 *     RANGE           ORDER BY is there, and is one expression to which the bounds can be added
 *
 * A bound of RANGE is cast to the type of ORDER BY before, unless that is a date or a timestamp.
 */
#include <string.h>

#include "base/text.h"
#include "expr/evaluate.h"
#include "plan/analyze.h"

struct frame_check {
    struct scope *s;
    struct window_spec *w;
    const struct origin *origin;
    struct error *err;
};

static bool refuse(const struct frame_check *c) {
    struct arena *arena = c->s->n->arena;
    error_add(c->err, "sqlExpr", "\"%s\"", window_spec_pretty(arena, c->w, true));
    return error_at(c->err, c->origin);
}

static bool refuse_spec(const struct frame_check *c) {
    struct arena *arena = c->s->n->arena;
    error_add(c->err, "sqlExpr", "\"%s\"", window_spec_pretty(arena, c->w, false));
    return error_at(c->err, c->origin);
}

static bool is_datetime(const struct type *t) {
    return t->kind == TYPE_DATE || t->kind == TYPE_TIMESTAMP || t->kind == TYPE_TIMESTAMP_NTZ;
}

static bool is_interval(const struct type *t) {
    return type_is_ansi_interval(t) || t->kind == TYPE_CALENDAR_INTERVAL;
}

static const struct vector *constant(const struct frame_check *c, struct expr *e) {
    return e ? expr_fold(c->s->n->arena, c->s->n->a->context, e, c->err) : NULL;
}

static bool is_below_zero(const struct vector *v) {
    if (vector_is_null(v, 0)) return false;
    switch (type_storage(v->type)) {
        case STORAGE_INT8: return *(int8_t *)v->data < 0;
        case STORAGE_INT16: return *(int16_t *)v->data < 0;
        case STORAGE_INT32: return *(int32_t *)v->data < 0;
        case STORAGE_INT64: return *(int64_t *)v->data < 0;
        case STORAGE_INT128: return *(int128 *)v->data < 0;
        case STORAGE_FLOAT: return *(float *)v->data < 0;
        case STORAGE_DOUBLE: return *(double *)v->data < 0;
        case STORAGE_INTERVAL: {
            const struct interval *i = v->data;
            return i->months < 0 || (i->months == 0 && (i->days < 0 || (i->days == 0 && i->microseconds < 0)));
        }
        default: return false;
    }
}

static bool is_zero(const struct vector *v) {
    static const char zeroes[32];
    size_t size = storage_size(type_storage(v->type));
    return !vector_is_null(v, 0) && size <= sizeof zeroes && memcmp(v->data, zeroes, size) == 0;
}

static struct expr *negated(const struct frame_check *c, struct expr *e) {
    return resolve_named(&c->s->n->resolver, "negative", &e, 1, c->origin, c->err);
}

/* What the bound is added as: to rows an INT (the protocol says LONG too), else the type of ORDER BY. */
static struct expr *cast_bound(const struct frame_check *c, const struct u_bound *u, struct expr *e) {
    const struct type *order = c->w->order_count == 1 ? c->w->order[0].expr->type : NULL;
    if (c->w->frame == FRAME_ROWS)
        return u->signed_value && e->type->kind == TYPE_LONG ? coerce_to(&c->s->n->resolver, e, TYPE_OF(INT)) : e;
    enum cast_mode mode = c->s->n->a->context->ansi ? CAST_ANSI : CAST_LEGACY;
    bool stays = !order || is_datetime(order) || !cast_allowed(e->type, order, mode);
    return stays ? e : coerce_to(&c->s->n->resolver, e, order);
}

static bool analyze_bound(const struct frame_check *c, const struct u_bound *u, bool is_upper,
                          struct frame_bound *out) {
    if (u->kind == U_BOUND_CURRENT_ROW) {
        out->kind = BOUND_CURRENT_ROW;
        return true;
    }
    bool following = u->signed_value ? is_upper : u->following;
    if (u->kind == U_BOUND_UNBOUNDED) {
        out->kind = following ? BOUND_UNBOUNDED_FOLLOWING : BOUND_UNBOUNDED_PRECEDING;
        return true;
    }
    struct expr *e = analyze_expr(c->s, u->value, c->err);
    TRY(e);
    if (!e->foldable) {
        error_set(c->err, "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE", "sqlExpr",
                  quoted_expr(c->s->n->arena, e), "location", is_upper ? "upper" : "lower", "exprType",
                  quoted_type(c->s->n->arena, e->type), "expectedType", "\"INT\"", NULL);
        return error_at(c->err, c->origin);
    }
    struct expr *written = e;
    e = cast_bound(c, u, e);
    const struct vector *v = constant(c, e);
    TRY(v);
    following = u->signed_value || u->following;
    if (is_below_zero(v)) {
        v = constant(c, negated(c, e));
        TRY(v);
        following = !following;
    }
    out->kind = following ? BOUND_FOLLOWING : BOUND_PRECEDING;
    out->offset = expr_literal(c->s->n->arena, v);
    bool cast = e != written && c->w->frame == FRAME_RANGE; /* names do not show it */
    if (cast || (u->signed_value && !following)) out->offset->pretty = written;
    if (!u->signed_value || !is_zero(v)) return true;
    *out = (struct frame_bound){.kind = BOUND_CURRENT_ROW};
    return true;
}

static bool check_type(const struct frame_check *c, const struct frame_bound *b, const char *location) {
    if (!b->offset) return true;
    const struct type *t = b->offset->type;
    bool rows = c->w->frame == FRAME_ROWS;
    if (rows ? t->kind == TYPE_INT : type_is_numeric(t) || is_interval(t)) return true;
    error_set(
        c->err, "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE", "location", location, "exprType",
        quoted_type(c->s->n->arena, t), "expectedType",
        rows ? "\"INT\"" : "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL\")",
        NULL);
    return refuse(c);
}

/* As in messages: the offset, negative where it precedes, or the bound's words. */
static const char *bound_text(const struct frame_check *c, const struct frame_bound *b) {
    static const char *const words[] = {[BOUND_UNBOUNDED_PRECEDING] = "\"UNBOUNDED PRECEDING\"",
                                        [BOUND_CURRENT_ROW] = "\"CURRENT ROW\"",
                                        [BOUND_UNBOUNDED_FOLLOWING] = "\"UNBOUNDED FOLLOWING\""};
    struct arena *arena = c->s->n->arena;
    if (!b->offset) return words[b->kind];
    const char *text = expr_pretty(arena, b->offset);
    bool negated = b->kind == BOUND_PRECEDING && *text != '-';
    return arena_printf(arena, negated ? "\"(- %s)\"" : "\"%s\"", text);
}

static struct expr *signed_offset(const struct frame_check *c, const struct frame_bound *b) {
    return b->kind == BOUND_PRECEDING ? negated(c, b->offset) : b->offset;
}

static bool check_both(const struct frame_check *c) {
    const struct frame_bound *lower = &c->w->lower, *upper = &c->w->upper;
    struct arena *arena = c->s->n->arena;
    if (lower->kind == BOUND_UNBOUNDED_FOLLOWING || upper->kind == BOUND_UNBOUNDED_PRECEDING) {
        error_set(c->err, "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND", "lower", bound_text(c, lower),
                  "upper", bound_text(c, upper), NULL);
        return refuse(c);
    }
    if (!lower->offset || !upper->offset) return true;
    const struct type *a = lower->offset->type, *b = upper->offset->type;
    if (!type_equal(a, b)) {
        error_set(c->err, "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_DIFF_TYPES", "lower", bound_text(c, lower), "upper",
                  bound_text(c, upper), "lowerType", quoted_type(arena, a), "upperType", quoted_type(arena, b), NULL);
        return refuse(c);
    }
    if (a->kind == TYPE_CALENDAR_INTERVAL) return true; /* has no order */
    struct expr *from = signed_offset(c, lower), *to = signed_offset(c, upper);
    const struct vector *above =
        from && to ? constant(c, resolve_binary(&c->s->n->resolver, ">", from, to, c->err)) : NULL;
    TRY(above);
    if (vector_is_null(above, 0) || !VECTOR_DATA(above, uint8_t)[0]) return true;
    error_set(c->err, "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON", "comparison", "less than or equal",
              NULL);
    return refuse(c);
}

/* Can a bound of this type be added to what is ordered by? */
static bool can_add(const struct type *order, const struct type *bound) {
    bool days = bound->kind == TYPE_DAY_TIME_INTERVAL;
    if (order->kind == TYPE_DATE)
        return bound->kind == TYPE_INT || bound->kind == TYPE_YEAR_MONTH_INTERVAL || (days && bound->end == FIELD_DAY);
    if (is_datetime(order)) return is_interval(bound);
    return type_equal(order, bound);
}

static bool check_range(const struct frame_check *c) {
    const struct window_spec *w = c->w;
    struct arena *arena = c->s->n->arena;
    const struct expr *offset = w->lower.offset ? w->lower.offset : w->upper.offset;
    if (!w->order_count && (w->lower.kind != BOUND_UNBOUNDED_PRECEDING || w->upper.kind != BOUND_UNBOUNDED_FOLLOWING)) {
        error_set(c->err, "DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER", NULL);
        return refuse_spec(c);
    }
    if (!offset) return true;
    if (w->order_count > 1) {
        struct text list;
        text_init(&list, arena);
        for (uint32_t i = 0; i < w->order_count; i++) {
            if (i) text_add_char(&list, ',');
            expr_explain(&list, w->order[i].expr, false);
            text_add(&list, w->order[i].descending ? " DESC" : " ASC");
            text_add(&list, w->order[i].nulls_first ? " NULLS FIRST" : " NULLS LAST");
        }
        error_set(c->err, "DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER", "orderSpec", text_finish(&list), NULL);
        return refuse_spec(c);
    }
    const struct type *order = w->order[0].expr->type;
    if (can_add(order, offset->type)) return true;
    error_set(c->err, "DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE", "orderSpecType", quoted_type(arena, order),
              "valueBoundaryType", quoted_type(arena, offset->type), NULL);
    return refuse_spec(c);
}

bool analyze_frame(struct scope *s, const struct u_window_spec *u, struct window_spec *w, const struct origin *origin,
                   struct error *err) {
    if (u->frame == U_FRAME_NONE) {
        w->frame = w->order_count ? FRAME_RANGE : FRAME_ROWS;
        w->lower.kind = BOUND_UNBOUNDED_PRECEDING;
        w->upper.kind = w->order_count ? BOUND_CURRENT_ROW : BOUND_UNBOUNDED_FOLLOWING;
        return true;
    }
    struct frame_check check = {.s = s, .w = w, .origin = origin, .err = err};
    w->frame_given = true;
    w->frame = u->frame == U_FRAME_ROWS ? FRAME_ROWS : FRAME_RANGE;
    TRY(analyze_bound(&check, &u->lower, false, &w->lower));
    TRY(analyze_bound(&check, &u->upper, true, &w->upper));
    TRY(check_type(&check, &w->lower, "lower") && check_type(&check, &w->upper, "upper") && check_both(&check));
    return w->frame == FRAME_ROWS || check_range(&check);
}
