/* SPDX-License-Identifier: Apache-2.0 */
/* CREATE TABLE: columns with their descriptors, constraints, and the clauses behind them in any order. */
#include <strings.h>

#include "sql/parser.h"

/* ---- constraints ---- */

bool starts_table_constraint(const struct parser *p) {
    switch (peek(p)) {
        case K_CONSTRAINT: return is_identifier(p, 1) && peek_at(p, 2) >= K_ADD;
        case K_CHECK: return peek_at(p, 1) == T_LEFT_PAREN;
        case K_UNIQUE: return peek_at(p, 1) == T_LEFT_PAREN;
        case K_PRIMARY:
        case K_FOREIGN: return peek_at(p, 1) == K_KEY;
        default: return false;
    }
}

static bool parse_characteristics(struct parser *p, uint32_t from, struct u_constraint *c) {
    for (;;) {
        bool enforced = c->enforced || c->not_enforced, rely = c->rely || c->no_rely;
        uint32_t start = p->at;
        if (accept(p, K_ENFORCED))
            c->enforced = true;
        else if (accept2(p, K_NOT, K_ENFORCED))
            c->not_enforced = true;
        else if (accept(p, K_RELY))
            c->rely = true;
        else if (accept(p, K_NORELY))
            c->no_rely = true;
        else
            break;
        bool is_rely = p->tokens[start].kind == K_RELY || p->tokens[start].kind == K_NORELY;
        if (is_rely ? rely : enforced)
            INVALID(p, parser_origin(p, from), "INVALID_CONSTRAINT_CHARACTERISTICS", "characteristics",
                    parser_text(p, start));
    }
    if (c->enforced && c->kind != U_CHECK)
        INVALID(p, parser_origin(p, from), "UNSUPPORTED_CONSTRAINT_CHARACTERISTIC", "characteristic", "ENFORCED",
                "constraintType",
                c->kind == U_UNIQUE        ? "UNIQUE"
                : c->kind == U_PRIMARY_KEY ? "PRIMARY KEY"
                                           : "FOREIGN KEY");
    return true;
}

static bool parse_references(struct parser *p, struct u_constraint *c) {
    TRY(expect(p, K_REFERENCES));
    TRY(parse_name(p, &c->parent));
    return peek(p) != T_LEFT_PAREN || parse_identifier_list(p, &c->parent_count, &c->parent_columns);
}

/* [CONSTRAINT name] CHECK (...) | UNIQUE | PRIMARY KEY | FOREIGN KEY; of a column without the column's name. */
bool parse_constraint(struct parser *p, struct u_constraint *c, bool of_column) {
    uint32_t from = p->at;
    *c = (struct u_constraint){0};
    if (accept(p, K_CONSTRAINT)) TRY(c->name = parse_identifier(p));
    if (accept(p, K_CHECK)) {
        c->kind = U_CHECK;
        TRY(expect(p, T_LEFT_PAREN));
        uint32_t check_from = p->at;
        TRY(c->check = parse_expression(p));
        c->check_text = parser_text(p, check_from);
        TRY(expect(p, T_RIGHT_PAREN));
    } else if (peek(p) == K_UNIQUE || peek(p) == K_PRIMARY) {
        c->kind = peek(p) == K_UNIQUE ? U_UNIQUE : U_PRIMARY_KEY;
        next(p);
        if (c->kind == U_PRIMARY_KEY) TRY(expect(p, K_KEY));
        if (!of_column) TRY(parse_identifier_list(p, &c->column_count, &c->columns));
    } else {
        c->kind = U_FOREIGN_KEY;
        if (!of_column) {
            TRY(expect2(p, K_FOREIGN, K_KEY));
            TRY(parse_identifier_list(p, &c->column_count, &c->columns));
        }
        TRY(parse_references(p, c));
    }
    return parse_characteristics(p, from, c);
}

/* ---- columns ---- */

static bool parse_identity_option(struct parser *p, const char **name, int64_t *value) {
    *name = NULL;
    if (accept2(p, K_START, K_WITH))
        *name = "START";
    else if (accept2(p, K_INCREMENT, K_BY))
        *name = "STEP";
    if (!*name) return true;
    if (!is_number(p, 0) && !(peek(p) == T_MINUS && is_number(p, 1))) return parser_syntax_error(p);
    struct u_expr *number;
    TRY(number = parse_number(p));
    enum type_kind kind = number->literal.value->type->kind;
    *value = kind == TYPE_INT    ? *VECTOR_DATA(number->literal.value, int32_t)
             : kind == TYPE_LONG ? *VECTOR_DATA(number->literal.value, int64_t)
                                 : 0;
    return true;
}

