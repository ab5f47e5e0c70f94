/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FROM: tables, subqueries, table functions, VALUES, and their joins.
 *
 * In FROM a, b JOIN c the join takes (a, b) as its left side, as Spark reads it. Parentheses hold a query or a
 * relation; which one is known behind the innermost query, so nothing is read twice.
 */
#include <stdlib.h>
#include <strings.h>

#include "sql/parser.h"

/* ---- aliases ---- */

bool parse_alias(struct parser *p, const char **name, uint32_t *column_count, const char ***columns) {
    *name = NULL;
    *column_count = 0;
    *columns = NULL;
    bool as = peek(p) == K_AS && is_strict_identifier(p, 1);
    if (as) next(p);
    bool named_as = peek(p) == K_AS && peek_at(p, 1) == T_LEFT_PAREN && is_strict_identifier(p, 0); /* as (a, b) */
    if (!as && !named_as && !starts_table_alias(p)) return true;
    TRY(*name = parse_strict_identifier(p));
    return peek(p) != T_LEFT_PAREN || parse_identifier_list(p, column_count, columns);
}

struct u_plan *parse_table_alias(struct parser *p, uint32_t from, struct u_plan *plan) {
    const char *name, **columns;
    uint32_t count;
    TRY_NULL(parse_alias(p, &name, &count, &columns));
    parser_place(p, from);
    if (!name) return plan;
    struct u_plan *alias = make_plan(p, U_SUBQUERY_ALIAS, from, plan, NULL);
    alias->alias.name = name;
    alias->alias.column_count = count;
    alias->alias.columns = columns;
    return alias;
}

/* ---- VALUES ---- */

/* The columns of a row: of (1, 2) and struct(1, 2) their parts. */
static void push_row(struct parser *p, struct expr_list *values, struct u_expr *row) {
    bool call = row->kind == U_CALL && row->call.name.count == 1;
    bool tuple = call && row->call.is_operator && strcmp(row->call.name.parts[0], "named_struct") == 0;
    bool plain = call && !row->call.is_operator && strcasecmp(row->call.name.parts[0], "struct") == 0;
    if (!tuple && !plain) {
        LIST_PUSH(p->arena, values, row);
        return;
    }
    for (uint32_t i = tuple; i < row->child_count; i += 1 + tuple) LIST_PUSH(p->arena, values, row->children[i]);
}

/* The alias, and whether its columns, or else the first row's, are as many as all rows have. */
static struct u_plan *parse_values_alias(struct parser *p, uint32_t from, struct u_plan *values, uint32_t first_odd) {
    struct u_plan *plan;
    TRY_NULL(plan = parse_table_alias(p, from, values));
    const uint32_t *sizes = values->values.row_sizes;
    uint32_t expected = plan != values && plan->alias.column_count ? plan->alias.column_count : sizes[0];
    uint32_t row = sizes[0] != expected ? 0 : first_odd;
    if (sizes[row] != expected)
        INVALID(p, parser_origin(p, from), "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH", "expectedNumCols",
                arena_printf(p->arena, "%u", expected), "actualNumCols", arena_printf(p->arena, "%u", sizes[row]),
                "rowIndex", arena_printf(p->arena, "%u", row));
    return plan;
}

struct u_plan *parse_inline_table(struct parser *p) {
    uint32_t from = p->at;
    next(p);
    struct expr_list values = {0};
    LIST(uint32_t) sizes = {0};
    uint32_t first_odd = 0;
    do {
        struct u_expr *row;
        uint32_t before = values.count;
        TRY_NULL(row = parse_expression(p));
        push_row(p, &values, row);
        LIST_PUSH(p->arena, &sizes, values.count - before);
        if (!first_odd && sizes.items[sizes.count - 1] != sizes.items[0]) first_odd = sizes.count - 1;
    } while (accept(p, T_COMMA));
    struct u_plan *plan = make_plan(p, U_VALUES, from, NULL, &values);
    plan->values.row_count = sizes.count;
    plan->values.row_sizes = sizes.items;
    plan->values.column_count = first_odd ? 0 : sizes.items[0];
    return parse_values_alias(p, from, plan, first_odd);
}

/* ---- options, samples, time travel ---- */

