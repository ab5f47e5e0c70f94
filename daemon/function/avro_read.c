/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values from bytes. A decoder is a tree beside the schema's: what has no type is passed over. Numbers become wider
 * ones, texts bytes and the other way round, as Avro's schema resolution has it.
 */
#include <string.h>
#include <strings.h>

#include "base/decimal.h"
#include "function/avro.h"

enum { PASSED_OVER = UINT32_MAX };

struct avro_decoder {
    const struct avro_schema *schema;
    const struct type *type; /* NULL: passed over */
    uint32_t count;
    struct avro_decoder **items;  /* as the schema's */
    uint32_t *places;             /* records, unions that are structs: the field of the type, or PASSED_OVER */
    bool is_choice;               /* a union that is a struct */
    const struct vector **absent; /* by field of the type: what one has that the schema lacks; NULL: it does not */
};

struct making {
    struct arena *arena;
    const struct context *context;
    bool by_place;
    uint32_t nodes, depth;
    struct error *err;
};

/* ---- bytes ---- */

static void set_bad(struct avro_bytes *in, const char *why) {
    if (!in->bad) in->bad = why;
    in->next = in->end;
}

const uint8_t *avro_take(struct avro_bytes *in, uint64_t size) {
    if (size > (size_t)(in->end - in->next)) {
        set_bad(in, "the data ends in the middle of a value");
        return NULL;
    }
    in->next += size;
    return in->next - size;
}

int64_t avro_long(struct avro_bytes *in) {
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 70 && in->next < in->end; shift += 7) {
        uint8_t byte = *in->next++;
        if (shift < 64) v |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
    }
    set_bad(in, "a number is malformed");
    return 0;
}

static struct string take_string(struct avro_bytes *in, uint64_t size) {
    const uint8_t *bytes = size <= UINT32_MAX ? avro_take(in, size) : avro_take(in, UINT64_MAX);
    return bytes ? string_make((const char *)bytes, size) : string_make("", 0);
}

/* ---- making a decoder ---- */

static struct avro_decoder *make(struct making *m, const struct avro_schema *s, const struct avro_schema *reader,
                                 const struct type *type);

static bool can_read(const struct avro_schema *s, const struct type *t) {
    switch (s->kind) {
        case AVRO_BOOLEAN: return t->kind == TYPE_BOOLEAN;
        case AVRO_INT:
            return t->kind == TYPE_INT || t->kind == TYPE_DATE || t->kind == TYPE_YEAR_MONTH_INTERVAL ||
                   t->kind == TYPE_LONG || t->kind == TYPE_FLOAT || t->kind == TYPE_DOUBLE;
        case AVRO_LONG:
            return t->kind == TYPE_LONG || t->kind == TYPE_TIMESTAMP || t->kind == TYPE_TIMESTAMP_NTZ ||
                   t->kind == TYPE_DAY_TIME_INTERVAL || t->kind == TYPE_FLOAT || t->kind == TYPE_DOUBLE;
        case AVRO_FLOAT: return t->kind == TYPE_FLOAT || t->kind == TYPE_DOUBLE;
        case AVRO_DOUBLE: return t->kind == TYPE_DOUBLE;
        case AVRO_BYTES:
        case AVRO_FIXED:
            return t->kind == TYPE_BINARY || (s->kind == AVRO_BYTES && type_is_string(t)) ||
                   (t->kind == TYPE_DECIMAL && s->logical == AVRO_DECIMAL);
        case AVRO_STRING:
        case AVRO_ENUM: return type_is_string(t) || t->kind == TYPE_BINARY;
        case AVRO_ARRAY: return t->kind == TYPE_ARRAY;
        case AVRO_MAP: return t->kind == TYPE_MAP && type_is_string(t->key);
        case AVRO_RECORD: return t->kind == TYPE_STRUCT;
        default: return true; /* NULL; a union's branches say */
    }
}

static struct avro_decoder *incompatible(struct making *m, const struct avro_schema *s, const struct type *t) {
    static const char *const names[] = {"null",   "boolean", "int", "long",  "float",  "double", "bytes",
                                        "string", "array",   "map", "union", "record", "enum",   "fixed"};
    error_plain(m->err, ERROR_ANALYSIS, "Cannot convert Avro type %s to SQL type %s.", names[s->kind],
                type_sql(m->arena, t));
    return NULL;
}

