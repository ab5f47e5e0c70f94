/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Literals and their types: numbers by their size and suffix, DATE '...' and its kin.
 *
 * A minus before a number belongs to it, so that -128Y and the smallest BIGINT can be written. Numbers without suffix
 * are INT, BIGINT or DECIMAL, whichever first holds them; with a point they are DECIMAL, with an exponent DOUBLE.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/timezone.h"
#include "sql/parser.h"

/* ---- making literals ---- */

struct u_expr *literal_of(struct arena *arena, const struct origin *origin, const struct type *type,
                          const void *value) {
    struct vector *v = ARENA_NEW(arena, struct vector);
    v->type = type;
    v->form = VECTOR_CONSTANT;
    v->data = arena_copy(arena, value, storage_size(type_storage(type)));
    struct u_expr *e = u_expr_new(arena, U_LITERAL, origin, 0);
    e->literal.value = v;
    return e;
}

struct u_expr *literal_string(struct arena *arena, const struct origin *origin, const char *text, size_t size) {
    struct string s = string_copy(arena, string_make(text, size));
    return literal_of(arena, origin, TYPE_OF(STRING), &s);
}

struct u_expr *literal_int(struct arena *arena, const struct origin *origin, int32_t value) {
    return literal_of(arena, origin, TYPE_OF(INT), &value);
}

struct u_expr *literal_bool(struct arena *arena, const struct origin *origin, bool value) {
    uint8_t byte = value;
    return literal_of(arena, origin, TYPE_OF(BOOLEAN), &byte);
}

struct u_expr *literal_null(struct arena *arena, const struct origin *origin) {
    struct vector *v = ARENA_NEW(arena, struct vector);
    vector_init_null(v, arena, TYPE_OF(NULL));
    struct u_expr *e = u_expr_new(arena, U_LITERAL, origin, 0);
    e->literal.value = v;
    return e;
}

/* ---- numbers ---- */

bool is_number(const struct parser *p, uint32_t ahead) {
    enum token_kind kind = peek_at(p, ahead);
    return kind >= T_INTEGER && kind <= T_BIGDECIMAL;
}

/* A number in a message; goes on with NULL, as nobody will see it. */
static struct u_expr *out_of_range(struct parser *p, const struct origin *origin, const char *text, const char *least,
                                   const char *most, const char *type) {
    INVALID(p, origin, "INVALID_NUMERIC_LITERAL_RANGE", "rawStrippedQualifier", text, "minValue", least, "maxValue",
            most, "typeName", type);
    return literal_null(p->arena, origin);
}

/* Digits with an optional minus. False: 128 bits do not hold it. */
static bool parse_int128(const char *text, int128 *value) {
    bool negative = *text == '-';
    text += negative;
    uint128 sum = 0;
    for (; *text; text++) {
        if (sum > (((uint128)1 << 127) - 10) / 10) return false;
        sum = sum * 10 + (uint128)(*text - '0');
    }
    *value = negative ? -(int128)sum : (int128)sum;
    return true;
}

struct integer_kind {
    const char *least, *most, *name;
    int64_t low, high;
    const struct type *type;
};

static struct u_expr *make_integral(struct parser *p, const struct origin *origin, const char *text,
                                    struct integer_kind kind) {
    int128 value;
    if (!parse_int128(text, &value) || value < kind.low || value > kind.high)
        return out_of_range(p, origin, text, kind.least, kind.most, kind.name);
    int64_t narrow = (int64_t)value; /* little-endian: the low bytes come first */
    return literal_of(p->arena, origin, kind.type, &narrow);
}

/* What BigDecimal makes of the text: its unscaled digits and its scale. */
struct digits {
    char *text; /* without leading zeros; at least one digit */
    uint32_t count;
    int64_t scale;
    bool negative;
};

static struct digits split_digits(struct arena *arena, const char *s) {
    struct digits d = {.text = arena_bytes(arena, strlen(s) + 2), .negative = *s == '-'};
    bool point = false;
    for (s += d.negative; *s && *s != 'e' && *s != 'E'; s++) {
        if (*s == '.') {
            point = true;
            continue;
        }
        d.scale += point;
        if (*s == '0' && d.count == 0) continue;
        d.text[d.count++] = *s;
    }
    if (*s) {
        long long exponent = strtoll(s + 1, NULL, 10);
        d.scale -= exponent > INT32_MAX ? INT32_MAX : exponent < INT32_MIN ? INT32_MIN : exponent;
    }
    if (!d.count) d.text[d.count++] = '0';
    d.text[d.count] = '\0';
    return d;
}