/* a.b, 'a b': the key of an option or property. */
bool parse_property_key(struct parser *p, const char **key) {
    if (is_string(p, 0)) {
        uint32_t strings = 1;
        while (is_string(p, strings)) strings++;
        if (strings > 1 && peek_at(p, strings) != T_EQ) { /* 'key' 'value' */
            size_t size;
            *key = unquote_string(p, parser_token(p, 0), &size);
            next(p);
            return true;
        }
        *key = parse_string(p);
        return *key != NULL;
    }
    struct u_name name;
    TRY(parse_name(p, &name));
    const char *text = name.parts[0];
    for (uint32_t i = 1; i < name.count; i++) text = arena_printf(p->arena, "%s.%s", text, name.parts[i]);
    *key = text;
    return true;
}

/* A number, a truth value or a string, as text; NULL where there is none. */
bool parse_property_value(struct parser *p, const char **value) {
    *value = NULL;
    if (is_string(p, 0)) {
        *value = parse_string(p);
        return *value != NULL;
    }
    const struct token *t = parser_token(p, 0);
    if (t->kind == T_INTEGER || t->kind == T_DECIMAL || t->kind == K_TRUE || t->kind == K_FALSE) {
        char *text = arena_strndup(p->arena, p->text + t->start, t->size);
        for (char *c = text; *c && t->kind > T_KEYWORDS; c++) *c |= 32;
        *value = text;
        next(p);
    }
    return true;
}

bool parse_options(struct parser *p, uint32_t *count, struct u_option **options) {
    LIST(struct u_option) list = {0};
    LIST(const char *) keys = {0};
    uint32_t from = p->at;
    TRY(expect(p, T_LEFT_PAREN));
    do {
        struct u_option option;
        TRY(parse_property_key(p, &option.key));
        bool equals = accept(p, T_EQ);
        TRY(parse_property_value(p, &option.value));
        if (equals && !option.value) return parser_syntax_error(p);
        LIST_PUSH(p->arena, &list, option);
        LIST_PUSH(p->arena, &keys, option.key);
    } while (accept(p, T_COMMA));
    const char *twice = find_duplicate(p, keys.items, keys.count);
    if (twice)
        INVALID(p, parser_origin(p, from), "DUPLICATE_KEY", "keyColumn", sql_quote_name_always(p->arena, &twice, 1));
    *count = list.count;
    *options = list.items;
    return expect(p, T_RIGHT_PAREN);
}

static bool has_column(const struct u_expr *e) {
    if (e->kind == U_ATTRIBUTE) return true;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (has_column(e->children[i])) return true;
    return false;
}

/* [FOR] (SYSTEM_VERSION | VERSION) AS OF version, [FOR] (SYSTEM_TIME | TIMESTAMP) AS OF time */
static bool parse_time_travel(struct parser *p, struct u_expr **when) {
    *when = NULL;
    uint32_t has_for = peek(p) == K_FOR;
    enum token_kind kind = peek_at(p, has_for);
    bool version = kind == K_SYSTEM_VERSION || kind == K_VERSION, time = kind == K_SYSTEM_TIME || kind == K_TIMESTAMP;
    if ((!version && !time) || peek_at(p, has_for + 1) != K_AS || peek_at(p, has_for + 2) != K_OF) return true;
    uint32_t from = p->at;
    p->at += has_for + 3;
    struct u_expr *value;
    if (time)
        TRY(value = parse_value(p));
    else if (peek(p) == T_INTEGER)
        TRY(value = parse_number(p));
    else
        TRY(value = parse_string_literal(p));
    if (time && has_column(value))
        INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0056", "reason",
                "timestamp expression cannot refer to any columns");
    *when = make_call(p, from, version ? "version as of" : "timestamp as of", 1, value);
    return true;
}

static struct u_plan *make_sample(struct parser *p, uint32_t from, const struct origin *origin, struct u_plan *plan,
                                  double fraction, bool has_seed, int32_t seed) {
    if (fraction < 0.0 - 1e-6 || fraction > 1.0 + 1e-6) {
        const char *shown = arena_printf(p->arena, "Sampling fraction (%.15g%s) must be on interval [0, 1]", fraction,
                                         fraction == (int64_t)fraction ? ".0" : "");
        INVALID(p, origin, "_LEGACY_ERROR_TEMP_0064", "msg", shown);
    }
    struct u_plan *sample = make_plan(p, U_SAMPLE, from, plan, NULL);
    sample->sample.upper = fraction;
    sample->sample.has_seed = has_seed;
    sample->sample.seed = seed;
    return sample;
}