static bool same_name(const struct making *m, const char *a, const char *b) {
    return m->context->case_sensitive ? strcmp(a, b) == 0 : strcasecmp(a, b) == 0;
}

/* The field of the schema for field i of the type; count: there is none. */
static uint32_t field_for(const struct making *m, const struct avro_schema *s, const struct type *t, uint32_t i) {
    if (m->by_place) return i < s->count ? i : s->count;
    uint32_t k = 0;
    while (k < s->count && !same_name(m, s->names[k], t->fields[i].name)) k++;
    return k;
}

/* What rows have for a field that their schema lacks: the reader's default. */
static bool make_absent(struct making *m, const struct avro_schema *s, const struct avro_schema *reader,
                        const struct field *f, const struct vector **out) {
    static const struct json_options plain;
    uint32_t k = 0;
    *out = vector_new(m->arena, f->type, 1);
    vector_init_null((struct vector *)*out, m->arena, f->type);
    if (!reader || reader->kind != AVRO_RECORD) return true;
    while (k < reader->count && strcmp(reader->names[k], f->name) != 0) k++;
    if (k == reader->count) return true;
    if (!reader->defaults[k])
        return error_plain(m->err, ERROR_SPARK, "Found %s, expecting %s, missing required field %s", s->name,
                           reader->name, f->name);
    struct builder b;
    builder_init(&b, m->arena, f->type, 1);
    if (json_append(m->arena, m->context, &plain, reader->defaults[k], &b, m->err) == JSON_BAD && error_is_set(m->err))
        return false;
    *out = builder_finish(&b);
    return true;
}

static const struct avro_schema *reader_item(const struct avro_schema *reader, const char *name) {
    for (uint32_t i = 0; name && reader && reader->kind == AVRO_RECORD && i < reader->count; i++)
        if (strcmp(reader->names[i], name) == 0) return reader->items[i];
    return reader && !name && reader->count ? reader->items[0] : NULL;
}

/* The record that a reader's schema has at a place which may be NULL. */
static const struct avro_schema *without_null(const struct avro_schema *reader) {
    if (!reader || reader->kind != AVRO_UNION) return reader;
    for (uint32_t i = 0; i < reader->count; i++)
        if (reader->items[i]->kind != AVRO_NULL) return reader->items[i];
    return NULL;
}

static bool make_record(struct making *m, struct avro_decoder *d, const struct avro_schema *reader) {
    const struct avro_schema *s = d->schema;
    const struct type **wanted_types = ARENA_ARRAY(m->arena, const struct type *, s->count);
    for (uint32_t k = 0; k < s->count; k++) d->places[k] = PASSED_OVER;
    uint32_t wanted = d->type ? d->type->field_count : 0;
    d->absent = ARENA_ARRAY(m->arena, const struct vector *, wanted);
    for (uint32_t i = 0; i < wanted; i++) {
        uint32_t k = field_for(m, s, d->type, i);
        if (k < s->count && d->places[k] == PASSED_OVER) {
            d->places[k] = i;
            wanted_types[k] = d->type->fields[i].type;
        } else {
            TRY(make_absent(m, s, reader, &d->type->fields[i], &d->absent[i]));
        }
    }
    for (uint32_t k = 0; k < s->count; k++) {
        const char *name = wanted_types[k] ? d->type->fields[d->places[k]].name : NULL;
        TRY(d->items[k] = make(m, s->items[k], name ? reader_item(reader, name) : NULL, wanted_types[k]));
    }
    return true;
}

/* A choice of several types is a struct of them all. */
static bool make_union(struct making *m, struct avro_decoder *d, const struct avro_schema *reader) {
    const struct avro_schema *s = d->schema;
    uint32_t branches = 0, place = 0;
    for (uint32_t k = 0; k < s->count; k++) branches += s->items[k]->kind != AVRO_NULL;
    bool numbers = d->type && (type_is_numeric(d->type));
    d->is_choice = d->type && d->type->kind == TYPE_STRUCT && branches != 1;
    if (d->type && branches > 1 && !d->is_choice && !numbers) return incompatible(m, s, d->type) != NULL;
    if (d->is_choice && d->type->field_count != branches) return incompatible(m, s, d->type) != NULL;
    for (uint32_t k = 0; k < s->count; k++) {
        bool null = s->items[k]->kind == AVRO_NULL;
        const struct type *t = null ? NULL : d->is_choice ? d->type->fields[place].type : d->type;
        d->places[k] = null ? PASSED_OVER : place++;
        TRY(d->items[k] = make(m, s->items[k], branches == 1 ? reader : NULL, t));
    }
    return true;
}