/* AS IDENTITY [(START WITH n INCREMENT BY m)] */
static bool parse_identity(struct parser *p, uint32_t from, struct u_column *column) {
    column->identity = true;
    column->identity_start = column->identity_step = 1;
    if (!accept(p, T_LEFT_PAREN)) return true;
    bool start = false, step = false;
    for (;;) {
        const char *name;
        int64_t value = 0;
        TRY(parse_identity_option(p, &name, &value));
        if (!name) break;
        bool is_start = *name == 'S' && name[2] == 'A';
        if (is_start ? start : step)
            INVALID(p, parser_origin(p, from), "IDENTITY_COLUMNS_DUPLICATED_SEQUENCE_GENERATOR_OPTION",
                    "sequenceGeneratorOption", name);
        if (is_start) {
            start = true;
            column->identity_start = value;
        } else {
            step = true;
            column->identity_step = value;
            if (!value) INVALID(p, parser_origin(p, from), "IDENTITY_COLUMNS_ILLEGAL_STEP");
        }
    }
    return expect(p, T_RIGHT_PAREN);
}

/* GENERATED ALWAYS AS (expression) | GENERATED ALWAYS | BY DEFAULT AS IDENTITY */
static bool parse_generated(struct parser *p, struct u_column *column) {
    uint32_t from = p->at;
    next(p);
    if (accept2(p, K_BY, K_DEFAULT))
        column->identity_by_default = true;
    else
        TRY(expect(p, K_ALWAYS));
    TRY(expect(p, K_AS));
    if (accept(p, K_IDENTITY)) {
        TRY(parse_identity(p, from, column));
        if (column->type->kind != TYPE_LONG && column->type->kind != TYPE_INT)
            INVALID(p, parser_origin(p, from), "IDENTITY_COLUMNS_UNSUPPORTED_DATA_TYPE", "dataType",
                    type_catalog_string(p->arena, column->type));
        return true;
    }
    if (column->identity_by_default) return parser_syntax_error(p);
    TRY(expect(p, T_LEFT_PAREN));
    uint32_t text_from = p->at;
    TRY(column->generated = parse_expression(p));
    column->generated_text = parser_text(p, text_from);
    return expect(p, T_RIGHT_PAREN);
}

static void once(bool *seen, const char *name, const char **twice) {
    if (*seen && !*twice) *twice = name;
    *seen = true;
}

/* NOT NULL, DEFAULT x, COMMENT 'x', GENERATED ..., constraints, FIRST, AFTER c: each once. */
bool parse_descriptors(struct parser *p, struct u_column *column, bool position, const char **twice) {
    bool seen[5] = {false};
    *twice = NULL;
    for (;;) {
        if (peek(p) == K_NOT || (peek(p) == T_BANG && peek_at(p, 1) == K_NULL)) {
            if (!position && peek_at(p, 1) == K_ENFORCED) return true;
            TRY(parse_not(p) && expect(p, K_NULL));
            column->not_null = true;
            once(&seen[0], "NOT NULL", twice);
        } else if (accept(p, K_DEFAULT)) {
            uint32_t from = p->at;
            TRY(column->default_value = parse_expression(p));
            column->default_text = parser_text(p, from);
            once(&seen[1], "DEFAULT", twice);
        } else if (accept(p, K_COMMENT)) {
            TRY(column->comment = parse_string(p));
            once(&seen[2], "COMMENT", twice);
        } else if (peek(p) == K_GENERATED && !position) {
            TRY(parse_generated(p, column));
            once(&seen[3], "GENERATED ALWAYS AS", twice);
        } else if (position && accept(p, K_FIRST)) {
            column->position = U_POSITION_FIRST;
            once(&seen[4], "FIRST|AFTER", twice);
        } else if (position && accept(p, K_AFTER)) {
            column->position = U_POSITION_AFTER;
            TRY(column->after = parse_identifier(p));
            once(&seen[4], "FIRST|AFTER", twice);
        } else if (!position && (peek(p) == K_CONSTRAINT || peek(p) == K_CHECK || peek(p) == K_UNIQUE ||
                                 peek(p) == K_PRIMARY || peek(p) == K_REFERENCES)) {
            struct u_constraint constraint;
            TRY(parse_constraint(p, &constraint, true));
            column->has_constraint = true;
        } else {
            return true;
        }
    }
}