struct sample_method {
    struct u_expr *rows;
    const char *unsupported, *invalid_bytes;
    double fraction;
};

/* BUCKET n OUT OF m [ON column | ON f()] */
static bool parse_bucket_sample(struct parser *p, struct sample_method *method) {
    int32_t numerator, denominator;
    next(p);
    TRY(parse_integer(p, &numerator) && expect2(p, K_OUT, K_OF) && parse_integer(p, &denominator));
    if (accept(p, K_ON)) {
        struct u_name name;
        TRY(parse_qualified_name(p, &name));
        bool call = accept2(p, T_LEFT_PAREN, T_RIGHT_PAREN);
        method->unsupported = call ? "BUCKET x OUT OF y ON function" : "BUCKET x OUT OF y ON colname";
    }
    method->fraction = denominator ? (double)numerator / denominator : 0;
    return true;
}

/* 300M */
static bool is_byte_length(const char *text) {
    size_t digits = strspn(text, "0123456789");
    return digits && text[digits] && strchr("bBkKmMgG", text[digits]) && !text[digits + 1];
}

static bool parse_sample_method(struct parser *p, struct sample_method *method) {
    uint32_t minus = peek(p) == T_MINUS;
    if ((peek_at(p, minus) == T_INTEGER || peek_at(p, minus) == T_DECIMAL) && peek_at(p, minus + 1) == K_PERCENT) {
        p->at += minus;
        const struct token *t = parser_token(p, 0);
        double percent = strtod(arena_strndup(p->arena, p->text + t->start, t->size), NULL);
        method->fraction = (minus ? -percent : percent) / 100;
        p->at += 2;
        return true;
    }
    if (peek(p) == K_BUCKET && (peek_at(p, 1) == T_INTEGER)) return parse_bucket_sample(p, method);
    struct u_expr *e;
    uint32_t bytes_from = p->at;
    TRY(e = parse_expression(p));
    if (accept(p, K_ROWS))
        method->rows = e;
    else if (is_byte_length(parser_text(p, bytes_from)))
        method->unsupported = "byteLengthLiteral";
    else
        method->invalid_bytes = parser_text(p, bytes_from);
    return true;
}

/* TABLESAMPLE (...) [REPEATABLE (seed)] */
struct u_plan *parse_sample(struct parser *p, struct u_plan *plan) {
    uint32_t from = p->at;
    struct sample_method method = {0};
    int32_t seed = 0;
    next(p);
    TRY_NULL(expect(p, T_LEFT_PAREN));
    bool empty = peek(p) == T_RIGHT_PAREN;
    if (!empty) TRY_NULL(parse_sample_method(p, &method));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    bool seeded = peek(p) == K_REPEATABLE && peek_at(p, 1) == T_LEFT_PAREN;
    if (seeded) {
        p->at += 2;
        TRY_NULL(parse_integer(p, &seed) && expect(p, T_RIGHT_PAREN));
    }
    const struct origin *origin = parser_origin(p, from);
    if (empty) INVALID(p, origin, "_LEGACY_ERROR_TEMP_0014");
    if (method.unsupported) INVALID(p, origin, "_LEGACY_ERROR_TEMP_0015", "msg", method.unsupported);
    if (method.invalid_bytes) INVALID(p, origin, "_LEGACY_ERROR_TEMP_0016", "bytesStr", method.invalid_bytes);
    if (method.rows) return make_plan_one(p, U_LIMIT, from, plan, method.rows);
    return make_sample(p, from, origin, plan, method.fraction, seeded, seed);
}

/* WATERMARK column DELAY OF interval: of streams only. */
static bool parse_watermark(struct parser *p) {
    if (peek(p) != K_WATERMARK || ends_expression(peek_at(p, 1))) return true;
    next(p);
    TRY(parse_named_expression(p));
    TRY(expect2(p, K_DELAY, K_OF));
    return parse_interval_literal(p) != NULL;
}

/* [TABLESAMPLE ...] [alias] */
static struct u_plan *parse_sampled(struct parser *p, uint32_t from, struct u_plan *plan) {
    if (peek(p) == K_TABLESAMPLE && peek_at(p, 1) == T_LEFT_PAREN) TRY_NULL(plan = parse_sample(p, plan));
    TRY_NULL(parse_watermark(p));
    return plan;
}

