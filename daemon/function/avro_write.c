/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values to bytes. An encoder is a tree beside the schema's that knows which field of a struct goes where; a union has a
 * branch for NULL and one for the value.
 */
#include <string.h>
#include <strings.h>

#include "base/decimal.h"
#include "function/avro.h"

struct avro_encoder {
    const struct avro_schema *schema;
    const struct type *type;
    const char *name; /* of the field, for messages */
    int null_branch;  /* -1: there is none */
    int branch;       /* of the value; -1: not a union */
    uint32_t count;   /* as many as the value's schema has */
    uint32_t *places; /* records: fields of the type; UINT32_MAX: NULL is written */
    struct avro_encoder **items;
};

struct making {
    struct arena *arena;
    const struct context *context;
    bool by_place;
    uint32_t nodes, depth;
    struct error *err;
};

static const char *const kind_names[] = {"null",   "boolean", "int", "long",  "float",  "double", "bytes",
                                         "string", "array",   "map", "union", "record", "enum",   "fixed"};

/* ---- making an encoder ---- */

static struct avro_encoder *make(struct making *m, const struct avro_schema *s, const struct type *type,
                                 const char *name);

static bool can_write(const struct avro_schema *s, const struct type *t) {
    switch (t->kind) {
        case TYPE_NULL: return s->kind == AVRO_NULL;
        case TYPE_BOOLEAN: return s->kind == AVRO_BOOLEAN;
        case TYPE_BYTE:
        case TYPE_SHORT:
        case TYPE_INT:
        case TYPE_DATE:
        case TYPE_YEAR_MONTH_INTERVAL: return s->kind == AVRO_INT;
        case TYPE_LONG:
        case TYPE_TIMESTAMP:
        case TYPE_TIMESTAMP_NTZ:
        case TYPE_DAY_TIME_INTERVAL: return s->kind == AVRO_LONG;
        case TYPE_FLOAT: return s->kind == AVRO_FLOAT;
        case TYPE_DOUBLE: return s->kind == AVRO_DOUBLE;
        case TYPE_STRING:
        case TYPE_CHAR:
        case TYPE_VARCHAR: return s->kind == AVRO_STRING || s->kind == AVRO_ENUM;
        case TYPE_BINARY: return s->kind == AVRO_BYTES || s->kind == AVRO_FIXED;
        case TYPE_DECIMAL: return s->logical == AVRO_DECIMAL;
        case TYPE_ARRAY: return s->kind == AVRO_ARRAY;
        case TYPE_MAP: return s->kind == AVRO_MAP && type_is_string(t->key);
        case TYPE_STRUCT: return s->kind == AVRO_RECORD;
        default: return false;
    }
}

/* Which of the branches is NULL's, and which takes the type. */
static const struct avro_schema *choose_branch(struct avro_encoder *e, const struct avro_schema *s,
                                               const struct type *t) {
    e->null_branch = e->branch = -1;
    if (s->kind != AVRO_UNION) return s;
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->items[i]->kind == AVRO_NULL) e->null_branch = (int)i;
        if (e->branch < 0 && s->items[i]->kind != AVRO_NULL && can_write(s->items[i], t)) e->branch = (int)i;
    }
    return e->branch < 0 ? s : s->items[e->branch];
}

