/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON form of types: what StructType.json() gives and fromJson() takes.
 *
 * Input comes from clients and from files, so it is hostile: depth is bounded, every shape is checked, and
 * the text is first read into a small tree, because Spark accepts an object's keys in any order, but exactly
 * the keys it knows. Collations are not written at the string but in the metadata of the struct field around
 * it, by path:
 *
 *     {"name":"a","type":{"type":"array","elementType":"string",...},
 *      "metadata":{"__COLLATIONS":{"a.element":"icu.de"}}}
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/text.h"
#include "type/type.h"

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
enum { JSON_MAX_DEPTH = 4 * TYPE_MAX_DEPTH };

struct json {
    enum json_kind kind;
    const char *text; /* NUMBER: as written; STRING: decoded */
    const char *name; /* within an object */
    struct json *first, *next;
    const char *from, *to; /* where it stands in the source */
};

struct reader {
    struct arena *arena;
    const char *p, *end;
    unsigned depth;
};

static const char COLLATIONS[] = "__COLLATIONS";

static void skip_space(struct reader *r) {
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r')) r->p++;
}

static bool take(struct reader *r, char c) {
    skip_space(r);
    if (r->p >= r->end || *r->p != c) return false;
    r->p++;
    return true;
}

static bool read_hex(struct reader *r, uint32_t *unit) {
    *unit = 0;
    if (r->end - r->p < 4) return false;
    for (int i = 0; i < 4; i++) {
        char c = *r->p++;
        uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0') : (uint32_t)((c | 32) - 'a' + 10);
        if (digit > 15) return false;
        *unit = *unit << 4 | digit;
    }
    return true;
}

static bool read_escape(struct reader *r, struct text *t) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (r->p >= r->end) return false;
    char c = *r->p++;
    if (c == 'u') {
        uint32_t unit, low;
        if (!read_hex(r, &unit)) return false;
        if (unit >= 0xD800 && unit < 0xDC00 && r->end - r->p >= 6 && r->p[0] == '\\' && r->p[1] == 'u') {
            r->p += 2;
            if (!read_hex(r, &low)) return false;
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        }
        if (unit == 0) return false; /* names and metadata are C strings here */
        text_add_code_point(t, unit);
        return true;
    }
    const char *at = c ? strchr(from, c) : NULL;
    if (!at) return false;
    text_add_char(t, to[at - from]);
    return true;
}

static const char *read_string(struct reader *r) {
    if (!take(r, '"')) return NULL;
    struct text t;
    text_init(&t, r->arena);
    while (r->p < r->end && *r->p != '"') {
        char c = *r->p++;
        if (c == '\0') return NULL;
        if (c != '\\')
            text_add_char(&t, c);
        else if (!read_escape(r, &t))
            return NULL;
    }
    return take(r, '"') ? text_finish(&t) : NULL;
}

static bool read_word(struct reader *r, const char *expected) {
    size_t size = strlen(expected);
    if ((size_t)(r->end - r->p) < size || memcmp(r->p, expected, size) != 0) return false;
    r->p += size;
    return true;
}

static struct json *read_value(struct reader *r);

static bool read_members(struct reader *r, struct json *parent, char close) {
    if (take(r, close)) return true;
    struct json **tail = &parent->first;
    do {
        const char *name = NULL;
        if (parent->kind == JSON_OBJECT && (!(name = read_string(r)) || !take(r, ':'))) return false;
        struct json *child = read_value(r);
        if (!child) return false;
        child->name = name;
        *tail = child;
        tail = &child->next;
    } while (take(r, ','));
    return take(r, close);
}

static bool read_scalar(struct reader *r, struct json *value) {
    char c = *r->p;
    if (c == '"') {
        value->kind = JSON_STRING;
        return (value->text = read_string(r)) != NULL;
    }
    if (c == 't') return value->kind = JSON_TRUE, read_word(r, "true");
    if (c == 'f') return value->kind = JSON_FALSE, read_word(r, "false");
    if (c == 'n') return value->kind = JSON_NULL, read_word(r, "null");
    const char *from = r->p;
    while (r->p < r->end && (strchr("+-.eE", *r->p) || (*r->p >= '0' && *r->p <= '9')) && *r->p) r->p++;
    value->kind = JSON_NUMBER;
    value->text = arena_strndup(r->arena, from, (size_t)(r->p - from));
    char *stop;
    strtod(value->text, &stop);
    return r->p > from && *stop == '\0';
}