/* ---- primaries ---- */

static struct u_plan *parse_table(struct parser *p, bool streaming) {
    uint32_t from = p->at;
    struct u_name name;
    struct u_expr *identifier;
    bool parentheses = streaming && accept(p, T_LEFT_PAREN);
    TRY_NULL(parse_reference(p, &name, &identifier));
    struct u_plan *plan = make_relation(p, from, name, identifier);
    if (parentheses) TRY_NULL(expect(p, T_RIGHT_PAREN));
    plan->relation.is_streaming = streaming;
    TRY_NULL(parse_time_travel(p, &plan->relation.time_travel));
    if (peek(p) == K_WITH && peek_at(p, 1) == T_LEFT_PAREN) {
        next(p);
        TRY_NULL(parse_options(p, &plan->relation.option_count, &plan->relation.options));
    }
    TRY_NULL(plan = parse_sampled(p, from, plan));
    return parse_table_alias(p, from, plan);
}

static bool parse_table_function_arguments(struct parser *p, struct expr_list *list) {
    TRY(expect(p, T_LEFT_PAREN));
    if (accept(p, T_RIGHT_PAREN)) return true;
    do {
        struct u_expr *e;
        TRY(parse_table_argument(p, &e));
        if (!e) TRY(e = parse_argument(p));
        LIST_PUSH(p->arena, list, e);
    } while (accept(p, T_COMMA));
    return expect(p, T_RIGHT_PAREN);
}

static struct u_plan *parse_table_function(struct parser *p) {
    uint32_t from = p->at;
    struct u_name name = {0};
    struct expr_list arguments = {0};
    struct u_expr *identifier = NULL;
    if (starts_identifier_clause(p))
        TRY_NULL(identifier = parse_identifier_clause_name(p));
    else
        TRY_NULL(parse_qualified_name(p, &name));
    TRY_NULL(parse_table_function_arguments(p, &arguments));
    struct u_plan *plan = make_plan(p, U_TABLE_FUNCTION, from, NULL, &arguments);
    plan->table_function.name = name;
    plan->table_function.identifier = identifier;
    TRY_NULL(parse_watermark(p));
    struct u_plan *aliased = parse_table_alias(p, from, plan);
    plan->origin = parser_origin(p, from); /* with the alias */
    return aliased;
}

/* A name with "(" behind it. */
static bool starts_table_function(const struct parser *p) {
    uint32_t ahead = 0;
    if (peek(p) == K_IDENTIFIER && peek_at(p, 1) == T_LEFT_PAREN)
        return peek_at(p, behind_parentheses(p, 1)) == T_LEFT_PAREN;
    while (is_identifier(p, ahead) && peek_at(p, ahead + 1) == T_DOT) ahead += 2;
    return is_identifier(p, ahead) && peek_at(p, ahead + 1) == T_LEFT_PAREN;
}

/* A query in parentheses becomes a table: with its alias, or one that nobody can name. */
static struct u_plan *finish_subquery(struct parser *p, uint32_t from, struct u_plan *query) {
    TRY_NULL(query = parse_sampled(p, from, query));
    struct u_plan *alias = make_plan(p, U_SUBQUERY_ALIAS, from, query, NULL);
    TRY_NULL(parse_alias(p, &alias->alias.name, &alias->alias.column_count, &alias->alias.columns));
    alias->origin = parser_origin(p, from);
    return alias;
}

static struct u_plan *parse_relation(struct parser *p);
static struct u_plan *parse_extensions(struct parser *p, uint32_t from, struct u_plan *plan);

/* What stands in parentheses: *is_query tells which. Behind ")". */
static struct u_plan *parse_relation_parenthesis(struct parser *p, bool *is_query) {
    struct u_plan *plan;
    TRY_NULL(parser_enter(p));
    TRY_NULL(expect(p, T_LEFT_PAREN));
    uint32_t from = p->at;
    *is_query = starts_query(p, 0);
    if (*is_query) {
        TRY_NULL(plan = parse_query(p));
    } else if (peek(p) == T_LEFT_PAREN) {
        TRY_NULL(plan = parse_relation_parenthesis(p, is_query));
        if (*is_query && continues_query(p)) TRY_NULL(plan = parse_query_from(p, from, plan));
        if (*is_query && peek(p) != T_RIGHT_PAREN) {
            TRY_NULL(plan = finish_subquery(p, from, plan));
            *is_query = false;
        } else if (!*is_query) {
            TRY_NULL(plan = parse_sampled(p, from, plan));
            TRY_NULL(plan = parse_table_alias(p, from, plan));
        }
        if (!*is_query) TRY_NULL(plan = parse_extensions(p, from, plan));
    } else {
        TRY_NULL(plan = parse_relation(p));
    }
    parser_leave(p);
    return expect_query_end(p) ? plan : NULL;
}

