/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of conditions, and errors' texts. Text is malloc'ed and every malloc here may fail: an error then has
 * fewer parameters, never none at all.
 */
#include "base/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const struct error_condition conditions[] = {
#define CONDITION(name, state, kind, message) {name, state, ERROR_##kind, message},
#include "base/error_conditions.inc"
#undef CONDITION
};

static const char *const kind_names[ERROR_KIND_COUNT] = {
    [ERROR_ANALYSIS] = "AnalysisException",
    [ERROR_PARSE] = "ParseException",
    [ERROR_ARITHMETIC] = "ArithmeticException",
    [ERROR_NUMBER_FORMAT] = "NumberFormatException",
    [ERROR_DATE_TIME] = "DateTimeException",
    [ERROR_ARRAY_INDEX] = "ArrayIndexOutOfBoundsException",
    [ERROR_ILLEGAL_ARGUMENT] = "IllegalArgumentException",
    [ERROR_RUNTIME] = "SparkRuntimeException",
    [ERROR_UNSUPPORTED] = "UnsupportedOperationException",
    [ERROR_UPGRADE] = "SparkUpgradeException",
    [ERROR_NO_SUCH_ELEMENT] = "SparkNoSuchElementException",
    [ERROR_PYTHON] = "PythonException",
    [ERROR_SPARK] = "SparkException",
    [ERROR_PROTOCOL] = "ProtocolException",
};

static int compare_name(const void *name, const void *condition) {
    return strcmp(name, ((const struct error_condition *)condition)->name);
}

const struct error_condition *error_find_condition(const char *name) {
    return bsearch(name, conditions, sizeof conditions / sizeof *conditions, sizeof *conditions, compare_name);
}

const struct error_condition *error_conditions(size_t *count) {
    *count = sizeof conditions / sizeof *conditions;
    return conditions;
}

static char *copy(const char *text) {
    return text ? strdup(text) : NULL;
}

bool error_set(struct error *err, const char *condition, ...) {
    if (err->condition) return false;
    const struct error_condition *row = error_find_condition(condition);
    if (!row) return error_internal(err, "no such error condition: %s", condition);
    err->condition = row;
    err->kind = row->kind;
    va_list pairs;
    va_start(pairs, condition);
    for (const char *name; (name = va_arg(pairs, const char *));) {
        const char *value = va_arg(pairs, const char *);
        error_add(err, name, "%s", value ? value : "");
    }
    va_end(pairs);
    return false;
}

/* A value's text, which may hold any bytes, as UTF-8: what is none becomes U+FFFD. */
static char *make_valid(char *value) {
    size_t size = strlen(value);
    if (utf8_is_valid(value, size)) return value;
    char *valid = malloc(3 * size + 1), *out = valid;
    if (valid) {
        unsigned step;
        for (const char *p = value, *end = value + size; p < end; p += step)
            out += utf8_encode(utf8_decode(p, end, &step), out);
        *out = '\0';
    }
    free(value);
    return valid;
}

bool error_add(struct error *err, const char *name, const char *format, ...) {
    if (err->parameter_count == ERROR_PARAMETERS) return false;
    va_list arguments;
    va_start(arguments, format);
    char *value;
    if (vasprintf(&value, format, arguments) < 0) value = NULL;
    va_end(arguments);
    if (value) value = make_valid(value);
    if (!value) return false;
    err->parameters[err->parameter_count].name = name;
    err->parameters[err->parameter_count++].value = value;
    free(err->message);
    err->message = NULL;
    return false;
}

bool error_set_kind(struct error *err, enum error_kind kind) {
    err->kind = kind;
    return false;
}

/*
 * Of whole relations: where the expression in it that is wrong was made by a DataFrame call, the relation was not made
 * there. (A SQL text has a place for both.)
 */
static bool is_of_relation(const struct error *err) {
    static const char *const names[] = {"DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", "INVALID_EXTRACT_BASE_FIELD_TYPE",
                                        "MISSING_GROUP_BY", "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE"};
    for (size_t i = 0; err->condition && i < sizeof names / sizeof *names; i++)
        if (strcmp(err->condition->name, names[i]) == 0) return true;
    return false;
}

