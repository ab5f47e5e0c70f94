/* SPDX-License-Identifier: Apache-2.0 */
/* Avro's types and Spark's, both ways, by the rules of Spark's SchemaConverters. */
#include <string.h>

#include "base/decimal.h"
#include "function/avro.h"

bool avro_is_loaded(const struct context *context) {
    static const char *const settings[] = {"spark.jars.packages", "spark.jars"};
    for (size_t i = 0; context->setting && i < sizeof settings / sizeof *settings; i++) {
        const char *value = context->setting(context, settings[i]);
        if (value && strstr(value, "spark-avro")) return true;
    }
    return false;
}

/* ---- Spark's ---- */

struct walk {
    struct arena *arena;
    uint32_t nodes, depth;
    struct error *err;
};
/* The records around a node. */
struct around {
    const struct around *up;
    const struct avro_schema *schema;
};

static const struct type *spark_type(struct walk *w, const struct avro_schema *s, const struct around *up,
                                     bool *nullable);

static const struct type *incompatible(struct walk *w, const char *why) {
    error_plain(w->err, ERROR_ANALYSIS, "%s", why);
    return NULL;
}

/* The interval that Spark has noted, or `otherwise`. */
static const struct type *interval_type(struct walk *w, const struct avro_schema *s, enum type_kind kind, int fields,
                                        const struct type *otherwise) {
    for (int start = 0; s->spark_type && start < fields; start++)
        for (int end = start; end < fields; end++) {
            const struct type *t = type_interval(w->arena, kind, start, end);
            if (strcmp(type_simple_string(w->arena, t), s->spark_type) == 0) return t;
        }
    return otherwise;
}

static const struct type *long_type(struct walk *w, const struct avro_schema *s) {
    switch (s->logical) {
        case AVRO_TIMESTAMP_MILLIS:
        case AVRO_TIMESTAMP_MICROS: return TYPE_OF(TIMESTAMP);
        case AVRO_LOCAL_MILLIS:
        case AVRO_LOCAL_MICROS: return TYPE_OF(TIMESTAMP_NTZ);
        default: return interval_type(w, s, TYPE_DAY_TIME_INTERVAL, FIELD_SECOND + 1, TYPE_OF(LONG));
    }
}

static const struct type *record_type(struct walk *w, const struct avro_schema *s, const struct around *up) {
    struct around here = {up, s};
    struct field *fields = ARENA_ARRAY(w->arena, struct field, s->count);
    for (const struct around *a = up; a; a = a->up)
        if (a->schema == s) {
            const char *why = arena_printf(w->arena,
                                           "Found recursive reference in Avro schema, which can not be processed by "
                                           "Spark by default: %s",
                                           s->name);
            return incompatible(w, why);
        }
    for (uint32_t i = 0; i < s->count; i++) {
        fields[i].name = s->names[i];
        TRY_NULL(fields[i].type = spark_type(w, s->items[i], &here, &fields[i].nullable));
    }
    return type_struct(w->arena, fields, s->count);
}

/* Branches but NULL: one is itself, numbers the wider one, others a struct of which one field is there. */
static const struct type *union_type(struct walk *w, const struct avro_schema *s, const struct around *up,
                                     bool *nullable) {
    struct field *fields = ARENA_ARRAY(w->arena, struct field, s->count);
    uint32_t count = 0, kinds = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct avro_schema *branch = s->items[i];
        if (branch->kind == AVRO_NULL) {
            *nullable = true;
            continue;
        }
        bool ignored = false;
        kinds |= 1u << branch->kind;
        TRY_NULL(fields[count].type = spark_type(w, branch, up, &ignored));
        fields[count].name = arena_printf(w->arena, "member%u", count);
        fields[count++].nullable = true;
    }
    if (count == 1) return fields[0].type;
    if (count == 2 && kinds == (1u << AVRO_INT | 1u << AVRO_LONG)) return TYPE_OF(LONG);
    if (count == 2 && kinds == (1u << AVRO_FLOAT | 1u << AVRO_DOUBLE)) return TYPE_OF(DOUBLE);
    return type_struct(w->arena, fields, count);
}

