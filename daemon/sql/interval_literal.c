/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INTERVAL literals, in three forms:
 *
 *     INTERVAL '1 day 2 hours'            a text with units
 *     INTERVAL 1 DAY '2' HOURS            values and units
 *     INTERVAL '1 02:03' DAY TO MINUTE    a value from one unit to another
 *
 * The first two are brought to the same text with units, whose kind is found from the units named: years and months, or
 * days and shorter; both at once only as a calendar interval under spark.sql.legacy.interval.enabled.
 */
#include <string.h>

#include "base/interval_text.h"
#include "sql/parser.h"

static bool is_unit(enum token_kind kind) {
    switch (kind) {
        case K_NANOSECOND:
        case K_NANOSECONDS:
        case K_MICROSECOND:
        case K_MICROSECONDS:
        case K_MILLISECOND:
        case K_MILLISECONDS:
        case K_SECOND:
        case K_SECONDS:
        case K_MINUTE:
        case K_MINUTES:
        case K_HOUR:
        case K_HOURS:
        case K_DAY:
        case K_DAYS:
        case K_WEEK:
        case K_WEEKS:
        case K_MONTH:
        case K_MONTHS:
        case K_YEAR:
        case K_YEARS: return true;
        default: return false;
    }
}

/* How many tokens a value has that begins at `ahead`: a sign, a number or strings; 0: none does. */
static uint32_t value_tokens(const struct parser *p, uint32_t ahead) {
    uint32_t from = ahead;
    if (peek_at(p, ahead) == T_PLUS || peek_at(p, ahead) == T_MINUS) ahead++;
    if (peek_at(p, ahead) == T_INTEGER || peek_at(p, ahead) == T_DECIMAL) return ahead + 1 - from;
    uint32_t strings = 0;
    while (is_string(p, ahead + strings)) strings++;
    return strings ? ahead + strings - from : 0;
}

bool starts_interval(const struct parser *p) {
    uint32_t value = value_tokens(p, 1);
    if (!value) return false;
    if (is_unit(peek_at(p, 1 + value))) return true;
    /* INTERVAL 5 is an interval without its unit; INTERVAL - 5 a column less five. */
    return peek_at(p, 1) == T_INTEGER || peek_at(p, 1) == T_DECIMAL;
}

static struct u_expr *make_calendar(struct parser *p, const struct origin *origin, struct interval value) {
    return literal_of(p->arena, origin, TYPE_OF(CALENDAR_INTERVAL), &value);
}

/* The interval of a text with units, of the kind that its units say. */
static struct u_expr *make_of_units(struct parser *p, const struct origin *origin, struct interval value,
                                    const char *text, size_t size) {
    int start, end;
    if (p->legacy_intervals) return make_calendar(p, origin, value);
    switch (interval_classify(text, size, &start, &end)) {
        case INTERVAL_YEAR_MONTH:
            return literal_of(p->arena, origin, type_interval(p->arena, TYPE_YEAR_MONTH_INTERVAL, start, end),
                              &value.months);
        case INTERVAL_DAY_TIME: {
            int64_t micros;
            if (!interval_to_micros(value, &micros)) {
                if (!error_is_set(&p->invalid))
                    error_set(&p->invalid, "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", NULL);
                return literal_null(p->arena, origin);
            }
            return literal_of(p->arena, origin, type_interval(p->arena, TYPE_DAY_TIME_INTERVAL, start, end), &micros);
        }
        case INTERVAL_MIXED: {
            uint32_t first = p->at;
            while (first && p->tokens[first - 1].point >= origin->start) first--;
            const char *literal = parser_text(p, first);
            INVALID(p, origin, "_LEGACY_ERROR_TEMP_0029", "literal", literal);
            return literal_null(p->arena, origin);
        }
        case INTERVAL_NO_UNITS: break;
    }
    INVALID(p, origin, "INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION", "input", text);
    return literal_null(p->arena, origin);
}

struct u_expr *make_interval_text(struct parser *p, const struct origin *origin, const char *text, size_t size) {
    struct interval value;
    if (interval_parse(text, size, &value, NULL)) return make_of_units(p, origin, value, text, size);
    INVALID(p, origin, "INVALID_TYPED_LITERAL", "valueType", "\"INTERVAL\"", "value",
            arena_printf(p->arena, "'%s'", text));
    return literal_null(p->arena, origin);
}

/* [+|-] number or string, as text. */
static const char *parse_interval_value(struct parser *p, bool *is_text) {
    bool minus = peek(p) == T_MINUS;
    if (minus || peek(p) == T_PLUS) next(p);
    *is_text = is_string(p, 0);
    const char *value;
    if (*is_text) {
        TRY_NULL(value = parse_string(p));
    } else {
        uint32_t from = p->at;
        if (peek(p) != T_INTEGER && peek(p) != T_DECIMAL) return parser_syntax_error(p), NULL;
        next(p);
        value = parser_text(p, from);
    }
    if (!minus) return value;
    return *value == '-' ? value + 1 : arena_printf(p->arena, "-%s", value);
}

/* A value beside a unit has no letters; whether it is a number is asked of it together with its unit. */
static bool has_letters(const char *s) {
    for (; *s; s++)
        if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (unsigned char)*s >= 0x80) return true;
    return false;
}

static bool starts_range(const struct parser *p) {
    uint32_t value = value_tokens(p, 0);
    return value && is_unit(peek_at(p, value)) && peek_at(p, value + 1) == K_TO;
}