static bool parse_column_definition(struct parser *p, struct u_column *column) {
    uint32_t from = p->at;
    const char *twice;
    *column = (struct u_column){.name = {1, ARENA_NEW(p->arena, const char *)}};
    TRY(column->name.parts[0] = parse_identifier(p));
    TRY(column->type = parse_type(p));
    TRY(parse_descriptors(p, column, false, &twice));
    column->origin = parser_origin(p, from);
    if (twice)
        INVALID(p, column->origin, "CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE", "columnName", column->name.parts[0],
                "optionName", twice);
    return true;
}

bool parse_column_definitions(struct parser *p, uint32_t *count, struct u_column **columns) {
    LIST(struct u_column) list = {0};
    do {
        struct u_column column;
        TRY(parse_column_definition(p, &column));
        LIST_PUSH(p->arena, &list, column);
    } while (accept(p, T_COMMA));
    *count = list.count;
    *columns = list.items;
    return true;
}

/* (columns and constraints) */
static bool parse_elements(struct parser *p, struct u_table *table) {
    LIST(struct u_column) columns = {0};
    LIST(struct u_constraint) constraints = {0};
    next(p);
    if (table->pipeline && accept(p, T_RIGHT_PAREN)) return true;
    do {
        if (starts_table_constraint(p)) {
            struct u_constraint constraint;
            TRY(parse_constraint(p, &constraint, false));
            LIST_PUSH(p->arena, &constraints, constraint);
        } else {
            struct u_column column;
            TRY(parse_column_definition(p, &column));
            LIST_PUSH(p->arena, &columns, column);
        }
    } while (accept(p, T_COMMA));
    table->column_count = columns.count;
    table->columns = columns.items;
    table->constraint_count = constraints.count;
    table->constraints = constraints.items;
    return expect(p, T_RIGHT_PAREN);
}

/* ---- partitions ---- */

/* f(argument, ...) */
static bool parse_transform_arguments(struct parser *p, struct u_transform *t) {
    struct expr_list list = {0};
    next(p);
    do {
        struct u_expr *e;
        uint32_t from = p->at;
        if (is_identifier(p, 0) && peek_at(p, 1) != T_STRING && peek(p) != K_NULL && peek(p) != K_TRUE &&
            peek(p) != K_FALSE) {
            struct u_name name;
            TRY(parse_qualified_name(p, &name));
            e = u_expr_new(p->arena, U_ATTRIBUTE, parser_origin(p, from), 0);
            e->attribute.name = name;
        } else {
            TRY(e = parse_primary(p));
        }
        LIST_PUSH(p->arena, &list, e);
    } while (accept(p, T_COMMA));
    t->argument_count = list.count;
    t->arguments = list.items;
    return expect(p, T_RIGHT_PAREN);
}

static bool parse_partition_field(struct parser *p, struct u_transform *t) {
    *t = (struct u_transform){0};
    TRY(parse_name(p, &t->column));
    if (peek(p) == T_LEFT_PAREN) {
        t->name = t->column.parts[t->column.count - 1];
        return parse_transform_arguments(p, t);
    }
    if (peek(p) == T_COMMA || peek(p) == T_RIGHT_PAREN) return true;
    TRY(t->type = parse_type(p));
    if (accept2(p, K_NOT, K_NULL)) return true;
    if (accept(p, K_COMMENT)) TRY(t->comment = parse_string(p));
    return true;
}

/* Columns with types and expressions do not go together. */
static void check_partitions(struct parser *p, uint32_t from, const struct u_table *table, const char *const *texts) {
    const char *expressions = NULL, *columns = NULL;
    for (uint32_t i = 0; i < table->partition_count; i++) {
        const char **list = table->partitions[i].type ? &columns : &expressions;
        *list = *list ? arena_printf(p->arena, "%s, %s", *list, texts[i]) : texts[i];
    }
    if (!expressions || !columns) return;
    command_refuse(p, from,
                   arena_printf(p->arena,
                                "PARTITION BY: Cannot mix partition expressions and partition columns:\n"
                                "Expressions: %s\nColumns: %s",
                                expressions, columns));
}

