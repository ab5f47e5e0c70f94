/* SPDX-License-Identifier: Apache-2.0 */
/*
 * df.describe, summary, stat.cov, corr, approxQuantile, sampleBy: written as the SQL that they are, and analyzed as
 * that. A summary is one row of aggregates, which an EXPAND turns into a row per statistic.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "plan/analyze.h"

enum {
    STAT_SUMMARY = 100,
    STAT_CROSSTAB,
    STAT_DESCRIBE,
    STAT_COV,
    STAT_CORR,
    STAT_QUANTILE,
    STAT_FREQ_ITEMS,
    STAT_SAMPLE_BY
};

static struct u_expr *text_expr(struct analysis *n, const char *text) {
    struct u_expr *e = u_expr_new(n->arena, U_EXPRESSION_TEXT, NULL, 0);
    e->text = text;
    return e;
}

static const char *quoted(struct analysis *n, const char *name) {
    return quoted_name(n->arena, &name, 1);
}

/* A column that Spark finds by a query, whose error suggests what is like the name; find_column() lists all columns. */
static struct attribute *select_column(struct analysis *n, struct plan *child, const char *name,
                                       const struct origin *origin, struct error *err) {
    struct scope s;
    struct u_name parts;
    scope_init(&s, n, &child, 1);
    TRY_NULL(sql_parse_name(n->arena, name, &parts, err));
    struct expr *e = names_among(&s, s.attributes, s.attribute_count, &parts, origin, err);
    if (!e && !error_is_set(err)) unresolved_column(&s, &parts, origin, err);
    return e && e->kind == EXPR_ATTRIBUTE ? e->column.attribute : NULL;
}

/* The one row of aggregates over child. */
static struct plan *aggregate_texts(struct analysis *n, struct plan *child, const char *const *texts, uint32_t count,
                                    struct error *err) {
    struct scope s;
    scope_init(&s, n, &child, 1);
    struct plan *p = plan_new(n->arena, PLAN_AGGREGATE, 1, count);
    p->children[0] = child;
    for (uint32_t i = 0; i < count; i++) {
        struct expr *e = analyze_named(&s, text_expr(n, texts[i]), err);
        if (!e) return NULL;
        p->exprs[i] = name_expr(n, e, NULL);
    }
    plan_output_from_exprs(n->arena, p);
    return p;
}

/* --- summary, describe --- */

static const char *const describe_statistics[] = {"count", "mean", "stddev", "min", "max"};
static const char *const summary_statistics[] = {"count", "mean", "stddev", "min", "25%", "50%", "75%", "max"};

/* "25%" */
static bool is_percentage(const char *name, double *percent) {
    char *end;
    *percent = strtod(name, &end);
    return end > name && strcmp(end, "%") == 0;
}

/* Percentiles of decimals are shown as doubles are: Spark leaves out the zeros of the scale. */
static const char *statistic(struct analysis *n, const char *name, const struct attribute *a, const struct origin *at,
                             struct error *err) {
    const char *column = quoted(n, a->name);
    const char *number = type_is_string(a->type) ? arena_printf(n->arena, "try_cast(%s as double)", column) : column;
    const char *form = NULL, *argument = column;
    double percent;
    if (strcmp(name, "mean") == 0 || strcmp(name, "stddev") == 0) argument = number;
    if (strcmp(name, "count") == 0 || strcmp(name, "min") == 0 || strcmp(name, "max") == 0 ||
        strcmp(name, "stddev") == 0 || strcmp(name, "approx_count_distinct") == 0)
        form = arena_printf(n->arena, "%s(%s)", name, argument);
    else if (strcmp(name, "mean") == 0)
        form = arena_printf(n->arena, "avg(%s)", argument);
    else if (strcmp(name, "count_distinct") == 0)
        form = arena_printf(n->arena, "count(distinct %s)", column);
    else if (is_percentage(name, &percent)) {
        if (!(percent >= 0 && percent <= 100)) {
            error_plain(err, ERROR_ILLEGAL_ARGUMENT, "requirement failed: Percentiles must be in the range [0, 1]");
            return NULL;
        }
        if (a->type->kind == TYPE_DECIMAL) number = arena_printf(n->arena, "cast(%s as double)", column);
        form = arena_printf(n->arena, "percentile_approx(%s, %.17gD, 10000)", number, percent / 100);
    }
    if (form) return arena_printf(n->arena, "cast(%s as string)", form);
    error_set(err, "UNRECOGNIZED_STATISTIC", "stats", arena_printf(n->arena, "'%s'", name), NULL);
    error_at(err, at);
    return NULL;
}

static bool summarized(const struct attribute *a) {
    return type_is_numeric(a->type) || type_is_string(a->type);
}