static struct json *read_value(struct reader *r) {
    skip_space(r);
    if (r->p >= r->end || r->depth >= JSON_MAX_DEPTH) return NULL;
    struct json *value = ARENA_NEW(r->arena, struct json);
    value->from = r->p;
    bool good;
    if (*r->p == '{' || *r->p == '[') {
        value->kind = *r->p == '{' ? JSON_OBJECT : JSON_ARRAY;
        r->p++;
        r->depth++;
        good = read_members(r, value, value->kind == JSON_OBJECT ? '}' : ']');
        r->depth--;
    } else {
        good = read_scalar(r, value);
    }
    value->to = r->p;
    return good ? value : NULL;
}

static struct json *read_document(struct arena *arena, const char *text, size_t size) {
    struct reader r = {.arena = arena, .p = text, .end = text + size};
    struct json *value = read_value(&r);
    if (value) skip_space(&r);
    return value && r.p == r.end ? value : NULL;
}

static void add_json_string(struct text *t, const char *s) {
    text_add_char(t, '"');
    for (; *s; s++) {
        static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
        const char *at = strchr(from, *s);
        if (at) {
            text_add_char(t, '\\');
            text_add_char(t, to[at - from]);
        } else if ((uint8_t)*s < 0x20) {
            text_printf(t, "\\u%04X", (uint8_t)*s);
        } else {
            text_add_char(t, *s);
        }
    }
    text_add_char(t, '"');
}

static void add_json(struct text *t, const struct json *value, const char *without) {
    switch (value->kind) {
        case JSON_NULL: text_add(t, "null"); return;
        case JSON_FALSE: text_add(t, "false"); return;
        case JSON_TRUE: text_add(t, "true"); return;
        case JSON_NUMBER: text_add(t, value->text); return;
        case JSON_STRING: add_json_string(t, value->text); return;
        case JSON_ARRAY:
        case JSON_OBJECT: break;
    }
    text_add_char(t, value->kind == JSON_OBJECT ? '{' : '[');
    bool any = false;
    for (const struct json *child = value->first; child; child = child->next) {
        if (without && child->name && strcmp(child->name, without) == 0) continue;
        if (any) text_add_char(t, ',');
        any = true;
        if (child->name) {
            add_json_string(t, child->name);
            text_add_char(t, ':');
        }
        add_json(t, child, NULL);
    }
    text_add_char(t, value->kind == JSON_OBJECT ? '}' : ']');
}

static const struct json *member(const struct json *object, const char *name) {
    if (object->kind == JSON_OBJECT)
        for (const struct json *child = object->first; child; child = child->next)
            if (strcmp(child->name, name) == 0) return child;
    return NULL;
}

const char *metadata_string(struct arena *arena, const char *metadata, const char *key) {
    if (!metadata || !*metadata) return NULL;
    const struct json *object = read_document(arena, metadata, strlen(metadata));
    const struct json *value = object ? member(object, key) : NULL;
    return value && value->kind == JSON_STRING ? value->text : NULL;
}

const char *metadata_with(struct arena *arena, const char *metadata, const char *key, const char *value) {
    const struct json *object = metadata && *metadata ? read_document(arena, metadata, strlen(metadata)) : NULL;
    struct text t;
    text_init(&t, arena);
    if (object && object->kind == JSON_OBJECT)
        add_json(&t, object, key);
    else
        text_add(&t, "{}");
    if (value) {
        bool empty = t.size == 2;
        t.size--; /* the closing brace comes again */
        if (!empty) text_add_char(&t, ',');
        add_json_string(&t, key);
        text_add_char(&t, ':');
        add_json_string(&t, value);
        text_add_char(&t, '}');
    }
    const char *text = text_finish(&t);
    return strcmp(text, "{}") == 0 ? NULL : text;
}

/* ---- writing ---- */