static struct u_expr *make_decimal(struct parser *p, const struct origin *origin, const char *text, bool in_context) {
    struct digits d = split_digits(p->arena, text);
    bool is_zero = d.text[0] == '0';
    int64_t pad = d.scale < 0 && !is_zero ? -d.scale : 0; /* 1E5 is 100000 */
    int64_t scale = d.scale < 0 ? 0 : d.scale, precision = d.count + pad;
    if (precision < scale) precision = scale;
    if (precision > DECIMAL_MAX_PRECISION) {
        const char *shown = arena_printf(p->arena, "%lld", (long long)precision);
        bool first = !error_is_set(&p->invalid);
        INVALID(p, in_context ? origin : NULL, "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", "precision", shown,
                "maxPrecision", "38");
        if (first) error_set_kind(&p->invalid, in_context ? ERROR_PARSE : ERROR_ARITHMETIC);
        return literal_null(p->arena, origin);
    }
    int128 value = 0;
    parse_int128(d.text, &value);
    value *= (int128)decimal_powers[pad];
    if (d.negative) value = -value;
    const struct type *type = type_decimal(p->arena, (int)precision, (int)scale);
    int64_t narrow = (int64_t)value;
    return literal_of(p->arena, origin, type,
                      type_storage(type) == STORAGE_INT64 ? (const void *)&narrow : (const void *)&value);
}

/* Without a suffix: the narrowest of INT, BIGINT, DECIMAL. */
static struct u_expr *make_integer(struct parser *p, const struct origin *origin, const char *text) {
    int128 value;
    if (!parse_int128(text, &value) || value < INT64_MIN || value > INT64_MAX)
        return make_decimal(p, origin, text, false);
    if (value >= INT32_MIN && value <= INT32_MAX) return literal_int(p->arena, origin, (int32_t)value);
    int64_t wide = (int64_t)value;
    return literal_of(p->arena, origin, TYPE_OF(LONG), &wide);
}

static struct u_expr *make_double(struct parser *p, const struct origin *origin, const char *text) {
    double value = strtod(text, NULL);
    if (isinf(value))
        return out_of_range(p, origin, text, "-1.7976931348623157E+308", "1.7976931348623157E+308", "double");
    return literal_of(p->arena, origin, TYPE_OF(DOUBLE), &value);
}

static struct u_expr *make_float(struct parser *p, const struct origin *origin, const char *text) {
    float value = strtof(text, NULL);
    double wide = strtod(text, NULL);
    if (isinf(wide) || fabs(wide) > 3.4028234663852886E+38)
        return out_of_range(p, origin, text, "-3.4028234663852886E+38", "3.4028234663852886E+38", "float");
    return literal_of(p->arena, origin, TYPE_OF(FLOAT), &value);
}

struct u_expr *parse_number(struct parser *p) {
    uint32_t from = p->at;
    bool negative = accept(p, T_MINUS);
    const struct token *t = parser_token(p, 0);
    next(p);
    const struct origin *origin = parser_origin(p, from);
    uint32_t suffix = t->kind == T_BIGDECIMAL ? 2 : t->kind >= T_BIGINT;
    const char *text =
        arena_printf(p->arena, "%s%.*s", negative ? "-" : "", (int)(t->size - suffix), p->text + t->start);
    switch (t->kind) {
        case T_INTEGER: return make_integer(p, origin, text);
        case T_BIGINT:
            return make_integral(p, origin, text,
                                 (struct integer_kind){"-9223372036854775808", "9223372036854775807", "bigint",
                                                       INT64_MIN, INT64_MAX, TYPE_OF(LONG)});
        case T_SMALLINT:
            return make_integral(
                p, origin, text,
                (struct integer_kind){"-32768", "32767", "smallint", INT16_MIN, INT16_MAX, TYPE_OF(SHORT)});
        case T_TINYINT:
            return make_integral(p, origin, text,
                                 (struct integer_kind){"-128", "127", "tinyint", INT8_MIN, INT8_MAX, TYPE_OF(BYTE)});
        case T_EXPONENT:
            return p->exponent_is_decimal ? make_decimal(p, origin, text, true) : make_double(p, origin, text);
        case T_DOUBLE: return make_double(p, origin, text);
        case T_FLOAT: return make_float(p, origin, text);
        default: return make_decimal(p, origin, text, t->kind == T_BIGDECIMAL);
    }
}

bool parse_integer(struct parser *p, int32_t *value) {
    if (peek(p) != T_INTEGER) {
        if (peek(p) == T_QUESTION || (peek(p) == T_COLON && is_identifier(p, 1)))
            return error_unsupported(p->err, "a parameter marker in the place of a number");
        return parser_syntax_error(p);
    }
    const struct token *t = parser_token(p, 0);
    uint32_t from = p->at;
    next(p);
    int128 wide;
    const char *text = arena_strndup(p->arena, p->text + t->start, t->size);
    if (!parse_int128(text, &wide) || wide > INT32_MAX) {
        out_of_range(p, parser_origin(p, from), text, "-2147483648", "2147483647", "int");
        wide = 0;
    }
    *value = (int32_t)wide;
    return true;
}

/* ---- typed literals ---- */