/* Conditions that Spark raises without a place, whatever they are about. */
static const char *const placeless[] = {
    "ALL_PARAMETERS_MUST_BE_NAMED",
    "AMBIGUOUS_ALIAS_IN_NESTED_CTE",
    "AVRO_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE",
    "CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE",
    "CANNOT_REMOVE_RESERVED_PROPERTY",
    "CANNOT_UP_CAST_DATATYPE",
    "CAST_OVERFLOW",
    "COLLATION_MISMATCH.EXPLICIT",
    "COLUMN_ALREADY_EXISTS",
    "COLUMN_NOT_FOUND",
    "CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
    "CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
    "CYCLIC_FUNCTION_REFERENCE",
    "DATA_SOURCE_NOT_FOUND",
    "DEFAULT_PLACEMENT_INVALID",
    "DESCRIBE_JSON_NOT_EXTENDED",
    "DUPLICATE_ASSIGNMENTS",
    "DUPLICATE_ROUTINE_PARAMETER_NAMES",
    "DUPLICATE_ROUTINE_RETURNS_COLUMNS",
    "DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE",
    "FORBIDDEN_OPERATION",
    "GROUPING_COLUMN_MISMATCH",
    "GROUPING_ID_COLUMN_MISMATCH",
    "INCOMPARABLE_PIVOT_COLUMN",
    "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST",
    "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS",
    "INCOMPATIBLE_VIEW_SCHEMA_CHANGE",
    "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
    "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
    "INSERT_PARTITION_COLUMN_ARITY_MISMATCH",
    "INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION",
    "INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE",
    "INVALID_NON_DETERMINISTIC_EXPRESSIONS",
    "INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY",
    "INVALID_QUERY_MIXED_QUERY_PARAMETERS",
    "INVALID_RECURSIVE_CTE",
    "INVALID_RECURSIVE_REFERENCE.PLACE",
    "INVALID_SQL_FUNCTION_DATA_ACCESS",
    "INVALID_STATEMENT_FOR_EXECUTE_INTO",
    "INVALID_TEMP_OBJ_REFERENCE",
    "INVALID_USAGE_OF_STAR_OR_REGEX",
    "INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT",
    "MISSING_AGGREGATION",
    "MISSING_WINDOW_SPECIFICATION",
    "NON_LITERAL_PIVOT_VALUES",
    "NOT_A_PARTITIONED_TABLE",
    "NULL_QUERY_STRING_EXECUTE_IMMEDIATE",
    "PARTITIONS_ALREADY_EXIST",
    "PARTITIONS_NOT_FOUND",
    "PATH_NOT_FOUND",
    "PIVOT_VALUE_DATA_TYPE_MISMATCH",
    "REQUIRES_SINGLE_PART_NAMESPACE",
    "SCHEMA_ALREADY_EXISTS",
    "SCHEMA_NOT_EMPTY",
    "SCHEMA_NOT_FOUND",
    "SECOND_FUNCTION_ARGUMENT_NOT_INTEGER",
    "SHOW_COLUMNS_WITH_CONFLICT_NAMESPACE",
    "SQL_SCRIPT_IN_EXECUTE_IMMEDIATE",
    "STAR_GROUP_BY_POS",
    "ST_INVALID_SRID_VALUE",
    "TABLE_OR_VIEW_ALREADY_EXISTS",
    "UDTF_ALIAS_NUMBER_MISMATCH",
    "UNPIVOT_VALUE_DATA_TYPE_MISMATCH",
    "UNRESOLVED_USING_COLUMN_FOR_JOIN",
    "UNRESOLVED_VARIABLE",
    "UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING",
    "UNSUPPORTED_FEATURE.ANALYZE_VIEW",
    "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON",
    "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_AGGREGATE_FUNC",
    "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_GROUP_BY",
    "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW",
    "UNSUPPORTED_FEATURE.SET_VARIABLE_USING_SET",
    "UNSUPPORTED_FEATURE.TABLE_OPERATION",
    "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS",
    "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT",
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION",
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_EXPRESSION_IN_JOIN_CONDITION",
    "USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS",
    "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_EXPRESSION",
    "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION",
    "USER_DEFINED_FUNCTIONS.NOT_NULL_ON_FUNCTION_PARAMETERS",
    "USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH",
    "USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_BODY_MUST_BE_A_QUERY",
    "WRONG_COMMAND_FOR_OBJECT_TYPE",
    "WRONG_NUM_ARGS.WITH_SUGGESTION",
    "_LEGACY_ERROR_TEMP_1006",
    "_LEGACY_ERROR_TEMP_1021",
    "_LEGACY_ERROR_TEMP_1030",
    "_LEGACY_ERROR_TEMP_1031",
    "_LEGACY_ERROR_TEMP_1034",
    "_LEGACY_ERROR_TEMP_1035",
    "_LEGACY_ERROR_TEMP_1037",
    "_LEGACY_ERROR_TEMP_1040",
    "_LEGACY_ERROR_TEMP_1047",
    "_LEGACY_ERROR_TEMP_1048",
    "_LEGACY_ERROR_TEMP_1147",
    "_LEGACY_ERROR_TEMP_1169",
    "_LEGACY_ERROR_TEMP_1232",
    "_LEGACY_ERROR_TEMP_1251",
    "_LEGACY_ERROR_TEMP_1266",
    "_LEGACY_ERROR_TEMP_1267",
};