static bool parse_partitions(struct parser *p, struct u_table *table, const char ***texts) {
    LIST(struct u_transform) list = {0};
    LIST(const char *) words = {0};
    TRY(expect(p, T_LEFT_PAREN));
    do {
        struct u_transform t;
        uint32_t from = p->at;
        TRY(parse_partition_field(p, &t));
        LIST_PUSH(p->arena, &list, t);
        const char *text = parser_text(p, from);
        LIST_PUSH(p->arena, &words, text);
    } while (accept(p, T_COMMA));
    table->partition_count = list.count;
    table->partitions = list.items;
    *texts = words.items;
    return expect(p, T_RIGHT_PAREN);
}

/* (a, b.c) */
bool parse_name_list(struct parser *p, uint32_t *count, struct u_name **names) {
    LIST(struct u_name) list = {0};
    do {
        struct u_name name;
        TRY(parse_name(p, &name));
        LIST_PUSH(p->arena, &list, name);
    } while (accept(p, T_COMMA));
    *count = list.count;
    *names = list.items;
    return true;
}

/* CLUSTERED BY (a) [SORTED BY (b DESC)] INTO n BUCKETS */
static bool parse_buckets(struct parser *p, struct u_table *table) {
    TRY(parse_identifier_list(p, &table->bucket_column_count, &table->bucket_columns));
    if (accept2(p, K_SORTED, K_BY)) {
        struct expr_list sort = {0};
        TRY(expect(p, T_LEFT_PAREN));
        do {
            uint32_t from = p->at;
            const char *name;
            TRY(name = parse_identifier(p));
            struct u_expr *order = u_expr_new(p->arena, U_SORT_ORDER, parser_origin(p, from), 1);
            order->children[0] = u_attribute(p->arena, order->origin, name);
            order->sort.descending = accept(p, K_DESC);
            if (!order->sort.descending) accept(p, K_ASC);
            LIST_PUSH(p->arena, &sort, order);
        } while (accept(p, T_COMMA));
        TRY(expect(p, T_RIGHT_PAREN));
        table->sort_count = sort.count;
        table->sort = sort.items;
    }
    TRY(expect(p, K_INTO));
    TRY(parse_integer(p, &table->buckets));
    if (table->buckets <= 0 || table->buckets > 100000)
        INVALID(p, NULL, "INVALID_BUCKET_COUNT", "bucketingMaxBuckets", "100000", "numBuckets",
                arena_printf(p->arena, "%d", table->buckets));
    return expect(p, K_BUCKETS);
}

/* ---- Hive's clauses ---- */

static bool parse_stored(struct parser *p, struct u_table *table) {
    next(p);
    if (accept(p, K_BY)) {
        uint32_t count;
        struct u_option *properties;
        TRY(parse_string(p));
        table->stored_as = "";
        return !accept2(p, K_WITH, K_SERDEPROPERTIES) || parse_options(p, &count, &properties);
    }
    TRY(expect(p, K_AS));
    if (accept(p, K_INPUTFORMAT)) {
        table->stored_as = "";
        return parse_string(p) && expect(p, K_OUTPUTFORMAT) && parse_string(p);
    }
    TRY(table->stored_as = parse_plain_identifier(p));
    return true;
}

/* SKEWED BY (a) ON (1, 2) [STORED AS DIRECTORIES] */
static bool parse_skew(struct parser *p) {
    uint32_t count, depth = 0;
    const char **columns;
    next(p);
    TRY(expect(p, K_BY));
    TRY(parse_identifier_list(p, &count, &columns));
    TRY(expect(p, K_ON));
    if (peek(p) != T_LEFT_PAREN) return parser_syntax_error(p);
    do {
        depth += peek(p) == T_LEFT_PAREN;
        depth -= peek(p) == T_RIGHT_PAREN;
        if (peek(p) == T_END) return parser_syntax_error(p);
        next(p);
    } while (depth);
    if (peek(p) == K_STORED && peek_at(p, 1) == K_AS && peek_at(p, 2) == K_DIRECTORIES) p->at += 3;
    return true;
}

static bool is_format(const char *name, const char *const *names) {
    for (; *names; names++)
        if (strcasecmp(name, *names) == 0) return true;
    return false;
}