static struct datetime_frame frame_of(const struct parser *p) {
    const struct context *c = p->context;
    return (struct datetime_frame){
        .zone = c && c->zone ? c->zone : &timezone_utc, .zones = c ? c->zones : NULL, .now = c ? c->now : 0};
}

static struct u_expr *invalid_literal(struct parser *p, const struct origin *origin, const char *type,
                                      const char *text) {
    INVALID(p, origin, "INVALID_TYPED_LITERAL", "valueType", arena_printf(p->arena, "\"%s\"", type), "value",
            arena_printf(p->arena, "'%s'", text));
    return literal_null(p->arena, origin);
}

static struct u_expr *make_date(struct parser *p, const struct origin *origin, const char *text, size_t size) {
    struct datetime_frame frame = frame_of(p);
    int32_t days;
    if (!date_special(text, size, &frame, &days) && !date_parse(text, size, &days))
        return invalid_literal(p, origin, "DATE", text);
    return literal_of(p->arena, origin, TYPE_OF(DATE), &days);
}

static struct u_expr *make_timestamp(struct parser *p, const struct origin *origin, const char *name, const char *text,
                                     size_t size) {
    struct datetime_frame frame = frame_of(p);
    int64_t micros;
    if (!timestamp_special(text, size, &frame, &micros) && !timestamp_parse(text, size, &frame, &micros))
        return invalid_literal(p, origin, name, text);
    return literal_of(p->arena, origin, TYPE_OF(TIMESTAMP), &micros);
}

static struct u_expr *make_timestamp_ntz(struct parser *p, const struct origin *origin, const char *name,
                                         const char *text, size_t size) {
    struct datetime_frame frame = frame_of(p);
    int64_t micros;
    if (!timestamp_ntz_special(text, size, &frame, &micros) &&
        !timestamp_ntz_parse(text, size, frame.zones, true, &micros))
        return invalid_literal(p, origin, name, text);
    return literal_of(p->arena, origin, TYPE_OF(TIMESTAMP_NTZ), &micros);
}

static struct u_expr *make_time(struct parser *p, const struct origin *origin, const char *text, size_t size) {
    int64_t nanos;
    if (!time_parse(text, size, &nanos)) return invalid_literal(p, origin, "TIME", text);
    return literal_of(p->arena, origin, TYPE_OF(TIME), &nanos);
}

/* X'1F'; an odd first digit stands for a byte of its own. */
static struct u_expr *make_binary(struct parser *p, const struct origin *origin, const char *text, size_t size) {
    char *bytes = arena_bytes(p->arena, size / 2 + 1);
    size_t count = 0;
    for (size_t i = 0; i < size;) {
        int value = 0;
        for (size_t end = i == 0 && size % 2 ? 1 : i + 2; i < end; i++) {
            char c = text[i];
            int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
            if (digit < 0) return invalid_literal(p, origin, "X", text);
            value = value * 16 + digit;
        }
        bytes[count++] = (char)value;
    }
    struct string s = string_make(bytes, count);
    return literal_of(p->arena, origin, TYPE_OF(BINARY), &s);
}

struct u_expr *parse_typed_literal(struct parser *p) {
    uint32_t from = p->at;
    const struct token *type = parser_token(p, 0);
    next(p);
    size_t size;
    const char *text = unquote_string(p, parser_token(p, 0), &size);
    next(p);
    const struct origin *origin = parser_origin(p, from);
    struct datetime_frame frame = frame_of(p);
    switch (type->kind) {
        case K_DATE: return make_date(p, origin, text, size);
        case K_TIMESTAMP_LTZ: return make_timestamp(p, origin, "TIMESTAMP_LTZ", text, size);
        case K_TIMESTAMP_NTZ: return make_timestamp_ntz(p, origin, "TIMESTAMP_NTZ", text, size);
        case K_TIMESTAMP:
            if (!p->context || !p->context->timestamp_ntz_default || timestamp_text_has_zone(text, size, frame.zones))
                return make_timestamp(p, origin, "TIMESTAMP", text, size);
            return make_timestamp_ntz(p, origin, "TIMESTAMP", text, size);
        case K_TIME: return make_time(p, origin, text, size);
        case K_X: return make_binary(p, origin, text, size);
        case K_INTERVAL: return make_interval_text(p, origin, text, size);
        default: break;
    }
    char *name = arena_strndup(p->arena, p->text + type->start, type->size);
    for (char *c = name; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c -= 32;
    INVALID(p, origin, "UNSUPPORTED_TYPED_LITERAL", "unsupportedType", arena_printf(p->arena, "\"%s\"", name),
            "supportedTypes",
            "\"DATE\", \"TIMESTAMP_NTZ\", \"TIMESTAMP_LTZ\", \"TIMESTAMP\", \"INTERVAL\", \"X\", \"TIME\"");
    return literal_null(p->arena, origin);
}
