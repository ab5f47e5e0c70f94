/* SPDX-License-Identifier: Apache-2.0 */
/* Data types between the protocol and the engine, both ways; see door.h. */
#include <string.h>

#include "session/door.h"
#include "sql/sql.h"

typedef Spark__Connect__DataType DataType;
#define CASE(KIND) SPARK__CONNECT__DATA_TYPE__KIND_##KIND

static bool bad(struct error *err, const char *reason) {
    return error_set(err, "PROTOCOL_ERROR", "what", "DataType", "reason", reason, NULL);
}

static const struct type *decimal(struct arena *arena, const Spark__Connect__DataType__Decimal *m, struct error *err) {
    int precision = m->has_precision ? m->precision : 10, scale = m->has_scale ? m->scale : 0;
    if (precision > DECIMAL_MAX_PRECISION) {
        error_set(err, "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", NULL);
        error_add(err, "precision", "%d", precision);
        error_add(err, "maxPrecision", "%d", DECIMAL_MAX_PRECISION);
        return NULL;
    }
    if (precision < 1 || scale < 0 || scale > precision) {
        bad(err, "a decimal's precision and scale make no sense");
        return NULL;
    }
    return type_decimal(arena, precision, scale);
}

static const struct type *interval(struct arena *arena, enum type_kind kind, bool has_start, int32_t start,
                                   bool has_end, int32_t end, int last, struct error *err) {
    if (!has_start) start = 0, end = last;
    if (!has_end && has_start) end = start;
    if (start < 0 || end < start || end > last) {
        bad(err, "an interval's fields make no sense");
        return NULL;
    }
    return type_interval(arena, kind, start, end);
}

static const struct type *structure(struct arena *arena, const struct context *context,
                                    const Spark__Connect__DataType__Struct *m, struct error *err) {
    struct field *fields = ARENA_ARRAY(arena, struct field, m->n_fields);
    for (size_t i = 0; i < m->n_fields; i++) {
        const Spark__Connect__DataType__StructField *f = m->fields[i];
        const char *metadata = f->metadata && *f->metadata && strcmp(f->metadata, "{}") ? f->metadata : NULL;
        fields[i] = (struct field){.name = arena_strdup(arena, f->name ? f->name : ""),
                                   .type = door_type(arena, context, f->data_type, err),
                                   .nullable = f->nullable,
                                   .metadata = arena_strdup(arena, metadata)};
        TRY_NULL(fields[i].type);
    }
    return type_struct(arena, fields, (uint32_t)m->n_fields);
}

static const struct type *user_defined(struct arena *arena, const struct context *context,
                                       const Spark__Connect__DataType__UDT *m, struct error *err) {
    struct type *t = ARENA_NEW(arena, struct type);
    t->kind = TYPE_UDT;
    t->element = door_type(arena, context, m->sql_type, err);
    TRY_NULL(t->element);
    t->python_class = arena_strdup(arena, m->python_class);
    t->serialized_class = arena_strdup(arena, m->serialized_python_class);
    t->jvm_class = arena_strdup(arena, m->jvm_class);
    return t;
}

static const struct type *with_length(struct arena *arena, enum type_kind kind, int32_t length, struct error *err) {
    if (length >= 1) return type_char(arena, kind, length);
    bad(err, "char and varchar have a length of at least 1");
    return NULL;
}

static const struct type *array(struct arena *arena, const struct context *context,
                                const Spark__Connect__DataType__Array *m, struct error *err) {
    const struct type *element = door_type(arena, context, m->element_type, err);
    TRY_NULL(element);
    return type_array(arena, element, m->contains_null);
}

static const struct type *map(struct arena *arena, const struct context *context,
                              const Spark__Connect__DataType__Map *m, struct error *err) {
    const struct type *key = door_type(arena, context, m->key_type, err);
    TRY_NULL(key);
    const struct type *value = door_type(arena, context, m->value_type, err);
    TRY_NULL(value);
    return type_map(arena, key, value, m->value_contains_null);
}