static const struct type *type_here(struct walk *w, const struct avro_schema *s, const struct around *up,
                                    bool *nullable) {
    bool inner = false;
    const struct type *element;
    switch (s->kind) {
        case AVRO_NULL: *nullable = true; return TYPE_OF(NULL);
        case AVRO_BOOLEAN: return TYPE_OF(BOOLEAN);
        case AVRO_INT:
            if (s->logical == AVRO_DATE) return TYPE_OF(DATE);
            return interval_type(w, s, TYPE_YEAR_MONTH_INTERVAL, FIELD_MONTH + 1, TYPE_OF(INT));
        case AVRO_LONG: return long_type(w, s);
        case AVRO_FLOAT: return TYPE_OF(FLOAT);
        case AVRO_DOUBLE: return TYPE_OF(DOUBLE);
        case AVRO_BYTES:
        case AVRO_FIXED:
            return s->logical == AVRO_DECIMAL ? type_decimal(w->arena, s->precision, s->scale) : TYPE_OF(BINARY);
        case AVRO_STRING:
        case AVRO_ENUM: return TYPE_OF(STRING);
        case AVRO_ARRAY:
            element = spark_type(w, s->items[0], up, &inner);
            return element ? type_array(w->arena, element, inner) : NULL;
        case AVRO_MAP:
            element = spark_type(w, s->items[0], up, &inner);
            return element ? type_map(w->arena, TYPE_OF(STRING), element, inner) : NULL;
        case AVRO_UNION: return union_type(w, s, up, nullable);
        case AVRO_RECORD: return record_type(w, s, up);
    }
    return NULL;
}

static const struct type *spark_type(struct walk *w, const struct avro_schema *s, const struct around *up,
                                     bool *nullable) {
    if (++w->nodes > AVRO_NODES_MAX || w->depth > TYPE_MAX_DEPTH)
        return incompatible(w, "The Avro schema is nested too deeply or has too many fields");
    w->depth++;
    const struct type *t = type_here(w, s, up, nullable);
    w->depth--;
    return t;
}

const struct type *avro_type(struct arena *arena, const struct context *context, const struct avro_schema *schema,
                             bool *nullable, struct error *err) {
    (void)context;
    struct walk w = {.arena = arena, .err = err};
    *nullable = false;
    return spark_type(&w, schema, NULL, nullable);
}

/* ---- Avro's ---- */

struct schema_writer {
    struct arena *arena;
    struct text out;
    struct error *err;
};

static void add_string(struct schema_writer *w, const char *text) {
    json_write_string(&w->out, string_of(text), JSON_ESCAPE_LITTLE);
}

static bool add_type(struct schema_writer *w, const struct type *t, bool nullable, const char *name, const char *space);

/* {"type":"int","logicalType":"date"} and the like */
static bool add_logical(struct schema_writer *w, const char *type, const char *key, const char *value) {
    text_printf(&w->out, "{\"type\":\"%s\",\"%s\":\"%s\"}", type, key, value);
    return true;
}

static bool add_decimal(struct schema_writer *w, const struct type *t, const char *name, const char *space) {
    int bytes = 1;
    for (uint128 most = 127; most < decimal_powers[t->precision] - 1; most = most << 8 | 255) bytes++;
    text_add(&w->out, "{\"type\":\"fixed\",\"name\":\"fixed\",\"namespace\":");
    add_string(w, *space ? arena_printf(w->arena, "%s.%s", space, name) : name);
    text_printf(&w->out, ",\"size\":%d,\"logicalType\":\"decimal\",\"precision\":%d,\"scale\":%d}", bytes, t->precision,
                t->scale);
    return true;
}

