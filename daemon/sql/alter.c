/* SPDX-License-Identifier: Apache-2.0 */
/* ALTER TABLE, ALTER VIEW, ALTER DATABASE. */
#include <strings.h>

#include "sql/parser.h"

/* PARTITION (a = 1, b) */
bool parse_partition_spec(struct parser *p, struct u_partition_spec *spec) {
    LIST(struct u_partition_value) values = {0};
    LIST(const char *) names = {0};
    uint32_t from = p->at;
    next(p);
    TRY(expect(p, T_LEFT_PAREN));
    do {
        struct u_partition_value value = {0};
        TRY(value.name = parse_plain_identifier(p));
        if (accept(p, T_EQ)) {
            uint32_t value_from = p->at;
            if (accept(p, K_DEFAULT))
                value.value = u_expr_new(p->arena, U_DEFAULT, parser_origin(p, value_from), 0);
            else
                TRY(value.value = parse_primary(p));
        }
        LIST_PUSH(p->arena, &values, value);
        LIST_PUSH(p->arena, &names, value.name);
    } while (accept(p, T_COMMA));
    TRY(expect(p, T_RIGHT_PAREN));
    spec->count = values.count;
    spec->values = values.items;
    spec->origin = parser_origin(p, from);
    const char *twice = find_duplicate(p, names.items, names.count);
    if (twice) INVALID(p, spec->origin, "DUPLICATE_KEY", "keyColumn", sql_quote_name_always(p->arena, &twice, 1));
    return true;
}

static struct u_change *change(struct u_command *c, enum u_change_kind kind) {
    c->change->kind = kind;
    return c->change;
}

/* ---- columns ---- */

static bool parse_positioned_column(struct parser *p, struct u_column *column, const char *statement) {
    uint32_t from = p->at;
    const char *twice;
    *column = (struct u_column){0};
    TRY(parse_name(p, &column->name));
    TRY(column->type = parse_type(p));
    TRY(parse_descriptors(p, column, true, &twice));
    column->origin = parser_origin(p, from);
    if (twice) {
        const char *name = column->name.parts[column->name.count - 1];
        INVALID(p, column->origin, "ALTER_TABLE_COLUMN_DESCRIPTOR_DUPLICATE", "type", statement, "columnName", name,
                "optionName", twice);
    }
    return true;
}

static bool parse_positioned_columns(struct parser *p, struct u_change *ch, const char *statement) {
    LIST(struct u_column) list = {0};
    bool parentheses = accept(p, T_LEFT_PAREN);
    do {
        struct u_column column;
        TRY(parse_positioned_column(p, &column, statement));
        LIST_PUSH(p->arena, &list, column);
    } while (accept(p, T_COMMA));
    ch->column_count = list.count;
    ch->columns = list.items;
    return !parentheses || expect(p, T_RIGHT_PAREN);
}

static bool parse_position(struct parser *p, enum u_position *position, const char **after) {
    if (accept(p, K_FIRST)) {
        *position = U_POSITION_FIRST;
    } else if (accept(p, K_AFTER)) {
        *position = U_POSITION_AFTER;
        TRY(*after = parse_identifier(p));
    }
    return true;
}

/* What is changed of one column; *found is false where nothing is said. */
static bool parse_alteration_action(struct parser *p, struct u_alteration *a, bool *found) {
    *found = true;
    if (accept(p, K_TYPE)) {
        TRY(a->type = parse_type(p));
    } else if (accept(p, K_COMMENT)) {
        TRY(a->comment = parse_string(p));
    } else if (peek(p) == K_FIRST || peek(p) == K_AFTER) {
        TRY(parse_position(p, &a->position, &a->after));
    } else if (accept2(p, K_SET, K_DEFAULT)) {
        uint32_t from = p->at;
        TRY(a->default_value = parse_expression(p));
        a->default_text = parser_text(p, from);
    } else if (accept2(p, K_DROP, K_DEFAULT)) {
        a->drop_default = true;
    } else if (peek(p) == K_SET || peek(p) == K_DROP) {
        bool set = peek(p) == K_SET;
        next(p);
        TRY(parse_not(p) && expect(p, K_NULL));
        a->set_not_null = set;
        a->drop_not_null = !set;
    } else {
        *found = false;
    }
    return true;
}