/* Spark's own collations, with or without _RTRIM, are "spark."; the rest are ICU's. */
static const char *collation_provider(const char *collation) {
    return strncmp(collation, "UTF8_", 5) == 0 ? "spark" : "icu";
}

/* Whether collations of `type` go into the metadata of the field around it: members of structs have their
 * own. */
static void add_collations(struct text *t, const struct type *type, const char *path, bool *any) {
    if (type->kind == TYPE_STRING && type->collation) {
        text_add(t, *any ? "," : "{");
        *any = true;
        add_json_string(t, path);
        text_printf(t, ":\"%s.%s\"", collation_provider(type->collation), type->collation);
    } else if (type->kind == TYPE_ARRAY) {
        add_collations(t, type->element, arena_printf(t->arena, "%s.element", path), any);
    } else if (type->kind == TYPE_MAP) {
        add_collations(t, type->key, arena_printf(t->arena, "%s.key", path), any);
        add_collations(t, type->element, arena_printf(t->arena, "%s.value", path), any);
    }
}

static void add_metadata(struct text *t, const struct field *field) {
    struct text collations;
    text_init(&collations, t->arena);
    bool any = false;
    add_collations(&collations, field->type, field->name, &any);
    const char *own = field->metadata && *field->metadata ? field->metadata : "{}";
    if (!any) {
        text_add(t, own);
        return;
    }
    bool empty = strcmp(own, "{}") == 0;
    text_add_bytes(t, own, strlen(own) - 1);
    text_printf(t, "%s\"%s\":%s}}", empty ? "" : ",", COLLATIONS, text_finish(&collations));
}

/* in_field: collations are written by the struct field around, not here. */
static void add_type_json(struct text *t, const struct type *type, bool in_field);

static void add_struct_json(struct text *t, const struct type *type) {
    text_add(t, "{\"type\":\"struct\",\"fields\":[");
    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct field *field = &type->fields[i];
        text_add(t, i ? ",{\"name\":" : "{\"name\":");
        add_json_string(t, field->name);
        text_add(t, ",\"type\":");
        add_type_json(t, field->type, true);
        text_printf(t, ",\"nullable\":%s,\"metadata\":", field->nullable ? "true" : "false");
        add_metadata(t, field);
        text_add_char(t, '}');
    }
    text_add(t, "]}");
}

static void add_udt_json(struct text *t, const struct type *type) {
    const char *const members[][2] = {
        {"class", type->jvm_class}, {"pyClass", type->python_class}, {"serializedClass", type->serialized_class}};
    text_add(t, "{\"type\":\"udt\"");
    for (size_t i = 0; i < 3; i++) {
        if (!members[i][1]) continue;
        text_printf(t, ",\"%s\":", members[i][0]);
        add_json_string(t, members[i][1]);
    }
    text_add(t, ",\"sqlType\":");
    add_type_json(t, type->element, false);
    text_add_char(t, '}');
}

static const char *coordinate_system(int32_t srid) {
    return srid == SRID_ANY ? "SRID:ANY" : srid == 0 ? "SRID:0" : srid == 3857 ? "EPSG:3857" : "OGC:CRS84";
}

/* Atomic types are named by typeName; catalog text serves for those with parameters, as the two agree there.
 */
static void add_atomic_json(struct text *t, const struct type *type, bool in_field) {
    text_add_char(t, '"');
    if (type->kind == TYPE_STRING && in_field)
        text_add(t, "string");
    else if (type->kind == TYPE_GEOMETRY)
        text_printf(t, "geometry(%s)", coordinate_system(type->length));
    else if (type->kind == TYPE_GEOGRAPHY)
        text_printf(t, "geography(%s, SPHERICAL)", coordinate_system(type->length));
    else if (type->kind >= TYPE_BYTE && type->kind <= TYPE_LONG)
        text_add(t, type_name(type));
    else
        text_add(t, type_catalog_string(t->arena, type));
    text_add_char(t, '"');
}

