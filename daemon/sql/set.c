/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SET, RESET, USE, EXPLAIN.
 *
 * SET is not quite of the grammar: what follows it is text, which a pattern cuts into key and value, so that
 * SET a.b = c d, e is a setting. Only a few forms are read as tokens.
 */
#include <string.h>

#include "base/interval_text.h"
#include "sql/parser.h"

/* What stands behind the token at `from` up to the end of the text; nothing is left to read then. */
static char *rest_of_text(struct parser *p, uint32_t from) {
    const struct token *t = &p->tokens[from];
    p->at = p->count - 1;
    return arena_strdup(p->arena, p->text + t->start + t->size);
}

static bool is_blank(char c) {
    return c && strchr(" \t\n\r\f\v", c);
}

static char *trim(char *text) {
    while (is_blank(*text)) text++;
    size_t size = strlen(text);
    while (size && is_blank(text[size - 1])) size--;
    text[size] = '\0';
    return text;
}

static size_t key_size(const char *text) {
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_\\.:");
}

/* key, key = value, -v or nothing; semicolons may only come last. */
static bool split_setting(char *text, struct u_command *c) {
    text = trim(text);
    if (!*text) return true;
    if (strcmp(text, "-v") == 0) return c->verbose = true;
    size_t size = key_size(text);
    if (!size) return false;
    char *rest = text + size;
    c->key = text;
    if (!*rest) return true;
    while (is_blank(*rest)) rest++;
    if (*rest++ != '=') return false;
    size_t value_size = strcspn(rest, ";");
    if (rest[value_size + strspn(rest + value_size, ";")]) return false;
    rest[value_size] = '\0';
    text[size] = '\0';
    c->value = trim(rest);
    return true;
}

static struct u_plan *finish_set(struct parser *p, uint32_t from, const char *key, const char *value) {
    struct u_command *c = u_command_new(p, C_SET);
    c->key = key;
    c->value = value;
    return u_command_plan(p, from, c);
}

/* SET `key` = `value`, each with or without quotes; *found tells whether it was this form. */
static struct u_plan *parse_quoted_set(struct parser *p, uint32_t from, bool *found) {
    uint32_t last = p->at;
    while (p->tokens[last].kind != T_END && p->tokens[last].kind != T_SEMICOLON) last++;
    bool quoted_key = peek(p) == T_BACKQUOTED || (p->quoted_names && peek(p) == T_DOUBLE_QUOTED);
    bool quoted_value =
        last >= p->at + 3 && p->tokens[last - 1].kind == T_BACKQUOTED && p->tokens[last - 2].kind == T_EQ;
    *found = quoted_key || quoted_value;
    if (!*found) return NULL;
    char *key, *value = NULL;
    if (quoted_key) {
        TRY_NULL(key = (char *)parse_plain_identifier(p));
        if (peek(p) != T_EQ && peek(p) != T_END && peek(p) != T_SEMICOLON) return parser_syntax_error(p), NULL;
    } else {
        key = arena_strdup(p->arena, parser_text_range(p, p->at, last - 2));
        p->at = last - 2;
        if (key[key_size(key)]) {
            INVALID(p, parser_origin(p, from), "INVALID_PROPERTY_KEY", "key", arena_printf(p->arena, "\"%s\"", key),
                    "value",
                    arena_printf(p->arena, "\"%.*s\"", (int)p->tokens[last - 1].size - 2,
                                 p->text + p->tokens[last - 1].start + 1));
        }
    }
    if (accept(p, T_EQ)) {
        if (quoted_value) {
            TRY_NULL(value = (char *)parse_plain_identifier(p));
        } else {
            value = trim(rest_of_text(p, p->at - 1));
            size_t size = strcspn(value, ";");
            if (value[size + strspn(value + size, ";")])
                INVALID(p, parser_origin(p, from), "INVALID_PROPERTY_VALUE", "value",
                        arena_printf(p->arena, "\"%s\"", value), "key", arena_printf(p->arena, "\"%s\"", key));
            value[size] = '\0';
            value = trim(value);
        }
    }
    return finish_set(p, from, key, value);
}

