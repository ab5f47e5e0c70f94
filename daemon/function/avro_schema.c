/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Schemas from their JSON. Records, enums and fixed have names, which later parts of the text may use: the name of a
 * record that is still open stands for itself, and its node is then a part of its own tree.
 */
#include <string.h>

#include "function/avro.h"

struct parser {
    struct arena *arena;
    LIST(struct avro_schema *) named;
    struct error *err;
};

static const char *const primitives[] = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"};
enum { PRIMITIVES = sizeof primitives / sizeof *primitives };

static struct avro_schema *parse(struct parser *p, const struct json_value *v, const char *space, uint32_t depth);

static struct avro_schema *wrong(struct parser *p, const char *why) {
    error_plain(p->err, ERROR_ILLEGAL_ARGUMENT, "The Avro schema is malformed: %s", why);
    return NULL;
}

static const struct json_value *member(const struct json_value *v, const char *name) {
    for (uint32_t i = 0; v->kind == JSON_OBJECT && i < v->count; i++)
        if (string_equal(v->names[i], string_of(name))) return &v->items[i];
    return NULL;
}

static const char *text_of(struct arena *arena, const struct json_value *v) {
    return v && v->kind == JSON_STRING ? arena_strndup(arena, v->text.data, v->text.size) : NULL;
}

static int integer_of(const struct json_value *v, int otherwise) {
    int n = 0;
    if (!v || v->kind != JSON_NUMBER || !v->is_integer || v->text.size > 9) return otherwise;
    for (uint32_t i = 0; i < v->text.size; i++) {
        if (v->text.data[i] < '0' || v->text.data[i] > '9') return otherwise;
        n = n * 10 + (v->text.data[i] - '0');
    }
    return n;
}

static const char *full_name(struct arena *arena, const char *name, const char *space) {
    return strchr(name, '.') || !*space ? name : arena_printf(arena, "%s.%s", space, name);
}

static struct avro_schema *schema_named(struct parser *p, const char *name, const char *space) {
    for (uint32_t i = 0; i < PRIMITIVES; i++)
        if (strcmp(name, primitives[i]) == 0) {
            struct avro_schema *s = ARENA_NEW(p->arena, struct avro_schema);
            s->kind = (enum avro_kind)i;
            return s;
        }
    const char *full = full_name(p->arena, name, space);
    for (uint32_t i = 0; i < p->named.count; i++)
        if (strcmp(p->named.items[i]->name, full) == 0) return p->named.items[i];
    return wrong(p, arena_printf(p->arena, "\"%s\" is not a defined name", name));
}

static void room_for(struct parser *p, struct avro_schema *s, uint32_t count) {
    s->count = count;
    s->items = ARENA_ARRAY(p->arena, struct avro_schema *, count);
    s->names = ARENA_ARRAY(p->arena, const char *, count);
    s->defaults = ARENA_ARRAY(p->arena, const struct json_value *, count);
}

static struct avro_schema *parse_union(struct parser *p, const struct json_value *v, const char *space,
                                       uint32_t depth) {
    struct avro_schema *s = ARENA_NEW(p->arena, struct avro_schema);
    s->kind = AVRO_UNION;
    room_for(p, s, v->count);
    for (uint32_t i = 0; i < v->count; i++) {
        TRY_NULL(s->items[i] = parse(p, &v->items[i], space, depth));
        if (s->items[i]->kind == AVRO_UNION) return wrong(p, "a union is directly within another one");
    }
    return s;
}

static struct avro_schema *parse_fields(struct parser *p, const struct json_value *v, struct avro_schema *s,
                                        const char *space, uint32_t depth) {
    const struct json_value *fields = member(v, "fields");
    if (!fields || fields->kind != JSON_ARRAY) return wrong(p, "a record has no fields");
    room_for(p, s, fields->count);
    for (uint32_t i = 0; i < fields->count; i++) {
        const struct json_value *f = &fields->items[i], *type = member(f, "type");
        s->names[i] = text_of(p->arena, member(f, "name"));
        if (!s->names[i] || !type) return wrong(p, "a field has no name or no type");
        TRY_NULL(s->items[i] = parse(p, type, space, depth));
        s->defaults[i] = member(f, "default");
    }
    return s;
}

static struct avro_schema *parse_symbols(struct parser *p, const struct json_value *v, struct avro_schema *s) {
    const struct json_value *symbols = member(v, "symbols");
    if (!symbols || symbols->kind != JSON_ARRAY) return wrong(p, "an enum has no symbols");
    room_for(p, s, symbols->count);
    for (uint32_t i = 0; i < symbols->count; i++)
        if (!(s->names[i] = text_of(p->arena, &symbols->items[i]))) return wrong(p, "a symbol is not a string");
    return s;
}