static const struct type *with_parameters(struct arena *arena, const struct context *context, const DataType *m,
                                          struct error *err) {
    switch (m->kind_case) {
        case CASE(DECIMAL): return decimal(arena, m->decimal, err);
        case CASE(STRING): {
            const char *collation = m->string->collation;
            bool plain = !collation || !*collation || strcmp(collation, "UTF8_BINARY") == 0;
            return plain ? TYPE_OF(STRING) : type_string(arena, arena_strdup(arena, collation));
        }
        case CASE(CHAR): return with_length(arena, TYPE_CHAR, m->char_->length, err);
        case CASE(VAR_CHAR): return with_length(arena, TYPE_VARCHAR, m->var_char->length, err);
        case CASE(TIME): {
            int precision = m->time->has_precision ? m->time->precision : TIME_DEFAULT_PRECISION;
            if (precision >= 0 && precision <= 6) return type_time(arena, precision);
            bad(err, "a time's precision is from 0 to 6");
            return NULL;
        }
        case CASE(YEAR_MONTH_INTERVAL):
            return interval(arena, TYPE_YEAR_MONTH_INTERVAL, m->year_month_interval->has_start_field,
                            m->year_month_interval->start_field, m->year_month_interval->has_end_field,
                            m->year_month_interval->end_field, FIELD_MONTH, err);
        case CASE(DAY_TIME_INTERVAL):
            return interval(arena, TYPE_DAY_TIME_INTERVAL, m->day_time_interval->has_start_field,
                            m->day_time_interval->start_field, m->day_time_interval->has_end_field,
                            m->day_time_interval->end_field, FIELD_SECOND, err);
        case CASE(ARRAY): return array(arena, context, m->array, err);
        case CASE(MAP): return map(arena, context, m->map, err);
        case CASE(STRUCT): return structure(arena, context, m->struct_, err);
        case CASE(UDT): return user_defined(arena, context, m->udt, err);
        case CASE(UNPARSED):
            return sql_parse_schema(
                arena, context, arena_strdup(arena, m->unparsed->data_type_string ? m->unparsed->data_type_string : ""),
                err);
        case CASE(GEOMETRY):
        case CASE(GEOGRAPHY): {
            bool plane = m->kind_case == CASE(GEOMETRY);
            int32_t srid = plane ? m->geometry->srid : m->geography->srid;
            enum type_kind kind = plane ? TYPE_GEOMETRY : TYPE_GEOGRAPHY;
            if (srid == SRID_ANY || spatial_srid_is_known(kind, srid)) return type_spatial(arena, kind, srid);
            error_set(err, "ST_INVALID_SRID_VALUE", NULL);
            error_add(err, "srid", "%d", srid);
            return NULL;
        }
        default: bad(err, "it is of no kind"); return NULL;
    }
}

const struct type *door_type(struct arena *arena, const struct context *context, const DataType *m, struct error *err) {
    static const uint8_t plain[] = {
        [CASE(NULL)] = TYPE_NULL,           [CASE(BINARY)] = TYPE_BINARY,
        [CASE(BOOLEAN)] = TYPE_BOOLEAN,     [CASE(BYTE)] = TYPE_BYTE,
        [CASE(SHORT)] = TYPE_SHORT,         [CASE(INTEGER)] = TYPE_INT,
        [CASE(LONG)] = TYPE_LONG,           [CASE(FLOAT)] = TYPE_FLOAT,
        [CASE(DOUBLE)] = TYPE_DOUBLE,       [CASE(DATE)] = TYPE_DATE,
        [CASE(TIMESTAMP)] = TYPE_TIMESTAMP, [CASE(TIMESTAMP_NTZ)] = TYPE_TIMESTAMP_NTZ,
        [CASE(VARIANT)] = TYPE_VARIANT,     [CASE(CALENDAR_INTERVAL)] = TYPE_CALENDAR_INTERVAL,
    };
    if (!m) {
        bad(err, "it is missing");
        return NULL;
    }
    if (m->kind_case == CASE(NULL)) return TYPE_OF(NULL);
    if (m->kind_case < sizeof plain && plain[m->kind_case]) return &types[plain[m->kind_case]];
    return with_parameters(arena, context, m, err);
}

