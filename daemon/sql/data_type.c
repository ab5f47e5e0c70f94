/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data types as DDL writes them: DECIMAL(10, 2), ARRAY<INT>, STRUCT<a: INT NOT NULL COMMENT 'x'>.
 *
 * A name that is no type, or a type with parameters that it does not take, is well-formed: UNSUPPORTED_DATATYPE.
 * In place of what is invalid a harmless type stands, as the caller's tree is never seen.
 */
#include "base/text.h"
#include "column/collation.h"
#include "sql/parser.h"

/* Names that are types by themselves. */
static const struct type *simple_type(const struct parser *p, enum token_kind kind) {
    switch (kind) {
        case K_BOOLEAN: return TYPE_OF(BOOLEAN);
        case K_TINYINT:
        case K_BYTE: return TYPE_OF(BYTE);
        case K_SMALLINT:
        case K_SHORT: return TYPE_OF(SHORT);
        case K_INT:
        case K_INTEGER: return TYPE_OF(INT);
        case K_BIGINT:
        case K_LONG: return TYPE_OF(LONG);
        case K_FLOAT:
        case K_REAL: return TYPE_OF(FLOAT);
        case K_DOUBLE: return TYPE_OF(DOUBLE);
        case K_DATE: return TYPE_OF(DATE);
        case K_TIMESTAMP_LTZ: return TYPE_OF(TIMESTAMP);
        case K_TIMESTAMP_NTZ: return TYPE_OF(TIMESTAMP_NTZ);
        case K_TIMESTAMP:
            return p->context && p->context->timestamp_ntz_default ? TYPE_OF(TIMESTAMP_NTZ) : TYPE_OF(TIMESTAMP);
        case K_TIME: return TYPE_OF(TIME);
        case K_STRING: return TYPE_OF(STRING);
        case K_BINARY: return TYPE_OF(BINARY);
        case K_DECIMAL:
        case K_DEC:
        case K_NUMERIC: return TYPE_OF(DECIMAL);
        case K_VOID: return TYPE_OF(NULL);
        case K_VARIANT: return TYPE_OF(VARIANT);
        default: return NULL;
    }
}

static const char *upper_text(struct parser *p, uint32_t from) {
    struct text out;
    text_init(&out, p->arena);
    for (uint32_t i = from; i < p->at; i++) {
        const struct token *t = &p->tokens[i];
        bool quoted = t->kind == T_BACKQUOTED;
        for (uint32_t k = quoted; k < t->size - quoted; k++) {
            char c = p->text[t->start + k];
            text_add_char(&out, c >= 'a' && c <= 'z' ? c - 32 : c);
        }
    }
    return text_finish(&out);
}

static const struct type *unsupported(struct parser *p, uint32_t from) {
    INVALID(p, parser_origin(p, from), "UNSUPPORTED_DATATYPE", "typeName",
            arena_printf(p->arena, "\"%s\"", upper_text(p, from)));
    return TYPE_OF(NULL);
}

/* (1, 2, ...): how many were there; at most two are kept. */
static bool parse_numbers(struct parser *p, int32_t numbers[2], uint32_t *count) {
    *count = 0;
    if (!accept(p, T_LEFT_PAREN)) return true;
    do {
        int32_t number;
        TRY(parse_integer(p, &number));
        if (*count < 2) numbers[*count] = number;
        ++*count;
    } while (accept(p, T_COMMA));
    return expect(p, T_RIGHT_PAREN);
}

static const struct type *decimal_type(struct parser *p, const int32_t numbers[2], uint32_t count) {
    int32_t precision = count ? numbers[0] : 10, scale = count == 2 ? numbers[1] : 0;
    if (scale > precision) {
        INVALID(p, NULL, "_LEGACY_ERROR_TEMP_1228", "scale", arena_printf(p->arena, "%d", scale), "precision",
                arena_printf(p->arena, "%d", precision));
        return TYPE_OF(NULL);
    }
    if (precision > DECIMAL_MAX_PRECISION) {
        bool first = !error_is_set(&p->invalid);
        INVALID(p, NULL, "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", "precision",
                arena_printf(p->arena, "%d", precision), "maxPrecision", "38");
        if (first) error_set_kind(&p->invalid, ERROR_ARITHMETIC);
        return TYPE_OF(NULL);
    }
    return type_decimal(p->arena, precision, scale);
}