static int compare_names(const void *name, const void *entry) {
    return strcmp(name, *(const char *const *)entry);
}

static bool is_placeless(const struct error *err) {
    return err->condition && bsearch(err->condition->name, placeless, sizeof placeless / sizeof *placeless,
                                     sizeof *placeless, compare_names);
}

bool error_at(struct error *err, const struct origin *origin) {
    if (!origin || is_placeless(err) || err->has_origin || (origin->call_site && is_of_relation(err))) return false;
    err->has_origin = true;
    err->origin = *origin;
    err->origin.sql = copy(origin->sql);
    err->origin.object_type = copy(origin->object_type);
    err->origin.object_name = copy(origin->object_name);
    err->origin.fragment = copy(origin->fragment);
    err->origin.call_site = copy(origin->call_site);
    return false;
}

bool error_set_cause(struct error *err, const char *text) {
    if (!err->cause) err->cause = copy(text);
    return false;
}

static bool set_with_text(struct error *err, const char *condition, const char *parameter, const char *format,
                          va_list arguments) {
    if (err->condition) return false;
    char *text;
    if (vasprintf(&text, format, arguments) < 0) text = NULL;
    error_set(err, condition, parameter, text ? text : "", NULL);
    free(text);
    return false;
}

/* What Java throws on its own has no condition, so it is no row of the table. */
static const struct error_condition plain = {"", "", ERROR_RUNTIME, "<message>"};

bool error_plain(struct error *err, enum error_kind kind, const char *format, ...) {
    if (err->condition) return false;
    va_list arguments;
    va_start(arguments, format);
    char *text;
    if (vasprintf(&text, format, arguments) < 0) text = NULL;
    va_end(arguments);
    err->condition = &plain;
    error_add(err, "message", "%s", text ? text : "");
    free(text);
    return error_set_kind(err, kind);
}

bool error_internal(struct error *err, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    set_with_text(err, "INTERNAL_ERROR", "message", format, arguments);
    va_end(arguments);
    return false;
}

bool error_unsupported(struct error *err, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    set_with_text(err, "UNSUPPORTED_FEATURE.ROOST", "feature", format, arguments);
    va_end(arguments);
    return false;
}

bool error_out_of_memory(struct error *err, const char *account, size_t limit, size_t wanted) {
    error_set(err, "OUT_OF_MEMORY", "account", account, NULL);
    error_add(err, "wanted", "%zu", wanted);
    return error_add(err, "limit", "%zu", limit);
}

const char *error_parameter(const struct error *err, const char *name) {
    for (uint32_t i = 0; i < err->parameter_count; i++)
        if (strcmp(err->parameters[i].name, name) == 0) return err->parameters[i].value;
    return NULL;
}

/* The template with its <parameters> filled in. */
static void render(FILE *out, const struct error *err) {
    for (const char *p = err->condition->message; *p; p++) {
        const char *end = *p == '<' ? strchr(p, '>') : NULL;
        char name[64];
        if (end && end > p + 1 && (size_t)(end - p) < sizeof name) {
            memcpy(name, p + 1, (size_t)(end - p) - 1);
            name[end - p - 1] = '\0';
            const char *value = error_parameter(err, name);
            if (value) {
                fputs(value, out);
                p = end;
                continue;
            }
        }
        fputc(*p, out);
    }
}

/* The bytes [from, to) of UTF-8 text between two offsets in UTF-16 units, the unit Spark counts in. */
static const char *at_utf16(const char *text, int32_t units) {
    while (*text && units > 0) {
        unsigned char c = (unsigned char)*text++;
        units -= c >= 0xF0 ? 2 : 1;
        while ((*text & 0xC0) == 0x80) text++;
    }
    return text;
}

enum { CONTEXT = 32 };

static bool is_first_byte(char c) {
    return (c & 0xC0) != 0x80;
}

/*
 * The lines of a fragment with carets below. Of what stands beside it in its first and last line, 32 characters are
 * shown; a character more, be it only the end of the text, and "..." takes its place, as in Spark.
 */