static struct u_plan *parse_alter_columns(struct parser *p, uint32_t from, struct u_command *c, bool is_change) {
    struct u_change *ch = change(c, U_ALTER_COLUMNS);
    LIST(struct u_alteration) list = {0};
    bool empty = false;
    do {
        struct u_alteration a = {0};
        uint32_t one_from = p->at;
        bool found;
        TRY_NULL(parse_name(p, &a.column));
        TRY_NULL(parse_alteration_action(p, &a, &found));
        a.origin = parser_origin(p, one_from);
        empty |= !found;
        LIST_PUSH(p->arena, &list, a);
    } while (accept(p, T_COMMA));
    ch->alteration_count = list.count;
    ch->alterations = list.items;
    if (empty && is_change)
        command_refuse(p, from,
                       "ALTER TABLE table CHANGE COLUMN requires a TYPE, a SET/DROP, a COMMENT, or a FIRST/AFTER");
    if (empty)
        command_refuse(p, from,
                       "ALTER TABLE table ALTER COLUMN requires a TYPE, a SET/DROP, a COMMENT, or a FIRST/AFTER");
    return u_command_plan(p, from, c);
}

static bool same_name(const struct u_name *a, const char *b) {
    return strcasecmp(a->parts[a->count - 1], b) == 0;
}

/* Hive's CHANGE COLUMN a b INT COMMENT 'x' AFTER c. */
static struct u_plan *parse_hive_change(struct parser *p, uint32_t from, struct u_command *c) {
    struct u_change *ch = change(c, U_CHANGE_COLUMN);
    ch->names = ARENA_NEW(p->arena, struct u_name);
    ch->name_count = 1;
    ch->columns = ARENA_NEW(p->arena, struct u_column);
    ch->column_count = 1;
    struct u_column *column = ch->columns;
    TRY_NULL(parse_name(p, ch->names));
    column->name = (struct u_name){1, ARENA_NEW(p->arena, const char *)};
    TRY_NULL(column->name.parts[0] = parse_identifier(p));
    TRY_NULL(column->type = parse_type(p));
    if (accept2(p, K_NOT, K_NULL)) column->not_null = true;
    if (accept(p, K_COMMENT)) TRY_NULL(column->comment = parse_string(p));
    TRY_NULL(parse_position(p, &column->position, &column->after));
    const struct origin *origin = parser_origin(p, from);
    if (c->partition.count)
        INVALID(p, origin, "INVALID_STATEMENT_OR_CLAUSE", "operation", "ALTER TABLE ... PARTITION ... CHANGE COLUMN");
    if (!same_name(ch->names, column->name.parts[0]))
        INVALID(p, origin, "_LEGACY_ERROR_TEMP_0034", "operation", "Renaming column", "command", "ALTER COLUMN", "msg",
                ", please run RENAME COLUMN instead");
    return u_command_plan(p, from, c);
}

/* Whether CHANGE [COLUMN] is followed by Hive's form: two names. */
static bool is_hive_change(const struct parser *p) {
    uint32_t ahead = 0;
    while (is_identifier(p, ahead) && peek_at(p, ahead + 1) == T_DOT) ahead += 2;
    switch (peek_at(p, ahead + 1)) {
        case K_TYPE:
        case K_COMMENT:
        case K_FIRST:
        case K_AFTER:
        case K_SET:
        case K_DROP:
            return is_identifier(p, ahead + 2) && peek_at(p, ahead + 1) != K_AFTER && peek_at(p, ahead + 2) != K_NOT &&
                   peek_at(p, ahead + 2) != K_DEFAULT && peek_at(p, ahead + 1) != K_TYPE;
        default: return is_identifier(p, ahead + 1);
    }
}

static struct u_plan *parse_change_column(struct parser *p, uint32_t from, struct u_command *c) {
    bool is_change = peek(p) == K_CHANGE;
    if (is_change) c->scope = "CHANGE";
    next(p);
    if (peek(p) == K_COLUMN && is_identifier(p, 1)) next(p);
    if (is_change && is_hive_change(p)) return parse_hive_change(p, from, c);
    if (c->partition.count) return parser_syntax_error(p), NULL;
    return parse_alter_columns(p, from, c, is_change);
}

/* ---- ADD, DROP, RENAME, SET ---- */