static int field_of(enum token_kind unit) {
    switch (unit) {
        case K_YEAR: return FIELD_YEAR;
        case K_MONTH: return FIELD_MONTH;
        case K_DAY: return FIELD_DAY;
        case K_HOUR: return FIELD_HOUR;
        case K_MINUTE: return FIELD_MINUTE;
        default: return FIELD_SECOND;
    }
}

static const char *lower_text(struct parser *p, const struct token *t) {
    char *text = arena_strndup(p->arena, p->text + t->start, t->size);
    for (char *c = text; *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c += 32;
    return text;
}

/* value unit TO unit; what there is to complain of is said with this part's place. */
static struct u_expr *parse_range(struct parser *p) {
    uint32_t from = p->at;
    bool is_text;
    const char *value;
    TRY_NULL(value = parse_interval_value(p, &is_text));
    const struct token *low = parser_token(p, 0);
    next(p);
    TRY_NULL(expect(p, K_TO));
    const struct token *high = parser_token(p, 0);
    if (!is_unit(high->kind)) return parser_syntax_error(p), NULL;
    next(p);
    const struct origin *origin = parser_origin(p, from);
    if (!is_text) {
        INVALID(p, origin, "_LEGACY_ERROR_TEMP_0027");
        return literal_null(p->arena, origin);
    }
    bool months = low->kind == K_YEAR && high->kind == K_MONTH;
    bool both_short = low->kind != K_YEAR && low->kind != K_MONTH && high->kind != K_YEAR && high->kind != K_MONTH;
    int start = field_of(low->kind), end = field_of(high->kind);
    if (!months && (!both_short || start >= end)) {
        INVALID(p, origin, "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION", "input", value, "from",
                lower_text(p, low), "to", lower_text(p, high));
        return literal_null(p->arena, origin);
    }
    struct error err = ERROR_INIT;
    struct u_expr *e = NULL;
    int32_t month_count;
    int64_t micros;
    if (months && year_month_parse(value, strlen(value), start, end, &month_count, &err)) {
        struct interval calendar = {.months = month_count};
        e = p->legacy_intervals
                ? make_calendar(p, origin, calendar)
                : literal_of(p->arena, origin, type_interval(p->arena, TYPE_YEAR_MONTH_INTERVAL, start, end),
                             &month_count);
    } else if (!months && day_time_parse(value, strlen(value), start, end, &micros, &err)) {
        int64_t day = INT64_C(86400000000);
        struct interval calendar = {.days = (int32_t)(micros / day), .microseconds = micros % day};
        e = p->legacy_intervals
                ? make_calendar(p, origin, calendar)
                : literal_of(p->arena, origin, type_interval(p->arena, TYPE_DAY_TIME_INTERVAL, start, end), &micros);
    }
    if (e) return e;
    if (err.kind == ERROR_ILLEGAL_ARGUMENT && !*err.condition->name) { /* a field out of range */
        const char *why = arena_strdup(p->arena, error_parameter(&err, "message"));
        error_reset(&err);
        error_set(&err, "_LEGACY_ERROR_TEMP_0063", "msg", why, NULL);
    }
    if (err.kind != ERROR_ARITHMETIC) {
        error_at(&err, origin);
        error_set_kind(&err, ERROR_PARSE);
    }
    if (!error_is_set(&p->invalid)) error_move(&p->invalid, &err);
    error_release(&err);
    return literal_null(p->arena, origin);
}

/* (value unit)+ into " value unit value unit". */
static const char *parse_units(struct parser *p) {
    uint32_t from = p->at;
    const char *text = "", *wrong = NULL;
    do {
        bool is_text;
        const char *value;
        TRY_NULL(value = parse_interval_value(p, &is_text));
        if (!is_unit(peek(p))) return parser_syntax_error(p), NULL;
        if (has_letters(value) && !wrong) wrong = value;
        text = arena_printf(p->arena, "%s %s %s", text, value, lower_text(p, parser_token(p, 0)));
        next(p);
    } while (value_tokens(p, 0) && is_unit(peek_at(p, value_tokens(p, 0))) && !starts_range(p));
    if (wrong) INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0026", "value", wrong);
    return text;
}

static struct u_expr *two_ranges(struct parser *p, uint32_t from) {
    const struct origin *origin = parser_origin(p, from);
    INVALID(p, origin, "_LEGACY_ERROR_TEMP_0024");
    return literal_null(p->arena, origin);
}

struct u_expr *parse_interval_literal(struct parser *p) {
    uint32_t from = p->at;
    struct u_expr *e;
    next(p);
    if (starts_range(p)) {
        TRY_NULL(e = parse_range(p));
        uint32_t more = value_tokens(p, 0);
        if (!more || !is_unit(peek_at(p, more))) {
            e->origin = parser_origin(p, from);
            return e;
        }
        if (starts_range(p))
            TRY_NULL(parse_range(p));
        else
            TRY_NULL(parse_units(p));
        return two_ranges(p, from);
    }
    const char *text;
    TRY_NULL(text = parse_units(p));
    if (starts_range(p)) {
        TRY_NULL(parse_range(p));
        return two_ranges(p, from);
    }
    const struct origin *origin = parser_origin(p, from);
    struct interval value;
    if (error_is_set(&p->invalid)) return literal_null(p->arena, origin);
    if (interval_parse(text, strlen(text), &value, &p->invalid))
        return make_of_units(p, origin, value, text, strlen(text));
    return literal_null(p->arena, origin);
}