static void add_type_json(struct text *t, const struct type *type, bool in_field) {
    switch (type->kind) {
        case TYPE_STRUCT: add_struct_json(t, type); return;
        case TYPE_UDT: add_udt_json(t, type); return;
        case TYPE_ARRAY:
            text_add(t, "{\"type\":\"array\",\"elementType\":");
            add_type_json(t, type->element, in_field);
            text_printf(t, ",\"containsNull\":%s}", type->contains_null ? "true" : "false");
            return;
        case TYPE_MAP:
            text_add(t, "{\"type\":\"map\",\"keyType\":");
            add_type_json(t, type->key, in_field);
            text_add(t, ",\"valueType\":");
            add_type_json(t, type->element, in_field);
            text_printf(t, ",\"valueContainsNull\":%s}", type->contains_null ? "true" : "false");
            return;
        default: add_atomic_json(t, type, in_field);
    }
}

const char *type_json(struct arena *arena, const struct type *type) {
    struct text t;
    text_init(&t, arena);
    add_type_json(&t, type, false);
    return text_finish(&t);
}

/* ---- reading ---- */

struct parse {
    struct arena *arena;
    struct error *err;
    const struct json *collations; /* of the field around, or NULL */
    unsigned depth;
};

static const struct type *parse_type(struct parse *p, const struct json *value, const char *path);

static const struct type *refuse(struct parse *p, const struct json *value) {
    struct text t;
    text_init(&t, p->arena);
    if (value->kind == JSON_STRING)
        text_add(&t, value->text);
    else
        add_json(&t, value, NULL);
    error_set(p->err, "INVALID_JSON_DATA_TYPE", "invalidType", text_finish(&t), NULL);
    return NULL;
}

static const struct type *parse_decimal(struct parse *p, const struct json *value) {
    int precision, scale, stop = 0;
    if (sscanf(value->text, "decimal( %d , %d ) %n", &precision, &scale, &stop) != 2 || !stop || value->text[stop])
        return refuse(p, value);
    if (precision > DECIMAL_MAX_PRECISION) {
        error_set(p->err, "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", NULL);
        error_add(p->err, "precision", "%d", precision);
        error_add(p->err, "maxPrecision", "%d", DECIMAL_MAX_PRECISION);
        return NULL;
    }
    if (precision < 1 || scale > precision || scale < -DECIMAL_MAX_PRECISION) return refuse(p, value);
    return type_decimal(p->arena, precision, scale);
}

static const struct type *parse_interval(struct parse *p, const struct json *value) {
    for (int kind = TYPE_YEAR_MONTH_INTERVAL; kind <= TYPE_DAY_TIME_INTERVAL; kind++) {
        int last = kind == TYPE_YEAR_MONTH_INTERVAL ? FIELD_MONTH : FIELD_SECOND;
        for (int start = 0; start <= last; start++)
            for (int end = start; end <= last; end++) {
                const struct type *type = type_interval(p->arena, (enum type_kind)kind, start, end);
                if (strcmp(type_catalog_string(p->arena, type), value->text) == 0) return type;
            }
    }
    return refuse(p, value);
}

static const struct type *parse_string(struct parse *p, const char *path) {
    const struct json *entry = p->collations ? member(p->collations, path) : NULL;
    if (!entry || entry->kind != JSON_STRING) return TYPE_OF(STRING);
    const char *dot = strchr(entry->text, '.');
    return type_string(p->arena, dot ? dot + 1 : entry->text);
}

/* geometry, geometry(SRID:0), geography(OGC:CRS84, SPHERICAL); the algorithm may be missing. */
static const struct type *parse_spatial(struct parse *p, const struct json *value, enum type_kind kind, size_t skip) {
    static const int32_t known[] = {SRID_ANY, 0, 3857, 4326};
    char system[32] = "OGC:CRS84", algorithm[32] = "SPHERICAL";
    const char *rest = value->text + skip;
    int stop = 0;
    if (*rest && (sscanf(rest, "( %31[^ ,)] ) %n", system, &stop) != 1 || !stop) &&
        (kind == TYPE_GEOMETRY || sscanf(rest, "( %31[^ ,)] , %31[^ ,)] ) %n", system, algorithm, &stop) != 2 || !stop))
        return refuse(p, value);
    if (rest[stop]) return refuse(p, value);
    if (strcmp(algorithm, "SPHERICAL") != 0) {
        error_set(p->err, "ST_INVALID_ALGORITHM_VALUE", NULL);
        return error_add(p->err, "alg", "%s", algorithm), NULL;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcasecmp(system, coordinate_system(known[i])) == 0 &&
            (known[i] == SRID_ANY || spatial_srid_is_known(kind, known[i])))
            return type_spatial(p->arena, kind, known[i]);
    error_set(p->err, "ST_INVALID_CRS_VALUE", NULL);
    return error_add(p->err, "crs", "%s", system), NULL;
}