static struct u_plan *parse_relation_primary(struct parser *p) {
    uint32_t from = p->at;
    if (peek(p) == T_LEFT_PAREN) {
        bool is_query;
        struct u_plan *plan;
        TRY_NULL(plan = parse_relation_parenthesis(p, &is_query));
        if (is_query) return finish_subquery(p, from, plan);
        TRY_NULL(plan = parse_sampled(p, from, plan));
        return parse_table_alias(p, from, plan);
    }
    if (peek(p) == K_VALUES && starts_operand(p, 1) && peek_at(p, 1) != K_AS) return parse_inline_table(p);
    if (peek(p) == K_STREAM && (is_strict_identifier(p, 1) || peek_at(p, 1) == T_LEFT_PAREN) && peek_at(p, 1) != K_AS) {
        next(p);
        return parse_table(p, true);
    }
    if (starts_table_function(p)) return parse_table_function(p);
    return parse_table(p, false);
}

/* ---- joins ---- */

struct join_start {
    enum u_join_type type;
    bool natural;
    uint32_t words;  /* before JOIN */
    uint32_t tokens; /* up to and with JOIN; 0: no join begins here */
};

static struct join_start join_start(const struct parser *p) {
    struct join_start s = {.type = U_JOIN_INNER};
    uint32_t n = 0;
    if (peek(p) == K_NATURAL) {
        s.natural = true;
        n++;
    }
    bool left = peek_at(p, n) == K_LEFT;
    enum token_kind kind = peek_at(p, n + (left && (peek_at(p, n + 1) == K_SEMI || peek_at(p, n + 1) == K_ANTI)));
    if (kind != peek_at(p, n)) n++;
    switch (kind) {
        case K_INNER: n++; break;
        case K_CROSS:
            s.type = U_JOIN_CROSS;
            n++;
            break;
        case K_SEMI:
            s.type = U_JOIN_LEFT_SEMI;
            n++;
            break;
        case K_ANTI:
            s.type = U_JOIN_LEFT_ANTI;
            n++;
            break;
        case K_LEFT:
        case K_RIGHT:
        case K_FULL:
            s.type = kind == K_LEFT ? U_JOIN_LEFT : kind == K_RIGHT ? U_JOIN_RIGHT : U_JOIN_FULL;
            n++;
            if (peek_at(p, n) == K_OUTER) n++;
            break;
        default: break;
    }
    s.words = n;
    if (peek_at(p, n) == K_JOIN) s.tokens = n + 1;
    return s;
}

bool starts_join(const struct parser *p) {
    return join_start(p).tokens != 0;
}

static const char *join_name(enum u_join_type type) {
    static const char *const names[] = {
        [U_JOIN_INNER] = "INNER",     [U_JOIN_LEFT] = "LEFT OUTER",     [U_JOIN_RIGHT] = "RIGHT OUTER",
        [U_JOIN_FULL] = "FULL OUTER", [U_JOIN_LEFT_SEMI] = "LEFT SEMI", [U_JOIN_LEFT_ANTI] = "LEFT ANTI",
        [U_JOIN_CROSS] = "CROSS"};
    return names[type];
}

/* What a lateral join may be, and of what. */
static void check_lateral(struct parser *p, uint32_t from, const struct u_plan *join, bool can_be_lateral) {
    const struct origin *origin = parser_origin(p, from);
    if (!can_be_lateral) INVALID(p, origin, "INVALID_SQL_SYNTAX.LATERAL_WITHOUT_SUBQUERY_OR_TABLE_VALUED_FUNC");
    if (join->join.using_count) INVALID(p, origin, "UNSUPPORTED_FEATURE.LATERAL_JOIN_USING");
    enum u_join_type type = join->join.type;
    if (type != U_JOIN_INNER && type != U_JOIN_CROSS && type != U_JOIN_LEFT)
        INVALID(p, origin, "INVALID_LATERAL_JOIN_TYPE", "joinType", join_name(type));
}

