/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Table functions that are no generators: range(), sql_keywords(), collations(). Their arguments are constants, and
 * their rows are known when the query is analyzed. (python_worker_logs() is behind a setting that roost has not.)
 */
#include <string.h>
#include <strings.h>

#include "column/collation.h"
#include "expr/evaluate.h"
#include "plan/analyze.h"

static bool fold_long(struct analysis *n, struct expr *e, int64_t *out, struct error *err) {
    struct expr *cast = resolve_cast(&n->resolver, e, TYPE_OF(LONG), CAST_ANSI, false, e->origin, err);
    const struct vector *v = cast && cast->foldable ? expr_fold(n->arena, n->a->context, cast, err) : NULL;
    if (!v || vector_is_null(v, 0)) return false;
    *out = *VECTOR_DATA(v, int64_t);
    return true;
}

/* The argument that is range's i-th parameter: 0 start, 1 end, 2 step, 3 slices. */
static bool range_argument(struct analysis *n, struct expr *e, uint32_t i, int64_t *out, struct error *err) {
    static const char *const names[] = {"`start`", "`end`", "`step`", "`numSlices`"};
    const char *type = i == 3 ? "\"INT\"" : "\"BIGINT\"";
    if (!e->foldable)
        return error_set(err, "NON_FOLDABLE_ARGUMENT", "funcName", "`range`", "paramName", names[i], "paramType", type,
                         NULL);
    if (cast_allowed(e->type, TYPE_OF(LONG), CAST_ANSI) && (fold_long(n, e, out, err) || error_is_set(err)))
        return !error_is_set(err);
    return error_set(err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(i), "functionName", "`range`",
                     "requiredType", type, "inputSql", quoted_expr(n->arena, e), "inputType",
                     quoted_type(n->arena, e->type), NULL);
}

static struct plan *range_function(struct analysis *n, const struct u_plan *u, struct expr **arguments, uint32_t count,
                                   struct error *err) {
    int64_t values[4] = {0, 0, 1, -1};
    if (count < 1 || count > 4) {
        resolve_wrong_count(&n->resolver, "range", 1, 4, count, u->origin, err);
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t parameter = count == 1 ? 1 : i;
        if (range_argument(n, arguments[i], parameter, &values[parameter], err)) continue;
        error_at(err, u->origin);
        return NULL;
    }
    if (!values[2]) {
        error_set(err, "FAILED_FUNCTION_CALL", "funcName", "`range`", NULL);
        error_at(err, u->origin);
        return NULL;
    }
    struct u_plan range = {.kind = U_RANGE, .range = {values[0], values[1], values[2], (int32_t)values[3]}};
    return analyze_range(n, &range, err);
}

/* sql_keywords(): the language's words, and whether they may not be names at present. */
static struct plan *keywords_function(struct analysis *n, const struct u_plan *u, struct expr **arguments,
                                      uint32_t count, struct error *err) {
    static const struct field fields[] = {{.name = "keyword", .type = TYPE_OF(STRING)},
                                          {.name = "reserved", .type = TYPE_OF(BOOLEAN)}};
    bool enforced = context_flag(n->a->context, "spark.sql.ansi.enforceReservedKeywords", false), reserved;
    uint32_t rows = 0;
    if (count) return resolve_wrong_count(&n->resolver, "sql_keywords", 0, 0, count, u->origin, err), NULL;
    while (sql_keyword_at(rows, &reserved)) rows++;
    struct vector *columns = ARENA_ARRAY(n->arena, struct vector, 2);
    vector_init(&columns[0], n->arena, TYPE_OF(STRING), rows);
    vector_init(&columns[1], n->arena, TYPE_OF(BOOLEAN), rows);
    for (uint32_t i = 0; i < rows; i++) {
        VECTOR_DATA(&columns[0], struct string)[i] = string_of(sql_keyword_at(i, &reserved));
        VECTOR_DATA(&columns[1], uint8_t)[i] = enforced && reserved;
    }
    return constant_rows(n, type_struct(n->arena, fields, 2), columns, rows);
}