static const struct type *parse_name(struct parse *p, const struct json *value, const char *path) {
    const char *name = value->text;
    if (strcmp(name, "string") == 0) return parse_string(p, path);
    if (strncmp(name, "string collate ", 15) == 0) return type_string(p->arena, name + 15);
    for (int kind = 0; kind < TYPE_KIND_COUNT; kind++) {
        bool plain =
            kind < TYPE_DECIMAL || (kind >= TYPE_BINARY && kind <= TYPE_CALENDAR_INTERVAL) || kind == TYPE_VARIANT;
        if (plain && kind != TYPE_TIME && strcmp(type_name(&types[kind]), name) == 0) return &types[kind];
    }
    if (strcmp(name, "null") == 0) return TYPE_OF(NULL);
    if (strcmp(name, "decimal") == 0) return TYPE_OF(DECIMAL);
    if (strncmp(name, "decimal(", 8) == 0) return parse_decimal(p, value);
    if (strncmp(name, "interval ", 9) == 0) return parse_interval(p, value);
    if (strncmp(name, "geometry", 8) == 0) return parse_spatial(p, value, TYPE_GEOMETRY, 8);
    if (strncmp(name, "geography", 9) == 0) return parse_spatial(p, value, TYPE_GEOGRAPHY, 9);
    int length, stop = 0;
    if (sscanf(name, "char( %d ) %n", &length, &stop) == 1 && stop && !name[stop] && length > 0)
        return type_char(p->arena, TYPE_CHAR, length);
    if (sscanf(name, "varchar( %d ) %n", &length, &stop) == 1 && stop && !name[stop] && length > 0)
        return type_char(p->arena, TYPE_VARCHAR, length);
    if (sscanf(name, "time( %d ) %n", &length, &stop) == 1 && stop && !name[stop] && length >= 0 && length <= 6)
        return type_time(p->arena, length);
    return refuse(p, value);
}

/* Whether an object has exactly these members; `last` may be missing when it is marked with a '?'. */
static bool has_members(const struct json *object, const char *const *names) {
    size_t found = 0, count = 0;
    for (; *names; names++) {
        bool optional = **names == '?';
        bool here = member(object, *names + optional) != NULL;
        if (!here && !optional) return false;
        found += here;
    }
    for (const struct json *child = object->first; child; child = child->next) count++;
    return found == count;
}

static bool is_boolean(const struct json *value) {
    return value->kind == JSON_TRUE || value->kind == JSON_FALSE;
}

static const char *parse_metadata(struct parse *p, const struct json *metadata, const struct json **collations) {
    if (!metadata || metadata->kind != JSON_OBJECT) return NULL;
    *collations = member(metadata, COLLATIONS);
    struct text t;
    text_init(&t, p->arena);
    add_json(&t, metadata, COLLATIONS);
    const char *text = text_finish(&t);
    return strcmp(text, "{}") == 0 ? NULL : text;
}

static bool parse_field(struct parse *p, const struct json *value, struct field *field) {
    static const char *const names[] = {"name", "type", "nullable", "?metadata", NULL};
    if (value->kind != JSON_OBJECT || !has_members(value, names)) return refuse(p, value);
    const struct json *name = member(value, "name"), *nullable = member(value, "nullable");
    const struct json *metadata = member(value, "metadata");
    if (name->kind != JSON_STRING || !is_boolean(nullable)) return refuse(p, value);
    if (metadata && metadata->kind != JSON_OBJECT) return refuse(p, value);
    struct parse inner = {.arena = p->arena, .err = p->err, .depth = p->depth};
    field->name = name->text;
    field->nullable = nullable->kind == JSON_TRUE;
    field->metadata = parse_metadata(p, metadata, &inner.collations);
    field->type = parse_type(&inner, member(value, "type"), field->name);
    return field->type != NULL;
}