static bool can_be_lateral(const struct parser *p) {
    return peek(p) == T_LEFT_PAREN || starts_table_function(p);
}

struct u_plan *parse_join(struct parser *p, uint32_t from, struct u_plan *left) {
    struct join_start start = join_start(p);
    uint32_t join_from = p->at;
    p->at += start.tokens;
    bool lateral = accept(p, K_LATERAL), can = can_be_lateral(p);
    struct u_plan *right;
    TRY_NULL(right = parse_relation_primary(p));
    struct u_plan *join = u_plan_new(p->arena, lateral ? U_LATERAL_JOIN : U_JOIN, NULL, 2, 0);
    join->children[0] = left;
    join->children[1] = right;
    join->join.type = start.type;
    join->join.natural = start.natural;
    if (!start.natural && accept(p, K_ON)) {
        TRY_NULL(join->join.condition = parse_expression(p));
    } else if (!start.natural && accept(p, K_USING)) {
        TRY_NULL(parse_identifier_list(p, &join->join.using_count, &join->join.using_columns));
    }
    join->origin = parser_origin(p, join_from);
    if (lateral && start.natural)
        INVALID(p, parser_origin(p, join_from), "INCOMPATIBLE_JOIN_TYPES", "joinType1", "LATERAL", "joinType2",
                "NATURAL");
    if (lateral) check_lateral(p, join_from, join, can);
    if (start.natural && start.type == U_JOIN_CROSS)
        INVALID(p, parser_origin(p, join_from), "INCOMPATIBLE_JOIN_TYPES", "joinType1", "NATURAL", "joinType2",
                "CROSS");
    return join;
}

/* Joins, PIVOT and UNPIVOT behind a relation. */
static struct u_plan *parse_extensions(struct parser *p, uint32_t from, struct u_plan *plan) {
    uint32_t length = 0;
    while (plan) {
        TRY_NULL(parser_chain(p, &length));
        if (starts_join(p)) {
            plan = parse_join(p, from, plan);
            continue;
        }
        uint32_t words = join_start(p).words;
        if (words && !ends_expression(peek_at(p, words)) && !(peek(p) == K_LEFT && words > 1)) {
            p->at += words; /* LEFT t without JOIN */
            return expect(p, K_JOIN), NULL;
        }
        bool pivot = peek(p) == K_PIVOT && peek_at(p, 1) == T_LEFT_PAREN;
        bool unpivot = peek(p) == K_UNPIVOT && !ends_expression(peek_at(p, 1));
        if (!pivot && !unpivot) break;
        if (unpivot) {
            plan = parse_unpivot(p, from, plan);
            continue;
        }
        plan = parse_pivot(p, from, plan);
        if (plan) plan = parse_table_alias(p, from, plan);
    }
    return plan;
}

static struct u_plan *parse_relation(struct parser *p) {
    uint32_t from = p->at;
    struct u_plan *plan;
    accept(p, K_LATERAL);
    TRY_NULL(plan = parse_relation_primary(p));
    return parse_extensions(p, from, plan);
}

/* One relation after a comma: an inner join without condition. */
static struct u_plan *append_relation(struct parser *p, uint32_t from, struct u_plan *left) {
    bool lateral = peek(p) == K_LATERAL && peek_at(p, 1) != K_VIEW;
    uint32_t right_from = p->at;
    if (lateral) next(p);
    bool can = can_be_lateral(p);
    struct u_plan *right;
    TRY_NULL(right = parse_relation_primary(p));
    if (!left && !lateral) return parse_extensions(p, right_from, right);
    if (!left) left = make_plan(p, U_ONE_ROW, from, NULL, NULL);
    struct u_plan *join = u_plan_new(p->arena, lateral ? U_LATERAL_JOIN : U_JOIN, parser_origin(p, from), 2, 0);
    join->children[0] = left;
    join->children[1] = right;
    join->join.type = U_JOIN_INNER;
    if (lateral) check_lateral(p, from - 1, join, can);
    return parse_extensions(p, from, join);
}