static struct avro_decoder *make(struct making *m, const struct avro_schema *s, const struct avro_schema *reader,
                                 const struct type *type) {
    struct avro_decoder *d = ARENA_NEW(m->arena, struct avro_decoder);
    if (++m->nodes > AVRO_NODES_MAX || m->depth > 2 * TYPE_MAX_DEPTH) {
        error_unsupported(m->err, "Avro schemas that contain themselves or have too many fields");
        return NULL;
    }
    while (type && type->kind == TYPE_UDT) type = type->element;
    if (type && !can_read(s, type)) return incompatible(m, s, type);
    *d = (struct avro_decoder){.schema = s, .type = type, .count = s->items ? s->count : 0};
    d->items = ARENA_ARRAY(m->arena, struct avro_decoder *, d->count);
    d->places = ARENA_ARRAY(m->arena, uint32_t, d->count);
    reader = without_null(reader);
    bool good = true;
    m->depth++;
    if (s->kind == AVRO_RECORD)
        good = make_record(m, d, reader);
    else if (s->kind == AVRO_UNION)
        good = make_union(m, d, reader);
    else if (s->kind == AVRO_ARRAY || s->kind == AVRO_MAP)
        good = (d->items[0] = make(m, s->items[0], reader_item(reader, NULL), type ? type->element : NULL)) != NULL;
    m->depth--;
    return good ? d : NULL;
}

struct avro_decoder *avro_decoder_new(struct arena *arena, const struct context *context,
                                      const struct avro_schema *schema, const struct avro_schema *reader,
                                      const struct type *type, bool by_place, struct error *err) {
    struct making m = {.arena = arena, .context = context, .by_place = by_place, .err = err};
    return make(&m, schema, reader, type);
}

/* ---- values ---- */

static void append_number(struct builder *b, const struct type *t, int64_t value) {
    switch (type_storage(t)) {
        case STORAGE_INT32: builder_append(b, &(int32_t){(int32_t)value}); break;
        case STORAGE_FLOAT: builder_append(b, &(float){(float)value}); break;
        case STORAGE_DOUBLE: builder_append(b, &(double){(double)value}); break;
        default: builder_append(b, &value);
    }
}

/* Longs that are no timestamps, read as one, are milliseconds. */
static int64_t to_micros(const struct avro_decoder *d, struct avro_bytes *in, int64_t value) {
    bool moment = d->type->kind == TYPE_TIMESTAMP || d->type->kind == TYPE_TIMESTAMP_NTZ;
    bool micros = d->schema->logical == AVRO_TIMESTAMP_MICROS || d->schema->logical == AVRO_LOCAL_MICROS;
    if (!moment || micros) return value;
    if (__builtin_mul_overflow(value, 1000, &value)) set_bad(in, "a timestamp is out of range");
    return value;
}

static void decode_float(const struct avro_decoder *d, struct avro_bytes *in, struct builder *b) {
    const uint8_t *bytes = avro_take(in, 4);
    float value = 0;
    if (bytes) memcpy(&value, bytes, 4);
    if (!d->type) return;
    if (d->type->kind == TYPE_FLOAT)
        builder_append(b, &value);
    else
        builder_append(b, &(double){(double)value});
}

static void decode_double(const struct avro_decoder *d, struct avro_bytes *in, struct builder *b) {
    const uint8_t *bytes = avro_take(in, 8);
    double value = 0;
    if (bytes) memcpy(&value, bytes, 8);
    if (d->type) builder_append(b, &value);
}

/* Two's complement, the highest byte first. What has too many digits is NULL. */
static void append_decimal(const struct avro_decoder *d, struct string s, struct builder *b) {
    const uint8_t *bytes = (const uint8_t *)s.data;
    bool negative = s.size && bytes[0] & 0x80, fits = true;
    uint128 value = negative ? ~(uint128)0 : 0;
    for (uint32_t i = 0; i < s.size; i++) {
        fits &= i + 16 >= s.size || bytes[i] == (negative ? 0xFF : 0);
        value = value << 8 | bytes[i];
    }
    int128 scaled;
    struct decimal_form to = {d->type->precision, d->type->scale};
    if (!fits || !decimal_rescale((int128)value, d->schema->scale, to, ROUND_HALF_UP, &scaled))
        builder_append_null(b);
    else if (type_storage(d->type) == STORAGE_INT64)
        builder_append(b, &(int64_t){(int64_t)scaled});
    else
        builder_append(b, &scaled);
}