static bool add_record(struct schema_writer *w, const struct type *t, const char *name, const char *space) {
    const char *inner = *space ? arena_printf(w->arena, "%s.%s", space, name) : name;
    text_add(&w->out, "{\"type\":\"record\",\"name\":");
    add_string(w, name);
    if (*space) {
        text_add(&w->out, ",\"namespace\":");
        add_string(w, space);
    }
    text_add(&w->out, ",\"fields\":[");
    for (uint32_t i = 0; i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        text_add(&w->out, i ? ",{\"name\":" : "{\"name\":");
        add_string(w, f->name);
        text_add(&w->out, ",\"type\":");
        TRY(add_type(w, f->type, f->nullable, f->name, inner));
        text_add(&w->out, "}");
    }
    text_add(&w->out, "]}");
    return true;
}

static bool add_value_type(struct schema_writer *w, const struct type *t, const char *name, const char *space) {
    static const char noted[] = "spark.sql.catalyst.type";
    switch (t->kind) {
        case TYPE_NULL: text_add(&w->out, "\"null\""); return true;
        case TYPE_BOOLEAN: text_add(&w->out, "\"boolean\""); return true;
        case TYPE_BYTE:
        case TYPE_SHORT:
        case TYPE_INT: text_add(&w->out, "\"int\""); return true;
        case TYPE_LONG: text_add(&w->out, "\"long\""); return true;
        case TYPE_FLOAT: text_add(&w->out, "\"float\""); return true;
        case TYPE_DOUBLE: text_add(&w->out, "\"double\""); return true;
        case TYPE_STRING:
        case TYPE_CHAR:
        case TYPE_VARCHAR: text_add(&w->out, "\"string\""); return true;
        case TYPE_BINARY: text_add(&w->out, "\"bytes\""); return true;
        case TYPE_DATE: return add_logical(w, "int", "logicalType", "date");
        case TYPE_TIMESTAMP: return add_logical(w, "long", "logicalType", "timestamp-micros");
        case TYPE_TIMESTAMP_NTZ: return add_logical(w, "long", "logicalType", "local-timestamp-micros");
        case TYPE_YEAR_MONTH_INTERVAL: return add_logical(w, "int", noted, type_simple_string(w->arena, t));
        case TYPE_DAY_TIME_INTERVAL: return add_logical(w, "long", noted, type_simple_string(w->arena, t));
        case TYPE_DECIMAL: return add_decimal(w, t, name, space);
        case TYPE_STRUCT: return add_record(w, t, name, space);
        case TYPE_ARRAY:
            text_add(&w->out, "{\"type\":\"array\",\"items\":");
            TRY(add_type(w, t->element, t->contains_null, name, space));
            text_add(&w->out, "}");
            return true;
        case TYPE_MAP:
            if (!type_is_string(t->key)) break;
            text_add(&w->out, "{\"type\":\"map\",\"values\":");
            TRY(add_type(w, t->element, t->contains_null, name, space));
            text_add(&w->out, "}");
            return true;
        case TYPE_UDT: return add_value_type(w, t->element, name, space);
        default: break;
    }
    return error_plain(w->err, ERROR_ANALYSIS, "Unexpected type %s.", type_simple_string(w->arena, t));
}

static bool add_type(struct schema_writer *w, const struct type *t, bool nullable, const char *name,
                     const char *space) {
    bool either = nullable && t->kind != TYPE_NULL;
    if (either) text_add(&w->out, "[");
    TRY(add_value_type(w, t, name, space));
    if (either) text_add(&w->out, ",\"null\"]");
    return true;
}

const char *avro_schema_of_type(struct arena *arena, const struct type *type, bool nullable, const char *name,
                                const char *space, struct error *err) {
    struct schema_writer w = {.arena = arena, .err = err};
    text_init(&w.out, arena);
    return add_type(&w, type, nullable, name, space) ? text_finish(&w.out) : NULL;
}