/* Which row formats go with which file formats. */
static void check_serde(struct parser *p, uint32_t from, const struct u_command *c, struct row_format row,
                        bool row_found) {
    static const char *const serde[] = {"sequencefile", "textfile", "rcfile", NULL}, *const text[] = {"textfile", NULL};
    const struct u_table *table = c->table;
    if (!row_found) return;
    const char *form = row.serde ? "SERDE" : "DELIMITED";
    if (table->provider.count) {
        const char *operation = arena_printf(p->arena, "%s TABLE ... USING ... ROW FORMAT %s",
                                             table->replace && !table->or_create ? "REPLACE" : "CREATE", form);
        INVALID(p, parser_origin(p, from), "INVALID_STATEMENT_OR_CLAUSE", "operation", operation);
        return;
    }
    if (!table->stored_as || !*table->stored_as) return;
    char *format = arena_strdup(p->arena, table->stored_as);
    for (char *s = format; *s; s++)
        if (*s >= 'A' && *s <= 'Z') *s |= 32;
    if (row.serde && !is_format(format, serde))
        command_refuse(
            p, from,
            arena_printf(p->arena, "ROW FORMAT SERDE is incompatible with format '%s', which also specifies a serde",
                         format));
    if (!row.serde && !is_format(format, text))
        command_refuse(
            p, from,
            arena_printf(p->arena, "ROW FORMAT DELIMITED is only compatible with 'textfile', not '%s'", format));
}

/* ---- the clauses ---- */

struct table_clauses {
    bool options, partitions, skew, cluster, buckets, row, stored, location, comment, collation, properties;
    struct row_format format;
    const char **partition_texts;
    const char *twice;
};

/* (k = expression, ...): what OPTIONS of a table may hold; constants are kept as text. */
static bool parse_expression_options(struct parser *p, struct u_command *c) {
    uint32_t from = p->at;
    LIST(struct u_option) list = {0};
    TRY(expect(p, T_LEFT_PAREN));
    do {
        struct u_option option;
        TRY(parse_property_key(p, &option.key));
        accept(p, T_EQ);
        TRY(parse_property_value(p, &option.value));
        if (peek(p) != T_COMMA && peek(p) != T_RIGHT_PAREN) {
            uint32_t value_from = p->at;
            struct u_expr *e;
            TRY(e = parse_expression(p));
            option.value = parser_text(p, value_from);
        }
        if (!option.value)
            command_refuse(p, from, arena_printf(p->arena, "A value must be specified for the key: %s", option.key));
        LIST_PUSH(p->arena, &list, option);
    } while (accept(p, T_COMMA));
    c->options = list.items;
    c->option_count = list.count;
    return expect(p, T_RIGHT_PAREN);
}

/* One clause; *found is false where none begins. */
static bool parse_table_clause(struct parser *p, struct u_command *c, struct table_clauses *s, bool *found) {
    struct u_table *table = c->table;
    enum token_kind after = peek_at(p, 1);
    *found = true;
    switch (peek(p)) {
        case K_OPTIONS:
            next(p);
            once(&s->options, "OPTIONS", &s->twice);
            return parse_expression_options(p, c);
        case K_PARTITIONED:
            next(p);
            once(&s->partitions, "PARTITIONED BY", &s->twice);
            return expect(p, K_BY) && parse_partitions(p, table, &s->partition_texts);
        case K_SKEWED: once(&s->skew, "SKEWED BY", &s->twice); return parse_skew(p);
        case K_CLUSTER:
            next(p);
            once(&s->cluster, "CLUSTER BY", &s->twice);
            return expect(p, K_BY) && expect(p, T_LEFT_PAREN) &&
                   parse_name_list(p, &table->cluster_count, &table->cluster) && expect(p, T_RIGHT_PAREN);
        case K_CLUSTERED:
            next(p);
            once(&s->buckets, "CLUSTERED BY", &s->twice);
            return expect(p, K_BY) && parse_buckets(p, table);
        case K_ROW:
            if (after != K_FORMAT) break;
            once(&s->row, "ROW FORMAT", &s->twice);
            if (!table->stored_as) table->stored_as = "";
            return parse_row_format(p, &s->format);
        case K_STORED: once(&s->stored, "STORED AS/BY", &s->twice); return parse_stored(p, table);
        case K_LOCATION:
            next(p);
            once(&s->location, "LOCATION", &s->twice);
            return (c->location = parse_string(p)) != NULL;
        case K_COMMENT:
            next(p);
            once(&s->comment, "COMMENT", &s->twice);
            return (c->comment = parse_string(p)) != NULL;
        case K_DEFAULT:
            if (after != K_COLLATION) break;
            once(&s->collation, "DEFAULT COLLATION", &s->twice);
            return parse_default_collation(p, &c->collation);
        case K_TBLPROPERTIES:
            next(p);
            once(&s->properties, "TBLPROPERTIES", &s->twice);
            return parse_options(p, &table->property_count, &table->properties);
        default: break;
    }
    *found = false;
    return true;
}