/* A decimal that cannot be is none: the logical type is then passed over, as the specification wants it. */
static void read_logical(struct parser *p, const struct json_value *v, struct avro_schema *s) {
    static const struct {
        const char *name;
        enum avro_kind kind;
        enum avro_logical logical;
    } known[] = {{"date", AVRO_INT, AVRO_DATE},
                 {"timestamp-millis", AVRO_LONG, AVRO_TIMESTAMP_MILLIS},
                 {"timestamp-micros", AVRO_LONG, AVRO_TIMESTAMP_MICROS},
                 {"local-timestamp-millis", AVRO_LONG, AVRO_LOCAL_MILLIS},
                 {"local-timestamp-micros", AVRO_LONG, AVRO_LOCAL_MICROS},
                 {"decimal", AVRO_BYTES, AVRO_DECIMAL},
                 {"decimal", AVRO_FIXED, AVRO_DECIMAL}};
    const char *name = text_of(p->arena, member(v, "logicalType"));
    s->spark_type = text_of(p->arena, member(v, "spark.sql.catalyst.type"));
    for (size_t i = 0; name && i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0 && known[i].kind == s->kind) s->logical = known[i].logical;
    if (s->logical != AVRO_DECIMAL) return;
    s->precision = integer_of(member(v, "precision"), 0);
    s->scale = integer_of(member(v, "scale"), 0);
    if (s->precision < 1 || s->precision > DECIMAL_MAX_PRECISION || s->scale > s->precision)
        s->logical = AVRO_NO_LOGICAL;
}

static struct avro_schema *parse_named(struct parser *p, const struct json_value *v, enum avro_kind kind,
                                       const char *space, uint32_t depth) {
    struct avro_schema *s = ARENA_NEW(p->arena, struct avro_schema);
    const char *name = text_of(p->arena, member(v, "name")), *own = text_of(p->arena, member(v, "namespace"));
    if (!name || !*name) return wrong(p, "a record, an enum or a fixed has no name");
    s->kind = kind;
    s->name = full_name(p->arena, name, own ? own : space);
    for (uint32_t i = 0; i < p->named.count; i++)
        if (strcmp(p->named.items[i]->name, s->name) == 0)
            return wrong(p, arena_printf(p->arena, "can't redefine: %s", s->name));
    LIST_PUSH(p->arena, &p->named, s);
    const char *dot = strrchr(s->name, '.');
    const char *inner = dot ? arena_strndup(p->arena, s->name, (size_t)(dot - s->name)) : "";
    if (kind == AVRO_RECORD) return parse_fields(p, v, s, inner, depth);
    if (kind == AVRO_ENUM) return parse_symbols(p, v, s);
    int size = integer_of(member(v, "size"), -1);
    if (size < 0) return wrong(p, "a fixed has no size");
    s->size = (uint32_t)size;
    read_logical(p, v, s);
    return s;
}

static struct avro_schema *parse_object(struct parser *p, const struct json_value *v, const char *space,
                                        uint32_t depth) {
    const struct json_value *type = member(v, "type");
    const char *name = text_of(p->arena, type);
    if (!type) return wrong(p, "no type");
    if (!name) return parse(p, type, space, depth);
    if (strcmp(name, "record") == 0 || strcmp(name, "error") == 0) return parse_named(p, v, AVRO_RECORD, space, depth);
    if (strcmp(name, "enum") == 0) return parse_named(p, v, AVRO_ENUM, space, depth);
    if (strcmp(name, "fixed") == 0) return parse_named(p, v, AVRO_FIXED, space, depth);
    bool array = strcmp(name, "array") == 0;
    if (array || strcmp(name, "map") == 0) {
        const struct json_value *of = member(v, array ? "items" : "values");
        struct avro_schema *s = ARENA_NEW(p->arena, struct avro_schema);
        s->kind = array ? AVRO_ARRAY : AVRO_MAP;
        room_for(p, s, 1);
        if (!of) return wrong(p, "an array has no items, or a map no values");
        return (s->items[0] = parse(p, of, space, depth)) ? s : NULL;
    }
    struct avro_schema *s = schema_named(p, name, space);
    if (s && s->kind <= AVRO_STRING) read_logical(p, v, s);
    return s;
}

static struct avro_schema *parse(struct parser *p, const struct json_value *v, const char *space, uint32_t depth) {
    if (depth > TYPE_MAX_DEPTH) return wrong(p, "it is nested too deeply");
    if (v->kind == JSON_STRING) return schema_named(p, text_of(p->arena, v), space);
    if (v->kind == JSON_ARRAY) return parse_union(p, v, space, depth + 1);
    if (v->kind == JSON_OBJECT) return parse_object(p, v, space, depth + 1);
    return wrong(p, "a type is neither a name nor an object nor a union");
}

struct avro_schema *avro_schema_parse(struct arena *arena, const char *text, size_t size, struct error *err) {
    static const struct json_options plain;
    struct parser p = {.arena = arena, .err = err};
    const char *next = arena_strndup(arena, text, size), *end = next + size;
    struct json_value *v = ARENA_NEW(arena, struct json_value);
    if (!json_parse(arena, &plain, &next, end, v) || !json_at_end(&plain, next, end)) return wrong(&p, "it is no JSON");
    return parse(&p, v, "", 0);
}