/* The release of ICU that Spark 4.1.1 says its collations are of. */
#define ICU_VERSION "77.1.0.0"

enum { COLLATION_FIELDS = 9 };

static void collation_cells(const struct collation_row *row, const char *cells[COLLATION_FIELDS]) {
    const char *values[COLLATION_FIELDS] = {"SYSTEM",
                                            "BUILTIN",
                                            row->name,
                                            row->language,
                                            row->country,
                                            row->accents ? "ACCENT_SENSITIVE" : "ACCENT_INSENSITIVE",
                                            row->cases ? "CASE_SENSITIVE" : "CASE_INSENSITIVE",
                                            row->trims ? "RTRIM" : "NO_PAD",
                                            row->icu ? ICU_VERSION : NULL};
    memcpy(cells, values, sizeof values);
}

static struct plan *collations_function(struct analysis *n, const struct u_plan *u, struct expr **arguments,
                                        uint32_t count, struct error *err) {
    static const struct field fields[COLLATION_FIELDS] = {
        {.name = "CATALOG", .type = TYPE_OF(STRING)},
        {.name = "SCHEMA", .type = TYPE_OF(STRING)},
        {.name = "NAME", .type = TYPE_OF(STRING)},
        {.name = "LANGUAGE", .type = TYPE_OF(STRING), .nullable = true},
        {.name = "COUNTRY", .type = TYPE_OF(STRING), .nullable = true},
        {.name = "ACCENT_SENSITIVITY", .type = TYPE_OF(STRING)},
        {.name = "CASE_SENSITIVITY", .type = TYPE_OF(STRING)},
        {.name = "PAD_ATTRIBUTE", .type = TYPE_OF(STRING)},
        {.name = "ICU_VERSION", .type = TYPE_OF(STRING), .nullable = true},
    };
    uint32_t rows;
    if (count) return resolve_wrong_count(&n->resolver, "collations", 0, 0, count, u->origin, err), NULL;
    const struct collation_row *list = collation_list(n->arena, &rows);
    struct vector *columns = ARENA_ARRAY(n->arena, struct vector, COLLATION_FIELDS);
    for (uint32_t c = 0; c < COLLATION_FIELDS; c++) vector_init(&columns[c], n->arena, TYPE_OF(STRING), rows);
    for (uint32_t i = 0; i < rows; i++) {
        const char *cells[COLLATION_FIELDS];
        collation_cells(&list[i], cells);
        for (uint32_t c = 0; c < COLLATION_FIELDS; c++) {
            if (cells[c])
                VECTOR_DATA(&columns[c], struct string)[i] = string_of(cells[c]);
            else
                vector_set_null(&columns[c], n->arena, i, rows);
        }
    }
    return constant_rows(n, type_struct(n->arena, fields, COLLATION_FIELDS), columns, rows);
}

static struct plan *worker_logs_function(struct analysis *n, const struct u_plan *u, struct expr **arguments,
                                         uint32_t count, struct error *err) {
    if (count) return resolve_wrong_count(&n->resolver, "python_worker_logs", 0, 0, count, u->origin, err), NULL;
    error_set(err, "FEATURE_NOT_ENABLED", "featureName", "Python Worker Logging", "configKey",
              "spark.sql.pyspark.worker.logging.enabled", "configValue", "true", NULL);
    error_set_kind(err, ERROR_ANALYSIS);
    error_at(err, u->origin);
    return NULL;
}

table_function *builtin_table_function(const char *name) {
    static const struct {
        const char *name;
        table_function *make;
    } table[] = {{"collations", collations_function},
                 {"python_worker_logs", worker_logs_function},
                 {"range", range_function},
                 {"sql_keywords", keywords_function}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcasecmp(table[i].name, name) == 0) return table[i].make;
    return NULL;
}