static struct u_plan *parse_add_partitions(struct parser *p, uint32_t from, struct u_command *c) {
    struct u_change *ch = change(c, U_ADD_PARTITIONS);
    LIST(struct u_partition_spec) specs = {0};
    LIST(const char *) locations = {0};
    TRY_NULL(parse_if_not_exists(p, &c->if_not_exists));
    do {
        struct u_partition_spec spec;
        const char *location = NULL;
        if (peek(p) != K_PARTITION) return parser_syntax_error(p), NULL;
        TRY_NULL(parse_partition_spec(p, &spec));
        if (accept(p, K_LOCATION)) TRY_NULL(location = parse_string(p));
        LIST_PUSH(p->arena, &specs, spec);
        LIST_PUSH(p->arena, &locations, location);
    } while (peek(p) == K_PARTITION);
    ch->partition_count = specs.count;
    ch->partitions = specs.items;
    ch->locations = locations.items;
    if (c->is_view)
        INVALID(p, parser_origin(p, from), "INVALID_STATEMENT_OR_CLAUSE", "operation", "ALTER VIEW ... ADD PARTITION");
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_alter_add(struct parser *p, uint32_t from, struct u_command *c) {
    next(p);
    if (peek(p) == K_PARTITION || peek(p) == K_IF) return parse_add_partitions(p, from, c);
    if (c->is_view) return parser_syntax_error(p), NULL;
    if (starts_table_constraint(p)) {
        struct u_change *ch = change(c, U_ADD_CONSTRAINT);
        TRY_NULL(parse_constraint(p, &ch->constraint, false));
        return u_command_plan(p, from, c);
    }
    struct u_change *ch = change(c, U_ADD_COLUMNS);
    if (!accept(p, K_COLUMNS)) TRY_NULL(expect(p, K_COLUMN));
    TRY_NULL(parse_positioned_columns(p, ch, "ADD"));
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_drop_partitions(struct parser *p, uint32_t from, struct u_command *c) {
    struct u_change *ch = change(c, U_DROP_PARTITIONS);
    LIST(struct u_partition_spec) specs = {0};
    do {
        struct u_partition_spec spec;
        if (peek(p) != K_PARTITION) return parser_syntax_error(p), NULL;
        TRY_NULL(parse_partition_spec(p, &spec));
        LIST_PUSH(p->arena, &specs, spec);
    } while (accept(p, T_COMMA));
    c->purge = accept(p, K_PURGE);
    ch->partition_count = specs.count;
    ch->partitions = specs.items;
    if (c->is_view)
        INVALID(p, parser_origin(p, from), "INVALID_STATEMENT_OR_CLAUSE", "operation", "ALTER VIEW ... DROP PARTITION");
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_alter_drop(struct parser *p, uint32_t from, struct u_command *c) {
    next(p);
    if (accept(p, K_CONSTRAINT)) {
        struct u_change *ch = change(c, U_DROP_CONSTRAINT);
        c->if_exists = accept_if_exists(p);
        TRY_NULL(ch->to = parse_plain_identifier(p));
        c->cascade = accept(p, K_CASCADE);
        if (!c->cascade) accept(p, K_RESTRICT);
        return u_command_plan(p, from, c);
    }
    if (peek(p) == K_PARTITION || peek(p) == K_IF) {
        c->if_exists = accept_if_exists(p);
        return parse_drop_partitions(p, from, c);
    }
    struct u_change *ch = change(c, U_DROP_COLUMNS);
    if (!accept(p, K_COLUMNS)) TRY_NULL(expect(p, K_COLUMN));
    c->if_exists = accept_if_exists(p);
    bool parentheses = accept(p, T_LEFT_PAREN);
    TRY_NULL(parse_name_list(p, &ch->name_count, &ch->names));
    if (parentheses) TRY_NULL(expect(p, T_RIGHT_PAREN));
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_alter_rename(struct parser *p, uint32_t from, struct u_command *c) {
    next(p);
    if (accept(p, K_COLUMN)) {
        struct u_change *ch = change(c, U_RENAME_COLUMN);
        ch->names = ARENA_NEW(p->arena, struct u_name);
        ch->name_count = 1;
        TRY_NULL(parse_name(p, ch->names));
        TRY_NULL(expect(p, K_TO));
        TRY_NULL(ch->to = parse_identifier(p));
        return u_command_plan(p, from, c);
    }
    TRY_NULL(expect(p, K_TO));
    if (c->partition.count) {
        struct u_change *ch = change(c, U_RENAME_PARTITION);
        if (peek(p) != K_PARTITION) return parser_syntax_error(p), NULL;
        ch->partitions = ARENA_NEW(p->arena, struct u_partition_spec);
        ch->partition_count = 1;
        TRY_NULL(parse_partition_spec(p, ch->partitions));
        return u_command_plan(p, from, c);
    }
    c->kind = C_RENAME_TABLE;
    TRY_NULL(parse_name(p, &c->new_name));
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_alter_set(struct parser *p, uint32_t from, struct u_command *c) {
    next(p);
    if (accept(p, K_TBLPROPERTIES)) {
        change(c, U_SET_PROPERTIES);
        TRY_NULL(parse_options(p, &c->option_count, &c->options));
        check_properties(p, from, OF_TABLE, true, c->options, &c->option_count);
        return u_command_plan(p, from, c);
    }
    if (accept(p, K_LOCATION)) {
        change(c, U_SET_LOCATION);
        TRY_NULL(c->location = parse_string(p));
        return u_command_plan(p, from, c);
    }
    if (peek(p) == K_SKEWED) return parse_native(p, from, "ALTER TABLE SET SKEWED LOCATION");
    if (peek(p) == K_FILEFORMAT) return parse_native(p, from, "ALTER TABLE SET FILEFORMAT");
    change(c, U_SET_SERDE);
    if (accept(p, K_SERDE)) {
        TRY_NULL(c->value = parse_string(p));
        if (!accept2(p, K_WITH, K_SERDEPROPERTIES)) return u_command_plan(p, from, c);
    } else {
        TRY_NULL(expect(p, K_SERDEPROPERTIES));
    }
    TRY_NULL(parse_options(p, &c->option_count, &c->options));
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_alter_unset(struct parser *p, uint32_t from, struct u_command *c) {
    next(p);
    TRY_NULL(expect(p, K_TBLPROPERTIES));
    change(c, U_UNSET_PROPERTIES);
    c->if_exists = accept_if_exists(p);
    TRY_NULL(parse_options(p, &c->option_count, &c->options));
    check_properties(p, from, OF_TABLE, false, c->options, &c->option_count);
    return u_command_plan(p, from, c);
}

/* CLUSTER BY (a, b) | CLUSTER BY NONE */
static struct u_plan *parse_alter_cluster(struct parser *p, uint32_t from, struct u_command *c) {
    struct u_change *ch = change(c, U_CLUSTER_BY);
    p->at += 2;
    if (accept(p, K_NONE)) return u_command_plan(p, from, c);
    TRY_NULL(expect(p, T_LEFT_PAREN));
    TRY_NULL(parse_name_list(p, &ch->name_count, &ch->names));
    TRY_NULL(expect(p, T_RIGHT_PAREN));
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_alter_replace(struct parser *p, uint32_t from, struct u_command *c) {
    struct u_change *ch = change(c, U_REPLACE_COLUMNS);
    next(p);
    TRY_NULL(expect(p, K_COLUMNS));
    if (peek(p) != T_LEFT_PAREN) return parser_syntax_error(p), NULL;
    TRY_NULL(parse_positioned_columns(p, ch, "REPLACE"));
    if (c->partition.count)
        INVALID(p, parser_origin(p, from), "INVALID_STATEMENT_OR_CLAUSE", "operation",
                "ALTER TABLE ... PARTITION ... REPLACE COLUMNS");
    return u_command_plan(p, from, c);
}

/* What of Hive's is known by its words alone. */
static const char *native_words(const struct parser *p) {
    enum token_kind a = peek(p), b = peek_at(p, 1), third = peek_at(p, 2);
    bool negated = a == K_NOT;
    if (negated && b == K_CLUSTERED) return "ALTER TABLE NOT CLUSTERED";
    if (negated && b == K_SORTED) return "ALTER TABLE NOT SORTED";
    if (negated && b == K_SKEWED) return "ALTER TABLE NOT SKEWED";
    if (negated && b == K_STORED && third == K_AS) return "ALTER TABLE NOT STORED AS DIRECTORIES";
    if (a == K_CLUSTERED && b == K_BY) return "ALTER TABLE CLUSTERED BY";
    if (a == K_SKEWED && b == K_BY) return "ALTER TABLE SKEWED BY";
    if (a == K_EXCHANGE && b == K_PARTITION) return "ALTER TABLE EXCHANGE PARTITION";
    if (a == K_ARCHIVE && b == K_PARTITION) return "ALTER TABLE ARCHIVE PARTITION";
    if (a == K_UNARCHIVE && b == K_PARTITION) return "ALTER TABLE UNARCHIVE PARTITION";
    if (a == K_TOUCH) return "ALTER TABLE TOUCH";
    if (a == K_COMPACT) return "ALTER TABLE COMPACT";
    if (a == K_CONCATENATE) return "ALTER TABLE CONCATENATE";
    return NULL;
}

static struct u_plan *parse_alter_table(struct parser *p, uint32_t from, struct u_command *c) {
    next(p);
    TRY_NULL(parse_target(p, &c->target));
    if (peek(p) == K_PARTITION && peek_at(p, 1) == T_LEFT_PAREN) TRY_NULL(parse_partition_spec(p, &c->partition));
    if (native_words(p)) return parse_native(p, from, native_words(p));
    enum token_kind kind = peek(p);
    if (c->partition.count && kind != K_RENAME && kind != K_SET && kind != K_CHANGE && kind != K_REPLACE)
        return parser_syntax_error(p), NULL;
    switch (kind) {
        case K_ADD: return parse_alter_add(p, from, c);
        case K_DROP: return parse_alter_drop(p, from, c);
        case K_RENAME: return parse_alter_rename(p, from, c);
        case K_SET: return parse_alter_set(p, from, c);
        case K_UNSET: return parse_alter_unset(p, from, c);
        case K_ALTER:
        case K_CHANGE: return parse_change_column(p, from, c);
        case K_REPLACE: return parse_alter_replace(p, from, c);
        case K_RECOVER:
            change(c, U_RECOVER_PARTITIONS);
            next(p);
            TRY_NULL(expect(p, K_PARTITIONS));
            return u_command_plan(p, from, c);
        case K_CLUSTER: return parse_alter_cluster(p, from, c);
        case K_DEFAULT:
            change(c, U_SET_COLLATION);
            TRY_NULL(peek_at(p, 1) == K_COLLATION || (next(p), parser_syntax_error(p)));
            TRY_NULL(parse_default_collation(p, &c->collation));
            return u_command_plan(p, from, c);
        default: return parser_syntax_error(p), NULL;
    }
}

static struct u_plan *parse_alter_view(struct parser *p, uint32_t from, struct u_command *c) {
    c->is_view = c->change->is_view = true;
    next(p);
    TRY_NULL(parse_target(p, &c->target));
    switch (peek(p)) {
        case K_RENAME: return parse_alter_rename(p, from, c);
        case K_SET: return parse_alter_set(p, from, c);
        case K_UNSET: return parse_alter_unset(p, from, c);
        case K_ADD: return parse_alter_add(p, from, c);
        case K_DROP: return parse_alter_drop(p, from, c);
        default: break;
    }
    c->kind = C_ALTER_VIEW;
    c->view = ARENA_NEW(p->arena, struct u_view);
    if (peek(p) == K_WITH && peek_at(p, 1) == K_SCHEMA) {
        TRY_NULL(parse_binding(p, &c->view->binding));
        return u_command_plan(p, from, c);
    }
    accept(p, K_AS);
    uint32_t query_from = p->at;
    TRY_NULL(c->query = parse_query(p));
    c->view->text = parser_text(p, query_from);
    return u_command_plan(p, from, c);
}

static struct u_plan *parse_alter_namespace(struct parser *p, uint32_t from, struct u_command *c) {
    c->kind = C_ALTER_NAMESPACE;
    next(p);
    TRY_NULL(parse_target(p, &c->target));
    bool unset = peek(p) == K_UNSET;
    if (peek(p) == K_DEFAULT) {
        change(c, U_SET_COLLATION);
        TRY_NULL(parse_default_collation(p, &c->collation));
        return u_command_plan(p, from, c);
    }
    if (!unset && peek(p) != K_SET) return parser_syntax_error(p), NULL;
    next(p);
    if (!unset && accept(p, K_LOCATION)) {
        change(c, U_SET_LOCATION);
        TRY_NULL(c->location = parse_string(p));
        return u_command_plan(p, from, c);
    }
    if (!accept(p, K_DBPROPERTIES)) TRY_NULL(expect(p, K_PROPERTIES));
    change(c, unset ? U_UNSET_PROPERTIES : U_SET_PROPERTIES);
    TRY_NULL(parse_options(p, &c->option_count, &c->options));
    check_properties(p, from, OF_NAMESPACE, !unset, c->options, &c->option_count);
    return u_command_plan(p, from, c);
}

struct u_plan *parse_alter(struct parser *p) {
    uint32_t from = p->at;
    struct u_command *c = u_command_new(p, C_ALTER_TABLE);
    c->change = ARENA_NEW(p->arena, struct u_change);
    next(p);
    if (peek(p) == K_INDEX) return parse_native(p, from, "ALTER INDEX");
    if (is_namespace_word(peek(p))) return parse_alter_namespace(p, from, c);
    if (peek(p) == K_VIEW) return parse_alter_view(p, from, c);
    if (peek(p) == K_TABLE) return parse_alter_table(p, from, c);
    return parser_syntax_error(p), NULL;
}