static const struct type *parse_interval_type(struct parser *p) {
    enum token_kind kind = peek(p);
    if (kind == K_YEAR || kind == K_MONTH) {
        int start = kind == K_YEAR ? FIELD_YEAR : FIELD_MONTH;
        next(p);
        bool to_month = kind == K_YEAR && accept2(p, K_TO, K_MONTH);
        return type_interval(p->arena, TYPE_YEAR_MONTH_INTERVAL, start, to_month ? FIELD_MONTH : start);
    }
    static const enum token_kind fields[] = {K_DAY, K_HOUR, K_MINUTE, K_SECOND};
    for (int start = 0; start < 4; start++) {
        if (kind != fields[start]) continue;
        next(p);
        for (int end = start + 1; end < 4; end++)
            if (accept2(p, K_TO, fields[end])) return type_interval(p->arena, TYPE_DAY_TIME_INTERVAL, start, end);
        return type_interval(p->arena, TYPE_DAY_TIME_INTERVAL, start, start);
    }
    return TYPE_OF(CALENDAR_INTERVAL);
}

/* The name as Spark writes it; NULL where there is no such collation. */
static const char *known_collation(struct parser *p, const char *name) {
    const char *canonical = collation_canonical_name(p->arena, name);
    if (!canonical) INVALID(p, NULL, "COLLATION_INVALID_NAME", "collationName", name, "proposals", "");
    return canonical;
}

static const struct type *parse_collated(struct parser *p) {
    struct u_name name;
    TRY_NULL(parse_name(p, &name));
    const char *collation = known_collation(p, name.parts[name.count - 1]);
    return collation ? type_string(p->arena, collation) : TYPE_OF(STRING);
}

bool parse_default_collation(struct parser *p, const char **collation) {
    const char *name;
    p->at += 2;
    TRY(name = parse_plain_identifier(p));
    *collation = known_collation(p, name);
    return true;
}

/* WITHOUT TIME ZONE */
static bool accept_without_zone(struct parser *p) {
    if (peek(p) != K_WITHOUT || peek_at(p, 1) != K_TIME || peek_at(p, 2) != K_ZONE) return false;
    p->at += 3;
    return true;
}

static const struct type *time_type(struct parser *p, const int32_t numbers[2], uint32_t count) {
    accept_without_zone(p);
    if (count && numbers[0] > TIME_DEFAULT_PRECISION) {
        INVALID(p, NULL, "UNSUPPORTED_TIME_PRECISION", "precision", arena_printf(p->arena, "%d", numbers[0]));
        return TYPE_OF(NULL);
    }
    return type_time(p->arena, count ? numbers[0] : TIME_DEFAULT_PRECISION);
}

/* GEOMETRY(4326), GEOGRAPHY(ANY) */
static const struct type *spatial_type(struct parser *p, enum token_kind kind, int32_t srid) {
    enum type_kind spatial = kind == K_GEOMETRY ? TYPE_GEOMETRY : TYPE_GEOGRAPHY;
    if (srid != SRID_ANY && !spatial_srid_is_known(spatial, srid))
        INVALID(p, NULL, "ST_INVALID_SRID_VALUE", "srid", arena_printf(p->arena, "%d", srid));
    return type_spatial(p->arena, spatial, srid);
}

static const struct type *parse_primitive(struct parser *p) {
    uint32_t from = p->at;
    if (!is_identifier(p, 0)) return parser_syntax_error(p), NULL;
    enum token_kind kind = peek(p);
    next(p);
    if (kind == K_INTERVAL) return parse_interval_type(p);
    if (kind == K_STRING && accept(p, K_COLLATE)) return parse_collated(p);
    if ((kind == K_GEOMETRY || kind == K_GEOGRAPHY) && peek(p) == T_LEFT_PAREN && peek_at(p, 1) == K_ANY) {
        p->at += 2;
        return expect(p, T_RIGHT_PAREN) ? spatial_type(p, kind, SRID_ANY) : NULL;
    }
    if (kind == K_TIMESTAMP && accept_without_zone(p)) return TYPE_OF(TIMESTAMP_NTZ);
    int32_t numbers[2];
    uint32_t count;
    TRY_NULL(parse_numbers(p, numbers, &count));
    switch (kind) {
        case K_DECIMAL:
        case K_DEC:
        case K_NUMERIC: return count <= 2 ? decimal_type(p, numbers, count) : unsupported(p, from);
        case K_TIME: return count <= 1 ? time_type(p, numbers, count) : unsupported(p, from);
        case K_GEOMETRY:
        case K_GEOGRAPHY: return count == 1 ? spatial_type(p, kind, numbers[0]) : unsupported(p, from);
        case K_CHAR:
        case K_CHARACTER:
        case K_VARCHAR:
            if (count == 1) return type_char(p->arena, kind == K_VARCHAR ? TYPE_VARCHAR : TYPE_CHAR, numbers[0]);
            if (count) return unsupported(p, from);
            INVALID(p, parser_origin(p, from), "DATATYPE_MISSING_SIZE", "type",
                    arena_printf(p->arena, "\"%s\"", upper_text(p, from)));
            return TYPE_OF(STRING);
        default: break;
    }
    const struct type *type = count ? NULL : simple_type(p, kind);
    return type ? type : unsupported(p, from);
}