/* Seconds east of UTC as a zone: "+08:00". */
static const char *offset_zone(struct parser *p, int64_t seconds) {
    char sign = seconds < 0 ? '-' : '+';
    int64_t s = seconds < 0 ? -seconds : seconds;
    if (s == 0) return "Z";
    const char *text = arena_printf(p->arena, "%c%02d:%02d", sign, (int)(s / 3600), (int)(s / 60 % 60));
    return s % 60 ? arena_printf(p->arena, "%s:%02d", text, (int)(s % 60)) : text;
}

/* At most 18 hours, and whole seconds. The message has the months, the days, the hours or the seconds there are. */
static void check_displacement(struct parser *p, uint32_t from, const struct vector *value, int64_t micros) {
    int64_t hour = INT64_C(3600000000), amount;
    if (value->type->kind == TYPE_YEAR_MONTH_INTERVAL)
        amount = *VECTOR_DATA(value, int32_t);
    else if (micros > 18 * hour || micros < -18 * hour)
        amount = value->type->end == FIELD_DAY ? micros / (24 * hour) : micros / hour;
    else if (micros % 1000000)
        amount = micros / 1000000;
    else
        return;
    INVALID(p, parser_origin(p, from), "INVALID_INTERVAL_FORMAT.TIMEZONE_INTERVAL_OUT_OF_RANGE", "input",
            arena_printf(p->arena, "%lld", (long long)amount));
}

/* SET TIME ZONE 'x' | LOCAL | INTERVAL ... */
static struct u_plan *parse_set_time_zone(struct parser *p, uint32_t from) {
    const char *zone = NULL;
    bool local = false;
    p->at += 2;
    if (is_string(p, 0)) {
        TRY_NULL(zone = parse_string(p));
    } else if (accept(p, K_LOCAL)) {
        local = true;
    } else if (peek(p) == K_INTERVAL && (starts_interval(p) || is_string(p, 1))) {
        struct u_expr *e;
        TRY_NULL(e = is_string(p, 1) && !starts_interval(p) ? parse_typed_literal(p) : parse_interval_literal(p));
        enum type_kind kind = e->literal.value->type->kind;
        int64_t micros = 0;
        if (kind == TYPE_DAY_TIME_INTERVAL) micros = *VECTOR_DATA(e->literal.value, int64_t);
        if (kind == TYPE_CALENDAR_INTERVAL) micros = VECTOR_DATA(e->literal.value, struct interval)->microseconds;
        check_displacement(p, from, e->literal.value, micros);
        zone = offset_zone(p, micros / 1000000);
    }
    if ((!zone && !local) || (peek(p) != T_END && peek(p) != T_SEMICOLON)) {
        p->at = p->count - 1;
        INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0045");
    }
    struct u_plan *set = finish_set(p, from, "spark.sql.session.timeZone", zone);
    set->command->local = local;
    return set;
}

bool parse_assignments(struct parser *p, uint32_t *count, struct u_assignment **assignments) {
    LIST(struct u_assignment) list = {0};
    do {
        struct u_assignment a = {0};
        uint32_t from = p->at;
        TRY(parse_name(p, &a.key));
        a.origin = parser_origin(p, from);
        TRY(expect(p, T_EQ));
        TRY(a.value = parse_expression(p));
        LIST_PUSH(p->arena, &list, a);
    } while (accept(p, T_COMMA));
    *count = list.count;
    *assignments = list.items;
    return true;
}

/* a = 1, b = 2, or (a, b) = (query), behind SET [VARIABLE]. */
static struct u_plan *parse_set_variable(struct parser *p, uint32_t from) {
    struct u_command *c = u_command_new(p, C_SET_VARIABLE);
    if (!accept(p, T_LEFT_PAREN)) {
        TRY_NULL(parse_assignments(p, &c->assignment_count, &c->assignments));
        return u_command_plan(p, from, c);
    }
    LIST(struct u_reference) targets = {0};
    do {
        struct u_reference target = {0};
        uint32_t name_from = p->at;
        TRY_NULL(parse_name(p, &target.name));
        target.origin = parser_origin(p, name_from);
        LIST_PUSH(p->arena, &targets, target);
    } while (accept(p, T_COMMA));
    c->targets = targets.items;
    c->target_count = targets.count;
    TRY_NULL(expect2(p, T_RIGHT_PAREN, T_EQ));
    TRY_NULL(expect(p, T_LEFT_PAREN));
    TRY_NULL(c->query = parse_query(p));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    return u_command_plan(p, from, c);
}