struct u_plan *parse_from_clause(struct parser *p) {
    next(p);
    uint32_t from = p->at, length = 0;
    struct u_plan *plan = NULL;
    do {
        TRY_NULL(plan = append_relation(p, from, plan));
        TRY_NULL(parser_chain(p, &length));
    } while (accept(p, T_COMMA));
    bool lateral = peek(p) == K_LATERAL && peek_at(p, 1) == K_VIEW;
    TRY_NULL(plan = parse_lateral_views(p, plan));
    bool pivots = (peek(p) == K_PIVOT && peek_at(p, 1) == T_LEFT_PAREN) ||
                  (peek(p) == K_UNPIVOT && !ends_expression(peek_at(p, 1)));
    if (!pivots || !lateral) return plan;
    bool is_pivot = peek(p) == K_PIVOT;
    TRY_NULL(plan = parse_extensions(p, from, plan));
    INVALID(p, parser_origin(p, from - 1),
            is_pivot ? "NOT_ALLOWED_IN_FROM.LATERAL_WITH_PIVOT" : "NOT_ALLOWED_IN_FROM.LATERAL_WITH_UNPIVOT");
    return plan;
}

/* ---- arguments of table functions ---- */

/* (a, b) or a: what tables are partitioned or ordered by. */
static bool parse_table_keys(struct parser *p, uint32_t argument, bool order, uint32_t *count, struct u_expr ***items) {
    struct expr_list list = {0};
    bool parentheses = peek(p) == T_LEFT_PAREN;
    if (parentheses) next(p);
    TRY(order ? parse_sort_items(p, &list) : parse_expressions(p, &list));
    if (parentheses) TRY(expect(p, T_RIGHT_PAREN));
    if (!parentheses && list.count > 1)
        INVALID(p, parser_origin(p, argument), "_LEGACY_ERROR_TEMP_0064", "msg",
                arena_printf(
                    p->arena,
                    "The table function call includes a table argument with an invalid partitioning/ordering "
                    "specification: the %s clause included multiple expressions without parentheses "
                    "surrounding them; please add parentheses around these expressions and then retry the query again",
                    order ? "ORDER BY" : "PARTITION BY"));
    *count = list.count;
    *items = list.items;
    return true;
}

static bool parse_table_partitioning(struct parser *p, uint32_t from, struct u_expr *e) {
    if (peek(p) == K_WITH && peek_at(p, 1) == K_SINGLE) {
        p->at += 2;
        TRY(expect(p, K_PARTITION));
        e->subquery.single_partition = true;
    } else if (accept2(p, K_PARTITION, K_BY) || accept2(p, K_DISTRIBUTE, K_BY)) {
        TRY(parse_table_keys(p, from, false, &e->subquery.partition_count, &e->subquery.partition));
    } else {
        return true;
    }
    if (accept2(p, K_ORDER, K_BY) || accept2(p, K_SORT, K_BY))
        TRY(parse_table_keys(p, from, true, &e->subquery.order_count, &e->subquery.order));
    return true;
}

/* TABLE t, TABLE(t), TABLE(query), with PARTITION BY ... ORDER BY ... */
bool parse_table_argument(struct parser *p, struct u_expr **argument) {
    *argument = NULL;
    if (peek(p) != K_TABLE || !(is_identifier(p, 1) || peek_at(p, 1) == T_LEFT_PAREN)) return true;
    uint32_t from = p->at;
    next(p);
    bool parentheses = accept(p, T_LEFT_PAREN);
    struct u_plan *plan;
    if (parentheses && (starts_query(p, 0) || peek(p) == T_LEFT_PAREN)) {
        TRY(plan = parse_query(p));
    } else {
        uint32_t name_from = p->at;
        struct u_name name;
        struct u_expr *identifier;
        TRY(parse_reference(p, &name, &identifier));
        plan = make_relation(p, name_from, name, identifier);
        if (!parentheses)
            INVALID(p, parser_origin(p, from),
                    "INVALID_SQL_SYNTAX.INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES", "argumentName",
                    sql_quote_name_always(p->arena, name.parts, name.count));
    }
    if (parentheses) TRY(expect(p, T_RIGHT_PAREN));
    struct u_expr *e = u_expr_new(p->arena, U_TABLE_ARGUMENT, NULL, 0);
    e->subquery.kind = U_SUBQUERY_TABLE;
    e->subquery.plan = plan;
    TRY(parse_table_partitioning(p, from, e));
    e->origin = parser_origin(p, from);
    *argument = e;
    return true;
}