/* ---- the other way ---- */

#define MAKE(member, Message, message)                                                                                 \
    m->member = ARENA_NEW(arena, Spark__Connect__DataType__##Message);                                                 \
    spark__connect__data_type__##message##__init(m->member)

static void write_struct(struct arena *arena, DataType *m, const struct type *t) {
    MAKE(struct_, Struct, struct);
    m->struct_->n_fields = t->field_count;
    m->struct_->fields = ARENA_ARRAY(arena, Spark__Connect__DataType__StructField *, t->field_count);
    Spark__Connect__DataType__StructField *fields =
        ARENA_ARRAY(arena, Spark__Connect__DataType__StructField, t->field_count);
    for (uint32_t i = 0; i < t->field_count; i++) {
        spark__connect__data_type__struct_field__init(&fields[i]);
        fields[i].name = (char *)t->fields[i].name;
        fields[i].data_type = door_type_message(arena, t->fields[i].type);
        fields[i].has_nullable = t->fields[i].nullable;
        fields[i].nullable = t->fields[i].nullable;
        fields[i].metadata = (char *)t->fields[i].metadata;
        m->struct_->fields[i] = &fields[i];
    }
}

static void write_nested(struct arena *arena, DataType *m, const struct type *t) {
    switch (t->kind) {
        case TYPE_ARRAY:
            m->kind_case = CASE(ARRAY);
            MAKE(array, Array, array);
            m->array->element_type = door_type_message(arena, t->element);
            m->array->has_contains_null = true;
            m->array->contains_null = t->contains_null;
            return;
        case TYPE_MAP:
            m->kind_case = CASE(MAP);
            MAKE(map, Map, map);
            m->map->key_type = door_type_message(arena, t->key);
            m->map->value_type = door_type_message(arena, t->element);
            m->map->has_value_contains_null = true;
            m->map->value_contains_null = t->contains_null;
            return;
        case TYPE_STRUCT:
            m->kind_case = CASE(STRUCT);
            write_struct(arena, m, t);
            return;
        default:
            m->kind_case = CASE(UDT);
            MAKE(udt, UDT, udt);
            m->udt->type = (char *)"udt";
            m->udt->python_class = (char *)t->python_class;
            m->udt->serialized_python_class = (char *)t->serialized_class;
            m->udt->jvm_class = (char *)t->jvm_class;
            m->udt->sql_type = door_type_message(arena, t->element);
            return;
    }
}

static void write_interval(struct arena *arena, DataType *m, const struct type *t) {
    if (t->kind == TYPE_YEAR_MONTH_INTERVAL) {
        m->kind_case = CASE(YEAR_MONTH_INTERVAL);
        MAKE(year_month_interval, YearMonthInterval, year_month_interval);
        m->year_month_interval->has_start_field = m->year_month_interval->has_end_field = true;
        m->year_month_interval->start_field = t->start;
        m->year_month_interval->end_field = t->end;
    } else {
        m->kind_case = CASE(DAY_TIME_INTERVAL);
        MAKE(day_time_interval, DayTimeInterval, day_time_interval);
        m->day_time_interval->has_start_field = m->day_time_interval->has_end_field = true;
        m->day_time_interval->start_field = t->start;
        m->day_time_interval->end_field = t->end;
    }
}

/* What has parameters but no types within; false: it has none. */
static bool write_parameters(struct arena *arena, DataType *m, const struct type *t) {
    switch (t->kind) {
        case TYPE_DECIMAL:
            m->kind_case = CASE(DECIMAL);
            MAKE(decimal, Decimal, decimal);
            m->decimal->has_precision = m->decimal->has_scale = true;
            m->decimal->precision = t->precision;
            m->decimal->scale = t->scale;
            return true;
        case TYPE_STRING:
            if (!t->collation) return false;
            m->kind_case = CASE(STRING);
            MAKE(string, String, string);
            m->string->collation = (char *)t->collation;
            return true;
        case TYPE_CHAR:
            m->kind_case = CASE(CHAR);
            MAKE(char_, Char, char);
            m->char_->has_length = true;
            m->char_->length = t->length;
            return true;
        case TYPE_VARCHAR:
            m->kind_case = CASE(VAR_CHAR);
            MAKE(var_char, VarChar, var_char);
            m->var_char->has_length = true;
            m->var_char->length = t->length;
            return true;
        case TYPE_TIME:
            m->kind_case = CASE(TIME);
            MAKE(time, Time, time);
            m->time->has_precision = true;
            m->time->precision = t->precision;
            return true;
        case TYPE_GEOMETRY:
            m->kind_case = CASE(GEOMETRY);
            MAKE(geometry, Geometry, geometry);
            m->geometry->has_srid = true;
            m->geometry->srid = t->length;
            return true;
        case TYPE_GEOGRAPHY:
            m->kind_case = CASE(GEOGRAPHY);
            MAKE(geography, Geography, geography);
            m->geography->has_srid = true;
            m->geography->srid = t->length;
            return true;
        default: return false;
    }
}

/* An empty message of a kind without parameters: all of them are alike, so one constant serves. */
static void write_plain(DataType *m, const struct type *t) {
    static const Spark__Connect__DataType__Integer empty_integer = SPARK__CONNECT__DATA_TYPE__INTEGER__INIT;
    static const uint8_t kinds[TYPE_KIND_COUNT] = {
        [TYPE_NULL] = CASE(NULL),
        [TYPE_BOOLEAN] = CASE(BOOLEAN),
        [TYPE_BYTE] = CASE(BYTE),
        [TYPE_SHORT] = CASE(SHORT),
        [TYPE_INT] = CASE(INTEGER),
        [TYPE_LONG] = CASE(LONG),
        [TYPE_FLOAT] = CASE(FLOAT),
        [TYPE_DOUBLE] = CASE(DOUBLE),
        [TYPE_STRING] = CASE(STRING),
        [TYPE_BINARY] = CASE(BINARY),
        [TYPE_DATE] = CASE(DATE),
        [TYPE_TIMESTAMP] = CASE(TIMESTAMP),
        [TYPE_VARIANT] = CASE(VARIANT),
        [TYPE_TIMESTAMP_NTZ] = CASE(TIMESTAMP_NTZ),
        [TYPE_CALENDAR_INTERVAL] = CASE(CALENDAR_INTERVAL),
    };
    m->kind_case = kinds[t->kind];
    m->integer = (Spark__Connect__DataType__Integer *)&empty_integer;
}

DataType *door_type_message(struct arena *arena, const struct type *t) {
    DataType *m = ARENA_NEW(arena, DataType);
    spark__connect__data_type__init(m);
    if (type_is_nested(t) || t->kind == TYPE_UDT)
        write_nested(arena, m, t);
    else if (type_is_ansi_interval(t))
        write_interval(arena, m, t);
    else if (!write_parameters(arena, m, t))
        write_plain(m, t);
    return m;
}

const struct type *door_schema(struct arena *arena, const struct context *context, const char *text,
                               struct error *err) {
    const char *p = text + strspn(text, " \t\r\n");
    const struct type *t = *p == '{' || *p == '"' ? type_from_json(arena, text, strlen(text), err)
                                                  : sql_parse_schema(arena, context, arena_strdup(arena, text), err);
    TRY_NULL(t);
    if (t->kind == TYPE_STRUCT) return t;
    struct field value = {.name = "value", .type = t, .nullable = true};
    return type_struct(arena, &value, 1);
}