static struct attribute **summary_columns(struct analysis *n, struct plan *child, const struct u_plan *u,
                                          uint32_t *count, struct error *err) {
    struct attribute **columns = ARENA_ARRAY(n->arena, struct attribute *, child->output_count + u->stat.column_count);
    *count = 0;
    for (uint32_t i = 0; i < u->stat.column_count; i++) {
        struct attribute *a = select_column(n, child, u->stat.columns[i], u->origin, err);
        if (!a) return NULL;
        if (summarized(a)) columns[(*count)++] = a;
    }
    for (uint32_t i = 0; !u->stat.column_count && i < child->output_count; i++)
        if (summarized(child->output[i])) columns[(*count)++] = child->output[i];
    return columns;
}

static struct plan *summary(struct analysis *n, struct plan *child, const struct u_plan *u, struct error *err) {
    struct arena *arena = n->arena;
    bool describe = u->stat.which == STAT_DESCRIBE;
    const char *const *names = describe ? describe_statistics : summary_statistics;
    uint32_t rows = describe ? 5 : 8, width;
    if (u->stat.text_count) {
        names = u->stat.texts;
        rows = u->stat.text_count;
    }
    struct attribute **columns = summary_columns(n, child, u, &width, err);
    if (!columns) return NULL;
    const char **texts = ARENA_ARRAY(arena, const char *, rows *width);
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t c = 0; c < width; c++)
            if (!(texts[r * width + c] = statistic(n, names[r], columns[c], u->origin, err))) return NULL;
    struct plan *row = aggregate_texts(n, child, texts, rows * width, err);
    if (!row) return NULL;
    struct plan *p = plan_new(arena, PLAN_EXPAND, 1, 0);
    p->children[0] = row;
    p->output_count = width + 1;
    p->output = ARENA_ARRAY(arena, struct attribute *, width + 1);
    p->output[0] = attribute_new(arena, fresh_id(n), "summary", TYPE_OF(STRING), true);
    for (uint32_t c = 0; c < width; c++)
        p->output[c + 1] = attribute_new(arena, fresh_id(n), columns[c]->name, TYPE_OF(STRING), true);
    p->expand.projection_count = rows;
    p->expand.projections = ARENA_ARRAY(arena, struct expr **, rows);
    for (uint32_t r = 0; r < rows; r++) {
        struct expr **exprs = p->expand.projections[r] = ARENA_ARRAY(arena, struct expr *, width + 1);
        exprs[0] = expr_string(arena, names[r], strlen(names[r]));
        for (uint32_t c = 0; c < width; c++) exprs[c + 1] = expr_attribute(arena, row->output[r * width + c]);
    }
    return p;
}

/* --- one number, or arrays of them --- */

static struct plan *pair(struct analysis *n, struct plan *child, const struct u_plan *u, const char *function,
                         const char *name, struct error *err) {
    const char *columns[2];
    for (uint32_t i = 0; i < 2; i++) {
        const struct attribute *a = find_column(n, child, u->stat.columns[i], u->origin, err);
        if (!a) return NULL;
        columns[i] = quoted(n, a->name);
        if (type_is_numeric(a->type)) continue;
        error_plain(err, ERROR_ILLEGAL_ARGUMENT,
                    "requirement failed: Currently %s calculation for columns with dataType %s not supported.",
                    strcmp(function, "corr") == 0 ? "correlation" : "covariance",
                    type_catalog_string(n->arena, a->type));
        return NULL;
    }
    const char *none = strcmp(function, "corr") == 0 ? "double('NaN')" : "0D"; /* of too few rows */
    const char *text = arena_printf(
        n->arena, "coalesce(%s(coalesce(cast(%s as double), 0D), coalesce(cast(%s as double), 0D)), %s) as %s",
        function, columns[0], columns[1], none, name);
    return aggregate_texts(n, child, &text, 1, err);
}

/* "string" as Spark calls the type's class: StringType. */
static const char *class_name(struct arena *arena, const struct type *type) {
    char *name = arena_printf(arena, "%sType", type_name(type));
    name[0] = (char)toupper((unsigned char)name[0]);
    return name;
}

/* The column whose quantiles are asked for, as it is written in SQL; NULL with an error. */
static const char *quantile_column(struct analysis *n, struct plan *child, const struct u_plan *u, const char *name,
                                   struct error *err) {
    const struct attribute *a = select_column(n, child, name, u->origin, err);
    TRY_NULL(a);
    if (type_is_numeric(a->type)) return quoted(n, a->name);
    error_plain(err, ERROR_ILLEGAL_ARGUMENT,
                "requirement failed: Quantile calculation for column %s with data type %s is not supported.", a->name,
                class_name(n->arena, a->type));
    return NULL;
}

