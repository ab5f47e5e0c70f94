/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who divides rows into partitions: repartition() and its kin, DISTRIBUTE BY, and the hints that say the same. What that
 * means is said in partitions.h. Other hints are kept for EXPLAIN alone.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "plan/aggregate.h"

static enum partitioning partitioning_of(const struct u_plan *u) {
    if (!u->repartition.shuffle) return PARTITION_COALESCE;
    if (u->repartition.by_id) return PARTITION_ID;
    if (u->repartition.by_range) return PARTITION_RANGE;
    return u->expr_count ? PARTITION_HASH : PARTITION_ROUND_ROBIN;
}

static bool check_partition_id(struct analysis *n, const struct expr *id, const struct origin *origin,
                               struct error *err) {
    if (id->type->kind == TYPE_INT || id->type->kind == TYPE_NULL) return true;
    const char *quoted = quoted_expr(n->arena, id);
    int bare = (int)strlen(quoted) - 2;
    const char *sql = arena_printf(n->arena, "\"direct_shuffle_partition_id(%.*s)\"", bare, quoted + 1);
    error_set(err, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "sqlExpr", sql, "paramIndex", "first", "requiredType",
              "\"INT\"", "inputSql", quoted, "inputType", quoted_type(n->arena, id->type), NULL);
    return error_at(err, origin);
}

/* A variant has no hash, and CLUSTER BY wants an order. */
static bool check_keys(struct scope *s, const struct u_plan *u, const struct sort_order *keys, struct error *err) {
    for (uint32_t i = 0; i < u->expr_count; i++) {
        if (type_holds(keys[i].expr->type, TYPE_VARIANT)) {
            error_set(err, "UNSUPPORTED_FEATURE.PARTITION_BY_VARIANT", "expr", quoted_expr(s->n->arena, keys[i].expr),
                      "dataType", quoted_type(s->n->arena, keys[i].expr->type), NULL);
            return error_at(err, u->origin);
        }
        if (u->repartition.sort_within) TRY(check_orderable(s, &keys[i], u->origin, err));
    }
    return true;
}

static struct plan *with_keys(struct analysis *n, struct plan *child, const struct sort_order *keys, uint32_t count) {
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, count);
    for (uint32_t i = 0; i < count; i++) exprs[i] = keys[i].expr;
    return expose_missing(n, child, exprs, count);
}

struct plan *analyze_repartition(struct analysis *n, const struct u_plan *u, struct error *err) {
    if (u->repartition.has_count && u->repartition.count <= 0) {
        error_plain(err, ERROR_ILLEGAL_ARGUMENT, "requirement failed: Number of partitions (%d) must be positive.",
                    u->repartition.count);
        return NULL;
    }
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    struct scope s;
    scope_init(&s, n, &child, 1);
    s.below = !u->pipe;
    s.starless = "RepartitionByExpression";
    if (s.below) TRY_NULL(bind_names(&s, u->exprs, u->expr_count, true, err));
    struct sort_order *keys = ARENA_ARRAY(n->arena, struct sort_order, u->expr_count);
    TRY_NULL(analyze_order(&s, u->exprs, u->expr_count, keys, err));
    for (uint32_t i = 0; i < u->expr_count; i++) TRY_NULL(check_plain(n, keys[i].expr, u->origin, err));
    struct plan *p =
        plan_unary(n->arena, PLAN_REPARTITION, s.missing ? with_keys(n, child, keys, u->expr_count) : child, 0);
    p->repartition.count = u->repartition.has_count ? u->repartition.count : -1;
    p->repartition.how = partitioning_of(u);
    p->repartition.keys = keys;
    p->repartition.key_count = u->expr_count;
    TRY_NULL(check_subqueries(n, p, NULL, u->origin, err) && check_keys(&s, u, keys, err));
    if (p->repartition.how == PARTITION_ID) TRY_NULL(check_partition_id(n, keys[0].expr, u->origin, err));
    if (u->repartition.sort_within) {
        p = plan_unary(n->arena, PLAN_SORT, p, 0);
        p->sort.order = arena_copy(n->arena, keys, u->expr_count * sizeof *keys);
        p->sort.count = u->expr_count;
    }
    return s.missing ? plan_restore(n->arena, p, child->output, child->output_count) : p;
}

/* ---- hints ---- */

enum hint_kind { HINT_OTHER, HINT_COALESCE, HINT_REPARTITION, HINT_BY_RANGE, HINT_REBALANCE };

static enum hint_kind hint_kind(const char *name) {
    static const char *const names[] = {"", "COALESCE", "REPARTITION", "REPARTITION_BY_RANGE", "REBALANCE"};
    for (size_t i = 1; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0) return (enum hint_kind)i;
    return HINT_OTHER;
}

