/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The texts of a type, letter by letter as Spark prints them:
 *
 *     simple    array<decimal(10,2)>           cut after 25 fields: what column headers and messages show
 *     catalog   array<decimal(10,2)>           the same, never cut
 *     sql       ARRAY<DECIMAL(10,2)>           struct fields with NOT NULL and COMMENT
 *     ddl       a INT NOT NULL,b STRING        a schema as CREATE TABLE takes it
 *     tree      what printSchema() prints
 *
 * One writer makes the first three; the style says what differs.
 */
#include <ctype.h>
#include <stdio.h>

#include "base/text.h"
#include "type/type.h"

enum style { STYLE_SIMPLE, STYLE_CATALOG, STYLE_SQL, STYLE_TYPE_NAME };
enum { MAX_FIELDS_SHOWN = 25 };

static void add_type(struct text *t, const struct type *type, enum style style);

/* By style: lower case, upper case, and typeName's own words. */
static const char *const words[TYPE_KIND_COUNT][3] = {
    [TYPE_NULL] = {"void", "VOID", "void"},
    [TYPE_BOOLEAN] = {"boolean", "BOOLEAN", "boolean"},
    [TYPE_BYTE] = {"tinyint", "TINYINT", "byte"},
    [TYPE_SHORT] = {"smallint", "SMALLINT", "short"},
    [TYPE_INT] = {"int", "INT", "integer"},
    [TYPE_LONG] = {"bigint", "BIGINT", "long"},
    [TYPE_FLOAT] = {"float", "FLOAT", "float"},
    [TYPE_DOUBLE] = {"double", "DOUBLE", "double"},
    [TYPE_DECIMAL] = {"decimal", "DECIMAL", "decimal"},
    [TYPE_STRING] = {"string", "STRING", "string"},
    [TYPE_CHAR] = {"char", "CHAR", "char"},
    [TYPE_VARCHAR] = {"varchar", "VARCHAR", "varchar"},
    [TYPE_BINARY] = {"binary", "BINARY", "binary"},
    [TYPE_DATE] = {"date", "DATE", "date"},
    [TYPE_TIME] = {"time", "TIME", "time"},
    [TYPE_TIMESTAMP] = {"timestamp", "TIMESTAMP", "timestamp"},
    [TYPE_TIMESTAMP_NTZ] = {"timestamp_ntz", "TIMESTAMP_NTZ", "timestamp_ntz"},
    [TYPE_CALENDAR_INTERVAL] = {"interval", "INTERVAL", "interval"},
    [TYPE_YEAR_MONTH_INTERVAL] = {"interval", "INTERVAL", "interval"},
    [TYPE_DAY_TIME_INTERVAL] = {"interval", "INTERVAL", "interval"},
    [TYPE_ARRAY] = {"array", "ARRAY", "array"},
    [TYPE_MAP] = {"map", "MAP", "map"},
    [TYPE_STRUCT] = {"struct", "STRUCT", "struct"},
    [TYPE_VARIANT] = {"variant", "VARIANT", "variant"},
    [TYPE_UDT] = {"udt", "UDT", "udt"},
    [TYPE_GEOMETRY] = {"geometry", "GEOMETRY", "geometry"},
    [TYPE_GEOGRAPHY] = {"geography", "GEOGRAPHY", "geography"},
};

static const char *word(const struct type *type, enum style style) {
    return words[type->kind][style == STYLE_SQL ? 1 : style == STYLE_TYPE_NAME ? 2 : 0];
}

const char *type_name(const struct type *type) {
    return word(type, STYLE_TYPE_NAME);
}

void type_add_name(struct text *t, const char *name) {
    bool plain = *name && !(*name >= '0' && *name <= '9');
    for (const char *p = name; *p && plain; p++) plain = ((uint8_t)*p < 0x80 && isalnum((uint8_t)*p)) || *p == '_';
    if (plain) {
        text_add(t, name);
        return;
    }
    text_add_char(t, '`');
    for (const char *p = name; *p; p++) {
        if (*p == '`') text_add_char(t, '`');
        text_add_char(t, *p);
    }
    text_add_char(t, '`');
}