static void render_fragment(FILE *out, const struct origin *o) {
    const char *from = at_utf16(o->sql, o->start), *to = at_utf16(from, o->stop - o->start + 1);
    const char *first = from, *last = to;
    int32_t before = 0, after = 0;
    while (before <= CONTEXT && first > o->sql && first[-1] != '\n')
        if (is_first_byte(*--first)) before++;
    if (before == CONTEXT && first == o->sql) before++;
    if (before > CONTEXT && first > o->sql) {
        first++;
        while (!is_first_byte(*first)) first++;
    }
    for (; *last && *last != '\n' && after <= CONTEXT; last++)
        if (is_first_byte(last[1])) after++;
    if (after > CONTEXT)
        while (!is_first_byte(*--last)) continue;
    bool cut_before = before > CONTEXT, cut_after = after > CONTEXT;
    for (const char *line = first; line < last || line == first;) {
        const char *end = memchr(line, '\n', (size_t)(last - line));
        bool is_last = !end;
        if (is_last) end = last;
        fprintf(out, "%s%.*s%s\n", cut_before ? "..." : "", (int)(end - line), line, is_last && cut_after ? "..." : "");
        fputs(cut_before ? "   " : "", out);
        for (const char *p = line; p < end && p < to; p++)
            if (is_first_byte(*p)) fputc(p < from ? ' ' : '^', out);
        fputc('\n', out);
        cut_before = false;
        if (is_last) break;
        line = end + 1;
    }
}

/* The text with carets under the fragment, as Spark prints it for SQL; the call and its site for a DataFrame. */
static void render_summary(FILE *out, const struct origin *o) {
    if (o->call_site || o->fragment) {
        fprintf(out, "== DataFrame ==\n\"%s\" was called from\n%s\n", o->fragment ? o->fragment : "",
                o->call_site ? o->call_site : "<unknown>");
        return;
    }
    if (!o->sql || o->start < 0 || o->stop < o->start) return;
    fputs("== SQL", out);
    if (o->object_type && o->object_name && *o->object_name) fprintf(out, " of %s %s", o->object_type, o->object_name);
    fprintf(out, " (line %" PRId32 ", position %" PRId32 ") ==\n", o->line, o->position + 1);
    render_fragment(out, o);
}

char *error_summary(const struct error *err) {
    char *text;
    size_t size;
    FILE *out = err->has_origin ? open_memstream(&text, &size) : NULL;
    if (!out) return NULL;
    render_summary(out, &err->origin);
    return fclose(out) == 0 ? text : NULL;
}

static void render_context(FILE *out, const struct error *err) {
    const struct origin *o = &err->origin;
    if (err->kind == ERROR_PARSE && o->sql && o->start < 0) { /* a syntax error: a point, not a fragment */
        fprintf(out, " (line %" PRId32 ", pos %" PRId32 ")\n\n== SQL ==\n", o->line, o->position);
        const char *line = o->sql;
        for (int32_t n = 1; n <= o->line; n++) {
            const char *end = strchrnul(line, '\n');
            fprintf(out, "%.*s\n", (int)(end - line), line);
            line = *end ? end + 1 : end;
        }
        for (int32_t i = 0; i < o->position; i++) fputc('-', out);
        fputs("^^^\n", out);
        fputs(line, out);
        if (*line) fputc('\n', out);
        return;
    }
    bool in_text = o->sql && o->start >= 0 && o->stop >= o->start;
    if (err->kind == ERROR_ANALYSIS) {
        if (in_text) fprintf(out, "; line %" PRId32 " pos %" PRId32, o->line, o->position);
    } else if (in_text || o->call_site || o->fragment) {
        fputc('\n', out);
        render_summary(out, o);
    }
}

const char *error_message(struct error *err) {
    if (err->message) return err->message;
    if (!err->condition) return "no error";
    size_t size;
    FILE *out = open_memstream(&err->message, &size);
    if (!out) return err->condition->name;
    bool legacy = !*err->condition->name || strncmp(err->condition->name, "_LEGACY_ERROR_TEMP_", 19) == 0;
    if (err->kind == ERROR_PARSE) fputc('\n', out);
    if (!legacy) fprintf(out, "[%s] ", err->condition->name);
    render(out, err);
    if (!legacy && *err->condition->state) fprintf(out, " SQLSTATE: %s", err->condition->state);
    if (err->has_origin) render_context(out, err);
    if (fclose(out) != 0) err->message = NULL;
    return err->message ? err->message : err->condition->name;
}

const char *error_kind_name(enum error_kind kind) {
    return kind_names[kind];
}

void error_release(struct error *err) {
    for (uint32_t i = 0; i < err->parameter_count; i++) free(err->parameters[i].value);
    if (err->has_origin) {
        free((char *)err->origin.sql);
        free((char *)err->origin.object_type);
        free((char *)err->origin.object_name);
        free((char *)err->origin.fragment);
        free((char *)err->origin.call_site);
    }
    free(err->message);
    free(err->cause);
    *err = (struct error)ERROR_INIT;
}

void error_reset(struct error *err) {
    error_release(err);
}

void error_move(struct error *to, struct error *from) {
    error_release(to);
    *to = *from;
    *from = (struct error)ERROR_INIT;
}