static bool is_int(const struct u_expr *e) {
    return e->kind == U_LITERAL && e->literal.value->type->kind == TYPE_INT;
}

/* A column, by its name or by a string that is its name; NULL for anything else. */
static struct u_expr *hint_column(struct analysis *n, struct u_expr *e) {
    if (e->kind == U_ATTRIBUTE) return e;
    if (e->kind != U_LITERAL || e->literal.value->type->kind != TYPE_STRING) return NULL;
    const struct string *name = VECTOR_DATA(e->literal.value, struct string);
    return u_attribute(n->arena, e->origin, arena_strndup(n->arena, name->data, name->size));
}

/* What is no column, as messages tell of it: names as they are written, `+`(a, 1) for an operator. */
static void put_parameter(struct analysis *n, struct text *out, const struct u_expr *e) {
    if (e->kind == U_LITERAL) {
        text_add(out, literal_sql(n->arena, e->literal.value, n->a->context->zone, false));
    } else if (e->kind == U_ATTRIBUTE) {
        text_add(out, sql_quote_name(n->arena, e->attribute.name.parts, e->attribute.name.count));
    } else if (e->kind == U_CALL) {
        text_add(out, sql_quote_name(n->arena, e->call.name.parts, e->call.name.count));
        text_add_char(out, '(');
        for (uint32_t i = 0; i < e->child_count; i++) {
            if (i) text_add(out, ", ");
            put_parameter(n, out, e->children[i]);
        }
        text_add_char(out, ')');
    } else if (e->kind == U_SORT_ORDER) {
        bool first = e->sort.nulls == U_NULLS_DEFAULT ? !e->sort.descending : e->sort.nulls == U_NULLS_FIRST;
        put_parameter(n, out, e->children[0]);
        text_printf(out, " %s NULLS %s", e->sort.descending ? "DESC" : "ASC", first ? "FIRST" : "LAST");
    }
}

/* The columns behind the number; what is neither is refused. */
static bool hint_columns(struct analysis *n, const struct u_plan *u, const char *name, struct u_plan *out,
                         struct error *err) {
    out->exprs = ARENA_ARRAY(n->arena, struct u_expr *, u->expr_count);
    out->expr_count = 0;
    struct text invalid;
    text_init(&invalid, n->arena);
    for (uint32_t i = out->repartition.has_count; i < u->expr_count; i++) {
        struct u_expr *e = u->exprs[i], *column = hint_column(n, e);
        if (column) {
            out->exprs[out->expr_count++] = column;
            continue;
        }
        text_add(&invalid, invalid.size ? ", \"" : "\"");
        put_parameter(n, &invalid, e);
        text_add_char(&invalid, '"');
    }
    if (!invalid.size) return true;
    return error_set(err, "_LEGACY_ERROR_TEMP_1047", "hintName", name, "invalidParams", text_finish(&invalid), NULL);
}

static const struct u_plan *hinted_repartition(struct analysis *n, const struct u_plan *u, enum hint_kind kind,
                                               struct error *err) {
    bool numbered = u->expr_count && is_int(u->exprs[0]);
    struct u_plan *p = arena_copy(n->arena, u, sizeof *u);
    p->kind = U_REPARTITION;
    memset(&p->repartition, 0, sizeof p->repartition);
    p->repartition.has_count = numbered;
    if (numbered) p->repartition.count = *VECTOR_DATA(u->exprs[0]->literal.value, int32_t);
    if (kind == HINT_COALESCE) {
        p->expr_count = 0;
        if (numbered && u->expr_count == 1) return p;
        error_set(err, "_LEGACY_ERROR_TEMP_1048", "hintName", "COALESCE", NULL);
        return NULL;
    }
    p->repartition.shuffle = true;
    const char *name = kind == HINT_REPARTITION ? "REPARTITION"
                       : kind == HINT_BY_RANGE  ? "REPARTITION_BY_RANGE"
                                                : "REBALANCE";
    TRY_NULL(hint_columns(n, u, name, p, err));
    p->repartition.by_range = kind == HINT_BY_RANGE && p->expr_count;
    return p;
}

struct plan *analyze_hint(struct analysis *n, const struct u_plan *u, struct error *err) {
    enum hint_kind kind = hint_kind(u->hint.name);
    if (kind != HINT_OTHER) {
        const struct u_plan *p = hinted_repartition(n, u, kind, err);
        if (!p) return NULL;
        /* Rows that are only to be spread evenly come together again where they are few. */
        if (kind != HINT_REBALANCE) return analyze_repartition(n, p, err);
    }
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    struct plan *p = plan_unary(n->arena, PLAN_HINT, child, 0);
    p->hint.name = u->hint.name;
    return p;
}