/* {"comment":"..."} */
static const char *comment_metadata(struct parser *p, const char *comment) {
    struct text out;
    text_init(&out, p->arena);
    text_add(&out, "{\"comment\":\"");
    for (const char *c = comment; *c; c++) {
        if (*c == '"' || *c == '\\')
            text_printf(&out, "\\%c", *c);
        else if (*c == '\n')
            text_add(&out, "\\n");
        else if ((unsigned char)*c < 0x20)
            text_printf(&out, "\\u%04x", *c);
        else
            text_add_char(&out, *c);
    }
    text_add(&out, "\"}");
    return text_finish(&out);
}

/* name[:] type [NOT NULL] [COMMENT 'x'] */
static bool parse_field(struct parser *p, struct field *field, bool colon) {
    TRY(field->name = parse_identifier(p));
    if (colon) accept(p, T_COLON);
    TRY(field->type = parse_type(p));
    field->nullable = true;
    field->metadata = NULL;
    if (accept2(p, K_NOT, K_NULL)) field->nullable = false;
    if (peek(p) == K_COMMENT && is_string(p, 1)) {
        next(p);
        const char *comment;
        TRY(comment = parse_string(p));
        field->metadata = comment_metadata(p, comment);
    }
    return true;
}

static const struct type *parse_fields(struct parser *p, bool colon) {
    LIST(struct field) fields = {0};
    do {
        struct field field;
        TRY_NULL(parse_field(p, &field, colon));
        LIST_PUSH(p->arena, &fields, field);
    } while (accept(p, T_COMMA));
    return type_struct(p->arena, fields.items, fields.count);
}

const struct type *parse_columns(struct parser *p) {
    return parse_fields(p, false);
}

static const struct type *parse_complex(struct parser *p) {
    uint32_t from = p->at;
    enum token_kind kind = peek(p);
    const struct type *key, *value;
    next(p);
    if (kind == K_STRUCT && accept(p, T_NEQ)) return type_struct(p->arena, NULL, 0);
    if (!accept(p, T_LT)) {
        const struct origin *origin = parser_origin(p, from);
        if (kind == K_ARRAY) INVALID(p, origin, "INCOMPLETE_TYPE_DEFINITION.ARRAY", "elementType", "<INT>");
        if (kind == K_MAP) INVALID(p, origin, "INCOMPLETE_TYPE_DEFINITION.MAP");
        if (kind == K_STRUCT) INVALID(p, origin, "INCOMPLETE_TYPE_DEFINITION.STRUCT");
        return TYPE_OF(NULL);
    }
    if (kind == K_STRUCT) {
        if (accept(p, T_GT)) return type_struct(p->arena, NULL, 0);
        TRY_NULL(value = parse_fields(p, true));
        return expect(p, T_GT) ? value : NULL;
    }
    TRY_NULL(value = parse_type(p));
    if (kind == K_ARRAY) return expect(p, T_GT) ? type_array(p->arena, value, true) : NULL;
    key = value;
    TRY_NULL(expect(p, T_COMMA));
    TRY_NULL(value = parse_type(p));
    return expect(p, T_GT) ? type_map(p->arena, key, value, true) : NULL;
}

const struct type *parse_type(struct parser *p) {
    const struct type *type;
    TRY_NULL(parser_enter(p));
    enum token_kind kind = peek(p);
    type = kind == K_ARRAY || kind == K_MAP || kind == K_STRUCT ? parse_complex(p) : parse_primitive(p);
    parser_leave(p);
    return type;
}