static const struct type *parse_struct(struct parse *p, const struct json *value) {
    static const char *const names[] = {"type", "fields", NULL};
    const struct json *list = member(value, "fields");
    if (!has_members(value, names) || list->kind != JSON_ARRAY) return refuse(p, value);
    uint32_t count = 0;
    for (const struct json *child = list->first; child; child = child->next) count++;
    struct field *fields = ARENA_ARRAY(p->arena, struct field, count);
    uint32_t i = 0;
    for (const struct json *child = list->first; child; child = child->next)
        if (!parse_field(p, child, &fields[i++])) return NULL;
    return type_struct(p->arena, fields, count);
}

static const struct type *parse_array(struct parse *p, const struct json *value, const char *path) {
    static const char *const names[] = {"type", "elementType", "containsNull", NULL};
    if (!has_members(value, names) || !is_boolean(member(value, "containsNull"))) return refuse(p, value);
    const struct type *element =
        parse_type(p, member(value, "elementType"), arena_printf(p->arena, "%s.element", path));
    return element ? type_array(p->arena, element, member(value, "containsNull")->kind == JSON_TRUE) : NULL;
}

static const struct type *parse_map(struct parse *p, const struct json *value, const char *path) {
    static const char *const names[] = {"type", "keyType", "valueType", "valueContainsNull", NULL};
    if (!has_members(value, names) || !is_boolean(member(value, "valueContainsNull"))) return refuse(p, value);
    const struct type *key = parse_type(p, member(value, "keyType"), arena_printf(p->arena, "%s.key", path));
    if (!key) return NULL;
    const struct type *element = parse_type(p, member(value, "valueType"), arena_printf(p->arena, "%s.value", path));
    if (!element) return NULL;
    return type_map(p->arena, key, element, member(value, "valueContainsNull")->kind == JSON_TRUE);
}

static const struct type *parse_udt(struct parse *p, const struct json *value) {
    static const char *const names[] = {"type", "?class", "?pyClass", "?serializedClass", "sqlType", NULL};
    if (!has_members(value, names)) return refuse(p, value);
    const char *classes[3] = {NULL};
    for (int i = 0; i < 3; i++) {
        const struct json *class = member(value, names[i + 1] + 1);
        if (!class || class->kind == JSON_NULL) continue;
        if (class->kind != JSON_STRING) return refuse(p, value);
        classes[i] = class->text;
    }
    const struct type *sql_type = parse_type(p, member(value, "sqlType"), "");
    if (!sql_type) return NULL;
    struct type type = {.kind = TYPE_UDT,
                        .element = sql_type,
                        .jvm_class = classes[0],
                        .python_class = classes[1],
                        .serialized_class = classes[2]};
    return arena_copy(p->arena, &type, sizeof type);
}

static const struct type *parse_type(struct parse *p, const struct json *value, const char *path) {
    if (value->kind == JSON_STRING) return parse_name(p, value, path);
    const struct json *name = member(value, "type");
    if (!name || name->kind != JSON_STRING || p->depth >= TYPE_MAX_DEPTH) return refuse(p, value);
    const struct type *type;
    p->depth++;
    if (strcmp(name->text, "struct") == 0)
        type = parse_struct(p, value);
    else if (strcmp(name->text, "array") == 0)
        type = parse_array(p, value, path);
    else if (strcmp(name->text, "map") == 0)
        type = parse_map(p, value, path);
    else if (strcmp(name->text, "udt") == 0)
        type = parse_udt(p, value);
    else
        type = refuse(p, value);
    p->depth--;
    return type;
}

const struct type *type_from_json(struct arena *arena, const char *text, size_t size, struct error *err) {
    struct json *value = read_document(arena, text, size);
    if (!value) {
        error_set(err, "INVALID_JSON_DATA_TYPE", "invalidType", arena_strndup(arena, text, size), NULL);
        return NULL;
    }
    struct parse p = {.arena = arena, .err = err};
    return parse_type(&p, value, "");
}