static uint32_t field_named(const struct making *m, const struct type *t, const char *name) {
    for (uint32_t i = 0; i < t->field_count; i++)
        if (m->context->case_sensitive ? strcmp(t->fields[i].name, name) == 0
                                       : strcasecmp(t->fields[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

static bool may_be_null(const struct avro_schema *s) {
    for (uint32_t i = 0; s->kind == AVRO_UNION && i < s->count; i++)
        if (s->items[i]->kind == AVRO_NULL) return true;
    return s->kind == AVRO_NULL;
}

static bool make_record(struct making *m, struct avro_encoder *e) {
    const struct avro_schema *s = e->schema;
    uint32_t used = 0;
    for (uint32_t k = 0; k < s->count; k++) {
        uint32_t i = m->by_place ? k : field_named(m, e->type, s->names[k]);
        bool there = i < e->type->field_count;
        e->places[k] = there ? i : UINT32_MAX;
        used += there;
        if (!there && !may_be_null(s->items[k]))
            return error_plain(m->err, ERROR_ANALYSIS,
                               "Found field '%s' in Avro schema but there is no match in the SQL schema", s->names[k]);
        TRY(e->items[k] = make(m, s->items[k], there ? e->type->fields[i].type : TYPE_OF(NULL), s->names[k]));
    }
    if (used == e->type->field_count) return true;
    for (uint32_t i = 0; i < e->type->field_count; i++) {
        uint32_t k = 0;
        while (k < s->count && e->places[k] != i) k++;
        if (k < s->count) continue;
        return error_plain(m->err, ERROR_ANALYSIS, "Cannot find field '%s' in Avro schema", e->type->fields[i].name);
    }
    return true;
}

static struct avro_encoder *make(struct making *m, const struct avro_schema *s, const struct type *type,
                                 const char *name) {
    struct avro_encoder *e = ARENA_NEW(m->arena, struct avro_encoder);
    if (++m->nodes > AVRO_NODES_MAX || m->depth > 2 * TYPE_MAX_DEPTH) {
        error_unsupported(m->err, "Avro schemas that contain themselves or have too many fields");
        return NULL;
    }
    while (type->kind == TYPE_UDT) type = type->element;
    const struct avro_schema *value = choose_branch(e, s, type);
    e->schema = value;
    e->type = type;
    e->name = name;
    if (type->kind == TYPE_NULL && may_be_null(s)) return e;
    if (value->kind == AVRO_UNION || !can_write(value, type)) {
        error_plain(m->err, ERROR_ANALYSIS,
                    "Cannot convert SQL field '%s' to Avro field '%s' because schema is "
                    "incompatible (sqlType = %s, avroType = \"%s\")",
                    name, name, type_sql(m->arena, type), kind_names[value->kind]);
        return NULL;
    }
    e->count = value->items ? value->count : 0;
    e->items = ARENA_ARRAY(m->arena, struct avro_encoder *, e->count);
    e->places = ARENA_ARRAY(m->arena, uint32_t, e->count);
    bool good = true;
    m->depth++;
    if (value->kind == AVRO_RECORD)
        good = make_record(m, e);
    else if (value->kind == AVRO_ARRAY || value->kind == AVRO_MAP)
        good = (e->items[0] = make(m, value->items[0], type->element, name)) != NULL;
    m->depth--;
    return good ? e : NULL;
}

struct avro_encoder *avro_encoder_new(struct arena *arena, const struct context *context,
                                      const struct avro_schema *schema, const struct type *type, bool by_place,
                                      struct error *err) {
    struct making m = {.arena = arena, .context = context, .by_place = by_place, .err = err};
    return make(&m, schema, type, "value");
}

/* ---- values ---- */

void avro_add_long(struct text *out, int64_t value) {
    uint64_t v = (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
    for (; v >= 0x80; v >>= 7) text_add_char(out, (char)(v | 0x80));
    text_add_char(out, (char)v);
}

static void add_integer(const struct avro_encoder *e, struct text *out, const struct vector *v, uint32_t entry) {
    int64_t value = vector_integer(v, entry);
    bool millis = e->schema->logical == AVRO_TIMESTAMP_MILLIS || e->schema->logical == AVRO_LOCAL_MILLIS;
    avro_add_long(out, millis ? value / 1000 - (value % 1000 < 0) : value);
}

static bool wrong(const struct avro_encoder *e, const char *what, struct error *err) {
    return error_plain(err, ERROR_SPARK, "Cannot write \"%s\" to Avro: %s", e->name, what);
}

/* Two's complement, the highest byte first: as many bytes as a fixed has, or as few as hold it. */
static bool add_decimal(const struct avro_encoder *e, struct text *out, const struct vector *v, uint32_t entry,
                        struct error *err) {
    bool narrow = type_storage(e->type) == STORAGE_INT64;
    int128 value = narrow ? VECTOR_DATA(v, int64_t)[entry] : VECTOR_DATA(v, int128)[entry];
    struct decimal_form to = {e->schema->precision, e->schema->scale};
    if (!decimal_rescale(value, e->type->scale, to, ROUND_HALF_UP, &value))
        return wrong(e, "the decimal has too many digits", err);
    uint32_t size = 16;
    while (size > 1 && (value >> (8 * size - 9)) == (value < 0 ? -1 : 0)) size--;
    if (e->schema->kind == AVRO_FIXED && e->schema->size < size)
        return wrong(e, "the decimal has too many digits", err);
    uint32_t room = e->schema->kind == AVRO_FIXED ? e->schema->size : size;
    if (e->schema->kind == AVRO_BYTES) avro_add_long(out, size);
    for (; room > size; room--) text_add_char(out, value < 0 ? (char)0xFF : 0);
    for (; size; size--) text_add_char(out, (char)(value >> 8 * (size - 1)));
    return true;
}

static bool add_bytes(const struct avro_encoder *e, struct text *out, struct string s, struct error *err) {
    if (e->schema->kind == AVRO_ENUM) {
        for (uint32_t i = 0; i < e->schema->count; i++)
            if (string_equal(string_of(e->schema->names[i]), s)) {
                avro_add_long(out, i);
                return true;
            }
        return wrong(e, "the value is none of the enum's symbols", err);
    }
    if (e->schema->kind == AVRO_FIXED && e->schema->size != s.size)
        return wrong(e, "the value has not as many bytes as the fixed", err);
    if (e->schema->kind != AVRO_FIXED) avro_add_long(out, s.size);
    text_add_bytes(out, s.data, s.size);
    return true;
}

static bool add_list(const struct avro_encoder *e, struct text *out, const struct vector *v, struct list_entry list,
                     struct error *err) {
    bool map = e->schema->kind == AVRO_MAP;
    if (list.length) avro_add_long(out, list.length);
    for (uint32_t i = 0; i < list.length; i++) {
        uint32_t row = list.offset + i;
        if (map) {
            struct string key = VECTOR_DATA(&v->children[0], struct string)[vector_entry(&v->children[0], row)];
            avro_add_long(out, key.size);
            text_add_bytes(out, key.data, key.size);
        }
        TRY(avro_encode(e->items[0], out, &v->children[map], row, err));
    }
    avro_add_long(out, 0);
    return true;
}

static bool add_record(const struct avro_encoder *e, struct text *out, const struct vector *v, uint32_t entry,
                       struct error *err) {
    for (uint32_t k = 0; k < e->count; k++) {
        if (e->places[k] != UINT32_MAX)
            TRY(avro_encode(e->items[k], out, &v->children[e->places[k]], entry, err));
        else if (e->items[k]->null_branch >= 0)
            avro_add_long(out, e->items[k]->null_branch);
    }
    return true;
}

bool avro_encode(const struct avro_encoder *e, struct text *out, const struct vector *v, uint32_t row,
                 struct error *err) {
    if (e->type->kind == TYPE_NULL || vector_is_null(v, row)) {
        if (e->null_branch >= 0) avro_add_long(out, e->null_branch);
        if (e->null_branch >= 0 || e->schema->kind == AVRO_NULL) return true;
        return error_set(err, "AVRO_CANNOT_WRITE_NULL_FIELD", "name", e->name, "dataType", kind_names[e->schema->kind],
                         NULL);
    }
    if (e->branch >= 0) avro_add_long(out, e->branch);
    uint32_t entry = vector_entry(v, row);
    switch (e->schema->kind) {
        case AVRO_BOOLEAN: text_add_char(out, (char)VECTOR_DATA(v, uint8_t)[entry]); return true;
        case AVRO_INT:
        case AVRO_LONG: add_integer(e, out, v, entry); return true;
        case AVRO_FLOAT: text_add_bytes(out, (const char *)&VECTOR_DATA(v, float)[entry], 4); return true;
        case AVRO_DOUBLE: text_add_bytes(out, (const char *)&VECTOR_DATA(v, double)[entry], 8); return true;
        case AVRO_BYTES:
        case AVRO_FIXED:
            if (e->type->kind == TYPE_DECIMAL) return add_decimal(e, out, v, entry, err);
            return add_bytes(e, out, VECTOR_DATA(v, struct string)[entry], err);
        case AVRO_STRING:
        case AVRO_ENUM: return add_bytes(e, out, VECTOR_DATA(v, struct string)[entry], err);
        case AVRO_ARRAY:
        case AVRO_MAP: return add_list(e, out, v, VECTOR_DATA(v, struct list_entry)[entry], err);
        case AVRO_RECORD: return add_record(e, out, v, entry, err);
        default: return true;
    }
}