static struct plan *quantiles(struct analysis *n, struct plan *child, const struct u_plan *u, struct error *err) {
    const char *probabilities = "", *list = "";
    for (uint32_t i = 0; i < u->stat.number_count; i++)
        probabilities = arena_printf(n->arena, "%s%s%.17gD", probabilities, i ? ", " : "", u->stat.numbers[i]);
    double accuracy = u->stat.relative_error > 0 ? 1 / u->stat.relative_error : 2147483647;
    if (accuracy > 2147483647) accuracy = 2147483647;
    if (accuracy < 1) accuracy = 1; /* errors beyond 1 are no larger */
    for (uint32_t i = 0; i < u->stat.column_count; i++) {
        const char *column = quantile_column(n, child, u, u->stat.columns[i], err);
        TRY_NULL(column);
        list = arena_printf(n->arena, "%s%spercentile_approx(cast(%s as double), array(%s), %d)", list, i ? ", " : "",
                            column, probabilities, (int)accuracy);
    }
    const char *text = arena_printf(n->arena, "array(%s) as approx_quantile", list);
    return aggregate_texts(n, child, &text, 1, err);
}

static struct plan *sample_by(struct analysis *n, struct plan *child, const struct u_plan *u, struct error *err) {
    struct scope s;
    scope_init(&s, n, &child, 1);
    struct expr *column = analyze_expr(&s, u->exprs[0], err);
    if (!column) return NULL;
    uint32_t strata = u->expr_count - 1;
    struct expr **branches = ARENA_ARRAY(n->arena, struct expr *, 2 * strata + 1);
    for (uint32_t i = 0; i < strata; i++) {
        struct expr *stratum = analyze_expr(&s, u->exprs[i + 1], err);
        if (!stratum || !(branches[2 * i] = resolve_binary(&n->resolver, "=", column, stratum, err))) return NULL;
        branches[2 * i + 1] = expr_value(n->arena, TYPE_OF(DOUBLE), &u->stat.numbers[i]);
    }
    double none = 0;
    branches[2 * strata] = expr_value(n->arena, TYPE_OF(DOUBLE), &none);
    struct expr *fraction =
        strata ? resolve_named(&n->resolver, "when", branches, 2 * strata + 1, NULL, err) : branches[0];
    struct expr *seed = expr_long(n->arena, u->stat.has_seed ? u->stat.seed : (int64_t)n->a->context->seed);
    struct expr *random = fraction ? resolve_named(&n->resolver, "rand", &seed, 1, NULL, err) : NULL;
    struct expr *condition = random ? resolve_binary(&n->resolver, "<", random, fraction, err) : NULL;
    return condition ? plan_filter(n->arena, child, condition) : NULL;
}

/* --- counts of values --- */

static struct plan *frequent_items(struct analysis *n, struct plan *child, const struct u_plan *u, struct error *err) {
    double support = u->stat.number_count ? u->stat.numbers[0] : 0.01;
    if (!(support >= 1e-4 && support <= 1)) {
        error_plain(err, ERROR_ILLEGAL_ARGUMENT, "requirement failed: Support must be in [1e-4, 1], but got %s.",
                    literal_sql(n->arena, expr_value(n->arena, TYPE_OF(DOUBLE), &support)->literal, NULL, false));
        return NULL;
    }
    struct plan *p = plan_new(n->arena, PLAN_AGGREGATE, 1, u->stat.column_count);
    p->children[0] = child;
    for (uint32_t i = 0; i < u->stat.column_count; i++) {
        struct attribute *a = select_column(n, child, u->stat.columns[i], u->origin, err);
        if (!a) return NULL;
        struct expr *arguments[] = {expr_attribute(n->arena, a), expr_int(n->arena, (int32_t)(1 / support))};
        struct expr *call = resolve_named(&n->resolver, "collect_frequent_items", arguments, 2, u->origin, err);
        if (!call) return NULL;
        p->exprs[i] = expr_alias(n->arena, call, arena_printf(n->arena, "%s_freqItems", a->name), fresh_id(n));
    }
    plan_output_from_exprs(n->arena, p);
    return p;
}

struct plan *analyze_stat(struct analysis *n, const struct u_plan *u, struct error *err) {
    struct plan *child = analyze_plan(n, u->children[0], err);
    if (!child) return NULL;
    bool two = u->stat.which == STAT_COV || u->stat.which == STAT_CORR;
    if (two && u->stat.column_count != 2) {
        error_internal(err, "a covariance of %u columns", u->stat.column_count);
        return NULL;
    }
    switch (u->stat.which) {
        case STAT_SUMMARY:
        case STAT_DESCRIBE: return summary(n, child, u, err);
        case STAT_COV: return pair(n, child, u, "covar_samp", "cov", err);
        case STAT_CORR: return pair(n, child, u, "corr", "corr", err);
        case STAT_QUANTILE: return quantiles(n, child, u, err);
        case STAT_SAMPLE_BY: return sample_by(n, child, u, err);
        case STAT_FREQ_ITEMS: return frequent_items(n, child, u, err);
        default: error_unsupported(err, "crosstab as a relation (its columns are data)"); return NULL;
    }
}