static void check_table(struct parser *p, uint32_t from, const struct u_command *c, const struct table_clauses *s) {
    const struct u_table *table = c->table;
    const char *statement = table->replace ? "Replace Table As Select (RTAS)" : "Create Table As Select (CTAS)";
    command_duplicate(p, from, s->twice);
    check_properties(p, from, OF_TABLE, true, c->table->properties, &c->table->property_count);
    if (s->skew) command_refuse(p, from, table->replace ? "REPLACE TABLE ... SKEWED BY" : "CREATE TABLE ... SKEWED BY");
    if (s->cluster && s->buckets)
        INVALID(p, parser_origin(p, from), "SPECIFY_CLUSTER_BY_WITH_BUCKETING_IS_NOT_ALLOWED");
    if (s->cluster && s->partitions)
        INVALID(p, parser_origin(p, from), "SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED");
    if (table->temporary && !table->provider.count) INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0046");
    if (table->temporary && table->provider.count && c->query)
        command_refuse(p, from, "CREATE TEMPORARY TABLE ... AS ..., use CREATE TEMPORARY VIEW instead");
    if (table->external && table->replace)
        command_refuse(p, from,
                       table->or_create ? "CREATE EXTERNAL TABLE ... IF NOT EXISTS" : "REPLACE EXTERNAL TABLE ...");
    check_serde(p, from, c, s->format, s->row);
    check_partitions(p, from, table, s->partition_texts);
    bool typed = false;
    for (uint32_t i = 0; i < table->partition_count; i++) typed |= table->partitions[i].type != NULL;
    if (c->query && table->column_count)
        command_refuse(p, from, arena_printf(p->arena, "Schema may not be specified in a %s statement", statement));
    if (c->query && typed)
        command_refuse(p, from, arena_printf(p->arena, "Partition column types may not be specified in %s", statement));
}

/* CREATE TABLE t LIKE s */
static struct u_plan *parse_table_like(struct parser *p, uint32_t from, struct u_command *c) {
    struct table_clauses seen = {0};
    bool provider = false;
    c->kind = C_CREATE_TABLE_LIKE;
    next(p);
    TRY_NULL(parse_target(p, &c->source));
    for (bool found = true; found;) {
        if (accept(p, K_USING)) {
            TRY_NULL(parse_name(p, &c->table->provider));
            once(&provider, "PROVIDER", &seen.twice);
            continue;
        }
        TRY_NULL(parse_table_clause(p, c, &seen, &found));
    }
    command_duplicate(p, from, seen.twice);
    check_properties(p, from, OF_TABLE, true, c->table->properties, &c->table->property_count);
    check_serde(p, from, c, seen.format, seen.row);
    return u_command_plan(p, from, c);
}

struct u_plan *parse_create_table(struct parser *p, uint32_t from, struct u_command *c) {
    struct table_clauses seen = {0};
    struct u_table *table = c->table;
    table->buckets = -1;
    if (!table->replace || table->pipeline) TRY_NULL(parse_if_not_exists(p, &c->if_not_exists));
    TRY_NULL(parse_target(p, &c->target));
    if (peek(p) == K_LIKE && !table->replace) return parse_table_like(p, from, c);
    if (peek(p) == T_LEFT_PAREN && !starts_query(p, 1)) TRY_NULL(parse_elements(p, table));
    if (accept(p, K_USING)) TRY_NULL(parse_name(p, &table->provider));
    for (bool found = true; found;) TRY_NULL(parse_table_clause(p, c, &seen, &found));
    bool as = accept(p, K_AS);
    if (as || starts_query(p, 0) || peek(p) == T_LEFT_PAREN) TRY_NULL(c->query = parse_query(p));
    check_table(p, from, c, &seen);
    return u_command_plan(p, from, c);
}