static void add_comment(struct text *t, const struct field *field) {
    const char *comment = metadata_string(t->arena, field->metadata, "comment");
    if (!comment) return;
    text_add(t, " COMMENT '");
    for (const char *p = comment; *p; p++) {
        if (*p == '\'') text_add_char(t, '\\');
        text_add_char(t, *p);
    }
    text_add_char(t, '\'');
}

static void add_fields(struct text *t, const struct type *type, enum style style) {
    uint32_t shown = type->field_count;
    if (style == STYLE_SIMPLE && shown > MAX_FIELDS_SHOWN) shown = MAX_FIELDS_SHOWN;
    for (uint32_t i = 0; i < shown; i++) {
        const struct field *field = &type->fields[i];
        if (i) text_add(t, style == STYLE_SQL ? ", " : ",");
        if (style == STYLE_SQL)
            type_add_name(t, field->name);
        else
            text_add(t, field->name);
        text_add(t, style == STYLE_SQL ? ": " : ":");
        add_type(t, field->type, style);
        if (style == STYLE_SQL) {
            if (!field->nullable) text_add(t, " NOT NULL");
            add_comment(t, field);
        }
    }
    if (shown < type->field_count) text_printf(t, ",... %u more fields", type->field_count - shown);
}

static void add_interval(struct text *t, const struct type *type, enum style style) {
    static const char *const fields[2][4][2] = {
        {{"year", "YEAR"}, {"month", "MONTH"}},
        {{"day", "DAY"}, {"hour", "HOUR"}, {"minute", "MINUTE"}, {"second", "SECOND"}},
    };
    const char *const(*names)[2] = fields[type->kind == TYPE_DAY_TIME_INTERVAL];
    bool upper = style == STYLE_SQL;
    text_printf(t, "%s %s", word(type, style), names[type->start][upper]);
    if (type->end != type->start) text_printf(t, " %s %s", upper ? "TO" : "to", names[type->end][upper]);
}

/* A user's type shows as its class without package and "UDT", one of Python alone as "pythonuserdefined". */
static void add_udt(struct text *t, const struct type *type, enum style style) {
    if (style == STYLE_SQL || style == STYLE_CATALOG) {
        add_type(t, type->element, style == STYLE_SQL ? style : STYLE_SIMPLE);
        return;
    }
    if (!type->jvm_class) {
        text_add(t, "pythonuserdefined");
        return;
    }
    const char *dot = strrchr(type->jvm_class, '.');
    const char *name = dot ? dot + 1 : type->jvm_class;
    size_t size = strlen(name);
    if (size > 3 && strcmp(name + size - 3, "UDT") == 0) size -= 3;
    ascii_lower(name, size, text_reserve(t, size));
    t->size += size;
}

static void add_type(struct text *t, const struct type *type, enum style style) {
    const char *name = word(type, style);
    bool upper = style == STYLE_SQL;
    switch (type->kind) {
        case TYPE_DECIMAL: text_printf(t, "%s(%d,%d)", name, type->precision, type->scale); return;
        case TYPE_TIME: text_printf(t, "%s(%d)", name, type->precision); return;
        case TYPE_CHAR:
        case TYPE_VARCHAR: text_printf(t, "%s(%d)", name, type->length); return;
        case TYPE_STRING:
            text_add(t, name);
            if (type->collation) text_printf(t, "%s%s", upper ? " COLLATE " : " collate ", type->collation);
            return;
        case TYPE_GEOMETRY:
        case TYPE_GEOGRAPHY:
            if (type->length < 0)
                text_printf(t, "%s(%s)", name, upper ? "ANY" : "any");
            else
                text_printf(t, "%s(%d)", name, type->length);
            return;
        case TYPE_YEAR_MONTH_INTERVAL:
        case TYPE_DAY_TIME_INTERVAL: add_interval(t, type, style); return;
        case TYPE_UDT: add_udt(t, type, style); return;
        case TYPE_ARRAY:
        case TYPE_MAP:
        case TYPE_STRUCT: break;
        default: text_add(t, name); return;
    }
    text_add(t, name);
    if (style == STYLE_TYPE_NAME) return;
    text_add_char(t, '<');
    if (type->kind == TYPE_STRUCT) {
        add_fields(t, type, style);
    } else {
        if (type->kind == TYPE_MAP) {
            add_type(t, type->key, style);
            text_add(t, upper ? ", " : ",");
        }
        add_type(t, type->element, style);
    }
    text_add_char(t, '>');
}