static void append_bytes(const struct avro_decoder *d, struct string s, struct builder *b) {
    if (!d->type) return;
    if (d->type->kind == TYPE_DECIMAL)
        append_decimal(d, s, b);
    else
        builder_append(b, &s);
}

static void decode_symbol(const struct avro_decoder *d, struct avro_bytes *in, struct builder *b) {
    int64_t n = avro_long(in);
    bool good = n >= 0 && n < (int64_t)d->schema->count;
    if (!good) set_bad(in, "an enum has no such symbol");
    if (d->type) builder_append(b, &(struct string[]){good ? string_of(d->schema->names[n]) : string_make("", 0)}[0]);
}

static void decode_list(const struct avro_decoder *d, struct avro_bytes *in, struct builder *b) {
    bool map = d->schema->kind == AVRO_MAP;
    uint64_t items = 0;
    while (!in->bad) {
        int64_t count = avro_long(in);
        if (count == 0) break;
        if (count < 0) {
            avro_long(in); /* how many bytes they take */
            count = count == INT64_MIN ? INT64_MAX : -count;
        }
        if ((uint64_t)count > AVRO_ITEMS_MAX - items) {
            set_bad(in, "an array or a map has too many items");
            break;
        }
        items += (uint64_t)count;
        for (; count && !in->bad; count--) {
            if (map) {
                struct string key = take_string(in, (uint64_t)avro_long(in));
                if (d->type) builder_append(&b->children[0], &key);
            }
            avro_decode(d->items[0], in, d->type ? &b->children[map] : NULL);
        }
    }
    if (d->type) builder_end_list(b);
}

static void decode_record(const struct avro_decoder *d, struct avro_bytes *in, struct builder *b) {
    for (uint32_t k = 0; k < d->count; k++)
        avro_decode(d->items[k], in, d->places[k] == PASSED_OVER ? NULL : &b->children[d->places[k]]);
    if (!d->type) return;
    for (uint32_t i = 0; i < d->type->field_count; i++)
        if (d->absent[i]) builder_append_row(&b->children[i], d->absent[i], 0, false);
    builder_end_struct(b);
}

static void decode_union(const struct avro_decoder *d, struct avro_bytes *in, struct builder *b) {
    int64_t n = avro_long(in);
    if (n < 0 || n >= (int64_t)d->count) {
        set_bad(in, "a union has no such branch");
        if (d->type) builder_append_null(b);
        return;
    }
    if (!d->type) {
        avro_decode(d->items[n], in, NULL);
    } else if (d->places[n] == PASSED_OVER) {
        builder_append_null(b);
    } else if (!d->is_choice) {
        avro_decode(d->items[n], in, b);
    } else {
        for (uint32_t i = 0; i < d->type->field_count; i++) {
            if (i == d->places[n])
                avro_decode(d->items[n], in, &b->children[i]);
            else
                builder_append_null(&b->children[i]);
        }
        builder_end_struct(b);
    }
}

void avro_decode(const struct avro_decoder *d, struct avro_bytes *in, struct builder *b) {
    const struct avro_schema *s = d->schema;
    switch (s->kind) {
        case AVRO_NULL:
            if (d->type) builder_append_null(b);
            break;
        case AVRO_BOOLEAN: {
            const uint8_t *byte = avro_take(in, 1);
            if (d->type) builder_append(b, &(uint8_t){byte && *byte == 1});
            break;
        }
        case AVRO_INT:
        case AVRO_LONG: {
            int64_t value = avro_long(in);
            if (d->type) append_number(b, d->type, s->kind == AVRO_LONG ? to_micros(d, in, value) : value);
            break;
        }
        case AVRO_FLOAT: decode_float(d, in, b); break;
        case AVRO_DOUBLE: decode_double(d, in, b); break;
        case AVRO_BYTES:
        case AVRO_STRING: append_bytes(d, take_string(in, (uint64_t)avro_long(in)), b); break;
        case AVRO_FIXED: append_bytes(d, take_string(in, s->size), b); break;
        case AVRO_ENUM: decode_symbol(d, in, b); break;
        case AVRO_ARRAY:
        case AVRO_MAP: decode_list(d, in, b); break;
        case AVRO_UNION: decode_union(d, in, b); break;
        case AVRO_RECORD: decode_record(d, in, b); break;
    }
}