struct u_plan *parse_set(struct parser *p) {
    uint32_t from = p->at;
    next(p);
    if (p->in_script) return parse_set_variable(p, from);
    if (peek(p) == K_ROLE) {
        INVALID(p, parser_origin(p, from), "INVALID_STATEMENT_OR_CLAUSE", "operation", "SET ROLE");
        p->at = p->count - 1;
        return u_command_plan(p, from, u_command_new(p, C_SET));
    }
    if (peek(p) == K_TIME && peek_at(p, 1) == K_ZONE) return parse_set_time_zone(p, from);
    if (peek(p) == K_CATALOG && (is_identifier(p, 1) || is_string(p, 1))) {
        struct u_command *c = u_command_new(p, C_SET_CATALOG);
        next(p);
        if (!is_string(p, 0)) {
            TRY_NULL(parse_target(p, &c->target));
        } else {
            c->target.name = (struct u_name){1, ARENA_NEW(p->arena, const char *)};
            TRY_NULL(c->target.name.parts[0] = parse_string(p));
        }
        if (peek(p) == T_END || peek(p) == T_SEMICOLON || peek(p) == T_DOT) return u_command_plan(p, from, c);
        p->at = from + 1; /* not this form: a setting */
    }
    bool variable = peek(p) == K_VARIABLE || peek(p) == K_VAR;
    if (variable && (is_identifier(p, 1) || (peek_at(p, 1) == T_LEFT_PAREN && peek_at(p, 2) != T_RIGHT_PAREN))) {
        next(p);
        return parse_set_variable(p, from);
    }
    bool quoted;
    struct u_plan *plan = parse_quoted_set(p, from, &quoted);
    if (quoted) return plan;
    struct u_command *c = u_command_new(p, C_SET);
    if (!split_setting(rest_of_text(p, from), c)) INVALID(p, parser_origin(p, from), "INVALID_SET_SYNTAX");
    return u_command_plan(p, from, c);
}

struct u_plan *parse_reset(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_RESET);
    next(p);
    if (peek(p) == T_BACKQUOTED) {
        TRY_NULL(c->key = parse_plain_identifier(p));
        return u_command_plan(p, from, c);
    }
    char *text = trim(rest_of_text(p, from));
    size_t size = strlen(text);
    while (size && (text[size - 1] == ';' || is_blank(text[size - 1]))) text[--size] = '\0';
    if (size) c->key = text;
    if (key_size(text) != size) INVALID(p, parser_origin(p, from), "INVALID_RESET_COMMAND_FORMAT");
    return u_command_plan(p, from, c);
}

struct u_plan *parse_use(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_USE);
    next(p);
    bool word = peek(p) == K_NAMESPACE || peek(p) == K_DATABASE || peek(p) == K_SCHEMA;
    if (word && peek_at(p, 1) != T_END && peek_at(p, 1) != T_SEMICOLON && peek_at(p, 1) != T_DOT) {
        next(p);
        c->scope = "NAMESPACE";
    }
    TRY_NULL(parse_target(p, &c->target));
    return u_command_plan(p, from, c);
}

struct u_plan *parse_explain(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_EXPLAIN);
    next(p);
    static const struct {
        enum token_kind word;
        enum u_explain mode;
    } modes[] = {{K_LOGICAL, U_EXPLAIN_LOGICAL},
                 {K_FORMATTED, U_EXPLAIN_FORMATTED},
                 {K_EXTENDED, U_EXPLAIN_EXTENDED},
                 {K_CODEGEN, U_EXPLAIN_CODEGEN},
                 {K_COST, U_EXPLAIN_COST}};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (!accept(p, modes[i].word)) continue;
        c->explain = modes[i].mode;
        break;
    }
    TRY_NULL(c->statement = parse_statement_or_set(p));
    return u_command_plan(p, from, c);
}