static const char *type_text(struct arena *arena, const struct type *type, enum style style) {
    struct text t;
    text_init(&t, arena);
    add_type(&t, type, style);
    return text_finish(&t);
}

const char *type_simple_string(struct arena *arena, const struct type *type) {
    return type_text(arena, type, STYLE_SIMPLE);
}

const char *type_catalog_string(struct arena *arena, const struct type *type) {
    return type_text(arena, type, STYLE_CATALOG);
}

const char *type_sql(struct arena *arena, const struct type *type) {
    return type_text(arena, type, STYLE_SQL);
}

const char *type_ddl(struct arena *arena, const struct type *schema) {
    struct text t;
    text_init(&t, arena);
    for (uint32_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        if (i) text_add_char(&t, ',');
        type_add_name(&t, field->name);
        text_add_char(&t, ' ');
        add_type(&t, field->type, STYLE_SQL);
        if (!field->nullable) text_add(&t, " NOT NULL");
        const char *value = metadata_string(arena, field->metadata, "CURRENT_DEFAULT");
        if (value) text_printf(&t, " DEFAULT %s", value);
        add_comment(&t, field);
    }
    return text_finish(&t);
}

/* A name with its control characters written out. */
static void add_escaped_name(struct text *t, const char *name) {
    static const char escapes[][2] = {{'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}, {'\f', 'f'},
                                      {'\b', 'b'}, {'\v', 'v'}, {'\a', 'a'}};
    for (const char *p = name; *p; p++) {
        size_t i = 0;
        while (i < sizeof escapes / sizeof *escapes && escapes[i][0] != *p) i++;
        if (i < sizeof escapes / sizeof *escapes) {
            text_add_char(t, '\\');
            text_add_char(t, escapes[i][1]);
        } else {
            text_add_char(t, *p);
        }
    }
}

/* The lines below a node of `type`; indent levels are drawn as " |" and then "    |" each. */
static void add_tree(struct text *t, const struct type *type, uint32_t indent, uint32_t levels);

static void add_indent(struct text *t, uint32_t indent) {
    text_add(t, " |");
    for (uint32_t i = 0; i < indent; i++) text_add(t, "    |");
    text_add(t, "-- ");
}

static void add_tree_line(struct text *t, const char *name, const struct type *type, uint32_t indent, uint32_t levels,
                          const char *flag, bool value) {
    add_indent(t, indent);
    add_escaped_name(t, name);
    text_add(t, ": ");
    add_type(t, type, STYLE_TYPE_NAME);
    if (flag) text_printf(t, " (%s = %s)", flag, value ? "true" : "false");
    text_add_char(t, '\n');
    add_tree(t, type, indent + 1, levels - 1);
}

static void add_tree(struct text *t, const struct type *type, uint32_t indent, uint32_t levels) {
    if (levels == 0) return;
    if (type->kind == TYPE_STRUCT) {
        for (uint32_t i = 0; i < type->field_count; i++) {
            const struct field *field = &type->fields[i];
            add_tree_line(t, field->name, field->type, indent, levels, "nullable", field->nullable);
        }
    } else if (type->kind == TYPE_ARRAY) {
        add_tree_line(t, "element", type->element, indent, levels, "containsNull", type->contains_null);
    } else if (type->kind == TYPE_MAP) {
        add_tree_line(t, "key", type->key, indent, levels, NULL, false);
        add_tree_line(t, "value", type->element, indent, levels, "valueContainsNull", type->contains_null);
    }
}

const char *type_tree_string(struct arena *arena, const struct type *schema, uint32_t level) {
    struct text t;
    text_init(&t, arena);
    text_add(&t, "root\n");
    add_tree(&t, schema, 0, level ? level : UINT32_MAX);
    return text_finish(&t);
}
